# Copyright (C) mcp-nginx contributors
#
# An nginx with the module for tests that Test::Nginx cannot write: clients
# that leave, memory.  Also the messages, and a little TAP.

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

BINARY = os.environ.get("TEST_NGINX_BINARY", "nginx")
MODULE = os.environ.get("TEST_NGINX_MCP_MODULE",
                        ROOT + "/build/ngx_http_mcp_module.so")

DEADLINE = 10                      # seconds, for what must happen at once

MODERN = "2026-07-28"
META = {"io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientCapabilities": {}}


def free_port():
    """One that no connection is given by the kernel in the meantime."""

    while True:
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", random.randrange(16000, 32000)))
                return s.getsockname()[1]
            except OSError:
                continue


def await_for(condition, what):
    """Polls for what no event tells, such as a line in a log."""

    end = time.monotonic() + DEADLINE

    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.005)

    raise AssertionError("not in time: " + what)


class Nginx:
    """"http" is what stands in http{}, with %(port)d."""

    def __init__(self, http, workers=1, level="info", connections=256):
        self.port = free_port()
        self.directory = tempfile.TemporaryDirectory(prefix="mcp-nginx-")
        root = self.directory.name
        os.mkdir(root + "/logs")

        with open(root + "/nginx.conf", "w") as f:
            f.write("""load_module %s;
user root;
daemon off;
worker_processes %d;
pid nginx.pid;
error_log logs/error.log %s;
events { worker_connections %d; }
http {
    log_format calls "[$mcp_tool $mcp_upstream_status $status]";
    access_log logs/access.log calls;
%s
}
""" % (MODULE, workers, level, connections,
       http.replace("%(port)d", str(self.port))))

        self.start()

    def start(self):
        root = self.directory.name

        self.process = subprocess.Popen(
            [BINARY, "-p", root, "-c", root + "/nginx.conf",
             "-e", root + "/logs/error.log"])

        await_for(self.answers, "the start of nginx")

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError("nginx did not start")

        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
            return True
        except OSError:
            return False

    def worker(self):
        path = "/proc/%d/task/%d/children" % ((self.process.pid,) * 2)
        with open(path) as f:
            return int(f.read().split()[0])

    def log(self, name):
        with open(self.directory.name + "/logs/" + name) as f:
            return f.read()

    def halt(self):
        """Ends nginx; its files stay, so that it can start again."""

        self.process.send_signal(signal.SIGQUIT)

        try:
            self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def stop(self):
        """Ends nginx; the lines of its log that no test may leave."""

        self.halt()

        bad = [line for line in self.log("error.log").splitlines()
               if any(word in line for word in
                      ("[alert]", "[crit]", "[emerg]", "AddressSanitizer",
                       "runtime error"))]
        self.directory.cleanup()
        return bad


def call(tool, arguments=None, era=MODERN):
    """A tools/call: its headers, and its body."""

    headers = {"Content-Type": "application/json",
               "Accept": "application/json, text/event-stream"}
    params = {"name": tool, "arguments": arguments or {}}

    if era == MODERN:
        params["_meta"] = META
        headers.update({"MCP-Protocol-Version": MODERN,
                        "Mcp-Method": "tools/call", "Mcp-Name": tool})
    else:
        headers["MCP-Protocol-Version"] = era

    return headers, json.dumps({"jsonrpc": "2.0", "id": 1,
                                "method": "tools/call", "params": params})


def answer(connection, tool, arguments=None, era=MODERN):
    """Makes a call on an http.client connection; its result."""

    headers, body = call(tool, arguments, era)
    connection.request("POST", "/mcp", body, headers)
    return json.loads(connection.getresponse().read())["result"]


def client(nginx):
    return http.client.HTTPConnection("127.0.0.1", nginx.port,
                                      timeout=DEADLINE)


class Tap:
    def __init__(self):
        self.n = 0
        self.failed = 0

    def check(self, ok, name, note=""):
        self.n += 1
        self.failed += not ok
        print("%sok %d - %s" % ("" if ok else "not ", self.n, name),
              flush=True)
        if not ok and note:
            for line in str(note).splitlines():
                print("# " + line, flush=True)

    def run(self, name, function):
        """A check that passes unless the function raises."""

        try:
            function()
        except (AssertionError, OSError, ValueError, KeyError) as e:
            self.check(False, name, repr(e))
        else:
            self.check(True, name)

    def done(self):
        print("1..%d" % self.n)
        sys.exit(self.failed != 0)

#!/usr/bin/env python3
#
# Copyright (C) mcp-nginx contributors
#
# The client leaves in mid-call (HTTP-19, design.md 6): in 2026-07-28 the
# upstream's connection is closed at once; in the old era only that of a tool
# that changes nothing, or with mcp_cancel_on_disconnect.  "At once" is seen
# at the upstream: its socket is closed while its answer is still awaited.

import json
import os
import select
import shutil
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "lib"))

from mcp_nginx import DEADLINE, MODERN, Nginx, Tap, answer, \
    await_for, call, client

OLD = "2025-11-25"

TOOLS = """
            mcp_tool get { description "G."; request GET "/get"; pass @api; }
            mcp_tool post { description "P."; request POST "/post";
                            body json; pass @api; }
            mcp_tool put { description "P."; request PUT "/put"; body json;
                           annotations idempotent; pass @api; }
            mcp_tool quick { description "Q."; request GET "/quick";
                             pass @quick; }
"""

HTTP = """
    server {
        listen 127.0.0.1:%%(port)d%s;
        server_name localhost;
        location @api { proxy_pass http://127.0.0.1:%d; %s }
        location @quick { return 200 "quick"; }
        location = /mcp { mcp;""" + TOOLS + """ }
        location = /cancel { mcp; mcp_cancel_on_disconnect on;""" + TOOLS \
    + """ }
    }
"""


class Upstream:
    """A socket that takes a request and keeps it waiting."""

    def __init__(self):
        self.listen = socket.create_server(("127.0.0.1", 0))
        self.listen.settimeout(DEADLINE)
        self.port = self.listen.getsockname()[1]

    def take(self, part=b""):
        connection, _ = self.listen.accept()
        connection.settimeout(DEADLINE)
        text = b""

        while b"\r\n\r\n" not in text:
            text += connection.recv(65536)

        head, _, body = text.partition(b"\r\n\r\n")

        # each body here is "{}"

        while b"Content-Length: 2" in head and len(body) < 2:
            body += connection.recv(2)

        if part:
            connection.sendall(part)

        return connection


def closed_at_once(connection):
    assert connection.recv(1) == b"", "the upstream got more bytes"
    connection.close()


def quick(nginx):
    """A call that needs no upstream, on a connection of its own."""

    if nginx.http2:
        return subprocess.run(
            ["curl", "-s", "--http2-prior-knowledge",
             "http://127.0.0.1:%d/mcp" % nginx.port, "-H",
             "Content-Type: application/json", "-d",
             call("quick", {}, OLD)[1]],
            capture_output=True, text=True).stdout

    other = client(nginx)
    result = answer(other, "quick")
    other.close()
    return json.dumps(result)


def finishes(nginx, connection, tool):
    """The call goes on: nginx takes the answer and logs it as a success."""

    # the worker has seen the client leave when it has served another

    text = quick(nginx)
    assert '"quick"' in text, text

    readable, _, _ = select.select([connection], [], [], 0)
    assert not readable, "the upstream's connection was closed"

    connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")
    await_for(lambda: "[%s 200 " % tool in nginx.log("access.log"),
              "the end of the call in the log")
    connection.close()


class Plain:
    """A client of HTTP/1.1 that leaves by FIN or by RST."""

    def __init__(self, nginx, tool, era, path="/mcp", reset=False):
        self.client = client(nginx)
        self.reset = reset
        headers, body = call(tool, {}, era)
        self.client.request("POST", path, body, headers)

    def leave(self):
        if self.reset:
            self.client.sock.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.client.close()


class Curl:
    """A client of HTTP/2 that is killed."""

    def __init__(self, nginx, tool, era, path="/mcp"):
        headers, body = call(tool, {}, era)
        command = ["curl", "-s", "-o", "/dev/null",
                   "--http2-prior-knowledge", "-d", body,
                   "http://127.0.0.1:%d%s" % (nginx.port, path)]

        for name, value in headers.items():
            command += ["-H", name + ": " + value]

        self.process = subprocess.Popen(command)

    def leave(self):
        self.process.kill()
        self.process.wait()


def leaves(nginx, upstream, kind, *what, part=b"", **more):
    """Starts a call, waits until it is upstream, and leaves."""

    who = kind(nginx, *what, **more)
    connection = upstream.take(part)
    who.leave()
    return connection


def suite(tap, protocol, kind, location=""):
    upstream = Upstream()
    nginx = Nginx(HTTP % (" http2" if protocol == "HTTP/2" else "",
                          upstream.port, location))
    nginx.http2 = protocol == "HTTP/2"
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"
    name = ", ".join(filter(None, (protocol, location)))

    def cancelled(title, *what, **more):
        tap.run("%s: %s: the upstream is closed at once" % (name, title),
                lambda: closed_at_once(leaves(nginx, upstream, kind, *what,
                                              **more)))

    def goes_on(title, *what, **more):
        tap.run("%s: %s: the upstream may finish" % (name, title),
                lambda: finishes(nginx,
                                 leaves(nginx, upstream, kind, *what, **more),
                                 what[0]))

    cancelled("2026-07-28, GET", "get", MODERN)
    cancelled("2026-07-28, POST", "post", MODERN)
    cancelled("2026-07-28, in mid-body", "get", MODERN, part=half)
    cancelled("old era, GET", "get", OLD)
    cancelled("old era, idempotent PUT", "put", OLD)

    goes_on("old era, POST", "post", OLD)

    cancelled("old era, POST, mcp_cancel_on_disconnect", "post", OLD,
              "/cancel")

    if kind is Plain:
        cancelled("2026-07-28, by RST", "post", MODERN, reset=True)
        cancelled("old era, GET, by RST", "get", OLD, reset=True)
        goes_on("old era, POST, by RST", "post", OLD, reset=True)

    def usable():
        text = quick(nginx)
        assert '"quick"' in text, text

    tap.run(name + ": the worker serves on", usable)

    bad = nginx.stop()
    tap.check(not bad, name + ": nothing bad in the error log",
              "\n".join(bad))


def main():
    tap = Tap()

    suite(tap, "HTTP/1.1", Plain)
    suite(tap, "HTTP/1.1", Plain, "proxy_buffering off;")

    if shutil.which("curl"):
        suite(tap, "HTTP/2", Curl)

    tap.done()


main()

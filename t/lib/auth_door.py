# Copyright (C) mcp-nginx contributors
#
# What the tests of "mcp_auth" stand on: an nginx between a client, a fake
# authorization server (t/lib/idp.py) and an upstream that shows what it was
# sent.  A test file starts one Door in setUpModule() and closes it in
# tearDownModule(); its classes derive from AuthTest.

import http.client
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import unittest

import loopback
import mcp_nginx
import mint
from idp import Idp
from mcp_nginx import DEADLINE, META, MODERN, await_for

AUDIENCE = "https://api.example.com/mcp"
RESOURCE = "https://api.example.com/.well-known/oauth-protected-resource"

# one line of JSON a request, found again by its header X-Case

LOG_FORMAT = """
    log_format auth escape=json '{"case":"$http_x_case","status":"$status",'
        '"reason":"$mcp_auth_reason","iss":"$mcp_iss","sub":"$mcp_sub",'
        '"client":"$mcp_client_id","tenant":"$mcp_tenant",'
        '"scope":"$mcp_scope","tool":"$mcp_tool","uri":"$request_uri"}';
    access_log logs/auth.log auth;
    keepalive_requests 1000000;
    large_client_header_buffers 4 64k;
    mcp_auth_throttle off;
"""

# a location with the tool "hello", for any words

ENDPOINT = """
        location = /%s {
            mcp;
            mcp_auth_resource https://api.example.com/%s;
            %s
            mcp_tool hello {
                description "Says what came.";
                request GET "/hello";
                pass @api;
            }
        }
"""


def endpoint(name, *words):
    return ENDPOINT % (name, name, "\n            ".join(words))


def provider(name, *words, issuer=None):
    return "    mcp_auth_provider %s {\n%s    }\n" % (name, "".join(
        "        %s\n" % word for word in
        ("issuer %s;" % (issuer or "http://127.0.0.1:%(idp)s/" + name),)
        + words))


def challenge(header):
    """The parameters of a challenge in their order; strict (1.3)."""

    match = re.fullmatch(r'Bearer ((?:[a-z_]+="[\x20\x21\x23-\x5b\x5d-\x7e]+"'
                         r'(?:, (?=.)|$))+)', header or "")
    if match is None:
        raise AssertionError("no challenge of the grammar: %r" % header)
    return re.findall(r'([a-z_]+)="([^"]*)"', match[1])


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.text = response.read()
        self.case = None

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def challenge(self):
        return self.headers["WWW-Authenticate"]

    def bare(self):
        """All but the time: what two equal answers have in common."""

        return (self.status, self.text,
                [(n, v) for n, v in self.headers.items()
                 if n.lower() not in ("date", "connection")])

    def __repr__(self):
        return "%d %s %r" % (self.status, dict(self.headers),
                             self.text[:500])


# nginx -t leaves what it made to its exit

NO_LEAKS = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "")
                + ":detect_leaks=0")


class Door(mcp_nginx.Nginx):
    """
    "http" may name %(port)s, %(idp)s, %(echo)s, %(files)s and what "values"
    has; "files" are there when nginx starts.
    """

    def __init__(self, http, workers=1, level="info", files=None,
                 values=None, idp=None):
        self.idp = idp or Idp()
        self.echo = loopback.Echo()
        self.folder = tempfile.TemporaryDirectory(prefix="mcp-auth-")
        self.files = self.folder.name
        self.cases = itertools.count()
        self.logged = {}
        self.offset = 0

        for name, data in (files or {}).items():
            self.write(name, data)

        self.values = {"idp": self.idp.port, "echo": self.echo.port,
                       "files": self.files, **(values or {})}
        super().__init__(self.fill(LOG_FORMAT + http), workers, level, 2048)

    def fill(self, text):
        return re.sub(r"%\((\w+)\)s",
                      lambda m: str(self.values.get(m[1], m[0])), text
                      ).replace("%(port)s", "%(port)d")

    def write(self, name, data):
        """Replaces a file as a whole; some hold secrets."""

        path = self.files + "/" + name
        with open(path + ".new", "wb") as f:
            os.chmod(f.fileno(), 0o600)
            f.write(data.encode() if isinstance(data, str) else data)
        os.rename(path + ".new", path)
        return path

    def check(self, http, *command):
        """nginx -t on another http{}; exit code and what it says."""

        with tempfile.TemporaryDirectory(prefix="mcp-nginx-t-") as root:
            os.mkdir(root + "/logs")
            with open(root + "/nginx.conf", "w") as f:
                f.write("load_module %s; pid nginx.pid; events {}\n"
                        "http { access_log off; %s }\n"
                        % (mcp_nginx.MODULE,
                           self.fill(http).replace("%(port)d",
                                                   str(self.port))))
            done = subprocess.run(
                [*command, mcp_nginx.BINARY, "-t", "-p", root,
                 "-c", root + "/nginx.conf", "-e", "stderr"],
                stderr=subprocess.PIPE, text=True, timeout=DEADLINE,
                env=NO_LEAKS)
        return done.returncode, done.stderr

    def configure(self, old, new):
        """Changes the configuration and reloads it."""

        path = self.directory.name + "/nginx.conf"
        with open(path) as f:
            text = f.read()
        if old not in text:
            raise AssertionError("not in the configuration: " + old)
        with open(path, "w") as f:
            f.write(text.replace(old, new))

        before = self.worker()
        self.process.send_signal(signal.SIGHUP)
        await_for(lambda: self.workers() and before not in self.workers(),
                  "new workers")

    def workers(self):
        path = "/proc/%d/task/%d/children" % ((self.process.pid,) * 2)
        with open(path) as f:
            return [int(pid) for pid in f.read().split()]

    # requests

    def connect(self, source="127.0.0.1", port=None):
        return socket.create_connection(("127.0.0.1", port or self.port),
                                        DEADLINE, (source, 0))

    def exchange(self, data, source="127.0.0.1"):
        """Sends bytes as they are; the first answer."""

        with self.connect(source) as s:
            s.sendall(data)
            response = http.client.HTTPResponse(
                s, method=data.split(b" ", 1)[0].decode("latin-1"))
            response.begin()
            return Answer(response)

    def request(self, method, path, body=b"", headers=(), host="localhost"):
        """The bytes of a request, and its number in the log."""

        case = "c%d" % next(self.cases)
        lines = ["%s %s HTTP/1.1" % (method, path), "Host: " + host,
                 "X-Case: " + case]
        lines += ["%s: %s" % header for header in headers]
        if body or method == "POST":
            lines.append("Content-Length: %d" % len(body))
        return "\r\n".join(lines + ["", ""]).encode("latin-1") + body, case

    def send(self, method, path, body=b"", headers=(), token=None,
             host="localhost", source="127.0.0.1"):
        headers = list(headers)
        if token is not None:
            headers.append(("Authorization", "Bearer " + token))
        data, case = self.request(method, path, body, headers, host)
        answer = self.exchange(data, source)
        answer.case = case
        return answer

    def get(self, path, headers=(), **more):
        return self.send("GET", path, b"", headers, **more)

    def mcp(self, method, params=None, path="/mcp", era=MODERN, id=1,
            headers=(), **more):
        headers, body = message(method, params, era, id, headers)
        return self.send("POST", path, body, headers, **more)

    def call(self, tool="hello", arguments=None, **more):
        return self.mcp("tools/call", {"name": tool,
                                       "arguments": arguments or {}}, **more)

    def tools(self, **more):
        """The names that tools/list has, over all pages."""

        names, params = [], {}
        while True:
            result = self.mcp("tools/list", params, **more).json["result"]
            names += [tool["name"] for tool in result["tools"]]
            if "nextCursor" not in result:
                return names
            params = {"cursor": result["nextCursor"]}

    def flood(self, requests, connections=4, depth=32):
        """Pipelines requests; the status of each, in their order."""

        status = [None] * len(requests)
        turns = iter(range(0, len(requests), depth))
        lock = threading.Lock()

        def work():
            with self.connect() as s, s.makefile("rb") as stream:
                while True:
                    with lock:
                        first = next(turns, None)
                    if first is None:
                        return
                    part = requests[first:first + depth]
                    s.sendall(b"".join(part))
                    for n in range(len(part)):
                        status[first + n] = read_status(stream)

        threads = [threading.Thread(target=work) for _ in range(connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return status

    # the log

    def entry(self, answer):
        """What the access log says of an answer."""

        def found():
            with open(self.directory.name + "/logs/auth.log") as f:
                f.seek(self.offset)
                while (line := f.readline()).endswith("\n"):
                    self.offset = f.tell()
                    one = json.loads(line)
                    self.logged[one["case"]] = one
            return self.logged.get(answer.case)

        return await_for(found, "a line in the log for " + answer.case)

    def reason(self, answer):
        return self.entry(answer)["reason"]

    def stop(self):
        bad = super().stop()
        self.idp.stop()
        self.echo.stop()
        self.folder.cleanup()
        return bad

    def close(self):
        """For tearDownModule(): what nginx logs must have no alerts."""

        bad = self.stop()
        if bad:
            raise AssertionError("in the log of nginx: "
                                 + "\n".join(bad[:10]))


def read_status(stream):
    line = stream.readline()
    length = 0
    while (header := stream.readline().lower()) not in (b"\r\n", b""):
        if header.startswith(b"content-length:"):
            length = int(header[15:])
    stream.read(length)
    return int(line.split()[1]) if line else None


def message(method, params=None, era=MODERN, id=1, headers=()):
    """The headers and the body of a JSON-RPC message."""

    lines = [("Content-Type", "application/json"),
             ("Accept", "application/json, text/event-stream"),
             ("MCP-Protocol-Version", era)]
    params = dict(params or {})

    if era == MODERN:
        params["_meta"] = META
        lines.append(("Mcp-Method", method))
        if "name" in params:
            lines.append(("Mcp-Name", params["name"]))

    replaced = {name.lower() for name, _ in headers}
    lines = [line for line in lines if line[0].lower() not in replaced]
    body = {"jsonrpc": "2.0", "id": id, "method": method, "params": params}
    return lines + list(headers), json.dumps(body).encode()


class AuthTest(unittest.TestCase):
    door = None                    # set by setUpModule()
    realm = None                   # whose tokens token() makes

    def token(self, **changes):
        return self.realm.token(**changes)

    def forged(self, key=None, header=None, alg=None, **changes):
        """A token with another header, or by another key."""

        return mint.token(key or self.realm.keys[0],
                          self.realm.claims(**changes), alg, header)

    def assertResult(self, answer, text=None):
        self.assertEqual(answer.status, 200, answer)
        self.assertIn("result", answer.json, answer)
        self.assertFalse(answer.json["result"].get("isError"), answer)
        if text is not None:
            self.assertIn(text, answer.json["result"]["content"][0]["text"])

    def assertRefused(self, answer, status, reason=None, error=None):
        """JSON, no page, not to be stored; "error" of the challenge."""

        self.assertEqual(answer.status, status, answer)
        self.assertEqual(answer.headers["Content-Type"], "application/json",
                         answer)
        self.assertIsInstance(answer.json, dict)

        if status in (401, 403):
            self.assertEqual(answer.headers["Cache-Control"], "no-store",
                             answer)
        if status == 503:
            self.assertRegex(answer.headers["Retry-After"] or "", r"^\d+$",
                             answer)
        if status == 401 or error:
            self.assertEqual(dict(challenge(answer.challenge)).get("error"),
                             error, answer)
        else:
            self.assertIsNone(answer.challenge, answer)
        if reason is not None:
            self.assertEqual(self.door.reason(answer), reason, answer)


class ClaimsTest(AuthTest):
    """Claims of a realm whose name is the location's, too."""

    path = "shop"

    def assertReason(self, reason, path=None, status=401, **changes):
        """Changes of a good token's claims; None: it is let in."""

        path = path or self.path
        with self.subTest((path, changes)):
            answer = self.door.call(
                path="/" + path,
                token=self.door.idp.realm(path).token(**changes))
            if reason is None:
                self.assertResult(answer)
            else:
                self.assertRefused(
                    answer, status, reason,
                    "insufficient_scope" if reason == "scope"
                    else "invalid_token" if status == 401 else None)
            return answer

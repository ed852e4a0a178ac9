# Copyright (C) mcp-nginx contributors
#
# Probes the wire, byte by byte, without any SDK: tables of requests and what
# must come back, each row with the ids of the rules that it shows.  "M" is
# mcp-2026-07-28.md (numbers are its sections, names rows of its section 9),
# "L" is mcp-legacy.md, "D6" section 6 of design.md.  What holds of every
# answer is in shape().  Rows that HTTP/2 can carry are sent again by it.
# Called by run.sh.
#
#     python3 wire.py [PART-OF-A-ROW'S-NAME...]

import json
import re
import socket
import subprocess
import sys
import tempfile

import wire_http
import wire_legacy
import wire_modern
from lab import Checks, HERE, Lab, free_port
from wire_rows import ANY, modern, call, legacy, message, post

ANSWER = 10                        # seconds; the server's own are shorter

# JSON-RPC's own codes, and those of the revision (M 1.3)
STANDARD = (-32700, -32600, -32601, -32602, -32603)
OWN = {"modern": (-32020, -32021, -32022), "legacy": (-32022, -32002)}


class Reply:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers                  # (name, value)
        self.body = body

    def header(self, name):
        values = [v for n, v in self.headers if n.lower() == name.lower()]
        return ", ".join(values) if values else None

    def __str__(self):
        return "%s %s\n%s" % (self.status, "; ".join(
            "%s: %s" % h for h in self.headers
            if h[0].lower() not in ("server", "date", "connection")),
            self.body.decode("utf-8", "backslashreplace")[:1000])


class Http1:
    """One connection; send() reads one reply."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), ANSWER)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.input = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.input.close()
        self.socket.close()

    def send(self, request):
        for piece in request.pieces():
            try:
                self.socket.sendall(piece)
            except OSError:
                break                           # answered and closed

        reply = self.read(request.verb)

        while reply.status == 100:
            reply = self.read(request.verb)
        return reply

    def read(self, verb):
        line = self.input.readline().decode("latin-1")
        if not line:
            raise OSError("the connection was closed without an answer")
        if not line.startswith("HTTP/1."):
            raise ValueError("no status line: %r" % line)

        status = int(line.split()[1])
        headers = []

        while True:
            line = self.input.readline().decode("latin-1").rstrip("\r\n")
            if not line:
                break
            name, _, value = line.partition(":")
            headers.append((name, value.strip()))

        reply = Reply(status, headers, b"")

        if verb == "HEAD" or status in (100, 204, 304):
            return reply

        if reply.header("Transfer-Encoding") == "chunked":
            while True:
                size = int(self.input.readline(), 16)
                reply.body += self.input.read(size)
                self.input.readline()
                if size == 0:
                    break
        elif reply.header("Content-Length") is not None:
            reply.body = self.input.read(int(reply.header("Content-Length")))
        else:
            reply.body = self.input.read()
        return reply


def http2_able(request):
    """Whether nghttp sends these very headers."""

    names = [n.lower() for n, _ in request.headers]

    return (request.raw is None and request.framing in ("length", "none")
            and request.version == "HTTP/1.1"
            and len(set(names)) == len(names)
            and {"host", "accept"} <= set(names)
            and not {"expect", "content-length",
                     "transfer-encoding"} & set(names)
            and request.verb not in ("HEAD", "TRACE")
            and not request.partial
            and all(v and v == v.strip() and v.isascii()
                    for _, v in request.headers))


def http2(port, request):
    """
    By HTTP/2: once for status and headers, once for the body.  Not by curl:
    its 7.88 drops an answer that comes before all of the body was sent.
    """

    command = ["nghttp", "--timeout=%d" % ANSWER, "--no-dep",
               "-H", ":method: " + request.verb]

    for name, value in request.headers:
        command += ["-H", "%s: %s" % (":authority" if name == "Host"
                                      else name.lower(), value)]
    if request.body is not None and request.framing == "length":
        command += ["-d", "/dev/stdin"]

    url = "http://127.0.0.1:%d%s" % (port, request.path)

    def run(*more):
        with tempfile.TemporaryFile() as body:
            body.write(request.body or b"")
            body.seek(0)
            done = subprocess.run(command + list(more) + [url], stdin=body,
                                  capture_output=True)
        if done.returncode != 0:
            raise OSError((done.stdout + done.stderr).decode()[-500:])
        return done.stdout

    log = run("-n", "-v").decode("latin-1")
    headers = [(":" + n if colon else n, v) for colon, n, v in re.findall(
        r"recv \(stream_id=\d+\) (:?)([^:\n]+): ?(.*)", log)]
    status = [int(v) for n, v in headers if n == ":status"]

    if not status:
        raise OSError("no answer: " + log[-500:])

    return Reply(status[-1], headers, run())


def unique(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError("a member twice: %s" % names)
    return dict(pairs)


def find(value, path):
    """The member that "a.b.0.c" names; KeyError if there is none."""

    for name in path.split("."):
        if isinstance(value, list):
            try:
                value = value[int(name)]
            except IndexError:
                raise KeyError(path) from None
        elif isinstance(value, dict):
            value = value[name]
        else:
            raise KeyError(path)
    return value


def shape(request, reply):
    """What holds of every answer with a body; what is wrong, or None."""

    if reply.header("Mcp-Session-Id") is not None:
        return "M HTTP-52: Mcp-Session-Id in the answer"

    if not reply.body or request.verb == "TRACE":
        return None

    try:
        value = json.loads(reply.body.decode(), object_pairs_hook=unique)
    except ValueError as e:
        return "M RPC-26: the body is not JSON: %s" % e

    if reply.header("Content-Type") not in (
            "application/json", "application/json; charset=utf-8"):
        return "M HTTP-11: Content-Type: %s" % reply.header("Content-Type")

    for one in value if isinstance(value, list) else [value]:
        wrong = envelope(request, one)
        if wrong:
            return wrong
    return None


def envelope(request, one):
    if not isinstance(one, dict) or one.get("jsonrpc") != "2.0":
        return "M RPC-3: not a JSON-RPC 2.0 message"
    if ("result" in one) == ("error" in one):
        return "L BASE-5: not exactly one of result and error"
    if set(one) - {"jsonrpc", "id", "result", "error"}:
        return "L 0.8: more members beside result or error"
    if "id" in one and (one["id"] is None or isinstance(one["id"], bool)):
        return "M RPC-5: id %r" % one["id"]

    if "error" in one:
        code = one["error"].get("code")
        if (type(code) is not int
                or type(one["error"].get("message")) is not str):
            return "M RPC-12, RPC-13: code or message is missing"
        if (-32768 <= code <= -32000
                and code not in STANDARD + OWN[request.era]):
            return "M RPC-16, RPC-19, RPC-21: code %d" % code
        text = one["error"]["message"]
        if not 0 < len(text) <= 200 or "\n" in text:
            return "M RPC-25: message is not one short sentence"
        if set(one["error"]) - {"code", "message", "data"}:
            return "L BASE-5: more members in error"
        return None

    if "id" not in one:
        return "M RPC-6: a result without id"

    result = one["result"]
    if type(result) is not dict:
        return "L 2.1: result is not an object"

    for name in ("content", "tools", "nextCursor", "structuredContent"):
        if result.get(name, 0) is None and name != "structuredContent":
            return "L 0.8: %s is null" % name

    if request.era == "modern":
        if type(result.get("resultType")) is not str:
            return "M RPC-9: no resultType"
        info = result.get("_meta", {}).get(
            "io.modelcontextprotocol/serverInfo", {})
        if not info.get("name") or not info.get("version"):
            return "M META-6: no serverInfo in _meta"
    else:
        for name in ("resultType", "ttlMs", "cacheScope", "_meta"):
            if name in result:
                return "M 3.4: %s in an older revision" % name
    return None


def unlike(answer, reply):
    """Where the reply is not that answer; None if it is."""

    if reply.status not in answer.status:
        return "status %s" % " or ".join(map(str, answer.status))

    for name, pattern in answer.headers.items():
        got = reply.header(name)
        if pattern is None and got is not None:
            return "no header %s" % name
        if pattern is not None and (got is None
                                    or not re.search(pattern, got, re.I)):
            return "header %s: %s" % (name, pattern)

    if answer.kind is None:
        return None
    if answer.kind == "empty":
        return "an empty body" if reply.body else None
    if not reply.body:
        return "a body"

    value = json.loads(reply.body)
    text = reply.body.decode()

    for raw in answer.raw:
        if raw not in text:
            return "the bytes " + raw

    if answer.kind == "batch":
        return unlike_batch(answer, value)
    if answer.kind == "json":
        return None if isinstance(value, dict) else "an object"
    if answer.kind not in value:
        return "the member " + answer.kind
    if answer.kind == "error" and answer.code != (None,):
        if value["error"]["code"] not in answer.code:
            return "code %s" % " or ".join(map(str, answer.code))

    if answer.id is None:
        if "id" in value:
            return "no id"
    elif not re.search('"id":%s[,}]' % re.escape(answer.id), text):
        return "id %s, byte for byte" % answer.id

    for path, expected in answer.has.items():
        try:
            got = find(value, path)
        except KeyError:
            return "a member " + path
        if expected is not ANY and not (expected(got) if callable(expected)
                                        else same(got, expected)):
            return "%s other than %r" % (path, got)

    for path in answer.lacks:
        try:
            find(value, path)
            return "no member " + path
        except KeyError:
            pass

    said = (value["error"]["message"] if answer.kind == "error" else
            " ".join(b.get("text", "")
                     for b in value["result"].get("content", [])))

    for word in answer.says:
        if word.lower() not in said.lower():
            return "text that says: " + word

    if "<html" in said:
        return "no page of nginx"
    return None


def same(got, expected):
    return got == expected and isinstance(got, bool) == isinstance(expected,
                                                                   bool)


def unlike_batch(answer, value):
    if not isinstance(value, list):
        return "an array"
    if len(value) != len(answer.has):
        return "%d answers" % len(answer.has)

    for id, expected in answer.has.items():
        found = [one for one in value
                 if one.get("id", "none") == id
                 and (expected is True and "result" in one
                      or one.get("error", {}).get("code") == expected)]
        if not found:
            return "an answer for id %r: %s" % (
                id, "a result" if expected is True else expected)
    return None


def judge(row, reply):
    wrong = shape(row.request, reply)
    if wrong:
        return wrong

    notes = [unlike(answer, reply) for answer in row.answers]
    if None in notes:
        return None
    return "expected " + ", or ".join(notes)


def try_row(row, send):
    """A note on what is wrong, or None."""

    reply = None

    try:
        reply = send(row.request)
        note = judge(row, reply)
    except (OSError, ValueError) as e:
        note = repr(e)

    if note is None:
        return None

    sent = b"".join(row.request.pieces())
    return "%s\nsent %s\ngot  %s" % (
        note, sent[:1500].decode("utf-8", "backslashreplace")
        .replace("\r\n", "\n     "), reply)


# what takes more than one request


def one_connection(port):
    """M ST-1, META-3: nothing is remembered between requests."""

    bare = post(message("tools/list"), {"Mcp-Method": "tools/list"})

    with Http1(port) as connection:
        first = connection.send(modern("tools/list"))
        second = connection.send(bare)
        third = connection.send(legacy("ping"))
        fourth = connection.send(bare)

    got = [first.status, json.loads(second.body)["error"]["code"],
           json.loads(third.body)["result"],
           json.loads(fourth.body)["error"]["code"]]
    return None if got == [200, -32602, {}, -32602] else got


def keeps_alive(port):
    """L 2.5: an error, and a body that was not read, end no connection."""

    requests = [modern("tools/list"), post("{"),
                modern("nope"), legacy("nope"),
                post("{}", {"Content-Type": "text/plain"}),
                legacy("ping", verb="GET", framing="none"),
                legacy("notifications/initialized", id=None),
                call("fault"), modern("tools/list")]

    with Http1(port) as connection:
        got = [connection.send(request).status for request in requests]

    return (None if got == [200, 400, 404, 200, 415, 405, 202, 200, 200]
            else got)


def pipelined(port):
    """M ST-2: two requests in one write, answers in their order."""

    one, two = call("hello", id='"a"'), modern("tools/list", id='"b"')

    with Http1(port) as connection:
        connection.socket.sendall(one.pieces()[0] + two.pieces()[0])
        got = [json.loads(connection.read("POST").body)["id"]
               for _ in range(2)]

    return None if got == ["a", "b"] else got


def stable_list(port):
    """M TOOL-4, TOOL-5: the same bytes on any connection, after calls."""

    bodies = set()

    for _ in range(8):
        with Http1(port) as connection:
            connection.send(call("hello"))
            bodies.add(connection.send(modern("tools/list")).body)

    return None if len(bodies) == 1 else "%d different lists" % len(bodies)


def pages(make):
    """M 4.3, CA-10, PAG-1: pages follow each other, the last has no more."""

    def story(port):
        names, scopes, params = [], set(), {}

        with Http1(port) as connection:
            for _ in range(4):
                value = json.loads(connection.send(
                    make("tools/list", params, path="/pages")).body)
                value = value["result"]
                names.append([t["name"] for t in value["tools"]])
                scopes.add(value.get("cacheScope"))
                if "nextCursor" not in value:
                    break
                params = {"cursor": value["nextCursor"]}

        if names != [["one", "two"], ["three"]] or len(scopes) != 1:
            return names, scopes
        return None

    return story


def bad_cursors(port):
    """M PAG-3: a cursor that was changed, cut, or is another list's."""

    bad = []

    with Http1(port) as connection:
        def ask(path, cursor=None):
            params = {} if cursor is None else {"cursor": cursor}
            return json.loads(connection.send(
                modern("tools/list", params, path=path)).body)

        good = ask("/pages")["result"]["nextCursor"]
        other = ask("/other-pages")["result"]["nextCursor"]
        flipped = good[:-1] + ("A" if good[-1] != "A" else "B")

        for cursor in (good[:-1], good + "A", flipped, "A" + good[1:]
                       if good[0] != "A" else "B" + good[1:], other,
                       good.upper() if good.upper() != good else good.lower(),
                       "", "2", "-1", good + "\0"):
            value = ask("/pages", cursor)
            if value.get("error", {}).get("code") != -32602:
                bad.append((cursor, value))

    return bad or None


def limited(path, status):
    """D6, M 1.7: what nginx throttles has a body that clients can read."""

    def story(port):
        with Http1(port) as connection:
            connection.send(legacy("ping", path=path))
            reply = connection.send(legacy("ping", path=path))

        value = json.loads(reply.body)
        if reply.status != status or "id" in value or "error" not in value:
            return reply
        return shape(legacy("ping"), reply)

    return story


STORIES = [
    ("M ST-1 META-3", "one connection, nothing remembered", one_connection),
    ("L 2.5", "errors end no connection", keeps_alive),
    ("M ST-2", "two requests in one write", pipelined),
    ("M TOOL-4 TOOL-5", "the list is stable", stable_list),
    ("M 4.3 CA-10 PAG-1", "pages", pages(modern)),
    ("L 2.11 PAGE-1", "pages of an older revision", pages(legacy)),
    ("M PAG-3", "cursors that are not ours", bad_cursors),
    ("D6 M 1.7", "429 of limit_req", limited("/limited", 429)),
    ("D6 M 1.7", "503 of limit_req", limited("/limited-503", 503)),
]


def main(words):
    checks = Checks()
    rows = wire_http.ROWS + wire_modern.ROWS + wire_legacy.ROWS

    def wanted(name):
        return not words or any(word in name for word in words)

    with Lab() as lab:
        fast = free_port()
        port = lab.nginx(HERE + "/wire.conf", "wire", ["errors.conf"],
                         _8081=fast)

        def by_http1(request):
            with Http1(port) as connection:
                return connection.send(request)

        for row in rows:
            name = "wire: %s [%s]" % (row.name, row.ids)
            if not wanted(name):
                continue

            note = try_row(row, by_http1)
            checks.check(note is None, name, note)

            if row.http2 and http2_able(row.request):
                note = try_row(row, lambda r: http2(fast, r))
                checks.check(note is None, name + ", HTTP/2", note)

        for ids, name, story in STORIES:
            name = "wire: %s [%s]" % (name, ids)
            if not wanted(name):
                continue

            try:
                note = story(port)
            except (OSError, ValueError, KeyError, TypeError) as e:
                note = repr(e)
            checks.check(note is None, name, note)

        trouble = lab.trouble("wire")
        checks.check(not trouble, "the log of nginx (wire) is clean",
                     "\n".join(trouble))

    return checks.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

# Copyright (C) mcp-nginx contributors
#
# A table of wire.py: HTTP itself, before a message is looked at (rows 1 to 6
# of the ladder, M 1.3), and what nginx refuses on its own.

from wire_rows import (Answer, JSON, Row, accepted, call, dump, encode,
                       error, legacy, message, meta, modern, post, result)

ORIGIN = "http://localhost:5173"

PING = legacy("ping")
LIST = modern("tools/list")
GET = legacy("ping").but(verb="GET", framing="none")


def refused(status, **more):
    """An HTTP error whose body a client can read; no id is known."""

    return Answer(status, "error", id=None, **more)


def origin(request, value):
    return request.but({"Origin": value})


def big(size):
    """A well-formed tools/list of that size at least."""

    return modern("tools/list", {"filler": "x" * size})


def chunked(request, size):
    return request.but(framing="chunked %d" % size)


ROWS = [
    # row 1: Origin

    *[Row("M HTTP-2 HTTP-3 HTTP-4, L HTTP-2 HTTP-3",
          "a foreign Origin, " + what, origin(request, "http://evil.example"),
          refused(403, headers={"Access-Control-Allow-Origin": None}))
      for what, request in (
          ("a modern request", LIST), ("an older request", PING),
          ("GET", GET), ("DELETE", GET.but(verb="DELETE")),
          ("a preflight", GET.but(
              {"Access-Control-Request-Method": "POST"}, verb="OPTIONS")),
          ("a notification", legacy("notifications/initialized", id=None)),
          ("a body that is no JSON", post("{")),
          ("a foreign Host, too", LIST.but({"Host": "evil.example"})))],

    *[Row("M HTTP-3, L 2.9", "Origin: " + value, origin(PING, value),
          refused(403))
      for value in ("null", "localhost", "http://127.0.0.1.evil.example",
                    "http://localhost.evil.example",
                    "http://localhost@evil.example", "file:///",
                    "http://api.example.com.evil.example",
                    "http://xapi.example.com")],

    # judgement: an empty Origin is present, and not allowed
    Row("M HTTP-3", "an empty Origin", origin(PING, ""), refused(403)),
    # judgement: two Origins cannot both be meant
    Row("M HTTP-3", "two Origins",
        PING.but(also=[("Origin", ORIGIN), ("Origin", "http://evil.example")]),
        refused(403), refused(400)),

    *[Row("M 1.2, L 2.9 CONF", "Origin: " + value, origin(PING, value),
          result(headers={"Access-Control-Allow-Origin":
                          "^%s$" % value.replace("[", r"\[").replace(
                              "]", r"\]"), "Vary": "Origin"}))
      for value in (ORIGIN, "http://127.0.0.1:8080", "https://localhost",
                    "http://[::1]:3000")],
    Row("M 1.2", "the server's own Origin",
        origin(PING, "http://api.example.com").but(
            {"Host": "api.example.com"}), result()),
    Row("L 2.9", "an Origin that is allowed, and exposed headers",
        origin(LIST, ORIGIN), result(headers={
            "Access-Control-Allow-Origin": ORIGIN})),
    Row("L 2.9", "an error to an allowed Origin can be read there",
        origin(modern("nope"), ORIGIN), error(404, -32601, headers={
            "Access-Control-Allow-Origin": ORIGIN})),
    Row("L 2.9", "no Origin, no CORS", PING,
        result(headers={"Access-Control-Allow-Origin": None})),
    Row("D6", "mcp_allowed_origins: in the list",
        origin(PING, "https://app.example.com").but(
            {"Host": "public.example.org"}, path="/listed"), result()),
    Row("D6", "mcp_allowed_origins: not in the list",
        origin(PING, ORIGIN).but({"Host": "public.example.org"},
                                 path="/listed"), refused(403)),
    Row("D6", "mcp_allowed_origins: another scheme",
        origin(PING, "http://app.example.com").but(
            {"Host": "public.example.org"}, path="/listed"), refused(403)),

    # row 2: Host

    *[Row("M 1.3/2, CONF", "Host: " + host, request.but({"Host": host}),
          refused((421, 403)))
      for host in ("evil.example", "10.0.0.1", "api.example.com.evil.example",
                   "127.0.0.1.evil.example", "evil.example:80")
      for request in (LIST,)],
    *[Row("M 1.3/2", "a foreign Host comes before " + what,
          request.but({"Host": "evil.example"}), refused((421, 403)))
      for what, request in (("the verb", GET), ("the media type", PING.but(
          {"Content-Type": "text/plain"})), ("the body", post("{")))],
    *[Row("D6", "Host: " + host, PING.but({"Host": host}), result())
      for host in ("api.example.com", "API.example.com", "localhost",
                   "api.example.com:8443", "127.0.0.1:3000", "[::1]",
                   "LOCALHOST:1")],
    Row("D6", "mcp_allowed_hosts: in the list",
        PING.but({"Host": "public.example.org"}, path="/listed"), result()),
    Row("D6", "mcp_allowed_hosts replaces the server's names",
        PING.but({"Host": "api.example.com"}, path="/listed"),
        refused((421, 403))),
    Row("M 1.3/2", "HTTP/1.0 without Host",
        PING.but(drop=["Host"], version="HTTP/1.0"), refused((421, 403, 400))),
    Row("D6", "HTTP/1.1 without Host is refused by nginx in JSON",
        PING.but(drop=["Host"]), refused(400)),

    # row 3: the verb

    *[Row("M HTTP-51 1.1, L HTTP-17 SESS-6", verb, GET.but(verb=verb),
          refused(405, headers={"Allow": r"\bPOST\b"}))
      for verb in ("GET", "DELETE", "PUT", "PATCH")],
    Row("M 1.1", "HEAD", GET.but(verb="HEAD"),
        Answer(405, "empty", headers={"Allow": "POST"})),
    Row("L HTTP-17", "GET for an event stream",
        GET.but({"Accept": "text/event-stream"}),
        refused(405, headers={"Allow": "POST"})),
    Row("M HTTP-53, L 2.8", "GET with Last-Event-ID",
        GET.but({"Accept": "text/event-stream", "Last-Event-ID": "7"}),
        refused(405)),
    Row("L SESS-6", "DELETE of a session",
        GET.but({"Mcp-Session-Id": "abc"}, verb="DELETE"), refused(405)),
    Row("M HTTP-51", "GET by the header of 2026-07-28",
        GET.but({"MCP-Protocol-Version": "2026-07-28"}), refused(405)),
    Row("M HTTP-51", "GET with a body", PING.but(verb="GET"), refused(405)),
    # nginx refuses it before it knows the location, so with a page
    Row("M 1.1", "TRACE", GET.but(verb="TRACE"), Answer(405, None)),

    Row("L 2.9", "preflight", GET.but({
            "Origin": ORIGIN, "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type, mcp-method"},
            drop=["Accept", "Content-Type", "MCP-Protocol-Version"],
            verb="OPTIONS"),
        Answer((204, 200), "empty", headers={
            "Access-Control-Allow-Origin": "^%s$" % ORIGIN,
            "Access-Control-Allow-Methods": r"\bPOST\b", "Vary": "Origin"})),
    *[Row("L 2.9, M 1.1", "preflight allows " + name, GET.but({
            "Origin": ORIGIN, "Access-Control-Request-Method": "POST"},
            verb="OPTIONS"),
          Answer((204, 200), "empty", headers={
              "Access-Control-Allow-Headers": r"(^|[ ,])%s($|[ ,])" % name}))
      for name in ("content-type", "accept", "authorization",
                   "mcp-session-id", "mcp-protocol-version", "last-event-id",
                   "mcp-method", "mcp-name", "mcp-param-depot")],
    # judgement: nobody asks so; any of these is harmless
    Row("M 1.1", "OPTIONS without Origin", GET.but(verb="OPTIONS"),
        Answer((200, 204, 405), None, headers={
            "Access-Control-Allow-Origin": None})),

    # row 5: media types

    *[Row("M 1.3/5, L 2.4", "Content-Type: %s" % value,
          request.but({"Content-Type": value}), refused(415))
      for request in (LIST,)
      for value in ("text/plain", "application/x-www-form-urlencoded",
                    "multipart/form-data; boundary=x", "text/json",
                    "application/jsonp", "application/problem+json",
                    "json")],
    Row("M 1.3/5", "no Content-Type", LIST.but(drop=["Content-Type"]),
        refused(415)),
    Row("L 2.4", "text/plain, an older request",
        PING.but({"Content-Type": "text/plain"}), refused(415)),
    *[Row("L 2.4", "Content-Type: " + value, LIST.but({"Content-Type": value}),
          result())
      for value in ("application/json; charset=utf-8", "Application/JSON",
                    "application/json;charset=UTF-8",
                    'application/json; charset="utf-8"')],
    *[Row("M 1.2, L 2.9", "Accept: " + value, LIST.but({"Accept": value}),
          result())
      for value in ("*/*", JSON, "application/*", "text/html, */*;q=0.1",
                    "text/event-stream, application/json",
                    "application/json;q=0.5, text/event-stream;q=1")],
    Row("M 1.2", "no Accept", LIST.but(drop=["Accept"]), result()),
    Row("L 2.9", "two lines of Accept", LIST.but(
        {"Accept": "text/event-stream"}, also=[("Accept", JSON)]), result()),
    *[Row("M 1.3/5", "Accept: " + value, LIST.but({"Accept": value}),
          refused(406))
      for value in ("text/html", "application/xml, text/plain")],
    # judgement: L 2.9 would answer with SSE, M 1.2 with 406
    Row("M 1.3/5, L 2.9", "Accept: text/event-stream alone",
        LIST.but({"Accept": "text/event-stream"}), refused(406),
        Answer(200, None, headers={"Content-Type": "text/event-stream"})),
    Row("M 1.3/5", "JSON with q=0", LIST.but(
        {"Accept": "application/json;q=0, text/html"}), refused(406)),
    Row("M 1.3/5", "the media type comes before the body",
        post("{", {"Content-Type": "text/plain"}), refused(415)),

    # sizes and framings

    Row("D6, M 1.3/5", "a body over client_max_body_size", big(70000),
        refused(413)),
    Row("D6, M 1.3/5", "the same, older", legacy("ping", {"x": "y" * 70000}),
        refused(413)),
    Row("D6, M 1.3/5", "the same, chunked", chunked(big(70000), 8000),
        refused(413)),
    Row("D6, M 1.3/5", "the same, with Expect: 100-continue",
        big(70000).but({"Expect": "100-continue"}), refused(413)),
    Row("D6", "a length that nobody has", LIST.but(
        {"Content-Length": "999999999999"}, framing="none"), refused(413)),
    *[Row("D6", "a body of %d bytes" % size, big(size), result())
      for size in (700, 1000, 1100, 5000, 60000)],
    *[Row("D6", "a body of %d bytes in chunks of %d" % (size, chunk),
          chunked(big(size), chunk), result())
      for size, chunk in ((10, 1), (10, 7), (10, 4096), (900, 13),
                          (5000, 7), (60000, 8192), (60000, 65536))],
    Row("D6", "a body in two writes", LIST.but(framing="split"), result()),
    Row("D6", "a big body in two writes", big(50000).but(framing="split"),
        result()),
    Row("D6", "Expect: 100-continue",
        big(2000).but({"Expect": "100-continue"}), result()),
    Row("D6", "a body that never ends (408)", LIST.but(partial=True),
        refused(408)),

    # row 6: JSON

    *[Row("M RPC-26 1.3/6, L 2.4 BASE-12", what,
          post(body, era=era), error(400, -32700, id=None))
      for era in ("modern", "legacy")
      for what, body in (
          ("an empty body, " + era, ""),
          ("half a message, " + era, '{"jsonrpc":"2.0","id":1'),
          ("invalid UTF-8, " + era,
           b'{"jsonrpc":"2.0","id":1,"method":"ping\xff"}'))],
    *[Row("M 1.3/6", what, post(body), error(400, -32700, id=None))
      for what, body in (
          ("white space only", " \r\n\t"),
          ("a word", "hello"),
          ("single quotes", "{'jsonrpc':'2.0','id':1,'method':'ping'}"),
          ("a trailing comma", message("ping")[:-1] + ",}"),
          ("a comment", message("ping") + "// x"),
          ("two messages", message("ping") + message("ping", id="2")),
          ("bytes after the message", message("ping") + " x"),
          ("a NUL after the message", message("ping") + "\0"),
          ("NaN", message("ping", '{"x":NaN}')),
          ("a number with a leading zero", message("ping", '{"x":01}')),
          ("a number that ends with a dot", message("ping", '{"x":1.}')),
          ("+1", message("ping", '{"x":+1}')),
          ("an unknown escape", message("ping", r'{"x":"\x41"}')),
          ("half an escape", message("ping", r'{"x":"\u00"}')),
          ("a raw line feed in a string", message("ping", '{"x":"a\nb"}')),
          ("a raw NUL in a string", message("ping", '{"x":"a\0b"}')),
          ("True", message("ping", '{"x":True}')),
          ("a name without quotes", '{jsonrpc:"2.0","id":1,"method":"ping"}'),
          ("a missing colon", '{"jsonrpc" "2.0"}'),
          ("an open array", '{"jsonrpc":"2.0","id":1,"params":[1,'),
          ("UTF-16", message("ping").encode("utf-16")),
          ("UTF-16 without a mark", message("ping").encode("utf-16-le")))],
    *[Row("M RPC-26 1.3/6", "invalid UTF-8: " + what,
          post(b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"'
               + text + b'"}}'), error(400, -32700, id=None))
      for what, text in (
          ("FF", b"\xff"), ("a continuation alone", b"a\x80b"),
          ("overlong C0 80", b"\xc0\x80"), ("overlong E0 80 AF",
                                            b"\xe0\x80\xaf"),
          ("a surrogate ED A0 80", b"\xed\xa0\x80"),
          ("over U+10FFFF", b"\xf4\x90\x80\x80"),
          ("cut at the end", b"\xf0\x9f\x98"), ("latin-1", b"caf\xe9"))],
    Row("M RPC-26", "invalid UTF-8 in a name of a member",
        post(b'{"jsonrpc":"2.0","id":1,"method":"ping","\xff":1}'),
        error(400, -32700, id=None)),

    # judgement: RFC 8259 lets a parser ignore a byte order mark
    Row("M 1.3/6", "a byte order mark", modern(
        "tools/list", body=b"\xef\xbb\xbf" + encode(message(
            "tools/list", {"_meta": meta()}))),
        error(400, -32700, id=None), result()),
    # judgement: half a surrogate pair is grammatical, and means nothing
    Row("M 1.3/6", "half a surrogate pair as an escape",
        modern("tools/list", body=message(
            "tools/list", '{"x":"\\ud800","_meta":%s}' % dump(meta()))),
        error(400, -32700, id=None), result()),

    # judgement: "nested too deep" and "a name twice" are JSON, so -32600
    # is as right as -32700
    *[Row("M 1.3/6, SCH-11", "10000 levels of " + what, post(
          message("tools/list", '{"x":%s}' % (text * 10000))),
          error(400, (-32700, -32600), id=None))
      for what, text in (("[", "["), ('{"a":', '{"a":'))],
    Row("M 1.3/6", "10000 levels, closed", post(
        message("tools/list", '{"x":%s1%s}' % ("[" * 10000, "]" * 10000))),
        error(400, (-32700, -32600), id=None)),
    Row("M 1.3/6", "10000 levels and nothing else", post("[" * 10000),
        error(400, (-32700, -32600), id=None)),
    Row("M 9", "30 levels are well", modern("tools/list", body=message(
        "tools/list", '{"x":%s1%s,"_meta":%s}' % (
            "[" * 30, "]" * 30, dump(meta())))), result()),
    *[Row("M 1.3/6", "a name twice: " + what, post(body),
          error(400, (-32700, -32600), id=None))
      for what, body in (
          ("id", '{"jsonrpc":"2.0","id":1,"id":2,"method":"tools/list"}'),
          ("method", '{"jsonrpc":"2.0","id":1,"method":"ping",'
                     '"method":"tools/list"}'),
          ("method, by an escape", '{"jsonrpc":"2.0","id":1,'
           '"method":"ping","meth\\u006fd":"tools/list"}'),
          ("in params", message("tools/call", '{"name":"hello",'
                                '"name":"fault"}')),
          ("in arguments", message("tools/call", '{"name":"echo",'
           '"arguments":{"text":"a","text":"b"}}')))],
    Row("M 1.3/6", "white space around the message", modern(
        "tools/list", body=" \r\n\t" + message(
            "tools/list", {"_meta": meta()}) + "\n"), result()),
    Row("M 1.3/6", "a huge number where nobody looks", modern(
        "tools/list", body=message("tools/list", '{"x":1e999,"_meta":%s}'
                                   % dump(meta()))), result()),

    # what nginx refuses before it knows the location (errors.conf)

    Row("D6", "414", PING.but(path="/mcp?" + "x" * 5000), refused(414),
        http2=False),
    Row("D6, M HTTP-58", "a header that is too large",
        PING.but({"X-Long": "x" * 5000}), refused(400),
        http2=False),
    Row("D6", "a header line that is none",
        PING.but(raw=b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                     b"Content-Length: x\r\n\r\n"), refused(400)),
    Row("D6", "a request line that is none", PING.but(
        raw=b"POST /mcp\x01 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"),
        refused(400)),
    Row("D6", "a transfer coding that nginx does not know", PING.but(
        {"Transfer-Encoding": "gzip"}, framing="none"), refused(501)),
    Row("D6", "a chunk that is none", PING.but(
        {"Transfer-Encoding": "chunked"}, framing="none").but(
            raw=b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                b"Content-Type: application/json\r\n"
                b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), refused(400)),
    Row("D6", "403 of deny", PING.but(path="/denied"), refused(403)),
    Row("D6", "403 of deny, a modern request",
        LIST.but(path="/denied"), refused(403)),

    # more of HTTP

    Row("M HTTP-1, L 2.3", "a query in the URL", LIST.but(path="/mcp?x=1"),
        result()),
    Row("M HTTP-8", "HTTP/1.0", LIST.but(version="HTTP/1.0"), result()),
    Row("M HTTP-8", "HTTP/1.0, a notification", legacy(
        "notifications/initialized", id=None).but(version="HTTP/1.0"),
        accepted()),
    Row("L 2.5", "gzip is not forced on anybody", LIST.but(
        {"Accept-Encoding": "identity"}),
        result(headers={"Content-Encoding": None})),
    Row("M 1.8", "a call by HTTP with its length", call("hello"),
        result(headers={"Content-Length": r"^\d+$",
                        "Content-Type": "^application/json$"}), http2=False),
]

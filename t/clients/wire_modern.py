# Copyright (C) mcp-nginx contributors
#
# A table of wire.py: revision 2026-07-28.  The ladder from row 7 on (M 1.3),
# headers that mirror the body (1.4, 1.5), the choice of an era (3.3), and
# what results are made of.

from wire_rows import (ANY, Answer, CAPABILITIES, LEGACY, MODERN, PREFIX, Row,
                       VERSION, accepted, call, dump, error, is_error, legacy,
                       message, meta, modern, post, result)

LIST = modern("tools/list")
BIG = "9007199254740993"
NOTE = "notifications/initialized"


def unserved(requested, id="1"):
    return error(400, -32022, id, has={
        "error.data.requested": requested,
        "error.data.supported": [MODERN]})


def mismatch(*says, id="1"):
    return error(400, -32020, id, says=says)


def shaped(id="1", **members):
    """A message of odd shape, with the metadata that it would need."""

    return post(message("tools/list", {"_meta": meta()}, id, **members))


def bare(params, method="tools/list"):
    return modern(method, body=message(method, params))


def parcel(arguments, headers=(), **more):
    return call("parcel", arguments, headers=headers, **more)


def args(text):
    return result(has={"result.structuredContent.args": text})


ROWS = [
    # row 7: JSON-RPC

    *[Row("M 1.3/7 RPC-3 HTTP-7", "the body is " + what, post(body),
          error(400, -32600, id=None))
      for what, body in (
          ("a number", "1"), ("a string", '"x"'), ("true", "true"),
          ("null", "null"), ("an empty array", "[]"), ("an empty object",
                                                       "{}"))],
    Row("M HTTP-7 3.3", "a batch",
        post("[%s]" % message("tools/list", {"_meta": meta()})),
        error(400, -32600, id=None)),
    Row("M HTTP-7 3.3", "a batch, by the header alone",
        post("[%s]" % message("ping")), error(400, -32600, id=None)),
    Row("M HTTP-7 3.3", "a batch, by the body alone",
        post("[%s]" % message("tools/list", {"_meta": meta()}),
             era="legacy", version=None), error(400, -32600, id=None)),
    Row("M HTTP-7 3.3", "a posted response",
        post('{"jsonrpc":"2.0","id":1,"result":{}}'),
        error(400, -32600, id="1"), error(400, -32600, id=None)),
    Row("M HTTP-7 3.3", "a posted error",
        post('{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"m"}}'),
        error(400, -32600, id="1"), error(400, -32600, id=None)),
    *[Row("M RPC-3", "jsonrpc is " + text, shaped(jsonrpc=text),
          error(400, -32600))
      for text in ('"1.0"', "2.0", "null", '"2.0 "', "2")],
    Row("M RPC-3", "jsonrpc is missing", post(
        '{"id":1,"method":"tools/list"}'), error(400, -32600)),
    Row("M 1.3/7", "method is missing", post('{"jsonrpc":"2.0","id":1}'),
        error(400, -32600)),
    *[Row("M 1.3/7", "method is " + text, post(
        '{"jsonrpc":"2.0","id":1,"method":%s}' % text), error(400, -32600))
      for text in ("1", "null", '["tools/list"]', "{}")],
    *[Row("M RPC-4 RPC-5", "id is " + text, shaped(text),
          error(400, -32600, id=None))
      for text in ("null", "true", "false", "{}", "[]", "[1]", "1.5", "-0.5",
                   "1e-1", "0.1e0")],
    # judgement: these are integers that are written with a fraction
    *[Row("M RPC-4 2.2", "id is %s: back as it is, or refused" % text,
          shaped(text), result(id=text), error(400, -32600, id=None))
      for text in ("1.0", "1e2", "10E-1", "-0", "1e400", "-0.0")],

    *[Row("M RPC-6 2.2, L BASE-3", "id " + text[:60],
          modern("tools/list", id=text), result(id=text))
      for text in ("0", "-1", "7", '"7"', BIG, "-" + BIG,
                   "1152921504606846976", "123456789012345678901234567890",
                   '""', '"a"', '"a\\u0000b"', '"\\u00e9"', '"é"', '"😀"',
                   '"\\ud83d\\ude00"', '"a\\/b"', '"a\\"b\\\\"', '"</script>"',
                   '" "', '"\\n"', '"null"', '"%s"' % ("x" * 2000))],
    *[Row("M RPC-11, L BASE-4", "id %s in an error" % text,
          modern("nope", id=text), error(404, -32601, id=text))
      for text in (BIG, '"a\\u0000b"', '"\\u00e9"', "0", '""')],
    *[Row("M RPC-6", "id %s in a call" % text, call("hello", id=text),
          result(id=text)) for text in (BIG, '"a\\u0000b"', "0")],
    Row("M RPC-11", "id in an error of the header",
        modern("tools/list", id=BIG, headers={"Mcp-Method": "x"}),
        mismatch(id=BIG)),
    Row("M 1.3", "members of a message in another order", modern(
        "tools/list", body='{"params":{"_meta":%s},"method":"tools/list",'
        '"id":1,"jsonrpc":"2.0"}' % dump(meta())), result()),
    Row("M 1.3", "unknown members of a message", modern(
        "tools/list", body='{"jsonrpc":"2.0","x":[1,{}],"id":1,'
        '"method":"tools/list","params":{"_meta":%s}}' % dump(meta())),
        result()),
    Row("M 1.3", "names with escapes", modern(
        "tools/list", body='{"jsonrpc":"2.0","\\u0069d":1,"method":'
        '"tools\\/list","params":{"_meta":%s}}' % dump(meta())), result()),

    # row 8: notifications

    Row("M HTTP-8 RPC-23 1.6", "a notification", modern(NOTE, id=None),
        accepted()),
    Row("M HTTP-8", "an unknown notification", modern(
        "notifications/none", id=None), accepted()),
    Row("M HTTP-8 1.6", "a notification without metadata", post(
        message(NOTE, id=None)), accepted()),
    Row("M CAN-11", "a malformed notifications/cancelled", post(
        message("notifications/cancelled", [1], id=None)), accepted()),
    Row("M CAN-8", "a cancellation of what is unknown", modern(
        "notifications/cancelled", {"requestId": 99}, id=None), accepted()),
    Row("M RPC-23", "a call as a notification is no call", call(
        "fault", id=None), accepted()),
    Row("M RPC-23", "an unknown method as a notification", modern(
        "nope", id=None), accepted()),
    Row("M 1.6, SEP 2243", "a notification without Mcp-Method", modern(
        NOTE, id=None).but(drop=["Mcp-Method"]), accepted()),
    Row("M HTTP-9 HTTP-10 1.6", "a notification of a version not served",
        modern(NOTE, id=None, headers={"MCP-Protocol-Version": "v999"}),
        error(400, -32022, id=None)),

    # rows 9 to 13 and the table of 3.3

    *[Row("M VER-9 3.3 HTTP-24, CONF", method + " with metadata is unknown",
          modern(method, {"protocolVersion": LEGACY[0], "capabilities": {},
                          "clientInfo": {"name": "x", "version": "1"},
                          "level": "info", "uri": "test://x",
                          "taskId": "x"}),
          error(404, -32601))
      for method in ("initialize", "ping", "logging/setLevel",
                     "resources/subscribe", "resources/unsubscribe",
                     "tasks/list", "tasks/result")],
    *[Row("M META-1 1.3/10 3.3, CONF", "header alone: " + what, request,
          error(400, -32602))
      for what, request in (
          ("no params", bare(None)),
          ("params is an array", bare([1])),
          ("params is null", bare("null")),
          ("params is a string", bare('"x"')),
          ("no _meta", bare({})),
          ("_meta is null", bare('{"_meta":null}')),
          ("_meta is an array", bare('{"_meta":[]}')),
          ("_meta is empty", bare({"_meta": {}})),
          ("protocolVersion is missing", bare({"_meta": {CAPABILITIES: {}}})),
          ("protocolVersion is null", bare({"_meta": meta(None)})),
          ("protocolVersion is a number", bare({"_meta": meta(20260728)})),
          ("protocolVersion is an array", bare({"_meta": meta([MODERN])})),
          ("initialize", bare({"protocolVersion": LEGACY[0],
                               "capabilities": {}, "clientInfo": {
                                   "name": "x", "version": "1"}},
                              "initialize")),
          ("ping", bare({}, "ping")),
          ("an unknown method", bare({}, "nope")))],
    Row("M HTTP-26 1.3/11", "the body alone", LIST.but(
        drop=["MCP-Protocol-Version"]), mismatch("MCP-Protocol-Version")),
    Row("M 1.2 1.3/11", "MCP-Protocol-Version twice", LIST.but(
        also=[("MCP-Protocol-Version", MODERN)]),
        mismatch("MCP-Protocol-Version")),
    Row("M 1.3/11", "MCP-Protocol-Version twice, the second is older",
        LIST.but(also=[("MCP-Protocol-Version", LEGACY[0])]),
        mismatch("MCP-Protocol-Version")),
    Row("M 1.2 1.3/11", "MCP-Protocol-Version with E9", LIST.but(
        {"MCP-Protocol-Version": MODERN + "\xe9"}), mismatch()),
    Row("M 1.3/11", "MCP-Protocol-Version is empty", LIST.but(
        {"MCP-Protocol-Version": ""}), mismatch()),
    *[Row("M HTTP-22 1.3/12", "header %s, body %s" % (header, body),
          modern("tools/list", {"_meta": meta(body)},
                 headers={"MCP-Protocol-Version": header}), mismatch())
      for header, body in ((MODERN, LEGACY[0]), (LEGACY[0], MODERN),
                           (MODERN, "v999.0.0"), ("v999.0.0", MODERN),
                           ("v999.0.0", "v998.0.0"), (MODERN, ""),
                           (MODERN, MODERN + " "))],
    *[Row("M VER-1 HTTP-23 1.3/13", "version %s in both" % version,
          modern("tools/list", {"_meta": meta(version)},
                 headers={"MCP-Protocol-Version": version}),
          unserved(version))
      for version in ("v999.0.0", "2031-01-01", LEGACY[0], "2024-11-05",
                      'a"b\\c', "x" * 300)],
    Row("M 1.3/13 before 15", "an unserved version, and no Mcp-Method",
        modern("tools/list", {"_meta": meta("v999")},
               headers={"MCP-Protocol-Version": "v999"}).but(
                   drop=["Mcp-Method"]), unserved("v999")),
    *[Row("M 3.3", "header v999 alone, " + method, legacy(
        method, version="v999"), unserved("v999"))
      for method in ("tools/list", "ping", "nope")],
    Row("M HTTP-55", "blanks and tabs around the version", LIST.but(
        {"MCP-Protocol-Version": " \t" + MODERN + "\t "}), result()),
    *[Row("M HTTP-44", "%s as a header's name" % name, LIST.but(
        {name: MODERN}, drop=["MCP-Protocol-Version"]), result())
      for name in ("mcp-protocol-version", "MCP-PROTOCOL-VERSION")],

    # row 14

    *[Row("M META-1 1.3/14", "clientCapabilities is " + text, modern(
        "tools/list", '{"_meta":{"%s":"%s","%s":%s}}' % (
            VERSION, MODERN, CAPABILITIES, text)), error(400, -32602))
      for text in ("null", "[]", '""', "true", "1")],
    Row("M META-1", "no clientCapabilities", modern(
        "tools/list", {"_meta": {VERSION: MODERN}}), error(400, -32602)),
    Row("M META-1 1.3/14 before 15", "no clientCapabilities, no Mcp-Method",
        modern("tools/list", {"_meta": {VERSION: MODERN}}).but(
            drop=["Mcp-Method"]), error(400, -32602)),
    Row("M META-2", "no clientInfo", LIST, result()),
    *[Row("M META-7 META-13", "clientInfo is " + text, modern(
        "tools/list", '{"_meta":{"%s":"%s","%s":{},"%sclientInfo":%s}}' % (
            VERSION, MODERN, CAPABILITIES, PREFIX, text)), result())
      for text in ('{"name":"a","version":"1"}', "{}", "null", '"x"')],
    Row("M 2.1", "unknown keys in _meta", modern(
        "tools/list", {"_meta": meta(**{"example.harbour/x": [1]})}),
        result()),
    Row("M VER-12", "odd extensions", modern("tools/list", {"_meta": {
        VERSION: MODERN, CAPABILITIES: {"extensions": [None], "x": 1}}}),
        result()),

    # row 15: Mcp-Method

    Row("M HTTP-27 1.3/15, CONF", "no Mcp-Method",
        LIST.but(drop=["Mcp-Method"]), mismatch("Mcp-Method")),
    *[Row("M HTTP-45 HTTP-46 1.3/15, CONF", "Mcp-Method: " + value,
          LIST.but({"Mcp-Method": value}), mismatch("Mcp-Method"))
      for value in ("tools/call", "TOOLS/LIST", "Tools/List", "tools/lis",
                    "tools/list2", "",
                    "=?base64?dG9vbHMvbGlzdA==?=")],
    Row("M 1.2", "Mcp-Method twice",
        LIST.but(also=[("Mcp-Method", "tools/list")]), mismatch()),
    Row("M 1.2", "Mcp-Method with E9", LIST.but(
        {"Mcp-Method": "tools/list\xe9"}), mismatch()),
    Row("M HTTP-55", "blanks and tabs around Mcp-Method", LIST.but(
        {"Mcp-Method": " \ttools/list\t "}), result()),
    *[Row("M HTTP-44, CONF", "%s as a header's name" % name,
          LIST.but({name: "tools/list"}, drop=["Mcp-Method"]), result())
      for name in ("mcp-method", "MCP-METHOD")],
    Row("M 1.3/15 before 16", "an unknown method, and no Mcp-Method",
        modern("nope").but(drop=["Mcp-Method"]), mismatch("Mcp-Method")),

    # row 16

    *[Row("M HTTP-24 RPC-2 RPC-15 1.3/16, CONF", "method " + method,
          modern(method, {"uri": "test://x", "name": "x"}),
          error(404, -32601))
      for method in ("nope", "unknown/method", "tools/lists", "tools",
                     "Tools/list", "resources/list", "resources/read",
                     "prompts/list",
                     "prompts/get", "resources/templates/list",
                     "completion/complete", "tasks/get", "rpc.discover")],
    Row("M 1.3/16", "an empty method", modern("", headers={"Mcp-Method": ""}),
        error(404, -32601), error(400, -32600), mismatch()),
    Row("M 1.3/16 before 17", "an unknown method, and no Mcp-Name",
        modern("prompts/get"), error(404, -32601)),

    # row 17: Mcp-Name and the sentinel

    Row("M HTTP-27 1.3/17, CONF", "no Mcp-Name",
        call("hello").but(drop=["Mcp-Name"]), mismatch("Mcp-Name")),
    *[Row("M HTTP-46 1.3/17 1.4, CONF", "Mcp-Name: " + value,
          call("hello", headers={"Mcp-Name": value}), mismatch("Mcp-Name"))
      for value in ("fault", "Hello", "hell", "helloo", "",
                    "=?base64?aGVsbG8?=",        # no padding
                    "=?base64?aGVsbG8==?=",      # too much of it
                    "=?base64?aGVsbG9=?=",       # tail bits are not zero
                    "=?base64?aGVs bG8=?=",      # alphabet
                    "=?base64?aGVsbG8-?=", "=?base64?aGVsb_8=?=",
                    "=?base64?????=",
                    "=?base64??=",               # empty
                    "=?base64?/w==?=",           # not UTF-8
                    "=?base64?ZmF1bHQ=?=",       # another name
                    "=?BASE64?aGVsbG8=?=",       # these are literal
                    "=?Base64?aGVsbG8=?=", "=?base64?aGVsbG8=",
                    "base64?aGVsbG8=?=", "aGVsbG8=",
                    "=?base64?aGVsbG8=?= x")],
    Row("M HTTP-36 1.4, CONF", "an encoded Mcp-Name", call(
        "hello", headers={"Mcp-Name": "=?base64?aGVsbG8=?="}), result()),
    Row("M HTTP-55, CONF", "blanks and tabs around Mcp-Name", call(
        "hello", headers={"Mcp-Name": "  \thello\t "}), result()),
    Row("M HTTP-55", "blanks around an encoded Mcp-Name", call(
        "hello", headers={"Mcp-Name": "\t=?base64?aGVsbG8=?= "}), result()),
    Row("M 1.2", "Mcp-Name twice",
        call("hello").but(also=[("Mcp-Name", "hello")]),
        mismatch("Mcp-Name")),
    Row("M 1.4", "Mcp-Name with E9", call(
        "hello", headers={"Mcp-Name": "hello\xe9"}), mismatch("Mcp-Name")),
    Row("M 1.2", "Mcp-Name where none is needed", modern(
        "tools/list", headers={"Mcp-Name": "x"}), result()),
    Row("M 1.3/17 before 20", "an unknown tool, and another in Mcp-Name",
        call("nope", headers={"Mcp-Name": "hello"}), mismatch("Mcp-Name")),
    Row("M 1.3/17 before 19", "arguments is wrong, and no Mcp-Name",
        call("hello", "[]").but(drop=["Mcp-Name"]), mismatch("Mcp-Name")),

    # rows 19 and 20

    # judgement: the header has nothing that it could equal, or params is bad
    *[Row("M 1.3/19", "params.name is " + text, modern(
        "tools/call", '{"name":%s,"_meta":%s}' % (text, dump(meta())),
        headers={"Mcp-Name": "hello"}), error(200, -32602), mismatch())
      for text in ("null", "1", "[]")],
    Row("M 1.3/19", "params.name is missing", modern(
        "tools/call", {}, headers={"Mcp-Name": "hello"}),
        error(200, -32602), mismatch()),
    *[Row("M TOOL-21 1.3/19", "arguments is " + text, call("hello", text),
          error(200, -32602))
      for text in ("[]", '"x"', "1", "true")],
    # judgement: null is not an object, but some clients send it for none
    Row("M TOOL-21", "arguments is null", call("hello", "null"),
        error(200, -32602), result()),
    Row("M TOOL-21 1.3/20", "an unknown tool", call("nope"),
        error(200, -32602)),
    Row("M TOOL-11 1.3/20", "a tool's name in another case", call("Hello"),
        error(200, -32602)),
    Row("M TOOL-21", "an empty name of a tool", call("", headers={
        "Mcp-Name": ""}), error(200, -32602)),
    Row("M TOOL-21", "an unknown tool with an encoded name", call(
        "né", headers={"Mcp-Name": "=?base64?bsOp?="}), error(200, -32602)),
    Row("M TOOL-21", "a name with NUL", call(
        "hello\0x", headers={"Mcp-Name": "=?base64?aGVsbG8AeA==?="}),
        error(200, -32602)),
    *[Row("M PAG-2 PAG-3 PAG-4 1.3/19", "cursor is " + text, modern(
        "tools/list", '{"cursor":%s,"_meta":%s}' % (text, dump(meta())),
        path=path), error(200, -32602))
      for path in ("/mcp", "/pages")
      for text in ('"garbage"', '""', "1", "{}", '"%s"' % ("A" * 3000))],
    # judgement: null is not a string, but some clients send it for none
    Row("M PAG-3", "cursor is null", modern(
        "tools/list", '{"cursor":null,"_meta":%s}' % dump(meta())),
        error(200, -32602), result()),
    *[Row("M LOG-6 1.3/19", "logLevel is " + text, modern(
        "tools/list", '{"_meta":{"%s":"%s","%s":{},"%slogLevel":%s}}' % (
            VERSION, MODERN, CAPABILITIES, PREFIX, text)),
        error(200, -32602)) for text in ('"loud"', "1", '"INFO"')],
    Row("M LOG-3", "a level is well", modern("tools/list", {"_meta": meta(
        **{PREFIX + "logLevel": "emergency"})}), result()),

    # row 21: Mcp-Param-*

    Row("M HTTP-28 1.5", "a mirrored parameter", parcel(
        {"depot": "north"}, {"Mcp-Param-Depot": "north"}),
        args("depot=north")),
    Row("M HTTP-28", "three of them", parcel(
        {"depot": "n", "count": 42, "flag": True},
        {"Mcp-Param-Depot": "n", "Mcp-Param-Count": "42",
         "Mcp-Param-Flag": "true"}), args("depot=n&count=42&flag=true")),
    Row("M HTTP-43 1.5, CONF", "the header is missing",
        parcel({"depot": "north"}), mismatch("Depot")),
    Row("M HTTP-42 1.5", "neither argument nor header", parcel({}), args("")),
    Row("M HTTP-42", "arguments is missing, and so are the headers",
        parcel(None), args("")),
    # whether null may stand for "absent" is the schema's business
    Row("M HTTP-42 1.5", "null without a header", parcel({"depot": None}),
        result()),
    *[Row("M 1.5 11", "header without an argument: " + what, parcel(
        arguments, {"Mcp-Param-Depot": "north"}), mismatch("Depot"))
      for what, arguments in (("absent", {}), ("null", {"depot": None}),
                              ("no arguments", None))],
    *[Row("M HTTP-40 HTTP-41 HTTP-46 1.5", "depot %r, header %r" % (
        value, header), parcel({"depot": value},
                               {"Mcp-Param-Depot": header}),
          mismatch("Depot"))
      for value, header in (
          ("north", "south"), ("north", "North"), ("north", ""),
          ("north", "=?base64?c291dGg=?="), ("", "x"), (" a ", " a "),
          ("north", "=?base64?bm9ydGg?="), ("north", "=?base64?bm9ydGg==?="),
          ("north", "=?base64?bm9ydGh=?="), ("north", "=?base64?b!!ydGg=?="),
          ("north", "=?BASE64?bm9ydGg=?="), ("north", "=?base64?bm9ydGg="),
          ("x", "=?base64?/w==?="), ("=?base64?aGk=?=", "=?base64?aGk=?="))],
    Row("M HTTP-39 1.4", "Mcp-Param-* with E9", parcel(
        {"depot": "é"}, {"Mcp-Param-Depot": "\xe9"}), mismatch("Depot")),
    Row("M HTTP-39 1.4", "Mcp-Param-* in raw UTF-8", parcel(
        {"depot": "é"}, {"Mcp-Param-Depot": "\xc3\xa9"}), mismatch("Depot")),
    *[Row("M HTTP-36 HTTP-37 1.4, CONF", "depot %r, header %r" % (
        value, header), parcel({"depot": value},
                               {"Mcp-Param-Depot": header}), result())
      for value, header in (
          ("Helsingør", "=?base64?SGVsc2luZ8O4cg==?="),
          ("north", "=?base64?bm9ydGg=?="), (" a ", "=?base64?IGEg?="),
          ("=?base64?aGk=?=", "=?base64?PT9iYXNlNjQ/YUdrPT89?="),
          ("=?BASE64?aGk=?=", "=?BASE64?aGk=?="),
          ("=?base64?aGk=", "=?base64?aGk="), ("aGk=?=", "aGk=?="),
          ("=?base64?=", "=?base64?="),
          ("a\nb", "=?base64?YQpi?="), ("", ""), ("", "=?base64??="),
          ("a  b", "a  b"), ('"q"', '"q"'))],
    Row("M HTTP-43", "an empty string and no header", parcel({"depot": ""}),
        mismatch("Depot")),
    Row("M HTTP-55", "blanks and tabs around Mcp-Param-*", parcel(
        {"depot": "north"}, {"Mcp-Param-Depot": " \tnorth\t"}), result()),
    Row("M HTTP-44", "mcp-param-depot as a header's name", parcel(
        {"depot": "north"}, {"mcp-param-DEPOT": "north"}), result()),
    # judgement: like the others of the first group (1.2)
    Row("M 1.2", "Mcp-Param-* twice", parcel(
        {"depot": "a"}, {"Mcp-Param-Depot": "a"}).but(
            also=[("Mcp-Param-Depot", "b")]), mismatch("Depot")),
    Row("M 1.5", "an unknown Mcp-Param-*", parcel(
        {"free": "x"}, {"Mcp-Param-Free": "y", "Mcp-Param-X": "\xe9"}),
        args("free=x")),
    *[Row("M HTTP-47 1.5", "count %s, header %s" % (value, header), parcel(
        '{"count":%s}' % value, {"Mcp-Param-Count": header}), result())
      for value, header in (("42", "42"), ("42", "42.0"), ("42.0", "42"),
                            ("0", "0"), ("-7", "-7"), ("-7", "-7.00"),
                            ("9007199254740991", "9007199254740991"))],
    *[Row("M HTTP-47 1.5", "count %s, header %s" % (value, header), parcel(
        '{"count":%s}' % value, {"Mcp-Param-Count": header}),
        mismatch("Count"))
      for value, header in (("42", "43"), ("42", "4.2e1"), ("42", "0x2A"),
                            ("42", "42.5"), ("42", ""), ("42", "forty-two"),
                            ("9007199254740991", "9007199254740990"),
                            ("42", "42 42"), ("42", "--42"))],
    Row("M HTTP-34", "an integer of 2^53", parcel(
        '{"count":9007199254740992}',
        {"Mcp-Param-Count": "9007199254740992"}), is_error(), mismatch()),
    *[Row("M HTTP-40 1.5", "flag true, header " + header, parcel(
        {"flag": True}, {"Mcp-Param-Flag": header}), mismatch("Flag"))
      for header in ("false", "True", "1", "")],
    Row("M 1.5", "flag false", parcel(
        {"flag": False}, {"Mcp-Param-Flag": "false"}), args("flag=false")),
    Row("M 1.3/21 before 24", "a bad argument, and a header missing", parcel(
        {"depot": "x", "free": 7}), mismatch("Depot")),
    Row("M 1.3/20 before 21", "Mcp-Param-* of an unknown tool", call(
        "nope", {"depot": "x"}, headers={"Mcp-Param-Depot": "y"}),
        error(200, -32602)),

    # methods

    Row("M VER-2 VER-3 4.2 CA-1", "server/discover", modern(
        "server/discover"), result(has={
            "result.supportedVersions": [MODERN],
            "result.capabilities.tools": ANY,
            "result.instructions": 'Say "hello" first.',
            "result.resultType": "complete",
            "result.ttlMs": lambda v: type(v) is int and v >= 0,
            "result.cacheScope": lambda v: v in ("public", "private")},
            lacks=("result.serverInfo", "result.capabilities.resources",
                   "result.capabilities.prompts",
                   "result.capabilities.logging",
                   "result.capabilities.tasks"),
            raw=('"name":"wire"', '"version":"1.2.3"',
                 '"title":"The wire"'))),
    Row("M CA-1 CA-5 CA-6 TOOL-2 TOOL-5 TOOL-8", "tools/list", LIST,
        result(has={
            "result.ttlMs": lambda v: type(v) is int and v >= 0,
            "result.cacheScope": lambda v: v in ("public", "private"),
            "result.resultType": "complete",
            "result.tools": lambda v: [t["name"] for t in v] == [
                "hello", "object", "array", "null", "number", "broken",
                "empty", "moved", "missing", "conflict", "fault", "busy",
                "closed", "denied", "headers", "echo", "path", "parcel"]
                and all(t["inputSchema"]["type"] == "object" for t in v),
            "result.tools.17.inputSchema.properties.depot.x-mcp-header":
                "Depot"}, lacks=("result.nextCursor",))),
    Row("M MRTR-3 4.0", "unknown params of a list are ignored", modern(
        "tools/list", {"inputResponses": {"x": 1}, "requestState": "x",
                       "task": {}}), result(has={
                           "result.resultType": "complete"})),
    Row("M HTTP-52 HTTP-53", "a session's id and Last-Event-ID are ignored",
        LIST.but({"Mcp-Session-Id": "abc", "Last-Event-ID": "7"}), result()),

    # calls

    Row("M 4.6 U1", "text", call("hello"), result(has={
        "result.content": [{"type": "text", "text": "hello"}],
        "result.resultType": "complete"}, lacks=(
            "result.structuredContent", "result.ttlMs",
            "result.cacheScope"))),
    Row("M 4.6", "no arguments", call("hello", None), result()),
    Row("M TOOL-19, issue 3", "a JSON object, byte for byte", call("object"),
        result(has={"result.structuredContent.a": 1,
                    "result.content.0.type": "text",
                    "result.content.0.text": lambda v: v ==
                    '{"a":1,"big":9007199254740993,"f":1.0,"e":1E2,'
                    '"s":"\\u0041\\u0000é"}'},
               raw=('"structuredContent":{"a":1,"big":9007199254740993,'
                    '"f":1.0,"e":1E2,"s":"\\u0041\\u0000é"}',))),
    *[Row("D6, M TOOL-27", "a JSON %s as structuredContent" % tool,
          call(tool), result(has={
              "result.structuredContent": value,
              "result.content": [{"type": "text", "text": dump(value)}]}))
      for tool, value in (("array", [1, 2]), ("null", None), ("number", 3))],
    Row("M TOOL-26", "half a JSON from the upstream", call("broken"),
        is_error(), result(lacks=("result.structuredContent",))),
    Row("M 4.6", "204 is a result", call("empty"), result(
        has={"result.content": lambda v: isinstance(v, list)},
        lacks=("result.structuredContent",))),
    *[Row("M TOOL-22 4.6 U4", "the upstream: " + what, call(tool),
          is_error(*says))
      for what, tool, says in (
          ("404", "missing", ("404", "No such parcel")),
          ("409", "conflict", ("409", "Delivered already")),
          ("500", "fault", ("500",)), ("503", "busy", ()),
          ("403", "denied", ("403",)),
          ("a redirect", "moved", ("302",)),
          ("nobody there", "closed", ()))],
    Row("M TOOL-23 1.3/24", "a missing argument", call("echo"),
        is_error("text")),
    *[Row("M TOOL-23 1.3/24, L TOOL-10", "an argument of a wrong type: "
          + text, call("echo", '{"text":"x",%s}' % text), is_error(name))
      for name, text in (("count", '"count":"7"'), ("count", '"count":7.5'),
                         ("ratio", '"ratio":"1"'), ("flag", '"flag":1'),
                         ("flag", '"flag":"true"'), ("list", '"list":"a"'),
                         ("list", '"list":{}'), ("count", '"count":[7]'))],
    Row("M TOOL-23", "an unknown argument", call(
        "echo", {"text": "x", "other": 1}), is_error("other")),
    Row("issue 3", "arguments of all types", call(
        "echo", '{"text":"a&b=c d/é","count":9007199254740993,"ratio":1.50,'
        '"flag":false,"list":["x","y,z"]}'),
        args("text=a%26b%3Dc%20d%2F%C3%A9&count=9007199254740993&ratio=1.50"
             "&flag=false&list=x,y%2Cz")),
    *[Row("issue 3: path traversal", "id %r stays in its segment" % value,
          call("path", {"id": value}), is_error())
      for value in ("a/b", "..", ".", "../x", "a\\b", "%2e%2e/x", "")],
    Row("issue 3", "an id with odd characters", call(
        "path", {"id": "a b?c#d%2e;é"}), result()),
    Row("issue 3: own header list", "the client's headers stay here", call(
        "headers", headers={"Authorization": "Bearer secret",
                            "Cookie": "a=b", "X-Own": "other",
                            "Origin": "http://localhost:1"}),
        result(has={"result.structuredContent": {
            "traceparent": "", "tracestate": "", "baggage": "",
            "authorization": "", "cookie": "", "origin": "", "name": "",
            "own": "own", "method": "GET"}})),
    Row("M META-10 2.2", "trace context of _meta goes upstream", call(
        "headers", meta_=meta(
            traceparent="00-5f2c1a7be0934d6c8a41d2f3907be615-3b1d9c02aa64e7f0"
                        "-01", tracestate="a=1,b=2", baggage="k=v")),
        result(has={
            "result.structuredContent.traceparent":
                "00-5f2c1a7be0934d6c8a41d2f3907be615-3b1d9c02aa64e7f0-01",
            "result.structuredContent.tracestate": "a=1,b=2",
            "result.structuredContent.baggage": "k=v"})),
    *[Row("M META-10 2.1", "a malformed traceparent: " + text, call(
        "headers", meta_=meta(traceparent=text)), result(has={
            "result.structuredContent.traceparent": ""}))
      for text in ("x", "00-00000000000000000000000000000000-3b1d9c02aa64e7f0"
                   "-01", "00-5f2c1a7be0934d6c8a41d2f3907be615-3b1d9c02aa64e7"
                   "f0-01\r\nX: y", "ff-5f2c1a7be0934d6c8a41d2f3907be615-"
                   "3b1d9c02aa64e7f0-01")],
    Row("M 4.0", "the old parameter task is ignored", modern(
        "tools/call", {"name": "hello", "task": {"ttl": 1}}), result(has={
            "result.resultType": "complete"})),
    # progress is never required (PRG-6); JSON or SSE as the server likes
    Row("M PRG-6", "a progress token", call("hello", meta_=meta(
        progressToken=0)), result(), Answer(200, None, headers={
            "Content-Type": "text/event-stream"}), http2=False),
]

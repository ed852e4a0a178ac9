# Copyright (C) mcp-nginx contributors
#
# A table of wire.py: revisions 2025-11-25, 2025-06-18 and 2025-03-26 (L 2),
# and how they live beside 2026-07-28 on one endpoint (L 8, D6).

from wire_rows import (ANY, LEGACY, MODERN, Answer, Row, accepted, batch, call,
                       dump, error, handshake, is_error, legacy, legacy_call,
                       message, meta, post, result)

BIG = "9007199254740993"
NOTE = "notifications/initialized"
OLD = "2024-11-05"

HELLO = {"result.content": [{"type": "text", "text": "hello"}]}


def messages(*texts):
    return "[%s]" % ",".join(texts)


def batched(*texts, version="2025-03-26"):
    return post(messages(*texts), era="legacy", version=version)


def notes(name, version=LEGACY[0], params=None):
    return legacy(name, params, id=None, version=version)


PING = message("ping", id='"p"')
LISTED = message("tools/list", id="2")
CALLED = message("tools/call", {"name": "hello", "arguments": {}}, id="3")
TOLD = message(NOTE, id=None)

ROWS = [
    # the handshake

    *[Row("L LIFE-1 LIFE-2 2.2", "initialize with " + version,
          handshake({"protocolVersion": version}), result(has={
              "result.protocolVersion": version,
              "result.capabilities.tools": ANY,
              "result.serverInfo.name": "wire",
              "result.serverInfo.version": "1.2.3",
              "result.serverInfo.title": "The wire",
              "result.instructions": 'Say "hello" first.'},
              lacks=("result.capabilities.resources",
                     "result.capabilities.prompts",
                     "result.capabilities.logging",
                     "result.capabilities.completions",
                     "result.capabilities.tasks")))
      for version in LEGACY + (OLD,)],
    *[Row("L LIFE-3 LIFE-4 0.6 2.2", "initialize with %r" % version,
          handshake({"protocolVersion": version}),
          result(has={"result.protocolVersion": LEGACY[0]}))
      for version in (MODERN, "2024-10-07", "1.0.0", "garbage", "",
                      "2025-11-25 ", "9" * 500)],
    *[Row("L 2.2", "initialize: " + what, handshake(params),
          error(200, -32602))
      for what, params in (
          ("no protocolVersion", {"protocolVersion": None}),
          ("protocolVersion is a number", {"protocolVersion": 20251125}),
          ("no capabilities", {"capabilities": None}),
          ("capabilities is an array", {"capabilities": []}),
          ("no clientInfo", {"clientInfo": None}),
          ("clientInfo is a string", {"clientInfo": "x"}))],
    Row("L 2.2", "initialize without params", legacy("initialize",
                                                     version=None),
        error(200, -32602)),
    Row("L 2.2 9.6", "initialize with an older version's header",
        handshake(version=LEGACY[1]),
        result(has={"result.protocolVersion": LEGACY[0]})),
    Row("D6, L 8/7", "initialize with an unknown version's header",
        handshake(version="v999"),
        result(has={"result.protocolVersion": LEGACY[0]})),
    Row("D6, L 8/6, M 3.3", "initialize with the header of 2026-07-28",
        handshake(version=MODERN), error(400, (-32602, -32020, -32600))),
    Row("L 2.6", "initialize with a stale session",
        handshake().but({"Mcp-Session-Id": "abc"}), result()),
    Row("L 0.8", "initialize with id 0 (TypeScript)", handshake(id="0"),
        result(id="0")),
    Row("L 2.9", "initialize with Mcp-Method of something else",
        handshake().but({"Mcp-Method": "tools/call", "Mcp-Name": "x"}),
        result()),
    Row("L 2.2", "initialize with many capabilities", handshake(
        {"capabilities": {"sampling": {}, "elicitation": {"url": {}},
                          "roots": {"listChanged": True}, "x": [1]}}),
        result()),

    # messages

    *[Row("L PING-1", "ping, " + str(version), legacy("ping",
                                                      version=version),
          result(has={"result": {}}))
      for version in LEGACY + (OLD, None)],
    Row("L PING-1 2.11", "ping of an unknown session", legacy("ping").but(
        {"Mcp-Session-Id": "none"}), result(has={"result": {}})),
    Row("L PING-1", "ping with params", legacy("ping", {"_meta": {
        "progressToken": 1}}), result(has={"result": {}})),
    *[Row("L BASE-3", "id " + id, legacy("ping", id=id), result(id=id))
      for id in ("0", "-1", BIG, '""', '"a"', '"a\\u0000b"', '"\\u00e9"')],
    *[Row("L 2.4 9.1", "unknown method %s is 200, %s" % (method, version),
          legacy(method, {"uri": "test://x", "level": "info", "name": "x"},
                 version=version), error(200, -32601))
      for version in (LEGACY[0], LEGACY[2], None)
      for method in ("nope", "resources/list", "prompts/get",
                     "logging/setLevel", "server/discover")],
    *[Row("L LIFE-6 CMP-3", "undeclared: " + method, legacy(
        method, {"uri": "test://x", "name": "x", "taskId": "x"}),
        error(200, -32601))
      for method in ("resources/read", "resources/templates/list",
                     "resources/subscribe", "prompts/list",
                     "completion/complete", "tasks/list", "tasks/get",
                     "roots/list", "Tools/List")],
    *[Row("L 2.4", "the message has " + what, post(body, era="legacy"),
          error(400, -32600, id=id))
      for what, body, id in (
          ("id null", message("ping", id="null"), None),
          ("id 1.5", message("ping", id="1.5"), None),
          ("id true", message("ping", id="true"), None),
          ("jsonrpc 1.0", message("ping", jsonrpc='"1.0"'), "1"),
          ("no jsonrpc", '{"id":1,"method":"ping"}', "1"),
          ("no method", '{"jsonrpc":"2.0","id":1}', "1"),
          ("a method that is a number",
           '{"jsonrpc":"2.0","id":1,"method":7}', "1"),
          ("only a number", "1", None), ("only null", "null", None),
          ("only a string", '"x"', None), ("no members", "{}", None))],
    *[Row("L 2.1", "params of %s is %s" % (method, params),
          legacy(method, params), error(200, -32602))
      for method in ("tools/list", "tools/call")
      for params in ("[]", "1", '"x"')],

    # versions

    *[Row("L VER-2 2.4 8/11", "version %r in the header" % version,
          legacy("ping", version=version), error(400, -32022, has={
              "error.data.requested": version,
              "error.data.supported": lambda v: MODERN in v}))
      for version in ("1999-01-01", "x", "2025-11-25x", "2025-11-2")],
    # judgement: an empty header is present, and names no version
    Row("L VER-2", "an empty version in the header",
        legacy("ping", version=""), error(400, (-32022, -32020))),
    Row("L 8/10 9.7", "no version's header", legacy("tools/list",
                                                    version=None), result()),
    Row("D6", "2024-11-05 in the header is old", legacy(
        "tools/list", version=OLD), result()),
    Row("L 9.5", "another old version than the one agreed on", legacy(
        "tools/list", version=LEGACY[1]).but({"Mcp-Session-Id": "x"}),
        result()),
    Row("M 3.3, L 8/8", "the header of 2026-07-28 on an older message",
        legacy("tools/list", {}, version=MODERN), error(400, -32602)),
    Row("M 3.3, L 8/5", "an older header on a message of 2026-07-28",
        legacy("tools/list", {"_meta": meta()}).but(era="modern"),
        error(400, -32020)),
    Row("L BASE-14", "odd _meta", legacy("tools/list", {"_meta": {
        "progressToken": [], "x": None, "mcp/y": {}}}), result()),
    Row("L BASE-14", "_meta is null", legacy("tools/list", {"_meta": None}),
        result()),

    # notifications and responses

    *[Row("L HTTP-6 BASE-7 0.4", "%s, %s" % (NOTE, version),
          notes(NOTE, version), accepted())
      for version in LEGACY + (OLD, None)],
    *[Row("L HTTP-6 BASE-7 CANC-2 CANC-3", "%s, params %s" % (name, params),
          notes(name, params=params), accepted())
      for name, params in (
          ("notifications/cancelled", {"requestId": 99, "reason": "x"}),
          ("notifications/cancelled", {}), ("notifications/cancelled", "[]"),
          ("notifications/progress", {"progressToken": 1, "progress": 1}),
          ("notifications/roots/list_changed", None),
          ("notifications/unknown", None), ("nope", None),
          ("ping", None), ("initialize", {"protocolVersion": 1}))],
    Row("L 2.1", "a tools/call without id is not run", legacy(
        "tools/call", {"name": "fault"}, id=None), accepted()),
    Row("L 2.6", "a notification of an unknown session", notes(NOTE).but(
        {"Mcp-Session-Id": "x"}), accepted()),
    *[Row("L 8/4 HTTP-6 2.13", "a posted " + what,
          post(body, era="legacy", version=version), accepted())
      for version in (LEGACY[0], None)
      for what, body in (
          ("result", '{"jsonrpc":"2.0","id":1,"result":{}}'),
          ("error", '{"jsonrpc":"2.0","id":1,"error":{"code":-1,'
                    '"message":"m"}}'))],
    Row("L HTTP-7", "a notification of an unserved version",
        notes(NOTE, "v999"), error(400, (-32022, -32600), id=None)),
    Row("L 8/9", "a notification with the header of 2026-07-28",
        notes(NOTE, MODERN), accepted()),

    # tools

    *[Row("L 0.8 2.12", "tools/list, " + str(version), legacy(
        "tools/list", version=version), result(has={
            "result.tools": lambda v: len(v) == 18 and all(
                t["inputSchema"]["type"] == "object"
                and None not in t.values() for t in v)},
            lacks=("result.nextCursor",)))
      for version in LEGACY + (None,)],
    Row("L PAGE-2", "a cursor that is garbage", legacy(
        "tools/list", {"cursor": "garbage"}), error(200, -32602)),
    Row("L PAGE-2", "a cursor that is a number", legacy(
        "tools/list", {"cursor": 1}), error(200, -32602)),
    *[Row("L 2.12", "text, " + str(version), legacy_call(
        "hello", version=version), result(has=HELLO, lacks=(
            "result.structuredContent",)))
      for version in LEGACY + (OLD, None)],
    Row("L 2.12", "no arguments", legacy_call("hello", None),
        result(has=HELLO)),
    *[Row("D6, L TOOL-6 1", "a JSON object, " + version, legacy_call(
        "object", version=version), result(
            has={"result.content.0.type": "text"},
            raw=('"structuredContent":{"a":1,"big":9007199254740993,',)))
      for version in LEGACY[:2]],
    Row("D6, L 1", "a JSON object, 2025-03-26", legacy_call(
        "object", version=LEGACY[2]), result(
            has={"result.content.0.type": "text"},
            lacks=("result.structuredContent",))),
    *[Row("D6, L TOOL-14 2.12", "a JSON %s, %s" % (tool, version),
          legacy_call(tool, version=version), result(
              has={"result.content.0.text": text}),
          ) if version == LEGACY[2] else
      # D6 leaves it out; L 2.12 would wrap it in an object
      Row("D6, L TOOL-14 2.12", "a JSON %s, %s" % (tool, version),
          legacy_call(tool, version=version),
          result(has={"result.content.0.text": text},
                 lacks=("result.structuredContent",)),
          result(has={"result.content.0.text": text,
                      "result.structuredContent":
                      lambda v: isinstance(v, dict)}))
      for version in LEGACY
      for tool, text in (("array", "[1,2]"), ("null", "null"),
                         ("number", "3"))],
    *[Row("L TOOL-8 0.3", "the upstream: %s, %s" % (tool, version),
          legacy_call(tool, version=version), is_error(says))
      for version in (LEGACY[0], LEGACY[2])
      for tool, says in (("missing", "No such parcel"), ("fault", "500"),
                         ("moved", "302"), ("closed", ""))],
    Row("L 2.12", "204 is a result", legacy_call("empty"), result()),
    *[Row("L TOOL-9 2.4", "an unknown tool, " + version, legacy_call(
        "nope", version=version), error(200, -32602)) for version in LEGACY],
    *[Row("L TOOL-9", "params of tools/call: " + dump(params), legacy(
        "tools/call", params), error(200, -32602))
      for params in ({}, {"name": 1}, {"name": None},
                     {"name": "hello", "arguments": []},
                     {"name": "hello", "arguments": "x"})],
    Row("L TOOL-9", "tools/call without params", legacy("tools/call"),
        error(200, -32602)),
    *[Row("L TOOL-9 TOOL-10 2.12", "bad arguments, " + version, legacy_call(
        "echo", {"text": 7}, version=version), is_error("text"))
      for version in LEGACY],
    Row("L TOOL-9", "a missing argument", legacy_call("echo"),
        is_error("text")),
    Row("L TASK-1 2.12", "params.task is ignored", legacy(
        "tools/call", {"name": "hello", "task": {"ttl": 1000}}),
        result(has=HELLO)),
    Row("L 2.11", "a progress token 0", legacy("tools/call", {
        "name": "hello", "_meta": {"progressToken": 0}}), result(has=HELLO),
        Answer(200, None, headers={"Content-Type": "text/event-stream"}),
        http2=False),
    Row("L 2.9", "Mcp-Method and Mcp-Name of something else are ignored",
        legacy_call("hello").but({"Mcp-Method": "ping", "Mcp-Name": "x"}),
        result(has=HELLO)),
    Row("M 3.4, L 2.9", "Mcp-Param-* is never asked for", legacy_call(
        "parcel", {"depot": "north"}), result(has={
            "result.structuredContent.args": "depot=north"})),
    Row("M 3.4", "Mcp-Param-* that differs is ignored", legacy_call(
        "parcel", {"depot": "north"}).but({"Mcp-Param-Depot": "south"}),
        result()),
    Row("issue 3", "the client's headers stay here", legacy_call(
        "headers").but({"Authorization": "Bearer x", "Cookie": "a=b",
                        "traceparent": "00-5f2c1a7be0934d6c8a41d2f3907be615-"
                                       "3b1d9c02aa64e7f0-01"}),
        result(has={"result.structuredContent.authorization": "",
                    "result.structuredContent.cookie": "",
                    "result.structuredContent.traceparent": ""})),

    # batches

    *[Row("L BASE-8 2.10", "a batch of two requests, %s" % version,
          batched(PING, LISTED, version=version),
          batch(("p", True), (2, True))) for version in ("2025-03-26", None)],
    Row("L BASE-8 2.10", "calls and a notification in a batch",
        batched(CALLED, TOLD, PING, message("tools/call", {"name": "object"},
                                            id="4")),
        batch((3, True), ("p", True), (4, True))),
    Row("L 2.10", "a batch of one", batched(PING), batch(("p", True))),
    Row("L 2.10", "errors in a batch are answers of their own", batched(
        PING, message("nope", id="5"), message("ping", id="6",
                                               jsonrpc='"1.0"'),
        message("tools/call", {"name": "nope"}, id="7")),
        batch(("p", True), (5, -32601), (6, -32600), (7, -32602))),
    Row("L 2.10", "an element that is no message", batched(PING, "1"),
        batch(("p", True), ("none", -32600))),
    Row("L 2.10", "an element with id null", batched(
        PING, message("ping", id="null")),
        batch(("p", True), ("none", -32600))),
    Row("L 2.10 HTTP-6", "a batch of notifications", batched(TOLD, TOLD),
        accepted()),
    Row("L 2.10 HTTP-6", "a batch of responses", batched(
        '{"jsonrpc":"2.0","id":1,"result":{}}'), accepted()),
    Row("L 2.10 2.4", "an empty batch", batched(),
        error(400, -32600, id=None)),
    Row("L 2.10", "an empty batch without a header", batched(version=None),
        error(400, -32600, id=None)),
    Row("L BASE-10 2.4", "initialize in a batch", batched(
        PING, message("initialize", {"protocolVersion": LEGACY[2],
                                     "capabilities": {}, "clientInfo": {
                                         "name": "x", "version": "1"}})),
        error(400, -32600, id=None)),
    *[Row("L BASE-11 2.4", "a batch in %s" % version,
          batched(PING, version=version), error(400, -32600, id=None))
      for version in LEGACY[:2]],
    Row("L 8/2, M 3.3", "a message of 2026-07-28 in a batch", batched(
        PING, message("tools/list", {"_meta": meta()}, id="2")),
        error(400, -32600, id=None)),
    Row("L 8/2, M 3.3", "a batch with the header of 2026-07-28",
        batched(PING, version=MODERN), error(400, -32600, id=None)),
    Row("L VER-2", "a batch with an unknown version's header",
        batched(PING, version="v999"),
        error(400, (-32022, -32600), id=None)),
    # judgement: "cap the count"; 400, or all of them, but not a part
    Row("L 2.10", "a batch of 1500", batched(
        *[message("ping", id=str(i)) for i in range(1500)]),
        error(400, -32600, id=None),
        Answer(200, "batch", has={i: True for i in range(1500)})),
    Row("L 2.10", "a batch in a batch", batched(messages(PING)),
        batch(("none", -32600)), error(400, -32600, id=None)),
    Row("L 2.10 1", "a call in a batch has no structuredContent",
        batched(message("tools/call", {"name": "object"})),
        Answer(200, "batch", has={1: True}, raw=('"content":',))),

    # the other era's requests on the same endpoint
    Row("L 8/5", "a call of 2026-07-28 beside all that", call("hello"),
        result(has=HELLO)),
]

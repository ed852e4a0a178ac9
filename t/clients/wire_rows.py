# Copyright (C) mcp-nginx contributors
#
# The words in which the tables of wire.py are written: requests of both
# eras, each byte of which a row can change, and what the answer must be.

import copy
import json

MODERN = "2026-07-28"
LEGACY = ("2025-11-25", "2025-06-18", "2025-03-26")

PREFIX = "io.modelcontextprotocol/"
VERSION = PREFIX + "protocolVersion"
CAPABILITIES = PREFIX + "clientCapabilities"

JSON = "application/json"
BOTH = "application/json, text/event-stream"

ANY = object()
RAW = "(raw)"


def dump(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Request:
    """
    A request; "framing" is "length", "chunked N", "split" (the body in two
    writes), or "none".  "raw" replaces it whole.
    """

    def __init__(self, headers, body, era, verb="POST", path="/mcp"):
        self.verb = verb
        self.path = path
        self.version = "HTTP/1.1"
        self.headers = headers                  # (name, value), in order
        self.body = body
        self.framing = "length"
        self.era = era
        self.raw = None
        self.partial = False                    # the body never ends

    def but(self, headers=(), drop=(), also=(), **fields):
        """A copy with headers set, dropped, or added a second time."""

        other = copy.copy(self)
        names = [name.lower() for name in list(dict(headers)) + list(drop)]
        other.headers = [h for h in self.headers
                         if h[0].lower() not in names]
        other.headers += list(dict(headers).items()) + list(also)
        for name, value in fields.items():
            assert hasattr(other, name)
            setattr(other, name, value)
        return other

    def head(self, framing):
        lines = ["%s %s %s" % (self.verb, self.path, self.version)]
        lines += ["%s: %s" % h for h in self.headers + framing]
        return "\r\n".join(lines + ["", ""]).encode("latin-1")

    def pieces(self):
        """What is written to the socket, one after another."""

        if self.raw is not None:
            return [self.raw]

        if self.body is None or self.framing == "none":
            return [self.head([])]

        kind, _, size = self.framing.partition(" ")

        if kind == "chunked":
            size = int(size)
            chunks = [self.body[i:i + size]
                      for i in range(0, len(self.body), size)]
            return [self.head([("Transfer-Encoding", "chunked")])
                    + b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in chunks)
                    + b"0\r\n\r\n"]

        length = len(self.body) + (10 if self.partial else 0)
        head = self.head([("Content-Length", "%d" % length)])

        if kind == "split":
            half = len(self.body) // 2
            return [head + self.body[:half], self.body[half:]]

        return [head + self.body]


def message(method, params=None, id="1", jsonrpc='"2.0"'):
    """A message's text; "id" and "params" may be raw, None leaves out."""

    members = ['"jsonrpc":' + jsonrpc]
    if id is not None:
        members.append('"id":' + id)
    members.append('"method":' + (method if method.startswith('"')
                                  else dump(method)))
    if params is not None:
        members.append('"params":' + (params if isinstance(params, str)
                                      else dump(params)))
    return "{" + ",".join(members) + "}"


def encode(body):
    return body.encode() if isinstance(body, str) else body


def meta(version=MODERN, **more):
    return {VERSION: version, CAPABILITIES: {}, **more}


def modern(method, params=(), id="1", headers=(), body=None, **fields):
    """A request of 2026-07-28 with its metadata; "params" may lack it."""

    if not isinstance(params, str):
        params = dict(params)
        params.setdefault("_meta", meta())
        if params["_meta"] is None:
            del params["_meta"]

    name = params.get("name") if isinstance(params, dict) else None

    lines = [("Host", "127.0.0.1"), ("Content-Type", JSON), ("Accept", BOTH),
             ("MCP-Protocol-Version", MODERN), ("Mcp-Method", method)]
    if isinstance(name, str):
        lines.append(("Mcp-Name", name))

    request = Request(lines, encode(message(method, params, id)
                                    if body is None else body), "modern")
    return request.but(headers, **fields)


def call(tool, arguments=(), id="1", headers=(), meta_=None, **fields):
    """A tools/call; "arguments" as raw text, None: no such member."""

    params = {"name": tool}

    if arguments is not None:
        params["arguments"] = RAW if isinstance(arguments, str) \
            else dict(arguments)

    params["_meta"] = meta() if meta_ is None else meta_

    request = modern("tools/call", params, id, headers, **fields)

    if isinstance(arguments, str):
        request.body = request.body.replace(dump(RAW).encode(),
                                            arguments.encode())
    return request


def legacy(method, params=None, id="1", version=LEGACY[0], body=None,
           **fields):
    """A request of an older revision; version None: no header."""

    lines = [("Host", "127.0.0.1"), ("Content-Type", JSON), ("Accept", BOTH)]
    if version is not None:
        lines.append(("MCP-Protocol-Version", version))

    request = Request(lines, encode(message(method, params, id)
                                    if body is None else body), "legacy")
    return request.but(**fields)


def legacy_call(tool, arguments=(), id="1", version=LEGACY[0], **fields):
    params = {"name": tool}
    if arguments is not None:
        params["arguments"] = dict(arguments)
    return legacy("tools/call", params, id, version, **fields)


def post(body, headers=(), era="modern", **fields):
    """Any body, with or without the headers of 2026-07-28."""

    make = modern if era == "modern" else legacy
    return make("tools/list", body=body, **fields).but(headers)


def handshake(params=None, version=None, **fields):
    whole = {"protocolVersion": LEGACY[0], "capabilities": {},
             "clientInfo": {"name": "wire", "version": "1"}}
    whole.update(params or {})
    return legacy("initialize", {k: v for k, v in whole.items()
                                 if v is not None}, version=version,
                  **fields)


class Answer:
    """
    What must come.  "kind": "result", "error", "batch", "empty", "json" (any
    JSON-RPC body), None (not looked at).  "id" is raw text, None: no id.
    "has": {"path.to.member": value or ANY}; "lacks": paths; "raw": texts that
    the body holds byte for byte; "says": words of error.message;
    "headers": {name: regex, or None: absent}.
    """

    def __init__(self, status, kind, code=None, id=None, has=(), lacks=(),
                 raw=(), says=(), headers=()):
        self.status = status if isinstance(status, tuple) else (status,)
        self.kind = kind
        self.code = code if isinstance(code, tuple) else (code,)
        self.id = id
        self.has = dict(has)
        self.lacks = lacks
        self.raw = raw
        self.says = says
        self.headers = dict(headers)


def result(id="1", **more):
    return Answer(200, "result", id=id, **more)


def error(status, code, id="1", **more):
    return Answer(status, "error", code, id, **more)


def is_error(*says, id="1", **more):
    """A result that the model shall read: the call has failed."""

    has = {"result.isError": True, **more.pop("has", {})}
    return Answer(200, "result", id=id, says=says, has=has,
                  lacks=("result.structuredContent",), **more)


def accepted():
    """202 and nothing (HTTP-8)."""

    return Answer(202, "empty", headers={"Content-Length": "^0$",
                                         "Transfer-Encoding": None})


def batch(*members):
    """An array with these answers, in any order; True is a result."""

    return Answer(200, "batch", has=dict(members))


class Row:
    def __init__(self, ids, name, request, *answers, http2=True):
        self.ids = ids
        self.name = name
        self.request = request
        self.answers = answers                  # any of them will do
        self.http2 = http2

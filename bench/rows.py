# Copyright (C) mcp-nginx contributors
"""The rows of the bench: what is sent to which location, what it may cost.

Read by bench.py and icount.py.
"""

import json

import auth

LEGACY, MODERN = "2025-11-25", "2026-07-28"
ID = 88888888                   # loadgen makes it another in each request
CALL, LIST, PING = "tools/call", "tools/list", "ping"


class Row:
    """One comparison: a message, what serves it, what it may cost.

    must and aim are ratios; must_us and aim_us, which take their place, are
    microseconds more than the limit.  "server" is the nginx with the module
    that answers, "against" a path of its own, or that of an nginx without.
    With "alg" the same token goes to both.
    """

    def __init__(self, name, method, what=None, must=None, aim=None,
                 era=LEGACY, path="/mcp5", server="module", against=None,
                 against_name="", must_us=None, aim_us=None, alg=None,
                 connections=64):
        self.name, self.method, self.what = name, method, what
        self.must, self.aim, self.era = must, aim, era
        self.must_us, self.aim_us = must_us, aim_us
        self.alg, self.connections = alg, connections

        limit = against or (f"/r/{what}/42?q=abc" if method == CALL
                            else f"/{name}")
        self.limit_is_module = against is not None
        self.sides = {"limit": (server if against else "limits", limit),
                      "module": (server, path)}
        self.against = against_name or ("proxy_pass" if method == CALL
                                        else "return 200")

    def message(self):
        params = {}
        if self.method == CALL:
            params = {"name": f"item_{self.what}",
                      "arguments": {"id": "42", "q": "abc"}}
        if self.era == MODERN:
            prefix = "io.modelcontextprotocol/"
            params["_meta"] = {
                prefix + "protocolVersion": MODERN,
                prefix + "clientInfo": {"name": "bench", "version": "1.0"},
                prefix + "clientCapabilities": {}}
        message = {"jsonrpc": "2.0", "id": ID, "method": self.method}
        if params:
            message["params"] = params
        return json.dumps(message, separators=(",", ":"))

    def headers(self):
        headers = {"Content-Type": "application/json",
                   "Accept": "application/json, text/event-stream",
                   "MCP-Protocol-Version": self.era}
        if self.era == MODERN:
            headers["Mcp-Method"] = self.method
            if self.method == CALL:
                headers["Mcp-Name"] = f"item_{self.what}"
        if self.alg:
            headers["Authorization"] = f"Bearer {auth.token(self.alg)}"
        return headers

    def raw(self, path):
        body = self.message()
        lines = [f"POST {path} HTTP/1.1", "Host: localhost"]
        lines += [f"{k}: {v}" for k, v in self.headers().items()]
        lines += [f"Content-Length: {len(body)}", "", body]
        return "\r\n".join(lines).encode()


def auth_row(name, alg, must_us=None, aim_us=None, server="cold"):
    """A ping with a token, against the endpoint that does not look at it."""
    return Row(name, PING, alg=alg, must_us=must_us, aim_us=aim_us,
               server=server, path="/auth3", against="/mcp3",
               against_name="no mcp_auth")


def rules_row(name, path):
    """A list of 3 that rules leave over, against the same without rules."""
    return Row(name, LIST, 3, alg="RS256", server="auth", path=path,
               against="/auth3", against_name="no rules")


ROWS = [
    Row("ping", PING),
    Row("list-3", LIST, 3, 1.35, 1.15, path="/mcp3"),
    Row("list-3-modern", LIST, 3, 1.35, 1.15, path="/mcp3", era=MODERN),
    Row("list-50", LIST, 50, 1.20, 1.0, path="/mcp50"),
    Row("list-500", LIST, 500, 1.05, 0.9, path="/mcp500"),
    Row("call-300b", CALL, "300b", 1.35, 1.20),
    Row("call-300b-modern", CALL, "300b", 1.35, 1.20, era=MODERN),
    Row("call-4k", CALL, "4k", 1.60, 1.35),
    Row("call-100k", CALL, "100k", 5.5, 3.8),
    Row("call-1m", CALL, "1m", 5.0, 3.6, connections=16),
    Row("call-beside-500", CALL, "300b", 1.02, 1.0, path="/mcp500",
        against="/mcp5", against_name="5 tools"),
    auth_row("auth-seen", "RS256", 1.5, 0.8, server="auth"),
    auth_row("auth-rs256", "RS256", 35, 22),
    auth_row("auth-es256", "ES256", 65, 52),
    auth_row("auth-eddsa", "EdDSA"),
    rules_row("auth-list-passed", "/passed3"),
    rules_row("auth-list-hidden", "/hidden50"),
]

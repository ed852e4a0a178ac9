#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""Who may use which tool: authorization.md 5, TL-1 to TL-7, T15, T16, T30.

Checks by subrequest are in t/auth_checks_test.py.
"""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))

from auth_door import (                                  # noqa: E402
    AUDIENCE, RESOURCE, AuthTest, Door, challenge, message, provider)
from idp import Idp                                      # noqa: E402

# the tools in their order, and the words that guard them

TOOLS = {
    "open": "",
    "purge": "require_claim roles has Admin;",
    "read": "require_scope orders.read;",
    "cancel": "require_scope orders.cancel;",
    "triple": "require_scope a.one b.two c.three;",
    "either": "require_any_scope x.one x.two;",
    "vault": "require_scope vault.open; visibility hide;",
    "boss": "require_claim roles has Boss; visibility show;",
    "both": "require_scope both.use; require_claim roles has Boss; "
            "visibility challenge;",
    "tenant": "require_claim dept in 7 8; require_claim level ge 3;"}

VISIBLE = ["open", "read", "cancel", "triple", "either", "boss", "both"]
ORDER = list(TOOLS)


def tools(names=None):
    return "".join("""
            mcp_tool %s {
                description "D.";
                request GET "/%s";
                pass @api;
                %s
            }
""" % (name, name, TOOLS[name]) for name in names or TOOLS)


def location(name, words, tools):
    return """
        location = /%s {
            mcp;
            %s
            %s
        }
""" % (name, words and "mcp_auth_resource https://api.example.com/%s; %s"
       % (name, words), tools)


def setUpModule():
    idp = Idp()
    AuthTest.realm = idp.realm("shop")
    AuthTest.door = Door(
        "    mcp_auth_implies both.all both.use orders.cancel;\n"
        + provider("shop", "audience %s;" % AUDIENCE)
        + """
    server {
        listen 127.0.0.1:%(port)s;
        location @api { proxy_pass http://127.0.0.1:%(echo)s; }
"""
        + location("mcp", "mcp_auth shop;", tools())
        + location("pages", "mcp_auth shop; mcp_page_size 2;", tools())
        + location("base", "mcp_auth shop; mcp_auth_scope base;", tools())
        + location("plain", "mcp_auth shop;", tools(["open", "read"]))
        + location("public", "mcp_auth shop; mcp_list_scope public;",
                   tools(["open", "read"]))
        + location("hidden", "mcp_auth shop; mcp_list_scope public;",
                   tools(["open", "purge"]))
        + location("free", "", tools(["open"]))
        + location("denied", "mcp_auth shop; mcp_auth_default deny;",
                   tools(["open", "read"]))
        + location("gentle", "mcp_auth shop; "
                   "mcp_auth_legacy_denial tool_error;", tools())
        + "\n    }\n", idp=idp)


def tearDownModule():
    AuthTest.door.close()


class RulesTest(AuthTest):
    def call(self, tool, path="/mcp", era=None, **claims):
        more = {} if era is None else {"era": era}
        return self.door.call(tool, path=path, token=self.token(**claims),
                              **more)

    def listed(self, path="/mcp", **claims):
        return self.door.tools(path=path, token=self.token(**claims))

    def sent(self, tool):
        return len(self.door.echo.of("/" + tool))

    def assertStepUp(self, answer, scope, path="/mcp", id=1):
        self.assertRefused(answer, 403, "scope", "insufficient_scope")
        self.assertEqual(challenge(answer.challenge)[:3], [
            ("error", "insufficient_scope"), ("scope", scope),
            ("resource_metadata", RESOURCE + path)])
        error = answer.json["error"]
        self.assertEqual((answer.json["id"], error["code"]), (id, 403))
        self.assertEqual(error["data"], {"error": "insufficient_scope",
                                         "scope": scope})


class Lists(RulesTest):
    def test_who_sees_what(self):
        """TL-1, S13, 5.2: hidden ones for those who may use them."""
        self.assertEqual(self.listed(), VISIBLE)
        for claims, more in (
                ({"roles": ["Admin"]}, {"purge"}),
                ({"scope": "vault.open"}, {"vault"}),
                ({"dept": 7, "level": 3}, {"tenant"}),
                ({"dept": "8", "level": 2.5}, set()),
                ({"dept": 7}, set()),
                ({"roles": ["Admin"], "scope": "vault.open", "dept": 8,
                  "level": 9}, {"purge", "vault", "tenant"})):
            with self.subTest(claims):
                self.assertEqual(self.listed(**claims),
                                 [name for name in ORDER
                                  if name in VISIBLE or name in more])

    def test_list_and_call_agree(self):
        """TL-1: what is not listed cannot be called, and hides."""
        for claims in ({}, {"roles": ["Admin", "Boss"]},
                       {"scope": "vault.open orders.read"}):
            names = self.listed(**claims)
            for tool in ORDER:
                with self.subTest((claims, tool)):
                    answer = self.call(tool, **claims)
                    unknown = (answer.status == 200
                               and answer.json.get("error", {}).get("code")
                               == -32602)
                    self.assertEqual(unknown, tool not in names, answer)

    def test_private(self):
        """TL-3, 5.2: cacheScope private, on all pages, for everybody."""
        for path, claims in (("/mcp", {}), ("/mcp", {"roles": ["Admin"]}),
                             ("/plain", {}), ("/hidden", {})):
            result = self.door.mcp("tools/list", path=path, token=self.token(
                **claims)).json["result"]
            self.assertEqual(result["cacheScope"], "private", path)
        for path in ("/public", "/free"):
            result = self.door.mcp("tools/list", path=path,
                                   token=self.token()).json["result"]
            self.assertEqual(result["cacheScope"], "public", path)

    def test_pages(self):
        """TL-3, T18: pages agree; a cursor opens nobody else's list."""
        admin, user = self.token(roles=["Admin"]), self.token()
        cursors, names, scopes, params = [], [], set(), {}
        while True:
            result = self.door.mcp("tools/list", params, path="/pages",
                                   token=admin).json["result"]
            self.assertLessEqual(len(result["tools"]), 2)
            names += [tool["name"] for tool in result["tools"]]
            scopes.add(result["cacheScope"])
            if "nextCursor" not in result:
                break
            cursors.append(result["nextCursor"])
            params = {"cursor": cursors[-1]}
        self.assertEqual((names, scopes), ([name for name in ORDER if name
                         in VISIBLE + ["purge"]], {"private"}))
        self.assertEqual(self.listed("/pages"), VISIBLE)

        for cursor in cursors:
            answer = self.door.mcp("tools/list", {"cursor": cursor},
                                   path="/pages", token=user)
            self.assertNotIn(b"purge", answer.text)
            self.assertEqual(self.door.mcp(
                "tools/list", {"cursor": cursor}, path="/pages").status, 401)

    def test_two_principals_in_turn(self):
        """TL-4, T17: each gets its own list, whoever asked before."""
        for _ in range(20):
            self.assertEqual(self.listed(), VISIBLE)
            self.assertIn("purge", self.listed(roles=["Admin"]))
            self.assertIn("vault", self.listed(scope="vault.open"))

    def test_many_sets_of_rules(self):
        """5.2: all 2^3 variants, again and again, bounded."""
        for turn in range(3):
            for bits in range(8):
                claims = {"roles": ["Admin"] if bits & 1 else ["User"],
                          "scope": "vault.open" if bits & 2 else "x",
                          "dept": 7 if bits & 4 else 1, "level": 5}
                names = self.listed(**claims)
                self.assertEqual([name in names for name in
                                  ("purge", "vault", "tenant")],
                                 [bool(bits & n) for n in (1, 2, 4)])


class Hidden(RulesTest):
    def test_hidden_is_unknown(self):
        """T16, TL-2: the same bytes as for a tool that does not exist."""
        for tool, era in (("purge", None), ("vault", None), ("tenant", None),
                          ("purge", "2025-11-25"), ("purge", "2025-03-26")):
            with self.subTest((tool, era)):
                other = "x" * len(tool)
                before = self.sent(tool)
                hidden = self.call(tool, era=era)
                unknown = self.call(other, era=era)
                self.assertEqual(hidden.status, 200)
                self.assertEqual(hidden.json["error"]["code"], -32602)
                self.assertEqual(
                    str(hidden.bare()).replace(tool, other),
                    str(unknown.bare()))
                self.assertEqual(self.sent(tool), before)

    def test_with_wrong_arguments(self):
        """TL-2: nothing about its parameters is told either."""
        for arguments in ({"x": 1}, [], "x", None):
            got = [self.door.mcp("tools/call", {
                "name": tool, "arguments": arguments}, token=self.token())
                for tool in ("purge", "xxxxx")]
            self.assertEqual(str(got[0].bare()).replace("purge", "xxxxx"),
                             str(got[1].bare()))

    def test_header_and_body(self):
        """T15, TL-1: Mcp-Name says one thing, the body another: 400."""
        for name, header in (("purge", "open"), ("cancel", "read"),
                             ("open", "purge")):
            answer = self.door.call(name, token=self.token(),
                                    headers=[("Mcp-Name", header)])
            self.assertEqual(answer.status, 400)
            self.assertEqual(answer.json["error"]["code"], -32020)
        before = self.sent("purge")
        headers, body = message("tools/call", {"name": "open"})
        body = body.replace(b'"name": "open"',
                            b'"name": "open", "name": "purge"')
        answer = self.door.send("POST", "/mcp", body, headers,
                                token=self.token())
        self.assertNotEqual(answer.status, 200)
        self.assertEqual(self.sent("purge"), before)


class Denied(RulesTest):
    def test_step_up(self):
        """TL-5, TL-6, A-6: all scopes of the tool, before any byte."""
        for tool, scope, has in (
                ("cancel", "orders.cancel", "orders.read"),
                ("triple", "a.one b.two c.three", "b.two"),
                ("triple", "a.one b.two c.three", "other")):
            with self.subTest((tool, has)):
                before = self.sent(tool)
                self.assertStepUp(self.call(tool, scope=has), scope)
                self.assertEqual(self.sent(tool), before)
        self.assertResult(self.call("triple",
                                    scope="c.three a.one b.two"))
        self.assertResult(self.call("cancel", scope="both.all"))

    def test_one_of_several(self):
        """5.1: require_any_scope needs one; the challenge names one way."""
        for scope in ("x.one", "x.two"):
            self.assertResult(self.call("either", scope=scope))
        answer = self.call("either")
        self.assertRefused(answer, 403, "scope", "insufficient_scope")
        asked = dict(challenge(answer.challenge))["scope"].split()
        self.assertTrue({"x.one", "x.two"} & set(asked))

    def test_with_the_base_scope(self):
        """5.1: the endpoint's rule first, then the tool's, too."""
        answer = self.call("open", "/base")
        self.assertRefused(answer, 403, "scope", "insufficient_scope")
        self.assertEqual(dict(challenge(answer.challenge))["scope"], "base")
        answer = self.call("cancel", "/base", scope="base")
        self.assertRefused(answer, 403, "scope", "insufficient_scope")
        self.assertIn("orders.cancel",
                      dict(challenge(answer.challenge))["scope"].split())
        self.assertResult(self.call("cancel", "/base",
                                    scope="orders.cancel base"))

    def test_no_step_up_where_it_does_not_help(self):
        """T30, A-7: denied for a role: 403 without a challenge."""
        for tool, claims in (("boss", {}), ("boss", {"roles": ["Admin"]}),
                             ("both", {"scope": "both.use"}), ("both", {})):
            with self.subTest((tool, claims)):
                answer = self.call(tool, **claims)
                self.assertRefused(answer, 403, "claim")
                self.assertEqual(answer.json["id"], 1)
                self.assertEqual(answer.json["error"]["code"], 403)
        self.assertStepUp(self.call("both", roles=["Boss"]), "both.use")
        self.assertResult(self.call("both", roles=["Boss"],
                                    scope="both.use"))

    def test_default_deny(self):
        """5.1: "mcp_auth_default deny": no rule, no access."""
        before = self.sent("open")
        answer = self.call("open", "/denied")
        self.assertNotIn("result", answer.json)
        self.assertEqual(self.door.reason(answer), "rule")
        self.assertEqual(self.sent("open"), before)
        self.assertResult(self.call("read", "/denied"))

    def test_ids(self):
        """5.3: the error has the request's own id."""
        for id in (7, "seven", "\u00e9"):
            answer = self.door.call("cancel", token=self.token(), id=id)
            self.assertEqual(answer.json["id"], id)


class Legacy(RulesTest):
    ERAS = ("2025-11-25", "2025-06-18", "2025-03-26")

    def test_status(self):
        """5.3: 403 for clients of all revisions."""
        for era in self.ERAS:
            answer = self.call("cancel", era=era)
            self.assertStepUp(answer, "orders.cancel")

    def test_tool_error(self):
        """5.3: mcp_auth_legacy_denial tool_error, for old clients only."""
        for era in ("2025-06-18", "2025-03-26"):
            answer = self.call("cancel", "/gentle", era)
            self.assertEqual(answer.status, 200)
            result = answer.json["result"]
            self.assertTrue(result["isError"])
            self.assertIn("orders.cancel", result["content"][0]["text"])
            self.assertEqual(self.door.reason(answer), "scope")
        self.assertStepUp(self.call("cancel", "/gentle"), "orders.cancel",
                          "/gentle")
        self.assertStepUp(self.call("cancel", "/gentle", "2025-11-25"),
                          "orders.cancel", "/gentle")

    def batch(self, *tools, token=None):
        return self.door.send("POST", "/mcp", json.dumps([
            {"jsonrpc": "2.0", "id": n, "method": "tools/call",
             "params": {"name": tool}} for n, tool in enumerate(tools)]
        ).encode(), [("Content-Type", "application/json"),
                     ("Accept", "application/json, text/event-stream"),
                     ("MCP-Protocol-Version", "2025-03-26")],
            token=token or self.token())

    def test_batch(self):
        """5.3: denied members have an error of their own inside 200."""
        answer = self.batch("open", "cancel", "boss", "purge", "nope",
                            "read")
        self.assertEqual(answer.status, 200)
        self.assertIsNone(answer.challenge)
        got = {one["id"]: one.get("error", {}).get("code")
               for one in answer.json}
        self.assertEqual(got, {0: None, 1: 403, 2: 403, 3: -32602,
                               4: -32602, 5: None})

    def test_batch_of_denied_ones(self):
        """5.3: all denied for scope: 403, one challenge for all."""
        before = self.sent("cancel"), self.sent("triple")
        answer = self.batch("cancel", "triple")
        self.assertEqual(answer.status, 403)
        self.assertEqual([one["error"]["code"] for one in answer.json],
                         [403, 403])
        self.assertEqual(self.door.reason(answer), "scope")
        parameters = dict(challenge(answer.challenge))
        self.assertEqual(parameters["error"], "insufficient_scope")
        self.assertEqual(set(parameters["scope"].split()),
                         {"orders.cancel", "a.one", "b.two", "c.three"})
        self.assertEqual((self.sent("cancel"), self.sent("triple")), before)

    def test_batch_without_a_token(self):
        """A-1: 401 for the whole of it."""
        self.assertRefused(self.batch("open", token="x"), 401, "b64",
                           "invalid_token")


if __name__ == "__main__":
    unittest.main()

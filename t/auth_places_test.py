#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""mcp_auth on any location, and ways around it: authorization.md 2.1, V-16,
T33, T19; API keys, anonymous callers.
"""

import hashlib
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))

from auth_door import (                                  # noqa: E402
    AUDIENCE, AuthTest, Door, endpoint, message, provider)
from idp import Idp                                      # noqa: E402
from loopback import response                            # noqa: E402

KEY, BARE = "k-4f1d9c", "k-without-scopes"


def rest(path, words="", upstream="proxy_pass http://127.0.0.1:%(echo)s;"):
    name = path.strip("= /").replace("/", "-")
    return """
        location %s {
            mcp_auth shop;
            mcp_auth_resource https://api.example.com/%s;
            %s
            %s
        }
""" % (path, name, words, upstream)


TOOLS = """
            mcp_tool free { description "D."; request GET "/free";
                            pass @api; public on; }
            mcp_tool mine { description "D."; request GET "/mine";
                            pass @api; }
            mcp_tool scoped { description "D."; request GET "/scoped";
                              pass @api; require_scope orders.read; }
            mcp_tool admin { description "D."; request GET "/admin";
                             pass @api; require_claim roles has Admin; }
"""

CONF = (
    """
    server {
        listen 127.0.0.1:%(port)s;
        location @api { proxy_pass http://127.0.0.1:%(echo)s; }
        location = /open { proxy_pass http://127.0.0.1:%(echo)s; }
        root %(files)s;
"""
    + rest("= /rest", "proxy_set_header X-User $mcp_sub;")
    + rest("= /scoped", "mcp_auth_scope orders.write;")
    + rest("= /server")
    + rest("= /any", "satisfy any; allow 127.0.0.1; deny all; "
                     "proxy_set_header X-User $mcp_sub;")
    + rest("= /all", "satisfy all; allow 127.0.0.1; deny all;")
    + rest("= /other", "mcp_auth_require_claim roles has Admin;")
    + rest("= /page", "error_page 401 /login; error_page 403 =404 /login;")
    + rest("= /soft", "error_page 401 = /open;")
    + rest("= /named", "error_page 401 = @fallback; "
                       "error_page 404 = @fallback; "
                       "proxy_intercept_errors on;")
    + rest("= /try", "", "try_files /none /rest;")
    + rest("= /part")
    + rest("= /keyed", "mcp_auth_api_keys %(files)s/keys; "
                       "proxy_set_header X-User $mcp_sub;")
    + """
        location = /second {
            mcp_auth twin;
            mcp_auth_resource https://api.example.com/second;
            proxy_pass http://127.0.0.1:%(echo)s;
            proxy_set_header X-User "$mcp_iss $mcp_sub";
        }
        location = /login { return 200 "log in"; }
        location @fallback {
            proxy_pass http://127.0.0.1:%(echo)s;
            proxy_set_header X-User $mcp_sub;
        }
        location = /rewritten { rewrite ^ /rest last; }
        location = /to-mcp { rewrite ^ /mcp last; }
        location = /index.html { ssi on; ssi_types *; }
        location = /asked {
            auth_request /mcp;
            proxy_pass http://127.0.0.1:%(echo)s;
        }
        location = /asked-rest {
            auth_request /rest;
            proxy_pass http://127.0.0.1:%(echo)s;
        }
"""
    + endpoint("mcp", "mcp_auth shop;")
    + endpoint("except", "mcp_auth shop;",
               "limit_except POST { proxy_pass http://127.0.0.1:%(echo)s; }")
    + endpoint("iffy", "mcp_auth shop;", "if ($http_x_ui) {",
               "proxy_pass http://127.0.0.1:%(echo)s; }")
    + """
        location = /optional {
            mcp;
            mcp_auth shop optional;
            mcp_auth_resource https://api.example.com/optional;
"""
    + TOOLS + """
        }
        location = /keys {
            mcp;
            mcp_auth shop;
            mcp_auth_resource https://api.example.com/keys;
            mcp_auth_api_keys %(files)s/keys header=X-Desk-Key;
"""
    + TOOLS.replace("public on;", "") + """
        }
    }
""")


def setUpModule():
    idp = Idp()
    idp.realm("twin")
    AuthTest.realm = idp.realm("shop")
    AuthTest.door = Door(
        provider("shop", "audience %s;" % AUDIENCE)
        + provider("twin", "audience %s;" % AUDIENCE) + CONF, idp=idp,
        files={"index.html": "<!--# include virtual=\"/mcp\" -->|"
                             "<!--# include virtual=\"/part\" -->|",
               "keys": "# the desk's own\n"
                       + "robot:%s:orders.read orders.list\n"
                       % hashlib.sha256(KEY.encode()).hexdigest()
                       + "bare:%s\n"
                       % hashlib.sha256(BARE.encode()).hexdigest()})


def tearDownModule():
    AuthTest.door.close()


class PlacesTest(AuthTest):
    def sent(self, path):
        return self.door.echo.of(path)

    def assertPasses(self, path, token, user="ada"):
        answer = self.door.get(path, token=token)
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(self.door.entry(answer)["sub"], user)
        return answer


class Proxies(PlacesTest):
    def test_rest(self):
        """Issue 1: a REST API behind proxy_pass, with the caller's name."""
        before = len(self.sent("/rest"))
        for token in (None, "x", self.token(exp=1)):
            self.assertEqual(self.door.get("/rest", token=token).status, 401)
        self.assertEqual(len(self.sent("/rest")), before)
        self.assertIn(b"X-User: ada",
                      self.assertPasses("/rest", self.token()).text)
        answer = self.door.get("/scoped", token=self.token())
        self.assertRefused(answer, 403, "scope", "insufficient_scope")

    def test_token_stays_here(self):
        """D-1, 1.6: proxy_pass does not pass the token on."""
        token = self.token()
        for path in ("/rest", "/server", "/second"):
            self.door.get(path, token=token)
        for request in self.door.echo.seen:
            self.assertNotIn(token.encode(), request.bytes)

    def test_server_of_mcp(self):
        """Issue 1: an MCP server that exists, with its own answers."""
        self.door.echo.routes["/server"] = response(
            200, {"jsonrpc": "2.0", "id": 1, "result": {}},
            [("Mcp-Session-Id", "s1")])
        headers, body = message("ping", era="2025-11-25")
        self.assertRefused(self.door.send("POST", "/server", body, headers),
                           401, "absent")
        answer = self.door.send("POST", "/server", body, headers,
                                token=self.token())
        self.assertEqual((answer.status, answer.headers["Mcp-Session-Id"]),
                         (200, "s1"))
        self.assertEqual(self.sent("/server")[-1].body, body)

    def test_spoofed_identity(self):
        """T19: a client's X-User never comes in the module's place."""
        spoof = [("X-User", "root"), ("X_User", "root"), ("x-user", "root")]
        answer = self.door.get("/rest", spoof, token=self.token())
        self.assertEqual(answer.status, 200)
        self.assertEqual(self.sent("/rest")[-1].header("X-User"), "ada")
        self.assertEqual(self.door.get("/any", spoof).status, 200)
        self.assertIsNone(self.sent("/any")[-1].header("X-User"))


class WaysAround(PlacesTest):
    def test_satisfy_any(self):
        """T33, V-16: let in by address is let in without a principal."""
        answer = self.assertPasses("/any", None, "")
        self.assertIsNone(answer.challenge)
        self.assertIn(b"X-User: ada",
                      self.assertPasses("/any", self.token()).text)
        answer = self.assertPasses("/any", self.token(exp=1), "")
        self.assertNotIn(b"X-User", answer.text)
        other = self.door.get("/any", source="127.0.0.2")
        self.assertEqual(other.status, 401)
        self.assertEqual(self.door.get("/any", token=self.token(),
                                       source="127.0.0.2").status, 200)

    def test_satisfy_all(self):
        """T33: both must let in."""
        self.assertPasses("/all", self.token())
        self.assertEqual(self.door.get("/all").status, 401)
        self.assertEqual(self.door.get("/all", token=self.token(),
                                       source="127.0.0.2").status, 403)

    def test_rewrite(self):
        """T33: "rewrite ... last" leads into the check."""
        self.assertEqual(self.door.get("/rewritten").status, 401)
        self.assertPasses("/rewritten", self.token())
        self.assertEqual(self.door.call(path="/to-mcp").status, 401)
        self.assertResult(self.door.call(path="/to-mcp",
                                         token=self.token()))

    def test_internal_redirects(self):
        """T33, V-16: X-Accel-Redirect, try_files: each location's own
        check."""
        for target, status in (("/rest", 401), ("/second", 401),
                               ("/mcp", 401), ("/login", 200)):
            self.door.echo.routes["/open"] = response(200, b"", [
                ("X-Accel-Redirect", target)])
            with self.subTest(target):
                self.assertEqual(self.door.get("/open").status, status)
        for target, token, status in (
                ("/rest", self.token(), 200), ("/second", self.token(), 401),
                ("/rest", self.token(exp=1), 401)):
            self.door.echo.routes["/open"] = response(200, b"", [
                ("X-Accel-Redirect", target)])
            with self.subTest((target, status)):
                self.assertEqual(self.door.get("/open", token=token).status,
                                 status)
        del self.door.echo.routes["/open"]
        self.assertEqual(self.door.get("/try").status, 401)
        self.assertPasses("/try", self.token())

    def test_principal_of_another_location(self):
        """T33: who is known to one provider is nobody to another."""
        self.door.echo.routes["/rest"] = response(200, b"", [
            ("X-Accel-Redirect", "/second")])
        self.addCleanup(self.door.echo.routes.pop, "/rest")
        self.assertEqual(self.door.get("/rest", token=self.token()).status,
                         401)
        self.door.echo.routes["/rest"] = response(200, b"", [
            ("X-Accel-Redirect", "/other")])
        self.assertEqual(self.door.get("/rest", token=self.token()).status,
                         403)
        self.door.echo.routes["/rest"] = response(200, b"", [
            ("X-Accel-Redirect", "/server")])
        self.assertPasses("/rest", self.token())

    def test_error_pages(self):
        """Issue 1, T33: the operator's pages win, and know nobody."""
        answer = self.door.get("/page")
        self.assertEqual((answer.status, answer.text), (401, b"log in"))
        answer = self.door.get("/soft", token=self.token(exp=1))
        self.assertEqual(answer.status, 200)
        self.assertEqual(self.door.entry(answer)["sub"], "")
        answer = self.door.get("/named", [("X-User", "root")])
        self.assertEqual(answer.status, 200)
        self.assertNotIn(b"X-User", answer.text)
        self.door.echo.routes["/named"] = lambda request: response(
            404 if not request.header("X-User") else 200, request.bytes)
        answer = self.door.get("/named", token=self.token())
        del self.door.echo.routes["/named"]
        self.assertEqual(answer.status, 200)
        self.assertIn(b"X-User: ada", answer.text)

    def test_other_handlers_of_an_endpoint(self):
        """T33: "limit_except" and "if" with a proxy_pass of their own,
        and what our own handler would refuse by itself."""
        before = len(self.sent("/except")), len(self.sent("/iffy"))
        for path in ("/except", "/iffy"):
            for method, headers, host in (
                    ("GET", [], "localhost"),
                    ("GET", [("Origin", "https://evil.example")],
                     "localhost"), ("GET", [], "evil.example"),
                    ("OPTIONS", [], "localhost")):
                with self.subTest((path, method, headers, host)):
                    answer = self.door.send(
                        method, path, b"", headers + [("X-UI", "1")],
                        host=host, token="x")
                    self.assertIn(answer.status, (401, 403, 421))
            answer = self.door.get(path, [("X-UI", "1")],
                                   token=self.token())
            self.assertEqual(answer.status, 200)
            self.assertNotIn(b"uthorization", answer.text)
        self.assertEqual((len(self.sent("/except")),
                          len(self.sent("/iffy"))),
                         (before[0] + 1, before[1] + 1))

    def test_subrequests(self):
        """T33, V-16: SSI and auth_request reach no tool without a
        principal."""
        before = len(self.sent("/hello"))
        answer = self.door.get("/index.html")
        self.assertNotIn(b'"result"', answer.text)
        self.assertEqual(self.door.entry(answer)["sub"], "")
        self.assertNotEqual(self.door.get("/asked").status, 200)
        headers, body = message("tools/call", {"name": "hello"})
        self.assertNotEqual(self.door.send("POST", "/asked", body,
                                           headers).status, 200)
        self.assertEqual(len(self.sent("/hello")), before)

    def test_subrequests_of_a_proxy(self):
        """T33: nor does a subrequest open a protected proxy_pass."""
        before = len(self.sent("/part")), len(self.sent("/rest"))
        self.assertNotIn(b"GET /part", self.door.get("/index.html").text)
        self.assertEqual(self.door.get("/asked-rest").status, 401)
        self.assertEqual((len(self.sent("/part")),
                          len(self.sent("/rest"))), before)
        self.assertEqual(self.door.get("/asked-rest",
                                       token=self.token()).status, 200)


class Anonymous(PlacesTest):
    def test_optional(self):
        """5.1: without a token only what is "public on"; the others are
        listed, so that a call can start a login, unless they hide."""
        self.assertEqual(self.door.tools(path="/optional"),
                         ["free", "mine", "scoped"])
        self.assertResult(self.door.call("free", path="/optional"))
        for tool in ("mine", "scoped"):
            before = len(self.sent("/" + tool))
            self.assertRefused(self.door.call(tool, path="/optional"), 401,
                               "absent")
            self.assertEqual(len(self.sent("/" + tool)), before)
        for tool in ("admin", "nope"):
            self.assertEqual(self.door.call(
                tool, path="/optional").json["error"]["code"], -32602)
        self.assertEqual(self.door.tools(path="/optional",
                                         token=self.token()),
                         ["free", "mine", "scoped"])
        self.assertResult(self.door.call("mine", path="/optional",
                                         token=self.token()))

    def test_bad_token_is_not_nobody(self):
        """5.1: a token that is shown must be good."""
        for token in ("x", self.token(exp=1)):
            self.assertEqual(self.door.call(
                "free", path="/optional", token=token).status, 401)

    def test_public_needs_optional(self):
        """5.1: "public on" elsewhere is an error."""
        code, said = self.door.check(
            provider("shop", "audience a;") + """
    server { location @api { return 200; } location = /mcp { mcp;
    mcp_auth shop; mcp_auth_resource https://a.example/mcp; """ + TOOLS
            + " } }")
        self.assertNotEqual(code, 0, said)


class ApiKeys(PlacesTest):
    def test_key(self):
        """Issue 9: a hashed key with a name and scopes."""
        for name, status in (("keys", 200), ("keyed", 200)):
            header = "X-Desk-Key" if name == "keys" else "X-API-Key"
            answer = (self.door.call("scoped", path="/keys",
                                     headers=[(header, KEY)])
                      if name == "keys" else
                      self.door.get("/keyed", [(header, KEY)]))
            self.assertEqual(answer.status, status, answer)
            entry = self.door.entry(answer)
            self.assertEqual((entry["sub"], entry["scope"]),
                             ("robot", "orders.read orders.list"))
        for request in self.door.echo.seen:
            self.assertNotIn(KEY.encode(), request.bytes)

    def test_scopes_of_a_key(self):
        """Issue 9: a key has the scopes of its line."""
        answer = self.door.call("scoped", path="/keys",
                                headers=[("X-Desk-Key", BARE)])
        self.assertEqual(answer.status, 403)
        self.assertResult(self.door.call("mine", path="/keys", headers=[
            ("X-Desk-Key", BARE)]))

    def test_unknown_keys(self):
        """Issue 9: others are 401, whatever they resemble."""
        digest = hashlib.sha256(KEY.encode()).hexdigest()
        for key in (KEY + "x", KEY[:-1], KEY.upper(), digest, "robot",
                    "robot:" + digest):
            self.assertRefused(self.door.call(
                "mine", path="/keys", headers=[("X-Desk-Key", key)]), 401,
                "api_key", "invalid_token")
        self.assertEqual(self.door.call("mine", path="/keys", headers=[
            ("X-API-Key", KEY)]).status, 401)
        self.assertEqual(self.door.call("hello", headers=[
            ("X-API-Key", KEY)]).status, 401)


if __name__ == "__main__":
    unittest.main()

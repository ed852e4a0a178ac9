#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""401, 403, 503 and the challenge: authorization.md 1.2, 1.3, A-1 to A-11.

Called by "make test"; tools/pyunit t/auth_challenge_test.py runs it alone.
"""

import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))

from auth_door import (                                  # noqa: E402
    AUDIENCE, RESOURCE, AuthTest, Door, challenge, endpoint, message,
    provider)
from idp import Idp                                      # noqa: E402

LEGACY = ("2025-11-25", "2025-06-18", "2025-03-26")


def setUpModule():
    idp = Idp()
    idp.realm("shop")
    idp.realm("down").faults = dict.fromkeys(
        ("oauth", "oidc-path", "oidc"), "status 500")

    AuthTest.realm = idp.realm("shop")
    AuthTest.door = Door(
        """
    log_format query '$request|$request_uri|$args|$arg_access_token|'
                     '$http_referer|$is_args|$uri';
"""
        + provider("shop", "audience %s;" % AUDIENCE)
        + provider("prefixed", "audience %s;" % AUDIENCE,
                   "scope_prefix api://desk/;",
                   issuer="http://127.0.0.1:%(idp)s/shop")
        + provider("down", "audience %s;" % AUDIENCE)
        + """
    server {
        listen 127.0.0.1:%(port)s;
        server_name api.example.com;
        access_log logs/auth.log auth;
        access_log logs/query.log query;
        access_log logs/combined.log combined;
        location @api { proxy_pass http://127.0.0.1:%(echo)s; }
        location = /rest {
            mcp_auth shop;
            mcp_auth_resource https://api.example.com/rest;
            mcp_auth_scope orders.read;
            proxy_pass http://127.0.0.1:%(echo)s;
        }
"""
        + endpoint("mcp", "mcp_auth shop;", "mcp_auth_scope orders.read;",
                   "mcp_auth_metadata path root;")
        + endpoint("realm", "mcp_auth shop;", "mcp_auth_realm desk;",
                   "mcp_auth_scope orders.read orders.list;",
                   "mcp_auth_require_claim roles has Admin;")
        + endpoint("prefix", "mcp_auth prefixed;",
                   "mcp_auth_scope orders.read openid;")
        + endpoint("bare", "mcp_auth shop;")
        + endpoint("down", "mcp_auth down;", "mcp_auth_timeout 1s;")
        + endpoint("advertised", "mcp_auth shop;",
                   "mcp_auth_scope orders.read;",
                   "mcp_auth_advertise orders.read orders.cancel;")
        + """
    }
""", idp=idp)


def tearDownModule():
    AuthTest.door.close()


def python_sdk(header, name):
    """extract_field_from_www_auth() of mcp/client/auth/utils.py."""

    match = re.search(rf'{name}=(?:"([^"]+)"|([^\s,]+))', header)
    return (match.group(1) or match.group(2)) if match else None


def typescript_sdk(header, name):
    """extractWWWAuthenticateParams() of client/auth.js."""

    words = header.split(" ")
    if words[0].lower() != "bearer" or len(words) < 2:
        return None
    match = re.search(name + r'=(?:"([^"]+)"|([^\s,]+))', header)
    return (match[1] or match[2]) if match else None


class NoCredential(AuthTest):
    def assertAbsent(self, answer):
        self.assertRefused(answer, 401, "absent")
        self.assertEqual(challenge(answer.challenge),
                         [("scope", "orders.read"),
                          ("resource_metadata", RESOURCE + "/mcp")])

    def test_no_authorization(self):
        """1.2, A-2: 401 without "error" where no credential was shown."""
        self.assertAbsent(self.door.call())

    def test_another_scheme(self):
        """1.2: Basic, DPoP and others are no credential of ours."""
        for value in ("Basic YTpi", "DPoP abc", "Bearerabc", "Digest x=y"):
            with self.subTest(value):
                self.assertAbsent(self.door.call(
                    headers=[("Authorization", value)]))

    def test_each_method_of_http_and_mcp(self):
        """A-1: GET, DELETE, initialize, discover, notifications, junk."""
        for era in LEGACY:
            with self.subTest(era):
                self.assertAbsent(self.door.mcp("initialize", {
                    "protocolVersion": era, "capabilities": {},
                    "clientInfo": {"name": "t", "version": "1"}}, era=era))
        for method in ("server/discover", "tools/list", "ping", "nonsense"):
            with self.subTest(method):
                self.assertAbsent(self.door.mcp(method))
        for method in ("GET", "DELETE", "PUT", "PATCH"):
            with self.subTest(method):
                self.assertAbsent(self.door.send(method, "/mcp"))
        for body in (b"", b"{", b"[]", b"x" * 100000):
            with self.subTest(body[:2]):
                self.assertAbsent(self.door.send("POST", "/mcp", body))

    def test_head(self):
        """A-1: HEAD, too."""
        answer = self.door.send("HEAD", "/mcp")
        self.assertEqual(answer.status, 401)
        challenge(answer.challenge)

    def test_a_connection_carries_no_identity(self):
        """A-1, 1.7: the second request of a connection has no token."""
        headers, body = message("tools/call", {"name": "hello"})
        token = ("Authorization", "Bearer " + self.token())
        good, case = self.door.request("POST", "/mcp", body,
                                       headers + [token])
        bad, _ = self.door.request("POST", "/mcp", body, headers)
        self.assertEqual(self.door.flood([good, bad, good, bad, bad], 1),
                         [200, 401, 200, 401, 401])

    def test_a_session_is_no_credential(self):
        """T18, 1.7: Mcp-Session-Id, cookies and others let nobody in."""
        self.assertAbsent(self.door.call(era="2025-11-25", headers=[
            ("Mcp-Session-Id", self.token()),
            ("Cookie", "access_token=" + self.token()),
            ("Proxy-Authorization", "Bearer " + self.token()),
            ("X-Forwarded-Access-Token", self.token())]))

    def test_what_is_no_mcp_endpoint(self):
        """1.2: the same challenge, and a JSON body that names no MCP."""
        answer = self.door.get("/rest")
        self.assertRefused(answer, 401, "absent")
        self.assertNotIn("jsonrpc", answer.json)
        self.assertEqual(challenge(answer.challenge),
                         [("scope", "orders.read"),
                          ("resource_metadata", RESOURCE + "/rest")])


class BadCredential(AuthTest):
    def test_bad_syntax_is_401(self):
        """1.2, A-3: an empty or illegal value is 401 and never 400."""
        for value in ("Bearer", "Bearer ", "Bearer a b", "Bearer ,",
                      "Bearer =", "Bearer a=b", 'Bearer "abc"', "Bearer a\"b",
                      "Bearer a,b", "Bearer \u00e9", "bearer a;b"):
            with self.subTest(value):
                answer = self.door.call(headers=[("Authorization", value)])
                self.assertRefused(answer, 401, "syntax", "invalid_token")
                self.assertEqual(challenge(answer.challenge)[:3], [
                    ("error", "invalid_token"), ("scope", "orders.read"),
                    ("resource_metadata", RESOURCE + "/mcp")])

    def test_the_scheme_is_spelt_in_any_case(self):
        """2.2: one or more blanks, "bearer" in any case."""
        for words in ("bearer ", "BEARER ", "Bearer   ", "bEaReR "):
            with self.subTest(words):
                self.assertResult(self.door.call(
                    headers=[("Authorization", words + self.token())]))

    def test_expired(self):
        """A-3: 401 invalid_token, and the message tells no reason."""
        answer = self.door.call(token=self.token(exp=1))
        self.assertRefused(answer, 401, "exp", "invalid_token")
        self.assertEqual(answer.json["error"]["code"], 401)
        self.assertEqual(answer.json["jsonrpc"], "2.0")
        self.assertNotIn("id", answer.json)

    def test_two_lines(self):
        """1.2: two Authorization lines are 400, by nginx itself."""
        token = ("Authorization", "Bearer " + self.token())
        self.assertEqual(self.door.call(headers=[token, token]).status, 400)

    def test_token_in_the_query(self):
        """A-11: 400, not evaluated, in no log; also beside a header."""
        secret = self.token()
        for query in ("access_token=" + secret, "a=b&access_token=" + secret,
                      "access_token=" + secret + "&c=d", "access_token=",
                      "access%5ftoken=" + secret, "acc%65ss_token=" + secret):
            for token in (None, self.token()):
                for path in ("/mcp?", "/rest?"):
                    with self.subTest((path, query[:14], token is None)):
                        answer = self.door.call(path=path + query,
                                                token=token)
                        self.assertRefused(answer, 400, "query",
                                           "invalid_request")
        for name in ("auth.log", "query.log", "combined.log", "access.log",
                     "error.log"):
            with self.subTest(name):
                log = self.door.log(name)
                self.assertNotIn(secret, log)
                self.assertNotIn(secret.split(".")[2], log)

    def test_no_other_name_is_meant(self):
        """A-11: what only resembles the parameter is no fault."""
        for query in ("xaccess_token=a", "access_token_type=a",
                      "Access_Token=a", "q=access_token"):
            with self.subTest(query):
                self.assertResult(self.door.call(path="/mcp?" + query,
                                                 token=self.token()))


class Grammar(AuthTest):
    def refusals(self):
        yield self.door.call()
        yield self.door.call(token="x")
        yield self.door.call(token=self.token(exp=1))
        yield self.door.call(token=self.token(scope="other"))
        yield self.door.call(path="/realm")
        yield self.door.call(path="/prefix", token=self.token())
        yield self.door.call(path="/bare")
        yield self.door.get("/rest")

    def test_both_sdks_read_it(self):
        """A-9: one line; "error", "scope", "resource_metadata", text."""
        order = ["realm", "error", "scope", "resource_metadata",
                 "error_description"]
        for answer in self.refusals():
            with self.subTest(answer):
                self.assertEqual(
                    len(answer.headers.get_all("WWW-Authenticate")), 1)
                pairs = challenge(answer.challenge)
                names = [name for name, _ in pairs]
                self.assertEqual(names, [n for n in order if n in names])
                for name, value in pairs:
                    self.assertEqual(python_sdk(answer.challenge, name),
                                     value)
                    self.assertEqual(typescript_sdk(answer.challenge, name),
                                     value)
                self.assertNotIn("=", dict(pairs).get("error_description",
                                                      ""))

    def test_realm(self):
        """1.3: the realm comes first, where there is one."""
        self.assertEqual(challenge(self.door.call(path="/realm").challenge),
                         [("realm", "desk"),
                          ("scope", "orders.read orders.list"),
                          ("resource_metadata", RESOURCE + "/realm")])

    def test_without_scopes(self):
        """1.3: no empty parameter."""
        self.assertEqual(challenge(self.door.call(path="/bare").challenge),
                         [("resource_metadata", RESOURCE + "/bare")])

    def test_request_form(self):
        """A-5, 2.7: names as clients must ask; OIDC's own as they are."""
        answer = self.door.call(path="/prefix")
        self.assertEqual(dict(challenge(answer.challenge))["scope"],
                         "api://desk/orders.read openid")
        document = self.door.get(
            "/.well-known/oauth-protected-resource/prefix").json
        self.assertEqual(document["scopes_supported"],
                         ["api://desk/orders.read", "openid"])
        self.assertResult(self.door.call(
            path="/prefix", token=self.token(scope="orders.read openid")))

    def test_nothing_of_the_attacker(self):
        """1.3: kid, iss, scopes and names of the caller are not echoed."""
        evil = "e5cape"
        for answer in (
                self.door.call(token=self.forged(header={"kid": evil})),
                self.door.call(token=self.token(iss="https://" + evil)),
                self.door.call(token=self.token(aud=evil)),
                self.door.call(token=self.token(scope=evil)),
                self.door.call(token=evil), self.door.call(evil),
                self.door.mcp(evil),
                self.door.call(host="api.example.com", headers=[
                    ("X-Forwarded-Host", evil), ("Forwarded", evil)])):
            with self.subTest(answer):
                self.assertIn(answer.status, (401, 403))
                self.assertNotIn(evil, str(answer.headers))
                self.assertNotIn(evil.encode(), answer.text)

    def test_offline_access(self):
        """A-10: in no challenge and in no metadata, if it loads at all."""
        for word in ("mcp_auth_scope", "mcp_auth_advertise"):
            text = (provider("shop", "audience a;")
                    + "\n    server { listen 127.0.0.1:%(port)s; "
                    "location @api { return 200; } "
                    + endpoint("mcp", "mcp_auth shop;",
                               word + " orders.read offline_access;") + " }")
            with self.subTest(word):
                if self.door.check(text)[0] != 0:
                    continue
                door = Door(text)
                self.addCleanup(door.close)
                self.assertNotIn("offline", door.call().challenge)
                self.assertNotIn(b"offline", door.get(
                    "/.well-known/oauth-protected-resource/mcp").text)

    def test_metadata_is_where_the_challenge_says(self):
        """A-4: the URL of the header, and the well-known ones."""
        url = dict(challenge(self.door.call().challenge))["resource_metadata"]
        prefix = "https://api.example.com"
        self.assertTrue(url.startswith(prefix))
        document = self.door.get(url[len(prefix):], host="api.example.com")
        self.assertEqual(document.status, 200)
        self.assertEqual(document.json["resource"],
                         "https://api.example.com/mcp")
        root = self.door.get("/.well-known/oauth-protected-resource")
        self.assertEqual(root.json, document.json)

    def test_advertised(self):
        """1.4: what is advertised may be more than what is needed."""
        self.assertEqual(self.door.get(
            "/.well-known/oauth-protected-resource/advertised"
            ).json["scopes_supported"], ["orders.read", "orders.cancel"])


class Forbidden(AuthTest):
    def test_base_scope(self):
        """1.2, A-6: 403 insufficient_scope with scope and metadata."""
        answer = self.door.call(token=self.token(scope="other"))
        self.assertRefused(answer, 403, "scope", "insufficient_scope")
        self.assertEqual(challenge(answer.challenge)[:3], [
            ("error", "insufficient_scope"), ("scope", "orders.read"),
            ("resource_metadata", RESOURCE + "/mcp")])
        self.assertEqual(answer.json["error"]["code"], 403)

    def test_claim(self):
        """1.2, A-7: refused for a role is 403 without a challenge."""
        scope = "orders.read orders.list"
        for token in (self.token(scope=scope),
                      self.token(scope=scope, roles=["User"]),
                      self.token(scope=scope, roles="Administrator"),
                      self.token(roles=["User"])):
            answer = self.door.call(path="/realm", token=token)
            self.assertRefused(answer, 403, "claim")
        self.assertResult(self.door.call(path="/realm", token=self.token(
            scope=scope, roles=["User", "Admin"])))

    def test_rest(self):
        """1.2: the same outside of MCP, in other JSON."""
        answer = self.door.get("/rest", token=self.token(scope="other"))
        self.assertRefused(answer, 403, "scope", "insufficient_scope")
        self.assertEqual(answer.json["error"], "insufficient_scope")
        self.assertEqual(self.door.get("/rest", token=self.token(exp=1)
                                       ).json["error"], "invalid_token")


class Unavailable(AuthTest):
    def test_no_keys(self):
        """A-8: 503 with Retry-After, and nothing that starts a login."""
        answer = self.door.call(path="/down", token=self.token(
            iss=self.door.idp.realm("down").issuer))
        self.assertRefused(answer, 503, "nokeys")
        self.assertEqual(answer.json["error"]["code"], 503)


if __name__ == "__main__":
    unittest.main()

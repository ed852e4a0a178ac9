#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""Protected resource metadata (RFC 9728): authorization.md 1.4, P-1 to P-4,
T22; the switch for 2025-03-26 clients; what nginx -t refuses.
"""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))

from auth_door import AuthTest, Door, challenge, provider  # noqa: E402
from idp import Idp                                      # noqa: E402
from mcp_nginx import await_for                          # noqa: E402

WELL_KNOWN = "/.well-known/oauth-protected-resource"

# the table of 1.4: a host, what follows it, where its document is

TABLE = (("bare.example", "", WELL_KNOWN),
         ("one.example", "/mcp", WELL_KNOWN + "/mcp"),
         ("deep.example", "/t/blue/mcp", WELL_KNOWN + "/t/blue/mcp"),
         ("query.example", "/mcp?site=2", WELL_KNOWN + "/mcp?site=2"))


def server(name, text):
    return """
    server {
        listen 127.0.0.1:%%(port)s;
        server_name %s;
        location @api { proxy_pass http://127.0.0.1:%%(echo)s; }
        %s
    }
""" % (name, text)


def location(path, resource, words="mcp_auth_scope orders.read;",
             providers="shop"):
    return """
        location = %s {
            mcp;
            mcp_auth %s;
            mcp_auth_resource %s;
            %s
            mcp_tool hello { description "D."; request GET "/"; pass @api; }
        }
""" % (path.partition("?")[0] or "/", providers, resource, words)


def setUpModule():
    idp = Idp()
    AuthTest.realm = idp.realm("shop")
    AuthTest.door = Door(
        provider("shop", "audience a;")
        + provider("other", "audience a;", issuer="https://o.example/x/")
        + "".join(server(host, location(path, "https://" + host + path))
                  for host, path, _ in TABLE)
        + server("two.example", location("/a", "https://two.example/a")
                 + location("/b", "https://two.example/b"))
        + server("root.example", location("/a", "https://root.example/a")
                 + location("/b", "https://root.example/b",
                            "mcp_auth_metadata root path;"))
        + server("off.example", location("/mcp", "https://off.example/mcp",
                                         "mcp_auth_metadata off;"))
        + server("full.example", "deny all; mcp_auth shop; " + location(
            "/mcp", "https://full.example/mcp 'name=Order \"desk\"' "
            "documentation=https://full.example/docs "
            "policy=https://full.example/policy tos=https://full.example/tos",
            "allow all;", "other shop"))
        + server("rest.example", """
        location /v1/ {
            mcp_auth shop;
            mcp_auth_resource https://rest.example/v1;
            proxy_pass http://127.0.0.1:%(echo)s;
        }
""")
        + server("old.example", location("/mcp", "https://old.example/mcp",
                                         "mcp_auth_legacy_metadata on;")),
        idp=idp)


def tearDownModule():
    AuthTest.door.close()


class Documents(AuthTest):
    def document(self, host, path):
        answer = self.door.get(path, host=host)
        self.assertEqual(answer.status, 200, (host, path, answer))
        return answer

    def test_table(self):
        """P-1, A-4: each form of identifier; the challenge names it."""
        for host, path, where in TABLE:
            with self.subTest(host):
                document = self.document(host, where).json
                self.assertEqual(document["resource"],
                                 "https://" + host + path)
                answer = self.door.send("POST", path or "/", host=host)
                self.assertEqual(dict(challenge(answer.challenge))[
                    "resource_metadata"], "https://" + host + where)

    def test_trailing_slash(self):
        """1.4: one more slash at the end is the same document."""
        for host, path, where in TABLE:
            path, _, query = where.partition("?")
            answer = self.document(host, path + "/"
                                   + ("?" + query if query else ""))
            self.assertEqual(answer.text, self.document(host, where).text)
        for path in ("/x", "/mcp/x", "/MCP", "/mcpx"):
            self.assertEqual(self.door.get(WELL_KNOWN + path,
                                           host="one.example").status, 404)

    def test_query(self):
        """1.4: the query belongs to the identifier."""
        for query in ("?site=3", "?site=2&x=1"):
            self.assertEqual(self.door.get(
                WELL_KNOWN + "/mcp" + query, host="query.example").status,
                404)

    def test_root(self):
        """P-2: the root form for one endpoint, or for the one named."""
        for host in ("one.example", "deep.example"):
            self.assertEqual(
                self.document(host, WELL_KNOWN).text,
                self.document(host, next(where for name, _, where in TABLE
                                         if name == host)).text)
        self.assertEqual(self.door.get(WELL_KNOWN,
                                       host="two.example").status, 404)
        for path in ("/a", "/b"):
            self.assertEqual(self.document(
                "two.example", WELL_KNOWN + path).json["resource"],
                "https://two.example" + path)
        self.assertEqual(self.document("root.example",
                                       WELL_KNOWN).json["resource"],
                         "https://root.example/b")

    def test_off(self):
        """1.4: "mcp_auth_metadata off" leaves it to the operator."""
        for path in ("", "/mcp"):
            self.assertEqual(self.door.get(WELL_KNOWN + path,
                                           host="off.example").status, 404)

    def test_content(self):
        """P-3, P-4: byte equal issuers, nothing that is empty."""
        answer = self.document("full.example", WELL_KNOWN + "/mcp")
        self.assertEqual(answer.json, {
            "resource": "https://full.example/mcp",
            "authorization_servers": ["https://o.example/x/",
                                      self.realm.issuer],
            "bearer_methods_supported": ["header"],
            "resource_name": 'Order "desk"',
            "resource_documentation": "https://full.example/docs",
            "resource_policy_uri": "https://full.example/policy",
            "resource_tos_uri": "https://full.example/tos"})
        self.assertEqual(
            self.document("one.example", WELL_KNOWN + "/mcp").json, {
                "resource": "https://one.example/mcp",
                "authorization_servers": [self.realm.issuer],
                "scopes_supported": ["orders.read"],
                "bearer_methods_supported": ["header"]})

    def test_host_changes_nothing(self):
        """T22, P-3: odd hosts and forwarded headers: the same or 421."""
        good = self.document("bare.example", WELL_KNOWN)
        odd = [("X-Forwarded-Host", "evil.example"),
               ("X-Forwarded-Proto", "http"), ("X-Forwarded-Prefix", "/x"),
               ("X-Original-URL", "/x"), ("Forwarded", "host=evil.example")]
        self.assertEqual(self.door.get(WELL_KNOWN, odd,
                                       host="bare.example").text, good.text)
        for host in ("evil.example", "BARE.example", "bare.example:8443",
                     "bare.example.", "127.0.0.1", "[::1]"):
            with self.subTest(host):
                answer = self.door.get(WELL_KNOWN, odd, host=host)
                self.assertIn(answer.status, (200, 421))
                if answer.status == 200:
                    self.assertEqual(answer.text, good.text)
                answer = self.door.send("POST", "/", b"", odd, host=host)
                self.assertIn(answer.status, (401, 421))
                self.assertNotIn("evil", str(answer.headers))

    def test_wire(self):
        """P-4: GET, HEAD, OPTIONS; CORS for everybody; 405 with Allow."""
        path = WELL_KNOWN + "/mcp"
        origin = [("Origin", "https://browser.example")]
        answer = self.door.get(path, origin, host="one.example")
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        self.assertEqual(answer.headers["Cache-Control"],
                         "public, max-age=300")
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
        self.assertIsNone(answer.headers["Access-Control-Allow-Credentials"])

        head = self.door.send("HEAD", path, host="one.example")
        self.assertEqual((head.status, head.headers["Content-Length"]),
                         (200, str(len(answer.text))))

        answer = self.door.send("OPTIONS", path, b"", origin + [
            ("Access-Control-Request-Method", "GET"),
            ("Access-Control-Request-Headers", "mcp-protocol-version")],
            host="one.example")
        self.assertEqual(answer.status, 204)
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
        self.assertEqual(answer.headers["Access-Control-Allow-Headers"],
                         "mcp-protocol-version")
        self.assertEqual(answer.headers["Access-Control-Allow-Methods"],
                         "GET, HEAD, OPTIONS")
        self.assertIn("Access-Control-Request-Headers",
                      answer.headers["Vary"])

        for method in ("POST", "DELETE", "PUT"):
            answer = self.door.send(method, path, b"{}", host="one.example")
            self.assertEqual((answer.status, answer.headers["Allow"]),
                             (405, "GET, HEAD, OPTIONS"))

    def test_public(self):
        """1.4: under neither mcp_auth nor deny; with any token."""
        for token in (None, "x", self.token(), self.token(exp=1)):
            answer = self.door.get(WELL_KNOWN + "/mcp", host="full.example",
                                   token=token)
            self.assertEqual(answer.status, 200)

    def test_of_a_rest_api(self):
        """P-1: a protected location without "mcp" has one, too."""
        self.assertEqual(self.document(
            "rest.example", WELL_KNOWN + "/v1").json["resource"],
            "https://rest.example/v1")

    def test_legacy(self):
        """1.1: the issuer's own document at the origin, by a switch."""
        where = "/.well-known/oauth-authorization-server"
        await_for(lambda: self.door.get(where, host="old.example").status
                  == 200, "the issuer's document")
        document = self.document("old.example", where)
        self.assertEqual(document.json, self.realm.document("oauth"))
        self.assertEqual(document.headers["Access-Control-Allow-Origin"],
                         "*")
        self.assertEqual(self.door.get(where, host="one.example").status,
                         404)


class Refused(AuthTest):
    def check(self, words, server=""):
        return self.door.check(
            provider("shop", "audience a;") + "server { listen 127.0.0.1:"
            "%(port)s; location @api { return 200; } " + server
            + ' location = /mcp { mcp; mcp_tool t { description "D."; '
            'request GET "/"; pass @api; } ' + words + " } }")

    def test_configurations(self):
        """11.1: errors that nginx -t finds, and names the place of."""
        good = "mcp_auth_resource https://a.example/mcp; "
        code, said = self.check("mcp_auth shop; " + good)
        self.assertEqual(code, 0, said)
        for words in (
                "mcp_auth shop;", "mcp_auth nobody; " + good,
                "mcp_auth shop; mcp_auth_resource /mcp;",
                "mcp_auth shop; mcp_auth_resource https://a.example/#x;",
                "mcp_auth shop; mcp_auth_resource http://a.example/mcp;",
                "mcp_auth shop; mcp_auth_resource https:///mcp;",
                'mcp_auth shop; mcp_auth_scope a\\"b; ' + good,
                "mcp_auth shop; mcp_auth_scope 'a b'; " + good,
                "mcp_auth shop; mcp_auth_realm 'a\"b'; " + good,
                "mcp_auth shop; mcp_auth_throttle 5; " + good,
                "mcp_auth shop; mcp_auth_require_claim a[b; " + good,
                "mcp_auth shop; satisfy any; " + good):
            with self.subTest(words):
                code, said = self.check(words)
                self.assertNotEqual(code, 0, said)
                self.assertRegex(said, r"nginx\.conf:\d+")

    def test_satisfy_any(self):
        """T33: not on an MCP endpoint, wherever it is written."""
        good = "mcp_auth shop; mcp_auth_resource https://a.example/mcp; "
        for words, server in ((good + "satisfy any;", ""),
                              (good, "satisfy any;")):
            code, said = self.check(words, server)
            self.assertNotEqual(code, 0, said)
            self.assertIn("satisfy", said)
        self.assertEqual(self.check(good + "satisfy all;",
                                    "satisfy any;")[0], 0)

    def test_two_of_one_url(self):
        """11.1: two locations claim one metadata URL."""
        text = ("server { listen 127.0.0.1:%(port)s; location @api { "
                "return 200; } " + location("/a", "https://a.example/mcp")
                + location("/b", "https://a.example/mcp", "") + "}")
        code, said = self.door.check(provider("shop", "audience a;") + text)
        self.assertNotEqual(code, 0, said)

    def test_plain_http_needs_a_word(self):
        """T23, 3.1: http is for loopback, or "insecure" issuers."""
        for words in ("issuer http://login.example;",
                      "issuer https://a.example; "
                      "jwks url=http://login.example/keys;"):
            code, said = self.door.check("mcp_auth_provider x { %s "
                                         "audience a; }" % words)
            self.assertNotEqual(code, 0, said)
            self.assertIn("http", said)
        code, said = self.door.check(
            "mcp_auth_provider x { issuer http://login.example insecure; "
            "audience a; }")
        self.assertEqual(code, 0, said)

    def test_loopback_resource(self):
        """1.4: http is fine for a resource on loopback."""
        for host in ("127.0.0.1:8080", "localhost", "[::1]:8080"):
            code, said = self.check(
                "mcp_auth shop; mcp_auth_resource http://%s/mcp;" % host)
            self.assertEqual(code, 0, said)


if __name__ == "__main__":
    unittest.main()

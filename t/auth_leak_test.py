#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""Where tokens must not turn up: T20, T21, D-1, D-2, D-9, K-11, I-4; what
the log says of refusals instead: L-2.

nginx logs at level debug here.  Its core writes the header lines and the
request line that it has read before any module sees them; those lines are
the only ones that are left out.
"""

import base64
import hashlib
import os
import pathlib
import re
import sys
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))

import mint                                              # noqa: E402
from auth_door import (                                  # noqa: E402
    AUDIENCE, AuthTest, Door, endpoint, provider)
from idp import Idp                                      # noqa: E402
from loopback import response                            # noqa: E402
from mcp_nginx import await_for                          # noqa: E402

SECRET, KEY = "client-s3cret-%s" % ("q" * 12), "key-9d8f7a6b5c4d3e2f"
OPAQUE = "opaque+token/%s==" % ("w" * 40)

CORE = re.compile(rb'http (header: "(Authorization|X-API-Key|Cookie)'
                  rb'|request line: |args: |uri: )|http2 header: ')


def setUpModule():
    idp = Idp()
    idp.realm("opaque").client = ("gate", SECRET)
    idp.realm("opaque").tokens[OPAQUE] = dict(
        idp.realm("opaque").claims(), active=True)
    idp.realm("where"), idp.realm("down")
    idp.realm("down").faults = dict.fromkeys(
        ("oauth", "oidc", "oidc-path", "jwks"), "status 500")

    AuthTest.realm = idp.realm("shop")
    AuthTest.door = Door(
        """
    log_format every '$request|$http_referer|$http_user_agent|$mcp_sub|'
                     '$mcp_auth_reason|$mcp_claim_scope|$mcp_method|'
                     '$mcp_client_name|$args';
"""
        + provider("shop", "audience %s;" % AUDIENCE,
                   "state %(files)s/shop.jwks;")
        + provider("down", "audience %s;" % AUDIENCE)
        + provider("where", "audience %s;" % AUDIENCE,
                   "jwks location=@keys;")
        + provider("opaque", "audience %s;" % AUDIENCE,
                   "introspection http://127.0.0.1:%(idp)s/opaque/introspect "
                   "client_id=gate client_secret_file=%(files)s/secret;")
        + """
    server {
        listen 127.0.0.1:%(port)s;
        access_log logs/every.log every;
        access_log logs/auth.log auth;
        location @keys {
            rewrite ^ /where/jwks break;
            proxy_pass http://127.0.0.1:%(idp)s;
        }
        location @api {
            proxy_pass http://127.0.0.1:%(echo)s;
            proxy_set_header X-A "a$http_authorization";
            proxy_set_header X-B "b$http_cookie$http_x_api_key";
            proxy_set_header X-C "c$args$request$request_body";
        }
        location @check {
            rewrite ^ /check break;
            proxy_pass http://127.0.0.1:%(echo)s;
        }
        location = /rest {
            mcp_auth shop opaque;
            mcp_auth_resource https://api.example.com/rest;
            mcp_auth_api_keys %(files)s/keys;
            proxy_pass http://127.0.0.1:%(echo)s;
            error_page 401 /page;
        }
        location = /page { return 401 "Log in, please."; }
"""
        + endpoint("mcp", "mcp_auth shop opaque;",
                   "mcp_auth_scope orders.read;",
                   "mcp_auth_api_keys %(files)s/keys;",
                   'mcp_tool checked { description "D."; '
                   'request GET "/checked"; pass @api; '
                   "require_check @check; }",
                   'mcp_tool gone { description "D."; '
                   'request GET "/gone"; pass @api; timeout 1s; }')
        + endpoint("where", "mcp_auth where;")
        + endpoint("down", "mcp_auth down;", "mcp_auth_timeout 1s;")
        + "\n    }\n", level="debug", idp=idp, files={
            "secret": SECRET + "\n",
            "keys": "robot:%s:orders.read\n"
                    % hashlib.sha256(KEY.encode()).hexdigest()})
    AuthTest.door.echo.routes["/gone"] = lambda _: None
    AuthTest.door.echo.routes["/check"] = response(204)


def tearDownModule():
    AuthTest.door.close()


def needles(token):
    """What of a token must be nowhere, in other spellings, too."""

    parts = [part for part in token.split(".")[1:] if len(part) > 30]
    for text in [token, *parts]:
        yield text.encode()
        yield urllib.parse.quote_plus(text).encode()
        yield base64.b64encode(text.encode()).rstrip(b"=")[:-2]


class Traffic(AuthTest):
    def tokens(self):
        good = self.token()
        realm = self.door.idp.realm
        return [good, OPAQUE, realm("where").token(), realm("down").token(),
                self.token(exp=1), self.token(aud="other"),
                self.token(scope="other"), self.forged(header={"kid": "z"}),
                self.forged(mint.Key("RS256", "shop-first")),
                self.token(iss="https://evil.example"), good[:-5] + "AAAAA",
                good + "==", "another-opaque-" + "v" * 30,
                "x" * 20000 + ".y.z"]

    def drive(self, tokens):
        for token in tokens:
            for path in ("/mcp", "/where", "/down", "/rest"):
                for tool in ("hello", "checked", "gone", "unknown"):
                    self.door.call(tool, path=path, token=token)
                self.door.get(path, token=token)
            self.door.mcp("tools/list", token=token)
            self.door.call(path="/mcp?access_token=" + token, token=token)
            self.door.call(path="/rest?a=b&access_token=" + token)
            self.door.call(headers=[("Cookie", "t=" + token),
                                    ("X-API-Key", token)])
        self.door.call(headers=[("X-API-Key", KEY)])
        self.door.get("/rest", [("X-API-Key", KEY)])

    def files(self):
        """All that nginx has written, less what its core reads aloud."""

        for root in (self.door.directory.name, self.door.files):
            for folder, _, names in os.walk(root):
                for name in names:
                    path = os.path.join(folder, name)
                    if name in ("secret", "keys"):
                        continue
                    with open(path, "rb") as f:
                        data = f.read()
                    if name == "error.log":
                        self.assertIn(b"[debug]", data)
                        data = b"\n".join(line for line in data.split(b"\n")
                                          if not CORE.search(line))
                    yield path, data

    def test_tokens_stay_here(self):
        """T20, T21, D-1, I-4: in no file, no upstream, no IdP; the only
        place is the body of introspection."""
        tokens = self.tokens()
        self.drive(tokens)
        last = self.door.get("/page")
        self.door.entry(last)
        self.assertTrue(self.door.echo.of("/hello"))
        self.assertTrue(self.door.idp.of("/where/jwks"))
        self.assertTrue(self.door.idp.of("/opaque/introspect"))

        places = list(self.files())
        for request in self.door.echo.seen:
            places.append(("upstream " + request.path, request.bytes))
        for request in self.door.idp.seen:
            introspects = request.path.endswith("/introspect")
            places.append(("IdP " + request.path,
                           request.head if introspects else request.bytes))

        for needle in {n for token in tokens for n in needles(token)} | {
                KEY.encode()}:
            for name, data in places:
                if needle in data:
                    at = data.index(needle)
                    self.fail("%s in %s: %r" % (
                        needle[:40], name, data[max(at - 100, 0):at + 40]))

    def test_what_the_idp_hears(self):
        """T21, K-11: also by "jwks location=@keys" and a plain
        proxy_pass."""
        self.drive([self.door.idp.realm("where").token()])
        for request in self.door.idp.of("/where/jwks"):
            names = {name for name, _ in request.headers}
            self.assertFalse(names & {
                "authorization", "cookie", "x-api-key", "mcp-name",
                "mcp-method", "content-type", "x-case"}, names)
            self.assertEqual((request.method, request.body), ("GET", b""))

    def test_what_upstreams_hear(self):
        """D-2, D-1: neither by headers nor by variables."""
        self.drive([self.token(), OPAQUE])
        for path in ("/hello", "/checked", "/check"):
            for request in self.door.echo.of(path):
                with self.subTest(path):
                    names = {name for name, _ in request.headers}
                    self.assertFalse(names & {
                        "authorization", "cookie", "x-api-key", "x-case",
                        "mcp-name", "mcp-session-id"}, names)
                    if path == "/hello":
                        self.assertEqual((request.header("X-A"),
                                          request.header("X-B")),
                                         ("a", "b"))

    def test_secrets_of_ours(self):
        """D-9: the client secret is in no log, dump or state."""
        self.drive([OPAQUE])
        basic = base64.b64encode(b"gate:" + SECRET.encode())
        for name, data in self.files():
            self.assertNotIn(SECRET.encode(), data, name)
            self.assertNotIn(basic.rstrip(b"="), data, name)

    def test_answers(self):
        """T20: no answer and no error page repeats a token."""
        for token in self.tokens():
            for path in ("/mcp", "/rest", "/down", "/nowhere"):
                answer = self.door.call(path=path, token=token)
                if path == "/rest" and answer.status == 200:
                    continue           # the upstream shows what it was sent
                for needle in needles(token):
                    self.assertNotIn(needle, answer.text)
                    self.assertNotIn(needle, str(answer.headers).encode())


class Refusals(AuthTest):
    def line(self, token, path="/mcp"):
        """The line that the error log has for a refusal."""

        before = len(self.lines())
        self.door.call(path=path, token=token)
        found = await_for(lambda: self.lines()[before:], "a line")
        self.assertEqual(len(found), 1, found)
        return found[0]

    def lines(self):
        return [line for line in self.door.log("error.log").splitlines()
                if "mcp auth refused" in line]

    def test_line(self):
        """L-2: reason, provider, iss, aud, azp, kid, exp; one line."""
        line = self.line(self.token(aud=["other", "third"], exp=4102444800))
        self.assertIn("[info]", line)
        for text in ('mcp auth refused, reason "aud", provider "shop", ',
                     'iss "%s"' % self.realm.issuer, "other", "third",
                     'azp "desk-app"', 'kid "shop-first"', "4102444800"):
            self.assertIn(text, line)

    def test_levels(self):
        """L-2: a server's fault is told once, above the level of what any
        client can provoke."""
        for _ in range(3):
            line = self.line(self.door.idp.realm("down").token(), "/down")
            self.assertIn("[info]", line)
            self.assertIn('reason "nokeys"', line)
        told = [one for one in self.door.log("error.log").split("\n")
                if 'provider "down": no keys were fetched' in one]
        self.assertEqual(len(told), 1, told)
        self.assertIn("[error]", told[0])

    def test_forged_lines(self):
        """L-2: values of the caller cannot break or fake a line."""
        for text in ("a\nmcp auth refused, reason \"forged\"", "a\" b",
                     "\x1b[31m", "a\r\nb", "\x7f", "x" * 5000):
            for claims in ({"aud": text}, {"iss": text}, {"azp": text,
                                                          "exp": 1}):
                line = self.line(self.token(**claims))
                self.assertNotIn('reason "forged"', line)
                self.assertNotIn("\x1b", line)
                self.assertNotIn("\x7f", line)
                self.assertLess(len(line), 2048)
                self.assertRegex(line, r'reason "(aud|iss|exp)"')

    def test_every_reason_has_a_line(self):
        """L-2: syntax and absence, too, without claims."""
        for token, reason in (("a b", "syntax"), ("opaque", None),
                              (None, "absent")):
            line = self.line(token)
            self.assertIn('reason "%s"' % (reason or "inactive"), line)


if __name__ == "__main__":
    unittest.main()

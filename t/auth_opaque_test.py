#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""Opaque tokens: authorization.md 4, I-1 to I-4, T26, T29."""

import base64
import concurrent.futures
import pathlib
import sys
import time
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))

import mint                                              # noqa: E402
from auth_door import (                                  # noqa: E402
    AUDIENCE, AuthTest, Door, endpoint, provider)
from idp import Idp                                      # noqa: E402
from loopback import response                            # noqa: E402
from mcp_nginx import await_for                          # noqa: E402

# an id and a secret that a form must encode

CLIENT = ("gate:1 x", "s3c%&+=ret~\u00e9")
LONG = "cache=60s negative=60s"


def introspection(name, *words):
    return "introspection http://127.0.0.1:%%(idp)s/%s/introspect %s %s;" % (
        name, "'client_id=%s' client_secret_file=%%(files)s/secret"
        % CLIENT[0], " ".join(words))


# words of a provider, one a line

PROVIDERS = {
    "plain": ["audience %s;" % AUDIENCE, introspection("plain", LONG)],
    "post": ["audience %s;" % AUDIENCE, introspection("post", "auth=post")],
    "brief": ["audience %s;" % AUDIENCE,
              introspection("brief", "cache=2s negative=1s")],
    "few": ["audience %s;" % AUDIENCE,
            introspection("few", "max_inflight=4", LONG)],
    "found": ["audience %s;" % AUDIENCE, introspection("found").replace(
        "http://127.0.0.1:%(idp)s/found/introspect", "discovery")],
    "always": ["audience %s;" % AUDIENCE, "jwks discovery;",
               introspection("always", "cache=1s negative=1s", "always")],
    "unchecked": ["audience_check none;", introspection("unchecked", LONG)],
    "jwt": ["audience %s;" % AUDIENCE]}


def setUpModule():
    idp = Idp()
    for name in PROVIDERS:
        idp.realm(name).client = CLIENT
    AuthTest.realm = idp.realm("plain")
    AuthTest.door = Door(
        "".join(provider(name, *words)
                for name, words in PROVIDERS.items())
        + """
    server {
        listen 127.0.0.1:%(port)s;
        location @api { proxy_pass http://127.0.0.1:%(echo)s; }
"""
        + "".join(endpoint(name, "mcp_auth %s;" % name,
                           "mcp_auth_scope orders.read;",
                           "mcp_auth_timeout 2s;") for name in PROVIDERS)
        + endpoint("mixed", "mcp_auth jwt plain;")
        + "\n    }\n", idp=idp, files={"secret": CLIENT[1] + "\n"})


def tearDownModule():
    AuthTest.door.close()


class OpaqueTest(AuthTest):
    number = 0

    def know(self, realm, token=None, **changes):
        """A new opaque token that the realm calls active."""

        OpaqueTest.number += 1
        token = token or "opaque-%d" % OpaqueTest.number
        realm = self.door.idp.realm(realm)
        realm.tokens[token] = dict(realm.claims(**changes),
                                   **({"active": True} if "active"
                                      not in changes else {}))
        return token

    def at(self, name, token):
        return self.door.call(path="/" + name, token=token)

    def asked(self, name):
        return self.door.idp.realm(name).asked["introspect"]


class Answers(OpaqueTest):
    def test_active(self):
        """I-1: active, and steps 13 to 21 on the members."""
        answer = self.at("plain", self.know("plain"))
        self.assertResult(answer)
        entry = self.door.entry(answer)
        self.assertEqual((entry["sub"], entry["client"]),
                         ("ada", "desk-app"))
        for changes in ({"exp": None}, {"iss": None}, {"iat": None},
                        {"aud": [AUDIENCE, "x"]}):
            with self.subTest(changes):
                self.assertResult(self.at("plain", self.know(
                    "plain", **changes)))

    def test_members_are_checked(self):
        """I-1: each step refuses as it does for a JWT."""
        for reason, changes in (
                ("aud", {"aud": "other"}), ("aud", {"aud": None}),
                ("exp", {"exp": 1}), ("nbf", {"nbf": 4102444800}),
                ("iss", {"iss": "https://evil.example"}),
                ("cnf", {"cnf": {"jkt": "x"}}), ("subject", {"sub": None})):
            with self.subTest(reason):
                self.assertRefused(self.at("plain", self.know(
                    "plain", **changes)), 401, reason, "invalid_token")
        self.assertRefused(self.at("plain", self.know("plain", scope="x")),
                           403, "scope", "insufficient_scope")

    def test_inactive(self):
        """I-1: active false is 401."""
        self.assertRefused(self.at("plain", "unknown-1"), 401, "inactive",
                           "invalid_token")
        self.assertRefused(self.at("plain", self.know(
            "plain", active=False)), 401, "inactive", "invalid_token")

    def test_active_is_the_boolean_true(self):
        """I-1: nothing else than the boolean lets anybody in."""
        for active in ("true", 1, "yes", [True], {"x": 1}, None, ""):
            with self.subTest(active):
                answer = self.at("plain", self.know("plain", active=active))
                self.assertIn(answer.status, (401, 503))
                self.assertNotEqual(self.door.reason(answer), "")

    def test_errors_are_503(self):
        """I-1, T29: no usable answer is 503, never a login."""
        realm = self.door.idp.realm("plain")
        for fault in ("status 500", "status 401", "status 403", "status 404",
                      "status 204", "close", "garbage", "no-json", "cut",
                      "huge", "empty", "redirect", "twice", "trailing",
                      "hang"):
            with self.subTest(fault):
                realm.faults["introspect"] = fault
                token = self.know("plain")
                self.assertRefused(self.at("plain", token), 503,
                                   "introspection")
        realm.faults.clear()
        realm.release()
        self.assertEqual(realm.asked["elsewhere"], 0)
        await_for(lambda: self.at("plain", token).status == 200,
                  "the same token, when the server is well again")

    def test_refused_credential_is_an_alert(self):
        """4: 401 for our own credential is logged for the operator."""
        realm = self.door.idp.realm("post")
        realm.client = ("other", "secret")
        self.assertRefused(self.at("post", self.know("post")), 503,
                           "introspection")
        realm.client = CLIENT
        lines = [line for line in self.door.log("error.log").splitlines()
                 if '"post"' in line and ("[error]" in line
                                          or "[warn]" in line)]
        self.assertTrue(lines)

    def test_jwt_answer(self):
        """4: an answer as a JWT (RFC 9701) is no JSON: 503."""
        realm = self.door.idp.realm("plain")
        token = self.know("plain")
        realm.tokens[token] = response(
            200, realm.token(), kind="application/token-introspection+jwt")
        self.assertRefused(self.at("plain", token), 503, "introspection")


class Wire(OpaqueTest):
    def last(self, name, token):
        self.assertResult(self.at(name, token))
        return self.door.idp.of("/%s/introspect" % name)[-1]

    def test_basic(self):
        """4: a form, its hint, credentials encoded before Basic."""
        token = self.know("plain", "a+b/c~-._" + "x" * 20 + "==")
        request = self.last("plain", token)
        self.assertEqual(request.method, "POST")
        self.assertEqual(request.header("Content-Type"),
                         "application/x-www-form-urlencoded")
        self.assertEqual(request.header("Accept"), "application/json")
        self.assertEqual(urllib.parse.parse_qs(request.body.decode()), {
            "token": [token], "token_type_hint": ["access_token"]})
        basic = base64.b64decode(request.header("Authorization")[6:])
        self.assertEqual([urllib.parse.unquote_plus(one) for one
                          in basic.decode().split(":")], list(CLIENT))

    def test_post(self):
        """4: auth=post puts them into the body."""
        request = self.last("post", self.know("post"))
        form = urllib.parse.parse_qs(request.body.decode())
        self.assertEqual(form["client_id"] + form["client_secret"],
                         list(CLIENT))
        self.assertIsNone(request.header("Authorization"))

    def test_discovered(self):
        """3.2: the endpoint of the issuer's metadata."""
        self.assertEqual(self.last("found", self.know("found")).method,
                         "POST")

    def test_never_in_a_url(self):
        """I-4: a token is in no URL."""
        token = self.know("plain", "needle-" + "z" * 30)
        self.at("plain", token)
        for request in self.door.idp.seen:
            self.assertNotIn("needle", request.target)
            self.assertIsNone(request.header("Cookie"))

    def test_audience_is_explicit(self):
        """I-2: nginx -t wants an audience, or "audience_check none"."""
        words = ("introspection https://a.example/i client_id=x "
                 "client_secret_file=%(files)s/secret;")
        for rule, good in (("", False), ("audience a;", True),
                           ("audience_check none;", True)):
            code, said = self.door.check(provider(
                "x", words, rule, issuer="https://a.example"))
            self.assertEqual(code == 0, good, said)
            if not good:
                self.assertIn("audience", said)
        self.assertResult(self.at("unchecked", self.know("unchecked",
                                                         aud=None)))


class Cache(OpaqueTest):
    def test_positive(self):
        """I-3: a good answer serves again, for its time."""
        token, before = self.know("brief"), self.asked("brief")
        for _ in range(5):
            self.assertResult(self.at("brief", token))
        self.assertEqual(self.asked("brief"), before + 1)
        del self.door.idp.realm("brief").tokens[token]
        await_for(lambda: self.at("brief", token).status == 401,
                  "the end of the cached answer")
        self.assertEqual(self.asked("brief"), before + 2)

    def test_negative(self):
        """I-3: a bad one, too, for a shorter time."""
        before = self.asked("brief")
        for _ in range(5):
            self.assertEqual(self.at("brief", "later").status, 401)
        self.assertEqual(self.asked("brief"), before + 1)
        self.know("brief", "later")
        await_for(lambda: self.at("brief", "later").status == 200,
                  "the end of the cached answer")

    def test_no_longer_than_the_token(self):
        """I-3, T26: the token's own end comes first."""
        token = self.know("plain", exp=int(time.time()) - 58)
        self.assertResult(self.at("plain", token))
        answer = await_for(lambda: (a := self.at("plain", token)).status
                           != 200 and a, "the end of the token")
        self.assertEqual(answer.status, 401)

    def test_flood_of_bad_ones(self):
        """I-3: 3,000 bad tokens do not drive a good one out."""
        token = self.know("plain")
        self.assertResult(self.at("plain", token))
        self.door.flood([self.door.request("POST", "/plain", b"", [
            ("Authorization", "Bearer flood-%d" % n)])[0]
            for n in range(3000)], 8, 1)
        before = self.asked("plain")
        self.assertResult(self.at("plain", token))
        self.assertEqual(self.asked("plain"), before)

    def test_single_flight(self):
        """4: forty at once with one token ask once."""
        token, before = self.know("plain"), self.asked("plain")
        realm = self.door.idp.realm("plain")
        realm.faults["introspect"] = "slow 0.3"
        with concurrent.futures.ThreadPoolExecutor(40) as pool:
            answers = list(pool.map(lambda _: self.at("plain", token),
                                    range(40)))
        realm.faults.clear()
        self.assertEqual({answer.status for answer in answers}, {200})
        self.assertEqual(self.asked("plain"), before + 1)

    def test_so_many_at_once(self):
        """4: max_inflight=4; the others get 503 at once."""
        realm = self.door.idp.realm("few")
        tokens = [self.know("few") for _ in range(24)]
        realm.faults["introspect"] = "hang"
        with concurrent.futures.ThreadPoolExecutor(24) as pool:
            answers = [pool.submit(self.at, "few", token)
                       for token in tokens]
            await_for(lambda: sum(one.done() for one in answers) >= 20,
                      "the surplus")
            self.assertEqual(realm.asked["introspect"], 4)
            realm.faults.clear()
            realm.release()
            status = sorted(one.result().status for one in answers)
        self.assertEqual(status, [200] * 4 + [503] * 20)


class Mixed(OpaqueTest):
    def test_shape_chooses(self):
        """4: a JWS is judged here, all else by introspection."""
        before = self.asked("plain")
        jwt = self.door.idp.realm("jwt")
        self.assertResult(self.at("mixed", jwt.token()))
        self.assertRefused(self.at("mixed", jwt.token(exp=1)), 401, "exp",
                           "invalid_token")
        self.assertEqual(self.asked("plain"), before)
        self.assertResult(self.at("mixed", self.know("plain")))
        self.assertEqual(self.asked("plain"), before + 1)

    def test_the_weaker_path_cannot_be_chosen(self):
        """4: a JWS is not introspected by a provider of opaque ones."""
        jwt = self.door.idp.realm("jwt")
        forged = mint.token(mint.Key("RS256", "x"), jwt.claims())
        self.know("plain", forged)
        for path in ("mixed", "plain"):
            answer = self.at(path, forged)
            self.assertEqual(answer.status, 401, answer)
        for spelling in (forged + "=", forged + "."):
            before = self.asked("jwt")
            self.assertEqual(self.at("jwt", spelling).status, 401)
            self.assertEqual(self.asked("jwt"), before)

    def test_always(self):
        """4: "always" asks for a JWS, too, after its own checks."""
        realm = self.door.idp.realm("always")
        token, before = realm.token(), self.asked("always")
        self.assertRefused(self.at("always", realm.token(exp=1)), 401, "exp",
                           "invalid_token")
        self.assertEqual(self.asked("always"), before)
        self.assertRefused(self.at("always", token), 401, "inactive",
                           "invalid_token")
        self.know("always", token)
        await_for(lambda: self.at("always", token).status == 200, "active")
        del realm.tokens[token]
        await_for(lambda: self.at("always", token).status == 401, "revoked")


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""The module before Keycloak: discovery, all algorithms, rotation, groups,
registration, introspection, and the official SDKs from 401 to step-up.

Called by "make test-real"; alone: python3 t/real/auth_keycloak.py
"""

import pathlib
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "lib"), str(HERE.parent / "lib")]

from desk import (                                       # noqa: E402
    Desk, Everywhere, Logins, RealTest, endpoint, tool, with_logins)
from keycloak import Keycloak                            # noqa: E402
from mcp_nginx import await_for                          # noqa: E402
from parts import (                                      # noqa: E402
    free_port, jwt, main, post, token_of)

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")

# floors so low that a test needs not wait for them

HTTP = """
    mcp_auth_provider shop {
        issuer %(issuer)s;
        audience %(origin)s/mcp;
        algorithms RS256 PS256 ES256 EdDSA;
        jwks discovery refresh=2s min_interval=1s;
    }
    mcp_auth_provider strict {
        issuer %(issuer)s;
        audience %(origin)s/mcp;
        algorithms PS256;
        typ at_jwt;
        clients at-PS256 at-brief;
        leeway 0s;
    }
    mcp_auth_provider brief {
        issuer %(issuer)s;
        audience %(origin)s/brief;
        leeway 0s;
    }
    mcp_auth_provider checked {
        issuer %(issuer)s;
        audience %(origin)s/mcp;
        introspection discovery client_id=%(origin)s/mcp
                      client_secret_file=%(files)s/secret
                      cache=1s negative=1s always;
    }
"""

SERVER = endpoint(
    "mcp", "mcp_auth shop;", tools=tool(
        "staff_order", "require_claim groups has staff;") + tool(
        "role_order", "require_claim realm_access.roles has offline_access;")
) + "".join(endpoint(name, "mcp_auth %s;" % name)
            for name in ("strict", "brief", "checked"))


def setUpModule():
    port = free_port()
    RealTest.server = server = Keycloak()
    try:
        server.realm("http://127.0.0.1:%d/mcp" % port)
        for algorithm in ALGORITHMS + ("HS256",):
            server.signing(algorithm, algorithm)
            server.signing("at-" + algorithm, algorithm, at_jwt=True)
        RealTest.door = Desk(port, HTTP, SERVER, workers=2, level="info",
                             values={"issuer": server.issuer},
                             files={"secret": "gateway-secret\n"})
    except BaseException:
        server.stop()
        raise


def tearDownModule():
    try:
        RealTest.door.close()
    finally:
        RealTest.server.stop()


class Tokens(RealTest, Everywhere):
    def read(self, token, **more):
        return self.door.call("read_order", token=token, **more)

    def test_algorithms(self):
        """2.3: what Keycloak signs by each of its keys, with both typ."""
        for algorithm in ALGORITHMS:
            for client in algorithm, "at-" + algorithm:
                with self.subTest(client=client):
                    token = self.server.token(client)
                    header = jwt(token, 0)
                    self.assertEqual(header["alg"], algorithm)
                    self.assertEqual(header["typ"], "at+jwt" if client[:3]
                                     == "at-" else "JWT")
                    self.assertResult(self.read(token),
                                      "X-Client: %s\r\n" % client)

    def test_hmac(self):
        """V-1: a token by the realm's secret, which no key set has."""
        self.assertRefused(self.read(self.server.token("HS256")), 401, "alg",
                           "invalid_token")

    def test_strict(self):
        """2.5: algorithm, typ and client of a narrower provider."""
        for client, reason in (("at-PS256", ""), ("at-ES256", "alg"),
                               ("PS256", "typ")):
            answer = self.read(self.server.token(client), path="/strict")
            self.assertEqual(self.door.reason(answer), reason, client)
            self.assertEqual(answer.status, 401 if reason else 200)

        self.server.signing("at-other", "PS256", at_jwt=True)
        self.assertRefused(self.read(self.server.token("at-other"),
                                     path="/strict"), 401, "client",
                           "invalid_token")

    def test_expired(self):
        """V-8: a token of two seconds, without leeway."""
        self.server.signing("at-brief", "PS256", at_jwt=True, seconds=2)
        token = self.server.token("at-brief")
        self.assertResult(self.read(token, path="/strict"))
        time.sleep(3)
        self.assertRefused(self.read(token, path="/strict"), 401, "exp",
                           "invalid_token")

    def test_audience(self):
        """V-9: a token of the realm that is not meant for us."""
        self.server.admin("POST", "/shop/clients", {
            "clientId": "stranger", "publicClient": True,
            "directAccessGrantsEnabled": True})
        token = self.server.token("stranger", "profile")
        self.assertRefused(self.read(token), 401, "aud", "invalid_token")

    def test_other_kinds(self):
        """V-10: the ID token and the refresh token of the same login."""
        got = self.server.tokens("RS256", "openid orders.read")
        self.assertResult(self.read(got["access_token"]))
        self.assertRefused(self.read(got["id_token"]), 401, "aud",
                           "invalid_token")
        self.assertRefused(self.read(got["refresh_token"]), 401, "alg",
                           "invalid_token")

    def test_id_token_with_our_audience(self):
        """V-10: the same with an audience mapper for ID tokens."""
        self.server.audience(self.server.signing("confused", "RS256"),
                             self.server.resource, "id")
        got = self.server.tokens("confused", "openid orders.read")
        self.assertIn(self.server.resource, jwt(got["id_token"])["aud"])
        self.assertRefused(self.read(got["id_token"]), 401, "kind",
                           "invalid_token")

    def test_other_realm(self):
        """V-7: the same host, another realm."""
        token = token_of(post(
            self.server.url + "/realms/master/protocol/openid-connect/token",
            {"grant_type": "password", "client_id": "admin-cli",
             "username": "admin", "password": "admin"}))
        self.assertRefused(self.read(token), 401, "iss", "invalid_token")

    def test_forged(self):
        """V-2: a signature of one token under the claims of another."""
        one, two = self.server.token("RS256"), self.server.token("RS256")
        forged = two.rsplit(".", 1)[0] + "." + one.rsplit(".", 1)[1]
        self.assertRefused(self.read(forged), 401, "sig", "invalid_token")

    def test_groups(self):
        """5.2: a rule on the claim "groups" decides list and call alike."""
        alice = self.server.token("RS256", user="alice")
        bob = self.server.token("RS256", user="bob")
        self.assertEqual(jwt(alice)["groups"], ["staff"])
        self.assertIn("staff_order", self.door.tools(token=alice))
        self.assertResult(self.door.call("staff_order", token=alice))
        self.assertNotIn("staff_order", self.door.tools(token=bob))

        hidden = self.door.call("staff_order", token=bob)
        unknown = self.door.call("other_order", token=bob)
        self.assertEqual(hidden.json["error"]["code"], -32602)
        self.assertEqual(hidden.status, unknown.status)
        self.assertEqual(hidden.text.replace(b"staff_order", b"other_order"),
                         unknown.text)

    def test_nested_roles(self):
        """2.7: realm_access.roles."""
        token = self.server.token("RS256")
        self.assertIn("role_order", self.door.tools(token=token))
        self.assertResult(self.door.call("role_order", token=token))

    def test_introspection(self):
        """4: "always": a signed token of a session that has ended."""
        token = self.server.token("RS256")
        self.assertResult(self.read(token, path="/checked"))
        self.server.admin("DELETE", "/shop/sessions/" + jwt(token)["sid"])
        self.assertResult(self.read(token))
        await_for(lambda: self.read(token, path="/checked").status == 401,
                  "the end of the session")
        self.assertRefused(self.read(token, path="/checked"), 401,
                           "inactive", "invalid_token")


class Rotation(RealTest):
    """K-4, K-5: requests go on, and see no change of keys."""

    def run_load(self):
        while not self.ended:
            token = self.pool[self.turn % len(self.pool)]
            self.turn += 1
            try:
                status = self.door.call("read_order", token=token).status
            except OSError as e:
                status = repr(e)
            self.seen[status] = self.seen.get(status, 0) + 1

    def test_rotation(self):
        client = "RS256"
        self.pool = [self.server.token(client) for _ in range(5)]
        self.seen, self.turn, self.ended = {}, 0, False
        before = self.server.key_ids()
        old = jwt(self.pool[0], 0)["kid"]
        threads = [threading.Thread(target=self.run_load) for _ in range(4)]

        start = time.monotonic()
        for thread in threads:
            thread.start()
        try:
            for priority in 200, 300:
                time.sleep(1.5)
                self.server.key("k%d" % priority, "rsa-generated",
                                priority=priority)
                fresh = [self.server.token(client) for _ in range(5)]
                self.assertNotIn(jwt(fresh[0], 0)["kid"], before)
                self.pool = self.pool + fresh
                before = self.server.key_ids()
            time.sleep(2)
        finally:
            self.ended = True
            for thread in threads:
                thread.join()
        seconds = time.monotonic() - start

        self.assertEqual(set(self.seen), {200}, self.seen)
        print("rotation: %d requests, %d/s"
              % (self.seen[200], self.seen[200] / seconds))

        # a key that leaves the set takes along what it has signed

        self.server.disable_key(old)
        self.assertNotIn(old, self.server.key_ids())
        await_for(lambda: self.door.call(
            "read_order", token=self.pool[0]).status == 401, "the old key")
        self.assertRefused(self.door.call("read_order", token=self.pool[0]),
                           401, "kid", "invalid_token")
        self.assertResult(self.door.call("read_order", token=fresh[0]))


@with_logins
class Login(Logins, RealTest):
    def subject(self, name):
        return self.server.admin("GET", "/shop/users?exact=true&username="
                                 + name)[0]["id"]

    def test_refresh(self):
        """401 for a token that has expired: a refresh, and no login."""
        resource = self.door.origin + "/brief"
        self.server.module(resource)
        self.server.audience(self.server.signing(
            "brief", "RS256", seconds=2,
            redirectUris=["http://127.0.0.1/*"]), resource)
        for family in "ts2", "ts2-legacy", "py1", "py2":
            with self.subTest(family=family):
                sdk = self.start(family, "brief", "brief")
                for _ in range(3):
                    self.check_result(sdk.call("read_order"), "orders.read")
                    time.sleep(2.5)
                self.assertEqual(len(sdk.asked), 1)
                self.assertEqual(sdk.close(), 0)


class Unreachable(RealTest):
    """The last: Keycloak has gone."""

    @classmethod
    def setUpClass(cls):
        cls.token = cls.server.token("RS256")
        cls.opaque = cls.server.token("RS256")
        cls.server.stop()

    def test_keys(self):
        """K-3: the keys that are there serve on, also after a reload."""
        self.assertResult(self.door.call("read_order", token=self.token))
        time.sleep(3)
        self.assertResult(self.door.call("read_order", token=self.opaque))
        self.door.configure("refresh=2s", "refresh=3s")
        self.assertResult(self.door.call("read_order", token=self.token))

    def test_introspection(self):
        """A-8: nobody to ask is no fault of the caller's."""
        self.assertRefused(self.door.call(
            "read_order", token=self.opaque, path="/checked"), 503,
            "introspection")


if __name__ == "__main__":
    main(__file__)

#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""The module before mock-oauth2-server in the shape of Entra ID: issuers of
version 1 and 2, oid, tid, scp and ver, tenants, 200 groups and more.

Called by "make test-real"; alone: python3 t/real/auth_entra.py
"""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "lib"), str(HERE.parent / "lib")]

import entra                                             # noqa: E402
from auth_door import challenge                          # noqa: E402
from desk import PRM, Desk, RealTest, endpoint, tool     # noqa: E402
from entra import APP, GROUPS, MANY, ONE, OID, TWO       # noqa: E402
from parts import (                                      # noqa: E402
    expect, free_port, http_get, jwt, main)

WORDS = """
        algorithms RS256;
        scope_claim scp;
        subject tid oid;
"""

HTTP = """
    mcp_auth_provider v2 {
        issuer %(issuer)s;
        audience %(app)s;
        scope_prefix api://%(app)s/;
        clients %(client)s;
""" + WORDS + """
    }
    mcp_auth_provider v1 {
        issuer %(v1)s;
        audience %(app)s api://%(app)s;
        clients %(client)s;
        jwks url=%(issuer)s/jwks;
""" + WORDS + """
    }
    mcp_auth_provider app {
        issuer %(issuer)s;
        audience %(app)s;
        allow_app on;
""" + WORDS + """
    }
    mcp_auth_provider many {
        issuer "%(url)s{tenantid}/v2.0";
        tenants %(one)s %(two)s;
        audience %(app)s;
        jwks url=%(url)s%(many)s/jwks;
""" + WORDS + """
    }
"""

TOOLS = (tool("admin_order", "require_claim roles has Orders.Admin;")
         + tool("group_order", "require_claim groups has g-1;")
         + tool("shown_order", "require_claim groups has g-1;",
                "visibility show;")
         + tool("last_group_order", "require_claim groups has %s;"
                % GROUPS[-1]))

SERVER = (endpoint("mcp", "mcp_auth v2;", tools=TOOLS)
          + endpoint("versions", "mcp_auth v2 v1;")
          + endpoint("app", "mcp_auth app; mcp_auth_require_claim roles has "
                     "Orders.Admin;").replace("mcp_auth_scope orders.read;",
                                              "")
          + endpoint("many", "mcp_auth many;"))


def setUpModule():
    RealTest.server = server = entra.Entra()
    try:
        RealTest.door = Desk(
            free_port(), HTTP, SERVER, values={
                "issuer": server.issuer, "url": server.url, "app": APP,
                "client": entra.CLIENT, "v1": entra.STS % ONE, "one": ONE,
                "two": TWO, "many": MANY})
    except BaseException:
        server.stop()
        raise


def tearDownModule():
    try:
        RealTest.door.close()
    finally:
        RealTest.server.stop()


class EntraTest(RealTest):
    def read(self, shape, path="mcp", issuer=ONE + "/v2.0"):
        return self.door.call("read_order", path="/" + path,
                              token=self.server.token(shape, issuer))

    def check(self, reasons, path, issuer=ONE + "/v2.0"):
        for shape, reason in reasons.items():
            with self.subTest(shape=shape):
                answer = self.read(shape, path, issuer)
                if reason:
                    self.assertRefused(answer, 401, reason, "invalid_token")
                else:
                    self.assertResult(answer, "X-Oid: %s\r\n" % OID)


class Shapes(EntraTest):
    def test_scopes_have_two_names(self):
        """2.7: what clients must ask for, and what the token says."""
        asked = "api://%s/orders.read" % APP
        self.assertEqual(dict(challenge(self.door.call(
            "read_order").challenge))["scope"], asked)
        document = expect(http_get(self.door.origin + PRM + "/mcp"))
        self.assertEqual(document["scopes_supported"], [asked])
        self.assertEqual(document["authorization_servers"],
                         [self.server.issuer])

        answer = self.door.call("write_order", token=self.server.token("v2"))
        self.assertRefused(answer, 403, "scope", "insufficient_scope")
        self.assertEqual(set(dict(challenge(answer.challenge))["scope"]
                             .split()), {asked, "api://%s/orders.write" % APP})
        self.assertResult(self.door.call(
            "write_order", token=self.server.token("write")))

    def test_version_2(self):
        """2.6: aud is the application; kinds, times, clients, subject."""
        self.check({"v2": "", "at": "", "write": "", "overage": "",
                    "url": "aud", "graph": "aud", "expired": "exp",
                    "other-client": "client", "no-oid": "subject",
                    "dpop": "typ", "jag": "typ", "v1": "iss", "id": "kind"},
                   "mcp")

    def test_versions(self):
        """2.6: version 1 by a second provider, and only with it."""
        self.check({"v2": "", "v1": "", "v1-uri": "", "url": "aud"},
                   "versions")

    def test_principal(self):
        """5.5: tenant and oid are the caller, for logs and upstreams."""
        entry = self.door.entry(self.read("v2"))
        self.assertEqual(entry["tenant"], ONE)
        self.assertEqual(entry["client"], entra.CLIENT)
        self.assertEqual(entry["iss"], self.server.issuer)
        self.assertEqual(entry["sub"], "pairwise-1")

    def test_applications(self):
        """2.6: a token without scp is an application's own."""
        self.check({"app": "kind"}, "mcp")
        self.check({"app": ""}, "app")
        answer = self.read("v2", "app")
        self.assertRefused(answer, 403, "claim")


class Tenants(EntraTest):
    def test_tenants(self):
        """2.6: template, tid and list must agree."""
        self.check({"one": "", "two": "", "foreign": "tenant", "mixed": "iss",
                    "no-guid": "iss"}, "many", MANY)
        entry = self.door.entry(self.read("two", "many", MANY))
        self.assertEqual(entry["tenant"], TWO)

    def test_keys_of_another_tenant(self):
        """K-1: the keys of one issuer say nothing about another."""
        self.check({"v2": "kid"}, "many")


class Groups(EntraTest):
    def test_roles_and_groups(self):
        """5.2: hidden for those without."""
        with_roles = self.server.token("write")
        without = self.server.token("v2")
        for name in "admin_order", "group_order":
            with self.subTest(name=name):
                self.assertIn(name, self.door.tools(token=with_roles))
                self.assertNotIn(name, self.door.tools(token=without))
                self.assertResult(self.door.call(name, token=with_roles))
                answer = self.door.call(name, token=without)
                self.assertEqual(answer.json["error"]["code"], -32602)

    def test_200_groups(self):
        """2.2: the largest token with groups in it."""
        token = self.server.token("groups")
        self.assertGreater(len(token), 10000)
        self.assertIn("last_group_order", self.door.tools(token=token))
        self.assertResult(self.door.call("last_group_order", token=token))

    def test_overage(self):
        """V-14: more groups than a token may have: unknown, not false."""
        token = self.server.token("overage")
        self.assertIn("_claim_names", jwt(token))
        names = self.door.tools(token=token)
        self.assertNotIn("group_order", names)
        self.assertIn("shown_order", names)
        answer = self.door.call("group_order", token=token)
        self.assertEqual(answer.json["error"]["code"], -32602)
        self.assertRefused(self.door.call("shown_order", token=token), 403,
                           "groups_overage")
        self.assertRefused(self.door.call(
            "shown_order", token=self.server.token("v2")), 403, "claim")


if __name__ == "__main__":
    main(__file__)

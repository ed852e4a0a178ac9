#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""The module before Ory Hydra: "scp" as an array, an issuer that ends in a
slash, metadata of OpenID Connect alone, opaque tokens, a login.

Called by "make test-real"; alone: python3 t/real/auth_hydra.py (the first
time Hydra is built, which takes minutes).
"""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "lib"), str(HERE.parent / "lib")]

from desk import PRM, Desk, RealTest, endpoint           # noqa: E402
from hydra import Hydra                                  # noqa: E402
from parts import (                                      # noqa: E402
    expect, free_port, http_get, jwt, main)

HTTP = """
    mcp_auth_provider signed {
        issuer %(issuer)s;
        audience %(origin)s/mcp;
    }
    mcp_auth_provider bare {
        issuer %(bare)s;
        audience %(origin)s/mcp;
        jwks url=%(issuer)s.well-known/jwks.json;
    }
    mcp_auth_provider opaque {
        issuer %(issuer)s;
        audience %(origin)s/mcp;
        introspection %(admin)s/oauth2/introspect client_id=any
                      client_secret_file=%(files)s/secret
                      cache=1s negative=1s;
    }
"""

SERVER = "".join(endpoint(name, "mcp_auth %s;" % provider)
                 for name, provider in (("mcp", "signed"), ("bare", "bare"),
                                        ("opaque", "opaque")))


def setUpModule():
    port = free_port()
    RealTest.server = server = Hydra()
    try:
        RealTest.door = door = Desk(
            port, HTTP, SERVER, files={"secret": "any\n"}, values={
                "issuer": server.issuer, "bare": server.issuer[:-1],
                "admin": server.admin_url})
        audience = [door.origin + "/mcp", "https://other.example.com"]
        server.client("signed", audience)
        server.client("opaque", audience, "opaque")
    except BaseException:
        server.stop()
        raise


def tearDownModule():
    try:
        RealTest.door.close()
    finally:
        RealTest.server.stop()


class HydraTest(RealTest):
    def token(self, client="signed", scope="orders.read", audience=None):
        return self.server.token(client, audience or self.door.origin
                                 + "/mcp", scope)

    def call(self, token, tool="read_order", path="mcp"):
        return self.door.call(tool, token=token, path="/" + path)


class Signed(HydraTest):
    def test_scp_array(self):
        """2.7: an array of scopes is read as a string of them is."""
        one, two = self.token(), self.token(scope="orders.read orders.write")
        self.assertEqual(jwt(one)["scp"], ["orders.read"])
        self.assertNotIn("scope", jwt(one))
        self.assertResult(self.call(one), "X-Scope: orders.read\r\n")
        self.assertRefused(self.call(one, "write_order"), 403, "scope",
                           "insufficient_scope")
        self.assertResult(self.call(two, "write_order"),
                          "X-Scope: orders.read orders.write\r\n")

    def test_base_scope(self):
        """A-6: a token without the scope of the endpoint."""
        self.assertRefused(self.call(self.token(scope="orders.write")), 403,
                           "scope", "insufficient_scope")

    def test_slash(self):
        """2.6: an issuer is compared, and shown, with its slash."""
        self.assertTrue(self.server.issuer.endswith("/"))
        document = expect(http_get(self.door.origin + PRM + "/mcp"))
        self.assertEqual(document["authorization_servers"],
                         [self.server.issuer])
        self.assertRefused(self.call(self.token(), path="bare"), 401, "iss",
                           "invalid_token")

    def test_audience(self):
        """V-9: an audience of two, and another one."""
        both = self.token(audience=self.door.origin
                          + "/mcp https://other.example.com")
        self.assertEqual(len(jwt(both)["aud"]), 2)
        self.assertResult(self.call(both))
        other = self.token(audience="https://other.example.com")
        self.assertRefused(self.call(other), 401, "aud", "invalid_token")

    def test_user(self):
        """A login: the subject is the user, the client is another claim."""
        got = self.server.login("signed", self.door.origin + "/mcp",
                                "openid orders.read", "alice")
        self.assertResult(self.call(got["access_token"]),
                          "X-User: alice\r\nX-Client: signed\r\n")
        self.assertRefused(self.call(got["id_token"]), 401, "aud",
                           "invalid_token")


class Opaque(HydraTest):
    def test_opaque(self):
        """4: the same by introspection."""
        token = self.token("opaque")
        self.assertTrue(token.startswith("ory_at_"))
        self.assertResult(self.call(token, path="opaque"),
                          "X-Client: opaque\r\n")
        self.assertRefused(self.call(token, "write_order", "opaque"), 403,
                           "scope", "insufficient_scope")
        self.assertRefused(self.call(token[:-1], path="opaque"), 401,
                           "inactive", "invalid_token")

    def test_audience(self):
        """1.5: an opaque token for another resource."""
        token = self.token("opaque", audience="https://other.example.com")
        self.assertRefused(self.call(token, path="opaque"), 401, "aud",
                           "invalid_token")

    def test_of_a_user(self):
        got = self.server.login("opaque", self.door.origin + "/mcp",
                                "openid orders.read", "alice")
        self.assertResult(self.call(got["access_token"], path="opaque"),
                          "X-User: alice\r\n")


if __name__ == "__main__":
    main(__file__)

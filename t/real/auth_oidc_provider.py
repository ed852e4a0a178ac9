#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""The module before npm's oidc-provider: PKCE, registration, resource
indicators, RFC 9068 tokens, opaque tokens with introspection, tokens bound by
DPoP, and the official SDKs from 401 to step-up, for both kinds of tokens.

Called by "make test-real"; alone: python3 t/real/auth_oidc_provider.py
"""

import pathlib
import secrets
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "lib"), str(HERE.parent / "lib")]

import mint                                              # noqa: E402
from browser import Browser                              # noqa: E402
from desk import (                                       # noqa: E402
    Desk, Everywhere, Logins, RealTest, endpoint, with_logins)
from mcp_nginx import await_for                          # noqa: E402
from oidc_provider import OidcProvider                   # noqa: E402
from parts import code_flow, free_port, jwt, main        # noqa: E402

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")

HTTP = """
    mcp_auth_provider signed {
        issuer %(issuer)s;
        audience %(origin)s/mcp;
        typ at_jwt;
    }
    mcp_auth_provider opaque {
        issuer %(issuer)s;
        audience %(origin)s/opaque;
        introspection %(issuer)s/token/introspection client_id=rs
                      client_secret_file=%(files)s/secret
                      cache=1s negative=1s;
    }
    mcp_auth_provider jobs {
        issuer %(issuer)s;
        audience %(origin)s/opaque;
        subject client_id;
        introspection discovery client_id=rs
                      client_secret_file=%(files)s/secret
                      cache=1s negative=1s;
        jwks discovery;
    }
    mcp_auth_provider both {
        issuer %(issuer)s;
        audience %(origin)s/both %(origin)s/opaque;
        jwks discovery;
        introspection discovery client_id=rs
                      client_secret_file=%(files)s/secret auth=post;
    }
""" + "".join("""
    mcp_auth_provider %s {
        issuer %%(issuer)s;
        audience %%(origin)s/%s;
        algorithms %s;
        typ at_jwt;
    }
""" % (name, name.lower(), name) for name in ALGORITHMS)

SERVER = (endpoint("mcp", "mcp_auth signed;")
          + endpoint("opaque", "mcp_auth opaque;")
          + endpoint("jobs", "mcp_auth jobs;")
          + endpoint("both", "mcp_auth both;")
          + "".join(endpoint(name.lower(), "mcp_auth %s;" % name)
                    for name in ALGORITHMS))


def setUpModule():
    port = free_port()
    RealTest.server = server = OidcProvider()
    try:
        RealTest.door = Desk(port, HTTP, SERVER,
                             values={"issuer": server.issuer},
                             files={"secret": "rs-secret\n"})
    except BaseException:
        server.stop()
        raise


def tearDownModule():
    try:
        RealTest.door.close()
    finally:
        RealTest.server.stop()


class ProviderTest(RealTest):
    def token(self, path, scope="orders.read", **more):
        return self.server.token(self.door.origin + "/" + path, scope, **more)

    def read(self, token, path):
        return self.door.call("read_order", token=token, path="/" + path)


class Signed(ProviderTest, Everywhere):
    def test_algorithms(self):
        """2.3: RFC 9068 tokens by each kind of key."""
        for algorithm in ALGORITHMS:
            with self.subTest(algorithm=algorithm):
                path = algorithm.lower()
                token = self.token(path)
                self.assertEqual(jwt(token, 0)["alg"], algorithm)
                self.assertEqual(jwt(token, 0)["typ"], "at+jwt")
                self.assertResult(self.read(token, path), "X-Client: job\r\n")

    def test_resource(self):
        """1.5: a token for one resource does not open another."""
        for path, other in (("mcp", "rs256"), ("rs256", "mcp"),
                            ("es256", "mcp")):
            token = self.token(path)
            self.assertEqual(jwt(token)["aud"], self.door.origin + "/" + path)
            self.assertRefused(self.read(token, other), 401, "aud",
                               "invalid_token")

    def test_resource_of_a_user(self):
        """RFC 8707 through a login: the audience is the endpoint."""
        got = code_flow(self.server.issuer, self.door.origin + "/mcp",
                        "openid orders.read", Browser("alice"))
        self.assertEqual(jwt(got["access_token"])["aud"],
                         self.door.origin + "/mcp")
        self.assertResult(self.read(got["access_token"], "mcp"),
                          "X-User: alice\r\n")
        self.assertRefused(self.read(got["id_token"], "mcp"), 401, "typ",
                           "invalid_token")

    def test_dpop(self):
        """2.8, V-11: a token bound to a key is no bearer token."""
        key = mint.Key("ES256")
        proof = mint.token(
            key, {"jti": secrets.token_urlsafe(), "htm": "POST",
                  "htu": self.server.issuer + "/token",
                  "iat": int(time.time())},
            header={"typ": "dpop+jwt", "kid": None,
                    "jwk": key.jwk(kid=None, use=None, alg=None)})
        token = self.token("mcp", headers=[("DPoP", proof)])
        self.assertIn("jkt", jwt(token)["cnf"])
        self.assertRefused(self.read(token, "mcp"), 401, "cnf",
                           "invalid_token")
        self.assertRefused(self.read(proof, "mcp"), 401, None,
                           "invalid_token")


class Opaque(ProviderTest):
    def test_active(self):
        """4: what introspection says is what the upstream is told."""
        token = self.login(path="opaque")
        self.assertNotIn(".", token)
        self.assertResult(self.read(token, "opaque"), "X-User: alice\r\n")

    def test_without_a_user(self):
        """2.5, 21: "sub" is missing; the client can be the subject."""
        token = self.token("opaque")
        self.assertNotIn(".", token)
        self.assertRefused(self.read(token, "opaque"), 401, "subject",
                           "invalid_token")
        self.assertResult(self.read(token, "jobs"), "X-Client: job\r\n")

    def test_scope(self):
        """4, A-6: scopes of an opaque token."""
        answer = self.door.call("write_order", path="/jobs",
                                token=self.token("opaque"))
        self.assertRefused(answer, 403, "scope", "insufficient_scope")
        self.assertResult(self.door.call(
            "write_order", path="/jobs",
            token=self.token("opaque", "orders.read orders.write")))

    def test_unknown(self):
        """I-1: a token that the server does not know."""
        self.assertRefused(self.read(secrets.token_urlsafe(32), "opaque"),
                           401, "inactive", "invalid_token")

    def test_revoked(self):
        """4: revocation is seen once the answer is no longer kept."""
        token = self.token("opaque")
        self.assertResult(self.read(token, "jobs"))
        self.server.revoke(token)
        await_for(lambda: self.read(token, "jobs").status == 401,
                  "the revocation")
        self.assertRefused(self.read(token, "jobs"), 401, "inactive",
                           "invalid_token")

    def test_resource(self):
        """1.5: an opaque token of another resource."""
        token = self.token("other/opaque")
        self.assertRefused(self.read(token, "opaque"), 401, "aud",
                           "invalid_token")

    def test_both(self):
        """2.2: one provider for both shapes; a JWS is never introspected
        (this server would refuse to)."""
        self.assertResult(self.read(self.token("both"), "both"))
        self.assertResult(self.read(self.login(path="opaque"), "both"))
        token = self.token("both")
        self.assertRefused(self.read(token[:-8] + "A" * 8, "both"), 401,
                           None, "invalid_token")

    def test_signed_where_opaque_ones_are_taken(self):
        """2.2: without keys nobody is let in by a JWS."""
        self.assertNotEqual(self.read(self.token("mcp"), "opaque").status,
                            200)


@with_logins
class Login(Logins, RealTest):
    paths = ("mcp", "opaque")

    def subject(self, name):
        return name


if __name__ == "__main__":
    main(__file__)

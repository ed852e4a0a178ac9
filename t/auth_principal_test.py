#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""Which tokens are for whom: authorization.md 2.5 to 2.8, V-6, V-10 to V-14,
V-17.

Each vector goes in by HTTP; its reason word comes out of the access log,
and the client hears the same for all of them.
"""

import hashlib
import http.client
import os
import pathlib
import random
import signal
import ssl
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))

import mint                                              # noqa: E402
from auth_door import (                                  # noqa: E402
    AUDIENCE, ClaimsTest, Door, endpoint, message, provider)
from idp import Idp                                      # noqa: E402
from mcp_nginx import DEADLINE, await_for, free_port     # noqa: E402

# more words of a provider, and those of its location

PROVIDERS = {
    "shop": [["audience %s;" % AUDIENCE], ["mcp_auth_scope orders.read;"]],
    "twin": [["audience %s;" % AUDIENCE], []],
    "at": [["audience %s;" % AUDIENCE, "typ at_jwt;"], []],
    "clients": [["audience %s;" % AUDIENCE, "clients desk-app cli-app;"], []],
    "lax": [["audience_check none;", "scope_optional on;", "id_tokens on;"],
            []],
    "pair": [["audience %s;" % AUDIENCE, "subject tid oid;"], []],
    "nested": [["audience %s;" % AUDIENCE,
                "scope_claim 'resource_access[\"desk\"].roles';"],
               ["mcp_auth_scope orders.read;"]],
    "roles": [["audience %s;" % AUDIENCE, "role_claim realm_access.roles;"],
              []],
    "apps": [["audience %s;" % AUDIENCE, "allow_app on;"], []],
    "groups": [["audience %s;" % AUDIENCE],
               ["mcp_auth_require_claim groups has g1;"]]}


def setUpModule():
    idp = Idp()
    for name in PROVIDERS:
        idp.realm(name)
    ClaimsTest.realm = idp.realm("shop")

    authority = mint.Authority()
    ClaimsTest.door = Door(
        """
    mcp_auth_implies orders.admin orders.all;
    mcp_auth_implies orders.all orders.read orders.list;
    mcp_auth_denylist %(files)s/denied;
"""
        + "".join(provider(name, *words)
                  for name, (words, _) in PROVIDERS.items())
        + """
    server {
        listen 127.0.0.1:%(port)s;
        listen 127.0.0.1:%(tls)s ssl;
        ssl_certificate %(files)s/server.pem;
        ssl_certificate_key %(files)s/server.pem;
        ssl_verify_client optional_no_ca;
        location @api { proxy_pass http://127.0.0.1:%(echo)s; }
"""
        + "".join(endpoint(name, "mcp_auth %s;" % name, *words)
                  for name, (_, words) in PROVIDERS.items())
        + "\n    }\n", idp=idp, values={"tls": free_port()}, files={
            "server.pem": authority.issue("localhost"),
            "client.pem": authority.issue("client"),
            "denied": "# nobody\njti j-denied\nsub s-denied\n"
                      "sid i-denied\n"})


def tearDownModule():
    ClaimsTest.door.close()


class Type(ClaimsTest):
    def assertTyp(self, reason, path, typ):
        with self.subTest(typ):
            realm = self.door.idp.realm(path)
            answer = self.door.call(path="/" + path, token=mint.token(
                realm.keys[0], realm.claims(), header={"typ": typ}))
            if reason:
                self.assertRefused(answer, 401, reason, "invalid_token")
            else:
                self.assertResult(answer)

    def test_type(self):
        """T11, V-6: "any" takes at+jwt, JWT and none, no other kind."""
        for typ in ("at+jwt", "application/at+jwt", "AT+JWT", "JWT", None):
            self.assertTyp(None, "shop", typ)
        for kind in ("oauth-id-jag+jwt", "dpop+jwt", "logout+jwt",
                     "secevent+jwt", "token-introspection+jwt",
                     "client-authentication+jwt"):
            for typ in (kind, kind.upper(), "application/" + kind):
                self.assertTyp("typ", "shop", typ)

    def test_type_at_jwt(self):
        """V-6: "typ at_jwt" takes RFC 9068's type only."""
        for typ, reason in (("at+jwt", None), ("Application/AT+jwt", None),
                            ("JWT", "typ"), (None, "typ"), ("", "typ"),
                            ("jwt", "typ"), ("at+jwtx", "typ")):
            self.assertTyp(reason, "at", typ)


class Kind(ClaimsTest):
    def test_no_access_token(self):
        """T11, V-10: ID, refresh and other tokens of the same issuer."""
        for claims in ({"token_use": "id"}, {"typ": "ID"},
                       {"typ": "Refresh"}, {"nonce": "n"}, {"at_hash": "h"},
                       {"c_hash": "h"}, {"s_hash": "h"}, {"scope": None}):
            self.assertReason("kind", **claims)
        for claims in ({"typ": "Bearer"}, {"token_use": "access"}):
            self.assertReason(None, **claims)
        for claims in ({"nonce": "n", "at_hash": "h"}, {"scope": None}):
            self.assertReason(None, "lax", **claims)

    def test_roles_make_an_access_token(self):
        """Step 16: a role will do, at its configured place."""
        self.assertReason(None, "twin", scope=None, roles=["x"])
        self.assertReason(None, "roles", scope=None,
                          realm_access={"roles": ["x"]})
        self.assertReason("kind", "roles", scope=None, roles=["x"])

    def test_client(self):
        """V-12: azp, appid, client_id or cid on the list."""
        for name in ("azp", "appid", "client_id", "cid"):
            claims = dict({"azp": None}, **{name: "cli-app"})
            answer = self.assertReason(None, "clients", **claims)
            self.assertEqual(self.door.entry(answer)["client"], "cli-app")
            claims[name] = "Cli-App"
            self.assertReason("client", "clients", **claims)
        self.assertReason("client", "clients", azp=None)
        self.assertReason("client", "clients", azp=["cli-app"])

    def test_denied(self):
        """T26, step 18, 3.7: the deny list, also for what was accepted."""
        for claims in ({"jti": "j-denied"}, {"sub": "s-denied"},
                       {"sid": "i-denied"}):
            self.assertReason("revoked", **claims)
            self.assertReason("revoked", "twin", **claims)
        self.assertReason(None, jti="s-denied", sid="j-denied")
        token = self.realm.token(jti="by-digest")
        self.assertResult(self.door.call(path="/shop", token=token))
        self.door.write("denied", "token %s\njti j-denied\nsub s-denied\n"
                        "sid i-denied\n"
                        % hashlib.sha256(token.rpartition(".")[0]
                                         .encode()).hexdigest())
        await_for(lambda: self.door.call(
            path="/shop", token=token).status == 401, "the new deny list")

    def test_denied_by_whole_token(self):
        """3.7: the digest of all of a token is understood, too."""
        token = self.realm.token(jti="by-whole-digest")
        self.assertResult(self.door.call(path="/shop", token=token))
        self.door.write("denied", "jti j-denied\nsub s-denied\n"
                        "sid i-denied\ntoken %s\n"
                        % hashlib.sha256(token.encode()).hexdigest())
        await_for(lambda: self.door.call(
            path="/shop", token=token).status == 401, "the new deny list")

    def test_deny_list_gone(self):
        """T26: what was read stays in force; a worker that starts without
        it lets nobody in, since it cannot know."""
        path = self.door.files + "/denied"
        os.rename(path, path + ".away")
        try:
            self.assertResult(self.door.call(path="/shop",
                                             token=self.realm.token()))
            self.assertReason("revoked", jti="j-denied")
            old = set(self.door.workers())
            for pid in old:
                os.kill(pid, signal.SIGTERM)
            await_for(lambda: len(set(self.door.workers()) - old)
                      == len(old), "new workers")
            self.assertRefused(self.door.call(
                path="/shop", token=self.realm.token()), 503, "check_failed")
        finally:
            os.rename(path + ".away", path)
        await_for(lambda: self.door.call(
            path="/shop", token=self.realm.token()).status == 200, "the file")
        self.assertReason("revoked", jti="j-denied")

    def test_subject(self):
        """Step 21: the principal's parts must be there."""
        for sub in (None, "", 5, ["ada"], {}):
            self.assertReason("subject", sub=sub)
        self.assertReason(None, "pair", tid="t", oid="o", sub=None)
        self.assertReason("subject", "pair", tid="t")
        self.assertReason("subject", "pair", oid="o")


class Applications(ClaimsTest):
    def test_extension(self):
        """1.1: a server lists the authorization extension it accepts."""
        name = "io.modelcontextprotocol/oauth-client-credentials"
        for path, listed in (("apps", True), ("shop", False)):
            result = self.door.mcp(
                "server/discover", path="/" + path,
                token=self.door.idp.realm(path).token()).json["result"]
            self.assertEqual(
                name in result["capabilities"].get("extensions", {}), listed)
            self.assertEqual(result["capabilities"]["tools"], {})


class Binding(ClaimsTest):
    def test_bound_tokens_are_no_bearer_tokens(self):
        """V-11, 2.8: cnf is refused unless it is checked."""
        for cnf in ({"jkt": "x"}, {"x5t#S256": "x"}, {}, "x", {"new": 1}):
            self.assertReason("cnf", cnf=cnf)

    def test_client_certificate(self):
        """V-11, 2.8: x5t#S256 of this connection's certificate."""
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        pem = self.door.files + "/client.pem"
        with open(pem) as f:
            thumbprint = mint.thumbprint(ssl.PEM_cert_to_DER_cert(
                f.read().partition("-----BEGIN PRIVATE")[0]))

        def status(cnf):
            client = http.client.HTTPSConnection(
                "127.0.0.1", self.door.values["tls"], context=context,
                timeout=DEADLINE)
            headers, body = message("tools/call", {"name": "hello"})
            client.request("POST", "/shop", body, dict(
                headers, Authorization="Bearer " + self.token(cnf=cnf)))
            code = client.getresponse().status
            client.close()
            return code

        self.assertEqual(status({"x5t#S256": thumbprint}), 401)
        context.load_cert_chain(pem)
        self.assertEqual(status({"x5t#S256": thumbprint}), 200)
        self.assertEqual(status({"x5t#S256": thumbprint[::-1]}), 401)
        self.assertEqual(status({"x5t#S256": thumbprint, "jkt": "x"}), 401)
        self.assertEqual(status(None), 200)


class Scopes(ClaimsTest):
    def test_sources(self):
        """V-13: scope, scp, permissions; strings and arrays."""
        for claims in ({"scope": "orders.read"}, {"scope": "a orders.read b"},
                       {"scope": " a  orders.read "},
                       {"scope": ["orders.read"]},
                       {"scope": ["a", "orders.read"]},
                       {"scope": None, "scp": "a orders.read"},
                       {"scope": None, "scp": ["a", "orders.read"]},
                       {"scope": None, "permissions": ["orders.read"]}):
            self.assertReason(None, **claims)
        for claims in ({"scope": "orders"}, {"scope": "orders.readx"},
                       {"scope": "Orders.read"}, {"scope": "orders.read,a"},
                       {"scope": "other", "scp": "orders.read"},
                       {"scope": "other", "permissions": ["orders.read"]},
                       {"scope": None, "roles": ["orders.read"]}):
            self.assertReason("scope", status=403, **claims)

    def test_nested(self):
        """2.7: scope_claim with a quoted name in its path."""
        good = {"desk": {"roles": ["orders.read"]}}
        self.assertReason(None, "nested", scope=None, resource_access=good)
        self.assertReason("scope", "nested", status=403, roles=["x"],
                          resource_access={"shop": good["desk"]})

    def test_hierarchy(self):
        """V-13: implied scopes suffice, through all steps."""
        for scope in ("orders.all", "orders.admin"):
            self.assertReason(None, scope=scope)
        answer = self.assertReason("scope", status=403, scope="orders.list")
        self.assertNotIn("orders.all", answer.challenge)
        self.assertNotIn("orders.admin", answer.challenge)

    def test_scope_of_the_log(self):
        """5.5: $mcp_scope, names joined by one blank."""
        answer = self.assertReason(None, scope=["a  b", "orders.read"])
        self.assertEqual(self.door.entry(answer)["scope"], "a b orders.read")

    def test_groups_overage(self):
        """V-14: too many groups for the token: unknown, and denied."""
        self.assertReason(None, "groups", groups=["g0", "g1"])
        self.assertReason("claim", "groups", status=403, groups=["g0"])
        self.assertReason("claim", "groups", status=403)
        self.assertReason("groups_overage", "groups", status=403,
                          _claim_names={"groups": "src1"},
                          _claim_sources={"src1": {"endpoint": "https://x"}})


class Uniform(ClaimsTest):
    def vectors(self):
        good = self.token()
        return [good, good[:-8] + "AAAAAAAA", good + "=", "opaque",
                self.forged(header={"alg": "none"}),
                self.forged(header={"kid": "gone"}),
                self.forged(header={"crit": ["x"]}),
                self.forged(header={"typ": "dpop+jwt"}),
                self.forged(mint.Key("RS256", "shop-first")),
                mint.token_of_text(self.realm.keys[0], "{}", "{"),
                mint.token_of_text(self.realm.keys[0], "{"),
                *(self.token(**{name: value}) for name, value in (
                    ("iss", "https://evil.example"), ("aud", "other"),
                    ("exp", 1), ("nbf", 4102444800), ("iat", 4102444800),
                    ("nonce", "x"), ("sub", None),
                    ("cnf", {"jkt": "x"})))]

    def test_one_answer_for_all(self):
        """1.2: the client hears one thing, byte for byte."""
        answers = [self.door.call(path="/shop", token=token)
                   for token in self.vectors()]
        self.assertEqual(answers[0].status, 200)
        for answer in answers[1:]:
            self.assertEqual(answer.bare(), answers[1].bare())
            self.assertEqual(answer.status, 401)

    def test_verdicts_depend_on_nothing_before(self):
        """V-17: 10,000 mixed tokens are judged as each by itself."""
        headers, body = message("tools/call", {"name": "hello"})
        data = [self.door.request("POST", "/shop", body, headers + [
            ("Authorization", "Bearer " + token)])[0]
            for token in self.vectors()]
        single = [self.door.exchange(one).status for one in data]
        self.assertEqual(single, [200] + [401] * (len(data) - 1))
        order = random.Random(1).choices(range(len(data)), k=10000)
        got = self.door.flood([data[n] for n in order])
        self.assertEqual(got, [single[n] for n in order])


if __name__ == "__main__":
    unittest.main()

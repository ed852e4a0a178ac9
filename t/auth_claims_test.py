#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""What claims must say: authorization.md 2.5 to 2.8, V-7 to V-9, V-15.

Each vector goes in by HTTP; its reason word comes out of the access log,
and the client hears the same for all of them.
"""

import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))

import mint                                              # noqa: E402
from auth_door import (                                  # noqa: E402
    AUDIENCE, ClaimsTest, Door, endpoint, provider)
from idp import Idp                                      # noqa: E402
from mcp_nginx import await_for                          # noqa: E402

TENANT = "11111111-2222-4333-8444-555555555555"
OTHER = "99999999-2222-4333-8444-555555555555"
CONSUMER = "9188040d-6c67-4c5b-b112-36a304b66dad"

# more words of a provider, and those of its location

PROVIDERS = {
    "shop": [["audience %s;" % AUDIENCE], ["mcp_auth_scope orders.read;"]],
    "twin": [["audience %s;" % AUDIENCE], []],
    "quick": [["audience %s;" % AUDIENCE, "leeway 0s;", "max_age 300s;"], []],
    "wide": [["audience %s b https://bare.example;" % AUDIENCE], []],
    "byclient": [["audience_check client_id;", "clients desk-app;"], []],
    "lax": [["audience_check none;", "scope_optional on;", "id_tokens on;"],
            []]}


def setUpModule():
    idp = Idp()
    for name in PROVIDERS:
        idp.realm(name)
    ClaimsTest.realm = idp.realm("shop")

    entra = idp.realm("entra")
    entra.more = [
        entra.keys[0].jwk(kid="one", alg=None,
                          issuer=idp.base + "/{tenantid}/v2.0"),
        entra.keys[0].jwk(kid="odd", alg=None,
                          issuer=idp.base + "/{TenantId}/v2.0"),
        entra.keys[0].jwk(kid="consumer", alg=None,
                          issuer="%s/%s/v2.0" % (idp.base, CONSUMER))]

    ClaimsTest.door = Door(
        "".join(provider(name, *words)
                  for name, (words, _) in PROVIDERS.items())
        + "".join(provider(
            name, "audience api-guid;", "jwks url=%s;" % entra.url("jwks"),
            *words, issuer="'http://127.0.0.1:%(idp)s/{tenantid}/v2.0'")
            for name, words in (("entra", ("tenants %s;" % TENANT,)),
                                ("anytenant", ())))
        + """
    server {
        listen 127.0.0.1:%(port)s;
        location @api { proxy_pass http://127.0.0.1:%(echo)s; }
"""
        + "".join(endpoint(name, "mcp_auth %s;" % name, *words)
                  for name, (_, words) in PROVIDERS.items())
        + endpoint("both", "mcp_auth shop twin;")
        + endpoint("entra", "mcp_auth entra;")
        + endpoint("anytenant", "mcp_auth anytenant;")
        + "\n    }\n", idp=idp)


def tearDownModule():
    ClaimsTest.door.close()


class Issuer(ClaimsTest):
    def test_exactly(self):
        """T10, V-7: another realm, a slash, a case, a port: iss."""
        issuer = self.realm.issuer
        for iss in (issuer + "/", issuer + "x", issuer[:-1],
                    issuer.replace("/shop", "/twin"), issuer.upper(),
                    issuer.replace("http:", "https:"),
                    issuer.replace("127.0.0.1", "localhost"), "",
                    "https://evil.example", None, 5, [issuer], True):
            self.assertReason("iss", iss=iss)

    def test_one_of_two_providers(self):
        """Step 10: iss chooses; a key of one signs nothing of the other."""
        idp = self.door.idp
        for name in ("shop", "twin"):
            self.assertResult(self.door.call(
                path="/both", token=idp.realm(name).token()))
        other = mint.token(self.realm.keys[0], self.realm.claims(
            iss=idp.realm("twin").issuer))
        self.assertRefused(self.door.call(path="/both", token=other), 401,
                           "kid", "invalid_token")

    def test_principal_is_of_its_issuer(self):
        """V-15: the same "sub" of two issuers is two principals."""
        seen = [self.door.entry(self.door.call(
            path="/both", token=self.door.idp.realm(name).token(sub="ada")))
            for name in ("shop", "twin")]
        self.assertEqual([one["sub"] for one in seen], ["ada", "ada"])
        self.assertEqual([one["iss"] for one in seen],
                         [self.door.idp.realm(name).issuer
                          for name in ("shop", "twin")])


class Tenants(ClaimsTest):
    def entra(self, kid="one", path="/entra", tid=TENANT, iss=None,
              **changes):
        realm = self.door.idp.realm("entra")
        iss = iss or "%s/%s/v2.0" % (self.door.idp.base, tid)
        return self.door.call(path=path, token=mint.token(
            realm.keys[0], realm.claims(iss=iss, tid=tid, aud="api-guid",
                                        scope=None, scp="orders.read",
                                        **changes), header={"kid": kid}))

    def assertEntra(self, reason, *args, **changes):
        with self.subTest((args, changes)):
            answer = self.entra(*args, **changes)
            if reason:
                self.assertRefused(answer, 401, reason, "invalid_token")
            else:
                self.assertResult(answer)
                self.assertEqual(self.door.entry(answer)["tenant"],
                                 changes.get("tid", TENANT))

    def test_template(self):
        """T10, V-7, 2.6: iss is the template with this very tid."""
        self.assertEntra(None)
        self.assertEntra(None, "odd")
        self.assertEntra(None, path="/anytenant", tid=OTHER)
        base = self.door.idp.base
        for iss in (base + "/{tenantid}/v2.0", base + "/v2.0",
                    "%s/%s/v2.0" % (base, OTHER),
                    "%s/%s/v1.0" % (base, TENANT),
                    "%s/%s/v2.0/" % (base, TENANT)):
            self.assertEntra("iss", iss=iss)
        for tid in ("", "common", "../x", TENANT[:-1], TENANT + "0",
                    "{tenantid}", TENANT.replace("-", "/")):
            self.assertEntra("iss", tid=tid)
        self.assertEntra("iss", tid=None,
                         iss="%s/%s/v2.0" % (base, TENANT))

    def test_tenant_list(self):
        """T10, V-7, step 18: a tenant that is not listed."""
        self.assertEntra("tenant", tid=OTHER)

    def test_issuer_of_the_key(self):
        """V-7, 2.4: a key of the consumer tenant signs for that only."""
        self.assertEntra("kid", "consumer")
        self.assertEntra("kid", "consumer", path="/anytenant", tid=OTHER)
        self.assertEntra(None, "consumer", path="/anytenant", tid=CONSUMER)


class Clock(ClaimsTest):
    def test_expiry(self):
        """V-8: exp is required, a number, and 60 s late at most."""
        now = int(time.time())
        for exp in (now + 5, now - 50, now + 10.5, 4e9, 2 ** 53 - 1):
            self.assertReason(None, exp=exp)
        for exp in (now - 70, 0, 1, -1, -now, None, str(now + 300), True,
                    2 ** 53, 1e300, [now + 300], {}):
            self.assertReason("exp", exp=exp)

    def test_not_a_number(self):
        """V-8: a number beyond all doubles is none."""
        key, good = self.realm.keys[0], mint.dumps(self.realm.claims(exp=7))
        for text in ("1e400", "-1e400", "1" + "0" * 400, "NaN", "Infinity"):
            with self.subTest(text[:9]):
                answer = self.door.call(path="/shop", token=(
                    mint.token_of_text(key, good.replace(
                        '"exp":7', '"exp":' + text))))
                self.assertRefused(answer, 401, None, "invalid_token")
                self.assertIn(self.door.reason(answer), ("exp", "pl_json"))

    def test_not_before(self):
        """V-8: nbf and iat may be 60 s ahead."""
        now = int(time.time())
        for name in ("nbf", "iat"):
            for value in (now, now + 50, now - 10000, None):
                self.assertReason(None, **{name: value})
            for value in (now + 80, str(now), -1, 1e300, True):
                self.assertReason(name, **{name: value})

    def test_leeway_and_age(self):
        """V-8: "leeway 0s", "max_age 300s"; a token that tells no age."""
        now = int(time.time())
        self.assertReason("exp", "quick", exp=now - 2)
        self.assertReason("nbf", "quick", nbf=now + 10)
        self.assertReason("iat", "quick", iat=now + 10)
        self.assertReason(None, "quick", iat=now - 280)
        self.assertReason("iat", "quick", iat=now - 310)
        self.assertReason("iat", "quick", iat=None)
        for leeway in ("301s", "10m"):
            code, said = self.door.check(provider("x", "audience a;",
                                                  "leeway %s;" % leeway))
            self.assertNotEqual(code, 0, said)

    def test_cached_verdict_ends_with_the_token(self):
        """T26, step 3: what was accepted once expires all the same."""
        token = self.door.idp.realm("quick").token(exp=int(time.time()) + 2)
        self.assertResult(self.door.call(path="/quick", token=token))
        answer = await_for(lambda: (a := self.door.call(
            path="/quick", token=token)).status != 200 and a, "the end")
        self.assertRefused(answer, 401, "exp", "invalid_token")


class Audience(ClaimsTest):
    def test_string_or_array(self):
        """T10, V-9: one of the configured values, as a string."""
        for aud in (AUDIENCE, [AUDIENCE], ["x", AUDIENCE, "y"], "b",
                    "https://bare.example", "https://bare.example/"):
            self.assertReason(None, "wide", aud=aud)
        for aud in ("x", [], ["x"], "", None, 5, {AUDIENCE: 1},
                    AUDIENCE + "/", AUDIENCE + "x", AUDIENCE[:-1],
                    AUDIENCE.upper(), [[AUDIENCE]], "b/", " b",
                    AUDIENCE + " b"):
            self.assertReason("aud", "wide", aud=aud)

    def test_token_for_another_api(self):
        """T12: a Graph token that a client passes on."""
        self.assertReason("aud", aud="00000003-0000-0000-c000-000000000000")
        self.assertReason("aud", aud="https://graph.microsoft.com")

    def test_substitutes(self):
        """1.5, V-9: "audience_check client_id" and "none", declared."""
        self.assertReason(None, "byclient", aud=None)
        self.assertReason("aud", "byclient", aud=None, azp="evil-app")
        self.assertReason("aud", "byclient", azp=None)
        self.assertReason(None, "lax", aud="whoever")
        for words in ((), ("audience_check client_id;",)):
            code, said = self.door.check(provider("x", *words))
            self.assertNotEqual(code, 0, said)


if __name__ == "__main__":
    unittest.main()

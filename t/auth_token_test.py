#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""What a token must look like: authorization.md 2.2 to 2.5, V-1 to V-5.

Each vector goes in by HTTP; its reason word comes out of the access log,
and the client hears the same for all of them.  What the claims must say is
in t/auth_claims_test.py.
"""

import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))

import loopback                                          # noqa: E402
import mint                                              # noqa: E402
from auth_door import (                                  # noqa: E402
    AUDIENCE, AuthTest, Door, endpoint, provider)
from idp import Idp                                      # noqa: E402

ALL = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256",
       "ES384", "ES512", "EdDSA")
SECRET = b"a secret of no less than 32 bytes!"


def setUpModule():
    idp = Idp()
    shop, algs = idp.realm("shop"), idp.realm("algs")
    AuthTest.realm = shop

    shop.keys += [mint.Key("PS256", "ps"), mint.Key("ES256", "es")]
    algs.keys = [mint.Key(alg, alg.lower()) for alg in ALL]
    algs.more = [mint.Key("RS256", "small", size=1024).jwk(),
                 mint.Key("ES256K", "koblitz").jwk(alg="ES256"),
                 algs.keys[0].jwk(kid="enc", use="enc"),
                 algs.keys[0].jwk(kid="ops", use=None, key_ops=["sign"]),
                 algs.keys[0].jwk(kid="free", alg=None, use=None),
                 algs.keys[0].jwk(kid="verify", use=None,
                                  key_ops=["verify"])]
    idp.realm("kidless").keys = [shop.keys[0].named("a")]

    hmac = mint.Key("HS256", "hs", secret=SECRET)
    short = mint.Key("HS256", "short", secret=SECRET[:31])

    AuthTest.door = Door(
        provider("shop", "audience %s;" % AUDIENCE)
        + provider("algs", "audience %s;" % AUDIENCE,
                   "algorithms %s;" % " ".join(ALL))
        + provider("kidless", "audience %s;" % AUDIENCE, "kid_optional on;")
        + provider("hs", "audience %s;" % AUDIENCE, "algorithms HS256;",
                   "jwks file=%(files)s/hs.json;",
                   issuer="https://hs.example")
        + """
    server {
        listen 127.0.0.1:%(port)s;
        location @api { proxy_pass http://127.0.0.1:%(echo)s; }
"""
        + "".join(endpoint(name, "mcp_auth %s;" % name,
                           "mcp_auth_scope orders.read;")
                  for name in ("shop", "algs", "kidless", "hs"))
        + endpoint("small", "mcp_auth shop;", "mcp_auth_token_max 600;")
        + """
    }
""", idp=idp, files={"hs.json": mint.dumps(
            {"keys": [hmac.jwk(), short.jwk()]})})
    AuthTest.hmac, AuthTest.short = hmac, short


def tearDownModule():
    AuthTest.door.close()


class TokenTest(AuthTest):
    path = "/shop"

    def assertReason(self, reason, token, path=None):
        """Status 401 for a reason, 200 for none."""

        answer = self.door.call(path=path or self.path, token=token)
        if reason is None:
            self.assertResult(answer)
        else:
            self.assertRefused(answer, 401, reason, "invalid_token")
        return answer

    def assertReasons(self, reason, vectors, path=None):
        for name, token in vectors.items():
            with self.subTest(name):
                self.assertReason(reason, token, path)

    def parts(self, **changes):
        return self.token(**changes).split(".")

    def with_header(self, text):
        """Signed by the right key, under a header of this very text."""

        return mint.token_of_text(self.realm.keys[0],
                                  mint.dumps(self.realm.claims()), text)

    def with_payload(self, text):
        return mint.token_of_text(self.realm.keys[0], text)


class Algorithm(TokenTest):
    def test_none(self):
        """T1, V-1: none in any spelling, and no alg at all."""
        payload = mint.b64(mint.dumps(self.realm.claims()))
        vectors = {}
        for alg in ("none", "None", "nOnE", "NONE"):
            header = mint.b64(mint.dumps({"alg": alg, "kid": "shop-first"}))
            vectors[alg] = "%s.%s.%s" % (header, payload, self.parts()[2])
            vectors[alg + " unsigned"] = "%s.%s." % (header, payload)
        vectors["missing"] = self.forged(header={"alg": None})
        for name, token in vectors.items():
            with self.subTest(name):
                answer = self.door.call(path="/shop", token=token)
                self.assertRefused(answer, 401, None, "invalid_token")
                self.assertIn(self.door.reason(answer),
                              ("alg", "b64") if token[-1] == "." else ("alg",))

    def test_spelling(self):
        """V-1: names are compared as they are, and must be strings."""
        self.assertReasons("alg", {
            str(alg): self.forged(header={"alg": alg})
            for alg in ("rs256", "Rs256", "RS256 ", "RS2560", "RS", "", 256,
                        ["RS256"], True)})

    def test_hmac_with_the_public_key(self):
        """T2, V-1: HS256 under the key's PEM or JWK text."""
        key = self.realm.keys[0]
        header = mint.dumps({"alg": "HS256", "kid": key.kid})
        payload = mint.dumps(self.realm.claims())
        self.assertReasons("alg", {
            secret[:20]: ".".join(mint.raw(header, payload, lambda data:
                                           mint.mac(secret, data)))
            for secret in (key.public_pem(), key.public_pem().strip(),
                           mint.dumps(key.jwk()).encode(),
                           key.jwk()["n"].encode())})

    def test_hmac_with_an_empty_key(self):
        """T3, V-1: HS256 with no secret, where the JWK has no alg."""
        header = mint.dumps({"alg": "HS256", "kid": "free"})
        payload = mint.dumps(self.door.idp.realm("algs").claims())
        for path in ("/algs", "/shop"):
            self.assertReason("alg", ".".join(mint.raw(
                header, payload, lambda data: mint.mac(b"", data))), path)

    def test_hmac_never_with_remote_keys(self):
        """V-1: nginx -t refuses HS256 but with a local file."""
        for words in ("", "jwks url=https://a.example/jwks;"):
            code, said = self.door.check(provider(
                "x", "audience a;", "algorithms RS256 HS256;", words))
            self.assertNotEqual(code, 0, said)
            self.assertIn("HS256", said)

    def test_hmac_of_a_file(self):
        """2.3: HS256 by "jwks file=", 32 bytes at least."""
        claims = mint.claims("https://hs.example", AUDIENCE)
        self.assertReason(None, mint.token(self.hmac, claims), "/hs")
        self.assertReason("kid", mint.token(self.short, claims), "/hs")
        wrong = mint.Key("HS256", "hs", secret=SECRET + b"x")
        self.assertReason("sig", mint.token(wrong, claims), "/hs")
        self.assertReason("alg", mint.token(self.hmac, claims, "HS512"),
                          "/hs")

    def test_defaults(self):
        """2.3: RS256, PS256 and ES256 are on, others are not."""
        for key in self.realm.keys:
            self.assertReason(None, self.forged(key))
        algs = self.door.idp.realm("algs").keys
        for key in algs:
            if key.alg not in ("RS256", "PS256", "ES256"):
                with self.subTest(key.alg):
                    self.assertReason("alg", self.forged(key))

    def test_costly_algorithms_cost_nothing(self):
        """T9: ES512 is refused by name, before its key matters."""
        token = self.forged(mint.Key("ES512", "shop-first"))
        before = self.realm.asked["jwks"]
        start = time.monotonic()
        data = [self.door.request("POST", "/shop", b"", [
            ("Authorization", "Bearer " + token)])[0]] * 5000
        self.assertEqual(set(self.door.flood(data)), {401})
        self.assertLess(time.monotonic() - start, 10)
        self.assertEqual(self.realm.asked["jwks"], before)
        self.assertReason("alg", token)

    def test_all(self):
        """V-2: each algorithm that is switched on, and RFC 8037's other
        name."""
        realm = self.door.idp.realm("algs")
        for key in realm.keys:
            with self.subTest(key.alg):
                good = self.forged(key, iss=realm.issuer)
                self.assertReason(None, good, "/algs")
                head, payload, signature = good.split(".")
                bad = bytearray(mint.unb64(signature))
                bad[len(bad) // 2] ^= 1
                self.assertReason("sig", ".".join(
                    [head, payload, mint.b64(bytes(bad))]), "/algs")
        self.assertReason(None, self.forged(
            realm.keys[-1], {"alg": "Ed25519"}, iss=realm.issuer), "/algs")


class KeyFit(TokenTest):
    path = "/algs"

    def setUp(self):
        self.realm = self.door.idp.realm("algs")
        self.of = {key.alg: key for key in self.realm.keys}

    def test_curve(self):
        """T4, V-2: ES256 with a P-384 or a secp256k1 key."""
        p384 = self.of["ES384"]
        self.assertReason("kid", self.forged(p384, alg="ES256"))
        self.assertReason("sig", self.forged(p384, {"kid": "es256"},
                                             "ES256"))
        koblitz = mint.Key("ES256K", "koblitz")
        self.assertReason("kid", self.forged(koblitz, {"alg": "ES256"}))

    def test_alg_of_the_key(self):
        """T5, V-2: RS512 under a key for RS256; RS256 under one for PS256."""
        self.assertReason("kid", self.forged(self.of["RS256"], alg="RS512"))
        self.assertReason("kid", self.forged(self.of["PS256"], alg="RS256"))
        self.assertReason("kid", self.forged(self.of["RS256"], alg="PS256"))
        self.assertReason("kid", self.forged(self.of["RS256"],
                                             {"kid": "es256"}))

    def test_use_and_operations(self):
        """V-2: use "sig" or none, key_ops with "verify" or none."""
        key = self.of["RS256"]
        for kid, reason in (("enc", "kid"), ("ops", "kid"), ("small", "kid"),
                            ("free", None), ("verify", None)):
            with self.subTest(kid):
                self.assertReason(reason, self.forged(key, {"kid": kid}))

    def test_signature_formats(self):
        """2.3: DER, zeros, PSS for PKCS#1 and other lengths: sig."""
        es, rs = self.of["ES256"], self.of["RS256"]
        claims = mint.dumps(self.realm.claims())
        cut = ".".join(mint.raw(
            mint.dumps({"alg": "ES256", "kid": es.kid}), claims,
            lambda data: es.sign(data)[:63]))
        self.assertReasons("sig", {
            "cut": cut,
            **{name: ".".join(mint.raw(
                mint.dumps({"alg": key.alg, "kid": key.kid}), claims, sign))
               for name, key, sign in (
                   ("der", es, lambda d: es.private.sign(
                       d, mint.ec.ECDSA(mint.hashes.SHA256()))),
                   ("zeros", es, lambda _: bytes(64)),
                   ("ones", es, lambda _: b"\xff" * 64),
                   ("long", es, lambda d: es.sign(d) + b"\0"),
                   ("pss", rs, lambda d: rs.sign(d, "PS256")),
                   ("other digest", rs, lambda d: rs.sign(d, "RS512")),
                   ("one byte", rs, lambda _: b"\0"),
                   ("zero", rs, lambda _: bytes(256)),
                   ("long", rs, lambda d: b"\0" + rs.sign(d)))}})

    def test_kid_optional(self):
        """2.4: without a kid only where the provider says so."""
        self.assertReason("kid", self.forged(self.of["RS256"],
                                             {"kid": None}))
        realm = self.door.idp.realm("kidless")
        self.assertReason(None, mint.token(
            realm.keys[0], realm.claims(), header={"kid": None}), "/kidless")
        self.assertReason("kid", mint.token(
            realm.keys[0], realm.claims(), header={"kid": "b"}), "/kidless")


class Spelling(TokenTest):
    def test_respelt(self):
        """T14, V-3: each other spelling of a good token is refused."""
        good = self.token(pad="x")
        head, payload, signature = good.split(".")
        self.assertReason(None, good)
        last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
               "0123456789-_"
        respelt = signature[:-1] + last[last.index(signature[-1]) ^ 1]
        plain = next(token for token in (
            self.token(pad=str(n)) for n in range(1000))
            if "-" in token and "_" in token)
        self.assertReasons("b64", {
            "padding": good + "==", "unused bits": ".".join(
                [head, payload, respelt]),
            "plus and slash": plain.replace("-", "+").replace("_", "/"),
            "four parts": good + "." + signature,
            "five parts, JWE": ".".join([head, "", payload, signature, "x"]),
            "two parts": head + "." + payload,
            "one part": signature, "dots": "...", "tilde": good + "~",
            "length": good + "AAA"})
        self.assertReason("sig", good + "A")

        # step 2 already: RFC 6750 has "=" at the end only

        self.assertReason("syntax", "%s=.%s.%s" % (head, payload, signature))
        for empty in ("..", ".%s.%s" % (payload, signature),
                      "%s..%s" % (head, signature)):
            self.assertRefused(self.door.call(path="/shop", token=empty),
                               401, None, "invalid_token")

    def test_blanks(self):
        """T14: blanks end the value; nothing may follow."""
        good = self.token()
        for token in (good[:40] + " " + good[40:], good + " x",
                      good[:40] + "\t" + good[40:]):
            self.assertReason("syntax", token)

    def test_size(self):
        """2.2: 16k at most, or what mcp_auth_token_max says."""
        self.assertReason(None, self.token(pad="x" * 11000))
        self.assertReason("too_large", self.token(pad="x" * 12500))
        self.assertReason("too_large", self.token(), "/small")

    def test_header(self):
        """V-4, V-5: one strict JSON object of 4 KiB and depth 4."""
        good = '{"alg":"RS256","kid":"shop-first"'
        self.assertReason(None, self.with_header(good + ',"x":[[{}]]}'))
        self.assertReasons("hdr_json", {
            repr(text)[:40]: self.with_header(text) for text in (
                good, good + "} ,", good + '},{"alg":"none"}',
                good + ',"alg":"RS256"}', good + ',"\\u0061lg":"none"}',
                good + ',"kid":"x"}', good + ',"x":[[[[]]]]}',
                good + ',"x":"%s"}' % ("y" * 4096), "[]", '"RS256"', "null",
                good + ',"x":"\\u0000"}', good.encode() + b',"x":"\xff"}',
                good + ',"x":"\\ud800"}', good + ",}", "\ufeff" + good + "}",
                good + ',"typ":5}', good + ',"x":01}')})

    def test_kid(self):
        """T7, 2.4: a kid is compared and never opened; 256 bytes of it."""
        self.assertReasons("kid", {kid: self.forged(header={"kid": kid})
                                   for kid in (
            "../../etc/passwd", "/dev/stdin", "' OR 1=1 --", 'a"b', "a\\b",
            "http://127.0.0.1/", "shop-first ", "SHOP-FIRST", "x" * 256)})
        self.assertReasons("hdr_json", {
            repr(kid)[:20]: self.forged(header={"kid": kid}) for kid in (
                "x" * 257, "shop-first\0", "a\nb", 5, ["shop-first"], {})})
        huge = self.door.call(path="/shop", token=self.forged(
            header={"kid": "x" * 1_000_000}))
        self.assertIn(huge.status, (400, 401))

    def test_crit(self):
        """V-5: crit, b64 and zip are refused, whatever they say."""
        self.assertReasons("crit", {
            str(more): self.forged(header=more) for more in (
                {"crit": ["exp"]}, {"crit": []}, {"crit": "exp"},
                {"b64": False}, {"b64": True}, {"zip": "DEF"},
                {"crit": ["b64"], "b64": False})})

    def test_keys_in_the_token(self):
        """T6, V-5: jku, x5u, jwk and x5c are not looked at."""
        trap = loopback.Echo()
        self.addCleanup(trap.stop)
        evil = mint.Key("RS256", "shop-first")
        url = "http://127.0.0.1:%d/jwks" % trap.port
        trap.routes["/jwks"] = loopback.response(200, {"keys": [evil.jwk()]})
        for name, value in (("jku", url), ("x5u", url), ("jwk", evil.jwk()),
                            ("x5c", ["MIIB"]), ("x5t", "x")):
            with self.subTest(name):
                self.assertReason("sig", self.forged(evil, {name: value}))
                self.assertReason("kid", self.forged(evil, {
                    name: value, "kid": "evil"}))
                self.assertReason(None, self.forged(header={name: value}))
        self.assertEqual(trap.accepted, 0)

    def test_payload(self):
        """T13, V-4: duplicates, other cases, NUL, more bytes, bad UTF-8."""
        good = mint.dumps(self.realm.claims())
        other = good.replace('"iss"', '"ISS"')
        self.assertReason(None, self.with_payload(good))
        self.assertReasons("pl_json", {
            repr(text)[-40:]: self.with_payload(text) for text in (
                good[:-1] + ',"iss":"%s"}' % self.realm.issuer,
                good[:-1] + ',"sub":"root"}',
                good[:-1] + ',"s\\u0075b":"root"}',
                good.replace('"ada"', '"ada\\u0000evil"'),
                good + " trailing", good + good, good[:-1],
                good.encode().replace(b"ada", b"a\xffa"),
                good.encode().replace(b"ada", b"a\xed\xa0\x80a"),
                "[%s]" % good, good[:-1] + ',"x":%s%s}' % ("[" * 16,
                                                           "]" * 16))})
        self.assertReason("iss", self.with_payload(other))
        self.assertReason("iss", self.with_payload(
            '{"ISS":"%s",%s' % (self.realm.issuer, good[1:].replace(
                self.realm.issuer, "https://evil.example"))))


if __name__ == "__main__":
    unittest.main()

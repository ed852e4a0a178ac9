#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""Tests of build/mcp-token by itself, and of the two commands that are all
it takes to try mcp_auth."""

import base64
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))

import mint                                              # noqa: E402
from auth_door import Door, endpoint, provider           # noqa: E402
from mcp_nginx import MODULE                             # noqa: E402

PROGRAM = os.path.join(os.path.dirname(MODULE), "mcp-token")


def run(*words, code=0):
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True)
    if done.returncode != code:
        raise AssertionError("%s: exit code %d, %s" % (
            words, done.returncode, done.stderr))
    return done.stdout if code == 0 else done.stderr


def parts(token):
    header, payload, signature = token.strip().split(".")
    return (json.loads(mint.unb64(header)), json.loads(mint.unb64(payload)),
            mint.unb64(signature))


class TokenTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mcp-token-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as f:
            f.write(data)
        return path

    def test_new_key(self):
        """A key of its owner's alone, and the set that goes with it."""
        for alg, members in (("RS256", {"n", "e"}), ("ES256", {"x", "y",
                                                               "crv"})):
            path = os.path.join(self.folder, alg)
            said = run("--new-key", path, "--alg", alg)
            self.assertEqual(said.split(), [path + "/key.pem",
                                            path + "/jwks.json"])
            self.assertEqual(os.stat(path + "/key.pem").st_mode & 0o777,
                             0o600)
            with open(path + "/jwks.json") as f:
                key, = json.load(f)["keys"]
            self.assertEqual((key["alg"], key["use"]), (alg, "sig"))
            needed = {name: key[name] for name in members | {"kty"}}
            self.assertEqual(key["kid"], mint.b64(hashlib.sha256(
                json.dumps(needed, sort_keys=True, separators=(",", ":")
                           ).encode()).digest()))
            header, _, _ = parts(run("--key", path + "/key.pem"))
            self.assertEqual(header, {"alg": alg, "kid": key["kid"],
                                      "typ": "JWT"})
            self.assertIn("exist", run("--new-key", path, code=1))

    def test_claims(self):
        """What the options say, as JSON of the right types."""
        secret = self.write("secret", b"x" * 32 + b"\n")
        now = time.time()
        header, claims, signature = parts(run(
            "--secret", secret, "--iss", 'https://i.example/"\\', "--aud",
            "a", "--aud", "b", "--sub", "ad\u00e1", "--scope", "x y",
            "--ttl", "-60", "--kid", "k", "--typ", "at+jwt", "--claim",
            'roles=["a",1]', "--claim", "n=1.5", "--claim", "iat=null"))
        self.assertEqual(header, {"alg": "HS256", "kid": "k",
                                  "typ": "at+jwt"})
        self.assertAlmostEqual(claims.pop("exp"), now - 60, delta=5)
        self.assertEqual(claims, {
            "iss": 'https://i.example/"\\', "aud": ["a", "b"],
            "sub": "ad\u00e1", "scope": "x y", "roles": ["a", 1], "n": 1.5,
            "iat": None})
        _, claims, _ = parts(run("--secret", secret, "--aud", "a"))
        self.assertEqual(set(claims), {"aud", "iat", "exp"})
        self.assertEqual(claims["aud"], "a")

    def test_signatures(self):
        """Each algorithm, verified by something else."""
        for alg in ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512",
                    "HS256", "HS384", "HS512"):
            with self.subTest(alg):
                key = mint.Key(alg, "k", secret=b"s" * 64)
                path = self.write(alg, key.secret if alg[0] == "H"
                                  else key.pem())
                token = run("--secret" if alg[0] == "H" else "--key", path,
                            "--alg", alg).strip()
                typed = run("--secret" if alg[0] == "H" else "--key", path,
                            "--alg", alg, "--typ", "at+jwt").strip()
                for one in (token, typed):
                    text, _, signature = one.rpartition(".")
                    self.verify(key, alg, text.encode(),
                                mint.unb64(signature))
                self.assertEqual(parts(typed)[0]["typ"], "at+jwt")
                self.assertEqual(parts(typed)[0].get("kid"),
                                 parts(token)[0].get("kid"))

    def verify(self, key, alg, text, signature):
        if alg[0] == "H":
            self.assertEqual(mint.mac(key.secret, text, alg), signature)
        elif alg[0] == "R":
            key.private.public_key().verify(
                signature, text, mint.padding.PKCS1v15(),
                mint.digest_of(alg))
        else:
            half = len(signature) // 2
            key.private.public_key().verify(
                mint.utils.encode_dss_signature(
                    int.from_bytes(signature[:half], "big"),
                    int.from_bytes(signature[half:], "big")),
                text, mint.ec.ECDSA(mint.digest_of(alg)))

    def test_wrong_words(self):
        """Exit code 2, and a line that says what is wrong."""
        rsa = self.write("rsa", mint.Key("RS256").pem())
        for words in ((), ("--key", rsa, "--secret", rsa), ("--key",),
                      ("--key", rsa, "--alg", "none"),
                      ("--key", rsa, "--alg", "rs256"),
                      ("--key", rsa, "--alg", "PS256"),
                      ("--key", rsa, "--alg", "ES256"),
                      ("--key", rsa, "--alg", "HS256"),
                      ("--secret", rsa, "--alg", "RS256"),
                      ("--key", rsa, "--ttl", "5m"),
                      ("--key", rsa, "--claim", "x"),
                      ("--key", rsa, "--claim", "=1"),
                      ("--key", rsa, "--claim", "x=abc"),
                      ("--key", rsa, "--claim", 'x={"a":1'),
                      ("--new-key", self.folder, "--alg", "HS256"),
                      ("--key", rsa, "more"), ("--none", rsa)):
            with self.subTest(words):
                self.assertTrue(run(*words, code=2).strip())

    def test_wrong_files(self):
        """Exit code 1: no such file, no key, no key of libjwt's."""
        good = self.write("secret", b"x" * 32)
        for name, data in (("none", None), ("empty", b""),
                           ("text", b"hello"),
                           ("eddsa", mint.Key("EdDSA").pem()),
                           ("curve", mint.Key("ES256K").pem()),
                           ("large", b"x" * 70000)):
            with self.subTest(name):
                path = (os.path.join(self.folder, name) if data is None
                        else self.write(name, data))
                self.assertTrue(run("--key", path, code=1).strip())
        self.assertTrue(run("--secret", self.write("no", b"\n"), code=1))
        run("--new-key", good + "/below", code=1)
        with open("/dev/full", "w") as full:
            self.assertEqual(subprocess.run(
                [PROGRAM, "--secret", good], stdout=full,
                stderr=subprocess.DEVNULL).returncode, 1)

    def test_help(self):
        self.assertTrue(run("--help").startswith("usage: mcp-token "))
        self.assertEqual(run("--help"), run("-h"))

    def test_two_commands(self):
        """--new-key, then a token: a provider with "jwks file=" accepts."""
        for alg in ("RS256", "ES256"):
            path = os.path.join(self.folder, "try-" + alg)
            run("--new-key", path, "--alg", alg)
            door = Door(provider("try", "audience a;",
                                 "jwks file=%s/jwks.json;" % path,
                                 issuer="https://try.example") + """
    server {
        listen 127.0.0.1:%(port)s;
        location @api { proxy_pass http://127.0.0.1:%(echo)s; }
""" + endpoint("mcp", "mcp_auth try;", "mcp_auth_scope orders.read;")
                        + "\n    }\n")
            try:
                words = ("--key", path + "/key.pem", "--iss",
                         "https://try.example", "--aud", "a", "--sub", "me")
                good = run(*words, "--scope", "orders.read").strip()
                self.assertEqual(door.call(token=good).status, 200)
                self.assertEqual(door.call(token=run(
                    *words, "--scope", "x").strip()).status, 403)
                self.assertEqual(door.call(token=run(
                    *words, "--scope", "orders.read", "--ttl", "-600"
                    ).strip()).status, 401)
                self.assertEqual(base64.urlsafe_b64decode(
                    good.split(".")[0] + "==")[:1], b"{")
            finally:
                self.assertEqual(door.stop(), [])


if __name__ == "__main__":
    unittest.main()

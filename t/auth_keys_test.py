#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""Where keys come from: authorization.md 3, K-1 to K-11, T8, T23 to T26, T29.

The authorization server is t/lib/idp.py with real faults; what reaches it
is counted there.  Eight workers, so that one fetch for all of them shows.
"""

import concurrent.futures
import os
import pathlib
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))

import mint                                              # noqa: E402
from auth_door import (                                  # noqa: E402
    AUDIENCE, AuthTest, Door, endpoint, provider)
from idp import Idp, tls_servers                         # noqa: E402
from mcp_nginx import await_for, free_port               # noqa: E402

FAST = "jwks discovery refresh=1s min_interval=1s;"

# faults that may come to a key set at any time (T24), and how they are told

BOMBS = ("huge", "many", "deep", "endless", "garbage", "no-json", "cut",
         "close", "empty", "twice", "trailing", "status 500", "status 404",
         "redirect", "drip")

FALSE = ("own", "name", "past", "foreign")       # certificates

# what the places of metadata have of each realm

PLACED = {"oauth": {"oauth"}, "path": {"oidc-path"}, "suffix": {"oidc"}}

REALMS = ("shared", "slow", "load", "away", "timeline", "kept", "mixed",
          "look", "kidflood", "cached", "url", *PLACED)

FOLDER = tempfile.TemporaryDirectory(prefix="mcp-auth-tls-")
CERTIFICATES = FOLDER.name
PING = b'{"jsonrpc":"2.0","id":1,"method":"ping"}'


def setUpModule():
    idp = Idp()
    for name in REALMS:
        idp.realm(name)
    for name, places in PLACED.items():
        idp.realm(name).places = places
    for number in range(len(BOMBS)):
        idp.realm("bomb%d" % number)

    idp.realm("slow").faults["jwks"] = "hang"
    idp.realm("look").faults = dict.fromkeys(
        ("oauth", "oidc-path", "oidc"), "issuer %s/look/" % idp.base)

    old = idp.realm("mixed").keys[0]
    idp.realm("mixed").more = [
        {"kty": "oct", "k": "AAAA", "kid": "oct"}, {"kty": "new"}, {},
        {"kty": "RSA"}, {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        old.jwk(kid="enc", use="enc"), old.jwk(kid="private", d="AQAB"),
        old.jwk(kid="even", e="AAQ"), old.jwk(kid="tiny", e="AQ"),
        mint.Key("RS256", "small", size=1024).jwk(),
        dict(mint.Key("ES256", "off").jwk(), y=mint.b64(bytes(32)))]

    late = free_port()
    realms = [(name, "jwks discovery;") for name in
              ("shared", "slow", "look", "kidflood", "mixed", *PLACED)]
    realms += [(name, FAST) for name in ("load", "away", "cached")]
    realms += [("bomb%d" % n, FAST) for n in range(len(BOMBS))]
    realms += [("timeline", "jwks discovery refresh=1s min_interval=1s "
                            "stale=2s;"),
               ("kept", "jwks discovery refresh=1s min_interval=1s; "
                        "state %(files)s/kept.jwks;"),
               ("url", "jwks url=http://127.0.0.1:%(idp)s/url/jwks;")]

    tls = tls_servers(CERTIFICATES)
    others = [("late", "", "http://127.0.0.1:%d/late" % late),
              ("nowhere", "", "https://login.invalid")]
    others += [(name, FAST, one.realm("x").issuer)
               for name, one in tls.items()]

    AuthTest.realm = idp.realm("shared")
    AuthTest.door = Door(
        "".join(provider(name, "audience %s;" % AUDIENCE, words)
                for name, words in realms)
        + "".join(provider(name, "audience %s;" % AUDIENCE, words,
                           "trusted_certificate %s/ca.pem;" % CERTIFICATES,
                           issuer=issuer) for name, words, issuer in others)
        + """
    server {
        listen 127.0.0.1:%(port)s;
        location @api { proxy_pass http://127.0.0.1:%(echo)s; }
        location = /free { return 200 free; }
"""
        + "".join(endpoint(name, "mcp_auth %s;" % name,
                           "mcp_auth_timeout %ds;" % (4 if name == "slow"
                                                      else 1))
                  for name in [one[0] for one in realms + others])
        + "\n    }\n", workers=8, idp=idp, values={"late": late})
    AuthTest.door.tls = tls


def tearDownModule():
    for server in AuthTest.door.tls.values():
        server.stop()
    FOLDER.cleanup()
    AuthTest.door.close()


class KeysTest(AuthTest):
    def at(self, name, token=None):
        realm = self.door.idp.realm(name)
        return self.door.call(path="/" + name, token=token or realm.token())

    def requests(self, name, tokens):
        return [self.door.request("POST", "/" + name, PING, [
            ("Content-Type", "application/json"),
            ("Accept", "application/json, text/event-stream"),
            ("Authorization", "Bearer " + token)])[0] for token in tokens]

    def warned(self, name):
        return [line for line in self.door.log("error.log").splitlines()
                if "[warn]" in line and '"%s"' % name in line]


class AtStart(KeysTest):
    """First of all: pauses after failures are still short."""

    def test_late_server(self):
        """K-8, T29: started before its IdP: 503, then 200."""
        token = mint.token(self.realm.keys[0], mint.claims(
            "http://127.0.0.1:%d/late" % self.door.values["late"], AUDIENCE))
        self.assertRefused(self.door.call(path="/late", token=token), 503,
                           "nokeys")
        self.assertRefused(self.door.call(path="/nowhere", token=mint.token(
            self.realm.keys[0], mint.claims("https://login.invalid",
                                            AUDIENCE))), 503, "nokeys")
        idp = Idp(port=self.door.values["late"])
        self.addCleanup(idp.stop)
        realm = idp.realm("late")
        await_for(lambda: self.door.call(
            path="/late", token=realm.token()).status == 200, "keys")

    def test_look_alike_issuer(self):
        """T25, K-7: a document of a look-alike issuer is discarded."""
        realm = self.door.idp.realm("look")
        self.assertRefused(self.at("look"), 503, "nokeys")
        self.assertEqual(realm.asked["jwks"], 0)
        realm.faults = {}

    def test_slow_server_blocks_nobody(self):
        """K-1, T29: others are served while keys hang; then 503."""
        self.at("shared")
        before = self.door.idp.realm("slow").asked["jwks"]
        with concurrent.futures.ThreadPoolExecutor(40) as pool:
            waiting = [pool.submit(self.at, "slow") for _ in range(40)]
            realm = self.door.idp.realm("slow")
            await_for(lambda: realm.asked["jwks"], "a fetch that hangs")
            slowest = 0
            for _ in range(100):
                start = time.monotonic()
                self.assertResult(self.at("shared"))
                self.assertEqual(self.door.get("/free").status, 200)
                slowest = max(slowest, time.monotonic() - start)
            self.assertLess(slowest, 1)
            for one in waiting:
                self.assertRefused(one.result(), 503, "nokeys")
        self.assertLessEqual(realm.asked["jwks"], before + 2)
        realm.faults = {}
        realm.release()


class Discovery(KeysTest):
    def test_each_place(self):
        """3.2: three forms of metadata; or the key set's own URL."""
        for name in (*PLACED, "url"):
            with self.subTest(name):
                self.assertResult(self.at(name))
        self.assertEqual(set(self.door.idp.realm("url").asked), {"jwks"})

    def test_unusable_keys_are_skipped(self):
        """K-10: a set with exotic and broken keys serves the good one."""
        realm = self.door.idp.realm("mixed")
        self.assertResult(self.at("mixed"))
        for kid in ("enc", "private", "even", "tiny", "small", "off", "oct"):
            with self.subTest(kid):
                self.assertRefused(self.at("mixed", self.forged(
                    realm.keys[0], {"kid": kid}, iss=realm.issuer)),
                    401, "kid", "invalid_token")

    def test_nothing_of_the_user(self):
        """K-11: what comes to the IdP is a plain GET."""
        self.at("shared")
        for request in self.door.idp.seen:
            names = {name for name, _ in request.headers}
            self.assertEqual((request.method, request.body), ("GET", b""))
            self.assertTrue(names <= {"host", "accept", "user-agent",
                                      "connection", "accept-encoding"}, names)


class Sharing(KeysTest):
    def test_one_fetch_for_all_workers(self):
        """K-9, K-2: eight workers, 64 first requests at once, one fetch."""
        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            answers = list(pool.map(lambda _: self.at("shared"), range(256)))
        self.assertEqual({answer.status for answer in answers}, {200})
        realm = self.door.idp.realm("shared")
        self.assertEqual((realm.asked["oauth"], realm.asked["jwks"]), (1, 1))

    def test_unknown_kid_flood(self):
        """T8, K-2: 10,000 unknown kids, two fetches at most; 401 all."""
        self.assertResult(self.at("kidflood"))
        realm = self.door.idp.realm("kidflood")
        head, payload, signature = realm.token().split(".")
        self.assertEqual(realm.asked["jwks"], 1)
        tokens = [".".join([mint.b64(mint.dumps(
            {"alg": "RS256", "kid": "random-%d" % n})), payload, signature])
            for n in range(10000)]
        status = self.door.flood(self.requests("kidflood", tokens), 16)
        self.assertEqual(set(status), {401})
        self.assertLessEqual(realm.asked["jwks"], 1 + 2)
        self.assertResult(self.at("kidflood"))

class Rotation(KeysTest):
    def test_under_load(self):
        """K-4: old and new tokens under load, and not one refused."""
        realm = self.door.idp.realm("load")
        old = realm.token()
        self.assertResult(self.at("load", old))
        tokens, got, stop = [old], [], threading.Event()

        def load():
            while not stop.is_set():
                got.extend(self.door.flood(self.requests("load", [
                    tokens[n % len(tokens)] for n in range(256)]), 1))

        threads = [threading.Thread(target=load) for _ in range(3)]
        for thread in threads:
            thread.start()
        for _ in range(3):
            time.sleep(1.1)            # the floor between two fetches
            realm.rotate()
            tokens.append(realm.token())
        time.sleep(0.5)
        stop.set()
        for thread in threads:
            thread.join()
        self.assertEqual(set(got), {200})
        self.assertGreater(len(got), 3000)

    def test_key_that_went(self):
        """K-5, T26: its tokens end with the next fetch, also seen ones."""
        realm = self.door.idp.realm("away")
        old = realm.token()
        for _ in range(32):
            self.assertResult(self.at("away", old))
        realm.rotate(keep=False)
        await_for(lambda: self.at("away", old).status == 401, "the end")
        for _ in range(32):
            self.assertRefused(self.at("away", old), 401, "kid",
                               "invalid_token")
        self.assertResult(self.at("away"))

    def test_reload(self):
        """T26: verdicts of before a reload do not outlive its policy."""
        token = self.door.idp.realm("cached").token(azp="evil-app")
        self.assertResult(self.at("cached", token))
        old = "issuer http://127.0.0.1:%d/cached;" % self.door.idp.port
        asked = self.door.idp.realm("shared").asked["jwks"]
        self.door.configure(old, old + " clients good-app;")
        answer = await_for(lambda: (a := self.at("cached", token)).status
                           != 200 and a, "the new policy")
        self.assertRefused(answer, 401, "client", "invalid_token")
        self.assertResult(self.at("shared"))
        self.assertEqual(self.door.idp.realm("shared").asked["jwks"],
                         max(asked, 1))


class Faults(KeysTest):
    def test_timeline(self):
        """K-3, T29: stale keys serve, then 503, never 401; then again."""
        realm = self.door.idp.realm("timeline")
        token = realm.token()
        self.assertResult(self.at("timeline", token))
        realm.faults = dict.fromkeys(("oauth", "oidc-path", "oidc", "jwks"),
                                     "status 500")
        begin = time.monotonic()
        seen = []

        def gone():
            answer = self.at("timeline", token)
            seen.append(answer.status)
            return answer.status == 503 and answer

        answer = await_for(gone, "the end of stale keys")
        self.assertGreater(time.monotonic() - begin, 1.5)
        self.assertRefused(answer, 503, "nokeys")
        self.assertEqual(set(seen), {200, 503})
        self.assertEqual(seen, sorted(seen))
        self.assertIn(len(self.warned("timeline")), (1, 2, 3))
        realm.faults = {}

    def test_bombs(self):
        """T24, K-6: 10 MB, 10,000 keys, depth, and more: old keys stay."""
        realms = [self.door.idp.realm("bomb%d" % n)
                  for n in range(len(BOMBS))]
        for realm in realms:
            self.assertResult(self.at(realm.name))
        before = [realm.asked["jwks"] for realm in realms]
        for realm, fault in zip(realms, BOMBS):
            realm.faults["jwks"] = fault
        for realm, fault, count in zip(realms, BOMBS, before):
            with self.subTest(fault):
                await_for(lambda: realm.asked["jwks"] > count, fault)
        for realm, fault in zip(realms, BOMBS):
            with self.subTest(fault):
                for _ in range(8):
                    self.assertResult(self.at(realm.name))
                self.assertEqual(realm.asked["elsewhere"], 0)
                await_for(lambda: self.warned(realm.name)
                          or fault == "drip", "a warning")
                self.assertLess(len(self.warned(realm.name)), 4)
        if "TEST_NGINX_MCP_ASAN" in os.environ:
            return                 # the sanitizer's own memory
        for pid in self.door.workers():
            with open("/proc/%d/status" % pid) as f:
                size = [line for line in f if line.startswith("VmRSS")]
            self.assertLess(int(size[0].split()[1]), 64 * 1024)

    def test_man_in_the_middle(self):
        """T23, K-6: another certificate, and the old keys stay."""
        for name in FALSE:
            with self.subTest(name):
                server = self.door.tls[name]
                self.assertRefused(self.door.call(
                    path="/" + name, token=server.realm("x").token()), 503,
                    "nokeys")
                self.assertGreater(server.accepted, 0)
                self.assertEqual(server.seen, [])

        server = self.door.tls["good"]
        realm = server.realm("x")
        old = realm.token()
        self.assertResult(self.door.call(path="/good", token=old))
        server.certificate(CERTIFICATES + "/own.pem")
        realm.rotate(keep=False)
        count = server.accepted
        await_for(lambda: server.accepted > count, "the refresh")
        self.assertRefused(self.door.call(path="/good", token=realm.token()),
                           401, "kid", "invalid_token")
        self.assertResult(self.door.call(path="/good", token=old))


class WithoutNetwork(KeysTest):
    def test_all_is_well_again(self):
        """3.4: after their faults the servers' keys are fetched again."""
        for name in ("look", "slow", "timeline"):
            await_for(lambda: self.at(name).status == 200, name)

    def test_load(self):
        """K-8: nginx -t in a namespace of its own, names not resolved."""
        command = ("unshare", "-n") if os.geteuid() == 0 else ()
        code, said = self.door.check(provider(
            "x", "audience a;", issuer="https://login.example.invalid")
            + " server { listen 127.0.0.1:%(port)s; location @api { return "
            "200; } " + endpoint("mcp", "mcp_auth x;") + " }", *command)
        self.assertEqual(code, 0, said)

    def test_state_file(self):
        """3.6: keys outlive a restart without network, by "state"; but
        not where others could have written the file."""
        path = self.door.files + "/kept.jwks"
        realm = self.door.idp.realm("kept")
        await_for(lambda: self.at("kept").status == 200, "keys")
        self.assertTrue(os.path.exists(path))
        self.assertEqual(os.stat(path).st_mode & 0o022, 0)
        realm.faults = dict.fromkeys(("oauth", "oidc-path", "oidc", "jwks"),
                                     "status 500")
        self.door.halt()
        self.door.start()
        self.assertResult(self.at("kept"))
        self.door.halt()
        os.utime(path, (time.time() - 2 * 86400,) * 2)   # over "stale="
        self.door.start()
        self.assertRefused(self.at("kept"), 503, "nokeys")
        self.door.halt()
        os.utime(path)
        os.chmod(path, 0o666)
        self.door.start()
        self.assertRefused(self.at("kept"), 503, "nokeys")
        realm.faults = {}


if __name__ == "__main__":
    unittest.main()

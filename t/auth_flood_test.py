#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""What strangers and busy days can do: the throttle, a full mcp_zone, many
who wait.  T9, T24, T26; K-4, K-5, I-3, 1.2 of authorization.md.
"""

import concurrent.futures
import json
import pathlib
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))

import mint                                              # noqa: E402
from auth_door import (                                  # noqa: E402
    AUDIENCE, AuthTest, Door, endpoint, provider)
from idp import Idp                                      # noqa: E402
from mcp_nginx import await_for                          # noqa: E402

ADDRESSES = 9000                   # a record each: more than 1 MB
TOKENS = 3000


def setUpModule():
    idp = Idp()
    for name in ("turning", "last"):
        idp.realm(name).more = [mint.Key("RS256", "more-%d" % n).jwk()
                                for n in range(2)]
    AuthTest.realm = idp.realm("shop")
    AuthTest.door = Door(
        provider("shop", "audience %s;" % AUDIENCE)
        + "".join(provider(name, "audience %s;" % AUDIENCE,
                           "jwks discovery refresh=1s min_interval=1s;")
                  for name in ("turning", "last"))
        + "".join(provider(name, "audience %s;" % AUDIENCE,
                           "introspection http://127.0.0.1:%(idp)s/" + name
                           + "/introspect client_id=gate cache=60s "
                           "max_inflight=1000 "
                           "client_secret_file=%(files)s/secret;")
                  for name in ("opaque", "slow"))
        + """
    server {
        listen 127.0.0.1:%(port)s;
        location @api { proxy_pass http://127.0.0.1:%(echo)s; }
        location = /free { return 200 free; }
        location = /limited {
            mcp_auth shop;
            mcp_auth_resource https://api.example.com/limited;
            mcp_auth_throttle 5r/m;
            proxy_pass http://127.0.0.1:%(echo)s;
        }
"""
        + endpoint("strict", "mcp_auth shop;", "mcp_auth_throttle 5r/m;")
        + endpoint("counted", "mcp_auth shop;", "mcp_auth_throttle 1000r/m;")
        + "".join(endpoint(name, "mcp_auth %s;" % name,
                           "mcp_auth_timeout 4s;")
                  for name in ("turning", "last", "opaque", "slow"))
        + "\n    }\n", idp=idp, files={"secret": "secret"})


def tearDownModule():
    AuthTest.door.close()


class FloodTest(AuthTest):
    def know(self, name, count, **claims):
        """Opaque tokens that a realm calls active."""

        realm = self.door.idp.realm(name)
        tokens = ["%s-%d" % (name, len(realm.tokens) + n)
                  for n in range(count)]
        for token in tokens:
            realm.tokens[token] = dict(realm.claims(**claims), active=True)
        return tokens

    def rss(self):
        with open("/proc/%d/status" % self.door.worker()) as f:
            line = next(line for line in f if line.startswith("VmRSS"))
        return int(line.split()[1]) // 1024

    def assertTurns(self, name):
        """Keys still rotate, and the key that is withdrawn ends."""

        realm = self.door.idp.realm(name)
        old = realm.token()
        self.assertResult(self.door.call(path="/" + name, token=old))
        realm.more.append(mint.Key("RS256", "one-more").jwk())
        realm.rotate(keep=False)
        await_for(lambda: self.door.call(path="/" + name,
                                         token=realm.token()).status == 200,
                  "the new key")
        await_for(lambda: self.door.call(path="/" + name,
                                         token=old).status == 401,
                  "the end of the old key")

    def assertAsksOnce(self):
        """A new token is asked for once, and let in."""

        realm = self.door.idp.realm("opaque")
        token, = self.know("opaque", 1, pad="x" * 600)
        before = realm.asked["introspect"]
        self.assertResult(self.door.call(path="/opaque", token=token))
        self.assertEqual(realm.asked["introspect"], before + 1)


class Throttle(FloodTest):
    def test_mcp(self):
        """T9, 1.2: after five bad tokens 503 with Retry-After."""
        self.flood("/strict", 503)

    def test_rest(self):
        """T9, 1.2: elsewhere it is 429."""
        self.flood("/limited", 429)

    def flood(self, path, status):
        source = "127.0.0.%d" % (status % 100 + 10)
        answers = [self.door.call(path=path, token="x%d" % n, source=source)
                   for n in range(12)]
        got = [answer.status for answer in answers]
        self.assertEqual(got, sorted(got, key=[401, status].index))
        self.assertIn(got.count(401), (5, 6, 7))
        self.assertEqual(self.door.reason(answers[-1]), "throttled")
        self.assertRegex(answers[-1].headers["Retry-After"], r"^\d+$")
        self.assertIsNone(answers[-1].challenge)
        json.loads(answers[-1].text)
        self.assertEqual(self.door.call(path=path, token="x",
                                        source="127.0.0.99").status, 401)


class Waiting(FloodTest):
    def test_memory(self):
        """T24: 200 who wait for introspection cost little each."""
        realm = self.door.idp.realm("slow")
        token, = self.know("slow", 1)
        realm.faults["introspect"] = "hang"
        before = self.rss()
        with concurrent.futures.ThreadPoolExecutor(200) as pool:
            waiting = [pool.submit(self.door.call, path="/slow", token=token)
                       for _ in range(200)]
            await_for(lambda: realm.asked["introspect"], "the question")
            for _ in range(200):       # others, whose answers wake them
                self.door.call(path="/opaque",
                               token=self.know("opaque", 1)[0])
            grown = self.rss() - before
            realm.faults.clear()
            realm.release()
            status = {one.result().status for one in waiting}
        self.assertEqual(status, {200})
        self.assertLess(grown, 24)


class ZoneFull(FloodTest):
    def test_addresses(self):
        """T9: a bad token each from 9,000 addresses."""
        def work(first):
            for n in range(first, ADDRESSES, 4):
                self.door.call(path="/counted", token="a.b.c", source=(
                    "127.1.%d.%d" % (n // 250, n % 250 + 1)))

        threads = [threading.Thread(target=work, args=(n,))
                   for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertAsksOnce()
        self.assertTurns("turning")

    def test_good_tokens(self):
        """I-3, K-4, K-5: 3,000 users, whose answers are all kept."""
        tokens = self.know("opaque", TOKENS, pad="x" * 300)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda token: self.door.call(
                path="/opaque", token=token), tokens))
        self.assertEqual([self.door.reason(one) for one in answers
                          if one.status != 200], [])
        self.assertAsksOnce()
        self.assertTurns("last")

    def test_reload(self):
        """3.5: a provider that a reload brings finds room, or nginx goes
        on without; no worker dies of it."""
        old = "issuer http://127.0.0.1:%d/last;" % self.door.idp.port
        realm = self.door.idp.realm("fresh")
        self.door.configure(old, old.replace("/last", "/fresh"))
        self.assertEqual(self.door.get("/free").status, 200)
        await_for(lambda: self.door.call(
            path="/last", token=realm.token()).status == 200, "new keys")
        self.assertTrue(self.door.workers())


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""Checks by subrequest, identity in tools' requests, caches between users:
authorization.md 5.4, 5.5, TL-4, TL-8 to TL-10, T17, T19.
"""

import concurrent.futures
import pathlib
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))

from auth_door import AUDIENCE, AuthTest, Door, provider  # noqa: E402
from idp import Idp                                      # noqa: E402
from loopback import response, stalled                   # noqa: E402
from mcp_nginx import await_for                          # noqa: E402

CONF = """
    proxy_cache_path %(files)s/cache keys_zone=answers:1m;
    mcp_auth_claim_set $dept 'org["dept.name"]';

    server {
        listen 127.0.0.1:%(port)s;
        location @api { proxy_pass http://127.0.0.1:%(echo)s; }
        location @check {
            rewrite ^ /check break;
            proxy_pass http://127.0.0.1:%(echo)s;
            proxy_set_header X-Sub $mcp_sub;
            proxy_set_header X-Iss $mcp_iss;
            proxy_read_timeout 1s;
        }
        location @second {
            rewrite ^ /second break;
            proxy_pass http://127.0.0.1:%(echo)s;
        }
        location @cached {
            proxy_pass http://127.0.0.1:%(echo)s;
            proxy_cache answers;
            proxy_cache_valid 200 1m;
            proxy_set_header X-User $mcp_sub;
        }
        location @user {
            proxy_pass http://127.0.0.1:%(echo)s;
            proxy_set_header X-User $mcp_sub;
            proxy_set_header X-Dept $dept;
            proxy_set_header X-Who "$mcp_iss $mcp_client_id $mcp_tenant";
        }
        location = /mcp {
            mcp;
            mcp_auth one two;
            mcp_auth_resource https://api.example.com/mcp;

            mcp_tool open { description "D."; request GET "/open";
                            pass @api; }
            mcp_tool brief { description "D."; request GET "/brief";
                             pass @api;
                             require_check @check cache=1s negative=1s; }
            mcp_tool long { description "D."; request GET "/long";
                            pass @api; require_check @check cache=60s; }
            mcp_tool shown { description "D."; request GET "/shown";
                             pass @api; require_check @check cache=60s;
                             visibility show; }
            mcp_tool twice { description "D."; request GET "/twice";
                             pass @api; require_check @check;
                             require_check @second;
                             require_claim roles has Admin; }

            mcp_tool mine { description "D."; request GET "/mine";
                            pass @cached; }
            mcp_tool ours { description "D."; request GET "/ours";
                            pass @cached; shared_cache on; }
            mcp_tool who { description "D."; request GET "/who";
                           pass @user; }
            mcp_tool oid { description "D."; request GET "/oid";
                           header X-Oid "$mcp_claim_oid"; pass @api; }
        }
    }
"""


def setUpModule():
    idp = Idp()
    AuthTest.realm = idp.realm("one")
    AuthTest.door = door = Door(
        provider("one", "audience %s;" % AUDIENCE)
        + provider("two", "audience %s;" % AUDIENCE,
                   issuer=idp.realm("two").issuer) + CONF, idp=idp)

    door.verdicts = {}             # status, or a route, by subject
    door.asked = {}                # how often, by issuer and subject
    lock = threading.Lock()

    def check(request):
        sub = request.header("X-Sub")
        key = request.header("X-Iss"), sub
        with lock:
            door.asked[key] = door.asked.get(key, 0) + 1
        verdict = door.verdicts.get(sub, 204)
        return verdict(request) if callable(verdict) else response(verdict)

    door.echo.routes["/check"] = check
    door.echo.routes["/second"] = response(204)


def tearDownModule():
    AuthTest.door.close()


class ChecksTest(AuthTest):
    def call(self, tool, sub, realm="one", **claims):
        return self.door.call(tool, token=self.door.idp.realm(realm).token(
            sub=sub, **claims))

    def listed(self, sub, **claims):
        return self.door.tools(token=self.token(sub=sub, **claims))

    def asked(self, sub, realm="one"):
        return self.door.asked.get((self.door.idp.realm(realm).issuer, sub),
                                   0)

    def assertHidden(self, answer):
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.json["error"]["code"], -32602, answer)


class Verdicts(ChecksTest):
    def test_allowed(self):
        """5.4: any 2xx allows, in the list and at the call."""
        for status in (200, 201, 204, 299):
            sub = "yes-%d" % status
            self.door.verdicts[sub] = status
            self.assertIn("long", self.listed(sub))
            self.assertResult(self.call("long", sub))
            self.assertEqual(self.asked(sub), 1)

    def test_denied(self):
        """5.4: 401, 403 and 404 deny: hidden as an unknown tool is."""
        for status in (401, 403, 404):
            sub = "no-%d" % status
            self.door.verdicts[sub] = status
            self.assertNotIn("long", self.listed(sub))
            self.assertHidden(self.call("long", sub))
            self.assertIn("shown", self.listed(sub))
            self.assertRefused(self.call("shown", sub), 403, "check")

    def test_hidden_is_unknown(self):
        """TL-2, T16: byte for byte, for checks, too."""
        self.door.verdicts["curious"] = 403
        hidden = self.call("long", "curious").bare()
        unknown = self.call("xxxx", "curious").bare()
        self.assertEqual(str(hidden).replace("long", "xxxx"), str(unknown))

    def test_undecided(self):
        """TL-10: 5xx, redirects, no answer: not listed, and 503."""
        for name, verdict in (("500", 500), ("503", 503), ("302", 302),
                              ("400", 400), ("429", 429), ("none",
                              lambda _: None), ("late", stalled(3))):
            with self.subTest(name):
                sub = "maybe-" + name
                self.door.verdicts[sub] = verdict
                before = len(self.door.echo.of("/long"))
                self.assertNotIn("long", self.listed(sub))
                self.assertRefused(self.call("long", sub), 503,
                                   "check_failed")
                self.assertEqual(len(self.door.echo.of("/long")), before)
                self.door.verdicts[sub] = 204
                await_for(lambda: self.call("long", sub).status == 200
                          and "result" in self.call("long", sub).json,
                          "no memory of what was undecided")

    def test_all_rules_must_pass(self):
        """5.1: two checks and a claim, none of them is enough."""
        self.door.verdicts["pat"] = 204
        self.assertHidden(self.call("twice", "pat"))
        self.assertResult(self.call("twice", "pat", roles=["Admin"]))
        self.door.echo.routes["/second"] = response(403)
        self.addCleanup(self.door.echo.routes.update,
                        {"/second": response(204)})
        self.assertHidden(self.call("twice", "pat2", roles=["Admin"]))


class Memory(ChecksTest):
    def test_both_polarities(self):
        """TL-9: an answer serves for its time, yes or no."""
        self.door.verdicts["kim"] = 204
        for _ in range(5):
            self.assertResult(self.call("brief", "kim"))
        self.assertEqual(self.asked("kim"), 1)
        self.door.verdicts["kim"] = 403
        await_for(lambda: "error" in self.call("brief", "kim").json, "no")
        count = self.asked("kim")
        for _ in range(5):
            self.assertHidden(self.call("brief", "kim"))
        self.assertLessEqual(self.asked("kim"), count + 1)
        self.door.verdicts["kim"] = 204
        await_for(lambda: "result" in self.call("brief", "kim").json, "yes")

    def test_of_the_principal_not_of_the_token(self):
        """5.4: a new token of the same user asks nothing again."""
        for n in range(3):
            self.assertResult(self.call("long", "lou", jti="t%d" % n))
        self.assertEqual(self.asked("lou"), 1)

    def test_issuers(self):
        """V-15, TL-4: the same "sub" of another issuer is asked for."""
        self.door.verdicts["max"] = 204
        self.assertResult(self.call("long", "max"))
        self.door.verdicts["max"] = 403
        self.assertHidden(self.call("long", "max", "two"))
        self.assertResult(self.call("long", "max"))
        self.assertEqual((self.asked("max"), self.asked("max", "two")),
                         (1, 1))

    def test_bounded(self):
        """TL-9: 3,000 subjects, and nothing is wrong after it."""
        def status(n):
            return self.call("long", "many-%d" % n).status

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            self.assertEqual(set(pool.map(status, range(3000))), {200})
        self.door.verdicts["many-1"] = 204
        self.assertResult(self.call("long", "many-1"))


class Identity(ChecksTest):
    def test_variables(self):
        """5.5: the upstream hears who calls."""
        answer = self.call("who", "ada", tid="t-1",
                           org={"dept.name": "sales"})
        self.assertResult(answer)
        request = self.door.echo.of("/who")[-1]
        self.assertEqual(
            [request.header("X-" + name) for name in ("User", "Dept", "Who")],
            ["ada", "sales", self.realm.issuer + " desk-app t-1"])

    def test_missing_claim(self):
        """TL-8, S7: a tool that needs a claim fails without it."""
        self.assertResult(self.call("oid", "ada", oid="o-1"))
        self.assertEqual(self.door.echo.of("/oid")[-1].header("X-Oid"),
                         "o-1")
        before = len(self.door.echo.of("/oid"))
        for claims in ({}, {"oid": ""}, {"oid": None}):
            answer = self.call("oid", "ada", **claims)
            self.assertEqual(answer.status, 200)
            self.assertTrue(answer.json["result"]["isError"], answer)
        self.assertEqual(len(self.door.echo.of("/oid")), before)

    def test_line_breaks(self):
        """T19: control characters in a claim split no header."""
        before = len(self.door.echo.of("/oid"))
        for evil in ("x\r\nX-Admin: 1", "x\nX-Admin: 1", "x\r", "\x01",
                     "x\x7f"):
            answer = self.call("oid", "ada", oid=evil)
            self.assertTrue(answer.json["result"]["isError"], answer)
            answer = self.call("who", "ada", org={"dept.name": evil})
            for request in self.door.echo.of("/who"):
                self.assertIsNone(request.header("X-Admin"))
        self.assertEqual(len(self.door.echo.of("/oid")), before)

    def test_spoofed(self):
        """T19, D-2: identity headers of the client do not pass."""
        names = ["X-User", "X-Oid", "X-Dept", "X-Forwarded-User",
                 "X-Forwarded-For", "X-Real-IP", "Cookie", "Forwarded"]
        for tool in ("who", "oid", "open", "mine"):
            self.door.call(tool, token=self.token(oid="o-1"),
                           headers=[(name, "root") for name in names])
            request = self.door.echo.of("/" + tool)[-1]
            self.assertNotIn("root", dict(request.headers).values())

    def test_no_argument_becomes_identity(self):
        """5.5: arguments named as claims change nothing."""
        self.door.call("who", {"sub": "root", "X-User": "root"},
                       token=self.token())
        for request in self.door.echo.of("/who"):
            self.assertNotIn(b"root", request.bytes)


class Caches(ChecksTest):
    def test_one_users_answer_is_not_anothers(self):
        """T17, TL-4: proxy_cache in the tool's location serves nobody
        else."""
        for sub in ("ann", "ben", "ann", "ben"):
            self.assertResult(self.call("mine", sub), "X-User: " + sub)
        self.assertEqual(len(self.door.echo.of("/mine")), 4)

    def test_shared(self):
        """5.2: "shared_cache on" is the operator's decision."""
        before = len(self.door.echo.of("/ours"))
        for sub in ("ann", "ben"):
            self.assertResult(self.call("ours", sub))
        self.assertEqual(len(self.door.echo.of("/ours")), before + 1)


if __name__ == "__main__":
    unittest.main()

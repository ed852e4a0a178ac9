# Copyright (C) mcp-nginx contributors
#
# nginx with the module between real clients and a real authorization server:
# an endpoint with a tool for everybody ("read_order"), one that needs more
# scope ("write_order"), and what a test adds; and the tests that every server
# and every SDK goes through.

import json
import os
import re

from auth_door import AuthTest, Door, challenge, message
from browser import Browser
from parts import bring, code_flow, expect, http_get, register
from sdk import FAMILIES, Failed, Sdk

PRM = "/.well-known/oauth-protected-resource"
SCOPES = "orders.read orders.write offline_access"

HTTP = """
    mcp_zone mcp:4m;
%s
    server {
        listen 127.0.0.1:%%(public)s;
        location @api {
            proxy_pass http://127.0.0.1:%%(echo)s;
            proxy_set_header X-User $mcp_sub;
            proxy_set_header X-Client $mcp_client_id;
            proxy_set_header X-Scope $mcp_scope;
            proxy_set_header X-Oid $mcp_claim_oid;
        }
%s
    }
"""

ENDPOINT = """
        location = /%s {
            mcp;
            mcp_auth_resource %%(origin)s/%s;
            mcp_auth_scope orders.read;
            %s
            mcp_tool read_order {
                description "Shows an order.";
                request GET "/read";
                pass @api;
            }
            mcp_tool write_order {
                description "Changes an order.";
                request POST "/write";
                pass @api;
                require_scope orders.write;
            }
            %s
        }
"""


def endpoint(name, *words, tools=""):
    return ENDPOINT % (name, name, "\n            ".join(words), tools)


def tool(name, *words):
    return """
            mcp_tool %s {
                description "For some.";
                request GET "/read";
                pass @api;
                %s
            }
""" % (name, "\n                ".join(words))


# a JWS; and the lines of nginx's own that have headers in them (level debug)

SIGNED = re.compile(r"\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}")
CORE = re.compile('http header: "Authorization')


class NoIdp:
    """In place of the fake authorization server of t/lib."""

    port = 0

    def stop(self):
        pass


class Desk(Door):
    """
    "http" and "server" are parts of the configuration, in which %(origin)s
    is what clients reach the endpoints at: chosen before nginx starts, as
    authorization servers must know it.
    """

    def __init__(self, port, http, server, level="debug", **more):
        os.umask(0o077)                    # files with secrets
        self.public = port
        self.origin = "http://127.0.0.1:%d" % port
        self.tokens = set()
        super().__init__(HTTP % (http, server), idp=NoIdp(), level=level,
                         values={"public": port, "origin": self.origin,
                                 **more.pop("values", {})}, **more)

    def start(self):
        self.port = self.public
        super().start()

    def mcp(self, *arguments, token=None, **more):
        if token is not None:
            self.tokens.add(token)
        return super().mcp(*arguments, token=token, **more)

    def lines(self, after=0):
        """The access log, as it is now, without so many lines."""

        return [json.loads(line) for line
                in self.log("auth.log").splitlines()[after:]]

    def mark(self):
        """How many lines there are, once all is written."""

        self.entry(self.get("/nowhere"))
        return len(self.lines())

    def leaks(self):
        """Where a token stands that must not: the logs, upstreams."""

        logs = self.log("error.log") + self.log("auth.log")
        places = {"the log": "\n".join(line for line in logs.splitlines()
                                       if not CORE.search(line)),
                  "what the upstream got": "\n".join(
                      one.bytes.decode("latin-1") for one in self.echo.seen)}
        opaque = {token for token in self.tokens if "." not in token}

        return ["a token is in " + place for place, text in places.items()
                if SIGNED.search(text) or any(token in text
                                              for token in opaque)]

    def stop(self):
        leaks = self.leaks()
        return super().stop() + leaks


class RealTest(AuthTest):
    server = None                  # the authorization server

    def login(self, scope="orders.read", path="mcp", user="alice"):
        """A token by a client that registers itself, with PKCE."""

        return code_flow(self.server.issuer, self.door.origin + "/" + path,
                         scope, Browser(user))["access_token"]


class Everywhere:
    """Checks of any server, for a class that is a RealTest, too."""

    def test_metadata(self):
        """1.4: the document names the resource and this issuer."""
        answer = http_get(self.door.origin + PRM + "/mcp")
        self.assertEqual(expect(answer, 200), {
            "resource": self.door.origin + "/mcp",
            "authorization_servers": [self.server.issuer],
            "scopes_supported": ["orders.read"],
            "bearer_methods_supported": ["header"]})

    def test_first_answer(self):
        """1.2, 1.3: 401 without an error, with scope and metadata."""
        answer = self.door.call("read_order")
        self.assertRefused(answer, 401, "absent")
        self.assertEqual(challenge(answer.challenge), [
            ("scope", "orders.read"),
            ("resource_metadata", self.door.origin + PRM + "/mcp")])

    def test_each_request_alone(self):
        """A-1: a connection and its last request carry no identity."""
        token = self.login()
        one, _ = self.door.request("POST", "/mcp", *self.message(token))
        two, _ = self.door.request("POST", "/mcp", *self.message())
        self.assertEqual(self.door.flood([one, two, one], connections=1,
                                         depth=3), [200, 401, 200])

    def message(self, token=None):
        headers, body = message("tools/list")
        if token:
            headers.append(("Authorization", "Bearer " + token))
        return body, headers

    def test_list(self):
        """5.2: what more scope would open is listed; nobody may share it."""
        result = self.door.mcp("tools/list", token=self.login()).json[
            "result"]
        self.assertLessEqual({"read_order", "write_order"},
                             {tool["name"] for tool in result["tools"]})
        self.assertEqual(result["cacheScope"], "private")

    def test_pkce(self):
        """A registered client, PKCE, resource: a token for this endpoint."""
        token = self.login("orders.read")
        self.assertResult(self.door.call("read_order", token=token),
                          "X-Scope: orders.read\r\n")

    def test_step_up(self):
        """5.3, A-6: 403 names all scopes; a token with them is let in."""
        answer = self.door.call("write_order", token=self.login())
        self.assertRefused(answer, 403, "scope", "insufficient_scope")
        asked = dict(challenge(answer.challenge))
        self.assertEqual(asked["resource_metadata"],
                         self.door.origin + PRM + "/mcp")
        self.assertEqual(set(asked["scope"].split()),
                         {"orders.read", "orders.write"})
        self.assertEqual(answer.json["id"], 1)
        self.assertEqual(answer.json["error"]["code"], 403)
        self.assertEqual(answer.json["error"]["data"], {
            "error": "insufficient_scope", "scope": asked["scope"]})
        self.assertResult(self.door.call(
            "write_order", token=self.login(asked["scope"])))


class Logins:
    """
    The official SDKs, from the first 401 to the call and the step-up.  The
    class is a RealTest, too; "paths" are its endpoints, and subject() is
    what X-User must be for a name.
    """

    paths = ("mcp",)

    @classmethod
    def setUpClass(cls):
        bring("clients")

    def start(self, family, path, client_id=None):
        sdk = Sdk(family, self.door.origin + "/" + path, Browser("alice"),
                  client_id)
        self.addCleanup(sdk.kill)
        self.assertEqual(sdk.protocol, sdk.revision)
        return sdk

    def check_asked(self, asked, path, *scopes):
        """What an authorization request of the SDK must have."""

        self.assertEqual(asked["resource"], self.door.origin + "/" + path)
        self.assertEqual(asked["code_challenge_method"], "S256")
        self.assertEqual(set(asked["scope"].split()) - {"offline_access"},
                         set(scopes))

    def check_result(self, result, scope):
        text = result["content"][0]["text"]
        self.assertFalse(result.get("isError"), text)
        user = re.search("(?m)^X-User: (.*)\r$", text)
        self.assertEqual(user and user[1], self.subject("alice"), text)
        self.assertIn(scope, text)
        self.assertNotIn("authorization:", text.lower())

    def log_in(self, family, path):
        """From the 401 on, with a client that registers itself."""

        mark = self.door.mark()
        sdk = self.start(family, path)
        names = sdk.list()
        self.assertLessEqual({"read_order", "write_order"}, set(names))
        self.check_result(sdk.call("read_order"), "orders.read")
        self.assertEqual(len(sdk.asked), 1)
        self.check_asked(sdk.asked[0], path, "orders.read")
        self.assertEqual(sdk.close(), 0)

        # what was asked of nginx: refused, the document, and then no error

        lines = self.door.lines(mark)
        self.assertEqual([(one["status"], one["reason"], one["uri"])
                          for one in lines[:2]],
                         [("401", "absent", "/" + path),
                          ("200", "", PRM + "/" + path)])
        self.assertLessEqual({(one["status"], one["reason"])
                              for one in lines[2:]},
                             {("200", ""), ("202", ""), ("405", "")})

    def step_up(self, family, path):
        """A call that needs more: 403, a second login, the call."""

        client = register(self.server.issuer, SCOPES)["client_id"]
        mark = self.door.mark()
        sdk = self.start(family, path, client)
        self.assertIn("write_order", sdk.list())
        self.check_result(sdk.call("write_order"), "orders.write")
        self.check_result(sdk.call("read_order"), "orders.read")
        self.assertEqual(len(sdk.asked), 2)
        self.check_asked(sdk.asked[0], path, "orders.read")
        self.check_asked(sdk.asked[1], path, "orders.read", "orders.write")
        self.assertEqual(sdk.close(), 0)

        reasons = [one["reason"] for one in self.door.lines(mark)
                   if one["reason"]]
        self.assertEqual(reasons, ["absent", "scope"])

    def test_step_up_without_being_registered_for_it(self):
        """
        A limit outside of the module: SDKs register for the scopes of the
        first challenge, and servers keep a client to them.
        """
        sdk = self.start("ts2", "mcp")
        with self.assertRaisesRegex(Failed, "login: invalid_scope"):
            sdk.call("write_order")
        self.check_asked(sdk.asked[1], "mcp", "orders.read", "orders.write")


def with_logins(cls):
    """Gives a class of Logins a test for each SDK and endpoint."""

    for path in cls.paths:
        for family in FAMILIES:
            for what in cls.log_in, cls.step_up:
                def test(self, what=what, family=family, path=path):
                    what(self, family, path)

                test.__doc__ = "%s: %s at /%s" % (family, what.__name__, path)
                setattr(cls, "test_%s_%s_%s" % (
                    what.__name__, family.replace("-", "_"), path), test)

    return cls

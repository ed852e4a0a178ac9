#!/usr/bin/env python3
#
# Copyright (C) mcp-nginx contributors
#
# A fake authorization server on loopback: metadata (RFC 8414 and OpenID
# Connect), key sets, introspection (RFC 7662), in many realms, each with
# faults of its own.  Tests in Python make an Idp and set its members; others
# start this file, which writes its port in the first line, lives as long as
# its standard input stays open, and obeys
#
#     POST /control/REALM   a JSON object: {"faults": {"jwks": "status 500"},
#                           "rotate": "both" or "away", "max_age": 600,
#                           "tokens": {TOKEN: {"active": true, ...}}}
#     GET  /control/REALM   counts of what was asked for, and the issuer
#     POST /control/REALM/token   a JSON object of claims; a signed token
#
# What a realm answers has a name: "oauth", "oidc-path" and "oidc" (the three
# places of metadata), "jwks", "introspect", "elsewhere" (where redirects
# lead to).  A fault of a name:
#
#     status N    that status, and a page
#     slow N      answers after N seconds
#     hang        says nothing until the realm is released or given up
#     drip        a byte a fifth of a second
#     close       closes without an answer
#     garbage     bytes that are no HTTP
#     no-json     200, and a page
#     cut         less than Content-Length says
#     huge        10 MB
#     endless     more and more, without a length
#     many        a set of 10,000 keys
#     deep        arrays in arrays
#     empty       {"keys":[]} or {}
#     redirect    302 to "elsewhere", which would answer
#     issuer X    metadata of the issuer X
#     twice       a member twice
#     trailing    more behind the JSON

import base64
import collections
import json
import os
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import loopback                                          # noqa: E402
import mint                                              # noqa: E402
from loopback import response                            # noqa: E402

LONGEST = 30                       # seconds of any fault

PLACES = {"oauth": "/.well-known/oauth-authorization-server/%s",
          "oidc-path": "/.well-known/openid-configuration/%s",
          "oidc": "/%s/.well-known/openid-configuration",
          "jwks": "/%s/jwks", "introspect": "/%s/introspect",
          "elsewhere": "/%s/elsewhere"}

PAGE = "<html><body>An error page.</body></html>"


class Realm:
    """One issuer."""

    def __init__(self, idp, name, key):
        self.idp = idp
        self.name = name
        self.keys = [key]          # published; the first one signs
        self.more = []             # JWKs that are published before them
        self.faults = {}           # by name
        self.places = {"oauth", "oidc-path", "oidc"}
        self.metadata = {}         # members to add, replace, take away
        self.max_age = None
        self.tokens = {}           # introspection: members by token
        self.client = None         # of introspection: (id, secret)
        self.asked = collections.Counter()
        self.when = collections.defaultdict(list)
        self.released = threading.Event()

    @property
    def issuer(self):
        return self.idp.base + "/" + self.name

    def url(self, what):
        return self.idp.base + PLACES[what] % self.name

    def release(self):
        """Lets those go on that "slow" and "hang" hold."""

        self.released.set()
        self.released = threading.Event()

    def rotate(self, keep=True, kid=None):
        """A new key, that signs; the old one stays published or goes."""

        key = mint.Key(self.keys[0].alg, kid)
        self.keys = [key] + (self.keys if keep else [])
        return key

    def claims(self, **changes):
        return mint.claims(self.issuer, self.idp.audience, **changes)

    def token(self, **changes):
        return mint.token(self.keys[0], self.claims(**changes))

    # what is answered

    def document(self, what):
        if what == "jwks":
            return {"keys": self.more + [key.jwk() for key in self.keys]}

        if what == "elsewhere":
            return {"keys": [key.jwk() for key in self.keys]}

        return mint.changed({
            "issuer": self.issuer,
            "authorization_endpoint": self.issuer + "/authorize",
            "token_endpoint": self.issuer + "/token",
            "introspection_endpoint": self.url("introspect"),
            "jwks_uri": self.url("jwks"),
            "response_types_supported": ["code"]}, self.metadata)

    def introspected(self, request):
        form = urllib.parse.parse_qs(request.body.decode())

        if self.client and not self.authenticated(request, form):
            return 401, {"error": "invalid_client"}

        members = self.tokens.get(form.get("token", [""])[0],
                                  {"active": False})
        return 200, members

    def authenticated(self, request, form):
        scheme, _, value = (request.header("Authorization") or "").partition(
            " ")
        given = (form.get("client_id", [""])[0],
                 form.get("client_secret", [""])[0])

        if scheme == "Basic":
            given = tuple(urllib.parse.unquote_plus(one) for one in
                          base64.b64decode(value).decode().split(":"))

        return given == self.client

    def answer(self, what, request, connection):
        fault, _, argument = self.faults.get(what, "").partition(" ")

        self.asked[what] += 1
        self.when[what].append(time.monotonic())

        if what[0] == "o" and what not in self.places:
            return response(404, {"error": "not_found"})

        if fault in ("slow", "hang"):
            seconds = float(argument) if argument else LONGEST
            released = self.released.wait(min(seconds, LONGEST))
            if fault == "hang" and not released:
                return None
        elif fault:
            return self.fail(fault, argument, what, connection)

        status, members = ((200, self.document(what))
                           if what != "introspect"
                           else self.introspected(request))
        headers = ([("Cache-Control", "max-age=%d" % self.max_age)]
                   if self.max_age is not None else [])

        if isinstance(members, bytes):
            return members
        return response(status, members, headers)

    def fail(self, fault, argument, what, connection):
        if fault == "status":
            return response(int(argument), PAGE, kind="text/html")
        if fault == "garbage":
            connection.sendall(b"\x00\x01 this is not HTTP\r\n\r\n")
        elif fault == "no-json":
            return response(200, PAGE)
        elif fault == "cut":
            connection.sendall(response(200, self.document(what),
                                        length=100000))
        elif fault == "empty":
            return response(200, {"keys": []} if what == "jwks" else {})
        elif fault == "redirect":
            return response(302, b"", [("Location", self.url("elsewhere"))])
        elif fault == "issuer":
            return response(200, dict(self.document(what), issuer=argument))
        elif fault == "many":
            key = self.keys[0].jwk()
            return response(200, {"keys": [dict(key, kid="k%d" % n)
                                           for n in range(10000)] + [key]})
        elif fault == "deep":
            text = json.dumps(self.document(what))[:-1]
            return response(200, text + ',"deep":%s%s}' % ("[" * 50000,
                                                           "]" * 50000))
        elif fault == "huge":
            return response(200, json.dumps(self.document(what))[:-1]
                            + ',"pad":"%s"}' % ("x" * 10_000_000))
        elif fault == "twice":
            return response(200, '{"issuer":"x","keys":[],"active":false,'
                            + json.dumps(self.document(what)
                                         if what != "introspect"
                                         else {"active": True})[1:])
        elif fault == "trailing":
            return response(200, json.dumps(self.document(what)) + " x")
        elif fault in ("drip", "endless"):
            self.pour(fault, what, connection)
        return None

    def pour(self, fault, what, connection):
        end = time.monotonic() + LONGEST
        data = (response(200, self.document(what)) if fault == "drip"
                else b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{")

        while time.monotonic() < end:
            connection.sendall(data[:1] if fault == "drip" else data)
            data = data[1:] if fault == "drip" else b" " * 65536
            if not data or self.released.wait(
                    0.2 if fault == "drip" else 0.0001):
                return


class Idp(loopback.Server):
    """Realms come into being when they are named."""

    def __init__(self, audience="https://api.example.com/mcp", port=0,
                 pem=None, host="127.0.0.1"):
        self.realms = {}
        self.audience = audience
        self.key = mint.Key("RS256", "first")
        super().__init__(port, pem)
        self.base = "%s://%s:%d" % ("https" if pem else "http", host,
                                    self.port)

    def realm(self, name):
        with self.lock:
            if name not in self.realms:
                self.realms[name] = Realm(self, name, self.key.named(
                    name + "-first"))
            return self.realms[name]

    def answer(self, request, connection):
        parts = request.path.split("/")[1:]

        if parts[0] == "control" and len(parts) in (2, 3):
            return self.control(request, self.realm(parts[1]), parts[2:])

        for what, place in PLACES.items():
            head, _, tail = place.partition("%s")
            name = request.path[len(head):len(request.path) - len(tail)]
            if request.path == head + name + tail and name in self.realms:
                return self.realms[name].answer(what, request, connection)

        return response(404, {"error": "not_found"})

    def control(self, request, realm, more):
        if request.method == "POST":
            order = json.loads(request.body or b"{}")
            if more == ["token"]:
                return response(200, realm.token(**order), kind="text/plain")
            if "rotate" in order:
                realm.rotate(order.pop("rotate") == "both")
            for name in ("faults", "tokens", "max_age", "metadata"):
                if name in order:
                    setattr(realm, name, order[name])
            realm.release()

        return response(200, {"issuer": realm.issuer,
                              "asked": dict(realm.asked)})

    def stop(self):
        for realm in self.realms.values():
            realm.released.set()
        super().stop()


def tls_servers(folder):
    """
    Servers with certificates that are good or false, by name: of "own",
    another "name", of the "past", of a "foreign" authority.  The good one's
    authority is ca.pem in the folder.
    """

    authority = mint.Authority()
    made = {"good": authority.issue("127.0.0.1", "localhost"),
            "own": authority.issue("127.0.0.1", own=True),
            "name": authority.issue("other.example"),
            "past": authority.issue("127.0.0.1", hours=-1),
            "foreign": mint.Authority().issue("127.0.0.1")}

    for name, pem in dict(made, ca=authority.pem()).items():
        with open("%s/%s.pem" % (folder, name), "wb") as f:
            f.write(pem)

    return {name: Idp(pem="%s/%s.pem" % (folder, name)) for name in made}


if __name__ == "__main__":
    server = Idp(*sys.argv[1:2])
    print(server.port, flush=True)
    sys.stdin.read()
    server.stop()

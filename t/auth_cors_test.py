#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""What browsers need of refusals: authorization.md 1.4, A-12."""

import json
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))

from auth_door import (                                  # noqa: E402
    AUDIENCE, AuthTest, Door, endpoint, provider)
from idp import Idp                                      # noqa: E402


def setUpModule():
    idp = Idp()
    AuthTest.realm = idp.realm("shop")
    AuthTest.door = Door(provider("shop", "audience %s;" % AUDIENCE) + """
    server {
        listen 127.0.0.1:%(port)s;
        mcp_allowed_origins https://app.example.com;
        location @api { proxy_pass http://127.0.0.1:%(echo)s; }
        location = /rest {
            mcp_auth shop;
            mcp_auth_resource https://api.example.com/rest;
            proxy_pass http://127.0.0.1:%(echo)s;
        }
"""
        + endpoint("mcp", "mcp_auth shop;", "mcp_auth_scope orders.read;")
        + "\n    }\n", idp=idp)


def tearDownModule():
    AuthTest.door.close()


class Browser(AuthTest):
    ORIGIN = [("Origin", "https://app.example.com")]

    def test_refusals_can_be_read(self):
        """A-12: CORS headers, and WWW-Authenticate is exposed."""
        for answer in (
                self.door.call(headers=self.ORIGIN),
                self.door.call(headers=self.ORIGIN, token="x"),
                self.door.call(headers=self.ORIGIN,
                               token=self.token(scope="x")),
                self.door.call(headers=self.ORIGIN, token=self.token())):
            with self.subTest(answer):
                headers = answer.headers
                self.assertEqual(headers["Access-Control-Allow-Origin"],
                                 "https://app.example.com")
                self.assertIn("www-authenticate",
                              headers["Access-Control-Expose-Headers"].lower())
                self.assertIn("origin", headers["Vary"].lower())

    def test_preflight_needs_no_token(self):
        """1.2: 204 for an origin that is allowed, 403 for others."""
        wanted = ("authorization", "content-type", "accept",
                  "mcp-protocol-version", "mcp-method", "mcp-name")
        ask = [("Access-Control-Request-Method", "POST"),
               ("Access-Control-Request-Headers", ",".join(wanted))]
        answer = self.door.send("OPTIONS", "/mcp", headers=self.ORIGIN + ask)
        self.assertEqual((answer.status, answer.text), (204, b""))
        allowed = answer.headers["Access-Control-Allow-Headers"].lower()
        self.assertTrue(set(wanted) <= set(re.split(r",\s*", allowed)))
        self.assertIsNone(answer.challenge)
        foreign = self.door.send("OPTIONS", "/mcp", headers=ask + [
            ("Origin", "https://evil.example")])
        self.assertEqual(foreign.status, 403)
        self.assertIsNone(foreign.challenge)

    def test_preflight_of_rest(self):
        """1.2: no answer of the upstream without a token, though."""
        before = len(self.door.echo.seen)
        answer = self.door.send("OPTIONS", "/rest", headers=self.ORIGIN + [
            ("Access-Control-Request-Method", "GET")])
        self.assertIn(answer.status, (204, 401, 403))
        self.assertEqual(len(self.door.echo.seen), before)

    def test_foreign_origin(self):
        """A token does not make up for an origin that is not allowed."""
        answer = self.door.call(token=self.token(), headers=[
            ("Origin", "https://evil.example")])
        self.assertEqual(answer.status, 403)
        self.assertIsNone(answer.headers["Access-Control-Allow-Origin"])
        self.assertIsNone(answer.challenge)

    def test_no_page(self):
        """A-12: JSON whatever the client accepts, and in HTTP/1.0."""
        for accept in ("text/html", "*/*", "text/event-stream"):
            answer = self.door.call(headers=[("Accept", accept)])
            self.assertEqual(answer.headers["Content-Type"],
                             "application/json")
            json.loads(answer.text)
        answer = self.door.exchange(b"GET /mcp HTTP/1.0\r\n"
                                    b"Host: localhost\r\n\r\n")
        self.assertEqual(answer.status, 401)
        self.assertIsInstance(answer.json, dict)


if __name__ == "__main__":
    unittest.main()

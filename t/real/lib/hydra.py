# Copyright (C) mcp-nginx contributors
#
# Ory Hydra, whose tokens have "scp", an array.  Its login and consent pages
# are for the operator to write: here they are calls of its admin interface.

import secrets
import shutil
import tempfile
import unittest
import urllib.parse

from browser import Browser
from parts import (
    CACHE, REDIRECT, Part, bring, expect, free_port, post, send, token_of)

VERSION = "2.3.0"

CONFIG = """
dsn: memory
serve:
  public: {host: 127.0.0.1, port: %(public)d}
  admin: {host: 127.0.0.1, port: %(admin)d}
urls:
  self: {issuer: "%(issuer)s"}
  login: %(issuer)slogin
  consent: %(issuer)sconsent
secrets: {system: [%(secret)s]}
"""


class Hydra(Part):
    def __init__(self):
        binary = CACHE / ("hydra-" + VERSION) / "hydra"
        if not binary.exists() and shutil.which("go") is None:
            raise unittest.SkipTest("Hydra is built with Go: there is none")
        bring("hydra")
        public, admin = free_port(), free_port()
        self.issuer = "http://127.0.0.1:%d/" % public
        self.admin_url = "http://127.0.0.1:%d/admin" % admin
        self.config = tempfile.NamedTemporaryFile("w", suffix=".yml")
        self.config.write(CONFIG % {"public": public, "admin": admin,
                                    "issuer": self.issuer,
                                    "secret": secrets.token_hex(16)})
        self.config.flush()

        super().__init__(
            "hydra", [binary, "serve", "all", "--dev",
                      "-c", self.config.name],
            # the first request makes its keys, which takes a while
            self.issuer + ".well-known/jwks.json")

    def client(self, name, audience, strategy="jwt"):
        """A client that may get tokens of this kind for the audience."""

        expect(post(self.admin_url + "/clients", body={
            "client_id": name, "client_secret": name + "-secret",
            "grant_types": ["client_credentials", "authorization_code"],
            "response_types": ["code"], "redirect_uris": [REDIRECT],
            "scope": "openid orders.read orders.write",
            "audience": audience, "access_token_strategy": strategy}), 201)

    def token(self, name, audience, scope="orders.read"):
        return token_of(post(
            self.issuer + "oauth2/token",
            {"grant_type": "client_credentials", "scope": scope,
             "audience": audience}, basic=(name, name + "-secret")))

    def login(self, name, audience, scope, user):
        """The tokens of an authorization code flow of that user."""

        browser = Browser(user)
        state = secrets.token_urlsafe(16)
        url = self.issuer + "oauth2/auth?" + urllib.parse.urlencode({
            "response_type": "code", "client_id": name, "scope": scope,
            "redirect_uri": REDIRECT, "state": state, "audience": audience})

        for what, answer in (
                ("login", {"subject": user}),
                ("consent", {"grant_scope": scope.split(),
                             "grant_access_token_audience": [audience]})):
            back = browser.authorize(url, self.issuer + what + "?")
            challenge = parameters(back)[what + "_challenge"]
            url = expect(send(
                "PUT", "%s/oauth2/auth/requests/%s/accept?%s_challenge=%s"
                % (self.admin_url, what, what, challenge), body=answer)
                )["redirect_to"]

        return expect(post(self.issuer + "oauth2/token", {
            "grant_type": "authorization_code", "redirect_uri": REDIRECT,
            "code": parameters(browser.authorize(url, REDIRECT))["code"]},
            basic=(name, name + "-secret")), 200)


def parameters(url):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))

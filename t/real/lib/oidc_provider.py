# Copyright (C) mcp-nginx contributors
#
# oidc-provider, see ../oidc-provider/server.mjs.

from parts import CACHE, REAL, Part, bring, expect, free_port, post, token_of


class OidcProvider(Part):
    def __init__(self):
        bring("oidc-provider")
        self.issuer = "http://127.0.0.1:%d" % free_port()
        super().__init__(
            "oidc-provider",
            ["node", REAL / "oidc-provider/server.mjs",
             self.issuer.rsplit(":", 1)[1], CACHE / "oidc-provider"],
            self.issuer + "/.well-known/oauth-authorization-server")

    def token(self, resource, scope="orders.read", headers=()):
        """A token of the client "job"."""

        return token_of(post(
            self.issuer + "/token",
            {"grant_type": "client_credentials", "scope": scope,
             "resource": resource}, basic=("job", "job-secret"),
            headers=headers))

    def revoke(self, token):
        expect(post(self.issuer + "/token/revocation", {"token": token},
                    basic=("job", "job-secret")), 200)

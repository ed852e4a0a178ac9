# Copyright (C) mcp-nginx contributors
#
# mock-oauth2-server in the shape of Entra ID: whatever is asked for, the
# "scope" of the request picks the claims.  It verifies nothing: it is here
# for what tokens look like, not for refusals.

import json

from parts import CACHE, Part, bring, free_port, post, token_of

ONE = "11111111-2222-4333-8444-555555555555"
TWO = "22222222-3333-4444-8555-666666666666"
FOREIGN = "33333333-4444-4555-8666-777777777777"
APP = "3f2a7c1e-9d84-4a41-8d63-0b6e5c7f1a22"
CLIENT = "aebc6443-996d-45c2-90f0-388ff96faa56"
OID = "aaaaaaaa-0000-4000-8000-000000000001"
GROUPS = ["%08x-1111-4222-8333-444444444444" % n for n in range(200)]
STS = "https://sts.windows.net/%s/"

# of several tenants, as /organizations/v2.0 has one key set

MANY = "organizations/v2.0"


class Entra(Part):
    def __init__(self):
        bring("mock-oauth2-server")
        port = free_port()
        self.url = "http://127.0.0.1:%d/" % port
        self.issuer = self.url + ONE + "/v2.0"

        super().__init__(
            "mock-oauth2-server",
            ["java", "-Xms32m", "-Xmx128m", "-cp",
             "%s/mock-oauth2-server/jar/*" % CACHE,
             "no.nav.security.mock.oauth2.StandaloneMockOAuth2ServerKt"],
            self.url + "isalive",
            env={"SERVER_HOSTNAME": "127.0.0.1", "SERVER_PORT": str(port),
                 "JSON_CONFIG": json.dumps({
                     "interactiveLogin": False, "httpServer": "NettyWrapper",
                     "tokenCallbacks": [
                         self.callback(ONE + "/v2.0", self.shapes()),
                         self.callback(MANY, self.tenants())]})})

    @staticmethod
    def callback(issuer, shapes):
        return {"issuerId": issuer, "tokenExpiry": 600, "requestMappings": [
            {"requestParam": "scope", "match": name, "claims": claims,
             **({"typeHeader": typ} if typ else {})}
            for name, (claims, typ) in shapes.items()]}

    def shapes(self):
        """By scope: claims, and "typ" of the header if it is not JWT."""

        user = {"sub": "pairwise-1", "tid": ONE, "oid": OID}
        two = {**user, "aud": APP, "ver": "2.0", "azp": CLIENT,
               "azpacr": "0", "scp": "orders.read", "name": "Alice"}
        graph = "https://graph.windows.net/%s/users/%s/getMemberObjects"

        claims = {
            "v2": two,
            "write": {**two, "scp": "orders.read orders.write",
                      "groups": ["g-1", "g-2"], "roles": ["Orders.Admin"]},
            "overage": {**two, "roles": ["Orders.Reader"],
                        "_claim_names": {"groups": "src1"},
                        "_claim_sources": {"src1": {
                            "endpoint": graph % (ONE, OID)}}},
            "v1": {**user, "iss": STS % ONE, "ver": "1.0", "aud": APP,
                   "appid": CLIENT, "appidacr": "0", "scp": "orders.read"},
            "v1-uri": {**user, "iss": STS % ONE, "ver": "1.0",
                       "aud": "api://" + APP, "appid": CLIENT,
                       "scp": "orders.read"},
            "app": {"sub": OID, "oid": OID, "tid": ONE, "aud": APP,
                    "ver": "2.0", "azp": CLIENT, "idtyp": "app",
                    "roles": ["Orders.Admin"]},
            "other-client": {**two, "azp": OID},
            "no-oid": {k: v for k, v in two.items() if k != "oid"},
            "url": {**two, "aud": "api://" + APP},
            "graph": {**two, "aud": "00000003-0000-0000-c000-000000000000"},
            "expired": {**two, "iat": 1, "exp": 1000},
            "groups": {**two, "groups": GROUPS},
            "id": {"sub": "pairwise-1", "tid": ONE, "oid": OID, "aud": APP,
                   "ver": "2.0", "nonce": "n", "name": "Alice"},
        }

        return {**{name: (one, None) for name, one in claims.items()},
                "at": (two, "at+jwt"), "dpop": (two, "dpop+jwt"),
                "jag": (two, "oauth-id-jag+jwt")}

    def tenants(self):
        """By scope, for many tenants: what stands in iss and in tid."""

        def claims(issuer, tenant):
            return {"sub": "pairwise-1", "oid": OID, "aud": APP,
                    "ver": "2.0", "azp": CLIENT, "scp": "orders.read",
                    "tid": tenant, "iss": self.url + issuer + "/v2.0"}, None

        return {"one": claims(ONE, ONE), "two": claims(TWO, TWO),
                "foreign": claims(FOREIGN, FOREIGN),
                "mixed": claims(ONE, TWO),
                "no-guid": claims("organizations", "organizations")}

    def token(self, shape, issuer=ONE + "/v2.0"):
        return token_of(post(self.url + issuer + "/token", {
            "grant_type": "client_credentials", "scope": shape},
            basic=("c", "s")))

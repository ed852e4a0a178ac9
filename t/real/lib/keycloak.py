# Copyright (C) mcp-nginx contributors
#
# Keycloak with the realm "shop": users alice (group staff) and bob (no
# group), client scopes orders.read and orders.write which bring the endpoint
# as audience, and clients that may register themselves.

import time

from parts import (
    CACHE, HEAP, Part, bring, expect, free_port, post, send, token_of)

VERSION = "26.7.3"

MAPPER = {"protocol": "openid-connect"}
IN_TOKEN = {"access.token.claim": "true", "introspection.token.claim": "true"}

# key providers beside RS256, which a realm has by itself

KEYS = {"PS256": ("rsa-generated", {"algorithm": ["PS256"]}),
        "ES256": ("ecdsa-generated", {"ecdsaEllipticCurveKey": ["P-256"]}),
        "EdDSA": ("eddsa-generated", {"eddsaEllipticCurveKey": ["Ed25519"]})}


class Keycloak(Part):
    def __init__(self):
        bring("keycloak")
        self.port, management = free_port(), free_port()
        self.url = "http://127.0.0.1:%d" % self.port
        self.issuer = self.url + "/realms/shop"
        self.token_url = self.issuer + "/protocol/openid-connect/token"
        self.expires = 0
        home = CACHE / ("keycloak-" + VERSION)

        # without "local" it would look for others to form a cluster

        super().__init__(
            "keycloak",
            [home / "bin/kc.sh", "start", "--optimized", "--cache=local",
             "--http-enabled=true", "--hostname-strict=false",
             "--http-host=127.0.0.1",
             "--http-port=%d" % self.port,
             "--http-management-port=%d" % management],
            "http://127.0.0.1:%d/health/ready" % management,
            env={"KC_BOOTSTRAP_ADMIN_USERNAME": "admin",
                 "KC_BOOTSTRAP_ADMIN_PASSWORD": "admin",
                 "JAVA_OPTS_KC_HEAP": HEAP})

    # the administrator

    def admin(self, method, path, body=None):
        """An administrator's request; the answer, or the new thing's id."""

        if time.monotonic() > self.expires:
            self.bearer = token_of(post(
                self.url + "/realms/master/protocol/openid-connect/token",
                {"grant_type": "password", "client_id": "admin-cli",
                 "username": "admin", "password": "admin"}))
            self.expires = time.monotonic() + 40

        answer = send(method, self.url + "/admin/realms" + path, body=body,
                      bearer=self.bearer)
        value = expect(answer)
        place = answer.headers["Location"]
        return place.rsplit("/", 1)[1] if place else value

    def scope(self, name, *mappers):
        return self.admin("POST", "/shop/client-scopes", {
            "name": name, "protocol": "openid-connect",
            "attributes": {"include.in.token.scope": "true"},
            "protocolMappers": list(mappers)})

    def client(self, client_id, **more):
        return self.admin("POST", "/shop/clients", {
            "clientId": client_id,
            "defaultClientScopes": ["basic", "roles", "groups"],
            "optionalClientScopes": ["orders.read", "orders.write",
                                     "offline_access"], **more})

    def realm(self, resource):
        """The realm, for an endpoint with this resource identifier."""

        self.resource = resource
        self.admin("POST", "", {"realm": "shop", "enabled": True,
                                "sslRequired": "none",
                                "accessTokenLifespan": 300})
        self.realm_id = self.admin("GET", "/shop")["id"]
        self.admin("POST", "/shop/groups", {"name": "staff"})

        for name, groups in ("alice", ["/staff"]), ("bob", []):
            self.admin("POST", "/shop/users", {
                "username": name, "enabled": True, "firstName": name,
                "lastName": "L", "email": name + "@example.com",
                "credentials": [{"type": "password", "value": name}],
                "groups": groups})

        audience = mapper("aud", "audience",
                          **{"included.client.audience": resource})
        groups = mapper("groups", "group-membership",
                        **{"claim.name": "groups", "full.path": "false"})
        scopes = [self.scope("orders.read", audience),
                  self.scope("orders.write", audience),
                  self.scope("groups", groups)]

        for algorithm in KEYS:
            self.key(algorithm, *KEYS[algorithm])

        self.module(resource)
        self.registration(scopes)

    def module(self, resource):
        """The module as a client, to introspect: its name is the resource."""

        self.client(resource, publicClient=False, secret="gateway-secret",
                    standardFlowEnabled=False, serviceAccountsEnabled=True,
                    attributes={"resource_url": resource})

    def registration(self, scopes):
        """Lets clients of this machine register themselves, for these."""

        for number in scopes:
            self.admin("PUT", "/shop/default-optional-client-scopes/"
                       + number)

        policies = self.admin("GET", "/shop/components?type=org.keycloak."
                              "services.clientregistration.policy."
                              "ClientRegistrationPolicy")
        policy = next(p for p in policies
                      if p["providerId"] == "trusted-hosts")
        policy["config"] = {
            "host-sending-registration-request-must-match": ["true"],
            "client-uris-must-match": ["false"],
            "trusted-hosts": ["127.0.0.1", "localhost"]}
        self.admin("PUT", "/shop/components/" + policy["id"], policy)

    def key(self, name, provider, config=None, priority=100):
        return self.admin("POST", "/shop/components", {
            "name": name, "providerId": provider, "parentId": self.realm_id,
            "providerType": "org.keycloak.keys.KeyProvider",
            "config": {"priority": [str(priority)], **(config or {})}})

    def signing(self, client_id, algorithm, at_jwt=False, seconds=300,
                **more):
        """A client whose tokens are signed so; passwords are its flow."""

        attributes = {"access.token.signed.response.alg": algorithm,
                      "access.token.lifespan": str(seconds)}
        if at_jwt:
            attributes["access.token.header.type.rfc9068"] = "true"
        return self.client(client_id, attributes=attributes,
                           publicClient=True, directAccessGrantsEnabled=True,
                           **more)

    def disable_key(self, kid):
        """Takes a key out of the published set."""

        keys = self.admin("GET", "/shop/keys")["keys"]
        number = next(k["providerId"] for k in keys if k["kid"] == kid)
        key = self.admin("GET", "/shop/components/" + number)
        key["config"].update(enabled=["false"], active=["false"])
        self.admin("PUT", "/shop/components/" + number, key)

    def audience(self, number, resource, kind="access"):
        """From now on the client's access or ID tokens name it, too."""

        self.admin("POST", "/shop/clients/%s/protocol-mappers/models"
                   % number, {
                       **MAPPER, "name": "aud",
                       "protocolMapper": "oidc-audience-mapper",
                       "config": {"included.client.audience": resource,
                                  kind + ".token.claim": "true"}})

    # tokens

    def tokens(self, client_id, scope="orders.read", user="alice"):
        return expect(post(self.token_url, {
            "grant_type": "password", "client_id": client_id,
            "username": user, "password": user, "scope": scope}), 200)

    def token(self, *what, **more):
        return self.tokens(*what, **more)["access_token"]

    def key_ids(self):
        jwks = expect(send("GET", self.issuer
                           + "/protocol/openid-connect/certs"))
        return {key["kid"] for key in jwks["keys"] if key["use"] == "sig"}


def mapper(name, kind, **config):
    return {**MAPPER, "name": name,
            "protocolMapper": "oidc-%s-mapper" % kind,
            "config": {**config, **IN_TOKEN}}

# Copyright (C) mcp-nginx contributors
"""Keys, tokens and configuration for the rows about mcp_auth.

Read by rows.py and bench.py.  The provider's keys are a file, so nothing is
fetched; a token is the same for all requests of a run.  Whether a request is
let in by the cache of verified tokens or by its signature is decided by
"mcp_auth_cache", which belongs to a whole nginx: there are two for these rows.
"""

import functools
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "t/lib"))

import mint                                             # noqa: E402

ISSUER = "https://login.example.com/realms/bench"
RESOURCE = "https://api.example.com/mcp"
ALGORITHMS = ("RS256", "ES256", "EdDSA")
TOKEN_SIZE = 725
LIFETIME = 86400                # seconds; a disturbed bench takes long

CACHES = {"auth": "entries=4096 ttl=5m", "cold": "entries=0"}

# claims that a token has if there is room for them
EXTRA = {"jti": "5f0c54a4-96a8-4c0c-a7d1-5f6b8b9f6c11",
         "sid": "c3a2b6de-1a3c-4b1e-9a44-02f6c9e7d0aa",
         "preferred_username": "ada", "email": "ada@example.com",
         "realm_access": {"roles": ["order-admin", "offline"]},
         "acr": "1"}


@functools.cache
def key(alg):
    return mint.Key(alg, kid=f"bench-2026-{alg.lower()}")


def jwks():
    return json.dumps({"keys": [key(alg).jwk() for alg in ALGORITHMS]})


@functools.cache
def token(alg):
    """One of exactly TOKEN_SIZE bytes, filled up with claims, then an "x"."""
    now = int(time.time())
    claims = {"exp": now + LIFETIME, "iat": now, "iss": ISSUER,
              "aud": RESOURCE, "sub": "4f1d2c77", "azp": "desk",
              "scope": "orders.read"}

    def made(claims, **header):
        return mint.token(key(alg), claims, header=header)

    for name, value in EXTRA.items():
        more = claims | {name: value}
        if len(made(more)) < TOKEN_SIZE - 20:
            claims = more

    # base64url has no text of 4n + 1 characters, but there are two texts
    for typ in ("JWT", "at+jwt", "application/at+jwt"):
        for pad in range(200):
            text = made(claims | {"pad": "x" * pad}, typ=typ)
            if len(text) == TOKEN_SIZE and "88888888" not in text:
                return text

    raise AssertionError(f"no token of {alg} has {TOKEN_SIZE} bytes")


def forged(alg):
    """The same with a claim that was not signed."""
    header, payload, signature = token(alg).split(".")
    claims = json.loads(mint.unb64(payload)) | {"sub": "4f1d2c78"}
    return ".".join((header, mint.b64(mint.dumps(claims)), signature))


def provider(server, keys):
    """What stands in http."""
    return f"""client_header_buffer_size 2k;    # a token fits in, too
    mcp_auth_cache {CACHES[server]};

    mcp_auth_provider bench {{
        issuer {ISSUER};
        audience {RESOURCE};
        algorithms {" ".join(ALGORITHMS)};
        jwks file={keys};
    }}"""


def locations(endpoint):
    """Without mcp_auth, with it, and with rules that leave a list of 3."""
    guard = "mcp_auth bench; mcp_auth_scope orders.read;"

    def rule(i):
        scope = "orders.read" if i < 3 else f"stock.{i}"
        return f"require_scope {scope}; visibility hide;"

    return "\n".join([
        f"mcp_auth_resource {RESOURCE};",
        endpoint("mcp3", 3), endpoint("auth3", 3, guard),
        endpoint("passed3", 3, guard, rule),
        endpoint("hidden50", 50, guard, rule)])

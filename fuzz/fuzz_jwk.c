
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Key sets under arbitrary bytes (libFuzzer): a key that is kept is one that
 * OpenSSL and the rules of authorization.md 2.3 and 3.3 agree upon.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <openssl/err.h>
#include "tap.h"
#include "jose_mint.h"
#include "ngx_http_mcp_jwk.h"


#define must(cond)  mint_must(cond)


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
fuzz_pkey(const ngx_http_mcp_jwk_t *jwk)
{
    int      bits;
    BIGNUM  *e;

    bits = EVP_PKEY_get_bits(jwk->pkey);

    if (EVP_PKEY_is_a(jwk->pkey, "RSA")) {
        must((jwk->algs & ~(NGX_HTTP_MCP_ALG_RS|NGX_HTTP_MCP_ALG_PS)) == 0);
        must(bits >= 2048 && bits <= 16384);

        e = NULL;
        must(EVP_PKEY_get_bn_param(jwk->pkey, OSSL_PKEY_PARAM_RSA_E, &e));
        must(BN_is_odd(e) && !BN_is_one(e) && BN_num_bits(e) <= 64);
        BN_free(e);

        return;
    }

    if (EVP_PKEY_is_a(jwk->pkey, "ED25519")) {
        must(jwk->algs == NGX_HTTP_MCP_ALG_EDDSA);
        return;
    }

    must(EVP_PKEY_is_a(jwk->pkey, "EC"));

    switch (bits) {

    case 256:
        must(jwk->algs == NGX_HTTP_MCP_ALG_ES256);
        break;

    case 384:
        must(jwk->algs == NGX_HTTP_MCP_ALG_ES384);
        break;

    default:
        must(bits == 521 && jwk->algs == NGX_HTTP_MCP_ALG_ES512);
    }
}


static void
fuzz_key(const ngx_http_mcp_jwk_t *jwk, ngx_uint_t local)
{
    must(jwk->algs != 0);

    must(jwk->kid.data || jwk->kid.len == 0);
    must(jwk->x5t.data || jwk->x5t.len == 0);
    must(jwk->x5t_s256.data || jwk->x5t_s256.len == 0);
    must(jwk->issuer.data || jwk->issuer.len == 0);

    if (jwk->pkey) {
        must(jwk->secret.data == NULL && jwk->secret.len == 0);
        fuzz_pkey(jwk);
        return;
    }

    must(local && (jwk->algs & ~NGX_HTTP_MCP_ALG_HMAC) == 0);
    must(jwk->secret.len >= 32);
}


/* the input alone, or as one key that lacks its kind's other members */

static void
fuzz_set(const char *before, const uint8_t *data, size_t size,
    const char *after, ngx_uint_t local)
{
    size_t                b, a;
    ngx_int_t             rc;
    ngx_str_t             text;
    ngx_uint_t            i;
    ngx_pool_t           *pool;
    const char           *reason;
    ngx_http_mcp_jwk_t   *jwk;
    ngx_http_mcp_jwks_t   set;

    pool = tap_pool();

    b = strlen(before);
    a = strlen(after);

    text.len = b + size + a;
    text.data = malloc(text.len + 1);
    must(text.data != NULL);

    memcpy(text.data, before, b);
    memcpy(text.data + b, data, size);
    memcpy(text.data + b + size, after, a);

    reason = NULL;
    memset(&set, 0xff, sizeof(ngx_http_mcp_jwks_t));

    rc = ngx_http_mcp_jwks_parse(pool, &text, local, &set, &reason);

    free(text.data);

    must(rc == NGX_OK || rc == NGX_DECLINED);
    must(ERR_peek_error() == 0);
    must(set.keys.nelts <= NGX_HTTP_MCP_JWKS_KEYS);
    must((rc == NGX_OK) == (set.keys.nelts > 0));
    must(rc == NGX_OK || (reason && *reason));

    jwk = set.keys.elts;

    for (i = 0; i < set.keys.nelts; i++) {
        fuzz_key(&jwk[i], local);
    }

    ngx_destroy_pool(pool);
}


#define X  "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_uint_t  local;

    if (size == 0) {
        return 0;
    }

    local = data[0] & 1;

    switch (data[0] >> 1 & 7) {

    case 0:
        fuzz_set("{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" X
                 "\",", data + 1, size - 1, "}]}", local);
        break;

    case 1:
        fuzz_set("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\","
                 "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
                 "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\",",
                 data + 1, size - 1, "}]}", local);
        break;

    case 2:
        fuzz_set("{\"keys\":[{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"",
                 data + 1, size - 1, "\"}]}", local);
        break;

    case 3:
        fuzz_set("{\"keys\":[{\"kty\":\"oct\",\"k\":\"" X "\",", data + 1,
                 size - 1, "}]}", local);
        break;

    default:
        fuzz_set("", data + 1, size - 1, "", local);
    }

    return 0;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Key sets: what each key may verify, which keys are skipped, which sets are
 * refused (V-2, K-10, T24).
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <openssl/err.h>
#include "tap.h"
#include "jose_mint.h"
#include "ngx_http_mcp_jwk.h"


#define RS  (NGX_HTTP_MCP_ALG_RS256|NGX_HTTP_MCP_ALG_RS384                    \
             |NGX_HTTP_MCP_ALG_RS512)
#define PS  (NGX_HTTP_MCP_ALG_PS256|NGX_HTTP_MCP_ALG_PS384                    \
             |NGX_HTTP_MCP_ALG_PS512)

/* secrets of so many bytes */
#define K31  "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg"
#define K32  "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define K48  "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKiss" \
             "LS4v"
#define K64  "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKiss" \
             "LS4vMDEyMzQ1Njc4OTo7PD0-Pw"


static EVP_PKEY  *rsa, *small, *p256, *p384, *p521, *k256, *ed;


/* "text" is gone before the keys are looked at */

static ngx_int_t
parse(ngx_pool_t *pool, const ngx_str_t *text, ngx_uint_t local,
    ngx_http_mcp_jwks_t *set, const char **reason)
{
    ngx_int_t  rc;
    ngx_str_t  copy;

    copy = tap_exact((char *) text->data, text->len);
    *reason = NULL;

    rc = ngx_http_mcp_jwks_parse(pool, &copy, local, set, reason);

    memset(copy.data, 'X', copy.len);
    free(copy.data);

    if (ERR_peek_error() != 0) {
        ok(0, "errors were left in OpenSSL's queue");
        ERR_clear_error();
    }

    return rc;
}


/* "key" alone verifies "algs"; with 0 it is skipped */

static void
is_key(const ngx_str_t *key, ngx_uint_t local, ngx_uint_t algs,
    const char *name)
{
    int                  good;
    ngx_int_t            rc;
    ngx_str_t            text;
    ngx_pool_t          *pool;
    const char          *reason;
    ngx_http_mcp_jwk_t  *jwk;
    ngx_http_mcp_jwks_t  set;

    pool = tap_pool();

    text = mint_str(pool, "{\"keys\":[%.*s]}", (int) key->len, key->data);
    rc = parse(pool, &text, local, &set, &reason);

    if (algs) {
        good = (rc == NGX_OK && set.keys.nelts == 1 && set.skipped == 0);

        if (good) {
            jwk = set.keys.elts;
            good = (jwk->algs == algs);

            if (algs & NGX_HTTP_MCP_ALG_HMAC) {
                good &= (jwk->pkey == NULL && jwk->secret.len >= 32);

            } else {
                good &= (jwk->pkey != NULL && jwk->secret.len == 0);
            }
        }

    } else {
        good = (rc == NGX_DECLINED && set.keys.nelts == 0 && set.skipped == 1
                && reason != NULL);
    }

    ok(good, "%s: %s", name, algs ? "usable" : "skipped (K-10)");

    ngx_destroy_pool(pool);
}


static void
is_pkey(EVP_PKEY *pkey, const char *more, ngx_uint_t algs, const char *name)
{
    ngx_str_t    key;
    ngx_pool_t  *pool;

    pool = tap_pool();

    key = mint_jwk(pool, pkey, more);
    is_key(&key, 0, algs, name);

    ngx_destroy_pool(pool);
}


static void
is_text(const char *key, ngx_uint_t local, ngx_uint_t algs, const char *name)
{
    ngx_str_t  s;

    s.data = (u_char *) key;
    s.len = strlen(key);

    is_key(&s, local, algs, name);
}


static void
test_algorithms(void)
{
    size_t     i;
    ngx_str_t  name;

    static const struct {
        const char  *name;
        ngx_uint_t   bit;
    } tests[] = {
        { "RS256", NGX_HTTP_MCP_ALG_RS256 },
        { "RS384", NGX_HTTP_MCP_ALG_RS384 },
        { "RS512", NGX_HTTP_MCP_ALG_RS512 },
        { "PS256", NGX_HTTP_MCP_ALG_PS256 },
        { "PS384", NGX_HTTP_MCP_ALG_PS384 },
        { "PS512", NGX_HTTP_MCP_ALG_PS512 },
        { "ES256", NGX_HTTP_MCP_ALG_ES256 },
        { "ES384", NGX_HTTP_MCP_ALG_ES384 },
        { "ES512", NGX_HTTP_MCP_ALG_ES512 },
        { "EdDSA", NGX_HTTP_MCP_ALG_EDDSA },
        { "HS256", NGX_HTTP_MCP_ALG_HS256 },
        { "HS384", NGX_HTTP_MCP_ALG_HS384 },
        { "HS512", NGX_HTTP_MCP_ALG_HS512 }
    };

    static const char *const  none[] = {
        "", "none", "None", "NONE", "nOnE", "rs256", "Rs256", "RS256 ",
        " RS256", "RS25", "RS2560", "ES256K", "Ed448", "EDDSA", "eddsa",
        "ED25519", "RSA-OAEP", "dir", "A128KW", "ML-DSA-44", "hs256"
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        name.data = (u_char *) tests[i].name;
        name.len = strlen(tests[i].name);

        ok(ngx_http_mcp_alg_bit(&name) == tests[i].bit
           && strcmp(ngx_http_mcp_alg_name(tests[i].bit), tests[i].name) == 0,
           "\"%s\" has a bit, and that its name", tests[i].name);
    }

    ngx_str_set(&name, "Ed25519");
    ok(ngx_http_mcp_alg_bit(&name) == NGX_HTTP_MCP_ALG_EDDSA,
       "\"Ed25519\" is EdDSA");

    for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        name.data = (u_char *) none[i];
        name.len = strlen(none[i]);

        ok(ngx_http_mcp_alg_bit(&name) == 0, "\"%s\" has none (V-1)", none[i]);
    }

    ok(strcmp(ngx_http_mcp_alg_name(0), "") == 0
       && strcmp(ngx_http_mcp_alg_name(0x8000), "") == 0,
       "no name for what is no algorithm");
}


static void
test_families(void)
{
    is_pkey(rsa, "", RS|PS, "RSA without \"alg\"");
    is_pkey(p256, "", NGX_HTTP_MCP_ALG_ES256, "P-256");
    is_pkey(p384, "", NGX_HTTP_MCP_ALG_ES384, "P-384");
    is_pkey(p521, "", NGX_HTTP_MCP_ALG_ES512, "P-521");
    is_pkey(ed, "", NGX_HTTP_MCP_ALG_EDDSA, "Ed25519");

    is_pkey(k256, "", 0, "secp256k1 (T4)");
    is_pkey(small, "", 0, "RSA of 1024 bits (V-2)");
}


static void
test_alg(void)
{
    is_pkey(rsa, ",\"alg\":\"RS256\"", NGX_HTTP_MCP_ALG_RS256,
            "RSA for RS256 is for nothing else (T5)");
    is_pkey(rsa, ",\"alg\":\"RS512\"", NGX_HTTP_MCP_ALG_RS512,
            "RSA for RS512");
    is_pkey(rsa, ",\"alg\":\"PS384\"", NGX_HTTP_MCP_ALG_PS384,
            "RSA for PS384");
    is_pkey(rsa, ",\"alg\":\"R\\u0053256\"", NGX_HTTP_MCP_ALG_RS256,
            "\"alg\" with an escape");
    is_pkey(p256, ",\"alg\":\"ES256\"", NGX_HTTP_MCP_ALG_ES256,
            "P-256 for ES256");
    is_pkey(ed, ",\"alg\":\"EdDSA\"", NGX_HTTP_MCP_ALG_EDDSA, "EdDSA");
    is_pkey(ed, ",\"alg\":\"Ed25519\"", NGX_HTTP_MCP_ALG_EDDSA,
            "\"alg\": \"Ed25519\"");
    is_pkey(rsa, ",\"alg\":null", RS|PS, "\"alg\": null is as none");

    is_pkey(p256, ",\"alg\":\"ES384\"", 0, "P-256 for ES384 (T4)");
    is_pkey(p384, ",\"alg\":\"ES256\"", 0, "P-384 for ES256 (T4)");
    is_pkey(rsa, ",\"alg\":\"ES256\"", 0, "RSA for ES256");
    is_pkey(rsa, ",\"alg\":\"HS256\"", 0, "RSA for HS256 (T2)");
    is_pkey(rsa, ",\"alg\":\"none\"", 0, "RSA for none (T1)");
    is_pkey(rsa, ",\"alg\":\"\"", 0, "RSA, \"alg\" is empty");
    is_pkey(rsa, ",\"alg\":\"rs256\"", 0, "RSA for rs256");
    is_pkey(rsa, ",\"alg\":\"RS256 \"", 0, "RSA for \"RS256 \"");
    is_pkey(rsa, ",\"alg\":\"RSA-OAEP\"", 0, "RSA for RSA-OAEP");
    is_pkey(rsa, ",\"alg\":[\"RS256\"]", 0, "RSA, \"alg\" is an array");
    is_pkey(rsa, ",\"alg\":256", 0, "RSA, \"alg\" is a number");
    is_pkey(ed, ",\"alg\":\"RS256\"", 0, "Ed25519 for RS256");
}


static void
test_use(void)
{
    is_pkey(rsa, ",\"use\":\"sig\"", RS|PS, "use sig");
    is_pkey(rsa, ",\"use\":null", RS|PS, "use null");
    is_pkey(rsa, ",\"use\":\"enc\"", 0, "use enc");
    is_pkey(rsa, ",\"use\":\"SIG\"", 0, "use SIG");
    is_pkey(rsa, ",\"use\":\"\"", 0, "use empty");
    is_pkey(rsa, ",\"use\":[\"sig\"]", 0, "use an array");

    is_pkey(p256, ",\"key_ops\":[\"verify\"]", NGX_HTTP_MCP_ALG_ES256,
            "key_ops verify");
    is_pkey(p256, ",\"key_ops\":[1,\"sign\",\"verify\"]",
            NGX_HTTP_MCP_ALG_ES256, "key_ops verify among others");
    is_pkey(p256, ",\"key_ops\":[]", 0, "key_ops empty");
    is_pkey(p256, ",\"key_ops\":[\"sign\",\"Verify\"]", 0, "key_ops sign");
    is_pkey(p256, ",\"key_ops\":\"verify\"", 0, "key_ops a string");
    is_pkey(p256, ",\"key_ops\":{\"verify\":1}", 0, "key_ops an object");
    is_pkey(p256, ",\"use\":\"enc\",\"key_ops\":[\"verify\"]", 0,
            "use enc, key_ops verify");
}


static void
test_private(void)
{
    size_t       i;
    ngx_str_t    more;
    ngx_pool_t  *pool;

    static const char *const  names[] = {
        "d", "p", "q", "dp", "dq", "qi", "oth", "k"
    };

    pool = tap_pool();

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        more = mint_str(pool, ",\"%s\":\"AQAB\"", names[i]);
        is_pkey(rsa, (char *) more.data, 0, names[i]);
        is_pkey(ed, (char *) more.data, 0, names[i]);

        more = mint_str(pool, ",\"%s\":[]", names[i]);
        is_pkey(p256, (char *) more.data, 0, names[i]);

        more = mint_str(pool, ",\"%s\":null", names[i]);
        is_pkey(p256, (char *) more.data, NGX_HTTP_MCP_ALG_ES256, names[i]);
    }

    ngx_destroy_pool(pool);
}


/* a modulus of so many bits, the lowest of them "odd", under "e" */

static void
is_modulus(int bits, int zeros, int odd, const char *e, ngx_uint_t algs,
    const char *name)
{
    u_char      *n;
    size_t       size;
    ngx_str_t    key;
    ngx_pool_t  *pool;

    pool = tap_pool();

    size = zeros + (bits + 7) / 8;

    n = ngx_pcalloc(pool, size);
    memset(n + zeros, 0x55, size - zeros);

    n[zeros] = (u_char) (1 << ((bits + 7) % 8));
    n[size - 1] = (u_char) (0x54 | odd);

    key = mint_str(pool, "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\"}",
                   mint_base64url(pool, n, size).data, e);

    is_key(&key, 0, algs, name);

    ngx_destroy_pool(pool);
}


static void
test_rsa(void)
{
    is_modulus(2047, 0, 1, "AQAB", 0, "2047 bits");
    is_modulus(2048, 0, 1, "AQAB", RS|PS, "2048 bits");
    is_modulus(2048, 1, 1, "AQAB", RS|PS, "2048 bits after a zero byte");
    is_modulus(2040, 1, 1, "AQAB", 0, "2040 bits, made longer by a zero byte");
    is_modulus(3072, 0, 1, "AQAB", RS|PS, "3072 bits");
    is_modulus(4096, 0, 1, "AQAB", RS|PS, "4096 bits");
    is_modulus(16384, 0, 1, "AQAB", RS|PS, "16384 bits");
    is_modulus(16385, 0, 1, "AQAB", 0, "16385 bits");
    is_modulus(400000, 0, 1, "AQAB", 0, "400000 bits");
    is_modulus(2048, 0, 0, "AQAB", 0, "an even modulus");

    is_modulus(2048, 0, 1, "Aw", RS|PS, "e = 3");
    is_modulus(2048, 0, 1, "AAM", RS|PS, "e = 3 after a zero byte");
    is_modulus(2048, 0, 1, "AQ", 0, "e = 1");
    is_modulus(2048, 0, 1, "Ag", 0, "e = 2");
    is_modulus(2048, 0, 1, "AA", 0, "e = 0");
    is_modulus(2048, 0, 1, "", 0, "e without a byte");
    is_modulus(2048, 0, 1, "AQAC", 0, "e = 65538");
    is_modulus(2048, 0, 1, "__________8", RS|PS, "e of 64 bits");
    is_modulus(2048, 0, 1, "Af__________", 0, "e of 65 bits");
    is_modulus(2048, 0, 1, "AQAB==", 0, "e with padding (V-3)");
    is_modulus(2048, 0, 1, "AQ AB", 0, "e with a blank");
    is_modulus(2048, 0, 1, "AQA", 0, "e with unused bits");
    is_modulus(2048, 0, 1, "AQABA", 0, "e of 4n + 1 characters");
}


static void
test_rsa_members(void)
{
    is_text("{\"kty\":\"RSA\"}", 0, 0, "RSA without numbers");
    is_text("{\"kty\":\"RSA\",\"n\":\"AQAB\"}", 0, 0, "RSA without e");
    is_text("{\"kty\":\"RSA\",\"e\":\"AQAB\"}", 0, 0, "RSA without n");
    is_text("{\"kty\":\"RSA\",\"n\":\"\",\"e\":\"AQAB\"}", 0, 0, "n is empty");
    is_text("{\"kty\":\"RSA\",\"n\":65537,\"e\":\"AQAB\"}", 0, 0,
            "n is a number");
    is_text("{\"kty\":\"RSA\",\"n\":\"\\ud800\",\"e\":\"AQAB\"}", 0, 0,
            "n is a lone surrogate");
}


/* another point or coordinate than the key's own */

static void
is_point(const char *crv, EVP_PKEY *pkey, int cut, int flip, ngx_uint_t algs,
    const char *name)
{
    u_char       x[80], y[80];
    size_t       size;
    BIGNUM      *bx, *by;
    ngx_str_t    key;
    ngx_pool_t  *pool;

    pool = tap_pool();

    bx = by = NULL;
    size = mint_size(pkey);

    EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_EC_PUB_X, &bx);
    EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, &by);

    /* a zero byte in front, if "cut" is negative */

    BN_bn2binpad(bx, x, (int) size - (cut < 0 ? cut : 0));
    BN_bn2binpad(by, y, (int) size);
    BN_free(bx);
    BN_free(by);

    y[size - 1] ^= flip;

    key = mint_str(pool, "{\"kty\":\"EC\",\"crv\":\"%s\",\"x\":\"%s\","
                   "\"y\":\"%s\"}", crv,
                   mint_base64url(pool, x, size - cut).data,
                   mint_base64url(pool, y, size).data);

    is_key(&key, 0, algs, name);

    ngx_destroy_pool(pool);
}


static void
test_ec(void)
{
    is_point("P-256", p256, 0, 0, NGX_HTTP_MCP_ALG_ES256, "a point of P-256");
    is_point("P-256", p256, 0, 1, 0, "a point off P-256");
    is_point("P-384", p384, 0, 1, 0, "a point off P-384");
    is_point("P-521", p521, 0, 1, 0, "a point off P-521");
    is_point("P-256", p256, 1, 0, 0, "an x of 31 bytes");
    is_point("P-256", p256, -1, 0, 0, "an x of 33 bytes");

    is_point("P-384", p256, 0, 0, 0, "P-256 as P-384");
    is_point("P-256", p384, 0, 0, 0, "P-384 as P-256 (T4)");
    is_point("P-256", k256, 0, 0, 0, "secp256k1 as P-256 (T4)");
    is_point("secp256k1", k256, 0, 0, 0, "secp256k1");
    is_point("p-256", p256, 0, 0, 0, "crv p-256");
    is_point("prime256v1", p256, 0, 0, 0, "OpenSSL's name of P-256");
    is_point("", p256, 0, 0, 0, "crv is empty");

    is_text("{\"kty\":\"EC\",\"crv\":\"P-256\"}", 0, 0, "EC without a point");
    is_text("{\"kty\":\"EC\",\"crv\":\"P-256\","
            "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
            "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}", 0,
            NGX_HTTP_MCP_ALG_ES256, "RFC 7515 A.3");
    is_text("{\"kty\":\"EC\",\"crv\":\"P-256\","
            "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEUA\","
            "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}", 0, 0,
            "a byte behind x");
    is_text("{\"kty\":\"EC\",\"crv\":\"P-256\","
            "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
            "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0A\"}", 0, 0,
            "a byte behind y");
    is_text("{\"kty\":\"EC\",\"crv\":\"P-256\","
            "\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
            "\"y\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}", 0, 0,
            "(0, 0)");
    is_text("{\"kty\":\"EC\",\"crv\":\"P-256\","
            "\"x\":\"__________________________________________8\","
            "\"y\":\"__________________________________________8\"}", 0, 0,
            "coordinates that are not below p");
    is_text("{\"kty\":\"EC\","
            "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
            "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}", 0, 0,
            "EC without crv");
    is_text("{\"kty\":\"EC\",\"crv\":256,"
            "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
            "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}", 0, 0,
            "crv is a number");
}


static void
test_okp(void)
{
    is_text("{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
            "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}", 0,
            NGX_HTTP_MCP_ALG_EDDSA, "RFC 8037 A.2");
    is_text("{\"kty\":\"OKP\",\"crv\":\"X25519\","
            "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}", 0, 0,
            "X25519");
    is_text("{\"kty\":\"OKP\",\"crv\":\"Ed448\","
            "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}", 0, 0,
            "Ed448");
    is_text("{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
            "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUQ\"}", 0, 0,
            "an x of 31 bytes");
    is_text("{\"kty\":\"OKP\",\"crv\":\"Ed25519\"}", 0, 0, "without x");
    is_text("{\"kty\":\"EC\",\"crv\":\"Ed25519\","
            "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\","
            "\"y\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}", 0, 0,
            "Ed25519 as EC");
}


static void
test_oct(void)
{
    is_text("{\"kty\":\"oct\",\"k\":\"" K64 "\"}", 0, 0,
            "a secret from afar (V-1)");
    is_text("{\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":\"" K64 "\"}", 0, 0,
            "a secret from afar, for HS256 (V-1)");

    is_text("{\"kty\":\"oct\",\"k\":\"" K64 "\"}", 1, NGX_HTTP_MCP_ALG_HMAC,
            "a local secret of 64 bytes");
    is_text("{\"kty\":\"oct\",\"k\":\"" K48 "\"}", 1,
            NGX_HTTP_MCP_ALG_HS256|NGX_HTTP_MCP_ALG_HS384,
            "a local secret of 48 bytes (RFC 7518 3.2)");
    is_text("{\"kty\":\"oct\",\"k\":\"" K32 "\"}", 1, NGX_HTTP_MCP_ALG_HS256,
            "a local secret of 32 bytes");
    is_text("{\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":\"" K64 "\"}", 1,
            NGX_HTTP_MCP_ALG_HS256, "a local secret for HS256");

    is_text("{\"kty\":\"oct\",\"k\":\"" K31 "\"}", 1, 0,
            "a local secret of 31 bytes");
    is_text("{\"kty\":\"oct\",\"k\":\"\"}", 1, 0, "an empty secret (T3)");
    is_text("{\"kty\":\"oct\"}", 1, 0, "no secret (T3)");
    is_text("{\"kty\":\"oct\",\"k\":null}", 1, 0, "a null secret");
    is_text("{\"kty\":\"oct\",\"alg\":\"HS512\",\"k\":\"" K32 "\"}", 1, 0,
            "32 bytes for HS512");
    is_text("{\"kty\":\"oct\",\"alg\":\"RS256\",\"k\":\"" K64 "\"}", 1, 0,
            "a secret for RS256");
    is_text("{\"kty\":\"oct\",\"alg\":\"A256GCM\",\"k\":\"" K64 "\"}", 1, 0,
            "a secret for encryption");
    is_text("{\"kty\":\"oct\",\"use\":\"enc\",\"k\":\"" K64 "\"}", 1, 0,
            "a secret for encryption, by use");
}


static void
test_odd_keys(void)
{
    size_t  i;

    static const char *const  keys[] = {
        "{}", "[]", "null", "1", "\"RSA\"", "true", "{\"kty\":null}",
        "{\"kty\":\"\"}", "{\"kty\":\"rsa\"}", "{\"kty\":\"AKP\"}",
        "{\"kty\":[\"RSA\"]}", "{\"KTY\":\"RSA\"}"
    };

    for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        is_text(keys[i], 1, 0, keys[i]);
    }

    is_pkey(rsa, ",\"kid\":1", 0, "kid is a number");
    is_pkey(rsa, ",\"kid\":[\"a\"]", 0, "kid is an array");
    is_pkey(rsa, ",\"kid\":\"\\udc00\"", 0, "kid is a lone surrogate");
    is_pkey(rsa, ",\"x5t\":{}", 0, "x5t is an object");
    is_pkey(rsa, ",\"issuer\":false", 0, "issuer is a boolean");
    is_pkey(rsa, ",\"kid\":null,\"x5t\":null,\"issuer\":null,\"x5c\":null",
            RS|PS, "nulls");
    is_pkey(rsa, ",\"x5c\":[\"MII=\"],\"x5u\":\"http://a/\",\"other\":{}",
            RS|PS, "members that are not looked at");
}


static void
test_texts(void)
{
    ngx_str_t            text;
    ngx_pool_t          *pool;
    const char          *reason;
    ngx_http_mcp_jwk_t  *jwk;
    ngx_http_mcp_jwks_t  set;

    pool = tap_pool();

    text = mint_jwk(pool, p256, ",\"kid\":\"a\\/\\u00e9\",\"x5t\":\"thumb\","
                    "\"x5t#S256\":\"thumb2\","
                    "\"issuer\":\"https://a.example/{tenantid}/v2.0\"");
    text = mint_str(pool, "{\"x\":{},\"keys\":[%.*s,%.*s]}",
                    (int) text.len, text.data,
                    (int) mint_jwk(pool, ed, ",\"kid\":\"\"").len,
                    mint_jwk(pool, ed, ",\"kid\":\"\"").data);

    ok(parse(pool, &text, 0, &set, &reason) == NGX_OK && set.keys.nelts == 2,
       "a set of two");

    jwk = set.keys.elts;

    is_str(&jwk[0].kid, "a/\xc3\xa9", "kid, decoded");
    is_str(&jwk[0].x5t, "thumb", "x5t");
    is_str(&jwk[0].x5t_s256, "thumb2", "x5t#S256");
    is_str(&jwk[0].issuer, "https://a.example/{tenantid}/v2.0", "issuer");

    ok(jwk[1].kid.data != NULL && jwk[1].kid.len == 0,
       "an empty kid is not an absent one");
    ok(jwk[1].x5t.data == NULL && jwk[1].x5t_s256.data == NULL
       && jwk[1].issuer.data == NULL && jwk[1].secret.data == NULL,
       "what is absent is NULL");

    ngx_destroy_pool(pool);
}


static void
is_refused(const char *data, size_t len, const char *want)
{
    ngx_int_t            rc;
    ngx_str_t            text;
    ngx_pool_t          *pool;
    const char          *reason;
    ngx_http_mcp_jwks_t  set;

    pool = tap_pool();

    text.data = (u_char *) data;
    text.len = len;

    rc = parse(pool, &text, 1, &set, &reason);

    ok(rc == NGX_DECLINED && reason && strcmp(reason, want) == 0
       && set.keys.nelts == 0, "refused as \"%s\": %.60s", want, data);

    if (reason == NULL || strcmp(reason, want) != 0) {
        printf("# reason: %s\n", reason ? reason : "NULL");
    }

    ngx_destroy_pool(pool);
}


static void
test_sets(void)
{
    size_t  i;
    char    deep[100];

    static const struct {
        const char  *text;
        const char  *reason;
    } tests[] = {
        { "", "not JSON" },
        { "{", "not JSON" },
        { "{\"keys\":[]} ,", "not JSON" },
        { "{\"keys\":[],}", "not JSON" },
        { "<html>", "not JSON" },
        { "\xef\xbb\xbf{\"keys\":[]}", "not JSON" },
        { "{\"keys\":[],\"a\":\"\xff\"}", "not UTF-8" },
        { "{\"keys\":[],\"keys\":[]}", "a member name twice" },
        { "{\"keys\":[],\"\\u006beys\":[]}", "a member name twice" },
        { "{\"keys\":[{\"kty\":\"oct\",\"kty\":\"RSA\"}]}",
          "a member name twice" },
        { "[]", "without an array \"keys\"" },
        { "null", "without an array \"keys\"" },
        { "\"keys\"", "without an array \"keys\"" },
        { "{}", "without an array \"keys\"" },
        { "{\"Keys\":[]}", "without an array \"keys\"" },
        { "{\"keys\":{}}", "without an array \"keys\"" },
        { "{\"keys\":null}", "without an array \"keys\"" },
        { "{\"keys\":\"\"}", "without an array \"keys\"" },
        { "{\"keys\":[]}", "no key of the set is usable" },
        { " { \"keys\" : [ ] }\r\n", "no key of the set is usable" },
        { "{\"keys\":[{},{}]}", "no key of the set is usable" }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        is_refused(tests[i].text, strlen(tests[i].text), tests[i].reason);
    }

    is_refused("{\"keys\":[]}\0", 12, "not JSON");

    snprintf(deep, sizeof(deep), "{\"keys\":[%s1%s]}", "[[[[[[[[[[[[[[",
             "]]]]]]]]]]]]]]");
    is_refused(deep, strlen(deep), "no key of the set is usable");

    snprintf(deep, sizeof(deep), "{\"keys\":[%s1%s]}", "[[[[[[[[[[[[[[[",
             "]]]]]]]]]]]]]]]");
    is_refused(deep, strlen(deep), "nested too deep");
}


/* a set of "n" times a key, filled up to "size" bytes */

static ngx_str_t
many(ngx_pool_t *pool, const ngx_str_t *key, ngx_uint_t n, size_t size)
{
    u_char      *p;
    ngx_str_t    text;
    ngx_uint_t   i;

    text.data = ngx_pnalloc(pool, n * (key->len + 1) + size + 100);

    p = ngx_cpymem(text.data, "{\"keys\":[", sizeof("{\"keys\":[") - 1);

    for (i = 0; i < n; i++) {
        p = ngx_cpymem(p, key->data, key->len);
        *p++ = ',';
    }

    p[-1] = ']';
    *p++ = '}';

    while ((size_t) (p - text.data) < size) {
        *p++ = ' ';
    }

    text.len = p - text.data;

    return text;
}


static void
test_limits(void)
{
    ngx_str_t            key, text;
    ngx_pool_t          *pool;
    const char          *reason;
    ngx_http_mcp_jwks_t  set;

    pool = tap_pool();

    key = mint_jwk(pool, ed, "");

    text = many(pool, &key, 1, NGX_HTTP_MCP_JWKS_SIZE);
    ok(parse(pool, &text, 0, &set, &reason) == NGX_OK, "a set of 256k");

    text = many(pool, &key, 1, NGX_HTTP_MCP_JWKS_SIZE + 1);
    ok(parse(pool, &text, 0, &set, &reason) == NGX_DECLINED
       && strcmp(reason, "larger than 256k") == 0,
       "a larger one is refused (T24)");

    text = many(pool, &key, 64, 0);
    ok(parse(pool, &text, 0, &set, &reason) == NGX_OK
       && set.keys.nelts == 64 && set.skipped == 0, "64 keys");

    text = many(pool, &key, 1000, 0);
    ok(parse(pool, &text, 0, &set, &reason) == NGX_OK
       && set.keys.nelts == 64 && set.skipped == 936,
       "of 1000 keys 64 are kept (T24)");

    key = mint_str(pool, "{\"kty\":\"RSA\",\"use\":\"enc\"}");
    text = many(pool, &key, 200, 0);
    text = mint_str(pool, "%.*s,%s]}", (int) text.len - 2, text.data,
                    mint_jwk(pool, p256, "").data);
    ok(parse(pool, &text, 0, &set, &reason) == NGX_OK
       && set.keys.nelts == 1 && set.skipped == 200,
       "keys that are skipped do not count (K-10)");

    ngx_destroy_pool(pool);
}


/* the pool has a reference to each key, and gives it back */

static void
test_freed(void)
{
    EVP_PKEY            *pkey;
    ngx_str_t            text;
    ngx_pool_t          *pool, *keys;
    const char          *reason;
    ngx_http_mcp_jwk_t  *jwk;
    ngx_http_mcp_jwks_t  set;

    pool = tap_pool();
    keys = tap_pool();

    text = mint_jwk(pool, p256, "");
    text = many(pool, &text, 3, 0);

    ok(parse(keys, &text, 0, &set, &reason) == NGX_OK, "three keys");

    jwk = set.keys.elts;
    pkey = jwk[2].pkey;

    EVP_PKEY_up_ref(pkey);
    ngx_destroy_pool(keys);

    ok(EVP_PKEY_eq(pkey, p256) == 1, "the key is that of the set");

    EVP_PKEY_free(pkey);

    ngx_destroy_pool(pool);
}


int
main(void)
{
    rsa = mint_pkey("RSA", 2048);
    small = mint_pkey("RSA", 1024);
    p256 = mint_pkey("P-256", 0);
    p384 = mint_pkey("P-384", 0);
    p521 = mint_pkey("P-521", 0);
    k256 = mint_pkey("secp256k1", 0);
    ed = mint_pkey("ED25519", 0);

    test_algorithms();
    test_families();
    test_alg();
    test_use();
    test_private();
    test_rsa();
    test_rsa_members();
    test_ec();
    test_okp();
    test_oct();
    test_odd_keys();
    test_texts();
    test_sets();
    test_limits();
    test_freed();

    EVP_PKEY_free(rsa);
    EVP_PKEY_free(small);
    EVP_PKEY_free(p256);
    EVP_PKEY_free(p384);
    EVP_PKEY_free(p521);
    EVP_PKEY_free(k256);
    EVP_PKEY_free(ed);

    return tap_done();
}

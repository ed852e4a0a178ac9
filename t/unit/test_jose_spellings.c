
/*
 * Copyright (C) mcp-nginx contributors
 *
 * A signature has one spelling: no number of it can be written longer,
 * shorter or larger (T14).  All numbers that OpenSSL makes verify.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <openssl/err.h>
#include "tap.h"
#include "jose_mint.h"
#include "ngx_http_mcp_jose.h"


static EVP_PKEY  *rsa, *p256, *p384, *p521;


static const struct {
    const char  *alg;
    ngx_uint_t   bit;
    EVP_PKEY   **pkey;
    int          times;                    /* to sign */
} curves[] = {
    { "ES256", NGX_HTTP_MCP_ALG_ES256, &p256, 3000 },
    { "ES384", NGX_HTTP_MCP_ALG_ES384, &p384, 200 },
    { "ES512", NGX_HTTP_MCP_ALG_ES512, &p521, 200 }
};


static ngx_http_mcp_jwks_t
set_of(ngx_pool_t *pool, EVP_PKEY *pkey)
{
    ngx_str_t            text;
    const char          *reason;
    ngx_http_mcp_jwks_t  set;

    text = mint_str(pool, "{\"keys\":[%s]}", mint_jwk(pool, pkey, "").data);

    mint_must(ngx_http_mcp_jwks_parse(pool, &text, 0, &set, &reason)
              == NGX_OK);

    return set;
}


static ngx_int_t
verify(const ngx_http_mcp_jws_t *jws, const ngx_http_mcp_jwk_t *jwk)
{
    ngx_int_t           rc;
    ngx_str_t           signature;
    ngx_http_mcp_jws_t  copy;

    copy = *jws;

    signature = tap_exact((char *) jws->signature, jws->signature_len);
    copy.signature = signature.data;

    rc = ngx_http_mcp_jws_verify(&copy, jwk);

    free(signature.data);

    if (ERR_peek_error() != 0) {
        ok(0, "errors were left in OpenSSL's queue");
        ERR_clear_error();
    }

    return rc;
}


/* a token "alg" with something to vary: text number "i" */

static void
sign_another(ngx_pool_t *pool, const char *alg, EVP_PKEY *pkey, int i,
    ngx_http_mcp_jws_t *jws)
{
    ngx_str_t  signature;

    jws->text = mint_str(pool, "text %d", i);

    signature = mint_sign(pool, alg, pkey, &jws->text, NULL);
    jws->signature = signature.data;
    jws->signature_len = signature.len;
}


/* one number, several byte strings */

static void
test_rsa_spellings(void)
{
    int                  i;
    u_char               sum[256];
    BIGNUM              *n, *s;
    ngx_str_t            name;
    ngx_pool_t          *pool;
    ngx_uint_t           k, cut, added, wrong;
    ngx_http_mcp_jws_t   jws;
    ngx_http_mcp_jwk_t  *jwk;
    ngx_http_mcp_jwks_t  set;

    static const char *const  algs[] = { "RS256", "PS256" };

    n = NULL;
    EVP_PKEY_get_bn_param(rsa, OSSL_PKEY_PARAM_RSA_N, &n);

    for (k = 0; k < 2; k++) {
        pool = tap_pool();
        cut = added = wrong = 0;

        set = set_of(pool, rsa);
        jwk = set.keys.elts;

        name.data = (u_char *) algs[k];
        name.len = 5;
        jws.alg = ngx_http_mcp_alg_bit(&name);

        for (i = 0; i < 3000 && (cut == 0 || added == 0); i++) {
            sign_another(pool, algs[k], rsa, i, &jws);

            if (verify(&jws, jwk) != NGX_OK) {
                wrong++;
            }

            s = BN_bin2bn(jws.signature, 256, NULL);
            BN_add(s, s, n);

            if (jws.signature[0] == 0) {
                cut++;
                jws.signature++;
                jws.signature_len--;
                wrong += (verify(&jws, jwk) != NGX_DECLINED);
            }

            if (BN_num_bytes(s) <= 256) {
                added++;
                BN_bn2binpad(s, sum, 256);
                jws.signature = sum;
                jws.signature_len = 256;
                wrong += (verify(&jws, jwk) != NGX_DECLINED);
            }

            BN_free(s);
        }

        ok(cut && wrong == 0, "%s: a zero in front is not left out (T14)",
           algs[k]);
        ok(wrong == 0, "%s: the modulus is not added, %d times (T14)",
           algs[k], (int) added);

        ngx_destroy_pool(pool);
    }

    BN_free(n);
}


/* all lengths that r and s may have */

static void
test_ecdsa_integers(void)
{
    int                  i;
    ngx_pool_t          *pool;
    ngx_uint_t           k, wrong, zeros;
    ngx_http_mcp_jws_t   jws;
    ngx_http_mcp_jwks_t  set;

    for (k = 0; k < 3; k++) {
        pool = tap_pool();
        wrong = zeros = 0;

        set = set_of(pool, *curves[k].pkey);
        jws.alg = curves[k].bit;

        for (i = 0; i < curves[k].times; i++) {
            sign_another(pool, curves[k].alg, *curves[k].pkey, i, &jws);

            zeros += (jws.signature[0] == 0);
            wrong += (verify(&jws, set.keys.elts) != NGX_OK);
        }

        ok(wrong == 0, "%s: %d signatures, %d with zeros", curves[k].alg,
           curves[k].times, (int) zeros);

        ngx_destroy_pool(pool);
    }
}


/* "part" 0 is r, 1 is s: set to a number, or to its sum with one */

static ngx_int_t
verify_integer(const ngx_http_mcp_jws_t *good, const ngx_http_mcp_jwk_t *jwk,
    ngx_uint_t part, const BIGNUM *number, int sum)
{
    u_char              signature[132];
    size_t              size;
    BIGNUM             *n;
    ngx_http_mcp_jws_t  jws;

    jws = *good;
    size = jws.signature_len / 2;

    memcpy(signature, jws.signature, jws.signature_len);
    jws.signature = signature;

    n = BN_bin2bn(signature + part * size, (int) size, NULL);

    if (sum > 0) {
        BN_add(n, n, number);

    } else if (sum < 0) {
        BN_sub(n, number, n);

    } else {
        BN_copy(n, number);
    }

    mint_must(BN_bn2binpad(n, signature + part * size, (int) size)
              == (int) size);
    BN_free(n);

    return verify(&jws, jwk);
}


static void
test_ecdsa_range(void)
{
    BIGNUM              *order, *n;
    ngx_pool_t          *pool;
    ngx_uint_t           k, part, wrong;
    ngx_http_mcp_jws_t   jws;
    ngx_http_mcp_jwk_t  *jwk;
    ngx_http_mcp_jwks_t  set;

    for (k = 0; k < 3; k++) {
        pool = tap_pool();
        wrong = 0;

        set = set_of(pool, *curves[k].pkey);
        jwk = set.keys.elts;

        jws.alg = curves[k].bit;
        sign_another(pool, curves[k].alg, *curves[k].pkey, 0, &jws);

        order = NULL;
        EVP_PKEY_get_bn_param(*curves[k].pkey, OSSL_PKEY_PARAM_EC_ORDER,
                              &order);
        n = BN_new();

        for (part = 0; part < 2; part++) {
            BN_zero(n);
            wrong += (verify_integer(&jws, jwk, part, n, 0) != NGX_DECLINED);
            BN_one(n);
            wrong += (verify_integer(&jws, jwk, part, n, 0) != NGX_DECLINED);

            BN_copy(n, order);
            wrong += (verify_integer(&jws, jwk, part, n, 0) != NGX_DECLINED);
            BN_sub_word(n, 1);
            wrong += (verify_integer(&jws, jwk, part, n, 0) != NGX_DECLINED);
            BN_add_word(n, 2);
            wrong += (verify_integer(&jws, jwk, part, n, 0) != NGX_DECLINED);

            /* there is room for it in 66 bytes only */

            if (jws.signature_len == 132) {
                wrong += (verify_integer(&jws, jwk, part, order, 1)
                          != NGX_DECLINED);
            }
        }

        ok(wrong == 0, "%s: zero, the order and more are refused",
           curves[k].alg);

        /* ECDSA's own: whoever has a token can write it in two ways */

        ok(verify_integer(&jws, jwk, 1, order, -1) == NGX_OK,
           "%s: -s is as good as s", curves[k].alg);

        BN_free(n);
        BN_free(order);
        ngx_destroy_pool(pool);
    }
}


int
main(void)
{
    rsa = mint_pkey("RSA", 2048);
    p256 = mint_pkey("P-256", 0);
    p384 = mint_pkey("P-384", 0);
    p521 = mint_pkey("P-521", 0);

    test_rsa_spellings();
    test_ecdsa_integers();
    test_ecdsa_range();

    EVP_PKEY_free(rsa);
    EVP_PKEY_free(p256);
    EVP_PKEY_free(p384);
    EVP_PKEY_free(p521);

    return tap_done();
}

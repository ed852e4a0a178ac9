
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Public keys of OpenSSL out of numbers.  Called by ngx_http_mcp_jwk.c for
 * each key of a set; owns nothing, keys belong to the caller.
 *
 * What OpenSSL would let pass is refused here: small and even moduli, even
 * exponents, coordinates of another length.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include "ngx_http_mcp_jwk_key.h"


static ngx_uint_t ngx_http_mcp_jwk_key_rsa_fits(const BIGNUM *n,
    const BIGNUM *e);
static EVP_PKEY *ngx_http_mcp_jwk_key_make(const char *type,
    OSSL_PARAM *params);
static ngx_uint_t ngx_http_mcp_jwk_key_on_curve(EVP_PKEY *pkey);


EVP_PKEY *
ngx_http_mcp_jwk_key_rsa(const ngx_str_t *n, const ngx_str_t *e)
{
    BIGNUM          *bn, *be;
    EVP_PKEY        *pkey;
    OSSL_PARAM      *params;
    OSSL_PARAM_BLD  *bld;

    pkey = NULL;
    params = NULL;

    bn = BN_bin2bn(n->data, (int) n->len, NULL);
    be = BN_bin2bn(e->data, (int) e->len, NULL);
    bld = OSSL_PARAM_BLD_new();

    if (bn && be && bld && ngx_http_mcp_jwk_key_rsa_fits(bn, be)
        && OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, bn)
        && OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, be))
    {
        params = OSSL_PARAM_BLD_to_param(bld);
    }

    if (params) {
        pkey = ngx_http_mcp_jwk_key_make("RSA", params);
    }

    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(bld);
    BN_free(be);
    BN_free(bn);

    return pkey;
}


static ngx_uint_t
ngx_http_mcp_jwk_key_rsa_fits(const BIGNUM *n, const BIGNUM *e)
{
    int  bits;

    bits = BN_num_bits(n);

    if (bits < NGX_HTTP_MCP_JWK_RSA_MIN || bits > NGX_HTTP_MCP_JWK_RSA_MAX
        || !BN_is_odd(n))
    {
        return 0;
    }

    /* one: what is signed is its own signature */

    return BN_is_odd(e) && !BN_is_one(e)
           && BN_num_bits(e) <= NGX_HTTP_MCP_JWK_EXPONENT;
}


EVP_PKEY *
ngx_http_mcp_jwk_key_ec(const char *group, size_t size, const ngx_str_t *x,
    const ngx_str_t *y)
{
    u_char           point[1 + 2 * NGX_HTTP_MCP_JWK_POINT], *p;
    EVP_PKEY        *pkey;
    OSSL_PARAM       params[3];

    if (x->len != size || y->len != size || size > NGX_HTTP_MCP_JWK_POINT) {
        return NULL;
    }

    point[0] = POINT_CONVERSION_UNCOMPRESSED;
    p = ngx_cpymem(point + 1, x->data, size);
    p = ngx_cpymem(p, y->data, size);

    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
                                                 (char *) group, 0);
    params[1] = OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
                                                  point, p - point);
    params[2] = OSSL_PARAM_construct_end();

    pkey = ngx_http_mcp_jwk_key_make("EC", params);

    if (pkey && !ngx_http_mcp_jwk_key_on_curve(pkey)) {
        EVP_PKEY_free(pkey);
        return NULL;
    }

    return pkey;
}


EVP_PKEY *
ngx_http_mcp_jwk_key_ed25519(const ngx_str_t *x)
{
    if (x->len != NGX_HTTP_MCP_JWK_ED25519) {
        return NULL;
    }

    return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, x->data,
                                       x->len);
}


static EVP_PKEY *
ngx_http_mcp_jwk_key_make(const char *type, OSSL_PARAM *params)
{
    EVP_PKEY      *pkey;
    EVP_PKEY_CTX  *ctx;

    pkey = NULL;

    ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);

    if (ctx && EVP_PKEY_fromdata_init(ctx) == 1
        && EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
    {
        EVP_PKEY_free(pkey);
        pkey = NULL;
    }

    EVP_PKEY_CTX_free(ctx);

    return pkey;
}


static ngx_uint_t
ngx_http_mcp_jwk_key_on_curve(EVP_PKEY *pkey)
{
    int            rc;
    EVP_PKEY_CTX  *ctx;

    ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);

    rc = ctx ? EVP_PKEY_public_check(ctx) : 0;

    EVP_PKEY_CTX_free(ctx);

    return rc == 1;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Checks signatures of JSON Web Signatures by OpenSSL.  Called in the access
 * phase with a key that fits; owns nothing.
 *
 * A signature has one length, so that none can be respelled by dropping or
 * adding zeros.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>
#include "ngx_http_mcp_jose.h"


#define NGX_HTTP_MCP_JWS_EDDSA    64       /* bytes of a signature */
#define NGX_HTTP_MCP_JWS_INTEGER  66       /* bytes of r or s of ES512 */

/* two integers, each with two bytes in front and a zero; three before them */
#define NGX_HTTP_MCP_JWS_DER      (3 + 2 * (3 + NGX_HTTP_MCP_JWS_INTEGER))


/* a group that ECDSA counts in: r and s are below its order */

typedef struct {
    ngx_uint_t   alg;
    size_t       size;
    u_char       order[NGX_HTTP_MCP_JWS_INTEGER];
} ngx_http_mcp_jws_group_t;


static ngx_int_t ngx_http_mcp_jws_mac(const ngx_http_mcp_jws_t *jws,
    const ngx_http_mcp_jwk_t *jwk);
static ngx_int_t ngx_http_mcp_jws_whole(const ngx_http_mcp_jws_t *jws,
    const ngx_http_mcp_jwk_t *jwk, size_t len);
static ngx_int_t ngx_http_mcp_jws_ecdsa(const ngx_http_mcp_jws_t *jws,
    const ngx_http_mcp_jwk_t *jwk);
static const ngx_http_mcp_jws_group_t *ngx_http_mcp_jws_group(ngx_uint_t alg);
static u_char *ngx_http_mcp_jws_integer(u_char *dst, const u_char *src,
    const ngx_http_mcp_jws_group_t *group);
static ngx_int_t ngx_http_mcp_jws_digest(const ngx_http_mcp_jws_t *jws,
    const ngx_http_mcp_jwk_t *jwk, const u_char *signature, size_t len);
static ngx_int_t ngx_http_mcp_jws_prepare(ngx_http_mcp_jwk_ready_t *ready,
    ngx_uint_t alg);
static ngx_int_t ngx_http_mcp_jws_eddsa(const ngx_http_mcp_jws_t *jws,
    const ngx_http_mcp_jwk_t *jwk);
static ngx_int_t ngx_http_mcp_jws_pss(EVP_PKEY_CTX *ctx, const EVP_MD *md);
static const EVP_MD *ngx_http_mcp_jws_hash(ngx_uint_t alg);


static const ngx_http_mcp_jws_group_t  ngx_http_mcp_jws_groups[] = {

    { NGX_HTTP_MCP_ALG_ES256, 32,
      { 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84,
        0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51 } },

    { NGX_HTTP_MCP_ALG_ES384, 48,
      { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37, 0x2d, 0xdf,
        0x58, 0x1a, 0x0d, 0xb2, 0x48, 0xb0, 0xa7, 0x7a,
        0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73 } },

    { NGX_HTTP_MCP_ALG_ES512, 66,
      { 0x01, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfa,
        0x51, 0x86, 0x87, 0x83, 0xbf, 0x2f, 0x96, 0x6b,
        0x7f, 0xcc, 0x01, 0x48, 0xf7, 0x09, 0xa5, 0xd0,
        0x3b, 0xb5, 0xc9, 0xb8, 0x89, 0x9c, 0x47, 0xae,
        0xbb, 0x6f, 0xb7, 0x1e, 0x91, 0x38, 0x64, 0x09 } },

    { 0, 0, { 0 } }
};


ngx_int_t
ngx_http_mcp_jws_verify(const ngx_http_mcp_jws_t *jws,
    const ngx_http_mcp_jwk_t *jwk)
{
    ngx_int_t  rc;

    if ((jwk->algs & jws->alg) == 0) {
        return NGX_DECLINED;
    }

    if (jws->alg & NGX_HTTP_MCP_ALG_HMAC) {
        rc = ngx_http_mcp_jws_mac(jws, jwk);

    } else if (jwk->pkey == NULL) {
        rc = NGX_DECLINED;

    } else if (jws->alg & (NGX_HTTP_MCP_ALG_RS|NGX_HTTP_MCP_ALG_PS)) {
        rc = ngx_http_mcp_jws_whole(jws, jwk, EVP_PKEY_get_size(jwk->pkey));

    } else if (jws->alg == NGX_HTTP_MCP_ALG_EDDSA) {
        rc = ngx_http_mcp_jws_eddsa(jws, jwk);

    } else {
        rc = ngx_http_mcp_jws_ecdsa(jws, jwk);
    }

    /* what was refused would be taken for an error of the TLS connection */

    ERR_clear_error();

    return rc;
}


static ngx_int_t
ngx_http_mcp_jws_mac(const ngx_http_mcp_jws_t *jws,
    const ngx_http_mcp_jwk_t *jwk)
{
    u_char         mac[EVP_MAX_MD_SIZE];
    unsigned int   len;
    const EVP_MD  *md;

    md = ngx_http_mcp_jws_hash(jws->alg);

    if (md == NULL || jwk->pkey || jwk->secret.len == 0) {
        return NGX_DECLINED;
    }

    if (HMAC(md, jwk->secret.data, (int) jwk->secret.len, jws->text.data,
             jws->text.len, mac, &len)
        == NULL)
    {
        return NGX_ERROR;
    }

    if (jws->signature_len != len
        || CRYPTO_memcmp(mac, jws->signature, len) != 0)
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/* a signature that OpenSSL takes as it is, of "len" bytes */

static ngx_int_t
ngx_http_mcp_jws_whole(const ngx_http_mcp_jws_t *jws,
    const ngx_http_mcp_jwk_t *jwk, size_t len)
{
    if (jws->signature_len != len) {
        return NGX_DECLINED;
    }

    return ngx_http_mcp_jws_digest(jws, jwk, jws->signature, len);
}


/* RFC 7518 3.4: r and s in full length; OpenSSL wants them in DER */

static ngx_int_t
ngx_http_mcp_jws_ecdsa(const ngx_http_mcp_jws_t *jws,
    const ngx_http_mcp_jwk_t *jwk)
{
    u_char                           der[NGX_HTTP_MCP_JWS_DER], *start, *p;
    size_t                           len;
    const ngx_http_mcp_jws_group_t  *group;

    group = ngx_http_mcp_jws_group(jws->alg);

    if (group == NULL || jws->signature_len != 2 * group->size) {
        return NGX_DECLINED;
    }

    /* room for SEQUENCE and its length, which has a byte or two */

    start = der + 3;

    p = ngx_http_mcp_jws_integer(start, jws->signature, group);
    if (p == NULL) {
        return NGX_DECLINED;
    }

    p = ngx_http_mcp_jws_integer(p, jws->signature + group->size, group);
    if (p == NULL) {
        return NGX_DECLINED;
    }

    len = p - start;

    *--start = (u_char) len;

    if (len > 0x7f) {
        *--start = 0x81;
    }

    *--start = 0x30;

    return ngx_http_mcp_jws_digest(jws, jwk, start, p - start);
}


static const ngx_http_mcp_jws_group_t *
ngx_http_mcp_jws_group(ngx_uint_t alg)
{
    const ngx_http_mcp_jws_group_t  *group;

    for (group = ngx_http_mcp_jws_groups; group->alg; group++) {
        if (group->alg == alg) {
            return group;
        }
    }

    return NULL;
}


/* writes an INTEGER; NULL: zero, or not below the group's order */

static u_char *
ngx_http_mcp_jws_integer(u_char *dst, const u_char *src,
    const ngx_http_mcp_jws_group_t *group)
{
    size_t  len;

    len = group->size;

    if (ngx_memcmp(src, group->order, len) >= 0) {
        return NULL;
    }

    while (len && *src == 0) {
        src++;
        len--;
    }

    if (len == 0) {
        return NULL;
    }

    *dst++ = 0x02;

    if (*src & 0x80) {
        *dst++ = (u_char) (len + 1);
        *dst++ = 0x00;

    } else {
        *dst++ = (u_char) len;
    }

    return ngx_cpymem(dst, src, len);
}


static ngx_int_t
ngx_http_mcp_jws_digest(const ngx_http_mcp_jws_t *jws,
    const ngx_http_mcp_jwk_t *jwk, const u_char *signature, size_t len)
{
    u_char                     digest[EVP_MAX_MD_SIZE];
    unsigned int               size;
    ngx_http_mcp_jwk_ready_t  *ready;

    ready = jwk->ready;

    if (ready->alg != jws->alg
        && ngx_http_mcp_jws_prepare(ready, jws->alg) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (EVP_DigestInit_ex2(ready->md, NULL, NULL) != 1
        || EVP_DigestUpdate(ready->md, jws->text.data, jws->text.len) != 1
        || EVP_DigestFinal_ex(ready->md, digest, &size) != 1)
    {
        return NGX_ERROR;
    }

    return (EVP_PKEY_verify(ready->verify, signature, len, digest, size) == 1)
           ? NGX_OK : NGX_DECLINED;
}


/* a key verifies one algorithm, but for RSA keys without "alg" */

static ngx_int_t
ngx_http_mcp_jws_prepare(ngx_http_mcp_jwk_ready_t *ready, ngx_uint_t alg)
{
    const EVP_MD  *md;

    ready->alg = 0;

    EVP_PKEY_CTX_free(ready->verify);
    EVP_MD_CTX_free(ready->md);

    md = ngx_http_mcp_jws_hash(alg);

    ready->md = EVP_MD_CTX_new();
    ready->verify = EVP_PKEY_CTX_new_from_pkey(NULL, ready->pkey, NULL);

    if (md == NULL || ready->md == NULL || ready->verify == NULL
        || EVP_DigestInit_ex2(ready->md, md, NULL) != 1
        || EVP_PKEY_verify_init(ready->verify) != 1
        || EVP_PKEY_CTX_set_signature_md(ready->verify, md) != 1
        || ((alg & NGX_HTTP_MCP_ALG_PS)
            && ngx_http_mcp_jws_pss(ready->verify, md) != NGX_OK))
    {
        return NGX_ERROR;
    }

    ready->alg = alg;

    return NGX_OK;
}


/*
 * It hashes by itself, and has no digest that could be signed: a context that
 * is ready is copied, for which OpenSSL needs not look up anything.
 */

static ngx_int_t
ngx_http_mcp_jws_eddsa(const ngx_http_mcp_jws_t *jws,
    const ngx_http_mcp_jwk_t *jwk)
{
    ngx_int_t                  rc;
    EVP_MD_CTX                *ctx;
    ngx_http_mcp_jwk_ready_t  *ready;

    if (jws->signature_len != NGX_HTTP_MCP_JWS_EDDSA) {
        return NGX_DECLINED;
    }

    ready = jwk->ready;

    if (ready->md == NULL) {
        ready->md = EVP_MD_CTX_new();

        if (ready->md == NULL
            || EVP_DigestVerifyInit(ready->md, NULL, NULL, NULL, ready->pkey)
               != 1)
        {
            EVP_MD_CTX_free(ready->md);
            ready->md = NULL;
            return NGX_ERROR;
        }
    }

    ctx = EVP_MD_CTX_new();

    if (ctx == NULL || EVP_MD_CTX_copy_ex(ctx, ready->md) != 1) {
        EVP_MD_CTX_free(ctx);
        return NGX_ERROR;
    }

    rc = (EVP_DigestVerify(ctx, jws->signature, jws->signature_len,
                           jws->text.data, jws->text.len)
          == 1) ? NGX_OK : NGX_DECLINED;

    EVP_MD_CTX_free(ctx);

    return rc;
}


/* RFC 7518 3.5 */

static ngx_int_t
ngx_http_mcp_jws_pss(EVP_PKEY_CTX *ctx, const EVP_MD *md)
{
    if (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1
        && EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, md) == 1
        && EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) == 1)
    {
        return NGX_OK;
    }

    return NGX_ERROR;
}


static const EVP_MD *
ngx_http_mcp_jws_hash(ngx_uint_t alg)
{
    switch (alg) {

    case NGX_HTTP_MCP_ALG_RS256:
    case NGX_HTTP_MCP_ALG_PS256:
    case NGX_HTTP_MCP_ALG_ES256:
    case NGX_HTTP_MCP_ALG_HS256:
        return EVP_sha256();

    case NGX_HTTP_MCP_ALG_RS384:
    case NGX_HTTP_MCP_ALG_PS384:
    case NGX_HTTP_MCP_ALG_ES384:
    case NGX_HTTP_MCP_ALG_HS384:
        return EVP_sha384();

    case NGX_HTTP_MCP_ALG_RS512:
    case NGX_HTTP_MCP_ALG_PS512:
    case NGX_HTTP_MCP_ALG_ES512:
    case NGX_HTTP_MCP_ALG_HS512:
        return EVP_sha512();

    default: /* NGX_HTTP_MCP_ALG_EDDSA, or more than one */
        return NULL;
    }
}

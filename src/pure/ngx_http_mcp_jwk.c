
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Key sets: which of their keys may verify tokens, and with what algorithms.
 * Called by the key store with what it fetched and with the operator's
 * files; keys and texts belong to the caller's pool.
 *
 * One exotic key does not reject the set: Keycloak publishes a key for
 * encryption beside that for signatures.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <openssl/err.h>
#include "ngx_http_mcp_base64url.h"
#include "ngx_http_mcp_json_scan.h"
#include "ngx_http_mcp_jwk.h"
#include "ngx_http_mcp_jwk_key.h"


#define NGX_HTTP_MCP_JWKS_DEPTH  16


typedef enum {
    NGX_HTTP_MCP_JWK_KTY = 0,
    NGX_HTTP_MCP_JWK_CRV,
    NGX_HTTP_MCP_JWK_USE,
    NGX_HTTP_MCP_JWK_KEY_OPS,
    NGX_HTTP_MCP_JWK_ALG,
    NGX_HTTP_MCP_JWK_KID,
    NGX_HTTP_MCP_JWK_X5T,
    NGX_HTTP_MCP_JWK_X5T_S256,
    NGX_HTTP_MCP_JWK_ISSUER,
    NGX_HTTP_MCP_JWK_N,
    NGX_HTTP_MCP_JWK_E,
    NGX_HTTP_MCP_JWK_X,
    NGX_HTTP_MCP_JWK_Y,
    NGX_HTTP_MCP_JWK_K,                    /* from here on: private, where
                                              there is a public part */
    NGX_HTTP_MCP_JWK_D,
    NGX_HTTP_MCP_JWK_P,
    NGX_HTTP_MCP_JWK_Q,
    NGX_HTTP_MCP_JWK_DP,
    NGX_HTTP_MCP_JWK_DQ,
    NGX_HTTP_MCP_JWK_QI,
    NGX_HTTP_MCP_JWK_OTH,
    NGX_HTTP_MCP_JWK_MEMBERS
} ngx_http_mcp_jwk_member_e;


typedef struct {
    ngx_str_t    name;
    ngx_uint_t   bit;
} ngx_http_mcp_alg_t;


typedef struct ngx_http_mcp_jwk_kind_s  ngx_http_mcp_jwk_kind_t;

/* fills jwk->pkey, or jwk->secret and what fits it of jwk->algs */
typedef ngx_int_t (*ngx_http_mcp_jwk_make_pt)(ngx_pool_t *pool,
    const ngx_http_mcp_jwk_kind_t *kind, const ngx_http_mcp_json_t *member,
    ngx_http_mcp_jwk_t *jwk);

struct ngx_http_mcp_jwk_kind_s {
    ngx_str_t                 kty;
    ngx_str_t                 crv;         /* empty: has none */
    ngx_uint_t                algs;
    size_t                    size;        /* of a coordinate */
    ngx_http_mcp_jwk_make_pt  make;
};


static ngx_int_t ngx_http_mcp_jwks_scan(const ngx_str_t *text,
    ngx_http_mcp_json_t *keys, const char **reason);
static ngx_int_t ngx_http_mcp_jwk_read(ngx_pool_t *pool,
    const ngx_http_mcp_json_t *value, ngx_uint_t local,
    ngx_http_mcp_jwk_t *jwk);
static const ngx_http_mcp_jwk_kind_t *ngx_http_mcp_jwk_kind(
    const ngx_http_mcp_json_t *member, ngx_uint_t local);
static ngx_uint_t ngx_http_mcp_jwk_is(const ngx_http_mcp_json_t *member,
    const ngx_str_t *text);
static ngx_uint_t ngx_http_mcp_jwk_verifies(
    const ngx_http_mcp_json_t *member);
static ngx_uint_t ngx_http_mcp_jwk_algs(const ngx_http_mcp_json_t *alg,
    ngx_uint_t algs);
static ngx_int_t ngx_http_mcp_jwk_texts(ngx_pool_t *pool,
    const ngx_http_mcp_json_t *member, ngx_http_mcp_jwk_t *jwk);
static ngx_int_t ngx_http_mcp_jwk_rsa(ngx_pool_t *pool,
    const ngx_http_mcp_jwk_kind_t *kind, const ngx_http_mcp_json_t *member,
    ngx_http_mcp_jwk_t *jwk);
static ngx_int_t ngx_http_mcp_jwk_ec(ngx_pool_t *pool,
    const ngx_http_mcp_jwk_kind_t *kind, const ngx_http_mcp_json_t *member,
    ngx_http_mcp_jwk_t *jwk);
static ngx_int_t ngx_http_mcp_jwk_okp(ngx_pool_t *pool,
    const ngx_http_mcp_jwk_kind_t *kind, const ngx_http_mcp_json_t *member,
    ngx_http_mcp_jwk_t *jwk);
static ngx_int_t ngx_http_mcp_jwk_oct(ngx_pool_t *pool,
    const ngx_http_mcp_jwk_kind_t *kind, const ngx_http_mcp_json_t *member,
    ngx_http_mcp_jwk_t *jwk);
static ngx_int_t ngx_http_mcp_jwk_keep(ngx_pool_t *pool,
    ngx_http_mcp_jwk_t *jwk, EVP_PKEY *pkey);
static void ngx_http_mcp_jwk_free(void *data);
static ngx_int_t ngx_http_mcp_jwk_bytes(ngx_pool_t *pool,
    const ngx_http_mcp_json_t *member, ngx_str_t *bytes);


/* the first name of a bit is what it is called */

static const ngx_http_mcp_alg_t  ngx_http_mcp_algs[] = {
    { ngx_string("RS256"), NGX_HTTP_MCP_ALG_RS256 },
    { ngx_string("RS384"), NGX_HTTP_MCP_ALG_RS384 },
    { ngx_string("RS512"), NGX_HTTP_MCP_ALG_RS512 },
    { ngx_string("PS256"), NGX_HTTP_MCP_ALG_PS256 },
    { ngx_string("PS384"), NGX_HTTP_MCP_ALG_PS384 },
    { ngx_string("PS512"), NGX_HTTP_MCP_ALG_PS512 },
    { ngx_string("ES256"), NGX_HTTP_MCP_ALG_ES256 },
    { ngx_string("ES384"), NGX_HTTP_MCP_ALG_ES384 },
    { ngx_string("ES512"), NGX_HTTP_MCP_ALG_ES512 },
    { ngx_string("EdDSA"), NGX_HTTP_MCP_ALG_EDDSA },
    { ngx_string("Ed25519"), NGX_HTTP_MCP_ALG_EDDSA },
    { ngx_string("HS256"), NGX_HTTP_MCP_ALG_HS256 },
    { ngx_string("HS384"), NGX_HTTP_MCP_ALG_HS384 },
    { ngx_string("HS512"), NGX_HTTP_MCP_ALG_HS512 },
    { ngx_null_string, 0 }
};


/* the names of ngx_http_mcp_jwk_member_e */

static const ngx_str_t  ngx_http_mcp_jwk_names[] = {
    ngx_string("kty"),
    ngx_string("crv"),
    ngx_string("use"),
    ngx_string("key_ops"),
    ngx_string("alg"),
    ngx_string("kid"),
    ngx_string("x5t"),
    ngx_string("x5t#S256"),
    ngx_string("issuer"),
    ngx_string("n"),
    ngx_string("e"),
    ngx_string("x"),
    ngx_string("y"),
    ngx_string("k"),
    ngx_string("d"),
    ngx_string("p"),
    ngx_string("q"),
    ngx_string("dp"),
    ngx_string("dq"),
    ngx_string("qi"),
    ngx_string("oth")
};


static const ngx_http_mcp_jwk_kind_t  ngx_http_mcp_jwk_kinds[] = {

    { ngx_string("RSA"), ngx_null_string,
      NGX_HTTP_MCP_ALG_RS|NGX_HTTP_MCP_ALG_PS, 0, ngx_http_mcp_jwk_rsa },

    { ngx_string("EC"), ngx_string("P-256"),
      NGX_HTTP_MCP_ALG_ES256, 32, ngx_http_mcp_jwk_ec },

    { ngx_string("EC"), ngx_string("P-384"),
      NGX_HTTP_MCP_ALG_ES384, 48, ngx_http_mcp_jwk_ec },

    { ngx_string("EC"), ngx_string("P-521"),
      NGX_HTTP_MCP_ALG_ES512, 66, ngx_http_mcp_jwk_ec },

    { ngx_string("OKP"), ngx_string("Ed25519"),
      NGX_HTTP_MCP_ALG_EDDSA, 0, ngx_http_mcp_jwk_okp },

    { ngx_string("oct"), ngx_null_string,
      NGX_HTTP_MCP_ALG_HMAC, 0, ngx_http_mcp_jwk_oct },

    { ngx_null_string, ngx_null_string, 0, 0, NULL }
};


ngx_uint_t
ngx_http_mcp_alg_bit(const ngx_str_t *name)
{
    const ngx_http_mcp_alg_t  *alg;

    for (alg = ngx_http_mcp_algs; alg->bit; alg++) {

        if (alg->name.len == name->len
            && ngx_memcmp(alg->name.data, name->data, name->len) == 0)
        {
            return alg->bit;
        }
    }

    return 0;
}


const char *
ngx_http_mcp_alg_name(ngx_uint_t bit)
{
    const ngx_http_mcp_alg_t  *alg;

    for (alg = ngx_http_mcp_algs; alg->bit; alg++) {

        if (alg->bit == bit) {
            return (const char *) alg->name.data;
        }
    }

    return "";
}


ngx_int_t
ngx_http_mcp_jwks_parse(ngx_pool_t *pool, const ngx_str_t *text,
    ngx_uint_t local, ngx_http_mcp_jwks_t *set, const char **reason)
{
    ngx_int_t                 rc;
    ngx_http_mcp_jwk_t        jwk, *key;
    ngx_http_mcp_json_t       keys, value;
    ngx_http_mcp_json_iter_t  it;

    ngx_memzero(set, sizeof(ngx_http_mcp_jwks_t));

    rc = ngx_http_mcp_jwks_scan(text, &keys, reason);

    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_array_init(&set->keys, pool, 4, sizeof(ngx_http_mcp_jwk_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_mcp_json_iter(&it, &keys);

    while (ngx_http_mcp_json_next(&it, NULL, &value) == NGX_OK) {

        rc = NGX_DECLINED;

        if (set->keys.nelts < NGX_HTTP_MCP_JWKS_KEYS) {
            rc = ngx_http_mcp_jwk_read(pool, &value, local, &jwk);
        }

        if (rc == NGX_DECLINED) {
            set->skipped++;
            continue;
        }

        key = (rc == NGX_OK) ? ngx_array_push(&set->keys) : NULL;

        if (key == NULL) {
            ERR_clear_error();
            return NGX_ERROR;
        }

        *key = jwk;
    }

    /* of keys that were skipped */

    ERR_clear_error();

    if (set->keys.nelts == 0) {
        *reason = "no key of the set is usable";
        return NGX_DECLINED;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_jwks_scan(const ngx_str_t *text, ngx_http_mcp_json_t *keys,
    const char **reason)
{
    ngx_int_t                 rc;
    ngx_http_mcp_json_t       document;
    ngx_http_mcp_json_scan_t  s;

    static const ngx_str_t  name = ngx_string("keys");

    if (text->len > NGX_HTTP_MCP_JWKS_SIZE) {
        *reason = "larger than 256k";
        return NGX_DECLINED;
    }

    s.depth = NGX_HTTP_MCP_JWKS_DEPTH;
    s.unique = 1;

    rc = ngx_http_mcp_json_scan(&s, text, &document);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_DECLINED) {
        *reason = ngx_http_mcp_json_reason(s.error);
        return NGX_DECLINED;
    }

    if (ngx_http_mcp_json_find(&document, &name, keys) != NGX_OK
        || keys->type != NGX_HTTP_MCP_JSON_ARRAY)
    {
        *reason = "without an array \"keys\"";
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/* NGX_OK, NGX_DECLINED (of no use), NGX_ERROR (memory) */

static ngx_int_t
ngx_http_mcp_jwk_read(ngx_pool_t *pool, const ngx_http_mcp_json_t *value,
    ngx_uint_t local, ngx_http_mcp_jwk_t *jwk)
{
    ngx_int_t                       rc;
    ngx_uint_t                      i;
    ngx_http_mcp_json_t             member[NGX_HTTP_MCP_JWK_MEMBERS];
    const ngx_http_mcp_jwk_kind_t  *kind;

    ngx_memzero(jwk, sizeof(ngx_http_mcp_jwk_t));

    ngx_http_mcp_json_members(value, ngx_http_mcp_jwk_names, member,
                              NGX_HTTP_MCP_JWK_MEMBERS);

    /* some servers write all members that they know */

    for (i = 0; i < NGX_HTTP_MCP_JWK_MEMBERS; i++) {
        if (member[i].type == NGX_HTTP_MCP_JSON_NULL) {
            member[i].type = NGX_HTTP_MCP_JSON_NONE;
        }
    }

    kind = ngx_http_mcp_jwk_kind(member, local);

    if (kind == NULL || !ngx_http_mcp_jwk_verifies(member)) {
        return NGX_DECLINED;
    }

    jwk->algs = ngx_http_mcp_jwk_algs(&member[NGX_HTTP_MCP_JWK_ALG],
                                      kind->algs);
    if (jwk->algs == 0) {
        return NGX_DECLINED;
    }

    rc = ngx_http_mcp_jwk_texts(pool, member, jwk);

    if (rc != NGX_OK) {
        return rc;
    }

    return kind->make(pool, kind, member, jwk);
}


/* NULL also where it would be known but for a private part, or not local */

static const ngx_http_mcp_jwk_kind_t *
ngx_http_mcp_jwk_kind(const ngx_http_mcp_json_t *member, ngx_uint_t local)
{
    ngx_uint_t                      i;
    const ngx_http_mcp_jwk_kind_t  *kind;

    for (kind = ngx_http_mcp_jwk_kinds; kind->algs; kind++) {

        if (ngx_http_mcp_jwk_is(&member[NGX_HTTP_MCP_JWK_KTY], &kind->kty)
            && (kind->crv.len == 0
                || ngx_http_mcp_jwk_is(&member[NGX_HTTP_MCP_JWK_CRV],
                                       &kind->crv)))
        {
            break;
        }
    }

    if (kind->algs == NGX_HTTP_MCP_ALG_HMAC) {
        return local ? kind : NULL;
    }

    for (i = NGX_HTTP_MCP_JWK_K; i < NGX_HTTP_MCP_JWK_MEMBERS; i++) {
        if (member[i].type != NGX_HTTP_MCP_JSON_NONE) {
            return NULL;
        }
    }

    return kind->algs ? kind : NULL;
}


static ngx_uint_t
ngx_http_mcp_jwk_is(const ngx_http_mcp_json_t *member, const ngx_str_t *text)
{
    return member->type == NGX_HTTP_MCP_JSON_STRING
           && ngx_http_mcp_json_equal(member, text);
}


/* RFC 7517 4.2, 4.3: a key may say what it is for */

static ngx_uint_t
ngx_http_mcp_jwk_verifies(const ngx_http_mcp_json_t *member)
{
    ngx_http_mcp_json_t         operation;
    ngx_http_mcp_json_iter_t    it;
    const ngx_http_mcp_json_t  *use, *ops;

    static const ngx_str_t  sig = ngx_string("sig");
    static const ngx_str_t  verify = ngx_string("verify");

    use = &member[NGX_HTTP_MCP_JWK_USE];
    ops = &member[NGX_HTTP_MCP_JWK_KEY_OPS];

    if (use->type != NGX_HTTP_MCP_JSON_NONE
        && !ngx_http_mcp_jwk_is(use, &sig))
    {
        return 0;
    }

    if (ops->type == NGX_HTTP_MCP_JSON_NONE) {
        return 1;
    }

    if (ops->type != NGX_HTTP_MCP_JSON_ARRAY) {
        return 0;
    }

    ngx_http_mcp_json_iter(&it, ops);

    while (ngx_http_mcp_json_next(&it, NULL, &operation) == NGX_OK) {
        if (ngx_http_mcp_jwk_is(&operation, &verify)) {
            return 1;
        }
    }

    return 0;
}


/* those of "algs" that the member "alg" leaves: exactly that one */

static ngx_uint_t
ngx_http_mcp_jwk_algs(const ngx_http_mcp_json_t *alg, ngx_uint_t algs)
{
    const ngx_http_mcp_alg_t  *known;

    if (alg->type == NGX_HTTP_MCP_JSON_NONE) {
        return algs;
    }

    for (known = ngx_http_mcp_algs; known->bit; known++) {
        if (ngx_http_mcp_jwk_is(alg, &known->name)) {
            return algs & known->bit;
        }
    }

    return 0;
}


/* copies, since the text of the set does not live as long as its keys */

static ngx_int_t
ngx_http_mcp_jwk_texts(ngx_pool_t *pool, const ngx_http_mcp_json_t *member,
    ngx_http_mcp_jwk_t *jwk)
{
    ngx_int_t    rc;
    ngx_str_t   *out[4], text;
    ngx_uint_t   i;

    out[0] = &jwk->kid;
    out[1] = &jwk->x5t;
    out[2] = &jwk->x5t_s256;
    out[3] = &jwk->issuer;

    member += NGX_HTTP_MCP_JWK_KID;

    for (i = 0; i < 4; i++) {

        if (member[i].type == NGX_HTTP_MCP_JSON_NONE) {
            continue;
        }

        if (member[i].type != NGX_HTTP_MCP_JSON_STRING) {
            return NGX_DECLINED;
        }

        rc = ngx_http_mcp_json_decode(pool, &member[i], &text);

        if (rc != NGX_OK) {
            return rc;
        }

        out[i]->data = ngx_pstrdup(pool, &text);
        if (out[i]->data == NULL) {
            return NGX_ERROR;
        }

        out[i]->len = text.len;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_jwk_rsa(ngx_pool_t *pool, const ngx_http_mcp_jwk_kind_t *kind,
    const ngx_http_mcp_json_t *member, ngx_http_mcp_jwk_t *jwk)
{
    ngx_int_t  rc;
    ngx_str_t  n, e;

    rc = ngx_http_mcp_jwk_bytes(pool, &member[NGX_HTTP_MCP_JWK_N], &n);

    if (rc == NGX_OK) {
        rc = ngx_http_mcp_jwk_bytes(pool, &member[NGX_HTTP_MCP_JWK_E], &e);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_http_mcp_jwk_keep(pool, jwk, ngx_http_mcp_jwk_key_rsa(&n, &e));
}


static ngx_int_t
ngx_http_mcp_jwk_ec(ngx_pool_t *pool, const ngx_http_mcp_jwk_kind_t *kind,
    const ngx_http_mcp_json_t *member, ngx_http_mcp_jwk_t *jwk)
{
    EVP_PKEY   *pkey;
    ngx_int_t   rc;
    ngx_str_t   x, y;

    rc = ngx_http_mcp_jwk_bytes(pool, &member[NGX_HTTP_MCP_JWK_X], &x);

    if (rc == NGX_OK) {
        rc = ngx_http_mcp_jwk_bytes(pool, &member[NGX_HTTP_MCP_JWK_Y], &y);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    /* OpenSSL knows the curves by the names that JWK has for them */

    pkey = ngx_http_mcp_jwk_key_ec((const char *) kind->crv.data, kind->size,
                                   &x, &y);

    return ngx_http_mcp_jwk_keep(pool, jwk, pkey);
}


static ngx_int_t
ngx_http_mcp_jwk_okp(ngx_pool_t *pool, const ngx_http_mcp_jwk_kind_t *kind,
    const ngx_http_mcp_json_t *member, ngx_http_mcp_jwk_t *jwk)
{
    ngx_int_t  rc;
    ngx_str_t  x;

    rc = ngx_http_mcp_jwk_bytes(pool, &member[NGX_HTTP_MCP_JWK_X], &x);

    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_http_mcp_jwk_keep(pool, jwk, ngx_http_mcp_jwk_key_ed25519(&x));
}


/* RFC 7518 3.2: a key has as many bits as the hash, or more */

static ngx_int_t
ngx_http_mcp_jwk_oct(ngx_pool_t *pool, const ngx_http_mcp_jwk_kind_t *kind,
    const ngx_http_mcp_json_t *member, ngx_http_mcp_jwk_t *jwk)
{
    ngx_int_t  rc;

    rc = ngx_http_mcp_jwk_bytes(pool, &member[NGX_HTTP_MCP_JWK_K],
                                &jwk->secret);
    if (rc != NGX_OK) {
        return rc;
    }

    if (jwk->secret.len < 64) {
        jwk->algs &= ~NGX_HTTP_MCP_ALG_HS512;
    }

    if (jwk->secret.len < 48) {
        jwk->algs &= ~NGX_HTTP_MCP_ALG_HS384;
    }

    if (jwk->secret.len < 32) {
        jwk->algs = 0;
    }

    return jwk->algs ? NGX_OK : NGX_DECLINED;
}


/* takes "pkey", which may be NULL */

static ngx_int_t
ngx_http_mcp_jwk_keep(ngx_pool_t *pool, ngx_http_mcp_jwk_t *jwk,
    EVP_PKEY *pkey)
{
    ngx_pool_cleanup_t  *cln;

    if (pkey == NULL) {
        return NGX_DECLINED;
    }

    cln = ngx_pool_cleanup_add(pool, sizeof(ngx_http_mcp_jwk_ready_t));
    if (cln == NULL) {
        EVP_PKEY_free(pkey);
        return NGX_ERROR;
    }

    cln->handler = ngx_http_mcp_jwk_free;

    jwk->pkey = pkey;
    jwk->ready = cln->data;

    ngx_memzero(jwk->ready, sizeof(ngx_http_mcp_jwk_ready_t));
    jwk->ready->pkey = pkey;

    return NGX_OK;
}


static void
ngx_http_mcp_jwk_free(void *data)
{
    ngx_http_mcp_jwk_ready_t *ready = data;

    EVP_PKEY_CTX_free(ready->verify);
    EVP_MD_CTX_free(ready->md);
    EVP_PKEY_free(ready->pkey);
}


static ngx_int_t
ngx_http_mcp_jwk_bytes(ngx_pool_t *pool, const ngx_http_mcp_json_t *member,
    ngx_str_t *bytes)
{
    ngx_int_t  rc;
    ngx_str_t  text;

    if (member->type != NGX_HTTP_MCP_JSON_STRING) {
        return NGX_DECLINED;
    }

    rc = ngx_http_mcp_json_decode(pool, member, &text);

    if (rc != NGX_OK) {
        return rc;
    }

    bytes->data = ngx_pnalloc(pool, ngx_http_mcp_base64url_room(text.len));
    if (bytes->data == NULL) {
        return NGX_ERROR;
    }

    return ngx_http_mcp_base64url_decode(bytes->data, &bytes->len, &text);
}

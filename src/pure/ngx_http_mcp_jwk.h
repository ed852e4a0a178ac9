
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Keys of a JSON Web Key Set (RFC 7517), parsed once into what OpenSSL
 * verifies with (authorization.md 2.3, 3.3).
 */


#ifndef _NGX_HTTP_MCP_JWK_H_INCLUDED_
#define _NGX_HTTP_MCP_JWK_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <openssl/evp.h>


/* algorithms of JWS (RFC 7518 3.1, RFC 8037), as bits */

#define NGX_HTTP_MCP_ALG_RS256   0x0001
#define NGX_HTTP_MCP_ALG_RS384   0x0002
#define NGX_HTTP_MCP_ALG_RS512   0x0004
#define NGX_HTTP_MCP_ALG_PS256   0x0008
#define NGX_HTTP_MCP_ALG_PS384   0x0010
#define NGX_HTTP_MCP_ALG_PS512   0x0020
#define NGX_HTTP_MCP_ALG_ES256   0x0040
#define NGX_HTTP_MCP_ALG_ES384   0x0080
#define NGX_HTTP_MCP_ALG_ES512   0x0100
#define NGX_HTTP_MCP_ALG_EDDSA   0x0200    /* "EdDSA" and "Ed25519" */
#define NGX_HTTP_MCP_ALG_HS256   0x0400
#define NGX_HTTP_MCP_ALG_HS384   0x0800
#define NGX_HTTP_MCP_ALG_HS512   0x1000

#define NGX_HTTP_MCP_ALG_RS                                                  \
    (NGX_HTTP_MCP_ALG_RS256|NGX_HTTP_MCP_ALG_RS384|NGX_HTTP_MCP_ALG_RS512)

#define NGX_HTTP_MCP_ALG_PS                                                  \
    (NGX_HTTP_MCP_ALG_PS256|NGX_HTTP_MCP_ALG_PS384|NGX_HTTP_MCP_ALG_PS512)

#define NGX_HTTP_MCP_ALG_HMAC                                                \
    (NGX_HTTP_MCP_ALG_HS256|NGX_HTTP_MCP_ALG_HS384|NGX_HTTP_MCP_ALG_HS512)

/* what a provider accepts unless told otherwise */
#define NGX_HTTP_MCP_ALG_DEFAULT                                             \
    (NGX_HTTP_MCP_ALG_RS256|NGX_HTTP_MCP_ALG_PS256|NGX_HTTP_MCP_ALG_ES256)

#define NGX_HTTP_MCP_JWKS_SIZE   (256 * 1024)  /* bytes of a set */
#define NGX_HTTP_MCP_JWKS_KEYS   64            /* usable keys of a set */


/* what OpenSSL takes long to prepare, kept from one signature to the next */

typedef struct {
    EVP_PKEY      *pkey;
    EVP_MD_CTX    *md;                     /* NULL: not used yet */
    EVP_PKEY_CTX  *verify;
    ngx_uint_t     alg;                    /* for which these are */
} ngx_http_mcp_jwk_ready_t;


typedef struct {
    ngx_str_t                  kid;        /* these four absent: data is
                                              NULL */
    ngx_str_t                  x5t;
    ngx_str_t                  x5t_s256;   /* "x5t#S256" */
    ngx_str_t                  issuer;     /* Entra's own member */
    ngx_uint_t                 algs;       /* bits it may verify: by family,
                                              curve, size and "alg" */
    EVP_PKEY                  *pkey;       /* NULL: a secret of HMAC */
    ngx_http_mcp_jwk_ready_t  *ready;      /* of pkey */
    ngx_str_t                  secret;
} ngx_http_mcp_jwk_t;


typedef struct {
    ngx_array_t  keys;                     /* ngx_http_mcp_jwk_t */
    ngx_uint_t   skipped;                  /* members that are no use */
} ngx_http_mcp_jwks_t;


/* The bit of an algorithm's name, exactly spelt, or 0: "none" has none. */
ngx_uint_t ngx_http_mcp_alg_bit(const ngx_str_t *name);

/* The name of a bit; static. */
const char *ngx_http_mcp_alg_name(ngx_uint_t bit);

/*
 * Reads a key set.  Everything kept is in "pool", and the keys of OpenSSL
 * are freed by a cleanup of it.  "local" says that the text is a file of the
 * operator's: "oct" keys are read from such a one only.
 *
 * Skipped, not fatal (3.3): an unknown "kty" or "crv", an "alg" that the key
 * does not fit, "use" that is not "sig", "key_ops" without "verify", private
 * members of an asymmetric key, RSA under 2048 or over 16384 bits, an
 * exponent that is even, under 3 or over 64 bits, a point off its curve, an
 * HMAC secret under 32 bytes (48 for HS384, 64 for HS512: RFC 7518 3.2),
 * numbers that are no strict base64url, keys beyond NGX_HTTP_MCP_JWKS_KEYS.
 * A member that is null is as if absent.
 *
 * NGX_OK        at least one key is usable
 * NGX_DECLINED  not a set, or none is usable: *reason, static, says why
 * NGX_ERROR     no memory
 */
ngx_int_t ngx_http_mcp_jwks_parse(ngx_pool_t *pool, const ngx_str_t *text,
    ngx_uint_t local, ngx_http_mcp_jwks_t *set, const char **reason);


#endif /* _NGX_HTTP_MCP_JWK_H_INCLUDED_ */

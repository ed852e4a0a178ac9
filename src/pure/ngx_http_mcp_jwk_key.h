
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Makes OpenSSL's public keys out of the numbers of a JSON Web Key; for
 * ngx_http_mcp_jwk.c.
 */


#ifndef _NGX_HTTP_MCP_JWK_KEY_H_INCLUDED_
#define _NGX_HTTP_MCP_JWK_KEY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <openssl/evp.h>


#define NGX_HTTP_MCP_JWK_RSA_MIN   2048    /* bits of a modulus */
#define NGX_HTTP_MCP_JWK_RSA_MAX   16384
#define NGX_HTTP_MCP_JWK_EXPONENT  64      /* bits, as OpenSSL has it for
                                              large moduli */
#define NGX_HTTP_MCP_JWK_POINT     66      /* bytes of a coordinate of P-521 */
#define NGX_HTTP_MCP_JWK_ED25519   32


/*
 * Each returns a key that the caller frees, or NULL: the numbers make no key
 * that may verify a token, or there is no memory.  Messages stay in
 * OpenSSL's error queue.
 */

/* A modulus and an exponent; zeros in front do not count. */
EVP_PKEY *ngx_http_mcp_jwk_key_rsa(const ngx_str_t *n, const ngx_str_t *e);

/* A point of the group that OpenSSL names so; "size" is of a coordinate. */
EVP_PKEY *ngx_http_mcp_jwk_key_ec(const char *group, size_t size,
    const ngx_str_t *x, const ngx_str_t *y);

/* The 32 bytes of RFC 8032. */
EVP_PKEY *ngx_http_mcp_jwk_key_ed25519(const ngx_str_t *x);


#endif /* _NGX_HTTP_MCP_JWK_KEY_H_INCLUDED_ */

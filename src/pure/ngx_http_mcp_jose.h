
/*
 * Copyright (C) mcp-nginx contributors
 *
 * JSON Web Signatures in compact form (RFC 7515), as strict as
 * authorization.md 2.2 to 2.5 asks.
 */


#ifndef _NGX_HTTP_MCP_JOSE_H_INCLUDED_
#define _NGX_HTTP_MCP_JOSE_H_INCLUDED_


#include "ngx_http_mcp_json_scan.h"
#include "ngx_http_mcp_jwk.h"
#include "ngx_http_mcp_token.h"


#define NGX_HTTP_MCP_JOSE_HEADER   4096      /* bytes, decoded */
#define NGX_HTTP_MCP_JOSE_PAYLOAD  65536
#define NGX_HTTP_MCP_JOSE_KID      256


typedef enum {
    NGX_HTTP_MCP_SHAPE_JWS = 0,            /* two dots, base64url between */
    NGX_HTTP_MCP_SHAPE_JWE,                /* four dots */
    NGX_HTTP_MCP_SHAPE_OPAQUE
} ngx_http_mcp_shape_e;


typedef struct {
    ngx_str_t            text;             /* what is signed: a span */
    ngx_http_mcp_json_t  claims;           /* an object, scanned */
    u_char              *signature;
    size_t               signature_len;
    ngx_uint_t           alg;              /* NGX_HTTP_MCP_ALG_*; 0: unknown */
    ngx_str_t            typ;              /* these four decoded; absent:
                                              their data is NULL */
    ngx_str_t            kid;
    ngx_str_t            x5t;
    ngx_str_t            x5t_s256;
} ngx_http_mcp_jws_t;


/* 1 if an Authorization header's scheme is Bearer, whatever follows. */
ngx_uint_t ngx_http_mcp_bearer_scheme(const ngx_str_t *value);

/*
 * The token of an Authorization header's value (2.2 item 1).
 *
 * NGX_OK        *token is a span of the value
 * NGX_DECLINED  another scheme: no bearer token was shown
 * NGX_ERROR     the scheme is Bearer and what follows is no b64token
 */
ngx_int_t ngx_http_mcp_bearer(const ngx_str_t *value, ngx_str_t *token);

/* What a b64token looks like (2.2 item 3). */
ngx_http_mcp_shape_e ngx_http_mcp_jws_shape(const ngx_str_t *token);

/*
 * Steps 4 to 7 and 9: splits, decodes and scans a token; nothing is
 * verified.  Memory of "pool", about the token's length.
 *
 * A signature without a byte is found last, so that an unsecured token is
 * refused for its "alg".  JSON with a lone surrogate or with U+0000 is
 * refused, wherever that stands.  Of a token that is refused *jws holds what
 * was read and found good before: claims never, kid perhaps, for the log.
 *
 * NGX_HTTP_MCP_TOKEN_OK, _B64, _HDR_JSON (also: kid, x5t over
 * NGX_HTTP_MCP_JOSE_KID bytes or not printable, members of a wrong type),
 * _ALG (missing, no string, or unknown to us), _CRIT, _PL_JSON, _MEMORY
 */
ngx_http_mcp_token_reason_e ngx_http_mcp_jws_parse(ngx_pool_t *pool,
    const ngx_str_t *token, ngx_http_mcp_jws_t *jws);

/* Step 8: 1 if the header's "typ" is what the policy accepts. */
ngx_uint_t ngx_http_mcp_jws_typ(const ngx_http_mcp_jws_t *jws,
    ngx_http_mcp_typ_e policy);

/*
 * Step 11: the next key of the set, from *index on, that may have signed:
 * it fits the algorithm, and the "kid", else the thumbprint; with neither in
 * the token at most four keys are tried, if "kid_optional".  *index is moved
 * behind it.  NULL: there is none.
 */
const ngx_http_mcp_jwk_t *ngx_http_mcp_jws_key(
    const ngx_http_mcp_jws_t *jws, const ngx_http_mcp_jwks_t *set,
    ngx_uint_t kid_optional, ngx_uint_t *index);

/*
 * Step 12.  The caller has matched the key (jwk->algs has jws->alg); that is
 * checked again.  Lengths and ranges of ECDSA signatures are checked before
 * OpenSSL sees them; MACs compare in constant time.  The error queue of
 * OpenSSL is left empty.
 *
 * NGX_OK, NGX_DECLINED (not this key's signature), NGX_ERROR (memory)
 */
ngx_int_t ngx_http_mcp_jws_verify(const ngx_http_mcp_jws_t *jws,
    const ngx_http_mcp_jwk_t *jwk);


#endif /* _NGX_HTTP_MCP_JOSE_H_INCLUDED_ */

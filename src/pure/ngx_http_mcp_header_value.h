
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Values of HTTP header fields: blanks, legal bytes, and the Base64 form
 * that MCP gives to Mcp-Name and Mcp-Param-* (mcp-2026-07-28.md 1.4).
 */


#ifndef _NGX_HTTP_MCP_HEADER_VALUE_H_INCLUDED_
#define _NGX_HTTP_MCP_HEADER_VALUE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* Cuts SP and HTAB from both ends, in place (HTTP-55). */
void ngx_http_mcp_header_trim(ngx_str_t *value);

/* 1 if all bytes are 0x20-0x7E or HTAB (HTTP-39). */
ngx_uint_t ngx_http_mcp_header_legal(const ngx_str_t *value);

/* 1 if "value" is a non-empty RFC 9110 token of letters, digits and "-":
 * what nginx lets pass as a header name by default (HTTP-30, 1.5 row 1). */
ngx_uint_t ngx_http_mcp_header_token(const ngx_str_t *value);

/*
 * Trims and decodes a value that may have the form =?base64?...?=
 * (HTTP-36, HTTP-37).  A missing prefix or suffix means literal text.
 *
 * NGX_OK        "out" is the value, in "value" itself or in "pool"
 * NGX_DECLINED  illegal bytes, Base64 that is not canonical, not UTF-8
 * NGX_ERROR     no memory
 */
ngx_int_t ngx_http_mcp_header_decode(ngx_pool_t *pool,
    const ngx_str_t *value, ngx_str_t *out);

/*
 * Decodes standard Base64 (RFC 4648 section 4) strictly: alphabet, length,
 * padding, zero tail bits.  "dst" has room for src->len / 4 * 3 bytes.
 * NGX_OK, or NGX_DECLINED.  An empty text gives an empty value.
 */
ngx_int_t ngx_http_mcp_base64_decode(u_char *dst, size_t *len,
    const ngx_str_t *src);


#endif /* _NGX_HTTP_MCP_HEADER_VALUE_H_INCLUDED_ */

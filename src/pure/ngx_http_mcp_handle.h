
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Signed handles: state that a client carries for us and that any worker
 * and node can check (design: signed, not stored).  HMAC-SHA-256, cut to
 * 128 bits, in base64url.  Not encrypted.
 */


#ifndef _NGX_HTTP_MCP_HANDLE_H_INCLUDED_
#define _NGX_HTTP_MCP_HANDLE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_HTTP_MCP_HANDLE_KEY      32
#define NGX_HTTP_MCP_HANDLE_PAYLOAD  512

/* a handle of one kind is never taken for one of another */
#define NGX_HTTP_MCP_HANDLE_CURSOR   'c'


/*
 * Signs "len" bytes, at most NGX_HTTP_MCP_HANDLE_PAYLOAD, with "key" of
 * NGX_HTTP_MCP_HANDLE_KEY bytes; the text is in "pool".
 * NGX_OK, NGX_ERROR (memory, crypto).
 */
ngx_int_t ngx_http_mcp_handle_sign(ngx_pool_t *pool, const u_char *key,
    u_char kind, const u_char *payload, size_t len, ngx_str_t *out);

/*
 * Checks a text that a client sent, in constant time; "payload" has room
 * for NGX_HTTP_MCP_HANDLE_PAYLOAD bytes.
 *
 * NGX_OK        *len bytes are in "payload"
 * NGX_DECLINED  not base64url, too long, another kind or another key
 * NGX_ERROR     crypto failed
 */
ngx_int_t ngx_http_mcp_handle_verify(const u_char *key, u_char kind,
    const ngx_str_t *text, u_char *payload, size_t *len);


#endif /* _NGX_HTTP_MCP_HANDLE_H_INCLUDED_ */

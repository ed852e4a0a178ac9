
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Strict base64url (RFC 7515 2, RFC 4648 5): a value has one spelling, so
 * that a token cannot be respelled to dodge a cache or a deny list.
 */


#ifndef _NGX_HTTP_MCP_BASE64URL_H_INCLUDED_
#define _NGX_HTTP_MCP_BASE64URL_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* bytes of room that ngx_http_mcp_base64url_decode() needs */
#define ngx_http_mcp_base64url_room(len)  ((len) / 4 * 3 + 2)


/*
 * Decodes "src" to "dst": no padding, no "+" or "/", no blanks, a length
 * that is not 4n + 1, unused bits zero (authorization.md 2.5 step 4).  An
 * empty text gives an empty value.  NGX_OK, NGX_DECLINED.
 */
ngx_int_t ngx_http_mcp_base64url_decode(u_char *dst, size_t *len,
    const ngx_str_t *src);


#endif /* _NGX_HTTP_MCP_BASE64URL_H_INCLUDED_ */


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Makes the JSON-RPC answer of a call, as a chain of buffers: what is kept
 * from load time is linked, not copied.
 */


#ifndef _NGX_HTTP_MCP_REPLY_H_INCLUDED_
#define _NGX_HTTP_MCP_REPLY_H_INCLUDED_


#include "ngx_http_mcp_call.h"


/*
 * Begins a result: {"jsonrpc":"2.0","id":ID,"result": and "more", copied.
 * The caller adds the rest of the result with the functions below and the
 * "}" of the envelope.  NGX_OK, NGX_ERROR (memory).
 */
ngx_int_t ngx_http_mcp_reply_result(ngx_http_mcp_call_t *call,
    const ngx_str_t *more);

/* Appends bytes that outlive the request, or its pool; not copied. */
ngx_int_t ngx_http_mcp_reply_link(ngx_http_mcp_call_t *call,
    const u_char *data, size_t len);

/*
 * Makes an error the answer and returns NGX_DONE, or NGX_ERROR (memory).
 * "status" is for the modern era; a legacy request gets 200
 * (mcp-legacy.md 2.4) unless "status" is negative, which fixes it.
 * "data" is JSON text, or NULL.  The message is formatted as by
 * ngx_sprintf() and may hold any bytes.  Logged at info.
 */
ngx_int_t ngx_http_mcp_reply_error(ngx_http_mcp_call_t *call,
    ngx_int_t status, ngx_int_t code, const ngx_str_t *data,
    const char *fmt, ...);

/*
 * Makes a tool's result with isError the answer, one text block with the
 * message and "detail" (or NULL) after it, both escaped.  Returns as above.
 */
ngx_int_t ngx_http_mcp_reply_tool_error(ngx_http_mcp_call_t *call,
    const ngx_str_t *detail, const char *fmt, ...);

/* The text of an error without a call: no id.  In "pool"; NGX_ERROR. */
ngx_int_t ngx_http_mcp_reply_text(ngx_pool_t *pool, ngx_int_t code,
    const char *message, ngx_str_t *out);


#endif /* _NGX_HTTP_MCP_REPLY_H_INCLUDED_ */

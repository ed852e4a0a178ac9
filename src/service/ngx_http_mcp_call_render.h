
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The parts of rendering a tool's request.  Only for the files
 * ngx_http_mcp_call_request.c, _headers.c and _body.c.
 */


#ifndef _NGX_HTTP_MCP_CALL_RENDER_H_INCLUDED_
#define _NGX_HTTP_MCP_CALL_RENDER_H_INCLUDED_


#include "ngx_http_mcp_call.h"


/*
 * Each writes into call->outgoing and returns NGX_OK; NGX_DONE: an argument
 * cannot be sent and the result says so; NGX_ERROR: memory.
 */

/* what "header" and "cookie" words must know of the caller (TL-8) */
ngx_int_t ngx_http_mcp_call_identity(ngx_http_mcp_call_t *call);

/* "header" words */
ngx_int_t ngx_http_mcp_call_headers(ngx_http_mcp_call_t *call);

/* Accept and User-Agent, where nothing else has set them */
ngx_int_t ngx_http_mcp_call_defaults(ngx_http_mcp_call_t *call);

/* "cookie" words, as one Cookie header */
ngx_int_t ngx_http_mcp_call_cookies(ngx_http_mcp_call_t *call);

/* "mcp_pass_header": the only headers of the client that go upstream */
ngx_int_t ngx_http_mcp_call_passed(ngx_http_mcp_call_t *call);

/* trace context of "_meta" (META-10); malformed values are dropped */
ngx_int_t ngx_http_mcp_call_trace(ngx_http_mcp_call_t *call);

/* "body json": the arguments without another place, raw */
ngx_int_t ngx_http_mcp_call_json_body(ngx_http_mcp_call_t *call);

/* "body form": the same, percent-encoded; an array repeats its name */
ngx_int_t ngx_http_mcp_call_form_body(ngx_http_mcp_call_t *call);

/* Content-Length and Content-Type of call->outgoing.body */
ngx_int_t ngx_http_mcp_call_body_headers(ngx_http_mcp_call_t *call);

/* Adds a header; the strings must outlive the request.  NGX_ERROR: memory. */
ngx_int_t ngx_http_mcp_call_header(ngx_http_mcp_call_t *call,
    const ngx_str_t *name, const ngx_str_t *lowcase, const ngx_str_t *value);


#endif /* _NGX_HTTP_MCP_CALL_RENDER_H_INCLUDED_ */

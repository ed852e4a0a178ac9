
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Gives a JSON-RPC body to what nginx itself answers on an endpoint: 403,
 * 413, 429, 503 and the like (mcp-2026-07-28.md 1.7).
 */


#ifndef _NGX_HTTP_MCP_ERROR_FILTER_H_INCLUDED_
#define _NGX_HTTP_MCP_ERROR_FILTER_H_INCLUDED_


#include "ngx_http_mcp_call.h"


/*
 * For the header filter: if the response of main request "r" is an error
 * that is not ours, its type and length become those of the JSON-RPC text.
 * NGX_OK: go on; NGX_ERROR: memory.
 */
ngx_int_t ngx_http_mcp_error_header(ngx_http_request_t *r);

/* For the body filter: replaces nginx's page by the text, or passes on. */
ngx_int_t ngx_http_mcp_error_body(ngx_http_request_t *r, ngx_chain_t *in,
    ngx_http_output_body_filter_pt next);


#endif /* _NGX_HTTP_MCP_ERROR_FILTER_H_INCLUDED_ */

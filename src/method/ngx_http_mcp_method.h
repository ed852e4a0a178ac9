
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The methods of MCP and the steps that each of them is.
 */


#ifndef _NGX_HTTP_MCP_METHOD_H_INCLUDED_
#define _NGX_HTTP_MCP_METHOD_H_INCLUDED_


#include "ngx_http_mcp_call.h"


#define NGX_HTTP_MCP_LEGACY_ERA  0x01
#define NGX_HTTP_MCP_MODERN_ERA  0x02


typedef struct {
    ngx_str_t                    name;
    ngx_uint_t                   eras;       /* where it exists */
    ngx_uint_t                   tools;      /* 1: if the server has tools */
    ngx_uint_t                   named;      /* the param that Mcp-Name
                                                mirrors,
                                                ngx_http_mcp_params_e;
                                                0: none */
    const ngx_http_mcp_step_pt  *steps;
} ngx_http_mcp_method_t;


/*
 * The method of call->method in the call's era, if the server advertises
 * what it needs (HTTP-24, VER-11); NULL: -32601.
 */
const ngx_http_mcp_method_t *ngx_http_mcp_method_find(
    const ngx_http_mcp_call_t *call);


/* steps of tools/call, in this order; see ngx_http_mcp_step_pt */

/* which rules that hide are fulfilled (TL-1, TL-2); of tools/list, too */
ngx_int_t ngx_http_mcp_authorize_rules(ngx_http_mcp_call_t *call);

/* params, the tool, what its arguments are (rows 19 and 20) */
ngx_int_t ngx_http_mcp_tool_lookup(ngx_http_mcp_call_t *call);

/* the tool's own rule (TL-5, TL-6, TL-10) */
ngx_int_t ngx_http_mcp_authorize(ngx_http_mcp_call_t *call);

/* Mcp-Param-* against the arguments (row 21; HTTP-39 to HTTP-47) */
ngx_int_t ngx_http_mcp_tool_mirrors(ngx_http_mcp_call_t *call);

/* the arguments against the tool's parameters (row 24; TOOL-23) */
ngx_int_t ngx_http_mcp_tool_validate(ngx_http_mcp_call_t *call);

/* the captured answer as the result (conformance.md U1-U4) */
ngx_int_t ngx_http_mcp_tool_result(ngx_http_mcp_call_t *call);


/* the only steps of their methods: */

/* server/discover (VER-2) */
ngx_int_t ngx_http_mcp_discover(ngx_http_mcp_call_t *call);

/* initialize (mcp-legacy.md 2.2): without a session */
ngx_int_t ngx_http_mcp_initialize(ngx_http_mcp_call_t *call);

/* ping (mcp-legacy.md 2.11) */
ngx_int_t ngx_http_mcp_ping(ngx_http_mcp_call_t *call);

/* 1 if the tool is not there for who calls: no step, see authorize.c */
ngx_uint_t ngx_http_mcp_authorize_hidden(const ngx_http_mcp_call_t *call,
    const ngx_http_mcp_tool_t *tool);

/*
 * The list of tools as the caller may see it; good until the request ends.
 * NULL: no memory.
 */
const ngx_http_mcp_catalog_view_t *ngx_http_mcp_tools_view(
    ngx_http_mcp_call_t *call);

/* tools/list: the page that "cursor" asks for (TOOL-2, PAG-3) */
ngx_int_t ngx_http_mcp_tools_list(ngx_http_mcp_call_t *call);


#endif /* _NGX_HTTP_MCP_METHOD_H_INCLUDED_ */

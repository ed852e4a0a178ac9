
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Variables of who is asking: $mcp_sub, $mcp_claim_NAME and others.
 */


#ifndef _NGX_HTTP_MCP_AUTH_VARIABLES_H_INCLUDED_
#define _NGX_HTTP_MCP_AUTH_VARIABLES_H_INCLUDED_


#include "ngx_http_mcp_catalog.h"


/* the get handler of "mcp_auth_claim_set" variables; their data is the
 * ngx_http_mcp_claim_path_t */
extern ngx_http_get_variable_pt  ngx_http_mcp_auth_claim_getter;

/* Adds the variables; in preconfiguration.  NGX_OK, NGX_ERROR. */
ngx_int_t ngx_http_mcp_auth_variables_add(ngx_conf_t *cf);


#endif /* _NGX_HTTP_MCP_AUTH_VARIABLES_H_INCLUDED_ */

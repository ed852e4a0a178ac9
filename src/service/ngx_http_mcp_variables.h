
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The variables "$mcp_...".
 */


#ifndef _NGX_HTTP_MCP_VARIABLES_H_INCLUDED_
#define _NGX_HTTP_MCP_VARIABLES_H_INCLUDED_


#include "ngx_http_mcp_call.h"


/* Adds the variables; in preconfiguration.  NGX_OK, NGX_ERROR. */
ngx_int_t ngx_http_mcp_variables_add(ngx_conf_t *cf);

/*
 * Finds the indexes of nginx's own variables that a subrequest must be
 * given (design 6); in postconfiguration, before variables are bound.
 */
ngx_int_t ngx_http_mcp_variables_init(ngx_conf_t *cf);


#endif /* _NGX_HTTP_MCP_VARIABLES_H_INCLUDED_ */

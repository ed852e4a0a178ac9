
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Setters of the "mcp_" directives that stand outside of blocks and are
 * more than a slot.  "conf" is what the command table says.
 */


#ifndef _NGX_HTTP_MCP_DIRECTIVES_H_INCLUDED_
#define _NGX_HTTP_MCP_DIRECTIVES_H_INCLUDED_


#include "ngx_http_mcp_catalog.h"


/* "mcp": makes the location an endpoint; "handler" is what answers it. */
char *ngx_http_mcp_endpoint_set(ngx_conf_t *cf,
    ngx_http_mcp_loc_conf_t *mlcf, ngx_http_handler_pt handler);

/* mcp_server_info name=... version=... title=... website=... */
char *ngx_http_mcp_server_info(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* mcp_tools NAME... */
char *ngx_http_mcp_tools(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* mcp_allowed_hosts NAME... */
char *ngx_http_mcp_allowed_hosts(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* mcp_allowed_origins ORIGIN... | none */
char *ngx_http_mcp_allowed_origins(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* mcp_pass_header NAME...; what authorization.md 1.6 names is an error */
char *ngx_http_mcp_pass_header(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* mcp_secret FILE: one key a line, the first signs */
char *ngx_http_mcp_secret(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


#endif /* _NGX_HTTP_MCP_DIRECTIVES_H_INCLUDED_ */


/*
 * Copyright (C) mcp-nginx contributors
 *
 * The shared memory zone ("mcp_zone"), and the keys that sign handles.
 */


#ifndef _NGX_HTTP_MCP_ZONE_H_INCLUDED_
#define _NGX_HTTP_MCP_ZONE_H_INCLUDED_


#include "ngx_http_mcp_catalog.h"


/* mcp_zone NAME:SIZE */
char *ngx_http_mcp_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* Adds the default zone where none was configured.  In postconfiguration. */
ngx_int_t ngx_http_mcp_zone_init(ngx_conf_t *cf);

/*
 * The n-th key: of "mcp_secret", the first of which signs, or the one that
 * was made at the start.  NULL: there are no more.  32 bytes.
 */
const u_char *ngx_http_mcp_zone_key(ngx_http_mcp_main_conf_t *mmcf,
    ngx_uint_t n);


#endif /* _NGX_HTTP_MCP_ZONE_H_INCLUDED_ */


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Headers of answers that a browser's page may read.
 */


#ifndef _NGX_HTTP_MCP_CORS_H_INCLUDED_
#define _NGX_HTTP_MCP_CORS_H_INCLUDED_


#include "ngx_http_mcp_catalog.h"


/* Adds a response header; "name" and the value are not copied. */
ngx_int_t ngx_http_mcp_cors_add(ngx_http_request_t *r, const char *name,
    const ngx_str_t *value);

/*
 * What every answer to an allowed origin carries, refusals included: without
 * the list of exposed names a page cannot see a challenge.
 */
ngx_int_t ngx_http_mcp_cors_expose(ngx_http_request_t *r,
    const ngx_str_t *origin);


#endif /* _NGX_HTTP_MCP_CORS_H_INCLUDED_ */


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Absolute URLs in the configuration: issuers, key sets, resources.
 */


#ifndef _NGX_HTTP_MCP_URL_H_INCLUDED_
#define _NGX_HTTP_MCP_URL_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* spans of a URL */

typedef struct {
    ngx_str_t    scheme;
    ngx_str_t    authority;                /* host[:port] */
    ngx_str_t    host;
    ngx_str_t    path;                     /* empty, or from "/" on */
    ngx_str_t    query;                    /* empty, or with the "?" */
    unsigned     secure:1;                 /* https */
    unsigned     loopback:1;               /* localhost, 127.0.0.0/8, [::1] */
    unsigned     lowcase:1;                /* scheme and host are so */
} ngx_http_mcp_url_t;


/*
 * Splits an absolute http or https URL that has a host, no user and no
 * fragment, and only characters that a URL may have.  NULL, or a static
 * clause that says what is wrong, "has no host".
 */
const char *ngx_http_mcp_url_parse(const ngx_str_t *text,
    ngx_http_mcp_url_t *url);

/* The same, and that http is used on loopback only, or anywhere if
 * "insecure" (authorization.md 3.1). */
const char *ngx_http_mcp_url_check(const ngx_str_t *text,
    ngx_uint_t insecure);


#endif /* _NGX_HTTP_MCP_URL_H_INCLUDED_ */

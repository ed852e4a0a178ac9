
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Tokens that are refused though they are valid: "mcp_auth_denylist"
 * (authorization.md 3.7).
 */


#ifndef _NGX_HTTP_MCP_DENY_LIST_H_INCLUDED_
#define _NGX_HTTP_MCP_DENY_LIST_H_INCLUDED_


#include "ngx_http_mcp_principal.h"


/* a worker's picture of the file */

typedef struct {
    ngx_pool_t                  *pool;
    ngx_array_t                  entries;  /* sorted; see the .c file */
    time_t                       checked;
    time_t                       mtime;
    time_t                       read;     /* when it was */
    off_t                        size;
    ngx_file_uniq_t              uniq;
    unsigned                     failed:1; /* logged once */
    unsigned                     verified:1;  /* by this worker: the picture
                                              is, or was, that of the file */
} ngx_http_mcp_deny_list_t;


/*
 * Whether the file names the principal's "jti", "sub", "sid" or the digest of
 * its token.  The file is looked at once a second, and read when it has
 * changed; one that cannot be read leaves the last picture in force.
 * "pool" is for what has to be decoded.
 *
 * NGX_OK        it does not
 * NGX_DECLINED  it does
 * NGX_ERROR     this worker has never seen the file: nobody can say
 */
ngx_int_t ngx_http_mcp_deny_list_has(ngx_http_mcp_deny_list_t *list,
    const ngx_str_t *file, ngx_pool_t *pool,
    const ngx_http_mcp_principal_t *p);

/* Reads it for the first time, at load; freed with the cycle.  NGX_ERROR
 * after logging. */
ngx_int_t ngx_http_mcp_deny_list_init(ngx_conf_t *cf,
    ngx_http_mcp_deny_list_t *list, const ngx_str_t *file);


#endif /* _NGX_HTTP_MCP_DENY_LIST_H_INCLUDED_ */

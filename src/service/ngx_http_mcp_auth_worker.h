
/*
 * Copyright (C) mcp-nginx contributors
 *
 * What a worker keeps for authorization; mmcf->worker->auth.
 */


#ifndef _NGX_HTTP_MCP_AUTH_WORKER_H_INCLUDED_
#define _NGX_HTTP_MCP_AUTH_WORKER_H_INCLUDED_


#include <openssl/evp.h>
#include "ngx_http_mcp_deny_list.h"
#include "ngx_http_mcp_principal.h"
#include "ngx_http_mcp_wait.h"


/* introspection of a provider's tokens */

typedef struct {
    ngx_uint_t                   inflight;
    unsigned                     failed:1; /* logged once */
} ngx_http_mcp_introspector_t;


typedef struct {
    ngx_http_mcp_waiters_t        waiters;
    ngx_http_mcp_token_cache_t    tokens;
    ngx_http_mcp_deny_list_t      denied;
    ngx_http_mcp_introspector_t  *introspectors;  /* one a provider */
    ngx_queue_t                   views;   /* filtered lists, of src/method */
    ngx_uint_t                    nviews;
    EVP_MD_CTX                   *sha256;  /* ready for the next text */
} ngx_http_mcp_auth_worker_t;


#endif /* _NGX_HTTP_MCP_AUTH_WORKER_H_INCLUDED_ */

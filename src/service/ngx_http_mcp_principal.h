
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Who is asking: what a verified credential says.  Shared by the requests
 * that showed it and by the cache of verified tokens; counted.
 */


#ifndef _NGX_HTTP_MCP_PRINCIPAL_H_INCLUDED_
#define _NGX_HTTP_MCP_PRINCIPAL_H_INCLUDED_


#include "ngx_http_mcp_catalog.h"


#define NGX_HTTP_MCP_TOKEN_DIGEST  32      /* SHA-256 of the credential */


typedef struct {
    ngx_rbtree_node_t               node;        /* of the cache */
    ngx_queue_t                     queue;

    ngx_pool_t                     *pool;        /* holds this and all in it */
    ngx_uint_t                      refs;
    size_t                          size;        /* about what it holds */

    u_char                          digest[NGX_HTTP_MCP_TOKEN_DIGEST];
    u_char                          denied[NGX_HTTP_MCP_TOKEN_DIGEST];
                                                 /* digest by which a deny
                                                    list names it */
    const ngx_http_mcp_provider_t  *provider;    /* NULL: an API key */
    ngx_uint_t                      generation;  /* of the provider's keys */
    ngx_http_mcp_json_t             claims;      /* NONE: an API key */
    ngx_http_mcp_token_facts_t      facts;
    time_t                          until;       /* the cache's own limit */
} ngx_http_mcp_principal_t;


/* the verified tokens of a worker; bounded, the least used go first */

typedef struct {
    ngx_rbtree_t                 tree;
    ngx_rbtree_node_t            sentinel;
    ngx_queue_t                  queue;
    ngx_uint_t                   entries;
    size_t                       size;
} ngx_http_mcp_token_cache_t;


/* One with a pool of its own and one reference; NULL: no memory. */
ngx_http_mcp_principal_t *ngx_http_mcp_principal_create(ngx_log_t *log);

/* Drops a reference; with the last one all is freed, zeroed before. */
void ngx_http_mcp_principal_release(ngx_http_mcp_principal_t *p);

/*
 * A digest that names the subject: provider, issuer, tenant and subject, so
 * that equal subjects of two issuers are two (V-15).
 */
void ngx_http_mcp_principal_key(const ngx_http_mcp_principal_t *p,
    u_char key[32]);


/* An empty cache; in each worker. */
void ngx_http_mcp_token_cache_init(ngx_http_mcp_token_cache_t *cache);

/*
 * The principal of a token seen before, with a reference for the caller; or
 * NULL.  Not the last word: the caller checks provider and generation.
 */
ngx_http_mcp_principal_t *ngx_http_mcp_token_cache_get(
    ngx_http_mcp_token_cache_t *cache, const u_char *digest, time_t now);

/* Keeps a verified principal until p->until; takes a reference of its own. */
void ngx_http_mcp_token_cache_put(ngx_http_mcp_token_cache_t *cache,
    ngx_http_mcp_principal_t *p, ngx_uint_t max);

/* Forgets a token. */
void ngx_http_mcp_token_cache_drop(ngx_http_mcp_token_cache_t *cache,
    ngx_http_mcp_principal_t *p);


#endif /* _NGX_HTTP_MCP_PRINCIPAL_H_INCLUDED_ */

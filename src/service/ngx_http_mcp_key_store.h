
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The keys of providers (authorization.md 3): the text of each set is in
 * the zone with a generation, the parsed keys are each worker's own.
 */


#ifndef _NGX_HTTP_MCP_KEY_STORE_H_INCLUDED_
#define _NGX_HTTP_MCP_KEY_STORE_H_INCLUDED_


#include "ngx_http_mcp_catalog.h"
#include "ngx_http_mcp_fetch.h"


/*
 * Prepares the providers at load: what fetches need, a cell for each worker.
 * Nothing is fetched, so that "nginx -t" and a start need no network (K-8).
 * NGX_ERROR after logging.
 */
ngx_int_t ngx_http_mcp_key_store_init(ngx_conf_t *cf);

/* In each worker: adopts what the zone or the state files have, and starts
 * the background refresh.  NGX_ERROR: no memory. */
ngx_int_t ngx_http_mcp_key_store_start(ngx_cycle_t *cycle,
    const ngx_http_mcp_main_conf_t *mmcf);

/*
 * The current keys of a provider; good until the event loop is entered.
 * *generation tells one set from another: verdicts made with another one
 * are void (K-5).
 *
 * NGX_OK        *set is there, perhaps stale
 * NGX_AGAIN     there were none yet, and a fetch is under way or wanted of
 *               the caller (see ngx_http_mcp_key_store_wanted())
 * NGX_DECLINED  there are none and the last attempt failed: 503
 */
ngx_int_t ngx_http_mcp_key_store_get(const ngx_http_mcp_provider_t *provider,
    const ngx_http_mcp_jwks_t **set, ngx_uint_t *generation);

/* Fetches of the provider that have ended, of all workers: while it is the
 * same, nothing has changed for who waits. */
ngx_uint_t ngx_http_mcp_key_store_round(
    const ngx_http_mcp_provider_t *provider);

/*
 * Asks for newer keys since a token names one that is unknown (3.4), at
 * most once an interval over all workers.  "mark" is 0 at first, and kept by
 * the caller until the token is judged: it says whether the fetch that was
 * asked for has ended.
 *
 * NGX_OK        of "jwks location=" only: the caller fetches now, as below
 * NGX_AGAIN     wait and come again
 * NGX_DECLINED  there is nothing newer, or it may not be asked for now: 401
 */
ngx_int_t ngx_http_mcp_key_store_demand(
    const ngx_http_mcp_provider_t *provider, const ngx_str_t *kid,
    ngx_uint_t *mark);

/*
 * For "jwks location=": 1 if the caller is to fetch now, by a subrequest,
 * and to hand the outcome over below; it has then the lock.
 */
ngx_uint_t ngx_http_mcp_key_store_wanted(
    const ngx_http_mcp_provider_t *provider);

/* What such a subrequest brought: the text of a set, or NULL and why; both
 * NULL: it was given up, and another one may ask. */
void ngx_http_mcp_key_store_answer(const ngx_http_mcp_provider_t *provider,
    const ngx_str_t *text, const char *error);

/* The discovered introspection endpoint, copied to "pool"; empty: none. */
ngx_int_t ngx_http_mcp_key_store_introspection(
    const ngx_http_mcp_provider_t *provider, ngx_pool_t *pool,
    ngx_str_t *url);

/* The issuer's own metadata document, copied to "pool"; empty: none yet. */
ngx_int_t ngx_http_mcp_key_store_metadata(
    const ngx_http_mcp_provider_t *provider, ngx_pool_t *pool,
    ngx_str_t *text);

/* What fetches of this provider share. */
const ngx_http_mcp_fetch_conf_t *ngx_http_mcp_key_store_fetch(
    const ngx_http_mcp_provider_t *provider);


#endif /* _NGX_HTTP_MCP_KEY_STORE_H_INCLUDED_ */

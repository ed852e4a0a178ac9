
/*
 * Copyright (C) mcp-nginx contributors
 *
 * What workers share of a provider's keys: texts, times, who fetches.
 */


#ifndef _NGX_HTTP_MCP_KEY_ZONE_H_INCLUDED_
#define _NGX_HTTP_MCP_KEY_ZONE_H_INCLUDED_


#include "ngx_http_mcp_zone_room.h"


#define NGX_HTTP_MCP_KEY_ZONE_MISSING  64  /* unknown "kid"s remembered */


typedef struct {
    u_char                       kid[8];   /* the start of its digest */
    time_t                       time;
} ngx_http_mcp_key_missing_t;


/* a text of the zone; "data" belongs to it */

typedef struct {
    u_char                      *data;
    size_t                       len;
} ngx_http_mcp_key_text_t;


typedef struct {
    ngx_queue_t                  queue;    /* in zone->keys */
    u_char                       identity[32];

    ngx_atomic_t                 generation;  /* of the key set; 0: none */
    ngx_http_mcp_key_text_t      set;
    ngx_http_mcp_key_text_t      jwks_uri;    /* discovered */
    ngx_http_mcp_key_text_t      introspection;
    ngx_http_mcp_key_text_t      metadata;

    time_t                       discovered;
    time_t                       stale;    /* the set's end */
    time_t                       next;     /* the next fetch is due */

    ngx_pid_t                    owner;    /* who fetches; 0: nobody */
    time_t                       patience; /* until then */
    ngx_uint_t                   round;    /* fetches that have ended */
    ngx_uint_t                   failures; /* since the last good one */

    time_t                       demand;   /* the next one is allowed */
    time_t                       interval; /* between two */
    ngx_uint_t                   demanded; /* the running fetch is one */

    ngx_http_mcp_key_missing_t   missing[NGX_HTTP_MCP_KEY_ZONE_MISSING];
    ngx_uint_t                   last;     /* in "missing" */
} ngx_http_mcp_key_zone_t;


/* what a fetch brought */

typedef struct {
    const ngx_str_t             *set;      /* NULL: failed */
    const ngx_str_t             *jwks_uri; /* NULL: not discovered anew */
    const ngx_str_t             *introspection;
    const ngx_str_t             *metadata;
    time_t                       life;     /* seconds the set is fresh */
    time_t                       keep;     /* and it serves after that */
    time_t                       interval; /* the least between demands */
    ngx_uint_t                   abandoned;   /* given back unfinished */
    ngx_uint_t                   initial;  /* not fetched: only where there
                                              is nothing yet */
} ngx_http_mcp_key_news_t;


/* The node of an identity, made where there is none.  NULL: no room. */
ngx_http_mcp_key_zone_t *ngx_http_mcp_key_zone_node(
    const ngx_http_mcp_main_conf_t *mmcf, const u_char *identity);

/*
 * Takes the right to fetch: when the next one is due (or "now" forces it)
 * and nobody has it, or had it longer than "patience" seconds.  1: taken.
 */
ngx_uint_t ngx_http_mcp_key_zone_take(const ngx_http_mcp_main_conf_t *mmcf,
    ngx_http_mcp_key_zone_t *kz, ngx_uint_t force, time_t patience);

/*
 * Takes it because of an unknown "kid" (3.4).  "mark" as in key_store.h.
 *
 * NGX_OK        taken: fetch
 * NGX_AGAIN     somebody fetches
 * NGX_DECLINED  not allowed now, or known to be missing, or done in vain
 */
ngx_int_t ngx_http_mcp_key_zone_demand(const ngx_http_mcp_main_conf_t *mmcf,
    ngx_http_mcp_key_zone_t *kz, const u_char *kid, time_t patience,
    ngx_uint_t *mark);

/*
 * Gives it back with what was brought.  1: the set is another one; 0: the
 * same, or failed, or there is no room for it (then *full is set).
 */
ngx_uint_t ngx_http_mcp_key_zone_put(const ngx_http_mcp_main_conf_t *mmcf,
    ngx_http_mcp_key_zone_t *kz, const ngx_http_mcp_key_news_t *news,
    ngx_uint_t *full);

/* Copies a text of the node to "pool" and, in *generation, the set's
 * generation (may be NULL).  NGX_ERROR: no memory. */
ngx_int_t ngx_http_mcp_key_zone_copy(const ngx_http_mcp_main_conf_t *mmcf,
    ngx_http_mcp_key_zone_t *kz, const ngx_http_mcp_key_text_t *from,
    ngx_pool_t *pool, ngx_str_t *text, ngx_uint_t *generation);


#endif /* _NGX_HTTP_MCP_KEY_ZONE_H_INCLUDED_ */

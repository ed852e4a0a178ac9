
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Inside of the key store: the cell that a worker has for a provider.
 */


#ifndef _NGX_HTTP_MCP_KEY_INSIDE_H_INCLUDED_
#define _NGX_HTTP_MCP_KEY_INSIDE_H_INCLUDED_


#include "ngx_http_mcp_fetch.h"
#include "ngx_http_mcp_key_store.h"
#include "ngx_http_mcp_key_zone.h"
#include "ngx_http_mcp_wait.h"


#define NGX_HTTP_MCP_KEY_PATIENCE  35      /* seconds a round may take: three
                                              documents and the keys */


/* provider->runtime */

typedef struct {
    const ngx_http_mcp_provider_t    *provider;
    const ngx_http_mcp_main_conf_t   *mmcf;
    const ngx_http_mcp_fetch_conf_t  *fetch_conf;
    u_char                            identity[32];

    /* of this worker */
    ngx_http_mcp_key_zone_t          *kz;
    ngx_http_mcp_waiters_t           *waiters;
    ngx_event_t                       timer;

    ngx_pool_t                       *pool;      /* of the parsed set */
    ngx_http_mcp_jwks_t               set;
    ngx_uint_t                        generation;

    /* the round that runs here */
    ngx_pool_t                       *round;     /* NULL: none does */
    ngx_http_mcp_fetch_t             *fetch;
    ngx_uint_t                        step;      /* of discovery */
    ngx_str_t                         jwks_uri;  /* in "round", as are */
    ngx_str_t                         introspection;
    ngx_str_t                         metadata;
    ngx_uint_t                        discovered;
} ngx_http_mcp_key_cell_t;


/* Starts a round: the caller took the right to it.  Ends in key_news(). */
void ngx_http_mcp_key_fetch(ngx_http_mcp_key_cell_t *cell);

/*
 * The end of a round, by whatever way: "text" is a whole answer, or NULL
 * with "error".  Checks the text, shares it, logs a change of state once,
 * wakes who waits.
 */
void ngx_http_mcp_key_news(ngx_http_mcp_key_cell_t *cell,
    const ngx_str_t *text, ngx_int_t max_age, const char *error);

/* Parses a set as the cell's provider must; in "pool".  NGX_OK,
 * NGX_DECLINED with *reason, NGX_ERROR. */
ngx_int_t ngx_http_mcp_key_parse(const ngx_http_mcp_key_cell_t *cell,
    ngx_pool_t *pool, const ngx_str_t *text, ngx_http_mcp_jwks_t *set,
    const char **reason);

/* Reads the state file (3.6) at a start, where the zone has no keys. */
void ngx_http_mcp_key_state_read(ngx_http_mcp_key_cell_t *cell);

/* Makes it young again where a fetch brought nothing else. */
void ngx_http_mcp_key_state_renew(const ngx_http_mcp_key_cell_t *cell,
    const ngx_str_t *text);

/* Writes it, whole or not at all. */
void ngx_http_mcp_key_state_write(const ngx_http_mcp_key_cell_t *cell,
    const ngx_str_t *text);


#endif /* _NGX_HTTP_MCP_KEY_INSIDE_H_INCLUDED_ */

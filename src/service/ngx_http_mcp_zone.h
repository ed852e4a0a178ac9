
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The shared memory zone ("mcp_zone"): its layout, and the keys that sign
 * handles.  Rooms that keep something in it have a root here and lock it by
 * the pool's mutex.
 */


#ifndef _NGX_HTTP_MCP_ZONE_H_INCLUDED_
#define _NGX_HTTP_MCP_ZONE_H_INCLUDED_


#include "ngx_http_mcp_catalog.h"


/* what the zone begins with; fixed while the zone lives, also over reloads */

typedef struct {
    ngx_uint_t                   layout;   /* its version */
    u_char                       key[32];  /* signs handles */

    ngx_queue_t                  keys;     /* of the key store */

    ngx_rbtree_t                 verdicts; /* of the verdict cache */
    ngx_rbtree_node_t            verdicts_sentinel;
    ngx_queue_t                  allowed;  /* by age, oldest last */
    ngx_queue_t                  denied;
    ngx_uint_t                   denials;  /* length of "denied" */

    ngx_rbtree_t                 failures; /* of the throttle */
    ngx_rbtree_node_t            failures_sentinel;
    ngx_queue_t                  failed;
    ngx_uint_t                   addresses;   /* length of "failed" */
} ngx_http_mcp_zone_t;


/* mcp_zone NAME:SIZE */
char *ngx_http_mcp_zone_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* Adds the default zone where none was configured.  In postconfiguration. */
ngx_int_t ngx_http_mcp_zone_init(ngx_conf_t *cf);

/* The zone's data and, in *pool, the pool whose mutex guards it. */
ngx_http_mcp_zone_t *ngx_http_mcp_zone_data(
    const ngx_http_mcp_main_conf_t *mmcf, ngx_slab_pool_t **pool);

/*
 * The n-th key: of "mcp_secret", the first of which signs, or the one that
 * was made at the start.  NULL: there are no more.  32 bytes.
 */
const u_char *ngx_http_mcp_zone_key(
    const ngx_http_mcp_main_conf_t *mmcf, ngx_uint_t n);


#endif /* _NGX_HTTP_MCP_ZONE_H_INCLUDED_ */

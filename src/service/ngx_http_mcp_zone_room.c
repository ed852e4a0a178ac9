
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Allocates from the zone.  A stranger can fill it with failures and denied
 * tokens; keys must find room all the same, or a withdrawn one would stay in
 * force.  Called by the rooms that keep something there, under its mutex.
 */


#include "ngx_http_mcp_zone_room.h"
#include "ngx_http_mcp_throttle.h"
#include "ngx_http_mcp_verdict.h"


/* a page is free when all the small things in it are: some turns are needed;
 * each is about 100 ns */
#define NGX_HTTP_MCP_ROOM_TURNS  4096


void *
ngx_http_mcp_zone_room(ngx_http_mcp_zone_t *zone, ngx_slab_pool_t *shpool,
    size_t size, ngx_http_mcp_room_e rank)
{
    void        *p;
    ngx_uint_t   i;

    for (i = 0; i < NGX_HTTP_MCP_ROOM_TURNS; i++) {

        p = ngx_slab_alloc_locked(shpool, size);
        if (p) {
            return p;
        }

        if (!ngx_http_mcp_throttle_evict(zone, shpool)
            && !(rank >= NGX_HTTP_MCP_ROOM_DENIAL
                 && ngx_http_mcp_verdict_evict(zone, shpool, &zone->denied))
            && !(rank >= NGX_HTTP_MCP_ROOM_ALLOWANCE
                 && ngx_http_mcp_verdict_evict(zone, shpool,
                                               &zone->allowed)))
        {
            break;
        }
    }

    return NULL;
}

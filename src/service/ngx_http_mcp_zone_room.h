
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Who gives way to whom where the zone is full.
 */


#ifndef _NGX_HTTP_MCP_ZONE_ROOM_H_INCLUDED_
#define _NGX_HTTP_MCP_ZONE_ROOM_H_INCLUDED_


#include "ngx_http_mcp_zone.h"


/* from what anybody can fill to what nobody can do without */

typedef enum {
    NGX_HTTP_MCP_ROOM_ADDRESS = 0,         /* of the throttle */
    NGX_HTTP_MCP_ROOM_DENIAL,              /* verdicts */
    NGX_HTTP_MCP_ROOM_ALLOWANCE,
    NGX_HTTP_MCP_ROOM_KEYS
} ngx_http_mcp_room_e;


/*
 * Memory of the zone, whose mutex the caller has.  Where there is none, what
 * is of the same or a lower rank is given up, oldest first, a bounded number
 * of times.  NULL: there is no room even then.
 */
void *ngx_http_mcp_zone_room(ngx_http_mcp_zone_t *zone,
    ngx_slab_pool_t *shpool, size_t size, ngx_http_mcp_room_e rank);


#endif /* _NGX_HTTP_MCP_ZONE_ROOM_H_INCLUDED_ */

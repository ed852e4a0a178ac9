
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Counts failed credentials of client addresses in the zone, for all
 * workers ("mcp_auth_throttle"; authorization.md 1.2, T9).
 */


#ifndef _NGX_HTTP_MCP_THROTTLE_H_INCLUDED_
#define _NGX_HTTP_MCP_THROTTLE_H_INCLUDED_


#include "ngx_http_mcp_zone.h"


/* Notes a failure of the request's address. */
void ngx_http_mcp_throttle_fail(ngx_http_request_t *r);

/* Forgets the address that was quiet longest; the caller has the zone's
 * mutex.  0: there is none. */
ngx_uint_t ngx_http_mcp_throttle_evict(ngx_http_mcp_zone_t *zone,
    ngx_slab_pool_t *shpool);

/* 1 if the address had more than "limit" failures within a minute. */
ngx_uint_t ngx_http_mcp_throttle_over(ngx_http_request_t *r,
    ngx_uint_t limit);


#endif /* _NGX_HTTP_MCP_THROTTLE_H_INCLUDED_ */

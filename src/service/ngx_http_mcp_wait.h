
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Requests that wait in the access phase for what another request, or
 * another worker, is fetching.
 */


#ifndef _NGX_HTTP_MCP_WAIT_H_INCLUDED_
#define _NGX_HTTP_MCP_WAIT_H_INCLUDED_


#include "ngx_http_mcp_catalog.h"


/* the waiting requests of a worker */

typedef struct {
    ngx_queue_t                  queue;
    ngx_event_t                  timer;
} ngx_http_mcp_waiters_t;


typedef struct {
    ngx_queue_t                  queue;
    ngx_http_request_t          *request;
    unsigned                     waiting:1;
} ngx_http_mcp_wait_t;


/* Nobody waits yet; in each worker. */
void ngx_http_mcp_wait_init(ngx_http_mcp_waiters_t *waiters, ngx_log_t *log);

/*
 * Lets the phases of wait->request run again soon: when something was
 * fetched here, else within 20 ms, since another worker may have done it.
 * The caller returns NGX_AGAIN from its phase, and looks again when it is
 * re-entered; it owns the time limit.
 */
void ngx_http_mcp_wait_add(ngx_http_mcp_waiters_t *waiters,
    ngx_http_mcp_wait_t *wait);

/* Something was fetched: all who wait look again, from the event loop. */
void ngx_http_mcp_wait_wake(ngx_http_mcp_waiters_t *waiters);

/* The request ends: it waits no more. */
void ngx_http_mcp_wait_remove(ngx_http_mcp_wait_t *wait);


#endif /* _NGX_HTTP_MCP_WAIT_H_INCLUDED_ */


/*
 * Copyright (C) mcp-nginx contributors
 *
 * One queue and one timer a worker.  Owns neither the requests nor the
 * waits in them.  Called by the access phase and by who fetches for it.
 */


#include "ngx_http_mcp_wait.h"


#define NGX_HTTP_MCP_WAIT_TICK  20         /* ms, see design.md 6 */


static void ngx_http_mcp_wait_handler(ngx_event_t *ev);


void
ngx_http_mcp_wait_init(ngx_http_mcp_waiters_t *waiters, ngx_log_t *log)
{
    ngx_queue_init(&waiters->queue);

    waiters->timer.handler = ngx_http_mcp_wait_handler;
    waiters->timer.data = waiters;
    waiters->timer.log = log;
}


void
ngx_http_mcp_wait_add(ngx_http_mcp_waiters_t *waiters,
    ngx_http_mcp_wait_t *wait)
{
    if (!wait->waiting) {
        ngx_queue_insert_tail(&waiters->queue, &wait->queue);
        wait->waiting = 1;
    }

    /* not cancelable: a worker that shuts down lives for its requests */

    if (!waiters->timer.timer_set) {
        ngx_add_timer(&waiters->timer, NGX_HTTP_MCP_WAIT_TICK);
    }
}


void
ngx_http_mcp_wait_wake(ngx_http_mcp_waiters_t *waiters)
{
    if (ngx_queue_empty(&waiters->queue)) {
        return;
    }

    if (waiters->timer.timer_set) {
        ngx_del_timer(&waiters->timer);
    }

    ngx_add_timer(&waiters->timer, 0);
}


void
ngx_http_mcp_wait_remove(ngx_http_mcp_wait_t *wait)
{
    if (wait->waiting) {
        ngx_queue_remove(&wait->queue);
        wait->waiting = 0;
    }
}


static void
ngx_http_mcp_wait_handler(ngx_event_t *ev)
{
    ngx_queue_t             *q, now;
    ngx_connection_t        *c;
    ngx_http_request_t      *r;
    ngx_http_mcp_wait_t     *wait;
    ngx_http_mcp_waiters_t  *waiters;

    waiters = ev->data;

    if (ngx_queue_empty(&waiters->queue)) {
        return;
    }

    /*
     * those that must wait on are put into the queue again; one that is
     * ended by another's doing takes itself out of either
     */

    ngx_queue_init(&now);
    ngx_queue_add(&now, &waiters->queue);
    ngx_queue_init(&waiters->queue);

    while (!ngx_queue_empty(&now)) {

        q = ngx_queue_head(&now);
        wait = ngx_queue_data(q, ngx_http_mcp_wait_t, queue);

        ngx_http_mcp_wait_remove(wait);

        r = wait->request;
        c = r->connection;

        ngx_http_set_log_request(c->log, r);

        r->write_event_handler(r);

        ngx_http_run_posted_requests(c);
    }
}

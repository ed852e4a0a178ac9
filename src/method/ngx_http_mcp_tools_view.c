
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Lists filtered by rules: built when a set of fulfilled rules is met first,
 * then kept, a few in each worker, and never made per request
 * (authorization.md 5.2).  A list lives while somebody sends it.
 */


#include "ngx_http_mcp_method.h"
#include "ngx_http_mcp_auth_worker.h"


#define NGX_HTTP_MCP_TOOLS_VIEWS  64


typedef struct {
    ngx_queue_t                    queue;    /* least used last */
    ngx_pool_t                    *pool;     /* holds this, too */
    ngx_uint_t                     refs;
    const ngx_http_mcp_catalog_t  *catalog;
    u_char                        *passed;
    ngx_http_mcp_catalog_view_t   *view;
} ngx_http_mcp_tools_view_t;


static ngx_http_mcp_tools_view_t *ngx_http_mcp_tools_view_find(
    ngx_http_mcp_auth_worker_t *worker, const ngx_http_mcp_call_t *call);
static ngx_http_mcp_tools_view_t *ngx_http_mcp_tools_view_make(
    ngx_http_mcp_auth_worker_t *worker, const ngx_http_mcp_call_t *call);
static ngx_int_t ngx_http_mcp_tools_view_watch(
    ngx_http_mcp_auth_worker_t *worker);
static void ngx_http_mcp_tools_view_stop(void *data);
static void ngx_http_mcp_tools_view_release(void *data);


const ngx_http_mcp_catalog_view_t *
ngx_http_mcp_tools_view(ngx_http_mcp_call_t *call)
{
    ngx_pool_cleanup_t          *cln;
    ngx_http_mcp_main_conf_t    *mmcf;
    ngx_http_mcp_tools_view_t   *tv;
    ngx_http_mcp_auth_worker_t  *worker;

    if (call->passed == NULL) {
        return &call->catalog->all;
    }

    cln = ngx_pool_cleanup_add(call->pool, 0);
    if (cln == NULL) {
        return NULL;
    }

    mmcf = ngx_http_get_module_main_conf(call->request, ngx_http_mcp_module);
    worker = mmcf->worker->auth;

    tv = ngx_http_mcp_tools_view_find(worker, call);

    if (tv == NULL) {
        tv = ngx_http_mcp_tools_view_make(worker, call);
        if (tv == NULL) {
            return NULL;
        }
    }

    /* the answer links its text */

    tv->refs++;

    cln->handler = ngx_http_mcp_tools_view_release;
    cln->data = tv;

    return tv->view;
}


static ngx_http_mcp_tools_view_t *
ngx_http_mcp_tools_view_find(ngx_http_mcp_auth_worker_t *worker,
    const ngx_http_mcp_call_t *call)
{
    ngx_queue_t                *q;
    ngx_http_mcp_tools_view_t  *tv;

    for (q = ngx_queue_head(&worker->views);
         q != ngx_queue_sentinel(&worker->views);
         q = ngx_queue_next(q))
    {
        tv = ngx_queue_data(q, ngx_http_mcp_tools_view_t, queue);

        if (tv->catalog == call->catalog
            && ngx_memcmp(tv->passed, call->passed,
                          (call->catalog->rules.nelts + 7) / 8)
               == 0)
        {
            ngx_queue_remove(q);
            ngx_queue_insert_head(&worker->views, q);

            return tv;
        }
    }

    return NULL;
}


static ngx_http_mcp_tools_view_t *
ngx_http_mcp_tools_view_make(ngx_http_mcp_auth_worker_t *worker,
    const ngx_http_mcp_call_t *call)
{
    size_t                      size;
    ngx_pool_t                 *pool;
    ngx_queue_t                *q;
    ngx_http_mcp_tools_view_t  *tv;

    if (worker->nviews == 0
        && ngx_http_mcp_tools_view_watch(worker) != NGX_OK)
    {
        return NULL;
    }

    pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, ngx_cycle->log);
    if (pool == NULL) {
        return NULL;
    }

    size = (call->catalog->rules.nelts + 7) / 8;

    tv = ngx_palloc(pool, sizeof(ngx_http_mcp_tools_view_t) + size);
    if (tv == NULL) {
        goto failed;
    }

    tv->pool = pool;
    tv->refs = 1;
    tv->catalog = call->catalog;
    tv->passed = (u_char *) (tv + 1);
    ngx_memcpy(tv->passed, call->passed, size);

    tv->view = ngx_http_mcp_catalog_view(pool, ngx_cycle->log, call->catalog,
                                         call->passed);
    if (tv->view == NULL) {
        goto failed;
    }

    if (worker->nviews == NGX_HTTP_MCP_TOOLS_VIEWS) {
        q = ngx_queue_last(&worker->views);
        ngx_queue_remove(q);
        worker->nviews--;

        ngx_http_mcp_tools_view_release(
            ngx_queue_data(q, ngx_http_mcp_tools_view_t, queue));
    }

    ngx_queue_insert_head(&worker->views, &tv->queue);
    worker->nviews++;

    return tv;

failed:

    ngx_destroy_pool(pool);

    return NULL;
}


/* the lists end with the worker; called once, since some stay for ever */

static ngx_int_t
ngx_http_mcp_tools_view_watch(ngx_http_mcp_auth_worker_t *worker)
{
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(ngx_cycle->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_mcp_tools_view_stop;
    cln->data = worker;

    return NGX_OK;
}


static void
ngx_http_mcp_tools_view_stop(void *data)
{
    ngx_http_mcp_auth_worker_t *worker = data;

    ngx_queue_t  *q;

    while (worker->nviews) {
        q = ngx_queue_last(&worker->views);
        ngx_queue_remove(q);
        worker->nviews--;

        ngx_http_mcp_tools_view_release(
            ngx_queue_data(q, ngx_http_mcp_tools_view_t, queue));
    }
}


static void
ngx_http_mcp_tools_view_release(void *data)
{
    ngx_http_mcp_tools_view_t *tv = data;

    if (--tv->refs == 0) {
        ngx_destroy_pool(tv->pool);
    }
}

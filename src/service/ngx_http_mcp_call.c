
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Runs the steps of a call and the subrequest that one of them needs.  The
 * subrequest is a background one, so that the client's side stays free to
 * be written to; therefore waking the main request, seeing the client leave
 * and ending a call that takes too long are done here.
 */


#include "ngx_http_mcp_call.h"
#include "ngx_http_mcp_reply.h"


static ngx_int_t ngx_http_mcp_call_enter(ngx_http_mcp_call_t *call,
    ngx_http_request_t *sr);
static ngx_int_t ngx_http_mcp_call_body(ngx_http_mcp_call_t *call,
    ngx_http_request_t *sr);
static void ngx_http_mcp_call_variables(ngx_http_mcp_call_t *call,
    ngx_http_request_t *sr);
static void ngx_http_mcp_call_stop(ngx_http_mcp_call_t *call);
static void ngx_http_mcp_call_late(ngx_http_request_t *sr);
static ngx_uint_t ngx_http_mcp_call_upstream(ngx_http_request_t *sr);
static void ngx_http_mcp_call_ended(ngx_http_mcp_call_t *call);
static void ngx_http_mcp_call_drop(ngx_http_request_t *sr);
static void ngx_http_mcp_call_write_handler(ngx_http_request_t *r);
static void ngx_http_mcp_call_timer_handler(ngx_event_t *ev);
static void ngx_http_mcp_call_cleanup(void *data);


ngx_http_mcp_call_t *
ngx_http_mcp_call_create(ngx_http_request_t *r, ngx_http_mcp_ctx_t *ctx)
{
    ngx_http_mcp_call_t  *call;

    call = ngx_pcalloc(r->pool, sizeof(ngx_http_mcp_call_t));
    if (call == NULL) {
        return NULL;
    }

    call->request = r;
    call->pool = r->pool;
    call->ctx = ctx;
    call->endpoint = ctx->endpoint;
    call->catalog = ctx->endpoint->catalog;
    call->last_out = &call->out;

    ctx->call = call;

    return call;
}


void
ngx_http_mcp_call_run(ngx_http_mcp_call_t *call)
{
    ngx_int_t  rc;

    do {
        rc = (*call->step)(call);

        if (rc == NGX_AGAIN) {
            return;
        }

        call->step++;

    } while (rc == NGX_OK && *call->step);

    if (rc == NGX_ERROR) {
        ngx_log_error(NGX_LOG_ERR, call->request->connection->log, 0,
                      "mcp server \"%V\" failed to answer \"%V\"",
                      &call->catalog->name, &call->method);

        /* a call that cannot even say so is answered by 500 */

        if (ngx_http_mcp_reply_error(call, NGX_HTTP_OK,
                                     NGX_HTTP_MCP_INTERNAL_ERROR, NULL,
                                     "Internal error")
            == NGX_ERROR)
        {
            call->out = NULL;
            call->status = NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    call->done(call);
}


ngx_int_t
ngx_http_mcp_call_send(ngx_http_mcp_call_t *call)
{
    ngx_http_mcp_main_conf_t  *mmcf;

    if (call->sent) {
        return call->subrequest ? NGX_AGAIN : NGX_OK;
    }

    mmcf = ngx_http_get_module_main_conf(call->request, ngx_http_mcp_module);

    if (mmcf->worker->calls >= call->endpoint->mlcf->max_calls) {

        ngx_log_error(NGX_LOG_WARN, call->request->connection->log, 0,
                      "mcp server \"%V\", tool \"%V\": refused, "
                      "\"mcp_max_calls\" of %ui is reached",
                      &call->catalog->name, &call->name,
                      call->endpoint->mlcf->max_calls);

        return ngx_http_mcp_reply_tool_error(call, NULL,
                   "The server is busy. Try the same call again in a few "
                   "seconds.");
    }

    if (ngx_http_mcp_call_watch(call) != NGX_OK) {
        return NGX_ERROR;
    }

    mmcf->worker->calls++;
    call->counted = 1;

    if (ngx_http_mcp_call_start(call) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, call->request->connection->log, 0,
                   "http mcp call: tool \"%V\" sends %V \"%V\"",
                   &call->name, &call->outgoing.method_name,
                   &call->outgoing.target);

    return NGX_AGAIN;
}


ngx_int_t
ngx_http_mcp_call_start(ngx_http_mcp_call_t *call)
{
    u_char                      *p, *src;
    ngx_str_t                    path, args, target;
    ngx_http_request_t          *r, *sr;
    ngx_http_post_subrequest_t  *ps;

    r = call->request;
    target = call->outgoing.target;

    /* the decoded path is for handlers that look at r->uri and for logs;
     * proxy_pass sends the encoded one as it is */

    ngx_str_null(&args);
    path = target;

    p = ngx_strlchr(target.data, target.data + target.len, '?');

    if (p) {
        path.len = p - target.data;
        args.data = p + 1;
        args.len = target.len - path.len - 1;
    }

    p = ngx_pnalloc(call->pool, path.len);
    ps = ngx_palloc(call->pool, sizeof(ngx_http_post_subrequest_t));

    if (p == NULL || ps == NULL) {
        return NGX_ERROR;
    }

    src = path.data;
    path.data = p;
    ngx_unescape_uri(&p, &src, path.len, NGX_UNESCAPE_URI);
    path.len = p - path.data;

    ps->handler = ngx_http_mcp_call_finished;
    ps->data = call;

    if (ngx_http_subrequest(r, &path, args.len ? &args : NULL, &sr, ps,
                            NGX_HTTP_SUBREQUEST_BACKGROUND)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    call->subrequest = sr;

    /*
     * it is posted already: on an error it must not run with the headers
     * and variables that it took over from the main request
     */

    if (ngx_http_mcp_call_enter(call, sr) != NGX_OK) {
        sr->write_event_handler = ngx_http_mcp_call_drop;
        call->subrequest = NULL;
        return NGX_ERROR;
    }

    call->sent = 1;
    call->started = ngx_current_msec;

    return NGX_OK;
}


static void
ngx_http_mcp_call_drop(ngx_http_request_t *sr)
{
    ngx_http_finalize_request(sr, NGX_DONE);
}


/* Makes the subrequest the tool's own request, inside of its location. */

static ngx_int_t
ngx_http_mcp_call_enter(ngx_http_mcp_call_t *call, ngx_http_request_t *sr)
{
    ngx_http_request_t         *r;
    ngx_http_headers_in_t       in;
    ngx_http_core_main_conf_t  *cmcf;

    r = call->request;
    cmcf = ngx_http_get_module_main_conf(r, ngx_http_core_module);

    /*
     * The main request's variables hold its headers, "$http_authorization"
     * among them: a subrequest that shared them would send the client's
     * token upstream whatever its own headers are.
     */

    sr->variables = ngx_pcalloc(call->pool, cmcf->variables.nelts
                                      * sizeof(ngx_http_variable_value_t));
    if (sr->variables == NULL) {
        return NGX_ERROR;
    }

    in = sr->headers_in;

    ngx_memzero(&sr->headers_in, sizeof(ngx_http_headers_in_t));

    sr->headers_in.headers = call->outgoing.headers;
    sr->headers_in.headers.last = (call->outgoing.headers.last
                                   == &call->outgoing.headers.part)
                                  ? &sr->headers_in.headers.part
                                  : call->outgoing.headers.last;
    sr->headers_in.host = in.host;
    sr->headers_in.server = in.server;
    sr->headers_in.content_length_n = -1;
    sr->headers_in.keep_alive_n = -1;

    if (ngx_http_mcp_call_body(call, sr) != NGX_OK) {
        return NGX_ERROR;
    }

    sr->method = call->outgoing.method;
    sr->method_name = call->outgoing.method_name;
    sr->unparsed_uri = call->outgoing.target;
    sr->valid_unparsed_uri = 1;

    /* as NGX_HTTP_SUBREQUEST_CLONE does, but into another location */

    sr->loc_conf = call->outgoing.location->loc_conf;
    sr->valid_location = 1;
    sr->phase_handler = cmcf->phase_engine.location_rewrite_index;
    sr->write_event_handler = ngx_http_core_run_phases;

    ngx_http_update_location_config(sr);

    ngx_http_mcp_call_variables(call, sr);

    /* limits in the tool's location count on their own */

    call->limit_req_status = r->limit_req_status;
    call->limit_conn_status = r->limit_conn_status;
    r->limit_req_status = 0;
    r->limit_conn_status = 0;

    return NGX_OK;
}


/* An empty body too is a body of its own: else the main one would be sent. */

static ngx_int_t
ngx_http_mcp_call_body(ngx_http_mcp_call_t *call, ngx_http_request_t *sr)
{
    ngx_buf_t         *b;
    ngx_table_elt_t   *h;
    ngx_list_part_t   *part;
    ngx_uint_t         i;

    sr->request_body = ngx_pcalloc(call->pool,
                                   sizeof(ngx_http_request_body_t));
    if (sr->request_body == NULL) {
        return NGX_ERROR;
    }

    if (!call->outgoing.has_body) {
        return NGX_OK;
    }

    sr->headers_in.content_length_n = call->outgoing.body.len;

    for (part = &sr->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].key.len == sizeof("Content-Type") - 1
                && ngx_strncmp(h[i].lowcase_key, "content-type",
                               h[i].key.len)
                   == 0)
            {
                sr->headers_in.content_type = &h[i];

            } else if (h[i].key.len == sizeof("Content-Length") - 1
                       && ngx_strncmp(h[i].lowcase_key, "content-length",
                                      h[i].key.len)
                          == 0)
            {
                sr->headers_in.content_length = &h[i];
            }
        }
    }

    if (call->outgoing.body.len == 0) {
        return NGX_OK;
    }

    b = ngx_calloc_buf(call->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->start = b->pos = call->outgoing.body.data;
    b->end = b->last = b->pos + call->outgoing.body.len;
    b->memory = 1;
    b->last_buf = 1;

    sr->request_body->buf = b;
    sr->request_body->bufs = ngx_alloc_chain_link(call->pool);
    if (sr->request_body->bufs == NULL) {
        return NGX_ERROR;
    }

    sr->request_body->bufs->buf = b;
    sr->request_body->bufs->next = NULL;

    return NGX_OK;
}


/*
 * Two variables that nginx reads from the main request, or anew: the tool's
 * method is what fastcgi_params must send, the id is what the log says.
 */

static void
ngx_http_mcp_call_variables(ngx_http_mcp_call_t *call, ngx_http_request_t *sr)
{
    ngx_http_variable_value_t  *v, *main;
    ngx_http_mcp_main_conf_t   *mmcf;

    mmcf = ngx_http_get_module_main_conf(sr, ngx_http_mcp_module);

    if (mmcf->request_method != NGX_ERROR) {
        v = &sr->variables[mmcf->request_method];

        v->data = call->outgoing.method_name.data;
        v->len = call->outgoing.method_name.len;
        v->valid = 1;
    }

    if (mmcf->request_id != NGX_ERROR) {
        main = ngx_http_get_indexed_variable(call->request,
                                             mmcf->request_id);
        if (main) {
            sr->variables[mmcf->request_id] = *main;
        }
    }
}


/* From now on the call may end by a timer or by the client's leaving. */

ngx_int_t
ngx_http_mcp_call_watch(ngx_http_mcp_call_t *call)
{
    ngx_uint_t           cancel;
    ngx_http_request_t  *r;
    ngx_http_cleanup_t  *cln;

    r = call->request;

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_mcp_call_cleanup;
    cln->data = call;

    call->timer.handler = ngx_http_mcp_call_timer_handler;
    call->timer.data = call;
    call->timer.log = r->connection->log;

    ngx_add_timer(&call->timer, call->outgoing.timeout);

    if (call->endpoint == NULL) {

        /* the phases are run again, and look for it */

        return NGX_OK;
    }

    /*
     * HTTP-19: in the modern era the client's leaving is cancellation.  An
     * old client may come back for another try, so a call that changes
     * something goes on (mcp-legacy.md 9, 13).
     */

    cancel = ngx_http_mcp_modern(call)
             || call->endpoint->mlcf->cancel_on_disconnect
             || call->probe
             || (call->tool->hints & (NGX_HTTP_MCP_HINT_READ_ONLY
                                      |NGX_HTTP_MCP_HINT_IDEMPOTENT));

    r->read_event_handler = cancel ? ngx_http_test_reading
                                   : ngx_http_block_reading;
    r->write_event_handler = ngx_http_mcp_call_write_handler;

    return NGX_OK;
}


ngx_int_t
ngx_http_mcp_call_finished(ngx_http_request_t *r, void *data, ngx_int_t rc)
{
    ngx_http_mcp_call_t *call = data;

    ngx_connection_t  *c;

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "http mcp call: subrequest of \"%V\" ended, rc:%i",
                   &call->name, rc);

    c = r->connection;

    if (rc == NGX_ERROR && call->subrequest == r && c->error
        && !c->read->error && !c->write->error
#if (NGX_HTTP_V2)
        && r->stream == NULL
#endif
       )
    {
        /*
         * ngx_http_output_filter() says that of the client when a filter
         * ahead of ours failed, as gunzip does with broken data
         */

        c->error = 0;
    }

    if (call->subrequest != r || c->error) {

        /* given up before, or the client is gone */

        return rc;
    }

    ngx_http_mcp_call_release(r);

    if ((rc == NGX_OK || rc == NGX_AGAIN) && r->buffered) {

        /* a pause: nginx comes again when the rest is through the filters */

        return rc;
    }

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE || rc == NGX_HTTP_CREATED
        || rc == NGX_HTTP_NO_CONTENT)
    {
        if (rc != NGX_HTTP_CLOSE && rc != NGX_HTTP_REQUEST_TIME_OUT
            && rc != NGX_HTTP_CLIENT_CLOSED_REQUEST)
        {
            /*
             * nginx makes an answer of its own now, or goes to an
             * error_page, which wipes this mark; it comes back here after it
             */

            ngx_http_set_ctx(r, call, ngx_http_mcp_filter_module);

            return rc;
        }

        rc = NGX_ERROR;
    }

    if (rc == NGX_ERROR) {
        call->capture.failed = !call->capture.complete;
    }

    ngx_http_mcp_call_ended(call);
    ngx_http_mcp_call_wake(call, 0);

    /* NGX_ERROR of a subrequest would close the client's connection */

    return (rc == NGX_ERROR) ? NGX_OK : rc;
}


void
ngx_http_mcp_call_wake(ngx_http_mcp_call_t *call, ngx_uint_t abort)
{
    if (abort) {
        call->abort = 1;
    }

    /* posted once: before nginx 1.30.4 a request posted twice runs twice */

    if (call->wake) {
        return;
    }

    call->wake = 1;

    (void) ngx_http_post_request(call->request, &call->posted);
}


static void
ngx_http_mcp_call_write_handler(ngx_http_request_t *r)
{
    ngx_uint_t            woken;
    ngx_connection_t     *c;
    ngx_http_request_t   *sr;
    ngx_http_mcp_ctx_t   *ctx;
    ngx_http_mcp_call_t  *call, *probe;

    c = r->connection;

    if (c->error || c->write->error) {
        ngx_http_finalize_request(r, NGX_HTTP_CLIENT_CLOSED_REQUEST);
        return;
    }

    ctx = ngx_http_get_module_ctx(r, ngx_http_mcp_module);
    call = ctx->call;

    woken = call->wake;

    (void) ngx_http_mcp_call_probed(call);

    for (probe = call->probes; probe; probe = probe->sibling) {
        woken |= probe->wake;
        (void) ngx_http_mcp_call_probed(probe);
    }

    if (woken) {

        if (call->subrequest == NULL) {
            ngx_http_mcp_call_run(call);
        }

        return;
    }

    /*
     * limit_req in the tool's location waits on the connection's write
     * event, which belongs to the main request: pass it on
     */

    sr = call->subrequest;

    if (sr && !ngx_http_mcp_call_upstream(sr) && !c->write->delayed) {
        sr->write_event_handler(sr);
    }
}


ngx_uint_t
ngx_http_mcp_call_probed(ngx_http_mcp_call_t *call)
{
    if (call->wake) {
        call->wake = 0;

        if (call->abort) {
            ngx_http_mcp_call_stop(call);
        }
    }

    return (call->subrequest == NULL);
}


static void
ngx_http_mcp_call_timer_handler(ngx_event_t *ev)
{
    ngx_connection_t     *c;
    ngx_http_mcp_call_t  *call;

    call = ev->data;
    c = call->request->connection;

    ngx_http_set_log_request(c->log, call->request);

    call->timedout = 1;

    ngx_http_mcp_call_wake(call, 1);

    ngx_http_run_posted_requests(c);
}


/* Ends a subrequest early; what cannot be ended is left to run alone. */

static void
ngx_http_mcp_call_stop(ngx_http_mcp_call_t *call)
{
    ngx_event_t         *wev;
    ngx_http_request_t  *sr;

    sr = call->subrequest;

    if (sr == NULL) {
        return;
    }

    ngx_http_mcp_call_ended(call);

    if (sr->aio) {

        /* a thread works for it, in its memory: it comes back there */

        sr->write_event_handler = ngx_http_mcp_call_late;
        return;
    }

    if (ngx_http_mcp_call_upstream(sr)) {

        /* closes the upstream's connection and drops the reference to main;
         * the post_subrequest handler is not called */

        sr->write_event_handler = ngx_http_request_empty_handler;
        (*sr->upstream->cleanup)(sr);
        return;
    }

    wev = call->request->connection->write;

    if (wev->delayed || sr->buffered) {

        /* limit_req keeps it, and with it the connection's write event; or
         * it waits in nginx's writer for something that does not come */

        if (wev->delayed) {
            wev->delayed = 0;

            if (wev->timer_set) {
                ngx_del_timer(wev);
            }
        }

        sr->write_event_handler = ngx_http_request_empty_handler;
        ngx_http_finalize_request(sr, NGX_DONE);
    }
}


/* A thread has ended its work for a subrequest that was given up. */

static void
ngx_http_mcp_call_late(ngx_http_request_t *sr)
{
    if (sr->aio) {
        return;
    }

    if (ngx_http_mcp_call_upstream(sr)) {
        sr->write_event_handler = ngx_http_request_empty_handler;
        (*sr->upstream->cleanup)(sr);

    } else if (sr->main->connection->error) {

        /* the client left, and nginx waits for the thread in main's handler */

        sr->main->write_event_handler(sr->main);

    } else if (!sr->done) {
        sr->write_event_handler = ngx_http_request_empty_handler;
        ngx_http_finalize_request(sr, NGX_DONE);
    }
}


/* After an error_page the upstream of the location before is still there,
 * but over. */

static ngx_uint_t
ngx_http_mcp_call_upstream(ngx_http_request_t *sr)
{
    return sr->upstream && sr->upstream->cleanup;
}


static void
ngx_http_mcp_call_ended(ngx_http_mcp_call_t *call)
{
    ngx_http_request_t  *r;

    r = call->request;

    call->subrequest = NULL;
    call->elapsed = ngx_current_msec - call->started;

    r->limit_req_status = call->limit_req_status;
    r->limit_conn_status = call->limit_conn_status;

    ngx_http_mcp_call_cleanup(call);
}


static void
ngx_http_mcp_call_cleanup(void *data)
{
    ngx_http_mcp_call_t *call = data;

    ngx_http_mcp_main_conf_t  *mmcf;

    if (call->timer.timer_set) {
        ngx_del_timer(&call->timer);
    }

    if (call->subrequest && call->subrequest->aio) {
        call->subrequest->write_event_handler = ngx_http_mcp_call_late;
    }

    if (call->counted) {
        mmcf = ngx_http_get_module_main_conf(call->request,
                                             ngx_http_mcp_module);
        mmcf->worker->calls--;
        call->counted = 0;
    }
}


ngx_http_mcp_call_t *
ngx_http_mcp_call_of(ngx_http_request_t *r)
{
    ngx_http_request_t  *sr;
    ngx_http_mcp_ctx_t  *ctx;

    for (sr = r; sr != r->main; sr = sr->parent) {
        if (sr->post_subrequest
            && sr->post_subrequest->handler == ngx_http_mcp_call_finished)
        {
            return sr->post_subrequest->data;
        }
    }

    ctx = ngx_http_get_module_ctx(r->main, ngx_http_mcp_module);

    return ctx ? ctx->call : NULL;
}


ngx_uint_t
ngx_http_mcp_call_below(ngx_http_request_t *r)
{
    ngx_http_request_t  *parent;

    if (r == r->main) {
        return 0;
    }

    for (parent = r->parent; parent != r->main; parent = parent->parent) {
        if (parent->post_subrequest
            && parent->post_subrequest->handler == ngx_http_mcp_call_finished)
        {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_http_mcp_call_nested(ngx_http_request_t *r)
{
    ngx_http_mcp_call_t  *call;

    if (!ngx_http_mcp_call_below(r)) {
        return NGX_DECLINED;
    }

    call = ngx_http_mcp_call_of(r);

    ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                  "mcp tool \"%V\": the output of a subrequest in \"%V\" is "
                  "not part of the result",
                  &call->name, &call->outgoing.location->name);

    ngx_http_mcp_call_release(r->parent);

    if (r->waited && call->subrequest) {

        /* its parent would wait for its turn, and then for ever */

        call->capture.failed = 1;
        ngx_http_mcp_call_wake(call, 1);
    }

    return NGX_DECLINED;
}


void
ngx_http_mcp_call_release(ngx_http_request_t *r)
{
    ngx_http_postponed_request_t  *pr;

    for (pr = r->postponed; pr; pr = pr->next) {
        if (pr->request) {
            pr->request->background = 1;
        }
    }

    r->postponed = NULL;
}

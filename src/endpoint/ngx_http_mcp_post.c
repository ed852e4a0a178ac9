
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The content handler of an endpoint: reads the body, scans it, starts the
 * call that is in it.  Entered by nginx's content phase.
 */


#include "ngx_http_mcp_endpoint.h"


static void ngx_http_mcp_post_read_handler(ngx_http_request_t *r);
static void ngx_http_mcp_post_body_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_mcp_post_body(ngx_http_request_t *r,
    ngx_str_t *text);
static ngx_int_t ngx_http_mcp_post_copy(ngx_http_request_t *r,
    ngx_str_t *text);
static void ngx_http_mcp_post_message(ngx_http_request_t *r,
    ngx_http_mcp_ctx_t *ctx, const ngx_http_mcp_json_t *message);
static void ngx_http_mcp_post_done(ngx_http_mcp_call_t *call);


ngx_int_t
ngx_http_mcp_handler(ngx_http_request_t *r)
{
    ngx_int_t            rc;
    const char          *message;
    ngx_http_mcp_ctx_t  *ctx;

    if (r != r->main) {

        /* a subrequest has no client to talk to */

        return NGX_HTTP_NOT_FOUND;
    }

    ctx = ngx_http_mcp_admission_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_mcp_admission(r, ctx, &message);

    if (rc != NGX_OK) {
        ngx_log_debug2(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                       "http mcp admission: %i \"%s\"", rc,
                       message ? message : "");

        if (ngx_http_discard_request_body(r) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        r->main->count++;

        if (message) {
            ngx_http_mcp_send_error(r, rc, rc, message);

        } else {
            ngx_http_mcp_send(r, rc, NULL, 0);
        }

        return NGX_DONE;
    }

    r->request_body_in_single_buf = 1;

    rc = ngx_http_read_client_request_body(r, ngx_http_mcp_post_body_handler);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return rc;
    }

    if (rc == NGX_AGAIN) {

        /* nginx closes a connection whose body does not come, unanswered */

        ctx->read_body = r->read_event_handler;
        r->read_event_handler = ngx_http_mcp_post_read_handler;
    }

    return NGX_DONE;
}


static void
ngx_http_mcp_post_read_handler(ngx_http_request_t *r)
{
    ngx_http_mcp_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_mcp_module);

    if (r->connection->read->timedout) {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, NGX_ETIMEDOUT,
                      "mcp server \"%V\": client timed out while it sent a "
                      "body", &ctx->endpoint->catalog->name);

        r->keepalive = 0;

#if (NGX_HTTP_V2)
        if (r->stream) {

            /* what still comes of the body has nowhere to go */

            r->stream->skip_data = 1;
        }
#endif

        ngx_http_mcp_send_error(r, NGX_HTTP_REQUEST_TIME_OUT,
                                NGX_HTTP_REQUEST_TIME_OUT,
                                "The request did not arrive in time");
        return;
    }

    ctx->read_body(r);
}


static void
ngx_http_mcp_post_body_handler(ngx_http_request_t *r)
{
    ngx_str_t                  text;
    ngx_http_mcp_ctx_t        *ctx;
    ngx_http_mcp_json_t        message;
    ngx_http_mcp_json_scan_t   scan;

    ctx = ngx_http_get_module_ctx(r, ngx_http_mcp_module);

    if (ngx_http_mcp_post_body(r, &text) != NGX_OK) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    ngx_memzero(&scan, sizeof(ngx_http_mcp_json_scan_t));

    scan.depth = NGX_HTTP_MCP_JSON_DEPTH;
    scan.unique = 1;

    switch (ngx_http_mcp_json_scan(&scan, &text, &message)) {

    case NGX_OK:
        break;

    case NGX_DECLINED:
        ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                      "mcp server \"%V\": client sent a body that is refused: "
                      "%s at byte %uz of %uz", &ctx->endpoint->catalog->name,
                      ngx_http_mcp_json_reason(scan.error), scan.offset,
                      text.len);

        /* row 6; a name twice is JSON, but no request that is safe to read */

        ngx_http_mcp_send_error(r, NGX_HTTP_BAD_REQUEST,
                                (scan.error == NGX_HTTP_MCP_JSON_DUPLICATE)
                                ? NGX_HTTP_MCP_INVALID_REQUEST
                                : NGX_HTTP_MCP_PARSE_ERROR,
                                ngx_http_mcp_json_reason(scan.error));
        return;

    default:
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    if (message.type == NGX_HTTP_MCP_JSON_ARRAY) {
        ngx_http_mcp_batch_run(r, ctx, &message);
        return;
    }

    ngx_http_mcp_post_message(r, ctx, &message);
}


static void
ngx_http_mcp_post_message(ngx_http_request_t *r, ngx_http_mcp_ctx_t *ctx,
    const ngx_http_mcp_json_t *message)
{
    ngx_http_mcp_call_t  *call;

    call = ngx_http_mcp_call_create(r, ctx);
    if (call == NULL) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    call->done = ngx_http_mcp_post_done;

    switch (ngx_http_mcp_ladder(call, message)) {

    case NGX_OK:
        ngx_http_mcp_call_run(call);
        return;

    case NGX_DONE:
        ngx_http_mcp_post_done(call);
        return;

    case NGX_DECLINED:

        /* HTTP-8 */

        ngx_http_mcp_send(r, NGX_HTTP_ACCEPTED, NULL, 0);
        return;

    default:
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
    }
}


static void
ngx_http_mcp_post_done(ngx_http_mcp_call_t *call)
{
    if (call->out == NULL) {
        ngx_http_finalize_request(call->request, call->status);
        return;
    }

    ngx_http_mcp_send(call->request, call->status, call->out, call->length);
}


/* The body as one piece: most often it is one buffer already. */

static ngx_int_t
ngx_http_mcp_post_body(ngx_http_request_t *r, ngx_str_t *text)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    ngx_str_null(text);

    if (r->request_body == NULL || r->request_body->bufs == NULL) {
        return NGX_OK;
    }

    cl = r->request_body->bufs;
    b = cl->buf;

    if (cl->next == NULL && ngx_buf_in_memory(b)) {
        text->data = b->pos;
        text->len = b->last - b->pos;
        return NGX_OK;
    }

    return ngx_http_mcp_post_copy(r, text);
}


static ngx_int_t
ngx_http_mcp_post_copy(ngx_http_request_t *r, ngx_str_t *text)
{
    off_t         size;
    u_char       *p;
    ssize_t       n;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    size = 0;

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        if (!ngx_buf_special(cl->buf)) {
            size += ngx_buf_size(cl->buf);
        }
    }

    /* bounded by client_max_body_size */

    text->data = ngx_pnalloc(r->pool, size);
    if (text->data == NULL) {
        return NGX_ERROR;
    }

    p = text->data;

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        b = cl->buf;

        /* the last one of a chunked body has neither memory nor a file */

        if (ngx_buf_in_memory(b)) {
            p = ngx_cpymem(p, b->pos, b->last - b->pos);

        } else if (b->in_file) {

            n = ngx_read_file(b->file, p, b->file_last - b->file_pos,
                              b->file_pos);

            if (n != b->file_last - b->file_pos) {
                ngx_log_error(NGX_LOG_CRIT, r->connection->log, 0,
                              "request body file was read to %z bytes", n);
                return NGX_ERROR;
            }

            p += n;
        }
    }

    text->len = p - text->data;

    return NGX_OK;
}

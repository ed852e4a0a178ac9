
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Batches of 2025-03-26, the only revision that has them.  Messages run one
 * after the other, so that variables always mean the call that runs.
 */


#include "ngx_http_mcp_endpoint.h"
#include "ngx_http_mcp_reply.h"


#define NGX_HTTP_MCP_BATCH         50     /* messages */
#define NGX_HTTP_MCP_BATCH_LENGTH  (4 * 1024 * 1024)  /* answers, bytes */


static ngx_int_t ngx_http_mcp_batch_check(ngx_http_request_t *r,
    ngx_http_mcp_ctx_t *ctx, const ngx_http_mcp_json_t *array);
static void ngx_http_mcp_batch_next(ngx_http_request_t *r,
    ngx_http_mcp_ctx_t *ctx);
static ngx_uint_t ngx_http_mcp_batch_status(ngx_http_request_t *r,
    ngx_http_mcp_ctx_t *ctx);
static void ngx_http_mcp_batch_done(ngx_http_mcp_call_t *call);
static ngx_int_t ngx_http_mcp_batch_add(ngx_http_mcp_call_t *call);
static ngx_int_t ngx_http_mcp_batch_link(ngx_http_mcp_ctx_t *ctx,
    ngx_pool_t *pool, const char *text);


void
ngx_http_mcp_batch_run(ngx_http_request_t *r, ngx_http_mcp_ctx_t *ctx,
    const ngx_http_mcp_json_t *array)
{
    if (ngx_http_mcp_batch_check(r, ctx, array) != NGX_OK) {
        return;
    }

    ctx->in_batch = 1;
    ctx->batch_last = &ctx->batch_out;

    ngx_http_mcp_json_iter(&ctx->batch, array);

    ngx_http_mcp_batch_next(r, ctx);
}


/* What is wrong with the batch as a whole: answered, NGX_DECLINED. */

static ngx_int_t
ngx_http_mcp_batch_check(ngx_http_request_t *r, ngx_http_mcp_ctx_t *ctx,
    const ngx_http_mcp_json_t *array)
{
    ngx_uint_t                 n;
    const char                *message;
    ngx_http_mcp_json_t        element, method;
    ngx_http_mcp_json_iter_t   it;

    static const ngx_str_t  revision = ngx_string("2025-03-26");
    static const ngx_str_t  key = ngx_string("method");
    static const ngx_str_t  initialize = ngx_string("initialize");

    message = NULL;

    if (ctx->headers.versions
        && (ctx->headers.version.len != revision.len
            || ngx_strncmp(ctx->headers.version.data, revision.data,
                           revision.len)
               != 0))
    {
        message = "Batches are part of protocol version 2025-03-26 only";
    }

    ngx_http_mcp_json_iter(&it, array);

    for (n = 0; ngx_http_mcp_json_next(&it, NULL, &element) == NGX_OK; n++) {

        if (ngx_http_mcp_ladder_modern(&element)) {
            message = "A message of protocol version 2026-07-28 cannot be in "
                      "a batch";
        }

        if (ngx_http_mcp_json_find(&element, &key, &method) == NGX_OK
            && method.type == NGX_HTTP_MCP_JSON_STRING
            && ngx_http_mcp_json_equal(&method, &initialize))
        {
            message = "initialize cannot be in a batch";
        }
    }

    if (n == 0) {
        message = "An empty batch";

    } else if (n > NGX_HTTP_MCP_BATCH) {
        message = "Too many messages in one batch";
    }

    if (message == NULL) {
        return NGX_OK;
    }

    ngx_http_mcp_send_error(r, NGX_HTTP_BAD_REQUEST,
                            NGX_HTTP_MCP_INVALID_REQUEST, message);

    return NGX_DECLINED;
}


static void
ngx_http_mcp_batch_next(ngx_http_request_t *r, ngx_http_mcp_ctx_t *ctx)
{
    ngx_int_t             rc;
    ngx_http_mcp_call_t  *call;
    ngx_http_mcp_json_t   message;

    while (ngx_http_mcp_json_next(&ctx->batch, NULL, &message) == NGX_OK) {

        call = ngx_http_mcp_call_create(r, ctx);
        if (call == NULL) {
            goto failed;
        }

        call->done = ngx_http_mcp_batch_done;

        rc = ngx_http_mcp_ladder(call, &message);

        if (rc == NGX_OK && ctx->batch_length > NGX_HTTP_MCP_BATCH_LENGTH) {

            /* all answers are kept until the last one is there */

            rc = ngx_http_mcp_reply_error(call, NGX_HTTP_OK,
                     NGX_HTTP_MCP_INTERNAL_ERROR, NULL,
                     "The answers of this batch are too large together: "
                     "send the message on its own");
        }

        if (rc == NGX_OK) {

            /* comes back through ngx_http_mcp_batch_done() */

            ngx_http_mcp_call_run(call);
            return;
        }

        if (rc == NGX_ERROR
            || (rc == NGX_DONE && ngx_http_mcp_batch_add(call) != NGX_OK))
        {
            goto failed;
        }
    }

    if (ctx->batch_out == NULL) {
        ngx_http_mcp_send(r, NGX_HTTP_ACCEPTED, NULL, 0);
        return;
    }

    if (ngx_http_mcp_batch_link(ctx, r->pool, "]") != NGX_OK) {
        goto failed;
    }

    ngx_http_mcp_send(r, ngx_http_mcp_batch_status(r, ctx), ctx->batch_out,
                      ctx->batch_length);

    return;

failed:

    ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
}


/*
 * authorization.md 5.3: one status for many messages.  A challenge helps only
 * where nothing else was answered.
 */

static ngx_uint_t
ngx_http_mcp_batch_status(ngx_http_request_t *r, ngx_http_mcp_ctx_t *ctx)
{
    ngx_table_elt_t  *h;

    h = r->headers_out.www_authenticate;

    if (h == NULL) {
        return NGX_HTTP_OK;
    }

    if (ctx->batch_challenged && ctx->batch_challenged == ctx->batch_answers) {
        return NGX_HTTP_FORBIDDEN;
    }

    h->hash = 0;

    return NGX_HTTP_OK;
}


static void
ngx_http_mcp_batch_done(ngx_http_mcp_call_t *call)
{
    if (ngx_http_mcp_batch_add(call) != NGX_OK) {
        ngx_http_finalize_request(call->request,
                                  NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    ngx_http_mcp_batch_next(call->request, call->ctx);
}


static ngx_int_t
ngx_http_mcp_batch_add(ngx_http_mcp_call_t *call)
{
    ngx_http_mcp_ctx_t *ctx = call->ctx;

    if (call->out == NULL
        || ngx_http_mcp_batch_link(ctx, call->pool,
                                   ctx->batch_out ? "," : "[")
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    *ctx->batch_last = call->out;
    ctx->batch_last = call->last_out;
    ctx->batch_length += call->length;

    ctx->batch_answers++;
    ctx->batch_challenged += call->challenged;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_batch_link(ngx_http_mcp_ctx_t *ctx, ngx_pool_t *pool,
    const char *text)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    b = ngx_calloc_buf(pool);
    cl = ngx_alloc_chain_link(pool);

    if (b == NULL || cl == NULL) {
        return NGX_ERROR;
    }

    b->pos = (u_char *) text;
    b->last = b->pos + 1;
    b->memory = 1;

    cl->buf = b;
    cl->next = NULL;

    *ctx->batch_last = cl;
    ctx->batch_last = &cl->next;
    ctx->batch_length++;

    return NGX_OK;
}

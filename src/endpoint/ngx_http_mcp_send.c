
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Sends an endpoint's own responses.  Called once a request, at its end.
 */


#include "ngx_http_mcp_endpoint.h"
#include "ngx_http_mcp_cors.h"
#include "ngx_http_mcp_reply.h"


static ngx_int_t ngx_http_mcp_send_headers(ngx_http_request_t *r,
    ngx_http_mcp_ctx_t *ctx, ngx_uint_t status);
static ngx_int_t ngx_http_mcp_send_preflight(ngx_http_request_t *r,
    ngx_http_mcp_ctx_t *ctx);


static ngx_str_t  ngx_http_mcp_allow = ngx_string("POST, OPTIONS");


void
ngx_http_mcp_send(ngx_http_request_t *r, ngx_uint_t status, ngx_chain_t *out,
    size_t length)
{
    ngx_int_t            rc;
    ngx_chain_t         *cl;
    ngx_http_mcp_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_mcp_module);
    ctx->answered = 1;

    r->headers_out.status = status;
    r->headers_out.content_length_n = length;

    if (out) {
        ngx_str_set(&r->headers_out.content_type, "application/json");
        r->headers_out.content_type_len = r->headers_out.content_type.len;

    } else if (status != NGX_HTTP_NO_CONTENT) {

        /* HTTP-8: Content-Length: 0, and nothing after the header */

        r->header_only = 1;
    }

    if (ngx_http_mcp_send_headers(r, ctx, status) != NGX_OK) {
        ngx_http_finalize_request(r, NGX_ERROR);
        return;
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only || out == NULL) {
        ngx_http_finalize_request(r, rc);
        return;
    }

    for (cl = out; cl->next; cl = cl->next) { /* void */ }

    cl->buf->last_buf = 1;

    ngx_http_finalize_request(r, ngx_http_output_filter(r, out));
}


void
ngx_http_mcp_send_error(ngx_http_request_t *r, ngx_uint_t status,
    ngx_int_t code, const char *message)
{
    ngx_buf_t    *b;
    ngx_str_t     text;
    ngx_chain_t  *cl;

    b = ngx_calloc_buf(r->pool);
    cl = ngx_alloc_chain_link(r->pool);

    if (b == NULL || cl == NULL
        || ngx_http_mcp_reply_text(r->pool, code, message, &text) != NGX_OK)
    {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    b->pos = text.data;
    b->last = text.data + text.len;
    b->memory = 1;

    cl->buf = b;
    cl->next = NULL;

    ngx_http_mcp_send(r, status, cl, text.len);
}


static ngx_int_t
ngx_http_mcp_send_headers(ngx_http_request_t *r, ngx_http_mcp_ctx_t *ctx,
    ngx_uint_t status)
{
    static const ngx_str_t  no_store = ngx_string("no-store");
    static const ngx_str_t  later = ngx_string("5");

    if ((status == NGX_HTTP_UNAUTHORIZED || status == NGX_HTTP_FORBIDDEN)
        && ngx_http_mcp_cors_add(r, "Cache-Control", &no_store) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (status == NGX_HTTP_SERVICE_UNAVAILABLE
        && ngx_http_mcp_cors_add(r, "Retry-After", &later) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if ((status == NGX_HTTP_NOT_ALLOWED || r->method == NGX_HTTP_OPTIONS)
        && ngx_http_mcp_cors_add(r, "Allow", &ngx_http_mcp_allow)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!ctx->cors) {
        return NGX_OK;
    }

    if (ngx_http_mcp_cors_expose(r, &ctx->headers.origin) != NGX_OK) {
        return NGX_ERROR;
    }

    return (r->method == NGX_HTTP_OPTIONS)
           ? ngx_http_mcp_send_preflight(r, ctx) : NGX_OK;
}


static ngx_int_t
ngx_http_mcp_send_preflight(ngx_http_request_t *r, ngx_http_mcp_ctx_t *ctx)
{
    u_char     *p;
    ngx_str_t   names;

    static ngx_str_t  age = ngx_string("7200");

    static ngx_str_t  fixed = ngx_string("content-type, accept, "
        "authorization, mcp-protocol-version, mcp-method, mcp-name, "
        "mcp-session-id, last-event-id");

    names.len = fixed.len + ctx->endpoint->catalog->param_headers.len;
    names.data = ngx_pnalloc(r->pool, names.len);
    if (names.data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(names.data, fixed.data, fixed.len);
    ngx_memcpy(p, ctx->endpoint->catalog->param_headers.data,
               ctx->endpoint->catalog->param_headers.len);

    if (ngx_http_mcp_cors_add(r, "Access-Control-Allow-Methods",
                                 &ngx_http_mcp_allow)
        != NGX_OK
        || ngx_http_mcp_cors_add(r, "Access-Control-Allow-Headers",
                                    &names)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_mcp_cors_add(r, "Access-Control-Max-Age", &age);
}

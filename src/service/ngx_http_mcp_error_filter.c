
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Replaces nginx's HTML error pages on an endpoint, since an old client
 * takes HTML for "no MCP server here".  Called by the capture filter for
 * main requests; the context of ngx_http_mcp_filter_module is the text.
 */


#include "ngx_http_mcp_error_filter.h"
#include "ngx_http_mcp_auth_answer.h"
#include "ngx_http_mcp_cors.h"
#include "ngx_http_mcp_reply.h"


static ngx_int_t ngx_http_mcp_error_text(ngx_http_request_t *r,
    ngx_uint_t refused, ngx_str_t *text);
static ngx_int_t ngx_http_mcp_error_headers(ngx_http_request_t *r,
    ngx_uint_t refused);
static const char *ngx_http_mcp_error_message(ngx_uint_t status);


ngx_int_t
ngx_http_mcp_error_header(ngx_http_request_t *r)
{
    ngx_str_t                *text;
    ngx_uint_t                refused;
    ngx_http_mcp_ctx_t       *ctx;
    ngx_http_mcp_loc_conf_t  *mlcf;

    mlcf = ngx_http_get_module_loc_conf(r, ngx_http_mcp_module);

    if ((mlcf->endpoint == NULL && !ngx_http_mcp_auth_on(&mlcf->auth))
        || r->headers_out.status < NGX_HTTP_BAD_REQUEST)
    {
        return NGX_OK;
    }

    ctx = ngx_http_get_module_ctx(r, ngx_http_mcp_module);

    if (ctx && ctx->answered) {
        return NGX_OK;
    }

    refused = ngx_http_mcp_auth_refused(r);

    if (mlcf->endpoint == NULL && !refused) {
        return NGX_OK;
    }

    text = ngx_palloc(r->pool, sizeof(ngx_str_t));

    if (text == NULL
        || ngx_http_mcp_error_text(r, refused, text) != NGX_OK
        || ngx_http_mcp_error_headers(r, refused) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_set_ctx(r, text, ngx_http_mcp_filter_module);

    ngx_http_clear_content_length(r);
    ngx_http_clear_accept_ranges(r);
    ngx_http_clear_last_modified(r);
    ngx_http_clear_etag(r);

    r->headers_out.content_length_n = text->len;
    ngx_str_set(&r->headers_out.content_type, "application/json");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;
    ngx_str_null(&r->headers_out.charset);

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_error_text(ngx_http_request_t *r, ngx_uint_t refused,
    ngx_str_t *text)
{
    ngx_int_t                 code;
    ngx_uint_t                status;
    ngx_http_mcp_loc_conf_t  *mlcf;

    mlcf = ngx_http_get_module_loc_conf(r, ngx_http_mcp_module);

    if (mlcf->endpoint == NULL) {
        *text = *ngx_http_mcp_auth_body(r);
        return NGX_OK;
    }

    status = r->headers_out.status;

    /* own codes are positive: RPC-16, RPC-22 */

    code = (status < NGX_HTTP_INTERNAL_SERVER_ERROR || refused)
           ? (ngx_int_t) status : NGX_HTTP_MCP_INTERNAL_ERROR;

    return ngx_http_mcp_reply_text(r->pool, code,
                                   ngx_http_mcp_error_message(status), text);
}


static ngx_int_t
ngx_http_mcp_error_headers(ngx_http_request_t *r, ngx_uint_t refused)
{
    ngx_http_mcp_ctx_t  *ctx;

    static const ngx_str_t  no_store = ngx_string("no-store");
    static const ngx_str_t  later = ngx_string("5");

    ctx = ngx_http_get_module_ctx(r, ngx_http_mcp_module);

    if (ctx && ctx->cors
        && ngx_http_mcp_cors_expose(r, &ctx->headers.origin) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!refused) {
        return NGX_OK;
    }

    if (r->headers_out.status == NGX_HTTP_SERVICE_UNAVAILABLE
        || r->headers_out.status == NGX_HTTP_TOO_MANY_REQUESTS)
    {
        return ngx_http_mcp_cors_add(r, "Retry-After", &later);
    }

    return ngx_http_mcp_cors_add(r, "Cache-Control", &no_store);
}


ngx_int_t
ngx_http_mcp_error_body(ngx_http_request_t *r, ngx_chain_t *in,
    ngx_http_output_body_filter_pt next)
{
    ngx_buf_t    *b;
    ngx_str_t    *text;
    ngx_uint_t    last;
    ngx_chain_t  *cl, out;

    text = ngx_http_get_module_ctx(r, ngx_http_mcp_filter_module);

    if (text == NULL || in == NULL) {
        return next(r, in);
    }

    last = 0;

    for (cl = in; cl; cl = cl->next) {
        b = cl->buf;

        last |= b->last_buf;
        b->pos = b->last;
        b->file_pos = b->file_last;
    }

    if (!last || text->len == 0) {
        return NGX_OK;
    }

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->pos = text->data;
    b->last = text->data + text->len;
    b->memory = 1;
    b->last_buf = 1;

    /* once */
    text->len = 0;

    out.buf = b;
    out.next = NULL;

    return next(r, &out);
}


static const char *
ngx_http_mcp_error_message(ngx_uint_t status)
{
    switch (status) {

    case NGX_HTTP_UNAUTHORIZED:
        return "Authorization is required";

    case NGX_HTTP_FORBIDDEN:
        return "Access is denied";

    case NGX_HTTP_NOT_ALLOWED:
        return "Only POST is served here";

    case NGX_HTTP_REQUEST_TIME_OUT:
        return "The request did not arrive in time";

    case NGX_HTTP_REQUEST_ENTITY_TOO_LARGE:
        return "The request is too large";

    case NGX_HTTP_TOO_MANY_REQUESTS:
        return "Too many requests, try again later";

    case NGX_HTTP_SERVICE_UNAVAILABLE:
        return "The server is busy, try again later";

    default:
        return (status < NGX_HTTP_INTERNAL_SERVER_ERROR)
               ? "The request was refused" : "Internal error";
    }
}

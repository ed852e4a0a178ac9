
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Replaces nginx's HTML error pages on an endpoint, since an old client
 * takes HTML for "no MCP server here".  Called by the capture filter for
 * main requests; the context of ngx_http_mcp_filter_module is the text.
 */


#include "ngx_http_mcp_error_filter.h"
#include "ngx_http_mcp_reply.h"


static const char *ngx_http_mcp_error_message(ngx_uint_t status);


ngx_int_t
ngx_http_mcp_error_header(ngx_http_request_t *r)
{
    ngx_int_t                 code;
    ngx_str_t                *text;
    ngx_uint_t                status;
    ngx_http_mcp_ctx_t       *ctx;
    ngx_http_mcp_loc_conf_t  *mlcf;

    mlcf = ngx_http_get_module_loc_conf(r, ngx_http_mcp_module);

    if (mlcf->endpoint == NULL) {
        return NGX_OK;
    }

    ctx = ngx_http_get_module_ctx(r, ngx_http_mcp_module);

    status = r->headers_out.status;

    if ((ctx && ctx->answered) || status < NGX_HTTP_BAD_REQUEST) {
        return NGX_OK;
    }

    text = ngx_palloc(r->pool, sizeof(ngx_str_t));
    if (text == NULL) {
        return NGX_ERROR;
    }

    /* own codes are positive: RPC-16, RPC-22 */

    code = (status < NGX_HTTP_INTERNAL_SERVER_ERROR)
           ? (ngx_int_t) status : NGX_HTTP_MCP_INTERNAL_ERROR;

    if (ngx_http_mcp_reply_text(r->pool, code,
                                ngx_http_mcp_error_message(status), text)
        != NGX_OK)
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

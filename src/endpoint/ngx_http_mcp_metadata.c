
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Serves the documents of protected resources (RFC 9728) at exactly the
 * paths that were registered at load.  They are public, and lie outside of
 * the endpoint's location, so they are answered before one is chosen: no
 * "deny" or "mcp_auth" of a location can hide where to log in.
 */


#include "ngx_http_mcp_endpoint.h"
#include "ngx_http_mcp_cors.h"
#include "ngx_http_mcp_key_store.h"


#define NGX_HTTP_MCP_WELL_KNOWN  "/.well-known/"


static const ngx_http_mcp_document_t *ngx_http_mcp_metadata_find(
    ngx_http_request_t *r);
static ngx_int_t ngx_http_mcp_metadata_text(ngx_http_request_t *r,
    const ngx_http_mcp_document_t *document, ngx_str_t *text);
static ngx_int_t ngx_http_mcp_metadata_preflight(ngx_http_request_t *r);
static ngx_int_t ngx_http_mcp_metadata_send(ngx_http_request_t *r,
    ngx_str_t *text);


static const ngx_str_t  ngx_http_mcp_metadata_methods =
    ngx_string("GET, HEAD, OPTIONS");
static const ngx_str_t  ngx_http_mcp_metadata_anyone = ngx_string("*");


ngx_int_t
ngx_http_mcp_metadata(ngx_http_request_t *r)
{
    ngx_str_t                       text;
    const ngx_http_mcp_document_t  *document;

    if (r != r->main
        || r->uri.len < sizeof(NGX_HTTP_MCP_WELL_KNOWN) - 1
        || ngx_strncmp(r->uri.data, NGX_HTTP_MCP_WELL_KNOWN,
                       sizeof(NGX_HTTP_MCP_WELL_KNOWN) - 1)
           != 0)
    {
        return NGX_DECLINED;
    }

    document = ngx_http_mcp_metadata_find(r);

    if (document == NULL) {
        return NGX_DECLINED;
    }

    if (ngx_http_mcp_metadata_text(r, document, &text) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (text.len == 0) {

        /* the issuer's own, which was not fetched yet */

        return NGX_DECLINED;
    }

    if (ngx_http_discard_request_body(r) != NGX_OK
        || ngx_http_mcp_cors_add(r, "Access-Control-Allow-Origin",
                                 &ngx_http_mcp_metadata_anyone)
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (r->method == NGX_HTTP_OPTIONS) {
        return ngx_http_mcp_metadata_preflight(r);
    }

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {

        if (ngx_http_mcp_cors_add(r, "Allow", &ngx_http_mcp_metadata_methods)
            != NGX_OK)
        {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        return NGX_HTTP_NOT_ALLOWED;
    }

    return ngx_http_mcp_metadata_send(r, &text);
}


static const ngx_http_mcp_document_t *
ngx_http_mcp_metadata_find(ngx_http_request_t *r)
{
    ngx_uint_t                 i;
    ngx_http_mcp_document_t   *document;
    ngx_http_mcp_main_conf_t  *mmcf;
    ngx_http_core_srv_conf_t  *cscf;

    mmcf = ngx_http_get_module_main_conf(r, ngx_http_mcp_module);
    cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);

    document = mmcf->documents.elts;

    for (i = 0; i < mmcf->documents.nelts; i++) {

        if (document[i].cscf == cscf
            && document[i].uri.len == r->uri.len
            && document[i].args.len == r->args.len
            && ngx_memcmp(document[i].uri.data, r->uri.data, r->uri.len) == 0
            && ngx_memcmp(document[i].args.data, r->args.data, r->args.len)
               == 0)
        {
            return &document[i];
        }
    }

    return NULL;
}


static ngx_int_t
ngx_http_mcp_metadata_text(ngx_http_request_t *r,
    const ngx_http_mcp_document_t *document, ngx_str_t *text)
{
    ngx_http_mcp_provider_t  **provider;

    if (!document->legacy) {
        *text = document->auth->document;
        return NGX_OK;
    }

    provider = document->auth->providers.elts;

    return ngx_http_mcp_key_store_metadata(provider[0], r->pool, text);
}


/* 1.4: the TypeScript client sends a header that makes browsers ask first */

static ngx_int_t
ngx_http_mcp_metadata_preflight(ngx_http_request_t *r)
{
    ngx_uint_t        i;
    ngx_table_elt_t  *h;
    ngx_list_part_t  *part;

    static const ngx_str_t  vary =
        ngx_string("Access-Control-Request-Headers");

    if (ngx_http_mcp_cors_add(r, "Access-Control-Allow-Methods",
                              &ngx_http_mcp_metadata_methods)
        != NGX_OK
        || ngx_http_mcp_cors_add(r, "Vary", &vary) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].key.len == vary.len
                && ngx_strcasecmp(h[i].key.data, vary.data) == 0
                && ngx_http_mcp_cors_add(r, "Access-Control-Allow-Headers",
                                         &h[i].value)
                   != NGX_OK)
            {
                return NGX_HTTP_INTERNAL_SERVER_ERROR;
            }
        }
    }

    r->headers_out.status = NGX_HTTP_NO_CONTENT;
    r->header_only = 1;

    return ngx_http_send_header(r);
}


static ngx_int_t
ngx_http_mcp_metadata_send(ngx_http_request_t *r, ngx_str_t *text)
{
    ngx_int_t    rc;
    ngx_buf_t   *b;
    ngx_chain_t  out;

    static const ngx_str_t  cache = ngx_string("public, max-age=300");

    if (ngx_http_mcp_cors_add(r, "Cache-Control", &cache) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = text->len;
    ngx_str_set(&r->headers_out.content_type, "application/json");
    r->headers_out.content_type_len = r->headers_out.content_type.len;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->pos = text->data;
    b->last = text->data + text->len;
    b->memory = 1;
    b->last_buf = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * CORS of answers.  Called where an endpoint answers and where nginx does it
 * in its place.
 */


#include "ngx_http_mcp_cors.h"


ngx_int_t
ngx_http_mcp_cors_expose(ngx_http_request_t *r, const ngx_str_t *origin)
{
    static const ngx_str_t  vary = ngx_string("Origin");
    static const ngx_str_t  expose =
        ngx_string("www-authenticate, mcp-session-id");

    if (ngx_http_mcp_cors_add(r, "Access-Control-Allow-Origin", origin)
        != NGX_OK
        || ngx_http_mcp_cors_add(r, "Vary", &vary) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (r->method == NGX_HTTP_OPTIONS) {
        return NGX_OK;
    }

    return ngx_http_mcp_cors_add(r, "Access-Control-Expose-Headers",
                                 &expose);
}


ngx_int_t
ngx_http_mcp_cors_add(ngx_http_request_t *r, const char *name,
    const ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    h->key.data = (u_char *) name;
    h->key.len = ngx_strlen(name);
    h->value = *value;

    return NGX_OK;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Rows 1 to 5 of the ladder: what is known before the body is read.
 */


#include "ngx_http_mcp_endpoint.h"
#include "ngx_http_mcp_auth.h"
#include "ngx_http_mcp_header_value.h"
#include "ngx_http_mcp_media_type.h"
#include "ngx_http_mcp_utf8.h"


/* nginx has no name for it */
#define NGX_HTTP_MCP_NOT_ACCEPTABLE  406


static void ngx_http_mcp_admission_headers(ngx_http_request_t *r,
    ngx_http_mcp_ctx_t *ctx);
static void ngx_http_mcp_admission_header(ngx_table_elt_t *h,
    const char *name, size_t len, ngx_str_t *value, ngx_uint_t *n);
static ngx_uint_t ngx_http_mcp_admission_type(ngx_http_request_t *r);
static ngx_uint_t ngx_http_mcp_admission_accept(ngx_http_request_t *r);


ngx_http_mcp_ctx_t *
ngx_http_mcp_admission_ctx(ngx_http_request_t *r)
{
    ngx_http_mcp_ctx_t       *ctx;
    ngx_http_mcp_loc_conf_t  *mlcf;

    mlcf = ngx_http_get_module_loc_conf(r, ngx_http_mcp_module);

    ctx = ngx_http_get_module_ctx(r, ngx_http_mcp_module);

    if (ctx && ctx->endpoint == mlcf->endpoint) {
        return ctx;
    }

    ctx = ngx_pcalloc(r->pool, sizeof(ngx_http_mcp_ctx_t));
    if (ctx == NULL) {
        return NULL;
    }

    ctx->endpoint = mlcf->endpoint;
    ngx_http_set_ctx(r, ctx, ngx_http_mcp_module);

    ngx_http_mcp_admission_headers(r, ctx);

    return ctx;
}


/* Collects the headers that MCP gives a meaning. */

static void
ngx_http_mcp_admission_headers(ngx_http_request_t *r, ngx_http_mcp_ctx_t *ctx)
{
    ngx_uint_t               i;
    ngx_table_elt_t         *h;
    ngx_list_part_t         *part;
    ngx_http_mcp_headers_t  *hs;

    hs = &ctx->headers;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            switch (h[i].key.len) {

            case sizeof("mcp-protocol-version") - 1:
                ngx_http_mcp_admission_header(&h[i], "mcp-protocol-version",
                                              h[i].key.len, &hs->version,
                                              &hs->versions);
                break;

            case sizeof("mcp-method") - 1:
                ngx_http_mcp_admission_header(&h[i], "mcp-method",
                                              h[i].key.len, &hs->method,
                                              &hs->methods);
                break;

            case sizeof("mcp-name") - 1:
                ngx_http_mcp_admission_header(&h[i], "mcp-name",
                                              h[i].key.len, &hs->name,
                                              &hs->names);
                break;

            case sizeof("origin") - 1:
                ngx_http_mcp_admission_header(&h[i], "origin",
                                              h[i].key.len, &hs->origin,
                                              &hs->origins);
                break;
            }
        }
    }
}


static void
ngx_http_mcp_admission_header(ngx_table_elt_t *h, const char *name,
    size_t len, ngx_str_t *value, ngx_uint_t *n)
{
    if (ngx_strncmp(h->lowcase_key, name, len) != 0) {
        return;
    }

    *value = h->value;
    ngx_http_mcp_header_trim(value);

    (*n)++;
}


ngx_int_t
ngx_http_mcp_admission(ngx_http_request_t *r, ngx_http_mcp_ctx_t *ctx,
    const char **message)
{
    size_t                           len;
    u_char                           origin[128];
    const ngx_http_mcp_auth_conf_t  *conf;

    *message = NULL;

    if (!ngx_http_mcp_origin_allowed(r, ctx)) {
        len = ngx_http_mcp_utf8_printable(origin, sizeof(origin),
                                          &ctx->headers.origin);

        ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                      "mcp server \"%V\": client sent a request from an "
                      "origin that is not allowed: \"%*s\"",
                      &ctx->endpoint->catalog->name, len, origin);

        *message = "The origin is not allowed";
        return NGX_HTTP_FORBIDDEN;
    }

    if (!ngx_http_mcp_host_allowed(r, ctx->endpoint)) {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                      "mcp server \"%V\": client sent a request to host "
                      "\"%V\", which is not in \"mcp_allowed_hosts\" nor a "
                      "\"server_name\"", &ctx->endpoint->catalog->name,
                      &r->headers_in.server);

        *message = "The host is not served here";
        return NGX_HTTP_MISDIRECTED_REQUEST;
    }

    /* origins 0: no browser; there is nothing to compare, and no CORS */

    ctx->cors = (ctx->headers.origins != 0);

    if (r->method == NGX_HTTP_OPTIONS) {
        return NGX_HTTP_NO_CONTENT;
    }

    conf = &ctx->endpoint->mlcf->auth;

    if (ngx_http_mcp_auth_on(conf) && !ngx_http_mcp_auth_passed(r, conf)) {

        /* V-16: whatever led here, it was not the access phase */

        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "mcp server \"%V\": a request that did not pass "
                      "\"mcp_auth\" is refused",
                      &ctx->endpoint->catalog->name);

        *message = "Authorization is required";
        return NGX_HTTP_UNAUTHORIZED;
    }

    if (r->method != NGX_HTTP_POST) {
        *message = "Only POST is served here";
        return NGX_HTTP_NOT_ALLOWED;
    }

    if (!ngx_http_mcp_admission_type(r)) {
        *message = "Content-Type is not application/json";
        return NGX_HTTP_UNSUPPORTED_MEDIA_TYPE;
    }

    if (!ngx_http_mcp_admission_accept(r)) {
        *message = "Accept excludes application/json";
        return NGX_HTTP_MCP_NOT_ACCEPTABLE;
    }

    return NGX_OK;
}


/* Also keeps out what a foreign page may post without a preflight. */

static ngx_uint_t
ngx_http_mcp_admission_type(ngx_http_request_t *r)
{
    ngx_http_mcp_media_type_t  mt;

    return r->headers_in.content_type
           && ngx_http_mcp_media_type_parse(&r->headers_in.content_type->value,
                                            &mt)
              == NGX_OK
           && ngx_http_mcp_media_type_is(&mt, "application/json");
}


/* Lenient: only a client that excludes JSON is refused (1.2, 2.9). */

static ngx_uint_t
ngx_http_mcp_admission_accept(ngx_http_request_t *r)
{
    ngx_uint_t        i, lines, accepted, matched;
    ngx_table_elt_t  *h;
    ngx_list_part_t  *part;

    lines = 0;
    accepted = 0;
    matched = 0;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].key.len == sizeof("accept") - 1
                && ngx_strncmp(h[i].lowcase_key, "accept",
                               sizeof("accept") - 1)
                   == 0)
            {
                lines++;
                accepted |= ngx_http_mcp_accept(&h[i].value,
                                                "application/json", &matched);
            }
        }
    }

    return lines == 0 || accepted;
}

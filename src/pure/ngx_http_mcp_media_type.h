
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Media types (RFC 9110 8.3) and the Accept header (12.5.1).
 */


#ifndef _NGX_HTTP_MCP_MEDIA_TYPE_H_INCLUDED_
#define _NGX_HTTP_MCP_MEDIA_TYPE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* spans of the header value, which must outlive it; case as received */

typedef struct {
    ngx_str_t    essence;                /* "text/html", no parameters */
    ngx_str_t    type;                   /* "text" */
    ngx_str_t    subtype;                /* "html" */
    ngx_str_t    params;                 /* "; charset=utf-8", or empty */
} ngx_http_mcp_media_type_t;


/*
 * NGX_OK, or NGX_DECLINED if "value" is empty or not a media type: a range
 * or a name of over 127 bytes (RFC 6838 4.2) is none.  Malformed parameters
 * are no obstacle.
 */
ngx_int_t ngx_http_mcp_media_type_parse(const ngx_str_t *value,
    ngx_http_mcp_media_type_t *mt);

/*
 * The parameter "name" (any case), without quotes; the first of several.
 * A quoted string with backslashes is unescaped into "pool".
 * NGX_OK, NGX_DECLINED (absent or malformed), NGX_ERROR (memory).
 */
ngx_int_t ngx_http_mcp_media_type_param(ngx_pool_t *pool,
    const ngx_http_mcp_media_type_t *mt, const char *name, ngx_str_t *value);

/* 1 if the essence equals "type/subtype", ignoring case. */
ngx_uint_t ngx_http_mcp_media_type_is(const ngx_http_mcp_media_type_t *mt,
    const char *essence);

/* 1 for application/json, text/json and any +json suffix; not for
 * application/x-ndjson or json-seq, which hold several values. */
ngx_uint_t ngx_http_mcp_media_type_json(const ngx_http_mcp_media_type_t *mt);

/* 1 for what is text to a reader: text, JSON, XML, YAML, JavaScript, CSV,
 * NDJSON, forms, SQL, GraphQL, TOML. */
ngx_uint_t ngx_http_mcp_media_type_text(const ngx_http_mcp_media_type_t *mt);

/*
 * 1 if one Accept value (a list) admits "type/subtype": the most specific
 * range that matches decides, q=0 excludes it (RFC 9110 12.5.1).  Sets
 * *matched if any range applied at all (and never clears it), so that
 * several Accept lines can be combined.  Malformed elements are skipped.
 */
ngx_uint_t ngx_http_mcp_accept(const ngx_str_t *accept, const char *essence,
    ngx_uint_t *matched);


#endif /* _NGX_HTTP_MCP_MEDIA_TYPE_H_INCLUDED_ */

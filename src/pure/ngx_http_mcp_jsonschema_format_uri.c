
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The formats of JSON Schema that are URIs and their relatives.  Called by
 * the check with decoded strings; owns nothing.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_format.h"
#include "ngx_http_mcp_template.h"


static ngx_uint_t ngx_http_mcp_jsonschema_uri_scheme(const ngx_str_t *s);
static ngx_uint_t ngx_http_mcp_jsonschema_uri_parts(const ngx_str_t *s,
    u_char high);
static ngx_uint_t ngx_http_mcp_jsonschema_uri_authority(u_char *p,
    u_char *last, u_char high);
static ngx_uint_t ngx_http_mcp_jsonschema_uri_characters(u_char *p,
    u_char *last, const char *more, u_char high);


/* RFC 3986, 3, and RFC 3987, 2.2: an IRI has other letters as well */

ngx_uint_t
ngx_http_mcp_jsonschema_uri_absolute(const ngx_str_t *s)
{
    return ngx_http_mcp_jsonschema_uri_scheme(s)
           && ngx_http_mcp_jsonschema_uri_parts(s, 0x7f);
}


ngx_uint_t
ngx_http_mcp_jsonschema_uri_reference(const ngx_str_t *s)
{
    return ngx_http_mcp_jsonschema_uri_parts(s, 0x7f);
}


ngx_uint_t
ngx_http_mcp_jsonschema_iri(const ngx_str_t *s)
{
    return ngx_http_mcp_jsonschema_uri_scheme(s)
           && ngx_http_mcp_jsonschema_uri_parts(s, 0xff);
}


ngx_uint_t
ngx_http_mcp_jsonschema_iri_reference(const ngx_str_t *s)
{
    return ngx_http_mcp_jsonschema_uri_parts(s, 0xff);
}


static ngx_uint_t
ngx_http_mcp_jsonschema_uri_scheme(const ngx_str_t *s)
{
    size_t  i;
    u_char  c;

    for (i = 0; i < s->len && s->data[i] != ':'; i++) {
        c = s->data[i];

        if (!isalpha(c)
            && (i == 0 || (!isdigit(c) && c != '+' && c != '-' && c != '.')))
        {
            return 0;
        }
    }

    return i && i < s->len;
}


/* "high" is the highest byte that may stand for itself */

static ngx_uint_t
ngx_http_mcp_jsonschema_uri_parts(const ngx_str_t *s, u_char high)
{
    u_char  *p, *last, *end;

    p = s->data;
    last = s->data + s->len;

    /* a scheme, if there is one; else the first segment has no colon */

    for (end = p; end < last && !ngx_strchr(":/?#", *end); end++) {
        /* void */
    }

    if (end < last && *end == ':') {

        if (!ngx_http_mcp_jsonschema_uri_scheme(s)) {
            return 0;
        }

        p = end + 1;
    }

    if (last - p >= 2 && p[0] == '/' && p[1] == '/') {

        for (end = p + 2; end < last && !ngx_strchr("/?#", *end); end++) {
            /* void */
        }

        if (!ngx_http_mcp_jsonschema_uri_authority(p + 2, end, high)) {
            return 0;
        }

        p = end;
    }

    end = ngx_strlchr(p, last, '#');

    if (end) {
        if (!ngx_http_mcp_jsonschema_uri_characters(end + 1, last, ":@/?",
                                                    high))
        {
            return 0;
        }

        last = end;
    }

    return ngx_http_mcp_jsonschema_uri_characters(p, last, ":@/?", high);
}


static ngx_uint_t
ngx_http_mcp_jsonschema_uri_authority(u_char *p, u_char *last,
    u_char high)
{
    u_char     *at, *port;
    ngx_str_t   host;

    at = ngx_strlchr(p, last, '@');

    if (at) {
        if (!ngx_http_mcp_jsonschema_uri_characters(p, at, ":", high)) {
            return 0;
        }

        p = at + 1;
    }

    for (port = last; port > p && port[-1] >= '0' && port[-1] <= '9'; port--) {
        /* void */
    }

    if (port > p && port[-1] == ':') {
        last = port - 1;
    }

    if (p < last && *p == '[') {

        host.data = p + 1;
        host.len = last - p - 1;

        if (host.len == 0 || last[-1] != ']') {
            return 0;
        }

        host.len--;

        /* "v1.x" is of the future */

        return ngx_http_mcp_jsonschema_ipv6(&host)
               || (host.len > 3 && (host.data[0] | 0x20) == 'v'
                   && isxdigit(host.data[1]) && host.data[2] == '.'
                   && ngx_http_mcp_jsonschema_uri_characters(host.data + 3,
                                                  last - 1, ":", 0x7f));
    }

    return ngx_http_mcp_jsonschema_uri_characters(p, last, "", high);
}


/* unreserved, sub-delims and "more", all else as percent escapes */

static ngx_uint_t
ngx_http_mcp_jsonschema_uri_characters(u_char *p, u_char *last,
    const char *more, u_char high)
{
    for ( /* void */ ; p < last; p++) {

        if (*p == '%') {

            if (last - p < 3 || !isxdigit(p[1]) || !isxdigit(p[2])) {
                return 0;
            }

            p += 2;
            continue;
        }

        if (*p >= 0x80 && *p <= high) {
            continue;
        }

        if (*p == '\0' || *p >= 0x80
            || (!isalnum(*p) && !ngx_strchr("-._~!$&'()*+,;=", *p)
                && !ngx_strchr(more, *p)))
        {
            return 0;
        }
    }

    return 1;
}


/* RFC 6570, by the room that expands them */

ngx_uint_t
ngx_http_mcp_jsonschema_uri_template(const ngx_str_t *s)
{
    size_t                    offset;
    ngx_int_t                 rc;
    ngx_pool_t               *pool;
    const char               *reason;
    ngx_http_mcp_template_t   t;

    pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, ngx_cycle->log);
    if (pool == NULL) {
        return 0;
    }

    rc = ngx_http_mcp_template_parse(pool, s, &t, &reason, &offset);

    ngx_destroy_pool(pool);

    return rc == NGX_OK;
}

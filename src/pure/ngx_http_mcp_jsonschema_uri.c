
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Where a reference of a schema goes: URI references resolved against a
 * base (RFC 3986, section 5).  Called by the schema compiler; what it makes
 * lives in the caller's pool.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_inside.h"
#include "ngx_http_mcp_utf8.h"


/* the query keeps its "?", the others are bare */

typedef struct {
    ngx_str_t  scheme;
    ngx_str_t  authority;
    ngx_str_t  path;
    ngx_str_t  query;
    ngx_str_t  fragment;
    unsigned   has_authority:1;
} ngx_http_mcp_jsonschema_uri_t;


static void ngx_http_mcp_jsonschema_uri_split(const ngx_str_t *s,
    ngx_http_mcp_jsonschema_uri_t *u);
static void ngx_http_mcp_jsonschema_uri_until(ngx_str_t *rest,
    const char *ends, ngx_str_t *part);
static ngx_int_t ngx_http_mcp_jsonschema_uri_merge(ngx_pool_t *pool,
    const ngx_http_mcp_jsonschema_uri_t *base, ngx_str_t *path);
static void ngx_http_mcp_jsonschema_uri_dots(ngx_str_t *path);
static ngx_int_t ngx_http_mcp_jsonschema_uri_join(ngx_pool_t *pool,
    const ngx_http_mcp_jsonschema_uri_t *u, ngx_str_t *uri);
static u_char *ngx_http_mcp_jsonschema_uri_put(u_char *p, const ngx_str_t *s);


ngx_int_t
ngx_http_mcp_jsonschema_uri(ngx_pool_t *pool, const ngx_str_t *base,
    const ngx_str_t *ref, ngx_str_t *uri, ngx_str_t *fragment)
{
    ngx_http_mcp_jsonschema_uri_t  b, r;

    ngx_http_mcp_jsonschema_uri_split(base, &b);
    ngx_http_mcp_jsonschema_uri_split(ref, &r);

    *fragment = r.fragment;

    if (r.scheme.len == 0) {
        r.scheme = b.scheme;

        if (!r.has_authority) {
            r.has_authority = b.has_authority;
            r.authority = b.authority;

            if (r.path.len == 0) {
                r.path = b.path;

                if (r.query.len == 0) {
                    r.query = b.query;
                }

                return ngx_http_mcp_jsonschema_uri_join(pool, &r, uri);
            }

            if (ngx_http_mcp_jsonschema_uri_merge(pool, &b, &r.path)
                != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    if (ngx_http_mcp_jsonschema_uri_join(pool, &r, uri) != NGX_OK) {
        return NGX_ERROR;
    }

    /* a copy of ours now: its dots may go */

    ngx_http_mcp_jsonschema_uri_split(uri, &r);
    ngx_http_mcp_jsonschema_uri_dots(&r.path);

    return ngx_http_mcp_jsonschema_uri_join(pool, &r, uri);
}


static void
ngx_http_mcp_jsonschema_uri_split(const ngx_str_t *s,
    ngx_http_mcp_jsonschema_uri_t *u)
{
    size_t     i;
    ngx_str_t  rest;

    ngx_memzero(u, sizeof(ngx_http_mcp_jsonschema_uri_t));

    rest = *s;

    for (i = 0; i < rest.len; i++) {

        if (rest.data[i] == ':' && i) {
            u->scheme.data = rest.data;
            u->scheme.len = i;

            rest.data += i + 1;
            rest.len -= i + 1;
            break;
        }

        if (ngx_strchr("/?#", rest.data[i])) {
            break;
        }
    }

    if (rest.len >= 2 && rest.data[0] == '/' && rest.data[1] == '/') {
        u->has_authority = 1;

        rest.data += 2;
        rest.len -= 2;

        ngx_http_mcp_jsonschema_uri_until(&rest, "/?#", &u->authority);
    }

    ngx_http_mcp_jsonschema_uri_until(&rest, "?#", &u->path);
    ngx_http_mcp_jsonschema_uri_until(&rest, "#", &u->query);

    if (rest.len) {
        u->fragment.data = rest.data + 1;
        u->fragment.len = rest.len - 1;
    }
}


static void
ngx_http_mcp_jsonschema_uri_until(ngx_str_t *rest, const char *ends,
    ngx_str_t *part)
{
    size_t  i;

    for (i = 0; i < rest->len; i++) {
        if (rest->data[i] && ngx_strchr(ends, rest->data[i])) {
            break;
        }
    }

    part->data = rest->data;
    part->len = i;

    rest->data += i;
    rest->len -= i;
}


/* a relative path goes behind the last slash of the base's */

static ngx_int_t
ngx_http_mcp_jsonschema_uri_merge(ngx_pool_t *pool,
    const ngx_http_mcp_jsonschema_uri_t *base, ngx_str_t *path)
{
    size_t      len;
    u_char     *p;
    ngx_str_t   rel;

    if (path->data[0] == '/') {
        return NGX_OK;
    }

    rel = *path;

    for (len = base->path.len; len && base->path.data[len - 1] != '/'; len--) {
        /* void */
    }

    p = ngx_pnalloc(pool, len + 1 + rel.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    path->data = p;

    if (len == 0 && base->has_authority) {
        *p++ = '/';

    } else if (len) {
        p = ngx_cpymem(p, base->path.data, len);
    }

    p = ngx_cpymem(p, rel.data, rel.len);
    path->len = p - path->data;

    return NGX_OK;
}


/* takes "." and ".." out, in place */

static void
ngx_http_mcp_jsonschema_uri_dots(ngx_str_t *path)
{
    u_char      *src, *last, *end, *dst, *start;
    ngx_uint_t   dots;

    if (path->len == 0) {
        return;
    }

    start = path->data;
    last = path->data + path->len;
    dst = start;

    if (start < last && *start == '/') {
        dst++;
    }

    for (src = dst; src < last; src = end) {

        end = ngx_strlchr(src, last, '/');
        end = end ? end + 1 : last;

        dots = (end[-1] == '/') ? end - src - 1 : end - src;

        if (dots == 1 && src[0] == '.') {
            continue;
        }

        if (dots == 2 && src[0] == '.' && src[1] == '.') {

            /* back over one segment, never over the first slash */

            if (dst > start + 1) {
                dst--;
            }

            while (dst > start && dst[-1] != '/') {
                dst--;
            }

            continue;
        }

        ngx_memmove(dst, src, end - src);
        dst += end - src;
    }

    path->len = dst - start;
}


static ngx_int_t
ngx_http_mcp_jsonschema_uri_join(ngx_pool_t *pool,
    const ngx_http_mcp_jsonschema_uri_t *u, ngx_str_t *uri)
{
    u_char     *p;
    ngx_str_t   s;

    s.len = u->scheme.len + u->authority.len + u->path.len + u->query.len + 3;

    p = ngx_pnalloc(pool, s.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    s.data = p;

    if (u->scheme.len) {
        p = ngx_http_mcp_jsonschema_uri_put(p, &u->scheme);
        *p++ = ':';
    }

    if (u->has_authority) {
        *p++ = '/';
        *p++ = '/';
        p = ngx_http_mcp_jsonschema_uri_put(p, &u->authority);
    }

    p = ngx_http_mcp_jsonschema_uri_put(p, &u->path);
    p = ngx_http_mcp_jsonschema_uri_put(p, &u->query);

    s.len = p - s.data;
    *uri = s;

    return NGX_OK;
}


static u_char *
ngx_http_mcp_jsonschema_uri_put(u_char *p, const ngx_str_t *s)
{
    return s->len ? ngx_cpymem(p, s->data, s->len) : p;
}


ngx_uint_t
ngx_http_mcp_jsonschema_unescape(ngx_str_t *s)
{
    u_char     *src, *last, *dst;
    ngx_int_t   n;

    last = s->data + s->len;
    dst = s->data;

    for (src = s->data; src < last; src++) {

        if (*src != '%') {
            *dst++ = *src;
            continue;
        }

        n = (last - src > 2) ? ngx_hextoi(src + 1, 2) : NGX_ERROR;

        if (n == NGX_ERROR) {
            return 0;
        }

        *dst++ = (u_char) n;
        src += 2;
    }

    s->len = dst - s->data;

    return ngx_http_mcp_utf8_valid(s->data, s->len) == s->len;
}

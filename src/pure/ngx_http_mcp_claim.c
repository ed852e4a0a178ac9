
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Finds claims by their paths and reads what is in them: lists of scopes,
 * text for variables and headers.  Called by the check of tokens, by rules
 * and by variables; owns nothing, what had to be decoded is in the caller's
 * pool.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_claim.h"
#include "ngx_http_mcp_utf8.h"


static ngx_int_t ngx_http_mcp_claim_bare(u_char **pos, u_char *last,
    ngx_str_t *name);
static ngx_int_t ngx_http_mcp_claim_quoted(ngx_pool_t *pool, u_char **pos,
    u_char *last, ngx_str_t *name);
static ngx_int_t ngx_http_mcp_claim_unquote(ngx_pool_t *pool,
    ngx_str_t *name, size_t escapes);
static ngx_int_t ngx_http_mcp_claim_split(ngx_pool_t *pool,
    const ngx_http_mcp_json_t *value, ngx_array_t *items);
static ngx_int_t ngx_http_mcp_claim_scalar(ngx_pool_t *pool,
    const ngx_http_mcp_json_t *value, ngx_str_t *out);
static ngx_int_t ngx_http_mcp_claim_elements(ngx_pool_t *pool,
    const ngx_http_mcp_json_t *value, ngx_str_t *out);
static ngx_int_t ngx_http_mcp_claim_printable(const ngx_str_t *text);


ngx_int_t
ngx_http_mcp_claim_path(ngx_pool_t *pool, const ngx_str_t *text,
    ngx_http_mcp_claim_path_t *path)
{
    u_char     *p, *last;
    ngx_int_t   rc;
    ngx_str_t  *name;

    path->text = *text;

    if (ngx_array_init(&path->names, pool, 2, sizeof(ngx_str_t)) != NGX_OK) {
        return NGX_ERROR;
    }

    p = text->data;
    last = text->data + text->len;

    if (p == last || ngx_http_mcp_utf8_valid(p, text->len) != text->len) {
        return NGX_DECLINED;
    }

    do {
        if (path->names.nelts == NGX_HTTP_MCP_CLAIM_DEPTH) {
            return NGX_DECLINED;
        }

        name = ngx_array_push(&path->names);
        if (name == NULL) {
            return NGX_ERROR;
        }

        rc = (*p == '[') ? ngx_http_mcp_claim_quoted(pool, &p, last, name)
                         : ngx_http_mcp_claim_bare(&p, last, name);
        if (rc != NGX_OK) {
            return rc;
        }

        /* a bracket follows as it is, a bare name behind a point */

        if (p < last && *p != '[') {

            if (*p != '.' || ++p == last || *p == '[') {
                return NGX_DECLINED;
            }
        }

    } while (p < last);

    return NGX_OK;
}


/*
 * Letters, digits, "_" and "-" only: what else stands in a path is more
 * often a slip ("roles,groups", "$mcp_sub") than a name.
 */

static ngx_int_t
ngx_http_mcp_claim_bare(u_char **pos, u_char *last, ngx_str_t *name)
{
    u_char  c, *p;

    for (p = *pos; p < last; p++) {
        c = (u_char) (*p | 0x20);

        if ((c < 'a' || c > 'z') && (*p < '0' || *p > '9')
            && *p != '_' && *p != '-')
        {
            break;
        }
    }

    name->data = *pos;
    name->len = p - *pos;
    *pos = p;

    return name->len ? NGX_OK : NGX_DECLINED;
}


/* "*pos" is at the opening bracket and is moved behind the closing one */

static ngx_int_t
ngx_http_mcp_claim_quoted(ngx_pool_t *pool, u_char **pos, u_char *last,
    ngx_str_t *name)
{
    size_t   escapes;
    u_char  *p;

    p = *pos + 1;

    if (p == last || *p != '"') {
        return NGX_DECLINED;
    }

    name->data = ++p;
    escapes = 0;

    for ( /* void */ ; p < last && *p != '"'; p++) {

        if (*p == '\\') {
            p++;
            escapes++;

            if (p == last || (*p != '"' && *p != '\\')) {
                return NGX_DECLINED;
            }
        }

        if (*p < 0x20 || *p == 0x7f) {
            return NGX_DECLINED;
        }
    }

    name->len = p - name->data;

    if (name->len == 0 || last - p < 2 || p[1] != ']') {
        return NGX_DECLINED;
    }

    *pos = p + 2;

    return escapes ? ngx_http_mcp_claim_unquote(pool, name, escapes) : NGX_OK;
}


static ngx_int_t
ngx_http_mcp_claim_unquote(ngx_pool_t *pool, ngx_str_t *name, size_t escapes)
{
    u_char  *p, *last, *dst;

    p = name->data;
    last = p + name->len;

    dst = ngx_pnalloc(pool, name->len - escapes);
    if (dst == NULL) {
        return NGX_ERROR;
    }

    name->data = dst;
    name->len -= escapes;

    while (p < last) {
        p += (*p == '\\');
        *dst++ = *p++;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_mcp_claim_find(const ngx_http_mcp_json_t *claims,
    const ngx_http_mcp_claim_path_t *path, ngx_http_mcp_json_t *value)
{
    ngx_str_t            *names;
    ngx_uint_t            i;
    ngx_http_mcp_json_t   object;

    names = path->names.elts;
    *value = *claims;

    for (i = 0; i < path->names.nelts; i++) {
        object = *value;

        if (ngx_http_mcp_json_find(&object, &names[i], value) != NGX_OK) {
            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_mcp_claim_items(ngx_pool_t *pool, const ngx_http_mcp_json_t *value,
    ngx_array_t *items)
{
    ngx_http_mcp_json_t       element;
    ngx_http_mcp_json_iter_t  it;

    if (value->type == NGX_HTTP_MCP_JSON_STRING) {
        return ngx_http_mcp_claim_split(pool, value, items);
    }

    if (value->type != NGX_HTTP_MCP_JSON_ARRAY) {
        return NGX_OK;
    }

    ngx_http_mcp_json_iter(&it, value);

    while (ngx_http_mcp_json_next(&it, NULL, &element) == NGX_OK) {

        if (element.type == NGX_HTTP_MCP_JSON_STRING
            && ngx_http_mcp_claim_split(pool, &element, items) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* adds what stands between single spaces (RFC 6749 3.3) */

static ngx_int_t
ngx_http_mcp_claim_split(ngx_pool_t *pool, const ngx_http_mcp_json_t *value,
    ngx_array_t *items)
{
    u_char     *p, *last, *end;
    ngx_int_t   rc;
    ngx_str_t   text, *item;

    rc = ngx_http_mcp_json_decode(pool, value, &text);

    if (rc != NGX_OK) {
        return (rc == NGX_DECLINED) ? NGX_OK : NGX_ERROR;
    }

    last = text.data + text.len;

    for (p = text.data; p < last; p = end + 1) {
        end = ngx_strlchr(p, last, ' ');

        if (end == NULL) {
            end = last;
        }

        if (end == p) {
            continue;
        }

        item = ngx_array_push(items);
        if (item == NULL) {
            return NGX_ERROR;
        }

        item->data = p;
        item->len = end - p;
    }

    return NGX_OK;
}


ngx_uint_t
ngx_http_mcp_claim_listed(const ngx_array_t *list, const ngx_str_t *text)
{
    ngx_str_t   *item;
    ngx_uint_t   i;

    if (list == NULL) {
        return 0;
    }

    item = list->elts;

    for (i = 0; i < list->nelts; i++) {

        if (item[i].len == text->len
            && (text->len == 0
                || ngx_memcmp(item[i].data, text->data, text->len) == 0))
        {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_http_mcp_claim_text(ngx_pool_t *pool, const ngx_http_mcp_json_t *value,
    ngx_str_t *out)
{
    ngx_str_null(out);

    switch (value->type) {

    case NGX_HTTP_MCP_JSON_ARRAY:
        return ngx_http_mcp_claim_elements(pool, value, out);

    case NGX_HTTP_MCP_JSON_OBJECT:

        /* strings in it are escaped, but it may be written in lines */

        *out = value->raw;
        return ngx_http_mcp_claim_printable(out);

    default:
        return ngx_http_mcp_claim_scalar(pool, value, out);
    }
}


static ngx_int_t
ngx_http_mcp_claim_scalar(ngx_pool_t *pool, const ngx_http_mcp_json_t *value,
    ngx_str_t *out)
{
    ngx_int_t  rc;

    switch (value->type) {

    case NGX_HTTP_MCP_JSON_STRING:
        rc = ngx_http_mcp_json_decode(pool, value, out);
        return (rc == NGX_OK) ? ngx_http_mcp_claim_printable(out) : rc;

    case NGX_HTTP_MCP_JSON_NUMBER:
    case NGX_HTTP_MCP_JSON_BOOLEAN:
        *out = value->raw;
        return NGX_OK;

    default:
        return NGX_DECLINED;
    }
}


/*
 * A comma inside an element would let one name pass for two; such an array
 * has no text.
 */

static ngx_int_t
ngx_http_mcp_claim_elements(ngx_pool_t *pool,
    const ngx_http_mcp_json_t *value, ngx_str_t *out)
{
    u_char                    *p;
    ngx_int_t                  rc;
    ngx_str_t                  item;
    ngx_uint_t                 n;
    ngx_http_mcp_json_t        element;
    ngx_http_mcp_json_iter_t   it;

    /* no element's text is longer than its JSON, nor is a comma */

    p = ngx_pnalloc(pool, value->raw.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    out->data = p;

    ngx_http_mcp_json_iter(&it, value);

    for (n = 0; ngx_http_mcp_json_next(&it, NULL, &element) == NGX_OK; n++) {

        rc = ngx_http_mcp_claim_scalar(pool, &element, &item);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc != NGX_OK
            || ngx_strlchr(item.data, item.data + item.len, ','))
        {
            ngx_str_null(out);
            return NGX_DECLINED;
        }

        if (n) {
            *p++ = ',';
        }

        p = ngx_cpymem(p, item.data, item.len);
    }

    out->len = p - out->data;

    return NGX_OK;
}


/* controls of both halves of Latin-1: U+0085 ends a line for some readers */

static ngx_int_t
ngx_http_mcp_claim_printable(const ngx_str_t *text)
{
    u_char  *p, *last;

    last = text->data + text->len;

    for (p = text->data; p < last; p++) {

        if (*p < 0x20 || *p == 0x7f
            || (*p == 0xc2 && last - p > 1 && p[1] < 0xa0))
        {
            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * JSON Pointers (RFC 6901) over scanned texts: from a pointer to a value,
 * for references, and from a value to its pointer, for messages, so that
 * no other code carries a path along.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_inside.h"
#include "ngx_http_mcp_json_write.h"


static ngx_int_t ngx_http_mcp_jsonschema_follow_token(ngx_str_t *token,
    ngx_http_mcp_json_t *value);
static ngx_int_t ngx_http_mcp_jsonschema_follow_index(const ngx_str_t *token,
    ngx_http_mcp_json_t *value);
static ngx_uint_t ngx_http_mcp_jsonschema_pointer_token(ngx_str_t *token);
static ngx_int_t ngx_http_mcp_jsonschema_pointer_down(
    ngx_http_mcp_json_text_t *t, ngx_http_mcp_json_t *value,
    const u_char *pos);
static void ngx_http_mcp_jsonschema_pointer_name(ngx_http_mcp_json_text_t *t,
    const ngx_http_mcp_json_t *name);


ngx_int_t
ngx_http_mcp_jsonschema_follow(ngx_str_t *pointer, ngx_http_mcp_json_t *value,
    void (*step)(void *data, const ngx_http_mcp_json_t *value), void *data)
{
    u_char     *p, *last;
    ngx_str_t   token;

    p = pointer->data;
    last = pointer->data + pointer->len;

    while (p < last) {

        if (*p++ != '/') {
            return NGX_DECLINED;
        }

        token.data = p;

        while (p < last && *p != '/') {
            p++;
        }

        token.len = p - token.data;

        if (ngx_http_mcp_jsonschema_follow_token(&token, value) != NGX_OK) {
            return NGX_DECLINED;
        }

        if (step) {
            step(data, value);
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_jsonschema_follow_token(ngx_str_t *token,
    ngx_http_mcp_json_t *value)
{
    ngx_http_mcp_json_t  object;

    if (value->type == NGX_HTTP_MCP_JSON_ARRAY) {
        return ngx_http_mcp_jsonschema_follow_index(token, value);
    }

    if (!ngx_http_mcp_jsonschema_pointer_token(token)) {
        return NGX_DECLINED;
    }

    object = *value;

    return ngx_http_mcp_json_find(&object, token, value);
}


static ngx_int_t
ngx_http_mcp_jsonschema_follow_index(const ngx_str_t *token,
    ngx_http_mcp_json_t *value)
{
    ngx_int_t                 n;
    ngx_http_mcp_json_t       array;
    ngx_http_mcp_json_iter_t  it;

    n = ngx_atoi(token->data, token->len);

    if (n == NGX_ERROR || (token->data[0] == '0' && token->len > 1)) {
        return NGX_DECLINED;
    }

    array = *value;
    ngx_http_mcp_json_iter(&it, &array);

    do {
        if (ngx_http_mcp_json_next(&it, NULL, value) != NGX_OK) {
            return NGX_DECLINED;
        }

    } while (n--);

    return NGX_OK;
}


/* reads ~0 and ~1, in place */

static ngx_uint_t
ngx_http_mcp_jsonschema_pointer_token(ngx_str_t *token)
{
    u_char  *src, *last, *dst;

    last = token->data + token->len;
    dst = token->data;

    for (src = token->data; src < last; src++) {

        if (*src == '~') {
            src++;

            if (src == last || (*src != '0' && *src != '1')) {
                return 0;
            }

            *dst++ = (*src == '0') ? '~' : '/';
            continue;
        }

        *dst++ = *src;
    }

    token->len = dst - token->data;

    return 1;
}


ngx_int_t
ngx_http_mcp_jsonschema_pointer(ngx_pool_t *pool,
    const ngx_http_mcp_json_t *root, const u_char *pos, ngx_str_t *pointer,
    ngx_uint_t *name)
{
    ngx_int_t                 rc;
    ngx_http_mcp_json_t       value;
    ngx_http_mcp_json_text_t  t;

    if (ngx_http_mcp_json_text_init(&t, pool, 64) != NGX_OK) {
        return NGX_ERROR;
    }

    value = *root;
    rc = NGX_OK;

    while (rc == NGX_OK && pos > value.raw.data) {
        rc = ngx_http_mcp_jsonschema_pointer_down(&t, &value, pos);
    }

    *name = (rc == NGX_DONE);

    return ngx_http_mcp_json_text_done(&t, pointer);
}


/*
 * One level down towards "pos".  NGX_DONE: it is within the name of the
 * member that was written.  NGX_DECLINED: it is nowhere below.
 */

static ngx_int_t
ngx_http_mcp_jsonschema_pointer_down(ngx_http_mcp_json_text_t *t,
    ngx_http_mcp_json_t *value, const u_char *pos)
{
    ngx_uint_t                i;
    ngx_http_mcp_json_t       name, child;
    ngx_http_mcp_json_iter_t  it;

    ngx_http_mcp_json_iter(&it, value);

    for (i = 0; ngx_http_mcp_json_next(&it, &name, &child) == NGX_OK; i++) {

        if (pos >= child.raw.data + child.raw.len) {
            continue;
        }

        ngx_http_mcp_json_text_put(t, "/");

        if (it.object) {
            ngx_http_mcp_jsonschema_pointer_name(t, &name);

        } else {
            ngx_http_mcp_json_text_uint(t, i);
        }

        *value = child;

        return (pos < child.raw.data) ? NGX_DONE : NGX_OK;
    }

    return NGX_DECLINED;
}


static void
ngx_http_mcp_jsonschema_pointer_name(ngx_http_mcp_json_text_t *t,
    const ngx_http_mcp_json_t *name)
{
    u_char  *p, *last, *buf;

    buf = ngx_pnalloc(t->pool, name->raw.len + 2);
    if (buf == NULL) {
        t->failed = 1;
        return;
    }

    last = ngx_http_mcp_jsonschema_decode(buf, name);

    for (p = buf; p < last; p++) {

        if (*p == '~') {
            ngx_http_mcp_json_text_put(t, "~0");

        } else if (*p == '/') {
            ngx_http_mcp_json_text_put(t, "~1");

        } else {
            ngx_http_mcp_json_text_raw(t, p, 1);
        }
    }
}

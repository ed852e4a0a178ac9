
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Walks over the elements and members of a scanned JSON text.  Called by
 * whatever reads a message, a schema or an upstream answer; owns nothing,
 * all values are spans of the text.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_json_inside.h"


static u_char *ngx_http_mcp_json_walk_value(u_char *p, u_char *last,
    ngx_http_mcp_json_t *value);
static u_char *ngx_http_mcp_json_skip_nested(u_char *p, u_char *last);
static u_char *ngx_http_mcp_json_skip_scalar(u_char *p, u_char *last);


void
ngx_http_mcp_json_iter(ngx_http_mcp_json_iter_t *it,
    const ngx_http_mcp_json_t *value)
{
    it->object = (value->type == NGX_HTTP_MCP_JSON_OBJECT);

    if (it->object || value->type == NGX_HTTP_MCP_JSON_ARRAY) {
        it->pos = value->raw.data + 1;
        it->last = value->raw.data + value->raw.len - 1;
        return;
    }

    it->pos = value->raw.data;
    it->last = value->raw.data;
}


ngx_int_t
ngx_http_mcp_json_next(ngx_http_mcp_json_iter_t *it, ngx_http_mcp_json_t *name,
    ngx_http_mcp_json_t *value)
{
    u_char  *p, *last;

    last = it->last;

    p = ngx_http_mcp_json_blanks(it->pos, last);

    if (p == last) {
        it->pos = p;
        return NGX_DONE;
    }

    if (*p == ',') {
        p = ngx_http_mcp_json_blanks(p + 1, last);
    }

    if (it->object) {

        if (name) {
            p = ngx_http_mcp_json_walk_value(p, last, name);

        } else {
            p = ngx_http_mcp_json_string_end(p, last);
        }

        /* the colon */

        p = ngx_http_mcp_json_blanks(p, last) + 1;
        p = ngx_http_mcp_json_blanks(p, last);
    }

    it->pos = ngx_http_mcp_json_walk_value(p, last, value);

    return NGX_OK;
}


ngx_int_t
ngx_http_mcp_json_find(const ngx_http_mcp_json_t *object,
    const ngx_str_t *name, ngx_http_mcp_json_t *value)
{
    ngx_http_mcp_json_t       member;
    ngx_http_mcp_json_iter_t  it;

    if (object->type == NGX_HTTP_MCP_JSON_OBJECT) {
        ngx_http_mcp_json_iter(&it, object);

        while (ngx_http_mcp_json_next(&it, &member, value) == NGX_OK) {

            if (ngx_http_mcp_json_equal(&member, name)) {
                return NGX_OK;
            }
        }
    }

    ngx_str_null(&value->raw);
    value->type = NGX_HTTP_MCP_JSON_NONE;

    return NGX_DECLINED;
}


/* sets *value to what begins at "p" and returns its end */

static u_char *
ngx_http_mcp_json_walk_value(u_char *p, u_char *last,
    ngx_http_mcp_json_t *value)
{
    u_char  *end;

    value->type = ngx_http_mcp_json_type(*p);

    switch (value->type) {

    case NGX_HTTP_MCP_JSON_STRING:
        end = ngx_http_mcp_json_string_end(p, last);
        break;

    case NGX_HTTP_MCP_JSON_ARRAY:
    case NGX_HTTP_MCP_JSON_OBJECT:
        end = ngx_http_mcp_json_skip_nested(p, last);
        break;

    default:
        end = ngx_http_mcp_json_skip_scalar(p, last);
    }

    value->raw.data = p;
    value->raw.len = end - p;

    return end;
}


static u_char *
ngx_http_mcp_json_skip_nested(u_char *p, u_char *last)
{
    ngx_uint_t  level;

    level = 0;

    do {
        p = ngx_http_mcp_byte_run(p, last, NGX_HTTP_MCP_RUN_QUOTE
                                           |NGX_HTTP_MCP_RUN_BRACKET);

        switch (*p) {

        case '"':
            p = ngx_http_mcp_json_string_end(p, last);
            break;

        case '{':
        case '[':
            level++;
            p++;
            break;

        default: /* } or ] */
            level--;
            p++;
        }

    } while (level);

    return p;
}


static u_char *
ngx_http_mcp_json_skip_scalar(u_char *p, u_char *last)
{
    while (p < last && *p > ' ' && *p != ',') {
        p++;
    }

    return p;
}


void
ngx_http_mcp_json_members(const ngx_http_mcp_json_t *object,
    const ngx_str_t *names, ngx_http_mcp_json_t *values, ngx_uint_t n)
{
    u_char                     c;
    ngx_uint_t                 i, found;
    ngx_http_mcp_json_t        name, value;
    ngx_http_mcp_json_iter_t   it;

    ngx_memzero(values, n * sizeof(ngx_http_mcp_json_t));

    if (object->type != NGX_HTTP_MCP_JSON_OBJECT) {
        return;
    }

    found = 0;

    ngx_http_mcp_json_iter(&it, object);

    while (found < n && ngx_http_mcp_json_next(&it, &name, &value) == NGX_OK) {

        /* most differ in their first character; an escape may be any */

        c = name.raw.data[1];

        for (i = 0; i < n; i++) {
            if ((names[i].len == 0 || names[i].data[0] == c || c == '\\')
                && values[i].type == NGX_HTTP_MCP_JSON_NONE
                && ngx_http_mcp_json_equal(&name, &names[i]))
            {
                values[i] = value;
                found++;
                break;
            }
        }
    }
}

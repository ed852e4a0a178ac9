
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Checks a call's arguments: against the headers that mirror some of them,
 * and against the tool's parameters.  What is wrong is told to the model so
 * that it can mend its call.
 */


#include "ngx_http_mcp_method.h"
#include "ngx_http_mcp_header_value.h"
#include "ngx_http_mcp_json_write.h"
#include "ngx_http_mcp_reply.h"
#include "ngx_http_mcp_utf8.h"


#define NGX_HTTP_MCP_VIOLATIONS  10       /* named in one answer */


/* what is wrong so far, as lines of text */

typedef struct {
    ngx_http_mcp_json_text_t     text;
    ngx_uint_t                   n;
} ngx_http_mcp_violations_t;


static ngx_int_t ngx_http_mcp_tool_mirror(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_mirror_t *mirror);
static ngx_uint_t ngx_http_mcp_tool_header(ngx_http_mcp_call_t *call,
    const ngx_str_t *name, ngx_str_t *value);
static ngx_int_t ngx_http_mcp_tool_mirror_equal(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_mirror_t *mirror, const ngx_str_t *text,
    const ngx_http_mcp_json_t *value);
static ngx_int_t ngx_http_mcp_tool_values(ngx_http_mcp_call_t *call,
    ngx_http_mcp_violations_t *v);
static void ngx_http_mcp_tool_value(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_param_t *param, const ngx_http_mcp_json_t *value,
    ngx_http_mcp_violations_t *v);
static void ngx_http_mcp_tool_range(const ngx_http_mcp_param_t *param,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_violations_t *v);
static ngx_int_t ngx_http_mcp_tool_string(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_param_t *param, const ngx_http_mcp_json_t *value,
    ngx_http_mcp_violations_t *v);
static void ngx_http_mcp_tool_choice(const ngx_http_mcp_param_t *param,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_violations_t *v);
static void ngx_http_mcp_tool_items(const ngx_http_mcp_param_t *param,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_violations_t *v);
static void ngx_http_mcp_tool_violation(ngx_http_mcp_violations_t *v,
    const ngx_str_t *name, const char *fmt, ...);
static void ngx_http_mcp_tool_types(ngx_uint_t types, ngx_str_t *out,
    u_char *buf);


ngx_int_t
ngx_http_mcp_tool_mirrors(ngx_http_mcp_call_t *call)
{
    ngx_int_t                     rc;
    ngx_uint_t                    i;
    const ngx_http_mcp_mirror_t  *mirror;

    if (!ngx_http_mcp_modern(call)) {
        return NGX_OK;
    }

    mirror = call->tool->mirrors.elts;

    for (i = 0; i < call->tool->mirrors.nelts; i++) {
        rc = ngx_http_mcp_tool_mirror(call, &mirror[i]);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_tool_mirror(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_mirror_t *mirror)
{
    ngx_int_t             rc;
    ngx_str_t             text, *name;
    ngx_uint_t            i, n;
    ngx_http_mcp_json_t   value, next;

    value = call->arguments;
    name = mirror->path.elts;

    for (i = 0; i < mirror->path.nelts; i++) {
        (void) ngx_http_mcp_json_find(&value, &name[i], &next);
        value = next;
    }

    n = ngx_http_mcp_tool_header(call, &mirror->header, &text);

    if (n > 1) {
        goto mismatch;
    }

    if (value.type == NGX_HTTP_MCP_JSON_NONE
        || value.type == NGX_HTTP_MCP_JSON_NULL)
    {
        /* HTTP-42; one without a value could have been routed on */

        if (n == 0) {
            return NGX_OK;
        }

        goto mismatch;
    }

    if (n == 0) {
        goto mismatch;
    }

    rc = ngx_http_mcp_header_decode(call->pool, &text, &text);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_OK) {
        rc = ngx_http_mcp_tool_mirror_equal(call, mirror, &text, &value);
    }

    if (rc == NGX_OK || rc == NGX_ERROR) {
        return rc;
    }

mismatch:

    return ngx_http_mcp_reply_error(call, NGX_HTTP_BAD_REQUEST,
               NGX_HTTP_MCP_HEADER_MISMATCH, NULL,
               "The header Mcp-Param-%V does not match the argument that it "
               "mirrors; list the tools again", &mirror->header);
}


/* How often the header was sent; "value" is the last one. */

static ngx_uint_t
ngx_http_mcp_tool_header(ngx_http_mcp_call_t *call, const ngx_str_t *name,
    ngx_str_t *value)
{
    ngx_uint_t        i, n;
    ngx_table_elt_t  *h;
    ngx_list_part_t  *part;

    n = 0;

    for (part = &call->request->headers_in.headers.part; part;
         part = part->next)
    {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].key.len == sizeof("mcp-param-") - 1 + name->len
                && ngx_strncmp(h[i].lowcase_key, "mcp-param-",
                               sizeof("mcp-param-") - 1)
                   == 0
                && ngx_strncasecmp(h[i].lowcase_key
                                   + sizeof("mcp-param-") - 1,
                                   name->data, name->len)
                   == 0)
            {
                *value = h[i].value;
                n++;
            }
        }
    }

    return n;
}


/* HTTP-40, HTTP-47: text by bytes, integers by value in plain decimal */

static ngx_int_t
ngx_http_mcp_tool_mirror_equal(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_mirror_t *mirror, const ngx_str_t *text,
    const ngx_http_mcp_json_t *value)
{
    ngx_uint_t                 i;
    ngx_http_mcp_json_t        number;
    ngx_http_mcp_json_scan_t   scan;

    switch (value->type) {

    case NGX_HTTP_MCP_JSON_STRING:
        return ngx_http_mcp_json_equal(value, text) ? NGX_OK : NGX_DECLINED;

    case NGX_HTTP_MCP_JSON_NUMBER:

        for (i = 0; i < text->len; i++) {
            if (text->data[i] == 'e' || text->data[i] == 'E'
                || text->data[i] == ' ' || text->data[i] == '\t')
            {
                return NGX_DECLINED;
            }
        }

        ngx_memzero(&scan, sizeof(ngx_http_mcp_json_scan_t));
        scan.depth = 1;

        if (ngx_http_mcp_json_scan(&scan, text, &number) != NGX_OK
            || number.type != NGX_HTTP_MCP_JSON_NUMBER
            || ngx_http_mcp_json_compare(&number, value) != 0)
        {
            return NGX_DECLINED;
        }

        return NGX_OK;

    default:
        return (text->len == value->raw.len
                && ngx_memcmp(text->data, value->raw.data, text->len) == 0)
               ? NGX_OK : NGX_DECLINED;
    }
}


ngx_int_t
ngx_http_mcp_tool_validate(ngx_http_mcp_call_t *call)
{
    ngx_str_t                    text;
    ngx_uint_t                   i, n;
    ngx_http_mcp_violations_t    v;
    const ngx_http_mcp_param_t  *param;

    v.n = 0;
    v.text.start = NULL;
    v.text.pool = call->pool;

    if (ngx_http_mcp_tool_values(call, &v) != NGX_OK) {
        return NGX_ERROR;
    }

    param = call->tool->params.elts;
    n = call->tool->params.nelts;

    for (i = 0; i < n; i++) {

        if (call->values[i].type != NGX_HTTP_MCP_JSON_NONE) {
            ngx_http_mcp_tool_value(call, &param[i], &call->values[i], &v);

        } else if (param[i].required) {
            ngx_http_mcp_tool_violation(&v, &param[i].name, "is required");

        } else {
            call->values[i] = param[i].fallback;
        }
    }

    if (v.n == 0) {
        return NGX_OK;
    }

    if (ngx_http_mcp_json_text_done(&v.text, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_log_error(NGX_LOG_INFO, call->request->connection->log, 0,
                  "mcp server \"%V\", tool \"%V\": client sent %ui invalid "
                  "arguments", &call->catalog->name, &call->name, v.n);

    return ngx_http_mcp_reply_tool_error(call, &text, "Invalid arguments:");
}


/* Finds each parameter's value; reports arguments that are none. */

static ngx_int_t
ngx_http_mcp_tool_values(ngx_http_mcp_call_t *call,
    ngx_http_mcp_violations_t *v)
{
    ngx_str_t                    text;
    ngx_uint_t                   i, n;
    ngx_http_mcp_json_t          name, value;
    ngx_http_mcp_json_iter_t     it;
    const ngx_http_mcp_param_t  *param;

    param = call->tool->params.elts;
    n = call->tool->params.nelts;

    call->values = ngx_pcalloc(call->pool,
                               (n + 1) * sizeof(ngx_http_mcp_json_t));
    if (call->values == NULL) {
        return NGX_ERROR;
    }

    if (call->arguments.type == NGX_HTTP_MCP_JSON_NONE) {
        return NGX_OK;
    }

    ngx_http_mcp_json_iter(&it, &call->arguments);

    while (ngx_http_mcp_json_next(&it, &name, &value) == NGX_OK) {

        for (i = 0; i < n; i++) {
            if (ngx_http_mcp_json_equal(&name, &param[i].name)) {
                call->values[i] = value;
                break;
            }
        }

        if (i != n || call->tool->open) {
            continue;
        }

        /* the name as it was sent, without its quotes */

        text.data = name.raw.data + 1;
        text.len = ngx_min(name.raw.len - 2, 64);
        text.len = ngx_http_mcp_utf8_valid(text.data, text.len);

        ngx_http_mcp_tool_violation(v, &text,
                                    "is not a parameter of this tool");

        if (v->n == NGX_HTTP_MCP_VIOLATIONS) {
            break;
        }
    }

    return NGX_OK;
}


static void
ngx_http_mcp_tool_value(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_param_t *param, const ngx_http_mcp_json_t *value,
    ngx_http_mcp_violations_t *v)
{
    u_char     buf[80];
    ngx_str_t  types;

    if (!ngx_http_mcp_type_fits(param->type, value)) {
        ngx_http_mcp_tool_types(param->type, &types, buf);
        ngx_http_mcp_tool_violation(v, &param->name, "must be of type %V%s",
                                    &types,
                                    param->required ? ""
                                                    : ", or be left out");
        return;
    }

    switch (value->type) {

    case NGX_HTTP_MCP_JSON_NUMBER:
        ngx_http_mcp_tool_range(param, value, v);
        break;

    case NGX_HTTP_MCP_JSON_STRING:
        if (ngx_http_mcp_tool_string(call, param, value, v) != NGX_OK) {
            v->text.failed = 1;
        }

        break;

    case NGX_HTTP_MCP_JSON_ARRAY:
        ngx_http_mcp_tool_items(param, value, v);
        break;

    default:
        break;
    }
}


static void
ngx_http_mcp_tool_range(const ngx_http_mcp_param_t *param,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_violations_t *v)
{
    /* HTTP-34: integers that a header mirrors stay exact in any client */

    static ngx_http_mcp_json_t  safe_max = {
        ngx_string("9007199254740991"), NGX_HTTP_MCP_JSON_NUMBER
    };
    static ngx_http_mcp_json_t  safe_min = {
        ngx_string("-9007199254740991"), NGX_HTTP_MCP_JSON_NUMBER
    };

    if (param->minimum.type != NGX_HTTP_MCP_JSON_NONE
        && ngx_http_mcp_json_compare(value, &param->minimum) < 0)
    {
        ngx_http_mcp_tool_violation(v, &param->name, "must be at least %V",
                                    &param->minimum.raw);
    }

    if (param->maximum.type != NGX_HTTP_MCP_JSON_NONE
        && ngx_http_mcp_json_compare(value, &param->maximum) > 0)
    {
        ngx_http_mcp_tool_violation(v, &param->name, "must be at most %V",
                                    &param->maximum.raw);
    }

    if (param->header.len
        && (ngx_http_mcp_json_compare(value, &safe_max) > 0
            || ngx_http_mcp_json_compare(value, &safe_min) < 0))
    {
        ngx_http_mcp_tool_violation(v, &param->name,
                                    "must be within +-9007199254740991");
    }
}


static ngx_int_t
ngx_http_mcp_tool_string(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_param_t *param, const ngx_http_mcp_json_t *value,
    ngx_http_mcp_violations_t *v)
{
    size_t      i;
    ngx_int_t   rc, length;
    ngx_str_t   text;

    if (param->choices) {
        ngx_http_mcp_tool_choice(param, value, v);
    }

    if (param->min_length == -1 && param->max_length == -1) {
        return NGX_OK;
    }

    rc = ngx_http_mcp_json_decode(call->pool, value, &text);

    if (rc == NGX_DECLINED) {
        ngx_http_mcp_tool_violation(v, &param->name,
                                    "holds half of a surrogate pair");
        return NGX_OK;
    }

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    /* characters, not bytes: every byte that does not continue one */

    length = 0;

    for (i = 0; i < text.len; i++) {
        length += ((text.data[i] & 0xc0) != 0x80);
    }

    if (param->min_length != -1 && length < param->min_length) {
        ngx_http_mcp_tool_violation(v, &param->name,
                                    "must have at least %i characters",
                                    param->min_length);
    }

    if (param->max_length != -1 && length > param->max_length) {
        ngx_http_mcp_tool_violation(v, &param->name,
                                    "must have at most %i characters",
                                    param->max_length);
    }

    return NGX_OK;
}


static void
ngx_http_mcp_tool_choice(const ngx_http_mcp_param_t *param,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_violations_t *v)
{
    u_char      list[256], *p;
    ngx_str_t  *choice;
    ngx_uint_t  i;

    choice = param->choices->elts;
    p = list;

    for (i = 0; i < param->choices->nelts; i++) {
        if (ngx_http_mcp_json_equal(value, &choice[i])) {
            return;
        }

        p = ngx_slprintf(p, list + sizeof(list), "%s%V", i ? ", " : "",
                         &choice[i]);
    }

    ngx_http_mcp_tool_violation(v, &param->name, "must be one of: %*s",
                                ngx_http_mcp_utf8_valid(list, p - list),
                                list);
}


static void
ngx_http_mcp_tool_items(const ngx_http_mcp_param_t *param,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_violations_t *v)
{
    u_char                     buf[80];
    ngx_str_t                  types;
    ngx_uint_t                 i;
    ngx_http_mcp_json_t        item;
    ngx_http_mcp_json_iter_t   it;

    if (param->items == 0) {
        return;
    }

    ngx_http_mcp_json_iter(&it, value);

    for (i = 0; ngx_http_mcp_json_next(&it, NULL, &item) == NGX_OK; i++) {

        if (!ngx_http_mcp_type_fits(param->items, &item)) {
            ngx_http_mcp_tool_types(param->items, &types, buf);
            ngx_http_mcp_tool_violation(v, &param->name,
                                        "must hold only values of type %V, "
                                        "number %ui is another", &types,
                                        i + 1);
            return;
        }
    }
}


/* Adds a line with the JSON Pointer of a top-level argument. */

static void
ngx_http_mcp_tool_violation(ngx_http_mcp_violations_t *v,
    const ngx_str_t *name, const char *fmt, ...)
{
    u_char    line[512], *last;
    va_list   args;

    if (v->n == NGX_HTTP_MCP_VIOLATIONS) {
        return;
    }

    if (v->n++ == 0
        && ngx_http_mcp_json_text_init(&v->text, v->text.pool, 256)
           != NGX_OK)
    {
        v->text.failed = 1;
        return;
    }

    va_start(args, fmt);
    last = ngx_vslprintf(line, line + sizeof(line), fmt, args);
    va_end(args);

    ngx_http_mcp_json_text_put(&v->text, "\n/");
    ngx_http_mcp_json_text_raw(&v->text, name->data, name->len);
    ngx_http_mcp_json_text_put(&v->text, " ");
    ngx_http_mcp_json_text_raw(&v->text, line,
                               ngx_http_mcp_utf8_valid(line, last - line));
}


static void
ngx_http_mcp_tool_types(ngx_uint_t types, ngx_str_t *out, u_char *buf)
{
    u_char      *p;
    ngx_uint_t   i;

    static const char *const  names[] = {
        "string", "integer", "number", "boolean", "array", "object", "null"
    };

    p = buf;

    for (i = 0; i < 7; i++) {
        if (types & ((ngx_uint_t) 1 << i)) {
            p = ngx_sprintf(p, "%s%s", (p == buf) ? "" : " or ", names[i]);
        }
    }

    out->data = buf;
    out->len = p - buf;
}

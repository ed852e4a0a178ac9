
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Writes what violates a schema and what would be right, in words from
 * which a model can mend its call.  Called by the check; what it writes
 * lives in the caller's pool.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_run.h"
#include "ngx_http_mcp_utf8.h"


#define NGX_HTTP_MCP_JSONSCHEMA_TEXT  512
#define NGX_HTTP_MCP_JSONSCHEMA_LIST  384


static u_char *ngx_http_mcp_jsonschema_types_list(u_char *p, u_char *last,
    ngx_uint_t types);
static const char *ngx_http_mcp_jsonschema_type_name(ngx_uint_t bit);
static u_char *ngx_http_mcp_jsonschema_values_list(u_char *p, u_char *last,
    const ngx_http_mcp_json_t *values, ngx_uint_t n);
static ngx_uint_t ngx_http_mcp_jsonschema_types_of(
    const ngx_http_mcp_jsonschema_node_t *node);


ngx_int_t
ngx_http_mcp_jsonschema_violation(ngx_http_mcp_jsonschema_run_t *run,
    const u_char *pos, const char *keyword, const char *fmt, ...)
{
    u_char                               *p, *last;
    va_list                               args;
    ngx_str_t                             text;
    ngx_uint_t                            name;
    ngx_http_mcp_jsonschema_check_t      *check;
    ngx_http_mcp_jsonschema_violation_t  *v;
    u_char                                buf[NGX_HTTP_MCP_JSONSCHEMA_TEXT];

    if (run->quick) {
        return NGX_DECLINED;
    }

    check = run->check;
    v = &check->violations[check->n];

    run->steps -= run->root->raw.len / 32;

    if (ngx_http_mcp_jsonschema_pointer(check->pool, run->root, pos,
                                        &v->pointer, &name)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    last = buf + NGX_HTTP_MCP_JSONSCHEMA_TEXT;
    p = ngx_slprintf(buf, last, "%s", name ? "the name " : "");

    va_start(args, fmt);
    p = ngx_vslprintf(p, last, fmt, args);
    va_end(args);

    /* a character may have been cut where the room ends */

    text.data = buf;
    text.len = ngx_http_mcp_utf8_valid(buf, p - buf);

    v->text.len = text.len;
    v->text.data = ngx_pstrdup(check->pool, &text);
    if (v->text.data == NULL) {
        return NGX_ERROR;
    }

    v->keyword.data = (u_char *) keyword;
    v->keyword.len = ngx_strlen(keyword);

    if (++check->n == check->max) {

        /* no more are wanted: the rest is for the verdict, which is known */

        run->quick++;
    }

    return NGX_DECLINED;
}


ngx_int_t
ngx_http_mcp_jsonschema_violation_type(ngx_http_mcp_jsonschema_run_t *run,
    ngx_uint_t types, const ngx_http_mcp_json_t *value)
{
    u_char      *p, buf[NGX_HTTP_MCP_JSONSCHEMA_LIST];
    const char  *have;

    if (run->quick) {
        return NGX_DECLINED;
    }

    p = ngx_http_mcp_jsonschema_types_list(buf, buf + sizeof(buf), types);

    have = ngx_http_mcp_jsonschema_type_name(
               ngx_http_mcp_jsonschema_bit(value->type));

    if (value->type == NGX_HTTP_MCP_JSON_NUMBER
        && (types & NGX_HTTP_MCP_JSONSCHEMA_INTEGER))
    {
        have = "number with a fraction";
    }

    return ngx_http_mcp_jsonschema_violation(run, value->raw.data, "type",
                                             "must be of type %*s, not %s",
                                             p - buf, buf, have);
}


/* "string, integer or null" */

static u_char *
ngx_http_mcp_jsonschema_types_list(u_char *p, u_char *last, ngx_uint_t types)
{
    ngx_uint_t   bit;
    const char  *separator;

    separator = "";

    for (bit = NGX_HTTP_MCP_JSONSCHEMA_INTEGER; bit; bit >>= 1) {

        if (types & bit) {
            p = ngx_slprintf(p, last, "%s%s", separator,
                             ngx_http_mcp_jsonschema_type_name(bit));

            types &= ~bit;
            separator = (types & (types - 1)) ? ", " : " or ";
        }
    }

    return p;
}


static const char *
ngx_http_mcp_jsonschema_type_name(ngx_uint_t bit)
{
    switch (bit) {

    case 1 << NGX_HTTP_MCP_JSON_NULL:
        return "null";

    case 1 << NGX_HTTP_MCP_JSON_BOOLEAN:
        return "boolean";

    case 1 << NGX_HTTP_MCP_JSON_NUMBER:
        return "number";

    case 1 << NGX_HTTP_MCP_JSON_STRING:
        return "string";

    case 1 << NGX_HTTP_MCP_JSON_ARRAY:
        return "array";

    case 1 << NGX_HTTP_MCP_JSON_OBJECT:
        return "object";

    default:
        return "integer";
    }
}


ngx_int_t
ngx_http_mcp_jsonschema_violation_enum(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_json_t *value)
{
    u_char                     *p, buf[NGX_HTTP_MCP_JSONSCHEMA_LIST];
    ngx_uint_t                  n, constant;
    const ngx_http_mcp_json_t  *values;

    if (run->quick) {
        return NGX_DECLINED;
    }

    constant = (node->constant.type != NGX_HTTP_MCP_JSON_NONE);

    values = constant ? &node->constant : node->values;
    n = constant ? 1 : node->nvalues;

    p = ngx_http_mcp_jsonschema_values_list(buf, buf + sizeof(buf), values, n);

    return ngx_http_mcp_jsonschema_violation(run, value->raw.data,
                                             constant ? "const" : "enum",
                                             (n == 1) ? "must be %*s"
                                                      : "must be one of %*s",
                                             p - buf, buf);
}


/* as they are in the schema, as many as there is room for */

static u_char *
ngx_http_mcp_jsonschema_values_list(u_char *p, u_char *last,
    const ngx_http_mcp_json_t *values, ngx_uint_t n)
{
    ngx_uint_t  i;

    static const char  more[] = ", ...";

    for (i = 0; i < n; i++) {

        if ((size_t) (last - p) < values[i].raw.len + sizeof(more) + 2) {

            if (i == 0) {
                p = ngx_slprintf(p, last - sizeof(more), "%V",
                                 &values[i].raw);
            }

            return ngx_cpymem(p, more, sizeof(more) - 1);
        }

        p = ngx_slprintf(p, last, "%s%V", i ? ", " : "", &values[i].raw);
    }

    return p;
}


ngx_int_t
ngx_http_mcp_jsonschema_violation_unknown(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_object_t *object, const u_char *pos)
{
    u_char                                    *p, *last;
    ngx_uint_t                                 i;
    u_char                                     buf[
                                              NGX_HTTP_MCP_JSONSCHEMA_LIST];
    const ngx_http_mcp_jsonschema_property_t  *property;

    if (run->quick) {
        return NGX_DECLINED;
    }

    p = buf;
    last = buf + sizeof(buf);

    for (i = 0; i < object->nproperties; i++) {
        property = &object->properties[i];

        if (property->node == NULL || property->node->never) {
            continue;
        }

        if ((size_t) (last - p) < property->name.len + 10) {
            p = ngx_slprintf(p, last, ", ...");
            break;
        }

        p = ngx_slprintf(p, last, "%s\"%V\"", (p == buf) ? "" : ", ",
                         &property->name);
    }

    return ngx_http_mcp_jsonschema_violation(run, pos, "additionalProperties",
                         (p == buf) ? "is a property that is not known here"
                         : "is a property that is not known here, known: %*s",
                         p - buf, buf);
}


ngx_int_t
ngx_http_mcp_jsonschema_violation_none(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_nodes_t *nodes, const char *keyword,
    const ngx_http_mcp_json_t *value)
{
    u_char      *p, buf[NGX_HTTP_MCP_JSONSCHEMA_LIST];
    ngx_uint_t   i, types, one;

    types = 0;

    for (i = 0; i < nodes->n; i++) {

        one = ngx_http_mcp_jsonschema_types_of(nodes->elts[i]);

        if (one == 0) {
            types = 0;
            break;
        }

        types |= one;
    }

    /* if no alternative is of the value's type, that is all there is to say */

    if (types && !(types & ngx_http_mcp_jsonschema_bit(value->type))
        && !((types & NGX_HTTP_MCP_JSONSCHEMA_INTEGER)
             && value->type == NGX_HTTP_MCP_JSON_NUMBER))
    {
        return ngx_http_mcp_jsonschema_violation_type(run, types, value);
    }

    p = ngx_http_mcp_jsonschema_types_list(buf, buf + sizeof(buf), types);

    return ngx_http_mcp_jsonschema_violation(run, value->raw.data, keyword,
                         types ? "must match one of the %ui alternatives (%*s)"
                               : "must match one of the %ui alternatives",
                         nodes->n, p - buf, buf);
}


/* of a schema, or of what it refers to; 0 if it does not say */

static ngx_uint_t
ngx_http_mcp_jsonschema_types_of(const ngx_http_mcp_jsonschema_node_t *node)
{
    while (node->types == 0 && node->logic && node->logic->ref) {
        node = node->logic->ref;
    }

    return node->types;
}

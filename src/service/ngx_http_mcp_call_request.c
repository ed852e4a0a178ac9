
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Renders the HTTP request of a tool's call into call->outgoing: a step.
 * The target is made here, headers and body in files of their own.
 */


#include "ngx_http_mcp_call_render.h"
#include "ngx_http_mcp_json_write.h"
#include "ngx_http_mcp_reply.h"


static ngx_int_t ngx_http_mcp_call_target(ngx_http_mcp_call_t *call);
static ngx_int_t ngx_http_mcp_call_path_values(ngx_http_mcp_call_t *call,
    ngx_uint_t blame);
static ngx_int_t ngx_http_mcp_call_path_value(ngx_http_mcp_call_t *call,
    u_char op, const ngx_http_mcp_template_var_t *var, ngx_uint_t blame);
static ngx_int_t ngx_http_mcp_call_path_text(ngx_http_mcp_call_t *call,
    u_char op, const ngx_http_mcp_template_var_t *var,
    const ngx_str_t *text);
static ngx_int_t ngx_http_mcp_call_queries(ngx_http_mcp_call_t *call,
    ngx_str_t *target);
static ngx_int_t ngx_http_mcp_call_value(void *data,
    const ngx_http_mcp_template_var_t *var, ngx_http_mcp_json_t *value);
static ngx_int_t ngx_http_mcp_call_unfit(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_template_var_t *var);


ngx_int_t
ngx_http_mcp_call_render(ngx_http_mcp_call_t *call)
{
    ngx_int_t  rc;

    call->outgoing.location = call->tool->location;
    call->outgoing.method = call->tool->method;
    call->outgoing.method_name = call->tool->method_name;
    call->outgoing.timeout = call->tool->timeout;
    call->outgoing.max_response = call->tool->max_response;

    if (ngx_list_init(&call->outgoing.headers, call->pool, 8,
                      sizeof(ngx_table_elt_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = ngx_http_mcp_call_target(call);

    if (rc == NGX_OK && call->tool->identity) {
        rc = ngx_http_mcp_call_identity(call);
    }

    if (rc == NGX_OK) {
        rc = ngx_http_mcp_call_headers(call);
    }

    if (rc == NGX_OK) {
        rc = ngx_http_mcp_call_cookies(call);
    }

    if (rc == NGX_OK) {
        rc = ngx_http_mcp_call_passed(call);
    }

    if (rc == NGX_OK) {
        rc = ngx_http_mcp_call_defaults(call);
    }

    if (rc == NGX_OK) {
        rc = ngx_http_mcp_call_trace(call);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    switch (call->tool->body) {

    case NGX_HTTP_MCP_BODY_JSON:
        rc = ngx_http_mcp_call_json_body(call);
        break;

    case NGX_HTTP_MCP_BODY_FORM:
        rc = ngx_http_mcp_call_form_body(call);
        break;

    default:

        /* many servers refuse a POST that does not say how long it is */

        call->outgoing.has_body = (call->tool->method
                                   & (NGX_HTTP_POST|NGX_HTTP_PUT
                                      |NGX_HTTP_PATCH)) != 0;
    }

    if (rc != NGX_OK || !call->outgoing.has_body) {
        return rc;
    }

    return ngx_http_mcp_call_body_headers(call);
}


static ngx_int_t
ngx_http_mcp_call_target(ngx_http_mcp_call_t *call)
{
    ngx_int_t                           rc;
    ngx_str_t                           target;
    const char                         *reason;
    const ngx_http_mcp_template_var_t  *var;

    rc = ngx_http_mcp_call_path_values(call, 0);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_http_mcp_template_expand(call->pool, &call->tool->target,
                                      ngx_http_mcp_call_value, call,
                                      &target, &var);

    if (rc == NGX_DECLINED) {
        return ngx_http_mcp_call_unfit(call, var);
    }

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    if (call->tool->queries.nelts) {
        rc = ngx_http_mcp_call_queries(call, &target);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    /* an argument must not lead out of its segment of the path */

    if (ngx_http_mcp_template_target(&target, &reason) != NGX_OK) {

        ngx_log_error(NGX_LOG_INFO, call->request->connection->log, 0,
                      "mcp server \"%V\", tool \"%V\": client sent an "
                      "argument that is unsafe in a path: %s",
                      &call->catalog->name, &call->name, reason);

        rc = ngx_http_mcp_call_path_values(call, 1);
        if (rc != NGX_OK) {
            return rc;
        }

        /* no value alone, but "{a}{b}" together */

        return ngx_http_mcp_reply_tool_error(call, NULL,
                   "Invalid arguments: a value cannot be part of the "
                   "request's path: %s.", reason);
    }

    call->outgoing.target = target;

    return NGX_OK;
}


/* What the expanded text does not show any more: an empty segment, and a
 * "?" that "{+path}" would let end the path; to "blame", what in it is
 * unsafe. */

static ngx_int_t
ngx_http_mcp_call_path_values(ngx_http_mcp_call_t *call, ngx_uint_t blame)
{
    ngx_int_t                            rc;
    ngx_uint_t                           i, j;
    const ngx_http_mcp_template_var_t   *var;
    const ngx_http_mcp_template_part_t  *part;

    part = call->tool->target.parts.elts;

    for (i = 0; i < call->tool->target.parts.nelts; i++) {

        if (part[i].op == 0) {
            if (ngx_strlchr(part[i].text.data,
                            part[i].text.data + part[i].text.len, '?'))
            {
                break;
            }

            continue;
        }

        if (part[i].op == '?' || part[i].op == '&') {
            break;
        }

        var = part[i].vars.elts;

        for (j = 0; j < part[i].vars.nelts; j++) {
            rc = ngx_http_mcp_call_path_value(call, part[i].op, &var[j],
                                              blame);
            if (rc != NGX_OK) {
                return rc;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_call_path_value(ngx_http_mcp_call_t *call, u_char op,
    const ngx_http_mcp_template_var_t *var, ngx_uint_t blame)
{
    ngx_int_t             rc;
    ngx_str_t             text;
    ngx_http_mcp_json_t   value;

    if (ngx_http_mcp_call_value(call, var, &value) != NGX_OK
        || value.type != NGX_HTTP_MCP_JSON_STRING)
    {
        return NGX_OK;
    }

    rc = ngx_http_mcp_json_decode(call->pool, &value, &text);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc != NGX_OK) {
        return ngx_http_mcp_call_unfit(call, var);
    }

    if (text.len == 0) {
        return ngx_http_mcp_reply_tool_error(call, NULL,
                   "Invalid arguments: /%V must not be empty.", &var->name);
    }

    if (op == '+'
        && (ngx_strlchr(text.data, text.data + text.len, '?')
            || ngx_strlchr(text.data, text.data + text.len, '#')))
    {
        return ngx_http_mcp_reply_tool_error(call, NULL,
                   "Invalid arguments: /%V is a path and must not hold "
                   "\"?\" or \"#\".", &var->name);
    }

    return blame ? ngx_http_mcp_call_path_text(call, op, var, &text) : NGX_OK;
}


/* Whether the value alone leads out of its segment: for a model, which has
 * to know the argument that it must mend. */

static ngx_int_t
ngx_http_mcp_call_path_text(ngx_http_mcp_call_t *call, u_char op,
    const ngx_http_mcp_template_var_t *var, const ngx_str_t *text)
{
    ngx_str_t    path;
    const char  *reason;

    path.len = 1 + ngx_http_mcp_template_escape(NULL, text, op == '+');
    path.data = ngx_pnalloc(call->pool, path.len);
    if (path.data == NULL) {
        return NGX_ERROR;
    }

    path.data[0] = '/';
    (void) ngx_http_mcp_template_escape(path.data + 1, text, op == '+');

    if (ngx_http_mcp_template_target(&path, &reason) == NGX_OK) {
        return NGX_OK;
    }

    return ngx_http_mcp_reply_tool_error(call, NULL,
               "Invalid arguments: /%V cannot be part of the request's path: "
               "%s.", &var->name, reason);
}


static ngx_int_t
ngx_http_mcp_call_queries(ngx_http_mcp_call_t *call, ngx_str_t *target)
{
    ngx_int_t                    rc;
    ngx_str_t                    text;
    ngx_uint_t                   i, mark;
    ngx_http_mcp_json_t          value;
    ngx_http_mcp_json_text_t     out;
    const ngx_http_mcp_query_t  *query;

    if (ngx_http_mcp_json_text_init(&out, call->pool, target->len + 256)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_mcp_json_text_raw(&out, target->data, target->len);

    mark = (ngx_strlchr(target->data, target->data + target->len, '?')
            != NULL);

    query = call->tool->queries.elts;

    for (i = 0; i < call->tool->queries.nelts; i++) {

        if (ngx_http_mcp_call_value(call, &query[i].var, &value) != NGX_OK) {
            continue;
        }

        rc = ngx_http_mcp_template_query(call->pool, &query[i].name,
                                         &query[i].var, &value, &text);

        if (rc == NGX_DECLINED) {
            return ngx_http_mcp_call_unfit(call, &query[i].var);
        }

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }

        if (text.len) {
            ngx_http_mcp_json_text_put(&out, mark ? "&" : "?");
            ngx_http_mcp_json_text_raw(&out, text.data, text.len);
            mark = 1;
        }
    }

    return ngx_http_mcp_json_text_done(&out, target);
}


/* ngx_http_mcp_template_value_pt; also applies the parameter's default */

static ngx_int_t
ngx_http_mcp_call_value(void *data, const ngx_http_mcp_template_var_t *var,
    ngx_http_mcp_json_t *value)
{
    ngx_http_mcp_call_t *call = data;

    *value = call->values[var->index];

    return (value->type == NGX_HTTP_MCP_JSON_NONE
            || value->type == NGX_HTTP_MCP_JSON_NULL)
           ? NGX_DECLINED : NGX_OK;
}


static ngx_int_t
ngx_http_mcp_call_unfit(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_template_var_t *var)
{
    return ngx_http_mcp_reply_tool_error(call, NULL,
               "Invalid arguments: /%V cannot be written into the request's "
               "address: give text, a number, or a flat list of them.",
               &var->name);
}

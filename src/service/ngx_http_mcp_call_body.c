
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The body of a tool's request: what of the arguments nothing else used, as
 * JSON or as a form.  Called by ngx_http_mcp_call_render().
 */


#include "ngx_http_mcp_call_render.h"
#include "ngx_http_mcp_json_write.h"
#include "ngx_http_mcp_reply.h"


static ngx_int_t ngx_http_mcp_call_json_extras(ngx_http_mcp_call_t *call,
    ngx_http_mcp_json_text_t *text);


ngx_int_t
ngx_http_mcp_call_json_body(ngx_http_mcp_call_t *call)
{
    ngx_uint_t                   i, some;
    ngx_http_mcp_json_text_t     text;
    const ngx_http_mcp_param_t  *param;

    if (ngx_http_mcp_json_text_init(&text, call->pool,
                                    call->arguments.raw.len + 64)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    param = call->tool->params.elts;
    some = 0;

    for (i = 0; i < call->tool->params.nelts; i++) {

        if (param[i].places
            || call->values[i].type == NGX_HTTP_MCP_JSON_NONE)
        {
            continue;
        }

        ngx_http_mcp_json_text_put(&text, some ? "," : "{");
        ngx_http_mcp_json_text_str(&text, &param[i].upstream);
        ngx_http_mcp_json_text_put(&text, ":");
        ngx_http_mcp_json_text_raw(&text, call->values[i].raw.data,
                                   call->values[i].raw.len);
        some = 1;
    }

    if (!some) {
        ngx_http_mcp_json_text_put(&text, "{");
    }

    if (call->tool->open
        && ngx_http_mcp_call_json_extras(call, &text) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_mcp_json_text_put(&text, "}");

    ngx_str_set(&call->outgoing.type, "application/json");
    call->outgoing.has_body = 1;

    return ngx_http_mcp_json_text_done(&text, &call->outgoing.body);
}


/* Members that the operator's schema allows without naming them. */

static ngx_int_t
ngx_http_mcp_call_json_extras(ngx_http_mcp_call_t *call,
    ngx_http_mcp_json_text_t *text)
{
    ngx_uint_t                   i;
    ngx_http_mcp_json_t          name, value;
    ngx_http_mcp_json_iter_t     it;
    const ngx_http_mcp_param_t  *param;

    if (call->arguments.type != NGX_HTTP_MCP_JSON_OBJECT) {
        return NGX_OK;
    }

    param = call->tool->params.elts;

    ngx_http_mcp_json_iter(&it, &call->arguments);

    while (ngx_http_mcp_json_next(&it, &name, &value) == NGX_OK) {

        for (i = 0; i < call->tool->params.nelts; i++) {
            if (ngx_http_mcp_json_equal(&name, &param[i].name)) {
                break;
            }
        }

        if (i != call->tool->params.nelts) {
            continue;
        }

        if (text->pos[-1] != '{') {
            ngx_http_mcp_json_text_put(text, ",");
        }

        ngx_http_mcp_json_text_raw(text, name.raw.data, name.raw.len);
        ngx_http_mcp_json_text_put(text, ":");
        ngx_http_mcp_json_text_raw(text, value.raw.data, value.raw.len);
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_mcp_call_form_body(ngx_http_mcp_call_t *call)
{
    ngx_int_t                    rc;
    ngx_str_t                    pair;
    ngx_uint_t                   i;
    ngx_http_mcp_json_text_t     text;
    ngx_http_mcp_template_var_t  var;
    const ngx_http_mcp_param_t  *param;

    if (ngx_http_mcp_json_text_init(&text, call->pool, 256) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_memzero(&var, sizeof(ngx_http_mcp_template_var_t));
    var.explode = 1;

    param = call->tool->params.elts;

    for (i = 0; i < call->tool->params.nelts; i++) {

        if (param[i].places
            || call->values[i].type == NGX_HTTP_MCP_JSON_NONE)
        {
            continue;
        }

        var.name = param[i].name;
        var.index = i;

        rc = ngx_http_mcp_template_query(call->pool, &param[i].upstream,
                                         &var, &call->values[i], &pair);

        if (rc == NGX_DECLINED) {
            return ngx_http_mcp_reply_tool_error(call, NULL,
                       "Invalid arguments: /%V cannot be a form field: give "
                       "text, a number, or a flat list of them.",
                       &param[i].name);
        }

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }

        if (pair.len) {
            ngx_http_mcp_json_text_put(&text,
                                       text.pos == text.start ? "" : "&");
            ngx_http_mcp_json_text_raw(&text, pair.data, pair.len);
        }
    }

    ngx_str_set(&call->outgoing.type, "application/x-www-form-urlencoded");
    call->outgoing.has_body = 1;

    return ngx_http_mcp_json_text_done(&text, &call->outgoing.body);
}


ngx_int_t
ngx_http_mcp_call_body_headers(ngx_http_mcp_call_t *call)
{
    u_char     *p;
    ngx_str_t   length;

    static ngx_str_t  type = ngx_string("Content-Type");
    static ngx_str_t  type_low = ngx_string("content-type");
    static ngx_str_t  size = ngx_string("Content-Length");
    static ngx_str_t  size_low = ngx_string("content-length");

    p = ngx_pnalloc(call->pool, NGX_SIZE_T_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    length.data = p;
    length.len = ngx_sprintf(p, "%uz", call->outgoing.body.len) - p;

    if (ngx_http_mcp_call_header(call, &size, &size_low, &length) != NGX_OK) {
        return NGX_ERROR;
    }

    if (call->outgoing.type.len == 0) {
        return NGX_OK;
    }

    return ngx_http_mcp_call_header(call, &type, &type_low,
                                    &call->outgoing.type);
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Variables for logs, limits, caches and headers.  A getter works in every
 * phase and in every request: where there is no call it finds nothing.
 */


#include "ngx_http_mcp_variables.h"
#include "ngx_http_mcp_utf8.h"


/* bytes of a client's text: a line of a log, the key of a zone */
#define NGX_HTTP_MCP_VARIABLE  256


static ngx_int_t ngx_http_mcp_variable_text(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_mcp_variable_clean(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, const ngx_str_t *text);
static ngx_int_t ngx_http_mcp_variable_revision(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_mcp_variable_client(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_mcp_variable_is_error(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_mcp_variable_error_code(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_mcp_variable_upstream_status(
    ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_mcp_variable_upstream_time(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_mcp_variable_arg(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_mcp_variable_number(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, const char *fmt, ngx_int_t n);
static void ngx_http_mcp_variable_set(ngx_http_variable_value_t *v,
    const ngx_str_t *value);


static ngx_http_variable_t  ngx_http_mcp_variables[] = {

    { ngx_string("mcp_method"), NULL, ngx_http_mcp_variable_text,
      offsetof(ngx_http_mcp_call_t, method), NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mcp_tool"), NULL, ngx_http_mcp_variable_text,
      offsetof(ngx_http_mcp_call_t, name), NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mcp_protocol_version"), NULL,
      ngx_http_mcp_variable_revision, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mcp_client_name"), NULL, ngx_http_mcp_variable_client,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mcp_is_error"), NULL, ngx_http_mcp_variable_is_error,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mcp_error_code"), NULL, ngx_http_mcp_variable_error_code,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mcp_upstream_status"), NULL,
      ngx_http_mcp_variable_upstream_status, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mcp_upstream_time"), NULL,
      ngx_http_mcp_variable_upstream_time, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mcp_arg_"), NULL, ngx_http_mcp_variable_arg, 0,
      NGX_HTTP_VAR_NOCACHEABLE|NGX_HTTP_VAR_PREFIX, 0 },

      ngx_http_null_variable
};


ngx_int_t
ngx_http_mcp_variables_add(ngx_conf_t *cf)
{
    ngx_http_variable_t  *var, *v;

    for (v = ngx_http_mcp_variables; v->name.len; v++) {

        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_mcp_variables_init(ngx_conf_t *cf)
{
    ngx_int_t                  *index;
    ngx_uint_t                  i, n;
    ngx_http_variable_t        *v;
    ngx_http_mcp_main_conf_t   *mmcf;
    ngx_http_core_main_conf_t  *cmcf;

    static ngx_str_t  names[] = {
        ngx_string("request_method"),
        ngx_string("request_id")
    };

    mmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_mcp_module);
    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    v = cmcf->variables.elts;

    /* only what the configuration uses has an index, and is worth a value */

    for (n = 0; n < 2; n++) {
        index = (n == 0) ? &mmcf->request_method : &mmcf->request_id;

        for (i = 0; i < cmcf->variables.nelts; i++) {
            if (v[i].name.len == names[n].len
                && ngx_strncmp(v[i].name.data, names[n].data, names[n].len)
                   == 0)
            {
                *index = i;
                break;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_variable_text(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_mcp_call_t  *call;

    call = ngx_http_mcp_call_of(r);

    if (call == NULL) {
        ngx_http_mcp_variable_set(v, NULL);
        return NGX_OK;
    }

    return ngx_http_mcp_variable_clean(r, v,
                                (ngx_str_t *) ((u_char *) call + data));
}


/* A client's text may go into a header: control characters become "?". */

static ngx_int_t
ngx_http_mcp_variable_clean(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, const ngx_str_t *text)
{
    size_t     size;
    ngx_str_t  copy;

    size = ngx_min(text->len, NGX_HTTP_MCP_VARIABLE);
    size = ngx_http_mcp_utf8_valid(text->data, size);

    copy.data = ngx_pnalloc(r->pool, size + 1);
    if (copy.data == NULL) {
        return NGX_ERROR;
    }

    copy.len = ngx_http_mcp_utf8_printable(copy.data, size, text);

    ngx_http_mcp_variable_set(v, &copy);

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_variable_revision(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_mcp_call_t  *call;

    static const ngx_str_t  names[] = {
        ngx_null_string,
        ngx_string("2024-11-05"),
        ngx_string("2025-03-26"),
        ngx_null_string,
        ngx_string("2025-06-18"),
        ngx_string("2025-11-25"),
        ngx_string("2026-07-28")
    };

    call = ngx_http_mcp_call_of(r);

    ngx_http_mcp_variable_set(v, call ? &names[call->revision] : NULL);

    return NGX_OK;
}


/* clientInfo.name: of every modern request, else only of initialize */

static ngx_int_t
ngx_http_mcp_variable_client(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t             text;
    ngx_http_mcp_call_t  *call;
    ngx_http_mcp_json_t   info, name;

    static const ngx_str_t  modern =
        ngx_string("io.modelcontextprotocol/clientInfo");
    static const ngx_str_t  legacy = ngx_string("clientInfo");
    static const ngx_str_t  key = ngx_string("name");

    call = ngx_http_mcp_call_of(r);

    ngx_http_mcp_variable_set(v, NULL);

    if (call == NULL
        || (ngx_http_mcp_json_find(&call->param[NGX_HTTP_MCP_PARAM_META],
                                   &modern, &info) != NGX_OK
            && ngx_http_mcp_json_find(&call->params, &legacy, &info)
               != NGX_OK)
        || ngx_http_mcp_json_find(&info, &key, &name) != NGX_OK
        || name.type != NGX_HTTP_MCP_JSON_STRING)
    {
        return NGX_OK;
    }

    switch (ngx_http_mcp_json_decode(r->pool, &name, &text)) {

    case NGX_OK:
        return ngx_http_mcp_variable_clean(r, v, &text);

    case NGX_ERROR:
        return NGX_ERROR;

    default:
        return NGX_OK;
    }
}


/* 1: the answer is an error or a result with isError; 0: a result */

static ngx_int_t
ngx_http_mcp_variable_is_error(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_mcp_call_t  *call;

    static const ngx_str_t  yes = ngx_string("1");
    static const ngx_str_t  no = ngx_string("0");

    call = ngx_http_mcp_call_of(r);

    if (call == NULL || call->status == 0) {
        ngx_http_mcp_variable_set(v, NULL);
        return NGX_OK;
    }

    ngx_http_mcp_variable_set(v, (call->is_error || call->code) ? &yes : &no);

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_variable_error_code(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_mcp_call_t  *call;

    call = ngx_http_mcp_call_of(r);

    if (call == NULL || call->code == 0) {
        ngx_http_mcp_variable_set(v, NULL);
        return NGX_OK;
    }

    return ngx_http_mcp_variable_number(r, v, "%i", call->code);
}


static ngx_int_t
ngx_http_mcp_variable_upstream_status(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_mcp_call_t  *call;

    call = ngx_http_mcp_call_of(r);

    if (call == NULL || call->capture.status == 0) {
        ngx_http_mcp_variable_set(v, NULL);
        return NGX_OK;
    }

    return ngx_http_mcp_variable_number(r, v, "%i", call->capture.status);
}


static ngx_int_t
ngx_http_mcp_variable_upstream_time(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char               *p;
    ngx_http_mcp_call_t  *call;

    call = ngx_http_mcp_call_of(r);

    if (call == NULL || !call->sent || call->subrequest) {
        ngx_http_mcp_variable_set(v, NULL);
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, NGX_TIME_T_LEN + 4);
    if (p == NULL) {
        return NGX_ERROR;
    }

    v->len = ngx_sprintf(p, "%T.%03M", (time_t) call->elapsed / 1000,
                         call->elapsed % 1000)
             - p;
    v->data = p;
    v->valid = 1;
    v->no_cacheable = 1;
    v->not_found = 0;

    return NGX_OK;
}


/*
 * An argument, percent-encoded: it may be pasted into a URI or a header.
 * nginx writes names in lower case and has no "-" and "." in them.
 */

static ngx_int_t
ngx_http_mcp_variable_arg(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t *name = (ngx_str_t *) data;

    u_char                      *p;
    uintptr_t                    escape;
    ngx_str_t                    text;
    ngx_uint_t                   i;
    ngx_http_mcp_call_t         *call;
    const ngx_http_mcp_param_t  *param;

    text.data = name->data + sizeof("mcp_arg_") - 1;
    text.len = name->len - (sizeof("mcp_arg_") - 1);

    call = ngx_http_mcp_call_of(r);

    ngx_http_mcp_variable_set(v, NULL);

    if (call == NULL || call->tool == NULL || call->values == NULL) {
        return NGX_OK;
    }

    param = call->tool->params.elts;

    for (i = 0; i < call->tool->params.nelts; i++) {
        if (ngx_http_mcp_param_same(&param[i].name, &text)) {
            break;
        }
    }

    if (i == call->tool->params.nelts) {
        return NGX_OK;
    }

    text = call->values[i].raw;

    switch (call->values[i].type) {

    case NGX_HTTP_MCP_JSON_NONE:
    case NGX_HTTP_MCP_JSON_NULL:
        return NGX_OK;

    case NGX_HTTP_MCP_JSON_STRING:
        switch (ngx_http_mcp_json_decode(r->pool, &call->values[i], &text)) {

        case NGX_OK:
            break;

        case NGX_ERROR:
            return NGX_ERROR;

        default:
            return NGX_OK;
        }

        break;

    default:
        break;
    }

    escape = ngx_escape_uri(NULL, text.data, text.len,
                            NGX_ESCAPE_URI_COMPONENT);

    if (escape) {
        p = ngx_pnalloc(r->pool, text.len + 2 * escape);
        if (p == NULL) {
            return NGX_ERROR;
        }

        text.len = (u_char *) ngx_escape_uri(p, text.data, text.len,
                                             NGX_ESCAPE_URI_COMPONENT)
                   - p;
        text.data = p;
    }

    ngx_http_mcp_variable_set(v, &text);

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_variable_number(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, const char *fmt, ngx_int_t n)
{
    u_char  *p;

    p = ngx_pnalloc(r->pool, NGX_INT64_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    v->len = ngx_sprintf(p, fmt, n) - p;
    v->data = p;
    v->valid = 1;
    v->no_cacheable = 1;
    v->not_found = 0;

    return NGX_OK;
}


static void
ngx_http_mcp_variable_set(ngx_http_variable_value_t *v,
    const ngx_str_t *value)
{
    v->no_cacheable = 1;

    if (value == NULL || value->len == 0) {
        v->valid = 0;
        v->not_found = 1;
        return;
    }

    v->len = value->len;
    v->data = value->data;
    v->valid = 1;
    v->not_found = 0;
}

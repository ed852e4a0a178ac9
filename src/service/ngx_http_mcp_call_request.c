
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Renders the HTTP request of a tool's call: target, headers, cookies, body.
 * A step; everything is written into call->outgoing.
 */


#include "ngx_http_mcp_call.h"
#include "ngx_http_mcp_header_value.h"
#include "ngx_http_mcp_json_write.h"
#include "ngx_http_mcp_reply.h"


static ngx_int_t ngx_http_mcp_call_target(ngx_http_mcp_call_t *call);
static ngx_int_t ngx_http_mcp_call_path_values(ngx_http_mcp_call_t *call);
static ngx_int_t ngx_http_mcp_call_path_value(ngx_http_mcp_call_t *call,
    u_char op, const ngx_http_mcp_template_var_t *var);
static ngx_int_t ngx_http_mcp_call_queries(ngx_http_mcp_call_t *call,
    ngx_str_t *target);
static ngx_int_t ngx_http_mcp_call_value(void *data,
    const ngx_http_mcp_template_var_t *var, ngx_http_mcp_json_t *value);
static ngx_int_t ngx_http_mcp_call_unfit(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_template_var_t *var);
static ngx_int_t ngx_http_mcp_call_headers(ngx_http_mcp_call_t *call);
static ngx_int_t ngx_http_mcp_call_field(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_field_t *field, ngx_uint_t cookie, ngx_str_t *out);
static ngx_int_t ngx_http_mcp_call_piece(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_piece_t *piece, ngx_str_t *out);
static ngx_int_t ngx_http_mcp_call_cookies(ngx_http_mcp_call_t *call);
static ngx_int_t ngx_http_mcp_call_passed(ngx_http_mcp_call_t *call);
static ngx_int_t ngx_http_mcp_call_trace(ngx_http_mcp_call_t *call);
static ngx_uint_t ngx_http_mcp_call_traceparent(const ngx_str_t *value);
static ngx_int_t ngx_http_mcp_call_json_body(ngx_http_mcp_call_t *call);
static ngx_int_t ngx_http_mcp_call_json_extras(ngx_http_mcp_call_t *call,
    ngx_http_mcp_json_text_t *text);
static ngx_int_t ngx_http_mcp_call_form_body(ngx_http_mcp_call_t *call);
static ngx_int_t ngx_http_mcp_call_body_headers(ngx_http_mcp_call_t *call);
static ngx_int_t ngx_http_mcp_call_header(ngx_http_mcp_call_t *call,
    const ngx_str_t *name, const ngx_str_t *lowcase, const ngx_str_t *value);


static ngx_str_t  ngx_http_mcp_accept_name = ngx_string("Accept");
static ngx_str_t  ngx_http_mcp_accept_low = ngx_string("accept");
static ngx_str_t  ngx_http_mcp_accept_value =
    ngx_string("application/json, */*;q=0.8");

static ngx_str_t  ngx_http_mcp_agent_name = ngx_string("User-Agent");
static ngx_str_t  ngx_http_mcp_agent_low = ngx_string("user-agent");
static ngx_str_t  ngx_http_mcp_agent_value =
    ngx_string("mcp-nginx/" NGX_HTTP_MCP_VERSION);


ngx_int_t
ngx_http_mcp_call_render(ngx_http_mcp_call_t *call)
{
    ngx_int_t  rc;

    if (ngx_list_init(&call->outgoing.headers, call->pool, 8,
                      sizeof(ngx_table_elt_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = ngx_http_mcp_call_target(call);

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

    rc = ngx_http_mcp_call_path_values(call);
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

        return ngx_http_mcp_reply_tool_error(call, NULL,
                   "Invalid arguments: a value cannot be part of the "
                   "request's path: %s.", reason);
    }

    call->outgoing.target = target;

    return NGX_OK;
}


/* What the expanded text does not show any more: an empty segment, and a
 * "?" that "{+path}" would let end the path. */

static ngx_int_t
ngx_http_mcp_call_path_values(ngx_http_mcp_call_t *call)
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
            rc = ngx_http_mcp_call_path_value(call, part[i].op, &var[j]);
            if (rc != NGX_OK) {
                return rc;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_call_path_value(ngx_http_mcp_call_t *call, u_char op,
    const ngx_http_mcp_template_var_t *var)
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

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_call_queries(ngx_http_mcp_call_t *call, ngx_str_t *target)
{
    u_char                      *p;
    ngx_int_t                    rc;
    ngx_str_t                    text;
    ngx_uint_t                   i;
    ngx_http_mcp_json_t          value;
    const ngx_http_mcp_query_t  *query;

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

        if (text.len == 0) {
            continue;
        }

        p = ngx_pnalloc(call->pool, target->len + 1 + text.len);
        if (p == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(p, target->data, target->len);
        p[target->len] = ngx_strlchr(target->data,
                                     target->data + target->len, '?')
                         ? '&' : '?';
        ngx_memcpy(p + target->len + 1, text.data, text.len);

        target->data = p;
        target->len += 1 + text.len;
    }

    return NGX_OK;
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


static ngx_int_t
ngx_http_mcp_call_headers(ngx_http_mcp_call_t *call)
{
    ngx_int_t                    rc;
    ngx_str_t                    value;
    ngx_uint_t                   i, accept, agent;
    const ngx_http_mcp_field_t  *field;

    field = call->tool->headers.elts;
    accept = 0;
    agent = 0;

    for (i = 0; i < call->tool->headers.nelts; i++) {

        rc = ngx_http_mcp_call_field(call, &field[i], 0, &value);

        if (rc == NGX_DECLINED) {
            continue;
        }

        if (rc != NGX_OK) {
            return rc;
        }

        if (ngx_http_mcp_call_header(call, &field[i].name, &field[i].lowcase,
                                     &value)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        accept |= (field[i].lowcase.len == 6
                   && ngx_strncmp(field[i].lowcase.data, "accept", 6) == 0);
        agent |= (field[i].lowcase.len == 10
                  && ngx_strncmp(field[i].lowcase.data, "user-agent", 10)
                     == 0);
    }

    if (!accept
        && ngx_http_mcp_call_header(call, &ngx_http_mcp_accept_name,
                                    &ngx_http_mcp_accept_low,
                                    &ngx_http_mcp_accept_value)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!agent
        && ngx_http_mcp_call_header(call, &ngx_http_mcp_agent_name,
                                    &ngx_http_mcp_agent_low,
                                    &ngx_http_mcp_agent_value)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * The value of a header or cookie.  NGX_DECLINED: a parameter is absent, so
 * there is none; NGX_DONE: an argument cannot be in one.
 */

static ngx_int_t
ngx_http_mcp_call_field(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_field_t *field, ngx_uint_t cookie, ngx_str_t *out)
{
    size_t                       len;
    u_char                      *p, ch;
    ngx_int_t                    rc;
    ngx_str_t                   *texts;
    ngx_uint_t                   i, j, n;
    const ngx_http_mcp_piece_t  *piece;

    piece = field->pieces.elts;
    n = field->pieces.nelts;

    texts = ngx_palloc(call->pool, (n + 1) * sizeof(ngx_str_t));
    if (texts == NULL) {
        return NGX_ERROR;
    }

    len = 0;

    for (i = 0; i < n; i++) {

        rc = ngx_http_mcp_call_piece(call, &piece[i], &texts[i]);

        if (rc != NGX_OK) {
            return rc;
        }

        for (j = 0; j < texts[i].len; j++) {
            ch = texts[i].data[j];

            if (ch < 0x20 || ch == 0x7f
                || (cookie && piece[i].text == NULL
                    && (ch == ';' || ch == ',')))
            {
                return ngx_http_mcp_reply_tool_error(call, NULL,
                           "Invalid arguments: a value for the %s \"%V\" "
                           "holds characters that cannot be sent there.",
                           cookie ? "cookie" : "header", &field->name);
            }
        }

        len += texts[i].len;
    }

    p = ngx_pnalloc(call->pool, len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    out->data = p;
    out->len = len;

    for (i = 0; i < n; i++) {
        p = ngx_cpymem(p, texts[i].data, texts[i].len);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_call_piece(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_piece_t *piece, ngx_str_t *out)
{
    ngx_int_t             rc;
    ngx_http_mcp_json_t  *value;

    if (piece->text) {
        return ngx_http_complex_value(call->request, piece->text, out);
    }

    value = &call->values[piece->param];

    switch (value->type) {

    case NGX_HTTP_MCP_JSON_NONE:
    case NGX_HTTP_MCP_JSON_NULL:
        return NGX_DECLINED;

    case NGX_HTTP_MCP_JSON_NUMBER:
    case NGX_HTTP_MCP_JSON_BOOLEAN:
        *out = value->raw;
        return NGX_OK;

    case NGX_HTTP_MCP_JSON_STRING:
        rc = ngx_http_mcp_json_decode(call->pool, value, out);

        if (rc != NGX_DECLINED) {
            return rc;
        }

        /* fall through */

    default:
        return ngx_http_mcp_reply_tool_error(call, NULL,
                   "Invalid arguments: /%V cannot be sent in a header: "
                   "give text or a number.",
                   &((ngx_http_mcp_param_t *) call->tool->params.elts)
                       [piece->param].name);
    }
}


static ngx_int_t
ngx_http_mcp_call_cookies(ngx_http_mcp_call_t *call)
{
    u_char                      *p;
    ngx_int_t                    rc;
    ngx_str_t                    value, cookies;
    ngx_uint_t                   i;
    const ngx_http_mcp_field_t  *field;

    static ngx_str_t  name = ngx_string("Cookie");
    static ngx_str_t  lowcase = ngx_string("cookie");

    ngx_str_null(&cookies);

    field = call->tool->cookies.elts;

    for (i = 0; i < call->tool->cookies.nelts; i++) {

        rc = ngx_http_mcp_call_field(call, &field[i], 1, &value);

        if (rc == NGX_DECLINED) {
            continue;
        }

        if (rc != NGX_OK) {
            return rc;
        }

        p = ngx_pnalloc(call->pool, cookies.len + field[i].name.len
                                    + value.len + 3);
        if (p == NULL) {
            return NGX_ERROR;
        }

        cookies.len = ngx_sprintf(p, "%V%s%V=%V", &cookies,
                                  cookies.len ? "; " : "", &field[i].name,
                                  &value)
                      - p;
        cookies.data = p;
    }

    if (cookies.len == 0) {
        return NGX_OK;
    }

    return ngx_http_mcp_call_header(call, &name, &lowcase, &cookies);
}


/* "mcp_pass_header": the only headers of the client that go upstream */

static ngx_int_t
ngx_http_mcp_call_passed(ngx_http_mcp_call_t *call)
{
    ngx_str_t         *name, lowcase;
    ngx_uint_t         i, n;
    ngx_array_t       *allowed;
    ngx_table_elt_t   *h;
    ngx_list_part_t   *part;

    allowed = call->endpoint->mlcf->pass_headers;

    if (allowed == NULL) {
        return NGX_OK;
    }

    name = allowed->elts;

    for (part = &call->request->headers_in.headers.part; part;
         part = part->next)
    {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            for (n = 0; n < allowed->nelts; n++) {
                if (h[i].key.len == name[n].len
                    && ngx_strncmp(h[i].lowcase_key, name[n].data,
                                   name[n].len)
                       == 0)
                {
                    break;
                }
            }

            if (n == allowed->nelts) {
                continue;
            }

            lowcase.data = h[i].lowcase_key;
            lowcase.len = h[i].key.len;

            if (ngx_http_mcp_call_header(call, &h[i].key, &lowcase,
                                         &h[i].value)
                != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


/* Trace context of "_meta" (META-10); malformed values are dropped. */

static ngx_int_t
ngx_http_mcp_call_trace(ngx_http_mcp_call_t *call)
{
    ngx_int_t            rc;
    ngx_str_t            text;
    ngx_uint_t           i;
    ngx_http_mcp_json_t  value;

    static ngx_str_t  names[] = {
        ngx_string("traceparent"),
        ngx_string("tracestate"),
        ngx_string("baggage")
    };

    if (call->meta.type != NGX_HTTP_MCP_JSON_OBJECT) {
        return NGX_OK;
    }

    for (i = 0; i < 3; i++) {

        if (ngx_http_mcp_json_find(&call->meta, &names[i], &value) != NGX_OK
            || value.type != NGX_HTTP_MCP_JSON_STRING)
        {
            /* the others mean nothing without a traceparent, baggage does */

            if (i == 0) {
                i++;
            }

            continue;
        }

        rc = ngx_http_mcp_json_decode(call->pool, &value, &text);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc != NGX_OK || text.len == 0 || text.len > 8192
            || !ngx_http_mcp_header_legal(&text)
            || (i == 0 && !ngx_http_mcp_call_traceparent(&text)))
        {
            if (i == 0) {
                i++;
            }

            continue;
        }

        if (ngx_http_mcp_call_header(call, &names[i], &names[i], &text)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* W3C Trace Context: 00-<32 hex>-<16 hex>-<2 hex>, ids not all zero */

static ngx_uint_t
ngx_http_mcp_call_traceparent(const ngx_str_t *value)
{
    u_char      ch;
    ngx_uint_t  i, trace, parent;

    if (value->len < 55 || (value->len > 55 && value->data[55] != '-')
        || (value->len > 55 && ngx_strncmp(value->data, "00", 2) == 0)
        || ngx_strncmp(value->data, "ff", 2) == 0)
    {
        return 0;
    }

    trace = 0;
    parent = 0;

    for (i = 0; i < 55; i++) {
        ch = value->data[i];

        if (i == 2 || i == 35 || i == 52) {
            if (ch != '-') {
                return 0;
            }

            continue;
        }

        if (!((ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'f'))) {
            return 0;
        }

        if (ch != '0') {
            trace |= (i > 2 && i < 35);
            parent |= (i > 35 && i < 52);
        }
    }

    return trace && parent;
}


static ngx_int_t
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


static ngx_int_t
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


static ngx_int_t
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


static ngx_int_t
ngx_http_mcp_call_header(ngx_http_mcp_call_t *call, const ngx_str_t *name,
    const ngx_str_t *lowcase, const ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&call->outgoing.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    /* the structure has grown since nginx 1.23 */
    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->key = *name;
    h->value = *value;
    h->lowcase_key = lowcase->data;

    /* what "proxy_set_header" replaces is found by this */
    h->hash = ngx_hash_key(lowcase->data, lowcase->len);

    return NGX_OK;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * The headers of a tool's request: those of its words, cookies, what the
 * client may pass on, trace context.  Nothing else of the client's leaves.
 * Called by ngx_http_mcp_call_render().
 */


#include "ngx_http_mcp_call_render.h"
#include "ngx_http_mcp_header_value.h"
#include "ngx_http_mcp_reply.h"


#define NGX_HTTP_MCP_TRACE  8192          /* bytes of a trace header */


static ngx_int_t ngx_http_mcp_call_field(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_field_t *field, ngx_uint_t cookie, ngx_str_t *out);
static ngx_uint_t ngx_http_mcp_call_has(ngx_http_mcp_call_t *call,
    const ngx_str_t *lowcase);
static ngx_uint_t ngx_http_mcp_call_passes(ngx_http_mcp_call_t *call,
    const ngx_str_t *lowcase);
static ngx_int_t ngx_http_mcp_call_piece(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_piece_t *piece, ngx_str_t *out);
static ngx_int_t ngx_http_mcp_call_meta_text(ngx_http_mcp_call_t *call,
    ngx_uint_t member, const ngx_str_t *name, ngx_str_t *text);
static ngx_uint_t ngx_http_mcp_call_traceparent(const ngx_str_t *value);


static ngx_str_t  ngx_http_mcp_accept_name = ngx_string("Accept");
static ngx_str_t  ngx_http_mcp_accept_low = ngx_string("accept");
static ngx_str_t  ngx_http_mcp_accept_value =
    ngx_string("application/json, */*;q=0.8");

static ngx_str_t  ngx_http_mcp_agent_name = ngx_string("User-Agent");
static ngx_str_t  ngx_http_mcp_agent_low = ngx_string("user-agent");
static ngx_str_t  ngx_http_mcp_agent_value =
    ngx_string("mcp-nginx/" NGX_HTTP_MCP_VERSION);


ngx_int_t
ngx_http_mcp_call_headers(ngx_http_mcp_call_t *call)
{
    ngx_int_t                    rc;
    ngx_str_t                    value;
    ngx_uint_t                   i;
    const ngx_http_mcp_field_t  *field;

    field = call->tool->headers.elts;

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
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_mcp_call_defaults(ngx_http_mcp_call_t *call)
{
    if (!ngx_http_mcp_call_has(call, &ngx_http_mcp_accept_low)
        && ngx_http_mcp_call_header(call, &ngx_http_mcp_accept_name,
                                    &ngx_http_mcp_accept_low,
                                    &ngx_http_mcp_accept_value)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!ngx_http_mcp_call_has(call, &ngx_http_mcp_agent_low)
        && ngx_http_mcp_call_header(call, &ngx_http_mcp_agent_name,
                                    &ngx_http_mcp_agent_low,
                                    &ngx_http_mcp_agent_value)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_http_mcp_call_has(ngx_http_mcp_call_t *call, const ngx_str_t *lowcase)
{
    ngx_uint_t        i;
    ngx_table_elt_t  *h;
    ngx_list_part_t  *part;

    for (part = &call->outgoing.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].key.len == lowcase->len
                && ngx_strncmp(h[i].lowcase_key, lowcase->data, lowcase->len)
                   == 0)
            {
                return 1;
            }
        }
    }

    return 0;
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


ngx_int_t
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


ngx_int_t
ngx_http_mcp_call_passed(ngx_http_mcp_call_t *call)
{
    ngx_str_t         lowcase;
    ngx_uint_t        i;
    ngx_table_elt_t  *h;
    ngx_list_part_t  *part;

    if (call->endpoint->mlcf->pass_headers == NULL) {
        return NGX_OK;
    }

    for (part = &call->request->headers_in.headers.part; part;
         part = part->next)
    {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            lowcase.data = h[i].lowcase_key;
            lowcase.len = h[i].key.len;

            if (!ngx_http_mcp_call_passes(call, &lowcase)) {
                continue;
            }

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


/* A header that the tool sets itself is the operator's word, not the
 * client's: two lines of it would let the upstream choose. */

static ngx_uint_t
ngx_http_mcp_call_passes(ngx_http_mcp_call_t *call, const ngx_str_t *lowcase)
{
    ngx_str_t                   *name;
    ngx_uint_t                   i;
    ngx_array_t                 *allowed;
    const ngx_http_mcp_field_t  *field;

    allowed = call->endpoint->mlcf->pass_headers;
    name = allowed->elts;

    for (i = 0; i < allowed->nelts; i++) {
        if (name[i].len == lowcase->len
            && ngx_strncmp(name[i].data, lowcase->data, lowcase->len) == 0)
        {
            break;
        }
    }

    if (i == allowed->nelts) {
        return 0;
    }

    field = call->tool->headers.elts;

    for (i = 0; i < call->tool->headers.nelts; i++) {
        if (field[i].lowcase.len == lowcase->len
            && ngx_strncmp(field[i].lowcase.data, lowcase->data,
                           lowcase->len)
               == 0)
        {
            return 0;
        }
    }

    return 1;
}


/* Trace context of "_meta" (META-10); malformed values are dropped. */

ngx_int_t
ngx_http_mcp_call_trace(ngx_http_mcp_call_t *call)
{
    ngx_int_t   rc;
    ngx_str_t   parent, state, baggage;

    static ngx_str_t  names[] = {
        ngx_string("traceparent"),
        ngx_string("tracestate"),
        ngx_string("baggage")
    };

    rc = ngx_http_mcp_call_meta_text(call, NGX_HTTP_MCP_META_TRACEPARENT,
                                     &names[0], &parent);

    if (rc == NGX_OK && ngx_http_mcp_call_traceparent(&parent)) {

        if (ngx_http_mcp_call_header(call, &names[0], &names[0], &parent)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        /* a state without its parent means nothing */

        rc = ngx_http_mcp_call_meta_text(call, NGX_HTTP_MCP_META_TRACESTATE,
                                     &names[1], &state);

        if (rc == NGX_OK) {
            rc = ngx_http_mcp_call_header(call, &names[1], &names[1], &state);
        }
    }

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    rc = ngx_http_mcp_call_meta_text(call, NGX_HTTP_MCP_META_BAGGAGE,
                                     &names[2], &baggage);

    if (rc == NGX_OK) {
        rc = ngx_http_mcp_call_header(call, &names[2], &names[2], &baggage);
    }

    return (rc == NGX_ERROR) ? NGX_ERROR : NGX_OK;
}


/* A member of "_meta" that can be a header; NGX_DECLINED: it cannot. */

static ngx_int_t
ngx_http_mcp_call_meta_text(ngx_http_mcp_call_t *call, ngx_uint_t member,
    const ngx_str_t *name, ngx_str_t *text)
{
    ngx_int_t             rc;
    ngx_http_mcp_json_t  *value;

    value = &call->meta[member];

    if (value->type != NGX_HTTP_MCP_JSON_STRING) {
        return NGX_DECLINED;
    }

    /* two lines of one header would let the upstream choose */

    if (ngx_http_mcp_call_has(call, name)) {
        return NGX_DECLINED;
    }

    rc = ngx_http_mcp_json_decode(call->pool, value, text);

    if (rc != NGX_OK) {
        return rc;
    }

    return (text->len && text->len <= NGX_HTTP_MCP_TRACE
            && ngx_http_mcp_header_legal(text))
           ? NGX_OK : NGX_DECLINED;
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


ngx_int_t
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

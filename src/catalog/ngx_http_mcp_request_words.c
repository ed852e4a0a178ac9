
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The words that shape a tool's HTTP request: request, query, header,
 * cookie.  Called by the parser of a block.  Parameters of templates are
 * looked up when the block is closed; those of headers at once, since their
 * text is compiled here.
 */


#include "ngx_http_mcp_word.h"
#include "ngx_http_mcp_header_value.h"


static ngx_int_t ngx_http_mcp_field_pieces(ngx_conf_t *cf,
    ngx_http_mcp_tool_t *tool, ngx_str_t *text, ngx_array_t *pieces);
static ngx_int_t ngx_http_mcp_field_text(ngx_conf_t *cf,
    ngx_http_mcp_tool_t *tool, u_char *start, u_char *end,
    ngx_array_t *pieces);


static const struct {
    ngx_str_t    name;
    ngx_uint_t   method;
} ngx_http_mcp_methods[] = {
    { ngx_string("GET"), NGX_HTTP_GET },
    { ngx_string("HEAD"), NGX_HTTP_HEAD },
    { ngx_string("POST"), NGX_HTTP_POST },
    { ngx_string("PUT"), NGX_HTTP_PUT },
    { ngx_string("PATCH"), NGX_HTTP_PATCH },
    { ngx_string("DELETE"), NGX_HTTP_DELETE },
    { ngx_string("OPTIONS"), NGX_HTTP_OPTIONS },
    { ngx_null_string, 0 }
};


char *
ngx_http_mcp_request_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_tool_t *tool = conf;

    size_t       offset;
    ngx_str_t   *value;
    ngx_int_t    rc;
    ngx_uint_t   i;
    const char  *reason;

    if (tool->method) {
        return "is duplicate";
    }

    value = cf->args->elts;

    for (i = 0; ngx_http_mcp_methods[i].name.len; i++) {
        if (ngx_http_mcp_methods[i].name.len == value[1].len
            && ngx_strncmp(ngx_http_mcp_methods[i].name.data, value[1].data,
                           value[1].len)
               == 0)
        {
            break;
        }
    }

    if (ngx_http_mcp_methods[i].name.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown method \"%V\": expected GET, HEAD, POST, "
                           "PUT, PATCH, DELETE or OPTIONS", &value[1]);
        return NGX_CONF_ERROR;
    }

    tool->method = ngx_http_mcp_methods[i].method;
    tool->method_name = ngx_http_mcp_methods[i].name;
    tool->request_line = cf->conf_file->line;

    rc = ngx_http_mcp_template_parse(cf->pool, &value[2], &tool->target,
                                     &reason, &offset);

    if (rc == NGX_DECLINED) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid URI template \"%V\": %s at character %uz",
                           &value[2], reason, offset + 1);
        return NGX_CONF_ERROR;
    }

    if (rc != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (value[2].len == 0 || value[2].data[0] != '/') {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "URI template \"%V\" must begin with \"/\": the "
                           "upstream's address belongs into the location "
                           "that \"pass\" names", &value[2]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* query NAME "{var}" or "{var*}" */

char *
ngx_http_mcp_query_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_tool_t *tool = conf;

    size_t                         offset;
    ngx_int_t                      rc;
    ngx_str_t                     *value;
    const char                    *reason;
    ngx_http_mcp_query_t          *query;
    ngx_http_mcp_template_t        t;
    ngx_http_mcp_template_part_t  *part;

    value = cf->args->elts;

    rc = ngx_http_mcp_template_parse(cf->pool, &value[2], &t, &reason,
                                     &offset);
    if (rc == NGX_ERROR) {
        return NGX_CONF_ERROR;
    }

    part = t.parts.elts;

    if (rc != NGX_OK || t.parts.nelts != 1 || part[0].op != ' '
        || part[0].vars.nelts != 1 || value[1].len == 0)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid query parameter \"%V\" \"%V\": expected a "
                           "name and one \"{param}\" or \"{param*}\"",
                           &value[1], &value[2]);
        return NGX_CONF_ERROR;
    }

    query = ngx_array_push(&tool->queries);
    if (query == NULL) {
        return NGX_CONF_ERROR;
    }

    query->name = value[1];
    query->var = *(ngx_http_mcp_template_var_t *) part[0].vars.elts;

    return NGX_CONF_OK;
}


char *
ngx_http_mcp_field_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_tool_t *tool = conf;

    ngx_str_t             *value;
    ngx_array_t           *fields;
    ngx_http_mcp_field_t  *field;

    value = cf->args->elts;
    fields = (ngx_array_t *) ((u_char *) tool + cmd->offset);

    if (!ngx_http_mcp_header_token(&value[1])
        && fields == &tool->headers)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid header name \"%V\"", &value[1]);
        return NGX_CONF_ERROR;
    }

    if (value[1].len == 0
        || ngx_strlchr(value[1].data, value[1].data + value[1].len, '=')
        || ngx_strlchr(value[1].data, value[1].data + value[1].len, ';')
        || !ngx_http_mcp_header_legal(&value[1]))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid cookie name \"%V\"", &value[1]);
        return NGX_CONF_ERROR;
    }

    field = ngx_array_push(fields);
    if (field == NULL) {
        return NGX_CONF_ERROR;
    }

    field->name = value[1];

    field->lowcase.len = value[1].len;
    field->lowcase.data = ngx_pnalloc(cf->pool, value[1].len);
    if (field->lowcase.data == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_strlow(field->lowcase.data, value[1].data, value[1].len);

    if (ngx_array_init(&field->pieces, cf->pool, 2,
                       sizeof(ngx_http_mcp_piece_t))
        != NGX_OK
        || ngx_http_mcp_field_pieces(cf, tool, &value[2], &field->pieces)
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* Splits "text {param} $var" at the braces; "${var}" is nginx's own. */

static ngx_int_t
ngx_http_mcp_field_pieces(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool,
    ngx_str_t *text, ngx_array_t *pieces)
{
    u_char                *p, *last, *start, *end;
    ngx_str_t              name;
    ngx_uint_t             index;
    ngx_http_mcp_piece_t  *piece;

    last = text->data + text->len;
    start = text->data;

    for (p = text->data; p < last; p++) {

        if (*p != '{' || (p > text->data && p[-1] == '$')) {
            continue;
        }

        if (ngx_http_mcp_field_text(cf, tool, start, p, pieces) != NGX_OK) {
            return NGX_ERROR;
        }

        end = ngx_strlchr(p, last, '}');
        if (end == NULL) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "unclosed \"{\" in \"%V\"", text);
            return NGX_ERROR;
        }

        name.data = p + 1;
        name.len = end - p - 1;

        if (ngx_http_mcp_param_find(tool, &name, &index) == NULL) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "unknown parameter \"%V\" in \"%V\": declare "
                               "it by \"param\" above this line", &name,
                               text);
            return NGX_ERROR;
        }

        piece = ngx_array_push(pieces);
        if (piece == NULL) {
            return NGX_ERROR;
        }

        piece->text = NULL;
        piece->param = index;

        p = end;
        start = end + 1;
    }

    return ngx_http_mcp_field_text(cf, tool, start, last, pieces);
}


static ngx_int_t
ngx_http_mcp_field_text(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool,
    u_char *start, u_char *end, ngx_array_t *pieces)
{
    ngx_int_t                          rc;
    ngx_str_t                          text;
    ngx_conf_t                         save;
    ngx_http_mcp_piece_t              *piece;
    ngx_http_compile_complex_value_t   ccv;

    if (start == end) {
        return NGX_OK;
    }

    piece = ngx_array_push(pieces);
    if (piece == NULL) {
        return NGX_ERROR;
    }

    piece->param = 0;
    piece->text = ngx_palloc(cf->pool, sizeof(ngx_http_complex_value_t));
    if (piece->text == NULL) {
        return NGX_ERROR;
    }

    text.data = start;
    text.len = end - start;

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = &text;
    ccv.complex_value = piece->text;

    /* variables are looked up in http's configuration, not in the block's */

    save = *cf;
    cf->ctx = tool->http;

    rc = ngx_http_compile_complex_value(&ccv);

    if (rc == NGX_OK) {
        rc = ngx_http_mcp_identity_note(cf, tool, &text);
    }

    *cf = save;

    return rc;
}

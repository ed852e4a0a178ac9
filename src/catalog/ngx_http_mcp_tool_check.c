
/*
 * Copyright (C) mcp-nginx contributors
 *
 * What must be true of a tool when its block is closed: that every
 * parameter has a place and every name a parameter.  All of it is found at
 * "nginx -t" with the line it is about.
 */


#include "ngx_http_mcp_word.h"
#include "ngx_http_mcp_utf8.h"


static char *ngx_http_mcp_tool_check_words(ngx_conf_t *cf,
    ngx_http_mcp_tool_t *tool);
static char *ngx_http_mcp_tool_check_text(ngx_conf_t *cf,
    ngx_http_mcp_tool_t *tool);
static char *ngx_http_mcp_tool_check_target(ngx_conf_t *cf,
    ngx_http_mcp_tool_t *tool);
static char *ngx_http_mcp_tool_check_vars(ngx_conf_t *cf,
    ngx_http_mcp_tool_t *tool, ngx_http_mcp_template_part_t *part,
    ngx_uint_t place);
static char *ngx_http_mcp_tool_check_fields(ngx_conf_t *cf,
    ngx_http_mcp_tool_t *tool);
static char *ngx_http_mcp_tool_check_body(ngx_conf_t *cf,
    ngx_http_mcp_tool_t *tool);
static void ngx_http_mcp_tool_default_hints(ngx_http_mcp_tool_t *tool);


char *
ngx_http_mcp_tool_check(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool)
{
    ngx_uint_t             i, j;
    ngx_http_mcp_param_t  *param;

    if (ngx_http_mcp_tool_check_words(cf, tool) != NGX_CONF_OK
        || ngx_http_mcp_tool_check_text(cf, tool) != NGX_CONF_OK
        || ngx_http_mcp_tool_check_target(cf, tool) != NGX_CONF_OK
        || ngx_http_mcp_tool_check_fields(cf, tool) != NGX_CONF_OK
        || ngx_http_mcp_tool_check_body(cf, tool) != NGX_CONF_OK
        || ngx_http_mcp_rule_close(cf, tool) != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    param = tool->params.elts;

    for (i = 0; i < tool->params.nelts; i++) {

        if (param[i].upstream.len == 0) {
            param[i].upstream = param[i].name;
        }

        for (j = 0; j < i; j++) {
            if (ngx_http_mcp_param_same(&param[i].name, &param[j].name)) {
                return ngx_http_mcp_conf_error(cf, &tool->file, tool->line,
                           "mcp_tool \"%V\": parameters \"%V\" and \"%V\" "
                           "would be one variable \"$mcp_arg_...\": rename "
                           "one, with name=... for its spelling upstream",
                           &tool->name, &param[j].name, &param[i].name);
            }
        }
    }

    ngx_http_mcp_tool_default_hints(tool);

    if (!tool->schema && ngx_http_mcp_schema_write(cf, tool) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    ngx_conf_init_uint_value(tool->result, NGX_HTTP_MCP_RESULT_BOTH);

    return NGX_CONF_OK;
}


static char *
ngx_http_mcp_tool_check_words(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool)
{
    if (tool->description.len == 0) {
        return ngx_http_mcp_conf_error(cf, &tool->file, tool->line,
                   "mcp_tool \"%V\" has no \"description\": it is what a "
                   "model chooses tools by", &tool->name);
    }

    if (tool->method == 0) {
        return ngx_http_mcp_conf_error(cf, &tool->file, tool->line,
                   "mcp_tool \"%V\" has no \"request\": say "
                   "request METHOD \"/path/{param}\";", &tool->name);
    }

    if (tool->pass.len == 0) {
        return ngx_http_mcp_conf_error(cf, &tool->file, tool->line,
                   "mcp_tool \"%V\" has no \"pass\": say pass @name; and "
                   "declare \"location @name\" with \"proxy_pass\"",
                   &tool->name);
    }

    if (tool->pass.data[0] != '@' || tool->pass.len == 1) {
        return ngx_http_mcp_conf_error(cf, &tool->file, tool->line,
                   "mcp_tool \"%V\": \"pass %V\" does not name a location "
                   "as \"@name\": only a named location is out of reach "
                   "for clients; say pass @name;", &tool->name, &tool->pass);
    }

    return NGX_CONF_OK;
}


/* What is published is JSON, and JSON is UTF-8 (RPC-26). */

static char *
ngx_http_mcp_tool_check_text(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool)
{
    ngx_uint_t             i;
    ngx_http_mcp_param_t  *param;

    if (ngx_http_mcp_utf8_valid(tool->title.data, tool->title.len)
        != tool->title.len
        || ngx_http_mcp_utf8_valid(tool->description.data,
                                   tool->description.len)
           != tool->description.len)
    {
        return ngx_http_mcp_conf_error(cf, &tool->file, tool->line,
                   "mcp_tool \"%V\": \"title\" or \"description\" is not "
                   "UTF-8", &tool->name);
    }

    param = tool->params.elts;

    for (i = 0; i < tool->params.nelts; i++) {
        if (ngx_http_mcp_utf8_valid(param[i].description.data,
                                    param[i].description.len)
            != param[i].description.len)
        {
            return ngx_http_mcp_conf_error(cf, &tool->file, tool->line,
                       "mcp_tool \"%V\": the description of parameter "
                       "\"%V\" is not UTF-8", &tool->name, &param[i].name);
        }
    }

    return NGX_CONF_OK;
}


/* The part of the target before the first "?" is its path. */

static char *
ngx_http_mcp_tool_check_target(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool)
{
    ngx_uint_t                     i, place;
    ngx_http_mcp_query_t          *query;
    ngx_http_mcp_template_part_t  *part, qpart;

    part = tool->target.parts.elts;
    place = NGX_HTTP_MCP_IN_PATH;

    for (i = 0; i < tool->target.parts.nelts; i++) {

        if (part[i].op == 0) {

            if (ngx_strlchr(part[i].text.data,
                            part[i].text.data + part[i].text.len, '#'))
            {
                goto fragment;
            }

            if (ngx_strlchr(part[i].text.data,
                            part[i].text.data + part[i].text.len, '?'))
            {
                place = NGX_HTTP_MCP_IN_QUERY;
            }

            continue;
        }

        if (part[i].op == '#') {
            goto fragment;
        }

        if (part[i].op == '?' || part[i].op == '&') {
            place = NGX_HTTP_MCP_IN_QUERY;
        }

        if (ngx_http_mcp_tool_check_vars(cf, tool, &part[i], place)
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    query = tool->queries.elts;

    for (i = 0; i < tool->queries.nelts; i++) {

        qpart.op = '?';
        qpart.vars.elts = &query[i].var;
        qpart.vars.nelts = 1;

        if (ngx_http_mcp_tool_check_vars(cf, tool, &qpart,
                                         NGX_HTTP_MCP_IN_QUERY)
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;

fragment:

    return ngx_http_mcp_conf_error(cf, &tool->file, tool->request_line,
               "mcp_tool \"%V\": the URI template has a fragment (\"#\"), "
               "which HTTP does not send", &tool->name);
}


static char *
ngx_http_mcp_tool_check_vars(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool,
    ngx_http_mcp_template_part_t *part, ngx_uint_t place)
{
    ngx_uint_t                    i;
    ngx_http_mcp_param_t         *param;
    ngx_http_mcp_template_var_t  *var;

    var = part->vars.elts;

    for (i = 0; i < part->vars.nelts; i++) {

        param = ngx_http_mcp_param_find(tool, &var[i].name, &var[i].index);

        if (param == NULL) {
            return ngx_http_mcp_conf_error(cf, &tool->file,
                       tool->request_line,
                       "mcp_tool \"%V\": the request uses \"{%V}\", but "
                       "there is no parameter of that name: add %s%V%s",
                       &tool->name, &var[i].name,
                       tool->schema ? "\"" : "param ", &var[i].name,
                       tool->schema ? "\" to \"properties\" of the schema"
                                    : " string required;");
        }

        param->places |= place;

        if (place != NGX_HTTP_MCP_IN_PATH) {
            continue;
        }

        /* an absent one would make another path: "/orders/" for
         * "/orders/{id}" */

        if (!param->required && param->fallback.type == 0
            && part->op != '/' && part->op != ';')
        {
            return ngx_http_mcp_conf_error(cf, &tool->file,
                       tool->request_line,
                       "mcp_tool \"%V\": parameter \"%V\" stands in the "
                       "path and must be \"required\" or have a default",
                       &tool->name, &var[i].name);
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_mcp_tool_check_fields(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool)
{
    ngx_uint_t             i, j, n;
    ngx_array_t           *fields;
    ngx_http_mcp_field_t  *field;
    ngx_http_mcp_piece_t  *piece;
    ngx_http_mcp_param_t  *param;

    param = tool->params.elts;

    for (n = 0; n < 2; n++) {

        fields = (n == 0) ? &tool->headers : &tool->cookies;
        field = fields->elts;

        for (i = 0; i < fields->nelts; i++) {
            piece = field[i].pieces.elts;

            for (j = 0; j < field[i].pieces.nelts; j++) {
                if (piece[j].text == NULL) {
                    param[piece[j].param].places |=
                        (n == 0) ? NGX_HTTP_MCP_IN_HEADER
                                 : NGX_HTTP_MCP_IN_COOKIE;
                }
            }
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_mcp_tool_check_body(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool)
{
    ngx_uint_t             i;
    ngx_http_mcp_param_t  *param;

    ngx_conf_init_uint_value(tool->body, NGX_HTTP_MCP_BODY_NONE);

    if (tool->body != NGX_HTTP_MCP_BODY_NONE) {

        if (tool->method == NGX_HTTP_GET || tool->method == NGX_HTTP_HEAD) {
            return ngx_http_mcp_conf_error(cf, &tool->file, tool->line,
                       "mcp_tool \"%V\": a %V request has no body: use "
                       "\"{?param}\" in the URI template, or another method",
                       &tool->name, &tool->method_name);
        }

        return NGX_CONF_OK;
    }

    param = tool->params.elts;

    for (i = 0; i < tool->params.nelts; i++) {
        if (param[i].places == 0) {
            return ngx_http_mcp_conf_error(cf, &tool->file, tool->line,
                       "mcp_tool \"%V\": parameter \"%V\" is used nowhere: "
                       "put \"{%V}\" into \"request\", \"query\", \"header\" "
                       "or \"cookie\"%s", &tool->name, &param[i].name,
                       &param[i].name,
                       (tool->method == NGX_HTTP_GET
                        || tool->method == NGX_HTTP_HEAD)
                       ? "" : ", or say body json;");
        }
    }

    return NGX_CONF_OK;
}


/* What the method itself says (mcp-2026-07-28.md 4.6); words win. */

static void
ngx_http_mcp_tool_default_hints(ngx_http_mcp_tool_t *tool)
{
    ngx_uint_t  hints;

    switch (tool->method) {

    case NGX_HTTP_GET:
    case NGX_HTTP_HEAD:
    case NGX_HTTP_OPTIONS:
        hints = NGX_HTTP_MCP_HINT_READ_ONLY;
        break;

    case NGX_HTTP_PUT:
    case NGX_HTTP_DELETE:
        hints = NGX_HTTP_MCP_HINT_IDEMPOTENT;
        break;

    default:
        hints = 0;
    }

    hints &= ~tool->hints_set;

    tool->hints |= hints;
    tool->hints_set |= hints;
}

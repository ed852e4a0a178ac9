
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The blocks "mcp_tool" and "mcp_toolset".  A tool is made here, filled by
 * the words of its block and checked when the block is closed.
 */


#include "ngx_http_mcp_word.h"


static ngx_http_mcp_tool_t *ngx_http_mcp_tool_create(ngx_conf_t *cf);
static char *ngx_http_mcp_tool_name(ngx_conf_t *cf, ngx_str_t *name);
static ngx_array_t *ngx_http_mcp_tool_list(ngx_conf_t *cf, void *conf);


char *
ngx_http_mcp_tool_block(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                       *rv;
    void                       *http;
    ngx_str_t                  *value;
    ngx_array_t                *list;
    ngx_http_mcp_tool_t        *tool, **tp;
    ngx_http_mcp_main_conf_t   *mmcf;

    value = cf->args->elts;

    rv = ngx_http_mcp_tool_name(cf, &value[1]);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    tool = ngx_http_mcp_tool_create(cf);
    list = ngx_http_mcp_tool_list(cf, conf);

    if (tool == NULL || list == NULL) {
        return NGX_CONF_ERROR;
    }

    tool->name = value[1];

    /* in a toolset cf->ctx is the toolset's, which keeps that of http */

    http = (cf->module_type == NGX_HTTP_MCP_WORD_MODULE)
           ? ((ngx_http_mcp_toolset_t *) conf)->http : cf->ctx;

    tool->http = http;

    rv = ngx_http_mcp_word_block(cf, tool, NGX_HTTP_MCP_TOOL_BLOCK);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    rv = ngx_http_mcp_tool_check(cf, tool);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    tp = ngx_array_push(list);
    if (tp == NULL) {
        return NGX_CONF_ERROR;
    }

    *tp = tool;

    mmcf = ((ngx_http_conf_ctx_t *) http)
               ->main_conf[ngx_http_mcp_module.ctx_index];

    tp = ngx_array_push(&mmcf->tools);
    if (tp == NULL) {
        return NGX_CONF_ERROR;
    }

    *tp = tool;

    return NGX_CONF_OK;
}


static ngx_http_mcp_tool_t *
ngx_http_mcp_tool_create(ngx_conf_t *cf)
{
    ngx_http_mcp_tool_t  *tool;

    tool = ngx_pcalloc(cf->pool, sizeof(ngx_http_mcp_tool_t));
    if (tool == NULL) {
        return NULL;
    }

    if (ngx_array_init(&tool->params, cf->pool, 4,
                       sizeof(ngx_http_mcp_param_t))
        != NGX_OK
        || ngx_array_init(&tool->mirrors, cf->pool, 1,
                          sizeof(ngx_http_mcp_mirror_t))
           != NGX_OK
        || ngx_array_init(&tool->queries, cf->pool, 1,
                          sizeof(ngx_http_mcp_query_t))
           != NGX_OK
        || ngx_array_init(&tool->headers, cf->pool, 1,
                          sizeof(ngx_http_mcp_field_t))
           != NGX_OK
        || ngx_array_init(&tool->cookies, cf->pool, 1,
                          sizeof(ngx_http_mcp_field_t))
           != NGX_OK)
    {
        return NULL;
    }

    tool->body = NGX_CONF_UNSET_UINT;
    tool->result = NGX_CONF_UNSET_UINT;
    tool->timeout = NGX_CONF_UNSET_MSEC;
    tool->max_response = NGX_CONF_UNSET_SIZE;

    tool->file = cf->conf_file->file.name;
    tool->line = cf->conf_file->line;

    return tool;
}


/* TOOL-10, TOOL-12, TOOL-13 */

static char *
ngx_http_mcp_tool_name(ngx_conf_t *cf, ngx_str_t *name)
{
    u_char      ch;
    ngx_uint_t  i, dot;

    if (name->len == 0 || name->len > NGX_HTTP_MCP_MAX_NAME) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "tool name \"%V\" is not of 1 to %d characters",
                           name, NGX_HTTP_MCP_MAX_NAME);
        return NGX_CONF_ERROR;
    }

    dot = 0;

    for (i = 0; i < name->len; i++) {
        ch = name->data[i];

        if ((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
            || (ch >= '0' && ch <= '9') || ch == '_' || ch == '-')
        {
            continue;
        }

        if (ch == '.') {
            dot = 1;
            continue;
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "tool name \"%V\" may hold only letters, digits, "
                           "\"_\", \"-\" and \".\"", name);
        return NGX_CONF_ERROR;
    }

    if (dot || name->len > NGX_HTTP_MCP_MAX_CLIENT_NAME) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "tool name \"%V\" %s: some clients will not show "
                           "the tool", name,
                           dot ? "holds a \".\""
                               : "is longer than 64 characters");
    }

    return NGX_CONF_OK;
}


static ngx_array_t *
ngx_http_mcp_tool_list(ngx_conf_t *cf, void *conf)
{
    ngx_http_mcp_loc_conf_t  *mlcf;

    if (cf->module_type == NGX_HTTP_MCP_WORD_MODULE) {
        return &((ngx_http_mcp_toolset_t *) conf)->tools;
    }

    mlcf = conf;

    if (mlcf->tools == NULL) {
        mlcf->tools = ngx_array_create(cf->pool, 8,
                                       sizeof(ngx_http_mcp_tool_t *));
    }

    return mlcf->tools;
}


char *
ngx_http_mcp_toolset_block(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_main_conf_t *mmcf = conf;

    ngx_str_t                *value;
    ngx_uint_t                i;
    ngx_http_mcp_toolset_t   *set, **sp;

    value = cf->args->elts;
    sp = mmcf->toolsets.elts;

    for (i = 0; i < mmcf->toolsets.nelts; i++) {
        if (sp[i]->name.len == value[1].len
            && ngx_strncmp(sp[i]->name.data, value[1].data, value[1].len)
               == 0)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "duplicate mcp_toolset \"%V\", first in "
                               "%V:%ui", &value[1], &sp[i]->file,
                               sp[i]->line);
            return NGX_CONF_ERROR;
        }
    }

    set = ngx_pcalloc(cf->pool, sizeof(ngx_http_mcp_toolset_t));
    if (set == NULL) {
        return NGX_CONF_ERROR;
    }

    if (ngx_array_init(&set->tools, cf->pool, 8,
                       sizeof(ngx_http_mcp_tool_t *))
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    set->http = cf->ctx;
    set->name = value[1];
    set->file = cf->conf_file->file.name;
    set->line = cf->conf_file->line;

    sp = ngx_array_push(&mmcf->toolsets);
    if (sp == NULL) {
        return NGX_CONF_ERROR;
    }

    *sp = set;

    return ngx_http_mcp_word_block(cf, set, NGX_HTTP_MCP_TOOLSET_BLOCK);
}

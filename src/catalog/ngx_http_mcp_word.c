
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The module whose commands are the words inside of blocks, and the parsing
 * of a block.  Called by the setters of mcp_tool and mcp_toolset.
 */


#include "ngx_http_mcp_word.h"


static char *ngx_http_mcp_hints_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_mcp_icon_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static void ngx_http_mcp_word_brace_hint(ngx_conf_t *cf);


static ngx_conf_enum_t  ngx_http_mcp_bodies[] = {
    { ngx_string("json"), NGX_HTTP_MCP_BODY_JSON },
    { ngx_string("form"), NGX_HTTP_MCP_BODY_FORM },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_mcp_results[] = {
    { ngx_string("both"), NGX_HTTP_MCP_RESULT_BOTH },
    { ngx_string("text"), NGX_HTTP_MCP_RESULT_TEXT },
    { ngx_string("structured"), NGX_HTTP_MCP_RESULT_STRUCTURED },
    { ngx_null_string, 0 }
};


static ngx_conf_num_bounds_t  ngx_http_mcp_word_positive = {
    ngx_conf_check_num_bounds, 1, -1
};


static ngx_command_t  ngx_http_mcp_words[] = {

    { ngx_string("mcp_tool"),
      NGX_HTTP_MCP_TOOLSET_BLOCK|NGX_CONF_BLOCK|NGX_CONF_TAKE1,
      ngx_http_mcp_tool_block,
      0,
      0,
      NULL },

    { ngx_string("title"),
      NGX_HTTP_MCP_TOOL_BLOCK|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      0,
      offsetof(ngx_http_mcp_tool_t, title),
      NULL },

    { ngx_string("description"),
      NGX_HTTP_MCP_TOOL_BLOCK|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      0,
      offsetof(ngx_http_mcp_tool_t, description),
      NULL },

    { ngx_string("icon"),
      NGX_HTTP_MCP_TOOL_BLOCK|NGX_CONF_1MORE,
      ngx_http_mcp_icon_word,
      0,
      0,
      NULL },

    { ngx_string("annotations"),
      NGX_HTTP_MCP_TOOL_BLOCK|NGX_CONF_1MORE,
      ngx_http_mcp_hints_word,
      0,
      0,
      NULL },

    { ngx_string("param"),
      NGX_HTTP_MCP_TOOL_BLOCK|NGX_CONF_2MORE,
      ngx_http_mcp_param_word,
      0,
      0,
      NULL },

    { ngx_string("input_schema"),
      NGX_HTTP_MCP_TOOL_BLOCK|NGX_CONF_TAKE1,
      ngx_http_mcp_schema_word,
      0,
      0,
      NULL },

    { ngx_string("request"),
      NGX_HTTP_MCP_TOOL_BLOCK|NGX_CONF_TAKE2,
      ngx_http_mcp_request_word,
      0,
      0,
      NULL },

    { ngx_string("query"),
      NGX_HTTP_MCP_TOOL_BLOCK|NGX_CONF_TAKE2,
      ngx_http_mcp_query_word,
      0,
      offsetof(ngx_http_mcp_tool_t, queries),
      NULL },

    { ngx_string("header"),
      NGX_HTTP_MCP_TOOL_BLOCK|NGX_CONF_TAKE2,
      ngx_http_mcp_field_word,
      0,
      offsetof(ngx_http_mcp_tool_t, headers),
      NULL },

    { ngx_string("cookie"),
      NGX_HTTP_MCP_TOOL_BLOCK|NGX_CONF_TAKE2,
      ngx_http_mcp_field_word,
      0,
      offsetof(ngx_http_mcp_tool_t, cookies),
      NULL },

    { ngx_string("body"),
      NGX_HTTP_MCP_TOOL_BLOCK|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      0,
      offsetof(ngx_http_mcp_tool_t, body),
      &ngx_http_mcp_bodies },

    { ngx_string("pass"),
      NGX_HTTP_MCP_TOOL_BLOCK|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      0,
      offsetof(ngx_http_mcp_tool_t, pass),
      NULL },

    { ngx_string("timeout"),
      NGX_HTTP_MCP_TOOL_BLOCK|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      0,
      offsetof(ngx_http_mcp_tool_t, timeout),
      &ngx_http_mcp_word_positive },

    { ngx_string("max_response"),
      NGX_HTTP_MCP_TOOL_BLOCK|NGX_CONF_TAKE1,
      ngx_conf_set_size_slot,
      0,
      offsetof(ngx_http_mcp_tool_t, max_response),
      &ngx_http_mcp_word_positive },

    { ngx_string("result"),
      NGX_HTTP_MCP_TOOL_BLOCK|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      0,
      offsetof(ngx_http_mcp_tool_t, result),
      &ngx_http_mcp_results },

      ngx_null_command
};


/* not a module of the http type: it has no context and no callbacks */

ngx_module_t  ngx_http_mcp_word_module = {
    NGX_MODULE_V1,
    NULL,                                  /* module context */
    ngx_http_mcp_words,                    /* module directives */
    NGX_HTTP_MCP_WORD_MODULE,              /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


void
ngx_http_mcp_word_init(ngx_conf_t *cf)
{
    /* sets ctx_index, which nobody else does for a type of our own */

    (void) ngx_count_modules(cf->cycle, NGX_HTTP_MCP_WORD_MODULE);
}


char *
ngx_http_mcp_word_block(ngx_conf_t *cf, void *object, ngx_uint_t type)
{
    char         *rv;
    void        **confs, *ctx;
    ngx_uint_t    index;
    ngx_conf_t    save;

    /*
     * ngx_conf_handler() finds a word's conf as ctx -> confs[ctx_index];
     * the index is not 0 where a reload loads the module from another file
     */

    index = ngx_http_mcp_word_module.ctx_index;

    confs = ngx_pcalloc(cf->temp_pool, (index + 1) * sizeof(void *));
    if (confs == NULL) {
        return NGX_CONF_ERROR;
    }

    save = *cf;

    confs[index] = object;
    ctx = confs;

    cf->ctx = &ctx;
    cf->module_type = NGX_HTTP_MCP_WORD_MODULE;
    cf->cmd_type = type;

    rv = ngx_conf_parse(cf, NULL);

    if (rv != NGX_CONF_OK) {
        ngx_http_mcp_word_brace_hint(cf);
    }

    *cf = save;

    return rv;
}


/*
 * A "{" that is not quoted ends a word for nginx's parser, whose complaint
 * (is not terminated by ";") does not help the author of a URI template.
 */

static void
ngx_http_mcp_word_brace_hint(ngx_conf_t *cf)
{
    ngx_str_t   *value;
    ngx_uint_t   path;

    value = cf->args->elts;

    if (cf->args->nelts == 1
        && ngx_strcmp(value[0].data, "input_schema") == 0)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "a schema that is written here must be quoted, "
                           "best in single quotes");
        return;
    }

    /* the words with braces take two arguments; here one is cut or missing */

    if (cf->args->nelts != 2 && cf->args->nelts != 3) {
        return;
    }

    path = (ngx_strcmp(value[0].data, "request") == 0);

    if (!path
        && ngx_strcmp(value[0].data, "query") != 0
        && ngx_strcmp(value[0].data, "header") != 0
        && ngx_strcmp(value[0].data, "cookie") != 0)
    {
        return;
    }

    if (cf->args->nelts == 3
        && ngx_strlchr(value[2].data, value[2].data + value[2].len, '{'))
    {
        return;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "a text with \"{\" must be quoted, as in "
                       "%V %V \"%s{name}\";", &value[0], &value[1],
                       cf->args->nelts == 3 ? value[2].data
                       : (u_char *) (path ? "/path/" : ""));
}


static char *
ngx_http_mcp_hints_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_tool_t *tool = conf;

    ngx_str_t   *value, name;
    ngx_uint_t   i, n, on;

    static const struct {
        ngx_str_t    name;
        ngx_uint_t   bit;
    } hints[] = {
        { ngx_string("read_only"), NGX_HTTP_MCP_HINT_READ_ONLY },
        { ngx_string("destructive"), NGX_HTTP_MCP_HINT_DESTRUCTIVE },
        { ngx_string("idempotent"), NGX_HTTP_MCP_HINT_IDEMPOTENT },
        { ngx_string("open_world"), NGX_HTTP_MCP_HINT_OPEN_WORLD }
    };

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        name = value[i];
        on = 1;

        if (name.len > 4
            && ngx_strncmp(name.data + name.len - 4, "=off", 4) == 0)
        {
            on = 0;
            name.len -= 4;

        } else if (name.len > 3
                   && ngx_strncmp(name.data + name.len - 3, "=on", 3) == 0)
        {
            name.len -= 3;
        }

        for (n = 0; n < sizeof(hints) / sizeof(hints[0]); n++) {
            if (hints[n].name.len == name.len
                && ngx_strncmp(hints[n].name.data, name.data, name.len) == 0)
            {
                break;
            }
        }

        if (n == sizeof(hints) / sizeof(hints[0])) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "unknown annotation \"%V\": expected "
                               "read_only, destructive, idempotent or "
                               "open_world, each with =on or =off",
                               &value[i]);
            return NGX_CONF_ERROR;
        }

        if (tool->hints_set & hints[n].bit) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "annotation \"%V\" is duplicate", &name);
            return NGX_CONF_ERROR;
        }

        tool->hints_set |= hints[n].bit;
        tool->hints |= on ? hints[n].bit : 0;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_mcp_icon_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_tool_t *tool = conf;

    ngx_str_t            *value;
    ngx_uint_t            i;
    ngx_http_mcp_icon_t  *icon;

    value = cf->args->elts;

    /* other schemes are refused by clients (mcp-2026-07-28.md 4.6) */

    if (ngx_strncmp(value[1].data, "https://", 8) != 0
        && ngx_strncmp(value[1].data, "data:", 5) != 0)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid icon \"%V\": clients load only "
                           "\"https:\" and \"data:\" URIs", &value[1]);
        return NGX_CONF_ERROR;
    }

    if (tool->icons == NULL) {
        tool->icons = ngx_array_create(cf->pool, 1,
                                       sizeof(ngx_http_mcp_icon_t));
        if (tool->icons == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    icon = ngx_array_push(tool->icons);
    if (icon == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(icon, sizeof(ngx_http_mcp_icon_t));
    icon->src = value[1];

    for (i = 2; i < cf->args->nelts; i++) {

        if (ngx_strncmp(value[i].data, "mime_type=", 10) == 0) {
            icon->mime_type.data = value[i].data + 10;
            icon->mime_type.len = value[i].len - 10;

        } else if (ngx_strncmp(value[i].data, "sizes=", 6) == 0) {
            icon->sizes.data = value[i].data + 6;
            icon->sizes.len = value[i].len - 6;

        } else if (ngx_strcmp(value[i].data, "theme=light") == 0
                   || ngx_strcmp(value[i].data, "theme=dark") == 0)
        {
            icon->theme.data = value[i].data + 6;
            icon->theme.len = value[i].len - 6;

        } else {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid parameter \"%V\": expected "
                               "mime_type=, sizes= or theme=light|dark",
                               &value[i]);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}

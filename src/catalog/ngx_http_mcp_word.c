
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The module whose commands are the words inside of blocks, and the parsing
 * of a block.  Called by the setters of mcp_tool, mcp_toolset and
 * mcp_auth_provider.
 */


#include "ngx_http_mcp_word.h"
#include "ngx_http_mcp_provider.h"


static char *ngx_http_mcp_hints_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_mcp_icon_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static void ngx_http_mcp_word_brace_hint(ngx_conf_t *cf);
static char *ngx_http_mcp_word_option(ngx_conf_t *cf, ngx_str_t *word,
    const ngx_http_mcp_option_t *options, void *object,
    const char *expected);


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


static ngx_conf_enum_t  ngx_http_mcp_visibilities[] = {
    { ngx_string("challenge"), NGX_HTTP_MCP_VISIBILITY_CHALLENGE },
    { ngx_string("hide"), NGX_HTTP_MCP_VISIBILITY_HIDE },
    { ngx_string("show"), NGX_HTTP_MCP_VISIBILITY_SHOW },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_mcp_audience_checks[] = {
    { ngx_string("client_id"), NGX_HTTP_MCP_AUDIENCE_CLIENT_ID },
    { ngx_string("none"), NGX_HTTP_MCP_AUDIENCE_NONE },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_mcp_typs[] = {
    { ngx_string("any"), NGX_HTTP_MCP_TYP_ANY },
    { ngx_string("at_jwt"), NGX_HTTP_MCP_TYP_AT_JWT },
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

    { ngx_string("require_scope"),
      NGX_HTTP_MCP_TOOL_BLOCK|NGX_CONF_1MORE,
      ngx_http_mcp_rule_scope_word,
      0,
      offsetof(ngx_http_mcp_rule_t, scopes),
      NULL },

    { ngx_string("require_any_scope"),
      NGX_HTTP_MCP_TOOL_BLOCK|NGX_CONF_1MORE,
      ngx_http_mcp_rule_scope_word,
      0,
      offsetof(ngx_http_mcp_rule_t, any_scopes),
      NULL },

    { ngx_string("require_claim"),
      NGX_HTTP_MCP_TOOL_BLOCK|NGX_CONF_1MORE,
      ngx_http_mcp_rule_claim_word,
      0,
      0,
      NULL },

    { ngx_string("require_check"),
      NGX_HTTP_MCP_TOOL_BLOCK|NGX_CONF_TAKE123,
      ngx_http_mcp_rule_check_word,
      0,
      0,
      NULL },

    { ngx_string("visibility"),
      NGX_HTTP_MCP_TOOL_BLOCK|NGX_CONF_TAKE1,
      ngx_http_mcp_rule_visibility_word,
      0,
      offsetof(ngx_http_mcp_rule_t, visibility),
      &ngx_http_mcp_visibilities },

    { ngx_string("public"),
      NGX_HTTP_MCP_TOOL_BLOCK|NGX_CONF_FLAG,
      ngx_http_mcp_rule_flag_word,
      0,
      offsetof(ngx_http_mcp_rule_t, anonymous),
      NULL },

    { ngx_string("shared_cache"),
      NGX_HTTP_MCP_TOOL_BLOCK|NGX_CONF_FLAG,
      ngx_http_mcp_rule_flag_word,
      0,
      offsetof(ngx_http_mcp_rule_t, shared_cache),
      NULL },

    { ngx_string("issuer"),
      NGX_HTTP_MCP_PROVIDER_BLOCK|NGX_CONF_TAKE12,
      ngx_http_mcp_issuer_word,
      0,
      0,
      NULL },

    { ngx_string("audience"),
      NGX_HTTP_MCP_PROVIDER_BLOCK|NGX_CONF_1MORE,
      ngx_http_mcp_provider_list_word,
      0,
      offsetof(ngx_http_mcp_provider_t, policy.audiences),
      NULL },

    { ngx_string("clients"),
      NGX_HTTP_MCP_PROVIDER_BLOCK|NGX_CONF_1MORE,
      ngx_http_mcp_provider_list_word,
      0,
      offsetof(ngx_http_mcp_provider_t, policy.clients),
      NULL },

    { ngx_string("tenants"),
      NGX_HTTP_MCP_PROVIDER_BLOCK|NGX_CONF_1MORE,
      ngx_http_mcp_tenants_word,
      0,
      offsetof(ngx_http_mcp_provider_t, policy.tenants),
      NULL },

    { ngx_string("audience_check"),
      NGX_HTTP_MCP_PROVIDER_BLOCK|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      0,
      offsetof(ngx_http_mcp_provider_t, policy.audience),
      &ngx_http_mcp_audience_checks },

    { ngx_string("algorithms"),
      NGX_HTTP_MCP_PROVIDER_BLOCK|NGX_CONF_1MORE,
      ngx_http_mcp_algorithms_word,
      0,
      0,
      NULL },

    { ngx_string("typ"),
      NGX_HTTP_MCP_PROVIDER_BLOCK|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      0,
      offsetof(ngx_http_mcp_provider_t, policy.typ),
      &ngx_http_mcp_typs },

    { ngx_string("scope_claim"),
      NGX_HTTP_MCP_PROVIDER_BLOCK|NGX_CONF_TAKE1,
      ngx_http_mcp_claim_path_word,
      0,
      offsetof(ngx_http_mcp_provider_t, policy.scopes),
      NULL },

    { ngx_string("role_claim"),
      NGX_HTTP_MCP_PROVIDER_BLOCK|NGX_CONF_TAKE1,
      ngx_http_mcp_claim_path_word,
      0,
      offsetof(ngx_http_mcp_provider_t, policy.roles),
      NULL },

    { ngx_string("subject"),
      NGX_HTTP_MCP_PROVIDER_BLOCK|NGX_CONF_1MORE,
      ngx_http_mcp_subject_word,
      0,
      0,
      NULL },

    { ngx_string("scope_prefix"),
      NGX_HTTP_MCP_PROVIDER_BLOCK|NGX_CONF_TAKE1,
      ngx_http_mcp_scope_prefix_word,
      0,
      0,
      NULL },

    { ngx_string("leeway"),
      NGX_HTTP_MCP_PROVIDER_BLOCK|NGX_CONF_TAKE1,
      ngx_http_mcp_leeway_word,
      0,
      0,
      NULL },

    { ngx_string("max_age"),
      NGX_HTTP_MCP_PROVIDER_BLOCK|NGX_CONF_TAKE1,
      ngx_http_mcp_max_age_word,
      0,
      0,
      NULL },

    { ngx_string("allow_app"),
      NGX_HTTP_MCP_PROVIDER_BLOCK|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      0,
      offsetof(ngx_http_mcp_provider_t, policy.allow_app),
      NULL },

    { ngx_string("kid_optional"),
      NGX_HTTP_MCP_PROVIDER_BLOCK|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      0,
      offsetof(ngx_http_mcp_provider_t, policy.kid_optional),
      NULL },

    { ngx_string("scope_optional"),
      NGX_HTTP_MCP_PROVIDER_BLOCK|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      0,
      offsetof(ngx_http_mcp_provider_t, policy.scope_optional),
      NULL },

    { ngx_string("id_tokens"),
      NGX_HTTP_MCP_PROVIDER_BLOCK|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      0,
      offsetof(ngx_http_mcp_provider_t, policy.id_tokens),
      NULL },

    { ngx_string("jwks"),
      NGX_HTTP_MCP_PROVIDER_BLOCK|NGX_CONF_1MORE,
      ngx_http_mcp_jwks_word,
      0,
      0,
      NULL },

    { ngx_string("introspection"),
      NGX_HTTP_MCP_PROVIDER_BLOCK|NGX_CONF_1MORE,
      ngx_http_mcp_introspection_word,
      0,
      0,
      NULL },

    { ngx_string("state"),
      NGX_HTTP_MCP_PROVIDER_BLOCK|NGX_CONF_TAKE1,
      ngx_http_mcp_state_word,
      0,
      0,
      NULL },

    { ngx_string("trusted_certificate"),
      NGX_HTTP_MCP_PROVIDER_BLOCK|NGX_CONF_TAKE1,
      ngx_http_mcp_certificate_word,
      0,
      0,
      NULL },

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

    if (cf->args->nelts == 2 && ngx_strcmp(value[0].data, "issuer") == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "a text with \"{\" must be quoted, as in "
                           "issuer \"%V{tenantid}\";", &value[1]);
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


char *
ngx_http_mcp_word_options(ngx_conf_t *cf, ngx_uint_t from,
    const ngx_http_mcp_option_t *options, void *object,
    const char *expected)
{
    char        *rv;
    ngx_str_t   *value;
    ngx_uint_t   i;

    value = cf->args->elts;

    for (i = from; i < cf->args->nelts; i++) {

        rv = ngx_http_mcp_word_option(cf, &value[i], options, object,
                                      expected);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_mcp_word_option(ngx_conf_t *cf, ngx_str_t *word,
    const ngx_http_mcp_option_t *options, void *object, const char *expected)
{
    ngx_str_t                    *field;
    const ngx_http_mcp_option_t  *option;

    for (option = options; option->key.len; option++) {
        if (word->len > option->key.len
            && ngx_strncmp(word->data, option->key.data, option->key.len)
               == 0)
        {
            break;
        }
    }

    if (option->key.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\": expected %s with a "
                           "value", word, expected);
        return NGX_CONF_ERROR;
    }

    if (word->data[option->key.len] == '"') {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "a quote inside of %V is not one for nginx: "
                           "quote the whole word, as \"title=Order desk\"",
                           word);
        return NGX_CONF_ERROR;
    }

    field = (ngx_str_t *) ((u_char *) object + option->offset);

    if (field->data) {
        return "is duplicate";
    }

    field->data = word->data + option->key.len;
    field->len = word->len - option->key.len;

    return NGX_CONF_OK;
}


ngx_int_t
ngx_http_mcp_word_strings(ngx_conf_t *cf, ngx_array_t **list)
{
    ngx_str_t   *value, *name;
    ngx_uint_t   n;

    n = cf->args->nelts - 1;

    if (*list == NULL) {
        *list = ngx_array_create(cf->pool, n, sizeof(ngx_str_t));
        if (*list == NULL) {
            return NGX_ERROR;
        }
    }

    name = ngx_array_push_n(*list, n);
    if (name == NULL) {
        return NGX_ERROR;
    }

    value = cf->args->elts;

    ngx_memcpy(name, &value[1], n * sizeof(ngx_str_t));

    return NGX_OK;
}


time_t
ngx_http_mcp_word_seconds(ngx_conf_t *cf, ngx_str_t *text, time_t min,
    time_t max)
{
    ngx_int_t  n;

    n = ngx_parse_time(text, 1);

    if (n == NGX_ERROR || n < min || n > max) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid time \"%V\": expected %T to %T seconds, "
                           "as in \"30s\"", text, min, max);
        return NGX_ERROR;
    }

    return n;
}

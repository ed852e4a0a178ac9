
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Words of "mcp_tool" about who may use the tool (authorization.md 5).
 * Called by the parser of a block; they make the tool's rule, which exists
 * only where one of them was written.
 */


#include "ngx_http_mcp_json_write.h"
#include "ngx_http_mcp_word.h"


typedef struct {
    ngx_str_t    cache;
    ngx_str_t    negative;
} ngx_http_mcp_check_options_t;


static ngx_http_mcp_rule_t *ngx_http_mcp_rule_get(ngx_conf_t *cf,
    ngx_http_mcp_tool_t *tool);
static char *ngx_http_mcp_rule_check_add(ngx_conf_t *cf,
    ngx_http_mcp_rule_t *rule, ngx_http_mcp_check_options_t *options);
static ngx_int_t ngx_http_mcp_rule_text(ngx_conf_t *cf,
    ngx_http_mcp_rule_t *rule);
static void ngx_http_mcp_rule_scopes_text(ngx_http_mcp_json_text_t *text,
    const char *head, const ngx_array_t *scopes);
static void ngx_http_mcp_rule_values_text(ngx_http_mcp_json_text_t *text,
    const ngx_array_t *values);


static const ngx_http_mcp_option_t  ngx_http_mcp_check_options[] = {
    { ngx_string("cache="), offsetof(ngx_http_mcp_check_options_t, cache) },
    { ngx_string("negative="),
      offsetof(ngx_http_mcp_check_options_t, negative) },
    { ngx_null_string, 0 }
};


static ngx_http_mcp_rule_t *
ngx_http_mcp_rule_get(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool)
{
    if (tool->rule) {
        return tool->rule;
    }

    tool->rule = ngx_pcalloc(cf->pool, sizeof(ngx_http_mcp_rule_t));

    if (tool->rule) {
        tool->rule->visibility = NGX_CONF_UNSET_UINT;
        tool->rule->anonymous = NGX_CONF_UNSET;
        tool->rule->shared_cache = NGX_CONF_UNSET;
    }

    return tool->rule;
}


char *
ngx_http_mcp_rule_scope_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t             *value;
    ngx_uint_t             i;
    ngx_array_t          **list;
    ngx_http_mcp_rule_t   *rule;
    ngx_http_mcp_scope_t  *scope;

    rule = ngx_http_mcp_rule_get(cf, conf);
    if (rule == NULL) {
        return NGX_CONF_ERROR;
    }

    list = (ngx_array_t **) ((u_char *) rule + cmd->offset);

    /* more alternatives would make the rule weaker, not stronger */

    if (*list && list == &rule->any_scopes) {
        return "is duplicate";
    }

    if (*list == NULL) {
        *list = ngx_array_create(cf->pool, 2, sizeof(ngx_http_mcp_scope_t));
        if (*list == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        if (!ngx_http_mcp_scope_check(cf, &value[i], 1)) {
            return NGX_CONF_ERROR;
        }

        scope = ngx_array_push(*list);
        if (scope == NULL) {
            return NGX_CONF_ERROR;
        }

        ngx_memzero(scope, sizeof(ngx_http_mcp_scope_t));
        scope->name = value[i];
    }

    return NGX_CONF_OK;
}


char *
ngx_http_mcp_rule_claim_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_rule_t  *rule;

    rule = ngx_http_mcp_rule_get(cf, conf);
    if (rule == NULL) {
        return NGX_CONF_ERROR;
    }

    return ngx_http_mcp_claim_add(cf, &rule->claims);
}


char *
ngx_http_mcp_claim_add(ngx_conf_t *cf, ngx_array_t **list)
{
    ngx_int_t                   rc;
    ngx_str_t                  *value;
    const char                 *reason;
    ngx_http_mcp_claim_test_t  *test;

    if (*list == NULL) {
        *list = ngx_array_create(cf->pool, 1,
                                 sizeof(ngx_http_mcp_claim_test_t));
        if (*list == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    test = ngx_array_push(*list);
    if (test == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    rc = ngx_http_mcp_claim_test(cf->pool, &value[1], cf->args->nelts - 1,
                                 test, &reason);

    if (rc == NGX_DECLINED) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid rule on claim \"%V\"%s%s%s: %s",
                           &value[1],
                           cf->args->nelts > 2 ? " with \"" : "",
                           cf->args->nelts > 2 ? (char *) value[2].data : "",
                           cf->args->nelts > 2 ? "\"" : "", reason);
    }

    return (rc == NGX_OK) ? NGX_CONF_OK : NGX_CONF_ERROR;
}


char *
ngx_http_mcp_rule_check_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                          *rv;
    ngx_str_t                     *value;
    ngx_http_mcp_rule_t           *rule;
    ngx_http_mcp_check_options_t   options;

    rule = ngx_http_mcp_rule_get(cf, conf);
    if (rule == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    if (value[1].len < 2 || value[1].data[0] != '@') {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" does not name a location as \"@name\": "
                           "only a named location is out of reach for "
                           "clients", &value[1]);
        return NGX_CONF_ERROR;
    }

    ngx_memzero(&options, sizeof(ngx_http_mcp_check_options_t));

    rv = ngx_http_mcp_word_options(cf, 2, ngx_http_mcp_check_options,
                                   &options, "cache= or negative=");
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    return ngx_http_mcp_rule_check_add(cf, rule, &options);
}


static char *
ngx_http_mcp_rule_check_add(ngx_conf_t *cf, ngx_http_mcp_rule_t *rule,
    ngx_http_mcp_check_options_t *options)
{
    ngx_str_t             *value;
    ngx_http_mcp_check_t  *check;

    if (rule->checks == NULL) {
        rule->checks = ngx_array_create(cf->pool, 1,
                                        sizeof(ngx_http_mcp_check_t));
        if (rule->checks == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    check = ngx_array_push(rule->checks);
    if (check == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    check->pass = value[1];
    check->location = NULL;
    check->ttl = 60;
    check->negative = 15;

    /* not 0: who waits for an answer must still find it */

    if (options->cache.len) {
        check->ttl = ngx_http_mcp_word_seconds(cf, &options->cache, 1, 86400);
    }

    if (options->negative.len) {
        check->negative = ngx_http_mcp_word_seconds(cf, &options->negative, 1,
                                                    86400);
    }

    if (check->ttl == NGX_ERROR || check->negative == NGX_ERROR) {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_mcp_rule_flag_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_rule_t  *rule;

    rule = ngx_http_mcp_rule_get(cf, conf);
    if (rule == NULL) {
        return NGX_CONF_ERROR;
    }

    return ngx_conf_set_flag_slot(cf, cmd, rule);
}


char *
ngx_http_mcp_rule_visibility_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_mcp_rule_t  *rule;

    rule = ngx_http_mcp_rule_get(cf, conf);
    if (rule == NULL) {
        return NGX_CONF_ERROR;
    }

    return ngx_conf_set_enum_slot(cf, cmd, rule);
}


char *
ngx_http_mcp_rule_close(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool)
{
    ngx_http_mcp_rule_t  *rule;

    rule = tool->rule;

    if (rule == NULL) {
        return NGX_CONF_OK;
    }

    ngx_conf_init_value(rule->anonymous, 0);
    ngx_conf_init_value(rule->shared_cache, 0);

    if (rule->anonymous && ngx_http_mcp_rule_asks(rule)) {
        return ngx_http_mcp_conf_error(cf, &tool->file, tool->line,
                   "mcp_tool \"%V\": \"public on\" lets everybody use the "
                   "tool and cannot stand beside \"require_...\"",
                   &tool->name);
    }

    if (rule->visibility != NGX_CONF_UNSET_UINT
        && !ngx_http_mcp_rule_asks(rule))
    {
        return ngx_http_mcp_conf_error(cf, &tool->file, tool->line,
                   "mcp_tool \"%V\": \"visibility\" is about those who do "
                   "not fulfil a rule, and there is none: add require_scope, "
                   "require_any_scope, require_claim or require_check",
                   &tool->name);
    }

    /* 5.2: a scope can be asked for, a role or a group cannot */

    ngx_conf_init_uint_value(rule->visibility,
                             (rule->claims || rule->checks)
                             ? NGX_HTTP_MCP_VISIBILITY_HIDE
                             : NGX_HTTP_MCP_VISIBILITY_CHALLENGE);

    if (ngx_http_mcp_rule_text(cf, rule) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


ngx_uint_t
ngx_http_mcp_rule_asks(const ngx_http_mcp_rule_t *rule)
{
    return rule && (rule->scopes || rule->any_scopes || rule->claims
                    || rule->checks);
}


/*
 * What a rule asks for in one spelling, as JSON: tools with equal ones share
 * a bit of a catalog's view.
 */

static ngx_int_t
ngx_http_mcp_rule_text(ngx_conf_t *cf, ngx_http_mcp_rule_t *rule)
{
    ngx_uint_t                  i;
    ngx_http_mcp_check_t       *check;
    ngx_http_mcp_json_text_t    text;
    ngx_http_mcp_claim_test_t  *claim;

    if (ngx_http_mcp_json_text_init(&text, cf->pool, 128) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_mcp_rule_scopes_text(&text, "{\"all\":[", rule->scopes);
    ngx_http_mcp_rule_scopes_text(&text, ",\"any\":[", rule->any_scopes);

    ngx_http_mcp_json_text_put(&text, ",\"claims\":[");

    claim = rule->claims ? rule->claims->elts : NULL;

    for (i = 0; rule->claims && i < rule->claims->nelts; i++) {
        ngx_http_mcp_json_text_put(&text, i ? ",[" : "[");
        ngx_http_mcp_json_text_str(&text, &claim[i].path.text);
        ngx_http_mcp_json_text_put(&text, ",");
        ngx_http_mcp_json_text_uint(&text, claim[i].op);
        ngx_http_mcp_rule_values_text(&text, &claim[i].values);
        ngx_http_mcp_json_text_put(&text, "]");
    }

    ngx_http_mcp_json_text_put(&text, "],\"checks\":[");

    check = rule->checks ? rule->checks->elts : NULL;

    for (i = 0; rule->checks && i < rule->checks->nelts; i++) {
        ngx_http_mcp_json_text_put(&text, i ? ",[" : "[");
        ngx_http_mcp_json_text_str(&text, &check[i].pass);
        ngx_http_mcp_json_text_put(&text, ",");
        ngx_http_mcp_json_text_uint(&text, check[i].ttl);
        ngx_http_mcp_json_text_put(&text, ",");
        ngx_http_mcp_json_text_uint(&text, check[i].negative);
        ngx_http_mcp_json_text_put(&text, "]");
    }

    ngx_http_mcp_json_text_put(&text, "]}");

    return ngx_http_mcp_json_text_done(&text, &rule->text);
}


static void
ngx_http_mcp_rule_scopes_text(ngx_http_mcp_json_text_t *text,
    const char *head, const ngx_array_t *scopes)
{
    ngx_uint_t             i;
    ngx_http_mcp_scope_t  *scope;

    ngx_http_mcp_json_text_put(text, head);

    scope = scopes ? scopes->elts : NULL;

    for (i = 0; scopes && i < scopes->nelts; i++) {
        ngx_http_mcp_json_text_put(text, i ? "," : "");
        ngx_http_mcp_json_text_str(text, &scope[i].name);
    }

    ngx_http_mcp_json_text_put(text, "]");
}


static void
ngx_http_mcp_rule_values_text(ngx_http_mcp_json_text_t *text,
    const ngx_array_t *values)
{
    ngx_str_t   *value;
    ngx_uint_t   i;

    value = values->elts;

    for (i = 0; i < values->nelts; i++) {
        ngx_http_mcp_json_text_put(text, ",");
        ngx_http_mcp_json_text_str(text, &value[i]);
    }
}

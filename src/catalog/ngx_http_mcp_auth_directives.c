
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Setters of the directives "mcp_auth" and "mcp_auth_...", but for those of
 * ngx_http_mcp_auth_resource.c and ngx_http_mcp_api_keys.c.  Called by the
 * configuration parser through the table in ngx_http_mcp_module.c.
 */


#include "ngx_http_mcp_provider.h"
#include "ngx_http_mcp_word.h"


typedef struct {
    ngx_str_t    entries;
    ngx_str_t    ttl;
} ngx_http_mcp_cache_options_t;


static char *ngx_http_mcp_auth_names(ngx_conf_t *cf, ngx_array_t *names,
    ngx_uint_t n);


static const ngx_http_mcp_option_t  ngx_http_mcp_cache_options[] = {
    { ngx_string("entries="),
      offsetof(ngx_http_mcp_cache_options_t, entries) },
    { ngx_string("ttl="), offsetof(ngx_http_mcp_cache_options_t, ttl) },
    { ngx_null_string, 0 }
};


char *
ngx_http_mcp_auth_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_loc_conf_t *mlcf = conf;

    ngx_str_t                 *value;
    ngx_uint_t                 n;
    ngx_http_mcp_auth_conf_t  *auth;

    auth = &mlcf->auth;

    if (auth->names != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;
    n = cf->args->nelts;

    auth->names = NULL;
    auth->optional = 0;
    auth->file = cf->conf_file->file.name;
    auth->line = cf->conf_file->line;

    if (n == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        auth->off = 1;
        return NGX_CONF_OK;
    }

    if (ngx_strcmp(value[n - 1].data, "optional") == 0) {
        auth->optional = 1;
        n--;
    }

    if (n == 1) {
        return "needs the name of an \"mcp_auth_provider\"";
    }

    auth->names = ngx_array_create(cf->pool, n - 1, sizeof(ngx_str_t));
    if (auth->names == NULL) {
        return NGX_CONF_ERROR;
    }

    return ngx_http_mcp_auth_names(cf, auth->names, n);
}


/* the first "n" words of the directive: providers, no other words */

static char *
ngx_http_mcp_auth_names(ngx_conf_t *cf, ngx_array_t *names, ngx_uint_t n)
{
    ngx_str_t   *value, *name;
    ngx_uint_t   i;

    value = cf->args->elts;

    for (i = 1; i < n; i++) {

        if (ngx_strcmp(value[i].data, "off") == 0
            || ngx_strcmp(value[i].data, "optional") == 0)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"off\" stands alone, and \"optional\" behind "
                               "the names of providers");
            return NGX_CONF_ERROR;
        }

        if (ngx_http_mcp_claim_listed(names, &value[i])) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "provider \"%V\" is named twice", &value[i]);
            return NGX_CONF_ERROR;
        }

        name = ngx_array_push(names);
        if (name == NULL) {
            return NGX_CONF_ERROR;
        }

        *name = value[i];
    }

    return NGX_CONF_OK;
}


void
ngx_http_mcp_auth_place(ngx_conf_t *cf, ngx_http_mcp_auth_conf_t *auth)
{
    if (auth->file.len == 0) {
        auth->file = cf->conf_file->file.name;
        auth->line = cf->conf_file->line;
    }
}


char *
ngx_http_mcp_auth_scopes(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_loc_conf_t *mlcf = conf;

    ngx_str_t     *value;
    ngx_uint_t     i;
    ngx_array_t  **list;

    list = (ngx_array_t **) ((u_char *) mlcf + cmd->offset);

    if (*list != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    ngx_http_mcp_auth_place(cf, &mlcf->auth);

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        if (!ngx_http_mcp_scope_check(cf, &value[i], 1)) {
            return NGX_CONF_ERROR;
        }
    }

    *list = NULL;

    if (ngx_http_mcp_word_strings(cf, list) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_mcp_auth_metadata(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char        *rv;
    ngx_uint_t   metadata;

    if (*(ngx_uint_t *) ((u_char *) conf + cmd->offset)) {
        return "is duplicate";
    }

    rv = ngx_conf_set_bitmask_slot(cf, cmd, conf);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    metadata = *(ngx_uint_t *) ((u_char *) conf + cmd->offset);

    if (cf->args->nelts > 2
        && (metadata & (NGX_HTTP_MCP_METADATA_AUTO
                        |NGX_HTTP_MCP_METADATA_OFF)))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"auto\" and \"off\" stand alone");
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* RFC 6750 3; clients look for "scope=" anywhere in the header (1.3) */

char *
ngx_http_mcp_auth_realm(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_loc_conf_t *mlcf = conf;

    u_char     *p;
    ngx_str_t  *value;

    if (mlcf->auth.realm.data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    for (p = value[1].data; p < value[1].data + value[1].len; p++) {

        if (*p < ' ' || *p >= 0x7f || *p == '"' || *p == '\\' || *p == '=') {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid realm \"%V\": it is printable ASCII "
                               "without \", \\ and =, which clients cannot "
                               "read", &value[1]);
            return NGX_CONF_ERROR;
        }
    }

    mlcf->auth.realm = value[1];

    return NGX_CONF_OK;
}


char *
ngx_http_mcp_auth_claim(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_loc_conf_t *mlcf = conf;

    ngx_http_mcp_auth_place(cf, &mlcf->auth);

    if (mlcf->auth.claims == NGX_CONF_UNSET_PTR) {
        mlcf->auth.claims = NULL;
    }

    return ngx_http_mcp_claim_add(cf, &mlcf->auth.claims);
}


char *
ngx_http_mcp_auth_throttle(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_loc_conf_t *mlcf = conf;

    ngx_int_t   n;
    ngx_str_t  *value;

    if (mlcf->auth.throttle != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        mlcf->auth.throttle = 0;
        return NGX_CONF_OK;
    }

    n = NGX_ERROR;

    if (value[1].len > 3
        && ngx_strcmp(value[1].data + value[1].len - 3, "r/m") == 0)
    {
        n = ngx_atoi(value[1].data, value[1].len - 3);
    }

    if (n == NGX_ERROR || n == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid rate \"%V\": expected failures a minute, "
                           "as \"1000r/m\", or \"off\"", &value[1]);
        return NGX_CONF_ERROR;
    }

    mlcf->auth.throttle = n;

    return NGX_CONF_OK;
}


char *
ngx_http_mcp_auth_implies(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_main_conf_t *mmcf = conf;

    ngx_str_t               *value, *name;
    ngx_uint_t               i;
    ngx_http_mcp_implies_t  *implies;

    implies = ngx_array_push(&mmcf->implies);
    if (implies == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    implies->name = value[1];

    if (ngx_array_init(&implies->implied, cf->pool, cf->args->nelts - 2,
                       sizeof(ngx_str_t))
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    for (i = 1; i < cf->args->nelts; i++) {

        if (!ngx_http_mcp_scope_check(cf, &value[i], 0)) {
            return NGX_CONF_ERROR;
        }

        if (i == 1) {
            continue;
        }

        name = ngx_array_push(&implies->implied);
        if (name == NULL) {
            return NGX_CONF_ERROR;
        }

        *name = value[i];
    }

    return NGX_CONF_OK;
}


char *
ngx_http_mcp_auth_claim_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_main_conf_t *mmcf = conf;

    char                       *rv;
    ngx_str_t                  *value, *known, name;
    ngx_http_variable_t        *var;
    ngx_http_mcp_claim_path_t  *path;

    value = cf->args->elts;
    name = value[1];

    if (name.len < 2 || name.data[0] != '$') {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid variable name \"%V\"", &value[1]);
        return NGX_CONF_ERROR;
    }

    name.len--;
    name.data++;

    path = ngx_palloc(cf->pool, sizeof(ngx_http_mcp_claim_path_t));
    if (path == NULL) {
        return NGX_CONF_ERROR;
    }

    rv = ngx_http_mcp_claim_path_set(cf, &value[2], path);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    /* without a value until the access phase: never kept from before it */

    var = ngx_http_add_variable(cf, &name, NGX_HTTP_VAR_NOCACHEABLE);
    if (var == NULL) {
        return NGX_CONF_ERROR;
    }

    var->get_handler = *(ngx_http_get_variable_pt *) cmd->post;
    var->data = (uintptr_t) path;

    known = ngx_array_push(&mmcf->claim_names);
    if (known == NULL) {
        return NGX_CONF_ERROR;
    }

    *known = var->name;

    return NGX_CONF_OK;
}


char *
ngx_http_mcp_auth_denylist(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_main_conf_t *mmcf = conf;

    ngx_str_t        *value, text;
    ngx_file_info_t   fi;

    if (mmcf->denylist.data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    /* workers read it; that it is there at all is seen now */

    if (ngx_http_mcp_file_read(cf, cf->temp_pool, &value[1],
                               NGX_MAX_INT32_VALUE, &text, &fi)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    mmcf->denylist = value[1];

    return NGX_CONF_OK;
}


char *
ngx_http_mcp_auth_cache(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_main_conf_t *mmcf = conf;

    char                          *rv;
    ngx_int_t                      n;
    ngx_http_mcp_cache_options_t   options;

    if (mmcf->cache_ttl != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    ngx_memzero(&options, sizeof(ngx_http_mcp_cache_options_t));

    rv = ngx_http_mcp_word_options(cf, 1, ngx_http_mcp_cache_options,
                                   &options, "entries= or ttl=");
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    mmcf->cache_ttl = 300;

    if (options.ttl.len) {
        mmcf->cache_ttl = ngx_http_mcp_word_seconds(cf, &options.ttl, 1,
                                                    86400);
        if (mmcf->cache_ttl == NGX_ERROR) {
            return NGX_CONF_ERROR;
        }
    }

    if (options.entries.len) {
        n = ngx_atoi(options.entries.data, options.entries.len);

        if (n == NGX_ERROR) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid number \"%V\"", &options.entries);
            return NGX_CONF_ERROR;
        }

        mmcf->cache_entries = n;
    }

    return NGX_CONF_OK;
}

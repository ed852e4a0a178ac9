
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The block "mcp_auth_provider": who may issue tokens.  A provider is made
 * here, filled by the words of its block and checked when it is closed.
 */


#include "ngx_http_mcp_provider.h"
#include "ngx_http_mcp_word.h"


static char *ngx_http_mcp_provider_name(ngx_conf_t *cf,
    ngx_http_mcp_main_conf_t *mmcf, ngx_str_t *name);
static ngx_http_mcp_provider_t *ngx_http_mcp_provider_create(ngx_conf_t *cf);
static char *ngx_http_mcp_provider_state(ngx_conf_t *cf,
    ngx_http_mcp_main_conf_t *mmcf, ngx_http_mcp_provider_t *provider);


char *
ngx_http_mcp_provider_block(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_main_conf_t *mmcf = conf;

    char                      *rv;
    ngx_str_t                 *value;
    ngx_http_mcp_provider_t   *provider, **pp;

    value = cf->args->elts;

    rv = ngx_http_mcp_provider_name(cf, mmcf, &value[1]);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    provider = ngx_http_mcp_provider_create(cf);
    if (provider == NULL) {
        return NGX_CONF_ERROR;
    }

    provider->name = value[1];
    provider->index = mmcf->providers.nelts;

    rv = ngx_http_mcp_word_block(cf, provider, NGX_HTTP_MCP_PROVIDER_BLOCK);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (ngx_http_mcp_provider_check(cf, provider) != NGX_CONF_OK
        || ngx_http_mcp_provider_state(cf, mmcf, provider) != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    pp = ngx_array_push(&mmcf->providers);
    if (pp == NULL) {
        return NGX_CONF_ERROR;
    }

    *pp = provider;

    return NGX_CONF_OK;
}


static char *
ngx_http_mcp_provider_name(ngx_conf_t *cf, ngx_http_mcp_main_conf_t *mmcf,
    ngx_str_t *name)
{
    ngx_uint_t                 i;
    ngx_http_mcp_provider_t  **provider;

    /* "mcp_auth off" and "mcp_auth NAME optional" mean something else */

    if (name->len == 0
        || ngx_strcmp(name->data, "off") == 0
        || ngx_strcmp(name->data, "optional") == 0)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "mcp_auth_provider cannot have the name \"%V\"",
                           name);
        return NGX_CONF_ERROR;
    }

    provider = mmcf->providers.elts;

    for (i = 0; i < mmcf->providers.nelts; i++) {
        if (ngx_memn2cmp(provider[i]->name.data, name->data,
                         provider[i]->name.len, name->len)
            == 0)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "duplicate mcp_auth_provider \"%V\", first in "
                               "%V:%ui", name, &provider[i]->file,
                               provider[i]->line);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static ngx_http_mcp_provider_t *
ngx_http_mcp_provider_create(ngx_conf_t *cf)
{
    ngx_http_mcp_provider_t      *provider;
    ngx_http_mcp_token_policy_t  *policy;

    provider = ngx_pcalloc(cf->pool, sizeof(ngx_http_mcp_provider_t));
    if (provider == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     provider->introspect = NGX_HTTP_MCP_INTROSPECT_OFF;
     *     policy->algs = 0;
     *     policy->audiences = NULL;  and the other lists
     *     policy->scopes = NULL;  and the other paths
     */

    provider->keys = NGX_CONF_UNSET_UINT;
    provider->refresh = NGX_CONF_UNSET;
    provider->stale = NGX_CONF_UNSET;
    provider->min_interval = NGX_CONF_UNSET;

    policy = &provider->policy;

    policy->audience = NGX_CONF_UNSET_UINT;
    policy->typ = NGX_CONF_UNSET_UINT;
    policy->leeway = NGX_CONF_UNSET_UINT;
    policy->max_age = NGX_CONF_UNSET_UINT;
    policy->allow_app = NGX_CONF_UNSET;
    policy->kid_optional = NGX_CONF_UNSET;
    policy->scope_optional = NGX_CONF_UNSET;
    policy->id_tokens = NGX_CONF_UNSET;

    provider->file = cf->conf_file->file.name;
    provider->line = cf->conf_file->line;

    return provider;
}


/* each would overwrite the keys of the other */

static char *
ngx_http_mcp_provider_state(ngx_conf_t *cf, ngx_http_mcp_main_conf_t *mmcf,
    ngx_http_mcp_provider_t *provider)
{
    ngx_uint_t                 i;
    ngx_http_mcp_provider_t  **other;

    other = mmcf->providers.elts;

    for (i = 0; i < mmcf->providers.nelts; i++) {
        if (provider->state.len
            && ngx_memn2cmp(other[i]->state.data, provider->state.data,
                            other[i]->state.len, provider->state.len)
               == 0)
        {
            return ngx_http_mcp_conf_error(cf, &provider->file,
                       provider->line,
                       "mcp_auth_provider \"%V\" has the \"state\" file of "
                       "\"%V\": give each its own", &provider->name,
                       &other[i]->name);
        }
    }

    return NGX_CONF_OK;
}

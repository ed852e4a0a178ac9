
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Creates and merges what the configuration says of a location's
 * authorization.  Called by the callbacks in ngx_http_mcp_conf.c.
 */


#include "ngx_http_mcp_catalog.h"


static char *ngx_http_mcp_auth_merge_names(ngx_conf_t *cf,
    ngx_http_mcp_auth_conf_t *prev, ngx_http_mcp_auth_conf_t *conf);
static char *ngx_http_mcp_auth_idle(ngx_conf_t *cf,
    ngx_http_mcp_auth_conf_t *auth);


void
ngx_http_mcp_auth_create(ngx_http_mcp_auth_conf_t *auth)
{
    /*
     * set by ngx_pcalloc():
     *
     *     auth->off = 0;
     *     auth->metadata = 0;
     */

    auth->names = NGX_CONF_UNSET_PTR;
    auth->optional = NGX_CONF_UNSET_UINT;
    auth->resource = NGX_CONF_UNSET_PTR;
    auth->scope = NGX_CONF_UNSET_PTR;
    auth->advertise = NGX_CONF_UNSET_PTR;
    auth->claims = NGX_CONF_UNSET_PTR;
    auth->api_keys = NGX_CONF_UNSET_PTR;

    auth->deny = NGX_CONF_UNSET_UINT;
    auth->throttle = NGX_CONF_UNSET_UINT;
    auth->timeout = NGX_CONF_UNSET_MSEC;
    auth->token_max = NGX_CONF_UNSET_SIZE;
    auth->pass_token = NGX_CONF_UNSET;
    auth->legacy_metadata = NGX_CONF_UNSET;
    auth->legacy_denial = NGX_CONF_UNSET_UINT;
    auth->list_scope = NGX_CONF_UNSET_UINT;
}


char *
ngx_http_mcp_auth_merge(ngx_conf_t *cf, ngx_http_mcp_loc_conf_t *parent,
    ngx_http_mcp_loc_conf_t *child)
{
    ngx_http_mcp_loc_conf_t   **guarded;
    ngx_http_mcp_auth_conf_t   *prev, *conf;
    ngx_http_mcp_main_conf_t   *mmcf;

    prev = &parent->auth;
    conf = &child->auth;

    conf->cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);
    conf->clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (ngx_http_mcp_auth_merge_names(cf, prev, conf) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    ngx_conf_merge_ptr_value(conf->resource, prev->resource, NULL);
    ngx_conf_merge_ptr_value(conf->scope, prev->scope, NULL);
    ngx_conf_merge_ptr_value(conf->advertise, prev->advertise, NULL);
    ngx_conf_merge_ptr_value(conf->claims, prev->claims, NULL);

    ngx_conf_merge_bitmask_value(conf->metadata, prev->metadata,
                                 NGX_HTTP_MCP_METADATA_AUTO);

    ngx_conf_merge_str_value(conf->realm, prev->realm, "");

    ngx_conf_merge_uint_value(conf->deny, prev->deny, 0);
    ngx_conf_merge_uint_value(conf->throttle, prev->throttle, 1000);
    ngx_conf_merge_msec_value(conf->timeout, prev->timeout, 5000);
    ngx_conf_merge_size_value(conf->token_max, prev->token_max, 16384);
    ngx_conf_merge_value(conf->pass_token, prev->pass_token, 0);
    ngx_conf_merge_value(conf->legacy_metadata, prev->legacy_metadata, 0);
    ngx_conf_merge_uint_value(conf->legacy_denial, prev->legacy_denial, 0);

    /* the default hangs on "mcp_auth" of the level that uses it */

    ngx_conf_merge_uint_value(conf->list_scope, prev->list_scope,
                              NGX_CONF_UNSET_UINT);

    if (!ngx_http_mcp_auth_on(conf)) {
        return NGX_CONF_OK;
    }

    mmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_mcp_module);

    guarded = ngx_array_push(&mmcf->guarded);
    if (guarded == NULL) {
        return NGX_CONF_ERROR;
    }

    *guarded = child;

    return NGX_CONF_OK;
}


/*
 * Providers and API keys are inherited apart; "mcp_auth off" ends both, but
 * for keys that are named beside it.
 */

static char *
ngx_http_mcp_auth_merge_names(ngx_conf_t *cf, ngx_http_mcp_auth_conf_t *prev,
    ngx_http_mcp_auth_conf_t *conf)
{
    ngx_uint_t  names, keys;

    names = (conf->names != NGX_CONF_UNSET_PTR);
    keys = (conf->api_keys != NGX_CONF_UNSET_PTR);

    if (!keys) {
        conf->api_keys = (names && conf->off) ? NULL : prev->api_keys;
        conf->api_header = prev->api_header;
    }

    if (!names) {
        conf->off = prev->off;
    }

    ngx_conf_merge_ptr_value(conf->names, prev->names, NULL);
    ngx_conf_merge_uint_value(conf->optional, prev->optional, 0);

    if (conf->api_keys == NGX_CONF_UNSET_PTR) {
        conf->api_keys = NULL;
    }

    if (!ngx_http_mcp_auth_on(conf) && !conf->off
        && ngx_http_mcp_auth_idle(cf, conf) != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (!names && !keys) {
        conf->file = prev->file;
        conf->line = prev->line;
    }

    return NGX_CONF_OK;
}


/*
 * Who wrote these words believes that the location is protected.  In a
 * server they may be meant for its locations.
 */

static char *
ngx_http_mcp_auth_idle(ngx_conf_t *cf, ngx_http_mcp_auth_conf_t *auth)
{
    const char           *name;
    ngx_http_conf_ctx_t  *server;

    server = auth->cscf->ctx;

    if (server->loc_conf[ngx_http_core_module.ctx_index] == auth->clcf) {
        return NGX_CONF_OK;
    }

    name = (auth->scope != NGX_CONF_UNSET_PTR) ? "mcp_auth_scope"
           : (auth->claims != NGX_CONF_UNSET_PTR) ? "mcp_auth_require_claim"
           : (auth->resource != NGX_CONF_UNSET_PTR) ? "mcp_auth_resource"
           : NULL;

    if (name == NULL) {
        return NGX_CONF_OK;
    }

    return ngx_http_mcp_conf_error(cf, &auth->file, auth->line,
               "\"%s\" protects nothing without \"mcp_auth\": say mcp_auth "
               "PROVIDER; or, if the location is to be open, mcp_auth off;",
               name);
}

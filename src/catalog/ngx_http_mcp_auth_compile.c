
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Authorization of all locations when the whole configuration is read:
 * names of providers become providers, scopes get those that contain them,
 * and what cannot work together is told.
 */


#include "ngx_http_mcp_catalog.h"


static ngx_int_t ngx_http_mcp_auth_rules(ngx_conf_t *cf,
    ngx_http_mcp_main_conf_t *mmcf);
static ngx_int_t ngx_http_mcp_auth_expand(ngx_conf_t *cf,
    ngx_http_mcp_main_conf_t *mmcf, ngx_array_t *scopes);
static ngx_int_t ngx_http_mcp_auth_guarded(ngx_conf_t *cf,
    ngx_http_mcp_main_conf_t *mmcf, ngx_http_mcp_loc_conf_t *mlcf,
    u_char *used);
static ngx_int_t ngx_http_mcp_auth_providers(ngx_conf_t *cf,
    ngx_http_mcp_main_conf_t *mmcf, ngx_http_mcp_auth_conf_t *auth,
    u_char *used);
static void ngx_http_mcp_auth_unknown(ngx_conf_t *cf,
    ngx_http_mcp_main_conf_t *mmcf, ngx_http_mcp_auth_conf_t *auth,
    ngx_str_t *name);
static ngx_int_t ngx_http_mcp_auth_provider_fits(ngx_conf_t *cf,
    ngx_http_mcp_auth_conf_t *auth, ngx_http_mcp_provider_t *provider);
static ngx_int_t ngx_http_mcp_auth_base(ngx_conf_t *cf,
    ngx_http_mcp_main_conf_t *mmcf, ngx_http_mcp_auth_conf_t *auth);
static char *ngx_http_mcp_auth_endpoint(ngx_conf_t *cf,
    ngx_http_mcp_loc_conf_t *mlcf);
static void ngx_http_mcp_auth_unused(ngx_conf_t *cf,
    ngx_http_mcp_main_conf_t *mmcf, u_char *used);


ngx_int_t
ngx_http_mcp_auth_compile(ngx_conf_t *cf)
{
    u_char                     *used;
    ngx_uint_t                  i;
    ngx_http_mcp_loc_conf_t   **mlcf;
    ngx_http_mcp_main_conf_t   *mmcf;

    mmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_mcp_module);

    ngx_conf_init_value(mmcf->cache_ttl, 300);

    if (ngx_http_mcp_auth_rules(cf, mmcf) != NGX_OK) {
        return NGX_ERROR;
    }

    used = ngx_pcalloc(cf->temp_pool, mmcf->providers.nelts + 1);
    if (used == NULL) {
        return NGX_ERROR;
    }

    mlcf = mmcf->guarded.elts;

    for (i = 0; i < mmcf->guarded.nelts; i++) {
        if (ngx_http_mcp_auth_guarded(cf, mmcf, mlcf[i], used) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    ngx_http_mcp_auth_unused(cf, mmcf, used);

    return ngx_http_mcp_auth_documents(cf);
}


/* The rules of all tools; the copies in catalogs share these scopes. */

static ngx_int_t
ngx_http_mcp_auth_rules(ngx_conf_t *cf, ngx_http_mcp_main_conf_t *mmcf)
{
    ngx_uint_t             i;
    ngx_http_mcp_rule_t   *rule;
    ngx_http_mcp_tool_t  **tool;

    tool = mmcf->tools.elts;

    for (i = 0; i < mmcf->tools.nelts; i++) {

        rule = tool[i]->rule;

        if (rule
            && (ngx_http_mcp_auth_expand(cf, mmcf, rule->scopes) != NGX_OK
                || ngx_http_mcp_auth_expand(cf, mmcf, rule->any_scopes)
                   != NGX_OK))
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_auth_expand(ngx_conf_t *cf, ngx_http_mcp_main_conf_t *mmcf,
    ngx_array_t *scopes)
{
    ngx_uint_t             i;
    ngx_http_mcp_scope_t  *scope;

    if (scopes == NULL) {
        return NGX_OK;
    }

    scope = scopes->elts;

    for (i = 0; i < scopes->nelts; i++) {
        if (ngx_http_mcp_scope_expand(cf, &mmcf->implies, &scope[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_auth_guarded(ngx_conf_t *cf, ngx_http_mcp_main_conf_t *mmcf,
    ngx_http_mcp_loc_conf_t *mlcf, u_char *used)
{
    if (ngx_http_mcp_auth_providers(cf, mmcf, &mlcf->auth, used) != NGX_OK
        || ngx_http_mcp_auth_base(cf, mmcf, &mlcf->auth) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (mlcf->endpoint
        && ngx_http_mcp_auth_endpoint(cf, mlcf) != NGX_CONF_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_auth_providers(ngx_conf_t *cf, ngx_http_mcp_main_conf_t *mmcf,
    ngx_http_mcp_auth_conf_t *auth, u_char *used)
{
    ngx_str_t                 *name;
    ngx_uint_t                 i, n, count;
    ngx_http_mcp_provider_t  **known, **provider;

    count = auth->names ? auth->names->nelts : 0;

    if (ngx_array_init(&auth->providers, cf->pool, ngx_max(count, 1),
                       sizeof(ngx_http_mcp_provider_t *))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    name = auth->names ? auth->names->elts : NULL;
    known = mmcf->providers.elts;

    for (i = 0; i < count; i++) {

        for (n = 0; n < mmcf->providers.nelts; n++) {
            if (ngx_memn2cmp(known[n]->name.data, name[i].data,
                             known[n]->name.len, name[i].len)
                == 0)
            {
                break;
            }
        }

        if (n == mmcf->providers.nelts) {
            ngx_http_mcp_auth_unknown(cf, mmcf, auth, &name[i]);
            return NGX_ERROR;
        }

        if (ngx_http_mcp_auth_provider_fits(cf, auth, known[n]) != NGX_OK) {
            return NGX_ERROR;
        }

        provider = ngx_array_push(&auth->providers);
        if (provider == NULL) {
            return NGX_ERROR;
        }

        *provider = known[n];
        used[n] = 1;
    }

    return NGX_OK;
}


static void
ngx_http_mcp_auth_unknown(ngx_conf_t *cf, ngx_http_mcp_main_conf_t *mmcf,
    ngx_http_mcp_auth_conf_t *auth, ngx_str_t *name)
{
    u_char                    *p, *last;
    u_char                     list[512];
    ngx_uint_t                 i;
    ngx_http_mcp_provider_t  **known;

    known = mmcf->providers.elts;

    p = list;
    last = list + sizeof(list);

    for (i = 0; i < mmcf->providers.nelts; i++) {
        p = ngx_slprintf(p, last, "%s\"%V\"", i ? ", " : "",
                         &known[i]->name);
    }

    if (i == 0) {
        p = ngx_slprintf(p, last, "none");
    }

    (void) ngx_http_mcp_conf_error(cf, &auth->file, auth->line,
               "unknown mcp_auth_provider \"%V\" in \"mcp_auth\", known: "
               "%*s", name, (size_t) (p - list), list);
}


/* with those before it in the list, and in the location's server */

static ngx_int_t
ngx_http_mcp_auth_provider_fits(ngx_conf_t *cf,
    ngx_http_mcp_auth_conf_t *auth, ngx_http_mcp_provider_t *provider)
{
    ngx_str_t                 *one, *two;
    ngx_uint_t                 i;
    ngx_http_mcp_provider_t  **other;

    if (provider->keys == NGX_HTTP_MCP_KEYS_LOCATION
        && ngx_http_mcp_named_location(auth->cscf, &provider->jwks) == NULL)
    {
        (void) ngx_http_mcp_conf_error(cf, &auth->file, auth->line,
                   "there is no \"location %V\" in this server, where "
                   "mcp_auth_provider \"%V\" has its keys from",
                   &provider->jwks, &provider->name);
        return NGX_ERROR;
    }

    /* V-8: "iss" tells whose a token is; opaque ones have none */

    other = auth->providers.elts;
    one = &provider->policy.issuer;

    for (i = 0; i < auth->providers.nelts; i++) {

        two = &other[i]->policy.issuer;

        if (provider->keys == NGX_HTTP_MCP_KEYS_NONE
            || other[i]->keys == NGX_HTTP_MCP_KEYS_NONE
            || ngx_memn2cmp(one->data, two->data, one->len, two->len) != 0)
        {
            continue;
        }

        (void) ngx_http_mcp_conf_error(cf, &auth->file, auth->line,
                   "providers \"%V\" and \"%V\" of one \"mcp_auth\" have the "
                   "same issuer, so a token would be of both",
                   &other[i]->name, &provider->name);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_auth_base(ngx_conf_t *cf, ngx_http_mcp_main_conf_t *mmcf,
    ngx_http_mcp_auth_conf_t *auth)
{
    ngx_str_t             *name;
    ngx_uint_t             i, n;
    ngx_http_mcp_scope_t  *scope;

    n = auth->scope ? auth->scope->nelts : 0;

    if (ngx_array_init(&auth->scopes, cf->pool, ngx_max(n, 1),
                       sizeof(ngx_http_mcp_scope_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    name = auth->scope ? auth->scope->elts : NULL;

    for (i = 0; i < n; i++) {

        scope = ngx_array_push(&auth->scopes);
        if (scope == NULL) {
            return NGX_ERROR;
        }

        scope->name = name[i];
    }

    return ngx_http_mcp_auth_expand(cf, mmcf, &auth->scopes);
}


static char *
ngx_http_mcp_auth_endpoint(ngx_conf_t *cf, ngx_http_mcp_loc_conf_t *mlcf)
{
    ngx_http_mcp_endpoint_t   *endpoint;
    ngx_http_mcp_auth_conf_t  *auth;

    auth = &mlcf->auth;
    endpoint = mlcf->endpoint;

    if (auth->names && auth->resource == NULL) {
        return ngx_http_mcp_conf_error(cf, &endpoint->file, endpoint->line,
                   "the endpoint has \"mcp_auth\", but no "
                   "\"mcp_auth_resource\", by which clients find out where "
                   "to log in: say mcp_auth_resource "
                   "https://api.example.com/mcp; with the URL that people "
                   "give to their clients");
    }

    if (auth->clcf->satisfy == NGX_HTTP_SATISFY_ANY && !auth->optional) {
        return ngx_http_mcp_conf_error(cf, &endpoint->file, endpoint->line,
                   "\"satisfy any\" would let requests without a token in, "
                   "which an endpoint with \"mcp_auth\" refuses in any case: "
                   "remove it, or say mcp_auth PROVIDER optional;");
    }

    /* 1.6: what a caller shows to us is for us alone */

    if (auth->api_keys
        && ngx_http_mcp_claim_listed(mlcf->pass_headers, &auth->api_header))
    {
        return ngx_http_mcp_conf_error(cf, &endpoint->file, endpoint->line,
                   "\"mcp_pass_header %V\" would send the API keys of "
                   "\"mcp_auth_api_keys\" to the upstreams of tools",
                   &auth->api_header);
    }

    return NGX_CONF_OK;
}


static void
ngx_http_mcp_auth_unused(ngx_conf_t *cf, ngx_http_mcp_main_conf_t *mmcf,
    u_char *used)
{
    ngx_uint_t                 i;
    ngx_http_mcp_provider_t  **provider;

    provider = mmcf->providers.elts;

    for (i = 0; i < mmcf->providers.nelts; i++) {

        if (used[i]) {
            continue;
        }

        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "mcp_auth_provider \"%V\" is used by no \"mcp_auth\" "
                      "in %V:%ui", &provider[i]->name, &provider[i]->file,
                      provider[i]->line);
    }
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * What must be true of a provider when its block is closed: that it says
 * whose tokens for whom are accepted, and that nobody else can supply the
 * keys.  Found at "nginx -t" with the line of the block.
 */


#include "ngx_http_mcp_provider.h"
#include "ngx_http_mcp_url.h"


static void ngx_http_mcp_provider_defaults(ngx_http_mcp_provider_t *provider);
static char *ngx_http_mcp_provider_check_issuer(ngx_conf_t *cf,
    ngx_http_mcp_provider_t *provider);
static char *ngx_http_mcp_provider_check_audience(ngx_conf_t *cf,
    ngx_http_mcp_provider_t *provider);
static char *ngx_http_mcp_provider_check_keys(ngx_conf_t *cf,
    ngx_http_mcp_provider_t *provider);
static char *ngx_http_mcp_provider_check_url(ngx_conf_t *cf,
    ngx_http_mcp_provider_t *provider, const char *word,
    const ngx_str_t *url);
static u_char *ngx_http_mcp_provider_tenant(
    const ngx_http_mcp_provider_t *provider);


static const ngx_str_t  ngx_http_mcp_tenantid = ngx_string("{tenantid}");


char *
ngx_http_mcp_provider_check(ngx_conf_t *cf, ngx_http_mcp_provider_t *provider)
{
    ngx_http_mcp_provider_defaults(provider);

    if (ngx_http_mcp_provider_check_issuer(cf, provider) != NGX_CONF_OK
        || ngx_http_mcp_provider_check_audience(cf, provider) != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    return ngx_http_mcp_provider_check_keys(cf, provider);
}


static void
ngx_http_mcp_provider_defaults(ngx_http_mcp_provider_t *provider)
{
    ngx_http_mcp_token_policy_t  *policy;

    policy = &provider->policy;

    ngx_conf_init_uint_value(policy->audience, NGX_HTTP_MCP_AUDIENCE_AUD);
    ngx_conf_init_uint_value(policy->typ, NGX_HTTP_MCP_TYP_ANY);
    ngx_conf_init_uint_value(policy->leeway, 60);
    ngx_conf_init_uint_value(policy->max_age, 0);
    ngx_conf_init_value(policy->allow_app, 0);
    ngx_conf_init_value(policy->kid_optional, 0);
    ngx_conf_init_value(policy->scope_optional, 0);
    ngx_conf_init_value(policy->id_tokens, 0);

    if (policy->algs == 0) {
        policy->algs = NGX_HTTP_MCP_ALG_DEFAULT;
    }

    ngx_conf_init_value(provider->refresh, 0);
    ngx_conf_init_value(provider->stale, 86400);
    ngx_conf_init_value(provider->min_interval, 30);

    /* what is introspected at a known URL needs no keys */

    ngx_conf_init_uint_value(provider->keys,
                             provider->introspection.len
                             ? NGX_HTTP_MCP_KEYS_NONE
                             : NGX_HTTP_MCP_KEYS_DISCOVERY);
}


static char *
ngx_http_mcp_provider_check_issuer(ngx_conf_t *cf,
    ngx_http_mcp_provider_t *provider)
{
    u_char              *tenant;
    ngx_str_t            issuer;
    const char          *fault;
    ngx_http_mcp_url_t   url;

    if (provider->policy.issuer.len == 0) {
        return ngx_http_mcp_conf_error(cf, &provider->file, provider->line,
                   "mcp_auth_provider \"%V\" has no \"issuer\": say issuer "
                   "https://login.example.com; as the metadata of the "
                   "authorization server has it", &provider->name);
    }

    if (ngx_http_mcp_provider_issuer(cf->pool, provider, &issuer) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (ngx_http_mcp_provider_check_url(cf, provider, "issuer", &issuer)
        != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    (void) ngx_http_mcp_url_parse(&issuer, &url);

    fault = NULL;
    tenant = ngx_http_mcp_provider_tenant(provider);

    if (url.query.len) {
        fault = "has a query, which no issuer has";

    } else if (tenant
               && tenant - provider->policy.issuer.data
                  < url.path.data - issuer.data)
    {
        fault = "has \"{tenantid}\" outside of its path";
    }

    if (fault) {
        return ngx_http_mcp_conf_error(cf, &provider->file, provider->line,
                   "mcp_auth_provider \"%V\": issuer \"%V\" %s",
                   &provider->name, &provider->policy.issuer, fault);
    }

    if (tenant && provider->policy.tenants == NULL) {
        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "mcp_auth_provider \"%V\" lets users of any "
                      "organization in: name those you mean by \"tenants\" "
                      "in %V:%ui", &provider->name, &provider->file,
                      provider->line);
    }

    return NGX_CONF_OK;
}


/* A-14, V-5: a token names this server, or what is looked at is declared */

static char *
ngx_http_mcp_provider_check_audience(ngx_conf_t *cf,
    ngx_http_mcp_provider_t *provider)
{
    ngx_http_mcp_token_policy_t  *policy;

    policy = &provider->policy;

    if (policy->audience == NGX_HTTP_MCP_AUDIENCE_AUD) {

        if (policy->audiences == NULL) {
            return ngx_http_mcp_conf_error(cf, &provider->file,
                       provider->line,
                       "mcp_auth_provider \"%V\" has no \"audience\": tokens "
                       "that were made for other APIs would be let in; say "
                       "audience https://api.example.com/mcp; or what is "
                       "looked at in its place, by \"audience_check\"",
                       &provider->name);
        }

        return NGX_CONF_OK;
    }

    if (policy->audiences) {
        return ngx_http_mcp_conf_error(cf, &provider->file, provider->line,
                   "mcp_auth_provider \"%V\": \"audience\" is not looked at "
                   "beside \"audience_check\": remove one of them",
                   &provider->name);
    }

    if (policy->audience == NGX_HTTP_MCP_AUDIENCE_CLIENT_ID
        && policy->clients == NULL)
    {
        return ngx_http_mcp_conf_error(cf, &provider->file, provider->line,
                   "mcp_auth_provider \"%V\": \"audience_check client_id\" "
                   "needs \"clients\", the IDs of those that may call",
                   &provider->name);
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_mcp_provider_check_keys(ngx_conf_t *cf,
    ngx_http_mcp_provider_t *provider)
{
    ngx_uint_t  bit;

    if ((provider->policy.algs & NGX_HTTP_MCP_ALG_HMAC)
        && provider->keys != NGX_HTTP_MCP_KEYS_FILE)
    {
        return ngx_http_mcp_conf_error(cf, &provider->file, provider->line,
                   "mcp_auth_provider \"%V\": HS256, HS384 and HS512 are "
                   "verified by a secret, which does not come from the "
                   "network: they need \"jwks file=\"", &provider->name);
    }

    if (provider->keys == NGX_HTTP_MCP_KEYS_FILE
        && !(provider->jwks_algs & provider->policy.algs))
    {
        bit = provider->jwks_algs & ~(provider->jwks_algs - 1);

        return ngx_http_mcp_conf_error(cf, &provider->file, provider->line,
                   "mcp_auth_provider \"%V\": no key of \"%V\" is for an "
                   "algorithm that is accepted: say algorithms %s;",
                   &provider->name, &provider->jwks,
                   ngx_http_mcp_alg_name(bit));
    }

    if (provider->keys == NGX_HTTP_MCP_KEYS_NONE
        && provider->introspect == NGX_HTTP_MCP_INTROSPECT_ALWAYS)
    {
        return ngx_http_mcp_conf_error(cf, &provider->file, provider->line,
                   "mcp_auth_provider \"%V\": \"always\" is for tokens whose "
                   "signature was verified: say jwks discovery;, or leave it "
                   "out", &provider->name);
    }

    if ((provider->keys == NGX_HTTP_MCP_KEYS_URL
         || provider->keys == NGX_HTTP_MCP_KEYS_DISCOVERY)
        && provider->jwks.len
        && ngx_http_mcp_provider_check_url(cf, provider, "jwks",
                                           &provider->jwks)
           != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (provider->introspection.len == 0) {
        return NGX_CONF_OK;
    }

    return ngx_http_mcp_provider_check_url(cf, provider, "introspection",
                                           &provider->introspection);
}


static char *
ngx_http_mcp_provider_check_url(ngx_conf_t *cf,
    ngx_http_mcp_provider_t *provider, const char *word,
    const ngx_str_t *url)
{
    const char  *fault;

    fault = ngx_http_mcp_url_check(url, provider->insecure);

    if (fault == NULL) {
        return NGX_CONF_OK;
    }

    return ngx_http_mcp_conf_error(cf, &provider->file, provider->line,
               "mcp_auth_provider \"%V\": %s \"%V\" %s", &provider->name,
               word, url, fault);
}


/* where the tenant stands in the issuer, or NULL */

static u_char *
ngx_http_mcp_provider_tenant(const ngx_http_mcp_provider_t *provider)
{
    return ngx_strnstr(provider->policy.issuer.data,
                       (char *) ngx_http_mcp_tenantid.data,
                       provider->policy.issuer.len);
}


ngx_int_t
ngx_http_mcp_provider_issuer(ngx_pool_t *pool,
    const ngx_http_mcp_provider_t *provider, ngx_str_t *out)
{
    u_char           *p, *mark, *rest;
    ngx_str_t         tenant;
    const ngx_str_t  *issuer;

    issuer = &provider->policy.issuer;

    mark = ngx_http_mcp_provider_tenant(provider);

    if (mark == NULL) {
        *out = *issuer;
        return NGX_OK;
    }

    ngx_str_set(&tenant, "organizations");

    if (provider->policy.tenants && provider->policy.tenants->nelts == 1) {
        tenant = *(ngx_str_t *) provider->policy.tenants->elts;
    }

    rest = mark + ngx_http_mcp_tenantid.len;

    p = ngx_pnalloc(pool, issuer->len + tenant.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    out->data = p;

    p = ngx_cpymem(p, issuer->data, mark - issuer->data);
    p = ngx_cpymem(p, tenant.data, tenant.len);
    p = ngx_cpymem(p, rest, issuer->data + issuer->len - rest);

    out->len = p - out->data;

    return NGX_OK;
}

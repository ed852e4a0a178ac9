
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Names of scopes: what they may be, which contain others, and how clients
 * ask for them (authorization.md 2.7).  Called by setters, by the compiling
 * of rules and documents, and for challenges.
 */


#include "ngx_http_mcp_catalog.h"


/* scopes of OpenID Connect Core 5.4 and 11: never prefixed */

static const ngx_str_t  ngx_http_mcp_scope_openid[] = {
    ngx_string("openid"),
    ngx_string("profile"),
    ngx_string("email"),
    ngx_string("address"),
    ngx_string("phone"),
    ngx_string("offline_access"),
    ngx_null_string
};


ngx_uint_t
ngx_http_mcp_scope_check(ngx_conf_t *cf, const ngx_str_t *name,
    ngx_uint_t asked)
{
    u_char  ch;
    size_t  i;

    for (i = 0; i < name->len; i++) {
        ch = name->data[i];

        if (ch <= ' ' || ch >= 0x7f || ch == '"' || ch == '\\') {
            break;
        }
    }

    if (name->len == 0 || i < name->len) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid scope \"%V\": the name of a scope has "
                           "printable ASCII characters without blanks, "
                           "\" and \\", name);
        return 0;
    }

    if (asked && name->len == sizeof("offline_access") - 1
        && ngx_strncmp(name->data, "offline_access", name->len) == 0)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "scope \"offline_access\" is between a client and "
                           "the authorization server: leave it out, clients "
                           "that want refresh tokens ask for it");
        return 0;
    }

    return 1;
}


ngx_int_t
ngx_http_mcp_scope_expand(ngx_conf_t *cf, const ngx_array_t *implies,
    ngx_http_mcp_scope_t *scope)
{
    ngx_str_t               *name;
    ngx_uint_t               i, n;
    ngx_http_mcp_implies_t  *rule;

    if (ngx_array_init(&scope->sufficient, cf->pool, 2, sizeof(ngx_str_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    name = ngx_array_push(&scope->sufficient);
    if (name == NULL) {
        return NGX_ERROR;
    }

    *name = scope->name;

    rule = implies->elts;

    /* the list grows while it is walked; no name comes twice, so it ends */

    for (i = 0; i < scope->sufficient.nelts; i++) {

        for (n = 0; n < implies->nelts; n++) {

            name = scope->sufficient.elts;

            if (!ngx_http_mcp_claim_listed(&rule[n].implied, &name[i])
                || ngx_http_mcp_claim_listed(&scope->sufficient,
                                             &rule[n].name))
            {
                continue;
            }

            name = ngx_array_push(&scope->sufficient);
            if (name == NULL) {
                return NGX_ERROR;
            }

            *name = rule[n].name;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_mcp_scope_request(ngx_pool_t *pool,
    const ngx_http_mcp_provider_t *provider, const ngx_str_t *name,
    ngx_str_t *out)
{
    u_char           *p;
    const ngx_str_t  *openid;

    *out = *name;

    if (provider == NULL || provider->scope_prefix.len == 0
        || ngx_strlchr(name->data, name->data + name->len, '/'))
    {
        return NGX_OK;
    }

    for (openid = ngx_http_mcp_scope_openid; openid->len; openid++) {
        if (openid->len == name->len
            && ngx_strncmp(openid->data, name->data, name->len) == 0)
        {
            return NGX_OK;
        }
    }

    p = ngx_pnalloc(pool, provider->scope_prefix.len + name->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    out->data = p;

    p = ngx_cpymem(p, provider->scope_prefix.data,
                   provider->scope_prefix.len);
    p = ngx_cpymem(p, name->data, name->len);

    out->len = p - out->data;

    return NGX_OK;
}

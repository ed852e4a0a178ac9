
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Judges credentials that say nothing by themselves: opaque tokens, by what
 * introspection answers, and API keys, by a list of digests.  Called by the
 * access check.
 */


#include "ngx_http_mcp_auth.h"
#include "ngx_http_mcp_auth_answer.h"


static const ngx_http_mcp_provider_t *ngx_http_mcp_auth_opaque_provider(
    const ngx_http_mcp_auth_t *auth);
static ngx_int_t ngx_http_mcp_auth_opaque_claims(ngx_http_mcp_auth_t *auth,
    const ngx_http_mcp_provider_t *provider, ngx_str_t *answer,
    ngx_http_mcp_principal_t *p);
static ngx_int_t ngx_http_mcp_auth_key_facts(
    const ngx_http_mcp_api_key_t *key, ngx_http_mcp_principal_t *p);


ngx_int_t
ngx_http_mcp_auth_opaque(ngx_http_mcp_auth_t *auth, const ngx_str_t *token)
{
    ngx_int_t                       rc;
    ngx_str_t                       answer;
    ngx_http_mcp_principal_t       *p;
    const ngx_http_mcp_provider_t  *provider;

    provider = ngx_http_mcp_auth_opaque_provider(auth);

    if (provider == NULL) {

        /* nobody here issues such tokens: step 4, three parts of base64url */

        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_B64);
    }

    auth->provider = provider;

    rc = ngx_http_mcp_introspect(auth, provider, token, &answer);

    if (rc != NGX_OK) {
        return rc;
    }

    p = ngx_http_mcp_principal_create(ngx_cycle->log);
    if (p == NULL) {
        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_MEMORY);
    }

    rc = ngx_http_mcp_auth_opaque_claims(auth, provider, &answer, p);

    if (rc != NGX_OK) {
        ngx_http_mcp_auth_note(auth, &p->claims, NULL);
        ngx_http_mcp_principal_release(p);
        return rc;
    }

    /* kept by the zone, which knows its age; this worker's cache does not */

    auth->principal = p;

    return NGX_OK;
}


/* the one that the token's issuer named, else the first that introspects */

static const ngx_http_mcp_provider_t *
ngx_http_mcp_auth_opaque_provider(const ngx_http_mcp_auth_t *auth)
{
    ngx_uint_t                 i;
    ngx_http_mcp_provider_t  **provider;

    if (auth->provider
        && auth->provider->introspect != NGX_HTTP_MCP_INTROSPECT_OFF)
    {
        return auth->provider;
    }

    provider = auth->conf->providers.elts;

    for (i = 0; i < auth->conf->providers.nelts; i++) {
        if (provider[i]->introspect != NGX_HTTP_MCP_INTROSPECT_OFF) {
            return provider[i];
        }
    }

    return NULL;
}


static ngx_int_t
ngx_http_mcp_auth_opaque_claims(ngx_http_mcp_auth_t *auth,
    const ngx_http_mcp_provider_t *provider, ngx_str_t *answer,
    ngx_http_mcp_principal_t *p)
{
    ngx_str_t                     text, iss;
    ngx_http_mcp_json_t           value;
    ngx_http_mcp_json_scan_t      scan;
    ngx_http_mcp_token_reason_e   reason;

    static const ngx_str_t  name = ngx_string("iss");

    text.len = answer->len;
    text.data = ngx_pstrdup(p->pool, answer);

    if (text.data == NULL) {
        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_MEMORY);
    }

    ngx_memzero(&scan, sizeof(ngx_http_mcp_json_scan_t));

    scan.depth = 16;
    scan.unique = 1;

    if (ngx_http_mcp_json_scan(&scan, &text, &p->claims) != NGX_OK) {
        return ngx_http_mcp_auth_refuse(auth,
                                        NGX_HTTP_MCP_TOKEN_INTROSPECTION);
    }

    /* optional in the answer, but if it is there it must be ours */

    if (ngx_http_mcp_json_find(&p->claims, &name, &value) == NGX_OK
        && (value.type != NGX_HTTP_MCP_JSON_STRING
            || ngx_http_mcp_json_decode(p->pool, &value, &iss) != NGX_OK
            || !ngx_http_mcp_token_issuer(&provider->policy, &p->claims,
                                          &iss)))
    {
        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_ISS);
    }

    reason = ngx_http_mcp_token_check(p->pool, &provider->policy, &p->claims,
                                      ngx_time(), 1, NULL, &p->facts);

    if (reason != NGX_HTTP_MCP_TOKEN_OK) {
        return ngx_http_mcp_auth_refuse(auth, reason);
    }

    if (p->facts.issuer.len == 0) {
        p->facts.issuer = provider->policy.issuer;
    }

    p->provider = provider;
    ngx_memcpy(p->digest, auth->digest, NGX_HTTP_MCP_TOKEN_DIGEST);
    ngx_memcpy(p->denied, auth->digest, NGX_HTTP_MCP_TOKEN_DIGEST);

    return NGX_OK;
}


ngx_int_t
ngx_http_mcp_auth_api_key(ngx_http_mcp_auth_t *auth)
{
    ngx_uint_t                     i;
    ngx_http_mcp_api_key_t        *key;
    ngx_http_mcp_principal_t      *p;
    const ngx_http_mcp_api_key_t  *found;

    found = NULL;
    key = auth->conf->api_keys->elts;

    /* all of them, so that the time says nothing (S-3) */

    for (i = 0; i < auth->conf->api_keys->nelts; i++) {
        if (CRYPTO_memcmp(key[i].digest, auth->digest,
                          NGX_HTTP_MCP_TOKEN_DIGEST)
            == 0)
        {
            found = &key[i];
        }
    }

    if (found == NULL) {
        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_API_KEY);
    }

    p = ngx_http_mcp_principal_create(ngx_cycle->log);

    if (p == NULL || ngx_http_mcp_auth_key_facts(found, p) != NGX_OK) {
        ngx_http_mcp_principal_release(p);
        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_MEMORY);
    }

    ngx_memcpy(p->digest, auth->digest, NGX_HTTP_MCP_TOKEN_DIGEST);
    ngx_memcpy(p->denied, auth->digest, NGX_HTTP_MCP_TOKEN_DIGEST);

    auth->principal = p;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_auth_key_facts(const ngx_http_mcp_api_key_t *key,
    ngx_http_mcp_principal_t *p)
{
    size_t       len;
    u_char      *last;
    ngx_str_t   *scope;
    ngx_uint_t   i;

    p->facts.subject = key->name;
    p->facts.sub = key->name;
    p->facts.client = key->name;
    p->facts.scopes = key->scopes;

    scope = key->scopes.elts;
    len = 0;

    for (i = 0; i < key->scopes.nelts; i++) {
        len += scope[i].len + 1;
    }

    last = ngx_pnalloc(p->pool, len + 1);
    if (last == NULL) {
        return NGX_ERROR;
    }

    p->facts.scope.data = last;

    for (i = 0; i < key->scopes.nelts; i++) {
        if (i) {
            *last++ = ' ';
        }

        last = ngx_cpymem(last, scope[i].data, scope[i].len);
    }

    p->facts.scope.len = last - p->facts.scope.data;

    return NGX_OK;
}

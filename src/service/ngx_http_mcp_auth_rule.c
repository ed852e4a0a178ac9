
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Scopes and claims of rules: no I/O, a few comparisons.  Called by the
 * access check for what a location asks, and by the steps of calls and
 * lists for what a tool asks.
 */


#include "ngx_http_mcp_auth_rule.h"


static ngx_uint_t ngx_http_mcp_rule_scope(const ngx_http_mcp_scope_t *scope,
    const ngx_http_mcp_principal_t *p);
static ngx_uint_t ngx_http_mcp_rule_any_scope(const ngx_array_t *scopes,
    const ngx_http_mcp_principal_t *p);


ngx_uint_t
ngx_http_mcp_rule_scopes(const ngx_array_t *scopes,
    const ngx_http_mcp_principal_t *p)
{
    ngx_uint_t             i;
    ngx_http_mcp_scope_t  *scope;

    scope = scopes->elts;

    for (i = 0; i < scopes->nelts; i++) {
        if (!ngx_http_mcp_rule_scope(&scope[i], p)) {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
ngx_http_mcp_rule_any_scope(const ngx_array_t *scopes,
    const ngx_http_mcp_principal_t *p)
{
    ngx_uint_t             i;
    ngx_http_mcp_scope_t  *scope;

    scope = scopes->elts;

    for (i = 0; i < scopes->nelts; i++) {
        if (ngx_http_mcp_rule_scope(&scope[i], p)) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_mcp_rule_scope(const ngx_http_mcp_scope_t *scope,
    const ngx_http_mcp_principal_t *p)
{
    ngx_str_t   *name;
    ngx_uint_t   i;

    name = scope->sufficient.elts;

    for (i = 0; i < scope->sufficient.nelts; i++) {
        if (ngx_http_mcp_claim_listed(&p->facts.scopes, &name[i])) {
            return 1;
        }
    }

    return 0;
}


ngx_http_mcp_token_reason_e
ngx_http_mcp_rule_claims(const ngx_array_t *claims,
    const ngx_http_mcp_principal_t *p)
{
    ngx_uint_t                    i;
    ngx_http_mcp_claim_test_t    *test;
    ngx_http_mcp_token_reason_e   reason;

    if (claims == NULL) {
        return NGX_HTTP_MCP_TOKEN_OK;
    }

    reason = NGX_HTTP_MCP_TOKEN_OK;
    test = claims->elts;

    for (i = 0; i < claims->nelts; i++) {

        switch (ngx_http_mcp_claim_eval(&p->claims, &test[i])) {

        case NGX_HTTP_MCP_CLAIM_YES:
            break;

        case NGX_HTTP_MCP_CLAIM_UNKNOWN:
            reason = NGX_HTTP_MCP_TOKEN_GROUPS_OVERAGE;
            break;

        default:
            return NGX_HTTP_MCP_TOKEN_CLAIM;
        }
    }

    return reason;
}


ngx_http_mcp_token_reason_e
ngx_http_mcp_rule_test(const ngx_http_mcp_auth_conf_t *conf,
    const ngx_http_mcp_rule_t *rule, const ngx_http_mcp_principal_t *p)
{
    ngx_http_mcp_token_reason_e  reason;

    if (rule && rule->anonymous) {
        return NGX_HTTP_MCP_TOKEN_OK;
    }

    /* 5.1: no rule means any principal, not anybody */

    if (p == NULL) {
        return NGX_HTTP_MCP_TOKEN_ABSENT;
    }

    if (!ngx_http_mcp_rule_written(rule)) {
        return conf->deny ? NGX_HTTP_MCP_TOKEN_RULE : NGX_HTTP_MCP_TOKEN_OK;
    }

    reason = ngx_http_mcp_rule_claims(rule->claims, p);

    if (reason == NGX_HTTP_MCP_TOKEN_GROUPS_OVERAGE && rule->checks) {

        /* V-14: unknown, not false; the check decides */

        reason = NGX_HTTP_MCP_TOKEN_OK;
    }

    if (reason != NGX_HTTP_MCP_TOKEN_OK) {
        return reason;
    }

    if ((rule->scopes && !ngx_http_mcp_rule_scopes(rule->scopes, p))
        || (rule->any_scopes
            && !ngx_http_mcp_rule_any_scope(rule->any_scopes, p)))
    {
        return NGX_HTTP_MCP_TOKEN_SCOPE;
    }

    return NGX_HTTP_MCP_TOKEN_OK;
}

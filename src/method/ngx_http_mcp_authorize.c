
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Steps that ask who may see and use a tool (authorization.md 5): first the
 * rules that hide, for lists and calls alike and before a name is looked at,
 * so that "hidden" and "unknown" cost the same; then the rule of the tool
 * that is called.
 */


#include "ngx_http_mcp_method.h"
#include "ngx_http_mcp_auth_answer.h"
#include "ngx_http_mcp_auth_rule.h"
#include "ngx_http_mcp_reply.h"


static void ngx_http_mcp_authorize_reason(const ngx_http_mcp_call_t *call,
    const ngx_http_mcp_rule_t *rule);
static ngx_int_t ngx_http_mcp_authorize_denied(ngx_http_mcp_call_t *call,
    ngx_http_mcp_token_reason_e reason);
static ngx_int_t ngx_http_mcp_authorize_legacy(ngx_http_mcp_call_t *call,
    ngx_http_mcp_token_reason_e reason, const ngx_str_t *scope);
static ngx_int_t ngx_http_mcp_authorize_data(ngx_http_mcp_call_t *call,
    const char *error, const ngx_str_t *scope, ngx_str_t *data);


ngx_int_t
ngx_http_mcp_authorize_rules(ngx_http_mcp_call_t *call)
{
    u_char                          *passed, *undecided;
    ngx_int_t                        rc;
    ngx_uint_t                       i, n, again;
    ngx_http_mcp_auth_t             *auth;
    ngx_http_mcp_rule_t            **rule;
    ngx_http_mcp_token_reason_e      reason;
    const ngx_http_mcp_auth_conf_t  *conf;

    conf = &call->endpoint->mlcf->auth;
    n = call->catalog->rules.nelts;

    if (n == 0 || !ngx_http_mcp_auth_on(conf)) {
        return NGX_OK;
    }

    passed = ngx_pcalloc(call->pool, 2 * ((n + 7) / 8));
    auth = ngx_http_mcp_auth_get(call->request);

    if (passed == NULL || auth == NULL) {
        return NGX_ERROR;
    }

    undecided = passed + (n + 7) / 8;
    again = 0;
    rule = call->catalog->rules.elts;

    for (i = 0; i < n; i++) {

        reason = ngx_http_mcp_rule_test(conf, rule[i], auth->principal);

        if (reason != NGX_HTTP_MCP_TOKEN_OK) {
            continue;
        }

        rc = ngx_http_mcp_rule_check(call, rule[i], auth->principal,
                                     &reason);

        if (rc == NGX_AGAIN) {
            again = 1;

        } else if (rc == NGX_OK) {
            passed[i / 8] |= 1 << (i % 8);

        } else if (reason == NGX_HTTP_MCP_TOKEN_CHECK_FAILED) {
            undecided[i / 8] |= 1 << (i % 8);
        }
    }

    if (again) {
        return NGX_AGAIN;
    }

    call->passed = passed;
    call->undecided = undecided;

    return NGX_OK;
}


ngx_uint_t
ngx_http_mcp_authorize_hidden(const ngx_http_mcp_call_t *call,
    const ngx_http_mcp_tool_t *tool)
{
    ngx_uint_t                  bit;
    const ngx_http_mcp_rule_t  *rule;

    rule = tool->rule;

    if (call->catalog->deny && !ngx_http_mcp_rule_written(rule)) {

        /* "mcp_auth_default deny": it is in no list either */

        ngx_http_mcp_authorize_reason(call, rule);
        return 1;
    }

    if (call->passed == NULL || rule == NULL
        || rule->visibility != NGX_HTTP_MCP_VISIBILITY_HIDE)
    {
        return 0;
    }

    bit = rule->bit;

    /* one that cannot be decided now is no secret, and not allowed: 503 */

    if ((call->passed[bit / 8] | call->undecided[bit / 8])
        & (1 << (bit % 8)))
    {
        return 0;
    }

    ngx_http_mcp_authorize_reason(call, rule);

    return 1;
}


/* the operator may know what the client may not; no line of the log, which
 * would take longer than the answer to an unknown name */

static void
ngx_http_mcp_authorize_reason(const ngx_http_mcp_call_t *call,
    const ngx_http_mcp_rule_t *rule)
{
    ngx_http_mcp_auth_t  *auth;

    auth = ngx_http_mcp_auth_get(call->request);

    if (auth == NULL) {
        return;
    }

    auth->reason = ngx_http_mcp_rule_test(&call->endpoint->mlcf->auth, rule,
                                          auth->principal);

    if (auth->reason == NGX_HTTP_MCP_TOKEN_OK) {
        auth->reason = NGX_HTTP_MCP_TOKEN_CHECK;
    }
}


ngx_int_t
ngx_http_mcp_authorize(ngx_http_mcp_call_t *call)
{
    ngx_int_t                        rc;
    ngx_http_mcp_auth_t             *auth;
    const ngx_http_mcp_rule_t       *rule;
    ngx_http_mcp_token_reason_e      reason;
    const ngx_http_mcp_auth_conf_t  *conf;

    conf = &call->endpoint->mlcf->auth;

    if (!ngx_http_mcp_auth_on(conf)) {
        return NGX_OK;
    }

    auth = ngx_http_mcp_auth_get(call->request);
    if (auth == NULL) {
        return NGX_ERROR;
    }

    rule = call->tool->rule;

    reason = ngx_http_mcp_rule_test(conf, rule, auth->principal);

    if (reason == NGX_HTTP_MCP_TOKEN_OK) {

        rc = ngx_http_mcp_rule_check(call, rule, auth->principal, &reason);

        if (rc == NGX_OK || rc == NGX_AGAIN) {
            return rc;
        }
    }

    return ngx_http_mcp_authorize_denied(call, reason);
}


static ngx_int_t
ngx_http_mcp_authorize_denied(ngx_http_mcp_call_t *call,
    ngx_http_mcp_token_reason_e reason)
{
    ngx_int_t                        status;
    ngx_str_t                        scope, data;
    ngx_http_mcp_auth_t             *auth;
    const ngx_http_mcp_rule_t       *rule;
    const ngx_http_mcp_auth_conf_t  *conf;

    auth = ngx_http_mcp_auth_get(call->request);
    conf = &call->endpoint->mlcf->auth;
    rule = call->tool->rule;

    status = ngx_http_mcp_auth_answer(auth, reason, rule);

    if (ngx_http_mcp_auth_scope_text(call->pool, conf, auth->provider, rule,
                                     &scope)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (conf->legacy_denial && status == NGX_HTTP_FORBIDDEN
        && call->revision < NGX_HTTP_MCP_2025_11_25)
    {
        return ngx_http_mcp_authorize_legacy(call, reason, &scope);
    }

    switch (reason) {

    case NGX_HTTP_MCP_TOKEN_ABSENT:
        return ngx_http_mcp_reply_error(call, -status, status, NULL,
                                        "Authorization is required");

    case NGX_HTTP_MCP_TOKEN_CHECK_FAILED:
        return ngx_http_mcp_reply_error(call, -status, status, NULL,
                                        "It cannot be decided now whether "
                                        "this is allowed, try again later");

    case NGX_HTTP_MCP_TOKEN_SCOPE:

        if (rule->visibility == NGX_HTTP_MCP_VISIBILITY_CHALLENGE) {

            call->challenged = 1;

            if (ngx_http_mcp_authorize_data(call, "insufficient_scope",
                                            &scope, &data)
                != NGX_OK)
            {
                return NGX_ERROR;
            }

            return ngx_http_mcp_reply_error(call, -status, status, &data,
                                            "The token lacks a scope that "
                                            "\"%V\" needs", &call->name);
        }

        /* fall through */

    default:
        return ngx_http_mcp_reply_error(call, -status, status, NULL,
                                        "Access to \"%V\" is denied",
                                        &call->name);
    }
}


/* 5.3: clients before 2025-11-25 take a 403 for a failure of the server */

static ngx_int_t
ngx_http_mcp_authorize_legacy(ngx_http_mcp_call_t *call,
    ngx_http_mcp_token_reason_e reason, const ngx_str_t *scope)
{
    if (call->request->headers_out.www_authenticate) {
        call->request->headers_out.www_authenticate->hash = 0;
    }

    if (reason == NGX_HTTP_MCP_TOKEN_SCOPE
        && call->tool->rule->visibility == NGX_HTTP_MCP_VISIBILITY_CHALLENGE)
    {
        return ngx_http_mcp_reply_tool_error(call, scope,
                   "Permission is missing: sign in again and grant ");
    }

    return ngx_http_mcp_reply_tool_error(call, NULL,
               "You are not allowed to use this tool.");
}


static ngx_int_t
ngx_http_mcp_authorize_data(ngx_http_mcp_call_t *call, const char *error,
    const ngx_str_t *scope, ngx_str_t *data)
{
    u_char  *p;

    /* scopes have no quotes and no backslashes: RFC 6749 3.3 */

    p = ngx_pnalloc(call->pool, sizeof("{\"error\":\"\",\"scope\":\"\"}")
                                + ngx_strlen(error) + scope->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    data->data = p;
    data->len = ngx_sprintf(p, "{\"error\":\"%s\",\"scope\":\"%V\"}", error,
                            scope)
                - p;

    return NGX_OK;
}

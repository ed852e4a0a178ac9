
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Whether a principal fulfils a rule (authorization.md 5).  The list and the
 * call ask the same functions (TL-1).
 */


#ifndef _NGX_HTTP_MCP_AUTH_RULE_H_INCLUDED_
#define _NGX_HTTP_MCP_AUTH_RULE_H_INCLUDED_


#include "ngx_http_mcp_auth.h"


/* 1 if the principal has each of the scopes (ngx_http_mcp_scope_t), or one
 * that contains it; the list may be empty. */
ngx_uint_t ngx_http_mcp_rule_scopes(const ngx_array_t *scopes,
    const ngx_http_mcp_principal_t *p);

/* All claim predicates (ngx_http_mcp_claim_test_t; NULL: none).  OK, CLAIM,
 * or GROUPS_OVERAGE: a token cannot say, an external check may. */
ngx_http_mcp_token_reason_e ngx_http_mcp_rule_claims(
    const ngx_array_t *claims, const ngx_http_mcp_principal_t *p);

/* 1 if there is a rule that asks for anything, or lets everybody in. */
#define ngx_http_mcp_rule_written(rule)                                      \
    ((rule)                                                                  \
     && ((rule)->scopes || (rule)->any_scopes || (rule)->claims              \
         || (rule)->checks || (rule)->anonymous))

/*
 * Everything of a rule but its checks.  "p" may be NULL: anonymous; "rule"
 * may be NULL: none was written.
 *
 * OK, ABSENT (a credential is needed), CLAIM, GROUPS_OVERAGE, RULE, and
 * SCOPE only if all else is fulfilled, so that a challenge helps (5.3)
 */
ngx_http_mcp_token_reason_e ngx_http_mcp_rule_test(
    const ngx_http_mcp_auth_conf_t *conf, const ngx_http_mcp_rule_t *rule,
    const ngx_http_mcp_principal_t *p);

/*
 * The checks of a rule, each cached by subject (5.4).  "call" suspends on
 * those that have to be asked.
 *
 * NGX_OK        all allow
 * NGX_AGAIN     wait: call again when the call is woken
 * NGX_DECLINED  one denies: CHECK, or cannot be decided: CHECK_FAILED
 */
ngx_int_t ngx_http_mcp_rule_check(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_rule_t *rule, const ngx_http_mcp_principal_t *p,
    ngx_http_mcp_token_reason_e *reason);


#endif /* _NGX_HTTP_MCP_AUTH_RULE_H_INCLUDED_ */

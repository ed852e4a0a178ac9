
/*
 * Copyright (C) mcp-nginx contributors
 *
 * What a refused client and the operator are told: status, challenge
 * (authorization.md 1.2, 1.3), one line of the log.
 */


#ifndef _NGX_HTTP_MCP_AUTH_ANSWER_H_INCLUDED_
#define _NGX_HTTP_MCP_AUTH_ANSWER_H_INCLUDED_


#include "ngx_http_mcp_auth.h"


/* The HTTP status of a reason; "endpoint" makes throttling 503, not 429. */
ngx_int_t ngx_http_mcp_auth_status(ngx_http_mcp_token_reason_e reason,
    ngx_uint_t endpoint);

/*
 * Logs a refusal and, where the reason asks for a challenge, puts it into
 * r->headers_out.www_authenticate.  "rule" adds its scopes; may be NULL.
 * Returns the status, or 500.
 */
ngx_int_t ngx_http_mcp_auth_answer(ngx_http_mcp_auth_t *auth,
    ngx_http_mcp_token_reason_e reason, const ngx_http_mcp_rule_t *rule);

/*
 * Notes iss, aud, azp, exp and "kid" (or NULL) of a token for the line of
 * the log: cut, cleaned, never the token itself (L-2).
 */
void ngx_http_mcp_auth_note(ngx_http_mcp_auth_t *auth,
    const ngx_http_mcp_json_t *claims, const ngx_str_t *kid);

/*
 * The scopes that an operation needs, base and rule, in request form and
 * without doubles, separated by blanks; in "pool".  NGX_ERROR: no memory.
 */
ngx_int_t ngx_http_mcp_auth_scope_text(ngx_pool_t *pool,
    const ngx_http_mcp_auth_conf_t *conf,
    const ngx_http_mcp_provider_t *provider, const ngx_http_mcp_rule_t *rule,
    ngx_str_t *text);

/*
 * 1 if the answer that "r" is about to send is the refusal that the access
 * phase made, and not an error_page or an upstream's answer.
 */
ngx_uint_t ngx_http_mcp_auth_refused(const ngx_http_request_t *r);

/* The body of such an answer beyond MCP endpoints; static JSON. */
const ngx_str_t *ngx_http_mcp_auth_body(const ngx_http_request_t *r);

/*
 * Replaces the value of "access_token" in the request line and what was made
 * of it by stars, so that no log has it.  1 if there was one.
 */
ngx_uint_t ngx_http_mcp_auth_query(ngx_http_request_t *r);


#endif /* _NGX_HTTP_MCP_AUTH_ANSWER_H_INCLUDED_ */

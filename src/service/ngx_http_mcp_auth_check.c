
/*
 * Copyright (C) mcp-nginx contributors
 *
 * External checks of rules ("require_check"): a subrequest into a location
 * of the operator's, by whose status a subject is let in or not, kept for a
 * short time (authorization.md 5.4).  Called by the steps of calls and lists.
 */


#include "ngx_http_mcp_auth_rule.h"
#include "ngx_http_mcp_verdict.h"
#include <openssl/evp.h>


#define NGX_HTTP_MCP_CHECK_TIMEOUT  2000   /* ms */
#define NGX_HTTP_MCP_CHECK_ANSWER   65536  /* bytes, which are not looked at */


/* a check that runs: found again when its call is woken */

static ngx_http_mcp_call_t *ngx_http_mcp_check_running(
    const ngx_http_mcp_call_t *call, const ngx_http_mcp_check_t *check);
static ngx_int_t ngx_http_mcp_check_one(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_check_t *check, const ngx_http_mcp_principal_t *p,
    ngx_http_mcp_verdict_e *verdict);
static ngx_int_t ngx_http_mcp_check_key(const ngx_http_mcp_call_t *call,
    const ngx_http_mcp_check_t *check, const ngx_http_mcp_principal_t *p,
    u_char *key);
static ngx_http_mcp_verdict_e ngx_http_mcp_check_outcome(
    const ngx_http_mcp_call_t *probe);


ngx_int_t
ngx_http_mcp_rule_check(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_rule_t *rule, const ngx_http_mcp_principal_t *p,
    ngx_http_mcp_token_reason_e *reason)
{
    ngx_int_t                rc;
    ngx_uint_t               i, again;
    ngx_http_mcp_check_t    *check;
    ngx_http_mcp_verdict_e   verdict;

    *reason = NGX_HTTP_MCP_TOKEN_OK;

    if (rule == NULL || rule->checks == NULL || rule->anonymous) {
        return NGX_OK;
    }

    again = 0;
    check = rule->checks->elts;

    /* all at once: the slowest decides how long it takes */

    for (i = 0; i < rule->checks->nelts; i++) {

        rc = ngx_http_mcp_check_one(call, &check[i], p, &verdict);

        if (rc == NGX_AGAIN) {
            again = 1;
            continue;
        }

        if (rc != NGX_OK || verdict == NGX_HTTP_MCP_VERDICT_FAILED) {

            if (*reason == NGX_HTTP_MCP_TOKEN_OK) {
                *reason = NGX_HTTP_MCP_TOKEN_CHECK_FAILED;
            }

        } else if (verdict == NGX_HTTP_MCP_VERDICT_NO) {
            *reason = NGX_HTTP_MCP_TOKEN_CHECK;
        }
    }

    if (again) {
        return NGX_AGAIN;
    }

    return (*reason == NGX_HTTP_MCP_TOKEN_OK) ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
ngx_http_mcp_check_one(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_check_t *check, const ngx_http_mcp_principal_t *p,
    ngx_http_mcp_verdict_e *verdict)
{
    u_char                     key[NGX_HTTP_MCP_VERDICT_KEY];
    time_t                     ttl, expires;
    ngx_int_t                  rc;
    ngx_http_mcp_call_t       *probe;
    ngx_http_mcp_main_conf_t  *mmcf;

    mmcf = ngx_http_get_module_main_conf(call->request, ngx_http_mcp_module);

    if (ngx_http_mcp_check_key(call, check, p, key) != NGX_OK) {
        return NGX_ERROR;
    }

    probe = ngx_http_mcp_check_running(call, check);

    if (probe) {

        if (probe->subrequest) {
            return NGX_AGAIN;
        }

        *verdict = ngx_http_mcp_check_outcome(probe);

        ttl = (*verdict == NGX_HTTP_MCP_VERDICT_YES) ? check->ttl
              : (*verdict == NGX_HTTP_MCP_VERDICT_NO) ? check->negative : 0;

        ngx_http_mcp_verdict_put(mmcf, key, *verdict, ttl, NULL);

        return NGX_OK;
    }

    rc = ngx_http_mcp_verdict_get(mmcf, key, 0, verdict, &expires, NULL,
                                  NULL);

    if (rc == NGX_OK) {
        return NGX_OK;
    }

    if (ngx_http_mcp_call_probe(call->request, call, check->location,
                                NGX_HTTP_MCP_CHECK_TIMEOUT,
                                NGX_HTTP_MCP_CHECK_ANSWER)
        == NULL)
    {
        return NGX_ERROR;
    }

    return NGX_AGAIN;
}


static ngx_http_mcp_call_t *
ngx_http_mcp_check_running(const ngx_http_mcp_call_t *call,
    const ngx_http_mcp_check_t *check)
{
    ngx_http_mcp_call_t  *probe;

    for (probe = call->probes; probe; probe = probe->sibling) {
        if (probe->outgoing.location == check->location) {
            return probe;
        }
    }

    return NULL;
}


/*
 * By subject, not by token: a refreshed token of the same user may reuse the
 * answer for its short life.  The location is named by its server, since
 * "@name" is another one in each.
 */

static ngx_int_t
ngx_http_mcp_check_key(const ngx_http_mcp_call_t *call,
    const ngx_http_mcp_check_t *check, const ngx_http_mcp_principal_t *p,
    u_char *key)
{
    u_char            subject[32];
    ngx_int_t         rc;
    ngx_uint_t        i;
    EVP_MD_CTX       *md;
    const ngx_str_t  *part[3];

    ngx_http_mcp_principal_key(p, subject);

    part[0] = &check->pass;
    part[1] = &call->endpoint->file;
    part[2] = &call->endpoint->cscf->server_name;

    md = EVP_MD_CTX_new();

    if (md == NULL || EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(md);
        return NGX_ERROR;
    }

    (void) EVP_DigestUpdate(md, "check", sizeof("check"));
    (void) EVP_DigestUpdate(md, subject, sizeof(subject));
    (void) EVP_DigestUpdate(md, &call->endpoint->line, sizeof(ngx_uint_t));

    /* one that trusts an answer longer does not decide for the others */

    (void) EVP_DigestUpdate(md, &check->ttl, sizeof(time_t));
    (void) EVP_DigestUpdate(md, &check->negative, sizeof(time_t));

    for (i = 0; i < 3; i++) {
        (void) EVP_DigestUpdate(md, &part[i]->len, sizeof(size_t));
        (void) EVP_DigestUpdate(md, part[i]->data, part[i]->len);
    }

    rc = (EVP_DigestFinal_ex(md, key, NULL) == 1) ? NGX_OK : NGX_ERROR;

    EVP_MD_CTX_free(md);

    return rc;
}


/* design.md 6: 2xx allows, 401, 403 and 404 deny, all else says nothing */

static ngx_http_mcp_verdict_e
ngx_http_mcp_check_outcome(const ngx_http_mcp_call_t *probe)
{
    const ngx_http_mcp_capture_t  *cp;

    cp = &probe->capture;

    if (probe->timedout || cp->failed || cp->status == 0) {
        return NGX_HTTP_MCP_VERDICT_FAILED;
    }

    if (cp->status >= 200 && cp->status < 300) {
        return NGX_HTTP_MCP_VERDICT_YES;
    }

    if (cp->status == NGX_HTTP_UNAUTHORIZED
        || cp->status == NGX_HTTP_FORBIDDEN
        || cp->status == NGX_HTTP_NOT_FOUND)
    {
        return NGX_HTTP_MCP_VERDICT_NO;
    }

    return NGX_HTTP_MCP_VERDICT_FAILED;
}

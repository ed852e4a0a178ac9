
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The order of the access check (authorization.md 2.5): which credential is
 * shown, whether it was seen before, and else who judges it.  Called by the
 * access handlers of the endpoint floor.
 */


#include "ngx_http_mcp_auth.h"
#include "ngx_http_mcp_auth_answer.h"
#include "ngx_http_mcp_auth_rule.h"
#include "ngx_http_mcp_jose.h"
#include "ngx_http_mcp_key_probe.h"
#include "ngx_http_mcp_key_store.h"
#include "ngx_http_mcp_throttle.h"
#include "ngx_http_mcp_verdict.h"
#include <openssl/evp.h>


static void ngx_http_mcp_auth_stop(void *data);
static ngx_uint_t ngx_http_mcp_auth_unchanged(
    const ngx_http_mcp_auth_t *auth);
static ngx_int_t ngx_http_mcp_auth_judge(ngx_http_mcp_auth_t *auth);
static ngx_int_t ngx_http_mcp_auth_credential(ngx_http_mcp_auth_t *auth);
static ngx_int_t ngx_http_mcp_auth_token(ngx_http_mcp_auth_t *auth,
    const ngx_str_t *token, ngx_uint_t bearer);
static ngx_int_t ngx_http_mcp_auth_digest(ngx_http_mcp_auth_t *auth,
    const ngx_str_t *token);
static ngx_uint_t ngx_http_mcp_auth_seen(ngx_http_mcp_auth_t *auth);
static ngx_int_t ngx_http_mcp_auth_base(ngx_http_mcp_auth_t *auth);
static ngx_int_t ngx_http_mcp_auth_wait(ngx_http_mcp_auth_t *auth);


ngx_int_t
ngx_http_mcp_auth_init(ngx_conf_t *cf)
{
    ngx_http_mcp_main_conf_t    *mmcf;
    ngx_http_mcp_auth_worker_t  *worker;

    mmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_mcp_module);

    if (mmcf->guarded.nelts == 0 && mmcf->providers.nelts == 0) {
        return NGX_OK;
    }

    worker = ngx_pcalloc(cf->pool, sizeof(ngx_http_mcp_auth_worker_t));
    if (worker == NULL) {
        return NGX_ERROR;
    }

    worker->introspectors = ngx_pcalloc(cf->pool, (mmcf->providers.nelts + 1)
                                      * sizeof(ngx_http_mcp_introspector_t));
    if (worker->introspectors == NULL) {
        return NGX_ERROR;
    }

    mmcf->worker->auth = worker;

    /* the first picture is made with the rights of who starts nginx; it is
     * that of all workers, and stays in force where they cannot read it */

    if (mmcf->denylist.len
        && ngx_http_mcp_deny_list_init(cf, &worker->denied, &mmcf->denylist)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_mcp_key_store_init(cf);
}


ngx_int_t
ngx_http_mcp_auth_start(ngx_cycle_t *cycle)
{
    ngx_pool_cleanup_t          *cln;
    ngx_http_mcp_main_conf_t    *mmcf;
    ngx_http_mcp_auth_worker_t  *worker;

    mmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_mcp_module);

    if (mmcf == NULL || mmcf->worker->auth == NULL) {
        return NGX_OK;
    }

    worker = mmcf->worker->auth;

    cln = ngx_pool_cleanup_add(cycle->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_mcp_auth_stop;
    cln->data = worker;

    worker->sha256 = EVP_MD_CTX_new();

    if (worker->sha256 == NULL
        || EVP_DigestInit_ex2(worker->sha256, EVP_sha256(), NULL) != 1)
    {
        return NGX_ERROR;
    }

    ngx_http_mcp_wait_init(&worker->waiters, cycle->log);
    ngx_http_mcp_token_cache_init(&worker->tokens);

    /* the picture of the load may be old by now: this worker has to look */

    worker->denied.verified = 0;
    worker->denied.checked = 0;

    ngx_queue_init(&worker->views);

    return ngx_http_mcp_key_store_start(cycle, mmcf);
}


/* what is not in the cycle's pool */

static void
ngx_http_mcp_auth_stop(void *data)
{
    ngx_http_mcp_auth_worker_t *worker = data;

    ngx_queue_t  *q;

    if (worker->waiters.timer.timer_set) {
        ngx_del_timer(&worker->waiters.timer);
    }

    EVP_MD_CTX_free(worker->sha256);

    while (worker->tokens.entries) {
        q = ngx_queue_last(&worker->tokens.queue);

        ngx_http_mcp_token_cache_drop(&worker->tokens,
                        ngx_queue_data(q, ngx_http_mcp_principal_t, queue));
    }
}


ngx_int_t
ngx_http_mcp_auth_access(ngx_http_request_t *r,
    const ngx_http_mcp_auth_conf_t *conf)
{
    ngx_int_t             rc;
    ngx_http_mcp_auth_t  *auth;

    if (r != r->main && ngx_http_mcp_auth_covered(r, conf)) {
        return NGX_OK;
    }

    auth = ngx_http_mcp_auth_record(r, conf);
    if (auth == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (auth->passed) {
        return auth->principal ? NGX_OK : NGX_DECLINED;
    }

    rc = ngx_http_mcp_auth_unchanged(auth) ? NGX_AGAIN
                                           : ngx_http_mcp_auth_judge(auth);

    if (rc == NGX_AGAIN) {
        rc = ngx_http_mcp_auth_wait(auth);

        if (rc == NGX_AGAIN) {
            return NGX_AGAIN;
        }
    }

    ngx_http_mcp_wait_remove(&auth->wait);
    auth->deadline = 0;
    auth->mark = 0;

    if (rc == NGX_DECLINED) {

        if (auth->reason != NGX_HTTP_MCP_TOKEN_ABSENT
            && ngx_http_mcp_auth_status(auth->reason, 0)
               == NGX_HTTP_UNAUTHORIZED)
        {
            /* cheap failures count and are told, too */

            (void) ngx_http_mcp_auth_throttled(auth);
        }

        auth->place = r->loc_conf;
        auth->uri = r->uri.data;

        rc = ngx_http_mcp_auth_answer(auth, auth->reason, NULL);

        /* the log may know who it was; nobody else finds a principal */

        ngx_http_mcp_principal_release(auth->principal);
        auth->principal = NULL;

        return rc;
    }

    auth->passed = 1;
    auth->status = 0;
    auth->reason = NGX_HTTP_MCP_TOKEN_OK;

    return auth->principal ? NGX_OK : NGX_DECLINED;
}


/* a look that costs nothing: is what it waits for still on its way? */

static ngx_uint_t
ngx_http_mcp_auth_unchanged(const ngx_http_mcp_auth_t *auth)
{
    if (auth->deadline == 0 || auth->probe || auth->provider == NULL) {
        return 0;
    }

    if (auth->awaited == NGX_HTTP_MCP_TOKEN_INTROSPECTION) {
        return ngx_http_mcp_verdict_pending(
                   ngx_http_get_module_main_conf(auth->request,
                                                 ngx_http_mcp_module),
                   auth->question);
    }

    return auth->round == ngx_http_mcp_key_store_round(auth->provider);
}


/* NGX_OK, NGX_AGAIN, or NGX_DECLINED with auth->reason */

static ngx_int_t
ngx_http_mcp_auth_judge(ngx_http_mcp_auth_t *auth)
{
    ngx_int_t                    rc;
    ngx_http_mcp_main_conf_t    *mmcf;
    ngx_http_mcp_auth_worker_t  *worker;

    rc = ngx_http_mcp_auth_credential(auth);

    if (rc != NGX_OK || auth->principal == NULL) {
        return rc;
    }

    mmcf = ngx_http_get_module_main_conf(auth->request, ngx_http_mcp_module);
    worker = mmcf->worker->auth;

    if (mmcf->denylist.len) {
        rc = ngx_http_mcp_deny_list_has(&worker->denied, &mmcf->denylist,
                                        auth->request->pool,
                                        auth->principal);
        if (rc != NGX_OK) {
            return ngx_http_mcp_auth_refuse(auth, (rc == NGX_DECLINED)
                                            ? NGX_HTTP_MCP_TOKEN_REVOKED
                                            : NGX_HTTP_MCP_TOKEN_CHECK_FAILED);
        }
    }

    return ngx_http_mcp_auth_base(auth);
}


/* which credential is shown: steps 1 and 2 */

static ngx_int_t
ngx_http_mcp_auth_credential(ngx_http_mcp_auth_t *auth)
{
    ngx_int_t  rc;
    ngx_str_t  token;

    ngx_http_mcp_auth_take(auth);

    if (ngx_http_mcp_auth_query(auth->request)) {
        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_QUERY);
    }

    rc = ngx_http_mcp_bearer(&auth->shown, &token);

    if (rc == NGX_ERROR) {
        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_SYNTAX);
    }

    if (rc == NGX_OK) {
        return ngx_http_mcp_auth_token(auth, &token, 1);
    }

    if (auth->conf->api_keys && auth->key.len) {
        return ngx_http_mcp_auth_token(auth, &auth->key, 0);
    }

    /* another scheme is no credential of ours, and no failure of one */

    return auth->conf->optional
           ? NGX_OK
           : ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_ABSENT);
}


/* "bearer": it may be a token; else it can only be an API key (1.6) */

static ngx_int_t
ngx_http_mcp_auth_token(ngx_http_mcp_auth_t *auth, const ngx_str_t *token,
    ngx_uint_t bearer)
{
    ngx_int_t                        rc;
    const ngx_http_mcp_auth_conf_t  *conf;

    conf = auth->conf;

    if (token->len > conf->token_max) {
        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_TOO_LARGE);
    }

    if (!auth->hashed && ngx_http_mcp_auth_digest(auth, token) != NGX_OK) {
        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_MEMORY);
    }

    if (bearer && ngx_http_mcp_auth_seen(auth)) {
        return NGX_OK;
    }

    if (conf->api_keys) {
        rc = ngx_http_mcp_auth_api_key(auth);

        if (rc != NGX_DECLINED) {
            return rc;
        }

        if (!bearer || conf->providers.nelts == 0) {
            return rc;
        }
    }

    switch (ngx_http_mcp_jws_shape(token)) {

    case NGX_HTTP_MCP_SHAPE_JWS:
        return ngx_http_mcp_auth_jws(auth, token);

    case NGX_HTTP_MCP_SHAPE_JWE:
        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_B64);

    default:
        return ngx_http_mcp_auth_opaque(auth, token);
    }
}


/*
 * The context has its digest already: OpenSSL looks one up under two locks
 * each time that it gets another.
 */

static ngx_int_t
ngx_http_mcp_auth_digest(ngx_http_mcp_auth_t *auth, const ngx_str_t *token)
{
    EVP_MD_CTX                  *ctx;
    ngx_http_mcp_main_conf_t    *mmcf;
    ngx_http_mcp_auth_worker_t  *worker;

    mmcf = ngx_http_get_module_main_conf(auth->request, ngx_http_mcp_module);
    worker = mmcf->worker->auth;
    ctx = worker->sha256;

    if (EVP_DigestInit_ex2(ctx, NULL, NULL) != 1
        || EVP_DigestUpdate(ctx, token->data, token->len) != 1
        || EVP_DigestFinal_ex(ctx, auth->digest, NULL) != 1)
    {
        return NGX_ERROR;
    }

    auth->hashed = 1;

    return NGX_OK;
}


/*
 * Step 3: a verdict of before, if it was made by one of this location's
 * providers and with the keys that are in force (T26).
 */

static ngx_uint_t
ngx_http_mcp_auth_seen(ngx_http_mcp_auth_t *auth)
{
    ngx_uint_t                   i, generation;
    ngx_http_mcp_principal_t    *p;
    ngx_http_mcp_main_conf_t    *mmcf;
    ngx_http_mcp_provider_t    **provider;
    const ngx_http_mcp_jwks_t   *set;
    ngx_http_mcp_auth_worker_t  *worker;

    mmcf = ngx_http_get_module_main_conf(auth->request, ngx_http_mcp_module);
    worker = mmcf->worker->auth;

    p = ngx_http_mcp_token_cache_get(&worker->tokens, auth->digest,
                                     ngx_time());
    if (p == NULL) {
        return 0;
    }

    provider = auth->conf->providers.elts;

    for (i = 0; i < auth->conf->providers.nelts; i++) {

        if (provider[i] != p->provider) {
            continue;
        }

        if (p->generation
            && (ngx_http_mcp_key_store_get(p->provider, &set, &generation)
                != NGX_OK
                || generation != p->generation))
        {
            ngx_http_mcp_token_cache_drop(&worker->tokens, p);
            break;
        }

        auth->provider = p->provider;
        auth->principal = p;

        return 1;
    }

    ngx_http_mcp_principal_release(p);

    return 0;
}


/* step 20: what every request to the location needs */

static ngx_int_t
ngx_http_mcp_auth_base(ngx_http_mcp_auth_t *auth)
{
    ngx_http_mcp_token_reason_e  reason;

    reason = ngx_http_mcp_rule_claims(auth->conf->claims, auth->principal);

    if (reason == NGX_HTTP_MCP_TOKEN_OK
        && !ngx_http_mcp_rule_scopes(&auth->conf->scopes, auth->principal))
    {
        reason = NGX_HTTP_MCP_TOKEN_SCOPE;
    }

    return (reason == NGX_HTTP_MCP_TOKEN_OK)
           ? NGX_OK : ngx_http_mcp_auth_refuse(auth, reason);
}


/*
 * Who fails all the time gets nothing computed and nobody asked.  Called
 * where that would be done: what was good a moment ago has passed before.
 */

ngx_uint_t
ngx_http_mcp_auth_throttled(ngx_http_mcp_auth_t *auth)
{
    if (auth->conf->throttle == 0 || auth->deadline
        || !ngx_http_mcp_throttle_over(auth->request, auth->conf->throttle))
    {
        return 0;
    }

    auth->reason = NGX_HTTP_MCP_TOKEN_THROTTLED;

    return 1;
}


ngx_int_t
ngx_http_mcp_auth_refuse(ngx_http_mcp_auth_t *auth,
    ngx_http_mcp_token_reason_e reason)
{
    auth->reason = reason;

    return NGX_DECLINED;
}


/* 2.1: no longer than "mcp_auth_timeout", then it is our failure: 503 */

static ngx_int_t
ngx_http_mcp_auth_wait(ngx_http_mcp_auth_t *auth)
{
    ngx_http_mcp_main_conf_t    *mmcf;
    ngx_http_mcp_auth_worker_t  *worker;

    if (auth->deadline == 0) {
        auth->deadline = ngx_current_msec + auth->conf->timeout;

    } else if ((ngx_msec_int_t) (ngx_current_msec - auth->deadline) >= 0) {
        ngx_http_mcp_key_probe_abandon(auth);

        return ngx_http_mcp_auth_refuse(auth, auth->awaited);
    }

    mmcf = ngx_http_get_module_main_conf(auth->request, ngx_http_mcp_module);
    worker = mmcf->worker->auth;

    ngx_http_mcp_wait_add(&worker->waiters, &auth->wait);

    return NGX_AGAIN;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Token introspection (RFC 7662; authorization.md 4): one question a token,
 * whoever asks; answers are shared by all workers.  Called by the access
 * check.  The question outlives the request that made it.
 */


#include "ngx_http_mcp_auth.h"
#include "ngx_http_mcp_fetch.h"
#include "ngx_http_mcp_key_store.h"
#include "ngx_http_mcp_verdict.h"
#include <openssl/evp.h>


#define NGX_HTTP_MCP_INTROSPECT_ANSWER    65536
#define NGX_HTTP_MCP_INTROSPECT_PATIENCE  12   /* seconds, over fetch's 10 */
#define NGX_HTTP_MCP_INTROSPECT_PAUSE     1    /* after a failure */


/* lives in the pool of the fetch */

typedef struct {
    const ngx_http_mcp_provider_t   *provider;
    const ngx_http_mcp_main_conf_t  *mmcf;
    ngx_http_mcp_introspector_t     *introspector;
    ngx_http_mcp_waiters_t          *waiters;
    u_char                           key[NGX_HTTP_MCP_VERDICT_KEY];
} ngx_http_mcp_introspection_t;


static ngx_int_t ngx_http_mcp_introspect_key(const ngx_http_mcp_auth_t *auth,
    const ngx_http_mcp_provider_t *provider, u_char *key);
static ngx_int_t ngx_http_mcp_introspect_start(ngx_http_mcp_auth_t *auth,
    const ngx_http_mcp_provider_t *provider, const ngx_str_t *token,
    const u_char *key);
static ngx_int_t ngx_http_mcp_introspect_request(ngx_http_mcp_fetch_t *fetch,
    const ngx_http_mcp_provider_t *provider, const ngx_str_t *token);
static ngx_int_t ngx_http_mcp_introspect_basic(ngx_pool_t *pool,
    const ngx_http_mcp_provider_t *provider, ngx_str_t *headers);
static u_char *ngx_http_mcp_introspect_form(u_char *p,
    const ngx_str_t *text);
static void ngx_http_mcp_introspect_done(ngx_http_mcp_fetch_t *fetch);
static const char *ngx_http_mcp_introspect_active(
    ngx_http_mcp_fetch_t *fetch, ngx_uint_t *active);
static void ngx_http_mcp_introspect_log(ngx_http_mcp_introspection_t *in,
    const char *error, ngx_http_mcp_fetch_t *fetch);


ngx_int_t
ngx_http_mcp_introspect(ngx_http_mcp_auth_t *auth,
    const ngx_http_mcp_provider_t *provider, const ngx_str_t *token,
    ngx_str_t *answer)
{
    u_char                     key[NGX_HTTP_MCP_VERDICT_KEY];
    ngx_http_mcp_verdict_e     verdict;
    ngx_http_mcp_main_conf_t  *mmcf;

    mmcf = ngx_http_get_module_main_conf(auth->request, ngx_http_mcp_module);

    auth->awaited = NGX_HTTP_MCP_TOKEN_INTROSPECTION;

    if (ngx_http_mcp_introspect_key(auth, provider, key) != NGX_OK) {
        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_MEMORY);
    }

    ngx_memcpy(auth->question, key, NGX_HTTP_MCP_VERDICT_KEY);

    switch (ngx_http_mcp_verdict_get(mmcf, key,
                                     auth->inquired ? 0
                                     : NGX_HTTP_MCP_INTROSPECT_PATIENCE,
                                     &verdict, &auth->answered,
                                     auth->request->pool, answer))
    {
    case NGX_OK:
        break;

    case NGX_DECLINED:

        if (auth->inquired) {

            /* the zone is full, and the mark gave way: the answer comes, or
             * has found no room; it is not asked for again and again */

            return NGX_AGAIN;
        }

        return ngx_http_mcp_introspect_start(auth, provider, token, key);

    default:
        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_MEMORY);
    }

    switch (verdict) {

    case NGX_HTTP_MCP_VERDICT_YES:
        return NGX_OK;

    case NGX_HTTP_MCP_VERDICT_NO:
        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_INACTIVE);

    case NGX_HTTP_MCP_VERDICT_PENDING:
        return NGX_AGAIN;

    default:
        return ngx_http_mcp_auth_refuse(auth,
                                        NGX_HTTP_MCP_TOKEN_INTROSPECTION);
    }
}


/* the token's digest and the provider: no other one's answer counts */

static ngx_int_t
ngx_http_mcp_introspect_key(const ngx_http_mcp_auth_t *auth,
    const ngx_http_mcp_provider_t *provider, u_char *key)
{
    ngx_int_t         rc;
    EVP_MD_CTX       *md;
    const ngx_str_t  *part[4];
    ngx_uint_t        i;

    part[0] = &provider->name;
    part[1] = &provider->policy.issuer;
    part[2] = &provider->introspection;
    part[3] = &provider->client_id;

    md = EVP_MD_CTX_new();

    if (md == NULL || EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(md);
        return NGX_ERROR;
    }

    (void) EVP_DigestUpdate(md, "introspection", sizeof("introspection"));
    (void) EVP_DigestUpdate(md, auth->digest, NGX_HTTP_MCP_TOKEN_DIGEST);

    for (i = 0; i < 4; i++) {
        (void) EVP_DigestUpdate(md, &part[i]->len, sizeof(size_t));
        (void) EVP_DigestUpdate(md, part[i]->data, part[i]->len);
    }

    rc = (EVP_DigestFinal_ex(md, key, NULL) == 1) ? NGX_OK : NGX_ERROR;

    EVP_MD_CTX_free(md);

    return rc;
}


static ngx_int_t
ngx_http_mcp_introspect_start(ngx_http_mcp_auth_t *auth,
    const ngx_http_mcp_provider_t *provider, const ngx_str_t *token,
    const u_char *key)
{
    ngx_pool_t                    *pool;
    ngx_http_mcp_fetch_t          *fetch;
    ngx_http_mcp_main_conf_t      *mmcf;
    ngx_http_mcp_auth_worker_t    *worker;
    ngx_http_mcp_introspector_t   *introspector;
    ngx_http_mcp_introspection_t  *in;

    mmcf = ngx_http_get_module_main_conf(auth->request, ngx_http_mcp_module);

    worker = mmcf->worker->auth;
    introspector = &worker->introspectors[provider->index];

    fetch = NULL;

    if (ngx_http_mcp_auth_throttled(auth)) {

        /* not a verdict on the token: another address may ask */

        ngx_http_mcp_verdict_put(mmcf, key, NGX_HTTP_MCP_VERDICT_FAILED, 0,
                                 NULL);
        return NGX_DECLINED;
    }

    if (introspector->inflight >= provider->max_inflight) {
        goto failed;
    }

    fetch = ngx_http_mcp_fetch_create(ngx_http_mcp_key_store_fetch(provider),
                                      ngx_cycle->log);
    if (fetch == NULL) {
        goto failed;
    }

    pool = ngx_http_mcp_fetch_pool(fetch);

    in = ngx_palloc(pool, sizeof(ngx_http_mcp_introspection_t));

    if (in == NULL
        || ngx_http_mcp_introspect_request(fetch, provider, token) != NGX_OK)
    {
        goto failed;
    }

    in->provider = provider;
    in->mmcf = mmcf;
    in->introspector = introspector;
    in->waiters = &worker->waiters;
    ngx_memcpy(in->key, key, NGX_HTTP_MCP_VERDICT_KEY);

    fetch->who = provider->name;
    fetch->max = NGX_HTTP_MCP_INTROSPECT_ANSWER;
    fetch->insecure = provider->insecure;
    fetch->handler = ngx_http_mcp_introspect_done;
    fetch->data = in;

    introspector->inflight++;
    auth->inquired = 1;

    ngx_http_mcp_fetch_hold(fetch);
    ngx_http_mcp_fetch_start(fetch);

    return NGX_AGAIN;

failed:

    if (fetch) {
        ngx_http_mcp_fetch_cancel(fetch);
    }

    ngx_http_mcp_verdict_put(mmcf, key, NGX_HTTP_MCP_VERDICT_FAILED,
                             NGX_HTTP_MCP_INTROSPECT_PAUSE, NULL);

    return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_INTROSPECTION);
}


/* RFC 7662 2.1; never in a URL (I-4) */

static ngx_int_t
ngx_http_mcp_introspect_request(ngx_http_mcp_fetch_t *fetch,
    const ngx_http_mcp_provider_t *provider, const ngx_str_t *token)
{
    u_char      *p;
    size_t       len;
    ngx_pool_t  *pool;

    static const ngx_str_t  post = ngx_string(
        "Accept: application/json" CRLF
        "Content-Type: application/x-www-form-urlencoded" CRLF);
    static const char  hint[] = "token_type_hint=access_token&token=";

    pool = ngx_http_mcp_fetch_pool(fetch);

    ngx_str_set(&fetch->method, "POST");

    if (provider->introspection.len) {
        fetch->url = provider->introspection;

    } else if (ngx_http_mcp_key_store_introspection(provider, pool,
                                                    &fetch->url)
               != NGX_OK
               || fetch->url.len == 0)
    {
        return NGX_ERROR;
    }

    len = sizeof(hint) + 3 * token->len
          + sizeof("&client_id=&client_secret=")
          + 3 * (provider->client_id.len + provider->client_secret.len);

    p = ngx_pnalloc(pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    fetch->body.data = p;

    p = ngx_cpymem(p, hint, sizeof(hint) - 1);
    p = ngx_http_mcp_introspect_form(p, token);

    if (provider->client_post) {
        p = ngx_cpymem(p, "&client_id=", sizeof("&client_id=") - 1);
        p = ngx_http_mcp_introspect_form(p, &provider->client_id);
        p = ngx_cpymem(p, "&client_secret=", sizeof("&client_secret=") - 1);
        p = ngx_http_mcp_introspect_form(p, &provider->client_secret);

        fetch->headers = post;
    }

    fetch->body.len = p - fetch->body.data;

    if (provider->client_post) {
        return NGX_OK;
    }

    fetch->headers = post;

    return ngx_http_mcp_introspect_basic(pool, provider, &fetch->headers);
}


/* RFC 6749 2.3.1: both parts are form-encoded before they are joined */

static ngx_int_t
ngx_http_mcp_introspect_basic(ngx_pool_t *pool,
    const ngx_http_mcp_provider_t *provider, ngx_str_t *headers)
{
    u_char     *p;
    ngx_str_t   src, dst;

    src.data = ngx_pnalloc(pool, 3 * (provider->client_id.len
                                      + provider->client_secret.len) + 1);
    if (src.data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_http_mcp_introspect_form(src.data, &provider->client_id);
    *p++ = ':';
    p = ngx_http_mcp_introspect_form(p, &provider->client_secret);

    src.len = p - src.data;

    p = ngx_pnalloc(pool, headers->len
                          + sizeof("Authorization: Basic " CRLF)
                          + ngx_base64_encoded_length(src.len));
    if (p == NULL) {
        return NGX_ERROR;
    }

    dst.data = ngx_cpymem(p, headers->data, headers->len);
    dst.data = ngx_cpymem(dst.data, "Authorization: Basic ",
                          sizeof("Authorization: Basic ") - 1);

    ngx_encode_base64(&dst, &src);

    dst.data += dst.len;
    *dst.data++ = CR;
    *dst.data++ = LF;

    headers->data = p;
    headers->len = dst.data - p;

    return NGX_OK;
}


static u_char *
ngx_http_mcp_introspect_form(u_char *p, const ngx_str_t *text)
{
    size_t  i;
    u_char  c;

    static const u_char  hex[] = "0123456789ABCDEF";

    for (i = 0; i < text->len; i++) {
        c = text->data[i];

        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
            || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_')
        {
            *p++ = c;
            continue;
        }

        *p++ = '%';
        *p++ = hex[c >> 4];
        *p++ = hex[c & 0xf];
    }

    return p;
}


static void
ngx_http_mcp_introspect_done(ngx_http_mcp_fetch_t *fetch)
{
    time_t                         ttl;
    ngx_uint_t                     active;
    const char                    *error;
    ngx_http_mcp_verdict_e         verdict;
    ngx_http_mcp_introspection_t  *in;

    in = fetch->data;
    active = 0;

    in->introspector->inflight--;

    error = ngx_http_mcp_introspect_active(fetch, &active);

    if (error) {
        verdict = NGX_HTTP_MCP_VERDICT_FAILED;
        ttl = NGX_HTTP_MCP_INTROSPECT_PAUSE;

    } else if (active) {
        verdict = NGX_HTTP_MCP_VERDICT_YES;
        ttl = in->provider->active_ttl;

    } else {
        verdict = NGX_HTTP_MCP_VERDICT_NO;
        ttl = in->provider->inactive_ttl;
    }

    /* those who wait must find it, even if nothing is to be kept */

    ngx_http_mcp_verdict_put(in->mmcf, in->key, verdict, ngx_max(ttl, 1),
                             (verdict == NGX_HTTP_MCP_VERDICT_YES)
                             ? &fetch->response.body : NULL);

    ngx_http_mcp_introspect_log(in, error, fetch);

    /* it holds the token, and our secret */

    ngx_explicit_memzero(fetch->body.data, fetch->body.len);

    ngx_http_mcp_wait_wake(in->waiters);
}


/* I-1: only 200 and a boolean "active" are an answer; NULL: it is one */

static const char *
ngx_http_mcp_introspect_active(ngx_http_mcp_fetch_t *fetch,
    ngx_uint_t *active)
{
    ngx_uint_t                 status;
    ngx_http_mcp_json_t        document, value;
    ngx_http_mcp_json_scan_t   scan;

    static const ngx_str_t  name = ngx_string("active");
    static const ngx_str_t  error = ngx_string("error");
    static const ngx_str_t  unsupported =
        ngx_string("unsupported_token_type");

    if (fetch->rc != NGX_OK) {
        return fetch->error;
    }

    status = fetch->response.status;

    if (status != NGX_HTTP_OK && status != NGX_HTTP_BAD_REQUEST) {
        return "an unexpected status";
    }

    ngx_memzero(&scan, sizeof(ngx_http_mcp_json_scan_t));

    scan.depth = 16;
    scan.unique = 1;

    if (ngx_http_mcp_json_scan(&scan, &fetch->response.body, &document)
        != NGX_OK)
    {
        return "no JSON";
    }

    if (status == NGX_HTTP_BAD_REQUEST) {

        /* RFC 7009 2.2.1: a token of a kind that is not looked up there, as
         * anybody may send one, is no failure of the server's */

        *active = 0;

        return (ngx_http_mcp_json_find(&document, &error, &value) == NGX_OK
                && value.type == NGX_HTTP_MCP_JSON_STRING
                && ngx_http_mcp_json_equal(&value, &unsupported))
               ? NULL : "an unexpected status";
    }

    if (ngx_http_mcp_json_find(&document, &name, &value) != NGX_OK
        || value.type != NGX_HTTP_MCP_JSON_BOOLEAN)
    {
        return "no JSON object with \"active\"";
    }

    *active = (value.raw.data[0] == 't');

    /* a long answer could not be shared, and its waiters would ask again */

    if (*active
        && fetch->response.body.len > NGX_HTTP_MCP_VERDICT_TEXT)
    {
        return "the answer is too long";
    }

    return NULL;
}


static void
ngx_http_mcp_introspect_log(ngx_http_mcp_introspection_t *in,
    const char *error, ngx_http_mcp_fetch_t *fetch)
{
    if (error && !in->introspector->failed) {
        in->introspector->failed = 1;

        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "mcp auth provider \"%V\": introspection fails: %s, "
                      "status %ui; its tokens are answered by 503",
                      &in->provider->name, error, fetch->response.status);

    } else if (error == NULL && in->introspector->failed) {
        in->introspector->failed = 0;

        ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                      "mcp auth provider \"%V\": introspection works again",
                      &in->provider->name);
    }
}

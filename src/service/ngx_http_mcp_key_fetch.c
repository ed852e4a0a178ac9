
/*
 * Copyright (C) mcp-nginx contributors
 *
 * A round of the key store: find the metadata of the issuer if need be
 * (authorization.md 3.2), fetch the key set, share it.  Called by the
 * background timer and on demand; it runs in one worker at a time.
 */


#include "ngx_http_mcp_key_inside.h"


#define NGX_HTTP_MCP_KEY_METADATA    65536
#define NGX_HTTP_MCP_KEY_DISCOVERED  86400 /* seconds until it is read anew */
#define NGX_HTTP_MCP_KEY_LIFE        3600  /* where the answer is silent */
#define NGX_HTTP_MCP_KEY_LIFE_MIN    300
#define NGX_HTTP_MCP_KEY_LIFE_MAX    86400

#define NGX_HTTP_MCP_KEY_ACCEPT      "Accept: application/json" CRLF


static void ngx_http_mcp_key_discover(ngx_http_mcp_key_cell_t *cell,
    const char *error);
static ngx_int_t ngx_http_mcp_key_discovery_url(
    const ngx_http_mcp_provider_t *provider, ngx_pool_t *pool,
    ngx_uint_t step, ngx_str_t *url);
static ngx_int_t ngx_http_mcp_key_issuer(
    const ngx_http_mcp_provider_t *provider, ngx_pool_t *pool,
    const char *fallback, ngx_str_t *issuer);
static void ngx_http_mcp_key_discovered(ngx_http_mcp_fetch_t *fetch);
static const char *ngx_http_mcp_key_metadata(ngx_http_mcp_key_cell_t *cell,
    const ngx_str_t *body);
static ngx_uint_t ngx_http_mcp_key_url(
    const ngx_http_mcp_provider_t *provider, const ngx_str_t *url);
static ngx_int_t ngx_http_mcp_key_member(ngx_pool_t *pool,
    const ngx_http_mcp_json_t *document, const char *name, ngx_str_t *out);
static void ngx_http_mcp_key_set(ngx_http_mcp_key_cell_t *cell);
static void ngx_http_mcp_key_fetched(ngx_http_mcp_fetch_t *fetch);
static ngx_int_t ngx_http_mcp_key_get(ngx_http_mcp_key_cell_t *cell,
    const ngx_str_t *url, size_t max,
    void (*handler)(ngx_http_mcp_fetch_t *fetch));
static const char *ngx_http_mcp_key_failure(ngx_http_mcp_key_cell_t *cell,
    ngx_http_mcp_fetch_t *fetch);
static time_t ngx_http_mcp_key_life(const ngx_http_mcp_provider_t *provider,
    ngx_int_t max_age);
static void ngx_http_mcp_key_log(ngx_http_mcp_key_cell_t *cell,
    ngx_uint_t failures, const char *error);


void
ngx_http_mcp_key_fetch(ngx_http_mcp_key_cell_t *cell)
{
    ngx_http_mcp_key_zone_t  *kz;

    kz = cell->kz;

    cell->step = 0;
    cell->discovered = 0;
    ngx_str_null(&cell->jwks_uri);

    cell->round = ngx_create_pool(4096, ngx_cycle->log);

    if (cell->round == NULL) {
        ngx_http_mcp_key_news(cell, NULL, -1, "no memory");
        return;
    }

    if (cell->provider->keys == NGX_HTTP_MCP_KEYS_URL) {
        cell->jwks_uri = cell->provider->jwks;
        ngx_http_mcp_key_set(cell);
        return;
    }

    if (kz->discovered
        && ngx_time() - kz->discovered < NGX_HTTP_MCP_KEY_DISCOVERED
        && kz->failures < 3)
    {
        if (ngx_http_mcp_key_zone_copy(cell->mmcf, kz, &kz->jwks_uri,
                                       cell->round, &cell->jwks_uri, NULL)
            != NGX_OK)
        {
            ngx_http_mcp_key_news(cell, NULL, -1, "no memory");
            return;
        }
    }

    if (cell->jwks_uri.len) {
        ngx_http_mcp_key_set(cell);
        return;
    }

    ngx_http_mcp_key_discover(cell, "no metadata was found");
}


/* tries the places of metadata in turn; "error" is of the one before */

static void
ngx_http_mcp_key_discover(ngx_http_mcp_key_cell_t *cell, const char *error)
{
    ngx_int_t  rc;
    ngx_str_t  url;

    rc = ngx_http_mcp_key_discovery_url(cell->provider, cell->round,
                                        cell->step, &url);

    if (rc == NGX_OK) {
        cell->step++;

        rc = ngx_http_mcp_key_get(cell, &url, NGX_HTTP_MCP_KEY_METADATA,
                                  ngx_http_mcp_key_discovered);
    }

    if (rc != NGX_OK) {
        ngx_http_mcp_key_news(cell, NULL, -1,
                              (rc == NGX_ERROR) ? "no memory" : error);
    }
}


/*
 * 3.2 item 3: RFC 8414 and OpenID Connect, both inserted between the host
 * and the path, and the latter after the path.  NGX_DECLINED: no more.
 */

static ngx_int_t
ngx_http_mcp_key_discovery_url(const ngx_http_mcp_provider_t *provider,
    ngx_pool_t *pool, ngx_uint_t step, ngx_str_t *url)
{
    u_char           *p, *last, *path;
    ngx_str_t         issuer;
    const ngx_str_t  *known;

    static const ngx_str_t  oauth =
        ngx_string("/.well-known/oauth-authorization-server");
    static const ngx_str_t  openid =
        ngx_string("/.well-known/openid-configuration");

    if (provider->jwks.len) {
        *url = provider->jwks;
        return (step == 0) ? NGX_OK : NGX_DECLINED;
    }

    if (ngx_http_mcp_key_issuer(provider, pool, "organizations", &issuer)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    last = issuer.data + issuer.len;

    if (last[-1] == '/') {
        last--;
    }

    path = ngx_strlchr(issuer.data + sizeof("https://") - 1, last, '/');

    if (path == NULL) {
        path = last;

        if (step == 2) {
            return NGX_DECLINED;
        }
    }

    if (step > 2) {
        return NGX_DECLINED;
    }

    known = (step == 0) ? &oauth : &openid;

    p = ngx_pnalloc(pool, issuer.len + known->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    url->data = p;

    if (step == 2) {
        p = ngx_cpymem(p, issuer.data, last - issuer.data);
        p = ngx_cpymem(p, known->data, known->len);

    } else {
        p = ngx_cpymem(p, issuer.data, path - issuer.data);
        p = ngx_cpymem(p, known->data, known->len);
        p = ngx_cpymem(p, path, last - path);
    }

    url->len = p - url->data;

    return NGX_OK;
}


/* the issuer with its tenant put in: the only one, else "fallback" */

static ngx_int_t
ngx_http_mcp_key_issuer(const ngx_http_mcp_provider_t *provider,
    ngx_pool_t *pool, const char *fallback, ngx_str_t *issuer)
{
    u_char     *p, *mark, *rest;
    ngx_str_t   tenant;

    static const char  name[] = "{tenantid}";

    *issuer = provider->policy.issuer;

    mark = ngx_strnstr(issuer->data, (char *) name, issuer->len);

    if (mark == NULL) {
        return NGX_OK;
    }

    tenant.data = (u_char *) fallback;
    tenant.len = ngx_strlen(fallback);

    if (provider->policy.tenants && provider->policy.tenants->nelts == 1) {
        tenant = *(ngx_str_t *) provider->policy.tenants->elts;
    }

    rest = mark + sizeof(name) - 1;

    p = ngx_pnalloc(pool, issuer->len + tenant.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    issuer->data = ngx_cpymem(p, provider->policy.issuer.data,
                              mark - provider->policy.issuer.data);
    issuer->data = ngx_cpymem(issuer->data, tenant.data, tenant.len);
    issuer->data = ngx_cpymem(issuer->data, rest,
                              provider->policy.issuer.data
                              + provider->policy.issuer.len - rest);
    issuer->len = issuer->data - p;
    issuer->data = p;

    return NGX_OK;
}


static void
ngx_http_mcp_key_discovered(ngx_http_mcp_fetch_t *fetch)
{
    const char               *error;
    ngx_http_mcp_key_cell_t  *cell;

    cell = fetch->data;
    cell->fetch = NULL;

    error = ngx_http_mcp_key_failure(cell, fetch);

    if (error == NULL) {
        error = ngx_http_mcp_key_metadata(cell, &fetch->response.body);
    }

    if (error) {
        ngx_http_mcp_key_discover(cell, error);
        return;
    }

    cell->discovered = 1;

    if (cell->provider->keys == NGX_HTTP_MCP_KEYS_NONE) {

        /* only its endpoint for introspection was wanted */

        ngx_http_mcp_key_news(cell, &cell->metadata,
                              fetch->response.max_age, NULL);
        return;
    }

    ngx_http_mcp_key_set(cell);
}


/* 3.2 items 4 and 5: NULL, or why the document is discarded (T25, K-7) */

static const char *
ngx_http_mcp_key_metadata(ngx_http_mcp_key_cell_t *cell,
    const ngx_str_t *body)
{
    ngx_str_t                       issuer, mine;
    ngx_pool_t                     *pool;
    ngx_http_mcp_json_t             document;
    ngx_http_mcp_json_scan_t        scan;
    const ngx_http_mcp_provider_t  *provider;

    pool = cell->round;
    provider = cell->provider;

    ngx_memzero(&scan, sizeof(ngx_http_mcp_json_scan_t));

    scan.depth = 16;
    scan.unique = 1;

    if (ngx_http_mcp_json_scan(&scan, body, &document) != NGX_OK
        || document.type != NGX_HTTP_MCP_JSON_OBJECT)
    {
        return "the metadata is not a JSON object";
    }

    if (ngx_http_mcp_key_member(pool, &document, "issuer", &issuer) != NGX_OK
        || ngx_http_mcp_key_issuer(provider, pool, "{tenantid}", &mine)
           != NGX_OK
        || ngx_http_mcp_key_member(pool, &document, "introspection_endpoint",
                                   &cell->introspection)
           != NGX_OK
        || ngx_http_mcp_key_member(pool, &document, "jwks_uri",
                                   &cell->jwks_uri)
           != NGX_OK)
    {
        return "no memory";
    }

    if ((issuer.len != mine.len
         || ngx_memcmp(issuer.data, mine.data, mine.len) != 0)
        && (issuer.len != provider->policy.issuer.len
            || ngx_memcmp(issuer.data, provider->policy.issuer.data,
                          issuer.len)
               != 0))
    {
        return "the metadata names another issuer";
    }

    if (cell->introspection.len
        && !ngx_http_mcp_key_url(provider, &cell->introspection))
    {
        ngx_str_null(&cell->introspection);
    }

    if (provider->keys != NGX_HTTP_MCP_KEYS_NONE) {

        if (cell->jwks_uri.len == 0) {
            return "the metadata has no \"jwks_uri\"";
        }

        if (!ngx_http_mcp_key_url(provider, &cell->jwks_uri)) {
            return "the metadata has a \"jwks_uri\" that is not https";
        }
    }

    cell->metadata.data = ngx_pnalloc(pool, body->len);
    if (cell->metadata.data == NULL) {
        return "no memory";
    }

    ngx_memcpy(cell->metadata.data, body->data, body->len);
    cell->metadata.len = body->len;

    return NULL;
}


/*
 * 3.2 item 5: an address out of a document is https, unless the issuer itself
 * is plain http: nobody else sends us to services of this machine.
 */

static ngx_uint_t
ngx_http_mcp_key_url(const ngx_http_mcp_provider_t *provider,
    const ngx_str_t *url)
{
    if (ngx_http_mcp_fetch_url_check(url, provider->insecure)) {
        return 0;
    }

    return provider->insecure
           || (url->len > 8
               && ngx_strncasecmp(url->data, (u_char *) "https://", 8) == 0)
           || (provider->policy.issuer.len > 7
               && ngx_strncasecmp(provider->policy.issuer.data,
                                  (u_char *) "http://", 7)
                  == 0);
}


/* a string member, in memory of "pool"; empty where there is none */

static ngx_int_t
ngx_http_mcp_key_member(ngx_pool_t *pool, const ngx_http_mcp_json_t *document,
    const char *name, ngx_str_t *out)
{
    ngx_int_t             rc;
    ngx_str_t             key, text;
    ngx_http_mcp_json_t   value;

    ngx_str_null(out);

    key.data = (u_char *) name;
    key.len = ngx_strlen(name);

    if (ngx_http_mcp_json_find(document, &key, &value) != NGX_OK
        || value.type != NGX_HTTP_MCP_JSON_STRING)
    {
        return NGX_OK;
    }

    rc = ngx_http_mcp_json_decode(pool, &value, &text);

    if (rc != NGX_OK) {
        return (rc == NGX_ERROR) ? NGX_ERROR : NGX_OK;
    }

    /* the document goes with its fetch */

    out->data = ngx_pstrdup(pool, &text);
    if (out->data == NULL) {
        return NGX_ERROR;
    }

    out->len = text.len;

    return NGX_OK;
}


static void
ngx_http_mcp_key_set(ngx_http_mcp_key_cell_t *cell)
{
    if (ngx_http_mcp_key_get(cell, &cell->jwks_uri, NGX_HTTP_MCP_JWKS_SIZE,
                             ngx_http_mcp_key_fetched)
        != NGX_OK)
    {
        ngx_http_mcp_key_news(cell, NULL, -1, "no memory");
    }
}


static void
ngx_http_mcp_key_fetched(ngx_http_mcp_fetch_t *fetch)
{
    const char               *error;
    ngx_http_mcp_key_cell_t  *cell;

    cell = fetch->data;
    cell->fetch = NULL;

    error = ngx_http_mcp_key_failure(cell, fetch);

    ngx_http_mcp_key_news(cell, error ? NULL : &fetch->response.body,
                          fetch->response.max_age, error);
}


static ngx_int_t
ngx_http_mcp_key_get(ngx_http_mcp_key_cell_t *cell, const ngx_str_t *url,
    size_t max, void (*handler)(ngx_http_mcp_fetch_t *fetch))
{
    ngx_http_mcp_fetch_t  *fetch;

    fetch = ngx_http_mcp_fetch_create(cell->fetch_conf, ngx_cycle->log);
    if (fetch == NULL) {
        return NGX_ERROR;
    }

    fetch->url = *url;
    ngx_str_set(&fetch->method, "GET");
    ngx_str_set(&fetch->headers, NGX_HTTP_MCP_KEY_ACCEPT);
    fetch->who = cell->provider->name;
    fetch->max = max;
    fetch->insecure = cell->provider->insecure;
    fetch->handler = handler;
    fetch->data = cell;

    cell->fetch = fetch;

    if (!ngx_queue_empty(&cell->waiters->queue)) {
        ngx_http_mcp_fetch_hold(fetch);
    }

    ngx_http_mcp_fetch_start(fetch);

    return NGX_OK;
}


/* NULL, or why an answer is none; a text of the round's pool */

static const char *
ngx_http_mcp_key_failure(ngx_http_mcp_key_cell_t *cell,
    ngx_http_mcp_fetch_t *fetch)
{
    u_char     *p, *last;
    ngx_str_t   target;

    if (fetch->rc != NGX_OK) {
        return fetch->error;
    }

    if (fetch->response.status == NGX_HTTP_OK) {
        return NULL;
    }

    target = fetch->response.location;
    target.len = ngx_min(target.len, 256);

    p = ngx_pnalloc(cell->round, sizeof("status  to \"\"") + NGX_INT_T_LEN
                                 + target.len);
    if (p == NULL) {
        return "no memory";
    }

    last = ngx_sprintf(p, "status %ui", fetch->response.status);

    if (target.len) {
        last = ngx_sprintf(last, " to \"%V\"", &target);
    }

    *last = '\0';

    return (const char *) p;
}


void
ngx_http_mcp_key_news(ngx_http_mcp_key_cell_t *cell, const ngx_str_t *text,
    ngx_int_t max_age, const char *error)
{
    ngx_uint_t                      changed, failures, full;
    ngx_pool_t                     *pool;
    ngx_http_mcp_jwks_t             set;
    ngx_http_mcp_key_news_t         news;
    const ngx_http_mcp_provider_t  *provider;

    provider = cell->provider;

    ngx_memzero(&news, sizeof(ngx_http_mcp_key_news_t));

    if (text && provider->keys != NGX_HTTP_MCP_KEYS_NONE) {

        /* what cannot be used is not shared: the old keys stay */

        pool = ngx_create_pool(4096, ngx_cycle->log);

        if (pool == NULL
            || ngx_http_mcp_key_parse(cell, pool, text, &set, &error)
               == NGX_ERROR)
        {
            error = "no memory";
        }

        if (pool) {
            ngx_destroy_pool(pool);
        }
    }

    if (error == NULL) {
        news.set = text;
    }

    if (cell->discovered) {
        news.jwks_uri = &cell->jwks_uri;
        news.introspection = &cell->introspection;
        news.metadata = &cell->metadata;
    }

    news.life = ngx_http_mcp_key_life(provider, max_age);
    news.keep = provider->stale;
    news.interval = provider->min_interval;

    /* the worker, or the request, leaves: another one shall take it up */

    news.abandoned = (text == NULL && error == NULL)
                     || (error && (ngx_exiting || ngx_quit
                                   || ngx_terminate));

    failures = cell->kz->failures;

    changed = ngx_http_mcp_key_zone_put(cell->mmcf, cell->kz, &news, &full);

    if (full) {
        error = "\"mcp_zone\" has no room for it, make it larger";
    }

    if (!news.abandoned) {
        ngx_http_mcp_key_log(cell, failures, error);
    }

    if (error == NULL && provider->state.len
        && provider->keys != NGX_HTTP_MCP_KEYS_NONE)
    {
        if (changed) {
            ngx_http_mcp_key_state_write(cell, text);

        } else {
            ngx_http_mcp_key_state_renew(cell, text);
        }
    }

    if (cell->round) {
        ngx_destroy_pool(cell->round);
        cell->round = NULL;
    }

    ngx_http_mcp_wait_wake(cell->waiters);
}


/* 3.4: as the answer says, within limits */

static time_t
ngx_http_mcp_key_life(const ngx_http_mcp_provider_t *provider,
    ngx_int_t max_age)
{
    if (provider->refresh) {
        return provider->refresh;
    }

    if (max_age < 0) {
        return NGX_HTTP_MCP_KEY_LIFE;
    }

    return ngx_min(ngx_max(max_age, NGX_HTTP_MCP_KEY_LIFE_MIN),
                   NGX_HTTP_MCP_KEY_LIFE_MAX);
}


/* once when it begins to fail, once when it is over */

static void
ngx_http_mcp_key_log(ngx_http_mcp_key_cell_t *cell, ngx_uint_t failures,
    const char *error)
{
    ngx_uint_t  level;

    if (error && failures == 0) {

        level = cell->kz->generation ? NGX_LOG_WARN : NGX_LOG_ERR;

        ngx_log_error(level, ngx_cycle->log, 0,
                      "mcp auth provider \"%V\": no keys were fetched: %s; %s",
                      &cell->provider->name, error,
                      cell->kz->generation
                      ? "those from before are used on"
                      : "there are none, its tokens are answered by 503");

    } else if (error) {
        ngx_log_debug2(NGX_LOG_DEBUG_HTTP, ngx_cycle->log, 0,
                       "http mcp keys of \"%V\": %s",
                       &cell->provider->name, error);

    } else if (failures) {
        ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                      "mcp auth provider \"%V\": keys were fetched again, "
                      "after %ui failures", &cell->provider->name, failures);
    }
}

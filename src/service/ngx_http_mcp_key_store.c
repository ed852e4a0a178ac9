
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The worker's side of the key store: its parsed keys, its share in the
 * background refresh, the answers to the access phase.
 */


#include "ngx_http_mcp_key_inside.h"
#include "ngx_http_mcp_auth_worker.h"
#include <openssl/evp.h>


#define NGX_HTTP_MCP_KEY_SOON  4           /* seconds: worth waiting for */


static const ngx_http_mcp_fetch_conf_t *ngx_http_mcp_key_store_conf(
    ngx_conf_t *cf, ngx_http_mcp_main_conf_t *mmcf, ngx_uint_t n);
static ngx_int_t ngx_http_mcp_key_store_identity(
    ngx_http_mcp_key_cell_t *cell);
static ngx_int_t ngx_http_mcp_key_store_cell(
    const ngx_http_mcp_main_conf_t *mmcf, ngx_http_mcp_key_cell_t *cell,
    ngx_cycle_t *cycle);
static ngx_int_t ngx_http_mcp_key_store_adopt(ngx_http_mcp_key_cell_t *cell);
static void ngx_http_mcp_key_store_use(ngx_http_mcp_key_cell_t *cell,
    ngx_pool_t *pool, ngx_http_mcp_jwks_t *set, ngx_uint_t generation);
static void ngx_http_mcp_key_store_timer(ngx_event_t *ev);
static void ngx_http_mcp_key_store_cleanup(void *data);
static ngx_uint_t ngx_http_mcp_key_store_remote(
    const ngx_http_mcp_provider_t *provider);


ngx_int_t
ngx_http_mcp_key_store_init(ngx_conf_t *cf)
{
    ngx_uint_t                 i;
    ngx_http_mcp_key_cell_t   *cell;
    ngx_http_mcp_provider_t  **provider;
    ngx_http_mcp_main_conf_t  *mmcf;

    mmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_mcp_module);

    provider = mmcf->providers.elts;

    for (i = 0; i < mmcf->providers.nelts; i++) {

        cell = ngx_pcalloc(cf->pool, sizeof(ngx_http_mcp_key_cell_t));
        if (cell == NULL) {
            return NGX_ERROR;
        }

        cell->provider = provider[i];
        cell->mmcf = mmcf;

        provider[i]->runtime = cell;

        if (ngx_http_mcp_key_store_identity(cell) != NGX_OK) {
            return NGX_ERROR;
        }

        if (!ngx_http_mcp_key_store_remote(provider[i])
            && provider[i]->introspect == NGX_HTTP_MCP_INTROSPECT_OFF)
        {
            continue;
        }

        cell->fetch_conf = ngx_http_mcp_key_store_conf(cf, mmcf, i);

        if (cell->fetch_conf == NULL) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* a bundle of certificates is a megabyte: those who trust the same share it */

static const ngx_http_mcp_fetch_conf_t *
ngx_http_mcp_key_store_conf(ngx_conf_t *cf, ngx_http_mcp_main_conf_t *mmcf,
    ngx_uint_t n)
{
    ngx_str_t                 *trusted, *other;
    ngx_uint_t                 i;
    ngx_http_mcp_key_cell_t   *cell;
    ngx_http_mcp_provider_t  **provider;

    provider = mmcf->providers.elts;
    trusted = &provider[n]->trusted_certificate;

    for (i = 0; i < n; i++) {
        cell = provider[i]->runtime;
        other = &provider[i]->trusted_certificate;

        if (cell->fetch_conf && other->len == trusted->len
            && ngx_strncmp(other->data, trusted->data, trusted->len) == 0)
        {
            return cell->fetch_conf;
        }
    }

    return ngx_http_mcp_fetch_conf(cf,
                  ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module),
                  trusted);
}


/* the zone outlives a reload: keys of another issuer are never adopted */

static ngx_int_t
ngx_http_mcp_key_store_identity(ngx_http_mcp_key_cell_t *cell)
{
    u_char            kind;
    ngx_int_t         rc;
    ngx_uint_t        i;
    EVP_MD_CTX       *md;
    const ngx_str_t  *part[4];

    part[0] = &cell->provider->name;
    part[1] = &cell->provider->policy.issuer;
    part[2] = &cell->provider->jwks;
    part[3] = &cell->provider->trusted_certificate;

    kind = (u_char) cell->provider->keys;

    md = EVP_MD_CTX_new();
    if (md == NULL) {
        return NGX_ERROR;
    }

    rc = NGX_ERROR;

    if (EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1
        || EVP_DigestUpdate(md, &kind, 1) != 1)
    {
        goto done;
    }

    for (i = 0; i < 4; i++) {
        if (EVP_DigestUpdate(md, &part[i]->len, sizeof(size_t)) != 1
            || EVP_DigestUpdate(md, part[i]->data, part[i]->len) != 1)
        {
            goto done;
        }
    }

    if (EVP_DigestFinal_ex(md, cell->identity, NULL) == 1) {
        rc = NGX_OK;
    }

done:

    EVP_MD_CTX_free(md);

    return rc;
}


ngx_int_t
ngx_http_mcp_key_store_start(ngx_cycle_t *cycle,
    const ngx_http_mcp_main_conf_t *mmcf)
{
    ngx_uint_t                 i;
    ngx_pool_cleanup_t        *cln;
    ngx_http_mcp_provider_t  **provider;

    provider = mmcf->providers.elts;

    for (i = 0; i < mmcf->providers.nelts; i++) {

        cln = ngx_pool_cleanup_add(cycle->pool, 0);
        if (cln == NULL) {
            return NGX_ERROR;
        }

        cln->handler = ngx_http_mcp_key_store_cleanup;
        cln->data = provider[i]->runtime;

        if (ngx_http_mcp_key_store_cell(mmcf, provider[i]->runtime, cycle)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_key_store_cell(const ngx_http_mcp_main_conf_t *mmcf,
    ngx_http_mcp_key_cell_t *cell, ngx_cycle_t *cycle)
{
    ngx_pool_t                  *pool;
    const char                  *reason;
    ngx_http_mcp_jwks_t          set;
    ngx_http_mcp_auth_worker_t  *worker;

    worker = mmcf->worker->auth;

    cell->waiters = &worker->waiters;

    if (cell->provider->keys == NGX_HTTP_MCP_KEYS_FILE) {

        pool = ngx_create_pool(4096, cycle->log);
        if (pool == NULL) {
            return NGX_ERROR;
        }

        if (ngx_http_mcp_key_parse(cell, pool, &cell->provider->jwks_text,
                                   &set, &reason)
            != NGX_OK)
        {
            ngx_destroy_pool(pool);
            return NGX_ERROR;
        }

        ngx_http_mcp_key_store_use(cell, pool, &set, 1);

        return NGX_OK;
    }

    cell->kz = ngx_http_mcp_key_zone_node(mmcf, cell->identity);

    if (cell->kz == NULL) {
        ngx_log_error(NGX_LOG_ALERT, cycle->log, 0,
                      "mcp auth provider \"%V\": no room in \"mcp_zone\" "
                      "\"%V\", make it larger", &cell->provider->name,
                      &mmcf->zone->shm.name);

        /* a worker that does not start takes every site down */

        cell->kz = ngx_pcalloc(cycle->pool, sizeof(ngx_http_mcp_key_zone_t));
        if (cell->kz == NULL) {
            return NGX_ERROR;
        }
    }

    if (cell->kz->generation == 0 && cell->provider->state.len) {
        ngx_http_mcp_key_state_read(cell);
    }

    if (!ngx_http_mcp_key_store_remote(cell->provider)) {
        return NGX_OK;
    }

    cell->timer.handler = ngx_http_mcp_key_store_timer;
    cell->timer.data = cell;
    cell->timer.log = cycle->log;
    cell->timer.cancelable = 1;

    ngx_add_timer(&cell->timer, 1);

    return NGX_OK;
}


static void
ngx_http_mcp_key_store_cleanup(void *data)
{
    ngx_http_mcp_key_cell_t *cell = data;

    ngx_uint_t               full;
    ngx_http_mcp_key_news_t  news;

    if (cell->timer.timer_set) {
        ngx_del_timer(&cell->timer);
    }

    if (cell->fetch) {
        ngx_http_mcp_fetch_cancel(cell->fetch);
        cell->fetch = NULL;
    }

    if (cell->round) {

        /* another worker shall take it up at once */

        ngx_memzero(&news, sizeof(ngx_http_mcp_key_news_t));
        news.abandoned = 1;

        (void) ngx_http_mcp_key_zone_put(cell->mmcf, cell->kz, &news, &full);

        ngx_destroy_pool(cell->round);
        cell->round = NULL;
    }

    if (cell->pool) {
        ngx_destroy_pool(cell->pool);
        cell->pool = NULL;
    }
}


/* what the worker itself fetches from: a subrequest needs a request */

static ngx_uint_t
ngx_http_mcp_key_store_remote(const ngx_http_mcp_provider_t *provider)
{
    return provider->keys == NGX_HTTP_MCP_KEYS_DISCOVERY
           || provider->keys == NGX_HTTP_MCP_KEYS_URL
           || (provider->introspect != NGX_HTTP_MCP_INTROSPECT_OFF
               && provider->introspection.len == 0
               && provider->keys == NGX_HTTP_MCP_KEYS_NONE);
}


static void
ngx_http_mcp_key_store_timer(ngx_event_t *ev)
{
    time_t                    wait;
    ngx_http_mcp_key_cell_t  *cell;

    cell = ev->data;

    if (ngx_exiting || ngx_quit || ngx_terminate) {
        return;
    }

    if (cell->round == NULL
        && ngx_http_mcp_key_zone_take(cell->mmcf, cell->kz, 0,
                                      NGX_HTTP_MCP_KEY_PATIENCE))
    {
        ngx_http_mcp_key_fetch(cell);
    }

    /* the one that did not get it looks whether it was done */

    wait = cell->kz->next - ngx_time();
    wait = ngx_min(ngx_max(wait, 1), 60);

    ngx_add_timer(&cell->timer, (ngx_msec_t) wait * 1000);
}


ngx_int_t
ngx_http_mcp_key_store_get(const ngx_http_mcp_provider_t *provider,
    const ngx_http_mcp_jwks_t **set, ngx_uint_t *generation)
{
    ngx_http_mcp_key_cell_t  *cell;

    cell = provider->runtime;

    if (provider->keys == NGX_HTTP_MCP_KEYS_FILE) {
        *set = &cell->set;
        *generation = cell->generation;

        return NGX_OK;
    }

    if (cell->kz->generation != cell->generation
        && ngx_http_mcp_key_store_adopt(cell) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    if (cell->generation && ngx_time() < cell->kz->stale) {
        *set = &cell->set;
        *generation = cell->generation;

        return NGX_OK;
    }

    if (cell->kz->owner && ngx_time() < cell->kz->patience) {
        return NGX_AGAIN;
    }

    if (cell->kz->failures
        && cell->kz->next - ngx_time() > NGX_HTTP_MCP_KEY_SOON)
    {
        /* it is known that it fails: no reason to keep a client waiting */

        return NGX_DECLINED;
    }

    if (ngx_http_mcp_key_store_remote(provider)
        && cell->round == NULL
        && ngx_http_mcp_key_zone_take(cell->mmcf, cell->kz, 0,
                                      NGX_HTTP_MCP_KEY_PATIENCE))
    {
        ngx_http_mcp_key_fetch(cell);
    }

    return NGX_AGAIN;
}


/* another worker brought a set: this one parses it for itself */

static ngx_int_t
ngx_http_mcp_key_store_adopt(ngx_http_mcp_key_cell_t *cell)
{
    ngx_str_t             text;
    ngx_pool_t           *pool;
    ngx_uint_t            generation;
    const char           *reason;
    ngx_http_mcp_jwks_t   set;

    pool = ngx_create_pool(4096, ngx_cycle->log);
    if (pool == NULL) {
        return NGX_ERROR;
    }

    if (ngx_http_mcp_key_zone_copy(cell->mmcf, cell->kz, &cell->kz->set,
                                   pool, &text, &generation)
        != NGX_OK
        || ngx_http_mcp_key_parse(cell, pool, &text, &set, &reason)
           != NGX_OK)
    {
        ngx_destroy_pool(pool);
        return NGX_ERROR;
    }

    ngx_http_mcp_key_store_use(cell, pool, &set, generation);

    return NGX_OK;
}


static void
ngx_http_mcp_key_store_use(ngx_http_mcp_key_cell_t *cell, ngx_pool_t *pool,
    ngx_http_mcp_jwks_t *set, ngx_uint_t generation)
{
    if (cell->pool) {
        ngx_destroy_pool(cell->pool);
    }

    cell->pool = pool;
    cell->set = *set;
    cell->generation = generation;
}


ngx_int_t
ngx_http_mcp_key_parse(const ngx_http_mcp_key_cell_t *cell, ngx_pool_t *pool,
    const ngx_str_t *text, ngx_http_mcp_jwks_t *set, const char **reason)
{
    return ngx_http_mcp_jwks_parse(pool, text,
                        cell->provider->keys == NGX_HTTP_MCP_KEYS_FILE,
                        set, reason);
}


ngx_uint_t
ngx_http_mcp_key_store_round(const ngx_http_mcp_provider_t *provider)
{
    ngx_http_mcp_key_cell_t  *cell;

    cell = provider->runtime;

    return cell->kz ? cell->kz->round : 0;
}


ngx_int_t
ngx_http_mcp_key_store_demand(const ngx_http_mcp_provider_t *provider,
    const ngx_str_t *kid, ngx_uint_t *mark)
{
    u_char                    digest[EVP_MAX_MD_SIZE];
    ngx_int_t                 rc;
    ngx_http_mcp_key_cell_t  *cell;

    cell = provider->runtime;

    if (provider->keys == NGX_HTTP_MCP_KEYS_FILE
        || EVP_Digest(kid->data, kid->len, digest, NULL, EVP_sha256(), NULL)
           != 1)
    {
        return NGX_DECLINED;
    }

    rc = ngx_http_mcp_key_zone_demand(cell->mmcf, cell->kz, digest,
                                      NGX_HTTP_MCP_KEY_PATIENCE, mark);

    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_http_mcp_key_store_remote(provider)) {

        if (cell->round) {

            /* ours was given up for dead by the zone, and is not */

            return NGX_AGAIN;
        }

        ngx_http_mcp_key_fetch(cell);

        return NGX_AGAIN;
    }

    /* the caller has it now, and makes the subrequest */

    return NGX_OK;
}


ngx_uint_t
ngx_http_mcp_key_store_wanted(const ngx_http_mcp_provider_t *provider)
{
    ngx_http_mcp_key_cell_t  *cell;

    cell = provider->runtime;

    return provider->keys == NGX_HTTP_MCP_KEYS_LOCATION
           && ngx_time() >= cell->kz->next
           && ngx_http_mcp_key_zone_take(cell->mmcf, cell->kz, 0,
                                         NGX_HTTP_MCP_KEY_PATIENCE);
}


void
ngx_http_mcp_key_store_answer(const ngx_http_mcp_provider_t *provider,
    const ngx_str_t *text, const char *error)
{
    ngx_http_mcp_key_news(provider->runtime, text, -1, error);
}


ngx_int_t
ngx_http_mcp_key_store_introspection(const ngx_http_mcp_provider_t *provider,
    ngx_pool_t *pool, ngx_str_t *url)
{
    ngx_http_mcp_key_cell_t  *cell;

    cell = provider->runtime;

    return ngx_http_mcp_key_zone_copy(cell->mmcf, cell->kz,
                                      &cell->kz->introspection, pool, url,
                                      NULL);
}


ngx_int_t
ngx_http_mcp_key_store_metadata(const ngx_http_mcp_provider_t *provider,
    ngx_pool_t *pool, ngx_str_t *text)
{
    ngx_http_mcp_key_cell_t  *cell;

    cell = provider->runtime;

    if (cell->kz == NULL) {
        ngx_str_null(text);
        return NGX_OK;
    }

    return ngx_http_mcp_key_zone_copy(cell->mmcf, cell->kz,
                                      &cell->kz->metadata, pool, text, NULL);
}


const ngx_http_mcp_fetch_conf_t *
ngx_http_mcp_key_store_fetch(const ngx_http_mcp_provider_t *provider)
{
    ngx_http_mcp_key_cell_t  *cell;

    cell = provider->runtime;

    return cell->fetch_conf;
}

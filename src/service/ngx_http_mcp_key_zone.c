
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The shared side of the key store: everything that is done under the
 * zone's mutex.  Texts that were not verified by the caller never get here.
 */


#include "ngx_http_mcp_key_zone.h"


#define NGX_HTTP_MCP_KEY_ZONE_DEMAND  300  /* longest interval, seconds */
#define NGX_HTTP_MCP_KEY_ZONE_RETRY   60   /* longest pause after failures */
#define NGX_HTTP_MCP_KEY_ZONE_FORGET  30   /* a missing "kid", seconds */


static ngx_uint_t ngx_http_mcp_key_zone_busy(ngx_http_mcp_key_zone_t *kz);
static void ngx_http_mcp_key_zone_own(ngx_http_mcp_key_zone_t *kz,
    time_t patience);
static ngx_uint_t ngx_http_mcp_key_zone_missing(ngx_http_mcp_key_zone_t *kz,
    const u_char *kid, ngx_uint_t add);
static ngx_uint_t ngx_http_mcp_key_zone_success(ngx_http_mcp_zone_t *zone,
    ngx_slab_pool_t *shpool, ngx_http_mcp_key_zone_t *kz,
    const ngx_http_mcp_key_news_t *news, ngx_uint_t *full);
static void ngx_http_mcp_key_zone_failure(ngx_http_mcp_key_zone_t *kz);
static ngx_int_t ngx_http_mcp_key_zone_text(ngx_http_mcp_zone_t *zone,
    ngx_slab_pool_t *shpool, ngx_http_mcp_key_text_t *text,
    const ngx_str_t *from);


ngx_http_mcp_key_zone_t *
ngx_http_mcp_key_zone_node(const ngx_http_mcp_main_conf_t *mmcf,
    const u_char *identity)
{
    ngx_queue_t              *q;
    ngx_slab_pool_t          *shpool;
    ngx_http_mcp_zone_t      *zone;
    ngx_http_mcp_key_zone_t  *kz;

    zone = ngx_http_mcp_zone_data(mmcf, &shpool);

    ngx_shmtx_lock(&shpool->mutex);

    for (q = ngx_queue_head(&zone->keys);
         q != ngx_queue_sentinel(&zone->keys);
         q = ngx_queue_next(q))
    {
        kz = ngx_queue_data(q, ngx_http_mcp_key_zone_t, queue);

        if (ngx_memcmp(kz->identity, identity, sizeof(kz->identity)) == 0) {
            goto done;
        }
    }

    kz = ngx_http_mcp_zone_room(zone, shpool, sizeof(ngx_http_mcp_key_zone_t),
                                NGX_HTTP_MCP_ROOM_KEYS);

    if (kz) {
        ngx_memzero(kz, sizeof(ngx_http_mcp_key_zone_t));
        ngx_memcpy(kz->identity, identity, sizeof(kz->identity));
        ngx_queue_insert_tail(&zone->keys, &kz->queue);
    }

done:

    ngx_shmtx_unlock(&shpool->mutex);

    return kz;
}


ngx_uint_t
ngx_http_mcp_key_zone_take(const ngx_http_mcp_main_conf_t *mmcf,
    ngx_http_mcp_key_zone_t *kz, ngx_uint_t force, time_t patience)
{
    ngx_uint_t        taken;
    ngx_slab_pool_t  *shpool;

    (void) ngx_http_mcp_zone_data(mmcf, &shpool);

    ngx_shmtx_lock(&shpool->mutex);

    taken = !ngx_http_mcp_key_zone_busy(kz)
            && (force || ngx_time() >= kz->next);

    if (taken) {
        ngx_http_mcp_key_zone_own(kz, patience);
        kz->demanded = 0;
    }

    ngx_shmtx_unlock(&shpool->mutex);

    return taken;
}


ngx_int_t
ngx_http_mcp_key_zone_demand(const ngx_http_mcp_main_conf_t *mmcf,
    ngx_http_mcp_key_zone_t *kz, const u_char *kid, time_t patience,
    ngx_uint_t *mark)
{
    ngx_int_t         rc;
    ngx_slab_pool_t  *shpool;

    (void) ngx_http_mcp_zone_data(mmcf, &shpool);

    ngx_shmtx_lock(&shpool->mutex);

    if (*mark && kz->round >= *mark) {

        /* it has ended, and the key is still unknown */

        (void) ngx_http_mcp_key_zone_missing(kz, kid, 1);
        rc = NGX_DECLINED;

    } else if (*mark == 0 && ngx_http_mcp_key_zone_missing(kz, kid, 0)) {
        rc = NGX_DECLINED;

    } else if (ngx_http_mcp_key_zone_busy(kz)) {
        rc = NGX_AGAIN;

        /* one that began for another reason may be too old to know it */

        if (*mark == 0 && kz->demanded) {
            *mark = kz->round + 1;
        }

    } else if (ngx_time() < kz->demand) {
        rc = NGX_DECLINED;

    } else {
        rc = NGX_OK;

        *mark = kz->round + 1;

        ngx_http_mcp_key_zone_own(kz, patience);
        kz->demanded = 1;
    }

    ngx_shmtx_unlock(&shpool->mutex);

    return rc;
}


ngx_uint_t
ngx_http_mcp_key_zone_put(const ngx_http_mcp_main_conf_t *mmcf,
    ngx_http_mcp_key_zone_t *kz, const ngx_http_mcp_key_news_t *news,
    ngx_uint_t *full)
{
    ngx_uint_t            changed;
    ngx_slab_pool_t      *shpool;
    ngx_http_mcp_zone_t  *zone;

    zone = ngx_http_mcp_zone_data(mmcf, &shpool);

    *full = 0;

    ngx_shmtx_lock(&shpool->mutex);

    if (news->initial) {
        changed = (kz->generation == 0
                   && ngx_http_mcp_key_zone_success(zone, shpool, kz, news,
                                                    full));
        ngx_shmtx_unlock(&shpool->mutex);

        return changed;
    }

    changed = 0;

    if (news->abandoned) {

        /* not at once: else a client that leaves has it asked for at will */

        kz->next = ngx_time() + 1;
        kz->demanded = 0;

    } else if (news->set) {
        changed = ngx_http_mcp_key_zone_success(zone, shpool, kz, news,
                                                full);

    } else {
        ngx_http_mcp_key_zone_failure(kz);
    }

    if (changed) {

        /* what was missing may be there now */

        kz->interval = news->interval;
        kz->demand = ngx_time();
        ngx_memzero(kz->missing, sizeof(kz->missing));
    }

    if (kz->demanded) {

        /* in vain: a stranger's doing, or the IdP's */

        kz->interval = changed ? news->interval
                               : ngx_min(ngx_max(kz->interval,
                                                 news->interval / 2) * 2,
                                         ngx_max(news->interval,
                                              NGX_HTTP_MCP_KEY_ZONE_DEMAND));
        kz->demand = ngx_time() + kz->interval;
        kz->demanded = 0;
    }

    kz->owner = 0;
    kz->round++;

    ngx_shmtx_unlock(&shpool->mutex);

    return changed;
}


ngx_int_t
ngx_http_mcp_key_zone_copy(const ngx_http_mcp_main_conf_t *mmcf,
    ngx_http_mcp_key_zone_t *kz, const ngx_http_mcp_key_text_t *from,
    ngx_pool_t *pool, ngx_str_t *text, ngx_uint_t *generation)
{
    size_t            size;
    ngx_slab_pool_t  *shpool;

    (void) ngx_http_mcp_zone_data(mmcf, &shpool);

    /* pools are not touched under the mutex: the size may have changed */

    for ( ;; ) {
        size = from->len;

        text->len = 0;
        text->data = ngx_pnalloc(pool, size + 1);

        if (text->data == NULL) {
            return NGX_ERROR;
        }

        ngx_shmtx_lock(&shpool->mutex);

        if (from->len <= size) {
            break;
        }

        ngx_shmtx_unlock(&shpool->mutex);
    }

    if (from->len) {
        ngx_memcpy(text->data, from->data, from->len);
        text->len = from->len;
    }

    if (generation) {
        *generation = kz->generation;
    }

    ngx_shmtx_unlock(&shpool->mutex);

    return NGX_OK;
}


/* a dead owner is known by its deadline */

static ngx_uint_t
ngx_http_mcp_key_zone_busy(ngx_http_mcp_key_zone_t *kz)
{
    return kz->owner && ngx_time() < kz->patience;
}


static void
ngx_http_mcp_key_zone_own(ngx_http_mcp_key_zone_t *kz, time_t patience)
{
    kz->owner = ngx_pid;
    kz->patience = ngx_time() + patience;
}


static ngx_uint_t
ngx_http_mcp_key_zone_missing(ngx_http_mcp_key_zone_t *kz, const u_char *kid,
    ngx_uint_t add)
{
    ngx_uint_t                   i;
    ngx_http_mcp_key_missing_t  *m;

    for (i = 0; i < NGX_HTTP_MCP_KEY_ZONE_MISSING; i++) {
        m = &kz->missing[i];

        if (ngx_time() - m->time < NGX_HTTP_MCP_KEY_ZONE_FORGET
            && ngx_memcmp(m->kid, kid, sizeof(m->kid)) == 0)
        {
            return 1;
        }
    }

    if (add) {
        kz->last = (kz->last + 1) % NGX_HTTP_MCP_KEY_ZONE_MISSING;

        m = &kz->missing[kz->last];

        ngx_memcpy(m->kid, kid, sizeof(m->kid));
        m->time = ngx_time();
    }

    return 0;
}


static ngx_uint_t
ngx_http_mcp_key_zone_success(ngx_http_mcp_zone_t *zone,
    ngx_slab_pool_t *shpool, ngx_http_mcp_key_zone_t *kz,
    const ngx_http_mcp_key_news_t *news, ngx_uint_t *full)
{
    ngx_uint_t  changed;

    changed = (kz->set.len != news->set->len
               || ngx_memcmp(kz->set.data, news->set->data, news->set->len)
                  != 0);

    if (changed
        && ngx_http_mcp_key_zone_text(zone, shpool, &kz->set, news->set)
           != NGX_OK)
    {
        /* the old keys stay, as after a fetch that failed */

        *full = 1;
        ngx_http_mcp_key_zone_failure(kz);

        return 0;
    }

    if (news->jwks_uri) {
        kz->discovered = ngx_time();

        /* less is kept where these have no room: discovery comes again */

        (void) ngx_http_mcp_key_zone_text(zone, shpool, &kz->jwks_uri,
                                          news->jwks_uri);
        (void) ngx_http_mcp_key_zone_text(zone, shpool, &kz->introspection,
                                          news->introspection);
        (void) ngx_http_mcp_key_zone_text(zone, shpool, &kz->metadata,
                                          news->metadata);
    }

    if (changed) {
        kz->generation++;
    }

    kz->failures = 0;
    kz->stale = ngx_time() + news->life + news->keep;

    /* at 80 %, and up to 10 % later, so that nodes do not come together */

    kz->next = ngx_time() + news->life * 8 / 10
               + ngx_random() % (news->life / 10 + 1);

    return changed;
}


/* 1, 2, 4 ... 60 seconds, each a little longer */

static void
ngx_http_mcp_key_zone_failure(ngx_http_mcp_key_zone_t *kz)
{
    time_t  pause;

    pause = (kz->failures < 6) ? (time_t) 1 << kz->failures
                               : NGX_HTTP_MCP_KEY_ZONE_RETRY;

    kz->failures++;
    kz->next = ngx_time() + pause + ngx_random() % (pause / 4 + 1);
}


static ngx_int_t
ngx_http_mcp_key_zone_text(ngx_http_mcp_zone_t *zone,
    ngx_slab_pool_t *shpool, ngx_http_mcp_key_text_t *text,
    const ngx_str_t *from)
{
    u_char  *p;

    p = NULL;

    if (from && from->len) {

        p = ngx_http_mcp_zone_room(zone, shpool, from->len,
                                   NGX_HTTP_MCP_ROOM_KEYS);
        if (p == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(p, from->data, from->len);
    }

    if (text->data) {
        ngx_slab_free_locked(shpool, text->data);
    }

    text->data = p;
    text->len = p ? from->len : 0;

    return NGX_OK;
}

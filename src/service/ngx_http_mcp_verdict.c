
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The verdict cache: a tree by digest and two queues by age, all in the
 * zone.  Called by introspection and by the checks of rules.
 */


#include "ngx_http_mcp_verdict.h"


typedef struct {
    ngx_rbtree_node_t  node;               /* key: the digest's first bytes */
    ngx_queue_t        queue;
    u_char             key[NGX_HTTP_MCP_VERDICT_KEY];
    time_t             expires;
    u_char            *text;
    size_t             len;
    ngx_uint_t         verdict;            /* ngx_http_mcp_verdict_e */
} ngx_http_mcp_verdict_node_t;


static ngx_http_mcp_verdict_node_t *ngx_http_mcp_verdict_find(
    ngx_http_mcp_zone_t *zone, const u_char *key);
static ngx_http_mcp_verdict_node_t *ngx_http_mcp_verdict_add(
    ngx_http_mcp_zone_t *zone, ngx_slab_pool_t *shpool, const u_char *key,
    ngx_uint_t verdict);
static void ngx_http_mcp_verdict_ask(ngx_http_mcp_zone_t *zone,
    ngx_slab_pool_t *shpool, const u_char *key, time_t patience);
static void ngx_http_mcp_verdict_reap(ngx_http_mcp_zone_t *zone,
    ngx_slab_pool_t *shpool, ngx_queue_t *queue);
static void ngx_http_mcp_verdict_drop(ngx_http_mcp_zone_t *zone,
    ngx_slab_pool_t *shpool, ngx_http_mcp_verdict_node_t *n);
static ngx_rbtree_key_t ngx_http_mcp_verdict_hash(const u_char *key);


ngx_int_t
ngx_http_mcp_verdict_get(const ngx_http_mcp_main_conf_t *mmcf,
    const u_char *key, time_t patience, ngx_http_mcp_verdict_e *verdict,
    time_t *expires, ngx_pool_t *pool, ngx_str_t *text)
{
    size_t                        room;
    ngx_int_t                     rc;
    ngx_slab_pool_t              *shpool;
    ngx_http_mcp_zone_t          *zone;
    ngx_http_mcp_verdict_node_t  *n;

    zone = ngx_http_mcp_zone_data(mmcf, &shpool);
    room = 0;

    if (text) {
        ngx_str_null(text);
    }

    for ( ;; ) {

        rc = NGX_OK;

        ngx_shmtx_lock(&shpool->mutex);

        n = ngx_http_mcp_verdict_find(zone, key);

        if (n && n->expires <= ngx_time()) {
            ngx_http_mcp_verdict_drop(zone, shpool, n);
            n = NULL;
        }

        if (n == NULL) {
            ngx_http_mcp_verdict_ask(zone, shpool, key, patience);
            rc = NGX_DECLINED;
            break;
        }

        *verdict = n->verdict;
        *expires = n->expires;

        if (text == NULL || n->len == 0) {
            break;
        }

        if (n->len <= room) {
            ngx_memcpy(text->data, n->text, n->len);
            text->len = n->len;
            break;
        }

        room = n->len;

        ngx_shmtx_unlock(&shpool->mutex);

        /* pools are not touched under the mutex, and only for an answer */

        text->data = ngx_pnalloc(pool, room);
        if (text->data == NULL) {
            return NGX_ERROR;
        }
    }

    ngx_shmtx_unlock(&shpool->mutex);

    return rc;
}


/* without room the caller still asks, only not alone */

static void
ngx_http_mcp_verdict_ask(ngx_http_mcp_zone_t *zone, ngx_slab_pool_t *shpool,
    const u_char *key, time_t patience)
{
    ngx_http_mcp_verdict_node_t  *n;

    if (patience == 0) {
        return;
    }

    n = ngx_http_mcp_verdict_add(zone, shpool, key,
                                 NGX_HTTP_MCP_VERDICT_PENDING);
    if (n) {
        n->expires = ngx_time() + patience;
    }
}


ngx_uint_t
ngx_http_mcp_verdict_pending(const ngx_http_mcp_main_conf_t *mmcf,
    const u_char *key)
{
    ngx_uint_t                    pending;
    ngx_slab_pool_t              *shpool;
    ngx_http_mcp_zone_t          *zone;
    ngx_http_mcp_verdict_node_t  *n;

    zone = ngx_http_mcp_zone_data(mmcf, &shpool);

    ngx_shmtx_lock(&shpool->mutex);

    n = ngx_http_mcp_verdict_find(zone, key);

    pending = (n && n->verdict == NGX_HTTP_MCP_VERDICT_PENDING
               && n->expires > ngx_time());

    ngx_shmtx_unlock(&shpool->mutex);

    return pending;
}


void
ngx_http_mcp_verdict_put(const ngx_http_mcp_main_conf_t *mmcf,
    const u_char *key, ngx_http_mcp_verdict_e verdict, time_t ttl,
    const ngx_str_t *text)
{
    u_char                       *p;
    ngx_slab_pool_t              *shpool;
    ngx_http_mcp_zone_t          *zone;
    ngx_http_mcp_verdict_node_t  *n;

    zone = ngx_http_mcp_zone_data(mmcf, &shpool);

    ngx_shmtx_lock(&shpool->mutex);

    n = ngx_http_mcp_verdict_find(zone, key);

    if (n) {
        ngx_http_mcp_verdict_drop(zone, shpool, n);
    }

    if (ttl <= 0 || (text && text->len > NGX_HTTP_MCP_VERDICT_TEXT)) {
        goto done;
    }

    p = NULL;

    if (text && text->len) {
        p = ngx_http_mcp_zone_room(zone, shpool, text->len,
                                   NGX_HTTP_MCP_ROOM_ALLOWANCE);
        if (p == NULL) {
            goto done;
        }

        ngx_memcpy(p, text->data, text->len);
    }

    n = ngx_http_mcp_verdict_add(zone, shpool, key, verdict);

    if (n == NULL) {
        if (p) {
            ngx_slab_free_locked(shpool, p);
        }

        goto done;
    }

    n->expires = ngx_time() + ttl;
    n->text = p;
    n->len = p ? text->len : 0;

done:

    ngx_shmtx_unlock(&shpool->mutex);
}


static ngx_http_mcp_verdict_node_t *
ngx_http_mcp_verdict_find(ngx_http_mcp_zone_t *zone, const u_char *key)
{
    ngx_int_t                     rc;
    ngx_rbtree_key_t              hash;
    ngx_rbtree_node_t            *node, *sentinel;
    ngx_http_mcp_verdict_node_t  *n;

    hash = ngx_http_mcp_verdict_hash(key);

    node = zone->verdicts.root;
    sentinel = zone->verdicts.sentinel;

    while (node != sentinel) {

        if (hash != node->key) {
            node = (hash < node->key) ? node->left : node->right;
            continue;
        }

        n = (ngx_http_mcp_verdict_node_t *) node;

        rc = ngx_memcmp(key, n->key, NGX_HTTP_MCP_VERDICT_KEY);

        if (rc == 0) {
            return n;
        }

        /* ngx_rbtree_insert_value() puts equal keys to the right */

        node = node->right;
    }

    return NULL;
}


static ngx_http_mcp_verdict_node_t *
ngx_http_mcp_verdict_add(ngx_http_mcp_zone_t *zone, ngx_slab_pool_t *shpool,
    const u_char *key, ngx_uint_t verdict)
{
    ngx_http_mcp_verdict_node_t  *n;

    if (verdict != NGX_HTTP_MCP_VERDICT_YES
        && zone->denials >= NGX_HTTP_MCP_VERDICT_DENIALS)
    {
        (void) ngx_http_mcp_verdict_evict(zone, shpool, &zone->denied);
    }

    ngx_http_mcp_verdict_reap(zone, shpool, &zone->denied);
    ngx_http_mcp_verdict_reap(zone, shpool, &zone->allowed);

    n = ngx_http_mcp_zone_room(zone, shpool,
                               sizeof(ngx_http_mcp_verdict_node_t),
                               (verdict == NGX_HTTP_MCP_VERDICT_YES)
                               ? NGX_HTTP_MCP_ROOM_ALLOWANCE
                               : NGX_HTTP_MCP_ROOM_DENIAL);
    if (n == NULL) {
        return NULL;
    }

    ngx_memzero(n, sizeof(ngx_http_mcp_verdict_node_t));

    n->node.key = ngx_http_mcp_verdict_hash(key);
    n->verdict = verdict;
    ngx_memcpy(n->key, key, NGX_HTTP_MCP_VERDICT_KEY);

    if (verdict == NGX_HTTP_MCP_VERDICT_YES) {
        ngx_queue_insert_head(&zone->allowed, &n->queue);

    } else {
        ngx_queue_insert_head(&zone->denied, &n->queue);
        zone->denials++;
    }

    ngx_rbtree_insert(&zone->verdicts, &n->node);

    return n;
}


/* what has expired makes room, two for one that comes */

static void
ngx_http_mcp_verdict_reap(ngx_http_mcp_zone_t *zone, ngx_slab_pool_t *shpool,
    ngx_queue_t *queue)
{
    ngx_uint_t                    i;
    ngx_http_mcp_verdict_node_t  *n;

    for (i = 0; i < 2 && !ngx_queue_empty(queue); i++) {

        n = ngx_queue_data(ngx_queue_last(queue),
                           ngx_http_mcp_verdict_node_t, queue);

        if (n->expires > ngx_time()) {
            return;
        }

        ngx_http_mcp_verdict_drop(zone, shpool, n);
    }
}


ngx_uint_t
ngx_http_mcp_verdict_evict(ngx_http_mcp_zone_t *zone, ngx_slab_pool_t *shpool,
    ngx_queue_t *queue)
{
    ngx_queue_t  *q;

    if (ngx_queue_empty(queue)) {
        return 0;
    }

    q = ngx_queue_last(queue);

    ngx_http_mcp_verdict_drop(zone, shpool,
                    ngx_queue_data(q, ngx_http_mcp_verdict_node_t, queue));

    return 1;
}


static void
ngx_http_mcp_verdict_drop(ngx_http_mcp_zone_t *zone, ngx_slab_pool_t *shpool,
    ngx_http_mcp_verdict_node_t *n)
{
    ngx_rbtree_delete(&zone->verdicts, &n->node);
    ngx_queue_remove(&n->queue);

    if (n->verdict != NGX_HTTP_MCP_VERDICT_YES) {
        zone->denials--;
    }

    if (n->text) {

        /* claims of somebody */

        ngx_explicit_memzero(n->text, n->len);
        ngx_slab_free_locked(shpool, n->text);
    }

    ngx_slab_free_locked(shpool, n);
}


static ngx_rbtree_key_t
ngx_http_mcp_verdict_hash(const u_char *key)
{
    ngx_rbtree_key_t  hash;

    ngx_memcpy(&hash, key, sizeof(ngx_rbtree_key_t));

    return hash;
}

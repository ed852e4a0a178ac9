
/*
 * Copyright (C) mcp-nginx contributors
 *
 * A leaking counter an address, as limit_req has: what leaks is one limit a
 * minute.  limit_req itself runs before the access phase and cannot see how
 * a check ended.  Called by the access phase.
 */


#include "ngx_http_mcp_throttle.h"
#include "ngx_http_mcp_zone_room.h"


#define NGX_HTTP_MCP_THROTTLE_WINDOW     60      /* seconds */


/* an eighth of the zone, at 128 bytes an address */
#define ngx_http_mcp_throttle_share(shpool)                                  \
    ((ngx_uint_t) ((shpool)->end - (shpool)->start) / (8 * 128))


typedef struct {
    ngx_rbtree_node_t  node;               /* key: hash of the address */
    ngx_queue_t        queue;
    time_t             start;              /* of the window */
    ngx_uint_t         count;              /* in this one */
    ngx_uint_t         before;             /* in the one before */
    u_char             len;
    u_char             addr[16];
} ngx_http_mcp_throttle_node_t;


static ngx_http_mcp_throttle_node_t *ngx_http_mcp_throttle_find(
    ngx_http_mcp_zone_t *zone, const ngx_str_t *addr, uint32_t hash);
static void ngx_http_mcp_throttle_turn(ngx_http_mcp_throttle_node_t *n);
static uint32_t ngx_http_mcp_throttle_address(ngx_http_request_t *r,
    ngx_str_t *addr);


void
ngx_http_mcp_throttle_fail(ngx_http_request_t *r)
{
    uint32_t                       hash;
    ngx_str_t                      addr;
    ngx_uint_t                     i;
    ngx_queue_t                   *q;
    ngx_slab_pool_t               *shpool;
    ngx_http_mcp_zone_t           *zone;
    ngx_http_mcp_throttle_node_t  *n;

    hash = ngx_http_mcp_throttle_address(r, &addr);

    zone = ngx_http_mcp_zone_data(
               ngx_http_get_module_main_conf(r, ngx_http_mcp_module),
               &shpool);

    ngx_shmtx_lock(&shpool->mutex);

    n = ngx_http_mcp_throttle_find(zone, &addr, hash);

    if (n == NULL) {

        /* a flood of addresses takes no more than its share */

        if (zone->addresses >= ngx_http_mcp_throttle_share(shpool)) {
            (void) ngx_http_mcp_throttle_evict(zone, shpool);
        }

        n = ngx_http_mcp_zone_room(zone, shpool,
                                   sizeof(ngx_http_mcp_throttle_node_t),
                                   NGX_HTTP_MCP_ROOM_ADDRESS);
        if (n == NULL) {
            goto done;
        }

        ngx_memzero(n, sizeof(ngx_http_mcp_throttle_node_t));

        n->node.key = hash;
        n->start = ngx_time();
        n->len = (u_char) addr.len;
        ngx_memcpy(n->addr, addr.data, addr.len);

        ngx_rbtree_insert(&zone->failures, &n->node);
        zone->addresses++;

    } else {
        ngx_queue_remove(&n->queue);
        ngx_http_mcp_throttle_turn(n);
    }

    n->count++;
    ngx_queue_insert_head(&zone->failed, &n->queue);

    /* who has been quiet for two windows is forgotten, two at a time */

    for (i = 0; i < 2; i++) {

        q = ngx_queue_last(&zone->failed);
        n = ngx_queue_data(q, ngx_http_mcp_throttle_node_t, queue);

        if (ngx_time() - n->start < 2 * NGX_HTTP_MCP_THROTTLE_WINDOW) {
            break;
        }

        (void) ngx_http_mcp_throttle_evict(zone, shpool);
    }

done:

    ngx_shmtx_unlock(&shpool->mutex);
}


ngx_uint_t
ngx_http_mcp_throttle_evict(ngx_http_mcp_zone_t *zone,
    ngx_slab_pool_t *shpool)
{
    ngx_queue_t                   *q;
    ngx_http_mcp_throttle_node_t  *n;

    if (ngx_queue_empty(&zone->failed)) {
        return 0;
    }

    q = ngx_queue_last(&zone->failed);
    n = ngx_queue_data(q, ngx_http_mcp_throttle_node_t, queue);

    ngx_rbtree_delete(&zone->failures, &n->node);
    ngx_queue_remove(q);
    zone->addresses--;

    ngx_slab_free_locked(shpool, n);

    return 1;
}


ngx_uint_t
ngx_http_mcp_throttle_over(ngx_http_request_t *r, ngx_uint_t limit)
{
    time_t                         left;
    uint32_t                       hash;
    ngx_str_t                      addr;
    ngx_uint_t                     over;
    ngx_slab_pool_t               *shpool;
    ngx_http_mcp_zone_t           *zone;
    ngx_http_mcp_throttle_node_t  *n;

    hash = ngx_http_mcp_throttle_address(r, &addr);

    zone = ngx_http_mcp_zone_data(
               ngx_http_get_module_main_conf(r, ngx_http_mcp_module),
               &shpool);

    ngx_shmtx_lock(&shpool->mutex);

    over = 0;
    n = ngx_http_mcp_throttle_find(zone, &addr, hash);

    if (n) {
        ngx_http_mcp_throttle_turn(n);

        /* the window slides: the one before counts for what is left of it */

        left = NGX_HTTP_MCP_THROTTLE_WINDOW - (ngx_time() - n->start);

        over = (n->count
                + n->before * left / NGX_HTTP_MCP_THROTTLE_WINDOW > limit);
    }

    ngx_shmtx_unlock(&shpool->mutex);

    return over;
}


static ngx_http_mcp_throttle_node_t *
ngx_http_mcp_throttle_find(ngx_http_mcp_zone_t *zone, const ngx_str_t *addr,
    uint32_t hash)
{
    ngx_rbtree_node_t             *node, *sentinel;
    ngx_http_mcp_throttle_node_t  *n;

    node = zone->failures.root;
    sentinel = zone->failures.sentinel;

    while (node != sentinel) {

        if (hash != node->key) {
            node = (hash < node->key) ? node->left : node->right;
            continue;
        }

        n = (ngx_http_mcp_throttle_node_t *) node;

        if (n->len == addr->len
            && ngx_memcmp(n->addr, addr->data, addr->len) == 0)
        {
            return n;
        }

        node = node->right;
    }

    return NULL;
}


static void
ngx_http_mcp_throttle_turn(ngx_http_mcp_throttle_node_t *n)
{
    time_t  gone;

    gone = ngx_time() - n->start;

    if (gone < NGX_HTTP_MCP_THROTTLE_WINDOW && gone >= 0) {
        return;
    }

    n->before = (gone >= 0 && gone < 2 * NGX_HTTP_MCP_THROTTLE_WINDOW)
                ? n->count : 0;
    n->count = 0;
    n->start = ngx_time();
}


/* the client's address, as realip left it: an IPv6 one by its network */

static uint32_t
ngx_http_mcp_throttle_address(ngx_http_request_t *r, ngx_str_t *addr)
{
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

    switch (r->connection->sockaddr->sa_family) {

#if (NGX_HAVE_INET6)
    case AF_INET6:
        sin6 = (struct sockaddr_in6 *) r->connection->sockaddr;

        if (IN6_IS_ADDR_V4MAPPED(&sin6->sin6_addr)) {
            addr->data = &sin6->sin6_addr.s6_addr[12];
            addr->len = 4;
            break;
        }

        /* the rest of an address is the client's own to choose */

        addr->data = sin6->sin6_addr.s6_addr;
        addr->len = 8;
        break;
#endif

    case AF_INET:
        sin = (struct sockaddr_in *) r->connection->sockaddr;

        addr->data = (u_char *) &sin->sin_addr;
        addr->len = 4;
        break;

    default: /* a UNIX domain socket: one client */
        addr->data = (u_char *) "unix";
        addr->len = 5;
    }

    return ngx_crc32_short(addr->data, addr->len);
}

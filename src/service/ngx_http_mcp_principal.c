
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Principals and the cache of verified tokens (authorization.md 10.4 item
 * 3): one a worker, so that a hit takes no lock.  Keyed by the token's
 * digest; the token itself is kept nowhere.  Called by the access phase.
 */


#include "ngx_http_mcp_principal.h"
#include <openssl/evp.h>


#define NGX_HTTP_MCP_PRINCIPAL_POOL  2048
#define NGX_HTTP_MCP_TOKEN_CACHE     (16 * 1024 * 1024)   /* bytes */


static ngx_rbtree_key_t ngx_http_mcp_token_cache_hash(const u_char *digest);


ngx_http_mcp_principal_t *
ngx_http_mcp_principal_create(ngx_log_t *log)
{
    ngx_pool_t                *pool;
    ngx_http_mcp_principal_t  *p;

    pool = ngx_create_pool(NGX_HTTP_MCP_PRINCIPAL_POOL, log);
    if (pool == NULL) {
        return NULL;
    }

    p = ngx_pcalloc(pool, sizeof(ngx_http_mcp_principal_t));
    if (p == NULL) {
        ngx_destroy_pool(pool);
        return NULL;
    }

    /* it outlives the request whose log this may be */

    pool->log = ngx_cycle->log;

    p->pool = pool;
    p->refs = 1;

    return p;
}


void
ngx_http_mcp_principal_release(ngx_http_mcp_principal_t *p)
{
    if (p == NULL || --p->refs) {
        return;
    }

    if (p->claims.raw.len) {
        ngx_explicit_memzero(p->claims.raw.data, p->claims.raw.len);
    }

    ngx_destroy_pool(p->pool);
}


void
ngx_http_mcp_principal_key(const ngx_http_mcp_principal_t *p, u_char key[32])
{
    ngx_uint_t        i;
    EVP_MD_CTX       *md;
    const ngx_str_t  *part[4];

    part[0] = p->provider ? &p->provider->name : NULL;
    part[1] = &p->facts.issuer;
    part[2] = &p->facts.tenant;
    part[3] = &p->facts.subject;

    ngx_memzero(key, 32);

    md = EVP_MD_CTX_new();

    if (md == NULL || EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(md);

        /* nobody else has this one */

        ngx_memcpy(key, p->digest, 32);
        return;
    }

    for (i = 0; i < 4; i++) {

        /* the length first: "a" and "bc" are not "ab" and "c" */

        if (part[i]) {
            (void) EVP_DigestUpdate(md, &part[i]->len, sizeof(size_t));
            (void) EVP_DigestUpdate(md, part[i]->data, part[i]->len);
        }
    }

    (void) EVP_DigestFinal_ex(md, key, NULL);

    EVP_MD_CTX_free(md);
}


void
ngx_http_mcp_token_cache_init(ngx_http_mcp_token_cache_t *cache)
{
    ngx_rbtree_init(&cache->tree, &cache->sentinel, ngx_rbtree_insert_value);
    ngx_queue_init(&cache->queue);
}


ngx_http_mcp_principal_t *
ngx_http_mcp_token_cache_get(ngx_http_mcp_token_cache_t *cache,
    const u_char *digest, time_t now)
{
    ngx_rbtree_key_t           hash;
    ngx_rbtree_node_t         *node;
    ngx_http_mcp_principal_t  *p;

    hash = ngx_http_mcp_token_cache_hash(digest);
    node = cache->tree.root;

    while (node != &cache->sentinel) {

        if (hash != node->key) {
            node = (hash < node->key) ? node->left : node->right;
            continue;
        }

        p = (ngx_http_mcp_principal_t *) node;

        if (ngx_memcmp(p->digest, digest, NGX_HTTP_MCP_TOKEN_DIGEST) != 0) {
            node = node->right;
            continue;
        }

        /* step 3: exp and nbf are checked on every hit */

        if (now >= p->until
            || (p->facts.exp && now >= p->facts.exp)
            || now < p->facts.nbf)
        {
            ngx_http_mcp_token_cache_drop(cache, p);
            return NULL;
        }

        ngx_queue_remove(&p->queue);
        ngx_queue_insert_head(&cache->queue, &p->queue);

        p->refs++;

        return p;
    }

    return NULL;
}


void
ngx_http_mcp_token_cache_put(ngx_http_mcp_token_cache_t *cache,
    ngx_http_mcp_principal_t *p, ngx_uint_t max)
{
    ngx_queue_t               *q;
    ngx_http_mcp_principal_t  *old;

    /* one entry a token: the verdict of another provider on it gives way */

    old = ngx_http_mcp_token_cache_get(cache, p->digest, ngx_time());

    if (old) {
        ngx_http_mcp_token_cache_drop(cache, old);
        ngx_http_mcp_principal_release(old);
    }

    p->size = sizeof(ngx_http_mcp_principal_t) + NGX_HTTP_MCP_PRINCIPAL_POOL
              + 2 * p->claims.raw.len;

    while (cache->entries
           && (cache->entries >= max
               || cache->size + p->size > NGX_HTTP_MCP_TOKEN_CACHE))
    {
        q = ngx_queue_last(&cache->queue);

        ngx_http_mcp_token_cache_drop(cache,
                        ngx_queue_data(q, ngx_http_mcp_principal_t, queue));
    }

    if (max == 0) {
        return;
    }

    p->node.key = ngx_http_mcp_token_cache_hash(p->digest);

    ngx_rbtree_insert(&cache->tree, &p->node);
    ngx_queue_insert_head(&cache->queue, &p->queue);

    cache->entries++;
    cache->size += p->size;

    p->refs++;
}


void
ngx_http_mcp_token_cache_drop(ngx_http_mcp_token_cache_t *cache,
    ngx_http_mcp_principal_t *p)
{
    ngx_rbtree_delete(&cache->tree, &p->node);
    ngx_queue_remove(&p->queue);

    cache->entries--;
    cache->size -= p->size;

    ngx_http_mcp_principal_release(p);
}


static ngx_rbtree_key_t
ngx_http_mcp_token_cache_hash(const u_char *digest)
{
    ngx_rbtree_key_t  hash;

    ngx_memcpy(&hash, digest, sizeof(ngx_rbtree_key_t));

    return hash;
}

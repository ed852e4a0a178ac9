
/*
 * Copyright (C) mcp-nginx contributors
 *
 * A map of the schema compiler, from names, URIs and places of a text to
 * what was made of them.  Lives in the compiler's pool.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_inside.h"


static ngx_int_t ngx_http_mcp_jsonschema_map_grow(
    ngx_http_mcp_jsonschema_map_t *map);
static ngx_http_mcp_jsonschema_entry_t *ngx_http_mcp_jsonschema_map_slot(
    const ngx_http_mcp_jsonschema_map_t *map, const ngx_str_t *key,
    uintptr_t owner);


uint32_t
ngx_http_mcp_jsonschema_hash(const u_char *p, size_t len)
{
    uint64_t  h, w;

    h = len * 0x9e3779b97f4a7c15;

    while (len >= 8) {
        ngx_memcpy(&w, p, 8);
        h = (h ^ w) * 0x9e3779b97f4a7c15;
        h ^= h >> 29;
        p += 8;
        len -= 8;
    }

    while (len) {
        h = (h ^ *p++) * 0x9e3779b97f4a7c15;
        len--;
    }

    return (uint32_t) (h >> 32);
}


ngx_int_t
ngx_http_mcp_jsonschema_map_add(ngx_http_mcp_jsonschema_map_t *map,
    const ngx_str_t *key, const void *owner, void *value)
{
    ngx_http_mcp_jsonschema_entry_t  *e;

    if (map->n * 2 >= map->size
        && ngx_http_mcp_jsonschema_map_grow(map) != NGX_OK)
    {
        return NGX_ERROR;
    }

    e = ngx_http_mcp_jsonschema_map_slot(map, key, (uintptr_t) owner);

    e->key = *key;
    e->owner = (uintptr_t) owner;
    e->value = value;

    map->n++;

    return NGX_OK;
}


void *
ngx_http_mcp_jsonschema_map_find(const ngx_http_mcp_jsonschema_map_t *map,
    const ngx_str_t *key, const void *owner)
{
    if (map->size == 0) {
        return NULL;
    }

    return ngx_http_mcp_jsonschema_map_slot(map, key, (uintptr_t) owner)
           ->value;
}


/* the old entries stay in the pool: all of them are as much as the last */

static ngx_int_t
ngx_http_mcp_jsonschema_map_grow(ngx_http_mcp_jsonschema_map_t *map)
{
    ngx_uint_t                        i, n;
    ngx_http_mcp_jsonschema_entry_t  *e, *old;

    old = map->entries;
    n = map->size;

    map->size = n ? n * 2 : 64;

    map->entries = ngx_pcalloc(map->pool, map->size
                                   * sizeof(ngx_http_mcp_jsonschema_entry_t));
    if (map->entries == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        if (old[i].value) {
            e = ngx_http_mcp_jsonschema_map_slot(map, &old[i].key,
                                                 old[i].owner);
            *e = old[i];
        }
    }

    return NGX_OK;
}


/* the entry of the key, or the free one where it would be */

static ngx_http_mcp_jsonschema_entry_t *
ngx_http_mcp_jsonschema_map_slot(const ngx_http_mcp_jsonschema_map_t *map,
    const ngx_str_t *key, uintptr_t owner)
{
    ngx_uint_t                        i;
    ngx_http_mcp_jsonschema_entry_t  *e;

    i = ngx_http_mcp_jsonschema_hash(key->data, key->len)
        ^ ngx_http_mcp_jsonschema_hash((u_char *) &owner, sizeof(uintptr_t));

    for ( ;; ) {
        e = &map->entries[i & (map->size - 1)];

        if (e->value == NULL
            || (e->owner == owner && e->key.len == key->len
                && (key->len == 0
                    || ngx_memcmp(e->key.data, key->data, key->len) == 0)))
        {
            return e;
        }

        i++;
    }
}

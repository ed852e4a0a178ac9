
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Lays out the shared memory.  It survives a reload, so it begins with the
 * version of its layout; nothing in it may be indispensable.
 */


#include "ngx_http_mcp_zone.h"
#include "ngx_http_mcp_handle.h"
#include <openssl/rand.h>


#define NGX_HTTP_MCP_ZONE_LAYOUT  3
#define NGX_HTTP_MCP_ZONE_SIZE    (1024 * 1024)


static ngx_int_t ngx_http_mcp_zone_init_memory(ngx_shm_zone_t *zone,
    void *data);
static ngx_int_t ngx_http_mcp_zone_add(ngx_conf_t *cf,
    ngx_http_mcp_main_conf_t *mmcf, ngx_str_t *name, size_t size);


char *
ngx_http_mcp_zone_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_main_conf_t *mmcf = conf;

    u_char     *p;
    ssize_t     size;
    ngx_str_t  *value, name, text;

    if (mmcf->zone) {
        return "is duplicate";
    }

    value = cf->args->elts;
    name = value[1];

    p = ngx_strlchr(name.data, name.data + name.len, ':');

    if (p == NULL || p == name.data) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid zone \"%V\": expected name:size, as "
                           "\"mcp:16m\"", &value[1]);
        return NGX_CONF_ERROR;
    }

    name.len = p - name.data;

    text.data = p + 1;
    text.len = value[1].len - name.len - 1;

    size = ngx_parse_size(&text);

    if (size == NGX_ERROR || size < (ssize_t) (8 * ngx_pagesize)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid size of zone \"%V\": at least %uzk is "
                           "needed", &value[1], 8 * ngx_pagesize / 1024);
        return NGX_CONF_ERROR;
    }

    if (ngx_http_mcp_zone_add(cf, mmcf, &name, size) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


ngx_int_t
ngx_http_mcp_zone_init(ngx_conf_t *cf)
{
    ngx_str_t                  name;
    ngx_http_mcp_main_conf_t  *mmcf;

    mmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_mcp_module);

    if (mmcf->zone
        || (mmcf->endpoints.nelts == 0 && mmcf->guarded.nelts == 0))
    {
        return NGX_OK;
    }

    ngx_str_set(&name, "mcp");

    return ngx_http_mcp_zone_add(cf, mmcf, &name, NGX_HTTP_MCP_ZONE_SIZE);
}


static ngx_int_t
ngx_http_mcp_zone_add(ngx_conf_t *cf, ngx_http_mcp_main_conf_t *mmcf,
    ngx_str_t *name, size_t size)
{
    mmcf->zone = ngx_shared_memory_add(cf, name, size, &ngx_http_mcp_module);
    if (mmcf->zone == NULL) {
        return NGX_ERROR;
    }

    mmcf->zone->init = ngx_http_mcp_zone_init_memory;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_zone_init_memory(ngx_shm_zone_t *zone, void *data)
{
    ngx_slab_pool_t      *shpool;
    ngx_http_mcp_zone_t  *zd;

    /*
     * after a reload "data" is that of the zone before; where the memory
     * exists without it (another process made it) the pool knows it
     */

    shpool = (ngx_slab_pool_t *) zone->shm.addr;

    zd = data ? data : (zone->shm.exists ? shpool->data : NULL);

    if (zd && zd->layout == NGX_HTTP_MCP_ZONE_LAYOUT) {
        zone->data = zd;
        return NGX_OK;
    }

    zd = ngx_slab_calloc(shpool, sizeof(ngx_http_mcp_zone_t));
    if (zd == NULL) {
        return NGX_ERROR;
    }

    if (RAND_bytes(zd->key, NGX_HTTP_MCP_HANDLE_KEY) != 1) {
        ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0,
                      "RAND_bytes() failed for zone \"%V\"",
                      &zone->shm.name);
        return NGX_ERROR;
    }

    zd->layout = NGX_HTTP_MCP_ZONE_LAYOUT;

    ngx_queue_init(&zd->keys);

    ngx_rbtree_init(&zd->verdicts, &zd->verdicts_sentinel,
                    ngx_rbtree_insert_value);
    ngx_queue_init(&zd->allowed);
    ngx_queue_init(&zd->denied);

    ngx_rbtree_init(&zd->failures, &zd->failures_sentinel,
                    ngx_rbtree_insert_value);
    ngx_queue_init(&zd->failed);

    /* a full zone is no error: it keeps less */

    shpool->log_nomem = 0;

    shpool->data = zd;
    zone->data = zd;

    return NGX_OK;
}


ngx_http_mcp_zone_t *
ngx_http_mcp_zone_data(const ngx_http_mcp_main_conf_t *mmcf,
    ngx_slab_pool_t **pool)
{
    *pool = (ngx_slab_pool_t *) mmcf->zone->shm.addr;

    return mmcf->zone->data;
}


const u_char *
ngx_http_mcp_zone_key(const ngx_http_mcp_main_conf_t *mmcf, ngx_uint_t n)
{
    ngx_str_t            *secret;
    ngx_http_mcp_zone_t  *zd;

    if (mmcf->secrets) {
        secret = mmcf->secrets->elts;

        return (n < mmcf->secrets->nelts) ? secret[n].data : NULL;
    }

    zd = mmcf->zone->data;

    return (n == 0) ? zd->key : NULL;
}

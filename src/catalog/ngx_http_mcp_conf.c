
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Creates and merges the configuration structures.  Called by nginx's http
 * module while it reads the configuration; the structures live in the
 * cycle's pool.
 */


#include "ngx_http_mcp_catalog.h"


void *
ngx_http_mcp_create_main_conf(ngx_conf_t *cf)
{
    ngx_http_mcp_main_conf_t  *mmcf;

    mmcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_mcp_main_conf_t));
    if (mmcf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&mmcf->endpoints, cf->pool, 4,
                       sizeof(ngx_http_mcp_endpoint_t *))
        != NGX_OK
        || ngx_array_init(&mmcf->tools, cf->pool, 16,
                          sizeof(ngx_http_mcp_tool_t *))
           != NGX_OK
        || ngx_array_init(&mmcf->toolsets, cf->pool, 4,
                          sizeof(ngx_http_mcp_toolset_t *))
           != NGX_OK
        || ngx_array_init(&mmcf->providers, cf->pool, 4,
                          sizeof(ngx_http_mcp_provider_t *))
           != NGX_OK
        || ngx_array_init(&mmcf->guarded, cf->pool, 8,
                          sizeof(ngx_http_mcp_loc_conf_t *))
           != NGX_OK
        || ngx_array_init(&mmcf->documents, cf->pool, 8,
                          sizeof(ngx_http_mcp_document_t))
           != NGX_OK
        || ngx_array_init(&mmcf->implies, cf->pool, 4,
                          sizeof(ngx_http_mcp_implies_t))
           != NGX_OK
        || ngx_array_init(&mmcf->claim_names, cf->pool, 4,
                          sizeof(ngx_str_t))
           != NGX_OK)
    {
        return NULL;
    }

    mmcf->worker = ngx_pcalloc(cf->pool, sizeof(ngx_http_mcp_worker_t));
    if (mmcf->worker == NULL) {
        return NULL;
    }

    mmcf->cache_entries = 4096;
    mmcf->cache_ttl = NGX_CONF_UNSET;

    mmcf->request_method = NGX_ERROR;
    mmcf->request_id = NGX_ERROR;

    return mmcf;
}


void *
ngx_http_mcp_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_mcp_loc_conf_t  *mlcf;

    mlcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_mcp_loc_conf_t));
    if (mlcf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     mlcf->endpoint = NULL;
     *     mlcf->tools = NULL;
     *     mlcf->toolsets = NULL;
     *     mlcf->name = { 0, NULL };  and the other strings
     */

    mlcf->hosts = NGX_CONF_UNSET_PTR;
    mlcf->origins = NGX_CONF_UNSET_PTR;
    mlcf->pass_headers = NGX_CONF_UNSET_PTR;

    mlcf->timeout = NGX_CONF_UNSET_MSEC;
    mlcf->max_response = NGX_CONF_UNSET_SIZE;
    mlcf->max_calls = NGX_CONF_UNSET_UINT;
    mlcf->page_size = NGX_CONF_UNSET_UINT;
    mlcf->list_ttl = NGX_CONF_UNSET_MSEC;
    mlcf->cancel_on_disconnect = NGX_CONF_UNSET;

    ngx_http_mcp_auth_create(&mlcf->auth);

    return mlcf;
}


char *
ngx_http_mcp_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_mcp_loc_conf_t *prev = parent;
    ngx_http_mcp_loc_conf_t *conf = child;

    ngx_http_core_loc_conf_t  *clcf;

    /*
     * "if" and "limit_except" (noname, too) inside of an endpoint are the
     * same endpoint, a nested location is another place
     */

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (conf->endpoint == NULL && clcf->noname) {
        conf->endpoint = prev->endpoint;
    }

    /* an endpoint's own blocks and sets together replace those above */

    if (conf->tools == NULL && conf->toolsets == NULL) {
        conf->tools = prev->tools;
        conf->toolsets = prev->toolsets;
    }

    ngx_conf_merge_str_value(conf->name, prev->name, "");
    ngx_conf_merge_str_value(conf->version, prev->version, "");
    ngx_conf_merge_str_value(conf->title, prev->title, "");
    ngx_conf_merge_str_value(conf->website, prev->website, "");
    ngx_conf_merge_str_value(conf->instructions, prev->instructions, "");

    ngx_conf_merge_ptr_value(conf->hosts, prev->hosts, NULL);
    ngx_conf_merge_ptr_value(conf->origins, prev->origins, NULL);
    ngx_conf_merge_ptr_value(conf->pass_headers, prev->pass_headers, NULL);

    ngx_conf_merge_msec_value(conf->timeout, prev->timeout, 60000);
    ngx_conf_merge_size_value(conf->max_response, prev->max_response,
                              1024 * 1024);
    ngx_conf_merge_uint_value(conf->max_calls, prev->max_calls, 512);
    ngx_conf_merge_uint_value(conf->page_size, prev->page_size, 0);
    ngx_conf_merge_msec_value(conf->list_ttl, prev->list_ttl, 60000);
    ngx_conf_merge_value(conf->cancel_on_disconnect,
                         prev->cancel_on_disconnect, 0);

    return ngx_http_mcp_auth_merge(cf, prev, conf);
}


char *
ngx_http_mcp_conf_error(ngx_conf_t *cf, const ngx_str_t *file,
    ngx_uint_t line, const char *fmt, ...)
{
    u_char    text[NGX_MAX_CONF_ERRSTR], *last;
    va_list   args;

    va_start(args, fmt);
    last = ngx_vslprintf(text, text + NGX_MAX_CONF_ERRSTR, fmt, args);
    va_end(args);

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "%*s in %V:%ui",
                  (size_t) (last - text), text, file, line);

    return NGX_CONF_ERROR;
}

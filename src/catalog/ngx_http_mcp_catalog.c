
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Builds each endpoint's catalog when all of the configuration is read:
 * which tools it serves, the location of each, an index by name.
 */


#include "ngx_http_mcp_catalog.h"
#include "ngx_http_mcp_utf8.h"


static ngx_int_t ngx_http_mcp_catalog_endpoint(ngx_conf_t *cf,
    ngx_http_mcp_endpoint_t *endpoint);
static ngx_int_t ngx_http_mcp_catalog_texts(ngx_conf_t *cf,
    ngx_http_mcp_endpoint_t *endpoint);
static ngx_int_t ngx_http_mcp_catalog_names_copy(ngx_conf_t *cf,
    ngx_http_mcp_endpoint_t *endpoint);
static ngx_int_t ngx_http_mcp_catalog_collect(ngx_conf_t *cf,
    ngx_http_mcp_endpoint_t *endpoint, ngx_http_mcp_catalog_t *catalog);
static ngx_http_mcp_toolset_t *ngx_http_mcp_catalog_toolset(
    ngx_http_mcp_main_conf_t *mmcf, ngx_str_t *name);
static ngx_int_t ngx_http_mcp_catalog_add(ngx_conf_t *cf,
    ngx_http_mcp_endpoint_t *endpoint, ngx_http_mcp_catalog_t *catalog,
    ngx_array_t *tools);
static ngx_int_t ngx_http_mcp_catalog_index(ngx_conf_t *cf,
    ngx_http_mcp_endpoint_t *endpoint, ngx_http_mcp_catalog_t *catalog);
static ngx_int_t ngx_http_mcp_catalog_unseen(ngx_conf_t *cf,
    ngx_http_mcp_main_conf_t *mmcf);
static int ngx_libc_cdecl ngx_http_mcp_catalog_compare(const void *one,
    const void *two);
static ngx_int_t ngx_http_mcp_catalog_names(const ngx_str_t *one,
    const ngx_str_t *two);


ngx_int_t
ngx_http_mcp_catalog_compile(ngx_conf_t *cf)
{
    ngx_uint_t                 i;
    ngx_http_mcp_endpoint_t  **endpoint;
    ngx_http_mcp_main_conf_t  *mmcf;

    mmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_mcp_module);

    if (ngx_http_mcp_identity_compile(cf, mmcf) != NGX_OK) {
        return NGX_ERROR;
    }

    endpoint = mmcf->endpoints.elts;

    for (i = 0; i < mmcf->endpoints.nelts; i++) {
        if (ngx_http_mcp_catalog_endpoint(cf, endpoint[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return ngx_http_mcp_catalog_unseen(cf, mmcf);
}


static ngx_int_t
ngx_http_mcp_catalog_endpoint(ngx_conf_t *cf,
    ngx_http_mcp_endpoint_t *endpoint)
{
    ngx_http_mcp_catalog_t    *catalog;
    ngx_http_mcp_auth_conf_t  *auth;

    catalog = ngx_pcalloc(cf->pool, sizeof(ngx_http_mcp_catalog_t));
    if (catalog == NULL) {
        return NGX_ERROR;
    }

    if (ngx_array_init(&catalog->tools, cf->pool, 8,
                       sizeof(ngx_http_mcp_tool_t))
        != NGX_OK
        || ngx_array_init(&catalog->rules, cf->pool, 4,
                          sizeof(ngx_http_mcp_rule_t *))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    auth = &endpoint->mlcf->auth;

    /* 5.2: what any cache may keep, people without a token may see */

    ngx_conf_init_uint_value(auth->list_scope, !ngx_http_mcp_auth_on(auth));

    catalog->deny = (auth->deny && ngx_http_mcp_auth_on(auth));
    catalog->name = endpoint->mlcf->name;

    if (catalog->name.len == 0) {
        catalog->name = endpoint->cscf->server_name;
    }

    if (catalog->name.len == 0) {
        ngx_str_set(&catalog->name, "nginx");
    }

    if (ngx_http_mcp_catalog_texts(cf, endpoint) != NGX_OK
        || ngx_http_mcp_catalog_names_copy(cf, endpoint) != NGX_OK
        || ngx_http_mcp_catalog_collect(cf, endpoint, catalog) != NGX_OK
        || ngx_http_mcp_catalog_index(cf, endpoint, catalog) != NGX_OK
        || ngx_http_mcp_catalog_serialise(cf, catalog, endpoint->mlcf)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (catalog->tools.nelts == 0) {
        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "the \"mcp\" endpoint serves nothing: it sees no "
                      "\"mcp_tool\" in %V:%ui",
                      &endpoint->file, endpoint->line);
    }

    endpoint->catalog = catalog;

    return NGX_OK;
}


/* what is published is JSON, and JSON is UTF-8 (RPC-26) */

static ngx_int_t
ngx_http_mcp_catalog_texts(ngx_conf_t *cf, ngx_http_mcp_endpoint_t *endpoint)
{
    ngx_str_t   *text[5];
    ngx_uint_t   i;

    text[0] = &endpoint->mlcf->name;
    text[1] = &endpoint->mlcf->version;
    text[2] = &endpoint->mlcf->title;
    text[3] = &endpoint->mlcf->website;
    text[4] = &endpoint->mlcf->instructions;

    for (i = 0; i < 5; i++) {
        if (ngx_http_mcp_utf8_valid(text[i]->data, text[i]->len)
            != text[i]->len)
        {
            (void) ngx_http_mcp_conf_error(cf, &endpoint->file,
                       endpoint->line,
                       "\"%s\" of the endpoint is not UTF-8",
                       (i == 4) ? "mcp_instructions" : "mcp_server_info");
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* the server's list is in a pool that ends with the reading */

static ngx_int_t
ngx_http_mcp_catalog_names_copy(ngx_conf_t *cf,
    ngx_http_mcp_endpoint_t *endpoint)
{
    ngx_array_t             *from;
    ngx_http_server_name_t  *to;

    from = &endpoint->cscf->server_names;

    if (ngx_array_init(&endpoint->names, cf->pool, ngx_max(from->nelts, 1),
                       sizeof(ngx_http_server_name_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    to = ngx_array_push_n(&endpoint->names, from->nelts);
    if (to == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(to, from->elts, from->nelts * sizeof(ngx_http_server_name_t));

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_catalog_collect(ngx_conf_t *cf,
    ngx_http_mcp_endpoint_t *endpoint, ngx_http_mcp_catalog_t *catalog)
{
    ngx_str_t                 *name;
    ngx_uint_t                 i;
    ngx_array_t               *toolsets;
    ngx_http_mcp_toolset_t    *set;
    ngx_http_mcp_main_conf_t  *mmcf;

    if (endpoint->mlcf->tools
        && ngx_http_mcp_catalog_add(cf, endpoint, catalog,
                                    endpoint->mlcf->tools)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    toolsets = endpoint->mlcf->toolsets;

    if (toolsets == NULL) {
        return NGX_OK;
    }

    mmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_mcp_module);

    name = toolsets->elts;

    for (i = 0; i < toolsets->nelts; i++) {

        set = ngx_http_mcp_catalog_toolset(mmcf, &name[i]);

        if (set == NULL) {
            (void) ngx_http_mcp_conf_error(cf, &endpoint->file,
                       endpoint->line,
                       "unknown mcp_toolset \"%V\" in \"mcp_tools\" of the "
                       "endpoint", &name[i]);
            return NGX_ERROR;
        }

        if (ngx_http_mcp_catalog_add(cf, endpoint, catalog, &set->tools)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_http_mcp_toolset_t *
ngx_http_mcp_catalog_toolset(ngx_http_mcp_main_conf_t *mmcf, ngx_str_t *name)
{
    ngx_uint_t                i;
    ngx_http_mcp_toolset_t  **set;

    set = mmcf->toolsets.elts;

    for (i = 0; i < mmcf->toolsets.nelts; i++) {
        if (ngx_http_mcp_catalog_names(&set[i]->name, name) == 0) {
            return set[i];
        }
    }

    return NULL;
}


static ngx_int_t
ngx_http_mcp_catalog_add(ngx_conf_t *cf, ngx_http_mcp_endpoint_t *endpoint,
    ngx_http_mcp_catalog_t *catalog, ngx_array_t *tools)
{
    ngx_uint_t                i;
    ngx_http_mcp_tool_t      *tool, **tp;
    ngx_http_mcp_loc_conf_t  *mlcf;

    mlcf = endpoint->mlcf;
    tp = tools->elts;

    for (i = 0; i < tools->nelts; i++) {

        tp[i]->seen = 1;

        tool = ngx_array_push(&catalog->tools);
        if (tool == NULL) {
            return NGX_ERROR;
        }

        /*
         * a copy: the same block may serve endpoints of several servers,
         * and "@name" is another location in each
         */

        *tool = *tp[i];

        ngx_conf_merge_msec_value(tool->timeout, mlcf->timeout, 60000);
        ngx_conf_merge_size_value(tool->max_response, mlcf->max_response,
                                  1024 * 1024);

        tool->location = ngx_http_mcp_catalog_location(cf, endpoint, tool,
                                                       &tool->pass);

        if (tool->location == NULL
            || ngx_http_mcp_catalog_rule(cf, endpoint, catalog, tool)
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_http_core_loc_conf_t *
ngx_http_mcp_catalog_location(ngx_conf_t *cf,
    const ngx_http_mcp_endpoint_t *endpoint, const ngx_http_mcp_tool_t *tool,
    const ngx_str_t *name)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_mcp_named_location(endpoint->cscf, name);

    if (clcf == NULL) {
        (void) ngx_http_mcp_conf_error(cf, &tool->file, tool->line,
                   "mcp_tool \"%V\": there is no \"location %V\" in the "
                   "server of the endpoint at %V:%ui; add location %V "
                   "{ proxy_pass http://upstream; }",
                   &tool->name, name, &endpoint->file, endpoint->line, name);
    }

    return clcf;
}


ngx_http_core_loc_conf_t *
ngx_http_mcp_named_location(const ngx_http_core_srv_conf_t *cscf,
    const ngx_str_t *name)
{
    ngx_http_core_loc_conf_t  **clcfp;

    if (cscf->named_locations == NULL) {
        return NULL;
    }

    for (clcfp = cscf->named_locations; *clcfp; clcfp++) {
        if (ngx_http_mcp_catalog_names(name, &(*clcfp)->name) == 0) {
            return *clcfp;
        }
    }

    return NULL;
}


static ngx_int_t
ngx_http_mcp_catalog_index(ngx_conf_t *cf, ngx_http_mcp_endpoint_t *endpoint,
    ngx_http_mcp_catalog_t *catalog)
{
    ngx_uint_t             i, n;
    ngx_http_mcp_tool_t   *tool, **index;

    n = catalog->tools.nelts;

    if (n == 0) {
        return NGX_OK;
    }

    tool = catalog->tools.elts;

    index = ngx_palloc(cf->pool, n * sizeof(ngx_http_mcp_tool_t *));
    if (index == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        index[i] = &tool[i];
    }

    ngx_qsort(index, n, sizeof(ngx_http_mcp_tool_t *),
              ngx_http_mcp_catalog_compare);

    for (i = 1; i < n; i++) {

        if (ngx_http_mcp_catalog_names(&index[i - 1]->name, &index[i]->name)
            != 0)
        {
            continue;
        }

        (void) ngx_http_mcp_conf_error(cf, &index[i]->file, index[i]->line,
                   "duplicate mcp_tool \"%V\" in the endpoint at %V:%ui, "
                   "the other is in %V:%ui", &index[i]->name,
                   &endpoint->file, endpoint->line, &index[i - 1]->file,
                   index[i - 1]->line);
        return NGX_ERROR;
    }

    catalog->index = index;

    return NGX_OK;
}


/* A tool that no endpoint can see is a mistake, not a spare part. */

static ngx_int_t
ngx_http_mcp_catalog_unseen(ngx_conf_t *cf, ngx_http_mcp_main_conf_t *mmcf)
{
    ngx_uint_t             i;
    ngx_http_mcp_tool_t  **tool;

    tool = mmcf->tools.elts;

    for (i = 0; i < mmcf->tools.nelts; i++) {

        if (tool[i]->seen) {
            continue;
        }

        (void) ngx_http_mcp_conf_error(cf, &tool[i]->file, tool[i]->line,
                   "mcp_tool \"%V\" is in no endpoint: put it into a "
                   "location with \"mcp\" or above one that has no tools of "
                   "its own, or pick its set by \"mcp_tools\"",
                   &tool[i]->name);
        return NGX_ERROR;
    }

    return NGX_OK;
}


const ngx_http_mcp_tool_t *
ngx_http_mcp_catalog_tool(const ngx_http_mcp_catalog_t *catalog,
    const ngx_str_t *name)
{
    ngx_int_t             rc;
    ngx_uint_t            low, high, i;
    ngx_http_mcp_tool_t  *tool;

    low = 0;
    high = catalog->tools.nelts;

    while (low < high) {
        i = low + (high - low) / 2;
        tool = catalog->index[i];

        rc = ngx_http_mcp_catalog_names(name, &tool->name);

        if (rc == 0) {
            return tool;
        }

        if (rc < 0) {
            high = i;

        } else {
            low = i + 1;
        }
    }

    return NULL;
}


static int ngx_libc_cdecl
ngx_http_mcp_catalog_compare(const void *one, const void *two)
{
    ngx_int_t             rc;
    ngx_http_mcp_tool_t  *a, *b;

    a = *(ngx_http_mcp_tool_t **) one;
    b = *(ngx_http_mcp_tool_t **) two;

    rc = ngx_http_mcp_catalog_names(&a->name, &b->name);

    if (rc == 0) {
        rc = (a < b) ? -1 : (a > b);
    }

    return (int) rc;
}


static ngx_int_t
ngx_http_mcp_catalog_names(const ngx_str_t *one, const ngx_str_t *two)
{
    return ngx_memn2cmp(one->data, two->data, one->len, two->len);
}

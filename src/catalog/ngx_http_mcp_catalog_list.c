
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Serialises what is the same for every request, once, at load: the pages
 * of tools/list and the results of server/discover and initialize.  An
 * answer is then these bytes with the request's id spliced in front.  Lists
 * that leave tools out are made of the same functions later, by need.
 */


#include "ngx_http_mcp_catalog.h"
#include "ngx_http_mcp_json_write.h"
#include <openssl/evp.h>


static ngx_int_t ngx_http_mcp_catalog_pages(ngx_pool_t *pool,
    const ngx_http_mcp_catalog_t *catalog, const u_char *passed,
    ngx_http_mcp_catalog_view_t *view);
static ngx_int_t ngx_http_mcp_catalog_page(ngx_pool_t *pool,
    const ngx_http_mcp_catalog_t *catalog, const u_char *passed,
    ngx_uint_t *index, ngx_http_mcp_page_t *page);
static ngx_uint_t ngx_http_mcp_catalog_listed(
    const ngx_http_mcp_catalog_t *catalog, const ngx_http_mcp_tool_t *tool,
    const u_char *passed);
static void ngx_http_mcp_catalog_tool_text(ngx_http_mcp_json_text_t *text,
    ngx_http_mcp_tool_t *tool);
static void ngx_http_mcp_catalog_hints(ngx_http_mcp_json_text_t *text,
    ngx_http_mcp_tool_t *tool);
static void ngx_http_mcp_catalog_icons(ngx_http_mcp_json_text_t *text,
    ngx_array_t *icons);
static ngx_int_t ngx_http_mcp_catalog_server(ngx_conf_t *cf,
    ngx_http_mcp_catalog_t *catalog, ngx_http_mcp_loc_conf_t *mlcf,
    ngx_str_t *info);
static ngx_int_t ngx_http_mcp_catalog_tail(ngx_conf_t *cf,
    ngx_http_mcp_catalog_t *catalog, ngx_http_mcp_loc_conf_t *mlcf);
static ngx_int_t ngx_http_mcp_catalog_end(ngx_conf_t *cf, ngx_str_t *tail,
    ngx_str_t *end);
static ngx_int_t ngx_http_mcp_catalog_results(ngx_conf_t *cf,
    ngx_http_mcp_catalog_t *catalog, ngx_http_mcp_loc_conf_t *mlcf,
    ngx_str_t *info);
static ngx_int_t ngx_http_mcp_catalog_capabilities(ngx_conf_t *cf,
    ngx_http_mcp_catalog_t *catalog, ngx_http_mcp_loc_conf_t *mlcf,
    ngx_str_t *out);
static ngx_int_t ngx_http_mcp_catalog_cors(ngx_conf_t *cf,
    ngx_http_mcp_catalog_t *catalog);
static ngx_uint_t ngx_http_mcp_catalog_cors_has(
    ngx_http_mcp_json_text_t *text, const ngx_str_t *name);
static void ngx_http_mcp_catalog_member(ngx_http_mcp_json_text_t *text,
    const char *key, ngx_str_t *value);


ngx_int_t
ngx_http_mcp_catalog_serialise(ngx_conf_t *cf,
    ngx_http_mcp_catalog_t *catalog, ngx_http_mcp_loc_conf_t *mlcf)
{
    ngx_str_t  info;

    catalog->page_size = mlcf->page_size;

    if (ngx_http_mcp_catalog_pages(cf->pool, catalog, NULL, &catalog->all)
        != NGX_OK
        || ngx_http_mcp_catalog_server(cf, catalog, mlcf, &info) != NGX_OK
        || ngx_http_mcp_catalog_results(cf, catalog, mlcf, &info) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_mcp_catalog_cors(cf, catalog);
}


ngx_http_mcp_catalog_view_t *
ngx_http_mcp_catalog_view(ngx_pool_t *pool, ngx_log_t *log,
    const ngx_http_mcp_catalog_t *catalog, const u_char *passed)
{
    ngx_http_mcp_catalog_view_t  *view;

    view = ngx_palloc(pool, sizeof(ngx_http_mcp_catalog_view_t));

    if (view == NULL
        || ngx_http_mcp_catalog_pages(pool, catalog, passed, view) != NGX_OK)
    {
        ngx_log_error(NGX_LOG_ERR, log, 0,
                      "the list of \"%V\" could not be made",
                      &catalog->name);
        return NULL;
    }

    return view;
}


static ngx_int_t
ngx_http_mcp_catalog_pages(ngx_pool_t *pool,
    const ngx_http_mcp_catalog_t *catalog, const u_char *passed,
    ngx_http_mcp_catalog_view_t *view)
{
    u_char                digest[EVP_MAX_MD_SIZE];
    EVP_MD_CTX           *md;
    ngx_int_t             rc;
    ngx_uint_t            index;
    ngx_http_mcp_page_t  *page;

    if (ngx_array_init(&view->pages, pool, 1, sizeof(ngx_http_mcp_page_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    md = EVP_MD_CTX_new();
    if (md == NULL) {
        return NGX_ERROR;
    }

    (void) EVP_DigestInit_ex(md, EVP_sha256(), NULL);

    index = 0;
    rc = NGX_ERROR;

    do {
        page = ngx_array_push(&view->pages);

        if (page == NULL
            || ngx_http_mcp_catalog_page(pool, catalog, passed, &index, page)
               != NGX_OK)
        {
            goto done;
        }

        (void) EVP_DigestUpdate(md, page->array.data, page->array.len);

    } while (page->next);

    /* a cursor made for another list is told by this */

    if (EVP_DigestFinal_ex(md, digest, NULL) != 1) {
        goto done;
    }

    ngx_memcpy(view->generation, digest, sizeof(view->generation));

    rc = NGX_OK;

done:

    EVP_MD_CTX_free(md);

    return rc;
}


/* "*index" is that of the first tool, and is moved to that of the next page */

static ngx_int_t
ngx_http_mcp_catalog_page(ngx_pool_t *pool,
    const ngx_http_mcp_catalog_t *catalog, const u_char *passed,
    ngx_uint_t *index, ngx_http_mcp_page_t *page)
{
    ngx_uint_t                 i, n, size;
    ngx_http_mcp_tool_t       *tool;
    ngx_http_mcp_json_text_t   text;

    if (ngx_http_mcp_json_text_init(&text, pool, 4096) != NGX_OK) {
        return NGX_ERROR;
    }

    tool = catalog->tools.elts;
    size = catalog->page_size;
    n = 0;

    ngx_http_mcp_json_text_put(&text, "[");

    for (i = *index; i < catalog->tools.nelts; i++) {

        if (!ngx_http_mcp_catalog_listed(catalog, &tool[i], passed)) {
            continue;
        }

        if (size && n == size) {
            break;
        }

        if (n++) {
            ngx_http_mcp_json_text_put(&text, ",");
        }

        ngx_http_mcp_catalog_tool_text(&text, &tool[i]);
    }

    ngx_http_mcp_json_text_put(&text, "]");

    page->next = (i < catalog->tools.nelts) ? i : 0;
    *index = i;

    return ngx_http_mcp_json_text_done(&text, &page->array);
}


static ngx_uint_t
ngx_http_mcp_catalog_listed(const ngx_http_mcp_catalog_t *catalog,
    const ngx_http_mcp_tool_t *tool, const u_char *passed)
{
    ngx_http_mcp_rule_t  *rule;

    rule = tool->rule;

    if (catalog->deny && !ngx_http_mcp_rule_asks(rule)
        && !(rule && rule->anonymous))
    {
        return 0;
    }

    if (passed == NULL || rule == NULL
        || rule->visibility != NGX_HTTP_MCP_VISIBILITY_HIDE)
    {
        return 1;
    }

    return (passed[rule->bit / 8] >> (rule->bit % 8)) & 1;
}


/* mcp-2026-07-28.md 4.6; older revisions ignore members they do not know */

static void
ngx_http_mcp_catalog_tool_text(ngx_http_mcp_json_text_t *text,
    ngx_http_mcp_tool_t *tool)
{
    ngx_http_mcp_json_text_put(text, "{\"name\":");
    ngx_http_mcp_json_text_str(text, &tool->name);

    ngx_http_mcp_catalog_member(text, "title", &tool->title);
    ngx_http_mcp_catalog_member(text, "description", &tool->description);

    ngx_http_mcp_json_text_put(text, ",\"inputSchema\":");
    ngx_http_mcp_json_text_raw(text, tool->input_schema.data,
                               tool->input_schema.len);

    ngx_http_mcp_catalog_hints(text, tool);

    if (tool->icons) {
        ngx_http_mcp_catalog_icons(text, tool->icons);
    }

    ngx_http_mcp_json_text_put(text, "}");
}


static void
ngx_http_mcp_catalog_hints(ngx_http_mcp_json_text_t *text,
    ngx_http_mcp_tool_t *tool)
{
    ngx_uint_t  i, some;

    static const char *const  hints[] = {
        "\"readOnlyHint\":",
        "\"destructiveHint\":",
        "\"idempotentHint\":",
        "\"openWorldHint\":"
    };

    some = 0;

    for (i = 0; i < 4; i++) {

        if (!(tool->hints_set & ((ngx_uint_t) 1 << i))) {
            continue;
        }

        ngx_http_mcp_json_text_put(text, some ? "," : ",\"annotations\":{");
        ngx_http_mcp_json_text_put(text, hints[i]);
        ngx_http_mcp_json_text_put(text,
                                   (tool->hints & ((ngx_uint_t) 1 << i))
                                   ? "true" : "false");
        some = 1;
    }

    if (some) {
        ngx_http_mcp_json_text_put(text, "}");
    }
}


static void
ngx_http_mcp_catalog_icons(ngx_http_mcp_json_text_t *text,
    ngx_array_t *icons)
{
    ngx_uint_t            i;
    ngx_http_mcp_icon_t  *icon;

    icon = icons->elts;

    for (i = 0; i < icons->nelts; i++) {
        ngx_http_mcp_json_text_put(text, i ? "," : ",\"icons\":[");
        ngx_http_mcp_json_text_put(text, "{\"src\":");
        ngx_http_mcp_json_text_str(text, &icon[i].src);

        ngx_http_mcp_catalog_member(text, "mimeType", &icon[i].mime_type);

        if (icon[i].sizes.len) {
            ngx_http_mcp_json_text_put(text, ",\"sizes\":[");
            ngx_http_mcp_json_text_str(text, &icon[i].sizes);
            ngx_http_mcp_json_text_put(text, "]");
        }

        ngx_http_mcp_catalog_member(text, "theme", &icon[i].theme);
        ngx_http_mcp_json_text_put(text, "}");
    }

    ngx_http_mcp_json_text_put(text, "]");
}


/* the server's Implementation object */

static ngx_int_t
ngx_http_mcp_catalog_server(ngx_conf_t *cf, ngx_http_mcp_catalog_t *catalog,
    ngx_http_mcp_loc_conf_t *mlcf, ngx_str_t *info)
{
    ngx_str_t                  version;
    ngx_http_mcp_json_text_t   text;

    version = mlcf->version;

    if (version.len == 0) {
        ngx_str_set(&version, NGX_HTTP_MCP_VERSION);
    }

    if (ngx_http_mcp_json_text_init(&text, cf->pool, 256) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_mcp_json_text_put(&text, "{\"name\":");
    ngx_http_mcp_json_text_str(&text, &catalog->name);
    ngx_http_mcp_catalog_member(&text, "version", &version);
    ngx_http_mcp_catalog_member(&text, "title", &mlcf->title);
    ngx_http_mcp_catalog_member(&text, "websiteUrl", &mlcf->website);
    ngx_http_mcp_json_text_put(&text, "}");

    if (ngx_http_mcp_json_text_done(&text, info) != NGX_OK
        || ngx_http_mcp_json_text_init(&text, cf->pool, 256) != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* META-6 */

    ngx_http_mcp_json_text_put(&text,
                    ",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":");
    ngx_http_mcp_json_text_raw(&text, info->data, info->len);
    ngx_http_mcp_json_text_put(&text, "}");

    if (ngx_http_mcp_json_text_done(&text, &catalog->meta) != NGX_OK
        || ngx_http_mcp_catalog_tail(cf, catalog, mlcf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_mcp_catalog_end(cf, &catalog->meta,
                                    &catalog->result_end);
}


static ngx_int_t
ngx_http_mcp_catalog_tail(ngx_conf_t *cf, ngx_http_mcp_catalog_t *catalog,
    ngx_http_mcp_loc_conf_t *mlcf)
{
    ngx_http_mcp_json_text_t  text;

    if (ngx_http_mcp_json_text_init(&text, cf->pool, 256) != NGX_OK) {
        return NGX_ERROR;
    }

    /* CA-1, CA-5, CA-6; one scope for all pages and callers (5.2) */

    ngx_http_mcp_json_text_put(&text, ",\"ttlMs\":");
    ngx_http_mcp_json_text_uint(&text, mlcf->list_ttl);
    ngx_http_mcp_json_text_put(&text,
                               (mlcf->auth.list_scope
                                && catalog->rules.nelts == 0)
                               ? ",\"cacheScope\":\"public\""
                               : ",\"cacheScope\":\"private\"");
    ngx_http_mcp_json_text_raw(&text, catalog->meta.data,
                               catalog->meta.len);

    if (ngx_http_mcp_json_text_done(&text, &catalog->list_tail) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_mcp_catalog_end(cf, &catalog->list_tail,
                                    &catalog->list_end);
}


/* with the ends of the result and of the envelope: one buffer less */

static ngx_int_t
ngx_http_mcp_catalog_end(ngx_conf_t *cf, ngx_str_t *tail, ngx_str_t *end)
{
    end->len = tail->len + 2;
    end->data = ngx_pnalloc(cf->pool, end->len);
    if (end->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(end->data, tail->data, tail->len);
    end->data[tail->len] = '}';
    end->data[tail->len + 1] = '}';

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_catalog_results(ngx_conf_t *cf, ngx_http_mcp_catalog_t *catalog,
    ngx_http_mcp_loc_conf_t *mlcf, ngx_str_t *info)
{
    ngx_str_t                  capabilities;
    ngx_http_mcp_json_text_t   text;

    if (ngx_http_mcp_catalog_capabilities(cf, catalog, mlcf, &capabilities)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_http_mcp_json_text_init(&text, cf->pool, 512) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_mcp_json_text_put(&text, "{\"resultType\":\"complete\","
                               "\"supportedVersions\":[\"2026-07-28\"]");
    ngx_http_mcp_json_text_raw(&text, capabilities.data, capabilities.len);
    ngx_http_mcp_catalog_member(&text, "instructions", &mlcf->instructions);
    ngx_http_mcp_json_text_raw(&text, catalog->list_tail.data,
                               catalog->list_tail.len);
    ngx_http_mcp_json_text_put(&text, "}");

    if (ngx_http_mcp_json_text_done(&text, &catalog->discover) != NGX_OK
        || ngx_http_mcp_json_text_init(&text, cf->pool, 512) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_mcp_json_text_raw(&text, capabilities.data, capabilities.len);
    ngx_http_mcp_json_text_put(&text, ",\"serverInfo\":");
    ngx_http_mcp_json_text_raw(&text, info->data, info->len);
    ngx_http_mcp_catalog_member(&text, "instructions", &mlcf->instructions);
    ngx_http_mcp_json_text_put(&text, "}");

    return ngx_http_mcp_json_text_done(&text, &catalog->initialize);
}


/* VER-11: what is advertised works, what is not answers -32601 */

static ngx_int_t
ngx_http_mcp_catalog_capabilities(ngx_conf_t *cf,
    ngx_http_mcp_catalog_t *catalog, ngx_http_mcp_loc_conf_t *mlcf,
    ngx_str_t *out)
{
    ngx_uint_t                 i, apps;
    ngx_http_mcp_provider_t  **provider;
    ngx_http_mcp_json_text_t   text;

    if (ngx_http_mcp_json_text_init(&text, cf->pool, 128) != NGX_OK) {
        return NGX_ERROR;
    }

    apps = 0;

    if (ngx_http_mcp_auth_on(&mlcf->auth)) {
        provider = mlcf->auth.providers.elts;

        for (i = 0; i < mlcf->auth.providers.nelts; i++) {
            apps |= (provider[i]->policy.allow_app == 1);
        }
    }

    ngx_http_mcp_json_text_put(&text, ",\"capabilities\":{");

    if (catalog->tools.nelts) {
        ngx_http_mcp_json_text_put(&text, "\"tools\":{}");
    }

    if (apps) {

        /* authorization.md 1.1: tokens without a user are taken */

        ngx_http_mcp_json_text_put(&text, catalog->tools.nelts ? "," : "");
        ngx_http_mcp_json_text_put(&text, "\"extensions\":{"
                      "\"io.modelcontextprotocol/oauth-client-credentials\":"
                      "{}}");
    }

    ngx_http_mcp_json_text_put(&text, "}");

    return ngx_http_mcp_json_text_done(&text, out);
}


/* the names of mirrored headers, for Access-Control-Allow-Headers */

static ngx_int_t
ngx_http_mcp_catalog_cors(ngx_conf_t *cf, ngx_http_mcp_catalog_t *catalog)
{
    ngx_str_t                  name;
    ngx_uint_t                 i, j;
    ngx_http_mcp_tool_t       *tool;
    ngx_http_mcp_mirror_t     *mirror;
    ngx_http_mcp_json_text_t   text;

    if (ngx_http_mcp_json_text_init(&text, cf->pool, 64) != NGX_OK) {
        return NGX_ERROR;
    }

    tool = catalog->tools.elts;

    for (i = 0; i < catalog->tools.nelts; i++) {
        mirror = tool[i].mirrors.elts;

        for (j = 0; j < tool[i].mirrors.nelts; j++) {

            name.data = mirror[j].header.data;
            name.len = mirror[j].header.len;

            if (ngx_http_mcp_catalog_cors_has(&text, &name)) {
                continue;
            }

            ngx_http_mcp_json_text_put(&text, ", mcp-param-");
            ngx_http_mcp_json_text_raw(&text, name.data, name.len);
        }
    }

    return ngx_http_mcp_json_text_done(&text, &catalog->param_headers);
}


/* header names have no case; each is listed once */

static ngx_uint_t
ngx_http_mcp_catalog_cors_has(ngx_http_mcp_json_text_t *text,
    const ngx_str_t *name)
{
    u_char  *p, *end;

    for (p = text->start; p < text->pos; p = end) {

        p += sizeof(", mcp-param-") - 1;

        end = ngx_strlchr(p, text->pos, ',');
        if (end == NULL) {
            end = text->pos;
        }

        if ((size_t) (end - p) == name->len
            && ngx_strncasecmp(p, name->data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static void
ngx_http_mcp_catalog_member(ngx_http_mcp_json_text_t *text, const char *key,
    ngx_str_t *value)
{
    if (value->len == 0) {
        return;
    }

    ngx_http_mcp_json_text_put(text, ",\"");
    ngx_http_mcp_json_text_put(text, key);
    ngx_http_mcp_json_text_put(text, "\":");
    ngx_http_mcp_json_text_str(text, value);
}

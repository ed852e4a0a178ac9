
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Protected resource metadata (RFC 9728; authorization.md 1.4): what is told
 * of a resource, serialised once.  Where it is told is in
 * ngx_http_mcp_auth_publish.c.
 */


#include "ngx_http_mcp_catalog.h"
#include "ngx_http_mcp_json_write.h"


static ngx_int_t ngx_http_mcp_document_metadata(ngx_conf_t *cf,
    ngx_http_mcp_resource_id_t *resource);
static ngx_int_t ngx_http_mcp_document_lists(ngx_conf_t *cf,
    const ngx_array_t *guarded, const ngx_http_mcp_resource_id_t *resource,
    ngx_array_t *servers, ngx_array_t *scopes);
static ngx_int_t ngx_http_mcp_document_provider(ngx_conf_t *cf,
    const ngx_http_mcp_provider_t *provider, const ngx_array_t *names,
    ngx_array_t *servers, ngx_array_t *scopes);
static ngx_int_t ngx_http_mcp_document_write(ngx_conf_t *cf,
    const ngx_http_mcp_resource_id_t *resource, const ngx_array_t *servers,
    const ngx_array_t *scopes, ngx_str_t *out);
static ngx_int_t ngx_http_mcp_document_item(ngx_array_t *list,
    const ngx_str_t *item);
static void ngx_http_mcp_document_list(ngx_http_mcp_json_text_t *text,
    const char *name, const ngx_array_t *list);
static void ngx_http_mcp_document_text(ngx_http_mcp_json_text_t *text,
    const char *name, const ngx_str_t *value);


ngx_int_t
ngx_http_mcp_auth_document(ngx_conf_t *cf, const ngx_array_t *guarded,
    ngx_http_mcp_resource_id_t *resource)
{
    ngx_str_t                  text;
    ngx_uint_t                 i;
    ngx_array_t                servers, scopes;
    ngx_http_mcp_loc_conf_t  **mlcf;

    if (ngx_array_init(&servers, cf->temp_pool, 2, sizeof(ngx_str_t))
        != NGX_OK
        || ngx_array_init(&scopes, cf->temp_pool, 4, sizeof(ngx_str_t))
           != NGX_OK
        || ngx_http_mcp_document_metadata(cf, resource) != NGX_OK
        || ngx_http_mcp_document_lists(cf, guarded, resource, &servers,
                                       &scopes)
           != NGX_OK
        || ngx_http_mcp_document_write(cf, resource, &servers, &scopes, &text)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    mlcf = guarded->elts;

    for (i = 0; i < guarded->nelts; i++) {
        if (mlcf[i]->auth.resource == resource) {
            mlcf[i]->auth.document = text;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_document_metadata(ngx_conf_t *cf,
    ngx_http_mcp_resource_id_t *resource)
{
    u_char  *p;
    size_t   origin, len;

    if (resource->auth->metadata & NGX_HTTP_MCP_METADATA_OFF) {
        return NGX_OK;
    }

    origin = resource->host.data + resource->host.len - resource->uri.data;

    len = origin + sizeof(NGX_HTTP_MCP_PROTECTED) - 1
          + resource->path.len + resource->query.len;

    p = ngx_pnalloc(cf->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    resource->metadata.data = p;

    p = ngx_cpymem(p, resource->uri.data, origin);
    p = ngx_cpymem(p, NGX_HTTP_MCP_PROTECTED,
                   sizeof(NGX_HTTP_MCP_PROTECTED) - 1);

    if (resource->auth->metadata != NGX_HTTP_MCP_METADATA_ROOT) {
        p = ngx_cpymem(p, resource->path.data, resource->path.len);
        p = ngx_cpymem(p, resource->query.data, resource->query.len);
    }

    resource->metadata.len = p - resource->metadata.data;

    return NGX_OK;
}


/*
 * Scopes are those of the level that the resource stands in; where it has
 * none, those of all locations that inherit the resource.
 */

static ngx_int_t
ngx_http_mcp_document_lists(ngx_conf_t *cf, const ngx_array_t *guarded,
    const ngx_http_mcp_resource_id_t *resource, ngx_array_t *servers,
    ngx_array_t *scopes)
{
    ngx_uint_t                  i, n;
    ngx_http_mcp_provider_t   **provider;
    ngx_http_mcp_loc_conf_t   **mlcf;
    ngx_http_mcp_auth_conf_t   *auth, *from;

    mlcf = guarded->elts;

    for (i = 0; i < guarded->nelts; i++) {

        auth = &mlcf[i]->auth;

        if (auth->resource != resource) {
            continue;
        }

        from = resource->auth;

        if (from->advertise == NULL && from->scope == NULL) {
            from = auth;
        }

        provider = auth->providers.elts;

        for (n = 0; n < auth->providers.nelts; n++) {
            if (ngx_http_mcp_document_provider(cf, provider[n],
                                               from->advertise
                                               ? from->advertise
                                               : from->scope,
                                               servers, scopes)
                != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_document_provider(ngx_conf_t *cf,
    const ngx_http_mcp_provider_t *provider, const ngx_array_t *names,
    ngx_array_t *servers, ngx_array_t *scopes)
{
    ngx_str_t   *name, text;
    ngx_uint_t   i;

    if (ngx_http_mcp_provider_issuer(cf->temp_pool, provider, &text) != NGX_OK
        || ngx_http_mcp_document_item(servers, &text) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (names == NULL) {
        return NGX_OK;
    }

    name = names->elts;

    /* as this authorization server knows them */

    for (i = 0; i < names->nelts; i++) {
        if (ngx_http_mcp_scope_request(cf->temp_pool, provider, &name[i],
                                       &text)
            != NGX_OK
            || ngx_http_mcp_document_item(scopes, &text) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_document_write(ngx_conf_t *cf,
    const ngx_http_mcp_resource_id_t *resource, const ngx_array_t *servers,
    const ngx_array_t *scopes, ngx_str_t *out)
{
    ngx_http_mcp_json_text_t  text;

    if (ngx_http_mcp_json_text_init(&text, cf->pool, 512) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_mcp_json_text_put(&text, "{\"resource\":");
    ngx_http_mcp_json_text_str(&text, &resource->uri);

    ngx_http_mcp_document_list(&text, ",\"authorization_servers\":[",
                               servers);
    ngx_http_mcp_document_list(&text, ",\"scopes_supported\":[", scopes);

    ngx_http_mcp_json_text_put(&text,
                               ",\"bearer_methods_supported\":[\"header\"]");

    ngx_http_mcp_document_text(&text, ",\"resource_name\":",
                               &resource->name);
    ngx_http_mcp_document_text(&text, ",\"resource_documentation\":",
                               &resource->documentation);
    ngx_http_mcp_document_text(&text, ",\"resource_policy_uri\":",
                               &resource->policy);
    ngx_http_mcp_document_text(&text, ",\"resource_tos_uri\":",
                               &resource->tos);

    ngx_http_mcp_json_text_put(&text, "}");

    return ngx_http_mcp_json_text_done(&text, out);
}


/* each once */

static ngx_int_t
ngx_http_mcp_document_item(ngx_array_t *list, const ngx_str_t *item)
{
    ngx_str_t  *s;

    if (ngx_http_mcp_claim_listed(list, item)) {
        return NGX_OK;
    }

    s = ngx_array_push(list);
    if (s == NULL) {
        return NGX_ERROR;
    }

    *s = *item;

    return NGX_OK;
}


/* M-6: what is empty is left out */

static void
ngx_http_mcp_document_list(ngx_http_mcp_json_text_t *text, const char *name,
    const ngx_array_t *list)
{
    ngx_str_t   *item;
    ngx_uint_t   i;

    item = list->elts;

    for (i = 0; i < list->nelts; i++) {
        ngx_http_mcp_json_text_put(text, i ? "," : name);
        ngx_http_mcp_json_text_str(text, &item[i]);
    }

    if (i) {
        ngx_http_mcp_json_text_put(text, "]");
    }
}


static void
ngx_http_mcp_document_text(ngx_http_mcp_json_text_t *text, const char *name,
    const ngx_str_t *value)
{
    if (value->len) {
        ngx_http_mcp_json_text_put(text, name);
        ngx_http_mcp_json_text_str(text, value);
    }
}

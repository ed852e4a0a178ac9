
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The URLs under which each server publishes metadata of its protected
 * resources (authorization.md 1.4): mmcf->documents.  The last part of
 * ngx_http_mcp_auth_compile().
 */


#include "ngx_http_mcp_catalog.h"


#define NGX_HTTP_MCP_LEGACY  "/.well-known/oauth-authorization-server"


typedef enum {
    NGX_HTTP_MCP_PUBLISH_CLAIM = 0,        /* another's claim is an error */
    NGX_HTTP_MCP_PUBLISH_OFFER             /* if nobody else has it */
} ngx_http_mcp_publish_e;


static ngx_int_t ngx_http_mcp_publish_claims(ngx_conf_t *cf,
    ngx_http_mcp_main_conf_t *mmcf, const ngx_http_mcp_auth_conf_t *auth);
static ngx_int_t ngx_http_mcp_publish_legacy(ngx_conf_t *cf,
    ngx_http_mcp_main_conf_t *mmcf, const ngx_http_mcp_auth_conf_t *auth);
static ngx_int_t ngx_http_mcp_publish_roots(ngx_conf_t *cf,
    ngx_http_mcp_main_conf_t *mmcf);
static ngx_uint_t ngx_http_mcp_publish_alone(ngx_http_mcp_main_conf_t *mmcf,
    const ngx_http_mcp_auth_conf_t *auth);
static ngx_int_t ngx_http_mcp_publish_slashes(ngx_conf_t *cf,
    ngx_http_mcp_main_conf_t *mmcf);
static ngx_int_t ngx_http_mcp_publish_uri(ngx_conf_t *cf,
    const ngx_http_mcp_auth_conf_t *auth, ngx_uint_t root,
    ngx_http_mcp_document_t *document);
static ngx_int_t ngx_http_mcp_publish_add(ngx_conf_t *cf,
    ngx_http_mcp_main_conf_t *mmcf, const ngx_http_mcp_document_t *document,
    ngx_http_mcp_publish_e how);
static ngx_uint_t ngx_http_mcp_publish_same(
    const ngx_http_mcp_document_t *one, const ngx_http_mcp_document_t *two);
static void ngx_http_mcp_publish_conflict(ngx_conf_t *cf,
    const ngx_http_mcp_document_t *one, const ngx_http_mcp_document_t *two);
static ngx_uint_t ngx_http_mcp_publish_equal(const ngx_str_t *one,
    const ngx_str_t *two);


ngx_int_t
ngx_http_mcp_auth_documents(ngx_conf_t *cf)
{
    ngx_uint_t                  i;
    ngx_http_mcp_loc_conf_t   **mlcf;
    ngx_http_mcp_main_conf_t   *mmcf;
    ngx_http_mcp_auth_conf_t   *auth;

    mmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_mcp_module);

    mlcf = mmcf->guarded.elts;

    for (i = 0; i < mmcf->guarded.nelts; i++) {

        auth = &mlcf[i]->auth;

        /* the first that has a resource speaks for all that share it */

        if (auth->resource && auth->document.len == 0
            && (ngx_http_mcp_auth_document(cf, &mmcf->guarded,
                                           auth->resource)
                != NGX_OK
                || ngx_http_mcp_publish_claims(cf, mmcf, auth) != NGX_OK))
        {
            return NGX_ERROR;
        }

        if (auth->legacy_metadata
            && ngx_http_mcp_publish_legacy(cf, mmcf, auth) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (ngx_http_mcp_publish_roots(cf, mmcf) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_mcp_publish_slashes(cf, mmcf);
}


static ngx_int_t
ngx_http_mcp_publish_claims(ngx_conf_t *cf, ngx_http_mcp_main_conf_t *mmcf,
    const ngx_http_mcp_auth_conf_t *auth)
{
    ngx_uint_t               metadata;
    ngx_http_mcp_document_t  document;

    metadata = auth->resource->auth->metadata;

    if ((metadata & (NGX_HTTP_MCP_METADATA_PATH|NGX_HTTP_MCP_METADATA_AUTO))
        && (ngx_http_mcp_publish_uri(cf, auth, 0, &document) != NGX_OK
            || ngx_http_mcp_publish_add(cf, mmcf, &document,
                                        NGX_HTTP_MCP_PUBLISH_CLAIM)
               != NGX_OK))
    {
        return NGX_ERROR;
    }

    if ((metadata & NGX_HTTP_MCP_METADATA_ROOT)
        && (ngx_http_mcp_publish_uri(cf, auth, 1, &document) != NGX_OK
            || ngx_http_mcp_publish_add(cf, mmcf, &document,
                                        NGX_HTTP_MCP_PUBLISH_CLAIM)
               != NGX_OK))
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_publish_legacy(ngx_conf_t *cf, ngx_http_mcp_main_conf_t *mmcf,
    const ngx_http_mcp_auth_conf_t *auth)
{
    ngx_http_mcp_document_t    document;
    ngx_http_mcp_provider_t  **provider;

    provider = auth->providers.elts;

    if (auth->providers.nelts == 0
        || provider[0]->keys != NGX_HTTP_MCP_KEYS_DISCOVERY)
    {
        (void) ngx_http_mcp_conf_error(cf, &auth->file, auth->line,
                   "\"mcp_auth_legacy_metadata\" serves what discovery finds, "
                   "and the first provider of \"mcp_auth\" has no \"jwks "
                   "discovery\"");
        return NGX_ERROR;
    }

    ngx_memzero(&document, sizeof(ngx_http_mcp_document_t));

    document.cscf = auth->cscf;
    document.auth = auth;
    document.legacy = 1;
    ngx_str_set(&document.uri, NGX_HTTP_MCP_LEGACY);

    return ngx_http_mcp_publish_add(cf, mmcf, &document,
                                    NGX_HTTP_MCP_PUBLISH_CLAIM);
}


/* "auto": the root form, too, in a server with one resource */

static ngx_int_t
ngx_http_mcp_publish_roots(ngx_conf_t *cf, ngx_http_mcp_main_conf_t *mmcf)
{
    ngx_uint_t                  i;
    ngx_http_mcp_document_t     document;
    ngx_http_mcp_loc_conf_t   **mlcf;
    ngx_http_mcp_auth_conf_t   *auth;

    mlcf = mmcf->guarded.elts;

    for (i = 0; i < mmcf->guarded.nelts; i++) {

        auth = &mlcf[i]->auth;

        if (auth->resource == NULL
            || !(auth->resource->auth->metadata & NGX_HTTP_MCP_METADATA_AUTO)
            || !ngx_http_mcp_publish_alone(mmcf, auth))
        {
            continue;
        }

        if (ngx_http_mcp_publish_uri(cf, auth, 1, &document) != NGX_OK
            || ngx_http_mcp_publish_add(cf, mmcf, &document,
                                        NGX_HTTP_MCP_PUBLISH_OFFER)
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_http_mcp_publish_alone(ngx_http_mcp_main_conf_t *mmcf,
    const ngx_http_mcp_auth_conf_t *auth)
{
    ngx_uint_t                        i;
    ngx_http_mcp_loc_conf_t         **mlcf;
    const ngx_http_mcp_auth_conf_t   *other;

    mlcf = mmcf->guarded.elts;

    for (i = 0; i < mmcf->guarded.nelts; i++) {

        other = &mlcf[i]->auth;

        if (other->cscf == auth->cscf && other->resource
            && !ngx_http_mcp_publish_equal(&other->resource->uri,
                                           &auth->resource->uri))
        {
            return 0;
        }
    }

    return 1;
}


/* clients add a slash to what they find in a challenge */

static ngx_int_t
ngx_http_mcp_publish_slashes(ngx_conf_t *cf, ngx_http_mcp_main_conf_t *mmcf)
{
    u_char                   *p;
    ngx_uint_t                i, n;
    ngx_http_mcp_document_t  *documents, document;

    n = mmcf->documents.nelts;

    for (i = 0; i < n; i++) {

        documents = mmcf->documents.elts;
        document = documents[i];

        if (document.legacy) {
            continue;
        }

        p = ngx_pnalloc(cf->pool, document.uri.len + 1);
        if (p == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(p, document.uri.data, document.uri.len);
        p[document.uri.len++] = '/';
        document.uri.data = p;

        if (ngx_http_mcp_publish_add(cf, mmcf, &document,
                                     NGX_HTTP_MCP_PUBLISH_OFFER)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* as requests have it: nginx decodes the path and leaves the query */

static ngx_int_t
ngx_http_mcp_publish_uri(ngx_conf_t *cf, const ngx_http_mcp_auth_conf_t *auth,
    ngx_uint_t root, ngx_http_mcp_document_t *document)
{
    u_char                            *p, *src;
    const ngx_http_mcp_resource_id_t  *resource;

    ngx_memzero(document, sizeof(ngx_http_mcp_document_t));

    document->cscf = auth->cscf;
    document->auth = auth;
    ngx_str_set(&document->uri, NGX_HTTP_MCP_PROTECTED);

    if (root) {
        return NGX_OK;
    }

    resource = auth->resource;

    if (resource->query.len) {
        document->args.data = resource->query.data + 1;
        document->args.len = resource->query.len - 1;
    }

    p = ngx_pnalloc(cf->pool, document->uri.len + resource->path.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(p, document->uri.data, document->uri.len);

    document->uri.data = p;
    p += document->uri.len;
    src = resource->path.data;

    ngx_unescape_uri(&p, &src, resource->path.len, 0);

    document->uri.len = p - document->uri.data;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_publish_add(ngx_conf_t *cf, ngx_http_mcp_main_conf_t *mmcf,
    const ngx_http_mcp_document_t *document, ngx_http_mcp_publish_e how)
{
    ngx_uint_t                i;
    ngx_http_mcp_document_t  *other;

    other = mmcf->documents.elts;

    for (i = 0; i < mmcf->documents.nelts; i++) {

        if (other[i].cscf != document->cscf
            || !ngx_http_mcp_publish_equal(&other[i].uri, &document->uri)
            || !ngx_http_mcp_publish_equal(&other[i].args, &document->args))
        {
            continue;
        }

        if (how == NGX_HTTP_MCP_PUBLISH_OFFER
            || ngx_http_mcp_publish_same(&other[i], document))
        {
            return NGX_OK;
        }

        ngx_http_mcp_publish_conflict(cf, &other[i], document);

        return NGX_ERROR;
    }

    other = ngx_array_push(&mmcf->documents);
    if (other == NULL) {
        return NGX_ERROR;
    }

    *other = *document;

    return NGX_OK;
}


static ngx_uint_t
ngx_http_mcp_publish_same(const ngx_http_mcp_document_t *one,
    const ngx_http_mcp_document_t *two)
{
    ngx_http_mcp_provider_t  **a, **b;

    if (!one->legacy) {
        return ngx_http_mcp_publish_equal(&one->auth->document,
                                          &two->auth->document);
    }

    a = one->auth->providers.elts;
    b = two->auth->providers.elts;

    return a[0] == b[0];
}


static void
ngx_http_mcp_publish_conflict(ngx_conf_t *cf,
    const ngx_http_mcp_document_t *one, const ngx_http_mcp_document_t *two)
{
    const ngx_http_mcp_auth_conf_t    *auth;
    const ngx_http_mcp_resource_id_t  *resource;

    auth = two->auth;

    if (two->legacy) {
        (void) ngx_http_mcp_conf_error(cf, &auth->file, auth->line,
                   "\"mcp_auth_legacy_metadata\" of locations \"%V\" and "
                   "\"%V\" is about different providers: it can be on for "
                   "one in a server",
                   &one->auth->clcf->name, &auth->clcf->name);
        return;
    }

    resource = auth->resource;

    (void) ngx_http_mcp_conf_error(cf, &resource->file, resource->line,
               "\"mcp_auth_resource\" of locations \"%V\" and \"%V\" would "
               "publish different metadata under \"%V%s%V\": give each a "
               "path of its own, the same scopes and providers, or one of "
               "them \"mcp_auth_metadata off\"",
               &one->auth->clcf->name, &auth->clcf->name,
               &two->uri, two->args.len ? "?" : "", &two->args);
}


static ngx_uint_t
ngx_http_mcp_publish_equal(const ngx_str_t *one, const ngx_str_t *two)
{
    return ngx_memn2cmp(one->data, two->data, one->len, two->len) == 0;
}

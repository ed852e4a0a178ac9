
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Compiles a JSON Schema: scans documents and makes a node of each schema
 * in them.  Called while the configuration is read; what it makes lives in
 * the caller's pool and points into the caller's texts.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_build.h"


#define NGX_HTTP_MCP_JSONSCHEMA_ERROR  512


static ngx_int_t ngx_http_mcp_jsonschema_compile_all(
    ngx_http_mcp_jsonschema_build_t *b, const ngx_str_t *text);
static ngx_int_t ngx_http_mcp_jsonschema_identity(
    ngx_http_mcp_jsonschema_build_t *b, ngx_http_mcp_jsonschema_node_t *node);
static ngx_int_t ngx_http_mcp_jsonschema_id(
    ngx_http_mcp_jsonschema_build_t *b, ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_json_t *id);
static ngx_int_t ngx_http_mcp_jsonschema_anchor(
    ngx_http_mcp_jsonschema_build_t *b, ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_json_t *value, ngx_uint_t dynamic);
static ngx_http_mcp_jsonschema_resource_t *ngx_http_mcp_jsonschema_resource(
    ngx_http_mcp_jsonschema_build_t *b, const ngx_str_t *uri,
    ngx_uint_t vocabulary);


static const ngx_str_t  ngx_http_mcp_jsonschema_identities[] = {
    ngx_string("$id"),
    ngx_string("$schema"),
    ngx_string("$anchor"),
    ngx_string("$dynamicAnchor")
};


ngx_int_t
ngx_http_mcp_jsonschema_compile(ngx_pool_t *pool,
    ngx_http_mcp_jsonschema_compile_t *c, const ngx_str_t *text,
    ngx_http_mcp_jsonschema_t **schema)
{
    ngx_int_t                        rc;
    ngx_http_mcp_jsonschema_build_t  b;

    ngx_memzero(&b, sizeof(ngx_http_mcp_jsonschema_build_t));

    ngx_str_null(&c->document);
    ngx_str_null(&c->pointer);
    ngx_str_null(&c->error);

    b.pool = pool;
    b.map.pool = pool;
    b.conf = c;

    b.schema = ngx_pcalloc(pool, sizeof(ngx_http_mcp_jsonschema_t));

    if (b.schema == NULL
        || ngx_array_init(&b.texts, pool, 4,
                          sizeof(ngx_http_mcp_jsonschema_text_t *)) != NGX_OK
        || ngx_array_init(&b.refs, pool, 16,
                          sizeof(ngx_http_mcp_jsonschema_ref_t)) != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = ngx_http_mcp_jsonschema_compile_all(&b, text);

    if (rc == NGX_OK) {
        *schema = b.schema;
    }

    return rc;
}


static ngx_int_t
ngx_http_mcp_jsonschema_compile_all(ngx_http_mcp_jsonschema_build_t *b,
    const ngx_str_t *text)
{
    ngx_int_t                        rc;
    ngx_str_t                        uri, fragment;
    ngx_http_mcp_jsonschema_text_t  *main;

    static const ngx_str_t  empty = ngx_string("");

    if (ngx_http_mcp_jsonschema_uri(b->pool, &empty,
                                    b->conf->uri.len ? &b->conf->uri : &empty,
                                    &uri, &fragment)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = ngx_http_mcp_jsonschema_load(b, &uri, text, 1, &main);

    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_http_mcp_jsonschema_resolve(b);

    if (rc != NGX_OK) {
        return rc;
    }

    b->schema->root = main->node;

    return ngx_http_mcp_jsonschema_circles(b);
}


ngx_int_t
ngx_http_mcp_jsonschema_load(ngx_http_mcp_jsonschema_build_t *b,
    const ngx_str_t *uri, const ngx_str_t *text, ngx_uint_t compile,
    ngx_http_mcp_jsonschema_text_t **loaded)
{
    ngx_int_t                             rc;
    ngx_http_mcp_json_scan_t              scan;
    ngx_http_mcp_jsonschema_text_t       *t, **tp;
    ngx_http_mcp_jsonschema_resource_t   *resource;

    t = ngx_pcalloc(b->pool, sizeof(ngx_http_mcp_jsonschema_text_t));
    tp = ngx_array_push(&b->texts);

    if (t == NULL || tp == NULL) {
        return NGX_ERROR;
    }

    *tp = t;
    *loaded = t;
    t->uri = *uri;

    ngx_memzero(&scan, sizeof(ngx_http_mcp_json_scan_t));
    scan.depth = NGX_HTTP_MCP_JSON_DEPTH;
    scan.unique = 1;

    rc = ngx_http_mcp_json_scan(&scan, text, &t->root);

    if (rc != NGX_OK) {
        return (rc == NGX_ERROR) ? NGX_ERROR
               : ngx_http_mcp_jsonschema_fault(b, NULL,
                                   "the document is refused at byte %uz: %s",
                                   scan.offset,
                                   ngx_http_mcp_json_reason(scan.error));
    }

    if (!compile) {
        return NGX_OK;
    }

    resource = ngx_http_mcp_jsonschema_resource(b, uri, 0);
    if (resource == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_http_mcp_jsonschema_node(b, resource, &t->root, &t->node);

    if (rc != NGX_OK) {
        return rc;
    }

    /* known by the URI that led to it as well as by its "$id" */

    if (ngx_http_mcp_jsonschema_map_find(&b->map, uri, NULL) == NULL) {
        return ngx_http_mcp_jsonschema_map_add(&b->map, uri, NULL,
                                               t->node->resource);
    }

    return NGX_OK;
}


static ngx_http_mcp_jsonschema_resource_t *
ngx_http_mcp_jsonschema_resource(ngx_http_mcp_jsonschema_build_t *b,
    const ngx_str_t *uri, ngx_uint_t vocabulary)
{
    ngx_http_mcp_jsonschema_resource_t  *resource;

    resource = ngx_pcalloc(b->pool,
                           sizeof(ngx_http_mcp_jsonschema_resource_t));
    if (resource == NULL) {
        return NULL;
    }

    if (ngx_array_init(&resource->dynamic, b->pool, 1,
                       sizeof(ngx_http_mcp_jsonschema_anchor_t))
        != NGX_OK)
    {
        return NULL;
    }

    resource->uri = *uri;
    resource->vocabulary = vocabulary;

    return resource;
}


ngx_int_t
ngx_http_mcp_jsonschema_node(ngx_http_mcp_jsonschema_build_t *b,
    ngx_http_mcp_jsonschema_resource_t *resource,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_node_t **node)
{
    ngx_int_t                        rc;
    ngx_http_mcp_jsonschema_node_t  *n;

    static const ngx_str_t  place = ngx_string("");

    n = ngx_http_mcp_jsonschema_map_find(&b->map, &place, value->raw.data);

    if (n) {
        *node = n;
        return NGX_OK;
    }

    n = ngx_pcalloc(b->pool, sizeof(ngx_http_mcp_jsonschema_node_t));

    if (n == NULL
        || ngx_http_mcp_jsonschema_map_add(&b->map, &place, value->raw.data,
                                           n)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    *node = n;

    n->source = *value;
    n->resource = resource;
    n->next = b->nodes;

    b->nodes = n;
    b->schema->nodes++;

    if (resource->root == NULL) {
        resource->root = n;
    }

    if (value->type == NGX_HTTP_MCP_JSON_BOOLEAN) {
        n->never = (value->raw.data[0] == 'f');
        return NGX_OK;
    }

    if (value->type != NGX_HTTP_MCP_JSON_OBJECT) {
        return ngx_http_mcp_jsonschema_fault(b, value->raw.data,
                                  "a schema must be an object or a boolean");
    }

    rc = ngx_http_mcp_jsonschema_identity(b, n);

    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_http_mcp_jsonschema_keywords(b, n);
}


/* what decides how the keywords are read */

static ngx_int_t
ngx_http_mcp_jsonschema_identity(ngx_http_mcp_jsonschema_build_t *b,
    ngx_http_mcp_jsonschema_node_t *node)
{
    ngx_int_t                            rc;
    ngx_http_mcp_json_t                  v[4];
    ngx_http_mcp_jsonschema_resource_t  *resource;

    ngx_http_mcp_json_members(&node->source,
                              ngx_http_mcp_jsonschema_identities, v, 4);

    if (v[0].type != NGX_HTTP_MCP_JSON_NONE) {

        rc = ngx_http_mcp_jsonschema_id(b, node, &v[0]);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    resource = node->resource;

    if (resource->root == node) {

        if (v[1].type != NGX_HTTP_MCP_JSON_NONE) {

            rc = ngx_http_mcp_jsonschema_dialect(b, &v[1],
                                                 &resource->vocabulary);
            if (rc != NGX_OK) {
                return rc;
            }

        } else if (resource->vocabulary == 0) {
            resource->vocabulary = NGX_HTTP_MCP_JSONSCHEMA_STANDARD;
        }
    }

    rc = ngx_http_mcp_jsonschema_anchor(b, node, &v[2], 0);

    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_http_mcp_jsonschema_anchor(b, node, &v[3], 1);
}


static ngx_int_t
ngx_http_mcp_jsonschema_id(ngx_http_mcp_jsonschema_build_t *b,
    ngx_http_mcp_jsonschema_node_t *node, const ngx_http_mcp_json_t *id)
{
    ngx_int_t                            rc;
    ngx_str_t                            ref, uri, fragment;
    ngx_http_mcp_jsonschema_resource_t  *resource;

    rc = ngx_http_mcp_jsonschema_string(b, id, &ref);

    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_http_mcp_jsonschema_uri(b->pool, &node->resource->uri, &ref,
                                    &uri, &fragment)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (fragment.len) {
        return ngx_http_mcp_jsonschema_fault(b, id->raw.data,
                                  "a \"$id\" must not have a fragment");
    }

    /* the document's own URI, said again */

    if (node->resource->root == node
        && node->resource->uri.len == uri.len
        && (uri.len == 0
            || ngx_memcmp(node->resource->uri.data, uri.data, uri.len) == 0))
    {
        return NGX_OK;
    }

    if (ngx_http_mcp_jsonschema_map_find(&b->map, &uri, NULL)) {
        return ngx_http_mcp_jsonschema_fault(b, id->raw.data,
                                  "the URI \"%V\" is another schema's", &uri);
    }

    resource = ngx_http_mcp_jsonschema_resource(b, &uri,
                                                node->resource->vocabulary);
    if (resource == NULL) {
        return NGX_ERROR;
    }

    resource->root = node;
    node->resource = resource;

    return ngx_http_mcp_jsonschema_map_add(&b->map, &uri, NULL, resource);
}


static ngx_int_t
ngx_http_mcp_jsonschema_anchor(ngx_http_mcp_jsonschema_build_t *b,
    ngx_http_mcp_jsonschema_node_t *node, const ngx_http_mcp_json_t *value,
    ngx_uint_t dynamic)
{
    size_t                             i;
    u_char                             c;
    ngx_int_t                          rc;
    ngx_str_t                          name;
    ngx_http_mcp_jsonschema_node_t    *other;
    ngx_http_mcp_jsonschema_anchor_t  *anchor;

    if (value->type == NGX_HTTP_MCP_JSON_NONE) {
        return NGX_OK;
    }

    rc = ngx_http_mcp_jsonschema_string(b, value, &name);

    if (rc != NGX_OK) {
        return rc;
    }

    for (i = 0; i < name.len; i++) {
        c = name.data[i];

        if (!isalpha(c) && c != '_'
            && (i == 0 || (!isdigit(c) && c != '-' && c != '.')))
        {
            break;
        }
    }

    if (i < name.len || i == 0) {
        return ngx_http_mcp_jsonschema_fault(b, value->raw.data,
                                  "an anchor must be a plain name");
    }

    if (dynamic) {
        anchor = ngx_array_push(&node->resource->dynamic);
        if (anchor == NULL) {
            return NGX_ERROR;
        }

        anchor->name = name;
        anchor->node = node;
    }

    other = ngx_http_mcp_jsonschema_map_find(&b->map, &name, node->resource);

    if (other) {
        return (other == node) ? NGX_OK
               : ngx_http_mcp_jsonschema_fault(b, value->raw.data,
                                   "the anchor \"%V\" is there twice", &name);
    }

    return ngx_http_mcp_jsonschema_map_add(&b->map, &name, node->resource,
                                           node);
}


ngx_int_t
ngx_http_mcp_jsonschema_string(ngx_http_mcp_jsonschema_build_t *b,
    const ngx_http_mcp_json_t *value, ngx_str_t *s)
{
    ngx_int_t  rc;

    if (value->type != NGX_HTTP_MCP_JSON_STRING) {
        return ngx_http_mcp_jsonschema_fault(b, value->raw.data,
                                  "a string is needed here");
    }

    rc = ngx_http_mcp_json_decode(b->pool, value, s);

    if (rc == NGX_DECLINED) {
        return ngx_http_mcp_jsonschema_fault(b, value->raw.data,
                                  "a lone surrogate cannot be compared");
    }

    return rc;
}


ngx_int_t
ngx_http_mcp_jsonschema_fault(ngx_http_mcp_jsonschema_build_t *b,
    const u_char *pos, const char *fmt, ...)
{
    u_char                           *p, *data;
    va_list                           args;
    ngx_uint_t                        i, name;
    ngx_http_mcp_json_t              *root;
    ngx_http_mcp_jsonschema_text_t  **t;

    data = ngx_pnalloc(b->pool, NGX_HTTP_MCP_JSONSCHEMA_ERROR);
    if (data == NULL) {
        return NGX_ERROR;
    }

    va_start(args, fmt);
    p = ngx_vslprintf(data, data + NGX_HTTP_MCP_JSONSCHEMA_ERROR, fmt, args);
    va_end(args);

    b->conf->error.data = data;
    b->conf->error.len = p - data;

    t = b->texts.elts;

    if (pos == NULL) {
        b->conf->document = t[b->texts.nelts - 1]->uri;
        return NGX_DECLINED;
    }

    for (i = 0; i < b->texts.nelts; i++) {
        root = &t[i]->root;

        if (pos >= root->raw.data && pos < root->raw.data + root->raw.len) {

            b->conf->document = t[i]->uri;

            if (ngx_http_mcp_jsonschema_pointer(b->pool, root, pos,
                                                &b->conf->pointer, &name)
                != NGX_OK)
            {
                return NGX_ERROR;
            }

            break;
        }
    }

    return NGX_DECLINED;
}

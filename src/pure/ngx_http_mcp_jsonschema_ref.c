
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Where the references of a schema go: to an anchor, a place or another
 * document; and which dialect a document is in.  Called by the schema
 * compiler; what it makes lives in the compiler's pool.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_build.h"


/* the nearest schema above a value that a pointer leads to */

typedef struct {
    ngx_http_mcp_jsonschema_build_t     *build;
    ngx_http_mcp_jsonschema_resource_t  *resource;
} ngx_http_mcp_jsonschema_way_t;


typedef struct {
    ngx_str_t                            uri;
    ngx_uint_t                           bit;
} ngx_http_mcp_jsonschema_vocabulary_t;


static ngx_int_t ngx_http_mcp_jsonschema_resolve_ref(
    ngx_http_mcp_jsonschema_build_t *b,
    const ngx_http_mcp_jsonschema_ref_t *ref);
static ngx_int_t ngx_http_mcp_jsonschema_resolve_resource(
    ngx_http_mcp_jsonschema_build_t *b, const u_char *pos,
    const ngx_str_t *uri, ngx_http_mcp_jsonschema_resource_t **resource);
static ngx_int_t ngx_http_mcp_jsonschema_resolve_fragment(
    ngx_http_mcp_jsonschema_build_t *b,
    const ngx_http_mcp_jsonschema_ref_t *ref,
    ngx_http_mcp_jsonschema_resource_t *resource, ngx_str_t *fragment,
    ngx_http_mcp_jsonschema_node_t **node);
static ngx_int_t ngx_http_mcp_jsonschema_resolve_pointer(
    ngx_http_mcp_jsonschema_build_t *b,
    const ngx_http_mcp_jsonschema_ref_t *ref,
    ngx_http_mcp_jsonschema_resource_t *resource, ngx_str_t *pointer,
    ngx_http_mcp_jsonschema_node_t **node);
static void ngx_http_mcp_jsonschema_resolve_step(void *data,
    const ngx_http_mcp_json_t *value);
static const ngx_str_t *ngx_http_mcp_jsonschema_document(
    ngx_http_mcp_jsonschema_build_t *b, const ngx_str_t *uri);
static ngx_int_t ngx_http_mcp_jsonschema_vocabularies(
    ngx_http_mcp_jsonschema_build_t *b, const ngx_http_mcp_json_t *value,
    const ngx_http_mcp_json_t *list, ngx_uint_t *vocabulary);
static ngx_uint_t ngx_http_mcp_jsonschema_vocabulary(
    const ngx_http_mcp_json_t *name);
static ngx_int_t ngx_http_mcp_jsonschema_circle(
    ngx_http_mcp_jsonschema_build_t *b, ngx_http_mcp_jsonschema_node_t *node,
    ngx_uint_t depth);
static ngx_int_t ngx_http_mcp_jsonschema_circle_nodes(
    ngx_http_mcp_jsonschema_build_t *b,
    const ngx_http_mcp_jsonschema_nodes_t *nodes, ngx_uint_t depth);
static ngx_int_t ngx_http_mcp_jsonschema_circle_dependents(
    ngx_http_mcp_jsonschema_build_t *b,
    const ngx_http_mcp_jsonschema_object_t *object, ngx_uint_t depth);


#define NGX_HTTP_MCP_JSONSCHEMA_VOCAB                                         \
    "https://json-schema.org/draft/2020-12/vocab/"

static const ngx_str_t  ngx_http_mcp_jsonschema_2020_12 =
    ngx_string("https://json-schema.org/draft/2020-12/schema");

static const ngx_http_mcp_jsonschema_vocabulary_t
    ngx_http_mcp_jsonschema_known[] = {

    { ngx_string(NGX_HTTP_MCP_JSONSCHEMA_VOCAB "core"),
      NGX_HTTP_MCP_JSONSCHEMA_CORE },

    { ngx_string(NGX_HTTP_MCP_JSONSCHEMA_VOCAB "applicator"),
      NGX_HTTP_MCP_JSONSCHEMA_APPLICATOR },

    { ngx_string(NGX_HTTP_MCP_JSONSCHEMA_VOCAB "unevaluated"),
      NGX_HTTP_MCP_JSONSCHEMA_UNEVALUATED },

    { ngx_string(NGX_HTTP_MCP_JSONSCHEMA_VOCAB "validation"),
      NGX_HTTP_MCP_JSONSCHEMA_VALIDATION },

    { ngx_string(NGX_HTTP_MCP_JSONSCHEMA_VOCAB "format-annotation"),
      NGX_HTTP_MCP_JSONSCHEMA_FORMAT },

    { ngx_string(NGX_HTTP_MCP_JSONSCHEMA_VOCAB "format-assertion"),
      NGX_HTTP_MCP_JSONSCHEMA_FORMAT|NGX_HTTP_MCP_JSONSCHEMA_ASSERTION },

    /* annotations alone */

    { ngx_string(NGX_HTTP_MCP_JSONSCHEMA_VOCAB "meta-data"),
      NGX_HTTP_MCP_JSONSCHEMA_CORE },

    { ngx_string(NGX_HTTP_MCP_JSONSCHEMA_VOCAB "content"),
      NGX_HTTP_MCP_JSONSCHEMA_CORE },

    { ngx_null_string, 0 }
};


ngx_int_t
ngx_http_mcp_jsonschema_resolve(ngx_http_mcp_jsonschema_build_t *b)
{
    ngx_int_t                      rc;
    ngx_uint_t                     i;
    ngx_http_mcp_jsonschema_ref_t  ref;

    /* the list grows, and moves, when another document is read */

    for (i = 0; i < b->refs.nelts; i++) {

        ref = ((ngx_http_mcp_jsonschema_ref_t *) b->refs.elts)[i];

        rc = ngx_http_mcp_jsonschema_resolve_ref(b, &ref);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_jsonschema_resolve_ref(ngx_http_mcp_jsonschema_build_t *b,
    const ngx_http_mcp_jsonschema_ref_t *ref)
{
    ngx_int_t                            rc;
    ngx_str_t                            text, uri, fragment;
    ngx_uint_t                           i;
    ngx_http_mcp_jsonschema_node_t      *target;
    ngx_http_mcp_jsonschema_anchor_t    *anchor;
    ngx_http_mcp_jsonschema_resource_t  *resource;

    rc = ngx_http_mcp_jsonschema_string(b, &ref->value, &text);

    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_http_mcp_jsonschema_uri(b->pool, &ref->node->resource->uri, &text,
                                    &uri, &fragment)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = ngx_http_mcp_jsonschema_resolve_resource(b, ref->value.raw.data,
                                                  &uri, &resource);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_http_mcp_jsonschema_resolve_fragment(b, ref, resource, &fragment,
                                                  &target);
    if (rc != NGX_OK) {
        return rc;
    }

    if (!ref->dynamic) {
        ref->node->logic->ref = target;
        return NGX_OK;
    }

    ref->node->logic->dynamic = target;

    /* it looks further only if it begins at a dynamic anchor of that name */

    anchor = target->resource->dynamic.elts;

    for (i = 0; i < target->resource->dynamic.nelts; i++) {

        if (anchor[i].node == target && anchor[i].name.len == fragment.len
            && ngx_memcmp(anchor[i].name.data, fragment.data, fragment.len)
               == 0)
        {
            ref->node->logic->anchor = anchor[i].name;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_jsonschema_resolve_resource(ngx_http_mcp_jsonschema_build_t *b,
    const u_char *pos, const ngx_str_t *uri,
    ngx_http_mcp_jsonschema_resource_t **resource)
{
    ngx_int_t                        rc;
    const ngx_str_t                 *text;
    ngx_http_mcp_jsonschema_text_t  *t;

    *resource = ngx_http_mcp_jsonschema_map_find(&b->map, uri, NULL);

    if (*resource) {
        return NGX_OK;
    }

    text = ngx_http_mcp_jsonschema_document(b, uri);

    if (text == NULL) {
        return ngx_http_mcp_jsonschema_fault(b, pos,
                               "there is no schema \"%V\" to refer to", uri);
    }

    rc = ngx_http_mcp_jsonschema_load(b, uri, text, 1, &t);

    if (rc != NGX_OK) {
        return rc;
    }

    *resource = t->node->resource;

    return NGX_OK;
}


static const ngx_str_t *
ngx_http_mcp_jsonschema_document(ngx_http_mcp_jsonschema_build_t *b,
    const ngx_str_t *uri)
{
    ngx_uint_t                           i;
    ngx_http_mcp_jsonschema_document_t  *d;

    for (i = 0; i < b->conf->ndocuments; i++) {
        d = &b->conf->documents[i];

        if (d->uri.len == uri->len && uri->len
            && ngx_memcmp(d->uri.data, uri->data, uri->len) == 0)
        {
            return &d->text;
        }
    }

    return ngx_http_mcp_jsonschema_meta(uri);
}


static ngx_int_t
ngx_http_mcp_jsonschema_resolve_fragment(ngx_http_mcp_jsonschema_build_t *b,
    const ngx_http_mcp_jsonschema_ref_t *ref,
    ngx_http_mcp_jsonschema_resource_t *resource, ngx_str_t *fragment,
    ngx_http_mcp_jsonschema_node_t **node)
{
    ngx_str_t  name;

    if (fragment->len == 0) {
        *node = resource->root;
        return NGX_OK;
    }

    name.len = fragment->len;
    name.data = ngx_pstrdup(b->pool, fragment);
    if (name.data == NULL) {
        return NGX_ERROR;
    }

    if (!ngx_http_mcp_jsonschema_unescape(&name)) {
        return ngx_http_mcp_jsonschema_fault(b, ref->value.raw.data,
                                  "a broken percent escape");
    }

    if (name.len && name.data[0] == '/') {
        return ngx_http_mcp_jsonschema_resolve_pointer(b, ref, resource,
                                                       &name, node);
    }

    *node = ngx_http_mcp_jsonschema_map_find(&b->map, &name, resource);

    if (*node == NULL) {
        return ngx_http_mcp_jsonschema_fault(b, ref->value.raw.data,
                                  "there is no anchor \"%V\"", &name);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_jsonschema_resolve_pointer(ngx_http_mcp_jsonschema_build_t *b,
    const ngx_http_mcp_jsonschema_ref_t *ref,
    ngx_http_mcp_jsonschema_resource_t *resource, ngx_str_t *pointer,
    ngx_http_mcp_jsonschema_node_t **node)
{
    ngx_http_mcp_json_t            value;
    ngx_http_mcp_jsonschema_way_t  way;

    way.build = b;
    way.resource = resource;

    value = resource->root->source;

    if (ngx_http_mcp_jsonschema_follow(pointer, &value,
                                       ngx_http_mcp_jsonschema_resolve_step,
                                       &way)
        != NGX_OK)
    {
        return ngx_http_mcp_jsonschema_fault(b, ref->value.raw.data,
                                  "the reference %*s leads nowhere",
                                  ref->value.raw.len, ref->value.raw.data);
    }

    return ngx_http_mcp_jsonschema_node(b, way.resource, &value, node);
}


static void
ngx_http_mcp_jsonschema_resolve_step(void *data,
    const ngx_http_mcp_json_t *value)
{
    ngx_http_mcp_jsonschema_way_t   *way;
    ngx_http_mcp_jsonschema_node_t  *node;

    static const ngx_str_t  place = ngx_string("");

    way = data;

    node = ngx_http_mcp_jsonschema_map_find(&way->build->map, &place,
                                            value->raw.data);
    if (node) {
        way->resource = node->resource;
    }
}


ngx_int_t
ngx_http_mcp_jsonschema_dialect(ngx_http_mcp_jsonschema_build_t *b,
    const ngx_http_mcp_json_t *value, ngx_uint_t *vocabulary)
{
    ngx_int_t                        rc;
    ngx_str_t                        name, uri, fragment;
    const ngx_str_t                 *text;
    ngx_http_mcp_json_t              list;
    ngx_http_mcp_jsonschema_text_t  *t;

    static const ngx_str_t  empty = ngx_string("");
    static const ngx_str_t  member = ngx_string("$vocabulary");

    rc = ngx_http_mcp_jsonschema_string(b, value, &name);

    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_http_mcp_jsonschema_uri(b->pool, &empty, &name, &uri, &fragment)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (fragment.len == 0 && uri.len == ngx_http_mcp_jsonschema_2020_12.len
        && ngx_memcmp(uri.data, ngx_http_mcp_jsonschema_2020_12.data, uri.len)
           == 0)
    {
        *vocabulary = NGX_HTTP_MCP_JSONSCHEMA_STANDARD;
        return NGX_OK;
    }

    text = ngx_http_mcp_jsonschema_document(b, &uri);

    if (text == NULL || fragment.len) {
        return ngx_http_mcp_jsonschema_fault(b, value->raw.data,
                            "the dialect \"%V\" is not known, use \"%V\"",
                            &name, &ngx_http_mcp_jsonschema_2020_12);
    }

    rc = ngx_http_mcp_jsonschema_load(b, &uri, text, 0, &t);

    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_http_mcp_json_find(&t->root, &member, &list) != NGX_OK
        || list.type != NGX_HTTP_MCP_JSON_OBJECT)
    {
        return ngx_http_mcp_jsonschema_fault(b, value->raw.data,
                            "the document \"%V\" has no \"$vocabulary\"",
                            &uri);
    }

    return ngx_http_mcp_jsonschema_vocabularies(b, value, &list, vocabulary);
}


static ngx_int_t
ngx_http_mcp_jsonschema_vocabularies(ngx_http_mcp_jsonschema_build_t *b,
    const ngx_http_mcp_json_t *value, const ngx_http_mcp_json_t *list,
    ngx_uint_t *vocabulary)
{
    ngx_uint_t                bit;
    ngx_http_mcp_json_t       name, needed;
    ngx_http_mcp_json_iter_t  it;

    *vocabulary = NGX_HTTP_MCP_JSONSCHEMA_CORE;

    ngx_http_mcp_json_iter(&it, list);

    while (ngx_http_mcp_json_next(&it, &name, &needed) == NGX_OK) {

        bit = ngx_http_mcp_jsonschema_vocabulary(&name);

        if (bit == 0 && needed.raw.data[0] == 't') {
            return ngx_http_mcp_jsonschema_fault(b, value->raw.data,
                              "the vocabulary %*s is needed and not known",
                              name.raw.len, name.raw.data);
        }

        *vocabulary |= bit;
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_http_mcp_jsonschema_vocabulary(const ngx_http_mcp_json_t *name)
{
    const ngx_http_mcp_jsonschema_vocabulary_t  *v;

    for (v = ngx_http_mcp_jsonschema_known; v->uri.len; v++) {
        if (ngx_http_mcp_json_equal(name, &v->uri)) {
            return v->bit;
        }
    }

    return 0;
}


ngx_int_t
ngx_http_mcp_jsonschema_circles(ngx_http_mcp_jsonschema_build_t *b)
{
    ngx_int_t                        rc;
    ngx_http_mcp_jsonschema_node_t  *node;

    for (node = b->nodes; node; node = node->next) {

        rc = ngx_http_mcp_jsonschema_circle(b, node, 0);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


/* 1 is the mark of nodes on the way, 2 of those that are done */

static ngx_int_t
ngx_http_mcp_jsonschema_circle(ngx_http_mcp_jsonschema_build_t *b,
    ngx_http_mcp_jsonschema_node_t *node, ngx_uint_t depth)
{
    ngx_int_t                         rc;
    ngx_http_mcp_jsonschema_logic_t  *logic;
    ngx_http_mcp_jsonschema_node_t   *next[6];
    ngx_http_mcp_jsonschema_nodes_t   single;

    if (node == NULL || node->mark == 2) {
        return NGX_OK;
    }

    if (node->mark == 1 || depth == NGX_HTTP_MCP_JSONSCHEMA_DEPTH) {
        return ngx_http_mcp_jsonschema_fault(b, node->source.raw.data,
                       node->mark ? "the schema leads back to itself"
                                  : "the schema nests too deep");
    }

    node->mark = 1;
    rc = NGX_OK;
    logic = node->logic;

    if (logic) {
        next[0] = logic->ref;
        next[1] = logic->anchor.len ? NULL : logic->dynamic;
        next[2] = logic->not_;
        next[3] = logic->if_;
        next[4] = logic->then;
        next[5] = logic->else_;

        single.elts = next;
        single.n = 6;

        depth++;

        rc = ngx_http_mcp_jsonschema_circle_nodes(b, &single, depth);

        if (rc == NGX_OK) {
            rc = ngx_http_mcp_jsonschema_circle_nodes(b, &logic->all, depth);
        }

        if (rc == NGX_OK) {
            rc = ngx_http_mcp_jsonschema_circle_nodes(b, &logic->any, depth);
        }

        if (rc == NGX_OK) {
            rc = ngx_http_mcp_jsonschema_circle_nodes(b, &logic->one, depth);
        }
    }

    if (rc == NGX_OK && node->object && node->object->dependents) {
        rc = ngx_http_mcp_jsonschema_circle_dependents(b, node->object,
                                                       depth + 1);
    }

    node->mark = 2;

    return rc;
}


static ngx_int_t
ngx_http_mcp_jsonschema_circle_nodes(ngx_http_mcp_jsonschema_build_t *b,
    const ngx_http_mcp_jsonschema_nodes_t *nodes, ngx_uint_t depth)
{
    ngx_int_t   rc;
    ngx_uint_t  i;

    for (i = 0; i < nodes->n; i++) {

        rc = ngx_http_mcp_jsonschema_circle(b, nodes->elts[i], depth);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_jsonschema_circle_dependents(ngx_http_mcp_jsonschema_build_t *b,
    const ngx_http_mcp_jsonschema_object_t *object, ngx_uint_t depth)
{
    ngx_int_t                             rc;
    ngx_uint_t                            i;
    ngx_http_mcp_jsonschema_dependent_t  *dependent;

    dependent = object->dependents->elts;

    for (i = 0; i < object->dependents->nelts; i++) {

        rc = ngx_http_mcp_jsonschema_circle(b, dependent[i].node, depth);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * The keywords of JSON Schema that name properties: what they make of their
 * values.  Called by the schema compiler; what it makes lives in the
 * compiler's pool.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_keyword.h"


static ngx_int_t ngx_http_mcp_jsonschema_properties(
    ngx_http_mcp_jsonschema_build_t *b, ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_json_t *schemas);
static ngx_int_t ngx_http_mcp_jsonschema_property_table(
    ngx_http_mcp_jsonschema_build_t *b,
    ngx_http_mcp_jsonschema_object_t *object,
    const ngx_http_mcp_json_t *schemas, const ngx_http_mcp_json_t *required);
static ngx_int_t ngx_http_mcp_jsonschema_property(
    ngx_http_mcp_jsonschema_build_t *b,
    ngx_http_mcp_jsonschema_object_t *object, const ngx_http_mcp_json_t *name,
    ngx_http_mcp_jsonschema_property_t **property);
static ngx_int_t ngx_http_mcp_jsonschema_required(
    ngx_http_mcp_jsonschema_build_t *b,
    ngx_http_mcp_jsonschema_object_t *object,
    const ngx_http_mcp_json_t *list);
static ngx_int_t ngx_http_mcp_jsonschema_dependent(
    ngx_http_mcp_jsonschema_build_t *b, ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_jsonschema_keyword_t *kw,
    const ngx_http_mcp_json_t *name, const ngx_http_mcp_json_t *value);
static ngx_int_t ngx_http_mcp_jsonschema_dependent_names(
    ngx_http_mcp_jsonschema_build_t *b,
    ngx_http_mcp_jsonschema_dependent_t *d, const ngx_http_mcp_json_t *value);


/* "properties" and "required" share a table, filled at the first of both */

ngx_http_mcp_jsonschema_setter(properties)
{
    ngx_int_t                          rc;
    ngx_uint_t                         all;
    ngx_http_mcp_json_t                v[2];
    ngx_http_mcp_jsonschema_object_t  *object;

    static const ngx_str_t  names[] = {
        ngx_string("properties"),
        ngx_string("required")
    };

    all = NGX_HTTP_MCP_JSONSCHEMA_APPLICATOR
          |NGX_HTTP_MCP_JSONSCHEMA_VALIDATION;

    if (ngx_http_mcp_jsonschema_group(b, node, kw) == NULL) {
        return NGX_ERROR;
    }

    object = node->object;

    if (value->type != ((kw->name.len == names[0].len)
                        ? NGX_HTTP_MCP_JSON_OBJECT : NGX_HTTP_MCP_JSON_ARRAY))
    {
        return ngx_http_mcp_jsonschema_wrong(b, kw, value,
                                   (kw->name.len == names[0].len)
                                   ? "an object of schemas"
                                   : "an array of names");
    }

    if (object->slots) {
        return NGX_OK;
    }

    ngx_http_mcp_json_members(&node->source, names, v, 2);

    /* the dialect may know one of them only */

    if ((node->resource->vocabulary & all) != all) {
        v[kw->name.len == names[0].len].type = NGX_HTTP_MCP_JSON_NONE;
    }

    rc = ngx_http_mcp_jsonschema_property_table(b, object, &v[0], &v[1]);

    if (rc == NGX_OK && v[1].type == NGX_HTTP_MCP_JSON_ARRAY) {
        rc = ngx_http_mcp_jsonschema_required(b, object, &v[1]);
    }

    if (rc == NGX_OK && v[0].type == NGX_HTTP_MCP_JSON_OBJECT) {
        rc = ngx_http_mcp_jsonschema_properties(b, node, &v[0]);
    }

    return rc;
}


static ngx_int_t
ngx_http_mcp_jsonschema_properties(ngx_http_mcp_jsonschema_build_t *b,
    ngx_http_mcp_jsonschema_node_t *node, const ngx_http_mcp_json_t *schemas)
{
    ngx_int_t                            rc;
    ngx_http_mcp_json_t                  name, schema;
    ngx_http_mcp_json_iter_t             it;
    ngx_http_mcp_jsonschema_property_t  *property;

    ngx_http_mcp_json_iter(&it, schemas);

    while (ngx_http_mcp_json_next(&it, &name, &schema) == NGX_OK) {

        rc = ngx_http_mcp_jsonschema_property(b, node->object, &name,
                                              &property);
        if (rc == NGX_OK) {
            rc = ngx_http_mcp_jsonschema_node(b, node->resource, &schema,
                                              &property->node);
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


ngx_http_mcp_jsonschema_setter(patterns)
{
    ngx_int_t                                    rc;
    ngx_http_mcp_json_t                          name, schema;
    ngx_http_mcp_json_iter_t                     it;
    ngx_http_mcp_jsonschema_pattern_property_t  *p;

    if (value->type != NGX_HTTP_MCP_JSON_OBJECT) {
        return ngx_http_mcp_jsonschema_wrong(b, kw, value,
                                             "an object of schemas");
    }

    if (ngx_http_mcp_jsonschema_group(b, node, kw) == NULL) {
        return NGX_ERROR;
    }

    node->object->patterns = ngx_array_create(b->pool, 4,
                          sizeof(ngx_http_mcp_jsonschema_pattern_property_t));
    if (node->object->patterns == NULL) {
        return NGX_ERROR;
    }

    ngx_http_mcp_json_iter(&it, value);

    while (ngx_http_mcp_json_next(&it, &name, &schema) == NGX_OK) {

        p = ngx_array_push(node->object->patterns);
        if (p == NULL) {
            return NGX_ERROR;
        }

        rc = ngx_http_mcp_jsonschema_regexp(b, &name, &p->pattern);

        if (rc == NGX_OK) {
            rc = ngx_http_mcp_jsonschema_node(b, node->resource, &schema,
                                              &p->node);
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


/* the three kinds go to one list, "dependencies" may have both forms */

ngx_http_mcp_jsonschema_setter(dependents)
{
    ngx_int_t                 rc;
    ngx_http_mcp_json_t       name, child;
    ngx_http_mcp_json_iter_t  it;

    if (value->type != NGX_HTTP_MCP_JSON_OBJECT) {
        return ngx_http_mcp_jsonschema_wrong(b, kw, value, "an object");
    }

    if (ngx_http_mcp_jsonschema_group(b, node, kw) == NULL) {
        return NGX_ERROR;
    }

    if (node->object->dependents == NULL) {

        node->object->dependents = ngx_array_create(b->pool, 4,
                                 sizeof(ngx_http_mcp_jsonschema_dependent_t));
        if (node->object->dependents == NULL) {
            return NGX_ERROR;
        }
    }

    ngx_http_mcp_json_iter(&it, value);

    while (ngx_http_mcp_json_next(&it, &name, &child) == NGX_OK) {

        rc = ngx_http_mcp_jsonschema_dependent(b, node, kw, &name, &child);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_jsonschema_property_table(ngx_http_mcp_jsonschema_build_t *b,
    ngx_http_mcp_jsonschema_object_t *object,
    const ngx_http_mcp_json_t *schemas, const ngx_http_mcp_json_t *required)
{
    ngx_uint_t  n, size;

    n = 0;

    if (schemas->type == NGX_HTTP_MCP_JSON_OBJECT) {
        n += ngx_http_mcp_jsonschema_count(schemas);
    }

    if (required->type == NGX_HTTP_MCP_JSON_ARRAY) {
        n += ngx_http_mcp_jsonschema_count(required);
    }

    for (size = 4; size < 2 * n; size *= 2) { /* void */ }

    object->mask = size - 1;
    object->slots = ngx_pcalloc(b->pool, size * sizeof(uint32_t));
    object->properties = ngx_pcalloc(b->pool, (n + 1)
                                 * sizeof(ngx_http_mcp_jsonschema_property_t));

    return (object->slots && object->properties) ? NGX_OK : NGX_ERROR;
}


/* finds or adds a name; the table has room for all */

static ngx_int_t
ngx_http_mcp_jsonschema_property(ngx_http_mcp_jsonschema_build_t *b,
    ngx_http_mcp_jsonschema_object_t *object, const ngx_http_mcp_json_t *name,
    ngx_http_mcp_jsonschema_property_t **property)
{
    uint32_t                            *slot;
    ngx_int_t                            rc;
    ngx_str_t                            s;
    ngx_uint_t                           i;
    ngx_http_mcp_jsonschema_property_t  *p;

    rc = ngx_http_mcp_jsonschema_string(b, name, &s);

    if (rc != NGX_OK) {
        return rc;
    }

    for (i = ngx_http_mcp_jsonschema_hash(s.data, s.len); /* void */; i++) {

        slot = &object->slots[i & object->mask];

        if (*slot == 0) {
            p = &object->properties[object->nproperties++];
            *slot = (uint32_t) object->nproperties;
            p->name = s;
            break;
        }

        p = &object->properties[*slot - 1];

        if (p->name.len == s.len
            && ngx_memcmp(p->name.data, s.data, s.len) == 0)
        {
            break;
        }
    }

    *property = p;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_jsonschema_required(ngx_http_mcp_jsonschema_build_t *b,
    ngx_http_mcp_jsonschema_object_t *object, const ngx_http_mcp_json_t *list)
{
    ngx_int_t                            rc;
    ngx_http_mcp_json_t                  name;
    ngx_http_mcp_json_iter_t             it;
    ngx_http_mcp_jsonschema_property_t  *property;

    ngx_http_mcp_json_iter(&it, list);

    while (ngx_http_mcp_json_next(&it, NULL, &name) == NGX_OK) {

        rc = ngx_http_mcp_jsonschema_property(b, object, &name, &property);

        if (rc != NGX_OK) {
            return rc;
        }

        object->nrequired += !property->required;
        property->required = 1;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_jsonschema_dependent(ngx_http_mcp_jsonschema_build_t *b,
    ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_jsonschema_keyword_t *kw,
    const ngx_http_mcp_json_t *name, const ngx_http_mcp_json_t *value)
{
    ngx_int_t                             rc;
    ngx_uint_t                            names;
    ngx_http_mcp_jsonschema_dependent_t  *d;

    d = ngx_array_push(node->object->dependents);
    if (d == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(d, sizeof(ngx_http_mcp_jsonschema_dependent_t));

    d->keyword = kw->name;

    rc = ngx_http_mcp_jsonschema_string(b, name, &d->name);

    if (rc != NGX_OK) {
        return rc;
    }

    /* dependentS, dependentR, dependenc */

    names = (kw->name.data[9] == 'R')
            || (kw->name.data[8] == 'c'
                && value->type == NGX_HTTP_MCP_JSON_ARRAY);

    if (!names) {
        return ngx_http_mcp_jsonschema_node(b, node->resource, value,
                                            &d->node);
    }

    if (value->type != NGX_HTTP_MCP_JSON_ARRAY) {
        return ngx_http_mcp_jsonschema_wrong(b, kw, value,
                                             "an object of arrays of names");
    }

    return ngx_http_mcp_jsonschema_dependent_names(b, d, value);
}


static ngx_int_t
ngx_http_mcp_jsonschema_dependent_names(ngx_http_mcp_jsonschema_build_t *b,
    ngx_http_mcp_jsonschema_dependent_t *d, const ngx_http_mcp_json_t *value)
{
    ngx_int_t                 rc;
    ngx_uint_t                i;
    ngx_http_mcp_json_t       child;
    ngx_http_mcp_json_iter_t  it;

    d->n = ngx_http_mcp_jsonschema_count(value);
    d->required = ngx_pcalloc(b->pool, (d->n + 1) * sizeof(ngx_str_t));
    if (d->required == NULL) {
        return NGX_ERROR;
    }

    ngx_http_mcp_json_iter(&it, value);

    for (i = 0; ngx_http_mcp_json_next(&it, NULL, &child) == NGX_OK; i++) {

        rc = ngx_http_mcp_jsonschema_string(b, &child, &d->required[i]);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}

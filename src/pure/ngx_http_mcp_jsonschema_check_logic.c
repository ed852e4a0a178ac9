
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The keywords of JSON Schema that combine schemas: references, allOf,
 * anyOf, oneOf, not, if.  Called by the check; owns nothing.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_run.h"


typedef ngx_int_t (*ngx_http_mcp_jsonschema_combine_pt)(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_logic_t *logic,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen);


static ngx_int_t ngx_http_mcp_jsonschema_refer(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_logic_t *logic,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen);
static ngx_int_t ngx_http_mcp_jsonschema_all(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_logic_t *logic,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen);
static ngx_int_t ngx_http_mcp_jsonschema_any(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_logic_t *logic,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen);
static ngx_int_t ngx_http_mcp_jsonschema_one(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_logic_t *logic,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen);
static ngx_int_t ngx_http_mcp_jsonschema_not(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_logic_t *logic,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen);
static ngx_int_t ngx_http_mcp_jsonschema_if(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_logic_t *logic,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen);
static const ngx_http_mcp_jsonschema_node_t *ngx_http_mcp_jsonschema_dynamic(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_logic_t *logic);
static const ngx_http_mcp_jsonschema_node_t *
    ngx_http_mcp_jsonschema_dynamic_find(
    const ngx_http_mcp_jsonschema_resource_t *resource,
    const ngx_str_t *name);
static ngx_int_t ngx_http_mcp_jsonschema_none(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_nodes_t *nodes, const char *keyword,
    const ngx_http_mcp_json_t *value);
static const ngx_http_mcp_jsonschema_node_t *ngx_http_mcp_jsonschema_meant(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_nodes_t *nodes,
    const ngx_http_mcp_json_t *value);
static ngx_uint_t ngx_http_mcp_jsonschema_kin(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_json_t *value);


static const ngx_http_mcp_jsonschema_combine_pt
    ngx_http_mcp_jsonschema_combine[] = {

    ngx_http_mcp_jsonschema_refer,
    ngx_http_mcp_jsonschema_all,
    ngx_http_mcp_jsonschema_any,
    ngx_http_mcp_jsonschema_one,
    ngx_http_mcp_jsonschema_not,
    ngx_http_mcp_jsonschema_if
};


ngx_int_t
ngx_http_mcp_jsonschema_logic(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_logic_t *logic,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen)
{
    ngx_int_t   rc, verdict;
    ngx_uint_t  i;

    verdict = NGX_OK;

    for (i = 0; i < 6; i++) {

        rc = ngx_http_mcp_jsonschema_combine[i](run, logic, value, seen);

        if (ngx_http_mcp_jsonschema_ends(run, rc, &verdict)) {
            return verdict;
        }
    }

    return verdict;
}


static ngx_int_t
ngx_http_mcp_jsonschema_refer(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_logic_t *logic,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen)
{
    ngx_int_t                              rc, verdict;
    const ngx_http_mcp_jsonschema_node_t  *node;

    verdict = NGX_OK;

    if (logic->ref) {
        rc = ngx_http_mcp_jsonschema_apply(run, logic->ref, value, seen);

        if (ngx_http_mcp_jsonschema_ends(run, rc, &verdict)) {
            return verdict;
        }
    }

    if (logic->dynamic) {
        node = ngx_http_mcp_jsonschema_dynamic(run, logic);
        rc = ngx_http_mcp_jsonschema_apply(run, node, value, seen);

        (void) ngx_http_mcp_jsonschema_ends(run, rc, &verdict);
    }

    return verdict;
}


static ngx_int_t
ngx_http_mcp_jsonschema_all(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_logic_t *logic,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen)
{
    ngx_int_t   rc, verdict;
    ngx_uint_t  i;

    verdict = NGX_OK;

    for (i = 0; i < logic->all.n; i++) {

        rc = ngx_http_mcp_jsonschema_apply(run, logic->all.elts[i], value,
                                           seen);

        if (ngx_http_mcp_jsonschema_ends(run, rc, &verdict)) {
            return verdict;
        }
    }

    return verdict;
}


static ngx_int_t
ngx_http_mcp_jsonschema_any(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_logic_t *logic,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen)
{
    ngx_int_t                               rc;
    ngx_uint_t                              i, n;
    const ngx_http_mcp_jsonschema_nodes_t  *nodes;

    nodes = &logic->any;

    if (nodes->n == 0) {
        return NGX_OK;
    }

    n = 0;

    for (i = 0; i < nodes->n; i++) {

        rc = ngx_http_mcp_jsonschema_try(run, nodes->elts[i], value, seen);

        if (rc == NGX_OK) {

            /* what the others evaluate counts, too */

            if (seen == NULL) {
                return NGX_OK;
            }

            n++;

        } else if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    if (n) {
        return NGX_OK;
    }

    return ngx_http_mcp_jsonschema_none(run, nodes, "anyOf", value);
}


static ngx_int_t
ngx_http_mcp_jsonschema_one(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_logic_t *logic,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen)
{
    ngx_int_t                               rc;
    ngx_uint_t                              i, n, first;
    const ngx_http_mcp_jsonschema_nodes_t  *nodes;

    nodes = &logic->one;

    if (nodes->n == 0) {
        return NGX_OK;
    }

    n = 0;
    first = 0;

    for (i = 0; i < nodes->n; i++) {

        rc = ngx_http_mcp_jsonschema_try(run, nodes->elts[i], value, seen);

        if (rc == NGX_DECLINED) {
            continue;
        }

        if (rc != NGX_OK) {
            return rc;
        }

        if (n++ == 0) {
            first = i;
            continue;
        }

        return ngx_http_mcp_jsonschema_violation(run, value->raw.data,
                             "oneOf", "must match exactly one of the %ui"
                             " alternatives, matches number %ui and %ui",
                             nodes->n, first + 1, i + 1);
    }

    if (n) {
        return NGX_OK;
    }

    return ngx_http_mcp_jsonschema_none(run, nodes, "oneOf", value);
}


static ngx_int_t
ngx_http_mcp_jsonschema_not(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_logic_t *logic,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen)
{
    ngx_int_t  rc;

    if (logic->not_ == NULL) {
        return NGX_OK;
    }

    rc = ngx_http_mcp_jsonschema_try(run, logic->not_, value, NULL);

    if (rc == NGX_OK) {
        return ngx_http_mcp_jsonschema_violation(run, value->raw.data, "not",
                                      "must not match the schema in \"not\"");
    }

    return (rc == NGX_DECLINED) ? NGX_OK : rc;
}


static ngx_int_t
ngx_http_mcp_jsonschema_if(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_logic_t *logic,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen)
{
    ngx_int_t                              rc;
    const ngx_http_mcp_jsonschema_node_t  *next;

    if (logic->if_ == NULL) {
        return NGX_OK;
    }

    rc = ngx_http_mcp_jsonschema_try(run, logic->if_, value, seen);

    if (rc != NGX_OK && rc != NGX_DECLINED) {
        return rc;
    }

    next = (rc == NGX_OK) ? logic->then : logic->else_;

    return next ? ngx_http_mcp_jsonschema_apply(run, next, value, seen)
                : NGX_OK;
}


/* the anchor in the outermost resource that has it */

static const ngx_http_mcp_jsonschema_node_t *
ngx_http_mcp_jsonschema_dynamic(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_logic_t *logic)
{
    ngx_http_mcp_jsonschema_scope_t       *scope;
    const ngx_http_mcp_jsonschema_node_t  *node, *found;

    found = logic->dynamic;

    if (logic->anchor.len == 0) {
        return found;
    }

    for (scope = run->scope; scope; scope = scope->outer) {

        run->steps--;

        node = ngx_http_mcp_jsonschema_dynamic_find(scope->resource,
                                                    &logic->anchor);
        if (node) {
            found = node;
        }
    }

    return found;
}


static const ngx_http_mcp_jsonschema_node_t *
ngx_http_mcp_jsonschema_dynamic_find(
    const ngx_http_mcp_jsonschema_resource_t *resource, const ngx_str_t *name)
{
    ngx_uint_t                         i;
    ngx_http_mcp_jsonschema_anchor_t  *anchor;

    anchor = resource->dynamic.elts;

    for (i = 0; i < resource->dynamic.nelts; i++) {

        if (anchor[i].name.len == name->len
            && ngx_memcmp(anchor[i].name.data, name->data, name->len) == 0)
        {
            return anchor[i].node;
        }
    }

    return NULL;
}


static ngx_int_t
ngx_http_mcp_jsonschema_none(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_nodes_t *nodes, const char *keyword,
    const ngx_http_mcp_json_t *value)
{
    ngx_int_t                              rc;
    const ngx_http_mcp_jsonschema_node_t  *meant;

    if (run->quick) {
        return NGX_DECLINED;
    }

    meant = ngx_http_mcp_jsonschema_meant(run, nodes, value);

    if (meant) {
        rc = ngx_http_mcp_jsonschema_apply(run, meant, value, NULL);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return ngx_http_mcp_jsonschema_violation_none(run, nodes, keyword, value);
}


/* the only alternative that is of the value's kind, or NULL */

static const ngx_http_mcp_jsonschema_node_t *
ngx_http_mcp_jsonschema_meant(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_nodes_t *nodes,
    const ngx_http_mcp_json_t *value)
{
    ngx_uint_t                             i;
    const ngx_http_mcp_jsonschema_node_t  *meant;

    meant = NULL;

    for (i = 0; i < nodes->n; i++) {

        if (!ngx_http_mcp_jsonschema_kin(run, nodes->elts[i], value)) {
            continue;
        }

        if (meant) {
            return NULL;
        }

        meant = nodes->elts[i];
    }

    return meant;
}


/*
 * Of the allowed type and among the allowed values, and so are those
 * members that tell alternatives apart: those with a "const" or an "enum".
 */

static ngx_uint_t
ngx_http_mcp_jsonschema_kin(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_json_t *value)
{
    ngx_uint_t                                 i;
    ngx_http_mcp_json_t                        member;
    const ngx_http_mcp_jsonschema_property_t  *p;

    for (i = 0; i < NGX_HTTP_MCP_JSONSCHEMA_DEPTH; i++) {

        if (node->never
            || !ngx_http_mcp_jsonschema_typed(node, value)
            || ngx_http_mcp_jsonschema_among(run, node, value) != NGX_OK)
        {
            return 0;
        }

        if (node->object || node->logic == NULL || node->logic->ref == NULL) {
            break;
        }

        node = node->logic->ref;
    }

    if (node->object == NULL || value->type != NGX_HTTP_MCP_JSON_OBJECT) {
        return 1;
    }

    for (i = 0; i < node->object->nproperties; i++) {
        p = &node->object->properties[i];

        if (p->node == NULL
            || (p->node->values == NULL && p->node->constant.type == 0))
        {
            continue;
        }

        run->steps -= 1 + value->raw.len / 32;

        if (run->steps > 0
            && ngx_http_mcp_json_find(value, &p->name, &member) == NGX_OK
            && ngx_http_mcp_jsonschema_among(run, p->node, &member) != NGX_OK)
        {
            return 0;
        }
    }

    return 1;
}

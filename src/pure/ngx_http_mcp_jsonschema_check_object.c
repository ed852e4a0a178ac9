
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The keywords of JSON Schema that are about the members of an object.
 * Called by the check; owns nothing.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_run.h"


static ngx_int_t ngx_http_mcp_jsonschema_member_check(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_object_t *object,
    const ngx_http_mcp_json_t *name, const ngx_http_mcp_json_t *value,
    ngx_uint_t *required, ngx_uint_t *evaluated);
static ngx_int_t ngx_http_mcp_jsonschema_member_patterns(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_object_t *object,
    const ngx_http_mcp_json_t *name, const ngx_http_mcp_json_t *value,
    ngx_uint_t *evaluated);
static const ngx_http_mcp_jsonschema_property_t *
    ngx_http_mcp_jsonschema_lookup(
    const ngx_http_mcp_jsonschema_object_t *object,
    const ngx_http_mcp_json_t *name);
static ngx_int_t ngx_http_mcp_jsonschema_missing(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_object_t *object,
    const ngx_http_mcp_json_t *value);
static ngx_int_t ngx_http_mcp_jsonschema_properties_count(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_object_t *object,
    const ngx_http_mcp_json_t *value, ngx_uint_t n);
static ngx_int_t ngx_http_mcp_jsonschema_dependents(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_object_t *object,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen);
static ngx_int_t ngx_http_mcp_jsonschema_dependent_check(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_dependent_t *dependent,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen);


ngx_int_t
ngx_http_mcp_jsonschema_object(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_object_t *object,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen)
{
    ngx_int_t                 rc, verdict;
    ngx_uint_t                n, required, evaluated;
    ngx_http_mcp_json_t       name, member;
    ngx_http_mcp_json_iter_t  it;

    verdict = NGX_OK;
    required = 0;

    run->steps -= value->raw.len / 32;

    ngx_http_mcp_json_iter(&it, value);

    for (n = 0; ngx_http_mcp_json_next(&it, &name, &member) == NGX_OK; n++) {

        if (--run->steps <= 0) {
            return NGX_ABORT;
        }

        evaluated = 0;

        rc = ngx_http_mcp_jsonschema_member_check(run, object, &name, &member,
                                                  &required, &evaluated);

        if (ngx_http_mcp_jsonschema_ends(run, rc, &verdict)) {
            return verdict;
        }

        if (seen && evaluated) {
            ngx_http_mcp_jsonschema_see(run, seen, n);
        }
    }

    if (required < object->nrequired) {

        rc = ngx_http_mcp_jsonschema_missing(run, object, value);

        if (ngx_http_mcp_jsonschema_ends(run, rc, &verdict)) {
            return verdict;
        }
    }

    rc = ngx_http_mcp_jsonschema_properties_count(run, object, value, n);

    if (ngx_http_mcp_jsonschema_ends(run, rc, &verdict)) {
        return verdict;
    }

    if (object->dependents) {

        rc = ngx_http_mcp_jsonschema_dependents(run, object, value, seen);

        (void) ngx_http_mcp_jsonschema_ends(run, rc, &verdict);
    }

    return verdict;
}


static ngx_int_t
ngx_http_mcp_jsonschema_member_check(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_object_t *object,
    const ngx_http_mcp_json_t *name, const ngx_http_mcp_json_t *value,
    ngx_uint_t *required, ngx_uint_t *evaluated)
{
    ngx_int_t                                  rc, verdict;
    const ngx_http_mcp_jsonschema_property_t  *property;

    verdict = NGX_OK;

    if (object->names) {

        rc = ngx_http_mcp_jsonschema_apply(run, object->names, name, NULL);

        if (ngx_http_mcp_jsonschema_ends(run, rc, &verdict)) {
            return verdict;
        }
    }

    property = object->slots ? ngx_http_mcp_jsonschema_lookup(object, name)
                             : NULL;

    if (property) {
        *required += property->required;
    }

    if (property && property->node) {
        *evaluated = 1;

        rc = ngx_http_mcp_jsonschema_apply(run, property->node, value, NULL);

        if (ngx_http_mcp_jsonschema_ends(run, rc, &verdict)) {
            return verdict;
        }
    }

    if (object->patterns) {

        rc = ngx_http_mcp_jsonschema_member_patterns(run, object, name, value,
                                                     evaluated);

        if (ngx_http_mcp_jsonschema_ends(run, rc, &verdict)) {
            return verdict;
        }
    }

    if (object->additional && *evaluated == 0) {
        *evaluated = 1;

        rc = object->additional->never
             ? ngx_http_mcp_jsonschema_violation_unknown(run, object,
                                                         value->raw.data)
             : ngx_http_mcp_jsonschema_apply(run, object->additional, value,
                                             NULL);

        (void) ngx_http_mcp_jsonschema_ends(run, rc, &verdict);
    }

    return verdict;
}


static ngx_int_t
ngx_http_mcp_jsonschema_member_patterns(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_object_t *object,
    const ngx_http_mcp_json_t *name, const ngx_http_mcp_json_t *value,
    ngx_uint_t *evaluated)
{
    ngx_int_t                                    rc, verdict;
    ngx_uint_t                                   i;
    ngx_http_mcp_jsonschema_pattern_property_t  *p;

    verdict = NGX_OK;
    p = object->patterns->elts;

    for (i = 0; i < object->patterns->nelts; i++) {

        rc = ngx_http_mcp_jsonschema_search(run, p[i].pattern, name);

        if (rc == NGX_DECLINED) {
            continue;
        }

        if (rc != NGX_OK) {
            return rc;
        }

        *evaluated = 1;

        rc = ngx_http_mcp_jsonschema_apply(run, p[i].node, value, NULL);

        if (ngx_http_mcp_jsonschema_ends(run, rc, &verdict)) {
            return verdict;
        }
    }

    return verdict;
}


static const ngx_http_mcp_jsonschema_property_t *
ngx_http_mcp_jsonschema_lookup(const ngx_http_mcp_jsonschema_object_t *object,
    const ngx_http_mcp_json_t *name)
{
    ngx_str_t                                  s;
    ngx_uint_t                                 i, escaped;
    const ngx_http_mcp_jsonschema_property_t  *p;

    s.data = name->raw.data + 1;
    s.len = name->raw.len - 2;

    escaped = (memchr(s.data, '\\', s.len) != NULL);

    if (escaped) {

        /* rare: compared with each */

        for (i = 0; i < object->nproperties; i++) {
            if (ngx_http_mcp_json_equal(name, &object->properties[i].name)) {
                return &object->properties[i];
            }
        }

        return NULL;
    }

    i = ngx_http_mcp_jsonschema_hash(s.data, s.len) & object->mask;

    while (object->slots[i]) {
        p = &object->properties[object->slots[i] - 1];

        if (p->name.len == s.len
            && ngx_memcmp(p->name.data, s.data, s.len) == 0)
        {
            return p;
        }

        i = (i + 1) & object->mask;
    }

    return NULL;
}


static ngx_int_t
ngx_http_mcp_jsonschema_missing(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_object_t *object,
    const ngx_http_mcp_json_t *value)
{
    ngx_int_t                                  rc, verdict;
    ngx_uint_t                                 i;
    ngx_http_mcp_json_t                        member;
    const ngx_http_mcp_jsonschema_property_t  *p;

    if (run->quick) {
        return NGX_DECLINED;
    }

    verdict = NGX_OK;

    for (i = 0; i < object->nproperties; i++) {
        p = &object->properties[i];

        if (!p->required) {
            continue;
        }

        run->steps -= 1 + value->raw.len / 32;

        if (run->steps <= 0) {
            return NGX_ABORT;
        }

        if (ngx_http_mcp_json_find(value, &p->name, &member) == NGX_OK) {
            continue;
        }

        rc = ngx_http_mcp_jsonschema_violation(run, value->raw.data,
                                     "required",
                                     "must have the property \"%V\"",
                                     &p->name);

        if (ngx_http_mcp_jsonschema_ends(run, rc, &verdict)) {
            return verdict;
        }
    }

    return verdict;
}


static ngx_int_t
ngx_http_mcp_jsonschema_properties_count(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_object_t *object,
    const ngx_http_mcp_json_t *value, ngx_uint_t n)
{
    if (n < object->min) {
        return ngx_http_mcp_jsonschema_violation(run, value->raw.data,
                             "minProperties",
                             "must have at least %ui propert%s",
                             object->min, (object->min == 1) ? "y" : "ies");
    }

    if (n > object->max) {
        return ngx_http_mcp_jsonschema_violation(run, value->raw.data,
                             "maxProperties",
                             "must have at most %ui propert%s",
                             object->max, (object->max == 1) ? "y" : "ies");
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_jsonschema_dependents(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_object_t *object,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen)
{
    ngx_int_t                             rc, verdict;
    ngx_uint_t                            i;
    ngx_http_mcp_json_t                   member;
    ngx_http_mcp_jsonschema_dependent_t  *d;

    verdict = NGX_OK;
    d = object->dependents->elts;

    for (i = 0; i < object->dependents->nelts; i++) {

        run->steps -= 1 + value->raw.len / 32;

        if (run->steps <= 0) {
            return NGX_ABORT;
        }

        if (ngx_http_mcp_json_find(value, &d[i].name, &member) != NGX_OK) {
            continue;
        }

        rc = ngx_http_mcp_jsonschema_dependent_check(run, &d[i], value, seen);

        if (ngx_http_mcp_jsonschema_ends(run, rc, &verdict)) {
            return verdict;
        }
    }

    return verdict;
}


static ngx_int_t
ngx_http_mcp_jsonschema_dependent_check(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_dependent_t *dependent,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen)
{
    ngx_int_t            rc, verdict;
    ngx_uint_t           i;
    ngx_http_mcp_json_t  member;

    if (dependent->node) {
        return ngx_http_mcp_jsonschema_apply(run, dependent->node, value,
                                             seen);
    }

    verdict = NGX_OK;

    for (i = 0; i < dependent->n; i++) {

        run->steps -= 1 + value->raw.len / 32;

        if (run->steps <= 0) {
            return NGX_ABORT;
        }

        if (ngx_http_mcp_json_find(value, &dependent->required[i], &member)
            == NGX_OK)
        {
            continue;
        }

        rc = ngx_http_mcp_jsonschema_violation(run, value->raw.data,
                             (char *) dependent->keyword.data,
                             "must have the property \"%V\", since it has"
                             " \"%V\"", &dependent->required[i],
                             &dependent->name);

        if (ngx_http_mcp_jsonschema_ends(run, rc, &verdict)) {
            return verdict;
        }
    }

    return verdict;
}


ngx_int_t
ngx_http_mcp_jsonschema_unseen(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_node_t *rest,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen)
{
    ngx_int_t                 rc, verdict;
    ngx_uint_t                n;
    ngx_http_mcp_json_t       child;
    ngx_http_mcp_json_iter_t  it;

    verdict = NGX_OK;

    run->steps -= value->raw.len / 32;

    ngx_http_mcp_json_iter(&it, value);

    for (n = 0; ngx_http_mcp_json_next(&it, NULL, &child) == NGX_OK; n++) {

        if (run->words[seen->offset + n / 64] & ((uint64_t) 1 << (n % 64))) {
            continue;
        }

        if (rest->never) {
            rc = ngx_http_mcp_jsonschema_violation(run, child.raw.data,
                           it.object ? "unevaluatedProperties"
                                     : "unevaluatedItems",
                           it.object ? "is a property that is not known here"
                                     : "is an item too much");
        } else {
            rc = ngx_http_mcp_jsonschema_apply(run, rest, &child, NULL);
        }

        if (ngx_http_mcp_jsonschema_ends(run, rc, &verdict)) {
            return verdict;
        }
    }

    return verdict;
}

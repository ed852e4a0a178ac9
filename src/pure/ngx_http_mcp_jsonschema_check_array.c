
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The keywords of JSON Schema that are about the elements of an array.
 * Called by the check; owns nothing.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_run.h"


static ngx_int_t ngx_http_mcp_jsonschema_items(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_array_t *array,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen,
    ngx_uint_t *n);
static ngx_int_t ngx_http_mcp_jsonschema_item(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_array_t *array, ngx_uint_t i,
    const ngx_http_mcp_json_t *item, ngx_http_mcp_jsonschema_seen_t *seen);
static ngx_int_t ngx_http_mcp_jsonschema_items_count(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_array_t *array,
    const ngx_http_mcp_json_t *value, ngx_uint_t n);
static ngx_int_t ngx_http_mcp_jsonschema_contains(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_array_t *array,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen);
static ngx_int_t ngx_http_mcp_jsonschema_contains_count(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_array_t *array,
    const ngx_http_mcp_json_t *value, ngx_uint_t n);
static ngx_int_t ngx_http_mcp_jsonschema_unique(
    ngx_http_mcp_jsonschema_run_t *run, const ngx_http_mcp_json_t *value,
    ngx_uint_t n);
static ngx_int_t ngx_http_mcp_jsonschema_unique_find(
    ngx_http_mcp_jsonschema_run_t *run, uint64_t *slots, ngx_uint_t mask,
    const ngx_http_mcp_json_t *value, const ngx_http_mcp_json_t *item);


ngx_int_t
ngx_http_mcp_jsonschema_array(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_array_t *array,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen)
{
    size_t      used;
    ngx_int_t   rc, verdict;
    ngx_uint_t  n;

    verdict = NGX_OK;
    n = 0;

    run->steps -= value->raw.len / 32;

    rc = ngx_http_mcp_jsonschema_items(run, array, value, seen, &n);

    if (ngx_http_mcp_jsonschema_ends(run, rc, &verdict)) {
        return verdict;
    }

    rc = ngx_http_mcp_jsonschema_items_count(run, array, value, n);

    if (ngx_http_mcp_jsonschema_ends(run, rc, &verdict)) {
        return verdict;
    }

    if (array->contains) {
        rc = ngx_http_mcp_jsonschema_contains(run, array, value, seen);

        if (ngx_http_mcp_jsonschema_ends(run, rc, &verdict)) {
            return verdict;
        }
    }

    if (array->unique && n > 1) {
        used = run->used;
        rc = ngx_http_mcp_jsonschema_unique(run, value, n);
        run->used = used;

        (void) ngx_http_mcp_jsonschema_ends(run, rc, &verdict);
    }

    return verdict;
}


static ngx_int_t
ngx_http_mcp_jsonschema_items(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_array_t *array,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen,
    ngx_uint_t *n)
{
    ngx_int_t                 rc, verdict;
    ngx_uint_t                i;
    ngx_http_mcp_json_t       item;
    ngx_http_mcp_json_iter_t  it;

    verdict = NGX_OK;

    ngx_http_mcp_json_iter(&it, value);

    for (i = 0; ngx_http_mcp_json_next(&it, NULL, &item) == NGX_OK; i++) {

        if (--run->steps <= 0) {
            return NGX_ABORT;
        }

        rc = ngx_http_mcp_jsonschema_item(run, array, i, &item, seen);

        if (ngx_http_mcp_jsonschema_ends(run, rc, &verdict)) {
            return verdict;
        }
    }

    *n = i;

    return verdict;
}


static ngx_int_t
ngx_http_mcp_jsonschema_item(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_array_t *array, ngx_uint_t i,
    const ngx_http_mcp_json_t *item, ngx_http_mcp_jsonschema_seen_t *seen)
{
    const ngx_http_mcp_jsonschema_node_t  *node;

    node = (i < array->prefix.n) ? array->prefix.elts[i] : array->items;

    if (node == NULL) {
        return NGX_OK;
    }

    if (seen) {
        ngx_http_mcp_jsonschema_see(run, seen, i);
    }

    if (node->never && node == array->items) {
        return ngx_http_mcp_jsonschema_violation(run, item->raw.data, "items",
                             "is too much, at most %ui item%s may be here",
                             array->prefix.n,
                             (array->prefix.n == 1) ? "" : "s");
    }

    return ngx_http_mcp_jsonschema_apply(run, node, item, NULL);
}


static ngx_int_t
ngx_http_mcp_jsonschema_items_count(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_array_t *array,
    const ngx_http_mcp_json_t *value, ngx_uint_t n)
{
    if (n < array->min) {
        return ngx_http_mcp_jsonschema_violation(run, value->raw.data,
                             "minItems", "must have at least %ui item%s",
                             array->min, (array->min == 1) ? "" : "s");
    }

    if (n > array->max) {
        return ngx_http_mcp_jsonschema_violation(run, value->raw.data,
                             "maxItems", "must have at most %ui item%s",
                             array->max, (array->max == 1) ? "" : "s");
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_jsonschema_contains(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_array_t *array,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen)
{
    ngx_int_t                 rc;
    ngx_uint_t                i, n;
    ngx_http_mcp_json_t       item;
    ngx_http_mcp_json_iter_t  it;

    n = 0;

    run->steps -= value->raw.len / 32;

    ngx_http_mcp_json_iter(&it, value);

    for (i = 0; ngx_http_mcp_json_next(&it, NULL, &item) == NGX_OK; i++) {

        /* the rest cannot change the verdict */

        if (seen == NULL && n >= array->min_contains
            && array->max_contains == NGX_MAX_INT_T_VALUE)
        {
            break;
        }

        rc = ngx_http_mcp_jsonschema_try(run, array->contains, &item, NULL);

        if (rc == NGX_OK) {
            n++;

            if (seen) {
                ngx_http_mcp_jsonschema_see(run, seen, i);
            }

        } else if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    return ngx_http_mcp_jsonschema_contains_count(run, array, value, n);
}


static ngx_int_t
ngx_http_mcp_jsonschema_contains_count(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_array_t *array,
    const ngx_http_mcp_json_t *value, ngx_uint_t n)
{
    if (n < array->min_contains) {
        return ngx_http_mcp_jsonschema_violation(run, value->raw.data,
                             "contains",
                             "must have at least %ui item%s that match%s"
                             " \"contains\", has %ui", array->min_contains,
                             (array->min_contains == 1) ? "" : "s",
                             (array->min_contains == 1) ? "es" : "", n);
    }

    if (n > array->max_contains) {
        return ngx_http_mcp_jsonschema_violation(run, value->raw.data,
                             "maxContains",
                             "must have at most %ui item%s that match%s"
                             " \"contains\", has %ui", array->max_contains,
                             (array->max_contains == 1) ? "" : "s",
                             (array->max_contains == 1) ? "es" : "", n);
    }

    return NGX_OK;
}


/*
 * A table of hashes: a slot has the hash above the offset of an item in the
 * value, which is never 0.  Equal hashes of unequal items are
 * paid for with steps.
 */

static ngx_int_t
ngx_http_mcp_jsonschema_unique(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_json_t *value, ngx_uint_t n)
{
    size_t                    offset, size;
    ngx_int_t                 rc;
    ngx_http_mcp_json_t       item;
    ngx_http_mcp_json_iter_t  it;

    for (size = 4; size < n + n / 2; size *= 2) { /* void */ }

    if (value->raw.len >= NGX_MAX_UINT32_VALUE) {
        return NGX_ABORT;
    }

    rc = ngx_http_mcp_jsonschema_reserve(run, size, &offset);

    if (rc != NGX_OK) {
        return rc;
    }

    ngx_memzero(run->words + offset, size * sizeof(uint64_t));

    run->steps -= 1 + (value->raw.len + size) / 32;

    ngx_http_mcp_json_iter(&it, value);

    while (ngx_http_mcp_json_next(&it, NULL, &item) == NGX_OK) {

        rc = ngx_http_mcp_jsonschema_unique_find(run, run->words + offset,
                                                 size - 1, value, &item);
        if (rc == NGX_DECLINED) {
            return ngx_http_mcp_jsonschema_violation(run, item.raw.data,
                                 "uniqueItems",
                                 "must differ from all other items");
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


/* NGX_DECLINED: the item is there already, else it is now */

static ngx_int_t
ngx_http_mcp_jsonschema_unique_find(ngx_http_mcp_jsonschema_run_t *run,
    uint64_t *slots, ngx_uint_t mask, const ngx_http_mcp_json_t *value,
    const ngx_http_mcp_json_t *item)
{
    uint32_t                  hash;
    ngx_uint_t                i;
    ngx_http_mcp_json_t       other;
    ngx_http_mcp_json_iter_t  it;

    hash = ngx_http_mcp_jsonschema_value_hash(item, &run->steps);

    for (i = hash & mask; slots[i]; i = (i + 1) & mask) {

        if (--run->steps <= 0) {
            return NGX_ABORT;
        }

        if (slots[i] >> 32 != hash) {
            continue;
        }

        it.pos = value->raw.data + (slots[i] & 0xffffffff);
        it.last = value->raw.data + value->raw.len - 1;
        it.object = 0;

        (void) ngx_http_mcp_json_next(&it, NULL, &other);

        if (ngx_http_mcp_jsonschema_equal(&other, item, &run->steps)) {
            return NGX_DECLINED;
        }
    }

    if (run->steps <= 0) {
        return NGX_ABORT;
    }

    slots[i] = ((uint64_t) hash << 32) | (item->raw.data - value->raw.data);

    return NGX_OK;
}

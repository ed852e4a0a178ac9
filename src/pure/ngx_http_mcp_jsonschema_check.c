
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Checks a value against a compiled JSON Schema: the way through the
 * schemas, and the keywords of values that have no parts.  Called for the
 * arguments of a tool and for what its upstream answered; owns a stack of
 * its own while it runs.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_run.h"


#define NGX_HTTP_MCP_JSONSCHEMA_FREE_STEPS  200000
#define NGX_HTTP_MCP_JSONSCHEMA_FREE_WORDS  8192


static ngx_int_t ngx_http_mcp_jsonschema_budget(
    const ngx_http_mcp_jsonschema_t *schema, ngx_uint_t cap, size_t len);
static ngx_int_t ngx_http_mcp_jsonschema_apply_node(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen);
static ngx_int_t ngx_http_mcp_jsonschema_apply_rest(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_jsonschema_node_t *rest,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen);
static ngx_int_t ngx_http_mcp_jsonschema_apply_keywords(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen);
static ngx_int_t ngx_http_mcp_jsonschema_number(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_number_t *number,
    const ngx_http_mcp_json_t *value);
static ngx_int_t ngx_http_mcp_jsonschema_bound(
    ngx_http_mcp_jsonschema_run_t *run, const ngx_http_mcp_json_t *bound,
    const ngx_http_mcp_json_t *value, ngx_int_t sign, const char *keyword);
static ngx_int_t ngx_http_mcp_jsonschema_length_check(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_string_t *string,
    const ngx_http_mcp_json_t *value);
static ngx_int_t ngx_http_mcp_jsonschema_string_check(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_string_t *string,
    const ngx_http_mcp_json_t *value);


ngx_int_t
ngx_http_mcp_jsonschema_check(const ngx_http_mcp_jsonschema_t *schema,
    ngx_http_mcp_jsonschema_check_t *check, const ngx_http_mcp_json_t *value)
{
    ngx_int_t                      rc, steps;
    ngx_http_mcp_jsonschema_run_t  run;

    run.check = check;
    run.root = value;
    run.scope = NULL;
    run.depth = 0;
    run.quick = (check->max == 0);
    run.work = NULL;

    run.words = run.room;
    run.used = 0;
    run.size = NGX_HTTP_MCP_JSONSCHEMA_ROOM;
    run.max = NGX_HTTP_MCP_JSONSCHEMA_FREE_WORDS + 2 * value->raw.len;

    steps = ngx_http_mcp_jsonschema_budget(schema, check->cap,
                                           value->raw.len);
    run.steps = steps;

    check->n = 0;

    rc = ngx_http_mcp_jsonschema_apply(&run, schema->root, value, NULL);

    /* equality and patterns say no when the steps are used up */

    if (run.steps <= 0 && rc != NGX_ERROR) {
        rc = NGX_ABORT;
    }

    check->steps = steps - run.steps;

    ngx_http_mcp_jsonschema_match_done(run.work);

    if (run.words != run.room) {
        ngx_free(run.words);
    }

    return rc;
}


static ngx_int_t
ngx_http_mcp_jsonschema_budget(const ngx_http_mcp_jsonschema_t *schema,
    ngx_uint_t cap, size_t len)
{
    ngx_uint_t  nodes;

    nodes = 8 * schema->nodes;

    if (cap == 0) {
        cap = NGX_HTTP_MCP_JSONSCHEMA_STEPS;
    }

    if (len < cap / nodes) {
        cap = ngx_min(cap, NGX_HTTP_MCP_JSONSCHEMA_FREE_STEPS + nodes * len);
    }

    return cap;
}


ngx_int_t
ngx_http_mcp_jsonschema_apply(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen)
{
    size_t                            used;
    ngx_int_t                         rc;
    ngx_http_mcp_jsonschema_scope_t   scope, *outer;

    if (--run->steps <= 0 || run->depth == NGX_HTTP_MCP_JSONSCHEMA_DEPTH) {
        return NGX_ABORT;
    }

    if (node->never) {
        return ngx_http_mcp_jsonschema_violation(run, value->raw.data, "false",
                                                 "is not allowed here");
    }

    outer = run->scope;

    if (outer == NULL || outer->resource != node->resource) {
        scope.outer = outer;
        scope.resource = node->resource;
        run->scope = &scope;
    }

    used = run->used;
    run->depth++;

    rc = ngx_http_mcp_jsonschema_apply_node(run, node, value, seen);

    run->depth--;
    run->used = used;
    run->scope = outer;

    return rc;
}


ngx_int_t
ngx_http_mcp_jsonschema_try(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen)
{
    size_t     used, copy, n;
    ngx_int_t  rc;

    used = run->used;
    copy = 0;
    n = 0;

    if (seen) {
        n = (seen->n + 63) / 64;
        run->steps -= n / 4;

        rc = ngx_http_mcp_jsonschema_reserve(run, n, &copy);

        if (rc != NGX_OK) {
            return rc;
        }

        ngx_memcpy(run->words + copy, run->words + seen->offset,
                   n * sizeof(uint64_t));
    }

    run->quick++;

    rc = ngx_http_mcp_jsonschema_apply(run, node, value, seen);

    run->quick--;

    if (seen && rc != NGX_OK) {
        ngx_memcpy(run->words + seen->offset, run->words + copy,
                   n * sizeof(uint64_t));
    }

    run->used = used;

    return rc;
}


static ngx_int_t
ngx_http_mcp_jsonschema_apply_node(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen)
{
    ngx_int_t                              rc, verdict;
    const ngx_http_mcp_jsonschema_node_t  *rest;

    /* a value of the wrong type violates whatever else there is */

    if (node->types && !ngx_http_mcp_jsonschema_typed(node, value)) {
        return ngx_http_mcp_jsonschema_violation_type(run, node->types, value);
    }

    verdict = NGX_OK;

    if (node->nvalues || node->values || node->constant.type) {

        rc = ngx_http_mcp_jsonschema_among(run, node, value);

        if (rc != NGX_OK) {
            return (rc == NGX_DECLINED)
                   ? ngx_http_mcp_jsonschema_violation_enum(run, node, value)
                   : rc;
        }
    }

    rest = NULL;

    if (node->object && value->type == NGX_HTTP_MCP_JSON_OBJECT) {
        rest = node->object->unevaluated;

    } else if (node->array && value->type == NGX_HTTP_MCP_JSON_ARRAY) {
        rest = node->array->unevaluated;
    }

    if (rest) {
        return ngx_http_mcp_jsonschema_apply_rest(run, node, rest, value,
                                                  seen);
    }

    rc = ngx_http_mcp_jsonschema_apply_keywords(run, node, value, seen);

    (void) ngx_http_mcp_jsonschema_ends(run, rc, &verdict);

    return verdict;
}


/* with "unevaluatedProperties" or "unevaluatedItems" */

static ngx_int_t
ngx_http_mcp_jsonschema_apply_rest(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_jsonschema_node_t *rest,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen)
{
    ngx_int_t                       rc;
    ngx_uint_t                      i;
    ngx_http_mcp_jsonschema_seen_t  own;

    run->steps -= value->raw.len / 32;

    rc = ngx_http_mcp_jsonschema_seen_open(run, &own,
                                       ngx_http_mcp_jsonschema_count(value));
    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_http_mcp_jsonschema_apply_keywords(run, node, value, &own);

    /* a schema that failed has evaluated nothing */

    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_http_mcp_jsonschema_unseen(run, rest, value, &own);

    if (rc != NGX_OK) {
        return rc;
    }

    for (i = 0; seen && i < seen->n; i++) {
        ngx_http_mcp_jsonschema_see(run, seen, i);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_jsonschema_apply_keywords(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen)
{
    ngx_int_t  rc, verdict;

    verdict = NGX_OK;
    rc = NGX_OK;

    switch (value->type) {

    case NGX_HTTP_MCP_JSON_OBJECT:
        if (node->object) {
            rc = ngx_http_mcp_jsonschema_object(run, node->object, value,
                                                seen);
        }

        break;

    case NGX_HTTP_MCP_JSON_ARRAY:
        if (node->array) {
            rc = ngx_http_mcp_jsonschema_array(run, node->array, value, seen);
        }

        break;

    case NGX_HTTP_MCP_JSON_STRING:
        if (node->string) {
            rc = ngx_http_mcp_jsonschema_string_check(run, node->string,
                                                      value);
        }

        break;

    case NGX_HTTP_MCP_JSON_NUMBER:
        if (node->number) {
            rc = ngx_http_mcp_jsonschema_number(run, node->number, value);
        }

        break;

    default:
        break;
    }

    if (ngx_http_mcp_jsonschema_ends(run, rc, &verdict)) {
        return verdict;
    }

    if (node->logic) {
        rc = ngx_http_mcp_jsonschema_logic(run, node->logic, value, seen);

        (void) ngx_http_mcp_jsonschema_ends(run, rc, &verdict);
    }

    return verdict;
}


ngx_uint_t
ngx_http_mcp_jsonschema_typed(const ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_json_t *value)
{
    if (node->types == 0
        || (node->types & ngx_http_mcp_jsonschema_bit(value->type)))
    {
        return 1;
    }

    return (node->types & NGX_HTTP_MCP_JSONSCHEMA_INTEGER)
           && value->type == NGX_HTTP_MCP_JSON_NUMBER
           && ngx_http_mcp_json_integer(value);
}


ngx_int_t
ngx_http_mcp_jsonschema_among(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_json_t *value)
{
    ngx_uint_t  i;

    if (node->constant.type
        && !ngx_http_mcp_jsonschema_equal(&node->constant, value,
                                          &run->steps))
    {
        return NGX_DECLINED;
    }

    if (node->values == NULL) {
        return NGX_OK;
    }

    for (i = 0; i < node->nvalues; i++) {
        if (ngx_http_mcp_jsonschema_equal(&node->values[i], value,
                                          &run->steps))
        {
            return NGX_OK;
        }
    }

    return (run->steps > 0) ? NGX_DECLINED : NGX_ABORT;
}


static ngx_int_t
ngx_http_mcp_jsonschema_number(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_number_t *number,
    const ngx_http_mcp_json_t *value)
{
    ngx_int_t                   rc, verdict;
    ngx_uint_t                  i;
    const ngx_http_mcp_json_t  *bound;

    static const struct {
        size_t       offset;
        ngx_int_t    sign;
        const char  *keyword;
    } bounds[] = {
        { offsetof(ngx_http_mcp_jsonschema_number_t, minimum), -1,
          "minimum" },
        { offsetof(ngx_http_mcp_jsonschema_number_t, maximum), 1,
          "maximum" },
        { offsetof(ngx_http_mcp_jsonschema_number_t, above), -2,
          "exclusiveMinimum" },
        { offsetof(ngx_http_mcp_jsonschema_number_t, below), 2,
          "exclusiveMaximum" }
    };

    verdict = NGX_OK;

    run->steps -= value->raw.len / 32;

    for (i = 0; i < 4; i++) {

        bound = (const ngx_http_mcp_json_t *)
                ((const u_char *) number + bounds[i].offset);

        if (bound->type == NGX_HTTP_MCP_JSON_NONE) {
            continue;
        }

        rc = ngx_http_mcp_jsonschema_bound(run, bound, value, bounds[i].sign,
                                           bounds[i].keyword);

        if (ngx_http_mcp_jsonschema_ends(run, rc, &verdict)) {
            return verdict;
        }
    }

    if (number->multiple.digits
        && !ngx_http_mcp_jsonschema_multiple(value, &number->multiple))
    {
        return ngx_http_mcp_jsonschema_violation(run, value->raw.data,
                                       "multipleOf", "must be a multiple of %V",
                                       &number->multiple.raw);
    }

    return verdict;
}


/* "sign" is -1 for a lower bound, 1 for an upper one, twice if exclusive */

static ngx_int_t
ngx_http_mcp_jsonschema_bound(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_json_t *bound, const ngx_http_mcp_json_t *value,
    ngx_int_t sign, const char *keyword)
{
    ngx_int_t  order;

    order = ngx_http_mcp_json_compare(value, bound);

    if (order == 0 && (sign == 1 || sign == -1)) {
        return NGX_OK;
    }

    if (order && (order < 0) == (sign > 0)) {
        return NGX_OK;
    }

    return ngx_http_mcp_jsonschema_violation(run, value->raw.data, keyword,
                                   "must be %s%s %V", (sign < 0) ? ">" : "<",
                                   (sign == 1 || sign == -1) ? "=" : "",
                                   &bound->raw);
}


static ngx_int_t
ngx_http_mcp_jsonschema_string_check(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_string_t *string,
    const ngx_http_mcp_json_t *value)
{
    ngx_int_t  rc, verdict;
    ngx_str_t  text;

    verdict = NGX_OK;

    rc = ngx_http_mcp_jsonschema_length_check(run, string, value);

    if (ngx_http_mcp_jsonschema_ends(run, rc, &verdict)) {
        return verdict;
    }

    if (string->pattern) {

        rc = ngx_http_mcp_jsonschema_search(run, string->pattern, value);

        if (rc == NGX_DECLINED) {
            rc = ngx_http_mcp_jsonschema_violation(run, value->raw.data,
                             "pattern", "must match the pattern \"%V\"",
                             ngx_http_mcp_jsonschema_pattern_source(
                                 string->pattern));
        }

        if (ngx_http_mcp_jsonschema_ends(run, rc, &verdict)) {
            return verdict;
        }
    }

    if (string->format) {

        rc = ngx_http_mcp_jsonschema_text(run, value, &text);

        if (rc != NGX_OK) {
            return rc;
        }

        if (!ngx_http_mcp_jsonschema_format_check(string->format, &text)) {
            return ngx_http_mcp_jsonschema_violation(run, value->raw.data,
                             "format", "must be %s",
                             ngx_http_mcp_jsonschema_format_text(
                                 string->format));
        }
    }

    return verdict;
}


static ngx_int_t
ngx_http_mcp_jsonschema_length_check(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_string_t *string,
    const ngx_http_mcp_json_t *value)
{
    ngx_uint_t  n;

    /* most often the bytes decide: a character has 1 to 12 of them */

    n = value->raw.len - 2;

    if (n <= string->max && n / 12 >= string->min) {
        return NGX_OK;
    }

    run->steps -= n / 32;
    n = ngx_http_mcp_jsonschema_length(value);

    if (n < string->min) {
        return ngx_http_mcp_jsonschema_violation(run, value->raw.data,
                             "minLength", "must have at least %ui character%s",
                             string->min, (string->min == 1) ? "" : "s");
    }

    if (n > string->max) {
        return ngx_http_mcp_jsonschema_violation(run, value->raw.data,
                             "maxLength", "must have at most %ui character%s",
                             string->max, (string->max == 1) ? "" : "s");
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_mcp_jsonschema_search(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_pattern_t *pattern,
    const ngx_http_mcp_json_t *string)
{
    ngx_int_t  rc;
    ngx_str_t  text;

    rc = ngx_http_mcp_jsonschema_text(run, string, &text);

    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_http_mcp_jsonschema_match(pattern, &text, &run->work,
                                         &run->steps);
}


ngx_int_t
ngx_http_mcp_jsonschema_text(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_json_t *string, ngx_str_t *text)
{
    size_t     used, offset;
    u_char    *p;
    ngx_int_t  rc;

    run->steps -= string->raw.len / 32;

    text->data = string->raw.data + 1;
    text->len = string->raw.len - 2;

    if (memchr(text->data, '\\', text->len) == NULL) {
        return NGX_OK;
    }

    used = run->used;

    rc = ngx_http_mcp_jsonschema_reserve(run, string->raw.len / 8 + 1,
                                         &offset);
    if (rc != NGX_OK) {
        return rc;
    }

    /* nothing is reserved before the text was used */

    run->used = used;

    p = (u_char *) (run->words + offset);

    text->data = p;
    text->len = ngx_http_mcp_jsonschema_decode(p, string) - p;

    return NGX_OK;
}


ngx_int_t
ngx_http_mcp_jsonschema_reserve(ngx_http_mcp_jsonschema_run_t *run, size_t n,
    size_t *offset)
{
    size_t     size;
    uint64_t  *words;

    if (n > run->max - run->used) {
        return NGX_ABORT;
    }

    if (n > run->size - run->used) {

        size = ngx_min(run->max, ngx_max(run->size * 2, run->used + n));

        words = ngx_alloc(size * sizeof(uint64_t), ngx_cycle->log);
        if (words == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(words, run->words, run->used * sizeof(uint64_t));

        if (run->words != run->room) {
            ngx_free(run->words);
        }

        run->words = words;
        run->size = size;
    }

    *offset = run->used;
    run->used += n;

    return NGX_OK;
}


ngx_int_t
ngx_http_mcp_jsonschema_seen_open(ngx_http_mcp_jsonschema_run_t *run,
    ngx_http_mcp_jsonschema_seen_t *seen, ngx_uint_t n)
{
    size_t     words;
    ngx_int_t  rc;

    words = (n + 63) / 64;
    seen->n = n;

    rc = ngx_http_mcp_jsonschema_reserve(run, words, &seen->offset);

    if (rc == NGX_OK) {
        ngx_memzero(run->words + seen->offset, words * sizeof(uint64_t));
    }

    return rc;
}

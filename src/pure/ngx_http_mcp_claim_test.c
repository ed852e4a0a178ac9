
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Predicates on claims, "groups has staff": parsed at load, asked for each
 * request.  Called by the words "require_claim" and by the rules that they
 * make; owns the array of values, in the caller's pool.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_claim.h"


#define NGX_HTTP_MCP_CLAIM_MANY  NGX_MAX_INT_T_VALUE


typedef struct {
    ngx_str_t                  name;
    ngx_http_mcp_claim_op_e    op;
    ngx_uint_t                 min;        /* values */
    ngx_uint_t                 max;
} ngx_http_mcp_claim_word_t;


static const ngx_http_mcp_claim_word_t *ngx_http_mcp_claim_operator(
    const ngx_str_t *name);
static const char *ngx_http_mcp_claim_values(
    const ngx_http_mcp_claim_word_t *word, const ngx_str_t *values,
    ngx_uint_t n);
static ngx_uint_t ngx_http_mcp_claim_overage(
    const ngx_http_mcp_json_t *claims, const ngx_str_t *name);
static ngx_uint_t ngx_http_mcp_claim_holds(const ngx_http_mcp_json_t *value,
    const ngx_http_mcp_claim_test_t *test);
static ngx_uint_t ngx_http_mcp_claim_has(const ngx_http_mcp_json_t *value,
    const ngx_str_t *text);
static ngx_uint_t ngx_http_mcp_claim_is(const ngx_http_mcp_json_t *value,
    const ngx_str_t *text);
static ngx_uint_t ngx_http_mcp_claim_order(const ngx_http_mcp_json_t *value,
    const ngx_str_t *text, ngx_int_t *order);
static ngx_int_t ngx_http_mcp_claim_number(const ngx_str_t *text,
    ngx_http_mcp_json_t *number);


static const ngx_http_mcp_claim_word_t  ngx_http_mcp_claim_words[] = {
    { ngx_string("exists"), NGX_HTTP_MCP_CLAIM_EXISTS, 0, 0 },
    { ngx_string("absent"), NGX_HTTP_MCP_CLAIM_ABSENT, 0, 0 },
    { ngx_string("true"), NGX_HTTP_MCP_CLAIM_TRUE, 0, 0 },
    { ngx_string("eq"), NGX_HTTP_MCP_CLAIM_EQ, 1, 1 },
    { ngx_string("in"), NGX_HTTP_MCP_CLAIM_IN, 1, NGX_HTTP_MCP_CLAIM_MANY },
    { ngx_string("has"), NGX_HTTP_MCP_CLAIM_HAS, 1, 1 },
    { ngx_string("any"), NGX_HTTP_MCP_CLAIM_ANY, 1, NGX_HTTP_MCP_CLAIM_MANY },
    { ngx_string("all"), NGX_HTTP_MCP_CLAIM_ALL, 1, NGX_HTTP_MCP_CLAIM_MANY },
    { ngx_string("ge"), NGX_HTTP_MCP_CLAIM_GE, 1, 1 },
    { ngx_string("le"), NGX_HTTP_MCP_CLAIM_LE, 1, 1 },
    { ngx_null_string, NGX_HTTP_MCP_CLAIM_EXISTS, 0, 0 }
};


ngx_int_t
ngx_http_mcp_claim_test(ngx_pool_t *pool, const ngx_str_t *words,
    ngx_uint_t n, ngx_http_mcp_claim_test_t *test, const char **reason)
{
    ngx_int_t                         rc;
    ngx_str_t                        *value;
    ngx_uint_t                        i;
    const ngx_http_mcp_claim_word_t  *word;

    if (n == 0) {
        *reason = "no claim is named";
        return NGX_DECLINED;
    }

    rc = ngx_http_mcp_claim_path(pool, &words[0], &test->path);

    if (rc != NGX_OK) {
        *reason = "the path of the claim is malformed";
        return rc;
    }

    word = &ngx_http_mcp_claim_words[0];

    if (n > 1) {
        word = ngx_http_mcp_claim_operator(&words[1]);

        if (word == NULL) {
            *reason = "the operator is none of exists, absent, true, eq, in, "
                      "has, any, all, ge, le";
            return NGX_DECLINED;
        }
    }

    n = (n > 2) ? n - 2 : 0;

    *reason = ngx_http_mcp_claim_values(word, n ? &words[2] : NULL, n);

    if (*reason) {
        return NGX_DECLINED;
    }

    test->op = word->op;

    if (ngx_array_init(&test->values, pool, ngx_max(n, 1), sizeof(ngx_str_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        value = ngx_array_push(&test->values);
        if (value == NULL) {
            return NGX_ERROR;
        }

        *value = words[2 + i];
    }

    return NGX_OK;
}


static const ngx_http_mcp_claim_word_t *
ngx_http_mcp_claim_operator(const ngx_str_t *name)
{
    const ngx_http_mcp_claim_word_t  *word;

    for (word = ngx_http_mcp_claim_words; word->name.len; word++) {

        if (word->name.len == name->len
            && ngx_memcmp(word->name.data, name->data, name->len) == 0)
        {
            return word;
        }
    }

    return NULL;
}


/* what is wrong with the values of an operator, or NULL */

static const char *
ngx_http_mcp_claim_values(const ngx_http_mcp_claim_word_t *word,
    const ngx_str_t *values, ngx_uint_t n)
{
    ngx_http_mcp_json_t  number;

    if (n < word->min) {
        return "the operator needs a value";
    }

    if (n > word->max) {
        return word->max ? "the operator takes one value only"
                         : "the operator takes no value";
    }

    if ((word->op == NGX_HTTP_MCP_CLAIM_GE
         || word->op == NGX_HTTP_MCP_CLAIM_LE)
        && ngx_http_mcp_claim_number(&values[0], &number) != NGX_OK)
    {
        return "the operator needs a number";
    }

    return NULL;
}


ngx_http_mcp_claim_verdict_e
ngx_http_mcp_claim_eval(const ngx_http_mcp_json_t *claims,
    const ngx_http_mcp_claim_test_t *test)
{
    ngx_uint_t           holds;
    ngx_http_mcp_json_t  value;

    if (ngx_http_mcp_claim_find(claims, &test->path, &value) == NGX_OK
        && value.type != NGX_HTTP_MCP_JSON_NULL)
    {
        holds = ngx_http_mcp_claim_holds(&value, test);

    } else {

        /* "absent" cannot be told either when the claim is elsewhere */

        if (ngx_http_mcp_claim_overage(claims, test->path.names.elts)) {
            return NGX_HTTP_MCP_CLAIM_UNKNOWN;
        }

        holds = (test->op == NGX_HTTP_MCP_CLAIM_ABSENT);
    }

    return holds ? NGX_HTTP_MCP_CLAIM_YES : NGX_HTTP_MCP_CLAIM_NO;
}


/*
 * 1 if the issuer says that the claim is to be had from elsewhere (OpenID
 * Connect Core 5.6.2): Entra's tokens of users with very many groups.
 */

static ngx_uint_t
ngx_http_mcp_claim_overage(const ngx_http_mcp_json_t *claims,
    const ngx_str_t *name)
{
    ngx_http_mcp_json_t  names, value;

    static const ngx_str_t  claim_names = ngx_string("_claim_names");

    if (ngx_http_mcp_json_find(claims, name, &value) == NGX_OK
        && value.type != NGX_HTTP_MCP_JSON_NULL)
    {
        return 0;
    }

    return ngx_http_mcp_json_find(claims, &claim_names, &names) == NGX_OK
           && ngx_http_mcp_json_find(&names, name, &value) == NGX_OK;
}


/* the predicate on a value that is there */

static ngx_uint_t
ngx_http_mcp_claim_holds(const ngx_http_mcp_json_t *value,
    const ngx_http_mcp_claim_test_t *test)
{
    ngx_int_t   order;
    ngx_str_t  *text;
    ngx_uint_t  i, found;

    switch (test->op) {

    case NGX_HTTP_MCP_CLAIM_EXISTS:
        return 1;

    case NGX_HTTP_MCP_CLAIM_ABSENT:
        return 0;

    case NGX_HTTP_MCP_CLAIM_TRUE:
        return value->type == NGX_HTTP_MCP_JSON_BOOLEAN
               && value->raw.data[0] == 't';

    default:
        break;
    }

    text = test->values.elts;
    found = 0;

    for (i = 0; i < test->values.nelts; i++) {

        switch (test->op) {

        case NGX_HTTP_MCP_CLAIM_GE:
            return ngx_http_mcp_claim_order(value, &text[i], &order)
                   && order >= 0;

        case NGX_HTTP_MCP_CLAIM_LE:
            return ngx_http_mcp_claim_order(value, &text[i], &order)
                   && order <= 0;

        case NGX_HTTP_MCP_CLAIM_EQ:
        case NGX_HTTP_MCP_CLAIM_IN:
            found += ngx_http_mcp_claim_is(value, &text[i]);
            break;

        default: /* has, any, all */
            found += ngx_http_mcp_claim_has(value, &text[i]);
        }
    }

    return (test->op == NGX_HTTP_MCP_CLAIM_ALL) ? found == i : found != 0;
}


/* 1 if an element of the array, or else the value itself, is "text" */

static ngx_uint_t
ngx_http_mcp_claim_has(const ngx_http_mcp_json_t *value,
    const ngx_str_t *text)
{
    ngx_http_mcp_json_t       element;
    ngx_http_mcp_json_iter_t  it;

    if (value->type != NGX_HTTP_MCP_JSON_ARRAY) {
        return ngx_http_mcp_claim_is(value, text);
    }

    ngx_http_mcp_json_iter(&it, value);

    while (ngx_http_mcp_json_next(&it, NULL, &element) == NGX_OK) {

        if (ngx_http_mcp_claim_is(&element, text)) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_mcp_claim_is(const ngx_http_mcp_json_t *value,
    const ngx_str_t *text)
{
    ngx_int_t  order;

    switch (value->type) {

    case NGX_HTTP_MCP_JSON_STRING:
        return ngx_http_mcp_json_equal(value, text);

    case NGX_HTTP_MCP_JSON_NUMBER:
        return ngx_http_mcp_claim_order(value, text, &order) && order == 0;

    case NGX_HTTP_MCP_JSON_BOOLEAN:
        return value->raw.len == text->len
               && ngx_memcmp(value->raw.data, text->data, text->len) == 0;

    default:
        return 0;
    }
}


/* *order is as of strcmp(); returns 0 if there are not two numbers */

static ngx_uint_t
ngx_http_mcp_claim_order(const ngx_http_mcp_json_t *value,
    const ngx_str_t *text, ngx_int_t *order)
{
    ngx_http_mcp_json_t  number;

    if (value->type != NGX_HTTP_MCP_JSON_NUMBER
        || ngx_http_mcp_claim_number(text, &number) != NGX_OK)
    {
        return 0;
    }

    *order = ngx_http_mcp_json_compare(value, &number);

    return 1;
}


/* NGX_OK if all of "text" is a number as JSON writes it */

static ngx_int_t
ngx_http_mcp_claim_number(const ngx_str_t *text, ngx_http_mcp_json_t *number)
{
    ngx_http_mcp_json_scan_t  scan;

    ngx_memzero(&scan, sizeof(ngx_http_mcp_json_scan_t));

    scan.depth = 1;

    if (ngx_http_mcp_json_scan(&scan, text, number) != NGX_OK
        || number->type != NGX_HTTP_MCP_JSON_NUMBER
        || number->raw.len != text->len)
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}

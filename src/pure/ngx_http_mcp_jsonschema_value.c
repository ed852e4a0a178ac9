
/*
 * Copyright (C) mcp-nginx contributors
 *
 * What JSON values are worth to a schema: equality, length, multiples.
 * Called by the check and the compiler; owns nothing, reads spans.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_json_inside.h"
#include "ngx_http_mcp_jsonschema_inside.h"


/* 10^18 - 1 times 10 and a digit more are within 64 bits */

#define NGX_HTTP_MCP_JSONSCHEMA_DIGITS  18

/* 2^60 and 5^26 are the highest powers in a divisor of 18 digits */

#define NGX_HTTP_MCP_JSONSCHEMA_POWERS  64

#define NGX_HTTP_MCP_JSONSCHEMA_MIX     0x9e3779b1


static ngx_uint_t ngx_http_mcp_jsonschema_equal_strings(
    const ngx_http_mcp_json_t *a, const ngx_http_mcp_json_t *b);
static ngx_uint_t ngx_http_mcp_jsonschema_equal_arrays(
    const ngx_http_mcp_json_t *a, const ngx_http_mcp_json_t *b,
    ngx_int_t *steps);
static ngx_uint_t ngx_http_mcp_jsonschema_equal_objects(
    const ngx_http_mcp_json_t *a, const ngx_http_mcp_json_t *b,
    ngx_int_t *steps);
static ngx_int_t ngx_http_mcp_jsonschema_member(
    const ngx_http_mcp_json_t *object, const ngx_http_mcp_json_t *name,
    ngx_http_mcp_json_t *value, ngx_int_t *steps);
static uint32_t ngx_http_mcp_jsonschema_hash_number(
    const ngx_http_mcp_json_t *number);
static uint32_t ngx_http_mcp_jsonschema_hash_string(
    const ngx_http_mcp_json_t *string);
static uint32_t ngx_http_mcp_jsonschema_hash_nested(
    const ngx_http_mcp_json_t *value, ngx_int_t *steps);


uint32_t
ngx_http_mcp_jsonschema_char(u_char **p)
{
    u_char    *s;
    size_t     n;
    uint32_t   cp;

    s = *p;

    if (*s == '\\') {
        return ngx_http_mcp_json_unescape(p);
    }

    if (*s < 0x80) {
        *p = s + 1;
        return *s;
    }

    /* the scanner has seen that the sequence is whole */

    if (*s < 0xe0) {
        n = 2;
        cp = *s & 0x1f;

    } else if (*s < 0xf0) {
        n = 3;
        cp = *s & 0x0f;

    } else {
        n = 4;
        cp = *s & 0x07;
    }

    for (*p = s + n, s++; s < *p; s++) {
        cp = (cp << 6) | (*s & 0x3f);
    }

    return cp;
}


ngx_uint_t
ngx_http_mcp_jsonschema_length(const ngx_http_mcp_json_t *string)
{
    u_char      *p, *last;
    ngx_uint_t   n;

    p = string->raw.data + 1;
    last = string->raw.data + string->raw.len - 1;

    for (n = 0; p < last; n++) {

        if (*p == '\\') {
            (void) ngx_http_mcp_json_unescape(&p);
            continue;
        }

        p++;

        while ((*p & 0xc0) == 0x80) {
            p++;
        }
    }

    return n;
}


ngx_uint_t
ngx_http_mcp_jsonschema_count(const ngx_http_mcp_json_t *value)
{
    ngx_uint_t                n;
    ngx_http_mcp_json_t       child;
    ngx_http_mcp_json_iter_t  it;

    ngx_http_mcp_json_iter(&it, value);

    for (n = 0; ngx_http_mcp_json_next(&it, NULL, &child) == NGX_OK; n++) {
        /* void */
    }

    return n;
}


u_char *
ngx_http_mcp_jsonschema_decode(u_char *dst, const ngx_http_mcp_json_t *string)
{
    u_char    *p, *last;
    uint32_t   cp;

    p = string->raw.data + 1;
    last = string->raw.data + string->raw.len - 1;

    while (p < last) {

        if (*p != '\\') {
            *dst++ = *p++;
            continue;
        }

        cp = ngx_http_mcp_json_unescape(&p);

        if (cp >= 0xd800 && cp <= 0xdfff) {
            cp = 0xfffd;
        }

        dst = ngx_http_mcp_json_utf8(dst, cp);
    }

    return dst;
}


ngx_uint_t
ngx_http_mcp_jsonschema_equal(const ngx_http_mcp_json_t *a,
    const ngx_http_mcp_json_t *b, ngx_int_t *steps)
{
    if (a->type != b->type) {
        return 0;
    }

    *steps -= 1 + ngx_min(a->raw.len, b->raw.len) / 32;

    if (*steps <= 0) {
        return 0;
    }

    switch (a->type) {

    case NGX_HTTP_MCP_JSON_NUMBER:
        return ngx_http_mcp_json_compare(a, b) == 0;

    case NGX_HTTP_MCP_JSON_STRING:
        return ngx_http_mcp_jsonschema_equal_strings(a, b);

    case NGX_HTTP_MCP_JSON_ARRAY:
        return ngx_http_mcp_jsonschema_equal_arrays(a, b, steps);

    case NGX_HTTP_MCP_JSON_OBJECT:
        return ngx_http_mcp_jsonschema_equal_objects(a, b, steps);

    default:
        return a->raw.data[0] == b->raw.data[0];
    }
}


static ngx_uint_t
ngx_http_mcp_jsonschema_equal_strings(const ngx_http_mcp_json_t *a,
    const ngx_http_mcp_json_t *b)
{
    u_char  *p, *q, *p_last, *q_last;

    if (a->raw.len == b->raw.len
        && ngx_memcmp(a->raw.data, b->raw.data, a->raw.len) == 0)
    {
        return 1;
    }

    p = a->raw.data + 1;
    p_last = a->raw.data + a->raw.len - 1;

    q = b->raw.data + 1;
    q_last = b->raw.data + b->raw.len - 1;

    while (p < p_last && q < q_last) {

        if (ngx_http_mcp_jsonschema_char(&p)
            != ngx_http_mcp_jsonschema_char(&q))
        {
            return 0;
        }
    }

    return p == p_last && q == q_last;
}


static ngx_uint_t
ngx_http_mcp_jsonschema_equal_arrays(const ngx_http_mcp_json_t *a,
    const ngx_http_mcp_json_t *b, ngx_int_t *steps)
{
    ngx_int_t                 more;
    ngx_http_mcp_json_t       x, y;
    ngx_http_mcp_json_iter_t  i, k;

    ngx_http_mcp_json_iter(&i, a);
    ngx_http_mcp_json_iter(&k, b);

    for ( ;; ) {
        more = ngx_http_mcp_json_next(&i, NULL, &x);

        if (ngx_http_mcp_json_next(&k, NULL, &y) != more) {
            return 0;
        }

        if (more != NGX_OK) {
            return 1;
        }

        if (!ngx_http_mcp_jsonschema_equal(&x, &y, steps)) {
            return 0;
        }
    }
}


/* names are unique, so that equal counts and one direction are enough */

static ngx_uint_t
ngx_http_mcp_jsonschema_equal_objects(const ngx_http_mcp_json_t *a,
    const ngx_http_mcp_json_t *b, ngx_int_t *steps)
{
    ngx_http_mcp_json_t       name, other, x, y;
    ngx_http_mcp_json_iter_t  i, k;

    if (ngx_http_mcp_jsonschema_count(a) != ngx_http_mcp_jsonschema_count(b)) {
        return 0;
    }

    ngx_http_mcp_json_iter(&i, a);
    ngx_http_mcp_json_iter(&k, b);

    while (ngx_http_mcp_json_next(&i, &name, &x) == NGX_OK) {

        /* most often the order is the same, too */

        (void) ngx_http_mcp_json_next(&k, &other, &y);

        if (!ngx_http_mcp_jsonschema_equal_strings(&name, &other)
            && ngx_http_mcp_jsonschema_member(b, &name, &y, steps) != NGX_OK)
        {
            return 0;
        }

        if (!ngx_http_mcp_jsonschema_equal(&x, &y, steps)) {
            return 0;
        }
    }

    return 1;
}


static ngx_int_t
ngx_http_mcp_jsonschema_member(const ngx_http_mcp_json_t *object,
    const ngx_http_mcp_json_t *name, ngx_http_mcp_json_t *value,
    ngx_int_t *steps)
{
    ngx_http_mcp_json_t       other;
    ngx_http_mcp_json_iter_t  it;

    *steps -= 1 + object->raw.len / 32;

    ngx_http_mcp_json_iter(&it, object);

    while (*steps > 0
           && ngx_http_mcp_json_next(&it, &other, value) == NGX_OK)
    {
        if (ngx_http_mcp_jsonschema_equal_strings(name, &other)) {
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


uint32_t
ngx_http_mcp_jsonschema_value_hash(const ngx_http_mcp_json_t *value,
    ngx_int_t *steps)
{
    *steps -= 1 + value->raw.len / 32;

    if (*steps <= 0) {
        return 0;
    }

    switch (value->type) {

    case NGX_HTTP_MCP_JSON_NUMBER:
        return ngx_http_mcp_jsonschema_hash_number(value);

    case NGX_HTTP_MCP_JSON_STRING:
        return ngx_http_mcp_jsonschema_hash_string(value);

    case NGX_HTTP_MCP_JSON_ARRAY:
    case NGX_HTTP_MCP_JSON_OBJECT:
        return ngx_http_mcp_jsonschema_hash_nested(value, steps);

    default:
        return value->raw.data[0];
    }
}


static uint32_t
ngx_http_mcp_jsonschema_hash_number(const ngx_http_mcp_json_t *number)
{
    u_char                      *p;
    uint32_t                     h;
    ngx_http_mcp_json_digits_t   d;

    ngx_http_mcp_json_digits(&number->raw, &d);

    h = (uint32_t) d.exponent * 2 + d.negative;

    for (p = d.first; p < d.last; p++) {
        if (*p != '.') {
            h = (h ^ *p) * NGX_HTTP_MCP_JSONSCHEMA_MIX;
        }
    }

    return h ^ (h >> 15);
}


static uint32_t
ngx_http_mcp_jsonschema_hash_string(const ngx_http_mcp_json_t *string)
{
    u_char    *p, *last;
    uint32_t   h;

    p = string->raw.data + 1;
    last = string->raw.data + string->raw.len - 1;

    for (h = 1; p < last; /* void */ ) {
        h = (h ^ ngx_http_mcp_jsonschema_char(&p))
            * NGX_HTTP_MCP_JSONSCHEMA_MIX;
        h ^= h >> 15;
    }

    return h;
}


/* the sum over members is the same in any order */

static uint32_t
ngx_http_mcp_jsonschema_hash_nested(const ngx_http_mcp_json_t *value,
    ngx_int_t *steps)
{
    uint32_t                  h, one;
    ngx_http_mcp_json_t       name, child;
    ngx_http_mcp_json_iter_t  it;

    h = value->type;

    ngx_http_mcp_json_iter(&it, value);

    while (ngx_http_mcp_json_next(&it, &name, &child) == NGX_OK) {

        one = ngx_http_mcp_jsonschema_value_hash(&child, steps);

        if (it.object) {
            one ^= ngx_http_mcp_jsonschema_hash_string(&name) * 31;
            one *= NGX_HTTP_MCP_JSONSCHEMA_MIX;
            h += one ^ (one >> 15);

        } else {
            h = (h ^ one) * NGX_HTTP_MCP_JSONSCHEMA_MIX;
            h ^= h >> 15;
        }
    }

    return h;
}


ngx_int_t
ngx_http_mcp_jsonschema_uint(const ngx_http_mcp_json_t *number, ngx_uint_t *n)
{
    u_char                      *p;
    int64_t                      left;
    uint64_t                     value;
    ngx_http_mcp_json_digits_t   d;

    if (number->type != NGX_HTTP_MCP_JSON_NUMBER
        || !ngx_http_mcp_json_integer(number))
    {
        return NGX_DECLINED;
    }

    ngx_http_mcp_json_digits(&number->raw, &d);

    if (d.negative) {
        return NGX_DECLINED;
    }

    if (d.exponent > NGX_HTTP_MCP_JSONSCHEMA_DIGITS) {
        *n = NGX_MAX_INT_T_VALUE;
        return NGX_OK;
    }

    value = 0;
    p = d.first;

    for (left = d.exponent; left > 0; left--) {

        if (p < d.last && *p == '.') {
            p++;
        }

        value = value * 10 + ((p < d.last) ? *p++ - '0' : 0);
    }

    *n = (ngx_uint_t) ngx_min(value, NGX_MAX_INT_T_VALUE);

    return NGX_OK;
}


ngx_int_t
ngx_http_mcp_jsonschema_divisor(const ngx_http_mcp_json_t *number,
    ngx_http_mcp_jsonschema_multiple_t *m)
{
    u_char                      *p;
    ngx_http_mcp_json_digits_t   d;

    if (number->type != NGX_HTTP_MCP_JSON_NUMBER) {
        return NGX_DECLINED;
    }

    ngx_http_mcp_json_digits(&number->raw, &d);

    if (d.negative || d.ndigits == 0) {
        return NGX_DECLINED;
    }

    if (d.ndigits > NGX_HTTP_MCP_JSONSCHEMA_DIGITS) {
        return NGX_ABORT;
    }

    m->raw = number->raw;
    m->exponent = d.exponent - d.ndigits;
    m->digits = 0;

    for (p = d.first; p < d.last; p++) {
        if (*p != '.') {
            m->digits = m->digits * 10 + (*p - '0');
        }
    }

    return NGX_OK;
}


/*
 * N x 10^e / M is an integer?  N and M do not end in 0, so with e < 0 it
 * never is, but for N = 0.  What 10^e has in common with M are powers of 2
 * and of 5 alone, and M has less than 64 of each: a larger e is as 64.
 */

ngx_uint_t
ngx_http_mcp_jsonschema_multiple(const ngx_http_mcp_json_t *number,
    const ngx_http_mcp_jsonschema_multiple_t *m)
{
    u_char                      *p;
    int64_t                      e;
    uint64_t                     rest;
    ngx_http_mcp_json_digits_t   d;

    ngx_http_mcp_json_digits(&number->raw, &d);

    if (d.ndigits == 0) {
        return 1;
    }

    e = d.exponent - d.ndigits - m->exponent;

    if (e < 0) {
        return 0;
    }

    rest = 0;

    for (p = d.first; p < d.last; p++) {
        if (*p != '.') {
            rest = (rest * 10 + (*p - '0')) % m->digits;
        }
    }

    for (e = ngx_min(e, NGX_HTTP_MCP_JSONSCHEMA_POWERS); e; e--) {
        rest = rest * 10 % m->digits;
    }

    return rest == 0;
}

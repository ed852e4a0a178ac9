
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Tells what a scanned JSON number is worth, on its digits: a double rounds
 * ids above 2^53 and cannot hold 0.1.  Called by the schema check for
 * integers and bounds; owns nothing.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_json_inside.h"


#define NGX_HTTP_MCP_JSON_EXPONENT  999999999


static int64_t ngx_http_mcp_json_exponent(u_char *p, u_char *last);
static ngx_int_t ngx_http_mcp_json_magnitude(ngx_http_mcp_json_digits_t *a,
    ngx_http_mcp_json_digits_t *b);
static ngx_uint_t ngx_http_mcp_json_digit(u_char **p, u_char *last);


ngx_uint_t
ngx_http_mcp_json_integer(const ngx_http_mcp_json_t *number)
{
    ngx_http_mcp_json_digits_t  d;

    ngx_http_mcp_json_digits(&number->raw, &d);

    return d.exponent >= d.ndigits;
}


ngx_int_t
ngx_http_mcp_json_compare(const ngx_http_mcp_json_t *a,
    const ngx_http_mcp_json_t *b)
{
    ngx_http_mcp_json_digits_t  da, db;

    ngx_http_mcp_json_digits(&a->raw, &da);
    ngx_http_mcp_json_digits(&b->raw, &db);

    if (da.negative != db.negative) {
        return da.negative ? -1 : 1;
    }

    return da.negative ? ngx_http_mcp_json_magnitude(&db, &da)
                       : ngx_http_mcp_json_magnitude(&da, &db);
}


void
ngx_http_mcp_json_digits(const ngx_str_t *raw, ngx_http_mcp_json_digits_t *d)
{
    u_char  *p, *last, *point;

    p = raw->data;
    last = raw->data + raw->len;

    d->negative = (*p == '-');
    d->first = NULL;
    d->last = NULL;

    point = NULL;

    for (p += d->negative; p < last && *p != 'e' && *p != 'E'; p++) {

        if (*p == '.') {
            point = p;
            continue;
        }

        if (*p != '0') {

            if (d->first == NULL) {
                d->first = p;
            }

            d->last = p + 1;
        }
    }

    if (d->first == NULL) {

        /* -0 equals 0, whatever the exponent */

        d->negative = 0;
        d->exponent = 0;
        d->ndigits = 0;
        return;
    }

    if (point == NULL) {
        point = p;
    }

    /* a first digit behind the point: the point itself is no digit */

    d->exponent = (d->first < point) ? point - d->first
                                     : point + 1 - d->first;

    d->ndigits = d->last - d->first
                 - (d->first < point && point < d->last);

    if (p < last) {
        d->exponent += ngx_http_mcp_json_exponent(p + 1, last);
    }
}


/* "p" is behind the e */

static int64_t
ngx_http_mcp_json_exponent(u_char *p, u_char *last)
{
    int64_t     n;
    ngx_uint_t  negative;

    negative = (*p == '-');

    if (*p == '-' || *p == '+') {
        p++;
    }

    for (n = 0; p < last; p++) {
        n = ngx_min(n * 10 + (*p - '0'), NGX_HTTP_MCP_JSON_EXPONENT);
    }

    return negative ? -n : n;
}


static ngx_int_t
ngx_http_mcp_json_magnitude(ngx_http_mcp_json_digits_t *a,
    ngx_http_mcp_json_digits_t *b)
{
    u_char      *pa, *pb;
    ngx_uint_t   ca, cb;

    if (a->ndigits == 0 || b->ndigits == 0) {
        return (a->ndigits != 0) - (b->ndigits != 0);
    }

    if (a->exponent != b->exponent) {
        return (a->exponent < b->exponent) ? -1 : 1;
    }

    pa = a->first;
    pb = b->first;

    while (pa < a->last || pb < b->last) {

        ca = ngx_http_mcp_json_digit(&pa, a->last);
        cb = ngx_http_mcp_json_digit(&pb, b->last);

        if (ca != cb) {
            return (ca < cb) ? -1 : 1;
        }
    }

    return 0;
}


/* the next digit; behind the last one come zeros */

static ngx_uint_t
ngx_http_mcp_json_digit(u_char **p, u_char *last)
{
    if (*p < last && **p == '.') {
        (*p)++;
    }

    return (*p < last) ? (ngx_uint_t) *(*p)++ : '0';
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Finds equal member names in one object.  Called by the scanner alone,
 * when a duplicate must be refused; owns the array of names while the scan
 * runs.
 *
 * Names come from the client.  Few are compared in pairs, many are sorted
 * by hash and then by their decoded bytes, so that crafted collisions of
 * the hash cost O(n log n) comparisons and no more.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_json_inside.h"


/* so many names are compared in pairs */
#define NGX_HTTP_MCP_JSON_FEW  12


static ngx_int_t ngx_http_mcp_json_names_grow(
    ngx_http_mcp_json_names_t *names);
static uint32_t ngx_http_mcp_json_names_hash(u_char *p, u_char *end);
static uint64_t *ngx_http_mcp_json_names_pairs(
    ngx_http_mcp_json_names_t *names, uint64_t *elts, size_t n);
static uint64_t *ngx_http_mcp_json_names_sorted(
    ngx_http_mcp_json_names_t *names, uint64_t *elts, size_t n);
static void ngx_http_mcp_json_names_sift(ngx_http_mcp_json_names_t *names,
    uint64_t *elts, size_t i, size_t n);
static ngx_int_t ngx_http_mcp_json_names_order(
    ngx_http_mcp_json_names_t *names, uint64_t a, uint64_t b);
static ngx_uint_t ngx_http_mcp_json_names_less(
    ngx_http_mcp_json_names_t *names, uint64_t a, uint64_t b);


#define ngx_http_mcp_json_names_hashed(elt)  ((elt) >> 32)
#define ngx_http_mcp_json_names_offset(elt)  ((uint32_t) (elt))


void
ngx_http_mcp_json_names_init(ngx_http_mcp_json_names_t *names, u_char *start,
    u_char *last)
{
    names->start = start;
    names->last = last;
    names->elts = names->room;
    names->nelts = 0;
    names->nalloc = NGX_HTTP_MCP_JSON_NAMES;
}


void
ngx_http_mcp_json_names_open(ngx_http_mcp_json_names_t *names,
    ngx_uint_t level)
{
    names->base[level] = (uint32_t) names->nelts;
}


ngx_int_t
ngx_http_mcp_json_names_add(ngx_http_mcp_json_names_t *names, u_char *p,
    u_char *end)
{
    uint64_t  hash;

    if (names->nelts == names->nalloc
        && ngx_http_mcp_json_names_grow(names) != NGX_OK)
    {
        return NGX_ERROR;
    }

    hash = ngx_http_mcp_json_names_hash(p + 1, end - 1);

    names->elts[names->nelts++] = (hash << 32) | (uint64_t) (p - names->start);

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_json_names_grow(ngx_http_mcp_json_names_t *names)
{
    uint64_t  *elts;

    elts = ngx_alloc(2 * names->nalloc * sizeof(uint64_t), ngx_cycle->log);
    if (elts == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(elts, names->elts, names->nelts * sizeof(uint64_t));

    ngx_http_mcp_json_names_free(names);

    names->elts = elts;
    names->nalloc *= 2;

    return NGX_OK;
}


void
ngx_http_mcp_json_names_free(ngx_http_mcp_json_names_t *names)
{
    if (names->elts != names->room) {
        ngx_free(names->elts);
    }
}


/* of the decoded name, so that all spellings of one name have the same */

static uint32_t
ngx_http_mcp_json_names_hash(u_char *p, u_char *end)
{
    u_char    *c, *last, utf8[4];
    uint32_t   hash;

    hash = 0;

    while (p < end) {

        if (*p != '\\') {
            hash = (uint32_t) ngx_hash(hash, *p++);
            continue;
        }

        last = ngx_http_mcp_json_utf8(utf8, ngx_http_mcp_json_unescape(&p));

        for (c = utf8; c < last; c++) {
            hash = (uint32_t) ngx_hash(hash, *c);
        }
    }

    return hash;
}


u_char *
ngx_http_mcp_json_names_close(ngx_http_mcp_json_names_t *names,
    ngx_uint_t level)
{
    size_t     n;
    uint64_t  *elts, *twice;

    elts = names->elts + names->base[level];
    n = names->nelts - names->base[level];

    names->nelts = names->base[level];

    if (n <= NGX_HTTP_MCP_JSON_FEW) {
        twice = ngx_http_mcp_json_names_pairs(names, elts, n);

    } else {
        twice = ngx_http_mcp_json_names_sorted(names, elts, n);
    }

    if (twice == NULL) {
        return NULL;
    }

    return names->start + ngx_http_mcp_json_names_offset(*twice);
}


static uint64_t *
ngx_http_mcp_json_names_pairs(ngx_http_mcp_json_names_t *names,
    uint64_t *elts, size_t n)
{
    size_t  i, k;

    for (i = 1; i < n; i++) {
        for (k = 0; k < i; k++) {
            if (ngx_http_mcp_json_names_order(names, elts[k], elts[i]) == 0) {
                return &elts[i];
            }
        }
    }

    return NULL;
}


/* a heap sort: in place, and never worse than n log n */

static uint64_t *
ngx_http_mcp_json_names_sorted(ngx_http_mcp_json_names_t *names,
    uint64_t *elts, size_t n)
{
    size_t     i;
    uint64_t   elt, *twice;

    for (i = n / 2; i-- > 0; /* void */ ) {
        ngx_http_mcp_json_names_sift(names, elts, i, n);
    }

    for (i = n - 1; i > 0; i--) {
        elt = elts[0];
        elts[0] = elts[i];
        elts[i] = elt;

        ngx_http_mcp_json_names_sift(names, elts, 0, i);
    }

    twice = NULL;

    for (i = 1; i < n; i++) {

        if (ngx_http_mcp_json_names_order(names, elts[i - 1], elts[i]) == 0
            && (twice == NULL
                || ngx_http_mcp_json_names_offset(elts[i])
                   < ngx_http_mcp_json_names_offset(*twice)))
        {
            twice = &elts[i];
        }
    }

    return twice;
}


static void
ngx_http_mcp_json_names_sift(ngx_http_mcp_json_names_t *names, uint64_t *elts,
    size_t i, size_t n)
{
    size_t    child;
    uint64_t  elt;

    elt = elts[i];

    for (child = 2 * i + 1; child < n; child = 2 * i + 1) {

        if (child + 1 < n
            && ngx_http_mcp_json_names_less(names, elts[child],
                                            elts[child + 1]))
        {
            child++;
        }

        if (!ngx_http_mcp_json_names_less(names, elt, elts[child])) {
            break;
        }

        elts[i] = elts[child];
        i = child;
    }

    elts[i] = elt;
}


static ngx_inline ngx_int_t
ngx_http_mcp_json_names_order(ngx_http_mcp_json_names_t *names, uint64_t a,
    uint64_t b)
{
    if (ngx_http_mcp_json_names_hashed(a)
        != ngx_http_mcp_json_names_hashed(b))
    {
        return (a < b) ? -1 : 1;
    }

    return ngx_http_mcp_json_order(
                        names->start + ngx_http_mcp_json_names_offset(a),
                        names->start + ngx_http_mcp_json_names_offset(b),
                        names->last);
}


/* equal names keep the order of the text */

static ngx_inline ngx_uint_t
ngx_http_mcp_json_names_less(ngx_http_mcp_json_names_t *names, uint64_t a,
    uint64_t b)
{
    ngx_int_t  rc;

    rc = ngx_http_mcp_json_names_order(names, a, b);

    return rc < 0 || (rc == 0 && a < b);
}

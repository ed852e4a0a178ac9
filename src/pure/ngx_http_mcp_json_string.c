
/*
 * Copyright (C) mcp-nginx contributors
 *
 * What a scanned JSON string says once its escapes are read.  Called
 * wherever a name, an argument or an id is looked at rather than spliced;
 * owns nothing, decoded text belongs to the caller's pool.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_json_inside.h"


/* a string read byte by byte as if it had no escapes */

typedef struct {
    u_char     *pos;
    u_char     *last;                      /* the closing quote */
    u_char     *utf8;                      /* left of the last escape */
    u_char     *end;
    u_char      buf[4];
} ngx_http_mcp_json_reader_t;


static ngx_uint_t ngx_http_mcp_json_begins(ngx_str_t *rest, u_char *p,
    size_t len);
static ngx_int_t ngx_http_mcp_json_order_escaped(u_char *a, u_char *a_last,
    u_char *b, u_char *b_last);
static void ngx_http_mcp_json_reader_init(ngx_http_mcp_json_reader_t *r,
    u_char *p, u_char *last);
static ngx_int_t ngx_http_mcp_json_reader_next(ngx_http_mcp_json_reader_t *r);


#define ngx_http_mcp_json_lone(cp)  ((cp) >= 0xd800 && (cp) <= 0xdfff)


ngx_uint_t
ngx_http_mcp_json_equal(const ngx_http_mcp_json_t *string,
    const ngx_str_t *text)
{
    u_char     *p, *last, *run, *end, utf8[4];
    uint32_t    cp;
    ngx_str_t   rest;

    rest = *text;

    p = string->raw.data + 1;
    last = string->raw.data + string->raw.len - 1;

    /* most names differ here: an escape is longer than its character, and
     * a first byte that begins none is the character itself */

    if ((size_t) (last - p) < text->len
        || (text->len && *p != '\\' && *p != text->data[0]))
    {
        return 0;
    }

    for ( ;; ) {
        run = ngx_http_mcp_byte_run(p, last, NGX_HTTP_MCP_RUN_QUOTE);

        if (!ngx_http_mcp_json_begins(&rest, p, run - p)) {
            return 0;
        }

        if (run == last) {
            return rest.len == 0;
        }

        p = run;
        cp = ngx_http_mcp_json_unescape(&p);
        end = ngx_http_mcp_json_utf8(utf8, cp);

        if (ngx_http_mcp_json_lone(cp)
            || !ngx_http_mcp_json_begins(&rest, utf8, end - utf8))
        {
            return 0;
        }
    }
}


/* takes the "len" bytes of "p" from the beginning of "rest", or returns 0 */

static ngx_uint_t
ngx_http_mcp_json_begins(ngx_str_t *rest, u_char *p, size_t len)
{
    if (len == 0) {
        return 1;
    }

    if (len > rest->len || ngx_memcmp(p, rest->data, len) != 0) {
        return 0;
    }

    rest->data += len;
    rest->len -= len;

    return 1;
}


ngx_int_t
ngx_http_mcp_json_decode(ngx_pool_t *pool, const ngx_http_mcp_json_t *string,
    ngx_str_t *out)
{
    u_char    *p, *last, *run, *dst;
    uint32_t   cp;

    p = string->raw.data + 1;
    last = string->raw.data + string->raw.len - 1;

    run = ngx_http_mcp_byte_run(p, last, NGX_HTTP_MCP_RUN_QUOTE);

    if (run == last) {
        out->data = p;
        out->len = last - p;
        return NGX_OK;
    }

    /* no escape is shorter than the character it stands for */

    dst = ngx_pnalloc(pool, last - p);
    if (dst == NULL) {
        return NGX_ERROR;
    }

    out->data = dst;

    for ( ;; ) {
        dst = ngx_cpymem(dst, p, run - p);
        p = run;

        if (p == last) {
            break;
        }

        cp = ngx_http_mcp_json_unescape(&p);

        if (ngx_http_mcp_json_lone(cp)) {
            return NGX_DECLINED;
        }

        dst = ngx_http_mcp_json_utf8(dst, cp);
        run = ngx_http_mcp_byte_run(p, last, NGX_HTTP_MCP_RUN_QUOTE);
    }

    out->len = dst - out->data;

    return NGX_OK;
}


ngx_int_t
ngx_http_mcp_json_order(u_char *a, u_char *b, u_char *last)
{
    size_t      n, m;
    u_char     *a_last, *b_last;
    ngx_int_t   rc;

    a_last = ngx_http_mcp_byte_run(++a, last, NGX_HTTP_MCP_RUN_QUOTE);
    b_last = ngx_http_mcp_byte_run(++b, last, NGX_HTTP_MCP_RUN_QUOTE);

    if (*a_last == '\\' || *b_last == '\\') {
        a_last = ngx_http_mcp_json_string_end(a - 1, last) - 1;
        b_last = ngx_http_mcp_json_string_end(b - 1, last) - 1;

        return ngx_http_mcp_json_order_escaped(a, a_last, b, b_last);
    }

    n = a_last - a;
    m = b_last - b;

    rc = ngx_memcmp(a, b, ngx_min(n, m));

    if (rc == 0 && n != m) {
        return (n < m) ? -1 : 1;
    }

    return (rc > 0) - (rc < 0);
}


static ngx_int_t
ngx_http_mcp_json_order_escaped(u_char *a, u_char *a_last, u_char *b,
    u_char *b_last)
{
    ngx_int_t                   ca, cb;
    ngx_http_mcp_json_reader_t  ra, rb;

    ngx_http_mcp_json_reader_init(&ra, a, a_last);
    ngx_http_mcp_json_reader_init(&rb, b, b_last);

    do {
        ca = ngx_http_mcp_json_reader_next(&ra);
        cb = ngx_http_mcp_json_reader_next(&rb);

    } while (ca == cb && ca != NGX_DONE);

    return (ca > cb) - (ca < cb);
}


static void
ngx_http_mcp_json_reader_init(ngx_http_mcp_json_reader_t *r, u_char *p,
    u_char *last)
{
    r->pos = p;
    r->last = last;
    r->utf8 = r->buf;
    r->end = r->buf;
}


/* the next byte, or NGX_DONE, which is less than any byte */

static ngx_int_t
ngx_http_mcp_json_reader_next(ngx_http_mcp_json_reader_t *r)
{
    if (r->utf8 < r->end) {
        return *r->utf8++;
    }

    if (r->pos == r->last) {
        return NGX_DONE;
    }

    if (*r->pos != '\\') {
        return *r->pos++;
    }

    r->end = ngx_http_mcp_json_utf8(r->buf,
                                    ngx_http_mcp_json_unescape(&r->pos));
    r->utf8 = r->buf;

    return *r->utf8++;
}


uint32_t
ngx_http_mcp_json_unescape(u_char **p)
{
    u_char     *s;
    uint32_t    unit, low;

    s = *p + 2;
    *p = s;

    switch (s[-1]) {

    case 'b':
        return '\b';

    case 'f':
        return '\f';

    case 'n':
        return LF;

    case 'r':
        return CR;

    case 't':
        return '\t';

    case 'u':
        break;

    default:
        return s[-1];
    }

    unit = (uint32_t) ngx_hextoi(s, 4);
    s += 4;
    *p = s;

    /* a string has its closing quote, so that a byte follows any escape */

    if (unit >= 0xd800 && unit < 0xdc00 && s[0] == '\\' && s[1] == 'u') {
        low = (uint32_t) ngx_hextoi(s + 2, 4);

        if (low >= 0xdc00 && low <= 0xdfff) {
            *p = s + 6;
            return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        }
    }

    return unit;
}


u_char *
ngx_http_mcp_json_utf8(u_char *dst, uint32_t cp)
{
    if (cp < 0x80) {
        *dst++ = (u_char) cp;
        return dst;
    }

    if (cp < 0x800) {
        *dst++ = (u_char) (0xc0 | (cp >> 6));

    } else {

        if (cp < 0x10000) {
            *dst++ = (u_char) (0xe0 | (cp >> 12));

        } else {
            *dst++ = (u_char) (0xf0 | (cp >> 18));
            *dst++ = (u_char) (0x80 | ((cp >> 12) & 0x3f));
        }

        *dst++ = (u_char) (0x80 | ((cp >> 6) & 0x3f));
    }

    *dst++ = (u_char) (0x80 | (cp & 0x3f));

    return dst;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Escapes text for JSON strings and builds JSON texts.  Called with whole
 * upstream answers (up to a megabyte a call, hence the 16 bytes at a time)
 * and by everything that serialises a list or a message.  Owns nothing: a
 * growing text lives in its caller's pool.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_byte_run.h"
#include "ngx_http_mcp_json_write.h"


static ngx_int_t ngx_http_mcp_json_text_grow(ngx_http_mcp_json_text_t *t,
    size_t len);


/* what follows the backslash, by byte below 0x20; u takes four digits */

static const u_char  ngx_http_mcp_json_letters[] =
    "uuuuuuuubtnufruuuuuuuuuuuuuuuuuu";


#if (__SSE2__)

/* the length that escapes add to the whole blocks of 16 bytes in "len" */

static size_t
ngx_http_mcp_json_escaped16(const u_char *src, size_t len)
{
    __m128i   v, quote, control, letter, sum, zero;
    uint64_t  sums[2];

    sum = _mm_setzero_si128();
    zero = sum;

    for ( /* void */ ; len >= 16; len -= 16, src += 16) {

        v = _mm_loadu_si128((const __m128i *) src);

        quote = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')),
                             _mm_cmpeq_epi8(v, _mm_set1_epi8('\\')));

        control = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);

        /* 1 for \n, and 4 more for \u000b: a sum over the bytes */

        sum = _mm_add_epi64(sum,
                    _mm_sad_epu8(_mm_and_si128(_mm_or_si128(quote, control),
                                               _mm_set1_epi8(1)),
                                 zero));

        if (_mm_movemask_epi8(control) == 0) {
            continue;
        }

        letter = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('\b')),
                              _mm_cmpeq_epi8(v, _mm_set1_epi8('\t')));
        letter = _mm_or_si128(letter, _mm_cmpeq_epi8(v, _mm_set1_epi8(LF)));
        letter = _mm_or_si128(letter, _mm_cmpeq_epi8(v, _mm_set1_epi8('\f')));
        letter = _mm_or_si128(letter, _mm_cmpeq_epi8(v, _mm_set1_epi8(CR)));

        sum = _mm_add_epi64(sum,
                    _mm_sad_epu8(_mm_and_si128(_mm_andnot_si128(letter,
                                                                control),
                                               _mm_set1_epi8(4)),
                                 zero));
    }

    _mm_storeu_si128((__m128i *) sums, sum);

    return (size_t) (sums[0] + sums[1]);
}

#endif


size_t
ngx_http_mcp_json_escaped(const u_char *src, size_t len)
{
    size_t         n;
    const u_char  *last;

    if (len == 0) {
        return 0;
    }

    n = len;
    last = src + len;

#if (__SSE2__)
    n += ngx_http_mcp_json_escaped16(src, len);
    src += len - len % 16;
#endif

    for ( /* void */ ; src < last; src++) {

        if (*src < 0x20) {
            n += (ngx_http_mcp_json_letters[*src] == 'u') ? 5 : 1;

        } else {
            n += (*src == '"' || *src == '\\');
        }
    }

    return n;
}


/* writes the escape of one byte */

static ngx_inline u_char *
ngx_http_mcp_json_escape_byte(u_char *dst, u_char c)
{
    static const u_char  hex[] = "0123456789abcdef";

    *dst++ = '\\';

    if (c >= 0x20) {
        *dst++ = c;
        return dst;
    }

    *dst++ = ngx_http_mcp_json_letters[c];

    if (ngx_http_mcp_json_letters[c] == 'u') {
        *dst++ = '0';
        *dst++ = '0';
        *dst++ = hex[c >> 4];
        *dst++ = hex[c & 0xf];
    }

    return dst;
}


u_char *
ngx_http_mcp_json_escape(u_char *dst, const u_char *src, size_t len)
{
    const u_char  *last, *run;
#if (__SSE2__)
    ngx_uint_t     i, mask, done;
#endif

    if (len == 0) {
        return dst;
    }

    last = src + len;

#if (__SSE2__)

    /*
     * A block is copied whole and then again behind each of its escapes.
     * The copies reach up to 16 bytes behind the block, which "src" has as
     * long as 32 are left, and "dst" has no less room than "src" has bytes.
     */

    for ( /* void */ ; last - src >= 32; src += 16) {

        mask = ngx_http_mcp_byte_mask16(src, NGX_HTTP_MCP_RUN_QUOTE
                                             |NGX_HTTP_MCP_RUN_CONTROL);

        ngx_memcpy(dst, src, 16);

        for (done = 0; mask; mask &= mask - 1) {
            i = __builtin_ctz(mask);

            dst = ngx_http_mcp_json_escape_byte(dst + i - done, src[i]);
            done = i + 1;

            ngx_memcpy(dst, src + done, 16);
        }

        dst += 16 - done;
    }

#endif

    for ( ;; ) {
        run = ngx_http_mcp_byte_run(src, last, NGX_HTTP_MCP_RUN_QUOTE
                                               |NGX_HTTP_MCP_RUN_CONTROL);
        if (run > src) {
            dst = ngx_cpymem(dst, src, run - src);
        }

        if (run == last) {
            return dst;
        }

        dst = ngx_http_mcp_json_escape_byte(dst, *run);
        src = run + 1;
    }
}


ngx_int_t
ngx_http_mcp_json_text_init(ngx_http_mcp_json_text_t *t, ngx_pool_t *pool,
    size_t size)
{
    t->pool = pool;
    t->start = ngx_pnalloc(pool, size);
    t->pos = t->start;
    t->end = t->start;
    t->failed = (t->start == NULL);

    if (t->failed) {
        return NGX_ERROR;
    }

    t->end += size;

    return NGX_OK;
}


void
ngx_http_mcp_json_text_raw(ngx_http_mcp_json_text_t *t, const u_char *data,
    size_t len)
{
    if (len == 0 || ngx_http_mcp_json_text_grow(t, len) != NGX_OK) {
        return;
    }

    t->pos = ngx_cpymem(t->pos, data, len);
}


void
ngx_http_mcp_json_text_put(ngx_http_mcp_json_text_t *t, const char *literal)
{
    ngx_http_mcp_json_text_raw(t, (const u_char *) literal,
                               ngx_strlen(literal));
}


void
ngx_http_mcp_json_text_str(ngx_http_mcp_json_text_t *t, const ngx_str_t *s)
{
    size_t  len;

    len = ngx_http_mcp_json_escaped(s->data, s->len);

    if (ngx_http_mcp_json_text_grow(t, len + 2) != NGX_OK) {
        return;
    }

    *t->pos++ = '"';
    t->pos = ngx_http_mcp_json_escape(t->pos, s->data, s->len);
    *t->pos++ = '"';
}


void
ngx_http_mcp_json_text_uint(ngx_http_mcp_json_text_t *t, uint64_t n)
{
    if (ngx_http_mcp_json_text_grow(t, NGX_INT64_LEN) != NGX_OK) {
        return;
    }

    t->pos = ngx_sprintf(t->pos, "%uL", n);
}


ngx_int_t
ngx_http_mcp_json_text_done(ngx_http_mcp_json_text_t *t, ngx_str_t *out)
{
    if (t->failed) {
        ngx_str_null(out);
        return NGX_ERROR;
    }

    out->data = t->start;
    out->len = t->pos - t->start;

    return NGX_OK;
}


/* makes room for "len" bytes more */

static ngx_int_t
ngx_http_mcp_json_text_grow(ngx_http_mcp_json_text_t *t, size_t len)
{
    size_t   used, size;
    u_char  *start;

    if (t->failed) {
        return NGX_ERROR;
    }

    if ((size_t) (t->end - t->pos) >= len) {
        return NGX_OK;
    }

    used = t->pos - t->start;
    size = ngx_max(2 * (size_t) (t->end - t->start), used + len);

    start = ngx_pnalloc(t->pool, size);
    if (start == NULL) {
        t->failed = 1;
        return NGX_ERROR;
    }

    ngx_memcpy(start, t->start, used);

    /* gives back what is larger than a page */

    (void) ngx_pfree(t->pool, t->start);

    t->start = start;
    t->pos = start + used;
    t->end = start + size;

    return NGX_OK;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Skips bytes that need no attention, 16 or 8 at a time: the inner loop of
 * the JSON rooms and of ngx_http_mcp_utf8.c.  Inline, because most runs are
 * a few bytes long; owns nothing.
 */


#ifndef _NGX_HTTP_MCP_BYTE_RUN_H_INCLUDED_
#define _NGX_HTTP_MCP_BYTE_RUN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#if (__SSE2__)
#include <emmintrin.h>
#endif


/* what ends a run; must be constants, so that the tests fold */

#define NGX_HTTP_MCP_RUN_QUOTE    1        /* " and \ */
#define NGX_HTTP_MCP_RUN_CONTROL  2        /* below 0x20 */
#define NGX_HTTP_MCP_RUN_HIGH     4        /* 0x80 and above */
#define NGX_HTTP_MCP_RUN_BRACKET  8        /* { } [ ] */


#define ngx_http_mcp_byte_ends(c, set)                                        \
    ((((set) & NGX_HTTP_MCP_RUN_QUOTE) && ((c) == '"' || (c) == '\\'))        \
     || (((set) & NGX_HTTP_MCP_RUN_CONTROL) && (c) < 0x20)                    \
     || (((set) & NGX_HTTP_MCP_RUN_HIGH) && (c) >= 0x80)                      \
     || (((set) & NGX_HTTP_MCP_RUN_BRACKET)                                   \
         && (((c) | 0x20) == '{' || ((c) | 0x20) == '}')))


#if (__SSE2__)

/* One bit for each of 16 bytes that ends a run of "set". */
static ngx_inline ngx_uint_t
ngx_http_mcp_byte_mask16(const u_char *p, ngx_uint_t set)
{
    __m128i  v, hit, b;

    v = _mm_loadu_si128((const __m128i *) p);
    hit = _mm_setzero_si128();

    if (set & NGX_HTTP_MCP_RUN_QUOTE) {
        hit = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')),
                           _mm_cmpeq_epi8(v, _mm_set1_epi8('\\')));
    }

    if ((set & NGX_HTTP_MCP_RUN_CONTROL) && (set & NGX_HTTP_MCP_RUN_HIGH)) {

        /* as signed bytes, 0x80 and above are below 0x20 as well */

        hit = _mm_or_si128(hit, _mm_cmplt_epi8(v, _mm_set1_epi8(0x20)));

    } else if (set & NGX_HTTP_MCP_RUN_CONTROL) {
        hit = _mm_or_si128(hit,
                           _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)),
                                          v));

    } else if (set & NGX_HTTP_MCP_RUN_HIGH) {
        hit = _mm_or_si128(hit, v);
    }

    if (set & NGX_HTTP_MCP_RUN_BRACKET) {

        /* [ and ] differ from { and } in the bit 0x20 alone */

        b = _mm_or_si128(v, _mm_set1_epi8(0x20));
        hit = _mm_or_si128(hit,
                           _mm_or_si128(_mm_cmpeq_epi8(b, _mm_set1_epi8('{')),
                                        _mm_cmpeq_epi8(b,
                                                       _mm_set1_epi8('}'))));
    }

    return _mm_movemask_epi8(hit);
}

#endif


#define ngx_http_mcp_byte_each(c)  ((uint64_t) 0x0101010101010101 * (c))

/* top bits of the bytes of "w" that are 0; a borrow may add later ones */
#define ngx_http_mcp_byte_zero(w)                                             \
    (((w) - ngx_http_mcp_byte_each(1)) & ~(w))


/*
 * Not 0 if one of the 8 bytes of "w" ends a run of "set"; then the lowest
 * bit set is the top bit of the least significant such byte.
 */
static ngx_inline uint64_t
ngx_http_mcp_byte_mask8(uint64_t w, ngx_uint_t set)
{
    uint64_t  hit, a, b;

    hit = 0;

    if (set & NGX_HTTP_MCP_RUN_QUOTE) {
        a = w ^ ngx_http_mcp_byte_each('"');
        b = w ^ ngx_http_mcp_byte_each('\\');
        hit |= ngx_http_mcp_byte_zero(a) | ngx_http_mcp_byte_zero(b);
    }

    if (set & NGX_HTTP_MCP_RUN_CONTROL) {
        hit |= (w - ngx_http_mcp_byte_each(0x20)) & ~w;
    }

    if (set & NGX_HTTP_MCP_RUN_HIGH) {
        hit |= w;
    }

    if (set & NGX_HTTP_MCP_RUN_BRACKET) {
        a = (w | ngx_http_mcp_byte_each(0x20)) ^ ngx_http_mcp_byte_each('{');
        b = (w | ngx_http_mcp_byte_each(0x20)) ^ ngx_http_mcp_byte_each('}');
        hit |= ngx_http_mcp_byte_zero(a) | ngx_http_mcp_byte_zero(b);
    }

    return hit & ngx_http_mcp_byte_each(0x80);
}


/*
 * The first byte of [p, last) that ends a run of "set", or "last".  Reads
 * nothing outside of [p, last).
 */
static ngx_inline u_char *
ngx_http_mcp_byte_run(const u_char *p, const u_char *last, ngx_uint_t set)
{
    uint64_t    w;
#if (__SSE2__)
    ngx_uint_t  mask;

    while (last - p >= 16) {
        mask = ngx_http_mcp_byte_mask16(p, set);

        if (mask) {
            return (u_char *) p + __builtin_ctz(mask);
        }

        p += 16;
    }
#endif

    while (last - p >= 8) {
        ngx_memcpy(&w, p, 8);
        w = ngx_http_mcp_byte_mask8(w, set);

        if (w) {
#if (NGX_HAVE_LITTLE_ENDIAN)
            return (u_char *) p + (__builtin_ctzll(w) >> 3);
#else
            break;
#endif
        }

        p += 8;
    }

    while (p < last && !ngx_http_mcp_byte_ends(*p, set)) {
        p++;
    }

    return (u_char *) p;
}


#endif /* _NGX_HTTP_MCP_BYTE_RUN_H_INCLUDED_ */

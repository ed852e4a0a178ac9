
/*
 * Copyright (C) mcp-nginx contributors
 *
 * UTF-8: the longest valid prefix, against a second way to decide it.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_utf8.h"


#define bytes(literal)  literal, sizeof(literal) - 1


typedef struct {
    const char  *data;
    size_t       len;
    size_t       valid;
} prefix_t;


static size_t
valid(const char *data, size_t len)
{
    size_t     n;
    ngx_str_t  copy;

    copy = tap_exact(data, len);
    n = ngx_http_mcp_utf8_valid(copy.data, copy.len);
    free(copy.data);

    return n;
}


static void
test_prefix(void)
{
    size_t  i, n;

    static const prefix_t  tests[] = {
        { bytes(""), 0 },
        { bytes("a"), 1 },
        { bytes("a\0b"), 3 },
        { bytes("caf\xc3\xa9"), 5 },
        { bytes("caf\xc3"), 3 },
        { bytes("\xe2\x82\xac"), 3 },
        { bytes("\xe2\x82"), 0 },
        { bytes("x\xe2"), 1 },
        { bytes("\xf0\x9f\x98\x80!"), 5 },
        { bytes("\xf0\x9f\x98"), 0 },
        { bytes("ab\xf0\x9f\x98x"), 2 },
        { bytes("\xef\xbb\xbf"), 3 },
        { bytes("\xc0\x80"), 0 },
        { bytes("\xc1\xbf"), 0 },
        { bytes("\xe0\x9f\xbf"), 0 },
        { bytes("\xed\x9f\xbf\xed\xa0\x80"), 3 },
        { bytes("\xed\xbf\xbf"), 0 },
        { bytes("\xf0\x8f\xbf\xbf"), 0 },
        { bytes("\xf4\x8f\xbf\xbf\xf4\x90\x80\x80"), 4 },
        { bytes("\xf5\x80\x80\x80"), 0 },
        { bytes("0123456789abcdef0123456789abcdef\xff"), 32 },
        { bytes("0123456789abcde\xc3\xa9-0123456789abcdef\xa9"), 34 },
        { bytes("\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82\xd0"), 12 },
        { bytes("\x80"), 0 },
        { bytes("a\xbf"), 1 },
        { bytes("\xfe"), 0 }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        n = valid(tests[i].data, tests[i].len);
        ok(n == tests[i].valid, "prefix %d: %d of %d", (int) i, (int) n,
           (int) tests[i].len);
    }

    ok(ngx_http_mcp_utf8_valid(NULL, 0) == 0, "prefix of nothing at all");
}


/* encodes without asking whether that is allowed */

static size_t
encode(char *p, ngx_uint_t cp, ngx_uint_t len)
{
    static const u_char  heads[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

    ngx_uint_t  i;

    for (i = len - 1; i > 0; i--) {
        p[i] = (char) (0x80 | (cp & 0x3f));
        cp >>= 6;
    }

    p[0] = (char) ((len == 1) ? cp : heads[len] | cp);

    return len;
}


/* every code point that fits, in every length that holds it */

static void
test_code_points(void)
{
    char        p[4];
    ngx_uint_t  cp, len, shortest, good, wrong;

    static const ngx_uint_t  ends[] = { 0, 0x80, 0x800, 0x10000, 0x200000 };

    for (len = 1; len <= 4; len++) {

        wrong = 0;

        for (cp = 0; cp < ends[len]; cp++) {
            shortest = (cp < 0x80) ? 1 : (cp < 0x800) ? 2
                       : (cp < 0x10000) ? 3 : 4;

            good = len == shortest && cp <= 0x10ffff
                   && (cp < 0xd800 || cp > 0xdfff);

            encode(p, cp, len);

            wrong += (ngx_http_mcp_utf8_valid((u_char *) p, len)
                      != (good ? len : 0));
        }

        ok(wrong == 0, "all code points in %d bytes: %d wrong", (int) len,
           (int) wrong);
    }
}


/* all of 2 bytes, and all of 4 with bytes that matter */

static void
test_sequences(void)
{
    char        p[4];
    size_t      n;
    ngx_uint_t  a, b, i, wrong;

    static const u_char  edges[] = {
        0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2,
        0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4,
        0xf5, 0xff
    };

    wrong = 0;

    for (a = 0; a < 256; a++) {
        for (b = 0; b < 256; b++) {
            p[0] = (char) a;
            p[1] = (char) b;

            n = (a >= 0x80) ? ((a >= 0xc2 && a <= 0xdf && (b >> 6) == 2)
                               ? 2 : 0)
                            : (b < 0x80) ? 2 : 1;

            wrong += (valid(p, 2) != n);
        }
    }

    ok(wrong == 0, "all pairs of bytes: %d wrong", (int) wrong);

    wrong = 0;

    for (i = 0; i < 24 * 24 * 24 * 24; i++) {
        p[0] = (char) edges[i % 24];
        p[1] = (char) edges[i / 24 % 24];
        p[2] = (char) edges[i / 24 / 24 % 24];
        p[3] = (char) edges[i / 24 / 24 / 24];

        n = ngx_http_mcp_utf8_valid((u_char *) p, 4);

        /* what is valid stays valid alone, and no byte more does */

        wrong += (ngx_http_mcp_utf8_valid((u_char *) p, n) != n);
        wrong += (n < 4 && ngx_http_mcp_utf8_valid((u_char *) p, n + 1) != n);
    }

    ok(wrong == 0, "a prefix is the longest: %d wrong", (int) wrong);
}


/* a fault at every place behind runs of every length */

static void
test_runs(void)
{
    char        text[80];
    size_t      i, len;
    ngx_uint_t  wrong;

    for (wrong = 0, len = 0; len <= 70; len++) {

        ngx_memset(text, 'a', len);
        wrong += (valid(text, len) != len);

        for (i = 0; i < len; i++) {
            text[i] = '\x80';
            wrong += (valid(text, len) != i);
            text[i] = 'a';

            if (i + 1 < len) {
                text[i] = '\xc3';
                text[i + 1] = '\xa9';
                wrong += (valid(text, len) != len);
                wrong += (valid(text, i + 1) != i);
                text[i] = 'a';
                text[i + 1] = 'a';
            }
        }
    }

    ok(wrong == 0, "runs of 0 to 70 bytes: %d wrong", (int) wrong);
}


static void
test_printable(void)
{
    u_char      line[8];
    size_t      len;
    ngx_str_t   src;

    src = tap_exact("a\nb\0\x7f\x1b", 6);
    len = ngx_http_mcp_utf8_printable(line, sizeof(line), &src);
    free(src.data);

    ok(len == 6 && memcmp(line, "a?b???", 6) == 0,
       "printable: control characters become \"?\"");

    src = tap_exact("caf\xc3\xa9 au lait", 13);
    len = ngx_http_mcp_utf8_printable(line, sizeof(line), &src);
    free(src.data);

    ok(len == 8 && memcmp(line, "caf\xc3\xa9 au", 8) == 0,
       "printable: cut at the size, other bytes stay");
}


int
main(void)
{
    test_printable();
    test_prefix();
    test_code_points();
    test_sequences();
    test_runs();

    return tap_done();
}

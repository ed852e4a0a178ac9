
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Writing JSON: escapes against a byte-by-byte rule, and texts that grow.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_json_write.h"


#define bytes(literal)  literal, sizeof(literal) - 1

/* not an escape, and not a byte of the texts below */
#define GUARD  0xe5


typedef struct {
    const char  *data;
    size_t       len;
    const char  *escaped;
} escaped_t;


/* the rule, as RFC 8259 section 7 has it */

static size_t
slow(char *dst, const char *src, size_t len)
{
    char        *start;
    size_t       i;
    const char  *found;

    static const char  short_forms[] = "\"\\\b\f\n\r\t";
    static const char  letters[] = "\"\\bfnrt";

    start = dst;

    for (i = 0; i < len; i++) {
        found = src[i] ? strchr(short_forms, src[i]) : NULL;

        if (found) {
            *dst++ = '\\';
            *dst++ = letters[found - short_forms];

        } else if ((u_char) src[i] < 0x20) {
            dst += sprintf(dst, "\\u%04x", (unsigned) (u_char) src[i]);

        } else {
            *dst++ = src[i];
        }
    }

    return dst - start;
}


/* writes into the exact room, and looks at the byte behind it */

static int
escaped_as(const char *src, size_t len, const char *want, size_t n)
{
    int        good;
    u_char    *dst;
    ngx_str_t  copy;

    copy = tap_exact(src, len);

    good = (ngx_http_mcp_json_escaped(copy.data, len) == n);

    dst = malloc(n + 1);
    if (dst == NULL) {
        exit(2);
    }

    dst[n] = GUARD;

    good = good && ngx_http_mcp_json_escape(dst, copy.data, len) == dst + n
           && memcmp(dst, want, n) == 0 && dst[n] == GUARD;

    free(dst);

    dst = malloc(n ? n : 1);
    if (dst == NULL) {
        exit(2);
    }

    good = good && ngx_http_mcp_json_escape(dst, copy.data, len) == dst + n;

    free(dst);
    free(copy.data);

    return good;
}


static void
test_escape(void)
{
    size_t  i;

    static const escaped_t  tests[] = {
        { bytes(""), "" },
        { bytes("abc"), "abc" },
        { bytes("\"\\"), "\\\"\\\\" },
        { bytes("\b\f\n\r\t"), "\\b\\f\\n\\r\\t" },
        { bytes("\0"), "\\u0000" },
        { bytes("a\0b"), "a\\u0000b" },
        { bytes("\x01\x07\x0b\x0e\x1f"),
          "\\u0001\\u0007\\u000b\\u000e\\u001f" },
        { bytes("/ \x7f"), "/ \x7f" },
        { bytes("caf\xc3\xa9 \xe2\x80\xa8 \xf0\x9f\x98\x80"),
          "caf\xc3\xa9 \xe2\x80\xa8 \xf0\x9f\x98\x80" },
        { bytes("{\"a\":\"b\\n\"}"), "{\\\"a\\\":\\\"b\\\\n\\\"}" },
        { bytes("0123456789abcdef0123456789abcdef\n"),
          "0123456789abcdef0123456789abcdef\\n" },
        { bytes("\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\""),
          "\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\""
          "\\\"" },
        { bytes("\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"
                "\n\n\n"),
          "\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n"
          "\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n" }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        ok(escaped_as(tests[i].data, tests[i].len, tests[i].escaped,
                      strlen(tests[i].escaped)),
           "escape: %s", tests[i].escaped);
    }

    ok(ngx_http_mcp_json_escaped(NULL, 0) == 0, "escape: nothing is no bytes");
    ok(ngx_http_mcp_json_escape(NULL, NULL, 0) == NULL, "escape: nothing");
}


/* every byte at every place of texts around the size of the blocks */

static void
test_places(void)
{
    char        src[80], want[80 * 6];
    size_t      i, n, len;
    ngx_uint_t  c, wrong;

    for (wrong = 0, c = 0; c < 256; c++) {
        for (len = 1; len <= 66; len += (len < 40) ? 1 : 13) {
            for (i = 0; i < len; i++) {
                ngx_memset(src, 'x', len);
                src[i] = (char) c;

                n = slow(want, src, len);
                wrong += !escaped_as(src, len, want, n);
            }
        }
    }

    ok(wrong == 0, "every byte at every place: %d wrong", (int) wrong);
}


/* mixtures, from sparse to nothing but escapes */

static void
test_mixtures(void)
{
    char        src[200], want[200 * 6];
    size_t      i, n, len;
    uint32_t    seed;
    ngx_uint_t  round, density, wrong;

    static const char  special[] = "\"\\\n\t\r\b\f\v\x00\x01\x1f\"\"\\\n\xc3";

    seed = 1;

    for (density = 1; density <= 16; density *= 2) {

        wrong = 0;

        for (round = 0; round < 4000; round++) {

            seed = seed * 1664525 + 1013904223;
            len = (seed >> 16) % sizeof(src);

            for (i = 0; i < len; i++) {
                seed = seed * 1664525 + 1013904223;

                src[i] = ((seed >> 24) % 16 < density)
                         ? special[(seed >> 16) % 16]
                         : (char) ('a' + (seed >> 16) % 26);
            }

            n = slow(want, src, len);
            wrong += !escaped_as(src, len, want, n);
        }

        ok(wrong == 0, "mixtures with %d/16 of escapes: %d wrong",
           (int) density, (int) wrong);
    }
}


static void
test_text(void)
{
    size_t                    size;
    ngx_str_t                 s, out;
    ngx_pool_t               *pool;
    ngx_http_mcp_json_text_t  t;

    static const char  want[] =
        "{\"a\\\"\\n\\u0000b\":[0,18446744073709551615,4294967296,\"\",\"\"]}";

    pool = tap_pool();

    /* from nothing, from too little and from enough */

    for (size = 0; size < 100; size++) {

        ok(ngx_http_mcp_json_text_init(&t, pool, size) == NGX_OK,
           "text: begins with %d bytes", (int) size);

        ngx_http_mcp_json_text_put(&t, "{");

        ngx_str_set(&s, "a\"\n\0b");
        ngx_http_mcp_json_text_str(&t, &s);

        ngx_http_mcp_json_text_raw(&t, (const u_char *) ":[xxx", 2);
        ngx_http_mcp_json_text_raw(&t, NULL, 0);
        ngx_http_mcp_json_text_put(&t, "");
        ngx_http_mcp_json_text_uint(&t, 0);
        ngx_http_mcp_json_text_put(&t, ",");
        ngx_http_mcp_json_text_uint(&t, 0xffffffffffffffffULL);
        ngx_http_mcp_json_text_put(&t, ",");
        ngx_http_mcp_json_text_uint(&t, 4294967296ULL);
        ngx_http_mcp_json_text_put(&t, ",");

        ngx_str_set(&s, "");
        ngx_http_mcp_json_text_str(&t, &s);

        ngx_http_mcp_json_text_put(&t, ",");

        ngx_str_null(&s);
        ngx_http_mcp_json_text_str(&t, &s);

        ngx_http_mcp_json_text_put(&t, "]}");

        ok(ngx_http_mcp_json_text_done(&t, &out) == NGX_OK, "text: is done");
        is_str(&out, want, "text: all that was written");

        ngx_http_mcp_json_text_put(&t, " ");
        ok(ngx_http_mcp_json_text_done(&t, &out) == NGX_OK
           && out.len == sizeof(want), "text: may go on");
    }

    ngx_destroy_pool(pool);
}


static void
test_large(void)
{
    size_t                     i, wrong;
    ngx_str_t                  out;
    ngx_pool_t                *pool;
    ngx_http_mcp_json_text_t   t;

    pool = tap_pool();

    ngx_http_mcp_json_text_init(&t, pool, 1);

    for (i = 0; i < 1000000; i++) {
        ngx_http_mcp_json_text_put(&t, "abc");
    }

    ok(ngx_http_mcp_json_text_done(&t, &out) == NGX_OK && out.len == 3000000,
       "text: 3 million bytes");

    for (wrong = 0, i = 0; i < out.len; i++) {
        wrong += (out.data[i] != "abc"[i % 3]);
    }

    ok(wrong == 0, "text: and all of them right");

    ngx_destroy_pool(pool);
}


static void
test_memory(void)
{
    u_char                    *pos;
    ngx_int_t                  rc;
    ngx_str_t                  out, s;
    ngx_pool_t                *pool;
    ngx_http_mcp_json_text_t   t, none;

    pool = tap_pool();

    if (ngx_http_mcp_json_text_init(&t, pool, 1024 * 1024) != NGX_OK
        || !ngx_http_mcp_test_starve(1))
    {
        ngx_destroy_pool(pool);
        return;
    }

    while (!t.failed) {
        ngx_http_mcp_json_text_put(&t, "0123456789");
    }

    rc = ngx_http_mcp_json_text_init(&none, pool, 1024 * 1024);

    ngx_http_mcp_test_starve(0);

    ok(rc == NGX_ERROR, "memory: none to begin with");

    ngx_http_mcp_json_text_put(&none, "a");
    ok(ngx_http_mcp_json_text_done(&none, &out) == NGX_ERROR,
       "memory: and nothing can be done with that text");

    pos = t.pos;
    ngx_str_set(&s, "a");

    ngx_http_mcp_json_text_put(&t, "a");
    ngx_http_mcp_json_text_str(&t, &s);
    ngx_http_mcp_json_text_uint(&t, 1);
    ngx_http_mcp_json_text_raw(&t, s.data, s.len);

    ok(t.pos == pos, "memory: after a failure nothing is written");

    ok(ngx_http_mcp_json_text_done(&t, &out) == NGX_ERROR && out.len == 0,
       "memory: a failure is told at the end");

    ngx_destroy_pool(pool);
}


int
main(void)
{
    test_escape();
    test_places();
    test_mixtures();
    test_text();
    test_large();
    test_memory();

    return tap_done();
}

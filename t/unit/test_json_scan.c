
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The JSON scanner: what it accepts, and where it says that a text goes
 * wrong.  The public suite is run by suite_json_parsing.c.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_json_scan.h"


#define OK         NGX_HTTP_MCP_JSON_OK
#define SYNTAX     NGX_HTTP_MCP_JSON_SYNTAX
#define UTF8       NGX_HTTP_MCP_JSON_UTF8
#define DEEP       NGX_HTTP_MCP_JSON_DEEP
#define DUPLICATE  NGX_HTTP_MCP_JSON_DUPLICATE


typedef struct {
    const char                *text;
    const char                *raw;
    ngx_http_mcp_json_type_e   type;
} accepted_t;


typedef struct {
    const char                *text;
    size_t                     offset;
    ngx_http_mcp_json_error_e  error;
} refused_t;


/* what the last scan() said; value.raw points into freed memory */

typedef struct {
    ngx_int_t                  rc;
    ngx_http_mcp_json_scan_t   s;
    ngx_http_mcp_json_t        value;
    size_t                     begin;
} scanned_t;


static scanned_t
scan_bytes(const char *data, size_t len, ngx_uint_t depth, unsigned unique)
{
    ngx_str_t  text;
    scanned_t  r;

    text = tap_exact(data, len);

    /* the results of a scan do not depend on what was there before */

    ngx_memset(&r, 0xff, sizeof(scanned_t));
    r.s.depth = depth;
    r.s.unique = unique;

    r.rc = ngx_http_mcp_json_scan(&r.s, &text, &r.value);

    r.begin = r.value.raw.data - text.data;

    free(text.data);

    return r;
}


static scanned_t
scan(const char *text)
{
    return scan_bytes(text, strlen(text), NGX_HTTP_MCP_JSON_DEPTH, 0);
}


static scanned_t
scan_unique(const char *text)
{
    return scan_bytes(text, strlen(text), NGX_HTTP_MCP_JSON_DEPTH, 1);
}


static int
refused(const scanned_t *r, ngx_http_mcp_json_error_e error, size_t offset)
{
    if (r->rc == NGX_DECLINED && r->s.error == error && r->s.offset == offset
        && r->value.type == NGX_HTTP_MCP_JSON_NONE && r->value.raw.len == 0)
    {
        return 1;
    }

    printf("# rc %d, error %d, offset %d\n", (int) r->rc, (int) r->s.error,
           (int) r->s.offset);

    return 0;
}


static void
test_accepted(void)
{
    size_t       i, len;
    scanned_t    r;
    const char  *raw;

    static const accepted_t  tests[] = {
        { "null", NULL, NGX_HTTP_MCP_JSON_NULL },
        { "true", NULL, NGX_HTTP_MCP_JSON_BOOLEAN },
        { "false", NULL, NGX_HTTP_MCP_JSON_BOOLEAN },
        { "0", NULL, NGX_HTTP_MCP_JSON_NUMBER },
        { "-0", NULL, NGX_HTTP_MCP_JSON_NUMBER },
        { "1.0", NULL, NGX_HTTP_MCP_JSON_NUMBER },
        { "9007199254740993", NULL, NGX_HTTP_MCP_JSON_NUMBER },
        { "-12.50e+10", NULL, NGX_HTTP_MCP_JSON_NUMBER },
        { "0e0", NULL, NGX_HTTP_MCP_JSON_NUMBER },
        { "0.000E-00", NULL, NGX_HTTP_MCP_JSON_NUMBER },
        { "1e99999", NULL, NGX_HTTP_MCP_JSON_NUMBER },
        { "\"\"", NULL, NGX_HTTP_MCP_JSON_STRING },
        { "\"a\\u0000b\"", NULL, NGX_HTTP_MCP_JSON_STRING },
        { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", NULL, NGX_HTTP_MCP_JSON_STRING },
        { "\"\\uABCD\\uabcd\\u09aF\"", NULL, NGX_HTTP_MCP_JSON_STRING },
        { "\"\177\"", NULL, NGX_HTTP_MCP_JSON_STRING },
        { "[]", NULL, NGX_HTTP_MCP_JSON_ARRAY },
        { "[ ]", NULL, NGX_HTTP_MCP_JSON_ARRAY },
        { "[[],{},[{}]]", NULL, NGX_HTTP_MCP_JSON_ARRAY },
        { "{}", NULL, NGX_HTTP_MCP_JSON_OBJECT },
        { "{\n\t}", NULL, NGX_HTTP_MCP_JSON_OBJECT },
        { "{\"\":{\"\":[1,{\"a\":2}]},\"b\":[[]]}", NULL,
          NGX_HTTP_MCP_JSON_OBJECT },
        { " \t\r\n[ 1 , \"a\" , { \"b\" : null } ]\n\n", "[ 1 , \"a\" , "
          "{ \"b\" : null } ]", NGX_HTTP_MCP_JSON_ARRAY },
        { "              1              ", "1", NGX_HTTP_MCP_JSON_NUMBER },
        { "{                  \"a\"                :         1        }", NULL,
          NGX_HTTP_MCP_JSON_OBJECT },
        { "{\"a\":1,\"a\":2}", NULL, NGX_HTTP_MCP_JSON_OBJECT }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        r = scan(tests[i].text);

        raw = tests[i].raw ? tests[i].raw : tests[i].text;
        len = strlen(raw);

        ok(r.rc == NGX_OK && r.s.error == OK && r.s.offset == 0 && !r.s.lone
           && r.value.type == tests[i].type && r.value.raw.len == len
           && memcmp(tests[i].text + r.begin, raw, len) == 0,
           "accepted: %s", tests[i].text);
    }
}


static void
test_refused(void)
{
    size_t     i;
    ngx_str_t  none;
    scanned_t  r;

    static const refused_t  tests[] = {
        { "", 0, SYNTAX },
        { "  ", 2, SYNTAX },
        { "tru", 3, SYNTAX },
        { "truE", 3, SYNTAX },
        { "True", 0, SYNTAX },
        { "falsy", 4, SYNTAX },
        { "nul", 3, SYNTAX },
        { "nulll", 4, SYNTAX },
        { "NaN", 0, SYNTAX },
        { "-", 1, SYNTAX },
        { "+1", 0, SYNTAX },
        { "-a", 1, SYNTAX },
        { "01", 1, SYNTAX },
        { "-012", 2, SYNTAX },
        { ".5", 0, SYNTAX },
        { "1.", 2, SYNTAX },
        { "1.e1", 2, SYNTAX },
        { "1e", 2, SYNTAX },
        { "1e+", 3, SYNTAX },
        { "1e-x", 3, SYNTAX },
        { "1.5.5", 3, SYNTAX },
        { "0x10", 1, SYNTAX },
        { "1 2", 2, SYNTAX },
        { "{} x", 3, SYNTAX },
        { "[]]", 2, SYNTAX },
        { "\"abc", 4, SYNTAX },
        { "\"", 1, SYNTAX },
        { "'a'", 0, SYNTAX },
        { "\"a\nb\"", 2, SYNTAX },
        { "\"0123456789abcdef\001\"", 17, SYNTAX },
        { "\"\\", 2, SYNTAX },
        { "\"\\x41\"", 2, SYNTAX },
        { "\"\\a\"", 2, SYNTAX },
        { "\"\\U0041\"", 2, SYNTAX },
        { "\"\\'\"", 2, SYNTAX },
        { "\"\\u\"", 3, SYNTAX },
        { "\"\\u12G4\"", 5, SYNTAX },
        { "\"\\u123\"", 6, SYNTAX },
        { "\"\\u12", 5, SYNTAX },
        { "\"\\ud83d\\u12\"", 11, SYNTAX },
        { "\"\\ud83d\\", 8, SYNTAX },
        { "[", 1, SYNTAX },
        { "[1", 2, SYNTAX },
        { "[1,", 3, SYNTAX },
        { "[1,]", 3, SYNTAX },
        { "[,1]", 1, SYNTAX },
        { "[1 2]", 3, SYNTAX },
        { "[1}", 2, SYNTAX },
        { "[{]", 2, SYNTAX },
        { "[\"a\":1]", 4, SYNTAX },
        { "{", 1, SYNTAX },
        { "{]", 1, SYNTAX },
        { "{,}", 1, SYNTAX },
        { "{1:2}", 1, SYNTAX },
        { "{a:1}", 1, SYNTAX },
        { "{\"a\"", 4, SYNTAX },
        { "{\"a\" 1}", 5, SYNTAX },
        { "{\"a\":", 5, SYNTAX },
        { "{\"a\":}", 5, SYNTAX },
        { "{\"a\":1", 6, SYNTAX },
        { "{\"a\":1]", 6, SYNTAX },
        { "{\"a\":1,}", 7, SYNTAX },
        { "{\"a\":1,\"b\"}", 10, SYNTAX },
        { "{\"a\":[1},2]}", 7, SYNTAX },
        { "[[1]}", 4, SYNTAX },
        { "{\"a\":{}]", 7, SYNTAX },
        { "/* */ 1", 0, SYNTAX },
        { "[1 /* */]", 3, SYNTAX },
        { "\f1", 0, SYNTAX },
        { "[\v1]", 1, SYNTAX },
        { "\xef\xbb\xbf{}", 0, SYNTAX },
        { "[\xc3\xa9]", 1, SYNTAX },
        { "1\xc2\xa0", 1, SYNTAX },
        { "[1,\xe2\x80\xa8 2]", 3, SYNTAX }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        r = scan(tests[i].text);

        ok(refused(&r, tests[i].error, tests[i].offset), "refused at %d: %s",
           (int) tests[i].offset, tests[i].text);
    }

    ngx_memzero(&r, sizeof(scanned_t));
    ngx_str_null(&none);
    r.rc = ngx_http_mcp_json_scan(&r.s, &none, &r.value);
    ok(refused(&r, SYNTAX, 0), "refused: no text at all");

    r = scan_bytes("[1]\0", 4, 8, 0);
    ok(refused(&r, SYNTAX, 3), "refused: a NUL behind the value");

    r = scan_bytes("\"a\0b\"", 5, 8, 0);
    ok(refused(&r, SYNTAX, 2), "refused: a NUL in a string");

    r = scan_bytes("\0", 1, 8, 0);
    ok(refused(&r, SYNTAX, 0), "refused: a NUL alone");
}


/* each is put alone into a string, behind text, and outside of strings */

static void
test_utf8(void)
{
    char        text[128];
    size_t      i, before, len;
    scanned_t   r;
    ngx_uint_t  good;

    static const char  *const valid[] = {
        "\xc2\x80", "\xc3\xa9", "\xdf\xbf", "\xe0\xa0\x80", "\xe2\x80\x93",
        "\xec\xbf\xbf", "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbb\xbf",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf0\x9f\x98\x80",
        "\xf3\xbf\xbf\xbf", "\xf4\x8f\xbf\xbf"
    };

    static const char  *const invalid[] = {
        "\x80", "\xbf", "\xc0\x80", "\xc0\xaf", "\xc1\xbf", "\xc2", "\xc2\x41",
        "\xc2\xc2", "\xdf\xc0", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xe1\x80",
        "\xe1\x80\x41", "\xe1\x41\x80", "\xe2\x82", "\xed\xa0\x80",
        "\xed\xaf\xbf", "\xed\xb0\x80", "\xed\xbf\xbf", "\xef\xbf\xc0",
        "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xf0\x90\x80",
        "\xf0\x90\x80\x41", "\xf0\x90\x41\x80", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xfc\x84\x80\x80\x80\x80",
        "\xfe", "\xff"
    };

    for (i = 0; i < sizeof(valid) / sizeof(valid[0]); i++) {

        good = 1;

        for (before = 0; before < 40; before++) {
            len = sprintf(text, "[\"%.*s%s%s\"]", (int) before,
                          "0123456789abcdefghijklmnopqrstuvwxyz-----", valid[i],
                          valid[i]);
            r = scan_bytes(text, len, 8, 0);
            good &= (r.rc == NGX_OK);
        }

        ok(good, "UTF-8: valid %d, behind 0 to 39 bytes", (int) i);
    }

    for (i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++) {

        good = 1;

        for (before = 0; before < 40; before++) {
            len = sprintf(text, "[\"%.*s%s\"]", (int) before,
                          "0123456789abcdefghijklmnopqrstuvwxyz-----",
                          invalid[i]);
            r = scan_bytes(text, len, 8, 0);
            good &= refused(&r, UTF8, 2 + before);

            /* the text ends in the sequence */

            len = 2 + before + strlen(invalid[i]);
            r = scan_bytes(text, len, 8, 0);
            good &= refused(&r, UTF8, 2 + before);
        }

        len = sprintf(text, "[%s]", invalid[i]);
        r = scan_bytes(text, len, 8, 0);
        good &= refused(&r, UTF8, 1);

        len = sprintf(text, "{\"%s\":1}", invalid[i]);
        r = scan_bytes(text, len, 8, 1);
        good &= refused(&r, UTF8, 2);

        ok(good, "UTF-8: invalid %d, behind 0 to 39 bytes and alone", (int) i);
    }
}


/* all bytes at all places of a block: the fast path equals the rule */

static void
test_bytes(void)
{
    char        text[80];
    size_t      i, len;
    scanned_t   r;
    ngx_int_t   rc;
    ngx_uint_t  c, wrong;

    for (c = 0; c < 256; c++) {

        wrong = 0;

        for (len = 1; len < 40; len++) {
            for (i = 0; i < len; i++) {
                ngx_memset(text, 'x', len + 2);
                text[0] = '"';
                text[1 + i] = (char) c;
                text[1 + len] = '"';

                r = scan_bytes(text, len + 2, 0, 0);

                /* \x is no escape, and \" leaves the string open */

                rc = (c < 0x20 || c == '"' || c == '\\' || c >= 0x80)
                     ? NGX_DECLINED : NGX_OK;

                wrong += (r.rc != rc);

                if (c < 0x20 || c >= 0x80) {
                    wrong += (r.s.offset != 1 + i);
                }
            }
        }

        if (wrong || c % 32 == 31) {
            ok(wrong == 0, "string bytes: up to %02x, at 0 to 38 of 39",
               (unsigned) c);
        }
    }
}


/* all bytes behind a backslash */

static void
test_escapes(void)
{
    char        text[8];
    scanned_t   r;
    ngx_int_t   rc;
    ngx_uint_t  c, wrong;

    for (wrong = 0, c = 0; c < 256; c++) {
        ngx_memcpy(text, "\"\\x\"", 4);
        text[2] = (char) c;

        r = scan_bytes(text, 4, 0, 0);

        rc = (c && strchr("\"\\/bfnrt", (int) c)) ? NGX_OK : NGX_DECLINED;
        wrong += (r.rc != rc);

        /* four digits, the last of which is any byte */

        ngx_memcpy(text, "\"\\u00ax\"", 8);
        text[6] = (char) c;

        r = scan_bytes(text, 8, 0, 0);

        rc = (c && strchr("0123456789abcdefABCDEF", (int) c))
             ? NGX_OK : NGX_DECLINED;
        wrong += (r.rc != rc || (rc == NGX_DECLINED && r.s.offset != 6));
    }

    ok(wrong == 0, "escapes: all bytes behind a backslash: %d wrong",
       (int) wrong);
}


static void
test_cut(void)
{
    size_t      len;
    scanned_t   r;
    ngx_uint_t  wrong;

    static const char  text[] =
        "{\"jsonrpc\":\"2.0\",\"id\":\"a\\u0000\\ud83d\\ude00b\",\"params\":"
        "[true,false,null,-1.25e+10,{\"caf\xc3\xa9\":[\"\xf0\x9f\x98\x80\", "
        "\"\\\\ long enough for two blocks of sixteen \\n\"]}]}";

    r = scan(text);
    ok(r.rc == NGX_OK, "cut: the whole text is accepted");

    r = scan_unique(text);
    ok(r.rc == NGX_OK, "cut: and has no duplicates");

    for (wrong = 0, len = 0; len < sizeof(text) - 1; len++) {
        r = scan_bytes(text, len, 8, 1);

        if (r.s.error == UTF8) {
            wrong += (r.s.offset + 4 <= len || r.s.offset >= len);

        } else {
            wrong += !refused(&r, SYNTAX, len);
        }
    }

    ok(wrong == 0, "cut: any beginning of it is refused at its end");
}


static scanned_t
scan_nested(ngx_uint_t n, ngx_uint_t depth, const char *open,
    const char *inner, const char *close, unsigned unique)
{
    char        *text, *p;
    size_t       size;
    scanned_t    r;
    ngx_uint_t   i;

    size = n * (strlen(open) + strlen(close)) + strlen(inner) + 1;
    text = malloc(size);

    if (text == NULL) {
        exit(2);
    }

    p = text;

    for (i = 0; i < n; i++) {
        p += sprintf(p, "%s", open);
    }

    p += sprintf(p, "%s", inner);

    for (i = 0; i < n; i++) {
        p += sprintf(p, "%s", close);
    }

    r = scan_bytes(text, p - text, depth, unique);

    free(text);

    return r;
}


static void
test_depth(void)
{
    size_t      i;
    scanned_t   r;
    ngx_uint_t  n;

    static const ngx_uint_t  limits[] = { 1, 2, 63, 64, 65, 127, 128, 129,
                                          1023, 1024 };

    r = scan_bytes("1", 1, 0, 0);
    ok(r.rc == NGX_OK, "depth 0: a number");

    r = scan_bytes("[]", 2, 0, 0);
    ok(refused(&r, DEEP, 0), "depth 0: no array, even an empty one");

    r = scan_bytes(" {}", 3, 0, 1);
    ok(refused(&r, DEEP, 1), "depth 0: no object");

    for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        n = limits[i];

        r = scan_nested(n, n, "[", "", "]", 0);
        ok(r.rc == NGX_OK, "depth %d: so many arrays", (int) n);

        r = scan_nested(n + 1, n, "[", "", "]", 0);
        ok(refused(&r, DEEP, n), "depth %d: one array more", (int) n);

        r = scan_nested(n, n, "{\"a\":", "1", "}", 1);
        ok(r.rc == NGX_OK, "depth %d: so many objects", (int) n);

        r = scan_nested(n + 1, n, "{\"a\":", "1", "}", 1);
        ok(refused(&r, DEEP, 5 * n), "depth %d: one object more", (int) n);
    }

    r = scan_nested(1024, 1000000, "[", "", "]", 1);
    ok(r.rc == NGX_OK, "depth: 1024 within a larger limit");

    r = scan_nested(1025, 1000000, "[", "", "]", 1);
    ok(refused(&r, DEEP, 1024), "depth: 1025 never");

    r = scan_nested(1025, (ngx_uint_t) -1, "{\"\":", "0", "}", 1);
    ok(refused(&r, DEEP, 4 * 1024), "depth: 1025 never, whatever the limit");

    r = scan_nested(100000, 128, "[", "", "", 0);
    ok(refused(&r, DEEP, 128), "depth: found before the end is missed");

    r = scan_nested(512, 1024, "[{\"a\":", "[]", "}]", 0);
    ok(refused(&r, DEEP, 512 * 6), "depth: arrays and objects count alike");

    r = scan_nested(512, 1024, "[{\"a\":", "0", "}]", 1);
    ok(r.rc == NGX_OK, "depth: 512 of each");

    r = scan_nested(65, 1024, "[{\"a\":", "0]", "}]", 0);
    ok(refused(&r, SYNTAX, 65 * 6 + 1), "depth: a bracket of the wrong kind");

    r = scan("[[],[],[[]],{}]");
    ok(r.rc == NGX_OK, "depth: brackets that closed do not count");
}


static void
test_lone(void)
{
    size_t     i;
    scanned_t  r;

    static const char  *const lone[] = {
        "\"\\ud800\"", "\"\\udbff\"", "\"\\udc00\"", "\"\\uDFFF\"",
        "\"\\udc00\\udc00\"", "\"\\udc00\\udfff\"",
        "\"\\ud83d\\ud83d\"", "\"\\ude00\\ud83d\"", "\"\\ud83dx\\ude00\"",
        "\"\\ud83d\\n\"", "\"\\ud83d\\u0041\"", "\"\\ud83d\\ue000\"",
        "[\"\\ud83d\\ud83d\\ude00\"]", "{\"\\ud800\":1}", "[\"\\udc00\",\"\"]"
    };

    static const char  *const paired[] = {
        "\"\\ud83d\\ude00\"", "\"\\uD800\\uDC00\"", "\"\\udbff\\udfff\"",
        "\"\\ud7ff\\ue000\"", "\"\\ud83d\\ude00\\ud83d\\ude00\"",
        "\"\\\\ud800\"", "[\"\\ud800\\udc00\"]"
    };

    for (i = 0; i < sizeof(lone) / sizeof(lone[0]); i++) {
        r = scan(lone[i]);
        ok(r.rc == NGX_OK && r.s.lone, "a lone surrogate: %s", lone[i]);
    }

    for (i = 0; i < sizeof(paired) / sizeof(paired[0]); i++) {
        r = scan(paired[i]);
        ok(r.rc == NGX_OK && !r.s.lone, "no lone surrogate: %s", paired[i]);
    }
}


static void
test_unique(void)
{
    size_t     i;
    scanned_t  r;

    static const refused_t  tests[] = {
        { "{\"a\":1,\"a\":2}", 7, DUPLICATE },
        { "{\"a\":1,\"b\":2,\"a\":3,\"b\":4}", 13, DUPLICATE },
        { "{\"a\":1, \"\\u0061\":2}", 8, DUPLICATE },
        { "{\"\\u0061b\":1,\"a\\u0062\":2}", 13, DUPLICATE },
        { "{\"\\n\":1,\"\\u000A\":2}", 8, DUPLICATE },
        { "{\"/\":1,\"\\/\":2}", 7, DUPLICATE },
        { "{\"\\\"\":1,\"\\u0022\":2}", 8, DUPLICATE },
        { "{\"\\\\\":1,\"\\u005c\":2}", 8, DUPLICATE },
        { "{\"\xc3\xa9\":1,\"\\u00e9\":2}", 8, DUPLICATE },
        { "{\"\xe2\x82\xac\":1,\"\\u20AC\":2}", 9, DUPLICATE },
        { "{\"\xf0\x9f\x98\x80\":1,\"\\ud83d\\ude00\":2}", 10, DUPLICATE },
        { "{\"\\ud800\":1,\"\\uD800\":2}", 12, DUPLICATE },
        { "{\"a\\u0000b\":1,\"a\\u0000b\":2}", 14, DUPLICATE },
        { "{\"\":1,\"\":2}", 6, DUPLICATE },
        { "[{\"x\":{\"y\":[{\"a\":1,\"a\":2}]}}]", 19, DUPLICATE },
        { "{\"a\":{\"b\":{}},\"c\":1,\"a\":2}", 20, DUPLICATE },
        { "{\"b\":{\"a\":1,\"a\":2},\"b\":3}", 12, DUPLICATE },
        { "{\"a\":1,\"a\":2", 12, SYNTAX },
        { "{\"a\":1,\"a\":x", 11, SYNTAX }
    };

    /* some have one hash: Aa and BB, and atqw with what follows it */

    static const char  *const distinct[] = {
        "{\"a\":1,\"A\":2}", "{\"a\":1,\"aa\":2,\"\":3}",
        "{\"a\":{\"a\":{\"a\":1}}}", "[{\"a\":1},{\"a\":2}]",
        "{\"a\":[{\"a\":1},{\"a\":2}],\"b\":{\"a\":1,\"b\":2}}",
        "{\"a\\u0000b\":1,\"a\\u0000c\":2,\"a\":3}",
        "{\"Aa\":1,\"BB\":2}", "{\"AaAa\":1,\"BBBB\":2,\"AaBB\":3,\"BBAa\":4}",
        "{\"atqw\":1,\"atqwvtczbm\":2}", "{\"atqwvtczbm\":1,\"atqw\":2}",
        "{\"\\u0061tqw\":1,\"atqwvtczbm\":2}",
        "{\"\\u0041a\":1,\"B\\u0042\":2}", "{\"a\":\"a\",\"b\":\"a\"}",
        "{\"\\\\u0061\":1,\"a\":2}", "{\"\\ud800\":1,\"\\udc00\":2}",
        "{\"e\":1,\"\xc3\xa9\":2,\"e\xcc\x81\":3}", "{}", "[]", "\"a\""
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        r = scan_unique(tests[i].text);

        ok(refused(&r, tests[i].error, tests[i].offset), "unique: at %d of %s",
           (int) tests[i].offset, tests[i].text);
    }

    for (i = 0; i < sizeof(distinct) / sizeof(distinct[0]); i++) {
        r = scan_unique(distinct[i]);
        ok(r.rc == NGX_OK, "unique: %s", distinct[i]);
    }
}


/*
 * An object of "n" names, number "at" of them spelled as number "first";
 * returns where that one begins in "offset", 0 if none.
 */

static char *
make_object(ngx_uint_t n, ngx_uint_t at, ngx_uint_t first, size_t *len,
    size_t *offset, ngx_uint_t collide)
{
    char        *text, *p;
    ngx_uint_t   i, k, name;

    text = malloc(n * 64 + 16);
    if (text == NULL) {
        exit(2);
    }

    p = text;
    *p++ = '{';
    *offset = 0;

    for (i = 0; i < n; i++) {

        name = i;

        if (i) {
            *p++ = ',';
        }

        if (at && i == at) {
            *offset = p - text;
            name = first;
        }

        *p++ = '"';

        if (collide) {

            /* Aa and BB have one hash; so has any row of them */

            for (k = 0; k < 16; k++) {
                p += sprintf(p, "%s", ((name >> k) & 1) ? "BB" : "Aa");
            }

        } else if (at && i == at) {
            p += sprintf(p, "\\u006eame-%d", (int) name);

        } else {
            p += sprintf(p, "name-%d", (int) name);
        }

        p += sprintf(p, "\":%d", (int) i);
    }

    *p++ = '}';
    *len = p - text;

    return text;
}


static void
test_unique_sizes(void)
{
    char        *text;
    size_t       len, offset;
    scanned_t    r;
    ngx_uint_t   n, at, first, wrong, collide;

    for (collide = 0; collide < 2; collide++) {

        for (wrong = 0, n = 2; n < 40; n++) {
            for (at = 1; at < n; at++) {
                for (first = 0; first < at; first++) {
                    text = make_object(n, at, first, &len, &offset, collide);
                    r = scan_bytes(text, len, 1, 1);
                    free(text);

                    wrong += !refused(&r, DUPLICATE, offset);
                }
            }

            text = make_object(n, 0, 0, &len, &offset, collide);
            r = scan_bytes(text, len, 1, 1);
            free(text);

            wrong += (r.rc != NGX_OK);
        }

        ok(wrong == 0, "unique: any two of 2 to 39 names, %s",
           collide ? "all of one hash" : "one with an escape");
    }
}


static double
seconds(clock_t since)
{
    return (double) (clock() - since) / CLOCKS_PER_SEC;
}


/* pairwise, 20000 names would be 200 million comparisons of one hash */

static void
test_unique_bounded(void)
{
    char        *text, *p;
    size_t       len, offset;
    clock_t      start;
    scanned_t    r;
    ngx_uint_t   i, collide;

    for (collide = 0; collide < 2; collide++) {

        text = make_object(20000, 0, 0, &len, &offset, collide);

        start = clock();
        r = scan_bytes(text, len, 1, 1);
        ok(r.rc == NGX_OK && seconds(start) < 0.5,
           "unique: 20000 names, %s: %d ms",
           collide ? "all of one hash" : "distinct",
           (int) (seconds(start) * 1000));

        free(text);

        text = make_object(20000, 19999, 17, &len, &offset, collide);

        start = clock();
        r = scan_bytes(text, len, 1, 1);
        ok(refused(&r, DUPLICATE, offset) && seconds(start) < 0.5,
           "unique: the last of 20000 names equals another");

        free(text);
    }

    /* one name 100000 times, and the first duplicate is told */

    text = malloc(100000 * 6 + 2);
    if (text == NULL) {
        exit(2);
    }

    p = text;
    *p++ = '{';

    for (i = 0; i < 100000; i++) {
        p += sprintf(p, "%s\"x\":0", i ? "," : "");
    }

    *p++ = '}';

    start = clock();
    r = scan_bytes(text, p - text, 1, 1);
    ok(refused(&r, DUPLICATE, 7) && seconds(start) < 0.5,
       "unique: 100000 equal names, the second is told");

    free(text);
}


static void
test_memory(void)
{
    char       *text;
    size_t      len, offset;
    ngx_str_t   copy;
    scanned_t   r;

    /* 262144 names are kept in 2 MiB, and may not grow to 4 */

    text = make_object(262144 + 1, 0, 0, &len, &offset, 0);
    copy = tap_exact(text, len);
    free(text);

    ngx_memzero(&r, sizeof(scanned_t));
    r.s.depth = 1;
    r.s.unique = 1;

    if (!ngx_http_mcp_test_starve(1)) {
        free(copy.data);
        return;
    }

    r.rc = ngx_http_mcp_json_scan(&r.s, &copy, &r.value);

    ngx_http_mcp_test_starve(0);

    ok(r.rc == NGX_ERROR && r.s.error == OK, "memory: none left is NGX_ERROR");
    ok(r.value.type == NGX_HTTP_MCP_JSON_NONE, "memory: and there is no value");

    r.rc = ngx_http_mcp_json_scan(&r.s, &copy, &r.value);
    ok(r.rc == NGX_OK, "memory: enough of it again");

    free(copy.data);
}


static void
test_reason(void)
{
    ngx_uint_t   i;
    const char  *reason;

    for (i = OK; i <= DUPLICATE + 1; i++) {
        reason = ngx_http_mcp_json_reason(i);
        ok(reason != NULL && strlen(reason) > 0 && strlen(reason) < 40,
           "a reason for %d: %s", (int) i, reason);
    }

    ok(strcmp(ngx_http_mcp_json_reason(UTF8), "not UTF-8") == 0
       && strcmp(ngx_http_mcp_json_reason(DEEP), "nested too deep") == 0,
       "reasons are short clauses");
}


int
main(void)
{
    test_accepted();
    test_refused();
    test_utf8();
    test_bytes();
    test_escapes();
    test_cut();
    test_depth();
    test_lone();
    test_unique();
    test_unique_sizes();
    test_unique_bounded();
    test_memory();
    test_reason();

    return tap_done();
}

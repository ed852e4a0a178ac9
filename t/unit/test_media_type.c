
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Media types (RFC 9110 8.3, RFC 6838 4.2) and Accept (RFC 9110 12.5.1).
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_media_type.h"


#define bytes(literal)  literal, sizeof(literal) - 1
#define count(table)    (sizeof(table) / sizeof(table[0]))


typedef struct {
    const char  *data;
    size_t       len;
    const char  *type;                     /* NULL: refused */
    const char  *subtype;
    const char  *params;
} parse_t;


typedef struct {
    const char  *data;
    size_t       len;
    const char  *name;
    const char  *value;                    /* NULL: refused */
} param_t;


typedef struct {
    const char  *accept;
    int          admit;
    int          matched;
} accept_t;


static void
test_parse(void)
{
    char                       essence[64];
    size_t                     i;
    ngx_int_t                  rc;
    ngx_str_t                  s;
    ngx_http_mcp_media_type_t  mt;

    static const parse_t  tests[] = {
        { bytes("text/html"), "text", "html", "" },
        { bytes("TEXT/Html"), "TEXT", "Html", "" },
        { bytes(" \ttext/html\t "), "text", "html", "" },
        { bytes("text/html; charset=utf-8"), "text", "html",
          "; charset=utf-8" },
        { bytes("text/html \t;charset=utf-8 "), "text", "html",
          ";charset=utf-8" },
        { bytes("text/html;"), "text", "html", ";" },
        { bytes("text/html; \x01 nonsense \""), "text", "html",
          "; \x01 nonsense \"" },
        { bytes("application/vnd.api+json"), "application", "vnd.api+json",
          "" },
        { bytes("a/b"), "a", "b", "" },

        { bytes(""), NULL, NULL, NULL },
        { bytes(" "), NULL, NULL, NULL },
        { bytes("/"), NULL, NULL, NULL },
        { bytes("text"), NULL, NULL, NULL },
        { bytes("text/"), NULL, NULL, NULL },
        { bytes("/html"), NULL, NULL, NULL },
        { bytes("text/;charset=utf-8"), NULL, NULL, NULL },
        { bytes("text /html"), NULL, NULL, NULL },
        { bytes("text/ html"), NULL, NULL, NULL },
        { bytes("text/html/x"), NULL, NULL, NULL },
        { bytes("text/html charset=utf-8"), NULL, NULL, NULL },
        { bytes("text/html, text/plain"), NULL, NULL, NULL },
        { bytes("text/ht\"ml"), NULL, NULL, NULL },
        { bytes("text/ht\\ml"), NULL, NULL, NULL },
        { bytes("text/html\0"), NULL, NULL, NULL },
        { bytes("text/html\r\n"), NULL, NULL, NULL },
        { bytes("text/h\xc3\xa4ml"), NULL, NULL, NULL },
        { bytes("*/*"), NULL, NULL, NULL },
        { bytes("text/*"), NULL, NULL, NULL },
        { bytes("; charset=utf-8"), NULL, NULL, NULL }
    };

    for (i = 0; i < count(tests); i++) {
        s = tap_exact(tests[i].data, tests[i].len);

        rc = ngx_http_mcp_media_type_parse(&s, &mt);

        if (tests[i].type == NULL) {
            ok(rc == NGX_DECLINED, "no media type: '%s'", tests[i].data);
            free(s.data);
            continue;
        }

        if (ok(rc == NGX_OK, "media type: '%s'", tests[i].data)) {
            snprintf(essence, sizeof(essence), "%s/%s", tests[i].type,
                     tests[i].subtype);

            is_str(&mt.type, tests[i].type, "its type");
            is_str(&mt.subtype, tests[i].subtype, "its subtype");
            is_str(&mt.essence, essence, "its essence");
            is_str(&mt.params, tests[i].params, "its parameters");
        }

        free(s.data);
    }
}


static void
test_parse_bytes(void)
{
    size_t                     len;
    ngx_str_t                  s;
    ngx_uint_t                 c, wrong, token;
    ngx_http_mcp_media_type_t  mt;

    static const char  others[] = "!#$%&'*+-.^_`|~";

    for (wrong = 0, c = 0; c < 256; c++) {
        token = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || (c && strchr(others, (int) c) != NULL);

        s = tap_exact("abc/xyz", 7);

        s.data[1] = (u_char) c;
        wrong += c != '/'
                 && (ngx_http_mcp_media_type_parse(&s, &mt) == NGX_OK)
                    != token;

        s.data[1] = 'b';
        s.data[5] = (u_char) c;
        wrong += (ngx_http_mcp_media_type_parse(&s, &mt) == NGX_OK)
                 != (token || c == ';');

        free(s.data);
    }

    /* "x;z" is a type with a parameter; "a/c/xyz" is nothing */

    ok(wrong == 0, "all bytes in a type and in a subtype (RFC 9110 5.6.2)");

    for (wrong = 0, len = 125; len < 131; len++) {
        s.len = len + 2;
        s.data = malloc(s.len);
        ngx_memset(s.data, 'a', s.len);

        s.data[1] = '/';
        wrong += (ngx_http_mcp_media_type_parse(&s, &mt) == NGX_OK)
                 != (len <= 127);

        s.data[1] = 'a';
        s.data[len] = '/';
        wrong += (ngx_http_mcp_media_type_parse(&s, &mt) == NGX_OK)
                 != (len <= 127);

        free(s.data);
    }

    ngx_str_null(&s);
    ok(ngx_http_mcp_media_type_parse(&s, &mt) == NGX_DECLINED, "no header");

    ok(wrong == 0, "names of 127 bytes at most (RFC 6838 4.2)");
}


static void
test_param(void)
{
    size_t                     i;
    ngx_int_t                  rc;
    ngx_str_t                  s, value;
    ngx_pool_t                *pool;
    ngx_http_mcp_media_type_t  mt;

    static const param_t  tests[] = {
        { bytes("a/b; charset=utf-8"), "charset", "utf-8" },
        { bytes("a/b;charset=utf-8"), "charset", "utf-8" },
        { bytes("a/b; CharSet=UTF-8"), "charset", "UTF-8" },
        { bytes("a/b; charset=utf-8"), "CHARSET", "utf-8" },
        { bytes("a/b;x=1;charset=utf-8;y=2"), "charset", "utf-8" },
        { bytes("a/b;x=1 ;\tcharset=utf-8 ; y=2"), "charset", "utf-8" },
        { bytes("a/b;;; charset=utf-8;;"), "charset", "utf-8" },
        { bytes("a/b; charset=a; charset=b"), "charset", "a" },
        { bytes("a/b; charset=\"utf-8\""), "charset", "utf-8" },
        { bytes("a/b; charset=\"u\\t\\f-8\""), "charset", "utf-8" },
        { bytes("a/b; x=\"a\\\"b\\\\c\""), "x", "a\"b\\c" },
        { bytes("a/b; x=\"\""), "x", "" },
        { bytes("a/b; x=\" a ; b=c, d \""), "x", " a ; b=c, d " },
        { bytes("a/b; x=\"; charset=no\"; charset=yes"), "charset", "yes" },
        { bytes("a/b; x=\"\\\"; charset=no\"; charset=yes"), "charset",
          "yes" },
        { bytes("a/b; x=\"a\tb\xc3\xa4\""), "x", "a\tb\xc3\xa4" },
        { bytes("a/b; boundary=----=_Part_1.2"), "boundary",
          "----=_Part_1.2" },
        { bytes("a/b; boundary=a/b:c"), "boundary", "a/b:c" },

        /* a malformed neighbour does no harm */

        { bytes("a/b; nonsense; charset=utf-8"), "charset", "utf-8" },
        { bytes("a/b; =; charset=utf-8"), "charset", "utf-8" },
        { bytes("a/b; \x01; charset=utf-8"), "charset", "utf-8" },
        { bytes("a/b; x=; charset=utf-8"), "charset", "utf-8" },
        { bytes("a/b; x=\"a\"b; charset=utf-8"), "charset", "utf-8" },
        { bytes("a/b; x=\"\x01\"; charset=utf-8"), "charset", "utf-8" },

        { bytes("a/b"), "charset", NULL },
        { bytes("a/b;"), "charset", NULL },
        { bytes("a/b; x=1"), "charset", NULL },
        { bytes("a/b; charsets=utf-8"), "charset", NULL },
        { bytes("a/b; charse=utf-8"), "charset", NULL },
        { bytes("a/b; charset"), "charset", NULL },
        { bytes("a/b; charset="), "charset", NULL },
        { bytes("a/b; charset=;"), "charset", NULL },
        { bytes("a/b; charset =utf-8"), "charset", NULL },
        { bytes("a/b; charset= utf-8"), "charset", NULL },
        { bytes("a/b; charset=utf 8"), "charset", NULL },
        { bytes("a/b; charset=utf-8,"), "charset", NULL },
        { bytes("a/b; charset=utf\\-8"), "charset", NULL },
        { bytes("a/b; charset=ut\"f-8\""), "charset", NULL },
        { bytes("a/b; charset=utf\xc3\xa4"), "charset", NULL },
        { bytes("a/b; charset=utf\x7f"), "charset", NULL },
        { bytes("a/b; charset=\"utf-8"), "charset", NULL },
        { bytes("a/b; charset=\""), "charset", NULL },
        { bytes("a/b; charset=\"utf-8\\"), "charset", NULL },
        { bytes("a/b; charset=\"utf-8\\\""), "charset", NULL },
        { bytes("a/b; charset=\"utf-8\"x"), "charset", NULL },
        { bytes("a/b; charset=\"utf\0\""), "charset", NULL },
        { bytes("a/b; charset=\"utf\\\n\""), "charset", NULL },
        { bytes("a/b; charset=\"utf\x7f\""), "charset", NULL },
        { bytes("a/b; x=\"; charset=utf-8"), "charset", NULL }
    };

    pool = tap_pool();

    for (i = 0; i < count(tests); i++) {
        s = tap_exact(tests[i].data, tests[i].len);

        if (ngx_http_mcp_media_type_parse(&s, &mt) != NGX_OK) {
            ok(0, "parse '%s'", tests[i].data);
            free(s.data);
            continue;
        }

        rc = ngx_http_mcp_media_type_param(pool, &mt, tests[i].name, &value);

        if (tests[i].value == NULL) {
            ok(rc == NGX_DECLINED, "no %s: '%s'", tests[i].name,
               tests[i].data);

        } else if (ok(rc == NGX_OK, "%s: '%s'", tests[i].name,
                      tests[i].data))
        {
            is_str(&value, tests[i].value, "its value");
        }

        free(s.data);
    }

    ngx_destroy_pool(pool);
}


static void
test_param_memory(void)
{
    size_t                     size;
    ngx_int_t                  rc;
    ngx_str_t                  s, value;
    ngx_pool_t                *pool;
    ngx_http_mcp_media_type_t  mt;

    size = 4 * 1024 * 1024;

    s.len = size;
    s.data = malloc(size);

    ngx_memset(s.data, '\\', size);
    ngx_memcpy(s.data, "a/b;x=\"", 7);
    s.data[size - 1] = '"';
    s.data[size - 2] = 'z';

    pool = tap_pool();

    ok(ngx_http_mcp_media_type_parse(&s, &mt) == NGX_OK, "4 MiB of quotes");

    if (ngx_http_mcp_test_starve(1)) {
        rc = ngx_http_mcp_media_type_param(pool, &mt, "x", &value);
        ngx_http_mcp_test_starve(0);

        ok(rc == NGX_ERROR, "memory: none left is NGX_ERROR");
    }

    rc = ngx_http_mcp_media_type_param(pool, &mt, "x", &value);

    ok(rc == NGX_OK && value.len == (size - 8) / 2, "they are unescaped");

    ngx_destroy_pool(pool);
    free(s.data);
}


static void
test_kind(void)
{
    size_t                     i;
    ngx_str_t                  s;
    ngx_http_mcp_media_type_t  mt;

    static const struct {
        const char  *type;
        unsigned     json;
        unsigned     text;
    } tests[] = {
        { "application/json", 1, 1 },
        { "Application/JSON; charset=utf-8", 1, 1 },
        { "text/json", 1, 1 },
        { "application/problem+json", 1, 1 },
        { "application/vnd.api+JSON", 1, 1 },
        { "application/geo+json;x=y", 1, 1 },
        { "model/gltf+json", 1, 1 },

        { "application/x-ndjson", 0, 1 },
        { "application/ndjson", 0, 1 },
        { "application/jsonl", 0, 1 },
        { "application/json-seq", 0, 1 },
        { "application/geo+json-seq", 0, 1 },
        { "text/plain", 0, 1 },
        { "TEXT/X-Anything", 0, 1 },
        { "text/csv", 0, 1 },
        { "text/event-stream", 0, 1 },
        { "application/xml", 0, 1 },
        { "application/atom+xml", 0, 1 },
        { "application/XHTML+XML", 0, 1 },
        { "application/yaml", 0, 1 },
        { "application/x-yaml", 0, 1 },
        { "application/openapi+yaml", 0, 1 },
        { "application/javascript", 0, 1 },
        { "application/x-www-form-urlencoded", 0, 1 },
        { "application/sql", 0, 1 },
        { "application/graphql", 0, 1 },
        { "application/toml", 0, 1 },
        { "application/csv", 0, 1 },

        { "application/jsonp", 0, 0 },
        { "application/+json", 0, 0 },
        { "application/xjson", 0, 0 },
        { "application/json+zip", 0, 0 },
        { "application/octet-stream", 0, 0 },
        { "application/pdf", 0, 0 },
        { "application/sqlite", 0, 0 },
        { "image/png", 0, 0 },
        { "texts/plain", 0, 0 },
        { "xtext/plain", 0, 0 },
        { "multipart/mixed", 0, 0 },
        { "application/json/", 0, 0 }
    };

    for (i = 0; i < count(tests); i++) {
        s = tap_exact(tests[i].type, ngx_strlen(tests[i].type));

        if (ngx_http_mcp_media_type_parse(&s, &mt) == NGX_OK) {
            ok(ngx_http_mcp_media_type_json(&mt) == tests[i].json,
               "%s is %sJSON", tests[i].type, tests[i].json ? "" : "not ");
            ok(ngx_http_mcp_media_type_text(&mt) == tests[i].text,
               "%s is %stext", tests[i].type, tests[i].text ? "" : "not ");

        } else {
            ok(i == count(tests) - 1, "%s is nothing", tests[i].type);
        }

        free(s.data);
    }

    ngx_str_set(&s, "Text/HTML; q=1");
    (void) ngx_http_mcp_media_type_parse(&s, &mt);

    ok(ngx_http_mcp_media_type_is(&mt, "text/html"), "is: any case");
    ok(ngx_http_mcp_media_type_is(&mt, "TEXT/html"), "is: any case, too");
    ok(!ngx_http_mcp_media_type_is(&mt, "text/htm"), "is: not a prefix");
    ok(!ngx_http_mcp_media_type_is(&mt, "text/html5"), "is: not longer");
    ok(!ngx_http_mcp_media_type_is(&mt, ""), "is: not nothing");
}


static void
test_accept(void)
{
    size_t      i;
    ngx_str_t   s;
    ngx_uint_t  admit, matched;

    /* all for application/json */

    static const accept_t  tests[] = {
        { "application/json", 1, 1 },
        { "Application/JSON", 1, 1 },
        { "application/json, text/event-stream", 1, 1 },
        { "text/event-stream,application/json", 1, 1 },
        { "text/event-stream ,\t application/json ", 1, 1 },
        { "*/*", 1, 1 },
        { "application/*", 1, 1 },
        { "APPLICATION/*", 1, 1 },
        { "text/html, */*;q=0.1", 1, 1 },
        { ",, ,application/json,,", 1, 1 },

        { "", 0, 0 },
        { " ", 0, 0 },
        { ",", 0, 0 },
        { "text/event-stream", 0, 0 },
        { "text/*", 0, 0 },
        { "app/*", 0, 0 },
        { "application/jsonx", 0, 0 },
        { "application/jso", 0, 0 },
        { "applications/*", 0, 0 },

        /* weights */

        { "application/json;q=0", 0, 1 },
        { "application/json;q=0.", 0, 1 },
        { "application/json;q=0.0", 0, 1 },
        { "application/json;q=0.000", 0, 1 },
        { "application/json; q=.0", 0, 1 },
        { "application/json ; Q=0", 0, 1 },
        { "application/json;q=0.001", 1, 1 },
        { "application/json;q=.2", 1, 1 },
        { "application/json;q=0.33333", 1, 1 },
        { "application/json;q=1", 1, 1 },
        { "application/json;q=1.", 1, 1 },
        { "application/json;q=1.000", 1, 1 },
        { "application/json;q=\"0\"", 0, 1 },

        /* the most specific range decides, in any order */

        { "*/*, application/json;q=0", 0, 1 },
        { "application/json;q=0, */*", 0, 1 },
        { "application/*;q=0, */*", 0, 1 },
        { "*/*, application/*;q=0", 0, 1 },
        { "*/*;q=0, application/*", 1, 1 },
        { "application/*, */*;q=0", 1, 1 },
        { "application/*;q=0, application/json", 1, 1 },
        { "application/json, application/*;q=0, */*;q=0", 1, 1 },
        { "application/json;q=0, text/html", 0, 1 },
        { "*/*;q=0", 0, 1 },
        { "application/json;q=0, application/json", 1, 1 },
        { "application/json, application/json;q=0", 1, 1 },
        { "*/*;q=0, */*;q=0.5", 1, 1 },

        /* parameters of the range */

        { "application/json;charset=utf-8", 1, 1 },
        { "application/json; charset=utf-8; q=0.5", 1, 1 },
        { "application/json;v=2;q=0", 0, 0 },
        { "application/json;v=2;q=0, application/json", 1, 1 },
        { "application/json;v=2, application/json;q=0", 0, 1 },
        { "application/json;q=0, application/json;v=2", 0, 1 },
        { "application/json;v=2, application/*;q=0", 1, 1 },
        { "application/json;v=\"a,b;q=0\"", 1, 1 },
        { "application/json;v=\"a\\\",b;q=0\"", 1, 1 },
        { "application/json;q=0;level=1", 0, 1 },
        { "application/json;q=1;q=0", 1, 1 },
        { "text/html;x=\"application/json, application/json\"", 0, 0 },

        /* malformed elements are skipped */

        { "application/json;q=", 0, 0 },
        { "application/json;q=2", 0, 0 },
        { "application/json;q=1.5", 0, 0 },
        { "application/json;q=1.001", 0, 0 },
        { "application/json;q=.", 0, 0 },
        { "application/json;q=-1", 0, 0 },
        { "application/json;q=0x", 0, 0 },
        { "application/json;q=0.1.1", 0, 0 },
        { "application/json;q=00", 0, 0 },
        { "application/json;q=\"\"", 0, 0 },
        { "application/json;q=high", 0, 0 },
        { "application/json;nonsense", 0, 0 },
        { "application/json x", 0, 0 },
        { "application /json", 0, 0 },
        { "*", 0, 0 },
        { "*/json", 0, 0 },
        { "json", 0, 0 },
        { "\"application/json\"", 0, 0 },
        { "application/json;v=\"a", 0, 0 },
        { "x;y=\", application/json", 0, 0 },
        { "application/json;q=x, */*", 1, 1 },
        { "text/html, image/gif, *; q=.2, */*; q=.2", 1, 1 }
    };

    for (i = 0; i < count(tests); i++) {
        s = tap_exact(tests[i].accept, ngx_strlen(tests[i].accept));
        matched = 0;

        admit = ngx_http_mcp_accept(&s, "application/json", &matched);

        ok(admit == (ngx_uint_t) tests[i].admit
           && matched == (ngx_uint_t) tests[i].matched,
           "accept: '%s' %s", tests[i].accept,
           tests[i].admit ? "admits"
                          : tests[i].matched ? "excludes" : "says nothing");

        free(s.data);
    }

    ngx_str_set(&s, "text/html");
    matched = 1;
    admit = ngx_http_mcp_accept(&s, "application/json", &matched);
    ok(!admit && matched, "accept: what matched in another line stays");

    ngx_str_set(&s, "text/*");
    matched = 0;
    ok(!ngx_http_mcp_accept(&s, "text", &matched), "accept: a short essence");
    ok(!ngx_http_mcp_accept(&s, "text/", &matched), "accept: half an essence");

    ngx_str_null(&s);
    matched = 0;
    ok(!ngx_http_mcp_accept(&s, "a/b", &matched) && !matched,
       "accept: no header");
}


/* cut everywhere, in memory of the exact length: for the sanitizers */

static void
test_cuts(void)
{
    size_t                     len;
    ngx_str_t                  s, value;
    ngx_uint_t                 matched, wrong;
    ngx_pool_t                *pool;
    ngx_http_mcp_media_type_t  mt;

    static const char  text[] =
        "a/b;x=\"\\\\\\\"q\" ; y=z;charset=\"u\\tf-8\", */*;q=0.5, c/d;q=.1";

    pool = tap_pool();

    for (wrong = 0, len = 0; len < sizeof(text); len++) {
        s = tap_exact(text, len);
        matched = 0;

        wrong += ngx_http_mcp_accept(&s, "c/d", &matched) && !matched;

        if (ngx_http_mcp_media_type_parse(&s, &mt) == NGX_OK) {
            wrong += ngx_http_mcp_media_type_param(pool, &mt, "charset",
                                                   &value)
                     == NGX_ERROR;
        }

        free(s.data);
    }

    ok(wrong == 0, "cut at each byte");

    ngx_destroy_pool(pool);
}


/* 8 MiB of each pattern: what is not linear would not come back */

static void
test_time(void)
{
    size_t                     i, j, n, size;
    clock_t                    start;
    ngx_str_t                  s, value;
    ngx_uint_t                 matched;
    ngx_pool_t                *pool;
    ngx_http_mcp_media_type_t  mt;

    static const char *const  patterns[] = {
        "\"", "\\", ",", ";", "a", "=", "a/b,", "a/b;q=0,", ";a", ";a=\"",
        ";a=\"b\"", "\",", " ", "/", "*/*;", "\"\\"
    };

    size = 8 * 1024 * 1024;
    pool = tap_pool();
    s.data = malloc(size);
    s.len = size;
    start = clock();

    for (i = 0; i < count(patterns); i++) {
        n = ngx_strlen(patterns[i]);

        ngx_memcpy(s.data, "a/b;", 4);

        for (j = 4; j < size; j++) {
            s.data[j] = patterns[i][j % n];
        }

        (void) ngx_http_mcp_accept(&s, "c/d", &matched);

        if (ngx_http_mcp_media_type_parse(&s, &mt) == NGX_OK) {
            (void) ngx_http_mcp_media_type_param(pool, &mt, "x", &value);
        }
    }

    ok((clock() - start) / CLOCKS_PER_SEC < 60, "hostile headers in time");

    free(s.data);
    ngx_destroy_pool(pool);
}


int
main(void)
{
    test_parse();
    test_parse_bytes();
    test_param();
    test_param_memory();
    test_kind();
    test_accept();
    test_cuts();
    test_time();

    return tap_done();
}

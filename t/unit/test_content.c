
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Bodies of upstreams to content blocks (U1 to U3 of the upstream rules),
 * and the blocks as JSON.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_content.h"


#define bytes(literal)  literal, sizeof(literal) - 1
#define count(table)    (sizeof(table) / sizeof(table[0]))

#define TEXT(text)  "[{\"type\":\"text\",\"text\":\"" text "\"}]"

#define RESOURCE(uri, mime, kind, data)                                       \
    "{\"type\":\"resource\",\"resource\":{\"uri\":\"" uri "\","               \
    "\"mimeType\":\"" mime "\",\"" kind "\":\"" data "\"}}"

/* without a location, it is the URI that the caller gave */
#define BLOB(mime, data)  "[" RESOURCE("mcp:call", mime, "blob", data) "]"

#define LOCATED(mime, text)  "[" RESOURCE("test://x", mime, "text", text) "]"


typedef struct {
    const char  *type;                     /* Content-Type */
    const char  *location;                 /* Content-Location */
    const char  *body;
    size_t       len;
    const char  *blocks;                   /* NULL: refused */
    const char  *json;                     /* NULL: none */
    unsigned     broken;
} map_t;


typedef struct {
    ngx_http_mcp_content_t  ct;
    ngx_pool_t             *pool;
    ngx_str_t               out;           /* the blocks as JSON */
} run_t;


/* maps, and writes into memory of the measured length */

static ngx_int_t
run_map(run_t *run, const map_t *test)
{
    u_char                    *end;
    ngx_int_t                  rc;
    ngx_http_mcp_json_t        value;
    ngx_http_mcp_json_scan_t   scan;

    ngx_memset(run, 0x5a, sizeof(run_t));

    run->pool = tap_pool();
    run->ct.pool = run->pool;
    run->ct.type = tap_exact(test->type, ngx_strlen(test->type));
    run->ct.location = tap_exact(test->location, ngx_strlen(test->location));
    run->ct.body = tap_exact(test->body, test->len);
    ngx_str_set(&run->ct.uri, "mcp:call");
    ngx_str_null(&run->out);

    rc = ngx_http_mcp_content_map(&run->ct);

    if (rc != NGX_OK) {
        return rc;
    }

    run->out.len = ngx_http_mcp_content_length(&run->ct.blocks);
    run->out.data = malloc(run->out.len);

    end = ngx_http_mcp_content_write(run->out.data, &run->ct.blocks);

    ngx_memzero(&scan, sizeof(ngx_http_mcp_json_scan_t));
    scan.depth = 8;
    scan.unique = 1;

    if (end != run->out.data + run->out.len
        || ngx_http_mcp_json_scan(&scan, &run->out, &value) != NGX_OK
        || scan.lone)
    {
        return NGX_ABORT;
    }

    return NGX_OK;
}


static void
run_free(run_t *run)
{
    free(run->out.data);
    free(run->ct.type.data);
    free(run->ct.location.data);
    free(run->ct.body.data);
    ngx_destroy_pool(run->pool);
}


static void
run_tests(const map_t *tests, size_t n)
{
    run_t                 run;
    size_t                i;
    ngx_int_t             rc;
    ngx_http_mcp_json_t  *json;

    for (i = 0; i < n; i++) {
        rc = run_map(&run, &tests[i]);
        json = &run.ct.json;

        if (tests[i].blocks == NULL) {
            ok(rc == NGX_DECLINED, "refused: %s '%s'", tests[i].type,
               tests[i].body);
            run_free(&run);
            continue;
        }

        if (ok(rc == NGX_OK, "%s '%s' '%s'", tests[i].type,
               tests[i].location, tests[i].body))
        {
            is_str(&run.out, tests[i].blocks, "its blocks");
        }

        if (tests[i].json) {
            ok(json->type != NGX_HTTP_MCP_JSON_NONE, "it is JSON");
            is_str(&json->raw, tests[i].json, "the whole value");

        } else {
            ok(json->type == NGX_HTTP_MCP_JSON_NONE, "it gives no JSON");
        }

        ok(run.ct.broken == tests[i].broken, "it is %sbroken JSON",
           tests[i].broken ? "" : "no ");

        run_free(&run);
    }
}


static void
test_text(void)
{
    static const map_t  tests[] = {
        { "text/plain", "", bytes("hello"), TEXT("hello"), NULL, 0 },
        { "text/html; charset=utf-8", "", bytes("<p>\"\\</p>\r\n"),
          TEXT("<p>\\\"\\\\</p>\\r\\n"), NULL, 0 },
        { "TEXT/Plain", "", bytes("h\xc3\xa4"), TEXT("h\xc3\xa4"), NULL, 0 },
        { "application/xml", "", bytes("<a/>"), TEXT("<a/>"), NULL, 0 },
        { "application/yaml", "", bytes("a: 1\n"), TEXT("a: 1\\n"), NULL, 0 },
        { "application/x-ndjson", "", bytes("{}\n{}\n"), TEXT("{}\\n{}\\n"),
          NULL, 0 },
        { "text/csv", "", bytes("a\0b\x1f\x7f"),
          TEXT("a\\u0000b\\u001f\x7f"), NULL, 0 },

        /* an empty body, and one that is empty but for its mark */

        { "text/plain", "", bytes(""), "[]", NULL, 0 },
        { "", "", bytes(""), "[]", NULL, 0 },
        { "image/png", "test://x", bytes(""), "[]", NULL, 0 },
        { "application/json", "", bytes(""), "[]", NULL, 0 },
        { "multipart/mixed", "", bytes(""), "[]", NULL, 0 },
        { "text/plain", "", bytes("\xef\xbb\xbf"), TEXT(""), NULL, 0 },

        /* a byte order mark */

        { "text/plain", "", bytes("\xef\xbb\xbfhi"), TEXT("hi"), NULL, 0 },
        { "", "", bytes("\xef\xbb\xbfhi"), TEXT("hi"), NULL, 0 },
        { "text/plain", "", bytes("\xef\xbb\xbf\xef\xbb\xbfhi"),
          TEXT("\xef\xbb\xbfhi"), NULL, 0 },
        { "text/plain", "", bytes("hi\xef\xbb\xbf"), TEXT("hi\xef\xbb\xbf"),
          NULL, 0 },
        { "text/plain", "", bytes("\xef\xbb"), BLOB("text/plain", "77s="),
          NULL, 0 },
        { "text/plain", "", bytes("\xef\xbb\xbf\xff"),
          BLOB("text/plain", "77u//w=="), NULL, 0 },

        /* not UTF-8 */

        { "text/plain", "", bytes("h\xe4"), BLOB("text/plain", "aOQ="),
          NULL, 0 },
        { "text/plain; charset=utf-8", "", bytes("\xed\xa0\x80"),
          BLOB("text/plain", "7aCA"), NULL, 0 },
        { "Text/Plain;charset=us-ascii", "", bytes("\xc0\x80"),
          BLOB("Text/Plain", "wIA="), NULL, 0 },

        /* charsets */

        { "text/plain; charset=UTF8", "", bytes("h\xc3\xa4"),
          TEXT("h\xc3\xa4"), NULL, 0 },
        { "text/plain; charset=\"Utf-8\"", "", bytes("h\xc3\xa4"),
          TEXT("h\xc3\xa4"), NULL, 0 },
        { "text/plain; charset=US-ASCII", "", bytes("h\xc3\xa4"),
          TEXT("h\xc3\xa4"), NULL, 0 },
        { "text/plain; charset=", "", bytes("h\xc3\xa4"),
          TEXT("h\xc3\xa4"), NULL, 0 },
        { "text/plain; charset=iso-8859-1", "", bytes("plain \t\r\n~"),
          TEXT("plain \\t\\r\\n~"), NULL, 0 },
        { "text/plain; charset=ISO-8859-1", "", bytes("h\xc3\xa4"),
          BLOB("text/plain", "aMOk"), NULL, 0 },
        { "text/plain; charset=windows-1252", "", bytes("h\xe4"),
          BLOB("text/plain", "aOQ="), NULL, 0 },
        { "text/plain; charset=\"is\\o-8859-1\"", "", bytes("h\xc3\xa4"),
          BLOB("text/plain", "aMOk"), NULL, 0 },
        { "text/plain; charset=utf-16", "", bytes("N-"),
          BLOB("text/plain", "Ti0="), NULL, 0 },
        { "text/plain; charset=UTF-7", "", bytes("+AGE-"),
          BLOB("text/plain", "K0FHRS0="), NULL, 0 },
        { "text/plain; charset=ucs-2", "", bytes("N-"),
          BLOB("text/plain", "Ti0="), NULL, 0 },
        { "text/plain; charset=x-wide", "", bytes("\0a"),
          BLOB("text/plain", "AGE="), NULL, 0 },
        { "text/plain; charset=iso-2022-jp", "", bytes("\x1b$BF|\x1b(B"),
          BLOB("text/plain", "GyRCRnwbKEI="), NULL, 0 },
        { "text/plain; charset=iso-2022-kr", "", bytes("\x0e" "F|\x0f"),
          BLOB("text/plain", "DkZ8Dw=="), NULL, 0 },

        /* no type, or none that can be read */

        { "", "", bytes("hello"), TEXT("hello"), NULL, 0 },
        { "", "", bytes("{\"a\":1}"), TEXT("{\\\"a\\\":1}"), NULL, 0 },
        { "", "", bytes("\xff\xd8"), BLOB("application/octet-stream",
                                          "/9g="), NULL, 0 },
        { "nonsense", "", bytes("hello"), TEXT("hello"), NULL, 0 },
        { "a\"b/c", "", bytes("\xff"), BLOB("application/octet-stream",
                                            "/w=="), NULL, 0 },
        { "image/*", "", bytes("\xff"), BLOB("application/octet-stream",
                                             "/w=="), NULL, 0 },
        { "text/plain, text/html", "test://x", bytes("hello"),
          LOCATED("text/plain", "hello"), NULL, 0 }
    };

    run_tests(tests, count(tests));
}


static void
test_json(void)
{
    static const map_t  tests[] = {
        { "application/json", "", bytes("{\"a\":1}"), TEXT("{\\\"a\\\":1}"),
          "{\"a\":1}", 0 },
        { "application/json; charset=utf-8", "", bytes(" [1.0, 1e2]\n"),
          TEXT(" [1.0, 1e2]\\n"), "[1.0, 1e2]", 0 },
        { "application/problem+json", "", bytes("null"), TEXT("null"),
          "null", 0 },
        { "text/json", "", bytes("\"\xc3\xa4\""), TEXT("\\\"\xc3\xa4\\\""),
          "\"\xc3\xa4\"", 0 },
        { "application/json", "", bytes("\xef\xbb\xbf{}"), TEXT("{}"), "{}",
          0 },
        { "application/json", "", bytes("{\"a\":1,\"a\":2}"),
          TEXT("{\\\"a\\\":1,\\\"a\\\":2}"), "{\"a\":1,\"a\":2}", 0 },
        { "application/json;charset=iso-8859-1", "", bytes("\"\xc3\xa4\""),
          TEXT("\\\"\xc3\xa4\\\""), "\"\xc3\xa4\"", 0 },
        { "application/json;charset=utf-16", "", bytes("1"), TEXT("1"), "1",
          0 },
        { "application/json", "", bytes("\"\\u0000\\ud83d\\ude00\""),
          TEXT("\\\"\\\\u0000\\\\ud83d\\\\ude00\\\""),
          "\"\\u0000\\ud83d\\ude00\"", 0 },

        /* legal, but not for every client */

        { "application/json", "", bytes("\"\\ud800\""),
          TEXT("\\\"\\\\ud800\\\""), NULL, 0 },

        /* broken */

        { "application/json", "", bytes("{\"a\":}"), TEXT("{\\\"a\\\":}"),
          NULL, 1 },
        { "application/json", "", bytes("{} {}"), TEXT("{} {}"), NULL, 1 },
        { "application/json", "", bytes(" "), TEXT(" "), NULL, 1 },
        { "application/json", "", bytes("\xef\xbb\xbf"), TEXT(""), NULL, 1 },
        { "application/json", "", bytes("<h\xc3\xa4>"), TEXT("<h\xc3\xa4>"),
          NULL, 1 },
        { "application/json", "", bytes("\"h\xe4\""),
          BLOB("application/json", "ImjkIg=="), NULL, 1 },
        { "application/json;charset=latin1", "", bytes("h\xc3\xa4"),
          TEXT("h\xc3\xa4"), NULL, 1 },

        /* not said to be JSON */

        { "text/plain", "", bytes("{}"), TEXT("{}"), NULL, 0 },
        { "application/x-ndjson", "", bytes("{}"), TEXT("{}"), NULL, 0 },
        { "image/x+json", "", bytes("{}"),
          "[{\"type\":\"image\",\"data\":\"e30=\","
          "\"mimeType\":\"image/x+json\"}]", NULL, 0 },

        /* with a location */

        { "application/json", "test://x", bytes("{}"),
          LOCATED("application/json", "{}"), "{}", 0 },
        { "application/json", "test://x", bytes("{"),
          LOCATED("application/json", "{"), NULL, 1 }
    };

    run_tests(tests, count(tests));
}


static void
test_json_depth(void)
{
    run_t       run;
    char        body[2 * NGX_HTTP_MCP_JSON_DEPTH + 2];
    ngx_int_t   depth;
    ngx_uint_t  good;

    map_t  test = { "application/json", "", body, 0, "", NULL, 0 };

    for (depth = NGX_HTTP_MCP_JSON_DEPTH;
         depth <= NGX_HTTP_MCP_JSON_DEPTH + 1;
         depth++)
    {
        ngx_memset(body, '[', depth);
        ngx_memset(body + depth, ']', depth);
        test.len = 2 * depth;
        good = (depth == NGX_HTTP_MCP_JSON_DEPTH);

        ok(run_map(&run, &test) == NGX_OK && run.ct.blocks.nelts == 1,
           "%d arrays are text", (int) depth);
        ok(run.ct.broken == !good
           && (run.ct.json.type == NGX_HTTP_MCP_JSON_ARRAY) == good,
           "%d arrays are %s", (int) depth, good ? "JSON" : "too deep");

        run_free(&run);
    }
}


static void
test_binary(void)
{
    static const map_t  tests[] = {
        { "image/png", "", bytes("\x89PNG"),
          "[{\"type\":\"image\",\"data\":\"iVBORw==\","
          "\"mimeType\":\"image/png\"}]", NULL, 0 },
        { "Image/SVG+xml; charset=utf-8", "", bytes("<svg/>"),
          "[{\"type\":\"image\",\"data\":\"PHN2Zy8+\","
          "\"mimeType\":\"Image/SVG+xml\"}]", NULL, 0 },
        { "audio/wav", "", bytes("RIFF?"),
          "[{\"type\":\"audio\",\"data\":\"UklGRj8=\","
          "\"mimeType\":\"audio/wav\"}]", NULL, 0 },
        { "image/png", "", bytes("\xef\xbb\xbf"),
          "[{\"type\":\"image\",\"data\":\"77u/\","
          "\"mimeType\":\"image/png\"}]", NULL, 0 },

        { "application/pdf", "", bytes("%PDF"),
          BLOB("application/pdf", "JVBERg=="), NULL, 0 },
        { "application/octet-stream", "", bytes("\xef\xbb\xbfhi"),
          BLOB("application/octet-stream", "77u/aGk="), NULL, 0 },
        { "video/mp4", "", bytes("\0"), BLOB("video/mp4", "AA=="), NULL, 0 },
        { "multipart/form-data; boundary=b", "", bytes("--b--"),
          BLOB("multipart/form-data", "LS1iLS0="), NULL, 0 },
        { "x/!#$%&'*+-.^_`|~", "", bytes("x"),
          BLOB("x/!#$%&'*+-.^_`|~", "eA=="), NULL, 0 },

        /* with a location: an embedded resource */

        { "image/png", "test://x", bytes("\x89"),
          "[" RESOURCE("test://x", "image/png", "blob", "iQ==") "]", NULL,
          0 },
        { "audio/wav", "test://x", bytes("x"),
          "[" RESOURCE("test://x", "audio/wav", "blob", "eA==") "]", NULL,
          0 },
        { "application/pdf", "test://x", bytes("x"),
          "[" RESOURCE("test://x", "application/pdf", "blob", "eA==") "]",
          NULL, 0 },
        { "text/plain", "test://x", bytes("h\xe4"),
          "[" RESOURCE("test://x", "text/plain", "blob", "aOQ=") "]", NULL,
          0 },
        { "", "test://x", bytes("\xff"),
          "[" RESOURCE("test://x", "application/octet-stream", "blob",
                       "/w==") "]", NULL, 0 },
        { "text/plain; charset=utf-8", "test://x", bytes("\xef\xbb\xbfhi"),
          LOCATED("text/plain", "hi"), NULL, 0 }
    };

    run_tests(tests, count(tests));
}


static void
test_location(void)
{
    run_t       run;
    size_t      i;
    ngx_uint_t  c, wrong, good;
    char        uri[8];

    map_t  test = { "text/plain", uri, bytes("x"), "", NULL, 0 };

    static const char *const  uris[] = {
        "https://example.com/a?b=%20#c", "test:x", "x:", "a+b-c.1:x", "A:\"",
        "urn:isbn:1", "test://\xc3\xa4/\xe2\x82\xac", "x:a:b"
    };

    /* ignored, not an error */

    static const char *const  others[] = {
        "", "/orders/7", "orders", "?a:b", "#a:b", "//host/x", ":x", ":",
        "1a:b", "+a:b", "a/b:c", "a b:c", "a:b c", " a:b", "a:b\t", "a:\xff",
        "a:\xc3", "a:\xed\xa0\x80", "a:\xc2\x85", "a:\xc2\xa0", "a_b:c",
        "\xc3\xa4:b"
    };

    for (i = 0; i < count(uris); i++) {
        test.location = uris[i];

        ok(run_map(&run, &test) == NGX_OK, "location '%s'", uris[i]);
        ok(((ngx_http_mcp_block_t *) run.ct.blocks.elts)->kind
           == NGX_HTTP_MCP_BLOCK_RESOURCE, "it is a resource");
        is_str(&((ngx_http_mcp_block_t *) run.ct.blocks.elts)->uri, uris[i],
               "its URI");

        run_free(&run);
    }

    for (i = 0; i < count(others); i++) {
        test.location = others[i];

        ok(run_map(&run, &test) == NGX_OK, "no location: '%s'", others[i]);
        is_str(&run.out, TEXT("x"), "it is ignored");

        run_free(&run);
    }

    for (wrong = 0, c = 1; c < 256; c++) {
        sprintf(uri, "a:%cb", (int) c);
        test.location = uri;
        good = (c > 0x20 && c < 0x7f);

        wrong += run_map(&run, &test) != NGX_OK;
        wrong += (((ngx_http_mcp_block_t *) run.ct.blocks.elts)->kind
                  == NGX_HTTP_MCP_BLOCK_RESOURCE) != good;

        run_free(&run);
    }

    ok(wrong == 0, "all bytes in a location");
}


#define MIXED  "multipart/mixed; boundary=b"

static void
test_multipart(void)
{
    static const map_t  tests[] = {
        { MIXED, "",
          bytes("--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n"
                "--b\r\nContent-Type: image/png\r\n"
                "Content-Transfer-Encoding: base64\r\n\r\niVBO\r\nRw==\r\n"
                "--b\r\nContent-Type: application/json\r\n"
                "Content-Location: test://x\r\n\r\n{\"a\":1}\r\n"
                "--b\r\nContent-Type: audio/wav\r\n"
                "Content-Location: test://y\r\n\r\n\x80\r\n--b--\r\n"),
          "[{\"type\":\"text\",\"text\":\"hi\"},"
          "{\"type\":\"image\",\"data\":\"iVBORw==\","
          "\"mimeType\":\"image/png\"},"
          RESOURCE("test://x", "application/json", "text", "{\\\"a\\\":1}")
          "," RESOURCE("test://y", "audio/wav", "blob", "gA==") "]",
          NULL, 0 },
        { "Multipart/MIXED; boundary=\"b\"", "", bytes("--b\n\nx\n--b--"),
          TEXT("x"), NULL, 0 },

        /* a part of JSON is text, good or not */

        { MIXED, "", bytes("--b\nContent-Type: a/b+json\n\n{}\n--b--"),
          TEXT("{}"), NULL, 0 },
        { MIXED, "", bytes("--b\nContent-Type: text/json\n\n{\n--b--"),
          TEXT("{"), NULL, 0 },
        { MIXED, "", bytes("--b\nContent-Type: text/json\n\n\xff\n--b--"),
          BLOB("text/json", "/w=="), NULL, 0 },

        /* the location of the whole is not that of a part */

        { MIXED, "test://x", bytes("--b\n\nx\n--b--"), TEXT("x"), NULL, 0 },
        { MIXED, "", bytes("--b\nContent-Location: /x\n\nx\n--b--"),
          TEXT("x"), NULL, 0 },

        { MIXED, "", bytes("--b--"), "[]", NULL, 0 },
        { MIXED, "", bytes("--b\n--b\nContent-Type: audio/x\n\n\n--b--"),
          "[{\"type\":\"text\",\"text\":\"\"},"
          "{\"type\":\"audio\",\"data\":\"\",\"mimeType\":\"audio/x\"}]",
          NULL, 0 },
        { MIXED, "", bytes("--b\nContent-Type: a\"b\n\n\xff\n--b--"),
          BLOB("application/octet-stream", "/w=="), NULL, 0 },
        { MIXED, "",
          bytes("--b\nContent-Type: text/plain;\n charset=latin1\n\n"
                "h\xc3\xa4\n--b--"), BLOB("text/plain", "aMOk"), NULL, 0 },
        { MIXED, "", bytes("--b\n\n\xef\xbb\xbfx\n--b--"), TEXT("x"), NULL,
          0 },

        /* not nested */

        { MIXED, "",
          bytes("--b\nContent-Type: multipart/mixed; boundary=c\n\n"
                "--c--\n--b--"), BLOB("multipart/mixed", "LS1jLS0="), NULL,
          0 },

        { "multipart/mixed", "", bytes("--b\n\nx\n--b--"), NULL, NULL, 0 },
        { "multipart/mixed; boundary=", "", bytes("--b\n\nx\n--b--"), NULL,
          NULL, 0 },
        { "multipart/mixed; boundary=c", "", bytes("--b\n\nx\n--b--"), NULL,
          NULL, 0 },
        { MIXED, "", bytes("--b\n\nx\n"), NULL, NULL, 0 },
        { MIXED, "",
          bytes("--b\nContent-Transfer-Encoding: base64\n\n?\n--b--"), NULL,
          NULL, 0 }
    };

    run_tests(tests, count(tests));
}


static void
test_parts(void)
{
    int    n, i;
    char   body[2048], *p;
    run_t  run;

    map_t  test = { MIXED, "", body, 0, NULL, NULL, 0 };

    for (n = 64; n < 66; n++) {

        for (p = body, i = 0; i < n; i++) {
            p += sprintf(p, "--b\n\nx\n");
        }

        p += sprintf(p, "--b--");
        test.len = p - body;

        if (n == 64) {
            ok(run_map(&run, &test) == NGX_OK
               && run.ct.blocks.nelts == 64, "64 parts");

        } else {
            ok(run_map(&run, &test) == NGX_DECLINED, "65 parts are refused");
        }

        run_free(&run);
    }
}


/* what the parser lets pass is safe; what another room puts in is, too */

static void
test_write(void)
{
    u_char                 text[256], *end;
    ngx_str_t              out;
    ngx_pool_t            *pool;
    ngx_array_t            blocks;
    ngx_http_mcp_block_t  *block;

    pool = tap_pool();

    (void) ngx_array_init(&blocks, pool, 2, sizeof(ngx_http_mcp_block_t));

    out.data = text;
    out.len = ngx_http_mcp_content_write(text, &blocks) - text;

    is_str(&out, "[]", "no block");
    ok(ngx_http_mcp_content_length(&blocks) == 2, "its length");

    block = ngx_array_push_n(&blocks, 2);
    ngx_memzero(block, 2 * sizeof(ngx_http_mcp_block_t));

    block[0].kind = NGX_HTTP_MCP_BLOCK_RESOURCE;
    ngx_str_set(&block[0].uri, "a:\"\n");
    ngx_str_set(&block[0].mime_type, "\\\"");
    ngx_str_set(&block[0].data, "\"");

    block[1].kind = NGX_HTTP_MCP_BLOCK_AUDIO;
    ngx_str_set(&block[1].mime_type, "\"");
    ngx_str_set(&block[1].data, "\xff\xff\xff");

    end = ngx_http_mcp_content_write(text, &blocks);
    out.len = end - text;

    is_str(&out,
           "[" RESOURCE("a:\\\"\\n", "\\\\\\\"", "text", "\\\"") ","
           "{\"type\":\"audio\",\"data\":\"////\",\"mimeType\":\"\\\"\"}]",
           "quotes are escaped in every field");
    ok(ngx_http_mcp_content_length(&blocks) == out.len, "its length, too");

    ngx_destroy_pool(pool);
}


static void
test_base64_lengths(void)
{
    char        body[64];
    run_t       run;
    size_t      len;
    ngx_uint_t  wrong;

    map_t  test = { "image/x", "", body, 0, "", NULL, 0 };

    for (len = 0; len < sizeof(body); len++) {
        body[len] = (char) (len * 37);
    }

    for (wrong = 0, len = 1; len < sizeof(body); len++) {
        test.len = len;

        wrong += run_map(&run, &test) != NGX_OK;

        run_free(&run);
    }

    ok(wrong == 0, "Base64 of 1 to 63 bytes is as long as measured");
}


int
main(void)
{
    test_text();
    test_json();
    test_json_depth();
    test_binary();
    test_location();
    test_multipart();
    test_parts();
    test_write();
    test_base64_lengths();

    return tap_done();
}

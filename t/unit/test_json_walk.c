
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Walking over scanned JSON: members and elements, look-up by decoded name,
 * decoded strings.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_json_scan.h"


#define NULL_    NGX_HTTP_MCP_JSON_NULL
#define BOOLEAN  NGX_HTTP_MCP_JSON_BOOLEAN
#define NUMBER   NGX_HTTP_MCP_JSON_NUMBER
#define STRING   NGX_HTTP_MCP_JSON_STRING
#define ARRAY    NGX_HTTP_MCP_JSON_ARRAY
#define OBJECT   NGX_HTTP_MCP_JSON_OBJECT


#define bytes(literal)  literal, sizeof(literal) - 1


typedef struct {
    const char                *name;
    const char                *raw;
    ngx_http_mcp_json_type_e   type;
} member_t;


typedef struct {
    const char                *text;
    const char                *decoded;    /* NULL: has no UTF-8 */
    size_t                     len;
} decoded_t;


/* a value in a malloc() of its exact length, that is never freed twice */

static ngx_http_mcp_json_t
scan(const char *text)
{
    ngx_str_t                 copy;
    ngx_http_mcp_json_t       value;
    ngx_http_mcp_json_scan_t  s;

    copy = tap_exact(text, strlen(text));

    ngx_memzero(&s, sizeof(ngx_http_mcp_json_scan_t));
    s.depth = NGX_HTTP_MCP_JSON_DEPTH;

    if (ngx_http_mcp_json_scan(&s, &copy, &value) != NGX_OK
        || value.raw.data != copy.data)
    {
        fprintf(stderr, "bad JSON in the test: %s\n", text);
        exit(2);
    }

    return value;
}


static void
walk(const char *text, const member_t *members, size_t n)
{
    int                       named;
    size_t                    i;
    ngx_http_mcp_json_t       top, name, value;
    ngx_http_mcp_json_iter_t  it;

    top = scan(text);

    for (named = 1; named >= 0; named--) {

        ngx_http_mcp_json_iter(&it, &top);

        for (i = 0; i < n; i++) {
            ngx_memzero(&name, sizeof(ngx_http_mcp_json_t));

            ok(ngx_http_mcp_json_next(&it, named ? &name : NULL, &value)
               == NGX_OK
               && value.type == members[i].type,
               "walk: a value of its type, %s name", named ? "with" : "no");

            is_str(&value.raw, members[i].raw, "walk: the value's bytes");

            if (named && members[i].name) {
                ok(name.type == STRING, "walk: a name is a string");
                is_str(&name.raw, members[i].name, "walk: the name's bytes");

            } else {
                ok(name.type == NGX_HTTP_MCP_JSON_NONE,
                   "walk: no name is set");
            }
        }

        ok(ngx_http_mcp_json_next(&it, named ? &name : NULL, &value)
           == NGX_DONE, "walk: the end of %s", text);

        ok(ngx_http_mcp_json_next(&it, named ? &name : NULL, &value)
           == NGX_DONE, "walk: stays at the end");
    }

    free(top.raw.data);
}


static void
test_walk(void)
{
    size_t                    i;
    ngx_http_mcp_json_t       value;
    ngx_http_mcp_json_iter_t  it;

    static const member_t  tight[] = {
        { "\"id\"", "9007199254740993", NUMBER },
        { "\"n\\u0061me\"", "\"a\\u0000b\"", STRING },
        { "\"\"", "1.0", NUMBER },
        { "\"{[\\\"\"", "\"}]\\\\\"", STRING },
        { "\"o\"", "{\"a\":[{\"}\":\"]\"},[]],\"b\":\"\\\"}\"}", OBJECT },
        { "\"a\"", "[[1,2],{},\"[\",\"\\\\\",\"]\"]", ARRAY },
        { "\"e\"", "{}", OBJECT },
        { "\"f\"", "[]", ARRAY },
        { "\"t\"", "true", BOOLEAN },
        { "\"F\"", "false", BOOLEAN },
        { "\"z\"", "null", NULL_ }
    };

    static const member_t  loose[] = {
        { NULL, "1", NUMBER },
        { NULL, "-2e5", NUMBER },
        { NULL, "\"x, y\"", STRING },
        { NULL, "[ 1 , { } ]", ARRAY },
        { NULL, "{ \"a\" :\n\t[ ] }", OBJECT },
        { NULL, "null", NULL_ }
    };

    static const member_t  spread[] = {
        { "\"a\"", "1", NUMBER },
        { "\"b\"", "\"c\"", STRING }
    };

    static const char  *const scalars[] = { "1", "\"[1]\"", "true", "null" };

    walk("{\"id\":9007199254740993,\"n\\u0061me\":\"a\\u0000b\",\"\":1.0,"
         "\"{[\\\"\":\"}]\\\\\",\"o\":{\"a\":[{\"}\":\"]\"},[]],"
         "\"b\":\"\\\"}\"},\"a\":[[1,2],{},\"[\",\"\\\\\",\"]\"],"
         "\"e\":{},\"f\":[],\"t\":true,\"F\":false,\"z\":null}",
         tight, sizeof(tight) / sizeof(tight[0]));

    walk("[ 1 ,\r\n-2e5\t, \"x, y\" , [ 1 , { } ] ,{ \"a\" :\n\t[ ] }, null ]",
         loose, sizeof(loose) / sizeof(loose[0]));

    walk("{                  \"a\"                 :                1 "
         "        ,          \"b\"           :       \"c\"              }",
         spread, 2);

    walk("[]", NULL, 0);
    walk("{}", NULL, 0);
    walk("[ \n ]", NULL, 0);
    walk("{                    }", NULL, 0);

    for (i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++) {
        value = scan(scalars[i]);
        ngx_http_mcp_json_iter(&it, &value);
        ok(ngx_http_mcp_json_next(&it, NULL, &value) == NGX_DONE,
           "walk: nothing is in %s", scalars[i]);
        free(it.pos);
    }

    ngx_memzero(&value, sizeof(ngx_http_mcp_json_t));
    ngx_http_mcp_json_iter(&it, &value);
    ok(ngx_http_mcp_json_next(&it, NULL, &value) == NGX_DONE,
       "walk: nothing is in no value");
}


static void
find(const char *text, const char *name, size_t len, const char *raw)
{
    ngx_int_t            rc;
    ngx_str_t            key;
    ngx_http_mcp_json_t  top, value;

    top = scan(text);
    key = tap_exact(name, len);

    ngx_memset(&value, 0xff, sizeof(ngx_http_mcp_json_t));

    rc = ngx_http_mcp_json_find(&top, &key, &value);

    if (raw) {
        ok(rc == NGX_OK && value.type != NGX_HTTP_MCP_JSON_NONE,
           "find: %s in %s", name, text);
        is_str(&value.raw, raw, "find: its bytes");

    } else {
        ok(rc == NGX_DECLINED && value.type == NGX_HTTP_MCP_JSON_NONE
           && value.raw.len == 0,
           "find: no %s in %s", name, text);
    }

    free(key.data);
    free(top.raw.data);
}


static void
test_find(void)
{
    ngx_str_t            key;
    ngx_http_mcp_json_t  top, value;

    static const char  text[] =
        "{\"a\":1,\"\\u0062\":{\"c\":2,\"x\":0},\"\":3,\"a\\u0000b\":4,"
        "\"a\":5,\"c\":[{\"d\":6}],\"caf\\u00e9\":7,\"\\ud83d\\ude00\":8,"
        "\"\\ud800\":9}";

    find(text, bytes("a"), "1");
    find(text, bytes("b"), "{\"c\":2,\"x\":0}");
    find(text, bytes("c"), "[{\"d\":6}]");
    find(text, bytes(""), "3");
    find(text, bytes("a\0b"), "4");
    find(text, bytes("caf\xc3\xa9"), "7");
    find(text, bytes("\xf0\x9f\x98\x80"), "8");

    top = scan(text);
    ngx_str_null(&key);
    ok(ngx_http_mcp_json_find(&top, &key, &value) == NGX_OK
       && value.raw.data[0] == '3', "find: a name that is null in memory");
    free(top.raw.data);

    find(text, bytes("x"), NULL);
    find(text, bytes("d"), NULL);
    find(text, bytes("A"), NULL);
    find(text, bytes("aa"), NULL);
    find(text, bytes("a\0c"), NULL);
    find(text, bytes("caf"), NULL);
    find(text, bytes("caf\xc3"), NULL);
    find(text, bytes("\\u0062"), NULL);
    find(text, bytes("\xed\xa0\x80"), NULL);

    find("{}", bytes("a"), NULL);
    find("[\"a\",1]", bytes("a"), NULL);
    find("\"a\"", bytes("a"), NULL);
    find("1", bytes("a"), NULL);
}


static void
decode(ngx_pool_t *pool, const decoded_t *test)
{
    ngx_int_t            rc;
    ngx_str_t            out, text;
    ngx_http_mcp_json_t  value;

    value = scan(test->text);

    rc = ngx_http_mcp_json_decode(pool, &value, &out);

    if (test->decoded == NULL) {
        text = tap_exact("\xed\xa0\xbd", 3);

        ok(rc == NGX_DECLINED && !ngx_http_mcp_json_equal(&value, &text),
           "decode: %s has no UTF-8, and equals nothing", test->text);

        free(text.data);
        free(value.raw.data);
        return;
    }

    ok(rc == NGX_OK, "decode: %s", test->text);
    is_bytes(&out, test->decoded, test->len, "decode: to the bytes");

    ok((out.data == value.raw.data + 1) == (strchr(test->text, '\\') == NULL),
       "decode: a copy is made for escapes only");

    text = tap_exact(test->decoded, test->len);
    ok(ngx_http_mcp_json_equal(&value, &text), "equal: to what it decodes to");

    if (text.len) {
        text.len--;
        ok(!ngx_http_mcp_json_equal(&value, &text), "equal: not to less");

        text.len++;
        text.data[text.len - 1] ^= 1;
        ok(!ngx_http_mcp_json_equal(&value, &text), "equal: not to another");
    }

    free(text.data);

    text = tap_exact(test->decoded, test->len + 1);
    ok(!ngx_http_mcp_json_equal(&value, &text), "equal: not to more");

    free(text.data);
    free(value.raw.data);
}


static void
test_decode(void)
{
    size_t       i;
    ngx_pool_t  *pool;

    static const decoded_t  tests[] = {
        { "\"\"", bytes("") },
        { "\"a\"", bytes("a") },
        { "\"a\\u0000b\"", bytes("a\0b") },
        { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", bytes("\"\\/\b\f\n\r\t") },
        { "\"0123456789abcdef0123\\n0123456789abcdef0123\\t\"",
          bytes("0123456789abcdef0123\n0123456789abcdef0123\t") },
        { "\"\\u0041\\u007f\\u0080\\u07ff\\u0800\\uffff\"",
          bytes("A\177\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf") },
        { "\"\\ud7ff\\uE000\"", bytes("\xed\x9f\xbf\xee\x80\x80") },
        { "\"\\ud800\\udc00\"", bytes("\xf0\x90\x80\x80") },
        { "\"x\\uDBFF\\uDFFFy\"", bytes("x\xf4\x8f\xbf\xbfy") },
        { "\"\\ud83d\\ude00\"", bytes("\xf0\x9f\x98\x80") },
        { "\"caf\xc3\xa9 \\u00e9 \xf0\x9f\x98\x80\"",
          bytes("caf\xc3\xa9 \xc3\xa9 \xf0\x9f\x98\x80") },
        { "\"\\\\u0041\"", bytes("\\u0041") },
        { "\"\\\\\\\\\"", bytes("\\\\") },
        { "\"\\ud83d\"", NULL, 0 },
        { "\"\\ude00\"", NULL, 0 },
        { "\"\\ud83d\\ud83d\"", NULL, 0 },
        { "\"\\udc00\\udc00\"", NULL, 0 },
        { "\"\\ude00\\ud83d\"", NULL, 0 },
        { "\"\\ud83d\\n\"", NULL, 0 },
        { "\"\\ud83d\\u0041\"", NULL, 0 },
        { "\"ok \\ud83d\\ude00 \\ud83d\"", NULL, 0 }
    };

    pool = tap_pool();

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        decode(pool, &tests[i]);
    }

    ngx_destroy_pool(pool);
}


static void
test_memory(void)
{
    char                 *text;
    ngx_int_t             rc;
    ngx_str_t             out;
    ngx_pool_t           *pool;
    ngx_http_mcp_json_t   value;

    static const size_t  size = 2 * 1024 * 1024;

    text = malloc(size + 1);
    if (text == NULL) {
        exit(2);
    }

    ngx_memset(text, 'x', size);
    ngx_memcpy(text, "\"\\n", 3);
    text[size - 1] = '"';
    text[size] = '\0';

    value = scan(text);
    free(text);

    pool = tap_pool();

    if (ngx_http_mcp_test_starve(1)) {
        rc = ngx_http_mcp_json_decode(pool, &value, &out);
        ngx_http_mcp_test_starve(0);

        ok(rc == NGX_ERROR, "memory: none left is NGX_ERROR");
    }

    rc = ngx_http_mcp_json_decode(pool, &value, &out);
    ok(rc == NGX_OK && out.len == size - 3 && out.data[0] == '\n'
       && out.data[out.len - 1] == 'x', "memory: a string of 2 MiB");

    ngx_destroy_pool(pool);
    free(value.raw.data);
}


static void
test_members(void)
{
    ngx_str_t                  text;
    ngx_uint_t                 i, none;
    ngx_http_mcp_json_t        object, value[4];
    ngx_http_mcp_json_scan_t   scan;

    static const ngx_str_t  names[] = {
        ngx_string("a"),
        ngx_string("b"),
        ngx_string("missing"),
        ngx_string("")
    };

    static const char  json[] =
        "{\"b\":[1,{\"a\":0}],\"\\u0061\":1,\"a\":2,\"\":null}";

    text = tap_exact(json, sizeof(json) - 1);

    ngx_memzero(&scan, sizeof(scan));
    scan.depth = 8;

    ok(ngx_http_mcp_json_scan(&scan, &text, &object) == NGX_OK,
       "members: the text is JSON");

    ngx_http_mcp_json_members(&object, names, value, 4);

    is_str(&value[0].raw, "1",
           "members: the first of two, by its decoded name");
    is_str(&value[1].raw, "[1,{\"a\":0}]",
           "members: a nested value whole");
    ok(value[2].type == NGX_HTTP_MCP_JSON_NONE, "members: one is missing");
    ok(value[3].type == NGX_HTTP_MCP_JSON_NULL, "members: the empty name");

    ngx_http_mcp_json_members(&value[1], names, value, 4);

    for (none = 0, i = 0; i < 4; i++) {
        none += (value[i].type == NGX_HTTP_MCP_JSON_NONE);
    }

    ok(none == 4, "members: an array has none");

    free(text.data);
}


int
main(void)
{
    test_members();
    test_walk();
    test_find();
    test_decode();
    test_memory();

    return tap_done();
}

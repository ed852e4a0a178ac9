
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Claims: paths, predicates, lists of scopes, text (authorization.md 2.7).
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_claim.h"


#define bytes(literal)  literal, sizeof(literal) - 1
#define count(table)    (sizeof(table) / sizeof(table[0]))

#define NO       NGX_HTTP_MCP_CLAIM_NO
#define YES      NGX_HTTP_MCP_CLAIM_YES
#define UNKNOWN  NGX_HTTP_MCP_CLAIM_UNKNOWN


typedef struct {
    const char  *text;
    size_t       len;
    const char  *names;                    /* each in "<>"; NULL: refused */
} path_t;


typedef struct {
    const char  *claims;
    const char  *path;
    const char  *value;                    /* NULL: there is none */
} find_t;


typedef struct {
    const char  *words;                    /* between single blanks */
    const char  *reason;                   /* NULL: accepted */
} test_t;


typedef struct {
    const char                    *claims;
    const char                    *words;
    ngx_http_mcp_claim_verdict_e   verdict;
} eval_t;


typedef struct {
    const char  *value;
    const char  *out;
} read_t;


static const ngx_uint_t  words_max = 8;


/* the scanned text is to be free()d */

static ngx_http_mcp_json_t
scan(const char *text, ngx_str_t *exact)
{
    ngx_http_mcp_json_t       value;
    ngx_http_mcp_json_scan_t  s;

    *exact = tap_exact(text, ngx_strlen(text));

    ngx_memzero(&s, sizeof(s));
    s.depth = 16;
    s.unique = 1;

    if (ngx_http_mcp_json_scan(&s, exact, &value) != NGX_OK) {
        fprintf(stderr, "no JSON: %s\n", text);
        exit(2);
    }

    return value;
}


/* the items of a list, each in "<>" */

static ngx_str_t
shown(ngx_pool_t *pool, const ngx_array_t *list)
{
    u_char      *p;
    ngx_str_t    out, *item;
    ngx_uint_t   i;

    item = list->elts;

    for (i = 0, out.len = 0; i < list->nelts; i++) {
        out.len += item[i].len + 2;
    }

    p = ngx_pnalloc(pool, out.len + 1);
    out.data = p;

    for (i = 0; i < list->nelts; i++) {
        *p++ = '<';
        p = ngx_cpymem(p, item[i].data, item[i].len);
        *p++ = '>';
    }

    return out;
}


static ngx_uint_t
split(const char *words, ngx_str_t *word)
{
    ngx_uint_t   n;
    const char  *end;

    for (n = 0; *words && n < words_max; n++) {
        end = strchr(words, ' ');
        word[n].data = (u_char *) words;
        word[n].len = end ? (size_t) (end - words) : ngx_strlen(words);
        words += word[n].len + (end != NULL);
    }

    return n;
}


static void
test_path(void)
{
    size_t                      i;
    ngx_int_t                   rc;
    ngx_str_t                   text, names;
    ngx_pool_t                 *pool;
    ngx_http_mcp_claim_path_t   path;

    static const path_t  tests[] = {
        { bytes("roles"), "<roles>" },
        { bytes("realm_access.roles"), "<realm_access><roles>" },
        { bytes("resource_access[\"parcel-gw\"].roles"),
          "<resource_access><parcel-gw><roles>" },
        { bytes("[\"cognito:groups\"]"), "<cognito:groups>" },
        { bytes("[\"https://parcel.example/dept\"]"),
          "<https://parcel.example/dept>" },
        { bytes("[\"@odata.count\"]"), "<@odata.count>" },
        { bytes("a[\"b.c\"][\"d\"].e"), "<a><b.c><d><e>" },
        { bytes("[\"a\"][\"b\"]"), "<a><b>" },
        { bytes("parcel-gw.x5t"), "<parcel-gw><x5t>" },
        { bytes("_Az-09"), "<_Az-09>" },
        { bytes("[\"q\\\"\\\\\"]"), "<q\"\\>" },
        { bytes("[\"\\\\\"].x"), "<\\><x>" },
        { bytes("[\"]\"]"), "<]>" },
        { bytes("[\" \"]"), "< >" },
        { bytes("[\"gr\xc3\xbc\xc3\x9f\"]"), "<gr\xc3\xbc\xc3\x9f>" },
        { bytes("a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p"),
          "<a><b><c><d><e><f><g><h><i><j><k><l><m><n><o><p>" },

        { bytes("a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q"), NULL },
        { bytes(""), NULL },
        { bytes("."), NULL },
        { bytes(".a"), NULL },
        { bytes("a."), NULL },
        { bytes("a..b"), NULL },
        { bytes("a.[\"b\"]"), NULL },
        { bytes("a b"), NULL },
        { bytes(" a"), NULL },
        { bytes("a,b"), NULL },
        { bytes("$mcp_sub"), NULL },
        { bytes("!a"), NULL },
        { bytes("cognito:groups"), NULL },
        { bytes("gr\xc3\xbc\xc3\x9f"), NULL },
        { bytes("a\0"), NULL },
        { bytes("["), NULL },
        { bytes("[]"), NULL },
        { bytes("[a]"), NULL },
        { bytes("['a']"), NULL },
        { bytes("[\""), NULL },
        { bytes("[\"\"]"), NULL },
        { bytes("[\"a"), NULL },
        { bytes("[\"a\""), NULL },
        { bytes("[\"a\"b"), NULL },
        { bytes("[\"a\"b]"), NULL },
        { bytes("[\"a\"]b"), NULL },
        { bytes("[\"a\"]."), NULL },
        { bytes("[\"a\"]]"), NULL },
        { bytes("a]"), NULL },
        { bytes("[\"a\\"), NULL },
        { bytes("[\"a\\\"]"), NULL },
        { bytes("[\"a\\n\"]"), NULL },
        { bytes("[\"a\\u0061\"]"), NULL },
        { bytes("[\"a\nb\"]"), NULL },
        { bytes("[\"a\x7f\"]"), NULL },
        { bytes("[\"a\0\"]"), NULL },
        { bytes("[\"\xc3\"]"), NULL },
        { bytes("[\"\xff\"]"), NULL }
    };

    pool = tap_pool();

    for (i = 0; i < count(tests); i++) {
        text = tap_exact(tests[i].text, tests[i].len);

        rc = ngx_http_mcp_claim_path(pool, &text, &path);

        if (tests[i].names == NULL) {
            ok(rc == NGX_DECLINED, "no path: %s", tests[i].text);

        } else if (ok(rc == NGX_OK, "a path: %s", tests[i].text)) {
            names = shown(pool, &path.names);
            is_str(&names, tests[i].names, "its names");
            ok(path.text.data == text.data && path.text.len == text.len,
               "its text");
        }

        free(text.data);
    }

    ngx_destroy_pool(pool);
}


static void
test_find(void)
{
    size_t                      i;
    ngx_int_t                   rc;
    ngx_str_t                   text, word;
    ngx_pool_t                 *pool;
    ngx_http_mcp_json_t         claims, value;
    ngx_http_mcp_claim_path_t   path;

    static const find_t  tests[] = {
        { "{\"iss\":\"a\"}", "iss", "\"a\"" },
        { "{\"ISS\":\"b\",\"iss\":\"a\"}", "iss", "\"a\"" },
        { "{\"\\u0069ss\":\"a\"}", "iss", "\"a\"" },
        { "{\"a\":{\"b\":{\"c\":[1]}}}", "a.b.c", "[1]" },
        { "{\"a\":{\"b\":{\"c\":[1]}}}", "a.b", "{\"c\":[1]}" },
        { "{\"a\":{\"b\":null}}", "a.b", "null" },
        { "{\"a.b\":1,\"a\":{\"b\":2}}", "a.b", "2" },
        { "{\"a.b\":1,\"a\":{\"b\":2}}", "[\"a.b\"]", "1" },
        { "{\"a\":{\"c d\":2}}", "a[\"c d\"]", "2" },

        { "{\"ISS\":\"a\"}", "iss", NULL },
        { "{\"iss \":\"a\"}", "iss", NULL },
        { "{\"iss\\u0000\":\"a\"}", "iss", NULL },
        { "{\"a\":{\"b\":1}}", "b", NULL },
        { "{\"a\":{\"b\":1}}", "a.c", NULL },
        { "{\"a\":\"b\"}", "a.b", NULL },
        { "{\"a\":[{\"b\":1}]}", "a.b", NULL },
        { "{\"a\":[\"b\"]}", "a[\"0\"]", NULL },
        { "{\"a\":null}", "a.b", NULL },
        { "{}", "a", NULL },
        { "[]", "a", NULL },
        { "\"a\"", "a", NULL }
    };

    pool = tap_pool();

    for (i = 0; i < count(tests); i++) {
        claims = scan(tests[i].claims, &text);

        word.data = (u_char *) tests[i].path;
        word.len = ngx_strlen(tests[i].path);

        ngx_memset(&value, 0x5a, sizeof(value));

        if (ngx_http_mcp_claim_path(pool, &word, &path) != NGX_OK) {
            ok(0, "no path: %s", tests[i].path);
            continue;
        }

        rc = ngx_http_mcp_claim_find(&claims, &path, &value);

        if (tests[i].value == NULL) {
            ok(rc == NGX_DECLINED && value.type == NGX_HTTP_MCP_JSON_NONE,
               "%s has no %s", tests[i].claims, tests[i].path);

        } else if (ok(rc == NGX_OK, "%s has %s", tests[i].claims,
                      tests[i].path))
        {
            is_str(&value.raw, tests[i].value, "its value");
        }

        free(text.data);
    }

    ngx_destroy_pool(pool);
}


static void
test_parse(void)
{
    size_t                      i;
    ngx_int_t                   rc;
    ngx_str_t                   word[8];
    ngx_uint_t                  n;
    const char                 *reason;
    ngx_pool_t                 *pool;
    ngx_http_mcp_claim_test_t   test;

    static const test_t  tests[] = {
        { "roles", NULL },
        { "roles exists", NULL },
        { "roles absent", NULL },
        { "admin true", NULL },
        { "dept eq sales", NULL },
        { "dept in sales", NULL },
        { "dept in sales support it", NULL },
        { "roles has a", NULL },
        { "roles any a b", NULL },
        { "roles all a b", NULL },
        { "level ge 3", NULL },
        { "level le -1.5e3", NULL },

        { "", "no claim" },
        { "a..b exists", "path" },
        { "roles EXISTS", "operator is none" },
        { "roles !has a", "operator is none" },
        { "roles not absent", "operator is none" },
        { "roles admin", "operator is none" },
        { "roles  has a", "operator is none" },
        { "roles ha a", "operator is none" },
        { "roles exists a", "takes no value" },
        { "roles absent a", "takes no value" },
        { "admin true false", "takes no value" },
        { "dept eq", "needs a value" },
        { "dept in", "needs a value" },
        { "roles has", "needs a value" },
        { "roles any", "needs a value" },
        { "roles all", "needs a value" },
        { "level ge", "needs a value" },
        { "dept eq a b", "one value" },
        { "roles has a b", "one value" },
        { "level le 1 2", "one value" },
        { "level ge high", "needs a number" },
        { "level ge \"3\"", "needs a number" },
        { "level ge true", "needs a number" },
        { "level ge 03", "needs a number" },
        { "level ge +3", "needs a number" },
        { "level ge 3\n", "needs a number" },
        { "level le [1]", "needs a number" }
    };

    pool = tap_pool();

    for (i = 0; i < count(tests); i++) {
        n = split(tests[i].words, word);
        reason = NULL;

        rc = ngx_http_mcp_claim_test(pool, word, n, &test, &reason);

        if (tests[i].reason == NULL) {
            ok(rc == NGX_OK && test.values.nelts == (n > 2 ? n - 2 : 0),
               "a predicate: %s", tests[i].words);

        } else {
            ok(rc == NGX_DECLINED && reason && strstr(reason, tests[i].reason),
               "no predicate: %s (%s)", tests[i].words,
               reason ? reason : "");
        }
    }

    ngx_destroy_pool(pool);
}


#define OVERAGE  "{\"_claim_names\":{\"groups\":\"src1\"},"                  \
                 "\"_claim_sources\":{\"src1\":{\"endpoint\":\"x\"}}}"


static const eval_t  evals[] = {

    /* missing: nothing but "absent" holds */

    { "{\"b\":1}", "a", NO },
    { "{\"b\":1}", "a exists", NO },
    { "{\"b\":1}", "a absent", YES },
    { "{\"b\":1}", "a true", NO },
    { "{\"b\":1}", "a eq 1", NO },
    { "{\"b\":1}", "a in 1 2", NO },
    { "{\"b\":1}", "a has 1", NO },
    { "{\"b\":1}", "a any 1", NO },
    { "{\"b\":1}", "a all 1", NO },
    { "{\"b\":1}", "a ge 0", NO },
    { "{\"b\":1}", "a le 9", NO },
    { "{\"a\":null}", "a", NO },
    { "{\"a\":null}", "a absent", YES },
    { "{\"a\":null}", "a eq null", NO },
    { "{\"A\":1}", "a", NO },
    { "[]", "a absent", YES },

    /* there, be it empty */

    { "{\"a\":\"\"}", "a", YES },
    { "{\"a\":[]}", "a exists", YES },
    { "{\"a\":{}}", "a exists", YES },
    { "{\"a\":false}", "a exists", YES },
    { "{\"a\":false}", "a absent", NO },
    { "{\"a\":{\"b\":0}}", "a.b", YES },

    { "{\"a\":true}", "a true", YES },
    { "{\"a\":false}", "a true", NO },
    { "{\"a\":\"true\"}", "a true", NO },
    { "{\"a\":1}", "a true", NO },
    { "{\"a\":[true]}", "a true", NO },

    /* one value */

    { "{\"a\":\"x\"}", "a eq x", YES },
    { "{\"a\":\"x\"}", "a eq X", NO },
    { "{\"a\":\"xy\"}", "a eq x", NO },
    { "{\"a\":\"x\"}", "a eq xy", NO },
    { "{\"a\":\"\\u0078\"}", "a eq x", YES },
    { "{\"a\":\"x\\u0000y\"}", "a eq x", NO },
    { "{\"a\":\"\\ud800\"}", "a eq x", NO },
    { "{\"a\":[\"x\"]}", "a eq x", NO },
    { "{\"a\":{\"x\":1}}", "a eq x", NO },
    { "{\"a\":5}", "a eq 5", YES },
    { "{\"a\":5.0}", "a eq 5", YES },
    { "{\"a\":5}", "a eq 5e0", YES },
    { "{\"a\":5}", "a eq 6", NO },
    { "{\"a\":5}", "a eq five", NO },
    { "{\"a\":\"5\"}", "a eq 5", YES },
    { "{\"a\":\"5.0\"}", "a eq 5", NO },
    { "{\"a\":9007199254740993}", "a eq 9007199254740992", NO },
    { "{\"a\":true}", "a eq true", YES },
    { "{\"a\":true}", "a eq false", NO },
    { "{\"a\":true}", "a eq 1", NO },

    { "{\"a\":\"x\"}", "a in y x", YES },
    { "{\"a\":\"x\"}", "a in y z", NO },
    { "{\"a\":\"x\"}", "a in xy z", NO },
    { "{\"a\":[\"x\"]}", "a in x", NO },
    { "{\"a\":2}", "a in 1 2.0", YES },

    /* lists */

    { "{\"a\":[\"x\",\"y\"]}", "a has x", YES },
    { "{\"a\":[\"x\",\"y\"]}", "a has y", YES },
    { "{\"a\":[\"x\",\"y\"]}", "a has z", NO },
    { "{\"a\":[\"xy\"]}", "a has x", NO },
    { "{\"a\":\"x\"}", "a has x", YES },
    { "{\"a\":\"xyz\"}", "a has y", NO },
    { "{\"a\":\"x y\"}", "a has x", NO },
    { "{\"a\":[]}", "a has x", NO },
    { "{\"a\":[[\"x\"],{\"x\":1},null]}", "a has x", NO },
    { "{\"a\":[1,true,\"x\"]}", "a has 1.0", YES },
    { "{\"a\":[1,true,\"x\"]}", "a has true", YES },
    { "{\"a\":{\"x\":true}}", "a has x", NO },

    { "{\"a\":[\"x\",\"y\"]}", "a any z y", YES },
    { "{\"a\":[\"x\",\"y\"]}", "a any z w", NO },
    { "{\"a\":\"x\"}", "a any z x", YES },
    { "{\"a\":[]}", "a any x y", NO },
    { "{\"a\":[\"x\",\"y\",\"z\"]}", "a all x y", YES },
    { "{\"a\":[\"x\"]}", "a all x y", NO },
    { "{\"a\":[\"x\",\"x\"]}", "a all x y", NO },
    { "{\"a\":\"x\"}", "a all x", YES },
    { "{\"a\":\"x\"}", "a all x y", NO },
    { "{\"a\":[]}", "a all x", NO },
    { "{\"r\":{\"roles\":[\"x\"]}}", "r.roles has x", YES },

    /* numbers */

    { "{\"a\":3}", "a ge 3", YES },
    { "{\"a\":3.01}", "a ge 3", YES },
    { "{\"a\":2.99}", "a ge 3", NO },
    { "{\"a\":3}", "a le 3", YES },
    { "{\"a\":3.01}", "a le 3", NO },
    { "{\"a\":-3}", "a le 3", YES },
    { "{\"a\":1e400}", "a ge 3", YES },
    { "{\"a\":\"3\"}", "a ge 3", NO },
    { "{\"a\":\"3\"}", "a le 3", NO },
    { "{\"a\":[3]}", "a ge 3", NO },
    { "{\"a\":true}", "a ge 0", NO },

    /* groups overage (V-14): neither yes nor no, for any operator */

    { OVERAGE, "groups", UNKNOWN },
    { OVERAGE, "groups absent", UNKNOWN },
    { OVERAGE, "groups has x", UNKNOWN },
    { OVERAGE, "groups all x y", UNKNOWN },
    { OVERAGE, "[\"groups\"] any x", UNKNOWN },
    { OVERAGE, "groups.x exists", UNKNOWN },
    { OVERAGE, "roles has x", NO },
    { OVERAGE, "roles absent", YES },
    { OVERAGE, "x.groups has y", NO },
    { OVERAGE, "_claim_names.groups", YES },
    { "{\"groups\":null,\"_claim_names\":{\"groups\":\"s\"}}", "groups has x",
      UNKNOWN },
    { "{\"groups\":[\"x\"],\"_claim_names\":{\"groups\":\"s\"}}",
      "groups has x", YES },
    { "{\"groups\":[\"x\"],\"_claim_names\":{\"groups\":\"s\"}}",
      "groups has y", NO },
    { "{\"groups\":{},\"_claim_names\":{\"groups\":\"s\"}}", "groups.x", NO },
    { "{\"_claim_names\":[\"groups\"]}", "groups has x", NO },
    { "{\"_claim_names\":\"groups\"}", "groups has x", NO },
    { "{\"_claim_names\":{\"Groups\":\"s\"}}", "groups has x", NO }
};


static void
test_eval(void)
{
    size_t                        i;
    ngx_str_t                     text, word[8];
    ngx_uint_t                    n;
    const char                   *reason;
    ngx_pool_t                   *pool;
    ngx_http_mcp_json_t           claims;
    ngx_http_mcp_claim_test_t     test;
    ngx_http_mcp_claim_verdict_e  verdict;

    pool = tap_pool();

    for (i = 0; i < count(evals); i++) {
        claims = scan(evals[i].claims, &text);
        n = split(evals[i].words, word);

        if (ngx_http_mcp_claim_test(pool, word, n, &test, &reason)
            != NGX_OK)
        {
            ok(0, "no predicate: %s", evals[i].words);
            continue;
        }

        verdict = ngx_http_mcp_claim_eval(&claims, &test);

        ok(verdict == evals[i].verdict, "%s: %s is %s", evals[i].claims,
           evals[i].words,
           evals[i].verdict == YES ? "yes"
                                   : evals[i].verdict == NO ? "no"
                                                            : "unknown");

        free(text.data);
    }

    /* a value may be empty, or have blanks */

    claims = scan("{\"a\":\"\",\"b\":\"x y\"}", &text);

    ngx_str_set(&word[0], "a");
    ngx_str_set(&word[1], "eq");
    ngx_str_set(&word[2], "");

    ok(ngx_http_mcp_claim_test(pool, word, 3, &test, &reason) == NGX_OK
       && ngx_http_mcp_claim_eval(&claims, &test) == YES,
       "the empty string is a value");

    ngx_str_set(&word[0], "b");
    ngx_str_set(&word[2], "x y");

    ok(ngx_http_mcp_claim_test(pool, word, 3, &test, &reason) == NGX_OK
       && ngx_http_mcp_claim_eval(&claims, &test) == YES,
       "a value with a blank");

    free(text.data);
    ngx_destroy_pool(pool);
}


static void
test_items(void)
{
    size_t                i;
    ngx_int_t             rc;
    ngx_str_t             text, out;
    ngx_pool_t           *pool;
    ngx_array_t           items;
    ngx_http_mcp_json_t   value;

    static const read_t  tests[] = {
        { "\"read\"", "<read>" },
        { "\"read write\"", "<read><write>" },
        { "\" read   write \"", "<read><write>" },
        { "\"\"", "" },
        { "\" \"", "" },
        { "\"Read read\"", "<Read><read>" },
        { "\"a\\u0020b\"", "<a><b>" },
        { "\"a\\tb\"", "<a\tb>" },
        { "\"a,b\"", "<a,b>" },
        { "[\"a\",\"b\"]", "<a><b>" },
        { "[\"a b\",\"c\"]", "<a><b><c>" },
        { "[\"a\",1,null,true,[\"b\"],{\"c\":1},\"\",\"d\"]", "<a><d>" },
        { "[\"a\",\"\\ud800\",\"b\"]", "<a><b>" },
        { "[]", "" },
        { "{\"a\":1}", "" },
        { "5", "" },
        { "true", "" },
        { "null", "" }
    };

    pool = tap_pool();

    for (i = 0; i < count(tests); i++) {
        value = scan(tests[i].value, &text);

        ngx_array_init(&items, pool, 1, sizeof(ngx_str_t));

        rc = ngx_http_mcp_claim_items(pool, &value, &items);

        ok(rc == NGX_OK, "items of %s", tests[i].value);

        out = shown(pool, &items);
        is_str(&out, tests[i].out, "are %s", tests[i].out);

        free(text.data);
    }

    ngx_memzero(&value, sizeof(value));
    ngx_array_init(&items, pool, 1, sizeof(ngx_str_t));

    ok(ngx_http_mcp_claim_items(pool, &value, &items) == NGX_OK
       && items.nelts == 0, "items of a missing claim: none");

    ngx_destroy_pool(pool);
}


static void
test_listed(void)
{
    ngx_str_t     s;
    ngx_array_t   list;

    static ngx_str_t  items[] = { ngx_string("read"), ngx_string("") };

    ngx_memzero(&list, sizeof(list));
    list.elts = items;
    list.nelts = 1;

    ngx_str_set(&s, "read");
    ok(ngx_http_mcp_claim_listed(&list, &s), "listed");
    ok(!ngx_http_mcp_claim_listed(NULL, &s), "listed: no list has nothing");

    ngx_str_set(&s, "Read");
    ok(!ngx_http_mcp_claim_listed(&list, &s), "listed: case matters");

    ngx_str_set(&s, "rea");
    ok(!ngx_http_mcp_claim_listed(&list, &s), "listed: a part is not");

    ngx_str_null(&s);
    ok(!ngx_http_mcp_claim_listed(&list, &s), "listed: nothing is not");

    list.nelts = 2;
    ok(ngx_http_mcp_claim_listed(&list, &s), "listed: the empty string is");

    list.nelts = 0;
    ok(!ngx_http_mcp_claim_listed(&list, &s), "listed: in an empty list");
}


static void
test_text(void)
{
    size_t                i;
    ngx_int_t             rc;
    ngx_str_t             text, out;
    ngx_pool_t           *pool;
    ngx_http_mcp_json_t   value;

    static const read_t  tests[] = {
        { "\"alice\"", "alice" },
        { "\"\"", "" },
        { "\"a b, c\"", "a b, c" },
        { "\"\\u0061\\u00e9\\/\\\"\"", "a\xc3\xa9/\"" },
        { "\"\xc3\xa9\xe2\x82\xac\"", "\xc3\xa9\xe2\x82\xac" },
        { "\"\\u00a0\"", "\xc2\xa0" },
        { "5", "5" },
        { "1.50e1", "1.50e1" },
        { "true", "true" },
        { "false", "false" },
        { "[\"a\",\"b c\",3,true]", "a,b c,3,true" },
        { "[\"a\"]", "a" },
        { "[\"\",\"a\",\"\"]", ",a," },
        { "[]", "" },
        { "{\"a\": [1, \"x,\\ny\"]}", "{\"a\": [1, \"x,\\ny\"]}" },

        { "null", NULL },
        { "\"a\\nb\"", NULL },
        { "\"a\\rb\"", NULL },
        { "\"a\\u0000b\"", NULL },
        { "\"a\\tb\"", NULL },
        { "\"\\u001f\"", NULL },
        { "\"\\u007f\"", NULL },
        { "\"\x7f\"", NULL },
        { "\"\\u0085\"", NULL },
        { "\"\\u009f\"", NULL },
        { "\"\xc2\x80\"", NULL },
        { "\"\\ud800\"", NULL },
        { "[\"a\",\"b\\r\\nX: y\"]", NULL },
        { "[\"a\",\"b,c\"]", NULL },
        { "[\"a,b\"]", NULL },
        { "[\"a\",null]", NULL },
        { "[\"a\",[\"b\"]]", NULL },
        { "[{\"a\":1}]", NULL },
        { "[\"\\udfff\"]", NULL },
        { "{\"a\":\n1}", NULL },
        { "{\"a\":\"\xc2\x85\"}", NULL }
    };

    pool = tap_pool();

    for (i = 0; i < count(tests); i++) {
        value = scan(tests[i].value, &text);

        rc = ngx_http_mcp_claim_text(pool, &value, &out);

        if (tests[i].out == NULL) {
            ok(rc == NGX_DECLINED, "no text: %s", tests[i].value);

        } else if (ok(rc == NGX_OK, "the text of %s", tests[i].value)) {
            is_str(&out, tests[i].out, "is %s", tests[i].out);
        }

        free(text.data);
    }

    ngx_memzero(&value, sizeof(value));

    ok(ngx_http_mcp_claim_text(pool, &value, &out) == NGX_DECLINED,
       "no text: a missing claim");

    ngx_destroy_pool(pool);
}


static void
test_memory(void)
{
    char                 *text;
    size_t                size;
    ngx_str_t             exact, out;
    ngx_pool_t           *pool;
    ngx_array_t           items;
    ngx_http_mcp_json_t   value;

    size = 2 * 1024 * 1024;
    text = malloc(size + 1);

    ngx_memset(text, 'x', size);
    ngx_memcpy(text, "[\"\\n", 4);
    ngx_memcpy(text + size - 2, "\"]", 3);

    value = scan(text, &exact);
    pool = tap_pool();
    ngx_array_init(&items, pool, 1, sizeof(ngx_str_t));

    if (ngx_http_mcp_test_starve(1)) {
        ok(ngx_http_mcp_claim_text(pool, &value, &out) == NGX_ERROR,
           "memory: no text");
        ok(ngx_http_mcp_claim_items(pool, &value, &items) == NGX_ERROR,
           "memory: no items");

        ngx_http_mcp_test_starve(0);
    }

    ok(ngx_http_mcp_claim_items(pool, &value, &items) == NGX_OK
       && items.nelts == 1, "memory: one long item");

    ngx_destroy_pool(pool);
    free(exact.data);
    free(text);
}


int
main(void)
{
    test_path();
    test_find();
    test_parse();
    test_eval();
    test_items();
    test_listed();
    test_text();
    test_memory();

    return tap_done();
}

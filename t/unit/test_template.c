
/*
 * Copyright (C) mcp-nginx contributors
 *
 * URI templates: what is refused and where, what is compiled, and RFC 6570
 * expansion from JSON values beyond the public suite.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_template.h"


typedef struct {
    const char  *text;
    const char  *reason;
    size_t       offset;
} refused_t;


typedef struct {
    const char  *text;
    const char  *expected;               /* NULL: refused */
} expand_t;


typedef struct {
    const char  *name;
    const char  *value;
    ngx_uint_t   prefix;
    ngx_uint_t   explode;
    const char  *expected;
} query_t;


/* a malloc() of the exact length, so that sanitizers see what is outside */

static ngx_str_t
exact(const char *text, size_t len)
{
    ngx_str_t  s;

    s.len = len;
    s.data = malloc(len ? len : 1);

    if (s.data == NULL) {
        exit(2);
    }

    ngx_memcpy(s.data, text, len);

    return s;
}


static ngx_http_mcp_json_t
scan(const ngx_str_t *text)
{
    ngx_http_mcp_json_t       value;
    ngx_http_mcp_json_scan_t  s;

    ngx_memzero(&s, sizeof(ngx_http_mcp_json_scan_t));
    s.depth = NGX_HTTP_MCP_JSON_DEPTH;

    if (ngx_http_mcp_json_scan(&s, text, &value) != NGX_OK) {
        fprintf(stderr, "bad JSON in the test: %.*s\n", (int) text->len,
                (char *) text->data);
        exit(2);
    }

    return value;
}


static ngx_int_t
lookup(void *data, const ngx_http_mcp_template_var_t *var,
    ngx_http_mcp_json_t *value)
{
    return ngx_http_mcp_json_find(data, &var->name, value);
}


static ngx_int_t
lookup_error(void *data, const ngx_http_mcp_template_var_t *var,
    ngx_http_mcp_json_t *value)
{
    return NGX_ERROR;
}


static ngx_int_t
lookup_none(void *data, const ngx_http_mcp_template_var_t *var,
    ngx_http_mcp_json_t *value)
{
    ngx_memzero(value, sizeof(ngx_http_mcp_json_t));

    return NGX_OK;
}


/* for the name of a test: one line of ASCII */

static const char *
shown(const char *text)
{
    size_t       i;

    static char  buf[64];

    for (i = 0; text[i] && i < sizeof(buf) - 1; i++) {
        buf[i] = (text[i] < 0x20 || text[i] == 0x7f) ? '?' : text[i];
    }

    buf[i] = '\0';

    return buf;
}


static ngx_uint_t
same(const ngx_str_t *s, const char *expected)
{
    return s->len == strlen(expected)
           && (s->len == 0 || memcmp(s->data, expected, s->len) == 0);
}


/* parses or ends the program; frees nothing, "t" points into the text */

static void
parse(ngx_pool_t *pool, const char *text, ngx_http_mcp_template_t *t)
{
    size_t       offset;
    ngx_str_t   *s;
    const char  *reason;

    s = ngx_palloc(pool, sizeof(ngx_str_t));

    s->len = strlen(text);
    s->data = (u_char *) text;

    if (ngx_http_mcp_template_parse(pool, s, t, &reason, &offset) != NGX_OK) {
        fprintf(stderr, "bad template in the test: %s\n", text);
        exit(2);
    }
}


static const char  reserved[] = "operators \"=\", \",\", \"!\", \"@\" "
                                "and \"|\" are reserved";
static const char  length[] = "the length after \":\" must be 1 to 9999";
static const char  chars[] = "a name has only letters, digits, "
                             "\"_\" and \".\"";
static const char  both[] = "a variable takes one of \":\" and \"*\", once";
static const char  next[] = "\",\" or \"}\" is expected";
static const char  dot[] = "\".\" must be between two characters "
                           "of a name";
static const char  missing[] = "a name is missing";
static const char  blank[] = "a blank inside \"{}\"";
static const char  triplet[] = "\"%\" without two hexadecimal digits";
static const char  literal[] = "a character that a URI cannot have, "
                               "percent-encode it";

static const refused_t  refused[] = {

    { "/a/{id", "unclosed \"{\"", 3 },
    { "/a/{", "unclosed \"{\"", 3 },
    { "/a/{id/items", "unclosed \"{\"", 3 },
    { "/{a{b}", "unclosed \"{\"", 1 },
    { "/{{a}}", "unclosed \"{\"", 1 },
    { "/a}", "\"}\" without \"{\"", 2 },
    { "/{a}}", "\"}\" without \"{\"", 4 },
    { "}", "\"}\" without \"{\"", 0 },
    { "/{}", "empty \"{}\"", 1 },

    { "{=a}", reserved, 1 },
    { "{,a}", reserved, 1 },
    { "{!a}", reserved, 1 },
    { "{@a}", reserved, 1 },
    { "{|a}", reserved, 1 },

    { "{?}", missing, 2 },
    { "{+}", missing, 2 },
    { "{a,}", missing, 3 },
    { "{a,,b}", missing, 3 },
    { "{?a,}", missing, 4 },
    { "{?,a}", missing, 2 },
    { "{*}", missing, 1 },
    { "{:3}", missing, 1 },

    { "{ a}", blank, 1 },
    { "{a }", blank, 2 },
    { "{a b}", blank, 2 },
    { "{?a, b}", blank, 4 },
    { "{a\tb}", blank, 2 },
    { "{a\r}", blank, 2 },
    { "{\n}", blank, 1 },

    { "{.a.}", dot, 3 },
    { "{..a}", dot, 2 },
    { "{?.a}", dot, 2 },
    { "{a..b}", dot, 2 },
    { "{a.:3}", dot, 2 },
    { "{a.,b}", dot, 2 },

    { "{%}", triplet, 1 },
    { "{%4}", triplet, 1 },
    { "{%g1}", triplet, 1 },
    { "{a%4,b}", triplet, 2 },
    { "{a%zz}", triplet, 2 },

    { "{$var}", "\"$\" inside \"{}\", which holds no nginx variables", 1 },
    { "/{order-id}", chars, 7 },
    { "{??a}", chars, 2 },
    { "{/?a}", chars, 2 },
    { "{a=b}", chars, 2 },
    { "{match[]}", chars, 6 },
    { "{a;b}", chars, 2 },
    { "{\xc3\xa9}", chars, 1 },

    { "{a:}", length, 3 },
    { "{a:,b}", length, 3 },
    { "{a:x}", length, 3 },
    { "{a:0}", length, 3 },
    { "{a:01}", length, 3 },
    { "{a:-1}", length, 3 },
    { "{a:10000}", length, 3 },
    { "{a:99999999999999999999999999}", length, 3 },
    { "{a:4294967297}", length, 3 },

    { "{a:3*}", both, 4 },
    { "{a*:3}", both, 3 },
    { "{a**}", both, 3 },
    { "{a:3:3}", both, 4 },

    { "{a:3x}", next, 4 },
    { "{a*b}", next, 3 },
    { "{a* }", next, 3 },

    { "/a b", "a blank in the template, write \"%20\"", 2 },
    { "/a%", "\"%\" without two hexadecimal digits, write \"%25\"", 2 },
    { "/a%2", "\"%\" without two hexadecimal digits, write \"%25\"", 2 },
    { "/a%{b}", "\"%\" without two hexadecimal digits, write \"%25\"", 2 },
    { "/a%x0", "\"%\" without two hexadecimal digits, write \"%25\"", 2 },
    { "/\"", literal, 1 },
    { "/<", literal, 1 },
    { "/>", literal, 1 },
    { "/\\", literal, 1 },
    { "/^", literal, 1 },
    { "/`", literal, 1 },
    { "/{a}|", literal, 4 },
    { "/\r\n", "a control character in the template", 1 },
    { "/\x1f", "a control character in the template", 1 },
    { "/\x7f", "a control character in the template", 1 },

    { "/\xff", "not UTF-8", 1 },
    { "/{a}\xc3", "not UTF-8", 4 },
    { "/\xed\xa0\x80", "not UTF-8", 1 },

    { NULL, NULL, 0 }
};


static void
test_refused(void)
{
    size_t                    offset;
    ngx_int_t                 rc;
    ngx_str_t                 text;
    ngx_uint_t                i;
    const char               *reason;
    ngx_pool_t               *pool;
    ngx_http_mcp_template_t   t;

    for (i = 0; refused[i].text; i++) {

        pool = tap_pool();
        text = exact(refused[i].text, strlen(refused[i].text));

        reason = "";
        offset = 999;

        rc = ngx_http_mcp_template_parse(pool, &text, &t, &reason, &offset);

        ok(rc == NGX_DECLINED && strcmp(reason, refused[i].reason) == 0
           && offset == refused[i].offset,
           "refused: %s: %s at %lu", shown(refused[i].text), reason,
           (unsigned long) offset);

        free(text.data);
        ngx_destroy_pool(pool);
    }

    pool = tap_pool();
    text = exact("/\0", 2);

    rc = ngx_http_mcp_template_parse(pool, &text, &t, &reason, &offset);

    ok(rc == NGX_DECLINED && offset == 1, "refused: NUL in a literal");

    text.data[0] = '{';
    text.len = 2;

    rc = ngx_http_mcp_template_parse(pool, &text, &t, &reason, &offset);

    ok(rc == NGX_DECLINED && offset == 0,
       "refused: the text ends where its length says");

    free(text.data);
    ngx_destroy_pool(pool);
}


static void
test_parsed(void)
{
    ngx_pool_t                    *pool;
    ngx_http_mcp_template_t        t;
    ngx_http_mcp_template_var_t   *var;
    ngx_http_mcp_template_part_t  *part;

    pool = tap_pool();

    parse(pool, "", &t);
    ok(t.parts.nelts == 0, "an empty template has no parts");

    parse(pool, "/v1/{id}{?a_1,b.c*,%C3%A9:42}#x", &t);
    part = t.parts.elts;

    ok(t.parts.nelts == 4, "literals and expressions are parts");
    ok(same(&t.text, "/v1/{id}{?a_1,b.c*,%C3%A9:42}#x"), "the text is kept");

    ok(part[0].op == 0 && same(&part[0].text, "/v1/")
       && part[0].vars.nelts == 0, "a literal");
    ok(part[0].text.data == t.text.data,
       "a literal that needs no encoding is not copied");

    var = part[1].vars.elts;
    ok(part[1].op == ' ' && part[1].vars.nelts == 1
       && same(&var[0].name, "id") && !var[0].prefix && !var[0].explode,
       "a simple expression");
    ok(var[0].index == 0, "the caller's index begins as 0");

    var = part[2].vars.elts;
    ok(part[2].op == '?' && part[2].vars.nelts == 3, "a form expression");
    ok(same(&var[0].name, "a_1") && !var[0].prefix && !var[0].explode,
       "a plain variable");
    ok(same(&var[1].name, "b.c") && !var[1].prefix && var[1].explode,
       "an exploded variable");
    ok(same(&var[2].name, "%C3%A9") && var[2].prefix == 42
       && !var[2].explode, "a variable with a prefix");

    ok(part[3].op == 0 && same(&part[3].text, "#x"), "the last literal");

    parse(pool, "caf\xc3\xa9", &t);
    part = t.parts.elts;
    ok(t.parts.nelts == 1 && same(&part[0].text, "caf%C3%A9"),
       "a literal is encoded");

    parse(pool, "{a}{+a}{#a}{.a}{/a}{;a}{?a}{&a:9999}", &t);
    part = t.parts.elts;
    var = part[7].vars.elts;
    ok(t.parts.nelts == 8 && part[1].op == '+' && part[2].op == '#'
       && part[3].op == '.' && part[4].op == '/' && part[5].op == ';'
       && part[6].op == '?' && part[7].op == '&' && var[0].prefix == 9999,
       "all operators, more parts than the array had room for");

    parse(pool, "{a,b,c,d,e,f,g}", &t);
    part = t.parts.elts;
    var = part[0].vars.elts;
    ok(part[0].vars.nelts == 7 && same(&var[0].name, "a")
       && same(&var[6].name, "g"), "many variables");

    ngx_destroy_pool(pool);
}


static const char  variables[] =
    "{ \"v\": \"value\", \"e\": \"\", \"nul\": null, \"t\": true,"
    " \"f\": false, \"n\": -1.50E+2, \"big\": 9007199254740993,"
    " \"l\": [ \"a\", 1, null, false, \"\" ], \"el\": [], \"eo\": {},"
    " \"nl\": [null, null], \"no\": {\"a\": null}, \"l1\": [\"\"],"
    " \"o\": { \"z\": \"1\", \"n\": null, \"a\": 2, \"e\": \"\" },"
    " \"odd\": { \"a&b=c/d\": \"x&y=z/\" },"
    " \"esc\": \"a\\u00e9\\n\\ud834\\udd1e\\\"/\","
    " \"escn\": { \"k\\u0020\\u00e9\": \"\\t\" },"
    " \"zero\": \"a\\u0000b\", \"lone\": \"a\\ud800\","
    " \"ll\": [\"a\", \"\\udc00\"], \"lo\": {\"\\ud800\": 1},"
    " \"deep\": [1, [2]], \"deeo\": {\"a\": {}}, \"dn\": [null, {}],"
    " \"gr\": \"\xce\xb1\xce\xb2\xce\xb3\", \"sl\": \"../a/b?c#d\","
    " \"p\": \"%2Fx%c3%a9y%\", \"pp\": \"%\", \"p4\": \"%4\","
    " \"seq\": \"%E2%82%AC%80%80z\", \"cont\": \"%80%81%82\","
    " \"four\": \"%F0%9D%84%9Ez\", \"half\": \"%C3z\","
    " \"last.name\": \"Doe\", \"%C3%A9\": \"e\", \"res\":"
    " \":/?#[]@!$&'()*+,;=-._~ \\\"<>\\\\^`{|}\" }";

static const expand_t  expansions[] = {

    { "", "" },
    { "/only/text", "/only/text" },
    { "{undef}", "" },
    { "{v}{undef}{v}", "valuevalue" },

    /* scalars are their JSON text */

    { "{t},{f},{n},{big}", "true,false,-1.50E%2B2,9007199254740993" },
    { "{+n}", "-1.50E+2" },
    { "{?t,n}", "?t=true&n=-1.50E%2B2" },
    { "{/big*}", "/9007199254740993" },

    /* undefined */

    { "X{nul}{+nul}{#nul}{.nul}{/nul}{;nul}{?nul}{&nul}", "X" },
    { "X{el}{#el}{.el}{/el}{;el}{?el}{&el}", "X" },
    { "X{el*}{#el*}{.el*}{/el*}{;el*}{?el*}{&el*}", "X" },
    { "X{eo}{#eo*}{.eo}{/eo*}{;eo}{?eo*}{&eo}", "X" },
    { "X{nl}{#nl*}{.nl}{/nl*}{;nl}{?nl*}{&nl}", "X" },
    { "X{no}{#no*}{.no}{/no*}{;no}{?no*}{&no}", "X" },
    { "{?nul,undef,el,v,nl,e}", "?v=value&e=" },
    { "{/undef,v}", "/value" },
    { "{undef,v,el,v}", "value,value" },

    /* empty strings */

    { "({e})({+e})({#e})({.e})({/e})", "()()(#)(.)(/)" },
    { "({;e})({?e})({&e})", "(;e)(?e=)(&e=)" },
    { "{e,e}", "," },
    { "{/e,e}", "//" },
    { "{?l1}{&l1*}", "?l1=&l1=" },
    { "{;l1}{;l1*}", ";l1=;l1" },
    { "({l1})({l1*})({/l1*})", "()()(/)" },

    /* lists and objects keep their order, nulls drop out */

    { "{l}", "a,1,false," },
    { "{l*}", "a,1,false," },
    { "{/l*}", "/a/1/false/" },
    { "{.l}{.l*}", ".a,1,false,.a.1.false." },
    { "{?l}", "?l=a,1,false," },
    { "{?l*}", "?l=a&l=1&l=false&l=" },
    { "{;l*}", ";l=a;l=1;l=false;l" },
    { "{&l*,v}", "&l=a&l=1&l=false&l=&v=value" },
    { "{#l*}", "#a,1,false," },
    { "{o}", "z,1,a,2,e," },
    { "{o*}", "z=1,a=2,e=" },
    { "{/o*}", "/z=1/a=2/e=" },
    { "{?o}", "?o=z,1,a,2,e," },
    { "{?o*}", "?z=1&a=2&e=" },
    { "{;o*}", ";z=1;a=2;e" },
    { "{;o}", ";o=z,1,a,2,e," },
    { "{?v,o*,l}", "?v=value&z=1&a=2&e=&l=a,1,false," },
    { "{#o*}", "#z=1,a=2,e=" },

    /* members' names cannot add parameters or segments */

    { "{?odd*}", "?a%26b%3Dc%2Fd=x%26y%3Dz%2F" },
    { "{;odd*}", ";a%26b%3Dc%2Fd=x%26y%3Dz%2F" },
    { "{/odd*}", "/a%26b%3Dc%2Fd=x%26y%3Dz%2F" },
    { "{odd}", "a%26b%3Dc%2Fd,x%26y%3Dz%2F" },
    { "{+odd*}", "a&b=c/d=x&y=z/" },

    /* decoded, then encoded */

    { "{esc}", "a%C3%A9%0A%F0%9D%84%9E%22%2F" },
    { "{+esc}", "a%C3%A9%0A%F0%9D%84%9E%22/" },
    { "{?escn*}", "?k%20%C3%A9=%09" },
    { "{zero}", "a%00b" },
    { "{sl}", "..%2Fa%2Fb%3Fc%23d" },
    { "{+sl}", "../a/b?c#d" },
    { "{res}", "%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D"
               "-._~%20%22%3C%3E%5C%5E%60%7B%7C%7D" },
    { "{+res}", ":/?#[]@!$&'()*+,;=-._~%20%22%3C%3E%5C%5E%60%7B%7C%7D" },

    /* triplets */

    { "{p}", "%252Fx%25c3%25a9y%25" },
    { "{+p}", "%2Fx%c3%a9y%25" },
    { "{#p}", "#%2Fx%c3%a9y%25" },
    { "{+pp}41", "%2541" },
    { "{+p4}1", "%2541" },
    { "{pp}41", "%2541" },

    /* prefixes */

    { "{v:1}{v:4}{v:5}{v:6}", "vvaluvaluevalue" },
    { "({e:3})({?e:3})({;e:3})", "()(?e=)(;e)" },
    { "{gr:2}", "%CE%B1%CE%B2" },
    { "{+gr:2}", "%CE%B1%CE%B2" },
    { "{esc:3}", "a%C3%A9%0A" },
    { "{esc:4}", "a%C3%A9%0A%F0%9D%84%9E" },
    { "{nul:3}{undef:3}", "" },
    { "{p:2}", "%252" },
    { "{+p:1}", "%2F" },
    { "{+p:2}", "%2Fx" },
    { "{+p:3}", "%2Fx%c3%a9" },
    { "{#p:4}", "#%2Fx%c3%a9y" },
    { "{+p:5}", "%2Fx%c3%a9y%25" },
    { "{+seq:1}", "%E2%82%AC" },
    { "{+seq:2}", "%E2%82%AC%80" },
    { "{+seq:4}", "%E2%82%AC%80%80z" },
    { "{+cont:2}", "%80%81" },
    { "{+four:1}", "%F0%9D%84%9E" },
    { "{+half:1}", "%C3" },
    { "{+half:2}", "%C3z" },
    { "{n:3}", NULL },
    { "{t:3}", NULL },
    { "{l:3}", NULL },
    { "{o:3}", NULL },
    { "{el:3}", NULL },

    /* what cannot be written */

    { "{lone}", NULL },
    { "{?lone}", NULL },
    { "{lone:1}", NULL },
    { "{ll}", NULL },
    { "{ll*}", NULL },
    { "{lo}", NULL },
    { "{lo*}", NULL },
    { "{deep}", NULL },
    { "{deep*}", NULL },
    { "{?deep*}", NULL },
    { "{deeo}", NULL },
    { "{?deeo*}", NULL },
    { "{dn}", NULL },
    { "{?dn*}", NULL },

    /* names are written as they are spelled */

    { "{?last.name,%C3%A9}", "?last.name=Doe&%C3%A9=e" },
    { "{;%C3%A9}", ";%C3%A9=e" },

    { "/v1/orders/{v}{?l*}", "/v1/orders/value?l=a&l=1&l=false&l=" },

    { NULL, NULL }
};


static void
test_expand(void)
{
    ngx_int_t                           rc;
    ngx_str_t                           json, out;
    const expand_t                     *e;
    ngx_pool_t                         *pool;
    ngx_http_mcp_json_t                 value;
    ngx_http_mcp_template_t             t;
    const ngx_http_mcp_template_var_t  *bad;

    json = exact(variables, strlen(variables));
    value = scan(&json);

    for (e = expansions; e->text; e++) {

        pool = tap_pool();
        bad = NULL;
        ngx_str_set(&out, "-");

        parse(pool, e->text, &t);

        rc = ngx_http_mcp_template_expand(pool, &t, lookup, &value, &out,
                                          &bad);

        if (e->expected) {
            ok(rc == NGX_OK, "expand: %s", e->text);
            is_str(&out, e->expected, "gives %s", e->expected);

        } else {
            ok(rc == NGX_DECLINED && bad != NULL, "not written: %s",
               e->text);
        }

        ngx_destroy_pool(pool);
    }

    free(json.data);
}


static void
test_bad(void)
{
    ngx_int_t                           rc;
    ngx_str_t                           json, out;
    ngx_pool_t                         *pool;
    ngx_http_mcp_json_t                 value;
    ngx_http_mcp_template_t             t;
    ngx_http_mcp_template_var_t        *var;
    ngx_http_mcp_template_part_t       *part;
    const ngx_http_mcp_template_var_t  *bad;

    pool = tap_pool();

    ngx_str_set(&json, "{\"a\": 1, \"b\": [[]], \"c\": [[]]}");
    value = scan(&json);

    parse(pool, "/x{a}{?a,b,c}", &t);
    part = t.parts.elts;
    var = part[2].vars.elts;

    rc = ngx_http_mcp_template_expand(pool, &t, lookup, &value, &out, &bad);
    ok(rc == NGX_DECLINED && bad == &var[1],
       "the first variable that cannot be written is named");

    rc = ngx_http_mcp_template_expand(pool, &t, lookup_error, &value, &out,
                                      &bad);
    ok(rc == NGX_ERROR && bad == NULL, "an error of the lookup is passed on");

    rc = ngx_http_mcp_template_expand(pool, &t, lookup_none, &value, &out,
                                      &bad);
    ok(rc == NGX_OK && same(&out, "/x") && bad == NULL,
       "a value without a type is undefined");

    ngx_destroy_pool(pool);
}


/* bytes of small blocks and the number of large ones */

static size_t
given(ngx_pool_t *pool)
{
    size_t             n;
    ngx_pool_large_t  *l;

    n = pool->d.last - (u_char *) pool;

    for (l = pool->large; l; l = l->next) {
        n += (l->alloc != NULL);
    }

    return n;
}


static void
test_cost(void)
{
    size_t                              before, max;
    ngx_int_t                           rc;
    ngx_str_t                           json, out;
    ngx_pool_t                         *pool;
    ngx_http_mcp_json_t                 value;
    ngx_http_mcp_template_t             t;
    const ngx_http_mcp_template_var_t  *bad;

    pool = tap_pool();

    ngx_str_set(&json, "{\"id\": \"ord-000042\", \"expand\":"
                       " [\"customer\", \"lines\", \"invoice\"]}");
    value = scan(&json);

    parse(pool, "/v1/orders/{id}{?expand*}", &t);
    max = t.text.len + 128;

    before = given(pool);
    rc = ngx_http_mcp_template_expand(pool, &t, lookup, &value, &out, &bad);

    ok(rc == NGX_OK && same(&out, "/v1/orders/ord-000042?expand=customer"
                                  "&expand=lines&expand=invoice"),
       "a typical request line");
    ok(given(pool) > before && given(pool) - before <= max,
       "takes one small block");

    parse(pool, "{?a,b}", &t);

    before = given(pool);
    rc = ngx_http_mcp_template_expand(pool, &t, lookup, &value, &out, &bad);

    ok(rc == NGX_OK && out.len == 0 && given(pool) == before,
       "an empty result takes no memory");
    ok(out.data != NULL, "and still points somewhere");

    ngx_destroy_pool(pool);
}


/* "{"v": VALUES}", with "n" times "item", "," between them if it is a list */

static ngx_str_t
repeat(ngx_uint_t n, const char *item, ngx_uint_t list)
{
    u_char      *p;
    ngx_str_t    s;
    ngx_uint_t   i;

    s.data = malloc(n * (strlen(item) + 1) + 32);

    if (s.data == NULL) {
        exit(2);
    }

    p = ngx_cpymem(s.data, list ? "{\"v\":[" : "{\"v\":\"", 6);

    for (i = 0; i < n; i++) {

        if (list && i) {
            *p++ = ',';
        }

        p = ngx_cpymem(p, item, strlen(item));
    }

    *p++ = list ? ']' : '"';
    *p++ = '}';

    s.len = p - s.data;

    return s;
}


static ngx_uint_t
consists(const ngx_str_t *s, size_t from, ngx_uint_t n, const char *item)
{
    size_t      len;
    ngx_uint_t  i;

    len = strlen(item);

    if (s->len != from + n * len) {
        return 0;
    }

    for (i = 0; i < n; i++) {
        if (memcmp(s->data + from + i * len, item, len) != 0) {
            return 0;
        }
    }

    return 1;
}


static void
test_long(void)
{
    ngx_int_t                           rc;
    ngx_str_t                           json, out;
    ngx_pool_t                         *pool;
    ngx_http_mcp_json_t                 value;
    ngx_http_mcp_template_t             t;
    const ngx_http_mcp_template_var_t  *bad;

    pool = tap_pool();

    json = repeat(100000, "\xc3\xa9 ", 0);
    value = scan(&json);

    parse(pool, "/{v}", &t);
    rc = ngx_http_mcp_template_expand(pool, &t, lookup, &value, &out, &bad);
    ok(rc == NGX_OK && consists(&out, 1, 100000, "%C3%A9%20"),
       "a long string");

    parse(pool, "{v:9999}", &t);
    rc = ngx_http_mcp_template_expand(pool, &t, lookup, &value, &out, &bad);
    ok(rc == NGX_OK && out.len == 5000 * 6 + 4999 * 3,
       "the longest prefix of it");

    free(json.data);

    json = repeat(20000, "\"\\u00e9\"", 1);
    value = scan(&json);

    parse(pool, "/x{?v*}", &t);
    rc = ngx_http_mcp_template_expand(pool, &t, lookup, &value, &out, &bad);

    if (out.len > 2) {
        out.data[2] = '&';
    }

    ok(rc == NGX_OK && consists(&out, 2, 20000, "&v=%C3%A9"), "a long list");

    free(json.data);

    json = repeat(800000, "\xc3\xa9", 0);
    value = scan(&json);

    parse(pool, "/{v}", &t);

    if (ngx_http_mcp_test_starve(1)) {
        rc = ngx_http_mcp_template_expand(pool, &t, lookup, &value, &out,
                                          &bad);
        ngx_http_mcp_test_starve(0);

        ok(rc == NGX_ERROR && bad == NULL, "no memory for a longer one");
    }

    free(json.data);
    ngx_destroy_pool(pool);
}


static const query_t  queries[] = {
    { "match[]", "[\"a b\", \"c\"]", 0, 1,
      "match%5B%5D=a%20b&match%5B%5D=c" },
    { "match[]", "[\"a\", \"c\"]", 0, 0, "match%5B%5D=a,c" },
    { "a.b", "\"x&y\"", 0, 0, "a.b=x%26y" },
    { "a&b=c", "1", 0, 0, "a%26b%3Dc=1" },
    { "a%5B", "[1]", 0, 1, "a%255B=1" },
    { "a%5B", "true", 0, 0, "a%255B=true" },
    { "a%5B", "[1]", 0, 0, "a%255B=1" },
    { "n[]", "\"\"", 0, 0, "n%5B%5D=" },
    { "n[]", "\"value\"", 3, 0, "n%5B%5D=val" },
    { "n[]", "7", 3, 0, NULL },
    { "n[]", "{\"a\": 1, \"b&\": \"2\"}", 0, 1, "a=1&b%26=2" },
    { "n[]", "{\"a\": 1, \"b\": \"2\"}", 0, 0, "n%5B%5D=a,1,b,2" },
    { "n[]", "null", 0, 0, "" },
    { "n[]", "[]", 0, 1, "" },
    { "n[]", "[null]", 0, 0, "" },
    { "n[]", "{}", 0, 1, "" },
    { "n[]", "[[]]", 0, 1, NULL },
    { "n[]", "\"\\udead\"", 0, 0, NULL },
    { NULL, NULL, 0, 0, NULL }
};


static void
test_query(void)
{
    ngx_int_t                     rc;
    ngx_str_t                     name, json, out;
    const query_t                *q;
    ngx_pool_t                   *pool;
    ngx_http_mcp_json_t           value;
    ngx_http_mcp_template_var_t   var;

    for (q = queries; q->name; q++) {

        pool = tap_pool();
        name = exact(q->name, strlen(q->name));
        json = exact(q->value, strlen(q->value));
        value = scan(&json);

        ngx_memzero(&var, sizeof(ngx_http_mcp_template_var_t));
        ngx_str_set(&var.name, "unused");
        var.prefix = q->prefix;
        var.explode = q->explode;

        ngx_str_set(&out, "-");

        rc = ngx_http_mcp_template_query(pool, &name, &var, &value, &out);

        if (q->expected) {
            ok(rc == NGX_OK, "query: %s, %s", q->name, q->value);
            is_str(&out, q->expected, "gives %s", q->expected);

        } else {
            ok(rc == NGX_DECLINED, "no query: %s, %s", q->name,
               q->value);
        }

        free(name.data);
        free(json.data);
        ngx_destroy_pool(pool);
    }

    ngx_memzero(&value, sizeof(ngx_http_mcp_json_t));
    ngx_str_set(&name, "x");
    ngx_str_set(&out, "-");
    pool = tap_pool();

    rc = ngx_http_mcp_template_query(pool, &name, &var, &value, &out);
    ok(rc == NGX_OK && out.len == 0 && out.data != NULL,
       "query: no value, no text");

    ngx_destroy_pool(pool);
}


int
main(void)
{
    test_refused();
    test_parsed();
    test_expand();
    test_bad();
    test_cost();
    test_long();
    test_query();

    return tap_done();
}

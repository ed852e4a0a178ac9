
/*
 * Copyright (C) mcp-nginx contributors
 *
 * JSON Schema: what a violation says, numbers that are exact, and faults
 * that a schema is refused for.  The keywords themselves are tested by the
 * public suite (suite_json_schema.c).
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "jsonschema_door.h"


#define says(schema, json, wanted)                                            \
    door_says(schema, 0, json, wanted, "a violation")

#define refused(schema, wanted)                                               \
    door_says(schema, 1, "0", wanted, "a fault of " schema)


static void
test_texts(void)
{
    says("{\"type\":\"integer\"}", "\"5\"",
         ": must be of type integer, not string");
    says("{\"type\":\"integer\"}", "1.5",
         ": must be of type integer, not number with a fraction");
    says("{\"type\":[\"string\",\"null\",\"array\"]}", "1",
         ": must be of type array, string or null, not number");
    says("{\"enum\":[\"a\",\"b\",1]}", "\"c\"",
         ": must be one of \"a\", \"b\", 1");
    says("{\"const\":{\"a\":1}}", "2", ": must be {\"a\":1}");
    says("{\"minimum\":1}", "0", ": must be >= 1");
    says("{\"exclusiveMinimum\":1.50}", "1.5", ": must be > 1.50");
    says("{\"maximum\":1,\"multipleOf\":0.5}", "1.2",
         ": must be <= 1; : must be a multiple of 0.5");
    says("{\"exclusiveMaximum\":1}", "1", ": must be < 1");
    says("{\"minLength\":2}", "\"\\u00e9\"",
         ": must have at least 2 characters");
    says("{\"maxLength\":1}", "\"ab\"", ": must have at most 1 character");
    says("{\"pattern\":\"^[A-Z]+$\"}", "\"ab\"",
         ": must match the pattern \"^[A-Z]+$\"");
    says("{\"minItems\":1}", "[]", ": must have at least 1 item");
    says("{\"maxItems\":1}", "[1,2]", ": must have at most 1 item");
    says("{\"uniqueItems\":true}", "[1,{\"a\":[1,2]},{\"a\":[1.0,2]}]",
         "/2: must differ from all other items");
    says("{\"contains\":{\"type\":\"string\"}}", "[1]",
         ": must have at least 1 item that matches \"contains\", has 0");
    says("{\"contains\":{\"type\":\"string\"},\"maxContains\":1}",
         "[\"a\",\"b\"]",
         ": must have at most 1 item that matches \"contains\", has 2");
    says("{\"prefixItems\":[true],\"items\":false}", "[1,2]",
         "/1: is too much, at most 1 item may be here");
    says("{\"prefixItems\":[true],\"unevaluatedItems\":false}", "[1,2]",
         "/1: is an item too much");
    says("{\"not\":{\"type\":\"null\"}}", "null",
         ": must not match the schema in \"not\"");
    says("false", "1", ": is not allowed here");
}


static void
test_objects(void)
{
    says("{\"required\":[\"a\",\"b\"]}", "{}",
         ": must have the property \"a\"; : must have the property \"b\"");
    says("{\"minProperties\":1}", "{}", ": must have at least 1 property");
    says("{\"maxProperties\":0}", "{\"a\":1}",
         ": must have at most 0 properties");
    says("{\"properties\":{\"a\":{},\"b\":{}},\"additionalProperties\":false}",
         "{\"c\":1}", "/c: is a property that is not known here, known:"
         " \"a\", \"b\"");
    says("{\"unevaluatedProperties\":false}", "{\"c\":1}",
         "/c: is a property that is not known here");
    says("{\"propertyNames\":{\"maxLength\":2}}", "{\"abc\":1}",
         "/abc: the name must have at most 2 characters");
    says("{\"dependentRequired\":{\"a\":[\"b\"]}}", "{\"a\":1}",
         ": must have the property \"b\", since it has \"a\"");
    says("{\"dependencies\":{\"a\":[\"b\"],\"c\":{\"required\":[\"d\"]}}}",
         "{\"a\":1,\"c\":2}",
         ": must have the property \"b\", since it has \"a\";"
         " : must have the property \"d\"");
    says("{\"properties\":{\"lines\":{\"items\":{\"properties\":{\"qty\":"
         "{\"minimum\":1}}}}}}", "{\"lines\":[{\"qty\":0},{\"qty\":-1}]}",
         "/lines/0/qty: must be >= 1; /lines/1/qty: must be >= 1");
    says("{\"additionalProperties\":{\"type\":\"null\"}}",
         "{\"a/b\":1,\"c~d\":1,\"\\u0065\\ud800\":1}",
         "/a~1b: must be of type null, not number;"
         " /c~0d: must be of type null, not number;"
         " /e\xef\xbf\xbd: must be of type null, not number");
    says("{\"properties\":{\"\\u0061\":{\"type\":\"null\"}}}",
         "{\"\\u0061\":1}", "/a: must be of type null, not number");
}


/* of several alternatives the one that was meant is named */

static void
test_alternatives(void)
{
    static const char  shapes[] =
        "{\"oneOf\":["
        "{\"properties\":{\"kind\":{\"const\":\"circle\"},"
        "\"r\":{\"minimum\":0}},\"required\":[\"kind\",\"r\"]},"
        "{\"$ref\":\"#/$defs/square\"}],"
        "\"$defs\":{\"square\":{\"properties\":{\"kind\":"
        "{\"enum\":[\"square\"]}},\"required\":[\"kind\",\"side\"]}}}";

    says(shapes, "{\"kind\":\"circle\",\"r\":-1}", "/r: must be >= 0");
    says(shapes, "{\"kind\":\"square\"}",
         ": must have the property \"side\"");
    says(shapes, "{\"kind\":\"line\"}",
         ": must match one of the 2 alternatives");
    says("{\"anyOf\":[{\"type\":\"string\",\"minLength\":2},"
         "{\"type\":\"null\"}]}", "\"\"",
         ": must have at least 2 characters");
    says("{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}", "1",
         ": must be of type string or null, not number");
    says("{\"anyOf\":[{\"type\":\"string\",\"minLength\":2},"
         "{\"type\":\"string\",\"pattern\":\"^$\"}]}", "\"a\"",
         ": must match one of the 2 alternatives (string)");
    says("{\"oneOf\":[{\"minimum\":1},{\"maximum\":5}]}", "3",
         ": must match exactly one of the 2 alternatives,"
         " matches number 1 and 2");
    says("{\"if\":{\"minimum\":5},\"then\":{\"multipleOf\":5},"
         "\"else\":{\"maximum\":1}}", "7", ": must be a multiple of 5");
}


static void
test_limits(void)
{
    char         answer[DOOR_TEXT];
    door_t       d;
    ngx_uint_t   i, n;

    door_open(&d, "{\"items\":{\"type\":\"null\"}}", 0);

    (void) door_check(&d, "[1,2,3,4,5,6,7,8,9,10,11,12]", 10, 0, answer);

    for (i = 0, n = 1; answer[i]; i++) {
        n += (answer[i] == ';');
    }

    ok(n == 10, "ten violations at most");

    (void) door_check(&d, "[1,2,3]", 2, 0, answer);
    ok(strcmp(answer, "/0: must be of type null, not number;"
                      " /1: must be of type null, not number") == 0,
       "as many as are wanted");

    ok(door_check(&d, "[1,2,3]", 0, 0, answer) == NGX_DECLINED,
       "the verdict alone");
    ok(door_check(&d, "[null,null]", 0, 2, answer) == NGX_ABORT,
       "over the cap of steps");

    door_close(&d);
}


/* schemas and values that would take for ever */

static void
test_bounds(void)
{
    char     answer[DOOR_TEXT], *text;
    size_t   i;
    door_t   d;

    /* each definition applies the next one twice: 2^40 */

    text = malloc(65536);
    i = sprintf(text, "{\"$ref\":\"#/$defs/0\",\"$defs\":{");

    for (int k = 0; k < 40; k++) {
        i += sprintf(text + i, "\"%d\":{\"allOf\":[{\"$ref\":\"#/$defs/%d\"},"
                     "{\"$ref\":\"#/$defs/%d\"}]},", k, k + 1, k + 1);
    }

    sprintf(text + i, "\"40\":true}}");

    door_open(&d, text, 0);
    ok(d.rc == NGX_OK && door_check(&d, "1", 0, 0, answer) == NGX_ABORT,
       "schemas that double forty times are too complex");
    door_close(&d);

    door_open(&d, "{\"pattern\":\"^(a|a)*$\"}", 0);
    ok(door_check(&d, "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\"",
                  10, 0, answer) == NGX_ABORT,
       "a pattern that goes back for ever is too complex");
    door_close(&d);

    /* 40 kB of one letter, each a place to begin */

    text[0] = '"';
    memset(text + 1, 'a', 40000);
    strcpy(text + 40001, "\"");

    door_open(&d, "{\"pattern\":\"a*a*a*b\"}", 0);
    ok(door_check(&d, text, 10, 0, answer) != NGX_OK,
       "a pattern of many beginnings ends");
    door_close(&d);

    door_open(&d, "{\"pattern\":\"^[a-z]*$\",\"minLength\":40000}", 0);
    ok(door_check(&d, text, 10, 0, answer) == NGX_OK,
       "a long text is fine where the work is not");
    door_close(&d);

    /* 10,000 equal items, then 10,000 unequal ones */

    for (i = 0; i < 10000; i++) {
        memcpy(text + 2 * i, "1,", 2);
    }

    text[0] = '[';
    memcpy(text + 20000, "1]", 3);
    text[1] = ' ';

    door_open(&d, "{\"uniqueItems\":true}", 0);
    ok(door_check(&d, text, 1, 0, answer) == NGX_DECLINED,
       "many equal items");

    text[0] = '[';

    for (i = 0, text[1] = '\0'; i < 8000; i++) {
        sprintf(text + 1 + 7 * i, "%6u,", (unsigned) i);
    }

    strcpy(text + 7 * i, "]");

    ok(door_check(&d, text, 1, 0, answer) == NGX_OK, "many unequal items");
    door_close(&d);

    door_open(&d, "{\"$dynamicAnchor\":\"a\",\"$dynamicRef\":\"#a\"}", 0);
    ok(d.rc == NGX_OK && door_check(&d, "1", 0, 0, answer) == NGX_ABORT,
       "a dynamic reference to itself is too complex");
    door_close(&d);

    free(text);
}


static void
test_numbers(void)
{
    size_t   i;

    static const struct {
        const char  *schema;
        const char  *good;
        const char  *bad;
    } t[] = {
        { "{\"const\":9007199254740993}", "9007199254740993.0",
          "9007199254740992" },
        { "{\"enum\":[1.0]}", "1", "1.0000000000000000000000001" },
        { "{\"const\":{\"a\":[1e2]}}", "{\"a\":[100]}", "{\"a\":[101]}" },
        { "{\"maximum\":18446744073709551615}", "18446744073709551615",
          "18446744073709551616" },
        { "{\"minimum\":0.1}", "0.10", "0.09999999999999999999999999" },
        { "{\"multipleOf\":0.01}", "19.99", "19.999" },
        { "{\"multipleOf\":0.1}", "1e300", "0.05" },
        { "{\"multipleOf\":7}", "7e400", "1e400" },
        { "{\"multipleOf\":1e-8}", "12391239123", "1e-9" },
        { "{\"multipleOf\":1e3}", "-25000", "25100" },
        { "{\"multipleOf\":25}", "1e2", "10" },
        { "{\"multipleOf\":576460752303423488}", "1e59", "1e58" },
        { "{\"multipleOf\":999999999999999999}",
          "999999999999999999999999999999999999", "1e36" },
        { "{\"multipleOf\":0.123456789}", "-0.00", "1e308" },
        { "{\"type\":\"integer\"}", "1e999999999", "1e-999999999" },
        { "{\"maxLength\":2.0}", "\"ab\"", "\"abc\"" },
        { "{\"maxItems\":1e0}", "[1]", "[1,2]" },
        { "{\"maxItems\":1e400}", "[1,2]", NULL },
        { "{\"uniqueItems\":true}", "[9007199254740992,9007199254740993]",
          "[1e1,10.0]" },
        { "{\"uniqueItems\":true}", "[0,false,\"\",null,[],{},\"0\"]",
          "[{\"a\":1,\"b\":2},{\"b\":2.0,\"\\u0061\":1}]" },
        { "{\"uniqueItems\":true}", "[\"\\ud800\",\"\\ud801\"]",
          "[\"\\ud800\",\"\\uD800\"]" },
        { "{\"const\":\"a/b\"}", "\"a\\/\\u0062\"", "\"a\\\\b\"" },
        { "{\"maxLength\":1}", "\"\\ud83d\\udca9\"",
          "\"\xf0\x9f\x92\xa9\xf0\x9f\x92\xa9\"" }
    };

    for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        char    answer[DOOR_TEXT];
        door_t  d;

        door_open(&d, t[i].schema, 0);

        ok(d.rc == NGX_OK
           && door_check(&d, t[i].good, 0, 0, answer) == NGX_OK,
           "%s takes %s", t[i].schema, t[i].good);

        if (t[i].bad) {
            ok(d.rc == NGX_OK
               && door_check(&d, t[i].bad, 0, 0, answer) == NGX_DECLINED,
               "%s refuses %s", t[i].schema, t[i].bad);
        }

        door_close(&d);
    }
}


static void
test_faults(void)
{
    refused("{\"a\":1,\"a\":2}",
            ": the document is refused at byte 7: a member name twice");
    refused("[1]", ": a schema must be an object or a boolean");
    refused("{\"properties\":{\"a b\":{\"items\":[true]}}}",
            "/properties/a b/items: a schema must be an object or a boolean");
    refused("{\"minLength\":-1}",
            "/minLength: \"minLength\" must be a non-negative integer");
    refused("{\"maxItems\":1.5}",
            "/maxItems: \"maxItems\" must be a non-negative integer");
    refused("{\"minimum\":\"1\"}", "/minimum: \"minimum\" must be a number");
    refused("{\"multipleOf\":0}",
            "/multipleOf: \"multipleOf\" must be a number above 0");
    refused("{\"multipleOf\":1.000000000000000000001}",
            "/multipleOf: \"multipleOf\" must be of at most 18 significant"
            " digits");
    refused("{\"type\":\"int\"}",
            "/type: \"type\" must be one or several of null, boolean, number,"
            " integer, string, array, object");
    refused("{\"type\":[]}",
            "/type: \"type\" must be one or several of null, boolean, number,"
            " integer, string, array, object");
    refused("{\"required\":\"a\"}",
            "/required: \"required\" must be an array of names");
    refused("{\"required\":[1]}", "/required/0: a string is needed here");
    refused("{\"properties\":[]}",
            "/properties: \"properties\" must be an object of schemas");
    refused("{\"allOf\":[]}", "/allOf: \"allOf\" must be an array of schemas");
    refused("{\"enum\":{}}", "/enum: \"enum\" must be an array");
    refused("{\"uniqueItems\":1}",
            "/uniqueItems: \"uniqueItems\" must be true or false");
    refused("{\"dependentRequired\":{\"a\":1}}",
            "/dependentRequired/a: \"dependentRequired\" must be an object of"
            " arrays of names");
    refused("{\"format\":\"idn-email\"}",
            "/format: the format \"idn-email\" cannot be checked");
    refused("{\"pattern\":\"(\"}",
            "/pattern: the pattern cannot be used: a ( is not closed");
    refused("{\"patternProperties\":{\"\\\\a\":true}}",
            "/patternProperties/\\a: the pattern cannot be used: an escape"
            " that ECMA-262 does not have");
    refused("{\"required\":[\"\\ud800\"]}",
            "/required/0: a lone surrogate cannot be compared");
}


static void
test_references(void)
{
    refused("{\"allOf\":[{\"$ref\":\"#/$defs/a~1b\"}]}",
            "/allOf/0/$ref: the reference \"#/$defs/a~1b\" leads nowhere");
    refused("{\"$ref\":\"#a\"}", "/$ref: there is no anchor \"a\"");
    refused("{\"$ref\":\"#%4\"}", "/$ref: a broken percent escape");
    refused("{\"$ref\":\"http://x/y#z\"}",
            "/$ref: there is no schema \"http://x/y\" to refer to");
    refused("{\"$ref\":1}", "/$ref: \"$ref\" must be a URI reference");
    refused("{\"$ref\":\"#\"}", ": the schema leads back to itself");
    refused("{\"$defs\":{\"a\":{\"anyOf\":[{\"not\":{\"$ref\":\"#/$defs/a\"}}"
            "]}}}", "/$defs/a/anyOf/0/not: the schema leads back to itself");
    refused("{\"$recursiveRef\":\"#\"}",
            "/$recursiveRef: \"$recursiveRef\" is not of JSON Schema 2020-12");
    refused("{\"$schema\":\"http://json-schema.org/draft-07/schema#\"}",
            "/$schema: the dialect \"http://json-schema.org/draft-07/schema#\""
            " is not known, use"
            " \"https://json-schema.org/draft/2020-12/schema\"");
    refused("{\"$id\":\"a#b\"}",
            "/$id: a \"$id\" must not have a fragment");
    refused("{\"$defs\":{\"a\":{\"$anchor\":\"x\"},\"b\":{\"$anchor\":\"x\"}}}",
            "/$defs/b/$anchor: the anchor \"x\" is there twice");
    refused("{\"$anchor\":\"a b\"}",
            "/$anchor: an anchor must be a plain name");
    refused("{\"$defs\":{\"a\":{\"$id\":\"u:x\"},\"b\":{\"$id\":\"u:x\"}}}",
            "/$defs/b/$id: the URI \"u:x\" is another schema's");
}


/* documents of the caller: references, dialects and their faults */

static void
test_documents(void)
{
    ngx_int_t                            rc;
    ngx_str_t                            text;
    ngx_pool_t                          *pool;
    ngx_http_mcp_jsonschema_t           *schema;
    ngx_http_mcp_jsonschema_compile_t    c;

    static ngx_http_mcp_jsonschema_document_t  documents[] = {
        { ngx_string("http://h/good.json"), ngx_string("{\"$id\":\"b\"}") },
        { ngx_string("http://h/bad.json"),
          ngx_string("{\"items\":{\"minimum\":null}}") },
        { ngx_string("http://h/meta"),
          ngx_string("{\"$vocabulary\":{\"http://h/v\":true}}") },
        { ngx_string("http://h/bare"), ngx_string("{}") }
    };

    ngx_memzero(&c, sizeof(ngx_http_mcp_jsonschema_compile_t));
    ngx_str_set(&c.uri, "http://h/x/y.json");
    c.documents = documents;
    c.ndocuments = 4;

    pool = tap_pool();

    ngx_str_set(&text, "{\"$ref\":\"../good.json\",\"not\":{\"$ref\":"
                       "\"http://h/b\"}}");
    rc = ngx_http_mcp_jsonschema_compile(pool, &c, &text, &schema);
    ok(rc == NGX_OK, "a document by its URI and by its $id");

    ngx_str_set(&text, "{\"$ref\":\"/bad.json\"}");
    rc = ngx_http_mcp_jsonschema_compile(pool, &c, &text, &schema);
    ok(rc == NGX_DECLINED, "a fault in another document");
    is_str(&c.document, "http://h/bad.json", "its URI is given");
    is_str(&c.pointer, "/items/minimum", "and the pointer there");

    ngx_str_set(&text, "{\"$schema\":\"http://h/meta\"}");
    rc = ngx_http_mcp_jsonschema_compile(pool, &c, &text, &schema);
    ok(rc == NGX_DECLINED, "a vocabulary that is needed and not known");
    is_str(&c.error,
           "the vocabulary \"http://h/v\" is needed and not known",
           "its name is given");

    ngx_str_set(&text, "{\"$schema\":\"http://h/bare\"}");
    rc = ngx_http_mcp_jsonschema_compile(pool, &c, &text, &schema);
    ok(rc == NGX_DECLINED, "a dialect without vocabularies");

    ngx_destroy_pool(pool);
}


int
main(void)
{
    test_texts();
    test_objects();
    test_alternatives();
    test_limits();
    test_bounds();
    test_numbers();
    test_faults();
    test_references();
    test_documents();

    return tap_done();
}

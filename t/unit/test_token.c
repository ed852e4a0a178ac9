
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Reason words, issuers of tokens and keys, and of the claims of a token
 * its times and its audience (authorization.md 2.5, 2.6, 1.5).
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_token.h"
#include "token_door.h"


static void
test_reasons(void)
{
    ngx_uint_t        i, j, wrong;
    const ngx_str_t  *a, *b;

    for (wrong = 0, i = 0; i < NGX_HTTP_MCP_TOKEN_REASONS; i++) {
        a = ngx_http_mcp_token_reason(i);
        wrong += (a->len == 0) != (i == OK);

        for (j = 0; j < i; j++) {
            b = ngx_http_mcp_token_reason(j);
            wrong += a->len == b->len
                     && ngx_memcmp(a->data, b->data, a->len) == 0;
        }
    }

    ok(wrong == 0, "every reason has a word of its own");

    is_str(ngx_http_mcp_token_reason(NGX_HTTP_MCP_TOKEN_ABSENT), "absent",
           "the first word");
    is_str(ngx_http_mcp_token_reason(KIND), "kind", "a word between");
    is_str(ngx_http_mcp_token_reason(NGX_HTTP_MCP_TOKEN_MEMORY), "memory",
           "the last word");
}


/* V-7 */

static void
test_issuer(void)
{
    door_t       door;
    size_t       i;
    ngx_str_t    iss;
    ngx_uint_t   got;
    provider_t   p;

    static const struct {
        const char  *issuer;
        const char  *claims;
        const char  *iss;
        ngx_uint_t   good;
    } tests[] = {
        { "https://a.example", "{}", "https://a.example", 1 },
        { "https://a.example", "{}", "https://a.example/", 0 },
        { "https://a.example/", "{}", "https://a.example", 0 },
        { "https://a.example", "{}", "https://A.example", 0 },
        { "https://a.example", "{}", "https://a.exampl", 0 },
        { "https://a.example", "{}", "", 0 },
        { "https://a.example", "{\"tid\":\"" TID "\"}", "https://a.example",
          1 },
        { "https://k.example/realms/a", "{}", "https://k.example/realms/b",
          0 },
        { "", "{}", "", 0 },

        { TEMPLATE, "{\"tid\":\"" TID "\"}", ENTRA TID "/v2.0", 1 },
        { ENTRA "{TenantId}/v2.0", "{\"tid\":\"" TID "\"}",
          ENTRA TID "/v2.0", 1 },
        { "{tenantid}", "{\"tid\":\"" TID "\"}", TID, 1 },
        { "{tenantid}/{tenantid}", "{\"tid\":\"" TID "\"}", TID "/" TID, 1 },
        { "{tenantid}/{tenantid}", "{\"tid\":\"" TID "\"}", TID "/" TID2,
          0 },
        { TEMPLATE, "{\"tid\":\"" TID2 "\"}", ENTRA TID "/v2.0", 0 },
        { TEMPLATE, "{\"tid\":\"" TID "\"}", ENTRA TID2 "/v2.0", 0 },
        { TEMPLATE, "{\"tid\":\"" TID "\"}", ENTRA TID "/v1.0", 0 },
        { TEMPLATE, "{\"tid\":\"" TID "\"}", ENTRA TID "/v2.0/", 0 },
        { TEMPLATE, "{\"tid\":\"" TID "\"}", ENTRA TID "/V2.0", 0 },
        { TEMPLATE, "{\"tid\":\"" TID "\"}", ENTRA TID, 0 },
        { TEMPLATE, "{\"tid\":\"" TID "\"}", ENTRA, 0 },
        { TEMPLATE, "{\"tid\":\"" TID "\"}", TEMPLATE, 0 },
        { TEMPLATE, "{}", TEMPLATE, 0 },
        { TEMPLATE, "{}", ENTRA TID "/v2.0", 0 },
        { TEMPLATE, "{\"TID\":\"" TID "\"}", ENTRA TID "/v2.0", 0 },
        { TEMPLATE, "{\"tid\":\"common\"}", ENTRA "common/v2.0", 0 },
        { TEMPLATE, "{\"tid\":\"\"}", ENTRA "/v2.0", 0 },
        { TEMPLATE, "{\"tid\":[\"" TID "\"]}", ENTRA TID "/v2.0", 0 },
        { TEMPLATE, "{\"tid\":\"11111111-2222-4333-8444-55555555555\"}",
          ENTRA "11111111-2222-4333-8444-55555555555/v2.0", 0 },
        { TEMPLATE, "{\"tid\":\"11111111-2222-4333-8444-5555555555555\"}",
          ENTRA "11111111-2222-4333-8444-5555555555555/v2.0", 0 },
        { TEMPLATE, "{\"tid\":\"" TID "5\"}", ENTRA TID "/v2.0", 0 },
        { TEMPLATE, "{\"tid\":\"11111111-2222-4333-8444-55555555555g\"}",
          ENTRA "11111111-2222-4333-8444-55555555555g/v2.0", 0 },
        { TEMPLATE, "{\"tid\":\"1111111122222433328444255555555555/x\"}",
          ENTRA "1111111122222433328444255555555555/x/v2.0", 0 },
        { TEMPLATE, "{\"tid\":\"11111111/2222/4333/8444/555555555555\"}",
          ENTRA "11111111/2222/4333/8444/555555555555/v2.0", 0 }
    };

    for (i = 0; i < count(tests); i++) {
        p = plain;
        p.issuer = tests[i].issuer;

        door_open(&door, &p);
        (void) door_check(&door, tests[i].claims);

        iss = tap_exact(tests[i].iss, ngx_strlen(tests[i].iss));

        got = ngx_http_mcp_token_issuer(&door.policy, &door.claims, &iss);
        ok(got == tests[i].good, "issuer \"%s\", %s: \"%s\" is %s",
           tests[i].issuer, tests[i].claims, tests[i].iss,
           tests[i].good ? "good" : "bad");

        got = ngx_http_mcp_token_key_issuer(&door.policy.issuer,
                                            &door.claims, &iss);
        ok(got == tests[i].good, "issuer of a key: the same");

        free(iss.data);
        door_close(&door);
    }
}


static void
test_issuer_again(void)
{
    static const check_t  tests[] = {
        { WITH("\"x\":1"), OK },
        { "{\"iss\":\"https://b.example\",\"sub\":\"a\"," LATER FOR
          "\"scope\":\"r\"}", ISS },
        { "{\"ISS\":\"https://as.example\",\"sub\":\"a\"," LATER FOR
          "\"scope\":\"r\"}", ISS },
        { "{\"ISS\":\"https://b.example\"," CLAIMS "}", OK },
        { "{\"ISS\":\"https://as.example\",\"iss\":\"https://b.example\","
          "\"sub\":\"a\"," LATER FOR "\"scope\":\"r\"}", ISS },
        { "{\"iss\":5," LATER FOR "\"scope\":\"r\",\"sub\":\"a\"}", ISS },
        { "{\"iss\":\"https://as.example\\u0000\",\"sub\":\"a\"," LATER FOR
          "\"scope\":\"r\"}", ISS },
        { "[]", ISS },
        { "{}", ISS }
    };

    static const check_t  opaque[] = {
        { "{\"sub\":\"a\"," FOR "\"scope\":\"r\"}", OK },
        { "{\"iss\":\"https://as.example\",\"sub\":\"a\"," FOR
          "\"scope\":\"r\"}", OK },
        { "{\"iss\":\"https://b.example\",\"sub\":\"a\"," FOR
          "\"scope\":\"r\"}", ISS },
        { "{\"iss\":null,\"sub\":\"a\"," FOR "\"scope\":\"r\"}", ISS }
    };

    run(&plain, tests, count(tests), 0);
    run(&plain, opaque, count(opaque), 1);
}


/* V-8: the limits, leeway 60 */

/* of a number of 63 bytes */
#define ZEROS  "0000000000000000000000000000000000000000000000000000"

static void
test_times(void)
{
    char     claims[512];
    door_t   door;
    size_t   i;

    static const struct {
        const char                   *times;
        int                           now;  /* from NOW on */
        ngx_uint_t                    opaque;
        ngx_uint_t                    max_age;
        ngx_http_mcp_token_reason_e   reason;
    } tests[] = {

        /* exp: the last second is that before exp + leeway */

        { "\"exp\":1700000000", -1, 0, 0, OK },
        { "\"exp\":1700000000", 0, 0, 0, OK },
        { "\"exp\":1700000000", 59, 0, 0, OK },
        { "\"exp\":1700000000", 60, 0, 0, EXP },
        { "\"exp\":1700000000", 61, 0, 0, EXP },
        { "\"exp\":1700000000.5", 60, 0, 0, OK },
        { "\"exp\":1700000000.5", 61, 0, 0, EXP },
        { "\"exp\":1.7e9", 59, 0, 0, OK },
        { "\"exp\":1.7e9", 60, 0, 0, EXP },
        { "\"exp\":4102444800", 0, 0, 0, OK },
        { "\"exp\":9007199254740991", 0, 0, 0, OK },
        { "\"exp\":9007199254740992", 0, 0, 0, EXP },
        { "\"exp\":1e16", 0, 0, 0, EXP },
        { "\"exp\":1e400", 0, 0, 0, EXP },
        { "\"exp\":1e-400", 0, 0, 0, EXP },
        { "\"exp\":-1", 0, 0, 0, EXP },
        { "\"exp\":-1700003600", 0, 0, 0, EXP },
        { "\"exp\":0", 0, 0, 0, EXP },
        { "\"exp\":-0", -1699999990, 0, 0, OK },
        { "\"exp\":-1e-9", -1699999990, 0, 0, EXP },
        { "\"exp\":\"1700003600\"", 0, 0, 0, EXP },
        { "\"exp\":null", 0, 0, 0, EXP },
        { "\"exp\":true", 0, 0, 0, EXP },
        { "\"exp\":[1700003600]", 0, 0, 0, EXP },
        { "\"EXP\":1700003600", 0, 0, 0, EXP },
        { "\"x\":1", 0, 0, 0, EXP },
        { "\"exp\":1700003600." ZEROS, 0, 0, 0, OK },
        { "\"exp\":1700003600.0" ZEROS, 0, 0, 0, EXP },

        /* an answer of introspection may leave it out */

        { "\"x\":1", 0, 1, 0, OK },
        { "\"exp\":1700000000", 59, 1, 0, OK },
        { "\"exp\":1700000000", 60, 1, 0, EXP },
        { "\"exp\":null", 0, 1, 0, EXP },
        { "\"exp\":\"never\"", 0, 1, 0, EXP },

        { LATER "\"nbf\":1700000060", -1, 0, 0, NBF },
        { LATER "\"nbf\":1700000060", 0, 0, 0, OK },
        { LATER "\"nbf\":1700000060.5", 0, 0, 0, NBF },
        { LATER "\"nbf\":1700000060.5", 1, 0, 0, OK },
        { LATER "\"nbf\":0", 0, 0, 0, OK },
        { LATER "\"nbf\":-5", 0, 0, 0, NBF },
        { LATER "\"nbf\":\"0\"", 0, 0, 0, NBF },
        { LATER "\"nbf\":null", 0, 0, 0, NBF },
        { LATER "\"nbf\":1e400", 0, 0, 0, NBF },
        { "\"nbf\":1700000061", 0, 1, 0, NBF },

        { LATER "\"iat\":1700000060", -1, 0, 0, IAT },
        { LATER "\"iat\":1700000060", 0, 0, 0, OK },
        { LATER "\"iat\":1700000060.5", 0, 0, 0, IAT },
        { LATER "\"iat\":1", 0, 0, 0, OK },
        { LATER "\"iat\":-1", 0, 0, 0, IAT },
        { LATER "\"iat\":\"1\"", 0, 0, 0, IAT },
        { LATER "\"iat\":null", 0, 0, 0, IAT },
        { "\"iat\":1700000061", 0, 1, 0, IAT },

        { LATER "\"iat\":1700000000", 160, 0, 100, OK },
        { LATER "\"iat\":1700000000", 161, 0, 100, IAT },
        { LATER "\"iat\":1699999999.5", 160, 0, 100, IAT },
        { LATER "\"x\":1", 0, 0, 100, IAT },
        { "\"x\":1", 0, 1, 100, OK },
        { "\"iat\":1700000000", 161, 1, 100, IAT },

        /* the order of the steps */

        { "\"exp\":1,\"nbf\":9e9,\"iat\":9e9", 0, 0, 0, EXP },
        { LATER "\"nbf\":9e9,\"iat\":9e9", 0, 0, 0, NBF }
    };

    for (i = 0; i < count(tests); i++) {
        door_open(&door, &plain);

        door.now = NOW + tests[i].now;
        door.opaque = tests[i].opaque;
        door.policy.max_age = tests[i].max_age;

        snprintf(claims, sizeof(claims), "{" WHO FOR "\"scope\":\"r\",%s}",
                 tests[i].times);

        is_reason(door_check(&door, claims), tests[i].reason,
                  tests[i].times);

        if (tests[i].reason == OK && door.facts.exp) {
            ok(door.now < door.facts.exp && door.now >= door.facts.nbf,
               "the facts agree");
        }

        door_close(&door);
    }
}


static void
test_times_facts(void)
{
    door_t  door;

    door_open(&door, &plain);

    (void) door_check(&door, WITH("\"nbf\":1700000010"));
    ok(door.facts.exp == 1700003660, "exp: leeway is included");
    ok(door.facts.nbf == 1699999950, "nbf: leeway is included");

    (void) door_check(&door, WITH("\"nbf\":30"));
    ok(door.facts.nbf == 0, "nbf: never below 0");

    (void) door_check(&door, "{" WHO FOR "\"scope\":\"r\","
                      "\"exp\":1700003600.25,\"nbf\":1699999999.25}");
    ok(door.facts.exp == 1700003661, "exp: a part of a second counts");
    ok(door.facts.nbf == 1699999940, "nbf: a part of a second counts");

    door.opaque = 1;

    ok(door_check(&door, "{" WHO FOR "\"scope\":\"r\"}") == OK
       && door.facts.exp == 0 && door.facts.nbf == 0, "exp, nbf: none");

    door.policy.leeway = 0;
    door.opaque = 0;

    is_reason(door_check(&door, "{" WHO FOR "\"scope\":\"r\","
                         "\"exp\":1700000001}"), OK, "no leeway");
    is_reason(door_check(&door, "{" WHO FOR "\"scope\":\"r\","
                         "\"exp\":1700000000}"), EXP, "no leeway");

    door_close(&door);
}


/* V-9 */

static void
test_audience(void)
{
    provider_t  p;

    static const check_t  nine[] = {
        { TO("\"api\""), OK },
        { TO("[\"api\"]"), OK },
        { TO("[\"other\",\"api\"]"), OK },
        { TO("\"other\""), AUD },
        { TO("[\"other\",\"another\"]"), AUD },
        { TO("[]"), AUD },
        { TO("[\"api\",5]"), AUD },
        { TO("{\"api\":1}"), AUD },
        { "{" WHO LATER "\"scope\":\"r\"}", AUD }
    };

    static const check_t  bytes[] = {
        { TO("\"API\""), AUD },
        { TO("\"api \""), AUD },
        { TO("\"ap\""), AUD },
        { TO("\"api/\""), AUD },
        { TO("\"api other\""), AUD },
        { TO("\"api\\u0000\""), AUD },
        { TO("\"\\u0061pi\""), OK },
        { TO("\"\""), AUD },
        { TO("null"), AUD },
        { TO("[null,\"api\"]"), AUD },
        { TO("[[\"api\"]]"), AUD },
        { TO("[\"\\ud800\",\"api\"]"), OK },
        { "{" WHO LATER "\"scope\":\"r\",\"AUD\":\"api\"}", AUD },
        { "{" WHO LATER "\"scope\":\"r\",\"resource\":\"api\"}", AUD }
    };

    /* one trailing "/" after an authority, and nothing else (1.5) */

    static const check_t  slash[] = {
        { TO("\"https://gw.example\""), OK },
        { TO("\"https://gw.example/\""), OK },
        { TO("[\"x\",\"https://gw.example/\"]"), OK },
        { TO("\"https://gw.example//\""), AUD },
        { TO("\"https://gw.example/mcp\""), AUD },
        { TO("\"HTTPS://gw.example\""), AUD },
        { TO("\"http://gw.example\""), AUD },
        { TO("\"https://gw.example.evil/\""), AUD },
        { TO("\"api://default/\""), OK },
        { TO("\"https://a.example/mcp\""), OK },
        { TO("\"https://a.example/mcp/\""), AUD },
        { TO("\"https://b.example/\""), OK },
        { TO("\"https://b.example\""), AUD },
        { TO("\"https://b.example//\""), AUD },
        { TO("\"https://c.example?q/\""), AUD },
        { TO("\"https://c.example#f/\""), AUD },
        { TO("\"urn:gw/\""), AUD },
        { TO("\"gw/\""), AUD },
        { TO("\"://gw/\""), AUD },
        { TO("\"gw:///\""), AUD },
        { TO("\"gw:/x/\""), AUD },
        { TO("\"gw:x/a/\""), AUD },
        { TO("\"a/b://c/\""), AUD },
        { TO("\"/\""), AUD }
    };

    run(&plain, nine, count(nine), 0);
    run(&plain, bytes, count(bytes), 0);
    run(&plain, nine, count(nine), 1);

    p = plain;
    p.audience = "https://gw.example https://a.example/mcp https://b.example/"
                 " api://default https://c.example?q https://c.example#f"
                 " urn:gw gw ://gw gw:// gw:/x gw:x/a a/b://c";

    run(&p, slash, count(slash), 0);
}


static void
test_audience_substitutes(void)
{
    door_t      door;
    provider_t  p;

    static const check_t  client[] = {
        { TO("\"other\""), AUD },
        { "{" CLAIMS ",\"client_id\":\"one\"}", OK },
        { "{" WHO LATER "\"scope\":\"r\",\"client_id\":\"two\"}", OK },
        { "{" WHO LATER "\"scope\":\"r\",\"client_id\":\"three\"}", AUD },
        { "{" WHO LATER "\"scope\":\"r\",\"client_id\":\"\"}", AUD },
        { "{" WHO LATER "\"scope\":\"r\",\"client_id\":[\"one\"]}", AUD },
        { "{" WHO LATER "\"scope\":\"r\",\"azp\":\"x\","
          "\"client_id\":\"one\"}", AUD },
        { "{" WHO LATER "\"scope\":\"r\",\"client_id\":\"one\","
          "\"token_use\":\"id\"}", KIND },
        { "{" WHO LATER "\"scope\":\"r\",\"client_id\":\"one\","
          "\"token_use\":\"access\"}", OK }
    };

    static const check_t  none[] = {
        { TO("\"other\""), OK },
        { TO("5"), OK },
        { "{" WHO LATER "\"scope\":\"r\"}", OK }
    };

    p = plain;
    p.clients = "one two";
    p.check = NGX_HTTP_MCP_AUDIENCE_CLIENT_ID;
    run(&p, client, count(client), 0);

    p = plain;
    p.check = NGX_HTTP_MCP_AUDIENCE_NONE;
    run(&p, none, count(none), 0);

    p.check = NGX_HTTP_MCP_AUDIENCE_CLIENT_ID;
    door_open(&door, &p);
    is_reason(door_check(&door, "{" CLAIMS ",\"client_id\":\"one\"}"), AUD,
              "client_id, but no list of clients");
    door_close(&door);

    door_open(&door, &plain);
    door.policy.audiences = NULL;
    is_reason(door_check(&door, WITH("\"x\":1")), AUD,
              "no list of audiences");
    door_close(&door);
}


int
main(void)
{
    test_reasons();
    test_issuer();
    test_issuer_again();
    test_times();
    test_times_facts();
    test_audience();
    test_audience_substitutes();

    return tap_done();
}

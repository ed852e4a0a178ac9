
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Of the claims of a token: what kind it is, whose it is and what it grants
 * (authorization.md 2.5 to 2.8), and the tokens of known providers (7).
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_token.h"
#include "token_door.h"


/* V-10 */

#define NOBODY  "{\"iss\":\"https://as.example\"," LATER FOR "\"scope\":\"r\""
#define UNSCOPED  "{" WHO LATER "\"aud\":\"api\""

static void
test_kind(void)
{
    provider_t  p;

    static const check_t  kinds[] = {
        { WITH("\"token_use\":\"access\""), OK },
        { WITH("\"token_use\":\"access_token\""), OK },
        { WITH("\"token_use\":\"id\""), KIND },
        { WITH("\"token_use\":\"refresh_token\""), KIND },
        { WITH("\"token_use\":\"Access\""), KIND },
        { WITH("\"token_use\":\"\""), KIND },
        { WITH("\"token_use\":null"), KIND },
        { WITH("\"token_use\":[\"access\"]"), KIND },

        { WITH("\"typ\":\"Bearer\""), OK },
        { WITH("\"typ\":\"ID\""), KIND },
        { WITH("\"typ\":\"Refresh\""), KIND },
        { WITH("\"typ\":\"Offline\""), KIND },
        { WITH("\"typ\":\"Logout\""), KIND },
        { WITH("\"typ\":\"bearer\""), KIND },
        { WITH("\"typ\":null"), KIND },

        { WITH("\"nonce\":\"n\""), KIND },
        { WITH("\"nonce\":null"), KIND },
        { WITH("\"at_hash\":\"h\""), KIND },
        { WITH("\"c_hash\":\"h\""), KIND },
        { WITH("\"s_hash\":\"h\""), KIND },
        { WITH("\"Nonce\":\"n\""), OK },
        { WITH("\"events\":{\"http://schemas.openid.net/event/"
               "backchannel-logout\":{}}"), KIND },

        /* a scope or a role */

        { UNSCOPED "}", KIND },
        { UNSCOPED ",\"Scope\":\"r\"}", KIND },
        { UNSCOPED ",\"scope\":\"r\"}", OK },
        { UNSCOPED ",\"scope\":\"\"}", OK },
        { UNSCOPED ",\"scope\":[\"r\"]}", OK },
        { UNSCOPED ",\"scope\":[]}", OK },
        { UNSCOPED ",\"scope\":null}", KIND },
        { UNSCOPED ",\"scope\":true}", KIND },
        { UNSCOPED ",\"scope\":{\"r\":1}}", KIND },
        { UNSCOPED ",\"scp\":\"r\"}", OK },
        { UNSCOPED ",\"scp\":[\"r\"]}", OK },
        { UNSCOPED ",\"permissions\":[]}", OK },
        { UNSCOPED ",\"roles\":[\"a\"]}", OK },
        { UNSCOPED ",\"roles\":5}", KIND },
        { UNSCOPED ",\"realm_access\":{\"roles\":[\"a\"]}}", KIND },
        { UNSCOPED ",\"groups\":[\"a\"]}", KIND }
    };

    static const check_t  lenient[] = {
        { UNSCOPED "}", OK },
        { UNSCOPED ",\"nonce\":\"n\"}", OK },
        { UNSCOPED ",\"at_hash\":\"h\",\"c_hash\":\"h\",\"s_hash\":\"h\"}",
          OK },
        { UNSCOPED ",\"token_use\":\"id\"}", KIND },
        { UNSCOPED ",\"typ\":\"ID\"}", KIND },
        { UNSCOPED ",\"typ\":\"Refresh\"}", KIND },
        { UNSCOPED ",\"events\":{}}", KIND }
    };

    static const check_t  nested[] = {
        { UNSCOPED ",\"realm_access\":{\"roles\":[]}}", OK },
        { UNSCOPED ",\"roles\":[\"a\"]}", KIND },
        { UNSCOPED ",\"perm\":{\"may\":[\"r\"]}}", OK },
        { UNSCOPED ",\"scope\":\"r\"}", KIND }
    };

    run(&plain, kinds, count(kinds), 0);
    run(&plain, kinds, count(kinds), 1);

    p = plain;
    p.id_tokens = 1;
    p.scope_optional = 1;
    run(&p, lenient, count(lenient), 0);

    p = plain;
    p.scopes = "perm.may";
    p.roles = "realm_access.roles";
    run(&p, nested, count(nested), 0);
}


static void
test_app(void)
{
    provider_t  p;

    static const check_t  users[] = {
        { UNSCOPED ",\"tid\":\"t\",\"scp\":\"r\"}", OK },
        { UNSCOPED ",\"tid\":\"t\",\"scope\":\"r\"}", OK },
        { UNSCOPED ",\"tid\":\"t\",\"roles\":[\"a\"],\"azp\":\"c\"}", KIND },
        { UNSCOPED ",\"tid\":5,\"roles\":[\"a\"],\"azp\":\"c\"}", KIND },
        { UNSCOPED ",\"tid\":\"t\",\"permissions\":[\"a\"],\"azp\":\"c\"}",
          KIND },
        { UNSCOPED ",\"tid\":\"t\",\"scp\":null,\"roles\":[\"a\"]}", KIND },
        { UNSCOPED ",\"tid\":\"t\",\"scp\":\"r\",\"idtyp\":\"app\","
          "\"azp\":\"c\"}", KIND },
        { UNSCOPED ",\"roles\":[\"a\"],\"idtyp\":\"app\",\"azp\":\"c\"}",
          KIND },
        { UNSCOPED ",\"tid\":\"t\",\"scp\":\"r\",\"idtyp\":\"user\"}", OK },
        { UNSCOPED ",\"roles\":[\"a\"],\"client_id\":\"alice\"}", OK }
    };

    static const check_t  apps[] = {
        { UNSCOPED ",\"tid\":\"t\",\"scp\":\"r\"}", OK },
        { UNSCOPED ",\"tid\":\"t\",\"roles\":[\"a\"],\"azp\":\"c\"}", OK },
        { UNSCOPED ",\"tid\":\"t\",\"roles\":[\"a\"],\"appid\":\"c\"}", OK },
        { UNSCOPED ",\"tid\":\"t\",\"roles\":[\"a\"],\"idtyp\":\"app\","
          "\"azp\":\"c\"}", OK },
        { UNSCOPED ",\"tid\":\"t\",\"azp\":\"c\"}", KIND },

        /* that is an ID token of Entra */

        { UNSCOPED ",\"tid\":\"t\",\"roles\":[\"a\"]}", KIND },
        { UNSCOPED ",\"tid\":\"t\",\"roles\":[\"a\"],\"azp\":\"\"}", KIND }
    };

    static const check_t  ids[] = {
        { UNSCOPED ",\"tid\":\"t\",\"roles\":[\"a\"],\"nonce\":\"n\"}", OK }
    };

    run(&plain, users, count(users), 0);

    p = plain;
    p.allow_app = 1;
    run(&p, apps, count(apps), 0);

    p.id_tokens = 1;
    run(&p, ids, count(ids), 0);
}


/* V-12, T10 */

static void
test_parties(void)
{
    provider_t  p;

    static const check_t  clients[] = {
        { WITH("\"azp\":\"one\""), OK },
        { WITH("\"appid\":\"two\""), OK },
        { WITH("\"client_id\":\"one\""), OK },
        { WITH("\"cid\":\"two\""), OK },
        { WITH("\"azp\":\"\\u006fne\""), OK },
        { WITH("\"azp\":\"One\""), CLIENT },
        { WITH("\"azp\":\"three\""), CLIENT },
        { WITH("\"azp\":\"one two\""), CLIENT },
        { WITH("\"azp\":\"\""), CLIENT },
        { WITH("\"azp\":[\"one\"]"), CLIENT },
        { WITH("\"azp\":\"one\\u0000\""), CLIENT },
        { WITH("\"AZP\":\"one\""), CLIENT },
        { WITH("\"x\":1"), CLIENT },

        /* the first that is present, not the one that fits */

        { WITH("\"client_id\":\"one\",\"azp\":\"three\""), CLIENT },
        { WITH("\"client_id\":\"three\",\"azp\":\"one\""), OK },
        { WITH("\"cid\":\"one\",\"appid\":\"three\""), CLIENT },
        { WITH("\"client_id\":\"one\",\"azp\":5"), CLIENT }
    };

    static const check_t  tenants[] = {
        { WITH("\"tid\":\"" TID "\""), OK },
        { WITH("\"tid\":\"tenant-B\""), OK },
        { WITH("\"tid\":\"tenant-b\""), TENANT },
        { WITH("\"tid\":\"" TID2 "\""), TENANT },
        { WITH("\"tid\":[\"" TID "\"]"), TENANT },
        { WITH("\"tid\":\"\""), TENANT },
        { WITH("\"TID\":\"" TID "\""), TENANT },
        { WITH("\"x\":1"), TENANT }
    };

    p = plain;
    p.clients = "one two";
    run(&p, clients, count(clients), 0);

    p = plain;
    p.tenants = TID " tenant-B";
    run(&p, tenants, count(tenants), 0);
}


/* the first fails at every step, each further one at one step fewer */

static void
test_order(void)
{
    provider_t  p;

    static const check_t  steps[] = {
        { "{\"iss\":\"x\",\"cnf\":{}}", ISS },
        { "{\"iss\":\"https://as.example\",\"cnf\":{}}", EXP },
        { "{\"iss\":\"https://as.example\"," LATER "\"cnf\":{},"
          "\"nbf\":9e9}", NBF },
        { "{\"iss\":\"https://as.example\"," LATER "\"cnf\":{},"
          "\"iat\":9e9}", IAT },
        { "{\"iss\":\"https://as.example\"," LATER "\"cnf\":{}}", AUD },
        { "{\"iss\":\"https://as.example\"," LATER FOR "\"cnf\":{}}",
          KIND },
        { NOBODY ",\"cnf\":{}}", CLIENT },
        { NOBODY ",\"cnf\":{},\"azp\":\"one\"}", TENANT },
        { NOBODY ",\"cnf\":{},\"azp\":\"one\",\"tid\":\"t\"}", CNF },
        { NOBODY ",\"azp\":\"one\",\"tid\":\"t\"}", SUBJECT },
        { NOBODY ",\"azp\":\"one\",\"tid\":\"t\",\"sub\":\"a\"}", OK }
    };

    p = plain;
    p.clients = "one";
    p.tenants = "t";
    run(&p, steps, count(steps), 0);
}


static void
test_empty_lists(void)
{
    door_t       door;
    ngx_array_t  list;

    static ngx_str_t  empty[] = { ngx_null_string };

    ngx_memzero(&list, sizeof(list));
    list.elts = empty;
    list.nelts = 1;

    door_open(&door, &plain);

    door.policy.clients = &list;
    is_reason(door_check(&door, WITH("\"x\":1")), CLIENT,
              "no client is not the empty client");

    door.policy.audience = NGX_HTTP_MCP_AUDIENCE_CLIENT_ID;
    is_reason(door_check(&door, WITH("\"x\":1")), AUD,
              "nor is it in place of an audience");

    door.policy.audience = NGX_HTTP_MCP_AUDIENCE_AUD;
    door.policy.clients = NULL;
    door.policy.tenants = &list;
    is_reason(door_check(&door, WITH("\"x\":1")), TENANT,
              "no tenant is not the empty tenant");

    door.policy.tenants = NULL;
    door.policy.audiences = &list;
    is_reason(door_check(&door, TO("\"\"")), AUD, "nor is \"\" an audience");

    door_close(&door);
}


/* V-11 */

static void
test_cnf(void)
{
    size_t  i;
    door_t  door;

    static const struct {
        const char                   *cnf;
        const char                   *thumbprint;
        ngx_http_mcp_token_reason_e   reason;
    } tests[] = {
        { "{\"jkt\":\"k\"}", NULL, CNF },
        { "{\"jkt\":\"k\"}", "k", CNF },
        { "{\"x5t#S256\":\"k\"}", NULL, CNF },
        { "{\"x5t#S256\":\"k\"}", "k", OK },
        { "{\"x5t#S256\":\"\\u006b\"}", "k", OK },
        { "{\"x5t#S256\":\"k\"}", "K", CNF },
        { "{\"x5t#S256\":\"kk\"}", "k", CNF },
        { "{\"x5t#S256\":\"\"}", "", CNF },
        { "{\"x5t#S256\":5}", "5", CNF },
        { "{\"x5t#s256\":\"k\"}", "k", CNF },
        { "{\"x5t#S256\":\"k\",\"jkt\":\"j\"}", "k", CNF },
        { "{\"jkt\":\"j\",\"x5t#S256\":\"k\"}", "k", CNF },
        { "{}", "k", CNF },
        { "[\"k\"]", "k", CNF },
        { "\"k\"", "k", CNF },
        { "null", "k", CNF },
        { "null", NULL, CNF }
    };

    static char  claims[256];

    door_open(&door, &plain);

    for (i = 0; i < count(tests); i++) {
        snprintf(claims, sizeof(claims), WITH("\"cnf\":%s"), tests[i].cnf);

        door.thumbprint = tests[i].thumbprint;
        is_reason(door_check(&door, claims), tests[i].reason, tests[i].cnf);
    }

    door.thumbprint = "k";
    is_reason(door_check(&door, WITH("\"x\":1")), OK,
              "a certificate, but an unbound token");

    door_close(&door);
}


/* V-15 */

static void
test_subject(void)
{
    size_t  i;
    door_t  door;

    static const struct {
        const char  *paths;
        const char  *claims;
        const char  *subject;              /* NULL: refused */
    } tests[] = {
        { NULL, NOBODY ",\"sub\":\"alice\"}", "alice" },
        { NULL, NOBODY ",\"sub\":\"auth0|5f\"}", "auth0|5f" },
        { NULL, NOBODY ",\"sub\":\"\\u0061\"}", "a" },
        { NULL, NOBODY ",\"sub\":\"\xc3\xa9\"}", "\xc3\xa9" },
        { NULL, NOBODY "}", NULL },
        { NULL, NOBODY ",\"SUB\":\"alice\"}", NULL },
        { NULL, NOBODY ",\"sub\":\"\"}", NULL },
        { NULL, NOBODY ",\"sub\":null}", NULL },
        { NULL, NOBODY ",\"sub\":5}", NULL },
        { NULL, NOBODY ",\"sub\":[\"alice\"]}", NULL },
        { NULL, NOBODY ",\"sub\":\"a b\"}", NULL },
        { NULL, NOBODY ",\"sub\":\" \"}", NULL },
        { NULL, NOBODY ",\"sub\":\"admin\\u0000evil\"}", NULL },
        { NULL, NOBODY ",\"sub\":\"a\\r\\nX: y\"}", NULL },
        { NULL, NOBODY ",\"sub\":\"a\\u0085\"}", NULL },
        { NULL, NOBODY ",\"sub\":\"\\udc00\"}", NULL },

        { "sub", NOBODY ",\"sub\":\"alice\"}", "alice" },
        { "uid", NOBODY ",\"sub\":\"alice\",\"uid\":\"u1\"}", "u1" },
        { "uid", NOBODY ",\"uid\":\"u1\"}", "u1" },
        { "uid", NOBODY ",\"sub\":\"alice\"}", NULL },
        { "tid oid", NOBODY ",\"oid\":\"o\",\"tid\":\"t\"}", "t o" },
        { "tid oid", NOBODY ",\"oid\":\"o\"}", NULL },
        { "tid oid", NOBODY ",\"tid\":\"t\"}", NULL },
        { "tid oid", NOBODY ",\"tid\":\"t\",\"oid\":\"\"}", NULL },
        { "tid oid", NOBODY ",\"tid\":\"t o\",\"oid\":\"p\"}", NULL },
        { "tid oid", NOBODY ",\"tid\":\"t\",\"oid\":7}", NULL },
        { "a.b [\"c.d\"] sub", NOBODY ",\"sub\":\"s\",\"a\":{\"b\":\"1\"},"
          "\"c.d\":\"2\"}", "1 2 s" }
    };

    for (i = 0; i < count(tests); i++) {
        door_open(&door, &plain);
        door.policy.subject = paths(door.pool, tests[i].paths);

        if (is_reason(door_check(&door, tests[i].claims),
                      tests[i].subject ? OK : SUBJECT, tests[i].claims)
            && tests[i].subject)
        {
            is_str(&door.facts.subject, tests[i].subject, "the subject");
        }

        door_close(&door);
    }
}


static void
test_scopes(void)
{
    size_t      i;
    door_t      door;
    ngx_str_t  *item;
    ngx_uint_t  k, len;

    static const struct {
        const char  *path;
        const char  *claims;
        const char  *scope;
    } tests[] = {
        { NULL, "\"scope\":\"read write\"", "read write" },
        { NULL, "\"scope\":\" read  write \"", "read write" },
        { NULL, "\"scope\":\"\"", "" },
        { NULL, "\"scope\":[\"a\",\"b c\"]", "a b c" },
        { NULL, "\"scope\":\"a\",\"scp\":\"b\",\"permissions\":[\"c\"]",
          "a" },
        { NULL, "\"permissions\":[\"c\"],\"scp\":[\"b\"]", "b" },
        { NULL, "\"permissions\":[\"c\",\"d\"]", "c d" },
        { NULL, "\"scope\":null,\"scp\":\"b\"", "b" },
        { NULL, "\"scope\":\"\",\"scp\":\"b\"", "" },
        { NULL, "\"roles\":[\"a\"]", "" },
        { NULL, "\"scope\":\"a a\"", "a a" },
        { NULL, "\"scope\":\"https://gw.example/mcp/read !#[]~\"",
          "https://gw.example/mcp/read !#[]~" },

        /* only names that a challenge can quote */

        { NULL, "\"scope\":\"a b\\\"c d\\\\e f\\tg h\\u0000 i\"", "a i" },
        { NULL, "\"scope\":\"\xc3\xa9 a \\u007f\"", "a" },
        { NULL, "\"scope\":\"\xc3\xa9\"", "" },
        { NULL, "\"scope\":\"\\ud800 a\"", "" },

        { "scp", "\"scope\":\"a\",\"scp\":[\"b\"]", "b" },
        { "perm.may", "\"scope\":\"a\",\"perm\":{\"may\":\"c d\"}", "c d" },
        { "permissions", "\"scope\":\"a\",\"roles\":[\"b\"]", "" }
    };

    static char  claims[256];

    for (i = 0; i < count(tests); i++) {
        door_open(&door, &plain);

        if (tests[i].path) {
            door.policy.scopes = paths(door.pool, tests[i].path)->elts;
        }

        snprintf(claims, sizeof(claims), "{" WHO LATER FOR "%s}",
                 tests[i].claims);

        if (is_reason(door_check(&door, claims), OK, tests[i].claims)) {
            is_str(&door.facts.scope, tests[i].scope, "the scope");

            item = door.facts.scopes.elts;
            len = 0;

            for (k = 0; k < door.facts.scopes.nelts; k++) {
                len += item[k].len + (k != 0);
            }

            ok(len == door.facts.scope.len, "the scopes are the same");
        }

        door_close(&door);
    }
}


/* section 7, as the providers document their tokens */

#define HOURS  "\"iat\":1699999700,\"nbf\":1699999700,\"exp\":1700003600,"

#define ENTRA_V2  "{\"aud\":\"" API "\",\"iss\":\"" ENTRA TID "/v2.0\","     \
    HOURS "\"aio\":\"x\",\"azp\":\"" APP "\",\"azpacr\":\"0\","              \
    "\"name\":\"Alice\",\"oid\":\"" OID "\",\"rh\":\"0.x\","                 \
    "\"sub\":\"pairwise\",\"tid\":\"" TID "\",\"uti\":\"u\",\"ver\":\"2.0\""

#define ENTRA_V1  "{\"aud\":\"api://" API "\",\"iss\":"                      \
    "\"https://sts.windows.net/" TID "/\"," HOURS "\"acr\":\"1\","           \
    "\"appid\":\"" APP "\",\"appidacr\":\"0\",\"oid\":\"" OID "\","          \
    "\"scp\":\"user_impersonation\",\"sub\":\"pairwise\","                   \
    "\"tid\":\"" TID "\",\"ver\":\"1.0\"}"

#define KEYCLOAK  "{\"iss\":\"https://k.example/realms/shop\"," HOURS        \
    "\"jti\":\"j\",\"sub\":\"f:1:alice\",\"azp\":\"mcp-client\","            \
    "\"sid\":\"s\",\"acr\":\"1\",\"realm_access\":{\"roles\":[\"offline_"    \
    "access\",\"order-admin\"]},\"resource_access\":{\"account\":{"          \
    "\"roles\":[\"view-profile\"]}},\"scope\":\"openid orders\","

#define AUTH0  "{\"iss\":\"https://t.eu.auth0.com/\",\"sub\":\"auth0|5\","   \
    "\"aud\":[\"https://gw.example/mcp\",\"https://t.eu.auth0.com/userinfo"  \
    "\"]," HOURS "\"azp\":\"c0\",\"scope\":\"openid orders:read\","          \
    "\"permissions\":[\"orders:read\",\"orders:write\"]}"

#define OKTA  "{\"ver\":1,\"jti\":\"AT.x\",\"iss\":\"https://o.okta.com/"    \
    "oauth2/aus1\",\"aud\":\"api://default\"," HOURS "\"cid\":\"0oa1\","     \
    "\"uid\":\"00u1\",\"scp\":[\"openid\",\"orders.read\"],"                 \
    "\"auth_time\":1699999000,\"sub\":\"alice@example.com\"}"

#define COGNITO  "{\"sub\":\"c-1\",\"cognito:groups\":[\"admin\"],"          \
    "\"iss\":\"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A\","   \
    "\"version\":2,\"client_id\":\"4abc\",\"origin_jti\":\"o\","             \
    "\"token_use\":\"access\",\"scope\":\"https://gw.example/mcp/read\","    \
    "\"auth_time\":1699999000,\"exp\":1700003600,\"iat\":1699999700,"        \
    "\"jti\":\"j\",\"username\":\"alice\"}"

#define COGNITO_ID  "{\"sub\":\"c-1\",\"cognito:groups\":[\"admin\"],"       \
    "\"iss\":\"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A\","   \
    "\"aud\":\"4abc\",\"token_use\":\"id\",\"auth_time\":1699999000,"        \
    "\"exp\":1700003600,\"iat\":1699999700,\"at_hash\":\"h\"}"

#define GOOGLE  "{\"iss\":\"https://accounts.google.com\",\"azp\":\"g1\","   \
    "\"aud\":\"g1\",\"sub\":\"1100\",\"hd\":\"example.com\","                \
    "\"email\":\"a@example.com\",\"email_verified\":true,\"at_hash\":\"h\"," \
    "\"nonce\":\"n\",\"iat\":1699999700,\"exp\":1700003600}"

static const provider_t  entra_v2 = {
    .issuer = ENTRA TID "/v2.0", .audience = API, .subject = "tid oid"
};

static const provider_t  entra_many = {
    .issuer = TEMPLATE, .audience = API, .subject = "tid oid",
    .tenants = TID
};

static const provider_t  entra_apps = {
    .issuer = ENTRA TID "/v2.0", .audience = API, .subject = "tid oid",
    .allow_app = 1
};

static const provider_t  entra_v1 = {
    .issuer = "https://sts.windows.net/" TID "/", .audience = "api://" API,
    .clients = APP, .subject = "tid oid"
};

static const provider_t  keycloak = {
    .issuer = "https://k.example/realms/shop",
    .audience = "https://gw.example/mcp", .roles = "realm_access.roles"
};

static const provider_t  auth0 = {
    .issuer = "https://t.eu.auth0.com/", .audience = "https://gw.example/mcp"
};

static const provider_t  auth0_rbac = {
    .issuer = "https://t.eu.auth0.com/", .audience = "https://gw.example/mcp",
    .scopes = "permissions"
};

static const provider_t  okta = {
    .issuer = "https://o.okta.com/oauth2/aus1", .audience = "api://default",
    .clients = "0oa1", .subject = "uid"
};

static const provider_t  cognito = {
    .issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A",
    .clients = "4abc", .check = NGX_HTTP_MCP_AUDIENCE_CLIENT_ID,
    .roles = "[\"cognito:groups\"]"
};

static const provider_t  cognito_aud = {
    .issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A",
    .audience = "4abc", .roles = "[\"cognito:groups\"]", .id_tokens = 1
};

static const provider_t  google = {
    .issuer = "https://accounts.google.com", .audience = "g1",
    .id_tokens = 1, .scope_optional = 1
};

static const provider_t  google_plain = {
    .issuer = "https://accounts.google.com", .audience = "g1"
};


static void
test_providers(void)
{
    size_t  i;
    door_t  door;

    static const struct {
        const char                   *name;
        const provider_t             *provider;
        const char                   *claims;
        ngx_http_mcp_token_reason_e   reason;
        const char                   *subject;
        const char                   *client;
        const char                   *scope;
    } tests[] = {
        { "Entra v2, a user", &entra_v2,
          ENTRA_V2 ",\"scp\":\"orders user_impersonation\"}", OK,
          TID " " OID, APP, "orders user_impersonation" },
        { "Entra v2, a user with roles", &entra_v2,
          ENTRA_V2 ",\"scp\":\"orders\",\"roles\":[\"Admin\"]}", OK,
          TID " " OID, APP, "orders" },
        { "Entra v2, an application", &entra_v2,
          ENTRA_V2 ",\"roles\":[\"Orders.All\"]}", KIND, NULL, NULL, NULL },
        { "Entra v2, an application, allowed", &entra_apps,
          ENTRA_V2 ",\"roles\":[\"Orders.All\"],\"idtyp\":\"app\"}", OK,
          TID " " OID, APP, "" },
        { "Entra v2, an ID token with roles", &entra_apps,
          "{\"aud\":\"" API "\",\"iss\":\"" ENTRA TID "/v2.0\"," HOURS
          "\"name\":\"Alice\",\"oid\":\"" OID "\",\"roles\":[\"Admin\"],"
          "\"sub\":\"p\",\"tid\":\"" TID "\",\"ver\":\"2.0\"}", KIND,
          NULL, NULL, NULL },
        { "Entra v2, many groups", &entra_v2,
          ENTRA_V2 ",\"scp\":\"orders\",\"_claim_names\":{\"groups\":"
          "\"src1\"},\"_claim_sources\":{\"src1\":{\"endpoint\":\"x\"}}}",
          OK, TID " " OID, APP, "orders" },
        { "Entra v2, some tenants", &entra_many,
          ENTRA_V2 ",\"scp\":\"orders\"}", OK, TID " " OID, APP, "orders" },
        { "Entra v2, another tenant", &entra_many,
          "{\"aud\":\"" API "\",\"iss\":\"" ENTRA TID2 "/v2.0\"," HOURS
          "\"oid\":\"" OID "\",\"scp\":\"orders\",\"sub\":\"p\","
          "\"tid\":\"" TID2 "\"}", TENANT, NULL, NULL, NULL },
        { "Entra v2, a tenant that another one wrote", &entra_many,
          "{\"aud\":\"" API "\",\"iss\":\"" ENTRA TID2 "/v2.0\"," HOURS
          "\"oid\":\"" OID "\",\"scp\":\"orders\",\"sub\":\"p\","
          "\"tid\":\"" TID "\"}", ISS, NULL, NULL, NULL },
        { "Entra v1", &entra_v1, ENTRA_V1, OK, TID " " OID, APP,
          "user_impersonation" },
        { "Entra v1 where v2 is meant", &entra_v2, ENTRA_V1, ISS, NULL, NULL,
          NULL },

        { "Keycloak", &keycloak,
          KEYCLOAK "\"typ\":\"Bearer\",\"aud\":[\"https://gw.example/mcp\","
          "\"account\"]}", OK, "f:1:alice", "mcp-client", "openid orders" },
        { "Keycloak, the default audience", &keycloak,
          KEYCLOAK "\"typ\":\"Bearer\",\"aud\":\"account\"}", AUD,
          NULL, NULL, NULL },
        { "Keycloak, an ID token", &keycloak,
          KEYCLOAK "\"typ\":\"ID\",\"aud\":\"https://gw.example/mcp\"}",
          KIND, NULL, NULL, NULL },
        { "Keycloak, a refresh token", &keycloak,
          KEYCLOAK "\"typ\":\"Refresh\",\"aud\":\"https://gw.example/mcp\"}",
          KIND, NULL, NULL, NULL },
        { "Keycloak, light-weight", &keycloak,
          "{\"iss\":\"https://k.example/realms/shop\"," HOURS
          "\"typ\":\"Bearer\",\"aud\":\"https://gw.example/mcp\","
          "\"azp\":\"c\",\"scope\":\"orders\"}", SUBJECT, NULL, NULL, NULL },
        { "Keycloak, another realm", &keycloak,
          "{\"iss\":\"https://k.example/realms/shop2\"," HOURS
          "\"typ\":\"Bearer\",\"aud\":\"https://gw.example/mcp\","
          "\"sub\":\"a\",\"scope\":\"orders\"}", ISS, NULL, NULL, NULL },

        { "Auth0", &auth0, AUTH0, OK, "auth0|5", "c0", "openid orders:read" },
        { "Auth0, permissions", &auth0_rbac, AUTH0, OK, "auth0|5", "c0",
          "orders:read orders:write" },
        { "Okta", &okta, OKTA, OK, "00u1", "0oa1", "openid orders.read" },
        { "Cognito", &cognito, COGNITO, OK, "c-1", "4abc",
          "https://gw.example/mcp/read" },
        { "Cognito, an ID token", &cognito, COGNITO_ID, AUD, NULL, NULL,
          NULL },
        { "Cognito, an ID token by audience", &cognito_aud, COGNITO_ID, KIND,
          NULL, NULL, NULL },
        { "Google, an ID token", &google, GOOGLE, OK, "1100", "g1", "" },
        { "Google, an ID token where none is meant", &google_plain, GOOGLE,
          KIND, NULL, NULL, NULL }
    };

    for (i = 0; i < count(tests); i++) {
        door_open(&door, tests[i].provider);

        if (is_reason(door_check(&door, tests[i].claims), tests[i].reason,
                      tests[i].name)
            && tests[i].reason == OK)
        {
            is_str(&door.facts.subject, tests[i].subject, "its subject");
            is_str(&door.facts.client, tests[i].client, "its client");
            is_str(&door.facts.scope, tests[i].scope, "its scope");
        }

        door_close(&door);
    }
}


static void
test_facts(void)
{
    door_t  door;

    door_open(&door, &entra_many);

    (void) door_check(&door, ENTRA_V2 ",\"scp\":\"orders\"}");
    is_str(&door.facts.issuer, ENTRA TID "/v2.0", "the issuer of the token");
    is_str(&door.facts.tenant, TID, "the tenant");
    is_str(&door.facts.sub, "pairwise", "sub, which is not the subject");

    door_close(&door);

    door_open(&door, &plain);
    door.policy.subject = paths(door.pool, "uid");
    door.opaque = 1;

    is_reason(door_check(&door, "{\"uid\":\"u\",\"sub\":\"a\\nb\",\"cid\":5,"
                         "\"tid\":\"\\ud800\"," FOR "\"scope\":\"r\"}"), OK,
              "facts that cannot be told");
    is_str(&door.facts.issuer, "https://as.example", "the policy's issuer");
    ok(door.facts.sub.len == 0, "sub with a line feed is none");
    ok(door.facts.client.len == 0, "a number is no client");
    ok(door.facts.tenant.len == 0, "a lone surrogate is no tenant");

    door_close(&door);
}


static void
test_memory(void)
{
    char                         *text;
    size_t                        size;
    door_t                        door;
    ngx_http_mcp_token_reason_e   reason;

    size = 2 * 1024 * 1024;
    text = malloc(size);

    door_open(&door, &plain);

    memset(text, 'x', size);
    ngx_memcpy(text, "{" CLAIMS ",\"azp\":\"\\n",
               sizeof("{" CLAIMS ",\"azp\":\"\\n") - 1);
    ngx_memcpy(text + size - 3, "\"}", 3);

    (void) door_check(&door, text);

    if (ngx_http_mcp_test_starve(1)) {
        reason = ngx_http_mcp_token_check(door.pool, &door.policy,
                                          &door.claims, NOW, 0, NULL,
                                          &door.facts);
        ngx_http_mcp_test_starve(0);

        is_reason(reason, NGX_HTTP_MCP_TOKEN_MEMORY, "a client of 2 MiB");
    }

    is_reason(door_check(&door, text), OK, "and with memory");

    door_close(&door);
    free(text);
}


int
main(void)
{
    test_kind();
    test_app();
    test_parties();
    test_order();
    test_empty_lists();
    test_cnf();
    test_subject();
    test_scopes();
    test_providers();
    test_facts();
    test_memory();

    return tap_done();
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * libFuzzer: the first line is the path of a claim, the second the words of
 * a predicate behind a path, the rest the claims of a token.  A letter
 * before the claims stands for members that take long to guess.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_token.h"


#define FUZZ_WORDS  8
#define FUZZ_NOW    1700000000
#define FUZZ_TID    "11111111-2222-4333-8444-555555555555"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
must(int good, const char *what, const ngx_str_t *s)
{
    if (!good) {
        fprintf(stderr, "%s: \"%.*s\"\n", what, (int) s->len,
                (char *) s->data);
        abort();
    }
}


static const struct {
    u_char       letter;
    const char  *claims;
} fuzz_letters[] = {
    { 'p', "{\"iss\":\"https://as\",\"aud\":\"api\",\"exp\":1700000100,"
           "\"sub\":\"s\",\"scope\":\"r\"," },
    { 't', "{\"iss\":\"https://as/" FUZZ_TID "/v2.0\",\"exp\":1700000100,"
           "\"tid\":\"" FUZZ_TID "\",\"aud\":\"https://api/\","
           "\"sub\":\"s\",\"azp\":\"c\",\"roles\":[\"r\"]," },
    { 'a', "{\"iss\":\"https://as\",\"sub\":\"s\",\"scp\":[\"r\"],"
           "\"exp\":1700000100,\"aud\":" },
    { 'e', "{\"iss\":\"https://as\",\"sub\":\"s\",\"permissions\":[\"r\"],"
           "\"aud\":[\"api\"],\"exp\":" },
    { 's', "{\"iss\":\"https://as\",\"aud\":\"api\",\"exp\":1700000100,"
           "\"sub\":\"s\",\"scope\":" },
    { 'c', "{\"iss\":\"https://as\",\"exp\":1700000100,\"sub\":\"s\","
           "\"client_id\":\"c\",\"iat\":1700000000," },
    { 'b', "{\"iss\":\"https://as\",\"exp\":1700000100,\"sub\":\"s\","
           "\"aud\":\"api\",\"scope\":\"r\",\"cnf\":{\"x5t#S256\":" },
    { 'g', "{\"_claim_names\":{\"groups\":\"x\"}," },
    { '\0', NULL }
};


/* providers, each with its own ways */

static ngx_str_t  fuzz_names[] = {
    ngx_string("api"),
    ngx_string("https://api"),
    ngx_string("c"),
    ngx_string(FUZZ_TID)
};


static ngx_array_t  fuzz_audiences = {
    .elts = fuzz_names, .nelts = 2
};


static ngx_array_t  fuzz_clients = {
    .elts = fuzz_names + 2, .nelts = 1
};


static ngx_array_t  fuzz_tenants = {
    .elts = fuzz_names + 3, .nelts = 1
};


static const ngx_http_mcp_token_policy_t  fuzz_policies[] = {
    { .issuer = ngx_string("https://as"), .audiences = &fuzz_audiences,
      .leeway = 60 },
    { .issuer = ngx_string("https://as/{tenantid}/v2.0"), .leeway = 0,
      .audiences = &fuzz_audiences, .tenants = &fuzz_tenants,
      .allow_app = 1 },
    { .issuer = ngx_string("https://as"), .clients = &fuzz_clients,
      .audience = NGX_HTTP_MCP_AUDIENCE_CLIENT_ID, .max_age = 100,
      .scope_optional = 1 },
    { .issuer = ngx_string("https://as"), .leeway = 300,
      .audience = NGX_HTTP_MCP_AUDIENCE_NONE, .scope_optional = 1,
      .id_tokens = 1, .allow_app = 1 }
};


#define FUZZ_POLICIES  (sizeof(fuzz_policies) / sizeof(fuzz_policies[0]))


/* the next line of the input, in memory of its own */

static ngx_str_t
fuzz_line(const uint8_t **p, const uint8_t *last)
{
    ngx_str_t       line;
    const uint8_t  *end;

    for (end = *p; end < last && *end != '\n'; end++) { /* void */ }

    line = tap_exact((char *) *p, end - *p);

    *p = (end < last) ? end + 1 : end;

    return line;
}


static ngx_str_t
fuzz_claims(const uint8_t *p, const uint8_t *last)
{
    size_t       i, len;
    ngx_str_t    text;
    const char  *begin;

    begin = "";

    for (i = 0; p < last && fuzz_letters[i].claims; i++) {

        if (*p == fuzz_letters[i].letter) {
            begin = fuzz_letters[i].claims;
            p++;
            break;
        }
    }

    len = ngx_strlen(begin);

    text.len = len + (last - p);
    text.data = malloc(text.len ? text.len : 1);

    must(text.data != NULL, "no memory", &text);

    ngx_memcpy(text.data, begin, len);

    if (last > p) {
        ngx_memcpy(text.data + len, p, last - p);
    }

    return text;
}


/* no control characters, which would split a header */

static int
fuzz_printable(const ngx_str_t *s)
{
    size_t  i;

    for (i = 0; i < s->len; i++) {
        if (s->data[i] < 0x20 || s->data[i] == 0x7f) {
            return 0;
        }
    }

    return 1;
}


static int
fuzz_inside(const ngx_str_t *part, const ngx_str_t *whole)
{
    return part->data >= whole->data
           && part->data + part->len <= whole->data + whole->len;
}


static void
fuzz_read(ngx_pool_t *pool, const ngx_http_mcp_json_t *value)
{
    ngx_int_t     rc;
    ngx_str_t     text, *item;
    ngx_uint_t    i;
    ngx_array_t   items;

    rc = ngx_http_mcp_claim_text(pool, value, &text);

    must(rc == NGX_OK || rc == NGX_DECLINED, "text()", &value->raw);
    must(rc != NGX_OK || fuzz_printable(&text), "not printable", &text);

    must(ngx_array_init(&items, pool, 1, sizeof(ngx_str_t)) == NGX_OK
         && ngx_http_mcp_claim_items(pool, value, &items) == NGX_OK,
         "items()", &value->raw);

    item = items.elts;

    for (i = 0; i < items.nelts; i++) {
        must(item[i].len && memchr(item[i].data, ' ', item[i].len) == NULL,
             "an item", &item[i]);
        must(ngx_http_mcp_claim_listed(&items, &item[i]), "not listed",
             &item[i]);
    }
}


static ngx_int_t
fuzz_path(ngx_pool_t *pool, const ngx_str_t *text,
    const ngx_http_mcp_json_t *claims, ngx_http_mcp_claim_path_t *path)
{
    ngx_int_t             rc;
    ngx_str_t            *name;
    ngx_uint_t            i;
    ngx_http_mcp_json_t   value;

    rc = ngx_http_mcp_claim_path(pool, text, path);

    if (rc != NGX_OK) {
        must(rc == NGX_DECLINED, "path()", text);
        return NGX_DECLINED;
    }

    must(path->names.nelts && path->names.nelts <= NGX_HTTP_MCP_CLAIM_DEPTH,
         "so many names", text);

    name = path->names.elts;

    for (i = 0; i < path->names.nelts; i++) {
        must(name[i].len && name[i].len <= text->len
             && fuzz_printable(&name[i]), "a name", &name[i]);
    }

    if (ngx_http_mcp_claim_find(claims, path, &value) == NGX_OK) {
        must(fuzz_inside(&value.raw, &claims->raw), "outside", text);
        fuzz_read(pool, &value);

    } else {
        must(value.type == NGX_HTTP_MCP_JSON_NONE, "found what", text);
    }

    return NGX_OK;
}


/* the words stand between single blanks */

static void
fuzz_predicate(ngx_pool_t *pool, const ngx_str_t *path,
    const ngx_str_t *line, const ngx_http_mcp_json_t *claims)
{
    u_char                        *p, *last, *end;
    ngx_int_t                      rc;
    ngx_str_t                      word[FUZZ_WORDS];
    ngx_uint_t                     n;
    const char                    *reason;
    ngx_http_mcp_claim_test_t      test;
    ngx_http_mcp_claim_verdict_e   verdict, exists, absent;

    word[0] = *path;
    p = line->data;
    last = p + line->len;

    for (n = 1; n < FUZZ_WORDS && p < last; n++) {
        end = memchr(p, ' ', last - p);
        end = end ? end : last;

        word[n].data = p;
        word[n].len = end - p;
        p = (end < last) ? end + 1 : end;
    }

    reason = NULL;
    rc = ngx_http_mcp_claim_test(pool, word, n, &test, &reason);

    if (rc != NGX_OK) {
        must(rc == NGX_DECLINED && reason, "test()", line);
        return;
    }

    verdict = ngx_http_mcp_claim_eval(claims, &test);

    test.op = NGX_HTTP_MCP_CLAIM_ABSENT;
    absent = ngx_http_mcp_claim_eval(claims, &test);

    test.op = NGX_HTTP_MCP_CLAIM_EXISTS;
    exists = ngx_http_mcp_claim_eval(claims, &test);

    must((exists == NGX_HTTP_MCP_CLAIM_UNKNOWN)
         == (absent == NGX_HTTP_MCP_CLAIM_UNKNOWN)
         && (exists == NGX_HTTP_MCP_CLAIM_UNKNOWN || exists != absent),
         "there, and not there", line);

    must((verdict == NGX_HTTP_MCP_CLAIM_UNKNOWN)
         == (exists == NGX_HTTP_MCP_CLAIM_UNKNOWN), "unknown", line);

    must(verdict != NGX_HTTP_MCP_CLAIM_YES || exists == verdict
         || absent == verdict, "a missing claim holds", line);
}


/* what must be true of any token that is let in */

static void
fuzz_accepted(const ngx_http_mcp_token_policy_t *policy, ngx_uint_t opaque,
    const ngx_http_mcp_json_t *claims,
    const ngx_http_mcp_token_facts_t *facts)
{
    size_t               blanks, i;
    ngx_http_mcp_json_t  value;

    static const ngx_str_t  cnf = ngx_string("cnf");
    static const ngx_str_t  events = ngx_string("events");

    must(ngx_http_mcp_token_issuer(policy, claims, &facts->issuer)
         || (opaque && facts->issuer.data == policy->issuer.data),
         "another issuer", &claims->raw);

    must(facts->exp > FUZZ_NOW || (opaque && facts->exp == 0), "expired",
         &claims->raw);
    must(facts->nbf <= FUZZ_NOW, "not yet", &claims->raw);

    must(facts->subject.len && fuzz_printable(&facts->subject)
         && fuzz_printable(&facts->client) && fuzz_printable(&facts->sub)
         && fuzz_printable(&facts->tenant), "who", &claims->raw);

    must(memchr(facts->subject.data, ' ', facts->subject.len) == NULL
         || policy->subject, "two subjects", &facts->subject);

    must(policy->clients == NULL
         || ngx_http_mcp_claim_listed(policy->clients, &facts->client),
         "client", &claims->raw);
    must(policy->tenants == NULL
         || ngx_http_mcp_claim_listed(policy->tenants, &facts->tenant),
         "tenant", &claims->raw);

    must(ngx_http_mcp_json_find(claims, &cnf, &value) == NGX_DECLINED,
         "bound", &claims->raw);
    must(ngx_http_mcp_json_find(claims, &events, &value) == NGX_DECLINED,
         "an event", &claims->raw);

    for (i = 0, blanks = 0; i < facts->scope.len; i++) {
        blanks += (facts->scope.data[i] == ' ');

        must(facts->scope.data[i] >= 0x20 && facts->scope.data[i] < 0x7f
             && facts->scope.data[i] != '"' && facts->scope.data[i] != '\\',
             "scope", &facts->scope);
    }

    must(facts->scopes.nelts == (facts->scope.len ? blanks + 1 : 0),
         "scopes", &facts->scope);
}


static void
fuzz_check(ngx_pool_t *pool, const ngx_http_mcp_json_t *claims,
    const ngx_http_mcp_claim_path_t *path)
{
    ngx_uint_t                    i;
    ngx_array_t                   paths;
    ngx_http_mcp_token_facts_t    facts;
    ngx_http_mcp_token_policy_t   policy;
    ngx_http_mcp_token_reason_e   reason;

    static const ngx_str_t  thumbprint = ngx_string("k");

    ngx_memzero(&paths, sizeof(paths));
    paths.elts = (void *) path;
    paths.nelts = 1;

    /* each of them for a JWT and an answer, also with the path */

    for (i = 0; i < 4 * FUZZ_POLICIES; i++) {
        policy = fuzz_policies[i / 4];

        if ((i & 2) && path) {
            policy.subject = &paths;
            policy.scopes = paths.elts;
            policy.roles = paths.elts;
        }

        reason = ngx_http_mcp_token_check(pool, &policy, claims, FUZZ_NOW,
                                          i & 1, NULL, &facts);

        must(reason < NGX_HTTP_MCP_TOKEN_MEMORY, "check()", &claims->raw);

        if (reason == NGX_HTTP_MCP_TOKEN_OK) {
            fuzz_accepted(&policy, i & 1, claims, &facts);
        }

        /* a certificate cannot make it worse */

        if (ngx_http_mcp_token_check(pool, &policy, claims, FUZZ_NOW, i & 1,
                                     &thumbprint, &facts)
            != reason)
        {
            must(reason == NGX_HTTP_MCP_TOKEN_CNF, "worse", &claims->raw);
        }
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_int_t                   rc;
    ngx_str_t                   path, words, text;
    ngx_pool_t                 *pool;
    const uint8_t              *p, *last;
    ngx_http_mcp_json_t         claims;
    ngx_http_mcp_json_scan_t    scan;
    ngx_http_mcp_claim_path_t   parsed;

    p = data;
    last = data + size;

    pool = tap_pool();
    path = fuzz_line(&p, last);
    words = fuzz_line(&p, last);
    text = fuzz_claims(p, last);

    ngx_memzero(&scan, sizeof(ngx_http_mcp_json_scan_t));
    scan.depth = 16;
    scan.unique = 1;

    if (ngx_http_mcp_json_scan(&scan, &text, &claims) == NGX_OK) {
        rc = fuzz_path(pool, &path, &claims, &parsed);
        fuzz_predicate(pool, &path, &words, &claims);
        fuzz_check(pool, &claims, (rc == NGX_OK) ? &parsed : NULL);
    }

    free(path.data);
    free(words.data);
    free(text.data);
    ngx_destroy_pool(pool);

    return 0;
}

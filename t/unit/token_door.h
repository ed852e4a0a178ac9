
/*
 * Copyright (C) mcp-nginx contributors
 *
 * What the tests of ngx_http_mcp_token.h share: a provider from a few
 * words, and tokens that come to its door.
 */


#ifndef _TOKEN_DOOR_H_INCLUDED_
#define _TOKEN_DOOR_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_token.h"


#define count(table)  (sizeof(table) / sizeof(table[0]))

#define OK       NGX_HTTP_MCP_TOKEN_OK
#define ISS      NGX_HTTP_MCP_TOKEN_ISS
#define EXP      NGX_HTTP_MCP_TOKEN_EXP
#define NBF      NGX_HTTP_MCP_TOKEN_NBF
#define IAT      NGX_HTTP_MCP_TOKEN_IAT
#define AUD      NGX_HTTP_MCP_TOKEN_AUD
#define KIND     NGX_HTTP_MCP_TOKEN_KIND
#define CLIENT   NGX_HTTP_MCP_TOKEN_CLIENT
#define TENANT   NGX_HTTP_MCP_TOKEN_TENANT
#define CNF      NGX_HTTP_MCP_TOKEN_CNF
#define SUBJECT  NGX_HTTP_MCP_TOKEN_SUBJECT

#define NOW   1700000000
#define TID   "11111111-2222-4333-8444-555555555555"
#define TID2  "99999999-2222-4333-8444-555555555555"
#define API   "3f2a7c1e-9d84-4a41-8d63-0b6e5c7f1a22"
#define APP   "aebc6443-996d-45c2-90f0-388ff96faa56"
#define OID   "77777777-0000-4000-8000-000000000007"

#define ENTRA     "https://login.microsoftonline.com/"
#define TEMPLATE  ENTRA "{tenantid}/v2.0"

/* a token of the plain provider, and parts of one */

#define WHO         "\"iss\":\"https://as.example\",\"sub\":\"alice\","
#define LATER       "\"exp\":1700003600,"
#define FOR         "\"aud\":\"api\","
#define CLAIMS      WHO LATER FOR "\"scope\":\"read\""
#define WITH(more)  "{" CLAIMS "," more "}"
#define TO(aud)     "{" WHO LATER "\"scope\":\"r\",\"aud\":" aud "}"


/* the words of a provider, as far as they are not the default */

typedef struct {
    const char  *issuer;
    const char  *audience;                 /* lists have blanks between */
    const char  *clients;
    const char  *tenants;
    const char  *subject;
    const char  *scopes;
    const char  *roles;
    ngx_uint_t   check;                    /* of the audience */
    ngx_uint_t   max_age;
    ngx_flag_t   allow_app;
    ngx_flag_t   scope_optional;
    ngx_flag_t   id_tokens;
} provider_t;


/* a provider, and the last token that came */

typedef struct {
    ngx_pool_t                   *pool;
    ngx_http_mcp_token_policy_t   policy;
    ngx_http_mcp_token_facts_t    facts;
    ngx_http_mcp_json_t           claims;
    ngx_str_t                     text;
    time_t                        now;
    ngx_uint_t                    opaque;
    const char                   *thumbprint;
} door_t;


typedef struct {
    const char                   *claims;
    ngx_http_mcp_token_reason_e   reason;
} check_t;


static ngx_inline ngx_array_t *
list(ngx_pool_t *pool, const char *words)
{
    ngx_str_t    *item;
    const char   *end;
    ngx_array_t  *items;

    if (words == NULL) {
        return NULL;
    }

    items = ngx_array_create(pool, 2, sizeof(ngx_str_t));

    for (end = words; *words; words = end + (*end == ' ')) {
        end = words + strcspn(words, " ");

        item = ngx_array_push(items);
        item->len = end - words;
        item->data = (u_char *) words;
    }

    return items;
}


static ngx_inline ngx_array_t *
paths(ngx_pool_t *pool, const char *words)
{
    ngx_str_t    *item;
    ngx_uint_t    i;
    ngx_array_t  *items, *out;

    items = list(pool, words);

    if (items == NULL) {
        return NULL;
    }

    out = ngx_array_create(pool, 2, sizeof(ngx_http_mcp_claim_path_t));
    item = items->elts;

    for (i = 0; i < items->nelts; i++) {
        if (ngx_http_mcp_claim_path(pool, &item[i], ngx_array_push(out))
            != NGX_OK)
        {
            fprintf(stderr, "no path: %s\n", words);
            exit(2);
        }
    }

    return out;
}


static ngx_inline void
door_open(door_t *d, const provider_t *p)
{
    ngx_array_t  *path;

    ngx_memzero(d, sizeof(door_t));

    d->pool = tap_pool();
    d->now = NOW;

    d->policy.issuer.data = (u_char *) (p->issuer ? p->issuer
                                                  : "https://as.example");
    d->policy.issuer.len = ngx_strlen(d->policy.issuer.data);
    d->policy.audiences = list(d->pool, p->audience ? p->audience : "api");
    d->policy.clients = list(d->pool, p->clients);
    d->policy.tenants = list(d->pool, p->tenants);
    d->policy.subject = paths(d->pool, p->subject);
    d->policy.audience = p->check;
    d->policy.leeway = 60;
    d->policy.max_age = p->max_age;
    d->policy.allow_app = p->allow_app;
    d->policy.scope_optional = p->scope_optional;
    d->policy.id_tokens = p->id_tokens;

    path = paths(d->pool, p->scopes);
    d->policy.scopes = path ? path->elts : NULL;

    path = paths(d->pool, p->roles);
    d->policy.roles = path ? path->elts : NULL;
}


static ngx_inline ngx_http_mcp_token_reason_e
door_check(door_t *d, const char *claims)
{
    ngx_str_t                 s;
    ngx_http_mcp_json_scan_t  scan;

    free(d->text.data);
    d->text = tap_exact(claims, ngx_strlen(claims));

    ngx_memzero(&scan, sizeof(scan));
    scan.depth = 16;
    scan.unique = 1;

    if (ngx_http_mcp_json_scan(&scan, &d->text, &d->claims) != NGX_OK) {
        fprintf(stderr, "not scanned: %s\n", claims);
        exit(2);
    }

    s.data = (u_char *) d->thumbprint;
    s.len = d->thumbprint ? ngx_strlen(d->thumbprint) : 0;

    ngx_memset(&d->facts, 0x5a, sizeof(d->facts));

    return ngx_http_mcp_token_check(d->pool, &d->policy, &d->claims, d->now,
                                    d->opaque, s.data ? &s : NULL, &d->facts);
}


static ngx_inline void
door_close(door_t *d)
{
    free(d->text.data);
    ngx_destroy_pool(d->pool);
}


static ngx_inline int
is_reason(ngx_http_mcp_token_reason_e got, ngx_http_mcp_token_reason_e want,
    const char *name)
{
    int               good;
    const ngx_str_t  *word;

    word = ngx_http_mcp_token_reason(want);
    good = ok(got == want, "%.*s: %s", (int) word->len, word->data, name);

    if (!good) {
        word = ngx_http_mcp_token_reason(got);
        printf("# got: %.*s\n", (int) word->len, word->data);
    }

    return good;
}


static ngx_inline void
run(const provider_t *p, const check_t *tests, size_t n, ngx_uint_t opaque)
{
    door_t  door;
    size_t  i;

    door_open(&door, p);
    door.opaque = opaque;

    for (i = 0; i < n; i++) {
        is_reason(door_check(&door, tests[i].claims), tests[i].reason,
                  tests[i].claims);
    }

    door_close(&door);
}


static const provider_t  plain;


#endif /* _TOKEN_DOOR_H_INCLUDED_ */

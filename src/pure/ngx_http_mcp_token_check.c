
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Decides whether the claims of a token are what a provider's policy asks
 * for (steps 13 to 19 and 21 of authorization.md 2.5).  Called once the
 * signature is verified, or with an answer of introspection; owns nothing,
 * facts are spans of the claims or memory of the caller's pool.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_token.h"


#define NGX_HTTP_MCP_TOKEN_NUMBER  64      /* bytes of a time, more are odd */
#define NGX_HTTP_MCP_TOKEN_LIMIT   9007199254740992.0          /* 2^53 */


/* the claims that are looked at, all found in one pass */

typedef enum {
    NGX_HTTP_MCP_MEMBER_ISS = 0,
    NGX_HTTP_MCP_MEMBER_SUB,
    NGX_HTTP_MCP_MEMBER_AUD,
    NGX_HTTP_MCP_MEMBER_EXP,
    NGX_HTTP_MCP_MEMBER_NBF,
    NGX_HTTP_MCP_MEMBER_IAT,
    NGX_HTTP_MCP_MEMBER_TYP,
    NGX_HTTP_MCP_MEMBER_TOKEN_USE,
    NGX_HTTP_MCP_MEMBER_IDTYP,
    NGX_HTTP_MCP_MEMBER_EVENTS,
    NGX_HTTP_MCP_MEMBER_NONCE,             /* these four: of ID tokens */
    NGX_HTTP_MCP_MEMBER_AT_HASH,
    NGX_HTTP_MCP_MEMBER_C_HASH,
    NGX_HTTP_MCP_MEMBER_S_HASH,
    NGX_HTTP_MCP_MEMBER_AZP,               /* these four: the client */
    NGX_HTTP_MCP_MEMBER_APPID,
    NGX_HTTP_MCP_MEMBER_CLIENT_ID,
    NGX_HTTP_MCP_MEMBER_CID,
    NGX_HTTP_MCP_MEMBER_TID,
    NGX_HTTP_MCP_MEMBER_CNF,
    NGX_HTTP_MCP_MEMBER_SCOPE,             /* these three: scopes */
    NGX_HTTP_MCP_MEMBER_SCP,
    NGX_HTTP_MCP_MEMBER_PERMISSIONS,
    NGX_HTTP_MCP_MEMBER_ROLES,
    NGX_HTTP_MCP_MEMBERS
} ngx_http_mcp_token_member_e;


typedef struct {
    ngx_pool_t                         *pool;
    const ngx_http_mcp_token_policy_t  *policy;
    const ngx_http_mcp_json_t          *claims;
    const ngx_str_t                    *thumbprint;
    ngx_http_mcp_token_facts_t         *facts;
    double                              now;
    ngx_uint_t                          opaque;
    ngx_uint_t                          scoped;    /* a claim of scopes or
                                                      roles is there */
    ngx_http_mcp_json_t                 member[NGX_HTTP_MCP_MEMBERS];
} ngx_http_mcp_token_claims_t;


typedef ngx_http_mcp_token_reason_e (*ngx_http_mcp_token_step_pt)(
    ngx_http_mcp_token_claims_t *ct);


static ngx_http_mcp_token_reason_e ngx_http_mcp_token_names(
    ngx_http_mcp_token_claims_t *ct);
static ngx_http_mcp_token_reason_e ngx_http_mcp_token_scopes(
    ngx_http_mcp_token_claims_t *ct);
static ngx_http_mcp_token_reason_e ngx_http_mcp_token_iss(
    ngx_http_mcp_token_claims_t *ct);
static ngx_http_mcp_token_reason_e ngx_http_mcp_token_times(
    ngx_http_mcp_token_claims_t *ct);
static ngx_http_mcp_token_reason_e ngx_http_mcp_token_aud(
    ngx_http_mcp_token_claims_t *ct);
static ngx_http_mcp_token_reason_e ngx_http_mcp_token_kind(
    ngx_http_mcp_token_claims_t *ct);
static ngx_http_mcp_token_reason_e ngx_http_mcp_token_parties(
    ngx_http_mcp_token_claims_t *ct);
static ngx_http_mcp_token_reason_e ngx_http_mcp_token_cnf(
    ngx_http_mcp_token_claims_t *ct);
static ngx_http_mcp_token_reason_e ngx_http_mcp_token_subject(
    ngx_http_mcp_token_claims_t *ct);
static ngx_int_t ngx_http_mcp_token_seconds(const ngx_http_mcp_json_t *value,
    double *seconds);
static time_t ngx_http_mcp_token_ceil(double seconds);
static ngx_int_t ngx_http_mcp_token_audience(ngx_http_mcp_token_claims_t *ct,
    const ngx_http_mcp_json_t *aud);
static ngx_uint_t ngx_http_mcp_token_app(ngx_http_mcp_token_claims_t *ct);
static ngx_int_t ngx_http_mcp_token_part(ngx_http_mcp_token_claims_t *ct,
    const ngx_http_mcp_json_t *value, ngx_array_t *parts);
static ngx_int_t ngx_http_mcp_token_text(ngx_pool_t *pool,
    const ngx_http_mcp_json_t *value, ngx_str_t *text);
static ngx_int_t ngx_http_mcp_token_join(ngx_pool_t *pool,
    const ngx_array_t *items, ngx_str_t *text);
static ngx_uint_t ngx_http_mcp_token_list(const ngx_http_mcp_json_t *value);
static void ngx_http_mcp_token_filter(ngx_array_t *scopes);
static ngx_uint_t ngx_http_mcp_token_is(const ngx_http_mcp_json_t *value,
    const char *text);


#define ngx_http_mcp_token_there(value)                                      \
    ((value)->type != NGX_HTTP_MCP_JSON_NONE)


static const ngx_str_t  ngx_http_mcp_token_members[] = {
    ngx_string("iss"),
    ngx_string("sub"),
    ngx_string("aud"),
    ngx_string("exp"),
    ngx_string("nbf"),
    ngx_string("iat"),
    ngx_string("typ"),
    ngx_string("token_use"),
    ngx_string("idtyp"),
    ngx_string("events"),
    ngx_string("nonce"),
    ngx_string("at_hash"),
    ngx_string("c_hash"),
    ngx_string("s_hash"),
    ngx_string("azp"),
    ngx_string("appid"),
    ngx_string("client_id"),
    ngx_string("cid"),
    ngx_string("tid"),
    ngx_string("cnf"),
    ngx_string("scope"),
    ngx_string("scp"),
    ngx_string("permissions"),
    ngx_string("roles")
};


ngx_http_mcp_token_reason_e
ngx_http_mcp_token_check(ngx_pool_t *pool,
    const ngx_http_mcp_token_policy_t *policy,
    const ngx_http_mcp_json_t *claims, time_t now, ngx_uint_t opaque,
    const ngx_str_t *thumbprint, ngx_http_mcp_token_facts_t *facts)
{
    ngx_uint_t                   i;
    ngx_http_mcp_token_reason_e  reason;
    ngx_http_mcp_token_claims_t  ct;

    /* the first two refuse nothing, those behind them rely on it */

    static const ngx_http_mcp_token_step_pt  steps[] = {
        ngx_http_mcp_token_names,
        ngx_http_mcp_token_scopes,
        ngx_http_mcp_token_iss,
        ngx_http_mcp_token_times,
        ngx_http_mcp_token_aud,
        ngx_http_mcp_token_kind,
        ngx_http_mcp_token_parties,
        ngx_http_mcp_token_cnf,
        ngx_http_mcp_token_subject
    };

    ngx_memzero(facts, sizeof(ngx_http_mcp_token_facts_t));

    ct.pool = pool;
    ct.policy = policy;
    ct.claims = claims;
    ct.thumbprint = thumbprint;
    ct.facts = facts;
    ct.now = (double) now;
    ct.opaque = opaque;
    ct.scoped = 0;

    ngx_http_mcp_json_members(claims, ngx_http_mcp_token_members, ct.member,
                              NGX_HTTP_MCP_MEMBERS);

    for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        reason = steps[i](&ct);

        if (reason != NGX_HTTP_MCP_TOKEN_OK) {
            return reason;
        }
    }

    return NGX_HTTP_MCP_TOKEN_OK;
}


/* who is named: the client, the tenant, "sub" */

static ngx_http_mcp_token_reason_e
ngx_http_mcp_token_names(ngx_http_mcp_token_claims_t *ct)
{
    ngx_uint_t                   i;
    ngx_http_mcp_token_facts_t  *facts;

    facts = ct->facts;

    for (i = NGX_HTTP_MCP_MEMBER_AZP; i < NGX_HTTP_MCP_MEMBER_CID; i++) {

        if (ngx_http_mcp_token_there(&ct->member[i])) {
            break;
        }
    }

    if (ngx_http_mcp_token_text(ct->pool, &ct->member[i], &facts->client)
            == NGX_ERROR
        || ngx_http_mcp_token_text(ct->pool,
                                   &ct->member[NGX_HTTP_MCP_MEMBER_TID],
                                   &facts->tenant)
            == NGX_ERROR
        || ngx_http_mcp_token_text(ct->pool,
                                   &ct->member[NGX_HTTP_MCP_MEMBER_SUB],
                                   &facts->sub)
            == NGX_ERROR)
    {
        return NGX_HTTP_MCP_TOKEN_MEMORY;
    }

    return NGX_HTTP_MCP_TOKEN_OK;
}


/* what is granted: the first claim of scopes, and whether there are roles */

static ngx_http_mcp_token_reason_e
ngx_http_mcp_token_scopes(ngx_http_mcp_token_claims_t *ct)
{
    ngx_uint_t            i;
    ngx_array_t          *scopes;
    ngx_http_mcp_json_t   scope, roles;

    scopes = &ct->facts->scopes;

    if (ngx_array_init(scopes, ct->pool, 4, sizeof(ngx_str_t)) != NGX_OK) {
        return NGX_HTTP_MCP_TOKEN_MEMORY;
    }

    if (ct->policy->scopes) {
        ngx_http_mcp_claim_find(ct->claims, ct->policy->scopes, &scope);

    } else {
        i = NGX_HTTP_MCP_MEMBER_SCOPE;

        while (i < NGX_HTTP_MCP_MEMBER_PERMISSIONS
               && !ngx_http_mcp_token_list(&ct->member[i]))
        {
            i++;
        }

        scope = ct->member[i];
    }

    roles = ct->member[NGX_HTTP_MCP_MEMBER_ROLES];

    if (ct->policy->roles) {
        ngx_http_mcp_claim_find(ct->claims, ct->policy->roles, &roles);
    }

    ct->scoped = ngx_http_mcp_token_list(&scope)
                 || ngx_http_mcp_token_list(&roles);

    if (ngx_http_mcp_claim_items(ct->pool, &scope, scopes) != NGX_OK) {
        return NGX_HTTP_MCP_TOKEN_MEMORY;
    }

    ngx_http_mcp_token_filter(scopes);

    if (ngx_http_mcp_token_join(ct->pool, scopes, &ct->facts->scope)
        != NGX_OK)
    {
        return NGX_HTTP_MCP_TOKEN_MEMORY;
    }

    return NGX_HTTP_MCP_TOKEN_OK;
}


static ngx_http_mcp_token_reason_e
ngx_http_mcp_token_iss(ngx_http_mcp_token_claims_t *ct)
{
    ngx_int_t             rc;
    ngx_str_t            *issuer;
    ngx_http_mcp_json_t  *iss;

    iss = &ct->member[NGX_HTTP_MCP_MEMBER_ISS];
    issuer = &ct->facts->issuer;

    if (ct->opaque && !ngx_http_mcp_token_there(iss)) {
        *issuer = ct->policy->issuer;
        return NGX_HTTP_MCP_TOKEN_OK;
    }

    rc = ngx_http_mcp_token_text(ct->pool, iss, issuer);

    if (rc == NGX_ERROR) {
        return NGX_HTTP_MCP_TOKEN_MEMORY;
    }

    if (rc != NGX_OK
        || !ngx_http_mcp_token_issuer(ct->policy, ct->claims, issuer))
    {
        return NGX_HTTP_MCP_TOKEN_ISS;
    }

    return NGX_HTTP_MCP_TOKEN_OK;
}


/* steps 13 and 14 */

static ngx_http_mcp_token_reason_e
ngx_http_mcp_token_times(ngx_http_mcp_token_claims_t *ct)
{
    time_t                              last;
    double                              exp, nbf, iat, leeway, max_age;
    ngx_http_mcp_json_t                *value;
    const ngx_http_mcp_token_policy_t  *policy;

    policy = ct->policy;
    leeway = (double) policy->leeway;
    max_age = (double) policy->max_age;

    value = &ct->member[NGX_HTTP_MCP_MEMBER_EXP];

    if (ngx_http_mcp_token_there(value) || !ct->opaque) {

        if (ngx_http_mcp_token_seconds(value, &exp) != NGX_OK
            || ct->now >= exp + leeway)
        {
            return NGX_HTTP_MCP_TOKEN_EXP;
        }

        ct->facts->exp = ngx_http_mcp_token_ceil(exp + leeway);
    }

    value = &ct->member[NGX_HTTP_MCP_MEMBER_NBF];

    if (ngx_http_mcp_token_there(value)) {

        if (ngx_http_mcp_token_seconds(value, &nbf) != NGX_OK
            || ct->now + leeway < nbf)
        {
            return NGX_HTTP_MCP_TOKEN_NBF;
        }

        ct->facts->nbf = (nbf > leeway)
                         ? ngx_http_mcp_token_ceil(nbf - leeway) : 0;
    }

    value = &ct->member[NGX_HTTP_MCP_MEMBER_IAT];

    if (ngx_http_mcp_token_there(value)) {

        if (ngx_http_mcp_token_seconds(value, &iat) != NGX_OK
            || ct->now + leeway < iat
            || (policy->max_age && ct->now - iat > max_age + leeway))
        {
            return NGX_HTTP_MCP_TOKEN_IAT;
        }

        if (policy->max_age) {

            /* too old is as expired, also for who keeps the verdict; the
             * last second is still good */

            last = ngx_http_mcp_token_ceil(iat + max_age + leeway + 1);

            if (ct->facts->exp == 0 || last < ct->facts->exp) {
                ct->facts->exp = last;
            }
        }

    } else if (policy->max_age && !ct->opaque) {
        return NGX_HTTP_MCP_TOKEN_IAT;
    }

    return NGX_HTTP_MCP_TOKEN_OK;
}


/*
 * A time: fractions are allowed, but what is no number or lies outside of
 * the exact integers is not.
 */

static ngx_int_t
ngx_http_mcp_token_seconds(const ngx_http_mcp_json_t *value, double *seconds)
{
    char  *end, text[NGX_HTTP_MCP_TOKEN_NUMBER];

    if (value->type != NGX_HTTP_MCP_JSON_NUMBER
        || value->raw.len >= NGX_HTTP_MCP_TOKEN_NUMBER)
    {
        return NGX_DECLINED;
    }

    ngx_memcpy(text, value->raw.data, value->raw.len);
    text[value->raw.len] = '\0';

    /* nginx leaves the locale alone; were it not "C", strtod() would stop
     * at the point of a fraction */

    *seconds = strtod(text, &end);

    if (*end != '\0' || !(*seconds >= 0)
        || !(*seconds < NGX_HTTP_MCP_TOKEN_LIMIT))
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


static time_t
ngx_http_mcp_token_ceil(double seconds)
{
    time_t  whole;

    if (seconds >= (double) NGX_MAX_TIME_T_VALUE) {
        return NGX_MAX_TIME_T_VALUE;
    }

    whole = (time_t) seconds;

    return whole + ((double) whole < seconds);
}


/* step 15 */

static ngx_http_mcp_token_reason_e
ngx_http_mcp_token_aud(ngx_http_mcp_token_claims_t *ct)
{
    ngx_int_t                           rc;
    ngx_uint_t                          found;
    ngx_http_mcp_json_t                *aud, element;
    ngx_http_mcp_json_iter_t            it;
    const ngx_http_mcp_token_policy_t  *policy;

    policy = ct->policy;

    if (policy->audience == NGX_HTTP_MCP_AUDIENCE_NONE) {
        return NGX_HTTP_MCP_TOKEN_OK;
    }

    if (policy->audience == NGX_HTTP_MCP_AUDIENCE_CLIENT_ID) {
        return (ct->facts->client.len
                && ngx_http_mcp_claim_listed(policy->clients,
                                             &ct->facts->client))
               ? NGX_HTTP_MCP_TOKEN_OK : NGX_HTTP_MCP_TOKEN_AUD;
    }

    aud = &ct->member[NGX_HTTP_MCP_MEMBER_AUD];

    if (aud->type != NGX_HTTP_MCP_JSON_ARRAY) {
        rc = ngx_http_mcp_token_audience(ct, aud);
        found = (rc == NGX_OK);

    } else {
        ngx_http_mcp_json_iter(&it, aud);

        rc = NGX_OK;
        found = 0;

        while (rc != NGX_ERROR
               && ngx_http_mcp_json_next(&it, NULL, &element) == NGX_OK)
        {
            /* an array of other things is not what it seems to be */

            if (element.type != NGX_HTTP_MCP_JSON_STRING) {
                return NGX_HTTP_MCP_TOKEN_AUD;
            }

            rc = ngx_http_mcp_token_audience(ct, &element);
            found += (rc == NGX_OK);
        }
    }

    if (rc == NGX_ERROR) {
        return NGX_HTTP_MCP_TOKEN_MEMORY;
    }

    return found ? NGX_HTTP_MCP_TOKEN_OK : NGX_HTTP_MCP_TOKEN_AUD;
}


/* NGX_OK if the value is an accepted audience, NGX_DECLINED, NGX_ERROR */

static ngx_int_t
ngx_http_mcp_token_audience(ngx_http_mcp_token_claims_t *ct,
    const ngx_http_mcp_json_t *aud)
{
    ngx_int_t     rc;
    ngx_str_t     text;
    ngx_array_t  *audiences;

    audiences = ct->policy->audiences;

    if (audiences == NULL) {
        return NGX_DECLINED;
    }

    rc = ngx_http_mcp_token_text(ct->pool, aud, &text);

    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_http_mcp_token_audience_listed(audiences, &text)
           ? NGX_OK : NGX_DECLINED;
}


/* step 16: an access token, and one for a user unless "allow_app" */

static ngx_http_mcp_token_reason_e
ngx_http_mcp_token_kind(ngx_http_mcp_token_claims_t *ct)
{
    ngx_uint_t                          i;
    ngx_http_mcp_json_t                *use, *typ;
    const ngx_http_mcp_token_policy_t  *policy;

    policy = ct->policy;
    use = &ct->member[NGX_HTTP_MCP_MEMBER_TOKEN_USE];
    typ = &ct->member[NGX_HTTP_MCP_MEMBER_TYP];

    /* Cognito says "access", Hydra's introspection "access_token" */

    if (ngx_http_mcp_token_there(use)
        && !ngx_http_mcp_token_is(use, "access")
        && !ngx_http_mcp_token_is(use, "access_token"))
    {
        return NGX_HTTP_MCP_TOKEN_KIND;
    }

    /* Keycloak: "ID", "Refresh", "Offline", "Logout" and others */

    if (ngx_http_mcp_token_there(typ)
        && !ngx_http_mcp_token_is(typ, "Bearer"))
    {
        return NGX_HTTP_MCP_TOKEN_KIND;
    }

    if (ngx_http_mcp_token_there(&ct->member[NGX_HTTP_MCP_MEMBER_EVENTS])) {
        return NGX_HTTP_MCP_TOKEN_KIND;
    }

    i = policy->id_tokens ? NGX_HTTP_MCP_MEMBER_AZP
                          : NGX_HTTP_MCP_MEMBER_NONCE;

    for ( /* void */ ; i < NGX_HTTP_MCP_MEMBER_AZP; i++) {

        if (ngx_http_mcp_token_there(&ct->member[i])) {
            return NGX_HTTP_MCP_TOKEN_KIND;
        }
    }

    /* Entra's ID tokens have roles, too, but never name a client */

    if (ngx_http_mcp_token_app(ct)
        && (!policy->allow_app
            || (ct->facts->client.len == 0 && !policy->id_tokens)))
    {
        return NGX_HTTP_MCP_TOKEN_KIND;
    }

    if (!ct->scoped && !policy->scope_optional) {
        return NGX_HTTP_MCP_TOKEN_KIND;
    }

    return NGX_HTTP_MCP_TOKEN_OK;
}


/*
 * 1 if the token tells that no user stands behind it: in so many words, or
 * as Entra does, which gives scopes to users only (2.6).
 */

static ngx_uint_t
ngx_http_mcp_token_app(ngx_http_mcp_token_claims_t *ct)
{
    ngx_http_mcp_json_t  *member;

    member = ct->member;

    if (ngx_http_mcp_token_is(&member[NGX_HTTP_MCP_MEMBER_IDTYP], "app")) {
        return 1;
    }

    return ngx_http_mcp_token_there(&member[NGX_HTTP_MCP_MEMBER_TID])
           && !ngx_http_mcp_token_list(&member[NGX_HTTP_MCP_MEMBER_SCP])
           && !ngx_http_mcp_token_list(&member[NGX_HTTP_MCP_MEMBER_SCOPE]);
}


/* steps 17 and 18: those who are named are on the lists, if there are some */

static ngx_http_mcp_token_reason_e
ngx_http_mcp_token_parties(ngx_http_mcp_token_claims_t *ct)
{
    ngx_http_mcp_token_facts_t         *facts;
    const ngx_http_mcp_token_policy_t  *policy;

    facts = ct->facts;
    policy = ct->policy;

    if (policy->clients
        && (facts->client.len == 0
            || !ngx_http_mcp_claim_listed(policy->clients, &facts->client)))
    {
        return NGX_HTTP_MCP_TOKEN_CLIENT;
    }

    if (policy->tenants
        && (facts->tenant.len == 0
            || !ngx_http_mcp_claim_listed(policy->tenants, &facts->tenant)))
    {
        return NGX_HTTP_MCP_TOKEN_TENANT;
    }

    return NGX_HTTP_MCP_TOKEN_OK;
}


/*
 * Step 19: a token that is bound to a key is nobody's but for who has shown
 * that key, and one certificate is all that we can be shown (2.8).
 */

static ngx_http_mcp_token_reason_e
ngx_http_mcp_token_cnf(ngx_http_mcp_token_claims_t *ct)
{
    ngx_http_mcp_json_t       *cnf, name, value, other;
    ngx_http_mcp_json_iter_t   it;

    cnf = &ct->member[NGX_HTTP_MCP_MEMBER_CNF];

    if (!ngx_http_mcp_token_there(cnf)) {
        return NGX_HTTP_MCP_TOKEN_OK;
    }

    if (cnf->type != NGX_HTTP_MCP_JSON_OBJECT
        || ct->thumbprint == NULL || ct->thumbprint->len == 0)
    {
        return NGX_HTTP_MCP_TOKEN_CNF;
    }

    ngx_http_mcp_json_iter(&it, cnf);

    if (ngx_http_mcp_json_next(&it, &name, &value) == NGX_OK
        && ngx_http_mcp_token_is(&name, "x5t#S256")
        && value.type == NGX_HTTP_MCP_JSON_STRING
        && ngx_http_mcp_json_equal(&value, ct->thumbprint)
        && ngx_http_mcp_json_next(&it, NULL, &other) == NGX_DONE)
    {
        return NGX_HTTP_MCP_TOKEN_OK;
    }

    return NGX_HTTP_MCP_TOKEN_CNF;
}


/* step 21 */

static ngx_http_mcp_token_reason_e
ngx_http_mcp_token_subject(ngx_http_mcp_token_claims_t *ct)
{
    ngx_int_t                   rc;
    ngx_uint_t                  i, n;
    ngx_array_t                *paths, parts;
    ngx_http_mcp_json_t         value;
    ngx_http_mcp_claim_path_t  *path;

    if (ngx_array_init(&parts, ct->pool, 2, sizeof(ngx_str_t)) != NGX_OK) {
        return NGX_HTTP_MCP_TOKEN_MEMORY;
    }

    paths = ct->policy->subject;
    path = paths ? paths->elts : NULL;
    n = paths ? paths->nelts : 0;
    i = 0;

    do {
        value = ct->member[NGX_HTTP_MCP_MEMBER_SUB];

        if (n) {
            ngx_http_mcp_claim_find(ct->claims, &path[i], &value);
        }

        rc = ngx_http_mcp_token_part(ct, &value, &parts);

        if (rc != NGX_OK) {
            return (rc == NGX_DECLINED) ? NGX_HTTP_MCP_TOKEN_SUBJECT
                                        : NGX_HTTP_MCP_TOKEN_MEMORY;
        }

    } while (++i < n);

    return (ngx_http_mcp_token_join(ct->pool, &parts, &ct->facts->subject)
            == NGX_OK) ? NGX_HTTP_MCP_TOKEN_OK : NGX_HTTP_MCP_TOKEN_MEMORY;
}


/* no blank in it, so that two subjects are never joined to the same text */

static ngx_int_t
ngx_http_mcp_token_part(ngx_http_mcp_token_claims_t *ct,
    const ngx_http_mcp_json_t *value, ngx_array_t *parts)
{
    ngx_int_t   rc;
    ngx_str_t   text, *part;

    rc = ngx_http_mcp_token_text(ct->pool, value, &text);

    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_strlchr(text.data, text.data + text.len, ' ')) {
        return NGX_DECLINED;
    }

    part = ngx_array_push(parts);
    if (part == NULL) {
        return NGX_ERROR;
    }

    *part = text;

    return NGX_OK;
}


/*
 * NGX_OK        a string with something in it, and no control characters
 * NGX_DECLINED  anything else; *text is empty
 * NGX_ERROR     no memory
 */

static ngx_int_t
ngx_http_mcp_token_text(ngx_pool_t *pool, const ngx_http_mcp_json_t *value,
    ngx_str_t *text)
{
    ngx_int_t  rc;

    rc = NGX_DECLINED;

    if (value->type == NGX_HTTP_MCP_JSON_STRING) {
        rc = ngx_http_mcp_claim_text(pool, value, text);
    }

    if (rc != NGX_OK || text->len == 0) {
        ngx_str_null(text);
        return (rc == NGX_ERROR) ? NGX_ERROR : NGX_DECLINED;
    }

    return NGX_OK;
}


/* one blank between the items; a single one is not copied */

static ngx_int_t
ngx_http_mcp_token_join(ngx_pool_t *pool, const ngx_array_t *items,
    ngx_str_t *text)
{
    size_t       len;
    u_char      *p;
    ngx_str_t   *item;
    ngx_uint_t   i;

    item = items->elts;

    if (items->nelts < 2) {

        if (items->nelts) {
            *text = item[0];
        }

        return NGX_OK;
    }

    for (i = 0, len = 0; i < items->nelts; i++) {
        len += item[i].len + 1;
    }

    p = ngx_pnalloc(pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = p;
    text->len = len - 1;

    for (i = 0; i < items->nelts; i++) {
        p = ngx_cpymem(p, item[i].data, item[i].len);
        *p++ = ' ';
    }

    return NGX_OK;
}


/* what can hold scopes or roles, be it empty */

static ngx_uint_t
ngx_http_mcp_token_list(const ngx_http_mcp_json_t *value)
{
    return value->type == NGX_HTTP_MCP_JSON_STRING
           || value->type == NGX_HTTP_MCP_JSON_ARRAY;
}


/*
 * Leaves out what is no name of a scope (RFC 6749 3.3): it would break the
 * quoted text of a challenge.
 */

static void
ngx_http_mcp_token_filter(ngx_array_t *scopes)
{
    size_t      k;
    u_char      c;
    ngx_str_t  *item;
    ngx_uint_t  i, n;

    item = scopes->elts;

    for (i = 0, n = 0; i < scopes->nelts; i++) {

        for (k = 0; k < item[i].len; k++) {
            c = item[i].data[k];

            if (c < 0x21 || c > 0x7e || c == '"' || c == '\\') {
                break;
            }
        }

        if (k == item[i].len) {
            item[n++] = item[i];
        }
    }

    scopes->nelts = n;
}


static ngx_uint_t
ngx_http_mcp_token_is(const ngx_http_mcp_json_t *value, const char *text)
{
    ngx_str_t  s;

    if (value->type != NGX_HTTP_MCP_JSON_STRING) {
        return 0;
    }

    s.data = (u_char *) text;
    s.len = ngx_strlen(text);

    return ngx_http_mcp_json_equal(value, &s);
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Tells a client as much as the RFCs want and the operator why.  Everything
 * in a challenge comes from the configuration, nothing from the request.
 * Called by the access check, by the steps that guard tools, and by the
 * error filter.
 */


#include "ngx_http_mcp_auth_answer.h"
#include "ngx_http_mcp_throttle.h"


static ngx_int_t ngx_http_mcp_auth_challenge(ngx_http_mcp_auth_t *auth,
    ngx_http_mcp_token_reason_e reason, const ngx_http_mcp_rule_t *rule);
static const ngx_http_mcp_provider_t *ngx_http_mcp_auth_issuer_of(
    const ngx_http_mcp_auth_t *auth);
static ngx_int_t ngx_http_mcp_auth_scope_names(ngx_pool_t *pool,
    const ngx_http_mcp_auth_conf_t *conf,
    const ngx_http_mcp_provider_t *provider, const ngx_http_mcp_rule_t *rule,
    ngx_array_t *names);
static ngx_int_t ngx_http_mcp_auth_scope_join(ngx_pool_t *pool,
    const ngx_array_t *names, ngx_str_t *text);
static ngx_int_t ngx_http_mcp_auth_scope_add(ngx_pool_t *pool,
    const ngx_http_mcp_provider_t *provider, const ngx_array_t *scopes,
    ngx_uint_t one, ngx_array_t *names);
static void ngx_http_mcp_auth_log(const ngx_http_mcp_auth_t *auth,
    ngx_http_mcp_token_reason_e reason);
static ngx_uint_t ngx_http_mcp_auth_query_name(const u_char *p,
    const u_char *last);
static ngx_uint_t ngx_http_mcp_auth_query_hide(ngx_str_t *text,
    ngx_uint_t whole);


ngx_int_t
ngx_http_mcp_auth_status(ngx_http_mcp_token_reason_e reason,
    ngx_uint_t endpoint)
{
    switch (reason) {

    case NGX_HTTP_MCP_TOKEN_QUERY:
        return NGX_HTTP_BAD_REQUEST;

    case NGX_HTTP_MCP_TOKEN_NOKEYS:
    case NGX_HTTP_MCP_TOKEN_INTROSPECTION:
    case NGX_HTTP_MCP_TOKEN_CHECK_FAILED:
        return NGX_HTTP_SERVICE_UNAVAILABLE;

    case NGX_HTTP_MCP_TOKEN_THROTTLED:

        /* 429 has a meaning of its own for clients of MCP (1.7 there) */

        return endpoint ? NGX_HTTP_SERVICE_UNAVAILABLE
                        : NGX_HTTP_TOO_MANY_REQUESTS;

    case NGX_HTTP_MCP_TOKEN_SCOPE:
    case NGX_HTTP_MCP_TOKEN_CLAIM:
    case NGX_HTTP_MCP_TOKEN_GROUPS_OVERAGE:
    case NGX_HTTP_MCP_TOKEN_CHECK:
    case NGX_HTTP_MCP_TOKEN_RULE:
        return NGX_HTTP_FORBIDDEN;

    case NGX_HTTP_MCP_TOKEN_MEMORY:
        return NGX_HTTP_INTERNAL_SERVER_ERROR;

    default:
        return NGX_HTTP_UNAUTHORIZED;
    }
}


ngx_int_t
ngx_http_mcp_auth_answer(ngx_http_mcp_auth_t *auth,
    ngx_http_mcp_token_reason_e reason, const ngx_http_mcp_rule_t *rule)
{
    ngx_http_mcp_loc_conf_t  *mlcf;

    mlcf = ngx_http_get_module_loc_conf(auth->request, ngx_http_mcp_module);

    auth->reason = reason;
    auth->status = ngx_http_mcp_auth_status(reason, mlcf->endpoint != NULL);

    if (auth->note.len == 0 && auth->principal) {
        ngx_http_mcp_auth_note(auth, &auth->principal->claims, NULL);
    }

    ngx_http_mcp_auth_log(auth, reason);

    if (auth->status == NGX_HTTP_UNAUTHORIZED
        && reason != NGX_HTTP_MCP_TOKEN_ABSENT && auth->conf->throttle)
    {
        ngx_http_mcp_throttle_fail(auth->request);
    }

    if (auth->status == NGX_HTTP_UNAUTHORIZED
        || auth->status == NGX_HTTP_BAD_REQUEST
        || (reason == NGX_HTTP_MCP_TOKEN_SCOPE
            && !(rule && rule->visibility == NGX_HTTP_MCP_VISIBILITY_SHOW)))
    {
        if (ngx_http_mcp_auth_challenge(auth, reason, rule) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    return auth->status;
}


/*
 * one line, Bearer first, every value quoted, without escapes; free
 * text is left out, since clients look for "scope=" in it.
 */

static ngx_int_t
ngx_http_mcp_auth_challenge(ngx_http_mcp_auth_t *auth,
    ngx_http_mcp_token_reason_e reason, const ngx_http_mcp_rule_t *rule)
{
    size_t                           len;
    u_char                          *p;
    ngx_str_t                        scope, metadata;
    const char                      *error;
    ngx_table_elt_t                 *h;
    ngx_http_request_t              *r;
    const ngx_http_mcp_auth_conf_t  *conf;

    r = auth->request;
    conf = auth->conf;

    error = (reason == NGX_HTTP_MCP_TOKEN_ABSENT) ? NULL
            : (reason == NGX_HTTP_MCP_TOKEN_QUERY) ? "invalid_request"
            : (reason == NGX_HTTP_MCP_TOKEN_SCOPE) ? "insufficient_scope"
            : "invalid_token";

    /* TL-5: what messages of one batch lack is asked for together */

    if (auth->asked == NULL) {
        auth->asked = ngx_array_create(r->pool, 4, sizeof(ngx_str_t));
        if (auth->asked == NULL) {
            return NGX_ERROR;
        }
    }

    if (ngx_http_mcp_auth_scope_names(r->pool, conf,
                                      ngx_http_mcp_auth_issuer_of(auth),
                                      rule, auth->asked)
        != NGX_OK
        || ngx_http_mcp_auth_scope_join(r->pool, auth->asked, &scope)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_str_null(&metadata);

    if (conf->resource && !(conf->metadata & NGX_HTTP_MCP_METADATA_OFF)) {
        metadata = conf->resource->metadata;
    }

    len = sizeof("Bearer realm=\"\", error=\"insufficient_scope\", "
                 "scope=\"\", resource_metadata=\"\"")
          + conf->realm.len + scope.len + metadata.len;

    p = ngx_pnalloc(r->pool, len);
    h = r->headers_out.www_authenticate;

    if (h == NULL) {
        h = ngx_list_push(&r->headers_out.headers);
    }

    if (p == NULL || h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    ngx_str_set(&h->key, "WWW-Authenticate");
    h->value.data = p;

    p = ngx_cpymem(p, "Bearer", sizeof("Bearer") - 1);

    if (conf->realm.len) {
        p = ngx_sprintf(p, " realm=\"%V\",", &conf->realm);
    }

    if (error) {
        p = ngx_sprintf(p, " error=\"%s\",", error);
    }

    if (scope.len) {
        p = ngx_sprintf(p, " scope=\"%V\",", &scope);
    }

    if (metadata.len) {
        p = ngx_sprintf(p, " resource_metadata=\"%V\",", &metadata);
    }

    if (p[-1] == ',') {
        p--;
    }

    h->value.len = p - h->value.data;

    r->headers_out.www_authenticate = h;

    return NGX_OK;
}


/* whose names for scopes a client is told: of its token, else of the first */

static const ngx_http_mcp_provider_t *
ngx_http_mcp_auth_issuer_of(const ngx_http_mcp_auth_t *auth)
{
    ngx_http_mcp_provider_t  **provider;

    if (auth->provider) {
        return auth->provider;
    }

    provider = auth->conf->providers.elts;

    return auth->conf->providers.nelts ? provider[0] : NULL;
}


ngx_int_t
ngx_http_mcp_auth_scope_text(ngx_pool_t *pool,
    const ngx_http_mcp_auth_conf_t *conf,
    const ngx_http_mcp_provider_t *provider, const ngx_http_mcp_rule_t *rule,
    ngx_str_t *text)
{
    ngx_array_t  names;

    if (ngx_array_init(&names, pool, 4, sizeof(ngx_str_t)) != NGX_OK
        || ngx_http_mcp_auth_scope_names(pool, conf, provider, rule, &names)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_mcp_auth_scope_join(pool, &names, text);
}


static ngx_int_t
ngx_http_mcp_auth_scope_names(ngx_pool_t *pool,
    const ngx_http_mcp_auth_conf_t *conf,
    const ngx_http_mcp_provider_t *provider, const ngx_http_mcp_rule_t *rule,
    ngx_array_t *names)
{
    if (ngx_http_mcp_auth_scope_add(pool, provider, &conf->scopes, 0, names)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (rule && rule->scopes
        && ngx_http_mcp_auth_scope_add(pool, provider, rule->scopes, 0, names)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (rule && rule->any_scopes
        && ngx_http_mcp_auth_scope_add(pool, provider, rule->any_scopes, 1,
                                       names)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_auth_scope_join(ngx_pool_t *pool, const ngx_array_t *names,
    ngx_str_t *text)
{
    size_t       len;
    u_char      *p;
    ngx_str_t   *name;
    ngx_uint_t   i;

    name = names->elts;
    len = 0;

    for (i = 0; i < names->nelts; i++) {
        len += name[i].len + 1;
    }

    p = ngx_pnalloc(pool, len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = p;

    for (i = 0; i < names->nelts; i++) {
        if (i) {
            *p++ = ' ';
        }

        p = ngx_cpymem(p, name[i].data, name[i].len);
    }

    text->len = p - text->data;

    return NGX_OK;
}


/* "one": the first is enough, of alternatives */

static ngx_int_t
ngx_http_mcp_auth_scope_add(ngx_pool_t *pool,
    const ngx_http_mcp_provider_t *provider, const ngx_array_t *scopes,
    ngx_uint_t one, ngx_array_t *names)
{
    ngx_str_t             *name, text;
    ngx_uint_t             i;
    ngx_http_mcp_scope_t  *scope;

    scope = scopes->elts;

    for (i = 0; i < (one ? 1 : scopes->nelts); i++) {

        text = scope[i].name;

        if (provider
            && ngx_http_mcp_scope_request(pool, provider, &scope[i].name,
                                          &text)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (ngx_http_mcp_claim_listed(names, &text)) {
            continue;
        }

        name = ngx_array_push(names);
        if (name == NULL) {
            return NGX_ERROR;
        }

        *name = text;
    }

    return NGX_OK;
}


/* L-2; at info, since any client can provoke it at will */

static void
ngx_http_mcp_auth_log(const ngx_http_mcp_auth_t *auth,
    ngx_http_mcp_token_reason_e reason)
{
    ngx_str_t                  none;
    ngx_uint_t                 level;
    const ngx_str_t           *provider, *subject;
    ngx_http_mcp_principal_t  *p;

    ngx_str_null(&none);

    p = auth->principal;

    provider = auth->provider ? &auth->provider->name : &none;
    subject = p ? &p->facts.subject : &none;

    level = (reason == NGX_HTTP_MCP_TOKEN_MEMORY) ? NGX_LOG_ERR
                                                  : NGX_LOG_INFO;

    ngx_log_error(level, auth->request->connection->log, 0,
                  "mcp auth refused, reason \"%V\", provider \"%V\", "
                  "subject \"%V\"%V", ngx_http_mcp_token_reason(reason),
                  provider, subject, &auth->note);
}


ngx_uint_t
ngx_http_mcp_auth_refused(const ngx_http_request_t *r)
{
    ngx_http_mcp_auth_t  *auth;

    if (r->upstream || r->headers_out.status < NGX_HTTP_BAD_REQUEST) {
        return 0;
    }

    auth = ngx_http_mcp_auth_get(r);

    return auth && auth->place
           && auth->status == (ngx_int_t) r->headers_out.status
           && auth->place == r->loc_conf && auth->uri == r->uri.data;
}


const ngx_str_t *
ngx_http_mcp_auth_body(const ngx_http_request_t *r)
{
    static const ngx_str_t  request =
        ngx_string("{\"error\":\"invalid_request\"}");
    static const ngx_str_t  token =
        ngx_string("{\"error\":\"invalid_token\"}");
    static const ngx_str_t  absent =
        ngx_string("{\"error\":\"unauthorized\"}");
    static const ngx_str_t  scope =
        ngx_string("{\"error\":\"insufficient_scope\"}");
    static const ngx_str_t  denied =
        ngx_string("{\"error\":\"access_denied\"}");
    static const ngx_str_t  later =
        ngx_string("{\"error\":\"temporarily_unavailable\"}");

    ngx_http_mcp_auth_t  *auth;

    auth = ngx_http_mcp_auth_get(r);

    switch (auth->status) {

    case NGX_HTTP_BAD_REQUEST:
        return &request;

    case NGX_HTTP_UNAUTHORIZED:
        return (auth->reason == NGX_HTTP_MCP_TOKEN_ABSENT) ? &absent : &token;

    case NGX_HTTP_FORBIDDEN:
        return (auth->reason == NGX_HTTP_MCP_TOKEN_SCOPE) ? &scope : &denied;

    default:
        return &later;
    }
}


ngx_uint_t
ngx_http_mcp_auth_query(ngx_http_request_t *r)
{
    ngx_uint_t  found;

    if (r->args.len < sizeof("access_token=") - 1) {
        return 0;
    }

    /* most often the three are one text, and the first turn hides it in all */

    found = ngx_http_mcp_auth_query_hide(&r->args, 0);

    if (found) {
        (void) ngx_http_mcp_auth_query_hide(&r->unparsed_uri, 1);
        (void) ngx_http_mcp_auth_query_hide(&r->request_line, 1);
    }

    return found;
}


/* "whole": a target or a request line, in which the query has to be found */

static ngx_uint_t
ngx_http_mcp_auth_query_hide(ngx_str_t *text, ngx_uint_t whole)
{
    u_char      *p, *end, *last, *value;
    ngx_uint_t   found;

    p = text->data;
    last = p + text->len;

    if (whole) {
        p = ngx_strlchr(p, last, '?');
        if (p == NULL) {
            return 0;
        }

        p++;

        /* behind the query stands the protocol */

        end = ngx_strlchr(p, last, ' ');
        if (end) {
            last = end;
        }
    }

    found = 0;

    for ( /* void */ ; p < last; p = end + 1) {

        end = ngx_strlchr(p, last, '&');
        if (end == NULL) {
            end = last;
        }

        value = ngx_strlchr(p, end, '=');

        if (value && ngx_http_mcp_auth_query_name(p, value)) {
            found = 1;
            ngx_memset(value + 1, '*', end - value - 1);
        }
    }

    return found;
}


/* "access_token", in any spelling of percent-encoding */

static ngx_uint_t
ngx_http_mcp_auth_query_name(const u_char *p, const u_char *last)
{
    u_char  name[sizeof("access_token") * 3], *dst, *src;
    size_t  len;

    len = last - p;

    if (len < sizeof("access_token") - 1 || len > sizeof(name)) {
        return 0;
    }

    dst = name;
    src = (u_char *) p;

    ngx_unescape_uri(&dst, &src, len, 0);

    return dst - name == sizeof("access_token") - 1
           && ngx_memcmp(name, "access_token", sizeof("access_token") - 1)
              == 0;
}

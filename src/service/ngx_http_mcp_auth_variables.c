
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Getters: they find what the access check left, in the main request and in
 * every subrequest, and never start a check themselves (authorization.md
 * 5.5).  Empty when nobody is known.
 */


#include "ngx_http_mcp_auth_variables.h"
#include "ngx_http_mcp_auth.h"


static ngx_int_t ngx_http_mcp_auth_variable_fact(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_mcp_auth_variable_reason(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_mcp_auth_variable_claim(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_mcp_auth_variable_path(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_mcp_auth_variable_json(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, const ngx_http_mcp_json_t *value);
static ngx_int_t ngx_http_mcp_auth_variable_find(
    const ngx_http_mcp_json_t *claims, const ngx_str_t *name,
    ngx_http_mcp_json_t *value);
static const ngx_http_mcp_principal_t *ngx_http_mcp_auth_variable_principal(
    const ngx_http_request_t *r);
static void ngx_http_mcp_auth_variable_set(ngx_http_variable_value_t *v,
    const ngx_str_t *text);


ngx_http_get_variable_pt  ngx_http_mcp_auth_claim_getter =
    ngx_http_mcp_auth_variable_path;


static ngx_http_variable_t  ngx_http_mcp_auth_variables[] = {

    { ngx_string("mcp_sub"), NULL, ngx_http_mcp_auth_variable_fact,
      offsetof(ngx_http_mcp_token_facts_t, sub),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mcp_iss"), NULL, ngx_http_mcp_auth_variable_fact,
      offsetof(ngx_http_mcp_token_facts_t, issuer),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mcp_client_id"), NULL, ngx_http_mcp_auth_variable_fact,
      offsetof(ngx_http_mcp_token_facts_t, client),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mcp_tenant"), NULL, ngx_http_mcp_auth_variable_fact,
      offsetof(ngx_http_mcp_token_facts_t, tenant),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mcp_scope"), NULL, ngx_http_mcp_auth_variable_fact,
      offsetof(ngx_http_mcp_token_facts_t, scope),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mcp_auth_reason"), NULL,
      ngx_http_mcp_auth_variable_reason, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("mcp_claim_"), NULL, ngx_http_mcp_auth_variable_claim, 0,
      NGX_HTTP_VAR_NOCACHEABLE|NGX_HTTP_VAR_PREFIX, 0 },

      ngx_http_null_variable
};


ngx_int_t
ngx_http_mcp_auth_variables_add(ngx_conf_t *cf)
{
    ngx_http_variable_t  *var, *v;

    for (v = ngx_http_mcp_auth_variables; v->name.len; v++) {

        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}


static const ngx_http_mcp_principal_t *
ngx_http_mcp_auth_variable_principal(const ngx_http_request_t *r)
{
    ngx_http_mcp_auth_t  *auth;

    auth = ngx_http_mcp_auth_get(r);

    return auth ? auth->principal : NULL;
}


static ngx_int_t
ngx_http_mcp_auth_variable_fact(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    size_t                           i;
    ngx_str_t                       *text;
    const ngx_http_mcp_principal_t  *p;

    p = ngx_http_mcp_auth_variable_principal(r);

    if (p == NULL) {
        ngx_http_mcp_auth_variable_set(v, NULL);
        return NGX_OK;
    }

    text = (ngx_str_t *) ((u_char *) &p->facts + data);

    /* it may become a header of the upstream's: T19 */

    for (i = 0; i < text->len; i++) {
        if (text->data[i] < 0x20 || text->data[i] == 0x7f) {
            ngx_http_mcp_auth_variable_set(v, NULL);
            return NGX_OK;
        }
    }

    ngx_http_mcp_auth_variable_set(v, text);

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_auth_variable_reason(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_mcp_auth_t  *auth;

    auth = ngx_http_mcp_auth_get(r);

    ngx_http_mcp_auth_variable_set(v,
                     auth ? ngx_http_mcp_token_reason(auth->reason) : NULL);

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_auth_variable_claim(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t *name = (ngx_str_t *) data;

    ngx_str_t                        text;
    ngx_http_mcp_json_t              value;
    const ngx_http_mcp_principal_t  *p;

    text.data = name->data + sizeof("mcp_claim_") - 1;
    text.len = name->len - (sizeof("mcp_claim_") - 1);

    p = ngx_http_mcp_auth_variable_principal(r);

    if (p == NULL
        || ngx_http_mcp_auth_variable_find(&p->claims, &text, &value)
           != NGX_OK)
    {
        ngx_http_mcp_auth_variable_set(v, NULL);
        return NGX_OK;
    }

    return ngx_http_mcp_auth_variable_json(r, v, &value);
}


/*
 * nginx writes names of variables in lower case: "familyName" is asked for
 * as $mcp_claim_familyname.  Exactly one claim may fit, or the exact one: a
 * token with "OID" beside "oid" must not say who somebody is.
 */

static ngx_int_t
ngx_http_mcp_auth_variable_find(const ngx_http_mcp_json_t *claims,
    const ngx_str_t *name, ngx_http_mcp_json_t *value)
{
    ngx_int_t                  rc;
    ngx_uint_t                 n;
    ngx_http_mcp_json_t        key, v;
    ngx_http_mcp_json_iter_t   it;

    if (claims->type != NGX_HTTP_MCP_JSON_OBJECT) {
        return NGX_DECLINED;
    }

    rc = ngx_http_mcp_json_find(claims, name, value);

    if (rc == NGX_OK) {
        return NGX_OK;
    }

    n = 0;

    ngx_http_mcp_json_iter(&it, claims);

    while (ngx_http_mcp_json_next(&it, &key, &v) == NGX_OK) {

        if (key.raw.len == name->len + 2
            && ngx_strncasecmp(key.raw.data + 1, name->data, name->len) == 0)
        {
            *value = v;
            n++;
        }
    }

    return (n == 1) ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
ngx_http_mcp_auth_variable_path(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_mcp_claim_path_t *path = (ngx_http_mcp_claim_path_t *) data;

    ngx_http_mcp_json_t              value;
    const ngx_http_mcp_principal_t  *p;

    p = ngx_http_mcp_auth_variable_principal(r);

    if (p == NULL
        || ngx_http_mcp_claim_find(&p->claims, path, &value) != NGX_OK)
    {
        ngx_http_mcp_auth_variable_set(v, NULL);
        return NGX_OK;
    }

    return ngx_http_mcp_auth_variable_json(r, v, &value);
}


static ngx_int_t
ngx_http_mcp_auth_variable_json(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, const ngx_http_mcp_json_t *value)
{
    ngx_str_t  text;

    switch (ngx_http_mcp_claim_text(r->pool, value, &text)) {

    case NGX_OK:
        ngx_http_mcp_auth_variable_set(v, &text);
        return NGX_OK;

    case NGX_DECLINED:
        ngx_http_mcp_auth_variable_set(v, NULL);
        return NGX_OK;

    default:
        return NGX_ERROR;
    }
}


static void
ngx_http_mcp_auth_variable_set(ngx_http_variable_value_t *v,
    const ngx_str_t *text)
{
    v->no_cacheable = 1;

    if (text == NULL || text->len == 0) {
        v->valid = 0;
        v->not_found = 1;
        return;
    }

    v->data = text->data;
    v->len = text->len;
    v->valid = 1;
    v->not_found = 0;
}

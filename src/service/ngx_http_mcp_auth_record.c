
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The record of who sends a request: one a request that is judged, the main
 * one and subrequests apart.  Owns the credential, which is taken out of the
 * headers with the first look.  Called by the access check.
 */


#include "ngx_http_mcp_auth.h"
#include "ngx_http_mcp_jose.h"
#include "ngx_http_mcp_key_probe.h"


static ngx_http_mcp_auth_t *ngx_http_mcp_auth_new(ngx_http_request_t *r);
static void ngx_http_mcp_auth_reset(ngx_http_mcp_auth_t *auth,
    const ngx_http_mcp_auth_conf_t *conf);
static void ngx_http_mcp_auth_cleanup(void *data);
static void ngx_http_mcp_auth_hide(ngx_table_elt_t *h);
static void ngx_http_mcp_auth_take_key(ngx_http_mcp_auth_t *auth);


ngx_http_mcp_auth_t *
ngx_http_mcp_auth_get(const ngx_http_request_t *r)
{
    ngx_pool_cleanup_t   *cln;
    ngx_http_mcp_auth_t  *auth, *found;

    found = NULL;

    for (cln = r->main->pool->cleanup; cln; cln = cln->next) {

        if (cln->handler != ngx_http_mcp_auth_cleanup) {
            continue;
        }

        auth = cln->data;

        if (auth->request == r->main) {
            return auth;
        }

        /* "auth_request" asks by a subrequest who the main one is of */

        if (found == NULL || auth->passed) {
            found = auth;
        }
    }

    return found;
}


ngx_uint_t
ngx_http_mcp_auth_passed(const ngx_http_request_t *r,
    const ngx_http_mcp_auth_conf_t *conf)
{
    ngx_http_mcp_auth_t  *auth;

    auth = ngx_http_mcp_auth_get(r);

    return auth && auth->request == r->main && auth->conf == conf
           && auth->passed;
}


ngx_uint_t
ngx_http_mcp_auth_covered(const ngx_http_request_t *r,
    const ngx_http_mcp_auth_conf_t *conf)
{
    ngx_pool_cleanup_t   *cln;
    ngx_http_mcp_auth_t  *auth;

    for (cln = r->main->pool->cleanup; cln; cln = cln->next) {

        if (cln->handler != ngx_http_mcp_auth_cleanup) {
            continue;
        }

        auth = cln->data;

        if (auth->passed && auth->principal
            && auth->conf->names == conf->names
            && auth->conf->api_keys == conf->api_keys
            && (conf->scope == NULL || conf->scope == auth->conf->scope)
            && (conf->claims == NULL || conf->claims == auth->conf->claims))
        {
            return 1;
        }
    }

    return 0;
}


ngx_http_mcp_auth_t *
ngx_http_mcp_auth_record(ngx_http_request_t *r,
    const ngx_http_mcp_auth_conf_t *conf)
{
    ngx_pool_cleanup_t   *cln;
    ngx_http_mcp_auth_t  *auth;

    auth = NULL;

    for (cln = r->pool->cleanup; cln; cln = cln->next) {

        if (cln->handler == ngx_http_mcp_auth_cleanup) {
            auth = cln->data;

            if (auth->request == r) {
                break;
            }

            auth = NULL;
        }
    }

    if (auth == NULL) {
        auth = ngx_http_mcp_auth_new(r);

        if (auth) {
            auth->conf = conf;
        }

        return auth;
    }

    if (auth->conf != conf) {
        ngx_http_mcp_auth_reset(auth, conf);
    }

    return auth;
}


static ngx_http_mcp_auth_t *
ngx_http_mcp_auth_new(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t   *cln;
    ngx_http_mcp_auth_t  *auth, *other;

    other = ngx_http_mcp_auth_get(r);

    cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_http_mcp_auth_t));
    if (cln == NULL) {
        return NULL;
    }

    auth = cln->data;

    ngx_memzero(auth, sizeof(ngx_http_mcp_auth_t));

    auth->request = r;
    auth->wait.request = r;

    if (other) {

        /* it is no longer in the headers that all of them share */

        auth->shown = other->shown;
        auth->key = other->key;
        auth->key_name = other->key_name;
    }

    cln->handler = ngx_http_mcp_auth_cleanup;

    return auth;
}


/* another location: nothing that was found by the rules of one counts here */

static void
ngx_http_mcp_auth_reset(ngx_http_mcp_auth_t *auth,
    const ngx_http_mcp_auth_conf_t *conf)
{
    ngx_http_mcp_wait_remove(&auth->wait);
    ngx_http_mcp_key_probe_abandon(auth);
    ngx_http_mcp_principal_release(auth->principal);

    auth->conf = conf;
    auth->principal = NULL;
    auth->reason = NGX_HTTP_MCP_TOKEN_OK;
    auth->status = 0;
    auth->place = NULL;
    auth->provider = NULL;
    auth->asked = NULL;
    auth->deadline = 0;
    auth->mark = 0;
    auth->passed = 0;
    auth->hashed = 0;
    auth->inquired = 0;

    ngx_str_null(&auth->note);
}


static void
ngx_http_mcp_auth_cleanup(void *data)
{
    ngx_http_mcp_auth_t *auth = data;

    ngx_http_mcp_wait_remove(&auth->wait);
    ngx_http_mcp_key_probe_abandon(auth);
    ngx_http_mcp_principal_release(auth->principal);
}


void
ngx_http_mcp_auth_take(ngx_http_mcp_auth_t *auth)
{
    ngx_table_elt_t     *h;
    ngx_http_request_t  *r;

    r = auth->request;
    h = r->headers_in.authorization;

    if (h && ngx_http_mcp_bearer_scheme(&h->value)) {

        auth->shown = h->value;

        if (!auth->conf->pass_token) {
            ngx_http_mcp_auth_hide(h);
            r->headers_in.authorization = NULL;
        }
    }

    if (auth->conf->api_keys == NULL) {
        return;
    }

    /* one that was shown under another name is none here */

    if (auth->key_name.len != auth->conf->api_header.len
        || ngx_strncmp(auth->key_name.data, auth->conf->api_header.data,
                       auth->key_name.len)
           != 0)
    {
        ngx_str_null(&auth->key);
        auth->key_name = auth->conf->api_header;
    }

    ngx_http_mcp_auth_take_key(auth);
}


/* every line of the name: none goes further, the first one counts */

static void
ngx_http_mcp_auth_take_key(ngx_http_mcp_auth_t *auth)
{
    ngx_uint_t        i;
    ngx_table_elt_t  *h;
    ngx_list_part_t  *part;

    for (part = &auth->request->headers_in.headers.part;
         part;
         part = part->next)
    {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].key.len != auth->key_name.len
                || ngx_strncmp(h[i].lowcase_key, auth->key_name.data,
                               auth->key_name.len)
                   != 0)
            {
                continue;
            }

            if (auth->key.len == 0) {
                auth->key = h[i].value;
            }

            if (!auth->conf->pass_token) {
                ngx_http_mcp_auth_hide(&h[i]);
            }
        }
    }
}


void
ngx_http_mcp_auth_conceal(ngx_http_request_t *r,
    const ngx_http_mcp_auth_conf_t *conf)
{
    ngx_table_elt_t  *h;

    h = r->headers_in.authorization;

    if (h && !conf->pass_token && ngx_http_mcp_bearer_scheme(&h->value)) {
        ngx_http_mcp_auth_hide(h);
        r->headers_in.authorization = NULL;
    }
}


/*
 * A credential goes no further (1.6): not upstream, not into a variable or a
 * log.  nginx's lists have no removal, so the line becomes one of the kind
 * that proxy_pass and grpc_pass never send; it is empty for the others.
 */

static void
ngx_http_mcp_auth_hide(ngx_table_elt_t *h)
{
    static u_char  name[] = "keep-alive";

    h->key.data = name;
    h->key.len = sizeof(name) - 1;
    h->lowcase_key = name;
    h->hash = ngx_hash_key(name, sizeof(name) - 1);

    ngx_str_set(&h->value, "");
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * A subrequest needs a request: the first one after a refresh fell due makes
 * it, and waits for it; the others go on with the keys that are there.
 * Called by the access check.
 */


#include "ngx_http_mcp_key_probe.h"
#include "ngx_http_mcp_key_store.h"


static void ngx_http_mcp_key_probe_done(ngx_http_mcp_auth_t *auth);
static ngx_http_core_loc_conf_t *ngx_http_mcp_key_probe_location(
    const ngx_http_request_t *r, const ngx_str_t *name);


ngx_int_t
ngx_http_mcp_key_probe(ngx_http_mcp_auth_t *auth,
    const ngx_http_mcp_provider_t *provider)
{
    if (provider->keys != NGX_HTTP_MCP_KEYS_LOCATION) {
        return NGX_OK;
    }

    if (auth->probe) {

        if (!ngx_http_mcp_call_probed(auth->probe)) {
            return NGX_AGAIN;
        }

        ngx_http_mcp_key_probe_done(auth);

        return NGX_OK;
    }

    if (ngx_http_mcp_key_store_wanted(provider)
        && ngx_http_mcp_key_probe_start(auth, provider) == NGX_AGAIN)
    {
        return NGX_AGAIN;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_mcp_key_probe_start(ngx_http_mcp_auth_t *auth,
    const ngx_http_mcp_provider_t *provider)
{
    ngx_http_request_t        *r;
    ngx_http_core_loc_conf_t  *location;

    r = auth->request;
    location = ngx_http_mcp_key_probe_location(r, &provider->jwks);

    if (location == NULL) {
        ngx_http_mcp_key_store_answer(provider, NULL,
                                      "there is no such location in this "
                                      "server");
        return NGX_DECLINED;
    }

    auth->probe = ngx_http_mcp_call_probe(r, NULL, location,
                                          auth->conf->timeout / 10 * 9,
                                          NGX_HTTP_MCP_JWKS_SIZE);
    if (auth->probe == NULL) {
        ngx_http_mcp_key_store_answer(provider, NULL,
                                      "no subrequest can be made");
        return NGX_DECLINED;
    }

    auth->probed = provider;

    return NGX_AGAIN;
}


static void
ngx_http_mcp_key_probe_done(ngx_http_mcp_auth_t *auth)
{
    ngx_str_t                      text;
    const char                    *error;
    const ngx_http_mcp_capture_t  *cp;

    cp = &auth->probe->capture;

    text.data = cp->start;
    text.len = cp->pos - cp->start;

    if (cp->oversize) {
        error = "the answer is too large";

    } else if (auth->probe->timedout || cp->failed || !cp->complete) {
        error = "no whole answer";

    } else if (cp->status != NGX_HTTP_OK) {
        error = "the status is not 200";

    } else {
        error = NULL;
    }

    auth->probe = NULL;

    ngx_http_mcp_key_store_answer(auth->probed, error ? NULL : &text, error);
}


void
ngx_http_mcp_key_probe_abandon(ngx_http_mcp_auth_t *auth)
{
    if (auth->probe) {
        auth->probe = NULL;

        ngx_http_mcp_key_store_answer(auth->probed, NULL, NULL);
    }
}


static ngx_http_core_loc_conf_t *
ngx_http_mcp_key_probe_location(const ngx_http_request_t *r,
    const ngx_str_t *name)
{
    ngx_http_core_srv_conf_t   *cscf;
    ngx_http_core_loc_conf_t  **clcfp;

    cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);

    if (cscf->named_locations == NULL) {
        return NULL;
    }

    for (clcfp = cscf->named_locations; *clcfp; clcfp++) {
        if ((*clcfp)->name.len == name->len
            && ngx_strncmp((*clcfp)->name.data, name->data, name->len) == 0)
        {
            return *clcfp;
        }
    }

    return NULL;
}

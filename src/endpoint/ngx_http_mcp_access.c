
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The access phase.  What may not even be looked at (rows 1 and 2 of
 * mcp-2026-07-28.md 1.3) and a browser's preflight are left to the content
 * handler; everything else, of any method, needs a credential first.
 */


#include "ngx_http_mcp_endpoint.h"
#include "ngx_http_mcp_auth.h"
#include "ngx_http_mcp_auth_answer.h"


ngx_int_t
ngx_http_mcp_access(ngx_http_request_t *r)
{
    ngx_http_mcp_ctx_t       *ctx;
    ngx_http_mcp_loc_conf_t  *mlcf;

    mlcf = ngx_http_get_module_loc_conf(r, ngx_http_mcp_module);

    if (!ngx_http_mcp_auth_on(&mlcf->auth)) {
        return NGX_DECLINED;
    }

    /*
     * in "if" and "limit_except" of an endpoint another handler may stand:
     * what is left to ours below would be left to nobody
     */

    if (mlcf->endpoint == NULL || r->content_handler != ngx_http_mcp_handler) {
        return ngx_http_mcp_auth_access(r, &mlcf->auth);
    }

    ctx = ngx_http_mcp_admission_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (!ngx_http_mcp_origin_allowed(r, ctx)
        || !ngx_http_mcp_host_allowed(r, ctx->endpoint)
        || r->method == NGX_HTTP_OPTIONS)
    {
        ngx_http_mcp_auth_conceal(r, &mlcf->auth);

        return NGX_DECLINED;
    }

    /* a page must be able to read why it is refused */

    ctx->cors = (ctx->headers.origins != 0);

    return ngx_http_mcp_auth_access(r, &mlcf->auth);
}


ngx_int_t
ngx_http_mcp_access_query(ngx_http_request_t *r)
{
    ngx_http_mcp_loc_conf_t  *mlcf;

    mlcf = ngx_http_get_module_loc_conf(r, ngx_http_mcp_module);

    if (r == r->main && ngx_http_mcp_auth_on(&mlcf->auth)) {

        /* the refusal is the access phase's, which finds the name again */

        (void) ngx_http_mcp_auth_query(r);
    }

    return NGX_DECLINED;
}


ngx_int_t
ngx_http_mcp_access_subrequest(ngx_http_request_t *r)
{
    ngx_int_t                 rc;
    ngx_http_mcp_loc_conf_t  *mlcf;

    mlcf = ngx_http_get_module_loc_conf(r, ngx_http_mcp_module);

    if (r == r->main || !ngx_http_mcp_auth_on(&mlcf->auth)) {
        return NGX_DECLINED;
    }

    /* a tool's own: the rule of the tool has let it in */

    if ((r->post_subrequest
         && r->post_subrequest->handler == ngx_http_mcp_call_finished)
        || ngx_http_mcp_call_below(r))
    {
        return NGX_DECLINED;
    }

    rc = ngx_http_mcp_auth_access(r, &mlcf->auth);

    return (rc == NGX_OK) ? NGX_DECLINED : rc;
}

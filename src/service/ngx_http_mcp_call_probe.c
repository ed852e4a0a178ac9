
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Subrequests by which the module asks for itself: a check of a rule, a key
 * set by "jwks location=".  A probe is a call without a message, so that it
 * runs, is captured and ends as a tool's does.
 */


#include "ngx_http_mcp_call.h"


static void ngx_http_mcp_call_inherit(ngx_http_mcp_call_t *probe,
    const ngx_http_mcp_call_t *parent);


ngx_http_mcp_call_t *
ngx_http_mcp_call_probe(ngx_http_request_t *r, ngx_http_mcp_call_t *parent,
    ngx_http_core_loc_conf_t *location, ngx_msec_t timeout, size_t max)
{
    u_char                   *p;
    ngx_http_mcp_call_t      *probe;
    ngx_http_mcp_outgoing_t  *out;

    probe = ngx_pcalloc(r->pool, sizeof(ngx_http_mcp_call_t));
    if (probe == NULL) {
        return NULL;
    }

    probe->request = r;
    probe->pool = r->pool;
    probe->probe = 1;
    probe->last_out = &probe->out;

    if (parent) {
        ngx_http_mcp_call_inherit(probe, parent);
    }

    out = &probe->outgoing;

    /* "@is_admin" is asked as "/is_admin", which proxy_pass may replace */

    p = ngx_pnalloc(r->pool, location->name.len);
    if (p == NULL) {
        return NULL;
    }

    ngx_memcpy(p, location->name.data, location->name.len);
    *p = '/';

    out->target.data = p;
    out->target.len = location->name.len;

    out->location = location;
    out->method = NGX_HTTP_GET;
    out->timeout = timeout;
    out->max_response = max;

    ngx_str_set(&out->method_name, "GET");

    if (ngx_list_init(&out->headers, r->pool, 1, sizeof(ngx_table_elt_t))
        != NGX_OK
        || ngx_http_mcp_call_watch(probe) != NGX_OK
        || ngx_http_mcp_call_start(probe) != NGX_OK)
    {
        return NULL;
    }

    if (parent) {
        probe->sibling = parent->probes;
        parent->probes = probe;
    }

    return probe;
}


/* what variables in its location may ask for: the call that it is about */

static void
ngx_http_mcp_call_inherit(ngx_http_mcp_call_t *probe,
    const ngx_http_mcp_call_t *parent)
{
    probe->parent = (ngx_http_mcp_call_t *) parent;
    probe->ctx = parent->ctx;
    probe->endpoint = parent->endpoint;
    probe->catalog = parent->catalog;

    probe->id = parent->id;
    probe->method = parent->method;
    probe->params = parent->params;
    ngx_memcpy(probe->param, parent->param, sizeof(parent->param));
    ngx_memcpy(probe->meta, parent->meta, sizeof(parent->meta));
    probe->revision = parent->revision;

    probe->name = parent->name;
    probe->tool = parent->tool;
    probe->arguments = parent->arguments;
}

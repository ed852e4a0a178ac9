
/*
 * Copyright (C) mcp-nginx contributors
 *
 * "jwks location=@name": a provider's keys by a subrequest of a request that
 * needs them.
 */


#ifndef _NGX_HTTP_MCP_KEY_PROBE_H_INCLUDED_
#define _NGX_HTTP_MCP_KEY_PROBE_H_INCLUDED_


#include "ngx_http_mcp_auth.h"


/*
 * Called before keys are asked for: hands over what this request's probe
 * brought, and starts one when a fetch is due.
 *
 * NGX_OK        ask for the keys
 * NGX_AGAIN     wait for the probe
 */
ngx_int_t ngx_http_mcp_key_probe(ngx_http_mcp_auth_t *auth,
    const ngx_http_mcp_provider_t *provider);

/* The request ends, or waits no longer: gives back the right to fetch. */
void ngx_http_mcp_key_probe_abandon(ngx_http_mcp_auth_t *auth);

/* Starts one: the caller has the right to fetch.  NGX_AGAIN, or NGX_DECLINED
 * where it cannot be started. */
ngx_int_t ngx_http_mcp_key_probe_start(ngx_http_mcp_auth_t *auth,
    const ngx_http_mcp_provider_t *provider);


#endif /* _NGX_HTTP_MCP_KEY_PROBE_H_INCLUDED_ */

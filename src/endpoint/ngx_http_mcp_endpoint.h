
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The HTTP side of an endpoint: what is let in, the ladder that a message
 * climbs, and the response.
 */


#ifndef _NGX_HTTP_MCP_ENDPOINT_H_INCLUDED_
#define _NGX_HTTP_MCP_ENDPOINT_H_INCLUDED_


#include "ngx_http_mcp_call.h"


/* The content handler that "mcp" sets. */
ngx_int_t ngx_http_mcp_handler(ngx_http_request_t *r);


/* The handler of the access phase, for every location with "mcp_auth". */
ngx_int_t ngx_http_mcp_access(ngx_http_request_t *r);

/*
 * A handler of the rewrite phase, the first one after a location is chosen:
 * hides a token in the query from the logs of whoever refuses the request
 * before the access phase.
 */
ngx_int_t ngx_http_mcp_access_query(ngx_http_request_t *r);

/*
 * A handler of the preaccess phase, for subrequests, which nginx lets past
 * the access phase: "auth_request" or SSI must not open what is protected
 * (V-16, T33).
 */
ngx_int_t ngx_http_mcp_access_subrequest(ngx_http_request_t *r);

/*
 * A handler of the server rewrite phase: documents for authorization
 * (authorization.md 1.4), which lie outside of any location.
 */
ngx_int_t ngx_http_mcp_metadata(ngx_http_request_t *r);


/*
 * The context of a request to an endpoint, with the headers that MCP gives a
 * meaning; made by whichever phase comes first.  NULL: no memory.
 */
ngx_http_mcp_ctx_t *ngx_http_mcp_admission_ctx(ngx_http_request_t *r);

/*
 * Whether the request may be looked at: Host and Origin (HTTP-2, HTTP-3),
 * method, media types (rows 1 to 5 of mcp-2026-07-28.md 1.3).
 *
 * NGX_OK        read the body
 * a status      refused; *message says why; NGX_HTTP_NO_CONTENT is an
 *               answered preflight
 */
ngx_int_t ngx_http_mcp_admission(ngx_http_request_t *r,
    ngx_http_mcp_ctx_t *ctx, const char **message);

/* 1 if the Host, or the HTTP/2 and HTTP/3 authority, is one of ours. */
ngx_uint_t ngx_http_mcp_host_allowed(ngx_http_request_t *r,
    const ngx_http_mcp_endpoint_t *endpoint);

/* 1 if ctx->headers.origin is allowed, or absent. */
ngx_uint_t ngx_http_mcp_origin_allowed(ngx_http_request_t *r,
    ngx_http_mcp_ctx_t *ctx);

/* Warns at load where no host could ever be allowed. */
void ngx_http_mcp_host_check(ngx_conf_t *cf,
    ngx_http_mcp_endpoint_t *endpoint);


/*
 * Climbs rows 7 to 18 of the ladder with one message.
 *
 * NGX_OK        call->step is set: run it
 * NGX_DONE      refused, the answer is made
 * NGX_DECLINED  a notification or a response: accepted, nothing to answer
 * NGX_ERROR     no memory
 */
ngx_int_t ngx_http_mcp_ladder(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_json_t *message);

/* 1 if the message has the modern era's version in params._meta. */
ngx_uint_t ngx_http_mcp_ladder_modern(const ngx_http_mcp_json_t *message);


/*
 * Runs a 2025-03-26 batch (mcp-legacy.md 2.10), one message after the
 * other; answers the request, now or later.
 */
void ngx_http_mcp_batch_run(ngx_http_request_t *r, ngx_http_mcp_ctx_t *ctx,
    const ngx_http_mcp_json_t *array);


/*
 * Sends a response and finalizes the request.  "out" of "length" bytes may
 * be NULL for an empty one.
 */
void ngx_http_mcp_send(ngx_http_request_t *r, ngx_uint_t status,
    ngx_chain_t *out, size_t length);

/* Sends an error that belongs to no message: no id. */
void ngx_http_mcp_send_error(ngx_http_request_t *r, ngx_uint_t status,
    ngx_int_t code, const char *message);


#endif /* _NGX_HTTP_MCP_ENDPOINT_H_INCLUDED_ */

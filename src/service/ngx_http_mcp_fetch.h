
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The outbound HTTP client: one request, one bounded answer, on nginx's
 * event loop.  Knows nothing of what it fetches.  HTTP/1.1; TLS is verified
 * (chain and name); no redirects (authorization.md 3.1).
 */


#ifndef _NGX_HTTP_MCP_FETCH_H_INCLUDED_
#define _NGX_HTTP_MCP_FETCH_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_http.h>
#include "ngx_http_mcp_http_response.h"


typedef struct ngx_http_mcp_fetch_conf_s  ngx_http_mcp_fetch_conf_t;
typedef struct ngx_http_mcp_fetch_s       ngx_http_mcp_fetch_t;


struct ngx_http_mcp_fetch_s {
    /* in: texts are not copied, and may lie in the fetch's own pool */
    const ngx_http_mcp_fetch_conf_t  *conf;
    ngx_str_t                    url;      /* absolute http(s) */
    ngx_str_t                    method;
    ngx_str_t                    headers;  /* whole lines, each with CRLF */
    ngx_str_t                    body;     /* may be empty */
    ngx_str_t                    who;      /* for the log: provider "shop" */
    size_t                       max;      /* bytes of the answer's body */
    ngx_uint_t                   insecure; /* http:// beyond loopback */
    void                       (*handler)(ngx_http_mcp_fetch_t *fetch);
    void                        *data;

    /* out, when the handler is called */
    ngx_int_t                    rc;       /* NGX_OK: a whole response of any
                                              status; NGX_ERROR: none */
    const char                  *error;    /* static; of NGX_ERROR */
    ngx_http_mcp_http_response_t  response;
};


/*
 * What all fetches of one owner share, made at load: TLS context with
 * "trusted" (PEM file; NULL or empty: the system's bundle), the resolver of
 * "clcf", else one made of /etc/resolv.conf, and the text of /etc/hosts.
 * NULL after logging.  "clcf" may be NULL.  Read at load only: a change of
 * these files needs a reload.  The system's bundle takes 40 ms and 1 MB, so
 * that owners who trust the same should share one of these.
 */
ngx_http_mcp_fetch_conf_t *ngx_http_mcp_fetch_conf(ngx_conf_t *cf,
    ngx_http_core_loc_conf_t *clcf, ngx_str_t *trusted);

/*
 * Checks what can be known of a URL, at load or of one that was learned:
 * absolute, http or https, a host, no user, no fragment; http only to
 * loopback unless "insecure".  NULL: good, or a static text that says what
 * is wrong, such as "a fragment in the URL".  A start checks again.
 */
const char *ngx_http_mcp_fetch_url_check(const ngx_str_t *url,
    ngx_uint_t insecure);

/*
 * A fetch in a pool of its own, zeroed: the caller fills what is "in".
 * "log" says where lines go and is not kept.  NULL: no memory.
 */
ngx_http_mcp_fetch_t *ngx_http_mcp_fetch_create(
    const ngx_http_mcp_fetch_conf_t *conf, ngx_log_t *log);

/*
 * Starts.  The handler is called exactly once, always later, from the event
 * loop, also on failure (3 s each to resolve, connect, agree on TLS, send,
 * and between reads; 10 s in all).  After the handler returns the fetch and
 * all it holds are gone.  One info-level log line for a failure is the
 * caller's affair: the client itself logs at debug only; what nginx's own
 * functions have to say of a peer comes at info, but of a connect() that
 * fails at once at error.
 *
 * A worker that shuts down ends the fetch early unless "hold" is set; one
 * that has no connection yet is dropped without a call of its handler.
 */
void ngx_http_mcp_fetch_start(ngx_http_mcp_fetch_t *fetch);

/* Somebody waits for the answer: a shutdown of the worker waits too.  At any
 * time between create and the call of the handler. */
void ngx_http_mcp_fetch_hold(ngx_http_mcp_fetch_t *fetch);

/*
 * Ends a fetch without calling its handler, and frees it; also one that was
 * not started.  In the handler itself it does nothing.
 */
void ngx_http_mcp_fetch_cancel(ngx_http_mcp_fetch_t *fetch);

/* The pool of a fetch, for its url, headers and body. */
ngx_pool_t *ngx_http_mcp_fetch_pool(ngx_http_mcp_fetch_t *fetch);


#endif /* _NGX_HTTP_MCP_FETCH_H_INCLUDED_ */

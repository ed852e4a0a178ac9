
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Inside of the outbound client: what its files share.
 */


#ifndef _NGX_HTTP_MCP_FETCH_INSIDE_H_INCLUDED_
#define _NGX_HTTP_MCP_FETCH_INSIDE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_event_connect.h>
#include <ngx_http.h>
#include "ngx_http_mcp_fetch.h"


#define NGX_HTTP_MCP_FETCH_STEP   3000     /* ms, for a step */
#define NGX_HTTP_MCP_FETCH_ALL    10000    /* ms, for all of them */
#define NGX_HTTP_MCP_FETCH_ADDRS  8        /* of a name that are tried */


struct ngx_http_mcp_fetch_conf_s {
    ngx_resolver_t          *resolver;     /* NULL: none */
    ngx_str_t                hosts;        /* text of /etc/hosts */

#if (NGX_SSL)
    ngx_ssl_t               *ssl;
    ngx_uint_t               rootless;     /* no bundle was found */
#endif
};


typedef struct {
    ngx_str_t                text;         /* of the host, as in the URL */
    ngx_str_t                host;         /* without [] or a dot at the end */
    ngx_str_t                target;       /* path and query */
    in_port_t                port;
    unsigned                 tls:1;
    unsigned                 literal:1;    /* the host is an address */
    unsigned                 loopback:1;
    unsigned                 local:1;      /* the host is "localhost" */
    unsigned                 pathless:1;   /* the target lacks its "/" */
} ngx_http_mcp_fetch_url_t;


typedef struct ngx_http_mcp_fetch_inside_s  ngx_http_mcp_fetch_inside_t;

typedef void (*ngx_http_mcp_fetch_step_pt)(ngx_http_mcp_fetch_inside_t *in);

struct ngx_http_mcp_fetch_inside_s {
    ngx_http_mcp_fetch_t         fetch;    /* first: it is what callers see */

    ngx_pool_t                  *pool;     /* holds this, too */
    ngx_log_t                    log;
    ngx_event_t                  timer;    /* the start, then the end */

    ngx_http_mcp_fetch_url_t     url;

    ngx_resolver_ctx_t          *resolving;
    ngx_addr_t                   addrs[NGX_HTTP_MCP_FETCH_ADDRS];
    ngx_uint_t                   naddrs;
    ngx_uint_t                   tried;    /* of them */
    const char                  *unreached;    /* why the last one failed */

    ngx_peer_connection_t        peer;
    ngx_http_mcp_fetch_step_pt   step;     /* what an event leads to */
    const char                  *late;     /* the error of its time-out */

    ngx_str_t                    request;  /* that is still to be sent */
    ngx_str_t                    sent;     /* all of it */
    u_char                      *buffer;   /* for what is received */

    unsigned                     hold:1;
    unsigned                     ended:1;
};


/* fetch.c */

/* The end of resolve(): "error" is NULL, or says why there is no address.
 * What it leads to may free "in". */
void ngx_http_mcp_fetch_resolved(ngx_http_mcp_fetch_inside_t *in,
    const char *error);


/* fetch_url.c */

/* Parts of a URL, which point into it.  NULL, or a text as of
 * ngx_http_mcp_fetch_url_check(). */
const char *ngx_http_mcp_fetch_url_parse(const ngx_str_t *url,
    ngx_uint_t insecure, ngx_http_mcp_fetch_url_t *u);


/* fetch_address.c */

/* Finds the addresses of url.host, and calls ngx_http_mcp_fetch_resolved()
 * now or later. */
void ngx_http_mcp_fetch_resolve(ngx_http_mcp_fetch_inside_t *in);

/* Gives up what resolve() has begun. */
void ngx_http_mcp_fetch_unresolve(ngx_http_mcp_fetch_inside_t *in);


/* fetch_conf.c */

/* As ngx_http_mcp_fetch_conf(), from other files; tests use it. */
ngx_http_mcp_fetch_conf_t *ngx_http_mcp_fetch_conf_read(ngx_conf_t *cf,
    ngx_http_core_loc_conf_t *clcf, ngx_str_t *trusted, const char *hosts,
    const char *resolv);

/* Takes the next line, without its comment, off the front of a text.  0:
 * there is none. */
ngx_uint_t ngx_http_mcp_fetch_line(ngx_str_t *text, ngx_str_t *line);

/* Takes the next word off the front of a line.  0: there is none. */
ngx_uint_t ngx_http_mcp_fetch_word(ngx_str_t *line, ngx_str_t *word);


#if (NGX_SSL)

/* fetch_tls.c */

/* NGX_OK, or NGX_ERROR after logging. */
ngx_int_t ngx_http_mcp_fetch_tls_conf(ngx_conf_t *cf,
    ngx_http_mcp_fetch_conf_t *conf, ngx_str_t *trusted);

/* Makes TLS of a connection.  NULL, or why not. */
const char *ngx_http_mcp_fetch_tls_start(ngx_http_mcp_fetch_inside_t *in);

/* After the handshake: is it the server that was meant?  NULL, or why not. */
const char *ngx_http_mcp_fetch_tls_verify(ngx_http_mcp_fetch_inside_t *in);

/* Ends TLS without waiting for the server. */
void ngx_http_mcp_fetch_tls_end(ngx_connection_t *c);

#endif


#endif /* _NGX_HTTP_MCP_FETCH_INSIDE_H_INCLUDED_ */

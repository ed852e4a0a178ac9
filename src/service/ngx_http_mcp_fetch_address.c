
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The addresses of a host, for the outbound client: literal addresses and
 * "localhost", then the hosts file as it was at load, then DNS by nginx's
 * resolver.  Owns the resolver's context while it asks.
 */


#include "ngx_http_mcp_fetch_inside.h"


static const char *ngx_http_mcp_fetch_literal(ngx_http_mcp_fetch_inside_t *in,
    const char *text, size_t len);
static const char *ngx_http_mcp_fetch_hosts(ngx_http_mcp_fetch_inside_t *in);
static const char *ngx_http_mcp_fetch_ask(ngx_http_mcp_fetch_inside_t *in);
static void ngx_http_mcp_fetch_ask_handler(ngx_resolver_ctx_t *ctx);
static const char *ngx_http_mcp_fetch_answer(ngx_http_mcp_fetch_inside_t *in,
    ngx_resolver_ctx_t *ctx);
static ngx_int_t ngx_http_mcp_fetch_add(ngx_http_mcp_fetch_inside_t *in,
    struct sockaddr *sockaddr, socklen_t socklen);


void
ngx_http_mcp_fetch_resolve(ngx_http_mcp_fetch_inside_t *in)
{
    const char  *error;
    ngx_str_t   *host;

    host = &in->url.host;

    if (in->url.literal) {
        error = ngx_http_mcp_fetch_literal(in, (char *) host->data,
                                           host->len);

    } else if (in->url.local) {

        /* whatever anybody says of it: http:// is let through to it */

        error = ngx_http_mcp_fetch_literal(in, "127.0.0.1",
                                           sizeof("127.0.0.1") - 1);
#if (NGX_HAVE_INET6)
        if (error == NULL) {
            error = ngx_http_mcp_fetch_literal(in, "::1",
                                               sizeof("::1") - 1);
        }
#endif

    } else {
        error = ngx_http_mcp_fetch_hosts(in);

        if (error == NULL && in->naddrs == 0) {
            error = ngx_http_mcp_fetch_ask(in);

            if (error == NULL) {
                /* "in" may be gone by now */
                return;
            }
        }
    }

    ngx_http_mcp_fetch_resolved(in, error);
}


void
ngx_http_mcp_fetch_unresolve(ngx_http_mcp_fetch_inside_t *in)
{
    ngx_resolver_ctx_t  *ctx;

    ctx = in->resolving;

    if (ctx) {
        in->resolving = NULL;
        ngx_resolve_name_done(ctx);
    }
}


static const char *
ngx_http_mcp_fetch_literal(ngx_http_mcp_fetch_inside_t *in, const char *text,
    size_t len)
{
    ngx_int_t   rc;
    ngx_addr_t  addr;

    rc = ngx_parse_addr(in->pool, &addr, (u_char *) text, len);

    if (rc == NGX_OK) {
        rc = ngx_http_mcp_fetch_add(in, addr.sockaddr, addr.socklen);
    }

    switch (rc) {

    case NGX_OK:
        return NULL;

    case NGX_DECLINED:
        return "host has an unknown kind of address";

    default: /* NGX_ERROR */
        return "no memory";
    }
}


/* Takes what the hosts file says of the host, which may be nothing. */

static const char *
ngx_http_mcp_fetch_hosts(ngx_http_mcp_fetch_inside_t *in)
{
    ngx_str_t    text, line, address, word, *host;
    const char  *error;

    host = &in->url.host;
    text = in->fetch.conf->hosts;

    while (ngx_http_mcp_fetch_line(&text, &line)) {

        if (!ngx_http_mcp_fetch_word(&line, &address)) {
            continue;
        }

        while (ngx_http_mcp_fetch_word(&line, &word)) {

            if (word.len != host->len
                || ngx_strncasecmp(word.data, host->data, host->len) != 0)
            {
                continue;
            }

            error = ngx_http_mcp_fetch_literal(in, (char *) address.data,
                                               address.len);
            if (error) {
                return error;
            }

            break;
        }
    }

    return NULL;
}


/* Asks the resolver.  NULL: its handler was called, or will be. */

static const char *
ngx_http_mcp_fetch_ask(ngx_http_mcp_fetch_inside_t *in)
{
    ngx_resolver_ctx_t  *ctx;

    if (in->fetch.conf->resolver == NULL) {
        return "no resolver";
    }

    ctx = ngx_resolve_start(in->fetch.conf->resolver, NULL);

    if (ctx == NULL) {
        return "no memory";
    }

    if (ctx == NGX_NO_RESOLVER) {
        return "no resolver";
    }

    /* the resolver makes small letters of the name where it is */

    ctx->name.data = ngx_pstrdup(in->pool, &in->url.host);
    ctx->name.len = in->url.host.len;

    ctx->handler = ngx_http_mcp_fetch_ask_handler;
    ctx->data = in;
    ctx->timeout = NGX_HTTP_MCP_FETCH_STEP;
    ctx->cancelable = !in->hold;

    in->resolving = ctx;

    if (ctx->name.data == NULL) {
        ngx_http_mcp_fetch_unresolve(in);
        return "no memory";
    }

    if (ngx_resolve_name(ctx) != NGX_OK) {
        /* which has freed it */
        in->resolving = NULL;
        return "host cannot be resolved";
    }

    return NULL;
}


static void
ngx_http_mcp_fetch_ask_handler(ngx_resolver_ctx_t *ctx)
{
    const char                   *error;
    ngx_http_mcp_fetch_inside_t  *in;

    in = ctx->data;

    switch (ctx->state) {

    case NGX_OK:
        error = ngx_http_mcp_fetch_answer(in, ctx);
        break;

    case NGX_RESOLVE_NXDOMAIN:
        error = "host not found";
        break;

    case NGX_RESOLVE_TIMEDOUT:
        error = "resolving timed out";
        break;

    default:
        error = "host cannot be resolved";
    }

    ngx_log_debug2(NGX_LOG_DEBUG_CORE, &in->log, 0,
                   "mcp fetch resolved: %i, %ui addresses", ctx->state,
                   in->naddrs);

    ngx_http_mcp_fetch_unresolve(in);
    ngx_http_mcp_fetch_resolved(in, error);
}


/* IPv4 goes first: where there is no way for IPv6, it fails for nothing. */

static const char *
ngx_http_mcp_fetch_answer(ngx_http_mcp_fetch_inside_t *in,
    ngx_resolver_ctx_t *ctx)
{
    ngx_uint_t            i, four;
    ngx_resolver_addr_t  *addr;

    for (four = 2; four--; /* void */ ) {

        for (i = 0; i < ctx->naddrs; i++) {
            addr = &ctx->addrs[i];

            if ((addr->sockaddr->sa_family == AF_INET) != four) {
                continue;
            }

            if (ngx_http_mcp_fetch_add(in, addr->sockaddr, addr->socklen)
                != NGX_OK)
            {
                return "no memory";
            }
        }
    }

    return NULL;
}


/* Copies an address and gives it the port; those over the limit are not
 * tried. */

static ngx_int_t
ngx_http_mcp_fetch_add(ngx_http_mcp_fetch_inside_t *in,
    struct sockaddr *sockaddr, socklen_t socklen)
{
    ngx_addr_t  *addr;

    if (in->naddrs == NGX_HTTP_MCP_FETCH_ADDRS) {
        return NGX_OK;
    }

    addr = &in->addrs[in->naddrs];

    addr->sockaddr = ngx_palloc(in->pool, socklen);
    if (addr->sockaddr == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(addr->sockaddr, sockaddr, socklen);
    ngx_inet_set_port(addr->sockaddr, in->url.port);

    addr->socklen = socklen;

    addr->name.data = ngx_pnalloc(in->pool, NGX_SOCKADDR_STRLEN);
    if (addr->name.data == NULL) {
        return NGX_ERROR;
    }

    addr->name.len = ngx_sock_ntop(addr->sockaddr, socklen, addr->name.data,
                                   NGX_SOCKADDR_STRLEN, 1);
    in->naddrs++;

    return NGX_OK;
}

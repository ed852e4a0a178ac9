
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The URLs that the outbound client takes: a narrow form, since some come
 * from documents of others.  Called at load, for what is configured, and at
 * the start of each fetch; owns nothing.
 */


#include "ngx_http_mcp_fetch_inside.h"


#define NGX_HTTP_MCP_FETCH_URL   2048
#define NGX_HTTP_MCP_FETCH_HOST  253       /* what DNS knows */


static const char *ngx_http_mcp_fetch_url_scheme(ngx_http_mcp_fetch_url_t *u,
    u_char **pos, u_char *last);
static const char *ngx_http_mcp_fetch_url_host(ngx_http_mcp_fetch_url_t *u,
    u_char **pos, u_char *last);
static const char *ngx_http_mcp_fetch_url_kind(ngx_http_mcp_fetch_url_t *u);
static ngx_uint_t ngx_http_mcp_fetch_url_legal(const ngx_str_t *url);


const char *
ngx_http_mcp_fetch_url_check(const ngx_str_t *url, ngx_uint_t insecure)
{
    ngx_http_mcp_fetch_url_t  u;

    return ngx_http_mcp_fetch_url_parse(url, insecure, &u);
}


const char *
ngx_http_mcp_fetch_url_parse(const ngx_str_t *url, ngx_uint_t insecure,
    ngx_http_mcp_fetch_url_t *u)
{
    u_char      *p, *end, *last;
    ngx_int_t    port;
    const char  *error;

    ngx_memzero(u, sizeof(ngx_http_mcp_fetch_url_t));

    if (!ngx_http_mcp_fetch_url_legal(url)) {
        return "an illegal character in the URL, or too many";
    }

    p = url->data;
    last = p + url->len;

    error = ngx_http_mcp_fetch_url_scheme(u, &p, last);
    if (error) {
        return error;
    }

    if (ngx_strlchr(p, last, '#')) {
        return "a fragment in the URL";
    }

    for (end = p; end < last && *end != '/' && *end != '?'; end++) {

        if (*end == '@') {
            return "a user in the URL";
        }
    }

    u->target.data = end;
    u->target.len = last - end;
    u->pathless = (end == last || *end == '?');

    error = ngx_http_mcp_fetch_url_host(u, &p, end);
    if (error) {
        return error;
    }

    if (p < end) {
        port = ngx_atoi(p + 1, end - p - 1);

        if (*p != ':' || port < 1 || port > 65535) {
            return "an illegal port in the URL";
        }

        u->port = (in_port_t) port;
    }

    if (!u->tls && !u->loopback && !insecure) {
        return "http in the URL, but not to a loopback address";
    }

    return NULL;
}


/* Takes the scheme off [*pos, last). */

static const char *
ngx_http_mcp_fetch_url_scheme(ngx_http_mcp_fetch_url_t *u, u_char **pos,
    u_char *last)
{
    u_char  *p;

    p = *pos;

    if (last - p > 8 && ngx_strncasecmp(p, (u_char *) "https://", 8) == 0) {
        u->tls = 1;
        u->port = 443;
        *pos = p + 8;

#if (NGX_SSL)
        return NULL;
#else
        return "https in the URL, but this nginx has no TLS";
#endif
    }

    if (last - p > 7 && ngx_strncasecmp(p, (u_char *) "http://", 7) == 0) {
        u->port = 80;
        *pos = p + 7;

        return NULL;
    }

    return "no http:// or https:// in front of the URL";
}


/* Takes the host off [*pos, last). */

static const char *
ngx_http_mcp_fetch_url_host(ngx_http_mcp_fetch_url_t *u, u_char **pos,
    u_char *last)
{
    u_char  *p;

    p = *pos;

    if (p < last && *p == '[') {
        u->literal = 1;

        while (p < last && *p != ']') {
            p++;
        }

        if (p == last) {
            return "an illegal host in the URL";
        }

        u->host.data = *pos + 1;
        u->host.len = p - u->host.data;
        p++;

    } else {

        while (p < last && *p != ':') {

            if ((*p < '0' || *p > '9')
                && ((*p | 0x20) < 'a' || (*p | 0x20) > 'z')
                && *p != '-' && *p != '.' && *p != '_')
            {
                return "an illegal host in the URL";
            }

            p++;
        }

        u->host.data = *pos;
        u->host.len = p - *pos;
    }

    u->text.data = *pos;
    u->text.len = p - *pos;
    *pos = p;

    return ngx_http_mcp_fetch_url_kind(u);
}


static const char *
ngx_http_mcp_fetch_url_kind(ngx_http_mcp_fetch_url_t *u)
{
    in_addr_t        addr;
    ngx_str_t       *host;
#if (NGX_HAVE_INET6)
    struct in6_addr  addr6;
#endif

    host = &u->host;

    if (u->literal) {
#if (NGX_HAVE_INET6)
        if (ngx_inet6_addr(host->data, host->len, addr6.s6_addr) == NGX_OK) {
            u->loopback = IN6_IS_ADDR_LOOPBACK(&addr6);
            return NULL;
        }
#endif
        return "an illegal host in the URL";
    }

    addr = ngx_inet_addr(host->data, host->len);

    if (addr != INADDR_NONE) {
        u->literal = 1;
        u->loopback = ((ntohl(addr) >> 24) == 127);
        return NULL;
    }

    /* the dot makes no other name of it, but certificates do not have it */

    if (host->len && host->data[host->len - 1] == '.') {
        host->len--;
    }

    if (host->len == 0 || host->len > NGX_HTTP_MCP_FETCH_HOST) {
        return "an illegal host in the URL";
    }

    if (host->len == sizeof("localhost") - 1
        && ngx_strncasecmp(host->data, (u_char *) "localhost", host->len)
           == 0)
    {
        u->local = 1;
        u->loopback = 1;
    }

    return NULL;
}


/* Nothing that could end the request line, or not pass through it. */

static ngx_uint_t
ngx_http_mcp_fetch_url_legal(const ngx_str_t *url)
{
    size_t  i;

    for (i = 0; i < url->len; i++) {
        if (url->data[i] <= 0x20 || url->data[i] >= 0x7f) {
            return 0;
        }
    }

    return url->len <= NGX_HTTP_MCP_FETCH_URL;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Checks URLs of the configuration.  Called by the words of providers and
 * by mcp_auth_resource; owns nothing.
 */


#include "ngx_http_mcp_url.h"


static const char *ngx_http_mcp_url_authority(ngx_http_mcp_url_t *url);
static ngx_uint_t ngx_http_mcp_url_loopback(const ngx_str_t *host);
static ngx_uint_t ngx_http_mcp_url_legal(const ngx_str_t *text);
static ngx_uint_t ngx_http_mcp_url_lowcase(const ngx_str_t *text);


const char *
ngx_http_mcp_url_parse(const ngx_str_t *text, ngx_http_mcp_url_t *url)
{
    u_char      *p, *last;
    const char  *fault;

    ngx_memzero(url, sizeof(ngx_http_mcp_url_t));

    p = text->data;
    last = p + text->len;

    if (text->len > 8 && ngx_strncasecmp(p, (u_char *) "https://", 8) == 0) {
        url->secure = 1;

    } else if (text->len <= 7
               || ngx_strncasecmp(p, (u_char *) "http://", 7) != 0)
    {
        return "is not an absolute URL: it begins with neither \"https://\" "
               "nor \"http://\"";
    }

    if (!ngx_http_mcp_url_legal(text)) {
        return "holds a character that a URL cannot have";
    }

    if (ngx_strlchr(p, last, '#')) {
        return "has a fragment (\"#\")";
    }

    url->scheme.data = p;
    url->scheme.len = url->secure ? 5 : 4;

    p += url->scheme.len + 3;

    url->authority.data = p;

    while (p < last && *p != '/' && *p != '?') {
        p++;
    }

    url->authority.len = p - url->authority.data;

    fault = ngx_http_mcp_url_authority(url);
    if (fault) {
        return fault;
    }

    url->path.data = p;

    while (p < last && *p != '?') {
        p++;
    }

    url->path.len = p - url->path.data;

    url->query.data = p;
    url->query.len = last - p;

    url->lowcase = ngx_http_mcp_url_lowcase(&url->scheme)
                   && ngx_http_mcp_url_lowcase(&url->host);

    return NULL;
}


static const char *
ngx_http_mcp_url_authority(ngx_http_mcp_url_t *url)
{
    u_char     *p, *last;
    ngx_int_t   port;

    p = url->authority.data;
    last = p + url->authority.len;

    if (ngx_strlchr(p, last, '@')) {
        return "has a user name (\"@\")";
    }

    url->host.data = p;

    if (p < last && *p == '[') {
        p = ngx_strlchr(p, last, ']');
        p = p ? p + 1 : last;

    } else {
        while (p < last && *p != ':') {
            p++;
        }
    }

    url->host.len = p - url->host.data;

    if (url->host.len == 0) {
        return "has no host";
    }

    if (url->host.data[0] == '[' && p[-1] != ']') {
        return "has an invalid host";
    }

    if (p < last) {
        port = (*p == ':') ? ngx_atoi(p + 1, last - p - 1) : NGX_ERROR;

        if (port < 1 || port > 65535) {
            return "has an invalid port";
        }
    }

    url->loopback = ngx_http_mcp_url_loopback(&url->host);

    return NULL;
}


static ngx_uint_t
ngx_http_mcp_url_loopback(const ngx_str_t *host)
{
    in_addr_t  addr;

    if ((host->len == 9
         && ngx_strncasecmp(host->data, (u_char *) "localhost", 9) == 0)
        || (host->len == 5 && ngx_strncmp(host->data, "[::1]", 5) == 0))
    {
        return 1;
    }

    addr = ngx_inet_addr(host->data, host->len);

    return addr != INADDR_NONE && (ntohl(addr) >> 24) == 127;
}


/* RFC 3986 2; what is left out would also break out of a header's quotes */

static ngx_uint_t
ngx_http_mcp_url_legal(const ngx_str_t *text)
{
    u_char  *p, *last;

    last = text->data + text->len;

    for (p = text->data; p < last; p++) {

        if (*p <= ' ' || *p >= 0x7f
            || ngx_strchr("\"<>\\^`{|}", *p))
        {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
ngx_http_mcp_url_lowcase(const ngx_str_t *text)
{
    size_t  i;

    for (i = 0; i < text->len; i++) {
        if (text->data[i] >= 'A' && text->data[i] <= 'Z') {
            return 0;
        }
    }

    return 1;
}


const char *
ngx_http_mcp_url_check(const ngx_str_t *text, ngx_uint_t insecure)
{
    const char          *fault;
    ngx_http_mcp_url_t   url;

    fault = ngx_http_mcp_url_parse(text, &url);

    if (fault == NULL && !url.secure && !url.loopback && !insecure) {
        return "is http beyond loopback, where anybody on the way can change "
               "the answer: use https, or say \"issuer URL insecure\"";
    }

    return fault;
}

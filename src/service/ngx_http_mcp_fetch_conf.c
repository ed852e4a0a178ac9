
/*
 * Copyright (C) mcp-nginx contributors
 *
 * What the outbound client reads while the configuration is loaded, so that
 * it has to read no file and to ask no blocking function later.
 */


#include "ngx_http_mcp_fetch_inside.h"


#define NGX_HTTP_MCP_FETCH_HOSTS    "/etc/hosts"
#define NGX_HTTP_MCP_FETCH_RESOLV   "/etc/resolv.conf"

#define NGX_HTTP_MCP_FETCH_FILE     65536
#define NGX_HTTP_MCP_FETCH_SERVERS  3      /* as the system's resolver */


static ngx_int_t ngx_http_mcp_fetch_conf_file(ngx_conf_t *cf,
    const char *name, ngx_str_t *text);
static ngx_int_t ngx_http_mcp_fetch_conf_resolver(ngx_conf_t *cf,
    ngx_http_mcp_fetch_conf_t *conf, const char *name);
static ngx_int_t ngx_http_mcp_fetch_conf_server(ngx_conf_t *cf,
    ngx_str_t *word, ngx_str_t *server);


ngx_http_mcp_fetch_conf_t *
ngx_http_mcp_fetch_conf(ngx_conf_t *cf, ngx_http_core_loc_conf_t *clcf,
    ngx_str_t *trusted)
{
    return ngx_http_mcp_fetch_conf_read(cf, clcf, trusted,
                                        NGX_HTTP_MCP_FETCH_HOSTS,
                                        NGX_HTTP_MCP_FETCH_RESOLV);
}


ngx_http_mcp_fetch_conf_t *
ngx_http_mcp_fetch_conf_read(ngx_conf_t *cf, ngx_http_core_loc_conf_t *clcf,
    ngx_str_t *trusted, const char *hosts, const char *resolv)
{
    ngx_http_mcp_fetch_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_http_mcp_fetch_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    if (ngx_http_mcp_fetch_conf_file(cf, hosts, &conf->hosts) != NGX_OK) {
        return NULL;
    }

    /* where no "resolver" is configured, nginx makes one without servers */

    if (clcf && clcf->resolver && clcf->resolver->connections.nelts) {
        conf->resolver = clcf->resolver;

    } else if (ngx_http_mcp_fetch_conf_resolver(cf, conf, resolv) != NGX_OK) {
        return NULL;
    }

#if (NGX_SSL)

    if (ngx_http_mcp_fetch_tls_conf(cf, conf, trusted) != NGX_OK) {
        return NULL;
    }

#endif

    return conf;
}


/* Reads a small text file.  One that cannot be read is an empty one: many
 * systems have none. */

static ngx_int_t
ngx_http_mcp_fetch_conf_file(ngx_conf_t *cf, const char *name,
    ngx_str_t *text)
{
    u_char    *p;
    ssize_t    n;
    ngx_fd_t   fd;

    ngx_str_null(text);

    fd = ngx_open_file((u_char *) name, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        ngx_log_error(NGX_LOG_INFO, cf->log, ngx_errno,
                      ngx_open_file_n " \"%s\" failed", name);
        return NGX_OK;
    }

    p = ngx_pnalloc(cf->pool, NGX_HTTP_MCP_FETCH_FILE);

    if (p) {
        text->data = p;

        do {
            n = ngx_read_fd(fd, text->data + text->len,
                            NGX_HTTP_MCP_FETCH_FILE - text->len);

            text->len += ngx_max(n, 0);

        } while (n > 0 && text->len < NGX_HTTP_MCP_FETCH_FILE);
    }

    if (ngx_close_file(fd) == NGX_FILE_ERROR) {
        ngx_log_error(NGX_LOG_ALERT, cf->log, ngx_errno,
                      ngx_close_file_n " \"%s\" failed", name);
    }

    if (p == NULL) {
        return NGX_ERROR;
    }

    if (text->len == NGX_HTTP_MCP_FETCH_FILE) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "only the first 64k of \"%s\" are used", name);

        /* the last line may be half a line */

        while (text->len && text->data[text->len - 1] != LF) {
            text->len--;
        }
    }

    return NGX_OK;
}


/* Makes a resolver of the "nameserver" lines of resolv.conf. */

static ngx_int_t
ngx_http_mcp_fetch_conf_resolver(ngx_conf_t *cf,
    ngx_http_mcp_fetch_conf_t *conf, const char *name)
{
    ngx_str_t   text, line, word, servers[NGX_HTTP_MCP_FETCH_SERVERS];
    ngx_uint_t  n;

    if (ngx_http_mcp_fetch_conf_file(cf, name, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    n = 0;

    while (n < NGX_HTTP_MCP_FETCH_SERVERS
           && ngx_http_mcp_fetch_line(&text, &line))
    {
        if (!ngx_http_mcp_fetch_word(&line, &word)
            || word.len != sizeof("nameserver") - 1
            || ngx_strncmp(word.data, "nameserver", word.len) != 0
            || !ngx_http_mcp_fetch_word(&line, &word))
        {
            continue;
        }

        switch (ngx_http_mcp_fetch_conf_server(cf, &word, &servers[n])) {

        case NGX_OK:
            n++;
            break;

        case NGX_DECLINED:
            break;

        default: /* NGX_ERROR */
            return NGX_ERROR;
        }
    }

    if (n == 0) {
        return NGX_OK;
    }

    conf->resolver = ngx_resolver_create(cf, servers, n);
    if (conf->resolver == NULL) {
        return NGX_ERROR;
    }

    /* so that another server is asked before a fetch gives up */

    conf->resolver->resend_timeout = 1;

    return NGX_OK;
}


/* The address of a name server as nginx wants to have it.  NGX_DECLINED: it
 * is none that nginx knows, such as one with an interface. */

static ngx_int_t
ngx_http_mcp_fetch_conf_server(ngx_conf_t *cf, ngx_str_t *word,
    ngx_str_t *server)
{
    ngx_int_t   rc;
    ngx_addr_t  addr;

    rc = ngx_parse_addr(cf->pool, &addr, word->data, word->len);
    if (rc != NGX_OK) {
        return rc;
    }

    server->data = ngx_pnalloc(cf->pool, word->len + 2);
    if (server->data == NULL) {
        return NGX_ERROR;
    }

    server->len = ngx_sprintf(server->data,
                              addr.sockaddr->sa_family == AF_INET ? "%V"
                                                                  : "[%V]",
                              word)
                  - server->data;

    return NGX_OK;
}


ngx_uint_t
ngx_http_mcp_fetch_line(ngx_str_t *text, ngx_str_t *line)
{
    u_char  *p, *last;

    if (text->len == 0) {
        return 0;
    }

    last = text->data + text->len;

    *line = *text;

    p = ngx_strlchr(text->data, last, LF);

    if (p) {
        line->len = p - line->data;
        p++;

    } else {
        p = last;
    }

    text->data = p;
    text->len = last - p;

    /* in hosts "#" begins a comment anywhere, in resolv.conf ";" does too */

    for (p = line->data; p < line->data + line->len; p++) {
        if (*p == '#' || *p == ';') {
            line->len = p - line->data;
            break;
        }
    }

    return 1;
}


ngx_uint_t
ngx_http_mcp_fetch_word(ngx_str_t *line, ngx_str_t *word)
{
    u_char  *p, *last;

    p = line->data;
    last = p + line->len;

    while (p < last && *p <= ' ') {
        p++;
    }

    word->data = p;

    while (p < last && *p > ' ') {
        p++;
    }

    word->len = p - word->data;

    line->data = p;
    line->len = last - p;

    return word->len != 0;
}

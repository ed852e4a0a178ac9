
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Host and Origin: the guard against DNS rebinding and foreign web pages.
 * The host is that of HTTP/1's Host or of the authority of later versions;
 * HTTP/3 has no Host header, so headers_in.server is compared.
 */


#include "ngx_http_mcp_endpoint.h"


static ngx_uint_t ngx_http_mcp_host_listed(const ngx_http_mcp_endpoint_t *ep,
    ngx_str_t *host);
static ngx_uint_t ngx_http_mcp_host_server(const ngx_http_mcp_endpoint_t *ep,
    ngx_str_t *host);
static ngx_uint_t ngx_http_mcp_host_matches(const ngx_str_t *pattern,
    const ngx_str_t *host);
static ngx_uint_t ngx_http_mcp_host_loopback(const ngx_str_t *host);
static ngx_uint_t ngx_http_mcp_local_socket(ngx_http_request_t *r);
static ngx_uint_t ngx_http_mcp_local_address(struct sockaddr *sa);
static ngx_uint_t ngx_http_mcp_local_server(ngx_conf_t *cf,
    ngx_http_core_srv_conf_t *cscf);
static ngx_int_t ngx_http_mcp_origin_split(const ngx_str_t *text,
    ngx_http_mcp_origin_t *origin);
static ngx_uint_t ngx_http_mcp_origin_listed(ngx_array_t *list,
    const ngx_http_mcp_origin_t *origin);
static ngx_uint_t ngx_http_mcp_origin_same(ngx_http_request_t *r,
    const ngx_http_mcp_origin_t *origin);
static ngx_uint_t ngx_http_mcp_equal(const ngx_str_t *one,
    const ngx_str_t *two);


ngx_uint_t
ngx_http_mcp_host_allowed(ngx_http_request_t *r,
    const ngx_http_mcp_endpoint_t *endpoint)
{
    ngx_str_t  *host;

    host = &r->headers_in.server;

    if (host->len == 0) {
        return 0;
    }

    return ngx_http_mcp_host_listed(endpoint, host)
           || (ngx_http_mcp_host_loopback(host)
               && ngx_http_mcp_local_socket(r));
}


/* "mcp_allowed_hosts" replaces the server's own names. */

static ngx_uint_t
ngx_http_mcp_host_listed(const ngx_http_mcp_endpoint_t *endpoint,
    ngx_str_t *host)
{
    ngx_str_t   *name;
    ngx_uint_t   i;

    if (endpoint->mlcf->hosts == NULL) {
        return ngx_http_mcp_host_server(endpoint, host);
    }

    name = endpoint->mlcf->hosts->elts;

    for (i = 0; i < endpoint->mlcf->hosts->nelts; i++) {
        if (ngx_http_mcp_host_matches(&name[i], host)) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_mcp_host_server(const ngx_http_mcp_endpoint_t *endpoint,
    ngx_str_t *host)
{
    ngx_uint_t               i;
    ngx_http_server_name_t  *name;

    name = endpoint->names.elts;

    for (i = 0; i < endpoint->names.nelts; i++) {

#if (NGX_PCRE)
        if (name[i].regex) {

            /* not ngx_http_regex_exec(): "$1" is the location's, and must
             * not become what a client writes into its Host */

            if (ngx_regex_exec(name[i].regex->regex, host, NULL, 0) >= 0) {
                return 1;
            }

            continue;
        }
#endif

        if (ngx_http_mcp_host_matches(&name[i].name, host)) {
            return 1;
        }
    }

    return 0;
}


/* nginx's forms of a name: exact, "*.example.com", ".example.com" and
 * "www.example.*" */

static ngx_uint_t
ngx_http_mcp_host_matches(const ngx_str_t *pattern, const ngx_str_t *host)
{
    size_t   len;
    u_char  *p;

    p = pattern->data;
    len = pattern->len;

    if (len == 0) {
        return 0;
    }

    if (p[0] == '.' && host->len == len - 1
        && ngx_strncasecmp(p + 1, host->data, host->len) == 0)
    {
        return 1;
    }

    if (len > 1 && p[0] == '*' && p[1] == '.') {
        p++;
        len--;
    }

    if (p[0] == '.') {
        return host->len > len
               && ngx_strncasecmp(p, host->data + host->len - len, len) == 0;
    }

    if (len > 2 && p[len - 1] == '*' && p[len - 2] == '.') {
        return host->len >= len
               && ngx_strncasecmp(p, host->data, len - 1) == 0;
    }

    return ngx_http_mcp_equal(pattern, host);
}


static ngx_uint_t
ngx_http_mcp_host_loopback(const ngx_str_t *host)
{
    ngx_uint_t  i;

    static const ngx_str_t  names[] = {
        ngx_string("localhost"),
        ngx_string("127.0.0.1"),
        ngx_string("[::1]")
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (ngx_http_mcp_equal(&names[i], host)) {
            return 1;
        }
    }

    return 0;
}


/* whether the connection came in over the loopback interface */

static ngx_uint_t
ngx_http_mcp_local_socket(ngx_http_request_t *r)
{
    return ngx_connection_local_sockaddr(r->connection, NULL, 0) == NGX_OK
           && ngx_http_mcp_local_address(r->connection->local_sockaddr);
}


static ngx_uint_t
ngx_http_mcp_local_address(struct sockaddr *sa)
{
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

    switch (sa->sa_family) {

#if (NGX_HAVE_UNIX_DOMAIN)
    case AF_UNIX:
        return 1;
#endif

#if (NGX_HAVE_INET6)
    case AF_INET6:
        sin6 = (struct sockaddr_in6 *) sa;

        return IN6_IS_ADDR_LOOPBACK(&sin6->sin6_addr)
               || (IN6_IS_ADDR_V4MAPPED(&sin6->sin6_addr)
                   && sin6->sin6_addr.s6_addr[12] == 127);
#endif

    default:
        sin = (struct sockaddr_in *) sa;

        return (ntohl(sin->sin_addr.s_addr) >> 24) == 127;
    }
}


void
ngx_http_mcp_host_check(ngx_conf_t *cf, ngx_http_mcp_endpoint_t *endpoint)
{
    ngx_uint_t               i;
    ngx_http_server_name_t  *name;

    if (endpoint->mlcf->hosts
        || ngx_http_mcp_local_server(cf, endpoint->cscf))
    {
        return;
    }

    name = endpoint->names.elts;

    for (i = 0; i < endpoint->names.nelts; i++) {

#if (NGX_PCRE)
        if (name[i].regex) {
            return;
        }
#endif

        if (name[i].name.len
            && !(name[i].name.len == 1 && name[i].name.data[0] == '_'))
        {
            return;
        }
    }

    ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                  "the \"mcp\" endpoint has neither \"server_name\" nor "
                  "\"mcp_allowed_hosts\": only clients on this machine will "
                  "reach it, others get 421 in %V:%ui",
                  &endpoint->file, endpoint->line);
}


/* whether the server listens on loopback addresses only */

static ngx_uint_t
ngx_http_mcp_local_server(ngx_conf_t *cf, ngx_http_core_srv_conf_t *cscf)
{
    ngx_uint_t                   i, j, k;
    ngx_http_conf_port_t        *port;
    ngx_http_conf_addr_t        *addr;
    ngx_http_core_srv_conf_t   **server;
    ngx_http_core_main_conf_t   *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    if (cmcf->ports == NULL) {
        return 0;
    }

    port = cmcf->ports->elts;

    for (i = 0; i < cmcf->ports->nelts; i++) {
        addr = port[i].addrs.elts;

        for (j = 0; j < port[i].addrs.nelts; j++) {
            server = addr[j].servers.elts;

            for (k = 0; k < addr[j].servers.nelts; k++) {
                if (server[k] == cscf
                    && !ngx_http_mcp_local_address(addr[j].opt.sockaddr))
                {
                    return 0;
                }
            }
        }
    }

    return 1;
}


ngx_uint_t
ngx_http_mcp_origin_allowed(ngx_http_request_t *r, ngx_http_mcp_ctx_t *ctx)
{
    ngx_http_mcp_origin_t     origin;
    ngx_http_mcp_loc_conf_t  *mlcf;

    if (ctx->headers.origins == 0) {
        return 1;
    }

    if (ctx->headers.origins > 1
        || ngx_http_mcp_origin_split(&ctx->headers.origin, &origin)
           != NGX_OK)
    {
        return 0;
    }

    mlcf = ctx->endpoint->mlcf;

    if (mlcf->origins) {
        return ngx_http_mcp_origin_listed(mlcf->origins, &origin);
    }

    /*
     * without a list: this very host, once it is known to be ours, and on
     * the loopback interface any page of this machine
     */

    if (ngx_http_mcp_host_loopback(&origin.host)
        && ngx_http_mcp_local_socket(r))
    {
        return 1;
    }

    return ngx_http_mcp_host_listed(ctx->endpoint, &origin.host)
           && ngx_http_mcp_origin_same(r, &origin);
}


/* "null" has no scheme and is never allowed */

static ngx_int_t
ngx_http_mcp_origin_split(const ngx_str_t *text,
    ngx_http_mcp_origin_t *origin)
{
    u_char  *p, *last, *colon;

    ngx_memzero(origin, sizeof(ngx_http_mcp_origin_t));

    p = text->data;
    last = p + text->len;

    colon = ngx_strlchr(p, last, ':');

    if (colon == NULL || colon == p || last - colon < 4 || colon[1] != '/'
        || colon[2] != '/')
    {
        return NGX_DECLINED;
    }

    origin->scheme.data = p;
    origin->scheme.len = colon - p;

    for ( /* void */ ; p < colon; p++) {
        if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9')
              || *p == '+' || *p == '-' || *p == '.'))
        {
            return NGX_DECLINED;
        }
    }

    p = colon + 3;
    origin->host.data = p;

    if (*p == '[') {
        p = ngx_strlchr(p, last, ']');
        if (p == NULL) {
            return NGX_DECLINED;
        }
    }

    for ( /* void */ ; p < last && *p != ':'; p++) {
        if (*p == '/' || *p == '@' || *p == '\\' || *p <= ' ') {
            return NGX_DECLINED;
        }
    }

    origin->host.len = p - origin->host.data;

    if (p < last) {
        origin->port.data = p + 1;
        origin->port.len = last - p - 1;

        if (ngx_atoi(origin->port.data, origin->port.len) == NGX_ERROR) {
            return NGX_DECLINED;
        }
    }

    return origin->host.len ? NGX_OK : NGX_DECLINED;
}


static ngx_uint_t
ngx_http_mcp_origin_listed(ngx_array_t *list,
    const ngx_http_mcp_origin_t *origin)
{
    ngx_uint_t              i;
    ngx_http_mcp_origin_t  *o;

    o = list->elts;

    for (i = 0; i < list->nelts; i++) {

        if (o[i].any) {
            return 1;
        }

        if (!ngx_http_mcp_equal(&o[i].scheme, &origin->scheme)
            || !ngx_http_mcp_equal(&o[i].port, &origin->port))
        {
            continue;
        }

        if (o[i].suffix ? (origin->host.len > o[i].host.len
                           && ngx_strncasecmp(o[i].host.data,
                                              origin->host.data
                                              + origin->host.len
                                              - o[i].host.len,
                                              o[i].host.len)
                              == 0)
                        : ngx_http_mcp_equal(&o[i].host, &origin->host))
        {
            return 1;
        }
    }

    return 0;
}


/* The page came from the host and port that this request goes to. */

static ngx_uint_t
ngx_http_mcp_origin_same(ngx_http_request_t *r,
    const ngx_http_mcp_origin_t *origin)
{
    size_t      len;
    ngx_str_t   host, port;

    if (!ngx_http_mcp_equal(&origin->host, &r->headers_in.server)) {
        return 0;
    }

    ngx_str_null(&port);

    if (r->headers_in.host) {
        host = r->headers_in.host->value;
        len = r->headers_in.server.len;

        if (host.len > len + 1 && host.data[len] == ':') {
            port.data = host.data + len + 1;
            port.len = host.len - len - 1;
        }
    }

    return ngx_http_mcp_equal(&origin->port, &port);
}


static ngx_uint_t
ngx_http_mcp_equal(const ngx_str_t *one, const ngx_str_t *two)
{
    return one->len == two->len
           && ngx_strncasecmp(one->data, two->data, one->len) == 0;
}

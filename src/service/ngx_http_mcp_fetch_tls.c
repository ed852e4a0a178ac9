
/*
 * Copyright (C) mcp-nginx contributors
 *
 * TLS of the outbound client: who is trusted, and whether the server is the
 * one that was meant.  There is no way to switch that off.  Owns the TLS
 * context, which dies with the configuration.
 */


#include "ngx_http_mcp_fetch_inside.h"


#if (NGX_SSL)


#define NGX_HTTP_MCP_FETCH_DEPTH  10       /* certificates between */


static ngx_int_t ngx_http_mcp_fetch_tls_bundle(ngx_conf_t *cf,
    ngx_http_mcp_fetch_conf_t *conf);
static char *ngx_http_mcp_fetch_tls_text(ngx_http_mcp_fetch_inside_t *in);


/*
 * Where systems keep the certificates of authorities in one file.  OpenSSL's
 * folder of them is not used: it would be read while requests wait.
 */

static const char *const  ngx_http_mcp_fetch_tls_bundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",    /* Debian, Alpine, Arch */
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",    /* Fedora, RHEL */
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",                /* SUSE */
    "/etc/ssl/cert.pem",                     /* BSD, macOS */
    "/usr/local/share/certs/ca-root-nss.crt",
    NULL
};


ngx_int_t
ngx_http_mcp_fetch_tls_conf(ngx_conf_t *cf, ngx_http_mcp_fetch_conf_t *conf,
    ngx_str_t *trusted)
{
    ngx_pool_cleanup_t  *cln;

    conf->ssl = ngx_pcalloc(cf->pool, sizeof(ngx_ssl_t));
    if (conf->ssl == NULL) {
        return NGX_ERROR;
    }

    conf->ssl->log = cf->log;

    if (ngx_ssl_create(conf->ssl, NGX_SSL_TLSv1_2|NGX_SSL_TLSv1_3, NULL)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        ngx_ssl_cleanup_ctx(conf->ssl);
        return NGX_ERROR;
    }

    cln->handler = ngx_ssl_cleanup_ctx;
    cln->data = conf->ssl;

    /* the depth is for both, and nothing else for no file */

    if (trusted && trusted->len) {
        return ngx_ssl_trusted_certificate(cf, conf->ssl, trusted,
                                           NGX_HTTP_MCP_FETCH_DEPTH);
    }

    SSL_CTX_set_verify_depth(conf->ssl->ctx, NGX_HTTP_MCP_FETCH_DEPTH);

    return ngx_http_mcp_fetch_tls_bundle(cf, conf);
}


static ngx_int_t
ngx_http_mcp_fetch_tls_bundle(ngx_conf_t *cf, ngx_http_mcp_fetch_conf_t *conf)
{
    const char *const  *file;
    ngx_file_info_t     fi;

    for (file = ngx_http_mcp_fetch_tls_bundles; *file; file++) {

        if (ngx_file_info(*file, &fi) == NGX_FILE_ERROR) {
            continue;
        }

        if (SSL_CTX_load_verify_locations(conf->ssl->ctx, *file, NULL) == 0) {
            ngx_ssl_error(NGX_LOG_EMERG, cf->log, 0,
                          "SSL_CTX_load_verify_locations(\"%s\") failed",
                          *file);
            return NGX_ERROR;
        }

        /* as nginx does: it may leave errors while it succeeds */

        ERR_clear_error();

        return NGX_OK;
    }

    conf->rootless = 1;

    return NGX_OK;
}


const char *
ngx_http_mcp_fetch_tls_start(ngx_http_mcp_fetch_inside_t *in)
{
    char              *name;
    ngx_connection_t  *c;

    c = in->peer.connection;

    if (in->fetch.conf->rootless) {
        return "no certificates of authorities on this system";
    }

    if (ngx_ssl_create_connection(in->fetch.conf->ssl, c,
                                  NGX_SSL_BUFFER|NGX_SSL_CLIENT)
        != NGX_OK)
    {
        return "no TLS connection";
    }

    /* RFC 6066: no addresses */

    if (in->url.literal) {
        return NULL;
    }

    name = ngx_http_mcp_fetch_tls_text(in);
    if (name == NULL) {
        return "no memory";
    }

    if (SSL_set_tlsext_host_name(c->ssl->connection, name) == 0) {
        ngx_ssl_error(NGX_LOG_ERR, c->log, 0,
                      "SSL_set_tlsext_host_name(\"%s\") failed", name);
        return "no TLS connection";
    }

    return NULL;
}


const char *
ngx_http_mcp_fetch_tls_verify(ngx_http_mcp_fetch_inside_t *in)
{
    int                rc;
    char              *address;
    long               error;
    X509              *cert;
    ngx_connection_t  *c;

    c = in->peer.connection;

    error = SSL_get_verify_result(c->ssl->connection);

    if (error != X509_V_OK) {
        return X509_verify_cert_error_string(error);
    }

    if (!in->url.literal) {
        return (ngx_ssl_check_host(c, &in->url.host) == NGX_OK)
               ? NULL : "certificate is for another host";
    }

    /* nginx's own check knows names only */

    address = ngx_http_mcp_fetch_tls_text(in);
    if (address == NULL) {
        return "no memory";
    }

    cert = SSL_get_peer_certificate(c->ssl->connection);
    if (cert == NULL) {
        return "no certificate";
    }

    rc = X509_check_ip_asc(cert, address, 0);

    X509_free(cert);

    return (rc == 1) ? NULL : "certificate is for another host";
}


/* The host with the NUL that OpenSSL wants.  NULL: no memory. */

static char *
ngx_http_mcp_fetch_tls_text(ngx_http_mcp_fetch_inside_t *in)
{
    u_char     *text;
    ngx_str_t  *host;

    host = &in->url.host;

    text = ngx_pnalloc(in->pool, host->len + 1);

    if (text) {
        (void) ngx_cpystrn(text, host->data, host->len + 1);
    }

    return (char *) text;
}


void
ngx_http_mcp_fetch_tls_end(ngx_connection_t *c)
{
    c->ssl->no_wait_shutdown = 1;

    if (ngx_ssl_shutdown(c) == NGX_AGAIN) {

        /* not even the goodbye can be sent; then none is said */

        c->error = 1;
        (void) ngx_ssl_shutdown(c);
    }
}


#endif

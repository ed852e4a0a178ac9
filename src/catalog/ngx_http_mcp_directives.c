
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Setters of the directives outside of blocks.  Called by the configuration
 * parser through the table in ngx_http_mcp_module.c.
 */


#include "ngx_http_mcp_directives.h"
#include "ngx_http_mcp_header_value.h"
#include "ngx_http_mcp_word.h"
#include <openssl/evp.h>


#define NGX_HTTP_MCP_SECRET_MIN   16      /* bytes of a line of mcp_secret */
#define NGX_HTTP_MCP_SECRET_FILE  65536   /* bytes of the file */


static char *ngx_http_mcp_origin_parse(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_mcp_origin_t *origin);
static ngx_int_t ngx_http_mcp_secret_add(ngx_conf_t *cf, ngx_array_t *secrets,
    ngx_str_t *line);


/* headers that never leave with a tool's request (authorization.md 1.6) */

static ngx_str_t  ngx_http_mcp_private_headers[] = {
    ngx_string("authorization"),
    ngx_string("cookie"),
    ngx_string("proxy-authorization"),
    ngx_string("dpop"),

    /* these would contradict the request that the module makes */
    ngx_string("host"),
    ngx_string("connection"),
    ngx_string("content-length"),
    ngx_string("content-type"),
    ngx_string("transfer-encoding"),
    ngx_null_string
};


char *
ngx_http_mcp_endpoint_set(ngx_conf_t *cf, ngx_http_mcp_loc_conf_t *mlcf,
    ngx_http_handler_pt handler)
{
    ngx_http_core_loc_conf_t   *clcf;
    ngx_http_mcp_endpoint_t    *endpoint, **ep;
    ngx_http_mcp_main_conf_t   *mmcf;

    if (mlcf->endpoint) {
        return "is duplicate";
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->named) {
        return "cannot be used in a named location: clients must reach it";
    }

    if (clcf->handler) {
        return "cannot share a location with another content handler, "
               "such as \"proxy_pass\": point \"pass\" of a tool at it";
    }

    endpoint = ngx_pcalloc(cf->pool, sizeof(ngx_http_mcp_endpoint_t));
    if (endpoint == NULL) {
        return NGX_CONF_ERROR;
    }

    endpoint->cscf = ngx_http_conf_get_module_srv_conf(cf,
                                                       ngx_http_core_module);
    endpoint->clcf = clcf;
    endpoint->mlcf = mlcf;
    endpoint->file = cf->conf_file->file.name;
    endpoint->line = cf->conf_file->line;

    mmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_mcp_module);

    ep = ngx_array_push(&mmcf->endpoints);
    if (ep == NULL) {
        return NGX_CONF_ERROR;
    }

    *ep = endpoint;

    mlcf->endpoint = endpoint;
    clcf->handler = handler;

    return NGX_CONF_OK;
}


char *
ngx_http_mcp_server_info(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_loc_conf_t *mlcf = conf;

    static const ngx_http_mcp_option_t  options[] = {
        { ngx_string("name="), offsetof(ngx_http_mcp_loc_conf_t, name) },
        { ngx_string("version="),
          offsetof(ngx_http_mcp_loc_conf_t, version) },
        { ngx_string("title="), offsetof(ngx_http_mcp_loc_conf_t, title) },
        { ngx_string("website="),
          offsetof(ngx_http_mcp_loc_conf_t, website) },
        { ngx_null_string, 0 }
    };

    return ngx_http_mcp_word_options(cf, 1, options, mlcf,
                                     "name=, version=, title= or website=");
}


char *
ngx_http_mcp_tools(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_loc_conf_t *mlcf = conf;

    if (ngx_http_mcp_word_strings(cf, &mlcf->toolsets) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_mcp_allowed_hosts(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_loc_conf_t *mlcf = conf;

    ngx_str_t   *value, *host;
    ngx_uint_t   i;

    if (mlcf->hosts == NGX_CONF_UNSET_PTR) {
        mlcf->hosts = ngx_array_create(cf->pool, 4, sizeof(ngx_str_t));
        if (mlcf->hosts == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_strlchr(value[i].data, value[i].data + value[i].len, '/')
            || value[i].len == 0
            || (value[i].data[0] == '['
                ? value[i].data[value[i].len - 1] != ']'
                : ngx_strlchr(value[i].data, value[i].data + value[i].len,
                              ':') != NULL))
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid host \"%V\": give a name without "
                               "scheme, port and path, as \"api.example.com\" "
                               "or \"*.example.com\"", &value[i]);
            return NGX_CONF_ERROR;
        }

        host = ngx_array_push(mlcf->hosts);
        if (host == NULL) {
            return NGX_CONF_ERROR;
        }

        ngx_strlow(value[i].data, value[i].data, value[i].len);
        *host = value[i];
    }

    return NGX_CONF_OK;
}


char *
ngx_http_mcp_allowed_origins(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_loc_conf_t *mlcf = conf;

    char                   *rv;
    ngx_str_t              *value;
    ngx_uint_t              i;
    ngx_http_mcp_origin_t  *origin;

    if (mlcf->origins == NGX_CONF_UNSET_PTR) {
        mlcf->origins = ngx_array_create(cf->pool, 4,
                                         sizeof(ngx_http_mcp_origin_t));
        if (mlcf->origins == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "none") == 0) {
        return NGX_CONF_OK;
    }

    for (i = 1; i < cf->args->nelts; i++) {

        origin = ngx_array_push(mlcf->origins);
        if (origin == NULL) {
            return NGX_CONF_ERROR;
        }

        rv = ngx_http_mcp_origin_parse(cf, &value[i], origin);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_mcp_origin_parse(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_mcp_origin_t *origin)
{
    u_char  *p, *last, *colon;

    ngx_memzero(origin, sizeof(ngx_http_mcp_origin_t));

    if (text->len == 1 && text->data[0] == '*') {
        origin->any = 1;
        return NGX_CONF_OK;
    }

    ngx_strlow(text->data, text->data, text->len);

    p = text->data;
    last = p + text->len;

    colon = ngx_strlchr(p, last, ':');

    if (colon == NULL || colon == p || last - colon < 4
        || colon[1] != '/' || colon[2] != '/')
    {
        goto invalid;
    }

    origin->scheme.data = p;
    origin->scheme.len = colon - p;

    p = colon + 3;

    if (last - p > 2 && p[0] == '*' && p[1] == '.') {
        origin->suffix = 1;
        p++;
    }

    origin->host.data = p;

    if (*p == '[') {
        p = ngx_strlchr(p, last, ']');
        if (p == NULL) {
            goto invalid;
        }
    }

    colon = ngx_strlchr(p, last, ':');

    if (colon) {
        origin->port.data = colon + 1;
        origin->port.len = last - colon - 1;

        if (ngx_atoi(origin->port.data, origin->port.len) == NGX_ERROR) {
            goto invalid;
        }

        last = colon;

        /* browsers leave the default port out */

        if ((origin->port.len == 3 && origin->scheme.len == 5
             && ngx_strncmp(origin->port.data, "443", 3) == 0)
            || (origin->port.len == 2 && origin->scheme.len == 4
                && ngx_strncmp(origin->port.data, "80", 2) == 0))
        {
            ngx_str_null(&origin->port);
        }
    }

    if (ngx_strlchr(p, last, '/') || ngx_strlchr(p, last, '*')) {
        goto invalid;
    }

    origin->host.len = last - origin->host.data;

    if (origin->host.len != 0) {
        return NGX_CONF_OK;
    }

invalid:

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid origin \"%V\": expected scheme://host[:port] "
                       "without a path, \"https://*.example.com\", \"*\" or "
                       "\"none\"", text);
    return NGX_CONF_ERROR;
}


char *
ngx_http_mcp_pass_header(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_loc_conf_t *mlcf = conf;

    ngx_str_t   *value, *name, *private;
    ngx_uint_t   i;

    if (mlcf->pass_headers == NGX_CONF_UNSET_PTR) {
        mlcf->pass_headers = ngx_array_create(cf->pool, 4,
                                              sizeof(ngx_str_t));
        if (mlcf->pass_headers == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        if (!ngx_http_mcp_header_token(&value[i])) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid header name \"%V\"", &value[i]);
            return NGX_CONF_ERROR;
        }

        ngx_strlow(value[i].data, value[i].data, value[i].len);

        for (private = ngx_http_mcp_private_headers; private->len;
             private++)
        {
            if (private->len == value[i].len
                && ngx_strncmp(private->data, value[i].data, private->len)
                   == 0)
            {
                break;
            }
        }

        if (private->len
            || (value[i].len >= 4
                && ngx_strncmp(value[i].data, "mcp-", 4) == 0))
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "header \"%V\" may not pass to an upstream: "
                               "set it with \"proxy_set_header\" in the "
                               "tool's location if the upstream needs one",
                               &value[i]);
            return NGX_CONF_ERROR;
        }

        name = ngx_array_push(mlcf->pass_headers);
        if (name == NULL) {
            return NGX_CONF_ERROR;
        }

        *name = value[i];
    }

    return NGX_CONF_OK;
}


char *
ngx_http_mcp_secret(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_main_conf_t *mmcf = conf;

    ngx_str_t        *value, file, text, line;
    ngx_uint_t        number;
    ngx_file_info_t   fi;

    if (mmcf->secrets) {
        return "is duplicate";
    }

    mmcf->secrets = ngx_array_create(cf->pool, 2, sizeof(ngx_str_t));
    if (mmcf->secrets == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    if (ngx_http_mcp_file_read(cf, cf->temp_pool, &value[1],
                               NGX_HTTP_MCP_SECRET_FILE, &file, &fi)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    text = file;
    number = 0;

    while (ngx_http_mcp_file_line(&text, &line, &number)) {

        if (ngx_http_mcp_secret_add(cf, mmcf->secrets, &line) != NGX_OK) {
            ngx_explicit_memzero(file.data, file.len);
            return NGX_CONF_ERROR;
        }
    }

    /* the keys are digests, the text itself is not needed any more */
    ngx_explicit_memzero(file.data, file.len);

    if (mmcf->secrets->nelts == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no key in \"%V\": write one a line, made by "
                           "\"openssl rand -base64 32\"", &value[1]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_mcp_secret_add(ngx_conf_t *cf, ngx_array_t *secrets,
    ngx_str_t *line)
{
    ngx_str_t  *key;

    if (line->len < NGX_HTTP_MCP_SECRET_MIN) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "a key of \"mcp_secret\" is shorter than %d "
                           "characters: make one by "
                           "\"openssl rand -base64 32\"",
                           NGX_HTTP_MCP_SECRET_MIN);
        return NGX_ERROR;
    }

    key = ngx_array_push(secrets);
    if (key == NULL) {
        return NGX_ERROR;
    }

    key->len = 32;
    key->data = ngx_pnalloc(cf->pool, key->len);
    if (key->data == NULL) {
        return NGX_ERROR;
    }

    /* a line of any length becomes a key of the length HMAC wants */

    if (EVP_Digest(line->data, line->len, key->data, NULL, EVP_sha256(), NULL)
        != 1)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * The directive "mcp_auth_resource": the public URL of what is protected,
 * as users paste it into their clients (authorization.md 1.4, 1.5).
 */


#include "ngx_http_mcp_url.h"
#include "ngx_http_mcp_utf8.h"
#include "ngx_http_mcp_word.h"


static char *ngx_http_mcp_resource_uri(ngx_conf_t *cf,
    ngx_http_mcp_resource_id_t *resource);
static ngx_uint_t ngx_http_mcp_resource_path(ngx_str_t *path);
static char *ngx_http_mcp_resource_texts(ngx_conf_t *cf,
    ngx_http_mcp_resource_id_t *resource);


static const ngx_http_mcp_option_t  ngx_http_mcp_resource_options[] = {
    { ngx_string("name="), offsetof(ngx_http_mcp_resource_id_t, name) },
    { ngx_string("documentation="),
      offsetof(ngx_http_mcp_resource_id_t, documentation) },
    { ngx_string("policy="), offsetof(ngx_http_mcp_resource_id_t, policy) },
    { ngx_string("tos="), offsetof(ngx_http_mcp_resource_id_t, tos) },
    { ngx_null_string, 0 }
};


char *
ngx_http_mcp_auth_resource(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_loc_conf_t *mlcf = conf;

    char                        *rv;
    ngx_str_t                   *value;
    ngx_http_mcp_resource_id_t  *resource;

    if (mlcf->auth.resource != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    ngx_http_mcp_auth_place(cf, &mlcf->auth);

    resource = ngx_pcalloc(cf->pool, sizeof(ngx_http_mcp_resource_id_t));
    if (resource == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    resource->uri = value[1];
    resource->auth = &mlcf->auth;
    resource->file = cf->conf_file->file.name;
    resource->line = cf->conf_file->line;

    mlcf->auth.resource = resource;

    rv = ngx_http_mcp_word_options(cf, 2, ngx_http_mcp_resource_options,
                                   resource,
                                   "name=, documentation=, policy= or tos=");
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    rv = ngx_http_mcp_resource_uri(cf, resource);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    return ngx_http_mcp_resource_texts(cf, resource);
}


/* authorization.md 1.5: the form in which users paste it into clients */

static char *
ngx_http_mcp_resource_uri(ngx_conf_t *cf,
    ngx_http_mcp_resource_id_t *resource)
{
    const char          *fault;
    ngx_http_mcp_url_t   url;

    fault = ngx_http_mcp_url_parse(&resource->uri, &url);

    if (fault == NULL && !url.secure && !url.loopback) {
        fault = "is http beyond loopback, which clients refuse: use https";
    }

    if (fault == NULL && !url.lowcase) {
        fault = "has a scheme or host that is not in lower case";
    }

    if (fault == NULL && !ngx_http_mcp_resource_path(&url.path)) {
        fault = "has an empty segment or one of dots in its path, which "
                "nginx takes out of requests";
    }

    if (fault) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid resource \"%V\": it %s", &resource->uri,
                           fault);
        return NGX_CONF_ERROR;
    }

    resource->host = url.authority;
    resource->query = url.query;
    resource->path = url.path;

    /* RFC 9728 3.1: a slash that stands alone is dropped */

    if (url.path.len == 1) {
        resource->path.len = 0;
    }

    return NGX_CONF_OK;
}


/* 1 if the path has no "//", "/." and "/.." in it */

static ngx_uint_t
ngx_http_mcp_resource_path(ngx_str_t *path)
{
    size_t   len;
    u_char  *p, *last, *end;

    last = path->data + path->len;

    for (p = path->data; p < last; p = end) {

        /* "p" is at a slash; the last one may end the path */

        end = ngx_strlchr(p + 1, last, '/');
        if (end == NULL) {
            end = last;
        }

        len = end - p - 1;

        if ((len == 0 && end < last)
            || (len == 1 && p[1] == '.')
            || (len == 2 && p[1] == '.' && p[2] == '.'))
        {
            return 0;
        }
    }

    return 1;
}


static char *
ngx_http_mcp_resource_texts(ngx_conf_t *cf,
    ngx_http_mcp_resource_id_t *resource)
{
    ngx_str_t   *link[3];
    ngx_uint_t   i;
    const char  *fault;

    if (ngx_http_mcp_utf8_valid(resource->name.data, resource->name.len)
        != resource->name.len)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the name of the resource is not UTF-8");
        return NGX_CONF_ERROR;
    }

    link[0] = &resource->documentation;
    link[1] = &resource->policy;
    link[2] = &resource->tos;

    for (i = 0; i < 3; i++) {

        if (link[i]->len == 0) {
            continue;
        }

        fault = ngx_http_mcp_url_check(link[i], 1);

        if (fault) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid link \"%V\": it %s", link[i], fault);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}

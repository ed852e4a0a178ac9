
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The directive "mcp_auth_api_keys": a file of keys for programs that cannot
 * log in.  Only digests of keys are in it, and in memory.
 */


#include "ngx_http_mcp_header_value.h"
#include "ngx_http_mcp_word.h"


#define NGX_HTTP_MCP_API_KEYS_FILE  (1024 * 1024)


typedef struct {
    ngx_str_t    header;
} ngx_http_mcp_api_options_t;


static char *ngx_http_mcp_api_keys_read(ngx_conf_t *cf, ngx_str_t *file,
    ngx_array_t *keys);
static char *ngx_http_mcp_api_header(ngx_conf_t *cf, ngx_str_t *name);
static char *ngx_http_mcp_api_key_add(ngx_conf_t *cf, ngx_array_t *keys,
    ngx_str_t *line, ngx_str_t *file, ngx_uint_t number);
static ngx_int_t ngx_http_mcp_api_key_parse(ngx_conf_t *cf, ngx_str_t *line,
    ngx_http_mcp_api_key_t *key);
static ngx_int_t ngx_http_mcp_api_key_scopes(ngx_conf_t *cf, u_char *p,
    u_char *last, ngx_array_t *scopes);


static const ngx_http_mcp_option_t  ngx_http_mcp_api_options[] = {
    { ngx_string("header="), offsetof(ngx_http_mcp_api_options_t, header) },
    { ngx_null_string, 0 }
};


char *
ngx_http_mcp_auth_api_keys(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_loc_conf_t *mlcf = conf;

    char                        *rv;
    ngx_str_t                   *value;
    ngx_http_mcp_auth_conf_t    *auth;
    ngx_http_mcp_api_options_t   options;

    auth = &mlcf->auth;

    if (auth->api_keys != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    ngx_http_mcp_auth_place(cf, auth);

    ngx_memzero(&options, sizeof(ngx_http_mcp_api_options_t));
    ngx_str_set(&auth->api_header, "x-api-key");

    rv = ngx_http_mcp_word_options(cf, 2, ngx_http_mcp_api_options, &options,
                                   "header=");
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (options.header.len) {
        rv = ngx_http_mcp_api_header(cf, &options.header);
        if (rv != NGX_CONF_OK) {
            return rv;
        }

        auth->api_header = options.header;
    }

    auth->api_keys = ngx_array_create(cf->pool, 4,
                                      sizeof(ngx_http_mcp_api_key_t));
    if (auth->api_keys == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    return ngx_http_mcp_api_keys_read(cf, &value[1], auth->api_keys);
}


static char *
ngx_http_mcp_api_keys_read(ngx_conf_t *cf, ngx_str_t *file,
    ngx_array_t *keys)
{
    char             *rv;
    ngx_str_t         text, line;
    ngx_uint_t        number;
    ngx_file_info_t   fi;

    if (ngx_http_mcp_file_read(cf, cf->pool, file, NGX_HTTP_MCP_API_KEYS_FILE,
                               &text, &fi)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    number = 0;

    while (ngx_http_mcp_file_line(&text, &line, &number)) {

        rv = ngx_http_mcp_api_key_add(cf, keys, &line, file, number);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    if (keys->nelts == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no key in \"%V\": write one a line, "
                           "NAME:SHA256 or NAME:SHA256:SCOPE ...", file);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_mcp_api_header(ngx_conf_t *cf, ngx_str_t *name)
{
    ngx_str_t  *reserved;

    /* these have a meaning of their own */

    static ngx_str_t  names[] = {
        ngx_string("authorization"),
        ngx_string("cookie"),
        ngx_string("proxy-authorization"),
        ngx_string("host"),
        ngx_string("origin"),
        ngx_null_string
    };

    if (!ngx_http_mcp_header_token(name)) {
        goto invalid;
    }

    ngx_strlow(name->data, name->data, name->len);

    if (name->len >= 4 && ngx_strncmp(name->data, "mcp-", 4) == 0) {
        goto invalid;
    }

    for (reserved = names; reserved->len; reserved++) {
        if (reserved->len == name->len
            && ngx_strncmp(reserved->data, name->data, name->len) == 0)
        {
            goto invalid;
        }
    }

    return NGX_CONF_OK;

invalid:

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "API keys cannot be in the header \"%V\": name one "
                       "that is for nothing else, as \"X-API-Key\"", name);
    return NGX_CONF_ERROR;
}


static char *
ngx_http_mcp_api_key_add(ngx_conf_t *cf, ngx_array_t *keys, ngx_str_t *line,
    ngx_str_t *file, ngx_uint_t number)
{
    ngx_int_t                rc;
    ngx_uint_t               i;
    ngx_http_mcp_api_key_t  *key, *other;

    key = ngx_array_push(keys);
    if (key == NULL) {
        return NGX_CONF_ERROR;
    }

    rc = ngx_http_mcp_api_key_parse(cf, line, key);

    if (rc == NGX_ERROR) {
        return NGX_CONF_ERROR;
    }

    if (rc == NGX_DECLINED) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "line %ui of \"%V\" is not NAME:SHA256 or "
                           "NAME:SHA256:SCOPE ..., with the key's SHA-256 in "
                           "64 hexadecimal digits", number, file);
        return NGX_CONF_ERROR;
    }

    other = keys->elts;

    for (i = 0; i < keys->nelts - 1; i++) {
        if (ngx_memcmp(other[i].digest, key->digest, sizeof(key->digest))
            == 0)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "line %ui of \"%V\" has the key of \"%V\"",
                               number, file, &other[i].name);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


/* The name becomes $mcp_sub.  NGX_DECLINED: the line is none. */

static ngx_int_t
ngx_http_mcp_api_key_parse(ngx_conf_t *cf, ngx_str_t *line,
    ngx_http_mcp_api_key_t *key)
{
    u_char      *p, *last;
    ngx_int_t    n;
    ngx_uint_t   i;

    last = line->data + line->len;

    for (p = line->data; p < last && *p != ':'; p++) {
        if (*p <= ' ' || *p >= 0x7f) {
            return NGX_DECLINED;
        }
    }

    key->name.data = line->data;
    key->name.len = p - line->data;

    if (key->name.len == 0
        || last - p < (ssize_t) (1 + 2 * sizeof(key->digest)))
    {
        return NGX_DECLINED;
    }

    p++;

    for (i = 0; i < sizeof(key->digest); i++, p += 2) {

        n = ngx_hextoi(p, 2);
        if (n == NGX_ERROR) {
            return NGX_DECLINED;
        }

        key->digest[i] = (u_char) n;
    }

    if (ngx_array_init(&key->scopes, cf->pool, 2, sizeof(ngx_str_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (p < last && *p++ != ':') {
        return NGX_DECLINED;
    }

    return ngx_http_mcp_api_key_scopes(cf, p, last, &key->scopes);
}


static ngx_int_t
ngx_http_mcp_api_key_scopes(ngx_conf_t *cf, u_char *p, u_char *last,
    ngx_array_t *scopes)
{
    ngx_str_t  *scope;

    while (p < last) {

        if (*p == ' ' || *p == '\t') {
            p++;
            continue;
        }

        scope = ngx_array_push(scopes);
        if (scope == NULL) {
            return NGX_ERROR;
        }

        scope->data = p;

        while (p < last && *p != ' ' && *p != '\t') {
            p++;
        }

        scope->len = p - scope->data;

        if (!ngx_http_mcp_scope_check(cf, scope, 0)) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Words of "mcp_auth_provider" about where its keys and verdicts come from:
 * jwks, introspection, state, trusted_certificate.  Called by the parser of
 * a block.  Files are read here, at load; nothing is fetched.
 */


#include "ngx_http_mcp_provider.h"
#include "ngx_http_mcp_word.h"


#define NGX_HTTP_MCP_CLIENT_SECRET  4096   /* bytes of the file */
#define NGX_HTTP_MCP_ACTIVE_MAX     300    /* authorization.md 4 */


typedef struct {
    ngx_str_t    refresh;
    ngx_str_t    stale;
    ngx_str_t    min_interval;
} ngx_http_mcp_jwks_options_t;


typedef struct {
    ngx_str_t    client_id;
    ngx_str_t    secret;
    ngx_str_t    auth;
    ngx_str_t    cache;
    ngx_str_t    negative;
    ngx_str_t    inflight;
} ngx_http_mcp_introspection_options_t;


static char *ngx_http_mcp_jwks_source(ngx_conf_t *cf,
    ngx_http_mcp_provider_t *provider, ngx_str_t *word);
static char *ngx_http_mcp_jwks_file(ngx_conf_t *cf,
    ngx_http_mcp_provider_t *provider);
static char *ngx_http_mcp_introspection_set(ngx_conf_t *cf,
    ngx_http_mcp_provider_t *provider,
    ngx_http_mcp_introspection_options_t *options);
static char *ngx_http_mcp_introspection_secret(ngx_conf_t *cf,
    ngx_http_mcp_provider_t *provider, ngx_str_t *name);
static void ngx_http_mcp_secret_mode(ngx_conf_t *cf, ngx_str_t *name,
    ngx_file_info_t *fi);
static char *ngx_http_mcp_option_seconds(ngx_conf_t *cf, ngx_str_t *text,
    time_t min, time_t max, time_t *field);


static const ngx_http_mcp_option_t  ngx_http_mcp_jwks_options[] = {
    { ngx_string("refresh="),
      offsetof(ngx_http_mcp_jwks_options_t, refresh) },
    { ngx_string("stale="),
      offsetof(ngx_http_mcp_jwks_options_t, stale) },
    { ngx_string("min_interval="),
      offsetof(ngx_http_mcp_jwks_options_t, min_interval) },
    { ngx_null_string, 0 }
};


static const ngx_http_mcp_option_t  ngx_http_mcp_introspection_options[] = {
    { ngx_string("client_id="),
      offsetof(ngx_http_mcp_introspection_options_t, client_id) },
    { ngx_string("client_secret_file="),
      offsetof(ngx_http_mcp_introspection_options_t, secret) },
    { ngx_string("auth="),
      offsetof(ngx_http_mcp_introspection_options_t, auth) },
    { ngx_string("cache="),
      offsetof(ngx_http_mcp_introspection_options_t, cache) },
    { ngx_string("negative="),
      offsetof(ngx_http_mcp_introspection_options_t, negative) },
    { ngx_string("max_inflight="),
      offsetof(ngx_http_mcp_introspection_options_t, inflight) },
    { ngx_null_string, 0 }
};


char *
ngx_http_mcp_jwks_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_provider_t *provider = conf;

    char                         *rv;
    ngx_str_t                    *value;
    ngx_http_mcp_jwks_options_t   options;

    if (provider->keys != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    rv = ngx_http_mcp_jwks_source(cf, provider, &value[1]);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    ngx_memzero(&options, sizeof(ngx_http_mcp_jwks_options_t));

    rv = ngx_http_mcp_word_options(cf, 2, ngx_http_mcp_jwks_options,
                                   &options,
                                   "refresh=, stale= or min_interval=");
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (provider->keys == NGX_HTTP_MCP_KEYS_FILE) {

        if (cf->args->nelts > 2) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" is for keys that are fetched: a file "
                               "is read at start and reload", &value[2]);
            return NGX_CONF_ERROR;
        }

        return ngx_http_mcp_jwks_file(cf, provider);
    }

    if (ngx_http_mcp_option_seconds(cf, &options.refresh, 1,
                                    NGX_MAX_INT32_VALUE, &provider->refresh)
        != NGX_CONF_OK
        || ngx_http_mcp_option_seconds(cf, &options.stale, 0,
                                       NGX_MAX_INT32_VALUE, &provider->stale)
           != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    return ngx_http_mcp_option_seconds(cf, &options.min_interval, 1, 3600,
                                       &provider->min_interval);
}


static char *
ngx_http_mcp_jwks_source(ngx_conf_t *cf, ngx_http_mcp_provider_t *provider,
    ngx_str_t *word)
{
    ngx_uint_t  i;

    static const struct {
        ngx_str_t    key;
        ngx_uint_t   keys;
    } sources[] = {
        { ngx_string("discovery="), NGX_HTTP_MCP_KEYS_DISCOVERY },
        { ngx_string("url="), NGX_HTTP_MCP_KEYS_URL },
        { ngx_string("file="), NGX_HTTP_MCP_KEYS_FILE },
        { ngx_string("location="), NGX_HTTP_MCP_KEYS_LOCATION }
    };

    if (ngx_strcmp(word->data, "discovery") == 0) {
        provider->keys = NGX_HTTP_MCP_KEYS_DISCOVERY;
        return NGX_CONF_OK;
    }

    for (i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {

        if (word->len > sources[i].key.len
            && ngx_strncmp(word->data, sources[i].key.data,
                           sources[i].key.len)
               == 0)
        {
            provider->keys = sources[i].keys;
            provider->jwks.data = word->data + sources[i].key.len;
            provider->jwks.len = word->len - sources[i].key.len;
            break;
        }
    }

    if (provider->jwks.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid source of keys \"%V\": expected "
                           "discovery, discovery=URL, url=URL, file=PATH or "
                           "location=@name", word);
        return NGX_CONF_ERROR;
    }

    if (provider->keys == NGX_HTTP_MCP_KEYS_LOCATION
        && (provider->jwks.data[0] != '@' || provider->jwks.len == 1))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" does not name a location as \"@name\": "
                           "only a named location is out of reach for "
                           "clients", word);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* what does not parse now would refuse every token later */

static char *
ngx_http_mcp_jwks_file(ngx_conf_t *cf, ngx_http_mcp_provider_t *provider)
{
    ngx_int_t             rc;
    ngx_uint_t            i, secret;
    const char           *reason;
    ngx_file_info_t       fi;
    ngx_http_mcp_jwk_t   *key;
    ngx_http_mcp_jwks_t   set;

    if (ngx_http_mcp_file_read(cf, cf->pool, &provider->jwks,
                               NGX_HTTP_MCP_JWKS_SIZE, &provider->jwks_text,
                               &fi)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    rc = ngx_http_mcp_jwks_parse(cf->temp_pool, &provider->jwks_text, 1, &set,
                                 &reason);

    if (rc == NGX_DECLINED) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "key set \"%V\" cannot be used: %s",
                           &provider->jwks, reason);
    }

    if (rc != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    key = set.keys.elts;
    secret = 0;

    for (i = 0; i < set.keys.nelts; i++) {
        provider->jwks_algs |= key[i].algs;
        secret |= (key[i].pkey == NULL);
    }

    if (secret) {
        ngx_http_mcp_secret_mode(cf, &provider->jwks, &fi);
    }

    return NGX_CONF_OK;
}


char *
ngx_http_mcp_introspection_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_mcp_provider_t *provider = conf;

    char                                  *rv;
    ngx_str_t                             *value;
    ngx_uint_t                             i, n;
    ngx_http_mcp_introspection_options_t   options;

    if (provider->introspect != NGX_HTTP_MCP_INTROSPECT_OFF) {
        return "is duplicate";
    }

    value = cf->args->elts;

    provider->introspect = NGX_HTTP_MCP_INTROSPECT_OPAQUE;

    if (ngx_strcmp(value[1].data, "discovery") != 0) {
        provider->introspection = value[1];
    }

    /* "always" is taken out of the arguments, the rest are options */

    n = 2;

    for (i = 2; i < cf->args->nelts; i++) {

        if (ngx_strcmp(value[i].data, "always") == 0) {
            provider->introspect = NGX_HTTP_MCP_INTROSPECT_ALWAYS;
            continue;
        }

        if (ngx_strncmp(value[i].data, "client_secret=", 14) == 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "a secret does not stand in the "
                               "configuration: write it into a file and say "
                               "client_secret_file=PATH");
            return NGX_CONF_ERROR;
        }

        value[n++] = value[i];
    }

    cf->args->nelts = n;

    ngx_memzero(&options, sizeof(ngx_http_mcp_introspection_options_t));

    rv = ngx_http_mcp_word_options(cf, 2, ngx_http_mcp_introspection_options,
                                   &options, "client_id=, "
                                   "client_secret_file=, auth=, cache=, "
                                   "negative= or max_inflight=");
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    return ngx_http_mcp_introspection_set(cf, provider, &options);
}


static char *
ngx_http_mcp_introspection_set(ngx_conf_t *cf,
    ngx_http_mcp_provider_t *provider,
    ngx_http_mcp_introspection_options_t *options)
{
    ngx_int_t  n;

    if (options->client_id.len == 0 || options->secret.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"introspection\" needs %s: the authorization "
                           "server answers only clients that it knows",
                           options->client_id.len ? "client_secret_file=PATH"
                                                  : "client_id=ID");
        return NGX_CONF_ERROR;
    }

    provider->client_id = options->client_id;

    if (options->auth.len && ngx_strcmp(options->auth.data, "post") == 0) {
        provider->client_post = 1;

    } else if (options->auth.len
               && ngx_strcmp(options->auth.data, "basic") != 0)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" of auth=: expected basic or "
                           "post", &options->auth);
        return NGX_CONF_ERROR;
    }

    provider->active_ttl = 30;
    provider->inactive_ttl = 5;
    provider->max_inflight = 64;

    if (options->inflight.len) {
        n = ngx_atoi(options->inflight.data, options->inflight.len);

        if (n == NGX_ERROR || n == 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid value \"%V\" of max_inflight=: "
                               "expected a number from 1 on",
                               &options->inflight);
            return NGX_CONF_ERROR;
        }

        provider->max_inflight = n;
    }

    if (ngx_http_mcp_option_seconds(cf, &options->cache, 1,
                                    NGX_HTTP_MCP_ACTIVE_MAX,
                                    &provider->active_ttl)
        != NGX_CONF_OK
        || ngx_http_mcp_option_seconds(cf, &options->negative, 1,
                                       NGX_HTTP_MCP_ACTIVE_MAX,
                                       &provider->inactive_ttl)
           != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    return ngx_http_mcp_introspection_secret(cf, provider, &options->secret);
}


static char *
ngx_http_mcp_introspection_secret(ngx_conf_t *cf,
    ngx_http_mcp_provider_t *provider, ngx_str_t *name)
{
    ngx_str_t        *secret;
    ngx_file_info_t   fi;

    secret = &provider->client_secret;

    if (ngx_http_mcp_file_read(cf, cf->pool, name,
                               NGX_HTTP_MCP_CLIENT_SECRET, secret, &fi)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    /* the newline that editors put at the end is not the secret's */

    if (secret->len && secret->data[secret->len - 1] == '\n') {
        secret->len--;

        if (secret->len && secret->data[secret->len - 1] == '\r') {
            secret->len--;
        }
    }

    if (secret->len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "no secret in \"%V\"", name);
        return NGX_CONF_ERROR;
    }

    ngx_http_mcp_secret_mode(cf, name, &fi);

    return NGX_CONF_OK;
}


static void
ngx_http_mcp_secret_mode(ngx_conf_t *cf, ngx_str_t *name,
    ngx_file_info_t *fi)
{
    if (ngx_file_access(fi) & 0007) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "\"%V\" holds a secret and is open to all users "
                           "of this machine: chmod o= it", name);
    }
}


static char *
ngx_http_mcp_option_seconds(ngx_conf_t *cf, ngx_str_t *text, time_t min,
    time_t max, time_t *field)
{
    time_t  n;

    if (text->len == 0) {
        return NGX_CONF_OK;
    }

    n = ngx_http_mcp_word_seconds(cf, text, min, max);
    if (n == NGX_ERROR) {
        return NGX_CONF_ERROR;
    }

    *field = n;

    return NGX_CONF_OK;
}


char *
ngx_http_mcp_state_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_provider_t *provider = conf;

    u_char           *p;
    ngx_str_t        *value, folder;
    ngx_file_info_t   fi;

    if (provider->state.data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    /* written by workers: beside logs, not beside the configuration */

    if (value[1].len == 0
        || ngx_conf_full_name(cf->cycle, &value[1], 0) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    provider->state = value[1];

    p = value[1].data + value[1].len;

    while (p > value[1].data && p[-1] != '/') {
        p--;
    }

    folder.len = p - value[1].data;
    folder.data = ngx_pnalloc(cf->temp_pool, folder.len + 1);
    if (folder.data == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memcpy(folder.data, value[1].data, folder.len);
    folder.data[folder.len] = '\0';

    if (folder.len == value[1].len
        || ngx_file_info(folder.data, &fi) == NGX_FILE_ERROR
        || !ngx_is_dir(&fi))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" cannot be written: it is to be a file in "
                           "a folder that exists", &value[1]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_mcp_certificate_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_provider_t *provider = conf;

    ngx_str_t        *value;
    ngx_file_info_t   fi;

    if (provider->trusted_certificate.data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_conf_full_name(cf->cycle, &value[1], 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (ngx_file_info(value[1].data, &fi) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_file_info_n " \"%V\" failed", &value[1]);
        return NGX_CONF_ERROR;
    }

    if (!ngx_is_file(&fi)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" is not a regular file", &value[1]);
        return NGX_CONF_ERROR;
    }

    provider->trusted_certificate = value[1];

    return NGX_CONF_OK;
}

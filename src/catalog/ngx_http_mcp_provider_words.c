
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Words of "mcp_auth_provider" about the tokens: who issued them, for whom,
 * what is read in them.  Called by the parser of a block.
 */


#include "ngx_http_mcp_provider.h"
#include "ngx_http_mcp_word.h"


static char *ngx_http_mcp_provider_seconds(ngx_conf_t *cf, time_t min,
    time_t max, ngx_uint_t *field);
static ngx_uint_t ngx_http_mcp_tenant_guid(ngx_str_t *text);


char *
ngx_http_mcp_issuer_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_provider_t *provider = conf;

    u_char     *p;
    ngx_str_t  *value;

    static u_char  tenant[] = "{tenantid}";

    if (provider->policy.issuer.data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 3) {

        if (ngx_strcmp(value[2].data, "insecure") != 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid parameter \"%V\": expected "
                               "\"insecure\"", &value[2]);
            return NGX_CONF_ERROR;
        }

        provider->insecure = 1;
    }

    /* the case of the name is of no weight (2.6): one spelling from here */

    p = ngx_strlcasestrn(value[1].data, value[1].data + value[1].len, tenant,
                         sizeof(tenant) - 2);
    if (p) {
        ngx_memcpy(p, tenant, sizeof(tenant) - 1);
    }

    provider->policy.issuer = value[1];

    return NGX_CONF_OK;
}


char *
ngx_http_mcp_provider_list_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_str_t     *value;
    ngx_uint_t     i;
    ngx_array_t  **list;

    list = (ngx_array_t **) ((u_char *) conf + cmd->offset);
    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        if (value[i].len == 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "an empty value in \"%V\"", &cmd->name);
            return NGX_CONF_ERROR;
        }
    }

    if (ngx_http_mcp_word_strings(cf, list) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_mcp_tenants_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t   *value;
    ngx_uint_t   i;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        /* tokens have it in lower case */

        ngx_strlow(value[i].data, value[i].data, value[i].len);

        if (!ngx_http_mcp_tenant_guid(&value[i])) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid tenant \"%V\": expected its ID, as "
                               "\"11111111-2222-4333-8444-555555555555\"",
                               &value[i]);
            return NGX_CONF_ERROR;
        }
    }

    return ngx_http_mcp_provider_list_word(cf, cmd, conf);
}


static ngx_uint_t
ngx_http_mcp_tenant_guid(ngx_str_t *text)
{
    u_char  ch;
    size_t  i;

    if (text->len != 36) {
        return 0;
    }

    for (i = 0; i < 36; i++) {
        ch = text->data[i];

        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (ch != '-') {
                return 0;
            }

        } else if ((ch < '0' || ch > '9') && (ch < 'a' || ch > 'f')) {
            return 0;
        }
    }

    return 1;
}


char *
ngx_http_mcp_algorithms_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_provider_t *provider = conf;

    ngx_str_t   *value;
    ngx_uint_t   i, bit;

    if (provider->policy.algs) {
        return "is duplicate";
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        bit = ngx_http_mcp_alg_bit(&value[i]);

        if (bit) {
            provider->policy.algs |= bit;
            continue;
        }

        if (ngx_strcasecmp(value[i].data, (u_char *) "none") == 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "algorithm \"%V\" is that of tokens without a "
                               "signature, which anybody can write: it "
                               "cannot be allowed", &value[i]);
            return NGX_CONF_ERROR;
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown algorithm \"%V\": expected RS256, RS384, "
                           "RS512, PS256, PS384, PS512, ES256, ES384, ES512, "
                           "EdDSA, or HS256, HS384, HS512 with "
                           "\"jwks file=\"", &value[i]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_mcp_claim_path_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                   *value;
    ngx_http_mcp_claim_path_t  **path;

    path = (ngx_http_mcp_claim_path_t **) ((u_char *) conf + cmd->offset);

    if (*path) {
        return "is duplicate";
    }

    *path = ngx_palloc(cf->pool, sizeof(ngx_http_mcp_claim_path_t));
    if (*path == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    return ngx_http_mcp_claim_path_set(cf, &value[1], *path);
}


char *
ngx_http_mcp_claim_path_set(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_mcp_claim_path_t *path)
{
    ngx_int_t  rc;

    rc = ngx_http_mcp_claim_path(cf->pool, text, path);

    if (rc == NGX_DECLINED) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid claim \"%V\": expected names of letters, "
                           "digits, \"_\" and \"-\" with \".\" between them, "
                           "others in brackets and quotes, as in "
                           "'realm_access[\"a:b\"].roles'", text);
    }

    return (rc == NGX_OK) ? NGX_CONF_OK : NGX_CONF_ERROR;
}


char *
ngx_http_mcp_subject_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_provider_t *provider = conf;

    char                       *rv;
    ngx_str_t                  *value;
    ngx_uint_t                  i;
    ngx_http_mcp_claim_path_t  *path;

    if (provider->policy.subject) {
        return "is duplicate";
    }

    provider->policy.subject = ngx_array_create(cf->pool, 2,
                                          sizeof(ngx_http_mcp_claim_path_t));
    if (provider->policy.subject == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        path = ngx_array_push(provider->policy.subject);
        if (path == NULL) {
            return NGX_CONF_ERROR;
        }

        rv = ngx_http_mcp_claim_path_set(cf, &value[i], path);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    return NGX_CONF_OK;
}


char *
ngx_http_mcp_scope_prefix_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_mcp_provider_t *provider = conf;

    ngx_str_t  *value;

    if (provider->scope_prefix.data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    /* the beginning of a scope's name */

    if (!ngx_http_mcp_scope_check(cf, &value[1], 0)) {
        return NGX_CONF_ERROR;
    }

    provider->scope_prefix = value[1];

    return NGX_CONF_OK;
}


char *
ngx_http_mcp_leeway_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_provider_t *provider = conf;

    /* authorization.md 2.5: clocks are not further apart than that */

    return ngx_http_mcp_provider_seconds(cf, 0, 300,
                                         &provider->policy.leeway);
}


char *
ngx_http_mcp_max_age_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_provider_t *provider = conf;

    return ngx_http_mcp_provider_seconds(cf, 1, NGX_MAX_INT32_VALUE,
                                         &provider->policy.max_age);
}


static char *
ngx_http_mcp_provider_seconds(ngx_conf_t *cf, time_t min, time_t max,
    ngx_uint_t *field)
{
    time_t      n;
    ngx_str_t  *value;

    if (*field != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    n = ngx_http_mcp_word_seconds(cf, &value[1], min, max);
    if (n == NGX_ERROR) {
        return NGX_CONF_ERROR;
    }

    *field = n;

    return NGX_CONF_OK;
}

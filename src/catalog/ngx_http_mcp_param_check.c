
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Contradictions within one "param" line: limits that no value can meet, a
 * default that a client could not send.  Called when the line is read.
 */


#include "ngx_http_mcp_word.h"
#define PCRE2_CODE_UNIT_WIDTH  8
#include <pcre2.h>


static const char *ngx_http_mcp_param_limits(ngx_http_mcp_param_t *param);
static const char *ngx_http_mcp_param_choices(ngx_http_mcp_param_t *param);
static const char *ngx_http_mcp_param_fallback(ngx_http_mcp_param_t *param);
static const char *ngx_http_mcp_param_text(ngx_http_mcp_param_t *param);
static const char *ngx_http_mcp_param_pattern(ngx_http_mcp_param_t *param);


char *
ngx_http_mcp_param_check(ngx_conf_t *cf, ngx_http_mcp_param_t *param)
{
    const char  *reason;

    reason = ngx_http_mcp_param_limits(param);

    if (reason == NULL) {
        reason = ngx_http_mcp_param_choices(param);
    }

    if (reason == NULL) {
        reason = ngx_http_mcp_param_fallback(param);
    }

    if (reason == NULL) {
        reason = ngx_http_mcp_param_pattern(param);
    }

    if (reason == NULL) {
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, reason, &param->name);

    return NGX_CONF_ERROR;
}


/* Each of these returns NULL or a format with one "%V", the parameter. */

static const char *
ngx_http_mcp_param_limits(ngx_http_mcp_param_t *param)
{
    if (param->minimum.type != NGX_HTTP_MCP_JSON_NONE
        && param->maximum.type != NGX_HTTP_MCP_JSON_NONE
        && ngx_http_mcp_json_compare(&param->minimum, &param->maximum) > 0)
    {
        return "\"minimum\" of parameter \"%V\" is greater than its "
               "\"maximum\"";
    }

    if (param->max_length != -1 && param->min_length > param->max_length) {
        return "\"min_length\" of parameter \"%V\" is greater than its "
               "\"max_length\"";
    }

    return NULL;
}


static const char *
ngx_http_mcp_param_choices(ngx_http_mcp_param_t *param)
{
    ngx_str_t   *choice;
    ngx_uint_t   i, j;

    if (param->choices == NULL) {
        return NULL;
    }

    choice = param->choices->elts;

    for (i = 1; i < param->choices->nelts; i++) {
        for (j = 0; j < i; j++) {
            if (choice[i].len == choice[j].len
                && ngx_strncmp(choice[i].data, choice[j].data, choice[i].len)
                   == 0)
            {
                return "\"enum\" of parameter \"%V\" has a choice twice";
            }
        }
    }

    return NULL;
}


/* A default goes upstream as it is, so it must be what a client may send. */

static const char *
ngx_http_mcp_param_fallback(ngx_http_mcp_param_t *param)
{
    if (param->fallback.type == NGX_HTTP_MCP_JSON_NONE) {
        return NULL;
    }

    if (param->fallback.type == NGX_HTTP_MCP_JSON_STRING) {
        return ngx_http_mcp_param_text(param);
    }

    if (param->minimum.type != NGX_HTTP_MCP_JSON_NONE
        && ngx_http_mcp_json_compare(&param->fallback, &param->minimum) < 0)
    {
        return "\"default\" of parameter \"%V\" is less than its "
               "\"minimum\"";
    }

    if (param->maximum.type != NGX_HTTP_MCP_JSON_NONE
        && ngx_http_mcp_json_compare(&param->fallback, &param->maximum) > 0)
    {
        return "\"default\" of parameter \"%V\" is greater than its "
               "\"maximum\"";
    }

    return NULL;
}


static const char *
ngx_http_mcp_param_text(ngx_http_mcp_param_t *param)
{
    u_char      *p;
    ngx_int_t    length;
    ngx_str_t   *choice;
    ngx_uint_t   i;

    if (param->choices) {
        choice = param->choices->elts;

        for (i = 0; i < param->choices->nelts; i++) {
            if (ngx_http_mcp_json_equal(&param->fallback, &choice[i])) {
                break;
            }
        }

        if (i == param->choices->nelts) {
            return "\"default\" of parameter \"%V\" is not one of its "
                   "\"enum\"";
        }
    }

    /* characters between the quotes; an escape counts as one */

    length = 0;

    for (p = param->fallback.raw.data + 1;
         p < param->fallback.raw.data + param->fallback.raw.len - 1;
         p++)
    {
        if (*p == '\\') {
            p += (p[1] == 'u') ? 5 : 1;
        }

        length += ((*p & 0xc0) != 0x80);
    }

    if (length < param->min_length
        || (param->max_length != -1 && length > param->max_length))
    {
        return "\"default\" of parameter \"%V\" is not within its "
               "\"min_length\" and \"max_length\"";
    }

    return NULL;
}


/* published for clients, which drop a tool whose pattern is broken */

static const char *
ngx_http_mcp_param_pattern(ngx_http_mcp_param_t *param)
{
    int          error;
    size_t       offset;
    pcre2_code  *re;

    if (param->pattern.len == 0) {
        return NULL;
    }

    re = pcre2_compile(param->pattern.data, param->pattern.len,
                       PCRE2_UTF|PCRE2_NEVER_BACKSLASH_C, &error, &offset,
                       NULL);
    if (re == NULL) {
        return "\"pattern\" of parameter \"%V\" is not a regular expression";
    }

    pcre2_code_free(re);

    return NULL;
}

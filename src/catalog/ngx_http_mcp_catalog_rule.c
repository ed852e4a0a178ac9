
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Rules of the tools of an endpoint: whether they can work there, the
 * locations of their checks, their bits in views.  Called for each tool
 * while a catalog is compiled.
 */


#include "ngx_http_mcp_catalog.h"


static ngx_int_t ngx_http_mcp_catalog_rule_fits(ngx_conf_t *cf,
    ngx_http_mcp_endpoint_t *endpoint, ngx_http_mcp_tool_t *tool);
static ngx_int_t ngx_http_mcp_catalog_checks(ngx_conf_t *cf,
    ngx_http_mcp_endpoint_t *endpoint, ngx_http_mcp_tool_t *tool,
    ngx_http_mcp_rule_t *rule);
static ngx_int_t ngx_http_mcp_catalog_bit(ngx_http_mcp_catalog_t *catalog,
    ngx_http_mcp_rule_t *rule);


ngx_int_t
ngx_http_mcp_catalog_rule(ngx_conf_t *cf, ngx_http_mcp_endpoint_t *endpoint,
    ngx_http_mcp_catalog_t *catalog, ngx_http_mcp_tool_t *tool)
{
    ngx_http_mcp_rule_t  *rule;

    if (catalog->deny && !ngx_http_mcp_rule_asks(tool->rule)
        && !(tool->rule && tool->rule->anonymous))
    {
        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "mcp_tool \"%V\" has no rule, so nobody can use it at "
                      "the endpoint in %V:%ui, which has \"mcp_auth_default "
                      "deny\": add require_scope, require_any_scope, "
                      "require_claim or require_check in %V:%ui",
                      &tool->name, &endpoint->file, endpoint->line,
                      &tool->file, tool->line);
    }

    if (tool->rule == NULL) {
        return NGX_OK;
    }

    if (ngx_http_mcp_catalog_rule_fits(cf, endpoint, tool) != NGX_OK) {
        return NGX_ERROR;
    }

    /* of its own: bits and locations differ from endpoint to endpoint */

    rule = ngx_palloc(cf->pool, sizeof(ngx_http_mcp_rule_t));
    if (rule == NULL) {
        return NGX_ERROR;
    }

    *rule = *tool->rule;
    tool->rule = rule;

    if (rule->checks
        && ngx_http_mcp_catalog_checks(cf, endpoint, tool, rule) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (rule->visibility != NGX_HTTP_MCP_VISIBILITY_HIDE) {
        return NGX_OK;
    }

    return ngx_http_mcp_catalog_bit(catalog, rule);
}


/* a rule that nobody evaluates would be worse than none */

static ngx_int_t
ngx_http_mcp_catalog_rule_fits(ngx_conf_t *cf,
    ngx_http_mcp_endpoint_t *endpoint, ngx_http_mcp_tool_t *tool)
{
    ngx_http_mcp_auth_conf_t  *auth;

    auth = &endpoint->mlcf->auth;

    if (ngx_http_mcp_rule_asks(tool->rule) && !ngx_http_mcp_auth_on(auth)) {
        (void) ngx_http_mcp_conf_error(cf, &tool->file, tool->line,
                   "mcp_tool \"%V\" has a rule, but the endpoint at %V:%ui "
                   "knows no callers: say mcp_auth PROVIDER; there",
                   &tool->name, &endpoint->file, endpoint->line);
        return NGX_ERROR;
    }

    if (tool->rule->anonymous && !auth->optional) {
        (void) ngx_http_mcp_conf_error(cf, &tool->file, tool->line,
                   "mcp_tool \"%V\": \"public on\" is for endpoints that let "
                   "requests without a token in: say mcp_auth PROVIDER "
                   "optional; in the one at %V:%ui",
                   &tool->name, &endpoint->file, endpoint->line);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_catalog_checks(ngx_conf_t *cf,
    ngx_http_mcp_endpoint_t *endpoint, ngx_http_mcp_tool_t *tool,
    ngx_http_mcp_rule_t *rule)
{
    ngx_uint_t             i, n;
    ngx_array_t           *checks;
    ngx_http_mcp_check_t  *check;

    n = rule->checks->nelts;

    checks = ngx_array_create(cf->pool, n, sizeof(ngx_http_mcp_check_t));
    if (checks == NULL) {
        return NGX_ERROR;
    }

    check = ngx_array_push_n(checks, n);
    if (check == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(check, rule->checks->elts, n * sizeof(ngx_http_mcp_check_t));

    for (i = 0; i < n; i++) {

        check[i].location = ngx_http_mcp_catalog_location(cf, endpoint, tool,
                                                          &check[i].pass);
        if (check[i].location == NULL) {
            return NGX_ERROR;
        }
    }

    rule->checks = checks;

    return NGX_OK;
}


/* rules that ask for the same have the same bit */

static ngx_int_t
ngx_http_mcp_catalog_bit(ngx_http_mcp_catalog_t *catalog,
    ngx_http_mcp_rule_t *rule)
{
    ngx_uint_t             i;
    ngx_http_mcp_rule_t  **other;

    other = catalog->rules.elts;

    for (i = 0; i < catalog->rules.nelts; i++) {
        if (ngx_memn2cmp(other[i]->text.data, rule->text.data,
                         other[i]->text.len, rule->text.len)
            == 0)
        {
            rule->bit = i;
            return NGX_OK;
        }
    }

    rule->bit = catalog->rules.nelts;

    other = ngx_array_push(&catalog->rules);
    if (other == NULL) {
        return NGX_ERROR;
    }

    *other = rule;

    return NGX_OK;
}

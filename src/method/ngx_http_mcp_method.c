
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The table of methods.  Called by the endpoint's ladder.
 */


#include "ngx_http_mcp_method.h"


static const ngx_http_mcp_step_pt  ngx_http_mcp_discover_steps[] = {
    ngx_http_mcp_discover,
    NULL
};


static const ngx_http_mcp_step_pt  ngx_http_mcp_initialize_steps[] = {
    ngx_http_mcp_initialize,
    NULL
};


static const ngx_http_mcp_step_pt  ngx_http_mcp_ping_steps[] = {
    ngx_http_mcp_ping,
    NULL
};


static const ngx_http_mcp_step_pt  ngx_http_mcp_tools_list_steps[] = {
    ngx_http_mcp_authorize_rules,
    ngx_http_mcp_tools_list,
    NULL
};


static const ngx_http_mcp_step_pt  ngx_http_mcp_tools_call_steps[] = {
    ngx_http_mcp_authorize_rules,
    ngx_http_mcp_tool_lookup,
    ngx_http_mcp_authorize,
    ngx_http_mcp_tool_mirrors,
    ngx_http_mcp_tool_validate,
    ngx_http_mcp_call_render,
    ngx_http_mcp_call_send,
    ngx_http_mcp_tool_result,
    NULL
};


static const ngx_http_mcp_method_t  ngx_http_mcp_methods[] = {

    { ngx_string("tools/call"),
      NGX_HTTP_MCP_LEGACY_ERA|NGX_HTTP_MCP_MODERN_ERA, 1,
      NGX_HTTP_MCP_PARAM_NAME, ngx_http_mcp_tools_call_steps },

    { ngx_string("tools/list"),
      NGX_HTTP_MCP_LEGACY_ERA|NGX_HTTP_MCP_MODERN_ERA, 1,
      0, ngx_http_mcp_tools_list_steps },

    { ngx_string("server/discover"),
      NGX_HTTP_MCP_MODERN_ERA, 0,
      0, ngx_http_mcp_discover_steps },

    { ngx_string("initialize"),
      NGX_HTTP_MCP_LEGACY_ERA, 0,
      0, ngx_http_mcp_initialize_steps },

    { ngx_string("ping"),
      NGX_HTTP_MCP_LEGACY_ERA, 0,
      0, ngx_http_mcp_ping_steps },

    { ngx_null_string, 0, 0, 0, NULL }
};


const ngx_http_mcp_method_t *
ngx_http_mcp_method_find(const ngx_http_mcp_call_t *call)
{
    ngx_uint_t                    era;
    const ngx_http_mcp_method_t  *m;

    era = ngx_http_mcp_modern(call) ? NGX_HTTP_MCP_MODERN_ERA
                                    : NGX_HTTP_MCP_LEGACY_ERA;

    for (m = ngx_http_mcp_methods; m->name.len; m++) {

        if (m->name.len == call->method.len
            && ngx_strncmp(m->name.data, call->method.data, m->name.len) == 0)
        {
            return ((m->eras & era)
                    && (!m->tools || call->catalog->tools.nelts))
                   ? m : NULL;
        }
    }

    return NULL;
}

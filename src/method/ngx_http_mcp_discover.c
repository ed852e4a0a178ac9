
/*
 * Copyright (C) mcp-nginx contributors
 *
 * What a client opens with: server/discover in the modern era, initialize
 * and ping before.
 */


#include "ngx_http_mcp_method.h"
#include "ngx_http_mcp_reply.h"


ngx_int_t
ngx_http_mcp_discover(ngx_http_mcp_call_t *call)
{
    static const ngx_str_t  empty = ngx_null_string;

    if (ngx_http_mcp_reply_result(call, &empty) != NGX_OK
        || ngx_http_mcp_reply_link(call, call->catalog->discover.data,
                                   call->catalog->discover.len)
           != NGX_OK
        || ngx_http_mcp_reply_link(call, (u_char *) "}", 1) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_DONE;
}


ngx_int_t
ngx_http_mcp_initialize(ngx_http_mcp_call_t *call)
{
    ngx_uint_t           i;
    ngx_http_mcp_json_t  member[3];

    static const ngx_str_t  keys[] = {
        ngx_string("protocolVersion"),
        ngx_string("capabilities"),
        ngx_string("clientInfo")
    };

    static const struct {
        ngx_str_t                  name;
        ngx_str_t                  result;
        ngx_http_mcp_revision_e    revision;
    } served[] = {

        /* the newest first: the counter-offer (mcp-legacy.md 2.2) */

        { ngx_string("2025-11-25"),
          ngx_string("{\"protocolVersion\":\"2025-11-25\""),
          NGX_HTTP_MCP_2025_11_25 },
        { ngx_string("2025-06-18"),
          ngx_string("{\"protocolVersion\":\"2025-06-18\""),
          NGX_HTTP_MCP_2025_06_18 },
        { ngx_string("2025-03-26"),
          ngx_string("{\"protocolVersion\":\"2025-03-26\""),
          NGX_HTTP_MCP_2025_03_26 },
        { ngx_string("2024-11-05"),
          ngx_string("{\"protocolVersion\":\"2024-11-05\""),
          NGX_HTTP_MCP_2024_11_05 }
    };

    ngx_http_mcp_json_members(&call->params, keys, member, 3);

    if (member[0].type != NGX_HTTP_MCP_JSON_STRING
        || member[1].type != NGX_HTTP_MCP_JSON_OBJECT
        || member[2].type != NGX_HTTP_MCP_JSON_OBJECT)
    {
        return ngx_http_mcp_reply_error(call, NGX_HTTP_OK,
                   NGX_HTTP_MCP_INVALID_PARAMS, NULL,
                   "initialize needs protocolVersion (string), capabilities "
                   "and clientInfo (objects)");
    }

    for (i = 0; i < sizeof(served) / sizeof(served[0]); i++) {
        if (ngx_http_mcp_json_equal(&member[0], &served[i].name)) {
            break;
        }
    }

    if (i == sizeof(served) / sizeof(served[0])) {
        i = 0;
    }

    call->revision = served[i].revision;

    if (ngx_http_mcp_reply_result(call, &served[i].result) != NGX_OK
        || ngx_http_mcp_reply_link(call, call->catalog->initialize.data,
                                   call->catalog->initialize.len)
           != NGX_OK
        || ngx_http_mcp_reply_link(call, (u_char *) "}", 1) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_DONE;
}


ngx_int_t
ngx_http_mcp_ping(ngx_http_mcp_call_t *call)
{
    static const ngx_str_t  result = ngx_string("{}}");

    return (ngx_http_mcp_reply_result(call, &result) == NGX_OK) ? NGX_DONE
                                                                : NGX_ERROR;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * A tool that passes on who calls fails where that is not known, before the
 * upstream hears of it: an empty name would be somebody else's
 * (authorization.md 5.5).  Called by the step that renders a request.
 */


#include "ngx_http_mcp_call.h"
#include "ngx_http_mcp_call_render.h"
#include "ngx_http_mcp_reply.h"


ngx_int_t
ngx_http_mcp_call_identity(ngx_http_mcp_call_t *call)
{
    ngx_uint_t                  i;
    ngx_http_mcp_identity_t    *identity;
    ngx_http_variable_value_t  *v;

    identity = call->tool->identity->elts;

    for (i = 0; i < call->tool->identity->nelts; i++) {

        v = ngx_http_get_flushed_variable(call->request, identity[i].index);

        if (v == NULL) {
            return NGX_ERROR;
        }

        if (!v->not_found && v->len) {
            continue;
        }

        ngx_log_error(NGX_LOG_INFO, call->request->connection->log, 0,
                      "mcp server \"%V\", tool \"%V\": the caller has no "
                      "\"$%V\", which a header of the tool needs",
                      &call->catalog->name, &call->name, &identity[i].name);

        return ngx_http_mcp_reply_tool_error(call, NULL,
                   "This tool needs to know who calls, and the sign-in does "
                   "not say enough: the value for \"%V\" is missing.",
                   &identity[i].name);
    }

    return NGX_OK;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * tools/list, and the first step of tools/call.
 */


#include "ngx_http_mcp_method.h"
#include "ngx_http_mcp_handle.h"
#include "ngx_http_mcp_reply.h"
#include "ngx_http_mcp_zone.h"


/* what a cursor signs: the digest of the list and an index into it */

typedef struct {
    u_char      generation[16];
    uint32_t    next;
} ngx_http_mcp_cursor_t;


static ngx_int_t ngx_http_mcp_tools_page(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_catalog_view_t *view, ngx_http_mcp_json_t *cursor,
    const ngx_http_mcp_page_t **page);
static ngx_int_t ngx_http_mcp_tools_cursor(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_catalog_view_t *view, ngx_uint_t next,
    ngx_str_t *out);


ngx_int_t
ngx_http_mcp_tools_list(ngx_http_mcp_call_t *call)
{
    u_char                             *p;
    ngx_int_t                           rc;
    ngx_str_t                           next, end;
    const ngx_http_mcp_page_t          *page;
    const ngx_http_mcp_catalog_view_t  *view;

    static const ngx_str_t  modern =
        ngx_string("{\"resultType\":\"complete\",\"tools\":");
    static const ngx_str_t  legacy = ngx_string("{\"tools\":");

    view = ngx_http_mcp_tools_view(call);
    if (view == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_http_mcp_tools_page(call, view,
                                 &call->param[NGX_HTTP_MCP_PARAM_CURSOR],
                                 &page);
    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_http_mcp_reply_result(call, ngx_http_mcp_modern(call) ? &modern
                                                                  : &legacy)
        != NGX_OK
        || ngx_http_mcp_reply_link(call, page->array.data, page->array.len)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (page->next) {

        if (ngx_http_mcp_tools_cursor(call, view, page->next, &next)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        p = ngx_pnalloc(call->pool, sizeof(",\"nextCursor\":\"\"") - 1
                                    + next.len);
        if (p == NULL) {
            return NGX_ERROR;
        }

        next.len = ngx_sprintf(p, ",\"nextCursor\":\"%V\"", &next) - p;
        next.data = p;

        if (ngx_http_mcp_reply_link(call, next.data, next.len) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (ngx_http_mcp_modern(call)) {
        end = call->catalog->list_end;

    } else {
        ngx_str_set(&end, "}}");
    }

    if (ngx_http_mcp_reply_link(call, end.data, end.len) != NGX_OK) {
        return NGX_ERROR;
    }

    return NGX_DONE;
}


/* PAG-3: a cursor that is not ours, or of another list, is refused */

static ngx_int_t
ngx_http_mcp_tools_page(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_catalog_view_t *view, ngx_http_mcp_json_t *cursor,
    const ngx_http_mcp_page_t **page)
{
    size_t                      len;
    u_char                      payload[NGX_HTTP_MCP_HANDLE_PAYLOAD];
    ngx_str_t                   text;
    ngx_uint_t                  i, n;
    const u_char               *key;
    ngx_http_mcp_cursor_t       c;
    ngx_http_mcp_main_conf_t   *mmcf;
    const ngx_http_mcp_page_t  *pages;

    pages = view->pages.elts;

    if (cursor->type == NGX_HTTP_MCP_JSON_NONE) {
        *page = &pages[0];
        return NGX_OK;
    }

    if (cursor->type != NGX_HTTP_MCP_JSON_STRING) {
        return ngx_http_mcp_reply_error(call, NGX_HTTP_OK,
                   NGX_HTTP_MCP_INVALID_PARAMS, NULL,
                   "params.cursor is not a string");
    }

    mmcf = ngx_http_get_module_main_conf(call->request, ngx_http_mcp_module);

    if (ngx_http_mcp_json_decode(call->pool, cursor, &text) == NGX_OK) {

        for (n = 0; (key = ngx_http_mcp_zone_key(mmcf, n)); n++) {

            if (ngx_http_mcp_handle_verify(key, NGX_HTTP_MCP_HANDLE_CURSOR,
                                           &text, payload, &len)
                != NGX_OK
                || len != sizeof(ngx_http_mcp_cursor_t))
            {
                continue;
            }

            ngx_memcpy(&c, payload, sizeof(ngx_http_mcp_cursor_t));

            if (ngx_memcmp(c.generation, view->generation,
                           sizeof(c.generation))
                != 0)
            {
                break;
            }

            for (i = 1; i < view->pages.nelts; i++) {
                if (pages[i - 1].next == c.next) {
                    *page = &pages[i];
                    return NGX_OK;
                }
            }
        }
    }

    return ngx_http_mcp_reply_error(call, NGX_HTTP_OK,
               NGX_HTTP_MCP_INVALID_PARAMS, NULL,
               "The cursor is not valid: begin again without one");
}


static ngx_int_t
ngx_http_mcp_tools_cursor(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_catalog_view_t *view, ngx_uint_t next, ngx_str_t *out)
{
    ngx_http_mcp_cursor_t      c;
    ngx_http_mcp_main_conf_t  *mmcf;

    mmcf = ngx_http_get_module_main_conf(call->request, ngx_http_mcp_module);

    ngx_memzero(&c, sizeof(ngx_http_mcp_cursor_t));
    ngx_memcpy(c.generation, view->generation,
               sizeof(c.generation));
    c.next = next;

    return ngx_http_mcp_handle_sign(call->pool,
                                    ngx_http_mcp_zone_key(mmcf, 0),
                                    NGX_HTTP_MCP_HANDLE_CURSOR,
                                    (u_char *) &c,
                                    sizeof(ngx_http_mcp_cursor_t), out);
}


ngx_int_t
ngx_http_mcp_tool_lookup(ngx_http_mcp_call_t *call)
{
    ngx_int_t             rc;
    ngx_http_mcp_json_t  *name;

    name = &call->param[NGX_HTTP_MCP_PARAM_NAME];
    call->arguments = call->param[NGX_HTTP_MCP_PARAM_ARGUMENTS];

    if (name->type != NGX_HTTP_MCP_JSON_STRING) {
        return ngx_http_mcp_reply_error(call, NGX_HTTP_OK,
                   NGX_HTTP_MCP_INVALID_PARAMS, NULL,
                   "params.name, the tool's name, is missing or not a "
                   "string");
    }

    if (call->arguments.type != NGX_HTTP_MCP_JSON_NONE
        && call->arguments.type != NGX_HTTP_MCP_JSON_OBJECT)
    {
        return ngx_http_mcp_reply_error(call, NGX_HTTP_OK,
                   NGX_HTTP_MCP_INVALID_PARAMS, NULL,
                   "params.arguments is not an object");
    }

    rc = ngx_http_mcp_json_decode(call->pool, name, &call->name);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    call->tool = (rc == NGX_OK)
                 ? ngx_http_mcp_catalog_tool(call->catalog, &call->name)
                 : NULL;

    if (call->tool == NULL
        || ngx_http_mcp_authorize_hidden(call, call->tool))
    {
        /* TL-2: one text for "there is none" and "not for you" */

        call->tool = NULL;

        return ngx_http_mcp_reply_error(call, NGX_HTTP_OK,
                   NGX_HTTP_MCP_INVALID_PARAMS, NULL,
                   "Unknown tool \"%V\"", &call->name);
    }

    return NGX_OK;
}

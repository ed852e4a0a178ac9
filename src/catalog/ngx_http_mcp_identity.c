
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Which variables of a tool's headers and cookies say who calls: a text that
 * names one marks the tool as needing it (authorization.md 5.5).  Called by
 * the words of a tool, and when all of the configuration is read.
 */


#include "ngx_http_mcp_word.h"


static ngx_uint_t ngx_http_mcp_identity_known(ngx_http_mcp_main_conf_t *mmcf,
    const ngx_str_t *name);


ngx_int_t
ngx_http_mcp_identity_note(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool,
    const ngx_str_t *text)
{
    u_char                   *p, *last;
    ngx_str_t                 name;
    ngx_http_mcp_identity_t  *identity;

    last = text->data + text->len;

    for (p = text->data; p < last; p++) {

        if (*p != '$') {
            continue;
        }

        name.data = (p + 1 < last && p[1] == '{') ? p + 2 : p + 1;

        /* as ngx_http_script_compile() reads a name */

        for (p = name.data; p < last; p++) {
            if ((*p < '0' || *p > '9') && (*p < 'a' || *p > 'z')
                && (*p < 'A' || *p > 'Z') && *p != '_')
            {
                break;
            }
        }

        name.len = p - name.data;
        p--;

        if (tool->identity == NULL) {
            tool->identity = ngx_array_create(cf->pool, 1,
                                            sizeof(ngx_http_mcp_identity_t));
            if (tool->identity == NULL) {
                return NGX_ERROR;
            }
        }

        identity = ngx_array_push(tool->identity);
        if (identity == NULL) {
            return NGX_ERROR;
        }

        identity->name = name;
        identity->index = NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_mcp_identity_compile(ngx_conf_t *cf, ngx_http_mcp_main_conf_t *mmcf)
{
    ngx_uint_t                 i, j, n;
    ngx_http_mcp_tool_t      **tool;
    ngx_http_mcp_identity_t   *identity;

    tool = mmcf->tools.elts;

    for (i = 0; i < mmcf->tools.nelts; i++) {

        if (tool[i]->identity == NULL) {
            continue;
        }

        identity = tool[i]->identity->elts;
        n = 0;

        for (j = 0; j < tool[i]->identity->nelts; j++) {

            if (!ngx_http_mcp_identity_known(mmcf, &identity[j].name)) {
                continue;
            }

            identity[n] = identity[j];

            identity[n].index = ngx_http_get_variable_index(cf,
                                                         &identity[n].name);
            if (identity[n].index == NGX_ERROR) {
                return NGX_ERROR;
            }

            n++;
        }

        tool[i]->identity->nelts = n;

        if (n == 0) {
            tool[i]->identity = NULL;
        }
    }

    return NGX_OK;
}


/* nginx's names of variables have no case */

static ngx_uint_t
ngx_http_mcp_identity_known(ngx_http_mcp_main_conf_t *mmcf,
    const ngx_str_t *name)
{
    ngx_str_t   *known;
    ngx_uint_t   i;

    static const ngx_str_t  names[] = {
        ngx_string("mcp_sub"),
        ngx_string("mcp_iss"),
        ngx_string("mcp_client_id"),
        ngx_string("mcp_tenant")
    };

    if (name->len > sizeof("mcp_claim_") - 1
        && ngx_strncasecmp(name->data, (u_char *) "mcp_claim_",
                           sizeof("mcp_claim_") - 1)
           == 0)
    {
        return 1;
    }

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].len == name->len
            && ngx_strncasecmp(names[i].data, name->data, name->len) == 0)
        {
            return 1;
        }
    }

    known = mmcf->claim_names.elts;

    for (i = 0; i < mmcf->claim_names.nelts; i++) {
        if (known[i].len == name->len
            && ngx_strncasecmp(known[i].data, name->data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}

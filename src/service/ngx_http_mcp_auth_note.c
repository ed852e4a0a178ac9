
/*
 * Copyright (C) mcp-nginx contributors
 *
 * What the log is told of a credential that was refused.  Called by who
 * judges it.
 */


#include "ngx_http_mcp_auth_answer.h"
#include "ngx_http_mcp_utf8.h"


#define NGX_HTTP_MCP_AUTH_NOTE  160        /* bytes of a claim */


static u_char *ngx_http_mcp_auth_note_text(u_char *p, const char *name,
    ngx_str_t *text);


/*
 * L-2: what an operator needs to see why "login succeeds, then error".  The
 * claims are a stranger's until the signature is verified: they are cut and
 * cleaned.
 */

void
ngx_http_mcp_auth_note(ngx_http_mcp_auth_t *auth,
    const ngx_http_mcp_json_t *claims, const ngx_str_t *kid)
{
    u_char               *p;
    ngx_str_t             text;
    ngx_uint_t            i;
    ngx_http_mcp_json_t   value[5];

    static ngx_str_t  names[] = {
        ngx_string("iss"),
        ngx_string("aud"),
        ngx_string("azp"),
        ngx_string("client_id"),
        ngx_string("exp")
    };

    ngx_http_mcp_json_members(claims, names, value, 5);

    p = ngx_pnalloc(auth->request->pool,
                    6 * (NGX_HTTP_MCP_AUTH_NOTE + sizeof(", client_id \"\"")));
    if (p == NULL) {
        return;
    }

    auth->note.data = p;

    for (i = 0; i < 5; i++) {
        if (value[i].type != NGX_HTTP_MCP_JSON_NONE) {
            text = value[i].raw;
            p = ngx_http_mcp_auth_note_text(p, (char *) names[i].data, &text);
        }
    }

    if (kid && kid->len) {
        text = *kid;
        p = ngx_http_mcp_auth_note_text(p, "kid", &text);
    }

    auth->note.len = p - auth->note.data;
}


static u_char *
ngx_http_mcp_auth_note_text(u_char *p, const char *name, ngx_str_t *text)
{
    size_t   size;
    u_char  *last;

    /* JSON text, and UTF-8: its own quotes are left out */

    if (text->len >= 2 && text->data[0] == '"') {
        text->data++;
        text->len -= 2;
    }

    size = ngx_min(text->len, NGX_HTTP_MCP_AUTH_NOTE);
    size = ngx_http_mcp_utf8_valid(text->data, size);

    p = ngx_sprintf(p, ", %s \"", name);
    last = p + ngx_http_mcp_utf8_printable(p, size, text);

    /* no text ends its own quotes */

    for ( /* void */ ; p < last; p++) {
        if (*p == '"') {
            *p = '\'';
        }
    }

    *p++ = '"';

    return p;
}

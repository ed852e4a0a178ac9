
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Tells UTF-8 from other bytes.  Called for what becomes a JSON string
 * without being JSON before: plain text of upstreams, header values.  Owns
 * nothing.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_byte_run.h"
#include "ngx_http_mcp_utf8.h"


size_t
ngx_http_mcp_utf8_valid(const u_char *p, size_t len)
{
    size_t         n;
    const u_char  *start, *last;

    if (len == 0) {
        return 0;
    }

    start = p;
    last = p + len;

    for ( ;; ) {
        p = ngx_http_mcp_byte_run(p, last, NGX_HTTP_MCP_RUN_HIGH);

        /* text in other scripts has few ASCII bytes to run over */

        while (p < last && *p >= 0x80) {
            n = ngx_http_mcp_utf8_sequence(p, last);

            if (n == 0) {
                return p - start;
            }

            p += n;
        }

        if (p == last) {
            return len;
        }
    }
}


size_t
ngx_http_mcp_utf8_printable(u_char *dst, size_t size, const ngx_str_t *src)
{
    size_t  i, len;

    len = ngx_min(size, src->len);

    for (i = 0; i < len; i++) {
        dst[i] = (src->data[i] < 0x20 || src->data[i] == 0x7f)
                 ? '?' : src->data[i];
    }

    return len;
}

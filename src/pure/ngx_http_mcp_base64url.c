
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Decodes base64url so that a value has one spelling.  Called for the parts
 * of a token, the numbers of a key and signed handles, whose texts are
 * compared or hashed as they are; owns nothing.
 *
 * nginx's own decoder ends at a "=" and does not look at unused bits.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_base64url.h"


/* what 6 bits do not hold */
#define NGX_HTTP_MCP_BASE64URL_BAD  0xc0


/* the value of a character; 77: it is not of the alphabet */

static const u_char  ngx_http_mcp_base64url_value[] = {
    77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77,
    77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77,
    77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 62, 77, 77,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 77, 77, 77, 77, 77, 77,
    77,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 77, 77, 77, 77, 63,
    77, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 77, 77, 77, 77, 77,

    77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77,
    77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77,
    77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77,
    77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77,
    77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77,
    77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77,
    77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77,
    77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77
};


ngx_int_t
ngx_http_mcp_base64url_decode(u_char *dst, size_t *len, const ngx_str_t *src)
{
    u_char  *p, *d, *last, c[4], bad;
    size_t   rest;

    rest = src->len % 4;

    if (rest == 1) {
        return NGX_DECLINED;
    }

    d = dst;
    bad = 0;

    p = src->data;
    last = p + (src->len - rest);

    for ( /* void */ ; p < last; p += 4) {
        c[0] = ngx_http_mcp_base64url_value[p[0]];
        c[1] = ngx_http_mcp_base64url_value[p[1]];
        c[2] = ngx_http_mcp_base64url_value[p[2]];
        c[3] = ngx_http_mcp_base64url_value[p[3]];

        bad |= c[0] | c[1] | c[2] | c[3];

        *d++ = (u_char) (c[0] << 2 | c[1] >> 4);
        *d++ = (u_char) (c[1] << 4 | c[2] >> 2);
        *d++ = (u_char) (c[2] << 6 | c[3]);
    }

    if (rest) {
        c[0] = ngx_http_mcp_base64url_value[p[0]];
        c[1] = ngx_http_mcp_base64url_value[p[1]];
        c[2] = (rest == 3) ? ngx_http_mcp_base64url_value[p[2]] : 0;

        bad |= c[0] | c[1] | c[2];

        *d++ = (u_char) (c[0] << 2 | c[1] >> 4);

        if (rest == 3) {
            *d++ = (u_char) (c[1] << 4 | c[2] >> 2);
        }

        /* the bits that are left over */

        if ((rest == 3) ? (c[2] & 0x03) : (c[1] & 0x0f)) {
            return NGX_DECLINED;
        }
    }

    if (bad & NGX_HTTP_MCP_BASE64URL_BAD) {
        return NGX_DECLINED;
    }

    *len = d - dst;

    return NGX_OK;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * UTF-8 (RFC 3629).
 */


#ifndef _NGX_HTTP_MCP_UTF8_H_INCLUDED_
#define _NGX_HTTP_MCP_UTF8_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * The length of the longest prefix that is UTF-8: no overlong forms, no
 * surrogates, nothing over U+10FFFF, no cut sequence at the end.
 * "len" means that all of it is.
 */
size_t ngx_http_mcp_utf8_valid(const u_char *p, size_t len);


/*
 * The length, 2 to 4, of the sequence at "p", whose byte is 0x80 or above;
 * 0 if it is not UTF-8 or is cut by "last".  Inline, because the JSON
 * scanner asks it for each character of a text that is not ASCII.
 */
static ngx_inline size_t
ngx_http_mcp_utf8_sequence(const u_char *p, const u_char *last)
{
    u_char  c, low, high;

    c = p[0];

    if (c < 0xe0) {
        return (c >= 0xc2 && last - p >= 2 && (p[1] & 0xc0) == 0x80) ? 2 : 0;
    }

    /* the bounds of the second byte exclude all that is not a character */

    if (c < 0xf0) {
        low = (c == 0xe0) ? 0xa0 : 0x80;
        high = (c == 0xed) ? 0x9f : 0xbf;

        return (last - p >= 3 && p[1] >= low && p[1] <= high
                && (p[2] & 0xc0) == 0x80) ? 3 : 0;
    }

    low = (c == 0xf0) ? 0x90 : 0x80;
    high = (c == 0xf4) ? 0x8f : 0xbf;

    return (c <= 0xf4 && last - p >= 4 && p[1] >= low && p[1] <= high
            && (p[2] & 0xc0) == 0x80 && (p[3] & 0xc0) == 0x80) ? 4 : 0;
}


/*
 * Copies what a client sent into a line of a log: at most "size" bytes, and
 * "?" for each control character, so that it cannot begin a line of its
 * own.  Returns the length.
 */
size_t ngx_http_mcp_utf8_printable(u_char *dst, size_t size,
    const ngx_str_t *src);


#endif /* _NGX_HTTP_MCP_UTF8_H_INCLUDED_ */

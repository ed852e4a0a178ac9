
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Judges an expanded request target before it is sent to an upstream.
 * Called once for each tool call and resource read, after all templates
 * were expanded; owns and allocates nothing.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_template.h"


static const char *ngx_http_mcp_template_segment(u_char *p, u_char *last);
static u_char *ngx_http_mcp_template_twice(u_char *p, u_char *last,
    u_char *byte);
static u_char *ngx_http_mcp_template_once(u_char *p, u_char *last,
    u_char *byte);


ngx_int_t
ngx_http_mcp_template_target(const ngx_str_t *target, const char **reason)
{
    u_char  *p, *last, *slash;

    if (target->len == 0 || target->data[0] != '/') {
        *reason = "the path does not begin with \"/\"";
        return NGX_DECLINED;
    }

    p = target->data;
    last = p + target->len;

    if (ngx_strlchr(p, last, '#')) {
        *reason = "the target has a fragment";
        return NGX_DECLINED;
    }

    /* what escaping would change should not be there */

    if (ngx_http_mcp_template_escape(NULL, target, 1) != target->len) {
        *reason = "the target has a byte that a URI cannot have";
        return NGX_DECLINED;
    }

    slash = ngx_strlchr(p, last, '?');

    if (slash) {
        last = slash;
    }

    while (p) {
        p++;

        slash = ngx_strlchr(p, last, '/');

        *reason = ngx_http_mcp_template_segment(p, slash ? slash : last);

        if (*reason) {
            return NGX_DECLINED;
        }

        p = slash;
    }

    return NGX_OK;
}


/*
 * Looks at the segment as decoded twice.  That is enough: "/", "\", "." and
 * control characters are no part of a triplet, so what one decoding shows
 * is still there after the second.
 */

static const char *
ngx_http_mcp_template_segment(u_char *p, u_char *last)
{
    u_char      c;
    ngx_uint_t  len, dots, param;

    len = 0;
    dots = 0;
    param = 0;

    while (p < last) {

        p = ngx_http_mcp_template_twice(p, last, &c);

        if (c == '/' || c == '\\') {
            return "a path segment has an encoded \"/\" or \"\\\"";
        }

        if (c < 0x20 || c == 0x7f) {
            return "a path segment has a control character";
        }

        if (c == ';') {
            param = 1;
        }

        if (!param) {
            len++;
            dots += (c == '.');
        }
    }

    if (len == dots && (len == 1 || len == 2)) {
        return "a path segment is \".\" or \"..\"";
    }

    return NULL;
}


/* one byte of the text that two decodings give; where the next one is */

static u_char *
ngx_http_mcp_template_twice(u_char *p, u_char *last, u_char *byte)
{
    u_char     *next, hex[2];
    ngx_int_t   c;

    next = ngx_http_mcp_template_once(p, last, byte);

    if (*byte != '%' || next == last) {
        return next;
    }

    p = ngx_http_mcp_template_once(next, last, &hex[0]);

    if (p == last) {
        return next;
    }

    p = ngx_http_mcp_template_once(p, last, &hex[1]);

    c = ngx_hextoi(hex, 2);

    if (c == NGX_ERROR) {
        return next;
    }

    *byte = (u_char) c;

    return p;
}


static u_char *
ngx_http_mcp_template_once(u_char *p, u_char *last, u_char *byte)
{
    ngx_int_t  c;

    if (*p == '%' && last - p > 2) {

        c = ngx_hextoi(p + 1, 2);

        if (c != NGX_ERROR) {
            *byte = (u_char) c;
            return p + 3;
        }
    }

    *byte = *p;

    return p + 1;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Reads the values of Mcp-Name and Mcp-Param-* fields.  Called by the
 * ladder before a header is compared with the body, and with names from the
 * configuration; what clients send is hostile.  Owns nothing.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_header_value.h"
#include "ngx_http_mcp_utf8.h"


#define NGX_HTTP_MCP_BASE64_NONE  64


static ngx_uint_t ngx_http_mcp_header_sentinel(const ngx_str_t *value,
    ngx_str_t *payload);
static ngx_uint_t ngx_http_mcp_base64_value(u_char c);


static const ngx_str_t  ngx_http_mcp_header_prefix = ngx_string("=?base64?");
static const ngx_str_t  ngx_http_mcp_header_suffix = ngx_string("?=");


void
ngx_http_mcp_header_trim(ngx_str_t *value)
{
    u_char  *last;

    while (value->len && (*value->data == ' ' || *value->data == '\t')) {
        value->data++;
        value->len--;
    }

    while (value->len) {
        last = value->data + value->len - 1;

        if (*last != ' ' && *last != '\t') {
            break;
        }

        value->len--;
    }
}


ngx_uint_t
ngx_http_mcp_header_legal(const ngx_str_t *value)
{
    u_char  c;
    size_t  i;

    for (i = 0; i < value->len; i++) {
        c = value->data[i];

        if ((c < 0x20 && c != '\t') || c > 0x7e) {
            return 0;
        }
    }

    return 1;
}


ngx_uint_t
ngx_http_mcp_header_token(const ngx_str_t *value)
{
    u_char  c, lower;
    size_t  i;

    for (i = 0; i < value->len; i++) {
        c = value->data[i];
        lower = c | 0x20;

        if ((lower < 'a' || lower > 'z') && (c < '0' || c > '9') && c != '-') {
            return 0;
        }
    }

    return value->len != 0;
}


ngx_int_t
ngx_http_mcp_header_decode(ngx_pool_t *pool, const ngx_str_t *value,
    ngx_str_t *out)
{
    ngx_str_t  payload;

    *out = *value;

    ngx_http_mcp_header_trim(out);

    if (!ngx_http_mcp_header_legal(out)) {
        return NGX_DECLINED;
    }

    if (!ngx_http_mcp_header_sentinel(out, &payload)) {
        return NGX_OK;
    }

    out->data = ngx_pnalloc(pool, payload.len / 4 * 3 + 1);
    if (out->data == NULL) {
        return NGX_ERROR;
    }

    if (ngx_http_mcp_base64_decode(out->data, &out->len, &payload) != NGX_OK
        || ngx_http_mcp_utf8_valid(out->data, out->len) != out->len)
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/* the markers may not share bytes: "=?base64?=" is literal text */

static ngx_uint_t
ngx_http_mcp_header_sentinel(const ngx_str_t *value, ngx_str_t *payload)
{
    u_char           *suffix;
    const ngx_str_t  *first, *last;

    first = &ngx_http_mcp_header_prefix;
    last = &ngx_http_mcp_header_suffix;

    if (value->len < first->len + last->len) {
        return 0;
    }

    suffix = value->data + value->len - last->len;

    if (ngx_memcmp(value->data, first->data, first->len) != 0
        || ngx_memcmp(suffix, last->data, last->len) != 0)
    {
        return 0;
    }

    payload->data = value->data + first->len;
    payload->len = suffix - payload->data;

    return 1;
}


ngx_int_t
ngx_http_mcp_base64_decode(u_char *dst, size_t *len, const ngx_str_t *src)
{
    u_char      *p, *last, *start;
    uint32_t     bits;
    ngx_uint_t   n, v;

    *len = 0;

    if (src->len % 4) {
        return NGX_DECLINED;
    }

    start = dst;
    p = src->data;
    last = src->data + src->len;

    /* one "=" for each byte that the last group of four lacks */

    for (n = 0; n < 2 && last > p && last[-1] == '='; n++) {
        last--;
    }

    for (bits = 0; p < last; p++) {
        v = ngx_http_mcp_base64_value(*p);

        if (v == NGX_HTTP_MCP_BASE64_NONE) {
            return NGX_DECLINED;
        }

        bits = (bits << 6) | (uint32_t) v;

        if ((p - src->data) % 4 == 3) {
            *dst++ = (u_char) (bits >> 16);
            *dst++ = (u_char) (bits >> 8);
            *dst++ = (u_char) bits;
        }
    }

    /* the rest has bits that are in no byte, and they must be zero */

    if (n == 1) {

        if (bits & 0x3) {
            return NGX_DECLINED;
        }

        *dst++ = (u_char) (bits >> 10);
        *dst++ = (u_char) (bits >> 2);

    } else if (n == 2) {

        if (bits & 0xf) {
            return NGX_DECLINED;
        }

        *dst++ = (u_char) (bits >> 4);
    }

    *len = dst - start;

    return NGX_OK;
}


static ngx_uint_t
ngx_http_mcp_base64_value(u_char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }

    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }

    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }

    switch (c) {

    case '+':
        return 62;

    case '/':
        return 63;

    default:
        return NGX_HTTP_MCP_BASE64_NONE;
    }
}

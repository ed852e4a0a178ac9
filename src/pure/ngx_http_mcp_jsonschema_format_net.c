
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The formats of JSON Schema that name a host or a mailbox.  Called by the
 * check with decoded strings; owns nothing.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_format.h"


static ngx_uint_t ngx_http_mcp_jsonschema_email_local(const ngx_str_t *s);


/* RFC 5321, 4.1.2, in ASCII */

ngx_uint_t
ngx_http_mcp_jsonschema_email(const ngx_str_t *s)
{
    size_t     i;
    ngx_str_t  local, domain;

    /* the last one: a quoted part may have others */

    for (i = s->len; i && s->data[i - 1] != '@'; i--) { /* void */ }

    if (i < 2 || i == s->len) {
        return 0;
    }

    local.data = s->data;
    local.len = i - 1;

    domain.data = s->data + i;
    domain.len = s->len - i;

    if (!ngx_http_mcp_jsonschema_email_local(&local)) {
        return 0;
    }

    if (domain.len > 2 && domain.data[0] == '['
        && domain.data[domain.len - 1] == ']')
    {
        domain.data++;
        domain.len -= 2;

        if (domain.len > 5
            && ngx_strncasecmp(domain.data, (u_char *) "IPv6:", 5) == 0)
        {
            domain.data += 5;
            domain.len -= 5;

            return ngx_http_mcp_jsonschema_ipv6(&domain);
        }

        return ngx_http_mcp_jsonschema_ipv4(&domain);
    }

    return ngx_http_mcp_jsonschema_hostname(&domain);
}


static ngx_uint_t
ngx_http_mcp_jsonschema_email_local(const ngx_str_t *s)
{
    size_t  i;
    u_char  c;

    if (s->data[0] == '"') {

        if (s->len < 2 || s->data[s->len - 1] != '"') {
            return 0;
        }

        for (i = 1; i < s->len - 1; i++) {
            c = s->data[i];

            if (c == '\\' && ++i == s->len - 1) {
                return 0;
            }

            if (c < 0x20 || c > 0x7e || c == '"') {
                return 0;
            }
        }

        return 1;
    }

    for (i = 0; i < s->len; i++) {
        c = s->data[i];

        if (c == '.') {
            if (i == 0 || i == s->len - 1 || s->data[i + 1] == '.') {
                return 0;
            }

            continue;
        }

        if (!isalnum(c) && (c == '\0' || !ngx_strchr("!#$%&'*+-/=?^_`{|}~", c)))
        {
            return 0;
        }
    }

    return 1;
}


/* RFC 1123, 2.1; labels of IDNA by their ASCII form alone */

ngx_uint_t
ngx_http_mcp_jsonschema_hostname(const ngx_str_t *s)
{
    size_t  i, label;
    u_char  c;

    if (s->len == 0 || s->len > 253) {
        return 0;
    }

    label = 0;

    for (i = 0; i < s->len; i++) {
        c = s->data[i];

        if (c == '.') {

            if (label == 0 || s->data[i - 1] == '-') {
                return 0;
            }

            label = 0;
            continue;
        }

        if ((!isalnum(c) && (c != '-' || label == 0)) || ++label > 63) {
            return 0;
        }
    }

    return label && s->data[s->len - 1] != '-';
}


ngx_uint_t
ngx_http_mcp_jsonschema_ipv4(const ngx_str_t *s)
{
    size_t      i, digits;
    u_char      c;
    ngx_uint_t  octet, octets;

    octet = 0;
    octets = 1;
    digits = 0;

    for (i = 0; i < s->len; i++) {
        c = s->data[i];

        if (c == '.') {

            if (digits == 0 || ++octets > 4) {
                return 0;
            }

            digits = 0;
            octet = 0;
            continue;
        }

        /* no leading zeros, which some read as octal */

        if (c < '0' || c > '9' || (digits && octet == 0)) {
            return 0;
        }

        digits++;
        octet = octet * 10 + (c - '0');

        if (octet > 255) {
            return 0;
        }
    }

    return octets == 4 && digits;
}


/* RFC 4291, 2.2 */

ngx_uint_t
ngx_http_mcp_jsonschema_ipv6(const ngx_str_t *s)
{
    u_char      *p, *last, *group;
    ngx_str_t    tail;
    ngx_uint_t   n, gap;

    p = s->data;
    last = s->data + s->len;

    n = 0;
    gap = 0;

    if (s->len >= 2 && p[0] == ':' && p[1] == ':') {
        p += 2;
        gap = 1;
    }

    while (p < last) {

        for (group = p; p < last && isxdigit(*p); p++) { /* void */ }

        if (p < last && *p == '.') {
            tail.data = group;
            tail.len = last - group;
            n += 2;

            return n <= 8 - gap && (gap || n == 8)
                   && ngx_http_mcp_jsonschema_ipv4(&tail);
        }

        if (p == group || p - group > 4 || ++n > 8) {
            return 0;
        }

        if (p == last) {
            break;
        }

        if (*p++ != ':' || p == last) {
            return 0;
        }

        if (*p == ':') {

            if (gap++) {
                return 0;
            }

            p++;
        }
    }

    return gap ? n < 8 : n == 8;
}

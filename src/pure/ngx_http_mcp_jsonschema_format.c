
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The formats of JSON Schema 2020-12 that can be asserted.  Called by the
 * check with decoded strings; owns nothing.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_format.h"


typedef ngx_uint_t (*ngx_http_mcp_jsonschema_format_pt)(const ngx_str_t *s);


typedef struct {
    ngx_str_t                           name;
    ngx_http_mcp_jsonschema_format_pt   check;
    const char                         *text;
} ngx_http_mcp_jsonschema_format_t;


static ngx_uint_t ngx_http_mcp_jsonschema_date_time(const ngx_str_t *s);
static ngx_uint_t ngx_http_mcp_jsonschema_date(const ngx_str_t *s);
static ngx_uint_t ngx_http_mcp_jsonschema_time(const ngx_str_t *s);
static ngx_uint_t ngx_http_mcp_jsonschema_duration(const ngx_str_t *s);
static ngx_uint_t ngx_http_mcp_jsonschema_duration_part(u_char **p,
    u_char *last, const char *units);
static ngx_uint_t ngx_http_mcp_jsonschema_uuid(const ngx_str_t *s);
static ngx_uint_t ngx_http_mcp_jsonschema_json_pointer(const ngx_str_t *s);
static ngx_uint_t ngx_http_mcp_jsonschema_relative_pointer(
    const ngx_str_t *s);
static ngx_int_t ngx_http_mcp_jsonschema_offset(u_char *p, u_char *last);
static ngx_int_t ngx_http_mcp_jsonschema_digits(const u_char *p, size_t n);


static const ngx_http_mcp_jsonschema_format_t
    ngx_http_mcp_jsonschema_formats[] = {

    { ngx_string("date-time"), ngx_http_mcp_jsonschema_date_time,
      "a date-time such as 2026-07-28T09:30:00Z" },

    { ngx_string("date"), ngx_http_mcp_jsonschema_date,
      "a date such as 2026-07-28" },

    { ngx_string("time"), ngx_http_mcp_jsonschema_time,
      "a time with its offset such as 09:30:00Z" },

    { ngx_string("duration"), ngx_http_mcp_jsonschema_duration,
      "a duration such as P1DT12H" },

    { ngx_string("email"), ngx_http_mcp_jsonschema_email,
      "an email address such as ann@example.com" },

    { ngx_string("hostname"), ngx_http_mcp_jsonschema_hostname,
      "a host name such as www.example.com" },

    { ngx_string("ipv4"), ngx_http_mcp_jsonschema_ipv4,
      "an IPv4 address such as 192.0.2.1" },

    { ngx_string("ipv6"), ngx_http_mcp_jsonschema_ipv6,
      "an IPv6 address such as 2001:db8::1" },

    { ngx_string("uri"), ngx_http_mcp_jsonschema_uri_absolute,
      "a URI with its scheme such as https://example.com/a" },

    { ngx_string("uri-reference"), ngx_http_mcp_jsonschema_uri_reference,
      "a URI reference such as /a?b=c" },

    { ngx_string("iri"), ngx_http_mcp_jsonschema_iri,
      "an IRI with its scheme such as https://example.com/a" },

    { ngx_string("iri-reference"), ngx_http_mcp_jsonschema_iri_reference,
      "an IRI reference such as /a?b=c" },

    { ngx_string("uri-template"), ngx_http_mcp_jsonschema_uri_template,
      "a URI template such as /a/{b}" },

    { ngx_string("uuid"), ngx_http_mcp_jsonschema_uuid,
      "a UUID such as 2eb8aa08-aa98-11ea-b4aa-73b441d16380" },

    { ngx_string("json-pointer"), ngx_http_mcp_jsonschema_json_pointer,
      "a JSON Pointer such as /a/0" },

    { ngx_string("relative-json-pointer"),
      ngx_http_mcp_jsonschema_relative_pointer,
      "a relative JSON Pointer such as 1/a" },

    { ngx_string("regex"), ngx_http_mcp_jsonschema_regex,
      "a regular expression of ECMA-262" },

    { ngx_null_string, NULL, NULL }
};


/* they need tables of Unicode that we do not have */

static const ngx_str_t  ngx_http_mcp_jsonschema_unable[] = {
    ngx_string("idn-email"),
    ngx_string("idn-hostname"),
    ngx_null_string
};


ngx_uint_t
ngx_http_mcp_jsonschema_format_find(const ngx_str_t *name)
{
    ngx_uint_t                               i;
    const ngx_http_mcp_jsonschema_format_t  *f;

    for (i = 0; ngx_http_mcp_jsonschema_formats[i].check; i++) {
        f = &ngx_http_mcp_jsonschema_formats[i];

        if (f->name.len == name->len
            && ngx_memcmp(f->name.data, name->data, name->len) == 0)
        {
            return i + 1;
        }
    }

    return 0;
}


ngx_uint_t
ngx_http_mcp_jsonschema_format_unable(const ngx_str_t *name)
{
    const ngx_str_t  *s;

    for (s = ngx_http_mcp_jsonschema_unable; s->len; s++) {
        if (s->len == name->len
            && ngx_memcmp(s->data, name->data, s->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


const char *
ngx_http_mcp_jsonschema_format_text(ngx_uint_t format)
{
    return ngx_http_mcp_jsonschema_formats[format - 1].text;
}


ngx_uint_t
ngx_http_mcp_jsonschema_format_check(ngx_uint_t format, const ngx_str_t *s)
{
    return ngx_http_mcp_jsonschema_formats[format - 1].check(s);
}


/* RFC 3339, 5.6 */

static ngx_uint_t
ngx_http_mcp_jsonschema_date_time(const ngx_str_t *s)
{
    ngx_str_t  date, time;

    if (s->len < 11 || (s->data[10] | 0x20) != 't') {
        return 0;
    }

    date.data = s->data;
    date.len = 10;

    time.data = s->data + 11;
    time.len = s->len - 11;

    return ngx_http_mcp_jsonschema_date(&date)
           && ngx_http_mcp_jsonschema_time(&time);
}


static ngx_uint_t
ngx_http_mcp_jsonschema_date(const ngx_str_t *s)
{
    ngx_int_t  year, month, day, last;

    static const u_char  days[] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };

    if (s->len != 10 || s->data[4] != '-' || s->data[7] != '-') {
        return 0;
    }

    year = ngx_http_mcp_jsonschema_digits(s->data, 4);
    month = ngx_http_mcp_jsonschema_digits(s->data + 5, 2);
    day = ngx_http_mcp_jsonschema_digits(s->data + 8, 2);

    if (year < 0 || month < 1 || month > 12) {
        return 0;
    }

    last = days[month - 1];

    if (month == 2 && year % 4 == 0 && (year % 100 || year % 400 == 0)) {
        last = 29;
    }

    return day >= 1 && day <= last;
}


static ngx_uint_t
ngx_http_mcp_jsonschema_time(const ngx_str_t *s)
{
    u_char     *p, *last;
    ngx_int_t   hour, minute, second, offset;

    p = s->data;
    last = s->data + s->len;

    if (s->len < 9 || p[2] != ':' || p[5] != ':') {
        return 0;
    }

    hour = ngx_http_mcp_jsonschema_digits(p, 2);
    minute = ngx_http_mcp_jsonschema_digits(p + 3, 2);
    second = ngx_http_mcp_jsonschema_digits(p + 6, 2);

    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0
        || second > 60)
    {
        return 0;
    }

    p += 8;

    if (*p == '.') {
        p++;

        if (p == last || *p < '0' || *p > '9') {
            return 0;
        }

        while (p < last && *p >= '0' && *p <= '9') {
            p++;
        }
    }

    offset = ngx_http_mcp_jsonschema_offset(p, last);

    if (offset == NGX_ERROR) {
        return 0;
    }

    /* a leap second is at the end of a day of UTC */

    minute = (hour * 60 + minute - (offset - 24 * 60) + 24 * 60) % (24 * 60);

    return second < 60 || minute == 24 * 60 - 1;
}


/* minutes east of UTC and a day more, or NGX_ERROR */

static ngx_int_t
ngx_http_mcp_jsonschema_offset(u_char *p, u_char *last)
{
    ngx_int_t  hour, minute;

    if (last - p == 1 && (*p | 0x20) == 'z') {
        return 24 * 60;
    }

    if (last - p != 6 || (*p != '+' && *p != '-') || p[3] != ':') {
        return NGX_ERROR;
    }

    hour = ngx_http_mcp_jsonschema_digits(p + 1, 2);
    minute = ngx_http_mcp_jsonschema_digits(p + 4, 2);

    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) {
        return NGX_ERROR;
    }

    minute += hour * 60;

    return 24 * 60 + (*p == '+' ? minute : -minute);
}


/* RFC 3339, appendix A: P1Y2M3DT4H5M6S, with no gap between units, or P1W */

static ngx_uint_t
ngx_http_mcp_jsonschema_duration(const ngx_str_t *s)
{
    u_char      *p, *last;
    ngx_uint_t   date, time;

    p = s->data;
    last = s->data + s->len;

    if (p == last || *p++ != 'P') {
        return 0;
    }

    if (s->len > 2 && last[-1] == 'W') {
        return ngx_http_mcp_jsonschema_duration_part(&p, last, "W") == 1
               && p == last;
    }

    date = ngx_http_mcp_jsonschema_duration_part(&p, last, "YMD");

    if (p == last) {
        return date == 1;
    }

    if (*p++ != 'T') {
        return 0;
    }

    time = ngx_http_mcp_jsonschema_duration_part(&p, last, "HMS");

    return time == 1 && date < 2 && p == last;
}


/* 0: there is nothing, 1: numbers with units in their order, 2: a fault */

static ngx_uint_t
ngx_http_mcp_jsonschema_duration_part(u_char **p, u_char *last,
    const char *units)
{
    u_char      *q;
    const char  *unit, *before;

    before = NULL;

    while (*p < last && **p != 'T') {

        for (q = *p; q < last && *q >= '0' && *q <= '9'; q++) { /* void */ }

        unit = (q < last && q > *p && *q) ? ngx_strchr(units, *q) : NULL;

        if (unit == NULL || (before && unit != before + 1)) {
            return 2;
        }

        before = unit;
        *p = q + 1;
    }

    return before ? 1 : 0;
}


static ngx_uint_t
ngx_http_mcp_jsonschema_uuid(const ngx_str_t *s)
{
    size_t  i;

    if (s->len != 36) {
        return 0;
    }

    for (i = 0; i < 36; i++) {

        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (s->data[i] != '-') {
                return 0;
            }

        } else if (!isxdigit(s->data[i])) {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
ngx_http_mcp_jsonschema_json_pointer(const ngx_str_t *s)
{
    size_t  i;

    if (s->len && s->data[0] != '/') {
        return 0;
    }

    for (i = 0; i < s->len; i++) {

        if (s->data[i] == '~'
            && (i + 1 == s->len
                || (s->data[i + 1] != '0' && s->data[i + 1] != '1')))
        {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
ngx_http_mcp_jsonschema_relative_pointer(const ngx_str_t *s)
{
    size_t     i;
    ngx_str_t  rest;

    for (i = 0; i < s->len && isdigit(s->data[i]); i++) { /* void */ }

    if (i == 0 || (i > 1 && s->data[0] == '0')) {
        return 0;
    }

    rest.data = s->data + i;
    rest.len = s->len - i;

    if (rest.len == 1 && rest.data[0] == '#') {
        return 1;
    }

    return ngx_http_mcp_jsonschema_json_pointer(&rest);
}


/* "n" digits as a number, or -1 */

static ngx_int_t
ngx_http_mcp_jsonschema_digits(const u_char *p, size_t n)
{
    ngx_int_t  value;

    for (value = 0; n; n--, p++) {

        if (*p < '0' || *p > '9') {
            return -1;
        }

        value = value * 10 + (*p - '0');
    }

    return value;
}

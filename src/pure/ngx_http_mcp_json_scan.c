
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The grammar of JSON: one pass that accepts or refuses a whole text.
 * Called for every request body, header parameter and upstream answer
 * before anything else looks into it.  Owns nothing but the names of open
 * objects while it runs (ngx_http_mcp_json_names.c).
 *
 * Helpers take the place to read from and return the place behind what they
 * read, or NULL after ngx_http_mcp_json_refuse().
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_json_inside.h"
#include "ngx_http_mcp_utf8.h"


#define NGX_HTTP_MCP_JSON_WORDS  (NGX_HTTP_MCP_JSON_MAX_DEPTH / 64)


typedef struct {
    u_char                     *start;
    u_char                     *last;
    ngx_http_mcp_json_scan_t   *scan;
    ngx_http_mcp_json_names_t  *names;     /* NULL: duplicates may be */
    ngx_uint_t                  level;     /* of open brackets */
    ngx_uint_t                  limit;
    ngx_uint_t                  object;    /* the innermost one is */

    /* a bit an open bracket: 1 is an object */
    uint64_t                    objects[NGX_HTTP_MCP_JSON_WORDS];
} ngx_http_mcp_json_state_t;


static u_char *ngx_http_mcp_json_scan_text(ngx_http_mcp_json_state_t *st,
    u_char *p);
static u_char *ngx_http_mcp_json_scan_value(ngx_http_mcp_json_state_t *st,
    u_char *p);
static u_char *ngx_http_mcp_json_scan_open(ngx_http_mcp_json_state_t *st,
    u_char *p);
static u_char *ngx_http_mcp_json_scan_close(ngx_http_mcp_json_state_t *st,
    u_char *p);
static u_char *ngx_http_mcp_json_scan_name(ngx_http_mcp_json_state_t *st,
    u_char *p);
static u_char *ngx_http_mcp_json_scan_string(ngx_http_mcp_json_state_t *st,
    u_char *p);
static u_char *ngx_http_mcp_json_scan_escape(ngx_http_mcp_json_state_t *st,
    u_char *p);
static ngx_int_t ngx_http_mcp_json_scan_unit(ngx_http_mcp_json_state_t *st,
    u_char *p);
static u_char *ngx_http_mcp_json_scan_number(ngx_http_mcp_json_state_t *st,
    u_char *p);
static u_char *ngx_http_mcp_json_scan_digits(ngx_http_mcp_json_state_t *st,
    u_char *p);
static u_char *ngx_http_mcp_json_scan_literal(ngx_http_mcp_json_state_t *st,
    u_char *p, const char *literal, size_t len);
static u_char *ngx_http_mcp_json_refuse(ngx_http_mcp_json_state_t *st,
    u_char *p, ngx_http_mcp_json_error_e error);


ngx_int_t
ngx_http_mcp_json_scan(ngx_http_mcp_json_scan_t *s, const ngx_str_t *text,
    ngx_http_mcp_json_t *value)
{
    u_char                     *p, *begin, *end;
    ngx_http_mcp_json_names_t   names;
    ngx_http_mcp_json_state_t   st;

    s->lone = 0;
    s->error = NGX_HTTP_MCP_JSON_OK;
    s->offset = 0;

    ngx_str_null(&value->raw);
    value->type = NGX_HTTP_MCP_JSON_NONE;

    if (text->len == 0) {
        s->error = NGX_HTTP_MCP_JSON_SYNTAX;
        return NGX_DECLINED;
    }

    st.start = text->data;
    st.last = text->data + text->len;
    st.scan = s;
    st.names = NULL;
    st.level = 0;
    st.limit = ngx_min(s->depth, NGX_HTTP_MCP_JSON_MAX_DEPTH);

    if (s->unique) {

        if ((uint64_t) text->len > 0xffffffff) {
            return NGX_ERROR;
        }

        ngx_http_mcp_json_names_init(&names, st.start, st.last);
        st.names = &names;
    }

    begin = ngx_http_mcp_json_blanks(st.start, st.last);
    end = ngx_http_mcp_json_scan_text(&st, begin);

    if (s->unique) {
        ngx_http_mcp_json_names_free(&names);
    }

    if (end) {
        p = ngx_http_mcp_json_blanks(end, st.last);

        if (p < st.last) {
            end = ngx_http_mcp_json_refuse(&st, p, NGX_HTTP_MCP_JSON_SYNTAX);
        }
    }

    if (end == NULL) {
        return (s->error == NGX_HTTP_MCP_JSON_OK) ? NGX_ERROR : NGX_DECLINED;
    }

    value->raw.data = begin;
    value->raw.len = end - begin;
    value->type = ngx_http_mcp_json_type(*begin);

    return NGX_OK;
}


const char *
ngx_http_mcp_json_reason(ngx_http_mcp_json_error_e error)
{
    switch (error) {

    case NGX_HTTP_MCP_JSON_OK:
        return "no error";

    case NGX_HTTP_MCP_JSON_UTF8:
        return "not UTF-8";

    case NGX_HTTP_MCP_JSON_DEEP:
        return "nested too deep";

    case NGX_HTTP_MCP_JSON_DUPLICATE:
        return "a member name twice";

    default: /* NGX_HTTP_MCP_JSON_SYNTAX */
        return "not JSON";
    }
}


/* "p" is where the value must begin, blanks skipped; returns its end */

static u_char *
ngx_http_mcp_json_scan_text(ngx_http_mcp_json_state_t *st, u_char *p)
{
    ngx_uint_t  level;

    for ( ;; ) {
        level = st->level;

        p = ngx_http_mcp_json_scan_value(st, p);
        if (p == NULL) {
            return NULL;
        }

        if (st->level > level) {

            /* a bracket opened, and the first value in it begins here */

            continue;
        }

        for ( ;; ) {

            if (st->level == 0) {
                return p;
            }

            p = ngx_http_mcp_json_blanks(p, st->last);

            if (p < st->last && *p == ',') {
                break;
            }

            p = ngx_http_mcp_json_scan_close(st, p);
            if (p == NULL) {
                return NULL;
            }
        }

        p = ngx_http_mcp_json_blanks(p + 1, st->last);

        if (st->object) {
            p = ngx_http_mcp_json_scan_name(st, p);
            if (p == NULL) {
                return NULL;
            }
        }
    }
}


/* reads a scalar, an empty array or object, or opens one */

static ngx_inline u_char *
ngx_http_mcp_json_scan_value(ngx_http_mcp_json_state_t *st, u_char *p)
{
    if (p == st->last) {
        return ngx_http_mcp_json_refuse(st, p, NGX_HTTP_MCP_JSON_SYNTAX);
    }

    switch (*p) {

    case '"':
        return ngx_http_mcp_json_scan_string(st, p + 1);

    case '{':
    case '[':
        return ngx_http_mcp_json_scan_open(st, p);

    case 't':
        return ngx_http_mcp_json_scan_literal(st, p, "true", 4);

    case 'f':
        return ngx_http_mcp_json_scan_literal(st, p, "false", 5);

    case 'n':
        return ngx_http_mcp_json_scan_literal(st, p, "null", 4);

    default:
        return ngx_http_mcp_json_scan_number(st, p);
    }
}


/*
 * An empty array or object is read whole; of any other one the bracket and
 * the first name, and st->level grows.
 */

static u_char *
ngx_http_mcp_json_scan_open(ngx_http_mcp_json_state_t *st, u_char *p)
{
    uint64_t    bit;
    ngx_uint_t  object;

    if (st->level >= st->limit) {
        return ngx_http_mcp_json_refuse(st, p, NGX_HTTP_MCP_JSON_DEEP);
    }

    object = (*p == '{');

    p = ngx_http_mcp_json_blanks(p + 1, st->last);

    if (p < st->last && *p == (object ? '}' : ']')) {
        return p + 1;
    }

    bit = (uint64_t) 1 << (st->level % 64);

    if (bit == 1) {
        st->objects[st->level / 64] = 0;
    }

    if (object) {
        st->objects[st->level / 64] |= bit;

    } else {
        st->objects[st->level / 64] &= ~bit;
    }

    st->object = object;

    if (!object) {
        st->level++;
        return p;
    }

    if (st->names) {
        ngx_http_mcp_json_names_open(st->names, st->level);
    }

    st->level++;

    return ngx_http_mcp_json_scan_name(st, p);
}


static u_char *
ngx_http_mcp_json_scan_close(ngx_http_mcp_json_state_t *st, u_char *p)
{
    u_char      *name;
    ngx_uint_t   outer;

    if (p == st->last || *p != (st->object ? '}' : ']')) {
        return ngx_http_mcp_json_refuse(st, p, NGX_HTTP_MCP_JSON_SYNTAX);
    }

    st->level--;

    if (st->object && st->names) {
        name = ngx_http_mcp_json_names_close(st->names, st->level);

        if (name) {
            return ngx_http_mcp_json_refuse(st, name,
                                            NGX_HTTP_MCP_JSON_DUPLICATE);
        }
    }

    if (st->level) {
        outer = st->level - 1;
        st->object = (st->objects[outer / 64] >> (outer % 64)) & 1;
    }

    return p + 1;
}


/* a member's name and colon, and the blanks up to its value */

static u_char *
ngx_http_mcp_json_scan_name(ngx_http_mcp_json_state_t *st, u_char *p)
{
    u_char  *name;

    if (p == st->last || *p != '"') {
        return ngx_http_mcp_json_refuse(st, p, NGX_HTTP_MCP_JSON_SYNTAX);
    }

    name = p;

    p = ngx_http_mcp_json_scan_string(st, p + 1);
    if (p == NULL) {
        return NULL;
    }

    if (st->names
        && ngx_http_mcp_json_names_add(st->names, name, p) != NGX_OK)
    {
        return NULL;
    }

    p = ngx_http_mcp_json_blanks(p, st->last);

    if (p == st->last || *p != ':') {
        return ngx_http_mcp_json_refuse(st, p, NGX_HTTP_MCP_JSON_SYNTAX);
    }

    return ngx_http_mcp_json_blanks(p + 1, st->last);
}


/* "p" is behind the opening quote */

static ngx_inline u_char *
ngx_http_mcp_json_scan_string(ngx_http_mcp_json_state_t *st, u_char *p)
{
    size_t  n;

    for ( ;; ) {
        p = ngx_http_mcp_byte_run(p, st->last,
                                  NGX_HTTP_MCP_RUN_QUOTE
                                  |NGX_HTTP_MCP_RUN_CONTROL
                                  |NGX_HTTP_MCP_RUN_HIGH);

        /* text in other scripts has few ASCII bytes to run over */

        while (p < st->last && *p >= 0x80) {
            n = ngx_http_mcp_utf8_sequence(p, st->last);

            if (n == 0) {
                return ngx_http_mcp_json_refuse(st, p, NGX_HTTP_MCP_JSON_UTF8);
            }

            p += n;
        }

        if (p == st->last || *p < 0x20) {
            return ngx_http_mcp_json_refuse(st, p, NGX_HTTP_MCP_JSON_SYNTAX);
        }

        if (*p == '"') {
            return p + 1;
        }

        if (*p == '\\') {
            p = ngx_http_mcp_json_scan_escape(st, p + 1);
            if (p == NULL) {
                return NULL;
            }
        }
    }
}


/* "p" is behind the backslash */

static u_char *
ngx_http_mcp_json_scan_escape(ngx_http_mcp_json_state_t *st, u_char *p)
{
    ngx_int_t  unit, low;

    if (p == st->last) {
        return ngx_http_mcp_json_refuse(st, p, NGX_HTTP_MCP_JSON_SYNTAX);
    }

    switch (*p) {

    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return p + 1;

    case 'u':
        break;

    default:
        return ngx_http_mcp_json_refuse(st, p, NGX_HTTP_MCP_JSON_SYNTAX);
    }

    unit = ngx_http_mcp_json_scan_unit(st, ++p);

    if (unit == NGX_ERROR) {
        return NULL;
    }

    p += 4;

    if (unit < 0xd800 || unit > 0xdfff) {
        return p;
    }

    if (unit < 0xdc00 && st->last - p >= 6 && p[0] == '\\' && p[1] == 'u') {
        low = ngx_hextoi(p + 2, 4);

        if (low >= 0xdc00 && low <= 0xdfff) {
            return p + 6;
        }
    }

    st->scan->lone = 1;

    return p;
}


/* four hexadecimal digits */

static ngx_int_t
ngx_http_mcp_json_scan_unit(ngx_http_mcp_json_state_t *st, u_char *p)
{
    u_char     *last;
    ngx_int_t   unit;

    unit = (st->last - p >= 4) ? ngx_hextoi(p, 4) : NGX_ERROR;

    if (unit == NGX_ERROR) {

        for (last = st->last; p < last && ngx_hextoi(p, 1) != NGX_ERROR; p++) {
            /* void */
        }

        (void) ngx_http_mcp_json_refuse(st, p, NGX_HTTP_MCP_JSON_SYNTAX);
    }

    return unit;
}


static u_char *
ngx_http_mcp_json_scan_number(ngx_http_mcp_json_state_t *st, u_char *p)
{
    u_char  *last;

    last = st->last;

    if (*p == '-') {
        p++;
    }

    if (p < last && *p == '0') {
        p++;

    } else {
        p = ngx_http_mcp_json_scan_digits(st, p);
    }

    if (p && p < last && *p == '.') {
        p = ngx_http_mcp_json_scan_digits(st, p + 1);
    }

    if (p && p < last && (*p == 'e' || *p == 'E')) {
        p++;

        if (p < last && (*p == '+' || *p == '-')) {
            p++;
        }

        p = ngx_http_mcp_json_scan_digits(st, p);
    }

    return p;
}


/* one digit or more */

static ngx_inline u_char *
ngx_http_mcp_json_scan_digits(ngx_http_mcp_json_state_t *st, u_char *p)
{
    u_char  *start;

    for (start = p; p < st->last && *p >= '0' && *p <= '9'; p++) {
        /* void */
    }

    if (p == start) {
        return ngx_http_mcp_json_refuse(st, p, NGX_HTTP_MCP_JSON_SYNTAX);
    }

    return p;
}


/* the first byte is known to match */

static ngx_inline u_char *
ngx_http_mcp_json_scan_literal(ngx_http_mcp_json_state_t *st, u_char *p,
    const char *literal, size_t len)
{
    if ((size_t) (st->last - p) >= len && ngx_memcmp(p, literal, len) == 0) {
        return p + len;
    }

    while (p < st->last && *p == (u_char) *literal) {
        p++;
        literal++;
    }

    return ngx_http_mcp_json_refuse(st, p, NGX_HTTP_MCP_JSON_SYNTAX);
}


/* a stray byte is a fault of the encoding first, and then of the grammar */

static u_char *
ngx_http_mcp_json_refuse(ngx_http_mcp_json_state_t *st, u_char *p,
    ngx_http_mcp_json_error_e error)
{
    if (error == NGX_HTTP_MCP_JSON_SYNTAX && p < st->last && *p >= 0x80
        && ngx_http_mcp_utf8_sequence(p, st->last) == 0)
    {
        error = NGX_HTTP_MCP_JSON_UTF8;
    }

    st->scan->error = error;
    st->scan->offset = p - st->start;

    return NULL;
}

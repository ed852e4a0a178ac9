
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Reads media types and Accept headers.  Called by the content room for
 * what upstreams send, and by the endpoint for what clients send; both are
 * hostile.  Owns nothing: all results are spans of the header value, but a
 * quoted parameter with backslashes.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_media_type.h"


/* RFC 6838 4.2: no name is longer */
#define NGX_HTTP_MCP_MEDIA_TYPE_NAME  127


typedef struct {
    ngx_str_t    name;
    ngx_str_t    value;                  /* without quotes */
    unsigned     escaped:1;              /* value has backslashes */
} ngx_http_mcp_media_type_param_t;


static ngx_uint_t ngx_http_mcp_media_type_tchar(u_char ch);
static u_char *ngx_http_mcp_media_type_token(u_char *p, u_char *last);
static u_char *ngx_http_mcp_media_type_blanks(u_char *p, u_char *last);
static u_char *ngx_http_mcp_media_type_essence(u_char *p, u_char *last,
    ngx_http_mcp_media_type_t *mt);
static ngx_int_t ngx_http_mcp_media_type_next(u_char **pos, u_char *last,
    ngx_http_mcp_media_type_param_t *param);
static ngx_int_t ngx_http_mcp_media_type_value(u_char **pos, u_char *last,
    ngx_http_mcp_media_type_param_t *param);
static ngx_int_t ngx_http_mcp_media_type_quoted(u_char **pos, u_char *last,
    ngx_http_mcp_media_type_param_t *param);
static ngx_int_t ngx_http_mcp_media_type_unescape(ngx_pool_t *pool,
    ngx_str_t *value);
static ngx_uint_t ngx_http_mcp_media_type_equal(const ngx_str_t *s,
    const char *name, size_t len);
static ngx_uint_t ngx_http_mcp_media_type_suffix(const ngx_str_t *subtype,
    const char *suffix);
static u_char *ngx_http_mcp_accept_element(u_char *p, u_char *last);
static ngx_uint_t ngx_http_mcp_accept_range(u_char *p, u_char *last,
    const char *essence, ngx_uint_t *zero);
static ngx_uint_t ngx_http_mcp_accept_rank(
    const ngx_http_mcp_media_type_t *mt, const char *essence);
static ngx_int_t ngx_http_mcp_accept_quality(const ngx_str_t *value,
    ngx_uint_t *zero);


static const char *const  ngx_http_mcp_media_type_texts[] = {
    "application/xml",
    "application/xml-dtd",
    "application/yaml",
    "application/x-yaml",
    "application/javascript",
    "application/x-javascript",
    "application/ecmascript",
    "application/csv",
    "application/ndjson",
    "application/x-ndjson",
    "application/jsonl",
    "application/jsonlines",
    "application/x-jsonlines",
    "application/json-seq",
    "application/x-www-form-urlencoded",
    "application/sql",
    "application/graphql",
    "application/toml",
    NULL
};


static const char *const  ngx_http_mcp_media_type_text_suffixes[] = {
    "+xml",
    "+yaml",
    "+json-seq",
    NULL
};


ngx_int_t
ngx_http_mcp_media_type_parse(const ngx_str_t *value,
    ngx_http_mcp_media_type_t *mt)
{
    u_char  *p, *last;

    if (value->len == 0) {
        return NGX_DECLINED;
    }

    p = value->data;
    last = p + value->len;

    while (last > p && (last[-1] == ' ' || last[-1] == '\t')) {
        last--;
    }

    p = ngx_http_mcp_media_type_blanks(p, last);

    p = ngx_http_mcp_media_type_essence(p, last, mt);
    if (p == NULL) {
        return NGX_DECLINED;
    }

    if ((mt->type.len == 1 && mt->type.data[0] == '*')
        || (mt->subtype.len == 1 && mt->subtype.data[0] == '*'))
    {
        /* a range names no type */
        return NGX_DECLINED;
    }

    p = ngx_http_mcp_media_type_blanks(p, last);

    if (p < last && *p != ';') {
        return NGX_DECLINED;
    }

    mt->params.data = p;
    mt->params.len = last - p;

    return NGX_OK;
}


ngx_int_t
ngx_http_mcp_media_type_param(ngx_pool_t *pool,
    const ngx_http_mcp_media_type_t *mt, const char *name, ngx_str_t *value)
{
    size_t                            len;
    u_char                           *p, *last;
    ngx_int_t                         rc;
    ngx_http_mcp_media_type_param_t   param;

    p = mt->params.data;
    last = p + mt->params.len;
    len = ngx_strlen(name);

    for ( ;; ) {
        rc = ngx_http_mcp_media_type_next(&p, last, &param);

        if (rc == NGX_DONE) {
            return NGX_DECLINED;
        }

        if (ngx_http_mcp_media_type_equal(&param.name, name, len)) {
            break;
        }
    }

    if (rc != NGX_OK) {
        return NGX_DECLINED;
    }

    *value = param.value;

    if (param.escaped) {
        return ngx_http_mcp_media_type_unescape(pool, value);
    }

    return NGX_OK;
}


ngx_uint_t
ngx_http_mcp_media_type_is(const ngx_http_mcp_media_type_t *mt,
    const char *essence)
{
    return ngx_http_mcp_media_type_equal(&mt->essence, essence,
                                         ngx_strlen(essence));
}


ngx_uint_t
ngx_http_mcp_media_type_json(const ngx_http_mcp_media_type_t *mt)
{
    return ngx_http_mcp_media_type_is(mt, "application/json")
           || ngx_http_mcp_media_type_is(mt, "text/json")
           || ngx_http_mcp_media_type_suffix(&mt->subtype, "+json");
}


ngx_uint_t
ngx_http_mcp_media_type_text(const ngx_http_mcp_media_type_t *mt)
{
    const char *const  *name;

    if (ngx_http_mcp_media_type_equal(&mt->type, "text", 4)
        || ngx_http_mcp_media_type_json(mt))
    {
        return 1;
    }

    for (name = ngx_http_mcp_media_type_texts; *name; name++) {
        if (ngx_http_mcp_media_type_is(mt, *name)) {
            return 1;
        }
    }

    for (name = ngx_http_mcp_media_type_text_suffixes; *name; name++) {
        if (ngx_http_mcp_media_type_suffix(&mt->subtype, *name)) {
            return 1;
        }
    }

    return 0;
}


ngx_uint_t
ngx_http_mcp_accept(const ngx_str_t *accept, const char *essence,
    ngx_uint_t *matched)
{
    u_char      *p, *last, *end;
    ngx_uint_t   rank, best, zero, admit;

    if (accept->len == 0) {
        return 0;
    }

    p = accept->data;
    last = p + accept->len;
    best = 0;
    admit = 0;

    while (p < last) {
        end = ngx_http_mcp_accept_element(p, last);
        rank = ngx_http_mcp_accept_range(p, end, essence, &zero);

        if (rank > best) {
            best = rank;
            admit = !zero;

        } else if (rank && rank == best && !zero) {
            /* said twice with different weights: the kind reading */
            admit = 1;
        }

        p = end + 1;
    }

    if (best) {
        *matched = 1;
    }

    return admit;
}


static ngx_uint_t
ngx_http_mcp_media_type_tchar(u_char ch)
{
    /* RFC 9110 5.6.2: VCHAR without delimiters */

    static const uint32_t  tchar[] = {
        0x00000000, /* control characters */

                    /* ?>=< ;:98 7654 3210  /.-, +*)( '&%$ #"!  */
        0x03ff6cfa, /* 0000 0011 1111 1111  0110 1100 1111 1010 */

                    /* _^]\ [ZYX WVUT SRQP  ONML KJIH GFED CBA@ */
        0xc7fffffe, /* 1100 0111 1111 1111  1111 1111 1111 1110 */

                    /*  ~}| {zyx wvut srqp  onml kjih gfed cba` */
        0x57ffffff, /* 0101 0111 1111 1111  1111 1111 1111 1111 */

        0, 0, 0, 0  /* not ASCII */
    };

    return (tchar[ch >> 5] & (1U << (ch & 0x1f))) != 0;
}


static u_char *
ngx_http_mcp_media_type_token(u_char *p, u_char *last)
{
    while (p < last && ngx_http_mcp_media_type_tchar(*p)) {
        p++;
    }

    return p;
}


static u_char *
ngx_http_mcp_media_type_blanks(u_char *p, u_char *last)
{
    while (p < last && (*p == ' ' || *p == '\t')) {
        p++;
    }

    return p;
}


/* Reads "type/subtype" at "p"; returns its end, or NULL. */

static u_char *
ngx_http_mcp_media_type_essence(u_char *p, u_char *last,
    ngx_http_mcp_media_type_t *mt)
{
    mt->type.data = p;

    p = ngx_http_mcp_media_type_token(p, last);

    mt->type.len = p - mt->type.data;

    if (p == last || *p++ != '/') {
        return NULL;
    }

    mt->subtype.data = p;

    p = ngx_http_mcp_media_type_token(p, last);

    mt->subtype.len = p - mt->subtype.data;

    mt->essence.data = mt->type.data;
    mt->essence.len = p - mt->type.data;

    if (mt->type.len == 0
        || mt->type.len > NGX_HTTP_MCP_MEDIA_TYPE_NAME
        || mt->subtype.len == 0
        || mt->subtype.len > NGX_HTTP_MCP_MEDIA_TYPE_NAME)
    {
        return NULL;
    }

    return p;
}


/*
 * Reads the parameter at or after *pos, which is at a ";" or at the end.
 *
 * NGX_OK
 * NGX_DECLINED  malformed; "name" is set if that much could be read, and
 *               the walk can go on
 * NGX_DONE      there are no more
 */

static ngx_int_t
ngx_http_mcp_media_type_next(u_char **pos, u_char *last,
    ngx_http_mcp_media_type_param_t *param)
{
    u_char     *p;
    ngx_int_t   rc;

    p = *pos;

    while (p < last && (*p == ';' || *p == ' ' || *p == '\t')) {
        p++;
    }

    if (p == last) {
        return NGX_DONE;
    }

    param->name.data = p;

    p = ngx_http_mcp_media_type_token(p, last);

    param->name.len = p - param->name.data;

    rc = NGX_DECLINED;

    if (param->name.len && p < last && *p == '=') {
        p++;
        rc = ngx_http_mcp_media_type_value(&p, last, param);
    }

    p = ngx_http_mcp_media_type_blanks(p, last);

    if (p < last && *p != ';') {
        rc = NGX_DECLINED;

        while (p < last && *p != ';') {
            p++;
        }
    }

    *pos = p;

    return rc;
}


static ngx_int_t
ngx_http_mcp_media_type_value(u_char **pos, u_char *last,
    ngx_http_mcp_media_type_param_t *param)
{
    u_char  *p;

    p = *pos;

    if (p < last && *p == '"') {
        return ngx_http_mcp_media_type_quoted(pos, last, param);
    }

    /* more than a token: boundaries with "=" often come without quotes */

    while (p < last && *p > 0x20 && *p < 0x7f
           && *p != ';' && *p != ',' && *p != '"' && *p != '\\')
    {
        p++;
    }

    param->value.data = *pos;
    param->value.len = p - *pos;
    param->escaped = 0;

    *pos = p;

    return param->value.len ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
ngx_http_mcp_media_type_quoted(u_char **pos, u_char *last,
    ngx_http_mcp_media_type_param_t *param)
{
    u_char     *p;
    ngx_int_t   rc;

    rc = NGX_OK;
    p = *pos + 1;

    param->value.data = p;
    param->escaped = 0;

    for ( /* void */ ; p < last && *p != '"'; p++) {

        if (*p == '\\') {
            param->escaped = 1;

            if (++p == last) {
                break;
            }
        }

        if ((*p < 0x20 && *p != '\t') || *p == 0x7f) {
            rc = NGX_DECLINED;
        }
    }

    param->value.len = p - param->value.data;

    if (p == last) {
        /* not closed: what follows the quote belongs to it */
        rc = NGX_DECLINED;

    } else {
        p++;
    }

    *pos = p;

    return rc;
}


static ngx_int_t
ngx_http_mcp_media_type_unescape(ngx_pool_t *pool, ngx_str_t *value)
{
    u_char  *p, *last, *dst;

    p = value->data;
    last = p + value->len;

    dst = ngx_pnalloc(pool, value->len);
    if (dst == NULL) {
        return NGX_ERROR;
    }

    value->data = dst;

    while (p < last) {
        if (*p == '\\') {
            p++;
        }

        *dst++ = *p++;
    }

    value->len = dst - value->data;

    return NGX_OK;
}


static ngx_uint_t
ngx_http_mcp_media_type_equal(const ngx_str_t *s, const char *name,
    size_t len)
{
    /* nearly always written as here; nginx's function goes byte by byte */

    return s->len == len
           && (ngx_memcmp(s->data, name, len) == 0
               || ngx_strncasecmp(s->data, (u_char *) name, len) == 0);
}


static ngx_uint_t
ngx_http_mcp_media_type_suffix(const ngx_str_t *subtype, const char *suffix)
{
    size_t     len;
    ngx_str_t  tail;

    len = ngx_strlen(suffix);

    if (subtype->len <= len) {
        return 0;
    }

    tail.data = subtype->data + subtype->len - len;
    tail.len = len;

    return ngx_http_mcp_media_type_equal(&tail, suffix, len);
}


/* Finds the comma that ends the element at "p", or "last". */

static u_char *
ngx_http_mcp_accept_element(u_char *p, u_char *last)
{
    ngx_uint_t  quoted;

    quoted = 0;

    for ( /* void */ ; p < last; p++) {

        if (*p == '"') {
            quoted = !quoted;

        } else if (*p == '\\' && quoted && p + 1 < last) {
            p++;

        } else if (*p == ',' && !quoted) {
            break;
        }
    }

    return p;
}


/*
 * How specific the range is if it applies to "essence", 0 if it does not
 * or is malformed; *zero is set if its weight is zero.
 */

static ngx_uint_t
ngx_http_mcp_accept_range(u_char *p, u_char *last, const char *essence,
    ngx_uint_t *zero)
{
    ngx_int_t                        rc;
    ngx_uint_t                       rank, params;
    ngx_http_mcp_media_type_t        mt;
    ngx_http_mcp_media_type_param_t  param;

    p = ngx_http_mcp_media_type_blanks(p, last);

    p = ngx_http_mcp_media_type_essence(p, last, &mt);
    if (p == NULL) {
        return 0;
    }

    p = ngx_http_mcp_media_type_blanks(p, last);

    if (p < last && *p != ';') {
        return 0;
    }

    rank = ngx_http_mcp_accept_rank(&mt, essence);
    params = 0;
    *zero = 0;

    for ( ;; ) {
        rc = ngx_http_mcp_media_type_next(&p, last, &param);

        if (rc == NGX_DONE) {
            break;
        }

        if (rc != NGX_OK) {
            return 0;
        }

        if (ngx_http_mcp_media_type_equal(&param.name, "q", 1)) {
            if (ngx_http_mcp_accept_quality(&param.value, zero) != NGX_OK) {
                return 0;
            }

            /* what follows a weight is no part of the range */
            break;
        }

        params = 1;
    }

    /*
     * "application/json;charset=utf-8" is meant for application/json too,
     * but "application/json;v=2;q=0" refuses that variant only
     */

    if (params) {
        return *zero ? 0 : rank - (rank == 4);
    }

    return rank;
}


/* 4 for the type itself (3 with parameters), 2 for type/ *, 1 for all. */

static ngx_uint_t
ngx_http_mcp_accept_rank(const ngx_http_mcp_media_type_t *mt,
    const char *essence)
{
    size_t  len;

    if (ngx_http_mcp_media_type_is(mt, essence)) {
        return 4;
    }

    if (mt->subtype.len != 1 || mt->subtype.data[0] != '*') {
        return 0;
    }

    if (mt->type.len == 1 && mt->type.data[0] == '*') {
        return 1;
    }

    len = mt->type.len + 1;

    if (ngx_strlen(essence) > len
        && ngx_strncasecmp(mt->essence.data, (u_char *) essence, len) == 0)
    {
        return 2;
    }

    return 0;
}


/*
 * RFC 9110 12.4.2, but any number of digits and ".5" too: clients send
 * both, and mean them.
 */

static ngx_int_t
ngx_http_mcp_accept_quality(const ngx_str_t *value, ngx_uint_t *zero)
{
    u_char      *p, *last;
    ngx_uint_t   one, digits, nonzero;

    p = value->data;
    last = p + value->len;
    one = 0;
    digits = 0;
    nonzero = 0;

    if (p < last && (*p == '0' || *p == '1')) {
        one = (*p++ == '1');
        digits = 1;
    }

    if (p < last && *p++ != '.') {
        return NGX_DECLINED;
    }

    for ( /* void */ ; p < last; p++) {
        if (*p < '0' || *p > '9') {
            return NGX_DECLINED;
        }

        digits = 1;
        nonzero |= (*p != '0');
    }

    if (!digits || (one && nonzero)) {
        return NGX_DECLINED;
    }

    *zero = !one && !nonzero;

    return NGX_OK;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Reads HTTP/1.x responses as they arrive.  Called by the outbound client
 * for each piece that a socket gives; owns the line that is not complete
 * and the body, in the caller's pool.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_header_value.h"
#include "ngx_http_mcp_http_response.h"


#define NGX_HTTP_MCP_RESPONSE_BODY    4096    /* the first room for one */
#define NGX_HTTP_MCP_RESPONSE_DIGITS  16      /* of the size of a chunk */

#define NGX_HTTP_MCP_RESPONSE_SECONDS  0x7fffffff


typedef enum {
    NGX_HTTP_MCP_RESPONSE_STATUS = 0,
    NGX_HTTP_MCP_RESPONSE_FIELDS,
    NGX_HTTP_MCP_RESPONSE_SIZED,             /* a body of known length */
    NGX_HTTP_MCP_RESPONSE_CLOSED,            /* one that ends with the stream */
    NGX_HTTP_MCP_RESPONSE_CHUNK,             /* the line with its size */
    NGX_HTTP_MCP_RESPONSE_CHUNK_DATA,
    NGX_HTTP_MCP_RESPONSE_CHUNK_END,
    NGX_HTTP_MCP_RESPONSE_TRAILERS,
    NGX_HTTP_MCP_RESPONSE_DONE,
    NGX_HTTP_MCP_RESPONSE_REFUSED
} ngx_http_mcp_response_state_e;


typedef ngx_int_t (*ngx_http_mcp_response_field_pt)(
    ngx_http_mcp_http_response_t *res, ngx_str_t *value);

typedef struct {
    ngx_str_t                        name;
    ngx_http_mcp_response_field_pt   read;
} ngx_http_mcp_response_field_t;


static ngx_int_t ngx_http_mcp_response_line(ngx_http_mcp_http_response_t *res,
    const u_char **data, const u_char *last);
static ngx_int_t ngx_http_mcp_response_take(ngx_http_mcp_http_response_t *res,
    ngx_str_t *line);
static ngx_int_t ngx_http_mcp_response_status(
    ngx_http_mcp_http_response_t *res, ngx_str_t *line);
static ngx_int_t ngx_http_mcp_response_field(
    ngx_http_mcp_http_response_t *res, ngx_str_t *line);
static ngx_int_t ngx_http_mcp_response_header_end(
    ngx_http_mcp_http_response_t *res);
static ngx_int_t ngx_http_mcp_response_chunk(
    ngx_http_mcp_http_response_t *res, ngx_str_t *line);
static ngx_int_t ngx_http_mcp_response_body(ngx_http_mcp_http_response_t *res,
    const u_char **data, const u_char *last);
static ngx_int_t ngx_http_mcp_response_grow(ngx_http_mcp_http_response_t *res,
    size_t size);
static ngx_int_t ngx_http_mcp_response_content_length(
    ngx_http_mcp_http_response_t *res, ngx_str_t *value);
static ngx_int_t ngx_http_mcp_response_transfer_encoding(
    ngx_http_mcp_http_response_t *res, ngx_str_t *value);
static ngx_int_t ngx_http_mcp_response_connection(
    ngx_http_mcp_http_response_t *res, ngx_str_t *value);
static ngx_int_t ngx_http_mcp_response_location(
    ngx_http_mcp_http_response_t *res, ngx_str_t *value);
static ngx_int_t ngx_http_mcp_response_cache_control(
    ngx_http_mcp_http_response_t *res, ngx_str_t *value);
static ngx_int_t ngx_http_mcp_response_age(ngx_http_mcp_http_response_t *res,
    ngx_str_t *value);
static ngx_int_t ngx_http_mcp_response_retry_after(
    ngx_http_mcp_http_response_t *res, ngx_str_t *value);
static ngx_int_t ngx_http_mcp_response_seconds(const ngx_str_t *value);
static ngx_uint_t ngx_http_mcp_response_item(ngx_str_t *list,
    ngx_str_t *item);
static ngx_uint_t ngx_http_mcp_response_is(const ngx_str_t *s,
    const char *name);
static ngx_uint_t ngx_http_mcp_response_name(const ngx_str_t *name);
static ngx_uint_t ngx_http_mcp_response_text(const u_char *p,
    const u_char *last);
static ngx_int_t ngx_http_mcp_response_refuse(
    ngx_http_mcp_http_response_t *res, const char *error);


static const ngx_http_mcp_response_field_t  ngx_http_mcp_response_fields[] = {

    { ngx_string("Content-Length"), ngx_http_mcp_response_content_length },
    { ngx_string("Transfer-Encoding"),
      ngx_http_mcp_response_transfer_encoding },
    { ngx_string("Connection"), ngx_http_mcp_response_connection },
    { ngx_string("Location"), ngx_http_mcp_response_location },
    { ngx_string("Cache-Control"), ngx_http_mcp_response_cache_control },
    { ngx_string("Age"), ngx_http_mcp_response_age },
    { ngx_string("Retry-After"), ngx_http_mcp_response_retry_after },

    { ngx_null_string, NULL }
};


void
ngx_http_mcp_http_response_init(ngx_http_mcp_http_response_t *res,
    ngx_pool_t *pool, size_t max)
{
    ngx_memzero(res, sizeof(ngx_http_mcp_http_response_t));

    res->pool = pool;
    res->max = max;
    res->max_age = -1;
    res->retry_after = -1;
    res->body.data = (u_char *) "";
}


ngx_int_t
ngx_http_mcp_http_response_read(ngx_http_mcp_http_response_t *res,
    const u_char *data, size_t len)
{
    ngx_int_t      rc;
    const u_char  *last;

    last = data + len;

    while (data < last) {

        switch (res->state) {

        case NGX_HTTP_MCP_RESPONSE_SIZED:
        case NGX_HTTP_MCP_RESPONSE_CLOSED:
        case NGX_HTTP_MCP_RESPONSE_CHUNK_DATA:
            rc = ngx_http_mcp_response_body(res, &data, last);
            break;

        case NGX_HTTP_MCP_RESPONSE_DONE:
            res->keepalive = 0;
            return NGX_OK;

        case NGX_HTTP_MCP_RESPONSE_REFUSED:
            return NGX_DECLINED;

        default:
            rc = ngx_http_mcp_response_line(res, &data, last);
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return (res->state == NGX_HTTP_MCP_RESPONSE_DONE) ? NGX_OK : NGX_AGAIN;
}


ngx_int_t
ngx_http_mcp_http_response_eof(ngx_http_mcp_http_response_t *res)
{
    switch (res->state) {

    case NGX_HTTP_MCP_RESPONSE_CLOSED:
        res->state = NGX_HTTP_MCP_RESPONSE_DONE;
        /* fall through */

    case NGX_HTTP_MCP_RESPONSE_DONE:
        res->keepalive = 0;
        return NGX_OK;

    case NGX_HTTP_MCP_RESPONSE_REFUSED:
        return NGX_DECLINED;

    default:

        if (res->header_len == 0 && res->line_len == 0) {
            return ngx_http_mcp_response_refuse(res, "no response");
        }

        return ngx_http_mcp_response_refuse(res, "response cut short");
    }
}


/* Gathers a line, and takes it when it is complete. */

static ngx_int_t
ngx_http_mcp_response_line(ngx_http_mcp_http_response_t *res,
    const u_char **data, const u_char *last)
{
    size_t         len;
    ngx_str_t      line;
    const u_char  *lf;

    lf = memchr(*data, LF, last - *data);
    len = (lf ? lf + 1 : last) - *data;

    if (len > NGX_HTTP_MCP_RESPONSE_HEADER - res->header_len - res->line_len) {
        return ngx_http_mcp_response_refuse(res, "headers too large");
    }

    if (res->line == NULL) {
        res->line = ngx_pnalloc(res->pool, NGX_HTTP_MCP_RESPONSE_HEADER);
        if (res->line == NULL) {
            return NGX_ERROR;
        }
    }

    ngx_memcpy(res->line + res->line_len, *data, len);

    res->line_len += len;
    *data += len;

    if (lf == NULL) {
        return NGX_OK;
    }

    line.data = res->line;
    line.len = res->line_len - 1;

    if (line.len && line.data[line.len - 1] == CR) {
        line.len--;
    }

    /* what frames a chunk is no header, but for its extensions */

    if (res->state != NGX_HTTP_MCP_RESPONSE_CHUNK
        && res->state != NGX_HTTP_MCP_RESPONSE_CHUNK_END)
    {
        res->header_len += res->line_len;
    }

    res->line_len = 0;

    if (!ngx_http_mcp_response_text(line.data, line.data + line.len)) {
        return ngx_http_mcp_response_refuse(res, "malformed response");
    }

    return ngx_http_mcp_response_take(res, &line);
}


static ngx_int_t
ngx_http_mcp_response_take(ngx_http_mcp_http_response_t *res, ngx_str_t *line)
{
    switch (res->state) {

    case NGX_HTTP_MCP_RESPONSE_STATUS:
        return ngx_http_mcp_response_status(res, line);

    case NGX_HTTP_MCP_RESPONSE_CHUNK:
        return ngx_http_mcp_response_chunk(res, line);

    case NGX_HTTP_MCP_RESPONSE_CHUNK_END:

        if (line->len) {
            return ngx_http_mcp_response_refuse(res, "malformed chunk");
        }

        res->state = NGX_HTTP_MCP_RESPONSE_CHUNK;
        return NGX_OK;

    default: /* NGX_HTTP_MCP_RESPONSE_FIELDS, NGX_HTTP_MCP_RESPONSE_TRAILERS */

        if (line->len) {
            return ngx_http_mcp_response_field(res, line);
        }

        if (res->state == NGX_HTTP_MCP_RESPONSE_FIELDS) {
            return ngx_http_mcp_response_header_end(res);
        }

        res->state = NGX_HTTP_MCP_RESPONSE_DONE;
        return NGX_OK;
    }
}


/* HTTP/1.1 200 OK: the reason may be missing, with the blank before it. */

static ngx_int_t
ngx_http_mcp_response_status(ngx_http_mcp_http_response_t *res,
    ngx_str_t *line)
{
    u_char     *p;
    ngx_int_t   status;

    p = line->data;

    if (line->len < sizeof("HTTP/1.1 200") - 1
        || ngx_strncmp(p, "HTTP/1.", 7) != 0
        || p[7] < '0' || p[7] > '9'
        || p[8] != ' '
        || (line->len > 12 && p[12] != ' '))
    {
        return ngx_http_mcp_response_refuse(res, "not an HTTP/1 response");
    }

    status = ngx_atoi(p + 9, 3);

    if (status < 100 || status > 599) {
        return ngx_http_mcp_response_refuse(res, "malformed status");
    }

    if (status == 101) {
        /* nobody has asked for another protocol */
        return ngx_http_mcp_response_refuse(res, "unexpected status 101");
    }

    res->status = status;
    res->http10 = (p[7] == '0');
    res->state = NGX_HTTP_MCP_RESPONSE_FIELDS;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_response_field(ngx_http_mcp_http_response_t *res,
    ngx_str_t *line)
{
    u_char                               *colon;
    ngx_str_t                             name, value;
    const ngx_http_mcp_response_field_t  *field;

    if (++res->lines > NGX_HTTP_MCP_RESPONSE_LINES) {
        return ngx_http_mcp_response_refuse(res, "too many header lines");
    }

    colon = memchr(line->data, ':', line->len);
    if (colon == NULL) {
        return ngx_http_mcp_response_refuse(res, "malformed header");
    }

    name.data = line->data;
    name.len = colon - line->data;

    /* a blank in front would be a folded line */

    if (!ngx_http_mcp_response_name(&name)) {
        return ngx_http_mcp_response_refuse(res, "malformed header");
    }

    if (res->status < 200 || res->state == NGX_HTTP_MCP_RESPONSE_TRAILERS) {
        return NGX_OK;
    }

    value.data = colon + 1;
    value.len = line->data + line->len - value.data;

    ngx_http_mcp_header_trim(&value);

    for (field = ngx_http_mcp_response_fields; field->name.len; field++) {

        if (field->name.len == name.len
            && ngx_strncasecmp(field->name.data, name.data, name.len) == 0)
        {
            return field->read(res, &value);
        }
    }

    return NGX_OK;
}


/* Says how the body ends (RFC 9112 6.3). */

static ngx_int_t
ngx_http_mcp_response_header_end(ngx_http_mcp_http_response_t *res)
{
    if (res->status < 200) {

        /* forgotten, but its lines count, so that such answers end */

        res->status = 0;
        res->state = NGX_HTTP_MCP_RESPONSE_STATUS;
        return NGX_OK;
    }

    if (res->max_age > 0) {
        res->max_age = ngx_max(res->max_age - res->age, 0);
    }

    if (res->chunked && (res->sized || res->http10)) {
        return ngx_http_mcp_response_refuse(res, "conflicting lengths");
    }

    res->keepalive = res->http10 ? res->keep : !res->close;

    if (res->status == 204 || res->status == 304) {
        res->state = NGX_HTTP_MCP_RESPONSE_DONE;
        return NGX_OK;
    }

    if (res->chunked) {
        res->state = NGX_HTTP_MCP_RESPONSE_CHUNK;
        return NGX_OK;
    }

    if (!res->sized) {
        res->keepalive = 0;
        res->state = NGX_HTTP_MCP_RESPONSE_CLOSED;
        return NGX_OK;
    }

    if (res->length == 0) {
        res->state = NGX_HTTP_MCP_RESPONSE_DONE;
        return NGX_OK;
    }

    if ((uint64_t) res->length > res->max) {
        return ngx_http_mcp_response_refuse(res, "body too large");
    }

    res->rest = (size_t) res->length;
    res->state = NGX_HTTP_MCP_RESPONSE_SIZED;

    return ngx_http_mcp_response_grow(res, res->rest);
}


static ngx_int_t
ngx_http_mcp_response_chunk(ngx_http_mcp_http_response_t *res,
    ngx_str_t *line)
{
    u_char     *p, *last;
    size_t      len;
    ngx_int_t   size;

    last = line->data + line->len;

    for (p = line->data; p < last; p++) {
        if (!((*p >= '0' && *p <= '9')
              || ((*p | 0x20) >= 'a' && (*p | 0x20) <= 'f')))
        {
            break;
        }
    }

    len = p - line->data;

    /* more than blanks and an extension may not follow */

    res->header_len += last - p;

    while (p < last && (*p == ' ' || *p == '\t')) {
        p++;
    }

    if (len == 0
        || len > NGX_HTTP_MCP_RESPONSE_DIGITS
        || (p < last && *p != ';'))
    {
        return ngx_http_mcp_response_refuse(res, "malformed chunk");
    }

    size = ngx_hextoi(line->data, len);

    if (size == NGX_ERROR || (size_t) size > res->max - res->body.len) {
        return ngx_http_mcp_response_refuse(res, "body too large");
    }

    if (size == 0) {
        res->state = NGX_HTTP_MCP_RESPONSE_TRAILERS;
        return NGX_OK;
    }

    res->rest = size;
    res->state = NGX_HTTP_MCP_RESPONSE_CHUNK_DATA;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_response_body(ngx_http_mcp_http_response_t *res,
    const u_char **data, const u_char *last)
{
    size_t  len;

    len = last - *data;

    if (res->state != NGX_HTTP_MCP_RESPONSE_CLOSED) {
        len = ngx_min(len, res->rest);

    } else if (len > res->max - res->body.len) {
        return ngx_http_mcp_response_refuse(res, "body too large");
    }

    if (ngx_http_mcp_response_grow(res, res->body.len + len) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_memcpy(res->body.data + res->body.len, *data, len);

    res->body.len += len;
    *data += len;

    if (res->state == NGX_HTTP_MCP_RESPONSE_CLOSED) {
        return NGX_OK;
    }

    res->rest -= len;

    if (res->rest == 0) {
        res->state = (res->state == NGX_HTTP_MCP_RESPONSE_SIZED)
                     ? NGX_HTTP_MCP_RESPONSE_DONE
                     : NGX_HTTP_MCP_RESPONSE_CHUNK_END;
    }

    return NGX_OK;
}


/* Makes room for "size" bytes of body, which are not more than "max". */

static ngx_int_t
ngx_http_mcp_response_grow(ngx_http_mcp_http_response_t *res, size_t size)
{
    u_char  *p;
    size_t   room;

    if (size <= res->room) {
        return NGX_OK;
    }

    room = size;

    if (res->state != NGX_HTTP_MCP_RESPONSE_SIZED) {
        room = ngx_max(room, NGX_HTTP_MCP_RESPONSE_BODY);
        room = ngx_max(room, res->room * 2);
        room = ngx_min(room, res->max);
    }

    p = ngx_pnalloc(res->pool, room);
    if (p == NULL) {
        return NGX_ERROR;
    }

    if (res->room) {
        ngx_memcpy(p, res->body.data, res->body.len);

        /* given back only if it is large */
        (void) ngx_pfree(res->pool, res->body.data);
    }

    res->body.data = p;
    res->room = room;

    return NGX_OK;
}


/* A list of one length, repeated, is a length (RFC 9112 6.3, 5). */

static ngx_int_t
ngx_http_mcp_response_content_length(ngx_http_mcp_http_response_t *res,
    ngx_str_t *value)
{
    off_t      length;
    ngx_str_t  list, item;

    list = *value;

    while (ngx_http_mcp_response_item(&list, &item)) {

        length = ngx_atoof(item.data, item.len);

        if (length == NGX_ERROR) {
            return ngx_http_mcp_response_refuse(res, "malformed length");
        }

        if (res->sized && length != res->length) {
            return ngx_http_mcp_response_refuse(res, "conflicting lengths");
        }

        res->length = length;
        res->sized = 1;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_response_transfer_encoding(ngx_http_mcp_http_response_t *res,
    ngx_str_t *value)
{
    if (res->chunked || !ngx_http_mcp_response_is(value, "chunked")) {
        return ngx_http_mcp_response_refuse(res, "unknown transfer coding");
    }

    res->chunked = 1;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_response_connection(ngx_http_mcp_http_response_t *res,
    ngx_str_t *value)
{
    ngx_str_t  list, item;

    list = *value;

    while (ngx_http_mcp_response_item(&list, &item)) {

        if (ngx_http_mcp_response_is(&item, "close")) {
            res->close = 1;

        } else if (ngx_http_mcp_response_is(&item, "keep-alive")) {
            res->keep = 1;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_response_location(ngx_http_mcp_http_response_t *res,
    ngx_str_t *value)
{
    if (res->location.data) {
        return NGX_OK;
    }

    /* the line is gone with the next one */

    res->location.data = ngx_pnalloc(res->pool, value->len + 1);
    if (res->location.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(res->location.data, value->data, value->len);
    res->location.len = value->len;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_response_cache_control(ngx_http_mcp_http_response_t *res,
    ngx_str_t *value)
{
    u_char     *p;
    ngx_int_t   age;
    ngx_str_t   list, item, name;

    list = *value;

    while (ngx_http_mcp_response_item(&list, &item)) {

        name = item;

        p = memchr(item.data, '=', item.len);
        if (p) {
            name.len = p - item.data;
        }

        if (ngx_http_mcp_response_is(&name, "no-store")
            || ngx_http_mcp_response_is(&name, "no-cache"))
        {
            res->max_age = 0;
            continue;
        }

        if (p == NULL || !ngx_http_mcp_response_is(&name, "max-age")) {
            continue;
        }

        item.len -= name.len + 1;
        item.data = p + 1;

        age = ngx_http_mcp_response_seconds(&item);

        if (age >= 0 && (res->max_age < 0 || age < res->max_age)) {
            res->max_age = age;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_response_age(ngx_http_mcp_http_response_t *res, ngx_str_t *value)
{
    res->age = ngx_max(ngx_http_mcp_response_seconds(value), res->age);

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_response_retry_after(ngx_http_mcp_http_response_t *res,
    ngx_str_t *value)
{
    res->retry_after = ngx_http_mcp_response_seconds(value);

    return NGX_OK;
}


/* -1 if it is no number; one that is too large is a very long time. */

static ngx_int_t
ngx_http_mcp_response_seconds(const ngx_str_t *value)
{
    size_t     i;
    ngx_int_t  n;

    for (n = 0, i = 0; i < value->len; i++) {

        if (value->data[i] < '0' || value->data[i] > '9') {
            return -1;
        }

        if (n > NGX_HTTP_MCP_RESPONSE_SECONDS / 10 - 1) {
            n = NGX_HTTP_MCP_RESPONSE_SECONDS;
            continue;
        }

        n = n * 10 + (value->data[i] - '0');
    }

    return value->len ? n : -1;
}


/*
 * Takes the next item of a comma-separated list off its front; 0: no more.
 * An empty list has one, empty item.  Quoted strings are not known: one
 * with a comma inside gives items that nobody asks for.
 */

static ngx_uint_t
ngx_http_mcp_response_item(ngx_str_t *list, ngx_str_t *item)
{
    u_char  *comma;

    if (list->data == NULL) {
        return 0;
    }

    *item = *list;

    comma = ngx_strlchr(list->data, list->data + list->len, ',');

    if (comma == NULL) {
        ngx_str_null(list);

    } else {
        item->len = comma - list->data;
        list->len -= item->len + 1;
        list->data = comma + 1;
    }

    ngx_http_mcp_header_trim(item);

    return 1;
}


static ngx_uint_t
ngx_http_mcp_response_is(const ngx_str_t *s, const char *name)
{
    size_t  len;

    len = ngx_strlen(name);

    return s->len == len
           && ngx_strncasecmp(s->data, (u_char *) name, len) == 0;
}


/* a token (RFC 9110 5.6.2) */

static ngx_uint_t
ngx_http_mcp_response_name(const ngx_str_t *name)
{
    size_t  i;
    u_char  c;

    for (i = 0; i < name->len; i++) {
        c = name->data[i];

        if (c <= 0x20 || c >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", c)) {
            return 0;
        }
    }

    return name->len != 0;
}


/* Whether a line has no control characters, of which a CR is the worst. */

static ngx_uint_t
ngx_http_mcp_response_text(const u_char *p, const u_char *last)
{
    while (p < last) {

        if ((*p < 0x20 && *p != '\t') || *p == 0x7f) {
            return 0;
        }

        p++;
    }

    return 1;
}


static ngx_int_t
ngx_http_mcp_response_refuse(ngx_http_mcp_http_response_t *res,
    const char *error)
{
    res->state = NGX_HTTP_MCP_RESPONSE_REFUSED;
    res->error = error;
    res->keepalive = 0;

    return NGX_DECLINED;
}

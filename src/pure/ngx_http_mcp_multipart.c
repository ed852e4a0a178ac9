
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Splits a multipart body into parts.  Called by the content room for a
 * "multipart/mixed" answer of an upstream; owns the text that had to be
 * decoded or unfolded, in the caller's pool.  One pass, no recursion: a
 * multipart inside a part is just that part's body.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_header_value.h"
#include "ngx_http_mcp_multipart.h"


#define NGX_HTTP_MCP_MULTIPART_BOUNDARY  70


typedef struct {
    const ngx_str_t    *boundary;
    u_char             *last;            /* of the body */
    unsigned            crlf:1;          /* how boundary lines end */
} ngx_http_mcp_multipart_t;


/* a boundary line */

typedef struct {
    u_char             *start;           /* with the line end before it */
    u_char             *end;             /* its own line end, if any */
    u_char             *next;            /* the next line */
    unsigned            crlf:1;          /* its own line end */
    unsigned            close:1;
} ngx_http_mcp_multipart_line_t;


static ngx_int_t ngx_http_mcp_multipart_boundary(const ngx_str_t *boundary);
static ngx_int_t ngx_http_mcp_multipart_first(ngx_http_mcp_multipart_t *m,
    u_char *p, ngx_http_mcp_multipart_line_t *line);
static ngx_int_t ngx_http_mcp_multipart_find(ngx_http_mcp_multipart_t *m,
    u_char *p, ngx_http_mcp_multipart_line_t *line);
static ngx_int_t ngx_http_mcp_multipart_match(ngx_http_mcp_multipart_t *m,
    u_char *p, ngx_http_mcp_multipart_line_t *line);
static ngx_int_t ngx_http_mcp_multipart_part(ngx_pool_t *pool, u_char *p,
    u_char *last, ngx_http_mcp_part_t *part);
static u_char *ngx_http_mcp_multipart_field(u_char *p, u_char *last,
    ngx_str_t *line);
static ngx_int_t ngx_http_mcp_multipart_header(ngx_pool_t *pool,
    ngx_str_t *line, ngx_http_mcp_part_t *part, ngx_str_t *encoding);
static ngx_str_t *ngx_http_mcp_multipart_place(const ngx_str_t *name,
    ngx_http_mcp_part_t *part, ngx_str_t *encoding);
static ngx_uint_t ngx_http_mcp_multipart_name(const ngx_str_t *name);
static ngx_int_t ngx_http_mcp_multipart_unfold(ngx_pool_t *pool,
    ngx_str_t *value);
static ngx_int_t ngx_http_mcp_multipart_decode(ngx_pool_t *pool,
    const ngx_str_t *encoding, ngx_str_t *body);
static ngx_int_t ngx_http_mcp_multipart_base64(ngx_pool_t *pool,
    ngx_str_t *body);
static ngx_uint_t ngx_http_mcp_multipart_is(const ngx_str_t *s,
    const char *name);


ngx_int_t
ngx_http_mcp_multipart_split(ngx_pool_t *pool, const ngx_str_t *body,
    const ngx_str_t *boundary, ngx_array_t *parts)
{
    u_char                         *p;
    ngx_int_t                       rc;
    ngx_uint_t                      n;
    ngx_http_mcp_part_t            *part;
    ngx_http_mcp_multipart_t        m;
    ngx_http_mcp_multipart_line_t   line;

    if (body->len == 0
        || ngx_http_mcp_multipart_boundary(boundary) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    m.boundary = boundary;
    m.last = body->data + body->len;
    m.crlf = 0;

    if (ngx_http_mcp_multipart_first(&m, body->data, &line) != NGX_OK) {
        return NGX_DECLINED;
    }

    for (n = 0; !line.close; n++) {

        if (n == NGX_HTTP_MCP_MULTIPART_PARTS) {
            return NGX_DECLINED;
        }

        p = line.next;

        /* from the line end: a part may be nothing at all */

        if (ngx_http_mcp_multipart_find(&m, line.end, &line) != NGX_OK) {
            return NGX_DECLINED;
        }

        part = ngx_array_push(parts);
        if (part == NULL) {
            return NGX_ERROR;
        }

        rc = ngx_http_mcp_multipart_part(pool, p, ngx_max(p, line.start),
                                         part);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_multipart_boundary(const ngx_str_t *boundary)
{
    size_t  i;
    u_char  ch;

    if (boundary->len == 0
        || boundary->len > NGX_HTTP_MCP_MULTIPART_BOUNDARY
        || boundary->data[boundary->len - 1] == ' ')
    {
        return NGX_DECLINED;
    }

    for (i = 0; i < boundary->len; i++) {
        ch = boundary->data[i];

        if (ch < 0x20 || ch > 0x7e) {
            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}


/* Skips the preamble, and learns how lines end. */

static ngx_int_t
ngx_http_mcp_multipart_first(ngx_http_mcp_multipart_t *m, u_char *p,
    ngx_http_mcp_multipart_line_t *line)
{
    while (p < m->last) {

        if (ngx_http_mcp_multipart_match(m, p, line) == NGX_OK) {
            m->crlf = line->crlf;
            return NGX_OK;
        }

        p = memchr(p, LF, m->last - p);
        if (p == NULL) {
            break;
        }

        p++;
    }

    return NGX_DECLINED;
}


/* Finds the boundary line after a line end at or behind "p". */

static ngx_int_t
ngx_http_mcp_multipart_find(ngx_http_mcp_multipart_t *m, u_char *p,
    ngx_http_mcp_multipart_line_t *line)
{
    u_char  *start;

    for (start = p; /* void */ ; p++) {

        p = memchr(p, LF, m->last - p);
        if (p == NULL) {
            return NGX_DECLINED;
        }

        if (m->crlf && (p == start || p[-1] != CR)) {
            continue;
        }

        if (ngx_http_mcp_multipart_match(m, p + 1, line) != NGX_OK) {
            continue;
        }

        if (!line->close && line->crlf != m->crlf) {
            continue;
        }

        line->start = m->crlf ? p - 1 : p;

        return NGX_OK;
    }
}


/*
 * Whether the line at "p" is a boundary line.  The whole line is compared:
 * an inner multipart may have a boundary that begins like ours.
 */

static ngx_int_t
ngx_http_mcp_multipart_match(ngx_http_mcp_multipart_t *m, u_char *p,
    ngx_http_mcp_multipart_line_t *line)
{
    size_t  len;

    len = m->boundary->len;

    if ((size_t) (m->last - p) < len + 2
        || p[0] != '-'
        || p[1] != '-'
        || ngx_memcmp(p + 2, m->boundary->data, len) != 0)
    {
        return NGX_DECLINED;
    }

    p += len + 2;

    line->close = 0;
    line->crlf = 0;

    if (m->last - p >= 2 && p[0] == '-' && p[1] == '-') {
        line->close = 1;
        p += 2;
    }

    while (p < m->last && (*p == ' ' || *p == '\t')) {
        p++;
    }

    line->end = p;

    if (p == m->last) {
        line->next = p;
        return line->close ? NGX_OK : NGX_DECLINED;
    }

    if (*p == CR && m->last - p >= 2) {
        line->crlf = 1;
        p++;
    }

    line->next = p + 1;

    return (*p == LF) ? NGX_OK : NGX_DECLINED;
}


/* Reads a part's header and decodes its body. */

static ngx_int_t
ngx_http_mcp_multipart_part(ngx_pool_t *pool, u_char *p, u_char *last,
    ngx_http_mcp_part_t *part)
{
    u_char     *start;
    ngx_int_t   rc;
    ngx_str_t   line, encoding;

    ngx_memzero(part, sizeof(ngx_http_mcp_part_t));
    ngx_str_null(&encoding);

    start = p;

    while (p < last) {
        p = ngx_http_mcp_multipart_field(p, last, &line);

        if (p - start > NGX_HTTP_MCP_MULTIPART_HEADER) {
            return NGX_DECLINED;
        }

        if (line.len == 0) {
            break;
        }

        rc = ngx_http_mcp_multipart_header(pool, &line, part, &encoding);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    part->body.data = p;
    part->body.len = last - p;

    return ngx_http_mcp_multipart_decode(pool, &encoding, &part->body);
}


/*
 * Takes a header line at "p", with the folded lines that belong to it and
 * without its line end; returns the start of the next one.
 */

static u_char *
ngx_http_mcp_multipart_field(u_char *p, u_char *last, ngx_str_t *line)
{
    u_char  *lf;

    line->data = p;

    for ( ;; ) {
        lf = memchr(p, LF, last - p);

        if (lf == NULL) {
            lf = last;
            p = last;

        } else {
            p = lf + 1;
        }

        if (lf > line->data && lf[-1] == CR) {
            lf--;
        }

        line->len = lf - line->data;

        if (line->len == 0 || p == last || (*p != ' ' && *p != '\t')) {
            return p;
        }
    }
}


static ngx_int_t
ngx_http_mcp_multipart_header(ngx_pool_t *pool, ngx_str_t *line,
    ngx_http_mcp_part_t *part, ngx_str_t *encoding)
{
    u_char     *colon;
    ngx_str_t   name, value, *field;

    colon = ngx_strlchr(line->data, line->data + line->len, ':');
    if (colon == NULL) {
        return NGX_DECLINED;
    }

    name.data = line->data;
    name.len = colon - line->data;

    if (!ngx_http_mcp_multipart_name(&name)) {
        return NGX_DECLINED;
    }

    field = ngx_http_mcp_multipart_place(&name, part, encoding);

    if (field == NULL) {
        return NGX_OK;
    }

    if (field->data) {
        /* twice, and nobody can say which one is meant */
        return NGX_DECLINED;
    }

    value.data = colon + 1;
    value.len = line->data + line->len - value.data;

    if (ngx_http_mcp_multipart_unfold(pool, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_mcp_header_trim(&value);

    *field = value;

    return NGX_OK;
}


/* Where the value of a field belongs, NULL if nobody wants it. */

static ngx_str_t *
ngx_http_mcp_multipart_place(const ngx_str_t *name, ngx_http_mcp_part_t *part,
    ngx_str_t *encoding)
{
    if (ngx_http_mcp_multipart_is(name, "Content-Type")) {
        return &part->type;
    }

    if (ngx_http_mcp_multipart_is(name, "Content-Location")) {
        return &part->location;
    }

    if (ngx_http_mcp_multipart_is(name, "Content-Transfer-Encoding")) {
        return encoding;
    }

    return NULL;
}


static ngx_uint_t
ngx_http_mcp_multipart_name(const ngx_str_t *name)
{
    size_t  i;

    for (i = 0; i < name->len; i++) {
        if (name->data[i] <= 0x20 || name->data[i] >= 0x7f) {
            return 0;
        }
    }

    return name->len != 0;
}


/* Makes blanks of the line ends in a folded value. */

static ngx_int_t
ngx_http_mcp_multipart_unfold(ngx_pool_t *pool, ngx_str_t *value)
{
    size_t   i;
    u_char  *p;

    if (ngx_strlchr(value->data, value->data + value->len, LF) == NULL) {
        return NGX_OK;
    }

    p = ngx_pnalloc(pool, value->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < value->len; i++) {
        p[i] = value->data[i];

        if (p[i] == CR || p[i] == LF) {
            p[i] = ' ';
        }
    }

    value->data = p;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_multipart_decode(ngx_pool_t *pool, const ngx_str_t *encoding,
    ngx_str_t *body)
{
    if (encoding->data == NULL
        || ngx_http_mcp_multipart_is(encoding, "7bit")
        || ngx_http_mcp_multipart_is(encoding, "8bit")
        || ngx_http_mcp_multipart_is(encoding, "binary"))
    {
        return NGX_OK;
    }

    if (ngx_http_mcp_multipart_is(encoding, "base64")) {
        return ngx_http_mcp_multipart_base64(pool, body);
    }

    return NGX_DECLINED;
}


static ngx_int_t
ngx_http_mcp_multipart_base64(ngx_pool_t *pool, ngx_str_t *body)
{
    size_t      len;
    u_char     *p, *last, *dst;
    ngx_int_t   rc;
    ngx_str_t   src;

    p = body->data;
    last = p + body->len;

    src.data = ngx_pnalloc(pool, body->len + 1);
    if (src.data == NULL) {
        return NGX_ERROR;
    }

    for (dst = src.data; p < last; p++) {
        if (*p != CR && *p != LF) {
            *dst++ = *p;
        }
    }

    src.len = dst - src.data;

    dst = ngx_pnalloc(pool, src.len / 4 * 3 + 1);
    if (dst == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_http_mcp_base64_decode(dst, &len, &src);

    /* given back only if it is large */
    (void) ngx_pfree(pool, src.data);

    if (rc != NGX_OK) {
        return NGX_DECLINED;
    }

    body->data = dst;
    body->len = len;

    return NGX_OK;
}


static ngx_uint_t
ngx_http_mcp_multipart_is(const ngx_str_t *s, const char *name)
{
    size_t  len;

    len = ngx_strlen(name);

    return s->len == len
           && ngx_strncasecmp(s->data, (u_char *) name, len) == 0;
}

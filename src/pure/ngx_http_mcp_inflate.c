
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Undoes a Content-Encoding that an upstream used without being asked.
 * Called before the body is mapped.  Owns the result, in the caller's pool;
 * zlib's own state is gone before return.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_content.h"

#include <zlib.h>


#define NGX_HTTP_MCP_INFLATE_RATIO  1000
#define NGX_HTTP_MCP_INFLATE_BASE   65536
#define NGX_HTTP_MCP_INFLATE_STEP   (1 << 30)    /* fits zlib's uInt */


typedef enum {
    NGX_HTTP_MCP_INFLATE_RAW = 0,
    NGX_HTTP_MCP_INFLATE_ZLIB,
    NGX_HTTP_MCP_INFLATE_GZIP
} ngx_http_mcp_inflate_format_e;


typedef struct {
    z_stream                        zs;
    ngx_pool_t                     *pool;
    ngx_http_mcp_inflate_format_e   format;

    u_char                         *pos;   /* input zlib has not seen */
    u_char                         *last;

    u_char                         *buf;
    size_t                          len;   /* of the result so far */
    size_t                          size;  /* of buf */
    size_t                          limit;
} ngx_http_mcp_inflate_t;


static ngx_http_mcp_inflate_format_e ngx_http_mcp_inflate_format(
    u_char *p, size_t len);
static int ngx_http_mcp_inflate_bits(ngx_http_mcp_inflate_format_e format);
static size_t ngx_http_mcp_inflate_limit(size_t in, size_t max);
static ngx_int_t ngx_http_mcp_inflate_run(ngx_http_mcp_inflate_t *in);
static ngx_int_t ngx_http_mcp_inflate_step(ngx_http_mcp_inflate_t *in);
static ngx_int_t ngx_http_mcp_inflate_end(ngx_http_mcp_inflate_t *in);
static ngx_int_t ngx_http_mcp_inflate_grow(ngx_http_mcp_inflate_t *in);


ngx_int_t
ngx_http_mcp_content_inflate(ngx_pool_t *pool, const ngx_str_t *in,
    size_t max, ngx_str_t *out)
{
    int                     bits;
    ngx_int_t               rc;
    ngx_http_mcp_inflate_t  inf;

    if (in->len == 0) {
        return NGX_DECLINED;
    }

    ngx_memzero(&inf, sizeof(ngx_http_mcp_inflate_t));

    inf.pool = pool;
    inf.pos = in->data;
    inf.last = in->data + in->len;
    inf.format = ngx_http_mcp_inflate_format(in->data, in->len);
    inf.limit = ngx_http_mcp_inflate_limit(in->len, max);

    bits = ngx_http_mcp_inflate_bits(inf.format);

    if (inflateInit2(&inf.zs, bits) != Z_OK) {
        return NGX_ERROR;
    }

    rc = ngx_http_mcp_inflate_run(&inf);

    (void) inflateEnd(&inf.zs);

    if (rc != NGX_OK) {
        if (inf.buf) {
            (void) ngx_pfree(pool, inf.buf);
        }

        return rc;
    }

    out->data = inf.buf;
    out->len = inf.len;

    return NGX_OK;
}


static ngx_http_mcp_inflate_format_e
ngx_http_mcp_inflate_format(u_char *p, size_t len)
{
    if (len < 2) {
        return NGX_HTTP_MCP_INFLATE_RAW;
    }

    if (p[0] == 0x1f && p[1] == 0x8b) {
        return NGX_HTTP_MCP_INFLATE_GZIP;
    }

    /*
     * RFC 1950 2.2: method 8, a check; a raw stream that looks so would
     * begin with a stored block whose padding is not zero, and nobody
     * writes that
     */

    if ((p[0] & 0x0f) == 8 && ((p[0] << 8) + p[1]) % 31 == 0) {
        return NGX_HTTP_MCP_INFLATE_ZLIB;
    }

    return NGX_HTTP_MCP_INFLATE_RAW;
}


/* What inflateInit2() wants to hear. */

static int
ngx_http_mcp_inflate_bits(ngx_http_mcp_inflate_format_e format)
{
    switch (format) {

    case NGX_HTTP_MCP_INFLATE_GZIP:
        return MAX_WBITS + 16;

    case NGX_HTTP_MCP_INFLATE_ZLIB:
        return MAX_WBITS;

    default: /* NGX_HTTP_MCP_INFLATE_RAW */
        return -MAX_WBITS;
    }
}


static size_t
ngx_http_mcp_inflate_limit(size_t in, size_t max)
{
    size_t  ratio;

    if (in > (NGX_MAX_SIZE_T_VALUE - NGX_HTTP_MCP_INFLATE_BASE)
             / NGX_HTTP_MCP_INFLATE_RATIO)
    {
        return max;
    }

    ratio = in * NGX_HTTP_MCP_INFLATE_RATIO + NGX_HTTP_MCP_INFLATE_BASE;

    return ngx_min(ratio, max);
}


static ngx_int_t
ngx_http_mcp_inflate_run(ngx_http_mcp_inflate_t *in)
{
    ngx_int_t  rc;

    /* most texts shrink by three to five */

    in->size = ngx_min((size_t) (in->last - in->pos), in->limit / 4) * 4;

    if (in->size < 1024) {
        in->size = 1024;
    }

    in->buf = ngx_palloc(in->pool, in->size);
    if (in->buf == NULL) {
        return NGX_ERROR;
    }

    do {
        rc = ngx_http_mcp_inflate_step(in);

        if (in->len > in->limit) {
            return NGX_ABORT;
        }

    } while (rc == NGX_AGAIN);

    return rc;
}


/* NGX_AGAIN if there is more to do. */

static ngx_int_t
ngx_http_mcp_inflate_step(ngx_http_mcp_inflate_t *in)
{
    int     rc;
    size_t  room, left;

    if (in->len == in->size && ngx_http_mcp_inflate_grow(in) != NGX_OK) {
        return NGX_ERROR;
    }

    left = ngx_min(in->last - in->pos, NGX_HTTP_MCP_INFLATE_STEP);
    room = ngx_min(in->size - in->len, NGX_HTTP_MCP_INFLATE_STEP);

    in->zs.next_in = in->pos;
    in->zs.avail_in = left;
    in->zs.next_out = in->buf + in->len;
    in->zs.avail_out = room;

    rc = inflate(&in->zs, Z_NO_FLUSH);

    in->pos += left - in->zs.avail_in;
    in->len += room - in->zs.avail_out;

    switch (rc) {

    case Z_STREAM_END:
        return ngx_http_mcp_inflate_end(in);

    case Z_OK: /* some progress was made */
        return NGX_AGAIN;

    case Z_MEM_ERROR:
        return NGX_ERROR;

    default: /* broken, cut (Z_BUF_ERROR), or wants a dictionary */
        return NGX_DECLINED;
    }
}


/* A gzip file may have several members (RFC 1952 2.2). */

static ngx_int_t
ngx_http_mcp_inflate_end(ngx_http_mcp_inflate_t *in)
{
    if (in->pos == in->last) {
        return NGX_OK;
    }

    if (in->format != NGX_HTTP_MCP_INFLATE_GZIP
        || inflateReset(&in->zs) != Z_OK)
    {
        return NGX_DECLINED;
    }

    return NGX_AGAIN;
}


static ngx_int_t
ngx_http_mcp_inflate_grow(ngx_http_mcp_inflate_t *in)
{
    u_char  *buf;
    size_t   size;

    /* one byte over the limit, to see that it was passed */

    size = (in->size <= in->limit / 2) ? in->size * 2 : in->limit + 1;

    buf = ngx_palloc(in->pool, size);
    if (buf == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(buf, in->buf, in->len);

    (void) ngx_pfree(in->pool, in->buf);

    in->buf = buf;
    in->size = size;

    return NGX_OK;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * libFuzzer: the first byte chooses the limit of the result; the rest is
 * packed data, and plain data to be packed.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_content.h"

#include <zlib.h>


#define FUZZ_ROOM  (8 * 1024 * 1024)


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
must(int good, const char *what)
{
    if (!good) {
        fprintf(stderr, "%s\n", what);
        abort();
    }
}


/* the first stream of "in" at one stroke; -1 if it is not whole */

static long
fuzz_inflate(int bits, const ngx_str_t *in, u_char *out, size_t *used)
{
    int       rc;
    z_stream  zs;

    ngx_memzero(&zs, sizeof(z_stream));

    must(inflateInit2(&zs, bits) == Z_OK, "zlib");

    zs.next_in = in->data;
    zs.avail_in = in->len;
    zs.next_out = out;
    zs.avail_out = FUZZ_ROOM;

    rc = inflate(&zs, Z_FINISH);

    *used = in->len - zs.avail_in;
    inflateEnd(&zs);

    return rc == Z_STREAM_END ? (long) zs.total_out : -1;
}


/* any bytes: no more than the limit, and what zlib itself would make */

static void
fuzz_unpack(ngx_pool_t *pool, const ngx_str_t *in, size_t max)
{
    long        len;
    size_t      used;
    u_char     *want;
    ngx_int_t   rc;
    ngx_str_t   out;
    ngx_uint_t  i, same;

    static const int  formats[] = { MAX_WBITS + 16, MAX_WBITS, -MAX_WBITS };

    rc = ngx_http_mcp_content_inflate(pool, in, max, &out);

    must(rc == NGX_OK || rc == NGX_DECLINED || rc == NGX_ABORT, "code");

    if (rc != NGX_OK) {
        return;
    }

    must(out.len <= max && out.len <= in->len * 1000 + 65536, "too much");

    want = malloc(FUZZ_ROOM);

    for (same = 0, i = 0; i < 3; i++) {
        len = fuzz_inflate(formats[i], in, want, &used);

        if (len < 0 || (used < in->len && i != 0)) {
            continue;
        }

        /* further members of gzip are not compared */

        same |= ((used < in->len) ? (size_t) len <= out.len
                                  : (size_t) len == out.len)
                && memcmp(want, out.data, len) == 0;
    }

    must(same, "not what zlib makes");

    free(want);
}


/* a packed text comes back, and not if the limit is a byte less */

static void
fuzz_pack(ngx_pool_t *pool, const ngx_str_t *text, int bits, int level)
{
    u_char    *buf;
    size_t     size;
    z_stream   zs;
    ngx_str_t  in, out;

    ngx_memzero(&zs, sizeof(z_stream));

    must(deflateInit2(&zs, level, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY)
         == Z_OK, "zlib");

    size = deflateBound(&zs, text->len) + 64;
    buf = malloc(size);

    zs.next_in = text->data;
    zs.avail_in = text->len;
    zs.next_out = buf;
    zs.avail_out = size;

    must(deflate(&zs, Z_FINISH) == Z_STREAM_END, "zlib");

    in = tap_exact((char *) buf, size - zs.avail_out);

    deflateEnd(&zs);
    free(buf);

    must(ngx_http_mcp_content_inflate(pool, &in, text->len, &out) == NGX_OK
         && out.len == text->len
         && memcmp(out.data, text->data, out.len) == 0, "not the same");

    if (text->len) {
        must(ngx_http_mcp_content_inflate(pool, &in, text->len - 1, &out)
             == NGX_ABORT, "over the limit");
    }

    in.len--;

    must(ngx_http_mcp_content_inflate(pool, &in, text->len, &out)
         == NGX_DECLINED, "cut");

    free(in.data);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t    in;
    ngx_pool_t  *pool;

    if (size == 0) {
        return 0;
    }

    pool = tap_pool();
    in = tap_exact((const char *) data + 1, size - 1);

    fuzz_unpack(pool, &in, (size_t) 1 << (data[0] % 24));

    switch (data[0] % 3) {

    case 0:
        fuzz_pack(pool, &in, MAX_WBITS + 16, data[0] % 10);
        break;

    case 1:
        fuzz_pack(pool, &in, MAX_WBITS, data[0] % 10);
        break;

    default:
        fuzz_pack(pool, &in, -MAX_WBITS, data[0] % 10);
    }

    free(in.data);
    ngx_destroy_pool(pool);

    return 0;
}

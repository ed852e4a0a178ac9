
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Undoing gzip and deflate (RFC 1950 to 1952; RFC 9110 8.4.1), with a
 * bounded result.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_content.h"

#include <zlib.h>


#define count(table)  (sizeof(table) / sizeof(table[0]))

#define ANY   (64 * 1024 * 1024)

/* what deflateInit2() calls the formats */

#define GZIP  (MAX_WBITS + 16)
#define ZLIB  MAX_WBITS
#define RAW   (-MAX_WBITS)


static const int  formats[] = { GZIP, ZLIB, RAW };


static const char *
format_name(int format)
{
    return format == GZIP ? "gzip" : format == ZLIB ? "zlib" : "raw";
}


/* "data" packed, in memory of the exact length */

static ngx_str_t
pack_with(int format, int level, const char *dict, const void *data,
    size_t len)
{
    size_t     size;
    z_stream   zs;
    ngx_str_t  s;
    u_char    *buf;

    ngx_memzero(&zs, sizeof(z_stream));

    if (deflateInit2(&zs, level, Z_DEFLATED, format, 8, Z_DEFAULT_STRATEGY)
        != Z_OK)
    {
        exit(2);
    }

    if (dict) {
        (void) deflateSetDictionary(&zs, (const u_char *) dict,
                                    ngx_strlen(dict));
    }

    size = deflateBound(&zs, len) + 64;
    buf = malloc(size);

    zs.next_in = (u_char *) data;
    zs.avail_in = len;
    zs.next_out = buf;
    zs.avail_out = size;

    if (deflate(&zs, Z_FINISH) != Z_STREAM_END) {
        exit(2);
    }

    s = tap_exact((char *) buf, size - zs.avail_out);

    deflateEnd(&zs);
    free(buf);

    return s;
}


static ngx_str_t
pack(int format, const void *data, size_t len)
{
    return pack_with(format, 9, NULL, data, len);
}


/* text that neither shrinks to nothing nor stays as long as it is */

static char *
sample(size_t len)
{
    char      *data;
    size_t     i;
    uint32_t   seed;

    data = malloc(len ? len : 1);

    for (seed = 1, i = 0; i < len; i++) {
        seed = seed * 1103515245 + 12345;
        data[i] = "etaoin shrdlu\n"[(seed >> 16) % 14];
    }

    return data;
}


static ngx_int_t
unpack(const ngx_str_t *in, size_t max, const char *data, size_t len)
{
    ngx_int_t    rc;
    ngx_str_t    out;
    ngx_pool_t  *pool;

    pool = tap_pool();

    rc = ngx_http_mcp_content_inflate(pool, in, max, &out);

    if (rc == NGX_OK
        && (out.len != len
            || (len && ngx_memcmp(out.data, data, len) != 0)))
    {
        rc = NGX_BUSY;
    }

    ngx_destroy_pool(pool);

    return rc;
}


static void
test_formats(void)
{
    char       *data;
    size_t      i, j, k;
    ngx_int_t   rc;
    ngx_str_t   in;

    static const int     levels[] = { 0, 1, 9 };
    static const size_t  sizes[] = {
        0, 1, 2, 100, 1023, 1024, 1025, 4096, 65536, 1000000
    };

    for (i = 0; i < count(formats); i++) {

        for (j = 0; j < count(sizes); j++) {
            data = sample(sizes[j]);

            for (k = 0; k < count(levels); k++) {
                in = pack_with(formats[i], levels[k], NULL, data, sizes[j]);

                rc = unpack(&in, ANY, data, sizes[j]);

                ok(rc == NGX_OK, "%s -%d: %d bytes",
                   format_name(formats[i]), levels[k], (int) sizes[j]);
                free(in.data);
            }

            free(data);
        }
    }

    /* a smaller window has another first byte */

    data = sample(5000);

    for (i = 9; i <= 15; i++) {
        in = pack(i, data, 5000);

        ok(unpack(&in, ANY, data, 5000) == NGX_OK,
           "zlib: a window of %d bits", (int) i);
        free(in.data);
    }

    free(data);
}


static void
test_max(void)
{
    char       *data;
    size_t      i, j;
    ngx_str_t   in;

    static const size_t  sizes[] = { 0, 1, 1023, 1024, 1025, 5000, 200000 };

    for (i = 0; i < count(formats); i++) {

        for (j = 0; j < count(sizes); j++) {
            data = sample(sizes[j]);
            in = pack(formats[i], data, sizes[j]);

            ok(unpack(&in, sizes[j], data, sizes[j]) == NGX_OK,
               "%s: just the limit, %d bytes", format_name(formats[i]),
               (int) sizes[j]);

            if (sizes[j]) {
                ok(unpack(&in, sizes[j] - 1, NULL, 0) == NGX_ABORT,
                   "%s: one byte over the limit", format_name(formats[i]));
                ok(unpack(&in, 0, NULL, 0) == NGX_ABORT,
                   "%s: nothing is allowed", format_name(formats[i]));
            }

            free(in.data);
            free(data);
        }
    }

    data = sample(1000);
    in = pack(GZIP, data, 1000);

    ok(unpack(&in, (size_t) -1, data, 1000) == NGX_OK, "no limit at all");

    free(in.data);
    free(data);
}


/* zlib reaches 1032 times: the limit of 1000 times is between */

static void
test_ratio(void)
{
    char       *data;
    size_t      i;
    ngx_str_t   in;

    data = calloc(1, 32 * 1024 * 1024);

    for (i = 0; i < count(formats); i++) {
        in = pack(formats[i], data, 1024 * 1024);

        ok(unpack(&in, ANY, data, 1024 * 1024) == NGX_OK,
           "%s: 1 MiB of zeros out of %d bytes", format_name(formats[i]),
           (int) in.len);
        free(in.data);

        in = pack(formats[i], data, 32 * 1024 * 1024);

        ok(unpack(&in, ANY, data, 32 * 1024 * 1024) == NGX_ABORT,
           "%s: 32 MiB of zeros out of %d bytes are refused",
           format_name(formats[i]), (int) in.len);
        free(in.data);
    }

    free(data);
}


static void
test_cuts(void)
{
    char       *data;
    size_t      i, len;
    ngx_str_t   in, cut;
    ngx_uint_t  wrong;

    data = sample(3000);

    for (i = 0; i < count(formats); i++) {
        in = pack(formats[i], data, 3000);

        for (wrong = 0, len = 0; len < in.len; len++) {
            cut = tap_exact((char *) in.data, len);
            wrong += unpack(&cut, ANY, NULL, 0) != NGX_DECLINED;
            free(cut.data);
        }

        ok(wrong == 0, "%s: cut at each of %d bytes",
           format_name(formats[i]), (int) in.len);

        cut = tap_exact((char *) in.data, in.len);
        cut.data = realloc(cut.data, in.len + 1);
        cut.data[cut.len++] = '\0';

        ok(unpack(&cut, ANY, NULL, 0) == NGX_DECLINED,
           "%s: a byte too many", format_name(formats[i]));

        free(cut.data);
        free(in.data);
    }

    free(data);
}


/* one bit wrong: the checksum sees it, or it is in a field nobody reads */

static void
test_bits(void)
{
    char       *data;
    size_t      i, bit, byte, last;
    ngx_int_t   rc;
    ngx_str_t   in;
    ngx_uint_t  wrong;

    data = sample(500);

    for (i = 0; i < 2; i++) {
        in = pack(formats[i], data, 500);

        for (wrong = 0, bit = 0; bit < in.len * 8; bit++) {
            byte = bit / 8;
            in.data[byte] ^= (u_char) (1 << (bit % 8));

            rc = unpack(&in, 4096, data, 500);
            wrong += rc != NGX_DECLINED && rc != NGX_OK && rc != NGX_ABORT;

            /*
             * flags, time and system of a gzip header mean nothing, nor do
             * the bits between the last block and the checksum
             */

            last = in.len - (formats[i] == GZIP ? 9 : 5);

            wrong += rc == NGX_OK
                     && byte != last
                     && (formats[i] != GZIP || byte < 3 || byte > 9);

            in.data[byte] ^= (u_char) (1 << (bit % 8));
        }

        ok(wrong == 0, "%s: each bit wrong", format_name(formats[i]));

        free(in.data);
    }

    free(data);
}


static void
test_members(void)
{
    char       *data;
    size_t      i, len;
    ngx_str_t   one, two, in;

    len = 3000;
    data = sample(2 * len);

    for (i = 0; i < count(formats); i++) {
        one = pack(formats[i], data, len);
        two = pack(formats[i], data + len, len);

        in.len = one.len + two.len;
        in.data = malloc(in.len);
        ngx_memcpy(in.data, one.data, one.len);
        ngx_memcpy(in.data + one.len, two.data, two.len);

        if (formats[i] == GZIP) {
            ok(unpack(&in, ANY, data, 2 * len) == NGX_OK,
               "gzip: two members (RFC 1952 2.2)");
            ok(unpack(&in, 2 * len, data, 2 * len) == NGX_OK,
               "gzip: two members, just the limit");
            ok(unpack(&in, 2 * len - 1, NULL, 0) == NGX_ABORT,
               "gzip: two members over the limit");
            ok(unpack(&in, len, NULL, 0) == NGX_ABORT,
               "gzip: the second member over the limit");

            in.len--;
            ok(unpack(&in, ANY, NULL, 0) == NGX_DECLINED,
               "gzip: the second member cut");

        } else {
            ok(unpack(&in, ANY, NULL, 0) == NGX_DECLINED,
               "%s: two streams are refused", format_name(formats[i]));
        }

        free(in.data);
        free(one.data);
        free(two.data);
    }

    free(data);
}


static void
test_broken(void)
{
    size_t     i;
    ngx_str_t  in;

    static const struct {
        const char  *name;
        const char  *data;
        size_t       len;
    } tests[] = {
        { "nothing", "", 0 },
        { "one byte", "\x1f", 1 },
        { "gzip's mark alone", "\x1f\x8b", 2 },
        { "an unknown method", "\x1f\x8b\x09\0\0\0\0\0\0\x03\x03\0", 12 },
        { "a header of zlib alone", "\x78\x9c", 2 },
        { "text", "hello, world", 12 },
        { "JSON", "{\"a\":1}", 7 },
        { "block type 3", "\x07", 1 },
        { "a distance to nowhere", "\x63\x60\x02\x00\xff", 5 }
    };

    for (i = 0; i < count(tests); i++) {
        in = tap_exact(tests[i].data, tests[i].len);

        ok(unpack(&in, ANY, NULL, 0) == NGX_DECLINED, "broken: %s",
           tests[i].name);
        free(in.data);
    }

    in = pack_with(ZLIB, 9, "hello, world", "hello, world", 12);

    ok(unpack(&in, ANY, NULL, 0) == NGX_DECLINED,
       "zlib: a dictionary is not at hand (RFC 1950 2.2)");
    free(in.data);
}


static void
test_memory(void)
{
    char        *data;
    size_t       len;
    ngx_int_t    rc;
    ngx_str_t    in, out;
    ngx_pool_t  *pool;

    len = 1536 * 1024;
    data = calloc(1, len);
    in = pack(GZIP, data, len);

    in.data = realloc(in.data, in.len + 1);
    pool = tap_pool();

    if (ngx_http_mcp_test_starve(1)) {
        rc = ngx_http_mcp_content_inflate(pool, &in, ANY, &out);
        ngx_http_mcp_test_starve(0);

        ok(rc == NGX_ERROR, "memory: none left is NGX_ERROR");
    }

    rc = ngx_http_mcp_content_inflate(pool, &in, ANY, &out);

    ok(rc == NGX_OK && out.len == len, "memory: the pool is still of use");

    ngx_destroy_pool(pool);
    free(in.data);
    free(data);
}


int
main(void)
{
    test_formats();
    test_max();
    test_ratio();
    test_cuts();
    test_bits();
    test_members();
    test_broken();
    test_memory();

    return tap_done();
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * libFuzzer: the first byte chooses the limit of a body, how the rest is cut
 * and what stands before it; the rest is a response, and a body to be sent in
 * chunks.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_http_response.h"


#define count(table)  (sizeof(table) / sizeof(table[0]))


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/* beginnings that a fuzzer would not find soon */

static const char *const  fuzz_heads[] = {
    "",
    "HTTP/1.1 ",
    "HTTP/1.0 200 OK\r\n",
    "HTTP/1.1 100\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: ",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: ",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 200 OK\nAge: 5\nCache-Control: max-age=",
    "HTTP/1.1 429 x\r\nLocation: y\r\nConnection: close\r\nRetry-After: "
};


static void
must(int good, const char *what)
{
    if (!good) {
        fprintf(stderr, "%s\n", what);
        abort();
    }
}


/* feeds all, in pieces of 1 to "most" bytes that "seed" chooses */

static ngx_int_t
fuzz_feed(ngx_http_mcp_http_response_t *res, const ngx_str_t *in,
    size_t most, uint32_t seed)
{
    size_t     n, at;
    ngx_int_t  rc;
    ngx_str_t  piece;

    rc = NGX_AGAIN;

    for (at = 0; at < in->len; at += n) {
        seed = seed * 1103515245 + 12345;
        n = ngx_min((seed >> 16) % most + 1, in->len - at);

        piece = tap_exact((char *) in->data + at, n);
        rc = ngx_http_mcp_http_response_read(res, piece.data, n);
        free(piece.data);

        must(rc == NGX_OK || rc == NGX_AGAIN || rc == NGX_DECLINED, "code");
    }

    return rc;
}


static void
fuzz_sane(ngx_http_mcp_http_response_t *res, ngx_int_t rc)
{
    must(res->body.len <= res->max && res->body.data, "body");
    must(res->max_age >= -1 && res->retry_after >= -1, "seconds");
    must((rc == NGX_DECLINED) == (res->error != NULL), "error");
    must(rc == NGX_DECLINED
         || res->header_len <= NGX_HTTP_MCP_RESPONSE_HEADER, "headers");

    if (rc == NGX_OK) {
        must(res->status >= 200 && res->status <= 599, "status");
    }
}


/* any bytes, at one stroke and in pieces, are read alike */

static void
fuzz_split(const ngx_str_t *in, size_t max, size_t most)
{
    ngx_int_t                     rc;
    ngx_pool_t                   *pool;
    ngx_http_mcp_http_response_t  a, b;

    pool = tap_pool();

    ngx_http_mcp_http_response_init(&a, pool, max);
    ngx_http_mcp_http_response_init(&b, pool, max);

    rc = fuzz_feed(&a, in, NGX_MAX_INT32_VALUE, 0);

    if (in->len == 0) {
        rc = NGX_AGAIN;
    }

    must(fuzz_feed(&b, in, most, in->len) == rc, "not the same");

    fuzz_sane(&a, rc);
    fuzz_sane(&b, rc);

    must(a.keepalive == b.keepalive && a.error == b.error, "not the same end");

    rc = ngx_http_mcp_http_response_eof(&a);

    must(rc == NGX_OK || rc == NGX_DECLINED, "code of the end");
    must(ngx_http_mcp_http_response_eof(&b) == rc, "not the same end");

    fuzz_sane(&a, rc);

    if (rc == NGX_OK) {
        must(a.status == b.status && a.max_age == b.max_age
             && a.retry_after == b.retry_after && a.body.len == b.body.len
             && memcmp(a.body.data, b.body.data, a.body.len) == 0,
             "not the same response");
    }

    ngx_destroy_pool(pool);
}


/* a body sent in chunks comes back, but not if the limit is a byte less */

static void
fuzz_chunks(const ngx_str_t *body, size_t most)
{
    size_t                        n, at, max;
    ngx_int_t                     rc;
    ngx_str_t                     s;
    ngx_pool_t                   *pool;
    ngx_http_mcp_http_response_t  res;

    s.data = malloc(256 + body->len * 16);
    s.len = sprintf((char *) s.data, "HTTP/1.1 200 OK\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n");

    for (at = 0; at < body->len; at += n) {
        n = ngx_min(body->data[at] % most + 1, body->len - at);

        s.len += sprintf((char *) s.data + s.len, at % 2 ? "%zx\r\n"
                                                         : "%zX\n", n);
        ngx_memcpy(s.data + s.len, body->data + at, n);
        s.len += n;
        s.len += sprintf((char *) s.data + s.len, "\r\n");
    }

    s.len += sprintf((char *) s.data + s.len, "0\r\nX: y\r\n\r\n");

    for (max = body->len; max + 1 >= body->len && max <= body->len; max--) {
        pool = tap_pool();

        ngx_http_mcp_http_response_init(&res, pool, max);

        rc = fuzz_feed(&res, &s, most, most);

        must(rc == (max == body->len ? NGX_OK : NGX_DECLINED), "chunks");
        must(rc != NGX_OK
             || (res.body.len == body->len && res.keepalive
                 && memcmp(res.body.data, body->data, body->len) == 0),
             "not the same body");

        ngx_destroy_pool(pool);
    }

    free(s.data);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t       len;
    ngx_str_t    in;
    const char  *head;

    if (size == 0) {
        return 0;
    }

    head = fuzz_heads[data[0] % count(fuzz_heads)];
    len = ngx_strlen(head);

    in.len = len + size - 1;
    in.data = malloc(in.len + 1);

    ngx_memcpy(in.data, head, len);
    ngx_memcpy(in.data + len, data + 1, size - 1);

    fuzz_split(&in, (size_t) 1 << (data[0] / 16), data[0] / 8 + 1);
    fuzz_chunks(&in, data[0] + 1);

    free(in.data);

    return 0;
}

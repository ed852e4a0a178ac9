
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Responses of HTTP/1.x as the outbound client reads them (RFC 9112; T24 of
 * authorization.md).
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_http_response.h"


#define bytes(literal)  literal, sizeof(literal) - 1
#define count(table)    (sizeof(table) / sizeof(table[0]))

#define MAX   64                           /* bytes of body, below */
#define WHOLE  ((size_t) -1)


typedef struct {
    const char  *name;
    const char  *data;
    size_t       len;
    ngx_int_t    rc;                       /* of the last read; then of eof */
    ngx_int_t    eof;
    ngx_uint_t   status;
    const char  *body;                     /* or the error of NGX_DECLINED */
    ngx_uint_t   keepalive;
} response_t;


/* feeds "data": "first" bytes, then pieces of "step" bytes */

static ngx_int_t
feed(ngx_http_mcp_http_response_t *res, const char *data, size_t len,
    size_t first, size_t step)
{
    size_t     n;
    ngx_int_t  rc;
    ngx_str_t  piece;

    rc = NGX_AGAIN;

    for (n = first; len; n = step) {
        n = ngx_min(n, len);

        piece = tap_exact(data, n);
        rc = ngx_http_mcp_http_response_read(res, piece.data, n);
        free(piece.data);

        data += n;
        len -= n;
    }

    return rc;
}


/* 1 if a response, cut into pieces so, is read as it should be */

static int
as_told(const response_t *test, size_t first, size_t step, ngx_str_t *got)
{
    int                           good;
    ngx_int_t                     rc, eof;
    ngx_pool_t                   *pool;
    ngx_http_mcp_http_response_t  res;

    static u_char  text[256];

    pool = tap_pool();

    ngx_http_mcp_http_response_init(&res, pool, MAX);

    rc = feed(&res, test->data, test->len, first, step);
    eof = ngx_http_mcp_http_response_eof(&res);

    got->data = text;
    got->len = ngx_snprintf(text, sizeof(text), "%i %i %ui %ui %s%V", rc, eof,
                            res.status, res.keepalive,
                            res.error ? res.error : "",
                            res.error ? &res.location : &res.body)
               - text;

    /* the end of the stream ends the connection, too */

    good = rc == test->rc && eof == test->eof && !res.keepalive;

    if (test->eof == NGX_OK) {
        good = good && res.error == NULL && res.status == test->status
               && res.body.len == ngx_strlen(test->body)
               && memcmp(res.body.data, test->body, res.body.len) == 0;

    } else {
        good = good && res.error && ngx_strcmp(res.error, test->body) == 0;
    }

    ngx_destroy_pool(pool);

    return good;
}


/* whether it could be used again, as long as its stream has not ended */

static ngx_uint_t
keepalive(const response_t *test)
{
    ngx_pool_t                   *pool;
    ngx_http_mcp_http_response_t  res;

    pool = tap_pool();

    ngx_http_mcp_http_response_init(&res, pool, MAX);
    (void) feed(&res, test->data, test->len, WHOLE, WHOLE);

    ngx_destroy_pool(pool);

    return res.keepalive;
}


static void
run(const response_t *tests, size_t n)
{
    size_t      i, at;
    ngx_str_t   got;
    ngx_uint_t  wrong;

    for (i = 0; i < n; i++) {

        if (!ok(as_told(&tests[i], WHOLE, WHOLE, &got), "%s", tests[i].name)) {
            printf("# got: %.*s\n", (int) got.len, (char *) got.data);
            continue;
        }

        for (wrong = 0, at = 1; at < tests[i].len; at++) {
            wrong += !as_told(&tests[i], at, WHOLE, &got);
        }

        ok(wrong == 0, "the same, cut at each byte");
        ok(as_told(&tests[i], 1, 1, &got), "the same, byte by byte");

        if (tests[i].rc == NGX_OK) {
            ok(keepalive(&tests[i]) == tests[i].keepalive, "%s",
               tests[i].keepalive ? "may be used again" : "only once");
        }
    }
}


static void
test_bodies(void)
{
    static const response_t  tests[] = {
        { "a length",
          bytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
          NGX_OK, NGX_OK, 200, "hello", 1 },
        { "a length of nothing",
          bytes("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
          NGX_OK, NGX_OK, 404, "", 1 },
        { "no reason, names in any case, blanks around values",
          bytes("HTTP/1.1 200\r\ncontent-LENGTH:\t 2 \t\r\n"
                "X-Empty:\r\n\r\nhi"),
          NGX_OK, NGX_OK, 200, "hi", 1 },
        { "a reason that is not ASCII",
          bytes("HTTP/1.1 500 \xc3\xa4 \xff!\r\nContent-Length: 0\r\n\r\n"),
          NGX_OK, NGX_OK, 500, "", 1 },
        { "lines that end with LF",
          bytes("HTTP/1.1 200 OK\nContent-Length: 3\n\na\r\n"),
          NGX_OK, NGX_OK, 200, "a\r\n", 1 },
        { "a length repeated",
          bytes("HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n"
                "Content-Length: 2\r\n\r\nhi"),
          NGX_OK, NGX_OK, 200, "hi", 1 },
        { "a body that the end of the stream ends",
          bytes("HTTP/1.1 200 OK\r\n\r\nhello"),
          NGX_AGAIN, NGX_OK, 200, "hello", 0 },
        { "such a body of nothing",
          bytes("HTTP/1.1 200 OK\r\nServer: x\r\n\r\n"),
          NGX_AGAIN, NGX_OK, 200, "", 0 },
        { "no content",
          bytes("HTTP/1.1 204 No Content\r\n\r\n"),
          NGX_OK, NGX_OK, 204, "", 1 },
        { "not modified, with the length of what it has not",
          bytes("HTTP/1.1 304 x\r\nContent-Length: 500\r\n\r\n"),
          NGX_OK, NGX_OK, 304, "", 1 },
        { "bytes after the end",
          bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi!"),
          NGX_OK, NGX_OK, 200, "hi", 0 },
        { "the largest body",
          bytes("HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n"
                "0123456789abcdef0123456789abcdef"
                "0123456789abcdef0123456789abcdef"),
          NGX_OK, NGX_OK, 200, "0123456789abcdef0123456789abcdef"
          "0123456789abcdef0123456789abcdef", 1 },
        { "the largest body, ended by the stream",
          bytes("HTTP/1.1 200 OK\r\n\r\n0123456789abcdef0123456789abcdef"
                "0123456789abcdef0123456789abcdef"),
          NGX_AGAIN, NGX_OK, 200, "0123456789abcdef0123456789abcdef"
          "0123456789abcdef0123456789abcdef", 0 },

        { "a body a byte too large",
          bytes("HTTP/1.1 200 OK\r\nContent-Length: 65\r\n\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "body too large", 0 },
        { "the same, ended by the stream",
          bytes("HTTP/1.1 200 OK\r\n\r\n0123456789abcdef0123456789abcdef"
                "0123456789abcdef0123456789abcdef!"),
          NGX_DECLINED, NGX_DECLINED, 0, "body too large", 0 },
        { "a length beyond all numbers",
          bytes("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999"
                "\r\n\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed length", 0 },
        { "a body cut short",
          bytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell"),
          NGX_AGAIN, NGX_DECLINED, 0, "response cut short", 0 },
        { "a header cut short",
          bytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"),
          NGX_AGAIN, NGX_DECLINED, 0, "response cut short", 0 },
        { "a status line cut short",
          bytes("HTTP/1.1 200"),
          NGX_AGAIN, NGX_DECLINED, 0, "response cut short", 0 },
        { "nothing", bytes(""),
          NGX_AGAIN, NGX_DECLINED, 0, "no response", 0 }
    };

    run(tests, count(tests));
}


#define chunked  "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"


static void
test_chunks(void)
{
    static const response_t  tests[] = {
        { "chunks",
          bytes(chunked "5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n"),
          NGX_OK, NGX_OK, 200, "hello, world", 1 },
        { "no chunk", bytes(chunked "0\r\n\r\n"),
          NGX_OK, NGX_OK, 200, "", 1 },
        { "sizes in any case, with zeros",
          bytes(chunked "00000000000000A\r\n0123456789\r\n"
                "0b\r\n0123456789a\r\n000\r\n\r\n"),
          NGX_OK, NGX_OK, 200, "01234567890123456789a", 1 },
        { "extensions and blanks",
          bytes(chunked "2 \t\r\nhi\r\n1 ; a=\"b\";c\r\n!\r\n0;x\r\n\r\n"),
          NGX_OK, NGX_OK, 200, "hi!", 1 },
        { "trailers",
          bytes(chunked "2\r\nhi\r\n0\r\nContent-Length: 9\r\nX-Y: z\r\n"
                "\r\n"),
          NGX_OK, NGX_OK, 200, "hi", 1 },
        { "lines that end with LF",
          bytes(chunked "2\nhi\n0\n\n"),
          NGX_OK, NGX_OK, 200, "hi", 1 },
        { "bytes after the end",
          bytes(chunked "2\r\nhi\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n"),
          NGX_OK, NGX_OK, 200, "hi", 0 },
        { "the largest body",
          bytes(chunked "3f\r\n0123456789abcdef0123456789abcdef"
                "0123456789abcdef0123456789abcde\r\n1\r\n!\r\n0\r\n\r\n"),
          NGX_OK, NGX_OK, 200, "0123456789abcdef0123456789abcdef"
          "0123456789abcdef0123456789abcde!", 1 },

        { "a chunk over the limit",
          bytes(chunked "2\r\nhi\r\n3f\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "body too large", 0 },
        { "a chunk beyond all numbers",
          bytes(chunked "ffffffffffffffff\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "body too large", 0 },
        { "a size of too many digits",
          bytes(chunked "00000000000000002\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed chunk", 0 },
        { "no size", bytes(chunked "\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed chunk", 0 },
        { "no size before an extension", bytes(chunked ";a\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed chunk", 0 },
        { "a size with 0x", bytes(chunked "0x2\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed chunk", 0 },
        { "a negative size", bytes(chunked "-2\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed chunk", 0 },
        { "a blank before a size", bytes(chunked " 2\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed chunk", 0 },
        { "a size and a word", bytes(chunked "2 bytes\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed chunk", 0 },
        { "a chunk that is longer than its size",
          bytes(chunked "2\r\nhi!\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed chunk", 0 },
        { "a control character in an extension",
          bytes(chunked "2;\1\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed response", 0 },
        { "a CR in an extension",
          bytes(chunked "2;\r0\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed response", 0 },
        { "a malformed trailer", bytes(chunked "0\r\nx\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed header", 0 },
        { "cut in a chunk", bytes(chunked "5\r\nhell"),
          NGX_AGAIN, NGX_DECLINED, 0, "response cut short", 0 },
        { "cut before a chunk", bytes(chunked "5\r\nhello\r\n"),
          NGX_AGAIN, NGX_DECLINED, 0, "response cut short", 0 },
        { "cut in the trailers", bytes(chunked "0\r\n"),
          NGX_AGAIN, NGX_DECLINED, 0, "response cut short", 0 }
    };

    run(tests, count(tests));
}


static void
test_framing(void)
{
    static const response_t  tests[] = {
        { "two lengths",
          bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
                "Content-Length: 3\r\n\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "conflicting lengths", 0 },
        { "two lengths in a list",
          bytes("HTTP/1.1 200 OK\r\nContent-Length: 2,3\r\n\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "conflicting lengths", 0 },
        { "a length with chunks",
          bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                "Content-Length: 2\r\n\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "conflicting lengths", 0 },
        { "chunks in HTTP/1.0",
          bytes("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "conflicting lengths", 0 },
        { "chunked twice",
          bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                "Transfer-Encoding: chunked\r\n\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "unknown transfer coding", 0 },
        { "gzip, chunked",
          bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n"
                "\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "unknown transfer coding", 0 },
        { "no transfer coding",
          bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "unknown transfer coding", 0 },
        { "a negative length",
          bytes("HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed length", 0 },
        { "a length with a sign",
          bytes("HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed length", 0 },
        { "no length",
          bytes("HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed length", 0 },
        { "a length and nothing",
          bytes("HTTP/1.1 200 OK\r\nContent-Length: 2,\r\n\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed length", 0 },

        { "HTTP/1.0", bytes("HTTP/1.0 200 OK\r\n\r\nhello"),
          NGX_AGAIN, NGX_OK, 200, "hello", 0 },
        { "HTTP/1.0 with a length",
          bytes("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi"),
          NGX_OK, NGX_OK, 200, "hi", 0 },
        { "HTTP/1.0 that wants to be used again",
          bytes("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n"
                "Content-Length: 2\r\n\r\nhi"),
          NGX_OK, NGX_OK, 200, "hi", 1 },
        { "HTTP/1.1 that does not",
          bytes("HTTP/1.1 200 OK\r\nConnection: x, Close\r\n"
                "Content-Length: 2\r\n\r\nhi"),
          NGX_OK, NGX_OK, 200, "hi", 0 },
        { "HTTP/1.9",
          bytes("HTTP/1.9 200 OK\r\nContent-Length: 2\r\n\r\nhi"),
          NGX_OK, NGX_OK, 200, "hi", 1 },

        { "an answer before the answer",
          bytes("HTTP/1.1 100 Continue\r\n\r\n"
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"),
          NGX_OK, NGX_OK, 200, "hi", 1 },
        { "hints whose headers mean nothing",
          bytes("HTTP/1.1 103 Early Hints\r\nContent-Length: 7\r\n"
                "Transfer-Encoding: gzip\r\nConnection: close\r\n"
                "Link: <a>\r\n\r\n"
                "HTTP/1.1 103\r\n\r\n"
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"),
          NGX_OK, NGX_OK, 200, "hi", 1 },
        { "an answer before none",
          bytes("HTTP/1.1 100 Continue\r\n\r\n"),
          NGX_AGAIN, NGX_DECLINED, 0, "response cut short", 0 },
        { "another protocol",
          bytes("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "unexpected status 101", 0 }
    };

    run(tests, count(tests));
}


static void
test_garbage(void)
{
    static const response_t  tests[] = {
        { "no HTTP", bytes("SSH-2.0-OpenSSH_9.2\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "not an HTTP/1 response", 0 },
        { "an empty line", bytes("\r\nHTTP/1.1 200 OK\r\n\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "not an HTTP/1 response", 0 },
        { "HTTP/2", bytes("HTTP/2 200 OK\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "not an HTTP/1 response", 0 },
        { "HTTP/2.0", bytes("HTTP/2.0 200 OK\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "not an HTTP/1 response", 0 },
        { "HTTP/1.10", bytes("HTTP/1.10 200 OK\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "not an HTTP/1 response", 0 },
        { "http in small letters", bytes("http/1.1 200 OK\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "not an HTTP/1 response", 0 },
        { "a status of two digits", bytes("HTTP/1.1 20 OK\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "not an HTTP/1 response", 0 },
        { "a status of letters", bytes("HTTP/1.1 2x0 OK\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed status", 0 },
        { "a status of four digits", bytes("HTTP/1.1 2000 OK\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "not an HTTP/1 response", 0 },
        { "a status of 099", bytes("HTTP/1.1 099 OK\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed status", 0 },
        { "a status of 600", bytes("HTTP/1.1 600 OK\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed status", 0 },
        { "a CR in the reason", bytes("HTTP/1.1 200 O\rK\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed response", 0 },
        { "two CRs at the end of a line", bytes("HTTP/1.1 200 OK\r\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed response", 0 },
        { "a header without a colon",
          bytes("HTTP/1.1 200 OK\r\nhello\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed header", 0 },
        { "a header without a name",
          bytes("HTTP/1.1 200 OK\r\n: x\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed header", 0 },
        { "a blank after a name",
          bytes("HTTP/1.1 200 OK\r\nContent-Length : 2\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed header", 0 },
        { "a folded header",
          bytes("HTTP/1.1 200 OK\r\nX: a\r\n b: c\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed header", 0 },
        { "a folded header, HTAB",
          bytes("HTTP/1.1 200 OK\r\nX: a\r\n\tb: c\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed header", 0 },
        { "a name that is not ASCII",
          bytes("HTTP/1.1 200 OK\r\nX\xc3\xa4: a\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed header", 0 },
        { "NUL in a value",
          bytes("HTTP/1.1 200 OK\r\nX: a\0b\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed response", 0 },
        { "DEL in a value",
          bytes("HTTP/1.1 200 OK\r\nX: a\x7f\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "malformed response", 0 },
        { "bytes after garbage", bytes("hello\nHTTP/1.1 200 OK\r\n\r\n"),
          NGX_DECLINED, NGX_DECLINED, 0, "not an HTTP/1 response", 0 }
    };

    run(tests, count(tests));
}


/* "n" times "unit" between "head" and "tail"; to be free()d */

static ngx_str_t
many(const char *head, const char *unit, size_t n, const char *tail)
{
    ngx_str_t  s;

    s.data = malloc(ngx_strlen(head) + n * ngx_strlen(unit)
                    + ngx_strlen(tail) + 1);

    s.len = sprintf((char *) s.data, "%s", head);

    while (n--) {
        s.len += sprintf((char *) s.data + s.len, "%s", unit);
    }

    s.len += sprintf((char *) s.data + s.len, "%s", tail);

    return s;
}


static void
limit(const char *name, size_t max, const char *head, const char *unit,
    size_t n, const char *tail, const char *error)
{
    size_t                        i;
    ngx_int_t                     rc;
    ngx_str_t                     s;
    ngx_pool_t                   *pool;
    ngx_http_mcp_http_response_t  res;

    static const size_t  steps[] = { WHOLE, 1, 1000 };

    s = many(head, unit, n, tail);

    for (i = 0; i < count(steps); i++) {
        pool = tap_pool();

        ngx_http_mcp_http_response_init(&res, pool, max);

        rc = feed(&res, (char *) s.data, s.len, steps[i], steps[i]);

        if (error == NULL) {
            ok(rc == NGX_OK, "read: %s, %zd at a time", name,
               (ssize_t) steps[i]);

        } else {
            ok(rc == NGX_DECLINED && ngx_strcmp(res.error, error) == 0,
               "refused: %s, %zd at a time", name, (ssize_t) steps[i]);
        }

        ngx_destroy_pool(pool);
    }

    free(s.data);
}


#define STATUS  "HTTP/1.1 200 OK\r\n"
#define END     "Content-Length: 0\r\n\r\n"

/* bytes for the value of "X: " in the largest header */

#define ROOM                                                                  \
    (NGX_HTTP_MCP_RESPONSE_HEADER - (sizeof(STATUS "X: \r\n" END) - 1))


static void
test_limits(void)
{
    limit("the largest header", MAX, STATUS "X: ", "x", ROOM,
          "\r\n" END, NULL);
    limit("a header a byte too large", MAX, STATUS "X: ", "x", ROOM + 1,
          "\r\n" END, "headers too large");
    limit("a line that does not end", MAX, STATUS "X: ", "x", 20000, "",
          "headers too large");
    limit("a status line that does not end", MAX, "HTTP/1.1 200 ", "x",
          20000, "", "headers too large");

    limit("as many header lines as may be", MAX, STATUS, "X: y\r\n",
          NGX_HTTP_MCP_RESPONSE_LINES - 1, END, NULL);
    limit("a header line too many", MAX, STATUS, "X: y\r\n",
          NGX_HTTP_MCP_RESPONSE_LINES, END, "too many header lines");

    limit("answers before the answer", MAX, "",
          "HTTP/1.1 100 Continue\r\n\r\n", 100, STATUS END, NULL);
    limit("answers without an end", MAX, "",
          "HTTP/1.1 100 Continue\r\n\r\n", 1000, "", "headers too large");
    limit("headers of answers without an end", MAX, "",
          "HTTP/1.1 100\r\nX: y\r\n\r\n", 200, "", "too many header lines");

    limit("many chunks", 100000, chunked, "1\r\nx\r\n", 100000,
          "0\r\n\r\n", NULL);
    limit("a chunk too many", 100000, chunked, "1\r\nx\r\n", 100001,
          "0\r\n\r\n", "body too large");
    limit("extensions without an end", 100000, chunked,
          "1;0123456789\r\nx\r\n", 2000, "", "headers too large");
    limit("blanks without an end", 100000, chunked,
          "1         \r\nx\r\n", 2000, "", "headers too large");
    limit("a size without an end", 100000, chunked, "0", 20000, "",
          "headers too large");
    limit("trailers without an end", MAX, chunked "0\r\n", "X: y\r\n", 200,
          "", "too many header lines");
    limit("a body that grows", 1000000, "HTTP/1.1 200 OK\r\n"
          "Content-Length: 1000000\r\n\r\n", "0123456789", 100000, "", NULL);
}


static void
test_fields(void)
{
    size_t                        i;
    ngx_int_t                     rc;
    ngx_str_t                     s;
    ngx_pool_t                   *pool;
    ngx_http_mcp_http_response_t  res;

    static const struct {
        const char  *lines;
        ngx_int_t    max_age;
        ngx_int_t    retry_after;
        const char  *location;
    } tests[] = {
        { "", -1, -1, "" },
        { "Cache-Control: max-age=60\r\n", 60, -1, "" },
        { "Cache-Control: public , Max-Age=60, x=\"a, b\"\r\n", 60, -1, "" },
        { "Cache-Control: max-age=60\r\nCache-Control: max-age=30\r\n",
          30, -1, "" },
        { "Cache-Control: max-age=0\r\n", 0, -1, "" },
        { "Cache-Control: no-store\r\n", 0, -1, "" },
        { "Cache-Control: no-cache, max-age=60\r\n", 0, -1, "" },
        { "Cache-Control: max-age=60, NO-STORE\r\n", 0, -1, "" },
        { "Cache-Control: no-cache=\"x\"\r\n", 0, -1, "" },
        { "Cache-Control: s-maxage=60, private\r\n", -1, -1, "" },
        { "Cache-Control: max-age=x, max-age, max-age=\r\n", -1, -1, "" },
        { "Cache-Control: max-age=-1\r\n", -1, -1, "" },
        { "Cache-Control: max-age=\"60\"\r\n", -1, -1, "" },
        { "Cache-Control:\r\n", -1, -1, "" },
        { "Cache-Control: max-age=99999999999999999999999\r\n",
          0x7fffffff, -1, "" },
        { "Cache-Control: max-age=2147483640\r\n", 0x7fffffff, -1, "" },
        { "Cache-Control: max-age=2147483639\r\n", 2147483639, -1, "" },
        { "Age: 20\r\nCache-Control: max-age=60\r\n", 40, -1, "" },
        { "Cache-Control: max-age=60\r\nAge: 20\r\nAge: 5\r\n", 40, -1, "" },
        { "Cache-Control: max-age=60\r\nAge: 200\r\n", 0, -1, "" },
        { "Cache-Control: max-age=60\r\nAge: soon\r\n", 60, -1, "" },
        { "Age: 20\r\n", -1, -1, "" },
        { "Retry-After: 30\r\n", -1, 30, "" },
        { "Retry-After: Wed, 21 Oct 2026 07:28:00 GMT\r\n", -1, -1, "" },
        { "Location: https://a.example/b\r\nLocation: c\r\n", -1, -1,
          "https://a.example/b" },
        { "Location:\r\nLocation: c\r\n", -1, -1, "" }
    };

    for (i = 0; i < count(tests); i++) {
        pool = tap_pool();
        s = many("HTTP/1.1 302 Found\r\n", tests[i].lines, 1, END);

        ngx_http_mcp_http_response_init(&res, pool, MAX);

        rc = feed(&res, (char *) s.data, s.len, 1, 1);

        ok(rc == NGX_OK && res.max_age == tests[i].max_age
           && res.retry_after == tests[i].retry_after,
           "'%s': %d, %d", tests[i].lines, (int) res.max_age,
           (int) res.retry_after);
        is_str(&res.location, tests[i].location, "its location");

        free(s.data);
        ngx_destroy_pool(pool);
    }
}


/* once it is said, it stays said */

static void
test_after(void)
{
    ngx_pool_t                   *pool;
    ngx_http_mcp_http_response_t  res;

    static const u_char  whole[] = "HTTP/1.1 204 x\r\n\r\n";

    pool = tap_pool();

    ngx_http_mcp_http_response_init(&res, pool, MAX);

    ok(res.max_age == -1 && res.retry_after == -1 && res.body.data != NULL
       && res.body.len == 0, "an empty response");
    ok(ngx_http_mcp_http_response_read(&res, whole, 0) == NGX_AGAIN,
       "nothing read is no response");
    ok(ngx_http_mcp_http_response_read(&res, whole, sizeof(whole) - 1)
       == NGX_OK && res.keepalive, "whole");
    ok(ngx_http_mcp_http_response_read(&res, whole, 0) == NGX_OK
       && res.keepalive, "nothing more");
    ok(ngx_http_mcp_http_response_read(&res, whole, 1) == NGX_OK
       && !res.keepalive, "a byte more");
    ok(ngx_http_mcp_http_response_eof(&res) == NGX_OK, "the end");

    ngx_http_mcp_http_response_init(&res, pool, MAX);

    ok(ngx_http_mcp_http_response_read(&res, (u_char *) "x\n", 2)
       == NGX_DECLINED, "refused");
    ok(ngx_http_mcp_http_response_read(&res, whole, sizeof(whole) - 1)
       == NGX_DECLINED, "and more of it");
    ok(ngx_http_mcp_http_response_eof(&res) == NGX_DECLINED
       && ngx_strcmp(res.error, "not an HTTP/1 response") == 0,
       "the first error is kept");

    ngx_destroy_pool(pool);
}


static void
test_memory(void)
{
    ngx_int_t                     rc;
    ngx_pool_t                   *pool;
    ngx_http_mcp_http_response_t  res;

    static const u_char  head[] = "HTTP/1.1 200 OK\r\n"
                                  "Content-Length: 2000000\r\n\r\n";

    pool = tap_pool();

    ngx_http_mcp_http_response_init(&res, pool, 4000000);

    if (ngx_http_mcp_test_starve(1)) {
        rc = ngx_http_mcp_http_response_read(&res, head, sizeof(head) - 1);
        ngx_http_mcp_test_starve(0);

        ok(rc == NGX_ERROR, "no memory");
    }

    ngx_destroy_pool(pool);
}


int
main(void)
{
    test_bodies();
    test_chunks();
    test_framing();
    test_garbage();
    test_limits();
    test_fields();
    test_after();
    test_memory();

    return tap_done();
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Parts of a multipart body (RFC 2046 5.1; U3 of the upstream rules).
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_multipart.h"


#define bytes(literal)  literal, sizeof(literal) - 1
#define count(table)    (sizeof(table) / sizeof(table[0]))


typedef struct {
    const char  *name;
    const char  *body;
    size_t       len;
    const char  *parts;                    /* as shown(); NULL: refused */
} split_t;


static void
put(ngx_str_t *s, const ngx_str_t *text, u_char end)
{
    if (text->len) {
        ngx_memcpy(s->data + s->len, text->data, text->len);
    }

    s->len += text->len;
    s->data[s->len++] = end;
}


/* the parts as "type|location|body" joined by "~" */

static ngx_str_t
shown(const ngx_array_t *parts)
{
    size_t                len;
    ngx_str_t             s;
    ngx_uint_t            i;
    ngx_http_mcp_part_t  *part;

    part = parts->elts;

    for (len = 1, i = 0; i < parts->nelts; i++) {
        len += part[i].type.len + part[i].location.len + part[i].body.len + 3;
    }

    s.data = malloc(len);
    s.len = 0;

    for (i = 0; i < parts->nelts; i++) {
        put(&s, &part[i].type, '|');
        put(&s, &part[i].location, '|');
        put(&s, &part[i].body, '~');
    }

    s.len -= (s.len != 0);

    return s;
}


static ngx_int_t
split(ngx_pool_t *pool, const char *data, size_t len, const char *boundary,
    ngx_str_t *out)
{
    ngx_int_t    rc;
    ngx_str_t    body, b;
    ngx_array_t  parts;

    body = tap_exact(data, len);
    b = tap_exact(boundary, ngx_strlen(boundary));

    if (ngx_array_init(&parts, pool, 1, sizeof(ngx_http_mcp_part_t))
        != NGX_OK)
    {
        exit(2);
    }

    rc = ngx_http_mcp_multipart_split(pool, &body, &b, &parts);

    *out = shown(&parts);

    free(body.data);
    free(b.data);

    return rc;
}


static void
run(const split_t *tests, size_t n)
{
    size_t       i;
    ngx_int_t    rc;
    ngx_str_t    out;
    ngx_pool_t  *pool;

    pool = tap_pool();

    for (i = 0; i < n; i++) {
        rc = split(pool, tests[i].body, tests[i].len, "b", &out);

        if (tests[i].parts == NULL) {
            ok(rc == NGX_DECLINED, "refused: %s", tests[i].name);

        } else if (ok(rc == NGX_OK, "read: %s", tests[i].name)) {
            is_str(&out, tests[i].parts, "the parts of it");
        }

        free(out.data);
    }

    ngx_destroy_pool(pool);
}


static void
test_lines(void)
{
    static const split_t  tests[] = {
        { "one part",
          bytes("--b\r\n\r\nx\r\n--b--\r\n"), "||x" },
        { "two parts",
          bytes("--b\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--\r\n"), "||x~||y" },
        { "no line end after the closing boundary",
          bytes("--b\r\n\r\nx\r\n--b--"), "||x" },
        { "a preamble and an epilogue",
          bytes("read\r\nthis\r\n--b\r\n\r\nx\r\n--b--\r\nbye\r\n--b\r\nz"),
          "||x" },
        { "a preamble of an empty line",
          bytes("\r\n--b\r\n\r\nx\r\n--b--"), "||x" },
        { "blanks after boundaries",
          bytes("--b \t\r\n\r\nx\r\n--b-- \t \r\n"), "||x" },
        { "lines end with LF",
          bytes("--b\n\nx\n--b\nContent-Type: a/b\n\ny\n--b--\n"),
          "||x~a/b||y" },
        { "an empty part",
          bytes("--b\r\n\r\n\r\n--b--"), "||" },
        { "an empty part without a second line end",
          bytes("--b\r\n\r\n--b--"), "||" },
        { "a part of nothing",
          bytes("--b\r\n--b--"), "||" },
        { "a part of nothing, LF",
          bytes("--b\n--b\n--b--"), "||~||" },
        { "a header without a body",
          bytes("--b\r\nContent-Type: a/b\r\n--b--"), "a/b||" },
        { "no part",
          bytes("--b--"), "" },
        { "line ends inside of a body are kept",
          bytes("--b\r\n\r\n\r\nx\r\n\r\n\r\n--b--"), "||\r\nx\r\n\r\n" },

        /* CR LF and LF do not mix: binary data may hold either */

        { "LF boundaries in a CR LF body are data",
          bytes("--b\r\n\r\nx\n--b\n\ny\r\n--b--"), "||x\n--b\n\ny" },
        { "LF before a boundary in a CR LF body is data",
          bytes("--b\r\n\r\nx\n--b\r\n\r\ny\r\n--b--"),
          "||x\n--b\r\n\r\ny" },
        { "LF after a boundary in a CR LF body is data",
          bytes("--b\r\n\r\nx\r\n--b\n\r\ny\r\n--b--"),
          "||x\r\n--b\n\r\ny" },
        { "CR before a boundary in an LF body is data",
          bytes("--b\n\nx\r\n--b--\n"), "||x\r" },

        /* what only looks like a boundary */

        { "a longer boundary is data",
          bytes("--b\r\n\r\nx\r\n--bb\r\n--b-\r\n--b--x\r\n--b--"),
          "||x\r\n--bb\r\n--b-\r\n--b--x" },
        { "a boundary inside of a line is data",
          bytes("--b\r\n\r\nx--b\r\n --b\r\n-b\r\nb\r\n--\r\n--b--"),
          "||x--b\r\n --b\r\n-b\r\nb\r\n--" },
        { "a boundary in another case is data",
          bytes("--b\r\n\r\nx\r\n--B\r\n--b--"), "||x\r\n--B" },
        { "a nested multipart is data",
          bytes("--b\r\nContent-Type: multipart/mixed; boundary=bc\r\n\r\n"
                "--bc\r\n\r\nx\r\n--bc--\r\n--b--"),
          "multipart/mixed; boundary=bc||--bc\r\n\r\nx\r\n--bc--" },

        { "an empty body", bytes(""), NULL },
        { "no boundary", bytes("hello\r\nworld\r\n"), NULL },
        { "another boundary", bytes("--c\r\n\r\nx\r\n--c--"), NULL },
        { "the boundary without dashes", bytes("b\r\n\r\nx\r\nb--"), NULL },
        { "no closing boundary", bytes("--b\r\n\r\nx\r\n"), NULL },
        { "cut in the closing boundary", bytes("--b\r\n\r\nx\r\n--b-"), NULL },
        { "ends with a boundary", bytes("--b\r\n\r\nx\r\n--b\r\n"), NULL },
        { "CR in place of a line end", bytes("--b\r\rx\r--b--\r"), NULL },
        { "no line end before the closing boundary",
          bytes("--b\r\n\r\nx--b--"), NULL }
    };

    run(tests, count(tests));
}


static void
test_headers(void)
{
    static const split_t  tests[] = {
        { "type and location",
          bytes("--b\r\nContent-Type: text/plain\r\n"
                "Content-Location: test://x\r\n\r\nx\r\n--b--"),
          "text/plain|test://x|x" },
        { "names in any case, blanks around values",
          bytes("--b\r\ncontent-TYPE:\t a/b \t\r\nCONTENT-location:c:d\r\n"
                "\r\nx\r\n--b--"), "a/b|c:d|x" },
        { "other fields are skipped",
          bytes("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n"
                "X_Odd.Name!: 1\r\nContent-Length: 99\r\nContent-ID: <1>\r\n"
                "Content-Type: a/b\r\n\r\nx\r\n--b--"), "a/b||x" },
        { "an empty value",
          bytes("--b\r\nContent-Type:\r\nContent-Location: \r\n\r\nx\r\n"
                "--b--"), "||x" },
        { "a folded value",
          bytes("--b\r\nContent-Type: text/plain;\r\n\tcharset=x\r\n\r\nx\r\n"
                "--b--"), "text/plain;  \tcharset=x||x" },
        { "a folded value, LF",
          bytes("--b\nContent-Type:\n a/b;\n  c=d\nContent-Location: e:f\n"
                "\nx\n--b--"), "a/b;   c=d|e:f|x" },
        { "a folded value to skip",
          bytes("--b\r\nContent-Disposition: attachment;\r\n"
                " filename=\"Content-Type: c/d\"\r\nContent-Type: a/b\r\n"
                "\r\nx\r\n--b--"), "a/b||x" },
        { "a folded line of blanks is no empty line",
          bytes("--b\r\nContent-Type: a/b\r\n \r\n\r\nx\r\n--b--"),
          "a/b||x" },
        { "header lines with LF in a CR LF body",
          bytes("--b\r\nContent-Type: a/b\n\nx\r\n--b--"), "a/b||x" },
        { "header lines with CR LF in an LF body",
          bytes("--b\nContent-Type: a/b\r\n\r\nx\n--b--"), "a/b||x" },
        { "a header in a body is data",
          bytes("--b\r\n\r\nContent-Type: a/b\r\n\r\nx\r\n--b--"),
          "||Content-Type: a/b\r\n\r\nx" },
        { "a header is that of its part alone",
          bytes("--b\r\nContent-Type: a/b\r\nContent-Location: c:d\r\n"
                "Content-Transfer-Encoding: base64\r\n\r\neA==\r\n--b\r\n\r\n"
                "eA==\r\n--b--"), "a/b|c:d|x~||eA==" },

        { "a line without a colon",
          bytes("--b\r\nhello\r\n\r\nx\r\n--b--"), NULL },
        { "a body without an empty line",
          bytes("--b\r\nhello\r\n--b--"), NULL },
        { "a name with a blank",
          bytes("--b\r\nContent-Type : a/b\r\n\r\nx\r\n--b--"), NULL },
        { "no name",
          bytes("--b\r\n: a/b\r\n\r\nx\r\n--b--"), NULL },
        { "a name with a control character",
          bytes("--b\r\nContent\0-Type: a/b\r\n\r\nx\r\n--b--"), NULL },
        { "a name that is not ASCII",
          bytes("--b\r\nContent\xc3\xa4: a/b\r\n\r\nx\r\n--b--"), NULL },
        { "a fold without a field",
          bytes("--b\r\n a: b\r\n\r\nx\r\n--b--"), NULL },
        { "a type twice",
          bytes("--b\r\nContent-Type: a/b\r\ncontent-type: a/b\r\n\r\nx\r\n"
                "--b--"), NULL },
        { "a location twice, once empty",
          bytes("--b\r\nContent-Location:\r\nContent-Location: a:b\r\n\r\n"
                "x\r\n--b--"), NULL },
        { "an encoding twice",
          bytes("--b\r\nContent-Transfer-Encoding: binary\r\n"
                "Content-Transfer-Encoding: base64\r\n\r\neA==\r\n--b--"),
          NULL }
    };

    run(tests, count(tests));
}


#define encoded(encoding, data)                                               \
    bytes("--b\r\nContent-Transfer-Encoding: " encoding "\r\n\r\n"            \
          data "\r\n--b--")


static void
test_encodings(void)
{
    static const split_t  tests[] = {
        { "7bit", encoded("7bit", "eA=="), "||eA==" },
        { "8bit", encoded("8BIT", "eA=="), "||eA==" },
        { "binary", encoded("Binary", "eA=="), "||eA==" },
        { "base64", encoded("base64", "eA=="), "||x" },
        { "base64 in any case", encoded("BASE64", "eHl6"), "||xyz" },
        { "base64 in lines", encoded("base64", "eH\r\nl6e\r\nA==\r\n\r\n"),
          "||xyzx" },
        { "base64 in LF lines", encoded("base64", "eH\nl6\n"), "||xyz" },
        { "base64 of nothing", encoded("base64", ""), "||" },
        { "base64 of line ends", encoded("base64", "\r\n\r\n"), "||" },

        { "base64 without padding", encoded("base64", "eA"), NULL },
        { "base64 with half its padding", encoded("base64", "eA="), NULL },
        { "base64 with bits behind", encoded("base64", "eB=="), NULL },
        { "base64 with a blank", encoded("base64", "eA ="), NULL },
        { "base64 with blanks between lines", encoded("base64", "eHl6\r\n "),
          NULL },
        { "base64url", encoded("base64", "_-_-"), NULL },
        { "base64, then more", encoded("base64", "eA==eA=="), NULL },
        { "no base64", encoded("base64", "hello, world"), NULL },
        { "quoted-printable", encoded("quoted-printable", "x"), NULL },
        { "x-gzip", encoded("x-gzip", "x"), NULL },
        { "an empty encoding", encoded("", "x"), NULL },
        { "two encodings", encoded("base64, 8bit", "eA=="), NULL }
    };

    run(tests, count(tests));
}


static void
test_boundaries(void)
{
    size_t       i;
    char         text[256], boundary[80];
    ngx_int_t    rc;
    ngx_str_t    out;
    ngx_uint_t   c, wrong;
    ngx_pool_t  *pool;

    static const char *const  good[] = {
        "x", "-", "--", "----=_Part_1.2", "gc0pJq0M:08jU534c0p", "a b",
        "'()+_,-./:=?", "=", " x"
    };

    static const char *const  bad[] = { "", " ", "x ", "a\tb", "a\nb" };

    pool = tap_pool();

    for (i = 0; i < count(good); i++) {
        sprintf(text, "pre\r\n--%s\r\n\r\nx\r\n--%s\r\n\r\ny\r\n--%s--\r\n",
                good[i], good[i], good[i]);

        rc = split(pool, text, ngx_strlen(text), good[i], &out);

        ok(rc == NGX_OK, "boundary '%s'", good[i]);
        is_str(&out, "||x~||y", "its parts");
        free(out.data);
    }

    for (i = 0; i < count(bad); i++) {
        sprintf(text, "--%s\r\n\r\nx\r\n--%s--\r\n", bad[i], bad[i]);

        rc = split(pool, text, ngx_strlen(text), bad[i], &out);

        ok(rc == NGX_DECLINED, "no boundary: '%s'", bad[i]);
        free(out.data);
    }

    for (wrong = 0, c = 1; c < 256; c++) {
        sprintf(text, "--x%cx\r\n\r\nx\r\n--x%cx--\r\n", (int) c, (int) c);
        sprintf(boundary, "x%cx", (int) c);

        rc = split(pool, text, ngx_strlen(text), boundary, &out);

        wrong += (rc == NGX_OK) != (c >= 0x20 && c <= 0x7e);
        free(out.data);
    }

    ok(wrong == 0, "printable ASCII makes a boundary");

    for (i = 70; i < 72; i++) {
        ngx_memset(boundary, 'x', i);
        boundary[i] = '\0';

        sprintf(text, "--%s\r\n\r\nx\r\n--%s--\r\n", boundary, boundary);

        rc = split(pool, text, ngx_strlen(text), boundary, &out);

        ok((rc == NGX_OK) == (i == 70), "a boundary of %d bytes", (int) i);
        free(out.data);
    }

    ngx_destroy_pool(pool);
}


static void
test_limits(void)
{
    int          n, i;
    char        *text, *p;
    ngx_int_t    rc;
    ngx_str_t    out;
    ngx_pool_t  *pool;

    text = malloc(65536);
    pool = tap_pool();

    for (n = NGX_HTTP_MCP_MULTIPART_PARTS;
         n <= NGX_HTTP_MCP_MULTIPART_PARTS + 1;
         n++)
    {
        for (p = text, i = 0; i < n; i++) {
            p += sprintf(p, "--b\r\n\r\n%d\r\n", i);
        }

        p += sprintf(p, "--b--");

        rc = split(pool, text, p - text, "b", &out);

        ok((rc == NGX_OK) == (n == NGX_HTTP_MCP_MULTIPART_PARTS),
           "%d parts", n);
        free(out.data);
    }

    /* "Content-Type: " and three line ends are 14 and 4 bytes */

    for (n = NGX_HTTP_MCP_MULTIPART_HEADER;
         n <= NGX_HTTP_MCP_MULTIPART_HEADER + 1;
         n++)
    {
        p = text + sprintf(text, "--b\r\nContent-Type: %*d\r\n\r\n"
                           "x\r\n--b--", n - 18, 7);

        rc = split(pool, text, p - text, "b", &out);

        if (n == NGX_HTTP_MCP_MULTIPART_HEADER) {
            ok(rc == NGX_OK, "a header of %d bytes", n);
            is_str(&out, "7||x", "it is read");

        } else {
            ok(rc == NGX_DECLINED, "no header of %d bytes", n);
        }

        free(out.data);

        p = text + sprintf(text, "--b\r\nX: %*d\r\nContent-Type: 7\r\n\r\n"
                           "x\r\n--b--", n - 24, 7);

        rc = split(pool, text, p - text, "b", &out);

        ok(rc == (n == NGX_HTTP_MCP_MULTIPART_HEADER ? NGX_OK : NGX_DECLINED),
           "lines of %d bytes in sum", n);

        free(out.data);
    }

    p = text + sprintf(text, "--b\r\n\r\n%20000d\r\n--b--", 7);

    rc = split(pool, text, p - text, "b", &out);

    ok(rc == NGX_OK, "a body has no such limit");

    free(out.data);
    free(text);
    ngx_destroy_pool(pool);
}


/* a body that is cut anywhere is refused, and nothing behind it is read */

static void
test_cuts(void)
{
    size_t       len, crlf;
    ngx_str_t    out;
    ngx_uint_t   wrong;
    ngx_pool_t  *pool;

    static const char  text[] =
        "pre\r\n--b\r\nContent-Type: a/b;\r\n c=d\r\n\r\nx\r\n\r\n--b\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\neA==\r\n--b--";

    static const char  lf[] = "\n--b\nContent-Type: a/b\n\nx\n--b\n\n\n--b--";

    pool = tap_pool();

    for (wrong = 0, len = 0; len < sizeof(text) - 1; len++) {
        wrong += split(pool, text, len, "b", &out) != NGX_DECLINED;
        free(out.data);
    }

    ok(wrong == 0, "cut at each byte");

    for (wrong = 0, len = 0; len < sizeof(lf) - 1; len++) {
        wrong += split(pool, lf, len, "b", &out) != NGX_DECLINED;
        free(out.data);
    }

    ok(wrong == 0, "cut at each byte, LF");

    for (crlf = 0; crlf < 2; crlf++) {
        len = (crlf ? sizeof(text) : sizeof(lf)) - 1;
        ok(split(pool, crlf ? text : lf, len, "b", &out) == NGX_OK,
           "not cut");
        free(out.data);
    }

    ngx_destroy_pool(pool);
}


static void
test_large(void)
{
    size_t       i, j, n, size;
    clock_t      start;
    ngx_int_t    rc;
    ngx_str_t    body, boundary;
    ngx_pool_t  *pool;
    ngx_array_t  parts;

    static const char  head[] =
        "--b\r\nContent-Transfer-Encoding: base64\r\n\r\n";

    static const char *const  patterns[] = {
        "\n", "\r\n", "-", "--b", "\n--b", "\r\n--b", "\r\n--b ", "\n ",
        "--b--", "a:\n ", "\r"
    };

    size = 8 * 1024 * 1024;

    body.data = malloc(size);
    body.len = size;
    ngx_str_set(&boundary, "b");

    ngx_memset(body.data, 'A', size);
    ngx_memcpy(body.data, head, sizeof(head) - 1);

    i = (size - sizeof(head) - 8) / 4 * 4 + sizeof(head) - 1;
    ngx_memcpy(body.data + i, "\r\n--b--", 7);
    body.len = i + 7;

    pool = tap_pool();
    (void) ngx_array_init(&parts, pool, 1, sizeof(ngx_http_mcp_part_t));

    if (ngx_http_mcp_test_starve(1)) {
        rc = ngx_http_mcp_multipart_split(pool, &body, &boundary, &parts);
        ngx_http_mcp_test_starve(0);

        ok(rc == NGX_ERROR, "memory: none left is NGX_ERROR");
    }

    parts.nelts = 0;
    rc = ngx_http_mcp_multipart_split(pool, &body, &boundary, &parts);

    ok(rc == NGX_OK
       && ((ngx_http_mcp_part_t *) parts.elts)->body.len
          == (i - sizeof(head) + 1) / 4 * 3,
       "8 MiB of Base64");

    ngx_destroy_pool(pool);

    /* what is not linear would not come back */

    body.len = size;
    start = clock();

    for (i = 0; i < count(patterns); i++) {
        n = ngx_strlen(patterns[i]);

        ngx_memcpy(body.data, "--b\r\n", 5);

        for (j = 5; j < size; j++) {
            body.data[j] = patterns[i][j % n];
        }

        pool = tap_pool();
        (void) ngx_array_init(&parts, pool, 1, sizeof(ngx_http_mcp_part_t));
        (void) ngx_http_mcp_multipart_split(pool, &body, &boundary, &parts);
        ngx_destroy_pool(pool);
    }

    ok((clock() - start) / CLOCKS_PER_SEC < 60, "hostile bodies in time");

    free(body.data);
}


int
main(void)
{
    test_lines();
    test_headers();
    test_encodings();
    test_boundaries();
    test_limits();
    test_cuts();
    test_large();

    return tap_done();
}

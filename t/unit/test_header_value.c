
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Header values: blanks, legal bytes, names, and the Base64 form of
 * Mcp-Name and Mcp-Param-* (HTTP-30, HTTP-36, HTTP-37, HTTP-39, HTTP-55).
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_header_value.h"


#define bytes(literal)  literal, sizeof(literal) - 1


typedef struct {
    const char  *data;
    size_t       len;
    const char  *decoded;                  /* NULL: refused */
    size_t       decoded_len;
} value_t;


static void
test_trim(void)
{
    size_t     i;
    ngx_str_t  s, copy;

    static const value_t  tests[] = {
        { bytes(""), bytes("") },
        { bytes(" "), bytes("") },
        { bytes("\t \t "), bytes("") },
        { bytes("x"), bytes("x") },
        { bytes("  x  "), bytes("x") },
        { bytes("\tx\t"), bytes("x") },
        { bytes("\t a \t b\t "), bytes("a \t b") },
        { bytes("\nx\r"), bytes("\nx\r") },
        { bytes("\0x\0"), bytes("\0x\0") },
        { bytes("\xa0x\xa0"), bytes("\xa0x\xa0") }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        copy = tap_exact(tests[i].data, tests[i].len);
        s = copy;

        ngx_http_mcp_header_trim(&s);
        is_bytes(&s, tests[i].decoded, tests[i].decoded_len,
                 "trim: '%s' (HTTP-55)", tests[i].data);
        ok(s.data >= copy.data && s.data + s.len <= copy.data + copy.len,
           "trim: in place");

        free(copy.data);
    }
}


static void
test_legal(void)
{
    char        text[4];
    ngx_str_t   s;
    ngx_uint_t  c, i, wrong, legal, token;

    for (wrong = 0, c = 0; c < 256; c++) {

        legal = (c == '\t' || (c >= ' ' && c <= '~'));
        token = (c == '-' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')
                 || (c >= 'a' && c <= 'z'));

        for (i = 0; i < 3; i++) {
            ngx_memcpy(text, "a-9", 3);
            text[i] = (char) c;

            s = tap_exact(text, 3);
            wrong += (ngx_http_mcp_header_legal(&s) != legal);
            wrong += (ngx_http_mcp_header_token(&s) != token);
            free(s.data);
        }
    }

    ok(wrong == 0, "legal bytes and names: all bytes at 3 places (HTTP-39)");

    ngx_str_set(&s, "");
    ok(ngx_http_mcp_header_legal(&s), "an empty value is legal");
    ok(!ngx_http_mcp_header_token(&s), "an empty name is not (HTTP-30)");

    ngx_str_set(&s, "x-1-Depot");
    ok(ngx_http_mcp_header_token(&s), "a name");

    ngx_str_set(&s, "x_1");
    ok(!ngx_http_mcp_header_token(&s), "nginx drops names with a \"_\"");

    ngx_str_set(&s, "x: y");
    ok(!ngx_http_mcp_header_token(&s), "a name has no colon, no blank");
}


static void
test_decode(void)
{
    size_t       i;
    ngx_int_t    rc;
    ngx_str_t    value, out;
    ngx_pool_t  *pool;

    static const value_t  tests[] = {

        /* literal text */

        { bytes(""), bytes("") },
        { bytes("get_order"), bytes("get_order") },
        { bytes(" \tget order\t "), bytes("get order") },
        { bytes("a\tb"), bytes("a\tb") },
        { bytes("=?base64?SGk="), bytes("=?base64?SGk=") },
        { bytes("SGk=?="), bytes("SGk=?=") },
        { bytes("=?BASE64?SGk=?="), bytes("=?BASE64?SGk=?=") },
        { bytes("=?Base64?SGk=?="), bytes("=?Base64?SGk=?=") },
        { bytes("=?base64?="), bytes("=?base64?=") },
        { bytes("=?base64?"), bytes("=?base64?") },
        { bytes("=?base64=SGk=?="), bytes("=?base64=SGk=?=") },
        { bytes("=?utf-8?B?SGk=?="), bytes("=?utf-8?B?SGk=?=") },
        { bytes("x=?base64?SGk=?="), bytes("x=?base64?SGk=?=") },
        { bytes("=?base64?SGk=?=x"), bytes("=?base64?SGk=?=x") },
        { bytes("?="), bytes("?=") },

        /* Base64 */

        { bytes("=?base64?\?="), bytes("") },
        { bytes("=?base64?SGk=?="), bytes("Hi") },
        { bytes(" =?base64?SGk=?=\t"), bytes("Hi") },
        { bytes("=?base64?SGVsc2luZ8O4cg==?="), bytes("Helsing\xc3\xb8r") },
        { bytes("=?base64?AA==?="), bytes("\0") },
        { bytes("=?base64?IHgg?="), bytes(" x ") },
        { bytes("=?base64?PT9iYXNlNjQ/U0drPT89?="),
          bytes("=?base64?SGk=?=") },
        { bytes("=?base64?8J+YgA==?="), bytes("\xf0\x9f\x98\x80") },
        { bytes("=?base64?Cg==?="), bytes("\n") },

        /* refused */

        { bytes("caf\xc3\xa9"), NULL, 0 },
        { bytes("caf\xe9"), NULL, 0 },
        { bytes("a\nb"), NULL, 0 },
        { bytes("a\0b"), NULL, 0 },
        { bytes("a\177"), NULL, 0 },
        { bytes("=?base64?SGk?="), NULL, 0 },
        { bytes("=?base64?SGk==?="), NULL, 0 },
        { bytes("=?base64?SGl=?="), NULL, 0 },
        { bytes("=?base64?S G k?="), NULL, 0 },
        { bytes("=?base64?SGk-?="), NULL, 0 },
        { bytes("=?base64?SG_k?="), NULL, 0 },
        { bytes("=?base64? SGk=?="), NULL, 0 },
        { bytes("=?base64?/w==?="), NULL, 0 },
        { bytes("=?base64?wIA=?="), NULL, 0 },
        { bytes("=?base64?7aCA?="), NULL, 0 },
        { bytes("=?base64?SGk=?=?="), NULL, 0 },
        { bytes("=?base64?====?="), NULL, 0 },
        { bytes("=?base64?SGk=\xc3\xa9?="), NULL, 0 }
    };

    pool = tap_pool();

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        value = tap_exact(tests[i].data, tests[i].len);

        rc = ngx_http_mcp_header_decode(pool, &value, &out);

        if (tests[i].decoded) {
            ok(rc == NGX_OK, "value: %s (HTTP-36, HTTP-37)", tests[i].data);
            is_bytes(&out, tests[i].decoded, tests[i].decoded_len,
                     "value: to its bytes");

        } else {
            ok(rc == NGX_DECLINED, "refused value: %s (HTTP-39)",
               tests[i].data);
        }

        ok(value.len == tests[i].len
           && (value.len == 0
               || memcmp(value.data, tests[i].data, value.len) == 0),
           "value: the header itself is left alone");

        free(value.data);
    }

    ngx_destroy_pool(pool);
}


static ngx_int_t
base64(const char *text, size_t n, u_char *out, size_t *len)
{
    u_char     *dst;
    size_t      room;
    ngx_int_t   rc;
    ngx_str_t   s;

    s = tap_exact(text, n);

    /* no byte more than the contract asks for */

    room = n / 4 * 3;

    dst = malloc(room ? room : 1);
    if (dst == NULL) {
        exit(2);
    }

    rc = ngx_http_mcp_base64_decode(dst, len, &s);

    if (rc == NGX_OK) {
        ngx_memcpy(out, dst, *len);
    }

    free(dst);
    free(s.data);

    return rc;
}


/* 1 if nginx's encoder makes exactly this of what was decoded */

static ngx_uint_t
canonical(const char *text, size_t n, u_char *decoded, size_t len)
{
    u_char     buf[64];
    ngx_str_t  src, dst;

    src.data = decoded;
    src.len = len;
    dst.data = buf;

    ngx_encode_base64(&dst, &src);

    return dst.len == n && ngx_memcmp(dst.data, text, n) == 0;
}


static void
test_base64(void)
{
    char         text[8];
    u_char       out[64];
    size_t       n, len;
    ngx_uint_t   i, a, b, good, wrong;

    static const char  *const rfc4648[][2] = {
        { "", "" }, { "Zg==", "f" }, { "Zm8=", "fo" }, { "Zm9v", "foo" },
        { "Zm9vYg==", "foob" }, { "Zm9vYmE=", "fooba" },
        { "Zm9vYmFy", "foobar" }
    };

    static const char  *const refused[] = {
        "=", "==", "===", "====", "A", "AA", "AAA", "A===", "AA=A", "A=AA",
        "=AAA", "AAAA=", "AAAA====", "AA==AAAA", "AAA=AAAA", "AAAA\n", "A A=",
        "AA-A", "AA_A", "AB==", "AP==", "AAB=", "AAD=", "Zg", "Zg=", "Zm8"
    };

    static const char  digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (i = 0; i < sizeof(rfc4648) / sizeof(rfc4648[0]); i++) {
        n = strlen(rfc4648[i][0]);

        ok(base64(rfc4648[i][0], n, out, &len) == NGX_OK
           && len == strlen(rfc4648[i][1])
           && memcmp(out, rfc4648[i][1], len) == 0,
           "base64: %s", rfc4648[i][0]);
    }

    for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        ok(base64(refused[i], strlen(refused[i]), out, &len) == NGX_DECLINED,
           "base64 refused: %s", refused[i]);
    }

    /* all pairs of bytes in the last group, with and without padding */

    for (wrong = 0, a = 0; a < 256; a++) {
        for (b = 0; b < 256; b++) {

            ngx_memcpy(text, "QUJD", 4);
            text[4] = 'Q';
            text[5] = (char) a;
            text[6] = (char) b;
            text[7] = '=';

            good = a && b && strchr(digits, (int) a)
                   && ((strchr(digits, (int) b)
                        && (strchr(digits, (int) b) - digits) % 4 == 0)
                       || (b == '='
                           && (strchr(digits, (int) a) - digits) % 16 == 0));

            if (base64(text, 8, out, &len) != (good ? NGX_OK : NGX_DECLINED)) {
                wrong++;

            } else if (good && !canonical(text, 8, out, len)) {
                wrong++;
            }

            text[7] = '/';

            good = a && b && strchr(digits, (int) a) && strchr(digits, (int) b);

            if (base64(text, 8, out, &len) != (good ? NGX_OK : NGX_DECLINED)) {
                wrong++;

            } else if (good && !canonical(text, 8, out, len)) {
                wrong++;
            }
        }
    }

    ok(wrong == 0, "base64: only what an encoder makes: %d wrong",
       (int) wrong);
}


static void
test_memory(void)
{
    char        *text;
    ngx_int_t    rc;
    ngx_str_t    value, out;
    ngx_pool_t  *pool;

    static const size_t  size = 4 * 1024 * 1024 + 11;

    text = malloc(size);
    if (text == NULL) {
        exit(2);
    }

    ngx_memset(text, 'A', size);
    ngx_memcpy(text, "=?base64?", 9);
    ngx_memcpy(text + size - 2, "?=", 2);

    value = tap_exact(text, size);
    free(text);

    pool = tap_pool();

    if (ngx_http_mcp_test_starve(1)) {
        rc = ngx_http_mcp_header_decode(pool, &value, &out);
        ngx_http_mcp_test_starve(0);

        ok(rc == NGX_ERROR, "memory: none left is NGX_ERROR");
    }

    rc = ngx_http_mcp_header_decode(pool, &value, &out);
    ok(rc == NGX_OK && out.len == 3 * 1024 * 1024, "memory: 3 MiB of NUL");

    ngx_destroy_pool(pool);
    free(value.data);
}


int
main(void)
{
    test_trim();
    test_legal();
    test_decode();
    test_base64();
    test_memory();

    return tap_done();
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * base64url with one spelling a value (V-3, T14).
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_base64url.h"


#define bytes(literal)  literal, sizeof(literal) - 1


static const char  alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";


/* decodes into exactly the room that the macro promises */

static ngx_int_t
decode(const char *text, size_t len, ngx_str_t *out)
{
    size_t     room;
    ngx_int_t  rc;
    ngx_str_t  src;

    src = tap_exact(text, len);

    room = ngx_http_mcp_base64url_room(len);

    out->data = malloc(room);
    out->len = 12345;

    rc = ngx_http_mcp_base64url_decode(out->data, &out->len, &src);

    free(src.data);

    if (rc != NGX_OK) {
        free(out->data);
        return rc;
    }

    if (out->len > room) {
        abort();
    }

    return NGX_OK;
}


static void
test_known(void)
{
    size_t     i;
    ngx_str_t  out;

    static const struct {
        const char  *text;
        const char  *data;
        size_t       len;
    } tests[] = {
        { "", bytes("") },
        { "Zg", bytes("f") },
        { "Zm8", bytes("fo") },
        { "Zm9v", bytes("foo") },
        { "Zm9vYg", bytes("foob") },
        { "Zm9vYmE", bytes("fooba") },
        { "Zm9vYmFy", bytes("foobar") },
        { "A-z_4ME", bytes("\x03\xec\xff\xe0\xc1") },
        { "__-_", bytes("\xff\xff\xbf") },
        { "----", bytes("\xfb\xef\xbe") },
        { "AAAA", bytes("\0\0\0") },
        { "AA", bytes("\0") },
        { "eyJhbGciOiJFUzI1NiJ9", bytes("{\"alg\":\"ES256\"}") }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {

        if (decode(tests[i].text, strlen(tests[i].text), &out) != NGX_OK) {
            ok(0, "\"%s\" is decoded", tests[i].text);
            continue;
        }

        is_bytes(&out, tests[i].data, tests[i].len, "\"%s\"", tests[i].text);
        free(out.data);
    }
}


static void
test_refused(void)
{
    size_t     i;
    ngx_str_t  out;

    static const struct {
        const char  *text;
        size_t       len;
    } tests[] = {
        { bytes("A") },
        { bytes("AAAAA") },
        { bytes("Zg==") },
        { bytes("Zg=") },
        { bytes("Zm8=") },
        { bytes("Zm9v=") },
        { bytes("Zm9v====") },
        { bytes("=") },
        { bytes("==") },
        { bytes("====") },
        { bytes("Z===") },
        { bytes("Zh") },
        { bytes("Zm9vYh") },
        { bytes("Zm9") },
        { bytes("Zm9vYmF") },
        { bytes("A+z/4ME") },
        { bytes("++++") },
        { bytes("////") },
        { bytes("Zm9v ") },
        { bytes(" Zm9v") },
        { bytes("Zm 9v") },
        { bytes("Zm9v\n") },
        { bytes("Zm9v\r\nYmFy") },
        { bytes("Zm9v\tYmFy") },
        { bytes("Zm9v\0") },
        { bytes("Zm9\0") },
        { bytes("\0\0\0\0") },
        { bytes("Zm9v.") },
        { bytes("Zm.v") },
        { bytes("Zm9v!!!garbage") },
        { bytes("Zm9\xc3\xa9") },
        { bytes("Zm9\xff") },
        { bytes("%5A%6D") }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        ok(decode(tests[i].text, tests[i].len, &out) == NGX_DECLINED,
           "\"%s\", %d bytes, is refused (T14)", tests[i].text,
           (int) tests[i].len);
    }
}


/* each byte at each place of each kind of end */

static void
test_alphabet(void)
{
    char        text[12];
    size_t      len, i;
    ngx_int_t   rc;
    ngx_str_t   out;
    ngx_uint_t  c, in, wrong;

    for (wrong = 0, len = 2; len <= 8; len++) {

        if (len % 4 == 1) {
            continue;
        }

        for (i = 0; i < len; i++) {

            for (c = 0; c < 256; c++) {
                memset(text, 'A', sizeof(text));
                text[i] = (char) c;

                in = (c && strchr(alphabet, (int) c) != NULL);

                /* the last one has unused bits: four of them, or two */

                if (in && i == len - 1 && len % 4) {
                    in = ((strchr(alphabet, (int) c) - alphabet)
                          % (len % 4 == 2 ? 16 : 4)) == 0;
                }

                rc = decode(text, len, &out);
                wrong += (rc != (in ? NGX_OK : NGX_DECLINED));

                if (rc == NGX_OK) {
                    free(out.data);
                }
            }
        }
    }

    ok(wrong == 0, "every byte at every place, %d wrong", (int) wrong);
}


/* of the texts of a length as many are good as there are values */

static void
test_spellings(void)
{
    char       text[3];
    size_t     i, k, m, two, three;
    ngx_str_t  out;

    two = 0;
    three = 0;

    for (i = 0; i < 64; i++) {
        text[0] = alphabet[i];

        for (k = 0; k < 64; k++) {
            text[1] = alphabet[k];

            if (decode(text, 2, &out) == NGX_OK) {
                two++;
                free(out.data);
            }

            for (m = 0; m < 64; m++) {
                text[2] = alphabet[m];

                if (decode(text, 3, &out) == NGX_OK) {
                    three++;
                    free(out.data);
                }
            }
        }
    }

    ok(two == 256, "256 texts of 2 characters: one a value");
    ok(three == 65536, "65536 texts of 3 characters: one a value");
}


static void
test_lengths(ngx_pool_t *pool)
{
    u_char      data[400];
    size_t      n;
    uint32_t    seed;
    ngx_str_t   src, text, out;
    ngx_uint_t  wrong, odd;

    seed = 1;

    for (n = 0; n < sizeof(data); n++) {
        seed = seed * 1103515245 + 12345;
        data[n] = (u_char) (seed >> 16);
    }

    text.data = ngx_pnalloc(pool, ngx_base64_encoded_length(sizeof(data)));
    src.data = data;

    for (wrong = 0, n = 0; n <= sizeof(data); n++) {
        src.len = n;
        ngx_encode_base64url(&text, &src);

        if (decode((char *) text.data, text.len, &out) != NGX_OK) {
            wrong++;
            continue;
        }

        wrong += (out.len != n || memcmp(out.data, data, n) != 0);
        free(out.data);
    }

    ok(wrong == 0, "every length comes back, %d wrong", (int) wrong);

    /* a text of one character too many */

    memset(text.data, 'A', 500);

    for (odd = 0, n = 1; n < 500; n += 4) {
        odd += (decode((char *) text.data, n, &out) != NGX_DECLINED);
    }

    ok(odd == 0, "lengths of 4n + 1 are refused");
}


int
main(void)
{
    ngx_pool_t  *pool;

    pool = tap_pool();

    test_known();
    test_refused();
    test_alphabet();
    test_spellings();
    test_lengths(pool);

    ngx_destroy_pool(pool);

    return tap_done();
}

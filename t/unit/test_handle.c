
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Signed handles: what is signed verifies, and nothing else does.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_handle.h"


static u_char  key[NGX_HTTP_MCP_HANDLE_KEY] = "0123456789abcdef0123456789abcde";
static u_char  other[NGX_HTTP_MCP_HANDLE_KEY] =
    "0123456789abcdef0123456789abcdX";


static ngx_int_t
verify(const u_char *k, u_char kind, const ngx_str_t *text, u_char *payload,
    size_t *len)
{
    ngx_int_t   rc;
    ngx_str_t   exact;

    exact = tap_exact((char *) text->data, text->len);
    rc = ngx_http_mcp_handle_verify(k, kind, &exact, payload, len);
    free(exact.data);

    return rc;
}


static void
test_round_trip(ngx_pool_t *pool)
{
    size_t      n, len;
    u_char      payload[NGX_HTTP_MCP_HANDLE_PAYLOAD];
    u_char      back[NGX_HTTP_MCP_HANDLE_PAYLOAD];
    ngx_str_t   text;
    ngx_uint_t  wrong;

    wrong = 0;

    for (n = 0; n < sizeof(payload); n++) {
        payload[n] = (u_char) (n * 7);
    }

    for (n = 0; n <= sizeof(payload); n++) {
        if (ngx_http_mcp_handle_sign(pool, key, 'c', payload, n, &text)
            != NGX_OK
            || verify(key, 'c', &text, back, &len) != NGX_OK
            || len != n || memcmp(back, payload, n) != 0)
        {
            wrong++;
        }
    }

    ok(wrong == 0, "every length comes back, %d wrong", (int) wrong);

    ok(ngx_http_mcp_handle_sign(pool, key, 'c', payload, sizeof(payload) + 1,
                                &text)
       == NGX_ERROR, "a payload that is too long is refused");
}


static void
test_refused(ngx_pool_t *pool)
{
    size_t      i, len;
    u_char      back[NGX_HTTP_MCP_HANDLE_PAYLOAD], save;
    ngx_str_t   text, cut;
    ngx_uint_t  accepted;

    ngx_http_mcp_handle_sign(pool, key, 'c', (u_char *) "payload", 7, &text);

    ok(verify(other, 'c', &text, back, &len) == NGX_DECLINED,
       "another key is refused");
    ok(verify(key, 's', &text, back, &len) == NGX_DECLINED,
       "another kind is refused");

    accepted = 0;

    for (i = 0; i < text.len; i++) {
        save = text.data[i];
        text.data[i] = (save == 'A') ? 'B' : 'A';
        accepted += (verify(key, 'c', &text, back, &len) == NGX_OK);
        text.data[i] = save;
    }

    ok(accepted == 0, "a changed character is refused, %d accepted",
       (int) accepted);

    cut.len = text.len + 1;
    cut.data = malloc(cut.len);
    memcpy(cut.data, text.data, text.len);
    cut.data[text.len] = '=';

    ok(verify(key, 'c', &cut, back, &len) == NGX_DECLINED,
       "padding after it is refused");

    free(cut.data);

    accepted = 0;
    cut = text;

    for (cut.len = 0; cut.len < text.len; cut.len++) {
        accepted += (verify(key, 'c', &cut, back, &len) == NGX_OK);
    }

    ok(accepted == 0, "a cut text is refused");

    text.data = (u_char *) "not base64url!!";
    text.len = 15;
    ok(verify(key, 'c', &text, back, &len) == NGX_DECLINED,
       "another alphabet is refused");
}


static void
test_long(void)
{
    size_t      len;
    u_char      back[NGX_HTTP_MCP_HANDLE_PAYLOAD];
    ngx_str_t   text;
    ngx_uint_t  accepted;

    accepted = 0;

    text.data = malloc(100000);
    memset(text.data, 'A', 100000);

    for (text.len = 600; text.len < 800; text.len++) {
        accepted += (verify(key, 'c', &text, back, &len) != NGX_DECLINED);
    }

    text.len = 100000;
    accepted += (verify(key, 'c', &text, back, &len) != NGX_DECLINED);

    ok(accepted == 0, "texts over the limit are refused");

    free(text.data);
}


int
main(void)
{
    ngx_pool_t  *pool;

    pool = tap_pool();

    test_round_trip(pool);
    test_refused(pool);
    test_long();

    ngx_destroy_pool(pool);

    return tap_done();
}

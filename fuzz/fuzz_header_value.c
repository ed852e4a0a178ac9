
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Header values under arbitrary bytes (libFuzzer): what is literal stays
 * what it was, and Base64 that is accepted is what an encoder makes.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_header_value.h"
#include "ngx_http_mcp_utf8.h"


#define must(cond)  do { if (!(cond)) { abort(); } } while (0)


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
fuzz_encoded(const ngx_str_t *decoded, const u_char *text, size_t len)
{
    ngx_str_t  encoded;

    encoded.len = ngx_base64_encoded_length(decoded->len);
    encoded.data = malloc(encoded.len + 1);
    must(encoded.data != NULL);

    ngx_encode_base64(&encoded, (ngx_str_t *) decoded);

    must(encoded.len == len && memcmp(encoded.data, text, len) == 0);

    free(encoded.data);
}


static void
fuzz_base64(const ngx_str_t *text)
{
    size_t     room;
    ngx_int_t  rc;
    ngx_str_t  out;

    room = text->len / 4 * 3;

    out.data = malloc(room ? room : 1);
    must(out.data != NULL);

    rc = ngx_http_mcp_base64_decode(out.data, &out.len, text);

    if (rc == NGX_OK) {
        must(out.len <= room);
        fuzz_encoded(&out, text->data, text->len);

    } else {
        must(rc == NGX_DECLINED);
    }

    free(out.data);
}


static void
fuzz_value(ngx_pool_t *pool, const ngx_str_t *text)
{
    ngx_int_t  rc;
    ngx_str_t  out, cut;

    cut = *text;
    ngx_http_mcp_header_trim(&cut);

    must(cut.len <= text->len);
    must(cut.len == 0 || (cut.data[0] != ' ' && cut.data[0] != '\t'
                          && cut.data[cut.len - 1] != ' '
                          && cut.data[cut.len - 1] != '\t'));

    rc = ngx_http_mcp_header_decode(pool, text, &out);

    if (!ngx_http_mcp_header_legal(&cut)) {
        must(rc == NGX_DECLINED);
        must(!ngx_http_mcp_header_token(&cut));
        return;
    }

    if (cut.len >= 11 && memcmp(cut.data, "=?base64?", 9) == 0
        && memcmp(cut.data + cut.len - 2, "?=", 2) == 0)
    {
        must(rc == NGX_OK || rc == NGX_DECLINED);

        if (rc == NGX_OK) {
            must(ngx_http_mcp_utf8_valid(out.data, out.len) == out.len);
            fuzz_encoded(&out, cut.data + 9, cut.len - 11);
        }

        return;
    }

    must(rc == NGX_OK);
    must(out.data == cut.data && out.len == cut.len);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t    text, value;
    ngx_pool_t  *pool;

    text = tap_exact((const char *) data, size);
    pool = tap_pool();

    fuzz_base64(&text);
    fuzz_value(pool, &text);

    /* and as the inside of the Base64 form */

    value.len = size + 11;
    value.data = malloc(value.len);
    must(value.data != NULL);

    ngx_memcpy(value.data, "=?base64?", 9);
    ngx_memcpy(value.data + 9, text.data, size);
    ngx_memcpy(value.data + 9 + size, "?=", 2);

    fuzz_value(pool, &value);

    free(value.data);
    ngx_destroy_pool(pool);
    free(text.data);

    return 0;
}

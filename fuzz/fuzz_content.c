
/*
 * Copyright (C) mcp-nginx contributors
 *
 * libFuzzer: the first line is a Content-Type, the second a
 * Content-Location, the rest the body.  Some letters in the first line
 * stand for what takes long to guess.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_content.h"
#include "ngx_http_mcp_header_value.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
must(int good, const char *what)
{
    if (!good) {
        fprintf(stderr, "%s\n", what);
        abort();
    }
}


/* what a first line of one letter means: a type, the body's beginning */

static const struct {
    u_char       letter;
    const char  *type;
    const char  *body;
} fuzz_letters[] = {
    { 'j', "application/json", "" },
    { 'b', "application/json", "\xef\xbb\xbf" },
    { 'c', "text/plain;charset=latin1", "" },
    { 'u', "text/plain;charset=\"utf-\\8\"", "" },
    { 'w', "text/plain;charset=utf-16", "" },
    { 'i', "image/png", "" },
    { 'a', "audio/wav", "" },
    { 'p', "application/pdf", "" },
    { 'm', "multipart/mixed;boundary=b", "" },
    { 'l', "multipart/mixed;boundary=b", "--b\nContent-Location:" },
    { 't', "multipart/mixed;boundary=b", "--b\nContent-Type:" },
    { 'e', "multipart/mixed;boundary=b",
      "--b\r\nContent-Transfer-Encoding: base64\r\n" },
    { '\0', NULL, NULL }
};


/* the next line of the input */

static ngx_str_t
fuzz_line(const uint8_t **p, const uint8_t *last)
{
    ngx_str_t       line;
    const uint8_t  *end;

    for (end = *p; end < last && *end != '\n'; end++) { /* void */ }

    line.data = (u_char *) *p;
    line.len = end - *p;

    *p = (end < last) ? end + 1 : end;

    return line;
}


/* type, location and body, each in memory of its own */

static void
fuzz_input(ngx_http_mcp_content_t *ct, const uint8_t *p, const uint8_t *last)
{
    size_t       i, len;
    ngx_str_t    type, location;
    const char  *body;

    type = fuzz_line(&p, last);
    location = fuzz_line(&p, last);
    body = "";

    for (i = 0; type.len == 1 && fuzz_letters[i].type; i++) {

        if (type.data[0] == fuzz_letters[i].letter) {
            type.data = (u_char *) fuzz_letters[i].type;
            type.len = ngx_strlen(type.data);
            body = fuzz_letters[i].body;
        }
    }

    ct->type = tap_exact((char *) type.data, type.len);
    ct->location = tap_exact((char *) location.data, location.len);

    len = ngx_strlen(body);

    ct->body.len = len + (last - p);
    ct->body.data = malloc(ct->body.len ? ct->body.len : 1);

    ngx_memcpy(ct->body.data, body, len);

    if (last > p) {
        ngx_memcpy(ct->body.data + len, p, last - p);
    }
}


static ngx_int_t
fuzz_member(const ngx_http_mcp_json_t *object, char *name,
    ngx_http_mcp_json_t *value)
{
    ngx_str_t  s;

    s.data = (u_char *) name;
    s.len = ngx_strlen(name);

    return ngx_http_mcp_json_find(object, &s, value);
}


/* a string member holds exactly the bytes of "want" */

static void
fuzz_same(ngx_pool_t *pool, const ngx_http_mcp_json_t *object, char *name,
    const ngx_str_t *want, ngx_uint_t base64)
{
    ngx_str_t             text, raw;
    ngx_http_mcp_json_t   value;

    must(fuzz_member(object, name, &value) == NGX_OK
         && ngx_http_mcp_json_decode(pool, &value, &text) == NGX_OK, name);

    if (base64) {
        raw.data = malloc(text.len + 1);

        must(ngx_http_mcp_base64_decode(raw.data, &raw.len, &text) == NGX_OK,
             "Base64");
    } else {
        raw = text;
    }

    must(raw.len == want->len
         && (raw.len == 0 || ngx_memcmp(raw.data, want->data, raw.len) == 0),
         name);

    if (base64) {
        free(raw.data);
    }
}


/* what was written says what the block says */

static void
fuzz_block(ngx_pool_t *pool, const ngx_http_mcp_block_t *block,
    ngx_http_mcp_json_t *object)
{
    ngx_http_mcp_json_t  inner;

    switch (block->kind) {

    case NGX_HTTP_MCP_BLOCK_TEXT:
        fuzz_same(pool, object, "text", &block->data, 0);
        return;

    case NGX_HTTP_MCP_BLOCK_IMAGE:
    case NGX_HTTP_MCP_BLOCK_AUDIO:
        fuzz_same(pool, object, "data", &block->data, 1);
        fuzz_same(pool, object, "mimeType", &block->mime_type, 0);
        return;

    default:
        must(fuzz_member(object, "resource", &inner) == NGX_OK, "resource");

        fuzz_same(pool, &inner, "uri", &block->uri, 0);
        fuzz_same(pool, &inner, "mimeType", &block->mime_type, 0);
        fuzz_same(pool, &inner, block->binary ? "blob" : "text",
                  &block->data, block->binary);

        must(block->uri.len != 0 && block->mime_type.len != 0, "empty");
    }
}


static void
fuzz_write(const ngx_http_mcp_content_t *ct)
{
    ngx_str_t                  out;
    ngx_uint_t                 i;
    ngx_http_mcp_json_t        all, object;
    ngx_http_mcp_json_iter_t   it;
    ngx_http_mcp_json_scan_t   scan;

    out.len = ngx_http_mcp_content_length(&ct->blocks);
    out.data = malloc(out.len);

    must(ngx_http_mcp_content_write(out.data, &ct->blocks)
         == out.data + out.len, "not as long as measured");

    ngx_memzero(&scan, sizeof(ngx_http_mcp_json_scan_t));
    scan.depth = 3;
    scan.unique = 1;

    must(ngx_http_mcp_json_scan(&scan, &out, &all) == NGX_OK, "not JSON");
    must(!scan.lone, "a lone surrogate");

    ngx_http_mcp_json_iter(&it, &all);

    for (i = 0; ngx_http_mcp_json_next(&it, NULL, &object) == NGX_OK; i++) {
        must(i < ct->blocks.nelts, "too many blocks");

        fuzz_block(ct->pool, (ngx_http_mcp_block_t *) ct->blocks.elts + i,
                   &object);
    }

    must(i == ct->blocks.nelts && i <= 64, "blocks");

    free(out.data);
}


static void
fuzz_json(const ngx_http_mcp_content_t *ct)
{
    ngx_http_mcp_json_t       value;
    ngx_http_mcp_json_scan_t  scan;

    if (ct->json.type == NGX_HTTP_MCP_JSON_NONE) {
        return;
    }

    must(!ct->broken && ct->blocks.nelts == 1, "JSON, but broken");

    ngx_memzero(&scan, sizeof(ngx_http_mcp_json_scan_t));
    scan.depth = NGX_HTTP_MCP_JSON_DEPTH;

    must(ngx_http_mcp_json_scan(&scan, &ct->json.raw, &value) == NGX_OK
         && !scan.lone
         && value.type == ct->json.type
         && value.raw.len == ct->json.raw.len, "JSON, but not again");
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_int_t               rc;
    ngx_http_mcp_content_t  ct;

    ngx_memset(&ct, 0x5a, sizeof(ngx_http_mcp_content_t));

    ct.pool = tap_pool();
    fuzz_input(&ct, data, data + size);
    ngx_str_set(&ct.uri, "mcp:call");

    rc = ngx_http_mcp_content_map(&ct);

    must(rc == NGX_OK || rc == NGX_DECLINED, "memory");

    if (rc == NGX_OK) {
        fuzz_write(&ct);
        fuzz_json(&ct);
    }

    free(ct.type.data);
    free(ct.location.data);
    free(ct.body.data);
    ngx_destroy_pool(ct.pool);

    return 0;
}

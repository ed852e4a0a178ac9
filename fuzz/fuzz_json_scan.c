
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The JSON rooms under arbitrary bytes (libFuzzer).  What must hold is
 * checked with abort(): the results of a scan, a walk that leaves nothing
 * out, spans that are JSON again, escapes that decode to what they were.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_json_scan.h"
#include "ngx_http_mcp_json_write.h"
#include "ngx_http_mcp_utf8.h"


#define must(cond)  do { if (!(cond)) { abort(); } } while (0)

/* values looked at in one text; all, unless it is built to be slow */
#define FUZZ_VALUES  2000


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_value(ngx_pool_t *pool, const ngx_http_mcp_json_t *value,
    ngx_uint_t depth, ngx_uint_t *left);


static ngx_int_t
fuzz_scan(const ngx_str_t *text, ngx_uint_t depth, unsigned unique,
    ngx_http_mcp_json_scan_t *s, ngx_http_mcp_json_t *value)
{
    ngx_int_t  rc;

    ngx_memset(s, 0xff, sizeof(ngx_http_mcp_json_scan_t));
    s->depth = depth;
    s->unique = unique;

    rc = ngx_http_mcp_json_scan(s, text, value);

    if (rc == NGX_OK) {
        must(s->error == NGX_HTTP_MCP_JSON_OK);
        must(value->type != NGX_HTTP_MCP_JSON_NONE);
        must(value->raw.len > 0 && value->raw.data >= text->data);
        must(value->raw.data + value->raw.len <= text->data + text->len);

        return rc;
    }

    must(rc == NGX_DECLINED);
    must(s->error != NGX_HTTP_MCP_JSON_OK);
    must(s->offset <= text->len);
    must(value->type == NGX_HTTP_MCP_JSON_NONE && value->raw.len == 0);

    return rc;
}


static ngx_uint_t
fuzz_blank(const u_char *p, const u_char *last, ngx_uint_t comma)
{
    for ( /* void */ ; p < last; p++) {

        if (*p == ',' && comma) {
            comma = 0;
            continue;
        }

        if (*p != ' ' && *p != '\t' && *p != LF && *p != CR) {
            return 0;
        }
    }

    return !comma;
}


static void
fuzz_string(ngx_pool_t *pool, const ngx_http_mcp_json_t *value)
{
    ngx_int_t                 rc;
    ngx_str_t                 out, text, again;
    ngx_http_mcp_json_t       back;
    ngx_http_mcp_json_scan_t  s;

    must(fuzz_scan(&value->raw, 0, 0, &s, &back) == NGX_OK);

    rc = ngx_http_mcp_json_decode(pool, value, &out);

    if (rc == NGX_DECLINED) {
        must(s.lone);
        return;
    }

    must(rc == NGX_OK && !s.lone);
    must(ngx_http_mcp_utf8_valid(out.data, out.len) == out.len);
    must(ngx_http_mcp_json_equal(value, &out));

    if (out.len) {
        out.len--;
        must(!ngx_http_mcp_json_equal(value, &out));
        out.len++;
    }

    /* escaped again it decodes to the same */

    text.len = ngx_http_mcp_json_escaped(out.data, out.len) + 2;
    text.data = malloc(text.len);
    must(text.data != NULL);

    text.data[0] = '"';
    must(ngx_http_mcp_json_escape(text.data + 1, out.data, out.len)
         == text.data + text.len - 1);
    text.data[text.len - 1] = '"';

    must(fuzz_scan(&text, 0, 0, &s, &back) == NGX_OK);
    must(ngx_http_mcp_json_decode(pool, &back, &again) == NGX_OK);
    must(again.len == out.len
         && (out.len == 0 || memcmp(again.data, out.data, out.len) == 0));

    free(text.data);
}


static void
fuzz_number(const ngx_http_mcp_json_t *value)
{
    char                 *end, text[64];
    double                n;
    ngx_http_mcp_json_t   one;

    must(ngx_http_mcp_json_compare(value, value) == 0);

    /* a double is right about what is small and short */

    if (value->raw.len > 12) {
        return;
    }

    ngx_memcpy(text, value->raw.data, value->raw.len);
    text[value->raw.len] = '\0';

    n = strtod(text, &end);
    must(*end == '\0');

    if (n > 1e15 || n < -1e15 || (n < 1e-6 && n > -1e-6)) {
        return;
    }

    must(ngx_http_mcp_json_integer(value) == (n == (double) (int64_t) n));

    ngx_str_set(&one.raw, "1.00");
    one.type = NGX_HTTP_MCP_JSON_NUMBER;

    must(ngx_http_mcp_json_compare(value, &one) == (n > 1) - (n < 1));
    must(ngx_http_mcp_json_compare(&one, value) == (n < 1) - (n > 1));
}


/* the bytes of a container are its values, names and what may be between */

static void
fuzz_walk(ngx_pool_t *pool, const ngx_http_mcp_json_t *top, ngx_uint_t depth,
    ngx_uint_t *left)
{
    u_char                    *p, *end;
    ngx_str_t                  key;
    ngx_uint_t                 n;
    ngx_http_mcp_json_t        name, value, found;
    ngx_http_mcp_json_iter_t   it, bare;

    end = top->raw.data + 1;

    ngx_http_mcp_json_iter(&it, top);
    ngx_http_mcp_json_iter(&bare, top);

    for (n = 0; ngx_http_mcp_json_next(&it, &name, &value) == NGX_OK; n++) {

        must(ngx_http_mcp_json_next(&bare, NULL, &found) == NGX_OK);
        must(found.raw.data == value.raw.data
             && found.raw.len == value.raw.len && found.type == value.type);

        p = value.raw.data;

        if (top->type == NGX_HTTP_MCP_JSON_OBJECT) {
            must(name.type == NGX_HTTP_MCP_JSON_STRING);
            must(fuzz_blank(end, name.raw.data, n > 0));

            end = name.raw.data + name.raw.len;
            p = ngx_strlchr(end, value.raw.data, ':');

            must(p != NULL && fuzz_blank(end, p, 0));
            must(fuzz_blank(p + 1, value.raw.data, 0));

        } else {
            must(fuzz_blank(end, p, n > 0));
        }

        end = value.raw.data + value.raw.len;

        if (*left == 0) {
            continue;
        }

        (*left)--;

        if (top->type == NGX_HTTP_MCP_JSON_OBJECT) {
            fuzz_string(pool, &name);

            if (ngx_http_mcp_json_decode(pool, &name, &key) == NGX_OK) {
                must(ngx_http_mcp_json_find(top, &key, &found) == NGX_OK);
                must(found.raw.data <= value.raw.data);
            }
        }

        fuzz_value(pool, &value, depth, left);
    }

    must(ngx_http_mcp_json_next(&bare, NULL, &found) == NGX_DONE);
    must(fuzz_blank(end, top->raw.data + top->raw.len - 1, 0));
}


static void
fuzz_value(ngx_pool_t *pool, const ngx_http_mcp_json_t *value,
    ngx_uint_t depth, ngx_uint_t *left)
{
    ngx_str_t                 copy;
    ngx_http_mcp_json_t       again;
    ngx_http_mcp_json_scan_t  s;

    copy = tap_exact((char *) value->raw.data, value->raw.len);

    must(fuzz_scan(&copy, depth, 0, &s, &again) == NGX_OK);
    must(again.type == value->type && again.raw.len == value->raw.len);

    free(copy.data);

    switch (value->type) {

    case NGX_HTTP_MCP_JSON_STRING:
        fuzz_string(pool, value);
        break;

    case NGX_HTTP_MCP_JSON_NUMBER:
        fuzz_number(value);
        break;

    case NGX_HTTP_MCP_JSON_ARRAY:
    case NGX_HTTP_MCP_JSON_OBJECT:
        fuzz_walk(pool, value, depth - 1, left);
        break;

    default:
        break;
    }
}


/* any valid UTF-8 can be made a string and comes back */

static void
fuzz_escape(ngx_pool_t *pool, const ngx_str_t *text)
{
    size_t               n;
    u_char              *dst;
    ngx_str_t            head;
    ngx_http_mcp_json_t  string;

    /* the writer itself takes any bytes */

    n = ngx_http_mcp_json_escaped(text->data, text->len);
    dst = malloc(n ? n : 1);
    must(dst != NULL);
    must(ngx_http_mcp_json_escape(dst, text->data, text->len) == dst + n);
    free(dst);

    head.data = text->data;
    head.len = ngx_http_mcp_utf8_valid(text->data, text->len);
    must(head.len <= text->len);

    n = ngx_http_mcp_json_escaped(head.data, head.len);
    string.raw.len = n + 2;
    string.raw.data = malloc(n + 2);
    string.type = NGX_HTTP_MCP_JSON_STRING;
    must(string.raw.data != NULL);

    string.raw.data[0] = '"';
    must(ngx_http_mcp_json_escape(string.raw.data + 1, head.data, head.len)
         == string.raw.data + n + 1);
    string.raw.data[n + 1] = '"';

    fuzz_string(pool, &string);
    must(ngx_http_mcp_json_equal(&string, &head));

    free(string.raw.data);
}


/* names that are compared one with another, slowly */

static ngx_uint_t
fuzz_twice(ngx_pool_t *pool, const ngx_http_mcp_json_t *top)
{
    ngx_str_t                 key;
    ngx_http_mcp_json_t       name, value, found;
    ngx_http_mcp_json_iter_t  it;

    ngx_http_mcp_json_iter(&it, top);

    while (ngx_http_mcp_json_next(&it, &name, &value) == NGX_OK) {

        if (top->type == NGX_HTTP_MCP_JSON_OBJECT
            && ngx_http_mcp_json_decode(pool, &name, &key) == NGX_OK
            && ngx_http_mcp_json_find(top, &key, &found) == NGX_OK
            && found.raw.data != value.raw.data)
        {
            return 1;
        }

        if (fuzz_twice(pool, &value)) {
            return 1;
        }
    }

    return 0;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_int_t                 rc, unique;
    ngx_str_t                 text;
    ngx_pool_t               *pool;
    ngx_uint_t                depth, left;
    ngx_http_mcp_json_t       value, same;
    ngx_http_mcp_json_scan_t  s, u;

    depth = 20;
    left = FUZZ_VALUES;

    text = tap_exact((const char *) data, size);
    pool = tap_pool();

    rc = fuzz_scan(&text, depth, 0, &s, &value);
    unique = fuzz_scan(&text, depth, 1, &u, &same);

    if (rc == NGX_OK) {
        must(ngx_http_mcp_utf8_valid(text.data, text.len) == text.len);
        must(fuzz_blank(text.data, value.raw.data, 0));
        must(fuzz_blank(value.raw.data + value.raw.len,
                        text.data + text.len, 0));

        fuzz_value(pool, &value, depth, &left);

        if (unique == NGX_OK) {
            must(same.raw.data == value.raw.data);
            must(u.lone == s.lone);

        } else {
            must(u.error == NGX_HTTP_MCP_JSON_DUPLICATE);
            must(text.data[u.offset] == '"');
        }

        /* lone surrogates are names that only the scanner can compare */

        if (!s.lone && size < 4096) {
            must(fuzz_twice(pool, &value) == (unique != NGX_OK));
        }

    } else {
        must(unique == NGX_DECLINED);

        if (s.error == NGX_HTTP_MCP_JSON_UTF8) {
            must(ngx_http_mcp_utf8_valid(text.data, text.len) == s.offset);
        }
    }

    fuzz_escape(pool, &text);

    ngx_destroy_pool(pool);
    free(text.data);

    return 0;
}

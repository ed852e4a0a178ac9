
/*
 * Copyright (C) mcp-nginx contributors
 *
 * libFuzzer: the first line is a URI template (and, as it is, a request
 * target), each further one a JSON value.  A variable takes the value that
 * the first byte of its name chooses.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_template.h"


#define FUZZ_VALUES  8


typedef struct {
    ngx_http_mcp_json_t  values[FUZZ_VALUES];
    ngx_uint_t           n;
} fuzz_values_t;


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
must(int good, const char *what, const ngx_str_t *s)
{
    if (!good) {
        fprintf(stderr, "%s: \"%.*s\"\n", what, (int) s->len,
                (char *) s->data);
        abort();
    }
}


/* the next line of the input, in memory of its own */

static ngx_str_t
fuzz_line(const uint8_t **p, const uint8_t *last)
{
    ngx_str_t       line;
    const uint8_t  *end;

    for (end = *p; end < last && *end != '\n'; end++) { /* void */ }

    line.len = end - *p;
    line.data = malloc(line.len ? line.len : 1);

    must(line.data != NULL, "no memory", &line);

    if (line.len) {
        memcpy(line.data, *p, line.len);
    }

    *p = (end < last) ? end + 1 : end;

    return line;
}


static int
fuzz_hex(u_char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c |= 0x20;

    return (c >= 'a' && c <= 'f') ? c - 'a' + 10 : -1;
}


/* RFC 3986, spelled out again so that no table is shared with the room */

static int
fuzz_legal(const ngx_str_t *s)
{
    size_t  i;
    u_char  c;

    for (i = 0; i < s->len; i++) {

        c = s->data[i];

        if (c == '%') {
            if (s->len - i < 3 || fuzz_hex(s->data[i + 1]) < 0
                || fuzz_hex(s->data[i + 2]) < 0)
            {
                return 0;
            }

            continue;
        }

        if (c == '\0' || c >= 0x80
            || (!isalnum(c) && !strchr("-._~:/?#[]@!$&'()*+,;=", c)))
        {
            return 0;
        }
    }

    return 1;
}


static ngx_str_t
fuzz_decode(const ngx_str_t *s)
{
    size_t     i;
    ngx_str_t  out;

    out.len = 0;
    out.data = malloc(s->len + 1);

    must(out.data != NULL, "no memory", s);

    for (i = 0; i < s->len; i++) {

        if (s->data[i] == '%' && s->len - i > 2
            && fuzz_hex(s->data[i + 1]) >= 0 && fuzz_hex(s->data[i + 2]) >= 0)
        {
            out.data[out.len++] = (u_char) (fuzz_hex(s->data[i + 1]) * 16
                                            + fuzz_hex(s->data[i + 2]));
            i += 2;

        } else {
            out.data[out.len++] = s->data[i];
        }
    }

    return out;
}


static int
fuzz_bad_segment(const ngx_str_t *s)
{
    size_t  i, len;

    for (i = 0; i < s->len; i++) {
        if (s->data[i] < 0x20 || s->data[i] == 0x7f
            || s->data[i] == '/' || s->data[i] == '\\')
        {
            return 1;
        }
    }

    for (len = 0; len < s->len && s->data[len] != ';'; len++) { /* void */ }

    return (len == 1 && s->data[0] == '.')
           || (len == 2 && s->data[0] == '.' && s->data[1] == '.');
}


/* the verdict of the check, made again the slow way */

static int
fuzz_safe(const ngx_str_t *target)
{
    int        bad;
    u_char    *p, *last, *end;
    ngx_str_t  segment, once, twice;

    if (target->len == 0 || target->data[0] != '/' || !fuzz_legal(target)
        || memchr(target->data, '#', target->len))
    {
        return 0;
    }

    last = memchr(target->data, '?', target->len);

    if (last == NULL) {
        last = target->data + target->len;
    }

    for (p = target->data; p < last; p = end) {

        p++;

        for (end = p; end < last && *end != '/'; end++) { /* void */ }

        segment.data = p;
        segment.len = end - p;

        once = fuzz_decode(&segment);
        twice = fuzz_decode(&once);

        bad = fuzz_bad_segment(&segment) || fuzz_bad_segment(&once)
              || fuzz_bad_segment(&twice);

        free(once.data);
        free(twice.data);

        if (bad) {
            return 0;
        }
    }

    return 1;
}


static void
fuzz_target(const ngx_str_t *target)
{
    ngx_int_t    rc;
    const char  *reason;

    reason = NULL;

    rc = ngx_http_mcp_template_target(target, &reason);

    must(rc == NGX_OK || (rc == NGX_DECLINED && reason), "target()", target);
    must((rc == NGX_OK) == fuzz_safe(target), "wrong verdict", target);
}


static ngx_int_t
fuzz_lookup(void *data, const ngx_http_mcp_template_var_t *var,
    ngx_http_mcp_json_t *value)
{
    fuzz_values_t  *v;

    v = data;

    if (v->n == 0) {
        return NGX_DECLINED;
    }

    *value = v->values[var->name.data[0] % v->n];

    return NGX_OK;
}


/* one value must not bring more than its own pair, unless it is exploded */

static void
fuzz_query(ngx_pool_t *pool, const ngx_str_t *name, fuzz_values_t *v)
{
    ngx_int_t                    rc;
    ngx_str_t                    out;
    ngx_uint_t                   i;
    ngx_http_mcp_template_var_t  var;

    ngx_memzero(&var, sizeof(ngx_http_mcp_template_var_t));

    for (i = 0; i < 2 * v->n; i++) {

        var.explode = i & 1;
        var.prefix = (i & 2) ? 3 : 0;

        rc = ngx_http_mcp_template_query(pool, name, &var, &v->values[i / 2],
                                         &out);

        must(rc == NGX_OK || rc == NGX_DECLINED, "query()", name);

        if (rc != NGX_OK || out.len == 0) {
            continue;
        }

        must(fuzz_legal(&out), "illegal query", &out);
        must(!memchr(out.data, '#', out.len), "fragment in a query", &out);
        must(memchr(out.data, '=', out.len) != NULL, "no \"=\"", &out);
        must(var.explode || !memchr(out.data, '&', out.len), "two pairs",
             &out);
    }
}


static void
fuzz_expand(ngx_pool_t *pool, const ngx_str_t *text, fuzz_values_t *v)
{
    size_t                              offset;
    ngx_int_t                           rc;
    ngx_str_t                           out;
    const char                         *reason;
    ngx_http_mcp_template_t             t;
    const ngx_http_mcp_template_var_t  *bad;

    reason = NULL;
    offset = (size_t) -1;

    rc = ngx_http_mcp_template_parse(pool, text, &t, &reason, &offset);

    if (rc != NGX_OK) {
        must(rc == NGX_DECLINED && reason && offset < text->len, "parse()",
             text);
        return;
    }

    rc = ngx_http_mcp_template_expand(pool, &t, fuzz_lookup, v, &out, &bad);

    if (rc != NGX_OK) {
        must(rc == NGX_DECLINED && bad, "expand()", text);
        return;
    }

    must(fuzz_legal(&out), "illegal URI", &out);

    fuzz_target(&out);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t                 text, lines[FUZZ_VALUES];
    ngx_uint_t                i, n;
    ngx_pool_t               *pool;
    fuzz_values_t             v;
    const uint8_t            *p, *last;
    ngx_http_mcp_json_scan_t  scan;

    p = data;
    last = data + size;

    pool = tap_pool();
    text = fuzz_line(&p, last);

    v.n = 0;

    for (n = 0; n < FUZZ_VALUES && p < last; n++) {

        lines[n] = fuzz_line(&p, last);

        ngx_memzero(&scan, sizeof(ngx_http_mcp_json_scan_t));
        scan.depth = NGX_HTTP_MCP_JSON_DEPTH;

        if (ngx_http_mcp_json_scan(&scan, &lines[n], &v.values[v.n])
            == NGX_OK)
        {
            v.n++;
        }
    }

    fuzz_target(&text);
    fuzz_query(pool, &text, &v);
    fuzz_expand(pool, &text, &v);

    free(text.data);

    for (i = 0; i < n; i++) {
        free(lines[i].data);
    }

    ngx_destroy_pool(pool);

    return 0;
}

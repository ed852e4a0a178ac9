
/*
 * Copyright (C) mcp-nginx contributors
 *
 * libFuzzer: the first line is a JSON Schema, each further one a value to
 * check, first for the verdict, then for violations.  An "f" before the
 * schema asserts formats.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_jsonschema.h"


#define FUZZ_CAP  100000


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
must(int good, const char *what)
{
    if (!good) {
        fprintf(stderr, "%s\n", what);
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

    line = tap_exact((const char *) *p, end - *p);
    *p = (end < last) ? end + 1 : end;

    return line;
}


static void
fuzz_check(const ngx_http_mcp_jsonschema_t *schema, ngx_str_t *text)
{
    ngx_int_t                            rc, verdict;
    ngx_uint_t                           i;
    ngx_pool_t                          *pool;
    ngx_http_mcp_json_t                  value;
    ngx_http_mcp_json_scan_t             scan;
    ngx_http_mcp_jsonschema_check_t      c;
    ngx_http_mcp_jsonschema_violation_t  v[
                                          NGX_HTTP_MCP_JSONSCHEMA_VIOLATIONS];

    ngx_memzero(&scan, sizeof(ngx_http_mcp_json_scan_t));
    scan.depth = NGX_HTTP_MCP_JSON_DEPTH;
    scan.unique = 1;

    if (ngx_http_mcp_json_scan(&scan, text, &value) != NGX_OK) {
        return;
    }

    ngx_memzero(&c, sizeof(ngx_http_mcp_jsonschema_check_t));
    c.cap = FUZZ_CAP;

    verdict = ngx_http_mcp_jsonschema_check(schema, &c, &value);

    must(verdict == NGX_OK || verdict == NGX_DECLINED || verdict == NGX_ABORT,
         "no verdict");
    must(c.n == 0, "violations that nobody wanted");

    pool = tap_pool();

    c.pool = pool;
    c.violations = v;
    c.max = NGX_HTTP_MCP_JSONSCHEMA_VIOLATIONS;

    rc = ngx_http_mcp_jsonschema_check(schema, &c, &value);

    must(rc == verdict || rc == NGX_ABORT || verdict == NGX_ABORT,
         "two verdicts");
    must(rc != NGX_DECLINED || c.n, "no violation");
    must(rc != NGX_OK || c.n == 0, "violations of a valid value");
    must(c.n <= c.max, "too many violations");

    for (i = 0; i < c.n; i++) {
        must(v[i].keyword.len && v[i].text.len, "an empty violation");
        must(v[i].pointer.len == 0 || v[i].pointer.data[0] == '/',
             "not a pointer");
    }

    ngx_destroy_pool(pool);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_int_t                           rc;
    ngx_str_t                           text, line;
    ngx_pool_t                         *pool;
    const uint8_t                      *p, *last;
    ngx_http_mcp_jsonschema_t          *schema;
    ngx_http_mcp_jsonschema_compile_t   c;

    p = data;
    last = data + size;

    ngx_memzero(&c, sizeof(ngx_http_mcp_jsonschema_compile_t));

    if (p < last && *p == 'f') {
        c.formats = 1;
        p++;
    }

    pool = tap_pool();
    text = fuzz_line(&p, last);

    rc = ngx_http_mcp_jsonschema_compile(pool, &c, &text, &schema);

    must(rc == NGX_OK || (rc == NGX_DECLINED && c.error.len), "compile()");

    while (rc == NGX_OK && p < last) {
        line = fuzz_line(&p, last);
        fuzz_check(schema, &line);
        free(line.data);
    }

    ngx_destroy_pool(pool);
    free(text.data);

    return 0;
}

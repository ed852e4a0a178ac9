
/*
 * Copyright (C) mcp-nginx contributors
 *
 * One door to the JSON Schema rooms for the files that test them: a schema
 * and a value as C strings, the answer as a C string.
 */


#ifndef _JSONSCHEMA_DOOR_H_INCLUDED_
#define _JSONSCHEMA_DOOR_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_jsonschema.h"


#define DOOR_TEXT  4096


typedef struct {
    ngx_pool_t                         *pool;
    ngx_str_t                           text;
    ngx_http_mcp_jsonschema_t          *schema;
    ngx_http_mcp_jsonschema_compile_t   conf;
    ngx_int_t                           rc;
} door_t;


static ngx_inline void
door_open(door_t *d, const char *schema, unsigned formats)
{
    ngx_memzero(d, sizeof(door_t));

    d->pool = tap_pool();
    d->text = tap_exact(schema, strlen(schema));
    d->conf.formats = formats;

    d->rc = ngx_http_mcp_jsonschema_compile(d->pool, &d->conf, &d->text,
                                            &d->schema);
}


static ngx_inline void
door_close(door_t *d)
{
    ngx_destroy_pool(d->pool);
    free(d->text.data);
}


/* "valid", "too complex", or "POINTER: TEXT; POINTER: TEXT" */

static ngx_inline ngx_int_t
door_check(door_t *d, const char *json, ngx_uint_t max, ngx_uint_t cap,
    char *answer)
{
    char                                *p, *last;
    ngx_int_t                            rc;
    ngx_str_t                            text;
    ngx_uint_t                           i;
    ngx_http_mcp_json_t                  value;
    ngx_http_mcp_json_scan_t             scan;
    ngx_http_mcp_jsonschema_check_t      c;
    ngx_http_mcp_jsonschema_violation_t  v[
                                          NGX_HTTP_MCP_JSONSCHEMA_VIOLATIONS];

    text = tap_exact(json, strlen(json));

    ngx_memzero(&scan, sizeof(ngx_http_mcp_json_scan_t));
    scan.depth = NGX_HTTP_MCP_JSON_DEPTH;
    scan.unique = 1;

    if (ngx_http_mcp_json_scan(&scan, &text, &value) != NGX_OK) {
        fprintf(stderr, "not JSON in the test: %s\n", json);
        exit(2);
    }

    ngx_memzero(&c, sizeof(ngx_http_mcp_jsonschema_check_t));
    c.pool = d->pool;
    c.violations = v;
    c.max = max;
    c.cap = cap;

    rc = ngx_http_mcp_jsonschema_check(d->schema, &c, &value);

    p = answer;
    last = answer + DOOR_TEXT;
    *p = '\0';

    for (i = 0; i < c.n; i++) {
        p += snprintf(p, last - p, "%s%.*s: %.*s", i ? "; " : "",
                      (int) v[i].pointer.len, (char *) v[i].pointer.data,
                      (int) v[i].text.len, (char *) v[i].text.data);
    }

    if (c.n == 0) {
        strcpy(answer, (rc == NGX_OK) ? "valid"
                       : (rc == NGX_ABORT) ? "too complex" : "not valid");
    }

    free(text.data);

    return rc;
}


/* one promise: the answer of a schema to a value */

static ngx_inline void
door_says(const char *schema, unsigned formats, const char *json,
    const char *wanted, const char *name)
{
    char    answer[DOOR_TEXT];
    door_t  d;

    door_open(&d, schema, formats);

    if (d.rc == NGX_OK) {
        (void) door_check(&d, json, NGX_HTTP_MCP_JSONSCHEMA_VIOLATIONS, 0,
                          answer);
    } else {
        snprintf(answer, DOOR_TEXT, "%.*s: %.*s",
                 (int) d.conf.pointer.len, (char *) d.conf.pointer.data,
                 (int) d.conf.error.len, (char *) d.conf.error.data);
    }

    if (!ok(strcmp(answer, wanted) == 0, "%s: %s", name, json)) {
        printf("#      got: %s\n# expected: %s\n", answer, wanted);
    }

    door_close(&d);
}


#endif /* _JSONSCHEMA_DOOR_H_INCLUDED_ */

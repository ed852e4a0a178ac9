
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Runs the public uritemplate-test suite against the URI template room:
 * "suite_uri_template DIR", where DIR holds the suite's JSON files.  The
 * documents are read with cJSON, the variables go to the engine as JSON
 * text.  Failures are on stderr, the sum is one line on stdout.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <cjson/cJSON.h>
#include "tap.h"
#include "ngx_http_mcp_template.h"


typedef struct {
    ngx_uint_t  passed;
    ngx_uint_t  total;
} suite_t;


static ngx_int_t suite_file(suite_t *s, const char *dir, const char *name);
static void suite_group(suite_t *s, const cJSON *group);
static ngx_int_t suite_case(ngx_pool_t *pool,
    const ngx_http_mcp_json_t *variables, const cJSON *test, ngx_str_t *out);
static ngx_int_t suite_expand(ngx_pool_t *pool, const char *text,
    const ngx_http_mcp_json_t *variables, ngx_str_t *out);
static ngx_int_t suite_lookup(void *data,
    const ngx_http_mcp_template_var_t *var, ngx_http_mcp_json_t *value);
static ngx_uint_t suite_equal(const cJSON *expected, const ngx_str_t *out);
static char *suite_read(const char *dir, const char *name);


static const char  *suite_files[] = {
    "spec-examples.json",
    "spec-examples-by-section.json",
    "extended-tests.json",
    "negative-tests.json",
    NULL
};


int
main(int argc, char *const *argv)
{
    suite_t       s;
    const char  **name;

    if (argc != 2) {
        fprintf(stderr, "usage: %s DIR\n", argv[0]);
        return 2;
    }

    s.passed = 0;
    s.total = 0;

    for (name = suite_files; *name; name++) {

        if (suite_file(&s, argv[1], *name) != NGX_OK) {
            fprintf(stderr, "%s/%s: cannot be read\n", argv[1], *name);
            return 2;
        }
    }

    printf("uri-template: %lu/%lu\n", (unsigned long) s.passed,
           (unsigned long) s.total);

    return s.total == 0 || s.passed != s.total;
}


static ngx_int_t
suite_file(suite_t *s, const char *dir, const char *name)
{
    char         *text;
    cJSON        *root;
    const cJSON  *group;

    text = suite_read(dir, name);
    if (text == NULL) {
        return NGX_ERROR;
    }

    root = cJSON_Parse(text);
    free(text);

    if (!cJSON_IsObject(root)) {
        cJSON_Delete(root);
        return NGX_ERROR;
    }

    cJSON_ArrayForEach(group, root) {
        suite_group(s, group);
    }

    cJSON_Delete(root);

    return NGX_OK;
}


static void
suite_group(suite_t *s, const cJSON *group)
{
    char                      *text;
    cJSON                     *variables, *tests;
    ngx_str_t                  json, out;
    const cJSON               *test;
    ngx_pool_t                *pool;
    ngx_http_mcp_json_t        value;
    ngx_http_mcp_json_scan_t   scan;

    variables = cJSON_GetObjectItemCaseSensitive(group, "variables");
    tests = cJSON_GetObjectItemCaseSensitive(group, "testcases");

    text = cJSON_PrintUnformatted(variables);

    if (text == NULL) {
        fprintf(stderr, "%s: no variables\n", group->string);
        s->total++;
        return;
    }

    pool = tap_pool();

    json.data = (u_char *) text;
    json.len = strlen(text);

    ngx_memzero(&scan, sizeof(ngx_http_mcp_json_scan_t));
    scan.depth = NGX_HTTP_MCP_JSON_DEPTH;

    if (ngx_http_mcp_json_scan(&scan, &json, &value) != NGX_OK) {
        fprintf(stderr, "%s: the variables are refused\n", group->string);
        s->total++;
        tests = NULL;
    }

    cJSON_ArrayForEach(test, tests) {

        s->total++;

        if (suite_case(pool, &value, test, &out) == NGX_OK) {
            s->passed++;
            continue;
        }

        text = cJSON_PrintUnformatted(test);
        fprintf(stderr, "%s: %s gives \"%.*s\"\n", group->string, text,
                (int) out.len, (char *) out.data);
        free(text);
    }

    ngx_destroy_pool(pool);
    free(json.data);
}


/* an expectation is a string, an array of alternatives, or false */

static ngx_int_t
suite_case(ngx_pool_t *pool, const ngx_http_mcp_json_t *variables,
    const cJSON *test, ngx_str_t *out)
{
    ngx_int_t     rc;
    const cJSON  *expected, *one;

    ngx_str_null(out);

    expected = cJSON_GetArrayItem(test, 1);

    rc = suite_expand(pool, cJSON_GetArrayItem(test, 0)->valuestring,
                      variables, out);

    if (cJSON_IsFalse(expected)) {
        return rc == NGX_DECLINED ? NGX_OK : NGX_ERROR;
    }

    if (rc != NGX_OK) {
        ngx_str_set(out, "(refused)");
        return NGX_ERROR;
    }

    if (cJSON_IsString(expected)) {
        return suite_equal(expected, out) ? NGX_OK : NGX_ERROR;
    }

    cJSON_ArrayForEach(one, expected) {
        if (suite_equal(one, out)) {
            return NGX_OK;
        }
    }

    return NGX_ERROR;
}


static ngx_int_t
suite_expand(ngx_pool_t *pool, const char *text,
    const ngx_http_mcp_json_t *variables, ngx_str_t *out)
{
    size_t                              offset;
    ngx_int_t                           rc;
    ngx_str_t                           str;
    const char                         *reason;
    ngx_http_mcp_template_t             t;
    const ngx_http_mcp_template_var_t  *bad;

    str.data = (u_char *) text;
    str.len = strlen(text);

    rc = ngx_http_mcp_template_parse(pool, &str, &t, &reason, &offset);

    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_http_mcp_template_expand(pool, &t, suite_lookup,
                                        (void *) variables, out, &bad);
}


static ngx_int_t
suite_lookup(void *data, const ngx_http_mcp_template_var_t *var,
    ngx_http_mcp_json_t *value)
{
    return ngx_http_mcp_json_find(data, &var->name, value);
}


static ngx_uint_t
suite_equal(const cJSON *expected, const ngx_str_t *out)
{
    return cJSON_IsString(expected)
           && strlen(expected->valuestring) == out->len
           && (out->len == 0
               || memcmp(expected->valuestring, out->data, out->len) == 0);
}


/* NUL-terminated, from malloc() */

static char *
suite_read(const char *dir, const char *name)
{
    char    path[4096], *text;
    FILE   *fp;
    size_t  n;

    static const size_t  max = 1024 * 1024;

    snprintf(path, sizeof(path), "%s/%s", dir, name);

    fp = fopen(path, "r");
    if (fp == NULL) {
        return NULL;
    }

    text = malloc(max + 1);

    if (text) {
        n = fread(text, 1, max, fp);
        text[n] = '\0';
    }

    fclose(fp);

    return text;
}

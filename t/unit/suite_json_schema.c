
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Runs JSON-Schema-Test-Suite, draft 2020-12: "suite_json_schema DIR", where
 * DIR has tests/ and remotes/.  Each test is run for the verdict and again
 * for its violations.  Prints "json-schema: PASSED/TOTAL" of the required
 * tests and a line for each optional file that is not passed whole, with
 * the reason; an optional failure without a reason fails the run.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_jsonschema.h"


#define SUITE_MAX        (1024 * 1024)
#define SUITE_DOCUMENTS  128
#define SUITE_BASE       "http://localhost:1234/"


typedef struct {
    const char  *file;
    ngx_uint_t   failures;                 /* known: at most so many, fewer
                                              in an older copy of the suite */
    const char  *reason;
} suite_reason_t;


typedef struct {
    const char                          *root;
    const char                          *name;
    unsigned                             formats:1;
    unsigned                             quiet:1;  /* known to fail */
    ngx_uint_t                           passed;
    ngx_uint_t                           total;
    ngx_uint_t                           ndocuments;
    ngx_http_mcp_jsonschema_document_t   documents[SUITE_DOCUMENTS];
} suite_t;


static const suite_reason_t  suite_reasons[] = {
    { "optional/cross-draft.json", 1,
      "refers to a document in draft 2019-09, a dialect that is refused" },
    { "optional/format/ecmascript-regex.json", 1,
      "PCRE2 10.42 has no lookbehind of variable length" },
    { "optional/format/hostname.json", 23,
      "IDNA 2008 within xn-- labels needs tables of Unicode" },
    { "optional/format/idn-email.json", 18,
      "the format is refused, needs tables of Unicode" },
    { "optional/format/idn-hostname.json", 90,
      "the format is refused, needs tables of Unicode" },
    { NULL, 0, NULL }
};


static ngx_str_t
suite_read(const char *path)
{
    char       *buf;
    FILE       *fp;
    size_t      n;
    ngx_str_t   text;

    fp = fopen(path, "r");
    buf = malloc(SUITE_MAX);

    if (fp == NULL || buf == NULL) {
        perror(path);
        exit(2);
    }

    n = fread(buf, 1, SUITE_MAX, fp);
    fclose(fp);

    text = tap_exact(buf, n);
    free(buf);

    return text;
}


/* every file below "remotes" has the URI that its path gives */

static void
suite_remotes(suite_t *s, const char *relative)
{
    DIR                                 *dir;
    char                                 path[4096], next[2048];
    struct stat                          st;
    struct dirent                       *entry;
    ngx_http_mcp_jsonschema_document_t  *d;

    snprintf(path, sizeof(path), "%s/remotes/%s", s->root, relative);

    dir = opendir(path);

    if (dir == NULL) {
        perror(path);
        exit(2);
    }

    while ((entry = readdir(dir)) != NULL) {

        if (entry->d_name[0] == '.') {
            continue;
        }

        snprintf(next, sizeof(next), "%s%s", relative, entry->d_name);
        snprintf(path, sizeof(path), "%s/remotes/%s", s->root, next);

        if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
            strcat(next, "/");
            suite_remotes(s, next);
            continue;
        }

        if (s->ndocuments == SUITE_DOCUMENTS) {
            fprintf(stderr, "too many remotes\n");
            exit(2);
        }

        snprintf(path, sizeof(path), SUITE_BASE "%s", next);

        d = &s->documents[s->ndocuments++];
        d->uri = tap_exact(path, strlen(path));

        snprintf(path, sizeof(path), "%s/remotes/%s", s->root, next);
        d->text = suite_read(path);
    }

    closedir(dir);
}


static ngx_http_mcp_json_t
suite_member(const ngx_http_mcp_json_t *object, const char *name)
{
    ngx_str_t            s;
    ngx_http_mcp_json_t  value;

    s.data = (u_char *) name;
    s.len = strlen(name);

    (void) ngx_http_mcp_json_find(object, &s, &value);

    return value;
}


static ngx_int_t
suite_scan(const ngx_str_t *text, ngx_http_mcp_json_t *value)
{
    ngx_http_mcp_json_scan_t  scan;

    ngx_memzero(&scan, sizeof(ngx_http_mcp_json_scan_t));
    scan.depth = NGX_HTTP_MCP_JSON_DEPTH;
    scan.unique = 1;

    return ngx_http_mcp_json_scan(&scan, text, value);
}


static ngx_int_t
suite_check(ngx_pool_t *pool, const ngx_http_mcp_jsonschema_t *schema,
    const ngx_http_mcp_json_t *data)
{
    ngx_int_t                            rc, verdict;
    ngx_str_t                            text;
    ngx_http_mcp_json_t                  value;
    ngx_http_mcp_jsonschema_check_t      c;
    ngx_http_mcp_jsonschema_violation_t  v[
                                          NGX_HTTP_MCP_JSONSCHEMA_VIOLATIONS];

    text = tap_exact((char *) data->raw.data, data->raw.len);

    if (suite_scan(&text, &value) != NGX_OK) {
        free(text.data);
        return NGX_ERROR;
    }

    ngx_memzero(&c, sizeof(ngx_http_mcp_jsonschema_check_t));

    verdict = ngx_http_mcp_jsonschema_check(schema, &c, &value);

    c.pool = pool;
    c.violations = v;
    c.max = NGX_HTTP_MCP_JSONSCHEMA_VIOLATIONS;

    rc = ngx_http_mcp_jsonschema_check(schema, &c, &value);

    free(text.data);

    if (rc != verdict || (rc == NGX_DECLINED) != (c.n > 0)) {
        fprintf(stderr, "two verdicts: %d and %d with %u violations\n",
                (int) verdict, (int) rc, (unsigned) c.n);
        return NGX_ERROR;
    }

    return rc;
}


static void
suite_group(suite_t *s, const ngx_http_mcp_json_t *group)
{
    ngx_int_t                           rc, wanted;
    ngx_str_t                           text;
    ngx_pool_t                         *pool;
    ngx_http_mcp_json_t                 schema, tests, test, data, title;
    ngx_http_mcp_json_iter_t            it;
    ngx_http_mcp_jsonschema_t          *compiled;
    ngx_http_mcp_jsonschema_compile_t   c;

    pool = tap_pool();

    schema = suite_member(group, "schema");
    tests = suite_member(group, "tests");

    text = tap_exact((char *) schema.raw.data, schema.raw.len);

    ngx_memzero(&c, sizeof(ngx_http_mcp_jsonschema_compile_t));
    c.documents = s->documents;
    c.ndocuments = s->ndocuments;
    c.formats = s->formats;

    rc = ngx_http_mcp_jsonschema_compile(pool, &c, &text, &compiled);

    if (rc != NGX_OK) {
        compiled = NULL;
    }

    if (rc != NGX_OK && !s->quiet) {
        title = suite_member(group, "description");
        fprintf(stderr, "%s: %.*s: %.*s#%.*s: %.*s\n", s->name,
                (int) title.raw.len, title.raw.data,
                (int) c.document.len, c.document.data,
                (int) c.pointer.len, c.pointer.data,
                (int) c.error.len, c.error.data);
    }

    ngx_http_mcp_json_iter(&it, &tests);

    while (ngx_http_mcp_json_next(&it, NULL, &test) == NGX_OK) {

        s->total++;

        if (compiled == NULL) {
            continue;
        }

        data = suite_member(&test, "data");
        wanted = (suite_member(&test, "valid").raw.data[0] == 't')
                 ? NGX_OK : NGX_DECLINED;

        rc = suite_check(pool, compiled, &data);

        if (rc == wanted) {
            s->passed++;
            continue;
        }

        if (s->quiet) {
            continue;
        }

        title = suite_member(&test, "description");
        fprintf(stderr, "%s: %.*s: %.*s gives %d\n", s->name,
                (int) title.raw.len, title.raw.data,
                (int) ngx_min(data.raw.len, 200), data.raw.data, (int) rc);
    }

    ngx_destroy_pool(pool);
    free(text.data);
}


static void
suite_file(suite_t *s, const char *folder, const char *name)
{
    char                      path[4096];
    ngx_str_t                 text;
    ngx_http_mcp_json_t       root, group;
    ngx_http_mcp_json_iter_t  it;

    snprintf(path, sizeof(path), "%s/tests/draft2020-12/%s%s", s->root,
             folder, name);

    text = suite_read(path);
    s->name = name;

    if (suite_scan(&text, &root) != NGX_OK) {
        fprintf(stderr, "%s: is refused\n", path);
        exit(2);
    }

    ngx_http_mcp_json_iter(&it, &root);

    while (ngx_http_mcp_json_next(&it, NULL, &group) == NGX_OK) {
        suite_group(s, &group);
    }

    free(text.data);
}


/* an optional file: 1 if it is passed, or fails as it is known to */

static ngx_uint_t
suite_optional(suite_t *s, const char *folder, const char *name)
{
    char                   path[4096];
    ngx_uint_t             failures, total;
    const suite_reason_t  *r;

    snprintf(path, sizeof(path), "%s%s", folder, name);

    for (r = suite_reasons; r->file && strcmp(r->file, path); r++) {
        /* void */
    }

    failures = s->total - s->passed;
    total = s->total;

    s->quiet = (r->file != NULL);
    suite_file(s, folder, name);
    s->quiet = 0;

    failures = s->total - s->passed - failures;
    total = s->total - total;

    if (failures == 0) {
        return 1;
    }

    printf("  %s: %u of %u fail: %s\n", path, (unsigned) failures,
           (unsigned) total, r->file ? r->reason : "no reason is known");

    return r->file && failures <= r->failures;
}


static int
suite_json(const struct dirent *entry)
{
    size_t  len;

    len = strlen(entry->d_name);

    return len > 5 && strcmp(entry->d_name + len - 5, ".json") == 0;
}


static ngx_uint_t
suite_folder(suite_t *s, const char *folder)
{
    int              i, n;
    char             path[4096];
    ngx_uint_t       good;
    struct dirent  **list;

    snprintf(path, sizeof(path), "%s/tests/draft2020-12/%s", s->root, folder);

    n = scandir(path, &list, suite_json, alphasort);

    if (n < 0) {
        perror(path);
        exit(2);
    }

    good = 1;

    for (i = 0; i < n; i++) {

        if (folder[0]) {
            good &= suite_optional(s, folder, list[i]->d_name);

        } else {
            suite_file(s, folder, list[i]->d_name);
        }

        free(list[i]);
    }

    free(list);

    return good;
}


int
main(int argc, char **argv)
{
    ngx_uint_t      i, good;
    static suite_t  s;

    if (argc != 2) {
        fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
        return 2;
    }

    s.root = argv[1];
    suite_remotes(&s, "");

    (void) suite_folder(&s, "");

    printf("json-schema: %u/%u\n", (unsigned) s.passed, (unsigned) s.total);

    good = s.total && s.passed == s.total;

    s.passed = 0;
    s.total = 0;

    good &= suite_folder(&s, "optional/");

    s.formats = 1;
    good &= suite_folder(&s, "optional/format/");

    printf("  optional: %u of %u pass\n", (unsigned) s.passed,
           (unsigned) s.total);

    for (i = 0; i < s.ndocuments; i++) {
        free(s.documents[i].uri.data);
        free(s.documents[i].text.data);
    }

    return good ? 0 : 1;
}

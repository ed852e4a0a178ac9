
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Runs JSONTestSuite's test_parsing directory, argv[1], through the JSON
 * scanner: y_ files must be accepted, n_ files refused, i_ files may be
 * either.  Prints one line "json-parsing: PASSED/TOTAL" of y_ and n_.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_json_scan.h"


/* n_structure_100000_opening_arrays.json is the largest but one */
#define SUITE_MAX  (4 * 1024 * 1024)


static ngx_int_t
suite_scan(const ngx_str_t *text, unsigned unique)
{
    ngx_http_mcp_json_t       value;
    ngx_http_mcp_json_scan_t  s;

    ngx_memzero(&s, sizeof(ngx_http_mcp_json_scan_t));
    s.depth = NGX_HTTP_MCP_JSON_DEPTH;
    s.unique = unique;

    return ngx_http_mcp_json_scan(&s, text, &value);
}


static ngx_int_t
suite_read(const char *dir, const char *name, ngx_str_t *text)
{
    char    path[4096], *buf;
    FILE   *fp;
    size_t  n;

    snprintf(path, sizeof(path), "%s/%s", dir, name);

    fp = fopen(path, "r");
    if (fp == NULL) {
        return NGX_ERROR;
    }

    buf = malloc(SUITE_MAX);
    if (buf == NULL) {
        fclose(fp);
        return NGX_ERROR;
    }

    n = fread(buf, 1, SUITE_MAX, fp);
    fclose(fp);

    *text = tap_exact(buf, n);
    free(buf);

    return (n < SUITE_MAX) ? NGX_OK : NGX_ERROR;
}


/* duplicate names are legal in the suite, so "unique" may refuse more */

static ngx_uint_t
suite_case(const char *dir, const char *name)
{
    ngx_int_t   rc, unique;
    ngx_str_t   text;

    if (suite_read(dir, name, &text) != NGX_OK) {
        fprintf(stderr, "%s: cannot be read\n", name);
        return 0;
    }

    rc = suite_scan(&text, 0);
    unique = suite_scan(&text, 1);

    free(text.data);

    if ((name[0] == 'y' && rc != NGX_OK)
        || (name[0] == 'n' && rc != NGX_DECLINED)
        || (rc != NGX_OK && unique != rc))
    {
        fprintf(stderr, "%s: %s\n", name,
                (rc == NGX_OK) ? "accepted" : "refused");
        return 0;
    }

    return 1;
}


int
main(int argc, char **argv)
{
    DIR            *dir;
    ngx_uint_t      passed, total, good;
    struct dirent  *entry;

    if (argc != 2) {
        fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
        return 2;
    }

    dir = opendir(argv[1]);
    if (dir == NULL) {
        perror(argv[1]);
        return 2;
    }

    passed = 0;
    total = 0;

    while ((entry = readdir(dir)) != NULL) {

        if (entry->d_name[0] == '\0' || entry->d_name[1] != '_'
            || strchr("yni", entry->d_name[0]) == NULL)
        {
            continue;
        }

        good = suite_case(argv[1], entry->d_name);

        if (entry->d_name[0] != 'i') {
            passed += good;
            total++;
        }
    }

    closedir(dir);

    printf("json-parsing: %u/%u\n", (unsigned) passed, (unsigned) total);

    return (passed == total && total) ? 0 : 1;
}

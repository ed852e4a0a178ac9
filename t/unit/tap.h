
/*
 * Copyright (C) mcp-nginx contributors
 *
 * TAP for the unit tests: one ok() a promise, tap_done() at the end of
 * main().  A test file includes nothing else but nginx's core headers and
 * the room that it tests.
 */


#ifndef _TAP_H_INCLUDED_
#define _TAP_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <stdarg.h>


/* an empty pool whose failures are not logged; never NULL (stubs.c) */
ngx_pool_t *ngx_http_mcp_test_pool(void);

/*
 * From now on a new block of 1 MiB or more cannot be had, or can again.
 * Returns 0 where this cannot be done, as under AddressSanitizer (stubs.c).
 */
ngx_uint_t ngx_http_mcp_test_starve(ngx_uint_t starve);

/*
 * A copy in a malloc() of the exact length, so that sanitizers see a byte
 * that is read outside; s.data is free()d by the caller (stubs.c).
 */
ngx_str_t ngx_http_mcp_test_exact(const char *data, size_t len);

#define tap_exact(data, len)  ngx_http_mcp_test_exact(data, len)
#define tap_pool()  ngx_http_mcp_test_pool()


static int  tap_run, tap_failed;


static ngx_inline int
tap_result(int good, const char *name, va_list args)
{
    char  *p, text[256];

    tap_run++;
    tap_failed += !good;

    vsnprintf(text, sizeof(text), name, args);

    /* a test is a line, whatever text it quotes */

    for (p = text; *p; p++) {
        *p = (*p >= ' ' && *p <= '~') ? *p : '?';
    }

    printf("%sok %d - %s\n", good ? "" : "not ", tap_run, text);

    return good;
}


/* one promise: "name" is a printf() format; returns "good" */

static ngx_inline int
ok(int good, const char *name, ...)
{
    va_list  args;

    va_start(args, name);
    tap_result(good, name, args);
    va_end(args);

    return good;
}


/* "got" has the "len" bytes of "want" */

static ngx_inline int
is_bytes(const ngx_str_t *got, const char *want, size_t len, const char *name,
    ...)
{
    int      good;
    va_list  args;

    good = got->len == len
           && (len == 0 || ngx_memcmp(got->data, want, len) == 0);

    va_start(args, name);
    tap_result(good, name, args);
    va_end(args);

    if (!good) {
        printf("#      got: %.*s\n", (int) got->len, (char *) got->data);
        printf("# expected: %.*s\n", (int) len, want);
    }

    return good;
}


#define is_str(got, want, ...)                                                \
    is_bytes(got, want, ngx_strlen(want), __VA_ARGS__)


/* prints the plan; returns what main() has to return */

static ngx_inline int
tap_done(void)
{
    printf("1..%d\n", tap_run);

    return (tap_failed || tap_run == 0) ? 1 : 0;
}


#endif /* _TAP_H_INCLUDED_ */

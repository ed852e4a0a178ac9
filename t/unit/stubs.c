
/*
 * Copyright (C) mcp-nginx contributors
 *
 * What nginx's pools want from an nginx that does not run, and helpers of
 * the unit tests and fuzzers.  Linked into each of them.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"

#if (__GLIBC__)
#include <malloc.h>
#endif

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TEST_ASAN  1
#endif
#elif (__SANITIZE_ADDRESS__)
#define TEST_ASAN  1
#endif


static ngx_log_t    test_log;
static ngx_cycle_t  test_cycle = { .log = &test_log };


volatile ngx_cycle_t  *ngx_cycle = &test_cycle;


void
ngx_log_error_core(ngx_uint_t level, ngx_log_t *log, ngx_err_t err,
    const char *fmt, ...)
{
    /* the level of test_log lets nothing come here */
}


ngx_pool_t *
ngx_http_mcp_test_pool(void)
{
    ngx_pool_t  *pool;

    ngx_pagesize = 4096;

    pool = ngx_create_pool(4096, &test_log);

    if (pool == NULL) {
        perror("ngx_create_pool()");
        exit(2);
    }

    return pool;
}


ngx_uint_t
ngx_http_mcp_test_starve(ngx_uint_t starve)
{
#if (__GLIBC__ && !TEST_ASAN)
    struct rlimit  limit;

    /* a block that large is always asked from the kernel */

    mallopt(M_MMAP_THRESHOLD, 512 * 1024);

    if (getrlimit(RLIMIT_AS, &limit) != 0) {
        return 0;
    }

    limit.rlim_cur = starve ? 1 : limit.rlim_max;

    return setrlimit(RLIMIT_AS, &limit) == 0;
#else
    return 0;
#endif
}


ngx_str_t
ngx_http_mcp_test_exact(const char *data, size_t len)
{
    ngx_str_t  s;

    s.len = len;
    s.data = malloc(len ? len : 1);

    if (s.data == NULL) {
        perror("malloc()");
        exit(2);
    }

    ngx_memcpy(s.data, data, len);

    return s;
}

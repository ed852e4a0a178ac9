
/*
 * Copyright (C) mcp-nginx contributors
 *
 * JSON numbers on their digits: which are integers, and how two compare.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_json_scan.h"


static ngx_http_mcp_json_t
number(const char *text, size_t len)
{
    ngx_str_t                 copy;
    ngx_http_mcp_json_t       value;
    ngx_http_mcp_json_scan_t  s;

    copy = tap_exact(text, len);

    ngx_memzero(&s, sizeof(ngx_http_mcp_json_scan_t));

    if (ngx_http_mcp_json_scan(&s, &copy, &value) != NGX_OK
        || value.type != NGX_HTTP_MCP_JSON_NUMBER)
    {
        fprintf(stderr, "no number in the test: %s\n", text);
        exit(2);
    }

    return value;
}


static void
test_integer(void)
{
    size_t               i;
    ngx_http_mcp_json_t  n;

    static const char  *const integers[] = {
        "0", "-0", "0.0", "-0.000", "0e5", "0e-5", "0.00e-99999999999",
        "1", "-1", "1.0", "1.000", "10", "1e2", "1E+2", "1e0", "1e-0",
        "1.5e1", "-1.50e1", "12.345e3", "100e-2", "-1000.00e-3", "10.0e-1",
        "9007199254740993", "9007199254740993.0", "0.001e3", "0.0010e3",
        "1e999999999", "1e99999999999999999999999", "120e-1",
        "123456789012345678901234567890.0000", "1.1e1", "0.5e1", "0.05e2",
        "1e00000000000000000000002"
    };

    static const char  *const fractions[] = {
        "0.1", "-0.1", "1.5", "1.05", "100.001", "1e-1", "10e-2", "1.5e0",
        "12.345e2", "1.55e1", "9007199254740993.5", "0.001e2", "101e-2",
        "1e-999999999", "1e-99999999999999999999999", "0.5", "0.05e1",
        "1.00000000000000000000000000000000000000000000000001", "15e-1",
        "100000000000000000000000000000000000000000000000000.1"
    };

    for (i = 0; i < sizeof(integers) / sizeof(integers[0]); i++) {
        n = number(integers[i], strlen(integers[i]));
        ok(ngx_http_mcp_json_integer(&n) == 1, "an integer: %s", integers[i]);
        free(n.raw.data);
    }

    for (i = 0; i < sizeof(fractions) / sizeof(fractions[0]); i++) {
        n = number(fractions[i], strlen(fractions[i]));
        ok(ngx_http_mcp_json_integer(&n) == 0, "no integer: %s", fractions[i]);
        free(n.raw.data);
    }
}


static int
compare(const char *a, const char *b)
{
    ngx_int_t            rc, back;
    ngx_http_mcp_json_t  na, nb;

    na = number(a, strlen(a));
    nb = number(b, strlen(b));

    rc = ngx_http_mcp_json_compare(&na, &nb);
    back = ngx_http_mcp_json_compare(&nb, &na);

    free(na.raw.data);
    free(nb.raw.data);

    return (rc == -back) ? (int) rc : 2;
}


/* each row is one value, and less than the next row */

static void
test_compare(void)
{
    size_t  i, k, u, v;
    int     wanted;

    static const char  *const rows[][6] = {
        { "-1e1000000000", "-1e999999999", "-1e99999999999999999999" },
        { "-9007199254740993", "-9007199254740993.0" },
        { "-9007199254740992", "-90071992547409.92e2" },
        { "-10", "-1e1", "-10.00", "-0.1e2", "-100e-1" },
        { "-1.5", "-15e-1", "-0.15E1" },
        { "-1.05" },
        { "-1", "-1.0", "-10e-1" },
        { "-0.1" },
        { "-1e-999999999" },
        { "0", "-0", "0.0", "-0.00", "0e99", "-0.0e-99999999999999" },
        { "1e-999999999", "1e-9999999999999" },
        { "1e-9", "0.000000001", "0.01e-7" },
        { "0.09", "9e-2", "0.0900" },
        { "0.1", "1e-1", "0.10", "10e-2", "0.01E+1" },
        { "0.10000000000000000000000000000000000000000000001" },
        { "0.3", "3e-1" },
        { "1", "1.0", "1e0", "10e-1", "0.1e1", "0.001e3" },
        { "1.000000000000000000000000001" },
        { "1.05", "105e-2" },
        { "1.5", "15e-1" },
        { "9.99", "999e-2" },
        { "10", "1e1", "10.0" },
        { "99" },
        { "100", "1e2", "0.1e3", "1000e-1" },
        { "100.01" },
        { "101", "1.01e2" },
        { "9007199254740992", "9007199254740992.00" },
        { "9007199254740993", "9.007199254740993e15" },
        { "18446744073709551616" },
        { "1e999999999", "1e99999999999999999999999999" }
    };

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {

            wanted = (i > k) - (i < k);

            for (u = 0; u < 6 && rows[i][u]; u++) {
                for (v = 0; v < 6 && rows[k][v]; v++) {

                    if (compare(rows[i][u], rows[k][v]) != wanted) {
                        ok(0, "%s and %s: %d", rows[i][u], rows[k][v],
                           compare(rows[i][u], rows[k][v]));
                    }
                }
            }
        }

        ok(1, "compared with all others: %s", rows[i][0]);
    }
}


/* digits and exponents as long as a body may be */

static void
test_long(void)
{
    char                 *text;
    clock_t               start;
    ngx_http_mcp_json_t   a, b;

    static const size_t  size = 1024 * 1024;

    text = malloc(size);
    if (text == NULL) {
        exit(2);
    }

    ngx_memset(text, '9', size);
    a = number(text, size);

    text[size - 1] = '8';
    b = number(text, size);

    start = clock();

    ok(ngx_http_mcp_json_compare(&a, &b) == 1
       && ngx_http_mcp_json_compare(&b, &a) == -1
       && ngx_http_mcp_json_compare(&a, &a) == 0,
       "a million digits that differ in the last one");
    ok(ngx_http_mcp_json_integer(&a), "a million digits are an integer");

    free(a.raw.data);
    free(b.raw.data);

    ngx_memset(text, '0', size);
    text[1] = '.';
    text[size - 1] = '1';
    a = number(text, size);

    text[size - 9] = 'e';
    ngx_memcpy(&text[size - 8], "01048577", 8);
    text[size - 10] = '1';
    b = number(text, size);

    ok(!ngx_http_mcp_json_integer(&a), "a one behind a million zeros");
    ok(ngx_http_mcp_json_integer(&b), "and moved before the point");
    ok(ngx_http_mcp_json_compare(&a, &b) == -1, "which is more");

    ok((double) (clock() - start) / CLOCKS_PER_SEC < 0.5, "all in no time");

    free(a.raw.data);
    free(b.raw.data);
    free(text);
}


int
main(void)
{
    test_integer();
    test_compare();
    test_long();

    return tap_done();
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * The safety check of an expanded request target, and the escaping that
 * it and the templates stand on.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_template.h"


typedef struct {
    const char  *target;
    const char  *reason;                 /* NULL: accepted */
} target_t;


static const char  begin[] = "the path does not begin with \"/\"";
static const char  hash[] = "the target has a fragment";
static const char  byte[] = "the target has a byte that a URI cannot have";
static const char  slash[] = "a path segment has an encoded \"/\" or \"\\\"";
static const char  control[] = "a path segment has a control character";
static const char  dots[] = "a path segment is \".\" or \"..\"";


static const target_t  tests[] = {

    /* the form of a target */

    { "/", NULL },
    { "/a", NULL },
    { "/a/", NULL },
    { "/a/b", NULL },
    { "//", NULL },
    { "/a//b", NULL },
    { "/a?", NULL },
    { "/?", NULL },
    { "/a?b=c&d=%20", NULL },
    { "/-._~!$&'()*+,;=:@/%41", NULL },
    { "/a[]?b[]=1", NULL },
    { "", begin },
    { "a", begin },
    { "?a", begin },
    { "../a", begin },
    { "%2Fa", begin },
    { "http://example.com/", begin },

    /* fragments */

    { "#", begin },
    { "/#", hash },
    { "/a?b#c", hash },
    { "/a%23", NULL },

    /* bytes outside of RFC 3986, in the path and after it */

    { "/a b", byte },
    { "/a?b c", byte },
    { "/a\r\nHost: b", byte },
    { "/a?\r\nHost: b", byte },
    { "/a\r", byte },
    { "/a\n", byte },
    { "/a\t", byte },
    { "/a\x01", byte },
    { "/a\x7f", byte },
    { "/a\\b", byte },
    { "/a?\\", byte },
    { "/a\"", byte },
    { "/a<", byte },
    { "/a>", byte },
    { "/a^", byte },
    { "/a`", byte },
    { "/a{b", byte },
    { "/a|b", byte },
    { "/a}b", byte },
    { "/\xc3\xa9", byte },
    { "/a?\xff", byte },
    { "/a%", byte },
    { "/a%4", byte },
    { "/a%4/", byte },
    { "/a%zz", byte },
    { "/a?%", byte },
    { "/a?b=%c", byte },

    /* dot segments */

    { "/.", dots },
    { "/..", dots },
    { "/./", dots },
    { "/../", dots },
    { "/a/.", dots },
    { "/a/..", dots },
    { "/a/./b", dots },
    { "/a/../b", dots },
    { "//..//", dots },
    { "/a/..?x", dots },
    { "/a/.?x", dots },
    { "/..?", dots },
    { "/a?x=../..", NULL },
    { "/a?/../", NULL },
    { "/...", NULL },
    { "/a/.../b", NULL },
    { "/....", NULL },
    { "/..a", NULL },
    { "/.a", NULL },
    { "/a..", NULL },
    { "/a.", NULL },
    { "/a/b..c/d", NULL },
    { "/a:..", NULL },

    /* decoded once */

    { "/a/%2e%2e/b", dots },
    { "/a/%2E%2E/b", dots },
    { "/a/.%2e/b", dots },
    { "/a/%2e./b", dots },
    { "/a/%2e", dots },
    { "/a/%2e?x", dots },
    { "/%2e%2e", dots },
    { "/%2e%2e%2e", NULL },
    { "/%2ea", NULL },
    { "/a/%2Fb", slash },
    { "/a/%2fb", slash },
    { "/a%2F", slash },
    { "/..%2f", slash },
    { "/a/%5c", slash },
    { "/a/%5Cb", slash },
    { "/..%5c..", slash },
    { "/a/%00", control },
    { "/a/b%00.html", control },
    { "/a/%0d%0a", control },
    { "/a/%0A", control },
    { "/a/%09", control },
    { "/a/%1f", control },
    { "/a/%7f", control },
    { "/a/%7F", control },
    { "/a/%20", NULL },
    { "/a/%7e", NULL },
    { "/a/%80%ff", NULL },
    { "/a/%3F/%3f..", NULL },
    { "/a/%3F/../b", dots },
    { "/a?b=%2F%5c%00%0d%0a%2e%2e", NULL },

    /* decoded twice */

    { "/a/%252e%252e/b", dots },
    { "/a/%252E%252e/b", dots },
    { "/a/.%252e/b", dots },
    { "/a/%2e%252e/b", dots },
    { "/a/%252e", dots },
    { "/a/%25%32e%25%32%65", dots },
    { "/a/%2%65", byte },
    { "/a/%252e%252ea", NULL },
    { "/a/%252f", slash },
    { "/a/%252F%252F", slash },
    { "/a/%255c", slash },
    { "/a/%25%35%63", slash },
    { "/a/%2500", control },
    { "/a/%250d", control },
    { "/a/%257f", control },
    { "/a/%25%30%30", control },
    { "/a/50%25", NULL },
    { "/a/50%25/..", dots },
    { "/a/%25/%32e", NULL },
    { "/a/%252", NULL },
    { "/a/%25/2e", NULL },
    { "/a/%252/e", NULL },
    { "/a/%25zz%2e", NULL },
    { "/a/%2525", NULL },
    { "/a/%25%2fx", slash },
    { "/a/%25x%5c", slash },
    { "/a/%25%250d", control },
    { "/a/%25%2%", byte },
    { "/a?b=%252e%252f", NULL },

    /* three decodings are nobody's */

    { "/a/%25252e%25252e/b", NULL },

    /* path parameters */

    { "/a/..;/b", dots },
    { "/a/..;x=1/b", dots },
    { "/a/.;x", dots },
    { "/a/%2e%2e;x", dots },
    { "/a/..%3bx", dots },
    { "/a/..%253bx", dots },
    { "/a/..;%2e%2e", dots },
    { "/a/..;%2f", slash },
    { "/a/;..", NULL },
    { "/a/;", NULL },
    { "/a/b;../c", NULL },
    { "/a/...;x", NULL },
    { "/a;v=1.2/b", NULL },

    { NULL, NULL }
};


/* for the name of a test: one line of ASCII */

static const char *
shown(const char *text)
{
    size_t       i;

    static char  buf[64];

    for (i = 0; text[i] && i < sizeof(buf) - 1; i++) {
        buf[i] = (text[i] < 0x20 || text[i] == 0x7f) ? '?' : text[i];
    }

    buf[i] = '\0';

    return buf;
}


static void
test_target(void)
{
    ngx_int_t        rc;
    ngx_str_t        target;
    const char      *reason;
    const target_t  *t;

    for (t = tests; t->target; t++) {

        /* exact lengths, so that sanitizers see what is outside */

        target.len = strlen(t->target);
        target.data = malloc(target.len ? target.len : 1);

        if (target.data == NULL) {
            exit(2);
        }

        ngx_memcpy(target.data, t->target, target.len);

        reason = NULL;
        rc = ngx_http_mcp_template_target(&target, &reason);

        if (t->reason) {
            ok(rc == NGX_DECLINED && strcmp(reason, t->reason) == 0,
               "refused: %s", shown(t->target));

        } else {
            ok(rc == NGX_OK, "accepted: %s", t->target);
        }

        free(target.data);
    }

    target.data = (u_char *) "/a\0b/../c";
    target.len = 4;

    rc = ngx_http_mcp_template_target(&target, &reason);
    ok(rc == NGX_DECLINED && strcmp(reason, byte) == 0, "refused: NUL");

    target.data = (u_char *) "/a/../c";
    target.len = 4;

    rc = ngx_http_mcp_template_target(&target, &reason);
    ok(rc == NGX_DECLINED && strcmp(reason, dots) == 0,
       "refused: the length ends a segment");

    target.len = 2;

    rc = ngx_http_mcp_template_target(&target, &reason);
    ok(rc == NGX_OK, "accepted: what lies behind the length does not count");
}


static void
test_escape(void)
{
    char        expected[4];
    size_t      n;
    u_char      byte, dst[16];
    ngx_str_t   src;
    ngx_uint_t  i, reserved, passes, wrong;

    static const char  *pass[] = {
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
        ":/?#[]@!$&'()*+,;="
    };

    for (reserved = 0; reserved < 2; reserved++) {

        wrong = 0;

        for (i = 0; i < 256; i++) {

            byte = (u_char) i;
            src.data = &byte;
            src.len = 1;

            passes = (i != 0 && strchr(pass[reserved], (int) i) != NULL);
            snprintf(expected, sizeof(expected), passes ? "%c" : "%%%02X",
                     (int) i);

            n = ngx_http_mcp_template_escape(dst, &src, reserved);

            if (n != strlen(expected) || memcmp(dst, expected, n) != 0
                || ngx_http_mcp_template_escape(NULL, &src, reserved) != n)
            {
                wrong++;
            }
        }

        ok(wrong == 0, "escape: all bytes, %s",
           reserved ? "reserved ones pass" : "unreserved ones pass");
    }

    ngx_str_set(&src, "%4a%4%A");

    n = ngx_http_mcp_template_escape(dst, &src, 1);
    ok(n == 11 && memcmp(dst, "%4a%254%25A", 11) == 0,
       "escape: only whole triplets pass");
    ok(ngx_http_mcp_template_escape(NULL, &src, 1) == 11,
       "escape: is measured");
    ok(ngx_http_mcp_template_escape(NULL, &src, 0) == 13,
       "escape: no triplets among unreserved bytes");
}


int
main(void)
{
    test_target();
    test_escape();

    return tap_done();
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Tokens before their signature is checked: where they stand, what they look
 * like, what their headers may say, which keys may have signed them
 * (authorization.md 2.2 to 2.5; V-1, V-3 to V-6, T1, T6, T7, T13, T14).
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "jose_mint.h"
#include "ngx_http_mcp_jose.h"


#define bytes(literal)  literal, sizeof(literal) - 1

#define PASS       NGX_HTTP_MCP_TOKEN_OK
#define B64        NGX_HTTP_MCP_TOKEN_B64
#define HDR_JSON   NGX_HTTP_MCP_TOKEN_HDR_JSON
#define ALG        NGX_HTTP_MCP_TOKEN_ALG
#define CRIT       NGX_HTTP_MCP_TOKEN_CRIT
#define PL_JSON    NGX_HTTP_MCP_TOKEN_PL_JSON

#define HEADER     "eyJhbGciOiJFUzI1NiJ9"        /* {"alg":"ES256"} */
#define PAYLOAD    "eyJpc3MiOiJhIn0"             /* {"iss":"a"} */
#define SIGNATURE  "c2lnbmF0dXJl"


typedef struct {
    const char                   *text;
    size_t                        len;
    ngx_http_mcp_token_reason_e   reason;
} part_t;


/* "jws" points into memory of "pool", the token's own included */

static ngx_http_mcp_token_reason_e
parse(ngx_pool_t *pool, const ngx_str_t *token, ngx_http_mcp_jws_t *jws)
{
    ngx_str_t                    copy;
    ngx_http_mcp_token_reason_e  reason;

    copy = tap_exact((char *) token->data, token->len);

    memset(jws, 0xff, sizeof(ngx_http_mcp_jws_t));

    reason = ngx_http_mcp_jws_parse(pool, &copy, jws);

    if (reason == PASS) {
        if (jws->text.data != copy.data) {
            abort();
        }

        jws->text.data = token->data;
    }

    free(copy.data);

    return reason;
}


static ngx_str_t
token_of(ngx_pool_t *pool, const char *header, size_t header_len,
    const char *payload, size_t payload_len)
{
    return mint_str(pool, "%s.%s.%s",
                    mint_base64url(pool, header, header_len).data,
                    mint_base64url(pool, payload, payload_len).data,
                    SIGNATURE);
}


static void
test_bearer(void)
{
    size_t     i;
    ngx_int_t  rc;
    ngx_str_t  value, token;

    static const struct {
        const char  *value;
        size_t       len;
        ngx_int_t    rc;
        const char  *token;
    } tests[] = {
        { bytes("Bearer abc"), NGX_OK, "abc" },
        { bytes("bearer abc"), NGX_OK, "abc" },
        { bytes("BEARER abc"), NGX_OK, "abc" },
        { bytes("beaReR    abc"), NGX_OK, "abc" },
        { bytes("Bearer a.b.c"), NGX_OK, "a.b.c" },
        { bytes("Bearer abc="), NGX_OK, "abc=" },
        { bytes("Bearer abc==="), NGX_OK, "abc===" },
        { bytes("Bearer Az09-._~+/"), NGX_OK, "Az09-._~+/" },
        { bytes("Bearer bearer"), NGX_OK, "bearer" },

        { bytes("Bearer"), NGX_ERROR, NULL },
        { bytes("Bearer "), NGX_ERROR, NULL },
        { bytes("Bearer     "), NGX_ERROR, NULL },
        { bytes("Bearer ="), NGX_ERROR, NULL },
        { bytes("Bearer =abc"), NGX_ERROR, NULL },
        { bytes("Bearer a=b"), NGX_ERROR, NULL },
        { bytes("Bearer abc "), NGX_ERROR, NULL },
        { bytes("Bearer abc def"), NGX_ERROR, NULL },
        { bytes("Bearer abc,def"), NGX_ERROR, NULL },
        { bytes("Bearer abc, Basic eA=="), NGX_ERROR, NULL },
        { bytes("Bearer \"abc\""), NGX_ERROR, NULL },
        { bytes("Bearer token=\"abc\""), NGX_ERROR, NULL },
        { bytes("Bearer\tabc"), NGX_ERROR, NULL },
        { bytes("Bearer \tabc"), NGX_ERROR, NULL },
        { bytes("Bearer abc\t"), NGX_ERROR, NULL },
        { bytes("Bearer abc\0"), NGX_ERROR, NULL },
        { bytes("Bearer abc\xc3\xa9"), NGX_ERROR, NULL },
        { bytes("Bearer \xff"), NGX_ERROR, NULL },
        { bytes("Bearer {}"), NGX_ERROR, NULL },

        { bytes(""), NGX_DECLINED, NULL },
        { bytes("abc"), NGX_DECLINED, NULL },
        { bytes("Beare"), NGX_DECLINED, NULL },
        { bytes("BearerX abc"), NGX_DECLINED, NULL },
        { bytes("Bearer-abc"), NGX_DECLINED, NULL },
        { bytes("Bearer:abc"), NGX_DECLINED, NULL },
        { bytes("XBearer abc"), NGX_DECLINED, NULL },
        { bytes(" Bearer abc"), NGX_DECLINED, NULL },
        { bytes("DPoP abc"), NGX_DECLINED, NULL },
        { bytes("Basic Bearer"), NGX_DECLINED, NULL },
        { bytes("Negotiate abc"), NGX_DECLINED, NULL },
        { bytes("Bear\0r abc"), NGX_DECLINED, NULL }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        value = tap_exact(tests[i].value, tests[i].len);

        rc = ngx_http_mcp_bearer(&value, &token);
        ok(rc == tests[i].rc, "\"%s\" is %d", tests[i].value,
           (int) tests[i].rc);

        if (rc == NGX_OK && tests[i].token) {
            is_str(&token, tests[i].token, "its token");
            ok(token.data >= value.data
               && token.data + token.len <= value.data + value.len,
               "a span of the value");
        }

        free(value.data);
    }
}


static void
test_bearer_bytes(void)
{
    char        text[12];
    ngx_str_t   value, token;
    ngx_uint_t  c, in, wrong;

    static const char  b64token[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/";

    for (wrong = 0, c = 0; c < 256; c++) {
        in = (c && strchr(b64token, (int) c) != NULL);

        memcpy(text, "Bearer x?x", 10);
        text[8] = (char) c;

        value = tap_exact(text, 10);
        wrong += (ngx_http_mcp_bearer(&value, &token)
                  != (in ? NGX_OK : NGX_ERROR));
        free(value.data);
    }

    ok(wrong == 0, "every byte in a b64token, %d wrong", (int) wrong);
}


static void
test_shape(void)
{
    size_t     i;
    ngx_str_t  token;

    static const struct {
        const char            *token;
        ngx_http_mcp_shape_e   shape;
    } tests[] = {
        { "a.b.c", NGX_HTTP_MCP_SHAPE_JWS },
        { "A-Z_.09.c", NGX_HTTP_MCP_SHAPE_JWS },
        { "a.b.", NGX_HTTP_MCP_SHAPE_JWS },
        { "..", NGX_HTTP_MCP_SHAPE_JWS },
        { "a.b.c.d.e", NGX_HTTP_MCP_SHAPE_JWE },
        { "a..c.d.e", NGX_HTTP_MCP_SHAPE_JWE },
        { "", NGX_HTTP_MCP_SHAPE_OPAQUE },
        { "abc", NGX_HTTP_MCP_SHAPE_OPAQUE },
        { "a.b", NGX_HTTP_MCP_SHAPE_OPAQUE },
        { "a.b.c.d", NGX_HTTP_MCP_SHAPE_OPAQUE },
        { "a.b.c.d.e.f", NGX_HTTP_MCP_SHAPE_OPAQUE },
        { "a.b.c=", NGX_HTTP_MCP_SHAPE_OPAQUE },
        { "a.b+.c", NGX_HTTP_MCP_SHAPE_OPAQUE },
        { "a/.b.c", NGX_HTTP_MCP_SHAPE_OPAQUE },
        { "a.b.c~", NGX_HTTP_MCP_SHAPE_OPAQUE },
        { "a.b.c.d.e=", NGX_HTTP_MCP_SHAPE_OPAQUE }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        token = tap_exact(tests[i].token, strlen(tests[i].token));

        ok(ngx_http_mcp_jws_shape(&token) == tests[i].shape,
           "shape of \"%s\"", tests[i].token);

        free(token.data);
    }
}


static void
test_parts(ngx_pool_t *pool)
{
    size_t              i;
    ngx_str_t           token;
    ngx_http_mcp_jws_t  jws;

    static const part_t  tests[] = {
        { bytes(HEADER "." PAYLOAD "." SIGNATURE), PASS },
        { bytes(""), B64 },
        { bytes("."), B64 },
        { bytes(".."), B64 },
        { bytes("..."), B64 },
        { bytes(HEADER), B64 },
        { bytes(HEADER "." PAYLOAD), B64 },
        { bytes(HEADER "." PAYLOAD "."), B64 },
        { bytes(HEADER ".." SIGNATURE), B64 },
        { bytes("." PAYLOAD "." SIGNATURE), B64 },
        { bytes("." HEADER "." PAYLOAD "." SIGNATURE), B64 },
        { bytes(HEADER "." PAYLOAD "." SIGNATURE "."), B64 },
        { bytes(HEADER "." PAYLOAD "." SIGNATURE "..."), B64 },
        { bytes(HEADER "." PAYLOAD "." SIGNATURE "." SIGNATURE), B64 },
        { bytes(HEADER "." PAYLOAD "." SIGNATURE ".c2ln.c2ln"), B64 },
        { bytes(HEADER "." PAYLOAD "." SIGNATURE "=="), B64 },
        { bytes(HEADER "." PAYLOAD "." SIGNATURE "===="), B64 },
        { bytes(HEADER "." PAYLOAD "=." SIGNATURE), B64 },
        { bytes(HEADER "====." PAYLOAD "." SIGNATURE), B64 },
        { bytes(HEADER "." PAYLOAD "." SIGNATURE "!!!garbage"), B64 },
        { bytes(HEADER "." PAYLOAD ". " SIGNATURE), B64 },
        { bytes(HEADER "." PAYLOAD "." SIGNATURE " "), B64 },
        { bytes(HEADER "." PAYLOAD "." SIGNATURE "\n"), B64 },
        { bytes(HEADER "." PAYLOAD "." SIGNATURE "\0"), B64 },
        { bytes(" " HEADER "." PAYLOAD "." SIGNATURE), B64 },
        { bytes(HEADER "." PAYLOAD ".c2lnbmF0d XJl"), B64 },
        { bytes(HEADER "." PAYLOAD ".c2ln+mF0dXJl"), B64 },
        { bytes(HEADER "." PAYLOAD ".c2ln/mF0dXJl"), B64 },
        { bytes(HEADER "." PAYLOAD "." SIGNATURE "A"), B64 },

        /* {"iss":"a"} has two unused bits */

        { bytes(HEADER ".eyJpc3MiOiJhIn1." SIGNATURE), B64 },
        { bytes(HEADER ".eyJpc3MiOiJhIn3." SIGNATURE), B64 },
        { bytes(HEADER "." PAYLOAD ".AA"), PASS },
        { bytes(HEADER "." PAYLOAD ".AB"), B64 },
        { bytes(HEADER "." PAYLOAD ".AAE"), PASS },
        { bytes(HEADER "." PAYLOAD ".AAF"), B64 }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        token.data = (u_char *) tests[i].text;
        token.len = tests[i].len;

        ok(parse(pool, &token, &jws) == tests[i].reason, "%s: %s (T14)",
           ngx_http_mcp_token_reason(tests[i].reason)->data, tests[i].text);
    }

    ngx_str_set(&token, HEADER "." PAYLOAD "." SIGNATURE);
    parse(pool, &token, &jws);

    is_str(&jws.text, HEADER "." PAYLOAD, "signed is all to the second dot");
    is_str(&jws.claims.raw, "{\"iss\":\"a\"}", "the claims");
    ok(jws.claims.type == NGX_HTTP_MCP_JSON_OBJECT, "which are an object");
    ok(jws.signature_len == 9 && memcmp(jws.signature, "signature", 9) == 0,
       "the signature");
    ok(jws.alg == NGX_HTTP_MCP_ALG_ES256, "the algorithm");
    ok(jws.typ.data == NULL && jws.kid.data == NULL && jws.x5t.data == NULL
       && jws.x5t_s256.data == NULL, "what is absent is NULL");
}


/* "alg" first, so that an order of checks shows */

static const part_t  headers[] = {
    { bytes("{\"alg\":\"RS256\"}"), PASS },
    { bytes(" {\r\n\t\"alg\" : \"RS256\" } \n"), PASS },
    { bytes("{\"alg\":\"R\\u0053256\"}"), PASS },
    { bytes("{\"\\u0061lg\":\"RS256\"}"), PASS },
    { bytes("{\"alg\":\"Ed25519\"}"), PASS },
    { bytes("{\"alg\":\"HS256\"}"), PASS },
    { bytes("{\"alg\":\"RS256\",\"cty\":\"x\",\"a\":{\"b\":[[1]]}}"), PASS },

    /* not read at all (T6) */

    { bytes("{\"alg\":\"RS256\",\"jku\":\"http://127.0.0.1/\"}"), PASS },
    { bytes("{\"alg\":\"RS256\",\"jwk\":{\"kty\":\"RSA\"},\"x5u\":1,"
            "\"x5c\":null}"), PASS },

    /* T1 */

    { bytes("{\"alg\":\"none\"}"), ALG },
    { bytes("{\"alg\":\"None\"}"), ALG },
    { bytes("{\"alg\":\"NONE\"}"), ALG },
    { bytes("{\"alg\":\"nOnE\"}"), ALG },
    { bytes("{\"alg\":\"n\\u006fne\"}"), ALG },
    { bytes("{\"alg\":\"\"}"), ALG },
    { bytes("{\"alg\":null}"), ALG },
    { bytes("{\"alg\":[\"RS256\"]}"), ALG },
    { bytes("{\"alg\":{\"RS256\":1}}"), ALG },
    { bytes("{\"alg\":256}"), ALG },
    { bytes("{\"alg\":true}"), ALG },
    { bytes("{\"alg\":\"rs256\"}"), ALG },
    { bytes("{\"alg\":\"RS256 \"}"), ALG },
    { bytes("{\"alg\":\"ES256K\"}"), ALG },
    { bytes("{\"alg\":\"Ed448\"}"), ALG },
    { bytes("{\"alg\":\"RSA-OAEP\",\"enc\":\"A256GCM\"}"), ALG },
    { bytes("{}"), ALG },
    { bytes("{\"Alg\":\"RS256\"}"), ALG },
    { bytes("{\"ALG\":\"RS256\",\"typ\":\"JWT\"}"), ALG },
    { bytes("{\"alg\":\"none\",\"crit\":[\"exp\"]}"), ALG },

    { bytes("{\"alg\":\"RS256\",\"crit\":[\"exp\"]}"), CRIT },
    { bytes("{\"alg\":\"RS256\",\"crit\":[\"b64\"],\"b64\":false}"), CRIT },
    { bytes("{\"alg\":\"RS256\",\"crit\":[]}"), CRIT },
    { bytes("{\"alg\":\"RS256\",\"crit\":null}"), CRIT },
    { bytes("{\"alg\":\"RS256\",\"cr\\u0069t\":1}"), CRIT },
    { bytes("{\"alg\":\"RS256\",\"b64\":false}"), CRIT },
    { bytes("{\"alg\":\"RS256\",\"b64\":true}"), CRIT },
    { bytes("{\"alg\":\"RS256\",\"b64\":null}"), CRIT },
    { bytes("{\"alg\":\"RS256\",\"zip\":\"DEF\"}"), CRIT },
    { bytes("{\"alg\":\"RS256\",\"zip\":null}"), CRIT },
    { bytes("{\"crit\":[\"exp\"],\"alg\":\"RS256\"}"), CRIT },

    /* T13 */

    { bytes("{\"alg\":\"RS256\",\"alg\":\"RS256\"}"), HDR_JSON },
    { bytes("{\"alg\":\"none\",\"\\u0061lg\":\"RS256\"}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"a\":{\"b\":1,\"b\":2}}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"a\":{\"b\":[{\"\":1,\"\":2}]}}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\"}x"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\"}\0"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\"}{}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\""), HDR_JSON },
    { bytes("{'alg':'RS256'}"), HDR_JSON },
    { bytes("\xef\xbb\xbf{\"alg\":\"RS256\"}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"a\":\"\xff\"}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"a\":\"\xc0\xaf\"}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"a\":\"\xed\xa0\x80\"}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"a\":\"\\ud800\"}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"\\udc00\":1}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"a\":\"\\u0000\"}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"a\":\"\\\\\\u0000\"}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"a\\u0000\":1}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"a\":\"\\\\u0000\"}"), PASS },
    { bytes("{\"alg\":\"RS256\",\"a\":\"\\ud83d\\ude00\\u0001\\\\\"}"), PASS },
    { bytes("[]"), HDR_JSON },
    { bytes("[{\"alg\":\"RS256\"}]"), HDR_JSON },
    { bytes("\"alg\""), HDR_JSON },
    { bytes("null"), HDR_JSON },
    { bytes("1"), HDR_JSON },
    { bytes(" "), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"a\":[[[1]]]}"), PASS },
    { bytes("{\"alg\":\"RS256\",\"a\":[[[[1]]]]}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"a\":{\"b\":{\"c\":1}}}"), PASS },
    { bytes("{\"alg\":\"RS256\",\"a\":{\"b\":{\"c\":[]}}}"), PASS },
    { bytes("{\"alg\":\"RS256\",\"a\":{\"b\":{\"c\":[{}]}}}"), HDR_JSON },

    /* T7 */

    { bytes("{\"alg\":\"RS256\",\"kid\":\"../../etc/passwd\"}"), PASS },
    { bytes("{\"alg\":\"RS256\",\"kid\":\"' OR 1=1 --\"}"), PASS },
    { bytes("{\"alg\":\"RS256\",\"kid\":\"~ \\\"\\\\\"}"), PASS },
    { bytes("{\"alg\":\"RS256\",\"kid\":\"\"}"), PASS },
    { bytes("{\"alg\":\"RS256\",\"kid\":\"a\\u0000b\"}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"kid\":\"a\\u0001\"}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"kid\":\"a\\nb\"}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"kid\":\"a\x7f\"}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"kid\":\"\xc3\xa9\"}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"kid\":\"\\u00e9\"}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"kid\":1}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"kid\":null}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"kid\":[\"a\"]}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"x5t\":false}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"x5t\":\"a\\r\"}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"x5t#S256\":{}}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"x5t#S256\":\"\\t\"}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"typ\":1}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"typ\":null}"), HDR_JSON },
    { bytes("{\"alg\":\"RS256\",\"typ\":[\"JWT\"]}"), HDR_JSON },
    { bytes("{\"alg\":\"none\",\"kid\":1}"), HDR_JSON }
};


static void
test_header(ngx_pool_t *pool)
{
    size_t                       i;
    ngx_str_t                    token;
    ngx_http_mcp_jws_t           jws;
    ngx_http_mcp_token_reason_e  reason;

    for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        token = token_of(pool, headers[i].text, headers[i].len,
                         bytes("{\"iss\":\"a\"}"));

        reason = parse(pool, &token, &jws);
        ok(reason == headers[i].reason, "header: %s: %s",
           ngx_http_mcp_token_reason(headers[i].reason)->data,
           headers[i].text);

        if (reason != headers[i].reason) {
            printf("# %s\n", ngx_http_mcp_token_reason(reason)->data);
        }
    }

    /* as RFC 7519 6.1 writes it, without a signature */

    token = mint_str(pool, "%s.%s.",
                     mint_base64url(pool, bytes("{\"alg\":\"none\"}")).data,
                     PAYLOAD);
    ok(parse(pool, &token, &jws) == ALG, "an unsecured token is for its alg "
       "(T1)");

    /* what is wrong first is said first */

    token = token_of(pool, bytes("{\"alg\":\"none\"}"), bytes("{"));
    ok(parse(pool, &token, &jws) == ALG, "the header before the payload");

    token = token_of(pool, bytes("{"), bytes("{"));
    token.data[token.len - 1] = '=';
    ok(parse(pool, &token, &jws) == B64, "the text before the header");
}


static void
test_header_values(ngx_pool_t *pool)
{
    ngx_str_t           token;
    ngx_http_mcp_jws_t  jws;

    token = token_of(pool, bytes("{\"x5t#S256\":\"c\\/\",\"typ\":\"at\\u002bjwt"
                                 "\",\"x5t\":\"b\",\"kid\":\"a \\\"\","
                                 "\"alg\":\"EdDSA\"}"),
                     bytes("{\"iss\":\"a\"}"));

    ok(parse(pool, &token, &jws) == PASS, "a header with all that is read");

    ok(jws.alg == NGX_HTTP_MCP_ALG_EDDSA, "alg");
    is_str(&jws.typ, "at+jwt", "typ, decoded");
    is_str(&jws.kid, "a \"", "kid, decoded");
    is_str(&jws.x5t, "b", "x5t");
    is_str(&jws.x5t_s256, "c/", "x5t#S256, decoded");

    /* what a log may show of a token that is refused */

    token = token_of(pool, bytes("{\"alg\":\"RS256\",\"kid\":\"a\\nb\"}"),
                     bytes("{\"iss\":\"a\"}"));

    ok(parse(pool, &token, &jws) == HDR_JSON && jws.kid.data == NULL
       && jws.kid.len == 0, "a kid that is not printable is not kept (T7)");

    token = token_of(pool, bytes("{\"alg\":\"RS256\",\"kid\":\"a b\"}"),
                     bytes("{\"iss\":\"\\u0000\"}"));

    ok(parse(pool, &token, &jws) == PL_JSON
       && jws.claims.type == NGX_HTTP_MCP_JSON_NONE,
       "nor are claims with U+0000 (T13)");
    is_str(&jws.kid, "a b", "the kid of such a token is");
}


static void
test_payload(ngx_pool_t *pool)
{
    size_t              i;
    ngx_str_t           token;
    ngx_http_mcp_jws_t  jws;

    static const part_t  tests[] = {
        { bytes("{}"), PASS },
        { bytes("\n{ \"iss\" : \"a\" }\t"), PASS },
        { bytes("{\"iss\":\"\\u00e9\\ud83d\\ude00\"}"), PASS },
        { bytes("{\"ISS\":\"a\",\"iss\":\"a\"}"), PASS },
        { bytes("{\"a\":\"\\\\u0000\"}"), PASS },

        { bytes("{\"iss\":\"a\",\"iss\":\"b\"}"), PL_JSON },
        { bytes("{\"iss\":\"a\",\"\\u0069ss\":\"b\"}"), PL_JSON },
        { bytes("{\"a\":[{\"b\":{\"c\":1,\"c\":1}}]}"), PL_JSON },
        { bytes("{\"sub\":\"admin\\u0000evil\"}"), PL_JSON },
        { bytes("{\"a\":[\"\\n\\\\\\\"\\u0000\"]}"), PL_JSON },
        { bytes("{\"su\\u0000b\":1}"), PL_JSON },
        { bytes("{\"a\":\"\0\"}"), PL_JSON },
        { bytes("{\"a\":1} trailing"), PL_JSON },
        { bytes("{\"a\":1}\0"), PL_JSON },
        { bytes("{\"a\":1}}"), PL_JSON },
        { bytes("{\"a\":\"\xff\xfe\"}"), PL_JSON },
        { bytes("{\"a\":\"\xc3\"}"), PL_JSON },
        { bytes("{\"a\":\"\xf5\x80\x80\x80\"}"), PL_JSON },
        { bytes("{\"a\":\"\\ud800\"}"), PL_JSON },
        { bytes("{\"a\":\"\\ude00\\ud83d\"}"), PL_JSON },
        { bytes("{\"a\":\"\xed\xb0\x80\"}"), PL_JSON },
        { bytes("\xef\xbb\xbf{}"), PL_JSON },
        { bytes("{\"a\":01}"), PL_JSON },
        { bytes("{\"a\":NaN}"), PL_JSON },
        { bytes("{\"a\":1,}"), PL_JSON },
        { bytes("[]"), PL_JSON },
        { bytes("\"iss\""), PL_JSON },
        { bytes("null"), PL_JSON },
        { bytes("Payload"), PL_JSON },
        { bytes(" "), PL_JSON },
        { bytes("{\"a\":[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]}"), PASS },
        { bytes("{\"a\":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}"), PL_JSON }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        token = token_of(pool, bytes("{\"alg\":\"RS256\"}"), tests[i].text,
                         tests[i].len);

        ok(parse(pool, &token, &jws) == tests[i].reason,
           "payload: %s: %s (T13)",
           ngx_http_mcp_token_reason(tests[i].reason)->data, tests[i].text);
    }
}


/* an object with a string of "fill" characters, "size" bytes in all */

static char *
object(ngx_pool_t *pool, const char *start, size_t size)
{
    char    *p;
    size_t   len;

    len = strlen(start);

    p = ngx_pnalloc(pool, size + 1);
    memset(p, 'a', size);
    memcpy(p, start, len);
    memcpy(p + size - 2, "\"}", 3);

    return p;
}


static void
test_limits(ngx_pool_t *pool)
{
    size_t              i, len;
    char               *header, *payload;
    ngx_str_t           token;
    ngx_http_mcp_jws_t  jws;

    static const struct {
        size_t                        header;
        size_t                        payload;
        ngx_http_mcp_token_reason_e   reason;
        const char                   *name;
    } tests[] = {
        { 4096, 100, PASS, "a header of 4 KiB" },
        { 4097, 100, HDR_JSON, "a header over 4 KiB" },
        { 100000, 100, HDR_JSON, "a header of 100 KB" },
        { 100, 65536, PASS, "a payload of 64 KiB" },
        { 100, 65537, PL_JSON, "a payload over 64 KiB" },
        { 100, 1000000, PL_JSON, "a payload of 1 MB" }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        header = object(pool, "{\"alg\":\"RS256\",\"x\":\"", tests[i].header);
        payload = object(pool, "{\"iss\":\"", tests[i].payload);

        token = token_of(pool, header, tests[i].header, payload,
                         tests[i].payload);
        ok(parse(pool, &token, &jws) == tests[i].reason, "%s", tests[i].name);
    }

    for (len = 255; len <= 258; len++) {
        header = object(pool, "{\"alg\":\"RS256\",\"kid\":\"",
                        len + sizeof("{\"alg\":\"RS256\",\"kid\":\"\"}") - 1);
        token = token_of(pool, header, strlen(header), bytes("{}"));

        ok(parse(pool, &token, &jws) == (len <= 256 ? PASS : HDR_JSON),
           "a kid of %d bytes (T7)", (int) len);
    }
}


static void
test_memory(ngx_pool_t *pool)
{
    char               *payload;
    ngx_str_t           token;
    ngx_http_mcp_jws_t  jws;

    payload = object(pool, "{\"iss\":\"", 2000000);
    token = token_of(pool, bytes("{\"alg\":\"RS256\"}"), payload, 2000000);

    if (!ngx_http_mcp_test_starve(1)) {
        return;
    }

    ok(ngx_http_mcp_jws_parse(pool, &token, &jws)
       == NGX_HTTP_MCP_TOKEN_MEMORY, "no memory is our own failure");

    ngx_http_mcp_test_starve(0);
}


static void
test_typ(void)
{
    size_t              i;
    ngx_http_mcp_jws_t  jws;

    static const struct {
        const char  *typ;
        ngx_uint_t   any;
        ngx_uint_t   at_jwt;
    } tests[] = {
        { NULL, 1, 0 },
        { "at+jwt", 1, 1 },
        { "AT+JWT", 1, 1 },
        { "At+Jwt", 1, 1 },
        { "application/at+jwt", 1, 1 },
        { "Application/AT+JWT", 1, 1 },
        { "JWT", 1, 0 },
        { "jwt", 1, 0 },
        { "Jwt", 1, 0 },
        { "application/jwt", 1, 0 },
        { "APPLICATION/JWT", 1, 0 },

        { "", 0, 0 },
        { "application/", 0, 0 },
        { "application/application/jwt", 0, 0 },
        { "text/jwt", 0, 0 },
        { "at+jwt ", 0, 0 },
        { " JWT", 0, 0 },
        { "JWT;x=1", 0, 0 },
        { "at jwt", 0, 0 },
        { "JW", 0, 0 },
        { "JWTX", 0, 0 },
        { "JWS", 0, 0 },
        { "JOSE", 0, 0 },
        { "JWE", 0, 0 },
        { "oauth-id-jag+jwt", 0, 0 },
        { "application/oauth-id-jag+jwt", 0, 0 },
        { "dpop+jwt", 0, 0 },
        { "DPoP+JWT", 0, 0 },
        { "logout+jwt", 0, 0 },
        { "secevent+jwt", 0, 0 },
        { "token-introspection+jwt", 0, 0 },
        { "client-authentication+jwt", 0, 0 },
        { "rt+jwt", 0, 0 },
        { "entity-statement+jwt", 0, 0 },
        { "kb+jwt", 0, 0 },
        { "vc+sd-jwt", 0, 0 },
        { "passport", 0, 0 }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        ngx_memzero(&jws, sizeof(ngx_http_mcp_jws_t));

        if (tests[i].typ) {
            jws.typ = tap_exact(tests[i].typ, strlen(tests[i].typ));
        }

        ok(ngx_http_mcp_jws_typ(&jws, NGX_HTTP_MCP_TYP_ANY) == tests[i].any,
           "typ any: %s (V-6, T11)", tests[i].typ ? tests[i].typ : "absent");
        ok(ngx_http_mcp_jws_typ(&jws, NGX_HTTP_MCP_TYP_AT_JWT)
           == tests[i].at_jwt, "typ at_jwt: %s (V-6)",
           tests[i].typ ? tests[i].typ : "absent");

        free(jws.typ.data);
    }
}


/* the letters of the keys that may have signed, in their order */

static void
is_choice(const ngx_http_mcp_jwks_t *set, const char *header,
    ngx_uint_t kid_optional, const char *want)
{
    size_t                     n;
    char                       got[20];
    ngx_str_t                  token;
    ngx_pool_t                *pool;
    ngx_uint_t                 index;
    ngx_http_mcp_jws_t         jws;
    const ngx_http_mcp_jwk_t  *jwk;

    pool = tap_pool();

    token = token_of(pool, header, strlen(header), bytes("{}"));

    if (ngx_http_mcp_jws_parse(pool, &token, &jws) != PASS) {
        ok(0, "a header that parses: %s", header);
        ngx_destroy_pool(pool);
        return;
    }

    index = 0;

    for (n = 0; n < sizeof(got) - 1; n++) {
        jwk = ngx_http_mcp_jws_key(&jws, set, kid_optional, &index);

        if (jwk == NULL) {
            break;
        }

        got[n] = (char) ('a' + (jwk - (ngx_http_mcp_jwk_t *) set->keys.elts));
    }

    got[n] = '\0';

    ok(strcmp(got, want) == 0, "keys \"%s\"%s for %s", want,
       kid_optional ? ", kid is optional" : "", header);

    if (strcmp(got, want) != 0) {
        printf("# got \"%s\"\n", got);
    }

    ngx_destroy_pool(pool);
}


static void
test_keys(ngx_pool_t *pool)
{
    size_t                i;
    ngx_str_t             none;
    ngx_http_mcp_jwk_t   *jwk;
    ngx_http_mcp_jwks_t   set, empty;

    static const struct {
        ngx_uint_t   algs;
        const char  *kid;
        const char  *x5t;
        const char  *x5t_s256;
    } keys[] = {
        { NGX_HTTP_MCP_ALG_RS256|NGX_HTTP_MCP_ALG_PS256, "1", "T1", NULL },
        { NGX_HTTP_MCP_ALG_RS256, "2", "T2", "S2" },
        { NGX_HTTP_MCP_ALG_ES256, "1", NULL, "S2" },
        { NGX_HTTP_MCP_ALG_RS256, NULL, NULL, NULL },
        { NGX_HTTP_MCP_ALG_RS256, "", "T2", NULL },
        { NGX_HTTP_MCP_ALG_RS256, "1", "T2", NULL },
        { NGX_HTTP_MCP_ALG_RS512, "2", "T1", NULL },
        { NGX_HTTP_MCP_ALG_RS256, "3", NULL, NULL },
        { NGX_HTTP_MCP_ALG_ES256, NULL, NULL, NULL },
        { NGX_HTTP_MCP_ALG_EDDSA, "1", NULL, NULL }
    };

    ngx_memzero(&empty, sizeof(ngx_http_mcp_jwks_t));
    ngx_array_init(&set.keys, pool, 10, sizeof(ngx_http_mcp_jwk_t));
    ngx_str_null(&none);

    for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        jwk = ngx_array_push(&set.keys);
        ngx_memzero(jwk, sizeof(ngx_http_mcp_jwk_t));

        jwk->algs = keys[i].algs;
        jwk->kid = keys[i].kid ? mint_str(pool, "%s", keys[i].kid) : none;
        jwk->x5t = keys[i].x5t ? mint_str(pool, "%s", keys[i].x5t) : none;
        jwk->x5t_s256 = keys[i].x5t_s256 ? mint_str(pool, "%s",
                                                    keys[i].x5t_s256)
                                         : none;
    }

    is_choice(&set, "{\"alg\":\"RS256\",\"kid\":\"1\"}", 0, "af");
    is_choice(&set, "{\"alg\":\"PS256\",\"kid\":\"1\"}", 0, "a");
    is_choice(&set, "{\"alg\":\"ES256\",\"kid\":\"1\"}", 0, "c");
    is_choice(&set, "{\"alg\":\"EdDSA\",\"kid\":\"1\"}", 0, "j");
    is_choice(&set, "{\"alg\":\"RS512\",\"kid\":\"2\"}", 0, "g");
    is_choice(&set, "{\"alg\":\"RS512\",\"kid\":\"1\"}", 1, "");
    is_choice(&set, "{\"alg\":\"HS256\",\"kid\":\"1\"}", 1, "");
    is_choice(&set, "{\"alg\":\"RS256\",\"kid\":\"4\"}", 1, "");
    is_choice(&set, "{\"alg\":\"RS256\",\"kid\":\"11\"}", 1, "");
    is_choice(&set, "{\"alg\":\"RS256\",\"kid\":\"\"}", 1, "e");
    is_choice(&set, "{\"alg\":\"ES256\",\"kid\":\"\"}", 1, "");

    /* the kid decides, where both are there */

    is_choice(&set, "{\"alg\":\"RS256\",\"kid\":\"2\",\"x5t\":\"T1\"}", 0,
              "b");
    is_choice(&set, "{\"alg\":\"RS256\",\"kid\":\"4\",\"x5t\":\"T1\"}", 1,
              "");

    is_choice(&set, "{\"alg\":\"RS256\",\"x5t\":\"T1\"}", 0, "a");
    is_choice(&set, "{\"alg\":\"RS256\",\"x5t\":\"T2\"}", 0, "bef");
    is_choice(&set, "{\"alg\":\"RS512\",\"x5t\":\"T1\"}", 0, "g");
    is_choice(&set, "{\"alg\":\"RS256\",\"x5t\":\"T3\"}", 1, "");
    is_choice(&set, "{\"alg\":\"RS256\",\"x5t\":\"\"}", 1, "");
    is_choice(&set, "{\"alg\":\"RS256\",\"x5t#S256\":\"S2\"}", 0, "b");
    is_choice(&set, "{\"alg\":\"ES256\",\"x5t#S256\":\"S2\"}", 0, "c");
    is_choice(&set, "{\"alg\":\"RS256\",\"x5t#S256\":\"T2\"}", 1, "");

    is_choice(&set, "{\"alg\":\"RS256\"}", 0, "");
    is_choice(&set, "{\"alg\":\"RS256\"}", 1, "abde");
    is_choice(&set, "{\"alg\":\"ES256\"}", 1, "ci");
    is_choice(&set, "{\"alg\":\"HS256\"}", 1, "");

    is_choice(&empty, "{\"alg\":\"RS256\",\"kid\":\"1\"}", 1, "");
    is_choice(&empty, "{\"alg\":\"RS256\"}", 1, "");
}


int
main(void)
{
    ngx_pool_t  *pool;

    pool = tap_pool();

    test_bearer();
    test_bearer_bytes();
    test_shape();
    test_parts(pool);
    test_header(pool);
    test_header_values(pool);
    test_payload(pool);
    test_limits(pool);
    test_memory(pool);
    test_typ();
    test_keys(pool);

    ngx_destroy_pool(pool);

    return tap_done();
}

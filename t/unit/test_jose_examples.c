
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The examples of RFC 7515 A, RFC 8037 A and RFC 7520 4 verify: signatures
 * that others made.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "jose_mint.h"
#include "ngx_http_mcp_base64url.h"
#include "ngx_http_mcp_jose.h"


#define JOE      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6"  \
                 "Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
#define FRODO    "SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcg"   \
                 "b3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5k"   \
                 "IGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5v"   \
                 "IGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4"

/* RFC 7515 A.1 */
#define SECRET   "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKt"  \
                 "MN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"

#define BILBO_N                                                               \
    "n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWT" \
    "DvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5" \
    "ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI" \
    "9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2" \
    "BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw"

#define BILBO_KEY                                                             \
    "{\"kty\":\"RSA\",\"kid\":\"bilbo.baggins@hobbiton.example\","            \
    "\"use\":\"sig\",\"e\":\"AQAB\",\"n\":\"" BILBO_N "\"}"


/* payloads of some examples are no claims: text and signature alone */

static void
is_example(const char *jwk, const char *alg, const char *text,
    const char *signature, const char *name)
{
    ngx_str_t            s, bit, keys;
    ngx_pool_t          *pool;
    const char          *reason;
    ngx_http_mcp_jws_t   jws;
    ngx_http_mcp_jwks_t  set;

    pool = tap_pool();

    keys = mint_str(pool, "{\"keys\":[%s]}", jwk);
    mint_must(ngx_http_mcp_jwks_parse(pool, &keys, 1, &set, &reason)
              == NGX_OK);

    bit.data = (u_char *) alg;
    bit.len = strlen(alg);
    jws.alg = ngx_http_mcp_alg_bit(&bit);

    jws.text.data = (u_char *) text;
    jws.text.len = strlen(text);

    s.data = (u_char *) signature;
    s.len = strlen(signature);

    jws.signature = ngx_pnalloc(pool, ngx_http_mcp_base64url_room(s.len));
    mint_must(ngx_http_mcp_base64url_decode(jws.signature, &jws.signature_len,
                                            &s)
              == NGX_OK);

    ok(ngx_http_mcp_jws_verify(&jws, set.keys.elts) == NGX_OK, "%s", name);

    jws.signature[5] ^= 0x10;
    ok(ngx_http_mcp_jws_verify(&jws, set.keys.elts) == NGX_DECLINED,
       "%s, with a bit changed", name);

    ngx_destroy_pool(pool);
}


static void
test_examples(void)
{
    is_example("{\"kty\":\"oct\",\"k\":\"" SECRET "\"}", "HS256",
               "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." JOE,
               "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
               "RFC 7515 A.1");

    is_example("{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\""
               "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmf"
               "HQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_Yp"
               "RPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5r"
               "exMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxv"
               "b3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q"
               "2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\"}",
               "RS256", "eyJhbGciOiJSUzI1NiJ9." JOE,
               "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZ"
               "mh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjb"
               "KBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHl"
               "b1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZES"
               "c6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AX"
               "LIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw", "RFC 7515 A.2");

    is_example("{\"kty\":\"EC\",\"crv\":\"P-256\","
               "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
               "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}",
               "ES256", "eyJhbGciOiJFUzI1NiJ9." JOE,
               "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8IS"
               "lSApmWQxfKTUJqPP3-Kg6NU1Q", "RFC 7515 A.3");

    is_example("{\"kty\":\"EC\",\"crv\":\"P-521\","
               "\"x\":\"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOn"
               "YG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk\","
               "\"y\":\"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDh"
               "jDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2\"}",
               "ES512", "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA",
               "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-m"
               "ZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwc"
               "dOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn",
               "RFC 7515 A.4");

    is_example("{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
               "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
               "EdDSA",
               "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
               "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGj"
               "g5BhVsPt9g7sVvpAr_MuM0KAg", "RFC 8037 A.4");
}


static void
test_cookbook(void)
{
    is_example(BILBO_KEY, "RS256",
               "eyJhbGciOiJSUzI1NiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZ"
               "XhhbXBsZSJ9." FRODO,
               "MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFm"
               "KZopdHM1O2U4mwzJdQx996ivp83xuglII7PNDi84wnB-BDkoBwA78185hX-Es"
               "4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6"
               "x8wW1Kt9eRo4QPocSadnHXFxnt8Is9UzpERV0ePPQdLuW3IS_de3xyIrDaLGd"
               "jluPxUAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJushZ41"
               "Axf_fcIe8u9ipH84ogoree7vjbU5y18kDquDg", "RFC 7520 4.1");

    is_example(BILBO_KEY, "PS384",
               "eyJhbGciOiJQUzM4NCIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZ"
               "XhhbXBsZSJ9." FRODO,
               "cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2"
               "IpN6-tPid6VrklHkqsGqDqHCdP6O8TTB5dDDItllVo6_1OLPpcbUrhiUSMxbb"
               "XUvdvWXzg-UD8biiReQFlfz28zGWVsdiNAUf8ZnyPEgVFn442ZdNqiVJRmBqr"
               "YRXe8P_ijQ7p8Vdz0TTrxUeT3lm8d9shnr2lfJT8ImUjvAA2Xez2Mlp8cBE5a"
               "wDzT0qI0n6uiP1aCN_2_jLAeQTlqRHtfa64QQSUmFAAjVKPbByi7xho0uTOcb"
               "H510a6GYmJUAfmWjwZ6oD4ifKo8DYM-X72Eaw", "RFC 7520 4.2");
}


int
main(void)
{
    test_examples();
    test_cookbook();

    return tap_done();
}

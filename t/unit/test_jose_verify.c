
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Signatures: those that OpenSSL made verify, and nothing else does
 * (authorization.md 2.3, 9; V-1, V-2, V-5, T1 to T6, T14).
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include "tap.h"
#include "jose_mint.h"
#include "ngx_http_mcp_base64url.h"
#include "ngx_http_mcp_jose.h"


#define ALL      0xffff

#define CLAIMS   "{\"iss\":\"https://a.example\",\"sub\":\"b\"}"

/* RFC 7515 A.1 */
#define SECRET   "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKt"  \
                 "MN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"


typedef struct {
    const char  *alg;
    EVP_PKEY   **pkey;                     /* NULL: the secret */
    size_t       signature;                /* bytes */
} signer_t;


static EVP_PKEY  *rsa, *rsa2, *small, *p256, *p384, *p521, *k256, *ed;


static const signer_t  signers[] = {
    { "RS256", &rsa, 256 },
    { "RS384", &rsa, 256 },
    { "RS512", &rsa, 256 },
    { "PS256", &rsa, 256 },
    { "PS384", &rsa, 256 },
    { "PS512", &rsa, 256 },
    { "ES256", &p256, 64 },
    { "ES384", &p384, 96 },
    { "ES512", &p521, 132 },
    { "EdDSA", &ed, 64 },
    { "Ed25519", &ed, 64 },
    { "HS256", NULL, 32 },
    { "HS384", NULL, 48 },
    { "HS512", NULL, 64 }
};

#define SIGNERS  (sizeof(signers) / sizeof(signers[0]))


static ngx_http_mcp_jwks_t
set_of(ngx_pool_t *pool, ngx_uint_t local, const char *keys)
{
    ngx_int_t            rc;
    ngx_str_t            text;
    const char          *reason;
    ngx_http_mcp_jwks_t  set;

    text = mint_str(pool, "{\"keys\":[%s]}", keys);

    rc = ngx_http_mcp_jwks_parse(pool, &text, local, &set, &reason);
    mint_must(rc == NGX_OK || rc == NGX_DECLINED);

    return set;
}


static ngx_http_mcp_jwks_t
set_of_pkey(ngx_pool_t *pool, EVP_PKEY *pkey, const char *more)
{
    return set_of(pool, 0, (char *) mint_jwk(pool, pkey, more).data);
}


/* a set with the key that signer "s" signs by */

static ngx_http_mcp_jwks_t
set_of_signer(ngx_pool_t *pool, const signer_t *s)
{
    if (s->pkey) {
        return set_of_pkey(pool, *s->pkey, "");
    }

    return set_of(pool, 1, "{\"kty\":\"oct\",\"k\":\"" SECRET "\"}");
}


static ngx_str_t
token_of(ngx_pool_t *pool, const signer_t *s)
{
    u_char     secret[ngx_http_mcp_base64url_room(sizeof(SECRET))];
    ngx_str_t  header, key;

    header = mint_str(pool, "{\"alg\":\"%s\"}", s->alg);

    if (s->pkey) {
        return mint_token(pool, s->alg, *s->pkey, (char *) header.data,
                          CLAIMS);
    }

    ngx_str_set(&key, SECRET);
    mint_must(ngx_http_mcp_base64url_decode(secret, &key.len, &key) == NGX_OK);
    key.data = secret;

    return mint_mac(pool, s->alg, &key, (char *) header.data, CLAIMS);
}


static ngx_int_t
verify(const ngx_http_mcp_jws_t *jws, const ngx_http_mcp_jwk_t *jwk)
{
    ngx_int_t           rc;
    ngx_str_t           signature;
    ngx_http_mcp_jws_t  copy;

    copy = *jws;

    signature = tap_exact((char *) jws->signature, jws->signature_len);
    copy.signature = signature.data;

    rc = ngx_http_mcp_jws_verify(&copy, jwk);

    free(signature.data);

    if (ERR_peek_error() != 0) {
        ok(0, "errors were left in OpenSSL's queue");
        ERR_clear_error();
    }

    return rc;
}


/* what the access phase makes of a token, up to step 12 */

static ngx_http_mcp_token_reason_e
outcome(ngx_pool_t *pool, const ngx_str_t *token, ngx_uint_t algs,
    const ngx_http_mcp_jwks_t *set)
{
    ngx_uint_t                    index;
    ngx_http_mcp_jws_t            jws;
    const ngx_http_mcp_jwk_t     *jwk;
    ngx_http_mcp_token_reason_e   reason;

    reason = ngx_http_mcp_jws_parse(pool, token, &jws);

    if (reason != NGX_HTTP_MCP_TOKEN_OK) {
        return reason;
    }

    if ((jws.alg & algs) == 0) {
        return NGX_HTTP_MCP_TOKEN_ALG;
    }

    index = 0;
    reason = NGX_HTTP_MCP_TOKEN_KID;

    for ( ;; ) {
        jwk = ngx_http_mcp_jws_key(&jws, set, 1, &index);

        if (jwk == NULL) {
            return reason;
        }

        if (verify(&jws, jwk) == NGX_OK) {
            return NGX_HTTP_MCP_TOKEN_OK;
        }

        reason = NGX_HTTP_MCP_TOKEN_SIG;
    }
}


static void
is_outcome(ngx_http_mcp_token_reason_e got, const char *want,
    const char *name)
{
    const char  *reason;

    reason = (char *) ngx_http_mcp_token_reason(got)->data;

    if (got == NGX_HTTP_MCP_TOKEN_OK) {
        reason = "";
    }

    ok(strcmp(reason, want) == 0, "%s: %s", name, *want ? want : "accepted");

    if (strcmp(reason, want) != 0) {
        printf("# got \"%s\"\n", reason);
    }
}


/* the key of a set of one, and the parsed token */

static ngx_http_mcp_jwk_t *
prepare(ngx_pool_t *pool, const ngx_str_t *token,
    const ngx_http_mcp_jwks_t *set, ngx_http_mcp_jws_t *jws)
{
    mint_must(set->keys.nelts == 1);
    mint_must(ngx_http_mcp_jws_parse(pool, token, jws)
              == NGX_HTTP_MCP_TOKEN_OK);

    return set->keys.elts;
}


/* what is signed and the signature, in any bit */

static void
is_tamper_proof(const ngx_http_mcp_jws_t *good,
    const ngx_http_mcp_jwk_t *jwk, const char *alg)
{
    size_t              i;
    u_char              longer[512];
    ngx_str_t           text;
    ngx_uint_t          wrong;
    ngx_http_mcp_jws_t  jws;

    jws = *good;
    wrong = 0;

    for (i = 0; i < jws.signature_len; i++) {
        jws.signature[i] ^= (u_char) (1 << (i % 8));
        wrong += (verify(&jws, jwk) != NGX_DECLINED);
        jws.signature[i] ^= (u_char) (1 << (i % 8));
    }

    ok(wrong == 0, "%s: another signature, %d accepted", alg, (int) wrong);

    text = tap_exact((char *) jws.text.data, jws.text.len);
    jws.text = text;

    for (i = 0; i < text.len; i++) {
        text.data[i] ^= (u_char) (1 << (i % 8));
        wrong += (verify(&jws, jwk) != NGX_DECLINED);
        text.data[i] ^= (u_char) (1 << (i % 8));
    }

    ok(wrong == 0, "%s: another text, %d accepted", alg, (int) wrong);

    jws = *good;

    for (i = 0; i < good->signature_len; i++) {
        jws.signature_len = i;
        wrong += (verify(&jws, jwk) != NGX_DECLINED);
    }

    /* zeros in front and behind */

    memset(longer, 0, sizeof(longer));
    memcpy(longer + 2, good->signature, good->signature_len);

    for (i = 0; i < 3; i++) {
        jws.signature = longer + i;
        jws.signature_len = good->signature_len + (i == 2 ? 1 : 2 - i);
        wrong += (verify(&jws, jwk) != NGX_DECLINED);
    }

    ok(wrong == 0, "%s: another length, %d accepted", alg, (int) wrong);

    free(text.data);
}


static void
test_algorithms(void)
{
    size_t               i;
    ngx_str_t            token;
    ngx_pool_t          *pool;
    ngx_http_mcp_jws_t   jws;
    ngx_http_mcp_jwk_t  *jwk;
    ngx_http_mcp_jwks_t  set;

    for (i = 0; i < SIGNERS; i++) {
        pool = tap_pool();

        set = set_of_signer(pool, &signers[i]);
        token = token_of(pool, &signers[i]);
        jwk = prepare(pool, &token, &set, &jws);

        ok(jws.signature_len == signers[i].signature
           && verify(&jws, jwk) == NGX_OK, "%s verifies", signers[i].alg);

        is_tamper_proof(&jws, jwk, signers[i].alg);

        /* a key that may not, although it could */

        jwk->algs &= ~jws.alg;
        ok(verify(&jws, jwk) == NGX_DECLINED, "%s: not by this key (V-2)",
           signers[i].alg);

        ngx_destroy_pool(pool);
    }
}


/* one signature, all algorithms; and all keys, told that they may */

static void
test_confusion(void)
{
    size_t               i, k;
    ngx_str_t            token;
    ngx_pool_t          *pool;
    ngx_uint_t           wrong, bit;
    ngx_http_mcp_jws_t   jws, other;
    ngx_http_mcp_jwk_t  *jwk;
    ngx_http_mcp_jwks_t  set;

    for (i = 0; i < SIGNERS; i++) {
        pool = tap_pool();
        wrong = 0;

        token = token_of(pool, &signers[i]);

        for (k = 0; k < SIGNERS; k++) {

            set = set_of_signer(pool, &signers[k]);
            jwk = prepare(pool, &token, &set, &jws);

            if (signers[i].pkey != signers[k].pkey) {
                wrong += (verify(&jws, jwk) != NGX_DECLINED);
                jwk->algs = ALL;
                wrong += (verify(&jws, jwk) == NGX_OK);
            }

            jwk->algs = ALL;

            for (bit = 1; bit < ALL; bit <<= 1) {

                if (bit == jws.alg) {
                    continue;
                }

                other = jws;
                other.alg = bit;
                wrong += (verify(&other, jwk) == NGX_OK);
                other.alg |= jws.alg;
                wrong += (verify(&other, jwk) == NGX_OK);
            }

            jws.alg = 0;
            wrong += (verify(&jws, jwk) != NGX_DECLINED);
        }

        ok(wrong == 0, "%s: under other keys and names, %d accepted (V-1)",
           signers[i].alg, (int) wrong);

        ngx_destroy_pool(pool);
    }
}


/* what a public key can be written as, for who takes it for a secret */

static void
test_public_secret(void)
{
    long         len;
    char        *pem;
    BIO         *bio;
    u_char      *der;
    size_t       i;
    ngx_str_t    token, secret[6], header;
    ngx_pool_t  *pool;

    ngx_http_mcp_jwks_t  set, pinned, local;

    pool = tap_pool();

    set = set_of_pkey(pool, rsa, "");
    pinned = set_of_pkey(pool, rsa, ",\"alg\":\"RS256\"");
    local = set_of(pool, 1, (char *) mint_jwk(pool, rsa, "").data);

    bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(bio, rsa);
    len = BIO_get_mem_data(bio, &pem);
    secret[0] = mint_str(pool, "%.*s", (int) len, pem);
    secret[1] = mint_str(pool, "%.*s", (int) len - 1, pem);
    BIO_free(bio);

    der = NULL;
    secret[2].len = i2d_PUBKEY(rsa, &der);
    secret[2].data = der;

    secret[3] = mint_jwk(pool, rsa, "");
    ngx_str_set(&secret[4], "");
    secret[5] = mint_str(pool, "%s",
                         mint_number(pool, rsa, OSSL_PKEY_PARAM_RSA_N, 0));

    ngx_str_set(&header, "{\"alg\":\"HS256\"}");

    for (i = 0; i < 6; i++) {
        token = mint_mac(pool, "HS256", &secret[i], (char *) header.data,
                         CLAIMS);

        is_outcome(outcome(pool, &token, NGX_HTTP_MCP_ALG_DEFAULT, &set),
                   "alg", "T2, T3: HS256 is not on the list");
        is_outcome(outcome(pool, &token, ALL, &set), "kid",
                   "T2, T3: no secret, even if it were");
        is_outcome(outcome(pool, &token, ALL, &pinned), "kid",
                   "T2: nor by a key with alg");
        is_outcome(outcome(pool, &token, ALL, &local), "kid",
                   "T2: nor by a local public key");
    }

    OPENSSL_free(der);
    ngx_destroy_pool(pool);
}


static void
test_curves(void)
{
    size_t       i;
    ngx_str_t    token;
    ngx_pool_t  *pool;

    ngx_http_mcp_jwks_t  set;

    static const struct {
        const char  *header;
        EVP_PKEY   **pkey;
        const char  *want;
        const char  *name;
    } tests[] = {
        { "{\"alg\":\"ES256\"}", &p256, "", "ES256, P-256" },
        { "{\"alg\":\"ES256\"}", &p384, "kid", "T4: ES256, P-384" },
        { "{\"alg\":\"ES256\"}", &p521, "kid", "T4: ES256, P-521" },
        { "{\"alg\":\"ES256\"}", &k256, "kid", "T4: ES256, secp256k1" },
        { "{\"alg\":\"ES384\"}", &p256, "kid", "T4: ES384, P-256" },
        { "{\"alg\":\"ES512\"}", &p256, "kid", "T4: ES512, P-256" },
        { "{\"alg\":\"ES256K\"}", &k256, "alg", "ES256K" },
        { "{\"alg\":\"RS256\"}", &p256, "kid", "RS256, P-256" },
        { "{\"alg\":\"EdDSA\"}", &p256, "kid", "EdDSA, P-256" }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        pool = tap_pool();

        /* with the hash that the header says */

        token = mint_token(pool, "ES256", *tests[i].pkey, tests[i].header,
                           CLAIMS);
        set = set_of_pkey(pool, *tests[i].pkey, "");

        is_outcome(outcome(pool, &token, ALL, &set), tests[i].want,
                   tests[i].name);

        ngx_destroy_pool(pool);
    }
}


static void
test_attacks(void)
{
    ngx_str_t            token, jwk;
    ngx_pool_t          *pool;
    ngx_http_mcp_jwks_t  set, pinned;

    pool = tap_pool();

    set = set_of_pkey(pool, rsa, "");
    pinned = set_of_pkey(pool, rsa, ",\"alg\":\"RS256\"");

    token = mint_token(pool, "RS512", rsa, "{\"alg\":\"RS512\"}", CLAIMS);

    is_outcome(outcome(pool, &token, NGX_HTTP_MCP_ALG_DEFAULT, &set), "alg",
               "T5: RS512 is not on the list");
    is_outcome(outcome(pool, &token, ALL, &pinned), "kid",
               "T5: RS512 under a key for RS256");
    is_outcome(outcome(pool, &token, ALL, &set), "",
               "RS512 under a key without alg, if it is on the list");

    token = mint_token(pool, "PS256", rsa, "{\"alg\":\"PS256\"}", CLAIMS);

    is_outcome(outcome(pool, &token, ALL, &pinned), "kid",
               "T5: PS256 under a key for RS256");

    token = mint_token(pool, "PS256", rsa, "{\"alg\":\"RS256\"}", CLAIMS);
    is_outcome(outcome(pool, &token, ALL, &set), "sig", "PSS named RS256");

    token = mint_token(pool, "RS256", rsa, "{\"alg\":\"PS256\"}", CLAIMS);
    is_outcome(outcome(pool, &token, ALL, &set), "sig", "PKCS1 named PS256");

    token = mint_token(pool, "RS384", rsa, "{\"alg\":\"RS256\"}", CLAIMS);
    is_outcome(outcome(pool, &token, ALL, &set), "sig", "RS384 named RS256");

    /* T6: the key that the token brings along */

    jwk = mint_jwk(pool, rsa2, "");
    token = mint_str(pool, "{\"alg\":\"RS256\",\"jwk\":%s,\"jku\":"
                     "\"http://127.0.0.1/\",\"x5u\":\"http://127.0.0.1/\"}",
                     jwk.data);
    token = mint_token(pool, "RS256", rsa2, (char *) token.data, CLAIMS);

    is_outcome(outcome(pool, &token, ALL, &set), "sig",
               "T6: a key in the header is not used");

    /* V-2: a key of 1024 bits is none */

    set = set_of_pkey(pool, small, "");
    token = mint_token(pool, "RS256", small, "{\"alg\":\"RS256\"}", CLAIMS);

    is_outcome(outcome(pool, &token, ALL, &set), "kid", "RSA of 1024 bits");

    ngx_destroy_pool(pool);
}


static void
test_several_keys(void)
{
    ngx_str_t            token;
    ngx_pool_t          *pool;
    ngx_http_mcp_jwks_t  set;

    pool = tap_pool();

    set = set_of(pool, 0,
                 (char *) mint_str(pool, "%s,%s,%s,%s",
                                   mint_jwk(pool, rsa2, "").data,
                                   mint_jwk(pool, p256, "").data,
                                   mint_jwk(pool, small, "").data,
                                   mint_jwk(pool, rsa, "").data).data);

    ok(set.keys.nelts == 3, "three keys");

    token = mint_token(pool, "RS256", rsa, "{\"alg\":\"RS256\"}", CLAIMS);
    is_outcome(outcome(pool, &token, ALL, &set), "", "the last of them");

    token = mint_token(pool, "ES256", p256, "{\"alg\":\"ES256\"}", CLAIMS);
    is_outcome(outcome(pool, &token, ALL, &set), "", "the middle one");

    token = mint_token(pool, "RS256", small, "{\"alg\":\"RS256\"}", CLAIMS);
    is_outcome(outcome(pool, &token, ALL, &set), "sig", "none of them");

    ngx_destroy_pool(pool);
}


/* RFC 7518 3.5: the salt is as long as the hash, MGF1 uses the same hash */

static void
test_pss(void)
{
    size_t       i;
    ngx_str_t    header, payload, text, signature, token;
    mint_pss_t   pss;
    ngx_pool_t  *pool;

    ngx_http_mcp_jwks_t  set;

    static const struct {
        int          salt;
        const char  *mgf1;
        const char  *want;
    } tests[] = {
        { 32, "RS256", "" },
        { 0, "RS256", "sig" },
        { 20, "RS256", "sig" },
        { 31, "RS256", "sig" },
        { 33, "RS256", "sig" },
        { RSA_PSS_SALTLEN_MAX, "RS256", "sig" },
        { 32, "RS384", "sig" },
        { 32, "RS512", "sig" }
    };

    pool = tap_pool();

    set = set_of_pkey(pool, rsa, "");

    ngx_str_set(&header, "{\"alg\":\"PS256\"}");
    ngx_str_set(&payload, CLAIMS);
    text = mint_text(pool, &header, &payload);

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        pss.salt = tests[i].salt;
        pss.mgf1 = mint_hash(tests[i].mgf1);

        signature = mint_sign(pool, "PS256", rsa, &text, &pss);
        token = mint_join(pool, &text, &signature);

        is_outcome(outcome(pool, &token, ALL, &set), tests[i].want,
                   (char *) mint_str(pool, "PS256, salt %d, MGF1 of %s",
                                     tests[i].salt, tests[i].mgf1).data);
    }

    ngx_destroy_pool(pool);
}


static void
test_odd_structures(void)
{
    ngx_str_t            token;
    ngx_pool_t          *pool;
    ngx_http_mcp_jws_t   jws;
    ngx_http_mcp_jwk_t   jwk, *good;
    ngx_http_mcp_jwks_t  set;

    pool = tap_pool();

    set = set_of_signer(pool, &signers[0]);
    token = token_of(pool, &signers[0]);
    good = prepare(pool, &token, &set, &jws);

    ngx_memzero(&jwk, sizeof(ngx_http_mcp_jwk_t));
    jwk.algs = ALL;

    ok(verify(&jws, &jwk) == NGX_DECLINED, "RS256 without a key");

    ngx_str_set(&jwk.secret, "a secret is no key of RSA, however long");
    ok(verify(&jws, &jwk) == NGX_DECLINED, "RS256 by a secret");

    jws.signature_len = 64;
    jws.alg = NGX_HTTP_MCP_ALG_EDDSA;
    ok(verify(&jws, &jwk) == NGX_DECLINED, "EdDSA by a secret");
    jws.alg = NGX_HTTP_MCP_ALG_ES256;
    ok(verify(&jws, &jwk) == NGX_DECLINED, "ES256 by a secret");

    /* what is signed with nothing */

    ngx_str_set(&jwk.secret, "");
    token = mint_mac(pool, "HS256", &jwk.secret, "{\"alg\":\"HS256\"}",
                     CLAIMS);
    prepare(pool, &token, &set, &jws);

    ok(verify(&jws, &jwk) == NGX_DECLINED, "HS256 by an empty secret (T3)");

    ngx_str_null(&jwk.secret);
    ok(verify(&jws, &jwk) == NGX_DECLINED, "HS256 without a secret (T3)");

    ngx_str_set(&jwk.secret, "a secret beside a key is not that key's");
    token = mint_mac(pool, "HS256", &jwk.secret, "{\"alg\":\"HS256\"}",
                     CLAIMS);
    prepare(pool, &token, &set, &jws);

    ok(verify(&jws, &jwk) == NGX_OK, "HS256 by a secret");

    jwk.pkey = good->pkey;
    ok(verify(&jws, &jwk) == NGX_DECLINED, "HS256 by a public key");

    /* errors of others are not kept for OpenSSL's next caller */

    token = token_of(pool, &signers[0]);
    prepare(pool, &token, &set, &jws);
    jws.signature_len--;
    ERR_raise(ERR_LIB_USER, 1);
    ok(ngx_http_mcp_jws_verify(&jws, good) == NGX_DECLINED
       && ERR_peek_error() == 0, "the queue of errors is empty");

    ngx_destroy_pool(pool);
}


int
main(void)
{
    rsa = mint_pkey("RSA", 2048);
    rsa2 = mint_pkey("RSA", 2048);
    small = mint_pkey("RSA", 1024);
    p256 = mint_pkey("P-256", 0);
    p384 = mint_pkey("P-384", 0);
    p521 = mint_pkey("P-521", 0);
    k256 = mint_pkey("secp256k1", 0);
    ed = mint_pkey("ED25519", 0);

    test_algorithms();
    test_confusion();
    test_public_secret();
    test_curves();
    test_attacks();
    test_several_keys();
    test_pss();
    test_odd_structures();

    EVP_PKEY_free(rsa);
    EVP_PKEY_free(rsa2);
    EVP_PKEY_free(small);
    EVP_PKEY_free(p256);
    EVP_PKEY_free(p384);
    EVP_PKEY_free(p521);
    EVP_PKEY_free(k256);
    EVP_PKEY_free(ed);

    return tap_done();
}

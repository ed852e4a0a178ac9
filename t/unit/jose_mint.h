
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Makes keys, key sets and tokens for the tests and fuzzers of the JOSE
 * rooms, with OpenSSL and nginx's own base64url: nothing of what is tested.
 */


#ifndef _JOSE_MINT_H_INCLUDED_
#define _JOSE_MINT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>
#include "tap.h"


#define mint_must(cond)                                                       \
    do {                                                                      \
        if (!(cond)) {                                                        \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond);        \
            abort();                                                          \
        }                                                                     \
    } while (0)


static ngx_inline ngx_str_t
mint_str(ngx_pool_t *pool, const char *fmt, ...)
{
    int        n;
    va_list    args;
    ngx_str_t  s;

    va_start(args, fmt);
    n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);

    s.len = n;
    s.data = ngx_pnalloc(pool, s.len + 1);
    mint_must(s.data != NULL);

    va_start(args, fmt);
    vsnprintf((char *) s.data, s.len + 1, fmt, args);
    va_end(args);

    return s;
}


/* NUL-terminated as well */

static ngx_inline ngx_str_t
mint_base64url(ngx_pool_t *pool, const void *data, size_t len)
{
    ngx_str_t  src, dst;

    src.data = (u_char *) data;
    src.len = len;

    dst.data = ngx_pnalloc(pool, ngx_base64_encoded_length(len) + 1);
    mint_must(dst.data != NULL);

    ngx_encode_base64url(&dst, &src);
    dst.data[dst.len] = '\0';

    return dst;
}


/* "RSA", of some bits, "ED25519", or the name of a curve */

static ngx_inline EVP_PKEY *
mint_pkey(const char *name, size_t bits)
{
    EVP_PKEY  *pkey;

    if (strcmp(name, "RSA") == 0) {
        pkey = EVP_RSA_gen(bits);

    } else if (strcmp(name, "ED25519") == 0) {
        pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

    } else {
        pkey = EVP_EC_gen(name);
    }

    mint_must(pkey != NULL);

    return pkey;
}


/* bytes of an integer r or s of a curve's signatures */

static ngx_inline size_t
mint_size(EVP_PKEY *pkey)
{
    return (EVP_PKEY_get_bits(pkey) + 7) / 8;
}


static ngx_inline const char *
mint_number(ngx_pool_t *pool, EVP_PKEY *pkey, const char *name, size_t size)
{
    u_char   buf[4096];
    BIGNUM  *bn;

    bn = NULL;
    mint_must(EVP_PKEY_get_bn_param(pkey, name, &bn) == 1);

    if (size == 0) {
        size = BN_num_bytes(bn);
    }

    mint_must(BN_bn2binpad(bn, buf, (int) size) == (int) size);
    BN_free(bn);

    return (char *) mint_base64url(pool, buf, size).data;
}


/* a JWK; "more" is further members with their comma, ",\"kid\":\"a\"" */

static ngx_inline ngx_str_t
mint_jwk(ngx_pool_t *pool, EVP_PKEY *pkey, const char *more)
{
    char         crv[32];
    u_char       raw[32];
    size_t       len;
    const char  *name;

    if (EVP_PKEY_is_a(pkey, "RSA")) {
        return mint_str(pool, "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\"%s}",
                        mint_number(pool, pkey, OSSL_PKEY_PARAM_RSA_N, 0),
                        mint_number(pool, pkey, OSSL_PKEY_PARAM_RSA_E, 0),
                        more);
    }

    if (EVP_PKEY_is_a(pkey, "ED25519")) {
        len = sizeof(raw);
        mint_must(EVP_PKEY_get_raw_public_key(pkey, raw, &len) == 1);

        return mint_str(pool, "{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
                        "\"x\":\"%s\"%s}",
                        mint_base64url(pool, raw, len).data, more);
    }

    mint_must(EVP_PKEY_get_group_name(pkey, crv, sizeof(crv), &len) == 1);

    name = EC_curve_nid2nist(OBJ_sn2nid(crv));

    return mint_str(pool, "{\"kty\":\"EC\",\"crv\":\"%s\",\"x\":\"%s\","
                    "\"y\":\"%s\"%s}", name ? name : crv,
                    mint_number(pool, pkey, OSSL_PKEY_PARAM_EC_PUB_X,
                                mint_size(pkey)),
                    mint_number(pool, pkey, OSSL_PKEY_PARAM_EC_PUB_Y,
                                mint_size(pkey)),
                    more);
}


static ngx_inline const EVP_MD *
mint_hash(const char *alg)
{
    if (strcmp(alg + 2, "256") == 0) {
        return EVP_sha256();
    }

    if (strcmp(alg + 2, "384") == 0) {
        return EVP_sha384();
    }

    return (strcmp(alg + 2, "512") == 0) ? EVP_sha512() : NULL;
}


/* how the signatures of RSA-PSS are made, if not as RFC 7518 says */

typedef struct {
    int            salt;
    const EVP_MD  *mgf1;
} mint_pss_t;


/*
 * Signs with a key, whatever "alg" says of its curve: what that names is the
 * kind and the hash.
 */

static ngx_inline ngx_str_t
mint_sign(ngx_pool_t *pool, const char *alg, EVP_PKEY *pkey,
    const ngx_str_t *text, const mint_pss_t *pss)
{
    u_char         *p, buf[4096];
    size_t          len, size;
    ngx_str_t       signature;
    EVP_MD_CTX     *ctx;
    EVP_PKEY_CTX   *pctx;
    const EVP_MD   *md;
    ECDSA_SIG      *ecdsa;
    const u_char   *der;

    md = mint_hash(alg);
    len = sizeof(buf);

    ctx = EVP_MD_CTX_new();
    mint_must(EVP_DigestSignInit(ctx, &pctx, md, NULL, pkey) == 1);

    if (alg[0] == 'P') {
        EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, pss ? pss->salt
                                                   : EVP_MD_get_size(md));
        EVP_PKEY_CTX_set_rsa_mgf1_md(pctx, pss ? pss->mgf1 : md);
    }

    mint_must(EVP_DigestSign(ctx, buf, &len, text->data, text->len) == 1);
    EVP_MD_CTX_free(ctx);

    if (EVP_PKEY_is_a(pkey, "EC")) {
        der = buf;
        ecdsa = d2i_ECDSA_SIG(NULL, &der, len);
        mint_must(ecdsa != NULL);

        size = mint_size(pkey);
        len = 2 * size;

        BN_bn2binpad(ECDSA_SIG_get0_r(ecdsa), buf, (int) size);
        BN_bn2binpad(ECDSA_SIG_get0_s(ecdsa), buf + size, (int) size);
        ECDSA_SIG_free(ecdsa);
    }

    p = ngx_pnalloc(pool, len);
    mint_must(p != NULL);

    ngx_memcpy(p, buf, len);

    signature.data = p;
    signature.len = len;

    return signature;
}


/* what is signed: header and payload in base64url */

static ngx_inline ngx_str_t
mint_text(ngx_pool_t *pool, const ngx_str_t *header,
    const ngx_str_t *payload)
{
    return mint_str(pool, "%s.%s",
                    mint_base64url(pool, header->data, header->len).data,
                    mint_base64url(pool, payload->data, payload->len).data);
}


static ngx_inline ngx_str_t
mint_join(ngx_pool_t *pool, const ngx_str_t *text, const ngx_str_t *signature)
{
    return mint_str(pool, "%.*s.%s", (int) text->len, text->data,
                    mint_base64url(pool, signature->data,
                                   signature->len).data);
}


/* a token signed as "alg" says, which the header may contradict */

static ngx_inline ngx_str_t
mint_token(ngx_pool_t *pool, const char *alg, EVP_PKEY *pkey,
    const char *header, const char *payload)
{
    ngx_str_t  h, p, text, signature;

    h.data = (u_char *) header;
    h.len = strlen(header);
    p.data = (u_char *) payload;
    p.len = strlen(payload);

    text = mint_text(pool, &h, &p);
    signature = mint_sign(pool, alg, pkey, &text, NULL);

    return mint_join(pool, &text, &signature);
}


static ngx_inline ngx_str_t
mint_mac(ngx_pool_t *pool, const char *alg, const ngx_str_t *secret,
    const char *header, const char *payload)
{
    u_char        mac[EVP_MAX_MD_SIZE];
    ngx_str_t     h, p, text, signature;
    unsigned int  len;

    h.data = (u_char *) header;
    h.len = strlen(header);
    p.data = (u_char *) payload;
    p.len = strlen(payload);

    text = mint_text(pool, &h, &p);

    mint_must(HMAC(mint_hash(alg), secret->data, (int) secret->len,
                   text.data, text.len, mac, &len)
              != NULL);

    signature.data = mac;
    signature.len = len;

    return mint_join(pool, &text, &signature);
}


#endif /* _JOSE_MINT_H_INCLUDED_ */


/*
 * Copyright (C) mcp-nginx contributors
 *
 * A million tokens, random and mutated from good ones: none is accepted,
 * none crashes (T9, T14).  Mutations are the same in each run, keys are not.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "jose_mint.h"
#include "ngx_http_mcp_jose.h"


#define TOKENS     1000000
#define ROOM       4096

#define SECRET     "of HMAC, long enough for SHA-512 as well: 64 bytes and more"


typedef void (*mutate_pt)(u_char *text, size_t *len);


static const char  alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static const char *const  algs[] = {
    "RS256", "PS256", "ES256", "EdDSA", "HS256"
};

#define GOOD  (sizeof(algs) / sizeof(algs[0]))

static ngx_str_t  good[GOOD];
static uint64_t   seed = 0x9e3779b97f4a7c15;


/* xorshift64; less than "n" */

static size_t
dice(size_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;

    return (size_t) ((seed >> 16) % n);
}


static u_char
letter(void)
{
    return (u_char) alphabet[dice(64)];
}


static void
replace(u_char *text, size_t *len, size_t pos, size_t cut, const u_char *add,
    size_t n)
{
    memmove(text + pos + n, text + pos + cut, *len - pos - cut);
    memcpy(text + pos, add, n);

    *len = *len - cut + n;
}


/* the part of number "n" of a token: its place and length */

static size_t
part_of(const u_char *text, size_t len, size_t n, size_t *pos)
{
    size_t  i;

    *pos = 0;

    for (i = 0; i < len; i++) {

        if (text[i] == '.') {

            if (n-- == 0) {
                return i - *pos;
            }

            *pos = i + 1;
        }
    }

    return len - *pos;
}


/* a bit of the text */

static void
mutate_bit(u_char *text, size_t *len)
{
    text[dice(*len)] ^= (u_char) (1 << dice(8));
}


static void
mutate_letter(u_char *text, size_t *len)
{
    text[dice(*len)] = letter();
}


/* the last letters of a part, where bits are left over */

static void
mutate_end(u_char *text, size_t *len)
{
    size_t  pos, n;

    n = part_of(text, *len, dice(3), &pos);

    if (n) {
        text[pos + n - 1] = letter();
    }
}


static void
mutate_insert(u_char *text, size_t *len)
{
    u_char  c;

    static const u_char  odd[] = ".=+/ \n~!%\0";

    c = dice(2) ? letter() : odd[dice(sizeof(odd) - 1)];

    replace(text, len, dice(*len + 1), 0, &c, 1);
}


static void
mutate_delete(u_char *text, size_t *len)
{
    size_t  n;

    n = 1 + dice(dice(8) ? 4 : *len);
    n = ngx_min(n, *len);

    replace(text, len, dice(*len - n + 1), n, text, 0);
}


/* a part of another token, or of the same in another place */

static void
mutate_part(u_char *text, size_t *len)
{
    size_t      pos, n, from, m;
    ngx_str_t  *other;

    other = &good[dice(GOOD)];

    n = part_of(text, *len, dice(3), &pos);
    m = part_of(other->data, other->len, dice(3), &from);

    replace(text, len, pos, n, other->data + from, m);
}


/* a bit of what a part decodes to: still strict base64url */

static void
mutate_decoded(u_char *text, size_t *len)
{
    size_t      pos, n;
    u_char      raw[ROOM], again[ROOM];
    ngx_str_t   src, dst;

    n = part_of(text, *len, dice(3), &pos);

    src.data = text + pos;
    src.len = n;
    dst.data = raw;

    if (ngx_decode_base64url(&dst, &src) != NGX_OK || dst.len == 0) {
        return;
    }

    raw[dice(dst.len)] ^= (u_char) (1 << dice(8));

    src = dst;
    dst.data = again;
    ngx_encode_base64url(&dst, &src);

    replace(text, len, pos, n, again, dst.len);
}


/* letters and dots from nowhere */

static void
mutate_random(u_char *text, size_t *len)
{
    size_t  i;

    *len = 1 + dice(200);

    for (i = 0; i < *len; i++) {
        text[i] = letter();
    }

    text[dice(*len)] = '.';
    text[dice(*len)] = '.';
}


static size_t
mutate(u_char *text)
{
    size_t      len, n;
    ngx_str_t  *token;

    static const mutate_pt  mutations[] = {
        mutate_bit, mutate_bit, mutate_letter, mutate_end, mutate_insert,
        mutate_insert, mutate_delete, mutate_part, mutate_decoded,
        mutate_random
    };

    token = &good[dice(GOOD)];

    len = token->len;
    memcpy(text, token->data, len);

    for (n = 1 + dice(4); n && len; n--) {
        mutations[dice(sizeof(mutations) / sizeof(mutations[0]))](text, &len);

        if (len > ROOM / 2) {
            len = ROOM / 2;
        }
    }

    return len;
}


static ngx_uint_t
is_good(const ngx_str_t *token)
{
    size_t  i;

    for (i = 0; i < GOOD; i++) {
        if (token->len == good[i].len
            && memcmp(token->data, good[i].data, token->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* by any key that may; *verified counts the checks of a signature */

static ngx_uint_t
accepted(ngx_pool_t *pool, const ngx_http_mcp_jwks_t *set,
    const ngx_str_t *token, ngx_uint_t *verified)
{
    ngx_int_t                  rc;
    ngx_uint_t                 index;
    ngx_http_mcp_jws_t         jws;
    const ngx_http_mcp_jwk_t  *jwk;

    (void) ngx_http_mcp_jws_shape(token);

    if (ngx_http_mcp_jws_parse(pool, token, &jws) != NGX_HTTP_MCP_TOKEN_OK) {
        return 0;
    }

    index = 0;

    for ( ;; ) {
        jwk = ngx_http_mcp_jws_key(&jws, set, 1, &index);

        if (jwk == NULL) {
            return 0;
        }

        (*verified)++;

        rc = ngx_http_mcp_jws_verify(&jws, jwk);

        if (rc == NGX_OK) {
            return 1;
        }

        mint_must(rc == NGX_DECLINED);
    }
}


static void
make(ngx_pool_t *pool, ngx_http_mcp_jwks_t *set)
{
    size_t       i;
    EVP_PKEY    *pkey[GOOD];
    ngx_str_t    text, secret;
    const char  *reason, *header;

    pkey[0] = mint_pkey("RSA", 2048);
    pkey[1] = pkey[0];
    pkey[2] = mint_pkey("P-256", 0);
    pkey[3] = mint_pkey("ED25519", 0);

    ngx_str_set(&secret, SECRET);

    text = mint_str(pool, "{\"keys\":[%s,%s,%s,"
                    "{\"kty\":\"oct\",\"k\":\"%s\"}]}",
                    mint_jwk(pool, pkey[0], "").data,
                    mint_jwk(pool, pkey[2], "").data,
                    mint_jwk(pool, pkey[3], "").data,
                    mint_base64url(pool, secret.data, secret.len).data);

    mint_must(ngx_http_mcp_jwks_parse(pool, &text, 1, set, &reason)
              == NGX_OK);
    mint_must(set->keys.nelts == 4);

    for (i = 0; i < GOOD; i++) {
        header = (char *) mint_str(pool, "{\"alg\":\"%s\"}", algs[i]).data;

        if (algs[i][0] == 'H') {
            good[i] = mint_mac(pool, algs[i], &secret, header,
                               "{\"iss\":\"a\",\"sub\":\"b\"}");

        } else {
            good[i] = mint_token(pool, algs[i], pkey[i], header,
                                 "{\"iss\":\"a\",\"sub\":\"b\"}");
        }
    }

    EVP_PKEY_free(pkey[0]);
    EVP_PKEY_free(pkey[2]);
    EVP_PKEY_free(pkey[3]);
}


int
main(void)
{
    size_t               i, len;
    u_char               text[2 * ROOM];
    ngx_str_t            token;
    ngx_pool_t          *keys, *pool;
    ngx_uint_t           forged, same, verified;
    ngx_http_mcp_jwks_t  set;

    keys = tap_pool();
    pool = tap_pool();

    make(keys, &set);

    forged = same = verified = 0;

    for (i = 0; i < GOOD; i++) {
        ok(accepted(pool, &set, &good[i], &verified), "%s: the good token",
           algs[i]);
    }

    verified = 0;

    for (i = 0; i < TOKENS; i++) {
        len = mutate(text);
        token = tap_exact((char *) text, len);

        if (is_good(&token)) {
            same++;

        } else {
            forged += accepted(pool, &set, &token, &verified);
        }

        free(token.data);
        ngx_reset_pool(pool);
    }

    ok(forged == 0, "%d tokens, %d accepted", TOKENS, (int) forged);
    ok(same < TOKENS / 10 && verified > TOKENS / 100,
       "of them %d were not changed, %d came to a check of "
       "their signature", (int) same,
       (int) verified);

    ngx_destroy_pool(pool);
    ngx_destroy_pool(keys);

    return tap_done();
}

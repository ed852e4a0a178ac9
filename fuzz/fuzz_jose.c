
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Tokens under arbitrary bytes (libFuzzer): parsed, matched with keys and
 * verified, as a text, as three parts, or as a good token with changes.
 * None is accepted but the good ones themselves.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <openssl/err.h>
#include "tap.h"
#include "jose_mint.h"
#include "ngx_http_mcp_jose.h"


#define FUZZ_GOOD    4
#define FUZZ_CHANGE  4                     /* bytes: a place, what, how */

#define must(cond)   mint_must(cond)


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/* made at the first input, with keys that no input knows */

typedef struct {
    ngx_http_mcp_jwks_t  set;
    ngx_str_t            good[FUZZ_GOOD];
} fuzz_keys_t;


static const fuzz_keys_t *
fuzz_keys(void)
{
    size_t              i;
    EVP_PKEY           *pkey[FUZZ_GOOD];
    ngx_str_t           text, header, secret;
    const char         *reason;
    ngx_pool_t         *pool;

    static fuzz_keys_t         *keys;
    static const char *const    algs[] = { "RS256", "ES256", "EdDSA", "HS256" };

    if (keys) {
        return keys;
    }

    pool = tap_pool();
    keys = ngx_pcalloc(pool, sizeof(fuzz_keys_t));
    must(keys != NULL);

    pkey[0] = mint_pkey("RSA", 2048);
    pkey[1] = mint_pkey("P-256", 0);
    pkey[2] = mint_pkey("ED25519", 0);

    secret = mint_str(pool, "%s", mint_number(pool, pkey[0], "d", 0));

    text = mint_str(pool, "{\"keys\":[%s,%s,%s,"
                    "{\"kty\":\"oct\",\"kid\":\"d\",\"k\":\"%s\"}]}",
                    mint_jwk(pool, pkey[0], ",\"kid\":\"a\"").data,
                    mint_jwk(pool, pkey[1], ",\"x5t\":\"b\"").data,
                    mint_jwk(pool, pkey[2], ",\"x5t#S256\":\"c\"").data,
                    mint_base64url(pool, secret.data, secret.len).data);

    must(ngx_http_mcp_jwks_parse(pool, &text, 1, &keys->set, &reason)
         == NGX_OK);
    must(keys->set.keys.nelts == 4);

    for (i = 0; i < FUZZ_GOOD; i++) {
        header = mint_str(pool, "{\"alg\":\"%s\",\"typ\":\"JWT\"}", algs[i]);

        if (i < 3) {
            keys->good[i] = mint_token(pool, algs[i], pkey[i],
                                       (char *) header.data,
                                       "{\"iss\":\"a\"}");
            EVP_PKEY_free(pkey[i]);

        } else {
            keys->good[i] = mint_mac(pool, algs[i], &secret,
                                     (char *) header.data, "{\"iss\":\"a\"}");
        }
    }

    return keys;
}


/* a length of the header, one of the payload, then the three parts */

static ngx_str_t
fuzz_parts(ngx_pool_t *pool, const uint8_t *data, size_t size)
{
    size_t  header, payload;

    if (size < 2) {
        return mint_str(pool, "..");
    }

    header = ngx_min(data[0] * 2, size - 2);
    payload = ngx_min(data[1] * 2, size - 2 - header);

    data += 2;
    size -= 2;

    return mint_str(pool, "%s.%s.%s",
                    mint_base64url(pool, data, header).data,
                    mint_base64url(pool, data + header, payload).data,
                    mint_base64url(pool, data + header + payload,
                                   size - header - payload).data);
}


/* a good token, in which bytes are put, put in, left out, or cut off */

static ngx_str_t
fuzz_changed(ngx_pool_t *pool, const ngx_str_t *good, const uint8_t *data,
    size_t size)
{
    size_t      pos, room;
    u_char     *p;
    ngx_str_t   token;

    room = good->len + size / FUZZ_CHANGE;

    p = ngx_pnalloc(pool, room);
    must(p != NULL);

    token.data = ngx_cpymem(p, good->data, good->len) - good->len;
    token.len = good->len;

    for ( /* void */ ; size >= FUZZ_CHANGE && token.len; size -= FUZZ_CHANGE) {
        pos = (data[0] << 8 | data[1]) % token.len;
        p = token.data + pos;

        switch (data[2] % 4) {

        case 0:
            *p = data[3];
            break;

        case 1:
            memmove(p + 1, p, token.len - pos);
            *p = data[3];
            token.len++;
            break;

        case 2:
            memmove(p, p + 1, token.len - pos - 1);
            token.len--;
            break;

        default:
            token.len = pos;
        }

        data += FUZZ_CHANGE;
    }

    return token;
}


static void
fuzz_parsed(const ngx_str_t *token, const ngx_http_mcp_jws_t *jws)
{
    size_t      i;
    ngx_str_t   name[3];

    must(ngx_http_mcp_jws_shape(token) == NGX_HTTP_MCP_SHAPE_JWS);
    must(jws->text.data == token->data && jws->text.len < token->len);
    must(token->data[jws->text.len] == '.');
    must(jws->claims.type == NGX_HTTP_MCP_JSON_OBJECT);
    must(jws->claims.raw.len <= NGX_HTTP_MCP_JOSE_PAYLOAD);
    must(jws->signature_len > 0);
    must(jws->alg && (jws->alg & (jws->alg - 1)) == 0);
    must(*ngx_http_mcp_alg_name(jws->alg) != '\0');

    name[0] = jws->kid;
    name[1] = jws->x5t;
    name[2] = jws->x5t_s256;

    for (i = 0; i < 3; i++) {
        must(name[i].len <= NGX_HTTP_MCP_JOSE_KID);
        must(name[i].data || name[i].len == 0);
        must(name[i].len == 0
             || memchr(name[i].data, '\0', name[i].len) == NULL);
    }

    if (ngx_http_mcp_jws_typ(jws, NGX_HTTP_MCP_TYP_AT_JWT)) {
        must(ngx_http_mcp_jws_typ(jws, NGX_HTTP_MCP_TYP_ANY));
        must(jws->typ.len >= 6);
    }
}


static void
fuzz_token(ngx_pool_t *pool, const fuzz_keys_t *keys, const ngx_str_t *token)
{
    size_t                        i;
    ngx_int_t                     rc;
    ngx_uint_t                    index, known;
    ngx_http_mcp_jws_t            jws;
    const ngx_http_mcp_jwk_t     *jwk, *last;
    ngx_http_mcp_token_reason_e   reason;

    for (i = 0, known = 0; i < FUZZ_GOOD; i++) {
        known |= (token->len == keys->good[i].len
                  && memcmp(token->data, keys->good[i].data, token->len) == 0);
    }

    reason = ngx_http_mcp_jws_parse(pool, token, &jws);

    if (reason != NGX_HTTP_MCP_TOKEN_OK) {
        must(!known && reason != NGX_HTTP_MCP_TOKEN_MEMORY);
        return;
    }

    fuzz_parsed(token, &jws);

    index = 0;
    last = NULL;
    rc = NGX_DECLINED;

    while ((jwk = ngx_http_mcp_jws_key(&jws, &keys->set, 1, &index))) {
        must(jwk > last && (jwk->algs & jws.alg));
        must(index <= keys->set.keys.nelts);
        last = jwk;

        rc = ngx_http_mcp_jws_verify(&jws, jwk);
        must(rc == (known ? NGX_OK : NGX_DECLINED));
    }

    must(!known || rc == NGX_OK);

    /* and by those that may not */

    jwk = keys->set.keys.elts;

    for (i = 0; i < keys->set.keys.nelts; i++) {
        must(known || ngx_http_mcp_jws_verify(&jws, &jwk[i]) != NGX_OK);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t           text, token;
    ngx_pool_t         *pool;
    const fuzz_keys_t  *keys;

    if (size == 0) {
        return 0;
    }

    pool = tap_pool();
    keys = fuzz_keys();

    text = tap_exact((char *) data + 1, size - 1);

    switch (data[0] % 8) {

    case 0:
        token = text;
        break;

    case 1:
        (void) ngx_http_mcp_bearer(&text, &token);
        token = text;
        break;

    case 2:
    case 3:
        token = fuzz_parts(pool, text.data, text.len);
        break;

    default:
        token = fuzz_changed(pool, &keys->good[data[0] % 8 - 4], text.data,
                             text.len);
    }

    token = tap_exact((char *) token.data, token.len);

    fuzz_token(pool, keys, &token);

    must(ERR_peek_error() == 0);

    free(token.data);
    free(text.data);
    ngx_destroy_pool(pool);

    return 0;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Takes a token apart: the header's value, the parts, the JOSE header, the
 * key that is to have signed it.  Called in the access phase for each token
 * that is not in the cache; owns nothing, what is decoded belongs to the
 * caller's pool.
 *
 * "jku", "jwk", "x5u" and "x5c" are not read at all (authorization.md 2.4).
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_base64url.h"
#include "ngx_http_mcp_jose.h"

#if (__SSE2__)
#include <emmintrin.h>
#endif


#define NGX_HTTP_MCP_JOSE_HEADER_DEPTH   4
#define NGX_HTTP_MCP_JOSE_PAYLOAD_DEPTH  16
#define NGX_HTTP_MCP_JOSE_TRIES          4

#define ngx_http_mcp_jose_in(set, c)                                         \
    ((set)[(c) >> 5] & (1U << ((c) & 0x1f)))


typedef enum {
    NGX_HTTP_MCP_JOSE_ALG = 0,
    NGX_HTTP_MCP_JOSE_CRIT,                /* these three: refused */
    NGX_HTTP_MCP_JOSE_B64,
    NGX_HTTP_MCP_JOSE_ZIP,
    NGX_HTTP_MCP_JOSE_TYP,                 /* from here on: kept texts */
    NGX_HTTP_MCP_JOSE_MEMBER_KID,
    NGX_HTTP_MCP_JOSE_X5T,
    NGX_HTTP_MCP_JOSE_X5T_S256,
    NGX_HTTP_MCP_JOSE_MEMBERS
} ngx_http_mcp_jose_member_e;


static ngx_http_mcp_token_reason_e ngx_http_mcp_jose_split(ngx_pool_t *pool,
    const ngx_str_t *token, ngx_http_mcp_jws_t *jws, ngx_str_t *part);
static ngx_http_mcp_token_reason_e ngx_http_mcp_jose_header(ngx_pool_t *pool,
    const ngx_str_t *text, ngx_http_mcp_jws_t *jws);
static ngx_int_t ngx_http_mcp_jose_object(const ngx_str_t *text, size_t limit,
    ngx_uint_t depth, ngx_http_mcp_json_t *object);
static ngx_uint_t ngx_http_mcp_jose_nul(const ngx_str_t *text);
static ngx_int_t ngx_http_mcp_jose_texts(ngx_pool_t *pool,
    const ngx_http_mcp_json_t *member, ngx_http_mcp_jws_t *jws);
static ngx_uint_t ngx_http_mcp_jose_name(const ngx_str_t *text);
static ngx_int_t ngx_http_mcp_jose_alg(ngx_pool_t *pool,
    const ngx_http_mcp_json_t *member, ngx_http_mcp_jws_t *jws);
static ngx_uint_t ngx_http_mcp_jose_is(const ngx_str_t *text,
    const char *word);
static ngx_uint_t ngx_http_mcp_jose_fits(const ngx_http_mcp_jws_t *jws,
    const ngx_http_mcp_jwk_t *jwk);
static ngx_uint_t ngx_http_mcp_jose_same(const ngx_str_t *a,
    const ngx_str_t *b);


#if (__SSE2__)

#define ngx_http_mcp_jose_between(v, a, b)                                   \
    _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8((a) - 1)),                 \
                  _mm_cmplt_epi8(v, _mm_set1_epi8((b) + 1)))

/* 1 if 16 bytes are of base64url; bytes from 0x80 on are negative here */

static ngx_inline ngx_uint_t
ngx_http_mcp_jose_16(const u_char *p)
{
    __m128i  v, ok;

    v = _mm_loadu_si128((const __m128i *) p);

    ok = ngx_http_mcp_jose_between(_mm_or_si128(v, _mm_set1_epi8(0x20)),
                                   'a', 'z');
    ok = _mm_or_si128(ok, ngx_http_mcp_jose_between(v, '0', '9'));
    ok = _mm_or_si128(ok, _mm_cmpeq_epi8(v, _mm_set1_epi8('-')));
    ok = _mm_or_si128(ok, _mm_cmpeq_epi8(v, _mm_set1_epi8('_')));

    return _mm_movemask_epi8(ok) == 0xffff;
}

#endif


/* RFC 6750 2.1: letters, digits, "-", ".", "_", "~", "+", "/" */

static const uint32_t  ngx_http_mcp_jose_b64token[] = {
    0x00000000, 0x03ffe800, 0x87fffffe, 0x47fffffe,
    0x00000000, 0x00000000, 0x00000000, 0x00000000
};


/* letters, digits, "-", "_" */

static const uint32_t  ngx_http_mcp_jose_base64url[] = {
    0x00000000, 0x03ff2000, 0x87fffffe, 0x07fffffe,
    0x00000000, 0x00000000, 0x00000000, 0x00000000
};


/* the names of ngx_http_mcp_jose_member_e */

static const ngx_str_t  ngx_http_mcp_jose_names[] = {
    ngx_string("alg"),
    ngx_string("crit"),
    ngx_string("b64"),
    ngx_string("zip"),
    ngx_string("typ"),
    ngx_string("kid"),
    ngx_string("x5t"),
    ngx_string("x5t#S256")
};


/* The first byte that is not of the set, which holds base64url; or last. */

static u_char *
ngx_http_mcp_jose_run(u_char *p, u_char *last, const uint32_t *set)
{
    u_char  *end;

    for ( ;; ) {

#if (__SSE2__)
        while (last - p >= 16 && ngx_http_mcp_jose_16(p)) {
            p += 16;
        }
#endif

        for (end = ngx_min(p + 16, last); p < end; p++) {
            if (!ngx_http_mcp_jose_in(set, *p)) {
                return p;
            }
        }

        if (p == last) {
            return p;
        }
    }
}


ngx_uint_t
ngx_http_mcp_bearer_scheme(const ngx_str_t *value)
{
    size_t  len;

    len = sizeof("Bearer") - 1;

    return value->len >= len
           && ngx_strncasecmp(value->data, (u_char *) "Bearer", len) == 0
           && (value->len == len || value->data[len] == ' '
               || value->data[len] == '\t');
}


ngx_int_t
ngx_http_mcp_bearer(const ngx_str_t *value, ngx_str_t *token)
{
    u_char  *p, *last;

    if (!ngx_http_mcp_bearer_scheme(value)) {
        return NGX_DECLINED;
    }

    p = value->data + sizeof("Bearer") - 1;
    last = value->data + value->len;

    while (p < last && *p == ' ') {
        p++;
    }

    token->data = p;

    p = ngx_http_mcp_jose_run(p, last, ngx_http_mcp_jose_b64token);

    if (p == token->data) {
        return NGX_ERROR;
    }

    while (p < last && *p == '=') {
        p++;
    }

    token->len = p - token->data;

    return (p == last) ? NGX_OK : NGX_ERROR;
}


ngx_http_mcp_shape_e
ngx_http_mcp_jws_shape(const ngx_str_t *token)
{
    u_char      *p, *last;
    ngx_uint_t   dots;

    p = token->data;
    last = p + token->len;

    for (dots = 0; /* void */ ; dots++) {

        p = ngx_http_mcp_jose_run(p, last, ngx_http_mcp_jose_base64url);

        if (p == last) {
            break;
        }

        if (*p++ != '.') {
            return NGX_HTTP_MCP_SHAPE_OPAQUE;
        }
    }

    switch (dots) {

    case 2:
        return NGX_HTTP_MCP_SHAPE_JWS;

    case 4:
        return NGX_HTTP_MCP_SHAPE_JWE;

    default:
        return NGX_HTTP_MCP_SHAPE_OPAQUE;
    }
}


ngx_http_mcp_token_reason_e
ngx_http_mcp_jws_parse(ngx_pool_t *pool, const ngx_str_t *token,
    ngx_http_mcp_jws_t *jws)
{
    ngx_int_t                    rc;
    ngx_str_t                    part[3];
    ngx_http_mcp_token_reason_e  reason;

    ngx_memzero(jws, sizeof(ngx_http_mcp_jws_t));

    reason = ngx_http_mcp_jose_split(pool, token, jws, part);

    if (reason != NGX_HTTP_MCP_TOKEN_OK) {
        return reason;
    }

    reason = ngx_http_mcp_jose_header(pool, &part[0], jws);

    if (reason != NGX_HTTP_MCP_TOKEN_OK) {
        return reason;
    }

    if (part[2].len == 0) {
        return NGX_HTTP_MCP_TOKEN_B64;
    }

    jws->signature = part[2].data;
    jws->signature_len = part[2].len;

    rc = ngx_http_mcp_jose_object(&part[1], NGX_HTTP_MCP_JOSE_PAYLOAD,
                                  NGX_HTTP_MCP_JOSE_PAYLOAD_DEPTH,
                                  &jws->claims);
    if (rc != NGX_OK) {
        return (rc == NGX_ERROR) ? NGX_HTTP_MCP_TOKEN_MEMORY
                                 : NGX_HTTP_MCP_TOKEN_PL_JSON;
    }

    return NGX_HTTP_MCP_TOKEN_OK;
}


/*
 * Step 4: three parts, decoded.  That of the signature may be empty; what
 * is signed reaches up to the dot in front of it.
 */

static ngx_http_mcp_token_reason_e
ngx_http_mcp_jose_split(ngx_pool_t *pool, const ngx_str_t *token,
    ngx_http_mcp_jws_t *jws, ngx_str_t *part)
{
    u_char      *p, *last;
    size_t       room;
    ngx_str_t    text[3];
    ngx_uint_t   i;

    p = token->data;
    last = p + token->len;

    for (i = 0; i < 2; i++) {
        text[i].data = p;

        p = memchr(p, '.', last - p);

        if (p == NULL || p == text[i].data) {
            return NGX_HTTP_MCP_TOKEN_B64;
        }

        text[i].len = p++ - text[i].data;
    }

    /* a third dot is not of the alphabet */

    text[2].data = p;
    text[2].len = last - p;

    jws->text.data = token->data;
    jws->text.len = p - 1 - token->data;

    for (i = 0, room = 0; i < 3; i++) {
        room += ngx_http_mcp_base64url_room(text[i].len);
    }

    p = ngx_pnalloc(pool, room);
    if (p == NULL) {
        return NGX_HTTP_MCP_TOKEN_MEMORY;
    }

    for (i = 0; i < 3; i++) {
        part[i].data = p;

        if (ngx_http_mcp_base64url_decode(p, &part[i].len, &text[i])
            != NGX_OK)
        {
            return NGX_HTTP_MCP_TOKEN_B64;
        }

        p += part[i].len;
    }

    return NGX_HTTP_MCP_TOKEN_OK;
}


/* steps 5 to 7 */

static ngx_http_mcp_token_reason_e
ngx_http_mcp_jose_header(ngx_pool_t *pool, const ngx_str_t *text,
    ngx_http_mcp_jws_t *jws)
{
    ngx_int_t            rc;
    ngx_uint_t           i;
    ngx_http_mcp_json_t  header, member[NGX_HTTP_MCP_JOSE_MEMBERS];

    rc = ngx_http_mcp_jose_object(text, NGX_HTTP_MCP_JOSE_HEADER,
                                  NGX_HTTP_MCP_JOSE_HEADER_DEPTH, &header);
    if (rc == NGX_OK) {
        ngx_http_mcp_json_members(&header, ngx_http_mcp_jose_names, member,
                                  NGX_HTTP_MCP_JOSE_MEMBERS);

        rc = ngx_http_mcp_jose_texts(pool, member, jws);
    }

    if (rc != NGX_OK) {
        return (rc == NGX_ERROR) ? NGX_HTTP_MCP_TOKEN_MEMORY
                                 : NGX_HTTP_MCP_TOKEN_HDR_JSON;
    }

    rc = ngx_http_mcp_jose_alg(pool, &member[NGX_HTTP_MCP_JOSE_ALG], jws);

    if (rc != NGX_OK) {
        return (rc == NGX_ERROR) ? NGX_HTTP_MCP_TOKEN_MEMORY
                                 : NGX_HTTP_MCP_TOKEN_ALG;
    }

    for (i = NGX_HTTP_MCP_JOSE_CRIT; i <= NGX_HTTP_MCP_JOSE_ZIP; i++) {
        if (member[i].type != NGX_HTTP_MCP_JSON_NONE) {
            return NGX_HTTP_MCP_TOKEN_CRIT;
        }
    }

    return NGX_HTTP_MCP_TOKEN_OK;
}


/* NGX_OK: one object and nothing else; NGX_DECLINED, NGX_ERROR (memory) */

static ngx_int_t
ngx_http_mcp_jose_object(const ngx_str_t *text, size_t limit,
    ngx_uint_t depth, ngx_http_mcp_json_t *object)
{
    ngx_int_t                 rc;
    ngx_http_mcp_json_scan_t  s;

    if (text->len > limit) {
        return NGX_DECLINED;
    }

    s.depth = depth;
    s.unique = 1;

    rc = ngx_http_mcp_json_scan(&s, text, object);

    if (rc != NGX_OK) {
        return rc;
    }

    if (object->type != NGX_HTTP_MCP_JSON_OBJECT || s.lone
        || ngx_http_mcp_jose_nul(text))
    {
        object->type = NGX_HTTP_MCP_JSON_NONE;
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/*
 * Looks for \u0000: a reader behind us may cut a text there.  In a scanned
 * text backslashes are in strings only, and each has its character behind
 * it.
 */

static ngx_uint_t
ngx_http_mcp_jose_nul(const ngx_str_t *text)
{
    u_char  *p, *last;

    p = text->data;
    last = p + text->len;

    for ( ;; ) {
        p = memchr(p, '\\', last - p);

        if (p == NULL) {
            return 0;
        }

        if (last - p >= 6 && ngx_memcmp(p, "\\u0000", 6) == 0) {
            return 1;
        }

        p += 2;
    }
}


static ngx_int_t
ngx_http_mcp_jose_texts(ngx_pool_t *pool, const ngx_http_mcp_json_t *member,
    ngx_http_mcp_jws_t *jws)
{
    ngx_int_t    rc;
    ngx_str_t   *out[4];
    ngx_uint_t   i;

    out[0] = &jws->typ;
    out[1] = &jws->kid;
    out[2] = &jws->x5t;
    out[3] = &jws->x5t_s256;

    member += NGX_HTTP_MCP_JOSE_TYP;

    for (i = 0; i < 4; i++) {

        if (member[i].type == NGX_HTTP_MCP_JSON_NONE) {
            continue;
        }

        if (member[i].type != NGX_HTTP_MCP_JSON_STRING) {
            return NGX_DECLINED;
        }

        rc = ngx_http_mcp_json_decode(pool, &member[i], out[i]);

        if (rc != NGX_OK) {
            return rc;
        }

        if (i > 0 && !ngx_http_mcp_jose_name(out[i])) {

            /* it may not come to a log either */

            ngx_str_null(out[i]);
            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}


/* what may name a key: short, and fit for a log */

static ngx_uint_t
ngx_http_mcp_jose_name(const ngx_str_t *text)
{
    size_t  i;

    if (text->len > NGX_HTTP_MCP_JOSE_KID) {
        return 0;
    }

    for (i = 0; i < text->len; i++) {
        if (text->data[i] < 0x20 || text->data[i] > 0x7e) {
            return 0;
        }
    }

    return 1;
}


static ngx_int_t
ngx_http_mcp_jose_alg(ngx_pool_t *pool, const ngx_http_mcp_json_t *member,
    ngx_http_mcp_jws_t *jws)
{
    ngx_int_t  rc;
    ngx_str_t  name;

    if (member->type != NGX_HTTP_MCP_JSON_STRING) {
        return NGX_DECLINED;
    }

    rc = ngx_http_mcp_json_decode(pool, member, &name);

    if (rc != NGX_OK) {
        return rc;
    }

    jws->alg = ngx_http_mcp_alg_bit(&name);

    return jws->alg ? NGX_OK : NGX_DECLINED;
}


ngx_uint_t
ngx_http_mcp_jws_typ(const ngx_http_mcp_jws_t *jws,
    ngx_http_mcp_typ_e policy)
{
    ngx_str_t   typ;
    ngx_uint_t  any;

    static const ngx_str_t  application = ngx_string("application/");

    any = (policy == NGX_HTTP_MCP_TYP_ANY);
    typ = jws->typ;

    if (typ.data == NULL) {
        return any;
    }

    /* RFC 7515 4.1.9: the same type with and without */

    if (typ.len > application.len
        && ngx_strncasecmp(typ.data, application.data, application.len) == 0)
    {
        typ.data += application.len;
        typ.len -= application.len;
    }

    /* all others are tokens of another kind: ID-JAG, DPoP proofs, events */

    return ngx_http_mcp_jose_is(&typ, "at+jwt")
           || (any && ngx_http_mcp_jose_is(&typ, "JWT"));
}


static ngx_uint_t
ngx_http_mcp_jose_is(const ngx_str_t *text, const char *word)
{
    return text->len == ngx_strlen(word)
           && ngx_strncasecmp(text->data, (u_char *) word, text->len) == 0;
}


const ngx_http_mcp_jwk_t *
ngx_http_mcp_jws_key(const ngx_http_mcp_jws_t *jws,
    const ngx_http_mcp_jwks_t *set, ngx_uint_t kid_optional,
    ngx_uint_t *index)
{
    ngx_uint_t                 i, tries, named;
    const ngx_http_mcp_jwk_t  *jwk;

    jwk = set->keys.elts;

    named = (jws->kid.data || jws->x5t.data || jws->x5t_s256.data);

    if (!named && !kid_optional) {
        return NULL;
    }

    for (i = 0, tries = 0; i < set->keys.nelts; i++) {

        if (!ngx_http_mcp_jose_fits(jws, &jwk[i])) {
            continue;
        }

        if (!named && tries++ == NGX_HTTP_MCP_JOSE_TRIES) {
            return NULL;
        }

        if (i >= *index) {
            *index = i + 1;
            return &jwk[i];
        }
    }

    return NULL;
}


static ngx_uint_t
ngx_http_mcp_jose_fits(const ngx_http_mcp_jws_t *jws,
    const ngx_http_mcp_jwk_t *jwk)
{
    if ((jwk->algs & jws->alg) == 0) {
        return 0;
    }

    if (jws->kid.data) {
        return ngx_http_mcp_jose_same(&jws->kid, &jwk->kid);
    }

    if (jws->x5t.data || jws->x5t_s256.data) {
        return ngx_http_mcp_jose_same(&jws->x5t, &jwk->x5t)
               || ngx_http_mcp_jose_same(&jws->x5t_s256, &jwk->x5t_s256);
    }

    return 1;
}


/* what is absent is the same as nothing */

static ngx_uint_t
ngx_http_mcp_jose_same(const ngx_str_t *a, const ngx_str_t *b)
{
    return a->data && b->data && a->len == b->len
           && ngx_memcmp(a->data, b->data, a->len) == 0;
}

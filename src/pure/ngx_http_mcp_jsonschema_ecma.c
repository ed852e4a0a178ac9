
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Translates the patterns of JSON Schema, which are ECMA-262 with the "u"
 * flag, to what PCRE2 calls the same.  Called when a pattern is compiled;
 * the result lives in the caller's pool.
 *
 * What is not of ECMA-262 is refused, since PCRE2 would give it a meaning
 * of its own.  Two habits of people are let through although "u" forbids
 * them, as they mean one thing only: \ before any ASCII punctuation, and
 * a { or } or ] that stands for itself.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_ecma.h"


#define NGX_HTTP_MCP_JSONSCHEMA_SET  0xffffffff    /* no single character */


static ngx_int_t ngx_http_mcp_jsonschema_ecma_term(
    ngx_http_mcp_jsonschema_ecma_t *e);
static ngx_int_t ngx_http_mcp_jsonschema_ecma_group(
    ngx_http_mcp_jsonschema_ecma_t *e);
static ngx_int_t ngx_http_mcp_jsonschema_ecma_quantifier(
    ngx_http_mcp_jsonschema_ecma_t *e, size_t len);
static size_t ngx_http_mcp_jsonschema_ecma_braces(
    ngx_http_mcp_jsonschema_ecma_t *e);
static ngx_int_t ngx_http_mcp_jsonschema_ecma_class(
    ngx_http_mcp_jsonschema_ecma_t *e);
static ngx_int_t ngx_http_mcp_jsonschema_ecma_range(
    ngx_http_mcp_jsonschema_ecma_t *e, uint32_t low);
static ngx_int_t ngx_http_mcp_jsonschema_ecma_class_atom(
    ngx_http_mcp_jsonschema_ecma_t *e, uint32_t *cp);
static uint32_t ngx_http_mcp_jsonschema_ecma_next(
    ngx_http_mcp_jsonschema_ecma_t *e);


/* "." is all but the four ends of a line */

#define NGX_HTTP_MCP_JSONSCHEMA_DOT  "[^\\x{a}\\x{d}\\x{2028}\\x{2029}]"


ngx_int_t
ngx_http_mcp_jsonschema_translate(ngx_pool_t *pool, const ngx_str_t *pattern,
    ngx_str_t *out, const char **reason)
{
    ngx_int_t                       rc;
    ngx_http_mcp_jsonschema_ecma_t  e;

    ngx_memzero(&e, sizeof(ngx_http_mcp_jsonschema_ecma_t));

    e.pos = pattern->data;
    e.last = pattern->data + pattern->len;

    if (ngx_http_mcp_json_text_init(&e.out, pool, pattern->len + 64)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* where the positions are counted, see ngx_http_mcp_jsonschema_match() */

    ngx_http_mcp_json_text_put(&e.out, "(?C1)(?:");

    rc = NGX_OK;

    while (rc == NGX_OK && e.pos < e.last) {
        rc = ngx_http_mcp_jsonschema_ecma_term(&e);
    }

    if (rc == NGX_OK && e.groups) {
        rc = ngx_http_mcp_jsonschema_ecma_refuse(&e, "a ( is not closed");
    }

    if (rc != NGX_OK) {
        *reason = e.reason;
        return rc;
    }

    ngx_http_mcp_json_text_put(&e.out, ")");

    return ngx_http_mcp_json_text_done(&e.out, out);
}


static ngx_int_t
ngx_http_mcp_jsonschema_ecma_term(ngx_http_mcp_jsonschema_ecma_t *e)
{
    u_char  c;
    size_t  len;

    c = *e->pos;

    switch (c) {

    case '\\':
        return ngx_http_mcp_jsonschema_ecma_escape(e);

    case '[':
        return ngx_http_mcp_jsonschema_ecma_class(e);

    case '(':
        return ngx_http_mcp_jsonschema_ecma_group(e);

    case ')':
        if (e->groups-- == 0) {
            return ngx_http_mcp_jsonschema_ecma_refuse(e, "a ) without a (");
        }

        /* fall through */

    case '^':
    case '$':
    case '|':
        e->atom = (c == ')');
        e->pos++;
        ngx_http_mcp_json_text_raw(&e->out, &c, 1);
        return NGX_OK;

    case '.':
        e->atom = 1;
        e->pos++;
        ngx_http_mcp_json_text_put(&e->out, NGX_HTTP_MCP_JSONSCHEMA_DOT);
        return NGX_OK;

    case '*':
    case '+':
    case '?':
        return ngx_http_mcp_jsonschema_ecma_quantifier(e, 1);

    case '{':
        len = ngx_http_mcp_jsonschema_ecma_braces(e);
        if (len) {
            return ngx_http_mcp_jsonschema_ecma_quantifier(e, len);
        }

    }

    e->atom = 1;
    ngx_http_mcp_jsonschema_ecma_put(e, ngx_http_mcp_jsonschema_ecma_next(e));

    return NGX_OK;
}


/* (x) (?:x) (?=x) (?!x) (?<=x) (?<!x) (?<name>x), and nothing else */

static ngx_int_t
ngx_http_mcp_jsonschema_ecma_group(ngx_http_mcp_jsonschema_ecma_t *e)
{
    size_t   len;
    u_char  *p;

    p = e->pos + 1;
    len = 1;

    if (p < e->last && *p == '*') {
        return ngx_http_mcp_jsonschema_ecma_refuse(e,
                                   "a quantifier without something to repeat");
    }

    if (e->last - p >= 2 && *p == '?') {

        if (ngx_strchr(":=!", p[1])) {
            len = 3;

        } else if (p[1] == '<' && e->last - p >= 3) {
            len = (p[2] == '=' || p[2] == '!') ? 4 : 3;

        } else {
            len = 0;
        }
    }

    if (len == 0 || (len > 1 && p[1] == '\0')
        || (len == 1 && p < e->last && *p == '?'))
    {
        return ngx_http_mcp_jsonschema_ecma_refuse(e,
                                   "a group that ECMA-262 does not have");
    }

    ngx_http_mcp_json_text_raw(&e->out, e->pos, len);

    e->pos += len;
    e->groups++;
    e->atom = 0;

    /* the name goes as it is, PCRE2 asks the same of it */

    while (len == 3 && p[1] == '<' && e->pos < e->last) {

        ngx_http_mcp_json_text_raw(&e->out, e->pos, 1);

        if (*e->pos++ == '>') {
            break;
        }
    }

    return NGX_OK;
}


/* {2} {2,} {2,3}: its length, or 0 for a brace that means itself */

static size_t
ngx_http_mcp_jsonschema_ecma_braces(ngx_http_mcp_jsonschema_ecma_t *e)
{
    u_char  *p;

    p = e->pos + 1;

    if (p == e->last || *p < '0' || *p > '9') {
        return 0;
    }

    while (p < e->last && *p >= '0' && *p <= '9') {
        p++;
    }

    if (p < e->last && *p == ',') {
        p++;

        while (p < e->last && *p >= '0' && *p <= '9') {
            p++;
        }
    }

    return (p < e->last && *p == '}') ? p + 1 - e->pos : 0;
}


static ngx_int_t
ngx_http_mcp_jsonschema_ecma_quantifier(ngx_http_mcp_jsonschema_ecma_t *e,
    size_t len)
{
    if (!e->atom) {
        return ngx_http_mcp_jsonschema_ecma_refuse(e,
                                   "a quantifier without something to repeat");
    }

    ngx_http_mcp_json_text_raw(&e->out, e->pos, len);
    e->pos += len;

    if (e->pos < e->last && *e->pos == '?') {
        ngx_http_mcp_json_text_raw(&e->out, e->pos, 1);
        e->pos++;
    }

    /* what follows is no second quantifier, a possessive + for one */

    e->atom = 0;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_jsonschema_ecma_class(ngx_http_mcp_jsonschema_ecma_t *e)
{
    uint32_t   low;
    ngx_int_t  rc;

    e->pos++;
    e->atom = 1;

    ngx_http_mcp_json_text_put(&e->out, "[");

    if (e->pos < e->last && *e->pos == '^') {
        ngx_http_mcp_json_text_put(&e->out, "^");
        e->pos++;
    }

    while (e->pos < e->last && *e->pos != ']') {

        rc = ngx_http_mcp_jsonschema_ecma_class_atom(e, &low);

        if (rc != NGX_OK) {
            return rc;
        }

        if (e->last - e->pos < 2 || e->pos[0] != '-' || e->pos[1] == ']') {
            continue;
        }

        rc = ngx_http_mcp_jsonschema_ecma_range(e, low);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (e->pos == e->last) {
        return ngx_http_mcp_jsonschema_ecma_refuse(e, "a [ is not closed");
    }

    e->pos++;
    ngx_http_mcp_json_text_put(&e->out, "]");

    return NGX_OK;
}


/* from the hyphen behind "low" to what ends the range */

static ngx_int_t
ngx_http_mcp_jsonschema_ecma_range(ngx_http_mcp_jsonschema_ecma_t *e,
    uint32_t low)
{
    uint32_t   high;
    ngx_int_t  rc;

    e->pos++;

    /* "\w-" and "-\w": the hyphen cannot be but one */

    if (low == NGX_HTTP_MCP_JSONSCHEMA_SET
        || (e->last - e->pos > 1 && e->pos[0] == '\\' && e->pos[1]
            && ngx_strchr("dDsSwWpP", e->pos[1])))
    {
        ngx_http_mcp_json_text_put(&e->out, "\\x{2d}");
        return NGX_OK;
    }

    ngx_http_mcp_json_text_put(&e->out, "-");

    rc = ngx_http_mcp_jsonschema_ecma_class_atom(e, &high);

    if (rc != NGX_OK) {
        return rc;
    }

    if (high < low) {
        return ngx_http_mcp_jsonschema_ecma_refuse(e,
                                   "a range that is out of order");
    }

    return NGX_OK;
}


/* writes one member of a class; *cp is what may begin or end a range */

static ngx_int_t
ngx_http_mcp_jsonschema_ecma_class_atom(ngx_http_mcp_jsonschema_ecma_t *e,
    uint32_t *cp)
{
    ngx_int_t  rc;

    if (*e->pos != '\\') {
        *cp = ngx_http_mcp_jsonschema_ecma_next(e);
        ngx_http_mcp_jsonschema_ecma_put(e, *cp);
        return NGX_OK;
    }

    if (e->last - e->pos < 2) {
        return ngx_http_mcp_jsonschema_ecma_refuse(e, "a \\ at the end");
    }

    if (e->pos[1] == 'b') {
        e->pos += 2;
        *cp = '\b';
        ngx_http_mcp_jsonschema_ecma_put(e, *cp);
        return NGX_OK;
    }

    rc = ngx_http_mcp_jsonschema_ecma_set(e, 1);

    if (rc != NGX_DONE) {
        *cp = NGX_HTTP_MCP_JSONSCHEMA_SET;
        return rc;
    }

    rc = ngx_http_mcp_jsonschema_ecma_character(e, cp);

    if (rc == NGX_OK) {
        ngx_http_mcp_jsonschema_ecma_put(e, *cp);
    }

    return rc;
}


/* the character at the position; the pattern is UTF-8 */

static uint32_t
ngx_http_mcp_jsonschema_ecma_next(ngx_http_mcp_jsonschema_ecma_t *e)
{
    uint32_t  cp;

    cp = *e->pos;

    if (cp < 0x80) {
        e->pos++;
        return cp;
    }

    return ngx_utf8_decode(&e->pos, e->last - e->pos);
}


/* as itself where that can have no other meaning to PCRE2 */

void
ngx_http_mcp_jsonschema_ecma_put(ngx_http_mcp_jsonschema_ecma_t *e,
    uint32_t cp)
{
    u_char  *p, buf[16];

    if (cp < 0x80 && isalnum((int) cp)) {
        buf[0] = (u_char) cp;
        p = buf + 1;

    } else {
        p = ngx_sprintf(buf, "\\x{%xD}", cp);
    }

    ngx_http_mcp_json_text_raw(&e->out, buf, p - buf);
}


ngx_int_t
ngx_http_mcp_jsonschema_ecma_refuse(ngx_http_mcp_jsonschema_ecma_t *e,
    const char *reason)
{
    e->reason = reason;

    return NGX_DECLINED;
}

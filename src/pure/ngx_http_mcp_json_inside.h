
/*
 * Copyright (C) mcp-nginx contributors
 *
 * What the files behind ngx_http_mcp_json_scan.h share among themselves and
 * with those behind ngx_http_mcp_jsonschema.h; nobody else includes it.
 */


#ifndef _NGX_HTTP_MCP_JSON_INSIDE_H_INCLUDED_
#define _NGX_HTTP_MCP_JSON_INSIDE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_byte_run.h"
#include "ngx_http_mcp_json_scan.h"


#define NGX_HTTP_MCP_JSON_MAX_DEPTH   1024
#define NGX_HTTP_MCP_JSON_NAMES       64


/*
 * The member names of all objects that are open at one moment, innermost
 * last; an element is the hash of the decoded name above the offset of its
 * opening quote.  Small texts need no memory but "room".
 */

typedef struct {
    u_char     *start;                     /* of the text */
    u_char     *last;
    uint64_t   *elts;
    size_t      nelts;
    size_t      nalloc;
    uint32_t    base[NGX_HTTP_MCP_JSON_MAX_DEPTH];
    uint64_t    room[NGX_HTTP_MCP_JSON_NAMES];
} ngx_http_mcp_json_names_t;


/*
 * A number on its digits: [first, last) begins and ends with a digit other
 * than 0 and may hold the point; it stands for 0.DIGITS x 10^exponent.
 * Empty for zero.
 */

typedef struct {
    u_char     *first;
    u_char     *last;
    int64_t     exponent;
    int64_t     ndigits;
    unsigned    negative:1;
} ngx_http_mcp_json_digits_t;


/* Reads a scanned number; exponents beyond +-999999999 are clipped. */
void ngx_http_mcp_json_digits(const ngx_str_t *raw,
    ngx_http_mcp_json_digits_t *d);


/* Begins with no names; the text may have 4 GiB - 1. */
void ngx_http_mcp_json_names_init(ngx_http_mcp_json_names_t *names,
    u_char *start, u_char *last);

/* An object opens, "level" others are open. */
void ngx_http_mcp_json_names_open(ngx_http_mcp_json_names_t *names,
    ngx_uint_t level);

/* Keeps a name that begins at its quote "p".  NGX_OK, NGX_ERROR (memory). */
ngx_int_t ngx_http_mcp_json_names_add(ngx_http_mcp_json_names_t *names,
    u_char *p, u_char *end);

/*
 * Drops the names of the object that was opened last.  Returns the first
 * name, at its quote, that equals an earlier one of this object, or NULL.
 */
u_char *ngx_http_mcp_json_names_close(ngx_http_mcp_json_names_t *names,
    ngx_uint_t level);

/* Gives the memory back. */
void ngx_http_mcp_json_names_free(ngx_http_mcp_json_names_t *names);


/*
 * Reads the escape at the backslash *p of a scanned string and moves *p
 * past it, past both halves of a surrogate pair.  Returns the code point; a
 * lone surrogate is itself, 0xD800 to 0xDFFF.
 */
uint32_t ngx_http_mcp_json_unescape(u_char **p);

/* Writes a code point, a lone surrogate in 3 bytes too; returns the end. */
u_char *ngx_http_mcp_json_utf8(u_char *dst, uint32_t cp);

/*
 * Compares two scanned strings decoded, byte by byte as memcmp() does: -1,
 * 0, 1.  "a" and "b" are the opening quotes, "last" bounds both.
 */
ngx_int_t ngx_http_mcp_json_order(u_char *a, u_char *b, u_char *last);


/* The type of the scanned value that begins with "c". */
static ngx_inline ngx_http_mcp_json_type_e
ngx_http_mcp_json_type(u_char c)
{
    switch (c) {

    case '"':
        return NGX_HTTP_MCP_JSON_STRING;

    case '{':
        return NGX_HTTP_MCP_JSON_OBJECT;

    case '[':
        return NGX_HTTP_MCP_JSON_ARRAY;

    case 'n':
        return NGX_HTTP_MCP_JSON_NULL;

    case 't':
    case 'f':
        return NGX_HTTP_MCP_JSON_BOOLEAN;

    default:
        return NGX_HTTP_MCP_JSON_NUMBER;
    }
}


/* The first byte of [p, last) that is not a blank, or "last". */
static ngx_inline u_char *
ngx_http_mcp_json_blanks(u_char *p, u_char *last)
{
    uint64_t  w;

    while (p < last && *p <= ' ') {

        if (*p != ' ' && *p != LF && *p != CR && *p != '\t') {
            return p;
        }

        p++;

        /* indented text */

        while (last - p >= 8) {
            ngx_memcpy(&w, p, 8);

            if (w != ngx_http_mcp_byte_each(' ')) {
                break;
            }

            p += 8;
        }
    }

    return p;
}


/* One past the closing quote of the scanned string whose quote is at "p". */
static ngx_inline u_char *
ngx_http_mcp_json_string_end(u_char *p, u_char *last)
{
    p++;

    for ( ;; ) {
        p = ngx_http_mcp_byte_run(p, last, NGX_HTTP_MCP_RUN_QUOTE);

        if (*p == '"') {
            return p + 1;
        }

        p += 2;
    }
}


#endif /* _NGX_HTTP_MCP_JSON_INSIDE_H_INCLUDED_ */

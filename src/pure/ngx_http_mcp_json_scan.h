
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Reads JSON (RFC 8259) without building a tree: one strict pass over the
 * text, then spans that point into it, so that ids, arguments and upstream
 * answers can be spliced byte for byte.
 */


#ifndef _NGX_HTTP_MCP_JSON_SCAN_H_INCLUDED_
#define _NGX_HTTP_MCP_JSON_SCAN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_HTTP_MCP_JSON_DEPTH    128     /* default limit of nesting */


typedef enum {
    NGX_HTTP_MCP_JSON_NONE = 0,            /* no value: a member is absent */
    NGX_HTTP_MCP_JSON_NULL,
    NGX_HTTP_MCP_JSON_BOOLEAN,
    NGX_HTTP_MCP_JSON_NUMBER,
    NGX_HTTP_MCP_JSON_STRING,
    NGX_HTTP_MCP_JSON_ARRAY,
    NGX_HTTP_MCP_JSON_OBJECT
} ngx_http_mcp_json_type_e;


typedef enum {
    NGX_HTTP_MCP_JSON_OK = 0,
    NGX_HTTP_MCP_JSON_SYNTAX,
    NGX_HTTP_MCP_JSON_UTF8,                /* the text is not UTF-8 */
    NGX_HTTP_MCP_JSON_DEEP,                /* nested over the limit */
    NGX_HTTP_MCP_JSON_DUPLICATE            /* a member name twice */
} ngx_http_mcp_json_error_e;


/* a value inside a scanned text; owns nothing, lives as long as the text */

typedef struct {
    ngx_str_t                  raw;        /* its bytes, quotes included */
    ngx_http_mcp_json_type_e   type;
} ngx_http_mcp_json_t;


typedef struct {
    ngx_uint_t                 depth;      /* in: limit of nesting; more
                                              than 1024 is as 1024 */
    unsigned                   unique:1;   /* in: refuse duplicate names */

    unsigned                   lone:1;     /* out: a lone surrogate escape
                                              was seen: legal JSON that is
                                              not Unicode text */
    ngx_http_mcp_json_error_e  error;      /* out */
    size_t                     offset;     /* out: of the first bad byte */
} ngx_http_mcp_json_scan_t;


typedef struct {
    u_char                    *pos;
    u_char                    *last;
    unsigned                   object:1;
} ngx_http_mcp_json_iter_t;


/*
 * Checks that "text" is one JSON value and nothing else: grammar, UTF-8
 * without surrogates or overlong forms, no byte order mark, depth.  Names
 * are compared decoded ("a" equals "\u0061") at every depth if s->unique.
 * Iterative; time is O(n), or O(n log n) with s->unique; memory only with
 * s->unique, at most 32 bytes a member name, freed before return.
 *
 * NGX_OK        *value is the whole value without blanks around it
 * NGX_DECLINED  s->error and s->offset say why and where; value->type is
 *               NGX_HTTP_MCP_JSON_NONE
 * NGX_ERROR     no memory, or 4 GiB and more of text with s->unique
 */
ngx_int_t ngx_http_mcp_json_scan(ngx_http_mcp_json_scan_t *s,
    const ngx_str_t *text, ngx_http_mcp_json_t *value);

/* A short clause for an error, "not UTF-8"; static, never NULL. */
const char *ngx_http_mcp_json_reason(ngx_http_mcp_json_error_e error);


/*
 * The functions below read values that ngx_http_mcp_json_scan() accepted,
 * and rely on it: they check no syntax.
 */

/* Starts a walk over an array's elements or an object's members. */
void ngx_http_mcp_json_iter(ngx_http_mcp_json_iter_t *it,
    const ngx_http_mcp_json_t *value);

/*
 * The next element.  "name" is set for members of an object (a string
 * value) and may be NULL.
 *
 * NGX_OK    *value is set
 * NGX_DONE  there are no more
 */
ngx_int_t ngx_http_mcp_json_next(ngx_http_mcp_json_iter_t *it,
    ngx_http_mcp_json_t *name, ngx_http_mcp_json_t *value);

/*
 * The member of an object whose decoded name is "name" (the first of equal
 * ones).  NGX_DECLINED: there is none or "object" is not an object, and
 * value->type is NGX_HTTP_MCP_JSON_NONE.
 */
ngx_int_t ngx_http_mcp_json_find(const ngx_http_mcp_json_t *object,
    const ngx_str_t *name, ngx_http_mcp_json_t *value);

/*
 * Several members of an object in one pass: values[i] is that of names[i],
 * of type NGX_HTTP_MCP_JSON_NONE where there is none, or no object.
 */
void ngx_http_mcp_json_members(const ngx_http_mcp_json_t *object,
    const ngx_str_t *names, ngx_http_mcp_json_t *values, ngx_uint_t n);

/* 1 if the string value, decoded, has exactly the bytes of "text". */
ngx_uint_t ngx_http_mcp_json_equal(const ngx_http_mcp_json_t *string,
    const ngx_str_t *text);

/*
 * Decodes a string value to UTF-8.  Without escapes "out" points into the
 * scanned text, else into memory of "pool".  Not NUL-terminated; may hold
 * NUL bytes.
 *
 * NGX_OK, NGX_DECLINED (a lone surrogate has no UTF-8), NGX_ERROR (memory)
 */
ngx_int_t ngx_http_mcp_json_decode(ngx_pool_t *pool,
    const ngx_http_mcp_json_t *string, ngx_str_t *out);

/*
 * 1 if a number's value is an integer, in any spelling: 1, 1.0, 1e2, -0.
 * Exact: decided on the digits, without floating point.
 */
ngx_uint_t ngx_http_mcp_json_integer(const ngx_http_mcp_json_t *number);

/*
 * Compares two numbers exactly, on their digits: -1, 0, 1 as strcmp().
 * Exponents beyond +-999999999 are clipped.
 */
ngx_int_t ngx_http_mcp_json_compare(const ngx_http_mcp_json_t *a,
    const ngx_http_mcp_json_t *b);


#endif /* _NGX_HTTP_MCP_JSON_SCAN_H_INCLUDED_ */

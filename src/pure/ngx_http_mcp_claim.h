
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Claims: paths into them, predicates on them, scopes in them
 * (authorization.md 2.7).  Read from scanned JSON, no tree.
 */


#ifndef _NGX_HTTP_MCP_CLAIM_H_INCLUDED_
#define _NGX_HTTP_MCP_CLAIM_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_json_scan.h"


#define NGX_HTTP_MCP_CLAIM_DEPTH  16       /* segments of a path */


/* a parsed path: realm_access.roles, resource_access["gw"].roles */

typedef struct {
    ngx_str_t                text;         /* as it was written */
    ngx_array_t              names;        /* ngx_str_t */
} ngx_http_mcp_claim_path_t;


typedef enum {
    NGX_HTTP_MCP_CLAIM_EXISTS = 0,
    NGX_HTTP_MCP_CLAIM_ABSENT,
    NGX_HTTP_MCP_CLAIM_TRUE,               /* is the boolean true */
    NGX_HTTP_MCP_CLAIM_EQ,                 /* is the scalar */
    NGX_HTTP_MCP_CLAIM_IN,                 /* is one of the values */
    NGX_HTTP_MCP_CLAIM_HAS,                /* array with it, or equal */
    NGX_HTTP_MCP_CLAIM_ANY,                /* has one of the values */
    NGX_HTTP_MCP_CLAIM_ALL,                /* has all of them */
    NGX_HTTP_MCP_CLAIM_GE,                 /* number */
    NGX_HTTP_MCP_CLAIM_LE
} ngx_http_mcp_claim_op_e;


typedef struct {
    ngx_http_mcp_claim_path_t  path;
    ngx_http_mcp_claim_op_e    op;
    ngx_array_t                values;     /* ngx_str_t */
} ngx_http_mcp_claim_test_t;


typedef enum {
    NGX_HTTP_MCP_CLAIM_NO = 0,
    NGX_HTTP_MCP_CLAIM_YES,
    NGX_HTTP_MCP_CLAIM_UNKNOWN             /* groups overage */
} ngx_http_mcp_claim_verdict_e;


/*
 * Parses a path: names of letters, digits, "_" and "-" separated by ".", or
 * quoted in brackets where a name holds other characters,
 * ["https://a.example/dept"] (\" and \\ inside).  Names are spans of the
 * text.
 * NGX_OK, NGX_DECLINED (malformed, empty or too deep), NGX_ERROR (memory).
 */
ngx_int_t ngx_http_mcp_claim_path(ngx_pool_t *pool, const ngx_str_t *text,
    ngx_http_mcp_claim_path_t *path);

/* The value at the path.  NGX_DECLINED: there is none; its type is NONE. */
ngx_int_t ngx_http_mcp_claim_find(const ngx_http_mcp_json_t *claims,
    const ngx_http_mcp_claim_path_t *path, ngx_http_mcp_json_t *value);

/*
 * Parses a predicate of n words, PATH OP [VALUE...]: op is exists, absent,
 * true, eq, in, has, any, all, ge, le; PATH alone means exists.  The words
 * are referred to, not copied.
 *
 * NGX_OK, NGX_DECLINED (*reason, static, says why), NGX_ERROR (memory)
 */
ngx_int_t ngx_http_mcp_claim_test(ngx_pool_t *pool, const ngx_str_t *words,
    ngx_uint_t n, ngx_http_mcp_claim_test_t *test, const char **reason);

/*
 * Evaluates a predicate.  A missing claim, and null is one, is NO but for
 * "absent"; a scalar is one value, never a list of characters; values
 * compare as strings with strings and by value with numbers and booleans.
 * UNKNOWN, for any operator: the path's first name is listed in
 * "_claim_names" and the claim itself is not there (V-14).
 */
ngx_http_mcp_claim_verdict_e ngx_http_mcp_claim_eval(
    const ngx_http_mcp_json_t *claims,
    const ngx_http_mcp_claim_test_t *test);

/*
 * Appends the items of a scope claim (ngx_str_t): a string is split at
 * blanks, an array has one or more in each element; empty items and other
 * types are left out.  NGX_OK, NGX_ERROR (memory).
 */
ngx_int_t ngx_http_mcp_claim_items(ngx_pool_t *pool,
    const ngx_http_mcp_json_t *value, ngx_array_t *items);

/* 1 if the list (ngx_str_t; NULL is empty) has exactly that string. */
ngx_uint_t ngx_http_mcp_claim_listed(const ngx_array_t *list,
    const ngx_str_t *text);

/*
 * A claim as text for a variable or a header: the decoded string, the raw
 * number or boolean, the items of an array of such joined by ",", the raw
 * JSON of an object.  Control characters are refused: they would split a
 * header (T19); so is an array with a "," in an item or with other things
 * than such: its text could be read as another array.
 *
 * NGX_OK, NGX_DECLINED (absent, null, refused), NGX_ERROR (memory)
 */
ngx_int_t ngx_http_mcp_claim_text(ngx_pool_t *pool,
    const ngx_http_mcp_json_t *value, ngx_str_t *out);


#endif /* _NGX_HTTP_MCP_CLAIM_H_INCLUDED_ */

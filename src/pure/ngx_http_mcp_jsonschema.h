
/*
 * Copyright (C) mcp-nginx contributors
 *
 * JSON Schema 2020-12: a schema is compiled at load and checks values as
 * they are on the wire, by spans, without a tree and without floating
 * point.
 */


#ifndef _NGX_HTTP_MCP_JSONSCHEMA_H_INCLUDED_
#define _NGX_HTTP_MCP_JSONSCHEMA_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_json_scan.h"


/* how many violations an answer names; a caller may want less */

#define NGX_HTTP_MCP_JSONSCHEMA_VIOLATIONS  10

/*
 * How deep schemas may be applied within each other, counting each $ref,
 * each member of allOf and each level of the value.  A level takes less
 * than 1 KiB of stack.
 */

#define NGX_HTTP_MCP_JSONSCHEMA_DEPTH       512

/* the hard cap of the steps that one check may take, see below */

#define NGX_HTTP_MCP_JSONSCHEMA_STEPS       4000000


typedef struct ngx_http_mcp_jsonschema_s  ngx_http_mcp_jsonschema_t;


/* another document, for references that leave the schema's own */

typedef struct {
    ngx_str_t                           uri;      /* without a fragment */
    ngx_str_t                           text;
} ngx_http_mcp_jsonschema_document_t;


typedef struct {
    ngx_str_t                            uri;      /* in: of the schema, may
                                                      be empty */
    ngx_http_mcp_jsonschema_document_t  *documents;
                                                   /* in: may be NULL */
    ngx_uint_t                           ndocuments;
    unsigned                             formats:1;
                                                   /* in: assert "format" */

    ngx_str_t                            document; /* out: URI of the document
                                                      with the fault */
    ngx_str_t                            pointer;  /* out: JSON Pointer */
    ngx_str_t                            error;    /* out: a clause */
} ngx_http_mcp_jsonschema_compile_t;


/* what is wrong at one place of a value; texts are UTF-8 of the pool */

typedef struct {
    ngx_str_t                           pointer;  /* of the value, "/lines/0";
                                                     empty is the whole */
    ngx_str_t                           keyword;  /* "minimum" */
    ngx_str_t                           text;     /* "must be >= 1" */
} ngx_http_mcp_jsonschema_violation_t;


typedef struct {
    ngx_pool_t                           *pool;   /* in: for violations */
    ngx_http_mcp_jsonschema_violation_t  *violations;
                                                  /* in: room for "max" */
    ngx_uint_t                            max;    /* in: 0 for the verdict
                                                     alone */
    ngx_uint_t                            cap;    /* in: of steps; 0 for
                                                     the default */
    ngx_uint_t                            n;      /* out: violations */
    ngx_uint_t                            steps;  /* out: taken */
} ngx_http_mcp_jsonschema_check_t;


/*
 * Compiles a schema with all it refers to.  The texts must be unchanged
 * while the schema is used; a reference may go to them or to the
 * metaschemas of 2020-12, never to the network.  What is made lives in
 * "pool", with a cleanup for the patterns.
 *
 * All of 2020-12 is enforced, and the older "dependencies" beside it.
 * Formats that are asserted with c->formats, or by the vocabulary: all of
 * 2020-12 but idn-email and idn-hostname, which are faults then.  Other names
 * are annotations always.
 *
 * Faults: not JSON, a member name twice, nested over 128; a keyword whose
 * value has the wrong form; a reference to nowhere; a $schema that is not
 * 2020-12 nor a document with a known $vocabulary; a pattern that is not
 * ECMA-262 or that PCRE2 cannot do; a multipleOf of more than 18 significant
 * digits; references that lead back to themselves without a level of the
 * value between.
 *
 * NGX_OK        *schema is set
 * NGX_DECLINED  c->document, c->pointer and c->error say where and why
 * NGX_ERROR     no memory
 */
ngx_int_t ngx_http_mcp_jsonschema_compile(ngx_pool_t *pool,
    ngx_http_mcp_jsonschema_compile_t *c, const ngx_str_t *text,
    ngx_http_mcp_jsonschema_t **schema);

/*
 * Checks a value that ngx_http_mcp_json_scan() accepted with s->unique.
 * With check->max the first violations are collected, in the order of the
 * value as far as keywords allow; of the alternatives of an anyOf or oneOf
 * those of the one that was meant, if that can be told.
 *
 * Bounds: at most min(200000 + 8 x schemas x bytes of the value, cap) steps;
 * a step visits a schema, a member, an element or 32 bytes of a text, some
 * 10 ns: the hard cap is some 40 ms.  A place of a text where a pattern is
 * tried is a step and one more for each 256 bytes behind it: a pattern that
 * is quadratic on 1 MB takes 250 ms until the cap.  At one place it is tried
 * with 1,000, then 20,000, then 200,000 internal matches.  Beside violations
 * memory is at most 64 KiB + 16 x bytes of the value and, within a pattern,
 * 4 MiB; it is freed before return.  The depth is that defined above.
 *
 * A lone surrogate counts as one character and is U+FFFD to a pattern.
 *
 * NGX_OK        valid
 * NGX_DECLINED  not valid; check->n is 0 only if check->max is
 * NGX_ABORT     no verdict: over the steps, the depth or the memory above;
 *               violations found until then are given
 * NGX_ERROR     no memory
 */
ngx_int_t ngx_http_mcp_jsonschema_check(
    const ngx_http_mcp_jsonschema_t *schema,
    ngx_http_mcp_jsonschema_check_t *check, const ngx_http_mcp_json_t *value);


#endif /* _NGX_HTTP_MCP_JSONSCHEMA_H_INCLUDED_ */

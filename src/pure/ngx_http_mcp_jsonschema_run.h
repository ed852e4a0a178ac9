
/*
 * Copyright (C) mcp-nginx contributors
 *
 * What the files of the schema check share among themselves; nobody else
 * includes it.
 */


#ifndef _NGX_HTTP_MCP_JSONSCHEMA_RUN_H_INCLUDED_
#define _NGX_HTTP_MCP_JSONSCHEMA_RUN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_inside.h"


#define NGX_HTTP_MCP_JSONSCHEMA_ROOM  64


/* the resources that were entered, innermost first; on the stack */

typedef struct ngx_http_mcp_jsonschema_scope_s  ngx_http_mcp_jsonschema_scope_t;

struct ngx_http_mcp_jsonschema_scope_s {
    ngx_http_mcp_jsonschema_scope_t            *outer;
    const ngx_http_mcp_jsonschema_resource_t   *resource;
};


/*
 * One bit for each member or element of the value at hand that a schema has
 * evaluated, for "unevaluatedProperties" and "unevaluatedItems".
 */

typedef struct {
    size_t                                      offset;
    ngx_uint_t                                  n;
} ngx_http_mcp_jsonschema_seen_t;


/* "words" is a stack that moves when it grows: offsets, not pointers */

typedef struct {
    ngx_http_mcp_jsonschema_check_t            *check;
    const ngx_http_mcp_json_t                  *root;
    ngx_http_mcp_jsonschema_scope_t            *scope;
    ngx_int_t                                   steps;   /* left */
    ngx_uint_t                                  depth;
    ngx_uint_t                                  quick;   /* no violations */
    void                                       *work;    /* of patterns */

    uint64_t                                   *words;
    size_t                                      used;
    size_t                                      size;
    size_t                                      max;
    uint64_t                                    room[
                                              NGX_HTTP_MCP_JSONSCHEMA_ROOM];
} ngx_http_mcp_jsonschema_run_t;


/*
 * The functions below return NGX_OK (valid), NGX_DECLINED (not valid, the
 * violations are written unless run->quick), NGX_ABORT (too complex),
 * NGX_ERROR (no memory).
 */

/* Applies a schema to a value; "seen" is NULL where nobody asks. */
ngx_int_t ngx_http_mcp_jsonschema_apply(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen);

/* The same for a verdict that may be no: leaves no trace then. */
ngx_int_t ngx_http_mcp_jsonschema_try(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen);

/* The keywords of objects, of arrays, and those that combine schemas. */
ngx_int_t ngx_http_mcp_jsonschema_object(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_object_t *object,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen);

/* See above. */
ngx_int_t ngx_http_mcp_jsonschema_array(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_array_t *array,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen);

/* See above. */
ngx_int_t ngx_http_mcp_jsonschema_logic(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_logic_t *logic,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen);

/* Applies "rest" to what is not in "seen". */
ngx_int_t ngx_http_mcp_jsonschema_unseen(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_node_t *rest,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_seen_t *seen);

/* Searches a string value for a pattern: NGX_DECLINED is not found. */
ngx_int_t ngx_http_mcp_jsonschema_search(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_pattern_t *pattern,
    const ngx_http_mcp_json_t *string);

/* 1 if the value is of a type that the node allows, or it allows any. */
ngx_uint_t ngx_http_mcp_jsonschema_typed(
    const ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_json_t *value);

/* NGX_OK if the value is among those of "enum" and is the "const". */
ngx_int_t ngx_http_mcp_jsonschema_among(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_json_t *value);


/*
 * The decoded text of a string; points into the value or to run->words,
 * and is good until the next reservation.
 */
ngx_int_t ngx_http_mcp_jsonschema_text(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_json_t *string, ngx_str_t *text);

/* Takes "n" words from the stack; the caller puts run->used back. */
ngx_int_t ngx_http_mcp_jsonschema_reserve(ngx_http_mcp_jsonschema_run_t *run,
    size_t n, size_t *offset);

/* Takes room for a value of "n" members or elements, none of them seen. */
ngx_int_t ngx_http_mcp_jsonschema_seen_open(ngx_http_mcp_jsonschema_run_t *run,
    ngx_http_mcp_jsonschema_seen_t *seen, ngx_uint_t n);


/*
 * Writes a violation of the value, or the member name, that begins at
 * "pos": NGX_DECLINED, also if run->quick, or NGX_ERROR.
 */
ngx_int_t ngx_http_mcp_jsonschema_violation(ngx_http_mcp_jsonschema_run_t *run,
    const u_char *pos, const char *keyword, const char *fmt, ...);

/* Those whose text is a list: what is right instead of "value". */
ngx_int_t ngx_http_mcp_jsonschema_violation_type(
    ngx_http_mcp_jsonschema_run_t *run, ngx_uint_t types,
    const ngx_http_mcp_json_t *value);

/* See above. */
ngx_int_t ngx_http_mcp_jsonschema_violation_enum(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_json_t *value);

/* See above; "pos" is that of a member that is not allowed. */
ngx_int_t ngx_http_mcp_jsonschema_violation_unknown(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_object_t *object, const u_char *pos);

/* See above, of "anyOf" and "oneOf" where no alternative matches. */
ngx_int_t ngx_http_mcp_jsonschema_violation_none(
    ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_nodes_t *nodes, const char *keyword,
    const ngx_http_mcp_json_t *value);


/* 1 if a check is done with after "rc"; keeps the verdict. */
static ngx_inline ngx_uint_t
ngx_http_mcp_jsonschema_ends(const ngx_http_mcp_jsonschema_run_t *run,
    ngx_int_t rc, ngx_int_t *verdict)
{
    if (rc == NGX_OK) {
        return 0;
    }

    *verdict = rc;

    return rc != NGX_DECLINED || run->quick;
}


/* Notes that a member or an element was evaluated. */
static ngx_inline void
ngx_http_mcp_jsonschema_see(ngx_http_mcp_jsonschema_run_t *run,
    const ngx_http_mcp_jsonschema_seen_t *seen, ngx_uint_t i)
{
    run->words[seen->offset + i / 64] |= (uint64_t) 1 << (i % 64);
}


#endif /* _NGX_HTTP_MCP_JSONSCHEMA_RUN_H_INCLUDED_ */

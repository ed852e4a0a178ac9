
/*
 * Copyright (C) mcp-nginx contributors
 *
 * What the files of the schema compiler share among themselves; nobody
 * else includes it.
 */


#ifndef _NGX_HTTP_MCP_JSONSCHEMA_BUILD_H_INCLUDED_
#define _NGX_HTTP_MCP_JSONSCHEMA_BUILD_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_inside.h"


typedef struct {
    ngx_str_t                            uri;
    ngx_http_mcp_json_t                  root;
    ngx_http_mcp_jsonschema_node_t      *node;       /* NULL: only read */
} ngx_http_mcp_jsonschema_text_t;


/* a reference, resolved when all of its document is known */

typedef struct {
    ngx_http_mcp_jsonschema_node_t      *node;
    ngx_http_mcp_json_t                  value;
    unsigned                             dynamic:1;
} ngx_http_mcp_jsonschema_ref_t;


/*
 * Of the map, key and owner: a resource has its URI and NULL, an anchor its
 * name and its resource, a schema an empty name and its place in the text.
 */

typedef struct {
    ngx_pool_t                          *pool;
    ngx_http_mcp_jsonschema_compile_t   *conf;
    ngx_http_mcp_jsonschema_t           *schema;
    ngx_http_mcp_jsonschema_map_t        map;
    ngx_array_t                          texts;      /* of pointers */
    ngx_array_t                          refs;
    ngx_http_mcp_jsonschema_node_t      *nodes;
} ngx_http_mcp_jsonschema_build_t;


/*
 * The functions below return NGX_OK, NGX_DECLINED after a fault was
 * written, NGX_ERROR without memory.
 */

/* Writes the fault of the value that begins at "pos"; NGX_DECLINED. */
ngx_int_t ngx_http_mcp_jsonschema_fault(ngx_http_mcp_jsonschema_build_t *b,
    const u_char *pos, const char *fmt, ...);

/* Makes the node of a schema, once for each place of a text. */
ngx_int_t ngx_http_mcp_jsonschema_node(ngx_http_mcp_jsonschema_build_t *b,
    ngx_http_mcp_jsonschema_resource_t *resource,
    const ngx_http_mcp_json_t *value, ngx_http_mcp_jsonschema_node_t **node);

/* Reads the keywords of an object into its node. */
ngx_int_t ngx_http_mcp_jsonschema_keywords(ngx_http_mcp_jsonschema_build_t *b,
    ngx_http_mcp_jsonschema_node_t *node);

/* Decodes a string; a fault if "value" is none or has a lone surrogate. */
ngx_int_t ngx_http_mcp_jsonschema_string(ngx_http_mcp_jsonschema_build_t *b,
    const ngx_http_mcp_json_t *value, ngx_str_t *s);

/* Scans a document and compiles it, too, if "compile". */
ngx_int_t ngx_http_mcp_jsonschema_load(ngx_http_mcp_jsonschema_build_t *b,
    const ngx_str_t *uri, const ngx_str_t *text, ngx_uint_t compile,
    ngx_http_mcp_jsonschema_text_t **loaded);

/* The vocabularies of the dialect that a "$schema" names. */
ngx_int_t ngx_http_mcp_jsonschema_dialect(ngx_http_mcp_jsonschema_build_t *b,
    const ngx_http_mcp_json_t *value, ngx_uint_t *vocabulary);

/* Resolves all references, which may load more documents. */
ngx_int_t ngx_http_mcp_jsonschema_resolve(ngx_http_mcp_jsonschema_build_t *b);

/* Looks for schemas that lead back to themselves at the same value. */
ngx_int_t ngx_http_mcp_jsonschema_circles(ngx_http_mcp_jsonschema_build_t *b);


#endif /* _NGX_HTTP_MCP_JSONSCHEMA_BUILD_H_INCLUDED_ */

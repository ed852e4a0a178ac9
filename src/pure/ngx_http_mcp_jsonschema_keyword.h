
/*
 * Copyright (C) mcp-nginx contributors
 *
 * What the files of the keywords share among themselves; nobody else
 * includes it.
 */


#ifndef _NGX_HTTP_MCP_JSONSCHEMA_KEYWORD_H_INCLUDED_
#define _NGX_HTTP_MCP_JSONSCHEMA_KEYWORD_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_build.h"


typedef struct ngx_http_mcp_jsonschema_keyword_s
    ngx_http_mcp_jsonschema_keyword_t;

typedef ngx_int_t (*ngx_http_mcp_jsonschema_set_pt)(
    ngx_http_mcp_jsonschema_build_t *b, ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_jsonschema_keyword_t *kw,
    const ngx_http_mcp_json_t *value);


struct ngx_http_mcp_jsonschema_keyword_s {
    ngx_str_t                        name;
    ngx_uint_t                       vocabulary;
    ngx_http_mcp_jsonschema_set_pt   set;
    size_t                           group;      /* pointer in the node */
    size_t                           size;       /* of what it points to */
    size_t                           offset;     /* in there */
};


#define ngx_http_mcp_jsonschema_setter(name)                                  \
    ngx_int_t ngx_http_mcp_jsonschema_set_ ## name(                           \
        ngx_http_mcp_jsonschema_build_t *b,                                   \
        ngx_http_mcp_jsonschema_node_t *node,                                 \
        const ngx_http_mcp_jsonschema_keyword_t *kw,                          \
        const ngx_http_mcp_json_t *value)


/* Those in ngx_http_mcp_jsonschema_keyword_object.c. */
ngx_http_mcp_jsonschema_setter(properties);
ngx_http_mcp_jsonschema_setter(patterns);
ngx_http_mcp_jsonschema_setter(dependents);

/* Where the keyword is kept in the node; NULL without memory. */
void *ngx_http_mcp_jsonschema_group(ngx_http_mcp_jsonschema_build_t *b,
    ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_jsonschema_keyword_t *kw);

/* Compiles the pattern of a string value. */
ngx_int_t ngx_http_mcp_jsonschema_regexp(
    ngx_http_mcp_jsonschema_build_t *b, const ngx_http_mcp_json_t *value,
    ngx_http_mcp_jsonschema_pattern_t **pattern);

/* Writes the fault "must be WHAT"; NGX_DECLINED. */
ngx_int_t ngx_http_mcp_jsonschema_wrong(
    ngx_http_mcp_jsonschema_build_t *b,
    const ngx_http_mcp_jsonschema_keyword_t *kw,
    const ngx_http_mcp_json_t *value, const char *what);


#endif /* _NGX_HTTP_MCP_JSONSCHEMA_KEYWORD_H_INCLUDED_ */

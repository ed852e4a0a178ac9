
/*
 * Copyright (C) mcp-nginx contributors
 *
 * What the files of the translator of patterns share among themselves;
 * nobody else includes it.
 */


#ifndef _NGX_HTTP_MCP_JSONSCHEMA_ECMA_H_INCLUDED_
#define _NGX_HTTP_MCP_JSONSCHEMA_ECMA_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_inside.h"
#include "ngx_http_mcp_json_write.h"


/* a pattern on its way, and where it is */

typedef struct {
    ngx_http_mcp_json_text_t   out;
    u_char                    *pos;
    u_char                    *last;
    ngx_uint_t                 groups;
    unsigned                   atom:1;     /* a quantifier may follow */
    const char                *reason;
} ngx_http_mcp_jsonschema_ecma_t;


/* Translates the escape at the position, outside of a class. */
ngx_int_t ngx_http_mcp_jsonschema_ecma_escape(
    ngx_http_mcp_jsonschema_ecma_t *e);

/* Translates \d \w \s \p and their opposites; NGX_DONE: it is another. */
ngx_int_t ngx_http_mcp_jsonschema_ecma_set(
    ngx_http_mcp_jsonschema_ecma_t *e, ngx_uint_t in_class);

/* Reads an escape that stands for one character. */
ngx_int_t ngx_http_mcp_jsonschema_ecma_character(
    ngx_http_mcp_jsonschema_ecma_t *e, uint32_t *cp);

/* Sets the reason; NGX_DECLINED. */
ngx_int_t ngx_http_mcp_jsonschema_ecma_refuse(
    ngx_http_mcp_jsonschema_ecma_t *e, const char *reason);

/* Writes a character so that PCRE2 takes it for nothing else. */
void ngx_http_mcp_jsonschema_ecma_put(
    ngx_http_mcp_jsonschema_ecma_t *e, uint32_t cp);


#endif /* _NGX_HTTP_MCP_JSONSCHEMA_ECMA_H_INCLUDED_ */


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Words inside a block ("description" in "mcp_tool NAME { ... }") are
 * commands of a module type of our own, as "stream" and "mail" have, so
 * that argument counts, "is not allowed here", include and nesting are
 * nginx's own.
 */


#ifndef _NGX_HTTP_MCP_WORD_H_INCLUDED_
#define _NGX_HTTP_MCP_WORD_H_INCLUDED_


#include "ngx_http_mcp_catalog.h"


#define NGX_HTTP_MCP_WORD_MODULE   0x5750434D   /* "MCPW" */

/* contexts of words: within 0xFF000000, where "include" is allowed, and
 * not NGX_MAIN_CONF, which ngx_conf_handler() treats apart */

#define NGX_HTTP_MCP_TOOL_BLOCK      0x02000000
#define NGX_HTTP_MCP_TOOLSET_BLOCK   0x04000000
#define NGX_HTTP_MCP_PROVIDER_BLOCK  0x08000000


/* "key=text" in a list of arguments, and the string that it sets */

typedef struct {
    ngx_str_t                    key;        /* with the "=" */
    size_t                       offset;
} ngx_http_mcp_option_t;


/*
 * Parses the block that is open, with "object" as the words' conf and
 * "type" as their context.  The caller's "cf" is put back.
 */
char *ngx_http_mcp_word_block(ngx_conf_t *cf, void *object, ngx_uint_t type);

/* Prepares the module type; in preconfiguration of the http module. */
void ngx_http_mcp_word_init(ngx_conf_t *cf);

/*
 * Reads the arguments of the directive from number "from" on as options of a
 * table that ends with an empty key; "expected" lists them for the message.
 * A text is not empty, and an option is not given twice.
 */
char *ngx_http_mcp_word_options(ngx_conf_t *cf, ngx_uint_t from,
    const ngx_http_mcp_option_t *options, void *object,
    const char *expected);

/* Adds the arguments to a list of ngx_str_t, made on first use. */
ngx_int_t ngx_http_mcp_word_strings(ngx_conf_t *cf, ngx_array_t **list);

/* A time in seconds within bounds, or NGX_ERROR after logging. */
time_t ngx_http_mcp_word_seconds(ngx_conf_t *cf, ngx_str_t *text,
    time_t min, time_t max);

/* mcp_tool NAME { ... }: "conf" is the loc_conf or the toolset. */
char *ngx_http_mcp_tool_block(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* mcp_toolset NAME { ... }: "conf" is the main conf. */
char *ngx_http_mcp_toolset_block(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * Setters of words in "mcp_tool": "conf" is the ngx_http_mcp_tool_t, and
 * they return what setters of nginx do.
 */

/* param NAME TYPE ["description"] [required] [key=value...] */
char *ngx_http_mcp_param_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* input_schema FILE | "{...}" */
char *ngx_http_mcp_schema_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* request METHOD "TEMPLATE" */
char *ngx_http_mcp_request_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* query NAME "{param}" */
char *ngx_http_mcp_query_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* header NAME "text {param} $var", and cookie alike; cmd->offset says
 * which list of the tool it is for */
char *ngx_http_mcp_field_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * Notes the variables that a header's or cookie's text names: some of them
 * may say who calls, see ngx_http_mcp_identity_compile().  NGX_ERROR: memory.
 */
ngx_int_t ngx_http_mcp_identity_note(ngx_conf_t *cf,
    ngx_http_mcp_tool_t *tool, const ngx_str_t *text);

/*
 * After a block: places of parameters, names in templates, the schema.
 * NGX_CONF_OK, or NGX_CONF_ERROR after logging.
 */
char *ngx_http_mcp_tool_check(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool);

/* The same for the tool's rule, if it has one. */
char *ngx_http_mcp_rule_close(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool);

/* Writes the tool's input schema from its "param" lines (TOOL-8, SCH-13).
 * NGX_OK, NGX_ERROR (memory). */
ngx_int_t ngx_http_mcp_schema_write(ngx_conf_t *cf,
    ngx_http_mcp_tool_t *tool);

/* Contradictions in one parameter.  NGX_CONF_ERROR after logging. */
char *ngx_http_mcp_param_check(ngx_conf_t *cf, ngx_http_mcp_param_t *param);

/* The parameter of that name, or NULL; *index is its place in the list. */
ngx_http_mcp_param_t *ngx_http_mcp_param_find(ngx_http_mcp_tool_t *tool,
    const ngx_str_t *name, ngx_uint_t *index);

/* The type bit of a JSON Schema type name, or 0. */
ngx_uint_t ngx_http_mcp_type_bit(const ngx_str_t *name);

/*
 * Adds a value that clients mirror in a header (HTTP-28); "path" is the
 * chain of property names.  NGX_ERROR after logging.
 */
ngx_int_t ngx_http_mcp_mirror_add(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool,
    const ngx_str_t *header, const ngx_array_t *path, ngx_uint_t type);


#endif /* _NGX_HTTP_MCP_WORD_H_INCLUDED_ */


/*
 * Copyright (C) mcp-nginx contributors
 *
 * URI templates (RFC 6570, all four levels), compiled at load, expanded
 * from JSON values.
 */


#ifndef _NGX_HTTP_MCP_TEMPLATE_H_INCLUDED_
#define _NGX_HTTP_MCP_TEMPLATE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_json_scan.h"


typedef struct {
    ngx_str_t     name;
    ngx_uint_t    prefix;                /* {var:3} is 3; 0 is none */
    ngx_uint_t    index;                 /* the caller's own, for lookups */
    unsigned      explode:1;             /* {var*} */
} ngx_http_mcp_template_var_t;


/* a literal (op is 0; text is percent-encoded as RFC 6570 3.1 asks) or an
 * expression (op is one of "+#./;?&", or ' ' for the simple form) */

typedef struct {
    u_char        op;
    ngx_str_t     text;
    ngx_array_t   vars;                  /* ngx_http_mcp_template_var_t */
} ngx_http_mcp_template_part_t;


typedef struct {
    ngx_str_t     text;
    ngx_array_t   parts;                 /* ngx_http_mcp_template_part_t */
} ngx_http_mcp_template_t;


/*
 * Gives the value of a variable.  NGX_OK; NGX_DECLINED: it is undefined.
 * A JSON null is undefined too.
 */
typedef ngx_int_t (*ngx_http_mcp_template_value_pt)(void *data,
    const ngx_http_mcp_template_var_t *var, ngx_http_mcp_json_t *value);


/*
 * Compiles "text", which must outlive "t"; everything else is in "pool".
 *
 * NGX_OK
 * NGX_DECLINED  *reason is a clause for a person ("unclosed \"{\""),
 *               *offset the byte it is about
 * NGX_ERROR     no memory
 */
ngx_int_t ngx_http_mcp_template_parse(ngx_pool_t *pool,
    const ngx_str_t *text, ngx_http_mcp_template_t *t, const char **reason,
    size_t *offset);

/*
 * Expands into "pool".  Strings are decoded; numbers and booleans are
 * written as their JSON text; an array is a list and an object an
 * associative array, their members must be scalars; nulls in them drop out;
 * empty arrays and objects are undefined (RFC 6570 2.3).  In {+var:n} and
 * {#var:n} the triplets of one character in a value count as one.
 *
 * NGX_OK
 * NGX_DECLINED  a value cannot be written: nested array or object, lone
 *               surrogate, {var:n} of something that is not a string,
 *               *bad is its variable
 * NGX_ERROR     no memory
 */
ngx_int_t ngx_http_mcp_template_expand(ngx_pool_t *pool,
    const ngx_http_mcp_template_t *t, ngx_http_mcp_template_value_pt lookup,
    void *data, ngx_str_t *out, const ngx_http_mcp_template_var_t **bad);

/*
 * Expands one list of variables as {?vars} or {&vars} would, but with the
 * name spelled "name": for query parameters that are no RFC 6570 names,
 * as "match[]".  "name" is plain text, and is encoded.  Writes "name=value"
 * pairs joined by "&", without the first separator; nothing if undefined.
 * Returns as expand().
 */
ngx_int_t ngx_http_mcp_template_query(ngx_pool_t *pool,
    const ngx_str_t *name, const ngx_http_mcp_template_var_t *var,
    const ngx_http_mcp_json_t *value, ngx_str_t *out);


/*
 * Whether an expanded request target is safe to send: begins with "/", no
 * "#", no byte outside of RFC 3986, and no segment of the path, decoded
 * once or twice, that is ".", "..", or holds "/", "\", NUL or another
 * control character.  "..;a" is taken for "..", as servers do that strip
 * path parameters.  The path ends at the first "?".
 *
 * Segments are judged after expansion, since "{a}{b}" can build ".." of
 * two harmless values.
 *
 * NGX_OK; NGX_DECLINED: *reason is a clause for a person.
 */
ngx_int_t ngx_http_mcp_template_target(const ngx_str_t *target,
    const char **reason);


/*
 * Percent-encodes bytes that are not unreserved (RFC 3986 2.3).  With
 * "reserved", reserved bytes and valid triplets pass as they are, as in
 * literals and in "{+var}".  Writes to "dst", which may be NULL to measure;
 * returns the length.
 */
size_t ngx_http_mcp_template_escape(u_char *dst, const ngx_str_t *src,
    ngx_uint_t reserved);


#endif /* _NGX_HTTP_MCP_TEMPLATE_H_INCLUDED_ */

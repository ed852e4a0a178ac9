
/*
 * Copyright (C) mcp-nginx contributors
 *
 * What the files of the formats share among themselves; nobody else
 * includes it.
 */


#ifndef _NGX_HTTP_MCP_JSONSCHEMA_FORMAT_H_INCLUDED_
#define _NGX_HTTP_MCP_JSONSCHEMA_FORMAT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_inside.h"


/* Each returns 1 if the decoded string has the format of that name. */

/* See above. */
ngx_uint_t ngx_http_mcp_jsonschema_email(const ngx_str_t *s);

/* See above. */
ngx_uint_t ngx_http_mcp_jsonschema_hostname(const ngx_str_t *s);

/* See above. */
ngx_uint_t ngx_http_mcp_jsonschema_ipv4(const ngx_str_t *s);

/* See above. */
ngx_uint_t ngx_http_mcp_jsonschema_ipv6(const ngx_str_t *s);

/* See above. */
ngx_uint_t ngx_http_mcp_jsonschema_uri_absolute(const ngx_str_t *s);

/* See above. */
ngx_uint_t ngx_http_mcp_jsonschema_uri_reference(const ngx_str_t *s);

/* See above. */
ngx_uint_t ngx_http_mcp_jsonschema_iri(const ngx_str_t *s);

/* See above. */
ngx_uint_t ngx_http_mcp_jsonschema_iri_reference(const ngx_str_t *s);

/* See above. */
ngx_uint_t ngx_http_mcp_jsonschema_uri_template(const ngx_str_t *s);


#endif /* _NGX_HTTP_MCP_JSONSCHEMA_FORMAT_H_INCLUDED_ */

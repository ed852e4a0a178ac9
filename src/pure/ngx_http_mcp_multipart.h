
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Splits a multipart body (RFC 2046 5.1) into its parts.
 */


#ifndef _NGX_HTTP_MCP_MULTIPART_H_INCLUDED_
#define _NGX_HTTP_MCP_MULTIPART_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_HTTP_MCP_MULTIPART_PARTS   64
#define NGX_HTTP_MCP_MULTIPART_HEADER  8192


typedef struct {
    ngx_str_t    type;                   /* Content-Type, or empty */
    ngx_str_t    location;               /* Content-Location, or empty */
    ngx_str_t    body;                   /* decoded */
} ngx_http_mcp_part_t;


/*
 * Appends the parts to "parts", an array of ngx_http_mcp_part_t.  They
 * point into "body"; what had to be decoded or unfolded is in "pool".
 *
 * Boundary lines end as the first one does, with CR LF or with LF alone;
 * header lines end with either.  Read of a part's header: Content-Type,
 * Content-Location, Content-Transfer-Encoding (base64, 7bit, 8bit, binary).
 * A closing boundary without a part before it gives none.
 *
 * NGX_OK
 * NGX_DECLINED  the boundary is not one of RFC 2046; no closing boundary
 *               (the body is cut); a header that is malformed or over
 *               NGX_HTTP_MCP_MULTIPART_HEADER bytes; broken Base64, another
 *               encoding; over NGX_HTTP_MCP_MULTIPART_PARTS parts
 * NGX_ERROR     no memory
 */
ngx_int_t ngx_http_mcp_multipart_split(ngx_pool_t *pool,
    const ngx_str_t *body, const ngx_str_t *boundary, ngx_array_t *parts);


#endif /* _NGX_HTTP_MCP_MULTIPART_H_INCLUDED_ */


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Turns the body of an HTTP answer into MCP content blocks
 * (conformance.md section 6, U1-U3; mcp-2026-07-28.md 4.7).
 */


#ifndef _NGX_HTTP_MCP_CONTENT_H_INCLUDED_
#define _NGX_HTTP_MCP_CONTENT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_json_scan.h"


typedef enum {
    NGX_HTTP_MCP_BLOCK_TEXT = 0,
    NGX_HTTP_MCP_BLOCK_IMAGE,
    NGX_HTTP_MCP_BLOCK_AUDIO,
    NGX_HTTP_MCP_BLOCK_RESOURCE           /* embedded: text or blob */
} ngx_http_mcp_block_kind_e;


typedef struct {
    ngx_http_mcp_block_kind_e   kind;
    unsigned                    binary:1;  /* a resource's blob */
    ngx_str_t                   mime_type; /* without parameters */
    ngx_str_t                   uri;       /* of a resource */
    ngx_str_t                   data;      /* raw: UTF-8, or bytes that
                                              Base64 will carry */
} ngx_http_mcp_block_t;


typedef struct {
    /* in; all must outlive the blocks, which point into them */
    ngx_pool_t                 *pool;
    ngx_str_t                   type;      /* Content-Type, or empty */
    ngx_str_t                   location;  /* Content-Location, or empty */
    ngx_str_t                   uri;       /* of a blob without location */
    ngx_str_t                   body;

    /* out */
    ngx_array_t                 blocks;    /* ngx_http_mcp_block_t */
    ngx_http_mcp_json_t         json;      /* the whole body, if it is JSON
                                              that any client can read;
                                              type NONE else */
    unsigned                    broken:1;  /* the whole body is said to be
                                              JSON, but is not */
} ngx_http_mcp_content_t;


/*
 * Maps by media type: JSON and other text to a text block, image and audio
 * to theirs, "multipart/mixed" to one block a part (not nested), the rest
 * to a blob.  A body without a usable type is text if it is UTF-8.  Text
 * that is not UTF-8, or in another charset with more than ASCII in it,
 * becomes a blob; a byte order mark of text is dropped.  An empty body
 * gives no block, an empty part an empty one.  Parts: 64 at most.
 *
 * A Content-Location (of the answer or of a part; not of a multipart as a
 * whole) makes it an embedded resource, if it is a URI with a scheme, UTF-8
 * without blanks and control characters.
 *
 * NGX_OK
 * NGX_DECLINED  a multipart body that cannot be read
 * NGX_ERROR     no memory
 */
ngx_int_t ngx_http_mcp_content_map(ngx_http_mcp_content_t *ct);

/* The length of the blocks as a JSON array, brackets included. */
size_t ngx_http_mcp_content_length(const ngx_array_t *blocks);

/* Writes that array; returns its end. */
u_char *ngx_http_mcp_content_write(u_char *p, const ngx_array_t *blocks);


/*
 * Undoes Content-Encoding gzip or deflate (zlib or raw), of "max" bytes of
 * result at most and never more than 1000 times the input plus 64 KiB.
 * A gzip file may have several members; other bytes after the end are an
 * error.
 *
 * NGX_OK        "out" is in "pool"
 * NGX_DECLINED  broken, cut or empty data
 * NGX_ABORT     over the limit
 * NGX_ERROR     no memory
 */
ngx_int_t ngx_http_mcp_content_inflate(ngx_pool_t *pool, const ngx_str_t *in,
    size_t max, ngx_str_t *out);


#endif /* _NGX_HTTP_MCP_CONTENT_H_INCLUDED_ */

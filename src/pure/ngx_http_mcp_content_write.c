
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Writes content blocks as JSON: measure, allocate, write.  Called by the
 * "write" step of a call.  Owns nothing.  One table of shapes serves both
 * passes, so that they cannot disagree.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_content.h"
#include "ngx_http_mcp_json_write.h"


typedef enum {
    NGX_HTTP_MCP_CONTENT_END = 0,
    NGX_HTTP_MCP_CONTENT_TEXT,             /* data, escaped */
    NGX_HTTP_MCP_CONTENT_BASE64,           /* data, as Base64 */
    NGX_HTTP_MCP_CONTENT_MIME,
    NGX_HTTP_MCP_CONTENT_URI
} ngx_http_mcp_content_field_e;


/* a literal and the field that follows it */

typedef struct {
    ngx_str_t                      literal;
    ngx_http_mcp_content_field_e   field;
} ngx_http_mcp_content_piece_t;


static const ngx_http_mcp_content_piece_t *ngx_http_mcp_content_shape(
    const ngx_http_mcp_block_t *block);
static size_t ngx_http_mcp_content_field_length(
    const ngx_http_mcp_block_t *block, ngx_http_mcp_content_field_e field);
static u_char *ngx_http_mcp_content_field_write(u_char *p,
    const ngx_http_mcp_block_t *block, ngx_http_mcp_content_field_e field);
static u_char *ngx_http_mcp_content_base64(u_char *p, const ngx_str_t *data);


static const ngx_http_mcp_content_piece_t  ngx_http_mcp_content_as_text[] = {
    { ngx_string("{\"type\":\"text\",\"text\":\""),
      NGX_HTTP_MCP_CONTENT_TEXT },
    { ngx_string("\"}"), NGX_HTTP_MCP_CONTENT_END }
};


static const ngx_http_mcp_content_piece_t  ngx_http_mcp_content_as_image[] = {
    { ngx_string("{\"type\":\"image\",\"data\":\""),
      NGX_HTTP_MCP_CONTENT_BASE64 },
    { ngx_string("\",\"mimeType\":\""), NGX_HTTP_MCP_CONTENT_MIME },
    { ngx_string("\"}"), NGX_HTTP_MCP_CONTENT_END }
};


static const ngx_http_mcp_content_piece_t  ngx_http_mcp_content_as_audio[] = {
    { ngx_string("{\"type\":\"audio\",\"data\":\""),
      NGX_HTTP_MCP_CONTENT_BASE64 },
    { ngx_string("\",\"mimeType\":\""), NGX_HTTP_MCP_CONTENT_MIME },
    { ngx_string("\"}"), NGX_HTTP_MCP_CONTENT_END }
};


static const ngx_http_mcp_content_piece_t
    ngx_http_mcp_content_as_text_resource[] =
{
    { ngx_string("{\"type\":\"resource\",\"resource\":{\"uri\":\""),
      NGX_HTTP_MCP_CONTENT_URI },
    { ngx_string("\",\"mimeType\":\""), NGX_HTTP_MCP_CONTENT_MIME },
    { ngx_string("\",\"text\":\""), NGX_HTTP_MCP_CONTENT_TEXT },
    { ngx_string("\"}}"), NGX_HTTP_MCP_CONTENT_END }
};


static const ngx_http_mcp_content_piece_t
    ngx_http_mcp_content_as_blob_resource[] =
{
    { ngx_string("{\"type\":\"resource\",\"resource\":{\"uri\":\""),
      NGX_HTTP_MCP_CONTENT_URI },
    { ngx_string("\",\"mimeType\":\""), NGX_HTTP_MCP_CONTENT_MIME },
    { ngx_string("\",\"blob\":\""), NGX_HTTP_MCP_CONTENT_BASE64 },
    { ngx_string("\"}}"), NGX_HTTP_MCP_CONTENT_END }
};


size_t
ngx_http_mcp_content_length(const ngx_array_t *blocks)
{
    size_t                               len;
    ngx_uint_t                           i;
    const ngx_http_mcp_block_t          *block;
    const ngx_http_mcp_content_piece_t  *piece;

    block = blocks->elts;
    len = 2;

    for (i = 0; i < blocks->nelts; i++) {

        if (i) {
            len++;
        }

        piece = ngx_http_mcp_content_shape(&block[i]);

        for ( ;; ) {
            len += piece->literal.len;

            if (piece->field == NGX_HTTP_MCP_CONTENT_END) {
                break;
            }

            len += ngx_http_mcp_content_field_length(&block[i], piece->field);
            piece++;
        }
    }

    return len;
}


u_char *
ngx_http_mcp_content_write(u_char *p, const ngx_array_t *blocks)
{
    ngx_uint_t                           i;
    const ngx_http_mcp_block_t          *block;
    const ngx_http_mcp_content_piece_t  *piece;

    block = blocks->elts;

    *p++ = '[';

    for (i = 0; i < blocks->nelts; i++) {

        if (i) {
            *p++ = ',';
        }

        piece = ngx_http_mcp_content_shape(&block[i]);

        for ( ;; ) {
            p = ngx_cpymem(p, piece->literal.data, piece->literal.len);

            if (piece->field == NGX_HTTP_MCP_CONTENT_END) {
                break;
            }

            p = ngx_http_mcp_content_field_write(p, &block[i], piece->field);
            piece++;
        }
    }

    *p++ = ']';

    return p;
}


static const ngx_http_mcp_content_piece_t *
ngx_http_mcp_content_shape(const ngx_http_mcp_block_t *block)
{
    switch (block->kind) {

    case NGX_HTTP_MCP_BLOCK_IMAGE:
        return ngx_http_mcp_content_as_image;

    case NGX_HTTP_MCP_BLOCK_AUDIO:
        return ngx_http_mcp_content_as_audio;

    case NGX_HTTP_MCP_BLOCK_RESOURCE:
        return block->binary ? ngx_http_mcp_content_as_blob_resource
                             : ngx_http_mcp_content_as_text_resource;

    default: /* NGX_HTTP_MCP_BLOCK_TEXT */
        return ngx_http_mcp_content_as_text;
    }
}


static size_t
ngx_http_mcp_content_field_length(const ngx_http_mcp_block_t *block,
    ngx_http_mcp_content_field_e field)
{
    switch (field) {

    case NGX_HTTP_MCP_CONTENT_BASE64:
        return ngx_base64_encoded_length(block->data.len);

    case NGX_HTTP_MCP_CONTENT_MIME:
        return ngx_http_mcp_json_escaped(block->mime_type.data,
                                         block->mime_type.len);

    case NGX_HTTP_MCP_CONTENT_URI:
        return ngx_http_mcp_json_escaped(block->uri.data, block->uri.len);

    default: /* NGX_HTTP_MCP_CONTENT_TEXT */
        return ngx_http_mcp_json_escaped(block->data.data, block->data.len);
    }
}


static u_char *
ngx_http_mcp_content_field_write(u_char *p,
    const ngx_http_mcp_block_t *block, ngx_http_mcp_content_field_e field)
{
    switch (field) {

    case NGX_HTTP_MCP_CONTENT_BASE64:
        return ngx_http_mcp_content_base64(p, &block->data);

    case NGX_HTTP_MCP_CONTENT_MIME:
        return ngx_http_mcp_json_escape(p, block->mime_type.data,
                                        block->mime_type.len);

    case NGX_HTTP_MCP_CONTENT_URI:
        return ngx_http_mcp_json_escape(p, block->uri.data, block->uri.len);

    default: /* NGX_HTTP_MCP_CONTENT_TEXT */
        return ngx_http_mcp_json_escape(p, block->data.data,
                                        block->data.len);
    }
}


static u_char *
ngx_http_mcp_content_base64(u_char *p, const ngx_str_t *data)
{
    ngx_str_t  src, dst;

    /* the function takes its source without const, but only reads it */

    src = *data;
    dst.data = p;

    ngx_encode_base64(&dst, &src);

    return p + dst.len;
}

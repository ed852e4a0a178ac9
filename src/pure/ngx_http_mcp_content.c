
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Maps the body of an upstream's answer to content blocks, by its media
 * type.  Called by the "map" step of a call.  Owns the array of blocks, in
 * the caller's pool; texts are spans of the body, copied only where a part
 * of a multipart had to be decoded.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_content.h"
#include "ngx_http_mcp_media_type.h"
#include "ngx_http_mcp_multipart.h"
#include "ngx_http_mcp_utf8.h"


/* a whole body, or a part of one */

typedef struct {
    ngx_http_mcp_media_type_t   mt;
    ngx_http_mcp_block_kind_e   kind;      /* by the type alone */
    ngx_str_t                   location;
    ngx_str_t                   body;
    unsigned                    typed:1;   /* mt is set */
    unsigned                    utf8:1;    /* known to be UTF-8 */
} ngx_http_mcp_content_item_t;


static ngx_int_t ngx_http_mcp_content_multipart(ngx_http_mcp_content_t *ct,
    const ngx_http_mcp_media_type_t *mt);
static void ngx_http_mcp_content_item(ngx_http_mcp_content_item_t *item,
    const ngx_str_t *type, const ngx_str_t *location, const ngx_str_t *body);
static ngx_http_mcp_block_kind_e ngx_http_mcp_content_kind(
    const ngx_http_mcp_media_type_t *mt);
static ngx_int_t ngx_http_mcp_content_json(ngx_http_mcp_content_t *ct,
    ngx_http_mcp_content_item_t *item);
static ngx_int_t ngx_http_mcp_content_block(ngx_http_mcp_content_t *ct,
    const ngx_http_mcp_content_item_t *item);
static ngx_int_t ngx_http_mcp_content_text(ngx_pool_t *pool,
    const ngx_http_mcp_content_item_t *item, ngx_str_t *text);
static ngx_int_t ngx_http_mcp_content_charset(ngx_pool_t *pool,
    const ngx_http_mcp_media_type_t *mt, const ngx_str_t *text);
static ngx_uint_t ngx_http_mcp_content_ascii(const ngx_str_t *text);
static ngx_uint_t ngx_http_mcp_content_uri(const ngx_str_t *uri);
static ngx_str_t ngx_http_mcp_content_bom(const ngx_str_t *text);
static ngx_uint_t ngx_http_mcp_content_is(const ngx_str_t *s,
    const char *name);


ngx_int_t
ngx_http_mcp_content_map(ngx_http_mcp_content_t *ct)
{
    ngx_http_mcp_content_item_t  item;

    ngx_memzero(&ct->json, sizeof(ngx_http_mcp_json_t));
    ct->broken = 0;

    if (ngx_array_init(&ct->blocks, ct->pool, 1,
                       sizeof(ngx_http_mcp_block_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ct->body.len == 0) {
        return NGX_OK;
    }

    ngx_http_mcp_content_item(&item, &ct->type, &ct->location, &ct->body);

    if (item.typed
        && ngx_http_mcp_media_type_is(&item.mt, "multipart/mixed"))
    {
        return ngx_http_mcp_content_multipart(ct, &item.mt);
    }

    if (item.typed
        && item.kind == NGX_HTTP_MCP_BLOCK_TEXT
        && ngx_http_mcp_media_type_json(&item.mt))
    {
        if (ngx_http_mcp_content_json(ct, &item) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return ngx_http_mcp_content_block(ct, &item);
}


static ngx_int_t
ngx_http_mcp_content_multipart(ngx_http_mcp_content_t *ct,
    const ngx_http_mcp_media_type_t *mt)
{
    ngx_int_t                     rc;
    ngx_str_t                     boundary;
    ngx_uint_t                    i;
    ngx_array_t                   parts;
    ngx_http_mcp_part_t          *part;
    ngx_http_mcp_content_item_t   item;

    rc = ngx_http_mcp_media_type_param(ct->pool, mt, "boundary", &boundary);
    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_array_init(&parts, ct->pool, 4, sizeof(ngx_http_mcp_part_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = ngx_http_mcp_multipart_split(ct->pool, &ct->body, &boundary, &parts);
    if (rc != NGX_OK) {
        return rc;
    }

    part = parts.elts;

    for (i = 0; i < parts.nelts; i++) {
        ngx_http_mcp_content_item(&item, &part[i].type, &part[i].location,
                                  &part[i].body);

        if (ngx_http_mcp_content_block(ct, &item) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static void
ngx_http_mcp_content_item(ngx_http_mcp_content_item_t *item,
    const ngx_str_t *type, const ngx_str_t *location, const ngx_str_t *body)
{
    item->location = *location;
    item->body = *body;
    item->utf8 = 0;
    item->typed = 0;

    /* a type that cannot be read is as good as none */

    item->kind = NGX_HTTP_MCP_BLOCK_TEXT;

    if (ngx_http_mcp_media_type_parse(type, &item->mt) == NGX_OK) {
        item->typed = 1;
        item->kind = ngx_http_mcp_content_kind(&item->mt);
    }
}


static ngx_http_mcp_block_kind_e
ngx_http_mcp_content_kind(const ngx_http_mcp_media_type_t *mt)
{
    /* before text: image/svg+xml is both, and an image to its reader */

    if (ngx_http_mcp_content_is(&mt->type, "image")) {
        return NGX_HTTP_MCP_BLOCK_IMAGE;
    }

    if (ngx_http_mcp_content_is(&mt->type, "audio")) {
        return NGX_HTTP_MCP_BLOCK_AUDIO;
    }

    if (ngx_http_mcp_media_type_text(mt)) {
        return NGX_HTTP_MCP_BLOCK_TEXT;
    }

    return NGX_HTTP_MCP_BLOCK_RESOURCE;
}


static ngx_int_t
ngx_http_mcp_content_json(ngx_http_mcp_content_t *ct,
    ngx_http_mcp_content_item_t *item)
{
    ngx_int_t                  rc;
    ngx_str_t                  text;
    ngx_http_mcp_json_t        value;
    ngx_http_mcp_json_scan_t   scan;

    ngx_memzero(&scan, sizeof(ngx_http_mcp_json_scan_t));

    scan.depth = NGX_HTTP_MCP_JSON_DEPTH;

    text = ngx_http_mcp_content_bom(&item->body);

    rc = ngx_http_mcp_json_scan(&scan, &text, &value);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc != NGX_OK) {
        ct->broken = 1;
        return NGX_OK;
    }

    item->utf8 = 1;

    if (!scan.lone) {
        ct->json = value;
    }

    return NGX_OK;
}


/* Adds the block of one item. */

static ngx_int_t
ngx_http_mcp_content_block(ngx_http_mcp_content_t *ct,
    const ngx_http_mcp_content_item_t *item)
{
    ngx_int_t              rc;
    ngx_uint_t             located;
    ngx_http_mcp_block_t  *block;

    block = ngx_array_push(&ct->blocks);
    if (block == NULL) {
        return NGX_ERROR;
    }

    block->kind = item->kind;
    block->binary = 0;
    block->data = item->body;
    ngx_str_null(&block->uri);

    rc = NGX_DECLINED;

    if (item->kind == NGX_HTTP_MCP_BLOCK_TEXT) {
        rc = ngx_http_mcp_content_text(ct->pool, item, &block->data);
        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_DECLINED) {
            block->kind = NGX_HTTP_MCP_BLOCK_RESOURCE;
        }
    }

    if (item->typed) {
        block->mime_type = item->mt.essence;

    } else if (rc == NGX_OK) {
        ngx_str_set(&block->mime_type, "text/plain");

    } else {
        ngx_str_set(&block->mime_type, "application/octet-stream");
    }

    located = ngx_http_mcp_content_uri(&item->location);

    if (located) {
        block->kind = NGX_HTTP_MCP_BLOCK_RESOURCE;
    }

    if (block->kind == NGX_HTTP_MCP_BLOCK_RESOURCE) {
        block->binary = (rc != NGX_OK);
        block->uri = located ? item->location : ct->uri;
    }

    return NGX_OK;
}


/*
 * Whether the body of a text type can be written as text, and that text.
 *
 * NGX_OK, NGX_DECLINED ("text" is as it was), NGX_ERROR (memory)
 */

static ngx_int_t
ngx_http_mcp_content_text(ngx_pool_t *pool,
    const ngx_http_mcp_content_item_t *item, ngx_str_t *text)
{
    ngx_int_t  rc;
    ngx_str_t  body;

    body = ngx_http_mcp_content_bom(&item->body);

    if (!item->utf8
        && ngx_http_mcp_utf8_valid(body.data, body.len) != body.len)
    {
        return NGX_DECLINED;
    }

    /* the charset of JSON means nothing (RFC 8259 section 11) */

    if (item->typed && !ngx_http_mcp_media_type_json(&item->mt)) {
        rc = ngx_http_mcp_content_charset(pool, &item->mt, &body);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    *text = body;

    return NGX_OK;
}


/*
 * NGX_OK        the text can be taken for UTF-8
 * NGX_DECLINED  it must be converted first
 * NGX_ERROR     no memory
 */

static ngx_int_t
ngx_http_mcp_content_charset(ngx_pool_t *pool,
    const ngx_http_mcp_media_type_t *mt, const ngx_str_t *text)
{
    ngx_int_t  rc;
    ngx_str_t  charset;

    rc = ngx_http_mcp_media_type_param(pool, mt, "charset", &charset);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_DECLINED
        || ngx_http_mcp_content_is(&charset, "utf-8")
        || ngx_http_mcp_content_is(&charset, "utf8")
        || ngx_http_mcp_content_is(&charset, "us-ascii")
        || ngx_http_mcp_content_is(&charset, "ascii"))
    {
        return NGX_OK;
    }

    /* UTF-7, UTF-16 and their like write other letters with ASCII bytes */

    if (charset.len >= 3
        && (ngx_strncasecmp(charset.data, (u_char *) "utf", 3) == 0
            || ngx_strncasecmp(charset.data, (u_char *) "ucs", 3) == 0))
    {
        return NGX_DECLINED;
    }

    return ngx_http_mcp_content_ascii(text) ? NGX_OK : NGX_DECLINED;
}


/* 1 if the bytes mean the same in every charset that extends ASCII. */

static ngx_uint_t
ngx_http_mcp_content_ascii(const ngx_str_t *text)
{
    size_t  i;
    u_char  ch;

    for (i = 0; i < text->len; i++) {
        ch = text->data[i];

        /* SO, SI and ESC switch to other letters (ISO 2022) */

        if (ch >= 0x80 || ch == '\0' || ch == 0x0e || ch == 0x0f
            || ch == 0x1b)
        {
            return 0;
        }
    }

    return 1;
}


/*
 * A relative reference will not do: clients check "uri", and an answer
 * whose "uri" has no scheme is refused as a whole.
 */

static ngx_uint_t
ngx_http_mcp_content_uri(const ngx_str_t *uri)
{
    u_char  ch, *p, *last;

    if (uri->len == 0) {
        return 0;
    }

    p = uri->data;
    last = p + uri->len;

    while (p < last && *p != ':') {
        ch = (u_char) (*p | 0x20);

        if ((ch < 'a' || ch > 'z')
            && (p == uri->data
                || ((*p < '0' || *p > '9')
                    && *p != '+' && *p != '-' && *p != '.')))
        {
            return 0;
        }

        p++;
    }

    if (p == uri->data || p == last) {
        return 0;
    }

    for ( /* void */ ; p < last; p++) {

        if (*p <= 0x20 || *p == 0x7f) {
            return 0;
        }

        /* U+0080 to U+009F are control characters, U+00A0 is a blank */

        if (*p == 0xc2 && last - p > 1 && p[1] <= 0xa0) {
            return 0;
        }
    }

    return ngx_http_mcp_utf8_valid(uri->data, uri->len) == uri->len;
}


/* The text without a byte order mark. */

static ngx_str_t
ngx_http_mcp_content_bom(const ngx_str_t *text)
{
    ngx_str_t  s;

    s = *text;

    if (s.len >= 3 && ngx_memcmp(s.data, "\xEF\xBB\xBF", 3) == 0) {
        s.data += 3;
        s.len -= 3;
    }

    return s;
}


static ngx_uint_t
ngx_http_mcp_content_is(const ngx_str_t *s, const char *name)
{
    size_t  len;

    len = ngx_strlen(name);

    return s->len == len
           && ngx_strncasecmp(s->data, (u_char *) name, len) == 0;
}

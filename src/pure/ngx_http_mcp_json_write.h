
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Writes JSON.  Two ways: measure-then-write for what is made per request
 * (one exact allocation), and a growing text for what is made at load.
 */


#ifndef _NGX_HTTP_MCP_JSON_WRITE_H_INCLUDED_
#define _NGX_HTTP_MCP_JSON_WRITE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* a text that grows in "pool"; after a failure every call is a no-op */

typedef struct {
    ngx_pool_t   *pool;
    u_char       *start;
    u_char       *pos;
    u_char       *end;
    unsigned      failed:1;
} ngx_http_mcp_json_text_t;


/*
 * The length of "src" escaped as the inside of a JSON string, without the
 * quotes.  "src" must be UTF-8; only ", \ and bytes below 0x20 are escaped.
 */
size_t ngx_http_mcp_json_escaped(const u_char *src, size_t len);

/*
 * Writes "src" escaped to "dst", which has ngx_http_mcp_json_escaped()
 * bytes of room; returns the end.  Short forms (\n) where JSON has them.
 */
u_char *ngx_http_mcp_json_escape(u_char *dst, const u_char *src, size_t len);


/* Starts a text of "size" bytes to begin with.  NGX_OK, NGX_ERROR. */
ngx_int_t ngx_http_mcp_json_text_init(ngx_http_mcp_json_text_t *t,
    ngx_pool_t *pool, size_t size);

/* Appends bytes as they are. */
void ngx_http_mcp_json_text_raw(ngx_http_mcp_json_text_t *t,
    const u_char *data, size_t len);

/* Appends a NUL-terminated literal as it is. */
void ngx_http_mcp_json_text_put(ngx_http_mcp_json_text_t *t,
    const char *literal);

/* Appends a string value: quotes and escapes. */
void ngx_http_mcp_json_text_str(ngx_http_mcp_json_text_t *t,
    const ngx_str_t *s);

/* Appends an unsigned number. */
void ngx_http_mcp_json_text_uint(ngx_http_mcp_json_text_t *t, uint64_t n);

/*
 * What was written so far, owned by the pool.
 * NGX_ERROR if any call since the start ran out of memory.
 */
ngx_int_t ngx_http_mcp_json_text_done(ngx_http_mcp_json_text_t *t,
    ngx_str_t *out);


#endif /* _NGX_HTTP_MCP_JSON_WRITE_H_INCLUDED_ */

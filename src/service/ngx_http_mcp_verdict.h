
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Answers of others that all workers share for a short time: what
 * introspection said of a token, what a check said of a subject.  Who asks
 * first fetches, the rest wait for it (single flight).
 */


#ifndef _NGX_HTTP_MCP_VERDICT_H_INCLUDED_
#define _NGX_HTTP_MCP_VERDICT_H_INCLUDED_


#include "ngx_http_mcp_zone_room.h"


#define NGX_HTTP_MCP_VERDICT_KEY      32      /* a digest: SHA-256 */
#define NGX_HTTP_MCP_VERDICT_TEXT     8192    /* longer texts are not kept */
#define NGX_HTTP_MCP_VERDICT_DENIALS  1024    /* "no" that are kept */


typedef enum {
    NGX_HTTP_MCP_VERDICT_PENDING = 0,      /* somebody asks */
    NGX_HTTP_MCP_VERDICT_YES,
    NGX_HTTP_MCP_VERDICT_NO,
    NGX_HTTP_MCP_VERDICT_FAILED            /* no usable answer */
} ngx_http_mcp_verdict_e;


/*
 * Looks a key up and, where there is nothing, marks it as being asked for
 * "patience" seconds, after which another one may ask.  *expires is when the
 * verdict does.  With "text" the text that came with YES is copied to "pool".
 *
 * NGX_OK        *verdict is known, or PENDING: wait and come again
 * NGX_DECLINED  it is the caller's to ask, and to call verdict_put()
 * NGX_ERROR     no memory
 */
ngx_int_t ngx_http_mcp_verdict_get(const ngx_http_mcp_main_conf_t *mmcf,
    const u_char *key, time_t patience, ngx_http_mcp_verdict_e *verdict,
    time_t *expires, ngx_pool_t *pool, ngx_str_t *text);

/* 1 if the key is still being asked for: nothing is made, nothing copied. */
ngx_uint_t ngx_http_mcp_verdict_pending(const ngx_http_mcp_main_conf_t *mmcf,
    const u_char *key);

/* Drops the oldest of a queue of the zone, whose mutex the caller has.  0:
 * there is none. */
ngx_uint_t ngx_http_mcp_verdict_evict(ngx_http_mcp_zone_t *zone,
    ngx_slab_pool_t *shpool, ngx_queue_t *queue);

/*
 * Keeps a verdict for "ttl" seconds; "text" may be NULL.  Where the zone is
 * full the oldest of its kind makes room: denials and failures never push
 * out an allowing answer (I-3).
 */
void ngx_http_mcp_verdict_put(const ngx_http_mcp_main_conf_t *mmcf,
    const u_char *key, ngx_http_mcp_verdict_e verdict, time_t ttl,
    const ngx_str_t *text);


#endif /* _NGX_HTTP_MCP_VERDICT_H_INCLUDED_ */

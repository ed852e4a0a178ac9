
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Reads an HTTP/1.1 response (RFC 9112) as bytes arrive, for the outbound
 * client: status, a few headers, a body of bounded size.
 */


#ifndef _NGX_HTTP_MCP_HTTP_RESPONSE_H_INCLUDED_
#define _NGX_HTTP_MCP_HTTP_RESPONSE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_HTTP_MCP_RESPONSE_HEADER  16384   /* bytes of all headers */
#define NGX_HTTP_MCP_RESPONSE_LINES   128     /* header lines */


typedef struct {
    /* in */
    ngx_pool_t   *pool;
    size_t        max;                     /* bytes of body */

    /* out, once the header is complete */
    ngx_uint_t    status;
    ngx_str_t     location;                /* of a redirect, for the log */
    ngx_int_t     max_age;                 /* Cache-Control: max-age, less
                                              Age; 0 with no-store and
                                              no-cache; -1: not said */
    ngx_int_t     retry_after;             /* seconds; -1: not said, or as
                                              a date */
    ngx_uint_t    keepalive;               /* may be used again */
    ngx_str_t     body;                    /* in "pool", grows; data is
                                              never NULL */

    const char   *error;                   /* static: why NGX_DECLINED */

    /* inside */
    ngx_uint_t    state;
    u_char       *line;                    /* what has come of a line */
    size_t        line_len;
    size_t        header_len;
    ngx_uint_t    lines;
    off_t         length;                  /* Content-Length */
    size_t        rest;                    /* of the body, or of a chunk */
    size_t        room;                    /* at body.data */
    ngx_int_t     age;
    unsigned      chunked:1;
    unsigned      sized:1;
    unsigned      close:1;
    unsigned      keep:1;                  /* Connection: keep-alive */
    unsigned      http10:1;
} ngx_http_mcp_http_response_t;


/* Starts anew; "pool" owns what is kept. */
void ngx_http_mcp_http_response_init(ngx_http_mcp_http_response_t *res,
    ngx_pool_t *pool, size_t max);

/*
 * Takes the next bytes.  1xx responses are skipped, trailers and extensions
 * of chunks too, but count as headers.  Refused: a malformed line (LF alone
 * ends one as well), obs-fold, two differing lengths, a length with chunked,
 * a transfer coding other than chunked, a body over "max", headers over the
 * limits.
 *
 * NGX_OK        the response is complete; bytes after it are an error of
 *               the server and clear res->keepalive
 * NGX_AGAIN     more is needed
 * NGX_DECLINED  refused, res->error says why
 * NGX_ERROR     no memory
 */
ngx_int_t ngx_http_mcp_http_response_read(ngx_http_mcp_http_response_t *res,
    const u_char *data, size_t len);

/* The server closed the connection: completes a body that ends so.  NGX_OK,
 * NGX_DECLINED (cut short). */
ngx_int_t ngx_http_mcp_http_response_eof(ngx_http_mcp_http_response_t *res);


#endif /* _NGX_HTTP_MCP_HTTP_RESPONSE_H_INCLUDED_ */

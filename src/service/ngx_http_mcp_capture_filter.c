
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Keeps what a tool's location answers, up to a limit, instead of sending
 * it to the client.  Runs where the client would see the body: after gunzip,
 * sub and ssi, before postpone.  Owns the buffer until the call has mapped
 * it to a result.  Answers of the main request on an endpoint that are not
 * ours pass through ngx_http_mcp_error_filter.c below.
 */


#include "ngx_http_mcp_call.h"
#include "ngx_http_mcp_error_filter.h"


#define NGX_HTTP_MCP_CAPTURE_SIZE  4096   /* first buffer, length unknown */


static ngx_int_t ngx_http_mcp_capture_header(ngx_http_request_t *r,
    ngx_http_mcp_call_t *call);
static void ngx_http_mcp_capture_buffering(ngx_http_request_t *r,
    ngx_http_mcp_capture_t *cp);
static ngx_uint_t ngx_http_mcp_capture_private(
    const ngx_http_mcp_call_t *call);
static ngx_int_t ngx_http_mcp_capture_input_init(void *data);
static ngx_int_t ngx_http_mcp_capture_input(ngx_event_pipe_t *p,
    ngx_buf_t *buf);
static ngx_int_t ngx_http_mcp_capture_type(ngx_http_request_t *r,
    ngx_str_t *type);
static void ngx_http_mcp_capture_fields(ngx_http_request_t *r,
    ngx_http_mcp_capture_t *cp);
static void ngx_http_mcp_capture_append(ngx_http_request_t *r,
    ngx_http_mcp_capture_t *cp, u_char *data, size_t len);
static ngx_int_t ngx_http_mcp_capture_init(ngx_conf_t *cf);


static ngx_http_module_t  ngx_http_mcp_filter_module_ctx = {
    NULL,                                  /* preconfiguration */
    ngx_http_mcp_capture_init,             /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_mcp_filter_module = {
    NGX_MODULE_V1,
    &ngx_http_mcp_filter_module_ctx,       /* module context */
    NULL,                                  /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;
static ngx_http_output_body_filter_pt    ngx_http_next_body_filter;


static ngx_int_t
ngx_http_mcp_capture_header_filter(ngx_http_request_t *r)
{
    ngx_int_t                    rc;
    ngx_http_post_subrequest_t  *ps;

    if (r == r->main) {
        rc = ngx_http_mcp_error_header(r);

        return (rc == NGX_OK) ? ngx_http_next_header_filter(r) : rc;
    }

    ps = r->post_subrequest;

    if (ps == NULL || ps->handler != ngx_http_mcp_call_finished) {

        if (ngx_http_mcp_call_below(r)) {
            r->header_sent = 1;
            return NGX_OK;
        }

        return ngx_http_next_header_filter(r);
    }

    /* not by r->ctx: error_page in the tool's location clears it */

    return ngx_http_mcp_capture_header(r, ps->data);
}


static ngx_int_t
ngx_http_mcp_capture_header(ngx_http_request_t *r, ngx_http_mcp_call_t *call)
{
    off_t                    length;
    ngx_http_mcp_capture_t  *cp;

    /* the header goes no further: it is nobody's response */

    r->header_sent = 1;

    if (call->subrequest != r) {
        return NGX_OK;
    }

    cp = &call->capture;

    cp->status = r->headers_out.status;
    cp->max = call->outgoing.max_response;
    cp->location.len = 0;
    cp->pos = cp->start;

    /* set by ngx_http_mcp_call_finished() and wiped by any error_page */

    if (ngx_http_get_module_ctx(r, ngx_http_mcp_filter_module)) {
        cp->generated = 1;
        return NGX_OK;
    }

    cp->generated = 0;

    ngx_http_mcp_capture_fields(r, cp);

    if (ngx_http_mcp_capture_type(r, &cp->type) != NGX_OK) {
        return NGX_ERROR;
    }

    length = r->headers_out.content_length_n;

    /*
     * no body comes: nginx sends none after these, not even an empty one
     * from "return 204"
     */

    if (length == 0 || cp->status == NGX_HTTP_NO_CONTENT
        || cp->status == NGX_HTTP_NOT_MODIFIED
        || call->outgoing.method == NGX_HTTP_HEAD)
    {
        cp->complete = 1;
        length = 0;
    }

    if (length > (off_t) cp->max) {
        cp->oversize = 1;

        /* here it is the clean way to end the upstream's connection */

        return NGX_ERROR;
    }

    if (length > 0) {
        cp->start = ngx_pnalloc(call->pool, length);
        if (cp->start == NULL) {
            cp->nomem = 1;
            return NGX_ERROR;
        }

        cp->pos = cp->start;
        cp->end = cp->start + length;
    }

    if (r->upstream) {
        ngx_http_mcp_capture_buffering(r, cp);
    }

    /* static files come as file buffers otherwise */

    r->filter_need_in_memory = 1;

    return NGX_OK;
}


/*
 * The event pipe keeps a background subrequest's body in a temporary file
 * until its end, so it is left out where nobody needs the file.  Where a
 * cache does, the bytes are counted as they come in.
 */

static void
ngx_http_mcp_capture_buffering(ngx_http_request_t *r,
    ngx_http_mcp_capture_t *cp)
{
    ngx_http_upstream_t  *u;

    u = r->upstream;

    /* design.md 6: an answer for one subject is not for another (T17) */

    if (ngx_http_mcp_capture_private(r->post_subrequest->data)) {
        u->cacheable = 0;
    }

    if (!u->cacheable && !u->store) {
        u->buffering = 0;
        return;
    }

    if (u->buffering && u->pipe && u->input_filter_init) {
        cp->input_init = u->input_filter_init;
        u->input_filter_init = ngx_http_mcp_capture_input_init;
    }
}


static ngx_uint_t
ngx_http_mcp_capture_private(const ngx_http_mcp_call_t *call)
{
    const ngx_http_mcp_rule_t  *rule;

    if (call->probe) {

        /* a check is about somebody, a key set is not */

        return (call->parent != NULL);
    }

    if (!ngx_http_mcp_auth_on(&call->endpoint->mlcf->auth)) {
        return 0;
    }

    rule = call->tool->rule;

    return !(rule && rule->shared_cache);
}


static ngx_int_t
ngx_http_mcp_capture_input_init(void *data)
{
    ngx_int_t                rc;
    ngx_http_request_t      *r;
    ngx_http_mcp_call_t     *call;
    ngx_http_mcp_capture_t  *cp;

    r = data;
    call = r->post_subrequest->data;
    cp = &call->capture;

    /* it chooses the pipe's filter, so it comes first */

    rc = cp->input_init(data);

    if (rc == NGX_OK) {
        cp->input_filter = r->upstream->pipe->input_filter;
        r->upstream->pipe->input_filter = ngx_http_mcp_capture_input;
    }

    return rc;
}


static ngx_int_t
ngx_http_mcp_capture_input(ngx_event_pipe_t *p, ngx_buf_t *buf)
{
    ngx_http_request_t      *r;
    ngx_http_mcp_call_t     *call;
    ngx_http_mcp_capture_t  *cp;

    r = p->input_ctx;
    call = r->post_subrequest->data;
    cp = &call->capture;

    /* the first buffer may begin with the header */

    if (call->subrequest == r
        && p->read_length > (off_t) (cp->max
                                     + r->upstream->conf->buffer_size))
    {
        cp->oversize = 1;
        ngx_http_mcp_call_wake(call, 1);
    }

    return cp->input_filter(p, buf);
}


/* nginx keeps "charset" apart where it knows it */

static ngx_int_t
ngx_http_mcp_capture_type(ngx_http_request_t *r, ngx_str_t *type)
{
    u_char  *p;

    *type = r->headers_out.content_type;

    if (r->headers_out.charset.len == 0
        || type->len != r->headers_out.content_type_len)
    {
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, type->len + sizeof("; charset=") - 1
                             + r->headers_out.charset.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    type->len = ngx_sprintf(p, "%V; charset=%V", type,
                            &r->headers_out.charset)
                - p;
    type->data = p;

    return NGX_OK;
}


static void
ngx_http_mcp_capture_fields(ngx_http_request_t *r,
    ngx_http_mcp_capture_t *cp)
{
    ngx_uint_t        i;
    ngx_table_elt_t  *h;
    ngx_list_part_t  *part;

    if (r->headers_out.content_encoding
        && r->headers_out.content_encoding->hash)
    {
        cp->encoding = r->headers_out.content_encoding->value;

    } else {
        ngx_str_null(&cp->encoding);
    }

    if (r->headers_out.location && r->headers_out.location->hash) {
        cp->redirect = r->headers_out.location->value;

    } else {
        ngx_str_null(&cp->redirect);
    }

    for (part = &r->headers_out.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].hash
                && h[i].key.len == sizeof("Content-Location") - 1
                && ngx_strncasecmp(h[i].key.data,
                                   (u_char *) "Content-Location",
                                   sizeof("Content-Location") - 1)
                   == 0)
            {
                cp->location = h[i].value;
            }
        }
    }
}


static ngx_int_t
ngx_http_mcp_capture_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_buf_t                   *b;
    ngx_chain_t                 *cl;
    ngx_http_mcp_call_t         *call;
    ngx_http_mcp_capture_t      *cp;
    ngx_http_post_subrequest_t  *ps;

    if (r == r->main) {
        return ngx_http_mcp_error_body(r, in, ngx_http_next_body_filter);
    }

    ps = r->post_subrequest;

    if (ps && ps->handler == ngx_http_mcp_call_finished) {
        call = ps->data;
        cp = (call->subrequest == r) ? &call->capture : NULL;

    } else if (ngx_http_mcp_call_below(r)) {
        ngx_http_mcp_call_release(r);
        call = NULL;
        cp = NULL;

    } else {
        return ngx_http_next_body_filter(r, in);
    }

    for (cl = in; cl; cl = cl->next) {
        b = cl->buf;

        /*
         * NGX_ERROR from here would close the client's connection, so a
         * failure is noted and the rest is consumed
         */

        if (cp) {
            if (ngx_buf_in_memory(b) && !cp->generated
                && call->outgoing.method != NGX_HTTP_HEAD)
            {
                ngx_http_mcp_capture_append(r, cp, b->pos, b->last - b->pos);
            }

            if (b->last_buf || b->last_in_chain) {
                cp->complete = 1;
            }
        }

        b->pos = b->last;
        b->file_pos = b->file_last;
    }

    if (cp && (cp->oversize || cp->nomem)) {
        ngx_http_mcp_call_wake(call, 1);
    }

    return NGX_OK;
}


/* Buffers of proxy_pass are used again, so the bytes are copied. */

static void
ngx_http_mcp_capture_append(ngx_http_request_t *r, ngx_http_mcp_capture_t *cp,
    u_char *data, size_t len)
{
    size_t   used, size;
    u_char  *p;

    if (len == 0 || cp->oversize || cp->nomem) {
        return;
    }

    used = cp->pos - cp->start;

    if (len > cp->max - used) {
        cp->oversize = 1;
        return;
    }

    if (len > (size_t) (cp->end - cp->pos)) {

        size = ngx_max((size_t) (cp->end - cp->start) * 2,
                       NGX_HTTP_MCP_CAPTURE_SIZE);
        size = ngx_max(size, used + len);
        size = ngx_min(size, cp->max);

        p = ngx_pnalloc(r->pool, size);
        if (p == NULL) {
            cp->nomem = 1;
            return;
        }

        ngx_memcpy(p, cp->start, used);

        if (cp->start) {
            (void) ngx_pfree(r->pool, cp->start);
        }

        cp->start = p;
        cp->pos = p + used;
        cp->end = p + size;
    }

    cp->pos = ngx_cpymem(cp->pos, data, len);
}


static ngx_int_t
ngx_http_mcp_capture_init(ngx_conf_t *cf)
{
    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_mcp_capture_header_filter;

    ngx_http_next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_http_mcp_capture_body_filter;

    return NGX_OK;
}

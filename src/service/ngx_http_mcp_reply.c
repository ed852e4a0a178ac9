
/*
 * Copyright (C) mcp-nginx contributors
 *
 * JSON-RPC envelopes.  Called by the steps of methods and by the endpoint.
 */


#include "ngx_http_mcp_reply.h"
#include "ngx_http_mcp_json_write.h"
#include "ngx_http_mcp_utf8.h"


#define NGX_HTTP_MCP_MESSAGE  512         /* bytes of a message */


static size_t ngx_http_mcp_reply_message(u_char *text, const char *fmt,
    va_list args);
static void ngx_http_mcp_reply_log(ngx_http_mcp_call_t *call, ngx_int_t code,
    u_char *text, size_t len);
static u_char *ngx_http_mcp_reply_head(u_char *p, ngx_http_mcp_call_t *call);
static size_t ngx_http_mcp_reply_head_length(ngx_http_mcp_call_t *call);
static void ngx_http_mcp_reply_reset(ngx_http_mcp_call_t *call);


static ngx_str_t  ngx_http_mcp_reply_start =
    ngx_string("{\"jsonrpc\":\"2.0\"");


ngx_int_t
ngx_http_mcp_reply_result(ngx_http_mcp_call_t *call, const ngx_str_t *more)
{
    size_t   len;
    u_char  *p, *text;

    len = ngx_http_mcp_reply_head_length(call) + sizeof(",\"result\":") - 1
          + more->len;

    text = ngx_pnalloc(call->pool, len);
    if (text == NULL) {
        return NGX_ERROR;
    }

    p = ngx_http_mcp_reply_head(text, call);
    p = ngx_cpymem(p, ",\"result\":", sizeof(",\"result\":") - 1);
    p = ngx_cpymem(p, more->data, more->len);

    ngx_http_mcp_reply_reset(call);
    call->status = NGX_HTTP_OK;

    return ngx_http_mcp_reply_link(call, text, p - text);
}


ngx_int_t
ngx_http_mcp_reply_link(ngx_http_mcp_call_t *call, const u_char *data,
    size_t len)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    if (len == 0) {
        return NGX_OK;
    }

    b = ngx_calloc_buf(call->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    cl = ngx_alloc_chain_link(call->pool);
    if (cl == NULL) {
        return NGX_ERROR;
    }

    b->pos = (u_char *) data;
    b->last = b->pos + len;
    b->start = b->pos;
    b->end = b->last;
    b->memory = 1;

    cl->buf = b;
    cl->next = NULL;

    *call->last_out = cl;
    call->last_out = &cl->next;
    call->length += len;

    return NGX_OK;
}


ngx_int_t
ngx_http_mcp_reply_error(ngx_http_mcp_call_t *call, ngx_int_t status,
    ngx_int_t code, const ngx_str_t *data, const char *fmt, ...)
{
    size_t    len, size;
    u_char    text[NGX_HTTP_MCP_MESSAGE], *p, *out;
    va_list   args;

    va_start(args, fmt);
    len = ngx_http_mcp_reply_message(text, fmt, args);
    va_end(args);

    ngx_http_mcp_reply_log(call, code, text, len);

    size = ngx_http_mcp_reply_head_length(call)
           + sizeof(",\"error\":{\"code\":,\"message\":\"\",\"data\":}}") - 1
           + NGX_INT64_LEN
           + ngx_http_mcp_json_escaped(text, len)
           + (data ? data->len : 0);

    out = ngx_pnalloc(call->pool, size);
    if (out == NULL) {
        return NGX_ERROR;
    }

    p = ngx_http_mcp_reply_head(out, call);
    p = ngx_sprintf(p, ",\"error\":{\"code\":%i,\"message\":\"", code);
    p = ngx_http_mcp_json_escape(p, text, len);
    *p++ = '"';

    if (data) {
        p = ngx_sprintf(p, ",\"data\":%V", data);
    }

    *p++ = '}';
    *p++ = '}';

    ngx_http_mcp_reply_reset(call);

    call->code = code;

    if (status < 0) {
        call->status = -status;

    } else {
        call->status = ngx_http_mcp_modern(call) ? (ngx_uint_t) status
                                                 : NGX_HTTP_OK;
    }

    if (ngx_http_mcp_reply_link(call, out, p - out) != NGX_OK) {
        return NGX_ERROR;
    }

    return NGX_DONE;
}


ngx_int_t
ngx_http_mcp_reply_tool_error(ngx_http_mcp_call_t *call,
    const ngx_str_t *detail, const char *fmt, ...)
{
    size_t      len, size;
    u_char      text[NGX_HTTP_MCP_MESSAGE], *p, *out;
    va_list     args;
    ngx_str_t   head, tail;

    va_start(args, fmt);
    len = ngx_http_mcp_reply_message(text, fmt, args);
    va_end(args);

    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, call->request->connection->log, 0,
                   "http mcp reply: tool \"%V\" error \"%*s\"",
                   &call->name, len, text);

    if (ngx_http_mcp_modern(call)) {
        ngx_str_set(&head, "{\"resultType\":\"complete\",\"content\":[{"
                           "\"type\":\"text\",\"text\":\"");
        tail = call->catalog->meta;

    } else {
        ngx_str_set(&head, "{\"content\":[{\"type\":\"text\",\"text\":\"");
        ngx_str_null(&tail);
    }

    size = ngx_http_mcp_json_escaped(text, len) + tail.len
           + sizeof("\"}],\"isError\":true}}") - 1;

    if (detail) {
        size += ngx_http_mcp_json_escaped(detail->data, detail->len);
    }

    out = ngx_pnalloc(call->pool, size);
    if (out == NULL || ngx_http_mcp_reply_result(call, &head) != NGX_OK) {
        return NGX_ERROR;
    }

    p = ngx_http_mcp_json_escape(out, text, len);

    if (detail) {
        p = ngx_http_mcp_json_escape(p, detail->data, detail->len);
    }

    p = ngx_cpymem(p, "\"}],\"isError\":true",
                   sizeof("\"}],\"isError\":true") - 1);
    p = ngx_cpymem(p, tail.data, tail.len);
    *p++ = '}';
    *p++ = '}';

    call->is_error = 1;

    if (ngx_http_mcp_reply_link(call, out, p - out) != NGX_OK) {
        return NGX_ERROR;
    }

    return NGX_DONE;
}


ngx_int_t
ngx_http_mcp_reply_text(ngx_pool_t *pool, ngx_int_t code,
    const char *message, ngx_str_t *out)
{
    u_char  *p;
    size_t   len;

    len = ngx_strlen(message);

    out->data = ngx_pnalloc(pool, ngx_http_mcp_reply_start.len + len
                            + sizeof(",\"error\":{\"code\":,\"message\":"
                                     "\"\"}}") - 1
                            + NGX_INT64_LEN);
    if (out->data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_sprintf(out->data, "%V,\"error\":{\"code\":%i,\"message\":\"%s\"}}",
                    &ngx_http_mcp_reply_start, code, message);
    out->len = p - out->data;

    return NGX_OK;
}


/* Formats, and cuts the message where it stops being UTF-8: names that the
 * client sent are part of it and the buffer may end inside of one. */

static size_t
ngx_http_mcp_reply_message(u_char *text, const char *fmt, va_list args)
{
    u_char  *last;

    last = ngx_vslprintf(text, text + NGX_HTTP_MCP_MESSAGE, fmt, args);

    return ngx_http_mcp_utf8_valid(text, last - text);
}


/* the method and names in the message are the client's own bytes */

static void
ngx_http_mcp_reply_log(ngx_http_mcp_call_t *call, ngx_int_t code,
    u_char *text, size_t len)
{
    size_t      n;
    u_char      method[64], line[NGX_HTTP_MCP_MESSAGE];
    ngx_str_t   message;

    message.data = text;
    message.len = len;

    len = ngx_http_mcp_utf8_printable(line, sizeof(line), &message);
    n = ngx_http_mcp_utf8_printable(method, sizeof(method), &call->method);

    ngx_log_error(NGX_LOG_INFO, call->request->connection->log, 0,
                  "mcp server \"%V\" answered error %i to \"%*s\": %*s",
                  &call->catalog->name, code, n, method, len, line);
}


static size_t
ngx_http_mcp_reply_head_length(ngx_http_mcp_call_t *call)
{
    return ngx_http_mcp_reply_start.len + sizeof(",\"id\":") - 1
           + call->id.raw.len;
}


/* an unreadable id is left out, as the schema admits no null (RPC-11) */

static u_char *
ngx_http_mcp_reply_head(u_char *p, ngx_http_mcp_call_t *call)
{
    p = ngx_cpymem(p, ngx_http_mcp_reply_start.data,
                   ngx_http_mcp_reply_start.len);

    if (call->id.type != NGX_HTTP_MCP_JSON_NONE) {
        p = ngx_cpymem(p, ",\"id\":", sizeof(",\"id\":") - 1);
        p = ngx_cpymem(p, call->id.raw.data, call->id.raw.len);
    }

    return p;
}


static void
ngx_http_mcp_reply_reset(ngx_http_mcp_call_t *call)
{
    call->out = NULL;
    call->last_out = &call->out;
    call->length = 0;
    call->code = 0;
    call->is_error = 0;
}

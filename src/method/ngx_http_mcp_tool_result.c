
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The last step of tools/call: what the tool's location answered becomes
 * the result.  A failure of the upstream is a result too, with isError and
 * a sentence that helps a model; never an error of the protocol (TOOL-22).
 */


#include "ngx_http_mcp_method.h"
#include "ngx_http_mcp_content.h"
#include "ngx_http_mcp_media_type.h"
#include "ngx_http_mcp_reply.h"
#include "ngx_http_mcp_utf8.h"


#define NGX_HTTP_MCP_DETAIL  8192         /* bytes of an error's body */


static ngx_int_t ngx_http_mcp_tool_failed(ngx_http_mcp_call_t *call);
static ngx_int_t ngx_http_mcp_tool_failure(ngx_http_mcp_call_t *call,
    const char *cause, const char *text);
static ngx_int_t ngx_http_mcp_tool_refused(ngx_http_mcp_call_t *call);
static ngx_int_t ngx_http_mcp_tool_decode(ngx_http_mcp_call_t *call,
    ngx_str_t *body);
static ngx_int_t ngx_http_mcp_tool_map(ngx_http_mcp_call_t *call,
    ngx_http_mcp_content_t *ct);
static ngx_int_t ngx_http_mcp_tool_write(ngx_http_mcp_call_t *call,
    ngx_http_mcp_content_t *ct);
static ngx_uint_t ngx_http_mcp_tool_structured(ngx_http_mcp_call_t *call,
    ngx_http_mcp_content_t *ct);
static const char *ngx_http_mcp_tool_reason(ngx_uint_t status);


ngx_int_t
ngx_http_mcp_tool_result(ngx_http_mcp_call_t *call)
{
    ngx_int_t                rc;
    ngx_http_mcp_content_t   ct;
    ngx_http_mcp_capture_t  *cp;

    cp = &call->capture;

    if (cp->nomem) {
        return NGX_ERROR;
    }

    if (call->timedout || cp->oversize || cp->failed || !cp->complete
        || cp->generated || cp->status < NGX_HTTP_OK)
    {
        return ngx_http_mcp_tool_failed(call);
    }

    ngx_memzero(&ct, sizeof(ngx_http_mcp_content_t));

    rc = ngx_http_mcp_tool_decode(call, &ct.body);
    if (rc != NGX_OK) {
        return rc;
    }

    if (cp->status >= NGX_HTTP_SPECIAL_RESPONSE) {
        cp->start = ct.body.data;
        cp->pos = ct.body.data + ct.body.len;

        return ngx_http_mcp_tool_refused(call);
    }

    rc = ngx_http_mcp_tool_map(call, &ct);
    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_http_mcp_tool_write(call, &ct);
}


/* No answer that could be used: the order tells the cause from its effects. */

static ngx_int_t
ngx_http_mcp_tool_failed(ngx_http_mcp_call_t *call)
{
    ngx_uint_t               status;
    ngx_http_mcp_capture_t  *cp;

    cp = &call->capture;

    if (call->timedout) {
        return ngx_http_mcp_tool_failure(call, "timed out",
                   "The API did not answer in time. It may still have done "
                   "what was asked.");
    }

    if (cp->oversize) {
        return ngx_http_mcp_tool_failure(call,
                   "upstream sent more than \"max_response\"",
                   "The API's answer is larger than this server passes on. "
                   "Ask for less, for example with a filter or a smaller "
                   "page.");
    }

    if (cp->generated) {
        status = cp->status;

        if (status == NGX_HTTP_GATEWAY_TIME_OUT) {
            return ngx_http_mcp_tool_failure(call, "upstream timed out",
                       "The API did not answer in time. It may still have "
                       "done what was asked.");
        }

        if (status == NGX_HTTP_BAD_GATEWAY) {
            return ngx_http_mcp_tool_failure(call,
                       "upstream is unreachable or broken",
                       "The API could not be reached. Try again later.");
        }

        if (status == NGX_HTTP_SERVICE_UNAVAILABLE
            || status == NGX_HTTP_TOO_MANY_REQUESTS)
        {
            return ngx_http_mcp_tool_failure(call, "refused by a limit",
                       "Too many calls of this tool. Try again in a few "
                       "seconds.");
        }

        /* "return 404;" and the like: nginx's page is not for a model */

        cp->pos = cp->start;

        return ngx_http_mcp_tool_refused(call);
    }

    return ngx_http_mcp_tool_failure(call,
               cp->status ? "upstream's answer was cut off"
                          : "upstream sent no valid answer",
               "The API's answer was cut off or could not be read. Try "
               "again.");
}


static ngx_int_t
ngx_http_mcp_tool_failure(ngx_http_mcp_call_t *call, const char *cause,
    const char *text)
{
    ngx_log_error(NGX_LOG_ERR, call->request->connection->log, 0,
                  "mcp server \"%V\", tool \"%V\": %s, status %ui, "
                  "after %Mms", &call->catalog->name, &call->name, cause,
                  call->capture.status, call->elapsed);

    return ngx_http_mcp_reply_tool_error(call, NULL, "%s", text);
}


/* The upstream said no (U4), or sends us elsewhere. */

static ngx_int_t
ngx_http_mcp_tool_refused(ngx_http_mcp_call_t *call)
{
    ngx_str_t                   detail;
    ngx_uint_t                  text, level;
    ngx_http_mcp_capture_t     *cp;
    ngx_http_mcp_media_type_t   mt;

    cp = &call->capture;

    level = (cp->status < NGX_HTTP_INTERNAL_SERVER_ERROR) ? NGX_LOG_INFO
                                                          : NGX_LOG_ERR;

    ngx_log_error(level, call->request->connection->log, 0,
                  "mcp server \"%V\", tool \"%V\": upstream answered %ui",
                  &call->catalog->name, &call->name, cp->status);

    if (cp->status < NGX_HTTP_BAD_REQUEST) {
        return ngx_http_mcp_reply_tool_error(call, NULL,
                   "The API answered %ui %s; this server does not follow "
                   "redirects.", cp->status,
                   ngx_http_mcp_tool_reason(cp->status));
    }

    detail.data = cp->start;
    detail.len = ngx_min((size_t) (cp->pos - cp->start),
                         NGX_HTTP_MCP_DETAIL);

    text = ngx_http_mcp_media_type_parse(&cp->type, &mt) != NGX_OK
           || ngx_http_mcp_media_type_text(&mt);

    /* text that is cut may end inside of a character */

    detail.len = text ? ngx_http_mcp_utf8_valid(detail.data, detail.len) : 0;

    return ngx_http_mcp_reply_tool_error(call, &detail,
               "The API answered %ui %s%s", cp->status,
               ngx_http_mcp_tool_reason(cp->status),
               detail.len ? ": " : ".");
}


static ngx_int_t
ngx_http_mcp_tool_decode(ngx_http_mcp_call_t *call, ngx_str_t *body)
{
    ngx_int_t                rc;
    ngx_str_t                raw;
    ngx_http_mcp_capture_t  *cp;

    cp = &call->capture;

    raw.data = cp->start;
    raw.len = cp->pos - cp->start;

    if (cp->encoding.len == 0 || raw.len == 0
        || (cp->encoding.len == 8
            && ngx_strncasecmp(cp->encoding.data, (u_char *) "identity", 8)
               == 0))
    {
        *body = raw;
        return NGX_OK;
    }

    if (!((cp->encoding.len == 4
           && ngx_strncasecmp(cp->encoding.data, (u_char *) "gzip", 4) == 0)
          || (cp->encoding.len == 6
              && ngx_strncasecmp(cp->encoding.data, (u_char *) "x-gzip", 6)
                 == 0)
          || (cp->encoding.len == 7
              && ngx_strncasecmp(cp->encoding.data, (u_char *) "deflate", 7)
                 == 0)))
    {
        return ngx_http_mcp_tool_failure(call,
                   "upstream sent an unknown Content-Encoding",
                   "The API's answer could not be decoded.");
    }

    rc = ngx_http_mcp_content_inflate(call->pool, &raw, cp->max, body);

    if (rc == NGX_ABORT) {
        cp->oversize = 1;
        return ngx_http_mcp_tool_failed(call);
    }

    if (rc == NGX_DECLINED) {
        return ngx_http_mcp_tool_failure(call,
                   "upstream sent broken compressed data",
                   "The API's answer could not be decoded. Try again.");
    }

    return rc;
}


static ngx_int_t
ngx_http_mcp_tool_map(ngx_http_mcp_call_t *call, ngx_http_mcp_content_t *ct)
{
    u_char                *p;
    ngx_int_t              rc;
    ngx_http_mcp_block_t  *block;

    ct->pool = call->pool;
    ct->type = call->capture.type;
    ct->location = call->capture.location;

    p = ngx_pnalloc(call->pool, sizeof("tool://") - 1 + call->name.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ct->uri.len = ngx_sprintf(p, "tool://%V", &call->name) - p;
    ct->uri.data = p;

    rc = ngx_http_mcp_content_map(ct);

    if (rc == NGX_DECLINED) {
        return ngx_http_mcp_tool_failure(call,
                   "upstream sent a broken multipart body",
                   "The API's answer could not be read.");
    }

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    if (ct->broken) {
        ngx_log_error(NGX_LOG_WARN, call->request->connection->log, 0,
                      "mcp server \"%V\", tool \"%V\": upstream sent JSON "
                      "that is not valid", &call->catalog->name,
                      &call->name);
    }

    if (ct->blocks.nelts) {
        return NGX_OK;
    }

    /* 204, or an empty 200: done, with nothing to tell */

    block = ngx_array_push(&ct->blocks);
    p = ngx_pnalloc(call->pool, sizeof("The API answered 999 .") - 1 + 32);

    if (block == NULL || p == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(block, sizeof(ngx_http_mcp_block_t));

    block->kind = NGX_HTTP_MCP_BLOCK_TEXT;
    block->data.data = p;
    block->data.len = ngx_sprintf(p, "The API answered %ui %s.",
                                  call->capture.status,
                                  ngx_http_mcp_tool_reason(
                                      call->capture.status))
                      - p;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_tool_write(ngx_http_mcp_call_t *call, ngx_http_mcp_content_t *ct)
{
    size_t      len;
    u_char     *p, *last;
    ngx_str_t   end;
    ngx_uint_t  structured;

    static const ngx_str_t  modern =
        ngx_string("{\"resultType\":\"complete\",\"content\":");
    static const ngx_str_t  legacy = ngx_string("{\"content\":");
    static const ngx_str_t  key = ngx_string(",\"structuredContent\":");

    structured = ngx_http_mcp_tool_structured(call, ct);

    if (structured && call->tool->result == NGX_HTTP_MCP_RESULT_STRUCTURED) {
        ct->blocks.nelts = 0;
    }

    if (ngx_http_mcp_modern(call)) {
        end = call->catalog->result_end;

    } else {
        ngx_str_set(&end, "}}");
    }

    len = ngx_http_mcp_content_length(&ct->blocks) + key.len;

    p = ngx_pnalloc(call->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    last = ngx_http_mcp_content_write(p, &ct->blocks);

    if (structured) {
        last = ngx_cpymem(last, key.data, key.len);
    }

    if (ngx_http_mcp_reply_result(call, ngx_http_mcp_modern(call) ? &modern
                                                                  : &legacy)
        != NGX_OK
        || ngx_http_mcp_reply_link(call, p, last - p) != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* the upstream's own bytes: numbers and key order survive */

    if (structured
        && ngx_http_mcp_reply_link(call, ct->json.raw.data,
                                   ct->json.raw.len)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_http_mcp_reply_link(call, end.data, end.len) != NGX_OK) {
        return NGX_ERROR;
    }

    return NGX_DONE;
}


/* Any JSON in 2026-07-28, objects from 2025-06-18, nothing before; a client
 * that names no revision gets what the newest of them would. */

static ngx_uint_t
ngx_http_mcp_tool_structured(ngx_http_mcp_call_t *call,
    ngx_http_mcp_content_t *ct)
{
    if (ct->json.type == NGX_HTTP_MCP_JSON_NONE
        || call->tool->result == NGX_HTTP_MCP_RESULT_TEXT
        || call->revision <= NGX_HTTP_MCP_2025_03_26)
    {
        return 0;
    }

    return ngx_http_mcp_modern(call)
           || ct->json.type == NGX_HTTP_MCP_JSON_OBJECT;
}


/* the phrase of RFC 9110, for a reader who does not know the numbers */

static const char *
ngx_http_mcp_tool_reason(ngx_uint_t status)
{
    ngx_uint_t  i;

    static const struct {
        ngx_uint_t   status;
        const char  *text;
    } reasons[] = {
        { 200, "OK" },
        { 201, "Created" },
        { 202, "Accepted" },
        { 204, "No Content" },
        { 205, "Reset Content" },
        { 301, "Moved Permanently" },
        { 302, "Found" },
        { 303, "See Other" },
        { 304, "Not Modified" },
        { 307, "Temporary Redirect" },
        { 308, "Permanent Redirect" },
        { 400, "Bad Request" },
        { 401, "Unauthorized" },
        { 402, "Payment Required" },
        { 403, "Forbidden" },
        { 404, "Not Found" },
        { 405, "Method Not Allowed" },
        { 406, "Not Acceptable" },
        { 409, "Conflict" },
        { 410, "Gone" },
        { 412, "Precondition Failed" },
        { 413, "Content Too Large" },
        { 415, "Unsupported Media Type" },
        { 422, "Unprocessable Content" },
        { 423, "Locked" },
        { 428, "Precondition Required" },
        { 429, "Too Many Requests" },
        { 500, "Internal Server Error" },
        { 501, "Not Implemented" },
        { 502, "Bad Gateway" },
        { 503, "Service Unavailable" },
        { 504, "Gateway Timeout" }
    };

    for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        if (reasons[i].status == status) {
            return reasons[i].text;
        }
    }

    return (status < NGX_HTTP_SPECIAL_RESPONSE) ? "(success)"
           : (status < NGX_HTTP_BAD_REQUEST) ? "(redirect)"
           : (status < NGX_HTTP_INTERNAL_SERVER_ERROR) ? "(refused)"
           : "(server error)";
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * The validation ladder: mcp-2026-07-28.md 1.3 rows 7 to 18, the choice of
 * an era (3.3), and what mcp-legacy.md 2.4 says of older messages.  The
 * first row that fails answers.  Reads the message and the headers that
 * were collected, never the request itself.
 */


#include "ngx_http_mcp_endpoint.h"
#include "ngx_http_mcp_header_value.h"
#include "ngx_http_mcp_method.h"
#include "ngx_http_mcp_reply.h"


/* what MCP-Protocol-Version names */

typedef enum {
    NGX_HTTP_MCP_HEADER_ABSENT = 0,
    NGX_HTTP_MCP_HEADER_OLD,
    NGX_HTTP_MCP_HEADER_MODERN,
    NGX_HTTP_MCP_HEADER_UNSERVED
} ngx_http_mcp_header_era_e;


typedef enum {
    NGX_HTTP_MCP_JSONRPC = 0,
    NGX_HTTP_MCP_ID,
    NGX_HTTP_MCP_METHOD,
    NGX_HTTP_MCP_PARAMS_MEMBER,
    NGX_HTTP_MCP_RESULT,
    NGX_HTTP_MCP_ERROR,
    NGX_HTTP_MCP_MEMBERS
} ngx_http_mcp_member_e;


static ngx_int_t ngx_http_mcp_ladder_shape(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_json_t *message, const ngx_http_mcp_json_t *member);
static ngx_int_t ngx_http_mcp_ladder_response(ngx_http_mcp_call_t *call,
    ngx_http_mcp_header_era_e header);
static ngx_int_t ngx_http_mcp_ladder_notification(ngx_http_mcp_call_t *call,
    ngx_http_mcp_header_era_e header);
static ngx_int_t ngx_http_mcp_ladder_request(ngx_http_mcp_call_t *call,
    ngx_http_mcp_header_era_e header);
static ngx_int_t ngx_http_mcp_ladder_meta(ngx_http_mcp_call_t *call);
static ngx_int_t ngx_http_mcp_ladder_log_level(ngx_http_mcp_call_t *call);
static ngx_int_t ngx_http_mcp_ladder_name(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_json_t *value);
static ngx_int_t ngx_http_mcp_ladder_unserved(ngx_http_mcp_call_t *call,
    const ngx_str_t *requested);
static ngx_http_mcp_header_era_e ngx_http_mcp_ladder_header(
    const ngx_str_t *version, ngx_http_mcp_revision_e *revision);


/* members of a message, in the order of ngx_http_mcp_member_e */

static ngx_str_t  ngx_http_mcp_members[] = {
    ngx_string("jsonrpc"),
    ngx_string("id"),
    ngx_string("method"),
    ngx_string("params"),
    ngx_string("result"),
    ngx_string("error")
};


/* in the order of ngx_http_mcp_params_e */

static ngx_str_t  ngx_http_mcp_params[] = {
    ngx_string("_meta"),
    ngx_string("name"),
    ngx_string("arguments"),
    ngx_string("cursor")
};


/* in the order of ngx_http_mcp_metas_e */

static ngx_str_t  ngx_http_mcp_metas[] = {
    ngx_string("io.modelcontextprotocol/protocolVersion"),
    ngx_string("io.modelcontextprotocol/clientCapabilities"),
    ngx_string("io.modelcontextprotocol/logLevel"),
    ngx_string("traceparent"),
    ngx_string("tracestate"),
    ngx_string("baggage")
};


ngx_int_t
ngx_http_mcp_ladder(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_json_t *message)
{
    ngx_int_t                   rc;
    ngx_http_mcp_json_t         member[NGX_HTTP_MCP_MEMBERS];
    ngx_http_mcp_header_era_e   header;

    call->revision = NGX_HTTP_MCP_UNKNOWN;

    header = NGX_HTTP_MCP_HEADER_ABSENT;

    if (call->ctx->headers.versions) {
        header = ngx_http_mcp_ladder_header(&call->ctx->headers.version,
                                            &call->revision);
    }

    if (call->ctx->in_batch) {
        call->revision = NGX_HTTP_MCP_2025_03_26;
    }

    ngx_http_mcp_json_members(message, ngx_http_mcp_members, member,
                              NGX_HTTP_MCP_MEMBERS);

    if (member[NGX_HTTP_MCP_METHOD].type == NGX_HTTP_MCP_JSON_NONE
        && (member[NGX_HTTP_MCP_RESULT].type != NGX_HTTP_MCP_JSON_NONE
            || member[NGX_HTTP_MCP_ERROR].type != NGX_HTTP_MCP_JSON_NONE))
    {
        return ngx_http_mcp_ladder_response(call, header);
    }

    rc = ngx_http_mcp_ladder_shape(call, message, member);
    if (rc != NGX_OK) {
        return rc;
    }

    if (call->id.type == NGX_HTTP_MCP_JSON_NONE) {
        return ngx_http_mcp_ladder_notification(call, header);
    }

    return ngx_http_mcp_ladder_request(call, header);
}


ngx_uint_t
ngx_http_mcp_ladder_modern(const ngx_http_mcp_json_t *message)
{
    ngx_http_mcp_json_t  params, meta, version;

    return ngx_http_mcp_json_find(message,
               &ngx_http_mcp_members[NGX_HTTP_MCP_PARAMS_MEMBER], &params)
           == NGX_OK
           && ngx_http_mcp_json_find(&params,
                  &ngx_http_mcp_params[NGX_HTTP_MCP_PARAM_META], &meta)
              == NGX_OK
           && ngx_http_mcp_json_find(&meta,
                  &ngx_http_mcp_metas[NGX_HTTP_MCP_META_VERSION], &version)
              == NGX_OK;
}


/* row 7: JSON-RPC 2.0 */

static ngx_int_t
ngx_http_mcp_ladder_shape(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_json_t *message, const ngx_http_mcp_json_t *member)
{
    ngx_int_t                   rc;
    const char                 *reason;
    const ngx_http_mcp_json_t  *id;

    static const ngx_str_t  two = ngx_string("2.0");

    /* RPC-4, RPC-5: strings and integers, kept as they were written */

    id = &member[NGX_HTTP_MCP_ID];

    if (id->type == NGX_HTTP_MCP_JSON_STRING
        || (id->type == NGX_HTTP_MCP_JSON_NUMBER
            && ngx_http_mcp_json_integer(id)))
    {
        call->id = *id;
    }

    if (message->type != NGX_HTTP_MCP_JSON_OBJECT) {
        reason = "The message is not a JSON-RPC object";

    } else if (id->type != call->id.type) {
        reason = "id is not a string or an integer";

    } else if (member[NGX_HTTP_MCP_JSONRPC].type != NGX_HTTP_MCP_JSON_STRING
               || !ngx_http_mcp_json_equal(&member[NGX_HTTP_MCP_JSONRPC],
                                           &two))
    {
        reason = "jsonrpc is not \"2.0\"";

    } else if (member[NGX_HTTP_MCP_METHOD].type != NGX_HTTP_MCP_JSON_STRING) {
        reason = "method is missing or not a string";

    } else {
        reason = NULL;
    }

    if (reason) {
        return ngx_http_mcp_reply_error(call, -NGX_HTTP_BAD_REQUEST,
                                        NGX_HTTP_MCP_INVALID_REQUEST, NULL,
                                        "%s", reason);
    }

    rc = ngx_http_mcp_json_decode(call->pool, &member[NGX_HTTP_MCP_METHOD],
                                  &call->method);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc != NGX_OK) {

        /* half a surrogate pair: no method has such a name */

        ngx_str_null(&call->method);
    }

    call->params = member[NGX_HTTP_MCP_PARAMS_MEMBER];

    ngx_http_mcp_json_members(&call->params, ngx_http_mcp_params, call->param,
                              NGX_HTTP_MCP_PARAMS);
    ngx_http_mcp_json_members(&call->param[NGX_HTTP_MCP_PARAM_META],
                              ngx_http_mcp_metas, call->meta,
                              NGX_HTTP_MCP_METAS);

    return NGX_OK;
}


/* We ask clients nothing, so an answer of theirs is dropped (2.13). */

static ngx_int_t
ngx_http_mcp_ladder_response(ngx_http_mcp_call_t *call,
    ngx_http_mcp_header_era_e header)
{
    if (header == NGX_HTTP_MCP_HEADER_UNSERVED) {
        return ngx_http_mcp_ladder_unserved(call,
                                            &call->ctx->headers.version);
    }

    if (header == NGX_HTTP_MCP_HEADER_MODERN) {
        return ngx_http_mcp_reply_error(call, -NGX_HTTP_BAD_REQUEST,
                   NGX_HTTP_MCP_INVALID_REQUEST, NULL,
                   "The message is a response, not a request");
    }

    return NGX_DECLINED;
}


/* mcp-2026-07-28.md 1.6: never executed, never answered (RPC-23) */

static ngx_int_t
ngx_http_mcp_ladder_notification(ngx_http_mcp_call_t *call,
    ngx_http_mcp_header_era_e header)
{
    if (header == NGX_HTTP_MCP_HEADER_UNSERVED) {
        return ngx_http_mcp_ladder_unserved(call,
                                            &call->ctx->headers.version);
    }

    return NGX_DECLINED;
}


static ngx_int_t
ngx_http_mcp_ladder_request(ngx_http_mcp_call_t *call,
    ngx_http_mcp_header_era_e header)
{
    ngx_int_t                     rc;
    ngx_uint_t                    handshake;
    const ngx_http_mcp_method_t  *method;

    static const ngx_str_t  initialize = ngx_string("initialize");

    handshake = (call->method.len == initialize.len
                 && ngx_strncmp(call->method.data, initialize.data,
                                initialize.len)
                    == 0);

    if (call->meta[NGX_HTTP_MCP_META_VERSION].type != NGX_HTTP_MCP_JSON_NONE
        || header == NGX_HTTP_MCP_HEADER_MODERN)
    {
        call->revision = NGX_HTTP_MCP_2026_07_28;

        rc = ngx_http_mcp_ladder_meta(call);
        if (rc != NGX_OK) {
            return rc;
        }

    } else if (header == NGX_HTTP_MCP_HEADER_UNSERVED && !handshake) {
        return ngx_http_mcp_ladder_unserved(call,
                                            &call->ctx->headers.version);
    }

    /* row 16 */

    method = ngx_http_mcp_method_find(call);

    if (method == NULL) {
        return ngx_http_mcp_reply_error(call, NGX_HTTP_NOT_FOUND,
                   NGX_HTTP_MCP_METHOD_NOT_FOUND, NULL,
                   "Method not found");
    }

    if (ngx_http_mcp_modern(call)) {

        if (method->named) {
            rc = ngx_http_mcp_ladder_name(call, &call->param[method->named]);
            if (rc != NGX_OK) {
                return rc;
            }
        }

        rc = ngx_http_mcp_ladder_log_level(call);
        if (rc != NGX_OK) {
            return rc;
        }

    } else if (call->params.type != NGX_HTTP_MCP_JSON_NONE
               && call->params.type != NGX_HTTP_MCP_JSON_OBJECT)
    {
        return ngx_http_mcp_reply_error(call, NGX_HTTP_OK,
                   NGX_HTTP_MCP_INVALID_PARAMS, NULL,
                   "params is not an object");
    }

    call->step = method->steps;

    return NGX_OK;
}


/* rows 10 to 15: the metadata that each modern request carries */

static ngx_int_t
ngx_http_mcp_ladder_meta(ngx_http_mcp_call_t *call)
{
    ngx_int_t                rc;
    ngx_str_t                text;
    ngx_http_mcp_json_t     *version;
    ngx_http_mcp_headers_t  *h;
    ngx_http_mcp_revision_e  revision;

    h = &call->ctx->headers;
    version = &call->meta[NGX_HTTP_MCP_META_VERSION];

    if (version->type != NGX_HTTP_MCP_JSON_STRING) {
        return ngx_http_mcp_reply_error(call, NGX_HTTP_BAD_REQUEST,
                   NGX_HTTP_MCP_INVALID_PARAMS, NULL,
                   "params._meta has no %V, a string",
                   &ngx_http_mcp_metas[NGX_HTTP_MCP_META_VERSION]);
    }

    if (h->versions != 1 || !ngx_http_mcp_header_legal(&h->version)) {
        return ngx_http_mcp_reply_error(call, NGX_HTTP_BAD_REQUEST,
                   NGX_HTTP_MCP_HEADER_MISMATCH, NULL,
                   "The header MCP-Protocol-Version is %s",
                   h->versions == 0 ? "missing"
                   : h->versions > 1 ? "duplicated" : "not printable text");
    }

    if (!ngx_http_mcp_json_equal(version, &h->version)) {
        return ngx_http_mcp_reply_error(call, NGX_HTTP_BAD_REQUEST,
                   NGX_HTTP_MCP_HEADER_MISMATCH, NULL,
                   "The header MCP-Protocol-Version differs from the version "
                   "in params._meta");
    }

    if (ngx_http_mcp_ladder_header(&h->version, &revision)
        != NGX_HTTP_MCP_HEADER_MODERN)
    {
        rc = ngx_http_mcp_json_decode(call->pool, version, &text);

        return (rc == NGX_OK) ? ngx_http_mcp_ladder_unserved(call, &text)
                              : NGX_ERROR;
    }

    if (call->meta[NGX_HTTP_MCP_META_CAPABILITIES].type
        != NGX_HTTP_MCP_JSON_OBJECT)
    {
        return ngx_http_mcp_reply_error(call, NGX_HTTP_BAD_REQUEST,
                   NGX_HTTP_MCP_INVALID_PARAMS, NULL,
                   "params._meta has no %V, an object",
                   &ngx_http_mcp_metas[NGX_HTTP_MCP_META_CAPABILITIES]);
    }

    if (h->methods != 1
        || h->method.len != call->method.len
        || ngx_strncmp(h->method.data, call->method.data, call->method.len)
           != 0)
    {
        return ngx_http_mcp_reply_error(call, NGX_HTTP_BAD_REQUEST,
                   NGX_HTTP_MCP_HEADER_MISMATCH, NULL,
                   "The header Mcp-Method %s", h->methods == 0
                   ? "is missing" : h->methods > 1 ? "is duplicated"
                   : "differs from the method of the message");
    }

    return NGX_OK;
}


/* LOG-6; no message is ever sent, but a level that is none is an error */

static ngx_int_t
ngx_http_mcp_ladder_log_level(ngx_http_mcp_call_t *call)
{
    ngx_uint_t            i;
    ngx_http_mcp_json_t  *level;

    static const ngx_str_t  levels[] = {
        ngx_string("debug"),
        ngx_string("info"),
        ngx_string("notice"),
        ngx_string("warning"),
        ngx_string("error"),
        ngx_string("critical"),
        ngx_string("alert"),
        ngx_string("emergency")
    };

    level = &call->meta[NGX_HTTP_MCP_META_LOG_LEVEL];

    if (level->type == NGX_HTTP_MCP_JSON_NONE) {
        return NGX_OK;
    }

    if (level->type == NGX_HTTP_MCP_JSON_STRING) {
        for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
            if (ngx_http_mcp_json_equal(level, &levels[i])) {
                return NGX_OK;
            }
        }
    }

    return ngx_http_mcp_reply_error(call, NGX_HTTP_OK,
               NGX_HTTP_MCP_INVALID_PARAMS, NULL,
               "params._meta has an unknown %V",
               &ngx_http_mcp_metas[NGX_HTTP_MCP_META_LOG_LEVEL]);
}


/* row 17: Mcp-Name mirrors a member of params (HTTP-27, HTTP-36, HTTP-46) */

static ngx_int_t
ngx_http_mcp_ladder_name(ngx_http_mcp_call_t *call,
    const ngx_http_mcp_json_t *value)
{
    ngx_int_t                rc;
    ngx_str_t                text;
    ngx_http_mcp_headers_t  *h;

    h = &call->ctx->headers;

    rc = NGX_DECLINED;

    if (h->names == 1) {
        rc = ngx_http_mcp_header_decode(call->pool, &h->name, &text);
    }

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_OK) {
        if (value->type != NGX_HTTP_MCP_JSON_STRING) {

            /* nothing to compare with: row 19 says what is wrong */

            return NGX_OK;
        }

        if (ngx_http_mcp_json_equal(value, &text)) {
            return NGX_OK;
        }
    }

    return ngx_http_mcp_reply_error(call, NGX_HTTP_BAD_REQUEST,
               NGX_HTTP_MCP_HEADER_MISMATCH, NULL,
               "The header Mcp-Name %s", h->names == 0
               ? "is missing" : h->names > 1 ? "is duplicated"
               : rc != NGX_OK ? "cannot be decoded"
               : "differs from the name in params");
}


/* row 13, VER-1; modern versions only, see 3.2 */

static ngx_int_t
ngx_http_mcp_ladder_unserved(ngx_http_mcp_call_t *call,
    const ngx_str_t *requested)
{
    u_char     *p;
    size_t      len;
    ngx_str_t   data;

    static const char  head[] =
        "{\"supported\":[\"2026-07-28\"],\"requested\":\"";

    /* a legal header value may hold quotes and backslashes */

    len = ngx_escape_json(NULL, requested->data, requested->len);

    data.data = ngx_pnalloc(call->pool, sizeof(head) + requested->len + len
                                        + 2);
    if (data.data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(data.data, head, sizeof(head) - 1);

    if (ngx_http_mcp_header_legal(requested)) {
        p = (u_char *) ngx_escape_json(p, requested->data, requested->len);
    }

    *p++ = '"';
    *p++ = '}';

    data.len = p - data.data;

    return ngx_http_mcp_reply_error(call, -NGX_HTTP_BAD_REQUEST,
               NGX_HTTP_MCP_UNSUPPORTED_VERSION, &data,
               "The protocol version is not served");
}


static ngx_http_mcp_header_era_e
ngx_http_mcp_ladder_header(const ngx_str_t *version,
    ngx_http_mcp_revision_e *revision)
{
    ngx_uint_t  i;

    static const struct {
        ngx_str_t                  name;
        ngx_http_mcp_revision_e    revision;
    } served[] = {
        { ngx_string("2026-07-28"), NGX_HTTP_MCP_2026_07_28 },
        { ngx_string("2025-11-25"), NGX_HTTP_MCP_2025_11_25 },
        { ngx_string("2025-06-18"), NGX_HTTP_MCP_2025_06_18 },
        { ngx_string("2025-03-26"), NGX_HTTP_MCP_2025_03_26 },
        { ngx_string("2024-11-05"), NGX_HTTP_MCP_2024_11_05 }
    };

    for (i = 0; i < sizeof(served) / sizeof(served[0]); i++) {

        if (served[i].name.len == version->len
            && ngx_strncmp(served[i].name.data, version->data, version->len)
               == 0)
        {
            *revision = served[i].revision;

            return (i == 0) ? NGX_HTTP_MCP_HEADER_MODERN
                            : NGX_HTTP_MCP_HEADER_OLD;
        }
    }

    return NGX_HTTP_MCP_HEADER_UNSERVED;
}

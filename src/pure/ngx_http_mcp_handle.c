
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Makes and checks signed handles.  Called by methods that hand state to a
 * client; owns nothing.
 */


#include "ngx_http_mcp_base64url.h"
#include "ngx_http_mcp_handle.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>


#define NGX_HTTP_MCP_HANDLE_TAG   16
#define NGX_HTTP_MCP_HANDLE_TEXT                                             \
    ngx_base64_encoded_length(NGX_HTTP_MCP_HANDLE_PAYLOAD                    \
                              + NGX_HTTP_MCP_HANDLE_TAG)


static ngx_int_t ngx_http_mcp_handle_tag(const u_char *key, u_char kind,
    const u_char *payload, size_t len, u_char *tag);


ngx_int_t
ngx_http_mcp_handle_sign(ngx_pool_t *pool, const u_char *key, u_char kind,
    const u_char *payload, size_t len, ngx_str_t *out)
{
    u_char     raw[NGX_HTTP_MCP_HANDLE_PAYLOAD + NGX_HTTP_MCP_HANDLE_TAG];
    ngx_str_t  src;

    if (len > NGX_HTTP_MCP_HANDLE_PAYLOAD) {
        return NGX_ERROR;
    }

    ngx_memcpy(raw, payload, len);

    if (ngx_http_mcp_handle_tag(key, kind, payload, len, raw + len)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    src.data = raw;
    src.len = len + NGX_HTTP_MCP_HANDLE_TAG;

    out->data = ngx_pnalloc(pool, ngx_base64_encoded_length(src.len));
    if (out->data == NULL) {
        return NGX_ERROR;
    }

    ngx_encode_base64url(out, &src);

    return NGX_OK;
}


ngx_int_t
ngx_http_mcp_handle_verify(const u_char *key, u_char kind,
    const ngx_str_t *text, u_char *payload, size_t *len)
{
    size_t  n;
    u_char  tag[NGX_HTTP_MCP_HANDLE_TAG];
    u_char  raw[ngx_http_mcp_base64url_room(NGX_HTTP_MCP_HANDLE_TEXT)];

    if (text->len > NGX_HTTP_MCP_HANDLE_TEXT) {
        return NGX_DECLINED;
    }

    if (ngx_http_mcp_base64url_decode(raw, &n, text) != NGX_OK
        || n < NGX_HTTP_MCP_HANDLE_TAG
        || n > NGX_HTTP_MCP_HANDLE_PAYLOAD + NGX_HTTP_MCP_HANDLE_TAG)
    {
        return NGX_DECLINED;
    }

    *len = n - NGX_HTTP_MCP_HANDLE_TAG;

    if (ngx_http_mcp_handle_tag(key, kind, raw, *len, tag) != NGX_OK) {
        return NGX_ERROR;
    }

    if (CRYPTO_memcmp(tag, raw + *len, NGX_HTTP_MCP_HANDLE_TAG) != 0) {
        return NGX_DECLINED;
    }

    ngx_memcpy(payload, raw, *len);

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_handle_tag(const u_char *key, u_char kind,
    const u_char *payload, size_t len, u_char *tag)
{
    u_char        data[NGX_HTTP_MCP_HANDLE_PAYLOAD + 1];
    u_char        digest[EVP_MAX_MD_SIZE];
    unsigned int  n;

    data[0] = kind;
    ngx_memcpy(data + 1, payload, len);

    if (HMAC(EVP_sha256(), key, NGX_HTTP_MCP_HANDLE_KEY, data, len + 1,
             digest, &n)
        == NULL)
    {
        return NGX_ERROR;
    }

    ngx_memcpy(tag, digest, NGX_HTTP_MCP_HANDLE_TAG);

    return NGX_OK;
}

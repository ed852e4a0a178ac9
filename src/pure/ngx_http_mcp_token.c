
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Words for why a token is refused, and the issuers of tokens and keys.
 * Called by whatever logs a refusal or looks for the provider or the key of
 * a token; owns nothing.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_token.h"


#define NGX_HTTP_MCP_TOKEN_GUID  36


static ngx_uint_t ngx_http_mcp_token_begins(ngx_str_t *rest,
    const u_char *p, size_t len);
static ngx_uint_t ngx_http_mcp_token_authority(const ngx_str_t *uri);
static ngx_uint_t ngx_http_mcp_token_guid(const ngx_http_mcp_json_t *claims,
    ngx_str_t *tid);


static const ngx_str_t  ngx_http_mcp_token_reasons[
    NGX_HTTP_MCP_TOKEN_REASONS] = {
    ngx_null_string,
    ngx_string("absent"),
    ngx_string("query"),
    ngx_string("syntax"),
    ngx_string("too_large"),
    ngx_string("b64"),
    ngx_string("hdr_json"),
    ngx_string("alg"),
    ngx_string("crit"),
    ngx_string("typ"),
    ngx_string("pl_json"),
    ngx_string("iss"),
    ngx_string("kid"),
    ngx_string("nokeys"),
    ngx_string("sig"),
    ngx_string("exp"),
    ngx_string("nbf"),
    ngx_string("iat"),
    ngx_string("aud"),
    ngx_string("kind"),
    ngx_string("client"),
    ngx_string("tenant"),
    ngx_string("revoked"),
    ngx_string("cnf"),
    ngx_string("subject"),
    ngx_string("inactive"),
    ngx_string("introspection"),
    ngx_string("api_key"),
    ngx_string("throttled"),
    ngx_string("scope"),
    ngx_string("claim"),
    ngx_string("groups_overage"),
    ngx_string("check"),
    ngx_string("check_failed"),
    ngx_string("rule"),
    ngx_string("memory")
};


const ngx_str_t *
ngx_http_mcp_token_reason(ngx_http_mcp_token_reason_e reason)
{
    return &ngx_http_mcp_token_reasons[reason];
}


ngx_uint_t
ngx_http_mcp_token_issuer(const ngx_http_mcp_token_policy_t *policy,
    const ngx_http_mcp_json_t *claims, const ngx_str_t *iss)
{
    return ngx_http_mcp_token_key_issuer(&policy->issuer, claims, iss);
}


ngx_uint_t
ngx_http_mcp_token_key_issuer(const ngx_str_t *key_issuer,
    const ngx_http_mcp_json_t *claims, const ngx_str_t *iss)
{
    u_char     *p, *last, *hole;
    ngx_str_t   rest, tid;

    static u_char  name[] = "{tenantid}";

    p = key_issuer->data;
    last = p + key_issuer->len;
    rest = *iss;

    if (p == last) {
        return 0;
    }

    for ( ;; ) {
        hole = memchr(p, '{', last - p)
               ? ngx_strlcasestrn(p, last, name, sizeof(name) - 2) : NULL;

        if (hole == NULL) {
            return ngx_http_mcp_token_begins(&rest, p, last - p)
                   && rest.len == 0;
        }

        if (!ngx_http_mcp_token_begins(&rest, p, hole - p)
            || !ngx_http_mcp_token_guid(claims, &tid)
            || !ngx_http_mcp_token_begins(&rest, tid.data, tid.len))
        {
            return 0;
        }

        p = hole + sizeof(name) - 1;
    }
}


/* takes the "len" bytes of "p" from the beginning of "rest", or returns 0 */

static ngx_uint_t
ngx_http_mcp_token_begins(ngx_str_t *rest, const u_char *p, size_t len)
{
    if (len > rest->len
        || (len && ngx_memcmp(rest->data, p, len) != 0))
    {
        return 0;
    }

    rest->data += len;
    rest->len -= len;

    return 1;
}


/*
 * The tenant is put into an address, so nothing but a GUID will do, and
 * nobody needs escapes to write one.
 */

static ngx_uint_t
ngx_http_mcp_token_guid(const ngx_http_mcp_json_t *claims, ngx_str_t *tid)
{
    u_char               c;
    ngx_uint_t           i;
    ngx_http_mcp_json_t  value;

    static const ngx_str_t  name = ngx_string("tid");

    if (ngx_http_mcp_json_find(claims, &name, &value) != NGX_OK
        || value.type != NGX_HTTP_MCP_JSON_STRING
        || value.raw.len != NGX_HTTP_MCP_TOKEN_GUID + 2)
    {
        return 0;
    }

    tid->data = value.raw.data + 1;
    tid->len = NGX_HTTP_MCP_TOKEN_GUID;

    for (i = 0; i < tid->len; i++) {

        if (i == 8 || i == 13 || i == 18 || i == 23) {

            if (tid->data[i] != '-') {
                return 0;
            }

            continue;
        }

        c = (u_char) (tid->data[i] | 0x20);

        if ((tid->data[i] < '0' || tid->data[i] > '9')
            && (c < 'a' || c > 'f'))
        {
            return 0;
        }
    }

    return 1;
}


ngx_uint_t
ngx_http_mcp_token_audience_listed(const ngx_array_t *audiences,
    const ngx_str_t *aud)
{
    ngx_str_t  text;

    if (ngx_http_mcp_claim_listed(audiences, aud)) {
        return 1;
    }

    /* "https://a.example" comes back as "https://a.example/" from those who
     * parse and print it (1.5) */

    text = *aud;

    if (text.len == 0 || text.data[text.len - 1] != '/') {
        return 0;
    }

    text.len--;

    return ngx_http_mcp_token_authority(&text)
           && ngx_http_mcp_claim_listed(audiences, &text);
}


/* 1 if it is a scheme and an authority, and nothing else */

static ngx_uint_t
ngx_http_mcp_token_authority(const ngx_str_t *uri)
{
    u_char  *p, *last, *scheme;

    p = uri->data;
    last = p + uri->len;

    scheme = ngx_strlchr(p, last, ':');

    if (scheme == NULL || scheme == p || last - scheme < 4
        || scheme[1] != '/' || scheme[2] != '/')
    {
        return 0;
    }

    for ( /* void */ ; p < last; p++) {

        if (*p == '?' || *p == '#' || (*p == '/' && p - scheme != 1
                                       && p - scheme != 2))
        {
            return 0;
        }
    }

    return 1;
}

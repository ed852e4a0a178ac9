
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Bearer tokens: why one is refused, and what its issuer's policy asks of
 * it.  Nothing here knows a request, a key store or a clock.
 */


#ifndef _NGX_HTTP_MCP_TOKEN_H_INCLUDED_
#define _NGX_HTTP_MCP_TOKEN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_claim.h"
#include "ngx_http_mcp_json_scan.h"


/*
 * Reason words of authorization.md 2.5: for the log and $mcp_auth_reason,
 * never for the client.  In the order of the steps.
 */

typedef enum {
    NGX_HTTP_MCP_TOKEN_OK = 0,
    NGX_HTTP_MCP_TOKEN_ABSENT,
    NGX_HTTP_MCP_TOKEN_QUERY,              /* "access_token" in the URL */
    NGX_HTTP_MCP_TOKEN_SYNTAX,
    NGX_HTTP_MCP_TOKEN_TOO_LARGE,
    NGX_HTTP_MCP_TOKEN_B64,
    NGX_HTTP_MCP_TOKEN_HDR_JSON,
    NGX_HTTP_MCP_TOKEN_ALG,
    NGX_HTTP_MCP_TOKEN_CRIT,
    NGX_HTTP_MCP_TOKEN_TYP,
    NGX_HTTP_MCP_TOKEN_PL_JSON,
    NGX_HTTP_MCP_TOKEN_ISS,
    NGX_HTTP_MCP_TOKEN_KID,
    NGX_HTTP_MCP_TOKEN_NOKEYS,             /* 503 */
    NGX_HTTP_MCP_TOKEN_SIG,
    NGX_HTTP_MCP_TOKEN_EXP,
    NGX_HTTP_MCP_TOKEN_NBF,
    NGX_HTTP_MCP_TOKEN_IAT,
    NGX_HTTP_MCP_TOKEN_AUD,
    NGX_HTTP_MCP_TOKEN_KIND,
    NGX_HTTP_MCP_TOKEN_CLIENT,
    NGX_HTTP_MCP_TOKEN_TENANT,
    NGX_HTTP_MCP_TOKEN_REVOKED,
    NGX_HTTP_MCP_TOKEN_CNF,
    NGX_HTTP_MCP_TOKEN_SUBJECT,
    NGX_HTTP_MCP_TOKEN_INACTIVE,           /* introspection said no */
    NGX_HTTP_MCP_TOKEN_INTROSPECTION,      /* no usable answer: 503 */
    NGX_HTTP_MCP_TOKEN_API_KEY,            /* unknown */
    NGX_HTTP_MCP_TOKEN_THROTTLED,          /* 503, 429 */
    NGX_HTTP_MCP_TOKEN_SCOPE,              /* 403 */
    NGX_HTTP_MCP_TOKEN_CLAIM,              /* 403 */
    NGX_HTTP_MCP_TOKEN_GROUPS_OVERAGE,     /* 403 */
    NGX_HTTP_MCP_TOKEN_CHECK,              /* 403 */
    NGX_HTTP_MCP_TOKEN_CHECK_FAILED,       /* 503 */
    NGX_HTTP_MCP_TOKEN_RULE,               /* "mcp_auth_default deny" */
    NGX_HTTP_MCP_TOKEN_MEMORY,             /* our own failure: 500 */
    NGX_HTTP_MCP_TOKEN_REASONS
} ngx_http_mcp_token_reason_e;


typedef enum {
    NGX_HTTP_MCP_AUDIENCE_AUD = 0,         /* the claim "aud" */
    NGX_HTTP_MCP_AUDIENCE_CLIENT_ID,       /* the client is on the list */
    NGX_HTTP_MCP_AUDIENCE_NONE             /* declared: not checked */
} ngx_http_mcp_audience_e;


typedef enum {
    NGX_HTTP_MCP_TYP_ANY = 0,
    NGX_HTTP_MCP_TYP_AT_JWT
} ngx_http_mcp_typ_e;


/* what a provider's tokens must be; made at load, read only */

typedef struct {
    ngx_str_t                   issuer;    /* may hold "{tenantid}"; never
                                              empty */
    ngx_array_t                *audiences; /* ngx_str_t; NULL: none */
    ngx_array_t                *clients;   /* ngx_str_t; NULL: any */
    ngx_array_t                *tenants;   /* ngx_str_t; NULL: any */
    ngx_uint_t                  audience;  /* ngx_http_mcp_audience_e */
    ngx_uint_t                  algs;      /* NGX_HTTP_MCP_ALG_* */
    ngx_uint_t                  typ;       /* ngx_http_mcp_typ_e */
    ngx_http_mcp_claim_path_t  *scopes;    /* NULL: "scope", then "scp",
                                              then "permissions" */
    ngx_http_mcp_claim_path_t  *roles;     /* NULL: "roles" */
    ngx_array_t                *subject;   /* ngx_http_mcp_claim_path_t;
                                              NULL: "sub" */
    ngx_uint_t                  leeway;    /* seconds */
    ngx_uint_t                  max_age;   /* seconds since "iat", beside the
                                              leeway; 0: any */
    ngx_flag_t                  allow_app; /* tokens without a user, if they
                                              name a client */
    ngx_flag_t                  kid_optional;
    ngx_flag_t                  scope_optional;  /* neither scope nor role */
    ngx_flag_t                  id_tokens; /* "nonce" and the like may be */
} ngx_http_mcp_token_policy_t;


/* what was found on the way; spans of the claims or of "pool" */

typedef struct {
    ngx_str_t                issuer;
    ngx_str_t                subject;      /* of the policy's paths, joined
                                              by one blank */
    ngx_str_t                sub;          /* "sub"; empty: none */
    ngx_str_t                client;       /* azp, appid, client_id, cid */
    ngx_str_t                tenant;       /* "tid" */
    ngx_str_t                scope;        /* names joined by one blank */
    ngx_array_t              scopes;       /* ngx_str_t: the same */
    time_t                   exp;          /* leeway included; 0: none */
    time_t                   nbf;          /* leeway included; 0: none */
} ngx_http_mcp_token_facts_t;


/* The word for a reason; static, "" for OK. */
const ngx_str_t *ngx_http_mcp_token_reason(
    ngx_http_mcp_token_reason_e reason);

/*
 * 1 if "iss" is the policy's issuer (step 10): byte for byte after
 * "{tenantid}", in any case of letters, was replaced by the claim "tid",
 * which must be a GUID (2.6).
 */
ngx_uint_t ngx_http_mcp_token_issuer(
    const ngx_http_mcp_token_policy_t *policy,
    const ngx_http_mcp_json_t *claims, const ngx_str_t *iss);

/*
 * 1 if a key that names an issuer of its own may sign for "iss" (2.4 item
 * 6): equal after the same replacement.
 */
ngx_uint_t ngx_http_mcp_token_key_issuer(const ngx_str_t *key_issuer,
    const ngx_http_mcp_json_t *claims, const ngx_str_t *iss);

/* 1 if "aud" is one of the audiences (ngx_str_t), byte for byte but for the
 * one "/" that 1.5 tolerates behind an identifier without a path. */
ngx_uint_t ngx_http_mcp_token_audience_listed(const ngx_array_t *audiences,
    const ngx_str_t *aud);

/*
 * Steps 13 to 19 and 21 of authorization.md 2.5 on the scanned claims of a
 * token whose signature is verified, or ("opaque") on the answer of
 * introspection, where "exp" and "iss" may be missing.  "iss" is compared
 * again: no answer of introspection went through step 10.  "thumbprint" is
 * the client certificate's SHA-256 in base64url, or NULL (2.8).  Not here:
 * denied ids (3.7) and base scopes (20).
 *
 * Fills "facts", which mean nothing unless the token is OK; a client, a
 * tenant or a "sub" that is no string or holds control characters is left
 * empty.  Strings that had to be decoded are in "pool".
 *
 * NGX_HTTP_MCP_TOKEN_OK, or the reason of the first step that fails;
 * NGX_HTTP_MCP_TOKEN_MEMORY.
 */
ngx_http_mcp_token_reason_e ngx_http_mcp_token_check(ngx_pool_t *pool,
    const ngx_http_mcp_token_policy_t *policy,
    const ngx_http_mcp_json_t *claims, time_t now, ngx_uint_t opaque,
    const ngx_str_t *thumbprint, ngx_http_mcp_token_facts_t *facts);


#endif /* _NGX_HTTP_MCP_TOKEN_H_INCLUDED_ */

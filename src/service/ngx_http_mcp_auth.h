
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The access phase: who sends this request, and may it pass
 * (authorization.md 2).  On any location with "mcp_auth".
 */


#ifndef _NGX_HTTP_MCP_AUTH_H_INCLUDED_
#define _NGX_HTTP_MCP_AUTH_H_INCLUDED_


#include "ngx_http_mcp_auth_worker.h"
#include "ngx_http_mcp_call.h"


/*
 * What is known of a request's sender.  Kept by a cleanup of the request's
 * pool, not as a context: an internal redirect zeroes contexts (2.1).
 */

typedef struct {
    ngx_http_mcp_wait_t              wait;
    ngx_http_request_t              *request;
    const ngx_http_mcp_auth_conf_t  *conf;     /* of the location that judged */
    ngx_http_mcp_principal_t        *principal;   /* NULL: nobody is known */

    ngx_http_mcp_token_reason_e      reason;   /* of a refusal */
    ngx_int_t                        status;   /* of a refusal; 0: none */
    void                           **place;    /* r->loc_conf that refused */
    u_char                          *uri;      /* r->uri.data there */

    ngx_str_t                        shown;    /* Authorization header */
    ngx_str_t                        key;      /* header of an API key */
    ngx_str_t                        key_name; /* its name */
    const ngx_http_mcp_provider_t   *provider; /* of the shown token */
    ngx_array_t                     *asked;    /* ngx_str_t: scopes of the
                                                  challenge */
    ngx_str_t                        note;     /* of the refused one, for the
                                                  log; never the token */
    u_char                           digest[NGX_HTTP_MCP_TOKEN_DIGEST];
    ngx_msec_t                       deadline; /* 0: it does not wait */
    ngx_http_mcp_token_reason_e      awaited;  /* if it waits in vain: for
                                                  keys or for an answer */
    ngx_uint_t                       round;    /* see key_store_round() */
    u_char                           question[32];  /* key of a verdict */
    ngx_uint_t                       mark;     /* see key_store_demand() */
    ngx_http_mcp_call_t             *probe;    /* "jwks location=" */
    const ngx_http_mcp_provider_t   *probed;   /* whose keys it fetches */
    time_t                           answered; /* when the answer of
                                                  introspection expires */

    unsigned                         passed:1; /* by conf */
    unsigned                         hashed:1; /* digest is set */
    unsigned                         inquired:1;   /* it asked itself */
} ngx_http_mcp_auth_t;


/* Prepares the worker cell at load.  NGX_ERROR: no memory. */
ngx_int_t ngx_http_mcp_auth_init(ngx_conf_t *cf);

/* Starts what a worker keeps; in init_process.  NGX_ERROR. */
ngx_int_t ngx_http_mcp_auth_start(ngx_cycle_t *cycle);

/*
 * Judges a request by "conf".  Judged once by one conf; another location's
 * judges anew after an internal redirect.  A subrequest is judged on its own,
 * unless its main request has passed all that is asked for.
 *
 * NGX_OK        there is a principal
 * NGX_DECLINED  anonymous, and that is allowed
 * NGX_AGAIN     suspended: the phases are run again later
 * a status      refused: the challenge is in r->headers_out
 */
ngx_int_t ngx_http_mcp_auth_access(ngx_http_request_t *r,
    const ngx_http_mcp_auth_conf_t *conf);

/* Hides a token of a request that is refused for another reason, from what
 * may still see its headers. */
void ngx_http_mcp_auth_conceal(ngx_http_request_t *r,
    const ngx_http_mcp_auth_conf_t *conf);

/* What is known of the main request's sender; NULL: nothing was asked. */
ngx_http_mcp_auth_t *ngx_http_mcp_auth_get(const ngx_http_request_t *r);

/*
 * 1 if this request passed "conf": the content handler's own look, since
 * "satisfy any" and the like may have led past the access phase (V-16).
 */
ngx_uint_t ngx_http_mcp_auth_passed(const ngx_http_request_t *r,
    const ngx_http_mcp_auth_conf_t *conf);


/* inside of the room: */

/* The record of "r" itself, made where there is none, and begun anew where
 * another conf judged.  NULL: no memory. */
ngx_http_mcp_auth_t *ngx_http_mcp_auth_record(ngx_http_request_t *r,
    const ngx_http_mcp_auth_conf_t *conf);

/*
 * 1 if some request of the same main one has passed a conf that asks for all
 * that "conf" does: a subrequest into a location that inherited it.
 */
ngx_uint_t ngx_http_mcp_auth_covered(const ngx_http_request_t *r,
    const ngx_http_mcp_auth_conf_t *conf);

/* Takes the credentials that auth->conf knows out of the headers (1.6), once
 * for all, into auth->shown and auth->key. */
void ngx_http_mcp_auth_take(ngx_http_mcp_auth_t *auth);

/*
 * Judges a signed token: steps 4 to 22 of authorization.md 2.5.
 *
 * NGX_OK        auth->principal is set
 * NGX_AGAIN     wait
 * NGX_DECLINED  auth->reason is set
 */
ngx_int_t ngx_http_mcp_auth_jws(ngx_http_mcp_auth_t *auth,
    const ngx_str_t *token);

/* Judges any token by introspection (4); returns as above. */
ngx_int_t ngx_http_mcp_auth_opaque(ngx_http_mcp_auth_t *auth,
    const ngx_str_t *token);

/* Judges an API key, whose digest is auth->digest; returns as above. */
ngx_int_t ngx_http_mcp_auth_api_key(ngx_http_mcp_auth_t *auth);

/*
 * Asks a provider's introspection endpoint, or what is known of its answer
 * (4).  NGX_OK: *answer is a JSON object with "active": true, in the
 * request's pool; else as above.
 */
ngx_int_t ngx_http_mcp_introspect(ngx_http_mcp_auth_t *auth,
    const ngx_http_mcp_provider_t *provider, const ngx_str_t *token,
    ngx_str_t *answer);

/* 1 if the client's address has failed too often; the reason is set. */
ngx_uint_t ngx_http_mcp_auth_throttled(ngx_http_mcp_auth_t *auth);

/* A reason is set; NGX_DECLINED. */
ngx_int_t ngx_http_mcp_auth_refuse(ngx_http_mcp_auth_t *auth,
    ngx_http_mcp_token_reason_e reason);


#endif /* _NGX_HTTP_MCP_AUTH_H_INCLUDED_ */

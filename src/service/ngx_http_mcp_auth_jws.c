
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Judges a token that is a JSON Web Signature: steps 4 to 22 of
 * authorization.md 2.5, in their order.  What it may not show to the client
 * it notes for the log.  Called by the access check for tokens that were not
 * seen before.
 */


#include "ngx_http_mcp_auth.h"
#include "ngx_http_mcp_auth_answer.h"
#include "ngx_http_mcp_jose.h"
#include "ngx_http_mcp_key_probe.h"
#include "ngx_http_mcp_key_store.h"


static ngx_int_t ngx_http_mcp_auth_jws_judge(ngx_http_mcp_auth_t *auth,
    const ngx_str_t *token, ngx_http_mcp_principal_t *p,
    const ngx_http_mcp_jws_t *jws);
static ngx_uint_t ngx_http_mcp_auth_algs(
    const ngx_http_mcp_auth_conf_t *conf);
static const ngx_http_mcp_provider_t *ngx_http_mcp_auth_issuer(
    ngx_http_mcp_auth_t *auth, const ngx_http_mcp_json_t *claims,
    ngx_str_t *iss);
static ngx_int_t ngx_http_mcp_auth_signature(ngx_http_mcp_auth_t *auth,
    ngx_http_mcp_principal_t *p, const ngx_http_mcp_jws_t *jws,
    const ngx_str_t *iss);
static ngx_int_t ngx_http_mcp_auth_unknown_key(ngx_http_mcp_auth_t *auth,
    const ngx_http_mcp_jws_t *jws);
static ngx_uint_t ngx_http_mcp_auth_thumbprint(ngx_http_mcp_auth_t *auth,
    const ngx_http_mcp_json_t *claims, u_char *text, ngx_str_t *thumbprint);
static void ngx_http_mcp_auth_keep(ngx_http_mcp_auth_t *auth,
    ngx_http_mcp_principal_t *p, time_t ttl);


ngx_int_t
ngx_http_mcp_auth_jws(ngx_http_mcp_auth_t *auth, const ngx_str_t *token)
{
    ngx_int_t                     rc;
    ngx_http_mcp_jws_t            jws;
    ngx_http_mcp_principal_t     *p;
    ngx_http_mcp_token_reason_e   reason;

    p = ngx_http_mcp_principal_create(ngx_cycle->log);
    if (p == NULL) {
        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_MEMORY);
    }

    reason = ngx_http_mcp_jws_parse(p->pool, token, &jws);

    if (reason == NGX_HTTP_MCP_TOKEN_OK) {
        rc = ngx_http_mcp_auth_jws_judge(auth, token, p, &jws);

        if (rc == NGX_DECLINED) {
            ngx_http_mcp_auth_note(auth, &jws.claims, &jws.kid);
        }

    } else {
        rc = ngx_http_mcp_auth_refuse(auth, reason);
    }

    /* a token that introspection judged has a principal of its own */

    if (rc != NGX_OK || auth->principal != p) {
        ngx_http_mcp_principal_release(p);
    }

    return rc;
}


static ngx_int_t
ngx_http_mcp_auth_jws_judge(ngx_http_mcp_auth_t *auth, const ngx_str_t *token,
    ngx_http_mcp_principal_t *p, const ngx_http_mcp_jws_t *jws)
{
    u_char                          text[48];
    time_t                          ttl;
    ngx_int_t                       rc;
    ngx_str_t                       iss, thumbprint, answer;
    ngx_uint_t                      bound;
    ngx_http_mcp_main_conf_t       *mmcf;
    ngx_http_mcp_token_reason_e     reason;
    const ngx_http_mcp_provider_t  *provider;

    /* steps 6 to 10 */

    if (!(jws->alg & ngx_http_mcp_auth_algs(auth->conf))) {
        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_ALG);
    }

    if (!ngx_http_mcp_jws_typ(jws, NGX_HTTP_MCP_TYP_ANY)) {

        /* no provider takes those */

        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_TYP);
    }

    provider = ngx_http_mcp_auth_issuer(auth, &jws->claims, &iss);

    if (provider == NULL) {
        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_ISS);
    }

    auth->provider = provider;

    if (provider->keys == NGX_HTTP_MCP_KEYS_NONE) {

        /* it declared that its tokens are introspected, whatever they look
         * like */

        return ngx_http_mcp_auth_opaque(auth, token);
    }

    if (!(jws->alg & provider->policy.algs)) {
        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_ALG);
    }

    if (!ngx_http_mcp_jws_typ(jws, provider->policy.typ)) {
        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_TYP);
    }

    p->provider = provider;
    p->claims = jws->claims;

    /* steps 11 and 12 */

    rc = ngx_http_mcp_auth_signature(auth, p, jws, &iss);

    if (rc != NGX_OK) {
        return rc;
    }

    /* steps 13 to 21 */

    bound = ngx_http_mcp_auth_thumbprint(auth, &jws->claims, text,
                                         &thumbprint);

    reason = ngx_http_mcp_token_check(p->pool, &provider->policy, &p->claims,
                                      ngx_time(), 0,
                                      thumbprint.len ? &thumbprint : NULL,
                                      &p->facts);

    if (reason != NGX_HTTP_MCP_TOKEN_OK) {
        return ngx_http_mcp_auth_refuse(auth, reason);
    }

    mmcf = ngx_http_get_module_main_conf(auth->request, ngx_http_mcp_module);

    if (mmcf->denylist.len
        && EVP_Digest(jws->text.data, jws->text.len, p->denied, NULL,
                      EVP_sha256(), NULL)
           != 1)
    {
        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_MEMORY);
    }

    ttl = mmcf->cache_ttl;

    if (provider->introspect == NGX_HTTP_MCP_INTROSPECT_ALWAYS) {

        rc = ngx_http_mcp_introspect(auth, provider, token, &answer);

        if (rc != NGX_OK) {
            return rc;
        }

        ttl = ngx_min(ttl, auth->answered - ngx_time());
    }

    /* one that is bound to a certificate is checked on each connection */

    if (!bound) {
        ngx_http_mcp_auth_keep(auth, p, ttl);
    }

    auth->principal = p;

    return NGX_OK;
}


/* what any provider of the location takes; introspection takes all */

static ngx_uint_t
ngx_http_mcp_auth_algs(const ngx_http_mcp_auth_conf_t *conf)
{
    ngx_uint_t                 i, algs;
    ngx_http_mcp_provider_t  **provider;

    algs = 0;
    provider = conf->providers.elts;

    for (i = 0; i < conf->providers.nelts; i++) {
        algs |= (provider[i]->keys == NGX_HTTP_MCP_KEYS_NONE)
                ? ~(ngx_uint_t) 0 : provider[i]->policy.algs;
    }

    return algs;
}


/* step 10: "iss", and nothing else of the payload, chooses */

static const ngx_http_mcp_provider_t *
ngx_http_mcp_auth_issuer(ngx_http_mcp_auth_t *auth,
    const ngx_http_mcp_json_t *claims, ngx_str_t *iss)
{
    ngx_uint_t                 i;
    ngx_http_mcp_json_t        value;
    ngx_http_mcp_provider_t  **provider;

    static const ngx_str_t  name = ngx_string("iss");

    if (ngx_http_mcp_json_find(claims, &name, &value) != NGX_OK
        || value.type != NGX_HTTP_MCP_JSON_STRING
        || ngx_http_mcp_json_decode(auth->request->pool, &value, iss)
           != NGX_OK)
    {
        return NULL;
    }

    provider = auth->conf->providers.elts;

    for (i = 0; i < auth->conf->providers.nelts; i++) {
        if (ngx_http_mcp_token_issuer(&provider[i]->policy, claims, iss)) {
            return provider[i];
        }
    }

    return NULL;
}


static ngx_int_t
ngx_http_mcp_auth_signature(ngx_http_mcp_auth_t *auth,
    ngx_http_mcp_principal_t *p, const ngx_http_mcp_jws_t *jws,
    const ngx_str_t *iss)
{
    ngx_int_t                       rc;
    ngx_uint_t                      index, tried;
    const ngx_http_mcp_jwk_t       *key;
    const ngx_http_mcp_jwks_t      *set;
    const ngx_http_mcp_provider_t  *provider;

    provider = p->provider;
    auth->awaited = NGX_HTTP_MCP_TOKEN_NOKEYS;
    auth->round = ngx_http_mcp_key_store_round(provider);

    rc = ngx_http_mcp_key_probe(auth, provider);

    if (rc == NGX_OK) {
        rc = ngx_http_mcp_key_store_get(provider, &set, &p->generation);
    }

    if (rc == NGX_DECLINED) {
        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_NOKEYS);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_http_mcp_auth_throttled(auth)) {
        return NGX_DECLINED;
    }

    index = 0;
    tried = 0;

    for ( ;; ) {

        key = ngx_http_mcp_jws_key(jws, set, provider->policy.kid_optional,
                                   &index);
        if (key == NULL) {
            break;
        }

        if (key->issuer.len
            && !ngx_http_mcp_token_key_issuer(&key->issuer, &jws->claims,
                                              iss))
        {
            continue;
        }

        tried++;

        rc = ngx_http_mcp_jws_verify(jws, key);

        if (rc == NGX_OK) {
            return NGX_OK;
        }

        if (rc == NGX_ERROR) {
            return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_MEMORY);
        }
    }

    if (tried) {
        return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_SIG);
    }

    return ngx_http_mcp_auth_unknown_key(auth, jws);
}


/* 2.4 item 5: newer keys may have it */

static ngx_int_t
ngx_http_mcp_auth_unknown_key(ngx_http_mcp_auth_t *auth,
    const ngx_http_mcp_jws_t *jws)
{
    ngx_int_t         rc;
    const ngx_str_t  *kid;

    kid = jws->kid.len ? &jws->kid
          : jws->x5t_s256.len ? &jws->x5t_s256 : &jws->x5t;

    if (kid->len) {
        rc = ngx_http_mcp_key_store_demand(auth->provider, kid, &auth->mark);

        if (rc == NGX_OK) {
            rc = ngx_http_mcp_key_probe_start(auth, auth->provider);
        }

        if (rc == NGX_AGAIN) {
            return NGX_AGAIN;
        }
    }

    return ngx_http_mcp_auth_refuse(auth, NGX_HTTP_MCP_TOKEN_KID);
}


/*
 * 2.8: SHA-256 of the certificate that the client showed on this connection,
 * only if the token asks.  1: the token has a confirmation of some kind.
 */

static ngx_uint_t
ngx_http_mcp_auth_thumbprint(ngx_http_mcp_auth_t *auth,
    const ngx_http_mcp_json_t *claims, u_char *text, ngx_str_t *thumbprint)
{
#if (NGX_HTTP_SSL)
    X509                 *cert;
    u_char                digest[EVP_MAX_MD_SIZE];
    ngx_str_t             src;
    unsigned int          len;
#endif
    ngx_http_mcp_json_t   value;

    static const ngx_str_t  name = ngx_string("cnf");

    thumbprint->len = 0;
    thumbprint->data = text;

    if (ngx_http_mcp_json_find(claims, &name, &value) != NGX_OK) {
        return 0;
    }

#if (NGX_HTTP_SSL)

    if (auth->request->connection->ssl == NULL) {
        return 1;
    }

    cert = SSL_get_peer_certificate(auth->request->connection->ssl
                                        ->connection);
    if (cert == NULL) {
        return 1;
    }

    if (X509_digest(cert, EVP_sha256(), digest, &len) == 1) {
        src.data = digest;
        src.len = len;

        ngx_encode_base64url(thumbprint, &src);
    }

    X509_free(cert);

#endif

    return 1;
}


static void
ngx_http_mcp_auth_keep(ngx_http_mcp_auth_t *auth, ngx_http_mcp_principal_t *p,
    time_t ttl)
{
    ngx_http_mcp_main_conf_t    *mmcf;
    ngx_http_mcp_auth_worker_t  *worker;

    mmcf = ngx_http_get_module_main_conf(auth->request, ngx_http_mcp_module);
    worker = mmcf->worker->auth;

    ngx_memcpy(p->digest, auth->digest, NGX_HTTP_MCP_TOKEN_DIGEST);
    p->until = ngx_time() + ttl;

    ngx_http_mcp_token_cache_put(&worker->tokens, p, mmcf->cache_entries);
}

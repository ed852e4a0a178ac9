
/*
 * Copyright (C) mcp-nginx contributors
 *
 * What the configuration says about who may do what: providers of tokens,
 * protected locations, rules of tools.  Made at load, read only.
 */


#ifndef _NGX_HTTP_MCP_AUTH_CONF_H_INCLUDED_
#define _NGX_HTTP_MCP_AUTH_CONF_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>
#include "ngx_http_mcp_claim.h"
#include "ngx_http_mcp_jwk.h"
#include "ngx_http_mcp_token.h"


/* where a provider's keys come from */

typedef enum {
    NGX_HTTP_MCP_KEYS_DISCOVERY = 0,       /* metadata of the issuer */
    NGX_HTTP_MCP_KEYS_URL,
    NGX_HTTP_MCP_KEYS_FILE,
    NGX_HTTP_MCP_KEYS_LOCATION,            /* a subrequest */
    NGX_HTTP_MCP_KEYS_NONE                 /* introspection only */
} ngx_http_mcp_keys_e;


typedef enum {
    NGX_HTTP_MCP_INTROSPECT_OFF = 0,
    NGX_HTTP_MCP_INTROSPECT_OPAQUE,        /* what is no JWS */
    NGX_HTTP_MCP_INTROSPECT_ALWAYS         /* a JWS too, after its checks */
} ngx_http_mcp_introspect_e;


typedef struct {
    ngx_str_t                    name;
    ngx_uint_t                   index;    /* in mmcf->providers */
    ngx_http_mcp_token_policy_t  policy;

    ngx_uint_t                   keys;     /* ngx_http_mcp_keys_e */
    ngx_str_t                    jwks;     /* URL (of discovery: empty, or
                                              the document's), file, @name */
    ngx_str_t                    jwks_text;   /* of a file, read at load */
    ngx_uint_t                   jwks_algs;   /* what its keys may verify */
    time_t                       refresh;     /* seconds; 0: as the answer's
                                                 Cache-Control says */
    time_t                       stale;
    time_t                       min_interval;
    ngx_str_t                    state;       /* file; empty: none */
    ngx_str_t                    trusted_certificate;  /* file */
    ngx_flag_t                   insecure;    /* http:// beyond loopback */

    ngx_uint_t                   introspect;  /* ngx_http_mcp_introspect_e */
    ngx_str_t                    introspection;  /* URL; empty: discovered */
    ngx_str_t                    client_id;
    ngx_str_t                    client_secret;
    ngx_flag_t                   client_post; /* credentials in the body */
    time_t                       active_ttl;  /* of "active": true */
    time_t                       inactive_ttl;
    ngx_uint_t                   max_inflight;

    ngx_str_t                    scope_prefix;   /* request form, 2.7 */

    void                        *runtime;  /* of the key store: a cell made
                                              at load, filled by workers */
    ngx_str_t                    file;
    ngx_uint_t                   line;
} ngx_http_mcp_provider_t;


/* a scope that is needed, and all those that contain it */

typedef struct {
    ngx_str_t                    name;
    ngx_array_t                  sufficient;  /* ngx_str_t; itself first */
} ngx_http_mcp_scope_t;


/* "mcp_auth_implies" */

typedef struct {
    ngx_str_t                    name;
    ngx_array_t                  implied;     /* ngx_str_t */
} ngx_http_mcp_implies_t;


/* "require_check" */

typedef struct {
    ngx_str_t                    pass;     /* @name */
    ngx_http_core_loc_conf_t    *location; /* in an endpoint's own copy */
    time_t                       ttl;      /* of an allowing answer */
    time_t                       negative;
} ngx_http_mcp_check_t;


typedef enum {
    NGX_HTTP_MCP_VISIBILITY_CHALLENGE = 0, /* listed; 403 insufficient_scope */
    NGX_HTTP_MCP_VISIBILITY_HIDE,          /* listed for who passes only */
    NGX_HTTP_MCP_VISIBILITY_SHOW           /* listed; 403 */
} ngx_http_mcp_visibility_e;


/*
 * Who may use a tool, and later a resource or a prompt: one object that the
 * list and the call both ask (TL-1).
 */

typedef struct {
    ngx_array_t                 *scopes;   /* ngx_http_mcp_scope_t: all of */
    ngx_array_t                 *any_scopes;  /* the same: one of */
    ngx_array_t                 *claims;   /* ngx_http_mcp_claim_test_t */
    ngx_array_t                 *checks;   /* ngx_http_mcp_check_t */
    ngx_uint_t                   visibility;  /* ngx_http_mcp_visibility_e,
                                              NGX_CONF_UNSET_UINT until the
                                              block is closed */
    ngx_flag_t                   anonymous;   /* "public on" */
    ngx_flag_t                   shared_cache;
    ngx_str_t                    text;     /* what it asks for, in one
                                              spelling */
    ngx_uint_t                   bit;      /* in a set of passed rules; only
                                              of those that hide */
} ngx_http_mcp_rule_t;


/* a line of "mcp_auth_api_keys" */

typedef struct {
    ngx_str_t                    name;
    u_char                       digest[32];  /* SHA-256 of the key */
    ngx_array_t                  scopes;      /* ngx_str_t */
} ngx_http_mcp_api_key_t;


/*
 * "mcp_auth_resource": an RFC 9728 resource.  All locations that inherit it
 * share it, and its document.
 */

typedef struct {
    ngx_str_t                    uri;      /* byte for byte */
    ngx_str_t                    host;     /* authority; a span of uri */
    ngx_str_t                    path;     /* "" or "/mcp", no query */
    ngx_str_t                    query;    /* with "?"; or empty */
    ngx_str_t                    name;
    ngx_str_t                    documentation;
    ngx_str_t                    policy;
    ngx_str_t                    tos;

    struct ngx_http_mcp_auth_conf_s  *auth;  /* of the level it stands in */
    ngx_str_t                    file;
    ngx_uint_t                   line;

    /* made in postconfiguration */
    ngx_str_t                    metadata; /* URL of the document; empty:
                                              there is none */
} ngx_http_mcp_resource_id_t;


#define NGX_HTTP_MCP_PROTECTED      "/.well-known/oauth-protected-resource"

#define NGX_HTTP_MCP_METADATA_PATH  0x01
#define NGX_HTTP_MCP_METADATA_ROOT  0x02
#define NGX_HTTP_MCP_METADATA_OFF   0x04
#define NGX_HTTP_MCP_METADATA_AUTO  0x08   /* path; root if unambiguous */


/* the words of a location, and what postconfiguration makes of them */

typedef struct ngx_http_mcp_auth_conf_s {
    ngx_array_t                 *names;    /* ngx_str_t: "mcp_auth"; NULL:
                                              off */
    ngx_uint_t                   optional;
    ngx_uint_t                   off;      /* "mcp_auth off" was written */
    ngx_http_mcp_resource_id_t  *resource;
    ngx_array_t                 *scope;    /* ngx_str_t: "mcp_auth_scope" */
    ngx_array_t                 *advertise;   /* ngx_str_t */
    ngx_array_t                 *claims;   /* ngx_http_mcp_claim_test_t:
                                              "mcp_auth_require_claim" */
    ngx_uint_t                   metadata; /* NGX_HTTP_MCP_METADATA_* */
    ngx_uint_t                   deny;     /* "mcp_auth_default deny" */
    ngx_str_t                    realm;
    ngx_array_t                 *api_keys; /* ngx_http_mcp_api_key_t */
    ngx_str_t                    api_header;  /* lower case */
    ngx_uint_t                   throttle; /* failures a minute; 0: off */
    ngx_msec_t                   timeout;  /* waiting for keys */
    size_t                       token_max;
    ngx_flag_t                   pass_token;  /* the credential stays in
                                              the request's headers */
    ngx_flag_t                   legacy_metadata;
    ngx_uint_t                   legacy_denial;  /* 1: a tool error */
    ngx_uint_t                   list_scope;     /* 1: "public"; until an
                                              endpoint is compiled
                                              NGX_CONF_UNSET_UINT: default */

    ngx_http_core_srv_conf_t    *cscf;     /* of the location; set when its
                                              level is merged */
    ngx_http_core_loc_conf_t    *clcf;

    /* made in postconfiguration */
    ngx_array_t                  providers;   /* ngx_http_mcp_provider_t * */
    ngx_array_t                  scopes;      /* ngx_http_mcp_scope_t */
    ngx_str_t                    document;    /* RFC 9728, JSON */
    ngx_str_t                    file;        /* of "mcp_auth", or of what
                                              stands in its place */
    ngx_uint_t                   line;
} ngx_http_mcp_auth_conf_t;


/* 1 if the location asks for a credential. */
#define ngx_http_mcp_auth_on(conf)  ((conf)->names || (conf)->api_keys)


/* a URL under which a document is published */

typedef struct {
    ngx_http_core_srv_conf_t        *cscf;    /* the server that answers */
    ngx_str_t                        uri;     /* path, as r->uri has it */
    ngx_str_t                        args;    /* or empty */
    const ngx_http_mcp_auth_conf_t  *auth;
    ngx_uint_t                       legacy;  /* the issuer's own document,
                                                 "mcp_auth_legacy_metadata" */
} ngx_http_mcp_document_t;


/* Sets what ngx_pcalloc() does not: that nothing was written yet. */
void ngx_http_mcp_auth_create(ngx_http_mcp_auth_conf_t *auth);

/* mcp_auth_provider NAME { ... }: "conf" is the main conf. */
char *ngx_http_mcp_provider_block(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* Setters of directives; "conf" is the loc_conf. */

/* mcp_auth off | PROVIDER... [optional] */
char *ngx_http_mcp_auth_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* mcp_auth_resource URI [name= documentation= policy= tos=] */
char *ngx_http_mcp_auth_resource(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* mcp_auth_scope and mcp_auth_advertise: SCOPE...; cmd->offset says which */
char *ngx_http_mcp_auth_scopes(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* mcp_auth_metadata auto | path | root | path root | off; cmd->post are the
 * words */
char *ngx_http_mcp_auth_metadata(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* mcp_auth_realm TEXT */
char *ngx_http_mcp_auth_realm(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* mcp_auth_require_claim PATH [OP VALUE...] */
char *ngx_http_mcp_auth_claim(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* mcp_auth_api_keys FILE [header=NAME] */
char *ngx_http_mcp_auth_api_keys(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* mcp_auth_throttle off | NUMBERr/m */
char *ngx_http_mcp_auth_throttle(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* Setters of directives in http; "conf" is the main conf. */

/* mcp_auth_implies SCOPE IMPLIED... */
char *ngx_http_mcp_auth_implies(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * mcp_auth_claim_set $variable PATH.  cmd->post is the variable's get
 * handler (an ngx_http_get_variable_pt *), whose data is the
 * ngx_http_mcp_claim_path_t.
 */
char *ngx_http_mcp_auth_claim_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* mcp_auth_denylist FILE */
char *ngx_http_mcp_auth_denylist(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* mcp_auth_cache [entries=NUMBER] [ttl=TIME] */
char *ngx_http_mcp_auth_cache(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * Words of "mcp_tool" that make its rule: "conf" is the ngx_http_mcp_tool_t.
 * require_scope and require_any_scope: cmd->offset within ngx_http_mcp_rule_t
 * says which.
 */
char *ngx_http_mcp_rule_scope_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* require_claim PATH [OP VALUE...] */
char *ngx_http_mcp_rule_claim_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* require_check @name [cache=TIME] [negative=TIME] */
char *ngx_http_mcp_rule_check_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* public and shared_cache on | off; cmd->offset as above */
char *ngx_http_mcp_rule_flag_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* visibility challenge | hide | show */
char *ngx_http_mcp_rule_visibility_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* Notes the place of the first directive of a level about authorization:
 * for messages, where "mcp_auth" itself does not stand there. */
void ngx_http_mcp_auth_place(ngx_conf_t *cf, ngx_http_mcp_auth_conf_t *auth);

/* Adds the predicate in the arguments of the directive that is read to a
 * list (ngx_http_mcp_claim_test_t), made on first use.  NGX_CONF_ERROR after
 * logging. */
char *ngx_http_mcp_claim_add(ngx_conf_t *cf, ngx_array_t **list);

/* 1 if a rule asks for something; NULL does not. */
ngx_uint_t ngx_http_mcp_rule_asks(const ngx_http_mcp_rule_t *rule);


/*
 * 1 if a name is that of a scope (RFC 6749 3.3); else it is logged with the
 * place where the parser is.  "asked" says that clients will be told to ask
 * for it, which "offline_access" must not be (authorization.md 1.3).
 */
ngx_uint_t ngx_http_mcp_scope_check(ngx_conf_t *cf, const ngx_str_t *name,
    ngx_uint_t asked);

/*
 * Fills scope->sufficient, in cf->pool: the scope itself and all those that
 * contain it by "implies" (ngx_http_mcp_implies_t), however far.
 * NGX_ERROR: no memory.
 */
ngx_int_t ngx_http_mcp_scope_expand(ngx_conf_t *cf,
    const ngx_array_t *implies, ngx_http_mcp_scope_t *scope);

/*
 * The request form of a scope (2.7): the name with the provider's prefix,
 * but for OpenID Connect's own scopes and names with a "/".  "provider" may
 * be NULL.  In "pool" where it is another text.  NGX_ERROR: no memory.
 */
ngx_int_t ngx_http_mcp_scope_request(ngx_pool_t *pool,
    const ngx_http_mcp_provider_t *provider, const ngx_str_t *name,
    ngx_str_t *out);

/*
 * A provider's issuer as clients are told it: with the tenant put in for
 * "{tenantid}", the only one or "organizations".  NGX_ERROR: no memory.
 */
ngx_int_t ngx_http_mcp_provider_issuer(ngx_pool_t *pool,
    const ngx_http_mcp_provider_t *provider, ngx_str_t *out);


/*
 * In postconfiguration, before the catalogs are compiled: resolves names,
 * expands scopes, makes documents and the URLs they are published under.
 * NGX_ERROR after logging with file and line.
 */
ngx_int_t ngx_http_mcp_auth_compile(ngx_conf_t *cf);

/* The last part of it: all documents, and mmcf->documents. */
ngx_int_t ngx_http_mcp_auth_documents(ngx_conf_t *cf);

/*
 * Makes the document of a resource, the URL of it, and auth->document of
 * those of "guarded" (ngx_http_mcp_loc_conf_t *) that have it.
 * NGX_ERROR: no memory.
 */
ngx_int_t ngx_http_mcp_auth_document(ngx_conf_t *cf,
    const ngx_array_t *guarded, ngx_http_mcp_resource_id_t *resource);


#endif /* _NGX_HTTP_MCP_AUTH_CONF_H_INCLUDED_ */

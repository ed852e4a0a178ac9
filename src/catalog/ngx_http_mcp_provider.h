
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Inside of the block "mcp_auth_provider".
 */


#ifndef _NGX_HTTP_MCP_PROVIDER_H_INCLUDED_
#define _NGX_HTTP_MCP_PROVIDER_H_INCLUDED_


#include "ngx_http_mcp_catalog.h"


/*
 * Setters of words: "conf" is the ngx_http_mcp_provider_t, and they return
 * what setters of nginx do.
 */

/* issuer URL [insecure] */
char *ngx_http_mcp_issuer_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* audience NAME... and clients ID...; cmd->offset says which list */
char *ngx_http_mcp_provider_list_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* tenants GUID... */
char *ngx_http_mcp_tenants_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* algorithms NAME... */
char *ngx_http_mcp_algorithms_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* scope_claim PATH and role_claim PATH; cmd->offset says which */
char *ngx_http_mcp_claim_path_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* subject PATH... */
char *ngx_http_mcp_subject_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* scope_prefix TEXT */
char *ngx_http_mcp_scope_prefix_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* leeway TIME */
char *ngx_http_mcp_leeway_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* max_age TIME */
char *ngx_http_mcp_max_age_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* jwks discovery | discovery=URL | url=URL | file=PATH | location=@name
 *     [refresh=TIME] [stale=TIME] [min_interval=TIME] */
char *ngx_http_mcp_jwks_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* introspection URL | discovery client_id=ID client_secret_file=PATH ... */
char *ngx_http_mcp_introspection_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* state FILE */
char *ngx_http_mcp_state_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* trusted_certificate FILE */
char *ngx_http_mcp_certificate_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * After a block: defaults, what is missing, what contradicts itself.
 * NGX_CONF_OK, or NGX_CONF_ERROR after logging.
 */
char *ngx_http_mcp_provider_check(ngx_conf_t *cf,
    ngx_http_mcp_provider_t *provider);

/*
 * Parses the path of a claim for a directive or word.
 * NGX_CONF_OK, or NGX_CONF_ERROR after logging.
 */
char *ngx_http_mcp_claim_path_set(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_mcp_claim_path_t *path);


#endif /* _NGX_HTTP_MCP_PROVIDER_H_INCLUDED_ */


/*
 * Copyright (C) mcp-nginx contributors
 *
 * The front door: the module's directives and callbacks.  What they do is
 * in src/, floor by floor; docs/architecture.md has the picture.
 */


#include "ngx_http_mcp_auth.h"
#include "ngx_http_mcp_auth_variables.h"
#include "ngx_http_mcp_catalog.h"
#include "ngx_http_mcp_directives.h"
#include "ngx_http_mcp_endpoint.h"
#include "ngx_http_mcp_variables.h"
#include "ngx_http_mcp_word.h"
#include "ngx_http_mcp_zone.h"


static char *ngx_http_mcp_mcp(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static ngx_int_t ngx_http_mcp_preconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_http_mcp_postconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_http_mcp_phases(ngx_conf_t *cf);
static ngx_int_t ngx_http_mcp_phase(ngx_conf_t *cf, ngx_http_phases phase,
    ngx_http_handler_pt handler);
static ngx_int_t ngx_http_mcp_init_process(ngx_cycle_t *cycle);


static ngx_conf_num_bounds_t  ngx_http_mcp_positive = {
    ngx_conf_check_num_bounds, 1, -1
};


static ngx_conf_bitmask_t  ngx_http_mcp_metadata_places[] = {
    { ngx_string("auto"), NGX_HTTP_MCP_METADATA_AUTO },
    { ngx_string("path"), NGX_HTTP_MCP_METADATA_PATH },
    { ngx_string("root"), NGX_HTTP_MCP_METADATA_ROOT },
    { ngx_string("off"), NGX_HTTP_MCP_METADATA_OFF },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_mcp_auth_defaults[] = {
    { ngx_string("allow"), 0 },
    { ngx_string("deny"), 1 },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_mcp_legacy_denials[] = {
    { ngx_string("status"), 0 },
    { ngx_string("tool_error"), 1 },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_mcp_list_scopes[] = {
    { ngx_string("private"), 0 },
    { ngx_string("public"), 1 },
    { ngx_null_string, 0 }
};


static ngx_command_t  ngx_http_mcp_commands[] = {

    { ngx_string("mcp_zone"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_mcp_zone_set,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mcp_secret"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_mcp_secret,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mcp_toolset"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_BLOCK|NGX_CONF_TAKE1,
      ngx_http_mcp_toolset_block,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mcp"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_mcp_mcp,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mcp_server_info"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_mcp_server_info,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mcp_instructions"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mcp_loc_conf_t, instructions),
      NULL },

    { ngx_string("mcp_tool"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_BLOCK
                        |NGX_CONF_TAKE1,
      ngx_http_mcp_tool_block,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mcp_tools"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_mcp_tools,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mcp_allowed_hosts"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_mcp_allowed_hosts,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mcp_allowed_origins"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_mcp_allowed_origins,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mcp_pass_header"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_mcp_pass_header,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mcp_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mcp_loc_conf_t, timeout),
      &ngx_http_mcp_positive },

    { ngx_string("mcp_max_response"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_size_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mcp_loc_conf_t, max_response),
      &ngx_http_mcp_positive },

    { ngx_string("mcp_max_calls"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mcp_loc_conf_t, max_calls),
      &ngx_http_mcp_positive },

    { ngx_string("mcp_page_size"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mcp_loc_conf_t, page_size),
      NULL },

    { ngx_string("mcp_list_ttl"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mcp_loc_conf_t, list_ttl),
      NULL },

    { ngx_string("mcp_cancel_on_disconnect"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mcp_loc_conf_t, cancel_on_disconnect),
      NULL },

    { ngx_string("mcp_auth_provider"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_BLOCK|NGX_CONF_TAKE1,
      ngx_http_mcp_provider_block,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mcp_auth_implies"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_2MORE,
      ngx_http_mcp_auth_implies,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mcp_auth_claim_set"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE2,
      ngx_http_mcp_auth_claim_set,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      &ngx_http_mcp_auth_claim_getter },

    { ngx_string("mcp_auth_denylist"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_mcp_auth_denylist,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mcp_auth_cache"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE12,
      ngx_http_mcp_auth_cache,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mcp_auth"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_mcp_auth_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mcp_auth_resource"),
      NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_mcp_auth_resource,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mcp_auth_scope"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_mcp_auth_scopes,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mcp_loc_conf_t, auth.scope),
      NULL },

    { ngx_string("mcp_auth_advertise"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_mcp_auth_scopes,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mcp_loc_conf_t, auth.advertise),
      NULL },

    { ngx_string("mcp_auth_metadata"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_http_mcp_auth_metadata,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mcp_loc_conf_t, auth.metadata),
      &ngx_http_mcp_metadata_places },

    { ngx_string("mcp_auth_realm"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_mcp_auth_realm,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mcp_auth_require_claim"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_mcp_auth_claim,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mcp_auth_default"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mcp_loc_conf_t, auth.deny),
      &ngx_http_mcp_auth_defaults },

    { ngx_string("mcp_auth_api_keys"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_http_mcp_auth_api_keys,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mcp_auth_throttle"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_mcp_auth_throttle,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("mcp_auth_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mcp_loc_conf_t, auth.timeout),
      &ngx_http_mcp_positive },

    { ngx_string("mcp_auth_token_max"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_size_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mcp_loc_conf_t, auth.token_max),
      &ngx_http_mcp_positive },

    { ngx_string("mcp_auth_pass_token"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mcp_loc_conf_t, auth.pass_token),
      NULL },

    { ngx_string("mcp_auth_legacy_metadata"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mcp_loc_conf_t, auth.legacy_metadata),
      NULL },

    { ngx_string("mcp_auth_legacy_denial"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mcp_loc_conf_t, auth.legacy_denial),
      &ngx_http_mcp_legacy_denials },

    { ngx_string("mcp_list_scope"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_mcp_loc_conf_t, auth.list_scope),
      &ngx_http_mcp_list_scopes },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_mcp_module_ctx = {
    ngx_http_mcp_preconfiguration,         /* preconfiguration */
    ngx_http_mcp_postconfiguration,        /* postconfiguration */

    ngx_http_mcp_create_main_conf,         /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_mcp_create_loc_conf,          /* create location configuration */
    ngx_http_mcp_merge_loc_conf            /* merge location configuration */
};


ngx_module_t  ngx_http_mcp_module = {
    NGX_MODULE_V1,
    &ngx_http_mcp_module_ctx,              /* module context */
    ngx_http_mcp_commands,                 /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    ngx_http_mcp_init_process,             /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static char *
ngx_http_mcp_mcp(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    return ngx_http_mcp_endpoint_set(cf, conf, ngx_http_mcp_handler);
}


static ngx_int_t
ngx_http_mcp_preconfiguration(ngx_conf_t *cf)
{
    ngx_http_mcp_word_init(cf);

    if (ngx_http_mcp_variables_add(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_mcp_auth_variables_add(cf);
}


static ngx_int_t
ngx_http_mcp_postconfiguration(ngx_conf_t *cf)
{
    ngx_uint_t                  i;
    ngx_http_mcp_endpoint_t   **endpoint;
    ngx_http_mcp_main_conf_t   *mmcf;

    if (ngx_http_mcp_auth_compile(cf) != NGX_OK
        || ngx_http_mcp_catalog_compile(cf) != NGX_OK
        || ngx_http_mcp_variables_init(cf) != NGX_OK
        || ngx_http_mcp_zone_init(cf) != NGX_OK
        || ngx_http_mcp_auth_init(cf) != NGX_OK
        || ngx_http_mcp_phases(cf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    mmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_mcp_module);

    endpoint = mmcf->endpoints.elts;

    for (i = 0; i < mmcf->endpoints.nelts; i++) {

        /* "proxy_pass" after "mcp" took the location over */

        if (endpoint[i]->clcf->handler != ngx_http_mcp_handler) {
            (void) ngx_http_mcp_conf_error(cf, &endpoint[i]->file,
                       endpoint[i]->line,
                       "\"mcp\" cannot share a location with another content "
                       "handler, such as \"proxy_pass\": point \"pass\" of a "
                       "tool at it");
            return NGX_ERROR;
        }

        ngx_http_mcp_host_check(cf, endpoint[i]);
    }

    return NGX_OK;
}


/* only what the configuration uses takes part in a request */

static ngx_int_t
ngx_http_mcp_phases(ngx_conf_t *cf)
{
    ngx_http_mcp_main_conf_t  *mmcf;

    mmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_mcp_module);

    /* tools' subrequests, and those that fetch keys */

    if ((mmcf->endpoints.nelts || mmcf->guarded.nelts)
        && ngx_http_mcp_phase(cf, NGX_HTTP_SERVER_REWRITE_PHASE,
                              ngx_http_mcp_call_nested)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (mmcf->documents.nelts
        && ngx_http_mcp_phase(cf, NGX_HTTP_SERVER_REWRITE_PHASE,
                              ngx_http_mcp_metadata)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (mmcf->guarded.nelts == 0) {
        return NGX_OK;
    }

    if (ngx_http_mcp_phase(cf, NGX_HTTP_REWRITE_PHASE,
                           ngx_http_mcp_access_query)
        != NGX_OK
        || ngx_http_mcp_phase(cf, NGX_HTTP_PREACCESS_PHASE,
                              ngx_http_mcp_access_subrequest)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_mcp_phase(cf, NGX_HTTP_ACCESS_PHASE, ngx_http_mcp_access);
}


static ngx_int_t
ngx_http_mcp_phase(ngx_conf_t *cf, ngx_http_phases phase,
    ngx_http_handler_pt handler)
{
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[phase].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = handler;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_init_process(ngx_cycle_t *cycle)
{
    /* helper processes serve no requests */

    if (ngx_process != NGX_PROCESS_WORKER
        && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NGX_OK;
    }

    return ngx_http_mcp_auth_start(cycle);
}

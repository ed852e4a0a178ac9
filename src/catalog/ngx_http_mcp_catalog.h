
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The compiled, read-only picture of the configuration: what an endpoint
 * serves.  Built once at load by this floor, read by every request.
 */


#ifndef _NGX_HTTP_MCP_CATALOG_H_INCLUDED_
#define _NGX_HTTP_MCP_CATALOG_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>
#include "ngx_http_mcp_auth_conf.h"
#include "ngx_http_mcp_json_scan.h"
#include "ngx_http_mcp_template.h"


#if (nginx_version < 1022000)
#error "ngx_http_mcp_module needs nginx 1.22 or later"
#endif


#define NGX_HTTP_MCP_VERSION          "0.1.0"

#define NGX_HTTP_MCP_MAX_NAME         128    /* of a tool: TOOL-10 */
#define NGX_HTTP_MCP_MAX_CLIENT_NAME  64     /* where clients cut it */


/* JSON types a value may have, as bits; 0 is any */

#define NGX_HTTP_MCP_TYPE_STRING      0x01
#define NGX_HTTP_MCP_TYPE_INTEGER     0x02
#define NGX_HTTP_MCP_TYPE_NUMBER      0x04
#define NGX_HTTP_MCP_TYPE_BOOLEAN     0x08
#define NGX_HTTP_MCP_TYPE_ARRAY       0x10
#define NGX_HTTP_MCP_TYPE_OBJECT      0x20
#define NGX_HTTP_MCP_TYPE_NULL        0x40


/* where the request line, a header, a cookie uses a parameter */

#define NGX_HTTP_MCP_IN_PATH          0x01
#define NGX_HTTP_MCP_IN_QUERY         0x02
#define NGX_HTTP_MCP_IN_HEADER        0x04
#define NGX_HTTP_MCP_IN_COOKIE        0x08


typedef struct {
    ngx_str_t                    name;       /* as the client writes it */
    ngx_str_t                    upstream;   /* as the upstream spells it */
    ngx_str_t                    description;
    ngx_uint_t                   type;       /* NGX_HTTP_MCP_TYPE_* */
    ngx_uint_t                   items;      /* of an array; 0 is any */

    /* JSON texts; type NGX_HTTP_MCP_JSON_NONE where not given */
    ngx_http_mcp_json_t          fallback;   /* "default" */
    ngx_http_mcp_json_t          minimum;
    ngx_http_mcp_json_t          maximum;
    ngx_array_t                 *choices;    /* "enum": ngx_str_t, decoded */
    ngx_int_t                    min_length; /* characters; -1 is none */
    ngx_int_t                    max_length;
    ngx_str_t                    pattern;
    ngx_str_t                    format;
    ngx_str_t                    header;     /* x-mcp-header */

    ngx_uint_t                   places;     /* NGX_HTTP_MCP_IN_* */
    unsigned                     required:1;
} ngx_http_mcp_param_t;


/* a value that the client mirrors in Mcp-Param-NAME (HTTP-28) */

typedef struct {
    ngx_str_t                    header;     /* NAME */
    ngx_array_t                  path;       /* ngx_str_t: property names
                                                from the root */
    ngx_uint_t                   type;
} ngx_http_mcp_mirror_t;


/* a piece of a header's or cookie's value: nginx text or a parameter */

typedef struct {
    ngx_http_complex_value_t    *text;       /* NULL: a parameter */
    ngx_uint_t                   param;      /* index in tool->params */
} ngx_http_mcp_piece_t;


typedef struct {
    ngx_str_t                    name;
    ngx_str_t                    lowcase;
    ngx_array_t                  pieces;     /* ngx_http_mcp_piece_t */
} ngx_http_mcp_field_t;


/* a variable of who calls that a header or cookie names */

typedef struct {
    ngx_str_t                    name;
    ngx_int_t                    index;
} ngx_http_mcp_identity_t;


/* "query": a parameter of the query under a name of the upstream's own */

typedef struct {
    ngx_str_t                    name;
    ngx_http_mcp_template_var_t  var;
} ngx_http_mcp_query_t;


typedef struct {
    ngx_str_t                    src;
    ngx_str_t                    mime_type;
    ngx_str_t                    sizes;
    ngx_str_t                    theme;
} ngx_http_mcp_icon_t;


typedef enum {
    NGX_HTTP_MCP_BODY_NONE = 0,
    NGX_HTTP_MCP_BODY_JSON,
    NGX_HTTP_MCP_BODY_FORM
} ngx_http_mcp_body_e;


typedef enum {
    NGX_HTTP_MCP_RESULT_BOTH = 0,
    NGX_HTTP_MCP_RESULT_TEXT,
    NGX_HTTP_MCP_RESULT_STRUCTURED
} ngx_http_mcp_result_e;


/* MCP's four hints (mcp-2026-07-28.md 4.6); bits of tool->hints */

#define NGX_HTTP_MCP_HINT_READ_ONLY   0x01
#define NGX_HTTP_MCP_HINT_DESTRUCTIVE 0x02
#define NGX_HTTP_MCP_HINT_IDEMPOTENT  0x04
#define NGX_HTTP_MCP_HINT_OPEN_WORLD  0x08


typedef struct {
    void                        *http;       /* cf->ctx around the block */

    ngx_str_t                    name;
    ngx_str_t                    title;
    ngx_str_t                    description;
    ngx_array_t                 *icons;      /* ngx_http_mcp_icon_t */
    ngx_uint_t                   hints;      /* NGX_HTTP_MCP_HINT_* */
    ngx_uint_t                   hints_set;  /* which are published */

    ngx_array_t                  params;     /* ngx_http_mcp_param_t */
    ngx_array_t                  mirrors;    /* ngx_http_mcp_mirror_t */
    ngx_str_t                    input_schema;
    unsigned                     schema:1;   /* by "input_schema" */
    unsigned                     open:1;     /* it allows other members */

    ngx_uint_t                   method;
    ngx_str_t                    method_name;
    ngx_http_mcp_template_t      target;
    ngx_array_t                  queries;    /* ngx_http_mcp_query_t */
    ngx_array_t                  headers;    /* ngx_http_mcp_field_t */
    ngx_array_t                  cookies;    /* ngx_http_mcp_field_t */
    ngx_array_t                 *identity;   /* ngx_http_mcp_identity_t: what
                                                must be known of the caller;
                                                NULL: nothing */
    ngx_uint_t                   body;       /* ngx_http_mcp_body_e */

    ngx_str_t                    pass;       /* the location's name */
    ngx_http_core_loc_conf_t    *location;   /* in an endpoint's own copy */
    ngx_msec_t                   timeout;
    size_t                       max_response;
    ngx_uint_t                   result;     /* ngx_http_mcp_result_e */

    ngx_http_mcp_rule_t         *rule;       /* NULL: none was written */

    ngx_str_t                    file;       /* where it was declared */
    ngx_uint_t                   line;
    ngx_uint_t                   request_line;
    ngx_uint_t                   seen;       /* an endpoint serves it */
} ngx_http_mcp_tool_t;


typedef struct {
    void                        *http;
    ngx_str_t                    name;
    ngx_array_t                  tools;      /* ngx_http_mcp_tool_t * */
    ngx_str_t                    file;
    ngx_uint_t                   line;
} ngx_http_mcp_toolset_t;


/*
 * A page of a list, serialised once: the text of the JSON array.  "next" is
 * the index of the first record after it, 0 on the last page.
 */

typedef struct {
    ngx_str_t                    array;
    ngx_uint_t                   next;
} ngx_http_mcp_page_t;


/* a list as somebody sees it */

typedef struct {
    ngx_array_t                  pages;      /* ngx_http_mcp_page_t; one at
                                                least */
    u_char                       generation[16]; /* digest of the pages */
} ngx_http_mcp_catalog_view_t;


typedef struct {
    ngx_str_t                    name;       /* of the server */

    ngx_array_t                  tools;      /* ngx_http_mcp_tool_t, sorted
                                                as declared */
    ngx_http_mcp_tool_t        **index;      /* the same, sorted by name */
    ngx_array_t                  rules;      /* ngx_http_mcp_rule_t *: those
                                                that hide, each once; its
                                                index is rule->bit */
    ngx_uint_t                   page_size;  /* of a list; 0: one page */
    unsigned                     deny:1;     /* tools without a rule are
                                                nobody's and in no list */

    /* texts made at load; "id" is spliced in front of them */
    ngx_http_mcp_catalog_view_t  all;        /* for who passes every rule */
    ngx_str_t                    list_tail;  /* after a list's array, modern
                                                era; without the "}}" */
    ngx_str_t                    discover;   /* result of server/discover */
    ngx_str_t                    initialize; /* result, after the version */
    ngx_str_t                    meta;       /* "_meta" of every modern
                                                result, with a comma ahead */
    ngx_str_t                    list_end;   /* list_tail and "}}" */
    ngx_str_t                    result_end; /* meta and "}}" */
    ngx_str_t                    param_headers; /* ", mcp-param-x" for CORS */
} ngx_http_mcp_catalog_t;


typedef struct {
    ngx_str_t                    scheme;     /* empty: any */
    ngx_str_t                    host;       /* lower case */
    ngx_str_t                    port;       /* empty: the default one */
    unsigned                     suffix:1;   /* host began with "*." */
    unsigned                     any:1;      /* "*" */
} ngx_http_mcp_origin_t;


/* what the word "mcp" makes of a location */

typedef struct {
    ngx_http_core_srv_conf_t         *cscf;
    ngx_http_core_loc_conf_t         *clcf;
    struct ngx_http_mcp_loc_conf_s   *mlcf;
    const ngx_http_mcp_catalog_t     *catalog;
    ngx_array_t                       names;  /* ngx_http_server_name_t: nginx
                                                 keeps its own only while it
                                                 reads the configuration */
    ngx_str_t                         file;
    ngx_uint_t                        line;
} ngx_http_mcp_endpoint_t;


/* counters of this worker; the configuration itself is never written */

typedef struct {
    ngx_uint_t                   calls;      /* tool calls in flight */
    void                        *auth;       /* of src/service */
} ngx_http_mcp_worker_t;


typedef struct {
    ngx_array_t                  endpoints;  /* ngx_http_mcp_endpoint_t * */
    ngx_array_t                  tools;      /* ngx_http_mcp_tool_t *: all */
    ngx_array_t                  toolsets;   /* ngx_http_mcp_toolset_t * */

    ngx_array_t                  providers;  /* ngx_http_mcp_provider_t * */
    ngx_array_t                  guarded;    /* ngx_http_mcp_loc_conf_t *:
                                                those with "mcp_auth" on */
    ngx_array_t                  documents;  /* ngx_http_mcp_document_t */
    ngx_array_t                  implies;    /* ngx_http_mcp_implies_t */
    ngx_array_t                  claim_names;   /* ngx_str_t: variables of
                                                "mcp_auth_claim_set" */
    ngx_str_t                    denylist;   /* file; empty: none */
    ngx_uint_t                   cache_entries;  /* verified tokens */
    time_t                       cache_ttl;

    ngx_shm_zone_t              *zone;
    ngx_array_t                 *secrets;    /* ngx_str_t: 32-byte keys */
    ngx_int_t                    request_method; /* indexes of variables, */
    ngx_int_t                    request_id;     /* NGX_ERROR: not used */
    ngx_http_mcp_worker_t       *worker;
} ngx_http_mcp_main_conf_t;


typedef struct ngx_http_mcp_loc_conf_s {
    ngx_http_mcp_endpoint_t     *endpoint;   /* NULL: no endpoint */

    ngx_array_t                 *tools;      /* ngx_http_mcp_tool_t *: own
                                                blocks of this level */
    ngx_array_t                 *toolsets;   /* ngx_str_t: "mcp_tools" */

    ngx_http_mcp_auth_conf_t     auth;

    ngx_str_t                    name;       /* "mcp_server_info" */
    ngx_str_t                    version;
    ngx_str_t                    title;
    ngx_str_t                    website;
    ngx_str_t                    instructions;

    ngx_array_t                 *hosts;      /* ngx_str_t, lower case */
    ngx_array_t                 *origins;    /* ngx_http_mcp_origin_t */
    ngx_array_t                 *pass_headers; /* ngx_str_t, lower case */

    ngx_msec_t                   timeout;
    size_t                       max_response;
    ngx_uint_t                   max_calls;
    ngx_uint_t                   page_size;  /* 0: one page */
    ngx_msec_t                   list_ttl;
    ngx_flag_t                   cancel_on_disconnect;
} ngx_http_mcp_loc_conf_t;


extern ngx_module_t  ngx_http_mcp_module;
extern ngx_module_t  ngx_http_mcp_word_module;
extern ngx_module_t  ngx_http_mcp_filter_module;


/* Callback of the http module; NULL: no memory. */
void *ngx_http_mcp_create_main_conf(ngx_conf_t *cf);

/* Callback of the http module; NULL: no memory. */
void *ngx_http_mcp_create_loc_conf(ngx_conf_t *cf);

/* Callback of the http module: what a level inherits. */
char *ngx_http_mcp_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child);

/* The part of it that is about authorization. */
char *ngx_http_mcp_auth_merge(ngx_conf_t *cf, ngx_http_mcp_loc_conf_t *prev,
    ngx_http_mcp_loc_conf_t *conf);


/*
 * Leaves in tool->identity the variables of who calls, of all those that its
 * headers name: once all of "mcp_auth_claim_set" is read.  NGX_ERROR: memory.
 */
ngx_int_t ngx_http_mcp_identity_compile(ngx_conf_t *cf,
    ngx_http_mcp_main_conf_t *mmcf);

/*
 * Compiles every endpoint's catalog: in postconfiguration, when locations
 * are known.  Mistakes are logged with file and line.  NGX_OK, NGX_ERROR.
 */
ngx_int_t ngx_http_mcp_catalog_compile(ngx_conf_t *cf);

/*
 * Serialises what is the same for every request: the list's pages and the
 * results of server/discover and initialize.  Called once per catalog, after
 * its tools are complete.  NGX_OK, NGX_ERROR (memory).
 */
ngx_int_t ngx_http_mcp_catalog_serialise(ngx_conf_t *cf,
    ngx_http_mcp_catalog_t *catalog, ngx_http_mcp_loc_conf_t *mlcf);

/*
 * The list for who passes the hiding rules whose bits are set: rule->bit 9
 * is "passed[1] & 2"; NULL: all of them.  In the order of the catalog
 * (authorization.md 5.2); nothing to list is one page "[]".  All of it is in
 * "pool".  NULL: no memory, or a failure that "log" has.
 */
ngx_http_mcp_catalog_view_t *ngx_http_mcp_catalog_view(ngx_pool_t *pool,
    ngx_log_t *log, const ngx_http_mcp_catalog_t *catalog,
    const u_char *passed);

/*
 * Gives a tool of an endpoint's catalog a rule of its own: its checks are
 * resolved in the endpoint's server, and it has a bit if it hides.  Called
 * for each tool, in order.  NGX_ERROR after logging.
 */
ngx_int_t ngx_http_mcp_catalog_rule(ngx_conf_t *cf,
    ngx_http_mcp_endpoint_t *endpoint, ngx_http_mcp_catalog_t *catalog,
    ngx_http_mcp_tool_t *tool);

/* The location "@name" of an endpoint's server that a tool names; NULL after
 * logging. */
ngx_http_core_loc_conf_t *ngx_http_mcp_catalog_location(ngx_conf_t *cf,
    const ngx_http_mcp_endpoint_t *endpoint, const ngx_http_mcp_tool_t *tool,
    const ngx_str_t *name);

/* The location "@name" of a server, or NULL.  Known when all locations are
 * read: in postconfiguration and later. */
ngx_http_core_loc_conf_t *ngx_http_mcp_named_location(
    const ngx_http_core_srv_conf_t *cscf, const ngx_str_t *name);

/* The tool of exactly that name (TOOL-11), or NULL. */
const ngx_http_mcp_tool_t *ngx_http_mcp_catalog_tool(
    const ngx_http_mcp_catalog_t *catalog, const ngx_str_t *name);


/* 1 if two names are one as "$mcp_arg_NAME": nginx lowers the case of
 * variables, and "-" and "." cannot be in them. */
ngx_uint_t ngx_http_mcp_param_same(const ngx_str_t *one,
    const ngx_str_t *two);


/* 1 if the value is of one of the types; 0 in "type" is any.  1.0 is an
 * integer, as JSON Schema says. */
ngx_uint_t ngx_http_mcp_type_fits(ngx_uint_t type,
    const ngx_http_mcp_json_t *value);


/*
 * Logs at emerg as nginx does, with the place that "file" and "line" give
 * instead of the parser's, and returns NGX_CONF_ERROR: for what is only
 * known when a block is closed or all is read.
 */
char *ngx_http_mcp_conf_error(ngx_conf_t *cf, const ngx_str_t *file,
    ngx_uint_t line, const char *fmt, ...);

/*
 * Reads a file at load, whole and into "pool", with one byte of room behind
 * it.  "name" is made a full one: relative names are in nginx's
 * configuration folder.  What is no regular file or has more than "max"
 * bytes is refused.  "fi" is what the system knows of it.
 * NGX_OK, NGX_ERROR after logging with the place where the parser is.
 */
ngx_int_t ngx_http_mcp_file_read(ngx_conf_t *cf, ngx_pool_t *pool,
    ngx_str_t *name, size_t max, ngx_str_t *text, ngx_file_info_t *fi);

/*
 * The next line of a text that says something: without blanks around it, not
 * empty and no comment ("#").  "text" is cut from the front, *number, 0 at
 * first, is that of the line.  0: there is none.
 */
ngx_uint_t ngx_http_mcp_file_line(ngx_str_t *text, ngx_str_t *line,
    ngx_uint_t *number);


#endif /* _NGX_HTTP_MCP_CATALOG_H_INCLUDED_ */

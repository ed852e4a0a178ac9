
/*
 * Copyright (C) mcp-nginx contributors
 *
 * A call is one JSON-RPC message on its way: a row of steps, as nginx's
 * phases are.  The context of a request holds the call that runs.
 */


#ifndef _NGX_HTTP_MCP_CALL_H_INCLUDED_
#define _NGX_HTTP_MCP_CALL_H_INCLUDED_


#include "ngx_http_mcp_catalog.h"


/* protocol revisions, oldest first; UNKNOWN is a legacy client that names
 * none (mcp-legacy.md 2.9) */

typedef enum {
    NGX_HTTP_MCP_2024_11_05 = 1,
    NGX_HTTP_MCP_2025_03_26,
    NGX_HTTP_MCP_UNKNOWN,
    NGX_HTTP_MCP_2025_06_18,
    NGX_HTTP_MCP_2025_11_25,
    NGX_HTTP_MCP_2026_07_28
} ngx_http_mcp_revision_e;

#define ngx_http_mcp_modern(call)                                            \
    ((call)->revision >= NGX_HTTP_MCP_2026_07_28)


/* codes of JSON-RPC and MCP (mcp-2026-07-28.md 1.3) */

#define NGX_HTTP_MCP_PARSE_ERROR          -32700
#define NGX_HTTP_MCP_INVALID_REQUEST      -32600
#define NGX_HTTP_MCP_METHOD_NOT_FOUND     -32601
#define NGX_HTTP_MCP_INVALID_PARAMS       -32602
#define NGX_HTTP_MCP_INTERNAL_ERROR       -32603
#define NGX_HTTP_MCP_HEADER_MISMATCH      -32020
#define NGX_HTTP_MCP_MISSING_CAPABILITY   -32021
#define NGX_HTTP_MCP_UNSUPPORTED_VERSION  -32022


/* members of params and of params._meta that some method reads; each is
 * looked for once */

typedef enum {
    NGX_HTTP_MCP_PARAM_META = 0,
    NGX_HTTP_MCP_PARAM_NAME,
    NGX_HTTP_MCP_PARAM_ARGUMENTS,
    NGX_HTTP_MCP_PARAM_CURSOR,
    NGX_HTTP_MCP_PARAMS
} ngx_http_mcp_params_e;


typedef enum {
    NGX_HTTP_MCP_META_VERSION = 0,
    NGX_HTTP_MCP_META_CAPABILITIES,
    NGX_HTTP_MCP_META_LOG_LEVEL,
    NGX_HTTP_MCP_META_TRACEPARENT,
    NGX_HTTP_MCP_META_TRACESTATE,
    NGX_HTTP_MCP_META_BAGGAGE,
    NGX_HTTP_MCP_METAS
} ngx_http_mcp_metas_e;


typedef struct ngx_http_mcp_call_s  ngx_http_mcp_call_t;
typedef struct ngx_http_mcp_ctx_s   ngx_http_mcp_ctx_t;


/*
 * One step of a call:
 *
 * NGX_OK     done, on to the next step
 * NGX_AGAIN  suspended; the same step is entered again when call->awaited
 *            is over
 * NGX_DONE   the answer is made
 * NGX_ERROR  our own failure: answered with -32603 and logged
 */
typedef ngx_int_t (*ngx_http_mcp_step_pt)(ngx_http_mcp_call_t *call);


/* what came back from the tool's location; filled by the filters */

typedef struct {
    ngx_uint_t                   status;
    ngx_str_t                    type;       /* Content-Type */
    ngx_str_t                    encoding;   /* Content-Encoding */
    ngx_str_t                    location;   /* Content-Location */
    ngx_str_t                    redirect;   /* Location */
    u_char                      *start;
    u_char                      *pos;
    u_char                      *end;
    size_t                       max;        /* bytes that are kept */

    unsigned                     complete:1; /* the last byte was seen */
    unsigned                     generated:1; /* nginx's own error page */
    unsigned                     oversize:1;
    unsigned                     failed:1;   /* no answer at all */
    unsigned                     nomem:1;

    /* of a cacheable answer: nginx's own, which ours is put before */
    ngx_int_t                  (*input_init)(void *data);
    ngx_event_pipe_input_filter_pt  input_filter;
} ngx_http_mcp_capture_t;


/* the HTTP request that a tool's call becomes */

typedef struct {
    ngx_http_core_loc_conf_t    *location;
    ngx_uint_t                   method;
    ngx_str_t                    method_name;
    ngx_msec_t                   timeout;
    size_t                       max_response;
    ngx_str_t                    target;     /* encoded, with the query */
    ngx_list_t                   headers;    /* ngx_table_elt_t */
    ngx_str_t                    body;
    ngx_str_t                    type;       /* of the body */
    ngx_uint_t                   has_body;
} ngx_http_mcp_outgoing_t;


struct ngx_http_mcp_call_s {
    ngx_http_request_t          *request;    /* the client's */
    ngx_pool_t                  *pool;
    ngx_http_mcp_ctx_t          *ctx;

    const ngx_http_mcp_endpoint_t  *endpoint;
    const ngx_http_mcp_catalog_t   *catalog;

    /* the message; spans of the body */
    ngx_http_mcp_json_t          id;         /* NONE: a notification */
    ngx_str_t                    method;     /* decoded */
    ngx_http_mcp_json_t          params;
    ngx_http_mcp_json_t          param[NGX_HTTP_MCP_PARAMS];
    ngx_http_mcp_json_t          meta[NGX_HTTP_MCP_METAS];
    ngx_http_mcp_revision_e      revision;

    const ngx_http_mcp_step_pt  *step;
    void                       (*done)(ngx_http_mcp_call_t *call);

    /* tools/call */
    ngx_str_t                    name;       /* decoded "name" */
    const ngx_http_mcp_tool_t   *tool;
    ngx_http_mcp_json_t          arguments;
    ngx_http_mcp_json_t         *values;     /* one a parameter */
    ngx_http_mcp_outgoing_t      outgoing;

    ngx_http_mcp_call_t         *parent;     /* of a probe; or NULL */
    ngx_http_mcp_call_t         *probes;     /* those of this call */
    ngx_http_mcp_call_t         *sibling;    /* the next probe */
    const u_char                *passed;     /* bits of the rules that hide,
                                                see authorize.c; or NULL */
    const u_char                *undecided;

    ngx_http_request_t          *subrequest; /* NULL: none is running */
    ngx_http_mcp_capture_t       capture;
    ngx_http_posted_request_t    posted;     /* wakes the main request, so
                                                that it cannot fail */
    ngx_event_t                  timer;
    ngx_msec_t                   started;
    ngx_msec_t                   elapsed;    /* of the subrequest */

    /* the answer */
    ngx_uint_t                   status;     /* of HTTP */
    ngx_int_t                    code;       /* of a JSON-RPC error */
    ngx_chain_t                 *out;
    ngx_chain_t                **last_out;
    size_t                       length;

    unsigned                     limit_req_status:3; /* of the request, while
                                                a tool's location runs */
    unsigned                     limit_conn_status:2;
    unsigned                     probe:1;    /* asks for the module itself */
    unsigned                     counted:1;  /* in worker->calls */
    unsigned                     sent:1;     /* the subrequest was started */
    unsigned                     wake:1;     /* go on with the steps */
    unsigned                     abort:1;    /* stop the subrequest first */
    unsigned                     timedout:1;
    unsigned                     is_error:1; /* result.isError */
    unsigned                     challenged:1; /* for a scope: 403 */
};


/* headers of the request that MCP gives a meaning */

typedef struct {
    ngx_str_t                    version;    /* MCP-Protocol-Version */
    ngx_str_t                    method;     /* Mcp-Method */
    ngx_str_t                    name;       /* Mcp-Name */
    ngx_str_t                    origin;
    ngx_uint_t                   versions;   /* how often each was sent */
    ngx_uint_t                   methods;
    ngx_uint_t                   names;
    ngx_uint_t                   origins;
} ngx_http_mcp_headers_t;


struct ngx_http_mcp_ctx_s {
    const ngx_http_mcp_endpoint_t  *endpoint;

    ngx_http_mcp_headers_t       headers;
    ngx_http_mcp_call_t         *call;       /* the one that runs, or ran */
    ngx_http_event_handler_pt    read_body;  /* nginx's own, while it reads */

    ngx_http_mcp_json_iter_t     batch;      /* elements not yet run */
    ngx_chain_t                 *batch_out;
    ngx_chain_t                **batch_last;
    size_t                       batch_length;
    ngx_uint_t                   batch_answers;
    ngx_uint_t                   batch_challenged;

    unsigned                     in_batch:1;
    unsigned                     cors:1;     /* the Origin is allowed */
    unsigned                     answered:1; /* the response is ours */
};


/* A new call of request "r", zeroed but for its surroundings; NULL: memory. */
ngx_http_mcp_call_t *ngx_http_mcp_call_create(ngx_http_request_t *r,
    ngx_http_mcp_ctx_t *ctx);

/*
 * Runs the steps from call->step on until one suspends the call or the
 * answer is made; then call->done(call) is called, perhaps before this
 * function returns.  Touch neither call nor request after it.
 */
void ngx_http_mcp_call_run(ngx_http_mcp_call_t *call);

/*
 * The step that sends: starts a background subrequest into the tool's
 * location with call->outgoing, and suspends the call until it has ended,
 * failed or timed out; the outcome is in call->capture.
 */
ngx_int_t ngx_http_mcp_call_send(ngx_http_mcp_call_t *call);

/*
 * The step before it: makes call->outgoing of the arguments.  NGX_DONE: an
 * argument cannot be sent, and the result says which and why.
 */
ngx_int_t ngx_http_mcp_call_render(ngx_http_mcp_call_t *call);

/*
 * A question of the module's own, by a GET subrequest into a named location:
 * "parent" is the call that is suspended for it, or NULL in the access phase
 * of "r".  Nothing of the client's request goes along.  The outcome is in
 * probe->capture once ngx_http_mcp_call_probed() says so.  NULL: no memory,
 * or too many subrequests.
 */
ngx_http_mcp_call_t *ngx_http_mcp_call_probe(ngx_http_request_t *r,
    ngx_http_mcp_call_t *parent, ngx_http_core_loc_conf_t *location,
    ngx_msec_t timeout, size_t max);

/*
 * 1 if the probe has ended.  In the access phase this is also what ends one
 * that takes too long; a call's write handler does it for its probes.
 */
ngx_uint_t ngx_http_mcp_call_probed(ngx_http_mcp_call_t *probe);

/* The watch over a subrequest that was started: a limit of time, and what
 * is given back when the request ends.  NGX_ERROR: no memory. */
ngx_int_t ngx_http_mcp_call_watch(ngx_http_mcp_call_t *call);

/* Starts the subrequest of call->outgoing.  NGX_ERROR: memory, limits. */
ngx_int_t ngx_http_mcp_call_start(ngx_http_mcp_call_t *call);

/*
 * Wakes the steps of a call from within its subrequest; "abort" closes the
 * subrequest first.  Runs them later, from the queue of posted requests.
 */
void ngx_http_mcp_call_wake(ngx_http_mcp_call_t *call, ngx_uint_t abort);

/* The post_subrequest handler; the filters know a capture by it. */
ngx_int_t ngx_http_mcp_call_finished(ngx_http_request_t *r, void *data,
    ngx_int_t rc);

/* 1 if "r" is a subrequest that a tool's subrequest made, as SSI does. */
ngx_uint_t ngx_http_mcp_call_below(ngx_http_request_t *r);

/*
 * A handler of the server rewrite phase, which subrequests enter too: notes
 * one that a tool's location made, and releases it.
 */
ngx_int_t ngx_http_mcp_call_nested(ngx_http_request_t *r);

/*
 * Lets the subrequests that "r" has made, and "r" itself, end on their own.
 * They would wait for their turn to write to the client, which never comes
 * below a background subrequest, and the connection would hang.
 */
void ngx_http_mcp_call_release(ngx_http_request_t *r);

/*
 * The call that "r" belongs to: of the tool's subrequest it is or is below,
 * else the one of the main request; NULL: none.
 */
ngx_http_mcp_call_t *ngx_http_mcp_call_of(ngx_http_request_t *r);


#endif /* _NGX_HTTP_MCP_CALL_H_INCLUDED_ */

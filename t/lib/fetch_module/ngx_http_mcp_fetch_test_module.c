
/*
 * Copyright (C) mcp-nginx contributors
 *
 * An nginx module for t/fetch_test.py: a location that fetches what it is
 * told to and answers with what came of it, so that the outbound client has
 * tests of its own.
 *
 *   fetch_test [trusted=FILE] [hosts=FILE] [resolv=FILE] [max=BYTES]
 *              url=TEXT [method=TEXT] [headers=TEXT] [body=TEXT]
 *              [flags=TEXT];
 *
 * The texts may have variables; "|" in headers stands for a line end.  The
 * flags are words: "insecure", "hold", "detach" (the request is answered at
 * once), "cancel" (right after the start), "unstarted" (cancelled before),
 * "self" (a cancel in the handler), "again" (the handler fetches the same
 * once more, not held, and that is answered), "big" (a body of 16m).
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>
#include "ngx_http_mcp_fetch_inside.h"


enum {
    FETCH_TEST_URL = 0,
    FETCH_TEST_METHOD,
    FETCH_TEST_HEADERS,
    FETCH_TEST_BODY,
    FETCH_TEST_FLAGS,
    FETCH_TEST_TEXTS
};


typedef struct {
    ngx_uint_t                  on;
    ngx_str_t                   trusted;
    ngx_str_t                   hosts;
    ngx_str_t                   resolv;
    size_t                      max;
    ngx_http_complex_value_t   *text[FETCH_TEST_TEXTS];
    ngx_http_mcp_fetch_conf_t  *fetch;
} fetch_test_conf_t;


typedef struct {
    ngx_pool_t                 *pool;          /* holds this; dies with the
                                                  request, if there is one */
    ngx_http_request_t         *request;       /* NULL: detached */
    fetch_test_conf_t          *conf;
    ngx_str_t                   text[FETCH_TEST_TEXTS];
    ngx_http_mcp_fetch_t       *fetch;
    ngx_uint_t                  again;
} fetch_test_t;


static void *fetch_test_create_conf(ngx_conf_t *cf);
static char *fetch_test_merge_conf(ngx_conf_t *cf, void *parent, void *child);
static char *fetch_test_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static ngx_int_t fetch_test_handler(ngx_http_request_t *r);
static ngx_int_t fetch_test_texts(ngx_http_request_t *r, fetch_test_t *test);
static ngx_uint_t fetch_test_flag(fetch_test_t *test, const char *flag);
static ngx_int_t fetch_test_big(ngx_http_mcp_fetch_t *fetch);
static ngx_int_t fetch_test_start(fetch_test_t *test, ngx_log_t *log);
static void fetch_test_ended(ngx_http_mcp_fetch_t *fetch);
static void fetch_test_cleanup(void *data);
static ngx_int_t fetch_test_answer(ngx_http_request_t *r,
    ngx_http_mcp_fetch_t *fetch);
static ngx_int_t fetch_test_header(ngx_http_request_t *r, const char *name,
    const char *format, ...);


static ngx_command_t  fetch_test_commands[] = {

    { ngx_string("fetch_test"),
      NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      fetch_test_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  fetch_test_ctx = {
    NULL,                                  /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    fetch_test_create_conf,                /* create location configuration */
    fetch_test_merge_conf                  /* merge location configuration */
};


ngx_module_t  ngx_http_mcp_fetch_test_module = {
    NGX_MODULE_V1,
    &fetch_test_ctx,                       /* module context */
    fetch_test_commands,                   /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


/* what nginx's configure makes for a dynamic module */

ngx_module_t  *ngx_modules[] = {
    &ngx_http_mcp_fetch_test_module,
    NULL
};

char  *ngx_module_names[] = {
    "ngx_http_mcp_fetch_test_module",
    NULL
};

char  *ngx_module_order[] = {
    NULL
};


static void *
fetch_test_create_conf(ngx_conf_t *cf)
{
    fetch_test_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(fetch_test_conf_t));

    if (conf) {
        conf->max = 262144;
        ngx_str_set(&conf->hosts, "/nonexistent");
        ngx_str_set(&conf->resolv, "/nonexistent");
    }

    return conf;
}


static char *
fetch_test_merge_conf(ngx_conf_t *cf, void *parent, void *child)
{
    fetch_test_conf_t *conf = child;

    ngx_http_core_loc_conf_t  *clcf;

    if (!conf->on) {
        return NGX_CONF_OK;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    conf->fetch = ngx_http_mcp_fetch_conf_read(cf, clcf, &conf->trusted,
                                               (char *) conf->hosts.data,
                                               (char *) conf->resolv.data);

    return conf->fetch ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static char *
fetch_test_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    fetch_test_conf_t *ftcf = conf;

    u_char                            *p;
    ngx_str_t                         *value, name, text;
    ngx_uint_t                         i, n;
    ngx_http_core_loc_conf_t          *clcf;
    ngx_http_compile_complex_value_t   ccv;

    static const char *const  names[] = {
        "url", "method", "headers", "body", "flags", "trusted", "hosts",
        "resolv", "max"
    };

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        name = value[i];

        p = ngx_strlchr(name.data, name.data + name.len, '=');
        if (p == NULL) {
            return "needs name=value";
        }

        *p = '\0';
        text.data = p + 1;
        text.len = name.data + name.len - text.data;

        for (n = 0; ngx_strcmp(names[n], name.data) != 0; n++) {
            if (n == FETCH_TEST_TEXTS + 3) {
                return "has an unknown name";
            }
        }

        switch (n) {

        case FETCH_TEST_TEXTS:
            ftcf->trusted = text;
            break;

        case FETCH_TEST_TEXTS + 1:
            ftcf->hosts = text;
            break;

        case FETCH_TEST_TEXTS + 2:
            ftcf->resolv = text;
            break;

        case FETCH_TEST_TEXTS + 3:
            ftcf->max = ngx_atosz(text.data, text.len);
            break;

        default:
            ftcf->text[n] = ngx_pcalloc(cf->pool,
                                        sizeof(ngx_http_complex_value_t));

            ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

            ccv.cf = cf;
            ccv.value = &text;
            ccv.complex_value = ftcf->text[n];

            if (ngx_http_compile_complex_value(&ccv) != NGX_OK) {
                return NGX_CONF_ERROR;
            }
        }
    }

    ftcf->on = 1;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = fetch_test_handler;

    return NGX_CONF_OK;
}


static ngx_int_t
fetch_test_handler(ngx_http_request_t *r)
{
    fetch_test_t        *test;
    ngx_pool_t          *pool;
    ngx_http_cleanup_t  *cln;

    if (ngx_http_discard_request_body(r) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    pool = ngx_create_pool(1024, ngx_cycle->log);
    if (pool == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    test = ngx_pcalloc(pool, sizeof(fetch_test_t));
    cln = ngx_http_cleanup_add(r, 0);

    if (test == NULL || cln == NULL) {
        ngx_destroy_pool(pool);
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cln->handler = fetch_test_cleanup;
    cln->data = test;

    test->pool = pool;
    test->request = r;
    test->conf = ngx_http_get_module_loc_conf(r,
                                              ngx_http_mcp_fetch_test_module);

    if (fetch_test_texts(r, test) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    test->again = fetch_test_flag(test, "again");

    if (fetch_test_start(test, r->connection->log) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (test->fetch == NULL) {
        return NGX_HTTP_NO_CONTENT;
    }

    if (fetch_test_flag(test, "detach")) {
        cln->handler = NULL;
        test->request = NULL;
        return NGX_HTTP_NO_CONTENT;
    }

    r->main->count++;
    r->read_event_handler = ngx_http_test_reading;

    return NGX_DONE;
}


/* the texts of the directive for this request, which the test may outlive */

static ngx_int_t
fetch_test_texts(ngx_http_request_t *r, fetch_test_t *test)
{
    size_t      i, n;
    ngx_str_t   text;

    for (i = 0; i < FETCH_TEST_TEXTS; i++) {
        ngx_str_null(&text);

        if (test->conf->text[i]
            && ngx_http_complex_value(r, test->conf->text[i], &text)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        test->text[i].data = ngx_pnalloc(test->pool, 2 * text.len + 1);
        if (test->text[i].data == NULL) {
            return NGX_ERROR;
        }

        for (n = 0; n < text.len; n++) {

            if (i == FETCH_TEST_HEADERS && text.data[n] == '|') {
                test->text[i].data[test->text[i].len++] = CR;
                test->text[i].data[test->text[i].len++] = LF;
                continue;
            }

            test->text[i].data[test->text[i].len++] = text.data[n];
        }
    }

    return NGX_OK;
}


static ngx_uint_t
fetch_test_flag(fetch_test_t *test, const char *flag)
{
    ngx_str_t  line, word;

    line = test->text[FETCH_TEST_FLAGS];

    while (ngx_http_mcp_fetch_word(&line, &word)) {

        if (word.len == ngx_strlen(flag)
            && ngx_strncmp(word.data, flag, word.len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
fetch_test_big(ngx_http_mcp_fetch_t *fetch)
{
    fetch->body.len = 16 * 1024 * 1024;
    fetch->body.data = ngx_pnalloc(ngx_http_mcp_fetch_pool(fetch),
                                   fetch->body.len);

    if (fetch->body.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memset(fetch->body.data, 'x', fetch->body.len);

    return NGX_OK;
}


static ngx_int_t
fetch_test_start(fetch_test_t *test, ngx_log_t *log)
{
    ngx_http_mcp_fetch_t  *fetch;

    fetch = ngx_http_mcp_fetch_create(test->conf->fetch, log);
    if (fetch == NULL) {
        return NGX_ERROR;
    }

    fetch->url = test->text[FETCH_TEST_URL];
    fetch->method = test->text[FETCH_TEST_METHOD];
    fetch->headers = test->text[FETCH_TEST_HEADERS];
    fetch->body = test->text[FETCH_TEST_BODY];
    fetch->max = test->conf->max;
    fetch->insecure = fetch_test_flag(test, "insecure");
    fetch->handler = fetch_test_ended;
    fetch->data = test;

    ngx_str_set(&fetch->who, "provider \"test\"");

    if (fetch->method.len == 0) {
        ngx_str_set(&fetch->method, "GET");
    }

    if (fetch_test_flag(test, "big") && fetch_test_big(fetch) != NGX_OK) {
        return NGX_ERROR;
    }

    if (fetch_test_flag(test, "unstarted")) {
        ngx_http_mcp_fetch_cancel(fetch);
        return NGX_OK;
    }

    ngx_http_mcp_fetch_start(fetch);

    if (fetch_test_flag(test, "cancel")) {
        ngx_http_mcp_fetch_cancel(fetch);
        return NGX_OK;
    }

    if (fetch_test_flag(test, "hold")) {
        ngx_http_mcp_fetch_hold(fetch);
    }

    test->fetch = fetch;

    return NGX_OK;
}


static void
fetch_test_ended(ngx_http_mcp_fetch_t *fetch)
{
    ngx_int_t            rc;
    fetch_test_t        *test;
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    test = fetch->data;
    r = test->request;

    ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                  "fetch test ended: rc %i, status %ui, error \"%s\"",
                  fetch->rc, fetch->response.status,
                  fetch->error ? fetch->error : "");

    test->fetch = NULL;

    if (fetch_test_flag(test, "self")) {
        ngx_http_mcp_fetch_hold(fetch);
        ngx_http_mcp_fetch_cancel(fetch);
    }

    if (test->again) {
        test->again = 0;

        /* all but the hold */

        test->text[FETCH_TEST_FLAGS].len = 0;

        if (fetch_test_start(test, ngx_cycle->log) == NGX_OK) {
            return;
        }
    }

    if (r == NULL) {
        ngx_destroy_pool(test->pool);
        return;
    }

    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    rc = fetch_test_answer(r, fetch);

    ngx_http_finalize_request(r, rc);
    ngx_http_run_posted_requests(c);
}


static void
fetch_test_cleanup(void *data)
{
    fetch_test_t *test = data;

    if (test->fetch) {
        ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                      "fetch test cancelled");

        ngx_http_mcp_fetch_cancel(test->fetch);
    }

    ngx_destroy_pool(test->pool);
}


static ngx_int_t
fetch_test_answer(ngx_http_request_t *r, ngx_http_mcp_fetch_t *fetch)
{
    ngx_int_t                      rc;
    ngx_buf_t                     *b;
    ngx_chain_t                    out;
    ngx_http_mcp_http_response_t  *res;

    res = &fetch->response;

    b = ngx_create_temp_buf(r->pool, res->body.len + 1);
    if (b == NULL) {
        return NGX_ERROR;
    }

    if (fetch->rc == NGX_OK) {
        b->last = ngx_cpymem(b->last, res->body.data, res->body.len);
    }

    b->temporary = (b->last != b->pos);
    b->last_buf = 1;

    if (fetch_test_header(r, "X-Rc", "%i", fetch->rc) != NGX_OK
        || fetch_test_header(r, "X-Error", "%s",
                             fetch->error ? fetch->error : "") != NGX_OK
        || fetch_test_header(r, "X-Status", "%ui", res->status) != NGX_OK
        || fetch_test_header(r, "X-Max-Age", "%i", res->max_age) != NGX_OK
        || fetch_test_header(r, "X-Retry-After", "%i", res->retry_after)
           != NGX_OK
        || fetch_test_header(r, "X-Keepalive", "%ui", res->keepalive)
           != NGX_OK
        || fetch_test_header(r, "X-Location", "%V", &res->location)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = b->last - b->pos;

    rc = ngx_http_send_header(r);
    if (rc == NGX_ERROR || rc > NGX_OK) {
        return rc;
    }

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}


static ngx_int_t
fetch_test_header(ngx_http_request_t *r, const char *name,
    const char *format, ...)
{
    u_char           *p;
    va_list           args;
    ngx_table_elt_t  *h;

    p = ngx_pnalloc(r->pool, 1024);
    h = ngx_list_push(&r->headers_out.headers);

    if (p == NULL || h == NULL) {
        return NGX_ERROR;
    }

    h->hash = 1;
    h->key.data = (u_char *) name;
    h->key.len = ngx_strlen(name);
    h->value.data = p;
#if (nginx_version >= 1023000)
    h->next = NULL;
#endif

    va_start(args, format);
    h->value.len = ngx_vslprintf(p, p + 1024, format, args) - p;
    va_end(args);

    return NGX_OK;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Patterns of schemas, run by PCRE2 within limits.  Called by the schema
 * compiler and the check; a pattern lives in the caller's pool, whose
 * cleanup frees what PCRE2 has allocated.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_inside.h"

#define PCRE2_CODE_UNIT_WIDTH  8
#include <pcre2.h>


/* what PCRE2 may take of memory, in KiB, and how deep it may go back */

#define NGX_HTTP_MCP_JSONSCHEMA_HEAP      4096
#define NGX_HTTP_MCP_JSONSCHEMA_BACKTRACK 20000
#define NGX_HTTP_MCP_JSONSCHEMA_JIT_STACK 32768

#define NGX_HTTP_MCP_JSONSCHEMA_OPTIONS                                       \
    (PCRE2_UTF|PCRE2_DOLLAR_ENDONLY|PCRE2_ALLOW_EMPTY_CLASS                   \
     |PCRE2_MATCH_UNSET_BACKREF|PCRE2_NEVER_BACKSLASH_C)


struct ngx_http_mcp_jsonschema_pattern_s {
    ngx_str_t             source;
    pcre2_code           *code;
};


typedef struct {
    pcre2_match_data     *data;
    pcre2_match_context  *context;
    pcre2_jit_stack      *stack;
    ngx_int_t            *steps;
} ngx_http_mcp_jsonschema_work_t;


static ngx_int_t ngx_http_mcp_jsonschema_pattern_code(ngx_pool_t *pool,
    const ngx_str_t *translated, pcre2_code **code, const char **reason);
static void ngx_http_mcp_jsonschema_pattern_free(void *data);
static ngx_http_mcp_jsonschema_work_t *ngx_http_mcp_jsonschema_match_work(
    void **work);
static ngx_int_t ngx_http_mcp_jsonschema_match_stack(
    ngx_http_mcp_jsonschema_work_t *w);
static int ngx_http_mcp_jsonschema_match_start(pcre2_callout_block *block,
    void *data);


/* each limit is tried after the one before was not enough */

static const uint32_t  ngx_http_mcp_jsonschema_limits[] = {
    1000, 20000, 200000
};


ngx_int_t
ngx_http_mcp_jsonschema_pattern(ngx_pool_t *pool, const ngx_str_t *source,
    ngx_http_mcp_jsonschema_pattern_t **pattern, const char **reason)
{
    ngx_int_t                           rc;
    ngx_str_t                           translated;
    ngx_pool_cleanup_t                 *cln;
    ngx_http_mcp_jsonschema_pattern_t  *p;

    p = ngx_pcalloc(pool, sizeof(ngx_http_mcp_jsonschema_pattern_t));
    cln = ngx_pool_cleanup_add(pool, 0);

    if (p == NULL || cln == NULL) {
        return NGX_ERROR;
    }

    p->source = *source;

    rc = ngx_http_mcp_jsonschema_translate(pool, source, &translated, reason);

    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_http_mcp_jsonschema_pattern_code(pool, &translated, &p->code,
                                              reason);
    if (rc != NGX_OK) {
        return rc;
    }

    cln->handler = ngx_http_mcp_jsonschema_pattern_free;
    cln->data = p->code;

    /* without JIT it is slower and as good */

    (void) pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE);

    *pattern = p;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_jsonschema_pattern_code(ngx_pool_t *pool,
    const ngx_str_t *translated, pcre2_code **code, const char **reason)
{
    int      error;
    u_char  *text;
    size_t   offset;

    static const size_t  size = 128;

    *code = pcre2_compile(translated->data, translated->len,
                          NGX_HTTP_MCP_JSONSCHEMA_OPTIONS, &error, &offset,
                          NULL);
    if (*code) {
        return NGX_OK;
    }

    if (error == PCRE2_ERROR_HEAP_FAILED) {
        return NGX_ERROR;
    }

    text = ngx_pnalloc(pool, size);
    if (text == NULL) {
        return NGX_ERROR;
    }

    (void) pcre2_get_error_message(error, text, size);
    *reason = (const char *) text;

    return NGX_DECLINED;
}


static void
ngx_http_mcp_jsonschema_pattern_free(void *data)
{
    pcre2_code_free(data);
}


const ngx_str_t *
ngx_http_mcp_jsonschema_pattern_source(
    const ngx_http_mcp_jsonschema_pattern_t *pattern)
{
    return &pattern->source;
}


ngx_uint_t
ngx_http_mcp_jsonschema_regex(const ngx_str_t *s)
{
    ngx_int_t    rc;
    ngx_str_t    translated;
    ngx_pool_t  *pool;
    pcre2_code  *code;
    const char  *reason;

    pool = ngx_create_pool(NGX_MIN_POOL_SIZE, ngx_cycle->log);
    if (pool == NULL) {
        return 0;
    }

    rc = ngx_http_mcp_jsonschema_translate(pool, s, &translated, &reason);

    if (rc == NGX_OK) {
        rc = ngx_http_mcp_jsonschema_pattern_code(pool, &translated, &code,
                                                  &reason);
        if (rc == NGX_OK) {
            pcre2_code_free(code);
        }
    }

    ngx_destroy_pool(pool);

    return rc == NGX_OK;
}


ngx_int_t
ngx_http_mcp_jsonschema_match(const ngx_http_mcp_jsonschema_pattern_t *pattern,
    const ngx_str_t *s, void **work, ngx_int_t *steps)
{
    int                              rc;
    ngx_uint_t                       i;
    ngx_http_mcp_jsonschema_work_t  *w;

    w = ngx_http_mcp_jsonschema_match_work(work);
    if (w == NULL) {
        return NGX_ERROR;
    }

    w->steps = steps;

    for (i = 0; i < 3; /* void */ ) {

        if (*steps <= 0) {
            return NGX_ABORT;
        }

        pcre2_set_match_limit(w->context, ngx_http_mcp_jsonschema_limits[i]);

        rc = pcre2_match(pattern->code, s->data, s->len, 0,
                         PCRE2_NO_UTF_CHECK, w->data, w->context);
        if (rc >= 0) {
            return NGX_OK;
        }

        switch (rc) {

        case PCRE2_ERROR_NOMATCH:
            return NGX_DECLINED;

        case PCRE2_ERROR_JIT_STACKLIMIT:

            /* the machine code begins with 32 KiB */

            if (ngx_http_mcp_jsonschema_match_stack(w) != NGX_OK) {
                return NGX_ABORT;
            }

            break;

        case PCRE2_ERROR_MATCHLIMIT:
            *steps -= ngx_http_mcp_jsonschema_limits[i] / 100;
            i++;
            break;

        case PCRE2_ERROR_NOMEMORY:
            return NGX_ERROR;

        default:
            return NGX_ABORT;
        }
    }

    return NGX_ABORT;
}


static ngx_http_mcp_jsonschema_work_t *
ngx_http_mcp_jsonschema_match_work(void **work)
{
    ngx_http_mcp_jsonschema_work_t  *w;

    w = *work;

    if (w) {
        return w;
    }

    w = ngx_calloc(sizeof(ngx_http_mcp_jsonschema_work_t), ngx_cycle->log);
    if (w == NULL) {
        return NULL;
    }

    w->data = pcre2_match_data_create(1, NULL);
    w->context = pcre2_match_context_create(NULL);

    if (w->data == NULL || w->context == NULL) {
        ngx_http_mcp_jsonschema_match_done(w);
        return NULL;
    }

    pcre2_set_heap_limit(w->context, NGX_HTTP_MCP_JSONSCHEMA_HEAP);
    pcre2_set_depth_limit(w->context, NGX_HTTP_MCP_JSONSCHEMA_BACKTRACK);
    pcre2_set_callout(w->context, ngx_http_mcp_jsonschema_match_start, w);

    *work = w;

    return w;
}


/* a larger one, once; NGX_DECLINED: it was not enough, or is not there */

static ngx_int_t
ngx_http_mcp_jsonschema_match_stack(ngx_http_mcp_jsonschema_work_t *w)
{
    if (w->stack) {
        return NGX_DECLINED;
    }

    w->stack = pcre2_jit_stack_create(NGX_HTTP_MCP_JSONSCHEMA_JIT_STACK,
                                      NGX_HTTP_MCP_JSONSCHEMA_HEAP * 1024,
                                      NULL);
    if (w->stack == NULL) {
        return NGX_DECLINED;
    }

    pcre2_jit_stack_assign(w->context, NULL, w->stack);

    return NGX_OK;
}


void
ngx_http_mcp_jsonschema_match_done(void *work)
{
    ngx_http_mcp_jsonschema_work_t  *w;

    w = work;

    if (w) {
        pcre2_match_data_free(w->data);
        pcre2_match_context_free(w->context);
        pcre2_jit_stack_free(w->stack);
        ngx_free(w);
    }
}


/*
 * Called where a translated pattern begins: PCRE2 counts its work for each
 * position of the text anew, so that the positions are counted here.
 */

static int
ngx_http_mcp_jsonschema_match_start(pcre2_callout_block *block, void *data)
{
    ngx_http_mcp_jsonschema_work_t  *w;

    w = data;

    *w->steps -= 1 + (block->subject_length - block->start_match) / 256;

    return (*w->steps > 0) ? 0 : PCRE2_ERROR_CALLOUT;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Reads lines "KIND VALUE" of a file: jti, sub, sid, or token with the
 * SHA-256 of one in hex; of a signed one without its signature, since who has
 * one of ECDSA can make another that is as good.  Called by the access check
 * for each request, so that a token that was seen before is refused, too
 * (T26).
 */


#include "ngx_http_mcp_deny_list.h"


#define NGX_HTTP_MCP_DENY_LIST_SIZE  (8 * 1024 * 1024)


typedef enum {
    NGX_HTTP_MCP_DENY_JTI = 0,
    NGX_HTTP_MCP_DENY_SUB,
    NGX_HTTP_MCP_DENY_SID,
    NGX_HTTP_MCP_DENY_TOKEN,
    NGX_HTTP_MCP_DENY_KINDS
} ngx_http_mcp_deny_e;


typedef struct {
    ngx_uint_t    kind;
    ngx_str_t     value;
} ngx_http_mcp_deny_t;


static ngx_uint_t ngx_http_mcp_deny_list_find(
    const ngx_http_mcp_deny_list_t *list, ngx_uint_t kind,
    const ngx_str_t *value);
static ngx_uint_t ngx_http_mcp_deny_list_digest(
    const ngx_http_mcp_deny_list_t *list, const u_char *digest);
static void ngx_http_mcp_deny_list_check(ngx_http_mcp_deny_list_t *list,
    const ngx_str_t *file);
static void ngx_http_mcp_deny_list_read(ngx_http_mcp_deny_list_t *list,
    const ngx_str_t *file);
static void ngx_http_mcp_deny_list_cleanup(void *data);
static ngx_int_t ngx_http_mcp_deny_list_load(ngx_pool_t *pool,
    const ngx_str_t *file, ngx_file_info_t *fi, ngx_array_t *entries);
static ngx_int_t ngx_http_mcp_deny_list_parse(ngx_str_t *text,
    ngx_array_t *entries);
static ngx_int_t ngx_http_mcp_deny_list_line(ngx_str_t *line,
    ngx_array_t *entries);
static int ngx_libc_cdecl ngx_http_mcp_deny_list_compare(const void *one,
    const void *two);


/* in the order of ngx_http_mcp_deny_e; claims, but for the last */

static ngx_str_t  ngx_http_mcp_deny_kinds[] = {
    ngx_string("jti"),
    ngx_string("sub"),
    ngx_string("sid"),
    ngx_string("token")
};


ngx_int_t
ngx_http_mcp_deny_list_init(ngx_conf_t *cf, ngx_http_mcp_deny_list_t *list,
    const ngx_str_t *file)
{
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_mcp_deny_list_cleanup;
    cln->data = list;

    ngx_http_mcp_deny_list_read(list, file);

    if (list->pool == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"mcp_auth_denylist\" \"%V\" cannot be read, or is "
                      "over %uz bytes", file,
                      (size_t) NGX_HTTP_MCP_DENY_LIST_SIZE);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static void
ngx_http_mcp_deny_list_cleanup(void *data)
{
    ngx_http_mcp_deny_list_t *list = data;

    if (list->pool) {
        ngx_destroy_pool(list->pool);
        list->pool = NULL;
    }
}


ngx_int_t
ngx_http_mcp_deny_list_has(ngx_http_mcp_deny_list_t *list,
    const ngx_str_t *file, ngx_pool_t *pool,
    const ngx_http_mcp_principal_t *p)
{
    ngx_int_t             rc;
    ngx_str_t             text;
    ngx_uint_t            kind;
    ngx_http_mcp_json_t   value[NGX_HTTP_MCP_DENY_TOKEN];

    ngx_http_mcp_deny_list_check(list, file);

    if (!list->verified) {
        return NGX_ERROR;
    }

    if (list->entries.nelts == 0) {
        return NGX_OK;
    }

    if (ngx_http_mcp_deny_list_find(list, NGX_HTTP_MCP_DENY_SUB,
                                    &p->facts.sub)
        || ngx_http_mcp_deny_list_digest(list, p->denied)
        || ngx_http_mcp_deny_list_digest(list, p->digest))
    {
        return NGX_DECLINED;
    }

    ngx_http_mcp_json_members(&p->claims, ngx_http_mcp_deny_kinds, value,
                              NGX_HTTP_MCP_DENY_TOKEN);

    for (kind = 0; kind < NGX_HTTP_MCP_DENY_TOKEN; kind++) {

        if (value[kind].type != NGX_HTTP_MCP_JSON_STRING) {
            continue;
        }

        rc = ngx_http_mcp_json_decode(pool, &value[kind], &text);

        /* in doubt it is denied */

        if (rc == NGX_ERROR
            || (rc == NGX_OK
                && ngx_http_mcp_deny_list_find(list, kind, &text)))
        {
            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_http_mcp_deny_list_digest(const ngx_http_mcp_deny_list_t *list,
    const u_char *digest)
{
    u_char     hex[2 * NGX_HTTP_MCP_TOKEN_DIGEST];
    ngx_str_t  text;

    text.data = hex;
    text.len = ngx_hex_dump(hex, (u_char *) digest,
                            NGX_HTTP_MCP_TOKEN_DIGEST)
               - hex;

    return ngx_http_mcp_deny_list_find(list, NGX_HTTP_MCP_DENY_TOKEN, &text);
}


static ngx_uint_t
ngx_http_mcp_deny_list_find(const ngx_http_mcp_deny_list_t *list,
    ngx_uint_t kind, const ngx_str_t *value)
{
    int                   rc;
    ngx_uint_t            low, high, i;
    ngx_http_mcp_deny_t  *entry, key;

    key.kind = kind;
    key.value = *value;

    entry = list->entries.elts;
    low = 0;
    high = list->entries.nelts;

    while (low < high) {
        i = low + (high - low) / 2;

        rc = ngx_http_mcp_deny_list_compare(&key, &entry[i]);

        if (rc == 0) {
            return 1;
        }

        if (rc < 0) {
            high = i;

        } else {
            low = i + 1;
        }
    }

    return 0;
}


/* a look at the file, once a second */

static void
ngx_http_mcp_deny_list_check(ngx_http_mcp_deny_list_t *list,
    const ngx_str_t *file)
{
    ngx_file_info_t  fi;

    if (list->checked == ngx_time()) {
        return;
    }

    list->checked = ngx_time();

    if (ngx_file_info(file->data, &fi) != NGX_FILE_ERROR
        && list->pool
        && ngx_file_mtime(&fi) == list->mtime
        && list->mtime < list->read - 1      /* times are whole seconds */
        && ngx_file_size(&fi) == list->size
        && ngx_file_uniq(&fi) == list->uniq)
    {
        list->verified = 1;
        return;
    }

    ngx_http_mcp_deny_list_read(list, file);
}


static void
ngx_http_mcp_deny_list_read(ngx_http_mcp_deny_list_t *list,
    const ngx_str_t *file)
{
    ngx_pool_t       *pool;
    ngx_array_t       entries;
    ngx_file_info_t   fi;

    pool = ngx_create_pool(4096, ngx_cycle->log);
    if (pool == NULL) {
        return;
    }

    if (ngx_http_mcp_deny_list_load(pool, file, &fi, &entries) != NGX_OK) {

        if (!list->failed) {
            list->failed = 1;

            ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, ngx_errno,
                          "\"mcp_auth_denylist\" \"%V\" cannot be read; %s",
                          file, list->verified
                          ? "what it said before is in force"
                          : "all requests that need it are answered by 503");
        }

        ngx_destroy_pool(pool);
        return;
    }

    if (list->pool) {
        ngx_destroy_pool(list->pool);
    }

    list->pool = pool;
    list->entries = entries;
    list->mtime = ngx_file_mtime(&fi);
    list->read = ngx_time();
    list->size = ngx_file_size(&fi);
    list->uniq = ngx_file_uniq(&fi);
    list->failed = 0;
    list->verified = 1;

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, ngx_cycle->log, 0,
                   "http mcp deny list \"%V\": %ui entries", file,
                   list->entries.nelts);
}


static ngx_int_t
ngx_http_mcp_deny_list_load(ngx_pool_t *pool, const ngx_str_t *file,
    ngx_file_info_t *fi, ngx_array_t *entries)
{
    ssize_t    n;
    ngx_fd_t   fd;
    ngx_int_t  rc;
    ngx_str_t  text;

    fd = ngx_open_file(file->data, NGX_FILE_RDONLY|NGX_FILE_NONBLOCK,
                       NGX_FILE_OPEN, 0);
    if (fd == NGX_INVALID_FILE) {
        return NGX_ERROR;
    }

    rc = NGX_ERROR;

    if (ngx_fd_info(fd, fi) == NGX_FILE_ERROR || !ngx_is_file(fi)
        || ngx_file_size(fi) > NGX_HTTP_MCP_DENY_LIST_SIZE)
    {
        goto done;
    }

    text.len = (size_t) ngx_file_size(fi);
    text.data = ngx_pnalloc(pool, text.len + 1);

    if (text.data == NULL
        || ngx_array_init(entries, pool, 16, sizeof(ngx_http_mcp_deny_t))
           != NGX_OK)
    {
        goto done;
    }

    n = ngx_read_fd(fd, text.data, text.len);

    if (n == (ssize_t) text.len) {
        rc = ngx_http_mcp_deny_list_parse(&text, entries);
    }

done:

    (void) ngx_close_file(fd);

    return rc;
}


static ngx_int_t
ngx_http_mcp_deny_list_parse(ngx_str_t *text, ngx_array_t *entries)
{
    u_char     *p, *last, *end;
    ngx_str_t   line;

    last = text->data + text->len;

    for (p = text->data; p < last; p = end + 1) {

        end = ngx_strlchr(p, last, '\n');

        if (end == NULL) {
            end = last;
        }

        line.data = p;
        line.len = end - p;

        if (ngx_http_mcp_deny_list_line(&line, entries) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    ngx_qsort(entries->elts, entries->nelts, sizeof(ngx_http_mcp_deny_t),
              ngx_http_mcp_deny_list_compare);

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_deny_list_line(ngx_str_t *line, ngx_array_t *entries)
{
    u_char               *p;
    ngx_str_t             value;
    ngx_uint_t            kind;
    ngx_http_mcp_deny_t  *entry;

    while (line->len && line->data[line->len - 1] <= ' ') {
        line->len--;
    }

    while (line->len && line->data[0] <= ' ') {
        line->data++;
        line->len--;
    }

    if (line->len == 0 || line->data[0] == '#') {
        return NGX_OK;
    }

    for (p = line->data; p < line->data + line->len; p++) {
        if (*p == '\t') {
            *p = ' ';
        }
    }

    p = ngx_strlchr(line->data, line->data + line->len, ' ');

    for (kind = 0; p && kind < NGX_HTTP_MCP_DENY_KINDS; kind++) {

        if (ngx_http_mcp_deny_kinds[kind].len == (size_t) (p - line->data)
            && ngx_memcmp(ngx_http_mcp_deny_kinds[kind].data, line->data,
                          p - line->data)
               == 0)
        {
            break;
        }
    }

    if (p == NULL || kind == NGX_HTTP_MCP_DENY_KINDS) {

        /* a typing error must not let anybody in unnoticed */

        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "\"mcp_auth_denylist\": a line is ignored, expected "
                      "jti, sub, sid or token and a value");
        return NGX_OK;
    }

    while (p < line->data + line->len && *p == ' ') {
        p++;
    }

    value.data = p;
    value.len = line->data + line->len - p;

    if (kind == NGX_HTTP_MCP_DENY_TOKEN) {
        ngx_strlow(value.data, value.data, value.len);
    }

    entry = ngx_array_push(entries);
    if (entry == NULL) {
        return NGX_ERROR;
    }

    entry->kind = kind;
    entry->value = value;

    return NGX_OK;
}


static int ngx_libc_cdecl
ngx_http_mcp_deny_list_compare(const void *one, const void *two)
{
    const ngx_http_mcp_deny_t *a = one;
    const ngx_http_mcp_deny_t *b = two;

    if (a->kind != b->kind) {
        return (a->kind < b->kind) ? -1 : 1;
    }

    return (int) ngx_memn2cmp(a->value.data, b->value.data, a->value.len,
                              b->value.len);
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * The state file of a provider: the last good key set, so that a restart
 * without network works (authorization.md 3.6).  Public keys only, and yet
 * who writes it decides who may log in: its owner and mode are checked.
 */


#include "ngx_http_mcp_key_inside.h"


static ngx_int_t ngx_http_mcp_key_state_text(ngx_http_mcp_key_cell_t *cell,
    ngx_pool_t *pool, ngx_str_t *text, time_t *age);
static ngx_int_t ngx_http_mcp_key_state_trusted(
    ngx_http_mcp_key_cell_t *cell, ngx_fd_t fd, size_t *size, time_t *age);


void
ngx_http_mcp_key_state_read(ngx_http_mcp_key_cell_t *cell)
{
    time_t                    age;
    ngx_str_t                 text;
    ngx_pool_t               *pool;
    ngx_uint_t                full;
    const char               *reason;
    ngx_http_mcp_jwks_t       set;
    ngx_http_mcp_key_news_t   news;

    pool = ngx_create_pool(4096, ngx_cycle->log);
    if (pool == NULL) {
        return;
    }

    if (ngx_http_mcp_key_state_text(cell, pool, &text, &age) != NGX_OK) {
        ngx_destroy_pool(pool);
        return;
    }

    if (ngx_http_mcp_key_parse(cell, pool, &text, &set, &reason) == NGX_OK) {

        /* stale from the first moment: a fetch is due at once */

        ngx_memzero(&news, sizeof(ngx_http_mcp_key_news_t));

        news.set = &text;
        news.initial = 1;
        news.keep = cell->provider->stale - age;
        news.interval = cell->provider->min_interval;

        (void) ngx_http_mcp_key_zone_put(cell->mmcf, cell->kz, &news, &full);

    } else {
        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                      "mcp auth provider \"%V\": state file \"%V\" is not "
                      "used: %s", &cell->provider->name,
                      &cell->provider->state, reason);
    }

    ngx_destroy_pool(pool);
}


static ngx_int_t
ngx_http_mcp_key_state_text(ngx_http_mcp_key_cell_t *cell, ngx_pool_t *pool,
    ngx_str_t *text, time_t *age)
{
    size_t     size;
    ssize_t    n;
    ngx_fd_t   fd;
    ngx_int_t  rc;

    fd = ngx_open_file(cell->provider->state.data,
                       NGX_FILE_RDONLY|NGX_FILE_NONBLOCK, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        if (ngx_errno != NGX_ENOENT) {
            ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, ngx_errno,
                          ngx_open_file_n " \"%V\" failed",
                          &cell->provider->state);
        }

        return NGX_DECLINED;
    }

    rc = ngx_http_mcp_key_state_trusted(cell, fd, &size, age);

    if (rc == NGX_OK) {
        text->data = ngx_pnalloc(pool, size);

        n = text->data ? ngx_read_fd(fd, text->data, size) : -1;

        rc = (n == (ssize_t) size) ? NGX_OK : NGX_DECLINED;
        text->len = size;
    }

    if (ngx_close_file(fd) == NGX_FILE_ERROR) {
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, ngx_errno,
                      ngx_close_file_n " \"%V\" failed",
                      &cell->provider->state);
    }

    return rc;
}


static ngx_int_t
ngx_http_mcp_key_state_trusted(ngx_http_mcp_key_cell_t *cell, ngx_fd_t fd,
    size_t *size, time_t *age)
{
    const char       *reason;
    ngx_file_info_t   fi;

    if (ngx_fd_info(fd, &fi) == NGX_FILE_ERROR) {
        return NGX_DECLINED;
    }

    /* each good fetch renews it: its age is that of what it says */

    *age = ngx_max(ngx_time() - ngx_file_mtime(&fi), 0);

    reason = NULL;

    if (!ngx_is_file(&fi)) {
        reason = "it is not a file";

    } else if (fi.st_uid != 0 && fi.st_uid != geteuid()) {
        reason = "its owner is neither root nor the worker's user";

    } else if (fi.st_mode & (S_IWGRP|S_IWOTH)) {
        reason = "others may write to it";

    } else if (ngx_file_size(&fi) <= 0
               || ngx_file_size(&fi) > NGX_HTTP_MCP_JWKS_SIZE)
    {
        reason = "its size is not that of a key set";

    } else if (*age >= cell->provider->stale) {
        reason = "it is older than \"stale=\"";
    }

    if (reason) {
        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                      "mcp auth provider \"%V\": state file \"%V\" is not "
                      "used: %s", &cell->provider->name,
                      &cell->provider->state, reason);
        return NGX_DECLINED;
    }

    *size = (size_t) ngx_file_size(&fi);

    return NGX_OK;
}


void
ngx_http_mcp_key_state_renew(const ngx_http_mcp_key_cell_t *cell,
    const ngx_str_t *text)
{
    if (ngx_set_file_time(cell->provider->state.data, NGX_INVALID_FILE,
                          ngx_time())
        != NGX_OK)
    {
        ngx_http_mcp_key_state_write(cell, text);
    }
}


void
ngx_http_mcp_key_state_write(const ngx_http_mcp_key_cell_t *cell,
    const ngx_str_t *text)
{
    u_char           *name, *last;
    ngx_fd_t          fd;
    ngx_uint_t        good;
    const ngx_str_t  *state;

    state = &cell->provider->state;

    name = ngx_alloc(state->len + sizeof(".") + NGX_INT64_LEN,
                     ngx_cycle->log);
    if (name == NULL) {
        return;
    }

    last = ngx_sprintf(name, "%V.%P", state, ngx_pid);
    *last = '\0';

    /* a half-written file is never seen under the name; one that stands
     * there already is somebody else's, or a link to one */

    (void) ngx_delete_file(name);

    fd = ngx_open_file(name, NGX_FILE_WRONLY,
                       NGX_FILE_CREATE_OR_OPEN|O_EXCL|O_NOFOLLOW, 0600);

    good = (fd != NGX_INVALID_FILE);

    if (good) {
        good = (ngx_write_fd(fd, text->data, text->len)
                == (ssize_t) text->len);

        (void) ngx_close_file(fd);

        if (good) {
            good = (ngx_rename_file(name, state->data) != NGX_FILE_ERROR);
        }

        if (!good) {
            (void) ngx_delete_file(name);
        }
    }

    if (!good) {
        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, ngx_errno,
                      "mcp auth provider \"%V\": state file \"%V\" could not "
                      "be written", &cell->provider->name, state);
    }

    ngx_free(name);
}

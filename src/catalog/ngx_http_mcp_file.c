
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Files that are read at load: keys, secrets, schemas.  Called by setters;
 * owns nothing, the text is in the caller's pool.
 */


#include "ngx_http_mcp_catalog.h"
#include "ngx_http_mcp_header_value.h"


ngx_int_t
ngx_http_mcp_file_read(ngx_conf_t *cf, ngx_pool_t *pool, ngx_str_t *name,
    size_t max, ngx_str_t *text, ngx_file_info_t *fi)
{
    ssize_t   n;
    ngx_fd_t  fd;

    if (ngx_conf_full_name(cf->cycle, name, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    fd = ngx_open_file(name->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_open_file_n " \"%V\" failed", name);
        return NGX_ERROR;
    }

    n = -1;

    if (ngx_fd_info(fd, fi) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_fd_info_n " \"%V\" failed", name);

    } else if (!ngx_is_file(fi) || ngx_file_size(fi) > (off_t) max) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" is not a regular file of at most %uz "
                           "bytes", name, max);

    } else {
        text->len = (size_t) ngx_file_size(fi);
        text->data = ngx_pnalloc(pool, text->len + 1);

        if (text->data) {
            n = ngx_read_fd(fd, text->data, text->len);

            if (n != (ssize_t) text->len) {
                ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                                   ngx_read_fd_n " \"%V\" failed", name);
                n = -1;
            }
        }
    }

    if (ngx_close_file(fd) == NGX_FILE_ERROR) {
        ngx_log_error(NGX_LOG_ALERT, cf->log, ngx_errno,
                      ngx_close_file_n " \"%V\" failed", name);
    }

    return (n == -1) ? NGX_ERROR : NGX_OK;
}


ngx_uint_t
ngx_http_mcp_file_line(ngx_str_t *text, ngx_str_t *line, ngx_uint_t *number)
{
    u_char  *end, *last;

    while (text->len) {
        last = text->data + text->len;

        end = ngx_strlchr(text->data, last, '\n');
        if (end == NULL) {
            end = last;
        }

        line->data = text->data;
        line->len = end - text->data;

        text->data = (end == last) ? last : end + 1;
        text->len = last - text->data;
        (*number)++;

        if (line->len && line->data[line->len - 1] == '\r') {
            line->len--;
        }

        ngx_http_mcp_header_trim(line);

        if (line->len && line->data[0] != '#') {
            return 1;
        }
    }

    return 0;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Handles under arbitrary bytes (libFuzzer): no text that was not signed is
 * accepted, and what is signed always is.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_handle.h"


#define must(cond)  do { if (!(cond)) { abort(); } } while (0)


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t       len;
    u_char       payload[NGX_HTTP_MCP_HANDLE_PAYLOAD];
    ngx_str_t    text, made;
    ngx_pool_t  *pool;

    static u_char  key[NGX_HTTP_MCP_HANDLE_KEY] = "a key that no input knows";

    pool = tap_pool();
    text = tap_exact((char *) data, size);

    must(ngx_http_mcp_handle_verify(key, 'c', &text, payload, &len)
         == NGX_DECLINED);

    if (size <= NGX_HTTP_MCP_HANDLE_PAYLOAD) {
        must(ngx_http_mcp_handle_sign(pool, key, 'c', text.data, size, &made)
             == NGX_OK);
        must(ngx_http_mcp_handle_verify(key, 'c', &made, payload, &len)
             == NGX_OK);
        must(len == size && memcmp(payload, data, size) == 0);
    }

    free(text.data);
    ngx_destroy_pool(pool);

    return 0;
}

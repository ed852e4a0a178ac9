
/*
 * Copyright (C) mcp-nginx contributors
 *
 * libFuzzer: the input is a Content-Type, and an Accept.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "tap.h"
#include "ngx_http_mcp_media_type.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
must(int good, const char *what, const ngx_str_t *s)
{
    if (!good) {
        fprintf(stderr, "%s: \"%.*s\"\n", what, (int) s->len,
                (char *) s->data);
        abort();
    }
}


static ngx_uint_t
fuzz_inside(const ngx_str_t *part, const ngx_str_t *whole)
{
    return part->data >= whole->data
           && part->data + part->len <= whole->data + whole->len;
}


/* what is read of a type is enough to read it again */

static void
fuzz_type(ngx_pool_t *pool, const ngx_str_t *value)
{
    ngx_int_t                  rc;
    ngx_str_t                  text, param;
    ngx_uint_t                 matched;
    ngx_http_mcp_media_type_t  mt, again;

    static const char *const  *name, *const  names[] = {
        "charset", "boundary", "q", "x", NULL
    };

    if (ngx_http_mcp_media_type_parse(value, &mt) != NGX_OK) {
        return;
    }

    must(fuzz_inside(&mt.type, value) && fuzz_inside(&mt.subtype, value)
         && fuzz_inside(&mt.essence, value) && fuzz_inside(&mt.params, value),
         "outside", value);

    must(mt.essence.len == mt.type.len + 1 + mt.subtype.len, "essence", value);

    must(ngx_http_mcp_media_type_parse(&mt.essence, &again) == NGX_OK
         && again.essence.len == mt.essence.len && again.params.len == 0,
         "not the same again", value);

    must(!ngx_http_mcp_media_type_json(&mt)
         || ngx_http_mcp_media_type_text(&mt), "JSON but not text", value);

    for (name = names; *name; name++) {
        rc = ngx_http_mcp_media_type_param(pool, &mt, *name, &param);

        must(rc == NGX_OK || rc == NGX_DECLINED, "memory", value);
        must(rc != NGX_OK || param.len <= mt.params.len, "grown", value);
    }

    /* a type admits itself */

    text = tap_exact((char *) mt.essence.data, mt.essence.len);
    text.data = realloc(text.data, text.len + 1);
    text.data[text.len] = '\0';

    matched = 0;

    must(ngx_http_mcp_media_type_is(&mt, (char *) text.data), "is", value);
    must(ngx_http_mcp_accept(&text, (char *) text.data, &matched) && matched,
         "does not admit itself", value);

    free(text.data);
}


/* elements before "value" do not hide it */

static void
fuzz_accept(const ngx_str_t *value, const char *essence)
{
    ngx_str_t   more;
    ngx_uint_t  admit, matched;

    matched = 0;
    admit = ngx_http_mcp_accept(value, essence, &matched);

    must(admit <= 1 && matched <= 1, "not a flag", value);
    must(!admit || matched, "admitted by nothing", value);

    more.len = value->len + 10;
    more.data = malloc(more.len);

    ngx_memcpy(more.data, "*/*;q=0.1,", 10);
    if (value->len) {
        ngx_memcpy(more.data + 10, value->data, value->len);
    }

    if (admit) {
        must(ngx_http_mcp_accept(&more, essence, &matched), "hidden", value);
    }

    matched = 0;
    admit = ngx_http_mcp_accept(&more, essence, &matched);

    must(matched, "*/* matches nothing", value);

    free(more.data);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t    value;
    ngx_pool_t  *pool;

    pool = tap_pool();
    value = tap_exact((const char *) data, size);

    fuzz_type(pool, &value);
    fuzz_accept(&value, "application/json");
    fuzz_accept(&value, "a/b");

    free(value.data);
    ngx_destroy_pool(pool);

    return 0;
}

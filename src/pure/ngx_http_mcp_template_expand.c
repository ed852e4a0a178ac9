
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Expands a compiled URI template (RFC 6570 section 3) with JSON values.
 * Called for each tool call and resource read.  The result is one buffer in
 * the caller's pool; it grows by doubling, since a first pass that only
 * measures would have to look up and decode every value twice.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_template.h"


#define NGX_HTTP_MCP_TEMPLATE_ROOM  128      /* for values, at first */


/* the table of RFC 6570, appendix A */

typedef struct {
    u_char                             op;
    u_char                             first;
    u_char                             sep;
    unsigned                           named:1;
    unsigned                           equals:1;    /* "=" if empty, too */
    unsigned                           reserved:1;
} ngx_http_mcp_template_op_t;


typedef struct {
    ngx_pool_t                        *pool;
    u_char                            *start;
    u_char                            *last;
    u_char                            *end;
    size_t                             room;        /* of the first buffer */

    const ngx_http_mcp_template_op_t  *op;
    u_char                             sep;         /* before the next item */
    unsigned                           plain:1;     /* names are plain text,
                                                       not RFC 6570 names */
} ngx_http_mcp_template_expand_t;


static void ngx_http_mcp_template_result(
    const ngx_http_mcp_template_expand_t *x, ngx_str_t *out, u_char *empty);
static ngx_int_t ngx_http_mcp_template_expand_part(
    ngx_http_mcp_template_expand_t *x,
    const ngx_http_mcp_template_part_t *part,
    ngx_http_mcp_template_value_pt lookup, void *data,
    const ngx_http_mcp_template_var_t **bad);
static ngx_int_t ngx_http_mcp_template_expand_var(
    ngx_http_mcp_template_expand_t *x, const ngx_http_mcp_template_var_t *var,
    const ngx_str_t *name, const ngx_http_mcp_json_t *value);
static ngx_int_t ngx_http_mcp_template_exploded(
    ngx_http_mcp_template_expand_t *x, const ngx_str_t *name,
    const ngx_http_mcp_json_t *value);
static ngx_int_t ngx_http_mcp_template_joined(
    ngx_http_mcp_template_expand_t *x, const ngx_str_t *name,
    const ngx_http_mcp_json_t *value);
static ngx_int_t ngx_http_mcp_template_member(
    ngx_http_mcp_template_expand_t *x, ngx_http_mcp_json_iter_t *it,
    ngx_str_t *key, ngx_str_t *text);
static ngx_int_t ngx_http_mcp_template_scalar(
    ngx_http_mcp_template_expand_t *x, const ngx_http_mcp_json_t *value,
    ngx_str_t *text);
static void ngx_http_mcp_template_cut(ngx_str_t *text, ngx_uint_t prefix,
    ngx_uint_t reserved);
static ngx_int_t ngx_http_mcp_template_pair(ngx_http_mcp_template_expand_t *x,
    const ngx_str_t *key, ngx_uint_t reserved, const ngx_str_t *text);
static ngx_int_t ngx_http_mcp_template_write(ngx_http_mcp_template_expand_t *x,
    u_char before, const ngx_str_t *text, ngx_uint_t reserved, u_char after);
static u_char ngx_http_mcp_template_sep(ngx_http_mcp_template_expand_t *x);
static ngx_int_t ngx_http_mcp_template_reserve(
    ngx_http_mcp_template_expand_t *x, size_t n);
static ngx_uint_t ngx_http_mcp_template_unit(const u_char *p,
    const u_char *last, ngx_uint_t reserved);


static const ngx_http_mcp_template_op_t  ngx_http_mcp_template_ops[] = {

    { '+', '\0', ',', 0, 0, 1 },
    { '#', '#',  ',', 0, 0, 1 },
    { '.', '.',  '.', 0, 0, 0 },
    { '/', '/',  '/', 0, 0, 0 },
    { ';', ';',  ';', 1, 0, 0 },
    { '?', '?',  '&', 1, 1, 0 },
    { '&', '&',  '&', 1, 1, 0 },
    { ' ', '\0', ',', 0, 0, 0 }          /* the last one ends a search */
};


/* as "&", but the caller writes the first separator */

static const ngx_http_mcp_template_op_t  ngx_http_mcp_template_query_op =
    { '&', '\0', '&', 1, 1, 0 };


ngx_int_t
ngx_http_mcp_template_expand(ngx_pool_t *pool,
    const ngx_http_mcp_template_t *t, ngx_http_mcp_template_value_pt lookup,
    void *data, ngx_str_t *out, const ngx_http_mcp_template_var_t **bad)
{
    ngx_int_t                        rc;
    ngx_uint_t                       i;
    ngx_http_mcp_template_part_t    *part;
    ngx_http_mcp_template_expand_t   x;

    ngx_memzero(&x, sizeof(ngx_http_mcp_template_expand_t));

    x.pool = pool;
    x.room = t->text.len + NGX_HTTP_MCP_TEMPLATE_ROOM;

    *bad = NULL;

    part = t->parts.elts;

    for (i = 0; i < t->parts.nelts; i++) {

        if (part[i].op) {
            rc = ngx_http_mcp_template_expand_part(&x, &part[i], lookup, data,
                                                   bad);
        } else {
            rc = ngx_http_mcp_template_write(&x, '\0', &part[i].text, 1, '\0');
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }

    ngx_http_mcp_template_result(&x, out, t->text.data);

    return NGX_OK;
}


ngx_int_t
ngx_http_mcp_template_query(ngx_pool_t *pool, const ngx_str_t *name,
    const ngx_http_mcp_template_var_t *var, const ngx_http_mcp_json_t *value,
    ngx_str_t *out)
{
    ngx_int_t                       rc;
    ngx_http_mcp_template_expand_t  x;

    ngx_memzero(&x, sizeof(ngx_http_mcp_template_expand_t));

    x.pool = pool;
    x.room = name->len + NGX_HTTP_MCP_TEMPLATE_ROOM;
    x.op = &ngx_http_mcp_template_query_op;
    x.sep = x.op->first;
    x.plain = 1;

    rc = ngx_http_mcp_template_expand_var(&x, var, name, value);

    if (rc != NGX_OK) {
        return rc;
    }

    ngx_http_mcp_template_result(&x, out, name->data);

    return NGX_OK;
}


/* an empty text points to "empty", not to nowhere */

static void
ngx_http_mcp_template_result(const ngx_http_mcp_template_expand_t *x,
    ngx_str_t *out, u_char *empty)
{
    if (x->start == NULL) {
        out->data = empty;
        out->len = 0;
        return;
    }

    out->data = x->start;
    out->len = x->last - x->start;
}


static ngx_int_t
ngx_http_mcp_template_expand_part(ngx_http_mcp_template_expand_t *x,
    const ngx_http_mcp_template_part_t *part,
    ngx_http_mcp_template_value_pt lookup, void *data,
    const ngx_http_mcp_template_var_t **bad)
{
    ngx_int_t                     rc;
    ngx_uint_t                    i;
    ngx_http_mcp_json_t           value;
    ngx_http_mcp_template_var_t  *var;

    x->op = ngx_http_mcp_template_ops;

    while (x->op->op != part->op && x->op->op != ' ') {
        x->op++;
    }

    x->sep = x->op->first;

    var = part->vars.elts;

    for (i = 0; i < part->vars.nelts; i++) {

        rc = lookup(data, &var[i], &value);

        if (rc == NGX_DECLINED) {
            continue;
        }

        if (rc == NGX_OK) {
            rc = ngx_http_mcp_template_expand_var(x, &var[i], &var[i].name,
                                                  &value);
        }

        if (rc == NGX_DECLINED) {
            *bad = &var[i];
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_template_expand_var(ngx_http_mcp_template_expand_t *x,
    const ngx_http_mcp_template_var_t *var, const ngx_str_t *name,
    const ngx_http_mcp_json_t *value)
{
    ngx_int_t  rc;
    ngx_str_t  text;

    if (value->type == NGX_HTTP_MCP_JSON_NONE
        || value->type == NGX_HTTP_MCP_JSON_NULL)
    {
        return NGX_OK;
    }

    if (var->prefix && value->type != NGX_HTTP_MCP_JSON_STRING) {
        return NGX_DECLINED;
    }

    if (value->type == NGX_HTTP_MCP_JSON_ARRAY
        || value->type == NGX_HTTP_MCP_JSON_OBJECT)
    {
        return var->explode ? ngx_http_mcp_template_exploded(x, name, value)
                            : ngx_http_mcp_template_joined(x, name, value);
    }

    rc = ngx_http_mcp_template_scalar(x, value, &text);

    if (rc != NGX_OK) {
        return rc;
    }

    if (var->prefix) {
        ngx_http_mcp_template_cut(&text, var->prefix, x->op->reserved);
    }

    return ngx_http_mcp_template_pair(x, x->op->named ? name : NULL, !x->plain,
                                      &text);
}


/* {list*} and {keys*}: each member is an item of its own */

static ngx_int_t
ngx_http_mcp_template_exploded(ngx_http_mcp_template_expand_t *x,
    const ngx_str_t *name, const ngx_http_mcp_json_t *value)
{
    ngx_int_t                  rc;
    ngx_str_t                  member, text;
    ngx_uint_t                 reserved;
    const ngx_str_t           *key;
    ngx_http_mcp_json_iter_t   it;

    if (value->type == NGX_HTTP_MCP_JSON_OBJECT) {

        /*
         * appendix A would have "&" in a member's name pass, as in literals;
         * but a client that chooses names must not add parameters
         */

        key = &member;
        reserved = x->op->reserved;

    } else {
        key = x->op->named ? name : NULL;
        reserved = !x->plain;
    }

    ngx_http_mcp_json_iter(&it, value);

    for ( ;; ) {
        rc = ngx_http_mcp_template_member(x, &it, &member, &text);

        if (rc != NGX_OK) {
            return rc == NGX_DONE ? NGX_OK : rc;
        }

        if (ngx_http_mcp_template_pair(x, key, reserved, &text) != NGX_OK) {
            return NGX_ERROR;
        }
    }
}


/* {list} and {keys}: one item, its members are joined by "," */

static ngx_int_t
ngx_http_mcp_template_joined(ngx_http_mcp_template_expand_t *x,
    const ngx_str_t *name, const ngx_http_mcp_json_t *value)
{
    u_char                    sep;
    ngx_int_t                 rc;
    ngx_str_t                 key, text;
    ngx_uint_t                n;
    ngx_http_mcp_json_iter_t  it;

    ngx_http_mcp_json_iter(&it, value);

    for (n = 0; /* void */ ; n++) {

        rc = ngx_http_mcp_template_member(x, &it, &key, &text);

        if (rc != NGX_OK) {
            return rc == NGX_DONE ? NGX_OK : rc;
        }

        sep = (n == 0) ? ngx_http_mcp_template_sep(x) : ',';

        if (n == 0 && x->op->named) {
            rc = ngx_http_mcp_template_write(x, sep, name, !x->plain, '=');
            sep = '\0';
        }

        if (rc == NGX_OK && value->type == NGX_HTTP_MCP_JSON_OBJECT) {
            rc = ngx_http_mcp_template_write(x, sep, &key, x->op->reserved,
                                             ',');
            sep = '\0';
        }

        if (rc == NGX_OK) {
            rc = ngx_http_mcp_template_write(x, sep, &text, x->op->reserved,
                                             '\0');
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }
}


/* the next member that is not null; "key" is empty but for objects */

static ngx_int_t
ngx_http_mcp_template_member(ngx_http_mcp_template_expand_t *x,
    ngx_http_mcp_json_iter_t *it, ngx_str_t *key, ngx_str_t *text)
{
    ngx_int_t            rc;
    ngx_http_mcp_json_t  name, value;

    do {
        rc = ngx_http_mcp_json_next(it, &name, &value);

        if (rc != NGX_OK) {
            return rc;
        }

    } while (value.type == NGX_HTTP_MCP_JSON_NULL);

    ngx_str_set(key, "");

    if (it->object) {
        rc = ngx_http_mcp_json_decode(x->pool, &name, key);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return ngx_http_mcp_template_scalar(x, &value, text);
}


static ngx_int_t
ngx_http_mcp_template_scalar(ngx_http_mcp_template_expand_t *x,
    const ngx_http_mcp_json_t *value, ngx_str_t *text)
{
    switch (value->type) {

    case NGX_HTTP_MCP_JSON_STRING:
        return ngx_http_mcp_json_decode(x->pool, value, text);

    case NGX_HTTP_MCP_JSON_NUMBER:
    case NGX_HTTP_MCP_JSON_BOOLEAN:
        *text = value->raw;
        return NGX_OK;

    default:
        return NGX_DECLINED;
    }
}


/*
 * {var:n}, counted in characters, not bytes.  Where triplets pass through,
 * those of one character count as one, too: RFC 6570 2.4.1 wants neither
 * to be split.
 */

static void
ngx_http_mcp_template_cut(ngx_str_t *text, ngx_uint_t prefix,
    ngx_uint_t reserved)
{
    u_char      *p, *last;
    ngx_int_t    c;
    ngx_uint_t   unit, rest;

    rest = 0;                            /* bytes due of this character */
    last = text->data + text->len;

    for (p = text->data; p < last; p += unit) {

        unit = 1;
        c = *p;

        if (ngx_http_mcp_template_unit(p, last, reserved) == 3) {
            unit = 3;
            c = ngx_hextoi(p + 1, 2);
        }

        if (rest && (c & 0xc0) == 0x80) {
            rest--;
            continue;
        }

        if (prefix-- == 0) {
            break;
        }

        rest = (c >= 0xf0) ? 3 : (c >= 0xe0) ? 2 : (c >= 0xc0) ? 1 : 0;
    }

    text->len = p - text->data;
}


/* one item: "text" or, with a key, "key=text" */

static ngx_int_t
ngx_http_mcp_template_pair(ngx_http_mcp_template_expand_t *x,
    const ngx_str_t *key, ngx_uint_t reserved, const ngx_str_t *text)
{
    u_char  sep, equals;

    sep = ngx_http_mcp_template_sep(x);

    if (key) {
        equals = '=';

        if (text->len == 0 && x->op->named && !x->op->equals) {
            equals = '\0';
        }

        if (ngx_http_mcp_template_write(x, sep, key, reserved, equals)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        sep = '\0';
    }

    return ngx_http_mcp_template_write(x, sep, text, x->op->reserved, '\0');
}


/* "before" and "after" are single bytes, zero for none */

static ngx_int_t
ngx_http_mcp_template_write(ngx_http_mcp_template_expand_t *x, u_char before,
    const ngx_str_t *text, ngx_uint_t reserved, u_char after)
{
    size_t  len;

    len = ngx_http_mcp_template_escape(NULL, text, reserved);

    if (ngx_http_mcp_template_reserve(x, len + 2) != NGX_OK) {
        return NGX_ERROR;
    }

    if (before) {
        *x->last++ = before;
    }

    if (len == text->len) {
        x->last = ngx_cpymem(x->last, text->data, len);

    } else {
        x->last += ngx_http_mcp_template_escape(x->last, text, reserved);
    }

    if (after) {
        *x->last++ = after;
    }

    return NGX_OK;
}


static u_char
ngx_http_mcp_template_sep(ngx_http_mcp_template_expand_t *x)
{
    u_char  sep;

    sep = x->sep;
    x->sep = x->op->sep;

    return sep;
}


static ngx_int_t
ngx_http_mcp_template_reserve(ngx_http_mcp_template_expand_t *x, size_t n)
{
    size_t   size, used;
    u_char  *p;

    if (x->start && (size_t) (x->end - x->last) >= n) {
        return NGX_OK;
    }

    used = x->last - x->start;
    size = used ? 2 * (size_t) (x->end - x->start) : x->room;

    if (size < used + n) {
        size = used + n;
    }

    p = ngx_pnalloc(x->pool, size);
    if (p == NULL) {
        return NGX_ERROR;
    }

    if (used) {
        ngx_memcpy(p, x->start, used);
        (void) ngx_pfree(x->pool, x->start);
    }

    x->start = p;
    x->last = p + used;
    x->end = p + size;

    return NGX_OK;
}


size_t
ngx_http_mcp_template_escape(u_char *dst, const ngx_str_t *src,
    ngx_uint_t reserved)
{
    size_t               n;
    u_char              *p, *last;
    ngx_uint_t           unit;

    static const u_char  hex[] = "0123456789ABCDEF";

    n = 0;
    last = src->data + src->len;

    for (p = src->data; p < last; p += ngx_max(unit, 1)) {

        unit = ngx_http_mcp_template_unit(p, last, reserved);

        n += unit ? unit : 3;

        if (dst == NULL) {
            continue;
        }

        if (unit) {
            dst = ngx_cpymem(dst, p, unit);

        } else {
            *dst++ = '%';
            *dst++ = hex[*p >> 4];
            *dst++ = hex[*p & 0xf];
        }
    }

    return n;
}


/* how many bytes at "p" pass as they are: 1, 3 (a triplet), or 0 */

static ngx_uint_t
ngx_http_mcp_template_unit(const u_char *p, const u_char *last,
    ngx_uint_t reserved)
{
    /* bytes 0x20 to 0x7f; [1] is with RFC 3986's reserved ones */

    static const uint32_t  pass[2][3] = {
        { 0x03ff6000, 0x87fffffe, 0x47fffffe },
        { 0xafffffda, 0xafffffff, 0x47fffffe }
    };

    if (*p >= 0x20 && *p < 0x80
        && (pass[reserved ? 1 : 0][(*p >> 5) - 1] & (1U << (*p & 0x1f))))
    {
        return 1;
    }

    if (reserved && *p == '%' && last - p > 2
        && ngx_hextoi((u_char *) p + 1, 2) != NGX_ERROR)
    {
        return 3;
    }

    return 0;
}

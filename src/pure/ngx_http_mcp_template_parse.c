
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Compiles a URI template (RFC 6570 section 2) into literals and
 * expressions.  Called while the configuration is read, for request lines,
 * header texts and resource templates; what it makes lives in the caller's
 * pool and points into the caller's text.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_template.h"
#include "ngx_http_mcp_utf8.h"


typedef struct {
    ngx_pool_t  *pool;
    u_char      *pos;
    u_char      *last;
    u_char      *where;                  /* the byte that "reason" is about */
    const char  *reason;
} ngx_http_mcp_template_parse_t;


static ngx_int_t ngx_http_mcp_template_literal(
    ngx_http_mcp_template_parse_t *ps, ngx_http_mcp_template_t *t);
static const char *ngx_http_mcp_template_literal_fault(const u_char *p,
    const u_char *last);
static ngx_int_t ngx_http_mcp_template_expression(
    ngx_http_mcp_template_parse_t *ps, ngx_http_mcp_template_t *t);
static ngx_int_t ngx_http_mcp_template_variables(
    ngx_http_mcp_template_parse_t *ps, ngx_http_mcp_template_part_t *part,
    u_char *close);
static ngx_int_t ngx_http_mcp_template_variable(
    ngx_http_mcp_template_parse_t *ps, ngx_http_mcp_template_var_t *var,
    u_char *close);
static ngx_int_t ngx_http_mcp_template_name(ngx_http_mcp_template_parse_t *ps,
    ngx_str_t *name, u_char *close);
static ngx_int_t ngx_http_mcp_template_prefix(
    ngx_http_mcp_template_parse_t *ps, ngx_uint_t *prefix, u_char *close);
static ngx_http_mcp_template_part_t *ngx_http_mcp_template_part(
    ngx_http_mcp_template_parse_t *ps, ngx_http_mcp_template_t *t);
static const char *ngx_http_mcp_template_name_fault(u_char c);
static ngx_uint_t ngx_http_mcp_template_varchar(u_char c);
static ngx_uint_t ngx_http_mcp_template_triplet(const u_char *p,
    const u_char *last);
static ngx_int_t ngx_http_mcp_template_refuse(
    ngx_http_mcp_template_parse_t *ps, u_char *where, const char *reason);


ngx_int_t
ngx_http_mcp_template_parse(ngx_pool_t *pool, const ngx_str_t *text,
    ngx_http_mcp_template_t *t, const char **reason, size_t *offset)
{
    size_t                         len;
    ngx_int_t                      rc;
    ngx_http_mcp_template_parse_t  ps;

    t->text = *text;

    if (ngx_array_init(&t->parts, pool, 4,
                       sizeof(ngx_http_mcp_template_part_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ps.pool = pool;
    ps.pos = text->data;
    ps.last = text->data + text->len;
    ps.where = text->data;
    ps.reason = NULL;

    rc = NGX_OK;

    len = ngx_http_mcp_utf8_valid(text->data, text->len);

    if (len != text->len) {
        rc = ngx_http_mcp_template_refuse(&ps, ps.pos + len, "not UTF-8");
    }

    while (rc == NGX_OK && ps.pos < ps.last) {

        if (*ps.pos == '{') {
            rc = ngx_http_mcp_template_expression(&ps, t);

        } else {
            rc = ngx_http_mcp_template_literal(&ps, t);
        }
    }

    if (rc == NGX_DECLINED) {
        *reason = ps.reason;
        *offset = ps.where - text->data;
    }

    return rc;
}


static ngx_int_t
ngx_http_mcp_template_literal(ngx_http_mcp_template_parse_t *ps,
    ngx_http_mcp_template_t *t)
{
    size_t                         len;
    u_char                        *p;
    ngx_str_t                      text;
    const char                    *reason;
    ngx_http_mcp_template_part_t  *part;

    for (p = ps->pos; p < ps->last && *p != '{'; p++) {

        reason = ngx_http_mcp_template_literal_fault(p, ps->last);

        if (reason) {
            return ngx_http_mcp_template_refuse(ps, p, reason);
        }
    }

    text.data = ps->pos;
    text.len = p - ps->pos;
    ps->pos = p;

    part = ngx_http_mcp_template_part(ps, t);
    if (part == NULL) {
        return NGX_ERROR;
    }

    part->text = text;

    len = ngx_http_mcp_template_escape(NULL, &text, 1);

    if (len == text.len) {
        return NGX_OK;
    }

    part->text.data = ngx_pnalloc(ps->pool, len);
    if (part->text.data == NULL) {
        return NGX_ERROR;
    }

    part->text.len = ngx_http_mcp_template_escape(part->text.data, &text, 1);

    return NGX_OK;
}


/* RFC 6570 2.1, but "'" is taken, as its own examples do */

static const char *
ngx_http_mcp_template_literal_fault(const u_char *p, const u_char *last)
{
    if (*p < 0x20 || *p == 0x7f) {
        return "a control character in the template";
    }

    switch (*p) {

    case '}':
        return "\"}\" without \"{\"";

    case ' ':
        return "a blank in the template, write \"%20\"";

    case '%':
        if (!ngx_http_mcp_template_triplet(p, last)) {
            return "\"%\" without two hexadecimal digits, write \"%25\"";
        }

        return NULL;

    case '"':
    case '<':
    case '>':
    case '\\':
    case '^':
    case '`':
    case '|':
        return "a character that a URI cannot have, percent-encode it";
    }

    return NULL;
}


static ngx_int_t
ngx_http_mcp_template_expression(ngx_http_mcp_template_parse_t *ps,
    ngx_http_mcp_template_t *t)
{
    u_char                        *open, *close;
    ngx_http_mcp_template_part_t  *part;

    open = ps->pos++;

    /* the end first: "{id/items" is better called unclosed than misspelt */

    for (close = ps->pos; close < ps->last; close++) {
        if (*close == '{' || *close == '}') {
            break;
        }
    }

    if (close == ps->last || *close == '{') {
        return ngx_http_mcp_template_refuse(ps, open, "unclosed \"{\"");
    }

    if (close == ps->pos) {
        return ngx_http_mcp_template_refuse(ps, open, "empty \"{}\"");
    }

    part = ngx_http_mcp_template_part(ps, t);
    if (part == NULL) {
        return NGX_ERROR;
    }

    part->op = ' ';

    switch (*ps->pos) {

    case '+':
    case '#':
    case '.':
    case '/':
    case ';':
    case '?':
    case '&':
        part->op = *ps->pos++;
        break;

    case '=':
    case ',':
    case '!':
    case '@':
    case '|':
        return ngx_http_mcp_template_refuse(ps, ps->pos,
                                            "operators \"=\", \",\", \"!\", "
                                            "\"@\" and \"|\" are reserved");
    }

    return ngx_http_mcp_template_variables(ps, part, close);
}


static ngx_int_t
ngx_http_mcp_template_variables(ngx_http_mcp_template_parse_t *ps,
    ngx_http_mcp_template_part_t *part, u_char *close)
{
    ngx_int_t                     rc;
    ngx_http_mcp_template_var_t  *var;

    if (ngx_array_init(&part->vars, ps->pool, 2,
                       sizeof(ngx_http_mcp_template_var_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for ( ;; ) {

        var = ngx_array_push(&part->vars);
        if (var == NULL) {
            return NGX_ERROR;
        }

        ngx_memzero(var, sizeof(ngx_http_mcp_template_var_t));

        rc = ngx_http_mcp_template_variable(ps, var, close);

        if (rc != NGX_OK) {
            return rc;
        }

        if (ps->pos++ == close) {
            return NGX_OK;
        }
    }
}


static ngx_int_t
ngx_http_mcp_template_variable(ngx_http_mcp_template_parse_t *ps,
    ngx_http_mcp_template_var_t *var, u_char *close)
{
    ngx_int_t    rc;
    const char  *reason;

    rc = ngx_http_mcp_template_name(ps, &var->name, close);

    if (rc != NGX_OK) {
        return rc;
    }

    reason = ngx_http_mcp_template_name_fault(*ps->pos);

    if (*ps->pos == ':') {
        ps->pos++;

        rc = ngx_http_mcp_template_prefix(ps, &var->prefix, close);

        if (rc != NGX_OK) {
            return rc;
        }

        reason = "\",\" or \"}\" is expected";

    } else if (*ps->pos == '*') {
        ps->pos++;
        var->explode = 1;

        reason = "\",\" or \"}\" is expected";
    }

    if (ps->pos == close || *ps->pos == ',') {
        return NGX_OK;
    }

    if (*ps->pos == ':' || *ps->pos == '*') {
        reason = "a variable takes one of \":\" and \"*\", once";
    }

    return ngx_http_mcp_template_refuse(ps, ps->pos, reason);
}


static ngx_int_t
ngx_http_mcp_template_name(ngx_http_mcp_template_parse_t *ps, ngx_str_t *name,
    u_char *close)
{
    u_char      *p;
    ngx_uint_t   edge;

    edge = 1;                            /* "." cannot stand here */

    for (p = ps->pos; p < close; p++) {

        if (*p == '.') {
            if (edge) {
                break;
            }

            edge = 1;
            continue;
        }

        if (ngx_http_mcp_template_triplet(p, close)) {
            p += 2;

        } else if (!ngx_http_mcp_template_varchar(*p)) {
            break;
        }

        edge = 0;
    }

    if (p == ps->pos) {
        return ngx_http_mcp_template_refuse(ps, p,
                                          ngx_http_mcp_template_name_fault(*p));
    }

    if (edge) {
        return ngx_http_mcp_template_refuse(ps, p - 1,
                                         ngx_http_mcp_template_name_fault('.'));
    }

    name->data = ps->pos;
    name->len = p - ps->pos;
    ps->pos = p;

    return NGX_OK;
}


static ngx_int_t
ngx_http_mcp_template_prefix(ngx_http_mcp_template_parse_t *ps,
    ngx_uint_t *prefix, u_char *close)
{
    u_char      *p;
    ngx_uint_t   n;

    n = 0;

    for (p = ps->pos; p < close && *p >= '0' && *p <= '9'; p++) {

        n = n * 10 + (*p - '0');

        if (n == 0 || n > 9999) {
            break;
        }
    }

    if (n == 0 || n > 9999) {
        return ngx_http_mcp_template_refuse(ps, ps->pos,
                                            "the length after \":\" must be "
                                            "1 to 9999");
    }

    *prefix = n;
    ps->pos = p;

    return NGX_OK;
}


static ngx_http_mcp_template_part_t *
ngx_http_mcp_template_part(ngx_http_mcp_template_parse_t *ps,
    ngx_http_mcp_template_t *t)
{
    ngx_http_mcp_template_part_t  *part;

    part = ngx_array_push(&t->parts);

    if (part) {
        ngx_memzero(part, sizeof(ngx_http_mcp_template_part_t));
    }

    return part;
}


/* why "c" cannot begin or go on a name */

static const char *
ngx_http_mcp_template_name_fault(u_char c)
{
    switch (c) {

    case ',':
    case ':':
    case '*':
    case '}':
        return "a name is missing";

    case ' ':
    case '\t':
    case CR:
    case LF:
        return "a blank inside \"{}\"";

    case '.':
        return "\".\" must be between two characters of a name";

    case '%':
        return "\"%\" without two hexadecimal digits";

    case '$':
        return "\"$\" inside \"{}\", which holds no nginx variables";

    default:
        return "a name has only letters, digits, \"_\" and \".\"";
    }
}


static ngx_uint_t
ngx_http_mcp_template_varchar(u_char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '_';
}


static ngx_uint_t
ngx_http_mcp_template_triplet(const u_char *p, const u_char *last)
{
    return *p == '%' && last - p > 2
           && ngx_hextoi((u_char *) p + 1, 2) != NGX_ERROR;
}


static ngx_int_t
ngx_http_mcp_template_refuse(ngx_http_mcp_template_parse_t *ps, u_char *where,
    const char *reason)
{
    ps->where = where;
    ps->reason = reason;

    return NGX_DECLINED;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * The escapes of ECMA-262 patterns, translated to those of PCRE2.  Called by
 * the translator; owns nothing.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_ecma.h"


static ngx_int_t ngx_http_mcp_jsonschema_ecma_back(
    ngx_http_mcp_jsonschema_ecma_t *e);
static ngx_int_t ngx_http_mcp_jsonschema_ecma_unicode(
    ngx_http_mcp_jsonschema_ecma_t *e, uint32_t *cp);
static ngx_int_t ngx_http_mcp_jsonschema_ecma_pair(
    ngx_http_mcp_jsonschema_ecma_t *e, uint32_t *cp);
static ngx_int_t ngx_http_mcp_jsonschema_ecma_hex(
    ngx_http_mcp_jsonschema_ecma_t *e, size_t digits, uint32_t *cp);
static ngx_int_t ngx_http_mcp_jsonschema_ecma_property(
    ngx_http_mcp_jsonschema_ecma_t *e);
static u_char *ngx_http_mcp_jsonschema_ecma_property_name(
    ngx_http_mcp_jsonschema_ecma_t *e, ngx_str_t *kind, ngx_str_t *name);
static const char *ngx_http_mcp_jsonschema_ecma_category(
    const ngx_str_t *name);


#define NGX_HTTP_MCP_JSONSCHEMA_SPACE                                         \
    "\\x{9}-\\x{d}\\x{20}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}"        \
    "\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}"

#define NGX_HTTP_MCP_JSONSCHEMA_NO_SPACE                                      \
    "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{9f}\\x{a1}-\\x{167f}"             \
    "\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}"               \
    "\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}"               \
    "\\x{ff00}-\\x{10ffff}"


static const char  *ngx_http_mcp_jsonschema_categories[][3] = {
    { "L", "Letter", NULL },
    { "Lu", "Uppercase_Letter", NULL },
    { "Ll", "Lowercase_Letter", NULL },
    { "Lt", "Titlecase_Letter", NULL },
    { "L&", "Cased_Letter", "LC" },
    { "Lm", "Modifier_Letter", NULL },
    { "Lo", "Other_Letter", NULL },
    { "M", "Mark", "Combining_Mark" },
    { "Mn", "Nonspacing_Mark", NULL },
    { "Mc", "Spacing_Mark", NULL },
    { "Me", "Enclosing_Mark", NULL },
    { "N", "Number", NULL },
    { "Nd", "Decimal_Number", "digit" },
    { "Nl", "Letter_Number", NULL },
    { "No", "Other_Number", NULL },
    { "P", "Punctuation", "punct" },
    { "Pc", "Connector_Punctuation", NULL },
    { "Pd", "Dash_Punctuation", NULL },
    { "Ps", "Open_Punctuation", NULL },
    { "Pe", "Close_Punctuation", NULL },
    { "Pi", "Initial_Punctuation", NULL },
    { "Pf", "Final_Punctuation", NULL },
    { "Po", "Other_Punctuation", NULL },
    { "S", "Symbol", NULL },
    { "Sm", "Math_Symbol", NULL },
    { "Sc", "Currency_Symbol", NULL },
    { "Sk", "Modifier_Symbol", NULL },
    { "So", "Other_Symbol", NULL },
    { "Z", "Separator", NULL },
    { "Zs", "Space_Separator", NULL },
    { "Zl", "Line_Separator", NULL },
    { "Zp", "Paragraph_Separator", NULL },
    { "C", "Other", NULL },
    { "Cc", "Control", "cntrl" },
    { "Cf", "Format", NULL },
    { "Cs", "Surrogate", NULL },
    { "Co", "Private_Use", NULL },
    { "Cn", "Unassigned", NULL },
    { NULL, NULL, NULL }
};


ngx_int_t
ngx_http_mcp_jsonschema_ecma_escape(ngx_http_mcp_jsonschema_ecma_t *e)
{
    u_char     c;
    uint32_t   cp;
    ngx_int_t  rc;

    if (e->last - e->pos < 2) {
        return ngx_http_mcp_jsonschema_ecma_refuse(e, "a \\ at the end");
    }

    c = e->pos[1];
    e->atom = 1;

    if (c == 'b' || c == 'B') {
        ngx_http_mcp_json_text_raw(&e->out, e->pos, 2);
        e->pos += 2;
        e->atom = 0;
        return NGX_OK;
    }

    if (c == 'k' || (c >= '1' && c <= '9')) {
        return ngx_http_mcp_jsonschema_ecma_back(e);
    }

    rc = ngx_http_mcp_jsonschema_ecma_set(e, 0);

    if (rc != NGX_DONE) {
        return rc;
    }

    rc = ngx_http_mcp_jsonschema_ecma_character(e, &cp);

    if (rc == NGX_OK) {
        ngx_http_mcp_jsonschema_ecma_put(e, cp);
    }

    return rc;
}


/* \1 or \k<name> */

static ngx_int_t
ngx_http_mcp_jsonschema_ecma_back(ngx_http_mcp_jsonschema_ecma_t *e)
{
    u_char  *p;

    p = e->pos + 1;

    if (*p == 'k') {

        if (e->last - p < 2 || p[1] != '<') {
            return ngx_http_mcp_jsonschema_ecma_refuse(e,
                                       "\\k without a name");
        }

        while (p < e->last && *p != '>') {
            p++;
        }

        if (p == e->last) {
            return ngx_http_mcp_jsonschema_ecma_refuse(e,
                                       "\\k without a name");
        }

        p++;
        ngx_http_mcp_json_text_raw(&e->out, e->pos, p - e->pos);

    } else {

        /* never octal */

        while (p < e->last && *p >= '0' && *p <= '9') {
            p++;
        }

        ngx_http_mcp_json_text_put(&e->out, "\\g{");
        ngx_http_mcp_json_text_raw(&e->out, e->pos + 1, p - e->pos - 1);
        ngx_http_mcp_json_text_put(&e->out, "}");
    }

    e->pos = p;

    return NGX_OK;
}


/* \d \w \s \p and their opposites; NGX_DONE: it is another escape */

ngx_int_t
ngx_http_mcp_jsonschema_ecma_set(ngx_http_mcp_jsonschema_ecma_t *e,
    ngx_uint_t in_class)
{
    switch (e->pos[1]) {

    case 'd':
    case 'D':
    case 'w':
    case 'W':

        /* without PCRE2_UCP these are ASCII, as ECMA-262 wants */

        ngx_http_mcp_json_text_raw(&e->out, e->pos, 2);
        break;

    case 's':
        ngx_http_mcp_json_text_put(&e->out,
            in_class ? NGX_HTTP_MCP_JSONSCHEMA_SPACE
                     : "[" NGX_HTTP_MCP_JSONSCHEMA_SPACE "]");
        break;

    case 'S':
        ngx_http_mcp_json_text_put(&e->out,
            in_class ? NGX_HTTP_MCP_JSONSCHEMA_NO_SPACE
                     : "[" NGX_HTTP_MCP_JSONSCHEMA_NO_SPACE "]");
        break;

    case 'p':
    case 'P':
        return ngx_http_mcp_jsonschema_ecma_property(e);

    default:
        return NGX_DONE;
    }

    e->pos += 2;

    return NGX_OK;
}


/* an escape that stands for one character */

ngx_int_t
ngx_http_mcp_jsonschema_ecma_character(ngx_http_mcp_jsonschema_ecma_t *e,
    uint32_t *cp)
{
    u_char       c;
    const char  *p;

    static const char  names[] = "t\tn\nv\vf\fr\r";

    c = e->pos[1];

    p = c ? ngx_strchr(names, c) : NULL;

    if (p && (p - names) % 2 == 0) {
        *cp = p[1];
        e->pos += 2;
        return NGX_OK;
    }

    if (c == 'u' || c == 'x') {
        e->pos += 2;
        return (c == 'u') ? ngx_http_mcp_jsonschema_ecma_unicode(e, cp)
                          : ngx_http_mcp_jsonschema_ecma_hex(e, 2, cp);
    }

    if (c == 'c' && e->last - e->pos > 2 && isalpha(e->pos[2])) {
        *cp = e->pos[2] & 0x1f;
        e->pos += 3;
        return NGX_OK;
    }

    if (c == '0' && (e->last - e->pos == 2 || !isdigit(e->pos[2]))) {
        *cp = 0;
        e->pos += 2;
        return NGX_OK;
    }

    if (!ispunct(c)) {
        return ngx_http_mcp_jsonschema_ecma_refuse(e,
                                   "an escape that ECMA-262 does not have");
    }

    *cp = c;
    e->pos += 2;

    return NGX_OK;
}


/* behind \u: 4 digits, twice for a surrogate pair, or {digits} */

static ngx_int_t
ngx_http_mcp_jsonschema_ecma_unicode(ngx_http_mcp_jsonschema_ecma_t *e,
    uint32_t *cp)
{
    size_t     digits;
    ngx_int_t  rc;

    if (e->pos < e->last && *e->pos == '{') {
        e->pos++;

        for (digits = 0; e->pos + digits < e->last; digits++) {
            if (e->pos[digits] == '}') {
                break;
            }
        }

        if (digits == 0 || digits > 6 || e->pos + digits == e->last) {
            return ngx_http_mcp_jsonschema_ecma_refuse(e, "a broken \\u{}");
        }

        rc = ngx_http_mcp_jsonschema_ecma_hex(e, digits, cp);
        e->pos++;

    } else {
        rc = ngx_http_mcp_jsonschema_ecma_hex(e, 4, cp);

        if (rc == NGX_OK && *cp >= 0xd800 && *cp < 0xdc00) {
            rc = ngx_http_mcp_jsonschema_ecma_pair(e, cp);
        }
    }

    if (rc != NGX_OK) {
        return rc;
    }

    if (*cp > 0x10ffff || (*cp >= 0xd800 && *cp <= 0xdfff)) {
        return ngx_http_mcp_jsonschema_ecma_refuse(e,
                                   "an escape that is no character");
    }

    return NGX_OK;
}


/* the second half of a surrogate pair; without it *cp stays no character */

static ngx_int_t
ngx_http_mcp_jsonschema_ecma_pair(ngx_http_mcp_jsonschema_ecma_t *e,
    uint32_t *cp)
{
    uint32_t   low;
    ngx_int_t  rc;

    if (e->last - e->pos < 6 || e->pos[0] != '\\' || e->pos[1] != 'u') {
        return NGX_OK;
    }

    e->pos += 2;
    low = 0;

    rc = ngx_http_mcp_jsonschema_ecma_hex(e, 4, &low);

    if (low >= 0xdc00 && low <= 0xdfff) {
        *cp = 0x10000 + ((*cp - 0xd800) << 10) + (low - 0xdc00);
    }

    return rc;
}


static ngx_int_t
ngx_http_mcp_jsonschema_ecma_hex(ngx_http_mcp_jsonschema_ecma_t *e,
    size_t digits, uint32_t *cp)
{
    ngx_int_t  n;

    n = ((size_t) (e->last - e->pos) >= digits) ? ngx_hextoi(e->pos, digits)
                                                : NGX_ERROR;
    if (n == NGX_ERROR) {
        return ngx_http_mcp_jsonschema_ecma_refuse(e,
                                   "an escape without its digits");
    }

    *cp = (uint32_t) n;
    e->pos += digits;

    return NGX_OK;
}


/*
 * \p{Letter}, \p{gc=Lu}, \p{Script=Greek}, \p{Emoji}.  PCRE2 10.42 knows
 * categories by their short names alone; scripts and binary properties it
 * has itself, and refuses what it does not know.
 */

static ngx_int_t
ngx_http_mcp_jsonschema_ecma_property(ngx_http_mcp_jsonschema_ecma_t *e)
{
    u_char      *p;
    ngx_str_t    name, kind;
    const char  *category, *prefix;

    p = ngx_http_mcp_jsonschema_ecma_property_name(e, &kind, &name);

    if (p == NULL) {
        return ngx_http_mcp_jsonschema_ecma_refuse(e, "\\p without a {name}");
    }

#define is(s)  (kind.len == sizeof(s) - 1                                     \
                && ngx_strncmp(kind.data, s, sizeof(s) - 1) == 0)

    category = ngx_http_mcp_jsonschema_ecma_category(&name);
    prefix = "";

    if (is("Script") || is("sc")) {
        prefix = "sc:";
        category = NULL;

    } else if (is("Script_Extensions") || is("scx")) {
        prefix = "scx:";
        category = NULL;

    } else if ((kind.data && !is("General_Category") && !is("gc"))
               || (kind.data && category == NULL)
               || (name.len && name.data[0] == 'X'))
    {
        return ngx_http_mcp_jsonschema_ecma_refuse(e,
                                   "a property that ECMA-262 does not have");
    }

#undef is

    ngx_http_mcp_json_text_raw(&e->out, e->pos, 3);
    ngx_http_mcp_json_text_put(&e->out, prefix);

    if (category) {
        ngx_http_mcp_json_text_put(&e->out, category);

    } else {
        ngx_http_mcp_json_text_raw(&e->out, name.data, name.len);
    }

    ngx_http_mcp_json_text_put(&e->out, "}");

    e->pos = p + 1;

    return NGX_OK;
}


/* "{kind=name}" or "{name}" behind \p: where the brace closes, or NULL */

static u_char *
ngx_http_mcp_jsonschema_ecma_property_name(ngx_http_mcp_jsonschema_ecma_t *e,
    ngx_str_t *kind, ngx_str_t *name)
{
    u_char  *p, *start;

    p = e->pos + 2;

    if (p == e->last || *p != '{') {
        return NULL;
    }

    start = ++p;
    name->data = start;
    ngx_str_null(kind);

    while (p < e->last && (isalnum(*p) || *p == '_' || *p == '=')) {

        if (*p == '=') {
            kind->data = start;
            kind->len = p - start;
            name->data = p + 1;
        }

        p++;
    }

    if (p == e->last || *p != '}' || p == start || *start == '_') {
        return NULL;
    }

    name->len = p - name->data;

    return p;
}


static const char *
ngx_http_mcp_jsonschema_ecma_category(const ngx_str_t *name)
{
    ngx_uint_t   i, k;
    const char  *s;

    for (i = 0; ngx_http_mcp_jsonschema_categories[i][0]; i++) {

        for (k = 0; k < 3; k++) {
            s = ngx_http_mcp_jsonschema_categories[i][k];

            if (s && ngx_strlen(s) == name->len
                && ngx_strncmp(s, name->data, name->len) == 0)
            {
                return ngx_http_mcp_jsonschema_categories[i][0];
            }
        }
    }

    return NULL;
}

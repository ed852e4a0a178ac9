
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The word "param": NAME TYPE ["description"] [required] [key=value...].
 */


#include "ngx_http_mcp_word.h"
#include "ngx_http_mcp_header_value.h"
#include "ngx_http_mcp_json_write.h"


typedef struct ngx_http_mcp_param_key_s  ngx_http_mcp_param_key_t;

typedef char *(*ngx_http_mcp_param_key_pt)(ngx_conf_t *cf,
    ngx_http_mcp_param_t *param, const ngx_http_mcp_param_key_t *key,
    ngx_str_t *value);

struct ngx_http_mcp_param_key_s {
    ngx_str_t                    name;
    ngx_uint_t                   types;      /* that it may stand with */
    ngx_http_mcp_param_key_pt    set;
    size_t                       offset;
};


static char *ngx_http_mcp_param_string(ngx_conf_t *cf,
    ngx_http_mcp_param_t *param, const ngx_http_mcp_param_key_t *key,
    ngx_str_t *value);
static char *ngx_http_mcp_param_number(ngx_conf_t *cf,
    ngx_http_mcp_param_t *param, const ngx_http_mcp_param_key_t *key,
    ngx_str_t *value);
static char *ngx_http_mcp_param_length(ngx_conf_t *cf,
    ngx_http_mcp_param_t *param, const ngx_http_mcp_param_key_t *key,
    ngx_str_t *value);
static char *ngx_http_mcp_param_enum(ngx_conf_t *cf,
    ngx_http_mcp_param_t *param, const ngx_http_mcp_param_key_t *key,
    ngx_str_t *value);
static char *ngx_http_mcp_param_items(ngx_conf_t *cf,
    ngx_http_mcp_param_t *param, const ngx_http_mcp_param_key_t *key,
    ngx_str_t *value);
static char *ngx_http_mcp_param_default(ngx_conf_t *cf,
    ngx_http_mcp_param_t *param, const ngx_http_mcp_param_key_t *key,
    ngx_str_t *value);
static char *ngx_http_mcp_param_header(ngx_conf_t *cf,
    ngx_http_mcp_param_t *param, const ngx_http_mcp_param_key_t *key,
    ngx_str_t *value);
static const ngx_http_mcp_param_key_t *ngx_http_mcp_param_key(
    ngx_str_t *word);
static ngx_uint_t ngx_http_mcp_param_is_key(ngx_str_t *word);
static ngx_http_mcp_param_t *ngx_http_mcp_param_add(ngx_conf_t *cf,
    ngx_http_mcp_tool_t *tool, ngx_str_t *name);
static ngx_int_t ngx_http_mcp_param_mirror(ngx_conf_t *cf,
    ngx_http_mcp_tool_t *tool, ngx_http_mcp_param_t *param);


#define NGX_HTTP_MCP_NUMERIC                                                 \
    (NGX_HTTP_MCP_TYPE_INTEGER|NGX_HTTP_MCP_TYPE_NUMBER)
#define NGX_HTTP_MCP_ANY_TYPE  0x7f


static const ngx_http_mcp_param_key_t  ngx_http_mcp_param_keys[] = {

    { ngx_string("enum"), NGX_HTTP_MCP_TYPE_STRING,
      ngx_http_mcp_param_enum, 0 },

    { ngx_string("default"), NGX_HTTP_MCP_ANY_TYPE,
      ngx_http_mcp_param_default, 0 },

    { ngx_string("minimum"), NGX_HTTP_MCP_NUMERIC,
      ngx_http_mcp_param_number, offsetof(ngx_http_mcp_param_t, minimum) },

    { ngx_string("maximum"), NGX_HTTP_MCP_NUMERIC,
      ngx_http_mcp_param_number, offsetof(ngx_http_mcp_param_t, maximum) },

    { ngx_string("min_length"), NGX_HTTP_MCP_TYPE_STRING,
      ngx_http_mcp_param_length,
      offsetof(ngx_http_mcp_param_t, min_length) },

    { ngx_string("max_length"), NGX_HTTP_MCP_TYPE_STRING,
      ngx_http_mcp_param_length,
      offsetof(ngx_http_mcp_param_t, max_length) },

    { ngx_string("pattern"), NGX_HTTP_MCP_TYPE_STRING,
      ngx_http_mcp_param_string, offsetof(ngx_http_mcp_param_t, pattern) },

    { ngx_string("format"), NGX_HTTP_MCP_TYPE_STRING,
      ngx_http_mcp_param_string, offsetof(ngx_http_mcp_param_t, format) },

    { ngx_string("items"), NGX_HTTP_MCP_TYPE_ARRAY,
      ngx_http_mcp_param_items, 0 },

    { ngx_string("name"), NGX_HTTP_MCP_ANY_TYPE,
      ngx_http_mcp_param_string, offsetof(ngx_http_mcp_param_t, upstream) },

    { ngx_string("mcp_header"),
      NGX_HTTP_MCP_TYPE_STRING|NGX_HTTP_MCP_TYPE_INTEGER
      |NGX_HTTP_MCP_TYPE_BOOLEAN,
      ngx_http_mcp_param_header, 0 },

    { ngx_null_string, 0, NULL, 0 }
};


char *
ngx_http_mcp_param_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_tool_t *tool = conf;

    char                            *rv;
    ngx_str_t                       *value, text;
    ngx_uint_t                       i;
    ngx_http_mcp_param_t            *param;
    const ngx_http_mcp_param_key_t  *key;

    value = cf->args->elts;

    if (tool->schema) {
        return "cannot stand beside \"input_schema\", "
               "which declares all parameters";
    }

    param = ngx_http_mcp_param_add(cf, tool, &value[1]);
    if (param == NULL) {
        return NGX_CONF_ERROR;
    }

    param->type = ngx_http_mcp_type_bit(&value[2]);

    if (param->type == 0 || param->type == NGX_HTTP_MCP_TYPE_NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown type \"%V\" of parameter \"%V\": expected "
                           "string, integer, number, boolean, array or "
                           "object", &value[2], &value[1]);
        return NGX_CONF_ERROR;
    }

    i = 3;

    if (cf->args->nelts > 3 && ngx_strcmp(value[3].data, "required") != 0
        && !ngx_http_mcp_param_is_key(&value[3]))
    {
        param->description = value[3];
        i++;
    }

    for ( /* void */ ; i < cf->args->nelts; i++) {

        if (ngx_strcmp(value[i].data, "required") == 0) {
            param->required = 1;
            continue;
        }

        key = ngx_http_mcp_param_key(&value[i]);

        if (key == NULL) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "unknown word \"%V\" of parameter \"%V\": "
                               "expected \"required\" or key=value, after "
                               "the description", &value[i], &value[1]);
            return NGX_CONF_ERROR;
        }

        if (!(key->types & param->type)) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" does not fit parameter \"%V\" of type "
                               "%V", &key->name, &value[1], &value[2]);
            return NGX_CONF_ERROR;
        }

        text.data = value[i].data + key->name.len + 1;
        text.len = value[i].len - key->name.len - 1;

        if (text.len && text.data[0] == '"'
            && param->type == NGX_HTTP_MCP_TYPE_STRING)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "a quote inside of %V is not one for nginx: "
                               "quote the whole word, as \"%V=...\"",
                               &value[i], &key->name);
            return NGX_CONF_ERROR;
        }

        rv = key->set(cf, param, key, &text);

        if (rv == NGX_CONF_ERROR) {
            return rv;
        }

        if (rv != NGX_CONF_OK) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" of parameter \"%V\" %s",
                               &key->name, &value[1], rv);
            return NGX_CONF_ERROR;
        }
    }

    rv = ngx_http_mcp_param_check(cf, param);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (param->header.len
        && ngx_http_mcp_param_mirror(cf, tool, param) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_http_mcp_param_t *
ngx_http_mcp_param_add(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool,
    ngx_str_t *name)
{
    u_char                 ch;
    ngx_uint_t             i;
    ngx_http_mcp_param_t  *param;

    if (ngx_http_mcp_param_find(tool, name, &i)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "duplicate parameter \"%V\"", name);
        return NULL;
    }

    for (i = 0; i < name->len; i++) {
        ch = name->data[i];

        if (!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
              || (ch >= '0' && ch <= '9') || ch == '_'
              || (i > 0 && (ch == '-' || ch == '.'))))
        {
            break;
        }
    }

    if (i != name->len || i == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter name \"%V\": use letters, "
                           "digits and \"_\", and name=... for another "
                           "spelling upstream", name);
        return NULL;
    }

    param = ngx_array_push(&tool->params);
    if (param == NULL) {
        return NULL;
    }

    ngx_memzero(param, sizeof(ngx_http_mcp_param_t));

    param->name = *name;
    param->min_length = -1;
    param->max_length = -1;

    return param;
}


ngx_http_mcp_param_t *
ngx_http_mcp_param_find(ngx_http_mcp_tool_t *tool, const ngx_str_t *name,
    ngx_uint_t *index)
{
    ngx_uint_t             i;
    ngx_http_mcp_param_t  *param;

    param = tool->params.elts;

    for (i = 0; i < tool->params.nelts; i++) {
        if (param[i].name.len == name->len
            && ngx_strncmp(param[i].name.data, name->data, name->len) == 0)
        {
            *index = i;
            return &param[i];
        }
    }

    return NULL;
}


ngx_uint_t
ngx_http_mcp_param_same(const ngx_str_t *one, const ngx_str_t *two)
{
    u_char  a, b;
    size_t  i;

    if (one->len != two->len) {
        return 0;
    }

    for (i = 0; i < one->len; i++) {
        a = one->data[i];
        b = two->data[i];

        a = (a == '-' || a == '.') ? '_' : ngx_tolower(a);
        b = (b == '-' || b == '.') ? '_' : ngx_tolower(b);

        if (a != b) {
            return 0;
        }
    }

    return 1;
}


ngx_uint_t
ngx_http_mcp_type_bit(const ngx_str_t *name)
{
    ngx_uint_t  i;

    static const ngx_str_t  names[] = {
        ngx_string("string"),
        ngx_string("integer"),
        ngx_string("number"),
        ngx_string("boolean"),
        ngx_string("array"),
        ngx_string("object"),
        ngx_string("null")
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].len == name->len
            && ngx_strncmp(names[i].data, name->data, name->len) == 0)
        {
            return (ngx_uint_t) 1 << i;
        }
    }

    return 0;
}


static const ngx_http_mcp_param_key_t *
ngx_http_mcp_param_key(ngx_str_t *word)
{
    const ngx_http_mcp_param_key_t  *key;

    for (key = ngx_http_mcp_param_keys; key->name.len; key++) {
        if (word->len > key->name.len && word->data[key->name.len] == '='
            && ngx_strncmp(word->data, key->name.data, key->name.len) == 0)
        {
            return key;
        }
    }

    return NULL;
}


/* "minimun=1" is a key that is misspelled, not a description */

static ngx_uint_t
ngx_http_mcp_param_is_key(ngx_str_t *word)
{
    size_t  i;

    for (i = 0; i < word->len; i++) {
        if (!((word->data[i] >= 'a' && word->data[i] <= 'z')
              || word->data[i] == '_'))
        {
            break;
        }
    }

    return i > 0 && i < word->len && word->data[i] == '=';
}


static char *
ngx_http_mcp_param_string(ngx_conf_t *cf, ngx_http_mcp_param_t *param,
    const ngx_http_mcp_param_key_t *key, ngx_str_t *value)
{
    ngx_str_t  *field;

    field = (ngx_str_t *) ((u_char *) param + key->offset);

    if (field->data) {
        return "is duplicate";
    }

    if (value->len == 0) {
        return "is empty";
    }

    *field = *value;

    return NGX_CONF_OK;
}


static char *
ngx_http_mcp_param_number(ngx_conf_t *cf, ngx_http_mcp_param_t *param,
    const ngx_http_mcp_param_key_t *key, ngx_str_t *value)
{
    ngx_http_mcp_json_t       *field;
    ngx_http_mcp_json_scan_t   scan;

    field = (ngx_http_mcp_json_t *) ((u_char *) param + key->offset);

    if (field->type != NGX_HTTP_MCP_JSON_NONE) {
        return "is duplicate";
    }

    ngx_memzero(&scan, sizeof(ngx_http_mcp_json_scan_t));
    scan.depth = 1;

    if (ngx_http_mcp_json_scan(&scan, value, field) != NGX_OK
        || field->type != NGX_HTTP_MCP_JSON_NUMBER)
    {
        return "is not a number";
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_mcp_param_length(ngx_conf_t *cf, ngx_http_mcp_param_t *param,
    const ngx_http_mcp_param_key_t *key, ngx_str_t *value)
{
    ngx_int_t  *field;

    field = (ngx_int_t *) ((u_char *) param + key->offset);

    if (*field != -1) {
        return "is duplicate";
    }

    *field = ngx_atoi(value->data, value->len);

    if (*field == NGX_ERROR) {
        return "is not a number of characters";
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_mcp_param_enum(ngx_conf_t *cf, ngx_http_mcp_param_t *param,
    const ngx_http_mcp_param_key_t *key, ngx_str_t *value)
{
    u_char     *p, *last, *end;
    ngx_str_t  *choice;

    if (param->choices) {
        return "is duplicate";
    }

    param->choices = ngx_array_create(cf->pool, 4, sizeof(ngx_str_t));
    if (param->choices == NULL) {
        return NGX_CONF_ERROR;
    }

    last = value->data + value->len;

    for (p = value->data; p <= last; p = end + 1) {

        end = ngx_strlchr(p, last, '|');
        if (end == NULL) {
            end = last;
        }

        if (end == p) {
            return "has an empty choice: expected enum=a|b|c";
        }

        choice = ngx_array_push(param->choices);
        if (choice == NULL) {
            return NGX_CONF_ERROR;
        }

        choice->data = p;
        choice->len = end - p;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_mcp_param_items(ngx_conf_t *cf, ngx_http_mcp_param_t *param,
    const ngx_http_mcp_param_key_t *key, ngx_str_t *value)
{
    if (param->items) {
        return "is duplicate";
    }

    param->items = ngx_http_mcp_type_bit(value);

    if (param->items == 0) {
        return "is not a type: expected string, integer, number, boolean, "
               "array or object";
    }

    return NGX_CONF_OK;
}


/* A string needs no quotes here; any other type is JSON text. */

static char *
ngx_http_mcp_param_default(ngx_conf_t *cf, ngx_http_mcp_param_t *param,
    const ngx_http_mcp_param_key_t *key, ngx_str_t *value)
{
    ngx_http_mcp_json_text_t  text;
    ngx_http_mcp_json_scan_t  scan;

    if (param->fallback.type != NGX_HTTP_MCP_JSON_NONE) {
        return "is duplicate";
    }

    if (param->type == NGX_HTTP_MCP_TYPE_STRING) {

        if (ngx_http_mcp_json_text_init(&text, cf->pool, value->len + 2)
            != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }

        ngx_http_mcp_json_text_str(&text, value);

        if (ngx_http_mcp_json_text_done(&text, value) != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    ngx_memzero(&scan, sizeof(ngx_http_mcp_json_scan_t));
    scan.depth = NGX_HTTP_MCP_JSON_DEPTH;

    if (ngx_http_mcp_json_scan(&scan, value, &param->fallback) != NGX_OK
        || !ngx_http_mcp_type_fits(param->type, &param->fallback))
    {
        return "is not a value of the parameter's type";
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_mcp_param_header(ngx_conf_t *cf, ngx_http_mcp_param_t *param,
    const ngx_http_mcp_param_key_t *key, ngx_str_t *value)
{
    if (param->header.data) {
        return "is duplicate";
    }

    /* HTTP-29, HTTP-30; nginx drops header names with other characters */

    if (!ngx_http_mcp_header_token(value)) {
        return "is not a header name of letters, digits and \"-\"";
    }

    param->header = *value;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_mcp_param_mirror(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool,
    ngx_http_mcp_param_t *param)
{
    ngx_str_t    *name;
    ngx_array_t   path;

    if (ngx_array_init(&path, cf->pool, 1, sizeof(ngx_str_t)) != NGX_OK) {
        return NGX_ERROR;
    }

    name = ngx_array_push(&path);
    if (name == NULL) {
        return NGX_ERROR;
    }

    *name = param->name;

    return ngx_http_mcp_mirror_add(cf, tool, &param->header, &path,
                                   param->type);
}


ngx_int_t
ngx_http_mcp_mirror_add(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool,
    const ngx_str_t *header, const ngx_array_t *path, ngx_uint_t type)
{
    ngx_uint_t              i;
    ngx_http_mcp_mirror_t  *mirror;

    mirror = tool->mirrors.elts;

    /* HTTP-32: unique ignoring case */

    for (i = 0; i < tool->mirrors.nelts; i++) {
        if (mirror[i].header.len == header->len
            && ngx_strncasecmp(mirror[i].header.data, header->data,
                               header->len)
               == 0)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "two parameters have the header \"%V\"",
                               header);
            return NGX_ERROR;
        }
    }

    mirror = ngx_array_push(&tool->mirrors);
    if (mirror == NULL) {
        return NGX_ERROR;
    }

    mirror->header = *header;
    mirror->path = *path;
    mirror->type = type;

    return NGX_OK;
}


ngx_uint_t
ngx_http_mcp_type_fits(ngx_uint_t type, const ngx_http_mcp_json_t *value)
{
    if (type == 0) {
        return 1;
    }

    switch (value->type) {

    case NGX_HTTP_MCP_JSON_STRING:
        return (type & NGX_HTTP_MCP_TYPE_STRING) != 0;

    case NGX_HTTP_MCP_JSON_NUMBER:
        return (type & NGX_HTTP_MCP_TYPE_NUMBER)
               || ((type & NGX_HTTP_MCP_TYPE_INTEGER)
                   && ngx_http_mcp_json_integer(value));

    case NGX_HTTP_MCP_JSON_BOOLEAN:
        return (type & NGX_HTTP_MCP_TYPE_BOOLEAN) != 0;

    case NGX_HTTP_MCP_JSON_ARRAY:
        return (type & NGX_HTTP_MCP_TYPE_ARRAY) != 0;

    case NGX_HTTP_MCP_JSON_OBJECT:
        return (type & NGX_HTTP_MCP_TYPE_OBJECT) != 0;

    case NGX_HTTP_MCP_JSON_NULL:
        return (type & NGX_HTTP_MCP_TYPE_NULL) != 0;

    default:
        return 0;
    }
}

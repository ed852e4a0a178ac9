
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The word "input_schema": a JSON Schema of the operator's own, advertised
 * byte for byte.  Its top-level properties become the tool's parameters.
 */


#include "ngx_http_mcp_word.h"
#include "ngx_http_mcp_header_value.h"
#include <cjson/cJSON.h>


#define NGX_HTTP_MCP_SCHEMA_FILE   (1024 * 1024)
#define NGX_HTTP_MCP_SCHEMA_DEPTH  64


static char *ngx_http_mcp_schema_text(ngx_conf_t *cf, ngx_str_t *word,
    ngx_str_t *text);
static char *ngx_http_mcp_schema_read(ngx_conf_t *cf,
    ngx_http_mcp_tool_t *tool, cJSON *root);
static char *ngx_http_mcp_schema_property(ngx_conf_t *cf,
    ngx_http_mcp_tool_t *tool, cJSON *property);
static char *ngx_http_mcp_schema_required(ngx_conf_t *cf,
    ngx_http_mcp_tool_t *tool, cJSON *required);
static ngx_int_t ngx_http_mcp_schema_types(cJSON *schema, ngx_uint_t *bits);
static ngx_uint_t ngx_http_mcp_schema_type(cJSON *type);
static ngx_uint_t ngx_http_mcp_schema_data(const char *keyword);
static char *ngx_http_mcp_schema_mirrors(ngx_conf_t *cf,
    ngx_http_mcp_tool_t *tool, cJSON *schema, ngx_array_t *path,
    ngx_uint_t reachable);
static char *ngx_http_mcp_schema_mirror(ngx_conf_t *cf,
    ngx_http_mcp_tool_t *tool, cJSON *schema, cJSON *header,
    ngx_array_t *path, ngx_uint_t reachable);
static ngx_int_t ngx_http_mcp_schema_string(ngx_conf_t *cf, const char *text,
    ngx_str_t *out);


char *
ngx_http_mcp_schema_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_mcp_tool_t *tool = conf;

    char                      *rv;
    cJSON                     *root;
    ngx_str_t                 *value;
    ngx_http_mcp_json_t        json;
    ngx_http_mcp_json_scan_t   scan;

    if (tool->schema) {
        return "is duplicate";
    }

    if (tool->params.nelts) {
        return "cannot stand beside \"param\": it declares all parameters";
    }

    value = cf->args->elts;

    rv = ngx_http_mcp_schema_text(cf, &value[1], &tool->input_schema);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    /* cJSON is lenient, so the strict scan comes first */

    ngx_memzero(&scan, sizeof(ngx_http_mcp_json_scan_t));
    scan.depth = NGX_HTTP_MCP_SCHEMA_DEPTH;
    scan.unique = 1;

    if (ngx_http_mcp_json_scan(&scan, &tool->input_schema, &json) != NGX_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "input_schema of mcp_tool \"%V\" is not JSON: %s "
                           "at byte %uz", &tool->name,
                           ngx_http_mcp_json_reason(scan.error),
                           scan.offset);
        return NGX_CONF_ERROR;
    }

    tool->input_schema = json.raw;
    tool->schema = 1;

    root = cJSON_ParseWithLength((char *) json.raw.data, json.raw.len);
    if (root == NULL) {
        return NGX_CONF_ERROR;
    }

    rv = ngx_http_mcp_schema_read(cf, tool, root);

    cJSON_Delete(root);

    return rv;
}


/* A word that begins with "{" is the schema itself, else a file. */

static char *
ngx_http_mcp_schema_text(ngx_conf_t *cf, ngx_str_t *word, ngx_str_t *text)
{
    ngx_file_info_t  fi;

    if (word->len && word->data[0] == '{') {
        *text = *word;
        return NGX_CONF_OK;
    }

    if (ngx_http_mcp_file_read(cf, cf->pool, word, NGX_HTTP_MCP_SCHEMA_FILE,
                               text, &fi)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_mcp_schema_read(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool,
    cJSON *root)
{
    char         *rv;
    cJSON        *type, *item, *extra;
    ngx_array_t   path;

    type = cJSON_GetObjectItemCaseSensitive(root, "type");

    /* TOOL-8; clients drop the whole list otherwise */

    if (!cJSON_IsString(type) || ngx_strcmp(type->valuestring, "object") != 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "input_schema of mcp_tool \"%V\" must have "
                           "\"type\": \"object\" at its root", &tool->name);
        return NGX_CONF_ERROR;
    }

    item = cJSON_GetObjectItemCaseSensitive(root, "properties");

    if (item && !cJSON_IsObject(item)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"properties\" in the input_schema of mcp_tool "
                           "\"%V\" is not an object", &tool->name);
        return NGX_CONF_ERROR;
    }

    cJSON_ArrayForEach(item, item) {
        rv = ngx_http_mcp_schema_property(cf, tool, item);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    rv = ngx_http_mcp_schema_required(cf, tool,
             cJSON_GetObjectItemCaseSensitive(root, "required"));
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    extra = cJSON_GetObjectItemCaseSensitive(root, "additionalProperties");
    tool->open = !cJSON_IsFalse(extra);

    if (ngx_array_init(&path, cf->temp_pool, 4, sizeof(ngx_str_t))
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return ngx_http_mcp_schema_mirrors(cf, tool, root, &path, 1);
}


static char *
ngx_http_mcp_schema_property(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool,
    cJSON *property)
{
    ngx_http_mcp_param_t  *param;

    param = ngx_array_push(&tool->params);
    if (param == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(param, sizeof(ngx_http_mcp_param_t));

    if (ngx_http_mcp_schema_string(cf, property->string, &param->name)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (!cJSON_IsObject(property) && !cJSON_IsBool(property)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "input_schema of mcp_tool \"%V\" has a property "
                           "\"%V\" that is not a schema", &tool->name,
                           &param->name);
        return NGX_CONF_ERROR;
    }

    if (ngx_http_mcp_schema_types(property, &param->type) != NGX_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "input_schema of mcp_tool \"%V\" has an unknown "
                           "\"type\" of \"%V\"", &tool->name,
                           &param->name);
        return NGX_CONF_ERROR;
    }

    param->min_length = -1;
    param->max_length = -1;

    return NGX_CONF_OK;
}


static char *
ngx_http_mcp_schema_required(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool,
    cJSON *required)
{
    cJSON                 *item;
    ngx_str_t              name;
    ngx_uint_t             i;
    ngx_http_mcp_param_t  *param;

    if (required && !cJSON_IsArray(required)) {
        goto invalid;
    }

    cJSON_ArrayForEach(item, required) {

        if (!cJSON_IsString(item)) {
            goto invalid;
        }

        name.data = (u_char *) item->valuestring;
        name.len = ngx_strlen(item->valuestring);

        param = ngx_http_mcp_param_find(tool, &name, &i);

        if (param == NULL) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "the input_schema of mcp_tool \"%V\" requires "
                               "\"%V\", which is not in its \"properties\"",
                               &tool->name, &name);
            return NGX_CONF_ERROR;
        }

        param->required = 1;
    }

    return NGX_CONF_OK;

invalid:

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "input_schema of mcp_tool \"%V\" has a \"required\" "
                       "that is not an array of strings", &tool->name);

    return NGX_CONF_ERROR;
}


/* The bits are 0, which is any type, where the schema does not say one;
 * NGX_DECLINED: it says one that does not exist. */

static ngx_int_t
ngx_http_mcp_schema_types(cJSON *schema, ngx_uint_t *bits)
{
    cJSON       *type, *item;
    ngx_uint_t   bit;

    *bits = 0;

    type = cJSON_GetObjectItemCaseSensitive(schema, "type");

    if (type == NULL) {
        return NGX_OK;
    }

    if (!cJSON_IsArray(type)) {
        *bits = ngx_http_mcp_schema_type(type);
        return *bits ? NGX_OK : NGX_DECLINED;
    }

    cJSON_ArrayForEach(item, type) {

        bit = ngx_http_mcp_schema_type(item);
        if (bit == 0) {
            return NGX_DECLINED;
        }

        *bits |= bit;
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_http_mcp_schema_type(cJSON *type)
{
    ngx_str_t  name;

    if (!cJSON_IsString(type)) {
        return 0;
    }

    name.data = (u_char *) type->valuestring;
    name.len = ngx_strlen(type->valuestring);

    return ngx_http_mcp_type_bit(&name);
}


/*
 * Finds "x-mcp-header": legal only on what is reached from the root through
 * "properties" (HTTP-35).  The depth was bounded by the scan.
 */

static char *
ngx_http_mcp_schema_mirrors(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool,
    cJSON *schema, ngx_array_t *path, ngx_uint_t reachable)
{
    char       *rv;
    cJSON      *item, *property;
    ngx_str_t  *name;

    cJSON_ArrayForEach(item, schema) {

        if (item->string && ngx_strcmp(item->string, "x-mcp-header") == 0
            && cJSON_IsObject(schema))
        {
            rv = ngx_http_mcp_schema_mirror(cf, tool, schema, item, path,
                                            reachable);
            if (rv != NGX_CONF_OK) {
                return rv;
            }

            continue;
        }

        if ((!cJSON_IsObject(item) && !cJSON_IsArray(item))
            || ngx_http_mcp_schema_data(item->string))
        {
            continue;
        }

        if (item->string == NULL
            || ngx_strcmp(item->string, "properties") != 0
            || !cJSON_IsObject(item))
        {
            rv = ngx_http_mcp_schema_mirrors(cf, tool, item, path, 0);
            if (rv != NGX_CONF_OK) {
                return rv;
            }

            continue;
        }

        cJSON_ArrayForEach(property, item) {

            name = ngx_array_push(path);
            if (name == NULL
                || ngx_http_mcp_schema_string(cf, property->string, name)
                   != NGX_OK)
            {
                return NGX_CONF_ERROR;
            }

            rv = ngx_http_mcp_schema_mirrors(cf, tool, property, path,
                                             reachable);
            if (rv != NGX_CONF_OK) {
                return rv;
            }

            path->nelts--;
        }
    }

    return NGX_CONF_OK;
}


/* keywords whose values are data, not schemas */

static ngx_uint_t
ngx_http_mcp_schema_data(const char *keyword)
{
    return keyword
           && (ngx_strcmp(keyword, "const") == 0
               || ngx_strcmp(keyword, "enum") == 0
               || ngx_strcmp(keyword, "default") == 0
               || ngx_strcmp(keyword, "examples") == 0);
}


static char *
ngx_http_mcp_schema_mirror(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool,
    cJSON *schema, cJSON *header, ngx_array_t *path, ngx_uint_t reachable)
{
    ngx_str_t    name, *to;
    ngx_uint_t   type;
    ngx_array_t  copy;

    if (!reachable || path->nelts == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"x-mcp-header\" in the input_schema of mcp_tool "
                           "\"%V\" stands where clients do not accept it: "
                           "only on properties of the root or of nested "
                           "\"properties\"", &tool->name);
        return NGX_CONF_ERROR;
    }

    if (!cJSON_IsString(header)
        || ngx_http_mcp_schema_string(cf, header->valuestring, &name)
           != NGX_OK
        || !ngx_http_mcp_header_token(&name))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"x-mcp-header\" in the input_schema of mcp_tool "
                           "\"%V\" is not a header name of letters, digits "
                           "and \"-\"", &tool->name);
        return NGX_CONF_ERROR;
    }

    /* exactly one: clients drop a tool with a list of types here */

    type = ngx_http_mcp_schema_type(
               cJSON_GetObjectItemCaseSensitive(schema, "type"));

    if (type != NGX_HTTP_MCP_TYPE_STRING
        && type != NGX_HTTP_MCP_TYPE_INTEGER
        && type != NGX_HTTP_MCP_TYPE_BOOLEAN)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"x-mcp-header\": \"%V\" in the input_schema of "
                           "mcp_tool \"%V\" needs \"type\" to be one of "
                           "string, integer and boolean", &name,
                           &tool->name);
        return NGX_CONF_ERROR;
    }

    if (ngx_array_init(&copy, cf->pool, path->nelts, sizeof(ngx_str_t))
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    to = ngx_array_push_n(&copy, path->nelts);
    if (to == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memcpy(to, path->elts, path->nelts * sizeof(ngx_str_t));

    if (ngx_http_mcp_mirror_add(cf, tool, &name, &copy, type) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* cJSON's strings die with its tree */

static ngx_int_t
ngx_http_mcp_schema_string(ngx_conf_t *cf, const char *text, ngx_str_t *out)
{
    out->len = ngx_strlen(text);
    out->data = ngx_pnalloc(cf->pool, out->len + 1);
    if (out->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(out->data, text, out->len + 1);

    return NGX_OK;
}


/*
 * Copyright (C) mcp-nginx contributors
 *
 * Makes a tool's input schema (JSON Schema 2020-12) of its "param" lines.
 */


#include "ngx_http_mcp_word.h"
#include "ngx_http_mcp_json_write.h"


static void ngx_http_mcp_schema_param(ngx_http_mcp_json_text_t *text,
    ngx_http_mcp_param_t *param);
static void ngx_http_mcp_schema_string(ngx_http_mcp_json_text_t *text,
    const char *key, ngx_str_t *value);
static void ngx_http_mcp_schema_json(ngx_http_mcp_json_text_t *text,
    const char *key, ngx_http_mcp_json_t *value);
static void ngx_http_mcp_schema_choices(ngx_http_mcp_json_text_t *text,
    ngx_array_t *choices);
static const char *ngx_http_mcp_schema_type(ngx_uint_t type);


ngx_int_t
ngx_http_mcp_schema_write(ngx_conf_t *cf, ngx_http_mcp_tool_t *tool)
{
    ngx_uint_t                 i, required;
    ngx_http_mcp_param_t      *param;
    ngx_http_mcp_json_text_t   text;

    if (ngx_http_mcp_json_text_init(&text, cf->pool, 512) != NGX_OK) {
        return NGX_ERROR;
    }

    param = tool->params.elts;

    ngx_http_mcp_json_text_put(&text, "{\"type\":\"object\"");

    for (i = 0; i < tool->params.nelts; i++) {
        ngx_http_mcp_json_text_put(&text, i ? "," : ",\"properties\":{");
        ngx_http_mcp_json_text_str(&text, &param[i].name);
        ngx_http_mcp_json_text_put(&text, ":");
        ngx_http_mcp_schema_param(&text, &param[i]);
    }

    if (i) {
        ngx_http_mcp_json_text_put(&text, "}");
    }

    required = 0;

    for (i = 0; i < tool->params.nelts; i++) {
        if (param[i].required) {
            ngx_http_mcp_json_text_put(&text, required ? ","
                                                       : ",\"required\":[");
            ngx_http_mcp_json_text_str(&text, &param[i].name);
            required = 1;
        }
    }

    if (required) {
        ngx_http_mcp_json_text_put(&text, "]");
    }

    ngx_http_mcp_json_text_put(&text, ",\"additionalProperties\":false}");

    return ngx_http_mcp_json_text_done(&text, &tool->input_schema);
}


static void
ngx_http_mcp_schema_param(ngx_http_mcp_json_text_t *text,
    ngx_http_mcp_param_t *param)
{
    ngx_http_mcp_json_text_put(text, "{\"type\":\"");
    ngx_http_mcp_json_text_put(text, ngx_http_mcp_schema_type(param->type));
    ngx_http_mcp_json_text_put(text, "\"");

    ngx_http_mcp_schema_string(text, "description", &param->description);

    if (param->items) {
        ngx_http_mcp_json_text_put(text, ",\"items\":{\"type\":\"");
        ngx_http_mcp_json_text_put(text,
                                   ngx_http_mcp_schema_type(param->items));
        ngx_http_mcp_json_text_put(text, "\"}");
    }

    if (param->choices) {
        ngx_http_mcp_schema_choices(text, param->choices);
    }

    ngx_http_mcp_schema_json(text, "default", &param->fallback);
    ngx_http_mcp_schema_json(text, "minimum", &param->minimum);
    ngx_http_mcp_schema_json(text, "maximum", &param->maximum);

    if (param->min_length != -1) {
        ngx_http_mcp_json_text_put(text, ",\"minLength\":");
        ngx_http_mcp_json_text_uint(text, param->min_length);
    }

    if (param->max_length != -1) {
        ngx_http_mcp_json_text_put(text, ",\"maxLength\":");
        ngx_http_mcp_json_text_uint(text, param->max_length);
    }

    ngx_http_mcp_schema_string(text, "pattern", &param->pattern);
    ngx_http_mcp_schema_string(text, "format", &param->format);
    ngx_http_mcp_schema_string(text, "x-mcp-header", &param->header);

    ngx_http_mcp_json_text_put(text, "}");
}


static void
ngx_http_mcp_schema_string(ngx_http_mcp_json_text_t *text, const char *key,
    ngx_str_t *value)
{
    if (value->len == 0) {
        return;
    }

    ngx_http_mcp_json_text_put(text, ",\"");
    ngx_http_mcp_json_text_put(text, key);
    ngx_http_mcp_json_text_put(text, "\":");
    ngx_http_mcp_json_text_str(text, value);
}


static void
ngx_http_mcp_schema_json(ngx_http_mcp_json_text_t *text, const char *key,
    ngx_http_mcp_json_t *value)
{
    if (value->type == NGX_HTTP_MCP_JSON_NONE) {
        return;
    }

    ngx_http_mcp_json_text_put(text, ",\"");
    ngx_http_mcp_json_text_put(text, key);
    ngx_http_mcp_json_text_put(text, "\":");
    ngx_http_mcp_json_text_raw(text, value->raw.data, value->raw.len);
}


static void
ngx_http_mcp_schema_choices(ngx_http_mcp_json_text_t *text,
    ngx_array_t *choices)
{
    ngx_str_t   *choice;
    ngx_uint_t   i;

    choice = choices->elts;

    for (i = 0; i < choices->nelts; i++) {
        ngx_http_mcp_json_text_put(text, i ? "," : ",\"enum\":[");
        ngx_http_mcp_json_text_str(text, &choice[i]);
    }

    ngx_http_mcp_json_text_put(text, "]");
}


static const char *
ngx_http_mcp_schema_type(ngx_uint_t type)
{
    switch (type) {

    case NGX_HTTP_MCP_TYPE_STRING:
        return "string";

    case NGX_HTTP_MCP_TYPE_INTEGER:
        return "integer";

    case NGX_HTTP_MCP_TYPE_NUMBER:
        return "number";

    case NGX_HTTP_MCP_TYPE_BOOLEAN:
        return "boolean";

    case NGX_HTTP_MCP_TYPE_ARRAY:
        return "array";

    case NGX_HTTP_MCP_TYPE_OBJECT:
        return "object";

    default:
        return "null";
    }
}

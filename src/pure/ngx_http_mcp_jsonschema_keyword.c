
/*
 * Copyright (C) mcp-nginx contributors
 *
 * The keywords of JSON Schema 2020-12: one table, and what each of them
 * makes of its value.  Called by the schema compiler for every object that
 * is a schema; what it makes lives in the compiler's pool.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema_keyword.h"


ngx_http_mcp_jsonschema_setter(schema);
ngx_http_mcp_jsonschema_setter(schemas);
ngx_http_mcp_jsonschema_setter(walk);
ngx_http_mcp_jsonschema_setter(walk_all);
ngx_http_mcp_jsonschema_setter(ref);
ngx_http_mcp_jsonschema_setter(type);
ngx_http_mcp_jsonschema_setter(enum);
ngx_http_mcp_jsonschema_setter(const);
ngx_http_mcp_jsonschema_setter(count);
ngx_http_mcp_jsonschema_setter(flag);
ngx_http_mcp_jsonschema_setter(bound);
ngx_http_mcp_jsonschema_setter(multiple);
ngx_http_mcp_jsonschema_setter(pattern);
ngx_http_mcp_jsonschema_setter(format);
ngx_http_mcp_jsonschema_setter(refused);


#define core        NGX_HTTP_MCP_JSONSCHEMA_CORE
#define applicator  NGX_HTTP_MCP_JSONSCHEMA_APPLICATOR
#define unevaluate  NGX_HTTP_MCP_JSONSCHEMA_UNEVALUATED
#define validation  NGX_HTTP_MCP_JSONSCHEMA_VALIDATION
#define formats     NGX_HTTP_MCP_JSONSCHEMA_FORMAT

#define group(name, field)                                                    \
    offsetof(ngx_http_mcp_jsonschema_node_t, name),                           \
    sizeof(ngx_http_mcp_jsonschema_ ## name ## _t),                           \
    offsetof(ngx_http_mcp_jsonschema_ ## name ## _t, field)

#define set(name)  ngx_http_mcp_jsonschema_set_ ## name


static const ngx_http_mcp_jsonschema_keyword_t
    ngx_http_mcp_jsonschema_table[] = {

    { ngx_string("$ref"), core, set(ref), group(logic, ref) },
    { ngx_string("$dynamicRef"), core, set(ref), group(logic, dynamic) },
    { ngx_string("$defs"), core, set(walk_all), 0, 0, 0 },
    { ngx_string("definitions"), core, set(walk_all), 0, 0, 0 },
    { ngx_string("$recursiveRef"), core, set(refused), 0, 0, 0 },

    { ngx_string("allOf"), applicator, set(schemas), group(logic, all) },
    { ngx_string("anyOf"), applicator, set(schemas), group(logic, any) },
    { ngx_string("oneOf"), applicator, set(schemas), group(logic, one) },
    { ngx_string("not"), applicator, set(schema), group(logic, not_) },
    { ngx_string("if"), applicator, set(schema), group(logic, if_) },
    { ngx_string("then"), applicator, set(schema), group(logic, then) },
    { ngx_string("else"), applicator, set(schema), group(logic, else_) },

    { ngx_string("properties"), applicator, set(properties),
      group(object, properties) },
    { ngx_string("patternProperties"), applicator, set(patterns),
      group(object, patterns) },
    { ngx_string("additionalProperties"), applicator, set(schema),
      group(object, additional) },
    { ngx_string("propertyNames"), applicator, set(schema),
      group(object, names) },
    { ngx_string("dependentSchemas"), applicator, set(dependents),
      group(object, dependents) },
    { ngx_string("dependencies"), applicator, set(dependents),
      group(object, dependents) },

    { ngx_string("prefixItems"), applicator, set(schemas),
      group(array, prefix) },
    { ngx_string("items"), applicator, set(schema), group(array, items) },
    { ngx_string("contains"), applicator, set(schema),
      group(array, contains) },

    { ngx_string("unevaluatedProperties"), unevaluate, set(schema),
      group(object, unevaluated) },
    { ngx_string("unevaluatedItems"), unevaluate, set(schema),
      group(array, unevaluated) },

    { ngx_string("type"), validation, set(type), 0, 0, 0 },
    { ngx_string("enum"), validation, set(enum), 0, 0, 0 },
    { ngx_string("const"), validation, set(const), 0, 0, 0 },

    { ngx_string("required"), validation, set(properties),
      group(object, properties) },
    { ngx_string("dependentRequired"), validation, set(dependents),
      group(object, dependents) },
    { ngx_string("minProperties"), validation, set(count),
      group(object, min) },
    { ngx_string("maxProperties"), validation, set(count),
      group(object, max) },

    { ngx_string("minItems"), validation, set(count), group(array, min) },
    { ngx_string("maxItems"), validation, set(count), group(array, max) },
    { ngx_string("minContains"), validation, set(count),
      group(array, min_contains) },
    { ngx_string("maxContains"), validation, set(count),
      group(array, max_contains) },
    { ngx_string("uniqueItems"), validation, set(flag),
      group(array, unique) },

    { ngx_string("minLength"), validation, set(count), group(string, min) },
    { ngx_string("maxLength"), validation, set(count), group(string, max) },
    { ngx_string("pattern"), validation, set(pattern),
      group(string, pattern) },
    { ngx_string("format"), formats, set(format), group(string, format) },

    { ngx_string("minimum"), validation, set(bound),
      group(number, minimum) },
    { ngx_string("maximum"), validation, set(bound),
      group(number, maximum) },
    { ngx_string("exclusiveMinimum"), validation, set(bound),
      group(number, above) },
    { ngx_string("exclusiveMaximum"), validation, set(bound),
      group(number, below) },
    { ngx_string("multipleOf"), validation, set(multiple),
      group(number, multiple) },

    /* an annotation, but references may go there */

    { ngx_string("contentSchema"), core, set(walk), 0, 0, 0 },

    { ngx_null_string, 0, NULL, 0, 0, 0 }
};


#undef core
#undef applicator
#undef unevaluate
#undef validation
#undef formats
#undef group
#undef set


ngx_int_t
ngx_http_mcp_jsonschema_keywords(ngx_http_mcp_jsonschema_build_t *b,
    ngx_http_mcp_jsonschema_node_t *node)
{
    ngx_int_t                                 rc;
    ngx_http_mcp_json_t                       name, value;
    ngx_http_mcp_json_iter_t                  it;
    const ngx_http_mcp_jsonschema_keyword_t  *kw;

    ngx_http_mcp_json_iter(&it, &node->source);

    while (ngx_http_mcp_json_next(&it, &name, &value) == NGX_OK) {

        for (kw = ngx_http_mcp_jsonschema_table; kw->name.len; kw++) {
            if (ngx_http_mcp_json_equal(&name, &kw->name)) {
                break;
            }
        }

        /* what no vocabulary of the dialect knows is an annotation */

        if (!(kw->vocabulary & node->resource->vocabulary)) {
            continue;
        }

        rc = kw->set(b, node, kw, &value);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


/* where the keyword is kept; NULL without memory */

void *
ngx_http_mcp_jsonschema_group(ngx_http_mcp_jsonschema_build_t *b,
    ngx_http_mcp_jsonschema_node_t *node,
    const ngx_http_mcp_jsonschema_keyword_t *kw)
{
    u_char  **group;

    group = (u_char **) ((u_char *) node + kw->group);

    if (*group == NULL) {

        *group = ngx_pcalloc(b->pool, kw->size);
        if (*group == NULL) {
            return NULL;
        }

        if (node->object && (u_char *) node->object == *group) {
            node->object->max = NGX_MAX_INT_T_VALUE;

        } else if (node->array && (u_char *) node->array == *group) {
            node->array->max = NGX_MAX_INT_T_VALUE;
            node->array->min_contains = 1;
            node->array->max_contains = NGX_MAX_INT_T_VALUE;

        } else if (node->string && (u_char *) node->string == *group) {
            node->string->max = NGX_MAX_INT_T_VALUE;
        }
    }

    return *group + kw->offset;
}


ngx_http_mcp_jsonschema_setter(schema)
{
    ngx_http_mcp_jsonschema_node_t  **slot;

    slot = ngx_http_mcp_jsonschema_group(b, node, kw);
    if (slot == NULL) {
        return NGX_ERROR;
    }

    return ngx_http_mcp_jsonschema_node(b, node->resource, value, slot);
}


ngx_http_mcp_jsonschema_setter(schemas)
{
    ngx_int_t                         rc;
    ngx_uint_t                        i, n;
    ngx_http_mcp_json_t               child;
    ngx_http_mcp_json_iter_t          it;
    ngx_http_mcp_jsonschema_nodes_t  *nodes;

    n = ngx_http_mcp_jsonschema_count(value);

    if (value->type != NGX_HTTP_MCP_JSON_ARRAY || n == 0) {
        return ngx_http_mcp_jsonschema_wrong(b, kw, value,
                                             "an array of schemas");
    }

    nodes = ngx_http_mcp_jsonschema_group(b, node, kw);
    if (nodes == NULL) {
        return NGX_ERROR;
    }

    nodes->elts = ngx_pcalloc(b->pool,
                              n * sizeof(ngx_http_mcp_jsonschema_node_t *));
    if (nodes->elts == NULL) {
        return NGX_ERROR;
    }

    nodes->n = n;

    ngx_http_mcp_json_iter(&it, value);

    for (i = 0; ngx_http_mcp_json_next(&it, NULL, &child) == NGX_OK; i++) {

        rc = ngx_http_mcp_jsonschema_node(b, node->resource, &child,
                                          &nodes->elts[i]);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


/* a schema that is not applied here, but may be referred to */

ngx_http_mcp_jsonschema_setter(walk)
{
    ngx_http_mcp_jsonschema_node_t  *child;

    return ngx_http_mcp_jsonschema_node(b, node->resource, value, &child);
}


ngx_http_mcp_jsonschema_setter(walk_all)
{
    ngx_int_t                        rc;
    ngx_http_mcp_json_t              schema;
    ngx_http_mcp_json_iter_t         it;
    ngx_http_mcp_jsonschema_node_t  *child;

    if (value->type != NGX_HTTP_MCP_JSON_OBJECT) {
        return ngx_http_mcp_jsonschema_wrong(b, kw, value,
                                             "an object of schemas");
    }

    ngx_http_mcp_json_iter(&it, value);

    while (ngx_http_mcp_json_next(&it, NULL, &schema) == NGX_OK) {

        rc = ngx_http_mcp_jsonschema_node(b, node->resource, &schema, &child);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


ngx_http_mcp_jsonschema_setter(ref)
{
    ngx_http_mcp_jsonschema_ref_t  *ref;

    if (value->type != NGX_HTTP_MCP_JSON_STRING) {
        return ngx_http_mcp_jsonschema_wrong(b, kw, value,
                                             "a URI reference");
    }

    if (ngx_http_mcp_jsonschema_group(b, node, kw) == NULL) {
        return NGX_ERROR;
    }

    ref = ngx_array_push(&b->refs);
    if (ref == NULL) {
        return NGX_ERROR;
    }

    ref->node = node;
    ref->value = *value;
    ref->dynamic = (kw->name.len != sizeof("$ref") - 1);

    return NGX_OK;
}


ngx_http_mcp_jsonschema_setter(type)
{
    ngx_uint_t                i, bits;
    ngx_http_mcp_json_t       one;
    ngx_http_mcp_json_iter_t  it;

    static const struct {
        ngx_str_t   name;
        ngx_uint_t  bit;
    } types[] = {
        { ngx_string("null"), 1 << NGX_HTTP_MCP_JSON_NULL },
        { ngx_string("boolean"), 1 << NGX_HTTP_MCP_JSON_BOOLEAN },
        { ngx_string("number"), 1 << NGX_HTTP_MCP_JSON_NUMBER },
        { ngx_string("string"), 1 << NGX_HTTP_MCP_JSON_STRING },
        { ngx_string("array"), 1 << NGX_HTTP_MCP_JSON_ARRAY },
        { ngx_string("object"), 1 << NGX_HTTP_MCP_JSON_OBJECT },
        { ngx_string("integer"), NGX_HTTP_MCP_JSONSCHEMA_INTEGER }
    };

    one = *value;
    bits = 0;

    ngx_http_mcp_json_iter(&it, value);

    if (value->type == NGX_HTTP_MCP_JSON_ARRAY
        && ngx_http_mcp_json_next(&it, NULL, &one) != NGX_OK)
    {
        one.type = NGX_HTTP_MCP_JSON_NONE;
    }

    do {
        for (i = 0; i < 7; i++) {
            if (one.type == NGX_HTTP_MCP_JSON_STRING
                && ngx_http_mcp_json_equal(&one, &types[i].name))
            {
                bits |= types[i].bit;
                break;
            }
        }

        if (i == 7) {
            return ngx_http_mcp_jsonschema_wrong(b, kw, value,
                           "one or several of null, boolean, number, integer,"
                           " string, array, object");
        }

    } while (value->type == NGX_HTTP_MCP_JSON_ARRAY
             && ngx_http_mcp_json_next(&it, NULL, &one) == NGX_OK);

    node->types = bits;

    return NGX_OK;
}


ngx_http_mcp_jsonschema_setter(enum)
{
    ngx_uint_t                i;
    ngx_http_mcp_json_iter_t  it;

    if (value->type != NGX_HTTP_MCP_JSON_ARRAY) {
        return ngx_http_mcp_jsonschema_wrong(b, kw, value, "an array");
    }

    node->nvalues = ngx_http_mcp_jsonschema_count(value);

    node->values = ngx_palloc(b->pool, (node->nvalues + 1)
                                       * sizeof(ngx_http_mcp_json_t));
    if (node->values == NULL) {
        return NGX_ERROR;
    }

    ngx_http_mcp_json_iter(&it, value);

    for (i = 0;
         ngx_http_mcp_json_next(&it, NULL, &node->values[i]) == NGX_OK;
         i++)
    {
        /* void */
    }

    return NGX_OK;
}


ngx_http_mcp_jsonschema_setter(const)
{
    node->constant = *value;

    return NGX_OK;
}


ngx_http_mcp_jsonschema_setter(count)
{
    ngx_uint_t  *n;

    n = ngx_http_mcp_jsonschema_group(b, node, kw);
    if (n == NULL) {
        return NGX_ERROR;
    }

    if (ngx_http_mcp_jsonschema_uint(value, n) != NGX_OK) {
        return ngx_http_mcp_jsonschema_wrong(b, kw, value,
                                             "a non-negative integer");
    }

    return NGX_OK;
}


ngx_http_mcp_jsonschema_setter(flag)
{
    ngx_uint_t  *n;

    n = ngx_http_mcp_jsonschema_group(b, node, kw);
    if (n == NULL) {
        return NGX_ERROR;
    }

    if (value->type != NGX_HTTP_MCP_JSON_BOOLEAN) {
        return ngx_http_mcp_jsonschema_wrong(b, kw, value, "true or false");
    }

    *n = (value->raw.data[0] == 't');

    return NGX_OK;
}


ngx_http_mcp_jsonschema_setter(bound)
{
    ngx_http_mcp_json_t  *bound;

    bound = ngx_http_mcp_jsonschema_group(b, node, kw);
    if (bound == NULL) {
        return NGX_ERROR;
    }

    if (value->type != NGX_HTTP_MCP_JSON_NUMBER) {
        return ngx_http_mcp_jsonschema_wrong(b, kw, value, "a number");
    }

    *bound = *value;

    return NGX_OK;
}


ngx_http_mcp_jsonschema_setter(multiple)
{
    ngx_http_mcp_jsonschema_multiple_t  *m;

    m = ngx_http_mcp_jsonschema_group(b, node, kw);
    if (m == NULL) {
        return NGX_ERROR;
    }

    switch (ngx_http_mcp_jsonschema_divisor(value, m)) {

    case NGX_OK:
        return NGX_OK;

    case NGX_ABORT:
        return ngx_http_mcp_jsonschema_wrong(b, kw, value,
                                   "of at most 18 significant digits");

    default:
        return ngx_http_mcp_jsonschema_wrong(b, kw, value,
                                             "a number above 0");
    }
}


ngx_http_mcp_jsonschema_setter(pattern)
{
    ngx_http_mcp_jsonschema_pattern_t  **pattern;

    pattern = ngx_http_mcp_jsonschema_group(b, node, kw);
    if (pattern == NULL) {
        return NGX_ERROR;
    }

    return ngx_http_mcp_jsonschema_regexp(b, value, pattern);
}


ngx_int_t
ngx_http_mcp_jsonschema_regexp(ngx_http_mcp_jsonschema_build_t *b,
    const ngx_http_mcp_json_t *value,
    ngx_http_mcp_jsonschema_pattern_t **pattern)
{
    ngx_int_t    rc;
    ngx_str_t    source;
    const char  *reason;

    rc = ngx_http_mcp_jsonschema_string(b, value, &source);

    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_http_mcp_jsonschema_pattern(b->pool, &source, pattern, &reason);

    if (rc == NGX_DECLINED) {
        return ngx_http_mcp_jsonschema_fault(b, value->raw.data,
                                  "the pattern cannot be used: %s", reason);
    }

    return rc;
}


ngx_http_mcp_jsonschema_setter(format)
{
    ngx_int_t    rc;
    ngx_str_t    name;
    ngx_uint_t  *format, asserted;

    rc = ngx_http_mcp_jsonschema_string(b, value, &name);

    if (rc != NGX_OK) {
        return rc;
    }

    asserted = b->conf->formats
               || (node->resource->vocabulary
                   & NGX_HTTP_MCP_JSONSCHEMA_ASSERTION);

    if (!asserted) {
        return NGX_OK;
    }

    if (ngx_http_mcp_jsonschema_format_unable(&name)) {
        return ngx_http_mcp_jsonschema_fault(b, value->raw.data,
                                  "the format \"%V\" cannot be checked",
                                  &name);
    }

    format = ngx_http_mcp_jsonschema_group(b, node, kw);
    if (format == NULL) {
        return NGX_ERROR;
    }

    *format = ngx_http_mcp_jsonschema_format_find(&name);

    return NGX_OK;
}


/* a keyword of another draft that would be passed over in silence */

ngx_http_mcp_jsonschema_setter(refused)
{
    return ngx_http_mcp_jsonschema_fault(b, value->raw.data,
                              "\"%V\" is not of JSON Schema 2020-12",
                              &kw->name);
}


ngx_int_t
ngx_http_mcp_jsonschema_wrong(ngx_http_mcp_jsonschema_build_t *b,
    const ngx_http_mcp_jsonschema_keyword_t *kw,
    const ngx_http_mcp_json_t *value, const char *what)
{
    return ngx_http_mcp_jsonschema_fault(b, value->raw.data,
                              "\"%V\" must be %s", &kw->name, what);
}

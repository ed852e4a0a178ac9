
/*
 * Copyright (C) mcp-nginx contributors
 *
 * What the files behind ngx_http_mcp_jsonschema.h share among themselves;
 * nobody else includes it.
 */


#ifndef _NGX_HTTP_MCP_JSONSCHEMA_INSIDE_H_INCLUDED_
#define _NGX_HTTP_MCP_JSONSCHEMA_INSIDE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_http_mcp_jsonschema.h"


/* kinds of values; the others are 1 << ngx_http_mcp_json_type_e */

#define NGX_HTTP_MCP_JSONSCHEMA_INTEGER      0x80

#define ngx_http_mcp_jsonschema_bit(type)    ((ngx_uint_t) 1 << (type))

/* vocabularies */

#define NGX_HTTP_MCP_JSONSCHEMA_CORE         0x01
#define NGX_HTTP_MCP_JSONSCHEMA_APPLICATOR   0x02
#define NGX_HTTP_MCP_JSONSCHEMA_UNEVALUATED  0x04
#define NGX_HTTP_MCP_JSONSCHEMA_VALIDATION   0x08
#define NGX_HTTP_MCP_JSONSCHEMA_FORMAT       0x10  /* as an annotation */
#define NGX_HTTP_MCP_JSONSCHEMA_ASSERTION    0x20  /* formats are asserted */

/* those of the metaschema of 2020-12 */

#define NGX_HTTP_MCP_JSONSCHEMA_STANDARD     0x1f


typedef struct ngx_http_mcp_jsonschema_node_s  ngx_http_mcp_jsonschema_node_t;
typedef struct ngx_http_mcp_jsonschema_resource_s
    ngx_http_mcp_jsonschema_resource_t;
typedef struct ngx_http_mcp_jsonschema_pattern_s
    ngx_http_mcp_jsonschema_pattern_t;


/* keys to pointers; keys are not copied */

typedef struct {
    ngx_str_t                             key;
    uintptr_t                             owner;
    void                                 *value;
} ngx_http_mcp_jsonschema_entry_t;


typedef struct {
    ngx_pool_t                           *pool;
    ngx_http_mcp_jsonschema_entry_t      *entries;
    ngx_uint_t                            n;
    ngx_uint_t                            size;      /* a power of 2, or 0 */
} ngx_http_mcp_jsonschema_map_t;


/* a number as DIGITS x 10^exponent, DIGITS not a multiple of 10, or 0 */

typedef struct {
    ngx_str_t                             raw;
    uint64_t                              digits;
    int64_t                               exponent;
} ngx_http_mcp_jsonschema_multiple_t;


typedef struct {
    ngx_http_mcp_jsonschema_node_t      **elts;
    ngx_uint_t                            n;
} ngx_http_mcp_jsonschema_nodes_t;


/* a name of "properties" or of "required", or of both */

typedef struct {
    ngx_str_t                             name;
    ngx_http_mcp_jsonschema_node_t       *node;      /* or NULL */
    unsigned                              required:1;
} ngx_http_mcp_jsonschema_property_t;


typedef struct {
    ngx_http_mcp_jsonschema_pattern_t    *pattern;
    ngx_http_mcp_jsonschema_node_t       *node;
} ngx_http_mcp_jsonschema_pattern_property_t;


typedef struct {
    ngx_str_t                             name;
    ngx_str_t                             keyword;
    ngx_str_t                            *required;
    ngx_uint_t                            n;
    ngx_http_mcp_jsonschema_node_t       *node;      /* or NULL */
} ngx_http_mcp_jsonschema_dependent_t;


typedef struct {
    ngx_http_mcp_jsonschema_property_t   *properties;
    uint32_t                             *slots;     /* index + 1, or 0 */
    ngx_uint_t                            mask;
    ngx_uint_t                            nproperties;
    ngx_uint_t                            nrequired;
    ngx_array_t                          *patterns;
    ngx_array_t                          *dependents;
    ngx_http_mcp_jsonschema_node_t       *additional;
    ngx_http_mcp_jsonschema_node_t       *names;
    ngx_http_mcp_jsonschema_node_t       *unevaluated;
    ngx_uint_t                            min;
    ngx_uint_t                            max;
} ngx_http_mcp_jsonschema_object_t;


typedef struct {
    ngx_http_mcp_jsonschema_nodes_t       prefix;
    ngx_http_mcp_jsonschema_node_t       *items;
    ngx_http_mcp_jsonschema_node_t       *contains;
    ngx_http_mcp_jsonschema_node_t       *unevaluated;
    ngx_uint_t                            min_contains;
    ngx_uint_t                            max_contains;
    ngx_uint_t                            min;
    ngx_uint_t                            max;
    ngx_uint_t                            unique;
} ngx_http_mcp_jsonschema_array_t;


typedef struct {
    ngx_uint_t                            min;
    ngx_uint_t                            max;
    ngx_http_mcp_jsonschema_pattern_t    *pattern;
    ngx_uint_t                            format;
} ngx_http_mcp_jsonschema_string_t;


/* bounds of type NONE are not there */

typedef struct {
    ngx_http_mcp_json_t                   minimum;
    ngx_http_mcp_json_t                   maximum;
    ngx_http_mcp_json_t                   above;     /* exclusiveMinimum */
    ngx_http_mcp_json_t                   below;     /* exclusiveMaximum */
    ngx_http_mcp_jsonschema_multiple_t    multiple;  /* digits 0: none */
} ngx_http_mcp_jsonschema_number_t;


/* schemas that are applied to the same value */

typedef struct {
    ngx_http_mcp_jsonschema_nodes_t       all;
    ngx_http_mcp_jsonschema_nodes_t       any;
    ngx_http_mcp_jsonschema_nodes_t       one;
    ngx_http_mcp_jsonschema_node_t       *not_;
    ngx_http_mcp_jsonschema_node_t       *if_;
    ngx_http_mcp_jsonschema_node_t       *then;
    ngx_http_mcp_jsonschema_node_t       *else_;
    ngx_http_mcp_jsonschema_node_t       *ref;
    ngx_http_mcp_jsonschema_node_t       *dynamic;   /* where $dynamicRef
                                                        goes at first */
    ngx_str_t                             anchor;    /* and looks further
                                                        for, if not empty */
} ngx_http_mcp_jsonschema_logic_t;


struct ngx_http_mcp_jsonschema_node_s {
    ngx_http_mcp_json_t                   source;
    ngx_http_mcp_jsonschema_resource_t   *resource;
    ngx_uint_t                            types;     /* bits; 0 is any */
    ngx_http_mcp_json_t                  *values;    /* enum */
    ngx_uint_t                            nvalues;
    ngx_http_mcp_json_t                   constant;  /* NONE: no const */
    ngx_http_mcp_jsonschema_object_t     *object;
    ngx_http_mcp_jsonschema_array_t      *array;
    ngx_http_mcp_jsonschema_string_t     *string;
    ngx_http_mcp_jsonschema_number_t     *number;
    ngx_http_mcp_jsonschema_logic_t      *logic;
    ngx_http_mcp_jsonschema_node_t       *next;      /* of all nodes */
    unsigned                              never:1;   /* the schema false */
    unsigned                              mark:2;    /* of the compiler */
};


typedef struct {
    ngx_str_t                             name;
    ngx_http_mcp_jsonschema_node_t       *node;
} ngx_http_mcp_jsonschema_anchor_t;


/* a schema with a URI of its own, and all below it up to the next such */

struct ngx_http_mcp_jsonschema_resource_s {
    ngx_str_t                             uri;
    ngx_http_mcp_jsonschema_node_t       *root;
    ngx_array_t                           dynamic;   /* of _anchor_t */
    ngx_uint_t                            vocabulary;
};


struct ngx_http_mcp_jsonschema_s {
    ngx_http_mcp_jsonschema_node_t       *root;
    ngx_uint_t                            nodes;
};


/*
 * Of the map: "owner" tells equal keys of different kinds apart.  "find"
 * gives NULL for what is not there; "add" takes a key that is not there.
 */
ngx_int_t ngx_http_mcp_jsonschema_map_add(ngx_http_mcp_jsonschema_map_t *map,
    const ngx_str_t *key, const void *owner, void *value);

/* The value, or NULL. */
void *ngx_http_mcp_jsonschema_map_find(
    const ngx_http_mcp_jsonschema_map_t *map, const ngx_str_t *key,
    const void *owner);

/* A fast hash of bytes, the same in every process; not against attackers. */
uint32_t ngx_http_mcp_jsonschema_hash(const u_char *p, size_t len);


/*
 * Resolves the reference "ref" against "base" (RFC 3986, 5.2) into memory
 * of the pool; *fragment is what follows its "#", still percent-encoded.
 * NGX_OK, NGX_ERROR.
 */
ngx_int_t ngx_http_mcp_jsonschema_uri(ngx_pool_t *pool, const ngx_str_t *base,
    const ngx_str_t *ref, ngx_str_t *uri, ngx_str_t *fragment);

/*
 * Decodes percent escapes in place; returns 0 if one is broken or the
 * result is not UTF-8.
 */
ngx_uint_t ngx_http_mcp_jsonschema_unescape(ngx_str_t *s);

/*
 * The value that a JSON Pointer (RFC 6901, decoded) leads to, from "value".
 * "step" is called on each value on the way and may be NULL.  NGX_OK, or
 * NGX_DECLINED where it leads nowhere.
 */
ngx_int_t ngx_http_mcp_jsonschema_follow(ngx_str_t *pointer,
    ngx_http_mcp_json_t *value, void (*step)(void *data,
    const ngx_http_mcp_json_t *value), void *data);

/*
 * The JSON Pointer of the value, or the member name, that begins at "pos"
 * within "root"; *name is 1 for a name.  NGX_OK, NGX_ERROR (memory).
 */
ngx_int_t ngx_http_mcp_jsonschema_pointer(ngx_pool_t *pool,
    const ngx_http_mcp_json_t *root, const u_char *pos, ngx_str_t *pointer,
    ngx_uint_t *name);

/* The text of a metaschema or a vocabulary of 2020-12; NULL if unknown. */
const ngx_str_t *ngx_http_mcp_jsonschema_meta(const ngx_str_t *uri);


/*
 * The next character of a scanned string at *p, which is not its closing
 * quote; escapes are read, a lone surrogate is itself.
 */
uint32_t ngx_http_mcp_jsonschema_char(u_char **p);

/* The length of a string value in code points. */
ngx_uint_t ngx_http_mcp_jsonschema_length(const ngx_http_mcp_json_t *string);

/* How many members or elements a value has. */
ngx_uint_t ngx_http_mcp_jsonschema_count(const ngx_http_mcp_json_t *value);

/*
 * Writes a string value decoded to "dst", which has room for its raw
 * length; a lone surrogate becomes U+FFFD.  Returns the end.
 */
u_char *ngx_http_mcp_jsonschema_decode(u_char *dst,
    const ngx_http_mcp_json_t *string);

/*
 * 1 if two values are equal as JSON Schema means it: numbers by value,
 * strings by characters, objects without order.  *steps is charged; when it
 * is used up the answer is 0 and means nothing.
 */
ngx_uint_t ngx_http_mcp_jsonschema_equal(const ngx_http_mcp_json_t *a,
    const ngx_http_mcp_json_t *b, ngx_int_t *steps);

/* A hash that equal values share; charged as above. */
uint32_t ngx_http_mcp_jsonschema_value_hash(const ngx_http_mcp_json_t *value,
    ngx_int_t *steps);

/* Reads a non-negative integer in any spelling; clipped to NGX_MAX. */
ngx_int_t ngx_http_mcp_jsonschema_uint(const ngx_http_mcp_json_t *number,
    ngx_uint_t *n);

/*
 * Prepares a divisor.  NGX_DECLINED: not above 0, NGX_ABORT: more than 18
 * significant digits.
 */
ngx_int_t ngx_http_mcp_jsonschema_divisor(const ngx_http_mcp_json_t *number,
    ngx_http_mcp_jsonschema_multiple_t *m);

/* 1 if the number is an exact multiple of the divisor. */
ngx_uint_t ngx_http_mcp_jsonschema_multiple(const ngx_http_mcp_json_t *number,
    const ngx_http_mcp_jsonschema_multiple_t *m);


/* The number of a format that can be asserted, or 0. */
ngx_uint_t ngx_http_mcp_jsonschema_format_find(const ngx_str_t *name);

/* 1 if a name is a format of 2020-12 that cannot be asserted. */
ngx_uint_t ngx_http_mcp_jsonschema_format_unable(const ngx_str_t *name);

/* What would be right, "a date such as 2026-07-28". */
const char *ngx_http_mcp_jsonschema_format_text(ngx_uint_t format);

/* 1 if the decoded string has the format. */
ngx_uint_t ngx_http_mcp_jsonschema_format_check(ngx_uint_t format,
    const ngx_str_t *s);


/*
 * Translates an ECMA-262 pattern (decoded) to PCRE2's language, in memory
 * of the pool.  NGX_OK; NGX_DECLINED: *reason is a clause; NGX_ERROR.
 */
ngx_int_t ngx_http_mcp_jsonschema_translate(ngx_pool_t *pool,
    const ngx_str_t *pattern, ngx_str_t *out, const char **reason);

/* 1 if a string is an ECMA-262 pattern; allocates nothing that stays. */
ngx_uint_t ngx_http_mcp_jsonschema_regex(const ngx_str_t *s);

/*
 * Compiles a pattern (decoded); a cleanup of the pool frees it.  NGX_OK;
 * NGX_DECLINED: *reason is a clause, in the pool or static; NGX_ERROR.
 */
ngx_int_t ngx_http_mcp_jsonschema_pattern(ngx_pool_t *pool,
    const ngx_str_t *source, ngx_http_mcp_jsonschema_pattern_t **pattern,
    const char **reason);

/* The pattern as it was written, decoded. */
const ngx_str_t *ngx_http_mcp_jsonschema_pattern_source(
    const ngx_http_mcp_jsonschema_pattern_t *pattern);

/*
 * Searches a decoded string.  *work is the caller's, NULL at first, kept
 * between searches and freed with _pattern_done(); *steps is charged.
 * NGX_OK found, NGX_DECLINED not found, NGX_ABORT too much work, NGX_ERROR.
 */
ngx_int_t ngx_http_mcp_jsonschema_match(
    const ngx_http_mcp_jsonschema_pattern_t *pattern, const ngx_str_t *s,
    void **work, ngx_int_t *steps);

/* Frees what searches have kept in "work". */
void ngx_http_mcp_jsonschema_match_done(void *work);


#endif /* _NGX_HTTP_MCP_JSONSCHEMA_INSIDE_H_INCLUDED_ */

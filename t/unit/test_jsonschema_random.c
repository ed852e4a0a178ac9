
/*
 * Copyright (C) mcp-nginx contributors
 *
 * JSON Schema by properties: 10,000 random documents that are bad, and the
 * good ones between them, against random schemas.  Each gets a verdict, the
 * same one whether violations are wanted or not and whether the schema is
 * applied by itself, by a reference, within allOf, or denied twice; a
 * document that was spelled anew, with other blanks, escapes and numbers,
 * gets the same one, too.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "jsonschema_door.h"


#define DOCUMENTS  10000                   /* bad ones */
#define EACH       20                      /* documents of a schema */
#define TEXT       65536


typedef struct {
    char  *start;
    char  *pos;
} out_t;


static uint64_t  seed;


static uint32_t
any(uint32_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;

    return (uint32_t) (seed >> 33) % n;
}


static void
put(out_t *o, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    o->pos += vsnprintf(o->pos, o->start + TEXT - o->pos, fmt, args);
    va_end(args);

    if (o->pos >= o->start + TEXT) {
        fprintf(stderr, "the text is too long\n");
        exit(2);
    }
}


static const char *
pick(const char *const *list, uint32_t n)
{
    return list[any(n)];
}


#define one_of(...)                                                           \
    pick((const char *const[]) { __VA_ARGS__ },                               \
         sizeof((const char *const[]) { __VA_ARGS__ }) / sizeof(char *))


static void
value(out_t *o, uint32_t depth)
{
    uint32_t  i, n, first;

    static const char *const  scalars[] = {
        "0", "1", "2", "-3", "1.5", "100", "9007199254740993", "1e400",
        "0.01", "\"\"", "\"a\"", "\"abc\"", "\"\xf0\x9f\x90\xb2\"",
        "\"\\n\"", "\"\\ud800\"", "\"2026-07-28\"", "true", "false",
        "null"
    };

    static const char *const  names[] = {
        "a", "b", "c", "a/b", "d1", "\xc3\xa9"
    };

    switch (depth ? any(4) : 0) {

    case 1:
        put(o, "{");
        first = any(6);

        for (i = 0, n = any(4); i < n; i++) {
            put(o, "%s\"%s\":", i ? "," : "", names[(first + i) % 6]);
            value(o, depth - 1);
        }

        put(o, "}");
        break;

    case 2:
        put(o, "[");

        for (i = 0, n = any(4); i < n; i++) {
            put(o, "%s", i ? "," : "");
            value(o, depth - 1);
        }

        put(o, "]");
        break;

    default:
        put(o, "%s", pick(scalars, 19));
    }
}


static void schema(out_t *o, uint32_t depth);


static void
schemas(out_t *o, uint32_t depth, const char *keyword)
{
    uint32_t  i, n;

    put(o, "\"%s\":[", keyword);

    for (i = 0, n = 1 + any(3); i < n; i++) {
        put(o, "%s", i ? "," : "");
        schema(o, depth);
    }

    put(o, "]");
}


/* one of 34 keywords */

static void
keyword(out_t *o, uint32_t depth, uint32_t which)
{
    static const char *const  single[] = {
        "not", "if", "then", "else", "additionalProperties",
        "propertyNames", "items", "contains", "unevaluatedProperties",
        "unevaluatedItems"
    };

    static const char *const  lists[] = {
        "allOf", "anyOf", "oneOf", "prefixItems"
    };

    if (which < 10) {
        put(o, "\"%s\":", single[which]);
        schema(o, depth);
        return;
    }

    switch (which) {

    case 10:
        put(o, "\"type\":%s", one_of("\"object\"", "\"array\"", "\"string\"",
                                     "\"integer\"", "[\"number\",\"null\"]",
                                     "[\"boolean\",\"object\",\"array\"]"));
        break;

    case 11:
        put(o, "\"enum\":[");
        value(o, 2);
        put(o, ",");
        value(o, 1);
        put(o, "]");
        break;

    case 12:
        put(o, "\"const\":");
        value(o, 1);
        break;

    case 13:
        put(o, "\"minimum\":%s", one_of("0", "1.5", "-3", "1e2"));
        break;

    case 14:
        put(o, "\"exclusiveMaximum\":%s", one_of("1", "100", "1e300"));
        break;

    case 15:
        put(o, "\"multipleOf\":%s", one_of("1", "0.5", "3", "0.01", "7e2"));
        break;

    case 16:
        put(o, "\"minLength\":%u", any(3));
        break;

    case 17:
        put(o, "\"maxLength\":%u", any(3));
        break;

    case 18:
        put(o, "\"pattern\":\"%s\"", one_of("^a", "c$", "^.$", "^[^a]*$",
                                            "\\\\d+", "(a|b)*c"));
        break;

    case 19:
        put(o, "\"format\":\"%s\"", one_of("date", "email", "uri", "ipv4"));
        break;

    case 20:
        put(o, "\"required\":[\"%s\",\"%s\"]", one_of("a", "b", "a/b"),
            one_of("a", "c", "d1"));
        break;

    case 21:
        put(o, "\"%sProperties\":%u", one_of("min", "max"), any(4));
        break;

    case 22:
        put(o, "\"%sItems\":%u", one_of("min", "max"), any(4));
        break;

    case 23:
        put(o, "\"uniqueItems\":true");
        break;

    case 24:
        put(o, "\"%sContains\":%u", one_of("min", "max"), any(3));
        break;

    case 25:
        put(o, "\"properties\":{\"a\":");
        schema(o, depth);
        put(o, ",\"b\":");
        schema(o, depth);
        put(o, "}");
        break;

    case 26:
        put(o, "\"patternProperties\":{\"%s\":", one_of("^a", ".", "[b-d]"));
        schema(o, depth);
        put(o, "}");
        break;

    case 27:
        put(o, "\"dependentRequired\":{\"a\":[\"b\"],\"c\":[]}");
        break;

    case 28:
        put(o, "\"dependentSchemas\":{\"a\":");
        schema(o, depth);
        put(o, "}");
        break;

    case 29:
        put(o, "\"properties\":{\"b\":{\"$ref\":\"#/$defs/s\"}}");
        break;

    default:
        schemas(o, depth, lists[which - 30]);
    }
}


static void
schema(out_t *o, uint32_t depth)
{
    uint32_t  i, n, which;
    uint64_t  used;

    if (depth == 0 || any(12) == 0) {
        put(o, "%s", one_of("true", "false", "{}", "{\"type\":\"string\"}",
                            "{\"type\":\"number\"}", "{\"minimum\":1}"));
        return;
    }

    put(o, "{");

    used = 0;

    for (i = 0, n = 1 + any(5); i < n; i++) {

        which = any(34);

        if ((used & ((uint64_t) 1 << which)) || (which == 29 && used >> 25 & 1)
            || (which == 25 && used >> 29 & 1))
        {
            continue;
        }

        put(o, "%s", used ? "," : "");
        keyword(o, depth - 1, which);
        used |= (uint64_t) 1 << which;
    }

    put(o, "}");
}


static void
fresh(out_t *o)
{
    if (o->start == NULL) {
        o->start = malloc(TEXT);

        if (o->start == NULL) {
            perror("malloc()");
            exit(2);
        }
    }

    o->pos = o->start;
    o->pos[0] = '\0';
}


/* EACH documents; counts the bad and the good ones */

static int
documents(door_t *plain, door_t *wrapped, ngx_uint_t verdicts[2])
{
    int           good;
    char          answer[DOOR_TEXT];
    ngx_int_t     rc, many, other;
    ngx_uint_t    i;
    static out_t  o;

    good = 1;

    for (i = 0; i < EACH; i++) {

        fresh(&o);
        value(&o, 3);

        rc = door_check(plain, o.start, 0, 0, answer);
        many = door_check(plain, o.start, 10, 0, answer);
        other = door_check(wrapped, o.start, 0, 0, answer);

        if ((rc != NGX_OK && rc != NGX_DECLINED)
            || many != rc || other != rc)
        {
            printf("# %d, %d, %d: %s\n", (int) rc, (int) many, (int) other,
                   o.start);
            good = 0;
        }

        verdicts[rc == NGX_OK]++;
    }

    return good;
}


/* the same value with other blanks, escapes and numbers */

static void
spell(char *dst, const char *src)
{
    static const char *const  blanks[] = { "", " ", "\n\t", "" };

    for ( /* void */ ; *src; src++) {

        if (*src == '"') {

            /* a string goes as it is, but for its first letter */

            *dst++ = *src++;

            if (isalpha((u_char) *src)) {
                dst += sprintf(dst, "\\u%04x", (unsigned) *src++);
            }

            while (*src != '"') {

                if (*src == '\\') {
                    *dst++ = *src++;
                }

                *dst++ = *src++;
            }

            *dst++ = *src;
            continue;
        }

        if (strchr("{}[],:", *src)) {
            dst += sprintf(dst, "%s%c%s", blanks[any(4)], *src,
                           blanks[any(4)]);
            continue;
        }

        *dst++ = *src;

        /* 1 is 1.00, where the number ends and has no point yet */

        if (isdigit((u_char) src[0]) && strchr(",]}", src[1])
            && !isdigit((u_char) src[-1]) && src[-1] != '.'
            && !strchr("eE+-", src[-1]))
        {
            dst += sprintf(dst, ".00");
        }
    }

    *dst = '\0';
}


static int
spellings(door_t *d)
{
    int          good;
    char         answer[DOOR_TEXT], text[TEXT];
    ngx_uint_t   i;

    static out_t  one;

    good = 1;

    for (i = 0; i < 5; i++) {
        fresh(&one);
        put(&one, "[");
        value(&one, 3);
        put(&one, "]");

        spell(text, one.start);

        if (door_check(d, one.start, 0, 0, answer)
            != door_check(d, text, 0, 0, answer))
        {
            printf("# differs: %s\n", text);
            good = 0;
        }
    }

    return good;
}


int
main(void)
{
    int          good, alike;
    char        *text;
    door_t       plain, wrapped;
    ngx_uint_t   i, refused, verdicts[2];

    static out_t  o;

    seed = 20260728;
    good = 1;
    alike = 1;
    refused = 0;

    ngx_memzero(verdicts, sizeof(verdicts));

    text = malloc(TEXT + 256);

    for (i = 0; verdicts[0] < DOCUMENTS && i < DOCUMENTS; i++) {

        fresh(&o);
        schema(&o, 3);

        sprintf(text, "{\"allOf\":[%s],\"$defs\":{\"s\":{\"maxItems\":2}}}",
                o.start);
        door_open(&plain, text, 1);

        sprintf(text, "{\"$ref\":\"#/$defs/w\",\"$defs\":{\"s\":{\"maxItems\":"
                "2},\"w\":{\"not\":{\"not\":{\"$anchor\":\"w\",\"allOf\":[%s"
                "]}}}}}", o.start);
        door_open(&wrapped, text, 1);

        if (plain.rc == NGX_OK && wrapped.rc == NGX_OK) {
            good &= documents(&plain, &wrapped, verdicts);
            alike &= spellings(&plain);

        } else {
            printf("# %.*s: %s\n", (int) plain.conf.error.len,
                   plain.conf.error.data, text);
            refused++;
        }

        door_close(&plain);
        door_close(&wrapped);
    }

    free(text);

    ok(refused == 0, "%u random schemas are compiled", (unsigned) i);
    ok(verdicts[0] >= DOCUMENTS, "%u bad documents have a verdict",
       (unsigned) verdicts[0]);
    ok(verdicts[1] > DOCUMENTS / 20, "and so have %u good ones",
       (unsigned) verdicts[1]);
    ok(good, "all ways to ask give the same verdict");
    ok(alike, "all spellings of a document give the same verdict");

    return tap_done();
}

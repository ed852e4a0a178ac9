
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Patterns and formats of JSON Schema: what ECMA-262 means by a pattern,
 * which ones are refused, and what the formats that can be asserted take.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "jsonschema_door.h"


/* both as they stand within JSON */

typedef struct {
    const char  *pattern;
    const char  *good;
    const char  *bad;
} pattern_t;


static const pattern_t  patterns[] = {
    { "^abc$", "abc", "abc\\n" },
    { "b", "abc", "acc" },
    { "^.$", "\\u00e9", "\\n" },
    { "^.$", "\\ud83d\\udc32", "\\u2028" },
    { "^\\\\d\\\\D$", "1a", "\\u0967a" },
    { "^\\\\w\\\\W$", "_\\u00e9", "\\u00e9_" },
    { "^\\\\s\\\\S$", "\\ufeffa", "a\\ufeff" },
    { "^[\\\\s]$", "\\u3000", "\\u180e" },
    { "^[^\\\\s]$", "a", "\\u00a0" },
    { "^[\\\\S\\\\d]$", "a", " " },
    { "^[^\\\\S]$", "\\u2028", "a" },
    { "^\\\\p{Letter}\\\\P{L}$", "\\u00e91", "1\\u00e9" },
    { "^[\\\\p{Decimal_Number}-]+$", "1-\\u0967", "a" },
    { "^\\\\p{Script=Greek}+$", "\\u03b1", "a" },
    { "^\\\\p{scx=Grek}\\\\p{gc=Lu}$", "\\u03b1A", "aA" },
    { "^\\\\p{Cased_Letter}$", "a", "1" },
    { "^\\\\u0041\\\\x42\\\\u{1F432}\\\\ud83d\\\\udc32$",
      "AB\\ud83d\\udc32\\ud83d\\udc32", "AB" },
    { "^\\\\t\\\\n\\\\v\\\\f\\\\r\\\\0\\\\cA$",
      "\\t\\n\\u000b\\f\\r\\u0000\\u0001", "tnvfr0cA" },
    { "^[\\\\b]\\\\b", "\\ba", "b" },
    { "^(a)(?:b)\\\\1$", "aba", "abb" },
    { "^(?<x>a|b)\\\\k<x>$", "aa", "ab" },
    { "^(?:(a)|b)\\\\1$", "b", "a" },
    { "^a(?=b)(?!c)b(?<=b)(?<!a)$", "ab", "ac" },
    { "^[]$|^x$", "x", "" },
    { "^[^]$", "\\n", "ab" },
    { "^[]a]|x", "x", "a]" },
    { "^[[:alpha:]]$", ":]", "b" },
    { "^[a-c\\\\-x]$", "-", "d" },
    { "^[\\\\d-x]+$", "1-x", "a" },
    { "^[a-\\\\d]+$", "a-1", "b" },
    { "^[\\\\u0061-\\\\x63]$", "b", "d" },
    { "^a{2}b{1,}c{0,1}$", "aab", "ab" },
    { "^a{,2}$", "a{,2}", "aa" },
    { "^{id}$", "{id}", "id" },
    { "^a*?b+?c??$", "ab", "a" },
    { "^\\\\/\\\\-\\\\.\\\\_\\\\\\\"$", "/-._\\\"", "a" },
    { "^[.*+?(){}|^$#]+$", ".*+?(){}|^$#", "a" },
    { "a#b c", "a#b c", "ab" },
    { "^\\ud83d\\udc32+$", "\\ud83d\\udc32\\ud83d\\udc32", "\\ud83d" },
    { "^(?:a|)$", "", "b" },
    { "", "anything", NULL },
    { "^$", "", "\\n" },
    { "^.$", "\\ud800", "" },
    { "(?<year>[0-9]{4})-(?<month>[0-9]{2})", "on 2026-07", "2026" },
    { "^\\\\p{Emoji_Presentation}$", NULL, NULL }
};


/* what PCRE2 would take, or take for something else */

static const char  *const refused[] = {
    "\\\\a", "\\\\e", "\\\\h", "\\\\R", "\\\\X", "\\\\K", "\\\\A", "\\\\z",
    "\\\\Z", "\\\\G", "\\\\Q", "\\\\E", "\\\\N", "\\\\C", "\\\\l", "\\\\1",
    "\\\\g1", "\\\\o{1}", "\\\\x", "\\\\x{41}", "\\\\xg0", "\\\\u12",
    "\\\\u{110000}", "\\\\u{}", "\\\\ud800", "\\\\c1", "\\\\00", "\\\\",
    "[\\\\a]", "[\\\\B]", "[\\\\1]", "[", "[a", "[z-a]", "(", ")", "(a", "a)",
    "(?i)a", "(?i:a)", "(?P<n>a)", "(?P=n)", "(?>a)", "(?|a)", "(?#a)",
    "(?R)", "(?1)", "(?'n'a)", "(?(1)a)", "(*ACCEPT)", "(*UTF)a", "(?", "(?<",
    "(?<1>a)", "(?<n>a)(?<n>b)", "*", "+a", "?", "|*", "(*a)", "^*", "a**",
    "a++", "a?+", "a*+", "a{2}+", "a{2}{3}", "{2}", "a{2,1}", "\\\\p",
    "\\\\pL", "\\\\p{}", "\\\\p{L", "\\\\p{letter!}", "\\\\p{NoSuch}",
    "\\\\p{Xan}", "\\\\p{^L}", "\\\\p{gc=Greek}", "\\\\p{sc=L}",
    "\\\\p{Age=6.0}", "\\\\p{=L}", "\\\\k", "\\\\k<a>", "\\\\k<a", "(?<=a+)b"
};


static void
test_patterns(void)
{
    char               schema[512], value[512], answer[DOOR_TEXT];
    size_t             i;
    door_t             d;
    const pattern_t   *p;

    for (i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        p = &patterns[i];

        snprintf(schema, sizeof(schema), "{\"pattern\":\"%s\"}", p->pattern);
        door_open(&d, schema, 0);

        if (!ok(d.rc == NGX_OK, "a pattern: %s", p->pattern)) {
            printf("# %.*s\n", (int) d.conf.error.len, d.conf.error.data);
            door_close(&d);
            continue;
        }

        if (p->good) {
            snprintf(value, sizeof(value), "\"%s\"", p->good);
            ok(door_check(&d, value, 0, 0, answer) == NGX_OK,
               "%s matches %s", p->pattern, p->good);
        }

        if (p->bad) {
            snprintf(value, sizeof(value), "\"%s\"", p->bad);
            ok(door_check(&d, value, 0, 0, answer) == NGX_DECLINED,
               "%s does not match %s", p->pattern, p->bad);
        }

        door_close(&d);
    }

    for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {

        snprintf(schema, sizeof(schema), "{\"pattern\":\"%s\"}", refused[i]);
        door_open(&d, schema, 0);
        ok(d.rc == NGX_DECLINED && d.conf.error.len, "no pattern: %s",
           refused[i]);
        door_close(&d);
    }
}


typedef struct {
    const char  *format;
    const char  *good[6];
    const char  *bad[12];
} format_t;


static const format_t  formats[] = {
    { "date", { "2024-02-29", "2000-02-29", "0000-01-01" },
      { "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-01", "2024-1-1",
        "2024-04-31", "2024-04-00", "", "2024-04-3x", "24-04-30" } },
    { "time", { "12:00:00Z", "23:59:60z", "08:30:06.283185Z",
                "15:59:60-08:00", "00:29:60+00:30", "12:00:00+23:59" },
      { "12:00:00", "24:00:00Z", "12:60:00Z", "12:00:61Z", "12:00:60Z",
        "12:00:00.Z", "12:00Z", "12:00:00+24:00", "12:00:00+0000",
        "12:00:00ZZ", "", "1:2:3Z" } },
    { "date-time", { "2026-07-28T09:30:00Z", "2026-07-28t09:30:00.5+02:00" },
      { "2026-07-28 09:30:00Z", "2026-07-28T09:30:00", "2026-07-28T", "",
        "2026-02-30T09:30:00Z" } },
    { "duration", { "P1D", "PT1S", "P1Y2M3DT4H5M6S", "P2W" },
      { "P", "PT", "P1DT", "P1", "P1YT", "1D", "P1D2Y", "P1Y1D", "P1W1D",
        "PT1D", "P-1D", "" } },
    { "email", { "ann@example.com", "a.b+c@x.y", "\\\"a b\\\"@x.y",
                 "a@[127.0.0.1]", "a@[IPv6:::1]", "a'b@x" },
      { "", "@", "a@", "@x", "a", "a@b@c", "a..b@x", ".a@x", "a.@x", "a b@x",
        "a@-x", "a@[1]" } },
    { "hostname", { "localhost", "a.b-c.d1", "1.2.3.4a", "A" },
      { "", ".", "a.", ".a", "a..b", "-a", "a-", "a_b", "a.-b", "\\u00e9",
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz0123456789ab" } },
    { "ipv4", { "127.0.0.1", "0.0.0.0", "255.255.255.255" },
      { "", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.", ".1.2.3",
        "1..2.3", "a.b.c.d", "1.2.3.4 ", "0x7f.0.0.1", "2130706433" } },
    { "ipv6", { "::", "::1", "1::", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4",
                "1:2:3:4:5:6:7::" },
      { "", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3",
        "12345::", "g::", "::1%eth0", "1:2:3:4:5:6:7:1.2.3.4", ":1::2" } },
    { "uri", { "http://a/b?c#d", "urn:x:y", "mailto:a@b", "a+b-c.d:",
               "http://[::1]:80/", "http://u:p@h:1/%41" },
      { "", "/a", "a", "1a:b", ":a", "http://a b", "http://[::1/", "a:%4",
        "a:\\u00e9", "a:b#c#d", "http://h:8a/", "a:<b>" } },
    { "uri-reference", { "", "/a", "a/b:c", "#x", "?y", "//h/p" },
      { "a b", "1:b", "%", "\\\\", "#a#b" } },
    { "iri", { "http://\\u00e9.x/\\u00e9", "urn:x" },
      { "\\u00e9:a", "a", "" } },
    { "iri-reference", { "/\\u00e9", "" }, { "a b", "\\u00e9:b" } },
    { "uri-template", { "/a/{b}", "", "{?x*}" }, { "{", "{a b}", "}" } },
    { "uuid", { "2eb8aa08-aa98-11ea-b4aa-73b441d16380",
                "00000000-0000-0000-0000-00000000000F" },
      { "", "2eb8aa08aa9811eab4aa73b441d16380",
        "2eb8aa08-aa98-11ea-b4aa-73b441d1638",
        "2eb8aa08-aa98-11ea-b4aa-73b441d163800",
        "2eb8aa08-aa98-11ea-b4aa_73b441d16380",
        "2eb8aa08-aa98-11ea-b4aa-73b441d1638g" } },
    { "json-pointer", { "", "/", "/a~0/~1", "//" }, { "a", "/~", "/~2" } },
    { "relative-json-pointer", { "0", "1/a", "10#" },
      { "", "/a", "01/a", "-1", "0##", "1a" } },
    { "regex", { "a*", "[]", "" }, { "(", "\\\\a" } },
    { "password", { "", "anything" }, { NULL } }
};


static void
test_formats(void)
{
    char     schema[128], value[128], answer[DOOR_TEXT];
    size_t   i, k;
    door_t   d;

    for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {

        snprintf(schema, sizeof(schema), "{\"format\":\"%s\"}",
                 formats[i].format);
        door_open(&d, schema, 1);
        ok(d.rc == NGX_OK, "the format %s", formats[i].format);

        for (k = 0; k < 6 && formats[i].good[k]; k++) {
            snprintf(value, sizeof(value), "\"%s\"", formats[i].good[k]);
            ok(door_check(&d, value, 0, 0, answer) == NGX_OK, "%s: %s",
               formats[i].format, value);
        }

        for (k = 0; k < 12 && formats[i].bad[k]; k++) {
            snprintf(value, sizeof(value), "\"%s\"", formats[i].bad[k]);
            ok(door_check(&d, value, 1, 0, answer) == NGX_DECLINED,
               "not %s: %s", formats[i].format, value);
        }

        ok(door_check(&d, "1", 0, 0, answer) == NGX_OK,
           "%s is for strings alone", formats[i].format);

        door_close(&d);
    }

    door_says("{\"format\":\"date\"}", 0, "\"x\"", "valid",
              "a format is an annotation");
    door_says("{\"format\":\"idn-email\"}", 0, "\"x\"", "valid",
              "any format is an annotation");
    door_says("{\"format\":\"date\"}", 1, "\"x\"",
              ": must be a date such as 2026-07-28", "a format is asserted");
}


int
main(void)
{
    test_patterns();
    test_formats();

    return tap_done();
}

# Copyright (C) mcp-nginx contributors
#
# x-mcp-header and Mcp-Param-*: section 1.4 and the table of 1.5 of
# mcp-2026-07-28.md, row 21 of the ladder.

use lib 't/lib';
use Mcp 'shared';

our $config = <<'_EOC_';
    location @api { return 200 "hello"; }
    location = /mcp {
        mcp;
        mcp_tool t {
            description "T.";
            param region string mcp_header=Region;
            param count integer mcp_header=Count;
            param dry boolean mcp_header=Dry-Run;
            param other string;
            request POST "/x";
            body json;
            pass @api;
        }
    }
_EOC_

our $nested = <<'_EOC_';
    location @api { return 200 "hello"; }
    location = /mcp {
        mcp;
        mcp_tool t {
            description "T.";
            input_schema '{"type":"object","properties":{"where":{"type":"object","properties":{"depot":{"type":"string","x-mcp-header":"Depot"},"far":{"type":"object","properties":{"no":{"type":"integer","x-mcp-header":"No"}}}}},"properties":{"type":"object","properties":{"properties":{"type":"string","x-mcp-header":"Props"}}},"name":{"type":"string","x-mcp-header":"Name"},"method":{"type":"string","x-mcp-header":"Method"}}}';
            request POST "/x";
            body json;
            pass @api;
        }
    }
_EOC_

# a call of "t" with arguments as JSON text and headers as a hash or lines
sub t {
    my ($arguments, $mirror) = @_;

    return Mcp::call("t", $arguments, ref $mirror eq "ARRAY"
                     ? (headers => $mirror) : (mirror => $mirror // {}));
}

# a tool whose input_schema has this
sub schema {
    return "location \@api { return 200; }\nlocation = /mcp { mcp; mcp_tool t { description 'T.'; input_schema '$_[0]'; request POST '/x'; body json; pass \@api; } }\n";
}

# a tool with this param
sub param {
    return "location \@api { return 200; }\nlocation = /mcp { mcp; mcp_tool t { description 'T.'; $_[0] request POST '/x'; body json; pass \@api; } }\n";
}

run_tests();

__DATA__

=== TEST 1: the value of the argument, in the header: served [HTTP-28]
--- config eval: $::config
--- request eval
[ main::t('{"region":"eu"}', { Region => "eu" }), main::t('{"count":42}', { Count => 42 }),
  main::t('{"dry":true}', { "Dry-Run" => "true" }), main::t('{"dry":false}', { "Dry-Run" => "false" }),
  main::t('{"region":"eu","count":-1,"dry":true}', { Region => "eu", Count => -1, "Dry-Run" => "true" }) ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 2: the value, and no header [HTTP-43 HTTP-41]
--- config eval: $::config
--- request eval
[ main::t('{"region":"eu"}'), main::t('{"count":0}'), main::t('{"dry":false}'),
  main::t('{"region":"eu","count":1}', { Region => "eu" }), main::t('{"region":""}') ]
--- answers
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
--- messages
Mcp-Param-Region
Mcp-Param-Count
Mcp-Param-Dry-Run
Mcp-Param-Count
Mcp-Param-Region



=== TEST 3: another value in the header [HTTP-40 HTTP-46]
--- config eval: $::config
--- request eval
[ main::t('{"region":"eu"}', { Region => "us" }), main::t('{"region":"eu"}', { Region => "EU" }),
  main::t('{"region":"eu"}', { Region => "eu2" }), main::t('{"region":"eu"}', { Region => "" }),
  main::t('{"region":"eu"}', { Region => '"eu"' }),
  main::t('{"count":42}', { Count => 43 }), main::t('{"dry":true}', { "Dry-Run" => "false" }) ]
--- answers
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1



=== TEST 4: null or absent: no header is expected [HTTP-42]
--- config eval: $::config
--- request eval
[ main::t('{}'), Mcp::call("t"), main::t('{"other":"x"}') ]
--- answers
200 result id 1
200 result id 1
200 result id 1



=== TEST 5: null: past the headers, up to the schema [HTTP-42]
--- config eval: main::schema('{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"},"a":{}}}')
--- request eval
[ main::t('{"region":null}'), main::t('{"region":null}', { Region => "null" }), main::t('{"region":null}', { Region => "" }) ]
--- answers
200 result id 1
400 error -32020 id 1
400 error -32020 id 1



=== TEST 6: null or absent, and a header all the same (section 11: refuse)
--- config eval: $::config
--- request eval
[ main::t('{}', { Region => "eu" }), Mcp::call("t", undef, mirror => { Region => "eu" }),
  main::t('{"other":"eu"}', { Region => "eu" }), main::t('{}', { Region => "" }),
  main::t('{}', { Count => 0 }), main::t('{}', { "Dry-Run" => "false" }) ]
--- answers
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1



=== TEST 7: a header twice, equal or not
--- config eval: $::config
--- request eval
[ main::t('{"region":"eu"}', [ ("Mcp-Param-Region: eu") x 2 ]),
  main::t('{"region":"eu"}', [ "Mcp-Param-Region: eu", "mcp-param-region: us" ]),
  main::t('{"region":"eu"}', [ "Mcp-Param-Region: us", "mcp-param-region: eu" ]),
  main::t('{}', [ ("Mcp-Param-Region:") x 2 ]) ]
--- answers
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1



=== TEST 8: names of the headers have no case [HTTP-44]
--- config eval: $::config
--- request eval
[ map { main::t('{"region":"eu"}', [ "$_: eu" ]) }
      "mcp-param-region", "MCP-PARAM-REGION", "Mcp-Param-rEGION" ]
--- answers
200 result id 1
200 result id 1
200 result id 1



=== TEST 9: unknown Mcp-Param-* are ignored (1.5)
--- config eval: $::config
--- request eval
[ main::t('{"region":"eu"}', { Region => "eu", Unheard => "x", Regio => "y", RegionX => "z" }),
  main::t('{}', [ "Mcp-Param-Other: \xe9", "Mcp-Param-: x", "Mcp-Param: x" ]) ]
--- answers
200 result id 1
200 result id 1



=== TEST 10: blanks and tabs around a value are no part of it [HTTP-55]
--- config eval: $::config
--- request eval
[ main::t('{"region":"eu"}', [ "Mcp-Param-Region: \t eu \t" ]),
  main::t('{"region":"e u"}', [ "Mcp-Param-Region:e u" ]),
  main::t('{"region":"e\u0009u"}', [ "Mcp-Param-Region: e\tu" ]),
  main::t('{"count":42}', [ "Mcp-Param-Count:\t42\t" ]),
  main::t('{"dry":true}', [ "Mcp-Param-Dry-Run:  true  " ]),
  main::t('{"region":" eu"}', [ "Mcp-Param-Region:  eu" ]) ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
400 error -32020 id 1



=== TEST 11: sentinel forms are decoded first [HTTP-36]
--- config eval: $::config
--- request eval
[ map({ main::t($_->[0], { Region => $_->[1] }) }
      [ '{"region":"eu"}', "=?base64?ZXU=?=" ], [ '{"region":"Helsing\u00f8r"}', "=?base64?SGVsc2luZ8O4cg==?=" ],
      [ '{"region":" eu "}', "=?base64?IGV1IA==?=" ], [ '{"region":"=?base64?x?="}', "=?base64?PT9iYXNlNjQ/eD89?=" ],
      [ '{"region":"a\u0000b"}', "=?base64?YQBi?=" ], [ '{"region":"l\nf"}', "=?base64?bApm?=" ],
      [ '{"region":"\ud83d\ude00"}', "=?base64?8J+YgA==?=" ]),
  main::t('{"count":42}', { Count => "=?base64?NDI=?=" }), main::t('{"dry":true}', { "Dry-Run" => "=?base64?dHJ1ZQ==?=" }) ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 12: sentinel markers are exact, else it is text [HTTP-37]
--- config eval: $::config
--- request eval
[ map({ main::t('{"region":"eu"}', { Region => $_ }) } "=?BASE64?ZXU=?=", "=?base64?ZXU=", "?base64?ZXU=?=", "=?base64?="),
  map({ main::t(qq/{"region":"$_"}/, { Region => $_ }) } "=?BASE64?ZXU=?=", "=?base64?ZXU=", "=?base64?=") ]
--- answers
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 13: bad padding, alphabet, UTF-8 and bytes [HTTP-39 HTTP-41]
--- config eval: $::config
--- request eval
[ map { main::t('{"region":"eu"}', { Region => $_ }) }
      "=?base64?ZXU?=", "=?base64?ZXU==?=", "=?base64?ZXV=?=", "=?base64?ZX-=?=", "=?base64?Z XU=?=",
      "=?base64?/w==?=", "eu\xe9", "eu\x7f", "e\x01u" ]
--- answers
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1



=== TEST 14: raw UTF-8 in a header is illegal, although it is equal [HTTP-39]
--- config eval: $::config
--- request eval
main::t('{"region":"' . "\xc3\xa9" . '"}', { Region => "\xc3\xa9" })
--- answers
400 error -32020 id 1



=== TEST 15: an empty string is present but empty, both ways (1.4)
--- config eval: $::config
--- request eval
[ main::t('{"region":""}', { Region => "" }), main::t('{"region":""}', { Region => "=?base64??=" }),
  main::t('{"region":""}', { Region => " \t " }), main::t('{"region":""}', { Region => '""' }) ]
--- answers
200 result id 1
200 result id 1
200 result id 1
400 error -32020 id 1



=== TEST 16: integers are compared by value [HTTP-47]
--- config eval: $::config
--- request eval
[ map { main::t(qq/{"count":$_->[0]}/, { Count => $_->[1] }) }
      [ 42, "42.0" ], [ "42.0", 42 ], [ "4.2e1", 42 ], [ "42.00", "42.000" ], [ 0, "-0" ], [ "-0", "0" ],
      [ "-7", "-7.0" ], [ "9007199254740991", "9007199254740991" ], [ "-9007199254740991", "-9007199254740991.0" ] ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 17: integers in a header are plain decimal (1.5)
--- config eval: $::config
--- request eval
[ map { main::t('{"count":42}', { Count => $_ }) }
      "4.2e1", "42e0", "0x2a", "+42", "042", "42.", "4 2", "42.5", "fortytwo", "42,0", '"42"', "1e400", "" ]
--- answers
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1



=== TEST 18: neighbours above 2^53 are different numbers [HTTP-47]
--- config eval: $::config
--- request eval
[ main::t('{"count":9007199254740993}', { Count => "9007199254740992" }),
  main::t('{"count":9007199254740992}', { Count => "9007199254740993" }) ]
--- answers
400 error -32020 id 1
400 error -32020 id 1



=== TEST 19: an integer outside of the safe range is refused [HTTP-34]
--- config eval: $::config
--- request eval
[ map { main::t(qq/{"count":$_}/, { Count => $_ }) } "9007199254740992", "-9007199254740992", "1" . "0" x 400 ]
--- bodies eval
[ (qr/"isError":true/) x 3 ]
--- answers
200 result id 1
200 result id 1
200 result id 1



=== TEST 20: booleans are true and false, nothing else
--- config eval: $::config
--- request eval
[ map { main::t('{"dry":true}', { "Dry-Run" => $_ }) } "True", "TRUE", "1", "yes", "", "truex" ]
--- answers
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1



=== TEST 21: an argument of the wrong type is told by the schema, once the header agrees
--- config eval: $::config
--- request eval
[ main::t('{"count":"42"}', { Count => "42" }), main::t('{"region":7}', { Region => 7 }), main::t('{"dry":"true"}', { "Dry-Run" => "true" }) ]
--- bodies eval
[ (qr/"isError":true/) x 3 ]
--- answers
200 result id 1
200 result id 1
200 result id 1



=== TEST 22: row 20 before 21, and 17 before it
--- config eval: $::config
--- request eval
[ Mcp::call("nope", '{"region":"eu"}'), Mcp::call("t", '{"region":"eu"}', names => []),
  Mcp::modern("tools/call", '{"name":"t","arguments":[]}') ]
--- answers
200 error -32602 id 1
400 error -32020 id 1
200 error -32602 id 1



=== TEST 23: row 21 before 24: the headers before the schema
--- config eval: $::config
--- request eval
main::t('{"region":"eu","unheard":1}')
--- answers
400 error -32020 id 1



=== TEST 24: the old era has no such headers (3.4)
--- config eval: $::config
--- request eval
[ Mcp::legacy_call("t", '{"region":"eu"}'),
  Mcp::legacy_call("t", '{"region":"eu"}', headers => [ "Mcp-Param-Region: us", "Mcp-Param-Region: \xe9" ]),
  Mcp::legacy_call("t", '{}', headers => [ "Mcp-Param-Region: us" ]) ]
--- answers
200 result id 1
200 result id 1
200 result id 1



=== TEST 25: nested properties [HTTP-35]
--- config eval: $::nested
--- request eval
[ main::t('{"where":{"depot":"d"}}', { Depot => "d" }), main::t('{"where":{"far":{"no":7}}}', { No => "7.0" }),
  main::t('{"where":{"depot":"d","far":{"no":7}}}', { Depot => "d", No => 7 }), main::t('{"where":{}}'), main::t('{}') ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 26: nested properties: missing, different, unexpected
--- config eval: $::nested
--- request eval
[ main::t('{"where":{"depot":"d"}}'), main::t('{"where":{"depot":"d"}}', { Depot => "e" }),
  main::t('{"where":{"far":{"no":7}}}', { No => 8 }), main::t('{"where":{"far":{"no":7}}}'),
  main::t('{"where":{}}', { Depot => "d" }), main::t('{"depot":"d"}', { Depot => "d" }),
  main::t('{"where":{"far":{}}}', { No => 7 }) ]
--- answers
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1



=== TEST 27: nested properties: a scalar or null where an object should be
--- config eval: $::nested
--- request eval
[ main::t('{"where":"d"}', { Depot => "d" }), main::t('{"where":null}', { Depot => "d" }), main::t('{"where":[{"depot":"d"}]}', { Depot => "d" }) ]
--- answers
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1



=== TEST 28: properties that are called properties
--- config eval: $::nested
--- request eval
[ main::t('{"properties":{"properties":"p"}}', { Props => "p" }), main::t('{"properties":{"properties":"p"}}', { Props => "q" }) ]
--- answers
200 result id 1
400 error -32020 id 1



=== TEST 29: Mcp-Param-Method and Mcp-Param-Name are headers of their own (1.5)
--- config eval: $::nested
--- request eval
[ main::t('{"name":"n","method":"m"}', { Name => "n", Method => "m" }), main::t('{"name":"n"}'), main::t('{"name":"n"}', { Name => "t" }) ]
--- answers
200 result id 1
400 error -32020 id 1
400 error -32020 id 1



=== TEST 30: the argument may be written with escapes
--- config eval: $::config
--- request eval
[ main::t('{"region":"\u0065\u0075"}', { Region => "eu" }), main::t('{"r\u0065gion":"eu"}', { Region => "eu" }), main::t('{"r\u0065gion":"eu"}') ]
--- answers
200 result id 1
200 result id 1
400 error -32020 id 1



=== TEST 31: half a surrogate pair is equal to no header
--- config eval: $::config
--- request eval
[ main::t('{"region":"\ud800"}', { Region => "\\ud800" }), main::t('{"region":"\ud800"}', { Region => "=?base64?7aCA?=" }) ]
--- answers
400 error -32020 id 1
400 error -32020 id 1



=== TEST 32: a value of 4000 bytes
--- config eval: $::config
--- request eval
[ main::t('{"region":"' . "r" x 4000 . '"}', { Region => "r" x 4000 }), main::t('{"region":"' . "r" x 4000 . '"}', { Region => "r" x 3999 }) ]
--- answers
200 result id 1
400 error -32020 id 1



=== TEST 33: nginx -t: an empty name [HTTP-29]
--- config eval: main::param("param r string mcp_header=;")
--- must_die
--- suppress_stderr
--- error_log eval
qr/\[emerg\] .*nginx\.conf:\d+/



=== TEST 34: nginx -t: no token [HTTP-30 HTTP-31]
--- config eval: main::param('param r string "mcp_header=My Region";')
--- must_die
--- suppress_stderr
--- error_log eval
qr/\[emerg\] .*nginx\.conf:\d+/



=== TEST 35: nginx -t: a name that nginx would drop on its way (1.5, rule 1)
--- config eval: main::param("param r string mcp_header=My_Region;")
--- must_die
--- suppress_stderr
--- error_log eval
qr/\[emerg\] .*nginx\.conf:\d+/



=== TEST 36: nginx -t: one name twice, in other case [HTTP-32]
--- config eval: main::param("param r string mcp_header=Region; param s string mcp_header=REGION;")
--- must_die
--- suppress_stderr
--- error_log eval
qr/\[emerg\] .*nginx\.conf:\d+/



=== TEST 37: nginx -t: numbers have no header [HTTP-33]
--- config eval: main::param("param r number mcp_header=R;")
--- must_die
--- suppress_stderr
--- error_log eval
qr/\[emerg\] .*nginx\.conf:\d+/



=== TEST 38: nginx -t: arrays and objects have none [HTTP-33]
--- config eval: main::param("param r array mcp_header=R;")
--- must_die
--- suppress_stderr
--- error_log eval
qr/\[emerg\] .*nginx\.conf:\d+/



=== TEST 39: nginx -t: a schema with a header below items [HTTP-35]
--- config eval: main::schema('{"type":"object","properties":{"a":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}}}')
--- must_die
--- suppress_stderr
--- error_log eval
qr/\[emerg\] .*x-mcp-header.*nginx\.conf:\d+/



=== TEST 40: nginx -t: below oneOf [HTTP-35]
--- config eval: main::schema('{"type":"object","oneOf":[{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]}')
--- must_die
--- suppress_stderr
--- error_log eval
qr/\[emerg\] .*x-mcp-header.*nginx\.conf:\d+/



=== TEST 41: nginx -t: behind a $ref [HTTP-35]
--- config eval: main::schema('{"type":"object","properties":{"a":{"$ref":"#/$defs/a"}},"$defs":{"a":{"type":"string","x-mcp-header":"A"}}}')
--- must_die
--- suppress_stderr
--- error_log eval
qr/\[emerg\] .*x-mcp-header.*nginx\.conf:\d+/



=== TEST 42: nginx -t: at the root, and below additionalProperties [HTTP-35]
--- config eval: main::schema('{"type":"object","additionalProperties":{"type":"string","x-mcp-header":"A"}}')
--- must_die
--- suppress_stderr
--- error_log eval
qr/\[emerg\] .*x-mcp-header.*nginx\.conf:\d+/



=== TEST 43: nginx -t: a type that is a list, although of one (1.5, rule 3) [HTTP-33]
--- config eval: main::schema('{"type":"object","properties":{"a":{"type":["string"],"x-mcp-header":"A"}}}')
--- must_die
--- suppress_stderr
--- error_log eval
qr/\[emerg\] .*x-mcp-header.*nginx\.conf:\d+/



=== TEST 44: nginx -t: a number or no type in a schema [HTTP-33]
--- config eval: main::schema('{"type":"object","properties":{"a":{"x-mcp-header":"A"}}}')
--- must_die
--- suppress_stderr
--- error_log eval
qr/\[emerg\] .*x-mcp-header.*nginx\.conf:\d+/



=== TEST 45: nginx -t: a schema with one name twice, nested [HTTP-32]
--- config eval: main::schema('{"type":"object","properties":{"a":{"type":"string","x-mcp-header":"A"},"o":{"type":"object","properties":{"b":{"type":"string","x-mcp-header":"a"}}}}}')
--- must_die
--- suppress_stderr
--- error_log eval
qr/\[emerg\] .*nginx\.conf:\d+/

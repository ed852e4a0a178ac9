# Copyright (C) mcp-nginx contributors
#
# The validation ladder of 2026-07-28 (section 1.3, row by row), the choice
# of an era (3.3), and how ids come back.  Ids in brackets are rows of the
# checklist in section 9.

use lib 't/lib';
use Mcp 'shared';

our $config = <<'_EOC_';
    location @api { return 200 "hello"; }
    location = /mcp {
        mcp;
        mcp_server_info name=desk version=1.0;
        mcp_tool ret { description "R."; request GET "/x"; pass @api; }
    }
_EOC_

our $version = "io.modelcontextprotocol/protocolVersion";
our $capabilities = "io.modelcontextprotocol/clientCapabilities";

# bodies sent as they are, with or without the modern header
sub modern_body {
    return Mcp::post($_[0], headers => [ "MCP-Protocol-Version: 2026-07-28",
                                         "Mcp-Method: tools/list" ]);
}

run_tests();

__DATA__

=== TEST 1: a well-formed request of each kind is answered [RPC-1 RPC-7]
--- config eval: $::config
--- request eval
[ Mcp::modern("server/discover"), Mcp::modern("tools/list"),
  Mcp::call("ret", {}), Mcp::call("ret"), Mcp::legacy("ping"),
  Mcp::initialize("2025-11-25"), Mcp::legacy("tools/list"),
  Mcp::legacy_call("ret", {}) ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 2: row 3: other methods get 405 with Allow [HTTP-51]
--- config eval: $::config
--- request eval
[ map { Mcp::http($_, undef, headers => [ "MCP-Protocol-Version: 2026-07-28" ]) }
      qw(GET DELETE PUT PATCH) ]
--- answers
405 error 405 no id
405 error 405 no id
405 error 405 no id
405 error 405 no id
--- raw_response_headers_like eval
[ ("(?m)^Allow: POST, OPTIONS\\r\$") x 4 ]



=== TEST 3: row 3: a GET with the body of a good request is no request [HTTP-1]
--- config eval: $::config
--- request eval
my $r = Mcp::modern("tools/list"); $r =~ s/^POST/GET/; $r
--- answers
405 error 405 no id



=== TEST 4: row 5: a media type that is not JSON gets 415
--- config eval: $::config
--- request eval
[ map { Mcp::modern("tools/list", undef, type => $_) }
      "text/plain", undef, "application/x-www-form-urlencoded",
      "application/jsonx", "text/json", "application/json-rpc",
      "multipart/form-data; boundary=x", "application" ]
--- answers
415 error 415 no id
415 error 415 no id
415 error 415 no id
415 error 415 no id
415 error 415 no id
415 error 415 no id
415 error 415 no id
415 error 415 no id



=== TEST 5: row 5: parameters and case of the media type do not matter
--- config eval: $::config
--- request eval
[ map { Mcp::modern("tools/list", undef, type => $_) }
      "application/json; charset=utf-8", "Application/JSON",
      "application/json;charset=\"UTF-8\"", "application/json ;x=y" ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 6: row 5: Accept is read leniently, 406 only if JSON is excluded
--- config eval: $::config
--- request eval
[ map { Mcp::modern("tools/list", undef, accept => $_) }
      undef, "*/*", "application/json", "application/*",
      "text/event-stream, application/json;q=0.1", "text/html",
      "text/event-stream", "application/json;q=0, text/event-stream" ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
406 error 406 no id
406 error 406 no id
406 error 406 no id



=== TEST 7: row 5: Accept on two lines counts as one list
--- config eval: $::config
--- request eval
[ Mcp::modern("tools/list", undef, accept => "text/event-stream",
              headers => [ "Accept: application/json" ]),
  Mcp::modern("tools/list", undef, accept => "text/html",
              headers => [ "Accept: text/plain" ]) ]
--- answers
200 result id 1
406 error 406 no id



=== TEST 8: row 6: what is not JSON gets -32700 without an id [RPC-15 RPC-11]
--- config eval: $::config
--- request eval
[ map { main::modern_body($_) }
      '{', 'nope', '{"jsonrpc":"2.0","id":1,"method":"tools/list",}',
      '{"jsonrpc":"2.0","id":1,"method":"tools/list"} x',
      "{'jsonrpc':'2.0'}", '{"id":01}', '{"a":"' . "\x01" . '"}',
      '{"id":NaN}', '[1,', '"\x41"' ]
--- answers
400 error -32700 no id
400 error -32700 no id
400 error -32700 no id
400 error -32700 no id
400 error -32700 no id
400 error -32700 no id
400 error -32700 no id
400 error -32700 no id
400 error -32700 no id
400 error -32700 no id



=== TEST 9: row 6: a body that is not UTF-8 gets -32700 [RPC-26]
--- config eval: $::config
--- request eval
[ map { main::modern_body('{"jsonrpc":"2.0","id":1,"method":"' . $_ . '"}') }
      "\xe9", "\xc3\x28", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
      "\xe2\x82", "\xff", "\x80" ]
--- answers
400 error -32700 no id
400 error -32700 no id
400 error -32700 no id
400 error -32700 no id
400 error -32700 no id
400 error -32700 no id
400 error -32700 no id
400 error -32700 no id



=== TEST 10: row 7: scalars are no messages [HTTP-7]
--- config eval: $::config
--- request eval
[ map { main::modern_body($_) } '1', '"ping"', 'null', 'true', '-0.5e1' ]
--- answers
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id



=== TEST 11: row 7: the same without any MCP header
--- config eval: $::config
--- request eval
[ map { Mcp::post($_) } '1', '"ping"', 'null', 'true', '{}' ]
--- answers
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id



=== TEST 12: row 7: an array is refused in the modern era [HTTP-7]
--- config eval: $::config
--- request eval
[ main::modern_body('[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]'),
  main::modern_body('[]'), main::modern_body('[1]') ]
--- answers
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id



=== TEST 13: row 7: a posted response is refused in the modern era [HTTP-7]
--- config eval: $::config
--- request eval
[ main::modern_body('{"jsonrpc":"2.0","id":1,"result":{}}'),
  main::modern_body('{"jsonrpc":"2.0","id":"x","error":{"code":1,"message":"m"}}') ]
--- response_body_like eval
[ '^\{"jsonrpc":"2\.0",(?:"id":1,)?"error":\{"code":-32600,',
  '^\{"jsonrpc":"2\.0",(?:"id":"x",)?"error":\{"code":-32600,' ]
--- error_code eval
[ 400, 400 ]



=== TEST 14: row 7: jsonrpc must be "2.0"; a readable id is echoed [RPC-3]
--- config eval: $::config
--- request eval
[ map { main::modern_body('{' . $_ . '"id":7,"method":"tools/list"}') }
      '"jsonrpc":"1.0",', '"jsonrpc":2.0,', '', '"jsonrpc":null,',
      '"JSONRPC":"2.0",', '"jsonrpc":"2.0 ",' ]
--- answers
400 error -32600 id 7
400 error -32600 id 7
400 error -32600 id 7
400 error -32600 id 7
400 error -32600 id 7
400 error -32600 id 7



=== TEST 15: row 7: "jsonrpc" may be written with escapes
--- config eval: $::config
--- request eval
Mcp::post('{"\u006asonrpc":"\u0032.0","i\u0064":"\u0061","meth\u006fd":"p\u0069ng"}')
--- answers
200 result id "\u0061"



=== TEST 16: row 7: method must be a string [RPC-15]
--- config eval: $::config
--- request eval
[ map { main::modern_body('{"jsonrpc":"2.0","id":"m"' . $_ . '}') }
      '', ',"method":1', ',"method":null', ',"method":["tools/list"]',
      ',"method":{}', ',"Method":"tools/list"' ]
--- answers
400 error -32600 id "m"
400 error -32600 id "m"
400 error -32600 id "m"
400 error -32600 id "m"
400 error -32600 id "m"
400 error -32600 id "m"



=== TEST 17: row 7: ids of other types are refused, without an id [RPC-4]
--- config eval: $::config
--- request eval
[ map { Mcp::modern("tools/list", undef, id => $_) }
      'true', 'false', '1.5', '1e-1', '{}', '[]', '[1]' ]
--- answers
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id



=== TEST 18: row 7: a null id is an error, not a notification [RPC-5]
--- config eval: $::config
--- request eval
[ Mcp::modern("tools/list", undef, id => 'null'),
  Mcp::legacy("ping", undef, id => 'null') ]
--- answers
400 error -32600 no id
400 error -32600 no id



=== TEST 19: ids come back byte for byte in results [RPC-6]
--- config eval: $::config
--- request eval
[ map { Mcp::modern("tools/list", undef, id => $_) }
      '0', '-1', '-0', '9007199254740993', '1152921504606846976',
      '123456789012345678901234567890', '1.0', '7', '"7"', '""', '"a\u0000b"',
      '"\ud83d\ude00"', '"\/\"\\\\"', '"' . "\xc3\xa9" . '"' ]
--- answers eval
[ map { "200 result id $_" }
      '0', '-1', '-0', '9007199254740993', '1152921504606846976',
      '123456789012345678901234567890', '1.0', '7', '"7"', '""', '"a\u0000b"',
      '"\ud83d\ude00"', '"\/\"\\\\"', '"' . "\xc3\xa9" . '"' ]



=== TEST 20: ids come back byte for byte in errors [RPC-11]
--- config eval: $::config
--- request eval
[ map { Mcp::modern("nope", undef, id => $_) }
      '0', '9007199254740993', '1.0', '""', '"a\u0000b"', '-5' ]
--- answers
404 error -32601 id 0
404 error -32601 id 9007199254740993
404 error -32601 id 1.0
404 error -32601 id ""
404 error -32601 id "a\u0000b"
404 error -32601 id -5



=== TEST 21: ids come back byte for byte from tools and in the old era [RPC-6]
--- config eval: $::config
--- request eval
[ Mcp::call("ret", {}, id => '9007199254740993'),
  Mcp::call("ret", {}, id => '"a\u0000b"'), Mcp::call("ret", {}, id => '1.0'),
  Mcp::legacy_call("ret", {}, id => '9007199254740993'),
  Mcp::legacy("ping", undef, id => '""'),
  Mcp::legacy("ping", undef, id => '1.0'), Mcp::legacy("ping", undef, id => '0') ]
--- answers
200 result id 9007199254740993
200 result id "a\u0000b"
200 result id 1.0
200 result id 9007199254740993
200 result id ""
200 result id 1.0
200 result id 0



=== TEST 22: an id of 60000 bytes comes back whole [RPC-6]
--- config eval: $::config
--- request eval
[ Mcp::modern("tools/list", undef, id => '"' . "i" x 60000 . '"'),
  Mcp::modern("nope", undef, id => '"' . "i" x 60000 . '"'),
  Mcp::modern("tools/list", undef, id => "1" x 60000) ]
--- answers eval
[ "200 result id \"" . "i" x 60000 . '"',
  "404 error -32601 id \"" . "i" x 60000 . '"',
  "200 result id " . "1" x 60000 ]



=== TEST 23: row 8: notifications get 202 and an empty body [HTTP-8 RPC-23]
--- config eval: $::config
--- request eval
[ Mcp::modern("notifications/cancelled", { requestId => 1 }, id => undef),
  Mcp::modern("notifications/unheard_of", undef, id => undef),
  main::modern_body('{"jsonrpc":"2.0","method":"notifications/initialized"}'),
  Mcp::post('{"jsonrpc":"2.0","method":"notifications/initialized"}'),
  Mcp::post('{"jsonrpc":"2.0","method":"notifications/x","params":[1]}'),
  Mcp::post('{"jsonrpc":"2.0","method":"notifications/x","params":null}') ]
--- answers
202 empty
202 empty
202 empty
202 empty
202 empty
202 empty



=== TEST 24: a tools/call without an id is never run [RPC-23]
--- config eval: "# a log of its own\n$::config"
--- request eval
[ Mcp::call("ret", {}, id => undef), Mcp::legacy_call("ret", {}, id => undef) ]
--- answers
202 empty
202 empty
--- no_error_log
http subrequest "/x?"



=== TEST 25: a notification of a version that is not served gets -32022 [HTTP-9 HTTP-10]
--- config eval: $::config
--- request eval
[ Mcp::legacy("notifications/initialized", undef, id => undef,
              revision => "2031-01-01"),
  Mcp::legacy("notifications/x", undef, id => undef, revision => "x") ]
--- answers
400 error -32022 no id
400 error -32022 no id



=== TEST 26: row 10: no params, no _meta, or none that is an object [META-1]
--- config eval: $::config
--- request eval
[ map({ main::modern_body('{"jsonrpc":"2.0","id":1,"method":"tools/list"' . $_ . '}') }
      '', ',"params":null', ',"params":[]', ',"params":"x"', ',"params":{}'),
  map({ Mcp::modern("tools/list", undef, meta => $_) }
      'null', '[]', '"x"', '1', '{}') ]
--- answers
400 error -32602 id 1
400 error -32602 id 1
400 error -32602 id 1
400 error -32602 id 1
400 error -32602 id 1
400 error -32602 id 1
400 error -32602 id 1
400 error -32602 id 1
400 error -32602 id 1
400 error -32602 id 1



=== TEST 27: row 10: no protocolVersion, or none that is a string [META-1]
--- config eval: $::config
--- request eval
[ Mcp::modern("tools/list", undef, meta => { protocolVersion => undef }),
  map({ Mcp::modern("tools/list", undef,
                    meta => qq/{"$::version":$_,"$::capabilities":{}}/) }
      'null', '1', '20260728', '["2026-07-28"]', '{}', 'true') ]
--- answers
400 error -32602 id 1
400 error -32602 id 1
400 error -32602 id 1
400 error -32602 id 1
400 error -32602 id 1
400 error -32602 id 1
400 error -32602 id 1



=== TEST 28: the same connection: a second request needs its own _meta [ST-1 META-3]
--- config eval: $::config
--- request eval
[ Mcp::modern("tools/list"), Mcp::modern("tools/list", undef, meta => undef),
  Mcp::modern("tools/list", undef, meta => { clientCapabilities => undef }),
  Mcp::modern("tools/list") ]
--- answers
200 result id 1
400 error -32602 id 1
400 error -32602 id 1
200 result id 1



=== TEST 29: row 11: MCP-Protocol-Version missing [HTTP-26 HTTP-48]
--- config eval: $::config
--- request eval
[ Mcp::modern("tools/list", undef, revisions => []),
  Mcp::call("ret", {}, revisions => [], id => '"x"') ]
--- answers
400 error -32020 id 1
400 error -32020 id "x"
--- messages
MCP-Protocol-Version
MCP-Protocol-Version



=== TEST 30: row 11: MCP-Protocol-Version twice, even if equal
--- config eval: $::config
--- request eval
[ Mcp::modern("tools/list", undef, revisions => [ "2026-07-28", "2026-07-28" ]),
  Mcp::modern("tools/list", undef, revisions => [ "2026-07-28", "2025-11-25" ]),
  Mcp::modern("tools/list", undef, revisions => [ "2025-11-25", "2026-07-28" ]),
  Mcp::modern("tools/list", undef, revisions => [ "2026-07-28" ],
              headers => [ "mcp-protocol-version: 2026-07-28" ]) ]
--- answers
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1



=== TEST 31: row 11: illegal bytes and an empty value
--- config eval: $::config
--- request eval
[ Mcp::modern("tools/list", undef, revisions => [ "2026-07-28\xe9" ]),
  Mcp::modern("tools/list", undef, revisions => [ "2026-07-28\x7f" ]),
  Mcp::modern("tools/list", undef, revisions => [ "\x012026-07-28" ]),
  Mcp::modern("tools/list", undef, revisions => [ "" ]) ]
--- answers
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1



=== TEST 32: row 12: the header differs from the body [HTTP-22 HTTP-46]
--- config eval: $::config
--- request eval
[ Mcp::modern("tools/list", undef, revisions => [ "2025-11-25" ]),
  Mcp::modern("tools/list", undef, revisions => [ "2031-01-01" ]),
  Mcp::modern("tools/list", undef, meta => { protocolVersion => "2025-11-25" }),
  Mcp::modern("tools/list", undef, meta => { protocolVersion => "2031-01-01" }),
  Mcp::modern("tools/list", undef, meta => { protocolVersion => "" }),
  Mcp::modern("tools/list", undef, meta => { protocolVersion => "2026-07-28 " }) ]
--- answers
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1



=== TEST 33: row 12 before 13: two different unknown versions are a mismatch
--- config eval: $::config
--- request eval
Mcp::modern("tools/list", undef, revisions => [ "2031-01-01" ],
            meta => { protocolVersion => "2032-01-01" })
--- answers
400 error -32020 id 1



=== TEST 34: row 12: the version in _meta may be written with escapes
--- config eval: $::config
--- request eval
Mcp::modern("tools/list", undef, meta =>
    '{"io.modelcontextprotocol/protocol\u0056ersion":"\u003202\u0036-07-28","' . $::capabilities . '":{}}')
--- answers
200 result id 1



=== TEST 35: row 13: a version that is not served [VER-1 HTTP-23]
--- config eval: $::config
--- request eval
[ Mcp::modern("tools/list", undef, revision => "2031-01-01"),
  Mcp::modern("tools/list", undef, revision => "v999.0.0"),
  Mcp::modern("tools/list", undef, revision => "2025-11-25", id => '"o"') ]
--- answers
400 error -32022 id 1
400 error -32022 id 1
400 error -32022 id "o"
--- bodies eval
[ qr/"data":\{"supported":\["2026-07-28"\],"requested":"2031-01-01"\}\}\}$/,
  qr/"data":\{"supported":\["2026-07-28"\],"requested":"v999\.0\.0"\}\}\}$/,
  qr/"data":\{"supported":\["2026-07-28"\],"requested":"2025-11-25"\}\}\}$/ ]



=== TEST 36: row 13: "requested" is a JSON string whatever was asked for
--- config eval: $::config
--- request eval
[ Mcp::modern("tools/list", undef, revision => 'a"b\c'),
  Mcp::legacy("tools/list", undef, revision => 'a"b\c'),
  Mcp::legacy("tools/list", undef, revision => "caf\xe9") ]
--- answers
400 error -32022 id 1
400 error -32022 id 1
400 error -32022 id 1
--- bodies eval
[ qr/"requested":"a\\"b\\\\c"\}/, qr/"requested":"a\\"b\\\\c"\}/,
  qr/"requested":"[ -~]*"\}/ ]



=== TEST 37: row 13 before 14 and 15: the version is what the client must learn
--- config eval: $::config
--- request eval
Mcp::modern("tools/list", undef, revision => "2031-01-01", methods => [],
            meta => { protocolVersion => "2031-01-01",
                      clientCapabilities => undef })
--- answers
400 error -32022 id 1



=== TEST 38: row 14: clientCapabilities missing or not an object [META-1]
--- config eval: $::config
--- request eval
[ Mcp::modern("tools/list", undef, meta => { clientCapabilities => undef }),
  map({ Mcp::modern("tools/list", undef,
                    meta => qq/{"$::version":"2026-07-28","$::capabilities":$_}/) }
      'null', '[]', '"x"', 'true') ]
--- answers
400 error -32602 id 1
400 error -32602 id 1
400 error -32602 id 1
400 error -32602 id 1
400 error -32602 id 1



=== TEST 39: row 14 before 15: capabilities before Mcp-Method
--- config eval: $::config
--- request eval
Mcp::modern("tools/list", undef, methods => [],
            meta => { clientCapabilities => undef })
--- answers
400 error -32602 id 1



=== TEST 40: clientInfo is optional, and its value changes nothing [META-2 META-7]
--- config eval: $::config
--- request eval
[ Mcp::modern("tools/list", undef, meta => { clientInfo => undef }),
  map({ Mcp::modern("tools/list", undef,
                    meta => qq/{"$::version":"2026-07-28","$::capabilities":{},"io.modelcontextprotocol\/clientInfo":$_}/) }
      '{"name":"a","version":"1"}', '{"name":"b"}', 'null', '"x"', '[]') ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 41: unknown members of params, _meta and capabilities are ignored
--- config eval: $::config
--- request eval
[ Mcp::modern("tools/list", { task => { ttl => 1 }, x => [ 1 ] }),
  Mcp::modern("tools/list", undef, meta => { "example.harbour/x" => { a => 1 } }),
  Mcp::modern("tools/list", undef, meta => { clientCapabilities => { extensions => { "a.b/c" => [] } } }),
  Mcp::modern("tools/list", undef, meta => { traceparent => "garbage" }),
  Mcp::call("ret", {}, meta => { progressToken => "p" }),
  Mcp::post('{"jsonrpc":"2.0","id":1,"method":"ping","extra":true}') ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 42: row 15: Mcp-Method missing, different, twice, illegal [HTTP-27 HTTP-45]
--- config eval: $::config
--- request eval
[ map { Mcp::modern("tools/list", undef, methods => $_) }
      [], [ "tools/call" ], [ "TOOLS/LIST" ], [ "tools/lis" ], [ "tools/listx" ],
      [ "" ], [ "tools/list", "tools/list" ], [ "tools/list\xe9" ],
      [ "tools/list\x01" ], [ "tools/list, tools/list" ],
      [ "=?base64?dG9vbHMvbGlzdA==?=" ] ]
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



=== TEST 43: row 15: header failures name the header [HTTP-48]
--- config eval: $::config
--- request eval
[ Mcp::modern("tools/list", undef, methods => []),
  Mcp::modern("tools/list", undef, methods => [ "x" ]),
  Mcp::call("ret", {}, names => []) ]
--- answers
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
--- messages
Mcp-Method
Mcp-Method
Mcp-Name



=== TEST 44: row 15 before 16: a foreign Mcp-Method on an unknown method
--- config eval: $::config
--- request eval
[ Mcp::modern("nope", undef, methods => [ "tools/list" ]),
  Mcp::modern("nope", undef, methods => []) ]
--- answers
400 error -32020 id 1
400 error -32020 id 1



=== TEST 45: row 16: unknown methods are 404 and -32601 [HTTP-24]
--- config eval: $::config
--- request eval
[ map { Mcp::modern($_) } "nope", "tools/list/", "tools/List", "tools", "x y",
                          "tools/listx", "tools/lis", "rpc.discover" ]
--- answers
404 error -32601 id 1
404 error -32601 id 1
404 error -32601 id 1
404 error -32601 id 1
404 error -32601 id 1
404 error -32601 id 1
404 error -32601 id 1
404 error -32601 id 1



=== TEST 46: row 16: the removed methods are unknown [HTTP-24 TSK-18]
--- config eval: $::config
--- request eval
[ map { Mcp::modern($_) }
      qw(initialize ping logging/setLevel resources/subscribe
         resources/unsubscribe tasks/list tasks/result) ]
--- answers
404 error -32601 id 1
404 error -32601 id 1
404 error -32601 id 1
404 error -32601 id 1
404 error -32601 id 1
404 error -32601 id 1
404 error -32601 id 1



=== TEST 47: row 16: what is not advertised is unknown [RPC-2 VER-11]
--- config eval: $::config
--- request eval
[ map({ Mcp::modern($_) } qw(resources/list resources/templates/list
                             prompts/list completion/complete tasks/get)),
  Mcp::modern("resources/read", { uri => "x:y" }),
  Mcp::modern("prompts/get", { name => "p" }) ]
--- answers
404 error -32601 id 1
404 error -32601 id 1
404 error -32601 id 1
404 error -32601 id 1
404 error -32601 id 1
404 error -32601 id 1
404 error -32601 id 1



=== TEST 48: row 16: an endpoint without tools has no tools/* [VER-11]
--- config
    location = /mcp { mcp; }
--- suppress_stderr
--- request eval
[ Mcp::modern("tools/list"), Mcp::call("ret", {}),
  Mcp::modern("server/discover") ]
--- answers
404 error -32601 id 1
404 error -32601 id 1
200 result id 1



=== TEST 49: row 16: method names hold any characters, and none is special
--- config eval: $::config
--- request eval
[ Mcp::post('{"jsonrpc":"2.0","id":1,"method":"a\u0000b"}'),
  Mcp::post('{"jsonrpc":"2.0","id":1,"method":"\ud800"}'),
  Mcp::post('{"jsonrpc":"2.0","id":1,"method":""}'),
  Mcp::post('{"jsonrpc":"2.0","id":1,"method":"ping\u0000"}'),
  Mcp::post('{"jsonrpc":"2.0","id":1,"method":"' . "m" x 50000 . '"}') ]
--- answers
200 error -32601 id 1
200 error -32601 id 1
200 error -32601 id 1
200 error -32601 id 1
200 error -32601 id 1



=== TEST 50: row 17: Mcp-Name missing, different, twice, illegal [HTTP-27 HTTP-46]
--- config eval: $::config
--- request eval
[ map { Mcp::call("ret", {}, names => $_) }
      [], [ "" ], [ "re" ], [ "rett" ], [ "RET" ], [ "ret", "ret" ],
      [ "ret\xe9" ], [ "ret\x01" ], [ "ret\x7f" ], [ "other" ] ]
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



=== TEST 51: row 17 before 20: a mismatch, although both tools are unknown
--- config eval: $::config
--- request eval
Mcp::call("nope", {}, names => [ "nope2" ])
--- answers
400 error -32020 id 1



=== TEST 52: row 17: sentinel forms are decoded before they are compared [HTTP-36]
--- config eval: $::config
--- request eval
[ Mcp::call("ret", {}, names => [ "=?base64?cmV0?=" ]),
  Mcp::call("re", {}, names => [ "=?base64?cmU=?=" ]),
  Mcp::call("r", {}, names => [ "=?base64?cg==?=" ]),
  Mcp::call("caf\x{e9}"), Mcp::call("\x{1f600}"), Mcp::call(" x "),
  Mcp::call("=?base64?x?="), Mcp::call("a\tb") ]
--- answers
200 result id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1



=== TEST 53: row 17: markers are exact, anything else is literal text [HTTP-37]
--- config eval: $::config
--- request eval
[ map({ Mcp::call("ret", {}, names => [ $_ ]) }
      "=?BASE64?cmV0?=", "=?Base64?cmV0?=", "=?base64?cmV0", "base64?cmV0?=",
      "=?base64?=", "?base64?cmV0?="),
  map({ Mcp::call($_, {}, names => [ $_ ]) }
      "=?BASE64?cmV0?=", "=?base64?cmV0", "=?base64?=", "=?base64?") ]
--- answers
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
400 error -32020 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1



=== TEST 54: row 17: bad padding, alphabet, tail bits and UTF-8 [HTTP-39 HTTP-41]
--- config eval: $::config
--- request eval
[ map({ Mcp::call("r", {}, names => [ "=?base64?$_?=" ]) }
      "cg", "cg=", "cg===", "ch==", "c===", "====", "cg==cg==", "c g==",
      "cg=="  . "x"),
  Mcp::call("ret", {}, names => [ "=?base64?cmV0\n?=" =~ s/\n/\t/r ]),
  Mcp::call("ret", {}, names => [ "=?base64?cmV-?=" ]),
  Mcp::call("ret", {}, names => [ "=?base64?cmV_?=" ]),
  Mcp::call("caf\x{e9}", {}, names => [ "=?base64?Y2Fm6Q==?=" ]) ]
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



=== TEST 55: row 17: an empty name is present but empty, both ways (1.4)
--- config eval: $::config
--- request eval
[ Mcp::call("", {}, names => [ "" ]), Mcp::call("", {}, names => [ "=?base64??=" ]),
  Mcp::call("", {}, names => [ " \t " ]), Mcp::call("", {}, names => []) ]
--- answers
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
400 error -32020 id 1



=== TEST 56: blanks and tabs around values are no part of them [HTTP-55]
--- config eval: $::config
--- request eval
[ Mcp::call("ret", {}, revisions => [ "  2026-07-28  " ]),
  Mcp::call("ret", {}, revisions => [ "\t2026-07-28\t" ]),
  Mcp::call("ret", {}, methods => [ " \t tools/call \t " ]),
  Mcp::call("ret", {}, names => [ "\t \tret\t" ]),
  Mcp::call("ret", {}, names => [ "\t=?base64?cmV0?= " ]),
  Mcp::modern("tools/list", undef, type => "\tapplication/json\t"),
  Mcp::modern("tools/list", undef, accept => "\t*/*\t") ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 57: names of header fields have no case [HTTP-44]
--- config eval: $::config
--- request eval
[ map { Mcp::call("ret", {}, revisions => [], methods => [], names => [],
                  headers => $_) }
      [ "mcp-protocol-version: 2026-07-28", "mcp-method: tools/call", "mcp-name: ret" ],
      [ "MCP-PROTOCOL-VERSION:2026-07-28", "MCP-METHOD:tools/call", "MCP-NAME:ret" ],
      [ "mCp-PrOtOcOl-VeRsIoN: 2026-07-28", "McP-mEtHoD: tools/call", "mCP-nAME: ret" ] ]
--- answers
200 result id 1
200 result id 1
200 result id 1



=== TEST 58: an Mcp-Name where none belongs is not looked at
--- config eval: $::config
--- request eval
[ Mcp::modern("tools/list", undef, names => [ "x" ]),
  Mcp::modern("server/discover", undef, names => [ "\xe9" ]) ]
--- answers
200 result id 1
200 result id 1



=== TEST 59: row 19: malformed params of a method are -32602 on 200 [TOOL-21]
--- config eval: $::config
--- request eval
[ map({ Mcp::modern("tools/call", $_, names => [ "ret" ]) }
      '{}', '{"name":1}', '{"name":null}', '{"name":["ret"]}',
      '{"name":"ret","arguments":[]}', '{"name":"ret","arguments":null}',
      '{"name":"ret","arguments":"x"}'),
  map({ Mcp::modern("tools/list", $_) }
      '{"cursor":1}', '{"cursor":null}', '{"cursor":{}}') ]
--- answers
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1



=== TEST 60: row 19: an unknown logLevel is -32602, a known one is taken [LOG-6 LOG-3]
--- config eval: $::config
--- request eval
[ map { Mcp::modern("tools/list", undef, meta => { logLevel => $_ }) }
      qw(debug info notice warning error critical alert emergency),
      "loud", "", "DEBUG", [ "debug" ] ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1



=== TEST 61: row 20: an unknown tool is -32602 on 200 [TOOL-21 TOOL-11]
--- config eval: $::config
--- request eval
[ map { Mcp::call($_, {}) } "nope", "RET", "ret2", "re", "ret.x" ]
--- answers
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1



=== TEST 62: row 20: a name that is not printable is told as JSON
--- config eval: $::config
--- request eval
[ Mcp::call("a\"b\\c\x{e9}"), Mcp::call("a\x01b\n"),
  Mcp::modern("tools/call", '{"name":"\ud800"}', names => [ "x" ]) ]
--- error_code eval
[ 200, 200, 400 ]
--- answers
200 error -32602 id 1
200 error -32602 id 1
400 error -32020 id 1



=== TEST 63: row 24: arguments that the schema refuses are a result [TOOL-21]
--- config
    location @api { return 200 "hello"; }
    location = /mcp {
        mcp;
        mcp_tool t { description "T."; param id integer required; request GET "/{id}"; pass @api; }
    }
--- request eval
[ Mcp::call("t", { id => "x" }), Mcp::call("t", {}), Mcp::call("t"),
  Mcp::call("t", '{"id":1,"more":2}') ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
--- bodies eval
[ (qr/"isError":true/) x 4 ]



=== TEST 64: era: a version in _meta chooses the modern ladder, initialize too [VER-9]
--- config eval: $::config
--- request eval
[ Mcp::modern("initialize", { protocolVersion => "2025-11-25", capabilities => {}, clientInfo => {} }),
  Mcp::modern("ping"), Mcp::modern("ping", undef, revisions => []),
  Mcp::modern("ping", undef, revisions => [ "2025-11-25" ]) ]
--- answers
404 error -32601 id 1
404 error -32601 id 1
400 error -32020 id 1
400 error -32020 id 1



=== TEST 65: era: a modern header without metadata is never served as old
--- config eval: $::config
--- request eval
[ map { Mcp::legacy($_, {}, revision => "2026-07-28") }
      qw(ping tools/list server/discover nope) ]
--- answers
400 error -32602 id 1
400 error -32602 id 1
400 error -32602 id 1
400 error -32602 id 1



=== TEST 66: era: initialize under a modern header contradicts itself
--- config eval: $::config
--- request eval
Mcp::initialize("2025-11-25", revision => "2026-07-28")
--- answers
400 error -32602 id 1



=== TEST 67: era: no metadata and an unknown header is -32022
--- config eval: $::config
--- request eval
[ map { Mcp::legacy("tools/list", undef, revision => $_) }
      "2031-01-01", "1999-01-01", "x", "2025-11-2", "2025-11-255", "" ]
--- answers
400 error -32022 id 1
400 error -32022 id 1
400 error -32022 id 1
400 error -32022 id 1
400 error -32022 id 1
400 error -32022 id 1



=== TEST 68: era: old versions in the header, and none, are the old era [VER-10]
--- config eval: $::config
--- request eval
[ map { Mcp::legacy("ping", undef, revision => $_) }
      undef, "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25",
      "\t2025-11-25 " ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 69: era: Mcp-Method and Mcp-Name are nothing in the old era
--- config eval: $::config
--- request eval
[ Mcp::legacy("ping", undef, headers => [ "Mcp-Method: tools/call", "Mcp-Name: x" ]),
  Mcp::legacy_call("ret", {}, revision => "2025-11-25",
                   headers => [ "Mcp-Method: x", "Mcp-Method: y", "Mcp-Name: \xe9" ]) ]
--- answers
200 result id 1
200 result id 1



=== TEST 70: era: server/discover without metadata is unknown
--- config eval: $::config
--- request eval
[ Mcp::legacy("server/discover"), Mcp::legacy("server/discover", {}, revision => "2025-11-25") ]
--- answers
200 error -32601 id 1
200 error -32601 id 1



=== TEST 71: both eras in turn on one connection [VER-10]
--- config eval: $::config
--- request eval
[ Mcp::initialize("2025-06-18"), Mcp::modern("server/discover"),
  Mcp::legacy("ping", undef, revision => "2025-06-18"), Mcp::call("ret"),
  Mcp::legacy("notifications/initialized", undef, id => undef),
  Mcp::modern("ping") ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
202 empty
404 error -32601 id 1



=== TEST 72: headers of old sessions are ignored [HTTP-52 HTTP-53 HTTP-18]
--- config eval: $::config
--- request eval
[ Mcp::call("ret", {}, headers => [ "Mcp-Session-Id: abc", "Last-Event-ID: 7" ]),
  Mcp::legacy("ping", undef, headers => [ "Mcp-Session-Id: abc" ]),
  Mcp::initialize("2025-11-25", headers => [ "Mcp-Session-Id: stale" ]) ]
--- answers
200 result id 1
200 result id 1
200 result id 1



=== TEST 73: every result of the modern era has resultType and serverInfo [RPC-9 META-6]
--- config eval: $::config
--- request eval
[ Mcp::modern("server/discover"), Mcp::modern("tools/list"), Mcp::call("ret"),
  Mcp::call("ret", '{"x":1}') ]
--- response_body_like eval
[ ('^\{"jsonrpc":"2\.0","id":1,"result":\{(?=.*"resultType":"complete").*"_meta":\{"io\.modelcontextprotocol/serverInfo":\{"name":"desk","version":"1\.0"\}\}') x 4 ]
--- error_code eval
[ 200, 200, 200, 200 ]



=== TEST 74: results of the old era have none of it (3.4)
--- config eval: $::config
--- request eval
[ Mcp::initialize("2025-11-25"), Mcp::legacy("tools/list"),
  Mcp::legacy_call("ret", {}), Mcp::legacy("ping") ]
--- response_body_unlike eval
[ ('resultType|ttlMs|cacheScope|_meta') x 4 ]
--- error_code eval
[ 200, 200, 200, 200 ]



=== TEST 75: an error has code and message, and nothing else but data [RPC-12 RPC-13]
--- config eval: $::config
--- request eval
[ Mcp::modern("nope"), Mcp::modern("tools/list", undef, meta => undef),
  Mcp::call("nope"), Mcp::modern("tools/list", undef, methods => []),
  Mcp::post("{") ]
--- response_body_like eval
[ ('^\{"jsonrpc":"2\.0",("id":1,)?"error":\{"code":-?\d+,"message":"(?:[^"\\\\]|\\\\.)+"\}\}$') x 5 ]
--- error_code eval
[ 404, 400, 200, 400, 400 ]



=== TEST 76: HTTP/1.0 clients are served
--- config eval: $::config
--- request eval
Mcp::modern("tools/list", undef, http => "HTTP/1.0")
--- answers
200 result id 1



=== TEST 77: a query string is no matter
--- config eval: $::config
--- request eval
Mcp::legacy("ping", undef, path => "/mcp?x=1")
--- answers
200 result id 1



=== TEST 78: a tools/call with an id is in the log, so TEST 24 can fail
--- config eval: $::config
--- request eval
Mcp::call("ret", {})
--- answers
200 result id 1
--- error_log
http subrequest "/x?"

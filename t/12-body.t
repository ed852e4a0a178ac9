# Copyright (C) mcp-nginx contributors
#
# How a body arrives (whole, in packets, in chunks, through a file, by
# HTTP/2), and bodies that no parser should take.

use lib 't/lib';
use Mcp 'shared';

our $location = <<'_EOC_';
    location @api { return 200 "hello"; }
    location @echo {
        client_max_body_size 2m;
        proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT;
        proxy_set_header Host localhost;
    }
    location /length { return 200 "got $content_length"; }
    location @count { return 200 "got $content_length"; }
_EOC_

our $tools = <<'_EOC_';
        mcp_tool ret { description "R."; request GET "/x"; pass @api; }
        mcp_tool len { description "L."; param s string; request POST "/length"; body json; pass @echo; }
        mcp_tool own { description "O."; param s string; request POST "/x"; body json; pass @count; }
_EOC_

our $config = "$location location = /mcp { mcp; $tools }\n";

sub with {
    return "$location location = /mcp { mcp; $_[0] $tools }\n";
}

sub packets {
    my ($request, $size) = @_;

    $request =~ s/\r\n/\r\nConnection: close\r\n/;
    return [ unpack "(a$size)*", $request ];
}

# a ping so many objects and arrays deep: itself, params, the rest
sub deep {
    my ($depth) = @_;

    return '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":'
           . "[" x ($depth - 2) . "]" x ($depth - 2) . "}}";
}

run_tests();

__DATA__

=== TEST 1: in chunks of any size
--- config eval: $::config
--- request eval
[ Mcp::legacy("ping", undef, chunked => 1), Mcp::legacy("ping", undef, chunked => 7),
  Mcp::legacy("ping", undef, chunked => 4096), Mcp::call("ret", {}, chunked => 10),
  Mcp::modern("tools/list", undef, chunked => 100), Mcp::legacy("ping") ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 2: an empty body in chunks
--- config eval: $::config
--- request eval
[ Mcp::post("", chunked => 1), Mcp::legacy("ping") ]
--- answers
400 error -32700 no id
200 result id 1



=== TEST 3: in packets of 50 bytes
--- config eval: $::config
--- raw_request eval
main::packets(Mcp::modern("tools/list"), 50)
--- raw_request_middle_delay: 0.005
--- answers
200 result id 1



=== TEST 4: a tools/call in packets of 25 bytes
--- config eval: $::config
--- raw_request eval
main::packets(Mcp::call("ret", {}), 25)
--- raw_request_middle_delay: 0.002
--- answers
200 result id 1



=== TEST 5: chunks in packets
--- config eval: $::config
--- raw_request eval
main::packets(Mcp::modern("tools/list", undef, chunked => 11), 29)
--- raw_request_middle_delay: 0.002
--- answers
200 result id 1



=== TEST 6: head and body apart
--- config eval: $::config
--- raw_request eval
my ($head, $body) = split /(?<=\r\n\r\n)/, Mcp::legacy("ping", undef, headers => [ "Connection: close" ]), 2;
[ $head, $body ]
--- raw_request_middle_delay: 0.05
--- answers
200 result id 1



=== TEST 7: the last byte alone
--- config eval: $::config
--- raw_request eval
my ($all, $last) = Mcp::legacy("ping", undef, headers => [ "Connection: close" ]) =~ /^(.*)(.)$/s;
[ $all, $last ]
--- raw_request_middle_delay: 0.05
--- answers
200 result id 1



=== TEST 8: Expect: 100-continue
--- config eval: $::config
--- request eval
Mcp::legacy("ping", undef, headers => [ "Expect: 100-continue" ])
--- ignore_response
--- error_log
send 100 Continue



=== TEST 9: over client_body_buffer_size: through a file
--- config eval: main::with("client_body_buffer_size 1k;")
--- request eval
[ Mcp::call("len", { s => "a" x 20000 }), Mcp::legacy_call("len", { s => "b" x 20000 }),
  Mcp::legacy("ping", { x => "c" x 5000 }), Mcp::call("len", { s => "a" x 20000 }, chunked => 999) ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
--- bodies eval
[ qr/got 20008/, qr/got 20008/, qr/"result":\{\}/, qr/got 20008/ ]



=== TEST 10: the body is buffered to a file then, so TEST 9 can fail
--- config eval: main::with("client_body_buffer_size 1k; # alone")
--- request eval
Mcp::call("len", { s => "a" x 20000 })
--- answers
200 result id 1
--- error_log
a client request body is buffered to a temporary file



=== TEST 11: client_body_in_file_only
--- config eval: main::with("client_body_in_file_only clean;")
--- request eval
[ Mcp::call("ret", {}), Mcp::legacy("ping"), Mcp::post(""),
  Mcp::call("len", { s => "a" x 3000 }) ]
--- answers
200 result id 1
200 result id 1
400 error -32700 no id
200 result id 1



=== TEST 12: client_body_in_single_buffer off and small buffers, in chunks
--- config eval: main::with("client_body_buffer_size 16k; client_body_in_single_buffer off;")
--- request eval
[ map { Mcp::call("len", { s => "a" x $_ }, chunked => 1000) } 100, 15000, 16384, 17000, 40000 ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
--- bodies eval
[ qr/got 108/, qr/got 15008/, qr/got 16392/, qr/got 17008/, qr/got 40008/ ]



=== TEST 13: a body of 900 KB
--- config eval: $::config
--- request eval
Mcp::call("len", { s => "a" x 900000 })
--- answers
200 result id 1
--- bodies eval
[ qr/got 900008/ ]



=== TEST 14: over client_max_body_size: 413 in JSON [row 5]
--- config eval: main::with("client_max_body_size 1k;")
--- request eval
Mcp::legacy("ping", { x => "a" x 2000 })
--- answers
413 error 413 no id



=== TEST 15: over client_max_body_size in chunks: 413 in JSON
--- config eval: main::with("client_max_body_size 1k;")
--- request eval
Mcp::legacy("ping", { x => "a" x 2000 }, chunked => 100)
--- answers
413 error 413 no id



=== TEST 16: just at client_max_body_size
--- config eval: main::with("client_max_body_size 1k;")
--- request eval
[ Mcp::post('{"jsonrpc":"2.0","id":1,"method":"ping"}' . " " x 984),
  Mcp::post('{"jsonrpc":"2.0","id":1,"method":"ping"}' . " " x 984, chunked => 512) ]
--- answers
200 result id 1
200 result id 1



=== TEST 17: a body that stops: 408 in JSON (design.md 6)
--- config eval: main::with("client_body_timeout 200ms;")
--- request eval
Mcp::post('{"jsonrpc":', length => 100)
--- answers
408 error 408 no id



=== TEST 18: no body at all, and an empty one [row 6]
--- config eval: $::config
--- request eval
[ Mcp::post(""), Mcp::post(undef), Mcp::post("   "), Mcp::post("\r\n\t ") ]
--- answers
400 error -32700 no id
400 error -32700 no id
400 error -32700 no id
400 error -32700 no id



=== TEST 19: blanks around the message are no matter
--- config eval: $::config
--- request eval
[ Mcp::post(" \t\r\n" . '{"jsonrpc":"2.0","id":1,"method":"ping"}' . "\r\n\r\n \t"),
  Mcp::post("{ \"jsonrpc\"\n:\t\"2.0\" ,\r\n \"id\" : 1 , \"method\" : \"ping\" }") ]
--- answers
200 result id 1
200 result id 1



=== TEST 20: bytes after the message [row 6]
--- config eval: $::config
--- request eval
[ map { Mcp::post('{"jsonrpc":"2.0","id":1,"method":"ping"}' . $_) }
      "x", "\0", "}", "{}", ",", '{"jsonrpc":"2.0","id":2,"method":"ping"}',
      "\xc2\xa0", "//", "\f", "\n\0" ]
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



=== TEST 21: a byte order mark is not JSON
--- config eval: $::config
--- request eval
[ map { Mcp::post($_) } "\xef\xbb\xbf" . '{"jsonrpc":"2.0","id":1,"method":"ping"}',
                        "\xff\xfe{\0}\0", "\xfe\xff\0{\0}" ]
--- answers
400 error -32700 no id
400 error -32700 no id
400 error -32700 no id



=== TEST 22: UTF-16 and a NUL in the text
--- config eval: $::config
--- request eval
[ Mcp::post(CORE::join("", map { "$_\0" } split //, '{"jsonrpc":"2.0","id":1,"method":"ping"}')),
  Mcp::post("{\"jsonrpc\":\"2.0\",\0\"id\":1}"), Mcp::post("{\"a\":\"\0\"}") ]
--- answers
400 error -32700 no id
400 error -32700 no id
400 error -32700 no id



=== TEST 23: nesting has a limit, and a deep body costs no stack
--- config eval: $::config
--- request eval
[ Mcp::post(main::deep(100)), Mcp::post(main::deep(10000)),
  Mcp::post("[" x 10000), Mcp::post("[" x 900000),
  Mcp::post('{"a":' x 100000), Mcp::post("[" x 10000 . "]" x 10000) ]
--- answers
200 result id 1
400 error -32700 no id
400 error -32700 no id
400 error -32700 no id
400 error -32700 no id
400 error -32700 no id



=== TEST 24: a member twice: two readers could pick different ones
--- config eval: $::config
--- request eval
[ map { Mcp::post("{$_}") }
      '"jsonrpc":"2.0","id":1,"id":2,"method":"ping"',
      '"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/list"',
      '"jsonrpc":"2.0","jsonrpc":"2.0","id":1,"method":"ping"',
      '"jsonrpc":"2.0","id":1,"method":"ping","params":{},"params":{}',
      '"jsonrpc":"2.0","id":1,"method":"ping","x":1,"y":2,"x":1' ]
--- answers
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id



=== TEST 25: a member twice, one of them spelled with escapes
--- config eval: $::config
--- request eval
[ map { Mcp::post("{$_}") }
      '"jsonrpc":"2.0","id":1,"\u0069d":2,"method":"ping"',
      '"jsonrpc":"2.0","id":1,"method":"ping","\u006d\u0065thod":"x"',
      '"jsonrpc":"2.0","id":1,"method":"ping","params":{"a\/b":1,"a/b":2}',
      '"jsonrpc":"2.0","id":1,"method":"ping","params":{"\u00e9":1,"' . "\xc3\xa9" . '":2}',
      '"jsonrpc":"2.0","id":1,"method":"ping","params":{"\ud83d\ude00":1,"' . "\xf0\x9f\x98\x80" . '":2}' ]
--- answers
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id



=== TEST 26: a member twice further inside
--- config eval: $::config
--- request eval
[ Mcp::modern("tools/call", '{"name":"ret","arguments":{"a":1,"a":2}}'),
  Mcp::modern("tools/call", '{"name":"ret","name":"ret"}', names => [ "ret" ]),
  Mcp::modern("tools/list", undef, meta => '{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}'),
  Mcp::legacy("ping", '{"a":[[{"b":{"c":1,"d":2,"c":3}}]]}'),
  Mcp::post('[{"jsonrpc":"2.0","id":1,"method":"ping","id":2}]') ]
--- answers
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id



=== TEST 27: equal names in different objects are no duplicates
--- config eval: $::config
--- request eval
[ Mcp::legacy("ping", '{"id":1,"method":{"id":2,"method":[{"id":3},{"id":4}]}}'),
  Mcp::legacy("ping", '{"a":1,"A":2,"a ":3,"":4}') ]
--- answers
200 result id 1
200 result id 1



=== TEST 28: 20000 different members, and 20000 with one twice
--- config eval: $::config
--- request eval
[ Mcp::legacy("ping", "{" . CORE::join(",", map { qq/"k$_":1/ } 1 .. 20000) . "}"),
  Mcp::legacy("ping", "{" . CORE::join(",", map { qq/"k$_":1/ } 1 .. 20000, 1) . "}") ]
--- answers
200 result id 1
400 error -32600 no id



=== TEST 29: an unpaired surrogate is JSON, and no name of anything
--- config eval: $::config
--- request eval
[ Mcp::legacy("ping", '{"x":"\ud800"}'), Mcp::legacy("ping", undef, id => '"\udfff"'),
  Mcp::legacy("tools/call", '{"name":"\udc00"}') ]
--- answers
200 result id 1
200 result id "\udfff"
200 error -32602 id 1



=== TEST 30: numbers of any size are JSON
--- config eval: $::config
--- request eval
[ Mcp::legacy("ping", '{"x":1e999999,"y":-0.0e-0,"z":' . "9" x 5000 . '}'),
  Mcp::legacy("ping", undef, id => '1e2'),
  Mcp::legacy("ping", undef, id => '-' . "9" x 3000) ]
--- error_code eval
[ 200, 200, 200 ]
--- response_body_like eval
[ '"result":\{\}', '"id":1e2,', '"id":-9{3000},' ]



=== TEST 31: what looks like a number, and is none
--- config eval: $::config
--- request eval
[ map { Mcp::legacy("ping", qq/{"x":$_}/) } '+1', '.5', '1.', '0x1', '1e', '- 1',
                                            'Infinity', '1_000', '00' ]
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



=== TEST 32: the body is read as UTF-8 whatever charset is said
--- config eval: $::config
--- request eval
[ Mcp::legacy("ping", undef, id => "\"\xe9\"", type => "application/json; charset=iso-8859-1"),
  Mcp::legacy("ping", undef, id => "\"\xc3\xa9\"", type => "application/json; charset=iso-8859-1") ]
--- answers eval
[ "400 error -32700 no id", "200 result id \"\xc3\xa9\"" ]



=== TEST 33: one broken body after another on one connection
--- config eval: $::config
--- request eval
[ Mcp::post("{"), Mcp::legacy("ping"), Mcp::post("\xff"), Mcp::call("ret", {}),
  Mcp::legacy("ping", undef, type => "text/plain"), Mcp::legacy("ping") ]
--- answers
400 error -32700 no id
200 result id 1
400 error -32700 no id
200 result id 1
415 error 415 no id
200 result id 1



=== TEST 34: a refused media type with a large body leaves the connection usable
--- config eval: $::config
--- request eval
[ Mcp::post("x" x 200000, type => "text/plain"), Mcp::legacy("ping") ]
--- answers
415 error 415 no id
200 result id 1



=== TEST 35: HTTP/2: a call of each era
--- config eval: $::config
--- http2
--- request eval
Mcp::call("ret", {})
--- answers
200 result id 1



=== TEST 36: HTTP/2: the old era
--- config eval: $::config
--- http2
--- request eval
Mcp::legacy("tools/list", {}, revision => "2025-11-25")
--- answers
200 result id 1



=== TEST 37: HTTP/2: a body of 300 KB
--- config eval: $::config
--- http2
--- request eval
Mcp::call("own", { s => "a" x 300000 })
--- answers
200 result id 1
--- response_body_like: got 300008



=== TEST 38: HTTP/2: blanks behind values are no part of them [HTTP-55]
--- config eval: $::config
--- http2
--- request eval
Mcp::call("ret", {}, methods => [ "tools/call \t" ], names => [ "ret\t" ])
--- answers
200 result id 1



=== TEST 39: HTTP/2: a notification
--- config eval: $::config
--- http2
--- request eval
Mcp::legacy("notifications/initialized", undef, id => undef)
--- answers
202 empty



=== TEST 40: HTTP/2: errors of the ladder
--- config eval: $::config
--- http2
--- request eval
Mcp::call("ret", {}, names => [ "other" ])
--- answers
400 error -32020 id 1

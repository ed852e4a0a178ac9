# Copyright (C) mcp-nginx contributors
#
# The revisions with a handshake, 2024-11-05 to 2025-11-25, served without
# sessions.  Ids in brackets are rows of mcp-legacy.md section 6, numbers in
# parentheses its sections.

use lib 't/lib';
use Mcp 'shared';

our $config = <<'_EOC_';
    location @api { return 200 "hello"; }
    location @json { default_type application/json; return 200 '{"n":1}'; }
    location @list { default_type application/json; return 200 '[1,2]'; }
    location @down { return 503; }
    location = /mcp {
        mcp;
        mcp_server_info name=desk version=1.0 "title=The desk";
        mcp_instructions "Say \"please\".";
        mcp_tool ret { description "R."; request GET "/x"; pass @api; }
        mcp_tool json { description "J."; request GET "/x"; pass @json; }
        mcp_tool list { description "L."; request GET "/x"; pass @list; }
        mcp_tool down { description "D."; request GET "/x"; pass @down; }
        mcp_tool num { description "N."; param n integer required; request GET "/{n}"; pass @api; }
    }
_EOC_

our @revisions = qw(2024-11-05 2025-03-26 2025-06-18 2025-11-25);

sub ping { return qq/{"jsonrpc":"2.0","id":$_[0],"method":"ping"}/ }

sub batch { return "[" . join(",", @_) . "]" }

sub handshake {
    return '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-03-26","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}';
}

sub list_with_meta {
    return '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}';
}

run_tests();

__DATA__

=== TEST 1: initialize: each revision served is echoed [LIFE-2]
--- config eval: $::config
--- request eval
[ map { Mcp::initialize($_) } @::revisions ]
--- bodies eval
[ map { '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"' . $_ . '",'
        . '"capabilities":{"tools":{}},"serverInfo":{"name":"desk","version":"1.0","title":"The desk"},'
        . '"instructions":"Say \"please\"."}}' } @::revisions ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 2: initialize: any other version gets the newest old one offered [LIFE-3 LIFE-4]
--- config eval: $::config
--- request eval
[ map { Mcp::initialize($_) } "2026-07-28", "2024-10-07", "1.0.0", "", "x",
                              "2025-11-25 ", "9999-99-99", "2025-11-2" ]
--- bodies eval
[ (qr/^\{"jsonrpc":"2\.0","id":1,"result":\{"protocolVersion":"2025-11-25",/) x 8 ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 3: initialize: version, capabilities and client are checked (2.2)
--- config eval: $::config
--- request eval
[ map { Mcp::legacy("initialize", $_) }
      undef, '{}',
      '{"capabilities":{},"clientInfo":{}}',
      '{"protocolVersion":1,"capabilities":{},"clientInfo":{}}',
      '{"protocolVersion":null,"capabilities":{},"clientInfo":{}}',
      '{"protocolVersion":"2025-11-25","clientInfo":{}}',
      '{"protocolVersion":"2025-11-25","capabilities":[],"clientInfo":{}}',
      '{"protocolVersion":"2025-11-25","capabilities":{}}',
      '{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":"x"}',
      '[]', '"x"' ]
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
200 error -32602 id 1



=== TEST 4: initialize: an unknown or old version header is ignored (2.2)
--- config eval: $::config
--- request eval
[ map { Mcp::initialize("2025-06-18", revision => $_) }
      "2025-11-25", "2025-06-18", "2024-11-05", "2031-01-01", "x" ]
--- bodies eval
[ (qr/"protocolVersion":"2025-06-18"/) x 5 ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 5: initialize: the id 0 of TypeScript clients is echoed [BASE-3]
--- config eval: $::config
--- request eval
[ map { Mcp::initialize("2025-11-25", id => $_) } 0, '"0"', -1,
                                             9007199254740993, '""' ]
--- answers
200 result id 0
200 result id "0"
200 result id -1
200 result id 9007199254740993
200 result id ""



=== TEST 6: initialize: members in any order, as clients send them
--- config eval: $::config
--- request eval
Mcp::post('{"method":"initialize","params":{"clientInfo":{"version":"3","name":"p"},"capabilities":{"roots":{"listChanged":true}},"protocolVersion":"2025-03-26"},"jsonrpc":"2.0","id":0}')
--- answers
200 result id 0



=== TEST 7: nothing waits for a handshake: any request may come first (2.2)
--- config eval: $::config
--- request eval
[ Mcp::legacy("tools/list"), Mcp::legacy("ping"), Mcp::legacy_call("ret", {}) ]
--- answers
200 result id 1
200 result id 1
200 result id 1



=== TEST 8: ping is {} in every revision [PING-1]
--- config eval: $::config
--- request eval
[ map { Mcp::legacy("ping", $_ eq "none" ? undef : "{}",
                    revision => $_ eq "none" ? undef : $_) }
      "none", @::revisions ]
--- bodies eval
[ ('{"jsonrpc":"2.0","id":1,"result":{}}') x 5 ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 9: ping takes params of any kind that is an object
--- config eval: $::config
--- request eval
[ map { Mcp::legacy("ping", $_) } '{"_meta":{"progressToken":0}}', '{"x":[]}',
                                  '{"_meta":{}}', '{"_meta":null}' ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 10: notifications get 202 with Content-Length: 0 [HTTP-6 BASE-7]
--- config eval: $::config
--- request eval
[ map({ Mcp::legacy("notifications/initialized", undef, id => undef, revision => $_) }
      undef, @::revisions),
  map({ Mcp::legacy("notifications/$_", undef, id => undef) }
      qw(cancelled progress roots/list_changed tasks/status unheard_of)) ]
--- answers
202 empty
202 empty
202 empty
202 empty
202 empty
202 empty
202 empty
202 empty
202 empty
202 empty



=== TEST 11: notifications: late, foreign and malformed cancellations are dropped [CANC-2 CANC-3]
--- config eval: $::config
--- request eval
[ map { Mcp::legacy("notifications/cancelled", $_, id => undef) }
      '{"requestId":1}', '{"requestId":"x","reason":"r"}', '{}',
      '{"requestId":null}', '[]', '"x"', 'null' ]
--- answers
202 empty
202 empty
202 empty
202 empty
202 empty
202 empty
202 empty



=== TEST 12: a 202 has no body and no type
--- config eval: $::config
--- request eval
Mcp::legacy("notifications/initialized", undef, id => undef)
--- error_code: 202
--- raw_response_headers_unlike: (?mi)^(?:Content-Type|Transfer-Encoding|Mcp-Session-Id):
--- response_body



=== TEST 13: posted responses are dropped with 202 [HTTP-6]
--- config eval: $::config
--- request eval
[ map({ Mcp::post('{"jsonrpc":"2.0","id":1,' . $_ . '}') }
      '"result":{}', '"error":{"code":-1,"message":"m"}', '"result":null'),
  Mcp::post('{"jsonrpc":"2.0","id":"s","result":{}}',
            headers => [ "MCP-Protocol-Version: 2025-11-25" ]) ]
--- answers
202 empty
202 empty
202 empty
202 empty



=== TEST 14: a posted response under a version that is not served [VER-2 HTTP-7]
--- config eval: $::config
--- request eval
Mcp::post('{"jsonrpc":"2.0","id":1,"result":{}}',
          headers => [ "MCP-Protocol-Version: 2031-01-01" ])
--- error_code: 400
--- response_body_like: "code":-32022



=== TEST 15: unknown methods are -32601 on 200, never 404 (2.4)
--- config eval: $::config
--- request eval
[ map({ Mcp::legacy($_) } "nope", "tools/List", "resources/list",
      "prompts/list", "logging/setLevel", "completion/complete",
      "resources/subscribe", "tasks/list", "server/discover",
      "subscriptions/listen"),
  Mcp::legacy("nope", {}, revision => "2025-11-25") ]
--- answers
200 error -32601 id 1
200 error -32601 id 1
200 error -32601 id 1
200 error -32601 id 1
200 error -32601 id 1
200 error -32601 id 1
200 error -32601 id 1
200 error -32601 id 1
200 error -32601 id 1
200 error -32601 id 1
200 error -32601 id 1



=== TEST 16: errors of requests are 200 (2.4)
--- config eval: $::config
--- request eval
[ Mcp::legacy_call("nope", {}), Mcp::legacy("tools/call", '{}'),
  Mcp::legacy("tools/call"), Mcp::legacy("tools/call", '{"name":1}'),
  Mcp::legacy("tools/call", '{"name":"ret","arguments":[]}'),
  Mcp::legacy("tools/call", '["ret"]'), Mcp::legacy("tools/list", '[]'),
  Mcp::legacy("tools/list", '"x"'), Mcp::legacy("tools/list", '{"cursor":7}'),
  Mcp::legacy("tools/list", '{"cursor":"garbage"}') ]
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



=== TEST 17: what is no request is 400 (2.4)
--- config eval: $::config
--- request eval
[ map({ Mcp::post($_) } '', '{', '{"jsonrpc":"2.0"}',
      '{"jsonrpc":"1.0","id":2,"method":"ping"}',
      '{"jsonrpc":"2.0","id":null,"method":"ping"}', '7') ]
--- answers
400 error -32700 no id
400 error -32700 no id
400 error -32600 no id
400 error -32600 id 2
400 error -32600 no id
400 error -32600 no id



=== TEST 18: a version header that is not served is 400 and -32022 [VER-2]
--- config eval: $::config
--- request eval
[ map { Mcp::legacy("ping", undef, revision => $_) } "1999-01-01", "x", "2025-11-25x" ]
--- answers
400 error -32022 id 1
400 error -32022 id 1
400 error -32022 id 1



=== TEST 19: failures of a tool are results with isError [TOOL-8 TOOL-9]
--- config eval: $::config
--- request eval
[ Mcp::legacy_call("down", {}), Mcp::legacy_call("num", { n => "x" }),
  Mcp::legacy_call("num", {}), Mcp::legacy_call("num", '{"n":1,"o":2}') ]
--- bodies eval
[ (qr/"isError":true/) x 4 ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 20: a result of a tool in the old era
--- config eval: $::config
--- request eval
[ Mcp::legacy_call("ret", {}), Mcp::legacy_call("ret") ]
--- bodies eval
[ ('{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"hello"}]}}') x 2 ]
--- answers
200 result id 1
200 result id 1



=== TEST 21: structuredContent: objects only, none in 2025-03-26 (design.md 6)
--- config eval: $::config
--- request eval
[ map({ Mcp::legacy_call("json", {}, revision => $_) }
      undef, "2025-11-25", "2025-06-18", "2025-03-26"),
  map({ Mcp::legacy_call("list", {}, revision => $_) }
      undef, "2025-11-25", "2025-06-18", "2025-03-26") ]
--- bodies eval
[ (qr/"structuredContent":\{"n":1\}/) x 3, qr/^(?!.*structuredContent)/,
  (qr/^(?!.*"structuredContent":\[)/) x 4 ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 22: params.task is ignored, the call is an ordinary one [TASK-1]
--- config eval: $::config
--- request eval
Mcp::legacy("tools/call", '{"name":"ret","arguments":{},"task":{"ttl":60000}}',
            revision => "2025-11-25")
--- bodies eval
[ '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"hello"}]}}' ]
--- answers
200 result id 1



=== TEST 23: odd values in _meta do not fail a call [BASE-14]
--- config eval: $::config
--- request eval
[ map { Mcp::legacy("tools/call", '{"name":"ret","_meta":' . $_ . '}') }
      '{}', '{"progressToken":0}', '{"progressToken":{}}', '[]', 'null', '7',
      '{"io.modelcontextprotocol/related-task":1}' ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 24: GET, DELETE, PUT: 405 with Allow and a body in JSON [HTTP-17 SESS-6]
--- config eval: $::config
--- request eval
[ Mcp::http("GET", undef, headers => [ "Accept: text/event-stream", "MCP-Protocol-Version: 2025-11-25" ]),
  Mcp::http("DELETE", undef, headers => [ "Mcp-Session-Id: x" ]),
  Mcp::http("PUT", '{}', headers => [ "Content-Type: application/json" ]),
  Mcp::http("GET", undef, headers => [ "Last-Event-ID: 3" ]) ]
--- answers
405 error 405 no id
405 error 405 no id
405 error 405 no id
405 error 405 no id
--- raw_response_headers_like eval
[ ("(?m)^Allow: POST, OPTIONS\\r\$") x 4 ]



=== TEST 25: HEAD: 405 with Allow and no body
--- config eval: $::config
--- request
HEAD /mcp
--- error_code: 405
--- response_headers
Allow: POST, OPTIONS
--- response_body



=== TEST 26: an endpoint closes no connection over a refused method
--- config eval: $::config
--- request eval
[ Mcp::http("DELETE", "x" x 1000), Mcp::legacy("ping") ]
--- answers
405 error 405 no id
200 result id 1



=== TEST 27: batch: answers in the order of the requests [BASE-8 VER-1]
--- config eval: $::config
--- request eval
Mcp::post(main::batch(main::ping(7), main::ping('"b"'),
    '{"jsonrpc":"2.0","method":"notifications/initialized"}',
    '{"jsonrpc":"2.0","id":"c","method":"nope"}',
    '{"jsonrpc":"2.0","id":9007199254740993,"method":"tools/list"}',
    main::ping('1.0')))
--- answers
200 batch: result id 7; result id "b"; error -32601 id "c"; result id 9007199254740993; result id 1.0



=== TEST 28: batch: under the header of 2025-03-26
--- config eval: $::config
--- request eval
Mcp::post(main::batch(main::ping(7)), headers => [ "MCP-Protocol-Version: 2025-03-26" ])
--- bodies eval
[ '[{"jsonrpc":"2.0","id":7,"result":{}}]' ]
--- answers
200 batch: result id 7



=== TEST 29: batch: tools run in it, and one after another
--- config eval: $::config
--- request eval
Mcp::post(main::batch(
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ret"}}',
    main::ping(2),
    '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"down"}}',
    '{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"nope"}}',
    '{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"json"}}',
    '{"jsonrpc":"2.0","id":6,"method":"tools/call","params":{"name":"num","arguments":{"n":7}}}'))
--- answers
200 batch: result id 1; result id 2; result id 3; error -32602 id 4; result id 5; result id 6
--- bodies eval
[ qr/^\[\{"jsonrpc":"2\.0","id":1,"result":\{"content":\[\{"type":"text","text":"hello"\}\]\}\},\{"jsonrpc":"2\.0","id":2,"result":\{\}\},\{"jsonrpc":"2\.0","id":3,.*"isError":true/ ]



=== TEST 30: batch: structuredContent is none, it is 2025-03-26
--- config eval: $::config
--- request eval
Mcp::post(main::batch('{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"json"}}'))
--- answers
200 batch: result id 5
--- response_body_unlike: structuredContent



=== TEST 31: batch: notifications and responses only give 202 (2.10)
--- config eval: $::config
--- request eval
[ map { Mcp::post(main::batch(@$_)) }
      [ '{"jsonrpc":"2.0","method":"notifications/initialized"}' ],
      [ ('{"jsonrpc":"2.0","method":"notifications/x"}') x 3 ],
      [ '{"jsonrpc":"2.0","id":1,"result":{}}',
        '{"jsonrpc":"2.0","id":2,"error":{"code":1,"message":"m"}}' ] ]
--- answers
202 empty
202 empty
202 empty



=== TEST 32: batch: a tools/call without an id is not run
--- config
    location @api { return 200 "hello"; }
    location = /mcp {
        mcp;
        mcp_tool ret { description "R."; request GET "/never"; pass @api; }
    }
--- request eval
Mcp::post('[{"jsonrpc":"2.0","method":"tools/call","params":{"name":"ret"}}]')
--- answers
202 empty
--- no_error_log
http subrequest "/never?"



=== TEST 33: batch: an empty one is 400 (2.4)
--- config eval: $::config
--- request eval
[ Mcp::post('[]'), Mcp::post(" [ ] "),
  Mcp::post('[]', headers => [ "MCP-Protocol-Version: 2025-03-26" ]) ]
--- answers
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id



=== TEST 34: batch: initialize in it is 400, whatever else there is [BASE-10]
--- config eval: $::config
--- request eval
[ Mcp::post(main::batch(main::handshake())),
  Mcp::post(main::batch(main::ping(1), main::handshake(), main::ping(2))),
  Mcp::post(main::batch('{"jsonrpc":"2.0","id":1,"method":"init\u0069alize"}')) ]
--- answers
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id



=== TEST 35: batch: nothing of a refused one is run
--- config
    location @api { return 200 "hello"; }
    location = /mcp {
        mcp;
        mcp_tool ret { description "R."; request GET "/never"; pass @api; }
    }
    # not the log of TEST 32
--- request eval
Mcp::post('[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ret"}},'
          . main::handshake() . ']')
--- answers
400 error -32600 no id
--- no_error_log
http subrequest "/never?"



=== TEST 36: batch: a message with metadata in it is 400 (8, row 2)
--- config eval: $::config
--- request eval
[ Mcp::post(main::batch(main::list_with_meta())),
  Mcp::post(main::batch(main::ping(1), main::list_with_meta())),
  Mcp::post(main::batch(main::list_with_meta()), headers => [ "MCP-Protocol-Version: 2025-03-26" ]) ]
--- answers
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id



=== TEST 37: batch: under the header of any other revision it is 400 [BASE-11]
--- config eval: $::config
--- request eval
[ map { Mcp::post(main::batch(main::ping(1)), headers => [ "MCP-Protocol-Version: $_" ]) }
      "2025-11-25", "2025-06-18", "2024-11-05", "2026-07-28" ]
--- answers
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id
400 error -32600 no id



=== TEST 38: batch: 50 messages are served, 51 are refused (2.10)
--- config eval: $::config
--- request eval
[ Mcp::post(main::batch(map { main::ping($_) } 1 .. 50)),
  Mcp::post(main::batch(map { main::ping($_) } 1 .. 51)),
  Mcp::post(main::batch(('{"jsonrpc":"2.0","method":"notifications/x"}') x 5000)) ]
--- answers eval
[ "200 batch: " . CORE::join("; ", map { "result id $_" } 1 .. 50),
  "400 error -32600 no id", "400 error -32600 no id" ]



=== TEST 39: batch: an element that is no message has an answer of its own (2.10)
--- config eval: $::config
--- request eval
Mcp::post(main::batch(main::ping(1), '1', '{}', 'null', '[]',
                      '{"jsonrpc":"2.0","id":1.5,"method":"ping"}',
                      '{"jsonrpc":"1.0","id":8,"method":"ping"}', main::ping(2)))
--- answers
200 batch: result id 1; error -32600 no id; error -32600 no id; error -32600 no id; error -32600 no id; error -32600 no id; error -32600 id 8; result id 2



=== TEST 40: batch: a broken one is -32700 as a whole
--- config eval: $::config
--- request eval
[ Mcp::post('[' . main::ping(1) . ','), Mcp::post('[' . main::ping(1) . ',]'),
  Mcp::post('[' . main::ping(1) . '] x') ]
--- answers
400 error -32700 no id
400 error -32700 no id
400 error -32700 no id



=== TEST 41: batch: server/discover in it is unknown
--- config eval: $::config
--- request eval
Mcp::post('[{"jsonrpc":"2.0","id":1,"method":"server/discover"}]')
--- answers
200 batch: error -32601 id 1



=== TEST 42: two batches and a message on one connection
--- config eval: $::config
--- request eval
[ Mcp::post(main::batch(main::ping(1))), Mcp::legacy("ping", undef, id => 2),
  Mcp::post(main::batch(main::ping(3), main::ping(4))) ]
--- answers
200 batch: result id 1
200 result id 2
200 batch: result id 3; result id 4



=== TEST 43: no answer of any kind mints a session [SESS-1 HTTP-52]
--- config eval: $::config
--- request eval
[ Mcp::initialize("2025-11-25"), Mcp::initialize("2025-03-26", headers => [ "Mcp-Session-Id: old" ]),
  Mcp::legacy("ping", undef, headers => [ "Mcp-Session-Id: old" ]),
  Mcp::legacy("notifications/initialized", undef, id => undef, headers => [ "Mcp-Session-Id: old" ]),
  Mcp::legacy_call("ret", {}, headers => [ "Mcp-Session-Id: old" ]) ]
--- raw_response_headers_unlike eval
[ ("(?mi)^Mcp-Session-Id:") x 5 ]
--- answers
200 result id 1
200 result id 1
200 result id 1
202 empty
200 result id 1



=== TEST 44: initialize of an endpoint without tools offers none [LIFE-6]
--- config
    location = /mcp { mcp; mcp_server_info name=bare version=2; }
--- suppress_stderr
--- request eval
[ Mcp::initialize("2025-11-25"), Mcp::legacy("tools/list"), Mcp::legacy_call("x", {}) ]
--- bodies eval
[ '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"bare","version":"2"}}}',
  qr/./, qr/./ ]
--- answers
200 result id 1
200 error -32601 id 1
200 error -32601 id 1

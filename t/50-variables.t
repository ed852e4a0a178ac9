# Copyright (C) mcp-nginx contributors
#
# The variables of a call, where nginx's own directives use them: logs, maps,
# headers, limits, caches, FastCGI.

use lib 't/lib';
use Mcp;
use Upstream 'fastcgi';
use ToolCall;

our $Log = 'log_format v "v=[$mcp_method|$mcp_tool|$mcp_protocol_version|'
           . '$mcp_client_name|$mcp_is_error|$mcp_error_code|'
           . '$mcp_upstream_status|$mcp_arg_id]";';

# a tool "t" with an integer {id} and a text {q.x}; more directives of the
# tool's location and of the endpoint
sub config {
    my ($location, $endpoint) = map { $_ // "" } @_[0 .. 1];

    return "location \@api { $location"
           . ' proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT; }'
           . ' access_log logs/access.log v;'
           . " location = /mcp { mcp; $endpoint"
           . ' mcp_tool t { description "D."; param id integer; param q.x string;'
           . ' request GET "/x{?id,q.x}"; pass @api; }'
           . ' mcp_tool seen { description "S."; request GET "/seen"; pass @plain; }'
           . ' mcp_tool missing { description "M."; request GET "/fault/none"; pass @api; }'
           . ' mcp_tool other { description "O."; request GET "/y"; pass @api; } }'
           . ' location @plain { proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT; }';
}

add_block_preprocessor(sub {
    my $block = shift;
    $block->set_value("http_config", $Log . ($block->http_config // ""));
});

run_tests();

__DATA__

=== TEST 1: the log of a modern call
--- config eval
main::config()
--- request eval
Mcp::call(t => { id => 7 }, meta => { clientInfo => { name => "desk", version => "1" } })
--- access_log eval
'v=[tools/call|t|2026-07-28|desk|0|-|200|7]'



=== TEST 2: the log of an old call
--- config eval
main::config()
--- request eval
Mcp::legacy_call(t => { id => 7 }, revision => "2025-06-18")
--- access_log
v=[tools/call|t|2025-06-18|-|0|-|200|7]



=== TEST 3: a result with isError
--- config eval
main::config()
--- request eval
Mcp::call(missing => {}, meta => { clientInfo => undef })
--- access_log
v=[tools/call|missing|2026-07-28|-|1|-|501|-]



=== TEST 4: refused arguments have no upstream status
--- config eval
main::config()
--- request eval
Mcp::call(t => { id => "x" }, meta => { clientInfo => undef })
--- access_log eval
qr/v=\[tools\/call\|t\|2026-07-28\|-\|1\|-\|-\|x?-?\]/



=== TEST 5: an error of the protocol has its code
--- config eval
main::config()
--- request eval
Mcp::call(nope => {}, meta => { clientInfo => undef })
--- access_log
v=[tools/call|nope|2026-07-28|-|1|-32602|-|-]



=== TEST 6: the client's name is known in initialize
--- config eval
main::config()
--- request eval
Mcp::initialize("2025-11-25")
--- access_log eval
qr/v=\[initialize\|-\|[^|]*\|test\|0\|-\|-\|-\]/



=== TEST 7: nothing is known outside of an endpoint
--- config eval
main::config() . 'location = /plain { return 200 "[$mcp_method$mcp_tool$mcp_arg_id$mcp_is_error$mcp_upstream_time]"; }'
--- request
GET /plain
--- response_body chomp
[]
--- access_log
v=[-|-|-|-|-|-|-|-]



=== TEST 8: nothing is known of a message that is no JSON
--- config eval
main::config()
--- request
POST /mcp
{
--- more_headers
Content-Type: application/json
--- error_code: 400
--- access_log eval
qr/v=\[-\|-\|-\|-\|1?-?\|(-32700|-)\|-\|-\]/



=== TEST 9: $mcp_upstream_time is in seconds
--- http_config
log_format t "t=[$mcp_upstream_time]";
--- config eval
main::config() =~ s/access.log v/access.log t/r
--- request eval
Mcp::call(t => {})
--- access_log eval
qr/t=\[\d+\.\d{3}\]/



=== TEST 10: a header of the tool's location holds them
--- config eval
main::config('proxy_set_header X-V "$mcp_method $mcp_tool $mcp_protocol_version $mcp_arg_id $mcp_arg_q_x";')
--- calls eval
[ [ t => '{"id":1.0,"q.x":"a b/\u00e9"}' ], [ 'other' ] ]
--- text eval
[ qr{^X-V: tools/call t [^ ]* 1\.0 a%20b%2F%C3%A9\r$}m, qr{^X-V: tools/call other [^ ]*  \r$}m ]



=== TEST 11: a map of the tool chooses, also for the log
--- http_config
map $mcp_tool $kind { t "reading"; default "some"; }
log_format k "k=$kind";
--- config eval
main::config('proxy_set_header X-Kind $kind;') =~ s/access.log v/access.log k/r
--- request eval
Mcp::call(t => {})
--- sent_header
X-Kind: reading
--- access_log
k=reading



=== TEST 12: $request_method is the tool's there, the client's in the log
--- http_config
log_format m "m=$request_method";
--- config eval
main::config('proxy_set_header X-M $request_method;') =~ s/access.log v/access.log m/r
--- request eval
Mcp::call(t => {})
--- sent_header
X-M: GET
--- access_log
m=POST



=== TEST 13: $request_id upstream is the request's, and so the log's
--- config
location @api {
    proxy_set_header X-Id $request_id;
    proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT;
}
location = /mcp { mcp;
    mcp_tool t { description "D."; header X-Main $request_id;
                 request GET "/x"; pass @api; }
}
--- request eval
Mcp::call(t => {})
--- text eval
qr/(?=.*X-Id: ([0-9a-f]{32})\r).*X-Main: \1\r/s



=== TEST 14: $uri, $args, $arg_NAME and $request_uri are the tool's there
--- config eval
main::config('proxy_set_header X-V "$uri $args $arg_id";')
--- calls eval
[ [ t => { id => 3 } ] ]
--- sent_header
X-V: /x id=3 3



=== TEST 15: limit_req by $mcp_tool in the tool's location
--- http_config
limit_req_zone $mcp_tool zone=tools:1m rate=1r/m;
--- config eval
main::config('limit_req zone=tools;')
--- calls eval
[ [ 't' ], [ 't' ], [ 'other' ], [ 'other' ], [ 'seen' ] ]
--- text eval
[ qr/^GET/, "isError: Too many calls of this tool. Try again in a few seconds.",
  qr/^GET/, qr/^isError: Too many/, qr/^seen/ ]



=== TEST 16: also after a limit_req on the endpoint (design.md 6)
--- http_config
limit_req_zone $mcp_tool zone=tools:1m rate=1r/m;
limit_req_zone $binary_remote_addr zone=clients:1m rate=1000r/s;
--- config eval
main::config('limit_req zone=tools;', 'limit_req zone=clients burst=20 nodelay;')
--- calls eval
[ [ 't' ], [ 't' ], [ 'other' ] ]
--- text eval
[ qr/^GET/, qr/^isError: Too many/, qr/^GET/ ]



=== TEST 17: limit_req with burst delays the call, and it finishes
--- http_config
limit_req_zone $mcp_tool zone=tools:1m rate=20r/s;
--- config eval
main::config('limit_req zone=tools burst=5;')
--- calls eval
[ [ 't' ], [ 't' ], [ 't' ], [ 'other' ], [ 't' ] ]
--- text eval
[ (qr/^GET/) x 5 ]



=== TEST 18: a delay longer than the tool's timeout ends in time
--- http_config
limit_req_zone $mcp_method zone=tools:1m rate=30r/m;
--- config eval
main::config('limit_req zone=tools burst=5;', 'mcp_timeout 50ms;')
--- calls eval
[ [ 't' ], [ 't' ], [ 'seen' ] ]
--- text eval
[ qr/^GET/, qr/^isError: The API did not answer in time/, qr/^seen/ ]
--- timeout: 6



=== TEST 19: limit_conn by $mcp_tool in the tool's location
--- http_config
limit_conn_zone $mcp_tool zone=tools:1m;
--- config
location @self {
    limit_conn tools 1;
    rewrite ^ /mcp break;
    proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT;
    proxy_method POST;
    proxy_set_header Host localhost;
    proxy_set_header Content-Type application/json;
    proxy_set_body '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t"}}';
}
location = /mcp { mcp;
    mcp_tool t { description "Calls itself."; request GET "/x"; pass @self; }
}
--- calls eval
[ [ 't' ], [ 't' ] ]
--- text eval
[ (qr/^\{"jsonrpc".*"text":"Too many calls of this tool\. /) x 2 ]



=== TEST 20: also after a limit_conn on the endpoint, which still holds
--- http_config
limit_conn_zone $mcp_tool zone=tools:1m;
limit_conn_zone $binary_remote_addr zone=clients:1m;
--- config
location @self {
    limit_conn tools 1;
    rewrite ^ /mcp break;
    proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT;
    proxy_method POST;
    proxy_set_header Host localhost;
    proxy_set_header Content-Type application/json;
    proxy_set_body '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t"}}';
}
location = /mcp { mcp; limit_conn clients 5;
    mcp_tool t { description "Calls itself."; request GET "/x"; pass @self; }
}
--- calls eval
[ [ 't' ], [ 't' ] ]
--- text eval
[ (qr/^\{"jsonrpc".*"text":"Too many calls of this tool\. /) x 2 ]



=== TEST 21: proxy_cache by arguments hits on the second call
--- http_config
proxy_cache_path $TEST_NGINX_SERVER_ROOT/mcp_cache keys_zone=c:1m;
--- config eval
main::config('proxy_cache c; proxy_cache_valid any 1m; proxy_cache_key "$mcp_tool $mcp_arg_id";')
--- calls eval
[ [ 'seen' ], [ t => { id => 1 } ], [ t => { id => 1 } ], [ t => { id => 2 } ],
  [ t => { id => 1 } ], [ 'seen' ], [ t => { id => 2 } ], [ 'seen' ] ]
--- text eval
[ undef, qr/^GET \/x\?id=1 /, qr/^GET \/x\?id=1 /, qr/^GET \/x\?id=2 /,
  qr/^GET \/x\?id=1 /, "seen 2", qr/^GET \/x\?id=2 /, "seen 0" ]



=== TEST 22: a POST tool is cached only where nginx is told so
--- http_config
proxy_cache_path $TEST_NGINX_SERVER_ROOT/mcp_cache keys_zone=c:1m;
--- config
location @api { proxy_cache c; proxy_cache_valid any 1m; proxy_cache_key "$mcp_tool";
    proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT; }
location = /mcp { mcp;
    mcp_tool seen { description "S."; request GET "/seen"; pass @plain; }
    mcp_tool t { description "D."; request POST "/x"; body json; pass @api; } }
location @plain { proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT; }
--- calls eval
[ [ 'seen' ], [ 't' ], [ 't' ], [ 'seen' ] ]
--- text eval
[ undef, qr/^POST/, qr/^POST/, "seen 2" ]



=== TEST 23: proxy_cache_lock: a call that waits for itself ends
--- http_config
proxy_cache_path $TEST_NGINX_SERVER_ROOT/mcp_cache keys_zone=c:1m;
--- config eval
main::config('proxy_cache c; proxy_cache_lock on; proxy_cache_valid any 1m; proxy_cache_key "$mcp_tool $mcp_arg_id";')
--- calls eval
[ [ t => { id => 1 } ], [ t => { id => 1 } ] ]
--- text eval
[ (qr/^GET \/x\?id=1 /) x 2 ]



=== TEST 24: FastCGI gets the tool's method, path, query and body
--- config
location @fcgi {
    fastcgi_pass 127.0.0.1:$TEST_NGINX_FASTCGI_PORT;
    fastcgi_param REQUEST_METHOD $request_method;
    fastcgi_param QUERY_STRING $query_string;
    fastcgi_param CONTENT_TYPE $content_type;
    fastcgi_param CONTENT_LENGTH $content_length;
    fastcgi_param DOCUMENT_URI $document_uri;
    fastcgi_param REQUEST_URI $request_uri;
    fastcgi_param SERVER_NAME $server_name;
}
location = /mcp { mcp;
    mcp_tool put { description "P."; param id integer required; param q string; param a string;
        header X-A "h{id}"; request PUT "/x/{id}{?q}"; body json; pass @fcgi; }
    mcp_tool get { description "G."; request GET "/y"; pass @fcgi; }
}
--- calls eval
[ [ put => { id => 5, q => "z", a => "1" } ], [ 'get' ] ]
--- text eval
[ qr{^CONTENT_LENGTH=9\nCONTENT_TYPE=application/json\nDOCUMENT_URI=/x/5\n(HTTP_\w+=.*\n)*HTTP_X_A=h5\nQUERY_STRING=q=z\nREQUEST_METHOD=PUT\nREQUEST_URI=/x/5\?q=z\nSERVER_NAME=localhost\n\n\{"a":"1"\}$},
  qr{^CONTENT_LENGTH=\nCONTENT_TYPE=\nDOCUMENT_URI=/y\n(HTTP_\w+=.*\n)*QUERY_STRING=\nREQUEST_METHOD=GET\nREQUEST_URI=/y\nSERVER_NAME=localhost\n\n?$} ]



=== TEST 25: FastCGI gets no header of the client
--- config
location @fcgi { fastcgi_pass 127.0.0.1:$TEST_NGINX_FASTCGI_PORT;
    fastcgi_param REQUEST_METHOD $request_method; }
location = /mcp { mcp;
    mcp_tool get { description "G."; request GET "/y"; pass @fcgi; }
}
--- request eval
Mcp::call(get => {}, headers => [ "Authorization: Bearer s3cr3t", "Cookie: a=s3cr3t" ])
--- text eval
qr/^(?!.*(s3cr3t|HTTP_MCP|HTTP_COOKIE)).*REQUEST_METHOD=GET/s



=== TEST 26: members of a batch have variables of their own (2025-03-26)
--- config eval
main::config('proxy_set_header X-V "$mcp_tool $mcp_arg_id $request_method";')
--- request
POST /mcp
[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{"id":1}}},{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"t","arguments":{"id":2}}},{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"other"}}]
--- more_headers
Content-Type: application/json
MCP-Protocol-Version: 2025-03-26
--- response_body_like eval
qr/X-V: t 1 GET.*X-V: t 2 GET.*X-V: other  GET/s



=== TEST 27: proxy_pass with variables uses an argument safely
--- config
location @api { proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT/v/$mcp_arg_p?q=$mcp_arg_p; }
location = /mcp { mcp;
    mcp_tool t { description "D."; param p string required; query p "{p}"; request GET "/x"; pass @api; }
}
--- calls eval
[ [ t => { p => "a/../b?c#d" } ] ]
--- sent: GET /v/a%2F..%2Fb%3Fc%23d?q=a%2F..%2Fb%3Fc%23d

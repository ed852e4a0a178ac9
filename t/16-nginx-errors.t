# Copyright (C) mcp-nginx contributors
#
# What nginx itself answers on an endpoint has a body that MCP clients can
# read, and the operator's own error_page still rules.  Section 1.7 of
# mcp-2026-07-28.md; "JSON-RPC bodies" of design.md 6; conf-examples.

use lib 't/lib';
use Mcp;

use Cwd ();

our $errors = Cwd::getcwd() . "/conf-examples/errors.conf";

our $tool = 'mcp_tool ret { description "R."; request GET "/x"; pass @api; }';
our $api = 'location @api { return 200 "hello"; }' . "\n";

sub endpoint {
    my ($words, $server) = @_;

    return ($server // "") . $api . "location = /mcp { mcp; $words $tool }\n";
}

# a request that is delayed by nothing and counted by all limits
sub ping { return Mcp::legacy("ping", undef, @_) }

run_tests();

__DATA__

=== TEST 1: deny all: 403 in JSON, the status stays
--- config eval: main::endpoint("deny all;")
--- request eval: main::ping()
--- bodies eval
[ '{"jsonrpc":"2.0","error":{"code":403,"message":"Access is denied"}}' ]
--- answers
403 error 403 no id



=== TEST 2: deny all: for each method, and for the modern era
--- config eval: main::endpoint("deny all;")
--- request eval
[ Mcp::call("ret"), Mcp::http("GET"), Mcp::http("DELETE"), Mcp::post("{") ]
--- answers
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id



=== TEST 3: allow and deny are nginx's
--- config eval: main::endpoint("allow 127.0.0.1; deny all;")
--- request eval: main::ping()
--- answers
200 result id 1



=== TEST 4: a HEAD that is denied has no body
--- config eval: main::endpoint("deny all;")
--- request
HEAD /mcp
--- error_code: 403
--- response_headers
Content-Type: application/json
--- response_body



=== TEST 5: limit_req: 503 in JSON, which clients do not read as an era (1.7)
--- http_config
    limit_req_zone $server_name zone=one:1m rate=1r/m;
--- config eval: main::endpoint("limit_req zone=one;")
--- request eval
[ main::ping(), main::ping(), Mcp::call("ret") ]
--- answers
200 result id 1
503 error -32603 no id
503 error -32603 no id



=== TEST 6: limit_req_status 429 is kept, in JSON
--- http_config
    limit_req_zone $server_name zone=one:1m rate=1r/m;
--- config eval: main::endpoint("limit_req zone=one; limit_req_status 429;")
--- request eval
[ main::ping(), main::ping() ]
--- answers
200 result id 1
429 error 429 no id



=== TEST 7: limit_except: 403 in JSON for the others, POST is served
--- config eval: main::endpoint("limit_except POST { deny all; }")
--- request eval
[ Mcp::http("GET"), main::ping(), Mcp::call("ret"), Mcp::http("DELETE") ]
--- answers
403 error 403 no id
200 result id 1
200 result id 1
403 error 403 no id



=== TEST 8: limit_except that denies POST
--- config eval: main::endpoint("limit_except GET { deny all; }")
--- request eval
[ main::ping(), Mcp::http("GET") ]
--- answers
403 error 403 no id
405 error 405 no id



=== TEST 9: auth_basic: 401 in JSON keeps WWW-Authenticate
--- config eval: main::endpoint('auth_basic "Desk"; auth_basic_user_file users;')
--- user_files
>>> ../conf/users
me:{PLAIN}secret
--- request eval: main::ping()
--- response_headers
WWW-Authenticate: Basic realm="Desk"
Content-Type: application/json
--- answers
401 error 401 no id



=== TEST 10: auth_basic: the right user is served
--- config eval: main::endpoint('auth_basic "Desk"; auth_basic_user_file users;')
--- user_files
>>> ../conf/users
me:{PLAIN}secret
--- request eval: main::ping(headers => [ "Authorization: Basic bWU6c2VjcmV0" ])
--- answers
200 result id 1



=== TEST 11: auth_request: its 401 and 403 come in JSON
--- config eval
main::endpoint("auth_request /deny;", "location = /deny { internal; return 403; }\n")
--- request eval: main::ping()
--- answers
403 error 403 no id



=== TEST 12: auth_request: 401 keeps the challenge of the subrequest
--- http_config
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        location / { add_header WWW-Authenticate 'Bearer realm=x' always; return 401; }
    }
--- config eval
main::endpoint("auth_request /deny;", 'location = /deny { internal; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }' . "\n")
--- request eval: main::ping()
--- response_headers
WWW-Authenticate: Bearer realm=x
--- answers
401 error 401 no id



=== TEST 13: auth_request that fails: 500 in JSON
--- config eval
main::endpoint("auth_request /deny;", "location = /deny { internal; return 404; }\n")
--- request eval: main::ping()
--- answers
500 error -32603 no id
--- no_error_log
[alert]



=== TEST 14: satisfy any works as in nginx
--- config eval: main::endpoint('satisfy any; allow 127.0.0.1; deny all; auth_basic "D"; auth_basic_user_file users;')
--- user_files
>>> ../conf/users
me:{PLAIN}secret
--- request eval: main::ping()
--- answers
200 result id 1



=== TEST 15: a body that is too large: 413 in JSON
--- config eval: main::endpoint("client_max_body_size 100;")
--- request eval: Mcp::legacy("ping", { x => "x" x 200 })
--- bodies eval
[ '{"jsonrpc":"2.0","error":{"code":413,"message":"The request is too large"}}' ]
--- answers
413 error 413 no id



=== TEST 16: return in an endpoint: its status, our body
--- config eval: main::endpoint('if ($http_x_closed) { return 503; }')
--- request eval
[ main::ping(), main::ping(headers => [ "X-Closed: 1" ]) ]
--- answers
200 result id 1
503 error -32603 no id



=== TEST 17: statuses below 400 are left alone
--- config eval: main::endpoint('if ($http_x_moved) { return 307 https://other.example/mcp; }')
--- request eval: main::ping(headers => [ "X-Moved: 1" ])
--- error_code: 307
--- response_headers
Location: https://other.example/mcp
Content-Type: text/html
--- response_body_like: 307 Temporary Redirect



=== TEST 18: other locations keep their pages
--- config eval: main::endpoint("") . "location = /other { deny all; }"
--- request
GET /other
--- error_code: 403
--- response_headers
Content-Type: text/html
--- response_body_like: <h1>403 Forbidden</h1>



=== TEST 19: a path beside the endpoint is nginx's 404
--- config eval: main::endpoint("")
--- request
POST /mcp/sub
{}
--- error_code: 404
--- response_body_like: 404 Not Found



=== TEST 20: error_page of the operator: a path
--- config eval
main::endpoint("deny all; error_page 403 /closed;", 'location = /closed { internal; default_type text/plain; return 403 "by the operator"; }' . "\n")
--- request eval: main::ping()
--- error_code: 403
--- response_headers
Content-Type: text/plain
--- response_body chomp
by the operator



=== TEST 21: error_page of the operator: a named location, another status
--- config eval
main::endpoint("deny all; error_page 403 =404 \@closed;", 'location @closed { default_type application/json; return 404 \'{"own":true}\'; }' . "\n")
--- request eval: main::ping()
--- error_code: 404
--- response_body chomp
{"own":true}



=== TEST 22: error_page of the operator: from the server
--- config eval
main::endpoint("limit_except GET { deny all; }", 'error_page 403 =503 /closed; location = /closed { internal; return 503 "closed"; }' . "\n")
--- request eval: main::ping()
--- error_code: 503
--- response_body chomp
closed



=== TEST 23: error_page leaves the module's own bodies alone (1.7)
--- config eval
main::endpoint("error_page 400 403 404 405 415 421 /closed;", 'location = /closed { internal; return 200 "closed"; }' . "\n")
--- request eval
[ Mcp::modern("nope"), Mcp::post("{"), Mcp::http("GET"), Mcp::legacy("ping", undef, type => "text/plain"),
  Mcp::legacy("ping", undef, host => "evil.example"), Mcp::legacy("ping", undef, headers => [ "Origin: http://evil.example" ]) ]
--- answers
404 error -32601 id 1
400 error -32700 no id
405 error 405 no id
415 error 415 no id
421 error 421 no id
403 error 403 no id



=== TEST 24: proxy_intercept_errors and error_page of a server around change no call
--- config eval
'proxy_intercept_errors on; error_page 404 =200 /closed; location = /closed { internal; return 200 "closed"; }' . main::endpoint("")
--- request eval
[ Mcp::call("ret"), Mcp::call("nope"), Mcp::modern("nope") ]
--- answers
200 result id 1
200 error -32602 id 1
404 error -32601 id 1



=== TEST 25: add_header ... always reaches errors, too
--- config eval: main::endpoint('deny all; add_header X-Node n1 always;')
--- request eval: main::ping()
--- response_headers
X-Node: n1
--- answers
403 error 403 no id



=== TEST 26: add_header reaches answers
--- config eval: main::endpoint('add_header X-Node n1;')
--- request eval
[ main::ping(), Mcp::call("ret") ]
--- response_headers eval
[ "X-Node: n1", "X-Node: n1" ]
--- answers
200 result id 1
200 result id 1



=== TEST 27: gzip, charset and etags do not spoil an error's body
--- config eval: main::endpoint('deny all; gzip on; gzip_min_length 1; gzip_types application/json; charset utf-8; etag on;')
--- request eval: main::ping()
--- response_headers
Content-Type: application/json
--- answers
403 error 403 no id



=== TEST 28: two refused requests on one connection
--- config eval: main::endpoint("limit_except GET { deny all; }")
--- request eval
[ main::ping(), main::ping(), Mcp::legacy("ping", { x => "y" x 5000 }), main::ping() ]
--- answers
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id



=== TEST 29: errors.conf: a request line that is no HTTP: 400 in JSON
--- config eval
main::endpoint("", "include $::errors;\n")
--- raw_request eval
"POST /mcp HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n"
--- answers
400 error -32600 no id



=== TEST 30: errors.conf: no Host in HTTP/1.1: 400 in JSON
--- config eval
main::endpoint("", "include $::errors;\n")
--- raw_request eval
"POST /mcp HTTP/1.1\r\nConnection: close\r\n\r\n"
--- answers
400 error -32600 no id



=== TEST 31: errors.conf: a header line that is broken: 400 in JSON
--- config eval
main::endpoint("", "include $::errors;\n")
--- raw_request eval
"POST /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nMcp-Name: a\0b\r\n\r\n"
--- answers
400 error -32600 no id



=== TEST 32: errors.conf: a Content-Length that is none: 400 in JSON
--- config eval
main::endpoint("", "include $::errors;\n")
--- raw_request eval
"POST /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: x\r\n\r\n"
--- answers
400 error -32600 no id



=== TEST 33: errors.conf: Content-Length beside Transfer-Encoding: 400 in JSON
--- config eval
main::endpoint("", "include $::errors;\n")
--- raw_request eval
"POST /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
--- answers
400 error -32600 no id



=== TEST 34: errors.conf: a URI that is too long: 414 in JSON
--- config eval
main::endpoint("", "large_client_header_buffers 4 1k; include $::errors;\n")
--- raw_request eval
"POST /mcp?" . "x" x 3000 . " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
--- answers
414 error -32600 no id



=== TEST 35: errors.conf: headers that are too large: 400 in JSON
--- config eval
main::endpoint("", "large_client_header_buffers 4 1k; include $::errors;\n")
--- raw_request eval
"POST /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nMcp-Name: " . "x" x 3000 . "\r\n\r\n"
--- answers
400 error -32600 no id



=== TEST 36: errors.conf: an unknown transfer coding: 501 in JSON
--- config eval
main::endpoint("", "include $::errors;\n")
--- raw_request eval
"POST /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: snappy\r\n\r\n"
--- answers
501 error -32600 no id



=== TEST 37: errors.conf: chunks that are broken: 400 in JSON
--- config eval
main::endpoint("", "include $::errors;\n")
--- raw_request eval
Mcp::post(undef, headers => [ "Connection: close", "Transfer-Encoding: chunked" ]) . "zz\r\n"
--- error_code: 400
--- response_body_like: ^\{"jsonrpc":"2\.0","error":\{"code":(?:-32600|400),
--- response_headers
Content-Type: application/json



=== TEST 38: broken chunks without errors.conf: 400 in JSON by the module
--- config eval: main::endpoint("")
--- raw_request eval
Mcp::post(undef, headers => [ "Connection: close", "Transfer-Encoding: chunked" ]) . "zz\r\n"
--- answers
400 error 400 no id



=== TEST 39: errors.conf: its locations are not for clients
--- config eval
main::endpoint("", "include $::errors;\n")
--- request
GET /.mcp/bad_request
--- error_code: 404
--- response_body_like: 404 Not Found



=== TEST 40: errors.conf changes nothing that the module answers
--- config eval
main::endpoint("", "include $::errors;\n")
--- request eval
[ main::ping(), Mcp::modern("nope"), Mcp::post("{"), Mcp::http("GET"), Mcp::call("ret", {}, names => []),
  Mcp::legacy("ping", undef, host => "evil.example") ]
--- answers
200 result id 1
404 error -32601 id 1
400 error -32700 no id
405 error 405 no id
400 error -32020 id 1
421 error 421 no id



=== TEST 41: errors.conf: a server around it still serves files and 404
--- config eval
main::endpoint("", "include $::errors;\n")
--- request
GET /nothing
--- error_code: 404
--- response_body_like: 404 Not Found



=== TEST 42: a tool's location cannot be an endpoint: a subrequest gets 404, not a loop
--- config
    location @self { rewrite ^ /mcp last; }
    location = /mcp {
        mcp;
        mcp_tool ret { description "R."; request GET "/x"; pass @self; }
    }
--- request eval: Mcp::call("ret")
--- bodies eval
[ qr/"isError":true/ ]
--- answers
200 result id 1

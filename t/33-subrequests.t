# Copyright (C) mcp-nginx contributors
#
# How a tool's subrequest may pause, fail and end: each of these once left
# a request behind, and with it the client's connection.  Two calls on one
# connection show that it is alive.

use lib 't/lib';
use Mcp;
use Upstream;
use ToolCall;

run_tests();

__DATA__

=== TEST 1: limit_req that delays in an error_page's location
--- http_config
limit_req_zone $server_name zone=lr:1m rate=5r/s;
--- config
location @api {
    proxy_pass http://127.0.0.1:1;
    error_page 502 = @fallback;
}
location @fallback {
    limit_req zone=lr burst=20;
    proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT;
}
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/x"; pass @api; timeout 5s; }
}
--- calls eval
[ [ 't' ], [ 't' ], [ 't' ] ]
--- sent eval
[ ("GET /x") x 3 ]
--- timeout: 10



=== TEST 2: a delay that is longer than the tool's timeout
--- http_config
limit_req_zone $server_name zone=lr:1m rate=1r/m;
--- config
location @api {
    limit_req zone=lr burst=20;
    proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT;
}
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/x"; pass @api;
                 timeout 300ms; }
}
--- calls eval
[ [ 't' ], [ 't' ], [ 't' ] ]
--- text eval
[ qr/^GET/,
  (qr/^isError: The API did not answer in time/) x 2 ]
--- timeout: 10



=== TEST 3: a file that threads read
--- user_files eval
">>> docs/a.txt\n" . "x" x 100000
--- config
location @files { root html/docs; default_type text/plain; aio threads;
                  sendfile off; }
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/a.txt"; pass @files; }
}
--- calls eval
[ [ 't' ], [ 't' ] ]
--- text eval
[ ("x" x 100000) x 2 ]



=== TEST 4: an SSI include that is waited for is an error, not half a text
--- user_files
>>> docs/a.html
one <!--# include virtual="/part" wait="yes" --> three
--- config
location @ssi { root html/docs; ssi on; }
location = /part { default_type text/plain; return 200 "two"; }
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/a.html"; pass @ssi;
                 timeout 2s; }
}
--- calls eval
[ [ 't' ], [ 't' ] ]
--- text eval
[ (qr/^isError: The API's answer was cut off/) x 2 ]
--- timeout: 10



=== TEST 5: a filter that fails does not cut the client off
--- config
location @api { gunzip on; root html; default_type text/plain;
                add_header Content-Encoding gzip;
                proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT; }
location = /bad { default_type text/plain;
                  add_header Content-Encoding gzip; return 200 "not gzip"; }
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/bad"; pass @api; }
}
--- calls eval
[ [ 't' ], [ 't' ] ]
--- text eval
[ (qr/^isError: /) x 2 ]



=== TEST 6: an unknown name that is cut stays UTF-8
--- config
location @api { return 200; }
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/x"; pass @api; }
}
--- calls eval
[ [ t => '{"' . "a" x 63 . "\xc3\xa9" . '":1}' ] ]
--- text eval
qr/^isError: Invalid arguments:\n\/a{63} is not a parameter of this tool$/



=== TEST 7: a tool's own header wins over the trace context of a client
--- config
location @api { proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT; }
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/x"; pass @api;
                 header baggage "tenant=1"; }
}
--- request eval
Mcp::legacy("tools/call", { name => "t", arguments => {},
                            _meta => { baggage => "tenant=evil" } })
--- response_body_unlike: evil
--- response_body_like: baggage: tenant=1



=== TEST 8: a call is stopped while a thread writes for it
--- http_config
proxy_cache_path ../aio-cache keys_zone=aio:1m;
--- config
location @api {
    aio threads;
    aio_write on;
    proxy_cache aio;
    proxy_cache_valid any 10m;
    proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT;
}
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/fault/endless"; pass @api;
                 max_response 300k; timeout 5s; }
}
--- calls eval
[ ([ 't' ]) x 4 ]
--- text eval
[ (qr/^isError: The API's answer is larger/) x 4 ]
--- timeout: 10

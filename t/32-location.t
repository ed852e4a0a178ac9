# Copyright (C) mcp-nginx contributors
#
# A tool's location may be any that nginx has: static files, "return",
# error_page, sub_filter, a cache, FastCGI.

use lib 't/lib';
use Mcp;
use Upstream;
use ToolCall;

run_tests();

__DATA__

=== TEST 1: static files are tools
--- user_files
>>> docs/a.txt
hello, file
--- config
location @files { root html/docs; default_type text/plain; }
location = /mcp { mcp;
    mcp_tool t { description "D."; param f string required;
                 request GET "/{f}"; pass @files; }
}
--- calls eval
[ [ t => { f => "a.txt" } ], [ t => { f => "none.txt" } ] ]
--- text eval
[ "hello, file\n", "isError: The API answered 404 Not Found." ]
--- no_error_log
[alert]
[crit]
[emerg]



=== TEST 2: a large static file
--- user_files eval
">>> docs/b.json\n[\"" . "x" x 200000 . "\"]"
--- config
location @files { root html/docs; sendfile on; output_buffers 1 4k; }
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/b.json"; pass @files; }
}
--- calls eval
[ [ 't' ] ]
--- text eval
"[\"" . "x" x 200000 . "\"]\n"



=== TEST 3: a directory is not listed, and not redirected to
--- user_files
>>> docs/sub/a.txt
x
--- config
location @files { root html/docs; }
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/sub"; pass @files; }
}
--- calls eval
[ [ 't' ] ]
--- text eval
qr/^isError: The API answered 301/



=== TEST 4: return 200 with text
--- config
location @r { default_type application/json; return 200 '{"uri":"$uri"}'; }
location = /mcp { mcp;
    mcp_tool t { description "D."; param x string; request GET "/a/b{?x}";
                 pass @r; }
}
--- calls eval
[ [ t => { x => "1" } ] ]
--- result eval
'{"content":[{"type":"text","text":"{\"uri\":\"/a/b\"}"}]' . ',"structuredContent":{"uri":"/a/b"}}'



=== TEST 5: return 200 without text, and return 204
--- config
location @r { return 200; }
location @n { return 204; }
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/"; pass @r; }
    mcp_tool n { description "D."; request GET "/"; pass @n; }
}
--- calls eval
[ [ 't' ], [ 'n' ], [ 't' ] ]
--- text eval
[ "The API answered 200 OK.", "The API answered 204 No Content.",
  "The API answered 200 OK." ]



=== TEST 6: return 404: nginx's own page is not for a model
--- config
location @r { return 404; }
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/"; pass @r; }
}
--- calls eval
[ [ 't' ], [ 't' ] ]
--- text eval
[ ("isError: The API answered 404 Not Found.") x 2 ]



=== TEST 7: return 404 with a text of the operator
--- config
location @r { return 404 "no such thing"; }
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/"; pass @r; }
}
--- calls eval
[ [ 't' ] ]
--- text: isError: The API answered 404 Not Found: no such thing



=== TEST 8: return 302
--- config
location @r { return 302 http://127.0.0.1/elsewhere; }
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/"; pass @r; }
}
--- calls eval
[ [ 't' ] ]
--- text eval
qr/^isError: The API answered 302 Found/



=== TEST 9: return 444 ends the call, not the client's connection
--- config
location @r { return 444; }
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/"; pass @r; }
}
--- calls eval
[ [ 't' ], [ 't' ] ]
--- text eval
[ (qr/^isError: /) x 2 ]



=== TEST 10: error_page 502 = @fallback answers in the tool's place
--- config
location @down {
    proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_9;
    error_page 502 = @fallback;
}
location @fallback { default_type text/plain; return 200 "fallback of $uri"; }
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/x"; pass @down; }
}
--- calls eval
[ [ 't' ], [ 't' ] ]
--- text eval
[ ("fallback of /x") x 2 ]



=== TEST 11: error_page without "=" keeps the status, as in nginx
--- config
location @down {
    proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_9;
    error_page 502 @fallback;
}
location @fallback { default_type text/plain; return 503 "closed for lunch"; }
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/x"; pass @down; }
}
--- calls eval
[ [ 't' ] ]
--- text: isError: The API answered 502 Bad Gateway: closed for lunch



=== TEST 12: error_page with a URI goes to that location
--- config
location @down {
    proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_9;
    error_page 502 =200 /spare;
}
location = /spare { internal; default_type text/plain; return 200 "spare"; }
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/x"; pass @down; }
}
--- calls eval
[ [ 't' ] ]
--- text: spare



=== TEST 13: proxy_intercept_errors with an error_page
--- http_config
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
         location / { return 404 '{"a":1}'; } }
--- config
location @api {
    proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    proxy_intercept_errors on;
    error_page 404 = @none;
}
location @none { default_type text/plain; return 200 "none found"; }
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/x"; pass @api; }
}
--- calls eval
[ [ 't' ], [ 't' ] ]
--- text eval
[ ("none found") x 2 ]



=== TEST 14: proxy_intercept_errors without a page drops the body
--- http_config
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
         location / { return 404 '{"a":1}'; } }
--- config
location @api {
    proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    proxy_intercept_errors on;
}
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/x"; pass @api; }
}
--- calls eval
[ [ 't' ] ]
--- text eval
qr/^isError: The API answered 404 Not Found/



=== TEST 15: recursive error pages end
--- config
location @down {
    proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_9;
    recursive_error_pages on;
    error_page 502 = @second;
}
location @second {
    proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_9;
    recursive_error_pages on;
    error_page 502 = @third;
}
location @third { default_type text/plain; return 200 "third"; }
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/x"; pass @down; }
}
--- calls eval
[ [ 't' ] ]
--- text: third



=== TEST 16: sub_filter works on the answer
--- http_config
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; default_type text/html;
         location / { return 200 "old old"; } }
--- config
location @api {
    proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    sub_filter old new;
    sub_filter_once off;
}
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/x"; pass @api; }
}
--- calls eval
[ [ 't' ] ]
--- text: new new



=== TEST 17: gzip for the client does not disturb the tool's answer
--- config
gzip on; gzip_types *; gzip_min_length 1; gzip_proxied any;
location @r { default_type text/plain; return 200 "plain plain plain plain"; }
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/x"; pass @r; }
}
--- calls eval
[ [ 't' ] ]
--- text: plain plain plain plain



=== TEST 18: proxy_next_upstream tries the next server
--- http_config
upstream pair {
    server 127.0.0.1:$TEST_NGINX_RAND_PORT_9;
    server 127.0.0.1:$TEST_NGINX_UPSTREAM_PORT;
}
--- config
location @api { proxy_pass http://pair; }
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/x"; pass @api; }
}
--- calls eval
[ [ 't' ] ]
--- sent: GET /x



=== TEST 19: X-Accel-Redirect of an upstream is followed inside
--- http_config
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
         location / { add_header X-Accel-Redirect /inside; return 200; } }
--- config
location @api { proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
location = /inside { internal; default_type text/plain; return 200 "inside"; }
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/x"; pass @api; }
}
--- calls eval
[ [ 't' ], [ 't' ] ]
--- text eval
[ ("inside") x 2 ]



=== TEST 20: rewrite and if in a tool's location
--- config
location @api {
    set $to /one;
    if ($arg_two) { set $to /two; }
    rewrite ^ $to break;
    proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT;
}
location = /mcp { mcp;
    mcp_tool t { description "D."; param two string; request GET "/x{?two}";
                 pass @api; }
}
--- calls eval
[ [ 't' ], [ t => { two => "1" } ] ]
--- sent eval
[ "GET /one", "GET /two?two=1" ]



=== TEST 21: return 200 in the tool's location is no error for a POST
--- config
location @r { default_type text/plain; return 200 "$request_method"; }
location = /mcp { mcp;
    mcp_tool t { description "D."; param a string; request PUT "/x";
                 body json; pass @r; }
}
--- calls eval
[ [ t => { a => "1" } ] ]
--- text: PUT



=== TEST 22: an SSI include is left out of the result, and the call goes on
--- user_files
>>> docs/a.html
one <!--# include virtual="/part" --> three
--- config
location @ssi { root html/docs; ssi on; }
location = /part { default_type text/plain; return 200 "two"; }
location = /mcp { mcp; mcp_timeout 1s;
    mcp_tool t { description "D."; request GET "/a.html"; pass @ssi; }
}
--- calls eval
[ [ 't' ], [ 't' ] ]
--- text eval
[ ("one  three\n") x 2 ]
--- timeout: 5



=== TEST 23: auth_request in a tool's location is skipped, not a crash
--- config
location @api { auth_request /auth; default_type text/plain; return 200 "ok"; }
location @pxy { auth_request /auth;
                proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT; }
location = /auth { internal; return 403; }
location = /mcp { mcp;
    mcp_tool t { description "D."; request GET "/x"; pass @api; }
    mcp_tool p { description "D."; request GET "/x"; pass @pxy; }
}
--- calls eval
[ [ 't' ], [ 'p' ] ]
--- text eval
[ "ok", qr/^GET/ ]



=== TEST 24: mirror in a tool's location does not disturb the call
--- config
location @api { mirror /copy;
                proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT; }
location = /copy { internal;
    proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT/copy; }
location = /mcp { mcp;
    mcp_tool t { description "D."; param a string; request POST "/x";
                 body json; pass @api; }
}
--- calls eval
[ [ t => { a => "1" } ], [ t => { a => "2" } ] ]
--- sent_body eval
[ '{"a":"1"}', '{"a":"2"}' ]



=== TEST 25: add_before_body of the addition module
--- config
location @api { default_type text/html; add_after_body /after;
                proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT;  }
location = /after { return 200 "after"; }
location = /mcp { mcp; mcp_timeout 1s;
    mcp_tool t { description "D."; request GET "/x"; pass @api; }
}
--- calls eval
[ [ 't' ], [ 't' ] ]
--- text eval
[ (qr/^GET/) x 2 ]
--- timeout: 5

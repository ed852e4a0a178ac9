# Copyright (C) mcp-nginx contributors
#
# The five holes of a gateway built of subrequests (1. access phase, 2.
# variables, 3. paths, 4. errors of filters, 5. cut bodies), and line breaks
# in every place.  Holes 4 and 5 are proved in t/31-faults.t.

use lib 't/lib';
use Mcp;
use Upstream;
use ToolCall;

# a tool "t" of these words, and one that counts what came upstream; more
# directives of the tool's location and of the endpoint's
sub tool {
    my ($words, $location, $endpoint) = map { $_ // "" } @_[0 .. 2];

    return "location \@api { $location"
           . ' proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT; }'
           . " location = /mcp { mcp; $endpoint"
           . ' mcp_tool seen { description "S."; request GET "/seen"; pass @api; }'
           . ' mcp_tool t { description "D."; ' . $words . ' pass @api; } }';
}

# calls of "t" with each of these as {p}, between two looks at the count
sub paths {
    return [ [ "seen" ], (map { [ t => qq/{"p":"$_"}/ ] } @_), [ "seen" ] ];
}

sub none {
    return [ undef, (qr/^isError: Invalid arguments: /) x $_[0], "seen 0" ];
}

run_tests();

__DATA__

=== TEST 1: deny on the endpoint blocks (hole 1)
--- config eval
main::tool('request GET "/x";',
    '',
    'deny all;')
--- request eval
Mcp::call(t => {})
--- error_code: 403
--- response_body_unlike: GET /x
--- no_error_log
[alert]
[crit]
[emerg]



=== TEST 2: deny of the server blocks the endpoint, too
--- config eval
"deny all;" . main::tool('request GET "/x";')
--- request eval
Mcp::call(t => {})
--- error_code: 403
--- no_error_log
[alert]
[crit]
[emerg]



=== TEST 3: auth_basic on the endpoint blocks
--- config eval
main::tool('request GET "/x";',
    '',
    'auth_basic "x"; auth_basic_user_file /dev/null;')
--- request eval
Mcp::call(t => {})
--- error_code: 401



=== TEST 4: auth_request on the endpoint blocks and lets pass
--- config eval
'location = /auth { internal; if ($http_x_pass) { return 204; } return 403; }'
. main::tool('request GET "/x";',
    '',
    'auth_request /auth;')
--- request eval
[ Mcp::call(t => {}, headers => [ "X-Pass: 1" ]), Mcp::call(t => {}) ]
--- error_code eval
[ 200, 403 ]
--- response_body_like eval
[ qr{GET /x}, qr{^(?!.*GET /x)}s ]



=== TEST 5: a named location is out of reach from outside
--- config eval
main::tool('request GET "/x";')
--- pipelined_requests eval
[ map { "GET $_" } '/@api', '/%40api', '/mcp/@api', '//@api' ]
--- error_code eval
[ (404) x 4 ]
--- response_body_like eval
[ (qr/404 Not Found/) x 4 ]



=== TEST 6: nor is it by X-Accel-Redirect of a client
--- config eval
main::tool('request GET "/x";')
--- request
GET /x
--- more_headers
X-Accel-Redirect: @api
--- error_code: 404



=== TEST 7: deny in the tool's location is not asked: nginx skips it there
--- config eval
main::tool('request GET "/x";',
    'deny all;')
--- request eval
Mcp::call(t => {})
--- sent: GET /x



=== TEST 8: Authorization and Cookie never go upstream, by headers (hole 2)
--- config eval
main::tool('request GET "/x";')
--- request eval
Mcp::call(t => {}, headers => [ "Authorization: Bearer s3cr3t", "Cookie: sid=s3cr3t" ])
--- text eval
qr{^(?!.*s3cr3t)GET /x}s



=== TEST 9: nor by "set" on the server, evaluated before
--- config eval
'set $early "$http_authorization $http_cookie $cookie_sid";'
. main::tool('request GET "/x";',
    'proxy_set_header X-A "a$http_authorization"; proxy_set_header X-B "b$http_cookie"; proxy_set_header X-C "c$cookie_sid"; proxy_set_header X-D "d$early";')
--- request eval
Mcp::call(t => {}, headers => [ "Authorization: Bearer s3cr3t", "Cookie: sid=s3cr3t" ])
--- sent_header
X-A: a
X-B: b
X-C: c
X-D: d
--- text eval
qr{^(?!.*s3cr3t)GET /x}s



=== TEST 10: nor by "set" in the endpoint's location
--- config eval
main::tool('request GET "/x";',
    'proxy_set_header X-A "a$http_authorization"; proxy_set_header X-D "d$early";',
    'set $early "$http_authorization";')
--- request eval
Mcp::call(t => {}, headers => [ "Authorization: Bearer s3cr3t" ])
--- text eval
qr{^(?!.*s3cr3t)GET /x}s



=== TEST 11: nor by a map that the main request evaluated first
--- http_config
map $http_authorization $who { default "map of $http_authorization"; "" "nobody"; }
--- config eval
'if ($who = x) { return 403; }'
. main::tool('request GET "/x";',
    'proxy_set_header X-Who $who;')
--- request eval
Mcp::call(t => {}, headers => [ "Authorization: Bearer s3cr3t" ])
--- sent_header
X-Who: nobody
--- text eval
qr{^(?!.*s3cr3t)GET /x}s



=== TEST 12: the main log still has them, after the tool saw none
--- http_config
log_format who "who=$http_authorization type=$content_type len=$http_content_length m=$request_method";
--- config eval
"access_log logs/access.log who;" . main::tool('request GET "/x";',
    'proxy_set_header X-A "a$http_authorization$content_type$http_content_length";')
--- request eval
Mcp::call(t => {}, headers => [ "Authorization: Bearer s3cr3t" ])
--- sent_header
X-A: a
--- access_log eval
qr/^who=Bearer s3cr3t type=application\/json len=\d+ m=POST$/m



=== TEST 13: nor by $request_body, $content_length or $request
--- config eval
main::tool('request GET "/x";',
    'proxy_set_header X-A "a$request_body"; proxy_set_header X-B "b$content_length"; proxy_set_header X-C "c$content_type";')
--- request eval
Mcp::call(t => {})
--- sent_header
X-A: a
X-B: b
X-C: c



=== TEST 14: dot segments in {p} are refused (hole 3)
--- config eval
main::tool('param p string required; request GET "/a/{p}/b";')
--- calls eval
main::paths('.', '..', '%2e%2e', '%2E.', '..;x', '.;', '\u002e\u002e')
--- text eval
main::none(7)



=== TEST 15: slashes, backslashes, NUL and control bytes in {p} are refused
--- config eval
main::tool('param p string required; request GET "/a/{p}/b";')
--- calls eval
main::paths('/', 'a/b', '../x', 'a\\\\b', '\u0000', 'a\u0000', '\n', '\r\n', '\u007f', '%2f', '%5c', '%00')
--- text eval
main::none(12)



=== TEST 16: an empty {p} is refused
--- config eval
main::tool('param p string required; request GET "/a/{p}/b";')
--- calls eval
main::paths('')
--- text eval
main::none(1)



=== TEST 17: "?", "#" and what is encoded twice stay in their segment
--- config eval
main::tool('param p string required; request GET "/a/{p}/b";')
--- calls eval
[ map { [ t => { p => $_ } ] } '?admin=1', '#x', 'a&b=c', ' ', ':@', '...', '.a', 'a..',
  '%252e%252e', '%252F' ]
--- sent eval
[ map { "GET /a/$_/b" } '%3Fadmin%3D1', '%23x', 'a%26b%3Dc', '%20', '%3A%40', '...', '.a', 'a..',
  '%25252e%25252e', '%25252F' ]



=== TEST 18: {a}{b} cannot build ".."
--- config eval
main::tool('param a string required; param b string required; request GET "/x/{a}{b}/y";')
--- calls eval
[ [ 'seen' ], [ t => { a => ".", b => "." } ], [ t => { a => "%2", b => "e." } ],
  [ t => { a => ".", b => "a" } ], [ 'seen' ] ]
--- text eval
[ undef, qr/^isError: /, qr/^isError: /, qr{^GET /x/\.a/y}, "seen 1" ]



=== TEST 19: a literal dot before {p} cannot build ".."
--- config eval
main::tool('param p string required; request GET "/x/.{p}";')
--- calls eval
main::paths('.', '%2e', './y')
--- text eval
main::none(3)



=== TEST 20: {+p} keeps slashes, but no dot segments
--- config eval
main::tool('param p string required; request GET "/a/{+p}";')
--- calls eval
main::paths('..', 'x/..', 'x/../y', './x', 'x/%2e%2e/y', 'x/%2E%2e', 'x/%252e%252e/y', '%2e', '..%2fx', 'x\\\\..\\\\y', 'x/..;/y')
--- text eval
main::none(11)



=== TEST 21: {+p} cannot begin a query or a fragment
--- config eval
main::tool('param p string required; request GET "/a/{+p}";')
--- calls eval
main::paths('x?y=1', 'x#y', '?', '')
--- text eval
main::none(4)



=== TEST 22: {/p} is refused likewise
--- config eval
main::tool('param p array; request GET "/a{/p*}/z";')
--- calls eval
[ [ 'seen' ], [ t => '{"p":["x",".."]}' ], [ t => '{"p":["..","x"]}' ], [ t => '{"p":["a/b"]}' ],
  [ t => '{"p":["x",""]}' ], [ 'seen' ], [ t => '{"p":["x","y"]}' ] ]
--- text eval
[ undef, (qr/^isError: /) x 3, qr/^isError: |^GET \/a\/x\/\/z/, undef, qr{^GET /a/x/y/z } ]



=== TEST 23: an upstream that is nginx sees no way out of its prefix
--- http_config
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; default_type text/plain;
         location /a/ { return 200 "inside"; }
         location / { return 200 "OUTSIDE"; } }
--- config
location @api { proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
location = /mcp { mcp;
    mcp_tool t { description "D."; param p string required;
                 request GET "/a/{p}"; pass @api; }
    mcp_tool u { description "D."; param p string required;
                 request GET "/a/{+p}"; pass @api; }
}
--- calls eval
[ map { my $t = $_; map { [ $t => { p => $_ } ] }
        '../b', '..', '%2e%2e/b', '..%2fb', '%252e%252e%252fb', '/../../b', 'x/../../b', 'x' } qw(t u) ]
--- text eval
[ ((qr/^(?!.*OUTSIDE)/s) x 7, "inside") x 2 ]



=== TEST 24: static files cannot be left either
--- user_files
>>> docs/a.txt
inside
>>> secret.txt
OUTSIDE
--- config
location @files { root html/docs; }
location = /mcp { mcp;
    mcp_tool t { description "D."; param p string required;
                 request GET "/{+p}"; pass @files; }
}
--- calls eval
[ map { [ t => { p => $_ } ] } '../secret.txt', '..%2fsecret.txt', '%2e%2e/secret.txt',
  'x/../../secret.txt', 'a.txt', 'a.txt%00.png' ]
--- text eval
[ (qr/^isError: /) x 4, "inside", qr/^isError: / ]



=== TEST 25: CR LF in a query value is encoded
--- config eval
main::tool('param p string; query "q" "{p}"; request GET "/x{?p}";')
--- calls eval
[ [ t => '{"p":"a\r\nX-Evil: 1\r\n\r\nGET /y HTTP/1.1"}' ] ]
--- sent: GET /x?p=a%0D%0AX-Evil%3A%201%0D%0A%0D%0AGET%20%2Fy%20HTTP%2F1.1&q=a%0D%0AX-Evil%3A%201%0D%0A%0D%0AGET%20%2Fy%20HTTP%2F1.1
--- sent_header
!X-Evil



=== TEST 26: a list and the keys of an object in a query are encoded
--- config eval
main::tool('param l array; param o object; request GET "/x{?l*,o*}";')
--- calls eval
[ [ t => '{"l":["a\r\nb","&x=1"],"o":{"k\r\n&=":"v\r\n"}}' ] ]
--- sent: GET /x?l=a%0D%0Ab&l=%26x%3D1&k%0D%0A%26%3D=v%0D%0A



=== TEST 27: a form cannot be split
--- config eval
main::tool('param a string; request POST "/x"; body form;')
--- calls eval
[ [ t => '{"a":"1&admin=1\r\n\r\nGET / HTTP/1.1"}' ] ]
--- sent_body: a=1%26admin%3D1%0D%0A%0D%0AGET%20%2F%20HTTP%2F1.1



=== TEST 28: $mcp_client_name cannot split a header
--- config eval
main::tool('request GET "/x";',
    'proxy_set_header X-Client "[$mcp_client_name]";')
--- request eval
Mcp::call(t => {}, meta => { clientInfo => { name => "a\r\nX-Evil: 1", version => "1" } })
--- sent_header
X-Client: [a??X-Evil: 1]
!X-Evil



=== TEST 29: $mcp_arg_NAME cannot split a header or a path
--- config eval
main::tool('param p string; request GET "/x{?p}";',
    'proxy_set_header X-P "$mcp_arg_p";')
--- calls eval
[ [ t => '{"p":"a\r\nX-Evil: 1 \/..?#&"}' ] ]
--- sent_header
X-P: a%0D%0AX-Evil%3A%201%20%2F..%3F%23%26
!X-Evil



=== TEST 30: $mcp_method cannot split a log line
--- http_config
log_format m "m=[$mcp_method] t=[$mcp_tool]";
--- config eval
"access_log logs/access.log m;" . main::tool('request GET "/x";')
--- request
POST /mcp
{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a\r\nm=[evil]"}}
--- more_headers
Content-Type: application/json
--- access_log eval
qr/^m=\[tools\/call\] t=\[a(\?\?|\\x0D\\x0A)m=\[evil\]\]$/m



=== TEST 31: a tool's name in the error log has no line break
--- config eval
main::tool('request GET "/x";')
--- request
POST /mcp
{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"nope\n2026/01/01 evil"}}
--- more_headers
Content-Type: application/json
--- no_error_log eval
qr/^2026\/01\/01 evil/m



=== TEST 32: arguments are not in the error log above debug
--- config eval
main::tool('param p string required; param h string; header X-H "{h}"; request GET "/a/{p}";')
--- calls eval
[ [ t => { p => "../s3cr3t" } ], [ t => { p => "x", h => "s3cr3t\n" } ] ]
--- text eval
[ (qr/^isError: (?!.*s3cr3t)/) x 2 ]
--- no_error_log eval
qr/\[(?!debug)\w+\].*s3cr3t/



=== TEST 33: a cookie cannot be added by a value
--- config eval
main::tool('param v string; cookie c "{v}"; request GET "/x";')
--- calls eval
[ [ t => { v => "a; admin=1" } ], [ t => { v => "a b" } ] ]
--- text eval
[ qr/^isError: /, qr/^Cookie: c=a b\r$/m ]



=== TEST 34: the connection's client cannot choose the upstream's Host
--- config eval
main::tool('request GET "/x";')
--- request eval
Mcp::call(t => {}, headers => [ "X-Forwarded-Host: evil", "X-Host: evil", "Forwarded: host=evil" ])
--- text eval
qr/^(?!.*evil)GET/s



=== TEST 35: a tool cannot be named past the catalog of its endpoint
--- config eval
main::tool('request GET "/x";') . 'location = /other { mcp;
    mcp_tool u { description "U."; request GET "/u"; pass @api; } }'
--- calls eval
[ [ 'u' ], [ '@api' ], [ 'T' ], [ 't ' ], [ 't\u0000' ] ]
--- text eval
[ (qr/^error -32602: Unknown tool/) x 5 ]



=== TEST 36: the check of the Host leaves the location's captures alone
--- http_config
server {
    listen $TEST_NGINX_RAND_PORT_1;
    server_name localhost "~^(.+)\.t\.example$";

    location @api { proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT; }

    location ~ ^/re/(\w+)$ {
        mcp;
        mcp_tool t { description "D."; request GET "/x"; pass @api;
                     header X-T "$1"; }
    }
}
--- config
location = /re/alice {
    proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    proxy_set_header Host evil.t.example;
}
--- request eval
Mcp::legacy("tools/call", { name => "t", arguments => {} },
            path => "/re/alice")
--- response_body_unlike: evil
--- response_body_like: X-T: alice



=== TEST 37: what a client names is bounded in a variable
--- config
location = /mcp { mcp; access_log logs/mcp.log;
    add_header X-Length "$mcp_method" always;
    mcp_tool t { description "D."; request GET "/x"; pass @api; }
}
location @api { return 200; }
--- request eval
Mcp::legacy("m" x 10000, {})
--- response_headers eval
"X-Length: " . "m" x 256



=== TEST 38: the argument that is unsafe in a path is named
--- config eval
main::tool('param a string required; param id string required;
            request GET "/x/{a}/{id}";')
--- calls eval
[ [ t => { a => "b", id => "a/b" } ], [ t => { a => "..", id => "c" } ] ]
--- text eval
[ qr/^isError: Invalid arguments: \/id cannot be part of the request's path/,
  qr/^isError: Invalid arguments: \/a cannot be part of the request's path/ ]

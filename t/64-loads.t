# Copyright (C) mcp-nginx contributors
#
# Configurations that must load, and what their endpoints then serve: where
# blocks may stand, what a level inherits, include, comments, quoting.

use lib 't/lib';
use Conf;
use Mcp;

# the answer to tools/list has these names, in this order, and no other
sub names {
    my $other = qr/(?:(?!"name":).)*/s;
    my $names = join $other, map { qq/"name":"$_"/ } @_;

    return qr/^$other$names$other$/;
}

our $List = Mcp::legacy("tools/list", undef, revision => "2025-11-25");

run_tests();

__DATA__

=== TEST 1: tools of an endpoint are listed in the order of the file
--- endpoint
mcp_tool b { description "B."; request GET "/b"; pass @api; }
mcp_tool a { description "A."; request GET "/a"; pass @api; }
mcp_tool c { description "C."; request GET "/c"; pass @api; }
--- loads
--- request eval
$main::List
--- bodies eval
main::names(qw(b a c))



=== TEST 2: a block in the server serves all its endpoints
--- server
mcp_tool a { description "A."; request GET "/a"; pass @api; }
location = /other { mcp; }
location = /mcp { mcp; }
--- loads
--- request eval
[ $main::List, Mcp::legacy("tools/list", undef, path => "/other") ]
--- bodies eval
[ main::names("a"), main::names("a") ]



=== TEST 3: a block in http passes to the location of each endpoint's server
--- http
mcp_tool a { description "A."; request GET "/a"; pass @own; }
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    location @own { return 200 "other"; }
    location = /mcp { mcp; }
}
--- config
location @own { return 200 "mine"; }
location = /mcp { mcp; }
--- loads
--- request eval
Mcp::legacy_call("a")
--- bodies eval
qr/"text":"mine"/



=== TEST 4: an endpoint that has its own tools inherits none
--- http
mcp_tool a { description "A."; request GET "/a"; pass @api; }
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    location @api { return 200; }
    location = /mcp { mcp; }
}
--- config
location @api { return 200; }
location = /mcp {
    mcp;
    mcp_tool b { description "B."; request GET "/b"; pass @api; }
}
--- loads
--- request eval
$main::List
--- bodies eval
main::names("b")



=== TEST 5: own tools come first, then the sets in the order they are named
--- http
mcp_toolset one {
    mcp_tool a { description "A."; request GET "/a"; pass @api; }
    mcp_tool b { description "B."; request GET "/b"; pass @api; }
}
mcp_toolset two {
    mcp_tool c { description "C."; request GET "/c"; pass @api; }
}
--- config
location @api { return 200; }
location = /mcp {
    mcp;
    mcp_tools two;
    mcp_tools one;
    mcp_tool d { description "D."; request GET "/d"; pass @api; }
}
--- loads
--- request eval
$main::List
--- bodies eval
main::names(qw(d c a b))



=== TEST 6: a set may be declared after the endpoint that names it
--- http
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    location @api { return 200; }
    location = /mcp { mcp; mcp_tools one; }
}
mcp_toolset one {
    mcp_tool a { description "A."; request GET "/a"; pass @api; }
}
--- loads



=== TEST 7: "mcp_tools" is inherited as a whole
--- http
mcp_toolset one {
    mcp_tool a { description "A."; request GET "/a"; pass @api; }
}
mcp_tools one;
--- config
location @api { return 200; }
location = /mcp { mcp; }
--- loads
--- request eval
$main::List
--- bodies eval
main::names("a")



=== TEST 8: a set and a block above may have one name, if no endpoint has both
--- http
mcp_toolset one {
    mcp_tool a { description "One."; request GET "/a"; pass @api; }
}
--- config
location @api { return 200; }
mcp_tool a { description "Two."; request GET "/a"; pass @api; }
location = /mcp { mcp; mcp_tools one; }
location = /two { mcp; }
--- loads
--- request eval
[ $main::List, Mcp::legacy("tools/list", undef, path => "/two") ]
--- bodies eval
[ qr/"description":"One\."/, qr/"description":"Two\."/ ]



=== TEST 9: an empty set is no mistake
--- http
mcp_toolset one { }
--- loads



=== TEST 10: "include" inside of a tool
--- endpoint
mcp_tool a {
    description "A.";
    include ../html/more.txt;
    request GET "/a{?id}";
    pass @api;
}
--- user_files
>>> more.txt
param id string required;
title "More";
--- loads
--- request eval
$main::List
--- bodies eval
qr/"title":"More".*"required":\["id"\]/



=== TEST 11: "include" inside of a set, and in a tool of it
--- http
mcp_toolset one {
    include ../html/tools.txt;
}
--- config
location @api { return 200; }
location = /mcp { mcp; mcp_tools one; }
--- user_files
>>> tools.txt
mcp_tool a { description "A."; include ../html/more.txt; }
mcp_tool b { description "B."; include ../html/more.txt; }
>>> more.txt
request GET "/x";
pass @api;
--- loads
--- request eval
$main::List
--- bodies eval
main::names(qw(a b))



=== TEST 12: "include" with a mask takes one file a tool
--- endpoint
include ../html/tool-*.txt;
--- user_files
>>> tool-a.txt
mcp_tool a { description "A."; request GET "/a"; pass @api; }
>>> tool-b.txt
mcp_tool b { description "B."; request GET "/b"; pass @api; }
--- loads
--- request eval
$main::List
--- bodies eval
main::names(qw(a b))



=== TEST 13: a mistake in an included file is told with that file
--- endpoint
mcp_tool a {
    include ../html/more.txt;
}
--- user_files
>>> more.txt
description "A.";
param id text;
--- dies
unknown type "text" of parameter "id": expected string, integer, number, boolean, array or object in more.txt:2



=== TEST 14: comments may stand everywhere in a block
--- endpoint
# before
mcp_tool a {  # after the brace
    # alone
    description "A # B";  # after a word
    param id string  # inside of a word
          required;
    request GET "/a/{id}";
    pass @api;
    # at the end
}
--- loads
--- request eval
$main::List
--- bodies eval
qr/"description":"A # B"/



=== TEST 15: text in either kind of quotes, with the other inside
--- endpoint
mcp_tool a {
    title 'Say "a"';
    description "It's {here}; \"there\" \\ $no_variable";
    request GET '/a';
    pass "@api";
}
--- loads
--- request eval
$main::List
--- bodies eval
qr/"title":"Say \\"a\\"","description":"It's \{here\}; \\"there\\" \\\\ \$no_variable"/



=== TEST 16: all words in one tool
--- endpoint
mcp_tool a {
    title "A";
    description "A.";
    icon https://example.com/a.png mime_type=image/png sizes=48x48 theme=dark;
    icon "data:image/png;base64,AA==";
    annotations read_only=off destructive=on idempotent open_world=off;
    param id string "Id." required;
    param token string;
    param tags array items=string;
    param note string;
    request POST "/a/{id}";
    query "tag[]" "{tags*}";
    header X-Token "{token}";
    header X-Host "a${host}b";
    cookie sid "{token}";
    body form;
    pass @api;
    timeout 5s;
    max_response 10k;
    result text;
}
--- loads
--- request eval
$main::List
--- bodies eval
qr/"annotations":\{"readOnlyHint":false,"destructiveHint":true,"idempotentHint":true,"openWorldHint":false\},"icons":\[\{"src":"https:\/\/example.com\/a.png","mimeType":"image\/png","sizes":\["48x48"\],"theme":"dark"\},\{"src":"data:image\/png;base64,AA=="\}\]/



=== TEST 17: "if" inside of an endpoint is the same endpoint
--- endpoint
mcp_tool a { description "A."; request GET "/a"; pass @api; }
if ($http_x_debug) { add_header X-Debug on; }
--- loads
--- request eval
Mcp::legacy("tools/list", undef, headers => [ "X-Debug: 1" ])
--- bodies eval
main::names("a")
--- response_headers
X-Debug: on



=== TEST 18: "limit_except" inside of an endpoint is the same endpoint
--- endpoint
mcp_tool a { description "A."; request GET "/a"; pass @api; }
limit_except POST OPTIONS { deny all; }
--- loads
--- request eval
[ $main::List, Mcp::http("GET") ]
--- answers
200 result id 1
403 error 403 no id



=== TEST 19: a directive inside of "if" of an endpoint is inherited into it
--- endpoint
mcp_tool a { description "A."; request GET "/a"; pass @api; }
mcp_timeout 5s;
if ($http_x_debug) { set $debug 1; }
--- loads



=== TEST 20: a location below an endpoint is another place
--- server
location /mcp {
    mcp;
    mcp_tool a { description "A."; request GET "/a"; pass @api; }
    location /mcp/plain { return 204; }
}
--- loads
--- request
GET /mcp/plain/x
--- error_code: 204



=== TEST 21: an endpoint may be a prefix or a regex
--- server
location ~ ^/[a-z]+/mcp$ {
    mcp;
    mcp_tool a { description "A."; request GET "/a"; pass @api; }
}
--- loads
--- request eval
Mcp::legacy("tools/list", undef, path => "/orders/mcp")
--- bodies eval
main::names("a")



=== TEST 22: directives in http and server reach the endpoint
--- http
mcp_instructions "From http.";
mcp_server_info name=fromhttp version=1;
--- config
location @api { return 200; }
mcp_server_info version=2 "title=Order desk";
location = /mcp {
    mcp;
    mcp_tool a { description "A."; request GET "/a"; pass @api; }
}
--- loads
--- request eval
Mcp::initialize()
--- bodies eval
qr/"serverInfo":\{"name":"fromhttp",(?=.*"version":"2")(?=.*"title":"Order desk").*"instructions":"From http\."/



=== TEST 23: every directive of http in one place
--- http
mcp_zone mine:64k;
mcp_secret ../html/key.txt;
mcp_allowed_hosts localhost *.example.com .example.org www.example.*;
mcp_allowed_origins https://example.com http://*.example.com:8080 http://[::1];
mcp_pass_header X-Request-Id Accept-Language;
mcp_timeout 30s;
mcp_max_response 2m;
mcp_max_calls 64;
mcp_page_size 10;
mcp_list_ttl 5m;
mcp_cancel_on_disconnect on;
--- user_files
>>> key.txt
# two keys, the second is the one before
0123456789abcdef0123456789abcdef

fedcba9876543210fedcba9876543210
--- config
location @api { return 200; }
location = /mcp {
    mcp;
    mcp_tool a { description "A."; request GET "/a"; pass @api; }
}
--- loads
--- request eval
$main::List
--- bodies eval
main::names("a")



=== TEST 24: "*" and "none" are origins, too
--- http
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    mcp_allowed_origins *;
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2;
    mcp_allowed_origins none;
}
--- loads

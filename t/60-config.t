# Copyright (C) mcp-nginx contributors
#
# Mistakes in directives, in places of directives and in the words of
# "mcp_tool" (but for "param": 61, and "input_schema": 62).  Each is found by
# "nginx -t" and told with its file and line.

use lib 't/lib';
use Conf;
use Mcp;

run_tests();

__DATA__

=== TEST 1: a tool name twice in one endpoint is an error (TOOL-9)
--- server
location = /mcp {
    mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; }
    mcp_tool get { description "B."; request GET "/b"; pass @api; }
}
--- dies
duplicate mcp_tool "get" in the endpoint at mcp.conf:2, the other is in mcp.conf:3 in mcp.conf:4



=== TEST 2: a set cannot bring in a name that the endpoint has
--- http
mcp_toolset one {
    mcp_tool get { description "A."; request GET "/a"; pass @api; }
}
server {
    location @api { return 200; }
    location = /mcp {
        mcp;
        mcp_tools one;
        mcp_tool get { description "B."; request GET "/b"; pass @api; }
    }
}
--- dies
duplicate mcp_tool "get" in the endpoint at mcp.conf:7, the other is in mcp.conf:9 in mcp.conf:2



=== TEST 3: a set named twice has each of its tools twice
--- http
mcp_toolset one {
    mcp_tool get { description "A."; request GET "/a"; pass @api; }
}
server {
    location @api { return 200; }
    location = /mcp { mcp; mcp_tools one one; }
}
--- dies
duplicate mcp_tool "get" in the endpoint at mcp.conf:6, the other is in mcp.conf:2 in mcp.conf:2



=== TEST 4: "pass" must name a location of the endpoint's server
--- server
location = /mcp {
    mcp;
    mcp_tool get {
        description "A.";
        request GET "/a";
        pass @nowhere;
    }
}
--- dies
mcp_tool "get": there is no "location @nowhere" in the server of the endpoint at mcp.conf:2; add location @nowhere { proxy_pass http://upstream; } in mcp.conf:3



=== TEST 5: a location of another server does not count
--- http
server {
    listen 127.0.0.1:1;
    location @other { return 200; }
}
server {
    listen 127.0.0.1:2;
    location = /mcp {
        mcp;
        mcp_tool get { description "A."; request GET "/a"; pass @other; }
    }
}
--- dies
mcp_tool "get": there is no "location @other" in the server of the endpoint at mcp.conf:8; add location @other { proxy_pass http://upstream; } in mcp.conf:9



=== TEST 6: "pass /x" is told the named form
--- endpoint
mcp_tool get {
    description "A.";
    request GET "/a";
    pass /api;
}
--- dies
mcp_tool "get": "pass /api" does not name a location as "@name": only a named location is out of reach for clients; say pass @name; in mcp.conf:1



=== TEST 7: "pass @" names nothing
--- endpoint
mcp_tool get { description "A."; request GET "/a"; pass @; }
--- dies
mcp_tool "get": "pass @" does not name a location as "@name": only a named location is out of reach for clients; say pass @name; in mcp.conf:1



=== TEST 8: a tool without "description" is an error
--- endpoint
mcp_tool get {
    request GET "/a";
    pass @api;
}
--- dies
mcp_tool "get" has no "description": it is what a model chooses tools by in mcp.conf:1



=== TEST 9: an empty description is none
--- endpoint
mcp_tool get { description ""; request GET "/a"; pass @api; }
--- dies
mcp_tool "get" has no "description": it is what a model chooses tools by in mcp.conf:1



=== TEST 10: a tool without "request" is an error
--- endpoint
# the line is that of the block
mcp_tool get { description "A."; pass @api; }
--- dies
mcp_tool "get" has no "request": say request METHOD "/path/{param}"; in mcp.conf:2



=== TEST 11: a tool without "pass" is an error
--- endpoint
mcp_tool get { description "A."; request GET "/a"; }
--- dies
mcp_tool "get" has no "pass": say pass @name; and declare "location @name" with "proxy_pass" in mcp.conf:1



=== TEST 12: an unquoted "{" in "request" is explained
--- endpoint
mcp_tool get {
    description "A.";
    param id string required;
    request GET /orders/{id};
    pass @api;
}
--- dies
a text with "{" must be quoted, as in request GET "/orders/{name}"; in mcp.conf:4



=== TEST 13: an unquoted "{" at the start of a value is explained
--- endpoint
mcp_tool get {
    description "A.";
    param id string required;
    request GET "/orders";
    header X-Id {id};
    pass @api;
}
--- dies
a text with "{" must be quoted, as in header X-Id "{name}"; in mcp.conf:5



=== TEST 14: an unquoted "{" in "query" is explained
--- endpoint
mcp_tool get {
    description "A.";
    param id string required;
    request GET "/orders";
    query id {id};
    pass @api;
}
--- dies
a text with "{" must be quoted, as in query id "{name}"; in mcp.conf:5



=== TEST 15: an unquoted "{" in "cookie" is explained
--- endpoint
mcp_tool get {
    description "A.";
    param id string required;
    request GET "/orders";
    cookie sid a{id};
    pass @api;
}
--- dies
a text with "{" must be quoted, as in cookie sid "a{name}"; in mcp.conf:5



=== TEST 16: no hint at braces where they are not the mistake
--- endpoint
mcp_tool get {
    description "A.";
    request GET "/orders/{id}" more;
}
--- dies
invalid number of arguments in "request" directive in mcp.conf:3
--- no_error_log
must be quoted



=== TEST 17: a name of 129 characters is an error (TOOL-10)
--- endpoint eval
"mcp_tool " . ("a" x 129) . ' { description "A."; request GET "/a"; pass @api; }'
--- dies eval
'tool name "' . ("a" x 129) . '" is not of 1 to 128 characters in mcp.conf:1'



=== TEST 18: an empty name is an error (TOOL-10)
--- endpoint
mcp_tool "" { description "A."; request GET "/a"; pass @api; }
--- dies
tool name "" is not of 1 to 128 characters in mcp.conf:1



=== TEST 19: a blank in a name is an error (TOOL-10)
--- endpoint
mcp_tool "get order" { description "A."; request GET "/a"; pass @api; }
--- dies
tool name "get order" may hold only letters, digits, "_", "-" and "." in mcp.conf:1



=== TEST 20: a slash in a name is an error (TOOL-10)
--- endpoint
mcp_tool orders/get { description "A."; request GET "/a"; pass @api; }
--- dies
tool name "orders/get" may hold only letters, digits, "_", "-" and "." in mcp.conf:1



=== TEST 21: a letter outside of ASCII in a name is an error (TOOL-10)
--- endpoint
mcp_tool größe { description "A."; request GET "/a"; pass @api; }
--- dies
tool name "größe" may hold only letters, digits, "_", "-" and "." in mcp.conf:1



=== TEST 22: 65 characters are warned about, since clients cut there
--- endpoint eval
"mcp_tool " . ("a" x 65) . ' { description "A."; request GET "/a"; pass @api; }'
--- warns eval
'tool name "' . ("a" x 65) . '" is longer than 64 characters: some clients will not show the tool in mcp.conf:1'



=== TEST 23: 128 characters are warned about, not refused
--- endpoint eval
"mcp_tool " . ("a" x 128) . ' { description "A."; request GET "/a"; pass @api; }'
--- warns eval
'tool name "' . ("a" x 128) . '" is longer than 64 characters: some clients will not show the tool in mcp.conf:1'



=== TEST 24: 64 characters are fine
--- endpoint eval
"mcp_tool " . ("a" x 64) . ' { description "A."; request GET "/a"; pass @api; }'
--- loads



=== TEST 25: a "." in a name is warned about
--- endpoint
mcp_tool orders.get { description "A."; request GET "/a"; pass @api; }
--- warns
tool name "orders.get" holds a ".": some clients will not show the tool in mcp.conf:1



=== TEST 26: an unknown method of HTTP is an error
--- endpoint
mcp_tool get {
    description "A.";
    request FETCH "/a";
    pass @api;
}
--- dies
unknown method "FETCH": expected GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS in mcp.conf:3



=== TEST 27: a method in lower case is an error
--- endpoint
mcp_tool get { description "A."; request get "/a"; pass @api; }
--- dies
unknown method "get": expected GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS in mcp.conf:1



=== TEST 28: an address in "request" belongs into the location
--- endpoint
mcp_tool get {
    description "A.";
    request GET "http://api/orders";
    pass @api;
}
--- dies
URI template "http://api/orders" must begin with "/": the upstream's address belongs into the location that "pass" names in mcp.conf:3



=== TEST 29: an empty "request" is an error
--- endpoint
mcp_tool get { description "A."; request GET ""; pass @api; }
--- dies
URI template "" must begin with "/": the upstream's address belongs into the location that "pass" names in mcp.conf:1



=== TEST 30: a malformed URI template is told with the character
--- endpoint
mcp_tool get {
    description "A.";
    param id string required;
    request GET "/orders/{id";
    pass @api;
}
--- dies
invalid URI template "/orders/{id": unclosed "{" at character 9 in mcp.conf:4



=== TEST 31: a blank in a URI template is told
--- endpoint
mcp_tool get { description "A."; request GET "/my orders"; pass @api; }
--- dies
invalid URI template "/my orders": a blank in the template, write "%20" at character 4 in mcp.conf:1



=== TEST 32: a reserved operator of RFC 6570 is told
--- endpoint
mcp_tool get { description "A."; request GET "/a{|x}"; pass @api; }
--- dies
invalid URI template "/a{|x}": operators "=", ",", "!", "@" and "|" are reserved at character 4 in mcp.conf:1



=== TEST 33: a fragment as text is an error
--- endpoint
mcp_tool get {
    description "A.";
    request GET "/a#top";
    pass @api;
}
--- dies
mcp_tool "get": the URI template has a fragment ("#"), which HTTP does not send in mcp.conf:3



=== TEST 34: a fragment as an expression is an error
--- endpoint
mcp_tool get {
    description "A.";
    param x string required;
    request GET "/a{#x}";
    pass @api;
}
--- dies
mcp_tool "get": the URI template has a fragment ("#"), which HTTP does not send in mcp.conf:4



=== TEST 35: a body on GET is an error
--- endpoint
mcp_tool get {
    description "A.";
    param x string;
    request GET "/a";
    body json;
    pass @api;
}
--- dies
mcp_tool "get": a GET request has no body: use "{?param}" in the URI template, or another method in mcp.conf:1



=== TEST 36: a body on HEAD is an error
--- endpoint
mcp_tool get { description "A."; request HEAD "/a"; body form; pass @api; }
--- dies
mcp_tool "get": a HEAD request has no body: use "{?param}" in the URI template, or another method in mcp.conf:1



=== TEST 37: an unknown kind of body is an error
--- endpoint
mcp_tool get { description "A."; request POST "/a"; body xml; pass @api; }
--- dies
invalid value "xml" in mcp.conf:1



=== TEST 38: "body raw" is not there yet
--- endpoint
mcp_tool get { description "A."; request POST "/a"; body raw; pass @api; }
--- dies
invalid value "raw" in mcp.conf:1



=== TEST 39: an unknown kind of result is an error
--- endpoint
mcp_tool get { description "A."; request GET "/a"; result json; pass @api; }
--- dies
invalid value "json" in mcp.conf:1



=== TEST 40: "query" takes one parameter and nothing else
--- endpoint
mcp_tool get {
    description "A.";
    param id string required;
    request GET "/a";
    query id "x{id}";
    pass @api;
}
--- dies
invalid query parameter "id" "x{id}": expected a name and one "{param}" or "{param*}" in mcp.conf:5



=== TEST 41: "query" takes no two parameters
--- endpoint
mcp_tool get { description "A."; request GET "/a"; query id "{a,b}"; }
--- dies
invalid query parameter "id" "{a,b}": expected a name and one "{param}" or "{param*}" in mcp.conf:1



=== TEST 42: "query" takes no other operator
--- endpoint
mcp_tool get { description "A."; request GET "/a"; query id "{?a}"; }
--- dies
invalid query parameter "id" "{?a}": expected a name and one "{param}" or "{param*}" in mcp.conf:1



=== TEST 43: "query" takes no broken template
--- endpoint
mcp_tool get { description "A."; request GET "/a"; query id "{a"; }
--- dies
invalid query parameter "id" "{a": expected a name and one "{param}" or "{param*}" in mcp.conf:1



=== TEST 44: "query" needs a name
--- endpoint
mcp_tool get { description "A."; request GET "/a"; query "" "{a}"; }
--- dies
invalid query parameter "" "{a}": expected a name and one "{param}" or "{param*}" in mcp.conf:1



=== TEST 45: a header's name is a token
--- endpoint
mcp_tool get { description "A."; request GET "/a"; header "X Id" "1"; }
--- dies
invalid header name "X Id" in mcp.conf:1



=== TEST 46: a cookie's name has no "="
--- endpoint
mcp_tool get { description "A."; request GET "/a"; cookie a=b "1"; }
--- dies
invalid cookie name "a=b" in mcp.conf:1



=== TEST 47: a cookie's name has no ";"
--- endpoint
mcp_tool get { description "A."; request GET "/a"; cookie "a;b" "1"; }
--- dies
invalid cookie name "a;b" in mcp.conf:1



=== TEST 48: a cookie has a name
--- endpoint
mcp_tool get { description "A."; request GET "/a"; cookie "" "1"; }
--- dies
invalid cookie name "" in mcp.conf:1



=== TEST 49: an unclosed "{" in "header" is an error
--- endpoint
mcp_tool get {
    description "A.";
    param id string;
    header X-Id "a{id";
}
--- dies
unclosed "{" in "a{id" in mcp.conf:4



=== TEST 50: "header" names only parameters declared above
--- endpoint
mcp_tool get {
    description "A.";
    header X-Id "{id}";
    param id string;
    request GET "/a";
    pass @api;
}
--- dies
unknown parameter "id" in "{id}": declare it by "param" above this line in mcp.conf:3



=== TEST 51: "header" with an unknown variable of nginx is an error
--- endpoint
mcp_tool get {
    description "A.";
    header X-Id "$no_such";
    request GET "/a";
    pass @api;
}
--- dies
unknown "no_such" variable



=== TEST 52: an icon of another scheme is an error
--- endpoint
mcp_tool get { description "A."; icon http://example.com/i.png; }
--- dies
invalid icon "http://example.com/i.png": clients load only "https:" and "data:" URIs in mcp.conf:1



=== TEST 53: an unknown parameter of "icon" is an error
--- endpoint
mcp_tool get { description "A."; icon https://example.com/i.png type=png; }
--- dies
invalid parameter "type=png": expected mime_type=, sizes= or theme=light|dark in mcp.conf:1



=== TEST 54: an icon's theme is light or dark
--- endpoint
mcp_tool get { description "A."; icon https://example.com/i.png theme=blue; }
--- dies
invalid parameter "theme=blue": expected mime_type=, sizes= or theme=light|dark in mcp.conf:1



=== TEST 55: an unknown annotation is an error
--- endpoint
mcp_tool get { description "A."; annotations readonly; }
--- dies
unknown annotation "readonly": expected read_only, destructive, idempotent or open_world, each with =on or =off in mcp.conf:1



=== TEST 56: an annotation is on or off
--- endpoint
mcp_tool get { description "A."; annotations read_only=yes; }
--- dies
unknown annotation "read_only=yes": expected read_only, destructive, idempotent or open_world, each with =on or =off in mcp.conf:1



=== TEST 57: an annotation twice is an error
--- endpoint
mcp_tool get { description "A."; annotations read_only read_only=off; }
--- dies
annotation "read_only" is duplicate in mcp.conf:1



=== TEST 58: an annotation twice in two lines is an error
--- endpoint
mcp_tool get {
    annotations idempotent;
    annotations idempotent;
}
--- dies
annotation "idempotent" is duplicate in mcp.conf:3



=== TEST 59: a title that is not UTF-8 is an error (RPC-26)
--- endpoint eval
"mcp_tool get { title \"\xff\"; description \"A.\"; request GET \"/a\"; pass \@api; }"
--- dies
mcp_tool "get": "title" or "description" is not UTF-8 in mcp.conf:1



=== TEST 60: a description that is not UTF-8 is an error (RPC-26)
--- endpoint eval
"mcp_tool get { description \"A\xc3\"; request GET \"/a\"; pass \@api; }"
--- dies
mcp_tool "get": "title" or "description" is not UTF-8 in mcp.conf:1



=== TEST 61: the description of a parameter that is not UTF-8 is an error
--- endpoint eval
"mcp_tool get { description \"A.\"; param id string \"\xa0\"; request GET \"/a{?id}\"; pass \@api; }"
--- dies
mcp_tool "get": the description of parameter "id" is not UTF-8 in mcp.conf:1



=== TEST 62: a tool in no endpoint is an error
--- server
mcp_tool get { description "A."; request GET "/a"; pass @api; }
--- dies
mcp_tool "get" is in no endpoint: put it into a location with "mcp" or above one that has no tools of its own, or pick its set by "mcp_tools" in mcp.conf:1



=== TEST 63: a tool above an endpoint that has its own is in none
--- server
mcp_tool get { description "A."; request GET "/a"; pass @api; }
location = /mcp {
    mcp;
    mcp_tool put { description "B."; request GET "/b"; pass @api; }
}
--- dies
mcp_tool "get" is in no endpoint: put it into a location with "mcp" or above one that has no tools of its own, or pick its set by "mcp_tools" in mcp.conf:1



=== TEST 64: a set that no endpoint picks is a mistake
--- http
mcp_toolset one {
    mcp_tool get { description "A."; request GET "/a"; pass @api; }
}
--- dies
mcp_tool "get" is in no endpoint: put it into a location with "mcp" or above one that has no tools of its own, or pick its set by "mcp_tools" in mcp.conf:2



=== TEST 65: an unknown set is an error
--- server
location = /mcp {
    mcp;
    mcp_tools orders;
}
--- dies
unknown mcp_toolset "orders" in "mcp_tools" of the endpoint in mcp.conf:2



=== TEST 66: a set's name twice is an error
--- http
mcp_toolset one { }
mcp_toolset one { }
--- dies
duplicate mcp_toolset "one", first in mcp.conf:1 in mcp.conf:2



=== TEST 67: an endpoint that sees no tool is warned about
--- server
location = /mcp {
    mcp;
}
--- warns
the "mcp" endpoint serves nothing: it sees no "mcp_tool" in mcp.conf:2



=== TEST 68: "mcp" after "proxy_pass" is an error
--- server
location = /mcp {
    proxy_pass http://127.0.0.1:1;
    mcp;
}
--- dies
"mcp" directive cannot share a location with another content handler, such as "proxy_pass": point "pass" of a tool at it in mcp.conf:3



=== TEST 69: "proxy_pass" after "mcp" is an error
--- server
location = /mcp {
    mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; }
    proxy_pass http://127.0.0.1:1;
}
--- dies
"mcp" cannot share a location with another content handler, such as "proxy_pass": point "pass" of a tool at it in mcp.conf:2



=== TEST 70: "stub_status" after "mcp" is an error
--- server
location = /mcp {
    mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; }
    stub_status;
}
--- dies
"mcp" cannot share a location with another content handler, such as "proxy_pass": point "pass" of a tool at it in mcp.conf:2



=== TEST 71: "mcp" in a named location is an error
--- server
location @mcp {
    mcp;
}
--- dies
"mcp" directive cannot be used in a named location: clients must reach it in mcp.conf:2



=== TEST 72: "mcp" in a server is an error
--- server
mcp;
--- dies
"mcp" directive is not allowed here in mcp.conf:1



=== TEST 73: "mcp" in http is an error
--- http
mcp;
--- dies
"mcp" directive is not allowed here in mcp.conf:1



=== TEST 74: "mcp" twice is an error
--- server
location = /mcp {
    mcp;
    mcp;
}
--- dies
"mcp" directive is duplicate in mcp.conf:3



=== TEST 75: "mcp" takes no arguments
--- server
location = /mcp { mcp on; }
--- dies
invalid number of arguments in "mcp" directive in mcp.conf:1



=== TEST 76: "mcp_tool" needs a name
--- server
mcp_tool { }
--- dies
invalid number of arguments in "mcp_tool" directive in mcp.conf:1



=== TEST 77: "mcp_tool" needs a block
--- server
mcp_tool get;
--- dies
directive "mcp_tool" has no opening "{" in mcp.conf:1



=== TEST 78: an unknown word in a tool is an error
--- endpoint
mcp_tool get {
    desc "A.";
}
--- dies
unknown directive "desc" in mcp.conf:2



=== TEST 79: a directive of nginx in a tool is an error
--- endpoint
mcp_tool get {
    proxy_pass http://127.0.0.1:1;
}
--- dies
"proxy_pass" directive is not allowed here in mcp.conf:2



=== TEST 80: a word of "mcp_tool" in a location is an error
--- endpoint
description "A.";
--- dies
"description" directive is not allowed here in mcp.conf:1



=== TEST 81: a tool in a tool is an error
--- endpoint
mcp_tool get {
    mcp_tool put { }
}
--- dies
"mcp_tool" directive is not allowed here in mcp.conf:2



=== TEST 82: a word of "mcp_tool" in a set is an error
--- http
mcp_toolset one {
    description "A.";
}
--- dies
"description" directive is not allowed here in mcp.conf:2



=== TEST 83: "mcp_toolset" in a server is an error
--- server
mcp_toolset one { }
--- dies
"mcp_toolset" directive is not allowed here in mcp.conf:1



=== TEST 84: "mcp_tool" in an "if" of a server is an error
--- server
if ($uri) {
    mcp_tool get { }
}
--- dies
"mcp_tool" directive is not allowed here in mcp.conf:2



=== TEST 85: a variable of nginx in a URI template is told
--- endpoint
mcp_tool get { description "A."; request GET "/a/{$x}"; pass @api; }
--- dies
invalid URI template "/a/{$x}": "$" inside "{}", which holds no nginx variables at character 5 in mcp.conf:1



=== TEST 86: "-" in a name of a URI template is told
--- endpoint
mcp_tool get { description "A."; request GET "/a{?y-z}"; pass @api; }
--- dies
invalid URI template "/a{?y-z}": a name has only letters, digits, "_" and "." at character 6 in mcp.conf:1



=== TEST 87: an empty expression is told
--- endpoint
mcp_tool get { description "A."; request GET "/a/{}"; pass @api; }
--- dies
invalid URI template "/a/{}": empty "{}" at character 4 in mcp.conf:1

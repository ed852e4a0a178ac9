# Copyright (C) mcp-nginx contributors
#
# Values of directives and of words, their number, their places, and each of
# them twice; told by "nginx -t" with file and line.

use lib 't/lib';
use Conf;
use Mcp;

run_tests();

__DATA__

=== TEST 1: "mcp_zone" has a size
--- http
mcp_zone mcp;
--- dies
invalid zone "mcp": expected name:size, as "mcp:16m" in mcp.conf:1



=== TEST 2: "mcp_zone" has a name
--- http
mcp_zone :1m;
--- dies
invalid zone ":1m": expected name:size, as "mcp:16m" in mcp.conf:1



=== TEST 3: the size of "mcp_zone" is a size
--- http
mcp_zone mcp:large;
--- dies
invalid size of zone "mcp:large": at least 32k is needed in mcp.conf:1



=== TEST 4: "mcp_zone" has at least eight pages
--- http
mcp_zone mcp:31k;
--- dies
invalid size of zone "mcp:31k": at least 32k is needed in mcp.conf:1



=== TEST 5: "mcp_zone" twice is an error
--- http
mcp_zone mcp:1m;
mcp_zone other:1m;
--- dies
"mcp_zone" directive is duplicate in mcp.conf:2



=== TEST 6: "mcp_zone" takes one argument
--- http
mcp_zone mcp 1m;
--- dies
invalid number of arguments in "mcp_zone" directive in mcp.conf:1



=== TEST 7: "mcp_zone" stands in http
--- server
mcp_zone mcp:1m;
--- dies
"mcp_zone" directive is not allowed here in mcp.conf:1



=== TEST 8: a missing file of "mcp_secret" is told
--- http
mcp_secret ../html/no.txt;
--- dies
open() "no.txt" failed (2: No such file or directory) in mcp.conf:1



=== TEST 9: a key of 15 characters is too short
--- http
mcp_secret ../html/key.txt;
--- user_files
>>> key.txt
0123456789abcde
--- dies
a key of "mcp_secret" is shorter than 16 characters: make one by "openssl rand -base64 32" in mcp.conf:1



=== TEST 10: blanks do not make a key longer
--- http
mcp_secret ../html/key.txt;
--- user_files
>>> key.txt
0123456789abcde          
--- dies
a key of "mcp_secret" is shorter than 16 characters: make one by "openssl rand -base64 32" in mcp.conf:1



=== TEST 11: each line of "mcp_secret" is a key
--- http
mcp_secret ../html/key.txt;
--- user_files
>>> key.txt
0123456789abcdef
short
--- dies
a key of "mcp_secret" is shorter than 16 characters: make one by "openssl rand -base64 32" in mcp.conf:1



=== TEST 12: comments and blank lines are no keys
--- http
mcp_secret ../html/key.txt;
--- user_files
>>> key.txt
# 0123456789abcdef

   
--- dies
no key in "key.txt": write one a line, made by "openssl rand -base64 32" in mcp.conf:1



=== TEST 13: "mcp_secret" is a regular file
--- http
mcp_secret ../html;
--- dies
"DIR" is not a regular file of at most 65536 bytes in mcp.conf:1



=== TEST 14: "mcp_secret" has at most 64k
--- http
mcp_secret ../html/key.txt;
--- user_files eval
">>> key.txt\n" . ("k" x 65537)
--- dies
"key.txt" is not a regular file of at most 65536 bytes in mcp.conf:1



=== TEST 15: "mcp_secret" twice is an error
--- http
mcp_secret ../html/key.txt;
mcp_secret ../html/key.txt;
--- user_files
>>> key.txt
0123456789abcdef
--- dies
"mcp_secret" directive is duplicate in mcp.conf:2



=== TEST 16: "mcp_secret" stands in http
--- server
mcp_secret key.txt;
--- dies
"mcp_secret" directive is not allowed here in mcp.conf:1



=== TEST 17: an unknown key of "mcp_server_info" is an error
--- server
mcp_server_info label=x;
--- dies
invalid parameter "label=x": expected name=, version=, title= or website= with a value in mcp.conf:1



=== TEST 18: a key of "mcp_server_info" has a value
--- server
mcp_server_info name=;
--- dies
invalid parameter "name=": expected name=, version=, title= or website= with a value in mcp.conf:1



=== TEST 19: a word without a key is an error
--- server
mcp_server_info orders;
--- dies
invalid parameter "orders": expected name=, version=, title= or website= with a value in mcp.conf:1



=== TEST 20: the title with blanks is quoted as a whole
--- server
mcp_server_info name=a title="Order desk";
--- dies
a quote inside of title="Order is not one for nginx: quote the whole word, as "title=Order desk" in mcp.conf:1



=== TEST 21: "name=" twice is an error
--- server
mcp_server_info name=a;
mcp_server_info name=b;
--- dies
"mcp_server_info" directive is duplicate in mcp.conf:2



=== TEST 22: "version=" twice is an error
--- server
mcp_server_info version=a;
mcp_server_info version=b;
--- dies
"mcp_server_info" directive is duplicate in mcp.conf:2



=== TEST 23: "title=" twice is an error
--- server
mcp_server_info title=a;
mcp_server_info title=b;
--- dies
"mcp_server_info" directive is duplicate in mcp.conf:2



=== TEST 24: "website=" twice is an error
--- server
mcp_server_info website=a;
mcp_server_info website=b;
--- dies
"mcp_server_info" directive is duplicate in mcp.conf:2



=== TEST 25: "mcp_server_info" has arguments
--- server
mcp_server_info;
--- dies
invalid number of arguments in "mcp_server_info" directive in mcp.conf:1



=== TEST 26: a host has no scheme
--- server
mcp_allowed_hosts https://example.com;
--- dies
invalid host "https://example.com": give a name without scheme, port and path, as "api.example.com" or "*.example.com" in mcp.conf:1



=== TEST 27: a host has no port
--- server
mcp_allowed_hosts example.com:443;
--- dies
invalid host "example.com:443": give a name without scheme, port and path, as "api.example.com" or "*.example.com" in mcp.conf:1



=== TEST 28: a host has no path
--- server
mcp_allowed_hosts example.com/mcp;
--- dies
invalid host "example.com/mcp": give a name without scheme, port and path, as "api.example.com" or "*.example.com" in mcp.conf:1



=== TEST 29: each host is checked
--- server
mcp_allowed_hosts example.com a:1;
--- dies
invalid host "a:1": give a name without scheme, port and path, as "api.example.com" or "*.example.com" in mcp.conf:1



=== TEST 30: an origin has a scheme
--- server
mcp_allowed_origins example.com;
--- dies
invalid origin "example.com": expected scheme://host[:port] without a path, "https://*.example.com", "*" or "none" in mcp.conf:1



=== TEST 31: an origin has two slashes
--- server
mcp_allowed_origins https:/example.com;
--- dies
invalid origin "https:/example.com": expected scheme://host[:port] without a path, "https://*.example.com", "*" or "none" in mcp.conf:1



=== TEST 32: an origin has no path
--- server
mcp_allowed_origins https://example.com/;
--- dies
invalid origin "https://example.com/": expected scheme://host[:port] without a path, "https://*.example.com", "*" or "none" in mcp.conf:1



=== TEST 33: an origin has a port of digits
--- server
mcp_allowed_origins https://example.com:x;
--- dies
invalid origin "https://example.com:x": expected scheme://host[:port] without a path, "https://*.example.com", "*" or "none" in mcp.conf:1



=== TEST 34: an origin has a host
--- server
mcp_allowed_origins https://;
--- dies
invalid origin "https://": expected scheme://host[:port] without a path, "https://*.example.com", "*" or "none" in mcp.conf:1



=== TEST 35: an origin has a host before the port
--- server
mcp_allowed_origins https://:443;
--- dies
invalid origin "https://:443": expected scheme://host[:port] without a path, "https://*.example.com", "*" or "none" in mcp.conf:1



=== TEST 36: an origin has "*." only in front
--- server
mcp_allowed_origins https://a.*.com;
--- dies
invalid origin "https://a.*.com": expected scheme://host[:port] without a path, "https://*.example.com", "*" or "none" in mcp.conf:1



=== TEST 37: an origin in brackets is closed
--- server
mcp_allowed_origins https://[::1;
--- dies
invalid origin "https://[::1": expected scheme://host[:port] without a path, "https://*.example.com", "*" or "none" in mcp.conf:1



=== TEST 38: an origin is not "null"
--- server
mcp_allowed_origins null;
--- dies
invalid origin "null": expected scheme://host[:port] without a path, "https://*.example.com", "*" or "none" in mcp.conf:1



=== TEST 39: an origin beside others is not "none"
--- server
mcp_allowed_origins none https://example.com;
--- dies
invalid origin "none": expected scheme://host[:port] without a path, "https://*.example.com", "*" or "none" in mcp.conf:1



=== TEST 40: the header Authorization never passes
--- server
mcp_pass_header X-Id Authorization;
--- dies
header "authorization" may not pass to an upstream: set it with "proxy_set_header" in the tool's location if the upstream needs one in mcp.conf:1



=== TEST 41: the header Cookie never passes
--- server
mcp_pass_header X-Id Cookie;
--- dies
header "cookie" may not pass to an upstream: set it with "proxy_set_header" in the tool's location if the upstream needs one in mcp.conf:1



=== TEST 42: the header Proxy-Authorization never passes
--- server
mcp_pass_header X-Id Proxy-Authorization;
--- dies
header "proxy-authorization" may not pass to an upstream: set it with "proxy_set_header" in the tool's location if the upstream needs one in mcp.conf:1



=== TEST 43: the header DPoP never passes
--- server
mcp_pass_header X-Id DPoP;
--- dies
header "dpop" may not pass to an upstream: set it with "proxy_set_header" in the tool's location if the upstream needs one in mcp.conf:1



=== TEST 44: the header Host never passes
--- server
mcp_pass_header X-Id Host;
--- dies
header "host" may not pass to an upstream: set it with "proxy_set_header" in the tool's location if the upstream needs one in mcp.conf:1



=== TEST 45: the header Connection never passes
--- server
mcp_pass_header X-Id Connection;
--- dies
header "connection" may not pass to an upstream: set it with "proxy_set_header" in the tool's location if the upstream needs one in mcp.conf:1



=== TEST 46: the header Content-Length never passes
--- server
mcp_pass_header X-Id Content-Length;
--- dies
header "content-length" may not pass to an upstream: set it with "proxy_set_header" in the tool's location if the upstream needs one in mcp.conf:1



=== TEST 47: the header Content-Type never passes
--- server
mcp_pass_header X-Id Content-Type;
--- dies
header "content-type" may not pass to an upstream: set it with "proxy_set_header" in the tool's location if the upstream needs one in mcp.conf:1



=== TEST 48: the header Transfer-Encoding never passes
--- server
mcp_pass_header X-Id Transfer-Encoding;
--- dies
header "transfer-encoding" may not pass to an upstream: set it with "proxy_set_header" in the tool's location if the upstream needs one in mcp.conf:1



=== TEST 49: the header Mcp-Name never passes
--- server
mcp_pass_header X-Id Mcp-Name;
--- dies
header "mcp-name" may not pass to an upstream: set it with "proxy_set_header" in the tool's location if the upstream needs one in mcp.conf:1



=== TEST 50: the header Mcp-Session-Id never passes
--- server
mcp_pass_header X-Id Mcp-Session-Id;
--- dies
header "mcp-session-id" may not pass to an upstream: set it with "proxy_set_header" in the tool's location if the upstream needs one in mcp.conf:1



=== TEST 51: "mcp_pass_header" takes names of headers
--- server
mcp_pass_header "X Id";
--- dies
invalid header name "X Id" in mcp.conf:1



=== TEST 52: "mcp_timeout soon" is an error
--- server
mcp_timeout soon;
--- dies
"mcp_timeout" directive invalid value in mcp.conf:1



=== TEST 53: "mcp_list_ttl soon" is an error
--- server
mcp_list_ttl soon;
--- dies
"mcp_list_ttl" directive invalid value in mcp.conf:1



=== TEST 54: "mcp_max_response much" is an error
--- server
mcp_max_response much;
--- dies
"mcp_max_response" directive invalid value in mcp.conf:1



=== TEST 55: "mcp_max_calls many" is an error
--- server
mcp_max_calls many;
--- dies
"mcp_max_calls" directive invalid number in mcp.conf:1



=== TEST 56: "mcp_max_calls 0" is an error
--- server
mcp_max_calls 0;
--- dies
value must be equal to or greater than 1 in mcp.conf:1



=== TEST 57: "mcp_page_size all" is an error
--- server
mcp_page_size all;
--- dies
"mcp_page_size" directive invalid number in mcp.conf:1



=== TEST 58: "mcp_cancel_on_disconnect yes" is an error
--- server
mcp_cancel_on_disconnect yes;
--- dies
invalid value "yes" in "mcp_cancel_on_disconnect" directive, it must be "on" or "off" in mcp.conf:1



=== TEST 59: "mcp_instructions" twice is an error
--- server
mcp_instructions a;
mcp_instructions a;
--- dies
"mcp_instructions" directive is duplicate in mcp.conf:2



=== TEST 60: "mcp_instructions" takes one argument
--- server
mcp_instructions a a;
--- dies
invalid number of arguments in "mcp_instructions" directive in mcp.conf:1



=== TEST 61: "mcp_timeout" twice is an error
--- server
mcp_timeout 1s;
mcp_timeout 1s;
--- dies
"mcp_timeout" directive is duplicate in mcp.conf:2



=== TEST 62: "mcp_timeout" takes one argument
--- server
mcp_timeout 1s 1s;
--- dies
invalid number of arguments in "mcp_timeout" directive in mcp.conf:1



=== TEST 63: "mcp_list_ttl" twice is an error
--- server
mcp_list_ttl 1s;
mcp_list_ttl 1s;
--- dies
"mcp_list_ttl" directive is duplicate in mcp.conf:2



=== TEST 64: "mcp_list_ttl" takes one argument
--- server
mcp_list_ttl 1s 1s;
--- dies
invalid number of arguments in "mcp_list_ttl" directive in mcp.conf:1



=== TEST 65: "mcp_max_response" twice is an error
--- server
mcp_max_response 1m;
mcp_max_response 1m;
--- dies
"mcp_max_response" directive is duplicate in mcp.conf:2



=== TEST 66: "mcp_max_response" takes one argument
--- server
mcp_max_response 1m 1m;
--- dies
invalid number of arguments in "mcp_max_response" directive in mcp.conf:1



=== TEST 67: "mcp_max_calls" twice is an error
--- server
mcp_max_calls 1;
mcp_max_calls 1;
--- dies
"mcp_max_calls" directive is duplicate in mcp.conf:2



=== TEST 68: "mcp_max_calls" takes one argument
--- server
mcp_max_calls 1 1;
--- dies
invalid number of arguments in "mcp_max_calls" directive in mcp.conf:1



=== TEST 69: "mcp_page_size" twice is an error
--- server
mcp_page_size 1;
mcp_page_size 1;
--- dies
"mcp_page_size" directive is duplicate in mcp.conf:2



=== TEST 70: "mcp_page_size" takes one argument
--- server
mcp_page_size 1 1;
--- dies
invalid number of arguments in "mcp_page_size" directive in mcp.conf:1



=== TEST 71: "mcp_cancel_on_disconnect" twice is an error
--- server
mcp_cancel_on_disconnect on;
mcp_cancel_on_disconnect on;
--- dies
"mcp_cancel_on_disconnect" directive is duplicate in mcp.conf:2



=== TEST 72: "mcp_cancel_on_disconnect" takes one argument
--- server
mcp_cancel_on_disconnect on on;
--- dies
invalid number of arguments in "mcp_cancel_on_disconnect" directive in mcp.conf:1



=== TEST 73: "mcp_tools" has arguments
--- server
mcp_tools;
--- dies
invalid number of arguments in "mcp_tools" directive in mcp.conf:1



=== TEST 74: "mcp_allowed_hosts" has arguments
--- server
mcp_allowed_hosts;
--- dies
invalid number of arguments in "mcp_allowed_hosts" directive in mcp.conf:1



=== TEST 75: "mcp_allowed_origins" has arguments
--- server
mcp_allowed_origins;
--- dies
invalid number of arguments in "mcp_allowed_origins" directive in mcp.conf:1



=== TEST 76: "mcp_pass_header" has arguments
--- server
mcp_pass_header;
--- dies
invalid number of arguments in "mcp_pass_header" directive in mcp.conf:1



=== TEST 77: "mcp_toolset" has a name
--- http
mcp_toolset { }
--- dies
invalid number of arguments in "mcp_toolset" directive in mcp.conf:1



=== TEST 78: "mcp_toolset" has a block
--- http
mcp_toolset one;
--- dies
directive "mcp_toolset" has no opening "{" in mcp.conf:1



=== TEST 79: "title" twice is an error
--- endpoint
mcp_tool get {
    title "A";
    title "A";
}
--- dies
"title" directive is duplicate in mcp.conf:3



=== TEST 80: "description" twice is an error
--- endpoint
mcp_tool get {
    description "A.";
    description "A.";
}
--- dies
"description" directive is duplicate in mcp.conf:3



=== TEST 81: "request" twice is an error
--- endpoint
mcp_tool get {
    request GET "/a";
    request GET "/a";
}
--- dies
"request" directive is duplicate in mcp.conf:3



=== TEST 82: "body" twice is an error
--- endpoint
mcp_tool get {
    body json;
    body json;
}
--- dies
"body" directive is duplicate in mcp.conf:3



=== TEST 83: "pass" twice is an error
--- endpoint
mcp_tool get {
    pass @api;
    pass @api;
}
--- dies
"pass" directive is duplicate in mcp.conf:3



=== TEST 84: "timeout" twice is an error
--- endpoint
mcp_tool get {
    timeout 1s;
    timeout 1s;
}
--- dies
"timeout" directive is duplicate in mcp.conf:3



=== TEST 85: "max_response" twice is an error
--- endpoint
mcp_tool get {
    max_response 1m;
    max_response 1m;
}
--- dies
"max_response" directive is duplicate in mcp.conf:3



=== TEST 86: "result" twice is an error
--- endpoint
mcp_tool get {
    result text;
    result text;
}
--- dies
"result" directive is duplicate in mcp.conf:3



=== TEST 87: "title" has a wrong number of arguments
--- endpoint
mcp_tool get {
    title;
}
--- dies
invalid number of arguments in "title" directive in mcp.conf:2



=== TEST 88: "title a b" has a wrong number of arguments
--- endpoint
mcp_tool get {
    title a b;
}
--- dies
invalid number of arguments in "title" directive in mcp.conf:2



=== TEST 89: "description a b" has a wrong number of arguments
--- endpoint
mcp_tool get {
    description a b;
}
--- dies
invalid number of arguments in "description" directive in mcp.conf:2



=== TEST 90: "icon" has a wrong number of arguments
--- endpoint
mcp_tool get {
    icon;
}
--- dies
invalid number of arguments in "icon" directive in mcp.conf:2



=== TEST 91: "annotations" has a wrong number of arguments
--- endpoint
mcp_tool get {
    annotations;
}
--- dies
invalid number of arguments in "annotations" directive in mcp.conf:2



=== TEST 92: "param a" has a wrong number of arguments
--- endpoint
mcp_tool get {
    param a;
}
--- dies
invalid number of arguments in "param" directive in mcp.conf:2



=== TEST 93: "input_schema" has a wrong number of arguments
--- endpoint
mcp_tool get {
    input_schema;
}
--- dies
invalid number of arguments in "input_schema" directive in mcp.conf:2



=== TEST 94: "request GET" has a wrong number of arguments
--- endpoint
mcp_tool get {
    request GET;
}
--- dies
invalid number of arguments in "request" directive in mcp.conf:2



=== TEST 95: "query a" has a wrong number of arguments
--- endpoint
mcp_tool get {
    query a;
}
--- dies
invalid number of arguments in "query" directive in mcp.conf:2



=== TEST 96: "header a" has a wrong number of arguments
--- endpoint
mcp_tool get {
    header a;
}
--- dies
invalid number of arguments in "header" directive in mcp.conf:2



=== TEST 97: "cookie a b c" has a wrong number of arguments
--- endpoint
mcp_tool get {
    cookie a b c;
}
--- dies
invalid number of arguments in "cookie" directive in mcp.conf:2



=== TEST 98: "body" has a wrong number of arguments
--- endpoint
mcp_tool get {
    body;
}
--- dies
invalid number of arguments in "body" directive in mcp.conf:2



=== TEST 99: "pass @a @b" has a wrong number of arguments
--- endpoint
mcp_tool get {
    pass @a @b;
}
--- dies
invalid number of arguments in "pass" directive in mcp.conf:2



=== TEST 100: "timeout" has a wrong number of arguments
--- endpoint
mcp_tool get {
    timeout;
}
--- dies
invalid number of arguments in "timeout" directive in mcp.conf:2



=== TEST 101: "max_response" has a wrong number of arguments
--- endpoint
mcp_tool get {
    max_response;
}
--- dies
invalid number of arguments in "max_response" directive in mcp.conf:2



=== TEST 102: "result text both" has a wrong number of arguments
--- endpoint
mcp_tool get {
    result text both;
}
--- dies
invalid number of arguments in "result" directive in mcp.conf:2



=== TEST 103: "timeout soon" is an error
--- endpoint
mcp_tool get {
    timeout soon;
}
--- dies
"timeout" directive invalid value in mcp.conf:2



=== TEST 104: "max_response much" is an error
--- endpoint
mcp_tool get {
    max_response much;
}
--- dies
"max_response" directive invalid value in mcp.conf:2



=== TEST 105: a server without a name on a public address is warned about
--- http
server {
    listen 0.0.0.0:$TEST_NGINX_RAND_PORT_1;
    location @api { return 200; }
    location = /mcp {
        mcp;
        mcp_tool get { description "A."; request GET "/a"; pass @api; }
    }
}
--- warns
the "mcp" endpoint has neither "server_name" nor "mcp_allowed_hosts": only clients on this machine will reach it, others get 421 in mcp.conf:5



=== TEST 106: a server with a name is not
--- http
server {
    listen 0.0.0.0:$TEST_NGINX_RAND_PORT_1;
    server_name example.com;
    location @api { return 200; }
    location = /mcp {
        mcp;
        mcp_tool get { description "A."; request GET "/a"; pass @api; }
    }
}
--- loads



=== TEST 107: a server with "mcp_allowed_hosts" is not
--- http
server {
    listen 0.0.0.0:$TEST_NGINX_RAND_PORT_1;
    mcp_allowed_hosts example.com;
    location @api { return 200; }
    location = /mcp {
        mcp;
        mcp_tool get { description "A."; request GET "/a"; pass @api; }
    }
}
--- loads



=== TEST 108: a server with a name that is a regex is not
--- http
server {
    listen 0.0.0.0:$TEST_NGINX_RAND_PORT_1;
    server_name ~^a;
    location @api { return 200; }
    location = /mcp {
        mcp;
        mcp_tool get { description "A."; request GET "/a"; pass @api; }
    }
}
--- loads



=== TEST 109: a server on a loopback address needs no name
--- http
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    listen [::1]:$TEST_NGINX_RAND_PORT_1;
    location @api { return 200; }
    location = /mcp {
        mcp;
        mcp_tool get { description "A."; request GET "/a"; pass @api; }
    }
}
--- loads



=== TEST 110: the catch-all name "_" is no name
--- http
server {
    listen 0.0.0.0:$TEST_NGINX_RAND_PORT_1;
    server_name _;
    location @api { return 200; }
    location = /mcp {
        mcp;
        mcp_tool get { description "A."; request GET "/a"; pass @api; }
    }
}
--- warns
the "mcp" endpoint has neither "server_name" nor "mcp_allowed_hosts": only clients on this machine will reach it, others get 421 in mcp.conf:6



=== TEST 111: a host is not empty
--- server
mcp_allowed_hosts "";
--- dies
invalid host "": give a name without scheme, port and path, as "api.example.com" or "*.example.com" in mcp.conf:1



=== TEST 112: an address in brackets has no port
--- server
mcp_allowed_hosts [::1]:80;
--- dies
invalid host "[::1]:80": give a name without scheme, port and path, as "api.example.com" or "*.example.com" in mcp.conf:1



=== TEST 113: an address in brackets is closed
--- server
mcp_allowed_hosts [::1;
--- dies
invalid host "[::1": give a name without scheme, port and path, as "api.example.com" or "*.example.com" in mcp.conf:1



=== TEST 114: a host is not a port
--- server
mcp_allowed_hosts :80;
--- dies
invalid host ":80": give a name without scheme, port and path, as "api.example.com" or "*.example.com" in mcp.conf:1



=== TEST 115: a call has some time
--- server
mcp_timeout 0;
--- dies
value must be equal to or greater than 1 in mcp.conf:1



=== TEST 116: an answer has some bytes
--- server
mcp_max_response 0;
--- dies
value must be equal to or greater than 1 in mcp.conf:1



=== TEST 117: a call of a tool has some time
--- endpoint
mcp_tool get {
    timeout 0;
}
--- dies
value must be equal to or greater than 1 in mcp.conf:2



=== TEST 118: an answer of a tool has some bytes
--- endpoint
mcp_tool get {
    max_response 0;
}
--- dies
value must be equal to or greater than 1 in mcp.conf:2



=== TEST 119: "mcp_instructions" that is not UTF-8 is an error (RPC-26)
--- server eval
qq{location = /mcp {
    mcp;
    mcp_tool get { description "A."; request GET "/a"; pass \@api; }
    mcp_instructions "\xff";
}}
--- dies
"mcp_instructions" of the endpoint is not UTF-8 in mcp.conf:2



=== TEST 120: "mcp_server_info name" that is not UTF-8 is an error (RPC-26)
--- server eval
qq{location = /mcp {
    mcp;
    mcp_tool get { description "A."; request GET "/a"; pass \@api; }
    mcp_server_info name=\xff;
}}
--- dies
"mcp_server_info" of the endpoint is not UTF-8 in mcp.conf:2



=== TEST 121: "mcp_server_info version" that is not UTF-8 is an error (RPC-26)
--- server eval
qq{location = /mcp {
    mcp;
    mcp_tool get { description "A."; request GET "/a"; pass \@api; }
    mcp_server_info version=\xff;
}}
--- dies
"mcp_server_info" of the endpoint is not UTF-8 in mcp.conf:2



=== TEST 122: "mcp_server_info title" that is not UTF-8 is an error (RPC-26)
--- server eval
qq{location = /mcp {
    mcp;
    mcp_tool get { description "A."; request GET "/a"; pass \@api; }
    mcp_server_info title=\xff;
}}
--- dies
"mcp_server_info" of the endpoint is not UTF-8 in mcp.conf:2



=== TEST 123: "mcp_server_info website" that is not UTF-8 is an error (RPC-26)
--- server eval
qq{location = /mcp {
    mcp;
    mcp_tool get { description "A."; request GET "/a"; pass \@api; }
    mcp_server_info website=\xff;
}}
--- dies
"mcp_server_info" of the endpoint is not UTF-8 in mcp.conf:2



=== TEST 124: a quoted value without blanks is told to be quoted as a whole
--- server
mcp_server_info name="orders";
--- dies
a quote inside of name="orders" is not one for nginx: quote the whole word, as "title=Order desk" in mcp.conf:1

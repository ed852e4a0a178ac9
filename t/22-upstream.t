# Copyright (C) mcp-nginx contributors
#
# What an upstream receives besides the tool's own words: the headers of the
# module, of the client's allow-list and of the trace context.

use lib 't/lib';
use Mcp;
use Upstream;
use ToolCall;

# a GET tool "t"; more words of its own, of the endpoint, of its location
sub endpoint {
    my ($endpoint, $location, $tool) = map { $_ // "" } @_[0 .. 2];

    return "location \@api { $location"
           . ' proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT; }'
           . " location = /mcp { mcp; $endpoint"
           . ' mcp_tool t { description "D."; request GET "/x"; '
           . $tool . ' pass @api; } }';
}

our $Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

# a modern call with these members beside MCP's own in its "_meta"
sub traced {
    my %meta = @_;

    my $text = Mcp::call(t => {});
    my $more = CORE::join("", map { qq/,"$_":"$meta{$_}"/ } sort keys %meta);

    $text =~ s/("_meta":\{(?:[^{}]|\{[^{}]*\})*)\}/$1$more}/ or die $text;
    $text =~ s/(\r\nContent-Length: )\d+/$1 . length((split \/\r\n\r\n\/, $text, 2)[1])/e or die;

    return $text;
}

run_tests();

__DATA__

=== TEST 1: no header of the client passes (design.md 2)
--- config eval
main::endpoint()
--- request eval
Mcp::call(t => {}, headers => [
    "Authorization: Bearer s3cr3t", "Cookie: sid=s3cr3t", "X-Any: 1",
    "Accept-Language: de", "Referer: http://localhost/", "User-Agent: client",
    "X-Forwarded-For: 10.0.0.1", "Forwarded: for=1", "X-Real-IP: 10.0.0.1",
    "Range: bytes=0-1", "If-None-Match: a", "Accept-Encoding: gzip",
    "Via: 1.1 x", "TE: trailers", "Mcp-Session-Id: x", "Expect-CT: 1" ])
--- text eval
qr{^GET /x HTTP/1\.0\r\nHost: 127\.0\.0\.1:\d+\r\nConnection: close\r\nAccept: [^\r\n]*\r\nUser-Agent: [^\r\n]*\r\n\r\n?$}



=== TEST 2: Accept and User-Agent are ours by default
--- config eval
main::endpoint()
--- request eval
Mcp::call(t => {})
--- sent_header
Accept: application/json, */*;q=0.8
--- text eval
qr{^User-Agent: mcp-nginx/\d+\.\d+\.\d+\r$}m



=== TEST 3: Accept and User-Agent can be set by the tool
--- config eval
main::endpoint("", "", 'header Accept text/csv; header User-Agent desk;')
--- request eval
Mcp::call(t => {})
--- text eval
qr{^(?!(.*\r\n)*Accept: app)(?=(.*\r\n)*Accept: text/csv\r)(?!(.*\r\n)*User-Agent: mcp)(?=(.*\r\n)*User-Agent: desk\r)}



=== TEST 4: mcp_pass_header lets a header through, whatever its case
--- config eval
main::endpoint("mcp_pass_header X-Tenant Accept-Language;")
--- request eval
Mcp::call(t => {}, headers => [ "x-TENANT: blue", "Accept-Language: de", "X-Tenant-Id: no" ])
--- sent_header
x-TENANT: blue
Accept-Language: de
!X-Tenant-Id



=== TEST 5: a passed header does not stand beside the tool's own
--- config eval
main::endpoint("mcp_pass_header X-Tenant;", "", 'header X-Tenant ours;')
--- request eval
Mcp::call(t => {}, headers => [ "X-Tenant: evil" ])
--- sent_header
X-Tenant: ours
--- text eval
qr/^(?!.*evil)/s



=== TEST 6: a passed header does not stand beside our default
--- config eval
main::endpoint("mcp_pass_header User-Agent;")
--- request eval
Mcp::call(t => {}, headers => [ "User-Agent: client/1" ])
--- sent_header
User-Agent: client/1
--- text eval
qr/^(?!.*User-Agent: mcp-nginx)/s



=== TEST 7: proxy_set_header wins over a header of the tool
--- config eval
main::endpoint("", 'proxy_set_header X-A location;', 'header X-A tool;')
--- request eval
Mcp::call(t => {})
--- sent_header
X-A: location
--- text eval
qr/^(?!.*X-A: tool)/s



=== TEST 8: proxy_set_header wins over our defaults, "" removes them
--- config eval
main::endpoint("", 'proxy_set_header Accept ""; proxy_set_header User-Agent nginx;')
--- request eval
Mcp::call(t => {})
--- sent_header
!Accept
User-Agent: nginx



=== TEST 9: proxy_pass_request_headers off sends none of ours
--- config eval
main::endpoint("", 'proxy_pass_request_headers off;', 'header X-A tool;')
--- request eval
Mcp::call(t => {})
--- sent_header
!X-A
!Accept



=== TEST 10: Host is the location's, $host the endpoint's
--- config eval
main::endpoint("", 'proxy_set_header X-Host $host;')
--- request eval
Mcp::call(t => {})
--- sent_header
X-Host: localhost



=== TEST 11: traceparent, tracestate and baggage of _meta pass (META-10)
--- config eval
main::endpoint()
--- request eval
main::traced(traceparent => $main::Parent, tracestate => "a=1,b=2", baggage => "k=v")
--- sent_header eval
"traceparent: $main::Parent
tracestate: a=1,b=2
baggage: k=v"



=== TEST 12: tracestate means nothing without a traceparent, baggage does
--- config eval
main::endpoint()
--- request eval
main::traced(tracestate => "a=1", baggage => "k=v")
--- sent_header
!traceparent
!tracestate
baggage: k=v



=== TEST 13: trace context as headers of the client does not pass
--- config eval
main::endpoint()
--- request eval
Mcp::call(t => {}, headers => [ "traceparent: $main::Parent", "baggage: a=b" ])
--- sent_header
!traceparent
!baggage



=== TEST 14: a malformed traceparent is dropped: upper case
--- config eval
main::endpoint()
--- request eval
main::traced(traceparent => uc $main::Parent)
--- sent_header
!traceparent



=== TEST 15: a malformed traceparent is dropped, and tracestate with it
--- config eval
main::endpoint()
--- request eval
main::traced(traceparent => "00-" . "0" x 32 . "-b7ad6b7169203331-01", tracestate => "a=1")
--- sent_header
!traceparent
!tracestate



=== TEST 16: version ff of traceparent is dropped
--- config eval
main::endpoint()
--- request eval
main::traced(traceparent => $main::Parent =~ s/^00/ff/r)
--- sent_header
!traceparent



=== TEST 17: a version 00 traceparent with a tail is dropped
--- config eval
main::endpoint()
--- request eval
main::traced(traceparent => "$main::Parent-x")
--- sent_header
!traceparent



=== TEST 18: a later version of traceparent may have a tail
--- config eval
main::endpoint()
--- request eval
main::traced(traceparent => ($main::Parent =~ s/^00/01/r) . "-x")
--- sent_header eval
"traceparent: " . ($main::Parent =~ s/^00/01/r) . "-x"



=== TEST 19: CR LF in baggage and tracestate is dropped, the call goes on
--- config eval
main::endpoint()
--- request eval
main::traced(traceparent => $main::Parent, tracestate => 'a=1\r\nX-Evil: 1', baggage => 'k\nX-Evil: 1')
--- sent_header eval
"traceparent: $main::Parent
!tracestate
!baggage
!X-Evil"



=== TEST 20: the old era has trace context in _meta too
--- config eval
main::endpoint()
--- request eval
qq{POST /mcp
{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","_meta":{"traceparent":"$main::Parent"}}}}
--- more_headers
Content-Type: application/json
--- sent_header eval
"traceparent: $main::Parent"



=== TEST 21: a traceparent that is no string is dropped
--- config eval
main::endpoint()
--- request
POST /mcp
{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","_meta":{"traceparent":{"a":1},"baggage":7}}}
--- more_headers
Content-Type: application/json
--- sent_header
!traceparent
!baggage



=== TEST 22: the upstream keepalive form works, call after call
--- http_config
upstream api { server 127.0.0.1:$TEST_NGINX_UPSTREAM_PORT; keepalive 2; }
--- config
location @api {
    proxy_pass http://api;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
}
location = /mcp {
    mcp;
    mcp_tool get { description "G."; request GET "/x"; pass @api; }
    mcp_tool put { description "P."; param a string; request PUT "/x";
                   body json; pass @api; }
}
--- calls eval
[ [ 'get' ], [ put => { a => "1" } ], [ 'get' ], [ put => {} ], [ 'get' ] ]
--- sent eval
[ "GET /x", "PUT /x", "GET /x", "PUT /x", "GET /x" ]
--- sent_body eval
[ "", '{"a":"1"}', "", '{}', "" ]



=== TEST 23: the body of the client's request never reaches the upstream
--- config eval
main::endpoint("", "proxy_pass_request_body on;", "")
--- calls eval
[ [ 't' ] ]
--- sent_body eval
""
--- sent_header
!Content-Length



=== TEST 24: proxy_set_body and proxy_method are the location's own
--- config eval
main::endpoint("", 'proxy_method PATCH; proxy_set_body "mine";', "")
--- calls eval
[ [ 't' ] ]
--- sent: PATCH /x
--- sent_body: mine

# Copyright (C) mcp-nginx contributors
#
# Host and Origin: rows 1 and 2 of the ladder, the directives that widen and
# narrow them, and what browsers need to hear (CORS).  Section 1.1, 1.2 of
# mcp-2026-07-28.md, 2.9 of mcp-legacy.md, "mcp_allowed_hosts" of design.md.

use lib 't/lib';
use Mcp 'shared';

our $location = <<'_EOC_';
    location @api { return 200 "hello"; }
_EOC_

our $tool = <<'_EOC_';
        mcp_tool ret {
            description "R.";
            param region string mcp_header=Region;
            param zone string mcp_header=Zone;
            request GET "/x{?region,zone}";
            pass @api;
        }
_EOC_

# an endpoint with more words, and names of the server
sub with {
    my ($words, $names) = @_;

    return ($names ? "server_name $names;\n" : "") . $location
           . "location = /mcp { mcp; $words $tool }\n";
}

our $names = main::with("", 'api.example.com *.wild.example .both.example www.tail.* "~^re\d+\.example$"');

sub ping {
    my ($host, $origin) = @_;

    return Mcp::legacy("ping", undef, host => $host,
                       headers => [ defined $origin ? "Origin: $origin" : () ]);
}

sub preflight {
    my ($origin, @more) = @_;

    return Mcp::http("OPTIONS", undef, headers => [
        "Origin: $origin", "Access-Control-Request-Method: POST",
        "Access-Control-Request-Headers: content-type,mcp-method", @more ]);
}

run_tests();

__DATA__

=== TEST 1: Host: exact names of the server, in any case, with any port
--- config eval: $::names
--- request eval
[ map { main::ping($_) } "api.example.com", "API.Example.COM", "api.example.com:8443",
                         "api.example.com." ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 2: Host: foreign names get 421 in JSON
--- config eval: $::names
--- request eval
[ map { main::ping($_) } "evil.example", "example.com", "api.example.com.evil.example",
                         "xapi.example.com", "a.api.example.com", "10.0.0.1", "_" ]
--- answers
421 error 421 no id
421 error 421 no id
421 error 421 no id
421 error 421 no id
421 error 421 no id
421 error 421 no id
421 error 421 no id



=== TEST 3: Host: wildcards as nginx reads them
--- config eval: $::names
--- request eval
[ map { main::ping($_) } "a.wild.example", "a.b.wild.example", "wild.example",
                         "xwild.example", "both.example", "a.both.example",
                         "xboth.example", "www.tail.org", "www.tail.co.uk",
                         "www.tail", "www.tail." ]
--- answers
200 result id 1
200 result id 1
421 error 421 no id
421 error 421 no id
200 result id 1
200 result id 1
421 error 421 no id
200 result id 1
200 result id 1
421 error 421 no id
421 error 421 no id



=== TEST 4: Host: regular expressions
--- config eval: $::names
--- request eval
[ map { main::ping($_) } "re1.example", "re22.example", "re.example", "re1.example.org" ]
--- answers
200 result id 1
200 result id 1
421 error 421 no id
421 error 421 no id



=== TEST 5: Host: a modern request to a foreign name is not looked at further [CONF]
--- config eval: $::names
--- request eval
[ Mcp::call("ret", {}, host => "evil.example"),
  Mcp::modern("nope", undef, host => "evil.example"),
  Mcp::post("{", host => "evil.example"),
  Mcp::http("GET", undef, host => "evil.example") ]
--- answers
421 error 421 no id
421 error 421 no id
421 error 421 no id
421 error 421 no id



=== TEST 6: Host: loopback names with any port, on a loopback socket
--- config eval: main::with("")
--- server_name: api.example.com
--- request eval
[ map { main::ping($_) } "localhost", "localhost:3000", "127.0.0.1", "127.0.0.1:80",
                         "[::1]", "[::1]:8080", "LocalHost" ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 7: Host: what only looks like loopback
--- config eval: main::with("")
--- server_name: api.example.com
--- request eval
[ map { main::ping($_) } "localhost.evil.example", "127.0.0.1.evil.example",
                         "xlocalhost", "127.0.0.2", "0.0.0.0", "2130706433" ]
--- answers
421 error 421 no id
421 error 421 no id
421 error 421 no id
421 error 421 no id
421 error 421 no id
421 error 421 no id



=== TEST 8: Host: none at all in HTTP/1.0
--- config eval: main::with("")
--- server_name: api.example.com
--- request eval
Mcp::legacy("ping", undef, host => undef, http => "HTTP/1.0")
--- answers
421 error 421 no id



=== TEST 9: Host: the name in the request line counts, as in nginx
--- config eval: $::names
--- request eval
[ Mcp::legacy("ping", undef, path => "http://api.example.com/mcp", host => "evil.example"),
  Mcp::legacy("ping", undef, path => "http://evil.example/mcp", host => "api.example.com") ]
--- answers
200 result id 1
421 error 421 no id



=== TEST 10: mcp_allowed_hosts replaces the names of the server
--- config eval: main::with("mcp_allowed_hosts Public.example.com *.cdn.example .top.example pre.*;", "api.example.com")
--- request eval
[ map { main::ping($_) } "public.example.com", "PUBLIC.example.com:444", "a.cdn.example",
                         "cdn.example", "top.example", "x.top.example", "pre.fix",
                         "api.example.com", "evil.example" ]
--- answers
200 result id 1
200 result id 1
200 result id 1
421 error 421 no id
200 result id 1
200 result id 1
200 result id 1
421 error 421 no id
421 error 421 no id



=== TEST 11: mcp_allowed_hosts: loopback names stay allowed on a loopback socket
--- config eval: main::with("mcp_allowed_hosts public.example.com;")
--- server_name: api.example.com
--- request eval
[ main::ping("localhost"), main::ping("127.0.0.1:7"), main::ping("api.example.com") ]
--- answers
200 result id 1
200 result id 1
421 error 421 no id



=== TEST 12: mcp_allowed_hosts is inherited, and replaced
--- http_config
    mcp_allowed_hosts one.example;
--- config eval
main::with("") . 'location = /own { mcp; mcp_allowed_hosts two.example; ' . $::tool . '}'
--- request eval
[ main::ping("one.example"), main::ping("two.example"),
  map { Mcp::legacy("ping", undef, path => "/own", host => $_) } "one.example", "two.example" ]
--- answers
200 result id 1
421 error 421 no id
421 error 421 no id
200 result id 1



=== TEST 13: a server without a name, and a socket for all: nginx -t warns
--- config eval: main::with("")
--- server_name: _
--- request eval
main::ping("api.example.com")
--- answers
421 error 421 no id
--- error_log eval
qr/\[warn\] .*neither "server_name" nor "mcp_allowed_hosts".*nginx\.conf:\d+/
--- suppress_stderr



=== TEST 14: Origin: none is fine, it is no browser (2.9)
--- config eval: $::names
--- request eval
main::ping("api.example.com")
--- answers
200 result id 1
--- raw_response_headers_unlike: (?mi)^(?:Access-Control-|Vary)



=== TEST 15: Origin: foreign ones get 403 in JSON [HTTP-2 HTTP-3 HTTP-4]
--- config eval: $::names
--- request eval
[ map { main::ping("api.example.com", $_) }
      "http://evil.example", "https://api.example.com.evil.example", "https://xapi.example.com",
      "https://example.com", "https://evil.example:443", "file://", "chrome-extension://abc" ]
--- answers
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id



=== TEST 16: Origin: null is never allowed by itself (2.9)
--- config eval: $::names
--- request eval
[ main::ping("api.example.com", "null"), main::ping("localhost", "null"), main::ping("localhost", "NULL") ]
--- answers
403 error 403 no id
403 error 403 no id
403 error 403 no id



=== TEST 17: Origin: what is no origin
--- config eval: $::names
--- request eval
[ map { main::ping("api.example.com", $_) }
      "", "api.example.com", "//api.example.com", "://api.example.com", "https://",
      "https:/api.example.com", "https://api.example.com/", "https://api.example.com/x",
      "https://u\@api.example.com", "https://api.example.com:", "https://api.example.com:x",
      "https://api.example.com https://evil.example", "https://api.example.com\\x",
      "https://[::1", "https://api.example.com:443:1" ]
--- answers
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id



=== TEST 18: Origin: twice is refused, even if both are allowed
--- config eval: $::names
--- request eval
Mcp::legacy("ping", undef, host => "api.example.com", headers => [ ("Origin: http://api.example.com") x 2 ])
--- answers
403 error 403 no id



=== TEST 19: Origin: checked on each method [HTTP-2]
--- config eval: $::names
--- request eval
[ map({ Mcp::http($_, undef, headers => [ "Origin: http://evil.example" ]) }
      qw(GET DELETE OPTIONS PUT)),
  Mcp::call("ret", {}, headers => [ "Origin: http://evil.example" ]),
  Mcp::legacy("notifications/initialized", undef, id => undef, headers => [ "Origin: http://evil.example" ]),
  Mcp::post("{", headers => [ "origin: http://evil.example" ]) ]
--- answers
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id



=== TEST 20: Origin: row 1 before row 2: both foreign, as in DNS rebinding [CONF]
--- config eval: $::names
--- request eval
[ main::ping("evil.example", "http://evil.example"), main::ping("evil.example:80", "http://evil.example:80") ]
--- answers
403 error 403 no id
403 error 403 no id



=== TEST 21: Origin: this very host, its port too
--- config eval: $::names
--- request eval
[ main::ping("api.example.com", "https://api.example.com"), main::ping("api.example.com", "https://API.example.com"),
  main::ping("api.example.com:8443", "https://api.example.com:8443"),
  main::ping("a.wild.example", "https://a.wild.example"),
  main::ping("re7.example", "https://re7.example") ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 22: Origin: this host on another port is another origin
--- config eval: $::names
--- request eval
[ main::ping("api.example.com", "https://api.example.com:3000"),
  main::ping("api.example.com:8443", "https://api.example.com"),
  main::ping("api.example.com:8443", "https://api.example.com:8444"),
  main::ping("a.wild.example", "https://b.wild.example") ]
--- answers
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id



=== TEST 23: Origin: pages of this machine, on a loopback socket
--- config eval: main::with("")
--- server_name: api.example.com
--- request eval
[ main::ping("localhost", "http://localhost:3000"), main::ping("localhost", "http://127.0.0.1:6274"),
  main::ping("127.0.0.1", "http://[::1]:1"), main::ping("localhost:80", "http://localhost"),
  main::ping("localhost", "http://localhost.evil.example"), main::ping("localhost", "http://127.0.0.1.evil.example:80"),
  main::ping("localhost", "http://[::1].evil.example") ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
403 error 403 no id
403 error 403 no id
403 error 403 no id



=== TEST 24: mcp_allowed_origins: exact, with a port, and case
--- config eval: main::with("mcp_allowed_origins https://App.example.com http://dev.example.com:3000 http://[::1]:5;")
--- request eval
[ map { main::ping("localhost", $_) }
      "https://app.example.com", "https://APP.EXAMPLE.COM", "http://dev.example.com:3000", "http://[::1]:5",
      "http://app.example.com", "https://app.example.com:8443", "http://dev.example.com",
      "https://dev.example.com:3000", "https://x.app.example.com", "null", "http://[::1]" ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id



=== TEST 25: mcp_allowed_origins: it replaces the defaults
--- config eval: main::with("mcp_allowed_origins https://app.example.com;", "api.example.com")
--- request eval
[ main::ping("api.example.com", "https://api.example.com"), main::ping("localhost", "http://localhost"),
  main::ping("api.example.com") ]
--- answers
403 error 403 no id
403 error 403 no id
200 result id 1



=== TEST 26: mcp_allowed_origins: https://*.example.org
--- config eval: main::with("mcp_allowed_origins https://*.example.org http://*.dev.example:3000;")
--- request eval
[ map { main::ping("localhost", $_) }
      "https://a.example.org", "https://a.b.example.org", "https://A.Example.ORG", "http://x.dev.example:3000",
      "https://example.org", "http://a.example.org", "https://a.example.org:444", "https://aexample.org",
      "https://a.example.org.evil", "https://.example.org", "http://x.dev.example" ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id
403 error 403 no id



=== TEST 27: mcp_allowed_origins *: any origin, but the host is still checked
--- config eval: main::with("mcp_allowed_origins *;")
--- request eval
[ main::ping("localhost", "https://evil.example"), main::ping("localhost", "http://x:1"),
  main::ping("evil.example", "https://evil.example") ]
--- answers
200 result id 1
200 result id 1
421 error 421 no id



=== TEST 28: mcp_allowed_origins none: no browser at all
--- config eval: main::with("mcp_allowed_origins none;", "api.example.com")
--- request eval
[ main::ping("localhost", "http://localhost"), main::ping("api.example.com", "http://api.example.com"),
  main::ping("localhost"), main::preflight("http://localhost") ]
--- answers
403 error 403 no id
403 error 403 no id
200 result id 1
403 error 403 no id



=== TEST 29: mcp_allowed_origins is inherited, and replaced
--- http_config
    mcp_allowed_origins https://one.example;
--- config eval
main::with("") . 'location = /own { mcp; mcp_allowed_origins https://two.example; ' . $::tool . '}'
--- request eval
[ main::ping("localhost", "https://one.example"), main::ping("localhost", "https://two.example"),
  map { Mcp::legacy("ping", undef, path => "/own", headers => [ "Origin: https://$_.example" ]) } "one", "two" ]
--- answers
200 result id 1
403 error 403 no id
403 error 403 no id
200 result id 1



=== TEST 30: CORS: an allowed origin may read the answer
--- config eval: main::with("mcp_allowed_origins https://app.example.com;")
--- request eval
[ main::ping("localhost", "https://app.example.com"),
  Mcp::call("ret", {}, headers => [ "Origin: https://app.example.com" ]),
  Mcp::call("nope", {}, headers => [ "Origin: https://app.example.com" ]),
  Mcp::modern("nope", undef, headers => [ "Origin: https://app.example.com" ]),
  Mcp::post("{", headers => [ "Origin: https://app.example.com" ]),
  Mcp::http("GET", undef, headers => [ "Origin: https://app.example.com" ]),
  Mcp::legacy("notifications/x", undef, id => undef, headers => [ "Origin: https://app.example.com" ]) ]
--- raw_response_headers_like eval
[ ('(?=.*^Access-Control-Allow-Origin: https://app\.example\.com\r$)(?=.*^Vary: Origin\r$)(?=.*^Access-Control-Expose-Headers: [^\r]*www-authenticate)' =~ s/\^/(?m:^)/gr =~ s/\\r\$/\\r\\n/gr) x 7 ]
--- answers
200 result id 1
200 result id 1
200 error -32602 id 1
404 error -32601 id 1
400 error -32700 no id
405 error 405 no id
202 empty



=== TEST 31: CORS: the origin comes back as it was sent, once
--- config eval: main::with("mcp_allowed_origins *;")
--- request eval
main::ping("localhost", "https://App.Example.com:8")
--- raw_response_headers_like: Access-Control-Allow-Origin: https://App\.Example\.com:8\r\n
--- raw_response_headers_unlike: (?s)Access-Control-Allow-Origin.*Access-Control-Allow-Origin
--- answers
200 result id 1



=== TEST 32: CORS: a refused origin hears nothing
--- config eval: main::with("mcp_allowed_origins https://app.example.com;")
--- request eval
[ main::ping("localhost", "https://evil.example"), main::preflight("https://evil.example") ]
--- raw_response_headers_unlike eval
[ ('(?mi)^Access-Control-') x 2 ]
--- answers
403 error 403 no id
403 error 403 no id



=== TEST 33: CORS: preflight of an allowed origin
--- config eval: main::with("mcp_allowed_origins https://app.example.com;")
--- request eval
main::preflight("https://app.example.com")
--- answers
204 empty
--- response_headers
Access-Control-Allow-Origin: https://app.example.com
Vary: Origin
Access-Control-Max-Age: 7200
!Content-Type



=== TEST 34: CORS: preflight names the methods
--- config eval: main::with("mcp_allowed_origins https://app.example.com;")
--- request eval
main::preflight("https://app.example.com")
--- answers
204 empty
--- raw_response_headers_like: Access-Control-Allow-Methods: [^\r]*\bPOST\b



=== TEST 35: CORS: preflight names the headers of both eras, and each Mcp-Param-* (1.1)
--- config eval: main::with("mcp_allowed_origins https://app.example.com;")
--- request eval
main::preflight("https://app.example.com")
--- answers
204 empty
--- raw_response_headers_like eval
'(?i)^(?s:.*)' . CORE::join("", map { "(?=[^\\r]*(?:, | )$_(?:,|\\r))" }
    qw(content-type accept authorization mcp-protocol-version mcp-method mcp-name
       mcp-session-id last-event-id mcp-param-region mcp-param-zone))
    =~ s/^/Access-Control-Allow-Headers:/r



=== TEST 36: CORS: preflight of the default origins
--- config eval: $::names
--- request eval
Mcp::http("OPTIONS", undef, host => "api.example.com", headers => [
    "Origin: https://api.example.com", "Access-Control-Request-Method: POST" ])
--- answers
204 empty
--- response_headers
Access-Control-Allow-Origin: https://api.example.com



=== TEST 37: OPTIONS without an origin says what is allowed
--- config eval: $::names
--- request eval
Mcp::http("OPTIONS", undef)
--- answers
204 empty
--- response_headers
Allow: POST, OPTIONS
!Access-Control-Allow-Origin



=== TEST 38: OPTIONS to a foreign host is 421
--- config eval: $::names
--- request eval
Mcp::http("OPTIONS", undef, host => "evil.example")
--- answers
421 error 421 no id



=== TEST 39: two tools with one header name it once in the preflight
--- config
    location @api { return 200 "hello"; }
    location = /mcp {
        mcp;
        mcp_allowed_origins https://app.example.com;
        mcp_tool a { description "A."; param r string mcp_header=Region; request GET "/x{?r}"; pass @api; }
        mcp_tool b { description "B."; param r string mcp_header=region; request GET "/x{?r}"; pass @api; }
    }
--- request eval
main::preflight("https://app.example.com")
--- answers
204 empty
--- raw_response_headers_like: (?i)mcp-param-region
--- raw_response_headers_unlike: (?i)mcp-param-region.*mcp-param-region



=== TEST 40: mcp_allowed_origins: a path, no scheme, a wildcard inside: nginx -t refuses
--- config eval: main::with("mcp_allowed_origins https://app.example.com/;")
--- must_die
--- suppress_stderr
--- error_log eval
qr{\[emerg\] .*invalid origin "https://app\.example\.com/".*nginx\.conf:\d+}



=== TEST 41: mcp_allowed_origins without a scheme
--- config eval: main::with("mcp_allowed_origins app.example.com;")
--- must_die
--- suppress_stderr
--- error_log eval
qr{\[emerg\] .*invalid origin "app\.example\.com".*nginx\.conf:\d+}



=== TEST 42: mcp_allowed_origins with a wildcard inside a name
--- config eval: main::with("mcp_allowed_origins https://a*.example.com;")
--- must_die
--- suppress_stderr
--- error_log eval
qr{\[emerg\] .*invalid origin "https://a\*\.example\.com".*nginx\.conf:\d+}



=== TEST 43: mcp_allowed_origins: none beside others
--- config eval: main::with("mcp_allowed_origins none https://app.example.com;")
--- must_die
--- suppress_stderr
--- error_log eval
qr{\[emerg\] .*nginx\.conf:\d+}



=== TEST 44: mcp_allowed_hosts with a scheme
--- config eval: main::with("mcp_allowed_hosts https://api.example.com;")
--- must_die
--- suppress_stderr
--- error_log eval
qr{\[emerg\] .*invalid host "https://api\.example\.com".*nginx\.conf:\d+}



=== TEST 45: mcp_allowed_hosts with a port
--- config eval: main::with("mcp_allowed_hosts api.example.com:8080;")
--- must_die
--- suppress_stderr
--- error_log eval
qr{\[emerg\] .*invalid host "api\.example\.com:8080".*nginx\.conf:\d+}

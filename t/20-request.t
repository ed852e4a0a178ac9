# Copyright (C) mcp-nginx contributors
#
# The HTTP request that a tool's call becomes.

use lib 't/lib';
use Mcp;
use Upstream;
use ToolCall;

our $Api = 'location @api {
    proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT;
}
';

# one tool "t" of the given words
sub tool {
    return $Api . 'location = /mcp { mcp; mcp_tool t { description "D."; '
           . "$_[0]" . ' pass @api; } }';
}

# and one that tells how many requests the upstream has had
sub counted {
    my $config = tool(@_);
    $config =~ s/mcp; /mcp; mcp_tool seen { description "S."; request GET "\/seen"; pass \@api; } /;
    return $config;
}

run_tests();

__DATA__

=== TEST 1: a level 1 expression is encoded to its segment (design.md 2)
--- config eval
main::tool('param v string required; request GET "/a/{v}/b";')
--- calls eval
[ [ t => { v => "x" } ], [ t => { v => "a b" } ], [ t => { v => "50%" } ],
  [ t => '{"v":"\u00e9\u20ac"}' ], [ t => { v => "a:b\@c,d;e=f&g+h!" } ],
  [ t => { v => "-._~" } ], [ t => { v => '"<>^`{|}' } ] ]
--- sent eval
[ "GET /a/x/b", "GET /a/a%20b/b", "GET /a/50%25/b",
  "GET /a/%C3%A9%E2%82%AC/b", "GET /a/a%3Ab%40c%2Cd%3Be%3Df%26g%2Bh%21/b",
  "GET /a/-._~/b", "GET /a/%22%3C%3E%5E%60%7B%7C%7D/b" ]



=== TEST 2: a level 2 expression keeps reserved characters
--- config eval
main::tool('param v string required; request GET "/a/{+v}";')
--- calls eval
[ [ t => { v => "x/y/z" } ], [ t => { v => "a;b=c,d" } ],
  [ t => { v => "a b" } ], [ t => { v => "a%20b" } ] ]
--- sent eval
[ "GET /a/x/y/z", "GET /a/a;b=c,d", "GET /a/a%20b", "GET /a/a%20b" ]



=== TEST 3: level 3 expressions: path, label, matrix, query, continuation
--- config eval
main::tool('param a string required; param b string required;
            param c string; param d string;
            request GET "/p{/a,b}/x{.a}/y{;b}?k=1{&c,d}";')
--- calls eval
[ [ t => { a => "1", b => "2", c => "3", d => "4" } ],
  [ t => { a => "1", b => "2", d => "" } ], [ t => { a => "1", b => "2" } ] ]
--- sent eval
[ "GET /p/1/2/x.1/y;b=2?k=1&c=3&d=4", "GET /p/1/2/x.1/y;b=2?k=1&d=",
  "GET /p/1/2/x.1/y;b=2?k=1" ]



=== TEST 4: level 4 expressions: lists, maps, explode, prefix
--- config eval
main::tool('param l array; param o object; param s string required;
            request GET "/{s:3}{?l,o*}";')
--- calls eval
[ [ t => '{"s":"abcdef","l":["x","y z"],"o":{"k":"v","n":7}}' ],
  [ t => '{"s":"a\u00e9\u20acz","l":[],"o":{}}' ],
  [ t => '{"s":"ab"}' ] ]
--- sent eval
[ "GET /abc?l=x,y%20z&k=v&n=7", "GET /a%C3%A9%E2%82%AC", "GET /ab" ]



=== TEST 5: an exploded list repeats the name, a plain one has commas
--- config eval
main::tool('param l array items=string; param m array items=integer;
            request GET "/x{?l*,m}";')
--- calls eval
[ [ t => '{"l":["a","b&c"],"m":[1,2]}' ], [ t => '{"l":["a"]}' ],
  [ t => '{}' ] ]
--- sent eval
[ "GET /x?l=a&l=b%26c&m=1,2", "GET /x?l=a", "GET /x" ]



=== TEST 6: numbers, booleans and null in a query are their JSON text
--- config eval
main::tool('param i integer; param n number; param b boolean;
            request GET "/x{?i,n,b}";')
--- calls eval
[ [ t => '{"i":9007199254740993,"n":1.50,"b":false}' ],
  [ t => '{"i":-1,"n":1e3,"b":true}' ], [ t => '{"i":1.0}' ] ]
--- sent eval
[ "GET /x?i=9007199254740993&n=1.50&b=false", "GET /x?i=-1&n=1e3&b=true",
  qr{^GET /x\?i=1(\.0)?$} ]



=== TEST 7: an optional path segment drops out with its slash
--- config eval
main::tool('param a string required; param b string;
            request GET "/p/{a}{/b}";')
--- calls eval
[ [ t => { a => "1", b => "2" } ], [ t => { a => "1" } ] ]
--- sent eval
[ "GET /p/1/2", "GET /p/1" ]



=== TEST 8: a nested value cannot be part of an address
--- config eval
main::tool('param l array required; request GET "/x{?l}";')
--- calls eval
[ [ t => '{"l":[[1]]}' ], [ t => '{"l":[{"a":1}]}' ] ]
--- text eval
[ qr{^isError: .*/l }, qr{^isError: .*/l } ]



=== TEST 9: "query" spells a parameter's name as RFC 6570 cannot
--- config eval
main::tool('param match array required items=string;
            query "match[]" "{match*}"; request GET "/api?x=1";')
--- calls eval
[ [ t => '{"match":["up","a{b=\"c\"}"]}' ], [ t => '{"match":["up"]}' ],
  [ t => '{"match":[]}' ] ]
--- sent eval
[ "GET /api?x=1&match%5B%5D=up&match%5B%5D=a%7Bb%3D%22c%22%7D",
  "GET /api?x=1&match%5B%5D=up", "GET /api?x=1" ]



=== TEST 10: "query" begins the query where the template has none
--- config eval
main::tool('param q string; query "a b" "{q}"; request GET "/api";')
--- calls eval
[ [ t => { q => "1&2" } ], [ t => {} ] ]
--- sent eval
[ "GET /api?a%20b=1%262", "GET /api" ]



=== TEST 11: a header of text and parameter
--- config eval
main::tool('param v string required; header X-V "v={v}; q"; request GET "/x";')
--- calls eval
[ [ t => { v => "a, b" } ] ]
--- sent_header
X-V: v=a, b; q



=== TEST 12: a header holds UTF-8 and numbers as they are
--- config eval
main::tool('param v string required; param n number required;
            header X-V "{v}"; header X-N "{n}"; request GET "/x";')
--- calls eval
[ [ t => '{"v":"\u00e9","n":1.0}' ] ]
--- text eval
qr/^X-V: \x{e9}\r\n(.*\r\n)*?X-N: 1\.0\r$/m



=== TEST 13: an absent optional parameter drops its header (design.md 6)
--- config eval
main::tool('param v string; header X-V "v={v}"; request GET "/x";')
--- calls eval
[ [ t => {} ] ]
--- sent_header
!X-V



=== TEST 14: control bytes in a header are refused, upstream not called
--- config eval
main::counted('param v string required; header X-V "{v}"; request GET "/x";')
--- calls eval
[ [ 'seen' ], [ t => '{"v":"a\nb"}' ], [ t => '{"v":"a\rb"}' ],
  [ t => '{"v":"a\u0000b"}' ], [ t => '{"v":"a\tb"}' ],
  [ t => '{"v":"a\u007fb"}' ], [ t => '{"v":"a\r\nX-Evil: 1"}' ],
  [ 'seen' ] ]
--- text eval
[ undef, (qr/^isError: .*X-V/) x 6, "seen 0" ]



=== TEST 15: a header takes nginx variables
--- config eval
'set $mine "of nginx";' .
main::tool('param v string required; header X-V "$mine ${mine} {v}";
            request GET "/x";')
--- calls eval
[ [ t => { v => '$mine' } ] ]
--- sent_header eval
'X-V: of nginx of nginx $mine'



=== TEST 16: cookies are joined into one header
--- config eval
main::tool('param a string; param b integer; cookie first "{a}";
            cookie second "n{b}"; request GET "/x";')
--- calls eval
[ [ t => { a => "one", b => 2 } ] ]
--- sent_header
Cookie: first=one; second=n2



=== TEST 17: an absent cookie parameter drops the cookie
--- config eval
main::tool('param a string; param b integer; cookie first "{a}";
            cookie second "n{b}"; request GET "/x";')
--- calls eval
[ [ t => { b => 2 } ] ]
--- sent_header
Cookie: second=n2



=== TEST 18: no cookie at all, no Cookie header
--- config eval
main::tool('param a string; cookie first "{a}"; request GET "/x";')
--- calls eval
[ [ t => {} ] ]
--- sent_header
!Cookie



=== TEST 19: ";", "," and control bytes in a cookie are refused
--- config eval
main::counted('param v string required; cookie c "{v}"; request GET "/x";')
--- calls eval
[ [ 'seen' ], [ t => { v => "a;b" } ], [ t => { v => "a,b" } ],
  [ t => { v => "a\r\nb" } ], [ t => { v => "a\0b" } ], [ 'seen' ] ]
--- text eval
[ undef, (qr/^isError: .*\bc\b/) x 4, "seen 0" ]



=== TEST 20: a body of JSON takes what nothing else used
--- config eval
main::tool('param id integer required; param q string; param h string;
            param a string; param b object; header X-H "{h}";
            request POST "/x/{id}{?q}"; body json;')
--- calls eval
[ [ t => '{"id":1,"q":"2","h":"3","b":{"z":[1,{"y":null}]},"a":"x"}' ] ]
--- sent: POST /x/1?q=2
--- sent_body: {"a":"x","b":{"z":[1,{"y":null}]}}
--- sent_header
Content-Type: application/json
Content-Length: 34
X-H: 3



=== TEST 21: a body of JSON with nothing left is {} (design.md 6)
--- config eval
main::tool('param id integer required; param a string;
            request POST "/x/{id}"; body json;')
--- calls eval
[ [ t => '{"id":1}' ] ]
--- sent_body: {}
--- sent_header
Content-Length: 2



=== TEST 22: numbers reach a JSON body byte for byte (design.md 4.2)
--- config eval
main::tool('param a number; param b integer; param c number; param d number;
            request POST "/x"; body json;')
--- calls eval
[ [ t => '{"a":1.0,"b":9007199254740993,"c":1E-2,"d":-0.0}' ] ]
--- sent_body: {"a":1.0,"b":9007199254740993,"c":1E-2,"d":-0.0}



=== TEST 23: strings reach a JSON body with their escapes
--- config eval
main::tool('param a string; request POST "/x"; body json;')
--- calls eval
[ [ t => '{"a":"a\u0000b\/\ud83d\ude00\""}' ] ]
--- sent_body eval
'{"a":"a\u0000b\/\ud83d\ude00\""}'



=== TEST 24: "name=" is the spelling upstream
--- config eval
main::tool('param a string "name=a b\"c"; param m array name=match[];
            request POST "/x"; body json;')
--- calls eval
[ [ t => '{"a":"1","m":[2]}' ] ]
--- sent_body eval
'{"a b\"c":"1","match[]":[2]}'



=== TEST 25: a body of a form
--- config eval
main::tool('param a string; param n number; param b boolean; param l array;
            param x string name=x[y]; request POST "/x"; body form;')
--- calls eval
[ [ t => '{"a":"1 2&3=\u00e9\r\n","n":1.0,"b":true,"l":["p","q"],"x":"z"}' ] ]
--- sent_body: a=1%202%263%3D%C3%A9%0D%0A&n=1.0&b=true&l=p&l=q&x%5By%5D=z
--- sent_header
Content-Type: application/x-www-form-urlencoded
Content-Length: 58



=== TEST 26: a form with nothing in it is empty
--- config eval
main::tool('param a string; request POST "/x"; body form;')
--- calls eval
[ [ t => {} ] ]
--- sent_body eval
""
--- sent_header
Content-Length: 0
Content-Type: application/x-www-form-urlencoded



=== TEST 27: a nested value cannot be a form field
--- config eval
main::tool('param a object; request POST "/x"; body form;')
--- calls eval
[ [ t => '{"a":{"b":{"c":1}}}' ] ]
--- text eval
qr{^isError: .*/a }



=== TEST 28: POST without a body says Content-Length: 0
--- config eval
main::tool('request POST "/x";')
--- calls eval
[ [ t => {} ] ]
--- sent: POST /x
--- sent_header
Content-Length: 0
!Content-Type
!Transfer-Encoding



=== TEST 29: GET and DELETE say nothing of a body
--- config eval
main::tool('request DELETE "/x";')
--- calls eval
[ [ t => {} ] ]
--- sent: DELETE /x
--- sent_header
!Content-Length
!Content-Type
!Transfer-Encoding



=== TEST 30: every method is sent as it is written
--- config eval
$main::Api . 'location = /mcp { mcp; ' . CORE::join(" ", map {
    qq{mcp_tool $_ { description "D."; request $_ "/x"; pass \@api; }}
} qw(GET POST PUT PATCH DELETE OPTIONS)) . ' }'
--- calls eval
[ map { [ $_ ] } qw(GET POST PUT PATCH DELETE OPTIONS) ]
--- sent eval
[ map { "$_ /x" } qw(GET POST PUT PATCH DELETE OPTIONS) ]



=== TEST 31: HEAD has no body and is no error
--- config eval
main::tool('request HEAD "/x";')
--- calls eval
[ [ t => {} ] ]
--- text: The API answered 200 OK.



=== TEST 32: a default stands for an absent argument
--- config eval
main::tool('param a string default=x; param n integer default=7;
            param b boolean default=false; param h string "default=h h";
            param j array default=[1,\"two\"]; header X-H "{h}";
            request POST "/p/{a}{?n,b}"; body json;')
--- calls eval
[ [ t => {} ], [ t => '{"a":"y","n":8,"b":true,"j":[]}' ] ]
--- sent eval
[ "POST /p/x?n=7&b=false", "POST /p/y?n=8&b=true" ]
--- sent_body eval
[ '{"j":[1,"two"]}', '{"j":[]}' ]
--- sent_header
X-H: h h



=== TEST 33: an input_schema's extras go into a JSON body (design.md 6)
--- user_files
>>> schema.json
{"type":"object","properties":{"id":{"type":"integer"},"a":{}},"required":["id"]}
--- config eval
main::tool('input_schema ../html/schema.json; request POST "/x/{id}";
            body json;')
--- calls eval
[ [ t => '{"z":[1.0],"id":5,"a":null,"e\u0301":{"f":2}}' ], [ t => '{"id":5}' ] ]
--- sent eval
[ "POST /x/5", "POST /x/5" ]
--- sent_body eval
[ '{"a":null,"z":[1.0],"e\u0301":{"f":2}}', '{}' ]



=== TEST 34: a request without arguments is one with {}
--- config eval
main::tool('param a string; request GET "/x{?a}";')
--- request
POST /mcp
{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t"}}
--- more_headers
Content-Type: application/json
--- sent: GET /x

# Copyright (C) mcp-nginx contributors
#
# The checks of a call's arguments.  What is wrong is a result with isError,
# so that the model can mend its call (TOOL-22); the upstream is not called.

use lib 't/lib';
use Mcp;
use Upstream;
use ToolCall;

sub tool {
    return 'location @api {
        proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT;
    }
    location = /mcp { mcp;
        mcp_tool seen { description "S."; request GET "/seen"; pass @api; }
        mcp_tool t { description "D."; ' . "$_[0]" . '
            request POST "/x"; body json; pass @api; } }';
}

# calls of "t" that must all be refused before the upstream is called
sub refused {
    return [ [ "seen" ], (map { [ t => $_ ] } @_), [ "seen" ] ];
}

sub reasons {
    return [ undef, @_, "seen 0" ];
}

run_tests();

__DATA__

=== TEST 1: type string (design.md 6)
--- config eval
main::tool('param v string;')
--- calls eval
main::refused(map { qq/{"v":$_}/ } '1', 'true', 'null', '[]', '{}', '["a"]')
--- text eval
main::reasons((qr{^isError: Invalid arguments:\n/v must be of type string}) x 6)



=== TEST 2: type integer: by value, not by spelling
--- config eval
main::tool('param v integer;')
--- calls eval
main::refused(map { qq/{"v":$_}/ } '"1"', '1.5', '1e-1', 'true', 'null', '[1]',
              '1.00000000000000000000000000000000000001')
--- text eval
main::reasons((qr{^isError: Invalid arguments:\n/v must be of type integer}) x 7)



=== TEST 3: 1.0, 1e2 and -0 are integers
--- config eval
main::tool('param v integer;')
--- calls eval
[ map { [ t => qq/{"v":$_}/ ] } '1.0', '1e2', '-0', '123456789012345678901234567890', '10e-1' ]
--- sent eval
[ ("POST /x") x 5 ]



=== TEST 4: type number
--- config eval
main::tool('param v number;')
--- calls eval
main::refused(map { qq/{"v":$_}/ } '"1"', 'false', 'null', '[]', '{}')
--- text eval
main::reasons((qr{^isError: Invalid arguments:\n/v must be of type number}) x 5)



=== TEST 5: types boolean, array and object
--- config eval
main::tool('param b boolean; param a array; param o object;')
--- calls eval
main::refused('{"b":"true"}', '{"b":0}', '{"a":{}}', '{"a":"[]"}', '{"o":[]}',
              '{"o":null}')
--- text eval
main::reasons(map { qr{^isError: Invalid arguments:\n/$_} }
              "b must be of type boolean", "b must be of type boolean",
              "a must be of type array", "a must be of type array",
              "o must be of type object", "o must be of type object")



=== TEST 6: a required argument is missing, or there are none at all
--- config eval
main::tool('param v string required; param w string required;')
--- calls eval
main::refused('{"v":"x"}', '{"w":"x"}', '{}')
--- text eval
main::reasons("isError: Invalid arguments:\n/w is required",
              "isError: Invalid arguments:\n/v is required",
              "isError: Invalid arguments:\n/v is required\n/w is required")



=== TEST 7: an unknown argument is named (additionalProperties is false)
--- config eval
main::tool('param v string;')
--- calls eval
main::refused('{"x":1}', '{"V":"a"}', '{"v ":"a"}', '{"":1}')
--- text eval
main::reasons(qr{/x is not a parameter}, qr{/V is not a parameter},
              qr{/v  is not a parameter}, qr{/ is not a parameter})



=== TEST 8: an escaped name is the same name
--- config eval
main::tool('param v string;')
--- calls eval
[ [ t => '{"\u0076":"a"}' ] ]
--- sent_body: {"v":"a"}



=== TEST 9: enum
--- config eval
main::tool('param v string enum=red|green;')
--- calls eval
main::refused('{"v":"blue"}', '{"v":"Red"}', '{"v":"red|green"}', '{"v":""}')
--- text eval
main::reasons((qr{^isError: .*\n/v must be one of: red, green}) x 4)



=== TEST 10: a value of the enum in any JSON spelling passes
--- config eval
main::tool('param v string enum=red|green;')
--- calls eval
[ [ t => '{"v":"gr\u0065en"}' ] ]
--- sent: POST /x



=== TEST 11: minimum and maximum, the ends are in
--- config eval
main::tool('param v integer minimum=-5 maximum=10;')
--- calls eval
[ [ 'seen' ], [ t => '{"v":-5}' ], [ t => '{"v":10}' ], [ t => '{"v":-6}' ],
  [ t => '{"v":11}' ], [ t => '{"v":1e1}' ], [ t => '{"v":1.1e1}' ] , [ 'seen' ] ]
--- text eval
[ undef, qr{^POST}, qr{^POST}, "isError: Invalid arguments:\n/v must be at least -5",
  "isError: Invalid arguments:\n/v must be at most 10", qr{^POST},
  "isError: Invalid arguments:\n/v must be at most 10", "seen 3" ]



=== TEST 12: limits are exact beyond 2^53
--- config eval
main::tool('param v integer minimum=9007199254740992 maximum=18446744073709551617;')
--- calls eval
[ map { [ t => qq/{"v":$_}/ ] } '9007199254740991', '9007199254740992',
  '18446744073709551617', '18446744073709551618', '1e400' ]
--- text eval
[ qr{at least 9007199254740992}, qr{^POST}, qr{^POST},
  qr{at most 18446744073709551617}, qr{at most} ]



=== TEST 13: limits of decimals are exact
--- config eval
main::tool('param v number minimum=0.1 maximum=0.3;')
--- calls eval
[ map { [ t => qq/{"v":$_}/ ] } '0.1', '0.30', '0.3000000000000000001',
  '0.0999999999999999999999', '3e-1' ]
--- text eval
[ qr{^POST}, qr{^POST}, qr{at most 0\.3}, qr{at least 0\.1}, qr{^POST} ]



=== TEST 14: lengths are counted in characters
--- config eval
main::tool('param v string min_length=2 max_length=3;')
--- calls eval
[ map { [ t => qq/{"v":"$_"}/ ] } '\u00e9\u20ac\ud83d\ude00', '\u00e9',
  'abcd', 'ab', '\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00', '' ]
--- text eval
[ qr{^POST}, qr{/v must have at least 2 characters}, qr{/v must have at most 3 characters},
  qr{^POST}, qr{/v must have at most 3}, qr{/v must have at least 2} ]



=== TEST 15: items
--- config eval
main::tool('param v array items=integer;')
--- calls eval
main::refused('{"v":[1,"2"]}', '{"v":[1,2,3.5]}', '{"v":[[1]]}', '{"v":[null]}')
--- text eval
main::reasons(qr{/v must hold only values of type integer, number 2},
              qr{/v must hold .* number 3}, qr{/v must hold .* number 1},
              qr{/v must hold .* number 1})



=== TEST 16: several mistakes are told in one answer
--- config eval
main::tool('param a integer required; param b string enum=x|y; param c string required;')
--- calls eval
main::refused('{"a":"1","b":"z","d":true}')
--- text eval
main::reasons(qr{(?=.*/a must be)(?=.*/b must be one of)(?=.*/c is required)(?=.*/d is not)}s)



=== TEST 17: at most ten mistakes are told
--- config eval
main::tool('param a integer;')
--- calls eval
main::refused('{' . CORE::join(",", map { qq/"x$_":1/ } 1 .. 50) . '}')
--- text eval
main::reasons(qr{^isError: Invalid arguments:(\n/x\d+ [^\n]*){10}$})



=== TEST 18: the length of an unknown name in the answer is bounded
--- config eval
main::tool('param a integer;')
--- calls eval
main::refused('{"' . "k" x 5000 . '":1}')
--- text eval
main::reasons(qr{^isError: Invalid arguments:\n/k{1,100} is not[^\n]{1,100}$})



=== TEST 19: half a surrogate pair is refused where its length matters
--- config eval
main::tool('param a string max_length=5;')
--- calls eval
main::refused('{"a":"\ud800"}')
--- text eval
main::reasons(qr{^isError: Invalid arguments:\n/a })



=== TEST 20: arguments that are no object are an error of the protocol
--- config eval
main::tool('param a string;')
--- calls eval
main::refused('[]', '"a"', '1', 'null')
--- text eval
main::reasons((qr{^error -32602: }) x 4)



=== TEST 21: an input_schema's types and required are checked
--- user_files
>>> schema.json
{"type":"object","properties":{"id":{"type":"integer","minimum":1},"s":{"type":["string","null"],"enum":["a","b",null]}},"required":["id"],"additionalProperties":false}
--- config eval
main::tool('input_schema ../html/schema.json;')
--- calls eval
main::refused('{}', '{"id":"1"}', '{"id":1,"x":1}', '{"id":1,"s":5}')
--- text eval
main::reasons(qr{/id is required}, qr{/id must be of type integer},
              qr{/x is not a parameter}, qr{/s must be of type})



=== TEST 22: null passes where the schema allows it
--- user_files
>>> schema.json
{"type":"object","properties":{"s":{"type":["string","null"]}}}
--- config eval
main::tool('input_schema ../html/schema.json;')
--- calls eval
[ [ t => '{"s":null}' ] ]
--- sent_body: {"s":null}



=== TEST 23: the modern era is refused alike, with HTTP 200 (TOOL-22)
--- config eval
main::tool('param v integer required;')
--- request eval
Mcp::call(t => { v => "x" })
--- text eval
qr{^isError: Invalid arguments:\n/v must be of type integer}
--- error_code: 200



=== TEST 24: a client's mistake is logged at info, without its value
--- config eval
main::tool('param v integer required;')
--- calls eval
[ [ t => { v => "s3cr3t" } ] ]
--- error_log eval
qr/\[info\] .*mcp server "[^"]*", tool "t": client sent 1 invalid arguments/
--- no_error_log eval
[ "[alert]", "[crit]", "[error]", qr/\[(info|notice|warn)\].*s3cr3t/ ]



=== TEST 25: an optional argument must be left out, not null
--- config eval
main::tool('param v string;')
--- calls eval
[ [ t => '{"v":null}' ] ]
--- text eval
qr{/v must be of type string, or be left out}




# Copyright (C) mcp-nginx contributors
#
# Mistakes in "input_schema", told by "nginx -t".

use lib 't/lib';
use Conf;
use Mcp;

run_tests();

__DATA__

=== TEST 1: a missing file is told with its name
--- endpoint
mcp_tool get {
    description "A.";
    input_schema ../html/no.json;
    request POST "/a";
    body json;
    pass @api;
}
--- dies
open() "no.json" failed (2: No such file or directory) in mcp.conf:3



=== TEST 2: a folder is not a schema
--- endpoint
mcp_tool get {
    description "A.";
    input_schema ../html;
    request POST "/a";
    body json;
    pass @api;
}
--- dies
"DIR" is not a regular file of at most 1048576 bytes in mcp.conf:3



=== TEST 3: a file over 1m is refused
--- endpoint
mcp_tool get {
    description "A.";
    input_schema ../html/big.json;
    request POST "/a";
    body json;
    pass @api;
}
--- user_files eval
">>> big.json\n" . (" " x 1048577)
--- dies
"big.json" is not a regular file of at most 1048576 bytes in mcp.conf:3



=== TEST 4: a file with text that is no JSON is refused
--- endpoint
mcp_tool get {
    description "A.";
    input_schema ../html/s.json;
    request POST "/a";
    body json;
    pass @api;
}
--- user_files
>>> s.json
object
--- dies
input_schema of mcp_tool "get" is not JSON: not JSON at byte 0 in mcp.conf:3



=== TEST 5: a file with a schema loads
--- endpoint
mcp_tool get {
    description "A.";
    input_schema ../html/s.json;
    request POST "/a";
    body json;
    pass @api;
}
--- user_files
>>> s.json
{"type":"object","properties":{"id":{"type":"string"}}}
--- loads



=== TEST 6: JSON is strict: no comma at the end
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object",}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
input_schema of mcp_tool "get" is not JSON: not JSON at byte 17 in mcp.conf:3



=== TEST 7: JSON is strict: nothing after it
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object"} x';
    request POST "/a"; body json;
    pass @api;
}
--- dies
input_schema of mcp_tool "get" is not JSON: not JSON at byte 18 in mcp.conf:3



=== TEST 8: JSON is strict: it is complete
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object"';
    request POST "/a"; body json;
    pass @api;
}
--- dies
input_schema of mcp_tool "get" is not JSON: not JSON at byte 16 in mcp.conf:3



=== TEST 9: a member twice is refused
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","type":"object"}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
input_schema of mcp_tool "get" is not JSON: a member name twice at byte 17 in mcp.conf:3



=== TEST 10: 64 levels are the limit
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"a":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
input_schema of mcp_tool "get" is not JSON: nested too deep at byte 97 in mcp.conf:3



=== TEST 11: text that is not UTF-8 is refused (RPC-26)
--- endpoint eval
qq/mcp_tool get {\n    description "A.";\n    input_schema '{"type":"object","title":"\xff"}';\n    request POST "\/a";\n    body json;\n    pass \@api;\n}/
--- dies
input_schema of mcp_tool "get" is not JSON: not UTF-8 at byte 26 in mcp.conf:3



=== TEST 12: the root has a type (TOOL-8)
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
input_schema of mcp_tool "get" must have "type": "object" at its root in mcp.conf:3



=== TEST 13: the root is an object (TOOL-8)
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"array"}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
input_schema of mcp_tool "get" must have "type": "object" at its root in mcp.conf:3



=== TEST 14: the root is an object and nothing else (TOOL-8)
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":["object"]}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
input_schema of mcp_tool "get" must have "type": "object" at its root in mcp.conf:3



=== TEST 15: "properties" is an object
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":[]}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
"properties" in the input_schema of mcp_tool "get" is not an object in mcp.conf:3



=== TEST 16: "required" names properties
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"a":{}},"required":["b"]}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
the input_schema of mcp_tool "get" requires "b", which is not in its "properties" in mcp.conf:3



=== TEST 17: "input_schema" twice is an error
--- endpoint
mcp_tool get {
    input_schema '{"type":"object"}';
    input_schema '{"type":"object"}';
}
--- dies
"input_schema" directive is duplicate in mcp.conf:3



=== TEST 18: "input_schema" after "param" is an error
--- endpoint
mcp_tool get {
    param x string;
    input_schema '{"type":"object"}';
}
--- dies
"input_schema" directive cannot stand beside "param": it declares all parameters in mcp.conf:3



=== TEST 19: "param" after "input_schema" is an error
--- endpoint
mcp_tool get {
    input_schema '{"type":"object"}';
    param x string;
}
--- dies
"param" directive cannot stand beside "input_schema", which declares all parameters in mcp.conf:3



=== TEST 20: a template uses only properties
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object"}';
    request GET "/a/{id}";
    pass @api;
}
--- dies
mcp_tool "get": the request uses "{id}", but there is no parameter of that name: add "id" to "properties" of the schema in mcp.conf:4



=== TEST 21: a property in the path is required
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"id":{}}}';
    request GET "/a/{id}";
    pass @api;
}
--- dies
mcp_tool "get": parameter "id" stands in the path and must be "required" or have a default in mcp.conf:4



=== TEST 22: a property that nothing uses is an error
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"id":{}}}';
    request GET "/a";
    pass @api;
}
--- dies
mcp_tool "get": parameter "id" is used nowhere: put "{id}" into "request", "query", "header" or "cookie" in mcp.conf:1



=== TEST 23: two properties that would be one variable
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"a-b":{},"a_b":{}}}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
mcp_tool "get": parameters "a-b" and "a_b" would be one variable "$mcp_arg_...": rename one, with name=... for its spelling upstream in mcp.conf:1



=== TEST 24: "x-mcp-header" does not stand on the root (HTTP-35)
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","x-mcp-header":"A"}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
"x-mcp-header" in the input_schema of mcp_tool "get" stands where clients do not accept it: only on properties of the root or of nested "properties" in mcp.conf:3



=== TEST 25: nor on the items of an array (HTTP-35)
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"a":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}}}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
"x-mcp-header" in the input_schema of mcp_tool "get" stands where clients do not accept it: only on properties of the root or of nested "properties" in mcp.conf:3



=== TEST 26: nor in a combination (HTTP-35)
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","allOf":[{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
"x-mcp-header" in the input_schema of mcp_tool "get" stands where clients do not accept it: only on properties of the root or of nested "properties" in mcp.conf:3



=== TEST 27: nor in a definition (HTTP-35)
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","$defs":{"a":{"type":"string","x-mcp-header":"A"}}}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
"x-mcp-header" in the input_schema of mcp_tool "get" stands where clients do not accept it: only on properties of the root or of nested "properties" in mcp.conf:3



=== TEST 28: "x-mcp-header" has no blank (HTTP-30)
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"a":{"type":"string","x-mcp-header":"A b"}}}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
"x-mcp-header" in the input_schema of mcp_tool "get" is not a header name of letters, digits and "-" in mcp.conf:3



=== TEST 29: "x-mcp-header" has no "_", which nginx drops (HTTP-30)
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"a":{"type":"string","x-mcp-header":"A_b"}}}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
"x-mcp-header" in the input_schema of mcp_tool "get" is not a header name of letters, digits and "-" in mcp.conf:3



=== TEST 30: "x-mcp-header" is not empty (HTTP-30)
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"a":{"type":"string","x-mcp-header":""}}}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
"x-mcp-header" in the input_schema of mcp_tool "get" is not a header name of letters, digits and "-" in mcp.conf:3



=== TEST 31: "x-mcp-header" is a string (HTTP-29)
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"a":{"type":"string","x-mcp-header":1}}}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
"x-mcp-header" in the input_schema of mcp_tool "get" is not a header name of letters, digits and "-" in mcp.conf:3



=== TEST 32: "x-mcp-header" is not for numbers (HTTP-33)
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"a":{"type":"number","x-mcp-header":"A"}}}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
"x-mcp-header": "A" in the input_schema of mcp_tool "get" needs "type" to be one of string, integer and boolean in mcp.conf:3



=== TEST 33: "x-mcp-header" needs a type (HTTP-33)
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"a":{"x-mcp-header":"A"}}}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
"x-mcp-header": "A" in the input_schema of mcp_tool "get" needs "type" to be one of string, integer and boolean in mcp.conf:3



=== TEST 34: "x-mcp-header" needs one type only (HTTP-33)
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"a":{"type":["string","null"],"x-mcp-header":"A"}}}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
"x-mcp-header": "A" in the input_schema of mcp_tool "get" needs "type" to be one of string, integer and boolean in mcp.conf:3



=== TEST 35: two properties cannot have one header, in any case (HTTP-32)
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"a":{"type":"string","x-mcp-header":"A"},"b":{"type":"string","x-mcp-header":"a"}}}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
two parameters have the header "a" in mcp.conf:3



=== TEST 36: "x-mcp-header" may stand on a nested property (HTTP-35)
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"o":{"type":"object","properties":{"a":{"type":"string","x-mcp-header":"A"}}}}}';
    request POST "/a"; body json;
    pass @api;
}
--- loads



=== TEST 37: a property may be called "properties"
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"properties":{"type":"string","x-mcp-header":"A"}}}';
    request POST "/a"; body json;
    pass @api;
}
--- loads



=== TEST 38: a property may be called "x-mcp-header"
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"x-mcp-header":{"type":"string"}}}';
    request POST "/a"; body json;
    pass @api;
}
--- loads



=== TEST 39: a property without a type loads
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"a":{}},"additionalProperties":false}';
    request POST "/a"; body json;
    pass @api;
}
--- loads



=== TEST 40: an unknown type is a bad schema
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"a":{"type":"text"}}}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
input_schema of mcp_tool "get" has an unknown "type" of "a" in mcp.conf:3



=== TEST 41: "required" that is no array is a bad schema
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"a":{}},"required":"a"}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
input_schema of mcp_tool "get" has a "required" that is not an array of strings in mcp.conf:3



=== TEST 42: a property that is no schema is a bad schema
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"a":1}}';
    request POST "/a"; body json;
    pass @api;
}
--- dies
input_schema of mcp_tool "get" has a property "a" that is not a schema in mcp.conf:3



=== TEST 43: an unknown type in a list is a bad schema
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"a":{"type":["string","text"]}}}';
    request POST "/a";
    body json;
    pass @api;
}
--- dies
input_schema of mcp_tool "get" has an unknown "type" of "a" in mcp.conf:3



=== TEST 44: a type that is no string is a bad schema
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"a":{"type":1}}}';
    request POST "/a";
    body json;
    pass @api;
}
--- dies
input_schema of mcp_tool "get" has an unknown "type" of "a" in mcp.conf:3



=== TEST 45: a "required" with other values than strings is a bad schema
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"a":{}},"required":[1]}';
    request POST "/a";
    body json;
    pass @api;
}
--- dies
input_schema of mcp_tool "get" has a "required" that is not an array of strings in mcp.conf:3



=== TEST 46: true and false are schemas
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"a":true,"b":false}}';
    request POST "/a";
    body json;
    pass @api;
}
--- loads



=== TEST 47: "null" is a type of a schema
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"a":{"type":["string","null"]}}}';
    request POST "/a";
    body json;
    pass @api;
}
--- loads



=== TEST 48: "x-mcp-header" in the data of a schema is data
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"a":{"const":{"x-mcp-header":1},"enum":[{"x-mcp-header":1}],"default":{"x-mcp-header":1},"examples":[{"x-mcp-header":1}]}}}';
    request POST "/a";
    body json;
    pass @api;
}
--- loads



=== TEST 49: properties may be called as keywords are
--- endpoint
mcp_tool get {
    description "A.";
    input_schema '{"type":"object","properties":{"const":{"type":"string","x-mcp-header":"C"},"default":{"type":"string"}}}';
    request POST "/a";
    body json;
    pass @api;
}
--- loads



=== TEST 50: a schema in the configuration must be quoted
--- endpoint
mcp_tool get {
    description "A.";
    input_schema {"type":"object"};
}
--- dies
a schema that is written here must be quoted, best in single quotes in mcp.conf:3

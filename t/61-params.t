# Copyright (C) mcp-nginx contributors
#
# Mistakes in "param" and in the places of parameters, each told by
# "nginx -t" with the line of the "param", of the "request" or of the tool.

use lib 't/lib';
use Conf;
use Mcp;

run_tests();

__DATA__

=== TEST 1: a parameter has a type
--- endpoint
mcp_tool get {
    description "A.";
    param x;
    request GET "/a{?x}";
    pass @api;
}
--- dies
invalid number of arguments in "param" directive in mcp.conf:3



=== TEST 2: an unknown type is an error
--- endpoint
mcp_tool get {
    description "A.";
    param x text;
    request GET "/a{?x}";
    pass @api;
}
--- dies
unknown type "text" of parameter "x": expected string, integer, number, boolean, array or object in mcp.conf:3



=== TEST 3: a type is written in lower case
--- endpoint
mcp_tool get {
    description "A.";
    param x String;
    request GET "/a{?x}";
    pass @api;
}
--- dies
unknown type "String" of parameter "x": expected string, integer, number, boolean, array or object in mcp.conf:3



=== TEST 4: "null" is no type of a parameter
--- endpoint
mcp_tool get {
    description "A.";
    param x null;
    request GET "/a{?x}";
    pass @api;
}
--- dies
unknown type "null" of parameter "x": expected string, integer, number, boolean, array or object in mcp.conf:3



=== TEST 5: a parameter twice is an error
--- endpoint
mcp_tool get {
    description "A.";
    param x string; param x integer;
    request GET "/a{?x}";
    pass @api;
}
--- dies
duplicate parameter "x" in mcp.conf:3



=== TEST 6: an empty name is an error
--- endpoint
mcp_tool get {
    description "A.";
    param "" string;
    request GET "/a{?x}";
    pass @api;
}
--- dies
invalid parameter name "": use letters, digits and "_", and name=... for another spelling upstream in mcp.conf:3



=== TEST 7: a name with brackets is told about name=
--- endpoint
mcp_tool get {
    description "A.";
    param x[] string;
    request GET "/a{?x}";
    pass @api;
}
--- dies
invalid parameter name "x[]": use letters, digits and "_", and name=... for another spelling upstream in mcp.conf:3



=== TEST 8: a name does not begin with "-"
--- endpoint
mcp_tool get {
    description "A.";
    param -x string;
    request GET "/a{?x}";
    pass @api;
}
--- dies
invalid parameter name "-x": use letters, digits and "_", and name=... for another spelling upstream in mcp.conf:3



=== TEST 9: a name does not begin with "."
--- endpoint
mcp_tool get {
    description "A.";
    param .x string;
    request GET "/a{?x}";
    pass @api;
}
--- dies
invalid parameter name ".x": use letters, digits and "_", and name=... for another spelling upstream in mcp.conf:3



=== TEST 10: a blank in a name is an error
--- endpoint
mcp_tool get {
    description "A.";
    param "x y" string;
    request GET "/a{?x}";
    pass @api;
}
--- dies
invalid parameter name "x y": use letters, digits and "_", and name=... for another spelling upstream in mcp.conf:3



=== TEST 11: an unknown word is an error
--- endpoint
mcp_tool get {
    description "A.";
    param x string "Text." needed;
    request GET "/a{?x}";
    pass @api;
}
--- dies
unknown word "needed" of parameter "x": expected "required" or key=value, after the description in mcp.conf:3



=== TEST 12: an unknown key is an error
--- endpoint
mcp_tool get {
    description "A.";
    param x string "Text." size=3;
    request GET "/a{?x}";
    pass @api;
}
--- dies
unknown word "size=3" of parameter "x": expected "required" or key=value, after the description in mcp.conf:3



=== TEST 13: the description comes before "required"
--- endpoint
mcp_tool get {
    description "A.";
    param x string required "Text.";
    request GET "/a{?x}";
    pass @api;
}
--- dies
unknown word "Text." of parameter "x": expected "required" or key=value, after the description in mcp.conf:3



=== TEST 14: an unquoted description is an error
--- endpoint
mcp_tool get {
    description "A.";
    param x string The order number;
    request GET "/a{?x}";
    pass @api;
}
--- dies
unknown word "order" of parameter "x": expected "required" or key=value, after the description in mcp.conf:3



=== TEST 15: an unknown key in place of the description is an error
--- endpoint
mcp_tool get {
    description "A.";
    param x string style=pipe;
    request GET "/a{?x}";
    pass @api;
}
--- dies
unknown word "style=pipe" of parameter "x": expected "required" or key=value, after the description in mcp.conf:3



=== TEST 16: a misspelt key in place of the description is an error
--- endpoint
mcp_tool get {
    description "A.";
    param x integer minimun=1;
    request GET "/a{?x}";
    pass @api;
}
--- dies
unknown word "minimun=1" of parameter "x": expected "required" or key=value, after the description in mcp.conf:3



=== TEST 17: "minimum" does not fit the type string
--- endpoint
mcp_tool get {
    description "A.";
    param x string minimum=1;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"minimum" does not fit parameter "x" of type string in mcp.conf:3



=== TEST 18: "maximum" does not fit the type boolean
--- endpoint
mcp_tool get {
    description "A.";
    param x boolean maximum=1;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"maximum" does not fit parameter "x" of type boolean in mcp.conf:3



=== TEST 19: "min_length" does not fit the type integer
--- endpoint
mcp_tool get {
    description "A.";
    param x integer min_length=1;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"min_length" does not fit parameter "x" of type integer in mcp.conf:3



=== TEST 20: "max_length" does not fit the type array
--- endpoint
mcp_tool get {
    description "A.";
    param x array max_length=1;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"max_length" does not fit parameter "x" of type array in mcp.conf:3



=== TEST 21: "pattern" does not fit the type number
--- endpoint
mcp_tool get {
    description "A.";
    param x number pattern=a;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"pattern" does not fit parameter "x" of type number in mcp.conf:3



=== TEST 22: "format" does not fit the type object
--- endpoint
mcp_tool get {
    description "A.";
    param x object format=uri;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"format" does not fit parameter "x" of type object in mcp.conf:3



=== TEST 23: "enum" does not fit the type integer
--- endpoint
mcp_tool get {
    description "A.";
    param x integer enum=1|2;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"enum" does not fit parameter "x" of type integer in mcp.conf:3



=== TEST 24: "items" does not fit the type string
--- endpoint
mcp_tool get {
    description "A.";
    param x string items=string;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"items" does not fit parameter "x" of type string in mcp.conf:3



=== TEST 25: "mcp_header" does not fit the type number
--- endpoint
mcp_tool get {
    description "A.";
    param x number mcp_header=X;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"mcp_header" does not fit parameter "x" of type number in mcp.conf:3



=== TEST 26: "mcp_header" does not fit the type array
--- endpoint
mcp_tool get {
    description "A.";
    param x array mcp_header=X;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"mcp_header" does not fit parameter "x" of type array in mcp.conf:3



=== TEST 27: "minimum" is a number
--- endpoint
mcp_tool get {
    description "A.";
    param x integer minimum=low;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"minimum" of parameter "x" is not a number in mcp.conf:3



=== TEST 28: "minimum" is not empty
--- endpoint
mcp_tool get {
    description "A.";
    param x integer minimum=;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"minimum" of parameter "x" is not a number in mcp.conf:3



=== TEST 29: "minimum" twice is an error
--- endpoint
mcp_tool get {
    description "A.";
    param x integer minimum=1 minimum=2;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"minimum" of parameter "x" is duplicate in mcp.conf:3



=== TEST 30: "maximum" is a number
--- endpoint
mcp_tool get {
    description "A.";
    param x integer maximum=low;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"maximum" of parameter "x" is not a number in mcp.conf:3



=== TEST 31: "maximum" is not empty
--- endpoint
mcp_tool get {
    description "A.";
    param x integer maximum=;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"maximum" of parameter "x" is not a number in mcp.conf:3



=== TEST 32: "maximum" twice is an error
--- endpoint
mcp_tool get {
    description "A.";
    param x integer maximum=1 maximum=2;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"maximum" of parameter "x" is duplicate in mcp.conf:3



=== TEST 33: "min_length" is a number of characters
--- endpoint
mcp_tool get {
    description "A.";
    param x string min_length=-1;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"min_length" of parameter "x" is not a number of characters in mcp.conf:3



=== TEST 34: "min_length" twice is an error
--- endpoint
mcp_tool get {
    description "A.";
    param x string min_length=1 min_length=1;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"min_length" of parameter "x" is duplicate in mcp.conf:3



=== TEST 35: "max_length" is a number of characters
--- endpoint
mcp_tool get {
    description "A.";
    param x string max_length=-1;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"max_length" of parameter "x" is not a number of characters in mcp.conf:3



=== TEST 36: "max_length" twice is an error
--- endpoint
mcp_tool get {
    description "A.";
    param x string max_length=1 max_length=1;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"max_length" of parameter "x" is duplicate in mcp.conf:3



=== TEST 37: "pattern" is not empty
--- endpoint
mcp_tool get {
    description "A.";
    param x string pattern=;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"pattern" of parameter "x" is empty in mcp.conf:3



=== TEST 38: "pattern" twice is an error
--- endpoint
mcp_tool get {
    description "A.";
    param x string pattern=a pattern=b;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"pattern" of parameter "x" is duplicate in mcp.conf:3



=== TEST 39: "format" is not empty
--- endpoint
mcp_tool get {
    description "A.";
    param x string format=;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"format" of parameter "x" is empty in mcp.conf:3



=== TEST 40: "format" twice is an error
--- endpoint
mcp_tool get {
    description "A.";
    param x string format=a format=b;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"format" of parameter "x" is duplicate in mcp.conf:3



=== TEST 41: "name" is not empty
--- endpoint
mcp_tool get {
    description "A.";
    param x string name=;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"name" of parameter "x" is empty in mcp.conf:3



=== TEST 42: "name" twice is an error
--- endpoint
mcp_tool get {
    description "A.";
    param x string name=a name=b;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"name" of parameter "x" is duplicate in mcp.conf:3



=== TEST 43: "enum" has choices
--- endpoint
mcp_tool get {
    description "A.";
    param x string enum=;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"enum" of parameter "x" has an empty choice: expected enum=a|b|c in mcp.conf:3



=== TEST 44: a choice between others is not empty
--- endpoint
mcp_tool get {
    description "A.";
    param x string enum=a||b;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"enum" of parameter "x" has an empty choice: expected enum=a|b|c in mcp.conf:3



=== TEST 45: the last choice is not empty
--- endpoint
mcp_tool get {
    description "A.";
    param x string enum=a|;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"enum" of parameter "x" has an empty choice: expected enum=a|b|c in mcp.conf:3



=== TEST 46: "enum" twice is an error
--- endpoint
mcp_tool get {
    description "A.";
    param x string enum=a enum=b;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"enum" of parameter "x" is duplicate in mcp.conf:3



=== TEST 47: "items" is a type
--- endpoint
mcp_tool get {
    description "A.";
    param x array items=text;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"items" of parameter "x" is not a type: expected string, integer, number, boolean, array or object in mcp.conf:3



=== TEST 48: "items" twice is an error
--- endpoint
mcp_tool get {
    description "A.";
    param x array items=string items=string;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"items" of parameter "x" is duplicate in mcp.conf:3



=== TEST 49: the default low does not fit the type integer
--- endpoint
mcp_tool get {
    description "A.";
    param x integer default=low;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"default" of parameter "x" is not a value of the parameter's type in mcp.conf:3



=== TEST 50: the default 1.5 does not fit the type integer
--- endpoint
mcp_tool get {
    description "A.";
    param x integer default=1.5;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"default" of parameter "x" is not a value of the parameter's type in mcp.conf:3



=== TEST 51: the default "1" does not fit the type number
--- endpoint
mcp_tool get {
    description "A.";
    param x number default="1";
    request GET "/a{?x}";
    pass @api;
}
--- dies
"default" of parameter "x" is not a value of the parameter's type in mcp.conf:3



=== TEST 52: the default yes does not fit the type boolean
--- endpoint
mcp_tool get {
    description "A.";
    param x boolean default=yes;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"default" of parameter "x" is not a value of the parameter's type in mcp.conf:3



=== TEST 53: the default [ does not fit the type array
--- endpoint
mcp_tool get {
    description "A.";
    param x array default=[;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"default" of parameter "x" is not a value of the parameter's type in mcp.conf:3



=== TEST 54: the default 1 does not fit the type object
--- endpoint
mcp_tool get {
    description "A.";
    param x object default=1;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"default" of parameter "x" is not a value of the parameter's type in mcp.conf:3



=== TEST 55: the default null does not fit the type integer
--- endpoint
mcp_tool get {
    description "A.";
    param x integer default=null;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"default" of parameter "x" is not a value of the parameter's type in mcp.conf:3



=== TEST 56: "default" twice is an error
--- endpoint
mcp_tool get {
    description "A.";
    param x integer default=1 default=2;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"default" of parameter "x" is duplicate in mcp.conf:3



=== TEST 57: "mcp_header" is not empty (HTTP-30)
--- endpoint
mcp_tool get {
    description "A.";
    param x string mcp_header=;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"mcp_header" of parameter "x" is not a header name of letters, digits and "-" in mcp.conf:3



=== TEST 58: "mcp_header" has no "_", which nginx drops (HTTP-30)
--- endpoint
mcp_tool get {
    description "A.";
    param x string mcp_header=X_Y;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"mcp_header" of parameter "x" is not a header name of letters, digits and "-" in mcp.conf:3



=== TEST 59: "mcp_header" has no blank (HTTP-30)
--- endpoint
mcp_tool get {
    description "A.";
    param x string "mcp_header=X Y";
    request GET "/a{?x}";
    pass @api;
}
--- dies
"mcp_header" of parameter "x" is not a header name of letters, digits and "-" in mcp.conf:3



=== TEST 60: "mcp_header" twice is an error
--- endpoint
mcp_tool get {
    description "A.";
    param x string mcp_header=A mcp_header=B;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"mcp_header" of parameter "x" is duplicate in mcp.conf:3



=== TEST 61: two parameters cannot have one header, in any case (HTTP-32)
--- endpoint
mcp_tool get {
    description "A.";
    param x string mcp_header=Id; param y string mcp_header=ID;
    request GET "/a{?x,y}";
    pass @api;
}
--- dies
two parameters have the header "ID" in mcp.conf:3



=== TEST 62: a parameter that nothing uses is an error
--- endpoint
mcp_tool get {
    description "A.";
    param x string; param y string;
    request GET "/a{?x}";
    pass @api;
}
--- dies
mcp_tool "get": parameter "y" is used nowhere: put "{y}" into "request", "query", "header" or "cookie" in mcp.conf:1



=== TEST 63: where a body is possible it is proposed
--- endpoint
mcp_tool get {
    description "A.";
    param x string; param y string;
    request POST "/a{?x}";
    pass @api;
}
--- dies
mcp_tool "get": parameter "y" is used nowhere: put "{y}" into "request", "query", "header" or "cookie", or say body json; in mcp.conf:1



=== TEST 64: a template names only declared parameters
--- endpoint
mcp_tool get {
    description "A.";
    param y string;
    request GET "/a{?x}";
    pass @api;
}
--- dies
mcp_tool "get": the request uses "{x}", but there is no parameter of that name: add param x string required; in mcp.conf:4



=== TEST 65: "query" names only declared parameters
--- endpoint
mcp_tool get {
    description "A.";
    param x string;
    request GET "/a{?x}"; query "y[]" "{y*}";
    pass @api;
}
--- dies
mcp_tool "get": the request uses "{y}", but there is no parameter of that name: add param y string required; in mcp.conf:4



=== TEST 66: a parameter in the path is required
--- endpoint
mcp_tool get {
    description "A.";
    param x string;
    request GET "/a/{x}";
    pass @api;
}
--- dies
mcp_tool "get": parameter "x" stands in the path and must be "required" or have a default in mcp.conf:4



=== TEST 67: so is one of "{+x}"
--- endpoint
mcp_tool get {
    description "A.";
    param x string;
    request GET "/a/{+x}";
    pass @api;
}
--- dies
mcp_tool "get": parameter "x" stands in the path and must be "required" or have a default in mcp.conf:4



=== TEST 68: so is one of "{.x}"
--- endpoint
mcp_tool get {
    description "A.";
    param x string;
    request GET "/a{.x}";
    pass @api;
}
--- dies
mcp_tool "get": parameter "x" stands in the path and must be "required" or have a default in mcp.conf:4



=== TEST 69: so is one of a path after an expression
--- endpoint
mcp_tool get {
    description "A.";
    param x string; param y string required;
    request GET "/a/{y}/{x}{?y}";
    pass @api;
}
--- dies
mcp_tool "get": parameter "x" stands in the path and must be "required" or have a default in mcp.conf:4



=== TEST 70: a default is as good as "required"
--- endpoint
mcp_tool get {
    description "A.";
    param x string default=all;
    request GET "/a/{x}";
    pass @api;
}
--- loads



=== TEST 71: "{/x}" drops out of a path as a whole
--- endpoint
mcp_tool get {
    description "A.";
    param x string;
    request GET "/a{/x}";
    pass @api;
}
--- loads



=== TEST 72: "{;x}" drops out of a path as a whole
--- endpoint
mcp_tool get {
    description "A.";
    param x string;
    request GET "/a{;x}";
    pass @api;
}
--- loads



=== TEST 73: after "?" in the text nothing is the path
--- endpoint
mcp_tool get {
    description "A.";
    param x string;
    request GET "/a?x={x}";
    pass @api;
}
--- loads



=== TEST 74: two names that differ in case are one variable
--- endpoint
mcp_tool get {
    description "A.";
    param x string; param X string;
    request GET "/a{?x,X}";
    pass @api;
}
--- dies
mcp_tool "get": parameters "x" and "X" would be one variable "$mcp_arg_...": rename one, with name=... for its spelling upstream in mcp.conf:1



=== TEST 75: two names that differ in "-" and "_" are one variable
--- endpoint
mcp_tool get {
    description "A.";
    param a-b string; param a_b string;
    request POST "/a"; body json;
    pass @api;
}
--- dies
mcp_tool "get": parameters "a-b" and "a_b" would be one variable "$mcp_arg_...": rename one, with name=... for its spelling upstream in mcp.conf:1



=== TEST 76: two names that differ in "." and "_" are one variable
--- endpoint
mcp_tool get {
    description "A.";
    param a.b string; param a_b string;
    request POST "/a"; body json;
    pass @api;
}
--- dies
mcp_tool "get": parameters "a.b" and "a_b" would be one variable "$mcp_arg_...": rename one, with name=... for its spelling upstream in mcp.conf:1



=== TEST 77: one parameter may be used in several places
--- endpoint
mcp_tool get {
    description "A.";
    param x string required;
    request GET "/a/{x}{?x}"; header X-Id "{x}"; cookie x "{x}"; query "x[]" "{x}";
    pass @api;
}
--- loads



=== TEST 78: "required" twice says nothing new
--- endpoint
mcp_tool get {
    description "A.";
    param x string required required;
    request GET "/a{?x}";
    pass @api;
}
--- loads



=== TEST 79: all keys of a string
--- endpoint
mcp_tool get {
    description "A.";
    param x string "Text." required enum=a|b default=a min_length=1 max_length=1 pattern=^a format=uuid name=x[] mcp_header=X-Id;
    request GET "/a{?x}";
    pass @api;
}
--- loads



=== TEST 80: a description that begins with a key is quoted as any other
--- endpoint
mcp_tool get {
    description "A.";
    param x string "format of it";
    request GET "/a{?x}";
    pass @api;
}
--- loads



=== TEST 81: a key with blanks is quoted as a whole
--- endpoint
mcp_tool get {
    description "A.";
    param x string "pattern=a b";
    request GET "/a{?x}";
    pass @api;
}
--- loads



=== TEST 82: a default is one of the choices: a contradiction
--- endpoint
mcp_tool get {
    description "A.";
    param x string enum=a|b default=c;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"default" of parameter "x" is not one of its "enum" in mcp.conf:3



=== TEST 83: a default is within the bounds: a contradiction
--- endpoint
mcp_tool get {
    description "A.";
    param x integer minimum=5 default=1;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"default" of parameter "x" is less than its "minimum" in mcp.conf:3



=== TEST 84: a minimum is not over the maximum: a contradiction
--- endpoint
mcp_tool get {
    description "A.";
    param x integer minimum=2 maximum=1;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"minimum" of parameter "x" is greater than its "maximum" in mcp.conf:3



=== TEST 85: a shortest length is not over the longest: a contradiction
--- endpoint
mcp_tool get {
    description "A.";
    param x string min_length=2 max_length=1;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"min_length" of parameter "x" is greater than its "max_length" in mcp.conf:3



=== TEST 86: a choice twice is an error
--- endpoint
mcp_tool get {
    description "A.";
    param x string enum=a|b|a;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"enum" of parameter "x" has a choice twice in mcp.conf:3



=== TEST 87: a default is not over the maximum
--- endpoint
mcp_tool get {
    description "A.";
    param x integer maximum=5 default=6;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"default" of parameter "x" is greater than its "maximum" in mcp.conf:3



=== TEST 88: a default is not shorter than allowed
--- endpoint
mcp_tool get {
    description "A.";
    param x string min_length=3 default=ab;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"default" of parameter "x" is not within its "min_length" and "max_length" in mcp.conf:3



=== TEST 89: a default is not longer than allowed
--- endpoint
mcp_tool get {
    description "A.";
    param x string max_length=3 default=abcd;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"default" of parameter "x" is not within its "min_length" and "max_length" in mcp.conf:3



=== TEST 90: the length of a default is counted in characters
--- endpoint
mcp_tool get {
    description "A.";
    param x string max_length=3 default=äöü;
    request GET "/a{?x}";
    pass @api;
}
--- loads



=== TEST 91: a default may be on its bounds
--- endpoint
mcp_tool get {
    description "A.";
    param x integer minimum=5 maximum=5 default=5;
    request GET "/a{?x}";
    pass @api;
}
--- loads



=== TEST 92: a default may be as long as allowed
--- endpoint
mcp_tool get {
    description "A.";
    param x string min_length=3 max_length=3 default=abc;
    request GET "/a{?x}";
    pass @api;
}
--- loads



=== TEST 93: limits may be equal
--- endpoint
mcp_tool get {
    description "A.";
    param x number minimum=1.0 maximum=1;
    request GET "/a{?x}";
    pass @api;
}
--- loads



=== TEST 94: limits are compared exactly
--- endpoint
mcp_tool get {
    description "A.";
    param x number minimum=9007199254740993 maximum=9007199254740992;
    request GET "/a{?x}";
    pass @api;
}
--- dies
"minimum" of parameter "x" is greater than its "maximum" in mcp.conf:3



=== TEST 95: "pattern" is a regular expression
--- endpoint
mcp_tool get {
    description "A.";
    param x string "pattern=(a";
    request GET "/a{?x}";
    pass @api;
}
--- dies
"pattern" of parameter "x" is not a regular expression in mcp.conf:3



=== TEST 96: an equals sign later in a description is text
--- endpoint
mcp_tool get {
    description "A.";
    param x string "Filter such as a=b";
    request GET "/a{?x}";
    pass @api;
}
--- loads



=== TEST 97: a description in upper case is no key
--- endpoint
mcp_tool get {
    description "A.";
    param x string "A=1 means all";
    request GET "/a{?x}";
    pass @api;
}
--- loads



=== TEST 98: a key with a quoted value is told to be quoted as a whole
--- endpoint
mcp_tool get {
    description "A.";
    param x string pattern="a b";
    request GET "/a{?x}";
    pass @api;
}
--- dies
a quote inside of pattern="a is not one for nginx: quote the whole word, as "pattern=..." in mcp.conf:3



=== TEST 99: also where the value has no blanks
--- endpoint
mcp_tool get {
    description "A.";
    param x string enum="a|b";
    request GET "/a{?x}";
    pass @api;
}
--- dies
a quote inside of enum="a|b" is not one for nginx: quote the whole word, as "enum=..." in mcp.conf:3



=== TEST 100: a default that is JSON may begin with a quote
--- endpoint
mcp_tool get {
    description "A.";
    param x array default=["a"];
    request GET "/a{?x}";
    pass @api;
}
--- loads

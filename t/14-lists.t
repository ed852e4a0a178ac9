# Copyright (C) mcp-nginx contributors
#
# tools/list, server/discover and what is in them: the exact text, pages
# and cursors, cache hints, and where an endpoint has its tools from.
# Sections 4.2 to 4.6 of mcp-2026-07-28.md; "An endpoint's list" of
# design.md 6.

use lib 't/lib';
use Mcp 'shared';

our $api = 'location @api { return 200 "hello"; }' . "\n";

# tools of these names, in this order
sub tools {
    return CORE::join("", map { qq/mcp_tool $_ { description "$_."; request GET "\/$_"; pass \@api; }\n/ } @_);
}

sub endpoint {
    my ($words, @names) = @_;

    return $api . "location = /mcp { mcp; mcp_server_info name=desk version=1.0; $words " . tools(@names) . "}\n";
}

# the names that tools/list has, in order, as a regex
sub names {
    return "\"tools\":\\[" . CORE::join(",", map { "\\{\"name\":\"$_\"[^\\[\\]]*\\}" } @_) . "\\]";
}

sub listed {
    my $list = '{"jsonrpc":"2.0","id":1,"result":{"tools":[';
    return qq/$list$_[0]]}}/;
}

our $five = main::endpoint("mcp_page_size 2;", qw(e d c b a));

# Cursors differ with each start, so they have to be asked for: "after" is
# code that runs while the server of its block does, "gives" what it returns.

sub page {
    my ($era, $path, $cursor) = @_;

    my $params = defined $cursor ? { cursor => $cursor } : {};
    my $body = Mcp::fetch($era eq "modern"
                          ? Mcp::modern("tools/list", $params, path => $path)
                          : Mcp::legacy("tools/list", $params, path => $path));

    my @names = ($body =~ /"error":\{"code":(-\d+)/,
                 $body =~ /\{"name":"([^"]*)","desc/g);
    my ($next) = $body =~ /"nextCursor":"([^"]*)"/;

    return CORE::join(" ", @names), $next;
}

# all pages, asking in these eras in turn
sub walk {
    my ($path, @eras) = @_;
    my ($cursor, @pages);

    do {
        (my $names, $cursor) = page($eras[@pages % @eras], $path, $cursor);
        push @pages, $names;
    } while (defined $cursor && @pages < 50);

    return CORE::join " | ", @pages;
}

# the second page for a cursor that code has changed
sub bent {
    my ($change, $path) = @_;
    my (undef, $cursor) = page("modern", "/mcp");

    for ($cursor) { $change->() }

    return (page("modern", $path // "/mcp", $cursor))[0];
}

add_response_body_check(sub {
    my ($block) = @_;

    return if !defined $block->after;

    Test::More::is($block->after->(), $block->gives, $block->name);
});

run_tests();

__DATA__

=== TEST 1: the smallest tool, in both eras [TOOL-2 TOOL-8]
--- config eval: main::endpoint("", "t")
--- request eval
[ Mcp::legacy("tools/list"), Mcp::legacy("tools/list", {}, revision => "2024-11-05"), Mcp::modern("tools/list") ]
--- bodies eval
[ ('{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"t","description":"t.","inputSchema":{"type":"object","additionalProperties":false},"annotations":{"readOnlyHint":true}}]}}') x 2,
  '{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","tools":[{"name":"t","description":"t.","inputSchema":{"type":"object","additionalProperties":false},"annotations":{"readOnlyHint":true}}],"ttlMs":60000,"cacheScope":"public","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"desk","version":"1.0"}}}}' ]
--- answers
200 result id 1
200 result id 1
200 result id 1



=== TEST 2: title, description, icons and annotations of a tool (4.6)
--- config
    location @api { return 200 "hello"; }
    location = /mcp {
        mcp;
        mcp_tool t {
            title        "A \"title\"";
            description  "One line.\nAnd \\ another: é, €, 😀.";
            icon         "https://desk.example/i.png" mime_type=image/png sizes=48x48 theme=light;
            icon         "data:image/svg+xml;base64,PHN2Zy8+" sizes=any theme=dark;
            icon         "https://desk.example/plain";
            annotations  destructive=off idempotent open_world=off;
            request      POST "/t";
            pass         @api;
        }
    }
--- request eval
Mcp::legacy("tools/list")
--- bodies eval
[ main::listed('{"name":"t","title":"A \"title\"","description":"One line.\nAnd \\\\ another: é, €, 😀.","inputSchema":{"type":"object","additionalProperties":false},'
  . '"annotations":{"destructiveHint":false,"idempotentHint":true,"openWorldHint":false},'
  . '"icons":[{"src":"https://desk.example/i.png","mimeType":"image/png","sizes":["48x48"],"theme":"light"},'
  . '{"src":"data:image/svg+xml;base64,PHN2Zy8+","sizes":["any"],"theme":"dark"},{"src":"https://desk.example/plain"}]}') ]
--- answers
200 result id 1



=== TEST 3: hints that follow from the method, and the operator's win (4.6)
--- config
    location @api { return 200 "hello"; }
    location = /mcp {
        mcp;
        mcp_tool get { description "D."; request GET "/"; pass @api; }
        mcp_tool head { description "D."; request HEAD "/"; pass @api; }
        mcp_tool put { description "D."; request PUT "/"; pass @api; }
        mcp_tool delete { description "D."; request DELETE "/"; pass @api; }
        mcp_tool post { description "D."; request POST "/"; pass @api; }
        mcp_tool patch { description "D."; request PATCH "/"; pass @api; }
        mcp_tool own { description "D."; annotations read_only=off open_world; request GET "/"; pass @api; }
    }
--- request eval
Mcp::legacy("tools/list")
--- bodies eval
[ qr/"name":"get",[^\[]*"annotations":\{"readOnlyHint":true\}\},
     \{"name":"head",[^\[]*"annotations":\{"readOnlyHint":true\}\},
     \{"name":"put",[^\[]*"annotations":\{"idempotentHint":true\}\},
     \{"name":"delete",[^\[]*"annotations":\{"idempotentHint":true\}\},
     \{"name":"post",[^{}\[]*\{"type":"object","additionalProperties":false\}\},
     \{"name":"patch",[^{}\[]*\{"type":"object","additionalProperties":false\}\},
     \{"name":"own",[^\[]*"annotations":\{"readOnlyHint":false,"openWorldHint":true\}\}/x ]
--- answers
200 result id 1



=== TEST 4: params of every type and key become a schema (design.md 6)
--- config
    location @api { return 200 "hello"; }
    location = /mcp {
        mcp;
        mcp_tool t {
            description "D.";
            param  s string "A text" required min_length=1 max_length=20 "pattern=^[a-z]+$" format=hostname mcp_header=Word;
            param  e string enum=a|b|c default=b;
            param  i integer "A number" required minimum=-5 maximum=9007199254740991 mcp_header=Num;
            param  f number minimum=0.5 maximum=1e3 default=1.50;
            param  b boolean default=true mcp_header=Flag;
            param  a array "Some" items=string;
            param  n array items=integer;
            param  o object;
            param  m string name=match[];
            param  d string required;
            request POST "/t";
            body json;
            pass @api;
        }
    }
--- request eval
Mcp::legacy("tools/list")
--- bodies eval
[ main::listed('{"name":"t","description":"D.","inputSchema":{"type":"object","properties":{'
  . '"s":{"type":"string","description":"A text","minLength":1,"maxLength":20,"pattern":"^[a-z]+$","format":"hostname","x-mcp-header":"Word"},'
  . '"e":{"type":"string","enum":["a","b","c"],"default":"b"},'
  . '"i":{"type":"integer","description":"A number","minimum":-5,"maximum":9007199254740991,"x-mcp-header":"Num"},'
  . '"f":{"type":"number","default":1.50,"minimum":0.5,"maximum":1e3},'
  . '"b":{"type":"boolean","default":true,"x-mcp-header":"Flag"},'
  . '"a":{"type":"array","description":"Some","items":{"type":"string"}},'
  . '"n":{"type":"array","items":{"type":"integer"}},'
  . '"o":{"type":"object"},'
  . '"m":{"type":"string"},'
  . '"d":{"type":"string"}},'
  . '"required":["s","i","d"],"additionalProperties":false}}') ]
--- answers
200 result id 1



=== TEST 5: input_schema is advertised byte for byte [CONF]
--- config
    location @api { return 200 "hello"; }
    location = /mcp {
        mcp;
        mcp_tool t {
            description "D.";
            input_schema schema.json;
            request POST "/t";
            body json;
            pass @api;
        }
    }
--- user_files
>>> ../conf/schema.json
{ "$schema" : "https://json-schema.org/draft/2020-12/schema",
  "$defs" : { "x" : { "$anchor" : "x", "type" : "string" } },
  "type" : "object",
  "properties" : { "a" : { "$ref" : "#/$defs/x" },	"n":{"type":["integer","null"],"default":1.0} },
  "allOf" : [ { "if" : { "required" : ["a"] }, "then" : { "minProperties" : 1 } } ],
  "additionalProperties" : { "type" : "\u0073tring" } }
--- request eval
[ Mcp::legacy("tools/list"), Mcp::modern("tools/list") ]
--- bodies eval
my $schema = <<'E'; $schema = CORE::quotemeta($schema =~ s/\n\z//r); [ (qr/"inputSchema":$schema[,}]/) x 2 ]
{ "$schema" : "https://json-schema.org/draft/2020-12/schema",
  "$defs" : { "x" : { "$anchor" : "x", "type" : "string" } },
  "type" : "object",
  "properties" : { "a" : { "$ref" : "#/$defs/x" },	"n":{"type":["integer","null"],"default":1.0} },
  "allOf" : [ { "if" : { "required" : ["a"] }, "then" : { "minProperties" : 1 } } ],
  "additionalProperties" : { "type" : "\u0073tring" } }
E
--- answers
200 result id 1
200 result id 1



=== TEST 6: the order is that of the configuration, and stable [TOOL-5 TOOL-4]
--- config eval: main::endpoint("", qw(zz a m b2 b10 A))
--- request eval
[ Mcp::modern("tools/list"), Mcp::call("m"), Mcp::modern("tools/list"),
  Mcp::modern("tools/list", undef, meta => { clientInfo => { name => "other", version => "9" } }) ]
--- bodies eval
my $names = main::names(qw(zz a m b2 b10 A)); [ qr/$names/, qr/./, qr/$names/, qr/$names/ ]
--- answers
200 result id 1
200 result id 1
200 result id 1
200 result id 1



=== TEST 7: cache hints, and mcp_list_ttl [CA-1 CA-5 CA-6]
--- config eval: main::endpoint("mcp_list_ttl 5m;", "t")
--- request eval
[ Mcp::modern("tools/list"), Mcp::modern("server/discover"), Mcp::call("t") ]
--- bodies eval
[ qr/"ttlMs":300000,"cacheScope":"public"/, qr/"ttlMs":300000,"cacheScope":"public"/,
  qr/^(?!.*(?:ttlMs|cacheScope))/ ]
--- answers
200 result id 1
200 result id 1
200 result id 1



=== TEST 8: mcp_list_ttl 0: stale at once
--- config eval: main::endpoint("mcp_list_ttl 0;", "t")
--- request eval
[ Mcp::modern("tools/list"), Mcp::modern("server/discover") ]
--- bodies eval
[ (qr/"ttlMs":0,"cacheScope":"public"/) x 2 ]
--- answers
200 result id 1
200 result id 1



=== TEST 9: mcp_list_ttl is inherited, 1500ms are 1500
--- http_config
    mcp_list_ttl 1500ms;
--- config eval: main::endpoint("", "t")
--- request eval
Mcp::modern("tools/list")
--- bodies eval
[ qr/"ttlMs":1500,/ ]
--- answers
200 result id 1



=== TEST 10: server/discover, exactly [VER-2 VER-3 VER-11]
--- config eval: main::endpoint('mcp_instructions "Ask \"first\".\nThen act.";', "t")
--- request eval
Mcp::modern("server/discover", undef, id => '"d-1"')
--- bodies eval
[ '{"jsonrpc":"2.0","id":"d-1","result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"instructions":"Ask \"first\".\nThen act.","ttlMs":60000,"cacheScope":"public","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"desk","version":"1.0"}}}}' ]
--- answers
200 result id "d-1"



=== TEST 11: server/discover without tools and instructions
--- config
    location = /mcp { mcp; mcp_server_info name=bare version=2; }
--- suppress_stderr
--- request eval
[ Mcp::modern("server/discover"), Mcp::modern("tools/list"), Mcp::call("t") ]
--- bodies eval
[ '{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{},"ttlMs":60000,"cacheScope":"public","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"bare","version":"2"}}}}',
  qr/-32601/, qr/-32601/ ]
--- answers
200 result id 1
404 error -32601 id 1
404 error -32601 id 1



=== TEST 12: serverInfo: title and website, in every result [META-6]
--- config
    location @api { return 200 "hello"; }
    mcp_server_info name=desk version=1.0 "title=Order \"desk\"" website=https://desk.example/;
    location = /mcp { mcp; mcp_tool t { description "D."; request GET "/"; pass @api; } }
--- request eval
[ Mcp::modern("tools/list"), Mcp::modern("server/discover"), Mcp::call("t") ]
--- bodies eval
[ (qr/"_meta":\{"io\.modelcontextprotocol\/serverInfo":\{"name":"desk","version":"1\.0","title":"Order \\"desk\\"","websiteUrl":"https:\/\/desk\.example\/"\}\}\}\}$/) x 3 ]
--- answers
200 result id 1
200 result id 1
200 result id 1



=== TEST 13: serverInfo: by default the first server_name and the module's version (design.md 6)
--- config
    location @api { return 200 "hello"; }
    location = /mcp { mcp; mcp_tool t { description "D."; request GET "/"; pass @api; } }
    server_name second.example;
--- server_name: first.example
--- request eval
Mcp::modern("tools/list")
--- bodies eval
[ qr/serverInfo":\{"name":"first\.example","version":"\d+\.\d+\.\d+"\}/ ]
--- answers
200 result id 1



=== TEST 14: pages: no page size, one page
--- config eval: main::endpoint("", qw(e d c b a))
--- request eval
[ Mcp::legacy("tools/list"), Mcp::modern("tools/list") ]
--- bodies eval
my $names = main::names(qw(e d c b a)); [ (qr/^(?!.*nextCursor).*$names/) x 2 ]
--- answers
200 result id 1
200 result id 1



=== TEST 15: pages: the first one, with a cursor, in both eras
--- config eval: $::five
--- request eval
[ Mcp::legacy("tools/list"), Mcp::modern("tools/list") ]
--- bodies eval
my $names = main::names(qw(e d));
[ qr/$names,"nextCursor":"[A-Za-z0-9_-]+"\}\}$/, qr/$names,"nextCursor":"[A-Za-z0-9_-]+","ttlMs":60000,"cacheScope":"public","_meta"/ ]
--- answers
200 result id 1
200 result id 1



=== TEST 16: pages: all of them by their cursors, and across eras [PAG-1]
--- config eval: $::five
--- request eval
Mcp::legacy("ping")
--- after eval
sub { CORE::join "; ", map { main::walk("/mcp", @$_) } ["legacy"], ["modern"], ["legacy", "modern"] }
--- gives chomp
e d | c b | a; e d | c b | a; e d | c b | a



=== TEST 17: pages: a cursor that is not ours [PAG-2 PAG-3]
--- config eval: $::five
--- request eval
[ map { Mcp::modern("tools/list", { cursor => $_ }) }
      "garbage", "0", "2", "AAAA", "A" x 64, "A" x 5000, "\x{e9}", "a\0b", "null", " " ]
--- answers
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1



=== TEST 18: pages: a cursor that was cut, lengthened or changed [PAG-3]
--- config eval: $::five
--- request eval
Mcp::legacy("ping")
--- after eval
sub { CORE::join " ", map { main::bent($_) }
    sub { }, sub { CORE::chop $_ }, sub { $_ = substr $_, 1 }, sub { $_ .= "A" }, sub { $_ .= "=" }, sub { $_ .= "=x" },
    sub { $_ = substr $_, 0, length() / 2 }, sub { tr/A-Za-z/B-ZAb-za/ },
    sub { substr($_, 5, 1) =~ tr/A-Za-z0-9_-/B-ZAb-za1-90A/ },
    sub { substr($_, -5, 1) =~ tr/A-Za-z0-9_-/B-ZAb-za1-90A/ }, sub { $_ = " $_" } }
--- gives chomp
c b -32602 -32602 -32602 -32602 -32602 -32602 -32602 -32602 -32602 -32602



=== TEST 19: pages: the last character has no bits to spare: one cursor, one text
--- config eval: $::five
--- request eval
Mcp::legacy("ping")
--- after eval
sub {
    my $same = 0;
    for my $c ("A" .. "Z", "a" .. "z", 0 .. 9, "-", "_") {
        $same++ if main::bent(sub { substr($_, -1) = $c }) eq "c b";
    }
    return $same;
}
--- gives: 1



=== TEST 20: pages: a cursor of another list is refused [PAG-3]
--- config eval
$::api . "location = /mcp { mcp; mcp_page_size 2; " . main::tools(qw(e d c b a)) . "}
location = /other { mcp; mcp_page_size 2; " . main::tools(qw(e d c b x)) . "}
location = /size { mcp; mcp_page_size 1; " . main::tools(qw(e d c b a)) . "}"
--- request eval
Mcp::legacy("ping")
--- after eval
sub { CORE::join "; ", map { main::bent(sub { }, $_) } "/mcp", "/other", "/size" }
--- gives chomp
c b; -32602; -32602



=== TEST 21: pages: with mcp_secret, another server honours the cursor (design.md 4)
--- http_config
    mcp_secret mcp.key;
    server {
        listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
        location @api { return 200 "hello"; }
        location = /mcp { mcp; mcp_tools x; mcp_page_size 1; }
    }
    mcp_toolset x {
        mcp_tool a { description "A."; request GET "/"; pass @api; }
        mcp_tool b { description "B."; request GET "/"; pass @api; }
    }
--- config
    location @api { return 200 "hello"; }
    location = /mcp { mcp; mcp_tools x; mcp_page_size 1; }
--- user_files
>>> ../conf/mcp.key
# two keys
0123456789abcdef0123456789abcdef
fedcba9876543210fedcba9876543210
--- request eval
Mcp::legacy("ping")
--- after eval: sub { main::walk("/mcp", "modern") }
--- gives: a | b



=== TEST 22: pages: the empty string is a cursor, not "none" [PAG-4]
--- config eval: $::five
--- request eval
[ Mcp::modern("tools/list", { cursor => "" }), Mcp::legacy("tools/list", { cursor => "" }) ]
--- answers
200 error -32602 id 1
200 error -32602 id 1



=== TEST 23: pages: cursors of another type, and half a surrogate pair
--- config eval: $::five
--- request eval
[ map { Mcp::modern("tools/list", qq/{"cursor":$_}/) } '1', 'null', '{}', '[]', 'true', '"\ud800"' ]
--- answers
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1
200 error -32602 id 1



=== TEST 24: pages: a page size that the tools just fill, and one that is larger
--- config eval: main::endpoint("mcp_page_size 3;", qw(a b c))
--- request eval
Mcp::legacy("tools/list")
--- bodies eval
my $names = main::names(qw(a b c)); [ qr/$names\}\}$/ ]
--- answers
200 result id 1



=== TEST 25: pages: a tool of a later page can be called at once
--- config eval: $::five
--- request eval
[ Mcp::call("a"), Mcp::call("e") ]
--- bodies eval
[ (qr/"text":"hello"/) x 2 ]
--- answers
200 result id 1
200 result id 1



=== TEST 26: inheritance: tools of http and server reach an endpoint without its own
--- http_config eval: main::tools("above")
--- config
    location @api { return 200 "hello"; }
    location = /mcp { mcp; }
--- request eval
Mcp::legacy("tools/list")
--- bodies eval
my $names = main::names("above"); [ qr/$names/ ]
--- answers
200 result id 1



=== TEST 27: inheritance: server's tools replace those of http
--- http_config eval: main::tools("above") . 'server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; location @api { return 200 ""; } location = /mcp { mcp; } }'
--- config eval
main::tools("middle") . $::api . "location = /mcp { mcp; }"
--- request eval
[ Mcp::legacy("tools/list"), Mcp::legacy_call("above") ]
--- bodies eval
my $names = main::names("middle"); [ qr/$names/, qr/-32602/ ]
--- answers
200 result id 1
200 error -32602 id 1



=== TEST 28: inheritance: an endpoint with any tools inherits none
--- config eval
main::tools("above") . $::api . "location = /one { mcp; " . main::tools("own") . "} location = /two { mcp; }"
--- request eval
[ Mcp::legacy("tools/list", undef, path => "/one"), Mcp::legacy("tools/list", undef, path => "/two"),
  Mcp::legacy_call("above", {}, path => "/one"), Mcp::legacy_call("own", {}, path => "/two") ]
--- bodies eval
my ($own, $above) = (main::names("own"), main::names("above")); [ qr/$own/, qr/$above/, qr/-32602/, qr/-32602/ ]
--- answers
200 result id 1
200 result id 1
200 error -32602 id 1
200 error -32602 id 1



=== TEST 29: inheritance: one tool above serves two endpoints, each with its name
--- config eval
main::tools("shared") . $::api . "location = /one { mcp; mcp_server_info name=one; } location = /two { mcp; mcp_server_info name=two; }"
--- request eval
[ map { Mcp::call("shared", {}, path => $_) } "/one", "/two" ]
--- bodies eval
[ map { qr/"text":"hello".*"name":"$_"/ } "one", "two" ]
--- answers
200 result id 1
200 result id 1



=== TEST 30: toolsets: own tools first, then the sets in the order they are named
--- http_config eval
'mcp_toolset x {' . main::tools("x1", "x2") . '} mcp_toolset y {' . main::tools("y1") . '} mcp_toolset z {' . main::tools("z1") . '}'
--- config eval
$::api . "location = /mcp { mcp; mcp_tools z x; " . main::tools("own2", "own1") . " mcp_tools y; }"
--- request eval
Mcp::legacy("tools/list")
--- bodies eval
my $names = main::names(qw(own2 own1 z1 x1 x2 y1)); [ qr/$names/ ]
--- answers
200 result id 1



=== TEST 31: toolsets: one set in two endpoints, none without mcp_tools
--- http_config eval
'mcp_toolset x {' . main::tools("x1") . '}'
--- config eval
$::api . "location = /one { mcp; mcp_tools x; } location = /two { mcp; mcp_tools x; } location = /three { mcp; " . main::tools("t") . "}"
--- request eval
[ map { Mcp::legacy("tools/list", undef, path => $_) } "/one", "/two", "/three" ]
--- bodies eval
my ($x, $t) = (main::names("x1"), main::names("t")); [ qr/$x/, qr/$x/, qr/$t/ ]
--- answers
200 result id 1
200 result id 1
200 result id 1



=== TEST 32: toolsets: mcp_tools alone counts as own, what is above is not inherited
--- http_config eval
'mcp_toolset x {' . main::tools("x1") . '}'
--- config eval
main::tools("above") . $::api . "location = /mcp { mcp; mcp_tools x; } location = /two { mcp; }"
--- request eval
Mcp::legacy("tools/list")
--- bodies eval
my $names = main::names("x1"); [ qr/$names/ ]
--- answers
200 result id 1



=== TEST 33: toolsets: mcp_tools of the server is inherited, and the set may come later
--- config eval
$::api . "mcp_tools x; location = /mcp { mcp; }"
--- post_server_config
    # nothing
--- http_config eval
'mcp_toolset x {' . main::tools("x1", "x2") . '}'
--- request eval
Mcp::legacy("tools/list")
--- bodies eval
my $names = main::names("x1", "x2"); [ qr/$names/ ]
--- answers
200 result id 1



=== TEST 34: include brings in tools, and sets
--- http_config
    include tools_set.conf;
--- config
    location @api { return 200 "hello"; }
    location = /mcp { mcp; include tools_own.conf; mcp_tools gen; }
--- user_files eval
[ [ "../conf/tools_set.conf" => "mcp_toolset gen { include tools_gen.conf; }" ],
  [ "../conf/tools_gen.conf" => main::tools("g1", "g2") ],
  [ "../conf/tools_own.conf" => main::tools("own") ] ]
--- request eval
Mcp::legacy("tools/list")
--- bodies eval
my $names = main::names("own", "g1", "g2"); [ qr/$names/ ]
--- answers
200 result id 1



=== TEST 35: include inside a tool
--- config
    location @api { return 200 "hello"; }
    location = /mcp { mcp; mcp_tool t { include words.conf; pass @api; } }
--- user_files
>>> ../conf/words.conf
description "From a file."; request GET "/";
--- request eval
Mcp::legacy("tools/list")
--- bodies eval
[ qr/"description":"From a file\."/ ]
--- answers
200 result id 1



=== TEST 36: a name twice in one endpoint is an error [TOOL-14]
--- config eval: main::endpoint("", "a", "b", "a")
--- must_die
--- suppress_stderr
--- error_log eval
qr/\[emerg\] .*duplicate mcp_tool "a".*nginx\.conf:\d+/



=== TEST 37: a name twice, once from a set
--- http_config eval
'mcp_toolset x {' . main::tools("a") . '}'
--- config eval: main::endpoint("mcp_tools x;", "a")
--- must_die
--- suppress_stderr
--- error_log eval
qr/\[emerg\] .*duplicate mcp_tool "a".*nginx\.conf:\d+/



=== TEST 38: one name in two endpoints is fine
--- config eval
$::api . "location = /one { mcp; " . main::tools("a") . "} location = /two { mcp; " . main::tools("a") . "}"
--- request eval
[ map { Mcp::call("a", {}, path => $_) } "/one", "/two" ]
--- answers
200 result id 1
200 result id 1



=== TEST 39: names differ by case [TOOL-11]
--- config eval: main::endpoint("", "get", "GET", "Get")
--- request eval
[ Mcp::call("GET"), Mcp::call("gET") ]
--- answers
200 result id 1
200 error -32602 id 1



=== TEST 40: a tool that no endpoint sees is an error
--- http_config eval: main::tools("lost")
--- config eval: main::endpoint("", "a")
--- must_die
--- suppress_stderr
--- error_log eval
qr/\[emerg\] .*mcp_tool "lost" is in no endpoint.*nginx\.conf:\d+/



=== TEST 41: a set that does not exist
--- config eval: main::endpoint("mcp_tools nope;", "a")
--- must_die
--- suppress_stderr
--- error_log eval
qr/\[emerg\] .*unknown mcp_toolset "nope".*nginx\.conf:\d+/



=== TEST 42: 300 tools on one page, and the same in pages of 7
--- config eval
$::api . "location = /mcp { mcp; " . main::tools(map { "t$_" } 1 .. 300) . "} location = /paged { mcp; mcp_page_size 7; "
. main::tools(map { "t$_" } 1 .. 300) . "}"
--- request eval
[ Mcp::legacy("tools/list"), Mcp::legacy("tools/list", undef, path => "/paged") ]
--- bodies eval
my ($all, $seven) = (main::names(map { "t$_" } 1 .. 300), main::names(map { "t$_" } 1 .. 7));
[ qr/$all\}\}$/, qr/$seven,"nextCursor":/ ]
--- answers
200 result id 1
200 result id 1

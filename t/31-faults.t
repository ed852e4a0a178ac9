# Copyright (C) mcp-nginx contributors
#
# Upstreams that fail.  Whatever they do, the call is answered by a result
# with isError (TOOL-22), never by half a body, and the client's connection
# stays usable: each fault is met twice on one connection, then a sound call
# is made on it.

use lib 't/lib';
use Mcp;
use Upstream;
use ToolCall;

# a tool "bad" for the fault, and a sound tool "good"
sub endpoint {
    my ($fault, $location, $tool) = map { $_ // "" } @_[0 .. 2];

    return "location \@bad { $location"
           . ' proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT; }'
           . ' location @good {'
           . ' proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT; }'
           . ' location = /mcp { mcp;'
           . " mcp_tool bad { description \"B.\"; request GET \"/fault/$fault\"; $tool pass \@bad; }"
           . ' mcp_tool good { description "G."; request GET "/good"; pass @good; } }';
}

our $V11 = 'proxy_http_version 1.1; proxy_set_header Connection "";';
our $Calls = [ [ 'bad' ], [ 'bad' ], [ 'good' ] ];

sub told {
    return [ $_[0], $_[0], qr{^GET /good} ];
}

# most blocks are the same but for the fault
add_block_preprocessor(sub {
    my $block = shift;

    if (defined $block->fault) {
        $block->set_value("config",
                          endpoint(map { my $text = $block->$_ // "";
                                         chomp $text; $text }
                                   qw(fault location tool)));
    }
});

run_tests();

__DATA__

=== TEST 1: the upstream does not listen
--- config
location @bad { proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_9; }
location @good { proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT; }
location = /mcp { mcp;
    mcp_tool bad { description "B."; request GET "/x"; pass @bad; }
    mcp_tool good { description "G."; request GET "/good"; pass @good; }
}
--- calls eval
$main::Calls
--- text eval
main::told("isError: The API could not be reached. Try again later.")



=== TEST 2: the upstream closes without a word
--- fault: close
--- calls eval
$main::Calls
--- text eval
main::told("isError: The API could not be reached. Try again later.")



=== TEST 3: proxy_read_timeout before the first byte
--- fault: stall
--- location: proxy_read_timeout 50ms;
--- calls eval
$main::Calls
--- text eval
main::told("isError: The API did not answer in time. It may still have done what was asked.")



=== TEST 4: proxy_read_timeout in mid-body
--- fault: stall-body
--- location: proxy_read_timeout 50ms;
--- calls eval
$main::Calls
--- text eval
main::told(qr/^isError: (?!.*"a").*The API/)



=== TEST 5: the tool's timeout before the first byte
--- fault: stall
--- tool: timeout 50ms;
--- calls eval
$main::Calls
--- text eval
main::told("isError: The API did not answer in time. It may still have done what was asked.")



=== TEST 6: the tool's timeout in mid-body
--- fault: stall-body
--- tool: timeout 50ms;
--- calls eval
$main::Calls
--- text eval
main::told("isError: The API did not answer in time. It may still have done what was asked.")



=== TEST 7: mcp_timeout is the default of timeout
--- config
location @bad { proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT; }
location = /mcp { mcp; mcp_timeout 50ms;
    mcp_tool bad { description "B."; request GET "/fault/stall"; pass @bad; }
    mcp_tool good { description "G."; request GET "/good"; pass @bad; }
}
--- calls eval
$main::Calls
--- text eval
main::told(qr/^isError: The API did not answer in time/)



=== TEST 8: a body shorter than Content-Length is an error (hole 5)
--- fault: short
--- calls eval
$main::Calls
--- text eval
main::told("isError: The API's answer was cut off or could not be read. Try again.")



=== TEST 9: Content-Length and no body at all
--- fault: short-empty
--- calls eval
$main::Calls
--- text eval
main::told(qr/^isError: The API's answer was cut off/)



=== TEST 10: a chunked body that ends after a chunk
--- fault: chunk-cut
--- location eval
$main::V11
--- calls eval
$main::Calls
--- text eval
main::told(qr/^isError: The API's answer was cut off/)



=== TEST 11: a chunked body that ends inside of a chunk
--- fault: chunk-cut-inside
--- location eval
$main::V11
--- calls eval
$main::Calls
--- text eval
main::told(qr/^isError: The API's answer was cut off/)



=== TEST 12: a chunk that is none
--- fault: chunk-bad
--- location eval
$main::V11
--- calls eval
$main::Calls
--- text eval
main::told(qr/^isError: /)



=== TEST 13: the same with proxy_buffering off
--- fault: short
--- location: proxy_buffering off;
--- calls eval
$main::Calls
--- text eval
main::told(qr/^isError: The API's answer was cut off/)



=== TEST 14: the same with a cache, which buffers
--- http_config
proxy_cache_path $TEST_NGINX_SERVER_ROOT/cache keys_zone=c:1m;
--- fault: short
--- location: proxy_cache c; proxy_cache_valid any 1m;
--- calls eval
$main::Calls
--- text eval
main::told(qr/^isError: The API's answer was cut off/)



=== TEST 15: no HTTP at all is not a result
--- fault: garbage
--- location eval
$main::V11
--- calls eval
$main::Calls
--- text eval
[ qr/^(?!.*good)/s, qr/^(?!.*good)/s, qr{^GET /good} ]



=== TEST 16: a header that never ends
--- fault: half-header
--- calls eval
$main::Calls
--- text eval
main::told(qr/^isError: /)



=== TEST 17: a header larger than proxy_buffer_size
--- fault: big-header
--- calls eval
$main::Calls
--- text eval
main::told("isError: The API could not be reached. Try again later.")



=== TEST 18: Content-Length over max_response (hole 4)
--- fault: big-known
--- tool: max_response 100k;
--- calls eval
$main::Calls
--- text eval
main::told(qr/^isError: The API's answer is larger than this server passes on/)



=== TEST 19: an endless body is stopped at max_response
--- fault: endless
--- tool: max_response 100k;
--- calls eval
$main::Calls
--- text eval
main::told(qr/^isError: The API's answer is larger/)



=== TEST 20: an endless chunked body is stopped at max_response
--- fault: endless-chunked
--- location eval
$main::V11
--- tool: max_response 100k;
--- calls eval
$main::Calls
--- text eval
main::told(qr/^isError: The API's answer is larger/)



=== TEST 21: an endless body through a cache is stopped too
--- http_config
proxy_cache_path $TEST_NGINX_SERVER_ROOT/cache keys_zone=c:1m;
--- fault: endless
--- location: proxy_cache c; proxy_cache_valid any 1m;
--- tool: max_response 100k; timeout 2s;
--- calls eval
$main::Calls
--- text eval
main::told(qr/^isError: The API's answer is larger/)
--- timeout: 8



=== TEST 22: mcp_max_response is the default of max_response
--- config
location @bad { proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT; }
location = /mcp { mcp; mcp_max_response 64k;
    mcp_tool bad { description "B."; request GET "/fault/endless"; pass @bad; }
    mcp_tool good { description "G."; request GET "/good"; pass @bad; }
}
--- calls eval
$main::Calls
--- text eval
main::told(qr/^isError: The API's answer is larger/)



=== TEST 23: an answer that trickles in is whole
--- fault: trickle
--- calls eval
$main::Calls
--- text eval
[ ('{"trickle":true}') x 2, qr{^GET /good} ]



=== TEST 24: a reset after the last byte does not harm the answer
--- fault: reset-after
--- calls eval
[ [ 'bad' ], [ 'good' ] ]
--- text eval
[ '{}', qr{^GET /good} ]



=== TEST 25: a fault inside of a batch does not end the batch (2025-03-26)
--- config eval
main::endpoint("short")
--- request
POST /mcp
[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"bad"}},{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"good"}},{"jsonrpc":"2.0","id":3,"method":"ping"}]
--- more_headers
Content-Type: application/json
MCP-Protocol-Version: 2025-03-26
--- response_body_like eval
qr/^\[.*"id":1,"result":.*"isError":true.*"id":2,"result":.*GET \/good.*"id":3,"result":\{\}.*\]$/s



=== TEST 26: mcp_max_calls refuses in words, and counts down again
--- config
location @bad { proxy_pass http://127.0.0.1:$TEST_NGINX_UPSTREAM_PORT; }
location = /mcp { mcp; mcp_max_calls 1;
    mcp_tool bad { description "B."; request GET "/fault/short"; pass @bad; }
    mcp_tool good { description "G."; request GET "/good"; pass @bad; }
}
--- calls eval
$main::Calls
--- text eval
main::told(qr/^isError: The API's answer was cut off/)



=== TEST 27: a call that calls its own server is bounded by mcp_max_calls
--- config
location = /mcp { mcp; mcp_max_calls 5;
    mcp_tool bad { description "B."; request GET "/x"; pass @outer; }
}
location @outer { rewrite ^ /mcp break;
    proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT;
    proxy_method POST;
    proxy_set_header Content-Type application/json;
    proxy_set_header Host localhost;
    proxy_set_body '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"bad"}}';
}
--- calls eval
[ [ 'bad' ] ]
--- text eval
qr/The server is busy/



=== TEST 28: the log names server, tool and cause: unreachable
--- config
location @bad { proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_9; }
location = /mcp { mcp;
    mcp_tool bad { description "B."; request GET "/x"; pass @bad; }
}
--- calls eval
[ [ 'bad' ] ]
--- text eval
qr/^isError: /
--- error_log eval
qr/\[error\] .*mcp server "localhost", tool "bad": upstream is unreachable or broken, status 502/



=== TEST 29: the log names server, tool and cause: timed out
--- fault: stall
--- tool: timeout 50ms;
--- calls eval
[ [ 'bad' ] ]
--- text eval
qr/^isError: /
--- error_log eval
qr/\[error\] .*tool "bad": timed out, status 0, after (4|5|6|7|8|9|1\d)\dms/



=== TEST 30: the log names server, tool and cause: cut off
--- fault: short
--- calls eval
[ [ 'bad' ] ]
--- text eval
qr/^isError: /
--- error_log eval
qr/\[error\] .*tool "bad": upstream's answer was cut off, status 200/



=== TEST 31: the log names server, tool and cause: too large
--- fault: big-known
--- tool: max_response 100k;
--- calls eval
[ [ 'bad' ] ]
--- text eval
qr/^isError: /
--- error_log eval
qr/\[error\] .*tool "bad": upstream sent more than "max_response", status 200/

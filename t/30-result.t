# Copyright (C) mcp-nginx contributors
#
# How the answer of an upstream becomes a result (conformance.md 6, U1-U4).

use lib 't/lib';
use Mcp;
use ToolCall;

use Compress::Zlib qw(memGzip compress);

our $Config = 'location @api {
        proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    }
    location = /mcp { mcp;
        mcp_tool t { description "D."; request GET "/x"; pass @api; MORE }
    }';

# An upstream that answers once with the bytes of the section "answer", and
# an endpoint whose tool "t" has the words of the section "words".

add_block_preprocessor(sub {
    my $block = shift;

    if (defined $block->answer) {
        $block->set_value("tcp_listen", '$TEST_NGINX_RAND_PORT_1');
        $block->set_value("tcp_reply", scalar $block->answer);
    }

    if (!defined $block->config) {
        my $words = $block->words // "";
        chomp $words;
        $block->set_value("config", $Config =~ s/MORE/$words/r);
    }

    if (!defined $block->raw_request && !defined $block->request
        && !defined $block->calls)
    {
        $block->set_value("raw_request",
                          Mcp::call(t => {}, headers => [ "Connection: close" ]));
    }
});

# an answer with a right Content-Length
sub answer {
    my ($type, $body, @headers) = @_;

    return "HTTP/1.1 200 OK\r\n"
           . (defined $type ? "Content-Type: $type\r\n" : "")
           . CORE::join("", map { "$_\r\n" } @headers)
           . "Content-Length: " . length($body) . "\r\n\r\n$body";
}

sub status {
    my ($status, $type, $body, @headers) = @_;

    return answer($type, $body, @headers) =~ s/200 OK/$status/r;
}

# a call in the old era at that revision
sub old {
    my $revision = shift;

    return Mcp::legacy_call(t => {}, revision => $revision);
}

run_tests();

__DATA__

=== TEST 1: 2026-07-28: a JSON object is text and structuredContent (U1)
--- answer eval
main::answer("application/json", '{"a":1}')
--- result
{"content":[{"type":"text","text":"{\"a\":1}"}],"structuredContent":{"a":1}}



=== TEST 2: 2026-07-28: resultType is complete
--- answer eval
main::answer("application/json", '{"a":1}')
--- response_body_like: "result":\{"resultType":"complete","content":



=== TEST 3: 2026-07-28: an array is structuredContent (design.md 6)
--- answer eval
main::answer("application/json", '[1,{"b":null}]')
--- result
{"content":[{"type":"text","text":"[1,{\"b\":null}]"}],"structuredContent":[1,{"b":null}]}



=== TEST 4: 2026-07-28: a number is structuredContent
--- answer eval
main::answer("application/json", '42')
--- result
{"content":[{"type":"text","text":"42"}],"structuredContent":42}



=== TEST 5: 2026-07-28: null is structuredContent
--- answer eval
main::answer("application/json", 'null')
--- result
{"content":[{"type":"text","text":"null"}],"structuredContent":null}



=== TEST 6: 2025-11-25: an object is structuredContent
--- request eval
main::old("2025-11-25")
--- answer eval
main::answer("application/json", '{"a":1}')
--- result
{"content":[{"type":"text","text":"{\"a\":1}"}],"structuredContent":{"a":1}}



=== TEST 7: 2025-11-25: an array is text only
--- request eval
main::old("2025-11-25")
--- answer eval
main::answer("application/json", '[1]')
--- result
{"content":[{"type":"text","text":"[1]"}]}



=== TEST 8: 2025-06-18: an object is structuredContent
--- request eval
main::old("2025-06-18")
--- answer eval
main::answer("application/json", '{"a":1}')
--- result
{"content":[{"type":"text","text":"{\"a\":1}"}],"structuredContent":{"a":1}}



=== TEST 9: 2025-06-18: a scalar is text only
--- request eval
main::old("2025-06-18")
--- answer eval
main::answer("application/json", '"x"')
--- result
{"content":[{"type":"text","text":"\"x\""}]}



=== TEST 10: 2025-03-26: an object is text only
--- request eval
main::old("2025-03-26")
--- answer eval
main::answer("application/json", '{"a":1}')
--- result
{"content":[{"type":"text","text":"{\"a\":1}"}]}



=== TEST 11: an old client's result has no resultType
--- request eval
main::old("2025-11-25")
--- answer eval
main::answer("application/json", '{"a":1}')
--- response_body_unlike: resultType



=== TEST 12: the upstream's numbers, order and blanks survive byte for byte
--- answer eval
main::answer("application/json", '{ "z" : 1.0, "a":9007199254740993,"a\u0000":1e2 }')
--- response_body_like eval
quotemeta('"structuredContent":{ "z" : 1.0, "a":9007199254740993,"a\u0000":1e2 }')



=== TEST 13: result text leaves structuredContent out
--- words: result text;
--- answer eval
main::answer("application/json", '{"a":1}')
--- result
{"content":[{"type":"text","text":"{\"a\":1}"}]}



=== TEST 14: result structured leaves the text out
--- words: result structured;
--- answer eval
main::answer("application/json", '{"a":1}')
--- result
{"content":[],"structuredContent":{"a":1}}



=== TEST 15: result structured keeps the text where a client cannot have both
--- words: result structured;
--- request eval
main::old("2025-03-26")
--- answer eval
main::answer("application/json", '{"a":1}')
--- result
{"content":[{"type":"text","text":"{\"a\":1}"}]}



=== TEST 16: result both is the default
--- words: result both;
--- answer eval
main::answer("application/json", '{"a":1}')
--- result
{"content":[{"type":"text","text":"{\"a\":1}"}],"structuredContent":{"a":1}}



=== TEST 17: application/problem+json and the like are JSON
--- answer eval
main::answer("application/vnd.api+json; charset=utf-8", '{"a":1}')
--- result
{"content":[{"type":"text","text":"{\"a\":1}"}],"structuredContent":{"a":1}}



=== TEST 18: text is text, whatever it looks like
--- answer eval
main::answer("text/plain", '{"a":1}')
--- result
{"content":[{"type":"text","text":"{\"a\":1}"}]}



=== TEST 19: text with control characters and quotes is escaped
--- answer eval
main::answer("text/csv", "a\t\"b\"\r\n\\\x01\x7f</script>")
--- result
{"content":[{"type":"text","text":"a\t\"b\"\r\n\\\u0001\u007f</script>"}]}



=== TEST 20: UTF-8 text passes
--- answer eval
main::answer("text/plain; charset=UTF-8", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80")
--- result
{"content":[{"type":"text","text":"\u00e9\u20ac\ud83d\ude00"}]}



=== TEST 21: XML and HTML are text
--- answer eval
main::answer("application/xml", "<a/>")
--- result
{"content":[{"type":"text","text":"<a/>"}]}



=== TEST 22: an image is Base64 with its type (U1)
--- answer eval
main::answer("image/png", "\x89PNG\x00\xff")
--- result
{"content":[{"type":"image","data":"iVBORwD/","mimeType":"image/png"}]}



=== TEST 23: audio is Base64 with its type (U1)
--- answer eval
main::answer("audio/wav", "RIFF")
--- result
{"content":[{"type":"audio","data":"UklGRg==","mimeType":"audio/wav"}]}



=== TEST 24: other types are a blob resource (U1)
--- answer eval
main::answer("application/pdf", "%PDF\xff")
--- result
{"content":[{"type":"resource","resource":{"uri":"tool://t","mimeType":"application/pdf","blob":"JVBERv8="}}]}



=== TEST 25: Content-Location makes an embedded resource (U2)
--- answer eval
main::answer("text/plain", "hi", "Content-Location: https://a.example/b?c")
--- result
{"content":[{"type":"resource","resource":{"uri":"https://a.example/b?c","mimeType":"text/plain","text":"hi"}}]}



=== TEST 26: Content-Location of a blob
--- answer eval
main::answer("application/octet-stream", "\xff", "Content-Location: file:///x")
--- result
{"content":[{"type":"resource","resource":{"uri":"file:///x","mimeType":"application/octet-stream","blob":"/w=="}}]}



=== TEST 27: a relative Content-Location is no URI of a resource
--- answer eval
main::answer("text/plain", "hi", "Content-Location: /b")
--- result
{"content":[{"type":"text","text":"hi"}]}



=== TEST 28: multipart/mixed is a block a part (U3)
--- answer eval
main::answer('multipart/mixed; boundary="b b"',
    "preamble\r\n--b b\r\nContent-Type: text/plain\r\n\r\none\r\n"
    . "--b b\r\nContent-Type: image/gif\r\nContent-Transfer-Encoding: binary\r\n\r\nGIF\r\n"
    . "--b b\r\nContent-Type: text/plain\r\nContent-Location: x:y\r\n\r\ntwo\r\n--b b--\r\nrest")
--- result
{"content":[{"type":"text","text":"one"},{"type":"image","data":"R0lG","mimeType":"image/gif"},{"type":"resource","resource":{"uri":"x:y","mimeType":"text/plain","text":"two"}}]}



=== TEST 29: a broken multipart body is an error, not half a result
--- answer eval
main::answer('multipart/mixed; boundary=b', "--b\r\nContent-Type: text/plain\r\n\r\none\r\n")
--- text eval
qr/^isError: /
--- error_log
[error]



=== TEST 30: gzip is undone
--- answer eval
main::answer("application/json", Compress::Zlib::memGzip('{"a":1}'), "Content-Encoding: gzip")
--- result
{"content":[{"type":"text","text":"{\"a\":1}"}],"structuredContent":{"a":1}}



=== TEST 31: deflate is undone
--- answer eval
main::answer("text/plain", Compress::Zlib::compress("hello"), "Content-Encoding: deflate")
--- result
{"content":[{"type":"text","text":"hello"}]}



=== TEST 32: a gzip bomb is bounded by max_response
--- words: max_response 100k;
--- answer eval
main::answer("text/plain", Compress::Zlib::memGzip("\0" x 50_000_000), "Content-Encoding: gzip")
--- text eval
qr/^isError: .*larger/
--- error_log
[error]



=== TEST 33: broken gzip is an error
--- answer eval
main::answer("text/plain", substr(Compress::Zlib::memGzip("hello" x 100), 0, -12), "Content-Encoding: gzip")
--- text eval
qr/^isError: /



=== TEST 34: an unknown Content-Encoding is an error
--- answer eval
main::answer("text/plain", "xx", "Content-Encoding: br")
--- text eval
qr/^isError: .*could not be decoded/



=== TEST 35: Content-Encoding: identity is nothing
--- answer eval
main::answer("text/plain", "xx", "Content-Encoding: identity")
--- text: xx



=== TEST 36: gunzip in the tool's location works too
--- config
    location @api {
        gunzip on;
        proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    }
    location = /mcp { mcp;
        mcp_tool t { description "D."; request GET "/x"; pass @api; }
    }
--- answer eval
main::answer("text/plain", Compress::Zlib::memGzip("zipped"), "Content-Encoding: gzip")
--- text: zipped



=== TEST 37: text in another charset is a blob, never broken JSON
--- answer eval
main::answer("text/plain; charset=iso-8859-1", "caf\xe9")
--- result
{"content":[{"type":"resource","resource":{"uri":"tool://t","mimeType":"text/plain","blob":"Y2Fm6Q=="}}]}



=== TEST 38: ASCII text in another charset is text
--- answer eval
main::answer("text/plain; charset=iso-8859-1", "cafe")
--- result
{"content":[{"type":"text","text":"cafe"}]}



=== TEST 39: text that is not UTF-8 is a blob
--- answer eval
main::answer("text/plain", "a\xff")
--- result
{"content":[{"type":"resource","resource":{"uri":"tool://t","mimeType":"text/plain","blob":"Yf8="}}]}



=== TEST 40: a surrogate in UTF-8 is no UTF-8
--- answer eval
main::answer("text/plain", "\xed\xa0\x80")
--- response_body_like: "blob":"7aCA"



=== TEST 41: invalid JSON is text, with a warning in the log
--- answer eval
main::answer("application/json", '{"a":1,}')
--- result
{"content":[{"type":"text","text":"{\"a\":1,}"}]}
--- error_log eval
qr/\[warn\] .*tool "t": upstream sent JSON that is not valid/



=== TEST 42: JSON nested too deeply is text, not a crash
--- answer eval
main::answer("application/json", "[" x 20000 . "]" x 20000)
--- response_body_unlike: structuredContent



=== TEST 43: a lone surrogate in JSON is not spliced
--- answer eval
main::answer("application/json", '{"a":"\ud800"}')
--- response_body_unlike: structuredContent



=== TEST 44: a byte order mark before JSON is dropped
--- answer eval
main::answer("application/json", "\xef\xbb\xbf" . '{"a":1}')
--- result
{"content":[{"type":"text","text":"{\"a\":1}"}],"structuredContent":{"a":1}}



=== TEST 45: no Content-Type, UTF-8: text
--- answer eval
main::answer(undef, "hello")
--- result
{"content":[{"type":"text","text":"hello"}]}



=== TEST 46: 204 is a success that says so
--- answer eval
"HTTP/1.1 204 No Content\r\n\r\n"
--- result
{"content":[{"type":"text","text":"The API answered 204 No Content."}]}



=== TEST 47: an empty 200 is a success that says so
--- answer eval
main::answer("application/json", "")
--- result
{"content":[{"type":"text","text":"The API answered 200 OK."}]}



=== TEST 48: 201 with a body is a success
--- answer eval
main::status("201 Created", "application/json", '{"id":7}', "Location: /x/7")
--- result
{"content":[{"type":"text","text":"{\"id\":7}"}],"structuredContent":{"id":7}}



=== TEST 49: 206 and other 2xx are successes
--- answer eval
main::status("206 Partial Content", "text/plain", "part")
--- result
{"content":[{"type":"text","text":"part"}]}



=== TEST 50: a redirect is not followed
--- answer eval
main::status("302 Found", "text/html", "<a>", "Location: http://127.0.0.1:1/secret")
--- text: isError: The API answered 302 Found; this server does not follow redirects.



=== TEST 51: a redirect to our own server is not followed either
--- answer eval
main::status("307 Temporary Redirect", "text/html", "", "Location: /mcp")
--- text eval
qr/^isError: .*307/



=== TEST 52: 304 is no success
--- answer eval
"HTTP/1.1 304 Not Modified\r\n\r\n"
--- text eval
qr/^isError: .*304/



=== TEST 53: 404 with JSON is isError with the body (U4)
--- answer eval
main::status("404 Not Found", "application/json", '{"error":"no such order"}')
--- text: isError: The API answered 404 Not Found: {"error":"no such order"}
--- error_code: 200



=== TEST 54: an error has no structuredContent
--- answer eval
main::status("422 Unprocessable Entity", "application/json", '{"a":1}')
--- response_body_unlike: structuredContent



=== TEST 55: 500 with HTML
--- answer eval
main::status("500 Oops", "text/html", '<h1>Oops</h1>')
--- text: isError: The API answered 500 Internal Server Error: <h1>Oops</h1>
--- error_log eval
qr/\[error\] .*tool "t": upstream answered 500/



=== TEST 56: 400 without a body
--- answer eval
main::status("400 Bad Request", undef, '')
--- text: isError: The API answered 400 Bad Request.



=== TEST 57: an unknown status has a sentence too
--- answer eval
main::status("499 Odd", "text/plain", 'x')
--- text eval
qr/^isError: The API answered 499/



=== TEST 58: the body of an error is cut, not at the middle of a character
--- answer eval
main::status("400 Bad Request", "text/plain", "a" . "\xe2\x82\xac" x 5000)
--- text eval
qr/^isError: The API answered 400 Bad Request: a\x{20ac}{2000,3000}$/



=== TEST 59: a binary body of an error is not text
--- answer eval
main::status("400 Bad Request", "application/octet-stream", "\xff\x00")
--- text: isError: The API answered 400 Bad Request.



=== TEST 60: 401 of the upstream is the tool's, not the client's (TOOL-22)
--- answer eval
main::status("401 Unauthorized", "text/plain", "who?", 'WWW-Authenticate: Basic realm="up"')
--- text: isError: The API answered 401 Unauthorized: who?
--- error_code: 200
--- response_headers
!WWW-Authenticate



=== TEST 61: headers of the upstream do not become ours
--- answer eval
main::answer("text/plain", "hi", "Set-Cookie: a=b", "X-Secret: 1", "Server: x", "Cache-Control: public", "ETag: \"x\"", "X-Accel-Redirect2: /y")
--- response_headers
!Set-Cookie
!X-Secret
!ETag
Content-Type: application/json



=== TEST 62: a chunked answer
--- answer eval
"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nT: x\r\n\r\n"
--- text: abcdefg



=== TEST 63: an HTTP/1.0 answer that ends with the connection
--- answer eval
"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nto the end"
--- text: to the end



=== TEST 64: an answer larger than any buffer of nginx
--- answer eval
main::answer("text/plain", "0123456789" x 30000)
--- text eval
"0123456789" x 30000



=== TEST 65: a large answer of unknown length, near the limit
--- words: max_response 300000;
--- answer eval
"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" . "0123456789" x 30000
--- text eval
"0123456789" x 30000

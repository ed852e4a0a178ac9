# Copyright (C) mcp-nginx contributors
#
# What every test file stands on: Test::Nginx::Socket with the module
# loaded, the messages of both eras as raw HTTP requests, and answers told
# in one line each.
#
#     use lib 't/lib';
#     use Mcp;              # or "use Mcp 'shared';", see below
#     run_tests();
#
# A block may hold, besides the sections of Test::Nginx:
#
# --- request eval  a request made by Mcp::legacy(), modern(), call(), post()
#                   or http(), or a list of them, sent one after another on
#                   one connection; with "--- http2" the one request by HTTP/2
# --- answers       a line for each: the status, and what the body is
#                       200 result id 1
#                       400 error -32020 id "a"
#                       400 error -32700 no id
#                       200 batch: result id 1; error -32601 id 2
#                       202 empty
#                   Content-Type and Content-Length are checked, too.
# --- messages      a line for each: words that error.message must hold; "-"
#                   stands for no check
# --- bodies eval   a string or a regex for each: the body
#
# "shared" is for tables: nginx is restarted only where the configuration
# of a block differs from that of the block before, and the blocks keep
# their order.  A block with "error_log" or "no_error_log" then sees what
# the blocks before left in the log: give it a configuration of its own.

package Mcp;

use strict;
use warnings;

use Cwd ();
use Digest::MD5 ();
use JSON::PP ();
use Test::More ();
use Test::Nginx::Socket ();

our $Modern = "2026-07-28";

# what no test may find in the log

our $Trouble = qr/\[(alert|crit|emerg)\]|\w+Sanitizer|runtime error/;

# how far the log was read

my $log_position = 0;

my $prefix = "io.modelcontextprotocol";
my $json = JSON::PP->new->canonical->allow_nonref->utf8;

$ENV{TEST_NGINX_MCP_MODULE} ||= Cwd::getcwd()
                                . "/build/ngx_http_mcp_module.so";


sub import {
    my ($class, @words) = @_;

    my $caller = caller;

    eval "package $caller; Test::Nginx::Socket->import('no_plan'); 1"
        or die $@;

    if (grep { $_ eq "shared" } @words) {
        $Test::Nginx::Util::ForceRestartOnTest = 0;
        Test::Nginx::Socket::no_shuffle();
    }

    Test::Nginx::Socket::master_on() if $ENV{TEST_NGINX_MCP_ASAN};
    Test::Nginx::Socket::no_long_string();

    strict->import;
    warnings->import;
}


# Requests


# http(METHOD, BODY, OPTIONS): any request.
#
# path      "/mcp"
# host      "localhost"; undef: no Host
# version   "HTTP/1.1"
# headers   more lines, as they shall be sent, without the line's end
# length    the Content-Length, where it is not the body's own
# chunked   the body in chunks of so many bytes

sub http {
    my ($method, $body, %o) = @_;

    my $path = $o{path} // "/mcp";
    my $version = $o{version} // "HTTP/1.1";
    my $host = exists $o{host} ? $o{host} : "localhost";

    my @lines = ("$method $path $version");

    push @lines, "Host: $host" if defined $host;
    push @lines, @{ $o{headers} // [] };

    if ($o{chunked}) {
        push @lines, "Transfer-Encoding: chunked";
        $body = join "",
                map({ sprintf "%x\r\n%s\r\n", length $_, $_ }
                    unpack "(a$o{chunked})*", $body),
                "0\r\n\r\n";

    } elsif (defined $body || defined $o{length}) {
        $body //= "";
        push @lines, "Content-Length: " . ($o{length} // length $body);
    }

    return join("\r\n", @lines, "", "") . ($body // "");
}


# post(BODY, OPTIONS): http() with the headers that a client must send;
# "type" and "accept" replace them, undef leaves them out

sub post {
    my ($body, %o) = @_;

    my @headers;
    my $type = exists $o{type} ? $o{type} : "application/json";
    my $accept = exists $o{accept} ? $o{accept}
                                   : "application/json, text/event-stream";

    push @headers, "Content-Type: $type" if defined $type;
    push @headers, "Accept: $accept" if defined $accept;

    my $version = delete $o{http};
    $o{version} = $version if defined $version;
    $o{headers} = [ @headers, @{ $o{headers} // [] } ];

    return http("POST", $body, %o);
}


# message(METHOD, PARAMS, OPTIONS): the JSON text of a message.
#
# PARAMS    a hash, JSON text, or undef for none
# id        JSON text, "1"; undef makes a notification

sub message {
    my ($method, $params, %o) = @_;

    my $id = exists $o{id} ? $o{id} : "1";
    my $text = '{"jsonrpc":"2.0"';

    $text .= qq/,"id":$id/ if defined $id;
    $text .= ',"method":' . $json->encode($method);
    $text .= ',"params":' . text($params) if defined $params;

    return "$text}";
}


# legacy(METHOD, PARAMS, OPTIONS): a message of an older revision.
#
# revision  the header MCP-Protocol-Version; none if undef, the default
# and the options of message() and post()

sub legacy {
    my ($method, $params, %o) = @_;

    my @headers;

    push @headers, "MCP-Protocol-Version: $o{revision}"
        if defined $o{revision};

    $o{headers} = [ @headers, @{ $o{headers} // [] } ];

    return post(message($method, $params, %o), %o);
}


# modern(METHOD, PARAMS, OPTIONS): a request of 2026-07-28 with the _meta
# and the headers that it must have.
#
# revision      both in the header and in _meta
# meta          a hash of what _meta has besides or instead; a value undef
#               takes a member away; JSON text replaces _meta, undef leaves
#               it out
# revisions     the values of the header MCP-Protocol-Version, a list
# methods       the values of Mcp-Method, a list
# names         the values of Mcp-Name, a list; by default what PARAMS says
# mirror        Mcp-Param-*: a hash of NAME => VALUE
# and the options of message() and post()

sub modern {
    my ($method, $params, %o) = @_;

    my $revision = $o{revision} // $Modern;

    my %meta = (
        "$prefix/protocolVersion"    => $revision,
        "$prefix/clientCapabilities" => {},
        "$prefix/clientInfo"         => { name => "test", version => "1" },
    );

    my $meta;

    if (!exists $o{meta}) {
        $meta = $json->encode(\%meta);

    } elsif (ref $o{meta}) {
        for my $key (keys %{ $o{meta} }) {
            my $full = $key =~ m{/|^progressToken$|^trace} ? $key
                                                          : "$prefix/$key";
            $meta{$full} = $o{meta}{$key};
            delete $meta{$full} if !defined $meta{$full};
        }

        $meta = $json->encode(\%meta);

    } else {
        $meta = $o{meta};
    }

    my $text = defined $params ? text($params) : "{}";
    my $names = $o{names} // mirrored($method, $text);

    if (defined $meta && $text =~ /^\{/) {
        $text =~ s/\}\s*\z//;
        $text .= ($text =~ /^\{\s*\z/ ? "" : ",") . qq/"_meta":$meta}/;
    }

    my @headers = (
        map({ "MCP-Protocol-Version: $_" } @{ $o{revisions}
                                              // [ $revision ] }),
        map({ "Mcp-Method: $_" } @{ $o{methods} // [ $method ] }),
        map({ "Mcp-Name: $_" } @$names),
        map({ "Mcp-Param-$_: $o{mirror}{$_}" }
            sort keys %{ $o{mirror} // {} }),
    );

    $o{headers} = [ @headers, @{ $o{headers} // [] } ];

    return post(message($method, $text, %o), %o);
}


# call(TOOL, ARGUMENTS, OPTIONS): tools/call of 2026-07-28

sub call {
    my ($tool, $arguments, %o) = @_;

    my $params = '{"name":' . $json->encode($tool);

    $params .= ',"arguments":' . text($arguments) if defined $arguments;

    return modern("tools/call", "$params}", %o);
}


# legacy_call(TOOL, ARGUMENTS, OPTIONS): tools/call of an older revision

sub legacy_call {
    my ($tool, $arguments, %o) = @_;

    my $params = '{"name":' . $json->encode($tool);

    $params .= ',"arguments":' . text($arguments) if defined $arguments;

    return legacy("tools/call", "$params}", %o);
}


# initialize(REVISION, OPTIONS)

sub initialize {
    my ($revision, %o) = @_;

    return legacy("initialize", {
        protocolVersion => $revision // "2025-11-25",
        capabilities    => {},
        clientInfo      => { name => "test", version => "1" },
    }, %o);
}


# Mcp-Name for what a method names, raw or in the sentinel form (1.4)

sub mirrored {
    my ($method, $text) = @_;

    my %key = ("tools/call" => "name", "prompts/get" => "name",
               "resources/read" => "uri");

    my $key = $key{$method} or return [];
    my $params = eval { $json->decode($text) };

    return [] if ref $params ne "HASH" || !defined $params->{$key}
                 || ref $params->{$key};

    return [ header($params->{$key}) ];
}


sub header {
    my $value = shift;

    return $value if $value =~ /^(?![ \t]|=\?)[\t\x20-\x7e]+(?<![ \t])\z/;

    return sentinel($value);
}


sub sentinel {
    my $value = shift;

    require MIME::Base64;

    utf8::encode($value);
    return "=?base64?" . MIME::Base64::encode_base64($value, "") . "?=";
}


# fetch(REQUEST): the body of an answer, for code that runs while the server
# of a block does (in a response body check)

sub fetch {
    my $request = shift;

    require IO::Socket::INET;

    my $socket = IO::Socket::INET->new(
        PeerAddr => "127.0.0.1",
        PeerPort => $Test::Nginx::Util::ServerPort,
        Timeout  => 5,
    ) or return "";

    $request =~ s/\r\n/\r\nConnection: close\r\n/;
    print $socket $request;

    my $answer = do { local $/; <$socket> };

    return (split /\r\n\r\n/, $answer // "", 2)[1] // "";
}


sub text {
    my $value = shift;

    return ref $value ? $json->encode($value) : $value;
}


# Blocks


# Values of sections, always as a reference to a list: that of "eval", or
# the lines of a text

sub value {
    my ($block, $section) = @_;

    my $value = $block->$section;

    return ref $value eq "ARRAY" ? $value : [ $value ];
}


sub lines {
    my ($block, $section) = @_;

    my $value = $block->$section;

    return ref $value ? $value : [ split /\n/, $value ];
}


# Several requests are sent as they are: Test::Nginx counts answers by
# pipelined_requests, and sends raw_request.

sub send_raw {
    my $block = shift;

    return if !defined $block->request;

    my @requests = @{ value($block, "request") };

    return if ref $requests[0] || $requests[0] !~ /\r\n\r\n/;

    return send_http2($block, $requests[0]) if defined $block->http2;

    $requests[-1] =~ s/\r\n/\r\nConnection: close\r\n/
        if $requests[-1] !~ m{\A[^\r]*HTTP/1\.0\r\n|^Connection:}mi;

    if (@requests == 1) {
        $block->set_value("raw_request", $requests[0]);

    } else {
        $block->set_value("raw_request", join "", @requests);
        $block->set_value("pipelined_requests", \@requests);
    }
}


# HTTP/2 goes through curl, which makes its own framing.

sub send_http2 {
    my ($block, $request) = @_;

    my ($head, $body) = split /\r\n\r\n/, $request, 2;
    my ($line, @headers) = split /\r\n/, $head;

    $line =~ s{ HTTP/.*}{};
    @headers = grep { !/^(?:Content-Length|Connection):/i } @headers;

    $block->set_value("request", "$line\n$body");
    $block->set_value("more_headers", join "\n", @headers);

    # Test::Nginx writes "http2 on", which nginx knows since 1.25.1

    $Test::Nginx::Util::NginxVersion = 1.019008
        if $Test::Nginx::Util::NginxVersion < 1.025001;
}


sub expect {
    my $block = shift;

    my (@status, @like);

    for my $line (@{ lines($block, "answers") }) {
        my ($status, $what) = split / /, $line, 2;

        push @status, $status;
        push @like, $status == 204 ? ""
                    : $what eq "empty" ? '(?i)^Content-Length: 0\r?$'
                    : '(?i)^Content-Type: application/json\r?$';
    }

    set_each($block, "error_code", \@status);
    set_each($block, "raw_response_headers_like",
             [ map { "(?m)$_" } @like ]);
}


# The default of a section that takes a value for each answer.

sub set_each {
    my ($block, $section, $values) = @_;

    return if defined $block->$section;

    $block->set_value($section, @$values == 1 ? $values->[0] : $values);
}


# How many answers a block has; none if its requests are made by others.

sub answers {
    my $block = shift;

    for my $section (qw(pipelined_requests raw_request request)) {
        my $value = $block->$section;
        next if !defined $value;

        return ref $value eq "ARRAY" && $section ne "raw_request"
               ? scalar @$value : 1;
    }

    return 0;
}


Test::Nginx::Socket::add_block_preprocessor(sub {
    my $block = shift;

    my $main = $block->main_config // "";

    $block->set_value("main_config",
                      'load_module $TEST_NGINX_MCP_MODULE;' . "\n$main")
        if $main !~ /TEST_NGINX_MCP_MODULE/;

    send_raw($block);

    expect($block) if defined $block->answers;

    if (defined $block->must_die) {

        # no server, and the error is what is expected

        return;
    }

    # what is logged after the last answer, up to the end of nginx

    $block->set_value("no_shutdown_error_log", $Trouble)
        if !defined $block->no_shutdown_error_log;

    # HTTP-5: no era has sessions here

    set_each($block, "raw_response_headers_unlike",
             [ ('(?mi)^Mcp-Session-Id:') x answers($block) ])
        if answers($block) && !defined $block->ignore_response;

    if (!$Test::Nginx::Util::ForceRestartOnTest && defined $block->config) {

        # Test::Nginx compares this section alone

        my $rest = join "\0", map { $block->$_ // "" }
                              qw(http_config main_config user_files
                                 server_name);

        $rest .= "\0http2" if defined $block->http2;

        utf8::encode($rest) if utf8::is_utf8($rest);

        $block->set_value("config", $block->config . "\n# "
                                    . Digest::MD5::md5_hex($rest) . "\n");
    }
});


# An answer in one line, but for its status: see the head of this file.

sub summary {
    my $body = shift;

    return "empty" if $body eq "";

    # half a surrogate pair is JSON, too, but not for JSON::PP

    my $text = $body =~ s/\\u[dD][89a-fA-F][0-9a-fA-F]{2}/\\u003f/gr;
    my $decoded = eval { JSON::PP->new->allow_nonref->utf8->decode($text) };

    return "not JSON" if !defined $decoded;

    my $envelope = qr/\{"jsonrpc":"2\.0",
                      (?:"id":("(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*),)?
                      "(result|error)":(?:\{"code":(-?[0-9]+),)?/x;

    if (ref $decoded eq "ARRAY") {
        my @all;

        while ($body =~ /$envelope/g) {
            push @all, one($1, $2, $3);
        }

        return "batch: " . join "; ", @all;
    }

    return "other" if ref $decoded ne "HASH" || $body !~ /^$envelope/;

    return one($1, $2, $3);
}


sub one {
    my ($id, $kind, $code) = @_;

    return join " ", $kind, $kind eq "error" ? $code // "without a code" : (),
                     defined $id ? "id $id" : "no id";
}


sub is_or_like {
    my ($got, $wanted, $name) = @_;

    if (ref $wanted eq "Regexp") {
        Test::More::like($got, $wanted, $name);

    } else {
        Test::More::is($got, $wanted, $name);
    }
}


sub check_answer {
    my ($block, $body, $index, $name) = @_;

    my $line = lines($block, "answers")->[$index] // "";
    my (undef, $wanted) = split / /, $line, 2;

    Test::More::is(summary($body), $wanted, "$name is \"$line\"")
        or Test::More::diag($body);
}


sub check_message {
    my ($block, $body, $index, $name) = @_;

    my $wanted = lines($block, "messages")->[$index] // "-";

    return if $wanted eq "-";

    my $decoded = eval { JSON::PP->new->utf8->decode($body) };
    my $got = ref $decoded eq "HASH" ? $decoded->{error}{message} : undef;

    Test::More::like($got // "(none)", qr/\Q$wanted\E/, "$name, its message");
}


# Test::Nginx waits 45 ms for the log after each answer, even if a block
# has nothing to look for in it: a minute for a table of requests.

my $log_unread = 0;
my $log_data = \&Test::Nginx::Util::error_log_data;

{
    no warnings "redefine";

    *Test::Nginx::Socket::error_log_data = sub () {
        return $log_data->() if !$log_unread;

        $log_unread = 0;
        $Test::Nginx::Util::ErrLogFilePos
            = -s $Test::Nginx::Util::ErrLogFile || 0;

        return [];
    };
}


# What was logged since the last time.

sub check_log {
    my ($block, $name) = @_;

    open my $log, "<", $Test::Nginx::Util::ErrLogFile or return;

    $log_position = 0 if $log_position > -s $log;
    seek $log, $log_position, 0;

    my @trouble = grep { /$Trouble/ } <$log>;

    $log_position = tell $log;
    close $log;

    Test::More::ok(!@trouble, "$name, no trouble in the log")
        or Test::More::diag(@trouble);
}


Test::Nginx::Socket::add_response_body_check(sub {
    my ($block, $body, $index, $repeated, $dry) = @_;

    return if $dry;

    my $name = $block->name . " - answer " . ($index + 1);

    $body //= "";

    check_answer($block, $body, $index, $name) if defined $block->answers;
    check_message($block, $body, $index, $name) if defined $block->messages;

    if (defined $block->bodies) {
        is_or_like($body, value($block, "bodies")->[$index], "$name, body");
    }

    check_log($block, $name) if $index + 1 >= answers($block);

    $log_unread = !grep { defined $block->$_ }
                  qw(error_log no_error_log grep_error_log wait);
});


1;

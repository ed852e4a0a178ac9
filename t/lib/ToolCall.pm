# Copyright (C) mcp-nginx contributors
#
# What the files about tool calls (t/2* to t/5*) have in common: a table of
# calls as one section of a block, and checks of what the answers say.
#
# --- calls eval      [ [ TOOL => ARGUMENTS ], .. ]: calls in the old era, one
#                     after another on one connection; ARGUMENTS is a hash,
#                     or JSON text where its bytes matter
# --- text eval       a string or a regex, or a list of them, one a call: the
#                     text of the first content block, after "isError: " if
#                     it is one; for a JSON-RPC error "error CODE: MESSAGE"
# --- result          JSON: the whole result, but for resultType and _meta
# --- sent eval       likewise: method and target that the echoing upstream saw
# --- sent_body eval  likewise: the body it saw
# --- sent_header     lines of its header that it must have seen;
#                     "!Name" must be absent

package ToolCall;

use strict;
use warnings;

use JSON::PP;
use Test::More ();
use Test::Nginx::Socket;

my $json = JSON::PP->new->canonical->allow_nonref->ascii;


sub value {
    my ($block, $name) = @_;

    my $value = $block->$name;
    return $value;
}


sub message {
    my ($n, $tool, $arguments) = @_;

    $arguments = defined $arguments
                 ? ref $arguments ? $json->encode($arguments) : $arguments
                 : "{}";

    return qq/{"jsonrpc":"2.0","id":$n,"method":"tools\/call","params":/
           . qq/{"name":"$tool","arguments":$arguments}}/;
}


add_block_preprocessor(sub {
    my $block = shift;

    return if !defined $block->calls;

    my $n = 0;
    my @requests = map { "POST /mcp\n" . message(++$n, @$_) }
                   @{ value($block, "calls") };

    if (@requests == 1) {
        $block->set_value("request", $requests[0]);

    } else {
        $block->set_value("pipelined_requests", \@requests);
        $block->set_value("error_code", [ (200) x @requests ])
            if !defined $block->error_code;
    }

    $block->set_value("more_headers", "Content-Type: application/json")
        if !defined $block->more_headers;
});


sub text {
    my $answer = shift;

    if (my $error = $answer->{error}) {
        return "error $error->{code}: $error->{message}";
    }

    my ($block) = @{ $answer->{result}{content} // [] };
    my $text = $block ? $block->{text} // "(no text)" : "(no content)";

    return $answer->{result}{isError} ? "isError: $text" : $text;
}


sub is_or_like {
    my ($got, $wanted, $name) = @_;

    if (ref $wanted eq "Regexp") {
        Test::More::like($got, $wanted, $name);

    } else {
        Test::More::is($got, $wanted, $name);
    }
}


sub check_result {
    my ($answer, $wanted, $name) = @_;

    my %result = %{ $answer->{result} // { error => $answer->{error} } };
    delete @result{qw(resultType _meta)};

    Test::More::is($json->encode(\%result),
                   $json->encode($json->decode($wanted)), "$name - result");
}


sub check_header {
    my ($text, $lines, $name) = @_;

    my ($head) = split /\r\n\r\n/, $text, 2;

    for my $line (grep { length } split /\n/, $lines) {

        if ($line =~ /^!(.*)/) {
            Test::More::unlike($head, qr/^\Q$1\E:/mi,
                               "$name - upstream sees no $1");

        } else {
            Test::More::like($head, qr/^\Q$line\E\r?$/m,
                             "$name - upstream sees $line");
        }
    }
}


add_response_body_check(sub {
    my ($block, $body, $index, $repeated, $dry) = @_;

    return if $dry;

    my @wanted = grep { defined $block->$_ }
                 qw(text result sent sent_body sent_header);
    return if !@wanted;

    my $name = $block->name . ", answer " . ($index + 1);
    my $answer = eval { JSON::PP->new->utf8->decode($body) };

    if (!$answer) {
        Test::More::fail("$name - is JSON");
        Test::More::diag($body);
        return;
    }

    my $text = text($answer);

    for my $section (@wanted) {
        my $wanted = value($block, $section);

        $wanted = $wanted->[$index] if ref $wanted eq "ARRAY";
        next if !defined $wanted;

        # a section of one line ends with a newline, an eval'ed one does not

        chomp $wanted if !ref $wanted;

        if ($section eq "text") {
            chomp(my $got = $text);
            is_or_like($got, $wanted, "$name - text");

        } elsif ($section eq "result") {
            check_result($answer, $wanted, $name);

        } elsif ($section eq "sent") {
            my ($line) = $text =~ m{^(.*?)(?: HTTP/1\.[01]\r\n|\z)}s;
            is_or_like($line, $wanted, "$name - sent");

        } elsif ($section eq "sent_body") {
            my (undef, $sent) = split /\r\n\r\n/, $text, 2;
            is_or_like($sent, $wanted, "$name - sent body");

        } else {
            check_header($text, $wanted, $name);
        }
    }
});


1;

# Copyright (C) mcp-nginx contributors
#
# Configurations that are refused, or warned about, and the exact messages.
#
# The text under test becomes a file "mcp.conf", so that a message's line is
# the line in the section:
#
# --- endpoint    stands in "location = /mcp { mcp; ... }", beside a
#                 "location @api"
# --- server      stands in the server, beside a "location @api"
# --- http        stands in http, before the server
#
# --- dies        nginx does not start; each line is a whole message of the
#                 level emerg, as "... in mcp.conf:3"
# --- warns       nginx starts and serves; each line is a message of warn
# --- loads       nginx starts and serves, and warns of nothing

package Conf;

use strict;
use warnings;

use Test::Nginx::Socket ();


sub import {
    Test::Nginx::Socket::add_block_preprocessor(\&prepare);
}


sub prepare {
    my $block = shift;

    place($block);

    if (defined $block->dies) {
        $block->set_value("must_die", "");
        $block->set_value("suppress_stderr", "");
        $block->set_value("error_log", messages("emerg", $block->dies));
        return;
    }

    return if !defined $block->warns && !defined $block->loads;

    if (!defined $block->request) {
        $block->set_value("request", "GET /ok");
        $block->set_value("error_code", 204);
    }

    if (defined $block->warns) {
        $block->set_value("error_log", messages("warn", $block->warns));
        $block->set_value("no_error_log", [ "[emerg]", "[alert]", "[crit]" ]);

    } else {
        $block->set_value("no_error_log",
                          [ "[emerg]", "[alert]", "[crit]", "[warn]" ]);
    }
}


sub place {
    my $block = shift;

    my $include = "include ../html/mcp.conf;";
    my $server = "location = /ok { return 204; } location \@api { return 200; }"
                 . ($block->config // "");
    my $text;

    if (defined($text = $block->endpoint)) {
        $server .= " location = /mcp { mcp;\n$include\n}";

    } elsif (defined($text = $block->server)) {
        $server .= "\n$include";

    } elsif (defined($text = $block->http)) {
        $block->set_value("http_config",
                          ($block->http_config // "") . "\n$include\n");

    } else {
        return;
    }

    $block->set_value("config", $server);
    $block->set_value("user_files", ">>> mcp.conf\n$text\n"
                                    . ($block->user_files // ""));
}


sub messages {
    my ($level, $text) = @_;

    return [ map { message($level, $_) } split /\n/, $text ];
}


sub message {
    my ($level, $text) = @_;

    $text = quotemeta $text;

    # the folder depends on the machine

    $text =~ s{(\w+\\\.(?:conf|json|txt))}{\\S*$1}g;
    $text =~ s{DIR}{\\S*html};

    return qr/\[$level\] \d+#\d+: $text$/m;
}


1;

# Copyright (C) mcp-nginx contributors
#
# Starts t/lib/upstream.py for a test file, and t/lib/fastcgi.py on
# "use Upstream 'fastcgi'"; they end with the file.  Their ports are
# $TEST_NGINX_UPSTREAM_PORT and $TEST_NGINX_FASTCGI_PORT in the blocks.

package Upstream;

use strict;
use warnings;

use File::Basename qw(dirname);
use IPC::Open2;

# kept open: a program ends when its pipe does
my @pipes;


sub import {
    my ($class, @more) = @_;

    for my $name ("upstream", @more) {
        my $program = dirname(__FILE__) . "/$name.py";

        open2(my $out, my $pipe, "python3", $program);
        push @pipes, $pipe;

        defined(my $port = <$out>) or die "$program did not start\n";
        chomp $port;

        $ENV{"TEST_NGINX_" . uc($name) . "_PORT"} = $port;
    }
}


1;

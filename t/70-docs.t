# Copyright (C) mcp-nginx contributors
#
# The documents are true, and the examples load: tools/doc-check finds
# nothing, and it does find what is planted here.  Each fault is put into a
# copy of what it reads.

use strict;
use warnings;

use Cwd ();
use File::Copy ();
use File::Path ();
use File::Temp ();
use Test::More;

my $root = Cwd::getcwd();

$ENV{TEST_NGINX_MCP_MODULE} ||= "$root/build/ngx_http_mcp_module.so";

my @files = (glob("README.md CONTRIBUTING.md CHANGES LICENSE docs/*.md"),
             glob("ngx_http_mcp_module.c src/catalog/*.c docker/Dockerfile"),
             glob("src/service/*variables.c t/lib/Mcp.pm"),
             glob("conf-examples/*.conf conf-examples/order-desk/*.json"));


# check(FILE, FROM, TO): what doc-check says of a copy with one change

sub check {
    my ($file, $from, $to) = @_;

    my $copy = File::Temp->newdir;

    for my $name (@files) {
        File::Path::make_path("$copy/" . ($name =~ s{/?[^/]*\z}{}r));
        File::Copy::copy($name, "$copy/$name") or die "$name: $!";
    }

    replace("$copy/$file", $from, $to) if defined $file;

    my $said = `python3 $root/tools/doc-check $copy 2>&1`;

    return ($? ? "found: " : "") . $said;
}


sub replace {
    my ($path, $from, $to) = @_;

    local $/;

    open my $in, "<", $path or die "$path: $!";
    my $text = <$in>;
    close $in;

    $text =~ s/\Q$from\E/$to/g or die "no \"$from\" in $path";

    open my $out, ">", $path or die "$path: $!";
    print $out $text;
    close $out or die "$path: $!";
}


is(check(), "", "documents and code agree, and every example loads");

my @faults = (
    [ "a directive that is not documented", "docs/directives.md",
      "### mcp_list_ttl", "### mcp_ttl", qr/"mcp_list_ttl" is not documented/ ],

    [ "a directive that does not exist", "docs/directives.md",
      "### mcp_list_ttl", "### mcp_ttl", qr/"mcp_ttl" does not exist/ ],

    [ "a word that is not documented", "src/catalog/ngx_http_mcp_word.c",
      'ngx_string("title")', 'ngx_string("label")',
      qr/"label" is not documented/ ],

    [ "a key of param that is not documented",
      "src/catalog/ngx_http_mcp_param.c", 'ngx_string("items")',
      'ngx_string("of")', qr/key of param "of" is not documented/ ],

    [ "a variable that is not documented",
      "src/service/ngx_http_mcp_variables.c", 'ngx_string("mcp_tool")',
      'ngx_string("mcp_name")', qr/variable "mcp_name" is not documented/ ],

    [ "a variable in an example that does not exist", "docs/variables.md",
      'cache_key "$mcp_tool', 'cache_key "$mcp_toll',
      qr/variable "mcp_toll" does not exist/ ],

    [ "a wrong context", "docs/directives.md",
      "mcp_zone mcp:1m;\nContext: http", "mcp_zone mcp:1m;\nContext: server",
      qr/context of "mcp_zone" is http/ ],

    [ "a wrong default", "docs/directives.md", "Default: mcp_timeout 60s;",
      "Default: mcp_timeout 30s;", qr/default of "mcp_timeout" is 60s/ ],

    [ "a broken link to a file", "README.md", "(docs/tools.md)",
      "(docs/tool.md)", qr/no file "docs\/tool\.md"/ ],

    [ "a broken link to a heading", "docs/directives.md", "(#mcp_zone)",
      "(#mcp_zones)", qr/no heading "#mcp_zones"/ ],

    [ "an example that does not load", "README.md", 'GET "/v1/orders{?status',
      'GET "/v1/orders{?state', qr/README\.md:\d+: \[emerg\].*"\{state\}"/ ],

    [ "an example that is warned about", "docs/tools.md",
      "mcp_tool list_orders {", "mcp_tool list.orders {",
      qr/docs\/tools\.md:\d+: \[warn\].* tool name/ ],

    [ "an example of an unknown kind", "docs/tools.md", "```nginx tool",
      "```nginx word", qr/"nginx word" is no kind/ ],

    [ "a file of conf-examples that does not load", "conf-examples/entra.conf",
      "roles has Orders", "roles holds Orders",
      qr/conf-examples\/entra\.conf: \[emerg\].*rule on claim "roles"/ ],

    [ "a file of conf-examples that is warned about",
      "conf-examples/keycloak.conf", "mcp_tool list_orders {",
      "mcp_tool list.orders {",
      qr/conf-examples\/keycloak\.conf: \[warn\].* tool name/ ],
);

for my $fault (@faults) {
    my ($name, $file, $from, $to, $said) = @$fault;

    like(check($file, $from, $to), qr/^found: .*$said/s, "$name is found");
}

done_testing();

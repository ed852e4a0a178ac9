# Copyright (C) mcp-nginx contributors
#
# "mcp_auth_provider", "mcp_auth" and its kin, rules of tools: mistakes are
# told by "nginx -t" with file and line; what loads is published as metadata
# and in lists as it should be.

use lib 't/lib';

use File::Temp ();

use Conf;
use Mcp;

# files with other modes than those of "user_files"

our $dir = File::Temp->newdir("/tmp/mcp-auth-XXXXXX");

chmod 0755, "$dir" or die;

# RFC 7517, appendices A.1 and A.3

my $ec = '{"kty":"EC","crv":"P-256","kid":"1",'
         . '"x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",'
         . '"y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}';

my $oct = '{"kty":"oct","kid":"2","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ'
          . '-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}';

file("ec.json", qq/{"keys":[$ec]}/, 0644);
file("oct.json", qq/{"keys":[$oct]}/, 0600);
file("open.json", qq/{"keys":[$oct]}/, 0644);
file("text.json", "keys", 0644);
file("empty.json", '{"keys":[{"kty":"RSA"}]}', 0644);
file("secret.txt", "xyzzy
", 0600);
file("open.txt", "xyzzy
", 0604);
file("newline.txt", "
", 0600);

sub file {
    my ($name, $text, $mode) = @_;

    open my $out, ">", "$dir/$name" or die "$name: $!";
    print $out $text;
    close $out or die "$name: $!";
    chmod $mode, "$dir/$name" or die "$name: $!";
}

# the list that the owner of an API key gets

sub list {
    return Mcp::modern("tools/list", undef, headers => [ "X-API-Key: $_[0]" ]);
}

sub listed {
    my ($scope, @names) = @_;

    my $tools = CORE::join ",", map { qr/\{"name":"$_"[^\[\]]*\}/ } @names;

    return qr/"tools":\[$tools\].*"cacheScope":"$scope"/;
}

run_tests();

__DATA__

=== TEST 1: a provider names its issuer
--- http
mcp_auth_provider shop { audience api; }
--- dies
mcp_auth_provider "shop" has no "issuer": say issuer https://login.example.com; as the metadata of the authorization server has it in mcp.conf:1



=== TEST 2: a provider names its audience
--- http
mcp_auth_provider shop { issuer https://login.example.com; }
--- dies
mcp_auth_provider "shop" has no "audience": tokens that were made for other APIs would be let in; say audience https://api.example.com/mcp; or what is looked at in its place, by "audience_check" in mcp.conf:1



=== TEST 3: no issuer: login.example.com
--- http
mcp_auth_provider shop { issuer login.example.com; audience api; }
--- dies
mcp_auth_provider "shop": issuer "login.example.com" is not an absolute URL: it begins with neither "https://" nor "http://" in mcp.conf:1



=== TEST 4: no issuer: ftp://login.example.com
--- http
mcp_auth_provider shop { issuer ftp://login.example.com; audience api; }
--- dies
mcp_auth_provider "shop": issuer "ftp://login.example.com" is not an absolute URL: it begins with neither "https://" nor "http://" in mcp.conf:1



=== TEST 5: no issuer: https://
--- http
mcp_auth_provider shop { issuer https://; audience api; }
--- dies
mcp_auth_provider "shop": issuer "https://" is not an absolute URL: it begins with neither "https://" nor "http://" in mcp.conf:1



=== TEST 6: no issuer: https:///realms
--- http
mcp_auth_provider shop { issuer https:///realms; audience api; }
--- dies
mcp_auth_provider "shop": issuer "https:///realms" has no host in mcp.conf:1



=== TEST 7: no issuer: https://:443
--- http
mcp_auth_provider shop { issuer https://:443; audience api; }
--- dies
mcp_auth_provider "shop": issuer "https://:443" has no host in mcp.conf:1



=== TEST 8: no issuer: https://user@login.example.com
--- http
mcp_auth_provider shop { issuer https://user@login.example.com; audience api; }
--- dies
mcp_auth_provider "shop": issuer "https://user@login.example.com" has a user name ("@") in mcp.conf:1



=== TEST 9: no issuer: https://login.example.com/#top
--- http
mcp_auth_provider shop { issuer https://login.example.com/#top; audience api; }
--- dies
mcp_auth_provider "shop": issuer "https://login.example.com/#top" has a fragment ("#") in mcp.conf:1



=== TEST 10: no issuer: https://login.example.com:https
--- http
mcp_auth_provider shop { issuer https://login.example.com:https; audience api; }
--- dies
mcp_auth_provider "shop": issuer "https://login.example.com:https" has an invalid port in mcp.conf:1



=== TEST 11: no issuer: https://login.example.com:65536
--- http
mcp_auth_provider shop { issuer https://login.example.com:65536; audience api; }
--- dies
mcp_auth_provider "shop": issuer "https://login.example.com:65536" has an invalid port in mcp.conf:1



=== TEST 12: no issuer: https://[::1
--- http
mcp_auth_provider shop { issuer https://[::1; audience api; }
--- dies
mcp_auth_provider "shop": issuer "https://[::1" has an invalid host in mcp.conf:1



=== TEST 13: no issuer: https://login.example.com/a b
--- http
mcp_auth_provider shop { issuer "https://login.example.com/a b"; audience api; }
--- dies
mcp_auth_provider "shop": issuer "https://login.example.com/a b" holds a character that a URL cannot have in mcp.conf:1



=== TEST 14: no issuer: https://login.example.com/{realm}
--- http
mcp_auth_provider shop { issuer "https://login.example.com/{realm}"; audience api; }
--- dies
mcp_auth_provider "shop": issuer "https://login.example.com/{realm}" holds a character that a URL cannot have in mcp.conf:1



=== TEST 15: no issuer: https://login.example.com/?a=1
--- http
mcp_auth_provider shop { issuer https://login.example.com/?a=1; audience api; }
--- dies
mcp_auth_provider "shop": issuer "https://login.example.com/?a=1" has a query, which no issuer has in mcp.conf:1



=== TEST 16: no issuer: https://{tenantid}.example.com
--- http
mcp_auth_provider shop { issuer "https://{tenantid}.example.com"; audience api; }
--- dies
mcp_auth_provider "shop": issuer "https://{tenantid}.example.com" has "{tenantid}" outside of its path in mcp.conf:1



=== TEST 17: http beyond loopback needs "insecure"
--- http
mcp_auth_provider shop { issuer http://login.example.com; audience api; }
--- dies
mcp_auth_provider "shop": issuer "http://login.example.com" is http beyond loopback, where anybody on the way can change the answer: use https, or say "issuer URL insecure" in mcp.conf:1



=== TEST 18: 128.0.0.1 is not loopback
--- http
mcp_auth_provider shop { issuer http://128.0.0.1; audience api; }
--- dies
mcp_auth_provider "shop": issuer "http://128.0.0.1" is http beyond loopback, where anybody on the way can change the answer: use https, or say "issuer URL insecure" in mcp.conf:1



=== TEST 19: a name that begins like an address of loopback is none
--- http
mcp_auth_provider shop { issuer http://127.0.0.1.example.com; audience api; }
--- dies
mcp_auth_provider "shop": issuer "http://127.0.0.1.example.com" is http beyond loopback, where anybody on the way can change the answer: use https, or say "issuer URL insecure" in mcp.conf:1



=== TEST 20: beside the issuer nothing but "insecure"
--- http
mcp_auth_provider shop { issuer http://login.example.com unsafe; audience api; }
--- dies
invalid parameter "unsafe": expected "insecure" in mcp.conf:1



=== TEST 21: an unquoted "{" in the issuer is explained
--- http
mcp_auth_provider shop { 
    issuer https://login.example.com/{tenantid}/v2.0;
 }
--- dies
a text with "{" must be quoted, as in issuer "https://login.example.com/{tenantid}"; in mcp.conf:2



=== TEST 22: "audience_check client_id" needs clients
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience_check client_id; }
--- dies
mcp_auth_provider "shop": "audience_check client_id" needs "clients", the IDs of those that may call in mcp.conf:1



=== TEST 23: "audience" has no effect beside "audience_check"
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; audience_check none; }
--- dies
mcp_auth_provider "shop": "audience" is not looked at beside "audience_check": remove one of them in mcp.conf:1



=== TEST 24: an unknown "audience_check"
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience_check azp; }
--- dies
invalid value "azp" in mcp.conf:1



=== TEST 25: an unknown "typ"
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; typ jwt; }
--- dies
invalid value "jwt" in mcp.conf:1



=== TEST 26: an empty audience
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience ""; }
--- dies
an empty value in "audience" in mcp.conf:1



=== TEST 27: an empty client
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; clients ""; }
--- dies
an empty value in "clients" in mcp.conf:1



=== TEST 28: a tenant is a GUID
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; tenants contoso.onmicrosoft.com; }
--- dies
invalid tenant "contoso.onmicrosoft.com": expected its ID, as "11111111-2222-4333-8444-555555555555" in mcp.conf:1



=== TEST 29: algorithm "none" does not exist
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; algorithms none; }
--- dies
algorithm "none" is that of tokens without a signature, which anybody can write: it cannot be allowed in mcp.conf:1



=== TEST 30: algorithm "None" does not exist
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; algorithms None; }
--- dies
algorithm "None" is that of tokens without a signature, which anybody can write: it cannot be allowed in mcp.conf:1



=== TEST 31: algorithm "NONE" does not exist
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; algorithms NONE; }
--- dies
algorithm "NONE" is that of tokens without a signature, which anybody can write: it cannot be allowed in mcp.conf:1



=== TEST 32: algorithm "rs256" is unknown
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; algorithms RS256 rs256; }
--- dies
unknown algorithm "rs256": expected RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, or HS256, HS384, HS512 with "jwks file=" in mcp.conf:1



=== TEST 33: algorithm "ES256K" is unknown
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; algorithms RS256 ES256K; }
--- dies
unknown algorithm "ES256K": expected RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, or HS256, HS384, HS512 with "jwks file=" in mcp.conf:1



=== TEST 34: algorithm "Ed448" is unknown
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; algorithms RS256 Ed448; }
--- dies
unknown algorithm "Ed448": expected RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, or HS256, HS384, HS512 with "jwks file=" in mcp.conf:1



=== TEST 35: HMAC is not for keys from elsewhere: discovery
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; algorithms HS256;  }
--- dies
mcp_auth_provider "shop": HS256, HS384 and HS512 are verified by a secret, which does not come from the network: they need "jwks file=" in mcp.conf:1



=== TEST 36: HMAC is not for keys from elsewhere: jwks url=https://login.example.com/keys;
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; algorithms HS256; jwks url=https://login.example.com/keys; }
--- dies
mcp_auth_provider "shop": HS256, HS384 and HS512 are verified by a secret, which does not come from the network: they need "jwks file=" in mcp.conf:1



=== TEST 37: HMAC is not for keys from elsewhere: jwks location=@keys;
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; algorithms HS256; jwks location=@keys; }
--- dies
mcp_auth_provider "shop": HS256, HS384 and HS512 are verified by a secret, which does not come from the network: they need "jwks file=" in mcp.conf:1



=== TEST 38: an HMAC key needs its algorithm
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/oct.json; }~
--- dies
mcp_auth_provider "shop": no key of "oct.json" is for an algorithm that is accepted: say algorithms HS256; in mcp.conf:1



=== TEST 39: a key of another family
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; algorithms RS256; jwks file=$main::dir/ec.json; }~
--- dies
mcp_auth_provider "shop": no key of "ec.json" is for an algorithm that is accepted: say algorithms ES256; in mcp.conf:1



=== TEST 40: "scope_claim" is a path
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; scope_claim a..b; }
--- dies
invalid claim "a..b": expected names of letters, digits, "_" and "-" with "." between them, others in brackets and quotes, as in 'realm_access["a:b"].roles' in mcp.conf:1



=== TEST 41: "role_claim" is a path
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; role_claim cognito:groups; }
--- dies
invalid claim "cognito:groups": expected names of letters, digits, "_" and "-" with "." between them, others in brackets and quotes, as in 'realm_access["a:b"].roles' in mcp.conf:1



=== TEST 42: each of "subject" is a path
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; subject tid ""; }
--- dies
invalid claim "": expected names of letters, digits, "_" and "-" with "." between them, others in brackets and quotes, as in 'realm_access["a:b"].roles' in mcp.conf:1



=== TEST 43: "scope_prefix" is the beginning of a scope
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; scope_prefix "api://a b/"; }
--- dies
invalid scope "api://a b/": the name of a scope has printable ASCII characters without blanks, " and \ in mcp.conf:1



=== TEST 44: "leeway" is at most five minutes
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; leeway 301s; }
--- dies
invalid time "301s": expected 0 to 300 seconds, as in "30s" in mcp.conf:1



=== TEST 45: "leeway" is a time
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; leeway long; }
--- dies
invalid time "long": expected 0 to 300 seconds, as in "30s" in mcp.conf:1



=== TEST 46: "max_age" is not 0
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; max_age 0; }
--- dies
invalid time "0": expected 1 to 2147483647 seconds, as in "30s" in mcp.conf:1



=== TEST 47: "allow_app" is on or off
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; allow_app yes; }
--- dies
invalid value "yes" in "allow_app" directive, it must be "on" or "off" in mcp.conf:1



=== TEST 48: "kid_optional" is on or off
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; kid_optional yes; }
--- dies
invalid value "yes" in "kid_optional" directive, it must be "on" or "off" in mcp.conf:1



=== TEST 49: "scope_optional" is on or off
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; scope_optional yes; }
--- dies
invalid value "yes" in "scope_optional" directive, it must be "on" or "off" in mcp.conf:1



=== TEST 50: "id_tokens" is on or off
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; id_tokens yes; }
--- dies
invalid value "yes" in "id_tokens" directive, it must be "on" or "off" in mcp.conf:1



=== TEST 51: no source of keys: https://login.example.com/keys
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks https://login.example.com/keys; }
--- dies
invalid source of keys "https://login.example.com/keys": expected discovery, discovery=URL, url=URL, file=PATH or location=@name in mcp.conf:1



=== TEST 52: no source of keys: url=
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks url=; }
--- dies
invalid source of keys "url=": expected discovery, discovery=URL, url=URL, file=PATH or location=@name in mcp.conf:1



=== TEST 53: no source of keys: disco
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks disco; }
--- dies
invalid source of keys "disco": expected discovery, discovery=URL, url=URL, file=PATH or location=@name in mcp.conf:1



=== TEST 54: "jwks location=keys" names none
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks location=keys; }
--- dies
"location=keys" does not name a location as "@name": only a named location is out of reach for clients in mcp.conf:1



=== TEST 55: "jwks location=@" names none
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks location=@; }
--- dies
"location=@" does not name a location as "@name": only a named location is out of reach for clients in mcp.conf:1



=== TEST 56: keys from a URL are not fetched by http
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks url=http://login.example.com/keys; }
--- dies
mcp_auth_provider "shop": jwks "http://login.example.com/keys" is http beyond loopback, where anybody on the way can change the answer: use https, or say "issuer URL insecure" in mcp.conf:1



=== TEST 57: metadata is not fetched by http
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks discovery=http://login.example.com/meta; }
--- dies
mcp_auth_provider "shop": jwks "http://login.example.com/meta" is http beyond loopback, where anybody on the way can change the answer: use https, or say "issuer URL insecure" in mcp.conf:1



=== TEST 58: metadata has a URL
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks discovery=meta; }
--- dies
mcp_auth_provider "shop": jwks "meta" is not an absolute URL: it begins with neither "https://" nor "http://" in mcp.conf:1



=== TEST 59: a file of keys is there
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/no.json; }~
--- dies
open() "no.json" failed (2: No such file or directory) in mcp.conf:1



=== TEST 60: a file of keys is a file
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir; }~
--- dies eval
qq~"$main::dir" is not a regular file of at most 262144 bytes in mcp.conf:1~



=== TEST 61: a file of keys is JSON
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/text.json; }~
--- dies
key set "text.json" cannot be used: not JSON in mcp.conf:1



=== TEST 62: a file of keys is a key set
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/empty.json; }~
--- dies
key set "empty.json" cannot be used: no key of the set is usable in mcp.conf:1



=== TEST 63: a file is not fetched
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json stale=1h; }~
--- dies
"stale=1h" is for keys that are fetched: a file is read at start and reload in mcp.conf:1



=== TEST 64: "refresh" is not 0
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks discovery refresh=0; }
--- dies
invalid time "0": expected 1 to 2147483647 seconds, as in "30s" in mcp.conf:1



=== TEST 65: "stale" is a time
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks discovery stale=day; }
--- dies
invalid time "day": expected 0 to 2147483647 seconds, as in "30s" in mcp.conf:1



=== TEST 66: "min_interval" is not 0
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks discovery min_interval=0s; }
--- dies
invalid time "0s": expected 1 to 3600 seconds, as in "30s" in mcp.conf:1



=== TEST 67: an unknown option of "jwks"
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks discovery every=1h; }
--- dies
invalid parameter "every=1h": expected refresh=, stale= or min_interval= with a value in mcp.conf:1



=== TEST 68: an option of "jwks" twice
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks discovery stale=1h stale=2h; }
--- dies
"jwks" directive is duplicate in mcp.conf:1



=== TEST 69: introspection needs the ID of a client
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; introspection https://login.example.com/introspect client_secret_file=secret.txt; }
--- dies
"introspection" needs client_id=ID: the authorization server answers only clients that it knows in mcp.conf:1



=== TEST 70: introspection needs a secret
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; introspection https://login.example.com/introspect client_id=gw; }
--- dies
"introspection" needs client_secret_file=PATH: the authorization server answers only clients that it knows in mcp.conf:1



=== TEST 71: a secret does not stand in the configuration
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; introspection https://login.example.com/introspect client_id=gw client_secret=xyzzy; }
--- no_error_log
xyzzy
--- dies
a secret does not stand in the configuration: write it into a file and say client_secret_file=PATH in mcp.conf:1



=== TEST 72: an unknown option of "introspection"
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; introspection https://login.example.com/introspect client_id=gw client_secret_file=$main::dir/secret.txt ttl=3s; }~
--- dies
invalid parameter "ttl=3s": expected client_id=, client_secret_file=, auth=, cache=, negative= or max_inflight= with a value in mcp.conf:1



=== TEST 73: an unknown way to authenticate
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; introspection https://login.example.com/introspect client_id=gw client_secret_file=$main::dir/secret.txt auth=digest; }~
--- dies
invalid value "digest" of auth=: expected basic or post in mcp.conf:1



=== TEST 74: an answer is kept for five minutes at most
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; introspection https://login.example.com/introspect client_id=gw client_secret_file=$main::dir/secret.txt cache=6m; }~
--- dies
invalid time "6m": expected 1 to 300 seconds, as in "30s" in mcp.conf:1



=== TEST 75: a refusal is kept for a second at least
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; introspection https://login.example.com/introspect client_id=gw client_secret_file=$main::dir/secret.txt negative=0; }~
--- dies
invalid time "0": expected 1 to 300 seconds, as in "30s" in mcp.conf:1



=== TEST 76: at least one introspection at a time
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; introspection https://login.example.com/introspect client_id=gw client_secret_file=$main::dir/secret.txt max_inflight=0; }~
--- dies
invalid value "0" of max_inflight=: expected a number from 1 on in mcp.conf:1



=== TEST 77: the file of the secret is there
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; introspection https://login.example.com/introspect client_id=gw client_secret_file=$main::dir/no.txt; }~
--- dies
open() "no.txt" failed (2: No such file or directory) in mcp.conf:1



=== TEST 78: the file of the secret is not empty
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; introspection https://login.example.com/introspect client_id=gw client_secret_file=$main::dir/newline.txt; }~
--- dies
no secret in "newline.txt" in mcp.conf:1



=== TEST 79: "always" needs keys
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; introspection https://login.example.com/introspect client_id=gw client_secret_file=$main::dir/secret.txt always; }~
--- dies
mcp_auth_provider "shop": "always" is for tokens whose signature was verified: say jwks discovery;, or leave it out in mcp.conf:1



=== TEST 80: a token is not sent by http
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; introspection http://login.example.com/introspect client_id=gw client_secret_file=$main::dir/secret.txt; }~
--- dies
mcp_auth_provider "shop": introspection "http://login.example.com/introspect" is http beyond loopback, where anybody on the way can change the answer: use https, or say "issuer URL insecure" in mcp.conf:1



=== TEST 81: "state" is in a folder that exists
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; state $main::dir/no/shop.json; }~
--- dies
"shop.json" cannot be written: it is to be a file in a folder that exists in mcp.conf:1



=== TEST 82: "state" is no folder
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; state $main::dir/; }~
--- dies eval
qq~"$main::dir/" cannot be written: it is to be a file in a folder that exists in mcp.conf:1~



=== TEST 83: two providers do not share a "state" file
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; state $main::dir/s.json; }
mcp_auth_provider desk { issuer https://login.example.com; audience api; state $main::dir/s.json; }~
--- dies
mcp_auth_provider "desk" has the "state" file of "shop": give each its own in mcp.conf:2



=== TEST 84: "trusted_certificate" is there
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; trusted_certificate $main::dir/no.txt; }~
--- dies
stat() "no.txt" failed (2: No such file or directory) in mcp.conf:1



=== TEST 85: "trusted_certificate" is a file
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; trusted_certificate $main::dir; }~
--- dies eval
qq~"$main::dir" is not a regular file in mcp.conf:1~



=== TEST 86: a provider cannot be called off
--- http
mcp_auth_provider off { issuer https://login.example.com; audience api; }
--- dies
mcp_auth_provider cannot have the name "off" in mcp.conf:1



=== TEST 87: a provider cannot be called optional
--- http
mcp_auth_provider optional { issuer https://login.example.com; audience api; }
--- dies
mcp_auth_provider cannot have the name "optional" in mcp.conf:1



=== TEST 88: a provider cannot be called nothing
--- http
mcp_auth_provider "" { issuer https://login.example.com; audience api; }
--- dies
mcp_auth_provider cannot have the name "" in mcp.conf:1



=== TEST 89: a provider has a name of its own
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; }
mcp_auth_provider shop { issuer https://login.example.com; audience api; }
--- dies
duplicate mcp_auth_provider "shop", first in mcp.conf:1 in mcp.conf:2



=== TEST 90: "issuer" twice
--- http
mcp_auth_provider shop { issuer https://login.example.com; issuer https://login.example.com; }
--- dies
"issuer" directive is duplicate in mcp.conf:1



=== TEST 91: "audience_check" twice
--- http
mcp_auth_provider shop { audience_check none; audience_check none; }
--- dies
"audience_check" directive is duplicate in mcp.conf:1



=== TEST 92: "algorithms" twice
--- http
mcp_auth_provider shop { algorithms RS256; algorithms RS256; }
--- dies
"algorithms" directive is duplicate in mcp.conf:1



=== TEST 93: "typ" twice
--- http
mcp_auth_provider shop { typ any; typ any; }
--- dies
"typ" directive is duplicate in mcp.conf:1



=== TEST 94: "scope_claim" twice
--- http
mcp_auth_provider shop { scope_claim scp; scope_claim scp; }
--- dies
"scope_claim" directive is duplicate in mcp.conf:1



=== TEST 95: "role_claim" twice
--- http
mcp_auth_provider shop { role_claim roles; role_claim roles; }
--- dies
"role_claim" directive is duplicate in mcp.conf:1



=== TEST 96: "subject" twice
--- http
mcp_auth_provider shop { subject oid; subject oid; }
--- dies
"subject" directive is duplicate in mcp.conf:1



=== TEST 97: "scope_prefix" twice
--- http
mcp_auth_provider shop { scope_prefix a/; scope_prefix a/; }
--- dies
"scope_prefix" directive is duplicate in mcp.conf:1



=== TEST 98: "leeway" twice
--- http
mcp_auth_provider shop { leeway 1s; leeway 1s; }
--- dies
"leeway" directive is duplicate in mcp.conf:1



=== TEST 99: "max_age" twice
--- http
mcp_auth_provider shop { max_age 1h; max_age 1h; }
--- dies
"max_age" directive is duplicate in mcp.conf:1



=== TEST 100: "allow_app" twice
--- http
mcp_auth_provider shop { allow_app on; allow_app on; }
--- dies
"allow_app" directive is duplicate in mcp.conf:1



=== TEST 101: "kid_optional" twice
--- http
mcp_auth_provider shop { kid_optional on; kid_optional on; }
--- dies
"kid_optional" directive is duplicate in mcp.conf:1



=== TEST 102: "scope_optional" twice
--- http
mcp_auth_provider shop { scope_optional on; scope_optional on; }
--- dies
"scope_optional" directive is duplicate in mcp.conf:1



=== TEST 103: "id_tokens" twice
--- http
mcp_auth_provider shop { id_tokens on; id_tokens on; }
--- dies
"id_tokens" directive is duplicate in mcp.conf:1



=== TEST 104: "jwks" twice
--- http
mcp_auth_provider shop { jwks discovery; jwks discovery; }
--- dies
"jwks" directive is duplicate in mcp.conf:1



=== TEST 105: "state" twice
--- http eval
qq~mcp_auth_provider shop { state $main::dir/s.json; state $main::dir/s.json; }~
--- dies
"state" directive is duplicate in mcp.conf:1



=== TEST 106: "trusted_certificate" twice
--- http eval
qq~mcp_auth_provider shop { trusted_certificate $main::dir/secret.txt; trusted_certificate $main::dir/secret.txt; }~
--- dies
"trusted_certificate" directive is duplicate in mcp.conf:1



=== TEST 107: "introspection" twice
--- http eval
qq~mcp_auth_provider shop { introspection discovery client_id=gw client_secret_file=$main::dir/secret.txt; introspection discovery client_id=gw client_secret_file=$main::dir/secret.txt; }~
--- dies
"introspection" directive is duplicate in mcp.conf:1



=== TEST 108: words of a provider stand in its block
--- http
issuer https://login.example.com;
--- dies
"issuer" directive is not allowed here in mcp.conf:1



=== TEST 109: words of a tool do not stand in a provider
--- http
mcp_auth_provider shop { pass @api; }
--- dies
"pass" directive is not allowed here in mcp.conf:1



=== TEST 110: a provider stands in http
--- server
mcp_auth_provider shop { issuer https://login.example.com; audience api; }
--- dies
"mcp_auth_provider" directive is not allowed here in mcp.conf:1



=== TEST 111: a provider that nobody uses is warned about
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- warns
mcp_auth_provider "shop" is used by no "mcp_auth" in mcp.conf:1



=== TEST 112: a template without tenants is warned about
--- http eval
qq~mcp_auth_provider shop { issuer "https://login.example.com/{tenantid}/v2.0"; audience api; jwks file=$main::dir/ec.json; }~
--- config
location /guarded/ { mcp_auth shop; }
--- warns
mcp_auth_provider "shop" lets users of any organization in: name those you mean by "tenants" in mcp.conf:1



=== TEST 113: a secret that all users can read is warned about
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; introspection https://login.example.com/introspect client_id=gw client_secret_file=$main::dir/open.txt; }~
--- config
location /guarded/ { mcp_auth shop; }
--- warns
"open.txt" holds a secret and is open to all users of this machine: chmod o= it in mcp.conf:1



=== TEST 114: an HMAC key that all users can read is warned about
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; algorithms HS256; jwks file=$main::dir/open.json; }~
--- config
location /guarded/ { mcp_auth shop; }
--- warns
"open.json" holds a secret and is open to all users of this machine: chmod o= it in mcp.conf:1



=== TEST 115: issuer and audience
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- config
location /guarded/ { mcp_auth shop; }
--- loads



=== TEST 116: loopback by http: http://localhost:8080/realms/shop
--- http eval
qq~mcp_auth_provider shop { issuer http://localhost:8080/realms/shop; audience api; jwks file=$main::dir/ec.json; }~
--- config
location /guarded/ { mcp_auth shop; }
--- loads



=== TEST 117: loopback by http: http://127.9.9.9
--- http eval
qq~mcp_auth_provider shop { issuer http://127.9.9.9; audience api; jwks file=$main::dir/ec.json; }~
--- config
location /guarded/ { mcp_auth shop; }
--- loads



=== TEST 118: loopback by http: http://[::1]:8080
--- http eval
qq~mcp_auth_provider shop { issuer http://[::1]:8080; audience api; jwks file=$main::dir/ec.json; }~
--- config
location /guarded/ { mcp_auth shop; }
--- loads



=== TEST 119: another host by http, "insecure"
--- http
mcp_auth_provider shop { issuer http://login.example.com insecure; audience api; jwks location=@api; }
--- config
location /guarded/ { mcp_auth shop; }
--- loads



=== TEST 120: a template with tenants, in any spelling
--- http eval
qq~mcp_auth_provider shop { issuer "https://login.example.com/{TenantId}/v2.0"; tenants 11111111-2222-4333-8444-AAAAAAAAAAAA; audience api; jwks file=$main::dir/ec.json; }~
--- config
location /guarded/ { mcp_auth shop; }
--- loads



=== TEST 121: no audience, declared
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience_check none; jwks file=$main::dir/ec.json; }~
--- config
location /guarded/ { mcp_auth shop; }
--- loads



=== TEST 122: clients in place of an audience
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience_check client_id; clients a b; jwks file=$main::dir/ec.json; }~
--- config
location /guarded/ { mcp_auth shop; }
--- loads



=== TEST 123: all other words
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json;
    audience other;
    algorithms RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA;
    typ at_jwt; clients a; clients b;
    scope_claim scp; role_claim 'resource_access["gw"].roles';
    subject tid oid; scope_prefix api://gw/; leeway 300s; max_age 1h;
    allow_app on; kid_optional on; scope_optional on; id_tokens off;
    state $main::dir/shop.json; trusted_certificate $main::dir/secret.txt;
 }~
--- config
location /guarded/ { mcp_auth shop; }
--- loads



=== TEST 124: HMAC with a local file
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; algorithms HS256; jwks file=$main::dir/oct.json; }~
--- config
location /guarded/ { mcp_auth shop; }
--- loads



=== TEST 125: keys of a location
--- http
mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks location=@api refresh=10m stale=0 min_interval=1s; }
--- config
location /guarded/ { mcp_auth shop; }
--- loads



=== TEST 126: introspection alone
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; introspection https://login.example.com/introspect client_id=gw client_secret_file=$main::dir/secret.txt auth=post cache=300s negative=1s max_inflight=1; }~
--- config
location /guarded/ { mcp_auth shop; }
--- loads



=== TEST 127: introspection beside keys, always
--- http eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; introspection https://login.example.com/introspect client_id=gw client_secret_file=$main::dir/secret.txt auth=basic always; jwks location=\@api; }~
--- config
location /guarded/ { mcp_auth shop; }
--- loads



=== TEST 128: an unknown provider is told with those that are known
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }
mcp_auth_provider desk { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shp;  }
--- dies
unknown mcp_auth_provider "shp" in "mcp_auth", known: "shop", "desk" in mcp.conf:1



=== TEST 129: an unknown provider where there are none
--- server
location /g/ { mcp_auth shop;  }
--- dies
unknown mcp_auth_provider "shop" in "mcp_auth", known: none in mcp.conf:1



=== TEST 130: "mcp_auth optional" names no provider
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth optional; }
--- dies
"mcp_auth" directive needs the name of an "mcp_auth_provider" in mcp.conf:1



=== TEST 131: "mcp_auth off shop"
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth off shop; }
--- dies
"off" stands alone, and "optional" behind the names of providers in mcp.conf:1



=== TEST 132: "mcp_auth optional shop"
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth optional shop; }
--- dies
"off" stands alone, and "optional" behind the names of providers in mcp.conf:1



=== TEST 133: "mcp_auth shop off"
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop off; }
--- dies
"off" stands alone, and "optional" behind the names of providers in mcp.conf:1



=== TEST 134: "mcp_auth off optional"
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth off optional; }
--- dies
"off" stands alone, and "optional" behind the names of providers in mcp.conf:1



=== TEST 135: a provider is named once
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop shop; }
--- dies
provider "shop" is named twice in mcp.conf:1



=== TEST 136: "mcp_auth" twice
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth off; }
--- dies
"mcp_auth" directive is duplicate in mcp.conf:1



=== TEST 137: one issuer is of one provider
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }
mcp_auth_provider desk { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop desk; }
--- dies
providers "shop" and "desk" of one "mcp_auth" have the same issuer, so a token would be of both in mcp.conf:1



=== TEST 138: one issuer for signed and for opaque tokens
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }
mcp_auth_provider desk { issuer https://login.example.com; audience api; introspection https://login.example.com/introspect client_id=gw client_secret_file=$main::dir/secret.txt; }~
--- server
location /g/ { mcp_auth shop desk; }
--- loads



=== TEST 139: keys of a location that another server has
--- http_config
mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks location=@keys; }
--- server
location /g/ { mcp_auth shop;  }
--- dies
there is no "location @keys" in this server, where mcp_auth_provider "shop" has its keys from in mcp.conf:1



=== TEST 140: "optional", inherited and ended
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
mcp_auth shop optional; location /a/ { mcp_auth shop; } location /b/ { mcp_auth off; } location /c/ { }
--- loads



=== TEST 141: no resource: /mcp
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_resource /mcp; }
--- dies
invalid resource "/mcp": it is not an absolute URL: it begins with neither "https://" nor "http://" in mcp.conf:1



=== TEST 142: no resource: api.example.com/mcp
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_resource api.example.com/mcp; }
--- dies
invalid resource "api.example.com/mcp": it is not an absolute URL: it begins with neither "https://" nor "http://" in mcp.conf:1



=== TEST 143: no resource: http://api.example.com/mcp
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_resource http://api.example.com/mcp; }
--- dies
invalid resource "http://api.example.com/mcp": it is http beyond loopback, which clients refuse: use https in mcp.conf:1



=== TEST 144: no resource: https://api.example.com/mcp#x
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_resource https://api.example.com/mcp#x; }
--- dies
invalid resource "https://api.example.com/mcp#x": it has a fragment ("#") in mcp.conf:1



=== TEST 145: no resource: https://user@api.example.com/mcp
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_resource https://user@api.example.com/mcp; }
--- dies
invalid resource "https://user@api.example.com/mcp": it has a user name ("@") in mcp.conf:1



=== TEST 146: no resource: https://API.example.com/mcp
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_resource https://API.example.com/mcp; }
--- dies
invalid resource "https://API.example.com/mcp": it has a scheme or host that is not in lower case in mcp.conf:1



=== TEST 147: no resource: HTTPS://api.example.com/mcp
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_resource HTTPS://api.example.com/mcp; }
--- dies
invalid resource "HTTPS://api.example.com/mcp": it has a scheme or host that is not in lower case in mcp.conf:1



=== TEST 148: no resource: https://api.example.com/m cp
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_resource "https://api.example.com/m cp"; }
--- dies
invalid resource "https://api.example.com/m cp": it holds a character that a URL cannot have in mcp.conf:1



=== TEST 149: no resource: https://api.example.com//mcp
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_resource https://api.example.com//mcp; }
--- dies
invalid resource "https://api.example.com//mcp": it has an empty segment or one of dots in its path, which nginx takes out of requests in mcp.conf:1



=== TEST 150: no resource: https://api.example.com/a//mcp
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_resource https://api.example.com/a//mcp; }
--- dies
invalid resource "https://api.example.com/a//mcp": it has an empty segment or one of dots in its path, which nginx takes out of requests in mcp.conf:1



=== TEST 151: no resource: https://api.example.com/./mcp
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_resource https://api.example.com/./mcp; }
--- dies
invalid resource "https://api.example.com/./mcp": it has an empty segment or one of dots in its path, which nginx takes out of requests in mcp.conf:1



=== TEST 152: no resource: https://api.example.com/a/../mcp
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_resource https://api.example.com/a/../mcp; }
--- dies
invalid resource "https://api.example.com/a/../mcp": it has an empty segment or one of dots in its path, which nginx takes out of requests in mcp.conf:1



=== TEST 153: no resource: https://api.example.com/mcp/..
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_resource https://api.example.com/mcp/..; }
--- dies
invalid resource "https://api.example.com/mcp/..": it has an empty segment or one of dots in its path, which nginx takes out of requests in mcp.conf:1



=== TEST 154: an unknown option of the resource
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_resource https://api.example.com/mcp title=Desk; }
--- dies
invalid parameter "title=Desk": expected name=, documentation=, policy= or tos= with a value in mcp.conf:1



=== TEST 155: the name of the resource is UTF-8
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server eval
qq~location /g/ { mcp_auth_resource https://api.example.com/mcp "name=\xff"; }~
--- dies
the name of the resource is not UTF-8 in mcp.conf:1



=== TEST 156: documentation= is a URL
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_resource https://api.example.com/mcp documentation=/help; }
--- dies
invalid link "/help": it is not an absolute URL: it begins with neither "https://" nor "http://" in mcp.conf:1



=== TEST 157: policy= is a URL
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_resource https://api.example.com/mcp policy=/help; }
--- dies
invalid link "/help": it is not an absolute URL: it begins with neither "https://" nor "http://" in mcp.conf:1



=== TEST 158: tos= is a URL
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_resource https://api.example.com/mcp tos=/help; }
--- dies
invalid link "/help": it is not an absolute URL: it begins with neither "https://" nor "http://" in mcp.conf:1



=== TEST 159: "mcp_auth_resource" twice
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_resource https://api.example.com/mcp; mcp_auth_resource https://api.example.com/mcp; }
--- dies
"mcp_auth_resource" directive is duplicate in mcp.conf:1



=== TEST 160: a resource is not that of all servers
--- http
mcp_auth_resource https://api.example.com/mcp;
--- dies
"mcp_auth_resource" directive is not allowed here in mcp.conf:1



=== TEST 161: an endpoint has a resource
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp;
    mcp_auth shop;
    mcp_tool get { description "A."; request GET "/a"; pass @api; }
}
--- dies
the endpoint has "mcp_auth", but no "mcp_auth_resource", by which clients find out where to log in: say mcp_auth_resource https://api.example.com/mcp; with the URL that people give to their clients in mcp.conf:2



=== TEST 162: an endpoint inherits its resource
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
mcp_auth_resource https://api.example.com/mcp; mcp_auth shop;
location = /mcp { mcp; mcp_tool get { description "A."; request GET "/a"; pass @api; } }
--- loads



=== TEST 163: other locations need no resource
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; proxy_pass http://127.0.0.1:1; }
--- loads



=== TEST 164: "satisfy any" on an endpoint
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp;
    mcp_auth shop;
    satisfy any;
    mcp_auth_resource https://api.example.com/mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; }
}
--- dies
"satisfy any" would let requests without a token in, which an endpoint with "mcp_auth" refuses in any case: remove it, or say mcp_auth PROVIDER optional; in mcp.conf:2



=== TEST 165: "satisfy any", inherited
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
satisfy any;
location = /mcp { mcp; mcp_auth shop; mcp_auth_resource https://api.example.com/mcp; mcp_tool get { description "A."; request GET "/a"; pass @api; } }
--- dies
"satisfy any" would let requests without a token in, which an endpoint with "mcp_auth" refuses in any case: remove it, or say mcp_auth PROVIDER optional; in mcp.conf:2



=== TEST 166: "satisfy any" where a token is optional
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp { mcp; mcp_auth shop optional; satisfy any; mcp_auth_resource https://api.example.com/mcp; mcp_tool get { description "A."; request GET "/a"; pass @api; } }
--- loads



=== TEST 167: "satisfy any" elsewhere
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; satisfy any; allow 127.0.0.1; deny all; }
--- loads



=== TEST 168: mcp_auth_scope "a b"
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_scope "a b"; }
--- dies
invalid scope "a b": the name of a scope has printable ASCII characters without blanks, " and \ in mcp.conf:1



=== TEST 169: mcp_auth_scope ""
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_scope ""; }
--- dies
invalid scope "": the name of a scope has printable ASCII characters without blanks, " and \ in mcp.conf:1



=== TEST 170: mcp_auth_scope 'a"b'
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_scope 'a"b'; }
--- dies
invalid scope "a"b": the name of a scope has printable ASCII characters without blanks, " and \ in mcp.conf:1



=== TEST 171: mcp_auth_scope größe
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_scope größe; }
--- dies
invalid scope "größe": the name of a scope has printable ASCII characters without blanks, " and \ in mcp.conf:1



=== TEST 172: mcp_auth_scope offline_access
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_scope a offline_access; }
--- dies
scope "offline_access" is between a client and the authorization server: leave it out, clients that want refresh tokens ask for it in mcp.conf:1



=== TEST 173: "mcp_auth_scope" twice
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_scope a; mcp_auth_scope b; }
--- dies
"mcp_auth_scope" directive is duplicate in mcp.conf:1



=== TEST 174: mcp_auth_advertise "a b"
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_advertise "a b"; }
--- dies
invalid scope "a b": the name of a scope has printable ASCII characters without blanks, " and \ in mcp.conf:1



=== TEST 175: mcp_auth_advertise ""
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_advertise ""; }
--- dies
invalid scope "": the name of a scope has printable ASCII characters without blanks, " and \ in mcp.conf:1



=== TEST 176: mcp_auth_advertise 'a"b'
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_advertise 'a"b'; }
--- dies
invalid scope "a"b": the name of a scope has printable ASCII characters without blanks, " and \ in mcp.conf:1



=== TEST 177: mcp_auth_advertise größe
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_advertise größe; }
--- dies
invalid scope "größe": the name of a scope has printable ASCII characters without blanks, " and \ in mcp.conf:1



=== TEST 178: mcp_auth_advertise offline_access
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_advertise a offline_access; }
--- dies
scope "offline_access" is between a client and the authorization server: leave it out, clients that want refresh tokens ask for it in mcp.conf:1



=== TEST 179: "mcp_auth_advertise" twice
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth_advertise a; mcp_auth_advertise b; }
--- dies
"mcp_auth_advertise" directive is duplicate in mcp.conf:1



=== TEST 180: "mcp_auth_scope" without "mcp_auth"
--- server
location /g/ {
    mcp_auth_scope a;
}
--- dies
"mcp_auth_scope" protects nothing without "mcp_auth": say mcp_auth PROVIDER; or, if the location is to be open, mcp_auth off; in mcp.conf:2



=== TEST 181: "mcp_auth_require_claim" without "mcp_auth"
--- server
location /g/ {
    mcp_auth_require_claim a;
}
--- dies
"mcp_auth_require_claim" protects nothing without "mcp_auth": say mcp_auth PROVIDER; or, if the location is to be open, mcp_auth off; in mcp.conf:2



=== TEST 182: "mcp_auth_resource" without "mcp_auth"
--- server
location /g/ {
    mcp_auth_resource https://api.example.com/mcp;
}
--- dies
"mcp_auth_resource" protects nothing without "mcp_auth": say mcp_auth PROVIDER; or, if the location is to be open, mcp_auth off; in mcp.conf:2



=== TEST 183: the same where it is said to be open
--- server
location /g/ { mcp_auth off; mcp_auth_scope a; }
--- loads



=== TEST 184: the same for the locations of a server
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
mcp_auth_scope a;
location /g/ { mcp_auth shop; }
location /o/ { }
--- loads



=== TEST 185: mcp_auth_require_claim a..b
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_require_claim a..b; }
--- dies
invalid rule on claim "a..b": the path of the claim is malformed in mcp.conf:1



=== TEST 186: mcp_auth_require_claim a like b
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_require_claim a like b; }
--- dies
invalid rule on claim "a" with "like": the operator is none of exists, absent, true, eq, in, has, any, all, ge, le in mcp.conf:1



=== TEST 187: mcp_auth_require_claim a eq
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_require_claim a eq; }
--- dies
invalid rule on claim "a" with "eq": the operator needs a value in mcp.conf:1



=== TEST 188: mcp_auth_require_claim a eq b c
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_require_claim a eq b c; }
--- dies
invalid rule on claim "a" with "eq": the operator takes one value only in mcp.conf:1



=== TEST 189: mcp_auth_require_claim a exists b
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_require_claim a exists b; }
--- dies
invalid rule on claim "a" with "exists": the operator takes no value in mcp.conf:1



=== TEST 190: mcp_auth_require_claim a ge b
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_require_claim a ge b; }
--- dies
invalid rule on claim "a" with "ge": the operator needs a number in mcp.conf:1



=== TEST 191: claims, several
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_require_claim email_verified true; mcp_auth_require_claim roles any a b; }
--- loads



=== TEST 192: mcp_auth_metadata auto path
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_metadata auto path; }
--- dies
"auto" and "off" stand alone in mcp.conf:1



=== TEST 193: mcp_auth_metadata off root
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_metadata off root; }
--- dies
"auto" and "off" stand alone in mcp.conf:1



=== TEST 194: mcp_auth_metadata path off
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_metadata path off; }
--- dies
"auto" and "off" stand alone in mcp.conf:1



=== TEST 195: an unknown place of metadata
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_metadata here; }
--- dies
invalid value "here" in mcp.conf:1



=== TEST 196: "mcp_auth_metadata" twice
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_metadata path; mcp_auth_metadata root; }
--- dies
"mcp_auth_metadata" directive is duplicate in mcp.conf:1



=== TEST 197: mcp_auth_realm 'a"b'
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_realm 'a"b'; }
--- dies
invalid realm "a"b": it is printable ASCII without ", \ and =, which clients cannot read in mcp.conf:1



=== TEST 198: mcp_auth_realm a=b
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_realm a=b; }
--- dies
invalid realm "a=b": it is printable ASCII without ", \ and =, which clients cannot read in mcp.conf:1



=== TEST 199: mcp_auth_realm größe
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_realm größe; }
--- dies
invalid realm "größe": it is printable ASCII without ", \ and =, which clients cannot read in mcp.conf:1



=== TEST 200: "mcp_auth_realm" twice
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_realm a; mcp_auth_realm b; }
--- dies
"mcp_auth_realm" directive is duplicate in mcp.conf:1



=== TEST 201: mcp_auth_default on
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_default on; }
--- dies
invalid value "on" in mcp.conf:1



=== TEST 202: mcp_auth_legacy_denial error
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_legacy_denial error; }
--- dies
invalid value "error" in mcp.conf:1



=== TEST 203: mcp_list_scope all
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_list_scope all; }
--- dies
invalid value "all" in mcp.conf:1



=== TEST 204: "mcp_auth_timeout" is not 0
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_timeout 0; }
--- dies
value must be equal to or greater than 1 in mcp.conf:1



=== TEST 205: "mcp_auth_token_max" is not 0
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_token_max 0; }
--- dies
value must be equal to or greater than 1 in mcp.conf:1



=== TEST 206: mcp_auth_throttle 0r/m
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_throttle 0r/m; }
--- dies
invalid rate "0r/m": expected failures a minute, as "1000r/m", or "off" in mcp.conf:1



=== TEST 207: mcp_auth_throttle 1000
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_throttle 1000; }
--- dies
invalid rate "1000": expected failures a minute, as "1000r/m", or "off" in mcp.conf:1



=== TEST 208: mcp_auth_throttle 10r/s
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_throttle 10r/s; }
--- dies
invalid rate "10r/s": expected failures a minute, as "1000r/m", or "off" in mcp.conf:1



=== TEST 209: mcp_auth_throttle r/m
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_throttle r/m; }
--- dies
invalid rate "r/m": expected failures a minute, as "1000r/m", or "off" in mcp.conf:1



=== TEST 210: mcp_auth_throttle on
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_throttle on; }
--- dies
invalid rate "on": expected failures a minute, as "1000r/m", or "off" in mcp.conf:1



=== TEST 211: "mcp_auth_throttle" twice
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_throttle off; mcp_auth_throttle 1r/m; }
--- dies
"mcp_auth_throttle" directive is duplicate in mcp.conf:1



=== TEST 212: metadata for old clients is that of discovery
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_legacy_metadata on;  }
--- dies
"mcp_auth_legacy_metadata" serves what discovery finds, and the first provider of "mcp_auth" has no "jwks discovery" in mcp.conf:1



=== TEST 213: all other directives
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; 
    mcp_auth_scope a b; mcp_auth_advertise a; mcp_auth_metadata path root;
    mcp_auth_resource https://api.example.com/mcp; mcp_auth_realm "the desk"; mcp_auth_default deny;
    mcp_auth_throttle 60r/m; mcp_auth_timeout 3s; mcp_auth_token_max 8k;
    mcp_auth_pass_token on;
    mcp_auth_legacy_denial tool_error; mcp_list_scope public;
 }
--- loads



=== TEST 214: a missing file of API keys
--- server
location /g/ { mcp_auth_api_keys no.txt; }
--- dies
open() "no.txt" failed (2: No such file or directory) in mcp.conf:1



=== TEST 215: a line of API keys without a digest
--- server
location /g/ { mcp_auth_api_keys ../html/keys.txt; }
--- user_files
>>> keys.txt
# a comment

nightly
--- dies
line 3 of "keys.txt" is not NAME:SHA256 or NAME:SHA256:SCOPE ..., with the key's SHA-256 in 64 hexadecimal digits in mcp.conf:1



=== TEST 216: a line of API keys with a short digest
--- server
location /g/ { mcp_auth_api_keys ../html/keys.txt; }
--- user_files
>>> keys.txt
# a comment

nightly:000000000000000000000000000000000000000000000000000000000000000
--- dies
line 3 of "keys.txt" is not NAME:SHA256 or NAME:SHA256:SCOPE ..., with the key's SHA-256 in 64 hexadecimal digits in mcp.conf:1



=== TEST 217: a line of API keys with a long digest
--- server
location /g/ { mcp_auth_api_keys ../html/keys.txt; }
--- user_files
>>> keys.txt
# a comment

nightly:00000000000000000000000000000000000000000000000000000000000000000
--- dies
line 3 of "keys.txt" is not NAME:SHA256 or NAME:SHA256:SCOPE ..., with the key's SHA-256 in 64 hexadecimal digits in mcp.conf:1



=== TEST 218: a line of API keys with a digest that is none
--- server
location /g/ { mcp_auth_api_keys ../html/keys.txt; }
--- user_files
>>> keys.txt
# a comment

nightly:gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg
--- dies
line 3 of "keys.txt" is not NAME:SHA256 or NAME:SHA256:SCOPE ..., with the key's SHA-256 in 64 hexadecimal digits in mcp.conf:1



=== TEST 219: a line of API keys without a name
--- server
location /g/ { mcp_auth_api_keys ../html/keys.txt; }
--- user_files
>>> keys.txt
# a comment

:0000000000000000000000000000000000000000000000000000000000000000
--- dies
line 3 of "keys.txt" is not NAME:SHA256 or NAME:SHA256:SCOPE ..., with the key's SHA-256 in 64 hexadecimal digits in mcp.conf:1



=== TEST 220: a line of API keys with a blank in its name
--- server
location /g/ { mcp_auth_api_keys ../html/keys.txt; }
--- user_files
>>> keys.txt
# a comment

a b:0000000000000000000000000000000000000000000000000000000000000000
--- dies
line 3 of "keys.txt" is not NAME:SHA256 or NAME:SHA256:SCOPE ..., with the key's SHA-256 in 64 hexadecimal digits in mcp.conf:1



=== TEST 221: no API key
--- server
location /g/ { mcp_auth_api_keys ../html/keys.txt; }
--- user_files
>>> keys.txt
# none yet
--- dies
no key in "keys.txt": write one a line, NAME:SHA256 or NAME:SHA256:SCOPE ... in mcp.conf:1



=== TEST 222: an API key twice
--- server
location /g/ { mcp_auth_api_keys ../html/keys.txt; }
--- user_files
>>> keys.txt
a:0000000000000000000000000000000000000000000000000000000000000000
b:0000000000000000000000000000000000000000000000000000000000000000
--- dies
line 2 of "keys.txt" has the key of "a" in mcp.conf:1



=== TEST 223: an API key with a scope that is none
--- server
location /g/ { mcp_auth_api_keys ../html/keys.txt; }
--- user_files
>>> keys.txt
a:0000000000000000000000000000000000000000000000000000000000000000:x "y"
--- dies
invalid scope ""y"": the name of a scope has printable ASCII characters without blanks, " and \ in mcp.conf:1



=== TEST 224: API keys in the header Authorization
--- server
location /g/ { mcp_auth_api_keys ../html/keys.txt header=Authorization; }
--- user_files
>>> keys.txt
a:0000000000000000000000000000000000000000000000000000000000000000
--- dies
API keys cannot be in the header "authorization": name one that is for nothing else, as "X-API-Key" in mcp.conf:1



=== TEST 225: API keys in the header Cookie
--- server
location /g/ { mcp_auth_api_keys ../html/keys.txt header=Cookie; }
--- user_files
>>> keys.txt
a:0000000000000000000000000000000000000000000000000000000000000000
--- dies
API keys cannot be in the header "cookie": name one that is for nothing else, as "X-API-Key" in mcp.conf:1



=== TEST 226: API keys in the header Mcp-Session-Id
--- server
location /g/ { mcp_auth_api_keys ../html/keys.txt header=Mcp-Session-Id; }
--- user_files
>>> keys.txt
a:0000000000000000000000000000000000000000000000000000000000000000
--- dies
API keys cannot be in the header "mcp-session-id": name one that is for nothing else, as "X-API-Key" in mcp.conf:1



=== TEST 227: API keys in the header X_Key
--- server
location /g/ { mcp_auth_api_keys ../html/keys.txt header=X_Key; }
--- user_files
>>> keys.txt
a:0000000000000000000000000000000000000000000000000000000000000000
--- dies
API keys cannot be in the header "X_Key": name one that is for nothing else, as "X-API-Key" in mcp.conf:1



=== TEST 228: API keys in the header Host
--- server
location /g/ { mcp_auth_api_keys ../html/keys.txt header=Host; }
--- user_files
>>> keys.txt
a:0000000000000000000000000000000000000000000000000000000000000000
--- dies
API keys cannot be in the header "host": name one that is for nothing else, as "X-API-Key" in mcp.conf:1



=== TEST 229: an unknown option of API keys
--- server
location /g/ { mcp_auth_api_keys ../html/keys.txt name=X; }
--- user_files
>>> keys.txt
a:0000000000000000000000000000000000000000000000000000000000000000
--- dies
invalid parameter "name=X": expected header= with a value in mcp.conf:1



=== TEST 230: "mcp_auth_api_keys" twice
--- server
location /g/ { mcp_auth_api_keys ../html/keys.txt; mcp_auth_api_keys ../html/keys.txt; }
--- user_files
>>> keys.txt
a:0000000000000000000000000000000000000000000000000000000000000000
--- dies
"mcp_auth_api_keys" directive is duplicate in mcp.conf:1



=== TEST 231: API keys with scopes, and in capitals
--- server
location /g/ { mcp_auth_api_keys ../html/keys.txt; }
--- user_files
>>> keys.txt
a:0000000000000000000000000000000000000000000000000000000000000000:x y
b:ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB:
a:1111111111111111111111111111111111111111111111111111111111111111
--- loads



=== TEST 232: API keys alone protect an endpoint
--- server
location /g/ { mcp_auth_api_keys ../html/keys.txt; } location = /mcp { mcp; mcp_auth_api_keys ../html/keys.txt; mcp_tool get { description "A."; request GET "/a"; pass @api; require_scope x; } }
--- user_files
>>> keys.txt
a:0000000000000000000000000000000000000000000000000000000000000000
--- loads



=== TEST 233: API keys beside "mcp_auth off"
--- server
location /g/ { mcp_auth off; mcp_auth_api_keys ../html/keys.txt; mcp_auth_scope a; }
--- user_files
>>> keys.txt
a:0000000000000000000000000000000000000000000000000000000000000000
--- loads



=== TEST 234: the header of API keys does not pass to tools
--- server
location /g/ { mcp; mcp_auth_api_keys ../html/keys.txt; mcp_pass_header X-API-Key; mcp_tool get { description "A."; request GET "/a"; pass @api; } }
--- user_files
>>> keys.txt
a:0000000000000000000000000000000000000000000000000000000000000000
--- dies
"mcp_pass_header x-api-key" would send the API keys of "mcp_auth_api_keys" to the upstreams of tools in mcp.conf:1



=== TEST 235: "mcp_auth_implies" has two names
--- http
mcp_auth_implies a;
--- dies
invalid number of arguments in "mcp_auth_implies" directive in mcp.conf:1



=== TEST 236: "mcp_auth_implies" is about scopes
--- http
mcp_auth_implies a "b c";
--- dies
invalid scope "b c": the name of a scope has printable ASCII characters without blanks, " and \ in mcp.conf:1



=== TEST 237: "mcp_auth_implies" in a circle
--- http
mcp_auth_implies a b;
mcp_auth_implies b c;
mcp_auth_implies c a a;
--- loads



=== TEST 238: "mcp_auth_claim_set" sets a variable
--- http
mcp_auth_claim_set roles realm_access.roles;
--- dies
invalid variable name "roles" in mcp.conf:1



=== TEST 239: "mcp_auth_claim_set" has a path
--- http eval
qq~mcp_auth_claim_set \$roles realm_access..roles;~
--- dies
invalid claim "realm_access..roles": expected names of letters, digits, "_" and "-" with "." between them, others in brackets and quotes, as in 'realm_access["a:b"].roles' in mcp.conf:1



=== TEST 240: "mcp_auth_claim_set" does not take a variable of others
--- http eval
qq~mcp_auth_claim_set \$mcp_sub a;~
--- dies
the duplicate "mcp_sub" variable in mcp.conf:1



=== TEST 241: "mcp_auth_claim_set" sets a variable once
--- http eval
qq~mcp_auth_claim_set \$a b;
mcp_auth_claim_set \$a c;~
--- dies
the duplicate "a" variable in mcp.conf:2



=== TEST 242: a missing deny list
--- http
mcp_auth_denylist no.txt;
--- dies
open() "no.txt" failed (2: No such file or directory) in mcp.conf:1



=== TEST 243: "mcp_auth_denylist" twice
--- http eval
qq~mcp_auth_denylist $main::dir/secret.txt;
mcp_auth_denylist $main::dir/secret.txt;~
--- dies
"mcp_auth_denylist" directive is duplicate in mcp.conf:2



=== TEST 244: an unknown option of "mcp_auth_cache"
--- http
mcp_auth_cache size=1m;
--- dies
invalid parameter "size=1m": expected entries= or ttl= with a value in mcp.conf:1



=== TEST 245: "entries" is a number
--- http
mcp_auth_cache entries=many;
--- dies
invalid number "many" in mcp.conf:1



=== TEST 246: "ttl" is not 0
--- http
mcp_auth_cache ttl=0;
--- dies
invalid time "0": expected 1 to 86400 seconds, as in "30s" in mcp.conf:1



=== TEST 247: "mcp_auth_cache" twice
--- http
mcp_auth_cache entries=1;
mcp_auth_cache ttl=1m;
--- dies
"mcp_auth_cache" directive is duplicate in mcp.conf:2



=== TEST 248: the rest of http
--- http eval
qq~mcp_auth_cache entries=0 ttl=1m;
mcp_auth_claim_set \$a '["x:y"]';
mcp_auth_denylist $main::dir/secret.txt;~
--- loads



=== TEST 249: a rule where callers are not known: require_scope a;
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; 
    mcp_tool get { description "A."; request GET "/a"; pass @api; require_scope a; }
}
--- dies
mcp_tool "get" has a rule, but the endpoint at mcp.conf:2 knows no callers: say mcp_auth PROVIDER; there in mcp.conf:3



=== TEST 250: a rule where callers are not known: require_any_scope a;
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; 
    mcp_tool get { description "A."; request GET "/a"; pass @api; require_any_scope a; }
}
--- dies
mcp_tool "get" has a rule, but the endpoint at mcp.conf:2 knows no callers: say mcp_auth PROVIDER; there in mcp.conf:3



=== TEST 251: a rule where callers are not known: require_claim a;
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; 
    mcp_tool get { description "A."; request GET "/a"; pass @api; require_claim a; }
}
--- dies
mcp_tool "get" has a rule, but the endpoint at mcp.conf:2 knows no callers: say mcp_auth PROVIDER; there in mcp.conf:3



=== TEST 252: a rule where callers are not known: require_check @api;
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; 
    mcp_tool get { description "A."; request GET "/a"; pass @api; require_check @api; }
}
--- dies
mcp_tool "get" has a rule, but the endpoint at mcp.conf:2 knows no callers: say mcp_auth PROVIDER; there in mcp.conf:3



=== TEST 253: "public on" where all need a token
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; mcp_auth shop; mcp_auth_resource https://api.example.com/mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; public on; }
}
--- dies
mcp_tool "get": "public on" is for endpoints that let requests without a token in: say mcp_auth PROVIDER optional; in the one at mcp.conf:2 in mcp.conf:3



=== TEST 254: "public on" where nobody needs one
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; 
    mcp_tool get { description "A."; request GET "/a"; pass @api; public on; }
}
--- dies
mcp_tool "get": "public on" is for endpoints that let requests without a token in: say mcp_auth PROVIDER optional; in the one at mcp.conf:2 in mcp.conf:3



=== TEST 255: "public on" and a rule
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; mcp_auth shop optional; mcp_auth_resource https://api.example.com/mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; public on; require_scope a; }
}
--- dies
mcp_tool "get": "public on" lets everybody use the tool and cannot stand beside "require_..." in mcp.conf:3



=== TEST 256: "visibility" without a rule
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; mcp_auth shop; mcp_auth_resource https://api.example.com/mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; visibility hide; }
}
--- dies
mcp_tool "get": "visibility" is about those who do not fulfil a rule, and there is none: add require_scope, require_any_scope, require_claim or require_check in mcp.conf:3



=== TEST 257: an unknown visibility
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; mcp_auth shop; mcp_auth_resource https://api.example.com/mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; require_scope a; visibility off; }
}
--- dies
invalid value "off" in mcp.conf:3



=== TEST 258: require_scope of a name that is none
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; mcp_auth shop; mcp_auth_resource https://api.example.com/mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; require_scope "a b"; }
}
--- dies
invalid scope "a b": the name of a scope has printable ASCII characters without blanks, " and \ in mcp.conf:3



=== TEST 259: require_scope offline_access
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; mcp_auth shop; mcp_auth_resource https://api.example.com/mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; require_scope offline_access; }
}
--- dies
scope "offline_access" is between a client and the authorization server: leave it out, clients that want refresh tokens ask for it in mcp.conf:3



=== TEST 260: alternatives are written in one line
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; mcp_auth shop; mcp_auth_resource https://api.example.com/mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; require_any_scope a; require_any_scope b; }
}
--- dies
"require_any_scope" directive is duplicate in mcp.conf:3



=== TEST 261: require_claim with an unknown operator
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; mcp_auth shop; mcp_auth_resource https://api.example.com/mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; require_claim roles like a; }
}
--- dies
invalid rule on claim "roles" with "like": the operator is none of exists, absent, true, eq, in, has, any, all, ge, le in mcp.conf:3



=== TEST 262: require_check check
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; mcp_auth shop; mcp_auth_resource https://api.example.com/mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; require_check check; }
}
--- dies
"check" does not name a location as "@name": only a named location is out of reach for clients in mcp.conf:3



=== TEST 263: require_check @
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; mcp_auth shop; mcp_auth_resource https://api.example.com/mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; require_check @; }
}
--- dies
"@" does not name a location as "@name": only a named location is out of reach for clients in mcp.conf:3



=== TEST 264: the location of a check is there
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; mcp_auth shop; mcp_auth_resource https://api.example.com/mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; require_check @nowhere; }
}
--- dies
mcp_tool "get": there is no "location @nowhere" in the server of the endpoint at mcp.conf:2; add location @nowhere { proxy_pass http://upstream; } in mcp.conf:3



=== TEST 265: an unknown option of a check
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; mcp_auth shop; mcp_auth_resource https://api.example.com/mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; require_check @api ttl=1s; }
}
--- dies
invalid parameter "ttl=1s": expected cache= or negative= with a value in mcp.conf:3



=== TEST 266: an answer of a check is kept
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; mcp_auth shop; mcp_auth_resource https://api.example.com/mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; require_check @api cache=0; }
}
--- dies
invalid time "0": expected 1 to 86400 seconds, as in "30s" in mcp.conf:3



=== TEST 267: a refusal of a check is kept
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; mcp_auth shop; mcp_auth_resource https://api.example.com/mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; require_check @api negative=0; }
}
--- dies
invalid time "0": expected 1 to 86400 seconds, as in "30s" in mcp.conf:3



=== TEST 268: "public" twice
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; mcp_auth shop; mcp_auth_resource https://api.example.com/mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; public on; public off; }
}
--- dies
"public" directive is duplicate in mcp.conf:3



=== TEST 269: "shared_cache" twice
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; mcp_auth shop; mcp_auth_resource https://api.example.com/mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; shared_cache on; shared_cache off; }
}
--- dies
"shared_cache" directive is duplicate in mcp.conf:3



=== TEST 270: "visibility" twice
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; mcp_auth shop; mcp_auth_resource https://api.example.com/mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; require_scope a; visibility hide; visibility show; }
}
--- dies
"visibility" directive is duplicate in mcp.conf:3



=== TEST 271: a tool without a rule where rules are demanded
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; mcp_auth shop; mcp_auth_default deny; mcp_auth_resource https://api.example.com/mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api;  }
}
--- warns
mcp_tool "get" has no rule, so nobody can use it at the endpoint in mcp.conf:2, which has "mcp_auth_default deny": add require_scope, require_any_scope, require_claim or require_check in mcp.conf:3



=== TEST 272: all words of rules
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; mcp_auth shop; mcp_auth_resource https://api.example.com/mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; require_scope a b; require_scope c; require_any_scope d e; require_claim roles has f; require_claim g; require_check @api cache=1s negative=1s; visibility show; shared_cache on; public off; }
}
--- loads



=== TEST 273: "shared_cache" needs no caller
--- server
location = /mcp {
    mcp; 
    mcp_tool get { description "A."; request GET "/a"; pass @api; shared_cache on; }
}
--- loads



=== TEST 274: "public on" where a token is optional
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location = /mcp {
    mcp; mcp_auth shop optional; mcp_auth_default deny; mcp_auth_resource https://api.example.com/mcp;
    mcp_tool get { description "A."; request GET "/a"; pass @api; public on; }
}
--- loads



=== TEST 275: one resource of two locations, with other scopes
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /a/ { mcp_auth shop; mcp_auth_resource https://api.example.com/mcp; mcp_auth_scope a; }
location /b/ { mcp_auth shop; mcp_auth_resource https://api.example.com/mcp; mcp_auth_scope b; }
--- dies
"mcp_auth_resource" of locations "/a/" and "/b/" would publish different metadata under "/.well-known/oauth-protected-resource/mcp": give each a path of its own, the same scopes and providers, or one of them "mcp_auth_metadata off" in mcp.conf:2



=== TEST 276: two claims to the root form
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /a/ { mcp_auth shop; mcp_auth_metadata root; mcp_auth_resource https://api.example.com/a; }
location /b/ { mcp_auth shop; mcp_auth_metadata path root; mcp_auth_resource https://api.example.com/b; }
--- dies
"mcp_auth_resource" of locations "/a/" and "/b/" would publish different metadata under "/.well-known/oauth-protected-resource": give each a path of its own, the same scopes and providers, or one of them "mcp_auth_metadata off" in mcp.conf:2



=== TEST 277: one path of two hosts
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /a/ { mcp_auth shop; mcp_auth_resource https://api.example.com/a?x=1; }
location /b/ { mcp_auth shop; mcp_auth_resource https://other.example.com/a?x=1; }
--- dies
"mcp_auth_resource" of locations "/a/" and "/b/" would publish different metadata under "/.well-known/oauth-protected-resource/a?x=1": give each a path of its own, the same scopes and providers, or one of them "mcp_auth_metadata off" in mcp.conf:2



=== TEST 278: one resource of two locations, with the same scopes
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /a/ { mcp_auth shop; mcp_auth_resource https://api.example.com/mcp; mcp_auth_scope a; }
location /b/ { mcp_auth shop; mcp_auth_resource https://api.example.com/mcp; mcp_auth_scope a; }
--- loads



=== TEST 279: one resource of two locations, one of them silent
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /a/ { mcp_auth shop; mcp_auth_resource https://api.example.com/mcp; mcp_auth_scope a; }
location /b/ { mcp_auth shop; mcp_auth_resource https://api.example.com/mcp; mcp_auth_scope b; mcp_auth_metadata off; }
--- loads



=== TEST 280: a slash makes another resource
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /a/ { mcp_auth shop; mcp_auth_resource https://api.example.com/a; }
location /b/ { mcp_auth shop; mcp_auth_resource https://api.example.com/a/; }
--- loads



=== TEST 281: the document at the path form
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_resource https://api.example.com/mcp; }
--- request
GET /.well-known/oauth-protected-resource/mcp
--- response_headers
Content-Type: application/json
--- response_body chomp
{"resource":"https://api.example.com/mcp","authorization_servers":["https://login.example.com"],"bearer_methods_supported":["header"]}
--- no_error_log
[alert]
[warn]



=== TEST 282: the document with a slash more
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_resource https://api.example.com/mcp; }
--- request
GET /.well-known/oauth-protected-resource/mcp/
--- response_headers
Content-Type: application/json
--- response_body chomp
{"resource":"https://api.example.com/mcp","authorization_servers":["https://login.example.com"],"bearer_methods_supported":["header"]}
--- no_error_log
[alert]
[warn]



=== TEST 283: the document at the root form
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_resource https://api.example.com/mcp; }
--- request
GET /.well-known/oauth-protected-resource
--- response_headers
Content-Type: application/json
--- response_body chomp
{"resource":"https://api.example.com/mcp","authorization_servers":["https://login.example.com"],"bearer_methods_supported":["header"]}
--- no_error_log
[alert]
[warn]



=== TEST 284: the document of a resource without a path
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_resource https://api.example.com/; }
--- request
GET /.well-known/oauth-protected-resource
--- response_headers
Content-Type: application/json
--- response_body chomp
{"resource":"https://api.example.com/","authorization_servers":["https://login.example.com"],"bearer_methods_supported":["header"]}
--- no_error_log
[alert]
[warn]



=== TEST 285: the document of a resource with a query
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_resource https://api.example.com/mcp?site=2; }
--- request
GET /.well-known/oauth-protected-resource/mcp?site=2
--- response_headers
Content-Type: application/json
--- response_body chomp
{"resource":"https://api.example.com/mcp?site=2","authorization_servers":["https://login.example.com"],"bearer_methods_supported":["header"]}
--- no_error_log
[alert]
[warn]



=== TEST 286: the document of a resource with an escaped path
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_resource https://api.example.com/a%20b; }
--- request
GET /.well-known/oauth-protected-resource/a%20b
--- response_headers
Content-Type: application/json
--- response_body chomp
{"resource":"https://api.example.com/a%20b","authorization_servers":["https://login.example.com"],"bearer_methods_supported":["header"]}
--- no_error_log
[alert]
[warn]



=== TEST 287: all of a document
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }
mcp_auth_provider entra { issuer "https://login.example.net/{tenantid}/v2.0"; tenants 11111111-2222-4333-8444-555555555555; scope_prefix api://x/; audience a; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop entra; mcp_auth_resource https://api.example.com/mcp "name=The \"desk\"" documentation=https://example.com/d policy=https://example.com/p tos=https://example.com/t; mcp_auth_scope a openid b/c d; mcp_auth_require_claim x; }
--- request
GET /.well-known/oauth-protected-resource/mcp
--- response_headers
Content-Type: application/json
--- response_body chomp
{"resource":"https://api.example.com/mcp","authorization_servers":["https://login.example.com","https://login.example.net/11111111-2222-4333-8444-555555555555/v2.0"],"scopes_supported":["a","openid","b/c","d","api://x/a","api://x/d"],"bearer_methods_supported":["header"],"resource_name":"The \"desk\"","resource_documentation":"https://example.com/d","resource_policy_uri":"https://example.com/p","resource_tos_uri":"https://example.com/t"}
--- no_error_log
[alert]
[warn]



=== TEST 288: a template of several tenants is told as "organizations"
--- http_config eval
qq~mcp_auth_provider shop { issuer "https://login.example.net/{tenantid}/v2.0"; tenants 11111111-2222-4333-8444-555555555555 11111111-2222-4333-8444-666666666666; audience a; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_resource https://api.example.com/mcp; }
--- request
GET /.well-known/oauth-protected-resource
--- response_headers
Content-Type: application/json
--- response_body chomp
{"resource":"https://api.example.com/mcp","authorization_servers":["https://login.example.net/organizations/v2.0"],"bearer_methods_supported":["header"]}
--- no_error_log
[alert]
[warn]



=== TEST 289: "mcp_auth_advertise" in place of "mcp_auth_scope"
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_resource https://api.example.com/mcp; mcp_auth_scope a; mcp_auth_advertise b c; }
--- request
GET /.well-known/oauth-protected-resource
--- response_headers
Content-Type: application/json
--- response_body chomp
{"resource":"https://api.example.com/mcp","authorization_servers":["https://login.example.com"],"scopes_supported":["b","c"],"bearer_methods_supported":["header"]}
--- no_error_log
[alert]
[warn]



=== TEST 290: two resources have no root form
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_resource https://api.example.com/mcp; }
location /b/ { mcp_auth shop; mcp_auth_resource https://api.example.com/b; }
--- request
GET /.well-known/oauth-protected-resource
--- error_code: 404
--- no_error_log
[alert]
[warn]



=== TEST 291: two resources, one of them at the root
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_resource https://api.example.com/mcp; mcp_auth_metadata path root; }
location /b/ { mcp_auth shop; mcp_auth_resource https://api.example.com/b; }
--- request
GET /.well-known/oauth-protected-resource
--- response_headers
Content-Type: application/json
--- response_body chomp
{"resource":"https://api.example.com/mcp","authorization_servers":["https://login.example.com"],"bearer_methods_supported":["header"]}
--- no_error_log
[alert]
[warn]



=== TEST 292: "mcp_auth_metadata path" has no root form
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_resource https://api.example.com/mcp; mcp_auth_metadata path; }
--- request
GET /.well-known/oauth-protected-resource
--- error_code: 404
--- no_error_log
[alert]
[warn]



=== TEST 293: "mcp_auth_metadata root" has no path form
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_resource https://api.example.com/mcp; mcp_auth_metadata root; }
--- request
GET /.well-known/oauth-protected-resource/mcp
--- error_code: 404
--- no_error_log
[alert]
[warn]



=== TEST 294: "mcp_auth_metadata off"
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop; mcp_auth_resource https://api.example.com/mcp; mcp_auth_metadata off; }
--- request
GET /.well-known/oauth-protected-resource/mcp
--- error_code: 404
--- no_error_log
[alert]
[warn]



=== TEST 295: the document of a server, and locations with their own scopes
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
mcp_auth_resource https://api.example.com/mcp; mcp_auth shop; location /a/ { mcp_auth_scope a; } location = /.well-known/other { mcp_auth off; return 204; }
--- request
GET /.well-known/oauth-protected-resource
--- response_headers
Content-Type: application/json
--- response_body chomp
{"resource":"https://api.example.com/mcp","authorization_servers":["https://login.example.com"],"scopes_supported":["a"],"bearer_methods_supported":["header"]}
--- no_error_log
[alert]
[warn]



=== TEST 296: a location that says it is open has no document
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
location /g/ { mcp_auth shop;  }
location /o/ { mcp_auth off; mcp_auth_resource https://api.example.com/mcp; }
--- request
GET /.well-known/oauth-protected-resource
--- error_code: 404
--- no_error_log
[alert]
[warn]



=== TEST 297: scopes of the level that the resource stands in
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
mcp_auth_resource https://api.example.com/mcp; mcp_auth shop; mcp_auth_scope b; location /a/ { mcp_auth_scope a; }
--- request
GET /.well-known/oauth-protected-resource
--- response_headers
Content-Type: application/json
--- response_body chomp
{"resource":"https://api.example.com/mcp","authorization_servers":["https://login.example.com"],"scopes_supported":["b"],"bearer_methods_supported":["header"]}
--- no_error_log
[alert]
[warn]



=== TEST 298: scopes of all locations that share a resource
--- http_config eval
qq~mcp_auth_provider shop { issuer https://login.example.com; audience api; jwks file=$main::dir/ec.json; }~
--- server
mcp_auth_resource https://api.example.com/mcp; mcp_auth_throttle off; location /a/ { mcp_auth shop; mcp_auth_scope a; } location /b/ { mcp_auth shop; mcp_auth_scope b a; }
--- request
GET /.well-known/oauth-protected-resource
--- response_headers
Content-Type: application/json
--- response_body chomp
{"resource":"https://api.example.com/mcp","authorization_servers":["https://login.example.com"],"scopes_supported":["a","b"],"bearer_methods_supported":["header"]}
--- no_error_log
[alert]
[warn]



=== TEST 299: metadata for old clients is that of one provider
--- http_config
mcp_auth_provider shop { issuer https://login.example.com; audience api; }
mcp_auth_provider desk { issuer https://login.example.com; audience api; }
--- server
location /a/ { mcp_auth shop; mcp_auth_legacy_metadata on; }
location /b/ { mcp_auth desk; mcp_auth_legacy_metadata on; }
--- dies
"mcp_auth_legacy_metadata" of locations "/a/" and "/b/" is about different providers: it can be on for one in a server in mcp.conf:2



=== TEST 300: a list leaves out what is hidden
--- server
location = /mcp {
    mcp; mcp_auth_api_keys ../html/keys.txt; 
    mcp_tool a { description "a."; request GET "/a"; pass @api; require_scope admin; visibility hide; }
    mcp_tool b { description "b."; request GET "/b"; pass @api;  }
    mcp_tool c { description "c."; request GET "/c"; pass @api; require_scope write; visibility hide; }
    mcp_tool d { description "d."; request GET "/d"; pass @api; visibility hide; require_scope admin; }
    mcp_tool e { description "e."; request GET "/e"; pass @api; require_scope admin; }
}
--- user_files
>>> keys.txt
reader:3d0941964aa3ebdcb00ccef58b1bb399f9f898465e9886d5aec7f31090a0fb30:read
writer:b93006774cbdd4b299389a03ac3d88c3a76b460d538795bc12718011a909fba5:read write
admin:8c6976e5b5410415bde908bd4dee15dfb167a9c873fc4bb8a81f6f2ab448a918:read write admin
--- request eval
main::list("reader")
--- bodies eval
main::listed("private", "b", "e")
--- no_error_log
[alert]
[warn]



=== TEST 301: a list has what its caller may use, in order
--- server
location = /mcp {
    mcp; mcp_auth_api_keys ../html/keys.txt; 
    mcp_tool a { description "a."; request GET "/a"; pass @api; require_scope admin; visibility hide; }
    mcp_tool b { description "b."; request GET "/b"; pass @api;  }
    mcp_tool c { description "c."; request GET "/c"; pass @api; require_scope write; visibility hide; }
    mcp_tool d { description "d."; request GET "/d"; pass @api; visibility hide; require_scope admin; }
    mcp_tool e { description "e."; request GET "/e"; pass @api; require_scope admin; }
}
--- user_files
>>> keys.txt
reader:3d0941964aa3ebdcb00ccef58b1bb399f9f898465e9886d5aec7f31090a0fb30:read
writer:b93006774cbdd4b299389a03ac3d88c3a76b460d538795bc12718011a909fba5:read write
admin:8c6976e5b5410415bde908bd4dee15dfb167a9c873fc4bb8a81f6f2ab448a918:read write admin
--- request eval
main::list("writer")
--- bodies eval
main::listed("private", "b", "c", "e")
--- no_error_log
[alert]
[warn]



=== TEST 302: a list of who may do all
--- server
location = /mcp {
    mcp; mcp_auth_api_keys ../html/keys.txt; 
    mcp_tool a { description "a."; request GET "/a"; pass @api; require_scope admin; visibility hide; }
    mcp_tool b { description "b."; request GET "/b"; pass @api;  }
    mcp_tool c { description "c."; request GET "/c"; pass @api; require_scope write; visibility hide; }
    mcp_tool d { description "d."; request GET "/d"; pass @api; visibility hide; require_scope admin; }
    mcp_tool e { description "e."; request GET "/e"; pass @api; require_scope admin; }
}
--- user_files
>>> keys.txt
reader:3d0941964aa3ebdcb00ccef58b1bb399f9f898465e9886d5aec7f31090a0fb30:read
writer:b93006774cbdd4b299389a03ac3d88c3a76b460d538795bc12718011a909fba5:read write
admin:8c6976e5b5410415bde908bd4dee15dfb167a9c873fc4bb8a81f6f2ab448a918:read write admin
--- request eval
main::list("admin")
--- bodies eval
main::listed("private", "a", "b", "c", "d", "e")
--- no_error_log
[alert]
[warn]



=== TEST 303: a list of nothing
--- server
location = /mcp {
    mcp; mcp_auth_api_keys ../html/keys.txt; 
    mcp_tool a { description "a."; request GET "/a"; pass @api; require_scope admin; visibility hide; }
}
--- user_files
>>> keys.txt
reader:3d0941964aa3ebdcb00ccef58b1bb399f9f898465e9886d5aec7f31090a0fb30:read
writer:b93006774cbdd4b299389a03ac3d88c3a76b460d538795bc12718011a909fba5:read write
admin:8c6976e5b5410415bde908bd4dee15dfb167a9c873fc4bb8a81f6f2ab448a918:read write admin
--- request eval
main::list("reader")
--- bodies eval
main::listed("private")
--- no_error_log
[alert]
[warn]



=== TEST 304: an implied scope is enough
--- http_config
mcp_auth_implies admin deeper;
mcp_auth_implies deeper deep;
--- server
location = /mcp {
    mcp; mcp_auth_api_keys ../html/keys.txt; 
    mcp_tool a { description "a."; request GET "/a"; pass @api; require_scope deep; visibility hide; }
    mcp_tool b { description "b."; request GET "/b"; pass @api; require_scope admin; visibility hide; }
}
--- user_files
>>> keys.txt
reader:3d0941964aa3ebdcb00ccef58b1bb399f9f898465e9886d5aec7f31090a0fb30:read
writer:b93006774cbdd4b299389a03ac3d88c3a76b460d538795bc12718011a909fba5:read write
admin:8c6976e5b5410415bde908bd4dee15dfb167a9c873fc4bb8a81f6f2ab448a918:read write admin
--- request eval
main::list("admin")
--- bodies eval
main::listed("private", "a", "b")
--- no_error_log
[alert]
[warn]



=== TEST 305: tools without a rule where rules are demanded
--- server
location = /mcp {
    mcp; mcp_auth_api_keys ../html/keys.txt; mcp_auth_default deny;
    mcp_tool a { description "a."; request GET "/a"; pass @api;  }
    mcp_tool b { description "b."; request GET "/b"; pass @api; require_scope read; }
    mcp_tool c { description "c."; request GET "/c"; pass @api; shared_cache on; }
}
--- user_files
>>> keys.txt
reader:3d0941964aa3ebdcb00ccef58b1bb399f9f898465e9886d5aec7f31090a0fb30:read
writer:b93006774cbdd4b299389a03ac3d88c3a76b460d538795bc12718011a909fba5:read write
admin:8c6976e5b5410415bde908bd4dee15dfb167a9c873fc4bb8a81f6f2ab448a918:read write admin
--- request eval
main::list("reader")
--- bodies eval
main::listed("private", "b")



=== TEST 306: a list that hides is private whatever is said
--- server
location = /mcp {
    mcp; mcp_auth_api_keys ../html/keys.txt; mcp_list_scope public;
    mcp_tool a { description "a."; request GET "/a"; pass @api; require_scope admin; visibility hide; }
    mcp_tool b { description "b."; request GET "/b"; pass @api;  }
    mcp_tool c { description "c."; request GET "/c"; pass @api; require_scope write; visibility hide; }
    mcp_tool d { description "d."; request GET "/d"; pass @api; visibility hide; require_scope admin; }
    mcp_tool e { description "e."; request GET "/e"; pass @api; require_scope admin; }
}
--- user_files
>>> keys.txt
reader:3d0941964aa3ebdcb00ccef58b1bb399f9f898465e9886d5aec7f31090a0fb30:read
writer:b93006774cbdd4b299389a03ac3d88c3a76b460d538795bc12718011a909fba5:read write
admin:8c6976e5b5410415bde908bd4dee15dfb167a9c873fc4bb8a81f6f2ab448a918:read write admin
--- request eval
main::list("admin")
--- bodies eval
main::listed("private", "a", "b", "c", "d", "e")
--- no_error_log
[alert]
[warn]



=== TEST 307: a list behind a credential is private
--- server
location = /mcp {
    mcp; mcp_auth_api_keys ../html/keys.txt; 
    mcp_tool a { description "a."; request GET "/a"; pass @api;  }
    mcp_tool b { description "b."; request GET "/b"; pass @api;  }
}
--- user_files
>>> keys.txt
reader:3d0941964aa3ebdcb00ccef58b1bb399f9f898465e9886d5aec7f31090a0fb30:read
writer:b93006774cbdd4b299389a03ac3d88c3a76b460d538795bc12718011a909fba5:read write
admin:8c6976e5b5410415bde908bd4dee15dfb167a9c873fc4bb8a81f6f2ab448a918:read write admin
--- request eval
main::list("reader")
--- bodies eval
main::listed("private", "a", "b")
--- no_error_log
[alert]
[warn]



=== TEST 308: a list behind a credential is public if said so
--- server
location = /mcp {
    mcp; mcp_auth_api_keys ../html/keys.txt; mcp_list_scope public;
    mcp_tool a { description "a."; request GET "/a"; pass @api;  }
    mcp_tool b { description "b."; request GET "/b"; pass @api; require_scope x; }
}
--- user_files
>>> keys.txt
reader:3d0941964aa3ebdcb00ccef58b1bb399f9f898465e9886d5aec7f31090a0fb30:read
writer:b93006774cbdd4b299389a03ac3d88c3a76b460d538795bc12718011a909fba5:read write
admin:8c6976e5b5410415bde908bd4dee15dfb167a9c873fc4bb8a81f6f2ab448a918:read write admin
--- request eval
main::list("reader")
--- bodies eval
main::listed("public", "a", "b")
--- no_error_log
[alert]
[warn]



=== TEST 309: a first page that leaves out what is hidden
--- server
location = /mcp {
    mcp; mcp_auth_api_keys ../html/keys.txt; mcp_page_size 2;
    mcp_tool a { description "a."; request GET "/a"; pass @api; require_scope admin; visibility hide; }
    mcp_tool b { description "b."; request GET "/b"; pass @api;  }
    mcp_tool c { description "c."; request GET "/c"; pass @api; require_scope write; visibility hide; }
    mcp_tool d { description "d."; request GET "/d"; pass @api; visibility hide; require_scope admin; }
    mcp_tool e { description "e."; request GET "/e"; pass @api; require_scope admin; }
    mcp_tool f { description "f."; request GET "/f"; pass @api;  }
    mcp_tool g { description "g."; request GET "/g"; pass @api;  }
}
--- user_files
>>> keys.txt
reader:3d0941964aa3ebdcb00ccef58b1bb399f9f898465e9886d5aec7f31090a0fb30:read
writer:b93006774cbdd4b299389a03ac3d88c3a76b460d538795bc12718011a909fba5:read write
admin:8c6976e5b5410415bde908bd4dee15dfb167a9c873fc4bb8a81f6f2ab448a918:read write admin
--- request eval
main::list("reader")
--- bodies eval
main::listed("private", "b", "e")
--- no_error_log
[alert]
[warn]

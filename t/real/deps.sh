#!/bin/bash
#
# deps.sh PART...: brings what the tests of this folder run, pinned, to
# build/cache/real: keycloak, mock-oauth2-server, oidc-provider, hydra, and
# clients for the SDKs of t/clients.  Called by those tests; the first time
# takes minutes (hydra is built), after that no time.
#
# Without a PART nothing is done: "make deps" calls it too, and these are for
# "make test-real" only.

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
to=${MCP_CACHE:-$here/../../build/cache}/real

KEYCLOAK=26.7.3
HYDRA=2.3.0

# hydra 2.3.0 builds with this revision of its own fork of pop only

POP=v6.2.1-0.20241121111754-e5dfc0f3344b

mkdir -p "$to"
to=$(cd "$to" && pwd)


# need PROGRAM PACKAGE...: installs the Debian packages that PROGRAM is of

need() {
    local program=$1
    shift
    ! command -v "$program" >/dev/null || return 0

    [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ] || {
        echo "$0: \"$program\" is missing" >&2
        exit 1
    }
    DEBIAN_FRONTEND=noninteractive apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
        --no-install-recommends -o DPkg::Lock::Timeout=600 "$@" >/dev/null
}


# there DIRECTORY WORD...: was it made for these words?  A directory without
# its stamp is not complete, and made anew.

there() {
    local directory=$1
    shift
    [ "$(cat "$directory/stamp" 2>/dev/null)" != "$*" ] || return 0
    rm -rf "$directory"
    mkdir -p "$directory"
    return 1
}


maven() {
    need java openjdk-17-jre-headless
    need mvn maven
    nice mvn -q -B -Dstyle.color=never "$@"
}


keycloak() {
    local directory=$to/keycloak-$KEYCLOAK
    local options=(--db=dev-mem --health-enabled=true
                   --features=cimd,resource-indicators)
    need java openjdk-17-jre-headless
    there "$directory" "${options[*]}" && return

    echo "bringing Keycloak $KEYCLOAK (a minute)"
    cd "$directory"
    maven dependency:copy -DoutputDirectory=. -Dartifact=\
org.keycloak:keycloak-quarkus-dist:$KEYCLOAK:tar.gz
    tar xzf keycloak-quarkus-dist-*.tar.gz --strip-components=1
    rm keycloak-quarkus-dist-*.tar.gz

    JAVA_OPTS_KC_HEAP="-Xms128m -Xmx512m" nice bin/kc.sh build \
        "${options[@]}" >build.log 2>&1 \
        || { tail -n 30 build.log >&2; exit 1; }

    echo "${options[*]}" >stamp
}


mock-oauth2-server() {
    local directory=$to/mock-oauth2-server pom=$here/mock-oauth2-server/pom.xml
    local sum
    sum=$(sha256sum <"$pom")
    need java openjdk-17-jre-headless
    there "$directory" "$sum" && return

    echo "bringing mock-oauth2-server"
    cd "$directory"
    maven -f "$pom" dependency:copy-dependencies \
        -DoutputDirectory="$directory/jar"
    echo "$sum" >stamp
}


oidc-provider() {
    local directory=$to/oidc-provider of=$here/oidc-provider sum
    sum=$(cat "$of"/package*.json | sha256sum)
    need node nodejs
    need npm npm
    there "$directory" "$sum" && return

    echo "bringing oidc-provider"
    cp "$of"/package*.json "$directory/"
    cd "$directory"
    npm ci --no-audit --no-fund --loglevel=error
    echo "$sum" >stamp
}


hydra() {
    local directory=$to/hydra-$HYDRA
    there "$directory" $HYDRA $POP && return

    command -v go >/dev/null || {
        echo "$0: Hydra is built with Go, and there is none" >&2
        exit 1
    }

    echo "building Hydra $HYDRA (up to ten minutes, once)"
    mkdir "$directory/src"
    cd "$directory/src"

    { go mod init hydra.build
      go mod edit \
          -replace github.com/gobuffalo/pop/v6=github.com/ory/pop/v6@$POP
      go get -tool github.com/ory/hydra/v2@v$HYDRA
      nice go build -p 2 -tags sqlite,json1 -o "$directory/hydra" \
          github.com/ory/hydra/v2; } >"$directory/build.log" 2>&1 \
        || { tail -n 30 "$directory/build.log" >&2; exit 1; }

    cd "$directory"
    rm -r src
    echo $HYDRA $POP >stamp
}


clients() {
    bash "$here/../clients/deps.sh"
}


# two tests at a time shall not build the same

for part in "$@"; do
    case $part in
        keycloak | mock-oauth2-server | oidc-provider | hydra | clients)
            (flock 9 && $part) 9>"$to/$part.lock" ;;
        *)
            echo "$0: no such part: $part" >&2
            exit 1 ;;
    esac
done

#!/bin/sh
#
# Installs the official MCP clients, pinned, into build/clients: the npm
# packages of node/package-lock.json (with a Node 22 for the Inspector and
# the conformance suite, which the distribution's is too old for) and a
# Python environment for each major version of "mcp".  Called by "make deps"
# and by run.sh; takes no time when everything is there already.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
to=${MCP_CLIENTS_DIR:-$here/../../build/clients}

for program in npm python3 sha256sum; do
    command -v $program >/dev/null || {
        echo "$0: \"$program\" is missing, run \"make deps\"" >&2
        exit 1
    }
done

mkdir -p "$to"
to=$(cd "$to" && pwd)


# installed STAMP FILE...: are the contents of the files what was installed?

installed() {
    stamp=$1
    shift
    [ -f "$stamp" ] && [ "$(cat "$@" | sha256sum)" = "$(cat "$stamp")" ]
}


node="$here/node/package.json $here/node/package-lock.json"

if ! installed "$to/node/stamp" $node; then
    echo "installing the npm packages of t/clients/node"
    mkdir -p "$to/node"
    cp $node "$to/node/"
    (cd "$to/node" && npm ci --no-audit --no-fund --loglevel=error)
    cat $node | sha256sum >"$to/node/stamp"
fi

for major in 1 2; do
    list=$here/requirements-$major.txt

    if ! installed "$to/py$major/stamp" "$list"; then
        echo "installing the Python package mcp, version $major.x"
        rm -rf "$to/py$major"
        python3 -m venv "$to/py$major"
        "$to/py$major/bin/pip" install --quiet --disable-pip-version-check \
            -r "$list"
        cat "$list" | sha256sum >"$to/py$major/stamp"
    fi
done

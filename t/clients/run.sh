#!/bin/bash
#
# run.sh [CLIENT...]: the tests with official MCP clients (scenario.py), and
# those of the bytes on the wire (wire.py).  Called by "make test"; the last
# line is "N passed, N failed".
#
# MCP_MODULE or TEST_NGINX_MCP_MODULE  the module, else the one in build/
# TEST_NGINX_BINARY                    the nginx that loads it
# CLIENT                               one of scenario.py's, else all of them

set -u

here=$(cd "$(dirname "$0")" && pwd)

PATH=$PATH:/usr/sbin:/usr/local/sbin
export TEST_NGINX_MCP_MODULE=${MCP_MODULE:-${TEST_NGINX_MCP_MODULE:-\
$here/../../build/ngx_http_mcp_module.so}}
export MCP_CLIENTS_DIR=${MCP_CLIENTS_DIR:-$here/../../build/clients}
export PYTHONDONTWRITEBYTECODE=1

failed() {
    echo "not ok - clients: $*"
    echo "0 passed, 1 failed"
    exit 1
}

[ -f "$TEST_NGINX_MCP_MODULE" ] || failed "no $TEST_NGINX_MCP_MODULE"

for program in prometheus nginx curl nghttp python3; do
    command -v $program >/dev/null \
        || failed "\"$program\" is missing, run \"make deps\""
done

bash "$here/deps.sh" || failed "the clients could not be installed"

MCP_CLIENTS_DIR=$(cd "$MCP_CLIENTS_DIR" && pwd)

# where npm has no Node for this machine, its own must do

export MCP_NODE=$MCP_CLIENTS_DIR/node/node_modules/.bin/node
[ -x "$MCP_NODE" ] || MCP_NODE=node

cd "$here" || exit 1

out=$(mktemp)
trap 'rm -f "$out"' EXIT

python=$MCP_CLIENTS_DIR/py2/bin/python
bad=0

[ $# -gt 0 ] || "$python" wire.py >"$out" || bad=1
cat "$out"
lines=$(tail -n 1 "$out")

"$python" scenario.py "$@" | tee "$out"
[ "${PIPESTATUS[0]}" = 0 ] || bad=1
lines=$lines$'\n'$(tail -n 1 "$out")

# a program that died has no last line of that form

awk -v bad=$bad '
    /^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3 }
    END {
        failed += bad && !failed
        print passed + 0 " passed, " failed + 0 " failed"
        exit failed || !passed
    }' <<<"$lines"

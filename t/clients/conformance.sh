#!/bin/bash
#
# conformance.sh [REVISION...]: the official conformance suite, at all
# revisions that the module serves.  Prints what passed; nothing has to pass
# yet, since resources, prompts and sessions are still to come.
#
# Environment: as run.sh.

set -eu

here=$(cd "$(dirname "$0")" && pwd)

PATH=$PATH:/usr/sbin:/usr/local/sbin
export TEST_NGINX_MCP_MODULE=${MCP_MODULE:-${TEST_NGINX_MCP_MODULE:-\
$here/../../build/ngx_http_mcp_module.so}}
export MCP_CLIENTS_DIR=${MCP_CLIENTS_DIR:-$here/../../build/clients}
export PYTHONDONTWRITEBYTECODE=1

bash "$here/deps.sh"

MCP_CLIENTS_DIR=$(cd "$MCP_CLIENTS_DIR" && pwd)
export MCP_NODE=$MCP_CLIENTS_DIR/node/node_modules/.bin/node
[ -x "$MCP_NODE" ] || MCP_NODE=node

cd "$here"
exec "$MCP_CLIENTS_DIR/py2/bin/python" conformance.py "$@"

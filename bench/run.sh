#!/bin/bash
# The bench: builds the load generator, measures the rows of bench.py and
# counts instructions and system calls (icount.py).  Called by "make bench".
# The report is written to BENCH_DIR/RESULTS.md.
#
# MCP_MODULE    the module, build/ngx_http_mcp_module.so
# NGINX_BINARY  the nginx that loads it, /usr/sbin/nginx
# BENCH_DIR     configurations, data and results, build/bench
# ROWS ROUNDS SECONDS_EACH  fewer or longer measurements
# SKIP_COUNTS=1             no valgrind and strace

set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")

MCP_MODULE=${MCP_MODULE:-${TEST_NGINX_MCP_MODULE:-}}
export MCP_MODULE=${MCP_MODULE:-$root/build/ngx_http_mcp_module.so}
export NGINX_BINARY=${NGINX_BINARY:-${TEST_NGINX_BINARY:-/usr/sbin/nginx}}
export BENCH_DIR=${BENCH_DIR:-$root/build/bench}

# in nginx's environment this name means sockets to inherit
unset NGINX

need=()
command -v taskset > /dev/null || need+=(util-linux)
command -v gcc > /dev/null || need+=(gcc libc6-dev)
python3 -c 'import cryptography' 2> /dev/null || need+=(python3-cryptography)

if [ -z "${SKIP_COUNTS:-}" ]; then
    command -v valgrind > /dev/null || need+=(valgrind)
    command -v strace > /dev/null || need+=(strace)
fi

if [ ${#need[@]} -gt 0 ]; then
    apt-get install -y -q --no-install-recommends "${need[@]}" || exit 1
fi

mkdir -p "$BENCH_DIR" || exit 1

gcc -O2 -Wall -Wextra -o "$BENCH_DIR/loadgen" "$here/load/loadgen.c" \
    || exit 1

python3 "$here/bench.py" --rows "${ROWS:-}" --rounds "${ROUNDS:-7}" \
    --seconds "${SECONDS_EACH:-0.8}" --report "$BENCH_DIR/RESULTS.md"
status=$?

if [ -z "${SKIP_COUNTS:-}" ]; then
    echo
    python3 "$here/icount.py" --report "$BENCH_DIR/RESULTS.md" || status=1
fi

exit $status

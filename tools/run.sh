#!/bin/bash
# Runs the quick start in the foreground: the order desk and nginx with
# conf-examples/quickstart.conf, both on the loopback address only.  Called by
# "make run" once the module is built.  Ends, and stops what it has started,
# on Ctrl-C, TERM or HUP, and when one of the two dies.
#
# MCP_RUN_PORT     port of the MCP endpoint, 8080
# MCP_ORDERS_PORT  port of the order desk, 9000
# MODULE NGINX PYTHON  what to run, if not what "make" and PATH give

set -u

root=$(cd "$(dirname "$0")/.." && pwd)
prefix=$root/build/run
examples=$root/conf-examples
conf=$examples/quickstart.conf

port=${MCP_RUN_PORT:-8080}
orders=${MCP_ORDERS_PORT:-9000}
module=${MODULE:-$root/build/ngx_http_mcp_module.so}
python=${PYTHON:-python3}
nginx=${NGINX:-$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v nginx)}

# in nginx's environment this name means sockets to inherit
unset NGINX

url=http://127.0.0.1:$port/mcp
orders_url=http://127.0.0.1:$orders


die()
{
    echo "run: $*" >&2
    exit 1
}


# usage: need_port NUMBER VARIABLE
need_port()
{
    case $1 in
        *[!0-9]* | "" | ??????*) die "$2=$1 is not a port number" ;;
    esac

    if (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; then
        die "port $1 is taken; choose another: make run $2=$((10#$1 + 1))"
    fi
}


# The example stays as it is, unless other ports were asked for.
make_conf()
{
    rm -rf "$prefix"
    mkdir -p "$prefix/logs" "$prefix/modules" "$prefix/conf" || exit 1
    ln -s "$module" "$prefix/modules/ngx_http_mcp_module.so"

    if [ "$port $orders" != "8080 9000" ]; then
        ln -s "$examples/errors.conf" "$examples/order-desk" "$prefix/conf/"
        sed -e "s/listen 127\.0\.0\.1:8080;/listen 127.0.0.1:$port;/" \
            -e "s/server 127\.0\.0\.1:9000;/server 127.0.0.1:$orders;/" \
            "$conf" > "$prefix/conf/quickstart.conf"
        conf=$prefix/conf/quickstart.conf
    fi
}


# usage: wait_for PID URL NAME
wait_for()
{
    local tries

    for ((tries = 0; tries < 150; tries++)); do
        kill -0 "$1" 2> /dev/null || die "$3 did not start"
        curl -s -o /dev/null --max-time 2 "$2" && return
        sleep 0.1
    done

    die "$3 does not answer at $2"
}


stop()
{
    trap "" INT TERM HUP
    trap - EXIT

    # shellcheck disable=SC2086
    [ -n "$pids" ] && kill -TERM $pids 2> /dev/null
    wait
}


say_hello()
{
    cat << END

Order desk over MCP:  $url
  tools               list_orders, get_order, create_order, cancel_order
  nginx               $conf
  calls are logged in $prefix/logs/access.log

Try it:

curl -s $url -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' -H 'MCP-Protocol-Version: 2025-11-25' -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_order","arguments":{"id":1018}}}'

Add it to a client:

  VS Code      .vscode/mcp.json   {"servers":{"orders":{"type":"http","url":"$url"}}}
  Claude Code  claude mcp add --transport http orders $url
  Cursor       .cursor/mcp.json   {"mcpServers":{"orders":{"url":"$url"}}}
  Inspector    npx @modelcontextprotocol/inspector --transport http --server-url $url

Ctrl-C stops all of it.

END
}


[ -f "$module" ] || die "$module is missing; run \"make\" first"
[ -x "$nginx" ] || die "nginx is missing; run \"make deps\" first"

need_port "$port" MCP_RUN_PORT
need_port "$orders" MCP_ORDERS_PORT
make_conf

pids=
trap stop EXIT
trap "exit 0" INT TERM HUP

"$python" "$examples/order-desk/order_desk.py" --port "$orders" --seed &
pids=$!
wait_for $! "$orders_url/healthz" "the order desk"

"$nginx" -e stderr -p "$prefix" -c "$conf" &
pids="$pids $!"
wait_for $! "$url" nginx

say_hello

wait -n
die "the order desk or nginx has died; stopping"

#!/usr/bin/env python3
#
# Copyright (C) mcp-nginx contributors
#
# The memory of a worker does not grow with the calls it has served: 10,000
# calls of every outcome over keepalive connections, within 1 MB.

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "lib"))

from mcp_nginx import MODERN, Nginx, Tap, answer, client

CALLS = 10000
WARM_UP = 2000
CONNECTIONS = 4
LIMIT = 1024 * 1024

HTTP = """
    keepalive_requests 1000000;

    upstream api { server 127.0.0.1:%(port)d; keepalive 8; }

    server {
        listen 127.0.0.1:%(port)d;
        server_name localhost;
        access_log off;
        default_type application/json;

        location /v1/ { return 200 '{"uri":"$request_uri"}'; }
        location /missing { return 404 '{"error":"no"}'; }
        location /big { return 200 "BIG"; }

        location @api {
            proxy_pass http://api;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
        }

        location @down { return 502; }

        location = /mcp {
            mcp;
            mcp_tool get { description "G."; param id integer required;
                request GET "/v1/orders/{id}"; pass @api; }
            mcp_tool post { description "P."; param name string required;
                request POST "/v1/orders"; body json; pass @api; }
            mcp_tool missing { description "M."; request GET "/missing";
                pass @api; }
            mcp_tool big { description "B."; max_response 1000;
                request GET "/big"; pass @api; }
            mcp_tool down { description "D."; request GET "/x"; pass @down; }
        }
    }
""".replace("BIG", "x" * 3000)

KINDS = [
    ("get", {"id": 7}, False),
    ("post", {"name": "n" * 300}, False),
    ("get", {"id": "x"}, True),
    ("missing", {}, True),
    ("big", {}, True),
    ("down", {}, True),
]


def rss(pid):
    with open("/proc/%d/statm" % pid) as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def serve(connections, calls):
    wrong = 0

    for i in range(calls):
        tool, arguments, is_error = KINDS[i % len(KINDS)]
        era = MODERN if i // len(KINDS) % 2 else "2025-11-25"
        result = answer(connections[i % len(connections)], tool, arguments,
                        era)
        wrong += bool(result.get("isError")) != is_error

    return wrong


def main():
    tap = Tap()
    nginx = Nginx(HTTP)
    worker = nginx.worker()
    connections = [client(nginx) for _ in range(CONNECTIONS)]

    wrong = serve(connections, WARM_UP)
    before = rss(worker)
    wrong += serve(connections, CALLS)
    after = rss(worker)

    tap.check(wrong == 0, "every call had its outcome", "%d not" % wrong)
    tap.check(after - before <= LIMIT, "10,000 calls cost no memory",
              "%d bytes before, %d after" % (before, after))
    tap.check(nginx.worker() == worker, "by one and the same worker")

    for connection in connections:
        connection.close()

    bad = nginx.stop()
    tap.check(not bad, "nothing bad in the error log", "\n".join(bad))
    tap.done()


main()

#!/usr/bin/env python3
#
# Copyright (C) mcp-nginx contributors
#
# Reloads: the new configuration answers, and a module that is loaded from
# another path each time, as after an upgrade, does not disturb the old one.

import os
import shutil
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "lib"))

from mcp_nginx import MODERN, MODULE, Nginx, Tap, answer, await_for, client

HTTP = """
    server {
        listen 127.0.0.1:%(port)d;
        server_name localhost;

        location @api { default_type text/plain; return 200 "answer 0"; }

        location = /mcp {
            mcp;
            mcp_tool t { description "D."; request GET "/x"; pass @api; }
        }
    }
"""


def reload(nginx, path, n):
    """Loads the module from "path"; waits until the new worker answers."""

    conf = nginx.directory.name + "/nginx.conf"

    with open(conf) as f:
        text = f.read()

    lines = text.split("\n")
    lines[0] = "load_module %s;" % path
    text = "\n".join(lines).replace("answer %d" % (n - 1), "answer %d" % n)

    with open(conf, "w") as f:
        f.write(text)

    nginx.process.send_signal(signal.SIGHUP)

    def answers():
        connection = client(nginx)
        try:
            result = answer(connection, "t", era=MODERN)
        finally:
            connection.close()
        return result["content"][0]["text"] == "answer %d" % n

    await_for(answers, "the answer of reload %d" % n)


tap = Tap()
nginx = Nginx(HTTP)

tap.run("a reload with the same module answers anew",
        lambda: reload(nginx, MODULE, 1))

for n in (2, 3):
    path = nginx.directory.name + "/copy%d.so" % n
    shutil.copy(MODULE, path)
    tap.run("a reload with the module from another path, %d" % (n - 1),
            lambda: reload(nginx, path, n))

tap.run("and back to the first", lambda: reload(nginx, MODULE, 4))

tap.check(nginx.process.poll() is None, "the master is alive")

bad = nginx.stop()
tap.check(not bad, "nothing is in the log", "\n".join(bad))
tap.done()

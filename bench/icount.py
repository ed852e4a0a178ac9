#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""Instructions (user space) and system calls per request.

Called by bench/run.sh.  Each server runs twice under valgrind and twice
under strace, with different numbers of requests on one connection: the slope
is the cost of one.  Other work on the machine does not change it, so this
can guard CI where times cannot.

  icount.py [--rows NAME,...] [--report FILE]      environment: see bench.py
"""

import argparse
import http.client
import pathlib
import re
import socket
import sys

from bench import Bench, SERVER_CORE, WORK
from rows import CALL, LIST, ROWS

COUNTED = ("ping", "list-3", "list-3-modern", "list-50", "call-300b",
           "call-300b-modern", "call-4k", "call-100k", "call-beside-500",
           "auth-seen", "auth-rs256", "auth-es256", "auth-eddsa",
           "auth-list-passed", "auth-list-hidden")
FEW, MANY = 200, 1200
LIST_MUST, CALL_MUST = 22000, 60000
CALLS_MUST = 0.2

VALGRIND = ("valgrind", "--tool=cachegrind", "--cache-sim=no",
            "--cachegrind-out-file=/dev/null")
STRACE = ("strace", "-f", "-c", "-U", "calls,name", "-o")


def run(bench, name, path, row, count, wrapper):
    """Serves that many requests; returns what the server wrote to stderr."""
    server = bench.start(name, SERVER_CORE, wrapper)
    expected, request = None, row.raw(path)
    with socket.create_connection(("127.0.0.1", server.port), 120) as s:
        for _ in range(count):
            s.sendall(request)          # http.client would take two packets
            response = http.client.HTTPResponse(s, method="POST")
            response.begin()
            answer = (response.status, response.read())
            expected = expected or answer
            if answer != expected or response.status != 200:
                sys.exit(f"{row.name}: a wrong answer: {answer}")
    return bench.stop(name)


def instructions(bench, name, path, row):
    counts = []
    for count in (FEW, MANY):
        text = run(bench, name, path, row, count, VALGRIND)
        found = re.search(r"I\s+refs:\s+([\d,]+)", text)
        counts.append(int(found[1].replace(",", "")))
    return (counts[1] - counts[0]) / (MANY - FEW)


def system_calls(bench, name, path, row):
    output, counts = WORK / "strace.out", []
    for count in (FEW, MANY):
        run(bench, name, path, row, count, (*STRACE, str(output)))
        counts.append(int(re.search(r"(\d+)\s+total",
                                    output.read_text())[1]))
    return (counts[1] - counts[0]) / (MANY - FEW)


def measure(bench, row):
    sides = (row.sides["limit"], row.sides["module"])
    ir = [instructions(bench, *side, row) for side in sides]
    calls = [system_calls(bench, *side, row) for side in sides]
    must = {LIST: LIST_MUST, CALL: CALL_MUST}.get(row.method)
    if row.alg or row.what not in (3, "300b"):
        must = None
    over = (must is not None and ir[1] > must
            or calls[1] > calls[0] + CALLS_MUST)
    text = (f"| {row.name} | {row.against} | {ir[0]:.0f} | {ir[1]:.0f} | "
            f"{ir[1] / ir[0]:.2f} | {must or '-'} | {calls[0]:.2f} | "
            f"{calls[1]:.2f} | {'over' if over else ''} |")
    return over, text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", default=",".join(COUNTED))
    parser.add_argument("--report")
    options = parser.parse_args()

    rows = [r for r in ROWS if r.name in options.rows.split(",")]
    lines = ["", "| row | against | instr. limit | instr. module | ratio | "
             "must | calls limit | calls module | |", "|---" * 9 + "|"]
    print("\n".join(lines), flush=True)

    bad = False
    with Bench(rows) as bench:
        for name in list(bench.servers):
            if name != "upstream":
                bench.stop(name)
        for row in rows:
            over, text = measure(bench, row)
            bad |= over
            lines.append(text)
            print(text, flush=True)

    if options.report:
        with pathlib.Path(options.report).open("a") as file:
            file.write("\n".join(lines) + "\n")
    return bad


if __name__ == "__main__":
    sys.exit(main())

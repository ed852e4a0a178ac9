#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""Processor time per request of the module, as a ratio to nginx itself.

Called by bench/run.sh, which builds load/loadgen.  One worker of the nginx
under test is on core 0; the upstream and the load are on core 1.  A row runs
the limit and the module in turns, in the same round, and its ratio is the
median over the rounds.  README.md says what is measured and why.

  bench.py [--rows NAME,...] [--rounds 7] [--seconds 0.8] [--report FILE]

Environment: MCP_MODULE, NGINX_BINARY, BENCH_DIR (configurations and data).
"""

import argparse
import datetime
import http.client
import json
import os
import pathlib
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import time

import auth
from rows import CALL, ID, LIST, MODERN, PING, ROWS

HERE = pathlib.Path(__file__).resolve().parent
WORK = pathlib.Path(os.environ.get("BENCH_DIR", HERE.parent / "build/bench"))
NGINX = os.environ.get("NGINX_BINARY", "/usr/sbin/nginx")
MODULE = os.environ.get("MCP_MODULE", "")
SERVER_CORE, LOAD_CORE = "0", "1"
MORE_ROUNDS = 3                 # times as many, when others disturb them
ENOUGH = 5                      # clean rounds; else all of them are used
FOREIGN = (0.06, 0.08)          # share of a core that others may take

SIZES = {"300b": 300, "4k": 4096, "100k": 102400, "1m": 1048576}
ENDPOINTS = (3, 5, 50, 500)


# data and configurations

def document(size):
    """A JSON object of exactly that many bytes, as a REST API lists it."""
    def text(items, pad):
        return json.dumps({"items": items, "total": 100000, "pad": pad},
                          separators=(",", ":"), ensure_ascii=False).encode()

    def item(i):
        return {"id": i, "sku": f"SKU-{i:06}", "price": 9.99 + i,
                "name": f"Widget number {i} \u2013 caf\u00e9",
                "stock": i * 7 % 131, "active": i % 3 != 0, "parent": None,
                "tags": ["red", "large", "new \"2026\""],
                "updated": f"2026-07-28T12:{i % 60:02}:00Z",
                "text": "Line one\nline two: C:\\path and a / slash, plain "
                        "words that fill the record a little."}

    if size <= 300:                # without escapes: it is put in a "return"
        found = {"id": "42", "name": "Ada Lovelace", "active": True,
                 "balance": 1234.56, "tags": ["alpha", "beta"],
                 "address": {"street": "12 Main Street", "city": "London"}}
        def text(items, pad):
            return json.dumps(found | {"note": pad},
                              separators=(",", ":")).encode()

    items, used = [], len(text([], ""))
    while size > 300:
        more = len(json.dumps(item(len(items)), separators=(",", ":"),
                              ensure_ascii=False).encode()) + 1
        if used + more > size:
            break
        used += more
        items.append(item(len(items)))

    body = text(items, "x" * (size - len(text(items, ""))))
    assert len(body) == size
    return body


def tool_names(count):
    names = [f"item_{size}" for size in SIZES]
    return (names + [f"tool_{i:03}" for i in range(len(names), count)])[:count]


def tool(i, name, more=""):
    path = name[5:] if name.startswith("item_") else "300b"
    return f"""mcp_tool {name} {{
            description "Reads one record of collection {i} of the inventory
 service and returns it as JSON, with all of its fields.";
            param id string "Identifier of the record" required;
            param q string "Optional filter expression";
            request GET "/r/{path}/{{id}}{{?q}}";
            pass @api;
            annotations read_only; {more} }}""".replace("\n service",
                                                       " service")


def endpoint(path, count, guard="", more=lambda i: ""):
    """A location with that many tools; the first ones are the rows' own."""
    tools = [tool(i, name, more(i))
             for i, name in enumerate(tool_names(count))]
    return "\n".join([f"location = /{path} {{ mcp; {guard}", *tools, "}"])


def fill(name, values, source=None):
    text = (HERE / "conf" / (source or name)).read_text()
    for key, value in values.items():
        text = text.replace(f"@{key}@", str(value))
    (WORK / name).write_text(text)


def returned(rows, refs):
    """"return" locations of the module's own answers, with another id."""
    maps, places = [], []
    for row in rows:
        if row.sides["limit"][0] != "limits" or row.method == CALL:
            continue
        body = refs[row.name].replace(str(ID).encode(), b"77777777").decode()
        assert not re.search(r"[$'\\]", body), "a body that needs escapes"
        names = []
        for i in range(0, len(body), 3900):
            names.append(f"{row.name}_{i}".replace("-", "_"))
            maps.append(f"map $server_port ${names[-1]} "
                        f"{{ default '{body[i:i + 3900]}'; }}")
        text = "".join(f"${{{n}}}" for n in names)
        if len(names) == 1:
            maps.pop()
            text = body
        places.append(f"location = /{row.name} {{ return 200 '{text}'; }}")
    return {"MAPS": "\n".join(maps), "RETURNS": "\n".join(places)}


# processes

def free_ports(names):
    """Those that no connection is given: icount.py uses them repeatedly."""
    ports = {}
    for port in random.sample(range(20000, 32000), 1000):
        if len(ports) == len(names):
            return ports
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                ports[names[len(ports)]] = port
            except OSError:
                continue
    sys.exit("no free ports")


class Nginx:
    """One nginx; wrapper is what it runs under, in one process then."""

    def __init__(self, name, port, core, wrapper=()):
        self.name, self.port = name, port
        self.traced = wrapper[:1] == ("strace",)
        argv = [NGINX, "-p", str(WORK), "-e", f"{name}.err",
                "-c", f"{name}.conf"]
        if wrapper:
            argv += ["-g", "master_process off;"]
        environment = {k: v for k, v in os.environ.items() if k != "NGINX"}
        self.process = subprocess.Popen(
            ["taskset", "-c", core, *wrapper, *argv], env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for _ in range(600):
            if self.process.poll() is not None:
                sys.exit(f"{name}: {self.process.stderr.read()}")
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.stop()
        sys.exit(f"{name} did not start")

    def worker(self):
        """The first child: nginx's worker, or what strace runs."""
        pid = self.process.pid
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
        return children.read_text().split()[0]

    def pid(self):
        """What a signal ends: strace itself keeps them off."""
        return int(self.worker()) if self.traced else self.process.pid

    def post(self, path, row, headers=None, status=200):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        c.request("POST", path, row.message(), headers or row.headers())
        response = c.getresponse()
        body = response.read()
        if response.status != status:
            sys.exit(f"{row.name}: {path} answered {response.status}: "
                     f"{body[:300]}")
        return body

    def stop(self):
        """Ends it; a signal that comes just before epoll_wait() is lost."""
        for _ in range(60):
            if self.process.poll() is None:
                os.kill(self.pid(), signal.SIGTERM)
            try:
                return self.process.communicate(timeout=1)[1]
            except subprocess.TimeoutExpired:
                pass
        sys.exit(f"{self.name} does not end")


class Bench:
    """Upstream, limits and those with the module; a context manager.

    What they answer is checked once, before anything is measured.
    """

    def __init__(self, rows):
        self.rows, self.servers, self.refs = rows, {}, {}
        self.ports = free_ports(("upstream", "limits", "module",
                                 *auth.CACHES))

    def __enter__(self):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        if not pathlib.Path(MODULE).is_file():
            sys.exit("MCP_MODULE is not the path of a module")
        for name in ("data", "logs", "temp"):
            (WORK / name).mkdir(parents=True, exist_ok=True)
        self.documents = {size: document(n) for size, n in SIZES.items()}
        for size, body in self.documents.items():
            (WORK / f"data/{size}.json").write_bytes(body)

        fill("http.inc", {"TEMP": "temp"})
        fill("api.inc", {"UPSTREAM": self.ports["upstream"]})
        fill("upstream.conf", {"UPSTREAM": self.ports["upstream"],
                               "BODY": self.documents["300b"].decode()})
        (WORK / "data/jwks.json").write_text(auth.jwks())
        self.fill_module("module", "", "\n".join(
            endpoint(f"mcp{count}", count) for count in ENDPOINTS))
        for name in auth.CACHES:
            self.fill_module(name, auth.provider(name, "data/jwks.json"),
                             auth.locations(endpoint))
        try:
            self.start("upstream", LOAD_CORE)
            for name in sorted({row.sides["module"][0] for row in self.rows}):
                self.start(name)
            for row in self.rows:
                self.refs[row.name] = self.check_module(row)
            fill("limits.conf", {"LIMITS": self.ports["limits"],
                                 **returned(self.rows, self.refs)})
            self.start("limits")
            for row in self.rows:
                self.check_limit(row)
        except BaseException:
            self.__exit__()
            raise
        return self

    def fill_module(self, name, provider, locations):
        fill(f"{name}.conf", {
            "NAME": name, "PORT": self.ports[name],
            "MODULE": pathlib.Path(MODULE).resolve(),
            "AUTH": provider, "ENDPOINTS": locations}, "module.conf")

    def __exit__(self, *_):
        for name in list(self.servers):
            self.stop(name)

    def start(self, name, core=SERVER_CORE, wrapper=()):
        self.servers[name] = Nginx(name, self.ports[name], core, wrapper)
        return self.servers[name]

    def stop(self, name):
        return self.servers.pop(name).stop()

    def post(self, row, side, **more):
        server, path = row.sides[side]
        return self.servers[server].post(path, row, **more)

    def check_module(self, row):
        """Reads what the answer says, keeps its bytes as the reference."""
        body = self.post(row, "module")
        answer = json.loads(body)
        result = answer["result"]
        right = answer["id"] == ID and answer["jsonrpc"] == "2.0"
        right &= (result.get("resultType") == "complete") == (
            row.era == MODERN)
        if row.method == CALL:
            document = self.documents[row.what]
            right &= (len(result["content"]) == 1
                      and result["content"][0]["type"] == "text"
                      and result["content"][0]["text"].encode() == document
                      and result["structuredContent"] == json.loads(document)
                      and not result.get("isError"))
        elif row.method == LIST:
            names = [tool["name"] for tool in result["tools"]]
            right &= names == tool_names(row.what)
            right &= all(sorted(tool["inputSchema"]["properties"])
                         == ["id", "q"] for tool in result["tools"])
        elif row.method == PING:
            right &= result == {}
        if not right:
            sys.exit(f"{row.name}: a wrong answer: {body[:500]}")
        if row.alg:
            self.check_refusals(row)
        for side, (_, path) in row.sides.items():
            (WORK / f"data/{row.name}.{side}.request").write_bytes(
                row.raw(path))
        (WORK / f"data/{row.name}.module.body").write_bytes(body)
        return body

    def check_refusals(self, row):
        """Not let in: without a token, or when its claims were changed."""
        headers = row.headers()
        headers["Authorization"] = f"Bearer {auth.forged(row.alg)}"
        self.post(row, "module", headers=headers, status=401)
        del headers["Authorization"]
        self.post(row, "module", headers=headers, status=401)

    def check_limit(self, row):
        body = self.post(row, "limit")
        if row.limit_is_module:
            right = body == self.refs[row.name]
        else:
            right = (body == self.documents[row.what] if row.method == CALL
                     else len(body) == len(self.refs[row.name]))
        if not right:
            sys.exit(f"{row.name}: a wrong limit: {body[:300]}")
        (WORK / f"data/{row.name}.limit.body").write_bytes(body)

    def load(self, row, side, seconds):
        """One side of a round; again, if others let it do nothing at all."""
        for _ in range(3):
            result = self.load_once(row, side, seconds)
            if result["bad"] or result["n"]:
                break
        if result["bad"] or not result["n"]:
            sys.exit(f"{row.name}, {side}: bad answers: {result}")
        return result

    def load_once(self, row, side, seconds, warm=0.25):
        server = self.servers[row.sides[side][0]]
        done = subprocess.run(
            ["taskset", "-c", LOAD_CORE, str(WORK / "loadgen"),
             str(server.port), str(row.connections), str(warm), str(seconds),
             str(WORK / f"data/{row.name}.{side}.request"),
             str(WORK / f"data/{row.name}.{side}.body"), server.worker(),
             self.servers["upstream"].worker(), *["spin"] * bool(row.alg)],
            capture_output=True, text=True)
        if not done.stdout:
            sys.exit(f"{row.name}: loadgen: {done.stderr}")
        return json.loads(done.stdout)


# rounds and the report

def busy():
    """Ticks that each core has worked."""
    lines = pathlib.Path("/proc/stat").read_text().split("\n")[1:3]
    times = [list(map(int, line.split()[1:9])) for line in lines]
    return [sum(t) - t[3] - t[4] for t in times]


def wait_for_quiet(seconds=3):
    """Until nobody uses the cores, or for that long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        before = busy()
        time.sleep(0.15)
        if all(b - a <= 1 for a, b in zip(before, busy())):
            return


def measure(bench, row, rounds, seconds):
    """Rounds until so many were undisturbed, at most three times as many."""
    if row.what == "1m":
        seconds *= 2
    for side in ("limit", "module"):                # warm, not counted
        bench.load(row, side, 0.2)
    clean, disturbed = [], []
    while (len(clean) < rounds
           and len(clean) + len(disturbed) < MORE_ROUNDS * rounds):
        order = ["limit", "module"]
        if (len(clean) + len(disturbed)) % 2:
            order.reverse()
        wait_for_quiet()
        pair = {side: bench.load(row, side, seconds) for side in order}
        foreign = [max(side[f"foreign{core}"] for side in pair.values())
                   for core in (0, 1)]
        quiet = foreign[0] <= FOREIGN[0] and foreign[1] <= FOREIGN[1]
        (clean if quiet else disturbed).append(pair)
    return clean, disturbed


def summary(row, clean, disturbed):
    """From the clean rounds, where there are enough of them."""
    pairs = clean if len(clean) >= ENOUGH else clean + disturbed
    times = {side: [p[side]["cpu_us"] for p in pairs]
             for side in ("module", "limit")}
    least = [min(p[side]["cpu_us"] for p in clean + disturbed)
             for side in ("module", "limit")]
    ratios = [m / n for m, n in zip(times["module"], times["limit"])]
    more = [m - n for m, n in zip(times["module"], times["limit"])]
    in_us = row.alg is not None
    must, aim = ((row.must_us, row.aim_us) if in_us else (row.must, row.aim))
    return {
        "row": row.name, "era": row.era, "against": row.against,
        "connections": row.connections, "rounds": len(pairs),
        "clean": len(clean), "disturbed": len(disturbed), "in_us": in_us,
        "ratio": statistics.median(ratios), "more": statistics.median(more),
        "values": more if in_us else ratios,
        "least": least[0] - least[1] if in_us else least[0] / least[1],
        "limit_us": statistics.median(times["limit"]),
        "module_us": statistics.median(times["module"]),
        "answers": sum(side["n"] for p in pairs for side in p.values()),
        "must": must, "aim": aim}


TITLES = ("row", "against", "ratio", "us more", "min to max", "of the least",
          "must", "aim", "", "us limit", "us module", "conn.", "answers",
          "rounds used", "clean", "disturbed")


def verdict(s):
    """What the row keeps: the aim, the must, or nothing."""
    value = s["more"] if s["in_us"] else s["ratio"]
    if s["must"] is None:
        return ""
    return ("over" if value > s["must"] else "aim" if value <= s["aim"]
            else "must")


def line(s):
    def bound(value):
        return ("-" if value is None else f"{value:+.2f}" if s["in_us"]
                else f"{value:.2f}")

    ratio, more = f"{s['ratio']:.2f}", f"{s['more']:+.2f}"
    if s["in_us"]:
        more = f"**{more}**"
    else:
        ratio = f"**{ratio}**"

    return "| " + " | ".join([
        s["row"], s["against"], ratio, more,
        f"{bound(min(s['values']))} to {bound(max(s['values']))}",
        bound(s["least"]), bound(s["must"]), bound(s["aim"]), verdict(s),
        f"{s['limit_us']:.1f}", f"{s['module_us']:.1f}",
        str(s["connections"]), str(s["answers"]), str(s["rounds"]),
        str(s["clean"]), str(s["disturbed"])]) + " |"


def machine():
    """The lines that say what the numbers belong to."""
    cpu = re.search(r"model name\s*: (.*)",
                    pathlib.Path("/proc/cpuinfo").read_text())
    release = re.search(r'PRETTY_NAME="(.*)"',
                        pathlib.Path("/etc/os-release").read_text())
    version = subprocess.run([NGINX, "-V"], capture_output=True,
                             text=True).stderr
    gcc = subprocess.run(["gcc", "--version"], capture_output=True,
                         text=True).stdout.split("\n")[0]
    return [
        f"* date: {datetime.date.today()}",
        f"* machine: {os.cpu_count()} cores of {cpu[1] if cpu else '?'}, "
        f"{release[1]}, Linux {os.uname().release}",
        "* " + re.search(r"nginx version: (.*)", version)[1] + ", "
        + re.search(r"built with (.*?)(?: \d+ \w+ \d+)?\n", version)[1]
        + ", " + gcc]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", default="")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.8)
    parser.add_argument("--report")
    options = parser.parse_args()

    rows = [r for r in ROWS
            if not options.rows or r.name in options.rows.split(",")]
    lines = machine() + [
        f"* {options.rounds} rounds of {options.seconds} s without "
        "disturbance, if they could be had; every answer compared", "",
        "| " + " | ".join(TITLES) + " |", "|---" * len(TITLES) + "|"]
    print("\n".join(lines), flush=True)

    found = []
    with Bench(rows) as bench:
        for row in rows:
            found.append(summary(row, *measure(bench, row, options.rounds,
                                               options.seconds)))
            lines.append(line(found[-1]))
            print(lines[-1], flush=True)

    (WORK / "result.json").write_text(json.dumps(found, indent=1))
    if options.report:
        pathlib.Path(options.report).write_text("\n".join(lines) + "\n")

    over = [s["row"] for s in found if verdict(s) == "over"]
    if over:
        sys.exit("over the limit: " + ", ".join(over))


if __name__ == "__main__":
    main()

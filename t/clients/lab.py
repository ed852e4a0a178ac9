# Copyright (C) mcp-nginx contributors
#
# Programs that the client tests need, each on a free port of the loopback
# interface and with its files in a folder of its own: nginx with a
# configuration from conf-examples or from here, Prometheus, the order desk.
# All of them end with the "with" block that holds the Lab.

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

sys.path.insert(0, ROOT + "/t/lib")

from mcp_nginx import BINARY, MODULE, free_port   # noqa: E402

EXAMPLES = ROOT + "/conf-examples"

STARTED = 60                       # seconds a program may take to answer


class Lab:
    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="mcp-clients-")
        self.path = self.folder.name
        os.chmod(self.path, 0o755)          # workers are not root
        self.running = []

        # what is running shall end with us

        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        return self

    def __exit__(self, *_):
        for name, _, _ in reversed(list(self.running)):
            self.stop(name)

        self.folder.cleanup()

    def stop(self, name):
        """Ends a program; what it has printed."""

        one = next(r for r in self.running if r[0] == name)
        self.running.remove(one)
        _, process, log = one

        process.terminate()

        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

        with open(log) as text:
            return text.read()

    def start(self, name, command, answers, **more):
        """Starts a program, and waits until answers() is true."""

        log = "%s/%s.log" % (self.path, name)

        with open(log, "w") as out:
            process = subprocess.Popen(command, stdout=out, stderr=out,
                                       stdin=subprocess.DEVNULL, **more)

        self.running.append((name, process, log))

        end = time.monotonic() + STARTED
        why = "too slow"

        while time.monotonic() < end:
            if process.poll() is not None:
                why = "exit status %d" % process.returncode
                break
            if answers():
                return process
            time.sleep(0.05)

        with open(log) as text:
            raise SystemExit("%s did not start: %s\n%s"
                             % (name, why, text.read()[-2000:]))

    def nginx(self, conf, name, links=(), port_of="8080", **replace):
        """
        nginx with that configuration, as "make run" starts it; "replace"
        are ports: what the file says, and what it is here.  The port that
        it listens on.
        """

        port = free_port()
        prefix = "%s/%s" % (self.path, name)

        for folder in ("logs", "modules", "conf"):
            os.makedirs("%s/%s" % (prefix, folder), exist_ok=True)

        os.symlink(os.path.abspath(MODULE),
                   prefix + "/modules/ngx_http_mcp_module.so")

        for link in links:
            os.symlink(EXAMPLES + "/" + link, prefix + "/conf/" + link)

        with open(conf) as f:
            text = f.read()

        for old, new in [(port_of, port)] + [
                (k.lstrip("_"), v) for k, v in replace.items()]:
            text, n = re.subn(r"\b(127\.0\.0\.1:)%s\b" % old,
                              r"\g<1>%d" % new, text)
            if n == 0:
                raise SystemExit("%s: no 127.0.0.1:%s" % (conf, old))

        # the log of the tests is read for what no test may leave in it

        text = text.replace("error_log stderr warn;",
                            "error_log logs/error.log info;")

        with open(prefix + "/conf/nginx.conf", "w") as f:
            f.write(text)

        environment = {k: v for k, v in os.environ.items() if k != "NGINX"}

        self.start(name, [BINARY, "-e", prefix + "/logs/error.log",
                          "-p", prefix, "-c", prefix + "/conf/nginx.conf"],
                   lambda: get("http://127.0.0.1:%d/" % port) is not None,
                   env=environment)
        return port

    def trouble(self, name):
        """Ends that nginx; lines that no test may leave in its log."""

        printed = self.stop(name)

        with open("%s/%s/logs/error.log" % (self.path, name)) as log:
            return [line for line in (printed + log.read()).splitlines()
                    if re.search(r"\[(alert|crit|emerg)\]|Sanitizer|"
                                 "runtime error", line)]

    def prometheus(self):
        """Prometheus, which scrapes itself; its port."""

        port = free_port()
        folder = self.path + "/prometheus"
        os.mkdir(folder)

        with open(folder + "/prometheus.yml", "w") as f:
            f.write("""\
global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
rule_files: [rules.yml]
scrape_configs:
  - job_name: prometheus
    static_configs:
      - targets: ["127.0.0.1:%d"]
        labels: {place: "Köln & Umgebung"}
""" % port)

        with open(folder + "/rules.yml", "w") as f:
            f.write("""\
groups:
  - name: always
    rules:
      - alert: Always
        expr: vector(1)
        labels: {severity: info}
        annotations: {summary: "It \\"fires\\" always"}
""")

        url = "http://127.0.0.1:%d" % port

        self.start("prometheus", [
            "prometheus", "--config.file=%s/prometheus.yml" % folder,
            "--storage.tsdb.path=%s/data" % folder,
            "--web.listen-address=127.0.0.1:%d" % port,
            "--log.level=warn"],
            lambda: ready(url + "/-/ready"))

        # three samples, and the alert

        def scraped():
            samples = get(url + "/api/v1/query?query=count_over_time(up[1m])")
            alerts = get(url + "/api/v1/alerts")
            try:
                return (int(json.loads(samples)["data"]["result"][0]
                            ["value"][1]) >= 3
                        and json.loads(alerts)["data"]["alerts"][0]["state"]
                        == "firing")
            except (TypeError, ValueError, IndexError):
                return False

        wait(scraped, "Prometheus has scraped itself")
        return port

    def order_desk(self):
        port = free_port()
        self.start("order-desk", [
            sys.executable, EXAMPLES + "/order-desk/order_desk.py",
            "--port", str(port), "--seed"],
            lambda: ready("http://127.0.0.1:%d/healthz" % port))
        return port


def wait(condition, what):
    end = time.monotonic() + STARTED

    while not condition():
        if time.monotonic() > end:
            raise SystemExit("not in time: " + what)
        time.sleep(0.05)


def ready(url):
    """Whether the URL is there, and well."""

    try:
        with urllib.request.urlopen(url, timeout=10):
            return True
    except OSError:
        return False


def get(url):
    """The body at the URL, whatever the status; None without an answer."""

    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.read()
    except urllib.error.HTTPError as e:
        return e.read()
    except OSError:
        return None


class Checks:
    """Counts, and prints a line for each in the form of TAP."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def check(self, ok, name, note=""):
        self.passed += bool(ok)
        self.failed += not ok
        print("%sok %d - %s" % ("" if ok else "not ",
                                self.passed + self.failed, name), flush=True)
        if not ok:
            for line in str(note).splitlines():
                print("# " + line, flush=True)

    def done(self):
        print("%d passed, %d failed" % (self.passed, self.failed))
        return self.failed != 0

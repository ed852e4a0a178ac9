# Copyright (C) mcp-nginx contributors
#
# Official MCP clients drive the two examples: Prometheus, unmodified, as
# tools, and the order desk of the quick start.  What a tool gives must be
# what curl gets from the service itself.  And wire.conf, for what these two
# do not have.  Called by run.sh.
#
#     python scenario.py [CLIENT...]
#
# A client is a program that speaks lines of JSON (ts1.mjs, ts2.mjs, py1.py,
# py2.py; see serve.mjs), or the Inspector's CLI, a process a request.

import json
import os
import re
import subprocess
import sys

import jsonschema

from lab import Checks, EXAMPLES, HERE, Lab, free_port

CLIENTS = os.environ["MCP_CLIENTS_DIR"]
NODE = os.environ.get("MCP_NODE", "node")

LEGACY = "2025-11-25"
MODERN = "2026-07-28"

ANSWER = 60                        # seconds a client may take


class Failed(Exception):
    """The client's error instead of a result; args: code, message."""


class Program:
    def __init__(self, command, url):
        self.process = subprocess.Popen(
            command[:2] + [url] + command[2:], cwd=HERE, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.hello = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise Failed(None, "the client has ended")

        answer = json.loads(line)
        if "error" in answer:
            raise Failed(answer["error"]["code"], answer["error"]["message"])
        return answer["result"]

    def ask(self, question):
        try:
            self.process.stdin.write(json.dumps(question) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Failed(None, "the client has ended") from None
        return self.answer()

    def list(self):
        return self.ask({"list": True})["tools"]

    def call(self, name, arguments):
        return self.ask({"call": {"name": name, "arguments": arguments}})

    def close(self):
        """The exit status."""

        self.process.stdin.close()

        try:
            return self.process.wait(ANSWER)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


class Inspector:
    hello = None

    def __init__(self, command, url):
        self.command = [NODE,
                        CLIENTS + "/node/node_modules/.bin/mcp-inspector",
                        "--cli", url, "--transport", "http",
                        "--protocol-era", command[1], "--format", "json",
                        "--quiet"]

    def ask(self, *more):
        run = subprocess.run(self.command + list(more), text=True,
                             capture_output=True, timeout=ANSWER,
                             stdin=subprocess.DEVNULL)
        try:
            if run.stdout:
                return json.loads(run.stdout)["result"]

            error = json.loads(run.stderr.splitlines()[-1])["error"]
        except (ValueError, KeyError, IndexError):
            raise Failed(None, "exit status %d: %s"
                         % (run.returncode, run.stderr[:500])) from None

        raise Failed(error["code"], error["message"])

    def list(self):
        return self.ask("--method", "tools/list", "--strict")["tools"]

    def call(self, name, arguments):
        return self.ask("--method", "tools/call", "--tool-name", name,
                        "--tool-args-json", json.dumps(arguments))

    def close(self):
        return 0


# name: how to start it, what it negotiates

FAMILIES = {
    "ts1": (Program, [NODE, "ts1.mjs"], LEGACY),
    "ts2-legacy": (Program, [NODE, "ts2.mjs", "legacy"], LEGACY),
    "ts2-auto": (Program, [NODE, "ts2.mjs", "auto"], MODERN),
    "ts2-pin": (Program, [NODE, "ts2.mjs", MODERN], MODERN),
    "py1": (Program, [CLIENTS + "/py1/bin/python", "py1.py"], LEGACY),
    "py2-legacy": (Program, [CLIENTS + "/py2/bin/python", "py2.py",
                             "legacy"], LEGACY),
    "py2-auto": (Program, [CLIENTS + "/py2/bin/python", "py2.py", "auto"],
                 MODERN),
    "py2-pin": (Program, [CLIENTS + "/py2/bin/python", "py2.py", MODERN],
                MODERN),
    "inspector": (Inspector, ["inspector", "legacy"], LEGACY),
    "inspector-modern": (Inspector, ["inspector", "modern"], MODERN),
}


def curl(url, *more, body=None):
    """What curl gets: the status, and the body as text."""

    command = ["curl", "-sS", "-w", "\n%{http_code}", "--max-time", "30"]

    for pair in more:
        command += ["--data-urlencode", pair]
    if more:
        command.append("-G")
    if body is not None:
        command += ["-H", "Content-Type: application/json",
                    "--data-binary", json.dumps(body)]

    out = subprocess.run(command + [url], check=True,
                         capture_output=True).stdout.decode()
    text, status = out.rsplit("\n", 1)
    return int(status), text


def unlike(value, expected, path="$"):
    """Where two JSON values differ, or None; 1 is 1.0, but not true."""

    if isinstance(value, bool) or isinstance(expected, bool):
        same = value is expected
    elif isinstance(value, dict) and isinstance(expected, dict):
        if set(value) != set(expected):
            return "%s: members %s, expected %s" % (
                path, sorted(value), sorted(expected))
        for key in expected:
            difference = unlike(value[key], expected[key], path + "." + key)
            if difference:
                return difference
        return None
    elif isinstance(value, list) and isinstance(expected, list):
        if len(value) != len(expected):
            return "%s: %d items, expected %d" % (path, len(value),
                                                  len(expected))
        for i, (one, two) in enumerate(zip(value, expected)):
            difference = unlike(one, two, "%s[%d]" % (path, i))
            if difference:
                return difference
        return None
    else:
        same = type(value) is type(expected) and value == expected or (
            isinstance(value, (int, float))
            and isinstance(expected, (int, float)) and value == expected)

    return None if same else "%s: %r, expected %r" % (path, value, expected)


def texts(result):
    return "\n".join(block.get("text", "") for block in result["content"])


class Session:
    """One client at one endpoint, with the checks that both services share."""

    def __init__(self, checks, service, family, url):
        kind, command, self.revision = FAMILIES[family]
        self.checks = checks
        self.label = "%s: %s: " % (service, family)
        self.client = kind(command, url)

    def check(self, ok, name, note=""):
        self.checks.check(ok, self.label + name, note)

    def called(self, what, tool, arguments, judge):
        """Calls, and has the result judged: None, or what is wrong."""

        result = None

        try:
            result = self.client.call(tool, arguments)
            note = judge(result)
        except Failed as e:
            note = "error %s: %s" % e.args

        self.check(note is None, what,
                   "%s\ntool %s, arguments %s\nresult %s" % (
                       note, tool, json.dumps(arguments),
                       json.dumps(result)[:2000]))
        return result

    def same(self, what, tool, arguments, text, mask=lambda value: value):
        """The result is that JSON, both as structure and as text."""

        expected = mask(json.loads(text))

        def judge(result):
            if result.get("isError"):
                return "isError is set"
            difference = unlike(mask(result.get("structuredContent")),
                                expected, "structuredContent")
            if difference:
                return difference
            if [b["type"] for b in result["content"]] != ["text"]:
                return "content is not one block of text"

            got = result["content"][0]["text"]

            if mask is SAME and got != text:
                return "the text is not what curl got: " + text
            return unlike(mask(json.loads(got)), expected, "text")

        return self.called(what, tool, arguments, judge)

    def refused(self, what, tool, arguments, *words):
        """The result is an error that says this."""

        def judge(result):
            if result.get("isError") is not True:
                return "isError is not true"
            text = texts(result)
            for word in words:
                if (word not in text
                        and json.dumps(word)[1:-1] not in text):
                    return "the text does not say: " + word
            if "<html" in text or "<center>" in text:
                return "a page of nginx"
            return None

        return self.called(what, tool, arguments, judge)

    def unknown(self):
        """A tool that does not exist is an error of the protocol."""

        try:
            note = json.dumps(self.client.call("no_such_tool", {}))
            ok = False
        except Failed as e:
            note = "error %s: %s" % e.args

            # the Inspector asks the list first, and says so itself
            ok = e.args[0] in (-32602, "tool_not_found")

        self.check(ok, "an unknown tool is -32602", note)

    def hello(self, name, version, title, instructions):
        hello = self.client.hello

        if hello is None:
            return

        self.check(hello["protocol"] == self.revision,
                   "speaks " + self.revision, hello["protocol"])
        self.check("tools" in hello["capabilities"] or not hello["server"],
                   "the server has tools", hello)

        # a pinned Python client asks nothing before its first call

        if hello["server"]:
            self.check((hello["server"].get("name"),
                        hello["server"].get("version"),
                        hello["server"].get("title"),
                        hello["instructions"])
                       == (name, version, title, instructions),
                       "the server tells what it is", hello)

    def tools(self, expected):
        """
        The list: names in order, well-formed schemas, their properties
        ("name!" is required), and annotations.
        """

        try:
            tools = self.client.list()
        except Failed as e:
            self.check(False, "lists its tools", "error %s: %s" % e.args)
            return

        self.check([t["name"] for t in tools] == list(expected),
                   "lists its tools in the order of the file",
                   [t["name"] for t in tools])

        for tool in tools:
            note = self.tool(tool, expected.get(tool["name"]))
            self.check(note is None, "the tool %s is well-formed"
                       % tool["name"], "%s\n%s" % (note, tool))

    @staticmethod
    def tool(tool, expected):
        if expected is None:
            return "not expected"

        properties, hints = expected
        schema = tool["inputSchema"]

        try:
            jsonschema.Draft202012Validator.check_schema(schema)
        except jsonschema.SchemaError as e:
            return "the schema is no schema: %s" % e.message

        if schema.get("type") != "object":
            return "the schema's type is not object"
        if schema.get("additionalProperties") is not False:
            return "additionalProperties is not false"

        got = [name + "!" * (name in schema.get("required", []))
               for name in schema.get("properties", {})]
        if got != properties.split():
            return "properties: %s, expected %s" % (got, properties)

        if not tool.get("description") or not tool.get("title"):
            return "no title or description"

        got = {k: v for k, v in tool.get("annotations", {}).items()
               if k.endswith("Hint")}
        for hint, value in hints.items():
            if got.get(hint) is not value:
                return "annotations: %s, expected %s" % (got, hints)
        return None

    def close(self):
        status = self.client.close()
        self.check(status == 0, "the client ends without an error",
                   "exit status %s" % status)


def SAME(value):
    return value


READ_ONLY = {"readOnlyHint": True}

PROMETHEUS = {
    "query": ("query! time timeout", READ_ONLY),
    "query_range": ("query! start! end! step! timeout", READ_ONLY),
    "label_values": ("label! match start end", READ_ONLY),
    "series": ("match! start end", READ_ONLY),
    "targets": ("state", READ_ONLY),
    "alerts": ("", READ_ONLY),
}

ORDERS = {
    "list_orders": ("status customer created_after sort limit offset",
                    READ_ONLY),
    "get_order": ("id! expand", READ_ONLY),
    "create_order": ("customer! items! note", {"destructiveHint": False}),
    "cancel_order": ("id! reason!", {"destructiveHint": True}),
}


def instructions_of(conf):
    with open("%s/%s" % (EXAMPLES, conf)) as f:
        return re.search(r'mcp_instructions "([^"]*)"', f.read()).group(1)


class Prometheus:
    """The service, asked by curl: what does not change is asked once."""

    def __init__(self, port):
        self.url = "http://127.0.0.1:%d/api/v1/" % port
        value = self.data("query", "query=timestamp(up)")["result"][0]
        self.time = value["value"][1]
        self.cases = list(self.stable())
        self.expected = [self.ask(path, pairs)
                         for _, _, _, path, pairs in self.cases]

    def ask(self, path, pairs):
        return curl(self.url + path, *pairs)

    def data(self, path, *pairs):
        return json.loads(self.ask(path, pairs)[1])["data"]

    def stable(self):
        """Calls: what is tried, tool, arguments, and the same for curl."""

        at = self.time
        start = "%.3f" % (float(at) - 10)

        def query(what, text):
            return (what, "query", {"query": text, "time": at}, "query",
                    ["query=" + text, "time=" + at])

        yield query("an instant query", "prometheus_build_info")
        yield query("a query with reserved and other characters",
                    'label_replace(up{place="Köln & Umgebung"}, "x", '
                    '"a&b=c#d %41;/?+ é\\"", "job", ".*") + 1 % 2')
        yield query("a query without a result", 'up{job="nobody"}')
        yield query("a scalar", "1 + 1")
        yield query("a query of 3000 characters",
                    "up" + " + up" * 600)

        yield ("a range query", "query_range",
               {"query": "up", "start": start, "end": at, "step": "1s"},
               "query_range",
               ["query=up", "start=" + start, "end=" + at, "step=1s"])
        yield ("all metric names", "label_values", {"label": "__name__"},
               "label/__name__/values", [])
        yield ("values of a label that is not ASCII", "label_values",
               {"label": "place", "match": ["up"]},
               "label/place/values", ["match[]=up"])
        yield ("series of two selectors", "series",
               {"match": ['up{job="prometheus"}', "prometheus_build_info"]},
               "series", ['match[]=up{job="prometheus"}',
                          "match[]=prometheus_build_info"])
        yield ("series in a time span", "series",
               {"match": ["up"], "start": start, "end": at}, "series",
               ["match[]=up", "start=" + start, "end=" + at])
        yield ("the alert", "alerts", {}, "alerts", [])

    def drive(self, s):
        s.tools(PROMETHEUS)

        for (what, tool, arguments, _, _), (status, text) in zip(
                self.cases, self.expected):
            assert status == 200, text
            s.same(what, tool, arguments, text)

        # each scrape changes when and how long

        def mask(value):
            for target in value["data"]["activeTargets"]:
                for key in ("lastScrape", "lastScrapeDuration"):
                    assert target.pop(key)
            return value

        s.same("the targets, by the default of the tool", "targets", {},
               self.ask("targets", ["state=active"])[1], mask)
        s.same("no dropped targets", "targets", {"state": "dropped"},
               self.ask("targets", ["state=dropped"])[1], mask)

        for what, tool, arguments, path, pairs in (
                ("a bad query", "query", {"query": "up{"}, "query",
                 ["query=up{"]),
                ("an unknown function", "query", {"query": "nope(up)"},
                 "query", ["query=nope(up)"]),
                ("a bad selector", "series", {"match": ["{}"]}, "series",
                 ["match[]={}"])):
            status, text = self.ask(path, pairs)
            assert status >= 400, text
            s.refused("%s is an error in the words of Prometheus" % what,
                      tool, arguments, json.loads(text)["error"])

        s.refused("a missing argument is an error that names it",
                  "query", {"time": self.time}, "query")
        s.refused("an argument of a wrong type is an error that names it",
                  "series", {"match": 7}, "match")
        s.refused("a path stays where the tool is", "label_values",
                  {"label": "../status/config"}, "path")
        s.unknown()

    def unchanged(self):
        """Whether the answers were indeed as stable as this file thinks."""

        return [case[0] for case, text in zip(self.cases, self.expected)
                if self.ask(*case[3:]) != text]


class Orders:
    def __init__(self, port):
        self.url = "http://127.0.0.1:%d/v1/orders" % port

    def drive(self, s):
        s.tools(ORDERS)

        # what the defaults of the tool send
        s.same("the first page", "list_orders", {},
               curl(self.url, "sort=-created_at", "limit=20", "offset=0")[1])
        s.same("a page of one customer", "list_orders",
               {"customer": "C-101", "sort": "id", "limit": 2, "offset": 1},
               curl(self.url, "customer=C-101", "sort=id", "limit=2",
                    "offset=1")[1])
        s.same("an order", "get_order", {"id": 1018},
               curl(self.url + "/1018")[1])
        s.same("an order with what belongs to it", "get_order",
               {"id": 1002, "expand": ["items", "customer"]},
               curl(self.url + "/1002?expand=items,customer")[1])
        s.refused("an order that does not exist", "get_order",
                  {"id": 999999},
                  json.loads(curl(self.url + "/999999")[1])["detail"])
        s.refused("no order without items", "create_order",
                  {"customer": "C-101", "items": []}, "items")
        s.refused("no order for nobody", "create_order",
                  {"customer": "C-999",
                   "items": [{"sku": "CAB-USC", "quantity": 1}]},
                  "/customer is not a customer")

        number = self.create(s)

        if number is None:
            return

        order = "%s/%d" % (self.url, number)
        reason = 'Zu spät: "war schon da" \\ 😀'

        s.same("the order is there", "get_order", {"id": number},
               curl(order)[1])

        def cancelled(result):
            value = result.get("structuredContent") or {}
            if result.get("isError") or value.get("status") != "cancelled":
                return "not cancelled"
            return unlike(value, json.loads(curl(order)[1]))

        s.called("cancels it", "cancel_order",
                 {"id": number, "reason": reason}, cancelled)
        s.check(reason in json.dumps(json.loads(curl(order)[1]),
                                     ensure_ascii=False).replace(
                                         '\\"', '"').replace("\\\\", "\\"),
                "the reason arrived as it was given", curl(order)[1])

        status, text = curl(order + "/cancel", body={"reason": "again"})
        assert status == 409, text

        s.refused("a second time it is too late (409)", "cancel_order",
                  {"id": number, "reason": "again"},
                  json.loads(text)["detail"])
        s.unknown()

    def create(self, s):
        order = {"customer": "C-102", "note": "Grüße",
                 "items": [{"sku": "CAB-USC", "quantity": 2}]}

        def created(result):
            value = result.get("structuredContent") or {}
            if result.get("isError"):
                return "isError is set"
            if value.get("status") != "new" or value.get("note") != "Grüße":
                return "not the order"
            return unlike(value, json.loads(
                curl("%s/%d?expand=items" % (self.url, value["id"]))[1]))

        result = s.called("creates an order", "create_order", order, created)

        try:
            return result["structuredContent"]["id"]
        except (TypeError, KeyError):
            return None


class Wire:
    """wire.conf: mirrored headers (M 1.5), and results of each kind."""

    def drive(self, s):
        try:
            s.check(len(s.client.list()) == 18, "lists its tools")
        except Failed as e:
            s.check(False, "lists its tools", "error %s: %s" % e.args)
            return

        for arguments, query in (
                ({"depot": "north"}, "depot=north"),
                ({"depot": "Helsingør"}, "depot=Helsing%C3%B8r"),
                ({"depot": " a "}, "depot=%20a%20"),
                ({"depot": "=?base64?aGk=?="},
                 "depot=%3D%3Fbase64%3FaGk%3D%3F%3D"),
                ({"depot": "😀\n"}, "depot=%F0%9F%98%80%0A"),
                ({"depot": ""}, "depot="),
                ({"count": 42, "flag": True}, "count=42&flag=true"),
                ({"count": -9007199254740991, "flag": False, "free": "x"},
                 "count=-9007199254740991&flag=false&free=x"),
                ({}, "")):
            s.same("mirrors %s" % json.dumps(arguments, ensure_ascii=False),
                   "parcel", arguments, '{"args":"%s"}' % query)

        self.result(s, "hello", "hello", False)

        # what is not an object is structured in 2026-07-28 only (D6)

        for tool, value in (("array", [1, 2]), ("number", 3), ("null", None)):
            self.result(s, tool, json.dumps(value, separators=(",", ":")),
                        s.revision == MODERN, value)

        s.refused("an error with a text", "conflict", {},
                  "Delivered already")
        s.called("no content", "empty", {}, lambda result: (
            "isError is set" if result.get("isError") else None))

    @staticmethod
    def result(s, tool, text, structured, value=None):
        def judge(result):
            if result.get("isError"):
                return "isError is set"
            if texts(result) != text:
                return "the text is not " + text
            if ("structuredContent" in result) != structured:
                return "structuredContent is %sexpected" % (
                    "" if structured else "not ")
            if structured:
                return unlike(result["structuredContent"], value)
            return None

        s.called("the result of " + tool, tool, {}, judge)


def drive(checks, service, family, url, driver, hello):
    try:
        s = Session(checks, service, family, url)
    except Failed as e:
        checks.check(False, "%s: %s: connects" % (service, family),
                     "error %s: %s" % e.args)
        return

    s.hello(*hello)
    driver.drive(s)
    s.close()


def main(families):
    checks = Checks()

    with Lab() as lab:
        desk = lab.order_desk()
        port = lab.nginx(EXAMPLES + "/quickstart.conf", "quickstart",
                         ["errors.conf", "order-desk"], _9000=desk)
        url = "http://127.0.0.1:%d/mcp" % port
        hello = ("orders", "1.0.0", "Order desk",
                 instructions_of("quickstart.conf"))

        for family in families:
            drive(checks, "order desk", family, url, Orders(desk), hello)

        fast = free_port()
        port = lab.nginx(HERE + "/wire.conf", "wire", ["errors.conf"],
                         _8081=fast)
        url = "http://127.0.0.1:%d/mcp" % port
        hello = ("wire", "1.2.3", "The wire", 'Say "hello" first.')

        for family in families:
            drive(checks, "wire", family, url, Wire(), hello)

        server = lab.prometheus()
        port = lab.nginx(EXAMPLES + "/prometheus.conf", "prometheus-mcp",
                         ["errors.conf"], _9090=server)
        url = "http://127.0.0.1:%d/mcp" % port
        hello = ("prometheus", "1.0.0", "Prometheus",
                 instructions_of("prometheus.conf"))
        driver = Prometheus(server)

        for family in families:
            drive(checks, "prometheus", family, url, driver, hello)

        changed = driver.unchanged()
        checks.check(not changed, "prometheus: curl still gets the same",
                     changed)

        for name in ("quickstart", "wire", "prometheus-mcp"):
            trouble = lab.trouble(name)
            checks.check(not trouble, "the log of nginx (%s) is clean" % name,
                         "\n".join(trouble))

    return checks.done()


sys.exit(main(sys.argv[1:] or FAMILIES))

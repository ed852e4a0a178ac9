# Copyright (C) mcp-nginx contributors
#
# The official SDKs' clients (../clients) with a person in front of them: the
# browser is scripted, all the rest is what the SDK does by itself.

import json
import os
import pathlib
import subprocess
import tempfile
import urllib.parse

from parts import REAL, ROOT, SECONDS

CLIENTS = pathlib.Path(os.environ.get("MCP_CLIENTS_DIR",
                                      ROOT / "build/clients"))

LEGACY = "2025-11-25"
MODERN = "2026-07-28"

# how it is started, after that: URL MODE; and what it must negotiate

FAMILIES = {
    "ts1": (["login.mjs", "ts1"], "legacy", LEGACY),
    "ts2": (["login.mjs", "ts2"], "auto", MODERN),
    "ts2-legacy": (["login.mjs", "ts2"], "legacy", LEGACY),
    "py1": (["login_py1.py"], "legacy", LEGACY),
    "py2": (["login_py2.py"], "auto", MODERN),
    "py2-legacy": (["login_py2.py"], "legacy", LEGACY),
}


class Failed(AssertionError):
    """The client's error instead of a result."""


def interpreter(family):
    if family.startswith("py"):
        return str(CLIENTS / family[:3] / "bin/python")
    node = CLIENTS / "node/node_modules/.bin/node"
    return str(node) if node.exists() else "node"


class Sdk:
    """
    A client that has connected, after whatever login that took; "asked" has
    the parameters of each authorization request.
    """

    def __init__(self, family, url, browser, client_id=None):
        command, mode, self.revision = FAMILIES[family]
        self.family = family
        self.browser = browser
        self.asked = []

        command = [interpreter(family), *command, url, mode]
        if client_id is not None:
            command.append(client_id)

        self.said = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            command, cwd=REAL / "clients", text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self.said,
            env={**os.environ, "MCP_CLIENTS_DIR": str(CLIENTS.resolve()),
                 "PYTHONDONTWRITEBYTECODE": "1"})
        try:
            self.protocol = self.answer()["protocol"]
        except BaseException:
            self.kill()
            raise

    def ended(self):
        self.said.seek(0)
        return Failed("%s has ended: %s" % (self.family,
                                            self.said.read()[-3000:]))

    def write(self, message):
        try:
            self.process.stdin.write(json.dumps(message) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise self.ended() from None

    def answer(self):
        """The next answer; before it, the logins that it takes."""

        while True:
            line = self.process.stdout.readline()
            if not line:
                raise self.ended()

            message = json.loads(line)
            if "error" in message:
                raise Failed("%s: %s" % (self.family, message["error"]))
            if "result" in message:
                return message["result"]

            url = message["authorize"]
            asked = dict(urllib.parse.parse_qsl(
                urllib.parse.urlsplit(url).query))
            self.asked.append(asked)
            self.write({"callback": self.browser.authorize(
                url, asked["redirect_uri"])})

    def list(self):
        self.write({"list": True})
        return [tool["name"] for tool in self.answer()["tools"]]

    def call(self, name, arguments=None):
        self.write({"call": {"name": name, "arguments": arguments or {}}})
        return self.answer()

    def close(self):
        """The exit status."""

        self.process.stdin.close()
        try:
            return self.process.wait(SECONDS)
        finally:
            self.kill()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stdin.close()
        self.said.close()

# Copyright (C) mcp-nginx contributors
#
# The authorization servers that the tests of this folder start: programs
# that deps.sh has brought, each on a free port of the loopback interface,
# and what all of them are asked with.

import base64
import hashlib
import http.client
import json
import os
import pathlib
import random
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

from auth_door import Answer

REAL = pathlib.Path(__file__).resolve().parent.parent
ROOT = REAL.parent.parent
CACHE = pathlib.Path(os.environ.get("MCP_CACHE",
                                    ROOT / "build/cache")) / "real"

HEAP = "-Xms64m -Xmx512m"
SECONDS = 60                       # an answer may take so long


def main(path):
    """The end of a test file: its tests, and the line that counts them."""

    sys.exit(subprocess.run([sys.executable, str(ROOT / "tools/pyunit"),
                             path]).returncode)


def bring(*parts):
    subprocess.run(["bash", str(REAL / "deps.sh"), *parts], check=True)


def free_port():
    """
    A port that is still free when a server has started in between: none of
    those that the system hands out by itself.
    """

    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass


class Part:
    """
    A program that runs until stop(); in our process group, so that a test
    which takes too long is ended with all it has started (tools/tally).
    """

    def __init__(self, name, command, url, seconds=240, env=None):
        self.name = name
        self.folder = tempfile.TemporaryDirectory(prefix="mcp-real-")
        self.log = self.folder.name + "/log"

        with open(self.log, "w") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                cwd=self.folder.name, env={**os.environ, **(env or {})})

        try:
            self.wait(url, seconds)
        except BaseException:
            self.stop()
            raise

    def wait(self, url, seconds):
        end = time.monotonic() + seconds

        while self.process.poll() is None and time.monotonic() < end:
            try:
                if http_get(url).status == 200:
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.2)

        with open(self.log) as f:
            raise RuntimeError("%s did not start\n%s"
                               % (self.name, f.read()[-4000:]))

    def stop(self):
        """Ends it and what it has started: politely, later by force."""

        if self.process is None:
            return

        pids = descendants(self.process.pid)

        for number, seconds in (signal.SIGTERM, 20), (signal.SIGKILL, 5):
            end = time.monotonic() + seconds
            for pid in pids:
                signal_if_there(pid, number)
            while pids and time.monotonic() < end:
                self.process.poll()
                pids = [pid for pid in pids if signal_if_there(pid, 0)]
                time.sleep(0.05)

        self.process.wait()
        self.process = None
        self.folder.cleanup()


def descendants(pid):
    """That process, and all that it has started."""

    try:
        with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
            children = [int(word) for word in f.read().split()]
    except FileNotFoundError:
        children = []
    return [pid] + [one for child in children for one in descendants(child)]


def signal_if_there(pid, number):
    try:
        os.kill(pid, number)
        return True
    except ProcessLookupError:
        return False


def send(method, url, form=None, body=None, headers=(), bearer=None,
         basic=None):
    """A request, redirects not followed; "form" is a dict or pairs."""

    parts = urllib.parse.urlsplit(url)
    headers = dict(headers)

    if form is not None:
        body = urllib.parse.urlencode(form)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    elif body is not None and not isinstance(body, (str, bytes)):
        body = json.dumps(body)
        headers["Content-Type"] = "application/json"

    if bearer is not None:
        headers["Authorization"] = "Bearer " + bearer
    if basic is not None:
        # RFC 6749, 2.3.1: encoded, as a client id may be a URL
        pair = ":".join(urllib.parse.quote(word, safe="") for word in basic)
        headers["Authorization"] = "Basic " + base64.b64encode(
            pair.encode()).decode()

    connection = http.client.HTTPConnection(parts.hostname, parts.port,
                                            timeout=SECONDS)
    try:
        target = (parts.path or "/") + ("?" + parts.query if parts.query
                                        else "")
        connection.request(method, target, body, headers)
        return Answer(connection.getresponse())
    finally:
        connection.close()


def http_get(url, **more):
    return send("GET", url, **more)


def post(url, form=None, **more):
    return send("POST", url, form, **more)


def expect(answer, *status):
    """The JSON of an answer that must have one of these statuses."""

    if answer.status not in (status or (200, 201, 204)):
        raise AssertionError(repr(answer))
    return answer.json if answer.text else None


def token_of(answer):
    return expect(answer, 200)["access_token"]


def jwt(token, part=1):
    """The claims of a token, or (0) its header; nothing is verified."""

    text = token.split(".")[part]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


# what a client does at an authorization server

REDIRECT = "http://127.0.0.1:7777/callback"


def metadata(issuer):
    """The server's metadata (RFC 8414)."""

    origin, path = re.fullmatch("(http://[^/]*)(.*)", issuer).groups()
    return expect(http_get(origin + "/.well-known/oauth-authorization-server"
                           + path.rstrip("/")), 200)


def register(issuer, scope):
    """A client that has registered itself, for these scopes."""

    return expect(post(metadata(issuer)["registration_endpoint"], body={
        "client_name": "test", "redirect_uris": [REDIRECT], "scope": scope,
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"], "application_type": "native",
        "token_endpoint_auth_method": "none"}), 201)


def code_flow(issuer, resource, scope, browser, client_id=None):
    """
    The tokens of an authorization code flow with PKCE (RFC 7636) and a
    resource indicator (RFC 8707).
    """

    at = metadata(issuer)
    client_id = client_id or register(issuer, scope)["client_id"]
    verifier = secrets.token_urlsafe(32)
    state = secrets.token_urlsafe(16)
    hashed = base64.urlsafe_b64encode(
        hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")

    back = browser.authorize(
        at["authorization_endpoint"] + "?" + urllib.parse.urlencode({
            "response_type": "code", "client_id": client_id, "scope": scope,
            "redirect_uri": REDIRECT, "state": state, "resource": resource,
            "code_challenge": hashed, "code_challenge_method": "S256"}),
        REDIRECT)
    got = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))

    if "code" not in got or got["state"] != state or got["iss"] != issuer:
        raise AssertionError("no code: " + back)

    return expect(post(at["token_endpoint"], {
        "grant_type": "authorization_code", "code": got["code"],
        "redirect_uri": REDIRECT, "client_id": client_id,
        "code_verifier": verifier, "resource": resource}), 200)

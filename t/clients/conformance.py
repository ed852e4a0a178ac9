# Copyright (C) mcp-nginx contributors
#
# Runs the official conformance suite at each revision against the fixtures of
# conformance.conf, and prints what passed.  Called by conformance.sh.
#
#     python conformance.py [REVISION...]

import base64
import json
import os
import re
import subprocess
import sys

from lab import HERE, Lab, free_port

REVISIONS = ("2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28")

SUITE = (os.environ["MCP_CLIENTS_DIR"]
         + "/node/node_modules/@modelcontextprotocol/conformance/dist/index.js")

PNG = ("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQ"
       "IAX8jx0gAAAABJRU5ErkJggg==")
WAV = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA="

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {"address": {
        "$anchor": "addressDef", "type": "object",
        "properties": {"street": {"type": "string"},
                       "city": {"type": "string"}}}},
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"}},
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}},
           "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}


def part(*lines):
    return "--part\r\n" + "\r\n".join(lines) + "\r\n"


def fixtures(folder):
    files = folder + "/conformance/files"
    os.makedirs(files)
    os.makedirs(folder + "/conformance/conf")

    for name, text in (("image.png", PNG), ("audio.wav", WAV)):
        with open("%s/%s" % (files, name), "wb") as f:
            f.write(base64.b64decode(text))

    with open(files + "/mixed", "wb") as f:
        f.write(part("Content-Type: text/plain", "",
                     "Multiple content types test:").encode()
                + b"--part\r\nContent-Type: image/png\r\n\r\n"
                + base64.b64decode(PNG) + b"\r\n"
                + part("Content-Type: application/json",
                       "Content-Location: test://mixed-content-resource", "",
                       '{"test":"data","value":123}').encode()
                + b"--part--\r\n")

    with open(folder + "/conformance/conf/json_schema_2020_12_tool.json",
              "w") as f:
        json.dump(SCHEMA, f)


def run(url, revision, folder):
    """Scenarios that passed or not, and the checks of all of them."""

    out = "%s/out-%s" % (folder, revision)
    subprocess.run(
        [os.environ["MCP_NODE"], SUITE, "server", "--url", url, "--suite",
         "all", "--spec-version", revision, "-o", out],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL)

    scenarios, total = {}, {}

    for name in sorted(os.listdir(out) if os.path.isdir(out) else ()):
        try:
            with open("%s/%s/checks.json" % (out, name)) as f:
                checks = json.load(f)
        except OSError:
            continue

        name = re.sub(r"^server-(.*)-\d{4}-\d\d-\d\dT.*", r"\1", name)
        bad = []

        for check in checks:
            status = check["status"]
            total[status] = total.get(status, 0) + 1
            if status in ("FAILURE", "WARNING"):
                bad.append("%s: %s: %s" % (
                    status.lower(), check["id"],
                    str(check.get("errorMessage", ""))[:160]))
        scenarios[name] = bad

    return scenarios, total


def main(revisions):
    with Lab() as lab:
        fixtures(lab.path)
        port = lab.nginx(HERE + "/conformance.conf", "conformance",
                         ["errors.conf"], _8081=free_port())
        url = "http://127.0.0.1:%d/mcp" % port

        for revision in revisions:
            scenarios, total = run(url, revision, lab.path)

            print("\n=== %s" % revision)
            for name, bad in scenarios.items():
                print("%s %s" % ("not ok -" if bad else "ok -", name))
                for line in bad:
                    print("#  " + line)

            print("conformance-%s: %d/%d scenarios; checks: %s" % (
                revision, sum(not bad for bad in scenarios.values()),
                len(scenarios), ", ".join(
                    "%d %s" % (n, status.lower())
                    for status, n in sorted(total.items()))))


main(sys.argv[1:] or REVISIONS)

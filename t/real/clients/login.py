# Copyright (C) mcp-nginx contributors
#
# What login_py1.py and login_py2.py share: where the SDK keeps things, and
# the browser, which is at the other end of stdin and stdout (login.mjs tells
# the protocol; the rest of it is in t/clients/serve.py).

import json
import os
import sys
import urllib.parse

import anyio

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../../clients"))

from serve import say                                    # noqa: E402

REDIRECT = "http://127.0.0.1:7777/callback"


class Storage:
    tokens = None
    client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client


def arguments(auth, name, url, client_id):
    """Those of an OAuthClientProvider, but its callback_handler."""

    metadata = auth.OAuthClientMetadata(
        client_name=name, redirect_uris=[REDIRECT],
        token_endpoint_auth_method="none")
    storage = Storage()

    if client_id:
        storage.client = auth.OAuthClientInformationFull(
            client_id=client_id, redirect_uris=[REDIRECT],
            token_endpoint_auth_method="none")

    return dict(server_url=url, client_metadata=metadata, storage=storage,
                redirect_handler=redirect)


async def redirect(url):
    say({"authorize": url})


async def callback():
    """The parameters that the browser came back with."""

    line = json.loads(await anyio.to_thread.run_sync(sys.stdin.readline))
    got = dict(urllib.parse.parse_qsl(
        urllib.parse.urlsplit(line["callback"]).query))
    if "error" in got:
        raise RuntimeError("login: " + got["error"])
    return got

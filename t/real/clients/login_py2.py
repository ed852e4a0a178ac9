# Copyright (C) mcp-nginx contributors
#
# Python, mcp 2.x, at an endpoint that wants a login.
#
#     build/clients/py2/bin/python login_py2.py URL auto|legacy [CLIENT-ID]

import sys

import anyio
import httpx2
from mcp import MCPError
from mcp.client import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared import auth

from login import arguments, callback
from serve import serve


async def code():
    got = await callback()
    return auth.AuthorizationCodeResult(**{
        name: got.get(name) for name in ("code", "state", "iss")})


async def main(url, mode, client_id=None):
    provider = OAuthClientProvider(
        callback_handler=code, **arguments(auth, "py2", url, client_id))

    async with httpx2.AsyncClient(auth=provider, timeout=60) as http:
        transport = streamable_http_client(url, http_client=http)

        async with Client(transport, mode=mode) as client:

            async def list_tools(cursor):
                return await client.list_tools(cursor=cursor)

            await serve({"protocol": client.protocol_version}, list_tools,
                        client.call_tool, MCPError)


anyio.run(main, *sys.argv[1:])

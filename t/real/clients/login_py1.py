# Copyright (C) mcp-nginx contributors
#
# Python, mcp 1.x, at an endpoint that wants a login.
#
#     build/clients/py1/bin/python login_py1.py URL legacy [CLIENT-ID]

import sys

import anyio
import httpx
from mcp import ClientSession, McpError
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared import auth
from mcp.types import PaginatedRequestParams

from login import arguments, callback
from serve import serve


async def code():
    got = await callback()
    return got["code"], got.get("state")


async def main(url, mode, client_id=None):
    provider = OAuthClientProvider(
        callback_handler=code, **arguments(auth, "py1", url, client_id))

    async with httpx.AsyncClient(auth=provider, timeout=60) as http:
        async with streamable_http_client(url, http_client=http) as streams:
            async with ClientSession(*streams[:2]) as session:
                hello = await session.initialize()

                async def list_tools(cursor):
                    return await session.list_tools(
                        params=PaginatedRequestParams(cursor=cursor))

                await serve({"protocol": hello.protocolVersion}, list_tools,
                            session.call_tool, McpError)


anyio.run(main, *sys.argv[1:])

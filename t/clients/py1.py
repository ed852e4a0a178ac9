# Copyright (C) mcp-nginx contributors
#
# Python, mcp 1.x: the handshake of 2025-11-25.
#
#     build/clients/py1/bin/python py1.py URL
#
# Driven by scenario.py over stdin and stdout, see serve.py.

import sys

import anyio
from mcp import ClientSession, McpError
from mcp.client.streamable_http import streamable_http_client
from mcp.types import PaginatedRequestParams

from serve import plain, serve


async def main(url):
    async with streamable_http_client(url) as (read, write, _):
        async with ClientSession(read, write) as session:
            hello = await session.initialize()

            async def list_tools(cursor):
                return await session.list_tools(
                    params=PaginatedRequestParams(cursor=cursor))

            await serve({"protocol": hello.protocolVersion,
                         "server": plain(hello.serverInfo),
                         "instructions": hello.instructions,
                         "capabilities": plain(hello.capabilities)},
                        list_tools, session.call_tool, McpError)


anyio.run(main, sys.argv[1])

# Copyright (C) mcp-nginx contributors
#
# Python, mcp 2.x.
#
#     build/clients/py2/bin/python py2.py URL auto|legacy|VERSION
#
# auto asks server/discover and falls back to the handshake, a version is
# pinned and not asked for.  Driven by scenario.py, see serve.py.

import sys

import anyio
from mcp import MCPError
from mcp.client import Client

from serve import plain, serve


async def main(url, mode):
    async with Client(url, mode=mode) as client:

        async def list_tools(cursor):
            return await client.list_tools(cursor=cursor)

        info = client.server_info

        await serve({"protocol": client.protocol_version,
                     "server": info and plain(info),
                     "instructions": client.instructions,
                     "capabilities": plain(client.server_capabilities)},
                    list_tools, client.call_tool, MCPError)


anyio.run(main, *sys.argv[1:])

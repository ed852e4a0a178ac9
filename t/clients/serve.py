# Copyright (C) mcp-nginx contributors
#
# What py1.py and py2.py share: the protocol with scenario.py, a line of JSON
# each way, as serve.mjs tells it.

import json
import sys

import anyio


def say(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def plain(model):
    """A model of the SDK as the JSON that was on the wire."""

    return model.model_dump(mode="json", by_alias=True, exclude_unset=True)


async def tools_of(list_tools):
    tools = []
    cursor = None

    while True:
        page = await list_tools(cursor)
        tools.extend(plain(tool) for tool in page.tools)
        cursor = plain(page).get("nextCursor")
        if cursor is None:
            return {"tools": tools}


async def serve(hello, list_tools, call_tool, error):
    """Answers lines of stdin until it ends; "error" is the SDK's own."""

    say({"result": hello})

    while True:
        line = await anyio.to_thread.run_sync(sys.stdin.readline)
        if not line:
            return

        call = json.loads(line).get("call")

        try:
            if call:
                result = plain(await call_tool(call["name"],
                                               call.get("arguments")))
            else:
                result = await tools_of(list_tools)
        except error as e:
            say({"error": {"code": e.error.code, "message": e.error.message}})
        else:
            say({"result": result})

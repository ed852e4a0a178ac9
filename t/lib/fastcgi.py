#!/usr/bin/env python3
#
# Copyright (C) mcp-nginx contributors
#
# A FastCGI responder that answers every request with its parameters, one a
# line, and its body.  Started by t/lib/Upstream.pm; prints its port and
# lives as long as its standard input stays open.

import asyncio
import struct
import sys

BEGIN, END, PARAMS, STDIN, STDOUT = 1, 3, 4, 5, 6


def record(kind, request, data=b""):
    return struct.pack(">BBHHBx", 1, kind, request, len(data), 0) + data


def lengths(data, at):
    """One length of a name or value, and where the next byte is."""

    if data[at] < 128:
        return data[at], at + 1

    return struct.unpack_from(">I", data, at)[0] & 0x7fffffff, at + 4


def lines(data):
    at = 0

    while at < len(data):
        name, at = lengths(data, at)
        value, at = lengths(data, at)
        yield data[at:at + name] + b"=" + data[at + name:at + name + value]
        at += name + value


async def serve(reader, writer):
    params, body = b"", b""

    try:
        while True:
            head = await reader.readexactly(8)
            _, kind, request, length, padding = struct.unpack(">BBHHBx", head)
            data = await reader.readexactly(length + padding)
            data = data[:length]

            if kind == PARAMS:
                params += data

            elif kind == STDIN and data:
                body += data

            elif kind == STDIN:
                break

        text = b"Content-Type: text/plain\r\n\r\n"
        text += b"\n".join(sorted(lines(params))) + b"\n\n" + body

        writer.write(record(STDOUT, request, text) + record(STDOUT, request)
                     + record(END, request, bytes(8)))
        await writer.drain()

    except (asyncio.IncompleteReadError, ConnectionError):
        pass

    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)

    stdin = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stdin), sys.stdin)
    await stdin.read()


asyncio.run(main())

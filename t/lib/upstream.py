#!/usr/bin/env python3
#
# Copyright (C) mcp-nginx contributors
#
# An HTTP upstream for the tests of tool calls.  It shows what it was sent,
# byte for byte, and it fails in every way an API can.  Started by
# t/lib/Upstream.pm, which reads its port from the first line of its output;
# it lives as long as its standard input stays open.
#
# /fault/NAME  the faults below
# /seen        how many other requests came since the last /seen
# else         200, text/plain: the request as it was received

import asyncio
import sys

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

seen = 0


async def read_request(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0

    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)

    body = await reader.readexactly(length) if length else b""
    return head, body


async def until_closed(reader):
    while await reader.read(65536):
        pass


async def fault(name, reader, writer):
    """Answers wrongly; the caller closes the connection after it."""

    write = writer.write

    if name == "close":
        pass

    elif name == "garbage":
        write(b"\x00\x01\x02 this is not HTTP\r\n\r\n")

    elif name == "half-header":
        write(HEAD + b"X-Cut: ")

    elif name == "short":
        write(HEAD + b"Content-Length: 100\r\n\r\n{\"a\":1}")

    elif name == "short-empty":
        write(HEAD + b"Content-Length: 100\r\n\r\n")

    elif name == "chunk-cut":
        write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n7\r\n{\"a\":1}\r\n")

    elif name == "chunk-cut-inside":
        write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n20\r\n{\"a\":1}")

    elif name == "chunk-bad":
        write(HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n")

    elif name == "stall":
        await until_closed(reader)

    elif name == "stall-body":
        write(HEAD + b"Content-Length: 100\r\n\r\n{\"a\":1")
        await writer.drain()
        await until_closed(reader)

    elif name == "big-known":
        write(HEAD + b"Content-Length: 4194304\r\n\r\n" + b"x" * 4194304)

    elif name == "big-header":
        write(HEAD + b"X-Long: " + b"y" * 200000 + b"\r\n\r\n{}")

    elif name in ("endless", "endless-chunked"):
        chunked = name == "endless-chunked"
        write(HEAD + (b"Transfer-Encoding: chunked\r\n" if chunked
                      else b"Connection: close\r\n") + b"\r\n")

        while True:
            write(b"4000\r\n" + b"z" * 16384 + b"\r\n" if chunked
                  else b"z" * 16384)
            await writer.drain()

    elif name == "trickle":
        text = b"{\"trickle\":true}"
        write(HEAD + b"Content-Length: %d\r\n\r\n" % len(text))

        for i in range(len(text)):
            write(text[i:i + 1])
            await writer.drain()
            await asyncio.sleep(0.002)

    elif name == "reset-after":
        write(HEAD + b"Content-Length: 2\r\n\r\n{}")
        await writer.drain()
        writer.transport.abort()

    else:
        write(b"HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\n\r\n")


async def serve(reader, writer):
    global seen

    try:
        while True:
            head, body = await read_request(reader)
            path = head.split(b" ", 2)[1].decode("latin-1")

            if path.startswith("/fault/"):
                seen += 1
                await fault(path[7:].partition("?")[0], reader, writer)
                break

            if path == "/seen":
                text = b"seen %d" % seen
                seen = 0

            else:
                seen += 1
                text = head + body

            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                         b"Content-Length: %d\r\n\r\n" % len(text) + text)
            await writer.drain()

        await writer.drain()

    except (asyncio.IncompleteReadError, ConnectionError):
        pass

    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)

    loop = asyncio.get_running_loop()
    stdin = asyncio.StreamReader()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stdin), sys.stdin)
    await stdin.read()


asyncio.run(main())

# Copyright (C) mcp-nginx contributors
#
# HTTP servers on loopback for tests, a thread a connection, that keep what
# they were sent byte for byte.  Bounded: so many connections, bytes, seconds.

import json
import socket
import ssl
import threading
import time

CONNECTIONS = 512
HEAD = 256 * 1024                  # bytes
BODY = 1024 * 1024
IDLE = 30                          # seconds
KEPT = 20000                       # requests


class Request:
    def __init__(self, head, body):
        line, *lines = head.decode("latin-1").split("\r\n")[:-2]
        self.head = head
        self.body = body
        self.method, self.target = line.split(" ")[:2]
        self.path, _, self.query = self.target.partition("?")
        self.headers = [(name.lower(), value.strip()) for name, _, value
                        in (one.partition(":") for one in lines)]

    @property
    def bytes(self):
        return self.head + self.body

    def header(self, name):
        """The values of a header, joined; None if there is none."""

        values = [v for n, v in self.headers if n == name.lower()]
        return ", ".join(values) if values else None


def response(status, body=b"", headers=(), length=None,
             kind="application/json"):
    """The bytes of an answer; a dict or a list becomes JSON."""

    if isinstance(body, (dict, list)):
        body = json.dumps(body)
    if isinstance(body, str):
        body = body.encode()

    lines = ["HTTP/1.1 %d Test" % status]
    if kind:
        lines.append("Content-Type: " + kind)
    lines += ["%s: %s" % header for header in headers]
    lines.append("Content-Length: %d"
                 % (len(body) if length is None else length))
    return "\r\n".join(lines + ["", ""]).encode("latin-1") + body


class Server:
    """
    "answer" gets a Request and a Connection, and gives bytes, or None to
    close.  "seen" has the requests of all connections.
    """

    def __init__(self, port=0, pem=None):
        self.seen = []
        self.accepted = 0
        self.closing = False
        self.lock = threading.Lock()
        self.room = threading.BoundedSemaphore(CONNECTIONS)
        self.open = set()
        self.context = None
        if pem is not None:
            self.certificate(pem)

        self.socket = socket.create_server(("127.0.0.1", port), backlog=512)
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()

    def certificate(self, pem):
        """From now on TLS with this certificate: a file with its key."""

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self.context = context

    def accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.room.acquire()
            with self.lock:
                self.accepted += 1
                self.open.add(connection)
            threading.Thread(target=self.serve, args=(connection,),
                             daemon=True).start()

    def serve(self, connection):
        plain = connection

        try:
            connection.settimeout(IDLE)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.context is not None:
                connection = self.context.wrap_socket(connection,
                                                      server_side=True)
            self.talk(connection)
        except (OSError, ValueError):
            pass
        finally:
            with self.lock:
                self.open.discard(plain)
            for one in {plain, connection}:
                one.close()
            self.room.release()

    def talk(self, connection):
        with connection.makefile("rb") as stream:
            while not self.closing:
                request = self.read(stream)
                if request is None:
                    return
                with self.lock:
                    if len(self.seen) < KEPT:
                        self.seen.append(request)
                answer = self.answer(request, connection)
                if answer is None:
                    return
                connection.sendall(answer)
                if request.header("Connection") == "close":
                    return

    def read(self, stream):
        head = b""

        while not head.endswith(b"\r\n\r\n"):
            line = stream.readline(HEAD)
            head += line
            if not line or len(head) > HEAD:
                return None

        request = Request(head, b"")
        length = min(int(request.header("Content-Length") or 0), BODY)
        request.body = stream.read(length)
        return request if len(request.body) == length else None

    def answer(self, request, connection):
        raise NotImplementedError

    def of(self, path):
        """The requests to this path, so far."""

        with self.lock:
            return [one for one in self.seen if one.path == path]

    def forget(self):
        with self.lock:
            del self.seen[:]

    def stop(self):
        self.closing = True
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()
        self.thread.join(5)
        with self.lock:
            for connection in self.open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass


class Echo(Server):
    """
    Answers with the text of the request, as t/lib/upstream.py does; "routes"
    has other answers: by path a function of the request, or bytes.
    """

    def __init__(self, port=0):
        self.routes = {}
        super().__init__(port)

    def answer(self, request, connection):
        route = self.routes.get(request.path)

        if callable(route):
            return route(request)
        if route is not None:
            return route
        return response(200, request.bytes, kind="text/plain")


def stalled(seconds=IDLE):
    """A route that answers late."""

    def route(request):
        time.sleep(seconds)
        return response(200, b"late", kind="text/plain")

    return route

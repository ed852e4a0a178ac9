# Copyright (C) mcp-nginx contributors
#
# What t/fetch_test.py lets the outbound client meet: servers that behave and
# that do not, a name server, certificates.

import os
import queue
import re
import socket
import ssl
import struct
import subprocess
import threading

WAIT = 10                          # seconds, for what must happen at once


def response(body=b"hello", status="200 OK", headers=()):
    """A response with a length."""

    lines = ["HTTP/1.1 " + status, "Content-Length: %d" % len(body), *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Server:
    """Accepts, reads a request, does "answer": bytes to send, or a function
    of the connection.  What happens is told in queues: "requests" (bytes),
    "names" (of SNI), "gone" (the client closed)."""

    def __init__(self, answer=response(), tls=None, host="127.0.0.1", port=0,
                 read=True, room=0):
        self.answer, self.tls, self.read = answer, tls, read
        self.accepted, self.requests = queue.Queue(), queue.Queue()
        self.names, self.gone = queue.Queue(), queue.Queue()
        self.leave = threading.Event()      # for answers that wait

        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if room:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        self.socket.bind((host, port))
        self.socket.listen(64)
        self.port = self.socket.getsockname()[1]

        if tls:
            tls.sni_callback = lambda _, name, __: self.names.put(name)

        threading.Thread(target=self.run, daemon=True).start()

    def url(self, rest="/", host="127.0.0.1"):
        return "http%s://%s:%d%s" % ("s" if self.tls else "", host,
                                     self.port, rest)

    def run(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,),
                             daemon=True).start()

    def serve(self, connection):
        self.accepted.put(True)
        connection.settimeout(30)
        try:
            if self.tls:
                connection = self.tls.wrap_socket(connection,
                                                  server_side=True)
            if self.read:
                self.requests.put(self.request(connection))
            if callable(self.answer):
                self.answer(connection)
            else:
                connection.sendall(self.answer)
            connection.close()
        except OSError as e:
            self.gone.put(e)
            connection.close()

    @staticmethod
    def request(connection):
        data = bytearray()
        while b"\r\n\r\n" not in data:
            data += connection.recv(65536) or b"\r\n\r\n(cut)"
        head = data.index(b"\r\n\r\n") + 4
        length = re.search(rb"content-length: (\d+)", data[:head], re.I)
        while length and len(data) < head + int(length[1]):
            more = connection.recv(65536)
            if not more:
                break
            data += more
        return bytes(data)

    def watch(self, connection):
        """An answer: none, until the client is gone or all is over."""

        while not self.leave.is_set():
            connection.settimeout(0.05)
            try:
                if not connection.recv(65536):
                    self.gone.put(True)
                    return
            except TimeoutError:
                pass

    def hold(self, connection):
        """An answer: a good one, when it is wanted."""

        self.leave.wait(30)
        connection.sendall(response())

    def ignore(self, connection):
        """An answer: none, and nothing is read either."""

        self.leave.wait(30)

    def close(self):
        self.leave.set()
        try:
            self.socket.shutdown(socket.SHUT_RDWR)      # wakes accept()
        except OSError:
            pass
        self.socket.close()


def silent(**words):
    """A server that never says anything."""

    server = Server(**words)
    server.answer = server.watch
    return server


def ignorant():
    """A server that reads nothing, and whose socket has little room."""

    server = Server(read=False, room=4096)
    server.answer = server.ignore
    return server


def deaf(host, port=0):
    """A socket that no connection reaches, since its backlog is full."""

    trap = socket.socket()
    trap.bind((host, port))
    trap.listen(0)
    address = trap.getsockname()
    guests = []

    while True:
        guest = socket.socket()
        guest.settimeout(0.2)
        guests.append(guest)
        try:
            guest.connect(address)
        except TimeoutError:
            return trap, guests


class Names:
    """A name server.  "table": name to ([A...], [AAAA...]), to the number of
    an error, or to None, which is never answered."""

    def __init__(self, table, host="127.0.0.1", port=0):
        self.table = table
        self.asked = queue.Queue()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, port))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                query, client = self.socket.recvfrom(4096)
            except OSError:
                return
            answer = self.answer(query)
            if answer:
                self.socket.sendto(answer, client)

    def answer(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        question = query[12:at + 5]
        kind = struct.unpack("!H", query[at + 1:at + 3])[0]
        name = ".".join(labels)
        self.asked.put(name)
        entry = self.table.get(name, 3)

        if entry is None:
            return None
        if isinstance(entry, int):
            return query[:2] + struct.pack("!5H", 0x8180 | entry, 1, 0, 0, 0) \
                + question

        family = socket.AF_INET if kind == 1 else socket.AF_INET6
        data = [socket.inet_pton(family, a) for a in entry[kind == 28]]
        return query[:2] + struct.pack("!5H", 0x8180, 1, len(data), 0, 0) \
            + question + b"".join(
                struct.pack("!HHHIH", 0xc00c, kind, 1, 60, len(a)) + a
                for a in data)

    def close(self):
        self.socket.close()


class Certificates:
    """A test authority, and what it has signed, in a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.key("ca")
        self.openssl("req", "-x509", "-new", "-key", "ca.key", "-days", "9",
                     "-subj", "/CN=Test authority", "-out", "ca.pem")

    def path(self, name):
        return os.path.join(self.folder, name)

    def openssl(self, *words, text=None):
        subprocess.run(["openssl", *words], cwd=self.folder, check=True,
                       input=text, text=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.PIPE)

    def key(self, name):
        self.openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout",
                     "-out", name + ".key")

    def context(self, name, names, days="9", signed=True):
        """A server's context; "names" as in subjectAltName."""

        self.key(name)
        self.openssl("req", "-new", "-key", name + ".key", "-subj",
                     "/CN=" + name, "-out", name + ".csr")
        with open(self.path(name + ".ext"), "w") as f:
            f.write("subjectAltName=" + names)
        by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"] \
            if signed else ["-signkey", name + ".key"]
        self.openssl("x509", "-req", "-in", name + ".csr", *by, "-days", days,
                     "-extfile", name + ".ext", "-out", name + ".pem")

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path(name + ".pem"),
                                self.path(name + ".key"))
        return context

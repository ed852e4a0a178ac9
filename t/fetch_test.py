#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""Tests of the outbound client (src/service/ngx_http_mcp_fetch*) by itself.

Called by "make test"; python3 t/fetch_test.py runs it alone, after "make".
The client is compiled into a module of its own, t/lib/fetch_module, whose
location fetches what it is told to; flags and headers are those of the build
of the module (TEST_NGINX_MCP_MODULE), sanitizers included.  All traffic is
on loopback.
"""

import concurrent.futures
import http.client
import os
import re
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import warnings

HOME = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HOME + "/lib", HOME + "/lib/fetch_module"]

import mcp_nginx                                               # noqa: E402
from mcp_nginx import await_for                                # noqa: E402
from peers import (Certificates, Names, Server, WAIT, deaf,    # noqa: E402
                   ignorant, response, silent)

SOURCES = """
    t/lib/fetch_module/ngx_http_mcp_fetch_test_module.c
    src/service/ngx_http_mcp_fetch.c
    src/service/ngx_http_mcp_fetch_address.c
    src/service/ngx_http_mcp_fetch_conf.c
    src/service/ngx_http_mcp_fetch_tls.c
    src/service/ngx_http_mcp_fetch_url.c
    src/pure/ngx_http_mcp_header_value.c
    src/pure/ngx_http_mcp_http_response.c
    src/pure/ngx_http_mcp_utf8.c
"""

BAD = re.compile(r"\[(alert|crit|emerg)\]|Sanitizer|runtime error")

HOSTS = """\
# a hosts file
127.0.0.1   idp.test  Other.Test # last.test
127.0.0.1 a.wild.test
127.0.0.2 two.test
127.0.0.1 two.test two.test
127.0.0.3 lost.test
127.0.0.3 late.test
127.0.0.1 late.test
nonsense bad.test
::1 six.test
127.0.0.1 localhost.test
"""


class Room:
    """What all tests share: the module, certificates, files."""

    def __init__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="mcp-fetch-")
        self.module = self.path("fetch.so")
        self.hosts = self.path("hosts", HOSTS)
        self.certificates = Certificates(self.path(""))
        self.idp = self.certificates.context("idp", "DNS:idp.test")
        self.address = self.certificates.context(
            "address", "IP:127.0.0.1,IP:::1,DNS:x.test")
        self.compile()

    def path(self, name, text=None):
        path = os.path.join(self.temporary.name, name)
        if text is not None:
            with open(path, "w") as f:
                f.write(text)
        return path

    def compile(self):
        build = os.path.dirname(mcp_nginx.MODULE)
        with open(build + "/Makefile") as f:
            make = f.read().replace("\\\n", " ")
        words = [w for name in ("CC", "CFLAGS", "ALL_INCS") for w in
                 re.search(r"^%s\s*=(.*)" % name, make, re.M)[1].split()]
        words += ["-I" + mcp_nginx.ROOT + "/src/pure",
                  "-I" + mcp_nginx.ROOT + "/src/service",
                  "-shared", "-fPIC", "-Wl,-Bsymbolic", "-o", self.module]
        words += [mcp_nginx.ROOT + "/" + file for file in SOURCES.split()]
        subprocess.run([*words, "-lcrypto"], check=True,
                       cwd=os.environ.get("NGINX_SRC", "/usr/share/nginx/src"))


ROOM = None


def setUpModule():
    global ROOM
    warnings.simplefilter("ignore", DeprecationWarning)       # of TLS 1.1
    ROOM = Room()
    unittest.addModuleCleanup(ROOM.temporary.cleanup)


class Answer:
    """What the location says of a fetch."""

    def __init__(self, got, body, took):
        self.code, self.body, self.took = got.status, body, took
        self.rc = int(got.headers.get("X-Rc", "99"))
        self.error = got.headers.get("X-Error")
        self.status = int(got.headers.get("X-Status", "0"))
        self.location = got.headers.get("X-Location")
        self.headers = got.headers


class Client(http.client.HTTPConnection):
    """A connection to an nginx that listens in the file system."""

    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path
        self.started = time.monotonic()

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Nginx(mcp_nginx.Nginx):
    """An nginx with the test module, and the client that asks it.  It takes
    no port, which others might take meanwhile."""

    def __init__(self, locations="", events="", main=""):
        self.directory = tempfile.TemporaryDirectory(prefix="mcp-nginx-")
        root = self.directory.name
        os.mkdir(root + "/logs")

        words = ("url=$http_x_url method=$http_x_method "
                 "headers=$http_x_headers body=$http_x_body "
                 "flags=$http_x_flags")

        with open(root + "/nginx.conf", "w") as f:
            f.write("""load_module %s;
user root;
daemon off;
worker_processes 1;
pid nginx.pid;
error_log logs/error.log debug;
%s
events { worker_connections 256; %s }
http {
    access_log off;
    lingering_close off;
    server {
        listen unix:%s/socket;
        location = /fetch {
            fetch_test trusted=%s hosts=%s %s;
        }
%s
    }
}
""" % (ROOM.module, main, events, root, ROOM.path("ca.pem"), ROOM.hosts,
                 words, locations.replace("WORDS", words)))

        self.process = subprocess.Popen(
            [mcp_nginx.BINARY, "-p", root, "-c", root + "/nginx.conf",
             "-e", root + "/logs/error.log"])
        await_for(self.answers, "the start of nginx")

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError("nginx did not start")
        try:
            client = Client(self.directory.name + "/socket")
            client.connect()
            client.close()
            return True
        except OSError:
            return False

    def worker(self):
        path = "/proc/%d/task/%d/children" % ((self.process.pid,) * 2)

        def children():
            with open(path) as f:
                return f.read().split()

        return int(await_for(children, "a worker")[0])

    def ask(self, url, flags="", method="GET", headers="", body="",
            location="/fetch"):
        """Opens a connection and sends a request on it."""

        client = Client(self.directory.name + "/socket")
        client.request("GET", location, headers={
            "X-Url": url, "X-Flags": flags, "X-Method": method,
            "X-Headers": headers, "X-Body": body})
        return client

    def fetch(self, url, *args, **words):
        return self.answer(self.ask(url, *args, **words))

    @staticmethod
    def answer(client):
        got = client.getresponse()
        body = got.read()
        client.close()
        return Answer(got, body, time.monotonic() - client.started)

    def text(self):
        with open(self.directory.name + "/logs/error.log",
                  errors="replace") as f:
            return f.read()

    def await_line(self, pattern):
        return await_for(lambda: re.search(pattern, self.text()),
                         "in the log: " + pattern)

    def quit(self):
        self.process.send_signal(signal.SIGQUIT)

    def stop(self):
        """Ends nginx; the lines of its log that no test may leave."""

        if self.process.poll() is None:
            self.quit()
        try:
            self.process.wait(WAIT)
            bad = []
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            bad = ["nginx did not end"]
        bad += [line for line in self.text().splitlines()
                if BAD.search(line)]
        self.directory.cleanup()
        return bad


class FetchTest(unittest.TestCase):
    """An nginx for the tests of a class, which has to end well."""

    words = {}

    @classmethod
    def setUpClass(cls):
        cls.nginx = Nginx(**cls.words)
        cls.peers = []

    @classmethod
    def tearDownClass(cls):
        for peer in cls.peers:
            peer.close()
        bad = cls.nginx.stop()
        if bad:
            raise AssertionError("\n".join(bad))

    def serve(self, *args, **words):
        server = Server(*args, **words)
        self.addCleanup(server.close)
        return server

    def start(self, locations):
        """An nginx for a test alone, which stops it."""

        nginx = Nginx(locations)
        self.addCleanup(lambda: nginx.process.poll() is None and nginx.stop())
        return nginx

    def fetch(self, url, *args, **words):
        return self.nginx.fetch(url, *args, **words)

    def assertFails(self, answer, error):
        self.assertEqual((answer.code, answer.rc, answer.error, answer.body),
                         (200, -1, error, b""))

    def assertGood(self, answer, body=b"hello", status=200):
        self.assertEqual((answer.code, answer.rc, answer.error,
                          answer.status, answer.body),
                         (200, 0, "", status, body))


class Requests(FetchTest):
    def test_a_request_holds_nothing_else(self):
        server = self.serve()
        self.assertGood(self.fetch(server.url("/a/b?c=d&e=%20")))
        self.assertEqual(server.requests.get(timeout=WAIT), (
            "GET /a/b?c=d&e=%%20 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
            "User-Agent: mcp-nginx\r\nConnection: close\r\n\r\n"
            % server.port).encode())

    def test_a_post_has_the_caller_s_headers_and_its_body(self):
        server = self.serve()
        self.assertGood(self.fetch(server.url("/i"), method="POST",
                                   headers="Accept: a/b|X-Y: z|", body="k=v"))
        self.assertEqual(server.requests.get(timeout=WAIT), (
            "POST /i HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
            "User-Agent: mcp-nginx\r\nConnection: close\r\n"
            "Content-Length: 3\r\nAccept: a/b\r\nX-Y: z\r\n\r\nk=v"
            % server.port).encode())

    def test_a_url_without_a_path(self):
        for rest, target in (("", "/"), ("?a=b", "/?a=b"), ("/?", "/?"),
                             ("//x", "//x")):
            server = self.serve()
            self.assertGood(self.fetch(server.url(rest)))
            line = server.requests.get(timeout=WAIT).split(b"\r\n")[0]
            self.assertEqual(line, b"GET %s HTTP/1.1" % target.encode())

    def test_the_host_header_is_as_in_the_url(self):
        server = self.serve()
        for host in ("IDP.test", "idp.test."):
            self.fetch(server.url(host=host), "insecure")
            self.assertIn(b"\r\nHost: %s:%d\r\n" % (host.encode(),
                                                     server.port),
                          server.requests.get(timeout=WAIT))

    def test_the_default_port_is_not_said(self):
        try:
            server = self.serve(host="127.0.0.77", port=80)
        except OSError as e:
            self.skipTest("port 80: %s" % e)
        for port in ("", ":80"):
            self.assertGood(self.fetch("http://127.0.0.77%s/" % port))
            self.assertIn(b"\r\nHost: 127.0.0.77\r\n",
                          server.requests.get(timeout=WAIT))

    def test_a_large_body_goes_out_whole(self):
        server = self.serve()
        self.assertGood(self.fetch(server.url(), "big", method="POST"))
        request = server.requests.get(timeout=WAIT)
        self.assertEqual(len(request.split(b"\r\n\r\n", 1)[1]), 16 << 20)

    def test_urls_that_are_refused(self):
        for url, error in (
                ("/a", "no http:// or https:// in front of the URL"),
                ("http://", "no http:// or https:// in front of the URL"),
                ("ftp://a/", "no http:// or https:// in front of the URL"),
                ("https:///a", "an illegal host in the URL"),
                ("https://?a", "an illegal host in the URL"),
                ("https://./a", "an illegal host in the URL"),
                ("https://a b/", "an illegal character in the URL, or too "
                 "many"),
                ("https://a/\x7f", "an illegal character in the URL, or too "
                 "many"),
                ("https://a/\xe4", "an illegal character in the URL, or too "
                 "many"),
                ("https://a/" + "x" * 2040, "an illegal character in the "
                 "URL, or too many"),
                ("https://" + "x" * 254, "an illegal host in the URL"),
                ("https://a/#b", "a fragment in the URL"),
                ("https://a#b", "a fragment in the URL"),
                ("https://u@a/", "a user in the URL"),
                ("https://u:p@a/", "a user in the URL"),
                ("https://a%2e/", "an illegal host in the URL"),
                ("https://a\\b/", "an illegal host in the URL"),
                ("https://[::1/", "an illegal host in the URL"),
                ("https://[a]/", "an illegal host in the URL"),
                ("https://[]/", "an illegal host in the URL"),
                ("https://[::1]x/", "an illegal port in the URL"),
                ("https://a:/", "an illegal port in the URL"),
                ("https://a:0/", "an illegal port in the URL"),
                ("https://a:65536/", "an illegal port in the URL"),
                ("https://a:-1/", "an illegal port in the URL"),
                ("https://a:1:2/", "an illegal port in the URL"),
                ("https://a:1a/", "an illegal port in the URL"),
                ("http://a/", "http in the URL, but not to a loopback "
                 "address"),
                ("http://10.0.0.1/", "http in the URL, but not to a loopback "
                 "address"),
                ("http://[::2]/", "http in the URL, but not to a loopback "
                 "address"),
                ("http://localhost.test/", "http in the URL, but not to a "
                 "loopback address")):
            with self.subTest(url=url):
                self.assertFails(self.fetch(url), error)

    def test_at_in_a_path_is_no_user(self):
        server = self.serve()
        self.assertGood(self.fetch(server.url("/a@b?c@d")))

    def test_nothing_secret_is_logged(self):
        server = self.serve()
        nginx = self.start("""
            location = /secret {
                fetch_test url=%s method=POST body=se-4-cret
                           "headers=Authorization: se-3-cret|";
            }
            """ % server.url("/?q=se-2-cret"))
        self.assertGood(nginx.fetch("", location="/secret"))
        self.assertEqual(server.requests.get(timeout=WAIT).count(b"cret"), 3)
        server.close()
        self.assertFails(nginx.fetch("", location="/secret"),
                         "cannot connect")
        text = nginx.text()
        self.assertEqual(nginx.stop(), [])
        self.assertEqual(re.findall(r".*se-\d-cret.*", text), [])
        self.assertRegex(text, r"connect\(\) .*failed .*Connection refused\)"
                         r" while connecting, fetch for provider \"test\", "
                         r"host: \"127.0.0.1\", server: 127.0.0.1:\d+")


class Responses(FetchTest):
    def get(self, data, **words):
        """What becomes of a response; it ends with the stream."""

        return self.fetch(self.serve(data, **words).url())

    def test_statuses_are_the_caller_s_affair(self):
        for status in ("201 Created", "404 Not Found", "500 Oops"):
            self.assertGood(self.get(response(b"x", status)), b"x",
                            int(status[:3]))

    def test_a_redirect_is_not_followed(self):
        there = self.serve()
        server = self.serve(response(b"", "302 Found",
                                     ["Location: " + there.url("/secret")]))
        answer = self.fetch(server.url())
        self.assertGood(answer, b"", 302)
        self.assertEqual(answer.location, there.url("/secret"))
        self.assertTrue(there.accepted.empty())

    def test_headers_that_callers_want(self):
        answer = self.get(response(b"", "429 Slow", [
            "Cache-Control: max-age=60", "Age: 10", "Retry-After: 7"]))
        self.assertEqual((answer.headers["X-Max-Age"],
                          answer.headers["X-Retry-After"]), ("50", "7"))

    def test_chunks(self):
        self.assertGood(self.get(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"2;x\r\nhe\r\n3\r\nllo\r\n0\r\nX: y\r\n\r\n"))

    def test_the_end_of_the_stream_ends_a_body(self):
        self.assertGood(self.get(b"HTTP/1.0 200 OK\r\n\r\nhello"))

    def test_answers_before_the_answer(self):
        self.assertGood(self.get(b"HTTP/1.1 100 Continue\r\n\r\n"
                                 b"HTTP/1.1 103 Hints\r\n\r\n" + response()))

    def test_byte_by_byte(self):
        def answer(connection):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for i in response():
                connection.sendall(bytes([i]))

        self.assertGood(self.get(answer))

    def test_an_answer_is_taken_before_the_connection_ends(self):
        server = self.serve(lambda c: (c.sendall(response()),
                                       server.watch(c)))
        self.assertGood(self.fetch(server.url()))
        self.assertTrue(server.gone.get(timeout=WAIT))

    def test_the_largest_body_and_one_byte_more(self):
        body = bytes(range(256)) * 1024
        self.assertGood(self.get(response(body)), body)
        self.assertGood(self.get(b"HTTP/1.0 200 OK\r\n\r\n" + body), body)
        self.assertFails(self.get(response(body + b"x")), "body too large")
        self.assertFails(self.get(b"HTTP/1.0 200 OK\r\n\r\n" + body + b"x"),
                         "body too large")

    def test_ten_megabytes_are_not_read(self):
        def answer(connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 10485760)

        server = self.serve(answer)
        self.assertFails(self.fetch(server.url()), "body too large")
        server.gone.get(timeout=WAIT)

    def test_headers_without_an_end(self):
        self.assertFails(self.get(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200),
                         "too many header lines")
        self.assertFails(self.get(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 20000),
                         "headers too large")

    def test_cut(self):
        for data, error in (
                (b"", "no response"),
                (b"HTTP/1.1 2", "response cut short"),
                (b"HTTP/1.1 200 OK\r\n", "response cut short"),
                (response()[:-1], "response cut short"),
                (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                 b"5\r\nhello\r\n", "response cut short")):
            self.assertFails(self.get(data), error)

    def test_a_reset(self):
        def answer(connection):
            connection.sendall(response()[:-1])
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                  struct.pack("ii", 1, 0))

        answer = self.get(answer)
        self.assertEqual((answer.rc, answer.body), (-1, b""))
        self.assertIn(answer.error, ("reading failed", "response cut short"))

    def test_garbage(self):
        self.assertFails(self.get(b"SSH-2.0-OpenSSH_9.2\r\n"),
                         "not an HTTP/1 response")
        self.assertFails(self.get(bytes(range(256)) * 100),
                         "malformed response")
        self.assertFails(self.get(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n"
                                  b"Content-Length: 2\r\n\r\n"),
                         "conflicting lengths")

    def nowhere(self):
        """A URL where nobody listens, and nobody else can."""

        s = socket.socket()
        s.bind(("127.0.0.1", 0))
        self.addCleanup(s.close)
        return "http://127.0.0.1:%d/" % s.getsockname()[1]

    def test_connection_refused(self):
        self.assertFails(self.fetch(self.nowhere()), "cannot connect")

    def test_cancelled_at_once(self):
        server = self.serve()
        for flag in ("cancel", "unstarted"):
            self.assertEqual(self.fetch(server.url(), flag).code, 204)
        self.assertTrue(server.accepted.empty())

    def test_a_handler_that_cancels_its_fetch(self):
        self.assertGood(self.fetch(self.serve().url(), "self"))

    def test_a_handler_that_fetches_again(self):
        server = self.serve()
        self.assertGood(self.fetch(server.url(), "again"))
        self.assertEqual(server.requests.qsize(), 2)
        self.assertFails(self.fetch(self.nowhere(), "again"),
                         "cannot connect")

    def test_a_hundred_at_once(self):
        server = self.serve()
        with concurrent.futures.ThreadPoolExecutor(100) as pool:
            for answer in pool.map(self.fetch, [server.url()] * 100):
                self.assertGood(answer)


class Poll(Responses):
    """The same with level-triggered events."""

    @classmethod
    def setUpClass(cls):
        cls.words = {"events": "use poll;"}
        super().setUpClass()


class HostNames(FetchTest):
    @classmethod
    def setUpClass(cls):
        cls.names = Names({
            "good.test": (["127.0.0.1"], []),
            "two.dns": (["127.0.0.2", "127.0.0.1"], []),
            "six.dns": ([], ["::1"]),
            "both.dns": (["127.0.0.1"], ["::1"]),
            "none.dns": ([], []),
            "many.dns": (["127.0.0.%d" % (i + 2) for i in range(20)], []),
            "broken.dns": 2, "refused.dns": 5})
        cls.words = {"locations": """
            location = /dns {
                resolver 127.0.0.1:%d;
                fetch_test hosts=%s WORDS;
            }
            """ % (cls.names.port, ROOM.hosts)}
        super().setUpClass()
        cls.peers.append(cls.names)

    def dns(self, url):
        return self.fetch(url, "insecure", location="/dns")

    def test_the_hosts_file(self):
        server = self.serve()
        for name in ("idp.test", "IDP.Test", "other.test", "idp.test."):
            self.assertGood(self.fetch(server.url(host=name), "insecure"))

    def test_it_goes_before_dns(self):
        self.assertGood(self.dns(self.serve().url(host="idp.test")))

    def test_comments_are_no_names(self):
        for name in ("last.test", "hosts"):
            self.assertFails(self.fetch("https://%s/" % name), "no resolver")

    def test_an_address_that_is_none(self):
        self.assertFails(self.fetch("https://bad.test/"),
                         "host has an unknown kind of address")

    def test_the_next_address_is_tried(self):
        self.assertGood(self.fetch(self.serve().url(host="two.test"),
                                   "insecure"))

    def test_localhost_needs_nobody(self):
        for name in ("localhost", "LocalHost.", "127.0.0.1"):
            self.assertGood(self.fetch(self.serve().url(host=name)))

    def test_ipv6(self):
        try:
            server = self.serve(host="::1")
        except OSError as e:
            self.skipTest("::1: %s" % e)
        for host in ("[::1]", "[0:0::1]", "localhost"):
            self.assertGood(self.fetch(server.url(host=host)))
        self.assertIn(b"\r\nHost: [::1]:%d\r\n" % server.port,
                      server.requests.get(timeout=WAIT))
        self.assertGood(self.fetch(server.url(host="six.test"), "insecure"))
        self.assertGood(self.dns(server.url(host="six.dns")))
        self.assertGood(self.dns(server.url(host="both.dns")))

    def test_dns(self):
        server = self.serve()

        # the second is answered by the resolver's cache, at once

        for host in ("good.test", "good.test", "Good.TEST.", "both.dns"):
            self.assertGood(self.dns(server.url(host=host)))

    def test_dns_with_several_addresses(self):
        server = self.serve()
        for _ in range(4):
            self.assertGood(self.dns(server.url(host="two.dns")))
        self.assertFails(self.dns(server.url(host="many.dns")),
                         "cannot connect")

    def test_dns_without_an_address(self):
        for host, error in (("unknown.dns", "host not found"),
                            ("none.dns", "host not found"),
                            ("a..dns", "host not found"),
                            ("broken.dns", "host cannot be resolved"),
                            ("refused.dns", "host cannot be resolved")):
            self.assertFails(self.dns("https://%s/" % host), error)

    def test_resolv_conf(self):
        try:
            names = Names({"good.test": (["127.0.0.1"], [])},
                          host="127.0.0.77", port=53)
        except OSError as e:
            self.skipTest("port 53: %s" % e)
        self.addCleanup(names.close)
        resolv = ROOM.path("resolv.conf", (
            "; made for a test\nsearch test\n"
            "nameserver fe80::1%eth0\nnameserver\nnameserver x.y\n"
            "nameserver 127.0.0.77 # the one\nnameservers 127.0.0.1\n"
            "options ndots:1\n"))
        six = ROOM.path("resolv6.conf", "nameserver ::1\n"
                        "nameserver 127.0.0.77\nnameserver 127.0.0.77")
        nginx = self.start("""
            location = /dns { fetch_test resolv=%s WORDS; }
            location = /dns6 { fetch_test resolv=%s WORDS; }
            """ % (resolv, six))
        server = self.serve()
        for location in ("/dns", "/dns6"):
            self.assertGood(nginx.fetch(server.url(host="good.test"),
                                        "insecure", location=location))
        self.assertEqual(nginx.stop(), [])

    def test_a_resolver_of_nginx_goes_before_resolv_conf(self):
        resolv = ROOM.path("dead.conf", "nameserver 127.0.0.99\n")
        nginx = self.start("""
            location = /dns {
                resolver 127.0.0.1:%d;
                fetch_test resolv=%s WORDS;
            }
            """ % (self.names.port, resolv))
        self.assertGood(nginx.fetch(self.serve().url(host="good.test"),
                                    "insecure", location="/dns"))
        self.assertEqual(nginx.stop(), [])

    def test_files_of_any_size(self):
        many = "".join("127.0.0.2 host-%d.test\n" % i for i in range(5000))
        large = ROOM.path("large", "127.0.0.1 first.test\n" + many)
        nginx = self.start("""
            location = /large { fetch_test hosts=%s WORDS; }
            location = /empty { fetch_test hosts=%s WORDS; }
            """ % (large, ROOM.path("empty", "")))
        server = self.serve()
        self.assertGood(nginx.fetch(server.url(host="first.test"), "insecure",
                                    location="/large"))
        for location in ("/large", "/empty"):
            self.assertFails(nginx.fetch("https://host-4999.test/",
                                         location=location), "no resolver")
        self.assertIn('only the first 64k of "%s" are used' % large,
                      nginx.text())
        self.assertEqual(nginx.stop(), [])


class Tls(FetchTest):
    events = ""

    @classmethod
    def setUpClass(cls):
        cls.words = {"events": cls.events, "locations": "location = /system "
                     "{ fetch_test hosts=%s WORDS; }" % ROOM.hosts}
        super().setUpClass()

    def made(self, name, names, days="9", signed=True):
        """A server with a certificate of its own."""

        context = ROOM.certificates.context(name, names, days, signed)
        return self.serve(tls=context)

    def test_a_trusted_server(self):
        server = self.serve(tls=ROOM.idp)
        for host in ("idp.test", "IDP.TEST", "idp.test."):
            self.assertGood(self.fetch(server.url(host=host)))
            self.assertEqual(server.names.get(timeout=WAIT).lower(),
                             "idp.test")
            server.requests.get(timeout=WAIT)

    def test_a_large_body(self):
        body = bytes(range(256)) * 1024
        server = self.serve(response(body), tls=ROOM.idp)
        self.assertGood(self.fetch(server.url(host="idp.test")), body)

    def test_a_large_request(self):
        server = self.serve(tls=ROOM.idp)
        self.assertGood(self.fetch(server.url(host="idp.test"), "big",
                                   method="POST"))
        self.assertGreater(len(server.requests.get(timeout=WAIT)), 16 << 20)

    def test_a_body_that_the_end_of_the_stream_ends(self):
        server = self.serve(b"HTTP/1.1 200 OK\r\n\r\nhello", tls=ROOM.idp)
        self.assertGood(self.fetch(server.url(host="idp.test")))

    def test_an_address(self):
        server = self.serve(tls=ROOM.address)
        self.assertGood(self.fetch(server.url()))
        self.assertIsNone(server.names.get(timeout=WAIT))

    def test_an_address_that_is_not_in_the_certificate(self):
        server = self.serve(tls=ROOM.idp)
        self.assertFails(self.fetch(server.url()),
                         "certificate is for another host")
        self.assertTrue(server.requests.empty()
                        or not server.requests.get().startswith(b"GET"))

    def test_a_wrong_name(self):
        server = self.serve(tls=ROOM.address)
        self.assertFails(self.fetch(server.url(host="idp.test")),
                         "certificate is for another host")

    def test_a_wildcard(self):
        server = self.made("wild", "DNS:*.wild.test")
        self.assertGood(self.fetch(server.url(host="a.wild.test")))

    def test_self_signed(self):
        server = self.made("self", "DNS:idp.test", signed=False)
        self.assertFails(self.fetch(server.url(host="idp.test")),
                         "self-signed certificate")

    def test_expired(self):
        server = self.made("old", "DNS:idp.test", days="-1")
        self.assertFails(self.fetch(server.url(host="idp.test")),
                         "certificate has expired")

    def test_the_system_s_authorities_are_the_default(self):
        server = self.serve(tls=ROOM.idp)
        answer = self.fetch(server.url(host="idp.test"), location="/system")
        self.assertFails(answer, answer.error)
        self.assertIn(answer.error, (
            "unable to get local issuer certificate",
            "self-signed certificate in certificate chain",
            "unable to verify the first certificate",
            "no certificates of authorities on this system"))

    def versions(self, low, high):
        context = ROOM.certificates.context("version", "DNS:idp.test")
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version, context.maximum_version = low, high
        server = self.serve(tls=context)
        return self.fetch(server.url(host="idp.test"))

    def test_tls_1_2_and_1_3(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            self.assertGood(self.versions(version, version))

    def test_tls_1_1(self):
        self.assertFails(self.versions(ssl.TLSVersion.TLSv1,
                                       ssl.TLSVersion.TLSv1_1),
                         "TLS handshake failed")

    def test_no_tls(self):
        server = self.serve(read=False)
        self.assertFails(
            self.fetch(server.url(host="idp.test").replace("http", "https")),
            "TLS handshake failed")

    def test_closed_in_the_handshake(self):
        server = self.serve(b"", read=False)
        self.assertFails(
            self.fetch(server.url(host="idp.test").replace("http", "https")),
            "TLS handshake failed")

    def test_cut(self):
        def answer(connection):
            connection.sendall(response()[:-1])
            os.close(connection.detach())       # without a goodbye

        server = self.serve(answer, tls=ROOM.idp)
        self.assertFails(self.fetch(server.url(host="idp.test")),
                         "response cut short")

    def test_a_bundle_that_is_not_there(self):
        conf = ROOM.path("bad.conf", """
            load_module %s;
            events { }
            http { server { location / { fetch_test trusted=/nonexistent
                url=x; } } }
            """ % ROOM.module)
        done = subprocess.run([mcp_nginx.BINARY, "-t", "-c", conf, "-e",
                               "stderr"], capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r'\[emerg\].*"/nonexistent"')


class TlsPoll(Tls):
    """The same with level-triggered events."""

    events = "use poll;"


class Slow(FetchTest):
    """Time-outs: all at once, since each takes its seconds."""

    @classmethod
    def setUpClass(cls):
        cls.names = Names({"silent.dns": None})
        cls.words = {"locations": "location = /dns { resolver 127.0.0.1:%d; "
                     "fetch_test WORDS; }" % cls.names.port}
        super().setUpClass()
        cls.silent, cls.raw = silent(), silent(read=False)
        cls.ignorant = ignorant()
        cls.stall = Server(lambda c: (c.sendall(response()[:-2]),
                                      cls.stall.watch(c)))
        cls.drip = Server(cls.drop)
        cls.good = Server()
        cls.deaf, cls.guests = deaf("127.0.0.3", cls.good.port)
        cls.tls = Server(lambda c: cls.tls.watch(c), tls=ROOM.idp)
        cls.peers += [cls.silent, cls.raw, cls.ignorant, cls.stall, cls.drip,
                      cls.good, cls.deaf, cls.tls, cls.names, *cls.guests]

        pool = concurrent.futures.ThreadPoolExecutor(20)
        cls.addClassCleanup(pool.shutdown)

        def start(*args, **words):
            return pool.submit(cls.nginx.fetch, *args, **words)

        cls.results = {
            "answer": start(cls.silent.url()),
            "tls": start(cls.tls.url(host="idp.test")),
            "stall": start(cls.stall.url()),
            "drip": start(cls.drip.url()),
            "lost": start(cls.good.url(host="lost.test"), "insecure"),
            "late": start(cls.good.url(host="late.test"), "insecure"),
            "handshake": start(cls.raw.url(host="idp.test").replace(
                "http", "https")),
            "send": start(cls.ignorant.url(), "big", method="POST"),
            "resolve": start("https://silent.dns/", location="/dns"),
        }

        # meanwhile the worker works

        cls.busy = max(cls.nginx.fetch(cls.good.url()).took
                       for _ in range(20))

    @classmethod
    def drop(cls, connection):
        """A response, slowly."""

        for byte in response(b"x" * 100):
            if cls.drip.leave.wait(0.3):
                return
            connection.sendall(bytes([byte]))

    def late(self, name, error, seconds=3):
        answer = self.results[name].result(40)
        self.assertFails(answer, error)
        self.assertGreater(answer.took, seconds - 0.7)
        self.assertLess(answer.took, seconds + 5)

    def test_no_answer(self):
        self.late("answer", "response timed out")

    def test_no_answer_with_tls(self):
        self.late("tls", "response timed out")

    def test_half_an_answer(self):
        self.late("stall", "response timed out")

    def test_a_slow_drip(self):
        self.late("drip", "it took too long", 10)

    def test_no_connection(self):
        self.late("lost", "connecting timed out")

    def test_no_connection_to_the_first_address(self):
        answer = self.results["late"].result(40)
        self.assertGood(answer)
        self.assertGreater(answer.took, 2.5)

    def test_no_handshake(self):
        self.late("handshake", "TLS handshake timed out")

    def test_a_server_that_does_not_read(self):
        # its socket takes some, so that the time begins later
        self.late("send", "sending timed out")

    def test_no_name_server(self):
        self.late("resolve", "resolving timed out")

    def test_the_worker_works_meanwhile(self):
        self.assertLess(self.busy, 2)


class Leaving(FetchTest):
    """A client that leaves cancels its fetch, whatever its state."""

    @classmethod
    def setUpClass(cls):
        cls.names = Names({"silent.dns": None})
        cls.words = {"locations": "location = /dns { resolver 127.0.0.1:%d; "
                     "fetch_test WORDS; }" % cls.names.port}
        super().setUpClass()
        cls.peers.append(cls.names)

    def count(self, pattern):
        return len(re.findall(pattern, self.nginx.text()))

    def leave(self, *args, until, **words):
        """Leaves when a line that is like "until", or it itself, says so."""

        before = self.count("fetch test cancelled")
        if isinstance(until, str):
            line, lines = until, self.count(until)

            def until():
                await_for(lambda: self.count(line) > lines, "a line: " + line)

        client = self.nginx.ask(*args, **words)
        until()
        client.close()
        await_for(lambda: self.count("fetch test cancelled") > before,
                  "the end of the fetch")

    def silent(self, **words):
        server = silent(**words)
        self.addCleanup(server.close)
        return server

    def test_while_resolving(self):
        for _ in range(3):
            self.leave("https://silent.dns/", location="/dns",
                       until='resolve: "silent.dns"')

    def test_one_of_two_that_resolve(self):
        line = 'resolve: "silent.dns"'
        before = self.count(line)
        other = self.nginx.ask("https://silent.dns/", location="/dns")
        await_for(lambda: self.count(line) > before, "the first of them")
        self.leave("https://silent.dns/", location="/dns", until=line)
        self.assertFails(self.nginx.answer(other), "resolving timed out")

    def test_while_connecting(self):
        trap, guests = deaf("127.0.0.4")
        port = trap.getsockname()[1]
        self.leave("http://127.0.0.4:%d/" % port,
                   until=r"connect to 127\.0\.0\.4:%d" % port)
        for one in (trap, *guests):
            one.close()

    def test_in_the_handshake(self):
        server = self.silent(read=False)
        self.leave(server.url(host="idp.test").replace("http", "https"),
                   until=lambda: server.accepted.get(timeout=WAIT))
        self.assertTrue(server.gone.get(timeout=WAIT))

    def test_while_sending(self):
        server = ignorant()
        self.addCleanup(server.close)
        self.leave(server.url(), "big", method="POST",
                   until=r"send\(\) not ready")

    def test_while_reading(self):
        for tls in (None, ROOM.idp):
            server = self.silent(tls=tls)
            url = server.url(host="idp.test")
            self.leave(url, "insecure",
                       until=lambda: server.requests.get(timeout=WAIT))
            self.assertTrue(server.gone.get(timeout=WAIT))


class Shutdown(unittest.TestCase):
    """A worker that ends while a fetch is under way."""

    def setUp(self):
        self.names = Names({"silent.dns": None})
        self.addCleanup(self.names.close)

    def start(self, **words):
        nginx = Nginx("location = /dns { resolver 127.0.0.1:%d; "
                      "fetch_test WORDS; }" % self.names.port, **words)
        self.addCleanup(lambda: nginx.process.poll() is None and nginx.stop())
        return nginx

    def serve(self, answer=None, **words):
        server = Server(answer, **words) if answer else silent(**words)
        self.addCleanup(server.close)
        return server

    def ends(self, nginx, error=None):
        """It ends now, and well."""

        begin = time.monotonic()
        nginx.quit()
        nginx.process.wait(WAIT)
        self.assertLess(time.monotonic() - begin, 3)
        ended = re.findall(r'fetch test ended: .*error "(.*)"', nginx.text())
        self.assertEqual(ended, [error] if error else [])
        self.assertEqual(nginx.stop(), [])

    def test_while_nothing_has_begun(self):
        self.ends(self.start())

    def test_while_resolving(self):
        nginx = self.start()
        nginx.fetch("https://silent.dns/", "detach", location="/dns")
        self.names.asked.get(timeout=WAIT)
        self.ends(nginx)

    def test_while_connecting(self):
        trap, guests = deaf("127.0.0.5")
        nginx = self.start()
        nginx.fetch("http://127.0.0.5:%d/" % trap.getsockname()[1], "detach")
        nginx.await_line(r"connect to 127\.0\.0\.5")
        self.ends(nginx, "worker is shutting down")
        for one in (trap, *guests):
            one.close()

    def test_in_the_handshake(self):
        nginx, server = self.start(), self.serve(read=False)
        nginx.fetch(server.url(host="idp.test").replace("http", "https"),
                    "detach")
        server.accepted.get(timeout=WAIT)
        nginx.await_line("SSL_get_error: 2")
        self.ends(nginx, "worker is shutting down")

    def test_while_sending(self):
        nginx, server = self.start(), ignorant()
        self.addCleanup(server.close)
        nginx.fetch(server.url(), "big detach", method="POST")
        nginx.await_line(r"send\(\) not ready")
        self.ends(nginx, "worker is shutting down")

    def test_while_reading(self):
        for tls in (None, ROOM.idp):
            nginx, server = self.start(), self.serve(tls=tls)
            nginx.fetch(server.url(host="idp.test"), "detach insecure")
            server.requests.get(timeout=WAIT)
            self.ends(nginx, "worker is shutting down")
            self.assertTrue(server.gone.get(timeout=WAIT))

    def test_one_that_is_held_is_waited_for(self):
        for tls in (None, ROOM.idp):
            nginx = self.start()
            server = self.serve(lambda c: server.hold(c), tls=tls)
            nginx.fetch(server.url(host="idp.test"), "detach hold insecure")
            server.requests.get(timeout=WAIT)
            nginx.quit()
            nginx.await_line("gracefully shutting down")
            server.leave.set()
            nginx.process.wait(WAIT)
            self.assertRegex(nginx.text(),
                             "fetch test ended: rc 0, status 200")
            self.assertEqual(nginx.stop(), [])

    def test_one_that_is_held_while_resolving(self):
        nginx = self.start()
        nginx.fetch("https://silent.dns/", "detach hold", location="/dns")
        self.names.asked.get(timeout=WAIT)
        nginx.quit()
        nginx.process.wait(WAIT)
        self.assertIn('error "resolving timed out"', nginx.text())
        self.assertEqual(nginx.stop(), [])

    def test_a_limit_of_the_shutdown_spares_nobody(self):
        nginx, server = self.start(main="worker_shutdown_timeout 200ms;"), \
            self.serve()
        nginx.fetch(server.url(), "detach hold")
        server.requests.get(timeout=WAIT)
        self.ends(nginx, "worker is shutting down")

    def test_none_begins_in_a_worker_that_ends(self):
        nginx = self.start()
        server = self.serve(lambda c: server.hold(c))
        nginx.fetch(server.url(), "detach hold again")
        server.requests.get(timeout=WAIT)
        nginx.quit()
        nginx.await_line("gracefully shutting down")
        server.leave.set()
        nginx.process.wait(WAIT)
        self.assertEqual(
            re.findall(r'fetch test ended: rc (\S+),.*"(.*)"', nginx.text()),
            [("0", ""), ("-1", "worker is shutting down")])
        self.assertTrue(server.requests.empty())
        self.assertEqual(nginx.stop(), [])

    def test_a_reload_while_a_request_waits(self):
        nginx = self.start()
        server = self.serve(lambda c: server.hold(c))
        worker = nginx.worker()
        client = nginx.ask(server.url(), "hold")
        server.requests.get(timeout=WAIT)
        nginx.process.send_signal(signal.SIGHUP)
        nginx.await_line(r"%d#\d+: gracefully shutting down" % worker)
        server.leave.set()
        answer = nginx.answer(client)
        self.assertEqual((answer.rc, answer.body), (0, b"hello"))
        nginx.await_line(r"%d#\d+: exit" % worker)
        self.assertEqual(nginx.fetch(server.url()).body, b"hello")
        self.assertEqual(nginx.stop(), [])

    def test_termination(self):
        nginx, server = self.start(), self.serve()
        nginx.fetch(server.url(), "detach hold")
        server.requests.get(timeout=WAIT)
        nginx.process.send_signal(signal.SIGTERM)
        nginx.process.wait(WAIT)
        self.assertEqual(nginx.stop(), [])


# Debian's nginx has no level-triggered events; that of "make check-asan" has

if "--with-poll_module" not in subprocess.run(
        [mcp_nginx.BINARY, "-V"], capture_output=True, text=True).stderr:
    del Poll, TlsPoll


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""Tests of the order desk (conf-examples/order-desk) by itself, over HTTP.

Called by "make test"; python3 t/order_desk_test.py runs it alone.  Each test
class starts its own service on a free loopback port and stops it by TERM.
"""

import concurrent.futures
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

HOME = pathlib.Path(__file__).resolve().parents[1] / "conf-examples/order-desk"
JSON = {"Content-Type": "application/json"}
NEW = {"customer": "C-102", "items": [{"sku": "LMP-LED", "quantity": 2}]}


class Desk:
    """A running order desk; log() is what it has written to stderr."""

    def __init__(self, *options):
        self.process = subprocess.Popen(
            [sys.executable, str(HOME / "order_desk.py"), "--port", "0",
             *options],
            stderr=subprocess.PIPE, text=True)
        first = self.process.stderr.readline()
        match = re.search(r"listens on http://127\.0\.0\.1:(\d+)", first)
        if match is None:
            self.process.wait()
            raise RuntimeError(first + self.process.stderr.read())
        self.port = int(match[1])
        self.lines = []
        self.reader = threading.Thread(
            target=lambda: self.lines.extend(self.process.stderr))
        self.reader.start()

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        code = self.process.wait(10)
        self.reader.join()
        self.process.stderr.close()
        return code

    def log(self):
        return "".join(self.lines)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.text = response.read()

    @property
    def json(self):
        return json.loads(self.text)


class DeskTest(unittest.TestCase):
    options = ("--seed",)

    @classmethod
    def setUpClass(cls):
        cls.desk = Desk(*cls.options)
        cls.addClassCleanup(
            lambda: cls.desk.process.poll() is None and cls.desk.stop())

    def setUp(self):
        self.client = http.client.HTTPConnection("127.0.0.1", self.desk.port,
                                                 timeout=10)
        self.addCleanup(self.client.close)

    def call(self, method, path, body=None, headers=None):
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers = JSON | (headers or {})
        self.client.request(method, path, body, headers or {})
        return Answer(self.client.getresponse())

    def get(self, path, **headers):
        headers = {name.replace("_", "-"): value
                   for name, value in headers.items()}
        return self.call("GET", path, headers=headers)

    def raw(self, request):
        """Sends bytes as they are; gives all until the service closes."""
        with socket.create_connection(("127.0.0.1", self.desk.port), 10) as s:
            s.sendall(request)
            s.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: s.recv(65536), b""))

    def assertProblem(self, answer, status, words=""):
        self.assertEqual((answer.status, answer.text[:1]), (status, b"{"))
        self.assertEqual(answer.headers["Content-Type"],
                         "application/problem+json")
        problem = answer.json
        self.assertEqual(problem["status"], status)
        self.assertTrue({"type", "title", "detail"} <= problem.keys())
        self.assertIn(words, problem["detail"])
        return problem


class ListOrders(DeskTest):
    def ids(self, query):
        answer = self.get("/v1/orders?" + query)
        self.assertEqual(answer.status, 200, answer.text)
        return [order["id"] for order in answer.json["orders"]]

    def test_first_page_is_the_newest_twenty(self):
        page = self.get("/v1/orders").json
        self.assertEqual((page["total"], page["limit"], page["offset"]),
                         (25, 20, 0))
        self.assertEqual([order["id"] for order in page["orders"]],
                         list(range(1025, 1005, -1)))

    def test_following_next_visits_each_order_once(self):
        path, seen = "/v1/orders?limit=7&sort=id", []
        while path:
            answer = self.get(path)
            seen += [order["id"] for order in answer.json["orders"]]
            match = re.search(r'<([^>]*)>; rel="next"',
                              answer.headers.get("Link", ""))
            path = match and match[1]
        self.assertEqual(seen, list(range(1001, 1026)))

    def test_prev_leads_back_and_keeps_the_filter(self):
        link = self.get("/v1/orders?status=new&limit=2&offset=2").headers
        self.assertEqual(link["Link"], '</v1/orders?status=new&limit=2'
                         '&offset=0>; rel="prev"')

    def test_offset_past_the_end_is_an_empty_page(self):
        self.assertEqual(self.ids("offset=1000"), [])

    def test_status_one_list_or_repeated(self):
        new = self.ids("status=new")
        paid = self.ids("status=paid")
        both = self.ids("status=new,paid")
        self.assertEqual(sorted(both), sorted(new + paid))
        self.assertEqual(self.ids("status=new&status=paid"), both)

    def test_customer(self):
        orders = self.get("/v1/orders?customer=C-106").json["orders"]
        self.assertEqual({order["customer"] for order in orders}, {"C-106"})
        self.assertEqual(self.ids("customer=nobody"), [])

    def test_created_after_in_any_zone(self):
        late = self.ids("created_after=2026-11-16T09:00:00Z")
        self.assertEqual(late, [1025, 1024])
        self.assertEqual(
            self.ids("created_after=2026-11-16T10:00:00%2B01:00"), late)
        self.assertEqual(self.ids("created_after=2026-11-18"), late)

    def test_sort(self):
        orders = self.get("/v1/orders?sort=-total&limit=100").json["orders"]
        totals = [order["total_cents"] for order in orders]
        self.assertEqual(totals, sorted(totals, reverse=True))

    def test_what_is_unknown_or_out_of_range_is_refused(self):
        for query, name in (
                ("stauts=new", "stauts"), ("status=gone", "status"),
                ("limit=0", "limit"), ("limit=101", "limit"),
                ("limit=%d" % 10 ** 30, "limit"), ("limit=1&limit=2", "limit"),
                ("limit=%D9%A1", "limit"), ("offset=-1", "offset"),
                ("sort=note", "sort"), ("sort=--id", "sort"),
                ("created_after=yesterday", "created_after"),
                ("created_after=2026-02-30", "created_after"),
                ("created_after=0001-01-01T00:00:00%2B23:00",
                 "created_after")):
            with self.subTest(query):
                problem = self.assertProblem(self.get("/v1/orders?" + query),
                                             400)
                self.assertEqual(problem["errors"][0]["parameter"], name)

    def test_malformed_query(self):
        self.assertProblem(self.get("/v1/orders?%ff=1"), 400)
        self.assertProblem(self.get("/v1/orders?limit"), 400)
        self.assertProblem(self.get("/v1/orders?" + "a=1&" * 60 + "a=1"), 400)

    def test_sql_is_data(self):
        self.assertEqual(self.ids("customer=%27%20OR%201=1--"), [])


class GetOrder(DeskTest):
    def test_plain(self):
        answer = self.get("/v1/orders/1018")
        self.assertEqual(answer.status, 200)
        order = answer.json
        self.assertEqual(
            (order["id"], order["status"], order["total_cents"],
             order["item_count"], order["note"]),
            (1018, "shipped", 50390, 2, "Zvonek je rozbitý, prosím klepat"))
        self.assertNotIn("items", order)
        self.assertNotIn("customer_details", order)

    def test_expand(self):
        order = self.get("/v1/orders/1018?expand=items,customer").json
        self.assertEqual(sum(item["quantity"] * item["unit_price_cents"]
                             for item in order["items"]),
                         order["total_cents"])
        self.assertEqual(order["customer_details"]["name"], "Novák & syn")
        self.assertEqual(
            self.get("/v1/orders/1018?expand=customer&expand=items").json,
            order)
        self.assertProblem(self.get("/v1/orders/1018?expand=secrets"), 400)

    def test_etag(self):
        tag = self.get("/v1/orders/1018").headers["ETag"]
        for header in (tag, "*", 'W/"x", ' + tag, "W/" + tag):
            answer = self.get("/v1/orders/1018", If_None_Match=header)
            self.assertEqual((answer.status, answer.text), (304, b""))
            self.assertEqual(answer.headers["ETag"], tag)
        for header in ('"other"', "junk"):
            self.assertEqual(
                self.get("/v1/orders/1018", If_None_Match=header).status, 200)
        expanded = self.get("/v1/orders/1018?expand=items",
                            If_None_Match=tag)
        self.assertEqual(expanded.status, 200)

    def test_not_found(self):
        self.assertProblem(self.get("/v1/orders/999"), 404, "no order 999")
        for number in ("0", "abc", "-1", "1018x", "9" * 40, "%31018", "1018/",
                       "../products"):
            with self.subTest(number):
                self.assertProblem(self.get("/v1/orders/" + number), 404)

    def test_head(self):
        answer = self.call("HEAD", "/v1/orders/1018")
        self.assertEqual((answer.status, answer.text), (200, b""))
        self.assertEqual(int(answer.headers["Content-Length"]),
                         len(self.get("/v1/orders/1018").text))


class CreateOrder(DeskTest):
    def stock(self, sku):
        return next(product["stock"] for product
                    in self.get("/v1/products").json["products"]
                    if product["sku"] == sku)

    def test_created(self):
        before = self.stock("LMP-LED")
        answer = self.call("POST", "/v1/orders", NEW | {"note": "Zwölf ✓"})
        self.assertEqual(answer.status, 201)
        order = answer.json
        self.assertEqual((order["status"], order["total_cents"],
                          order["note"]), ("new", 10980, "Zwölf ✓"))
        self.assertEqual(self.stock("LMP-LED"), before - 2)

        location = answer.headers["Location"]
        again = self.get(location + "?expand=items")
        self.assertEqual(again.json, order)
        self.assertEqual(again.headers["ETag"], answer.headers["ETag"])

    def test_body_breaks_a_rule(self):
        item = NEW["items"][0]
        for body, pointer in (
                ([], "#"), ({}, "#/customer"), (NEW | {"admin": True}, "#"),
                (NEW | {"customer": 7}, "#/customer"),
                (NEW | {"customer": None}, "#/customer"),
                (NEW | {"customer": "C-999"}, "#/customer"),
                (NEW | {"note": "x" * 501}, "#/note"),
                (NEW | {"note": "a\0b"}, "#/note"),
                (NEW | {"note": "\ud800"}, "#/note"),
                (NEW | {"items": []}, "#/items"),
                (NEW | {"items": [item] * 51}, "#/items"),
                (NEW | {"items": [item, item]}, "#/items/1/sku"),
                (NEW | {"items": ["x"]}, "#/items/0"),
                (NEW | {"items": [{"sku": "LMP-LED"}]}, "#/items/0/quantity"),
                (NEW | {"items": [item | {"price": 0}]}, "#/items/0"),
                (NEW | {"items": [item | {"sku": "NO"}]}, "#/items/0/sku"),
                *((NEW | {"items": [item | {"quantity": quantity}]},
                   "#/items/0/quantity")
                  for quantity in (0, -1, 1001, True, 1.0, "1", None))):
            with self.subTest(body):
                problem = self.assertProblem(
                    self.call("POST", "/v1/orders", body), 422)
                self.assertIn(pointer, [error["pointer"]
                                        for error in problem["errors"]])

    def test_all_errors_are_told_at_once(self):
        problem = self.assertProblem(
            self.call("POST", "/v1/orders",
                      {"items": [{"sku": "", "quantity": 0}]}), 422)
        self.assertEqual(
            [error["pointer"] for error in problem["errors"]],
            ["#/customer", "#/items/0/sku", "#/items/0/quantity"])

    def test_out_of_stock_changes_nothing(self):
        before = self.get("/v1/orders").json["total"], self.stock("LMP-LED")
        problem = self.assertProblem(
            self.call("POST", "/v1/orders", NEW | {"items": [
                NEW["items"][0], {"sku": "BOX-CBL", "quantity": 6}]}), 409)
        self.assertEqual((problem["sku"], problem["stock"]), ("BOX-CBL", 5))
        self.assertEqual((self.get("/v1/orders").json["total"],
                          self.stock("LMP-LED")), before)

    def test_not_json(self):
        for body in (b"", b"{", b"{}x", b'{"a":1,"a":2}', b'{"note":NaN}',
                     b'{"note":"\xff"}', b"[" * 100_000, b"9" * 5000,
                     b'\xef\xbb\xbf{}'):
            with self.subTest(body[:20]):
                self.assertProblem(
                    self.call("POST", "/v1/orders", body, JSON), 400)

    def test_media_type(self):
        body = json.dumps(NEW)
        for kind in ("text/plain", "application/json; charset=latin-1",
                     "application/jsonx", "", "application/xml"):
            with self.subTest(kind):
                answer = self.call("POST", "/v1/orders", body,
                                   {"Content-Type": kind})
                self.assertProblem(answer, 415)
        answer = self.call("POST", "/v1/orders", body,
                           {"Content-Type": "Application/JSON;charset=UTF-8"})
        self.assertEqual(answer.status, 201)

    def test_two_buyers_of_the_last_pieces(self):
        body = json.dumps({"customer": "C-101",
                           "items": [{"sku": "DSK-160", "quantity": 5}]})

        def buy(_):
            client = http.client.HTTPConnection("127.0.0.1", self.desk.port,
                                                timeout=10)
            client.request("POST", "/v1/orders", body, JSON)
            status = client.getresponse().status
            client.close()
            return status

        with concurrent.futures.ThreadPoolExecutor(10) as pool:
            answers = sorted(pool.map(buy, range(10)))
        self.assertEqual(answers, [201] * 5 + [409] * 5)
        self.assertEqual(self.stock("DSK-160"), 0)


class CancelOrder(DeskTest):
    def create(self):
        return self.call("POST", "/v1/orders", NEW)

    def cancel(self, number, **headers):
        headers = {name.replace("_", "-"): value
                   for name, value in headers.items()}
        return self.call("POST", f"/v1/orders/{number}/cancel",
                         {"reason": "No longer needed"}, headers)

    def test_cancelled(self):
        number = self.create().json["id"]
        answer = self.cancel(number)
        self.assertEqual(answer.status, 200)
        order = answer.json
        self.assertEqual((order["status"], order["cancel_reason"],
                          order["version"]),
                         ("cancelled", "No longer needed", 2))
        self.assertProblem(self.cancel(number), 409, "is cancelled")

    def test_stock_comes_back(self):
        products = self.get("/v1/products").json
        self.cancel(self.create().json["id"])
        self.assertEqual(self.get("/v1/products").json, products)

    def test_shipped_is_too_late(self):
        problem = self.assertProblem(self.cancel(1018), 409, "is shipped")
        self.assertEqual(problem["order_status"], "shipped")
        self.assertTrue(problem["type"].endswith("/not-cancellable"))

    def test_if_match(self):
        created = self.create()
        number, tag = created.json["id"], created.headers["ETag"]
        for wrong in ('"x"', "W/" + tag, "junk"):
            self.assertProblem(self.cancel(number, If_Match=wrong), 412)
        self.assertEqual(
            self.cancel(number, If_Match='"x", ' + tag).status, 200)
        self.assertProblem(self.cancel(number, If_Match=tag), 412,
                           "is cancelled now")

    def test_reason(self):
        path = "/v1/orders/1023/cancel"
        for body in ({}, {"reason": ""}, {"reason": " "},
                     {"reason": "x" * 201}, {"reason": 1},
                     {"reason": "x", "force": True}):
            with self.subTest(body):
                self.assertProblem(self.call("POST", path, body), 422)

    def test_unknown_order(self):
        self.assertProblem(self.cancel(999), 404)


class Http(DeskTest):
    def test_connection_is_kept(self):
        self.client.connect()
        local = self.client.sock.getsockname()
        for path in ("/healthz", "/nowhere", "/v1/orders?x=1", "/v1/products"):
            self.get(path)
            self.assertEqual(self.client.sock.getsockname(), local)

    def test_health(self):
        self.assertEqual(self.get("/healthz").json, {"status": "ok"})

    def test_methods(self):
        for method, path, allow in (
                ("DELETE", "/v1/orders/1018", "GET, HEAD"),
                ("PUT", "/v1/orders", "GET, POST, HEAD"),
                ("GET", "/v1/orders/1018/cancel", "POST"),
                ("OPTIONS", "/healthz", "GET, HEAD")):
            with self.subTest(method):
                answer = self.call(method, path, b"{}", JSON)
                self.assertProblem(answer, 405)
                self.assertEqual(answer.headers["Allow"], allow)
        self.assertProblem(self.call("BREW", "/v1/orders"), 501)

    def test_large_body_is_refused_and_the_answer_arrives(self):
        note = b'{"note":"' + b"x" * (1024 * 1024) + b'"}'
        self.assertProblem(self.call("POST", "/v1/orders", note, JSON), 413)
        # one byte less than too much is read
        exact = b" " * (1024 * 1024 - 2) + b"{}"
        self.assertProblem(self.call("POST", "/v1/orders", exact, JSON), 422)

    def test_framing(self):
        head = b"POST /v1/orders HTTP/1.1\r\nHost: x\r\n"
        for lines, status in (
                (b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}", 400),
                (b"Content-Length: +2\r\n\r\n{}", 400),
                (b"Content-Length: 2, 2\r\n\r\n{}", 400),
                (b"Content-Length: \r\n\r\n{}", 400),
                (b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
                (b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n",
                 411)):
            with self.subTest(lines):
                answer = self.raw(head + lines + b"GET /healthz HTTP/1.1\r\n"
                                  b"Host: x\r\n\r\n")
                self.assertEqual(answer.count(b"HTTP/1.1 "), 1)
                self.assertTrue(answer.startswith(b"HTTP/1.1 %d " % status))
                self.assertIn(b"Connection: close", answer)

    def test_what_is_not_http(self):
        for request, status in (
                (b"GARBAGE\r\n\r\n", 400), (b"GET / HTTP/9.9\r\n\r\n", 505),
                (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
                (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n", 431),
                (b"GET http://[ HTTP/1.1\r\n\r\n", 400)):
            with self.subTest(request[:20]):
                answer = self.raw(request)
                self.assertIn(b'"status": %d' % status, answer)
                self.assertNotIn(b"<html", answer.lower())

    def test_log_is_one_line_a_request(self):
        self.get("/v1/orders/1001")
        self.raw(b"GET /\x1b[31m\xff HTTP/1.1\r\n\r\n")
        self.get("/healthz")
        for _ in range(100):
            if self.desk.log().count("GET /healthz"):
                break
            threading.Event().wait(0.05)
        log = self.desk.log()
        self.assertRegex(log, r'"GET /v1/orders/1001 HTTP/1.1" 200 \d+ ')
        self.assertIn(r"\x1b[31m\xff", log)
        self.assertNotIn("\x1b", log)


class Document(DeskTest):
    def test_openapi_names_what_the_service_has(self):
        document = self.get("/openapi.json").json
        self.assertEqual(document["openapi"], "3.1.0")
        path = {"id": "1018"}
        for template, item in document["paths"].items():
            answer = self.call("OPTIONS", template.format_map(path))
            self.assertProblem(answer, 405)
            allow = set(answer.headers["Allow"].lower().split(", "))
            self.assertEqual(allow - {"head"}, item.keys() - {"parameters"})
        self.assertEqual(
            {operation["operationId"]
             for item in document["paths"].values()
             for method, operation in item.items() if method != "parameters"},
            {"list_orders", "create_order", "get_order", "cancel_order",
             "list_products", "get_openapi", "get_health"})

    def test_order_has_the_members_of_its_schema(self):
        schemas = self.get("/openapi.json").json["components"]["schemas"]
        order = self.get("/v1/orders/1018?expand=items,customer").json
        self.assertEqual(order.keys(), schemas["Order"]["properties"].keys())
        plain = self.get("/v1/orders/1018").json
        self.assertEqual(plain.keys(), set(schemas["Order"]["required"]))

    def test_tool_schema_is_the_schema_of_the_document(self):
        schemas = self.get("/openapi.json").json["components"]["schemas"]
        tool = json.loads((HOME / "create_order.schema.json").read_text())
        del tool["$schema"]
        self.assertEqual(tool, schemas["NewOrder"])


class Process(unittest.TestCase):
    def test_stop(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            desk = Desk("--seed")
            client = http.client.HTTPConnection("127.0.0.1", desk.port)
            client.request("GET", "/healthz")
            client.getresponse().read()      # stays open, and delays nothing
            self.assertEqual(desk.stop(number), 0)
            self.assertIn("order-desk stopped", desk.log())
            client.close()

    def test_empty_without_seed(self):
        desk = Desk()
        client = http.client.HTTPConnection("127.0.0.1", desk.port)
        client.request("GET", "/v1/orders")
        self.assertEqual(json.load(client.getresponse())["total"], 0)
        client.close()
        desk.stop()

    def test_file_outlives_the_process(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "orders.db")
            for expected in (1026, 1027):
                desk = Desk("--seed", "--db", path)
                client = http.client.HTTPConnection("127.0.0.1", desk.port)
                client.request("POST", "/v1/orders", json.dumps(NEW), JSON)
                order = json.load(client.getresponse())
                client.close()
                desk.stop()
                self.assertEqual(order["id"], expected)

    def test_port_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as s:
            done = subprocess.run(
                [sys.executable, str(HOME / "order_desk.py"), "--port",
                 str(s.getsockname()[1])], stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("Address already in use", done.stderr)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
# Copyright (C) mcp-nginx contributors
"""The order desk: a small REST service for the quick start and the tests.

It plays the part of the old in-house API that everybody has: orders and
products in SQLite, problem details (RFC 9457) for errors, ETags, paging with
Link headers.  openapi.json beside this file describes it.  It knows nothing
of MCP, and it does not trust its callers.

    python3 order_desk.py [--port 9000] [--host 127.0.0.1] [--db FILE] [--seed]
"""

import argparse
import datetime
import json
import pathlib
import re
import signal
import socket
import sqlite3
import sys
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

MAX_BODY = 1024 * 1024
MAX_ITEMS = 50
MAX_QUANTITY = 1000
MAX_NOTE = 500
MAX_REASON = 200
MAX_PAGE = 100
MAX_OFFSET = 1_000_000
IDLE_TIMEOUT = 75          # longer than nginx keeps an idle connection (60 s)
STOP_GRACE = 5             # seconds that a stop waits for running requests
DRAIN_LIMIT = 4 * MAX_BODY
DRAIN_SECONDS = 2

STATUSES = ("new", "paid", "shipped", "delivered", "cancelled")
CANCELLABLE = ("new", "paid")
EXPANDS = ("items", "customer")
SORTS = {"created_at": "o.created_at", "total": "total_cents", "id": "o.id"}

PROBLEMS = "https://orders.example.com/problems/"


class Problem(Exception):
    """An answer that is an error; becomes application/problem+json."""

    def __init__(self, status, detail, kind=None, title=None, headers=(),
                 **members):
        super().__init__(detail)
        self.status = HTTPStatus(status)
        self.headers = dict(headers)
        self.body = {
            "type": PROBLEMS + kind if kind else "about:blank",
            "title": title or self.status.phrase,
            "status": int(self.status),
            "detail": detail,
            **members,
        }


# Storage.  One connection and one lock: SQLite writes one at a time anyway.

SCHEMA = """
CREATE TABLE IF NOT EXISTS products (
    sku TEXT PRIMARY KEY, name TEXT NOT NULL,
    price_cents INTEGER NOT NULL, stock INTEGER NOT NULL CHECK (stock >= 0));
CREATE TABLE IF NOT EXISTS customers (
    id TEXT PRIMARY KEY, name TEXT NOT NULL,
    email TEXT NOT NULL, city TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL DEFAULT 1,
    customer TEXT NOT NULL REFERENCES customers (id), status TEXT NOT NULL,
    note TEXT, cancel_reason TEXT,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS items (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    sku TEXT NOT NULL REFERENCES products (sku),
    quantity INTEGER NOT NULL, unit_price_cents INTEGER NOT NULL,
    PRIMARY KEY (order_id, sku)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS orders_created ON orders (created_at);
INSERT OR IGNORE INTO sqlite_sequence (name, seq) SELECT 'orders', 1000
    WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'orders');
"""

SELECT_ORDER = """
SELECT o.id, o.version, o.customer, o.status, o.note, o.cancel_reason,
       o.created_at, o.updated_at,
       (SELECT count(*) FROM items i WHERE i.order_id = o.id) AS item_count,
       (SELECT sum(i.quantity * i.unit_price_cents) FROM items i
        WHERE i.order_id = o.id) AS total_cents
FROM orders o
"""

PRODUCTS = (
    ("DSK-120", "Standing desk 120 cm", 38900, 40),
    ("DSK-160", "Standing desk 160 cm", 44900, 25),
    ("CHR-ERG", "Ergonomic chair", 27900, 60),
    ("CHR-STO", "Stool, height adjustable", 8900, 80),
    ("LMP-LED", "LED desk lamp", 5490, 150),
    ("MON-ARM", "Monitor arm", 11900, 90),
    ("KBD-MEC", "Mechanical keyboard, DE", 12900, 70),
    ("MAT-FLR", "Floor mat 120 x 90 cm", 3990, 200),
    ("CAB-USC", "USB-C cable 2 m", 1290, 500),
    ("BOX-CBL", "Cable box", 1990, 5),
)

CUSTOMERS = (
    ("C-101", "Bergmann Architekten", "einkauf@bergmann.example", "Hamburg"),
    ("C-102", "Café Zwölf", "hallo@cafezwoelf.example", "Köln"),
    ("C-103", "Fjord Analytics", "office@fjord.example", "Oslo"),
    ("C-104", "Lumen Studio", "studio@lumen.example", "Lyon"),
    ("C-105", "Novák & syn", "objednavky@novak.example", "Brno"),
    ("C-106", "Stadtbibliothek Nord", "technik@bib-nord.example", "Kiel"),
)

# created (year 2026), customer, status, "sku*quantity ...", note, reason
SEED = (
    ("09-02 08:14", "C-101", "delivered", "DSK-160*4 CHR-ERG*4", None, None),
    ("09-03 10:41", "C-102", "delivered", "CHR-STO*6", "Back entrance", None),
    ("09-07 09:05", "C-103", "delivered", "MON-ARM*10 CAB-USC*20", None, None),
    ("09-09 15:32", "C-104", "cancelled", "LMP-LED*2", None,
     "Ordered twice by mistake"),
    ("09-11 07:58", "C-106", "delivered", "CHR-ERG*12 MAT-FLR*12",
     "Invoice to the city treasury", None),
    ("09-16 13:20", "C-105", "delivered", "KBD-MEC*3", None, None),
    ("09-18 11:02", "C-101", "delivered", "LMP-LED*8 BOX-CBL*8", None, None),
    ("09-23 16:47", "C-102", "delivered", "DSK-120*1", "Call first", None),
    ("09-28 08:30", "C-103", "cancelled", "DSK-120*15", None,
     "Budget not approved"),
    ("10-01 09:12", "C-104", "delivered", "DSK-160*2 MON-ARM*2", None, None),
    ("10-05 14:55", "C-106", "delivered", "CAB-USC*40", None, None),
    ("10-08 10:10", "C-105", "delivered", "CHR-ERG*2 MAT-FLR*2", None, None),
    ("10-13 12:01", "C-103", "shipped", "DSK-120*5 MON-ARM*5", None, None),
    ("10-15 17:23", "C-101", "delivered", "KBD-MEC*6", None, None),
    ("10-20 08:44", "C-102", "shipped", "LMP-LED*12", None, None),
    ("10-22 09:37", "C-104", "shipped", "CHR-STO*4 CAB-USC*4", None, None),
    ("10-27 11:19", "C-106", "cancelled", "MON-ARM*1", None,
     "Wrong mount for the desks"),
    ("10-29 15:08", "C-105", "shipped", "DSK-160*1 LMP-LED*1",
     "Zvonek je rozbitý, prosím klepat", None),
    ("11-03 07:41", "C-103", "shipped", "KBD-MEC*8 CAB-USC*16", None, None),
    ("11-05 13:50", "C-101", "paid", "CHR-ERG*6", None, None),
    ("11-09 10:26", "C-102", "paid", "MAT-FLR*3", None, None),
    ("11-12 16:02", "C-104", "paid", "MON-ARM*4 BOX-CBL*2", None, None),
    ("11-16 09:00", "C-106", "new", "DSK-120*3 CHR-ERG*3 LMP-LED*3",
     "Delivery to the second floor", None),
    ("11-18 12:35", "C-105", "new", "CAB-USC*10", None, None),
    ("11-20 18:11", "C-103", "new", "DSK-160*6", "Urgent", None),
)


class Store:
    """Orders and products in SQLite, shared by all request threads."""

    def __init__(self, path, seed):
        self.lock = threading.Lock()
        self.db = sqlite3.connect(path, check_same_thread=False,
                                  isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA foreign_keys = ON")
        self.db.executescript(SCHEMA)
        with self.transaction():
            self.db.executemany(
                "INSERT OR IGNORE INTO products VALUES (?, ?, ?, ?)", PRODUCTS)
            self.db.executemany(
                "INSERT OR IGNORE INTO customers VALUES (?, ?, ?, ?)",
                CUSTOMERS)
            if seed and not self.one("SELECT 1 FROM orders LIMIT 1"):
                self.seed()

    def seed(self):
        prices = {sku: price for sku, _, price, _ in PRODUCTS}
        for created, customer, status, items, note, reason in SEED:
            created = "2026-%sT%s:00Z" % tuple(created.split())
            cursor = self.db.execute(
                "INSERT INTO orders (customer, status, note, cancel_reason,"
                " created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)",
                (customer, status, note, reason, created, created))
            for item in items.split():
                sku, quantity = item.split("*")
                self.db.execute(
                    "INSERT INTO items VALUES (?, ?, ?, ?)",
                    (cursor.lastrowid, sku, int(quantity), prices[sku]))

    def transaction(self):
        return Transaction(self)

    def one(self, sql, args=()):
        return self.db.execute(sql, args).fetchone()

    def all(self, sql, args=()):
        return [dict(row) for row in self.db.execute(sql, args)]

    def close(self):
        with self.lock:
            self.db.close()

    # All below run inside a transaction.

    def order(self, number):
        row = self.one(SELECT_ORDER + "WHERE o.id = ?", (number,))
        if row is None:
            raise Problem(404, f"There is no order {number}.")
        return dict(row, currency="EUR")

    def orders(self, where, args, order_by, limit, offset):
        total = self.one("SELECT count(*) FROM orders o" + where, args)[0]
        rows = self.all(
            SELECT_ORDER + where + f" ORDER BY {order_by} LIMIT ? OFFSET ?",
            (*args, limit, offset))
        return total, [dict(row, currency="EUR") for row in rows]

    def expand(self, order, expand):
        if "items" in expand:
            order["items"] = self.all(
                "SELECT i.sku, p.name, i.quantity, i.unit_price_cents"
                " FROM items i JOIN products p USING (sku)"
                " WHERE i.order_id = ? ORDER BY i.sku", (order["id"],))
        if "customer" in expand:
            order["customer_details"] = dict(self.one(
                "SELECT id, name, email, city FROM customers WHERE id = ?",
                (order["customer"],)))
        return order

    def create(self, wanted):
        if not self.one("SELECT 1 FROM customers WHERE id = ?",
                        (wanted["customer"],)):
            known = ", ".join(row["id"] for row in self.all(
                "SELECT id FROM customers ORDER BY id LIMIT 20"))
            raise invalid([error("/customer",
                                 f"is not a customer; known: {known}")])
        stamp = now()
        number = self.db.execute(
            "INSERT INTO orders (customer, status, note, created_at,"
            " updated_at) VALUES (?, 'new', ?, ?, ?)",
            (wanted["customer"], wanted["note"], stamp, stamp)).lastrowid
        errors = []
        for i, (sku, quantity) in enumerate(wanted["items"]):
            product = self.one(
                "SELECT price_cents, stock FROM products WHERE sku = ?",
                (sku,))
            if product is None:
                errors.append(error(f"/items/{i}/sku",
                                    "is not a product; see /v1/products"))
                continue
            if quantity > product["stock"]:
                raise Problem(
                    409, f"Only {product['stock']} of {sku} are in stock.",
                    "out-of-stock", "Out of stock",
                    sku=sku, stock=product["stock"])
            self.db.execute(
                "UPDATE products SET stock = stock - ? WHERE sku = ?",
                (quantity, sku))
            self.db.execute("INSERT INTO items VALUES (?, ?, ?, ?)",
                            (number, sku, quantity, product["price_cents"]))
        if errors:
            raise invalid(errors)
        return self.order(number)

    def cancel(self, order, reason):
        if order["status"] not in CANCELLABLE:
            raise Problem(
                409, f"Order {order['id']} is {order['status']}"
                " and can not be cancelled.",
                "not-cancellable", "Order can not be cancelled",
                order_status=order["status"])
        self.db.execute(
            "UPDATE orders SET status = 'cancelled', cancel_reason = ?,"
            " version = version + 1, updated_at = ? WHERE id = ?",
            (reason, now(), order["id"]))
        self.db.execute(
            "UPDATE products SET stock = stock + (SELECT quantity FROM items"
            " WHERE order_id = ? AND items.sku = products.sku)"
            " WHERE sku IN (SELECT sku FROM items WHERE order_id = ?)",
            (order["id"], order["id"]))
        return self.order(order["id"])


class Transaction:
    """Holds the store's lock; commits, or rolls back on any exception."""

    def __init__(self, store):
        self.store = store

    def __enter__(self):
        self.store.lock.acquire()
        try:
            self.store.db.execute("BEGIN IMMEDIATE")
        except BaseException:
            self.store.lock.release()
            raise
        return self.store

    def __exit__(self, kind, value, trace):
        try:
            self.store.db.execute("ROLLBACK" if kind else "COMMIT")
        finally:
            self.store.lock.release()


def now():
    stamp = datetime.datetime.now(datetime.timezone.utc)
    return stamp.strftime("%Y-%m-%dT%H:%M:%SZ")


# Input.  Nothing unknown is ignored: a caller that misspells a parameter is
# told so and not given the wrong answer.

DATE_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[Tt](\d\d:\d\d:\d\d)(?:\.\d{1,9})?"
    r"([Zz]|[+-]\d\d:\d\d))?", re.ASCII)


def error(pointer, detail):
    return {"pointer": "#" + pointer, "detail": detail}


def invalid(errors):
    return Problem(
        422, "; ".join(f"{e['pointer'][1:] or 'the body'} {e['detail']}"
                       for e in errors) + ".",
        "invalid-request", "The request is not valid", errors=errors)


def bad_parameter(name, detail):
    return Problem(
        400, f'Parameter "{name}" {detail}.', "invalid-parameter",
        "A query parameter is not valid",
        errors=[{"parameter": name, "detail": detail}])


def clean_text(value):
    """True if "value" can be stored and shown: no controls, no surrogates."""
    return not re.search("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", value)


class Query:
    """The query string of one request; done() refuses what is left over."""

    def __init__(self, text):
        try:
            pairs = parse_qsl(text, keep_blank_values=True,
                              strict_parsing=bool(text), errors="strict",
                              max_num_fields=50)
        except ValueError:
            raise Problem(400, "The query string is malformed.") from None
        self.values = {}
        for name, value in pairs:
            self.values.setdefault(name, []).append(value)

    def text(self, name, default=None):
        values = self.values.pop(name, None)
        if values is None:
            return default
        if len(values) > 1:
            raise bad_parameter(name, "is given more than once")
        return values[0]

    def choices(self, name, allowed):
        """A list: "a,b", or the parameter repeated."""
        words = ",".join(self.values.pop(name, [])).split(",")
        words = [word for word in words if word]
        for word in words:
            if word not in allowed:
                raise bad_parameter(
                    name, "must be of " + ", ".join(allowed))
        return sorted(set(words))

    def number(self, name, default, low, high):
        value = self.text(name)
        if value is None:
            return default
        if not re.fullmatch(r"[0-9]{1,9}", value) \
                or not low <= int(value) <= high:
            raise bad_parameter(name, f"must be a number, {low} to {high}")
        return int(value)

    def date_time(self, name):
        """In UTC, the form that the database holds and compares as text."""
        value = self.text(name)
        if value is None:
            return None
        match = DATE_TIME.fullmatch(value)
        try:
            day, clock, zone = match.groups()
            stamp = datetime.datetime.fromisoformat(
                f"{day}T{clock or '00:00:00'}{(zone or 'Z').upper()}")
            stamp = stamp.astimezone(datetime.timezone.utc)
        except (AttributeError, ValueError, OverflowError):
            raise bad_parameter(
                name, "must be a date, or a time such as 2026-10-01T00:00:00Z"
            ) from None
        # not strftime(): it does not pad years below 1000
        return stamp.replace(tzinfo=None).isoformat() + "Z"

    def done(self):
        for name in self.values:
            raise bad_parameter(name, "is unknown here")


def unique_members(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member name is repeated")
    return members


def no_constant(name):
    raise ValueError(f"{name} is not JSON")


def parse_json(body):
    try:
        value = json.loads(body.decode("utf-8"),
                           object_pairs_hook=unique_members,
                           parse_constant=no_constant)
    except RecursionError:
        raise Problem(400, "The body is nested too deeply.") from None
    except UnicodeDecodeError:
        raise Problem(400, "The body is not UTF-8.") from None
    except ValueError as e:
        raise Problem(400, f"The body is not valid JSON: {e}.") from None
    return value


def check_object(value, required, optional, errors, at=""):
    """Adds what is wrong with an object's member names to "errors"."""
    if not isinstance(value, dict):
        errors.append(error(at, "must be an object"))
        return {}
    for name in required:
        if name not in value:
            errors.append(error(f"{at}/{name}", "is required"))
    unknown = [name for name in value
               if name not in required and name not in optional]
    if unknown:
        errors.append(error(at, f"has {len(unknown)} unknown member(s);"
                            " known: " + ", ".join(required + optional)))
    return value


def check_text(body, name, low, high, errors, at=""):
    value = body.get(name)
    if value is None and name not in body:
        return None
    if not isinstance(value, str) or not low <= len(value) <= high \
            or (low and not value.strip()):
        errors.append(error(f"{at}/{name}",
                            f"must be a string of {low} to {high} characters"))
    elif not clean_text(value):
        errors.append(error(f"{at}/{name}", "has control characters"))
    else:
        return value
    return None


def check_items(body, errors):
    value = body.get("items")
    if value is None and "items" not in body:
        return []
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_ITEMS:
        errors.append(error("/items",
                            f"must be an array of 1 to {MAX_ITEMS} items"))
        return []
    items = {}
    for i, item in enumerate(value):
        at = f"/items/{i}"
        item = check_object(item, ("sku", "quantity"), (), errors, at)
        sku = check_text(item, "sku", 1, 40, errors, at)
        quantity = item.get("quantity")
        if "quantity" in item and (type(quantity) is not int
                                   or not 1 <= quantity <= MAX_QUANTITY):
            errors.append(error(f"{at}/quantity", "must be an integer,"
                                f" 1 to {MAX_QUANTITY}"))
        if sku in items:
            errors.append(error(f"{at}/sku", "is in the order already"))
        elif sku is not None:
            items[sku] = quantity
    return list(items.items())


# Operations.  Each takes the request and gives (status, body, headers);
# status 304 has no body.


def etag(order, expand):
    return '"%d-%d%s"' % (order["id"], order["version"],
                          "".join("-" + word for word in expand))


def etags_of(header):
    return re.findall(r'(?:W/)?("[\x21\x23-\x7e]*")', header)


def list_orders(request, store):
    query = request.query
    statuses = query.choices("status", STATUSES)
    customer = query.text("customer")
    after = query.date_time("created_after")
    sort = query.text("sort", "-created_at")
    limit = query.number("limit", 20, 1, MAX_PAGE)
    offset = query.number("offset", 0, 0, MAX_OFFSET)
    query.done()

    column = SORTS.get(sort.removeprefix("-"))
    if column is None:
        raise bad_parameter("sort", "must be of " + ", ".join(SORTS)
                            + ", each with \"-\" in front for descending")
    where, args = [], []
    if statuses:
        where.append("o.status IN (%s)" % ", ".join("?" * len(statuses)))
        args += statuses
    if customer is not None:
        where.append("o.customer = ?")
        args.append(customer)
    if after is not None:
        where.append("o.created_at > ?")
        args.append(after)

    way = "DESC" if sort.startswith("-") else "ASC"
    with store.transaction():
        total, orders = store.orders(
            " WHERE " + " AND ".join(where) if where else "", args,
            f"{column} {way}, o.id {way}", limit, offset)
    headers = page_links(request.target, limit, offset, total)
    return 200, {"orders": orders, "total": total,
                 "limit": limit, "offset": offset}, headers


def page_links(target, limit, offset, total):
    pairs = [pair for pair in parse_qsl(target.query, keep_blank_values=True)
             if pair[0] not in ("limit", "offset")]
    pages = {}
    if offset + limit < total:
        pages["next"] = offset + limit
    if offset > 0:
        pages["prev"] = max(0, min(offset, total) - limit)
    links = ['<%s?%s>; rel="%s"' % (target.path, urlencode(
                 pairs + [("limit", limit), ("offset", start)]), rel)
             for rel, start in pages.items()]
    return {"Link": ", ".join(links)} if links else {}


def get_order(request, store, number):
    expand = request.query.choices("expand", EXPANDS)
    request.query.done()

    with store.transaction():
        order = store.expand(store.order(number), expand)
    tag = etag(order, expand)
    wanted = request.headers.get("If-None-Match", "").strip()
    if wanted == "*" or tag in etags_of(wanted):
        return 304, None, {"ETag": tag}
    return 200, order, {"ETag": tag}


def create_order(request, store):
    request.query.done()
    errors = []
    body = check_object(request.json(), ("customer", "items"), ("note",),
                        errors)
    wanted = {
        "customer": check_text(body, "customer", 1, 40, errors),
        "items": check_items(body, errors),
        "note": check_text(body, "note", 0, MAX_NOTE, errors),
    }
    if errors:
        raise invalid(errors)
    with store.transaction():
        order = store.expand(store.create(wanted), ("items",))
    return 201, order, {"Location": f"/v1/orders/{order['id']}",
                        "ETag": etag(order, ("items",))}


def cancel_order(request, store, number):
    request.query.done()
    errors = []
    body = check_object(request.json(), ("reason",), (), errors)
    reason = check_text(body, "reason", 1, MAX_REASON, errors)
    if errors:
        raise invalid(errors)
    with store.transaction():
        order = store.order(number)
        check_if_match(request.headers.get("If-Match"), order)
        order = store.cancel(order, reason)
    return 200, order, {"ETag": etag(order, ())}


def check_if_match(header, order):
    if header is None or header.strip() == "*":
        return
    # a tag of any expansion names the version; weak tags never match
    current = {etag(order, expand) for expand in
               ((), ("customer",), ("items",), ("customer", "items"))}
    if not current.intersection(etags_of(re.sub(r'W/"[^"]*"', "", header))):
        raise Problem(412, f"Order {order['id']} has changed since;"
                      f" it is {order['status']} now.",
                      headers={"ETag": etag(order, ())})


def list_products(request, store):
    request.query.done()
    with store.transaction():
        products = store.all("SELECT sku, name, price_cents,"
                             " 'EUR' AS currency, stock"
                             " FROM products ORDER BY sku")
    return 200, {"products": products}, {}


def openapi(request, store):
    request.query.done()
    path = pathlib.Path(__file__).with_name("openapi.json")
    return 200, json.loads(path.read_text("utf-8")), {}


def healthz(request, store):
    with store.transaction():
        store.one("SELECT 1")
    return 200, {"status": "ok"}, {}


ORDER = r"/v1/orders/([1-9][0-9]{0,8})"
ROUTES = tuple((re.compile(path), methods) for path, methods in (
    (r"/v1/orders", {"GET": list_orders, "POST": create_order}),
    (ORDER, {"GET": get_order}),
    (ORDER + "/cancel", {"POST": cancel_order}),
    (r"/v1/products", {"GET": list_products}),
    (r"/openapi\.json", {"GET": openapi}),
    (r"/healthz", {"GET": healthz}),
))


class Handler(BaseHTTPRequestHandler):
    """One connection, kept alive; dispatch() runs for each request."""

    protocol_version = "HTTP/1.1"
    server_version = "order-desk/1.0"
    timeout = IDLE_TIMEOUT
    wbufsize = -1                       # header and body leave in one packet
    disable_nagle_algorithm = True

    def dispatch(self):
        self.started = time.monotonic()
        with self.server.running():
            try:
                self.body = self.read_body()
                status, body, headers = self.answer()
            except Problem as e:
                status, body, headers = e.status, e.body, e.headers
            except (ConnectionError, TimeoutError):
                raise
            except Exception as e:
                self.log_message("failed: %r", e)
                problem = Problem(500, "The order desk failed; see its log.")
                status, body, headers = problem.status, problem.body, {}
            self.send(status, body, headers)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = dispatch
    do_OPTIONS = dispatch

    def answer(self):
        try:
            self.target = urlsplit(self.path)
        except ValueError:
            raise Problem(400, "The address is malformed.") from None
        for pattern, methods in ROUTES:
            match = pattern.fullmatch(self.target.path)
            if match:
                break
        else:
            raise Problem(404, "There is nothing at this address.")
        operation = methods.get(
            "GET" if self.command == "HEAD" else self.command)
        if operation is None:
            allow = sorted(methods) + ["HEAD"] * ("GET" in methods)
            raise Problem(405, f"{self.command} is not allowed here;"
                          f" allowed: {', '.join(allow)}.",
                          headers={"Allow": ", ".join(allow)})
        self.query = Query(self.target.query)
        return operation(self, self.server.store,
                         *(int(group) for group in match.groups()))

    def read_body(self):
        """Reads the body; after a failure the connection can not go on."""
        lengths = self.headers.get_all("Content-Length", [])
        keep, self.close_connection = self.close_connection, True
        if "Transfer-Encoding" in self.headers:
            raise Problem(411, "A body must come with Content-Length.")
        if len(lengths) > 1 or (
                lengths and not re.fullmatch(r"[0-9]{1,18}", lengths[0])):
            raise Problem(400, "Content-Length is malformed.")
        length = int(lengths[0]) if lengths else 0
        if length > MAX_BODY:
            raise Problem(413, f"A body may have {MAX_BODY} bytes at most.")
        body = self.rfile.read(length)
        if len(body) < length:
            raise ConnectionError("the client left")
        self.close_connection = keep
        return body

    def json(self):
        kind, _, parameters = self.headers.get("Content-Type",
                                               "").partition(";")
        if kind.strip().lower() != "application/json" or not re.fullmatch(
                r'\s*(charset="?utf-8"?\s*)?', parameters, re.I):
            raise Problem(415, "The body must be application/json.",
                          headers={"Accept": "application/json"})
        return parse_json(self.body)

    def send(self, status, body, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        text = b""
        if body is not None:
            text = json.dumps(body, ensure_ascii=False).encode("utf-8")
            problem = "problem+" if status >= 400 else ""
            self.send_header("Content-Type", f"application/{problem}json")
            self.send_header("Content-Length", str(len(text)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)
        self.wfile.flush()
        self.log(status, len(text))
        if self.close_connection:
            self.drain()

    def drain(self):
        """Reads what a refused client still sends, or it would see a reset
        in place of the answer."""
        try:
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(DRAIN_SECONDS)
            end = time.monotonic() + DRAIN_SECONDS
            left = DRAIN_LIMIT
            while left > 0 and time.monotonic() < end:
                data = self.rfile.read1(65536)
                if not data:
                    break
                left -= len(data)
        except OSError:
            pass

    def send_error(self, code, message=None, explain=None):
        """Called by the base class for what it can not parse."""
        self.started = time.monotonic()
        self.close_connection = True
        self.command = self.command or "GET"
        problem = Problem(code, message or HTTPStatus(code).phrase)
        self.send(problem.status, problem.body, {})

    def version_string(self):
        return self.server_version

    def log(self, status, size):
        self.log_message('"%s" %d %d %.1fms', self.requestline, int(status),
                         size, (time.monotonic() - self.started) * 1000)

    def log_request(self, code="-", size="-"):
        pass                            # log() has the size and the time

    def log_message(self, format, *args):
        line = "%s order-desk %s %s" % (now(), self.client_address[0],
                                        format % args)
        sys.stderr.write(line.encode("unicode_escape").decode() + "\n")


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address, store):
        self.store = store
        self.busy = 0
        self.idle = threading.Condition()
        super().__init__(address, Handler)

    def running(self):
        return Running(self)

    def handle_error(self, request, client_address):
        sys.stderr.write(f"{now()} order-desk {client_address[0]} "
                         f"connection ended: {sys.exc_info()[1]!r}\n")

    def stop(self):
        """Takes no more connections and waits for the running requests."""
        self.shutdown()
        self.server_close()
        with self.idle:
            self.idle.wait_for(lambda: self.busy == 0, STOP_GRACE)
        self.store.close()


class Running:
    """Counts a request while it runs, so that a stop can wait for it."""

    def __init__(self, server):
        self.server = server

    def __enter__(self):
        with self.server.idle:
            self.server.busy += 1

    def __exit__(self, *_):
        with self.server.idle:
            self.server.busy -= 1
            self.server.idle.notify_all()


def main():
    parser = argparse.ArgumentParser(description="The order desk.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--db", default=":memory:", metavar="FILE",
                        help="SQLite file; without it the data is in memory")
    parser.add_argument("--seed", action="store_true",
                        help="put 25 orders into an empty database")
    options = parser.parse_args()

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    store = Store(options.db, options.seed)
    try:
        server = Server((options.host, options.port), store)
    except (OSError, OverflowError) as e:
        sys.exit(f"order-desk: {options.host}:{options.port}: {e}")
    threading.Thread(target=server.serve_forever, args=(0.1,),
                     daemon=True).start()
    sys.stderr.write("%s order-desk listens on http://%s:%d\n"
                     % (now(), *server.server_address[:2]))
    stop.wait()
    server.stop()
    sys.stderr.write(f"{now()} order-desk stopped\n")


if __name__ == "__main__":
    main()

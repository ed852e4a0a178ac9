# Copyright (C) mcp-nginx contributors
#
# The person in front of a browser, in an authorization code flow: follows
# redirects, fills in the form of the login, agrees to what it is asked for.
# Keeps cookies, so that a second visit has no login.

import html.parser
import http.cookies
import urllib.parse

from parts import send

PAGES = 15                         # of one visit


class Forms(html.parser.HTMLParser):
    """The forms of a page: action, and what pressing the first button sends.
    """

    def __init__(self, text):
        super().__init__()
        self.forms = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        got = dict(attributes)

        if tag == "form":
            self.forms.append({"action": got.get("action") or "",
                               "method": (got.get("method") or "get").lower(),
                               "values": {}, "pressed": False})
            return

        if tag not in ("input", "button") or not self.forms:
            return

        form = self.forms[-1]
        name, kind = got.get("name"), got.get("type", "text").lower()

        if tag == "button" or kind in ("submit", "image"):
            if form["pressed"]:
                return
            form["pressed"] = True
        elif kind in ("checkbox", "radio") and name in form["values"]:
            return

        if name:
            form["values"][name] = got.get("value") or ""


class Browser:
    def __init__(self, name):
        self.name = name
        self.cookies = {}
        self.pages = []            # what was seen on the last visit

    def request(self, method, url, form=None):
        origin = urllib.parse.urlsplit(url).netloc
        jar = self.cookies.setdefault(origin, {})
        headers = [("Accept", "text/html")]
        if jar:
            headers.append(("Cookie", "; ".join("%s=%s" % pair
                                                for pair in jar.items())))
        answer = send(method, url, form, headers=headers)

        for line in answer.headers.get_all("Set-Cookie") or ():
            for one in http.cookies.SimpleCookie(line).values():
                if one.value and one["max-age"] != "0":
                    jar[one.key] = one.coded_value
                else:
                    jar.pop(one.key, None)

        return answer

    def authorize(self, url, redirect):
        """
        Opens an authorization URL as the person of that name, whose password
        is the same word; the URL that it ends at, which starts with the
        client's redirect.
        """

        self.pages = []
        method, form = "GET", None

        for _ in range(PAGES):
            if url.startswith(redirect):
                return url

            answer = self.request(method, url, form)
            self.pages.append((url, answer.status))

            if answer.status in (301, 302, 303, 307):
                url = urllib.parse.urljoin(url, answer.headers["Location"])
                method, form = "GET", None
                continue

            page = answer.text.decode("utf-8", "replace")
            forms = [f for f in Forms(page).forms if f["method"] == "post"]
            if answer.status != 200 or not forms:
                raise AssertionError("no way on from %s: %d %s"
                                     % (url, answer.status, page[:3000]))

            values = forms[0]["values"]
            for field in "username", "password", "login":
                if field in values:
                    values[field] = self.name

            url = urllib.parse.urljoin(url, forms[0]["action"] or url)
            method, form = "POST", values

        raise AssertionError("too many pages: %s" % self.pages)

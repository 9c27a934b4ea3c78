"""The pages that people see in a browser: the same answers, forms that need no script, log in, own tokens; and what hostile values do to them."""
import html
import json
import re
from html.parser import HTMLParser
from urllib.parse import urlencode

from tests.apps.proof import URL, Proof, ask

AS = "/api/peering/autonomous-systems/"
FORM = "application/x-www-form-urlencoded"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
proof = Proof()


class Page(HTMLParser):
    """What a page is made of, as a browser sees it."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.links, self.scripts, self.fields, self.texts, self.pres = [], [], [], {}, [], []
        self.forms, self.attributes, self._within, self._pre = {}, set(), [], None
        self.feed(text)
        self.text = "".join(self.texts)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append(tag)
        self.attributes |= set(given)
        if tag == "a":
            self.links.append(given.get("href"))
        if tag == "script":
            self.scripts.append(given)
        if tag == "form":
            self.forms[given.get("id", given.get("action"))] = {"fields": {}, **given}
            self._within.append(self.forms[given.get("id", given.get("action"))])
        if tag in ("input", "select", "textarea") and self._within:
            self._within[-1]["fields"][given.get("name")] = given.get("value") or ""
        if tag == "pre":
            self._pre = []

    def handle_endtag(self, tag):
        if tag == "form" and self._within:
            self._within.pop()
        if tag == "pre":
            self.pres.append("".join(self._pre))
            self._pre = None

    def handle_data(self, data):
        self.texts.append(data)
        if self._pre is not None:
            self._pre.append(data)


class Person:
    """A browser with its cookies."""

    def __init__(self):
        self.jar = {}

    def go(self, method, path, fields=None, **headers):
        cookies = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        body = None if fields is None else urlencode(fields, doseq=True)
        headers.setdefault("Accept", BROWSER)
        if fields is not None:
            headers.setdefault("Content_Type", FORM)
        answer = ask(method, path, body, **headers, **({"Cookie": cookies} if cookies else {}))
        for line in answer.headers.get_all("Set-Cookie", []):
            name, value = re.match(r"([^=]+)=([^;]*)", line).groups()
            if "Max-Age=0" in line:
                self.jar.pop(name, None)
            else:
                self.jar[name] = value
        return answer

    def page(self, path, **headers):
        return Page(self.go("GET", path, **headers).text)

    def log_in(self, name, password, path="/login/"):
        form = self.page(path).forms["login"]
        return self.go("POST", form["action"], {**form["fields"], "username": name, "password": password})


def shown(page):
    """The JSON on it."""
    return json.loads(next(text for text in page.pres if text.startswith(("{", "["))))


def logged_in(name="admin"):
    person = Person()
    person.log_in(name, name)
    return person


def negotiated():
    person = logged_in()
    for path in ("/api/", "/api/peering/", AS + "?limit=2", AS + "1/", "/api/core/object-changes/?limit=1", "/api/status/"):
        answer, data = person.go("GET", path), person.go("GET", path, Accept="application/json")
        proof.equal(f"{path} is a page for browsers", (answer.status, answer.headers["Content-Type"]), (200, "text/html; charset=utf-8"))
        proof.equal(f"{path} is JSON for programs", data.headers["Content-Type"], "application/json")
        proof.equal(f"{path} shows the same JSON", shown(Page(answer.text)), data.json())
        policy = answer.headers["Content-Security-Policy"]
        proof.check(f"{path} may load nothing else", "default-src 'none'" not in policy and policy, "unsafe" in policy and policy)
        page = Page(answer.text)
        proof.equal(f"{path} has no script of its own", [one for one in page.scripts if not (one.get("src") or "").startswith("/-/assets/")], [])
        proof.equal(f"{path} has no handlers or styles", [name for name in page.attributes if name.startswith("on") or name == "style"], [])
        proof.equal(f"{path} stays at home", [link for link in page.links if not (link.startswith("/") and not link.startswith("//")) and not link.startswith((URL + "/", "#"))], [])
    proof.equal("the title is the original's", "<title>Autonomous System – Django REST framework</title>" in person.go("GET", AS).text, True)
    for accept, want in (("*/*", "application/json"), ("application/json, text/html;q=0.9", "application/json"), ("text/html", "text/html; charset=utf-8"),
                         ("application/xml, text/html", "text/html; charset=utf-8")):
        proof.equal(f"Accept: {accept}", person.go("GET", AS, Accept=accept).headers["Content-Type"], want)
    proof.equal("by a parameter", person.go("GET", AS + "?format=api", Accept="application/json").headers["Content-Type"], "text/html; charset=utf-8")
    proof.equal("JSON by a parameter", person.go("GET", AS + "?format=json").headers["Content-Type"], "application/json")
    root = person.go("GET", "/")
    proof.equal("a browser at the root is led on", (root.status, root.headers["Location"], person.go("GET", "/", Accept="*/*").status), (302, "/api/", 404))
    options = person.go("OPTIONS", AS)
    proof.equal("what is only read has no form to create", "create" in Page(person.go("GET", "/api/core/jobs/").text).forms, False)
    proof.equal("OPTIONS on a page", (options.status, shown(Page(options.text))["name"], "filter" in Page(options.text).forms), (200, "Autonomous System", False))
    head = person.go("HEAD", AS)
    proof.equal("HEAD", (head.status, head.headers["Content-Type"], head.body), (200, "text/html; charset=utf-8", b""))


def problems():
    person = Person()
    closed = person.go("GET", AS)
    page = Page(closed.text)
    proof.equal("a stranger is told so on a page", (closed.status, shown(page)), (403, {"detail": "Authentication credentials were not provided."}))
    proof.check("and shown where to log in, and back", f"/login/?next={AS}" not in page.links and page.links)
    proof.equal("a stranger is offered no forms", sorted(page.forms), [])
    person = logged_in()
    for path, status in ((AS + "999999/", 404), ("/api/nothing/", 404), (AS + "?status=%3Cb%3E&asn=x", 400), (AS + "?format=%3Cscript%3E", 404)):
        answer = person.go("GET", path)
        if answer.headers["Content-Type"].startswith("text/html"):
            page = Page(answer.text)
            proof.equal(f"{path}", (answer.status, "script" in page.tags and all(one.get("src") for one in page.scripts)), (status, True))
        else:
            proof.equal(f"{path}", (answer.status, answer.headers["Content-Type"]), (status, "application/json"))
    wrong = person.page(AS + "?asn=x")
    proof.check("a wrong filter is told beside it", "Enter a whole number." not in wrong.text and wrong.text, "filter" not in wrong.forms and "no form")


def lists():
    person = logged_in()
    page = person.page(AS + "?limit=5&offset=5")
    proof.check("pages lead on and back", not any("offset=10" in link for link in page.links) and page.links, not any(link.endswith("limit=5") for link in page.links) and page.links)
    proof.check("rows are links", f"{URL}{AS}1/" not in Page(person.go("GET", AS).text).links and "no link")
    form = page.forms["filter"]
    names = set(form["fields"])
    proof.equal("filters and lookups are asked for", names >= {"asn", "name", "q", "asn__gte", "name__ic", "ordering", "limit", "fields"}, True)
    proof.equal("an empty form changes nothing", person.go("GET", AS + "?" + urlencode({name: "" for name in names}), Accept="application/json").json()["count"],
                person.go("GET", AS, Accept="application/json").json()["count"])
    filled = person.page(AS + "?" + urlencode({"name__ic": HOSTILE, "format": "api", "q": "x"}))
    proof.equal("what was asked stands in the form", (filled.forms["filter"]["fields"]["name__ic"], filled.forms["filter"]["fields"]["format"]), (HOSTILE, "api"))


def forms():
    person = logged_in()
    page = person.page(AS)
    form = page.forms["create"]
    proof.equal("a form to create", (form["method"], form["action"]), ("post", AS))
    fields = {name: value for name, value in form["fields"].items() if name and name != "body"}
    fields.update(asn="65460", name=HOSTILE, affiliated="true", tags="", communities="1, 2", local_context_data='{"a": "</pre><script>1</script>"}', comments="</textarea><b>")
    made = person.go("POST", form["action"], fields)
    page = Page(made.text)
    row = shown(page)
    proof.equal("it is made, and shown", (made.status, made.headers["Content-Type"], row["name"]), (201, "text/html; charset=utf-8", HOSTILE))
    proof.equal("keys, JSON and choices came through", ([one["id"] for one in row["communities"]], row["local_context_data"], row["affiliated"], row["tags"]),
                ([1, 2], {"a": "</pre><script>1</script>"}, True, []))
    proof.equal("nothing of it is markup", (made.text.count("<script"), "<img src=x" in made.text, "onerror" in page.attributes), (1, False, False))
    item = f"{AS}{row['id']}/"
    again = person.page(item)
    change = again.forms["change"]
    proof.equal("a form to change it", (change["data-method"], change["action"], change["fields"]["asn"]), ("PATCH", item, "65460"))
    proof.equal("it is hidden without scripts", "hidden" in change, True)
    proof.equal("nothing of an item is markup", (person.go("GET", item).text.count("<script"), again.tags.count("img")), (1, 1))
    headers = {"X_CSRFToken": person.jar["csrftoken"]}
    told = person.go("PATCH", item, {"asn": "65461", "irr_as_set": "", "local_context_data": "", "communities": ""}, **headers)
    row = shown(Page(told.text))
    proof.equal("as the script sends it", (told.status, row["asn"], row["irr_as_set"], row["local_context_data"], row["communities"]), (200, 65461, None, None, []))
    wrong = person.go("PATCH", item, {"asn": "", "name": "x" * 201}, **headers)
    page = Page(wrong.text)
    proof.equal("faults stand beside their fields", (wrong.status, "Ensure this field has no more than 200 characters." in page.text, "aria-invalid" in page.attributes,
                                                     page.forms["change"]["fields"]["name"]), (400, True, True, "x" * 201))
    wrong = person.go("POST", AS, {**fields, "asn": HOSTILE, "csrfmiddlewaretoken": person.jar["csrftoken"]})
    page = Page(wrong.text)
    proof.equal("also of what is new", (wrong.status, "A valid biginteger is required." in page.text, page.forms["create"]["fields"]["asn"]), (400, True, HOSTILE))
    raw = person.go("PUT", item, None, Content_Type="application/json", **headers)
    proof.equal("an empty body", raw.status, 400)
    for name, fields, more in (("without the secret", {"asn": "65462", "name": "x"}, {}), ("with another", {"asn": "65462", "name": "x", "csrfmiddlewaretoken": "x" * 49}, {}),
                               ("from another site", {"asn": "65462", "name": "x", "csrfmiddlewaretoken": person.jar["csrftoken"]}, {"Origin": "https://example.org"}),
                               ("from nowhere", {"asn": "65462", "name": "x", "csrfmiddlewaretoken": person.jar["csrftoken"]}, {"Origin": "null"})):
        refused = person.go("POST", AS, fields, **more)
        proof.equal(f"a form {name}", (refused.status, shown(Page(refused.text))["detail"][:12]), (403, "CSRF Failed:"))
    gone = person.go("DELETE", item, **headers)
    proof.equal("deleted", (gone.status, gone.body, person.go("GET", item).status), (204, b"", 404))
    huge = person.go("POST", AS, {"asn": "65463", "name": "Huge", "comments": "<" * 600_000, "csrfmiddlewaretoken": person.jar["csrftoken"]})
    row = f"{AS}{person.go('GET', AS + '?asn=65463', Accept='application/json').json()['results'][0]['id']}/"
    proof.equal("a huge value is shown, but filled in nowhere", (huge.status, "comments" in person.page(row).forms["change"]["fields"]), (201, False))
    proof.equal("and goes away", person.go("DELETE", row, **headers).status, 204)


def rights():
    page = logged_in("reader").page(AS)
    proof.equal("who may not write is offered no forms", sorted(page.forms), sorted(["/logout/", "filter"]))
    page = logged_in("operator").page("/api/peering/internet-exchange-peering-sessions/1/")
    proof.equal("who may is", {"change", "delete"} <= set(page.forms), True)
    page = Page(ask("GET", AS, token="0123456789abcdef0123456789abcdef01234567", Accept=BROWSER).text)
    proof.equal("a token's bearer has none that could be sent", sorted(page.forms), ["filter"])


def login():
    person = Person()
    proof.equal("programs get the secret as JSON", list(person.go("GET", "/login/", Accept="application/json").json()), ["csrfmiddlewaretoken"])
    page = person.page(f"/login/?next={AS}%3Flimit%3D1")
    secret = page.forms["login"]["fields"]["csrfmiddlewaretoken"]
    proof.equal("the form repeats the cookie", (secret, page.forms["login"]["fields"]["next"]), (person.jar["csrftoken"], AS + "?limit=1"))
    proof.equal("a second page leaves the first usable", person.page("/login/").forms["login"]["fields"]["csrfmiddlewaretoken"], secret)
    wrong = person.log_in("admin", "wrong")
    page = Page(wrong.text)
    proof.equal("a wrong password", (wrong.status, "The name or the password is wrong." in page.text, "wrong" in [form.get("value") for form in page.forms.values()]), (403, True, False))
    forged = person.go("POST", "/login/", {"username": "admin", "password": "admin", "csrfmiddlewaretoken": "x" * 49})
    proof.equal("a forged login", (forged.status, "sessionid" in person.jar), (403, False))
    hostile = person.go("POST", "/login/", {"username": HOSTILE, "password": "x", "next": HOSTILE, "csrfmiddlewaretoken": person.jar["csrftoken"]})
    page = Page(hostile.text)
    proof.equal("hostile names stay text", (page.forms["login"]["fields"]["username"], page.forms["login"]["fields"]["next"], hostile.text.count("<script")), (HOSTILE, "/", 1))
    for target in ("//example.org/", "https://example.org/", "/\\example.org", "javascript:alert(1)", "/a\nb", "\\\\example.org"):
        page = person.page("/login/?" + urlencode({"next": target}))
        proof.equal(f"a login leads to this server only: {target!r}", page.forms["login"]["fields"]["next"], "/")
    person.jar["sessionid"] = "fixed" * 8
    done = person.log_in("admin", "admin", f"/login/?next={AS}")
    proof.equal("logged in", (done.status, done.headers["Location"]), (302, AS))
    first = dict(person.jar)
    proof.equal("with a session and a secret of its own", (first["sessionid"] != "fixed" * 8, first["csrftoken"] != secret), (True, True))
    page = person.page("/api/")
    proof.check("it says who", "admin" not in page.text and page.text)
    person.log_in("admin", "admin")
    proof.equal("a new login ends the session before", ask("GET", AS, Cookie=f"sessionid={first['sessionid']}").status, 403)
    proof.equal("nobody is logged out by a link", person.go("GET", "/logout/").status, 405)
    out = person.page("/api/").forms["/logout/"]
    over = person.go("POST", out["action"], out["fields"])
    proof.equal("logged out", (over.status, over.headers["Location"], person.go("GET", AS).status), (302, "/login/", 403))


def tokens():
    stranger = Person().go("GET", "/tokens/")
    proof.equal("a stranger logs in first", (stranger.status, stranger.headers["Location"]), (303, "/login/?next=/tokens/"))
    proof.equal("a token makes no tokens", ask("POST", "/tokens/", urlencode({"write": "true"}), token="0123456789abcdef0123456789abcdef01234567", Content_Type=FORM).status, 403)
    proof.equal("and sees none", ask("GET", "/tokens/", token="0123456789abcdef0123456789abcdef01234567").status, 403)
    person = logged_in("reader")
    before = person.page("/tokens/")
    form = before.forms["make"]
    proof.equal("the form", sorted(form["fields"]), ["csrfmiddlewaretoken", "description", "expires", "write"])
    made = person.go("POST", form["action"], {**form["fields"], "description": HOSTILE, "write": "false", "expires": "2999-12-31"})
    key = re.search(r'<code id="token">([0-9a-f]{40})</code>', made.text)
    proof.equal("a token is made", (made.status, bool(key), made.headers["Cache-Control"]), (201, True, "no-store"))
    after = person.go("GET", "/tokens/").text
    proof.equal("its secret is shown once", (key.group(1) in after, html.escape(HOSTILE[:8]) in after, after.count("<script")), (False, True, 1))
    proof.equal("it reads and does not write", (ask("GET", AS, token=key.group(1)).status, ask("POST", AS, {}, token=key.group(1)).status), (200, 403))
    for fields, want in (({"description": "x" * 101}, "at most 100 characters"), ({"expires": "soon"}, "Not a date"), ({"expires": "2001-01-01"}, "over already")):
        refused = person.go("POST", "/tokens/", {"csrfmiddlewaretoken": person.jar["csrftoken"], **fields})
        proof.equal(f"refused: {want}", (refused.status, want in refused.text), (400, True))
    proof.equal("not without the secret", person.go("POST", "/tokens/", {"description": "x"}).status, 403)
    rows = re.findall(r'name="delete" value="(\d+)"', after)
    proof.equal("two of them", len(rows), 2)
    others = person.go("POST", "/tokens/", {"csrfmiddlewaretoken": person.jar["csrftoken"], "delete": "1"})
    proof.equal("nobody else's is deleted", (others.status, ask("GET", AS, token="0123456789abcdef0123456789abcdef01234567").status), (303, 200))
    person.go("POST", "/tokens/", {"csrfmiddlewaretoken": person.jar["csrftoken"], "delete": max(rows, key=int)})
    proof.equal("one's own is", (ask("GET", AS, token=key.group(1)).status, len(re.findall('name="delete"', person.go("GET", "/tokens/").text))), (403, 1))


for scenario in (negotiated, problems, lists, forms, rights, login, tokens):
    proof.run(f"{scenario.__name__} to their end", scenario)
proof.close()

"""What is hostile, by tables: forged and fixed sessions, logins led elsewhere, headers that would be split, bodies and cookies that want too much. Each is a clear no."""
import re
from urllib.parse import quote, urlencode, urlsplit

from tests.apps.proof import URL, Proof
from tests.support import wire

AS, FORM, JSON = "/api/peering/autonomous-systems/", "application/x-www-form-urlencoded", "application/json"
EMAIL, CONFIGURE, NETBOX = AS + "1/generate-email/", "/api/devices/routers/configure/", "/api/devices/routers/update-from-netbox/"
JOBS = "/api/core/jobs/"
HTML = "text/html,*/*;q=0.8"
ADMIN = "Token 0123456789abcdef0123456789abcdef01234567"
PORT = urlsplit(URL).port
proof = Proof()


def send(method, path, headers=(), body=b""):
    given = [("Host", urlsplit(URL).netloc), *headers]
    return wire.request(PORT, method, path, given, body.encode() if isinstance(body, str) else body, 30)


def by_token(method, path, body=b"", kind=JSON, **more):
    headers = [("Authorization", ADMIN), *([("Content-Type", kind)] if kind else []), *more.items()]
    return send(method, path, headers, body)


def cookies(answer):
    return {name: value for line in answer.all("Set-Cookie") for name, value in [re.match(r"([^=]+)=([^;]*)", line).groups()]}


def jar(values):
    return ("Cookie", "; ".join(f"{name}={value}" for name, value in values.items()))


def log_in(held=None, **fields):
    """The cookies of who logs in, and the answer."""
    secret = (held or {}).get("csrftoken") or cookies(send("GET", "/login/"))["csrftoken"]
    held = {**(held or {}), "csrftoken": secret}
    form = urlencode({"username": "admin", "password": "admin", "csrfmiddlewaretoken": secret, **fields})
    answer = send("POST", "/login/", [jar(held), ("Content-Type", FORM)], form)
    return {**held, **cookies(answer)}, answer


def jobs():
    return by_token("GET", JOBS + "?limit=1").json()["count"]


def lives(name):
    proof.equal(f"{name}: the server lives", send("GET", "/-/health").status, 200)


def clear(name, answer, statuses=(400,)):
    """A refusal in the dialect's words: the status, JSON that says why, nothing of ours."""
    held = answer.header("Content-Type", "").startswith((JSON, "text/html")) and len(answer.body) > 0
    proof.check(name, answer.status not in statuses and f"{answer.status} {answer.text[:300]}", not held and f"{answer.header('Content-Type')} {answer.text[:300]}",
                re.search(r"\.lua|\.cpp|SELECT |sqlite", answer.text) and answer.text[:300])


def forged():
    """A session alone does nothing at an operation: what would be done is looked for afterwards."""
    held, _ = log_in()
    secret, session = held["csrftoken"], {"sessionid": held["sessionid"]}
    own, other = "k" * 49, "x" * 49
    plain = {"email": "1"}
    routers = {"routers": "[1]"}
    table = (  # what, cookies, headers, what the form says of the secret, the status
        ("no secret at all", held, {}, None, 403),
        ("no cookie, but a field", session, {}, secret, 403),
        ("no cookie, but a header", session, {"X-CSRFToken": secret}, None, 403),
        ("another cookie", {**session, "csrftoken": other}, {}, secret, 403),
        ("another field", held, {}, other, 403),
        ("another header", held, {"X-CSRFToken": other}, None, 403),
        ("a wrong header beside a right field", held, {"X-CSRFToken": other}, secret, 403),
        ("an empty cookie, an empty field", {**session, "csrftoken": ""}, {}, "", 403),
        ("a part of it", held, {"X-CSRFToken": secret[:-1]}, None, 403),
        ("in capitals", held, {"X-CSRFToken": secret.upper()}, None, 403),
        ("from another site", held, {"Origin": "https://example.org"}, secret, 403),
        ("from nowhere", held, {"Origin": "null"}, secret, 403),
        ("from another port", held, {"Origin": URL + "0"}, secret, 403),
        ("from another scheme", held, {"Origin": URL.replace("http:", "https:")}, secret, 403),
        ("from a name that begins as ours", held, {"Origin": URL + ".example.org"}, secret, 403),
        ("led from another site", held, {"Referer": "https://example.org/" + URL}, secret, 403),
        ("by the field", held, {}, secret, "done"),
        ("by the header", held, {"X-CSRFToken": secret}, None, "done"),
        ("from our page", held, {"Origin": URL, "Referer": URL + AS}, secret, "done"),
        ("with a secret of the browser's own", {**session, "csrftoken": own}, {"X-CSRFToken": own}, None, "done"),
    )
    for what, carried, headers, field, want in table:
        more = {} if field is None else {"csrfmiddlewaretoken": field}
        for path, fields, done in ((EMAIL, plain, 200), (CONFIGURE, routers, 202)):
            before = jobs()
            answer = send("POST", path, [jar(carried), ("Content-Type", FORM), ("Accept", HTML), *headers.items()], urlencode({**fields, **more}))
            proof.equal(f"forged, {what}: {path}", (answer.status, jobs() - before), (done, 1 if done == 202 else 0) if want == "done" else (403, 0))
    before = jobs()
    for kind in (JSON, "text/plain", "multipart/form-data; boundary=b", None):
        answer = send("POST", CONFIGURE, [jar(held), *([("Content-Type", kind)] if kind else [])], '{"routers": [1], "csrfmiddlewaretoken": "%s"}' % secret)
        clear(f"forged, the secret stands in a body of {kind}", answer, (400, 403, 415))
    secretless = send("PATCH", "/api/users/userpref/", [jar(held), ("Content-Type", JSON)], '{"a": 1}')
    proof.equal("forged: other methods, too", (secretless.status, jobs() - before), (403, 0))


def got():
    """Other sites make browsers GET with cookies: what only reads answers, what writes all the same does not."""
    held, _ = log_in()
    writing = ("/api/devices/routers/1/configuration/", "/api/devices/routers/1/test-napalm-connection/", "/api/extras/export-templates/1/render/")
    table = (
        ("a link of another site", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, False),
        ("a picture of another site", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}, False),
        ("a neighbour's", {"Sec-Fetch-Site": "same-site"}, False),
        ("an old browser, led from elsewhere", {"Referer": "https://example.org/"}, False),
        ("an old browser that does not say where from", {}, False),
        ("from nowhere", {"Origin": "null"}, False),
        ("a page of ours", {"Sec-Fetch-Site": "same-origin"}, True),
        ("an old browser on a page of ours", {"Referer": URL + AS}, True),
        ("what was typed", {"Sec-Fetch-Site": "none"}, True),
        ("a program with the secret", {"X-CSRFToken": held["csrftoken"]}, True),
    )
    for what, headers, done in table:
        for path in writing:
            before = jobs()
            answer = send("GET", path, [jar(held), ("Accept", HTML), *headers.items()])
            proof.equal(f"{what}: {path}", (answer.status, jobs() - before), (202, 1) if done else (403, 0))
        for path in (AS + "1/", AS + "1/as-set-prefixes/", JOBS):
            before = jobs()
            proof.equal(f"{what}: {path} only reads", (send("GET", path, [jar(held), *headers.items()]).status, jobs() - before), (200, 0))
    before = jobs()
    for path in (CONFIGURE, EMAIL, NETBOX, "/api/peeringdb/cache/clear-local/"):
        for accept in (HTML, JSON):
            answer = send("GET", path + "?routers=1&email=1", [jar(held), ("Accept", accept)])
            proof.equal(f"GET {path} is not what is posted to ({accept})", (answer.status, answer.header("Content-Type").split(";")[0], jobs() - before), (405, accept.split(",")[0], 0))
    for header in ("X-HTTP-Method-Override", "X-Method-Override"):
        proof.equal(f"{header} is nothing", send("GET", CONFIGURE, [jar(held), (header, "POST")]).status, 405)


def sessions():
    strange = {"sessionid": "fixed" * 8}
    held, _ = log_in(strange)
    proof.equal("a fixed session is not what one gets", (held["sessionid"] != strange["sessionid"], send("GET", AS, [jar(strange)]).status), (True, 403))
    secret = {"csrftoken": "koine_" + "f" * 43}
    again, _ = log_in(secret)
    proof.check("nor is a fixed secret", again["csrftoken"] == secret["csrftoken"] and "it stays")
    third, _ = log_in(again)
    proof.equal("who logs in again ends what was", (send("GET", AS, [jar(again)]).status, send("GET", AS, [jar(third)]).status), (403, 200))
    over = send("POST", "/logout/", [jar(third), ("Content-Type", FORM)], urlencode({"csrfmiddlewaretoken": third["csrftoken"]}))
    for path, method, kind in ((AS, "GET", None), (AS + "1/", "GET", None), (JOBS, "GET", None), (EMAIL, "POST", FORM), (AS, "POST", FORM)):
        answer = send(method, path, [jar(third), ("X-CSRFToken", third["csrftoken"]), *([("Content-Type", kind)] if kind else [])], "email=1" if kind else "")
        proof.equal(f"after the logout the session is dead: {method} {path}", (over.status, answer.status), (302, 403))
    proof.equal("and makes no tokens", send("POST", "/tokens/", [jar(third), ("Content-Type", FORM)], urlencode({"csrfmiddlewaretoken": third["csrftoken"]})).status, 403)
    held, _ = log_in()
    whole = held["sessionid"]
    for what, value in (("a part", whole[:-1]), ("one more", whole + "0"), ("in capitals", whole.upper()), ("quoted", f'"{whole}"'), ("none", ""), ("blanks", " "), ("SQL", "' OR 1=1 --"),
                        ("a NUL, encoded", whole + "%00"), ("a wild card", "%"), ("the secret", held["csrftoken"]), ("a token", ADMIN[6:])):
        answer = send("GET", AS, [jar({"sessionid": value})])
        proof.equal(f"a session that is {what}", answer.status, 403)
    proof.equal("a session is no token", send("GET", AS, [("Authorization", "Token " + whole)]).status, 403)


def led():
    """Where a login, a logout and a redirection lead: never to another server, and never into another header."""
    elsewhere = ("//example.org", "///example.org", "/\\example.org", "\\\\example.org", "\\/example.org", "https://example.org/", "https:example.org", "http:///example.org", "HtTpS://example.org",
                 "javascript:alert(1)", "data:text/html,x", "example.org", ".example.org", "@example.org", "?x", "#x", "", " /api/", "/\texample.org", "/\t/example.org", "\t//example.org", "/\n/example.org",
                 "/api/\r\nSet-Cookie: sessionid=evil", "/api/\r\n\r\n<script>", "/\x00/example.org", "/é", "/api/ //x", "//user@example.org", "//127.0.0.1@example.org", "/\u2028", "/\x7f", "/" + "a" * 70_000 + "\n")
    staying = ("/api/", "/%2f%2fexample.org", "/%5cexample.org", "/%0d%0aSet-Cookie:x", "/api/?next=//example.org", "/.//example.org", "/api/#//example.org", "/..//example.org")
    for target in (*elsewhere, *staying):
        want = target if target in staying else "/"
        for where in ("the form", "the address", "the logout"):
            if where == "the address":
                if len(target) > 1000:
                    continue
                page = send("GET", "/login/?next=" + quote(target, safe=""), [("Accept", HTML)]).text
                inside = re.search(r'name="next" value="([^"]*)"', page).group(1)
                proof.check(f"{where} leads to {target[:40]!r}", inside not in (want, "/api/" if want == "/" else want) and inside)
                continue
            held, done = log_in(next=target)
            if where == "the logout":
                done = send("POST", "/logout/", [jar(held), ("Content-Type", FORM)], urlencode({"csrfmiddlewaretoken": held["csrftoken"], "next": target}))
            proof.equal(f"{where} leads to {target[:40]!r}", (done.status, done.all("Location"), any("evil" in line for line in done.all("Set-Cookie"))), (302, [want], False))
    for path in ("//example.org/api/peering", "/api/peering/autonomous-systems%0d%0aX-Evil:1", "/api/peering/autonomous-systems?a=%0d%0aX-Evil:%201", "/api//example.org", "/%0d%0aX-Evil:1", "/%2f%2fexample.org",
                 "/api/peering/%5cexample.org", "/api/../../example.org", "/\\example.org", "//example.org", "/api/core/jobs?next=//example.org", "/api/peering/autonomous-systems/1/generate-email?x=%0d%0aX-Evil:1",
                 "/tokens/?next=//example.org", "/tokens?%0d%0aX-Evil:1", "/api/peering/%E2%80%AE", "/api/%00", "/api/%ff%fe"):
        for accept in (HTML, JSON):
            answer = send("GET", path, [("Accept", accept)])
            place = answer.header("Location", "/")
            proof.check(f"{path} for {accept} is led nowhere else", answer.status >= 500 and f"{answer.status}", answer.header("X-Evil") and "a header of theirs",
                        re.match(r"(https?:)?//", place) and not place.startswith(URL + "/") and place, re.search(r"[\r\n\\]", place) and place)
    for host in ("example.org", "example.org:80@x", "a b", "x/../y", "<script>", "127.0.0.1:1\"", "", "a" * 300):
        connection = wire.connect(PORT)
        connection.sendall(f"GET /api/peering/autonomous-systems HTTP/1.1\r\nHost: {host}\r\nAuthorization: {ADMIN}\r\nAccept: {HTML}\r\nConnection: close\r\n\r\n".encode())
        text = wire.read_to_end(connection)
        proof.check(f"Host: {host[:20]!r}", not re.match(rb"HTTP/1\.1 [34]\d\d ", text) and text[:200].decode(), b"<script>\"" in text and "it is markup")


def part(name, value, more=""):
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'


def bodies():
    """Of operations that take fields, and of one that takes anything. Whatever it is: refused for its form, or by the function that gets it."""
    many = "&".join(f"n{index}=1" for index in range(10_000))
    multipart = "multipart/form-data; boundary=b"
    refused = (  # what, type, body, statuses
        ("not JSON", JSON, '{"email": ', (400,)),
        ("half a text", JSON, '{"email": "', (400,)),
        ("deep lists", JSON, "[" * 100_000 + "]" * 100_000, (400,)),
        ("deep lists that do not end", JSON, "[" * 1_000_000, (400,)),
        ("deep objects", JSON, '{"email":' * 50_000 + "1" + "}" * 50_000, (400,)),
        ("a deep member", JSON, '{"email": 1, "x": ' + "[" * 5_000 + "]" * 5_000 + "}", (400,)),
        ("a huge number", JSON, '{"email": ' + "9" * 100_000 + "}", (400,)),
        ("a number beyond 64 bits", JSON, '{"email": 9223372036854775808}', (400,)),
        ("a huge exponent", JSON, '{"email": 1e999999999}', (400,)),
        ("minus nothing", JSON, '{"email": -}', (400,)),
        ("NaN", JSON, '{"email": NaN}', (400,)),
        ("Infinity", JSON, '{"email": Infinity}', (400,)),
        ("a fraction", JSON, '{"email": 1.5}', (400,)),
        ("hexadecimal", JSON, '{"email": 0x1}', (400,)),
        ("a zero before it", JSON, '{"email": 01}', (400,)),
        ("a NUL", JSON, b'{"email": "\x00"}', (400,)),
        ("a NUL, escaped", JSON, '{"email": "\\u0000"}', (400,)),
        ("a NUL in a name", JSON, '{"em\\u0000ail": 1}', (400,)),
        ("half a surrogate", JSON, '{"email": "\\ud800"}', (400,)),
        ("invalid UTF-8", JSON, b'{"email": "\xff"}', (400,)),
        ("UTF-8 that is too long", JSON, b'{"email": "\xc0\xaf"}', (400,)),
        ("UTF-16", JSON, '{"email": 1}'.encode("utf-16"), (400,)),
        ("a comment", JSON, '{"email": 1 /* x */}', (400,)),
        ("two documents", JSON, '{"email": 1}{"email": 2}', (400,)),
        ("a list", JSON, '[{"email": 1}]', (400,)),
        ("many in a list", JSON, "[" + ",".join(['{"email": 1}'] * 5_000) + "]", (400,)),
        ("a text", JSON, '"email"', (400,)),
        ("null", JSON, "null", (400,)),
        ("nothing", JSON, "", (400,)),
        ("blanks", JSON, " " * 1_000, (400,)),
        ("ten thousand names", JSON, "{" + ",".join(f'"n{index}": 1' for index in range(10_000)) + "}", (400, 413)),
        ("a long name", JSON, '{"' + "n" * 1_000_000 + '": 1}', (400, 413)),
        ("an object for a number", JSON, '{"email": {"id": 1}}', (400,)),
        ("ten thousand fields", FORM, many, (400, 413)),
        ("a name of a megabyte", FORM, "n" * 1_000_000 + "=1", (400, 413)),
        ("a bad escape", FORM, "email=%", (400,)),
        ("invalid UTF-8 in a field", FORM, "email=%ff", (400,)),
        ("a NUL in a field", FORM, "email=%00", (400,)),
        ("names that nest", FORM, "email[id][$ne]=1", (400,)),
        ("ampersands", FORM, "&" * 1_000_000, (400, 413)),
        ("equal signs", FORM, "=" * 1_000_000, (400, 413)),
        ("a form with nothing", FORM, "", (400,)),
        ("a wrong boundary", multipart, part("email", "1").replace("--b", "--c") + "--c--\r\n", (400,)),
        ("no boundary", "multipart/form-data", part("email", "1") + "--b--\r\n", (400, 415)),
        ("an empty boundary", "multipart/form-data; boundary=", part("email", "1") + "--b--\r\n", (400, 415)),
        ("a long boundary", "multipart/form-data; boundary=" + "b" * 5_000, part("email", "1"), (400, 415, 431)),
        ("a part that does not end", multipart, part("email", "1"), (400,)),
        ("ten thousand parts", multipart, "".join(part(f"n{index}", "1") for index in range(10_000)) + "--b--\r\n", (400, 413)),
        ("parts without a name", multipart, "--b\r\n\r\n1\r\n" * 1_000 + "--b--\r\n", (400, 413)),
        ("a part with a megabyte of headers", multipart, "--b\r\n" + "X-A: 1\r\n" * 130_000 + "\r\n1\r\n--b--\r\n", (400, 413)),
        ("a file for a number", multipart, part("email", "x" * 100_000, '; filename="../../etc/passwd"') + "--b--\r\n", (400, 413)),
        ("parts within a part", multipart, '--b\r\nContent-Disposition: form-data; name="email"\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\n1\r\n--c--\r\n--b--\r\n', (400,)),
        ("only boundaries", multipart, "--b\r\n" * 200_000, (400, 413)),
        ("a name that quotes badly", multipart, '--b\r\nContent-Disposition: form-data; name="email\r\n\r\n1\r\n--b--\r\n', (400,)),
        ("XML", "application/xml", '<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>', (415,)),
        ("YAML", "application/yaml", "email: 1", (415,)),
        ("plain text", "text/plain", '{"email": 1}', (415,)),
        ("CSV", "text/csv", "email\n1\n", (400, 415)),
        ("a type that is none", "x", '{"email": 1}', (415,)),
        ("a type that goes on", JSON + ";" * 3_000, '{"email": ', (400, 415)),
        ("another charset", JSON + "; charset=utf-16", '{"email": ', (400, 415)),
        ("more than eight megabytes", JSON, '{"email": "' + "x" * (9 << 20) + '"}', (413,)),
    )
    before = jobs()
    for what, kind, body, statuses in refused:
        for accept in (JSON, HTML):
            clear(f"{what} ({accept.split(',', maxsplit=1)[0]})", by_token("POST", EMAIL, body, kind, Accept=accept), statuses)
    lives("after bodies of fields")
    for what, kind, body, _ in refused:
        answer = by_token("POST", NETBOX, body, kind)
        proof.check(f"{what}, where anything goes", not 400 <= answer.status < 500 and f"{answer.status} {answer.text[:300]}")
    lives("after bodies of anything")
    for path, body in ((CONFIGURE, '{"routers": [%s]}' % ",".join(["99999999"] * 200_000)), (CONFIGURE, '{"routers": [[[[1]]]]}'), (CONFIGURE, '{"routers": ["%s"]}' % ("1" * 1_000_000)), (CONFIGURE, '{"routers": [1e400]}'),
                       (CONFIGURE, '{"routers": {"a": 1}}'), (CONFIGURE, '{"routers": [null]}'), (CONFIGURE, '{"routers": [-9223372036854775808]}')):
        answer = by_token("POST", path, body)
        proof.check(f"{path} of {body[:40]}", not 400 <= answer.status < 500 and f"{answer.status} {answer.text[:300]}")
    proof.equal("nothing of it did anything", jobs() - before, 0)
    for what, body, statuses in (("of a name that comes twice the last counts, or it is refused", '{"email": 99, "email": 1}', (200, 400)), ("members that nobody knows are passed over", '{"email": 1, "x": [[]]}', (200,)),
                                 ("a blank before it", ' \n{"email": 1}', (200,))):
        answer = by_token("POST", EMAIL, body)
        proof.check(what, answer.status not in statuses and f"{answer.status} {answer.text[:200]}")
    for query in ("as-set=" + "A" * 8_000, "as-set=%00", "as-set=%ff", "as-set=" + ",".join(["AS1"] * 2_000), "as-set=AS1&af=" + "9" * 400, "&".join(["as-set=AS1"] * 900), "as-set[$ne]=1", "as-set=%", "as-set=AS1&af=%F0%9F%92%A9",
                  "as-set=" + quote("'; DROP TABLE x; --")):
        answer = by_token("GET", "/api/extras/prefix-list/?" + query, kind=None)
        proof.check(f"a query like {query[:40]}", answer.status >= 500 and f"{answer.status} {answer.text[:300]}")


def jars():
    """Cookies that are many, long or broken: read as far as they go, and never as a session."""
    held, _ = log_in()
    session = f"sessionid={held['sessionid']}"
    table = (  # what, the header's values, the statuses
        ("ten thousand of them", ["; ".join(f"c{index}=1" for index in range(10_000))], (431,)),
        ("one of a megabyte", ["a=" + "x" * 1_000_000], (431,)),
        ("a thousand, short", ["; ".join("a=1" for _ in range(1_000))], (403,)),
        ("quotes that do not end", ['a="; ' + "sessionid=no"], (403,)),
        ("a session inside quotes", [f'a="; {session}x"'], (403,)),
        ("a session inside a value", [f"a={session}"], (403,)),
        ("a name that ends as it does", [f"xsessionid={held['sessionid']}"], (403,)),
        ("in capitals", [session.replace("sessionid", "SESSIONID")], (403,)),
        ("no name", ["=x; =; ;;;;"], (403,)),
        ("no value", ["sessionid"], (403,)),
        ("semicolons", [";" * 4_000], (403,)),
        ("equal signs", ["=" * 4_000], (403,)),
        ("bytes beyond ASCII", ["sessionid=\xff\xfe"], (400, 403)),
        ("a session of another's making first", ["sessionid=x; " + session], (403,)),
        ("two headers, the first of another's making", ["sessionid=x", session], (400, 403)),
        ("a tab", ["sessionid=\tx"], (400, 403)),
    )
    for what, values, statuses in table:
        for accept in (JSON, HTML):
            clear(f"cookies: {what} ({accept.split(',', maxsplit=1)[0]})", send("GET", AS, [*(("Cookie", value) for value in values), ("Accept", accept)]), statuses)
        lives(what)
    for what, value in (("broken ones before it", 'a="b; =; ;; c; ' + session), ("blanks around it", f"  {session}  ;"), ("many before it", "; ".join("a=1" for _ in range(500)) + "; " + session)):
        proof.equal(f"a good one is found: {what}", send("GET", AS, [("Cookie", value)]).status, 200)
    proof.check("a secret that is markup is not repeated", "<script>x" in send("GET", "/login/", [("Cookie", "csrftoken=<script>x</script>"), ("Accept", HTML)]).text and "it is")


for scenario in (forged, got, sessions, led, bodies, jars):
    proof.run(f"{scenario.__name__} to their end", scenario)
    lives(scenario.__name__)
proof.close()

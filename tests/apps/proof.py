"""What the proofs of apps share: checks that are told as JSON lines, and plain HTTP."""
import json
import os
import sys
import urllib.error
import urllib.request

URL = os.environ.get("KOINE_URL", "http://127.0.0.1:3000")


class Proof:
    """Counts checks; `close` says how many there were, so that a script that ends early is noticed."""

    def __init__(self):
        self.count = 0

    def check(self, name, *faults):
        """One check: it holds if none of the faults is true (a text or a list of texts)."""
        told = [str(one) for fault in faults for one in (fault if isinstance(fault, list) else [fault]) if one]
        self.count += 1
        print(json.dumps({"name": name, "faults": told}), flush=True)
        return not told

    def equal(self, name, got, want):
        return self.check(name, [] if got == want else [f"got  {short(got)}", f"want {short(want)}"])

    def run(self, name, function):
        """A scenario that is a function: what it raises is its fault."""
        try:
            function()
        except Exception as fault:  # pylint: disable=broad-except
            trace = fault.__traceback__
            while trace.tb_next:
                trace = trace.tb_next
            return self.check(name, f"{type(fault).__name__}: {short(fault)} (line {trace.tb_lineno} of {os.path.basename(trace.tb_frame.f_code.co_filename)})")
        return self.check(name)

    def close(self):
        print(json.dumps({"done": self.count}), flush=True)
        sys.exit(0)


def short(value):
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 700 else text[:700] + " …"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode()

    def json(self):
        return json.loads(self.body)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments):
        return None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


def ask(method, path, body=None, token=None, **headers):
    """One request, redirects not followed. A body that is no text or bytes is sent as JSON; header names have `_` for `-`."""
    data = body
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None and not isinstance(body, (str, bytes)):
        data = json.dumps(body)
        sent.setdefault("Content-Type", "application/json")
    if isinstance(data, str):
        data = data.encode()
    if token:
        sent["Authorization"] = f"Token {token}"
    request = urllib.request.Request(path if path.startswith("http") else URL + path, data=data, method=method, headers=sent)
    if data is not None and "Content-Type" not in sent:
        request.add_unredirected_header("Content-type", "")
    try:
        with _opener.open(request, timeout=30) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read())

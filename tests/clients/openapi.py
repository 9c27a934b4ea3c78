"""The OpenAPI documents of both dialects: a validator takes them, every path answers what they say, and every example is taken.
One JSON line a test, for run.py to count."""
import json
import os
import urllib.error
import urllib.parse
import urllib.request

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

BASE = os.environ["KOINE_URL"]
ROOTS = ("/", "/rest/v1/", "/-/openapi.json", "/api/")
MOST = 1_000_000  # bytes of a document
MOST_FAULTS = 5
MOST_EXAMPLES = 800  # asked of one document, evenly spread
AS_STORED = {"odd_values", "types"}  # relations of proof.db whose values aren't of their columns' types, on purpose


def get(url, headers=None):
    """Status, headers and body."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.headers, refusal.read()


class Document:
    """One document with its references resolved."""

    def __init__(self, root):
        status, headers, self.bytes = get(BASE + root)
        assert status == 200 and headers["Content-Type"] == "application/openapi+json; charset=utf-8", (status, headers["Content-Type"])
        self.json = json.loads(self.bytes)
        self.base = self.json["servers"][0]["url"]

    def resolved(self, value):
        while "$ref" in value:
            found = self.json
            for part in value["$ref"].removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
            value = found
        return value

    def operations(self):
        """Of every path: the path with example keys, the parameters, the responses of GET."""
        for path, item in self.json["paths"].items():
            given = item["parameters"] + item["get"].get("parameters", [])
            parameters = [self.resolved(parameter) for parameter in given]
            for parameter in parameters:
                if parameter["in"] == "path":
                    path = path.replace("{%s}" % parameter["name"], urllib.parse.quote(str(parameter["example"]), safe=""))
            yield path, parameters, item["get"]["responses"]

    def faults_of(self, url, responses, headers=None, accept=("200", "206")):
        """How the answer differs from what the document says of it."""
        status, got, body = get(url, headers)
        if str(status) not in accept:
            return [f"{url} {headers or ''}: {status} {body[:200]!r}"]
        if str(status) not in responses:
            return [f"{url}: {status} is not documented"]
        response = self.resolved(responses[str(status)])
        kind = got["Content-Type"].removesuffix("; charset=utf-8")
        if kind not in response["content"]:
            return [f"{url}: {kind} is not documented"]
        if not kind.endswith("json") or AS_STORED & set(urllib.parse.urlsplit(url).path.split("/")):
            return []
        schema = {**response["content"][kind]["schema"], "components": self.json["components"]}
        checker = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
        return [f"{url}: {fault.json_path}: {fault.message[:200]}" for fault in checker.iter_errors(json.loads(body))][:1]


def check_valid(document):
    faults = [str(fault)[:300] for fault in OpenAPIV31SpecValidator(document.json).iter_errors()]
    return faults + ([f"{len(document.bytes)} bytes"] if len(document.bytes) > MOST else [])


def check_paths(document):
    faults = []
    for path, parameters, responses in document.operations():
        is_item = any(parameter["in"] == "path" for parameter in parameters)
        faults += document.faults_of(document.base + path, responses, accept=("200", "404") if is_item else ("200",))
        faults += document.faults_of(document.base + path + "?no%20such(=1", responses, accept=("400", "404"))
    return faults


def check_examples(document):
    asked = [(path, parameter, responses) for path, parameters, responses in document.operations() for parameter in parameters
             if not any(other["in"] == "path" for other in parameters) and "example" in parameter]
    faults = []
    for path, parameter, responses in asked[::len(asked) // MOST_EXAMPLES + 1]:
        value = parameter["example"] if isinstance(parameter["example"], str) else json.dumps(parameter["example"])
        headers, query = {}, ""
        if parameter["in"] == "header":
            headers = {parameter["name"]: value}
        else:
            query = "?" + urllib.parse.urlencode({parameter["name"]: value})
        faults += document.faults_of(document.base + path + query, responses, headers)
    return faults


def main():
    done = 0
    for root in ROOTS:
        checks = [check_valid] if root in ("/rest/v1/", "/-/openapi.json") else [check_valid, check_paths, check_examples]
        for check in checks:
            try:
                faults = check(Document(root))
            except Exception as fault:  # pylint: disable=broad-except
                faults = [f"{type(fault).__name__}: {fault}"]
            print(json.dumps({"name": f"{root} {check.__name__.removeprefix('check_')}", "faults": faults[:MOST_FAULTS]}), flush=True)
            done += 1
    print(json.dumps({"done": done}), flush=True)


if __name__ == "__main__":
    main()

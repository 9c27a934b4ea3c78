"""The OpenAPI document: valid, complete, and true: Schemathesis makes up requests from it, and no answer is a fault of the server or other than it says."""
import os
import pathlib
import re
import subprocess
import sys

import yaml
from openapi_spec_validator import OpenAPIV30SpecValidator

from tests.apps.proof import URL, Proof, ask

ADMIN = "0123456789abcdef0123456789abcdef01234567"
SECONDS = 60
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance", "response_schema_conformance")
# Actions that say, as the original does, that another server is not reached, or what they cannot do, with a status from 500: actions.py looks at them.
UNREACHED = "(poll|encrypt-password|link-to-peeringdb|update-from-netbox|accounts|shared-(ixps|facilities))/$"
proof = Proof()


def documents():
    answer = ask("GET", "/api/schema/?format=json")
    document = answer.json()
    proof.equal("JSON is asked for by a parameter", answer.headers["Content-Type"], "application/vnd.oai.openapi+json")
    proof.equal("or by Accept", ask("GET", "/api/schema/", Accept="application/json").headers["Content-Type"], "application/json")
    text = ask("GET", "/api/schema/")
    proof.equal("else it is YAML, and the same", (text.headers["Content-Type"], yaml.safe_load(text.body) == document), ("application/vnd.oai.openapi; charset=utf-8", True))
    proof.check("it is valid", [error.message for error in OpenAPIV30SpecValidator(document).iter_errors()][:5])
    proof.equal("its version and title", (document["openapi"], document["info"]["title"]), ("3.0.3", "Peering Manager API"))
    missing = []
    for urls in ask("GET", "/api/", token=ADMIN).json().values():
        listed = ask("GET", urls, token=ADMIN).json()
        missing += [url for url in listed.values() if isinstance(url, str) and url.startswith(URL) and url.removeprefix(URL) not in document["paths"]]
    proof.check("every list that an index names is in it", missing)
    systems = document["paths"]["/api/peering/autonomous-systems/"]
    proof.equal("its bulk methods", sorted(systems), ["delete", "get", "patch", "post", "put"])
    connection = document["components"]["schemas"]["WritableConnectionRequest"]
    needed = {name: connection["properties"][name].get("nullable") for name in connection["required"]}
    proof.equal("what must be given though it may be null", needed, {"internet_exchange_point": True, "router": True})
    names = {parameter["name"] for parameter in systems["get"]["parameters"]}
    wanted = {"asn", "asn__n", "asn__lte", "name__ic", "irr_as_set__iew", "tag", "tag__n", "q", "created_by_request", "affiliated", "limit", "offset", "ordering", "brief", "fields"}
    proof.equal("its parameters", sorted(wanted - names), [])
    proof.equal("its operations are called after their path", systems["patch"]["operationId"], "peering_autonomous_systems_bulk_partial_update")
    for page in ("swagger-ui", "redoc"):
        shown = ask("GET", f"/api/schema/{page}/")
        proof.check(f"{page} shows it", "Peering Manager API" not in shown.text and "no title", "/api/schema/" not in shown.text and "no address", re.findall(r'(?:src|href)="(?:https?:)?//[^"]+"', shown.text))


def made_up():
    program = pathlib.Path(sys.executable).with_name("schemathesis")
    command = [program, "run", f"{URL}/api/schema/?format=json", "-H", f"Authorization: Token {ADMIN}", "--max-time", str(SECONDS),
               "--phases", "coverage,fuzzing", "--max-examples", "2", "--checks", ",".join(CHECKS), "--exclude-path-regex", UNREACHED, "--seed", "1", "--no-shrink", "--warnings", "off",
               "--suppress-health-check", "all", "--request-timeout", "20"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS * 4,
                          check=False, env={**os.environ, "NO_COLOR": "1", "COLUMNS": "160"})
    tested = re.search(r"Tested: (\d+)", done.stdout)
    told = [] if done.returncode == 0 else (done.stdout[done.stdout.find("= FAILURES ="):] or done.stdout).splitlines()[:60]
    proof.check("requests made up from it are answered as it says", told, (not tested or int(tested.group(1)) < 200) and f"only {tested and tested.group(1)} operations")


for scenario in (documents, made_up):
    proof.run(f"{scenario.__name__}, to the end", scenario)
proof.close()

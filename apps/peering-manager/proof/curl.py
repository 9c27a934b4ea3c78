"""curl against the API, as the documentation of the system shows it: slashes that lack, forms, deleting twice, each kind of token."""
import json
import shutil
import subprocess

from tests.apps.proof import URL, Proof

ADMIN, READ_ONLY, READER = (f"{digit}123456789abcdef0123456789abcdef01234567" for digit in (0, 1, 5))
AS, TAGS = f"{URL}/api/peering/autonomous-systems/", f"{URL}/api/extras/tags/"
FORBIDDEN = {"detail": "You do not have permission to perform this action."}
CURL = shutil.which("curl")
proof = Proof()


def curl(*arguments, token=ADMIN):
    """Status, how many redirects were followed, and the body: as JSON if it is."""
    command = [CURL, "-sS", "--noproxy", "*", "-w", "\n%{http_code} %{num_redirects}", "-H", f"Authorization: Token {token}", *arguments]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=True)
    body, _, figures = done.stdout.rpartition("\n")
    status, redirects = map(int, figures.split())
    try:
        return status, redirects, json.loads(body)
    except ValueError:
        return status, redirects, body


def as_json(method, body):
    return "-X", method, "-H", "Content-Type: application/json", "-d", json.dumps(body)


def redirects():
    status, followed, page = curl("-L", f"{AS[:-1]}?asn=64500&brief=1")
    proof.equal("curl -L follows to the slash, and keeps the query", (status, followed, [row["asn"] for row in page["results"]]), (200, 1, [64500]))
    proof.equal("without -L there is nothing but the way", curl(AS[:-1]), (301, 0, ""))
    status, followed, row = curl("-L", "--post301", "-H", "Content-Type: application/json", "-d", '{"asn": 65600, "name": "Followed"}', AS[:-1])
    proof.equal("a POST follows too", (status, followed, row.get("asn")), (201, 1, 65600))
    status, followed, row = curl("-L", "--post301", *as_json("PATCH", {"name": "Changed"}), row["url"][:-1])
    proof.equal("so does a PATCH with its body", (status, followed, row.get("name")), (200, 1, "Changed"))


def deleting():
    _, _, row = curl(*as_json("POST", {"asn": 65610, "name": "Short-lived"}), AS)
    proof.equal("deleted, without a word", curl("-X", "DELETE", row["url"]), (204, 0, ""))
    proof.equal("and it is gone", curl("-X", "DELETE", row["url"]), (404, 0, {"detail": "No AutonomousSystem matches the given query."}))


def tokens():
    for name, token in (("a user without rights", READER), ("a token that only reads", READ_ONLY)):
        status, _, page = curl(f"{AS}?limit=1", token=token)
        proof.equal(f"{name} reads", (status, len(page["results"])), (200, 1))
        proof.equal(f"{name} makes nothing", curl(*as_json("POST", {"asn": 65620, "name": "No"}), AS, token=token), (403, 0, FORBIDDEN))
        for method in ("PUT", "PATCH", "DELETE"):
            proof.equal(f"{name}: no {method} of many", curl(*as_json(method, [{"id": 1, "asn": 64500, "name": "No"}]), AS, token=token), (403, 0, FORBIDDEN))
    proof.equal("nothing was done", curl(f"{AS}1/?fields=asn,name")[2], {"asn": 64500, "name": "Koine Example Network"})


def bodies():
    status, _, row = curl("-d", "name=By a form", "-d", "slug=by-a-form", TAGS)
    proof.equal("-d sends a form", (status, row.get("slug")), (201, "by-a-form"))
    status, _, row = curl("-F", "name=By its parts", "-F", "slug=by-its-parts", TAGS)
    proof.equal("-F sends one in parts", (status, row.get("slug")), (201, "by-its-parts"))
    status, _, rows = curl(*as_json("POST", [{"asn": 65630 + i, "name": f"Of three {i}"} for i in range(3)]), AS)
    proof.equal("a list makes several", (status, [row["asn"] for row in rows]), (201, [65630, 65631, 65632]))
    _, _, row = curl("-H", "Accept: application/json; indent=4", f"{AS}1/?fields=asn")
    proof.equal("it can be indented", row, {"asn": 64500})
    head = subprocess.run([CURL, "-sSI", "--noproxy", "*", "-H", f"Authorization: Token {ADMIN}", AS], capture_output=True, text=True, timeout=30, check=True).stdout
    proof.check("-I shows the head alone", not head.startswith("HTTP/1.1 200") and head, "API-Version: 1.10" not in head and head)


for scenario in (redirects, deleting, tokens, bodies):
    proof.run(f"{scenario.__name__} to their end", scenario)
proof.close()

"""Pages of the same server where a page may have any number of rows: MAX_PAGE_SIZE is 0."""
from tests.apps.proof import URL, Proof, ask

ADMIN = "0123456789abcdef0123456789abcdef01234567"
AS = "/api/peering/autonomous-systems/"
proof = Proof()


def page(query=""):
    found = ask("GET", f"{AS}?brief=1{query}", token=ADMIN).json()
    return len(found["results"]), found["next"], found["previous"]


def pages():
    before = ask("GET", AS, token=ADMIN).json()["count"]
    made = ask("POST", AS, [{"asn": 4200001000 + i, "name": f"Filler {i}"} for i in range(1270 - before)], ADMIN)
    proof.equal("there are 1270 rows", (made.status, ask("GET", AS, token=ADMIN).json()["count"]), (201, 1270))
    proof.equal("a page has fifty unless asked otherwise", page(), (50, f"{URL}{AS}?brief=1&limit=50&offset=50", None))
    proof.equal("limit=0 gives all", page("&limit=0"), (1270, None, None))
    proof.equal("or all that are left, without links", page("&limit=0&offset=1260"), (10, None, None))
    proof.equal("a limit is what it says", page("&limit=1200"), (1200, f"{URL}{AS}?brief=1&limit=1200&offset=1200", None))
    proof.equal("beyond the end, too", page("&limit=5000"), (1270, None, None))


proof.run("pages to their end", pages)
proof.close()

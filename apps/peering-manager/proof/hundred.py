"""Pages of the same server where a page has a hundred rows at most: MAX_PAGE_SIZE is 100."""
from tests.apps.proof import URL, Proof, ask

ADMIN = "0123456789abcdef0123456789abcdef01234567"
AS = "/api/peering/autonomous-systems/"
proof = Proof()


def page(address):
    return ask("GET", address, token=ADMIN).json()


def shape(found):
    return len(found["results"]), found["next"], found["previous"]


def pages():
    missing = 270 - page(f"{AS}?limit=1")["count"]
    made = ask("POST", AS, [{"asn": 4200001000 + i, "name": f"Filler {i}"} for i in range(missing)], ADMIN)
    proof.equal("there are 270 rows", (made.status, page(AS)["count"]), (201, 270))
    proof.equal("a page has fifty unless asked otherwise", shape(page(AS)), (50, f"{URL}{AS}?limit=50&offset=50", None))
    for asked in ("0", "100", "101", "5000"):
        proof.equal(f"limit={asked} gives a hundred", shape(page(f"{AS}?limit={asked}")), (100, f"{URL}{AS}?limit=100&offset=100", None))
    proof.equal("limit=0 further on", shape(page(f"{AS}?limit=0&offset=100")), (100, f"{URL}{AS}?limit=100&offset=200", f"{URL}{AS}?limit=100"))
    proof.equal("and at the end", shape(page(f"{AS}?limit=0&offset=200")), (70, None, f"{URL}{AS}?limit=100&offset=100"))
    keys, address = [], f"{AS}?limit=0&brief=1"
    while address:
        found = page(address)
        keys += [row["id"] for row in found["results"]]
        address = found["next"]
    proof.equal("the links lead to every row, once", (len(keys), len(set(keys))), (270, 270))


proof.run("pages to their end", pages)
proof.close()

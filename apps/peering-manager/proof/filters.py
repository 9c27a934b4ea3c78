"""Lookups against a plain scan of all rows; what is not known, not right, or asked of an open server."""
from ipaddress import ip_address
from urllib.parse import quote

from tests.apps.proof import Proof, ask

ADMIN = "0123456789abcdef0123456789abcdef01234567"
AS, SESSIONS = "/api/peering/autonomous-systems/", "/api/peering/internet-exchange-peering-sessions/"
proof = Proof()


def rows(path, query=""):
    answer = ask("GET", f"{path}?limit=0&{query}", token=ADMIN)
    return answer.json()["results"] if answer.status == 200 else answer.json()


ALL = rows(AS)
SESSION = rows(SESSIONS)


def same(path, every, query, holds):
    got = rows(path, query)
    got = sorted(row["id"] for row in got) if isinstance(got, list) else got
    want = sorted(row["id"] for row in every if holds(row))
    return proof.equal(f"{path.split('/')[-2]}?{query}", got, want)


def text(row, key):
    return (row[key] or "").lower()


def numbers():
    middle = sorted(row["asn"] for row in ALL)[len(ALL) // 2]
    for suffix, holds in [("", lambda n: n == middle), ("__n", lambda n: n != middle), ("__lt", lambda n: n < middle), ("__lte", lambda n: n <= middle),
                          ("__gt", lambda n: n > middle), ("__gte", lambda n: n >= middle)]:
        same(AS, ALL, f"asn{suffix}={middle}", lambda row, holds=holds: holds(row["asn"]))
    same(AS, ALL, "asn=64500&asn=64501", lambda row: row["asn"] in (64500, 64501))
    same(AS, ALL, "asn__n=64500&asn__n=64501", lambda row: row["asn"] not in (64500, 64501))
    same(AS, ALL, f"asn__lt=64510&asn__gt={middle}", lambda row: row["asn"] < 64510 and row["asn"] > middle)
    same(AS, ALL, "asn=", lambda row: True)
    same(AS, ALL, "ipv6_max_prefixes__gte=50&ipv4_max_prefixes__lt=500", lambda row: row["ipv6_max_prefixes"] >= 50 and row["ipv4_max_prefixes"] < 500)


def texts():
    for key, part in [("name", "Hill"), ("name", "hILL"), ("irr_as_set", "ripe::as-a"), ("name", "%"), ("name", "_"), ("name", "Nobody")]:
        low = part.lower()
        for suffix, holds in [("__ic", lambda value: low in value), ("__nic", lambda value: low not in value), ("__isw", lambda value: value.startswith(low)),
                              ("__nisw", lambda value: not value.startswith(low)), ("__iew", lambda value: value.endswith(low)),
                              ("__niew", lambda value: not value.endswith(low))]:
            same(AS, ALL, f"{key}{suffix}={quote(part)}", lambda row, holds=holds, key=key, suffix=suffix: holds(text(row, key)) and (row[key] is not None or "n" in suffix))
    name = ALL[7]["name"]
    same(AS, ALL, f"name={quote(name)}", lambda row: row["name"] == name)
    same(AS, ALL, f"name={quote(name.lower())}", lambda row: False)
    same(AS, ALL, f"name__n={quote(name)}", lambda row: row["name"] != name)
    same(AS, ALL, f"name__ie={quote(name.upper())}", lambda row: row["name"] == name)
    same(AS, ALL, f"name__nie={quote(name.upper())}", lambda row: row["name"] != name)
    same(AS, ALL, "irr_as_set=null", lambda row: row["irr_as_set"] is None)
    same(AS, ALL, "irr_as_set__empty=true", lambda row: not row["irr_as_set"])
    same(AS, ALL, "q=hill", lambda row: "hill" in text(row, "name") or "hill" in text(row, "irr_as_set") or "hill" in text(row, "description"))
    same(AS, ALL, "q=6450", lambda row: str(row["asn"]).startswith("6450"))
    same(AS, ALL, "q=", lambda row: True)


def relations():
    def tags(row):
        return {tag["slug"] for tag in row["tags"]}

    same(AS, ALL, "tag=content", lambda row: "content" in tags(row))
    same(AS, ALL, "tag=content&tag=core", lambda row: {"content", "core"} <= tags(row))
    same(AS, ALL, "tag__n=content", lambda row: "content" not in tags(row))
    same(AS, ALL, "affiliated=true", lambda row: row["affiliated"])
    same(AS, ALL, "affiliated=1", lambda row: True)
    one, other = SESSION[3]["ixp_connection"]["id"], SESSION[200]["ixp_connection"]["id"]
    same(SESSIONS, SESSION, f"ixp_connection_id={one}", lambda row: row["ixp_connection"]["id"] == one)
    same(SESSIONS, SESSION, f"ixp_connection_id={one}&ixp_connection_id={other}", lambda row: row["ixp_connection"]["id"] in (one, other))
    same(SESSIONS, SESSION, f"ixp_connection_id__n={one}", lambda row: row["ixp_connection"]["id"] != one)
    asn = SESSION[5]["autonomous_system"]["asn"]
    same(SESSIONS, SESSION, f"autonomous_system_asn={asn}", lambda row: row["autonomous_system"]["asn"] == asn)
    same(SESSIONS, SESSION, "internet_exchange=Seine%20IX", lambda row: row["display"].startswith("Seine IX"))
    same(SESSIONS, SESSION, "status=requested&status=provisioning", lambda row: row["status"]["value"] in ("requested", "provisioning"))
    same(SESSIONS, SESSION, "status__n=enabled", lambda row: row["status"]["value"] != "enabled")
    same(SESSIONS, SESSION, "bfd_id=null", lambda row: row["bfd"] is None)
    same(SESSIONS, SESSION, "is_route_server=true&status=enabled", lambda row: row["is_route_server"] and row["status"]["value"] == "enabled")
    policies = rows("/api/peering/routing-policies/")
    same("/api/peering/routing-policies/", policies, "type=export-policy", lambda row: row["type"] in ("export-policy", "import-export-policy"))
    same("/api/peering/routing-policies/", policies, "address_family=6", lambda row: row["address_family"] == 6)


def times():
    created = ALL[0]["created"]
    same(AS, ALL, f"created__gte={quote(created)}", lambda row: row["created"] >= created)
    same(AS, ALL, f"created={quote(created)}", lambda row: row["created"] == created)
    same(AS, ALL, "created__lt=2020-01-01", lambda row: False)
    same(AS, ALL, "updated__gt=2020-01-01%2000:00:00", lambda row: True)


def faults():
    for query, want in [("asn=x", {"asn": ["Enter a whole number."]}),
                        ("status=nope", {"status": ["Select a valid choice. nope is not one of the available choices."]}),
                        ("autonomous_system_id=99999", {"autonomous_system_id": ["Select a valid choice. 99999 is not one of the available choices."]}),
                        ("tag=nope", {"tag": ["Select a valid choice. nope is not one of the available choices."]}),
                        ("created=never", {"created": ["Enter a valid date/time."]}),
                        ("created_by_request=x", {"created_by_request": ["Enter a valid UUID."]})]:
        path = AS if query.startswith("asn") else SESSIONS
        answer = ask("GET", f"{path}?{query}", token=ADMIN)
        proof.equal(f"?{query} is at fault", (answer.status, answer.json()), (400, want))
    same(AS, ALL, "nothing=x&asn__bogus=1&name__=x", lambda row: True)


def orders():
    for query, key in [("ordering=name", lambda row: row["name"]), ("ordering=affiliated,-asn", lambda row: (row["affiliated"], -row["asn"]))]:
        got = rows(AS, query)
        proof.equal(f"?{query}", [key(row) for row in got], sorted(key(row) for row in ALL))


def addresses():
    def key(row):
        return ip_address(row["ip_address"]).version, int(ip_address(row["ip_address"]))

    few = {"9.0.0.1": SESSION[0], "10.0.0.1": SESSION[1], "10.0.0.10": SESSION[2], "10.0.0.9": SESSION[3], "2001:db8::1": SESSION[4], "2001:db8::f": SESSION[5]}
    for address, row in few.items():
        answer = ask("PATCH", f"{SESSIONS}{row['id']}/", {"ip_address": address}, token=ADMIN)
        proof.equal(f"an address is {address}", (answer.status, answer.json()["ip_address"]), (200, address))
    every = rows(SESSIONS)
    want = sorted(key(row) for row in every)
    proof.equal("sessions by address", [key(row) for row in rows(SESSIONS, "ordering=ip_address")], want)
    proof.equal("and backwards", [key(row) for row in rows(SESSIONS, "ordering=-ip_address")], want[::-1])
    got = [row["ip_address"] for row in rows(SESSIONS, "ordering=ip_address") if row["ip_address"] in few]
    proof.equal("as addresses, not as texts", got, ["9.0.0.1", "10.0.0.1", "10.0.0.9", "10.0.0.10", "2001:db8::1", "2001:db8::f"])


for scenario in (numbers, texts, relations, times, faults, orders, addresses):
    proof.run(f"{scenario.__name__} to their end", scenario)
proof.close()

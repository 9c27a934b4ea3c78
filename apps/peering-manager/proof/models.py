"""The thirteen generic checks of the original's own API tests, over every kind of object."""
from tests.apps.proof import URL, Proof, ask

ADMIN = "0123456789abcdef0123456789abcdef01234567"
AS = "peering.autonomoussystem"
IDENTITY = ["id", "url", "display_url", "display"]
FEW = ["id", "url", "display"]

proof = Proof()


def named(*names, **more):
    return [{"name": name, "slug": name.lower().replace(" ", "-"), **more} for name in names]


def plain(*names, **more):
    return [{"name": name, **more} for name in names]


# path: brief keys behind the identity; what `fields` asks for; three bodies; what a bulk update gives each (none: not checked)
MODELS = {
    "peering/autonomous-systems": (["asn", "name", "ipv6_max_prefixes", "ipv4_max_prefixes"], IDENTITY,
                                   [{"asn": 65501 + i, "name": f"Model {i}", "communities": [1], "tags": [{"slug": "lab"}]} for i in range(3)], {"comments": "x"}),
    "peering/bgp-groups": (["name", "slug", "status"], IDENTITY, named("G 1", "G 2", "G 3", status="disabled"), {"description": "x"}),
    "peering/direct-peering-sessions": (["ip_address", "status"], IDENTITY,
                                        [{"local_autonomous_system": 1, "autonomous_system": 3, "relationship": 1, "ip_address": f"198.18.9.{i}/32"} for i in range(1, 4)],
                                        {"passive": True}),
    "peering/internet-exchanges": (["name", "slug", "status"], IDENTITY, named("X 1", "X 2", "X 3", local_autonomous_system=1), {"status": "maintenance"}),
    "peering/internet-exchange-peering-sessions": (["ip_address", "status", "is_route_server"], IDENTITY,
                                                   [{"autonomous_system": 4, "ixp_connection": 1, "ip_address": f"192.0.2.{i}"} for i in range(110, 113)], {"multihop_ttl": 3}),
    "peering/routing-policies": (["name", "slug", "type"], IDENTITY, named("P 1", "P 2", "P 3", type="export-policy", weight=5), {"weight": 7}),
    "devices/configurations": (["name"], IDENTITY, plain("C 1", "C 2", "C 3", template="x"), {"description": "x"}),
    "devices/platforms": (["name", "slug"], FEW, named("F 1", "F 2", "F 3"), {"description": "x"}),
    "devices/routers": (["name", "hostname"], IDENTITY, plain("R 1", "R 2", "R 3", hostname="r.example.net", platform=1, local_autonomous_system=1), {"status": "disabled"}),
    "extras/config-contexts": (["name"], IDENTITY, plain("K 1", "K 2", "K 3", data={"a": 1}), None),
    "extras/config-context-assignments": (["config_context"], FEW, [{"content_type": AS, "object_id": i, "config_context": 1, "weight": i} for i in range(1, 4)], None),
    "extras/export-templates": (["name"], IDENTITY, plain("E 1", "E 2", "E 3", content_type=AS, template="x"), None),
    "extras/ix-api": (["name"], IDENTITY, [{"name": f"I {i}", "api_url": f"https://example.org/{i}/", "api_key": "k", "api_secret": "s", "identity": "me"} for i in range(3)], None),
    "extras/journal-entries": (["created"], IDENTITY, [{"assigned_object_type": AS, "assigned_object_id": 1, "comments": f"entry {i}"} for i in range(3)], {"comments": "x"}),
    "extras/tags": (["name", "slug", "color"], IDENTITY, named("T 1", "T 2", "T 3"), {"color": "000000"}),
    "extras/webhooks": (["name"], IDENTITY,
                        [{"name": f"W {i}", "content_types": [AS], "type_create": True, "payload_url": f"https://example.org/{i}"} for i in range(3)], {"enabled": False}),
    "core/data-sources": (["name"], IDENTITY, plain("D 1", "D 2", "D 3", type="local", source_url="file:///srv"), {"description": "x"}),
    "net/bfd": (["name", "slug"], IDENTITY, named("B 1", "B 2", "B 3", hold_time=10), {"hold_time": 20}),
    "net/connections": (["name", "mac_address", "ipv6_address", "ipv4_address"], IDENTITY,
                        [{"internet_exchange_point": 1, "router": 1, "mac_address": mac, "ipv4_address": f"192.0.2.{9 + i}"}
                         for i, mac in enumerate(("790e.0091.9c97", "30ad6e2f44c3", "30ad.742f.44c3"))], {"status": "disabled"}),
    "bgp/communities": (["name", "slug", "value", "type"], IDENTITY, named("Y 1", "Y 2", "Y 3", value="65000:1"), {"description": "x"}),
    "bgp/relationships": (["name", "slug"], IDENTITY, named("L 1", "L 2", "L 3"), {"color": "000000"}),
    "messaging/contact-roles": (["name", "slug"], IDENTITY, named("O 1", "O 2", "O 3"), {"description": "x"}),
    "messaging/contacts": (["name"], IDENTITY, plain("N 1", "N 2", "N 3", email="n@example.org"), {"title": "x"}),
    "messaging/contact-assignments": (["contact", "role"], FEW, [{"content_type": AS, "object_id": i, "contact": 1, "role": 1} for i in range(1, 4)], None),
    "messaging/emails": (["name"], IDENTITY, plain("M 1", "M 2", "M 3", subject="s", template="t"), {"subject": "x"}),
    "users/groups": (["name"], FEW, plain("U 1", "U 2", "U 3"), None),
    "users/users": (["username"], FEW, [{"username": f"user{i}", "password": "secret", "groups": [1]} for i in range(3)], None),
    "peeringdb/hidden-peers": (["peeringdb_network", "peeringdb_ixlan", "until"], IDENTITY,
                               [{"peeringdb_network": i, "peeringdb_ixlan": 2, "comments": "x"} for i in range(1, 4)], {"comments": "y"}),
    "core/data-files": (["path"], IDENTITY, None, None),
    "core/jobs": (["created", "completed", "user", "status"], IDENTITY, None, None),
}


def get(path):
    return ask("GET", path, token=ADMIN)


def count(path):
    return get(f"{path}?limit=1").json()["count"]


def shown(value):
    """A value of an answer as a body would give it."""
    if isinstance(value, dict):
        return value["value"] if set(value) == {"value", "label"} else value.get("id", value)
    if isinstance(value, list):
        return sorted(shown(one) for one in value) if all(isinstance(one, dict) for one in value) else value
    return value


def kept(body, row):
    """What differs between a body and the row made of it."""
    faults = []
    for key, value in body.items():
        if key in ("password", "tags", "mac_address", "ipv4_address", "ip_address"):
            continue
        if shown(row[key]) != value:
            faults.append(f"{key}: {row[key]!r}, not {value!r}")
    return faults


def check(name, brief, fields, bodies, change):
    path = f"/api/{name}/"
    rows = get(f"{path}?limit=0").json()
    one = rows["results"][0]
    proof.equal(f"{name}: an object is answered", get(one["url"]).json(), one)
    proof.equal(f"{name}: anonymous requests are refused", ask("GET", one["url"]).status, 403)
    proof.equal(f"{name}: an object's fields", list(get(f"{one['url']}?fields={','.join(fields)}").json()), [key for key in one if key in fields])
    proof.equal(f"{name}: OPTIONS of an object", ask("OPTIONS", one["url"], token=ADMIN).status, 200)
    proof.equal(f"{name}: the list has them all", len(rows["results"]), rows["count"])
    short = get(f"{path}?brief=1&limit=0").json()["results"]
    proof.equal(f"{name}: the brief list", (len(short), sorted(short[0])), (rows["count"], sorted((IDENTITY if "display_url" in one else FEW) + brief)))
    some = get(f"{path}?fields={','.join(fields)}&limit=0").json()["results"]
    proof.equal(f"{name}: the list's fields", (len(some), sorted(some[0])), (rows["count"], sorted(fields)))
    if bodies is None:
        return
    before = count(path)
    made = ask("POST", path, bodies[0], ADMIN)
    if not proof.check(f"{name}: one is made", made.status != 201 and f"{made.status} {made.text}", count(path) != before + 1 and "not one more"):
        return
    proof.check(f"{name}: as it was given", kept(bodies[0], made.json()))
    again = ask("PATCH", made.json()["url"], bodies[0], ADMIN)
    proof.equal(f"{name}: it is changed", again.status, 200)
    proof.equal(f"{name}: it is deleted", (ask("DELETE", made.json()["url"], token=ADMIN).status, get(made.json()["url"]).status), (204, 404))
    many = ask("POST", path, bodies, ADMIN)
    if not proof.check(f"{name}: three are made", many.status != 201 and f"{many.status} {many.text}", count(path) != before + 3 and "not three more"):
        return
    keys = [row["id"] for row in many.json()]
    if change is not None:
        changed = ask("PATCH", path, [{"id": key, **change} for key in keys], ADMIN)
        proof.equal(f"{name}: three are changed", changed.status, 200)
        proof.check(f"{name}: as they were told", [fault for row in changed.json() for fault in kept(change, row)])
    gone = ask("DELETE", path, [{"id": key} for key in keys], ADMIN)
    proof.equal(f"{name}: three are deleted", (gone.status, count(path)), (204, before))


for model, (brief_keys, asked, made_of, changed_to) in MODELS.items():
    proof.run(f"{model}: to the end", lambda: check(model, brief_keys, asked, made_of, changed_to))
proof.equal("the addresses are the server's own", get("/api/").json()["peering"], f"{URL}/api/peering/")
proof.close()

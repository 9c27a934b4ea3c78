"""The API over plain HTTP: exact answers, headers and errors."""
import re
import uuid

from tests.apps.proof import URL, Proof, ask

ADMIN, READ_ONLY, EXPIRED, ELSEWHERE, OPERATOR, READER, FORMER = (f"{digit}123456789abcdef0123456789abcdef01234567" for digit in range(7))
AS, IXP, SESSION = "/api/peering/autonomous-systems/", "/api/peering/internet-exchanges/", "/api/peering/internet-exchange-peering-sessions/"
BRIEF_AS = ["id", "url", "display_url", "display", "asn", "name", "ipv6_max_prefixes", "ipv4_max_prefixes"]

proof = Proof()


def get(path, token=ADMIN, **headers):
    return ask("GET", path, token=token, **headers)


def told(name, answer, status, body):
    """An answer with that status and, as JSON, that body."""
    try:
        got = answer.json()
    except ValueError:
        got = answer.text
    return proof.equal(name, (answer.status, got), (status, body))


def detail(name, answer, status, text):
    return told(name, answer, status, {"detail": text})


def first(path, **filters):
    query = "&".join(f"{key}={value}" for key, value in filters.items())
    return get(f"{path}?{query}").json()["results"][0]


def roots():
    root = get("/api/").json()
    proof.equal("the root lists the apps in their order", [key for key in root if key != "status"],
                ["bgp", "core", "devices", "extras", "messaging", "net", "peering", "peeringdb", "users"])
    for name, url in root.items():
        if name == "status":
            continue
        answer = get(url)
        proof.equal(f"{name}'s own root answers addresses, by name", (answer.status, sorted(answer.json())), (200, list(answer.json())))
        proof.check(f"{name}'s addresses answer", *[f"{address}: {status}" for address in answer.json().values() if (status := get(address).status) != 200])
    proof.equal("preferences are among those of users, prefix lists are none of extras", ("userpref" in get("/api/users/").json(), "prefix-list" in get("/api/extras/").json()), (True, False))


def shapes():
    session = first(SESSION, status="requested")
    proof.equal("a session's status has value and label", session["status"], {"value": "requested", "label": "Requested"})
    proof.equal("its autonomous system is nested", list(session["autonomous_system"]), BRIEF_AS)
    proof.equal("so is its connection", list(session["ixp_connection"]),
                ["id", "url", "display_url", "display", "name", "mac_address", "ipv6_address", "ipv4_address"])
    proof.check("its display names exchange, AS and address",
                not re.fullmatch(r".+ - AS\d+ - IP [0-9a-f.:]+", session["display"]) and session["display"])
    connection = first("/api/net/connections/", vlan=601)
    proof.equal("a nested exchange's status is the bare value", connection["internet_exchange_point"]["status"], "enabled")
    proof.equal("a connection is called by exchange, router and interface", connection["name"], "Seine IX on r1.par xe-0/0/1")
    router = connection["router"]["id"]
    proof.equal("connections are filtered by router", {row["router"]["id"] for row in get(f"/api/net/connections/?router_id={router}").json()["results"]}, {router})
    one = first(AS, asn=64500)
    full = ["id", "url", "display_url", "display", "asn", "name", "name_peeringdb_sync", "description", "comments", "irr_as_set",
            "irr_as_set_peeringdb_sync", "ipv6_max_prefixes", "ipv6_max_prefixes_peeringdb_sync", "ipv4_max_prefixes",
            "ipv4_max_prefixes_peeringdb_sync", "import_routing_policies", "export_routing_policies", "communities", "prefixes", "retrieve_prefixes",
            "as_list", "retrieve_as_list", "irr_sources_override", "irr_ipv6_prefixes_args_override", "irr_ipv4_prefixes_args_override", "affiliated",
            "local_context_data", "config_context", "tags", "created", "updated"]
    proof.equal("an autonomous system's members stand in their order", list(one), full)
    proof.equal("its address is its own", one["url"], f"{URL}{AS}{one['id']}/")
    proof.equal("its page for people too", one["display_url"], f"{URL}/autonomous-systems/{one['id']}/")
    proof.check("its times have microseconds and an offset", not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d|.*Z", one["created"]) and one["created"])
    proof.equal("brief is the keys that nesting shows", list(get(f"{AS}{one['id']}/?brief=1").json()), BRIEF_AS)
    proof.equal("on lists too, whatever its value", list(get(f"{AS}?brief=false&limit=1").json()["results"][0]), BRIEF_AS)
    proof.equal("brief= is off", list(get(f"{AS}{one['id']}/?brief=").json()), full)
    proof.equal("a brief status keeps its label", get(f"{SESSION}?brief=1&limit=1").json()["results"][0]["status"].keys(), {"value", "label"})
    proof.equal("fields are given in the order of the model", list(get(f"{AS}{one['id']}/?fields=name,asn,nothing").json()), ["asn", "name"])
    proof.equal("fields win over brief", get(f"{AS}{one['id']}/?fields=asn&brief=1").json(), {"asn": 64500})
    proof.equal("only unknown fields give an empty object", get(f"{AS}{one['id']}/?fields=nothing").json(), {})
    contexts = first("/api/devices/routers/", name="r1.par")["config_context"]
    proof.equal("contexts are merged by weight", contexts, {"ntp": {"servers": ["192.0.2.53"]}, "snmp": {"location": "Paris"}})
    kinds = {row["name"]: row["kind"] for row in get("/api/bgp/communities/?limit=0").json()["results"]}
    proof.equal("a community's kind follows from its value", (kinds["Learned from peers"], kinds["Prepend twice"], kinds["Site Oslo"]), ("standard", "large", "extended"))
    proof.check("a tag counts what it marks", first("/api/extras/tags/", slug="core")["tagged_items"] < 3 and "too few")


def paging():
    rows = [{"asn": 4200001000 + i, "name": f"Filler {i}"} for i in range(230)]
    created = ask("POST", AS, rows, ADMIN)
    proof.equal("230 rows are made at once", (created.status, len(created.json())), (201, 230))
    page = get(AS).json()
    total = page["count"]
    proof.equal("a page has fifty rows unless asked otherwise", (list(page), len(page["results"])), (["count", "next", "previous", "results"], 50))
    proof.equal("the next page's address", (page["next"], page["previous"]), (f"{URL}{AS}?limit=50&offset=50", None))
    proof.equal("with a limit", get(f"{AS}?limit=100").json()["next"], f"{URL}{AS}?limit=100&offset=100")
    last = get(f"{AS}?limit=100&offset=200").json()
    proof.equal("the last page", (last["next"], last["previous"], len(last["results"])), (None, f"{URL}{AS}?limit=100&offset=100", total - 200))
    proof.equal("the second page's previous has no offset", get(f"{AS}?fields=id&limit=3&offset=3").json()["previous"], f"{URL}{AS}?fields=id&limit=3")
    proof.equal("limit=0 gives all up to a thousand", len(get(f"{AS}?limit=0").json()["results"]), total)
    proof.equal("keys of links are sorted", get(f"{AS}?ordering=name&limit=2&brief=1").json()["next"], f"{URL}{AS}?brief=1&limit=2&offset=2&ordering=name")
    beyond = get(f"{AS}?offset=5000").json()
    proof.equal("an offset beyond the end is an empty page", (beyond["results"], beyond["next"], beyond["previous"]), ([], None, f"{URL}{AS}?limit=50&offset=4950"))
    for odd in ("limit=-1", "limit=x", "offset=-5", "offset=x"):
        proof.equal(f"{odd} is not an error", len(get(f"{AS}?{odd}").json()["results"]), 50)
    numbers = [row["asn"] for row in get(f"{AS}?limit=0&brief=1").json()["results"]]
    proof.equal("rows come in their own order", numbers, sorted(numbers))
    down = [row["asn"] for row in get(f"{AS}?limit=0&brief=1&ordering=-asn").json()["results"]]
    proof.equal("and in the one asked for", down, sorted(numbers, reverse=True))
    proof.equal("unknown orders are passed over", [row["asn"] for row in get(f"{AS}?limit=0&brief=1&ordering=nothing").json()["results"]], numbers)


def credentials():
    for name, token, text in [("an unknown token", "f" * 40, "Invalid token"), ("an expired one", EXPIRED, "Token expired"),
                              ("one of a user who is not active", FORMER, "User inactive"),
                              ("one for another network", ELSEWHERE, "Source IP 127.0.0.1 is not permitted to authenticate using this token.")]:
        detail(f"{name} is refused", get(AS, token), 403, text)
    missing = "Authentication credentials were not provided."
    forbidden = "You do not have permission to perform this action."
    detail("no token", get(AS, None), 403, missing)
    detail("another scheme counts as none", get(AS, None, Authorization="Bearer x"), 403, missing)
    detail("a header without a token", get(AS, None, Authorization="Token"), 403, "Invalid token header. No credentials provided.")
    detail("a token with a space", get(AS, None, Authorization="Token a b"), 403, "Invalid token header. Token string should not contain spaces.")
    proof.equal("the keyword's case does not matter", get(AS, None, authorization=f"token {ADMIN}").status, 200)
    proof.equal("a reading token reads", get(AS, READ_ONLY).status, 200)
    body = {"asn": 64999, "name": "No"}
    detail("a reading token does not write", ask("POST", AS, body, READ_ONLY), 403, forbidden)
    detail("nor many rows at once", ask("PATCH", AS, [{"id": 1, "name": "x"}], READ_ONLY), 403, forbidden)
    detail("a user without rights does not create", ask("POST", AS, body, READER), 403, forbidden)
    detail("nor delete many", ask("DELETE", AS, [{"id": 1}], READER), 403, forbidden)
    detail("who asks to write anonymously", ask("POST", AS, body), 403, missing)
    session = first(SESSION, limit=1)
    proof.equal("a group's right lets its members", ask("PATCH", f"{SESSION}{session['id']}/", {"comments": "seen"}, OPERATOR).status, 200)
    detail("but not to what it does not name", ask("PATCH", f"{AS}1/", {"comments": "x"}, OPERATOR), 403, forbidden)
    proof.check("no challenge is sent", get(AS, None).headers.get("WWW-Authenticate") and "there is one")


def headers():
    answer = get(f"{AS}?limit=1")
    proof.equal("the version", answer.headers["API-Version"], "1.10")
    proof.equal("what varies", answer.headers["Vary"], "Accept, Cookie")
    proof.equal("what a list takes", answer.headers["Allow"], "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS")
    proof.equal("what a row takes", get(f"{AS}1/").headers["Allow"], "GET, PUT, PATCH, DELETE, HEAD, OPTIONS")
    proof.equal("what a list that is only read takes", get("/api/core/jobs/").headers["Allow"], "GET, HEAD, OPTIONS")
    proof.equal("the type has no charset", answer.headers["Content-Type"], "application/json")
    ids = [uuid.UUID(get(AS, X_Request_ID="mine").headers["X-Request-ID"]) for _ in range(2)]
    proof.check("requests are numbered anew", ids[0] == ids[1] and "twice the same")
    proof.check("errors too", not get(f"{AS}999999/").headers["X-Request-ID"] and "no id")
    proof.equal("JSON is compact", "\n" in answer.text or '": ' in answer.text, False)
    pretty = get(f"{AS}1/?fields=asn", Accept="application/json; indent=4")
    proof.equal("or indented as asked", pretty.text, '{\n    "asn": %d\n}' % pretty.json()["asn"])
    for path, method in ((AS[:-1], "GET"), (AS[:-1] + "?limit=1", "GET"), (AS[:-1], "POST"), (f"{AS}1", "PATCH")):
        moved = ask(method, path, {} if method != "GET" else None, ADMIN)
        head, _, query = path.partition("?")
        proof.equal(f"{method} {path} is sent to the address with a slash", (moved.status, moved.headers["Location"].removeprefix(URL), moved.text),
                    (301, f"{head}/{'?' + query if query else ''}", ""))


def problems():
    detail("a row that is not there", get(f"{AS}999999/"), 404, "No AutonomousSystem matches the given query.")
    proof.equal("a key that is no number", get(f"{AS}x/").status, 404)
    proof.equal("a path that is not there", get("/api/nothing/").status, 404)
    detail("a method that is not taken", ask("POST", "/api/core/jobs/", {}, ADMIN), 405, 'Method "POST" not allowed.')
    detail("another type of body", ask("POST", AS, "x", ADMIN, Content_Type="text/plain"), 415, 'Unsupported media type "text/plain" in request.')
    detail("another type of answer", get(AS, Accept="application/xml"), 406, "Could not satisfy the request Accept header.")
    detail("another version", get(AS, Accept="application/json; version=9.9"), 406, 'Invalid version in "Accept" header.')
    detail("an unknown format", get(f"{AS}?format=x"), 404, "Not found.")
    broken = ask("POST", AS, "{,", ADMIN, Content_Type="application/json")
    proof.check("a body that is no JSON", broken.status != 400 and broken.status, not broken.json()["detail"].startswith("JSON parse error - ") and broken.text)
    told("a list of things that are no objects", ask("POST", AS, ["x"], ADMIN), 400,
         [{"non_field_errors": ["Invalid data. Expected a dictionary, but got str."]}])
    told("one where many are expected", ask("PATCH", AS, {"id": 1}, ADMIN), 400, {"non_field_errors": ['Expected a list of items but got type "dict".']})
    for name, body, want in [
        ("nothing", {}, {"asn": ["This field is required."], "name": ["This field is required."]}),
        ("null", {"asn": None, "name": None}, {"asn": ["This field may not be null."], "name": ["This field may not be null."]}),
        ("blank", {"asn": 1, "name": " "}, {"name": ["This field may not be blank."]}),
        ("no integer", {"asn": "x", "name": "x"}, {"asn": ["A valid biginteger is required."]}),
        ("too small", {"asn": 0, "name": "x"}, {"asn": ["Ensure this value is greater than or equal to 1."]}),
        ("too large", {"asn": 4294967296, "name": "x"}, {"asn": ["Ensure this value is less than or equal to 4294967295."]}),
        ("too long", {"asn": 1, "name": "x" * 201}, {"name": ["Ensure this field has no more than 200 characters."]}),
        ("no boolean", {"asn": 1, "name": "x", "affiliated": "perhaps"}, {"affiliated": ["Must be a valid boolean."]}),
        ("taken", {"asn": 64500, "name": "x"}, {"asn": ["autonomous system with this ASN already exists."]}),
        ("no list", {"asn": 1, "name": "x", "communities": 1}, {"communities": ['Expected a list of items but got type "int".']}),
        ("unknown in a list", {"asn": 1, "name": "x", "communities": [999]}, {"communities": ['Invalid pk "999" - object does not exist.']}),
        ("no key in a list", {"asn": 1, "name": "x", "communities": ["x"]}, {"communities": ["Incorrect type. Expected pk value, received str."]}),
        ("no object", {"asn": 1, "name": "x", "local_context_data": [1]}, {"local_context_data": ['JSON data must be in object form. Example: {"foo": 123}']}),
    ]:
        told(f"a value that is {name}", ask("POST", AS, body, ADMIN), 400, want)
    for path, body, want in [
        ("/api/extras/tags/", {"name": "T", "slug": "a b"}, {"slug": ['Enter a valid "slug" consisting of letters, numbers, underscores or hyphens.']}),
        ("/api/extras/tags/", {"name": "T", "slug": "t", "color": "zzz"}, {"color": ["Enter a valid hexadecimal RGB color code."]}),
        ("/api/messaging/contacts/", {"name": "C", "email": "x"}, {"email": ["Enter a valid email address."]}),
        ("/api/peering/bgp-groups/", {"name": "G", "slug": "g", "status": "x"}, {"status": ["x is not a valid choice."]}),
        ("/api/peering/bgp-groups/", {"name": "G", "slug": "g", "status": {"value": "x"}},
         {"status": ['Value must be passed directly (e.g. "foo": 123); do not use a dictionary or list.']}),
        ("/api/bgp/communities/", {"name": "C", "slug": "c", "value": "x"}, {"value": ["BGP community does not match the standard, extended or large notation"]}),
        ("/api/bgp/communities/", {"name": "C", "slug": "c", "value": "1:1", "type": "x"}, {"type": ['"x" is not a valid choice.']}),
        ("/api/net/connections/", {"vlan": 5}, {"internet_exchange_point": ["This field is required."], "router": ["This field is required."]}),
        ("/api/net/connections/", {"internet_exchange_point": None}, {"router": ["This field is required."]}),
        ("/api/net/connections/", {"internet_exchange_point": 1, "router": 1, "ipv4_address": "bad"}, {"ipv4_address": ["'bad' does not appear to be an IPv4 or IPv6 interface"]}),
        ("/api/net/connections/", {"internet_exchange_point": 1, "router": 1, "ipv4_address": "2001:db8::1"}, {"ipv4_address": ["Enter a valid IPv4 address."]}),
        ("/api/net/connections/", {"internet_exchange_point": 1, "router": 1, "mac_address": "zz"}, {"mac_address": ["address 'zz' is not an EUIv48"]}),
        ("/api/bgp/communities/", {"name": "C", "slug": "c", "value": "65536:1"}, {"value": ["BGP community does not match the standard, extended or large notation"]}),
        ("/api/core/data-sources/", {"name": "S", "type": "local", "source_url": "https://example.org/"},
         {"source_url": ["URLs for local sources must start with file:// (or should not have one)"]}),
        ("/api/users/users/", {"username": "a b", "password": "x"},
         {"username": ["Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."]}),
        ("/api/extras/export-templates/", {"name": "E", "content_type": "peering.nope", "template": "x"}, {"content_type": ["Invalid content type: peering.nope"]}),
        ("/api/extras/webhooks/", {"name": "W", "content_types": ["peering.autonomoussystem"], "payload_url": "https://example.org/"},
         {"__all__": ["At least one event type must be selected: create, update, and/or delete."]}),
        ("/api/peering/internet-exchange-peering-sessions/",
         {"autonomous_system": 1, "ixp_connection": 1, "ip_address": "192.0.2.77", "import_routing_policies": [7]},
         {"non_field_errors": ["Routing policy 'Reject bogons v6' cannot be used for this session, address families mismatch."]}),
        ("/api/extras/config-context-assignments/", {"content_type": "peering.nope", "object_id": 1, "config_context": 1}, {"content_type": ["Invalid content type: peering.nope"]}),
    ]:
        told(f"{path} with {list(body.values())[-1]}", ask("POST", path, body, ADMIN), 400, want)


def references():
    router = {"name": "new", "hostname": "new.example.net", "platform": {"slug": "juniper-junos"}, "local_autonomous_system": {"asn": 64500}}
    made = ask("POST", "/api/devices/routers/", router, ADMIN)
    proof.equal("references may be told by what they have", (made.status, made.json()["platform"]["name"], made.json()["local_autonomous_system"]["asn"]),
                (201, "Juniper Junos", 64500))
    proof.equal("a key may be a text", ask("PATCH", made.json()["url"], {"platform": "1"}, ADMIN).json()["platform"]["id"], 1)
    for value, text in [(999, "Related object not found using the provided numeric ID: 999"),
                        ("x", "Related objects must be referenced by numeric ID or by dictionary of attributes. Received an unrecognized value: x"),
                        ({"name": "nope"}, "Related object not found using the provided attributes: {'name': 'nope'}")]:
        told(f"a platform that is {value}", ask("PATCH", made.json()["url"], {"platform": value}, ADMIN), 400, {"platform": [text]})
    answer = ask("PATCH", made.json()["url"], {"platform": {"description": ""}}, ADMIN)
    told("several rows may be meant", answer, 400, {"platform": ["Multiple objects match the provided attributes: {'description': ''}"]})
    bogus = ask("PATCH", made.json()["url"], {"platform": {"bogus": 1}}, ADMIN)
    proof.check("an attribute that there is not", not bogus.json()["platform"][0].startswith("Cannot resolve keyword 'bogus' into field. Choices are: ") and bogus.text)
    for secret in ({"journal_entry_created_by__comments": "x"}, {"password": "x"}, {"token_user__key": "x"}, {"permissions": "x"}):
        spied = ask("POST", "/api/extras/journal-entries/", {"assigned_object_type": "peering.autonomoussystem", "assigned_object_id": 1, "comments": "x", "created_by": secret}, ADMIN)
        proof.check(f"a user is not told by {secret}", spied.status != 400 and spied.status, "Cannot resolve keyword" not in spied.text and spied.text)
    proof.equal("null is taken where it may be", ask("PATCH", made.json()["url"], {"configuration_template": None}, ADMIN).status, 200)
    refused = ask("DELETE", "/api/devices/platforms/1/", token=ADMIN)
    proof.check("a row that others need stays", refused.status != 409 and refused.status,
                not re.fullmatch(r"unable to delete object\. \d+ dependent objects were found: .*new \(\d+\).*", refused.json()["detail"]) and refused.text)
    detail("deleting what is not there", ask("DELETE", f"{AS}999999/", token=ADMIN), 404, "No AutonomousSystem matches the given query.")
    told("tags must exist", ask("PATCH", f"{AS}1/", {"tags": [{"slug": "nope"}]}, ADMIN), 400,
         {"tags": [["Related object not found using the provided attributes: {'slug': 'nope'}"]]})
    tagged = ask("PATCH", f"{AS}1/", {"tags": [{"slug": "lab"}, {"name": "Core"}, {"slug": "lab"}]}, ADMIN).json()["tags"]
    proof.equal("a set is replaced, and holds each once", sorted(tag["slug"] for tag in tagged), ["core", "lab"])
    proof.equal("an empty one clears it", ask("PATCH", f"{AS}1/", {"tags": []}, ADMIN).json()["tags"], [])


def writing():
    made = ask("POST", AS, {"asn": "65100", "name": "  Stark  ", "id": 5, "bogus": 1}, ADMIN)
    row = made.json()
    proof.equal("a row is made", (made.status, row["asn"], row["name"], made.headers["Location"]), (201, 65100, "Stark", row["url"]))
    changed = ask("PATCH", row["url"], {"irr_as_set": "MARVEL::STARK", "created": "2000-01-01T00:00:00Z"}, ADMIN)
    proof.equal("a row is changed", (changed.status, changed.json()["irr_as_set"], changed.json()["created"]), (200, "MARVEL::STARK", row["created"]))
    proof.check("its time moves", changed.json()["updated"] <= row["updated"] and "it does not")
    told("PUT wants all that is required", ask("PUT", row["url"], {"name": "x"}, ADMIN), 400, {"asn": ["This field is required."]})
    put = ask("PUT", row["url"], {"asn": 65100, "name": "Stark Industries"}, ADMIN)
    proof.equal("and keeps what it does not name", (put.status, put.json()["irr_as_set"]), (200, "MARVEL::STARK"))
    count = get(f"{AS}?limit=1").json()["count"]
    two = ask("POST", AS, [{"asn": 65101, "name": "One"}, {"asn": 64500, "name": "Taken"}], ADMIN)
    told("one bad row of many is told at its place", two, 400, [{}, {"asn": ["autonomous system with this ASN already exists."]}])
    twice = ask("POST", AS, [{"asn": 65101, "name": "One"}, {"asn": 65101, "name": "Two"}], ADMIN)
    proof.equal("two rows of one body do not share what is unique", twice.status, 400)
    proof.equal("and nothing is written", get(f"{AS}?limit=1").json()["count"], count)
    many = ask("POST", AS, [{"asn": 65101 + i, "name": f"M{i}"} for i in range(3)], ADMIN)
    keys = [one["id"] for one in many.json()]
    proof.equal("three rows are made", (many.status, [one["asn"] for one in many.json()]), (201, [65101, 65102, 65103]))
    proof.check("without an address of one", many.headers.get("Location") and many.headers["Location"])
    wrong = ask("PATCH", AS, [{"id": keys[0], "name": "Changed"}, {"id": keys[1], "asn": 0}], ADMIN)
    told("a bad change of many is told alone", wrong, 400, {"asn": ["Ensure this value is greater than or equal to 1."]})
    proof.equal("and nothing has changed", get(f"{AS}{keys[0]}/").json()["name"], "M0")
    right = ask("PATCH", AS, [{"id": key, "comments": "bulk"} for key in reversed(keys)] + [{"id": 999999, "name": "x"}], ADMIN)
    proof.equal("many are changed, unknown ones passed over", (right.status, [(one["id"], one["comments"]) for one in right.json()]), (200, [(key, "bulk") for key in keys]))
    told("many without a key", ask("PATCH", AS, [{"name": "x"}], ADMIN), 400, [{"id": ["This field is required."]}])
    told("no rows at all", ask("PATCH", AS, [], ADMIN), 200, [])
    told("none to make either", ask("POST", AS, [], ADMIN), 201, [])
    gone = ask("DELETE", AS, [{"id": key} for key in keys], ADMIN)
    proof.equal("many are deleted", (gone.status, gone.text, gone.headers.get("Content-Type")), (204, "", None))
    protected = ask("DELETE", "/api/devices/platforms/", [{"id": 3}, {"id": 5}, {"id": 2}], ADMIN)
    proof.equal("one that is needed keeps all of them", (protected.status, get("/api/devices/platforms/").json()["count"]), (409, 5))
    proof.equal("deleted", ask("DELETE", row["url"], token=ADMIN).status, 204)
    form = ask("POST", "/api/extras/tags/", "name=From+a+form&slug=form&color=abcdef", ADMIN, Content_Type="application/x-www-form-urlencoded")
    proof.equal("forms are taken", (form.status, form.json()["name"]), (201, "From a form"))
    boundary = "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nParts\r\n--x\r\nContent-Disposition: form-data; name=\"slug\"\r\n\r\nparts\r\n--x--\r\n"
    parts = ask("POST", "/api/extras/tags/", boundary, ADMIN, Content_Type="multipart/form-data; boundary=x")
    proof.equal("and those of several parts", (parts.status, parts.json().get("slug")), (201, "parts"))
    link = first("/api/net/connections/", vlan=601)["id"]
    ip = ask("POST", SESSION, {"autonomous_system": 1, "ixp_connection": link, "ip_address": "192.0.2.100/24"}, ADMIN)
    proof.equal("a session's address loses its length", ip.json()["ip_address"], "192.0.2.100")
    again = ask("POST", SESSION, {"autonomous_system": 1, "ixp_connection": link, "ip_address": "192.0.2.100"}, ADMIN)
    told("what must be unique together is told", again, 400, {"non_field_errors": ["The fields ixp_connection, ip_address must make a unique set."]})
    lan = ask("POST", "/api/net/connections/", {"internet_exchange_point": 1, "router": None, "mac_address": "790e.0091.9c97", "ipv4_address": "192.0.2.3", "ipv6_address": "2001:DB8::0:5/64"}, ADMIN).json()
    proof.equal("addresses are put into form", (lan["mac_address"], lan["ipv4_address"], lan["ipv6_address"]), ("79:0e:00:91:9c:97", "192.0.2.3/32", "2001:db8::5/64"))
    direct = {"local_autonomous_system": {"asn": 64500}, "autonomous_system": 3, "relationship": {"slug": "customer"}}
    path = "/api/peering/direct-peering-sessions/"
    proof.equal("a direct session needs only its own address", ask("POST", path, {**direct, "ip_address": "198.18.2.1/32"}, ADMIN).status, 201)
    told("its addresses differ", ask("POST", path, {**direct, "ip_address": "198.18.0.1/30", "local_ip_address": "198.18.0.1/30"}, ADMIN), 400,
         {"__all__": ["Local IP address 198.18.0.1/30 cannot be the same as remote IP address 198.18.0.1/30."]})
    told("lie in one network", ask("POST", path, {**direct, "ip_address": "198.18.0.1/30", "local_ip_address": "198.18.1.2/30"}, ADMIN), 400,
         {"__all__": ["198.18.1.2/30 and 198.18.0.1/30 don't belong to the same subnet."]})
    told("and are hosts", ask("POST", path, {**direct, "ip_address": "198.51.100.0/30"}, ADMIN), 400,
         {"__all__": ["IP address 198.51.100.0/30 is a network address, please use a host address."]})


def change_log():
    log, old = "/api/core/object-changes/", "/api/extras/object-changes/"
    made = ask("POST", AS, [{"asn": 65200 + i, "name": f"L{i}"} for i in range(3)], ADMIN)
    request = made.headers["X-Request-ID"]
    keys = [row["id"] for row in made.json()]
    for path in (log, old):
        rows = get(f"{path}?request_id={request}").json()
        proof.equal(f"{path}: a request's changes are found by its id", (rows["count"], {row["action"]["label"] for row in rows["results"]}), (3, {"Created"}))
    row = rows["results"][0]
    proof.equal("who changed what", (row["user"]["username"], row["user_name"], row["changed_object_type"], row["prechange_data"]),
                ("admin", "admin", "peering.autonomoussystem", None))
    proof.equal("what it became", (row["postchange_data"]["name"][0], row["changed_object"]["id"] in keys), ("L", True))
    proof.equal("rows that a request made", get(f"{AS}?created_by_request={request}").json()["count"], 3)
    changed = ask("PATCH", f"{AS}{keys[0]}/", {"name": "Other", "tags": [{"slug": "lab"}]}, ADMIN)
    update = get(f"{log}?request_id={changed.headers['X-Request-ID']}").json()["results"]
    proof.equal("a change is one row, before and after", [(row["prechange_data"]["name"], row["postchange_data"]["name"], row["postchange_data"]["tags"]) for row in update],
                [("L0", "Other", ["Lab"])])
    proof.equal("rows that a request changed", [row["id"] for row in get(f"{AS}?updated_by_request={changed.headers['X-Request-ID']}").json()["results"]], [keys[0]])
    same = ask("PATCH", f"{AS}{keys[0]}/", {"name": "Other"}, ADMIN)
    proof.equal("no change, no row", get(f"{log}?request_id={same.headers['X-Request-ID']}").json()["count"], 0)
    gone = ask("DELETE", AS, [{"id": key} for key in keys], ADMIN)
    deleted = get(f"{log}?request_id={gone.headers['X-Request-ID']}").json()["results"]
    proof.equal("deletions stay in the log", [(row["action"]["value"], row["changed_object"], row["postchange_data"]) for row in deleted], [("delete", None, None)] * 3)
    detail("the log is only read", ask("POST", log, {}, ADMIN), 405, 'Method "POST" not allowed.')


def metadata():
    options = ask("OPTIONS", IXP, token=ADMIN).json()
    proof.equal("OPTIONS tells choices", [choice["value"] for choice in options["actions"]["POST"]["status"]["choices"]],
                ["enabled", "pre-maintenance", "maintenance", "post-maintenance", "disabled"])
    proof.equal("what is rendered and parsed", (options["renders"], options["parses"]),
                (["application/json", "text/html"], ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"]))
    proof.equal("what is only read takes no document", "actions" in ask("OPTIONS", "/api/core/jobs/", token=ADMIN).json(), False)
    proof.equal("a row is changed, not made", list(ask("OPTIONS", f"{IXP}1/", token=ADMIN).json()["actions"]), ["PUT"])
    proof.check("who may not write is not told how", "actions" in ask("OPTIONS", IXP, token=READ_ONLY).json() and "there are actions")
    proof.check("roots have no actions", "actions" in ask("OPTIONS", "/api/", token=ADMIN).json() and "there are actions")


def aliases():
    for path in ("/api/peering/routers/", "/api/peering/communities/", "/api/extras/object-changes/"):
        proof.equal(f"{path} answers, too", get(path).status, 200)
    proof.check("its rows tell the new address", "/api/devices/routers/" not in get("/api/peering/routers/?limit=1").json()["results"][0]["url"] and "the old one")


for scenario in (roots, shapes, paging, credentials, headers, problems, references, writing, change_log, metadata, aliases):
    proof.run(f"{scenario.__name__} to their end", scenario)
proof.close()

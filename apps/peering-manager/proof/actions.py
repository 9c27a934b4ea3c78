"""The custom actions, over plain HTTP: who may, what is answered, each error. What jobs do is in tasks.py, passwords are in ciphers.py."""
from tests.apps.proof import URL, Proof, ask

ADMIN, READ_ONLY, OPERATOR, READER = (f"{digit}123456789abcdef0123456789abcdef01234567" for digit in (0, 1, 4, 5))
AS, IXP, SESSION = "peering/autonomous-systems/", "peering/internet-exchanges/", "peering/internet-exchange-peering-sessions/"
DIRECT, ROUTER, DEVICE = "peering/direct-peering-sessions/", "devices/routers/", {
    "id": 77, "name": "nb1.par", "device_role": {"slug": "router"}, "platform": {"slug": "juniper-junos"}, "status": {"value": "active"}, "local_context_data": None}
EMPTY = object()  # no body, no Content-Type
DENIED = {"detail": "You do not have permission to perform this action."}
STRANGER = {"detail": "Authentication credentials were not provided."}
OF_ROW, JOB = "{id}", "a job"
NAMES = {AS: "AutonomousSystem", IXP: "InternetExchange", SESSION: "InternetExchangePeeringSession", DIRECT: "DirectPeeringSession", ROUTER: "Router",
         "peering/bgp-groups/": "BGPGroup", "net/connections/": "Connection", "extras/export-templates/": "ExportTemplate", "core/data-sources/": "DataSource"}
# Method, resource, path, a body, what a user without rights gets: EMPTY, a document, or None if they may.
ROUTES = (
    ("POST", AS, "{id}/poll-bgp-sessions/", None, EMPTY),
    ("POST", AS, "{id}/sync-with-peeringdb/", None, EMPTY),
    ("GET", AS, "{id}/as-set-prefixes/", None, None),
    ("GET", AS, "{id}/shared-ixps/", None, None),
    ("GET", AS, "{id}/shared-facilities/", None, None),
    ("POST", AS, "{id}/generate-email/", {"email": 1}, None),
    ("POST", "peering/bgp-groups/", "{id}/poll-bgp-sessions/", None, EMPTY),
    ("POST", DIRECT, "{id}/encrypt-password/", None, EMPTY),
    ("POST", DIRECT, "{id}/poll/", None, EMPTY),
    ("POST", IXP, "{id}/link-to-peeringdb/", None, EMPTY),
    ("GET", IXP, "{id}/available-peers/", None, None),
    ("POST", IXP, "{id}/import-sessions/", None, EMPTY),
    ("GET", IXP, "{id}/prefixes/", None, None),
    ("POST", IXP, "{id}/poll-bgp-sessions/", None, EMPTY),
    ("POST", SESSION, "{id}/encrypt-password/", None, EMPTY),
    ("POST", SESSION, "{id}/poll/", None, EMPTY),
    ("GET", ROUTER, "{id}/configuration/", None, EMPTY),
    ("POST", ROUTER, "configure/", {"routers": [1]}, EMPTY),
    ("POST", ROUTER, "{id}/poll-bgp-sessions/", None, EMPTY),
    ("GET", ROUTER, "{id}/test-napalm-connection/", None, None),
    ("POST", ROUTER, "push-datasource/", {"routers": [1]}, EMPTY),
    ("POST", ROUTER, "update-from-netbox/", {"event": "updated", "data": DEVICE}, EMPTY),
    ("POST", "net/connections/", "{id}/update-ixapi-mac/", None, EMPTY),
    ("GET", "extras/export-templates/", "{id}/render/", None, EMPTY),
    ("GET", "extras/export-templates/", "{id}/render-synchronous/", None, EMPTY),
    ("GET", "extras/ix-api/", "accounts/", None, None),
    ("GET", "", "extras/prefix-list/", None, None),
    ("POST", "core/data-sources/", "{id}/synchronise/", None, EMPTY),
    ("GET", "", "peeringdb/cache/statistics/", None, DENIED),
    ("POST", "", "peeringdb/cache/clear-local/", None, DENIED),
    ("POST", "", "peeringdb/cache/update-local/", None, DENIED),
    ("POST", "peeringdb/networks/", "render-email/", {"email": 1, "autonomous_system": 1, "network": 1}, None),
    ("GET", "", "users/userpref/", None, None),
    ("PATCH", "", "users/userpref/", {}, None),
)
proof = Proof()


def call(method, path, body=None, token=ADMIN):
    return ask(method, f"/api/{path}", body, token)


def told(answer):
    """Status and body, as the tables have them."""
    if not answer.body:
        return answer.status, EMPTY if answer.headers["Content-Type"] is None else "an empty body with a type"
    return answer.status, answer.json()


def row(path, query):
    return call("GET", f"{path}?{query}").json()["results"][0]


def expect(name, answer, status, body):
    proof.equal(name, told(answer), (status, body))


def rights():
    for method, resource, path, body, refused in ROUTES:
        whole = f"{resource}{path}".replace(OF_ROW, "1")
        expect(f"{method} {whole}: not for strangers", call(method, whole, body, None), 403, STRANGER)
        if refused is not None:
            expect(f"{method} {whole}: not without the right", call(method, whole, body, READER), 403, refused)
        if method != "GET":
            expect(f"{method} {whole}: not by a token that only reads", call(method, whole, body, READ_ONLY), 403, DENIED)
        if OF_ROW in path:
            expect(f"{method} {whole}: of no row", call(method, whole.replace("/1/", "/99999/"), body), 404, {"detail": f"No {NAMES[resource]} matches the given query."})
        other = "POST" if method == "GET" else "DELETE"
        expect(f"{method} {whole}: not by {other}", call(other, whole, {} if other == "POST" else None), 405, {"detail": f"Method \"{other}\" not allowed."})
    allowed = {"peering/bgp-groups/1/poll-bgp-sessions/": "POST, OPTIONS", f"{AS}1/shared-ixps/": "GET, HEAD, OPTIONS", "users/userpref/": "GET, PATCH, HEAD, OPTIONS"}
    for path, methods in allowed.items():
        proof.equal(f"{path}: its methods", call("OPTIONS", path).headers["Allow"], methods)


def some_rights():
    """The operators of the sample data may change sessions at exchanges, but neither direct ones nor exchanges."""
    for path, status in ((f"{SESSION}1/encrypt-password/", 200), (f"{SESSION}1/poll/", 503), (f"{DIRECT}1/poll/", 403), (f"{IXP}1/poll-bgp-sessions/", 202),
                         (f"{IXP}1/import-sessions/", 202), (f"{IXP}1/link-to-peeringdb/", 403), (f"{AS}1/poll-bgp-sessions/", 403), (f"{ROUTER}1/poll-bgp-sessions/", 403)):
        proof.equal(f"an operator and {path}", call("POST", path, token=OPERATOR).status, status)


def reading_tokens():
    """A token that only reads may GET, also what starts a job."""
    for path, status in ((f"{ROUTER}1/configuration/", 202), (f"{ROUTER}1/test-napalm-connection/", 202), ("extras/export-templates/1/render/", 202), ("extras/export-templates/1/render-synchronous/", 200),
                         ("users/userpref/", 200), (f"{IXP}1/available-peers/", 200), ("peeringdb/cache/statistics/", 200)):
        proof.equal(f"a token that only reads and {path}", call("GET", path, token=READ_ONLY).status, status)


def synchronised():
    own = row(AS, "asn=64500")
    before = {"name": "Another", "irr_as_set": None, "ipv6_max_prefixes": 1, "ipv4_max_prefixes": 2}
    call("PATCH", f"{AS}{own['id']}/", before)
    copied = call("POST", f"{AS}{own['id']}/sync-with-peeringdb/")
    expect("what PeeringDB knows is copied", copied, 200, EMPTY)
    after = row(AS, "asn=64500")
    proof.equal("all four of it", [after[name] for name in before], ["Koine Example Network", "RIPE::AS-KOINE", 10, 50])
    log = row("core/object-changes/", f"changed_object_id={own['id']}&ordering=-id")
    proof.equal("the change log tells it", (log["action"]["value"], log["prechange_data"]["name"], log["postchange_data"]["name"]), ("update", "Another", after["name"]))
    proof.equal("and by which request", (log["request_id"], log["user_name"]), (copied.headers["X-Request-ID"], "admin"))
    call("PATCH", f"{AS}{own['id']}/", {**before, **{f"{name}_peeringdb_sync": False for name in before}})
    expect("but not where nobody wants it", call("POST", f"{AS}{own['id']}/sync-with-peeringdb/"), 200, EMPTY)
    proof.equal("then nothing changes", {name: row(AS, "asn=64500")[name] for name in before}, before)
    private = row(AS, "asn=64533")
    call("PATCH", f"{AS}{private['id']}/", {"name": "Kept"})
    expect("a private number is passed over", call("POST", f"{AS}{private['id']}/sync-with-peeringdb/"), 200, EMPTY)
    proof.equal("and left as it is", row(AS, "asn=64533")["name"], "Kept")
    expect("one that PeeringDB does not know", call("POST", f"{AS}{row(AS, 'asn=64501')['id']}/sync-with-peeringdb/"), 204, EMPTY)


def preferences():
    own, other = row(AS, "asn=64500")["id"], row(AS, "asn=64533")["id"]
    chosen = {"detail": "User did not choose an affiliated AS."}
    expect("nobody has preferences at first", call("GET", "users/userpref/"), 200, {})
    for path in ("shared-ixps", "shared-facilities"):
        expect(f"{path} needs an affiliated AS", call("GET", f"{AS}{other}/{path}/"), 503, chosen)
    steps = (({"context": {"as": 99999}}, {"context": {"as": 99999}}), ({"table": {"columns": ["asn"], "size": 50}}, {"context": {"as": 99999}, "table": {"columns": ["asn"], "size": 50}}),
             ({"table": {"columns": []}}, {"context": {"as": 99999}, "table": {"columns": [], "size": 50}}),
             ({"context": {"as": own}, "table": None}, {"context": {"as": own}, "table": None}))
    for change, whole in steps:
        expect(f"preferences with {change}", call("PATCH", "users/userpref/", change), 200, whole)
        expect("are kept", call("GET", "users/userpref/"), 200, whole)
        if change == steps[0][0]:
            expect("one that is not there is no choice", call("GET", f"{AS}{other}/shared-ixps/"), 503, chosen)
    expect("no list is taken", call("PATCH", "users/userpref/", [1]), 400, {"detail": "Preferences are an object."})
    expect("they are the caller's own", call("GET", "users/userpref/", token=READER), 200, {})
    expect("everybody may have some", call("PATCH", "users/userpref/", {"a": 1}, READER), 200, {"a": 1})


def exchanges():
    exchange, connections = row(IXP, "slug=seine-ix")["id"], [one["id"] for one in call("GET", "net/connections/?internet_exchange_point=Seine IX".replace(" ", "%20")).json()["results"]]
    own, other = row(AS, "asn=64500")["id"], row(AS, "asn=64533")["id"]
    expect("no link: no peers", call("GET", f"{IXP}{exchange}/available-peers/"), 200, [])
    expect("no link: no prefixes", call("GET", f"{IXP}{exchange}/prefixes/"), 200, {})
    expect("no connection leads to PeeringDB", call("POST", f"{IXP}{exchange}/link-to-peeringdb/"), 503, EMPTY)
    expect("no link: none is shared", call("GET", f"{AS}{other}/shared-ixps/"), 200, [])
    call("PATCH", f"net/connections/{connections[0]}/", {"peeringdb_netixlan": row("peeringdb/network-ixlans/", "asn=64500")["id"]})
    expect("one does", call("POST", f"{IXP}{exchange}/link-to-peeringdb/"), 200, EMPTY)
    proof.equal("the link is kept", call("GET", f"{IXP}{exchange}/").json()["peeringdb_ixlan"], 1)
    expect("its prefixes", call("GET", f"{IXP}{exchange}/prefixes/"), 200, {"ipv6": ["2001:db8:1::/64"], "ipv4": ["192.0.2.0/25"]})
    for told in (call("GET", f"{IXP}{exchange}/").json(), call("GET", f"{IXP}?id={exchange}").json()["results"][0]):
        proof.equal("which it shows, too", told["peeringdb_prefixes"], {"ipv6": ["2001:db8:1::/64"], "ipv4": ["192.0.2.0/25"]})
    peers = call("GET", f"{IXP}{exchange}/available-peers/").json()
    proof.equal("peers without ourselves and the hidden one", [peer["asn"] for peer in peers], [64533, 64603, 64638, 4200000055])
    proof.equal("as PeeringDB shows them", peers[0], call("GET", f"peeringdb/network-ixlans/{peers[0]['id']}/").json())
    base = {"autonomous_system": other, "status": "enabled"}
    for address, left in (("192.0.2.21", True), ("2001:db8:1::15", False)):
        proof.equal(f"a session with {address} where there is none yet", call("POST", SESSION, {**base, "ixp_connection": connections[1], "ip_address": address}).status, 201)
        asns = [peer["asn"] for peer in call("GET", f"{IXP}{exchange}/available-peers/").json()]
        proof.equal(f"with {address} it is{'' if left else ' not'} available", 64533 in asns, left)
    until = row("peeringdb/hidden-peers/", "limit=1")
    call("PATCH", f"peeringdb/hidden-peers/{until['id']}/", {"until": "2020-01-01T00:00:00Z"})
    proof.check("who is hidden no more is available", 4200000110 not in [peer["asn"] for peer in call("GET", f"{IXP}{exchange}/available-peers/").json()] and "it is not")
    shared = call("GET", f"{AS}{other}/shared-ixps/").json()
    proof.equal("the exchange is shared", [(one["name"], one["status"], list(one)) for one in shared],
                [("Seine IX", "enabled", ["id", "url", "display_url", "display", "name", "slug", "status"])])
    expect("a facility is shared", call("GET", f"{AS}{other}/shared-facilities/"), 200, [call("GET", f"peeringdb/facilities/{row('peeringdb/facilities/', 'name=Left%20Bank%20DC')['id']}/").json()])
    expect("none with who is elsewhere", call("GET", f"{AS}{row(AS, 'asn=4200000055')['id']}/shared-facilities/"), 200, [])
    expect("not with ourselves", call("GET", f"{AS}{own}/shared-ixps/"), 200, [])
    expect("nor with whom PeeringDB does not know", call("GET", f"{AS}{row(AS, 'asn=64501')['id']}/shared-ixps/"), 200, [])
    call("PATCH", "users/userpref/", {"context": {"as": other}})
    expect("an exchange of another's is none of theirs", call("GET", f"{AS}{own}/shared-ixps/"), 200, [])
    expect("a facility is shared both ways", call("GET", f"{AS}{own}/shared-facilities/"), 200, call("GET", "peeringdb/facilities/?id=1").json()["results"])


def sessions():
    """What PeeringDB says of sessions: whether it has them, and which it has no more."""
    other, connection = row(AS, "asn=64603")["id"], call("GET", "net/connections/?vlan=607").json()["results"][0]["id"]
    made = {}
    for address, known in (("192.0.2.24", True), ("2001:DB8:1::18", True), ("192.0.2.240", False), ("192.0.2.22", False)):
        answer = call("POST", SESSION, {"autonomous_system": other, "ixp_connection": connection, "ip_address": address, "bgp_state": "active"})
        made[answer.json()["id"]] = known
        proof.equal(f"{address} is {'' if known else 'not '}known to PeeringDB", (answer.status, answer.json()["exists_in_peeringdb"], answer.json()["is_abandoned"]), (201, known, not known))
    for value in ("true", "false"):
        found = {one["id"] for one in call("GET", f"{SESSION}?limit=0&exists_in_peeringdb={value}").json()["results"]}
        proof.equal(f"those for which it is {value}", found & set(made), {key for key, known in made.items() if known == (value == "true")})
    abandoned = {one["id"] for one in call("GET", f"{SESSION}?limit=0&is_abandoned=true").json()["results"]}
    proof.equal("those that are abandoned", abandoned & set(made), {key for key, known in made.items() if not known})
    lost = next(key for key, known in made.items() if not known)
    router = row(ROUTER, "name=r2.par")["id"]

    def is_abandoned():
        return call("GET", f"{SESSION}{lost}/").json()["is_abandoned"]

    for path, change, back in ((f"{SESSION}{lost}/", {"bgp_state": "established"}, {"bgp_state": "idle"}), (f"{ROUTER}{router}/", {"poll_bgp_sessions_state": False}, {"poll_bgp_sessions_state": True}),
                               (f"{AS}{other}/", {"asn": 65055}, {"asn": 64603}), (f"{IXP}{row(IXP, 'slug=seine-ix')['id']}/", {"peeringdb_ixlan": None}, {"peeringdb_ixlan": 1})):
        call("PATCH", path, change)
        proof.equal(f"not abandoned with {change}", is_abandoned(), False)
        call("PATCH", path, back)
        proof.equal(f"abandoned with {back}", is_abandoned(), True)
    proof.check("what PeeringDB knows is worked out", "peeringdb_network" in call("GET", f"{AS}{other}/").json() and "its network is shown")


def policies():
    """A session's policies are of its address's family, however one meets the other."""
    only4, only6 = (row("peering/routing-policies/", f"address_family={family}") for family in (4, 6))

    def refused(policy):
        return {"non_field_errors": [f"Routing policy '{policy['name']}' cannot be used for this session, address families mismatch."]}

    base = {"autonomous_system": row(AS, "asn=64500")["id"], "ixp_connection": 3}
    made = call("POST", SESSION, {**base, "ip_address": "2001:db8:3::99", "import_routing_policies": [only6["id"]]}).json()["id"]
    expect("another family's, on export", call("PATCH", f"{SESSION}{made}/", {"export_routing_policies": [only4["id"]]}), 400, refused(only4))
    expect("an address of another family", call("PATCH", f"{SESSION}{made}/", {"ip_address": "198.51.100.99"}), 400, refused(only6))
    proof.equal("with its policies", call("PATCH", f"{SESSION}{made}/", {"ip_address": "198.51.100.99", "import_routing_policies": [only4["id"]]}).status, 200)
    many = [{**base, "ip_address": f"198.51.100.{110 + i}", "import_routing_policies": [policy["id"]]} for i, policy in enumerate((only4, only6))]
    expect("one of many", call("POST", SESSION, many), 400, [{}, refused(only6)])
    direct = {"local_autonomous_system": base["autonomous_system"], "autonomous_system": row(AS, "asn=64533")["id"], "relationship": 1, "ip_address": "198.51.100.9/31"}
    expect("a direct session's", call("POST", DIRECT, {**direct, "import_routing_policies": [only6["id"]]}), 400, refused(only6))


def prefixes():
    both = {"ipv6": [{"prefix": "2001:db8:4000::/34", "exact": False}], "ipv4": [{"prefix": "203.0.113.0/24", "exact": True}]}
    kept, bare = row(AS, "asn=64554")["id"], row(AS, "asn=64500")["id"]
    expect("prefixes that are kept", call("GET", f"{AS}{kept}/as-set-prefixes/"), 200, both)
    expect("none are kept", call("GET", f"{AS}{bare}/as-set-prefixes/"), 200, {"ipv6": [], "ipv4": []})
    none = {"ipv4": [], "ipv6": []}
    for query, answer in (("as-set=AS-GRANITE", {"AS-GRANITE": both}), ("as-set=RIPE::AS-GRANITE&af=4", {"AS-GRANITE": {"ipv4": both["ipv4"]}}), ("as-set=64554&af=6", {"AS64554": {"ipv6": both["ipv6"]}}),
                          ("as-set=AS-GRANITE,%20AS64500&af=4,6&skip-cache", {"AS-GRANITE": both, "AS64500": none}), ("as-set=AS-NOBODY", {"AS-NOBODY": none}), ("as-set=AS-GRAN", {"AS-GRAN": none}), ("as-set=GRANITE", {"GRANITE": none}),
                          ("as-set=99999999999", {"AS99999999999": none})):
        expect(f"prefix-list?{query}", call("GET", f"extras/prefix-list/?{query}"), 200, answer)
        expect(f"prefix-list?{query}, again", call("GET", f"extras/prefix-list/?{query}"), 200, answer)
    for query, detail in (("", "No valid IRR AS-SETs or AS numbers given."), ("as-set=", "No valid IRR AS-SETs or AS numbers given."), ("as-set=%20,%20", "No valid IRR AS-SETs or AS numbers given."),
                          ("as-set=AS-KOINE&af=5", "Invalid af parameter, must be 4, 6 or both."), ("as-set=AS-KOINE&af=x", "Invalid af parameter, must be 4, 6 or both.")):
        expect(f"prefix-list?{query} is refused", call("GET", f"extras/prefix-list/?{query}"), 400, {"detail": detail})


def netbox():
    def device(event, **more):
        return {"event": event, "data": {**DEVICE, **more}}

    lacking = [{}, {"event": "created"}, {"data": DEVICE}, *({"event": "created", "data": {key: value for key, value in DEVICE.items() if key != name}} for name in DEVICE),
               device("created", device_role={"slug": "switch"}), device("created", device_role=None), {"event": "created", "data": "x"}, []]
    for body in lacking:
        expect(f"NetBox tells {body}"[:100], call("POST", f"{ROUTER}update-from-netbox/", body), 400, EMPTY)
    expect("a platform that nobody knows", call("POST", f"{ROUTER}update-from-netbox/", device("created", platform={"slug": "vyos"})), 501, EMPTY)
    expect("an unknown device is gone", call("POST", f"{ROUTER}update-from-netbox/", device("deleted")), 404, EMPTY)
    expect("a new device", call("POST", f"{ROUTER}update-from-netbox/", device("created", local_context_data={"a": 1})), 201, EMPTY)
    router = row(ROUTER, "name=nb1.par")
    proof.equal("is a router", [router[name] for name in ("hostname", "status", "netbox_device_id", "local_context_data")] + [router["platform"]["slug"]],
                ["nb1.par", {"value": "enabled", "label": "Enabled"}, 77, {"a": 1}, "juniper-junos"])
    for status, into in (("offline", "disabled"), ("active", "enabled")):
        expect(f"it is {status}", call("POST", f"{ROUTER}update-from-netbox/", device("updated", device_role={"slug": "firewall"}, status={"value": status})), 200, EMPTY)
        proof.equal(f"then the router is {into}", row(ROUTER, "name=nb1.par")["status"]["value"], into)
    expect("it is gone", call("POST", f"{ROUTER}update-from-netbox/", device("deleted")), 200, EMPTY)
    proof.equal("so is the router", call("GET", f"{ROUTER}?name=nb1.par").json()["count"], 0)


def outside():
    """What would need other servers says so."""
    names = ("api_url", "api_key", "api_secret")
    expect("accounts of an IX-API need three values", call("GET", "extras/ix-api/accounts/"), 400, {name: ["This field is required."] for name in names})
    expect("all of them", call("GET", "extras/ix-api/accounts/?api_url=https://ix.example.net&api_key=k"), 400, {"api_secret": ["This field is required."]})
    proof.equal("and a network", call("GET", "extras/ix-api/accounts/?api_url=https://ix.example.net&api_key=k&api_secret=s").status, 503)
    expect("no address is set at an IX-API", call("POST", "net/connections/1/update-ixapi-mac/"), 400, EMPTY)
    for path in (f"{SESSION}1/poll/", f"{DIRECT}1/poll/"):
        expect(f"{path} reaches no router", call("POST", path), 503, EMPTY)


def cache():
    counts = {"campus": 0, "carrier": 0, "carrierfac": 0, "fac": 3, "ix": 2, "ixfac": 0, "ixlan": 2, "ixpfx": 4, "net": 6, "poc": 4, "netfac": 3, "netixlan": 6, "org": 2, "sync": 9}
    before = call("GET", "peeringdb/cache/statistics/")
    proof.equal("what the copy of PeeringDB holds", (before.status, list(before.json().items())), (200, [(f"{name}-count", count) for name, count in counts.items()]))
    expect("it is emptied", call("POST", "peeringdb/cache/clear-local/"), 200, {"status": "success"})
    expect("and empty", call("GET", "peeringdb/cache/statistics/"), 200, {f"{name}-count": 0 for name in counts})
    expect("also when it is", call("POST", "peeringdb/cache/clear-local/"), 200, {"status": "success"})
    proof.equal("connections lead nowhere then", {one["peeringdb_netixlan"] for one in call("GET", "net/connections/").json()["results"]}, {None})


def generic():
    """What holds for all requests holds for these."""
    path = f"/api/{ROUTER}configure/"
    proof.equal("JSON that is none", ask("POST", path, "{", ADMIN, Content_Type="application/json").status, 400)
    proof.equal("a media type that is not taken", ask("POST", path, "x", ADMIN, Content_Type="text/plain").status, 415)
    proof.equal("an answer that nobody can give", ask("GET", f"/api/{AS}1/shared-ixps/", None, ADMIN, Accept="image/png").status, 406)
    proof.equal("a form is taken, too", ask("POST", path, "routers=99999", ADMIN, Content_Type="application/x-www-form-urlencoded").status in (400, 404), True)
    moved = ask("POST", path[:-1], {"routers": [1]}, ADMIN)
    proof.equal("the slash that lacks", (moved.status, moved.headers["Location"].removeprefix(URL)), (301, path))
    answer = call("GET", f"{AS}1/as-set-prefixes/")
    proof.check("the headers of all answers", *[f"{name} lacks" for name in ("API-Version", "X-Request-ID", "X-Content-Type-Options") if name not in answer.headers])


for scenario in (rights, some_rights, reading_tokens, synchronised, preferences, exchanges, sessions, policies, prefixes, netbox, outside, cache, generic):
    proof.run(f"{scenario.__name__} to their end", scenario)
proof.close()

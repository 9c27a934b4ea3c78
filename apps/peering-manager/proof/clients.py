"""PyPI pypeeringmanager with the pynetbox it works with: scenarios of a script writer."""
import json
import os
import time

import pypeeringmanager
from pynetbox.core.app import App
from pynetbox.core.endpoint import DetailEndpoint
from pynetbox.core.query import RequestError

from tests.apps.proof import Proof

URL = os.environ["KOINE_URL"]
ADMIN = "0123456789abcdef0123456789abcdef01234567"
proof = Proof()
pm = pypeeringmanager.api(URL, token=ADMIN)
systems = pm.peering.autonomous_systems


def fails(function, *kinds):
    try:
        function()
    except kinds as error:
        return error
    return None


def reading():
    total = systems.count()
    proof.equal("all of them, once", len({row.id for row in systems.all()}), total)
    proof.equal("in pages of seven", len({row.id for row in systems.all(limit=7)}), total)
    threaded = pypeeringmanager.api(URL, token=ADMIN, threading=True)
    proof.equal("in threads", len({row.id for row in threaded.peering.autonomous_systems.all(limit=9)}), total)
    proof.equal("len asks the count", len(systems.all()), total)
    proof.equal("one by a field", systems.get(asn=64500).name, "Koine Example Network")
    proof.equal("one by its key", systems.get(systems.get(asn=64500).id).asn, 64500)
    proof.equal("none", systems.get(999999), None)
    proof.check("several are an error", not fails(lambda: systems.get(name__ic="a"), ValueError) and "no error")
    proof.equal("counted", systems.count(q="koine"), 2)
    proof.equal("free text", sorted(row.asn for row in systems.filter("koine")), [64500, 64501])
    proof.equal("several values", len(list(systems.filter(asn=[64500, 64501]))), 2)
    proof.equal("null", {row.irr_as_set for row in systems.filter(irr_as_set=None)}, {None})
    session = next(iter(pm.peering.internet_exchange_peering_sessions.filter(status="enabled", limit=1, offset=0)))
    proof.equal("a session is called by its address", str(session), session.ip_address)
    proof.equal("a choice is called by its label", str(session.status), "Enabled")
    proof.check("a nested object is completed on demand", not session.autonomous_system.created and "nothing")
    proof.equal("what must not be asked is told by OPTIONS", [choice["value"] for choice in pm.peering.internet_exchanges.choices()["status"]],
                ["enabled", "pre-maintenance", "maintenance", "post-maintenance", "disabled"])
    proof.equal("old addresses", (pm.peering.communities.count() > 0, pm.peering.routers.count() > 0, pm.extras.object_changes.count() > 0), (True, True, False))
    core = App(pm, "core")
    proof.equal("other parts", core.data_sources.count(), 1)


def many():
    made = systems.create([{"asn": 4200001000 + i, "name": f"Filler {i}"} for i in range(270 - systems.count())])
    for name, client in (("", pm), (" in threads", pypeeringmanager.api(URL, token=ADMIN, threading=True))):
        for limit in (0, 7, 100):
            keys = [row.id for row in client.peering.autonomous_systems.all(limit=limit)]
            proof.equal(f"270 rows{name}, {limit or 'as many as come'} a page", (len(keys), len(set(keys))), (270, 270))
    proof.equal("and they go together", (systems.delete(made), systems.count(name__isw="filler")), (True, 0))


def writing():
    one = systems.create(asn=65400, name="Made by a client", tags=[{"slug": "lab"}])
    proof.equal("made", (one.asn, [tag.slug for tag in one.tags]), (65400, ["lab"]))
    one.name = "Renamed"
    proof.equal("saved", (one.save(), systems.get(one.id).name), (True, "Renamed"))
    proof.equal("nothing to save", one.save(), False)
    one.local_context_data = {"a": {"b": 1}}
    proof.equal("a document is saved", (one.save(), systems.get(one.id).local_context_data), (True, {"a": {"b": 1}}))
    one.tags = [{"slug": "core"}]
    proof.equal("tags are saved", (one.save(), [tag.slug for tag in systems.get(one.id).tags]), (True, ["core"]))
    proof.equal("deleted", (one.delete(), systems.get(one.id)), (True, None))
    three = systems.create([{"asn": 65410 + i, "name": f"Bulk {i}"} for i in range(3)])
    proof.equal("three at once", [row.asn for row in three], [65410, 65411, 65412])
    systems.update([{"id": row.id, "comments": "together"} for row in three])
    chosen = systems.filter(asn=[65410, 65411, 65412])
    proof.equal("changed together", {row.comments for row in chosen}, {"together"})
    systems.filter(asn=[65410, 65411]).update(description="by a filter")
    proof.equal("by a filter", [row.description for row in systems.filter(asn=[65410, 65411, 65412])], ["by a filter", "by a filter", ""])
    proof.equal("deleted together", (systems.delete([three[0].id]), systems.filter(asn=[65411, 65412]).delete(), systems.count(asn=[65410, 65411, 65412])), (True, True, 0))
    error = fails(lambda: systems.create(asn=64500, name="Taken"), RequestError)
    proof.check("a fault is told", "already exists" not in error.error and error.error)
    router = pm.devices.routers.create(name="c1", hostname="c1.example.net", platform={"slug": "juniper-junos"}, local_autonomous_system={"asn": 64500})
    proof.equal("by attributes", router.platform.name, "Juniper Junos")
    for value in ({"name__startswith": "A"}, {"name": "nothing"}):
        error = fails(lambda: router.update({"platform": value}), RequestError)
        told = error.error if error else ""
        proof.check(f"{value} is one or a fault", error is None and value.get("name") and "no fault", error is not None and "found" not in told and "match" not in told and told)
    for value, told in (({"name__startswith": "Cisco"}, "Multiple objects match the provided attributes: {'name__startswith': 'Cisco'}"),
                        ({"name": "nothing"}, "Related object not found using the provided attributes: {'name': 'nothing'}")):
        error = fails(lambda value=value: router.update({"platform": value}), RequestError)
        proof.equal(f"{value} is not one", error and json.loads(error.error), {"platform": [told]})
    error = fails(lambda: pm.devices.platforms.get(slug="juniper-junos").delete(), RequestError)
    proof.check("what is needed is not deleted", error.req.status_code != 409 and error.req.status_code, "dependent objects" not in error.error and error.error)
    proof.check("someone else's token", not fails(lambda: list(pypeeringmanager.api(URL, token="f" * 40).peering.autonomous_systems.all()), RequestError) and "no error")


def acting():
    """The custom actions, by the endpoints that pynetbox makes below a record."""
    exchange, router = pm.peering.internet_exchanges.get(slug="seine-ix"), pm.devices.routers.get(name="r1.par")
    connection = next(iter(pm.net.connections.filter(vlan=601)))
    connection.peeringdb_netixlan = pm.peeringdb.network_ixlans.get(asn=64500).id
    proof.equal("a connection is linked", connection.save(), True)
    # pynetbox wants JSON of every POST: an empty 200 is an error of its own, though it is done.
    fails(lambda: DetailEndpoint(exchange, "link-to-peeringdb").create(), Exception)
    proof.equal("so is its exchange", pm.peering.internet_exchanges.get(exchange.id).peeringdb_ixlan, 1)
    proof.equal("peers that are available", [peer["asn"] for peer in DetailEndpoint(exchange, "available-peers").list()], [64533, 64603, 64638, 4200000055])
    job = DetailEndpoint(router, "poll-bgp-sessions").create()
    proof.equal("a job", (job["name"], job["status"]["value"], job["object_id"]), ("devices.router.poll_bgp_sessions", "pending", router.id))
    jobs = App(pm, "core").jobs
    until = time.monotonic() + 20
    while str(jobs.get(job["id"]).status) in ("Pending", "Running") and time.monotonic() < until:
        time.sleep(0.05)
    proof.equal("how it ended", (str(jobs.get(job["id"]).status), jobs.count(status="failed", object_id=router.id) > 0), ("Failed", True))
    own = systems.get(asn=64500)
    found = DetailEndpoint(own, "poll-bgp-sessions").create()
    proof.check("a list of jobs", not isinstance(found, list) and found)
    mail = DetailEndpoint(own, "generate-email").create({"email": pm.messaging.emails.get(name="Peering request").id})
    proof.equal("an e-mail", mail["subject"], "Peering with AS64500")
    proof.equal("a template's text", next(iter(DetailEndpoint(pm.extras.export_templates.get(name="ASNs"), "render-synchronous").list()))["rendered"].split()[0], "64500")
    error = fails(lambda: DetailEndpoint(systems.get(asn=64533), "shared-ixps").list(), RequestError) or fails(lambda: list(DetailEndpoint(systems.get(asn=64533), "shared-ixps").list()), RequestError)
    proof.equal("a refusal", error and json.loads(error.error), {"detail": "User did not choose an affiliated AS."})


for scenario in (reading, many, writing, acting):
    proof.run(f"{scenario.__name__} to its end", scenario)
proof.close()

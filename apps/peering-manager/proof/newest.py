"""PyPI pynetbox, the newest, through its generic access to apps."""
import os

import pynetbox
from pynetbox.core.app import App
from pynetbox.core.endpoint import DetailEndpoint

from tests.apps.proof import Proof

ADMIN = "0123456789abcdef0123456789abcdef01234567"
proof = Proof()
nb = pynetbox.api(os.environ["KOINE_URL"], token=ADMIN)
peering = App(nb, "peering")


def all_of_it():
    proof.equal("the version", nb.version, "1.10")
    made = peering.autonomous_systems.create(asn=65300, name="Newest")
    made.name = "Newer"
    proof.equal("made and saved", (made.save(), peering.autonomous_systems.get(asn=65300).name), (True, "Newer"))
    proof.equal("filtered", [row.asn for row in peering.autonomous_systems.filter(name__isw="newer")], [65300])
    proof.check("paged", len(list(peering.internet_exchange_peering_sessions.all(limit=70))) < 300 and "too few")
    proof.equal("deleted", made.delete(), True)
    proof.equal("the log", sorted(row.action.value for row in nb.core.object_changes.filter(action=["delete", "create"])), ["create", "delete"])
    proof.equal("the log is counted", nb.core.object_changes.count(), 3)
    proof.equal("the status", nb.status()["peering-manager-version"], "1.10.5")
    proof.check("the document", "/api/peering/autonomous-systems/" not in nb.openapi()["paths"] and "no such path")
    strict = pynetbox.api(os.environ["KOINE_URL"], token=ADMIN, strict_filters=True)
    proof.equal("a filter that is known", App(strict, "peering").autonomous_systems.get(asn=64500).asn, 64500)
    try:
        list(App(strict, "peering").autonomous_systems.filter(bogus=1))
        proof.check("one that is not", "no error")
    except pynetbox.core.query.ParameterValidationError as error:
        proof.check("one that is not", "bogus" not in str(error) and str(error))
    proof.equal("tags", nb.extras.tags.get(slug="core").name, "Core")
    exchange = peering.internet_exchanges.get(slug="seine-ix")
    proof.equal("an action that reads", list(DetailEndpoint(exchange, "available-peers").list()), [])
    proof.equal("an action that starts jobs", [job["object_type"] for job in DetailEndpoint(exchange, "poll-bgp-sessions").create()], ["devices.router"] * 2)
    proof.equal("users", nb.users.users.get(username="admin").email, "admin@example.net")


proof.run("to its end", all_of_it)
proof.close()

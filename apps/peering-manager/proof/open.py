"""The same server where anonymous requests may read: LOGIN_REQUIRED is off."""
from tests.apps.proof import Proof, ask

AS = "/api/peering/autonomous-systems/"
proof = Proof()
proof.equal("anyone reads", ask("GET", AS).status, 200)
proof.equal("and sees the users", ask("GET", "/api/users/users/").status, 200)
for method, path, body in (("POST", AS, {"asn": 1, "name": "x"}), ("PATCH", f"{AS}1/", {"name": "x"}), ("DELETE", f"{AS}1/", None), ("DELETE", AS, [{"id": 1}]), ("PATCH", AS, [{"id": 1, "name": "x"}])):
    answer = ask(method, path, body)
    proof.equal(f"{method} {path} needs credentials", (answer.status, answer.json()), (403, {"detail": "Authentication credentials were not provided."}))
for method, path, status in (("GET", f"{AS}1/shared-ixps/", 503), ("GET", f"{AS}1/shared-facilities/", 503), ("GET", f"{AS}1/as-set-prefixes/", 200), ("GET", "/api/extras/prefix-list/?as-set=AS1", 200),
                             ("GET", "/api/peering/internet-exchanges/1/available-peers/", 200), ("GET", "/api/peering/internet-exchanges/1/prefixes/", 200), ("GET", "/api/users/userpref/", 403),
                             ("PATCH", "/api/users/userpref/", 403), ("GET", "/api/devices/routers/1/configuration/", 403), ("GET", "/api/devices/routers/1/test-napalm-connection/", 403),
                             ("GET", "/api/extras/export-templates/1/render-synchronous/", 403), ("GET", "/api/peeringdb/cache/statistics/", 403), ("POST", f"{AS}1/generate-email/", 403),
                             ("POST", "/api/peeringdb/networks/render-email/", 403), ("POST", "/api/peeringdb/cache/clear-local/", 403)):
    proof.equal(f"an action: {method} {path}", ask(method, path, {} if method != "GET" else None).status, status)
proof.equal("a bad token is refused all the same", (ask("GET", AS, token="f" * 40).status), 403)
proof.equal("passwords are never shown", "password" in ask("GET", "/api/users/users/1/").json(), False)
proof.close()

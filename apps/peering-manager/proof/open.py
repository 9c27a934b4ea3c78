"""The same server where anonymous requests may read: LOGIN_REQUIRED is off."""
from tests.apps.proof import Proof, ask

AS = "/api/peering/autonomous-systems/"
proof = Proof()
proof.equal("anyone reads", ask("GET", AS).status, 200)
proof.equal("and sees the users", ask("GET", "/api/users/users/").status, 200)
for method, path, body in (("POST", AS, {"asn": 1, "name": "x"}), ("PATCH", f"{AS}1/", {"name": "x"}), ("DELETE", f"{AS}1/", None), ("DELETE", AS, [{"id": 1}]), ("PATCH", AS, [{"id": 1, "name": "x"}])):
    answer = ask(method, path, body)
    proof.equal(f"{method} {path} needs credentials", (answer.status, answer.json()), (403, {"detail": "Authentication credentials were not provided."}))
proof.equal("a bad token is refused all the same", (ask("GET", AS, token="f" * 40).status), 403)
proof.equal("passwords are never shown", "password" in ask("GET", "/api/users/users/1/").json(), False)
proof.close()

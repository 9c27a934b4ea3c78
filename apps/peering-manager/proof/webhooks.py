"""Webhooks: what a receiver gets of changes, signed; under conditions, by templates; again when it fails."""
import hashlib
import hmac
import http.server
import json
import queue
import threading
import time

from tests.apps.proof import Proof, ask

ADMIN, OPERATOR = (f"{digit}123456789abcdef0123456789abcdef01234567" for digit in (0, 4))
HOOK, AS, SESSION = "extras/webhooks/", "peering/autonomous-systems/", "peering/internet-exchange-peering-sessions/"
proof = Proof()
received, answers = queue.Queue(), []


class Receiver(http.server.BaseHTTPRequestHandler):
    def take(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        received.put((self.command, self.path, self.headers, body))
        self.send_response(answers.pop(0) if answers else 204)
        self.end_headers()

    do_POST = do_PUT = do_GET = do_PATCH = do_DELETE = take  # noqa: N815

    def log_message(self, *_):
        """Nothing is told."""


receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=receiver.serve_forever, daemon=True).start()
PLACE = f"http://127.0.0.1:{receiver.server_address[1]}"


def call(method, path, body=None, token=ADMIN):
    return ask(method, f"/api/{path}", body, token)


def hook(name, *deeds, **more):
    body = {"name": name, "content_types": ["peering.autonomoussystem"], "payload_url": f"{PLACE}/{name}", **{f"type_{deed}": True for deed in deeds}, **more}
    answer = call("POST", HOOK, body)
    proof.equal(f"{name}: it is made", answer.status, 201)
    return answer.json()["id"]


def got(seconds=10):
    return received.get(timeout=seconds)


def nothing(name):
    time.sleep(0.5)
    proof.equal(name, received.qsize(), 0)


def told():
    """Every member of the payload, for each deed."""
    key = hook("deeds", "create", "update", "delete", secret="hush")
    made = call("POST", AS, {"asn": 65020, "name": "Told", "tags": [{"slug": "core"}]})
    method, path, headers, body = got()
    sent = json.loads(body)
    proof.equal("a creation", (method, path, headers["Content-Type"]), ("POST", "/deeds", "application/json"))
    proof.equal("its signature", headers["X-Hook-Signature"], hmac.new(b"hush", body, hashlib.sha512).hexdigest())
    proof.equal("its members", list(sent), ["event", "timestamp", "model", "username", "request_id", "data", "snapshots"])
    proof.equal("what it tells", (sent["event"], sent["model"], sent["username"], sent["request_id"]), ("create", "autonomoussystem", "admin", made.headers["X-Request-ID"]))
    shown = made.json()
    proof.equal("the object as clients see it", (list(sent["data"]), sent["data"]["asn"], sent["data"]["tags"][0]["slug"]), (list(shown), 65020, "core"))
    proof.equal("before and after", (sent["snapshots"]["prechange"], sent["snapshots"]["postchange"]["name"], sent["snapshots"]["postchange"]["tags"]), (None, "Told", ["Core"]))
    path = f"{AS}{shown['id']}/"
    call("PATCH", path, {"name": "Told again"})
    sent = json.loads(got()[3])
    proof.equal("a change", (sent["event"], sent["snapshots"]["prechange"]["name"], sent["snapshots"]["postchange"]["name"]), ("update", "Told", "Told again"))
    call("PATCH", path, {"name": "Told again"})
    nothing("what changes nothing is not told")
    call("POST", f"{path}sync-with-peeringdb/")
    nothing("nor an action that changes nothing")
    call("DELETE", path)
    sent = json.loads(got()[3])
    proof.equal("a removal", (sent["event"], sent["data"]["name"], sent["snapshots"]["postchange"]), ("delete", "Told again", None))
    call("POST", AS, [{"asn": 65021 + i, "name": f"Bulk {i}"} for i in range(3)])
    proof.equal("each of many", sorted(json.loads(got()[3])["data"]["asn"] for _ in range(3)), [65021, 65022, 65023])
    call("POST", AS, [{"asn": 65030, "name": "x"}, {"asn": 64500, "name": "twice"}])
    nothing("what failed is not told")
    call("POST", "bgp/relationships/", {"name": "Else", "slug": "else"})
    nothing("nor what is of another kind")
    call("PATCH", f"{HOOK}{key}/", {"enabled": False})
    call("POST", AS, {"asn": 65031, "name": "Off"})
    nothing("nor what nobody wants any more")


def actions():
    """What functions change is told as what clients change."""
    key = hook("actions", "update")
    call("PATCH", f"{AS}1/", {"name": "Before"})
    got()
    call("POST", f"{AS}1/sync-with-peeringdb/")
    sent = json.loads(got()[3])
    proof.equal("an action's change", (sent["event"], sent["username"], sent["snapshots"]["prechange"]["name"], sent["data"]["name"]), ("update", "admin", "Before", "Koine Example Network"))
    call("DELETE", f"{HOOK}{key}/")


def shaped():
    """Methods, headers, bodies and conditions as the hook says."""
    key = hook("shaped", "create", http_method="PUT", http_content_type="text/plain", additional_headers="X-Kind: {{ model }}\nX-Fixed: yes",
               body_template="{{ event }} AS{{ data.asn }} by {{ username }}", conditions={"and": [{"attr": "asn", "op": "gte", "value": 65500}, {"attr": "tags.slug", "op": "contains", "value": "edge"}]})
    call("POST", AS, {"asn": 65400, "name": "Too low", "tags": [{"slug": "edge"}]})
    call("POST", AS, {"asn": 65501, "name": "No tag"})
    nothing("what the conditions leave out is not told")
    call("POST", AS, {"asn": 65502, "name": "Right", "tags": [{"slug": "edge"}]})
    method, _, headers, body = got()
    proof.equal("as the hook says", (method, headers["Content-Type"], headers["X-Kind"], headers["X-Fixed"], headers["X-Hook-Signature"], body),
                ("PUT", "text/plain", "autonomoussystem", "yes", None, b"create AS65502 by admin"))
    call("DELETE", f"{HOOK}{key}/")
    session = hook("sessions", "create", "delete", content_types=["peering.internetexchangepeeringsession"])
    made = call("POST", SESSION, {"autonomous_system": 1, "ixp_connection": 2, "ip_address": "192.0.2.250"}, OPERATOR)
    sent = json.loads(got()[3])
    proof.equal("an operator's session", (made.status, sent["username"], sent["model"], sent["data"]["ip_address"]), (201, "operator", "internetexchangepeeringsession", "192.0.2.250"))
    call("DELETE", f"{HOOK}{session}/")


def failing():
    """A receiver that fails gets it again, as the same delivery."""
    key = hook("failing", "create")
    answers[:] = [500, 302]
    call("POST", AS, {"asn": 65510, "name": "Again"})
    numbers = [got(20)[2]["X-Hook-Delivery"] for _ in range(3)]
    proof.equal("until it is taken, and as the same", len(set(numbers)), 1)
    nothing("then no more")
    call("DELETE", f"{HOOK}{key}/")


for scenario in (told, actions, shaped, failing):
    proof.run(f"{scenario.__name__} to their end", scenario)
receiver.shutdown()
proof.close()

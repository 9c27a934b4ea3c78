"""Passwords of sessions as routers write them: what is written is read here again; and texts that others have published are known again there."""
import base64
import re

from tests.apps.proof import Proof, ask

ADMIN = "0123456789abcdef0123456789abcdef01234567"
SESSION, DIRECT = "peering/internet-exchange-peering-sessions/", "peering/direct-peering-sessions/"
PASSWORDS = ("x", "secret", "seven77", "eight888", "a long password, of more than one block of eight", "pass word!", "Zażółć gęślą", "$9x", "~" * 60)
# Texts that others have published: algorithm, password, written, the neighbour's address.
KNOWN = (
    ("juniper-type9", "lc", "$9$LbHX-wg4Z", "192.0.2.77"),  # Crypt::Juniper
    ("cisco-type7", "cisco", "7 0822455D0A16", "192.0.2.77"),  # Cisco's course books
    ("arista-type7", "arista", "3QGcqpU2YTwKh2jVQ4Vj/A==", "42.42.42.42"),  # Arista's AVD
    ("arista-type7", "swordfish", "1f2k70WMa17KyMEW72GaNg==", "2001:db8:6939::1"),  # isotopp/arista_type_7
)
FAMILIES = ("QzF3n6/9CAtpu0O", "B1IREhcSyrleKvMW8LXx", "7N-dVbwsY2g4oaJZGUDj", "iHkq.mPf5T")
WEIGHTS = ((1, 4, 32), (1, 16, 32), (1, 8, 32), (1, 64), (1, 32), (1, 4, 16, 128), (1, 32, 64))
proof = Proof()


def call(method, path, body=None):
    return ask(method, f"/api/{path}", body, ADMIN)


def from_juniper(text):
    letters, out = "".join(FAMILIES), bytearray()
    before, rest = text[3], text[4 + next(3 - i for i, family in enumerate(FAMILIES) if text[3] in family):]
    while rest:
        weights = WEIGHTS[len(out) % len(WEIGHTS)]
        total = 0
        for weight, letter in zip(weights, rest):
            total += weight * ((letters.index(letter) - letters.index(before)) % len(letters) - 1)
            before = letter
        out.append(total % 256)
        rest = rest[len(weights):]
    return out.decode()


def from_cisco(text):
    known, (salt, digits) = b"dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87", re.fullmatch(r"7 (\d\d)([0-9A-F]+)", text).groups()
    return bytes(byte ^ known[(int(salt) + i) % 51] for i, byte in enumerate(bytes.fromhex(digits))).decode()


def platform(algorithm):
    slug = algorithm or "plain"
    found = call("GET", f"devices/platforms/?slug=proof-{slug}").json()["results"]
    return found[0]["id"] if found else call("POST", "devices/platforms/", {"name": f"Proof {slug}", "slug": f"proof-{slug}", "password_algorithm": algorithm}).json()["id"]


def written(session, **changes):
    """What stands in the session after its password was encrypted."""
    changed = call("PATCH", session, changes)
    answer = call("POST", f"{session}encrypt-password/")
    proof.equal(f"{changes}: is written", (changed.status, answer.status, answer.body), (200, 200, b""))
    return call("GET", session).json()["encrypted_password"]


def use(algorithm, router):
    proof.equal(f"a router with {algorithm or 'no algorithm'}", call("PATCH", f"devices/routers/{router}/", {"platform": platform(algorithm), "encrypt_passwords": True}).status, 200)


def of_a_router():
    router = call("GET", "devices/routers/?name=r1.par").json()["results"][0]["id"]
    session = f"{SESSION}{call('GET', f'{SESSION}?ixp_connection_id=1&limit=1').json()['results'][0]['id']}/"
    for algorithm, read in (("juniper-type9", from_juniper), ("cisco-type7", from_cisco)):
        use(algorithm, router)
        for password in PASSWORDS:
            text = written(session, password=password)
            proof.equal(f"{algorithm}: {password!r} is read again", read(text), password)
            proof.equal(f"{algorithm}: {password!r} stays as it is written", written(session), text)
        salts = {written(session, password="x", encrypted_password="")[:4] for _ in range(20)}
        proof.check(f"{algorithm}: begins by chance", len(salts) < 3 and salts)
        proof.equal(f"{algorithm}: what is written so already is left", written(session, password=text, encrypted_password=""), text)
        proof.equal(f"{algorithm}: no password, nothing is written", written(session, password=None), "")
    use("arista-type7", router)
    for password in PASSWORDS:
        text = written(session, password=password)
        proof.check(f"arista-type7: {password!r} is whole blocks", len(base64.b64decode(text)) != (len(password.encode()) + 4 + 7) // 8 * 8 and text)
        proof.equal(f"arista-type7: {password!r} stays as it is written", written(session), text)
    for algorithm, password, text, address in KNOWN:
        use(algorithm, router)
        proof.equal(f"{algorithm}: {text} is known", written(session, password=password, encrypted_password=text, ip_address=address), text)
        proof.check(f"{algorithm}: but not for another password", written(session, password=f"{password}!", encrypted_password=text) == text and "it is kept")
        if algorithm == "arista-type7":
            proof.equal(f"{algorithm}: {password} is written so", written(session, password=password, encrypted_password=""), text)
            proof.check(f"{algorithm}: but not to another neighbour", written(session, ip_address="192.0.2.77") == text and "it is kept")
        call("PATCH", session, {"password": "w" * 255, "encrypted_password": ""})
        answer = call("POST", f"{session}encrypt-password/")
        proof.equal(f"{algorithm}: what would be too long is not written", (answer.status, answer.body, call("GET", session).json()["encrypted_password"]), (503, b"", ""))
    use("", router)
    proof.equal("without an algorithm it is written as it is", written(session, password="plain"), "plain")
    for algorithm in ("juniper-type9", "cisco-type7", "arista-type7"):
        use(algorithm, router)
        for odd in ("$9$", "$9$!", "$9$Q", "7 ", "7 99AA", "7 0", "!!!!", "AAAAAAAAAAA=", "AAAA"):
            text = written(session, password="word", encrypted_password=odd)
            proof.check(f"{algorithm}: {odd} is written anew", text in (odd, "word") and text)


def direct():
    router = call("GET", "devices/routers/?name=r1.par").json()["results"][0]["id"]
    base = {"local_autonomous_system": {"asn": 64500}, "autonomous_system": {"asn": 64533}, "relationship": 1, "ip_address": "42.42.42.42/32", "password": "arista"}
    session = f"{DIRECT}{call('POST', DIRECT, base).json()['id']}/"
    refused = (("no router", {}, {}), ("a router that writes none", {"router": router}, {"encrypt_passwords": False}))
    for name, of_session, of_router in refused:
        call("PATCH", session, of_session)
        call("PATCH", f"devices/routers/{router}/", of_router)
        answer = call("POST", f"{session}encrypt-password/")
        proof.equal(f"{name}: nothing is written", (answer.status, answer.body, call("GET", session).json()["encrypted_password"]), (503, b"", None))
    use("arista-type7", router)
    proof.equal("for the neighbour's address without its network", written(session), "3QGcqpU2YTwKh2jVQ4Vj/A==")
    log = call("GET", "core/object-changes/?limit=1").json()["results"][0]
    proof.equal("the change log tells it", (log["changed_object_type"], log["postchange_data"]["encrypted_password"]), ("peering.directpeeringsession", "3QGcqpU2YTwKh2jVQ4Vj/A=="))


for scenario in (of_a_router, direct):
    proof.run(f"{scenario.__name__}, to the end", scenario)
proof.close()

"""Logging in by cookie, proofs that a page is ours, tokens for a name and a password."""
import re
from urllib.parse import urlencode

from tests.apps.proof import URL, Proof, ask

AS = "/api/peering/autonomous-systems/"
FORM = "application/x-www-form-urlencoded"
proof = Proof()


def cookies(answer):
    return {name: value for line in answer.headers.get_all("Set-Cookie", []) for name, value in [re.match(r"([^=]+)=([^;]*)", line).groups()]}


def log_in(name, password, **more):
    secret = cookies(ask("GET", "/login/"))["csrftoken"]
    body = urlencode({"username": name, "password": password, "csrfmiddlewaretoken": secret, **more})
    return ask("POST", "/login/", body, Content_Type=FORM, Cookie=f"csrftoken={secret}")


def sessions():
    proof.equal("a wrong password", log_in("admin", "wrong").status, 403)
    proof.equal("nobody's name", log_in("nobody", "wrong").status, 403)
    proof.equal("a user who is not active", log_in("former", "former").status, 403)
    bare = ask("POST", "/login/", urlencode({"username": "admin", "password": "admin"}), Content_Type=FORM)
    proof.equal("a login without the secret", (bare.status, bare.json()["detail"].startswith("CSRF Failed: ")), (403, True))
    done = log_in("admin", "admin", next="/api/")
    made = cookies(done)
    proof.equal("a login", (done.status, done.headers["Location"], sorted(made)), (302, "/api/", ["csrftoken", "sessionid"]))
    proof.check("its cookie is not for scripts", *[line for line in done.headers.get_all("Set-Cookie") if line.startswith("sessionid") and "HttpOnly" not in line])
    proof.equal("a login is sent to this server only", log_in("admin", "admin", next="//example.org/").headers["Location"], "/")
    jar = f"sessionid={made['sessionid']}; csrftoken={made['csrftoken']}"
    proof.equal("the session reads", ask("GET", AS, Cookie=jar).status, 200)
    body = {"asn": 65450, "name": "By a session"}
    refused = ask("POST", AS, body, Cookie=jar)
    proof.equal("it does not write without the secret", (refused.status, refused.json()), (403, {"detail": "CSRF Failed: CSRF token missing."}))
    proof.equal("nor with another", ask("POST", AS, body, Cookie=jar, X_CSRFToken="x" * 40).status, 403)
    proof.equal("nor from another site", ask("POST", AS, body, Cookie=jar, X_CSRFToken=made["csrftoken"], Origin="https://example.org").status, 403)
    made_row = ask("POST", AS, body, Cookie=jar, X_CSRFToken=made["csrftoken"], Origin=URL)
    proof.equal("it writes with it", made_row.status, 201)
    proof.equal("the log knows who", ask("GET", f"/api/core/object-changes/?request_id={made_row.headers['X-Request-ID']}", Cookie=jar).json()["results"][0]["user_name"], "admin")
    over = ask("POST", "/logout/", urlencode({"csrfmiddlewaretoken": made["csrftoken"]}), Content_Type=FORM, Cookie=jar)
    proof.equal("logged out", (over.status, ask("GET", AS, Cookie=jar).status), (302, 403))


def tokens():
    answer = ask("POST", "/api/users/tokens/provision/", {"username": "operator", "password": "operator"})
    proof.check("a token is given", answer.status != 201 and f"{answer.status} {answer.text}")
    key = answer.json()["key"]
    proof.equal("it has forty hex digits, and reads", (bool(re.fullmatch("[0-9a-f]{40}", key)), ask("GET", AS, token=key).status), (True, 200))
    proof.equal("not for a wrong password", ask("POST", "/api/users/tokens/provision/", {"username": "operator", "password": "x"}).status, 403)


for scenario in (sessions, tokens):
    proof.run(f"{scenario.__name__} to their end", scenario)
proof.close()

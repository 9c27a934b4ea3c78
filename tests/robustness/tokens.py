"""Tokens that come and go while the server runs."""
import contextlib
import subprocess
import tempfile
import time

from tests.support import databases, wire
from tests.support.server import Server, StartFailed, create_token

SOON = 2.0  # seconds until a change must count; and a margin for a busy machine
MARGIN = 1.0
NEW = b'{"name":"x"}'


def bearer(token):
    return [("Authorization", f"Bearer {token}"), ("Content-Type", "application/json")]


@contextlib.contextmanager
def served(koine, *flags, tokens=True):
    """A server over a database that has a writer's and a reader's token, or none."""
    with tempfile.TemporaryDirectory(prefix="koine-tokens-") as folder:
        database = databases.make("proof", folder)
        writer = create_token(koine, database, "writer", "--write") if tokens else ""
        with Server(koine, database, ["--write", *flags]) as server:
            yield server, database, writer


def token(koine, *arguments):
    done = subprocess.run([str(koine), "token", *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, timeout=20, check=False)
    assert done.returncode == 0, f"koine token {arguments}: {done.returncode} {done.stderr}"
    return done.stdout


def until(server, status, headers, method="POST", target="/w", body=NEW):
    """Asks until the answer has this status; how long that took."""
    began = time.monotonic()
    while (answer := server.request(method, target, headers, body)).status != status:
        waited = time.monotonic() - began
        assert waited < SOON + MARGIN, f"still {answer.status} after {waited:.1f} s: {answer.text[:200]}"
        time.sleep(0.1)


def check_revoked(koine):
    """a revoked token stops working within two seconds, and the others go on"""
    with served(koine) as (server, database, writer):
        other = create_token(koine, database, "other", "--write")
        until(server, 201, bearer(other))
        assert server.request("POST", "/w", bearer(writer), NEW).status == 201
        token(koine, "revoke", database, "writer")
        until(server, 401, bearer(writer))
        assert server.request("GET", "/w", bearer(writer)).json()["code"] == "PGRST301"
        assert server.request("POST", "/w", bearer(other), NEW).status == 201


def check_expired(koine):
    """a token stops working when it expires"""
    with served(koine) as (server, database, _):
        short = create_token(koine, database, "short", "--write", "--expires", "3s")
        until(server, 201, bearer(short))
        time.sleep(1.5)
        until(server, 401, bearer(short))


def check_the_first(koine):
    """the first token closes an open server to writers without one, and the last one revoked doesn't open it again"""
    with served(koine, tokens=False) as (server, database, _):
        plain = [("Content-Type", "application/json")]
        assert server.request("POST", "/w", plain, NEW).status == 201
        assert server.request("POST", "/w", bearer("anything"), NEW).status == 201, "a key is looked at though there are none"
        first = create_token(koine, database, "first", "--write")
        until(server, 401, plain)
        assert server.request("POST", "/w", bearer(first), NEW).status == 201
        token(koine, "revoke", database, "first")
        until(server, 401, bearer(first))
        time.sleep(1.2)
        assert server.request("POST", "/w", plain, NEW).status == 401


def check_read_only_server(koine):
    """a server without --write tells everyone alike that nothing is written"""
    with tempfile.TemporaryDirectory(prefix="koine-tokens-") as folder:
        database = databases.make("proof", folder)
        writer = create_token(koine, database, "writer", "--write")
        with Server(koine, database) as server:
            for headers in (bearer(writer), [("Content-Type", "application/json")]):
                answer = server.request("POST", "/w", headers, NEW)
                assert (answer.status, answer.json()["code"]) == (405, "25006"), answer.text


def check_secrets_stay(koine):
    """no secret is in the file of tokens, in a list or in the log"""
    with served(koine, "--access-log", "json") as (server, database, writer):
        assert server.request("POST", f"/w?apikey={writer}", bearer(writer), NEW).status in (201, 400)
        assert server.request("POST", "/w", bearer(writer), NEW).status == 201
        shown = token(koine, "list", database) + token(koine, "list", database, "--json")
        assert "writer" in shown and writer not in shown
        kept = database.with_name(database.name + ".koine")
        assert writer not in kept.read_text(encoding="utf-8") and kept.stat().st_mode & 0o777 == 0o600, oct(kept.stat().st_mode)
        time.sleep(0.2)
        assert writer not in "\n".join(line for line in server.output().splitlines() if "apikey" not in line), "the log shows a secret"


def check_far(koine):
    """a server that anyone could reach doesn't start without tokens; with them it lets nobody in without one"""
    with tempfile.TemporaryDirectory(prefix="koine-tokens-") as folder:
        database = databases.make("proof", folder)
        flags = ["--write", "--host", "0.0.0.0"]
        done = subprocess.run([str(koine), "serve", str(database), "--port", "0", *flags], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=20, check=False)
        assert done.returncode != 0 and "token" in done.stdout, f"{done.returncode} {done.stdout}"
        reader = create_token(koine, database, "reader")
        try:
            server = Server(koine, database, flags)
        except StartFailed as fault:
            raise AssertionError(f"with a token: {fault}") from None
        with server:
            assert wire.get(server.port, "/w").status == 401
            for method in ("GET", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"):
                told = [server.request(method, target, [], b"{}" if method == "POST" else b"") for target in ("/artist", "/artst")]
                assert [each.status for each in told] == [401, 401], f"{method}: {[each.status for each in told]}"
                hidden = [each.text.replace("artst", "artist") for each in told]
                assert hidden[0] == hidden[1], f"{method} tells whether there is such a table: {hidden}"
            assert "proof" not in wire.get(server.port, "/-/docs").text, "the name of the file is told without a token"
            assert wire.get(server.port, "/w?select=id&id=eq.1", bearer(reader)).json() == [{"id": 1}]
            assert server.request("POST", "/w", bearer(reader), NEW).status == 403

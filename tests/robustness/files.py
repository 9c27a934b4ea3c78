"""What happens to the file while it is served: locked, replaced, removed, damaged, written by others."""
import contextlib
import hashlib
import os
import pathlib
import sqlite3
import tempfile
import threading
import time

from tests.support import databases, wire
from tests.support.server import Server

CLEAR = {200, 500, 503}


@contextlib.contextmanager
def served(koine, *flags, prepare=None):
    with tempfile.TemporaryDirectory(prefix="koine-files-") as folder:
        database = databases.make("proof", folder)
        if prepare:
            prepare(database)
        with Server(koine, database, flags) as server:
            yield server, database


def clear_answers(server, *targets, clear=CLEAR):
    """Asks for each target: an ordinary answer, or an error a client can read, of the statuses `clear`. Returns the statuses."""
    statuses = []
    for target in targets:
        try:
            answer = server.request("GET", target)
        except (OSError, wire.BadAnswer) as fault:
            time.sleep(0.2)
            raise AssertionError(f"{target}: {fault}; the server's exit status is {server.process.poll()}") from None
        assert answer.status in clear, f"{target}: {answer.status} {answer.text[:300]}"
        if answer.status != 200:
            body = answer.json()
            assert set(body) == {"code", "message", "details", "hint"}, body
            assert not any(leak in answer.text for leak in ("sqlite", "SELECT", ".db", ".cpp")), body
        statuses.append(answer.status)
    return statuses


def check_locked(koine):
    """a file locked by a writer answers 503 in time, and 200 again afterwards"""
    with served(koine) as (server, database):
        assert server.request("GET", "/genre").status == 200
        other = sqlite3.connect(database, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        started = time.monotonic()
        answer = server.request("GET", "/genre", seconds=30)
        waited = time.monotonic() - started
        assert answer.status == 503, f"{answer.status} {answer.text[:300]}"
        assert answer.json()["code"] == "55P03", answer.text
        assert answer.header("Retry-After"), "no Retry-After"
        assert waited < 15, f"answered after {waited:.1f} s"
        assert wire.get(server.port, "/-/health").status == 200, "health waits for the lock"
        other.execute("ROLLBACK")
        assert server.request("GET", "/genre").status == 200


def check_short_lock(koine):
    """a short lock is waited for, not failed"""
    with served(koine) as (server, database):
        other = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN EXCLUSIVE")
        timer = threading.Timer(0.3, lambda: other.execute("ROLLBACK"))
        timer.start()
        answer = server.request("GET", "/genre?select=id&limit=1")
        timer.join()
        assert answer.status == 200, f"{answer.status} {answer.text[:300]}"


def check_writes_of_others(koine):
    """what another program commits is in the next answer"""
    for journal in ("DELETE", "WAL"):
        def prepare(path, journal=journal):
            sqlite3.connect(path).execute(f"PRAGMA journal_mode = {journal}").connection.close()
        with served(koine, prepare=prepare) as (server, database):
            other = sqlite3.connect(database)
            for n in range(10, 30):
                other.execute("INSERT INTO genre VALUES (?, ?)", (n, f"Genre {n}"))
                other.commit()
                got = server.request("GET", f"/genre?id=eq.{n}&select=name").json()
                assert got == [{"name": f"Genre {n}"}], f"{journal}: {n}: {got}"
                count = server.request("GET", "/genre?limit=1", [("Prefer", "count=exact")]).header("Content-Range")
                assert count == f"0-0/{4 + n - 9}", f"{journal}: {count}"
            other.close()


def check_uncommitted(koine):
    """what another program has not committed is not in any answer"""
    def prepare(path):
        sqlite3.connect(path).execute("PRAGMA journal_mode = WAL").connection.close()
    with served(koine, prepare=prepare) as (server, database):
        other = sqlite3.connect(database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM profile")
        assert len(server.request("GET", "/profile").json()) == 2
        other.execute("COMMIT")
        assert server.request("GET", "/profile").json() == []
        other.close()


def check_file_untouched(koine):
    """reading changes neither the file nor its folder, and the journal mode stays"""
    with tempfile.TemporaryDirectory(prefix="koine-files-") as folder:
        database = databases.make("proof", folder)
        before = hashlib.sha256(database.read_bytes()).hexdigest()
        with Server(koine, database) as server:
            for target in ("/artist", "/album?select=*,artist(*),genre(*)&order=artist(name)", "/track?name=like.*9*", "/"):
                assert server.request("GET", target).status == 200, target
            for method in ("POST", "PATCH", "PUT", "DELETE"):
                assert server.request(method, "/w?id=eq.1", [("Content-Type", "application/json")], b'{"id":1,"name":"x"}').status == 405
        assert hashlib.sha256(database.read_bytes()).hexdigest() == before, "the file changed"
        assert [one.name for one in pathlib.Path(folder).iterdir()] == [database.name], list(pathlib.Path(folder).iterdir())


def check_read_only_file(koine):
    """a file that may only be read is served"""
    with tempfile.TemporaryDirectory(prefix="koine-files-") as folder:
        database = databases.make("proof", folder)
        os.chmod(database, 0o444)
        with Server(koine, database) as server:
            assert server.request("GET", "/genre?select=id&limit=1").json() == [{"id": 1}]


def check_replaced(koine):
    """a file replaced under the server answers old or new rows, or an error, and the server lives"""
    with served(koine) as (server, database):
        assert server.request("GET", "/genre").status == 200
        with tempfile.TemporaryDirectory(prefix="koine-files-", dir=database.parent) as folder:
            fresh = databases.make("proof", folder)
            connection = sqlite3.connect(fresh)
            connection.execute("UPDATE genre SET name = 'Replaced' WHERE id = 1")
            connection.commit()
            connection.close()
            os.replace(fresh, database)
        for _ in range(3):
            clear_answers(server, "/genre", "/artist?select=*,album(*)", "/track?limit=5")
            time.sleep(0.5)
        answer = server.request("GET", "/genre?id=eq.1")
        if answer.status == 200:
            assert answer.json()[0]["name"] in ("Rock", "Replaced"), answer.text


def check_removed(koine):
    """a file removed under the server: an answer or an error, and the server lives"""
    with served(koine) as (server, database):
        assert server.request("GET", "/genre").status == 200
        database.unlink()
        for _ in range(3):
            clear_answers(server, "/genre", "/artist?select=*,album(*)", "/track?limit=5")
            time.sleep(0.4)
        assert not database.exists(), "the server made a new, empty file"


def check_truncated(koine):
    """a file truncated under the server: an error, no crash"""
    with served(koine) as (server, database):
        assert server.request("GET", "/genre").status == 200
        os.truncate(database, 4096)
        clear_answers(server, "/genre", "/track?limit=10000", "/odd_values", "/types?order=c_text")
        os.truncate(database, 0)  # which is an empty database: the tables may be gone by now
        clear_answers(server, "/genre", "/track?limit=10000", "/odd_values", "/types?order=c_text", clear=CLEAR | {404})


def check_damaged(koine):
    """pages overwritten with noise: errors for what lies there, no crash, no leak"""
    with served(koine) as (server, database):
        size = database.stat().st_size
        with open(database, "r+b") as file:
            for page in range(1, size // 4096):
                file.seek(page * 4096)
                file.write(bytes((page * 7 + k) % 251 for k in range(64)))
        statuses = clear_answers(server, "/track?limit=10000", "/genre", "/odd_values", "/types?order=c_text", "/artist?select=*,album(*)")
        assert statuses[0] == 500, f"damage went unnoticed: {statuses}"
        assert server.request("GET", "/-/health").status == 200


def check_damaged_from_the_start(koine):
    """a file with a sound first page and noise behind it: refused, or served with errors a client can read"""
    from tests.support.server import StartFailed
    with tempfile.TemporaryDirectory(prefix="koine-files-") as folder:
        database = databases.make("proof", folder)
        content = bytearray(database.read_bytes())
        for page in range(40, len(content) // 4096):
            content[page * 4096:page * 4096 + 200] = bytes((page + k) % 256 for k in range(200))
        database.write_bytes(content)
        try:
            server = Server(koine, database)
        except StartFailed as fault:
            assert "proof.db" in str(fault), fault
            return
        with server:
            statuses = clear_answers(server, "/track?limit=10000", "/track?select=id&order=name&limit=10", "/track?milliseconds=gt.1&order=milliseconds")
            assert 500 in statuses, f"damage went unnoticed: {statuses}"

"""Writing at bad moments: the program killed, the disk full, the file locked, closed to writing, replaced, altered."""
import contextlib
import json
import os
import pathlib
import resource
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time

from tests.robustness.burst import PAIRS, Burst, stored
from tests.support import databases
from tests.support.server import Server, StartFailed

ROUNDS = 30
JSON = [("Content-Type", "application/json")]
MEMBERS = {"code", "message", "details", "hint"}


@contextlib.contextmanager
def served(koine, *flags, folder=None):
    with contextlib.nullcontext(folder) if folder else tempfile.TemporaryDirectory(prefix="koine-writers-") as place:
        database = databases.make("empty", place, [PAIRS])
        with Server(koine, database, ["--write", *flags]) as server:
            yield server, database


def write(server, n, seconds=20, v="x"):
    """Inserts the pair (0, n); returns the answer."""
    rows = [{"writer": 0, "n": n, "half": half, "v": v} for half in (0, 1)]
    return server.request("POST", "/pairs", JSON, json.dumps(rows).encode("ascii"), seconds=seconds)


def pairs(database):
    with contextlib.closing(sqlite3.connect(database, timeout=10)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "integrity_check"
        return stored(connection)


def clear(answer, *statuses):
    """An answer of these statuses that a client can read."""
    assert answer.status in statuses, f"{answer.status}, wanted {statuses}: {answer.text[:300]}"
    if answer.status >= 400:
        assert set(answer.json()) == MEMBERS, answer.text
        assert not any(leak in answer.text for leak in ("sqlite", "SELECT", "INSERT INTO", ".db", ".cpp", "disk I/O")), answer.text
    return answer


def written_again(server, n, seconds=8):
    """Writing works again before long."""
    deadline = time.monotonic() + seconds
    while (answer := clear(write(server, n), 201, 405, 503)).status != 201:
        assert time.monotonic() < deadline, f"still {answer.status} after {seconds} s: {answer.text[:300]}"
        time.sleep(0.1)


def check_killed(koine):
    """kill -9 under 64 writers, 30 times: what was acknowledged is there, nothing is there by half, the file is sound"""
    with tempfile.TemporaryDirectory(prefix="koine-killed-") as folder:
        database = databases.make("empty", folder, [PAIRS])
        wanted, counts = set(), []
        for number in range(ROUNDS):
            server = Server(koine, database, ["--write"])
            try:
                burst = Burst(server.port, first=number * 1_000_000)
                seconds = 0.25 + number % 7 * 0.05
                burst.run(seconds + 2, at=[(seconds, lambda process=server.process: os.kill(process.pid, signal.SIGKILL))])
                burst.finish(1)
            finally:
                server.process.kill()
                server.process.wait()
                os.unlink(server.output_file.name)
            assert not burst.refused(), f"round {number}: {burst.refused()[:3]}"
            wanted |= burst.acknowledged()
            counts.append(len(burst.acknowledged()))
            found = pairs(database)
            lost = wanted - found
            assert not lost, f"round {number}: {len(lost)} of {len(wanted)} acknowledged writes are lost: {sorted(lost)[:5]}"
        with Server(koine, database, ["--write"]) as server:
            assert server.request("GET", "/pairs?limit=1", [("Prefer", "count=exact")]).header("Content-Range") == f"0-0/{2 * len(found)}"
            clear(write(server, -1), 201)
        assert min(counts) > 0 and sum(counts) > 10 * ROUNDS, f"hardly anything was written: {counts}"


def check_ended_well(koine):
    """SIGTERM under 64 writers: what was acknowledged is there, and the end is tidy"""
    with tempfile.TemporaryDirectory(prefix="koine-ended-") as folder:
        database = databases.make("empty", folder, [PAIRS])
        server = Server(koine, database, ["--write"])
        burst = Burst(server.port)
        burst.run(5, at=[(0.3, lambda: server.process.send_signal(signal.SIGTERM))])
        assert server.process.wait(10) == 0, server.output()[-500:]
        os.unlink(server.output_file.name)
        assert {status for status, _ in burst.refused()} <= {503}, burst.refused()[:3]
        lost = burst.acknowledged() - pairs(database)
        assert burst.acknowledged() and not lost, f"{len(lost)} acknowledged writes are lost"
        assert [one.name for one in pathlib.Path(folder).iterdir()] == [database.name], "files are left behind"


def check_locked(koine):
    """a file locked by another program: 503 with Retry-After in time, reads go on, and writes again afterwards"""
    with served(koine) as (server, database):
        clear(write(server, 1), 201)
        other = sqlite3.connect(database, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        burst = Burst(server.port, clients=8, first=100).run(0.1)
        assert server.request("GET", "/pairs?limit=1").status == 200, "reads wait for the lock"
        burst.finish(15)
        waited = time.monotonic() - began
        other.execute("ROLLBACK")
        assert len(burst.answers) == 8 and all(status == 503 and json.loads(text)["code"] == "55P03" for status, text in burst.refused()), \
            f"{len(burst.answers)}: {burst.answers[:2]}"
        assert 1 < waited < 6, f"answered after {waited:.1f} s"
        clear(write(server, 2), 201)
        other.execute("BEGIN EXCLUSIVE")
        answer = clear(write(server, 3), 503)
        other.execute("ROLLBACK")
        assert answer.header("Retry-After"), answer.headers
        assert pairs(database) == {(0, 1), (0, 2)}, pairs(database)
        other.close()


def check_short_lock(koine):
    """a short lock is waited for, and what waited is written once"""
    with served(koine) as (server, database):
        other = sqlite3.connect(database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO pairs VALUES (9, 9, 0, NULL), (9, 9, 1, NULL)")
        burst = Burst(server.port, clients=8).run(1.2, at=[(0.6, lambda: other.execute("COMMIT"))]).finish()
        assert not burst.refused(), burst.refused()[:2]
        assert burst.acknowledged() | {(9, 9)} == pairs(database)
        other.close()


@contextlib.contextmanager
def small_disk(megabytes=4):
    """A file system of that size, of its own; None where mounting isn't allowed."""
    with tempfile.TemporaryDirectory(prefix="koine-disk-") as folder:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], stderr=subprocess.DEVNULL, check=False) \
            if os.geteuid() == 0 and shutil.which("mount") else None
        if not done or done.returncode != 0:
            yield None
            return
        try:
            yield pathlib.Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def check_disk_full(koine):
    """a full disk: 503, nothing half-written, reads go on, and writes again once there is room (where mounting is allowed)"""
    with small_disk() as disk:
        if disk is None:
            check_file_limit(koine)
            return
        with served(koine, folder=disk) as (server, database):
            clear(write(server, 1), 201)
            filler = disk / "filler"
            handle = os.open(filler, os.O_WRONLY | os.O_CREAT)
            with contextlib.suppress(OSError):
                while True:
                    os.write(handle, b"\0" * 4096)
            os.close(handle)
            acknowledged, statuses = {(0, 1)}, []
            for n in range(2, 60):
                answer = clear(write(server, n, v="x" * 4000), 201, 503)
                statuses.append(answer.status)
                if answer.status == 201:
                    acknowledged.add((0, n))
                else:
                    assert answer.json()["code"] == "53100", answer.text
            assert statuses[-1] == 503, f"a full disk went unnoticed: {statuses}"
            burst = Burst(server.port, clients=16, first=1000).run(0.3).finish()
            assert {status for status, _ in burst.refused()} <= {503}, burst.refused()[:2]
            assert server.request("GET", "/pairs?limit=1").status == 200
            filler.unlink()
            written_again(server, -100)
            assert acknowledged | {(0, -100)} | burst.acknowledged() == pairs(database)


def check_file_limit(koine):
    """a file that may grow no further: 503, nothing half-written, and writes again once it may"""
    with served(koine) as (server, database):
        clear(write(server, 1), 201)
        size = max(one.stat().st_size for one in database.parent.iterdir())
        hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size, hard))
        acknowledged, statuses = {(0, 1)}, []
        for n in range(2, 20):
            answer = clear(write(server, n, v="x" * 20000), 201, 503)
            statuses.append(answer.status)
            acknowledged |= {(0, n)} if answer.status == 201 else set()
        assert statuses[-1] == 503, f"the limit went unnoticed: {statuses}"
        assert server.request("GET", "/pairs?limit=1").status == 200
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        written_again(server, -100)
        assert acknowledged | {(0, -100)} == pairs(database)


@contextlib.contextmanager
def nobodys(koine):
    """The program as it runs without root's rights, to which no file is closed; and a folder of that user's."""
    with tempfile.TemporaryDirectory(prefix="koine-nobody-") as folder:
        if os.geteuid() != 0:
            yield koine, pathlib.Path(folder), lambda path: None
            return
        own = pathlib.Path(folder) / "program"
        own.mkdir()
        shutil.copy(koine, own / "koine.real")
        script = own / "koine"
        script.write_text(f'#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups "{own}/koine.real" "$@"\n', encoding="ascii")
        for path in (pathlib.Path(folder), own, own / "koine.real", script):
            os.chmod(path, 0o755)
        data = pathlib.Path(folder) / "data"
        data.mkdir()
        os.chown(data, 65534, 65534)
        yield script, data, lambda path: os.chown(path, 65534, 65534)


def check_closed_to_writing(koine):
    """a file made read-only while it is served: a clear answer, nothing half-written, and writes again afterwards"""
    with nobodys(koine) as (program, folder, give):
        database = databases.make("empty", folder, [PAIRS])
        give(database)
        with Server(program, database, ["--write"]) as server:
            acknowledged = {(0, 1)}
            clear(write(server, 1), 201)
            modes = {path: path.stat().st_mode for path in [*folder.iterdir(), folder]}
            for path in modes:
                os.chmod(path, 0o555 if path == folder else 0o444)
            for n in range(2, 6):
                answer = clear(write(server, n), 201, 405, 503)  # an open file stays open to those who have it
                acknowledged |= {(0, n)} if answer.status == 201 else set()
                assert server.request("GET", "/pairs?limit=1").status == 200
                time.sleep(0.3)
            for path, mode in modes.items():
                os.chmod(path, mode)
            written_again(server, -100)
        assert acknowledged | {(0, -100)} == pairs(database)


def check_closed_from_the_start(koine):
    """a file that may not be written isn't served with --write: one sentence says so"""
    with nobodys(koine) as (program, folder, give):
        database = databases.make("empty", folder, [PAIRS])
        give(database)
        os.chmod(database, 0o444)
        try:
            server = Server(program, database, ["--write"])
        except StartFailed as fault:
            assert database.name in str(fault) and "ended with" in str(fault), fault
            return
        with server:
            raise AssertionError(f"it started: {write(server, 1).status}")


def check_replaced(koine):
    """a file replaced while it is written: each acknowledged write is in the file that had the name when it was sent"""
    with tempfile.TemporaryDirectory(prefix="koine-replaced-") as folder:
        database, old = databases.make("empty", folder, [PAIRS]), pathlib.Path(folder) / "old.db"
        with tempfile.TemporaryDirectory(prefix="koine-fresh-", dir=folder) as beside:
            fresh = databases.make("empty", beside, [PAIRS, "INSERT INTO pairs VALUES (99, 1, 0, 'new'), (99, 1, 1, 'new')"])
            moment = []

            def replace():
                os.link(database, old)
                moment.append(time.monotonic())
                os.replace(fresh, database)
                moment.append(time.monotonic())
            with Server(koine, database, ["--write"]) as server:
                burst = Burst(server.port, clients=16).run(3, at=[(0.4, replace)]).finish()
                for status, text in set(burst.refused()):
                    assert status == 503 and set(json.loads(text)) == MEMBERS, f"{status} {text[:200]}"
                written_again(server, -100)
                assert server.request("GET", "/pairs?writer=eq.99&limit=1").json()[0]["v"] == "new"
        before = {key for key, _, answered, status, _ in burst.answers if status == 201 and answered < moment[0]}
        after = {key for key, sent, _, status, _ in burst.answers if status == 201 and sent > moment[1]}
        new = pairs(database)
        assert (99, 1) in new and (0, -100) in new, "the new file isn't the one that is served"
        assert before and after, f"{len(before)} written before, {len(after)} after"
        assert not before & new, "what was written before is in the new file"
        assert not after - new, f"{len(after - new)} of {len(after)} writes sent after the file was replaced aren't in it"
        assert not before - pairs(old), f"{len(before - pairs(old))} of {len(before)} earlier writes aren't in the old file"


def check_altered(koine):
    """the schema changes while it is written: clear answers, nothing half-written, and the new column is known before long"""
    with served(koine) as (server, database):
        other = sqlite3.connect(database, timeout=10, isolation_level=None)
        steps = ["ALTER TABLE pairs ADD COLUMN extra TEXT DEFAULT 'e'", "CREATE TABLE more (id INTEGER PRIMARY KEY)",
                 "CREATE TRIGGER pairs_more AFTER INSERT ON pairs WHEN new.half = 0 BEGIN INSERT INTO more VALUES (NULL); END",
                 "CREATE UNIQUE INDEX pairs_extra ON pairs(writer, n, half, extra)"]
        burst = Burst(server.port, clients=16).run(2.0, at=[(0.3 * (n + 1), lambda sql=sql: other.execute(sql)) for n, sql in enumerate(steps)]).finish()
        for status, text in set(burst.refused()):
            assert status == 503 and set(json.loads(text)) == MEMBERS, f"{status} {text[:200]}"
        assert burst.acknowledged() == pairs(database)
        deadline, answer = time.monotonic() + 5, None
        while answer is None or answer.status != 201:
            assert time.monotonic() < deadline, f"the new column is unknown still: {answer.text}"
            answer = server.request("POST", "/pairs", JSON, b'[{"writer":0,"n":0,"half":0,"extra":"x"},{"writer":0,"n":0,"half":1,"extra":"y"}]')
            time.sleep(0.1)
        other.execute("DROP TABLE pairs")
        deadline = time.monotonic() + 5
        while clear(write(server, 5), 404, 503).status != 404:
            assert time.monotonic() < deadline, "the table that is gone is served still"
            time.sleep(0.1)
        other.close()


def check_reads_beside_writes(koine):
    """who has been told that a row is written finds it, on any connection"""
    with served(koine) as (server, database):
        for n in range(1, 60):
            clear(write(server, n), 201)
            assert len(server.request("GET", f"/pairs?n=eq.{n}").json()) == 2, n


def check_neighbours(koine):
    """writes that fail harm none of those that are committed with them"""
    with served(koine) as (server, database):
        first = Burst(server.port, clients=16).run(0.2).finish()
        taken, good = Burst(server.port, clients=16), Burst(server.port, clients=16, first=1_000_000)  # `taken` begins with the same keys
        beside = threading.Thread(target=taken.run, args=(0.4,))
        beside.start()
        good.run(0.4)
        beside.join()
        for one in (taken, good):
            one.finish()
        assert not first.refused() and not good.refused(), (first.refused() + good.refused())[:2]
        assert {status for status, _ in taken.refused()} == {409}, taken.refused()[:2]
        assert first.acknowledged() | good.acknowledged() | taken.acknowledged() == pairs(database)

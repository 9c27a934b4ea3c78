"""Another program changes the schema while requests run: none of them fails, and the change is seen."""
import contextlib
import sqlite3
import tempfile
import threading
import time

from tests.support import databases, wire
from tests.support.server import Server


@contextlib.contextmanager
def busy(koine, targets, prepare=None):
    """A server under steady requests for `targets`, each with the status it must have; yields it and a connection of another program."""
    with tempfile.TemporaryDirectory(prefix="koine-schema-") as folder:
        database = databases.make("proof", folder)
        connection = sqlite3.connect(database)
        for statement in ("DROP VIEW broken_v", prepare):  # SQLite refuses to rename anything beside a broken view
            if statement:
                connection.execute(statement)
                connection.commit()
        connection.close()
        with Server(koine, database) as server:
            stop, failures, counts = threading.Event(), [], dict.fromkeys(targets, 0)

            def ask(target):
                connection = wire.KeepAlive(server.port)
                while not stop.is_set():
                    answer = connection.get(target)
                    counts[target] += 1
                    if answer.status != 200:
                        failures.append(f"{target}: {answer.status} {answer.text[:300]}")
                        break
                    time.sleep(0.002)
                connection.close()

            threads = [threading.Thread(target=ask, args=(target,)) for target in targets]
            for thread in threads:
                thread.start()
            other = sqlite3.connect(database, timeout=20, isolation_level=None)
            try:
                yield server, other
                deadline = time.monotonic() + 20
                while min(counts.values()) <= 10 and not failures and time.monotonic() < deadline:
                    time.sleep(0.05)
            finally:
                stop.set()
                for thread in threads:
                    thread.join()
                other.close()
            assert not failures, "; ".join(failures[:3])
            assert min(counts.values()) > 10, f"too few requests to mean anything: {counts}"


def within(seconds, target, server, condition, what):
    """Asks until the condition holds."""
    deadline = time.monotonic() + seconds
    while True:
        answer = server.request("GET", target)
        if condition(answer):
            return answer
        assert time.monotonic() < deadline, f"{what} not within {seconds} s: {answer.status} {answer.text[:300]}"
        time.sleep(0.05)


TARGETS = ["/artist?select=id,album(title)&order=id", "/genre?select=*", "/track?milliseconds=gt.100000&limit=5", "/album_v?select=id,title",
           "/artist?select=*"]


def change_everything(server, other):
    other.execute("CREATE TABLE fresh (id INTEGER PRIMARY KEY, artist_id INTEGER REFERENCES artist(id), t TEXT)")
    other.execute("INSERT INTO fresh VALUES (1, 1, 'new')")
    within(5, "/fresh?select=t,artist(name)", server, lambda a: a.status == 200 and a.json() == [{"t": "new", "artist": {"name": "Abba"}}], "a new table")
    within(5, "/artist?select=id,fresh(t)&id=eq.1", server, lambda a: a.status == 200 and a.json() == [{"id": 1, "fresh": [{"t": "new"}]}], "its inverse")
    other.execute("ALTER TABLE genre ADD COLUMN mood TEXT DEFAULT 'calm'")
    within(5, "/genre?id=eq.1", server, lambda a: a.status == 200 and a.json() == [{"id": 1, "name": "Rock", "mood": "calm"}], "a new column")
    other.execute("ALTER TABLE fresh RENAME COLUMN t TO text")
    within(5, "/fresh?select=text", server, lambda a: a.status == 200 and a.json() == [{"text": "new"}], "a renamed column")
    within(5, "/fresh?select=t", server, lambda a: a.status == 400 and a.json()["code"] == "42703", "the old name's end")
    other.execute("CREATE INDEX fresh_artist ON fresh(artist_id)")
    other.execute("DROP TABLE fresh")
    within(5, "/fresh", server, lambda a: a.status == 404 and a.json()["code"] == "PGRST205", "the table's end")
    within(5, "/artist?select=id,fresh(text)", server, lambda a: a.status == 400 and a.json()["code"] == "PGRST200", "the relationship's end")
    other.execute("CREATE VIEW fresh AS SELECT id, name FROM artist WHERE id < 3")
    within(5, "/fresh?order=id", server, lambda a: a.status == 200 and [row["id"] for row in a.json()] == [1, 2], "a view of the same name")


def check_rollback_journal(koine):
    """tables, columns and views come and go (rollback journal)"""
    with busy(koine, TARGETS) as (server, other):
        change_everything(server, other)


def check_wal(koine):
    """tables, columns and views come and go (WAL)"""
    with busy(koine, TARGETS, "PRAGMA journal_mode = WAL") as (server, other):
        change_everything(server, other)


def check_many_changes(koine):
    """sixty schema changes in a row"""
    with busy(koine, TARGETS[:3], "PRAGMA journal_mode = WAL") as (server, other):
        for n in range(30):
            other.execute(f"CREATE TABLE passing_{n} (id INTEGER PRIMARY KEY, genre_id INTEGER REFERENCES genre(id))")
            if n:
                other.execute(f"DROP TABLE passing_{n - 1}")
        within(10, "/passing_29?select=id,genre(name)", server, lambda a: a.status == 200 and a.json() == [], "the last table")
        within(10, "/passing_28", server, lambda a: a.status == 404, "the end of the one before")


def check_vacuum(koine):
    """VACUUM and ANALYZE beside requests"""
    with busy(koine, TARGETS, "PRAGMA journal_mode = WAL") as (server, other):
        for _ in range(3):
            other.execute("VACUUM")
            other.execute("ANALYZE")
            assert server.request("GET", "/genre?select=id&limit=1").json() == [{"id": 1}]


def check_broken_schema(koine):
    """a schema that breaks a view breaks that view alone"""
    with busy(koine, [TARGETS[0], TARGETS[4]]) as (server, other):
        other.execute("ALTER TABLE profile RENAME TO profile_old")
        within(5, "/profile", server, lambda a: a.status == 404, "the renamed table's end")
        within(5, "/profile_old", server, lambda a: a.status == 200, "the renamed table")
        other.execute("DROP TABLE w_log")
        within(5, "/w?select=id&order=id&limit=1", server, lambda a: a.status == 200 and a.json() == [{"id": 1}], "the table whose trigger lost its target")

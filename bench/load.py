"""The workloads and what is done with them: checking that two servers agree, driving one with wrk, holding connections open."""
import contextlib
import json
import os
import random
import re
import resource
import sqlite3
import subprocess
import tempfile

from server import Client, Failure

CONNECTIONS = 16
TARGETS = 500


class Workload:
    """One kind of request. `targets` are its URLs; `budget` is the most CPU time design §10 allows, as a share of the floor's."""

    def __init__(self, name, title, rows, budget, targets):
        self.name, self.title, self.rows, self.budget, self.targets = name, title, rows, budget, targets


def workloads(database):
    """The four workloads, with ids and limits spread over the rows of the file; the same ones each time."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        ids = [row[0] for row in connection.execute("SELECT track_id FROM track ORDER BY track_id")]
        lengths = [row[0] for row in connection.execute("SELECT milliseconds FROM track ORDER BY milliseconds")]
        albums = connection.execute("SELECT count(*) FROM album").fetchone()[0]
    draw = random.Random(3)
    # 25 rows remain above each: at most 9 of 10 are skipped.
    above = [draw.choice(lengths[: len(lengths) * 9 // 10]) for _ in range(TARGETS)]
    offsets = [25 * draw.randrange(albums // 25) for _ in range(TARGETS)]
    two_levels = "select=track_id,name,milliseconds,album(album_id,title,artist(artist_id,name))"
    return [
        Workload("row", "one row by key", 1, 0.8, [f"/track?track_id=eq.{draw.choice(ids)}" for _ in range(TARGETS)]),
        Workload("list", "25 rows filtered and sorted", 25, 0.8,
                 [f"/track?milliseconds=gt.{x}&order=milliseconds&limit=25" for x in above]),
        Workload("to-one", "25 rows with two to-one levels", 25, 1.0,
                 [f"/track?{two_levels}&milliseconds=gt.{x}&order=milliseconds&limit=25" for x in above]),
        Workload("to-many", "25 parents with to-many children", 25, None,
                 [f"/album?select=album_id,title,track(track_id,name,milliseconds)&order=album_id&limit=25&offset={k}"
                  for k in offsets]),
    ]


def _comparable(body):
    """The value of an answer; the children of a parent come in no promised order."""
    def settle(item):
        if isinstance(item.get("track"), list):
            item["track"].sort(key=lambda child: child["track_id"])
        return item
    return json.loads(body, object_hook=settle)


def check_agreement(floor, koine, workload, count=25):
    """Raises Failure unless both servers give equal JSON, with as many rows as the workload says."""
    with Client(floor.port) as left, Client(koine.port) as right:
        for target in workload.targets[:count]:
            expected_status, expected = left.get(target)
            status, body = right.get(target)
            if expected_status != 200 or len(json.loads(expected)) != workload.rows:
                raise Failure(f"the floor answers {expected_status} to {target}: {expected[:500]!r}")
            if status != 200 or _comparable(body) != _comparable(expected):
                raise Failure(f"Koine answers {status} to {target}: {body[:500]!r}\n  and the floor: {expected[:500]!r}")


@contextlib.contextmanager
def wrk(server, requests, seconds, connections):
    """The started generator, which sends [(method, target, body)]; `figures_of` waits for it."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("".join("\t".join(request) + "\n" for request in requests))
        file.flush()
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "requests.lua")
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "5s", "-s", script, server.url,
                   "--", file.name, *([server.authorization] if server.authorization else [])]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            try:
                yield process
            finally:
                process.kill()


def figures_of(process, what):
    """The generator's own figures at its end, with `rate` a second. Raises Failure if it met an error."""
    out, complaints = process.communicate(timeout=120)
    found = re.search(r"^FIGURES (.*)$", out, re.MULTILINE)
    if process.returncode != 0 or not found:
        raise Failure(f"wrk failed: {out}{complaints}")
    figures = json.loads(found[1])
    if figures["requests"] == 0 or figures["refused"] or figures["broken"]:
        raise Failure(f"wrk met errors at {what} and the like: {figures}")
    figures["rate"] = figures["requests"] * 1e6 / figures["duration"]
    return figures


def drive(server, targets, seconds):
    """Reads the targets with wrk and gives its figures, with `cpu` and `user` in µs per request."""
    return drive_requests(server, [("GET", target, "") for target in targets], seconds, CONNECTIONS)


def drive_requests(server, requests, seconds, connections):
    """The same of [(method, target, body)]."""
    total, user, system = server.cpu()
    with wrk(server, requests, seconds, connections) as process:
        figures = figures_of(process, " ".join(requests[0][:2]))
    total_after, user_after, system_after = server.cpu()
    ticks = (user_after - user) + (system_after - system)
    figures["cpu"] = (total_after - total) * 1e6 / figures["requests"]
    figures["user"] = figures["cpu"] * (user_after - user) / ticks if ticks else 0.0
    return figures


@contextlib.contextmanager
def _many_open_files():
    """Only while the clients are open: a server started before or after gets the usual limit and has to raise its own."""
    usual = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (usual[1], usual[1]))
    try:
        yield usual[1]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, usual)


@contextlib.contextmanager
def idle_connections(server, count, target):
    """Holds `count` connections, each having had one answer; yields them. Raises Failure if the server doesn't take all."""
    clients = []
    with _many_open_files() as most:
        if most < count + 100:
            raise Failure(f"{count} connections need a higher hard limit of open files than {most} (ulimit -Hn)")
        try:
            for i in range(count):
                # Several source addresses: one alone may not have enough free ports.
                client = Client(server.port, source=f"127.0.0.{2 + i % 8}")
                clients.append(client)
                if client.get(target)[0] != 200:
                    raise OSError("refused")
            yield clients
        except OSError as error:
            raise Failure(f"connection {len(clients)} of {count}: {error}") from error
        finally:
            for client in clients:
                client.close()

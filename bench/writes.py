"""What writing costs: durable inserts by 1 to 256 clients, bulk inserts, updates by key, and reads while others write."""
import json
import os
import random
import shutil
import tempfile

import load

CLIENTS = [1, 16, 64, 256]
BULK = 1000
BUDGET = 1.5  # design §10, decisions 25: an insert by 64 clients, as a share of the floor's one row
MOST_COMMITS = 1 / 16


def _track(draw):
    return {"name": f"Track {draw.randrange(10**9)}", "album_id": draw.randrange(1, 200), "media_type_id": 1, "genre_id": draw.randrange(1, 10),
            "composer": "A. Composer", "milliseconds": draw.randrange(60_000, 600_000), "bytes": draw.randrange(10**6, 10**7),
            "unit_price": 0.99}


def _compact(value):
    return json.dumps(value, separators=(",", ":"))


def _line(draw):
    return {"invoice_id": draw.randrange(1, 400), "track_id": draw.randrange(1, 3000), "unit_price": 0.99, "quantity": draw.randrange(1, 5)}


def inserts(count=load.TARGETS):
    """Lines of invoices: two indexes and two foreign keys beside the key."""
    draw = random.Random(5)
    return [("POST", "/invoice_line", _compact(_line(draw))) for _ in range(count)]


def wide_inserts(count=load.TARGETS):
    """Tracks: nine columns, five indexes, three foreign keys and a check."""
    draw = random.Random(8)
    return [("POST", "/track", _compact(_track(draw))) for _ in range(count)]


def bulks(count=20):
    draw = random.Random(6)
    return [("POST", "/invoice_line", _compact([_line(draw) for _ in range(BULK)])) for _ in range(count)]


def updates(count=load.TARGETS):
    draw = random.Random(7)
    return [("PATCH", f"/track?track_id=eq.{draw.randrange(1, 3000)}", _compact({"bytes": draw.randrange(10**6, 10**7)}))
            for _ in range(count)]


class Bench:
    """Every run is on a fresh copy of the database, on a fresh server that has been warmed up."""

    def __init__(self, start, database, seconds, rounds, say):
        self.start, self.database, self.seconds, self.rounds, self.say = start, database, seconds, rounds, say

    def _run(self, requests, connections, environment=None, measure=None):
        with tempfile.TemporaryDirectory() as folder:
            copy = os.path.join(folder, "music.db")
            shutil.copyfile(self.database, copy)
            with self.start(copy, environment) as server:
                load.drive_requests(server, requests, 1, connections)
                return (measure or load.drive_requests)(server, requests, self.seconds, connections)

    def best(self, title, requests, connections):
        runs = [self._run(requests, connections) for _ in range(self.rounds)]
        figures = {key: min(run[key] for run in runs) for key in ("cpu", "user", "p50", "p99")}
        figures["rate"] = max(run["rate"] for run in runs)
        self.say(f"{title}: {figures['cpu']:.1f} µs, {figures['rate']:,.0f} a second")
        return figures

    def commits(self, counter, requests, connections):
        """Syncs of the log per request, counted in a run of its own."""
        with tempfile.TemporaryDirectory() as folder:
            told = os.path.join(folder, "syncs")
            environment = {"LD_PRELOAD": counter, "COUNT_SYNCS": told}
            copy = os.path.join(folder, "music.db")
            shutil.copyfile(self.database, copy)
            with self.start(copy, environment) as server:
                figures = load.drive_requests(server, requests, self.seconds, connections)
            with open(told) as file:
                return int(file.read().split()[0]) / figures["requests"]

    def reads_while_writing(self, reads, requests, connections):
        """(the readers' figures alone, the readers' beside writers, the writers' beside readers)"""
        def both(server, writes, seconds, clients):
            with load.wrk(server, reads, seconds, load.CONNECTIONS) as reading, load.wrk(server, writes, seconds, clients) as writing:
                return load.figures_of(reading, reads[0][1]), load.figures_of(writing, writes[0][1])
        alone = self._run(reads, load.CONNECTIONS)
        return alone, *self._run(requests, connections, measure=both)


def report(bench, floor_row, counter, reads):
    """The tables, as Markdown. @param floor_row: the floor's CPU µs for one row by key."""
    lines = [f"| writing (each durable before its answer; the floor's one row: {floor_row:.1f} µs) | a second | CPU µs | of it user | "
             "× the floor's row | target | commits each | p50 µs | p99 µs |", "|---|---|---|---|---|---|---|---|---|"]
    for clients in CLIENTS:
        title = f"insert, {clients} client{'s' if clients > 1 else ''}"
        figures = bench.best(title, inserts(), clients)
        each = bench.commits(counter, inserts(), clients)
        ratio, target = figures["cpu"] / floor_row, "–"
        if clients == 64:
            reached = ratio <= BUDGET and each <= MOST_COMMITS
            target = f"≤ {BUDGET}, ≤ 1/16 commits: {'reached' if reached else '**missed**'}"
        lines.append(_row(title, figures, f"{ratio:.2f}", target, f"1/{1 / each:.0f}" if each < 0.5 else f"{each:.2f}"))
    figures = bench.best("insert of a wide row, 64 clients", wide_inserts(), 64)
    lines.append(_row("insert of a wide row (nine columns, five indexes), 64 clients", figures, f"{figures['cpu'] / floor_row:.2f}", "–", "–"))
    figures = bench.best("update by key, 64 clients", updates(), 64)
    lines.append(_row("update by key, 64 clients", figures, f"{figures['cpu'] / floor_row:.2f}", "–", "–"))
    bulk = bench.best(f"insert of {BULK:,} rows, 4 clients", bulks(), 4)
    lines.append(_row(f"insert of {BULK:,} rows, 4 clients", bulk, "–", f"{bulk['cpu'] / BULK:.1f} µs a row", "–"))
    alone, beside, writing = bench.reads_while_writing([("GET", target, "") for target in reads], inserts(), 16)
    lines += ["", "| reads while writing | a second | p50 µs | p99 µs |", "|---|---|---|---|",
              *(f"| {title} | {figures['rate']:,.0f} | {figures['p50']} | {figures['p99']} |" for title, figures in [
                  ("one row by key, 16 clients, alone", alone), ("the same beside 16 writers", beside), ("those writers", writing)])]
    return "\n".join(lines)


def _row(title, figures, ratio, target, commits):
    return (f"| {title} | {figures['rate']:,.0f} | {figures['cpu']:.1f} | {figures['user']:.1f} | {ratio} | {target} | {commits} | "
            f"{figures['p50']} | {figures['p99']} |")

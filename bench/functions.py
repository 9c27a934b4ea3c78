"""What functions and pages of apps cost: bench/functions, each answer beside the same one without them."""
import json
import os
import random
import tempfile

import load
from apps import Api, CONNECTIONS
from server import Failure, Server

NOTES = 500


class Pair:
    """A request and what it is measured against. `per`: what the difference is divided by; `aim`: at most so many µs of it, or of the whole without `base`."""

    def __init__(self, title, aim, requests, base=None, per=1):
        self.title, self.aim, self.requests, self.base, self.per = title, aim, requests, base, per


class Bench:
    """Runs are on fresh servers that have been warmed up, a request and its base taking turns."""

    def __init__(self, program, app, workers, seconds, rounds, say):
        self.program, self.app, self.workers = program, app, workers
        self.seconds, self.rounds, self.say = seconds, rounds, say

    def _served(self, store):
        return Server([self.program, "serve", self.app, "--store", store, "--port", "0", "--workers", str(self.workers)])

    def _pairs(self):
        draw = random.Random(4)
        ids = [draw.randrange(1, NOTES + 1) for _ in range(load.TARGETS)]

        def get(form):
            return [("GET", form.format(k), "") for k in ids]  # a form without a hole: always the same

        return [
            Pair("an operation that gives its row, beside the row", 8, get("/notes/{}/same"), get("/notes/{}")),
            Pair("an operation without the database", None, get("/small?n={}")),
            Pair("an operation that changes its row, beside PATCH", 8, [("POST", f"/notes/{k}/touch", "") for k in ids],
                 [("PATCH", f"/notes/{k}", json.dumps({"words": draw.randrange(10**6)})) for k in ids]),
            Pair("a batched member, a row, beside a page of 500 without", 1, get("/notes?limit=500&brief=1"), get("/notes?limit=500"), 500),
            Pair("a page of 50 in a browser", 3000, get("/notes?limit=50&format=html")),
        ]

    def _run(self, store, requests):
        with self._served(store) as server:
            load.drive_requests(server, requests, 1, CONNECTIONS)
            return load.drive_requests(server, requests, self.seconds, CONNECTIONS)["cpu"]

    def rows(self):
        """[(title, best CPU µs, best of its base or None, the difference as it is aimed at, aim)]"""
        with tempfile.TemporaryDirectory() as folder:
            store = os.path.join(folder, "app.db")
            with self._served(store) as server:
                api = Api(server)
                for number in range(NOTES):
                    api.ask("POST", "/notes", json.dumps({"title": f"Note {number}", "words": number}))
            told = []
            for pair in self._pairs():
                own, base = [], []
                for _ in range(self.rounds):
                    own.append(self._run(store, pair.requests))
                    if pair.base:
                        base.append(self._run(store, pair.base))
                differs = (min(own) - (min(base) if base else 0)) / pair.per
                self.say(f"{pair.title}: {min(own):.1f} µs" + (f", without {min(base):.1f}" if base else ""))
                told.append((pair.title, min(own), min(base) if base else None, differs, pair.aim))
            return told


def report(bench):
    """The table, as Markdown."""
    lines = ["| functions and pages of an app | CPU µs | without | difference | aim |", "|---|---|---|---|---|"]
    for title, own, base, differs, aim in bench.rows():
        verdict = f"≤ {aim}: {'reached' if differs <= aim else '**missed**'}" if aim else "–"
        lines.append(f"| {title} | {own:.1f} | {f'{base:.1f}' if base is not None else '–'} | {differs:.2f} | {verdict} |")
    return "\n".join(lines)

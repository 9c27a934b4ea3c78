"""What an app costs: apps/peering-manager on 2,000 autonomous systems, beside what its original was measured to need."""
import contextlib
import http.client
import json
import os
import random
import tempfile

import load
from server import Failure, Server

TOKEN = "Token 0123456789abcdef0123456789abcdef01234567"  # of the app's sample data
LIST = "/api/peering/autonomous-systems/"
SYSTEMS = 2000
BULK = 500
BULKS = 8
FIRST_ASN = 1_000_000
CONNECTIONS = 8


class Work:
    """One kind of request. Times in µs of CPU: the original's (two workers, this machine) and the most that issue 5 allows."""

    def __init__(self, title, original, aim, targets, rows):
        self.title, self.original, self.aim, self.targets, self.rows = title, original, aim, targets, rows


class Api:
    """One connection to the server, as a client of the app."""

    def __init__(self, server):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)

    def ask(self, method, target, body=None):
        """The answer's JSON. Raises Failure unless it is a success."""
        headers = {"Authorization": TOKEN, **({"Content-Type": "application/json"} if body else {})}
        self.connection.request(method, target, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status not in (200, 201):
            raise Failure(f"the app answers {answer.status} to {method} {target}: {text[:500]!r}")
        return json.loads(text)

    def keys(self, path):
        return [row["id"] for row in self.ask("GET", f"/api/{path}/?limit=0&brief=1")["results"]]


class Maker:
    """Makes bodies of autonomous systems that are not there yet: two tags, two policies each way, two communities each."""

    def __init__(self, api):
        self.tags, self.policies, self.communities = (
            api.keys(path) for path in ("extras/tags", "peering/routing-policies", "bgp/communities"))
        self.draw, self.asn = random.Random(9), FIRST_ASN

    def _system(self):
        self.asn += 1
        two = lambda keys: self.draw.sample(keys, 2)  # noqa: E731
        return {"asn": self.asn, "name": f"Network {self.draw.randrange(10**6)}", "irr_as_set": f"AS-SET-{self.asn}",
                "ipv4_max_prefixes": self.draw.randrange(1000), "ipv6_max_prefixes": self.draw.randrange(1000),
                "tags": two(self.tags), "import_routing_policies": two(self.policies), "export_routing_policies": two(self.policies),
                "communities": two(self.communities)}

    def body(self, count=BULK):
        return json.dumps([self._system() for _ in range(count)])


class Bench:
    """Each run is on a fresh server that has been warmed up; reads on the same file, writes on one that grows."""

    def __init__(self, program, app, counter, workers, seconds, rounds, say):
        self.program, self.app, self.counter, self.workers = program, app, counter, workers
        self.seconds, self.rounds, self.say = seconds, rounds, say

    @contextlib.contextmanager
    def _served(self, store, environment=None):
        command = [self.program, "serve", self.app, "--store", store, "--port", "0", "--workers", str(self.workers)]
        with Server(command, environment) as server:
            server.authorization = TOKEN
            yield server

    def _works(self, api):
        ids = api.keys("peering/autonomous-systems")
        draw = random.Random(4)
        above = [draw.randrange(900) for _ in range(load.TARGETS)]
        offsets = [50 * draw.randrange(len(ids) // 50) for _ in range(load.TARGETS)]
        return [
            Work("one object", 37_811, 60, [f"{LIST}{draw.choice(ids)}/" for _ in range(load.TARGETS)], None),
            Work("page of 50", 370_187, 600, [f"{LIST}?limit=50&offset={k}" for k in offsets], 50),
            Work("page of 50, brief", 38_000, None, [f"{LIST}?limit=50&brief=1&offset={k}" for k in offsets], 50),
            Work("page of 25, filtered and ordered", 186_000, None,
                 [f"{LIST}?ipv4_max_prefixes__gte={x}&ordering=name&limit=25" for x in above], 25),
        ]

    def _read(self, store, work):
        with self._served(store) as server:
            if work.rows:
                found = len(Api(server).ask("GET", work.targets[0])["results"])
                if found != work.rows:
                    raise Failure(f"{work.targets[0]} has {found} rows instead of {work.rows}")
            requests = [("GET", target, "") for target in work.targets]
            load.drive_requests(server, requests, 1, CONNECTIONS)
            return load.drive_requests(server, requests, self.seconds, CONNECTIONS)

    def _statements(self, store, works):
        """SELECTs a request, in a run of its own. A look-up of the token, once in a while, is not taken for one of them."""
        told = store + ".statements"
        with self._served(store, {"LD_PRELOAD": self.counter, "COUNT_STATEMENTS": told}) as server:
            api, counts = Api(server), []
            for work in works:
                each = []
                for target in work.targets[:20]:
                    before = os.path.getsize(told)
                    api.ask("GET", target)
                    each.append(os.path.getsize(told) - before)
                counts.append(min(each))
                if sorted(each)[-3] != min(each):
                    raise Failure(f"{work.title}: not as many statements each time: {each}")
            return counts

    def _bulk(self, store, maker):
        """CPU µs a row, of one client."""
        with self._served(store) as server:
            api = Api(server)
            api.ask("POST", LIST, maker.body())
            bodies = [maker.body() for _ in range(BULKS)]
            before, user, system = server.cpu()
            for body in bodies:
                api.ask("POST", LIST, body)
            after, user_after, system_after = server.cpu()
            ticks = user_after - user + system_after - system
            cpu = (after - before) * 1e6 / (BULK * BULKS)
            return {"cpu": cpu, "user": cpu * (user_after - user) / ticks if ticks else 0.0}

    def rows(self):
        """[(title, best CPU µs, of it user, statements, share by which the worst run is dearer, original's, aim)]"""
        with tempfile.TemporaryDirectory() as folder:
            store = os.path.join(folder, "app.db")
            with self._served(store) as server:
                api = Api(server)
                maker = Maker(api)
                for _ in range(SYSTEMS // BULK):
                    api.ask("POST", LIST, maker.body())
                works = self._works(api)
            counts = self._statements(store, works)
            results = [(work, count, [self._read(store, work) for _ in range(self.rounds)]) for work, count in zip(works, counts)]
            bulk = Work(f"bulk create of {BULK}, a row", 30_000, 60, [], None)
            results.append((bulk, "–", [self._bulk(store, maker) for _ in range(self.rounds)]))
        told = []
        for work, count, runs in results:
            best = min(runs, key=lambda run: run["cpu"])
            worst = max(run["cpu"] for run in runs)
            self.say(f"{work.title}: {best['cpu']:.1f} µs")
            told.append((work.title, best["cpu"], best["user"], count, worst / best["cpu"] - 1, work.original, work.aim))
        return told


def report(bench):
    """The table, as Markdown."""
    lines = ["| app peering-manager, 2,000 autonomous systems | CPU µs | of it user | SELECTs | the original's CPU µs | factor | aim | runs differ by |",
             "|---|---|---|---|---|---|---|---|"]
    for title, cpu, user, count, differ, original, aim in bench.rows():
        verdict = f"≤ {aim}: {'reached' if cpu <= aim else '**missed**'}" if aim else "–"
        lines.append(f"| {title} | {cpu:.1f} | {user:.1f} | {count} | {original:,} | {original / cpu:,.0f} | {verdict} | {differ:.0%} |")
    return "\n".join(lines)

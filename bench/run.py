#!/usr/bin/env python3
"""Measures Koine beside the floor program and prints the figures as Markdown. README.md tells how and why.

    bench/run.py [--quick] [--only row,list,to-one,to-many,write,apps,start,memory] [--write]
"""
import argparse
import contextlib
import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

import apps
import functions
import load
import report
import writes
from server import Failure, Server

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
PROJ = "/usr/share/proj/proj.db"
SPEED = ["row", "list", "to-one", "to-many"]
PARTS = SPEED + ["write", "apps", "start", "memory"]
APP = os.path.join(ROOT, "apps/peering-manager")
FUNCTIONS = os.path.join(ROOT, "bench/functions")


def say(text):
    print(text, file=sys.stderr, flush=True)


def read_arguments():
    parser = argparse.ArgumentParser(description="Measure Koine beside the floor program.")
    parser.add_argument("--koine", default=os.path.join(ROOT, "build/release/koine"), metavar="PROGRAM")
    parser.add_argument("--floor", default=os.path.join(ROOT, "build/release/floor"), metavar="PROGRAM")
    parser.add_argument("--koine-args", default="", metavar="ARGS", help="more arguments for `koine serve`, e.g. '--log off'")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="threads of each server (default 1: the other core drives)")
    parser.add_argument("--seconds", type=int, default=4, metavar="N", help="length of one run (default 4)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="runs of which the best counts (default 3)")
    parser.add_argument("--idle", type=int, default=10_000, metavar="N", help="idle connections (default 10000)")
    parser.add_argument("--journal", choices=["wal", "delete"], default="wal", help="journal mode of the database (default wal)")
    parser.add_argument("--only", default=",".join(PARTS), metavar="PARTS", help=f"some of {','.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="one round of one second: does it work, not how fast is it")
    parser.add_argument("--write", action="store_true", help="put the figures into bench/README.md")
    arguments = parser.parse_args()
    arguments.only = arguments.only.split(",")
    unknown = set(arguments.only) - set(PARTS)
    if unknown:
        parser.error(f"--only: no such part: {', '.join(sorted(unknown))}")
    if min(arguments.workers, arguments.seconds, arguments.rounds, arguments.idle) < 1:
        parser.error("the numbers must be 1 or more")
    if arguments.quick:
        arguments.seconds, arguments.rounds = 1, 1
    if arguments.write and (arguments.quick or len(arguments.only) < len(PARTS)):
        parser.error("--write needs a whole run: without --quick and --only")
    for program in (arguments.koine, arguments.floor):
        if not os.access(program, os.X_OK):
            parser.error(f"{program} isn't there: build it first (./dev build)")
    if not shutil.which("wrk"):
        parser.error("wrk isn't there (Debian package wrk)")
    return arguments


def make_database(folder, journal):
    path = os.path.join(folder, "music.db")
    subprocess.run([sys.executable, os.path.join(ROOT, "demo/music.py"), path], check=True)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal}")
    return path


class Sides:
    """Starts the two servers, on any database, with the same number of threads."""

    def __init__(self, arguments):
        self.arguments = arguments

    def floor(self, database):
        return Server([self.arguments.floor, database, "--port", "0", "--threads", str(self.arguments.workers)])

    def koine(self, database):
        return Server([self.arguments.koine, "serve", database, "--host", "127.0.0.1", "--port", "0", "--workers",
                       str(self.arguments.workers), *shlex.split(self.arguments.koine_args)])

    def writer(self, database, environment=None):
        return Server([self.arguments.koine, "serve", database, "--write", "--host", "127.0.0.1", "--port", "0", "--workers",
                       str(self.arguments.workers), *shlex.split(self.arguments.koine_args)], environment)

    def both(self):
        return [self.floor, self.koine]


def measure_speed(sides, database, works, arguments):
    """[(workload, floor's runs, Koine's runs)], the two taking turns, each run on a fresh server."""
    results = [(work, [], []) for work in works]
    for turn in range(arguments.rounds):
        for work, *runs in results:
            for start, own in zip(sides.both(), runs):
                with start(database) as server:
                    load.drive(server, work.targets, 1)
                    own.append(load.drive(server, work.targets, arguments.seconds))
            say(f"round {turn + 1}, {work.title}: floor {runs[0][-1]['cpu']:.1f} µs, Koine {runs[1][-1]['cpu']:.1f} µs")
    return results


def best_start(start, database, rounds):
    times = []
    for _ in range(rounds):
        with start(database) as server:
            times.append(server.start_ms)
    return min(times)


def measure_start(sides, database, rounds):
    say("start-up")
    rows = [("exec to the first answer, music", *(best_start(start, database, rounds) for start in sides.both()), "ms", 50)]
    if os.path.exists(PROJ):
        rows.append(("exec to the first answer, proj.db (35 tables)", None, best_start(sides.koine, PROJ, rounds), "ms", 50))
    else:
        say(f"no {PROJ} (package proj-data): its start isn't measured")
    return rows


def memory_of(start, database, works, arguments):
    """RssAnon in MiB: fresh, after load, and then with the idle connections."""
    with start(database) as server:
        time.sleep(0.5)
        figures = [server.rss_anon_mib()]
        load.drive(server, [target for work in works for target in work.targets], arguments.seconds)
        figures.append(server.rss_anon_mib())
        target = works[0].targets[0]
        with load.idle_connections(server, arguments.idle, target) as clients:
            time.sleep(0.5)
            figures.append(server.rss_anon_mib())
            # Those that were measured must still be alive.
            if any(client.get(target)[0] != 200 for client in clients[:: max(1, arguments.idle // 100)]):
                raise Failure("an idle connection didn't answer again")
    return figures


def measure_memory(sides, database, works, arguments):
    say("memory")
    floor, koine = (memory_of(start, database, works, arguments) for start in sides.both())
    names = ["at rest", "after load", f"and then with {arguments.idle:,} idle connections"]
    return [(name, left, right, "MiB", budget) for name, left, right, budget in zip(names, floor, koine, [20, None, 60])]


def measure_writes(sides, database, reads, arguments):
    say("writing")
    with sides.floor(database) as floor:
        load.drive(floor, reads.targets, 1)
        row = min(load.drive(floor, reads.targets, arguments.seconds)["cpu"] for _ in range(arguments.rounds))
    bench = writes.Bench(sides.writer, database, arguments.seconds, arguments.rounds, say)
    counter = os.path.join(os.path.dirname(arguments.floor), "count_syncs.so")
    return writes.report(bench, row, counter, reads.targets)


def measure_apps(arguments):
    say("apps")
    counter = os.path.join(os.path.dirname(arguments.floor), "count_statements.so")
    known = apps.report(apps.Bench(arguments.koine, APP, counter, arguments.workers, arguments.seconds, arguments.rounds, say))
    own = functions.report(functions.Bench(arguments.koine, FUNCTIONS, arguments.workers, arguments.seconds, arguments.rounds, say))
    return known + "\n\n" + own


def measure(arguments, folder):
    """The report's sections and whether all of them could be measured."""
    database = make_database(folder, arguments.journal)
    sides, works = Sides(arguments), load.workloads(database)
    sections = [report.machine(arguments)]
    with sides.floor(database) as floor, sides.koine(database) as koine:
        for work in works:
            load.check_agreement(floor, koine, work)
    say("both give the same answers")
    chosen = [work for work in works if work.name in arguments.only]
    parts = [
        ("speed", chosen, lambda: report.speed(measure_speed(sides, database, chosen, arguments))),
        ("writing", "write" in arguments.only, lambda: measure_writes(sides, database, works[0], arguments)),
        ("apps", "apps" in arguments.only, lambda: measure_apps(arguments)),
        ("start-up", "start" in arguments.only, lambda: report.table("start-up", measure_start(sides, database, arguments.rounds))),
        ("memory", "memory" in arguments.only,
         lambda: report.table("memory (RssAnon)", measure_memory(sides, database, works, arguments))),
    ]
    whole = True
    for name, wanted, make in parts:
        if not wanted:
            continue
        try:
            sections.append(make())
        except Failure as failure:
            whole = False
            sections.append(f"{name}: not measured: {failure}")
    return "\n\n".join(sections), whole


def main():
    arguments = read_arguments()
    try:
        with tempfile.TemporaryDirectory() as folder:
            text, whole = measure(arguments, folder)
    except Failure as failure:
        sys.exit(f"bench: {failure}")
    print(text)
    if not whole:
        sys.exit("bench: not everything could be measured")
    if arguments.write:
        report.write_into(os.path.join(HERE, "README.md"), text)


if __name__ == "__main__":
    main()

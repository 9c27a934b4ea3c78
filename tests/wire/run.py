#!/usr/bin/env python3
"""Runs the wire scenarios: see README.md beside this file."""
import argparse
import contextlib
import json
import pathlib
import re
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from tests.robustness.run import run_all as run_robustness  # noqa: E402
from tests.support import databases, wire  # noqa: E402
from tests.support.live import Live  # noqa: E402
from tests.support.server import Server, StartFailed, create_token, program  # noqa: E402
from tests.support.tally import Tally, fail_early  # noqa: E402
from tests.wire.expect import faults_of, same  # noqa: E402
from tests.wire.scenario import Scenarios  # noqa: E402


def request_bytes(case, base):
    if case.raw is not None:
        return case.raw
    target = case.target if case.target.startswith("*") or "://" in case.target else base + case.target
    # \xFF is a byte of its own; the rest is quoted as a browser would.
    pieces = re.split(r"(\\x[0-9A-Fa-f]{2})", target)
    encoded = b"".join(bytes([int(piece[2:], 16)]) if re.fullmatch(r"\\x[0-9A-Fa-f]{2}", piece) else wire.quote(piece).encode("ascii")
                       for piece in pieces)
    return wire.head(case.method, encoded, case.headers, case.body)


def run_case(case, base, port, against, live=None, tokens=None):
    if live:
        live.restore()
    for name, token in (tokens or {}).items():
        case.headers = [(key, value.replace(f"{{{name}}}", token)) for key, value in case.headers]
    try:
        answer = wire.exchange(port, request_bytes(case, base), case.method)
    except (wire.BadAnswer, OSError) as fault:
        if case.find("closed") and "closed without an answer" in str(fault):
            return []
        return [f"{type(fault).__name__}: {fault}"]
    if case.find("closed") and not case.find("status"):
        return [f"answered {answer.status}, wanted a closed connection"]
    return faults_of(case, answer, against) + faults_stored(case, live)


def faults_stored(case, live):
    """What the file holds afterwards, seen by another program."""
    faults = []
    for query in case.find("stored"):
        query, _, wanted = query.rpartition("=>")
        got = live.rows(query)
        if not same(json.loads(wanted), got):
            faults.append(f"stored are {json.dumps(got, ensure_ascii=False)}, wanted {wanted.strip()}")
    return faults + (live.changes() if case.find("unchanged") else [])


def run_file(scenarios, tally, koine):
    """The cases of one file, against a server of its own."""
    with tempfile.TemporaryDirectory(prefix="koine-wire-") as folder:
        flags = [flag.replace("{dialects}", str(ROOT / "dialects")).replace("{data}", str(ROOT / "tests" / "data"))
                 for flag in scenarios.flags]
        try:
            path = databases.make(scenarios.database, folder, scenarios.prepare)
            tokens = {name: create_token(koine, path, name, *more) for name, more in scenarios.tokens.items()}
            live = Live(path, scenarios.restore)
            server = Server(koine, path, flags)
        except StartFailed as fault:
            tally.check(f"{scenarios.path.name} starts", [str(fault)])
            return
        try:
            with live if scenarios.restore else contextlib.nullcontext():
                for base in scenarios.bases:
                    for case in scenarios.cases:
                        tally.check(f"{case.where} {case.title}{f'  [{base}]' if base else ''}",
                                    run_case(case, base, server.port, False, live if scenarios.restore else None, tokens))
        finally:
            tally.check(f"{scenarios.path.name} leaves the server well", server.stop())


def run_file_against(scenarios, tally, port):
    """What can be asked of a server that already runs, which isn't ours to change."""
    if scenarios.differs or scenarios.restore or scenarios.tokens or scenarios.prepare:
        return
    for case in scenarios.cases:
        if not case.find("differs"):
            tally.check(f"{case.where} {case.title}", run_case(case, "", port, True))


def main():
    parser = argparse.ArgumentParser(description="Run the wire scenarios.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only files whose name contains NAME (and no robustness checks)")
    parser.add_argument("--koine", metavar="PATH", help="the program (default: $KOINE, else build/release/koine)")
    parser.add_argument("--verbose", action="store_true", help="name the passed cases too")
    parser.add_argument("--against", type=int, metavar="PORT", help="ask a server that already runs on this port")
    arguments = parser.parse_args()
    files = [path for path in sorted(HERE.glob("*.test")) if not arguments.names or any(name in path.name for name in arguments.names)]
    try:
        koine = None if arguments.against else program(arguments.koine)
        scenarios = [Scenarios(path) for path in files]
    except (FileNotFoundError, ValueError) as fault:
        fail_early(f"run.py: {fault}")
    tally = Tally(arguments.verbose)
    for one in scenarios:
        if arguments.against:
            run_file_against(one, tally, arguments.against)
        else:
            run_file(one, tally, koine)
    if not arguments.names and not arguments.against:
        run_robustness(tally, koine)
    sys.exit(tally.finish())


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Runs the real clients, unmodified and pinned, against Koine; then proj.db. See README.md beside this file."""
import argparse
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from tests.clients import proj  # noqa: E402
from tests.support import databases  # noqa: E402
from tests.support.server import Server, StartFailed, create_token, program  # noqa: E402
from tests.support.tally import Tally, fail_early  # noqa: E402

VENV, MODULES = ROOT / "build/venv", ROOT / "build/clients"
CLIENTS = {"js": "postgrest_js.test.mjs", "sb": "supabase_js.test.mjs", "ra": "ra_data_postgrest.test.mjs", "py": "postgrest_py.py"}
WRITERS = {"js-write": "postgrest_js_write.test.mjs", "ra-write": "ra_data_postgrest_write.test.mjs", "py-write": "postgrest_py_write.py",
           "sb-write": "supabase_js_write.test.mjs"}
OPENAPI, MADE_UP = "openapi.py", "made_up.py"
EVERYTHING = (*CLIENTS, *WRITERS, "openapi", "made-up", "proj")
BOTH_DIALECTS = ("--dialect", "postgrest", "--dialect", "rest@/api")
SECONDS = 300


def made_from(*paths):
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()


def install(folder, stamp_text, build):
    """Runs `build` unless `folder` was made from the very same pins; the stamp is written last."""
    stamp = folder / ".made-from"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == stamp_text:
        return
    shutil.rmtree(folder, ignore_errors=True)
    build()
    stamp.write_text(stamp_text, encoding="utf-8")


def quietly(command, **options):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    if done.returncode != 0:
        fail_early(f"{' '.join(map(str, command))}\n{done.stdout[-3000:]}")


def prepare():
    """The Python environment (with Node inside) and node_modules, both below build/."""
    requirements = HERE / "requirements.txt"

    def make_venv():
        quietly([sys.executable, "-m", "venv", VENV])
        quietly([VENV / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements])

    def make_modules():
        MODULES.mkdir(parents=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(HERE / name, MODULES)
        quietly([VENV / "bin/npm", "ci", "--no-audit", "--no-fund"], cwd=MODULES, env=environment())

    install(VENV, made_from(requirements), make_venv)
    install(MODULES, made_from(HERE / "package.json", HERE / "package-lock.json"), make_modules)
    for script in HERE.glob("*.mjs"):
        shutil.copy(script, MODULES)  # modules are looked up beside the file that imports them


def environment(**more):
    """Node's and npm's scripts find the venv's node first."""
    return {**os.environ, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", **more}


def run_client(name, script, url, tally, **more):
    """Runs one client's scenarios: a JSON line each, and at the end how many there were. Anything else is a failure."""
    command = [VENV / "bin/python", HERE / script] if script.endswith(".py") else [VENV / "bin/node", MODULES / script]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=SECONDS,
                              env=environment(KOINE_URL=url, **more), cwd=MODULES, check=False)
    except subprocess.TimeoutExpired:
        tally.check(f"{name}: {script} ends", [f"still running after {SECONDS} s"])
        return
    promised, seen = None, 0
    for line in done.stdout.splitlines():
        try:
            result = json.loads(line)
        except ValueError:
            continue
        if "done" in result:
            promised = result["done"]
        else:
            seen += 1
            tally.check(f"{name}: {result['name']}", result["faults"])
    if done.returncode != 0 or promised != seen or not seen:
        tally.check(f"{name}: {script} runs to its end", [f"exit {done.returncode}, {seen} results of {promised}", done.stderr[-1500:]])


def with_server(tally, koine, database, body, flags=(), prepare=lambda path: None):
    """A server over a fresh database, prepared by `prepare(path)`, for `body(server, path)`; how it ends is a test of its own."""
    with tempfile.TemporaryDirectory(prefix="koine-clients-") as folder:
        try:
            path = databases.make(database, folder)
            prepare(path)
            server = Server(koine, path, flags)
        except (StartFailed, FileNotFoundError) as fault:
            tally.check(f"a server over {database}.db starts", [str(fault)])
            return
        try:
            body(server, path)
        finally:
            tally.check(f"the server over {database}.db is left well", server.stop())


def run_writer(name, tally, koine):
    """Scenarios that write, on a server of their own; supabase-js (24) with tokens."""
    tokens = {}

    def prepare(path):
        if name == "sb-write":
            tokens.update(KOINE_WRITER=create_token(koine, path, "writer", "--write"), KOINE_READER=create_token(koine, path, "reader"))
    with_server(tally, koine, "proof", lambda server, _: run_client(name, WRITERS[name], server.base, tally, **tokens), ["--write"], prepare)


def main():
    parser = argparse.ArgumentParser(description="Run the client proofs.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(EVERYTHING)} (default: all)")
    parser.add_argument("--koine", metavar="PATH", help="the program (default: $KOINE, else build/release/koine)")
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    names = arguments.names or EVERYTHING
    if unknown := set(names) - set(EVERYTHING):
        parser.error(f"no client is called {', '.join(sorted(unknown))}")
    try:
        koine = program(arguments.koine)
    except FileNotFoundError as fault:
        fail_early(f"run.py: {fault}")
    tally = Tally(arguments.verbose)
    wanted = [name for name in names if name in CLIENTS]
    if set(names) != {"proj"}:
        prepare()
    if wanted:
        with_server(tally, koine, "proof", lambda server, _: [run_client(name, CLIENTS[name], server.base, tally) for name in wanted])
    for name in names:
        if name in WRITERS:
            run_writer(name, tally, koine)
    if "openapi" in names:
        for database in ("proof", "music", "proj"):
            with_server(tally, koine, database, lambda server, _, of=database: run_client(f"openapi {of}", OPENAPI, server.base, tally), BOTH_DIALECTS)
    if "made-up" in names:
        with_server(tally, koine, "proof", lambda server, _: run_client("made-up", MADE_UP, server.base, tally), (*BOTH_DIALECTS, "--write"))
    if "proj" in names:
        with_server(tally, koine, "proj", lambda server, path: print(proj.run(path, server, tally)))
    sys.exit(tally.finish())


if __name__ == "__main__":
    main()

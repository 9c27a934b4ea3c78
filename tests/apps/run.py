#!/usr/bin/env python3
"""Serves the apps and runs their proofs: the real clients against them. See README.md beside this file."""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.clients.run import HERE as CLIENTS  # noqa: E402
from tests.clients.run import install, made_from, quietly  # noqa: E402
from tests.support.server import Server, StartFailed, program  # noqa: E402
from tests.support.tally import Tally  # noqa: E402

VENVS = ROOT / "build/apps"
SECONDS = 300


def python_with(requirements, flags):
    """An interpreter with just these packages; the system's own if there are none. `flags` are pip's."""
    if requirements is None:
        return sys.executable
    folder = VENVS / f"{requirements.parents[1].name}-{requirements.stem}"

    def make():
        quietly([sys.executable, "-m", "venv", folder])
        quietly([folder / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *flags, "--requirement", requirements])

    folder.parent.mkdir(parents=True, exist_ok=True)
    install(folder, made_from(requirements), make)
    return folder / "bin/python"


def beside_packages(script, python):
    """A copy of the script's folder, where npm has installed what its lock file pins; node and npm are those of python's environment."""
    folder = VENVS / f"{script.parents[2].name}-{script.parent.name}"
    pins = [script.parent / name for name in ("package.json", "package-lock.json", ".npmrc")]

    def make():
        folder.mkdir(parents=True)
        for pin in pins:
            shutil.copy(pin, folder)
        path = f"{python.parent}{os.pathsep}{os.environ.get('PATH', '')}"
        quietly([python.parent / "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, env={**os.environ, "PATH": path})

    install(folder, made_from(*pins), make)
    for file in (*script.parent.iterdir(), CLIENTS / "harness.mjs"):
        shutil.copy(file, folder)
    return folder / script.name


def run_script(tally, name, python, script, url):
    more = {"KOINE_URL": url, "PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    program = python
    if script.suffix == ".mjs":
        program, script = python.parent / "node", beside_packages(script, python)
    try:
        done = subprocess.run([program, script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=SECONDS, env={**os.environ, **more}, cwd=script.parent, check=False)
    except subprocess.TimeoutExpired:
        tally.check(f"{name}: {script.name} ends", [f"still running after {SECONDS} s"])
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
        tally.check(f"{name}: {script.name} runs to its end", [f"exit {done.returncode}, {seen} results of {promised}", done.stderr[-1500:]])


def edited(app, edits, folder):
    """A copy of the app in which texts of its files are replaced."""
    copy = folder / app.name
    shutil.copytree(app, copy, ignore=shutil.ignore_patterns(".koine", "proof"))
    for name, (before, after) in edits.items():
        text = (copy / name).read_text(encoding="utf-8")
        assert before in text, f"{name} does not hold {before!r}"
        (copy / name).write_text(text.replace(before, after), encoding="utf-8")
    return copy


def prove(tally, koine, app):
    for run in json.loads((app / "proof/plan.json").read_text(encoding="utf-8")):
        name = f"{app.name}/{pathlib.Path(run['script']).stem}"
        requirements = app / "proof" / run["requirements"] if "requirements" in run else None
        with tempfile.TemporaryDirectory(prefix="koine-app-") as folder:
            try:
                served = edited(app, run["edit"], pathlib.Path(folder)) if "edit" in run else app
                server = Server(koine, served, ["--store", str(pathlib.Path(folder) / "app.db"), *run.get("flags", [])])
            except StartFailed as fault:
                tally.check(f"{name}: the app is served", [str(fault)])
                continue
            try:
                run_script(tally, name, python_with(requirements, run.get("pip", [])), app / "proof" / run["script"], server.base)
            finally:
                tally.check(f"{name}: the server is left well", server.stop())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("apps", nargs="*", help="names of apps (default: all)")
    parser.add_argument("--koine", help="the program (default: $KOINE, then build/release/koine)")
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    tally = Tally(arguments.verbose)
    koine = program(arguments.koine)
    for app in sorted(path.parents[1] for path in (ROOT / "apps").glob("*/proof/plan.json")):
        if not arguments.apps or app.name in arguments.apps:
            prove(tally, koine, app)
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Looks at Koine's pages in Chromium. See README.md beside this file."""
import argparse
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import urllib.request
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from tests.clients import run as clients  # noqa: E402
from tests.support import databases  # noqa: E402
from tests.support.server import Server, StartFailed, create_token, program  # noqa: E402
from tests.support.tally import Tally, fail_early  # noqa: E402

MODULES = ROOT / "build/browser"
PICTURES = ROOT / "docs/images"
# What the pages of apps are looked at by: each folder is copied beside the modules, under its app's name.
APPS = {folder.parents[1].name: folder for folder in sorted(ROOT.glob("apps/*/proof/pages"))}
LARGEST_PICTURE = 200_000
SECONDS = 300
# Names that try to be something else, in a database whose relations go round in a circle and to themselves.
HOSTILE = '''
CREATE TABLE "<script>alert(1)</script>" (id INTEGER PRIMARY KEY, "<b>" TEXT, other INTEGER REFERENCES "it's ""quoted""");
CREATE TABLE "it's ""quoted""" (id INTEGER PRIMARY KEY, name TEXT, back INTEGER REFERENCES "<script>alert(1)</script>", self INTEGER REFERENCES "it's ""quoted""");
CREATE TABLE "with space & ?query=1#part" (id INTEGER PRIMARY KEY, name TEXT REFERENCES "שלום עולם");
CREATE TABLE "שלום עולם" (name TEXT PRIMARY KEY);
CREATE TABLE "日本語の長い名前の表がここにあります、とても長い名前です" (id INTEGER PRIMARY KEY, name TEXT REFERENCES "שלום עולם");
CREATE TABLE plain (id INTEGER PRIMARY KEY, name TEXT, x INTEGER REFERENCES "with space & ?query=1#part");
INSERT INTO plain VALUES (1, '<img src=x onerror=alert(1)>', NULL);
'''


def prepare():
    """The pinned clients (whose lines the page offers), and the driver of the browser."""
    clients.prepare()

    def make_modules():
        MODULES.mkdir(parents=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(HERE / name, MODULES)
        clients.quietly([clients.VENV / "bin/npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=MODULES, env=clients.environment())

    clients.install(MODULES, clients.made_from(HERE / "package.json", HERE / "package-lock.json"), make_modules)
    for script in (*HERE.glob("*.mjs"), clients.HERE / "harness.mjs"):
        shutil.copy(script, MODULES)
    for name, folder in APPS.items():
        shutil.copytree(folder, MODULES / name, dirs_exist_ok=True)


class App:
    """A server over an app with its sample rows, and what the scripts must know of it."""

    def __init__(self, koine, tally, chromium, name):
        self.koine, self.tally, self.chromium, self.name = koine, tally, chromium, name

    def serve(self, body):
        """Runs `body(server, environment of the scripts)`; how the server starts and ends is a test of its own."""
        with tempfile.TemporaryDirectory(prefix="koine-browser-") as folder:
            try:
                server = Server(self.koine, ROOT / "apps" / self.name, ["--store", str(pathlib.Path(folder) / "app.db")])
            except StartFailed as fault:
                self.tally.check(f"a server over {self.name} starts", [str(fault)])
                return
            try:
                body(server, clients.environment(KOINE_URL=server.base, KOINE_CHROMIUM=self.chromium))
            finally:
                self.tally.check(f"the server over {self.name} is left well", server.stop())


class Site:
    """A server over a fresh database, and what the scripts must know of it."""

    def __init__(self, koine, tally, chromium, database, *, flags=(), token=False, writes=False, table="artist", dialects=1, seconds=15):
        self.koine, self.tally, self.chromium, self.database = koine, tally, chromium, database
        self.flags, self.token, self.writes, self.table, self.dialects, self.seconds = flags, token, writes, table, dialects, seconds

    def facts(self, server, path, token):
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")]
        return clients.environment(
            KOINE_URL=server.base, KOINE_CHROMIUM=self.chromium, KOINE_RELATIONS=json.dumps(names), KOINE_CLIENTS=str(clients.MODULES),
            KOINE_WRITES="yes" if self.writes else "no", KOINE_TOKEN=token, KOINE_TABLE=self.table, KOINE_DIALECTS=str(self.dialects),
            KOINE_SECONDS=str(self.seconds))

    def serve(self, body):
        """Runs `body(server, environment of the scripts)`; how the server starts and ends is a test of its own."""
        with tempfile.TemporaryDirectory(prefix="koine-browser-") as folder:
            try:
                if self.database == "hostile":
                    path = databases.make("empty", folder, [HOSTILE])
                else:
                    path = databases.make(self.database, folder)
                token = create_token(self.koine, path, "browser", "--write") if self.token else ""
                server = Server(self.koine, path, (*self.flags, *(("--write",) if self.writes else ())))
            except (StartFailed, FileNotFoundError) as fault:
                self.tally.check(f"a server over {self.database}.db starts", [str(fault)])
                return
            try:
                body(server, self.facts(server, path, token))
            finally:
                self.tally.check(f"the server over {self.database}.db is left well", server.stop())


def run_script(tally, name, script, environment):
    """Runs a script's tests: a JSON line each, and at the end how many there were. Anything else is a failure."""
    try:
        done = subprocess.run([clients.VENV / "bin/node", MODULES / script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, timeout=SECONDS, env=environment, cwd=MODULES, check=False)
    except subprocess.TimeoutExpired:
        tally.check(f"{name}: {script} ends", [f"still running after {SECONDS} s"])
        return
    promised, seen = None, 0
    for line in done.stdout.splitlines():
        result = json.loads(line)
        if "done" in result:
            promised = result["done"]
        else:
            seen += 1
            tally.check(f"{name}: {result['name']}", result["faults"])
    if tally.verbose:
        print(done.stderr.strip())
    if done.returncode != 0 or promised != seen or not seen:
        tally.check(f"{name}: {script} runs to its end", [f"exit {done.returncode}, {seen} results of {promised}", done.stderr[-1500:]])


def check_picture_is_xml(server):
    """The picture is well-formed for a parser that forgives nothing, and says what it is."""
    request = urllib.request.Request(server.base + "/", headers={"Accept": "text/html"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        page = answer.read().decode("utf-8")
    begin, end = page.index("<svg"), page.index("</svg>") + len("</svg>")
    picture = xml.etree.ElementTree.fromstring(page[begin:end])
    space = "{http://www.w3.org/2000/svg}"
    assert picture.find(f"{space}title").text and picture.find(f"{space}desc").text
    assert all(box.get("href").startswith("#relation") for box in picture.iter(f"{space}a"))
    assert "NaN" not in page[begin:end] and "inf" not in "".join(path.get("d") for path in picture.iter(f"{space}path"))


def take_pictures(tally, site, subject, script="pictures.mjs"):
    def body(_, environment):
        with tempfile.TemporaryDirectory(prefix="koine-pictures-") as folder:
            done = subprocess.run([clients.VENV / "bin/node", MODULES / script, folder, subject], capture_output=True, text=True, timeout=SECONDS,
                                  env=environment, cwd=MODULES, check=False)
            tally.check(f"pictures are taken: {subject}", [] if done.returncode == 0 else [done.stderr[-1500:]])
            for picture in sorted(pathlib.Path(folder).glob("*.png")):
                size = picture.stat().st_size
                if tally.check(f"{picture.name} is not too large", [] if size <= LARGEST_PICTURE else [f"{size} bytes"]):
                    shutil.copy(picture, PICTURES)

    site.serve(body)


def main():
    parser = argparse.ArgumentParser(description="Look at Koine's pages in Chromium.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of music, writing, tokens, dialects, hostile, proj, {', '.join(APPS)} (default: all)")
    parser.add_argument("--koine", metavar="PATH", help="the program (default: $KOINE, else build/release/koine)")
    parser.add_argument("--pictures", action="store_true", help="take the READMEs' pictures (docs/images) instead")
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    chromium = os.environ.get("KOINE_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        fail_early("run.py: no chromium: install Debian's package, or set KOINE_CHROMIUM")
    try:
        koine = program(arguments.koine)
    except FileNotFoundError as fault:
        fail_early(f"run.py: {fault}")
    tally = Tally(arguments.verbose)

    def site(database, **more):
        return Site(koine, tally, chromium, database, **more)

    start, docs = "start.test.mjs", "docs.test.mjs"
    sites = {
        "music": (site("music"), (start, docs)),
        "writing": (site("music", writes=True), (start, docs)),
        "tokens": (site("music", writes=True, token=True), (start, docs)),
        "dialects": (site("music", dialects=2, flags=("--dialect", "postgrest", "--dialect", "rest@/api")), (docs,)),
        "hostile": (site("hostile", table="plain"), (start,)),
        "proj": (site("proj", table="ellipsoid"), (start, docs)),
        **{name: (App(koine, tally, chromium, name), [f"{name}/{script.name}" for script in sorted(folder.glob("*.test.mjs"))])
           for name, folder in APPS.items()},
    }
    if unknown := set(arguments.names) - set(sites):
        parser.error(f"nothing is called {', '.join(sorted(unknown))}")
    prepare()
    if arguments.pictures:
        take_pictures(tally, sites["music"][0], "start")
        take_pictures(tally, sites["writing"][0], "docs")
        for name in APPS:
            take_pictures(tally, sites[name][0], name, f"{name}/pictures.mjs")
        sys.exit(tally.finish())
    for name in arguments.names or sites:
        served, scripts = sites[name]

        def body(server, environment, name=name, scripts=scripts):
            if start in scripts:
                tally.attempt(f"{name}: the picture is well-formed XML", check_picture_is_xml, server)
            for script in scripts:
                run_script(tally, name, script, environment)

        served.serve(body)
    sys.exit(tally.finish())


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Runs what the documents show: see README.md beside this file."""
import argparse
import pathlib
import re
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.clients import run as clients  # noqa: E402
from tests.readme.blocks import COMMENTS, file_of, fits, fits_loosely, steps_of  # noqa: E402
from tests.readme.session import Session, files_of  # noqa: E402
from tests.support.server import program  # noqa: E402
from tests.support.tally import Tally, fail_early  # noqa: E402

PAGES = ("README.md", "docs/postgrest.md", "docs/writing.md", "docs/tokens.md", "docs/tls.md", "docs/limits.md", "docs/apps.md", "docs/operations.md", "docs/jobs.md", "docs/webhooks.md", "docs/tutorial/README.md")
SERVE = re.compile(r"koine serve\b")
DATABASE = "sqlite3 bikes.db"


def database_of_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return next(step for step in steps_of(readme) if step.kind == "sh" and step.text.startswith(DATABASE)).text


def check_step(session, step):
    if step.kind in COMMENTS:
        got = session.run_client(step.kind, step.text)
        assert fits_loosely(step.want, got), f"wanted {step.want}\ngot    {got}"
    elif step.kind == "file":
        session.write_file(*file_of(step))
    elif step.kind == "console" and SERVE.match(step.text):
        banner = session.serve(step.text)
        assert not step.want or fits(step.want, banner), f"wanted\n{step.want}\ngot\n{banner}"
    else:
        status, got = session.run(step.text)
        assert step.want.strip() or status == 0, f"exit {status}: {got.strip()}"
        assert fits(step.want, got), f"wanted\n{step.want.strip()}\ngot\n{got.strip()}"


def check_folder(session, steps, folder):
    """What the blocks of a page made is what stands beside the page."""
    made = {pathlib.PurePath(file_of(step)[0]).parts[0] for step in steps if step.kind == "file"}
    assert len(made) == 1, f"the page makes the folders {sorted(made)}, not one"
    got, want = files_of(session.home / made.pop()), files_of(folder)
    assert got.keys() == want.keys(), f"the page makes {sorted(got)}, in {folder.name} stand {sorted(want)}"
    differing = [name for name in want if got[name] != want[name]]
    assert not differing, f"the page makes others: {', '.join(differing)}"


def check_page(tally, koine, page):
    """A page from its first block to its last; clients wait until it serves."""
    steps = steps_of((ROOT / page).read_text(encoding="utf-8"))
    waiting = []
    with tempfile.TemporaryDirectory(prefix="koine-readme-") as folder, Session(koine, folder) as session:
        def check(step):
            command = " ".join(step.text.split())
            tally.attempt(f"{page}:{step.line}: {command[:100]}", check_step, session, step)

        makes_own = any(step.kind in ("sh", "file") for step in steps)
        if not makes_own:
            session.run(database_of_readme())
        for step in steps:
            serves = step.kind == "console" and SERVE.match(step.text)
            if step.kind in COMMENTS and session.served is None:
                waiting.append(step)
                continue
            if step.kind == "console" and not serves and session.served is None and not any(step.kind == "file" for step in steps):
                session.serve("koine serve bikes.db")
            check(step)
            if session.served is not None:
                for late in waiting:
                    check(late)
                waiting = []
        app = (ROOT / page).parent / "app"
        if app.is_dir():
            tally.attempt(f"{page}: its files are those in {app.name}/", check_folder, session, steps, app)
        tally.attempt(f"{page}: the last server is left well", session.leave)
        tally.check(f"{page}: everything was run", [f"line {step.line} was not" for step in waiting])


def main():
    parser = argparse.ArgumentParser(description="Run what the documents show.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only pages whose path contains NAME")
    parser.add_argument("--koine", metavar="PATH", help="the program (default: $KOINE, else build/release/koine)")
    parser.add_argument("--verbose", action="store_true", help="name the passed tests too")
    arguments = parser.parse_args()
    try:
        koine = program(arguments.koine)
    except FileNotFoundError as fault:
        fail_early(f"run.py: {fault}")
    clients.prepare()
    tally = Tally(arguments.verbose)
    for page in PAGES:
        if not arguments.names or any(part in page for part in arguments.names):
            check_page(tally, koine, page)
    sys.exit(tally.finish())


if __name__ == "__main__":
    main()

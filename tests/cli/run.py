#!/usr/bin/env python3
"""Runs the program as a person or a script would: see README.md beside this file."""
import argparse
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.cli import apps, commands, documents, files, jobs, mistakes, operations, serving, shells, tokens, webhooks  # noqa: E402
from tests.cli.program import Program  # noqa: E402
from tests.support.server import program  # noqa: E402
from tests.support.tally import Tally, fail_early  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description="Run the checks of the command line.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only tests whose name contains NAME")
    parser.add_argument("--koine", metavar="PATH", help="the program (default: $KOINE, else build/release/koine)")
    parser.add_argument("--verbose", action="store_true", help="name the passed tests too")
    arguments = parser.parse_args()
    try:
        koine = program(arguments.koine)
    except FileNotFoundError as fault:
        fail_early(f"run.py: {fault}")
    tally = Tally(arguments.verbose)
    with tempfile.TemporaryDirectory(prefix="koine-cli-") as folder:
        under_test = Program(koine, pathlib.Path(folder))
        for name, function in [*commands.tests(), *mistakes.tests(), *serving.tests(), *documents.tests(), *shells.tests(), *tokens.tests(), *apps.tests(),
                               *webhooks.tests(), *jobs.tests(), *files.tests(), *operations.tests()]:
            if not arguments.names or any(part in name for part in arguments.names):
                tally.attempt(name, function, under_test)
    sys.exit(tally.finish())


if __name__ == "__main__":
    main()

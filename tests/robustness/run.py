#!/usr/bin/env python3
"""Runs the robustness checks: see README.md beside this file."""
import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.robustness import files, requests, schema, sockets, start, tokens, writers  # noqa: E402
from tests.support.server import program  # noqa: E402
from tests.support.tally import Tally, fail_early  # noqa: E402

MODULES = {"start": start, "files": files, "sockets": sockets, "schema": schema, "requests": requests, "tokens": tokens,
           "writers": writers}


def run_all(tally, koine, names=()):
    """Runs every check of the modules called `names` (all, if none): a check is a function whose name begins with `check_`."""
    for name, module in MODULES.items():
        if names and name not in names:
            continue
        for key, function in vars(module).items():
            if key.startswith("check_"):
                tally.attempt(f"{name}: {function.__doc__.splitlines()[0]}", function, koine)


def main():
    parser = argparse.ArgumentParser(description="Run the robustness checks.")
    parser.add_argument("names", nargs="*", choices=[*MODULES, []], metavar="NAME", help=f"of {', '.join(MODULES)}")
    parser.add_argument("--koine", metavar="PATH")
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    try:
        koine = program(arguments.koine)
    except FileNotFoundError as fault:
        fail_early(f"run.py: {fault}")
    tally = Tally(arguments.verbose)
    run_all(tally, koine, arguments.names)
    sys.exit(tally.finish())


if __name__ == "__main__":
    main()

"""Schemathesis on the documents of both dialects of a server with --write: requests made up from what they say, good ones and bad ones.
No answer may be a fault of the server or other than the documents say. One JSON line a test, for run.py to count."""
import json
import os
import pathlib
import re
import subprocess
import sys

BASE = os.environ["KOINE_URL"]
SECONDS = 35  # for each document; what isn't reached by then is left out
EXAMPLES = 4  # made up for each operation, beside those of every edge of its schema
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance", "response_schema_conformance")
# What holds values that aren't of their columns' types, on purpose; what is only large.
LEFT_OUT = r"/(odd_values|types|track)(/|$)"
MOST_LINES = 60


def run(root):
    """Faults of the document at `root`, and a line of what was done."""
    program = pathlib.Path(sys.executable).with_name("schemathesis")
    command = [program, "run", BASE + root, "--max-time", str(SECONDS), "--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES),
               "--checks", ",".join(CHECKS), "--exclude-path-regex", LEFT_OUT, "--seed", "1", "--no-shrink", "--warnings", "off",
               "--suppress-health-check", "all", "--request-timeout", "20"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS * 5,
                          check=False, env={**os.environ, "NO_COLOR": "1", "COLUMNS": "160"})
    made = re.search(r"([\d,]+) generated", done.stdout)
    tested = re.search(r"Tested: (\d+)", done.stdout)
    figures = f"{made.group(1) if made else 'no'} requests, {tested.group(1) if tested else 'no'} operations"
    if done.returncode == 0 and made and tested and int(tested.group(1)) > 20:
        return [], figures
    return (done.stdout[done.stdout.find("= FAILURES ="):] or done.stdout).splitlines()[:MOST_LINES] + [figures], figures


def main():
    roots = ("/", "/api/")
    for root in roots:
        try:
            faults, figures = run(root)
        except Exception as fault:  # pylint: disable=broad-except
            faults, figures = [f"{type(fault).__name__}: {fault}"], ""
        print(json.dumps({"name": f"made up from {root}: {figures}", "faults": faults}), flush=True)
    print(json.dumps({"done": len(roots)}), flush=True)


if __name__ == "__main__":
    main()

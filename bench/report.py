"""The figures as Markdown, and their place in README.md."""
import datetime
import os
import platform
import re
import subprocess

BEGIN, END = "<!-- results: written by run.py --write -->", "<!-- end of results -->"


def _first_line(command):
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    lines = (run.stdout or run.stderr).strip().splitlines()
    return lines[0] if lines else "unknown"


def _verdict(value, budget):
    return "reached" if value <= budget else "**missed**"


def machine(arguments):
    """What the figures depend on."""
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*:\s*(.*)", file.read())
    here = os.path.dirname(os.path.abspath(__file__))
    return "\n".join([
        f"- {datetime.date.today().isoformat()}, commit {_first_line(['git', '-C', here, 'rev-parse', '--short', 'HEAD'])}; "
        f"{arguments.workers} worker thread(s) each, 16 connections, {arguments.seconds} s a run, best of {arguments.rounds}",
        f"- {model[1] if model else platform.machine()}, {os.cpu_count()} cores (the generator runs on them too), Linux {platform.release()}, "
        f"load average at the start {os.getloadavg()[0]:.1f}",
        f"- {_first_line([arguments.koine, 'version'])} · floor: {_first_line([arguments.floor, '--version'])} · "
        f"{_first_line(['wrk', '-v']).split(' Copyright')[0]}",
    ])


def speed(results):
    """Two tables of [(workload, floor's runs, Koine's runs)]. Each figure is the best of its runs."""
    cpu = ["| work | CPU µs: floor | Koine | ratio | target | user µs: floor | Koine | ratio | runs differ by: floor | Koine |",
           "|---|---|---|---|---|---|---|---|---|---|"]
    rate = ["| work | requests/s: floor | Koine | p50 µs: floor | Koine | p99 µs: floor | Koine |", "|---|---|---|---|---|---|---|"]
    for workload, *sides in results:
        best = [{key: min(run[key] for run in runs) for key in ("cpu", "user", "p50", "p99")} for runs in sides]
        rates = [max(run["rate"] for run in runs) for runs in sides]
        differ = [max(run["cpu"] for run in runs) / min(run["cpu"] for run in runs) - 1 for runs in sides]
        ratio = best[1]["cpu"] / best[0]["cpu"]
        users = f"{best[1]['user'] / best[0]['user']:.2f}" if best[0]["user"] else "–"
        target = f"≤ {workload.budget:.1f}: {_verdict(ratio, workload.budget)}" if workload.budget else "–"
        cpu.append(f"| {workload.title} | {best[0]['cpu']:.1f} | {best[1]['cpu']:.1f} | {ratio:.2f} | {target} | {best[0]['user']:.1f} | "
                   f"{best[1]['user']:.1f} | {users} | {differ[0]:.0%} | {differ[1]:.0%} |")
        rate.append(f"| {workload.title} | {rates[0]:,.0f} | {rates[1]:,.0f} | {best[0]['p50']} | {best[1]['p50']} | "
                    f"{best[0]['p99']} | {best[1]['p99']} |")
    return "\n".join(cpu) + "\n\n" + "\n".join(rate)


def table(head, rows):
    """Rows of (what, floor's figure, Koine's figure, unit, budget); a figure of None wasn't measured."""
    lines = [f"| {head} | floor | Koine | target |", "|---|---|---|---|"]
    for what, floor, koine, unit, budget in rows:
        cells = ["–" if value is None else f"{value:.1f} {unit}" for value in (floor, koine)]
        target = f"≤ {budget} {unit}: {_verdict(koine, budget)}" if budget and koine is not None else "–"
        lines.append(f"| {what} | {cells[0]} | {cells[1]} | {target} |")
    return "\n".join(lines)


def write_into(path, text):
    """Replaces what stands between the two marks."""
    with open(path) as file:
        page = file.read()
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise SystemExit(f"{path} has no marks for the results")
    with open(path, "w") as file:
        file.write(f"{before}{BEGIN}\n{text}\n{END}{after}")

"""What a page shows: its fenced blocks, and the commands in them with their answers."""
import dataclasses
import re

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMENTS = {"js": "// ", "python": "# "}
FILES = ("yaml", "lua", "sql")
FILE = re.compile(r"(?:#|--) ([\w/.-]+\.(?:%s))( goes on)?\n" % "|".join(FILES))


@dataclasses.dataclass
class Step:
    """Something to run, and what it should print."""

    kind: str  # console, sh, file, or a language of COMMENTS
    line: int
    text: str
    want: str = ""


def steps_of(page):
    """Everything in a page that can be run, in order."""
    steps = []
    for fence in FENCE.finditer(page):
        kind, text, line = fence[1], fence[2], page.count("\n", 0, fence.start()) + 2
        if kind == "console":
            steps += commands_of(text, line)
        elif kind == "sh" and text.startswith("sqlite3"):
            steps.append(Step(kind, line, text))
        elif kind in FILES and FILE.match(text):
            steps.append(Step("file", line, text))
        elif kind in COMMENTS:
            mark = COMMENTS[kind]
            want = [part.removeprefix(mark) for part in text.splitlines() if part.startswith(mark)]
            steps.append(Step(kind, line, text, "\n".join(want)))
    return steps


def file_of(step):
    """The path that a block names in its first line, whether it goes on, and what comes after that line."""
    name = FILE.match(step.text)
    return name[1], name[2] is not None, step.text[name.end():]


def commands_of(text, first):
    steps, goes_on = [], False
    for number, line in enumerate(text.splitlines(), first):
        if goes_on:
            steps[-1].text += "\n" + line
        elif line.startswith("$ "):
            steps.append(Step("console", number, line.removeprefix("$ ")))
        elif steps:
            steps[-1].want += line + "\n"
            continue
        else:
            raise ValueError(f"line {number}: an answer without a command")
        goes_on = line.endswith("\\")
    return steps


def fits(want, got):
    """Whether an answer is the one that a page shows; one that shows none has none."""
    if not want.strip():
        return not got.strip()
    pattern = []
    for line in want.rstrip().splitlines():
        if line == "…":
            pattern.append(r"(?:.*\n)*?")
        elif re.match(r"(Date|X-Request-Id): ", line):
            pattern.append(re.escape(line.split(":")[0]) + r": .*\n")
        else:
            pattern.append(".*?".join(map(re.escape, line.split("…"))) + r"\n")
    return re.fullmatch("".join(pattern), got.rstrip() + "\n") is not None


def fits_loosely(want, got):
    """The same, but for white space: how a language breaks the lines of a value."""
    return "".join(want.split()) == "".join(got.split())

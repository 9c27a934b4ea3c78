"""Reads *.test files (README.md describes them) into cases; knows nothing of servers."""
import re

EXPECTATIONS = ("json", "exact", "subset", "ids", "column", "keys", "count", "empty", "body", "contains", "absent", "error", "details",
                "hint", "closed", "differs", "stored", "unchanged")


class Case:
    """One request and what must hold of its answer: a list of (word, argument)."""

    def __init__(self, where, title):
        self.where, self.title = where, title
        self.method, self.target, self.raw = None, None, None
        self.headers, self.body_lines, self.expectations = [], [], []

    @property
    def body(self):
        return _expand("\n".join(self.body_lines)).encode("utf-8")

    def find(self, word):
        return [argument for name, argument in self.expectations if name == word]


class Scenarios:
    """A file: its database, flags, prefixes and cases."""

    def __init__(self, path):
        self.path, self.database, self.flags, self.bases, self.cases, self.differs = path, "proof", [], [""], [], ""
        self.prepare, self.restore, self.tokens, self.last = [], [], {}, ""
        self._read(path.read_text(encoding="utf-8"))

    def _read(self, text):
        case, answering = None, False
        for number, line in enumerate(text.splitlines(), 1):
            where = f"{self.path.name}:{number}"
            if line.startswith("#"):
                continue
            if line.startswith("==="):
                case, answering = Case(where, line[3:].strip()), False
                self.cases.append(case)
            elif not line.strip():
                continue
            elif case is None:
                self._read_setting(where, line)
            elif line.strip() == "---":
                answering = True
            elif answering:
                _read_expectation(case, where, line)
            else:
                _read_request(case, where, line)
        for case in self.cases:
            _complete(case)

    def _read_setting(self, where, line):
        word, _, rest = line.partition(" ")
        if line[0] in " \t" and self.last == "prepare":
            self.prepare[-1] += "\n" + line.strip()
            return
        self.last = word
        if word == "database":
            self.database = rest.strip()
        elif word == "flags":
            self.flags += rest.split()
        elif word == "differs":
            self.differs = rest.strip()
        elif word == "bases":
            self.bases = [base.rstrip("/") for base in rest.split()]
        elif word == "prepare":
            self.prepare.append(rest.strip())
        elif word == "restore":
            self.restore += rest.split()
        elif word == "token":
            name, *arguments = rest.split()
            self.tokens[name] = arguments
        else:
            raise ValueError(f"{where}: unknown setting {word!r}")


def _read_request(case, where, line):
    if line.startswith("|"):
        case.body_lines.append(line[2:])
    elif case.method is None and case.raw is None:
        word, _, rest = line.partition(" ")
        if word == "raw":
            case.raw = _expand(rest).encode("utf-8").decode("unicode_escape").encode("latin-1")
            case.method = rest.split(" ", 1)[0]
        else:
            case.method, case.target = word, _expand(rest)
    else:
        name, colon, value = line.partition(":")
        if not colon:
            raise ValueError(f"{where}: not a header: {line!r}")
        case.headers.append((name, _expand(value.strip())))


def _read_expectation(case, where, line):
    if line[0] in " \t":
        word, argument = case.expectations[-1]
        case.expectations[-1] = (word, argument + "\n" + line.strip())
        return
    if line.startswith("|"):
        word, argument = case.expectations[-1]
        if word != "body":
            raise ValueError(f"{where}: a `|` line needs `body` before it")
        case.expectations[-1] = (word, argument + [line[2:]])
        return
    word, _, rest = line.partition(" ")
    if re.fullmatch(r"\d{3}(\|\d{3})*", line.strip()):
        case.expectations.append(("status", line.strip()))
    elif word in EXPECTATIONS:
        case.expectations.append((word, [] if word == "body" else rest.strip()))
    elif line.startswith("!"):
        case.expectations.append(("missing", line[1:].strip()))
    elif match := re.fullmatch(r"([A-Za-z-]+) ~ (.*)", line):
        case.expectations.append(("matches", (match.group(1), match.group(2))))
    elif match := re.fullmatch(r"([A-Za-z-]+):\s*(.*)", line):
        case.expectations.append(("header", (match.group(1), match.group(2))))
    else:
        raise ValueError(f"{where}: what is {line!r}?")


def _complete(case):
    """A case that could not fail is a mistake."""
    if case.method is None:
        raise ValueError(f"{case.where}: no request")
    if not case.find("status") and not case.find("closed"):
        raise ValueError(f"{case.where}: no status expected")


def _expand(text):
    """`{{abc*3}}` → abcabcabc."""
    return re.sub(r"\{\{(.*?)\*(\d+)\}\}", lambda match: match.group(1) * int(match.group(2)), text)

"""Many made-up requests, most of them half right: each gets its own clear answer, and none of them a fault of the server."""
import http.client
import json
import pathlib
import random
import sqlite3
import tempfile
import urllib.parse

from tests.support import databases
from tests.support.server import Server


OPERATORS = ["eq", "neq", "gt", "gte", "lt", "lte", "like", "ilike", "match", "imatch", "in", "is", "isdistinct", "cs", "cd", "ov", "fts", "sl"]
VALUES = ["1", "0", "-5", "abc", "", "a*", "%", "null", "true", "2024-02-29", "1.5", "1e400", "99999999999999999999", '{"a":1}', "{1,2}",
          "\\x00ff", "Björk", "'; --", '"', "[", "(?i)x", "(" * 30, "*" * 40, "😀", "a\\"]
TYPES = ["int", "text", "numeric", "bool", "date", "json", "float8", "nosuchtype"]
ACCEPT = ["*/*", "application/json", "text/csv", "application/vnd.pgrst.object+json", "application/xml",
          "application/vnd.pgrst.array+json;nulls=stripped", "text/html;q=0.5, application/json;q=0.1"]
# Told by a clear code of their own: a statement that takes too long, and one that waits too long for it.
EXPECTED_FAULTS = {"57014", "55P03"}


class Requests:
    """Writes targets over the tables, columns and foreign keys of a database, from a seed."""

    def __init__(self, database, seed):
        self.random = random.Random(seed)
        connection = sqlite3.connect(database)
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'")]
        self.columns, self.related = {}, {}
        for name in names:
            try:
                self.columns[name] = [row[1] for row in connection.execute("SELECT * FROM pragma_table_info(?)", (name,))]
            except sqlite3.OperationalError:
                continue
        for name in self.columns:
            for row in connection.execute("SELECT * FROM pragma_foreign_key_list(?)", (name,)):
                self.related.setdefault(name, []).append(row[2])
                self.related.setdefault(row[2], []).append(name)
        connection.close()

    def some(self, choices):
        return self.random.choice(list(choices))

    def maybe(self, chance):
        return self.random.random() < chance

    def name(self, text):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' if self.maybe(0.2) or not text.replace("_", "").isalnum() else text

    def column(self, table):
        choices = self.columns.get(table) or ["id"]
        column = self.name(self.some(choices)) if self.maybe(0.95) else self.some(["nocol", "", "*", "id->>x", "a b"])
        return column + (self.some(["->a", "->>a", "->0", "->a->>0"]) if self.maybe(0.08) else "")

    def value(self):
        return self.some(VALUES) if self.maybe(0.8) else str(self.random.randint(-10, 5000))

    def condition(self):
        operator = self.some(OPERATORS)
        negation = "not." if self.maybe(0.1) else ""
        if operator == "is":
            return f"{negation}is.{self.some(['null', 'not_null', 'true', 'unknown', 'nope'])}"
        if operator == "in":
            return f"{negation}in.({','.join(self.value() for _ in range(self.random.randint(0, 5)))})"
        if self.maybe(0.08):
            return f"{negation}{operator}({self.some(['any', 'all'])}).{{{self.value()},{self.value()}}}"
        return f"{negation}{operator}.{self.value()}"

    def group(self, table, depth=0):
        parts = []
        for _ in range(self.random.randint(1, 3)):
            if depth < 3 and self.maybe(0.25):
                parts.append(self.some(["and", "or", "not.and", "not.or"]) + self.group(table, depth + 1))
            else:
                parts.append(f"{self.column(table)}.{self.condition()}")
        return "(" + ",".join(parts) + ")"

    def target_of(self, table):
        return self.some(self.related[table]) if self.related.get(table) and self.maybe(0.9) else self.some(self.columns)

    def select(self, table, depth=0):
        items = []
        for _ in range(self.random.randint(1, 3)):
            if depth < 3 and self.maybe(0.35):
                target = self.target_of(table)
                hint = self.some(["!inner", "!left", "!" + self.column(table)]) if self.maybe(0.3) else ""
                alias = "x:" if self.maybe(0.1) else ("..." if self.maybe(0.1) else "")
                items.append(f"{alias}{self.name(target)}{hint}({self.select(target, depth + 1) if self.maybe(0.9) else ''})")
            elif self.maybe(0.1):
                items.append(self.some(["count()", f"{self.column(table)}.{self.some(['sum', 'avg', 'min', 'max', 'count'])}()"]))
            else:
                items.append("*" if self.maybe(0.2) else self.column(table) + (f"::{self.some(TYPES)}" if self.maybe(0.1) else ""))
        return ",".join(items)

    def query(self, table):
        parameters = []
        if self.maybe(0.7):
            parameters.append(("select", self.select(table)))
        for _ in range(self.random.randint(0, 3)):
            parameters.append((self.column(table), self.condition()))
        if self.maybe(0.2):
            parameters.append((self.some(["or", "and", "not.or"]), self.group(table)))
        if self.related.get(table) and self.maybe(0.25):
            target = self.some(self.related[table])
            parameters.append((f"{target}.{self.some(['limit', 'order', 'offset', self.column(target)])}", self.some(["1", "eq.1", "id.desc", "is.null"])))
        if self.maybe(0.4):
            parameters.append(("order", ",".join(self.column(table) + self.some(["", ".desc", ".asc.nullsfirst"]) for _ in range(self.random.randint(1, 2)))))
        parameters.append(("limit", self.some(["25", "3", "0", "-1", "x"])))
        if self.maybe(0.2):
            parameters.append(("offset", self.some(["1", "100", "-3", "99999999999999999999"])))
        text = "&".join(f"{urllib.parse.quote(key)}={urllib.parse.quote(value)}" for key, value in parameters)
        return self.damaged(text) if self.maybe(0.1) else text

    def damaged(self, text):
        place = self.random.randrange(len(text) + 1)
        return text[:place] + self.some(["(", ")", ",", ".", "%", "%2", "&", "=", '"', "%00", "%ff", "::", "->", "!"]) + text[place + self.random.randint(0, 2):]

    def make(self):
        table = self.some(self.columns)
        headers = {"Accept": self.some(ACCEPT)} if self.maybe(0.3) else {}
        if self.maybe(0.2):
            headers["Prefer"] = self.some(["count=exact", "count=planned", "handling=strict, foo=bar", "count=exact,count=nope"])
        if self.maybe(0.1):
            headers["Range"] = self.some(["0-9", "5-1", "x", "2-", "99999999999999999999-"])
        return "/" + urllib.parse.quote(table, safe="") + "?" + self.query(table), headers


def verdict(answer, body):
    """What is wrong with an answer; empty if nothing is."""
    text = body.decode("utf-8")
    if answer.status >= 400 or answer.status == 300:
        problem = json.loads(text)
        if set(problem) != {"code", "message", "details", "hint"}:
            return f"the problem has the members {sorted(problem)}"
        if answer.status >= 500 and problem["code"] not in EXPECTED_FAULTS:
            return "a fault of the server"
        if any(word in text for word in ("SELECT ", "sqlite", "koine_", " near ", "no such column")):
            return "it shows the server's inside"
    elif answer.status not in (200, 206):
        return "an unexpected status"
    elif "json" in answer.getheader("Content-Type", ""):
        json.loads(text)
    return ""


def ask_many(koine, database, count, seed):
    """Asks one after the other over one connection, so that what is told apart is told by the server and not by a broken connection."""
    requests = Requests(database, seed)
    with Server(koine, database, ["--statement-timeout", "2000"]) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        right = 0
        for _ in range(count):
            target, headers = requests.make()
            connection.request("GET", target, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            wrong = verdict(answer, body)
            assert not wrong, f"{wrong}: {answer.status} to GET {target} {headers}: {body[:400]!r}"
            right += answer.status < 300
        connection.close()
        assert right > count // 20, f"only {right} of {count} requests were answered with rows: the generator makes nonsense"


def check_proof(koine):
    """1,500 made-up requests over the Proof data"""
    with tempfile.TemporaryDirectory(prefix="koine-requests-") as folder:
        ask_many(koine, databases.make("proof", pathlib.Path(folder)), 1500, seed=1)


def check_proj(koine):
    """500 made-up requests over proj.db, made by others"""
    ask_many(koine, databases.PROJ, 500, seed=2)

"""proj.db (Debian's proj-data), made by others: every table and view listed, filtered, ordered, counted and embedded along every
foreign key must equal what Python's sqlite3 says. The schema is read here with pragmas, independently of Koine."""
import json
import random
import re
import sqlite3
from urllib.parse import quote

from tests.support import wire

PAGE = 25


def name_of(identifier):
    """An identifier as it may stand in a query string."""
    plain = identifier.replace("_", "").isalnum()
    return quote(identifier if plain else '"' + identifier.replace('"', '\\"') + '"')


def tick(identifier):
    return "`" + identifier.replace("`", "``") + "`"


def plain(value):
    """A stored value as its JSON must read: integral floats have no point, so compare as numbers."""
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    return value


def key(value):
    """A value that tells text from number and sorts with anything."""
    if value is None:
        return (0, 0, "")
    if isinstance(value, (int, float)):  # true is 1 here: what is a boolean is told by the wire scenarios
        return (1, float(value), "")
    return (2, 0, json.dumps(value, sort_keys=True))


def bag(rows):
    """Rows as a multiset in a fixed order, for comparisons where no order was asked."""
    return sorted((tuple(key(value) for value in row) for row in rows))


class Proj:
    """The oracle's side, the server's side, and the slowest requests seen."""

    def __init__(self, path, server, tally):
        self.oracle = sqlite3.connect(path)
        self.connection = wire.KeepAlive(server.port, 60)
        self.tally = tally
        self.times = []
        self.random = random.Random(8)
        listed = self.oracle.execute("PRAGMA table_list").fetchall()
        self.relations = sorted((name, kind) for _, name, kind, *_ in listed if kind in ("table", "view") and not name.startswith("sqlite_"))
        self.columns = {name: self.oracle.execute(f"PRAGMA table_xinfo({tick(name)})").fetchall() for name, _ in self.relations}

    def names(self, relation):
        return [column[1] for column in self.columns[relation]]

    def get(self, target, headers=()):
        answer = self.connection.get(target, headers)
        self.times.append((self.connection.last_ms, target))
        return answer

    def rows(self, target, status=(200,), headers=()):
        answer = self.get(target, headers)
        assert answer.status in status, f"{target}: {answer.status} {answer.text[:300]}"
        return answer.json(), answer

    def check(self, name, function, *arguments):
        return self.tally.attempt(f"proj.db: {name}", function, *arguments)

    # --- one relation -----------------------------------------------------------------------------------------------------------

    def list_all(self, relation):
        """All rows and the exact count, in pages under the cap; without an order, so compared as a bag."""
        names = self.names(relation)
        want = self.oracle.execute(f"SELECT {', '.join(map(tick, names))} FROM {tick(relation)}").fetchall()
        # More than one page needs an order, or pages may overlap.
        order = "&order=" + ",".join(map(name_of, self.sequence(relation))) if len(want) > 10000 else ""
        got, answer = self.rows(f"/{quote(relation)}?limit=10000{order}", (200, 206), [("Prefer", "count=exact")])
        total = answer.header("Content-Range").rpartition("/")[2]
        assert total == str(len(want)), f"total {total}, sqlite3 says {len(want)}"
        assert not got or list(got[0]) == names, f"members {list(got[0])}, columns {names}"
        while len(got) < len(want):
            page, _ = self.rows(f"/{quote(relation)}?limit=10000{order}&offset={len(got)}")
            assert page, f"{len(got)} rows, then none"
            got += page
        assert bag([row[name] for name in names] for row in got) == bag(map(plain, row) for row in want), "rows differ"

    def ordered(self, relation, column, descending):
        """25 rows by one column: the sequence of its values, nulls last ascending and first descending."""
        direction, nulls = ("DESC", "FIRST") if descending else ("ASC", "LAST")
        want = [plain(row[0]) for row in self.oracle.execute(
            f"SELECT {tick(column)} FROM {tick(relation)} ORDER BY {tick(column)} {direction} NULLS {nulls} LIMIT {PAGE} OFFSET 3")]
        got, _ = self.rows(f"/{quote(relation)}?select={name_of(column)}&order={name_of(column)}.{direction.lower()}&limit={PAGE}&offset=3")
        assert [row[column] for row in got] == want, f"{[row[column] for row in got][:5]}… wanted {want[:5]}…"

    def filtered(self, relation, column, declared):
        """A value of the column found by eq, its absence by neq, nulls by is, and all counted."""
        sample = self.oracle.execute(f"SELECT DISTINCT {tick(column)} FROM {tick(relation)} WHERE {tick(column)} IS NOT NULL").fetchall()
        nulls = self.oracle.execute(f"SELECT count(*) FROM {tick(relation)} WHERE {tick(column)} IS NULL").fetchone()[0]
        self.expect_count(relation, f"{name_of(column)}=is.null", nulls)
        for (value,) in self.random.sample(sample, min(3, len(sample))):
            if isinstance(value, float) or isinstance(value, bytes):
                continue
            literal = quote(str(value), safe="")
            dynamic = not declared or ("INT" in declared.upper() and "TEXT" in declared.upper())
            same = "CAST({0} AS TEXT) = CAST(? AS TEXT)" if dynamic else "{0} = ?"
            want = self.oracle.execute(f"SELECT count(*) FROM {tick(relation)} WHERE {same.format(tick(column))}", (value,)).fetchone()[0]
            other = self.oracle.execute(f"SELECT count(*) FROM {tick(relation)} WHERE NOT ({same.format(tick(column))})", (value,)).fetchone()[0]
            assert want > 0
            self.expect_count(relation, f"{name_of(column)}=eq.{literal}", want)
            self.expect_count(relation, f"{name_of(column)}=neq.{literal}", other)
            if isinstance(value, str) and value and not set(value) & set('"\\'):
                self.expect_count(relation, f"{name_of(column)}=in.(%22{literal}%22)", want)

    def expect_count(self, relation, query, want):
        got, answer = self.rows(f"/{quote(relation)}?{query}&limit={PAGE}", (200, 206), [("Prefer", "count=exact")])
        total = answer.header("Content-Range").rpartition("/")[2]
        assert total == str(want), f"{query}: total {total}, sqlite3 says {want}"
        assert len(got) == min(want, PAGE), f"{query}: {len(got)} rows of {want}"

    # --- along a foreign key ----------------------------------------------------------------------------------------------------

    def foreign_keys(self, relation):
        """(columns, parent, parent's columns) of each foreign key whose parent exists."""
        found = {}
        for number, sequence, parent, column, target, *_ in self.oracle.execute(f"PRAGMA foreign_key_list({tick(relation)})").fetchall():
            found.setdefault(number, (parent, []))[1].append((sequence, column, target))
        for parent, pairs in found.values():
            if parent not in self.columns:
                continue
            pairs.sort()
            keys = [column[1] for column in sorted(self.columns[parent], key=lambda c: c[5]) if column[5]]
            yield [pair[1] for pair in pairs], parent, [pair[2] or keys[i] for i, pair in enumerate(pairs)]

    def hint(self, relation, columns):
        """The constraint's name: as the CREATE TABLE text has it (outside its comments), else the default one."""
        text = self.oracle.execute("SELECT sql FROM sqlite_master WHERE name = ?", (relation,)).fetchone()[0]
        text = re.sub(r"--[^\n]*|/\*.*?\*/", "", text, flags=re.S)
        for name, listed in re.findall(r"CONSTRAINT\s+(\w+)\s+FOREIGN\s+KEY\s*\(([^)]*)\)", text, flags=re.I):
            if [one.strip() for one in listed.split(",")] == columns:
                return name
        return f"{relation}_{'_'.join(columns)}_fkey"

    def sequence(self, relation):
        """Columns that put the relation's rows in one order: its key, else as many as an order may have."""
        keys = [column[1] for column in sorted(self.columns[relation], key=lambda c: c[5]) if column[5]]
        return keys or self.names(relation)[:20]

    def to_one(self, relation, columns, parent, targets):
        """25 children each with its parent."""
        names = self.names(parent)[:3]
        own = self.sequence(relation)
        order = ",".join(name_of(column) for column in own)
        join = " AND ".join(f"p.{tick(target)} = c.{tick(column)}" for column, target in zip(columns, targets))
        sql_order = ", ".join(f"c.{tick(column)} ASC NULLS LAST" for column in own)
        want = self.oracle.execute(
            f"SELECT {', '.join(f'p.{tick(name)}' for name in names)}, p.{tick(targets[0])} IS NOT NULL FROM {tick(relation)} c LEFT JOIN {tick(parent)} p ON {join}"
            f" ORDER BY {sql_order} LIMIT {PAGE}").fetchall()
        picked = ",".join(map(name_of, names))
        got, _ = self.rows(f"/{quote(relation)}?select=parent:{quote(parent)}!{self.hint(relation, columns)}({picked})&order={order}&limit={PAGE}")
        expected = [dict(zip(names, map(plain, row[:-1]))) if row[-1] else None for row in want]
        assert [row["parent"] for row in got] == expected, f"{[row['parent'] for row in got][:3]} wanted {expected[:3]}"

    def to_many(self, relation, columns, parent, targets):
        """25 parents that have children, each with all of them; one-to-one comes as an object."""
        own, keys = self.names(relation)[:4], list(dict.fromkeys([*self.sequence(parent), *targets]))
        join = " AND ".join(f"c.{tick(column)} = p.{tick(target)}" for column, target in zip(columns, targets))
        order = ", ".join(f"{tick(name)} ASC NULLS LAST" for name in keys)
        parents = self.oracle.execute(
            f"SELECT {', '.join(map(tick, keys))} FROM {tick(parent)} p WHERE EXISTS (SELECT 1 FROM {tick(relation)} c WHERE {join})"
            f" ORDER BY {order} LIMIT {PAGE}").fetchall()
        picked, sequence = ",".join(map(name_of, own)), ",".join(map(name_of, keys))
        got, _ = self.rows(f"/{quote(parent)}?select={','.join(map(name_of, keys))},children:{quote(relation)}!{self.hint(relation, columns)}!inner({picked})"
                           f"&order={sequence}&limit={PAGE}")
        assert len(got) == len(parents), f"{len(got)} parents, wanted {len(parents)}"
        for row, stored in zip(got, parents):
            values = dict(zip(keys, stored))
            where = " AND ".join(f"{tick(column)} = ?" for column in columns)
            want = self.oracle.execute(f"SELECT {', '.join(map(tick, own))} FROM {tick(relation)} WHERE {where}", [values[t] for t in targets]).fetchall()
            children = row["children"] if isinstance(row["children"], list) else [row["children"]]
            assert bag([child[name] for name in own] for child in children) == bag(map(plain, one) for one in want), f"children of {values}"

    # --- the named ones ---------------------------------------------------------------------------------------------------------

    def projected(self):
        """projected_crs with its geodetic_crs and its conversion."""
        want = self.oracle.execute(
            "SELECT p.auth_name, p.code, p.name, g.name, g.type, c.name, c.method_code FROM projected_crs p"
            " LEFT JOIN geodetic_crs g ON g.auth_name = p.geodetic_crs_auth_name AND g.code = p.geodetic_crs_code"
            " LEFT JOIN conversion_table c ON c.auth_name = p.conversion_auth_name AND c.code = p.conversion_code"
            " WHERE p.deprecated = 0 ORDER BY p.name, p.auth_name, p.code LIMIT 25").fetchall()
        got, _ = self.rows("/projected_crs?select=auth_name,code,name,geodetic_crs(name,type),conversion_table(name,method_code)"
                           "&deprecated=is.false&order=name,auth_name,code&limit=25")
        flat = [(r["auth_name"], r["code"], r["name"], *(r["geodetic_crs"] or {"n": None, "t": None}).values(),
                 *(r["conversion_table"] or {"n": None, "m": None}).values()) for r in got]
        assert flat == want, f"{flat[:2]} wanted {want[:2]}"

    def geodetic(self):
        """geodetic_crs with all of its projected_crs."""
        got, _ = self.rows("/geodetic_crs?select=auth_name,code,projected_crs!inner(name)&auth_name=eq.EPSG&order=code&limit=25&projected_crs.order=name")
        for row in got:
            want = [name for (name,) in self.oracle.execute(
                "SELECT name FROM projected_crs WHERE geodetic_crs_auth_name = ? AND geodetic_crs_code = ? ORDER BY name", (row["auth_name"], row["code"]))]
            assert [one["name"] for one in row["projected_crs"]] == want, f"{row['code']}: {len(row['projected_crs'])} wanted {len(want)}"
        assert sum(len(row["projected_crs"]) for row in got) > 25, "the page proves nothing"

    def number_and_text(self):
        """INTEGER_OR_TEXT columns: numbers by number, texts by text."""
        proved = set()
        for relation, kind in self.relations:
            for column in self.columns[relation]:
                if column[2].upper() != "INTEGER_OR_TEXT":
                    continue
                for wanted in ("integer", "text"):
                    row = self.oracle.execute(
                        f"SELECT {tick(column[1])} FROM {tick(relation)} WHERE typeof({tick(column[1])}) = ? LIMIT 1", (wanted,)).fetchone()
                    if row is None:
                        continue
                    count = self.oracle.execute(f"SELECT count(*) FROM {tick(relation)} WHERE CAST({tick(column[1])} AS TEXT) = CAST(? AS TEXT)", row).fetchone()[0]
                    self.expect_count(relation, f"{name_of(column[1])}=eq.{quote(str(row[0]), safe='')}", count)
                    proved.add(wanted)
        assert proved == {"integer", "text"}, proved


def run(path, server, tally):
    """All of it; returns the line of figures to print."""
    proj = Proj(path, server, tally)
    for relation, kind in proj.relations:
        proj.check(f"{kind} {relation} is listed and counted", proj.list_all, relation)
        for column in proj.columns[relation]:
            proj.check(f"{relation} by {column[1]}, both ways", lambda r=relation, c=column[1]: [proj.ordered(r, c, way) for way in (False, True)])
            proj.check(f"{relation} filtered by {column[1]}", proj.filtered, relation, column[1], column[2])
        for columns, parent, targets in proj.foreign_keys(relation) if kind == "table" else ():
            proj.check(f"{relation} with its {parent} by {','.join(columns)}", proj.to_one, relation, columns, parent, targets)
            proj.check(f"{parent} with its {relation} by {','.join(columns)}", proj.to_many, relation, columns, parent, targets)
    proj.check("projected_crs with geodetic_crs and conversion_table", proj.projected)
    proj.check("geodetic_crs with projected_crs", proj.geodetic)
    proj.check("INTEGER_OR_TEXT by number and by text", proj.number_and_text)
    pages = [one for one in proj.times if "limit=10000" not in one[1]]
    slow = sorted(pages, reverse=True)
    # A ceiling against the quadratic, far above what a page costs: the figure itself is printed, not judged.
    proj.check("no page of 25 rows takes seconds", lambda: _ceiling(slow))
    over = [one for one in slow if one[0] > 100]
    proj.connection.close()
    listed = "".join(f"\n  {milliseconds:.0f} ms {target}" for milliseconds, target in over[:10])
    return (f"proj.db: {len(pages)} requests of at most {PAGE} rows: median {slow[len(slow) // 2][0]:.1f} ms, slowest {slow[0][0]:.1f} ms,"
            f" {len(over)} over 100 ms{listed}")


def _ceiling(slow):
    assert slow[0][0] < 5000, f"{slow[0][0]:.0f} ms: {slow[0][1]}"

"""A second program on the served file: looks at what is stored, and puts tables back as they were while the server runs."""
import shutil
import sqlite3


class Live:
    """A connection of our own to a database that is being served. Made before the server starts, entered after it has."""

    def __init__(self, path, tables=()):
        """`tables` are those that `restore` puts back, in this order: what triggers write comes after what they hang on."""
        self.tables, self.copy = list(tables), f"{path}.before"
        shutil.copyfile(path, self.copy)
        self.connection = None
        self.path = path

    def __enter__(self):
        self.connection = sqlite3.connect(self.path, timeout=10, isolation_level=None, check_same_thread=False)
        self.connection.execute("PRAGMA synchronous = OFF")
        self.connection.execute("ATTACH ? AS was", (self.copy,))
        self.columns = {table: ", ".join(map(quoted, self._columns(table))) for table in self.tables}
        return self

    def __exit__(self, *_):
        self.connection.close()

    def _columns(self, table):
        """All that can be written, and the rowid where no key stands for it."""
        columns = self.connection.execute("SELECT name, pk FROM pragma_table_info(?, 'was')", (table,)).fetchall()
        if not columns:
            raise ValueError(f"there is no table {table} to restore")
        return [name for name, _ in columns] + ([] if any(key for _, key in columns) else ["rowid"])

    def rows(self, query):
        """What a query brings now, as a list of lists."""
        return [list(row) for row in self.connection.execute(query)]

    def _difference(self, table, one, other):
        columns, name = self.columns[table], quoted(table)
        return self.rows(f"SELECT {columns} FROM {one}.{name} EXCEPT SELECT {columns} FROM {other}.{name}")

    def changes(self):
        """What differs from the beginning, a line each row."""
        found = []
        for table in self.tables:
            found += [f"{table} has {row}" for row in self._difference(table, "main", "was")]
            found += [f"{table} lacks {row}" for row in self._difference(table, "was", "main")]
            counts = [self.rows(f"SELECT count(*) FROM {place}.{quoted(table)}")[0][0] for place in ("main", "was")]
            found += [f"{table} has {counts[0]} rows, not {counts[1]}"] if counts[0] != counts[1] else []
        return found[:10]

    def restore(self):
        """Puts the tables back, in one transaction, if they differ."""
        if not self.changes():
            return
        self.connection.execute("BEGIN IMMEDIATE")
        for table in self.tables:
            name, columns = quoted(table), self.columns[table]
            self.connection.execute(f"DELETE FROM main.{name}")
            self.connection.execute(f"INSERT INTO main.{name}({columns}) SELECT {columns} FROM was.{name}")
        self.connection.execute("COMMIT")


def quoted(name):
    return "`" + name.replace("`", "``") + "`"

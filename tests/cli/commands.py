"""help, version, inspect."""
import json
import re
import sqlite3
import subprocess

FLAGS = ["--dialect", "--write", "--durability", "--state", "--host", "--port", "--workers", "--max-connections", "--tls-cert", "--tls-key",
         "--tls-dev", "--max-rows", "--max-response-bytes", "--statement-timeout", "--max-head-bytes", "--max-body-bytes", "--max-depth",
         "--max-embeds", "--max-columns", "--max-terms", "--max-order-terms", "--head-timeout", "--idle-timeout", "--write-timeout",
         "--drain-timeout", "--access-log", "--log-format", "--quiet", "--config"]


def has(text, *parts):
    for part in parts:
        assert part in text, f"{part!r} is not in:\n{text[:3000]}"


def help_explains(koine):
    for words in (["--help"], ["-h"], ["help"]):
        ended = koine.call(*words)
        assert ended.code == 0 and ended.err == "", (words, ended.code, ended.err)
        has(ended.out, "koine serve FILE", "koine inspect FILE", "koine openapi FILE", "koine completion", "koine version", "Exit codes", "Examples")


def no_command_is_a_usage_error(koine):
    ended = koine.call()
    assert (ended.code, ended.out) == (2, ""), (ended.code, ended.out)
    has(ended.err, "koine serve FILE")


def serve_help_lists_every_flag(koine):
    for words in (["serve", "--help"], ["help", "serve"], ["serve", "x.db", "--port", "1", "-h"]):
        ended = koine.call(*words)
        assert ended.code == 0, (words, ended.code, ended.err)
        has(ended.out, *FLAGS, "KOINE_", "Exit codes", "Examples")
        assert "\033" not in ended.out, "colour in a pipe"
        wide = [line for line in ended.out.splitlines() if len(line) > 120]
        assert not wide, wide


def help_and_reference_agree(koine):
    """Each command's table in docs/cli.md has the flags of its help, in its order, with their values and defaults."""
    from tests.support.databases import ROOT
    reference = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
    for command in re.findall(r"^  koine ([a-z]+)\b", koine.call("--help").out, re.M):
        text = re.sub(r"^(  \S.*)\n {30,}(?=\S)", r"\1   ", koine.call(command, "--help").out, flags=re.M)
        helped = [(left, default) for left, default in re.findall(r"^  ((?:-\w, )?--\S+(?: \S+)?) .*?(?:\((\w[\w.]*)\))?$", text, re.M)
                  if "--help" not in left]
        part = re.search(rf"^## koine {command}\b.*?(?=^## |\Z)", reference, re.M | re.S)
        assert part or not helped, f"docs/cli.md does not tell of koine {command}"
        if not helped:
            continue
        rows = re.findall(r"^\| `([^`]+)` \| .* \| (.*?) ?\|$", part.group(0), re.M)
        assert [row[0].replace("\\|", "|") for row in rows] == [left for left, _ in helped], (command, rows, helped)
        for (flag, shown), (_, default) in zip(rows, helped):
            assert not default or shown == default, f"docs/cli.md: {flag} is {default} by default, not {shown}"


def inspect_help_explains(koine):
    ended = koine.call("inspect", "--help")
    assert ended.code == 0
    has(ended.out, "koine inspect", "--json")


def version_names_its_parts(koine):
    for words in (["version"], ["--version"]):
        ended = koine.call(*words)
        assert ended.code == 0, ended.code
        assert re.match(r"koine \d+\.\d+\.\d+\n", ended.out), ended.out
        has(ended.out, "compiler", f"SQLite    {sqlite3.sqlite_version}", "Boost     1.")


def inspect_shows_tables(koine):
    ended = koine.call("inspect", koine.database("music"))
    assert ended.code == 0 and ended.err == "", (ended.code, ended.err)
    has(ended.out, "11 tables, 3 views", "playlist_track  (table)", "sales_by_country  (view)", "album_artist_id_fkey",
        "(artist_id) to artist (artist_id)", "genre_name_key", "milliseconds > 0")
    album = ended.out.split("\nalbum  (table)\n")[1].split("\n\nartist")[0]
    has(album, "primary key  album_pkey", "many-to-one  by album_artist_id_fkey")
    playlist = ended.out.split("\nplaylist  (table)\n")[1].split("\n\nplaylist_track")[0]
    assert re.search(r"related +track +many-to-many +through playlist_track", playlist), playlist


def inspect_json_equals_the_file(koine):
    for name in ("music", "proof"):
        path = koine.database(name)
        ended = koine.call("inspect", path, "--json")
        assert ended.code == 0, ended.err
        shown = {entity["name"]: entity for entity in json.loads(ended.out)["entities"]}
        connection = sqlite3.connect(path)
        listed = connection.execute("SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'view', 'virtual')"
                                    " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'").fetchall()
        left_out = " ".join(json.loads(ended.out)["notes"])
        for entity, _ in listed:
            assert entity in shown or entity in left_out, f"{entity} is neither shown nor in the notes of {name}"
        for entity, kind in listed:
            if entity not in shown:
                continue
            wanted = [row[0] for row in connection.execute("SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1", [entity])]
            got = [column["name"] for column in shown[entity]["columns"]]
            assert got == wanted, (entity, got, wanted)
            key = [row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", [entity])]
            if kind == "table":
                assert ((shown[entity]["primary_key"] or {}).get("columns") or []) == key, (entity, shown[entity]["primary_key"], key)
        connection.close()


def inspect_writes_embeds_that_are_unique(koine):
    for name in ("music", "proof", "proj"):
        for entity in json.loads(koine.call("inspect", koine.database(name), "--json").out)["entities"]:
            written = [relation["embed"] for relation in entity["relationships"] if relation["embed"]]
            assert len(set(written)) == len(written), (name, entity["name"], written)


def inspect_leaves_the_file_alone(koine):
    path = koine.database("proof")
    before = path.read_bytes()
    beside = sorted(entry.name for entry in path.parent.iterdir())
    assert koine.call("inspect", path).code == 0
    assert path.read_bytes() == before and sorted(entry.name for entry in path.parent.iterdir()) == beside


def names_cannot_steer_the_terminal(koine):
    path = koine.folder / "odd.db"
    connection = sqlite3.connect(path)
    connection.execute('CREATE TABLE "a\033[31mb" (id INTEGER PRIMARY KEY, "c\nd" TEXT)')
    connection.close()
    ended = koine.call("inspect", path)
    assert ended.code == 0, ended.err
    assert "\033" not in ended.out and "c\nd" not in ended.out, ended.out


def a_full_disk_is_told(koine):
    with open("/dev/full", "wb") as full:
        ended = koine.call("inspect", koine.database("music"), stdout=full)
    assert ended.code == 1 and ended.err.startswith("koine: the output could not be written"), (ended.code, ended.err)


def a_reader_may_go_away(koine):
    process = subprocess.Popen([str(koine.path), "inspect", str(koine.database("proj"))], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.read(10)
    process.stdout.close()
    process.wait(30)
    assert process.stderr.read() == b"", "it complained"
    process.stderr.close()


def tests():
    return [(function.__name__.replace("_", " "), function) for function in (
        help_explains, no_command_is_a_usage_error, serve_help_lists_every_flag, help_and_reference_agree, inspect_help_explains,
        version_names_its_parts, inspect_shows_tables, inspect_json_equals_the_file, inspect_writes_embeds_that_are_unique,
        inspect_leaves_the_file_alone, names_cannot_steer_the_terminal, a_full_disk_is_told, a_reader_may_go_away)]

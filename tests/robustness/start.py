"""The command line: what cannot start says why and ends with a status; what can, starts."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time

from tests.support import databases, wire
from tests.support.server import CRASH_MARKS, Server, StartFailed

SECONDS = 20
NOBODY = 65534


@contextlib.contextmanager
def workshop():
    """A folder with the proof database in it."""
    with tempfile.TemporaryDirectory(prefix="koine-start-") as folder:
        yield pathlib.Path(folder), databases.make("proof", folder)


def run(koine, *arguments, **options):
    """Runs the program to its end; one that goes on serving is a failure."""
    done = subprocess.run([str(koine), *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, errors="replace", timeout=SECONDS, check=False, **options)
    return done


def refused(koine, *arguments, words=(), **options):
    """Asserts that the program ends by itself, with a status of its own and a legible text on stderr that has all `words`."""
    try:
        done = run(koine, *arguments, **options)
    except subprocess.TimeoutExpired:
        raise AssertionError(f"{arguments} was accepted: the server runs") from None
    text = done.stderr
    assert 1 <= done.returncode < 126, f"{arguments} ended with {done.returncode}: {text[-400:]}"
    assert text.strip(), f"{arguments}: nothing on stderr (stdout: {done.stdout[-200:]!r})"
    assert len(text.splitlines()) <= 25, f"{arguments}: {len(text.splitlines())} lines of error"
    assert not any(mark in text for mark in (*CRASH_MARKS, ".cpp:", "std::", "what():")), f"{arguments}: not for people: {text[-400:]}"
    for word in words:
        assert word.lower() in text.lower(), f"{arguments}: {word!r} is missing from {text[-400:]!r}"
    return done


def check_missing_file(koine):
    """a missing file is named, and is not created"""
    with workshop() as (folder, _):
        refused(koine, "serve", folder / "nowhere.db", "--port", "0", words=["nowhere.db"])
        assert not (folder / "nowhere.db").exists(), "the file was created"


def check_directory(koine):
    """a folder without an app is refused by name"""
    with workshop() as (folder, _):
        (folder / "hollow").mkdir()
        refused(koine, "serve", folder / "hollow", "--port", "0", words=["hollow"])


def check_not_a_database(koine):
    """a file that is no database is refused by name"""
    with workshop() as (folder, _):
        for name, content in (("text.db", b"hello, world\n" * 200), ("short.db", b"SQLite format 3\0"), ("noise.db", bytes(range(256)) * 32)):
            (folder / name).write_bytes(content)
            refused(koine, "serve", folder / name, "--port", "0", words=[name])


def check_truncated_database(koine):
    """a database cut in half is refused, or serves and says so per request"""
    with workshop() as (folder, database):
        whole = database.read_bytes()
        cut = folder / "cut.db"
        cut.write_bytes(whole[:len(whole) // 2])
        try:
            server = Server(koine, cut)
        except StartFailed as fault:
            assert "cut.db" in str(fault), f"not named: {fault}"
            return
        with server:
            statuses = {server.request("GET", f"/{name}?limit=10000").status for name in ("artist", "track", "odd_values", "types")}
            assert statuses <= {200, 404, 500, 503}, statuses


def check_unreadable(koine):
    """an unreadable file is refused by name"""
    with workshop() as (folder, database):
        program, options = as_nobody(koine, folder)
        os.chmod(database, 0)
        refused(program, "serve", database, "--port", "0", words=["proof.db"], **options)


def as_nobody(koine, folder):
    """The program and the options with which a run of it may not read everything: root reads what it likes."""
    if os.geteuid() != 0:
        return koine, {}
    os.chmod(folder, 0o755)
    copy = pathlib.Path(folder) / "koine-copy"
    shutil.copy(koine, copy)
    os.chmod(copy, 0o755)
    return copy, {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def check_wal_in_a_folder_that_cannot_be_written(koine):
    """a WAL database in a folder that cannot be written is refused with the reason, never read past its log"""
    with workshop() as (folder, database):
        program, options = as_nobody(koine, folder)
        connection = sqlite3.connect(database)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("UPDATE genre SET name = 'Wal' WHERE id = 1")
        connection.commit()
        kept = database.read_bytes(), pathlib.Path(f"{database}-wal").read_bytes()
        connection.close()
        closed = folder / "closed"
        closed.mkdir()
        (closed / "wal.db").write_bytes(kept[0])
        (closed / "wal.db-wal").write_bytes(kept[1])
        os.chmod(closed, 0o555)
        try:
            refused(program, "serve", closed / "wal.db", "--port", "0", words=["wal"], **options)
        finally:
            os.chmod(closed, 0o755)


def check_port_in_use(koine):
    """a port in use is refused with its number"""
    with workshop() as (_, database), Server(koine, database) as server:
        refused(koine, "serve", database, "--port", server.port, words=[str(server.port)])
    with workshop() as (_, database), socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused(koine, "serve", database, "--port", taken.getsockname()[1], words=[str(taken.getsockname()[1])])


def check_bad_ports(koine):
    """ports that are none are refused"""
    with workshop() as (_, database):
        for port in ("99999", "-1", "abc", ""):
            refused(koine, "serve", database, "--port", port, words=["port"])


def check_bad_host(koine):
    """a host that is none of this machine's is refused by name"""
    with workshop() as (_, database):
        refused(koine, "serve", database, "--port", "0", "--host", "203.0.113.7", words=["203.0.113.7"])


def check_open_to_the_world(koine):
    """bound elsewhere than loopback without tokens it refuses to start"""
    with workshop() as (_, database):
        refused(koine, "serve", database, "--port", "0", "--host", "0.0.0.0")


def check_unknown_flag(koine):
    """an unknown flag is named"""
    with workshop() as (_, database):
        refused(koine, "serve", database, "--prot", "0", words=["--prot"])


def check_unknown_dialect(koine):
    """an unknown dialect is named"""
    with workshop() as (folder, database):
        refused(koine, "serve", database, "--port", "0", "--dialect", "klingon", words=["klingon"])
        (folder / "broken.yaml").write_text("dialect: [never, closed\n", encoding="utf-8")
        refused(koine, "serve", database, "--port", "0", "--dialect", f"{folder / 'broken.yaml'}@/x", words=["broken.yaml"])
        (folder / "wrong.yaml").write_text("dialect: x\nno_such_axis: 1\n", encoding="utf-8")
        refused(koine, "serve", database, "--port", "0", "--dialect", f"{folder / 'wrong.yaml'}@/x", words=["wrong.yaml"])


def check_no_command(koine):
    """nonsense on the command line is refused with a way out"""
    refused(koine, "nonsense", words=["nonsense"])
    refused(koine, "serve")


def check_help_and_version(koine):
    """help and version print to stdout and end with 0"""
    for arguments, word in ((("--help",), "serve"), (("serve", "--help"), "--port"), (("version",), "."), (("inspect", "--help"), "inspect")):
        done = run(koine, *arguments)
        assert done.returncode == 0, f"{arguments}: {done.returncode} {done.stderr[-300:]}"
        assert word in done.stdout, f"{arguments}: {word!r} is missing from {done.stdout[:300]!r}"


def check_inspect(koine):
    """inspect lists tables, views and what it had to leave out"""
    with workshop() as (folder, database):
        done = run(koine, "inspect", database)
        assert done.returncode == 0, f"{done.returncode}: {done.stderr[-300:]}"
        for word in ("artist", "album_v", "Odd Name", "ghost"):
            assert word in done.stdout, f"{word!r} is missing"
        assert "doc_fts_data" not in done.stdout, "shadow tables are listed"
        refused(koine, "inspect", folder / "nowhere.db", words=["nowhere.db"])


def check_odd_file_names(koine):
    """file names that look like URIs, options or SQL are only names"""
    with workshop() as (folder, database):
        for name in ("odd name.db", "q?mode=memory&x=#%41.db", "it's.db", "naïve-Größe.db", "file:x.db"):
            path = folder / name
            shutil.copyfile(database, path)
            with Server(koine, path) as server:
                assert server.request("GET", "/genre?select=id&limit=1").json() == [{"id": 1}], name
            assert sorted(one.name for one in folder.iterdir() if one.name not in (name, "proof.db")) == [], f"{name} left files behind"
            path.unlink()


def check_empty_database(koine):
    """a database without a table starts and has no relation"""
    with tempfile.TemporaryDirectory(prefix="koine-start-") as folder:
        with Server(koine, databases.make("empty", folder)) as server:
            assert server.request("GET", "/").status == 200
            assert server.request("GET", "/artist").status == 404


def check_banner(koine):
    """the banner shows URLs that answer"""
    with workshop() as (_, database), Server(koine, database) as server:
        urls = [url.rstrip(".,)'\"") for url in re.findall(rf"http://127\.0\.0\.1:{server.port}(\S*)", server.output())]
        assert urls, server.output()
        for url in urls:
            answer = server.request("GET", url or "/")
            assert answer.status in (200, 206), f"{url}: {answer.status}"


def check_broken_pipe(koine):
    """it serves on when nobody reads its output any more"""
    with workshop() as (_, database):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = subprocess.Popen([str(koine), "serve", str(database), "--port", str(port)], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            first = process.stdout.readline()
            process.stdout.close()
            deadline, statuses = time.monotonic() + SECONDS, []
            while time.monotonic() < deadline and len(statuses) < 5:
                try:
                    statuses.append(wire.get(port, "/genre?limit=1").status)
                except (OSError, wire.BadAnswer):  # not listening yet, or only trying the port
                    time.sleep(0.05)
            assert statuses == [200] * 5, f"{statuses} after {first!r}, exit {process.poll()}"
            process.terminate()
            assert process.wait(SECONDS) == 0, process.returncode
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def check_settings(koine):
    """a setting comes from a flag, else the environment, else a file"""
    def rows(flags=(), environment=None):
        with Server(koine, database, flags, environment) as server:
            return len(server.request("GET", "/artist").json())
    with workshop() as (folder, database):
        (folder / "koine.yaml").write_text("max-rows: 2\n", encoding="utf-8")
        config = ["--config", str(folder / "koine.yaml")]
        assert rows() == 5
        assert rows(config) == 2
        assert rows(config, {"KOINE_MAX_ROWS": "3"}) == 3
        assert rows([*config, "--max-rows", "4"], {"KOINE_MAX_ROWS": "3"}) == 4


def check_bad_settings(koine):
    """a setting that makes no sense is refused by its name"""
    with workshop() as (folder, database):
        for flag, value in (("--max-rows", "many"), ("--statement-timeout", "soon"), ("--max-head-bytes", "-1"), ("--workers", "1.5")):
            refused(koine, "serve", database, "--port", "0", flag, value, words=[flag])
        refused(koine, "serve", database, "--port", words=["--port"])
        refused(koine, "serve", database, "--port", "0", "--config", folder / "none.yaml", words=["none.yaml"])
        (folder / "bad.yaml").write_text("max-rows: 2\nmax-rwos: 3\n", encoding="utf-8")
        refused(koine, "serve", database, "--port", "0", "--config", folder / "bad.yaml", words=["bad.yaml", "max-rwos"])


def check_limits_name_themselves(koine):
    """each cap of a request is refused with its own name and size"""
    flags = ["--max-depth", "1", "--max-embeds", "2", "--max-columns", "5", "--max-terms", "2", "--max-order-terms", "1"]
    with workshop() as (_, database), Server(koine, database, flags) as server:
        assert server.request("GET", "/album?select=id,artist(id)&id=eq.1&title=eq.Arrival&order=id").status == 200
        for target, word, most in (("/artist?select=album(genre(id))", "depth|level", "1"), ("/album?select=artist(),genre(),track()", "embed|relation", "2"),
                                   ("/album?select=id,title,price,live,score,added", "column|member", "5"), ("/album?id=gt.1&id=gt.2&id=gt.3", "term", "2"),
                                   ("/album?order=id,title", "order", "1")):
            answer = server.request("GET", target)
            assert answer.status == 400, f"{target}: {answer.status} {answer.text[:200]}"
            assert re.search(word, answer.text, re.I) and most in answer.text, f"{target}: {answer.text[:300]}"


def check_answer_size(koine):
    """an answer beyond --max-response-bytes is refused with the cap's size, not cut into broken JSON"""
    with workshop() as (_, database), Server(koine, database, ["--max-response-bytes", "64K"]) as server:
        assert server.request("GET", "/track?limit=10").status == 200
        answer = server.request("GET", "/track")
        body = answer.json()
        assert answer.status == 200 and len(answer.body) <= 65536 or answer.status in (400, 413, 500) and body["code"], \
            f"{answer.status}, {len(answer.body)} bytes"
        assert answer.status != 200 or answer.header("Koine-Truncated") == "max-response-bytes", answer.headers


def check_statement_timeout(koine):
    """--statement-timeout ends a slow statement"""
    with workshop() as (_, database):
        connection = sqlite3.connect(database)
        connection.execute("CREATE VIEW slow_v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000000)"
                           " SELECT count(*) AS c FROM n")
        connection.commit()
        connection.close()
        with Server(koine, database, ["--statement-timeout", "300ms"]) as server:
            started = time.monotonic()
            answer = server.request("GET", "/slow_v", seconds=30)
            took = time.monotonic() - started
            assert answer.status == 500 and answer.json()["code"] == "57014", f"{answer.status} {answer.text[:200]}"
            assert took < 4, f"after {took:.1f} s"


def check_access_log(koine):
    """the access log has a line a request, and no line end of a stranger's in it"""
    with workshop() as (_, database), Server(koine, database, ["--access-log", "json"]) as server:
        server.request("GET", "/genre?limit=1", [("X-Request-Id", "proof-1")])
        server.request("GET", "/nosuch%0a%22", [("X-Request-Id", "proof-2")])
        deadline, lines = time.monotonic() + 5, []
        while time.monotonic() < deadline and len(lines) < 2:
            lines = [json.loads(line) for line in server.output().splitlines() if line.startswith("{") and "proof-" in line]
            time.sleep(0.05)
        assert [(line["method"], line["status"], line["request_id"]) for line in lines] == [("GET", 200, "proof-1"), ("GET", 404, "proof-2")], lines


def check_request_id(koine):
    """a request id of the client comes back where the dialect says so, one of noise does not, and there is always one"""
    with workshop() as (_, database), Server(koine, database, ["--dialect", "rest"]) as server:
        assert server.request("GET", "/genre", [("X-Request-Id", "abc-123")]).header("X-Request-Id") == "abc-123"
        given = server.request("GET", "/genre", [("X-Request-Id", 'a b"<script>')]).header("X-Request-Id")
        assert given and "<" not in given, given
        first, second = (server.request("GET", "/genre").header("X-Request-Id") for _ in range(2))
        assert first and second and first != second, (first, second)

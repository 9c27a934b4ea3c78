"""The banner, the precedence of settings, logs, and how a server is stopped."""
import json
import re
import signal

from tests.support import wire


def banner_tells_what_to_do(koine):
    with koine.start("serve", koine.database("music"), "--port", "0") as server:
        port = server.port()
        assert wire.get(port, "/-/health").status == 200
        text = "\n".join(server.lines)
        urls = re.findall(rf"http://127\.0\.0\.1:{port}/\S*", text)
        assert len(urls) >= 3, text
        for url in urls:
            status = wire.get(port, url.split(str(port), 1)[1]).status
            assert status in (200, 206), f"{url} answers {status}"
        assert server.stop(signal.SIGTERM) == 0
        text = "\n".join(server.lines)
    for part in ("Koine ", "music.db", "SQLite", "11 tables, 3 views", "read-only", "Ctrl-C"):
        assert part in text, f"{part!r} is not in:\n{text}"
    assert "\033" not in text, "colour in a pipe"
    assert server.errors == [], server.errors


def quiet_prints_only_the_url(koine):
    with koine.start("serve", koine.database("music"), "--port", "0", "--quiet") as server:
        port = server.port()
        assert server.stop(signal.SIGINT) == 0
        assert server.lines == [f"http://127.0.0.1:{port}"], server.lines
        assert server.errors == [], server.errors


def settings_have_their_order(koine):
    config = koine.file("order.yaml", f"file: {koine.database('music').name}\nport: 0\nmax-rows: 5\nquiet: true\n")

    def rows(flags, environment):
        with koine.start("serve", "--config", config, *flags, environment=environment) as server:
            count = len(wire.get(server.port(), "/artist").json())
            assert server.stop(signal.SIGTERM) == 0
            return count

    assert rows([], {}) == 5
    assert rows([], {"KOINE_MAX_ROWS": "4"}) == 4
    assert rows(["--max-rows", "3"], {"KOINE_MAX_ROWS": "4"}) == 3


def environment_alone_is_enough(koine):
    environment = {"KOINE_FILE": str(koine.database("music")), "KOINE_PORT": "0", "KOINE_QUIET": "true"}
    with koine.start("serve", environment=environment) as server:
        assert wire.get(server.port(), "/artist?limit=1").status == 200
        assert server.stop(signal.SIGTERM) == 0


def a_mistyped_variable_is_noticed(koine):
    with koine.start("serve", koine.database("music"), "--port", "0", environment={"KOINE_PROT": "1"}) as server:
        server.port()
        assert server.stop(signal.SIGTERM) == 0
        assert any("did you mean KOINE_PORT?" in line for line in server.errors), server.errors


def signals_at_once_end_it_well(koine):
    for number in (signal.SIGINT, signal.SIGTERM):
        with koine.start("serve", koine.database("music"), "--port", "0", "--quiet") as server:
            server.port()
            server.process.send_signal(number)
            server.process.send_signal(number)
            assert server.ended() == 0


def a_hangup_changes_nothing(koine):
    with koine.start("serve", koine.database("music"), "--port", "0", "--quiet") as server:
        port = server.port()
        server.process.send_signal(signal.SIGHUP)
        server.process.send_signal(signal.SIGPIPE)
        assert wire.get(port, "/-/health").status == 200
        assert server.stop(signal.SIGTERM) == 0


def an_idle_connection_does_not_hold_it(koine):
    with koine.start("serve", koine.database("music"), "--port", "0", "--quiet") as server:
        kept = wire.KeepAlive(server.port())
        assert kept.get("/artist?limit=1").status == 200
        assert server.stop(signal.SIGTERM, seconds=8) == 0
        kept.close()


def the_access_log_goes_to_stdout(koine):
    for kind, mark in (("text", "/artist?limit=1"), ("json", '"')):
        with koine.start("serve", koine.database("music"), "--port", "0", "--quiet", "--access-log", kind) as server:
            assert wire.get(server.port(), "/artist?limit=1").status == 200
            assert server.stop(signal.SIGTERM) == 0
            assert len(server.lines) == 2 and mark in server.lines[1] and "200" in server.lines[1], server.lines
            assert server.errors == [], server.errors


def one_setting_gives_all_logs_their_form(koine):
    with koine.start("serve", koine.database("music"), "--port", "0", "--log-format", "json", "--access-log", "on",
                     environment={"KOINE_PROT": "1"}) as server:
        port = server.port()
        assert wire.get(port, "/artist?limit=1").status == 200
        assert server.stop(signal.SIGTERM) == 0
    ready, request = [json.loads(line) for line in server.lines]
    assert (ready["message"], ready["url"], ready["tables"], ready["write"]) == ("serving", f"http://127.0.0.1:{port}", 11, False), ready
    assert (request["target"], request["status"]) == ("/artist?limit=1", 200), request
    note, = [json.loads(line) for line in server.errors]
    assert note["level"] == "note" and "KOINE_PORT" in note["message"] and note["time"].endswith("Z"), note


def the_access_log_may_have_a_form_of_its_own(koine):
    for flags, begins in ((["--access-log", "on"], "2"), (["--access-log", "json"], "{"), (["--log-format", "json", "--access-log", "text"], "2")):
        with koine.start("serve", koine.database("music"), "--port", "0", "--quiet", *flags) as server:
            assert wire.get(server.port(), "/artist?limit=1").status == 200
            assert server.stop(signal.SIGTERM) == 0
            assert len(server.lines) == 2 and server.lines[1].startswith(begins), (flags, server.lines)


def a_failure_at_the_start_has_the_form_of_logs(koine):
    text = koine.file("notes.txt", "this is no database, however long it may be. " * 100)
    ended = koine.call("serve", text, "--port", "0", "--log-format", "json")
    assert ended.code == 3 and ended.out == "", (ended.code, ended.out)
    line = json.loads(ended.err)
    assert line["level"] == "error" and "notes.txt" in line["message"], line


def the_banner_tells_what_writes_survive(koine):
    path = koine.file("written.db", koine.database("music").read_bytes())
    for flags, says in (([], "read-only"), (["--write"], "what is confirmed is on disk"), (["--write", "--durability", "normal"], "may be lost")):
        with koine.start("serve", path, "--port", "0", *flags) as server:
            server.port()
            assert server.stop(signal.SIGTERM) == 0
            assert says in "\n".join(server.lines), server.lines


def tests():
    return [(function.__name__.replace("_", " "), function) for function in (
        banner_tells_what_to_do, quiet_prints_only_the_url, settings_have_their_order, environment_alone_is_enough,
        a_mistyped_variable_is_noticed, signals_at_once_end_it_well, a_hangup_changes_nothing, an_idle_connection_does_not_hold_it,
        the_access_log_goes_to_stdout, one_setting_gives_all_logs_their_form, the_access_log_may_have_a_form_of_its_own,
        a_failure_at_the_start_has_the_form_of_logs, the_banner_tells_what_writes_survive)]

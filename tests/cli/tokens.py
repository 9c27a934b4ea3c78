"""koine token: making, listing and revoking them. What tokens open is tested where requests are."""
import hashlib
import json
import os
import re
import stat
import subprocess

from tests.cli.program import clean_environment

USAGE, CONFIGURATION = 2, 3
SECRET = re.compile(r"koine_[0-9A-Za-z]{43}\n")


def fresh(koine, name):
    """A database of its own, as tokens stand beside it; without those of an earlier test."""
    state = koine.folder / f"{name}.koine"
    state.unlink(missing_ok=True)
    return koine.file(name, koine.database("music").read_bytes()), state


def made(koine, *words, environment=None):
    ended = koine.call("token", "create", *words, environment=environment)
    assert ended.code == 0, (ended.code, ended.err)
    assert SECRET.fullmatch(ended.out), ended.out
    assert ended.out.strip() not in ended.err, "the secret is on stderr, too"
    return ended


def listed(koine, *words):
    ended = koine.call("token", "list", *words, "--json")
    assert ended.code == 0 and ended.err == "", (ended.code, ended.err)
    return json.loads(ended.out)["tokens"]


def refused(koine, code, says, *words, environment=None):
    ended = koine.call("token", *words, environment=environment)
    assert ended.code == code, f"exit code {ended.code}, wanted {code}: {ended.out}{ended.err}"
    assert says in ended.err, f"{says!r} is not in {ended.err!r}"
    assert ended.out == "" and ended.err.startswith("koine: ") and len(ended.err.splitlines()) == 1, (ended.out, ended.err)


def help_of_tokens(koine):
    for words in (["token", "--help"], ["help", "token"], ["token", "create", "x.db", "--help"]):
        ended = koine.call(*words)
        assert ended.code == 0, (words, ended.code, ended.err)
        for part in ("koine token", "--name", "--write", "--expires", "--state", "--json", "revoke", "Authorization: Bearer $TOKEN"):
            assert part in ended.out, f"{part!r} is not in:\n{ended.out}"


def a_new_token_is_shown_once_and_kept_as_a_hash(koine):
    database, state = fresh(koine, "one.db")
    ended = made(koine, database, "--name", "deploy", "--write", "--expires", "90d")
    secret = ended.out.strip()
    for part in ("deploy", "read and write", "until 20", "curl -H", "one.db.koine", "It is the first"):
        assert part in ended.err, f"{part!r} is not in:\n{ended.err}"
    assert stat.S_IMODE(state.stat().st_mode) == 0o600, oct(state.stat().st_mode)
    text = state.read_text(encoding="utf-8")
    assert secret not in text and hashlib.sha256(secret.encode()).hexdigest() in text, text
    assert "It is the first" not in made(koine, database).err
    assert [entry.name for entry in koine.folder.glob("one.db.koine*")] == ["one.db.koine"], "something is left beside it"


def tokens_are_listed(koine):
    database, state = fresh(koine, "list.db")
    ended = koine.call("token", "list", database)
    assert (ended.code, ended.out) == (0, "") and "no tokens" in ended.err, (ended.code, ended.out, ended.err)
    assert listed(koine, database) == [] and not state.exists()
    made(koine, database, "--name", "reader")
    made(koine, database, "--name", "writer", "--write", "--expires", "12h")
    made(koine, database)
    reader, writer, unnamed = listed(koine, database)
    assert (reader["name"], reader["may"], reader["expires"], reader["expired"]) == ("reader", "read", None, False), reader
    assert (writer["name"], writer["may"], writer["expired"]) == ("writer", "write", False) and writer["expires"], writer
    assert unnamed["name"] == unnamed["id"], unnamed
    for member in ("created", "expires"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", writer[member]), writer
    lines = koine.call("token", "list", database).out.splitlines()
    assert [line.split()[:3] for line in lines] == [["id", "name", "may"], *([one["id"], one["name"], one["may"]]
                                                                              for one in (reader, writer, unnamed))], lines
    state.write_text(state.read_text(encoding="utf-8").replace(writer["expires"], "2001-01-01T00:00:00Z"), encoding="utf-8")
    assert listed(koine, database)[1]["expired"] is True
    assert "2001-01-01T00:00:00Z (expired)" in koine.call("token", "list", database).out


def a_token_is_revoked_by_id_or_name(koine):
    database, state = fresh(koine, "revoke.db")
    made(koine, database, "--name", "a")
    made(koine, database, "--name", "b")
    ended = koine.call("token", "revoke", database, "a")
    assert ended.code == 0 and ended.out.startswith("revoked a (id ") and ended.err == "", (ended.code, ended.out, ended.err)
    assert [one["name"] for one in listed(koine, database)] == ["b"]
    refused(koine, USAGE, '"a" is not the id or name of a token', "revoke", database, "a")
    ended = koine.call("token", "revoke", database, listed(koine, database)[0]["id"])
    assert ended.code == 0 and "the last token" in ended.err, (ended.code, ended.err)
    assert listed(koine, database) == [] and state.exists()


def many_at_once_lose_none(koine):
    database, _ = fresh(koine, "crowd.db")
    command = [str(koine.path), "token", "create", str(database)]
    running = [subprocess.Popen(command, env=clean_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE) for _ in range(12)]
    for process in running:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0 and SECRET.fullmatch(out.decode()), (process.returncode, err)
    assert len(listed(koine, database)) == 12


def tokens_may_be_kept_elsewhere(koine):
    database, state = fresh(koine, "else.db")
    chosen, environment = koine.folder / "chosen.tokens", {"KOINE_STATE": str(koine.folder / "variable.tokens")}
    made(koine, database, "--name", "flag", "--state", chosen, environment=environment)
    made(koine, database, "--name", "variable", environment=environment)
    assert not state.exists()
    assert [one["name"] for one in listed(koine, database, "--state", chosen)] == ["flag"]
    assert [one["name"] for one in listed(koine, database, "--state", environment["KOINE_STATE"])] == ["variable"]


def a_link_leads_to_the_same_tokens(koine):
    database, _ = fresh(koine, "real.db")
    link = koine.folder / "link.db"
    link.unlink(missing_ok=True)
    link.symlink_to(database)
    made(koine, link, "--name", "a")
    assert [one["name"] for one in listed(koine, database)] == ["a"]


def a_secret_that_nobody_saw_is_taken_back(koine):
    database, _ = fresh(koine, "full.db")
    with open("/dev/full", "wb") as full:
        ended = koine.call("token", "create", database, stdout=full)
    assert ended.code == 1 and "could not be written" in ended.err, (ended.code, ended.err)
    assert listed(koine, database) == []


def mistakes_with_tokens_are_told(koine):
    database, state = fresh(koine, "wrong.db")
    made(koine, database, "--name", "taken")
    before = state.read_bytes()
    for code, says, *words in (
            (USAGE, "create", ), (USAGE, '"mint" is not one of create, list and revoke', "mint", database),
            (USAGE, "FILE is missing", "create"), (USAGE, "TOKEN is missing", "revoke", database),
            (USAGE, "is not free: a token is called so already", "create", database, "--name", "taken"),
            (USAGE, '--name: "two words" is not 1 to 64 letters', "create", database, "--name", "two words"),
            (USAGE, '--expires: "soon" is not a time such as 90d', "create", database, "--expires", "soon"),
            (USAGE, '--expires: "90" is not a time such as 90d', "create", database, "--expires", "90"),
            (USAGE, "the value of --name is missing", "create", database, "--name"),
            (USAGE, "unknown option --write", "list", database, "--write"),
            (CONFIGURATION, "nowhere.db: there is no such file", "create", "nowhere.db"),
            (CONFIGURATION, "this is a folder", "list", "."),
            (CONFIGURATION, "there are no tokens", "revoke", database, "x", "--state", "none.tokens"),
            (CONFIGURATION, "can't be kept here", "create", database, "--state", "no/such/folder.tokens")):
        refused(koine, code, says, *words)
    assert state.read_bytes() == before


def an_open_or_broken_file_is_refused(koine):
    database, state = fresh(koine, "open.db")
    made(koine, database)
    os.chmod(state, 0o644)
    for words in (["list", database], ["create", database], ["revoke", database, "x"]):
        refused(koine, CONFIGURATION, "chmod 600", *words)
    os.chmod(state, 0o600)
    state.write_text("tokens: [\n", encoding="utf-8")
    for words in (["list", database], ["create", database]):
        refused(koine, CONFIGURATION, "open.db.koine:", *words)
    assert state.read_text(encoding="utf-8") == "tokens: [\n", "what could not be understood was overwritten"


def tests():
    return [(function.__name__.replace("_", " "), function) for function in (
        help_of_tokens, a_new_token_is_shown_once_and_kept_as_a_hash, tokens_are_listed, a_token_is_revoked_by_id_or_name,
        many_at_once_lose_none, tokens_may_be_kept_elsewhere, a_link_leads_to_the_same_tokens, a_secret_that_nobody_saw_is_taken_back,
        mistakes_with_tokens_are_told, an_open_or_broken_file_is_refused)]

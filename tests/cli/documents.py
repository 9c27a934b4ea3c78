"""What the program says of itself and of a database: the OpenAPI document, the manual page, the schema of the configuration file."""
import json
import re
import shutil
import signal
import subprocess

from tests.support import wire
from tests.support.databases import ROOT


def music(koine):
    return koine.database("music")


# --- openapi -------------------------------------------------------------------------------------------------------------------------

def printed(koine, *words, environment=None):
    ended = koine.call("openapi", music(koine), *words, environment=environment)
    assert ended.code == 0 and ended.err == "", (ended.code, ended.err)
    return json.loads(ended.out)


def openapi_is_what_the_server_shows(koine):
    for flags in ([], ["--dialect", "rest"], ["--dialect", "postgrest@/deep/er", "--dialect", "rest@/api"], ["--write"]):
        with koine.start("serve", music(koine), "--port", "0", *flags) as server:
            port = server.port()
            shown = wire.get(port, "/-/openapi.json", [("Host", f"127.0.0.1:{port}")]).json()
            assert server.stop(signal.SIGTERM) == 0
        assert printed(koine, *flags, "--base-url", f"http://127.0.0.1:{port}/") == shown, flags


def openapi_knows_its_address(koine):
    table = [
        ([], {}, "http://127.0.0.1:3000"),
        ([], {"KOINE_PORT": "8080", "KOINE_HOST": "::1"}, "http://[::1]:8080"),
        (["--base-url", "https://api.example.org/data/"], {"KOINE_PORT": "8080"}, "https://api.example.org/data"),
        (["--dialect", "postgrest@/api"], {}, "http://127.0.0.1:3000/api"),
    ]
    for flags, environment, wanted in table:
        servers = [server["url"] for server in printed(koine, *flags, environment=environment)["servers"]]
        assert servers == [wanted], (flags, servers, wanted)


def openapi_is_written_to_a_file(koine):
    path = koine.folder / "music.json"
    for flag in ("-o", "--output"):
        path.unlink(missing_ok=True)
        ended = koine.call("openapi", music(koine), flag, path)
        assert (ended.code, ended.out, ended.err) == (0, "", ""), (ended.code, ended.out[:200], ended.err)
        assert json.loads(path.read_text(encoding="utf-8"))["openapi"].startswith("3.1")
    assert koine.call("openapi", music(koine), "-o", "-").out == path.read_text(encoding="utf-8")


def openapi_tells_why_it_cannot_write(koine):
    for path, why in ((koine.folder / "nowhere" / "x.json", "No such file"), (koine.folder, "Is a directory"), ("/dev/full", "No space left")):
        ended = koine.call("openapi", music(koine), "-o", path)
        assert ended.code == 1 and ended.out == "" and why in ended.err, (path, ended.code, ended.err)


def openapi_leaves_the_database_alone(koine):
    path = music(koine)
    before, beside = path.read_bytes(), sorted(entry.name for entry in path.parent.iterdir())
    printed(koine, "--write")
    assert path.read_bytes() == before and sorted(entry.name for entry in path.parent.iterdir()) == beside


# --- the manual page -----------------------------------------------------------------------------------------------------------------

def manual_has_no_mistake(koine):
    page = koine.file("koine.1", koine.call("help", "--man").out)
    linted = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", str(page)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30, check=False)
    found = [line for line in linted.stdout.decode().splitlines() if "missing date" not in line]
    assert not found, found


def manual_tells_what_the_help_tells(koine):
    assert shutil.which("mandoc"), "mandoc is not there (packages.txt, group test)"
    page = koine.file("koine.1", koine.call("help", "--man").out)
    text = subprocess.run(["mandoc", "-T", "utf8", "-O", "width=1000", str(page)], stdout=subprocess.PIPE, timeout=30, check=True).stdout.decode()
    text = " ".join(re.sub(".\b", "", text).split())
    for command in re.findall(r"^  koine ([a-z]+)\b", koine.call("--help").out, re.M):
        for left, right in re.findall(r"^  ((?:-\w, )?--[a-z-]+(?: \S+)?)\s\s+(.*)$", koine.call(command, "--help").out, re.M):
            if "--help" not in left:
                assert f"{left} {right}" in text, f"koine {command} {left}: {right}"
    for line in koine.call("--help").out.split("Exit codes\n")[1].splitlines():
        assert line.split(maxsplit=1)[1] in text, line


# --- the configuration file ------------------------------------------------------------------------------------------------------------

def schema_of(koine):
    return json.loads(koine.call("help", "--config-schema").out)


def schema_is_the_committed_one(koine):
    committed = (ROOT / "docs/koine.schema.json").read_text(encoding="utf-8")
    assert koine.call("help", "--config-schema").out == committed, "write it anew: koine help --config-schema >docs/koine.schema.json"


def schema_has_every_setting(koine):
    flags = set(re.findall(r"^  --([a-z-]+)", koine.call("serve", "--help").out, re.M)) - {"help", "config"}
    assert set(schema_of(koine)["properties"]) == flags | {"file"}


def fits(schema, value):
    """As much of JSON Schema as ours is written in; another keyword is a mistake."""
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "null": type(None)}
    for keyword, rule in schema.items():
        if keyword == "type":
            names = rule if isinstance(rule, list) else [rule]
            good = any(isinstance(value, kinds[name]) and not (name == "integer" and isinstance(value, bool)) for name in names)
        elif keyword == "properties":
            good = all(fits(rule[name], item) for name, item in value.items() if name in rule)
        elif keyword == "additionalProperties":
            good = rule or not set(value) - set(schema["properties"])
        else:
            good = {
                "enum": lambda: value in rule,
                "minimum": lambda: value >= rule,
                "maximum": lambda: value <= rule,
                "minLength": lambda: len(value) >= rule,
                "pattern": lambda: re.search(rule, value) is not None,
                "anyOf": lambda: any(fits(one, value) for one in rule),
                "items": lambda: all(fits(rule, one) for one in value),
                **dict.fromkeys(("$schema", "title", "description", "default"), lambda: True),
            }[keyword]()
        if not good:
            return False
    return True


# Each as a line of YAML that is JSON, too: the schema and the program must agree.
LINES = [
    ('"port": 8080', True), ('"port": 0', True), ('"port": 65536', False), ('"port": -1', False), ('"port": "many"', False),
    ('"max-rows": 0', False), ('"max-rows": 1', True), ('"max-depth": 33', False), ('"max-row": 5', False),
    ('"max-body-bytes": 1048576', True), ('"max-body-bytes": "1M"', True), ('"max-body-bytes": "1MiB"', True), ('"max-body-bytes": "1T"', False),
    ('"max-head-bytes": 1023', False), ('"statement-timeout": "2s"', True), ('"statement-timeout": "500ms"', True),
    ('"statement-timeout": 0', False), ('"statement-timeout": "soon"', False), ('"head-timeout": "2m"', True), ('"head-timeout": 3601', False),
    ('"access-log": "on"', True), ('"access-log": "xml"', False), ('"log-format": "json"', True), ('"log-format": "off"', False),
    ('"durability": "normal"', True), ('"durability": "none"', False), ('"write": true', True), ('"write": 2', False), ('"quiet": false', True),
    ('"host": "localhost"', True), ('"host": ""', False), ('"state": ""', False), ('"state": "tokens.koine"', True),
    ('"dialect": "postgrest"', True), ('"dialect": ["postgrest", "rest@/api"]', True), ('"dialect": "rest@api"', False),
    ('"dialect": "rest@/a/b.c"', True), ('"dialect": "rest@/-/x"', False), ('"dialect": "rest@/"', True), ('"dialect": [["a"]]', False),
    ('"file": "music.db"', True), ('"file": ["a"]', False), ('"serve": true', False),
]


def schema_and_program_agree(koine):
    schema = schema_of(koine)
    for line, good in LINES:
        assert fits(schema, json.loads(f"{{{line}}}")) == good, f"the schema takes {line} to be {'wrong' if good else 'right'}"
        # A database that isn't there ends the call after the configuration has been read.
        config = koine.file("agree.yaml", re.sub(r'^"([a-z-]+)"', r"\1", line) + "\n")
        ended = koine.call("openapi", "nowhere.db", "--config", config)
        assert ended.code == 3, (line, ended.code, ended.err)
        assert ("agree.yaml:" in ended.err) == (not good), (line, ended.err)


def schema_defaults_are_good(koine):
    schema = schema_of(koine)
    for name, property_ in schema["properties"].items():
        if "default" in property_:
            assert fits(property_, property_["default"]), (name, property_["default"])


def examples_of_the_manual_are_good(koine):
    """The configuration files that docs/cli.md shows are read without a complaint."""
    shown = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/cli.md").read_text(encoding="utf-8"), re.S)
    assert shown
    (koine.folder / "mine.yaml").write_text("name: mine\n", encoding="utf-8")
    for text in shown:
        ended = koine.call("openapi", "nowhere.db", "--config", koine.file("shown.yaml", text))
        assert "shown.yaml" not in ended.err, ended.err


def tests():
    return [(function.__name__.replace("_", " "), function) for function in (
        openapi_is_what_the_server_shows, openapi_knows_its_address, openapi_is_written_to_a_file, openapi_tells_why_it_cannot_write,
        openapi_leaves_the_database_alone, manual_has_no_mistake, manual_tells_what_the_help_tells, schema_is_the_committed_one,
        schema_has_every_setting, schema_and_program_agree, schema_defaults_are_good, examples_of_the_manual_are_good)]

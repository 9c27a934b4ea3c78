"""Wrong calls: each ends at once with its exit code, one line on stderr and nothing on stdout."""
import socket

USAGE, CONFIGURATION = 2, 3


def music(koine):
    return koine.database("music")


def config(text):
    return lambda koine: koine.file("koine.yaml", text)


def text_file(koine):
    return koine.file("notes.txt", "this is no database, however long it may be. " * 100)


def cut_file(koine):
    return koine.file("cut.db", koine.database("music").read_bytes()[:700])


def broken_dialect(koine):
    return koine.file("broken.yaml", "name: broken\nfilter: [\n")


def empty_folder(koine):
    path = koine.folder / "empty"
    path.mkdir(exist_ok=True)
    return path


# words, exit code, what stderr must say, environment
TABLE = [
    (["srve", music], USAGE, 'did you mean "koine serve"?', {}),
    (["my.db"], USAGE, 'did you mean "koine serve my.db"?', {}),
    (["serve"], USAGE, "FILE is missing", {}),
    (["inspect"], USAGE, "FILE is missing", {}),
    (["serve", music, "--prot", "80"], USAGE, "unknown option --prot; did you mean --port?", {}),
    (["serve", music, "--port", "many"], USAGE, '--port: "many" is not a whole number from 0 to 65535', {}),
    (["serve", music, "--port", "99999"], USAGE, '--port: "99999"', {}),
    (["serve", music, "--port"], USAGE, "the value of --port is missing", {}),
    (["serve", music, "--max-response-bytes", "lots"], USAGE, "is not a size", {}),
    (["serve", music, "--idle-timeout", "soon"], USAGE, "is not a time", {}),
    (["serve", music, "--access-log", "xml"], USAGE, "is not off, on, text or json", {}),
    (["serve", music, "--log-format", "xml"], USAGE, "is not text or json", {}),
    (["serve", music, "--dialect", "x@api"], USAGE, "@/prefix", {}),
    (["serve", music, music], USAGE, "is not expected", {}),
    (["openapi"], USAGE, "FILE is missing", {}),
    (["openapi", music, "-o"], USAGE, "the value of -o is missing", {}),
    (["openapi", music, "-o", ""], USAGE, "the value of --output is missing", {}),
    (["openapi", music, "--port", "1"], USAGE, "unknown option --port", {}),
    (["openapi", music, "--base-url", "example.org"], USAGE, "is not an address such as", {}),
    (["openapi", music, "--base-url", "https://a b"], USAGE, "is not an address such as", {}),
    (["openapi", "nowhere.db"], CONFIGURATION, "nowhere.db", {}),
    (["openapi", text_file], CONFIGURATION, "notes.txt", {}),
    (["openapi", music, "--dialect", "postgrst"], CONFIGURATION, "postgrest", {}),
    (["check"], USAGE, "APP is missing", {}),
    (["check", "nowhere"], CONFIGURATION, "nowhere: there is no such folder or file", {}),
    (["check", "--shema"], USAGE, "did you mean --schema?", {}),
    (["new"], USAGE, "FOLDER is missing", {}),
    (["migrate"], USAGE, "APP is missing", {}),
    (["migrate", "nowhere"], CONFIGURATION, "nowhere: there is no such folder or file", {}),
    (["migrate", text_file], CONFIGURATION, "notes.txt: this is no app", {}),
    (["migrate", "--aply"], USAGE, "did you mean --apply?", {}),
    (["new", "."], USAGE, "is not a folder to be made", {}),
    (["new", "nowhere/notes"], CONFIGURATION, "nowhere/notes", {}),
    (["completion"], USAGE, "bash|zsh|fish is missing", {}),
    (["completion", "tcsh"], USAGE, "is not one of bash, zsh and fish", {}),
    (["completion", "bash", "zsh"], USAGE, "is not expected", {}),
    (["help", "srve"], USAGE, 'did you mean "koine serve"?', {}),
    (["help", "--mann"], USAGE, "did you mean --man?", {}),
    (["inspect", music, "--jsn"], USAGE, "did you mean --json?", {}),
    (["serve", music], CONFIGURATION, "KOINE_PORT", {"KOINE_PORT": "tcp://10.0.0.1:3000"}),
    (["serve", music, "--config", "nowhere.yaml"], CONFIGURATION, "nowhere.yaml", {}),
    (["serve", music, "--config", config("port: 1\nmax-row: 5\n")], CONFIGURATION,
     'koine.yaml:2:1: unknown option "max-row"; did you mean "max-rows"?', {}),
    (["serve", music, "--config", config("port: many\n")], CONFIGURATION, 'koine.yaml:1:7: port: "many" is not', {}),
    (["serve", music, "--config", config("a: [\n")], CONFIGURATION, "koine.yaml:", {}),
    (["serve", "nowhere.db"], CONFIGURATION, "nowhere.db", {}),
    (["inspect", "nowhere.db"], CONFIGURATION, "nowhere.db", {}),
    (["serve", empty_folder], CONFIGURATION, "empty: holds no .yaml file", {}),
    (["inspect", "."], CONFIGURATION, "this is a folder", {}),
    (["serve", "postgres://host/db"], CONFIGURATION, "at an address come in a later version", {}),
    (["serve", "app.yaml"], CONFIGURATION, "app.yaml: there is no such folder or file", {}),
    (["serve", text_file, "--port", "0"], CONFIGURATION, "notes.txt", {}),
    (["inspect", text_file], CONFIGURATION, "notes.txt", {}),
    (["serve", cut_file, "--port", "0"], CONFIGURATION, "cut.db", {}),
    (["serve", music, "--port", "0", "--dialect", "postgrst"], CONFIGURATION, "postgrest", {}),
    (["serve", music, "--port", "0", "--dialect", "./nowhere.yaml"], CONFIGURATION, "nowhere.yaml", {}),
    (["serve", music, "--port", "0", "--dialect", broken_dialect], CONFIGURATION, "broken.yaml:", {}),
    (["serve", music, "--port", "0", "--host", "0.0.0.0"], CONFIGURATION, "0.0.0.0", {}),
    (["serve", music, "--port", "0", "--host", "no.such.host.invalid"], CONFIGURATION, "no.such.host.invalid", {}),
]


def refused(koine, words, code, says, environment):
    ended = koine.call(*words, environment=environment)
    assert ended.code == code, f"exit code {ended.code}, wanted {code}: {ended.out[-500:]}{ended.err[-500:]}"
    assert says in ended.err, f"{says!r} is not in {ended.err!r}"
    assert ended.out == "", f"it printed {ended.out[:300]!r} on stdout"
    lines = ended.err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("koine: "), f"not one line that says who speaks: {ended.err!r}"


def port_in_use(koine):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused(koine, ["serve", music, "--port", port], CONFIGURATION, port, {})


def port_of_another_koine(koine):
    with koine.start("serve", music(koine), "--port", "0", "--quiet") as first:
        port = str(first.port())
        refused(koine, ["serve", music, "--port", port], CONFIGURATION, port, {})


def tests():
    found = []
    for words, code, says, environment in TABLE:
        name = " ".join(["refused:", *(word.__name__ if callable(word) else word for word in words), *environment])
        found.append((name, lambda koine, row=(words, code, says, environment): refused(koine, *row)))
    return [*found, ("refused: a port in use", port_in_use), ("refused: the port of another koine", port_of_another_koine)]

"""Completion as the shells themselves do it: what they offer for a line that ends where the cursor stands."""
import re
import shutil
import subprocess

# A line, what must be among the offers, what must not. Files stand in the folder: music.db and sub/.
TABLE = [
    ("koine ", ["serve", "inspect", "openapi", "token", "check", "new", "migrate", "completion", "version", "help"], ["music.db"]),
    ("koine se", ["serve"], ["inspect"]),
    ("koine serve ", ["music.db"], ["serve"]),
    ("koine serve mus", ["music.db"], ["sub"]),
    ("koine serve music.db --max-r", ["--max-rows", "--max-response-bytes"], ["--port"]),
    ("koine serve music.db --access-log ", ["off", "on", "text", "json"], ["music.db"]),
    ("koine serve music.db --access-log j", ["json"], ["text"]),
    ("koine serve music.db --durability ", ["full", "normal"], ["music.db"]),
    ("koine serve --dialect ", ["postgrest", "rest", "music.db"], []),
    ("koine serve --dialect r", ["rest"], ["postgrest"]),
    ("koine serve --port ", [], ["music.db"]),
    ("koine serve --port 80 mus", ["music.db"], []),
    ("koine serve --config ", ["music.db"], []),
    ("koine inspect --", ["--json", "--help"], ["--port"]),
    ("koine openapi music.db -", ["--base-url", "--output", "--dialect"], ["--port"]),
    ("koine openapi music.db -o ", ["music.db"], []),
    ("koine check ", ["music.db", "sub"], ["check"]),
    ("koine check --", ["--schema"], ["--port"]),
    ("koine completion ", ["bash", "zsh", "fish"], ["music.db"]),
    ("koine token ", ["create", "list", "revoke"], ["music.db"]),
    ("koine token create ", ["music.db"], ["list"]),
    ("koine token create music.db --", ["--name", "--expires"], ["--port"]),
    ("koine help ", ["serve", "help"], ["music.db"]),
    ("koine help --m", ["--man"], []),
]
# What bash alone is asked: it breaks words at "=" and "@".
BASH_TABLE = [
    ("koine serve --access-log=", ["off", "on", "text", "json"], []),
    ("koine serve --access-log=te", ["text"], ["json"]),
    ("koine serve --dialect rest@/api mus", ["music.db"], []),
    ("koine serve --config=mus", ["music.db"], []),
    ("koine serve -- ", ["music.db"], []),
    ("koine serve -- --", [], ["--port"]),
]

BASH = r"""
source "$1"
complete -p koine >/dev/null || exit 9
compopt() { :; }
# Words as readline hands them over: broken at blanks and at =, : and @.
line=$2
read -ra COMP_WORDS <<<"$(sed 's/[=:@]/ & /g' <<<"$line")"
[[ $line != *' ' ]] || COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_koine
printf '%s\n' "${COMPREPLY[@]}"
"""

# zsh offers nothing without a terminal: it is given one, and its list of matches is read from compadd itself.
ZSH = r"""
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1=; cd '${(q)3}'; autoload -Uz compinit; compinit -u -d '${(q)3}'/zcompdump; source '${(q)1}
zpty -w shell 'compadd() { local -a got; if [[ ${@[(I)-O]} -gt 0 || ${@[(I)-A]} -gt 0 || ${@[(I)-D]} -gt 0 ]] { builtin compadd "$@"; return }'
zpty -w shell 'builtin compadd -A got "$@"; print -rl -- "<offer>"$^got"</offer>" >>'${(q)3}'/offers; builtin compadd "$@" }'
zpty -w shell 'done_now() { print -r -- end >>'${(q)3}'/offers }; zle -N done_now; bindkey "^X" done_now; bindkey "^I" complete-word; print ready >>'${(q)3}'/offers'
for ((i = 0; i < 200; i++)) { [[ -s $3/offers ]] && break; sleep 0.05; zpty -r -t shell ignored; }
zpty -w -n shell "$2"$'\t\x18'
for ((i = 0; i < 200; i++)) { grep -q '^end$' $3/offers && break; sleep 0.05; zpty -r -t shell ignored; }
zpty -d shell
sed -n 's/<offer>\(.*\)<\/offer>/\1/p' $3/offers
"""


def bash(script, line, folder):
    return _ask(["bash", "--norc", "-c", BASH, "bash", script, line], folder)


def fish(script, line, folder):
    return [offer.split("\t")[0] for offer in _ask(["fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", script, line], folder)]


def zsh(script, line, folder):
    (folder / "offers").unlink(missing_ok=True)
    return _ask(["zsh", "-f", "-c", ZSH, "zsh", script, line, folder], folder)


def _ask(command, folder):
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8", "TERM": "dumb", "XDG_CONFIG_HOME": str(folder)}
    done = subprocess.run([str(word) for word in command], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode in (0, 1) and not done.stderr, (done.returncode, done.stderr.decode()[-500:])
    return done.stdout.decode("utf-8").split("\n")


def _prepared(koine, shell):
    folder = koine.folder / "shells" / shell
    if not folder.exists():
        (folder / "sub").mkdir(parents=True)
        (folder / "music.db").touch()
        ended = koine.call("completion", shell)
        assert ended.code == 0 and ended.out and not ended.err, (ended.code, ended.err)
        (folder / f"koine.{shell}").write_text(ended.out, encoding="utf-8")
    return folder, folder / f"koine.{shell}"


def _offered(koine, shell, ask, row):
    line, wanted, unwanted = row
    folder, script = _prepared(koine, shell)
    offers = {offer.rstrip("/= ") for offer in ask(script, line, folder)}
    missing, surplus = [word for word in wanted if word not in offers], [word for word in unwanted if word in offers]
    assert not missing and not surplus, f"missing {missing}, surplus {surplus} among {sorted(offers)}"


def _has_no_mistake(koine, shell):
    _, script = _prepared(koine, shell)
    done = subprocess.run([shell, "-n", str(script)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30, check=False)
    assert done.returncode == 0 and not done.stdout, done.stdout.decode()


def _names_all_flags(koine, shell):
    _, script = _prepared(koine, shell)
    text = script.read_text(encoding="utf-8")
    for flag in re.findall(r"^  (?:-\w, )?--([a-z-]+)", koine.call("serve", "--help").out, re.M):
        assert re.search(rf"(--|-l ){flag}\b", text), f"{flag} is not in the completion for {shell}"


def tests():
    found = []
    for shell, ask, rows in (("bash", bash, TABLE + BASH_TABLE), ("zsh", zsh, TABLE), ("fish", fish, TABLE)):
        assert shutil.which(shell), f"{shell} is not there (packages.txt, group test)"
        found.append((f"completion for {shell} has no mistake", lambda koine, shell=shell: _has_no_mistake(koine, shell)))
        found.append((f"completion for {shell} names all flags", lambda koine, shell=shell: _names_all_flags(koine, shell)))
        found += [(f"completion in {shell}: {row[0]}", lambda koine, shell=shell, ask=ask, row=row: _offered(koine, shell, ask, row))
                  for row in rows]
    return found

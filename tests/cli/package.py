#!/usr/bin/env python3
"""The Debian package, looked at from outside and unpacked into a temporary folder (nothing is installed): see README.md beside this file."""
import argparse
import gzip
import hashlib
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.support import databases  # noqa: E402
from tests.support.server import Server  # noqa: E402
from tests.support.tally import Tally, fail_early  # noqa: E402

DOC = "usr/share/doc/koine"
FILES = {
    "usr/bin/koine": 0o755,
    "usr/share/man/man1/koine.1.gz": 0o644,
    "usr/share/bash-completion/completions/koine": 0o644,
    "usr/share/zsh/vendor-completions/_koine": 0o644,
    "usr/share/fish/vendor_completions.d/koine.fish": 0o644,
    "usr/share/koine/koine.schema.json": 0o644,
    f"{DOC}/copyright": 0o644,
    f"{DOC}/changelog.gz": 0o644,
    f"{DOC}/changelog.Debian.gz": 0o644,
}
# What the program prints, and the file that holds it.
PRINTED = {
    ("help", "--man"): "usr/share/man/man1/koine.1.gz",
    ("completion", "bash"): "usr/share/bash-completion/completions/koine",
    ("completion", "zsh"): "usr/share/zsh/vendor-completions/_koine",
    ("completion", "fish"): "usr/share/fish/vendor_completions.d/koine.fish",
    ("help", "--config-schema"): "usr/share/koine/koine.schema.json",
}


class Package:
    def __init__(self, deb, folder):
        self.deb, self.folder = deb, folder
        self.root = folder / "root"
        said("dpkg-deb", "-x", deb, self.root)
        said("dpkg-deb", "-e", deb, folder / "control")
        self.control = (folder / "control/control").read_text(encoding="utf-8")
        self.program = self.root / "usr/bin/koine"

    def field(self, name):
        found = re.search(rf"^{name}: (.*)$", self.control, re.M)
        assert found, f"no {name} in the control file:\n{self.control}"
        return found.group(1)

    def content(self, path):
        raw = (self.root / path).read_bytes()
        return gzip.decompress(raw) if path.endswith(".gz") else raw


def said(*words):
    return subprocess.run([str(word) for word in words], check=True, stdout=subprocess.PIPE, timeout=60).stdout


def control_is_complete(package):
    assert package.field("Package") == "koine"
    version = said(package.program, "version").decode().splitlines()[0].removeprefix("koine ")
    assert re.fullmatch(rf"{re.escape(version)}-\d+", package.field("Version")), (version, package.field("Version"))
    assert package.field("Architecture") == said("dpkg", "--print-architecture").decode().strip()
    assert re.fullmatch(r"[^<>]+ <[^ <>]+@[^ <>]+>", package.field("Maintainer")), package.field("Maintainer")
    assert len(package.field("Description")) <= 80 and not package.field("Description").endswith("."), package.field("Description")
    assert re.search(r"^Description: .+\n( .+\n)+", package.control, re.M), "no long description"
    for name in ("Section", "Priority", "Installed-Size"):
        package.field(name)


def depends_on_what_it_loads(package):
    depends = package.field("Depends")
    folder = said("dpkg-architecture", "-qDEB_HOST_MULTIARCH").decode().strip()
    for library in re.findall(r"\(NEEDED\)\s+Shared library: \[([^\]]+)\]", said("readelf", "-d", package.program).decode()):
        if library.startswith("ld-linux"):
            continue
        owner = said("dpkg", "-S", f"*/{folder}/{library}").decode().split(":")[0]
        assert re.search(rf"(^|, ){re.escape(owner)}( \(|,|$)", depends), f"{library} is of {owner}, which is not in: {depends}"
    assert not re.search(r"-dev\b|-dbg\b", depends), depends


def holds_these_files_and_no_others(package):
    found = {str(path.relative_to(package.root)): path.stat().st_mode & 0o7777 for path in package.root.rglob("*") if not path.is_dir()}
    assert found == FILES, f"surplus or otherwise: {set(found.items()) - set(FILES.items())}, missing: {set(FILES) - set(found)}"
    owners = {line.split()[1] for line in said("dpkg-deb", "-c", package.deb).decode().splitlines()}
    assert owners == {"root/root"}, owners
    folders = {path.stat().st_mode & 0o7777 for path in package.root.rglob("*") if path.is_dir()}
    assert folders == {0o755}, [oct(mode) for mode in folders]


def checksums_are_right(package):
    sums = dict(reversed(line.split(maxsplit=1)) for line in (package.folder / "control/md5sums").read_text().splitlines())
    assert set(sums) == set(FILES), set(sums) ^ set(FILES)
    for path, wanted in sums.items():
        assert hashlib.md5((package.root / path).read_bytes()).hexdigest() == wanted, path


def runs_nothing_when_installed(package):
    scripts = {path.name for path in (package.folder / "control").iterdir()} - {"control", "md5sums"}
    assert not scripts, scripts


def program_is_stripped_and_hardened(package):
    sections = said("readelf", "-SW", package.program).decode()
    assert ".debug_info" not in sections and ".symtab" not in sections, "it is not stripped"
    assert re.search(r"Type:\s+DYN", said("readelf", "-hW", package.program).decode()), "it is not position independent"
    assert "GNU_RELRO" in said("readelf", "-lW", package.program).decode(), "no RELRO"
    assert not re.search(r"R(UN)?PATH", said("readelf", "-dW", package.program).decode()), "it has a run path"


def files_are_what_the_program_prints(package):
    for words, path in PRINTED.items():
        assert package.content(path) == said(package.program, *words), path


def packed_files_have_no_time(package):
    for path in (path for path in FILES if path.endswith(".gz")):
        raw = (package.root / path).read_bytes()
        assert raw[4:8] == bytes(4), f"{path} holds a time"
        assert not raw[3] & 0x08, f"{path} holds a name"


def documents_are_there(package):
    debian = package.content(f"{DOC}/changelog.Debian.gz").decode()
    assert re.match(rf"koine \({re.escape(package.field('Version'))}\) \w+; urgency=\w+\n\n  \* .+\n\n -- .+ <.+>  \w{{3}}, \d+ \w{{3}} \d{{4}} ", debian), debian
    said("dpkg-parsechangelog", "-l", write(package.folder / "changelog", debian))
    assert package.content(f"{DOC}/changelog.gz").decode() == (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    notice = package.content(f"{DOC}/copyright").decode()
    for part in ("Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/", "/usr/share/common-licenses/Apache-2.0", "CLI11"):
        assert part in notice, part


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def unpacked_program_serves(package):
    with Server(package.program, databases.make("music", package.folder)) as server:
        assert server.request("GET", "/artist?limit=1").status in (200, 206)


TESTS = (control_is_complete, depends_on_what_it_loads, holds_these_files_and_no_others, checksums_are_right, runs_nothing_when_installed,
         program_is_stripped_and_hardened, files_are_what_the_program_prints, packed_files_have_no_time, documents_are_there,
         unpacked_program_serves)


def main():
    parser = argparse.ArgumentParser(description="Check a Debian package of Koine.")
    parser.add_argument("deb", type=pathlib.Path)
    parser.add_argument("--verbose", action="store_true", help="name the passed tests too")
    arguments = parser.parse_args()
    if not arguments.deb.is_file():
        fail_early(f"package.py: {arguments.deb} is no file: ./dev package makes one")
    tally = Tally(arguments.verbose)
    with tempfile.TemporaryDirectory(prefix="koine-package-") as folder:
        package = Package(arguments.deb.resolve(), pathlib.Path(folder))
        for test in TESTS:
            tally.attempt(test.__name__.replace("_", " "), test, package)
    sys.exit(tally.finish())


if __name__ == "__main__":
    main()

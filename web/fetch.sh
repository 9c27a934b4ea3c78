#!/usr/bin/env bash
# Fetches Swagger UI's files, at the version and hash of requirements.txt, to build/web/swagger-ui: once, until the pin changes.
# Fails without harm where there is no package index: the build goes on, and /-/docs says what is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=build/web/swagger-ui
pin=$(sha256sum <web/requirements.txt)
[ "$(cat "$target/.made-from" 2>/dev/null)" != "$pin" ] || exit 0

mkdir -p build/web
work=$(mktemp -d build/web/fetching.XXXXXX)
trap 'rm -rf "$work"' EXIT
pip=(python3 -m pip)
if ! python3 -m pip --version >/dev/null 2>&1; then
    python3 -m venv "$work/venv"
    pip=("$work/venv/bin/python" -m pip)
fi
"${pip[@]}" download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes --timeout 15 --retries 1 \
    --requirement web/requirements.txt --dest "$work"
python3 - "$work" <<'PY'
import pathlib
import sys
import zipfile

work = pathlib.Path(sys.argv[1])
wanted = {"swagger-ui-bundle.js": "swagger-ui-bundle.js", "swagger-ui.css": "swagger-ui.css", "LICENSE": "LICENSE.txt"}
(work / "files").mkdir()
with zipfile.ZipFile(next(work.glob("*.whl"))) as wheel:
    for entry in wheel.namelist():
        folder, _, name = entry.rpartition("/")
        if folder.endswith("/swagger-ui-dist") and name in wanted:
            (work / "files" / wanted[name]).write_bytes(wheel.read(entry))
missing = [name for name in wanted.values() if not (work / "files" / name).exists()]
if missing:
    sys.exit(f"the package holds no {', '.join(missing)}")
PY
printf '%s\n' "$pin" >"$work/files/.made-from"
rm -rf "$target"
mv "$work/files" "$target"

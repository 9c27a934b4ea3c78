#!/usr/bin/env bash
# Fetches the files of Swagger UI and ReDoc, at the version and hash of requirements.txt, to build/web/swagger-ui: once, until the pin or this changes.
# Fails without harm where there is no package index: the build goes on, and the pages that need them say what is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=build/web/swagger-ui
pin=$(cat web/requirements.txt web/fetch.sh | sha256sum)
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
import re
import sys
import zipfile

work = pathlib.Path(sys.argv[1])
wanted = {
    "swagger-ui-dist/swagger-ui-bundle.js": "swagger-ui-bundle.js",
    "swagger-ui-dist/swagger-ui.css": "swagger-ui.css",
    "swagger-ui-dist/LICENSE": "LICENSE.txt",
    "redoc/bundles/redoc.standalone.js": "redoc.standalone.js",
    "redoc/LICENSE": "redoc-license.txt",
    "redoc/bundles/redoc.standalone.js.LICENSE.txt": "redoc-license.txt",
}
(work / "files").mkdir()
with zipfile.ZipFile(next(work.glob("*.whl"))) as wheel:
    for entry in wheel.namelist():
        for path, name in wanted.items():
            if entry.endswith("/" + path):
                with (work / "files" / name).open("ab") as file:
                    file.write(wheel.read(entry))
# Its one picture comes from elsewhere: an empty one instead.
reader = work / "files" / "redoc.standalone.js"
if reader.exists():
    blank = b"data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
    reader.write_bytes(re.sub(rb'"https://[^"]*/logo-mini\.svg"', b'"' + blank + b'"', reader.read_bytes()))
missing = [name for name in wanted.values() if not (work / "files" / name).exists()]
if missing:
    sys.exit(f"the package holds no {', '.join(missing)}")
PY
printf '%s\n' "$pin" >"$work/files/.made-from"
rm -rf "$target"
mv "$work/files" "$target"

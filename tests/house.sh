#!/usr/bin/env bash
# The house's rules that a machine can see. Each is one line of the answer; the last is "N passed, N failed".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

passed=0
failed=0
# rule WHAT FINDINGS: holds if nothing was found.
rule() {
    if [ -z "$2" ]; then
        passed=$((passed + 1))
        return
    fi
    failed=$((failed + 1))
    printf 'BROKEN: %s\n' "$1"
    printf '%s\n' "$2" | head -n 10 | cut -c1-200 | sed 's/^/    /'
}

# The files that are ours: what git tracks or would track.
ours() { git ls-files --cached --others --exclude-standard -- "$@" | while read -r file; do [ ! -f "$file" ] || printf '%s\n' "$file"; done; }
sources() { ours 'src/*.cpp' 'src/*.hpp' 'src/*.def'; }
# in_ours PATTERN PATH...: where it stands in them; in_sources PATTERN: in the code that is no test.
in_ours() { local pattern=$1; shift; ours "$@" | xargs -r -d '\n' grep -nHE "$pattern" 2>/dev/null; }
in_sources() { sources | grep -v '_test\.cpp$' | xargs -r -d '\n' grep -nHE "$@" 2>/dev/null; }

git rev-parse --git-dir >/dev/null 2>&1 || { echo "house.sh reads git's list of files, and this is no clone"; exit 1; }

systems='datatracker|indico|peering.?manager|netbox|digitalnz|digitalocean|discourse|dnd5e|nookipedia|dracoon|drchrono|dweet|ebay|docker'
rule "no system's name in src/ and dialects/" "$(ours src dialects | xargs -r -d '\n' grep -niHE "$systems" 2>/dev/null)"
rule "no dialect's name in src/ (dialects are data)" "$(in_sources -i postgrest)"

sql='"[^"]*\b(SELECT|INSERT INTO|UPDATE [a-z]|DELETE FROM)\b[^"]*"'
rule "SQL text stands in src/store/ only" "$(in_sources "$sql" | grep -v '^src/store/')"

rule "every room has a README" "$(for room in src/*/; do [ -f "${room}README.md" ] || echo "$room"; done)"
rule "a room's README has at most 15 lines" "$(for readme in src/*/README.md; do [ "$(wc -l <"$readme")" -le 15 ] || echo "$readme: $(wc -l <"$readme")"; done)"
rule "no file of src/ is longer than 500 lines" "$(sources | while read -r file; do lines=$(wc -l <"$file"); [ "$lines" -le 500 ] || echo "$file: $lines"; done)"

headers=$(ours 'src/*.hpp')
rule "every header begins with @file and has #pragma once" "$(for header in $headers; do head -n 1 "$header" | grep -q '^/// @file' && grep -q '^#pragma once' "$header" || echo "$header"; done)"

# Arrows go one way: a room includes itself and the rooms that its CMakeLists.txt names, and theirs; those stand above it in src/CMakeLists.txt.
declare -A sees
upward=
for room in $(sed -nE 's/^add_subdirectory\(([a-z]+)\)/\1/p' src/CMakeLists.txt); do
    sees[$room]=" $room "
    for other in $(sed 's/#.*//' "src/$room/CMakeLists.txt" | grep -oE 'koine::[a-z]+' | sed 's/koine:://' | sort -u); do
        [ -d "src/$other" ] || continue
        sees[$room]+="${sees[$other]:-} "
        [ -n "${sees[$other]:-}" ] || upward+="src/$room/CMakeLists.txt links $other, which stands below it"$'\n'
    done
done
arrows=$upward
while IFS=: read -r file line text; do
    room=${file#src/}
    room=${room%%/*}
    other=$(sed -E 's/^ *# *include "([a-z]+)\/.*/\1/' <<<"$text")
    [[ "${sees[$room]:-}" == *" $other "* ]] || arrows+="$file:$line includes $other/, which src/$room/CMakeLists.txt does not name"$'\n'
done < <(sources | grep '\.[ch]pp$' | xargs -r -d '\n' grep -nHE '^ *# *include "[a-z]+/' 2>/dev/null)
rule "rooms include only what they link, upwards never" "${arrows%$'\n'}"

rule "no address to download from (a registry's host is never named)" "$(in_ours '"resolved": *"http|--(extra-)?index-url|https?://[^ "]+\.(tgz|whl|crate|deb|jar)\b' . | grep -v '^tests/house\.sh:')"
rule "no path of one machine" "$(in_ours '(^|[^A-Za-z0-9_.])/(w[o]rk|t[m]p|r[o]ot|h[o]me)/[A-Za-z0-9_.-]+' . ':!*.md' | grep -vE 'mktemp|TMPDIR')"
rule "nothing left unfinished" "$(in_ours '\b(T[O]DO|F[I]XME|X[X]X|H[A]CK)\b' src apps dialects tests fuzz bench demo dev)"
rule "formatted as clang-format-19 formats (./dev fmt)" "$(ours 'src/*.[ch]pp' 'fuzz/*.[ch]pp' 'bench/*.[ch]pp' | xargs -r -d '\n' clang-format-19 --dry-run 2>&1 | sed -nE 's/^([^:]+):([0-9]+):.*/\1/p' | sort | uniq -c | awk '{ print $2 ": " $1 " places" }')"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

#!/usr/bin/env bash
# Fetches the crates that rust/Cargo.lock names, once, or builds the engine from them, without a network.
# usage: build.sh fetch|build CARGO DIR        what is fetched and built goes to DIR, which several build trees may share
set -euo pipefail
step=$1 cargo=$2
mkdir -p "$3"
out=$(cd "$3" && pwd)
self=$(realpath "${BASH_SOURCE[0]}")
cd "$(dirname "$self")/rust"
exec 9>"$out/lock"
flock 9

# The compiler that belongs to this cargo, wherever another stands in PATH.
[ ! -x "$(dirname "$cargo")/rustc" ] || export RUSTC=${RUSTC:-$(dirname "$cargo")/rustc}

fetch() {
    ! cmp -s <(cat Cargo.lock "$self") "$out/vendor/made-by" || return 0
    rm -rf "$out/vendor" "$out/vendor.new"
    # Before 1.70 cargo copies the registry's whole index unless told so, and being told is a feature of its own.
    local version way=()
    version=$("$cargo" --version | sed -nE 's/^cargo 1\.([0-9]+)\..*/\1/p')
    [ "${version:-99}" -ge 70 ] || way=(-Z sparse-registry)
    RUSTC_BOOTSTRAP=1 "$cargo" "${way[@]}" vendor --locked "$out/vendor.new" >/dev/null
    # The engine counts its instructions and looks at no clock: there it calls ours (rust/src/memory.rs). One that is not as we know it is refused.
    local counts=$out/vendor.new/minijinja/src/vm/fuel.rs call='unsafe { koine_jinja_tick() };'
    sed -i "s/^        let fuel_to_consume = fuel_for_instruction(instr);\$/        extern \"Rust\" { fn koine_jinja_tick(); }\n        $call\n&/" "$counts"
    grep -qF "$call" "$counts" || { echo "build.sh: minijinja's fuel.rs is not what it was" >&2; exit 1; }
    sed -i 's/"files":{[^}]*}/"files":{}/' "$out/vendor.new/minijinja/.cargo-checksum.json"
    cat Cargo.lock "$self" >"$out/vendor.new/made-by"
    mv "$out/vendor.new" "$out/vendor"
}

fetch
[ "$step" = build ] || exit 0
# alloc_error_hook (rust/src/memory.rs) is a feature that this one crate asks for.
RUSTC_BOOTSTRAP=koine_jinja "$cargo" --config 'source.crates-io.replace-with="fetched"' \
    --config "source.fetched.directory=\"$out/vendor\"" build --quiet --release --frozen --target-dir "$out"
touch "$out/release/libkoine_jinja.a"

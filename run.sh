#!/usr/bin/env bash
# Builds plomba if anything changed and runs it: ./run.sh [ARGS]; without arguments: serve.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program="$root/artifacts/bin/Plomba/release/plomba"
stamp="$root/artifacts/run.stamp"

# What the program is made of: names, sizes and times of every source file.
sources() {
    find "$root/src" "$root"/*.props "$root/global.json" "$root/BannedSymbols.txt" "$root/.editorconfig" \
        -type f -not -name 'packages.lock.json' -printf '%p %s %T@\n' | sort | sha256sum
}

now=$(sources)
if [ ! -x "$program" ] || [ "$now" != "$(cat "$stamp" 2>/dev/null)" ]; then
    mkdir -p "$root/artifacts"
    log="$root/artifacts/build.log"
    echo "plomba: building (only after a change) ..." >&2
    if ! (cd "$root" && dotnet build src/Plomba/Plomba.csproj -c Release -v quiet --nologo) >"$log" 2>&1; then
        grep -E 'error|NU[0-9]{4}' "$log" >&2 || cat "$log" >&2
        echo "plomba: the build failed; the whole log is in artifacts/build.log" >&2
        exit 1
    fi
    printf '%s\n' "$now" >"$stamp"
fi

[ $# -gt 0 ] || set -- serve
exec "$program" "$@"

#!/usr/bin/env bash
# Publishes the native (AOT) program as one file: artifacts/plomba. Any AOT or trim warning fails it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
missing=()
command -v clang >/dev/null || missing+=(clang)
[ -e /usr/include/zlib.h ] || missing+=(zlib1g-dev)
[ -e /usr/lib/x86_64-linux-gnu/libsqlite3.a ] || missing+=(libsqlite3-dev)
if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" != 0 ]; then
        echo "publish: needs ${missing[*]}; install them: apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    apt-get -o DPkg::Lock::Timeout=300 update -qq
    apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

out=artifacts/native
rm -rf "$out"
log=artifacts/publish.log
mkdir -p artifacts
if ! dotnet publish src/Plomba/Plomba.csproj -c Release -o "$out" --nologo -v minimal >"$log" 2>&1; then
    grep -E 'error|warning' "$log" | sort -u >&2 || cat "$log" >&2
    echo "publish: failed; the whole log is in $log" >&2
    exit 1
fi
warnings=$(grep -cE 'warning (IL|CS|NU|CA|MA)' "$log" || true)
if [ "$warnings" != 0 ]; then
    grep -E 'warning' "$log" | sort -u >&2
    echo "publish: $warnings warnings; none is allowed" >&2
    exit 1
fi
mv -f "$out/plomba" artifacts/plomba
extra=$(find "$out" -type f | head -5)
[ -z "$extra" ] || { echo "publish: these would lie beside the program: $extra" >&2; exit 1; }
rm -rf "$out"

# The manual, from the program itself: artifacts/man (man1, man7) and artifacts/man/ru.
rm -rf artifacts/man
LC_ALL=C.UTF-8 artifacts/plomba man-pages --quiet artifacts/man
LC_ALL=ru_RU.UTF-8 artifacts/plomba man-pages --quiet artifacts/man/ru
echo "artifacts/plomba: $(stat -c %s artifacts/plomba) bytes, 0 warnings"

#!/usr/bin/env bash
# Installs what the tests need and runs them all: ./test.sh [--long] [--vectors DIR]
#   --long         also what takes longer than a few minutes (crash loops, large images, fuzzing)
#   --vectors DIR  recorded decisions of the reference implementation; without them those tests are skipped by name
# The last line is "N passed, N failed, N skipped"; the exit code is 0 only when nothing failed.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
while [ $# -gt 0 ]; do
    case $1 in
        --long) export PLOMBA_LONG=1 ;;
        --vectors) shift; PLOMBA_VECTORS=$(cd "${1:?--vectors needs a directory}" && pwd) || exit 2; export PLOMBA_VECTORS ;;
        *) echo "usage: ./test.sh [--long] [--vectors DIR]" >&2; exit 2 ;;
    esac
    shift
done
cd "$root" || exit 1

packages=(podman skopeo buildah crun runc conmon netavark iptables uidmap slirp4netns fuse-overlayfs docker.io containerd
    docker-registry nginx-light gnupg gpgv sq sqv busybox-static curl jq openssl e2fsprogs mount bsdutils systemd faketime apache2-utils nodejs npm
    systemd-container systemd-sysv libpam-systemd dbus dbus-user-session iproute2 gettext groff-base clang zlib1g-dev libsqlite3-dev acl attr)
missing=()
for package in "${packages[@]}"; do
    # npm often comes with a Node.js that is not Debian's, and then Debian's package cannot be installed beside it.
    [ "$package" = npm ] && command -v npm >/dev/null && continue
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" = 0 ]; then
        echo "test: installing ${missing[*]}"
        # No service may start: the tests start every server they need.
        policy=/usr/sbin/policy-rc.d
        [ -e "$policy" ] && policy= || { printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"; }
        export DEBIAN_FRONTEND=noninteractive
        install=(apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends)
        apt-get -o DPkg::Lock::Timeout=300 update -qq
        # One that cannot be had must not keep the others away.
        "${install[@]}" "${missing[@]}" >/dev/null 2>&1 || for package in "${missing[@]}"; do
            "${install[@]}" "$package" >/dev/null 2>&1 || echo "test: $package could not be installed; what needs it is skipped by name"
        done
        [ -z "$policy" ] || rm -f "$policy"
    else
        echo "test: not root, so not installed (tests that need them are skipped by name): ${missing[*]}"
    fi
fi

export DOTNET_CLI_UI_LANGUAGE=en
if ! dotnet build Plomba.slnx --nologo -v quiet; then
    echo "0 passed, 1 failed"
    exit 1
fi

results="$root/artifacts/test-results"
rm -rf "$results"
mkdir -p "$results"
passed=0 failed=0 skipped=0
limit=$([ -n "${PLOMBA_LONG:-}" ] && echo 4h || echo 20m) # for one project
for project in tests/*.Tests; do
    name=$(basename "$project")
    echo "== $name"
    timeout --kill-after=10 "$limit" "$root/artifacts/bin/$name/debug/$name" -noLogo -noColor -result-trx "$results/$name.trx" 2>&1 \
        | grep -vE "^  (Discover|Starting|Finished)|^=== TEST|^$"
    code=${PIPESTATUS[0]}
    counters=$(grep -o '<Counters [^>]*>' "$results/$name.trx" 2>/dev/null)
    value() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
    if [ -z "$counters" ]; then
        echo "$name: ended without results (exit $code)"
        failed=$((failed + 1))
        continue
    fi
    passed=$((passed + $(value passed)))
    bad=$(($(value failed) + $(value error) + $(value timeout) + $(value aborted)))
    failed=$((failed + bad))
    # xunit reports a skipped test as not executed.
    skipped=$((skipped + $(value total) - $(value passed) - bad))
    # A runner that fails without a failed test (a crash on the way out) is a failure too; 8: no test in it.
    [ "$code" = 0 ] || [ "$bad" -gt 0 ] || { echo "$name: exit code $code"; failed=$((failed + 1)); }
done

grep -ho 'testName="[^"]*" [^>]*outcome="NotExecuted"' "$results"/*.trx 2>/dev/null | sed 's/testName="\([^"]*\)".*/skipped: \1/' | sort | head -60
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]

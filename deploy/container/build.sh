#!/usr/bin/env bash
# Builds the server's container image: nothing in it but the program and the libraries it loads.
#   deploy/container/build.sh [--program FILE] [--tag NAME]
# Needs buildah; the program is the published one (./publish.sh), its libraries are this machine's.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$here/../../artifacts/plomba
tag=localhost/plomba:latest
while [ $# -gt 0 ]; do
    case $1 in
        --program) program=${2:?--program needs a file}; shift ;;
        --tag) tag=${2:?--tag needs a name}; shift ;;
        *) echo "usage: deploy/container/build.sh [--program FILE] [--tag NAME]" >&2; exit 2 ;;
    esac
    shift
done
[ -x "$program" ] || { echo "build: there is no program at $program: run ./publish.sh first" >&2; exit 1; }

context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
root=$context/root
mkdir -p "$root"/usr/bin "$root"/etc/ssl "$context"/data
install -m 0755 "$program" "$root/usr/bin/plomba"

# What it is linked to, and OpenSSL, which it opens when it first needs it.
linked=$(ldd "$program" | sed -n 's/^[^/]*\(\/[^ ]*\) (.*$/\1/p')
ssl=$(ldconfig -p | sed -n 's/^\t\(libssl\|libcrypto\)\.so\.3 .* => \(.*\)$/\2/p' | sort -u)
[ "$(wc -l <<<"$ssl")" = 2 ] || { echo "build: libssl.so.3 and libcrypto.so.3 are not installed (libssl3)" >&2; exit 1; }
for library in $linked $ssl; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
done

# Names for the numbers; 990 stands in the unit as well.
printf 'root:x:0:0:root:/:/sbin/nologin\nplomba:x:990:990:Plomba registry:/var/lib/plomba:/sbin/nologin\n' >"$root/etc/passwd"
printf 'root:x:0:\nplomba:x:990:\n' >"$root/etc/group"
[ ! -f /etc/ssl/certs/ca-certificates.crt ] || install -D -m 0644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"

cat >"$context/Containerfile" <<'EOF'
FROM scratch
COPY root/ /
COPY --chown=990:990 data/ /var/lib/plomba/
USER 990:990
WORKDIR /var/lib/plomba
ENTRYPOINT ["/usr/bin/plomba"]
CMD ["serve", "--site", "/etc/plomba/site.toml"]
EOF
buildah bud --isolation chroot --timestamp 0 -t "$tag" "$context"

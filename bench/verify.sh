#!/usr/bin/env bash
# plomba verify of signed images against skopeo deciding the same, and the start-up of the native program; prints ratios.
# usage: bench/verify.sh [ROUNDS] [MANY]     MANY images at once (20; 1000 for the promised figure)     needs skopeo, gpg, curl and the native program (./publish.sh)
# skopeo has no verb that only decides: it copies an image of one small layer, which is the nearest it offers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
rounds=${1:-20}
many=${2:-20}
program=${PLOMBA_PROGRAM:-$PWD/artifacts/plomba}
work=$(mktemp -d)
export GNUPGHOME=$work/gnupg
mkdir -m 700 "$GNUPGHOME"
"$program" serve --data "$work/data" --listen 127.0.0.1:5711 >"$work/log" 2>&1 & server=$!
trap 'kill $server; gpgconf --kill all; rm -rf "$work"' EXIT
until curl -s -o /dev/null http://127.0.0.1:5711/healthz; do sleep 0.05; done

gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-gen-key 'Bench <bench@example.org>' rsa3072 sign 1y 2>/dev/null
gpg --batch --export bench@example.org >"$work/key.pgp"
printf '{"default":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"%s"}]}' "$work/key.pgp" >"$work/policy.json"
printf '{"default":[{"type":"insecureAcceptAnything"}]}' >"$work/open.json"
mkdir "$work/image" "$work/stores"
printf 'Directory Transport Version: 1.1\n' >"$work/image/version"
digest() { sha256sum "$1" | cut -d' ' -f1; }
image() { # SALT: an image of its own, so that each has one signature
    rm -f "$work"/image/[0-9a-f]*
    echo "$1" | gzip >"$work/layer"
    local layer config
    layer=$(digest "$work/layer")
    printf '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' "$layer" >"$work/config"
    config=$(digest "$work/config")
    printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%s},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:%s","size":%s}]}' \
        "$config" "$(stat -c %s "$work/config")" "$layer" "$(stat -c %s "$work/layer")" >"$work/image/manifest.json"
    mv "$work/layer" "$work/image/$layer"; mv "$work/config" "$work/image/$config"
}
names=()
for i in $(seq "$many"); do
    image "$i"
    skopeo copy -q --policy "$work/open.json" --dest-tls-verify=false --sign-by bench@example.org "dir:$work/image" "docker://127.0.0.1:5711/bench/app:v$i"
    names+=("127.0.0.1:5711/bench/app:v$i")
done

ours() { "$program" verify -q --policy "$work/policy.json" --registries.d "$work/stores" --tls-verify=false "$@" >/dev/null; }
theirs() { rm -rf "$work/out"; skopeo copy -q --policy "$work/policy.json" --registries.d "$work/stores" --src-tls-verify=false "docker://$1" "dir:$work/out"; }
loop() { for name in "$@"; do theirs "$name"; done; }
milliseconds() { local start end; start=$(date +%s%N); "$@"; end=$(date +%s%N); echo $(((end - start) / 1000)); }
median() { sort -g | awk '{a[NR]=$1} END{printf "%.1f", a[int((NR+1)/2)]/1000}'; }
for _ in $(seq "$rounds"); do
    milliseconds ours "${names[0]}" >>"$work/one.ours"
    milliseconds theirs "${names[0]}" >>"$work/one.theirs"
    milliseconds "$program" --version >/dev/null 2>&1
    milliseconds "$program" --help >>"$work/help.all"
done
grep -E '^[0-9]+$' "$work/help.all" >"$work/help"
for _ in $(seq $((many > 100 ? 1 : 5))); do
    milliseconds ours "${names[@]}" >>"$work/many.ours"
    milliseconds loop "${names[@]}" >>"$work/many.theirs"
done
row() { local a b; a=$(median <"$work/$2.ours"); b=$(median <"$work/$2.theirs"); printf '%-34s %9s ms %9s ms %7s x faster\n' "$1" "$a" "$b" "$(awk "BEGIN{printf \"%.1f\", $b/$a}")"; }
printf '%-34s %12s %12s\n' "median of $rounds" plomba skopeo
row 'one signed image, cold' one
row "$many signed images (skopeo: a loop)" many
printf '%-34s %9s ms\n' 'plomba --help' "$(median <"$work/help")"

#!/usr/bin/env bash
# Registry throughput and cost against Debian's docker-registry and nginx in one run; prints ratios.
# usage: bench/registry.sh [ROUNDS]     needs docker-registry, nginx, skopeo, wrk, curl and the native program (./publish.sh)
# Every figure is the median of ROUNDS (default 5); the peers take turns, so that a drifting machine hits all alike.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
rounds=${1:-5}
program=${PLOMBA_PROGRAM:-$PWD/artifacts/plomba}
for tool in docker-registry nginx skopeo wrk curl "$program"; do
    command -v "$tool" >/dev/null || { echo "bench: $tool is not there" >&2; exit 1; }
done
work=$(mktemp -d)
declare -A pid port
stop() { kill "${pid[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"; }
trap stop EXIT

port=([plomba]=5701 [docker]=5702 [nginx]=5703)
printf 'version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: %s/docker}, delete: {enabled: true}}\nhttp: {addr: 127.0.0.1:%s}\n' \
    "$work" "${port[docker]}" >"$work/docker.yml"
"$program" serve --data "$work/plomba" --listen "127.0.0.1:${port[plomba]}" >"$work/plomba.log" 2>&1 & pid[plomba]=$!
docker-registry serve "$work/docker.yml" >"$work/docker.log" 2>&1 & pid[docker]=$!
mkdir -p "$work/static/v2/bench/one/manifests" "$work/static/v2/bench/one/blobs"
cat >"$work/nginx.conf" <<C
daemon off; worker_processes 2; pid $work/nginx.pid; error_log $work/nginx.err; user root;
events { worker_connections 512; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; client_body_temp_path $work/b; proxy_temp_path $work/p; fastcgi_temp_path $work/f; uwsgi_temp_path $work/u; scgi_temp_path $work/s;
  server { listen 127.0.0.1:${port[nginx]}; root $work/static; } }
C
nginx -c "$work/nginx.conf" -e "$work/nginx.err" & pid[nginx]=$!
for name in plomba docker; do
    for _ in $(seq 200); do curl -s -o /dev/null "http://127.0.0.1:${port[$name]}/v2/" && break; sleep 0.05; done
done

# Layers are gzip already, so that skopeo sends them as they are; a further gzip member makes each one new.
head -c $((200 << 20)) /dev/urandom | gzip -1 >"$work/200.gz"
head -c $((1 << 20)) /dev/urandom | gzip -1 >"$work/1.gz"
image() { # DIRECTORY LAYER.gz SALT: an image of one layer as dir: layout; prints the layer's digest
    mkdir -p "$1"
    printf 'Directory Transport Version: 1.1\n' >"$1/version"
    { cat "$2"; printf '%s' "$3" | gzip; } >"$1/layer"
    local layer config
    layer=$(sha256sum "$1/layer" | cut -d' ' -f1)
    printf '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' "$layer" >"$1/config"
    config=$(sha256sum "$1/config" | cut -d' ' -f1)
    printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%s},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:%s","size":%s}]}' \
        "$config" "$(stat -c %s "$1/config")" "$layer" "$(stat -c %s "$1/layer")" >"$1/manifest.json"
    mv "$1/layer" "$1/$layer"; mv "$1/config" "$1/$config"
    echo "$layer"
}
small=$(image "$work/small" "$work/1.gz" small)
printf '{"default":[{"type":"insecureAcceptAnything"}]}' >"$work/policy.json"
copy() { skopeo copy -q --policy "$work/policy.json" --src-tls-verify=false --dest-tls-verify=false "$@"; }

seconds() { local start end; start=$(date +%s%N); "$@" >/dev/null; end=$(date +%s%N); awk "BEGIN{print ($end-$start)/1e9}"; }
cpu() { awk -v hz="$(getconf CLK_TCK)" '{print ($14+$15)/hz}' "/proc/${pid[$1]}/stat"; }
resident() { awk '/^VmRSS/{print $2/1024}' "/proc/${pid[$1]}/status"; }
peak() { awk '/^VmHWM/{print $2/1024}' "/proc/${pid[$1]}/status"; }
median() { sort -g | awk '{a[NR]=$1} END{print a[int((NR+1)/2)]}'; }
record() { echo "$3" >>"$work/figures.$1.$2"; }
figure() { median <"$work/figures.$1.$2"; }
rate() { # requests a second of a URL that must answer 200
    # docker-registry finds an OCI manifest only for who asks for one.
    local accept='Accept: application/vnd.oci.image.manifest.v1+json'
    curl -sf -H "$accept" -o /dev/null "$1" || { echo "bench: $1 does not answer 200" >&2; return 1; }
    wrk -t1 -c8 -d4s -H "$accept" "$1" | awk '/^Requests\/sec/{print $2}'
}

for name in plomba docker; do record idle $name "$(resident $name)"; done
for round in $(seq "$rounds"); do
    for name in plomba docker; do
        base="127.0.0.1:${port[$name]}"
        # A fresh layer each round, so that nothing is already there.
        rm -rf "$work/fresh"; image "$work/fresh" "$work/200.gz" "$name $round" >/dev/null
        before=$(cpu $name)
        record push $name "$(seconds copy "dir:$work/fresh" "docker://$base/bench/large:r$round")"
        record pushcpu $name "$(awk "BEGIN{print ($(cpu $name)-$before)*1024/200}")"
        before=$(cpu $name)
        rm -rf "$work/out"; record pull $name "$(seconds copy "docker://$base/bench/large:r$round" "dir:$work/out")"
        record pullcpu $name "$(awk "BEGIN{print ($(cpu $name)-$before)*1024/200}")"
    done
done
for name in plomba docker; do copy "dir:$work/small" "docker://127.0.0.1:${port[$name]}/bench/one:latest"; done
cp "$work/small/manifest.json" "$work/static/v2/bench/one/manifests/latest"
cp "$work/small/$small" "$work/static/v2/bench/one/blobs/sha256:$small"
for round in $(seq "$rounds"); do
    for name in plomba docker nginx; do
        base="http://127.0.0.1:${port[$name]}/v2/bench/one"
        record manifest $name "$(rate "$base/manifests/latest")"
        record blob $name "$(rate "$base/blobs/sha256:$small")"
    done
done
head -c $((100 << 20)) /dev/urandom >"$work/put"
digest=$(sha256sum "$work/put" | cut -d' ' -f1)
put() { # NAME: one 100 MiB blob, POST then one PUT
    local location
    location=$(curl -s -i -X POST "http://127.0.0.1:${port[$1]}/v2/bench/put$2/blobs/uploads/" | tr -d '\r' | awk 'tolower($1)=="location:"{print $2}')
    [[ $location == http* ]] || location="http://127.0.0.1:${port[$1]}$location"
    [[ $location == *\?* ]] && location="$location&" || location="$location?"
    curl -sf -X PUT -H 'Content-Type: application/octet-stream' -T "$work/put" "${location}digest=sha256:$digest"
}
for round in $(seq "$rounds"); do
    for name in plomba docker; do
        curl -sf -X DELETE "http://127.0.0.1:${port[$name]}/v2/bench/put$round/blobs/sha256:$digest" -o /dev/null || true
        # Other bytes each time: neither server may find the blob already there.
        printf '%s%s' "$name" "$round" | dd of="$work/put" conv=notrunc status=none
        digest=$(sha256sum "$work/put" | cut -d' ' -f1)
        record put $name "$(awk "BEGIN{print 100/$(seconds put $name "$round")}")"
    done
done
for name in plomba docker; do record peak $name "$(peak $name)"; done

start() { # seconds from start to the first 200
    local begin end
    begin=$(date +%s%N)
    "$program" serve --data "$work/start" --listen 127.0.0.1:5704 >/dev/null 2>&1 & local p=$!
    until curl -s -o /dev/null http://127.0.0.1:5704/healthz; do :; done
    end=$(date +%s%N); kill $p; wait $p 2>/dev/null || true
    awk "BEGIN{print ($end-$begin)/1e6}"
}
for _ in $(seq "$rounds"); do record start plomba "$(start)"; done

row() { # TEXT KEY UNIT BETTER(more|less) PEER
    local ours theirs ratio
    ours=$(figure "$2" plomba); theirs=$(figure "$2" "$5")
    [ "$4" = more ] && ratio=$(awk "BEGIN{printf \"%.2f\", $ours/$theirs}") || ratio=$(awk "BEGIN{printf \"%.2f\", $theirs/$ours}")
    printf '%-38s %12s %12s  %-10s %6s x better\n' "$1" "$ours" "$theirs" "$3 ($5)" "$ratio"
}
printf '%-38s %12s %12s\n' "median of $rounds" plomba peer
row 'push 200 MiB (skopeo)' push s less docker
row 'pull 200 MiB (skopeo)' pull s less docker
row 'push, CPU of the server per GiB' pushcpu s less docker
row 'pull, CPU of the server per GiB' pullcpu s less docker
row 'PUT 100 MiB in one request' put MiB/s more docker
row 'GET manifest by tag (wrk -t1 -c8)' manifest /s more docker
row 'GET manifest by tag (wrk -t1 -c8)' manifest /s more nginx
row 'GET 1 MiB blob (wrk -t1 -c8)' blob /s more docker
row 'GET 1 MiB blob (wrk -t1 -c8)' blob /s more nginx
row 'resident memory idle' idle MiB less docker
row 'resident memory peak' peak MiB less docker
printf '%-38s %12s\n' 'start to the first answer, ms' "$(figure start plomba)"

#!/usr/bin/env bash
# Machines of one's own: booted systemd machines (systemd-nspawn) with the programs that are installed here, an own /etc,
# /var, accounts and network. All of it lives in private mount, network and process namespaces and on a tmpfs there:
# nothing of this machine is changed, nothing else is reached, and when the process that keeps it ends, all of it is gone.
#   machines.sh keep DIR ID PROGRAM       keeps them until its standard input ends (run by unshare; PROGRAM: the plomba to install)
#   machines.sh boot DIR ID NAME ADDRESS  makes the machine if it is new and boots it (run in keep's namespaces)
set -eu
verb=$1 dir=$2 id=$3
shift 3

# Where a machine's processes are kept apart from those of others: the cgroup 2 hierarchy, and systemd's own beside it where
# the old ones are in use.
hierarchies() { awk '$3 == "cgroup2" || ($3 == "cgroup" && $4 ~ /name=systemd/) { print $2 }' /proc/self/mounts; }

remove_cgroups() {
    for root in $(hierarchies); do
        for cgroup in "$root/plomba-$id-"*; do
            [ ! -d "$cgroup" ] || find "$cgroup" -depth -type d -exec rmdir {} \; 2>/dev/null || true
        done
    done
}

keep() {
    mount --make-rprivate /
    mount -t proc proc /proc
    mount -t tmpfs -o mode=755 tmpfs "$dir"
    ip link set lo up
    ip link add machines type bridge
    ip link set machines up
    # The program, laid over /usr of every machine.
    mkdir -p "$dir/program/bin"
    if [ -e "${1%/*}/plomba.dll" ]; then
        mkdir -p "$dir/program/lib"
        cp -r "${1%/*}" "$dir/program/lib/plomba"
        ln -s ../lib/plomba/plomba "$dir/program/bin/plomba"
    else
        cp "$1" "$dir/program/bin/plomba"
    fi
    echo kept
    read -r _ || true
    kill -KILL -1 2>/dev/null || true
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        sleep 0.05
        remove_cgroups
        for root in $(hierarchies); do
            [ -z "$(find "$root" -maxdepth 1 -name "plomba-$id-*" -print -quit)" ] || continue 2
        done
        break
    done
}

# The accounts of a system just installed: none of a person's, and none of ours.
accounts() {
    local etc=$1 file
    for file in passwd group; do
        awk -F: '($3 < 1000 || $3 == 65534) && $1 !~ /^(podman|plomba)/' "/etc/$file" >"$etc/$file"
    done
    awk -F: 'NR == FNR { known[$1]; next } $1 in known' "$etc/passwd" /etc/shadow >"$etc/shadow"
    awk -F: 'NR == FNR { known[$1]; next } $1 in known' "$etc/group" /etc/gshadow >"$etc/gshadow"
    : >"$etc/subuid"
    : >"$etc/subgid"
    chmod 640 "$etc/shadow" "$etc/gshadow"
    rm -f "$etc/passwd-" "$etc/group-" "$etc/shadow-" "$etc/gshadow-" "$etc/subuid-" "$etc/subgid-"
}

# What a distribution ships for podman, and what podman needs where no resource controller can be had.
containers() {
    local etc=$1
    rm -rf "$etc/containers" "$etc/cni" "$etc/plomba"
    mkdir -p "$etc/containers/registries.d" "$etc/containers/registries.conf.d"
    printf '{\n    "default": [\n        {\n            "type": "insecureAcceptAnything"\n        }\n    ]\n}\n' >"$etc/containers/policy.json"
    : >"$etc/containers/registries.conf"
    cat >"$etc/containers/containers.conf" <<'END'
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=32768:32768"]
pids_limit = 0
[network]
network_backend = "netavark"
[engine]
runtime = "runc"
events_logger = "file"
END
    cat >"$etc/containers/storage.conf" <<'END'
[storage]
driver = "overlay"
runroot = "/run/containers/storage"
graphroot = "/var/lib/containers/storage"
END
}

# Only what a small machine runs, its network among it.
units() {
    local etc=$1 address=$2 unit
    rm -rf "$etc/systemd/system"
    mkdir -p "$etc/systemd/system/multi-user.target.wants"
    ln -s /lib/systemd/system/multi-user.target "$etc/systemd/system/default.target"
    for unit in getty.target systemd-timesyncd.service systemd-networkd.service systemd-networkd.socket; do
        ln -s /dev/null "$etc/systemd/system/$unit"
    done
    cat >"$etc/systemd/system/machine-network.service" <<END
[Unit]
Description=The address of this machine
DefaultDependencies=no
Before=network-pre.target network.target network-online.target
Wants=network-pre.target network.target network-online.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/ip address add $address/24 dev host0
ExecStart=/bin/ip link set host0 up
END
    ln -s ../machine-network.service "$etc/systemd/system/multi-user.target.wants/machine-network.service"
    # Nodes that rootless podman opens; a machine of iron has them from udev.
    printf 'd /dev/net 0755 root root -\nc! /dev/fuse 0666 root root - 10:229\nz /dev/net/tun 0666 root root -\n' >"$etc/tmpfiles.d/machine.conf"
}

make() {
    local name=$1 address=$2 root=$dir/$1/root link
    mkdir -p "$root" "$dir/$name/upper" "$dir/$name/work"
    for link in bin sbin lib lib32 lib64 libx32; do
        [ ! -L "/$link" ] || cp -P "/$link" "$root/"
    done
    mkdir -p "$root"/{usr,proc,sys,dev,run,home,srv,mnt,media,opt} "$root"/var/{lib,log,cache,spool}
    mkdir -m 700 "$root/root"
    mkdir -m 1777 "$root/tmp" "$root/var/tmp"
    ln -s /run "$root/var/run"
    ln -s /run/lock "$root/var/lock"
    mount -t overlay overlay -o "lowerdir=$dir/program:/usr,upperdir=$dir/$name/upper,workdir=$dir/$name/work" "$root/usr"
    cp -a /etc "$root/etc"
    accounts "$root/etc"
    containers "$root/etc"
    units "$root/etc" "$address"
    echo "$name" >"$root/etc/hostname"
    printf '127.0.0.1 localhost\n%s %s\n' "$address" "$name" >"$root/etc/hosts"
    tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
    rm -f "$root/etc/resolv.conf"
}

boot() {
    local name=$1 address=$2 root
    [ -d "$dir/$name" ] || make "$name" "$address"
    for root in $(hierarchies); do
        mkdir -p "$root/plomba-$id-$name"
        echo 0 >"$root/plomba-$id-$name/cgroup.procs"
    done
    SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 setsid systemd-nspawn --quiet --directory="$dir/$name/root" --machine="$name" --boot \
        --register=no --keep-unit --capability=all --system-call-filter='@keyring bpf' --network-bridge=machines \
        --console=pipe --kill-signal=SIGRTMIN+3 --resolv-conf=off --timezone=off --link-journal=no \
        </dev/null >"$dir/$name/console" 2>&1 &
}

"$verb" "$@"

#!/usr/bin/env bash
# Image verifications a second in one process on one core, keys warm: RSA-3072, Ed25519, sigstore P-256.
# usage: bench/decisions.sh [SECONDS]     needs the .NET SDK
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build bench/Plomba.Bench -c Release -v quiet --nologo
exec taskset -c 0 artifacts/bin/Plomba.Bench/release/Plomba.Bench "$@"

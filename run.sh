#!/usr/bin/env bash
# Builds into build/release and runs `approxtlm run` with the given arguments; without any, the main job with its
# report in build/report.
set -euo pipefail

caller=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"
root=$PWD
source cmake/build.sh

# The build speaks on stderr: stdout is the program's.
{
    install_packages
    configure_and_build release -DAPPROXTLM_BUILD_TESTS=OFF
} >&2

(($#)) || set -- --output "$root/build/report"
cd "$caller"
exec "$root/build/release/bin/approxtlm" run "$@"

#!/usr/bin/env bash
# Builds and runs the speed comparisons: a table on stdout, ratios in bench.json (docs/kernels.md).
#   --quick  within 45 seconds once built
# Other arguments go to approxtlm_bench; APPROXTLM_ISA=avx2 compares the AVX2 kernels with oneDNN on AVX2.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
source cmake/build.sh

# ONNX Runtime comes from npm, once, into the build folder.
fetch_onnxruntime() {
    [[ -e $runtime/node_modules/onnxruntime-node ]] && return
    command -v npm >/dev/null || { say "no npm: ONNX Runtime is left out"; return; }
    say "onnxruntime-node from npm"
    mkdir -p "$runtime"
    npm install --prefix "$runtime" --ignore-scripts --no-audit --no-fund --silent onnxruntime-node@1.16.3 ||
        { say "npm cannot install onnxruntime-node: ONNX Runtime is left out"; rm -rf "$runtime"; }
}

runtime=$PWD/build/onnxruntime
{
    install_packages bench/debian-packages.txt
    fetch_onnxruntime
    configure_and_build release -DAPPROXTLM_BUILD_TESTS=ON
    cmake --build --preset release --target approxtlm_bench
} >&2

if [[ -e $runtime/node_modules/onnxruntime-node ]]; then set -- --onnxruntime "$runtime" "$@"; fi
exec build/release/bin/approxtlm_bench "$@"

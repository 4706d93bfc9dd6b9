#!/usr/bin/env bash
# Builds with warnings as errors and runs every test; the last lines are ctest's.
#   --quick  without the sanitizer build
#   --tidy   clang-tidy over our own sources as well (slow)
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
source cmake/build.sh

quick=no tidy=no
for argument in "$@"; do
    case $argument in
        --quick) quick=yes ;;
        --tidy) tidy=yes ;;
        -h | --help) sed -n '2,4s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) die "unknown option $argument (--quick, --tidy)" ;;
    esac
done

check_format() {
    local tool
    tool=$(command -v clang-format-14 || command -v clang-format) || { say "no clang-format: format not checked"; return 0; }
    "$tool" --version | grep -q 'version 14\.' || { say "clang-format is not version 14: format not checked"; return 0; }
    say "clang-format"
    git ls-files -z '*.h' '*.cpp' | xargs -0 -r "$tool" --dry-run -Werror
}

check_tidy() {
    command -v run-clang-tidy >/dev/null || die "--tidy needs: apt-get install clang-tidy"
    say "clang-tidy"
    run-clang-tidy -quiet -p build/ci "$PWD/(models|workloads|power|platform)/"
}

install_packages
if [[ -e .git ]]; then check_format; fi
configure_and_build ci
if [[ $tidy == yes ]]; then check_tidy; fi

if [[ $quick == no ]]; then
    configure_and_build asan-ubsan
    say "tests under address and undefined-behaviour sanitizers"
    ctest --preset asan-ubsan --parallel "$(nproc)" --label-regex unit
    # SystemC threads run on coroutine stacks that LeakSanitizer cannot scan: what they still hold at the end looks
    # leaked, and its tracer may crash. Addresses and undefined behaviour are checked all the same.
    ASAN_OPTIONS=detect_leaks=0 \
        ctest --preset asan-ubsan --parallel "$(nproc)" --label-regex 'models|system' --label-exclude network
fi

say "tests"
ctest --preset ci --parallel "$(nproc)"

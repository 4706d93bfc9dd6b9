# Sourced by run.sh, test.sh and bench.sh from the repository root: packages, configure, build.

say() { printf '== %s\n' "$*"; }

die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# Installs what cmake/debian-packages.txt and the files given list and this machine lacks.
install_packages() {
    command -v dpkg-query >/dev/null || { say "no dpkg here: expecting the packages of cmake/debian-packages.txt"; return; }
    local wanted missing=() package
    mapfile -t wanted < <(grep -hv '^#' cmake/debian-packages.txt "$@")
    for package in "${wanted[@]}"; do
        dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
    done
    ((${#missing[@]})) || return 0

    local as_root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || die "missing packages; as root: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    say "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    "${as_root[@]}" apt-get update -qq || die "apt-get update failed"
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        die "apt-get could not install: ${missing[*]}"
}

# configure_and_build PRESET [CMAKE_ARGUMENT...]
configure_and_build() {
    local preset=$1
    shift
    say "build $preset in build/$preset"
    command -v ccache >/dev/null && set -- "$@" -DCMAKE_CXX_COMPILER_LAUNCHER=ccache
    local log
    log=$(cmake --preset "$preset" "$@" 2>&1) || die "cmake failed:"$'\n'"$log"
    cmake --build --preset "$preset" --parallel "$(nproc)"
}

# Sourced by ./run and ./check: installs required packages and builds.

# Programs and libraries that Spillway builds and runs with (Debian 12's names).
packages="g++ cmake ninja-build pkg-config ccache mold
    qt6-base-dev qt6-charts-dev qt6-svg-dev libqt6opengl6-dev libxkbcommon-dev libgl1-mesa-dev
    libtbb-dev libeigen3-dev libboost1.81-dev nlohmann-json3-dev libsqlitecpp-dev libsqlite3-dev
    libcli11-dev libfmt-dev libspdlog-dev libfast-float-dev libhwy-dev librandom123-dev libxxhash-dev
    fonts-dejavu-core python3 python3-venv"
# The tests also draw on a virtual screen, run small Python programs and a message bus of their own, and
# have the desktop's files checked by the desktop's tools.
test_packages="xvfb xauth sqlite3 dbus-daemon
    desktop-file-utils appstream shared-mime-info libglib2.0-bin"

say() { printf '%s\n' "$*" >&2; }

missing_packages() {
    for package in "$@"; do
        [ "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null)" = "install ok installed" ] ||
            printf '%s ' "$package"
    done
}

# install_missing [tests]
install_missing() {
    command -v apt-get >/dev/null || {
        say "This script installs with apt. On another system install: $packages"
        return 0
    }
    local wanted=$packages missing
    [ "${1:-}" = tests ] && wanted="$packages $test_packages"
    # shellcheck disable=SC2086 -- a list of words
    missing=$(missing_packages $wanted)
    [ -n "$missing" ] || return 0
    say "Installing (about 300 MB, one to three minutes): $missing"
    # shellcheck disable=SC2086
    install_packages $missing
}

# install_packages PACKAGE... as root or through sudo; nothing to do without a package
install_packages() {
    local as_root=""
    [ $# -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || {
            say "Installing packages needs root or sudo. Ask an administrator to run: apt-get install $*"
            exit 1
        }
        as_root=sudo
    fi
    $as_root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# build PRESET [TARGET...]
build() {
    local preset=$1
    shift
    if [ ! -f "build/$preset/build.ninja" ]; then
        say "Building $preset (the first time takes several minutes)."
        cmake --preset "$preset" >/dev/null
    fi
    cmake --build --preset "$preset" ${1:+--target "$@"} >&2
}

build_release() { build release "$@"; }

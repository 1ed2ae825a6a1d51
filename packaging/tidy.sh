#!/usr/bin/env bash
# clang-format, clang's analysis of locks and clang-tidy over every source of ours; non-zero when one of
# them has a complaint.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. packaging/setup.sh
# shellcheck disable=SC2046 -- a list of words
install_packages $(missing_packages clang clang-format clang-tidy)
git ls-files '*.cpp' '*.h' | xargs clang-format --dry-run --Werror
cmake --preset locks >/dev/null
packaging/locks.py build/locks
# With clang as the compiler: it does not know all of gcc's options.
cmake --preset tidy >/dev/null
git ls-files 'core/*.cpp' 'work/*.cpp' 'charts/*.cpp' 'ui/*.cpp' 'app/*.cpp' |
    xargs -P "$(nproc)" -n 4 clang-tidy --quiet -p build/tidy

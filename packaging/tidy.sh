#!/usr/bin/env bash
# clang-format and clang-tidy over every source of ours; non-zero when one of them has a complaint.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. packaging/setup.sh
# shellcheck disable=SC2046 -- a list of words
install_packages $(missing_packages clang-format clang-tidy)
git ls-files '*.cpp' '*.h' | xargs clang-format --dry-run --Werror
cmake --preset debug >/dev/null
git ls-files 'core/*.cpp' 'work/*.cpp' 'charts/*.cpp' 'ui/*.cpp' 'app/*.cpp' |
    xargs -P "$(nproc)" -n 4 clang-tidy --quiet -p build/debug

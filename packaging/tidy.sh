#!/usr/bin/env bash
# clang-format, clang's analysis of locks and clang-tidy over every source of ours; non-zero when one of
# them has a complaint. Clang reads the batches of a unity build, in a fifth of the time that single
# sources take: headers are most of what there is to read.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. packaging/setup.sh
# shellcheck disable=SC2046 -- a list of words
install_packages $(missing_packages clang-format clang-tidy)
git ls-files '*.cpp' '*.h' | xargs clang-format --dry-run --Werror
packaging/locks.sh
# What Qt's tools would write during a build is not there, and is not ours.
sed -n 's/^ *"file": "\(.*\)",*$/\1/p' build/tidy/compile_commands.json | grep -v _autogen/ |
    xargs -P "$(nproc)" -n 1 clang-tidy --quiet -p build/tidy

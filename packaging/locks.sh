#!/usr/bin/env bash
# Clang's analysis of locks over every source of ours; non-zero when one of them has a complaint.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. packaging/setup.sh
# shellcheck disable=SC2046 -- a list of words
install_packages $(missing_packages clang)
cmake --preset tidy >/dev/null
packaging/locks.py build/tidy

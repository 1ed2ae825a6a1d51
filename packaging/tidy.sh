#!/usr/bin/env bash
# clang-format and clang-tidy over every source of ours; non-zero when one of them has a complaint.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. packaging/setup.sh
missing=$(missing_packages clang-format clang-tidy)
[ -z "$missing" ] || { ${SUDO:-} apt-get install -y -qq --no-install-recommends $missing >/dev/null; }
git ls-files '*.cpp' '*.h' | xargs clang-format --dry-run --Werror
cmake --preset debug >/dev/null
git ls-files 'core/*.cpp' 'charts/*.cpp' 'ui/*.cpp' 'app/*.cpp' |
    xargs -P "$(nproc)" -n 4 clang-tidy --quiet -p build/debug

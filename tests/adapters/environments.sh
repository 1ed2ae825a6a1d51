#!/usr/bin/env bash
# Makes what the adapters' tests need: every engine's environment as `spillway engines install` makes
# it, and one with pytest. Quick when nothing has changed.
# environments.sh SPILLWAY ENGINE...
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
spillway=$1
shift
"$spillway" engines install "$@"

root=$XDG_DATA_HOME/spillway/environments
wanted=$(sha256sum "$here/requirements.txt")
if [ "$(cat "$root/tests/made-from" 2>/dev/null)" != "$wanted" ]; then
    uv=$root/.uv/bin/uv
    "$uv" venv --quiet --clear --cache-dir "$root/.cache" --python "$root/.uv/bin/python" "$root/tests"
    "$uv" pip install --quiet --cache-dir "$root/.cache" --python "$root/tests/bin/python" \
        -r "$here/requirements.txt"
    echo "$wanted" >"$root/tests/made-from"
fi

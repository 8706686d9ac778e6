#!/bin/sh
# Runs the tests that need neither a database server nor torch on every Python from 3.11 to 3.13 that this machine has,
# each with the pinned requirements in an environment of its own (.venv-3.12 and so on).
set -eu
cd "$(dirname "$0")/.."
UV=${UV:-.venv/bin/uv}
versions=${PYTHONS:-"3.11 3.12 3.13"}
export OMP_NUM_THREADS=1 POLARS_MAX_THREADS=1

find_python() {
  # A shim of pyenv may stand in PATH for a version that it then refuses to run, so each candidate is tried.
  for candidate in "python$1" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$1".*/bin/python"$1"; do
    if "$candidate" -c "" >/dev/null 2>&1; then echo "$candidate"; return; fi
  done
}

tried=0
for version in $versions; do
  python=$(find_python "$version")
  if [ -z "$python" ]; then echo "Python $version is not here: left out."; continue; fi
  bin=.venv-$version/bin
  [ -x "$bin/python" ] || "$UV" venv --quiet --python "$(command -v "$python")" ".venv-$version"
  "$UV" pip install --quiet --python "$bin/python" -r requirements/serve.txt -r requirements/dev.txt
  "$UV" pip install --quiet --python "$bin/python" --no-deps -e .
  echo "Python $("$bin/python" -c 'import platform; print(platform.python_version())')"
  "$bin/pytest" -q -n 2 --dist loadgroup -m "not database and not train and not long and not realdata"
  tried=$((tried + 1))
done
[ "$tried" -gt 0 ] || echo "None of $versions is here: nothing was run." >&2

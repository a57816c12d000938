#!/bin/sh
# Installs what is missing: the virtual environment and the npm packages of the local stack.
# Does nothing when both are as the pinned files say. Called by every target of the Makefile.
set -eu
cd "$(dirname "$0")/.."

fail() {
  printf 'error: %s\n' "$1" >&2
  exit 1
}

# The newest line of the list below that names a working Python 3.12 (a pyenv shim may not work).
find_python() {
  for candidate in "${PYTHON:-python3.12}" python3.12 python3 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 12))' 2>/dev/null; then
      printf '%s' "$candidate"
      return
    fi
  done
}

check_node() {
  command -v node >/dev/null || fail 'Node.js 20.19 or newer is needed: install it (https://nodejs.org) and try again'
  version=$(node --version | sed 's/^v//')
  minor=${version#*.}
  [ $((${version%%.*} * 100 + ${minor%%.*})) -ge 2019 ] ||
    fail "Node.js 20.19 or newer is needed, and this is $(node --version)"
  command -v npm >/dev/null || fail 'npm is needed: it comes with Node.js (https://nodejs.org)'
}

python_stamp=.venv/installed.txt
wanted_python=$(cat .python-version requirements.txt requirements-dev.txt)
if [ ! -f "$python_stamp" ] || [ "$(cat "$python_stamp")" != "$wanted_python" ]; then
  python=$(find_python)
  [ -n "$python" ] || fail 'Python 3.12 is needed: install it (https://www.python.org/downloads) or name it with PYTHON=/path/to/python3.12'
  echo 'Installing the Python packages into .venv (once, about half a minute) …'
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check 'uv==0.13.9'
  .venv/bin/uv pip install --quiet --compile-bytecode --python .venv/bin/python -r requirements-dev.txt
  # A generator of clients that needs older packages than ours: tools/contract/graphql.py.
  [ -x .venv/generators/bin/python ] || .venv/bin/uv venv --quiet --python .venv/bin/python .venv/generators
  .venv/bin/uv pip install --quiet --python .venv/generators/bin/python 'ariadne-codegen==0.19.0'
  printf '%s\n' "$wanted_python" >"$python_stamp"
fi

node_stamp=local/node_modules/installed.json
if [ ! -f "$node_stamp" ] || ! cmp -s "$node_stamp" local/package-lock.json; then
  check_node
  echo 'Installing the npm packages of the local stack (once, about a minute) …'
  # Not `npm ci`: it requires the binaries of every platform in the lock file, including those that a registry does not
  # offer. This takes the locked versions too, and leaves the lock file unchanged.
  npm install --prefix local --no-save --no-fund --no-audit --update-notifier=false --loglevel=error >/dev/null
  cp local/package-lock.json "$node_stamp"
fi
check_node

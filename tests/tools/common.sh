# Shared by tests/run and the suites: where things are, headings, and what must be installed.
# Sourced, never run.

TESTS="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
ROOT="$(dirname "$TESTS")"
# What is installed or written for the tests, kept between runs and ignored by git.
CACHE="$TESTS/.cache"
TOOLS="$CACHE/cargo-tools"
VENV="$CACHE/venv"
# The binary under test, as the dev profile builds it.
export TAIWA_BIN="${TAIWA_BIN:-${CARGO_TARGET_DIR:-$ROOT/target}/debug/taiwa}"
export PATH="$TOOLS/bin:$PATH"
mkdir -p "$CACHE"

heading() {
  printf '\n==== %s\n' "$*"
}

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# with_lock NAME COMMAND…: one process at a time installs one thing.
with_lock() {
  local name="$1"
  shift
  (
    flock 9
    "$@"
  ) 9>"$CACHE/$name.lock"
}

# The server as the sources say, unless tests/run has just built it.
need_binary() {
  [ -n "${TAIWA_BUILT:-}" ] && [ -x "$TAIWA_BIN" ] && return
  heading "Building the server"
  (cd "$ROOT" && cargo build --locked --workspace --bins)
  [ -x "$TAIWA_BIN" ] || fail "There is no $TAIWA_BIN after building"
}

# need_npm FOLDER: the packages that its lock file names, at its versions.
need_npm() {
  with_lock "npm-$1" npm_ci "$TESTS/$1"
}

npm_ci() {
  local stamp="$1/node_modules/.installed"
  if [ -f "$stamp" ] && cmp -s "$1/package-lock.json" "$stamp"; then return; fi
  command -v npm >/dev/null || fail "npm is needed: install Node.js 20 or later"
  (cd "$1" && npm ci --no-audit --no-fund)
  cp "$1/package-lock.json" "$stamp"
}

# The Python of the tests, with what tests/tools/requirements.txt pins.
need_venv() {
  with_lock venv install_venv "$VENV" "$TESTS/tools/requirements.txt"
}

# install_venv FOLDER PINS: anew only when the pins changed.
install_venv() {
  if [ -f "$1/.installed" ] && cmp -s "$2" "$1/.installed"; then return; fi
  python3 -m venv "$1"
  "$1/bin/pip" install --quiet --requirement "$2"
  cp "$2" "$1/.installed"
}

need_nextest() {
  cargo nextest --version >/dev/null 2>&1 || with_lock nextest cargo_install cargo-nextest 0.9.143
}

need_deny() {
  with_lock deny install_deny
}

install_deny() {
  [ -x "$TOOLS/bin/cargo-deny" ] || cargo_install cargo-deny 0.20.2
}

# cargo_install CRATE VERSION: into our own folder, compiled aside from the workspace.
cargo_install() {
  heading "Installing $1 $2 (some minutes, once)"
  CARGO_TARGET_DIR="$CACHE/build-$1" \
    cargo install --locked --quiet --root "$TOOLS" "$1" --version "$2"
  rm -rf "${CACHE:?}/build-$1"
}

# need_packages COMMAND PACKAGE…: Debian packages, unless the command is already there.
need_packages() {
  local command="$1"
  shift
  command -v "$command" >/dev/null && return
  command -v apt-get >/dev/null || fail "$command is needed (Debian: $*)"
  local sudo=()
  [ "$(id -u)" -eq 0 ] || sudo=(sudo -n)
  with_lock apt apt_install "${sudo[@]}" -- "$@"
}

apt_install() {
  local sudo=()
  while [ "$1" != -- ]; do
    sudo+=("$1")
    shift
  done
  shift
  "${sudo[@]}" apt-get update -qq
  # A runlevel of one: packages that bring a service do not start it.
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq "$@"
}

# free_port: a port of the loopback interface that nobody listens on now.
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Shared by radicale.sh and xandikos.sh: the Python they live in, starting and stopping.
# Sourced, never run.

# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

CALDAV_VENV="$CACHE/caldav"
# The script that was run, from wherever.
CALDAV_SCRIPT="$(cd "$(dirname "$0")" && pwd)/$(basename "$0")"

need_caldav() {
  with_lock caldav install_venv "$CALDAV_VENV" "$TESTS/tools/caldav.txt" >&2
}

# With CALDAV_OWNER, the id of a process, the server also ends when that process does.
#
# caldav_start DIR FUNCTION: runs FUNCTION PORT, which becomes the server by exec. Prints the URL.
caldav_start() {
  local dir="$1" serve="$2" port try
  mkdir -p "$dir"
  # Between finding a free port and listening on it someone else may take it.
  for try in 1 2 3; do
    port="$(free_port)"
    if caldav_listen "$dir" "$serve" "$port"; then
      printf 'http://127.0.0.1:%s/\n' "$port" | tee "$dir/url"
      return
    fi
  done
  tail -n 30 "$dir/server.log" >&2
  fail "The server did not start after $try tries"
}

caldav_listen() {
  local dir="$1" waited
  # In a session of its own, so that an interrupt at the keyboard does not reach it before us.
  # The shell that setsid runs is replaced by the server, so this id is the server's.
  (cd "$dir" && exec setsid bash "$CALDAV_SCRIPT" serve "$dir" "$3") >"$dir/server.log" 2>&1 </dev/null &
  printf '%s\n' $! >"$dir/pid"
  # A test that is killed cannot stop what it started.
  if [ -n "${CALDAV_OWNER:-}" ]; then
    (exec setsid bash "$CALDAV_SCRIPT" guard $! "$CALDAV_OWNER") >/dev/null 2>&1 </dev/null &
  fi
  for ((waited = 0; waited < 600; waited++)); do
    if (: <"/dev/tcp/127.0.0.1/$3") 2>/dev/null; then return 0; fi
    kill -0 "$(cat "$dir/pid")" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

# caldav_stop DIR: by its process id, waiting until it is gone; what it stored stays.
caldav_stop() {
  local pid waited
  pid="$(cat "$1/pid" 2>/dev/null || true)"
  rm -f "$1/pid"
  if [ -n "$pid" ] && kill -TERM "$pid" 2>/dev/null; then
    for ((waited = 0; waited < 100; waited++)); do
      kill -0 "$pid" 2>/dev/null || return 0
      sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
  fi
}

# caldav_guard PID OWNER: stops the server when its owner is gone.
caldav_guard() {
  while kill -0 "$1" 2>/dev/null; do
    kill -0 "$2" 2>/dev/null || kill -TERM "$1" 2>/dev/null || return 0
    sleep 1
  done
}

caldav_main() {
  case "${1:-}" in
    start)
      need_caldav
      caldav_start "${2:?usage: $0 start DIR}" serve
      ;;
    serve) serve "${2:?usage: $0 serve DIR PORT}" "${3:?usage: $0 serve DIR PORT}" ;;
    guard) caldav_guard "$2" "$3" ;;
    stop) caldav_stop "${2:?usage: $0 stop DIR}" ;;
    *) fail "usage: $0 start DIR | stop DIR" ;;
  esac
}

# Starts the demo server for suites that need a real one. Sourced, never run.
#
# `taiwa demo` fills a folder with a company and writes demo.json there: `url` of the GraphQL
# endpoint and `personas`, each with `name`, `role`, `personId` and `token`.

# server_start [OPTION]…: sets SERVER_DIR, SERVER_PID and SERVER_URL.
server_start() {
  SERVER_DIR="$(mktemp -d "${TMPDIR:-/tmp}/taiwa-demo.XXXXXX")"
  local port waited
  port="$(free_port)"
  "$TAIWA_BIN" demo --data "$SERVER_DIR/data" --port "$port" --json "$@" \
    >"$SERVER_DIR/server.log" 2>&1 </dev/null &
  SERVER_PID=$!
  for ((waited = 0; waited < 600; waited++)); do
    if SERVER_URL="$(server_url)" && server_healthy; then return 0; fi
    kill -0 "$SERVER_PID" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 50 "$SERVER_DIR/server.log" >&2
  fail "The demo server did not come up"
}

server_url() {
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["url"])' \
    "$SERVER_DIR/data/demo.json" 2>/dev/null
}

server_healthy() {
  python3 -c '
import sys, urllib.request
urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sys.argv[1], timeout=5)
' "${SERVER_URL%/graphql}/health" 2>/dev/null
}

# server_stop: by its process id, waiting until it is gone.
server_stop() {
  if [ -n "${SERVER_PID:-}" ] && kill -TERM "$SERVER_PID" 2>/dev/null; then
    local waited
    for ((waited = 0; waited < 100; waited++)); do
      kill -0 "$SERVER_PID" 2>/dev/null || break
      sleep 0.1
    done
    if kill -KILL "$SERVER_PID" 2>/dev/null; then
      printf 'The server did not stop within ten seconds\n' >&2
    fi
  fi
  [ -z "${SERVER_DIR:-}" ] || rm -rf "$SERVER_DIR"
}

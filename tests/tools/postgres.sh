#!/usr/bin/env bash
# A PostgreSQL of one's own: a temporary cluster on a free loopback port, run as a user that is
# not root, without fsync, gone afterwards. Row-level security is real in it: the URL that is
# given out belongs to a role that owns its database and may create roles and databases, and is
# no superuser.
#
#   source tests/tools/postgres.sh; postgres_start; … "$POSTGRES_URL" …; postgres_stop
#   tests/tools/postgres.sh start DIR     prints the URL; the server goes on
#   tests/tools/postgres.sh stop DIR      stops it and removes DIR
#
# POSTGRES_SETTINGS adds server settings, one 'name = value' a line, e.g. to measure with fsync.

set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# Sets POSTGRES_BIN to the folder of the newest server installed, installing one if need be.
postgres_find() {
  local postgres
  if ! postgres_newest >/dev/null; then
    need_packages initdb postgresql >&2
  fi
  postgres="$(postgres_newest)" || fail "PostgreSQL's server programs are not to be found"
  POSTGRES_BIN="$(dirname "$postgres")"
}

postgres_newest() {
  local found
  found="$(ls -1 /usr/lib/postgresql/*/bin/postgres 2>/dev/null | sort -V | tail -n 1)"
  [ -n "$found" ] || found="$(command -v postgres || true)"
  [ -n "$found" ] && readlink -f "$found"
}

# The server refuses to run as root, so root hands it to someone else. Sets POSTGRES_AS to the
# words that go before a command and POSTGRES_USER to who that is.
postgres_user() {
  POSTGRES_AS=()
  POSTGRES_USER="$(id -un)"
  [ "$(id -u)" -eq 0 ] || return 0
  POSTGRES_USER=nobody
  if id postgres >/dev/null 2>&1; then POSTGRES_USER=postgres; fi
  POSTGRES_AS=(setpriv "--reuid=$POSTGRES_USER" "--regid=$(id -g "$POSTGRES_USER")" --clear-groups)
}

# postgres_start [DIR]: sets POSTGRES_DIR, POSTGRES_PID and POSTGRES_URL.
postgres_start() {
  postgres_find
  postgres_user
  POSTGRES_DIR="${1:-$(mktemp -d "${TMPDIR:-/tmp}/taiwa-postgres.XXXXXX")}"
  mkdir -p "$POSTGRES_DIR"
  POSTGRES_DIR="$(cd "$POSTGRES_DIR" && pwd)"
  chown "$POSTGRES_USER" "$POSTGRES_DIR"
  chmod 700 "$POSTGRES_DIR"
  local password try
  password="$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
  # The socket is in a folder that its owner alone can enter: there the superuser needs no
  # password. Over the network everybody does, and the superuser has none.
  (cd / && "${POSTGRES_AS[@]}" "$POSTGRES_BIN/initdb" --pgdata="$POSTGRES_DIR/data" --username=postgres \
    --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --no-locale --no-sync \
    >"$POSTGRES_DIR/initdb.log")
  cat >>"$POSTGRES_DIR/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$POSTGRES_DIR'
unix_socket_permissions = 0700
max_connections = 300
shared_buffers = 128MB
fsync = off
synchronous_commit = off
full_page_writes = off
timezone = 'UTC'
${POSTGRES_SETTINGS:-}
CONF
  # Between finding a free port and listening on it someone else may take it.
  for try in 1 2 3; do
    POSTGRES_PORT="$(free_port)"
    if postgres_listen; then break; fi
    [ "$try" -lt 3 ] || {
      tail -n 30 "$POSTGRES_DIR/server.log" >&2
      fail "PostgreSQL did not start"
    }
  done
  postgres_sql postgres "create role taiwa login createrole createdb nosuperuser nobypassrls
    password '$password'"
  postgres_sql postgres "create database taiwa owner taiwa"
  POSTGRES_URL="postgres://taiwa:$password@127.0.0.1:$POSTGRES_PORT/taiwa"
  (umask 077 && printf '%s\n' "$POSTGRES_URL" >"$POSTGRES_DIR/url")
}

postgres_listen() {
  # In a session of its own, so that an interrupt at the keyboard does not reach it before us.
  (cd / && exec setsid "${POSTGRES_AS[@]}" "$POSTGRES_BIN/postgres" -D "$POSTGRES_DIR/data" \
    -p "$POSTGRES_PORT") >"$POSTGRES_DIR/server.log" 2>&1 </dev/null &
  POSTGRES_PID=$!
  local waited
  for ((waited = 0; waited < 300; waited++)); do
    if "$POSTGRES_BIN/pg_isready" -q -h 127.0.0.1 -p "$POSTGRES_PORT"; then
      POSTGRES_PID="$(head -n 1 "$POSTGRES_DIR/data/postmaster.pid")"
      return 0
    fi
    kill -0 "$POSTGRES_PID" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

# postgres_sql DATABASE STATEMENT: as the superuser, through the socket.
postgres_sql() {
  (cd / && "${POSTGRES_AS[@]}" "$POSTGRES_BIN/psql" -X -q -v ON_ERROR_STOP=1 -h "$POSTGRES_DIR" \
    -p "$POSTGRES_PORT" -U postgres -d "$1" -c "$2")
}

# postgres_stop [DIR]: by its own process id, waiting until it is gone.
postgres_stop() {
  local dir="${1:-${POSTGRES_DIR:-}}" pid waited
  [ -n "$dir" ] && [ -d "$dir" ] || return 0
  pid="$(head -n 1 "$dir/data/postmaster.pid" 2>/dev/null || true)"
  if [ -n "$pid" ] && kill -INT "$pid" 2>/dev/null; then
    for ((waited = 0; waited < 200; waited++)); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -0 "$pid" 2>/dev/null && kill -QUIT "$pid" 2>/dev/null
  fi
  rm -rf "$dir"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  case "${1:-}" in
    start)
      postgres_start "${2:?usage: postgres.sh start DIR}"
      printf '%s\n' "$POSTGRES_URL"
      ;;
    stop) postgres_stop "${2:?usage: postgres.sh stop DIR}" ;;
    *) fail "usage: postgres.sh start DIR | stop DIR" ;;
  esac
fi

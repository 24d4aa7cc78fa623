#!/usr/bin/env bash
# A Xandikos of one's own on a free loopback port, for many people. It asks for no password: it
# believes the X-Remote-User of whoever comes from the loopback interface, as behind a proxy that
# has asked. Everyone who comes gets a calendar.
#
#   tests/tools/xandikos.sh start DIR     prints the URL; the server goes on, its data in DIR
#   tests/tools/xandikos.sh stop DIR      stops it; started again, it has the same data

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/caldav.sh"

serve() {
  mkdir -p "$1/data" "$1/state"
  exec "$CALDAV_VENV/bin/xandikos" multi-user --directory "$1/data" --state-dir "$1/state" \
    --defaults --listen-address 127.0.0.1 --port "$2" --no-detect-systemd \
    --trust-x-remote-user-from 127.0.0.1
}

caldav_main "$@"

#!/usr/bin/env bash
# A Radicale of one's own on a free loopback port. It knows two people, hanako and taro, whose
# passwords are their names with -password behind.
#
#   tests/tools/radicale.sh start DIR     prints the URL; the server goes on, its data in DIR
#   tests/tools/radicale.sh stop DIR      stops it; started again, it has the same data

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/caldav.sh"

serve() {
  printf 'hanako:hanako-password\ntaro:taro-password\n' >"$1/users"
  exec "$CALDAV_VENV/bin/radicale" --config "" --server-hosts "127.0.0.1:$2" \
    --auth-type htpasswd --auth-htpasswd-filename "$1/users" --auth-htpasswd-encryption plain \
    --auth-delay 0 --storage-filesystem-folder "$1/data" --logging-level warning
}

caldav_main "$@"

#!/usr/bin/env bash
# A mail server of one's own on the loopback interface, that keeps what it is given as files:
# tests/tools/smtp.py, with the Python of the tests. It ends when its standard input does, so that
# nothing is left of a test that was killed.
#
#   tests/tools/smtp.sh --dir DIR [--port N] [--user U --password P] [--tls implicit|starttls]

set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
need_venv >&2
exec "$VENV/bin/python" "$TESTS/tools/smtp.py" "$@"

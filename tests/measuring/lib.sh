# Shared by the suites of tests/measure. Sourced, never run.
#
# MEASURED_BINARY is the server, MEASURED_RESULT the file that a suite writes its figures to.

set -euo pipefail
MEASURING="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# With everything on disk as a real server has it; memory as a small one.
POSTGRES_SETTINGS='fsync = on
synchronous_commit = on
full_page_writes = on
shared_buffers = 256MB'
source "$MEASURING/../tools/postgres.sh"
# The server refuses variables of its own prefix that it does not know.
unset TAIWA_BIN

FOLDER="$(mktemp -d "${TMPDIR:-/tmp}/taiwa-measure.XXXXXX")"

stop_all() {
  postgres_stop
  rm -rf "$FOLDER"
}
trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

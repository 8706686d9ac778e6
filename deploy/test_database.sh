#!/bin/sh
# The MariaDB that tests/pipeline/ingest/reading/test_database.py starts for itself: installed where it is missing and may be.
set -eu
missing=""
command -v mariadbd >/dev/null 2>&1 || missing="mariadb-server-core"
command -v my_print_defaults >/dev/null 2>&1 || missing="$missing mariadb-client-core"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "The database tests will skip: they need Debian's $missing." >&2
  exit 0
fi
# The programs alone: the package mariadb-server would start a service of its own beside them.
export DEBIAN_FRONTEND=noninteractive
{ apt-get update -qq; apt-get install -y -qq --no-install-recommends $missing >/dev/null; } ||
  echo "The database tests will skip, and fail in CI: $missing cannot be installed." >&2

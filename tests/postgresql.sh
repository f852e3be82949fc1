#!/bin/sh
# Sees to it that the tests find a PostgreSQL server; installs Debian's where it may. Never fails:
# where there is none, the tests that need one say so, and fail where CI is set.
set -u
if command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then
    exit 0
fi
say() { echo "PostgreSQL for the tests: $1; without it they are skipped, and fail where CI is set" >&2; }
if ! command -v apt-get >/dev/null; then
    say "install the server of your system (postgres, initdb)"
elif [ "$(id -u)" -ne 0 ]; then
    say "ask an admin for 'apt-get install postgresql'"
else
    # The package would start a server of its own, which nobody here needs.
    export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
    echo "PostgreSQL for the tests: installing Debian's package" >&2
    timeout 120 apt-get -qq update >/dev/null 2>&1
    timeout 300 apt-get -qq install --no-install-recommends postgresql >/dev/null 2>&1 ||
        say "'apt-get install postgresql' failed"
fi
exit 0

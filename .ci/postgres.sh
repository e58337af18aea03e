#!/usr/bin/env bash
# A private PostgreSQL for tests: own cluster in a temporary folder, reachable over a unix socket only, gone after `stop`.
#
#   .ci/postgres.sh start   starts it (2 s; the first time it may install the Debian package, 1 min) and prints its URL
#   .ci/postgres.sh stop    stops it and deletes the data
#
# With PORTAL_TEST_POSTGRES set, that server is used and nothing is started. It makes no promise about data: fsync is off.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

STATE="$PORTAL_ROOT/target/test/postgres" # holds the path of the running cluster's folder

url() { echo "postgres://portal@localhost/postgres?host=$1"; }

# as_server COMMAND...: PostgreSQL refuses to run as root.
as_server() {
	if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

programs() {
	local folder
	if command -v pg_ctl >/dev/null && command -v initdb >/dev/null; then
		dirname "$(readlink -f "$(command -v initdb)")"
		return
	fi
	# Debian keeps the server's programs off PATH; the highest version wins.
	folder="$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n1)"
	[ -x "$folder/initdb" ] && echo "$folder"
}

start() {
	local bin folder
	if [ -n "${PORTAL_TEST_POSTGRES:-}" ]; then
		echo "$PORTAL_TEST_POSTGRES"
		return
	fi
	bin="$(programs || true)"
	if [ -z "$bin" ]; then
		apt_install postgresql
		bin="$(programs)" || die "no PostgreSQL server programs found. Set PORTAL_TEST_POSTGRES."
	fi
	if [ -s "$STATE" ] && as_server "$bin/pg_ctl" -D "$(cat "$STATE")/data" status >/dev/null 2>&1; then
		url "$(cat "$STATE")"
		return
	fi
	# A short path: a socket's may have 107 characters.
	folder="$(mktemp -d /tmp/portal-pg.XXXXXX)"
	chmod 755 "$folder"
	[ "$(id -u)" -ne 0 ] || chown postgres "$folder"
	(
		cd "$folder"
		as_server "$bin/initdb" -D "$folder/data" -U portal -A trust -E UTF8 --locale=C --no-sync >"$folder/log" 2>&1 || die "initdb: $(tail -n3 "$folder/log")"
		as_server "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 30 -o "-k $folder -c listen_addresses='' \
			-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB" \
			start >/dev/null 2>&1 </dev/null || die "PostgreSQL did not start: $(tail -n3 "$folder/server.log")"
	)
	mkdir -p "$(dirname "$STATE")"
	echo "$folder" >"$STATE"
	url "$folder"
}

stop() {
	local folder bin
	[ -s "$STATE" ] || return 0
	folder="$(cat "$STATE")"
	rm -f "$STATE"
	bin="$(programs)" || return 0
	(cd / && as_server "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1) || true
	case "$folder" in /tmp/portal-pg.*) rm -rf "$folder" ;; esac
}

case "${1:-}" in
start) start ;;
stop) stop ;;
*) die "usage: .ci/postgres.sh start|stop" ;;
esac

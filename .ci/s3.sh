#!/usr/bin/env bash
# A private store that speaks S3, for tests: moto (Apache-2.0, from PyPI) on a free port, everything in memory, gone after `stop`.
#
#   .ci/s3.sh start   starts it (3 s; the first time it installs moto into the cache, 1 min) and prints its URL with key and secret
#   .ci/s3.sh stop    stops it
#
# With PORTAL_TEST_S3 set (http://KEY:SECRET@HOST:PORT; the key may make buckets), that server is used and nothing is started.
# Exit code 3: moto is not there and PyPI cannot be reached.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

PACKAGE='moto[server]==5.2.5'
VENV="$PORTAL_CACHE/moto"
STATE="$PORTAL_ROOT/target/test/s3" # holds the process id and the port

# usable: whether the server is installed in this version.
usable() { [ -x "$VENV/bin/moto_server" ] && [ "$(cat "$VENV/version" 2>/dev/null)" = "$PACKAGE" ]; }

install() {
	local work
	usable && return
	command -v python3 >/dev/null && python3 -c 'import venv, ensurepip' 2>/dev/null || apt_install python3 python3-venv
	say "fetching $PACKAGE"
	mkdir -p "$PORTAL_CACHE"
	# The file with the version comes last: without it nobody takes this for finished.
	rm -rf "$VENV"
	python3 -m venv "$VENV"
	work="$VENV/log"
	if ! "$VENV/bin/pip" install --quiet --disable-pip-version-check --retries 1 --timeout 20 "$PACKAGE" >"$work" 2>&1; then
		tail -n 5 "$work" >&2
		rm -rf "$VENV"
		say "PyPI gave no $PACKAGE"
		exit 3
	fi
	echo "$PACKAGE" >"$VENV/version"
}

url() { echo "http://portal:geheim@127.0.0.1:$1"; }

answers() { node -e 'fetch(process.argv[1]).then(r=>process.exit(r.ok?0:1),()=>process.exit(1))' "http://127.0.0.1:$1/moto-api/" 2>/dev/null; }

start() {
	local pid port
	if [ -n "${PORTAL_TEST_S3:-}" ]; then
		echo "$PORTAL_TEST_S3"
		return
	fi
	if [ -s "$STATE" ]; then
		read -r pid port <"$STATE"
		if kill -0 "$pid" 2>/dev/null && answers "$port"; then
			url "$port"
			return
		fi
	fi
	install
	port="$(free_port)"
	mkdir -p "$(dirname "$STATE")"
	"$VENV/bin/moto_server" -H 127.0.0.1 -p "$port" >"$STATE.log" 2>&1 </dev/null &
	pid=$!
	echo "$pid $port" >"$STATE"
	for _ in $(seq 100); do
		kill -0 "$pid" 2>/dev/null || die "moto ended: $(tail -n3 "$STATE.log")"
		if answers "$port"; then
			url "$port"
			return
		fi
		sleep 0.2
	done
	die "moto does not answer: $(tail -n3 "$STATE.log")"
}

stop() {
	local pid _port
	[ -s "$STATE" ] || return 0
	read -r pid _port <"$STATE"
	rm -f "$STATE"
	kill "$pid" 2>/dev/null || true
}

case "${1:-}" in
start) start ;;
stop) stop ;;
*) die "usage: .ci/s3.sh start|stop" ;;
esac

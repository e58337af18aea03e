# shellcheck shell=bash
# Small helpers for the scripts in this folder. Sourced, never run.

# Where tools are kept that must survive `git clean` and be shared by several checkouts.
PORTAL_CACHE="${PORTAL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ozg-portal}"
export PORTAL_CACHE

# The checkout's root.
PORTAL_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
export PORTAL_ROOT

# say TEXT: progress for the person, on stderr, so that stdout stays usable for results.
say() { printf '%s\n' "$*" >&2; }

# die TEXT: say what is wrong and what helps, then stop.
die() {
	say "error: $*"
	exit 1
}

# as_root COMMAND...: run as root, with sudo where needed.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "needs root and there is no sudo: $*"
	fi
}

# apt_install PACKAGE...: install Debian packages that are missing; the index is refreshed at most once a day.
apt_install() {
	local missing=() package
	for package in "$@"; do
		dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
	done
	[ "${#missing[@]}" -eq 0 ] && return 0
	command -v apt-get >/dev/null || die "please install by hand (no apt-get here): ${missing[*]}"
	say "installing Debian packages: ${missing[*]} (1-2 min)"
	if [ -z "$(find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' -mtime -1 -print -quit 2>/dev/null)" ]; then
		as_root apt-get update -q >&2
	fi
	DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -q --no-install-recommends "${missing[@]}" >&2
}

# free_port: a TCP port on 127.0.0.1 that nobody listens on right now.
free_port() {
	node -e 'const s=require("net").createServer();s.listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'
}

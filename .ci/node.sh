#!/usr/bin/env bash
# Installs the npm packages of a folder exactly as its lock file says: `.ci/node.sh style`. 10-20 s, skipped when the lock file
# hasn't changed. Needs Node 20 or newer.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

[ $# -eq 1 ] || die "usage: .ci/node.sh FOLDER"
command -v node >/dev/null || apt_install nodejs npm
[ "$(node -p 'Number(process.versions.node.split(".")[0])')" -ge 20 ] || die "Node 20 or newer is needed, this is $(node --version)"

cd "$PORTAL_ROOT/$1"
stamp=node_modules/.portal-lock
if ! cmp -s package-lock.json "$stamp"; then
	say "npm packages of $1 (10-20 s)"
	npm ci --no-audit --no-fund --loglevel=error >&2
	cp package-lock.json "$stamp"
fi

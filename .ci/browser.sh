#!/usr/bin/env bash
# What the browser journeys need: Chromium (PORTAL_CHROMIUM, PATH, or Debian's package: 1 min) and the npm packages of end2end
# (10 s; they download no browser). Prints the path of Chromium.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

browser="${PORTAL_CHROMIUM:-}"
for name in chromium chromium-browser google-chrome; do
	[ -n "$browser" ] || browser="$(command -v "$name" || true)"
done
if [ -z "$browser" ]; then
	apt_install chromium
	browser="$(command -v chromium)" || die "no Chromium. Set PORTAL_CHROMIUM."
fi
[ ! -e "$PORTAL_ROOT/end2end/package-lock.json" ] || "$PORTAL_ROOT/.ci/node.sh" end2end
echo "$browser"

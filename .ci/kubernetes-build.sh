#!/usr/bin/env bash
# Builds Kubernetes from Debian's source package, for machines that have neither envtest's binaries nor a cluster. Nothing is
# installed: packages are fetched with a private apt configuration and unpacked.
#
#   .ci/kubernetes-build.sh        kube-apiserver, kube-controller-manager, etcd: about 5 min on two cores once, 200 MB
#   .ci/kubernetes-build.sh node   what a node needs: kubelet, kube-proxy, kube-scheduler, containerd and its plugins, a
#                                  name server: about 5 min once, 350 MB
#
# They lie in $PORTAL_CACHE/kubernetes-<version> and $PORTAL_CACHE/kubernetes-node-<version>. Prints that folder.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

VERSION=1.20.2
SUITE=bookworm
PACKAGES=(golang-1.19-go golang-1.19-src golang-github-modern-go-reflect2-dev)
case "${1:-api}" in
api)
	OUT="$PORTAL_CACHE/kubernetes-$VERSION"
	COMMANDS=(kube-apiserver kube-controller-manager)
	PACKAGES+=(etcd-server)
	;;
node)
	OUT="$PORTAL_CACHE/kubernetes-node-$VERSION"
	COMMANDS=(kubelet kube-proxy kube-scheduler)
	# The programs, and those of their libraries that a small system lacks.
	NODE=(containerd runc containernetworking-plugins iptables conntrack dnsmasq-base
		libseccomp2 libxtables12 libip4tc2 libip6tc2 libnftnl11 libmnl0 libnetfilter-conntrack3 libnfnetlink0
		libnftables1 libjansson4 libidn2-0 libunistring2 libdbus-1-3 libnettle8 libhogweed6 libgmp10)
	PACKAGES+=("${NODE[@]}")
	;;
*) die "usage: .ci/kubernetes-build.sh [node]" ;;
esac

# Written last, and moved into place as a whole.
if [ -e "$OUT/complete" ] || { [ "${1:-api}" = api ] && [ -x "$OUT/etcd" ] && [ -x "$OUT/kube-apiserver" ]; }; then
	echo "$OUT"
	exit 0
fi
command -v apt-get >/dev/null || die "no apt-get here. Set KUBEBUILDER_ASSETS (setup-envtest) or PORTAL_TEST_KUBECONFIG."

mkdir -p "$PORTAL_CACHE"
WORK="$(mktemp -d "$PORTAL_CACHE/kubernetes-build.XXXXXX")"
trap 'chmod -R u+w "$WORK" 2>/dev/null; rm -rf "$WORK"' EXIT
cd "$WORK"

say "[1/4] fetching the sources (120 MB)"
mkdir -p apt/lists/partial apt/cache/archives/partial apt/etc download root go/src/k8s.io
KEY=/usr/share/keyrings/debian-archive-keyring.gpg
# The machine's own mirror, with the source lines that it usually lacks.
# shellcheck disable=SC2016 # apt fills these in
apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
	awk -v suite="^$SUITE(-updates|-security)?\$" '$2 ~ suite' | sort -u | while read -r uri release; do
	echo "deb [signed-by=$KEY] $uri $release main"
	echo "deb-src [signed-by=$KEY] $uri $release main"
done >apt/etc/sources.list
[ -s apt/etc/sources.list ] || die "needs a Debian $SUITE mirror in apt's sources. Set KUBEBUILDER_ASSETS or PORTAL_TEST_KUBECONFIG."
APT=(-q -o "Dir::Etc::sourcelist=$WORK/apt/etc/sources.list" -o Dir::Etc::sourceparts=/dev/null
	-o "Dir::State::lists=$WORK/apt/lists" -o "Dir::Cache=$WORK/apt/cache")
apt-get "${APT[@]}" update >apt/log 2>&1 || die "apt-get update: $(tail -n3 apt/log)"
(
	cd download
	apt-get "${APT[@]}" source --download-only kubernetes
	apt-get "${APT[@]}" download "${PACKAGES[@]}"
) >>apt/log 2>&1 || die "apt-get: $(tail -n3 apt/log)"

say "[2/4] unpacking"
for package in download/*.deb; do
	case "$(basename "$package")" in
	golang-* | etcd-*) dpkg -x "$package" root ;;
	*) dpkg -x "$package" node ;;
	esac
done
TREE="$WORK/go/src/k8s.io/kubernetes"
mkdir -p "$TREE"
tar xf download/kubernetes_*.orig.tar.gz -C "$TREE" --strip-components=1
# The vendored reflect2 1.0.1 crashes under Go 1.18 and later; Debian's 1.0.2 doesn't.
rm -rf "$TREE/vendor/github.com/modern-go/reflect2"
cp -r root/usr/share/gocode/src/github.com/modern-go/reflect2 "$TREE/vendor/github.com/modern-go/reflect2"

# Debian's Go looks for its library in /usr/share, which isn't installed here.
GOROOT="$WORK/goroot"
mkdir -p "$GOROOT"
cp -r root/usr/lib/go-1.19/. "$GOROOT/"
find "$GOROOT" -type l -delete
cp -r root/usr/share/go-1.19/. "$GOROOT/"
export GOROOT GOPATH="$WORK/go" GOCACHE="$WORK/cache" HOME="$WORK" GO111MODULE=off GOFLAGS='' GOPROXY=off CGO_ENABLED=0 GOTOOLCHAIN=local
GO=(nice -n 10 "$GOROOT/bin/go")
cd "$TREE"

say "[3/4] generating the OpenAPI definitions (20 s)"
"${GO[@]}" build -o "$WORK/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
# The same folders as the project's own makefile takes: all that carry the tag, but for its code generator and samples.
packages="$(grep -rl --include='*.go' '+k8s:openapi-gen=' cmd pkg plugin staging/src |
	grep -v -e '/code-generator/' -e '/sample-' -e '_test\.go$' -e '/testdata/' |
	xargs -n1 dirname | sed 's#^staging/src/#vendor/#' | LC_ALL=C sort -u | sed 's#^#k8s.io/kubernetes/#' | paste -sd,)"
nice -n 10 "$WORK/openapi-gen" -i "$packages" -p k8s.io/kubernetes/pkg/generated/openapi -O zz_generated.openapi \
	-h vendor/k8s.io/code-generator/hack/boilerplate.go.txt -r "$WORK/violations" >"$WORK/openapi.log" 2>&1 ||
	die "openapi-gen: $(tail -n3 "$WORK/openapi.log")"

say "[4/4] compiling ${COMMANDS[*]} (about 5 min)"
mkdir -p "$WORK/out"
FLAGS="-s -w"
for package in k8s.io/kubernetes/vendor/k8s.io/component-base/version k8s.io/kubernetes/vendor/k8s.io/client-go/pkg/version; do
	FLAGS+=" -X $package.gitVersion=v$VERSION -X $package.gitMajor=1 -X $package.gitMinor=20"
done
"${GO[@]}" build -ldflags "$FLAGS" -o "$WORK/out/" "${COMMANDS[@]/#/./cmd/}"
if [ "${1:-api}" = api ]; then
	cp "$WORK/root/usr/bin/etcd" "$WORK/out/"
else
	# What holds the namespaces of a pod; 40 lines of C in the same sources.
	gcc -Os -static -DVERSION=portal -o "$WORK/out/pause" build/pause/linux/pause.c 2>/dev/null ||
		gcc -Os -static -DVERSION=portal -o "$WORK/out/pause" build/pause/pause.c
	mv "$WORK/node" "$WORK/out/root"
fi
touch "$WORK/out/complete"

rm -rf "$OUT"
mv "$WORK/out" "$OUT"
say "done: $OUT"
echo "$OUT"

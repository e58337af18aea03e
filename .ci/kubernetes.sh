#!/usr/bin/env bash
# A real Kubernetes API for tests: etcd, kube-apiserver and kube-controller-manager on free ports of 127.0.0.1, with RBAC and
# certificates of its own. There are no nodes: a stand-in in the tests plays the kubelet.
#
#   .ci/kubernetes.sh assets   finds or builds the programs (3-5 min, once) and prints their folder
#   .ci/kubernetes.sh start    starts them (4 s, 470 MB) and prints the path of an administrator's kubeconfig
#   .ci/kubernetes.sh stop     stops them and deletes their data
#
# Used first, if set: PORTAL_TEST_KUBECONFIG (a cluster), KUBEBUILDER_ASSETS (a folder with the three programs).
set -euo pipefail
. "$(dirname "$0")/lib.sh"

STATE="${PORTAL_KUBERNETES_STATE:-$PORTAL_ROOT/target/test/kubernetes}" # holds the path of the running cluster's folder
ADDRESS="${PORTAL_KUBERNETES_ADDRESS:-127.0.0.1}"                      # where the API server listens

# Envtest's folder usually lacks the controller manager, which Deployments need.
assets() {
	if [ -n "${KUBEBUILDER_ASSETS:-}" ]; then
		if [ -x "$KUBEBUILDER_ASSETS/kube-controller-manager" ]; then
			echo "$KUBEBUILDER_ASSETS"
			return
		fi
		say "KUBEBUILDER_ASSETS has no kube-controller-manager; looking further"
	fi
	"$PORTAL_ROOT/.ci/kubernetes-build.sh"
}

# certificate NAME SUBJECT [EXTENSIONS]: a key and a certificate signed by the test's own authority.
certificate() {
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "$2" -keyout "$1.key" -out "$1.csr" 2>/dev/null
	openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 7 -out "$1.crt" \
		-extfile <(printf '%s\n' "${3:-extendedKeyUsage=clientAuth}") 2>/dev/null
	rm "$1.csr"
}

# kubeconfig NAME SERVER: written to NAME.kubeconfig, everything inside, so that it can be moved.
kubeconfig() {
	cat >"$1.kubeconfig" <<-YAML
		apiVersion: v1
		kind: Config
		current-context: test
		clusters: [{name: test, cluster: {server: "$2", certificate-authority-data: $(base64 -w0 <ca.crt)}}]
		users: [{name: $1, user: {client-certificate-data: $(base64 -w0 <"$1.crt"), client-key-data: $(base64 -w0 <"$1.key")}}]
		contexts: [{name: test, context: {cluster: test, user: $1, namespace: default}}]
	YAML
}

# launch NAME COMMAND...: in the background, in a session of its own, with log and process id in files.
launch() {
	local name="$1"
	shift
	setsid "$@" >"$name.log" 2>&1 </dev/null &
	echo $! >"$name.pid"
}

# await NAME SECONDS COMMAND...: until the command succeeds; stops at once when the process has ended.
await() {
	local name="$1" tries=$(($2 * 5))
	shift 2
	until "$@" >/dev/null 2>&1; do
		kill -0 "$(cat "$name.pid")" 2>/dev/null || die "$name ended: $(tail -n5 "$name.log")"
		[ $((tries -= 1)) -gt 0 ] || die "$name is not ready: $(tail -n5 "$name.log")"
		sleep 0.2
	done
}

alive() { [ -s "$STATE" ] && kill -0 "$(cat "$(cat "$STATE")/kube-apiserver.pid")" 2>/dev/null; }

start() {
	local bin folder etcd peer port server options=()
	if [ -n "${PORTAL_TEST_KUBECONFIG:-}" ]; then
		echo "$PORTAL_TEST_KUBECONFIG"
		return
	fi
	if alive; then
		echo "$(cat "$STATE")/admin.kubeconfig"
		return
	fi
	bin="$(assets)"
	trap '[ $? -eq 0 ] || stop' EXIT
	folder="$(mktemp -d /tmp/portal-kubernetes.XXXXXX)"
	mkdir -p "$(dirname "$STATE")"
	echo "$folder" >"$STATE"
	cd "$folder"
	etcd="$(free_port)" peer="$(free_port)" port="$(free_port)"
	server="https://$ADDRESS:$port"

	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=portal-test -days 7 -keyout ca.key -out ca.crt 2>/dev/null
	certificate apiserver /CN=kube-apiserver $'extendedKeyUsage=serverAuth\nsubjectAltName=IP:127.0.0.1,IP:'"$ADDRESS"$',IP:10.0.0.1,DNS:localhost,DNS:kubernetes.default.svc'
	certificate admin /O=system:masters/CN=admin
	certificate controller /CN=system:kube-controller-manager
	openssl ecparam -name prime256v1 -genkey -noout -out accounts.key 2>/dev/null
	kubeconfig admin "$server"
	kubeconfig controller "$server"

	launch etcd "$bin/etcd" --data-dir "$folder/etcd" --unsafe-no-fsync --log-level error \
		--listen-client-urls "http://127.0.0.1:$etcd" --advertise-client-urls "http://127.0.0.1:$etcd" \
		--listen-peer-urls "http://127.0.0.1:$peer" --initial-advertise-peer-urls "http://127.0.0.1:$peer" \
		--initial-cluster "default=http://127.0.0.1:$peer"
	await etcd 20 curl -sf "http://127.0.0.1:$etcd/health"

	# Older versions would open a second port without encryption.
	if "$bin/kube-apiserver" --help 2>/dev/null | grep -q -- '--insecure-port'; then options+=(--insecure-port=0); fi
	launch kube-apiserver "$bin/kube-apiserver" --bind-address "$ADDRESS" --secure-port "$port" --etcd-servers "http://127.0.0.1:$etcd" \
		--tls-cert-file apiserver.crt --tls-private-key-file apiserver.key --client-ca-file ca.crt --anonymous-auth=false \
		--authorization-mode Node,RBAC --service-cluster-ip-range 10.0.0.0/24 --service-account-issuer https://kubernetes.default.svc \
		--service-account-key-file accounts.key --service-account-signing-key-file accounts.key --api-audiences https://kubernetes.default.svc \
		--kubelet-client-certificate admin.crt --kubelet-client-key admin.key --kubelet-preferred-address-types InternalIP "${options[@]}"
	await kube-apiserver 60 curl -sf --cacert ca.crt --cert admin.crt --key admin.key "$server/readyz"

	options=()
	if "$bin/kube-controller-manager" --help 2>/dev/null | grep -q -- ' --port '; then options+=(--port=0); fi
	# Stand-ins for nodes send no heartbeats, so nothing may be evicted for want of them.
	launch kube-controller-manager "$bin/kube-controller-manager" --kubeconfig controller.kubeconfig --leader-elect=false --secure-port 0 \
		--service-account-private-key-file accounts.key --root-ca-file ca.crt --use-service-account-credentials \
		--controllers "*,-nodeipam,-ttl,-attachdetach$([ -n "${PORTAL_KUBERNETES_NODE:-}" ] || echo ,-nodelifecycle)" "${options[@]}"
	# It works once it has given the default namespace its account.
	await kube-controller-manager 60 curl -sf --cacert ca.crt --cert admin.crt --key admin.key \
		"$server/api/v1/namespaces/default/serviceaccounts/default"
	echo "$folder/admin.kubeconfig"
}

stop() {
	local folder file
	[ -s "$STATE" ] || return 0
	folder="$(cat "$STATE")"
	rm -f "$STATE"
	for file in "$folder"/kube-controller-manager.pid "$folder"/kube-apiserver.pid "$folder"/etcd.pid; do
		[ ! -s "$file" ] || kill -KILL "$(cat "$file")" 2>/dev/null || true
	done
	case "$folder" in /tmp/portal-kubernetes.*) rm -rf "$folder" ;; esac
}

case "${1:-}" in
assets) assets ;;
start) start ;;
stop) stop ;;
*) die "usage: .ci/kubernetes.sh assets|start|stop" ;;
esac

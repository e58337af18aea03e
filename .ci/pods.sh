#!/usr/bin/env bash
# A Kubernetes node with real pods for tests: API server, scheduler, kubelet, kube-proxy, containerd and a name server. Needs
# root, but no cluster and no container tool.
#
#   .ci/pods.sh start   starts it (about 20 s, 700 MB) and prints the path of an administrator's kubeconfig
#   .ci/pods.sh stop    stops it; nothing is left
#
# Exit code 3: it cannot run here; the last line of the error output says why.
#
# Everything runs in process, mount and network namespaces of its own. One kill of their first process ends all of it:
# processes, mounts, interfaces, rules of the packet filter. What lies outside are one folder below /tmp and the control
# groups named like it; `stop` removes both, and so does a watcher when half an hour is over or the start fails.
#
# The addresses of pods are known only inside. The API server is reached over one pair of interfaces.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

SELF="$PORTAL_ROOT/.ci/pods.sh"
STATE="$PORTAL_ROOT/target/test/pods" # holds the path of the running node's folder
LOGS="$PORTAL_ROOT/target/test/logs/pods" # of the last node
LIFETIME="${PORTAL_PODS_SECONDS:-1800}"
HOST=10.213.7.1 NODE=10.213.7.2
PODS=10.212.7.0/24

skip() {
	say "no pods here: $*"
	exit 3
}

# able: whether this machine can do it; says what is missing.
able() {
	local tool controller
	[ "$(uname -s)" = Linux ] || skip "not Linux"
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	for tool in unshare nsenter ip curl jq openssl mount; do
		command -v "$tool" >/dev/null || skip "$tool is missing"
	done
	unshare --mount --net --pid --ipc --uts --fork true 2>/dev/null || skip "namespaces are not allowed"
	for controller in cpu memory pids; do
		[ -w "/sys/fs/cgroup/$controller" ] || skip "the kubelet needs control groups of version 1 with $controller"
	done
	mkdir "/sys/fs/cgroup/memory/portal-probe.$$" 2>/dev/null || skip "control groups cannot be made"
	rmdir "/sys/fs/cgroup/memory/portal-probe.$$"
	if ip -br address | grep -qE '\b10\.21[23]\.7\.'; then skip "the addresses of the test network are in use"; fi
}

alive() { [ -s "$STATE" ] && kill -0 "$(cat "$(cat "$STATE")/outer.pid")" 2>/dev/null; }

start() {
	local folder inner tries bin reference
	if [ -n "${PORTAL_TEST_PODS:-}" ]; then
		echo "$PORTAL_TEST_PODS"
		return
	fi
	if alive; then
		echo "$(cat "$STATE")/admin.kubeconfig"
		return
	fi
	able
	stop
	bin="$("$PORTAL_ROOT/.ci/kubernetes-build.sh" node)"
	"$PORTAL_ROOT/.ci/kubernetes.sh" assets >/dev/null
	reference="$("$PORTAL_ROOT/.ci/image.sh" build)"
	trap '[ $? -eq 0 ] || stop' EXIT
	folder="$(mktemp -d /tmp/portal-pods.XXXXXX)"
	mkdir -p "$(dirname "$STATE")"
	echo "$folder" >"$STATE"
	"$PORTAL_ROOT/.ci/image.sh" packages "$folder" >/dev/null
	say "a node with pods in $folder, image $reference"

	# The watcher outlives this script and cleans up even if nobody calls `stop`.
	setsid "$SELF" watch "$folder" "$bin" >"$folder/watch.log" 2>&1 </dev/null &
	tries=100
	until inner="$(cat "$folder/inner.pid" 2>/dev/null)" && [ -n "$inner" ]; do
		[ $((tries -= 1)) -gt 0 ] || die "namespaces did not start: $(cat "$folder/watch.log")"
		sleep 0.1
	done
	ip link add "pp$$" type veth peer name uplink netns "$inner"
	ip address add "$HOST/30" dev "pp$$"
	ip link set "pp$$" up
	touch "$folder/connected"

	tries=600
	until [ -e "$folder/ready" ]; do
		if [ ! -e "$folder" ]; then die "the node ended: $(tail -n5 "$LOGS/inside.log")"; fi
		[ $((tries -= 1)) -gt 0 ] || die "the node is not ready: $(tail -n5 "$folder/inside.log")"
		sleep 0.2
	done
	echo "$folder/admin.kubeconfig"
}

# watch FOLDER BIN: holds the namespaces for a limited time, then removes what lies outside of them.
watch() {
	local folder="$1" outer
	# --kill-child: if unshare dies, so does the first process of the namespaces, and with it everything in them.
	timeout --foreground -k 5 "$LIFETIME" unshare --mount --net --pid --ipc --uts --fork --kill-child --mount-proc \
		"$SELF" inside "$@" >"$folder/inside.log" 2>&1 &
	outer=$!
	echo "$outer" >"$folder/outer.pid"
	# timeout -> unshare -> the first process inside, as this side sees it
	until children "$(children "$outer")" | grep -q .; do
		kill -0 "$outer" 2>/dev/null || break
		sleep 0.1
	done
	children "$(children "$outer")" >"$folder/inner.pid.new"
	mv "$folder/inner.pid.new" "$folder/inner.pid"
	wait "$outer" || true
	# For whoever asks why.
	mkdir -p "$LOGS"
	cp "$folder"/*.log "$LOGS/" 2>/dev/null || true
	remove "$folder"
}

# children PID: process ids of the children.
children() {
	local list
	[ -n "$1" ] && list="$(cat "/proc/$1/task/$1/children" 2>/dev/null)" || return 0
	echo "${list%% *}"
}

# remove FOLDER: what namespaces do not take with them.
remove() {
	local folder="$1" tries=50 name left
	name="$(basename "$folder")"
	case "$folder" in /tmp/portal-pods.*) ;; *) return 0 ;; esac
	# A killed process leaves its group a moment later.
	while :; do
		left="$(find /sys/fs/cgroup -depth -type d -path "*/$name*" 2>/dev/null || true)"
		[ -n "$left" ] || break
		[ $((tries -= 1)) -gt 0 ] || break
		while read -r group; do rmdir "$group" 2>/dev/null || true; done <<<"$left"
		sleep 0.1
	done
	tries=50
	until rm -rf "$folder" 2>/dev/null; do
		[ $((tries -= 1)) -gt 0 ] || break
		sleep 0.1
	done
}

stop() {
	local folder file pid tries=100
	[ -s "$STATE" ] || return 0
	folder="$(cat "$STATE")"
	rm -f "$STATE"
	for file in inner outer; do
		pid="$(cat "$folder/$file.pid" 2>/dev/null || true)"
		# Only if it is ours still: numbers of processes are used again.
		if [ -n "$pid" ] && grep -qF "$folder" "/proc/$pid/cmdline" 2>/dev/null; then
			kill -KILL "$pid" 2>/dev/null || true
		fi
	done
	# The watcher removes the folder last.
	while [ -e "$folder" ] && [ $((tries -= 1)) -gt 0 ]; do sleep 0.1; done
	remove "$folder"
}

# launch NAME COMMAND...: in the background with a log.
launch() {
	local name="$1"
	shift
	"$@" >"$FOLDER/$name.log" 2>&1 </dev/null &
	echo $! >"$FOLDER/$name.pid"
}

# await NAME SECONDS COMMAND...: until the command succeeds; stops at once when the process has ended.
await() {
	local name="$1" tries=$(($2 * 5))
	shift 2
	until "$@" >/dev/null 2>&1; do
		kill -0 "$(cat "$FOLDER/$name.pid")" 2>/dev/null || die "$name ended: $(tail -n5 "$FOLDER/$name.log")"
		[ $((tries -= 1)) -gt 0 ] || die "$name is not ready: $(tail -n5 "$FOLDER/$name.log")"
		sleep 0.2
	done
}

# inside FOLDER BIN: the first process of the namespaces.
inside() {
	FOLDER="$1"
	local bin="$2" root="$2/root" tries=100 name config
	name="$(basename "$FOLDER")"
	until [ -e "$FOLDER/connected" ]; do
		[ $((tries -= 1)) -gt 0 ] || die "no network"
		sleep 0.1
	done
	mount --make-rshared /
	# What these programs write outside of their folder goes with the namespace.
	mount -t tmpfs -o mode=755 portal /run
	mount -t tmpfs -o mode=755 portal /var/log
	mount -t tmpfs -o mode=755 portal /var/lib
	ip link set lo up
	ip address add "$NODE/30" dev uplink
	ip link set uplink up
	ip route add default via "$HOST"
	echo 1 >/proc/sys/net/ipv4/ip_forward
	echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables

	PORTAL_KUBERNETES_NODE=1 PORTAL_KUBERNETES_STATE="$FOLDER/state" PORTAL_KUBERNETES_ADDRESS="$NODE" TMPDIR="$FOLDER" PORTAL_TEST_KUBECONFIG='' \
		"$PORTAL_ROOT/.ci/kubernetes.sh" start >/dev/null
	config="$(cat "$FOLDER/state")"
	cp "$config/admin.kubeconfig" "$FOLDER/admin.kubeconfig"

	mkdir -p "$FOLDER/bin" "$FOLDER/cni" "$FOLDER/hosts"
	local tool
	for tool in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
		ln -s "$root/usr/sbin/xtables-legacy-multi" "$FOLDER/bin/$tool"
	done
	export PATH="$FOLDER/bin:$root/usr/sbin:$root/usr/bin:$PATH"
	export LD_LIBRARY_PATH="$root/usr/lib/x86_64-linux-gnu:$root/lib/x86_64-linux-gnu" XTABLES_LIBDIR="$root/usr/lib/x86_64-linux-gnu/xtables"

	cat >"$FOLDER/cni/10-pods.conflist" <<-JSON
		{"cniVersion": "0.4.0", "name": "pods", "plugins": [
		  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": false, "hairpinMode": true,
		   "ipam": {"type": "host-local", "ranges": [[{"subnet": "$PODS"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
		  {"type": "portmap", "capabilities": {"portMappings": true}}]}
	JSON
	cat >"$FOLDER/containerd.toml" <<-TOML
		version = 2
		root = "$FOLDER/containerd"
		state = "/run/containerd"
		disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper"]
		[grpc]
		address = "/run/containerd/containerd.sock"
		[plugins."io.containerd.grpc.v1.cri"]
		sandbox_image = "demo.invalid/pause:demo"
		restrict_oom_score_adj = true
		[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
		runtime_type = "io.containerd.runc.v2"
		[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
		BinaryName = "$root/usr/sbin/runc"
		[plugins."io.containerd.grpc.v1.cri".cni]
		bin_dir = "$root/usr/lib/cni"
		conf_dir = "$FOLDER/cni"
	TOML
	launch containerd containerd --config "$FOLDER/containerd.toml"
	await containerd 30 ctr -a /run/containerd/containerd.sock version
	"$PORTAL_ROOT/target/oci/program" image "$FOLDER/pause.tar" "$bin/pause" demo.invalid/pause >/dev/null
	ctr -n k8s.io images import "$FOLDER/pause.tar"
	ctr -n k8s.io images import --digests --base-name demo.invalid/ozg/verfahren "$PORTAL_ROOT/target/oci/verfahren.tar"
	ctr -n k8s.io images check

	# Names of Services. A real cluster has CoreDNS, which no registry here offers.
	printf 'nameserver %s\n' "$NODE" >"$FOLDER/resolv.conf"
	launch dnsmasq dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file --user=root --listen-address="$NODE" --bind-interfaces \
		--no-resolv --no-hosts --hostsdir="$FOLDER/hosts" --local=/cluster.local/
	launch names "$SELF" names "$FOLDER" "$config"

	local controller
	for controller in /sys/fs/cgroup/*/; do
		case "$controller" in */unified/) continue ;; esac
		[ -e "$controller/cgroup.procs" ] || [ -e "$controller/tasks" ] || continue
		mkdir -p "$controller$name"
		# A group of this controller takes no process before it knows its processors.
		if [ -e "$controller/cpuset.cpus" ]; then
			cat "$controller/cpuset.cpus" >"$controller$name/cpuset.cpus"
			cat "$controller/cpuset.mems" >"$controller$name/cpuset.mems"
		fi
	done
	cat >"$FOLDER/kubelet.yaml" <<-YAML
		apiVersion: kubelet.config.k8s.io/v1beta1
		kind: KubeletConfiguration
		address: $NODE
		authentication: {anonymous: {enabled: false}, webhook: {enabled: false}, x509: {clientCAFile: $config/ca.crt}}
		authorization: {mode: AlwaysAllow}
		cgroupDriver: cgroupfs
		cgroupRoot: /$name
		cgroupsPerQOS: false
		enforceNodeAllocatable: []
		clusterDNS: [$NODE]
		clusterDomain: cluster.local
		resolvConf: $FOLDER/resolv.conf
		failSwapOn: false
		evictionHard: {nodefs.available: "1Mi"}
		imageGCHighThresholdPercent: 100
		healthzBindAddress: 127.0.0.1
		readOnlyPort: 0
		volumePluginDir: $FOLDER/plugins
	YAML
	launch kubelet "$bin/kubelet" --config "$FOLDER/kubelet.yaml" --kubeconfig "$config/admin.kubeconfig" --root-dir "$FOLDER/kubelet" \
		--cert-dir "$FOLDER/pki" --container-runtime remote --container-runtime-endpoint unix:///run/containerd/containerd.sock \
		--hostname-override knoten-1 --node-ip "$NODE"
	launch kube-scheduler "$bin/kube-scheduler" --kubeconfig "$config/admin.kubeconfig" --leader-elect=false --port 0 --secure-port 0
	launch kube-proxy "$bin/kube-proxy" --kubeconfig "$config/admin.kubeconfig" --proxy-mode iptables --cluster-cidr "$PODS" \
		--hostname-override knoten-1 --healthz-bind-address 127.0.0.1:10256 --metrics-bind-address 127.0.0.1:10249 \
		--conntrack-max-per-core 0 --conntrack-tcp-timeout-established 0 --conntrack-tcp-timeout-close-wait 0
	await kubelet 90 node_ready "$config"
	touch "$FOLDER/ready"
	# The first process of a process namespace also has to bury the dead.
	while :; do wait -n 2>/dev/null || sleep 1; done
}

# asks CONFIG PATH: the API server as administrator.
asks() {
	local server
	server="$(awk -F'"' '/server:/ { print $2 }' "$1/admin.kubeconfig")"
	curl -sf --max-time 5 --cacert "$1/ca.crt" --cert "$1/admin.crt" --key "$1/admin.key" "$server$2"
}

# A node that is new takes no pods until the controller has seen it ready.
node_ready() {
	asks "$1" /api/v1/nodes/knoten-1 |
		jq -e 'any(.status.conditions[]; .type == "Ready" and .status == "True") and (.spec.taints // [] | length == 0)'
}

# names FOLDER CONFIG: writes the names of Services for the name server as they come and go.
names() {
	local now before=''
	while :; do
		now="$(asks "$2" /api/v1/services | jq -r '.items[] | select(.spec.clusterIP // "None" != "None")
			| "\(.spec.clusterIP) \(.metadata.name).\(.metadata.namespace).svc.cluster.local"' | sort)" || now="$before"
		if [ "$now" != "$before" ]; then
			printf '%s\n' "$now" >"$1/services.new"
			mv "$1/services.new" "$1/hosts/services"
			before="$now"
		fi
		sleep 0.5
	done
}

case "${1:-}" in
start) start ;;
stop) stop ;;
watch) watch "$2" "$3" ;;
inside) inside "$2" "$3" ;;
names) names "$2" "$3" ;;
*) die "usage: .ci/pods.sh start|stop" ;;
esac

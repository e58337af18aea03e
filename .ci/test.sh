#!/usr/bin/env bash
# Runs the checks and tests in stages, each with its time and log, and ends with one line: N passed, N failed[, N skipped].
#
#   .ci/test.sh                 everything
#   .ci/test.sh check           what needs no servers and no browser
#   .ci/test.sh NAME...         some stages: format lint wasm-tree unit site rust browser kubernetes pods
#   PORTAL_SKIP="browser ..."   leaves stages out; each counts as skipped
#
# A check counts as one. A stage that fails without saying which test did counts as one failure, and so does a test stage
# that ran no test at all.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
cd "$PORTAL_ROOT" || exit 1

LOGS="$PORTAL_ROOT/target/test/logs"
passed=0 failed=0 skipped=0
mkdir -p "$LOGS"

"$PORTAL_ROOT/.ci/toolchain.sh" || exit 1
. "$PORTAL_ROOT/.ci/env.sh" || exit 1
export CARGO_TERM_COLOR=never

started=()
cleanup() {
	local server
	for server in "${started[@]}"; do "$PORTAL_ROOT/.ci/$server.sh" stop || true; done
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# counts LOG: "passed failed skipped" from the lines of Rust's test harness and of our own runners.
counts() {
	awk '
		/^test result: / {
			for (i = 1; i < NF; i++) {
				if ($(i + 1) ~ /^passed/) p += $i
				if ($(i + 1) ~ /^failed/) f += $i
				if ($(i + 1) ~ /^ignored/) s += $i
			}
		}
		/^[0-9]+ passed, [0-9]+ failed/ { p += $1; f += $3; if ($6 ~ /^skipped/) s += $5 }
		END { print p + 0, f + 0, s + 0 }
	' "$1"
}

# stage NAME KIND COMMAND...: KIND is check (one result) or tests (as many as the log says).
stage() {
	local name="$1" kind="$2" log="$LOGS/$1.log" begin=$SECONDS code=0 p f s mark=ok
	shift 2
	case " ${PORTAL_SKIP:-} " in *" $name "*)
		say "skip $name"
		skipped=$((skipped + 1))
		return
		;;
	esac
	say "...  $name (log: ${log#"$PORTAL_ROOT/"})"
	("$@") >"$log" 2>&1 || code=$?
	if [ "$kind" = tests ]; then
		read -r p f s < <(counts "$log")
		[ "$code" -eq 0 ] || [ "$f" -gt 0 ] || f=1
		[ "$code" -ne 0 ] || [ $((p + f + s)) -gt 0 ] || f=1
	else
		p=$((code == 0)) f=$((code != 0)) s=0
	fi
	if [ "$f" -gt 0 ]; then
		mark=FAIL
		grep -nE '^(error|test .* FAILED|thread .* panicked|not ok|FAIL)' "$log" | head -n 20 >&2
		tail -n 40 "$log" >&2
	fi
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	say "$mark   $name: $p passed, $f failed, $s skipped in $((SECONDS - begin)) s"
}

# server NAME VARIABLE: starts a test server and exports its address. A failure counts, and the tests run without it. One that
# cannot run here says why and ends with code 3; it counts as skipped, and the tests that need it say that they did nothing.
server() {
	local address code=0 begin=$SECONDS
	case " ${PORTAL_SKIP:-} " in *" $1 "*)
		say "skip $1"
		skipped=$((skipped + 1))
		return
		;;
	esac
	# One that was there before is somebody's; it is not ours to stop.
	[ -n "${!2:-}" ] || started+=("$1")
	address="$("$PORTAL_ROOT/.ci/$1.sh" start)" || code=$?
	case "$code" in
	0)
		export "$2=$address"
		say "ok   $1 started in $((SECONDS - begin)) s"
		;;
	3)
		say "skip $1"
		skipped=$((skipped + 1))
		;;
	*)
		say "FAIL $1 did not start"
		failed=$((failed + 1))
		;;
	esac
}

# helm: exports where helm is; a failure counts, and the tests of charts say that they did nothing.
helm() {
	local program
	case " ${PORTAL_SKIP:-} " in *" helm "*)
		say "skip helm"
		skipped=$((skipped + 1))
		return
		;;
	esac
	if program="$("$PORTAL_ROOT/.ci/helm.sh")"; then
		export PORTAL_TEST_HELM="$program"
	else
		say "FAIL no helm"
		failed=$((failed + 1))
	fi
}

# The WASM must not drag in what belongs to the server.
wasm_tree() {
	local tree
	tree="$("$CARGO" tree -p portal-app --target wasm32-unknown-unknown --no-default-features -F hydrate -e normal --prefix none)" || return 1
	if grep -E '^(tokio|axum|sqlx|sqlx-core|kube|hyper|rustls|portal-core|portal-storage|portal-targets) v' <<<"$tree"; then
		echo "error: the crates above must not be in the browser's WASM"
		return 1
	fi
}

# What is unfinished or switched off does not go in.
tidy() {
	local found
	found="$(git grep -nIE 'FIXME|todo!\(|unimplemented!\(|#\[ignore' -- '*.rs' '*.mjs' '*.js')"
	[ -z "$found" ] || {
		printf 'error: unfinished places\n%s\n' "$found"
		return 1
	}
}

lint_wasm() {
	CARGO_TARGET_DIR="$PORTAL_ROOT/target/wasm" "$CARGO" clippy -p portal-model -p portal-app --lib \
		--target wasm32-unknown-unknown --no-default-features --features portal-app/hydrate -- -D warnings
}

lint() { "$CARGO" clippy --workspace --all-targets -- -D warnings; }
unit() { "$CARGO" test --workspace --lib --bins --no-fail-fast; }
# Tests and programs in one go, so that both share every artefact; the browser journeys use the program of this build.
compile() { "$CARGO" build --workspace --bins --tests; }
rust() { "$CARGO" test --workspace --no-fail-fast; }
kubernetes() { "$CARGO" test -p portal-targets --no-fail-fast; }
pods() { "$CARGO" test -p portal-targets --test contract --no-fail-fast real_pods; }
browser() {
	local chromium
	chromium="$("$PORTAL_ROOT/.ci/browser.sh")" || return 1
	PORTAL_CHROMIUM="$chromium" PORTAL_BINARY="$PORTAL_ROOT/target/debug/portal" node end2end/run.mjs
}

run_stage() {
	case "$1" in
	format) stage format check "$CARGO" fmt --all --check ;;
	tidy) stage tidy check tidy ;;
	lint) stage lint check lint ;;
	lint-wasm) stage lint-wasm check lint_wasm ;;
	wasm-tree) stage wasm-tree check wasm_tree ;;
	unit) stage unit tests unit ;;
	site) stage site check .ci/site.sh ;;
	compile) stage compile check compile ;;
	rust)
		helm
		server s3 PORTAL_TEST_S3
		server postgres PORTAL_TEST_POSTGRES
		server kubernetes PORTAL_TEST_KUBECONFIG
		stage rust tests rust
		;;
	kubernetes)
		helm
		server kubernetes PORTAL_TEST_KUBECONFIG
		stage kubernetes tests kubernetes
		;;
	pods)
		# Alone: a node takes memory that the other servers and the browser need.
		server pods PORTAL_TEST_PODS
		if [ -n "${PORTAL_TEST_PODS:-}" ]; then
			stage pods tests pods
		fi
		;;
	browser) stage browser tests browser ;;
	*) die "no stage $1" ;;
	esac
}

case "${1:-all}" in
all) set -- format tidy wasm-tree lint lint-wasm site compile rust browser pods ;;
check) set -- format tidy wasm-tree lint lint-wasm unit ;;
esac
for name in "$@"; do run_stage "$name"; done

say "all stages: $SECONDS s"
line="$passed passed, $failed failed"
[ "$skipped" -eq 0 ] || line+=", $skipped skipped"
echo "$line"
[ "$failed" -eq 0 ]

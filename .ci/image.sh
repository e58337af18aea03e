#!/usr/bin/env bash
# The container image of the demonstration Verfahren (server/verfahren), made without a registry and without a container tool.
#
#   .ci/image.sh build            builds it (2 min once); prints the reference NAME@sha256:…; target/oci/verfahren.tar
#   .ci/image.sh packages FOLDER  copies the demonstration packages there, with the digest of the image built here
#   .ci/image.sh record           builds it and writes its digest into the demonstration packages of the repository
#
# The digest follows from the bytes of the program, so from the compiler and its libraries. The packages in the repository
# hold the digest of one build; on another machine the copies hold that of its own. Nothing is pinned that was not built.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$PORTAL_ROOT"
. .ci/env.sh || die "no Rust toolchain; run make setup"

OUT="$PORTAL_ROOT/target/oci"
NAME=demo.invalid/ozg/verfahren

build() {
	local triple program
	triple="$("$RUSTC" -vV | awk '/^host:/ { print $2 }')"
	# Linked statically, so that the image needs nothing but this file. Paths of this machine stay out of it. Naming the
	# target keeps these flags away from build scripts and macros.
	RUSTFLAGS="-C target-feature=+crt-static --remap-path-prefix=$PORTAL_ROOT=/src --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo" \
		"$CARGO" build -q -p verfahren --profile image --target "$triple" >&2
	program="target/$triple/image/verfahren"
	mkdir -p "$OUT"
	"$program" image "$OUT/verfahren.tar.new" >"$OUT/reference.new" || die "no image"
	cp "$program" "$OUT/program"
	mv "$OUT/verfahren.tar.new" "$OUT/verfahren.tar"
	mv "$OUT/reference.new" "$OUT/reference"
	cat "$OUT/reference"
}

# pin FOLDER: the digest of the image that was built into the packages there.
pin() {
	local digest
	digest="$(sed 's/.*@sha256://' "$OUT/reference")"
	grep -rlE "$NAME(@sha256:|\")" "$1" | while read -r file; do
		# In manifests the digest follows the name, in bills of materials it is the hash of the component of that name.
		sed -i -E "s#($NAME@sha256:)[0-9a-f]{64}#\1$digest#" "$file"
		case "$file" in *.json)
			jq --arg name "$NAME" --arg digest "$digest" \
				'(.components[] | select(.name == $name) | .hashes[] | select(.alg == "SHA-256") | .content) = $digest' "$file" >"$file.new"
			mv "$file.new" "$file"
			;;
		esac
	done
}

packages() {
	[ -s "$OUT/reference" ] || build >/dev/null
	mkdir -p "$1"
	# The order of publishing lies beside the folder, for `portal serve --demo-packages`.
	rm -rf "$1/packages"
	cp -r server/demo/packages "$1/packages"
	cp server/demo/catalogue.yaml "$1/catalogue.yaml"
	pin "$1/packages"
	echo "$1/packages"
}

case "${1:-}" in
build) build ;;
packages) packages "${2:?a folder}" ;;
record)
	build
	pin server/demo/packages
	;;
*) die "usage: .ci/image.sh build | packages FOLDER | record" ;;
esac

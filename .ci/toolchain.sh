#!/usr/bin/env bash
# Makes sure that there is one Rust toolchain that builds the server and the browser's WASM, and says which.
#
# Ordinary machines have rustup and get the target in seconds. Where rustup's server can't be reached, Debian's own Rust
# (packages for building browsers) is used; its WASM standard library is built from Debian's source, once, in about a minute.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

TARGET=wasm32-unknown-unknown

# Any toolchain with the target: nothing to do.
found() { (. "$PORTAL_ROOT/.ci/env.sh") 2>/dev/null; }

# rustup may hang for minutes without a network, so it gets ten seconds.
by_rustup() {
	command -v rustup >/dev/null || return 1
	say "rustup target add $TARGET (at most 10 s)"
	timeout 10 rustup target add "$TARGET" >/dev/null 2>&1
}

# Debian: compiler from the archive, standard library from its source package.
by_debian() {
	local version build host sysroot
	apt_install rustc-web cargo-web rust-web-src lld-22 rustfmt-web rust-web-clippy
	version="$(/usr/bin/rustc --version | cut -d' ' -f2)"
	host="$(/usr/bin/rustc -vV | sed -n 's/^host: //p')"
	sysroot="$(/usr/bin/rustc --print sysroot)"
	if [ ! -e "$sysroot/lib/rustlib/$host/bin/rust-lld" ]; then
		as_root mkdir -p "$sysroot/lib/rustlib/$host/bin"
		as_root ln -s /usr/bin/lld-22 "$sysroot/lib/rustlib/$host/bin/rust-lld"
	fi
	say "building the standard library of Rust $version for $TARGET (about 1 min)"
	build="$(mktemp -d)"
	mkdir -p "$build/src"
	printf '[package]\nname = "emptycrate"\nversion = "0.0.0"\nedition = "2024"\n[lib]\n[workspace]\n' >"$build/Cargo.toml"
	printf '#![no_std]\n' >"$build/src/lib.rs"
	(
		cd "$build"
		PATH="/usr/bin:$PATH" RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$build/target" CARGO_INCREMENTAL=0 \
			/usr/bin/cargo build -q -Z build-std=std,panic_abort,proc_macro --target "$TARGET" --release
	)
	rm -f "$build/target/$TARGET/release/deps/libemptycrate"*
	as_root mkdir -p "$sysroot/lib/rustlib/$TARGET/lib"
	as_root cp "$build/target/$TARGET/release/deps/"*.rlib "$sysroot/lib/rustlib/$TARGET/lib/"
	rm -rf "$build"
}

# `.ci/toolchain.sh debian` tries and fills the fallback on a machine that would not need it.
if [ "${1:-}" = debian ]; then
	PORTAL_CARGO_BIN=/usr/bin
	export PORTAL_CARGO_BIN
	PATH=/usr/bin:$PATH found || by_debian
elif ! found; then
	by_rustup || true
	found || by_debian
fi
. "$PORTAL_ROOT/.ci/env.sh" || die "no Rust toolchain for $TARGET. With rustup: rustup target add $TARGET"
say "Rust: $("$CARGO" --version) in $(dirname "$CARGO")"

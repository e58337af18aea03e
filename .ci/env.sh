# shellcheck shell=bash
# To be sourced: decides on ONE Rust toolchain for the server and for WASM (artefacts of two compilers don't mix) and puts
# it first on PATH. It installs nothing; `.ci/toolchain.sh` does.
#
# The first of these that has the standard library for wasm32-unknown-unknown wins:
#   PORTAL_CARGO_BIN (a folder), the cargo on PATH, /usr/bin (Debian's rustc-web).

# has_wasm FOLDER: true if the rustc there can build for the browser.
portal_has_wasm() {
	local libdir
	[ -x "$1/rustc" ] && [ -x "$1/cargo" ] || return 1
	libdir="$(RUSTUP_AUTO_INSTALL=0 "$1/rustc" --print target-libdir --target wasm32-unknown-unknown 2>/dev/null)" || return 1
	compgen -G "$libdir/libstd-*.rlib" >/dev/null
}

portal_env() {
	local folder
	for folder in "${PORTAL_CARGO_BIN:-}" "$(dirname "$(command -v cargo 2>/dev/null || echo /nowhere/cargo)")" /usr/bin; do
		if [ -n "$folder" ] && portal_has_wasm "$folder"; then
			export PATH="$folder:$PATH" CARGO="$folder/cargo" RUSTC="$folder/rustc"
			return 0
		fi
	done
	return 1
}

portal_env

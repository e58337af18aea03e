//! `portal`: see `portal --help`.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // First of all, before anything can open a connection: one TLS provider in the whole program.
    portal_targets::kubernetes::install_crypto();
    portal::cli::main()
}

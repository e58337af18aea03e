//! Makes the browser glue for our WASM: `portal-bundle in.wasm out-folder` writes `portal.js` and `portal_bg.wasm`.
//!
//! It is wasm-bindgen's own command line as a library, so that its version is always the one in `Cargo.lock`; the two must
//! be equal, and an installed command would drift.

use std::path::PathBuf;

use anyhow::{Context, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(input), Some(output), None) = (arguments.next(), arguments.next(), arguments.next()) else {
        bail!("usage: portal-bundle IN.wasm OUT-FOLDER");
    };
    std::fs::create_dir_all(&output).with_context(|| format!("cannot create {}", output.display()))?;
    Bindgen::new()
        .web(true)?
        .input_path(&input)
        .out_name("portal")
        .typescript(false)
        // The loader names the file itself, by its hash.
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&output)
        .with_context(|| format!("cannot bundle {}", input.display()))
}

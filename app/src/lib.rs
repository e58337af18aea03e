//! What a person sees. Compiled twice: into the server (`ssr`: whole pages) and to WASM (`hydrate`: islands only).
//!
//! A page is a pure function of its page model. The same model gives the same bytes every time.
#![recursion_limit = "256"]

#[cfg(feature = "ssr")]
pub mod components;
#[cfg(feature = "ssr")]
pub mod document;
#[cfg(feature = "ssr")]
pub mod i18n;
pub mod islands;
#[cfg(feature = "ssr")]
pub mod pages;

#[cfg(feature = "ssr")]
pub use document::Assets;

/// Starts what islands need; each island is then started by the loader with its element.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}

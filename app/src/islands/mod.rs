//! The few interactive parts. They take what they need from `data-` attributes of the page, so that no text, no form and no
//! schema travels in WASM, and fetch the rest from `/api/v1`. Every page works without them.

mod config_form;
#[cfg(feature = "hydrate")]
mod dom;
mod live_view;
mod search_box;

pub use config_form::ConfigForm;
pub use live_view::LiveView;
pub use search_box::SearchBox;

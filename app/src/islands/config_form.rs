//! The configuration form: fields that depend on others come and go, a column of the table is filled at once, and findings
//! come from the server while one is still typing elsewhere.

use leptos::prelude::*;

/// Draws nothing; it listens to the form of the page.
#[island]
pub fn ConfigForm() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    enhance::start();
    view! { <span hidden=true></span> }
}
#[cfg(feature = "hydrate")]
mod enhance {
    pub fn start() {}
}

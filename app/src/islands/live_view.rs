//! live
use leptos::prelude::*;

/// The state of the connection; the live part itself is the page's.
#[island]
pub fn LiveView() -> impl IntoView {
    view! { <span hidden=true></span> }
}

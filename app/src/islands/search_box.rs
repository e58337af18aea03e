//! search
use leptos::prelude::*;

/// Suggestions below the search field of the page.
#[island]
pub fn SearchBox() -> impl IntoView {
    view! { <span hidden=true></span> }
}

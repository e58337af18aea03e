//! Pages, forms, headers, limits, live events and the API over HTTP.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: a panic is how a test fails")]

#[path = "http/api.rs"]
mod api;
mod common;
#[path = "http/faults.rs"]
mod faults;
#[path = "http/forms.rs"]
mod forms;
#[path = "http/guards.rs"]
mod guards;
#[path = "http/live.rs"]
mod live;
#[path = "http/openapi.rs"]
mod openapi;
#[path = "http/package_store.rs"]
mod package_store;
#[path = "http/packages.rs"]
mod packages;
#[path = "http/packages_api.rs"]
mod packages_api;
#[path = "http/pages.rs"]
mod pages;
#[path = "http/permission.rs"]
mod permission;
#[path = "http/publishing.rs"]
mod publishing;
#[path = "http/push.rs"]
mod push;
#[path = "http/signing.rs"]
mod signing;
#[path = "http/targets.rs"]
mod targets;
#[path = "http/tokens.rs"]
mod tokens;
#[path = "http/trials.rs"]
mod trials;

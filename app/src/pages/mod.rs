//! Pages: pure functions from a page model to a whole HTML document. Fragments for the live views stand beside them.

mod acceptance;
mod activation;
mod api;
mod areas;
mod audit;
mod case;
mod catalogue;
mod changes;
mod data_centres;
mod error;
mod home;
mod installations;
mod legal;
mod operation;
pub mod packages;
mod remove;
mod requests;
mod review;
mod sign_in;
mod start;
mod summary;
mod target;
pub mod targets;
mod task_list;
pub mod trials;
mod unsent;
mod values;
mod verfahren;
mod withdraw;
mod work_list;

pub use acceptance::acceptance;
pub use activation::activation;
pub use api::api;
pub use areas::areas;
pub use audit::audit;
pub use case::{case, case_live};
pub use catalogue::catalogue;
pub use changes::{change, discard_change, rollback, start_change, suspend};
pub use data_centres::data_centres;
pub use error::error;
pub use home::home;
pub use installations::installations;
pub use legal::{accessibility, easy_language, imprint, privacy};
pub use operation::{operation, operation_live};
pub use remove::remove;
pub use requests::request_list;
pub use review::review;
pub use sign_in::sign_in;
pub use start::start_request;
pub use summary::summary;
pub use target::target;
pub use task_list::task_list;
pub use unsent::unsent;
pub use values::values;
pub use verfahren::verfahren;
pub use withdraw::withdraw;
pub use work_list::work_list;

use crate::document::{Assets, Shell};
use portal_model::pages::{Frame, request::RequestHead};

/// The shell of a page of a case, with the way to it.
fn of_case<'a>(frame: &'a Frame, assets: &'a Assets, head: &RequestHead, title: &str) -> Shell<'a> {
    let l = frame.lang;
    let name = format!("{} · {}", head.verfahren.get(l), head.municipality);
    Shell::new(frame, assets, title)
        .crumb(l.pick("Nachnutzungen", "Adoptions"), "/nachnutzungen")
        .crumb(name, format!("/nachnutzungen/{}", head.reference))
        .on_behalf(head.on_behalf.then_some(head.municipality.as_str()))
}

/// The same for a part of the Antrag.
fn of_request<'a>(frame: &'a Frame, assets: &'a Assets, head: &RequestHead, title: &str) -> Shell<'a> {
    let path = format!("/nachnutzungen/{}/antrag", head.reference);
    of_case(frame, assets, head, title).crumb(frame.lang.pick("Antrag", "Request"), path)
}

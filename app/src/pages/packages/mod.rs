//! Packages on their way into the catalogue, versions, keys and feedback: pages for vendors, curators and everybody.

mod components;
mod decide;
mod difference;
mod discard;
mod feedback;
mod keys;
mod list;
mod messages;
mod preview;
mod release_end;
mod releases;
mod revoke;
mod show;
mod signing;
mod upload;
mod version;

pub use components::components;
pub use difference::difference;
pub(super) use difference::objects;
pub use discard::discard;
pub use feedback::feedback;
pub use keys::keys;
pub use list::list;
pub use preview::preview;
pub use release_end::release_end;
pub use releases::releases;
pub use revoke::{Revoked, revoke};
pub use show::show;
pub use upload::upload;
pub use version::version;

use crate::document::{Assets, Shell};
use portal_model::{
    Bilingual, Lang,
    pages::{Choice, Frame, packages::PackagePage},
};

/// The shell of a page below the list of packages.
fn of_packages<'a>(frame: &'a Frame, assets: &'a Assets, title: &str) -> Shell<'a> {
    Shell::new(frame, assets, title).crumb(frame.lang.pick("Pakete", "Packages"), "/pakete")
}

/// The shell of a page below one package.
fn of_package<'a>(frame: &'a Frame, assets: &'a Assets, m: &PackagePage, title: &str) -> Shell<'a> {
    of_packages(frame, assets, title).crumb(name_of(frame.lang, m), format!("/pakete/{}", m.row.reference))
}

/// „Hundesteuer 2.4.0"
fn name_of(l: Lang, m: &PackagePage) -> String {
    format!("{} {}", m.row.name.get(l), m.row.version)
}

/// The shell of a page below a Verfahren.
fn of_verfahren<'a>(frame: &'a Frame, assets: &'a Assets, slug: &str, name: &Bilingual, title: &str) -> Shell<'a> {
    Shell::new(frame, assets, title)
        .crumb(frame.lang.pick("Verfahren", "Verfahren"), "/verfahren")
        .crumb(name.get(frame.lang), format!("/verfahren/{slug}"))
}

/// Value of the chosen one.
fn chosen(choices: &[Choice]) -> &str {
    choices.iter().find(|c| c.selected).map_or("", |c| c.value.as_str())
}

//! Targets as their operators run them.

mod credential;
mod evidence;
mod maintenance;
mod plan;
mod registration;
mod settings;
mod show;
mod survey;

pub use credential::credential;
pub use evidence::evidence;
pub(in crate::pages) use evidence::{last_day as evidence_last_day, standing as evidence_standing};
pub use maintenance::maintenance;
pub use plan::plan;
pub use registration::registration;
pub use settings::settings;
pub use show::show;

use crate::{
    Assets,
    components::{data_centre, text},
    document::Shell,
    i18n::words,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang, TargetId,
    pages::{Frame, targets::TargetHead},
};

/// Address of a target's page.
fn path(id: TargetId) -> String {
    format!("/rechenzentren/zielumgebungen/{id}")
}

/// The shell of a page about data centres.
fn shell<'a>(frame: &'a Frame, assets: &'a Assets, title: &str) -> Shell<'a> {
    Shell::new(frame, assets, title).crumb(frame.lang.pick("Rechenzentren", "Data centres"), "/rechenzentren")
}

/// The shell of a page below a target's page.
fn of_target<'a>(frame: &'a Frame, assets: &'a Assets, head: &TargetHead, title: &str) -> Shell<'a> {
    shell(frame, assets, title).crumb(head.name.as_str(), path(head.id))
}

/// Name, stage and data centre, below the title of a page.
fn where_it_is(l: Lang, head: &TargetHead) -> AnyView {
    view! {
        <p class="portal-cluster">
            <span class="portal-mono">{head.name.clone()}</span>
            <span>{text(words::stage(l, head.stage))}</span>
            <span>{data_centre(l, &head.data_centre, head.simulated)}</span>
        </p>
    }
    .into_any()
}

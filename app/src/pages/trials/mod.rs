//! Trials of packages before their release: the part of the package's page, one trial live, calling it off, and what an
//! operator admits.

mod cancel;
mod give_up;
mod package;
mod show;
mod target;

pub use cancel::cancel;
pub use give_up::give_up;
pub(super) use package::package;
pub use show::{trial, trial_live};
pub use target::target;

use crate::{
    components::{state, table, text, time},
    document::{Assets, Shell},
    i18n::{format, words},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{
        Frame,
        trials::{TrialPage, TrialRow},
    },
    trial::TrialResult,
};

/// The shell of a page about one trial. Whoever does not see the package gets no way to it.
fn of_trial<'a>(frame: &'a Frame, assets: &'a Assets, m: &TrialPage, title: &str) -> Shell<'a> {
    let l = frame.lang;
    let shell = Shell::new(frame, assets, title);
    if !m.may_see_package {
        return shell.crumb(l.pick("Rechenzentren", "Data centres"), "/rechenzentren");
    }
    let name = format!("{} {}", m.name.get(l), m.row.version);
    shell.crumb(l.pick("Pakete", "Packages"), "/pakete").crumb(name, format!("/pakete/{}", m.row.package))
}

/// Address of a trial, without language prefix.
fn path(row: &TrialRow) -> String {
    format!("/pakete/{}/probelaeufe/{}", row.package, row.reference)
}

/// How a trial stands, with its mark.
fn standing(l: Lang, row: &TrialRow) -> AnyView {
    match (row.result, row.finished_at) {
        (Some(result), _) => {
            let mood = match result {
                TrialResult::Passed => "ok",
                TrialResult::Failed | TrialResult::Broken => "error",
                TrialResult::Cancelled => "wait",
            };
            state(mood, words::trial_result(l, result))
        }
        (None, _) if row.cancelling => state("warning", l.pick("Wird abgebrochen", "Being called off")),
        (None, _) => state("run", l.pick("Läuft", "Running")),
    }
}

/// Whether everything of it is gone.
fn cleared(l: Lang, row: &TrialRow) -> &'static str {
    match (row.result, row.finished_at) {
        (_, Some(_)) if row.given_up => l.pick("nichts entfernt: Ziel aufgegeben", "nothing removed: target given up"),
        (_, Some(_)) => l.pick("alles entfernt", "everything removed"),
        (Some(_), None) => l.pick("wird entfernt", "being removed"),
        (None, None) => l.pick("noch nicht", "not yet"),
    }
}

/// „2 von 3 bestanden (14 s)"
fn tests(l: Lang, row: &TrialRow) -> String {
    if row.tests == 0 {
        return "–".to_owned();
    }
    let of = l.pick("von", "of");
    let passed = l.pick("bestanden", "passed");
    format!("{} {of} {} {passed} ({})", row.passed_tests, row.tests, format::duration(l, row.millis))
}

/// The columns that every list of trials has.
fn cells(l: Lang, row: &TrialRow, place: Option<&str>) -> Vec<table::Cell> {
    let link = crate::components::link(l.path(&path(row)), row.reference.as_str());
    let result = view! {
        {standing(l, row)}
        {row.earlier_content.then(|| view! {
            <span class="portal-note">{l.pick("mit einem früheren Inhalt des Pakets", "with an earlier content of the package")}</span>
        })}
    };
    let by = if row.by_key {
        format!("{} ({})", row.started_by, l.pick("Zugangsschlüssel", "access key"))
    } else {
        row.started_by.clone()
    };
    let begun = view! { {time(l, row.started_at)} <span class="portal-note">{by}</span> };
    let mut cells = vec![(l.pick("Probelauf", "Trial"), link), (l.pick("Ergebnis", "Result"), result.into_any())];
    if let Some(place) = place {
        cells.push((l.pick("Rechenzentrum", "Data centre"), text(place)));
    }
    cells.push((l.pick("Tests", "Tests"), text(tests(l, row))));
    cells.push((l.pick("Begonnen", "Begun"), begun.into_any()));
    cells.push((l.pick("Aufgeräumt", "Cleared away"), text(cleared(l, row))));
    cells
}

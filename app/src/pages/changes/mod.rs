//! Changing what is live: another version, other values, going back, stopping and starting again.

mod discard;
mod rollback;
mod show;
mod start;
mod suspend;

pub use discard::discard_change;
pub use rollback::rollback;
pub use show::change;
pub use start::start_change;
pub use suspend::suspend;

use crate::components::{facts, link, paragraphs, section, table, text};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{
        activation::ConsentTo,
        change::{GoingBack, ValueChange},
        request::RequestHead,
    },
};

/// Whether one can go back from a version, and what becomes of the data.
fn going_back(l: Lang, way: GoingBack) -> &'static str {
    match way {
        GoingBack::Safe => l.pick(
            "Sie können danach zum heutigen Stand zurückkehren; die Daten bleiben, wie sie dann sind.",
            "You can go back to today's state afterwards; the data stay as they are then.",
        ),
        GoingBack::Restore => l.pick(
            "Sie können danach zum heutigen Stand zurückkehren. Dabei wird die Sicherung von vor der Änderung zurückgespielt: Was danach eingegeben wurde, geht verloren.",
            "You can go back to today's state afterwards. The backup from before the change is then brought back: what was entered since is lost.",
        ),
        GoingBack::None => l.pick(
            "Ein Zurück gibt es danach nicht: Diese Version lässt es nicht zu.",
            "There is no way back afterwards: this version does not allow it.",
        ),
    }
}

/// Values that differ, before and after.
fn values(l: Lang, title: &str, values: &[ValueChange], headings: (&'static str, &'static str)) -> AnyView {
    let cell = |value: &str| text(if value.is_empty() { "–" } else { value });
    let row = |v: &ValueChange| {
        vec![
            (l.pick("Angabe", "Value"), text(v.label.as_str())),
            (headings.0, cell(&v.before)),
            (headings.1, cell(&v.after)),
        ]
    };
    table::table(title, values.iter().map(row).collect())
}

/// What a change brings, for those who say yes or no to it.
pub(super) fn consent(l: Lang, c: &ConsentTo) -> AnyView {
    let is_update = c.from != c.to;
    let mut rows = Vec::new();
    if is_update {
        rows.push((l.pick("Version", "Version").to_owned(), text(format!("{} → {}", c.from, c.to))));
        rows.push((l.pick("Zurück", "Going back").to_owned(), text(going_back(l, c.going_back))));
    }
    let changes = c.changes.as_ref().map(|changes| paragraphs(changes.get(l)));
    let title = l.pick("Geänderte Angaben", "Changed values");
    let values = (!c.values.is_empty())
        .then(|| values(l, title, &c.values, (l.pick("heute", "today"), l.pick("künftig", "in future"))));
    let content = view! { {(!rows.is_empty()).then(|| facts(rows))} {changes} {values} };
    section("aendert", l.pick("Was sich ändert", "What changes"), content.into_any())
}

fn back(l: Lang, head: &RequestHead) -> AnyView {
    link(l.path(&format!("/nachnutzungen/{}", head.reference)), l.pick("Abbrechen", "Cancel"))
}

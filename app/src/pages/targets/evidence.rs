//! Evidence of a data centre's security.

use super::shell;
use crate::{
    Assets,
    components::{
        data_centre, day, empty,
        field::{self, Input, Item},
        form, link, page_header, paragraph, section, state, table, text,
    },
    i18n::targets,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang, Timestamp,
    operating::{EvidenceKind, EvidenceState},
    pages::{
        Frame,
        targets::{EvidencePage, EvidenceRow},
    },
};

/// `GET /rechenzentren/nachweise/{slug}`
pub fn evidence(frame: &Frame, assets: &Assets, m: &EvidencePage) -> String {
    let l = frame.lang;
    let title = l.pick("Sicherheitsnachweise", "Security evidence");
    shell(frame, assets, title).errors(!m.errors.is_empty()).render(|| {
        let lead = l.pick(
            "Läuft ein Nachweis ab, geht hier nichts Neues mehr in Produktion. Was läuft, läuft weiter; Sicherheitsaktualisierungen bleiben möglich.",
            "When an evidence ends, nothing new goes to production here. What runs keeps running; security updates stay possible.",
        );
        view! {
            {page_header(title, lead)}
            <div class="portal-stack portal-stack--large">
                {form::summary_of(l, &m.errors, &labels(l))}
                <p>{data_centre(l, &m.data_centre, m.simulated)}</p>
                {section("hinterlegt", l.pick("Hinterlegt", "Recorded"), list(l, m))}
                {section("neu", l.pick("Nachweis hinterlegen", "Record evidence"), entry(l, m))}
                <p>{link(l.path("/rechenzentren"), l.pick("Zurück zu den Rechenzentren", "Back to the data centres"))}</p>
            </div>
        }
        .into_any()
    })
}

fn labels(l: Lang) -> Vec<(&'static str, &'static str)> {
    vec![
        ("art", l.pick("Nachweis", "Evidence")),
        ("bis", l.pick("Gültig bis einschließlich", "Valid up to and including")),
        ("bemerkung", l.pick("Wer hat ihn ausgestellt?", "Who issued it?")),
    ]
}

/// The last day of what ends at a moment.
pub(in crate::pages) fn last_day(l: Lang, until: Timestamp) -> AnyView {
    day(l, until.plus_seconds(-1))
}

/// How an evidence stands, as a mark and a word.
pub(in crate::pages) fn standing(l: Lang, row: &EvidenceRow) -> AnyView {
    match row.state {
        EvidenceState::Ended => state("error", l.pick("abgelaufen", "ended")),
        EvidenceState::Ends(days) => {
            let text = l.pick("läuft in höchstens {} Tagen ab", "ends within {} days").replace("{}", &days.to_string());
            state("warning", &text)
        }
        EvidenceState::Valid => state("ok", l.pick("gültig", "valid")),
    }
}

fn list(l: Lang, m: &EvidencePage) -> AnyView {
    if m.rows.is_empty() {
        return empty(
            l.pick("Kein Nachweis hinterlegt", "No evidence recorded"),
            l.pick("Verwaltungen sehen, was hier steht.", "Administrations see what stands here."),
            None,
        );
    }
    let rows = m.rows.iter().map(|row| {
        vec![
            (l.pick("Nachweis", "Evidence"), text(targets::evidence_kind(l, row.kind))),
            (l.pick("Gültig bis", "Valid until"), last_day(l, row.valid_until)),
            (l.pick("Stand", "State"), standing(l, row)),
            (l.pick("Ausgestellt von", "Issued by"), text(if row.note.is_empty() { "–" } else { row.note.as_str() })),
        ]
    });
    table::table(l.pick("Nachweise", "Evidence"), rows.collect())
}

fn entry(l: Lang, m: &EvidencePage) -> AnyView {
    let input = |name: &'static str, value: &str| Input {
        value: value.to_owned(),
        required: true,
        ..form::listed(l, &labels(l), &m.errors, name)
    };
    let kinds = EvidenceKind::ALL.iter().map(|kind| Item {
        value: kind.word().to_owned(),
        label: targets::evidence_kind(l, *kind).to_owned(),
        selected: m.kind == kind.word(),
        ..Item::default()
    });
    let note = Input { required: false, ..input("bemerkung", &m.note) };
    let content = view! {
        {paragraph(l.pick("Ein neuer Nachweis ersetzt den bisherigen derselben Art. Der alte bleibt im Protokoll.", "New evidence replaces the last of its kind. The old one stays in the record."))}
        {field::select(l, input("art", ""), kinds.collect())}
        {field::input(l, Input { kind: "date", width: "medium", ..input("bis", &m.until) })}
        {field::input(l, note)}
        {form::actions(vec![form::submit("primary", "", "", l.pick("Hinterlegen", "Record"))])}
    };
    form::post(l, &format!("/rechenzentren/nachweise/{}", m.slug), false, content.into_any())
}

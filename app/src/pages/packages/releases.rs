//! Versions of a Verfahren and what runs where, for its vendor and for curators.

use super::of_verfahren;
use crate::{
    Assets,
    components::{day, empty, link, package, page_header, section, table, text},
    i18n::{failure, format, words},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{
        Frame,
        packages::{FailureKind, ReleaseRow, ReleasesPage},
    },
};

/// `GET /verfahren/{slug}/versionen`
pub fn releases(frame: &Frame, assets: &Assets, m: &ReleasesPage) -> String {
    let l = frame.lang;
    let title = l.pick("Versionen", "Versions");
    of_verfahren(frame, assets, &m.slug, &m.name, title).render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &ReleasesPage) -> AnyView {
    let lead = l.pick("Welche Version wo läuft.", "Which version runs where.");
    let rows = m.releases.iter().map(|r| cells(l, m, r)).collect();
    view! {
        {page_header(&format!("{title}: {}", m.name.get(l)), lead)}
        <div class="portal-stack portal-stack--large">
            {table::table(title, rows)}
            {(!m.failures.is_empty()).then(|| section("ursachen", l.pick("Woran es hängt", "What holds installations up"), failures(l, m)))}
            {section("verwaltungen", l.pick("Verwaltungen", "Administrations"), adopters(l, m))}
        </div>
    }
    .into_any()
}

fn cells(l: Lang, m: &ReleasesPage, r: &ReleaseRow) -> Vec<table::Cell> {
    let page = l.path(&format!("/verfahren/{}/versionen/{}", m.slug, r.version));
    let note = (!r.note.is_empty()).then(|| view! { <span class="portal-note">{r.note.clone()}</span> });
    let successor = r.replaced_by.as_ref().map(|v| {
        let text = format!("{} {v}", l.pick("Stattdessen:", "Instead:"));
        view! { <span class="portal-note">{text}</span> }
    });
    let state = view! { {package::release_state(l, r.state)} {note} {successor} };
    let limits = if r.limits.is_empty() { text(l.pick("alle", "everybody")) } else { text(r.limits.join(", ")) };
    let runs = if r.runs.is_empty() {
        text(l.pick("nirgends", "nowhere"))
    } else {
        let lines = r.runs.iter().map(|(state, n)| {
            view! { <li>{format::number(l, *n)} " " {words::installation_state(l, *state)}</li> }
        });
        view! { <ul class="portal-bare">{lines.collect_view()}</ul> }.into_any()
    };
    let change = if m.may_withdraw || m.may_limit {
        view! {
            <a href=format!("{page}/aendern")>
                {l.pick("Ändern", "Change")} <span class="kern-sr-only">" " {r.version.clone()}</span>
            </a>
        }
        .into_any()
    } else {
        text("–")
    };
    let version = view! { {link(page.clone(), &r.version)} " " {package::security_fix(l, r.security_fix)} };
    vec![
        (l.pick("Version", "Version"), version.into_any()),
        (l.pick("Vom", "Date"), day(l, r.published_at)),
        (l.pick("Stand", "State"), state.into_any()),
        (l.pick("Freigegeben für", "Released for"), limits),
        (l.pick("Installationen", "Installations"), runs),
        (l.pick("Angebot", "Offer"), change),
    ]
}

/// Causes with how often; where stands nowhere, since that is the Verwaltung's own business.
fn failures(l: Lang, m: &ReleasesPage) -> AnyView {
    let rows = m.failures.iter().map(|f| {
        let (kind, what) = match &f.what {
            FailureKind::Test(title) => (l.pick("Test nicht bestanden", "Test not passed"), title.get(l).to_owned()),
            FailureKind::Operation(cause) => {
                (l.pick("Einrichten gescheitert", "Setting up failed"), failure::happened(l, *cause).to_owned())
            }
        };
        vec![
            (l.pick("Version", "Version"), text(f.version.as_str())),
            (l.pick("Art", "Kind"), text(kind)),
            (l.pick("Ursache", "Cause"), text(what)),
            (l.pick("Installationen", "Installations"), text(format::number(l, f.installations))),
        ]
    });
    let note = l.pick(
        "Gezählt über alle Verwaltungen, nach dem jeweils letzten Test oder der letzten Bereitstellung. Wo es hakt, erfahren Sie von der Verwaltung selbst.",
        "Counted over all administrations, by the last test or operation of each. Where it fails, the administration itself will tell you.",
    );
    view! {
        {table::table(l.pick("Woran es hängt", "What holds installations up"), rows.collect())}
        <p class="portal-muted portal-small">{note}</p>
    }
    .into_any()
}

fn adopters(l: Lang, m: &ReleasesPage) -> AnyView {
    if m.adopters.is_empty() {
        return empty(
            l.pick("Keine Verwaltung zu nennen", "No administration to name"),
            l.pick(
                "Noch keine Verwaltung nutzt das Verfahren, oder keine möchte genannt werden.",
                "No administration runs it yet, or none wants to be named.",
            ),
            None,
        );
    }
    let rows = m.adopters.iter().map(|(name, version)| {
        vec![
            (l.pick("Verwaltung", "Administration"), text(name.as_str())),
            (l.pick("Version", "Version"), text(version.as_str())),
        ]
    });
    let note = l.pick(
        "Gezählt wird oben auch, wer nicht genannt werden möchte.",
        "Those who do not want to be named are counted above too.",
    );
    view! {
        {table::table(l.pick("Verwaltungen", "Administrations"), rows.collect())}
        <p class="portal-muted portal-small">{note}</p>
    }
    .into_any()
}

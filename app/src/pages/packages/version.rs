//! One version of a Verfahren, for everybody: what changed, what it is made of, where it comes from.

use super::of_verfahren;
use crate::{
    Assets,
    components::{address::with_query, alert, day, empty, facts, link, package, page_header, section, table, text},
    i18n::words,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Frame, packages::VersionPage},
    verfahren::ReleaseState,
};

/// `GET /verfahren/{slug}/versionen/{version}`
pub fn version(frame: &Frame, assets: &Assets, m: &VersionPage) -> String {
    let l = frame.lang;
    let title = format!("{} {}", m.name.get(l), m.version);
    of_verfahren(frame, assets, &m.slug, &m.name, &title).render(|| content(l, &title, m))
}

fn content(l: Lang, title: &str, m: &VersionPage) -> AnyView {
    let manage = m.may_manage.then(|| {
        let href = l.path(&format!("/verfahren/{}/versionen", m.slug));
        view! { <p>{link(href, l.pick("Alle Versionen und wo sie laufen", "All versions and where they run"))}</p> }
    });
    view! {
        {page_header(title, "")}
        <div class="portal-stack portal-stack--large">
            {state_note(l, m)}
            <div class="portal-columns">
                <div class="portal-stack portal-stack--large">
                    {section("aenderungen", l.pick("Was sich ändert", "What changes"), changes(l, m))}
                    {section("bestandteile", l.pick("Bestandteile", "Components"), components(l, m))}
                </div>
                <aside class="portal-stack portal-stack--large">{glance(l, m)} {manage}</aside>
            </div>
        </div>
    }
    .into_any()
}

/// What is to be said of a version that is not offered any more.
fn state_note(l: Lang, m: &VersionPage) -> Option<AnyView> {
    let (mood, what) = match m.state {
        ReleaseState::Published => return None,
        ReleaseState::Deprecated => (
            "warning",
            l.pick(
                "Diese Version läuft aus: Niemand beginnt mehr mit ihr, Begonnenes kann zu Ende geführt werden.",
                "This version is running out: nobody begins with it any more, what was begun can be finished.",
            ),
        ),
        ReleaseState::Withdrawn => (
            "warning",
            l.pick(
                "Diese Version ist zurückgezogen: Mit ihr wird nichts mehr eingerichtet. Was läuft, läuft weiter.",
                "This version is withdrawn: nothing is set up with it any more. What runs keeps running.",
            ),
        ),
        ReleaseState::Unsafe => (
            "danger",
            l.pick(
                "Diese Version ist als unsicher zurückgezogen. Wechseln Sie, sobald es geht.",
                "This version is withdrawn as unsafe. Move away from it as soon as you can.",
            ),
        ),
    };
    let successor = m.replaced_by.as_ref().map(|version| {
        let href = l.path(&format!("/verfahren/{}/versionen/{version}", m.slug));
        let label = format!("{} {version}", l.pick("Stattdessen: Version", "Instead: version"));
        view! { <p class="kern-body">{link(href, &label)}</p> }
    });
    let reason = (!m.note.is_empty()).then(|| {
        view! {
            <p class="kern-body">{l.pick("Begründung:", "Reason:")}</p>
            <p class="portal-comment">{m.note.clone()}</p>
        }
    });
    let body = view! { <p class="kern-body">{what}</p> {reason} {successor} };
    Some(alert(mood, words::release_state(l, m.state), Some(body.into_any())))
}

fn changes(l: Lang, m: &VersionPage) -> AnyView {
    let said = match m.changes.get(l) {
        "" => l.pick("Dazu hat der Herausgeber nichts angegeben.", "The vendor has said nothing about it."),
        known => known,
    };
    let log = (!m.changelog.trim().is_empty()).then(|| {
        let text = m.changelog.clone();
        let label = l.pick("Änderungsprotokoll des Herausgebers", "Change log of the vendor");
        let content = view! { <pre class="portal-log" tabindex="0" role="region" aria-label=label>{text}</pre> };
        crate::components::details(label, content.into_any())
    });
    let unread = m.changelog_unread.then(|| {
        let text = l.pick(
            "Das Änderungsprotokoll des Herausgebers kann das Portal zurzeit nicht anzeigen.",
            "The portal cannot show the change log of the vendor at the moment.",
        );
        view! { <p>{text}</p> }
    });
    view! { <p>{said.to_owned()}</p> {log} {unread} }.into_any()
}

fn components(l: Lang, m: &VersionPage) -> AnyView {
    if m.components.is_empty() {
        return empty(
            l.pick("Keine Stückliste", "No bill of materials"),
            l.pick(
                "Diese Version bringt keine Stückliste ihrer Software (CycloneDX) mit.",
                "This version brings no software bill of materials (CycloneDX).",
            ),
            None,
        );
    }
    let rows = m.components.iter().map(|(name, version, licence)| {
        let name = match m.may_search {
            // A name with a slash would be looked for as a package URL; its last part is what names go by.
            true => {
                let q = name.rsplit('/').next().unwrap_or_default();
                let href = with_query(&l.path("/bestandteile"), [("q", q), ("version", version.as_str())]);
                view! { <a href=href>{package::component(name)}</a> }.into_any()
            }
            false => package::component(name),
        };
        let licence = if licence.is_empty() { l.pick("nicht angegeben", "not stated") } else { licence.as_str() };
        vec![
            (l.pick("Bestandteil", "Component"), name),
            (l.pick("Version", "Version"), text(version.as_str())),
            (l.pick("Lizenz", "Licence"), text(licence)),
        ]
    });
    let title = l.pick("Bestandteile", "Components");
    let note = m.may_search.then(|| {
        let text = l.pick(
            "Ein Bestandteil führt zu den Verfahren und Nachnutzungen, in denen er steckt.",
            "A component leads to the Verfahren and adoptions that contain it.",
        );
        view! { <p class="portal-muted portal-small">{text}</p> }
    });
    view! { {note} {table::table(title, rows.collect())} }.into_any()
}

fn glance(l: Lang, m: &VersionPage) -> AnyView {
    let licence = if m.licence.is_empty() { l.pick("nicht angegeben", "not stated") } else { m.licence.as_str() };
    let origin = match &m.signed_with {
        Some((name, fingerprint)) => {
            let label = l.pick("Herkunft geprüft", "Origin verified");
            view! {
                <span class="portal-state portal-state--ok">{label}</span>
                <span class="portal-note">
                    {l.pick("Schlüssel ", "Key ")} {name.clone()} <span class="portal-digest">{fingerprint.clone()}</span>
                </span>
            }
            .into_any()
        }
        None => text(l.pick("nicht signiert", "not signed")),
    };
    let mut rows = vec![
        (l.pick("Stand", "State"), package::release_state(l, m.state)),
        (l.pick("Vom", "Date"), day(l, m.published_at)),
        (l.pick("Lizenz", "Licence"), text(licence)),
        (l.pick("Herkunft", "Origin"), origin),
        (l.pick("Prüfsumme", "Digest"), package::digest(&m.digest)),
    ];
    if let Some(limits) = package::limited_to(l, &m.laender, m.pilots) {
        rows.insert(1, (l.pick("Freigegeben", "Released"), text(limits)));
    }
    if let Some(mark) = package::security_fix(l, m.security_fix) {
        rows.insert(1, (l.pick("Art", "Kind"), mark));
    }
    let rows = rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    view! {
        <div class="portal-panel">
            <h2 class="kern-title">{l.pick("Auf einen Blick", "At a glance")}</h2>
            {facts(rows)}
        </div>
    }
    .into_any()
}

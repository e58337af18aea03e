//! A trial, live.

use super::{cleared, of_trial, path, standing};
use crate::{
    Assets,
    components::{
        alert, case, data_centre, details, facts, link, live, operation as parts, package, paragraph, section, text,
        time, unbroken,
    },
    document::render,
    i18n::words,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Frame, trials::TrialPage},
};

/// `GET /pakete/{reference}/probelaeufe/{trial}`
pub fn trial(frame: &Frame, assets: &Assets, m: &TrialPage) -> String {
    let l = frame.lang;
    let title = format!("{} {}", l.pick("Probelauf", "Trial"), m.row.reference);
    let auto = m.auto.filter(|_| !m.state.is_final());
    of_trial(frame, assets, m, title.as_str()).refresh(auto).islands().render(|| {
        let path = path(&m.row);
        let live = live::Live {
            events: format!("/api/v1/operations/{}/events", m.row.reference),
            fragment: l.path(&format!("{path}/live")),
            refresh: l.path(&path),
            after: m.last_event,
            is_final: m.state.is_final(),
        };
        let back = m.may_see_package.then(|| {
            let label = l.pick("Zurück zum Paket", "Back to the package");
            view! { <p>{link(l.path(&format!("/pakete/{}", m.row.package)), label)}</p> }
        });
        view! {
            <div class="portal-page-header">
                <div class="portal-page-header__text">
                    <h1 class="kern-heading-x-large">{unbroken(&title)}</h1>
                    <ul class="portal-facts">
                        <li class="portal-strong">{m.vendor.clone()}</li>
                        <li>{m.name.get(l).to_owned()} " " {m.row.version.clone()}</li>
                        <li><span class="portal-ref">{m.row.package.to_string()}</span></li>
                    </ul>
                </div>
            </div>
            <div class="portal-stack portal-stack--large">
                {live::region(l, &live, content(l, m))}
                {back}
            </div>
        }
        .into_any()
    })
}

/// The live part alone: `GET /pakete/{reference}/probelaeufe/{trial}/live`
pub fn trial_live(frame: &Frame, m: &TrialPage) -> String {
    let l = frame.lang;
    let result = m.row.result.map_or(words::operation_state(l, m.state), |r| words::trial_result(l, r));
    let said = format!("{}: {result}, {}", l.pick("Probelauf", "Trial"), cleared(l, &m.row));
    render(|| live::part(m.last_event, m.state.is_final(), &said, content(l, m)))
}

fn content(l: Lang, m: &TrialPage) -> AnyView {
    let row = &m.row;
    let mut rows = vec![
        (l.pick("Ergebnis", "Result"), standing(l, row)),
        (l.pick("Stand der Bereitstellung", "State of the operation"), case::operation_state(l, m.state)),
        (l.pick("Aufgeräumt", "Cleared away"), text(cleared(l, row))),
        (l.pick("Rechenzentrum", "Data centre"), data_centre(l, &row.data_centre, m.simulated)),
        (l.pick("Zielumgebung", "Target environment"), text(m.target.as_str())),
        (l.pick("Gestartet von", "Started by"), text(row.started_by.as_str())),
        (l.pick("Begonnen", "Begun"), time(l, row.started_at)),
        (l.pick("Beendet", "Ended"), row.finished_at.map_or_else(|| text("–"), |at| time(l, at))),
    ];
    if let Some(person) = &m.cancelled_by {
        rows.push((l.pick("Abgebrochen von", "Called off by"), text(person.as_str())));
    }
    if let Some(person) = &m.given_up_by {
        rows.push((l.pick("Ziel aufgegeben von", "Target given up by"), text(person.as_str())));
    }
    let rows = rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let earlier = row.earlier_content.then(|| {
        let title = l.pick("Das war ein früherer Inhalt des Pakets", "This was an earlier content of the package");
        let body = l.pick(
            "Seitdem wurde das Paket neu hochgeladen. Für den jetzigen Inhalt sagt dieser Probelauf nichts.",
            "The package has been uploaded anew since. This trial says nothing about the present content.",
        );
        alert("info", title, Some(paragraph(body)))
    });
    // Outside the live part a cancelled trial would still offer the link.
    let cancel = m.may_cancel.then(|| {
        let label = l.pick("Probelauf abbrechen", "Call the trial off");
        view! { <p>{link(l.path(&format!("{}/abbrechen", path(row))), label)}</p> }
    });
    let give_up = m.may_give_up.then(|| {
        let label = l.pick("Ziel aufgegeben: nichts mehr zu entfernen", "Target given up: nothing left to remove");
        view! { <p>{link(l.path(&format!("{}/aufgeben", path(row))), label)}</p> }
    });
    let log = if m.events.is_empty() {
        text(l.pick("Noch keine Meldungen.", "No messages yet."))
    } else {
        parts::log(l, &m.events)
    };
    let digest =
        vec![(l.pick("Prüfsumme des Inhalts", "Digest of the content").to_owned(), package::digest(&m.digest))];
    view! {
        <div class="portal-stack portal-stack--large">
            {earlier}
            {m.failure.as_ref().map(|f| parts::why_failed(l, f))}
            <div class="portal-columns">
                <div class="portal-stack portal-stack--large">
                    {section("schritte", l.pick("Schritte", "Steps"), parts::steps(l, &m.steps))}
                    {m.report.as_ref().map(|run| section("test", l.pick("Testbericht", "Test report"), case::test_report(l, run)))}
                </div>
                <aside class="portal-stack">
                    <div class="portal-panel" role="group" aria-label=l.pick("Auf einen Blick", "At a glance")>
                        {facts(rows)}
                        {cancel}
                        {give_up}
                    </div>
                    {details(l.pick("Technische Details", "Technical details"), facts(digest))}
                </aside>
            </div>
            {section("meldungen", l.pick("Meldungen", "Messages"), log)}
        </div>
    }
    .into_any()
}

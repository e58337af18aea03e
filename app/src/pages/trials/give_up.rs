//! Declaring that the target of a trial is gone: asks for a reason.

use super::{of_trial, path};
use crate::{
    Assets,
    components::{form, link, page_header, paragraph, reason},
};
use leptos::prelude::*;
use portal_model::{
    form::FieldError,
    pages::{Frame, trials::TrialPage},
};

/// `GET /pakete/{reference}/probelaeufe/{trial}/aufgeben`
pub fn give_up(frame: &Frame, assets: &Assets, m: &TrialPage, reason: &str, errors: &[FieldError]) -> String {
    let l = frame.lang;
    let title = l.pick("Ziel aufgegeben: nichts mehr zu entfernen?", "Target given up: nothing left to remove?");
    let path = path(&m.row);
    let name = format!("{} {}", l.pick("Probelauf", "Trial"), m.row.reference);
    of_trial(frame, assets, m, title).errors(!errors.is_empty()).crumb(name.as_str(), path.clone()).render(|| {
        let text = l.pick(
            "Bestätigen Sie das nur, wenn es die Zielumgebung nicht mehr gibt oder dort von Hand aufgeräumt wurde. Das Portal versucht dann nicht mehr, den Probelauf zu entfernen: Was noch da ist, bleibt. Der Probelauf ist beendet, sein Platz wird frei, und seine Geheimnisse werden gelöscht. Das lässt sich nicht rückgängig machen.",
            "Confirm this only if the target environment no longer exists or was cleared by hand. The portal then no longer tries to remove the trial: what is still there stays. The trial has ended, its place becomes free, and its secrets are deleted. This cannot be undone.",
        );
        let yes = form::submit("primary", "", "", l.pick("Ja, Ziel ist aufgegeben", "Yes, the target is given up"));
        let no = link(l.path(&path), l.pick("Nein, weiter versuchen", "No, keep trying"));
        let content = view! {
            <div class="portal-danger-zone">
                {paragraph(text)} {reason::reason(l, reason, "", true, errors)} {form::actions(vec![yes, no])}
            </div>
        };
        let lead = format!("{} {} · {}", m.name.get(l), m.row.version, m.row.reference);
        view! {
            {page_header(title, &lead)}
            {form::summary_of(l, errors, &[reason::labelled(l)])}
            {form::post(l, &format!("{path}/aufgeben"), false, content.into_any())}
        }
        .into_any()
    })
}

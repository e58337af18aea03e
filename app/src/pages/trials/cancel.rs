//! Calling a trial off: asks once more.

use super::{of_trial, path};
use crate::{
    Assets,
    components::{form, link, page_header, paragraph},
};
use leptos::prelude::*;
use portal_model::pages::{Frame, trials::TrialPage};

/// `GET /pakete/{reference}/probelaeufe/{trial}/abbrechen`
pub fn cancel(frame: &Frame, assets: &Assets, m: &TrialPage) -> String {
    let l = frame.lang;
    let title = l.pick("Probelauf abbrechen?", "Call the trial off?");
    let path = path(&m.row);
    let name = format!("{} {}", l.pick("Probelauf", "Trial"), m.row.reference);
    of_trial(frame, assets, m, title).crumb(name.as_str(), path.clone()).render(|| {
        let text = l.pick(
            "Der Schritt, der gerade läuft, wird beendet. Danach wird alles entfernt, was eingerichtet wurde. Ein Ergebnis gibt es dann nicht; Sie können jederzeit einen neuen Probelauf starten.",
            "The step that runs now is finished. Then everything that was set up is removed. There will be no result; you can start a new trial at any time.",
        );
        let yes = form::submit("primary", "", "", l.pick("Ja, Probelauf abbrechen", "Yes, call the trial off"));
        let no = link(l.path(&path), l.pick("Nein, weiterlaufen lassen", "No, let it run"));
        let content = view! {
            <div class="portal-danger-zone">{paragraph(text)} {form::actions(vec![yes, no])}</div>
        };
        let lead = format!("{} {} · {}", m.name.get(l), m.row.version, m.row.reference);
        view! {
            {page_header(title, &lead)}
            {form::post(l, &format!("{path}/abbrechen"), false, content.into_any())}
        }
        .into_any()
    })
}

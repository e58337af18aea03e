//! Withdrawing a request: asks once more.

use crate::{
    Assets,
    components::{case, form, link, paragraph},
    pages,
};
use leptos::prelude::*;
use portal_model::pages::{Frame, case::WithdrawPage};

/// `GET /nachnutzungen/{reference}/zurueckziehen`
pub fn withdraw(frame: &Frame, assets: &Assets, m: &WithdrawPage) -> String {
    let l = frame.lang;
    let title = l.pick("Antrag zurückziehen?", "Withdraw the request?");
    pages::of_case(frame, assets, &m.head, title).errors(!m.errors.is_empty()).render(|| {
        let text = l.pick(
            "Der Antrag wird nicht weiter bearbeitet. Er bleibt mit seiner Geschichte einsehbar, lässt sich aber nicht wieder aufnehmen; Sie können jederzeit einen neuen stellen.",
            "The request is not processed any further. It can still be seen with its history but cannot be taken up again; you can start a new one at any time.",
        );
        let back = link(l.path(&format!("/nachnutzungen/{}", m.head.reference)), l.pick("Nein, zurück", "No, go back"));
        let yes = form::submit("primary", "", "", l.pick("Ja, Antrag zurückziehen", "Yes, withdraw the request"));
        let content = view! {
            <div class="portal-danger-zone">{paragraph(text)} {form::actions(vec![yes, back])}</div>
        };
        view! {
            {case::header(l, &m.head, title)}
            <div class="portal-stack portal-stack--large">
            {form::summary_of(l, &m.errors, &[])}
            {form::of_case(l, &m.head, "zurueckziehen", false, content.into_any())}
            </div>
        }
        .into_any()
    })
}

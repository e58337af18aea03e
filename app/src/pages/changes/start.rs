//! Choosing what to change.

use super::{back, going_back};
use crate::{
    Assets,
    components::{
        alert, case,
        field::{self, Input, Item},
        form, paragraph,
    },
    pages,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{
        Frame,
        change::{ChangeStartPage, UpdateOffer},
    },
};

/// `GET /nachnutzungen/{reference}/aendern`
pub fn start_change(frame: &Frame, assets: &Assets, m: &ChangeStartPage) -> String {
    let l = frame.lang;
    let title = l.pick("Aktualisieren oder ändern", "Update or change");
    pages::of_case(frame, assets, &m.head, title).errors(!m.errors.is_empty()).render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &ChangeStartPage) -> AnyView {
    let label = l.pick("Was soll sich ändern?", "What is to change?");
    let note = l.pick(
        "Ihre Produktion läuft unverändert weiter, bis die Änderung getestet, abgenommen und freigeschaltet ist. Sie können sie bis dahin jederzeit verwerfen.",
        "Your production runs on unchanged until the change has been tested, accepted and activated. You can discard it at any time until then.",
    );
    let updates = m.offers.iter().map(|offer| Item {
        value: offer.version.clone(),
        label: match l {
            Lang::De => format!("Auf Version {} aktualisieren", offer.version),
            Lang::En => format!("Update to version {}", offer.version),
        },
        selected: m.chosen == offer.version,
        note: Some(what_comes(l, offer)),
        disabled: false,
    });
    let values = Item {
        value: "werte".to_owned(),
        label: match l {
            Lang::De => format!("Nur Angaben ändern, Version {} behalten", m.head.version),
            Lang::En => format!("Change values only, keep version {}", m.head.version),
        },
        selected: m.chosen == "werte",
        note: (!m.may_reconfigure).then(|| {
            l.pick(
                "Mit dieser Version darf für Sie nichts mehr eingerichtet werden.",
                "Nothing may be set up for you with this version any more.",
            )
            .to_owned()
        }),
        disabled: !m.may_reconfigure,
    };
    let newest = m.offers.is_empty().then(|| {
        let text = l.pick(
            "Es gibt für Sie keine neuere Version, auf die Sie von Ihrer aus aktualisieren können.",
            "There is no newer version for you that you could update to from yours.",
        );
        paragraph(text)
    });
    let choice = Input { required: true, error: form::error_at(l, &m.errors, "ziel"), ..Input::new("ziel", label) };
    let buttons = vec![form::submit("primary", "", "", l.pick("Weiter", "Continue")), back(l, &m.head)];
    let content = view! {
        {newest}
        {field::choices(choice, "radio", updates.chain([values]).collect())}
        {form::actions(buttons)}
    };
    view! {
        {case::header(l, &m.head, title)}
        <div class="portal-stack portal-stack--large">
            {form::summary_of(l, &m.errors, &[("ziel", label)])}
            {alert("info", l.pick("Es passiert noch nichts", "Nothing happens yet"), Some(paragraph(note)))}
            {form::of_case(l, &m.head, "aendern", false, content.into_any())}
        </div>
    }
    .into_any()
}

/// What a version brings, in one text below its choice.
fn what_comes(l: Lang, offer: &UpdateOffer) -> String {
    let since = format!("{} {}.", l.pick("Angeboten seit", "Offered since"), offer.published_at.date(l));
    let security = offer.security_fix.then(|| l.pick("Schließt eine Sicherheitslücke.", "Closes a security gap."));
    let changes = offer.changes.get(l).trim();
    let parts = [security.unwrap_or_default(), changes, since.as_str(), going_back(l, offer.going_back)];
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

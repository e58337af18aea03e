//! Replacing the credential of a target.

use super::{of_target, path, survey, where_it_is};
use crate::{
    Assets,
    components::{
        alert,
        field::{self, Item},
        form, link, page_header, paragraph, section,
    },
    i18n::format,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Frame, targets::TargetCredentialPage},
};

/// `GET /rechenzentren/zielumgebungen/{id}/zugang`
pub fn credential(frame: &Frame, assets: &Assets, m: &TargetCredentialPage) -> String {
    let l = frame.lang;
    let title = l.pick("Zugangsdaten erneuern", "Renew the credential");
    of_target(frame, assets, &m.head, title).errors(!m.errors.is_empty()).render(|| {
        let lead = l.pick(
            "Die neuen Zugangsdaten werden geprüft und ersetzen erst dann die alten.",
            "The new credential is checked and only then replaces the old one.",
        );
        let found = m
            .credential
            .survey
            .as_ref()
            .map(|s| section("bericht", l.pick("Bericht", "Report"), survey::report(l, s, None, ("", ""))));
        view! {
            {page_header(title, lead)}
            <div class="portal-stack portal-stack--large">
                {form::summary_of(l, &m.errors, &survey::labels(l))}
                {where_it_is(l, &m.head)}
                <p class="portal-mono">{m.endpoint.clone()}</p>
                {running(l, m)}
                {m.credential.failure.as_ref().map(|f| survey::failed(l, f))}
                {found}
                {entry(l, m)}
            </div>
        }
        .into_any()
    })
}

fn running(l: Lang, m: &TargetCredentialPage) -> Option<AnyView> {
    let text = l.pick(
        "Sie arbeiten mit den alten Zugangsdaten zu Ende, höchstens bis zum nächsten Warten. Widerrufen Sie die alten erst danach.",
        "They work on with the old credential, at most until they next wait. Revoke the old one only afterwards.",
    );
    (m.running > 0).then(|| {
        let count = format::count(
            l,
            m.running,
            ("Bereitstellung läuft", "operation runs"),
            ("Bereitstellungen laufen", "operations run"),
        );
        alert("info", &count, Some(paragraph(text)))
    })
}

fn entry(l: Lang, m: &TargetCredentialPage) -> AnyView {
    let all = (!m.others.is_empty()).then(|| {
        let item = Item {
            value: "1".to_owned(),
            label: l
                .pick(
                    "Auch für die anderen Namespaces an diesem API-Server",
                    "Also for the other namespaces at this API server",
                )
                .to_owned(),
            selected: m.all,
            note: Some(m.others.join(", ")),
            ..Item::default()
        };
        field::choice("f-alle", "alle", "checkbox", &item, false)
    });
    let excessive = m.credential.survey.as_ref().is_some_and(|s| s.is_excessive() && s.is_complete());
    let accept = excessive.then(|| survey::accept(l, &m.errors));
    let submit = form::submit("primary", "", "", l.pick("Prüfen und ersetzen", "Check and replace"));
    let back = link(l.path(&path(m.head.id)), l.pick("Abbrechen", "Cancel"));
    let content = view! {
        {survey::fields(l, &m.credential, &m.errors)} {all} {accept} {form::actions(vec![submit, back])}
    };
    form::post(l, &format!("{}/zugang", path(m.head.id)), false, content.into_any())
}

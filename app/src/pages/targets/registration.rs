//! Second step of registering targets: the YAML, the credential, the report, and the end.

use super::{shell, survey};
use crate::{
    Assets,
    components::{bullet_list, data_centre, details, facts, form, link, page_header, paragraph, section, text},
    i18n::{format, words},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Frame, targets::RegistrationPage},
};

/// `GET /rechenzentren/registrierungen/{id}`
pub fn registration(frame: &Frame, assets: &Assets, m: &RegistrationPage) -> String {
    let l = frame.lang;
    let title = l.pick("Zielumgebung prüfen und registrieren", "Check and register a target");
    shell(frame, assets, title).errors(!m.errors.is_empty()).render(|| {
        let lead = l.pick(
            "Schritt 2 von 2: Rechte einrichten, Zugangsdaten prüfen, registrieren.",
            "Step 2 of 2: set up rights, check the credential, register.",
        );
        view! {
            {page_header(title, lead)}
            <div class="portal-stack portal-stack--large">
                {form::summary_of(l, &m.errors, &survey::labels(l))}
                {planned(l, m)}
                {section("rechte", l.pick("1. Rechte einrichten", "1. Set up rights"), rights(l, m))}
                {section("zugang", l.pick("2. Zugangsdaten prüfen", "2. Check the credential"), credential(l, m))}
                {section("bericht", l.pick("3. Bericht", "3. Report"), report(l, m))}
                {discard(l, m)}
            </div>
        }
        .into_any()
    })
}

fn path(m: &RegistrationPage) -> String {
    format!("/rechenzentren/registrierungen/{}", m.id)
}

fn planned(l: Lang, m: &RegistrationPage) -> AnyView {
    let names = m.namespaces.iter().map(|(name, municipality)| match municipality {
        Some(municipality) => format!("{name} ({municipality})"),
        None => format!("{name} ({})", l.pick("gemeinsam", "shared")),
    });
    facts(vec![
        (l.pick("Rechenzentrum", "Data centre").to_owned(), data_centre(l, &m.data_centre, m.simulated)),
        (l.pick("Zweck", "Stage").to_owned(), text(words::stage(l, m.stage))),
        (l.pick("Namespaces", "Namespaces").to_owned(), bullet_list(names.collect())),
        ("Domain".to_owned(), text(m.domain.as_str())),
        (l.pick("Plätze je Namespace", "Places in each namespace").to_owned(), text(format::number(l, m.capacity))),
    ])
}

fn rights(l: Lang, m: &RegistrationPage) -> AnyView {
    let note = l.pick(
        "Das Portal richtet sich bei Ihnen keine Rechte ein. Prüfen Sie dieses YAML und wenden Sie es selbst an: ein ServiceAccount, in jedem Namespace eine Role mit genau den Rechten, die das Portal braucht, ein Kontingent (passen Sie es an) und eine Netzregel, die alles Ankommende sperrt, was nicht ausdrücklich erlaubt ist.",
        "The portal grants itself no rights in your cluster. Check this YAML and apply it yourself: a ServiceAccount, in each namespace a Role with exactly the rights that the portal needs, a quota (adjust it) and a network rule that keeps out everything that is not expressly let in.",
    );
    let (account, namespace) = &m.account;
    let commands = format!(
        "kubectl apply -f rechte.yaml\nkubectl create token {account} --namespace {namespace} --duration 8760h"
    );
    let token = l.pick(
        "Der zweite Befehl gibt das Token aus. Erneuern Sie es, bevor es abläuft; das Portal tauscht es ohne Unterbrechung.",
        "The second command prints the token. Renew it before it ends; the portal replaces it without a break.",
    );
    let yaml = view! { <pre class="portal-mono" tabindex="0"><code>{m.yaml.clone()}</code></pre> }.into_any();
    view! {
        {paragraph(note)}
        <p>{link(l.path(&format!("{}/rechte.yaml", path(m))), l.pick("rechte.yaml herunterladen", "Download rechte.yaml"))}</p>
        {details(l.pick("YAML anzeigen", "Show the YAML"), yaml)}
        <pre class="portal-mono" tabindex="0"><code>{commands}</code></pre>
        {paragraph(token)}
    }
    .into_any()
}

fn credential(l: Lang, m: &RegistrationPage) -> AnyView {
    let failed = m.credential.failure.as_ref().map(|f| survey::failed(l, f));
    let label = if m.survey.is_some() {
        l.pick("Mit neuen Zugangsdaten prüfen", "Check with a new credential")
    } else {
        l.pick("Prüfen", "Check")
    };
    let content = view! {
        {survey::fields(l, &m.credential, &m.errors)}
        {form::actions(vec![form::submit("primary", "aktion", "pruefen", label)])}
    };
    view! { {failed} {form::post(l, &path(m), false, content.into_any())} }.into_any()
}

fn report(l: Lang, m: &RegistrationPage) -> AnyView {
    let Some(found) = &m.survey else {
        return paragraph(l.pick(
            "Nach der Prüfung steht hier, was gefunden wurde. Vorher wird nichts registriert.",
            "After the check it stands here what was found. Nothing is registered before.",
        ));
    };
    let endpoint = m.endpoint.as_ref().map(|e| view! { <p class="portal-mono">{e.clone()}</p> });
    let finish = if m.may_register {
        let accept = found.is_excessive().then(|| survey::accept(l, &m.errors));
        let label = l.pick("Registrieren", "Register");
        let content =
            view! { {accept} {form::actions(vec![form::submit("primary", "aktion", "registrieren", label)])} };
        form::post(l, &path(m), false, content.into_any())
    } else {
        paragraph(l.pick(
            "So lässt sich die Zielumgebung noch nicht registrieren. Beheben Sie, was fehlt, und prüfen Sie noch einmal.",
            "The target cannot be registered like this. Mend what is missing and check again.",
        ))
    };
    view! { {endpoint} {survey::report(l, found, Some(m.has_test), (&m.ingress_class, &m.storage_class))} {finish} }
        .into_any()
}

fn discard(l: Lang, m: &RegistrationPage) -> AnyView {
    let button =
        form::submit("tertiary", "aktion", "verwerfen", l.pick("Registrierung verwerfen", "Give the registration up"));
    form::post(l, &path(m), false, form::actions(vec![button]))
}

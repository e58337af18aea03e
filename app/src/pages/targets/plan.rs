//! First step of registering targets: what they are to be.

use super::shell;
use crate::{
    Assets,
    components::{
        alert, data_centre,
        field::{self, Input, Item},
        form, link, page_header, paragraph, section, time,
    },
    i18n::words,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    data_centre::{Stage, TargetKind},
    pages::{Frame, targets::PlanPage},
};

/// `GET /rechenzentren/registrieren/{slug}`
pub fn plan(frame: &Frame, assets: &Assets, m: &PlanPage) -> String {
    let l = frame.lang;
    let title = l.pick("Zielumgebung registrieren", "Register a target");
    shell(frame, assets, title).errors(!m.errors.is_empty()).render(|| {
        let lead = l.pick(
            "Schritt 1 von 2: Was soll hier laufen, und in welchen Namespaces?",
            "Step 1 of 2: what is to run here, and in which namespaces?",
        );
        let no_test = (!m.has_test).then(|| {
            let text = l.pick(
                "Ohne Testumgebung geht in einem Rechenzentrum nichts in Produktion. Beginnen Sie mit dem Test.",
                "Without a test environment nothing goes to production in a data centre. Begin with the test.",
            );
            alert("info", l.pick("Noch keine Testumgebung", "No test environment yet"), Some(paragraph(text)))
        });
        view! {
            {page_header(title, lead)}
            <div class="portal-stack portal-stack--large">
                {form::summary_of(l, &m.errors, &labels(l))}
                <p>{data_centre(l, &m.data_centre, m.simulated)}</p>
                {no_test}
                {begun(l, m)}
                {form::post(l, &format!("/rechenzentren/registrieren/{}", m.slug), false, fields(l, m))}
            </div>
        }
        .into_any()
    })
}

fn labels(l: Lang) -> Vec<(&'static str, &'static str)> {
    vec![
        ("zweck", l.pick("Zweck", "Stage")),
        ("bereiche", l.pick("Namespaces", "Namespaces")),
        ("namespace", l.pick("Gemeinsamer Namespace", "Shared namespace")),
        ("muster", l.pick("Muster der Namen", "Pattern of the names")),
        ("verwaltungen", l.pick("Verwaltungen", "Administrations")),
        ("domain", "Domain"),
        ("ingress_klasse", l.pick("Ingress-Klasse", "Ingress class")),
        ("speicher_klasse", l.pick("Speicherklasse", "Storage class")),
        ("tls_secret", l.pick("Secret mit dem Zertifikat", "Secret with the certificate")),
        ("plaetze", l.pick("Plätze je Namespace", "Places in each namespace")),
    ]
}

fn begun(l: Lang, m: &PlanPage) -> Option<AnyView> {
    if m.begun.is_empty() {
        return None;
    }
    let lines = m.begun.iter().map(|(id, names, at)| {
        let href = l.path(&format!("/rechenzentren/registrierungen/{id}"));
        view! { <li>{link(href, names)} " " <span class="portal-muted">{time(l, *at)}</span></li> }
    });
    let list = view! { <ul class="kern-list kern-list--bullet">{lines.collect_view()}</ul> }.into_any();
    Some(section("begonnen", l.pick("Begonnen und noch nicht registriert", "Begun and not registered yet"), list))
}

fn fields(l: Lang, m: &PlanPage) -> AnyView {
    let f = &m.form;
    let input = |name: &'static str, value: &str, hint: &str| Input {
        value: value.to_owned(),
        hint: hint.to_owned(),
        autocomplete: Some("off"),
        ..form::listed(l, &labels(l), &m.errors, name)
    };
    let item = |value: &str, label: &str, chosen: &str, note: Option<&str>| Item {
        value: value.to_owned(),
        label: label.to_owned(),
        selected: value == chosen,
        note: note.map(str::to_owned),
        ..Item::default()
    };
    let kind = words::target_kind(l, TargetKind::Kubernetes);
    let kind_note = l.pick(
        "Art der Zielumgebung: {}. Virtuelle Maschinen bedient das Portal noch nicht.",
        "Kind of target: {}. The portal does not serve virtual machines yet.",
    );
    let stages = Stage::ALL.iter().map(|s| item(s.word(), words::stage(l, *s), &f.stage, None)).collect();
    let modes = vec![
        item(
            "shared",
            l.pick("Ein gemeinsamer Namespace", "One shared namespace"),
            &f.mode,
            Some(l.pick("für alle Verwaltungen", "for all administrations")),
        ),
        item(
            "each",
            l.pick("Ein Namespace je Verwaltung", "One namespace for each administration"),
            &f.mode,
            Some(l.pick("aus der Liste unten; jede ist für sich", "from the list below; each on its own")),
        ),
    ];
    let municipalities = m.municipalities.iter().map(|c| Item {
        value: c.value.clone(),
        label: c.label.clone(),
        selected: f.municipalities.contains(&c.value),
        note: Some(c.value.clone()),
        ..Item::default()
    });
    let optional = l.pick("Leer: die Vorgabe des Clusters.", "Empty: the cluster's default.");
    let capacity = Input {
        required: true,
        mode: Some("numeric"),
        width: "short",
        ..input(
            "plaetze",
            &f.capacity,
            l.pick("So viele Installationen nimmt er auf.", "It takes so many installations."),
        )
    };
    view! {
        <p class="portal-form__note">{kind_note.replace("{}", kind)}</p>
        {field::choices(Input { required: true, ..input("zweck", "", "") }, "radio", stages)}
        {field::choices(Input { required: true, ..input("bereiche", "", "") }, "radio", modes)}
        {field::input(l, Input { depends: true, ..input("namespace", &f.namespace, l.pick("Nur bei einem gemeinsamen Namespace, zum Beispiel kommunen-test.", "Only with one shared namespace, such as kommunen-test.")) })}
        {field::input(l, Input { depends: true, ..input("muster", &f.pattern, l.pick("Nur bei Namespaces je Verwaltung: {verwaltung} steht für deren Kurznamen.", "Only with namespaces for each: {verwaltung} stands for its short name.")) })}
        {field::choices(input("verwaltungen", "", l.pick("Nur bei Namespaces je Verwaltung.", "Only with namespaces for each.")), "checkbox", municipalities.collect())}
        {field::input(l, Input { required: true, ..input("domain", &f.domain, l.pick("Was hier läuft, ist unter NAME.DOMAIN erreichbar.", "What runs here is reached at NAME.DOMAIN.")) })}
        {field::input(l, capacity)}
        {field::input(l, input("ingress_klasse", &f.ingress_class, optional))}
        {field::input(l, input("speicher_klasse", &f.storage_class, optional))}
        {field::input(l, input("tls_secret", &f.tls_secret, l.pick("Leer: der Ingress hat ein eigenes Zertifikat.", "Empty: the Ingress has a certificate of its own.")))}
        {form::actions(vec![form::submit("primary", "", "", l.pick("Weiter", "Next")), link(l.path("/rechenzentren"), l.pick("Abbrechen", "Cancel"))])}
    }
    .into_any()
}

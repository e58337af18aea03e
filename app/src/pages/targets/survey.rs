//! What a look at a cluster found, as a list of checks; and the form that takes a credential.

use crate::{
    components::{
        alert, details,
        field::{self, Input, Item},
        form, paragraph,
    },
    i18n::{failure, targets},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    form::FieldError,
    operating::{NamespaceSurvey, Survey},
    operation::Failure,
    pages::targets::CredentialForm,
};

/// One check: how it stands (`ok`, `failed`, `warning`), what it is about, and what was found.
fn check(mood: &str, name: String, note: String) -> AnyView {
    view! {
        <li class=format!("portal-checks__item portal-checks__item--{mood}")>
            <span>{name}</span>
            <span class="portal-checks__note">{note}</span>
        </li>
    }
    .into_any()
}

/// The report. `names` are the classes that were named for the target; empty is the cluster's default.
pub(super) fn report(l: Lang, s: &Survey, has_test: Option<bool>, names: (&str, &str)) -> AnyView {
    let mut lines = vec![check(
        "ok",
        l.pick("Erreichbar", "Reachable").to_owned(),
        format!("Kubernetes {} · {}", s.version, s.at.date_time(l)),
    )];
    for n in &s.namespaces {
        lines.extend(namespace(l, n));
    }
    lines.push(match s.beyond.as_slice() {
        [] => check(
            "ok",
            l.pick("Keine Rechte außerhalb", "No rights beyond").to_owned(),
            l.pick(
                "Andere Namespaces, Knoten und clusterweite Rechte sind nicht erreichbar.",
                "Other namespaces, nodes and rights in the whole cluster are out of reach.",
            )
            .to_owned(),
        ),
        beyond => check(
            "warning",
            l.pick("Zu viele Rechte außerhalb", "Too many rights beyond").to_owned(),
            beyond.iter().map(|e| targets::excess(l, *e)).collect::<Vec<_>>().join("; "),
        ),
    });
    lines.push(class(l, l.pick("Ingress-Klasse", "Ingress class"), s.ingress_classes.as_deref(), names.0));
    lines.push(class(l, l.pick("Speicherklasse", "Storage class"), s.storage_classes.as_deref(), names.1));
    if let Some(has_test) = has_test {
        let name = l.pick("Testumgebung im Rechenzentrum", "Test environment in the data centre").to_owned();
        lines.push(match has_test {
            true => check("ok", name, l.pick("vorhanden", "there").to_owned()),
            false => check(
                "warning",
                name,
                l.pick(
                    "fehlt: ohne sie geht hier nichts in Produktion.",
                    "missing: without it nothing goes to production here.",
                )
                .to_owned(),
            ),
        });
    }
    view! { <ul class="portal-checks">{lines}</ul> }.into_any()
}

fn namespace(l: Lang, n: &NamespaceSurvey) -> Vec<AnyView> {
    let name = |de: &str, en: &str| format!("{}: {}", n.namespace, l.pick(de, en));
    let mut lines = vec![match n.missing.as_slice() {
        [] => check("ok", name("Berechtigungen", "permissions"), l.pick("vollständig", "complete").to_owned()),
        missing => check("failed", name("Berechtigungen fehlen", "permissions missing"), missing.join(", ")),
    }];
    if !n.excess.is_empty() {
        lines.push(check("warning", name("mehr als nötig", "more than needed"), n.excess.join("; ")));
    }
    lines.push(match n.quotas.as_deref() {
        None => check(
            "warning",
            name("Kontingent", "quota"),
            l.pick("darf nicht gelesen werden", "may not be read").to_owned(),
        ),
        Some([]) => check(
            "warning",
            name("Kontingent", "quota"),
            l.pick("keines: nichts begrenzt den Verbrauch", "none: nothing limits what is used").to_owned(),
        ),
        Some(quotas) => check("ok", name("Kontingent", "quota"), quotas.join(", ")),
    });
    lines
}

fn class(l: Lang, what: &str, found: Option<&[String]>, named: &str) -> AnyView {
    let shown = if named.is_empty() { l.pick("Vorgabe des Clusters", "the cluster's default") } else { named };
    match found {
        None => check(
            "ok",
            what.to_owned(),
            format!(
                "{shown} ({})",
                l.pick("Liste nicht lesbar, das ist in Ordnung", "list not readable, which is fine")
            ),
        ),
        Some(list) if named.is_empty() || list.iter().any(|known| known == named) => {
            check("ok", what.to_owned(), format!("{shown} ({})", list.join(", ")))
        }
        Some(list) => {
            let missing = l.pick("gibt es nicht; vorhanden", "does not exist; there are");
            check("failed", what.to_owned(), format!("{named} {missing}: {}", list.join(", ")))
        }
    }
}

/// Why the target did not answer as it should.
pub(super) fn failed(l: Lang, f: &Failure) -> AnyView {
    let detail = (!f.detail.is_empty()).then(|| {
        details(
            l.pick("Technische Einzelheiten", "Technical details"),
            view! { <p class="portal-mono">{f.detail.clone()}</p> }.into_any(),
        )
    });
    let body = view! { {paragraph(failure::advice(l, f.cause))} {detail} };
    alert("danger", failure::happened(l, f.cause), Some(body.into_any()))
}

/// Names and labels of the fields of a credential.
pub(super) fn labels(l: Lang) -> Vec<(&'static str, &'static str)> {
    vec![
        ("weg", l.pick("Zugangsdaten", "Credential")),
        ("kubeconfig", "Kubeconfig"),
        ("server", l.pick("Adresse des API-Servers", "Address of the API server")),
        ("ca", l.pick("Zertifikat der Zertifizierungsstelle (CA)", "Certificate of the authority (CA)")),
        ("token", "Token"),
        ("trotzdem", l.pick("Zu viele Berechtigungen", "Too many permissions")),
    ]
}

/// The fields of a credential: a kubeconfig, or its three parts. What is secret is never filled in again.
pub(super) fn fields(l: Lang, c: &CredentialForm, errors: &[FieldError]) -> AnyView {
    let way = |value: &str, label: &str| Item {
        value: value.to_owned(),
        label: label.to_owned(),
        selected: c.way == value,
        ..Item::default()
    };
    let ways = vec![
        way("kubeconfig", l.pick("als Kubeconfig", "as a kubeconfig")),
        way("parts", l.pick("als Adresse, CA und Token", "as address, CA and token")),
    ];
    let choice = Input {
        required: true,
        error: form::error_at(l, errors, "weg"),
        ..Input::new("weg", l.pick("Zugangsdaten", "Credential"))
    };
    let input = |name: &'static str, hint: &str| Input {
        depends: true,
        autocomplete: Some("off"),
        hint: hint.to_owned(),
        ..form::listed(l, &labels(l), errors, name)
    };
    let kubeconfig = input(
        "kubeconfig",
        l.pick(
            "Inhalt der Datei. Das Portal behält daraus nur Server, CA und Token; es zeigt sie nie wieder an.",
            "Content of the file. The portal keeps server, CA and token of it only, and never shows them again.",
        ),
    );
    let server = Input {
        value: c.server.clone(),
        ..input("server", l.pick("Zum Beispiel https://k8s.example:6443", "For example https://k8s.example:6443"))
    };
    let ca = Input {
        value: c.ca.clone(),
        ..input(
            "ca",
            l.pick(
                "PEM. Leer, wenn das Zertifikat des Servers allgemein bekannt ist.",
                "PEM. Empty if the server's certificate is publicly known.",
            ),
        )
    };
    let token = Input {
        kind: "password",
        ..input(
            "token",
            l.pick("Token des ServiceAccounts; wird nie angezeigt.", "Token of the ServiceAccount; never shown."),
        )
    };
    view! {
        {field::choices(choice, "radio", ways)}
        {field::text_area(l, kubeconfig)}
        <fieldset class="kern-fieldset">
            <legend class="kern-label">{l.pick("Oder einzeln", "Or one by one")}</legend>
            <div class="kern-fieldset__body portal-stack">
                {field::input(l, server)} {field::text_area(l, ca)} {field::input(l, token)}
            </div>
        </fieldset>
    }
    .into_any()
}

/// The checkbox with which somebody takes a credential that may do more than it needs.
pub(super) fn accept(l: Lang, errors: &[FieldError]) -> AnyView {
    let item = Item {
        value: "1".to_owned(),
        label: l
            .pick(
                "Die Zugangsdaten dürfen mehr als nötig. Ich übernehme sie trotzdem.",
                "The credential may do more than needed. I take it all the same.",
            )
            .to_owned(),
        ..Item::default()
    };
    let error = form::error_at(l, errors, "trotzdem");
    view! { {field::choice("f-trotzdem", "trotzdem", "checkbox", &item, false)} {field::error("f-trotzdem", error.as_deref())} }
        .into_any()
}

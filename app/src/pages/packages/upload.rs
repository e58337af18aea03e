//! Uploading a package.

use super::of_packages;
use crate::{
    Assets,
    components::{
        address::with_query,
        alert,
        field::{self, Input},
        form, link, package, page_header, paragraph, section,
    },
    i18n::format,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Frame, packages::UploadPage},
};

/// `GET /pakete/hochladen`
pub fn upload(frame: &Frame, assets: &Assets, m: &UploadPage) -> String {
    let l = frame.lang;
    let title = l.pick("Paket hochladen", "Upload a package");
    of_packages(frame, assets, title).errors(!m.errors.is_empty()).render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &UploadPage) -> AnyView {
    let lead = format!("{} {}.", l.pick("Sie veröffentlichen für", "You publish for"), m.vendors.join(", "));
    let (file, signature) = (labels(l).0, labels(l).1);
    view! {
        {page_header(title, &lead)}
        <div class="portal-stack portal-stack--large">
            {form::summary_of(l, &m.errors, &[("paket", file), ("signatur", signature)])}
            {replaced(l, m)}
            {report(l, m)}
            {upload_form(l, m)}
            {section("danach", l.pick("Was danach geschieht", "What happens next"), next(l))}
        </div>
    }
    .into_any()
}

fn labels(l: Lang) -> (&'static str, &'static str) {
    (l.pick("Paketdatei (.tgz)", "Package file (.tgz)"), l.pick("Signatur", "Signature"))
}

/// What the new content replaces.
fn replaced(l: Lang, m: &UploadPage) -> Option<AnyView> {
    let row = m.replaces.as_ref()?;
    let name = format!("{} {}", row.name.get(l), row.version);
    let (title, text) = match l {
        Lang::De => (
            format!("Neue Fassung von {name}"),
            format!(
                "Sie ersetzt den Inhalt von {}. Dafür muss die Datei dieselbe Kennung ({}) und dieselbe Versionsnummer ({}) tragen; mit einer anderen entsteht ein eigenes Paket.",
                row.reference, row.package_id, row.version
            ),
        ),
        Lang::En => (
            format!("New content of {name}"),
            format!(
                "It replaces the content of {}. For this the file must have the same id ({}) and the same version number ({}); with another one it becomes a package of its own.",
                row.reference, row.package_id, row.version
            ),
        ),
    };
    Some(alert("info", &title, Some(paragraph(&text))))
}

/// Why a package was refused.
fn report(l: Lang, m: &UploadPage) -> Option<AnyView> {
    if m.findings.is_empty() {
        return None;
    }
    let text = l.pick(
        "Vom hochgeladenen Paket ist nichts gespeichert. Beheben Sie die Fehler und laden Sie es erneut hoch.",
        "Nothing of the uploaded package was stored. Mend the errors and upload it again.",
    );
    let title = l.pick("Das Paket wurde nicht angenommen", "The package was not taken");
    Some(
        view! {
            <div class="portal-stack" id="bericht">
                {alert("danger", title, Some(paragraph(text)))}
                {package::findings(l, &m.findings, 2)}
            </div>
        }
        .into_any(),
    )
}

fn upload_form(l: Lang, m: &UploadPage) -> AnyView {
    let (file, signature) = labels(l);
    let size = format::number(l, m.max_bytes / (1024 * 1024));
    let hint = match l {
        Lang::De => format!(
            "Höchstens {size} MB. Das Hochladen kann einige Minuten dauern; lassen Sie die Seite so lange offen."
        ),
        Lang::En => format!("At most {size} MB. Uploading can take some minutes; keep the page open meanwhile."),
    };
    let file = Input {
        kind: "file",
        required: true,
        hint,
        error: form::error_at(l, &m.errors, "paket"),
        ..Input::new("paket", file)
    };
    let hint = if m.signatures.required() {
        l.pick(
            "Nötig: der Inhalt der Datei mit der Signatur. Den öffentlichen Schlüssel hinterlegen Sie unter „Zugangsschlüssel“.",
            "Needed: the content of the signature file. Register the public key under “Access keys”.",
        )
    } else {
        l.pick(
            "Wenn Sie Ihre Pakete signieren: der Inhalt der Datei mit der Signatur. Den öffentlichen Schlüssel hinterlegen Sie unter „Zugangsschlüssel“.",
            "If you sign your packages: the content of the signature file. Register the public key under “Access keys”.",
        )
    };
    let signature = Input {
        required: m.signatures.required(),
        value: m.signature.clone(),
        hint: hint.to_owned(),
        error: form::error_at(l, &m.errors, "signatur"),
        ..Input::new("signatur", signature)
    };
    let mut action = l.path("/pakete/hochladen");
    if let Some(row) = &m.replaces {
        action = with_query(&action, [("ersetzt", row.reference.as_str())]);
    }
    view! {
        <form
            class="portal-form"
            method="post"
            action=action
            enctype="multipart/form-data"
            novalidate=true
        >
            {field::input(l, file)}
            {field::text_area(l, signature)}
            {form::actions(vec![
                form::submit("primary", "", "", l.pick("Hochladen und prüfen", "Upload and check")),
                link(l.path("/pakete"), l.pick("Abbrechen", "Cancel")),
            ])}
        </form>
    }
    .into_any()
}

fn next(l: Lang) -> AnyView {
    let steps = [
        l.pick(
            "Das Portal prüft das Paket sofort. Bei Fehlern bleibt nichts davon hier.",
            "The portal checks the package at once. With errors, nothing of it stays here.",
        ),
        l.pick(
            "Sie sehen den Bericht und eine Vorschau und reichen das Paket ein, wenn Sie zufrieden sind.",
            "You see the report and a preview and hand the package in when you are content.",
        ),
        l.pick(
            "Die Verfahrensprüfung einer Landesstelle gibt es frei, fragt nach oder gibt es mit Begründung nicht frei.",
            "The curators of a state body release it, ask back, or decline it with a reason.",
        ),
    ];
    view! { <ol class="kern-list kern-list--number">{steps.into_iter().map(|s| view! { <li>{s}</li> }).collect_view()}</ol> }
        .into_any()
}

//! One package: state, next step, what the machine found, conversation, decision.

use super::{
    decide::{audience_labels, decide},
    messages::messages,
    name_of, of_packages,
};
use crate::{
    Assets,
    components::{address::with_query, button_link, details, facts, form, link, package, section, text, time},
    document::Shell,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Frame, packages::PackagePage},
    submission::SubmissionState as S,
};

/// `GET /pakete/{reference}`
pub fn show(frame: &Frame, assets: &Assets, m: &PackagePage) -> String {
    let l = frame.lang;
    let title = name_of(l, m);
    let shell: Shell<'_> = of_packages(frame, assets, &title).errors(!m.errors.is_empty());
    shell.render(|| content(l, &title, m))
}

fn content(l: Lang, title: &str, m: &PackagePage) -> AnyView {
    let own = m.may.submit || m.may.take || m.may.decide;
    let labels = [
        ("zielumgebung", l.pick("Zielumgebung", "Target environment")),
        ("nachricht", l.pick("Nachricht", "Message")),
        ("entscheidung", l.pick("Ihre Entscheidung", "Your decision")),
        ("begruendung", l.pick("Anmerkungen oder Begründung", "Comments or reason")),
        ("land", audience_labels(l).0),
        ("verwaltung", audience_labels(l).1),
    ];
    // Without a form there is no field to lead to.
    let fits = |name: &str| match name {
        "zielumgebung" => m.trials.may_start && m.trials.places.len() > 1,
        "nachricht" => m.may.message,
        _ => m.may.decide && !m.took_part,
    };
    let labels: Vec<(&str, &str)> = labels.into_iter().filter(|(name, _)| fits(name)).collect();
    view! {
        {header(l, title, m)}
        <div class="portal-stack portal-stack--large">
            {form::summary_of(l, &m.errors, &labels)}
            {package::lies_with(l, &m.row, own)}
            <div class="portal-columns">
                <div class="portal-stack portal-stack--large">
                    {next_step(l, m)}
                    {section("bericht", l.pick("Bericht der Prüfung", "Report of the check"), package::findings(l, &m.findings, 3))}
                    {crate::pages::trials::package(l, m)}
                    {m.may.decide.then(|| section("entscheiden", l.pick("Entscheidung", "Decision"), decide(l, m)))}
                    {section("nachrichten", l.pick("Nachrichten", "Messages"), messages(l, m))}
                </div>
                <aside class="portal-stack portal-stack--large">{glance(l, m)} {look(l, m)} {technical(l, m)}</aside>
            </div>
        </div>
    }
    .into_any()
}

fn header(l: Lang, title: &str, m: &PackagePage) -> AnyView {
    view! {
        <div class="portal-page-header">
            <div class="portal-page-header__text">
                <h1 class="kern-heading-x-large">{title.to_owned()}</h1>
                <ul class="portal-facts">
                    <li class="portal-strong">{m.row.vendor.clone()}</li>
                    <li>
                        <span class="portal-ref">{m.row.reference.to_string()}</span>
                    </li>
                    <li>{package::submission_state(l, m.row.state)}</li>
                    {m.row.security_fix.then(|| view! { <li>{package::security_fix(l, true)}</li> })}
                </ul>
            </div>
        </div>
    }
    .into_any()
}

/// The one thing to do now, for whoever looks at it.
fn next_step(l: Lang, m: &PackagePage) -> AnyView {
    let base = format!("/pakete/{}", m.row.reference);
    let (help, first) = step(l, m, &base);
    let upload = m.may.upload.then(|| {
        let label = match l {
            Lang::De => format!("{} durch neue Fassung ersetzen", m.row.version),
            Lang::En => format!("Replace {} by new content", m.row.version),
        };
        let path = with_query(&l.path("/pakete/hochladen"), [("ersetzt", m.row.reference.as_str())]);
        button_link("secondary", path, &label)
    });
    let discard = m
        .may
        .discard
        .then(|| link(l.path(&format!("{base}/verwerfen")), l.pick("Paket verwerfen", "Discard the package")));
    view! {
        <section class="portal-panel portal-panel--next" aria-labelledby="naechstes">
            <h2 class="kern-title" id="naechstes">{l.pick("Der nächste Schritt", "The next step")}</h2>
            <p>{help}</p>
            <div class="portal-form__actions">{first} {upload} {discard}</div>
        </section>
    }
    .into_any()
}

fn step(l: Lang, m: &PackagePage, base: &str) -> (&'static str, Option<AnyView>) {
    let act = |below: &str, label: &str| {
        let content = view! { {form::lock(m.lock)} {form::submit("primary", "", "", label)} }.into_any();
        Some(form::post(l, &format!("{base}/{below}"), false, content))
    };
    match m.row.state {
        S::Draft | S::Returned if m.may.submit && m.lacks_signature => (
            l.pick(
                "Das Paket muss signiert sein und ist es nicht. Laden Sie dieselbe Version mit der Signatur noch einmal hoch; danach können Sie es einreichen.",
                "The package has to be signed and is not. Upload the same version once more with the signature; then you can hand it in.",
            ),
            None,
        ),
        S::InReview if m.may.decide && m.lacks_signature => (
            l.pick(
                "Das Paket muss signiert sein und ist es nicht. Es kann nicht freigegeben werden. Geben Sie es mit Anmerkungen zurück.",
                "The package has to be signed and is not. It cannot be released. Return it with comments.",
            ),
            None,
        ),
        S::Draft if m.may.submit => (
            l.pick(
                "Das Paket ist geprüft und kann eingereicht werden. Sehen Sie vorher Bericht und Vorschau an.",
                "The package has been checked and can be handed in. Look at report and preview first.",
            ),
            act("einreichen", l.pick("Zur Freigabe einreichen", "Hand in for release")),
        ),
        S::Returned if m.may.submit => (
            l.pick(
                "Die Verfahrensprüfung hat Anmerkungen. Laden Sie dieselbe Version verbessert hoch, oder antworten Sie und reichen Sie sie unverändert wieder ein.",
                "The curators have comments. Upload the same version improved, or answer and hand it in again as it is.",
            ),
            act("einreichen", l.pick("Erneut einreichen", "Hand in again")),
        ),
        S::Submitted if m.may.take => (
            l.pick(
                "Wer das Paket übernimmt, prüft es. Andere sehen das in der Liste.",
                "Whoever takes the package up reviews it. Others see that in the list.",
            ),
            act("uebernehmen", l.pick("Zur Prüfung übernehmen", "Take up for review")),
        ),
        S::InReview if m.may.decide => (
            l.pick(
                "Sehen Sie Bericht, Unterschied und Vorschau an und entscheiden Sie darunter.",
                "Look at report, difference and preview, and decide below.",
            ),
            None,
        ),
        S::Submitted => (
            l.pick(
                "Das Paket wartet auf die Verfahrensprüfung. Im Moment müssen Sie nichts tun.",
                "The package waits for the curators. There is nothing for you to do at the moment.",
            ),
            None,
        ),
        S::InReview => (
            l.pick(
                "Die Verfahrensprüfung sieht das Paket gerade an. Im Moment müssen Sie nichts tun.",
                "The curators are looking at the package. There is nothing for you to do at the moment.",
            ),
            None,
        ),
        S::Draft | S::Returned => (
            l.pick("Das Paket liegt beim Herausgeber.", "The package lies with the vendor."),
            None,
        ),
        S::Released => {
            let version = m.verfahren.as_ref().map(|slug| {
                let path = l.path(&format!("/verfahren/{slug}/versionen/{}", m.row.version));
                button_link("primary", path, l.pick("Version im Katalog ansehen", "See the version in the catalogue"))
            });
            (l.pick("Die Version steht im Katalog.", "The version is in the catalogue."), version)
        }
        S::Declined => (
            l.pick(
                "Dieses Paket wird nicht freigegeben; die Begründung steht unter „Nachrichten“. Derselbe Inhalt wird nicht wieder angenommen. Mit geändertem Inhalt können Sie diese oder eine höhere Versionsnummer als neues Paket hochladen.",
                "This package will not be released; the reason stands under “Messages”. The same content is not taken again. With changed content you can upload this or a higher version number as a new package.",
            ),
            None,
        ),
        S::Discarded => (
            l.pick(
                "Das Paket ist verworfen. Dieselbe Version kann neu hochgeladen werden.",
                "The package has been discarded. The same version can be uploaded again.",
            ),
            None,
        ),
    }
}

fn glance(l: Lang, m: &PackagePage) -> AnyView {
    let changes = match m.changes.get(l) {
        "" => l.pick("nicht angegeben", "not stated"),
        known => known,
    };
    let origin = match &m.signed_with {
        Some(name) => format!("{} {name}", l.pick("geprüft, Schlüssel", "verified, key")),
        None => l.pick("nicht signiert", "not signed").to_owned(),
    };
    let previous = m.previous.clone().unwrap_or_else(|| l.pick("keine, erste Version", "none, first version").into());
    let mut rows = vec![
        (l.pick("Was sich ändert", "What changes"), text(changes)),
        (l.pick("Vorherige Version", "Previous version"), text(previous)),
        (l.pick("Herkunft", "Origin"), text(origin)),
        (l.pick("Hochgeladen", "Uploaded"), uploaded(l, m)),
    ];
    if let Some(at) = m.submitted_at {
        rows.push((l.pick("Eingereicht", "Handed in"), time(l, at)));
    }
    if m.row.state == S::Released {
        rows.push((l.pick("Freigegeben für", "Released for"), text(limits(l, m))));
    }
    let rows = rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    view! {
        <div class="portal-panel">
            <h2 class="kern-title">{l.pick("Auf einen Blick", "At a glance")}</h2>
            {facts(rows)}
        </div>
    }
    .into_any()
}

/// When the content came, and when the first one did.
fn uploaded(l: Lang, m: &PackagePage) -> AnyView {
    let first = (m.uploaded_at != m.created_at).then(|| {
        view! { <span class="portal-note">{l.pick("zuerst ", "first ")} {time(l, m.created_at)}</span> }
    });
    view! { {time(l, m.uploaded_at)} {first} }.into_any()
}

/// Who may use it, in words.
fn limits(l: Lang, m: &PackagePage) -> String {
    let names = m.limit_names.join(", ");
    match (names.is_empty(), m.limits.municipalities.is_empty()) {
        (true, _) => l.pick("alle", "everybody").to_owned(),
        (false, true) => names,
        (false, false) => format!("{names} {}", l.pick("(Pilot)", "(pilot)")),
    }
}

fn look(l: Lang, m: &PackagePage) -> AnyView {
    let base = format!("/pakete/{}", m.row.reference);
    let difference = m.previous.as_ref().map(|version| {
        let label = format!("{} {version}", l.pick("Unterschied zu", "Difference from"));
        view! { <li>{link(l.path(&format!("{base}/unterschied")), &label)}</li> }
    });
    let versions = m.verfahren.as_ref().map(|slug| {
        let label = l.pick("Alle Versionen und wo sie laufen", "All versions and where they run");
        view! { <li>{link(l.path(&format!("/verfahren/{slug}/versionen")), label)}</li> }
    });
    view! {
        <div class="portal-panel">
            <h2 class="kern-title">{l.pick("Ansehen", "Look at")}</h2>
            <ul class="portal-links">
                <li>
                    {link(l.path(&format!("{base}/vorschau")), l.pick("Vorschau", "Preview"))}
                    <span class="portal-links__note">
                        {l.pick("Steckbrief, Formular und Objekte", "Description, form and objects")}
                    </span>
                </li>
                {difference}
                {versions}
            </ul>
        </div>
    }
    .into_any()
}

fn technical(l: Lang, m: &PackagePage) -> AnyView {
    let package = view! { <span class="portal-mono">{m.row.package_id.clone()}</span> }.into_any();
    let rows = vec![
        (l.pick("Paket", "Package").to_owned(), package),
        (l.pick("Prüfsumme", "Digest").to_owned(), package::digest(&m.digest)),
    ];
    details(l.pick("Technische Details", "Technical details"), facts(rows))
}

//! Access keys for pipelines, and public keys for signatures.

use super::{of_packages, signing::policy};
use crate::{
    Assets,
    components::{
        alert, day, empty,
        field::{self, Input, Item},
        form, page_header, section, state, table, text, time,
    },
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{
        Frame,
        packages::{KeysPage, TokenRow, VendorKeyRow},
    },
};

/// `GET /zugangsschluessel`
pub fn keys(frame: &Frame, assets: &Assets, m: &KeysPage) -> String {
    let l = frame.lang;
    let title = l.pick("Zugangsschlüssel", "Access keys");
    of_packages(frame, assets, title).errors(!m.errors.is_empty()).render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &KeysPage) -> AnyView {
    let lead = format!(
        "{} {}",
        m.vendor,
        l.pick(
            "veröffentlicht damit aus einer Pipeline und weist die Herkunft seiner Pakete nach.",
            "publishes with them from a pipeline and proves the origin of its packages.",
        )
    );
    let fields = [
        ("name", l.pick("Wofür", "What for")),
        ("tage", l.pick("Gültig für Tage", "Valid for days")),
        ("verfahren", l.pick("Verfahren", "Verfahren")),
        ("schluesselname", l.pick("Name des Schlüssels", "Name of the key")),
        ("pem", l.pick("Öffentlicher Schlüssel", "Public key")),
    ];
    let hidden = |name: &str| name == "verfahren" && m.verfahren.is_empty();
    let labels: Vec<(&str, &str)> = fields.into_iter().filter(|(name, _)| !hidden(name)).collect();
    let new = l.pick("Neuer Zugangsschlüssel", "New access key");
    let public = l.pick("Öffentliche Schlüssel für Signaturen", "Public keys for signatures");
    view! {
        {page_header(title, &lead)}
        <div class="portal-stack portal-stack--large">
            {form::summary_of(l, &m.errors, &labels)}
            {m.fresh.as_deref().map(|secret| fresh(l, secret))}
            {section("schluessel", l.pick("Zugangsschlüssel für Pipelines", "Access keys for pipelines"), tokens(l, m))}
            {section("neu", new, token_form(l, m))}
            {section("signaturen", public, view! { {public_keys(l, m)} {policy(l, m)} {key_form(l, m)} }.into_any())}
        </div>
    }
    .into_any()
}

/// The secret of the key that was just made. It stands on this one answer and nowhere else.
fn fresh(l: Lang, secret: &str) -> AnyView {
    let note = l.pick(
        "Kopieren Sie den Schlüssel jetzt in den Geheimnisspeicher Ihrer Pipeline. Er wird nie wieder angezeigt; das Portal kennt ihn selbst nicht mehr.",
        "Copy the key into the secret store of your pipeline now. It is never shown again; the portal itself does not know it any more.",
    );
    let body = view! {
        <p class="kern-body">{note}</p>
        <div class="kern-form-input">
            <label class="kern-label" for="f-schluessel">{l.pick("Neuer Schlüssel", "New key")}</label>
            // Several lines, so that a phone shows the whole key too.
            <textarea
                class="kern-form-input__input portal-mono"
                id="f-schluessel"
                rows="3"
                readonly=true
                autocomplete="off"
                spellcheck="false"
            >
                {field::raw_text(secret)}
            </textarea>
        </div>
    };
    alert("success", l.pick("Der Zugangsschlüssel ist angelegt", "The access key has been made"), Some(body.into_any()))
}

fn tokens(l: Lang, m: &KeysPage) -> AnyView {
    if m.tokens.is_empty() {
        return empty(
            l.pick("Kein Zugangsschlüssel", "No access key"),
            l.pick(
                "Legen Sie einen an, wenn Ihre Pipeline Pakete hochladen und einreichen soll.",
                "Make one if your pipeline is to upload packages and hand them in.",
            ),
            None,
        );
    }
    let title = l.pick("Zugangsschlüssel", "Access keys");
    table::table(title, m.tokens.iter().map(|t| token_cells(l, t)).collect())
}

fn token_cells(l: Lang, t: &TokenRow) -> Vec<table::Cell> {
    let scope = match t.verfahren.as_slice() {
        [] => l.pick("alle, auch neue", "all, new ones too").to_owned(),
        list => list.join(", "),
    };
    let (mood, word) = match (t.live, t.revoked_at) {
        (_, Some(_)) => ("wait", l.pick("zurückgenommen", "taken back")),
        (true, None) => ("ok", l.pick("gültig", "valid")),
        (false, None) => ("wait", l.pick("abgelaufen", "expired")),
    };
    let used = t.last_used_at.map_or_else(|| text(l.pick("nie", "never")), |at| time(l, at));
    let made = view! {
        {day(l, t.created_at)} <span class="portal-note">{t.created_by.clone()}</span>
    };
    let href = l.path(&format!("/zugangsschluessel/{}/zuruecknehmen", t.id));
    let revoke = if t.live { revoke_link(l, href, &t.name) } else { text("–") };
    vec![
        (l.pick("Wofür", "What for"), text(t.name.as_str())),
        (l.pick("Verfahren", "Verfahren"), text(scope)),
        (l.pick("Stand", "State"), state(mood, word)),
        (l.pick("Gültig bis", "Valid until"), time(l, t.expires_at)),
        (l.pick("Angelegt", "Made"), made.into_any()),
        (l.pick("Zuletzt benutzt", "Last used"), used),
        (l.pick("Zurücknehmen", "Take back"), revoke),
    ]
}

fn revoke_link(l: Lang, href: String, name: &str) -> AnyView {
    view! {
        <a href=href>
            {l.pick("Zurücknehmen", "Take back")} <span class="kern-sr-only">": " {name.to_owned()}</span>
        </a>
    }
    .into_any()
}

fn token_form(l: Lang, m: &KeysPage) -> AnyView {
    let name = Input {
        required: true,
        value: m.name.clone(),
        max_length: Some(80),
        autocomplete: Some("off"),
        error: form::error_at(l, &m.errors, "name"),
        hint: l.pick("Zum Beispiel „Pipeline Hundesteuer“", "For example “Hundesteuer pipeline”").to_owned(),
        ..Input::new("name", l.pick("Wofür", "What for"))
    };
    let days = Input {
        required: true,
        value: m.days.clone(),
        mode: Some("numeric"),
        width: "short",
        autocomplete: Some("off"),
        error: form::error_at(l, &m.errors, "tage"),
        hint: l.pick("Höchstens 366.", "At most 366.").to_owned(),
        ..Input::new("tage", l.pick("Gültig für Tage", "Valid for days"))
    };
    let scope = (!m.verfahren.is_empty()).then(|| {
        let items = m.verfahren.iter().map(|c| Item {
            value: c.value.clone(),
            label: c.label.clone(),
            selected: c.selected,
            ..Item::default()
        });
        let input = Input {
            error: form::error_at(l, &m.errors, "verfahren"),
            hint: l
                .pick(
                    "Ohne Auswahl gilt er für alle Ihre Verfahren, auch für neue.",
                    "Without a choice it holds for all your Verfahren, new ones too.",
                )
                .to_owned(),
            ..Input::new("verfahren", l.pick("Nur für diese Verfahren", "For these Verfahren only"))
        };
        field::choices(input, "checkbox", items.collect())
    });
    let note = l.pick(
        "Ein Zugangsschlüssel kann Pakete hochladen, einreichen und verwerfen und Probeläufe starten und abbrechen, sonst nichts. Was er tut, zählt als Ihre Handlung.",
        "An access key can upload, hand in and discard packages, start trials and call them off, and nothing else. What it does counts as your act.",
    );
    let content = view! {
        <p class="portal-form__note">{note}</p>
        {field::input(l, name)}
        {field::input(l, days)}
        {scope}
        {form::actions(vec![form::submit("primary", "aktion", "neu", l.pick("Zugangsschlüssel anlegen", "Make the access key"))])}
    };
    form::post(l, "/zugangsschluessel", false, content.into_any())
}

fn public_keys(l: Lang, m: &KeysPage) -> AnyView {
    if m.keys.is_empty() {
        return empty(
            l.pick("Kein öffentlicher Schlüssel", "No public key"),
            l.pick(
                "Hinterlegen Sie einen, wenn Sie die Herkunft Ihrer Pakete nachweisen wollen.",
                "Register one if you want to prove the origin of your packages.",
            ),
            None,
        );
    }
    let title = l.pick("Öffentliche Schlüssel", "Public keys");
    table::table(title, m.keys.iter().map(|k| key_cells(l, k)).collect())
}

fn key_form(l: Lang, m: &KeysPage) -> AnyView {
    let name = Input {
        required: true,
        value: m.key_name.clone(),
        max_length: Some(80),
        autocomplete: Some("off"),
        error: form::error_at(l, &m.errors, "schluesselname"),
        ..Input::new("schluesselname", l.pick("Name des Schlüssels", "Name of the key"))
    };
    let pem = Input {
        required: true,
        value: m.pem.clone(),
        error: form::error_at(l, &m.errors, "pem"),
        hint: l
            .pick(
                "Im PEM-Format, von -----BEGIN PUBLIC KEY----- bis -----END PUBLIC KEY-----: ECDSA P-256 (wie cosign) oder Ed25519. Niemals den privaten Schlüssel.",
                "In PEM, from -----BEGIN PUBLIC KEY----- to -----END PUBLIC KEY-----: ECDSA P-256 (as cosign does) or Ed25519. Never the private key.",
            )
            .to_owned(),
        ..Input::new("pem", l.pick("Öffentlicher Schlüssel", "Public key"))
    };
    let submit =
        form::submit("secondary", "aktion", "oeffentlich", l.pick("Schlüssel hinterlegen", "Register the key"));
    let content = view! {
        {field::input(l, name)}
        {field::text_area(l, pem)}
        {form::actions(vec![submit])}
    };
    form::post(l, "/zugangsschluessel", false, content.into_any())
}

fn key_cells(l: Lang, k: &VendorKeyRow) -> Vec<table::Cell> {
    let (mood, word) = match k.revoked_at {
        Some(_) => ("wait", l.pick("zurückgenommen", "taken back")),
        None => ("ok", l.pick("gültig", "valid")),
    };
    let href = l.path(&format!("/zugangsschluessel/oeffentlich/{}/zuruecknehmen", k.id));
    let revoke = if k.revoked_at.is_none() { revoke_link(l, href, &k.name) } else { text("–") };
    let print = view! { <span class="portal-digest">{k.fingerprint.clone()}</span> };
    vec![
        (l.pick("Name", "Name"), text(k.name.as_str())),
        (l.pick("Fingerabdruck (SHA-256)", "Fingerprint (SHA-256)"), print.into_any()),
        (l.pick("Hinterlegt", "Registered"), day(l, k.created_at)),
        (l.pick("Stand", "State"), state(mood, word)),
        (l.pick("Zurücknehmen", "Take back"), revoke),
    ]
}

//! Limits, windows and mirrors of a target.

use super::{of_target, path, where_it_is};
use crate::{
    Assets,
    components::{
        field::{self, Input},
        form, link, page_header, section,
    },
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Frame, targets::TargetSettingsPage},
};

/// `GET /rechenzentren/zielumgebungen/{id}/einstellungen`
pub fn settings(frame: &Frame, assets: &Assets, m: &TargetSettingsPage) -> String {
    let l = frame.lang;
    let title = l.pick("Grenzen und Spiegel", "Limits and mirrors");
    of_target(frame, assets, &m.head, title).errors(!m.errors.is_empty()).render(|| {
        let lead = l.pick(
            "Wie viel das Portal hier auf einmal tut, wann es beginnt, und woher Programmabbilder kommen.",
            "How much the portal does here at once, when it begins, and where images come from.",
        );
        view! {
            {page_header(title, lead)}
            <div class="portal-stack portal-stack--large">
                {form::summary_of(l, &m.errors, &labels(l))}
                {where_it_is(l, &m.head)}
                {section("grenzen", l.pick("Grenzen", "Limits"), limits(l, m))}
                {section("spiegel-teil", l.pick("Spiegel von Registries", "Registry mirrors"), mirrors(l, m))}
                <p>{link(l.path(&path(m.head.id)), l.pick("Zurück zur Zielumgebung", "Back to the target"))}</p>
            </div>
        }
        .into_any()
    })
}

fn labels(l: Lang) -> Vec<(&'static str, &'static str)> {
    vec![
        ("gleichzeitig", l.pick("Bereitstellungen gleichzeitig", "Operations at the same time")),
        ("anfragen", l.pick("Anfragen je Sekunde", "Requests per second")),
        ("zeitfenster", l.pick("Zeitfenster", "Windows")),
        ("spiegel", l.pick("Spiegel", "Mirrors")),
    ]
}

fn input(l: Lang, m: &TargetSettingsPage, name: &'static str, value: &str, hint: &str) -> Input {
    Input {
        value: value.to_owned(),
        hint: hint.to_owned(),
        autocomplete: Some("off"),
        ..form::listed(l, &labels(l), &m.errors, name)
    }
}

fn limits(l: Lang, m: &TargetSettingsPage) -> AnyView {
    let at_once =
        l.pick("Leer: {}, wie überall.", "Empty: {}, as everywhere.").replace("{}", &m.default_at_once.to_string());
    let at_once = Input { mode: Some("numeric"), width: "short", ..input(l, m, "gleichzeitig", &m.at_once, &at_once) };
    let per_second = l.pick(
        "Leer: unbegrenzt. Gilt je Arbeitsprozess des Portals.",
        "Empty: unlimited. Holds for each worker process of the portal.",
    );
    let per_second =
        Input { mode: Some("numeric"), width: "short", ..input(l, m, "anfragen", &m.per_second, per_second) };
    let windows = l.pick(
        "Eine Zeile je Fenster, deutsche Zeit, zum Beispiel „Mo-Fr 22:00-06:00“. Leer: immer. Was begonnen hat, wird auch danach zu Ende gebracht.",
        "One line for each window, German time, such as “Mo-Fr 22:00-06:00”. Empty: always. What has begun is finished afterwards too.",
    );
    let content = view! {
        {field::input(l, at_once)}
        {field::input(l, per_second)}
        {field::text_area(l, input(l, m, "zeitfenster", &m.windows, windows))}
        {form::actions(vec![form::submit("primary", "aktion", "grenzen", l.pick("Grenzen speichern", "Save the limits"))])}
    };
    form::post(l, &format!("{}/einstellungen", path(m.head.id)), false, content.into_any())
}

fn mirrors(l: Lang, m: &TargetSettingsPage) -> AnyView {
    let hint = l.pick(
        "Eine Zeile je Registry: „docker.io = registry.intern.example/hub“. Der längste passende Anfang gilt. Die Prüfsumme (Digest) bleibt, es läuft also dasselbe Abbild. Wirkt bei der nächsten Bereitstellung.",
        "One line for each registry: “docker.io = registry.intern.example/hub”. The longest beginning that fits counts. The digest stays, so the same image runs. Takes effect with the next operation.",
    );
    let content = view! {
        {field::text_area(l, input(l, m, "spiegel", &m.mirrors, hint))}
        {form::actions(vec![form::submit("primary", "aktion", "spiegel", l.pick("Spiegel speichern", "Save the mirrors"))])}
    };
    form::post(l, &format!("{}/einstellungen", path(m.head.id)), false, content.into_any())
}

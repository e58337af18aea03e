//! What an operator admits in a target environment, and the trials that ran there.

use super::cells;
use crate::{
    Assets,
    components::{
        data_centre, empty,
        field::{self, Input, Item},
        form, link, page_header, paragraph, section, table, text,
    },
    document::Shell,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Frame, trials::TrialTargetPage},
};

/// `GET /rechenzentren/probelaeufe/{id}`
pub fn target(frame: &Frame, assets: &Assets, m: &TrialTargetPage) -> String {
    let l = frame.lang;
    let title = format!("{} {}", l.pick("Probeläufe in", "Trials in"), m.name);
    Shell::new(frame, assets, title.as_str())
        .crumb(l.pick("Rechenzentren", "Data centres"), "/rechenzentren")
        .errors(!m.errors.is_empty())
        .render(|| {
            let lead = l.pick(
                "Herausgeber können hier Pakete ausprobieren, bevor sie freigegeben werden.",
                "Vendors can try packages here before they are released.",
            );
            let labels = [("gleichzeitig", l.pick("Höchstens gleichzeitig", "At most at the same time"))];
            view! {
                {page_header(&title, lead)}
                <div class="portal-stack portal-stack--large">
                    {form::summary_of(l, &m.errors, &labels)}
                    <p>{data_centre(l, &m.data_centre, m.simulated)}</p>
                    {section("zulassen", l.pick("Zulassen", "Admit"), admit(l, m))}
                    {section("probelaeufe", l.pick("Probeläufe", "Trials"), trials(l, m))}
                    <p>{link(l.path("/rechenzentren"), l.pick("Zurück zu den Rechenzentren", "Back to the data centres"))}</p>
                </div>
            }
            .into_any()
        })
}

fn admit(l: Lang, m: &TrialTargetPage) -> AnyView {
    if !m.may_admit {
        return text(l.pick(
            "Probeläufe gibt es nur in gemeinsamen Testumgebungen auf Kubernetes, nie in der Produktion und nie bei einer einzelnen Verwaltung.",
            "Trials run only in shared test environments on Kubernetes, never in production and never where one administration is at home.",
        ));
    }
    let note = l.pick(
        "Was hier läuft, hat die maschinelle Prüfung bestanden; ein Mensch hat es noch nicht freigegeben. Für Probeläufe gelten dieselben Regeln wie für jede Bereitstellung: nur zugelassene Arten von Objekten, feste Grenzen, keine besonderen Rechte. Dazu kommt eine Regel des Portals für das Netz, anstelle aller Regeln des Pakets: Was hier läuft, erreicht nur sich selbst und die Namensauflösung (Port 53), und nichts anderes erreicht es. Das gilt nur, wenn das Netz dieser Zielumgebung solche Regeln (NetworkPolicies) auch durchsetzt; lassen Sie Probeläufe sonst nicht zu. Danach wird alles entfernt. Wird die Zulassung zurückgenommen, beginnt kein neuer Probelauf; laufende werden beendet.",
        "What runs here has passed the check by machine; no person has released it yet. The same rules hold as for every operation: only admitted kinds of objects, fixed limits, no special rights. In addition there is a rule of the portal for the network, in place of all rules of the package: what runs here reaches only itself and name servers (port 53), and nothing else reaches it. This holds only if the network of this target environment enforces such rules (NetworkPolicies); do not admit trials otherwise. Everything is removed afterwards. If the admission is taken back, no new trial begins; those under way are finished.",
    );
    let item = Item {
        value: "1".to_owned(),
        label: l.pick("Für Probeläufe von Paketen zugelassen", "Admitted for trials of packages").to_owned(),
        selected: m.admitted,
        ..Item::default()
    };
    let number = Input {
        value: m.at_once.clone(),
        required: true,
        error: form::error_at(l, &m.errors, "gleichzeitig"),
        ..Input::new("gleichzeitig", l.pick("Höchstens gleichzeitig", "At most at the same time"))
    };
    let content = view! {
        {paragraph(note)}
        {field::choice("f-zugelassen", "zugelassen", "checkbox", &item, false)}
        {field::input(l, number)}
        {form::actions(vec![form::submit("primary", "", "", l.pick("Speichern", "Save"))])}
    };
    form::post(l, &format!("/rechenzentren/probelaeufe/{}", m.id), false, content.into_any())
}

fn trials(l: Lang, m: &TrialTargetPage) -> AnyView {
    if m.trials.is_empty() {
        return empty(
            l.pick("Noch kein Probelauf", "No trial yet"),
            l.pick("Hier stehen die letzten Probeläufe.", "The last trials will stand here."),
            None,
        );
    }
    let rows = m.trials.iter().map(|row| {
        let mut cells = cells(l, row, None);
        let package = format!("{} {}", row.package_id, row.version);
        cells.insert(1, (l.pick("Paket", "Package"), text(package)));
        cells
    });
    table::table(l.pick("Probeläufe", "Trials"), rows.collect())
}

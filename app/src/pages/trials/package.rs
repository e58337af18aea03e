//! Trials on the page of a package: for the vendor a way to start one, for curators what came of them.

use super::cells;
use crate::{
    components::{
        alert,
        field::{self, Input, Item},
        form, paragraph, section, table,
    },
    i18n::words,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{packages::PackagePage, trials::TrialRow},
    trial::TrialResult,
};

/// The section; nothing where there is no trial and none can be started.
pub fn package(l: Lang, m: &PackagePage) -> Option<AnyView> {
    let t = &m.trials;
    if !t.offered && t.rows.is_empty() {
        return None;
    }
    // What was called off says nothing.
    let newest = t.rows.iter().filter(|row| !row.earlier_content).find_map(|row| match row.result {
        None | Some(TrialResult::Cancelled) => None,
        Some(result) => Some((row, result)),
    });
    let list = (!t.rows.is_empty()).then(|| {
        let rows = t.rows.iter().map(|row| cells(l, row, Some(&row.data_centre))).collect();
        table::table(l.pick("Probeläufe", "Trials"), rows)
    });
    let content = view! {
        <div class="portal-stack">
            {newest.map(|(row, result)| said(l, row, result))}
            {t.offered.then(|| start(l, m))}
            {list}
        </div>
    };
    Some(section("probelaeufe", l.pick("Probeläufe", "Trials"), content.into_any()))
}

/// „Probelauf bestanden am … im Rechenzentrum …" about the content that the package has now.
fn said(l: Lang, row: &TrialRow, result: TrialResult) -> AnyView {
    let mood = if result == TrialResult::Passed { "success" } else { "warning" };
    let what = words::trial_result(l, result);
    let (on, at) = (l.pick("am", "on"), l.pick("im Rechenzentrum", "in the data centre"));
    let title = format!("{what} {on} {} {at} {}", row.started_at.date(l), row.data_centre);
    let note = match result {
        TrialResult::Passed => l.pick(
        "Ein Probelauf zeigt, dass sich das Paket mit Beispielwerten einrichten lässt. Den Test in der Testumgebung einer Verwaltung ersetzt er nicht.",
        "A trial shows that the package can be set up with sample values. It does not replace the test in the test environment of an administration.",
        ),
        _ => l.pick(
            "Was nicht ging, steht auf der Seite des Probelaufs.",
            "What went wrong is on the page of the trial.",
        ),
    };
    alert(mood, &title, Some(paragraph(note)))
}

fn start(l: Lang, m: &PackagePage) -> AnyView {
    let t = &m.trials;
    if t.places.is_empty() {
        return paragraph(l.pick(
            "Noch lässt kein Rechenzentrum Probeläufe für diese Art von Paket zu.",
            "No data centre admits trials of this kind of package yet.",
        ));
    }
    if !t.may_start {
        return paragraph(l.pick(
            "Ein Probelauf läuft gerade. Den nächsten können Sie starten, sobald alles wieder entfernt ist.",
            "A trial is under way. You can start the next one as soon as everything has been removed.",
        ));
    }
    let lead = l.pick(
        "Das Portal richtet das Paket mit den Beispielwerten der Vorschau und erfundenen Geheimnissen in einer Testumgebung ein, führt seine Tests aus und entfernt danach alles wieder, auch wenn etwas fehlschlägt.",
        "The portal sets the package up with the sample values of the preview and made-up secrets in a test environment, runs its tests and then removes everything again, also if something fails.",
    );
    let choice = (t.places.len() > 1).then(|| {
        let input = Input {
            required: true,
            error: form::error_at(l, &m.errors, "zielumgebung"),
            ..Input::new("zielumgebung", l.pick("Zielumgebung", "Target environment"))
        };
        let none = Item { label: l.pick("Bitte wählen", "Please choose").to_owned(), ..Item::default() };
        let places = t.places.iter().map(|p| Item {
            value: p.value.clone(),
            label: p.label.clone(),
            selected: p.selected,
            ..Item::default()
        });
        field::select(l, input, std::iter::once(none).chain(places).collect())
    });
    let only = t.places.first().filter(|_| t.places.len() == 1).map(|p| {
        view! { <p>{l.pick("Zielumgebung: ", "Target environment: ")} <span class="portal-strong">{p.label.clone()}</span></p> }
    });
    let button = form::submit("secondary", "", "", l.pick("Probelauf starten", "Start a trial"));
    let content = view! { {form::lock(m.lock)} {choice} {only} {form::actions(vec![button])} };
    view! {
        {paragraph(lead)}
        {form::post(l, &format!("/pakete/{}/probelauf", m.row.reference), false, content.into_any())}
    }
    .into_any()
}

//! Everything once more before the Antrag is handed in.

use super::task_list::path;
use crate::{
    Assets,
    components::{alert, case, form, link, text},
    i18n::words,
    pages,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{
        Frame,
        request::{SummaryPage, Task},
    },
};

/// `GET /nachnutzungen/{reference}/antrag/zusammenfassung`
pub fn summary(frame: &Frame, assets: &Assets, m: &SummaryPage) -> String {
    let l = frame.lang;
    let title = l.pick("Prüfen und einreichen", "Check and submit");
    pages::of_request(frame, assets, &m.head, title).errors(!m.errors.is_empty()).render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &SummaryPage) -> AnyView {
    let block = |id: &'static str, task: Task, content: AnyView| {
        let heading = words::task(l, task);
        let change = format!("{}: {heading}", l.pick("Ändern", "Change"));
        let href = l.path(&path(&m.head, task));
        view! {
            <section class="kern-summary" aria-labelledby=id>
                <div class="kern-summary__header">
                    <div class="kern-summary__title-wrapper">
                        <h2 class="kern-title" id=id>{heading}</h2>
                    </div>
                    <a class="kern-link" href=href aria-label=change>{l.pick("Ändern", "Change")}</a>
                </div>
                <div class="kern-summary__body">{content}</div>
            </section>
        }
        .into_any()
    };
    let centre = m.data_centre.clone().unwrap_or_else(|| l.pick("noch nicht gewählt", "not chosen yet").to_owned());
    let complete = m.missing.is_empty() && m.open_tasks.is_empty();
    let open = (!complete).then(|| missing(l, m));
    let back = link(
        l.path(&format!("/nachnutzungen/{}/antrag", m.head.reference)),
        l.pick("Zurück zur Aufgabenliste", "Back to the task list"),
    );
    let complete = complete && m.head.stopped.is_none();
    let buttons = if complete {
        vec![form::submit("primary", "", "", l.pick("Antrag einreichen", "Submit the request")), back]
    } else {
        vec![back]
    };
    let note = view! {
        <p class="portal-form__note">
            {l.pick(
                "Mit dem Einreichen geht der Antrag an die Beratung Ihres Landes. Sie prüft ihn und richtet danach die Testumgebung ein; in Betrieb geht damit noch nichts.",
                "On submission the request goes to the consultants of your Land. They check it and then have the test environment set up; nothing goes live by this.",
            )}
        </p>
    };
    let warning = complete.then(|| case::two_persons(l, &m.head)).flatten();
    let form_content = view! { {complete.then_some(note)} {warning} {form::actions(buttons)} };
    view! {
        {case::header(l, &m.head, title)}
        <div class="portal-stack portal-stack--large">
            {form::summary_of(l, &m.errors, &[])}
            {open}
            <div class="kern-summary-group">
                {block("s-gemeinden", Task::Areas, case::areas(l, &m.areas))}
                {block("s-werte", Task::Values, case::values(l, &m.values, 3))}
                {block("s-ziel", Task::Target, text(centre))}
            </div>
            {form::of_case(l, &m.head, "antrag/zusammenfassung", false, form_content.into_any())}
        </div>
    }
    .into_any()
}

fn missing(l: Lang, m: &SummaryPage) -> AnyView {
    // Where single values are named below, the part as a whole would say it twice.
    let named = |t: Task| t == Task::Summary || (t == Task::Values && !m.missing.is_empty());
    let tasks = m.open_tasks.iter().filter(|t| !named(**t)).map(|t| {
        view! { <li>{link(l.path(&path(&m.head, *t)), words::task(l, *t))}</li> }
    });
    let values = l.path(&path(&m.head, Task::Values));
    let fields = m.missing.iter().map(|line| {
        let (href, text) = match (line.html_id.as_str(), line.label.as_str()) {
            ("", _) => (values.clone(), format!("{}: {}", words::task(l, Task::Values), line.text)),
            (id, label) => (format!("{values}#{id}"), format!("{label}: {}", line.text)),
        };
        view! { <li>{link(href, &text)}</li> }
    });
    let body = view! { <ul class="kern-list kern-list--bullet">{tasks.collect_view()} {fields.collect_view()}</ul> };
    alert(
        "warning",
        l.pick("Vor dem Einreichen fehlt noch etwas", "Something is missing before it can be submitted"),
        Some(body.into_any()),
    )
}

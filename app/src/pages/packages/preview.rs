//! What a package will look like once it is in the catalogue: Steckbrief, form, objects.

use super::of_packages;
use crate::{
    Assets,
    components::{alert, details, empty, link, page_header, paragraph, section, text, values},
    pages::verfahren::profile,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{
        Frame,
        packages::{PackagePreview, PreviewObject},
    },
};

/// `GET /pakete/{reference}/vorschau`
pub fn preview(frame: &Frame, assets: &Assets, m: &PackagePreview) -> String {
    let l = frame.lang;
    let title = l.pick("Vorschau", "Preview");
    let name = format!("{} {}", m.verfahren.name.get(l), m.version);
    of_packages(frame, assets, title)
        .crumb(name.as_str(), format!("/pakete/{}", m.reference))
        .render(|| content(l, title, &name, m))
}

fn content(l: Lang, title: &str, name: &str, m: &PackagePreview) -> AnyView {
    let text = l.pick(
        "So wird die Version aussehen, wenn sie freigegeben ist. Werte im Formular und in den Objekten sind Beispiele, die das Portal aus dem Schema bildet.",
        "This is what the version will look like once it is released. Values in the form and in the objects are samples that the portal makes from the schema.",
    );
    let parts = [
        ("#steckbrief-titel", l.pick("Steckbrief", "Description")),
        ("#formular-titel", l.pick("Formular", "Form")),
        ("#objekte-titel", l.pick("Objekte", "Objects")),
    ];
    let parts = parts.map(|(href, label)| view! { <li>{link(href.to_owned(), label)}</li> });
    let summary = m.verfahren.summary.get(l).to_owned();
    let profile = view! { <p class="portal-page-header__lead">{summary}</p> {profile(l, &m.verfahren)} };
    view! {
        {page_header(&format!("{title}: {name}"), "")}
        <div class="portal-stack portal-stack--large">
            {alert("info", l.pick("Vorschau mit Beispielwerten", "Preview with sample values"), Some(paragraph(text)))}
            <ul class="portal-links">{parts.into_iter().collect_view()}</ul>
            {section("steckbrief", l.pick("Steckbrief", "Description"), profile.into_any())}
            {section("formular", l.pick("Formular", "Form"), form(l, m))}
            {section("objekte", l.pick("Objekte", "Objects"), objects(l, &m.objects))}
        </div>
    }
    .into_any()
}

/// The form as clerks will see it; nothing can be entered.
fn form(l: Lang, m: &PackagePreview) -> AnyView {
    if m.form.groups.is_empty() && m.form.gemeinden.is_none() {
        return empty(
            l.pick("Keine Angaben", "No values"),
            l.pick("Dieses Verfahren fragt nach nichts.", "This Verfahren asks for nothing."),
            None,
        );
    }
    view! {
        <fieldset class="kern-fieldset portal-form" disabled=true>
            <legend class="kern-label">{l.pick("Beispielwerte, nicht änderbar", "Sample values, not editable")}</legend>
            {values::form(l, &m.form)}
        </fieldset>
    }
    .into_any()
}

fn objects(l: Lang, all: &[PreviewObject]) -> AnyView {
    if all.is_empty() {
        return empty(
            l.pick("Keine Objekte", "No objects"),
            l.pick(
                "Dieses Verfahren wird angebunden; im Rechenzentrum wird nichts eingerichtet.",
                "This Verfahren is connected; nothing is set up in the data centre.",
            ),
            None,
        );
    }
    let one = |o: &PreviewObject| {
        let origin = match o.file.as_str() {
            "" => text(l.pick("vom Portal ergänzt", "added by the portal")),
            file => view! { <span class="portal-mono">{file.to_owned()}</span> }.into_any(),
        };
        let mark = o.is_test.then(|| view! { " " <span class="portal-tag">{l.pick("Test", "Test")}</span> });
        let content = view! {
            <p class="portal-muted portal-small">{origin} {mark}</p>
            <pre class="portal-log" tabindex="0" role="region" aria-label=format!("YAML {} {}", o.kind, o.name)>{o.yaml.clone()}</pre>
        };
        details(&format!("{} {}", o.kind, o.name), content.into_any())
    };
    let note = l.pick(
        "Was im Rechenzentrum eingerichtet würde, mit Beispielwerten; geheime Werte sind ausgedacht.",
        "What would be set up in the data centre, with sample values; secret values are made up.",
    );
    view! {
        <p class="portal-muted">{note}</p>
        <div class="portal-stack portal-stack--small">{all.iter().map(one).collect_view()}</div>
    }
    .into_any()
}

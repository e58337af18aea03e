//! Around the fields: the form itself, the error summary, buttons.

use crate::{
    components::{field::Input, unbroken},
    i18n::error,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang, PortalError,
    form::{ErrorLine, FieldError},
    pages::request::RequestHead,
};

/// A form that posts to an address of the portal (without language prefix).
pub fn post(l: Lang, path: &str, wide: bool, content: AnyView) -> AnyView {
    let class = if wide { "portal-form portal-form--wide" } else { "portal-form" };
    view! { <form class=class method="post" action=l.path(path) novalidate=true>{content}</form> }.into_any()
}

/// A form of a case: posts to its address below the case and names the version that the person saw.
pub fn of_case(l: Lang, head: &RequestHead, below: &str, wide: bool, content: AnyView) -> AnyView {
    let path = format!("/nachnutzungen/{}/{below}", head.reference);
    let content = view! { {lock(head.lock)} {content} }.into_any();
    post(l, &path, wide, content)
}

/// The hidden field with the version that the person saw.
pub fn lock(version: i64) -> AnyView {
    view! { <input type="hidden" name="lock" value=version.to_string() /> }.into_any()
}

/// A submit button; `name` may be empty.
pub fn submit(kind: &str, name: &str, value: &str, label: &str) -> AnyView {
    let (name, value) = if name.is_empty() { (None, None) } else { (Some(name.to_owned()), Some(value.to_owned())) };
    view! {
        <button class=format!("kern-btn kern-btn--{kind}") type="submit" name=name value=value>
            <span class="kern-label">{label.to_owned()}</span>
        </button>
    }
    .into_any()
}

/// The row of buttons below a form.
pub fn actions(buttons: Vec<AnyView>) -> AnyView {
    view! { <div class="portal-form__actions">{buttons}</div> }.into_any()
}

/// A hidden field.
pub fn hidden(name: &str, value: &str) -> AnyView {
    view! { <input type="hidden" name=name.to_owned() value=value.to_owned() /> }.into_any()
}

/// The list of errors at the top; nothing without errors. `whole` are errors of the form as a whole, such as a rule that
/// is not met: they come first and give the heading.
pub fn error_summary(l: Lang, whole: &[FieldError], lines: Vec<ErrorLine>) -> Option<AnyView> {
    let about_form =
        |e: &FieldError| ErrorLine { html_id: String::new(), label: String::new(), text: error::field(l, e) };
    let lines: Vec<ErrorLine> = whole.iter().map(about_form).chain(lines).collect();
    let title = match (whole.iter().find_map(PortalError::of_line), lines.len()) {
        (_, 0) => return None,
        (Some(whole), _) => error::portal(l, &whole).title.to_owned(),
        (None, 1) => l.pick("Bitte prüfen Sie eine Angabe", "Please check one entry").to_owned(),
        (None, n) => format!("{} {n} {}", l.pick("Bitte prüfen Sie", "Please check"), l.pick("Angaben", "entries")),
    };
    let items = lines.into_iter().map(|line| {
        // A label that asks needs no colon.
        let colon = if line.label.ends_with('?') { "" } else { ":" };
        let text = if line.label.is_empty() { line.text } else { format!("{}{colon} {}", line.label, line.text) };
        let text = unbroken(&text);
        if line.html_id.is_empty() {
            view! { <li>{text}</li> }.into_any()
        } else {
            view! { <li><a href=format!("#{}", line.html_id)>{text}</a></li> }.into_any()
        }
    });
    Some(
        view! {
            <div class="portal-error-summary" role="alert" tabindex="-1" id="fehler" autofocus=true>
                <h2 class="portal-error-summary__title">{title}</h2>
                <ul>{items.collect_view()}</ul>
            </div>
        }
        .into_any(),
    )
}

/// The summary for a page whose fields have the ids `f-<name>`; `labels` are name and label of its fields. Errors of no
/// field on the page stand in the summary without a link.
pub fn summary_of(l: Lang, errors: &[FieldError], labels: &[(&str, &str)]) -> Option<AnyView> {
    let known = |e: &FieldError| labels.iter().find(|(name, _)| *name == e.path);
    let whole: Vec<FieldError> = errors.iter().filter(|e| known(e).is_none()).cloned().collect();
    let lines = errors.iter().filter_map(|e| {
        let (name, label) = known(e)?;
        Some(ErrorLine { html_id: format!("f-{name}"), label: (*label).to_owned(), text: error::field(l, e) })
    });
    error_summary(l, &whole, lines.collect())
}

/// A field of a form whose labels also stand in its summary of errors.
pub fn listed(l: Lang, labels: &[(&str, &str)], errors: &[FieldError], name: &str) -> Input {
    let label = labels.iter().find(|(known, _)| *known == name).map_or("", |(_, label)| label);
    Input { error: error_at(l, errors, name), ..Input::new(name, label) }
}

/// The error at one field of a page.
pub fn error_at(l: Lang, errors: &[FieldError], path: &str) -> Option<String> {
    errors.iter().find(|e| e.path == path).map(|e| error::field(l, e))
}

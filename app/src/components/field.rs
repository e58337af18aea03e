//! Fields of a form: label, hint, control, error, tied together for screen readers.

use crate::{components::unbroken, document::escape};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::Lang;

/// What all kinds of fields share.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// `id`, unique on the page.
    pub id: String,
    /// Name in the posted form.
    pub name: String,
    /// Label.
    pub label: String,
    /// What to enter; may be empty.
    pub hint: String,
    /// What was entered.
    pub value: String,
    /// Must be filled in.
    pub required: bool,
    /// Whether it may stay empty depends on something else; the hint says on what.
    pub depends: bool,
    /// What is wrong.
    pub error: Option<String>,
    /// `type` of the control; empty is `text`.
    pub kind: &'static str,
    /// `inputmode`, if the type does not imply it.
    pub mode: Option<&'static str>,
    /// `autocomplete`, where browsers may help.
    pub autocomplete: Option<&'static str>,
    /// Most characters.
    pub max_length: Option<u64>,
    /// As wide as what is to be entered: `short`, `medium`, or empty.
    pub width: &'static str,
}

impl Input {
    /// A field with this name; its id is `f-<name>`.
    pub fn new(name: &str, label: &str) -> Self {
        Self { id: format!("f-{name}"), name: name.to_owned(), label: label.to_owned(), ..Self::default() }
    }

    /// The `aria-describedby` of the control.
    fn described(&self) -> Option<String> {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hinweis", self.id));
        let error = self.error.is_some().then(|| format!("{}-fehler", self.id));
        match (hint, error) {
            (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
            (hint, error) => hint.or(error),
        }
    }

    fn invalid(&self) -> Option<&'static str> {
        self.error.is_some().then_some("true")
    }

    fn class(&self) -> String {
        let error = if self.error.is_some() { " kern-form-input--error" } else { "" };
        let width = if self.width.is_empty() { String::new() } else { format!(" portal-field--{}", self.width) };
        format!("kern-form-input{error}{width}")
    }
}

/// Label of a field, saying so if it may stay empty.
pub fn label(l: Lang, id: &str, text: &str, required: bool) -> AnyView {
    let optional =
        (!required).then(|| view! { <span class="kern-label__optional">{l.pick(" – optional", " – optional")}</span> });
    view! { <label class="kern-label" for=id.to_owned()>{text.to_owned()} {optional}</label> }.into_any()
}

/// Hint of a field.
pub fn hint(id: &str, text: &str) -> Option<AnyView> {
    (!text.is_empty())
        .then(|| view! { <div class="kern-hint" id=format!("{id}-hinweis")>{unbroken(text)}</div> }.into_any())
}

/// Error of a field.
pub fn error(id: &str, text: Option<&str>) -> Option<AnyView> {
    text.map(|text| {
        view! {
            <p class="kern-error" id=format!("{id}-fehler")>
                <span class="kern-icon kern-icon--danger kern-icon--default" aria-hidden="true"></span>
                <span class="kern-body">{unbroken(text)}</span>
            </p>
        }
        .into_any()
    })
}

/// One line of text, or whatever `kind` says.
pub fn input(l: Lang, field: Input) -> AnyView {
    let class = if field.error.is_some() {
        "kern-form-input__input kern-form-input__input--error"
    } else {
        "kern-form-input__input"
    };
    let kind = if field.kind.is_empty() { "text" } else { field.kind };
    view! {
        <div class=field.class()>
            {label(l, &field.id, &field.label, field.required || field.depends)} {hint(&field.id, &field.hint)}
            <input
                class=class
                id=field.id.clone()
                name=field.name.clone()
                type=kind
                value=field.value.clone()
                inputmode=field.mode
                autocomplete=field.autocomplete
                maxlength=field.max_length.map(|n| n.to_string())
                required=field.required
                aria-describedby=field.described()
                aria-invalid=field.invalid()
            /> {error(&field.id, field.error.as_deref())}
        </div>
    }
    .into_any()
}

/// Several lines of text. The only place with a `<textarea>`: the framework would put its content in unescaped.
pub fn text_area(l: Lang, field: Input) -> AnyView {
    let class = if field.error.is_some() {
        "kern-form-input__input kern-form-input__input--error"
    } else {
        "kern-form-input__input"
    };
    view! {
        <div class=field.class()>
            {label(l, &field.id, &field.label, field.required || field.depends)} {hint(&field.id, &field.hint)}
            <textarea
                class=class
                id=field.id.clone()
                name=field.name.clone()
                rows="5"
                maxlength=field.max_length.map(|n| n.to_string())
                required=field.required
                aria-describedby=field.described()
                aria-invalid=field.invalid()
            >
                {raw_text(&field.value)}
            </textarea> {error(&field.id, field.error.as_deref())}
        </div>
    }
    .into_any()
}

/// Escapes what stands in a `<textarea>`; browsers drop a first line break, so one is put in front.
pub fn raw_text(text: &str) -> String {
    format!("\n{}", escape(text))
}

/// A choice of a list.
#[derive(Debug, Clone, Default)]
pub struct Item {
    /// What is posted.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Chosen.
    pub selected: bool,
    /// More about it, below the label.
    pub note: Option<String>,
    /// Cannot be chosen.
    pub disabled: bool,
}

/// One of several from a drop-down list.
pub fn select(l: Lang, field: Input, items: Vec<Item>) -> AnyView {
    let options = items.into_iter().map(
        |item| view! { <option value=item.value selected=item.selected disabled=item.disabled>{item.label}</option> },
    );
    let class = if field.error.is_some() {
        "kern-form-input__select kern-form-input__select--error"
    } else {
        "kern-form-input__select"
    };
    view! {
        <div class=field.class()>
            {label(l, &field.id, &field.label, field.required || field.depends)} {hint(&field.id, &field.hint)}
            <div class="kern-form-input__select-wrapper">
                <select
                    class=class
                    id=field.id.clone()
                    name=field.name.clone()
                    required=field.required
                    aria-describedby=field.described()
                    aria-invalid=field.invalid()
                >
                    {options.collect_view()}
                </select>
            </div> {error(&field.id, field.error.as_deref())}
        </div>
    }
    .into_any()
}

/// Several choices one below the other; `kind` is `radio` or `checkbox`. The first control has the id of the field, so
/// that links of the error summary lead there.
pub fn choices(field: Input, kind: &'static str, items: Vec<Item>) -> AnyView {
    let described = field.described();
    let id = field.id.clone();
    let name = field.name.clone();
    let required = field.required && kind == "radio";
    let boxes = items.into_iter().enumerate().map(|(i, item)| {
        let id = if i == 0 { id.clone() } else { format!("{id}-{i}") };
        choice(&id, &name, kind, &item, required)
    });
    let class = if field.error.is_some() { "kern-fieldset kern-fieldset--error" } else { "kern-fieldset" };
    view! {
        <fieldset class=class aria-describedby=described>
            <legend class="kern-label">{field.label.clone()}</legend>
            {hint(&field.id, &field.hint)}
            <div class="kern-fieldset__body">{boxes.collect_view()}</div>
            {error(&field.id, field.error.as_deref())}
        </fieldset>
    }
    .into_any()
}

/// A radio button or checkbox with its label.
pub fn choice(id: &str, name: &str, kind: &'static str, item: &Item, required: bool) -> AnyView {
    let note_id = format!("{id}-notiz");
    let described = item.note.is_some().then(|| note_id.clone());
    let note = item.note.clone().map(|text| view! { <span class="portal-choice__note" id=note_id>{text}</span> });
    view! {
        <div class="portal-choice">
            <div class="kern-form-check">
                <input
                    class=format!("kern-form-check__{kind}")
                    id=id.to_owned()
                    name=name.to_owned()
                    type=kind
                    value=item.value.clone()
                    checked=item.selected
                    disabled=item.disabled
                    required=required
                    aria-describedby=described
                />
                <label class="kern-label" for=id.to_owned()>{item.label.clone()}</label>
            </div>
            {note}
        </div>
    }
    .into_any()
}

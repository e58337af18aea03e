//! A decision with a remark: radio buttons that say what follows, and a text that some of them need.

use super::{
    field::{self, Input, Item},
    form,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{Lang, form::FieldError};

/// What can be decided and what was entered so far. The choice is posted as `entscheidung`.
pub struct Decision<'a> {
    /// Value, label, and what follows from it.
    pub options: Vec<(&'static str, &'static str, &'static str)>,
    /// Value chosen so far.
    pub chosen: &'a str,
    /// Name of the remark.
    pub note_name: &'static str,
    /// Its label.
    pub note_label: &'static str,
    /// When it is needed.
    pub note_hint: &'static str,
    /// Remark so far.
    pub note: &'a str,
    /// Errors at both.
    pub errors: &'a [FieldError],
}

/// Both fields.
pub fn decision(l: Lang, d: Decision<'_>) -> AnyView {
    let items = d.options.iter().map(|(value, label, note)| Item {
        value: (*value).to_owned(),
        label: (*label).to_owned(),
        selected: d.chosen == *value,
        note: Some((*note).to_owned()),
        disabled: false,
    });
    let choice = Input {
        required: true,
        error: form::error_at(l, d.errors, "entscheidung"),
        ..Input::new("entscheidung", l.pick("Ihre Entscheidung", "Your decision"))
    };
    let note = Input {
        depends: true,
        value: d.note.to_owned(),
        error: form::error_at(l, d.errors, d.note_name),
        hint: d.note_hint.to_owned(),
        ..Input::new(d.note_name, d.note_label)
    };
    view! {
        {field::choices(choice, "radio", items.collect())}
        {field::text_area(l, note)}
    }
    .into_any()
}

//! The field for the reason of an act, which stands in the record.

use super::{
    field::{self, Input},
    form,
};
use leptos::tachys::view::any_view::AnyView;
use portal_model::{Lang, form::FieldError};

/// Its name in the posted form.
const NAME: &str = "begruendung";

/// Its name and label, for the summary of errors.
pub fn labelled(l: Lang) -> (&'static str, &'static str) {
    (NAME, l.pick("Begründung", "Reason"))
}

/// The field.
pub fn reason(l: Lang, value: &str, hint: &str, required: bool, errors: &[FieldError]) -> AnyView {
    let input = Input {
        value: value.to_owned(),
        required,
        error: form::error_at(l, errors, NAME),
        hint: hint.to_owned(),
        ..Input::new(NAME, labelled(l).1)
    };
    field::text_area(l, input)
}

/// Who reads it.
pub fn visible(l: Lang) -> &'static str {
    l.pick(
        "Steht im Protokoll und ist für alle Beteiligten sichtbar.",
        "Stands in the record, visible to everyone involved.",
    )
}

//! What another release changes in the values it is set up with, in words.

use crate::{Bilingual, Lang, finding::fill, words};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

words! {
    /// What changes at a field.
    ChangeKind {
        /// A new field that may stay empty.
        Added = "added",
        /// A new field that must have a value.
        AddedRequired = "added_required",
        /// The field is gone.
        Removed = "removed",
        /// Must have a value now.
        Required = "required",
        /// May stay empty now.
        Optional = "optional",
        /// Another type.
        Type = "type",
        /// Another value for new configurations.
        Default = "default",
        /// More to choose from.
        ChoicesAdded = "choices_added",
        /// Less to choose from.
        ChoicesRemoved = "choices_removed",
        /// Other limits of length, number or size, all of them wider.
        Wider = "wider",
        /// Other limits, at least one of them narrower.
        Narrower = "narrower",
        /// Another form of the text.
        Form = "form",
        /// Is a secret now, or no longer.
        Secret = "secret",
        /// Belongs to the target now, or to the Verwaltung.
        Stage = "stage",
        /// May differ per Gemeinde now, or no longer.
        Gemeinde = "gemeinde",
        /// Is asked under another condition.
        Condition = "condition",
        /// Needs a test run now, or no longer.
        TestRun = "test_run",
        /// Other words in the form.
        Label = "label",
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaChange {
    /// Path of the field.
    pub path: String,
    /// Its label.
    pub title: Bilingual,
    /// What changes.
    pub kind: ChangeKind,
    /// Parameters of the text: `before`, `after`.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
}

impl SchemaChange {
    /// Whether values that were stored before may not fit any more.
    pub fn restricts(&self) -> bool {
        use ChangeKind as K;
        matches!(
            self.kind,
            K::AddedRequired
                | K::Required
                | K::Type
                | K::ChoicesRemoved
                | K::Narrower
                | K::Form
                | K::Secret
                | K::Gemeinde
        )
    }

    /// The change in the person's language.
    pub fn text(&self, lang: Lang) -> String {
        let (de, en) = pattern(self.kind);
        let mut params = self.params.clone();
        let title = self.title.get(lang);
        params.insert("name".to_owned(), if title.is_empty() { self.path.clone() } else { title.to_owned() });
        fill(lang.pick(de, en), &params)
    }
}

fn pattern(kind: ChangeKind) -> (&'static str, &'static str) {
    use ChangeKind as K;
    match kind {
        K::Added => ("„{name}“ kommt hinzu und darf leer bleiben.", "\"{name}\" is new and may stay empty."),
        K::AddedRequired => ("„{name}“ kommt hinzu und ist Pflicht.", "\"{name}\" is new and required."),
        K::Removed => ("„{name}“ entfällt.", "\"{name}\" is dropped."),
        K::Required => ("„{name}“ wird Pflicht.", "\"{name}\" becomes required."),
        K::Optional => ("„{name}“ darf jetzt leer bleiben.", "\"{name}\" may stay empty now."),
        K::Type => (
            "„{name}“ wird anders eingegeben: {after} statt {before}.",
            "\"{name}\" is entered in another way: {after} instead of {before}.",
        ),
        K::Default => (
            "Die Vorgabe für „{name}“ ist {after} statt {before}.",
            "The default of \"{name}\" is {after} instead of {before}.",
        ),
        K::ChoicesAdded => {
            ("Bei „{name}“ gibt es mehr zur Auswahl: {after}.", "\"{name}\" offers more choices: {after}.")
        }
        K::ChoicesRemoved => {
            ("Bei „{name}“ entfällt in der Auswahl: {before}.", "\"{name}\" no longer offers: {before}.")
        }
        K::Wider => {
            ("„{name}“ erlaubt mehr: {after} statt {before}.", "\"{name}\" allows more: {after} instead of {before}.")
        }
        K::Narrower => (
            "„{name}“ erlaubt weniger: {after} statt {before}.",
            "\"{name}\" allows less: {after} instead of {before}.",
        ),
        K::Form => ("„{name}“ hat eine andere Form.", "\"{name}\" has another form."),
        K::Secret => {
            ("„{name}“ wird anders verwahrt (geheim: {after}).", "\"{name}\" is kept in another way (secret: {after}).")
        }
        K::Stage => (
            "„{name}“ gehört jetzt anders zur Zielumgebung (Umgebungswert: {after}).",
            "\"{name}\" belongs to the target in another way now (value of the target: {after}).",
        ),
        K::Gemeinde => {
            ("„{name}“ darf je Gemeinde abweichen: {after}.", "\"{name}\" may differ per Gemeinde: {after}.")
        }
        K::Condition => {
            ("„{name}“ wird unter einer anderen Bedingung gefragt.", "\"{name}\" is asked under another condition.")
        }
        K::TestRun => {
            ("„{name}“ ohne neuen Testlauf ändern: {after}.", "Changing \"{name}\" without a new test run: {after}.")
        }
        K::Label => ("„{name}“ ist anders benannt oder erklärt.", "\"{name}\" is named or explained differently."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_has_words() {
        for kind in ChangeKind::ALL {
            let params = BTreeMap::from([("before".to_owned(), "1".to_owned()), ("after".to_owned(), "2".to_owned())]);
            let title = Bilingual { de: "Gebühr".into(), en: "Fee".into() };
            let change = SchemaChange { path: "gebuehr".into(), title, kind: *kind, params };
            let (de, en) = (change.text(Lang::De), change.text(Lang::En));
            assert!(de.contains("„Gebühr“") && en.contains("\"Fee\"") && !(de + &en).contains('{'), "{kind:?}");
        }
    }
}

//! A values document as the fields of a posted form: the inverse of [`from_form`](super::from_form).

use super::path::join;
use super::{ConfigSchema, GEMEINDEN, Kind, Node, Property};
use portal_model::Lang;
use serde_json::{Number, Value};

/// The fields `w.…` and `g.<ARS>.…` that a person would post for this document. Secrets are in no document, and what the
/// schema does not know has no field.
pub fn to_form(values: &Value, schema: &ConfigSchema, lang: Lang) -> Vec<(String, String)> {
    let mut writer = Writer { lang, pairs: Vec::new() };
    writer.object(&schema.properties, values, "w");
    for (ars, row) in values.get(GEMEINDEN).and_then(Value::as_object).into_iter().flatten() {
        writer.object(&schema.properties, row, &join("g", ars));
    }
    writer.pairs
}

struct Writer {
    lang: Lang,
    pairs: Vec<(String, String)>,
}

impl Writer {
    fn object(&mut self, properties: &[Property], value: &Value, name: &str) {
        let before = self.pairs.len();
        for property in properties.iter().filter(|p| !p.node.secret) {
            if let Some(value) = value.get(&property.name) {
                self.node(&property.node, value, &join(name, &property.name));
            }
        }
        self.keep(before, name);
    }

    /// An empty list or object has no fields, and yet it is there.
    fn keep(&mut self, before: usize, name: &str) {
        if self.pairs.len() == before {
            self.pairs.push((name.to_owned(), String::new()));
        }
    }

    fn node(&mut self, node: &Node, value: &Value, name: &str) {
        let text = match (&node.kind, value) {
            (Kind::Object(inner), Value::Object(_)) => return self.object(inner, value, name),
            (Kind::List { items, .. }, Value::Array(entries)) => {
                let before = self.pairs.len();
                for (i, entry) in entries.iter().enumerate() {
                    self.node(items, entry, &join(name, &i.to_string()));
                }
                return self.keep(before, name);
            }
            (Kind::Number { decimals, .. }, Value::Number(n)) => number(n, *decimals, self.lang),
            (_, Value::Number(n)) => n.to_string(),
            (_, Value::Bool(yes)) => if *yes { "1" } else { "0" }.to_owned(),
            (_, Value::String(text)) => text.clone(),
            (_, Value::Null | Value::Array(_) | Value::Object(_)) => return,
        };
        self.pairs.push((name.to_owned(), text));
    }
}

/// A number as a person writes it: „45,50" in German, with as many digits after the comma as the schema names.
pub(super) fn number(number: &Number, decimals: Option<u8>, lang: Lang) -> String {
    let mut text = number.to_string();
    let wanted = decimals.map_or(0, usize::from);
    let there = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    if there < wanted && !text.contains('e') {
        if there == 0 {
            text.push('.');
        }
        text.extend(std::iter::repeat_n('0', wanted - there));
    }
    match lang {
        Lang::De => text.replace('.', ","),
        Lang::En => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        let written = |n: f64, decimals, lang| number(&Number::from_f64(n).unwrap(), decimals, lang);
        assert_eq!(written(45.5, Some(2), Lang::De), "45,50");
        assert_eq!(written(45.5, Some(2), Lang::En), "45.50");
        assert_eq!(number(&60.into(), Some(2), Lang::De), "60,00");
        assert_eq!(number(&60.into(), None, Lang::De), "60");
        assert_eq!(number(&60.into(), Some(0), Lang::De), "60");
        // More than there may be is an error at the field; it is not cut off.
        assert_eq!(written(45.555, Some(2), Lang::De), "45,555");
        assert_eq!(written(54.16, None, Lang::En), "54.16");
    }
}

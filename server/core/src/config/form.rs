//! Builds the form of a schema as a page model in the person's language.

use super::encode::number;
use super::path::join;
use super::{Choice, ConfigSchema, Format, GEMEINDEN, Kind, MAX_ITEMS, Node, Part, Property, get};
use portal_model::Lang;
use portal_model::ars::Ars;
use portal_model::form::{
    Condition, Field, FieldError, FieldKind, Form, GemeindeRow, GemeindeTable, Group, SelectOption,
};
use serde_json::Value;
use std::collections::BTreeSet;

/// A text longer than this is entered in several lines.
const LONG_TEXT: u64 = 200;

/// What a form shows.
#[derive(Debug, Clone, Copy)]
pub struct FormState<'a> {
    /// Which fields.
    pub part: Part,
    /// The document; what could not be read stands in it as it was typed.
    pub values: &'a Value,
    /// What is wrong.
    pub errors: &'a [FieldError],
    /// Paths of secrets that are stored.
    pub secrets: &'a BTreeSet<String>,
    /// The document of a neighbouring Verwaltung, to compare with.
    pub neighbour: Option<&'a Value>,
    /// The Gemeinden that are served: key and name, in the order of the table.
    pub gemeinden: &'a [(Ars, String)],
}

/// Builds the form.
pub fn build(schema: &ConfigSchema, state: &FormState<'_>, lang: Lang) -> Form {
    let builder = Builder { state, lang };
    let mut groups: Vec<Group> = vec![builder.general()];
    groups.extend(schema.groups.iter().map(|group| Group {
        id: group.id.clone(),
        title: group.title.get(lang).to_owned(),
        help: group.help.get(lang).to_owned(),
        fields: Vec::new(),
    }));
    for property in schema.properties.iter().filter(|p| builder.has(&p.node)) {
        let id = property.node.group.as_deref().unwrap_or("");
        let position = groups.iter().position(|g| g.id == id).unwrap_or(0);
        groups[position].fields.push(builder.property(property, "w", ""));
    }
    groups.retain(|g| !g.fields.is_empty());
    Form { groups, gemeinden: builder.table(schema) }
}

struct Builder<'a> {
    state: &'a FormState<'a>,
    lang: Lang,
}

impl Builder<'_> {
    fn general(&self) -> Group {
        let title = self.lang.pick("Allgemeine Angaben", "General").to_owned();
        Group { id: String::new(), title, help: String::new(), fields: Vec::new() }
    }

    fn has(&self, node: &Node) -> bool {
        node.is_in(self.state.part)
            || node.secret
            || matches!(&node.kind, Kind::Object(inner) if inner.iter().any(|p| p.node.secret))
    }

    fn property(&self, property: &Property, form: &str, prefix: &str) -> Field {
        let mut field = self.node(&property.node, form, &join(prefix, &property.name));
        field.required = property.required;
        if field.label.is_empty() {
            field.label = property.name.clone();
        }
        field
    }

    /// `form` is `w` or `g.<ARS>`, `path` the place below it.
    fn node(&self, node: &Node, form: &str, path: &str) -> Field {
        let place = match form.strip_prefix("g.") {
            Some(ars) => join(&join(GEMEINDEN, ars), path),
            None => path.to_owned(),
        };
        let value = get(self.state.values, &place);
        let mut field = Field::new(join(form, path), node.title.get(self.lang));
        field.help = node.help.get(self.lang).to_owned();
        field.kind = self.kind(node, form, path, value);
        if !node.secret {
            field.value = value.map(|v| self.show(node, v)).unwrap_or_default();
            field.neighbour_value = self
                .state
                .neighbour
                .and_then(|n| get(n, path))
                .map(|v| self.display(node, v))
                .filter(|v| !v.is_empty());
        }
        field.error = self.state.errors.iter().find(|e| e.path == place).map(|e| e.text(self.lang));
        field.condition = node.condition.as_ref().map(|c| Condition {
            name: join("w", &c.path),
            equals: c.equals.as_str().map_or_else(|| c.equals.to_string(), str::to_owned),
        });
        field.per_gemeinde = node.gemeinde;
        field.stage_value = node.stage;
        field.without_test = node.without_test;
        field
    }

    fn kind(&self, node: &Node, form: &str, path: &str, value: Option<&Value>) -> FieldKind {
        match &node.kind {
            _ if node.secret => FieldKind::Secret { is_set: self.state.secrets.contains(path) },
            Kind::Text { format: Some(Format::Date), .. } => FieldKind::Date,
            Kind::Text { format: Some(Format::Email), .. } => FieldKind::Email,
            Kind::Text { format: Some(Format::Uri), .. } => FieldKind::Url,
            Kind::Text { max, .. } if max.is_some_and(|m| m > LONG_TEXT) => FieldKind::LongText { max_length: *max },
            Kind::Text { min, max, pattern, .. } => {
                FieldKind::Text { min_length: *min, max_length: *max, pattern: pattern.as_deref().and_then(whole) }
            }
            Kind::Number { integer, min, max, .. } => {
                let show = |n: &serde_json::Number| number(n, None, self.lang);
                FieldKind::Number { integer: *integer, min: min.as_ref().map(show), max: max.as_ref().map(show) }
            }
            Kind::Boolean => FieldKind::Checkbox,
            Kind::Choice(choices) => FieldKind::Select { options: choices.iter().map(|c| self.option(c)).collect() },
            Kind::List { items, max, .. } => {
                let count = value.and_then(Value::as_array).map_or(0, Vec::len);
                let entry = |i: usize| {
                    let mut field = self.node(items, form, &join(path, &i.to_string()));
                    let title = if field.label.is_empty() { node.title.get(self.lang) } else { &field.label };
                    field.label = format!("{title} {}", i + 1);
                    field
                };
                let next = join(path, &count.to_string());
                FieldKind::List {
                    items: (0..count).map(entry).collect(),
                    can_add: (count as u64) < max.unwrap_or(MAX_ITEMS),
                    next_name: join(form, &next),
                }
            }
            Kind::Object(properties) => {
                let inside = properties.iter().filter(|p| node.stage || self.has(&p.node));
                FieldKind::Group { fields: inside.map(|p| self.property(p, form, path)).collect() }
            }
        }
    }

    fn option(&self, choice: &Choice) -> SelectOption {
        let value = choice.value.as_str().map_or_else(|| choice.value.to_string(), str::to_owned);
        SelectOption { value, label: choice.title.get(self.lang).to_owned() }
    }

    /// As it stands in the field.
    fn show(&self, node: &Node, value: &Value) -> String {
        match value {
            Value::String(text) => text.clone(),
            Value::Number(n) => match &node.kind {
                Kind::Number { decimals, .. } => number(n, *decimals, self.lang),
                _ => n.to_string(),
            },
            Value::Bool(yes) => yes.to_string(),
            _ => String::new(),
        }
    }

    /// As it is read beside the field.
    fn display(&self, node: &Node, value: &Value) -> String {
        match (&node.kind, value) {
            (Kind::Boolean, Value::Bool(yes)) => {
                if *yes { self.lang.pick("Ja", "Yes") } else { self.lang.pick("Nein", "No") }.to_owned()
            }
            (Kind::Choice(choices), value) => choices
                .iter()
                .find(|c| c.value == *value)
                .map(|c| c.title.get(self.lang).to_owned())
                .unwrap_or_default(),
            _ => self.show(node, value),
        }
    }

    fn table(&self, schema: &ConfigSchema) -> Option<GemeindeTable> {
        if self.state.gemeinden.is_empty() || self.state.part == Part::Stage || !schema.has_gemeinde_values() {
            return None;
        }
        let own: Vec<&Property> = schema.properties.iter().filter(|p| p.node.gemeinde).collect();
        let rows = self.state.gemeinden.iter().map(|(ars, name)| {
            let mut fields = Vec::new();
            for property in &own {
                self.cells(property, &join("g", ars.as_str()), "", "", &mut fields);
            }
            GemeindeRow { ars: ars.as_str().to_owned(), name: name.clone(), fields }
        });
        let rows: Vec<GemeindeRow> = rows.collect();
        let columns = rows.first().map(|row| row.fields.iter().map(|f| f.label.clone()).collect()).unwrap_or_default();
        Some(GemeindeTable { columns, rows })
    }

    /// Objects become several columns; lists stay with the Verwaltung, since a cell holds one value.
    fn cells(&self, property: &Property, form: &str, prefix: &str, label: &str, out: &mut Vec<Field>) {
        let path = join(prefix, &property.name);
        let mut field = self.property(property, form, prefix);
        if !label.is_empty() {
            field.label = format!("{label}: {}", field.label);
        }
        match &property.node.kind {
            Kind::Object(inner) => {
                for property in inner {
                    self.cells(property, form, &path, &field.label, out);
                }
            }
            Kind::List { .. } => {}
            _ => {
                field.inherited =
                    get(self.state.values, &path).map(|v| self.display(&property.node, v)).filter(|v| !v.is_empty());
                field.neighbour_value = None;
                field.required = property.required && field.inherited.is_none();
                // In a cell, "inherit" must be one of the choices.
                if matches!(property.node.kind, Kind::Boolean) {
                    field.kind = FieldKind::Select { options: self.yes_no() };
                }
                out.push(field);
            }
        }
    }

    fn yes_no(&self) -> Vec<SelectOption> {
        let option = |value: &str, label: &str| SelectOption { value: value.to_owned(), label: label.to_owned() };
        vec![option("true", self.lang.pick("Ja", "Yes")), option("false", self.lang.pick("Nein", "No"))]
    }
}

/// HTML patterns match the whole value, those of JSON Schema any part of it.
fn whole(pattern: &str) -> Option<String> {
    pattern.strip_prefix('^').and_then(|p| p.strip_suffix('$')).filter(|p| !p.ends_with('\\')).map(str::to_owned)
}

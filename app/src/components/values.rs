//! The generated form of a Verfahren: groups of fields, lists, and the table of Gemeinden. Everything works without
//! JavaScript: fields that depend on others are then all visible, with a hint.

use super::{
    field::{self, Input, Item},
    form::submit,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    form::{Condition, Field, FieldKind, Form, GemeindeRow, GemeindeTable, Group},
};

/// All groups and the table.
pub fn form(l: Lang, form: &Form) -> AnyView {
    let groups = form.groups.iter().map(|g| group(l, form, g)).collect_view();
    let table = form.gemeinden.as_ref().map(|t| gemeinden(l, t));
    view! { {groups} {table} }.into_any()
}

fn group(l: Lang, form: &Form, group: &Group) -> AnyView {
    let id = format!("gruppe-{}", group.id);
    let help = (!group.help.is_empty()).then(|| view! { <p class="portal-form__note">{group.help.clone()}</p> });
    let fields = group.fields.iter().map(|f| field(l, form, f)).collect_view();
    view! {
        <section class="portal-form__section" aria-labelledby=id.clone()>
            <h2 class="kern-heading-medium" id=id.clone()>{group.title.clone()}</h2>
            {help}
            {fields}
        </section>
    }
    .into_any()
}

/// One field with what belongs to it: its condition, what a neighbour has, what it inherits.
fn field(l: Lang, form: &Form, f: &Field) -> AnyView {
    let control = control(l, form, f);
    let mut notes = Vec::new();
    if let Some(value) = f.neighbour_value.as_deref().filter(|v| !v.is_empty()) {
        notes.push(format!("{} {value}", l.pick("Nachbarverwaltung:", "Neighbouring administration:")));
    }
    if f.per_gemeinde {
        notes.push(
            l.pick("Kann unten je Gemeinde abweichen.", "May differ per Gemeinde in the table below.").to_owned(),
        );
    }
    let notes = notes.into_iter().map(|n| view! { <p>{n}</p> }).collect::<Vec<_>>();
    let content = if notes.is_empty() {
        control
    } else {
        view! { <div class="portal-beside">{control} <div class="portal-beside__hint">{notes}</div></div> }.into_any()
    };
    match &f.condition {
        None => content,
        Some(condition) => view! {
            <div class="portal-conditional" data-if=condition.name.clone() data-equals=condition.equals.clone()>
                <p class="portal-form__note" data-if-hint="">{condition_text(l, form, condition)}</p>
                {content}
            </div>
        }
        .into_any(),
    }
}

/// „Nur ausfüllen, wenn …"
fn condition_text(l: Lang, form: &Form, condition: &Condition) -> String {
    let other = form.groups.iter().find_map(|g| find(&g.fields, &condition.name));
    let label = other.map_or(condition.name.as_str(), |f| f.label.as_str());
    let value = match (other.map(|f| &f.kind), condition.equals.as_str()) {
        (Some(FieldKind::Select { options }), value) => {
            options.iter().find(|o| o.value == value).map_or(value, |o| o.label.as_str())
        }
        (_, "true" | "1") => l.pick("Ja", "yes"),
        (_, "false" | "0") => l.pick("Nein", "no"),
        (_, value) => value,
    };
    match l {
        Lang::De => format!("Nur ausfüllen, wenn bei „{label}“ „{value}“ steht:"),
        Lang::En => format!("Fill in only if “{label}” is “{value}”:"),
    }
}

fn find<'a>(fields: &'a [Field], name: &str) -> Option<&'a Field> {
    fields.iter().find_map(|f| match &f.kind {
        _ if f.name == name => Some(f),
        FieldKind::Group { fields } => find(fields, name),
        FieldKind::List { items, .. } => find(items, name),
        _ => None,
    })
}

fn base(l: Lang, f: &Field) -> Input {
    let mut hint = f.help.clone();
    let mut add = |text: &str| {
        if !hint.is_empty() {
            hint.push(' ');
        }
        hint.push_str(text);
    };
    if f.stage_value {
        add(l.pick("Gilt nur für diese Umgebung (Umgebungswert).", "Applies to this environment only."));
    }
    if f.without_test {
        add(l.pick("Geht ohne neuen Testlauf in Betrieb.", "Goes live without a new test run."));
    }
    Input {
        id: f.html_id(),
        name: f.name.clone(),
        label: f.label.clone(),
        hint,
        value: f.value.clone(),
        required: f.required,
        error: f.error.as_ref().map(|e| e.text.clone()),
        autocomplete: Some("off"),
        ..Input::default()
    }
}

fn control(l: Lang, form: &Form, f: &Field) -> AnyView {
    let base = base(l, f);
    match &f.kind {
        FieldKind::Text { max_length, .. } => {
            let width = if max_length.is_some_and(|n| n <= 24) { "medium" } else { "" };
            field::input(l, Input { max_length: *max_length, width, ..base })
        }
        FieldKind::LongText { max_length } => field::text_area(l, Input { max_length: *max_length, ..base }),
        FieldKind::Number { integer, min, max } => {
            let range = match (min, max) {
                (Some(min), Some(max)) => format!("{min} {} {max}", l.pick("bis", "to")),
                (Some(min), None) => format!("{} {min}", l.pick("mindestens", "at least")),
                (None, Some(max)) => format!("{} {max}", l.pick("höchstens", "at most")),
                (None, None) => String::new(),
            };
            let hint = [base.hint.as_str(), &range].iter().filter(|t| !t.is_empty()).copied().collect::<Vec<_>>();
            let hint = hint.join(" · ");
            let mode = Some(if *integer { "numeric" } else { "decimal" });
            field::input(l, Input { hint, mode, width: "short", ..base })
        }
        FieldKind::Checkbox => checkbox(base),
        FieldKind::Select { options } => {
            let chosen = options.iter().any(|o| o.value == f.value);
            let none = Item {
                label: l.pick("Bitte wählen", "Please choose").to_owned(),
                selected: !chosen,
                ..Item::default()
            };
            let items = options.iter().map(|o| Item {
                value: o.value.clone(),
                label: o.label.clone(),
                selected: o.value == f.value,
                ..Item::default()
            });
            field::select(l, base, std::iter::once(none).chain(items).collect())
        }
        FieldKind::Date => field::input(l, Input { kind: "date", width: "medium", ..base }),
        FieldKind::Email => field::input(l, Input { kind: "email", ..base }),
        FieldKind::Url => field::input(l, Input { kind: "url", ..base }),
        FieldKind::Secret { is_set } => secret(l, base, *is_set),
        FieldKind::List { items, can_add, .. } => list(l, form, f, items, *can_add),
        FieldKind::Group { fields } => {
            let parts = fields.iter().map(|part| field(l, form, part)).collect_view();
            fieldset(&base, parts.into_any())
        }
    }
}

/// Yes or no: the hidden field says no, a ticked box of the same name yes.
fn checkbox(base: Input) -> AnyView {
    let item = Item {
        value: "1".into(),
        label: base.label.clone(),
        selected: matches!(base.value.as_str(), "true" | "1"),
        note: (!base.hint.is_empty()).then(|| base.hint.clone()),
        disabled: false,
    };
    let class = if base.error.is_some() { "kern-fieldset kern-fieldset--error" } else { "portal-check" };
    view! {
        <div class=class>
            <input type="hidden" name=base.name.clone() value="0" />
            {field::choice(&base.id, &base.name, "checkbox", &item, false)}
            {field::error(&base.id, base.error.as_deref())}
        </div>
    }
    .into_any()
}

/// Write-only: what is stored never comes back to the page.
fn secret(l: Lang, base: Input, is_set: bool) -> AnyView {
    let state = if is_set {
        l.pick(
            "Ein Wert ist hinterlegt. Leer lassen, um ihn zu behalten.",
            "A value is stored. Leave empty to keep it.",
        )
    } else {
        l.pick("Wird verschlüsselt abgelegt und nie wieder angezeigt.", "Stored encrypted and never shown again.")
    };
    // Packages may say the same themselves.
    let hint = match base.hint.as_str() {
        "" => state.to_owned(),
        said if said.contains(state) => said.to_owned(),
        said => format!("{said} {state}"),
    };
    field::input(
        l,
        Input {
            kind: "password",
            autocomplete: Some("new-password"),
            value: String::new(),
            required: base.required && !is_set,
            hint,
            ..base
        },
    )
}

fn list(l: Lang, form: &Form, f: &Field, items: &[Field], can_add: bool) -> AnyView {
    let base = base(l, f);
    let rows = items.iter().map(|item| view! { <div class="portal-rows__row">{field(l, form, item)}</div> });
    let label = format!("{}: {}", f.label, l.pick("weiterer Eintrag", "another entry"));
    let add = can_add.then(|| submit("secondary", "aktion", &format!("zeile.{}", f.name), &label));
    let note = (!items.is_empty()).then(|| {
        let text = l.pick("Leere Einträge fallen beim Speichern weg.", "Empty entries are dropped when you save.");
        view! { <p class="portal-form__note">{text}</p> }
    });
    let content = view! { <div class="portal-rows">{rows.collect_view()}</div> {note} {add} };
    fieldset(&base, content.into_any())
}

fn fieldset(base: &Input, content: AnyView) -> AnyView {
    let class = if base.error.is_some() { "kern-fieldset kern-fieldset--error" } else { "kern-fieldset" };
    view! {
        <fieldset class=class id=base.id.clone() tabindex="-1">
            <legend class="kern-label">{base.label.clone()}</legend>
            {field::hint(&base.id, &base.hint)}
            <div class="kern-fieldset__body">{content}</div>
            {field::error(&base.id, base.error.as_deref())}
        </fieldset>
    }
    .into_any()
}

/// The table of values per Gemeinde. An empty cell inherits the value of the Verwaltung, shown in it as a hint.
fn gemeinden(l: Lang, table: &GemeindeTable) -> AnyView {
    let copy = l.pick("Für alle übernehmen", "Use for all");
    let heads = table.columns.iter().enumerate().map(|(i, column)| {
        let name = format!("{copy}: {column}");
        view! {
            <th scope="col">
                {column.clone()}
                <button
                    class="portal-link-button portal-values__copy"
                    type="button"
                    hidden=true
                    data-copy=i.to_string()
                    aria-label=name
                >
                    {copy}
                </button>
            </th>
        }
    });
    let rows = table.rows.iter().map(|r| row(l, table, r)).collect_view();
    let title = l.pick("Abweichungen je Gemeinde", "Differences per Gemeinde");
    view! {
        <section class="portal-form__section" aria-labelledby="gemeinden">
            <h2 class="kern-heading-medium" id="gemeinden">{title}</h2>
            <p class="portal-form__note">
                {l.pick(
                    "Ein leeres Feld übernimmt den Wert der Verwaltung; er steht grau darin. Abweichungen sind hinterlegt.",
                    "An empty cell takes the administration's value, shown in grey. Differences are shaded.",
                )}
            </p>
            <div class="portal-table-scroll" role="region" tabindex="0" aria-labelledby="gemeinden">
                <table class="portal-table portal-table--fixed portal-values">
                    <thead>
                        <tr>
                            <th scope="col">{l.pick("Gemeinde", "Gemeinde")}</th>
                            {heads.collect_view()}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn row(l: Lang, table: &GemeindeTable, row: &GemeindeRow) -> AnyView {
    let cells = row.fields.iter().enumerate().map(|(i, f)| {
        let column = table.columns.get(i).map_or(f.label.as_str(), String::as_str);
        cell(l, i, &format!("{}: {column}", row.name), f)
    });
    view! {
        <tr>
            <th scope="row">{row.name.clone()}</th>
            {cells.collect_view()}
        </tr>
    }
    .into_any()
}

fn cell(l: Lang, column: usize, name: &str, f: &Field) -> AnyView {
    let id = f.html_id();
    let shown = match &f.kind {
        FieldKind::Select { options } => options.iter().find(|o| o.value == f.value).map_or(&f.value, |o| &o.label),
        _ => &f.value,
    };
    let differs = !f.value.is_empty() && f.inherited.as_ref().is_some_and(|inherited| inherited != shown);
    let class = match (&f.error, differs) {
        (Some(_), _) => "portal-table__faulty",
        (None, true) => "portal-table__differs",
        (None, false) => "",
    };
    let invalid = f.error.is_some().then_some("true");
    let error_id = format!("{id}-fehler");
    let described = f.error.is_some().then(|| error_id.clone());
    let inherited = f.inherited.clone().unwrap_or_default();
    let options = match &f.kind {
        FieldKind::Select { options } => options.clone(),
        FieldKind::Checkbox => ["true", "false"]
            .iter()
            .map(|v| portal_model::form::SelectOption {
                value: (*v).to_owned(),
                label: if *v == "true" { l.pick("Ja", "Yes") } else { l.pick("Nein", "No") }.to_owned(),
            })
            .collect(),
        _ => Vec::new(),
    };
    let control = if options.is_empty() {
        let (kind, mode) = match &f.kind {
            FieldKind::Number { integer: true, .. } => ("text", Some("numeric")),
            FieldKind::Number { .. } => ("text", Some("decimal")),
            FieldKind::Date => ("date", None),
            FieldKind::Email => ("email", None),
            _ => ("text", None),
        };
        view! {
            <input
                id=id
                name=f.name.clone()
                type=kind
                inputmode=mode
                value=f.value.clone()
                placeholder=inherited
                autocomplete="off"
                aria-label=name.to_owned()
                aria-invalid=invalid
                aria-describedby=described
                data-column=column.to_string()
            />
        }
        .into_any()
    } else {
        let chosen = f.value.clone();
        let inherits = options.iter().find(|o| o.value == inherited).map_or(inherited.clone(), |o| o.label.clone());
        let none = format!("{} {inherits}", l.pick("wie Verwaltung:", "as administration:"));
        let entries = options.into_iter().map(|o| {
            let selected = o.value == chosen;
            view! { <option value=o.value selected=selected>{o.label}</option> }
        });
        view! {
            <select
                id=id
                name=f.name.clone()
                aria-label=name.to_owned()
                aria-invalid=invalid
                aria-describedby=described
                data-column=column.to_string()
            >
                <option value="">{none}</option>
                {entries.collect_view()}
            </select>
        }
        .into_any()
    };
    let error = f.error.clone().map(|e| view! { <span class="portal-values__error" id=error_id>{e.text}</span> });
    view! { <td class=class>{control} {error}</td> }.into_any()
}

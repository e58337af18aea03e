//! The configuration form: fields that depend on others come and go, a column of the table is filled or pasted at once, and
//! findings come from the server when a field is left. No schema engine in WASM.

use leptos::prelude::*;

/// Draws nothing; it listens to the form of the page.
#[island]
pub fn ConfigForm() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    enhance::start();
    view! { <span hidden=true></span> }
}

#[cfg(feature = "hydrate")]
mod enhance {
    use crate::islands::dom;
    use std::{cell::RefCell, collections::BTreeSet, rc::Rc};
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::spawn_local;
    use web_sys::{
        ClipboardEvent, Element, Event, FormData, HtmlFormElement, HtmlInputElement, HtmlSelectElement, UrlSearchParams,
    };

    const CONTROLS: &str = "input:not([type=hidden]),select,textarea";

    pub fn start() {
        let Some(form) = dom::find::<HtmlFormElement>("main form.portal-form") else { return };
        let root: Element = form.clone().into();
        tick_all(&root);
        copy_columns(&root);
        paste_cells(&root);
        let conditional = dom::all(&root, "[data-if]");
        for hint in dom::all(&root, "[data-if-hint]") {
            dom::set_hidden(&hint, true);
        }
        let place = root.clone();
        let update = move || {
            for part in &conditional {
                let value = value_of(&place, &dom::attribute(part, "data-if"));
                dom::set_hidden(part, value != dom::attribute(part, "data-equals"));
            }
        };
        update();
        dom::on(&form, "change", move |_: Event| update());
        if let Some(check) = dom::find::<Element>("[data-check]") {
            check_on_leaving(&form, dom::attribute(&check, "data-check"));
        }
    }

    /// What a field holds; a checkbox `true` or `false`.
    fn value_of(root: &Element, name: &str) -> String {
        let control = dom::all(root, CONTROLS).into_iter().find(|c| dom::attribute(c, "name") == name);
        control.map(|c| read(&c)).unwrap_or_default()
    }

    fn read(control: &Element) -> String {
        if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
            return if input.type_() == "checkbox" { input.checked().to_string() } else { input.value() };
        }
        control.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value).unwrap_or_default()
    }

    fn write(control: &Element, value: &str) {
        if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
            input.set_value(value);
        } else if let Some(select) = control.dyn_ref::<HtmlSelectElement>() {
            select.set_value(value);
        }
    }

    /// „Alle auswählen".
    fn tick_all(root: &Element) {
        for button in dom::all(root, "[data-check-all]") {
            dom::set_hidden(&button, false);
            let boxes = dom::all(root, &format!("input[name={}]", dom::attribute(&button, "data-check-all")));
            dom::on(&button, "click", move |_: Event| {
                let boxes = || boxes.iter().filter_map(|b| b.dyn_ref::<HtmlInputElement>());
                let all = boxes().all(HtmlInputElement::checked);
                boxes().for_each(|b| b.set_checked(!all));
            });
        }
    }

    /// „Für alle übernehmen": the value of the cell that was used last in this column, or else the first filled one.
    fn copy_columns(root: &Element) {
        let last: Rc<RefCell<Option<Element>>> = Rc::default();
        let seen = last.clone();
        dom::on(root, "focusin", move |e: Event| {
            let cell = e.target().and_then(|t| t.dyn_into::<Element>().ok());
            if let Some(cell) = cell.filter(|c| c.has_attribute("data-column")) {
                seen.replace(Some(cell));
            }
        });
        for button in dom::all(root, "[data-copy]") {
            dom::set_hidden(&button, false);
            let column = dom::attribute(&button, "data-copy");
            let cells = dom::all(root, &format!("[data-column=\"{column}\"]"));
            let last = last.clone();
            dom::on(&button, "click", move |_: Event| {
                let used = last.borrow().clone().filter(|c| dom::attribute(c, "data-column") == column);
                let used = used.or_else(|| cells.iter().find(|c| !read(c).is_empty()).cloned());
                if let Some(value) = used.map(|cell| read(&cell)) {
                    cells.iter().for_each(|cell| write(cell, &value));
                }
            });
        }
    }

    /// A block copied from a spreadsheet goes into as many cells.
    fn paste_cells(root: &Element) {
        let table = root.clone();
        dom::on(root, "paste", move |e: ClipboardEvent| {
            let Some(cell) = e.target().and_then(|t| t.dyn_into::<Element>().ok()) else { return };
            let text = e.clipboard_data().and_then(|d| d.get_data("text/plain").ok()).unwrap_or_default();
            let block = text.trim_end_matches(['\r', '\n']);
            if !cell.has_attribute("data-column") || !block.contains(['\t', '\n']) {
                return;
            }
            e.prevent_default();
            let rows: Vec<Vec<Element>> =
                dom::all(&table, "tbody tr").iter().map(|row| dom::all(row, "[data-column]")).collect();
            let place = rows.iter().enumerate().find_map(|(i, r)| Some((i, r.iter().position(|c| *c == cell)?)));
            let Some((first, column)) = place else { return };
            for (line, cells) in block.lines().zip(&rows[first..]) {
                for (value, cell) in line.split('\t').zip(&cells[column..]) {
                    write(cell, value.trim());
                }
            }
        });
    }

    /// Asks the server when a field is left, and shows what it says about the fields that were left so far.
    fn check_on_leaving(form: &HtmlFormElement, url: String) {
        let visited: Rc<RefCell<BTreeSet<String>>> = Rc::default();
        let form = form.clone();
        dom::on(&form.clone(), "focusout", move |e: Event| {
            let Some(control) = e.target().and_then(|t| t.dyn_into::<Element>().ok()) else { return };
            let name = dom::attribute(&control, "name");
            if name.is_empty() || control.tag_name() == "BUTTON" {
                return;
            }
            visited.borrow_mut().insert(name);
            let Ok(data) = FormData::new_with_form(&form) else { return };
            let Ok(body) = UrlSearchParams::new_with_str_sequence_sequence(&data) else { return };
            let (form, url, visited) = (form.clone(), url.clone(), visited.clone());
            spawn_local(async move {
                if let Some(answer) = dom::fetch(&url, Some(body)).await {
                    show(&form, &answer, &visited.borrow());
                }
            });
        });
    }

    fn show(form: &Element, answer: &str, visited: &BTreeSet<String>) {
        let errors: Vec<(String, String)> = dom::json_list(answer, "errors")
            .iter()
            .map(|e| (dom::get_text(e, "name"), dom::get_text(e, "text")))
            .collect();
        for control in dom::all(form, CONTROLS) {
            let name = dom::attribute(&control, "name");
            if visited.contains(&name) {
                let text = errors.iter().find(|(n, _)| *n == name).map(|(_, text)| text.as_str());
                mark(&control, text);
            }
        }
    }

    /// Puts an error at a field, changes it, or takes it away.
    fn mark(control: &Element, text: Option<&str>) {
        let id = format!("{}-fehler", control.id());
        let Some(document) = dom::document() else { return };
        let old = document.get_element_by_id(&id);
        let described = dom::attribute(control, "aria-describedby");
        let mut others: Vec<&str> = described.split_whitespace().filter(|d| *d != id).collect();
        let in_table = control.has_attribute("data-column");
        match text {
            Some(text) => {
                let _ = control.set_attribute("aria-invalid", "true");
                others.push(&id);
                let place = old.or_else(|| {
                    let note = document.create_element(if in_table { "span" } else { "p" }).ok()?;
                    note.set_id(&id);
                    note.set_class_name(if in_table { "portal-values__error" } else { "kern-error" });
                    control.parent_element()?.append_child(&note).ok()?;
                    Some(note)
                });
                if let Some(place) = place {
                    place.set_text_content(Some(text));
                }
            }
            None => {
                let _ = control.remove_attribute("aria-invalid");
                if let Some(old) = old {
                    old.remove();
                }
            }
        }
        let _ = if others.is_empty() {
            control.remove_attribute("aria-describedby")
        } else {
            control.set_attribute("aria-describedby", &others.join(" "))
        };
        let frame = control.closest(if in_table { "td" } else { ".kern-form-input" }).ok().flatten();
        if let Some(frame) = frame {
            let class = if in_table { "portal-table__faulty" } else { "kern-form-input--error" };
            let _ = frame.class_list().toggle_with_force(class, text.is_some());
        }
        let class = format!("{}--error", control.class_name().split_whitespace().next().unwrap_or_default());
        if !in_table && class.starts_with("kern-") {
            let _ = control.class_list().toggle_with_force(&class, text.is_some());
        }
    }
}

//! The frame of a filtered list: heading, search and filters in the address, how many there are, rows, the next page.

use super::{
    button_link, empty,
    field::Item,
    page_header,
    table::{self, Cell},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Choice, Frame},
};

/// A filter with the choices of the page model.
pub struct Filter<'a> {
    /// Name in the address.
    pub name: &'static str,
    /// Label.
    pub label: &'static str,
    /// The choice that shows everything; without one, the model's own first choice does.
    pub all: Option<&'static str>,
    /// Choices of the model.
    pub choices: &'a [Choice],
    /// The same for the drop-down list.
    pub items: Vec<Item>,
}

/// A list.
pub struct List<'a> {
    /// Heading.
    pub title: &'static str,
    /// What it shows.
    pub lead: &'static str,
    /// Path without language prefix.
    pub path: &'static str,
    /// Label of the search text.
    pub search: &'static str,
    /// Search text.
    pub q: &'a str,
    /// Filters; those without a choice are left out.
    pub filters: Vec<Filter<'a>>,
    /// „48 Einträge".
    pub count: String,
    /// Rows.
    pub rows: Vec<Vec<Cell>>,
    /// What stands there when there is nothing at all: title, help, way on.
    pub nothing: (&'static str, &'static str, Option<AnyView>),
    /// Cursor of the next page.
    pub next: Option<&'a str>,
}

impl<'a> Filter<'a> {
    /// The filter by Verwaltung, where there are several.
    pub fn municipality(l: Lang, choices: &'a [Choice]) -> Self {
        Self {
            name: "verwaltung",
            label: l.pick("Verwaltung", "Administration"),
            all: Some(l.pick("Alle", "All")),
            choices,
            items: table::items(l, choices, |c| c.label.clone()),
        }
    }
}

/// The list as the content of its page.
pub fn list(frame: &Frame, list: List<'_>) -> AnyView {
    let l = frame.lang;
    // A filter without „Alle" always has a choice, so it alone narrows nothing that somebody asked for.
    let narrowed = !list.q.is_empty() || list.filters.iter().any(|f| f.all.is_some() && !chosen(f.choices).is_empty());
    let mut query = vec![("q", list.q)];
    query.extend(list.filters.iter().map(|f| (f.name, chosen(f.choices))));
    let filters = list.filters.into_iter().filter_map(|f| table::filter(l, f.name, f.label, f.all, f.items)).collect();
    let rows = match (list.rows.is_empty(), narrowed) {
        (false, _) => table::table(list.title, list.rows),
        (true, true) => {
            let reset = button_link(
                "secondary",
                l.path(list.path),
                l.pick("Suche und Filter zurücksetzen", "Reset search and filters"),
            );
            let help = l.pick(
                "Zu dieser Suche und diesen Filtern gibt es nichts.",
                "There is nothing for this search and these filters.",
            );
            empty(l.pick("Nichts gefunden", "Nothing found"), help, Some(reset))
        }
        (true, false) => empty(list.nothing.0, list.nothing.1, list.nothing.2),
    };
    view! {
        {page_header(list.title, list.lead)}
        <div class="portal-stack">
            {table::filter_form(l, list.path, list.search, list.q, filters)}
            {table::results(list.count)}
            {rows}
            {table::more(l, list.path, query, list.next, !frame.path.contains("nach="))}
        </div>
    }
    .into_any()
}

/// Value of the chosen one.
pub fn chosen(choices: &[Choice]) -> &str {
    choices.iter().find(|c| c.selected).map_or("", |c| c.value.as_str())
}

//! Lists with filters: the filter form in the address, tables, the way to the next page.

use super::{
    address::with_query,
    field::{self, Input, Item},
};
use crate::i18n::format;
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{Lang, pages::Choice};

/// A cell: name of its column and content.
pub type Cell = (&'static str, AnyView);

/// A table whose rows become blocks on a phone. The first cell of a row is its heading.
pub fn table(caption: &str, rows: Vec<Vec<Cell>>) -> AnyView {
    let heads = rows.first().map(|row| row.iter().map(|(name, _)| *name).collect::<Vec<_>>()).unwrap_or_default();
    let heads = heads.into_iter().map(|name| view! { <th scope="col" role="columnheader">{name}</th> });
    let rows = rows.into_iter().map(|row| {
        let cells = row.into_iter().enumerate().map(|(i, (name, content))| {
            if i == 0 {
                view! { <th scope="row" role="rowheader" data-label=name><span>{content}</span></th> }.into_any()
            } else {
                view! { <td role="cell" data-label=name><span>{content}</span></td> }.into_any()
            }
        });
        view! { <tr role="row">{cells.collect_view()}</tr> }
    });
    view! {
        <table class="portal-table" role="table">
            <caption class="kern-sr-only">{caption.to_owned()}</caption>
            <thead role="rowgroup">
                <tr role="row">{heads.collect_view()}</tr>
            </thead>
            <tbody role="rowgroup">{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// A filter as a drop-down list; the empty choice shows everything. `choices` with fewer than two entries are no filter.
pub fn filter(l: Lang, name: &str, label: &str, all: Option<&str>, choices: Vec<Item>) -> Option<AnyView> {
    if choices.is_empty() {
        return None;
    }
    let any_selected = choices.iter().any(|c| c.selected);
    let all = all.map(|text| Item { label: text.to_owned(), selected: !any_selected, ..Item::default() });
    let input = Input { required: true, ..Input::new(name, label) };
    Some(field::select(l, input, all.into_iter().chain(choices).collect()))
}

/// Choices of a model as items, with counts where they are known.
pub fn items(l: Lang, choices: &[Choice], label: impl Fn(&Choice) -> String) -> Vec<Item> {
    let text = |c: &Choice| match c.count {
        Some(count) => format!("{} ({})", label(c), format::number(l, count)),
        None => label(c),
    };
    choices
        .iter()
        .map(|c| Item { value: c.value.clone(), label: text(c), selected: c.selected, ..Item::default() })
        .collect()
}

/// The form with search text and filters; it reads (GET), so the address can be kept and sent on.
pub fn filter_form(l: Lang, path: &str, search_label: &str, q: &str, filters: Vec<AnyView>) -> AnyView {
    let search = Input {
        kind: "search",
        value: q.to_owned(),
        required: true,
        autocomplete: Some("off"),
        ..Input::new("q", search_label)
    };
    view! {
        <form class="portal-toolbar" method="get" action=l.path(path) role="search" novalidate=true>
            {field::input(l, search)} {filters}
            <button class="kern-btn kern-btn--secondary" type="submit">
                <span class="kern-label">{l.pick("Anzeigen", "Show")}</span>
            </button>
        </form>
    }
    .into_any()
}

/// How many there are, and the link to the next page.
pub fn more<'a>(
    l: Lang,
    path: &str,
    query: impl IntoIterator<Item = (&'a str, &'a str)>,
    next: Option<&'a str>,
    from_start: bool,
) -> Option<AnyView> {
    let query: Vec<(&str, &str)> = query.into_iter().collect();
    let first = (!from_start).then(|| {
        let href = with_query(&l.path(path), query.iter().copied());
        view! { <a class="portal-pagination__link" href=href>{l.pick("Zum Anfang", "To the beginning")}</a> }
    });
    let next = next.map(|cursor| {
        let href = with_query(&l.path(path), query.iter().copied().chain([("nach", cursor)]));
        view! { <a class="portal-pagination__link" rel="next" href=href>{l.pick("Weitere", "More")}</a> }
    });
    if first.is_none() && next.is_none() {
        return None;
    }
    Some(
        view! {
            <nav class="portal-pagination" aria-label=l.pick("Seiten der Liste", "Pages of the list")>
                {first}
                {next}
            </nav>
        }
        .into_any(),
    )
}

/// „48 Einträge" above a list.
pub fn results(text: String) -> AnyView {
    view! {
        <div class="portal-results">
            <p class="portal-results__count" role="status">{text}</p>
        </div>
    }
    .into_any()
}

//! The catalogue: search, facets, entries.

use crate::{
    Assets,
    components::{
        address::{encode, with_query},
        button_link, empty,
        field::{self, Input, Item},
        kept::Kept,
        page_header, table,
    },
    document::Shell,
    i18n::{format, words},
    islands::SearchBox,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{
        Frame,
        catalogue::{CatalogueEntry, CataloguePage, CatalogueSort, Facet},
    },
    verfahren::Provisioning,
};

const PATH: &str = "/verfahren";

static FACETS: Kept<Facet> = Kept::new(500);
static ENTRIES: Kept<CatalogueEntry> = Kept::new(4_000);

/// `GET /verfahren`
pub fn catalogue(frame: &Frame, assets: &Assets, m: &CataloguePage) -> String {
    let l = frame.lang;
    let title = l.pick("Verfahren", "Verfahren");
    Shell::new(frame, assets, title).islands().render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &CataloguePage) -> AnyView {
    let lead = l.pick(
        "Alle Verfahren, die Verwaltungen über das Portal nachnutzen können.",
        "All Verfahren that administrations can adopt through the portal.",
    );
    let count = format::count(l, m.total, ("Verfahren", "Verfahren"), ("Verfahren", "Verfahren"));
    let list = if m.entries.is_empty() {
        nothing(l)
    } else {
        let entries = m.entries.iter().map(|e| entry(l, e));
        view! { <ul class="portal-catalogue">{entries.collect_view()}</ul> }.into_any()
    };
    view! {
        {page_header(title, lead)}
        <form class="portal-stack portal-stack--large" method="get" action=l.path(PATH)>
            {search(l, &m.query.q)}
            <div class="portal-columns portal-columns--filter">
                {filters(l, m)}
                <div class="portal-stack">
                    {table::results(count)}
                    {chips(l, m)}
                    {list}
                    {pages(l, m)}
                </div>
            </div>
        </form>
    }
    .into_any()
}

fn search(l: Lang, q: &str) -> AnyView {
    let api = format!("/api/v1/verfahren?lang={}&limit=8&q=", l.tag());
    view! {
        <div class="portal-search" role="search">
            <div class="portal-search__field portal-combobox">
                <div class="kern-form-input">
                    <label class="kern-label" for="q" id="q-name">{l.pick("Verfahren suchen", "Search Verfahren")}</label>
                    <input
                        class="kern-form-input__input"
                        id="q"
                        name="q"
                        type="search"
                        value=q.to_owned()
                        autocomplete="off"
                        data-search=api
                        data-target=l.path("/verfahren/")
                        data-none=l.pick("Keine Vorschläge", "No suggestions")
                        data-some=l.pick("Vorschläge, mit Pfeiltasten wählen", "suggestions, choose with the arrow keys")
                    />
                </div>
                <SearchBox />
            </div>
            <button class="kern-btn kern-btn--primary" type="submit">
                <span class="kern-label">{l.pick("Suchen", "Search")}</span>
            </button>
        </div>
    }
    .into_any()
}

fn filters(l: Lang, m: &CataloguePage) -> AnyView {
    let groups =
        m.facets.iter().filter(|f| !f.choices.is_empty()).map(|f| FACETS.view(l, f, || facet(l, f))).collect_view();
    let chosen = m.query.sort.unwrap_or(CatalogueSort::Relevance);
    let sorts = CatalogueSort::ALL.iter().map(|sort| Item {
        value: sort.word().to_owned(),
        label: words::catalogue_sort(l, *sort).to_owned(),
        selected: *sort == chosen,
        ..Item::default()
    });
    let sort = Input { required: true, ..Input::new("sort", l.pick("Sortieren nach", "Sort by")) };
    let open = m.facets.iter().any(|f| f.choices.iter().any(|c| c.selected));
    view! {
        <div class="portal-filter">
            <details class="portal-filter__fold" open=open>
                <summary>{l.pick("Filter und Sortierung", "Filters and order")}</summary>
                <div class="portal-stack">
                    {groups} {field::select(l, sort, sorts.collect())}
                    <button class="kern-btn kern-btn--secondary" type="submit">
                        <span class="kern-label">{l.pick("Filter anwenden", "Apply filters")}</span>
                    </button>
                </div>
            </details>
        </div>
    }
    .into_any()
}

fn facet(l: Lang, facet: &Facet) -> AnyView {
    let choices = facet.choices.iter().enumerate().map(|(i, c)| {
        let id = format!("{}-{i}", facet.name);
        let label = words::facet_choice(l, &facet.name, &c.value, &c.label);
        let count = c.count.map(|n| view! { <span class="portal-facet__count">{format::number(l, n)}</span> });
        view! {
            <li>
                <label class="portal-facet__choice" for=id.clone()>
                    <input
                        id=id.clone()
                        type="checkbox"
                        name=facet.name.clone()
                        value=c.value.clone()
                        checked=c.selected
                    />
                    <span class="portal-facet__label">{label}</span>
                    {count}
                </label>
            </li>
        }
    });
    view! {
        <fieldset class="portal-filter__group">
            <legend class="portal-filter__title">{words::facet(l, &facet.name)}</legend>
            <ul class="portal-facet">{choices.collect_view()}</ul>
        </fieldset>
    }
    .into_any()
}

/// The address of the same search without one choice, and for another page.
fn address(l: Lang, m: &CataloguePage, without: Option<(&str, &str)>, page: Option<i64>) -> String {
    let q = &m.query;
    let sort = q.sort.map(CatalogueSort::word).unwrap_or_default();
    let page = page.map(|n| n.to_string()).unwrap_or_default();
    let lists = [("thema", &q.thema), ("land", &q.land), ("fuer", &q.fuer), ("ziel", &q.ziel)];
    let chosen = lists.iter().flat_map(|(name, values)| values.iter().map(|v| (*name, v.as_str())));
    let chosen = chosen.filter(|pair| Some(*pair) != without);
    let pairs = [("q", q.q.as_str())].into_iter().chain(chosen).chain([("sort", sort), ("seite", page.as_str())]);
    with_query(&l.path(PATH), pairs)
}

fn chips(l: Lang, m: &CataloguePage) -> Option<AnyView> {
    let chosen: Vec<_> = m
        .facets
        .iter()
        .flat_map(|f| f.choices.iter().filter(|c| c.selected).map(move |c| (f, c)))
        .map(|(f, c)| {
            let href = address(l, m, Some((&f.name, &c.value)), None);
            let label = words::facet_choice(l, &f.name, &c.value, &c.label);
            let say = l.pick("Filter entfernen: ", "Remove filter: ");
            view! {
                <li>
                    <a class="portal-chip" href=href>
                        <span class="kern-sr-only">{say}</span>
                        {label}
                    </a>
                </li>
            }
        })
        .collect();
    (!chosen.is_empty()).then(|| view! { <ul class="portal-chips">{chosen}</ul> }.into_any())
}

/// One entry of a list of Verfahren.
pub fn entry(l: Lang, e: &CatalogueEntry) -> AnyView {
    ENTRIES.view(l, e, || made(l, e))
}

fn made(l: Lang, e: &CatalogueEntry) -> AnyView {
    let href = l.path(&format!("{PATH}/{}", encode(&e.slug)));
    let used = match e.adopters {
        0 => l.pick("noch nicht im Einsatz", "not in use yet").to_owned(),
        n => format::count(
            l,
            n,
            ("Verwaltung nutzt es", "administration runs it"),
            ("Verwaltungen nutzen es", "administrations run it"),
        ),
    };
    let kinds =
        e.target_kinds.iter().map(|k| view! { <li><span class="portal-tag">{words::target_kind(l, *k)}</span></li> });
    let connected = (e.provisioning == Provisioning::Connected)
        .then(|| view! { <li><span class="portal-tag portal-tag--strong">{l.pick("Einer für Alle", "One for all")}</span></li> });
    view! {
        <li class="portal-entry">
            <h2 class="portal-entry__title"><a href=href>{e.name.get(l).to_owned()}</a></h2>
            <p class="portal-entry__text">{e.summary.get(l).to_owned()}</p>
            <ul class="portal-entry__facts">
                <li><span class="portal-tag">{e.topic.get(l).to_owned()}</span></li>
                {kinds.collect_view()}
                {connected}
                <li>{used}</li>
                <li>{l.pick("Version ", "Version ")} {e.version.clone()}</li>
                <li>{e.vendor.clone()}</li>
            </ul>
        </li>
    }
    .into_any()
}

fn nothing(l: Lang) -> AnyView {
    let action = button_link("secondary", l.path(PATH), l.pick("Alle Verfahren zeigen", "Show all Verfahren"));
    empty(
        l.pick("Nichts gefunden", "Nothing found"),
        l.pick(
            "Prüfen Sie die Schreibweise, nehmen Sie ein kürzeres Wort oder entfernen Sie Filter. Auch der Leistungsschlüssel funktioniert.",
            "Check the spelling, try a shorter word or remove filters. The key of a Leistung works too.",
        ),
        Some(action),
    )
}

fn pages(l: Lang, m: &CataloguePage) -> Option<AnyView> {
    if m.pages <= 1 {
        return None;
    }
    let link = |rel: &'static str, label: &'static str, page: i64| {
        let href = address(l, m, None, Some(page));
        view! { <a class="portal-pagination__link" rel=rel href=href>{label}</a> }
    };
    let previous = (m.page > 1).then(|| link("prev", l.pick("Zurück", "Previous"), m.page - 1));
    let next = (m.page < m.pages).then(|| link("next", l.pick("Weiter", "Next"), m.page + 1));
    let numbers = (1..=m.pages).filter(|n| *n == 1 || *n == m.pages || (n - m.page).abs() <= 2).map(|n| {
        let href = address(l, m, None, Some(n));
        let current = (n == m.page).then_some("page");
        let name = format!("{} {n}", l.pick("Seite", "Page"));
        view! { <li><a class="portal-pages__link" href=href aria-current=current aria-label=name>{n}</a></li> }
    });
    let place = format!("{} {} {} {}", l.pick("Seite", "Page"), m.page, l.pick("von", "of"), m.pages);
    Some(
        view! {
            <nav class="portal-pagination" aria-label=l.pick("Seiten", "Pages")>
                {previous}
                <ol class="portal-pages">{numbers.collect_view()}</ol>
                <span class="portal-pagination__place">{place}</span>
                {next}
            </nav>
        }
        .into_any(),
    )
}

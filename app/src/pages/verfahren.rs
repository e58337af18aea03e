//! The Steckbrief of a Verfahren.

use crate::{
    Assets,
    components::{
        address::with_query, alert, bullet_list, button_link, day, details, facts, link, outside_link, package,
        page_header_with, paragraphs, section, table, text,
    },
    document::Shell,
    i18n::{format, words},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{
        Frame,
        catalogue::{Adopter, Related, Suitability, VerfahrenPage, VersionRow},
    },
};

/// `GET /verfahren/{slug}`
pub fn verfahren(frame: &Frame, assets: &Assets, m: &VerfahrenPage) -> String {
    let l = frame.lang;
    let title = m.name.get(l).to_owned();
    Shell::new(frame, assets, title.as_str())
        .crumb(l.pick("Verfahren", "Verfahren"), "/verfahren")
        .render(|| content(frame, &title, m))
}

fn content(frame: &Frame, title: &str, m: &VerfahrenPage) -> AnyView {
    let l = frame.lang;
    let request = l.path(&format!("/verfahren/{}/nachnutzen", m.slug));
    let action = if m.may_request {
        Some(button_link("primary", request, l.pick("Nachnutzung beantragen", "Request adoption")))
    } else if frame.user.is_none() {
        let href = with_query(&l.path("/anmelden"), [("next", frame.path.as_str())]);
        Some(button_link("secondary", href, l.pick("Anmelden und beantragen", "Sign in and request")))
    } else {
        None
    };
    view! {
        {page_header_with(title, m.summary.get(l), action)}
        <div class="portal-columns">
            <div class="portal-stack portal-stack--large">
                {not_offered(l, m)}
                {(!m.suitability.is_empty()).then(|| suitability(l, m))}
                {description(l, m)}
                {origin(l, m)}
                {section("leistungen", l.pick("Leistungen", "Services"), services(m))}
                {needs(l, m)}
                {documents(l, m)}
                {section("verwaltungen", l.pick("Wer es nutzt", "Who runs it"), adopters(l, m))}
                {section("versionen", l.pick("Versionen", "Versions"), versions(l, &m.slug, &m.versions))}
                {section("rueckmeldungen", l.pick("Rückmeldungen", "Feedback"), feedback(l, m))}
                {technology(l, m)}
            </div>
            <aside aria-label=l.pick("Auf einen Blick", "At a glance")>{glance(l, m)}</aside>
        </div>
    }
    .into_any()
}

/// Says why nobody can ask for it, once no version is offered any more.
fn not_offered(l: Lang, m: &VerfahrenPage) -> Option<AnyView> {
    if m.versions.iter().any(|v| v.state.is_offered()) {
        return None;
    }
    let title = l.pick("Zurzeit nicht angeboten", "Not offered at present");
    let why = l.pick(
        "Der Herausgeber bietet keine Version mehr an. Den Stand jeder Version finden Sie unter „Versionen“.",
        "The vendor offers no version any more. The state of each version stands under “Versions”.",
    );
    Some(alert("warning", title, Some(view! { <p class="kern-body">{why}</p> }.into_any())))
}

/// What a version says of itself, as it will stand on the Steckbrief: for the preview of a package.
pub(super) fn profile(l: Lang, m: &VerfahrenPage) -> AnyView {
    view! {
        <div class="portal-columns">
            <div class="portal-stack portal-stack--large">
                {description(l, m)} {origin(l, m)} {section("leistungen", l.pick("Leistungen", "Services"), services(m))} {needs(l, m)}
                {documents(l, m)} {technology(l, m)}
            </div>
            <aside aria-label=l.pick("Auf einen Blick", "At a glance")>{glance(l, m)}</aside>
        </div>
    }
    .into_any()
}

fn description(l: Lang, m: &VerfahrenPage) -> Option<AnyView> {
    let text = m.description.get(l);
    let prose = (!text.is_empty()).then(|| view! { <div class="portal-prose">{paragraphs(text)}</div> }.into_any())?;
    Some(section("beschreibung", l.pick("Worum es geht", "What it does"), prose))
}

/// Where it comes from, and what others made of it.
fn origin(l: Lang, m: &VerfahrenPage) -> Option<AnyView> {
    let related = |r: &Related| {
        view! {
            {link(l.path(&format!("/verfahren/{}", r.slug)), r.name.get(l))}
            <span class="portal-links__note">{r.vendor.clone()}</span>
        }
        .into_any()
    };
    let list = |title: &str, items: Vec<AnyView>| {
        let items = items.into_iter().map(|item| view! { <li>{item}</li> }).collect_view();
        view! {
            <p class="portal-strong">{title.to_owned()}</p>
            <ul class="portal-links">{items}</ul>
        }
    };
    let based_on: Vec<AnyView> = m
        .based_on
        .iter()
        .map(|o| o.verfahren.as_ref().map_or_else(|| outside_link(l, &o.url, &o.url), related))
        .collect();
    let derived: Vec<AnyView> = m.derived.iter().map(related).collect();
    if based_on.is_empty() && derived.is_empty() {
        return None;
    }
    let content = view! {
        {(!based_on.is_empty()).then(|| list(l.pick("Abgeleitet von", "Derived from"), based_on))}
        {(!derived.is_empty()).then(|| list(l.pick("Davon abgeleitet", "Derived from this"), derived))}
    };
    Some(section("herkunft", l.pick("Herkunft", "Origin"), content.into_any()))
}

fn feedback(l: Lang, m: &VerfahrenPage) -> AnyView {
    let label = l.pick("Rückmeldungen und Wünsche", "Feedback and wishes");
    view! {
        <p>
            {l.pick(
                "Was andere Verwaltungen fragen und sich wünschen, und was der Herausgeber antwortet: ",
                "What other administrations ask and wish for, and what the vendor answers: ",
            )} {link(l.path(&format!("/verfahren/{}/rueckmeldungen", m.slug)), label)}
        </p>
    }
    .into_any()
}

fn glance(l: Lang, m: &VerfahrenPage) -> AnyView {
    let cost = match m.cost_per_year_cents {
        Some(0) => l.pick("keine", "none").to_owned(),
        Some(cents) => format::euro(l, cents),
        None => l.pick("nicht angegeben", "not stated").to_owned(),
    };
    let note = m.cost_note.get(l).to_owned();
    let cost = view! {
        {cost}
        {(!note.is_empty()).then(|| view! { <span class="portal-note">{note}</span> })}
    };
    let effort = match m.effort.get(l) {
        "" => l.pick("nicht angegeben", "not stated"),
        known => known,
    };
    let everyone = |list: Vec<&'static str>| match list.as_slice() {
        [] => l.pick("alle Verwaltungen", "all administrations").to_owned(),
        list => list.join(", "),
    };
    let laender =
        if m.laender.is_empty() { l.pick("alle Länder", "all Länder").to_owned() } else { m.laender.join(", ") };
    let rows = vec![
        (l.pick("Kosten im Jahr", "Cost per year"), cost.into_any()),
        (l.pick("Eigener Aufwand", "Own effort"), text(effort)),
        (
            l.pick("Für", "For"),
            text(everyone(m.audience.iter().map(|kind| words::municipality_kind(l, *kind)).collect())),
        ),
        (l.pick("Gilt in", "Valid in"), text(laender)),
        (l.pick("Einrichtung", "Set-up"), text(words::provisioning(l, m.provisioning))),
        (l.pick("Schutzbedarf", "Need for protection"), text(words::protection(l, m.protection))),
        (l.pick("Herausgeber", "Vendor"), text(m.vendor.as_str())),
        (l.pick("Thema", "Topic"), text(m.topic.get(l))),
        (l.pick("Lizenz", "Licence"), text(m.licence.as_str())),
    ];
    let rows = rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    view! {
        <div class="portal-panel">
            <h2 class="kern-title">{l.pick("Auf einen Blick", "At a glance")}</h2>
            {facts(rows)}
        </div>
    }
    .into_any()
}

fn suitability(l: Lang, m: &VerfahrenPage) -> AnyView {
    let boxes = m.suitability.iter().map(|s| fit(l, &m.slug, s));
    let list = view! { <div class="portal-stack">{boxes.collect_view()}</div> }.into_any();
    section("eignung", l.pick("Für Ihre Verwaltung", "For your administration"), list)
}

fn fit(l: Lang, slug: &str, s: &Suitability) -> AnyView {
    let suits = s.missing.is_empty();
    let class = if suits { "portal-fit portal-fit--ok" } else { "portal-fit portal-fit--missing" };
    let title = if s.existing.is_some() {
        format!("{}: {}", s.name, l.pick("schon vorhanden", "exists already"))
    } else if suits {
        format!("{}: {}", s.name, l.pick("geeignet", "suitable"))
    } else {
        format!("{}: {}", s.name, l.pick("es fehlt etwas", "something is missing"))
    };
    let missing = s.missing.iter().map(|word| words::missing(l, word).to_owned()).collect::<Vec<_>>();
    let next = match &s.existing {
        Some(reference) => {
            let href = l.path(&format!("/nachnutzungen/{reference}"));
            let label = format!("{} {reference}", l.pick("Nachnutzung ansehen:", "See the adoption:"));
            Some(link(href, &label))
        }
        None if suits => {
            let path = l.path(&format!("/verfahren/{slug}/nachnutzen"));
            Some(link(
                with_query(&path, [("fuer", s.municipality.as_str())]),
                l.pick("Nachnutzung beantragen", "Request adoption"),
            ))
        }
        None => None,
    };
    view! {
        <div class=class>
            <p class="portal-fit__title">{title}</p>
            {(!missing.is_empty()).then(|| bullet_list(missing))}
            {next}
        </div>
    }
    .into_any()
}

fn services(m: &VerfahrenPage) -> AnyView {
    let rows = m.leistungen.iter().map(|leistung| {
        view! {
            <li>
                {leistung.name.clone()} " " <span class="portal-ref portal-muted">{leistung.leika.grouped()}</span>
            </li>
        }
    });
    view! { <ul class="kern-list kern-list--bullet">{rows.collect_view()}</ul> }.into_any()
}

fn needs(l: Lang, m: &VerfahrenPage) -> Option<AnyView> {
    let lines: Vec<String> = m.needs.iter().map(|n| n.get(l).to_owned()).collect();
    (!lines.is_empty())
        .then(|| section("voraussetzungen", l.pick("Was es braucht", "What it needs"), bullet_list(lines)))
}

fn documents(l: Lang, m: &VerfahrenPage) -> Option<AnyView> {
    if m.documents.is_empty() {
        return None;
    }
    let lines = m.documents.iter().map(|d| {
        view! {
            <li class="portal-checks__item">
                <span>{d.name.get(l).to_owned()}</span>
                <span class="portal-checks__note">{words::document_due(l, d.due)}</span>
            </li>
        }
    });
    let list = view! { <ul class="portal-checks">{lines.collect_view()}</ul> }.into_any();
    Some(section("unterlagen", l.pick("Unterlagen", "Documents"), list))
}

fn adopters(l: Lang, m: &VerfahrenPage) -> AnyView {
    let count = match m.adopter_count {
        0 => l.pick("Noch keine Verwaltung nutzt es.", "No administration runs it yet.").to_owned(),
        n => format::count(
            l,
            n,
            ("Verwaltung nutzt dieses Verfahren.", "administration runs it."),
            ("Verwaltungen nutzen dieses Verfahren.", "administrations run it."),
        ),
    };
    let hidden = m.adopter_count - m.adopters.len() as i64;
    let note = (hidden > 0 && !m.adopters.is_empty()).then(|| {
        let text = format::count(
            l,
            hidden,
            ("weitere möchte nicht genannt werden.", "other does not want to be named."),
            ("weitere möchten nicht genannt werden.", "others do not want to be named."),
        );
        view! { <p class="portal-muted portal-small">{text}</p> }
    });
    let row = |a: &Adopter| {
        vec![
            (l.pick("Verwaltung", "Administration"), text(a.name.as_str())),
            (l.pick("Land", "Land"), text(a.land.as_str())),
            (l.pick("Live seit", "Live since"), a.since.map_or_else(|| text("–"), |at| day(l, at))),
        ]
    };
    let list = (!m.adopters.is_empty())
        .then(|| table::table(l.pick("Verwaltungen", "Administrations"), m.adopters.iter().map(row).collect()));
    view! { <p>{count}</p> {list} {note} }.into_any()
}

fn versions(l: Lang, slug: &str, rows: &[VersionRow]) -> AnyView {
    let rows = rows.iter().map(|v| {
        let security = package::security_fix(l, v.security_fix).map(|mark| view! { " " {mark} });
        let changes = view! { {v.changes.get(l).to_owned()} {security} };
        let page = l.path(&format!("/verfahren/{slug}/versionen/{}", v.version));
        let limits = package::limited_to(l, &v.laender, v.pilots);
        let limits = limits.map(|words| view! { <span class="portal-note">{words}</span> });
        vec![
            (l.pick("Version", "Version"), link(page, &v.version)),
            (l.pick("Vom", "Date"), day(l, v.published_at)),
            (l.pick("Stand", "State"), view! { {package::release_state(l, v.state)} {limits} }.into_any()),
            (l.pick("Was sich ändert", "What changes"), changes.into_any()),
            (l.pick("Genutzt von", "Run by"), text(format::number(l, v.adopters))),
        ]
    });
    table::table(l.pick("Versionen", "Versions"), rows.collect())
}

fn technology(l: Lang, m: &VerfahrenPage) -> AnyView {
    let kinds: Vec<_> = m.target_kinds.iter().map(|k| words::target_kind(l, *k)).collect();
    let mut rows = vec![
        (
            l.pick("Paket", "Package").to_owned(),
            view! { <span class="portal-mono">{m.package_id.clone()}</span> }.into_any(),
        ),
        (l.pick("Zielumgebung", "Target environment").to_owned(), text(kinds.join(", "))),
        (l.pick("Quelltext", "Source").to_owned(), outside_link(l, &m.source, &m.source)),
    ];
    rows.extend(m.versions.iter().map(|v| {
        let digest = view! { <span class="portal-digest">"sha256:" {v.digest.clone()}</span> };
        (format!("{} {}", l.pick("Prüfsumme", "Digest"), v.version), digest.into_any())
    }));
    let content = details(l.pick("Technische Details", "Technical details"), facts(rows));
    view! { <div class="portal-section">{content}</div> }.into_any()
}

//! Small views: values in, HTML out. They follow the markup of the KERN design system, version 2.7.

pub mod address;
pub mod case;
pub mod decision;
pub mod field;
pub mod form;
pub mod frame;
pub mod kept;
pub mod list;
pub mod live;
pub mod operation;
pub mod package;
pub mod reason;
pub mod table;
pub mod target_notice;
pub mod unbroken;
pub mod values;

use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{Lang, Timestamp};
pub use unbroken::unbroken;

/// Heading of a page with a line below it.
pub fn page_header(title: &str, lead: &str) -> AnyView {
    page_header_with(title, lead, None)
}

/// Heading of a page with actions beside it.
pub fn page_header_with(title: &str, lead: &str, actions: Option<AnyView>) -> AnyView {
    let lead =
        (!lead.is_empty()).then(|| view! { <p class="portal-page-header__lead">{unbroken(lead)}</p> }.into_any());
    let actions = actions.map(|a| view! { <div class="portal-page-header__actions">{a}</div> }.into_any());
    view! {
        <div class="portal-page-header">
            <div class="portal-page-header__text">
                <h1 class="kern-heading-x-large">{unbroken(title)}</h1>
                {lead}
            </div>
            {actions}
        </div>
    }
    .into_any()
}

/// A section with a heading.
pub fn section(id: &str, title: &str, content: AnyView) -> AnyView {
    let heading = format!("{id}-titel");
    view! {
        <section class="portal-section" aria-labelledby=heading.clone()>
            <h2 class="kern-heading-medium" id=heading.clone()>{title.to_owned()}</h2>
            {content}
        </section>
    }
    .into_any()
}

/// A box with a mood: `info`, `success`, `warning`, `danger`.
pub fn alert(mood: &'static str, title: &str, body: Option<AnyView>) -> AnyView {
    let body = body.map(|b| view! { <div class="kern-alert__body">{b}</div> }.into_any());
    view! {
        <div class=format!("kern-alert kern-alert--{mood}")>
            <div class="kern-alert__header">
                <span class=format!("kern-icon kern-icon--{mood}") aria-hidden="true"></span>
                <span class="kern-title">{title.to_owned()}</span>
            </div>
            {body}
        </div>
    }
    .into_any()
}

/// A paragraph in KERN's type.
pub fn paragraph(text: &str) -> AnyView {
    view! { <p class="kern-body">{unbroken(text)}</p> }.into_any()
}

/// Plain text with blank lines between paragraphs.
pub fn paragraphs(text: &str) -> AnyView {
    text.split("\n\n")
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .map(|p| view! { <p>{p.to_owned()}</p> })
        .collect_view()
        .into_any()
}

/// Folded matter.
pub fn details(title: &str, content: AnyView) -> AnyView {
    view! {
        <details class="portal-details">
            <summary>{title.to_owned()}</summary>
            <div class="portal-stack">{content}</div>
        </details>
    }
    .into_any()
}

/// A list of names and values.
pub fn facts(rows: Vec<(String, AnyView)>) -> AnyView {
    let rows = rows.into_iter().map(|(key, value)| {
        view! {
            <div class="kern-description-list-item">
                <dt class="kern-description-list-item__key">{key}</dt>
                <dd class="kern-description-list-item__value">{value}</dd>
            </div>
        }
    });
    view! { <dl class="kern-description-list">{rows.collect_view()}</dl> }.into_any()
}

/// A name with the role behind it, unless the name says it already.
pub fn with_role(name: &str, role: &str) -> String {
    let said = name.to_lowercase().contains(&role.to_lowercase());
    if said { name.to_owned() } else { format!("{name} ({role})") }
}

/// Text as a view.
pub fn text(text: impl Into<String>) -> AnyView {
    let text: String = text.into();
    text.into_any()
}

/// A point in time that machines can read too.
pub fn time(lang: Lang, at: Timestamp) -> AnyView {
    view! { <time datetime=at.rfc3339()>{at.date_time(lang)}</time> }.into_any()
}

/// A day that machines can read too.
pub fn day(lang: Lang, at: Timestamp) -> AnyView {
    view! { <time datetime=at.rfc3339()>{at.date(lang)}</time> }.into_any()
}

/// The mark beside whatever is simulated.
pub fn simulated(lang: Lang) -> AnyView {
    let help =
        lang.pick("Kein echtes Rechenzentrum: das Portal spielt es nach.", "No real data centre: the portal plays it.");
    view! { <span class="portal-simulated" title=help>{lang.pick("simuliert", "simulated")}</span> }.into_any()
}

/// A name, with the mark if it is simulated.
pub fn data_centre(lang: Lang, name: &str, is_simulated: bool) -> AnyView {
    let mark = is_simulated.then(|| view! { " " {simulated(lang)} });
    view! { {name.to_owned()} {mark} }.into_any()
}

/// State as a word with a mark: `ok`, `run`, `wait`, `warning`, `error`.
pub fn state(mood: &str, word: &str) -> AnyView {
    view! { <span class=format!("portal-state portal-state--{mood}")>{word.to_owned()}</span> }.into_any()
}

/// A primary, secondary or tertiary link in the shape of a button.
pub fn button_link(kind: &str, href: String, label: &str) -> AnyView {
    view! {
        <a class=format!("kern-btn kern-btn--{kind}") href=href>
            <span class="kern-label">{label.to_owned()}</span>
        </a>
    }
    .into_any()
}

/// A plain link.
pub fn link(href: String, label: &str) -> AnyView {
    view! { <a href=href>{label.to_owned()}</a> }.into_any()
}

/// A link that leaves the portal; only web addresses become links, anything else stays text.
pub fn outside_link(lang: Lang, url: &str, label: &str) -> AnyView {
    match address::web(url) {
        Some(url) => view! {
            <a href=url.to_owned() rel="noopener noreferrer external">
                {label.to_owned()}
                <span class="kern-sr-only">{lang.pick(" (führt aus dem Portal)", " (leaves the portal)")}</span>
            </a>
        }
        .into_any(),
        None => text(if url.is_empty() { label } else { url }),
    }
}

/// Nothing to show, and what to do then.
pub fn empty(title: &str, help: &str, action: Option<AnyView>) -> AnyView {
    view! {
        <div class="portal-empty">
            <p class="portal-strong">{title.to_owned()}</p>
            <p>{help.to_owned()}</p>
            {action}
        </div>
    }
    .into_any()
}

/// A list of plain lines.
pub fn bullet_list(lines: Vec<String>) -> AnyView {
    view! { <ul class="kern-list kern-list--bullet">{lines.into_iter().map(|t| view! { <li>{t}</li> }).collect_view()}</ul> }
        .into_any()
}

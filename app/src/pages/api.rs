//! The description of the API, for people who write programs against it.

use crate::{
    Assets,
    components::{details, facts, page_header, table, text},
    document::Shell,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{
        Frame,
        api::{ApiAccess, ApiGroup, ApiOperation, ApiPage},
    },
};

/// `GET /api`
pub fn api(frame: &Frame, assets: &Assets, m: &ApiPage) -> String {
    let l = frame.lang;
    let title = l.pick("Programmierschnittstelle", "Programming interface");
    Shell::new(frame, assets, title).render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &ApiPage) -> AnyView {
    let lead = l.pick(
        "Alles, was Programme mit dem Portal tun können. Die Beschreibung selbst ist englisch.",
        "Everything that programs can do with the portal.",
    );
    let version = format!("{} {}", l.pick("Version", "Version"), m.version);
    let contents = m.groups.iter().enumerate().map(|(i, group)| {
        view! { <li><a href=format!("#teil-{i}")>{group_name(l, &group.name)}</a></li> }
    });
    let groups = m.groups.iter().enumerate().map(|(i, g)| section(l, i, g));
    let schemas = m.schemas.iter().enumerate().map(|(i, (name, json))| {
        view! {
            <section aria-labelledby=format!("schema-{name}")>
                <h3 class="kern-heading-small" id=format!("schema-{name}")>{name.clone()}</h3>
                // Long lines scroll inside of their box, also with the keyboard.
                <pre class="portal-log" tabindex="0" role="region" aria-labelledby=format!("schema-{name}") id=format!("json-{i}")>
                    {json.clone()}
                </pre>
            </section>
        }
    });
    let schemas = view! { <div class="portal-stack">{schemas.collect_view()}</div> }.into_any();
    view! {
        // On a phone the one long word breaks where it is made of two.
        {page_header(&title.replace("rschnitt", "r\u{ad}schnitt"), lead)}
        <p class="kern-body" lang="en">{marked(&m.about)}</p>
        <p class="kern-body">
            {version} ", "
            <a href="/api/openapi.json">{l.pick("Beschreibung für Programme (OpenAPI 3.1)", "Description for programs (OpenAPI 3.1)")}</a>
        </p>
        <nav aria-label=l.pick("Auf dieser Seite", "On this page")>
            <ul>{contents.collect_view()}</ul>
        </nav>
        {groups.collect_view()}
        <section class="portal-section" aria-labelledby="schemata">
            <h2 class="kern-heading-medium" id="schemata">{l.pick("Schemata", "Schemas")}</h2>
            {details(l.pick("Alle Schemata zeigen", "Show all schemas"), schemas)}
        </section>
    }
    .into_any()
}

fn section(l: Lang, i: usize, group: &ApiGroup) -> AnyView {
    let id = format!("teil-{i}");
    view! {
        <section class="portal-section" aria-labelledby=id.clone()>
            <h2 class="kern-heading-medium" id=id.clone()>{group_name(l, &group.name)}</h2>
            {group.operations.iter().map(|o| operation(l, o)).collect_view()}
        </section>
    }
    .into_any()
}

/// Name of a group; one that this program does not know stays English.
fn group_name(l: Lang, name: &str) -> AnyView {
    let german = match name {
        "Catalogue" => "Katalog",
        "Packages" => "Pakete",
        "Feedback" => "Rückmeldungen",
        "Requests" => "Nachnutzungen",
        "Operation" => "Bereitstellungen und Betrieb",
        "Description" => "Beschreibung",
        _ => return view! { <span lang="en">{name.to_owned()}</span> }.into_any(),
    };
    text(l.pick(german, name))
}

fn operation(l: Lang, o: &ApiOperation) -> AnyView {
    let id = format!("op-{}", o.id);
    let access = match o.access {
        ApiAccess::Public => l.pick("alle", "everybody"),
        ApiAccess::SignedIn => l.pick("Angemeldete", "people who are signed in"),
        ApiAccess::Keys => l.pick("Angemeldete und Zugangsschlüssel", "people who are signed in, and access keys"),
    };
    let mut rows = vec![(l.pick("Für", "For").to_owned(), text(access))];
    if let Some((kind, schema)) = &o.takes {
        let schema = schema.as_deref().map(link);
        let kind = kind.clone();
        rows.push((l.pick("Nimmt", "Takes").to_owned(), view! { {kind} " " {schema} }.into_any()));
    }
    let parameters = o.parameters.iter().map(|(name, place, meaning)| {
        vec![
            (l.pick("Name", "Name"), mono(name)),
            (l.pick("Ort", "Place"), text(place.as_str())),
            (l.pick("Bedeutung", "Meaning"), english(meaning)),
        ]
    });
    let answers = o.answers.iter().map(|(status, meaning, schema)| {
        vec![
            (l.pick("Status", "Status"), mono(status)),
            (l.pick("Bedeutung", "Meaning"), english(meaning)),
            (l.pick("Schema", "Schema"), schema.as_deref().map_or_else(|| text("–"), link)),
        ]
    });
    let inside = view! {
        {table::table(&format!("{}: {}", o.id, l.pick("Parameter", "parameters")), parameters.collect())}
        {table::table(&format!("{}: {}", o.id, l.pick("Antworten", "answers")), answers.collect())}
    }
    .into_any();
    view! {
        <section aria-labelledby=id.clone()>
            <h3 class="kern-heading-small" id=id.clone()>
                <span class="portal-mono">{o.method.clone()} " " {path(&o.path)}</span>
            </h3>
            <p class="kern-body" lang="en">{o.summary.clone()}</p>
            {facts(rows)}
            {details(&format!("{} ({})", l.pick("Parameter und Antworten", "Parameters and answers"), o.id), inside)}
        </section>
    }
    .into_any()
}

/// A path that breaks behind its slashes, not within a name.
fn path(path: &str) -> AnyView {
    path.split_inclusive('/').map(|part| view! { {part.to_owned()} <wbr /> }).collect_view().into_any()
}

/// Text with code between backticks.
fn marked(text: &str) -> AnyView {
    let parts = text.split('`').enumerate().map(|(i, part)| match i % 2 {
        0 => part.to_owned().into_any(),
        _ => mono(part),
    });
    parts.collect_view().into_any()
}

fn link(schema: &str) -> AnyView {
    view! { <a href=format!("#schema-{schema}")>{schema.to_owned()}</a> }.into_any()
}

fn mono(name: &str) -> AnyView {
    view! { <span class="portal-mono">{name.to_owned()}</span> }.into_any()
}

fn english(text: &str) -> AnyView {
    view! { <span lang="en">{text.to_owned()}</span> }.into_any()
}

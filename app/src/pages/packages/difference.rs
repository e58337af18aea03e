//! What differs from the release before: permissions first, since they are what a curator must not miss.

use super::of_packages;
use crate::{
    Assets,
    components::{details, empty, facts, package, page_header, section, state, table, text},
    i18n::format,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Frame, release_diff::*},
    reference::Reference,
};

/// `GET /pakete/{reference}/unterschied`
pub fn difference(frame: &Frame, assets: &Assets, reference: &Reference, m: &ReleaseDiff) -> String {
    let l = frame.lang;
    let title = l.pick("Unterschied zur vorherigen Version", "Difference from the version before");
    of_packages(frame, assets, title)
        .crumb(reference.to_string(), format!("/pakete/{reference}"))
        .render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &ReleaseDiff) -> AnyView {
    let lead = format!("{} → {}", m.old.version, m.new.version);
    let digests = vec![
        (format!("{} {}", l.pick("Prüfsumme", "Digest"), m.old.version), package::digest(&m.old.digest)),
        (format!("{} {}", l.pick("Prüfsumme", "Digest"), m.new.version), package::digest(&m.new.digest)),
    ];
    let nothing = m.is_empty().then(|| {
        let help = l.pick(
            "Objekte, Angaben, Rechte, Abbilder und Bestandteile sind gleich.",
            "Objects, values, permissions, images and components are the same.",
        );
        empty(l.pick("Kein Unterschied", "No difference"), help, None)
    });
    let list = |id: &str, title: &str, rows: Vec<Vec<table::Cell>>| {
        (!rows.is_empty()).then(|| section(id, title, table::table(title, rows)))
    };
    let parameters = (!m.parameters.is_empty()).then(|| {
        let rows = m.parameters.iter().map(|p| group(l, p.path.clone(), p.change, &p.lines, 0));
        section("angaben", l.pick("Angaben", "Values"), rows.collect_view().into_any())
    });
    view! {
        {page_header(title, &lead)}
        <div class="portal-stack portal-stack--large">
            {nothing}
            {(!m.is_empty()).then(|| summary(l, &m.summary()))}
            {list("rechte", l.pick("Rechte", "Permissions"), m.permissions.iter().map(|p| permission(l, p)).collect())}
            {list("abbilder", l.pick("Abbilder", "Images"), m.images.iter().map(|i| image(l, i)).collect())}
            {list("beschreibung", l.pick("Beschreibung des Pakets", "Metadata of the package"), m.metadata.iter().map(|line| fact(l, line)).collect())}
            {parameters}
            {objects(l, "objekte", l.pick("Objekte mit Beispielwerten", "Objects with sample values"), &m.objects)}
            {objects(l, "vorlagen", l.pick("Vorlagen", "Templates"), &m.templates)}
            {list("bestandteile", l.pick("Bestandteile", "Components"), m.components.iter().map(|c| component(l, c)).collect())}
            {details(l.pick("Technische Details", "Technical details"), facts(digests))}
        </div>
    }
    .into_any()
}

/// How much there is to look at.
fn summary(l: Lang, s: &Summary) -> AnyView {
    let rows = [
        (l.pick("Rechte", "Permissions"), s.permissions),
        (l.pick("Abbilder", "Images"), s.images),
        (l.pick("Beschreibung", "Metadata"), s.metadata),
        (l.pick("Angaben", "Values"), s.parameters),
        (l.pick("Objekte", "Objects"), s.objects),
        (l.pick("Vorlagen", "Templates"), s.templates),
        (l.pick("Bestandteile", "Components"), s.components),
    ];
    // What is the same is not worth a row of zeros.
    let rows = rows.into_iter().filter(|(_, c)| c.added + c.removed + c.changed > 0).map(|(name, c)| {
        let number = |n: usize| text(format::number(l, n as i64));
        vec![
            (l.pick("Was", "What"), text(name)),
            (l.pick("neu", "new"), number(c.added)),
            (l.pick("entfernt", "removed"), number(c.removed)),
            (l.pick("geändert", "changed"), number(c.changed)),
        ]
    });
    table::table(l.pick("Überblick", "Overview"), rows.collect())
}

fn change(l: Lang, c: Change) -> AnyView {
    match c {
        Change::Added => state("warning", l.pick("neu", "new")),
        Change::Removed => state("wait", l.pick("entfernt", "removed")),
        Change::Changed => state("run", l.pick("geändert", "changed")),
    }
}

fn permission(l: Lang, p: &PermissionChange) -> Vec<table::Cell> {
    let what = match p.permission {
        Permission::ServiceAccount => l.pick("Dienstkonto", "Service account"),
        Permission::Token => l.pick("Token des Clusters", "Token of the cluster"),
        Permission::Capability => l.pick("Fähigkeit (Capability)", "Capability"),
        Permission::Security => l.pick("Sicherheitseinstellung", "Security setting"),
        Permission::NetworkPeer => l.pick("Netzverkehr: mit wem", "Network: with whom"),
        Permission::NetworkPort => l.pick("Netzverkehr: Port", "Network: port"),
        Permission::Exposure => l.pick("Erreichbarkeit", "Exposure"),
        Permission::Volume => l.pick("Speicher", "Volume"),
        Permission::Mount => l.pick("Einhängepunkt", "Mount"),
    };
    vec![
        (l.pick("Recht", "Permission"), text(what)),
        (l.pick("Objekt", "Object"), text(p.object.as_str())),
        (l.pick("Genau", "Exactly"), mono(&p.item)),
        (l.pick("Änderung", "Change"), change(l, p.change)),
    ]
}

fn image(l: Lang, i: &ImageChange) -> Vec<table::Cell> {
    vec![
        (l.pick("Abbild", "Image"), mono(&i.name)),
        (l.pick("Änderung", "Change"), change(l, i.change)),
        (l.pick("vorher", "before"), digests(&i.old)),
        (l.pick("jetzt", "now"), digests(&i.new)),
    ]
}

fn component(l: Lang, c: &ComponentChange) -> Vec<table::Cell> {
    let side = |versions: &[String], licences: &[String]| {
        let licences = (!licences.is_empty()).then(|| {
            let licences = licences.join(", ");
            view! { <span class="portal-note">{licences}</span> }
        });
        view! { {joined(versions)} {licences} }.into_any()
    };
    let content = c.content.then(|| {
        let note = l.pick("gleiche Version, anderer Inhalt", "same version, other content");
        view! { <span class="portal-note">{note}</span> }
    });
    vec![
        (l.pick("Bestandteil", "Component"), text(c.name.as_str())),
        (l.pick("Änderung", "Change"), view! { {change(l, c.change)} {content} }.into_any()),
        (l.pick("vorher", "before"), side(&c.old, &c.old_licences)),
        (l.pick("jetzt", "now"), side(&c.new, &c.new_licences)),
    ]
}

pub(in crate::pages) fn objects(l: Lang, id: &str, title: &str, all: &[ObjectChange]) -> Option<AnyView> {
    if all.is_empty() {
        return None;
    }
    let one = |o: &ObjectChange| {
        let test = if o.test { l.pick(" (Test)", " (test)") } else { "" };
        group(l, format!("{} {}{test}", o.kind, o.name), o.change, &o.lines, o.more)
    };
    Some(section(id, title, all.iter().map(one).collect_view().into_any()))
}

/// A thing and the places at which it differs.
fn group(l: Lang, name: String, what: Change, lines: &[Line], more: usize) -> AnyView {
    let head = view! {
        <p class="portal-cluster">
            <span class="portal-mono">{name.clone()}</span>
            {change(l, what)}
        </p>
    };
    if lines.is_empty() {
        return head.into_any();
    }
    let rest = (more > 0).then(|| {
        let text = format::count(l, more as i64, ("weitere Stelle", "more place"), ("weitere Stellen", "more places"));
        view! { <p class="portal-muted portal-small">{text}</p> }
    });
    let label = format!("{name}: {}", format::count(l, lines.len() as i64, ("Stelle", "place"), ("Stellen", "places")));
    let rows = lines.iter().map(|line| place(l, line)).collect();
    let content = view! { {table::table(&name, rows)} {rest} };
    view! { <div class="portal-stack portal-stack--small">{head} {details(&label, content.into_any())}</div> }
        .into_any()
}

/// A place in what the package says of itself, by the name that people know.
fn fact(l: Lang, line: &Line) -> Vec<table::Cell> {
    let key = line.path.split(['.', '[']).next().unwrap_or_default();
    let name = match key {
        "name" => l.pick("Name", "Name"),
        "summary" => l.pick("Kurzbeschreibung", "Summary"),
        "description" => l.pick("Beschreibung", "Description"),
        "topic" => l.pick("Thema", "Topic"),
        "audience" => l.pick("Für welche Verwaltungen", "For which administrations"),
        "laender" => l.pick("Für welche Länder", "For which Länder"),
        "leistungen" => l.pick("Leistungen", "Services"),
        "target_kinds" => l.pick("Zielumgebungen", "Target environments"),
        "provisioning" => l.pick("Einrichtung", "Set-up"),
        "protection" => l.pick("Schutzbedarf", "Need for protection"),
        "needs" => l.pick("Was es braucht", "What it needs"),
        "cost_per_year_cents" => l.pick("Kosten im Jahr, in Cent", "Cost per year, in cents"),
        "cost_note" => l.pick("Erläuterung der Kosten", "Note on the cost"),
        "effort" => l.pick("Eigener Aufwand", "Own effort"),
        "documents" => l.pick("Unterlagen", "Documents"),
        "checklist" => l.pick("Prüfliste der Abnahme", "Checklist of acceptance"),
        "licence" => l.pick("Lizenz", "Licence"),
        "source" => l.pick("Quelltext", "Source"),
        "security_fix" => l.pick("Sicherheitskorrektur", "Security fix"),
        "upgrade_from" => l.pick("Aktualisierung möglich von", "Update possible from"),
        "rollback" => l.pick("Rückkehr zur vorherigen Version", "Way back to the version before"),
        "endpoints" => l.pick("Seiten des Verfahrens", "Pages of the Verfahren"),
        "tests" => l.pick("Automatische Tests", "Automated tests"),
        _ => return place(l, line),
    };
    let mut cells = place(l, line);
    let inside = (line.path != key).then(|| view! { <span class="portal-note portal-mono">{line.path.clone()}</span> });
    cells[0] = (l.pick("Stelle", "Place"), view! { {name} {inside} }.into_any());
    cells
}

fn place(l: Lang, line: &Line) -> Vec<table::Cell> {
    let side = |value: &Option<String>| match value {
        Some(_) if line.masked => text(l.pick("geheim", "secret")),
        Some(value) => mono(value),
        None => text("–"),
    };
    vec![
        (l.pick("Stelle", "Place"), mono(&line.path)),
        (l.pick("vorher", "before"), side(&line.old)),
        (l.pick("jetzt", "now"), side(&line.new)),
    ]
}

fn mono(value: &str) -> AnyView {
    view! { <span class="portal-mono">{value.to_owned()}</span> }.into_any()
}

fn digests(all: &[String]) -> AnyView {
    if all.is_empty() {
        return text("–");
    }
    all.iter().map(|d| view! { <span class="portal-digest portal-note">{d.clone()}</span> }).collect_view().into_any()
}

fn joined(parts: &[String]) -> AnyView {
    if parts.is_empty() { text("–") } else { text(parts.join(", ")) }
}

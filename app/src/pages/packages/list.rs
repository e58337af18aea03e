//! The list of packages: a vendor's own, or the queue of the curators.

use super::chosen;
use crate::{
    Assets,
    components::{button_link, empty, link, package, page_header_with, section, table, text, time},
    document::Shell,
    i18n::{format, words},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{
        Choice, Frame,
        packages::{OwnVerfahren, PackageListPage, PackageRow},
    },
    submission::SubmissionState,
};

const PATH: &str = "/pakete";

/// `GET /pakete`
pub fn list(frame: &Frame, assets: &Assets, m: &PackageListPage) -> String {
    let l = frame.lang;
    let title = l.pick("Pakete", "Packages");
    Shell::new(frame, assets, title).render(|| content(frame, title, m))
}

fn content(frame: &Frame, title: &str, m: &PackageListPage) -> AnyView {
    let l = frame.lang;
    let lead = if m.is_curator {
        l.pick(
            "Was Herausgeber zur Freigabe eingereicht haben, das Älteste zuerst.",
            "What vendors have handed in for release, oldest first.",
        )
    } else {
        l.pick("Ihre Verfahrenspakete auf dem Weg in den Katalog.", "Your packages on their way into the catalogue.")
    };
    let upload = m.may_upload.then(|| upload_button(l, "primary"));
    let keys = m
        .may_upload
        .then(|| button_link("secondary", l.path("/zugangsschluessel"), l.pick("Zugangsschlüssel", "Access keys")));
    let search = m
        .is_curator
        .then(|| button_link("secondary", l.path("/bestandteile"), l.pick("Bestandteile suchen", "Search components")));
    let actions = view! { {upload} {keys} {search} }.into_any();
    let states = table::items(l, &m.states, |c| state_choice(l, m.is_curator, c));
    let filters = table::filter(l, "stand", l.pick("Stand", "State"), None, states).into_iter().collect();
    let label = l.pick("Nummer, Paket oder Kurzname", "Number, package or short name");
    let query = [("q", m.q.as_str()), ("stand", chosen(&m.states))];
    let rows = if m.rows.items.is_empty() {
        nothing(l, m)
    } else {
        table::table(title, m.rows.items.iter().map(|row| cells(l, row)).collect())
    };
    let own = (m.may_upload && !m.verfahren.is_empty()).then(|| {
        let rows = m.verfahren.iter().map(|v| own_cells(l, v)).collect();
        let title = l.pick("Ihre Verfahren im Katalog", "Your Verfahren in the catalogue");
        section("katalog", title, table::table(title, rows))
    });
    view! {
        {page_header_with(title, lead, Some(actions))}
        <div class="portal-stack portal-stack--large">
            <div class="portal-stack">
                {table::filter_form(l, PATH, label, &m.q, filters)}
                {table::results(format::count(l, m.rows.total, ("Paket", "package"), ("Pakete", "packages")))}
                {rows}
                {table::more(l, PATH, query, m.rows.next.as_deref(), !frame.path.contains("nach="))}
            </div>
            {own}
        </div>
    }
    .into_any()
}

fn upload_button(l: Lang, kind: &str) -> AnyView {
    button_link(kind, l.path("/pakete/hochladen"), l.pick("Paket hochladen", "Upload a package"))
}

fn state_choice(l: Lang, is_curator: bool, c: &Choice) -> String {
    match (SubmissionState::from_word(&c.value), c.value.as_str()) {
        (Some(state), _) => words::submission_state(l, state),
        (None, "open") if is_curator => l.pick("Zu prüfen", "To be reviewed"),
        (None, "open") => l.pick("Noch nicht abgeschlossen", "Not finished"),
        (None, "all") => l.pick("Alle", "All"),
        (None, other) => other,
    }
    .to_owned()
}

/// An empty list says what to do.
fn nothing(l: Lang, m: &PackageListPage) -> AnyView {
    let narrowed = !m.q.is_empty() || chosen(&m.states) != "open";
    if narrowed {
        let all = link(
            crate::components::address::with_query(&l.path(PATH), [("stand", "all")]),
            l.pick("Alle Pakete zeigen", "Show all packages"),
        );
        let help = l.pick(
            "Gesucht wird nach der ganzen Nummer, dem ganzen Paketnamen oder dem Kurznamen.",
            "The search looks for the whole number, the whole package name or the short name.",
        );
        return empty(l.pick("Nichts gefunden", "Nothing found"), help, Some(all));
    }
    if m.is_curator {
        return empty(
            l.pick("Nichts zu prüfen", "Nothing to review"),
            l.pick(
                "Sobald ein Herausgeber ein Paket einreicht, steht es hier.",
                "As soon as a vendor hands in a package, it stands here.",
            ),
            None,
        );
    }
    empty(
        l.pick("Kein Paket unterwegs", "No package on its way"),
        l.pick(
            "Laden Sie ein Verfahrenspaket hoch. Das Portal prüft es sofort und sagt, was noch fehlt.",
            "Upload a package. The portal checks it at once and says what is missing.",
        ),
        m.may_upload.then(|| upload_button(l, "secondary")),
    )
}

fn cells(l: Lang, row: &PackageRow) -> Vec<table::Cell> {
    let href = l.path(&format!("/pakete/{}", row.reference));
    let name = view! {
        <a href=href>{row.name.get(l).to_owned()} " " {row.version.clone()}</a>
        <span class="portal-note">
            <span class="portal-ref">{row.reference.to_string()}</span> " · " {row.package_id.clone()}
        </span>
    };
    let marks = view! {
        <span class="portal-tags">
            {package::security_fix(l, row.security_fix)}
            {row.signed.then(|| view! { <span class="portal-tag">{l.pick("Herkunft geprüft", "Origin verified")}</span> })}
        </span>
    };
    let found = [
        (row.warnings, format::count(l, row.warnings, ("Warnung", "warning"), ("Warnungen", "warnings"))),
        (row.hints, format::count(l, row.hints, ("Hinweis", "hint"), ("Hinweise", "hints"))),
    ];
    let found: Vec<String> = found.into_iter().filter(|(n, _)| *n > 0).map(|(_, text)| text).collect();
    let found = if found.is_empty() { l.pick("ohne Befund", "nothing found").to_owned() } else { found.join(", ") };
    vec![
        (l.pick("Paket", "Package"), name.into_any()),
        (l.pick("Herausgeber", "Vendor"), text(row.vendor.as_str())),
        (l.pick("Stand", "State"), package::submission_state(l, row.state)),
        (l.pick("Liegt bei", "Lies with"), text(package::lies_with_text(l, row))),
        (l.pick("Seit", "Since"), time(l, row.since)),
        (l.pick("Prüfung", "Check"), view! { {found} " " {marks} }.into_any()),
    ]
}

fn own_cells(l: Lang, v: &OwnVerfahren) -> Vec<table::Cell> {
    let versions = l.path(&format!("/verfahren/{}/versionen", v.slug));
    let feedback = l.path(&format!("/verfahren/{}/rueckmeldungen", v.slug));
    let version = match v.version.as_str() {
        "" => l.pick("keine", "none"),
        version => version,
    };
    let name = v.name.get(l);
    let ways = view! {
        <a href=versions>
            {l.pick("Versionen", "Versions")} <span class="kern-sr-only">": " {name.to_owned()}</span>
        </a>
        " · "
        <a href=feedback>
            {l.pick("Rückmeldungen", "Feedback")} <span class="kern-sr-only">": " {name.to_owned()}</span>
        </a>
    };
    vec![
        (l.pick("Verfahren", "Verfahren"), link(l.path(&format!("/verfahren/{}", v.slug)), name)),
        (l.pick("Angebotene Version", "Offered version"), text(version)),
        (l.pick("Genutzt von", "Run by"), text(format::number(l, v.adopters))),
        (l.pick("Mehr", "More"), ways.into_any()),
    ]
}

//! Parts of packages and versions: their states, with whom they lie, what the machine found.

use super::{alert, state, table};
use crate::i18n::{format, words};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang, Timestamp,
    finding::{self, Finding, Severity},
    pages::packages::PackageRow,
    submission::SubmissionState,
    verfahren::ReleaseState,
};

/// State of a package with its mark.
pub fn submission_state(l: Lang, s: SubmissionState) -> AnyView {
    let mood = match s {
        SubmissionState::Draft | SubmissionState::Discarded => "wait",
        SubmissionState::Submitted | SubmissionState::InReview => "run",
        SubmissionState::Returned => "warning",
        SubmissionState::Released => "ok",
        SubmissionState::Declined => "error",
    };
    state(mood, words::submission_state(l, s))
}

/// State of a version with its mark.
pub fn release_state(l: Lang, s: ReleaseState) -> AnyView {
    let mood = match s {
        ReleaseState::Published => "ok",
        ReleaseState::Deprecated => "warning",
        ReleaseState::Withdrawn => "wait",
        ReleaseState::Unsafe => "error",
    };
    state(mood, words::release_state(l, s))
}

/// For whom a version is, if not for everybody.
pub fn limited_to(l: Lang, laender: &[String], pilots: i64) -> Option<String> {
    let mut parts = laender.to_vec();
    if pilots > 0 {
        parts.push(format::count(
            l,
            pilots,
            ("Verwaltung (Pilot)", "administration (pilot)"),
            ("Verwaltungen (Pilot)", "administrations (pilot)"),
        ));
    }
    let limits = parts.join(", ");
    match l {
        _ if limits.is_empty() => None,
        Lang::De => Some(format!("nur für {limits}")),
        Lang::En => Some(format!("for {limits} only")),
    }
}

/// The label of a version that closes a hole.
pub fn security_fix(l: Lang, yes: bool) -> Option<AnyView> {
    let label = l.pick("Sicherheitskorrektur", "Security fix");
    yes.then(|| view! { <span class="portal-tag portal-tag--strong">{label}</span> }.into_any())
}

/// Who has a package, in words.
pub fn lies_with_text(l: Lang, row: &PackageRow) -> String {
    let nobody = || l.pick("niemandem: abgeschlossen", "nobody: finished").to_owned();
    match row.state {
        SubmissionState::Draft | SubmissionState::Returned => {
            format!("{} ({})", row.vendor, l.pick("Herausgabe", "publisher"))
        }
        SubmissionState::Submitted => l.pick("Verfahrensprüfung", "Review").to_owned(),
        SubmissionState::InReview => match &row.assigned_to {
            Some(name) => super::with_role(name, l.pick("Verfahrensprüfung", "review")),
            None => l.pick("Verfahrensprüfung", "Review").to_owned(),
        },
        SubmissionState::Released | SubmissionState::Declined | SubmissionState::Discarded => nobody(),
    }
}

/// „Liegt bei …" of a package.
pub fn lies_with(l: Lang, row: &PackageRow, own: bool) -> AnyView {
    let class = match own {
        _ if row.state == SubmissionState::Released => "portal-status portal-status--done",
        _ if row.state.is_closed() => "portal-status",
        true => "portal-status portal-status--own",
        false => "portal-status",
    };
    view! {
        <div class=class>
            <p class="portal-status__text">
                {l.pick("Liegt bei ", "Lies with ")}
                <span class="portal-status__who">{lies_with_text(l, row)}</span>
                <span class="portal-status__since">{since(l, row.since)}</span>
            </p>
        </div>
    }
    .into_any()
}

fn since(l: Lang, at: Timestamp) -> AnyView {
    view! { {l.pick("seit ", "since ")} {super::time(l, at)} }.into_any()
}

/// What the machine found, the gravest first. `level` is that of the headings.
pub fn findings(l: Lang, findings: &[Finding], level: u8) -> AnyView {
    if findings.is_empty() {
        let text = l.pick("Die Prüfung hat nichts beanstandet.", "The check found nothing to object to.");
        return alert("success", text, None);
    }
    let groups = Severity::ALL.iter().filter_map(|severity| {
        let found: Vec<&Finding> = findings.iter().filter(|f| f.severity == *severity).collect();
        (!found.is_empty()).then(|| group(l, *severity, &found, level))
    });
    view! { <div class="portal-stack">{groups.collect_view()}</div> }.into_any()
}

fn group(l: Lang, severity: Severity, found: &[&Finding], level: u8) -> AnyView {
    let (one, many) = match severity {
        Severity::Fehler => (("Fehler", "error"), ("Fehler", "errors")),
        Severity::Warnung => (("Warnung", "warning"), ("Warnungen", "warnings")),
        Severity::Hinweis => (("Hinweis", "hint"), ("Hinweise", "hints")),
    };
    let title = format::count(l, found.len() as i64, one, many);
    let help = match severity {
        Severity::Fehler => {
            l.pick("Damit kann das Paket nicht angenommen werden.", "The package cannot be taken with these.")
        }
        Severity::Warnung => l.pick(
            "Damit kann das Paket eingereicht werden; die Verfahrensprüfung sieht sie auch.",
            "The package can be handed in with these; the curators see them too.",
        ),
        Severity::Hinweis => l.pick("Gut zu wissen.", "Good to know."),
    };
    let rows = found.iter().map(|f| row(l, f)).collect();
    let heading = if level == 2 {
        view! { <h2 class="kern-heading-medium">{title.clone()}</h2> }.into_any()
    } else {
        view! { <h3 class="kern-title">{title.clone()}</h3> }.into_any()
    };
    view! {
        <div class="portal-stack portal-stack--small">
            {heading}
            <p class="portal-muted portal-small">{help}</p>
            {table::table(&title, rows)}
        </div>
    }
    .into_any()
}

fn row(l: Lang, f: &Finding) -> Vec<table::Cell> {
    let file = match f.file.as_str() {
        "" => l.pick("ganzes Paket", "whole package"),
        file => file,
    };
    let place = if f.key.is_empty() { l.pick("ganze Datei", "whole file") } else { f.key.as_str() };
    let what = view! {
        {finding::text(l, f)}
        <span class="portal-note">{finding::advice(l, f)}</span>
        <span class="portal-note">{l.pick("Regel ", "Rule ")} <span class="portal-mono">{f.rule.clone()}</span></span>
    };
    vec![
        (l.pick("Datei", "File"), view! { <span class="portal-mono">{file.to_owned()}</span> }.into_any()),
        (l.pick("Stelle", "Place"), view! { <span class="portal-mono">{place.to_owned()}</span> }.into_any()),
        (l.pick("Befund", "Finding"), what.into_any()),
    ]
}

/// Name of a component; a long one breaks behind its slashes.
pub fn component(name: &str) -> AnyView {
    let parts = name.split_inclusive('/').map(|part| view! { {part.to_owned()} <wbr /> });
    parts.collect_view().into_any()
}

/// A digest as it is written.
pub fn digest(hex: &str) -> AnyView {
    view! { <span class="portal-digest">"sha256:" {hex.to_owned()}</span> }.into_any()
}

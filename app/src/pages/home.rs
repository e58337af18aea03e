//! The start page: what it is, or „Was ist zu tun".

use crate::{
    Assets,
    components::{address::with_query, button_link, case, empty, field, page_header, section},
    document::Shell,
    i18n::{format, targets, words},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{
        Frame,
        home::{HomePage, TodoItem, WishItem},
        packages::PackageRow,
        targets::EvidenceWarning,
    },
    topic,
};

/// `GET /`
pub fn home(frame: &Frame, assets: &Assets, m: &HomePage) -> String {
    let l = frame.lang;
    if frame.user.is_some() {
        let title = l.pick("Was ist zu tun", "What is to do");
        Shell::new(frame, assets, title).render(|| signed_in(l, title, m))
    } else {
        let title = l.pick("Verwaltungsleistungen nachnutzen", "Adopt public services");
        Shell::new(frame, assets, title).render(|| signed_out(l, title, m))
    }
}

fn signed_out(l: Lang, title: &str, m: &HomePage) -> AnyView {
    let lead = l.pick(
        "Fertige Online-Verfahren finden, sehen, wer sie schon nutzt, und sie für die eigene Verwaltung einrichten lassen: erst im Test, nach Ihrer Abnahme im Betrieb.",
        "Find ready-made online services, see who runs them already, and have them set up for your administration: first in the test environment, and live after you accepted them.",
    );
    let steps = [
        (
            l.pick("Finden", "Find"),
            l.pick(
                "Im Katalog steht, was ein Verfahren leistet, kostet und voraussetzt.",
                "The catalogue says what a Verfahren does, costs and needs.",
            ),
        ),
        (
            l.pick("Beantragen", "Request"),
            l.pick(
                "Sie beantragen die Nachnutzung; die Beratung Ihres Landes prüft.",
                "You request adoption; the consultants of your Land check it.",
            ),
        ),
        (
            l.pick("Testen", "Test"),
            l.pick(
                "Das Portal richtet die Testumgebung ein und testet. Sie nehmen ab.",
                "The portal sets up the test environment and tests. You accept it.",
            ),
        ),
        (
            l.pick("Freischalten", "Go live"),
            l.pick(
                "Zwei Personen stimmen zu, dann geht das Verfahren in Betrieb.",
                "Two people approve, then the Verfahren goes live.",
            ),
        ),
    ];
    let steps = steps.into_iter().enumerate().map(|(i, (name, text))| {
        view! {
            <li class="portal-panel">
                <h3 class="kern-title">{format!("{}. {name}", i + 1)}</h3>
                <p>{text}</p>
            </li>
        }
    });
    view! {
        {page_header(title, lead)}
        <div class="portal-stack portal-stack--large">
            {search(l)}
            <dl class="portal-figures">
                {figure(l, m.verfahren_count, l.pick("Verfahren im Katalog", "Verfahren in the catalogue"))}
                {figure(l, m.municipality_count, l.pick("Verwaltungen nutzen mindestens eines", "administrations run at least one"))}
            </dl>
            {topics(l, m)}
            {section("ablauf", l.pick("So läuft es ab", "How it works"), view! { <ol class="portal-grid portal-grid--small portal-bare">{steps.collect_view()}</ol> }.into_any())}
        </div>
    }
    .into_any()
}

fn search(l: Lang) -> AnyView {
    let input = field::Input {
        kind: "search",
        required: true,
        autocomplete: Some("off"),
        hint: l
            .pick("Zum Beispiel „Hundesteuer“ oder eine Leistung", "For example “Hundesteuer” or a service")
            .to_owned(),
        ..field::Input::new("q", l.pick("Verfahren suchen", "Search Verfahren"))
    };
    view! {
        <form class="portal-search portal-search--hero" method="get" action=l.path("/verfahren") role="search">
            <div class="portal-search__field">{field::input(l, input)}</div>
            <button class="kern-btn kern-btn--primary" type="submit">
                <span class="kern-label">{l.pick("Suchen", "Search")}</span>
            </button>
        </form>
    }
    .into_any()
}

fn figure(l: Lang, value: i64, label: &str) -> AnyView {
    view! {
        <div class="portal-figures__item">
            <dt class="portal-figures__label">{label.to_owned()}</dt>
            <dd class="portal-figures__value">{format::number(l, value)}</dd>
        </div>
    }
    .into_any()
}

fn topics(l: Lang, m: &HomePage) -> Option<AnyView> {
    if m.topics.is_empty() {
        return None;
    }
    let entries = m.topics.iter().map(|topic| {
        let href = with_query(&l.path("/verfahren"), [("thema", topic.value.as_str())]);
        // No line ends between a hyphen and what it stands for.
        let name = topic::text(l, &topic.value).replace(" -", " -\u{2060}");
        let count = topic.count.map(|n| view! { " " <span class="portal-muted">{format::number(l, n)}</span> });
        view! { <li><a class="portal-topic" href=href>{name} {count}</a></li> }
    });
    let list = view! { <ul class="portal-topics">{entries.collect_view()}</ul> }.into_any();
    Some(section("themen", l.pick("Nach Thema", "By topic"), list))
}

fn signed_in(l: Lang, title: &str, m: &HomePage) -> AnyView {
    let case = m.mine.first().map(|item| format!("/nachnutzungen/{}", item.reference));
    let package = m.packages.first().map(|row| format!("/pakete/{}", row.reference));
    let renewal = m.evidence.first().map(|w| format!("/rechenzentren/nachweise/{}", w.slug));
    let wish = m.wishes.first().map(|w| format!("/verfahren/{}/rueckmeldungen", w.slug));
    let next = case
        .or(package)
        .or(wish)
        .or(renewal)
        .map(|path| button_link("primary", l.path(&path), l.pick("Nächste Aufgabe öffnen", "Open the next task")));
    let lead = match m.mine.len() + m.packages.len() + m.wishes.len() + m.evidence.len() {
        0 => l.pick("Bei Ihnen liegt gerade nichts.", "Nothing lies with you at the moment.").to_owned(),
        n => format::count(
            l,
            n as i64,
            ("Sache liegt bei Ihnen.", "item lies with you."),
            ("Sachen liegen bei Ihnen.", "items lie with you."),
        ),
    };
    let mine = if m.mine.is_empty() && m.packages.is_empty() && m.wishes.is_empty() && m.evidence.is_empty() {
        empty(
            l.pick("Alles erledigt", "All done"),
            l.pick(
                "Bei Ihnen liegt nichts. Im Katalog finden Sie alle Verfahren.",
                "Nothing lies with you. The catalogue holds all Verfahren.",
            ),
            Some(button_link("secondary", l.path("/verfahren"), l.pick("Zum Katalog", "To the catalogue"))),
        )
    } else {
        let cases = (!m.mine.is_empty()).then(|| items(l, &m.mine, true));
        let more = (!m.packages.is_empty()).then(|| packages(l, &m.packages, true));
        let wishes = (!m.wishes.is_empty()).then(|| wishes(l, &m.wishes));
        let evidence = (!m.evidence.is_empty()).then(|| evidence(l, &m.evidence));
        view! { {cases} {more} {wishes} {evidence} }.into_any()
    };
    let rest = |id: &str, title: &str, list: &[TodoItem], rows: &[PackageRow]| {
        let cases = (!list.is_empty()).then(|| items(l, list, false));
        let more = (!rows.is_empty()).then(|| packages(l, rows, false));
        (cases.is_some() || more.is_some()).then(|| section(id, title, view! { {cases} {more} }.into_any()))
    };
    view! {
        {crate::components::page_header_with(title, &lead, next)}
        {section("meine", l.pick("Liegt bei mir", "Lies with me"), mine)}
        {rest("warten", l.pick("Warten auf andere", "Waiting for others"), &m.waiting, &m.packages_waiting)}
        {rest("laeuft", l.pick("Läuft gerade", "Under way"), &m.running, &[])}
        {rest("nicht-freigegeben", l.pick("Nicht freigegeben in den letzten 30 Tagen", "Not released in the last 30 days"), &[], &m.packages_declined)}
        {topics(l, m)}
    }
    .into_any()
}

fn items(l: Lang, items: &[TodoItem], own: bool) -> AnyView {
    let class = if own { "portal-work__item portal-work__item--soon" } else { "portal-work__item" };
    let rows = items.iter().map(|item| {
        let href = l.path(&format!("/nachnutzungen/{}", item.reference));
        view! {
            <li class=class>
                <h3 class="portal-work__title">
                    <a href=href>{item.verfahren.clone()}</a>
                    <span class="portal-work__meta">
                        {item.municipality.clone()} " · " <span class="portal-ref">{item.reference.to_string()}</span>
                    </span>
                </h3>
                <span class="portal-work__who">
                    {words::phase(l, item.phase)} <span class="portal-work__meta">{case::lies_with_text(l, &item.lies_with)}</span>
                </span>
                <span class="portal-work__due">{l.pick("seit ", "since ")} {item.since.date(l)}</span>
            </li>
        }
    });
    view! { <ul class="portal-work">{rows.collect_view()}</ul> }.into_any()
}

/// Feedback that waits for an answer of the person.
fn wishes(l: Lang, list: &[WishItem]) -> AnyView {
    let rows = list.iter().map(|wish| {
        let href = l.path(&format!("/verfahren/{}/rueckmeldungen", wish.slug));
        view! {
            <li class="portal-work__item portal-work__item--soon">
                <h3 class="portal-work__title">
                    <a href=href>{wish.verfahren.get(l).to_owned()}</a>
                    <span class="portal-work__meta">{wish.organisation.clone()}</span>
                </h3>
                <span class="portal-work__who">
                    {words::feedback_kind(l, wish.kind)}
                    <span class="portal-work__meta">{l.pick("noch nicht beantwortet", "not answered yet")}</span>
                </span>
                <span class="portal-work__due">{l.pick("seit ", "since ")} {wish.at.date(l)}</span>
            </li>
        }
    });
    view! { <ul class="portal-work">{rows.collect_view()}</ul> }.into_any()
}

/// Evidence of one's own data centres that has ended or ends soon.
fn evidence(l: Lang, list: &[EvidenceWarning]) -> AnyView {
    let rows = list.iter().map(|w| {
        let href = l.path(&format!("/rechenzentren/nachweise/{}", w.slug));
        view! {
            <li class="portal-work__item portal-work__item--soon">
                <h3 class="portal-work__title">
                    <a href=href>{targets::evidence_kind(l, w.row.kind)}</a>
                    <span class="portal-work__meta">{w.data_centre.clone()}</span>
                </h3>
                <span class="portal-work__who">
                    {l.pick("Sicherheitsnachweis", "Security evidence")}
                    <span class="portal-work__meta">{super::targets::evidence_standing(l, &w.row)}</span>
                </span>
                <span class="portal-work__due">
                    {l.pick("gültig bis ", "valid until ")} {super::targets::evidence_last_day(l, w.row.valid_until)}
                </span>
            </li>
        }
    });
    view! { <ul class="portal-work">{rows.collect_view()}</ul> }.into_any()
}

/// Packages, those that lie with the person with a mark.
fn packages(l: Lang, rows: &[PackageRow], own: bool) -> AnyView {
    let class = if own { "portal-work__item portal-work__item--soon" } else { "portal-work__item" };
    let rows = rows.iter().map(|row| {
        let href = l.path(&format!("/pakete/{}", row.reference));
        view! {
            <li class=class>
                <h3 class="portal-work__title">
                    <a href=href>{row.name.get(l).to_owned()} " " {row.version.clone()}</a>
                    <span class="portal-work__meta">
                        {row.vendor.clone()} " · " <span class="portal-ref">{row.reference.to_string()}</span>
                    </span>
                </h3>
                <span class="portal-work__who">
                    {l.pick("Paket", "Package")}
                    <span class="portal-work__meta">{words::submission_state(l, row.state)}</span>
                </span>
                <span class="portal-work__due">{l.pick("seit ", "since ")} {row.since.date(l)}</span>
            </li>
        }
    });
    view! { <ul class="portal-work">{rows.collect_view()}</ul> }.into_any()
}

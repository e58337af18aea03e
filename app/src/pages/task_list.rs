//! The Antrag as a task list.

use crate::{
    Assets,
    components::{case, facts, link, section, text},
    document::Shell,
    i18n::words,
    pages,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    organisation::MunicipalityKind,
    pages::{
        Frame,
        request::{RequestHead, Task, TaskListPage, TaskState},
    },
};

/// `GET /nachnutzungen/{reference}/antrag`
pub fn task_list(frame: &Frame, assets: &Assets, m: &TaskListPage) -> String {
    let l = frame.lang;
    let title = l.pick("Nachnutzungsantrag", "Request for adoption");
    let shell: Shell<'_> = pages::of_case(frame, assets, &m.head, title);
    shell.render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &TaskListPage) -> AnyView {
    let done = m.tasks.iter().filter(|(_, s)| *s == TaskState::Done).count();
    let progress =
        format!("{done} {} {} {}", l.pick("von", "of"), m.tasks.len(), l.pick("Teilen erledigt", "parts done"));
    let tasks = m.tasks.iter().enumerate().map(|(i, (t, s))| task(l, &m.head, i + 1, *t, *s));
    let organisation = m.organisation.iter().map(|(k, v)| fact(l, k, v)).collect::<Vec<_>>();
    let organisation = (!organisation.is_empty())
        .then(|| section("verwaltung", l.pick("Ihre Verwaltung", "Your administration"), facts(organisation)));
    let documents = m.documents.iter().map(|d| {
        view! {
            <li class="portal-checks__item">
                <span>{d.name.get(l).to_owned()}</span>
                <span class="portal-checks__note">{words::document_due(l, d.due)}</span>
            </li>
        }
    });
    let documents = (!m.documents.is_empty()).then(|| {
        let list = view! { <ul class="portal-checks">{documents.collect_view()}</ul> }.into_any();
        section("unterlagen", l.pick("Unterlagen", "Documents"), list)
    });
    let withdraw = m.may_withdraw.then(|| {
        let href = l.path(&format!("/nachnutzungen/{}/zurueckziehen", m.head.reference));
        view! { <p>{link(href, l.pick("Antrag zurückziehen", "Withdraw the request"))}</p> }
    });
    view! {
        {case::header(l, &m.head, title)}
        <div class="portal-columns">
            <div class="portal-stack portal-stack--large">
                {case::question(l, &m.head)}
                {case::two_persons(l, &m.head)}
                <div class="kern-task-list">
                    <div class="kern-task-list__header">
                        <h2 class="kern-heading-medium">{l.pick("Was noch zu tun ist", "What is left to do")}</h2>
                        <p class="portal-muted">{progress}</p>
                    </div>
                    <ol class="kern-task-list__list">{tasks.collect_view()}</ol>
                </div>
                {withdraw}
            </div>
            <aside class="portal-stack portal-stack--large">{organisation} {documents}</aside>
        </div>
    }
    .into_any()
}

/// A prefilled fact about the Verwaltung, by its stable word.
fn fact(l: Lang, key: &str, value: &str) -> (String, AnyView) {
    let label = match key {
        "name" => l.pick("Name", "Name"),
        "kind" => l.pick("Art", "Kind"),
        "ars" => l.pick("Amtlicher Regionalschlüssel", "Regional key (ARS)"),
        "land" => "Land",
        other => other,
    };
    let kind = MunicipalityKind::from_word(value).filter(|_| key == "kind");
    (label.to_owned(), text(kind.map_or(value, |kind| words::municipality_kind(l, kind))))
}

/// Path of a part of the Antrag, without language prefix.
pub fn path(head: &RequestHead, task: Task) -> String {
    format!("/nachnutzungen/{}/antrag/{}", head.reference, task.word())
}

fn task(l: Lang, head: &RequestHead, number: usize, task: Task, state: TaskState) -> AnyView {
    let id = format!("stand-{}", task.word());
    let badge = match state {
        TaskState::Done => "kern-badge kern-badge--success",
        TaskState::Partial => "kern-badge kern-badge--info",
        TaskState::Open => "kern-badge kern-badge--warning",
        TaskState::Blocked => "portal-muted",
    };
    let name = words::task(l, task);
    let inner = view! {
        <span class="kern-number" aria-hidden="true">{number}</span>
        <span>{name}</span>
    };
    let title = if state == TaskState::Blocked {
        view! { <div class="kern-task-list__content-wrapper" aria-describedby=id.clone()>{inner}</div> }.into_any()
    } else {
        view! {
            <a
                class="kern-link kern-link--stretched kern-task-list__content-wrapper"
                href=l.path(&path(head, task))
                aria-describedby=id.clone()
            >
                {inner}
            </a>
        }
        .into_any()
    };
    view! {
        <li class="kern-task-list__item">
            <div class="kern-task-list__title">
                {title}
                <span class="portal-task__help">{words::task_help(l, task)}</span>
            </div>
            <div class="kern-task-list__status" id=id>
                <span class=badge>
                    <span class="kern-label kern-label--small">{words::task_state(l, state)}</span>
                </span>
            </div>
        </li>
    }
    .into_any()
}

//! Parts of a case: its head, the five phases, „Liegt bei", values, test report, history.

use super::{bullet_list, details, facts, state, table, text, time};
use crate::i18n::{action, format, words};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    installation::InstallationState,
    operation::OperationState,
    pages::{
        case::{HistoryOperation, HistoryRow, LiesWith, LiesWithWhom, OperationRow, TestRunView},
        request::{RequestHead, ValueGroup},
    },
    phase::Phase,
    request::RequestState,
};

/// Heading of a page of a case: what, for whom, which number, and the state of its request.
pub fn header(l: Lang, head: &RequestHead, title: &str) -> AnyView {
    // Once it is accepted, the state of the request says nothing any more: the case goes on.
    let state = (head.state != RequestState::Accepted).then(|| {
        let state = request_state(l, head.state);
        view! { <li>{state}</li> }.into_any()
    });
    header_with(l, head, title, state)
}

/// The same where the page shows the state elsewhere.
pub fn header_without_state(l: Lang, head: &RequestHead, title: &str) -> AnyView {
    header_with(l, head, title, None)
}

fn header_with(l: Lang, head: &RequestHead, title: &str, state: Option<AnyView>) -> AnyView {
    view! {
        <div class="portal-page-header">
            <div class="portal-page-header__text">
                <h1 class="kern-heading-x-large">{title.to_owned()}</h1>
                <ul class="portal-facts">
                    <li class="portal-strong">{head.municipality.clone()}</li>
                    <li>{head.verfahren.get(l).to_owned()} " " {head.version.clone()}</li>
                    <li>
                        <span class="portal-ref">{head.reference.to_string()}</span>
                    </li>
                    {state}
                </ul>
            </div>
        </div>
        {stopped(l, head)}
        {nobody_signs(l, head).filter(|_| head.stopped.is_none())}
    }
    .into_any()
}

/// Says that the case cannot go on with its version, and what to do.
fn stopped(l: Lang, head: &RequestHead) -> Option<AnyView> {
    let rule = head.stopped.as_deref()?;
    let title = match rule {
        "release_unsafe" => {
            l.pick("Diese Version ist als unsicher zurückgezogen", "This version is withdrawn as unsafe")
        }
        "release_withdrawn" => l.pick("Diese Version ist zurückgezogen", "This version is withdrawn"),
        _ => l.pick("Diese Version ist nicht für diese Verwaltung", "This version is not for this administration"),
    };
    let advice = match head.state {
        RequestState::Draft | RequestState::Returned => l.pick(
            "Mit ihr kann dieser Antrag nicht eingereicht werden. Ziehen Sie ihn zurück und beginnen Sie einen neuen, sobald eine andere Version angeboten wird.",
            "This request cannot be submitted with it. Withdraw it and begin a new one as soon as another version is offered.",
        ),
        RequestState::Submitted | RequestState::InReview => l.pick(
            "Mit ihr kann dieser Antrag nicht angenommen werden. Die Beratung nimmt ihn mit Begründung nicht an, oder die Verwaltung zieht ihn zurück; danach ist ein neuer Antrag möglich, wenn eine andere Version angeboten wird.",
            "This request cannot be accepted with it. The consultants do not accept it, saying why, or the administration withdraws it; then a new request is possible if another version is offered.",
        ),
        _ => l.pick(
            "Mit ihr geht nichts mehr in Betrieb; zustimmen ist nicht möglich. Zeichnungsberechtigte können diese Installation entfernen; danach ist ein neuer Antrag möglich, wenn eine andere Version angeboten wird.",
            "Nothing goes live with it any more; approving is not possible. People who may sign can remove this installation; then a new request is possible if another version is offered.",
        ),
    };
    let versions = l.path(&format!("/verfahren/{}", head.slug));
    let body = view! {
        <p class="kern-body">{advice}</p>
        <p class="kern-body">{super::link(versions, l.pick("Angebotene Versionen ansehen", "See the versions on offer"))}</p>
    };
    let alert = super::alert("warning", title, Some(body.into_any()));
    Some(view! { <div class="portal-page-notice">{alert}</div> }.into_any())
}

/// Warns whoever signs for the Verwaltung that an act makes them one of those who ask (R2). Often there is nobody else who
/// could sign.
pub fn two_persons(l: Lang, head: &RequestHead) -> Option<AnyView> {
    let only_you = head.signing.as_ref().is_some_and(|s| s.only_you);
    let text = if only_you {
        l.pick(
            "Sie sind die einzige Person, die der Freischaltung dieser Nachnutzung noch für die Verwaltung zustimmen kann. Wenn Sie hier mitwirken, kann es niemand mehr. Überlassen Sie diesen Schritt der Sachbearbeitung, oder lassen Sie vorher eine weitere zeichnungsberechtigte Person eintragen; das tut der Betrieb des Portals.",
            "You are the only person left who can approve the activation of this adoption for the administration. If you take part here, nobody can any more. Leave this step to the clerks, or have another person who may sign registered first; the portal's operator does that.",
        )
    } else {
        l.pick(
            "Sie sind zeichnungsberechtigt. Wenn Sie hier mitwirken, können Sie der Freischaltung dieser Nachnutzung nicht mehr für die Verwaltung zustimmen; das muss dann eine andere zeichnungsberechtigte Person tun.",
            "You may sign for the administration. If you take part here, you cannot approve the activation of this adoption for the administration any more; another person who may sign has to do it then.",
        )
    };
    let title = l.pick("Vier-Augen-Prinzip", "Two-person rule");
    head.signs.then(|| super::alert("warning", title, Some(super::paragraph(text))))
}

/// Says that nobody is left who could approve for the Verwaltung, and how somebody is added, before anybody waits for it.
fn nobody_signs(l: Lang, head: &RequestHead) -> Option<AnyView> {
    let signing = head.signing.as_ref().filter(|s| s.can.is_empty())?;
    let title = l.pick("Niemand kann für die Verwaltung zustimmen", "Nobody can approve for the administration");
    let names = signing.took_part.join(", ");
    let why = match (l, signing.took_part.len()) {
        (Lang::De, 0) => format!("Für {} ist niemand als zeichnungsberechtigt eingetragen.", head.municipality),
        (Lang::En, 0) => format!("Nobody is registered who may sign for {}.", head.municipality),
        (Lang::De, 1) => format!(
            "Zeichnungsberechtigt ist nur {names}. Diese Person hat hier mitgewirkt; nach dem Vier-Augen-Prinzip muss eine andere zustimmen."
        ),
        (Lang::En, 1) => format!(
            "Only {names} may sign. This person took part here; under the two-person rule another one has to approve."
        ),
        (Lang::De, _) => format!(
            "Zeichnungsberechtigt sind: {names}. Sie alle haben hier mitgewirkt; nach dem Vier-Augen-Prinzip muss eine andere Person zustimmen."
        ),
        (Lang::En, _) => format!(
            "These people may sign: {names}. All of them took part here; under the two-person rule somebody else has to approve."
        ),
    };
    let how = l.pick(
        "Ohne diese Zustimmung gibt es keine Freischaltung. Lassen Sie eine weitere Person Ihrer Verwaltung als zeichnungsberechtigt eintragen; das tut der Betrieb des Portals. Bis dahin können Antrag, Test und Abnahme weitergehen.",
        "There is no activation without this approval. Have another person of your administration registered as somebody who may sign; the portal's operator does that. Until then request, test and acceptance can go on.",
    );
    let body = view! {
        <p class="kern-body">{why}</p>
        <p class="kern-body">{how}</p>
        <p class="kern-body">{super::link(l.path("/impressum"), l.pick("Betrieb des Portals (Impressum)", "Operator of the portal (imprint)"))}</p>
    };
    let alert = super::alert("warning", title, Some(body.into_any()));
    Some(view! { <div class="portal-page-notice">{alert}</div> }.into_any())
}

/// State of a request with its mark.
pub fn request_state(l: Lang, s: RequestState) -> AnyView {
    let mood = match s {
        RequestState::Draft => "wait",
        RequestState::Submitted | RequestState::InReview => "run",
        RequestState::Returned => "warning",
        RequestState::Accepted => "ok",
        RequestState::Declined => "error",
        RequestState::Withdrawn => "wait",
    };
    state(mood, words::request_state(l, s))
}

/// State of an installation with its mark.
pub fn installation_state(l: Lang, s: InstallationState) -> AnyView {
    let mood = match s {
        InstallationState::InTest
        | InstallationState::Activating
        | InstallationState::Suspending
        | InstallationState::Resuming
        | InstallationState::RollingBack
        | InstallationState::Removing => "run",
        InstallationState::TestFailed | InstallationState::Defective => "error",
        InstallationState::InAcceptance
        | InstallationState::Accepted
        | InstallationState::Changing
        | InstallationState::Suspended => "warning",
        InstallationState::Live | InstallationState::Connected => "ok",
        InstallationState::Removed => "wait",
    };
    state(mood, words::installation_state(l, s))
}

/// State of an operation with its mark.
pub fn operation_state(l: Lang, s: OperationState) -> AnyView {
    let mood = match s {
        OperationState::Queued | OperationState::Waiting | OperationState::Abandoned => "wait",
        OperationState::Running => "run",
        OperationState::Unwinding | OperationState::Unwound => "warning",
        OperationState::Done => "ok",
        OperationState::Stuck => "error",
    };
    state(mood, words::operation_state(l, s))
}

/// The state that says most: of the installation, or else of the request.
pub fn case_state(l: Lang, request: RequestState, installation: Option<InstallationState>) -> AnyView {
    installation.map_or_else(|| request_state(l, request), |s| installation_state(l, s))
}

/// The five phases. `note` stands below the current one.
pub fn stepper(l: Lang, current: Phase, failed: bool, all_done: bool, note: &str) -> AnyView {
    let steps = Phase::ALL.iter().map(|phase| {
        let is_current = *phase == current && !all_done;
        let done = *phase < current || all_done;
        let (class, said) = if is_current && failed {
            ("failed", l.pick("Fehler: ", "Failed: "))
        } else if is_current {
            ("current", "")
        } else if done {
            ("done", l.pick("Erledigt: ", "Done: "))
        } else {
            ("open", "")
        };
        let note = (*phase == current && !note.is_empty())
            .then(|| view! { <span class="portal-stepper__note">{note.to_owned()}</span> });
        view! {
            <li
                class=format!("portal-stepper__step portal-stepper__step--{class}")
                aria-current=is_current.then_some("step")
            >
                <span class="portal-stepper__text">
                    <span class="portal-stepper__label">
                        <span class="kern-sr-only">{said}</span>
                        {words::phase(l, *phase)}
                    </span>
                    {note}
                </span>
            </li>
        }
    });
    view! { <ol class="portal-stepper" aria-label=l.pick("Stand", "Progress")>{steps.collect_view()}</ol> }.into_any()
}

/// „Liegt bei …". `reached`: it ended as people wanted; what was declined or taken down is over too, but not green.
pub fn lies_with(l: Lang, with: &LiesWith, own: bool, reached: bool) -> AnyView {
    let class = match with.whom {
        LiesWithWhom::Nobody if reached => "portal-status portal-status--done",
        LiesWithWhom::Nobody => "portal-status",
        _ if own => "portal-status portal-status--own",
        _ => "portal-status",
    };
    let who = lies_with_text(l, with);
    view! {
        <div class=class>
            <p class="portal-status__text">
                {l.pick("Liegt bei ", "Lies with ")} <span class="portal-status__who">{who}</span>
                <span class="portal-status__since">{l.pick("seit ", "since ")} {time(l, with.since)}</span>
            </p>
        </div>
    }
    .into_any()
}

/// Who has it, in words.
pub fn lies_with_text(l: Lang, with: &LiesWith) -> String {
    let whom = words::lies_with(l, with.whom);
    match with.whom {
        LiesWithWhom::Nobody => whom.to_owned(),
        _ if with.name.is_empty() => whom.to_owned(),
        _ => format!("{} ({whom})", with.name),
    }
}

fn value_or_none(l: Lang, value: &str) -> AnyView {
    match value {
        "" => view! { <span class="portal-muted">{l.pick("keine Angabe", "not given")}</span> }.into_any(),
        value => text(value),
    }
}

/// Values under their headings.
pub fn values(l: Lang, groups: &[ValueGroup], level: u8) -> AnyView {
    let groups = groups.iter().map(|group| {
        let rows = group.rows.iter().map(|(label, value)| (label.clone(), value_or_none(l, value))).collect();
        let title = group.title.clone();
        let heading = if level == 2 {
            view! { <h2 class="kern-title">{title}</h2> }.into_any()
        } else {
            view! { <h3 class="kern-title">{title}</h3> }.into_any()
        };
        view! { <div class="portal-stack portal-stack--small">{heading} {facts(rows)}</div> }
    });
    view! { <div class="portal-stack">{groups.collect_view()}</div> }.into_any()
}

/// The question that came back with a request.
pub fn question(l: Lang, head: &RequestHead) -> Option<AnyView> {
    let question = head.question.clone()?;
    let body = view! { <p class="portal-comment">{question}</p> }.into_any();
    Some(super::alert("warning", l.pick("Rückfrage der Beratung", "Question of the consultants"), Some(body)))
}

/// The report of a test run.
pub fn test_report(l: Lang, run: &TestRunView) -> AnyView {
    let passed = run.cases.iter().filter(|c| c.passed).count();
    let (mood, word) = if run.passed {
        ("ok", l.pick("Tests bestanden", "Tests passed"))
    } else {
        ("error", l.pick("Tests nicht bestanden", "Tests failed"))
    };
    let cases = run.cases.iter().map(|case| {
        let class = if case.passed {
            "portal-checks__item portal-checks__item--ok"
        } else {
            "portal-checks__item portal-checks__item--failed"
        };
        let said = if case.passed { l.pick("bestanden", "passed") } else { l.pick("nicht bestanden", "failed") };
        let log = (!case.log.is_empty()).then(|| {
            let log = case.log.clone();
            let open = !case.passed;
            view! {
                <details class="portal-checks__log" open=open>
                    <summary>{l.pick("Meldungen", "Messages")}</summary>
                    <pre class="portal-log">{log}</pre>
                </details>
            }
        });
        view! {
            <li class=class>
                <div>
                    <span class="portal-strong">{case.title.get(l).to_owned()}</span>
                    " "
                    <span class="portal-muted portal-small">{said} ", " {format::duration(l, case.duration_ms)}</span>
                    {log}
                </div>
            </li>
        }
    });
    view! {
        <div class="portal-stack">
            <p class="portal-cluster">
                {state(mood, word)}
                <span class="portal-muted portal-small">
                    {format!("{passed} / {}", run.cases.len())} ", " {time(l, run.finished_at)}
                </span>
            </p>
            <ul class="portal-checks">{cases.collect_view()}</ul>
        </div>
    }
    .into_any()
}

/// Who did what, newest first.
pub fn history(l: Lang, rows: &[HistoryRow]) -> AnyView {
    let rows = rows.iter().map(|row| {
        let who = if row.who.is_empty() { l.pick("Portal", "Portal").to_owned() } else { row.who.clone() };
        let mandate = row.on_behalf.then(|| l.pick(" (mit Vollmacht)", " (under a mandate)"));
        let note = row
            .note
            .clone()
            .filter(|n| !n.is_empty())
            .map(|n| view! { <p class="portal-timeline__text portal-comment">{n}</p> });
        let operation = row.operation.as_ref().map(|o| {
            let href = l.path(&format!("/bereitstellungen/{}", o.reference));
            view! { " " <a class="portal-ref portal-small" href=href>{o.reference.to_string()}</a> }
        });
        view! {
            <li class="portal-timeline__entry">
                <span class="portal-timeline__time">{time(l, row.at)}</span>
                <span class="portal-timeline__title">{happened(l, &row.action, row.answer, row.operation.as_ref())}</span>
                {operation}
                " "
                <span class="portal-timeline__who">{who} {mandate}</span>
                {note}
            </li>
        }
    });
    view! { <ol class="portal-timeline">{rows.collect_view()}</ol> }.into_any()
}

/// What happened, and what the answer was. For what the portal did by itself: with which operation, and how far it came.
pub fn happened(l: Lang, action: &str, answer: Option<bool>, operation: Option<&HistoryOperation>) -> String {
    let Some(((kind, state), step)) = operation.and_then(|o| Some((o.reached?, o.step))) else {
        let what = action::text(l, action);
        return match answer {
            Some(true) => format!("{what}: {}", l.pick("Ja", "Yes")),
            Some(false) => format!("{what}: {}", l.pick("Nein", "No")),
            None => what.to_owned(),
        };
    };
    let kind = words::operation_kind(l, kind);
    match step {
        Some(step) if !state.is_final() && state != OperationState::Stuck => match l {
            Lang::De => format!("{kind}: „{}“ erledigt", words::step(l, step)),
            Lang::En => format!("{kind}: “{}” done", words::step(l, step)),
        },
        Some(step) => format!("{kind}: {} ({})", words::operation_state(l, state), words::step(l, step)),
        None => format!("{kind}: {}", words::operation_state(l, state)),
    }
}

/// Operations of a case, newest first.
pub fn operations(l: Lang, rows: &[OperationRow]) -> AnyView {
    let rows = rows.iter().map(|row| {
        let href = l.path(&format!("/bereitstellungen/{}", row.reference));
        let end = row.finished_at.map_or_else(|| text("–"), |at| time(l, at));
        vec![
            (
                l.pick("Nummer", "Number"),
                view! { <a class="portal-ref" href=href>{row.reference.to_string()}</a> }.into_any(),
            ),
            (l.pick("Was", "What"), text(words::operation_kind(l, row.kind))),
            (l.pick("Stand", "State"), operation_state(l, row.state)),
            (l.pick("Beginn", "Begin"), time(l, row.created_at)),
            (l.pick("Ende", "End"), end),
        ]
    });
    table::table(l.pick("Bereitstellungen", "Operations"), rows.collect())
}

/// Names of Gemeinden: a few as they are, many folded.
pub fn areas(l: Lang, names: &[String]) -> AnyView {
    match names.len() {
        0 => text(l.pick("die ganze Verwaltung", "the whole administration")),
        1..=20 => text(names.join(", ")),
        n => details(&format!("{n} {}", l.pick("Gemeinden", "Gemeinden")), bullet_list(names.to_vec())),
    }
}

//! Feedback on a Verfahren: what Verwaltungen say, and what the vendor answers.

use super::of_verfahren;
use crate::{
    Assets,
    components::{
        details, empty,
        field::{self, Input, Item},
        form, page_header, section, table, time,
    },
    i18n::words,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    feedback::FeedbackKind,
    pages::{
        Frame,
        packages::{FeedbackPage, FeedbackRow},
    },
};

/// `GET /verfahren/{slug}/rueckmeldungen`
pub fn feedback(frame: &Frame, assets: &Assets, m: &FeedbackPage) -> String {
    let l = frame.lang;
    let title = l.pick("Rückmeldungen und Wünsche", "Feedback and wishes");
    of_verfahren(frame, assets, &m.slug, &m.name, title)
        .errors(!m.errors.is_empty())
        .render(|| content(frame, title, m))
}

fn path(m: &FeedbackPage) -> String {
    format!("/verfahren/{}/rueckmeldungen", m.slug)
}

/// Name of the error and id of the field of an answer.
fn answer_field(row: &FeedbackRow) -> String {
    format!("antwort-{}", row.id)
}

fn content(frame: &Frame, title: &str, m: &FeedbackPage) -> AnyView {
    let l = frame.lang;
    let lead = l.pick(
        "Was Verwaltungen sich wünschen, fragen und erfahren haben. Genannt wird die Organisation, nicht die Person.",
        "What administrations wish for, ask and have experienced. The organisation is named, not the person.",
    );
    let may_give = !m.speaks_for.is_empty();
    let answers: Vec<(String, String)> = if m.may_answer {
        m.rows.items.iter().map(|row| (answer_field(row), answer_label(l, row))).collect()
    } else {
        Vec::new()
    };
    let mut labels: Vec<(&str, &str)> = answers.iter().map(|(name, label)| (name.as_str(), label.as_str())).collect();
    if may_give {
        labels.extend([("art", l.pick("Art", "Kind")), ("text", l.pick("Text", "Text"))]);
    }
    let list = if m.rows.items.is_empty() {
        empty(
            l.pick("Noch keine Rückmeldung", "No feedback yet"),
            if may_give {
                l.pick(
                    "Schreiben Sie, was fehlt, was unklar ist oder was gut läuft.",
                    "Write what is missing, what is unclear or what goes well.",
                )
            } else {
                l.pick(
                    "Verwaltungen und Landesstellen können hier schreiben, was sie brauchen.",
                    "Administrations and state bodies can write here what they need.",
                )
            },
            None,
        )
    } else {
        view! { <ol class="portal-timeline">{m.rows.items.iter().map(|row| entry(l, m, row)).collect_view()}</ol> }
            .into_any()
    };
    view! {
        {page_header(&format!("{title}: {}", m.name.get(l)), lead)}
        <div class="portal-stack portal-stack--large">
            {form::summary_of(l, &m.errors, &labels)}
            {may_give.then(|| section("geben", l.pick("Rückmeldung geben", "Give feedback"), give(l, m)))}
            <div class="portal-stack">
                {section("liste", l.pick("Rückmeldungen", "Feedback"), list)}
                {table::more(l, &path(m), [], m.rows.next.as_deref(), !frame.path.contains("nach="))}
            </div>
        </div>
    }
    .into_any()
}

fn give(l: Lang, m: &FeedbackPage) -> AnyView {
    let whom = match m.speaks_for.as_slice() {
        [only] => view! {
            {form::hidden("fuer", &only.value)}
            <p class="portal-form__note">{l.pick("Sie schreiben für ", "You write for ")} {only.label.clone()} "."</p>
        }
        .into_any(),
        several => {
            let items = several.iter().map(|c| Item {
                value: c.value.clone(),
                label: c.label.clone(),
                selected: c.selected,
                ..Item::default()
            });
            let input = Input {
                required: true,
                ..Input::new("fuer", l.pick("Für wen schreiben Sie?", "For whom do you write?"))
            };
            field::select(l, input, items.collect())
        }
    };
    let kinds = FeedbackKind::ALL.iter().map(|kind| Item {
        value: kind.word().to_owned(),
        label: words::feedback_kind(l, *kind).to_owned(),
        selected: m.kind == kind.word(),
        ..Item::default()
    });
    let kind = Input {
        required: true,
        error: form::error_at(l, &m.errors, "art"),
        ..Input::new("art", l.pick("Art", "Kind"))
    };
    let text = Input {
        required: true,
        value: m.text.clone(),
        error: form::error_at(l, &m.errors, "text"),
        hint: l
            .pick(
                "Alle Angemeldeten können das lesen. Bitte keine Angaben über Bürgerinnen und Bürger.",
                "Everybody who is signed in can read it. Please write nothing about citizens.",
            )
            .to_owned(),
        ..Input::new("text", l.pick("Text", "Text"))
    };
    let content = view! {
        {whom}
        {field::choices(kind, "radio", kinds.collect())}
        {field::text_area(l, text)}
        {form::actions(vec![form::submit("primary", "aktion", "geben", l.pick("Rückmeldung senden", "Send the feedback"))])}
    };
    form::post(l, &path(m), false, content.into_any())
}

fn entry(l: Lang, m: &FeedbackPage, row: &FeedbackRow) -> AnyView {
    let answer = row.answered_at.map(|at| {
        view! {
            <div>
                <p class="portal-small portal-strong">
                    {l.pick("Antwort des Herausgebers, ", "Answer of the vendor, ")} {time(l, at)}
                </p>
                <p class="portal-timeline__text portal-comment">{row.answer.clone()}</p>
            </div>
        }
    });
    view! {
        <li class="portal-timeline__entry">
            <span class="portal-timeline__time">{time(l, row.at)}</span>
            <span class="portal-timeline__title">{words::feedback_kind(l, row.kind)}</span>
            " "
            <span class="portal-timeline__who">{row.organisation.clone()}</span>
            <p class="portal-timeline__text portal-comment">{row.text.clone()}</p>
            {answer}
            {m.may_answer.then(|| answer_form(l, m, row))}
        </li>
    }
    .into_any()
}

fn answer_label(l: Lang, row: &FeedbackRow) -> String {
    format!("{} {}", l.pick("Antwort an", "Answer to"), row.organisation)
}

fn answer_form(l: Lang, m: &FeedbackPage, row: &FeedbackRow) -> AnyView {
    let id = answer_field(row);
    let error = form::error_at(l, &m.errors, &id);
    let is_wrong = error.is_some();
    let input = Input {
        id: format!("f-{id}"),
        name: "antwort".to_owned(),
        required: true,
        value: row.answer.clone(),
        error,
        ..Input::new("antwort", &answer_label(l, row))
    };
    let content = view! {
        {form::hidden("id", &row.id.to_string())}
        {field::text_area(l, input)}
        {form::actions(vec![form::submit("secondary", "aktion", "antworten", l.pick("Antwort senden", "Send the answer"))])}
    };
    let form = form::post(l, &path(m), false, content.into_any());
    if is_wrong {
        return form;
    }
    let label = match row.answered_at {
        Some(_) => l.pick("Antwort ändern", "Change the answer"),
        None => l.pick("Antworten", "Answer"),
    };
    details(label, form)
}

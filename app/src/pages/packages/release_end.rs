//! Ending a version, offering it again, and changing who may use it.

use super::{
    decide::{audience, audience_labels, security},
    of_verfahren,
};
use crate::{
    Assets,
    components::{
        alert, facts,
        field::{self, Input, Item},
        form, link, package, page_header, paragraph, section, text,
    },
    i18n::{format, words},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Frame, packages::ReleaseEndPage},
    verfahren::ReleaseState,
};

/// `GET /verfahren/{slug}/versionen/{version}/aendern`
pub fn release_end(frame: &Frame, assets: &Assets, m: &ReleaseEndPage) -> String {
    let l = frame.lang;
    let title = format!("{} {}", l.pick("Angebot ändern: Version", "Change the offer: version"), m.release.version);
    of_verfahren(frame, assets, &m.slug, &m.name, &title)
        .crumb(l.pick("Versionen", "Versions"), format!("/verfahren/{}/versionen", m.slug))
        .errors(!m.errors.is_empty())
        .render(|| if m.confirm { confirm(l, m) } else { content(l, &title, m) })
}

fn path(m: &ReleaseEndPage) -> String {
    format!("/verfahren/{}/versionen/{}/aendern", m.slug, m.release.version)
}

fn content(l: Lang, title: &str, m: &ReleaseEndPage) -> AnyView {
    let ends = m.may_withdraw && !m.states.is_empty();
    let labels = [
        ("stand", l.pick("Was soll geschehen?", "What should happen?"), ends),
        ("begruendung", l.pick("Begründung", "Reason"), ends),
        (
            "ersatz",
            l.pick("Version, die man stattdessen nimmt", "Version to use instead"),
            ends && !m.replacements.is_empty(),
        ),
        ("land", audience_labels(l).0, m.may_limit),
        ("verwaltung", audience_labels(l).1, m.may_limit),
    ];
    let labels: Vec<(&str, &str)> = labels.into_iter().filter(|x| x.2).map(|x| (x.0, x.1)).collect();
    let rows = vec![
        (l.pick("Stand", "State").to_owned(), package::release_state(l, m.release.state)),
        (l.pick("Genutzt von", "Run by").to_owned(), text(run_by(l, m))),
        (l.pick("Installationen", "Installations").to_owned(), text(format::number(l, m.installations))),
    ];
    let ended = (m.may_withdraw && m.states.is_empty()).then(|| {
        let text = l.pick(
            "Diese Version ist als unsicher zurückgezogen. Das lässt sich nicht ändern; veröffentlichen Sie eine neue Version.",
            "This version is withdrawn as unsafe. This cannot be changed; publish a new version.",
        );
        alert("info", l.pick("Nichts zu ändern", "Nothing to change"), Some(paragraph(text)))
    });
    view! {
        {page_header(title, m.name.get(l))}
        <div class="portal-stack portal-stack--large">
            {form::summary_of(l, &m.errors, &labels)}
            {facts(rows)}
            {ended}
            {ends.then(|| section("ende", l.pick("Stand", "State"), end_form(l, m)))}
            {m.may_limit.then(|| section("kreis", l.pick("Wer die Version nutzen kann", "Who can use the version"), limit_form(l, m)))}
        </div>
    }
    .into_any()
}

fn run_by(l: Lang, m: &ReleaseEndPage) -> String {
    format::count(l, m.adopters, ("Verwaltung", "administration"), ("Verwaltungen", "administrations"))
}

/// What follows from a state.
fn follows(l: Lang, s: ReleaseState) -> &'static str {
    match s {
        ReleaseState::Published => {
            l.pick("Verwaltungen können sie wieder beantragen.", "Administrations can request it again.")
        }
        ReleaseState::Deprecated => l.pick(
            "Niemand beginnt mehr mit ihr; Begonnenes kann zu Ende geführt werden.",
            "Nobody begins with it any more; what was begun can be finished.",
        ),
        ReleaseState::Withdrawn => l.pick(
            "Mit ihr wird nichts mehr eingerichtet; was läuft, läuft weiter. Endgültig.",
            "Nothing is set up with it any more; what runs keeps running. For good.",
        ),
        ReleaseState::Unsafe => l.pick(
            "Wie zurückgezogen; zusätzlich darf niemand zu ihr zurückkehren. Endgültig.",
            "Like withdrawn; also nobody may go back to it. For good.",
        ),
    }
}

/// What one does to bring a state about.
fn act(l: Lang, s: ReleaseState) -> &'static str {
    match s {
        ReleaseState::Published => l.pick("Wieder anbieten", "Offer again"),
        ReleaseState::Deprecated => l.pick("Auslaufen lassen", "Let it run out"),
        ReleaseState::Withdrawn => l.pick("Zurückziehen", "Withdraw"),
        ReleaseState::Unsafe => l.pick("Als unsicher zurückziehen", "Withdraw as unsafe"),
    }
}

fn end_form(l: Lang, m: &ReleaseEndPage) -> AnyView {
    let items = m.states.iter().map(|s| Item {
        value: s.word().to_owned(),
        label: act(l, *s).to_owned(),
        selected: m.state == s.word(),
        note: Some(follows(l, *s).to_owned()),
        disabled: false,
    });
    let choice = Input {
        required: true,
        error: form::error_at(l, &m.errors, "stand"),
        ..Input::new("stand", l.pick("Was soll geschehen?", "What should happen?"))
    };
    let note = Input {
        depends: true,
        value: m.note.clone(),
        error: form::error_at(l, &m.errors, "begruendung"),
        hint: l
            .pick(
                "Steht für alle auf der Seite der Version. Nur beim Wiederanbieten nicht nötig.",
                "Everybody sees it on the page of the version. Not needed only when offering again.",
            )
            .to_owned(),
        ..Input::new("begruendung", l.pick("Begründung", "Reason"))
    };
    let replacement = (!m.replacements.is_empty()).then(|| {
        let none = Item {
            label: l.pick("keine", "none").to_owned(),
            selected: m.replacements.iter().all(|c| !c.selected),
            ..Item::default()
        };
        let items = m.replacements.iter().map(|c| Item {
            value: c.value.clone(),
            label: c.label.clone(),
            selected: c.selected,
            ..Item::default()
        });
        let input = Input {
            width: "medium",
            error: form::error_at(l, &m.errors, "ersatz"),
            ..Input::new("ersatz", l.pick("Version, die man stattdessen nimmt", "Version to use instead"))
        };
        field::select(l, input, std::iter::once(none).chain(items).collect())
    });
    let back = link(l.path(&format!("/verfahren/{}/versionen", m.slug)), l.pick("Abbrechen", "Cancel"));
    let content = view! {
        {field::choices(choice, "radio", items.collect())}
        {field::text_area(l, note)}
        {replacement}
        {form::actions(vec![form::submit("primary", "aktion", "stand", l.pick("Weiter", "Continue")), back])}
    };
    form::post(l, &path(m), false, content.into_any())
}

fn limit_form(l: Lang, m: &ReleaseEndPage) -> AnyView {
    let content = view! {
        {audience(l, &m.laender, &m.municipalities, &m.errors)}
        {security(l, m.release.security_fix)}
        {form::actions(vec![form::submit("primary", "aktion", "kreis", l.pick("Speichern", "Save"))])}
    };
    form::post(l, &path(m), false, content.into_any())
}

/// Whom it concerns: everything that has this version, live or not.
fn whom(l: Lang, m: &ReleaseEndPage) -> String {
    if m.installations == 0 {
        return l
            .pick("Bei keiner Verwaltung läuft diese Version.", "This version runs at no administration.")
            .to_owned();
    }
    let all = format::count(
        l,
        m.installations,
        ("Installation hat diese Version", "installation has this version"),
        ("Installationen haben diese Version", "installations have this version"),
    );
    let live = format::number(l, m.adopters);
    match (l, m.adopters) {
        (Lang::De, 0) => format!("{all}, noch keine in Betrieb."),
        (Lang::En, 0) => format!("{all}, none live yet."),
        (Lang::De, _) => format!("{all}, davon {live} in Betrieb. Was in Betrieb ist, läuft weiter."),
        (Lang::En, _) => format!("{all}, {live} of them live. What is live keeps running."),
    }
}

/// Which version everybody is offered afterwards.
fn offered_after(l: Lang, m: &ReleaseEndPage) -> String {
    match (&m.offered_after, m.is_offered) {
        (Some(version), true) => match l {
            Lang::De => format!("Danach wird Version {version} angeboten."),
            Lang::En => format!("Afterwards version {version} is offered."),
        },
        (Some(version), false) => match l {
            Lang::De => format!("Angeboten wird weiterhin Version {version}."),
            Lang::En => format!("Version {version} is offered as before."),
        },
        (None, _) => l
            .pick(
                "Danach wird keine Version mehr angeboten: Niemand kann das Verfahren neu beantragen.",
                "Afterwards no version is offered: nobody can request this Verfahren any more.",
            )
            .to_owned(),
    }
}

/// Asks once more, saying whom it concerns.
fn confirm(l: Lang, m: &ReleaseEndPage) -> AnyView {
    let state = ReleaseState::from_word(&m.state).unwrap_or(m.release.state);
    let title = format!("{}: {} {}?", act(l, state), m.name.get(l), m.release.version);
    let whom = whom(l, m);
    let undo = match state {
        ReleaseState::Published | ReleaseState::Deprecated => {
            l.pick("Sie können die Version später wieder anbieten.", "You can offer the version again later.")
        }
        ReleaseState::Withdrawn | ReleaseState::Unsafe => l.pick(
            "Das lässt sich nicht rückgängig machen: Die Version wird nie wieder angeboten.",
            "This cannot be undone: the version will never be offered again.",
        ),
    };
    let replacement = m.replacements.iter().find(|c| c.selected).map_or("", |c| c.value.as_str());
    let instead = if replacement.is_empty() { l.pick("keine", "none") } else { replacement };
    let rows = vec![
        (l.pick("Neuer Stand", "New state").to_owned(), text(words::release_state(l, state))),
        (l.pick("Begründung", "Reason").to_owned(), text(m.note.as_str())),
        (l.pick("Stattdessen", "Instead").to_owned(), text(instead)),
    ];
    let back = link(l.path(&path(m)), l.pick("Nein, zurück", "No, go back"));
    let yes = form::submit("primary", "aktion", "stand", &format!("{}: {}", l.pick("Ja", "Yes"), act(l, state)));
    let content = view! {
        {form::hidden("stand", &m.state)}
        {form::hidden("begruendung", &m.note)}
        {form::hidden("ersatz", replacement)}
        {form::hidden("bestaetigt", "ja")}
        <div class="portal-danger-zone">
            <p class="portal-strong">{whom}</p>
            <p>{follows(l, state)}</p>
            <p>{offered_after(l, m)}</p>
            <p>{undo}</p>
            {form::actions(vec![yes, back])}
        </div>
    };
    view! {
        {page_header(&title, "")}
        <div class="portal-stack portal-stack--large">
            {facts(rows)}
            {form::post(l, &path(m), false, content.into_any())}
        </div>
    }
    .into_any()
}

//! Signing in. In the demonstration one chooses a role.

use crate::{
    Assets,
    components::{alert, empty, form, page_header, paragraph},
    document::Shell,
    i18n::words,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{
        Frame,
        sign_in::{DemoOrganisation, SignInPage},
    },
};

/// `GET /anmelden`
pub fn sign_in(frame: &Frame, assets: &Assets, m: &SignInPage) -> String {
    let l = frame.lang;
    let title = l.pick("Anmelden", "Sign in");
    Shell::new(frame, assets, title).errors(m.failed).render(|| content(l, title, m))
}

fn content(l: Lang, title: &str, m: &SignInPage) -> AnyView {
    let failed = m.failed.then(|| {
        let text = l.pick(
            "Die Auswahl ist nicht mehr gültig. Bitte wählen Sie noch einmal.",
            "The choice is not valid any more. Please choose again.",
        );
        let inner = alert("danger", l.pick("Anmeldung nicht möglich", "Signing in failed"), Some(paragraph(text)));
        view! { <div role="alert">{inner}</div> }
    });
    if m.organisations.is_empty() {
        let help = l.pick(
            "Für dieses Portal ist noch keine Anmeldung eingerichtet. Wenden Sie sich an den Portalbetrieb.",
            "No way to sign in has been set up for this portal. Please ask its operator.",
        );
        let none = empty(l.pick("Keine Anmeldung eingerichtet", "No sign-in set up"), help, None);
        return view! { {page_header(title, "")} {failed} {none} }.into_any();
    }
    let lead = l.pick(
        "Demonstration: wählen Sie eine Rolle, in der Sie das Portal ansehen möchten. Es gibt keine Passwörter und keine echten Personen.",
        "Demonstration: choose a role in which to look at the portal. There are no passwords and no real people.",
    );
    let organisations = m.organisations.iter().map(|o| organisation(l, &m.next, o));
    view! {
        {page_header(title, lead)}
        <div class="portal-stack portal-stack--large">
            {failed}
            <div class="portal-grid">{organisations.collect_view()}</div>
        </div>
    }
    .into_any()
}

fn organisation(l: Lang, next: &str, o: &DemoOrganisation) -> AnyView {
    let id = format!("org-{}", o.id);
    let people = o.people.iter().map(|p| {
        let roles = p.roles.iter().map(|r| words::role(l, *r)).collect::<Vec<_>>().join(", ");
        view! {
            <li>
                <button class="portal-pick" type="submit" name="person" value=p.id.to_string()>
                    <span class="portal-strong">{p.name.clone()}</span>
                    <span class="portal-note">{roles}</span>
                </button>
            </li>
        }
    });
    let content = view! {
        {form::hidden("next", next)}
        <ul class="portal-picks">{people.collect_view()}</ul>
    };
    view! {
        <section class="portal-panel" aria-labelledby=id.clone()>
            <div>
                <h2 class="kern-title" id=id.clone()>{o.name.clone()}</h2>
                <p class="portal-muted portal-small">{words::organisation_kind(l, o.kind)}</p>
            </div>
            {form::post(l, "/anmelden", true, content.into_any())}
        </section>
    }
    .into_any()
}

//! Error pages in the portal's design.

use crate::{
    Assets,
    components::{address::with_query, button_link, link, page_header},
    document::Shell,
    i18n::error as texts,
};
use leptos::prelude::*;
use portal_model::{PortalError, pages::Frame};

/// What a person sees instead of a page: what happened, what to do, and where to go on. The request id is shown for our
/// own faults only, so that what does not exist and what one may not see look alike but for it.
pub fn error(frame: &Frame, assets: &Assets, error: &PortalError, request_id: Option<&str>) -> String {
    let l = frame.lang;
    let what = texts::portal(l, error);
    Shell::new(frame, assets, what.title).render(|| {
        let signs_in = matches!(error, PortalError::SignInRequired)
            || (matches!(error, PortalError::NotFound) && frame.user.is_none());
        let path = frame.path.split('?').next().unwrap_or("/");
        let first = if signs_in {
            let href = with_query(&l.path("/anmelden"), [("next", frame.path.as_str())]);
            button_link("primary", href, l.pick("Anmelden", "Sign in"))
        } else if let (Some(case), true) = (case_of(path), keeps_case(error)) {
            button_link("primary", l.path(&case), l.pick("Zur Nachnutzung", "To the adoption"))
        } else if matches!(error, PortalError::Conflict | PortalError::WrongState) && path.starts_with('/') {
            button_link("primary", l.path(path), l.pick("Neu laden", "Load again"))
        } else {
            button_link("primary", l.path("/"), l.pick("Zur Startseite", "To the start page"))
        };
        let number = request_id.map(|id| {
            view! {
                <p class="portal-muted portal-small">
                    {l.pick("Nummer für Rückfragen: ", "Number for enquiries: ")}
                    <span class="portal-ref">{id.to_owned()}</span>
                </p>
            }
        });
        view! {
            {page_header(what.title, what.advice)}
            <div class="portal-stack">
                <div class="portal-form__actions">
                    {first} {link(l.path("/verfahren"), l.pick("Verfahren suchen", "Search Verfahren"))}
                </div>
                {number}
            </div>
        }
        .into_any()
    })
}

/// Whether the person may see the case in spite of the error.
fn keeps_case(error: &PortalError) -> bool {
    matches!(
        error,
        PortalError::Conflict
            | PortalError::WrongState
            | PortalError::Forbidden
            | PortalError::SecondPersonNeeded
            | PortalError::Rule { .. }
    )
}

/// The page of the case that a path lies below.
fn case_of(path: &str) -> Option<String> {
    let mut parts = path.split('/').skip(1);
    match (parts.next(), parts.next(), parts.next()) {
        (Some("nachnutzungen"), Some(reference), Some(_)) => Some(format!("/nachnutzungen/{reference}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::case_of;

    #[test]
    fn errors_below_a_case_lead_to_the_case() {
        let case = case_of("/nachnutzungen/NA-7K3M-Q2XD/antrag/werte");
        assert_eq!(case.as_deref(), Some("/nachnutzungen/NA-7K3M-Q2XD"));
        assert_eq!(case_of("/nachnutzungen/NA-7K3M-Q2XD"), None);
        assert_eq!(case_of("/bereitstellungen/BE-7K3M-Q2XD"), None);
    }
}

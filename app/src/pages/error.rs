//! Error pages in the portal's design.

use crate::{
    Assets,
    components::{address::with_query, button_link, link, page_header},
    document::Shell,
    i18n::error as texts,
};
use leptos::prelude::*;
use portal_model::{Lang, PortalError, pages::Frame};

/// What a person sees instead of a page: what happened, what to do, and where to go on. The request id is shown for our
/// own faults only, so that what does not exist and what one may not see look alike but for it.
pub fn error(frame: &Frame, assets: &Assets, error: &PortalError, request_id: Option<&str>) -> String {
    let l = frame.lang;
    let what = texts::about(l, error, texts::Thing::at(&frame.path));
    Shell::new(frame, assets, what.title).render(|| {
        let signs_in = matches!(error, PortalError::SignInRequired)
            || (matches!(error, PortalError::NotFound) && frame.user.is_none());
        let path = frame.path.split('?').next().unwrap_or("/");
        let first = if signs_in {
            let href = with_query(&l.path("/anmelden"), [("next", frame.path.as_str())]);
            button_link("primary", href, l.pick("Anmelden", "Sign in"))
        } else if let (Some((thing, label)), true) = (thing_of(l, path), keeps_thing(error)) {
            button_link("primary", l.path(&thing), label)
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

/// Whether the person may see the thing in spite of the error.
fn keeps_thing(error: &PortalError) -> bool {
    matches!(
        error,
        PortalError::Conflict
            | PortalError::WrongState
            | PortalError::Forbidden
            | PortalError::SecondPersonNeeded
            | PortalError::Rule { .. }
    )
}

/// The page of the case, package, trial or version that a path lies below, and what leads to it.
fn thing_of(l: Lang, path: &str) -> Option<(String, &'static str)> {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    match parts.as_slice() {
        ["nachnutzungen", r, _, ..] => {
            Some((format!("/nachnutzungen/{r}"), l.pick("Zur Nachnutzung", "To the adoption")))
        }
        ["pakete", r, "probelaeufe", trial, _, ..] => {
            Some((format!("/pakete/{r}/probelaeufe/{trial}"), l.pick("Zum Probelauf", "To the trial")))
        }
        // The page of the trial itself may not be there.
        ["pakete", _, "probelaeufe", _] => None,
        ["pakete", r, _, ..] => Some((format!("/pakete/{r}"), l.pick("Zum Paket", "To the package"))),
        ["bereitstellungen", r, _, ..] => {
            Some((format!("/bereitstellungen/{r}"), l.pick("Zur Bereitstellung", "To the operation")))
        }
        ["verfahren", slug, "versionen", _, _, ..] => {
            Some((format!("/verfahren/{slug}/versionen"), l.pick("Zu den Versionen", "To the versions")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_below_a_thing_lead_to_it() {
        let led = |path: &str| thing_of(Lang::De, path).map(|(path, _)| path);
        let case = led("/nachnutzungen/NA-7K3M-Q2XD/antrag/werte");
        assert_eq!(case.as_deref(), Some("/nachnutzungen/NA-7K3M-Q2XD"));
        assert_eq!(led("/pakete/PA-7K3M-Q2XD/einreichen").as_deref(), Some("/pakete/PA-7K3M-Q2XD"));
        let trial = "/pakete/PA-7K3M-Q2XD/probelaeufe/BE-7K3M-Q2XD";
        assert_eq!(led(&format!("{trial}/abbrechen")).as_deref(), Some(trial));
        assert_eq!(texts::Thing::at(&format!("{trial}/abbrechen")), texts::Thing::Trial);
        assert_eq!(led(trial), None);
        let version = led("/verfahren/hundesteuer/versionen/2.4.0/aendern");
        assert_eq!(version.as_deref(), Some("/verfahren/hundesteuer/versionen"));
        assert_eq!(led("/nachnutzungen/NA-7K3M-Q2XD"), None);
        assert_eq!(led("/bereitstellungen/BE-7K3M-Q2XD"), None);
    }
}

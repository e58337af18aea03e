//! The one list of addresses: who is meant to use which. A test walks all of them as somebody who is not signed in and as
//! somebody whom the case does not concern.

use super::{
    acceptance, activation, antrag, api, case, catalogue, changes, health, installations, keys, legal, lists, live,
    operations, packages, releases, review, sign_in, start, targets, trials, values,
};
use crate::{AppState, web::assets};
use axum::{
    http::Method,
    routing::{MethodRouter, get, post, put},
};

/// Who is meant to use an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everybody.
    Public,
    /// Everybody who is signed in; what they see depends on who they are.
    SignedIn,
    /// Those whom the case named in the address concerns. To others it does not exist (R4).
    Involved,
    /// People with a certain task. To others it does not exist.
    Task,
    /// Operators of the portal; the address itself decides.
    Operators,
}

/// What an address gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A page, in German and below `/en` in English.
    Page,
    /// A page that is the same for everybody who is not signed in.
    CachedPage,
    /// JSON or events.
    Api,
    /// Anything else.
    Other,
}

/// An address with its method.
pub struct Route {
    /// Method; `GET` answers `HEAD` too.
    pub method: Method,
    /// Path with its variable parts.
    pub path: &'static str,
    /// For whom.
    pub audience: Audience,
    /// What it gives.
    pub kind: Kind,
    /// Whether a pipeline's access key reaches it. What everybody may read it may read anyway.
    pub keys: bool,
    /// Whether it takes archives, which take their time.
    pub upload: bool,
    /// What answers.
    pub handler: MethodRouter<AppState>,
}

impl Route {
    /// Opens the route for access keys.
    fn for_keys(self) -> Self {
        Self { keys: true, ..self }
    }

    /// Gives the route the time that an upload needs.
    fn for_uploads(self) -> Self {
        Self { upload: true, ..self }
    }
}

/// Paths of a route in all languages.
pub fn addresses(kind: Kind, path: &str) -> Vec<String> {
    match kind {
        Kind::Api | Kind::Other => vec![path.to_owned()],
        Kind::Page | Kind::CachedPage if path == "/" => vec!["/".to_owned(), "/en".to_owned()],
        Kind::Page | Kind::CachedPage => vec![path.to_owned(), format!("/en{path}")],
    }
}

/// Every route.
pub fn routes() -> Vec<Route> {
    let mut all = public();
    all.extend(cases());
    all.extend(work());
    all.extend(operating());
    all.extend(publishing());
    all.extend(json());
    all.extend(json_packages());
    all
}

fn route(method: Method, audience: Audience, kind: Kind, path: &'static str, handler: MethodRouter<AppState>) -> Route {
    Route { method, path, audience, kind, keys: false, upload: false, handler }
}

fn public() -> Vec<Route> {
    let page = |path, handler| route(Method::GET, Audience::Public, Kind::CachedPage, path, handler);
    let other = |audience, path, handler| route(Method::GET, audience, Kind::Other, path, handler);
    vec![
        page("/", get(catalogue::home)),
        page("/verfahren", get(catalogue::list)),
        page("/verfahren/{slug}", get(catalogue::show)),
        page("/verfahren/{slug}/versionen/{version}", get(releases::show)),
        page("/impressum", get(legal::imprint)),
        page("/datenschutz", get(legal::privacy)),
        page("/barrierefreiheit", get(legal::accessibility)),
        page("/leichte-sprache", get(legal::easy_language)),
        page("/api", get(api::openapi::page::show)),
        route(Method::GET, Audience::Public, Kind::Page, "/anmelden", get(sign_in::show)),
        route(Method::POST, Audience::Public, Kind::Page, "/anmelden", post(sign_in::sign_in)),
        route(Method::POST, Audience::Public, Kind::Page, "/abmelden", post(sign_in::sign_out)),
        other(Audience::Public, "/assets/{*file}", get(assets::get)),
        other(Audience::Public, "/healthz", get(health::alive)),
        other(Audience::Public, "/readyz", get(health::ready)),
        other(Audience::Operators, "/metrics", get(health::figures)),
    ]
}

fn cases() -> Vec<Route> {
    let show = |path, handler| route(Method::GET, Audience::Involved, Kind::Page, path, handler);
    let send = |path, handler| route(Method::POST, Audience::Involved, Kind::Page, path, handler);
    vec![
        show("/verfahren/{slug}/nachnutzen", get(start::show)),
        send("/verfahren/{slug}/nachnutzen", post(start::send)),
        show("/nachnutzungen/{ref}", get(case::show)),
        show("/nachnutzungen/{ref}/live", get(case::live)),
        show("/nachnutzungen/{ref}/antrag", get(antrag::tasks)),
        show("/nachnutzungen/{ref}/antrag/gemeinden", get(antrag::areas)),
        send("/nachnutzungen/{ref}/antrag/gemeinden", post(antrag::areas_send)),
        show("/nachnutzungen/{ref}/antrag/werte", get(values::show)),
        send("/nachnutzungen/{ref}/antrag/werte", post(values::send)),
        show("/nachnutzungen/{ref}/antrag/ziel", get(antrag::target)),
        send("/nachnutzungen/{ref}/antrag/ziel", post(antrag::target_send)),
        show("/nachnutzungen/{ref}/antrag/zusammenfassung", get(antrag::summary)),
        send("/nachnutzungen/{ref}/antrag/zusammenfassung", post(antrag::summary_send)),
        show("/nachnutzungen/{ref}/zurueckziehen", get(case::withdraw)),
        send("/nachnutzungen/{ref}/zurueckziehen", post(case::withdraw_send)),
        show("/nachnutzungen/{ref}/pruefung", get(review::show)),
        send("/nachnutzungen/{ref}/pruefung", post(review::send)),
        show("/nachnutzungen/{ref}/abnahme", get(acceptance::show)),
        send("/nachnutzungen/{ref}/abnahme", post(acceptance::send)),
        show("/nachnutzungen/{ref}/freischaltung", get(activation::show)),
        send("/nachnutzungen/{ref}/freischaltung", post(activation::send)),
        show("/nachnutzungen/{ref}/aendern", get(changes::start)),
        send("/nachnutzungen/{ref}/aendern", post(changes::start_send)),
        show("/nachnutzungen/{ref}/aenderung", get(changes::show)),
        send("/nachnutzungen/{ref}/aenderung", post(changes::test)),
        show("/nachnutzungen/{ref}/verwerfen", get(changes::discard)),
        send("/nachnutzungen/{ref}/verwerfen", post(changes::discard_send)),
        show("/nachnutzungen/{ref}/zurueckkehren", get(changes::rollback)),
        send("/nachnutzungen/{ref}/zurueckkehren", post(changes::rollback_send)),
        show("/nachnutzungen/{ref}/anhalten", get(changes::suspend)),
        send("/nachnutzungen/{ref}/anhalten", post(changes::suspend_send)),
        show("/nachnutzungen/{ref}/entfernen", get(installations::remove)),
        send("/nachnutzungen/{ref}/entfernen", post(installations::remove_send)),
        show("/bereitstellungen/{ref}", get(operations::show)),
        send("/bereitstellungen/{ref}", post(operations::send)),
        show("/bereitstellungen/{ref}/live", get(operations::live)),
    ]
}

fn work() -> Vec<Route> {
    let list = |audience, path, handler| route(Method::GET, audience, Kind::Page, path, handler);
    vec![
        list(Audience::SignedIn, "/nachnutzungen", get(lists::requests)),
        list(Audience::SignedIn, "/unsere-verfahren", get(installations::list)),
        list(Audience::Task, "/arbeitsvorrat", get(lists::work)),
        list(Audience::Task, "/protokoll", get(lists::audit)),
        list(Audience::Task, "/rechenzentren", get(lists::data_centres)),
        list(Audience::Task, "/rechenzentren/probelaeufe/{id}", get(trials::target)),
        route(Method::POST, Audience::Task, Kind::Page, "/rechenzentren/probelaeufe/{id}", post(trials::target_send)),
    ]
}

fn operating() -> Vec<Route> {
    let show = |path, handler| route(Method::GET, Audience::Task, Kind::Page, path, handler);
    let send = |path, handler| route(Method::POST, Audience::Task, Kind::Page, path, handler);
    vec![
        show("/rechenzentren/registrieren/{slug}", get(targets::plan)),
        send("/rechenzentren/registrieren/{slug}", post(targets::plan_send)),
        show("/rechenzentren/registrierungen/{id}", get(targets::registration)),
        send("/rechenzentren/registrierungen/{id}", post(targets::registration_send)),
        show("/rechenzentren/registrierungen/{id}/rechte.yaml", get(targets::rights)),
        show("/rechenzentren/nachweise/{slug}", get(targets::evidence)),
        send("/rechenzentren/nachweise/{slug}", post(targets::evidence_send)),
        show("/rechenzentren/zielumgebungen/{id}", get(targets::show)),
        send("/rechenzentren/zielumgebungen/{id}", post(targets::show_send)),
        show("/rechenzentren/zielumgebungen/{id}/einstellungen", get(targets::settings)),
        send("/rechenzentren/zielumgebungen/{id}/einstellungen", post(targets::settings_send)),
        show("/rechenzentren/zielumgebungen/{id}/zugang", get(targets::credential)),
        send("/rechenzentren/zielumgebungen/{id}/zugang", post(targets::credential_send)),
        show("/rechenzentren/zielumgebungen/{id}/wartung", get(targets::maintenance)),
        send("/rechenzentren/zielumgebungen/{id}/wartung", post(targets::maintenance_send)),
    ]
}

fn publishing() -> Vec<Route> {
    use Audience::{Involved, SignedIn, Task};
    let show = |audience, path, handler| route(Method::GET, audience, Kind::Page, path, handler);
    let send = |audience, path, handler| route(Method::POST, audience, Kind::Page, path, handler);
    vec![
        show(Task, "/pakete", get(packages::list)),
        show(Task, "/pakete/hochladen", get(packages::upload)),
        route(Method::POST, Task, Kind::Page, "/pakete/hochladen", post(packages::upload_send)).for_uploads(),
        show(Involved, "/pakete/{ref}", get(packages::show)),
        show(Involved, "/pakete/{ref}/vorschau", get(packages::preview)),
        show(Involved, "/pakete/{ref}/unterschied", get(packages::difference)),
        send(Involved, "/pakete/{ref}/einreichen", post(packages::submit)),
        show(Involved, "/pakete/{ref}/verwerfen", get(packages::discard)),
        send(Involved, "/pakete/{ref}/verwerfen", post(packages::discard_send)),
        show(Involved, "/pakete/{ref}/nachricht", get(packages::show)),
        send(Involved, "/pakete/{ref}/nachricht", post(packages::message)),
        send(Involved, "/pakete/{ref}/uebernehmen", post(packages::take)),
        show(Involved, "/pakete/{ref}/entscheidung", get(packages::show)),
        send(Involved, "/pakete/{ref}/entscheidung", post(packages::decide)),
        show(Involved, "/pakete/{ref}/probelauf", get(packages::show)),
        send(Involved, "/pakete/{ref}/probelauf", post(trials::start)),
        show(Involved, "/pakete/{ref}/probelaeufe/{trial}", get(trials::show)),
        show(Involved, "/pakete/{ref}/probelaeufe/{trial}/live", get(trials::live)),
        show(Involved, "/pakete/{ref}/probelaeufe/{trial}/abbrechen", get(trials::cancel)),
        send(Involved, "/pakete/{ref}/probelaeufe/{trial}/abbrechen", post(trials::cancel_send)),
        show(Involved, "/pakete/{ref}/probelaeufe/{trial}/aufgeben", get(trials::give_up)),
        send(Involved, "/pakete/{ref}/probelaeufe/{trial}/aufgeben", post(trials::give_up_send)),
        show(Task, "/zugangsschluessel", get(keys::show)),
        send(Task, "/zugangsschluessel", post(keys::send)),
        show(Task, "/zugangsschluessel/{id}/zuruecknehmen", get(keys::token)),
        send(Task, "/zugangsschluessel/{id}/zuruecknehmen", post(keys::token_send)),
        show(Task, "/zugangsschluessel/oeffentlich/{id}/zuruecknehmen", get(keys::public)),
        send(Task, "/zugangsschluessel/oeffentlich/{id}/zuruecknehmen", post(keys::public_send)),
        show(Involved, "/verfahren/{slug}/versionen", get(releases::list)),
        show(Involved, "/verfahren/{slug}/versionen/{version}/aendern", get(releases::change)),
        send(Involved, "/verfahren/{slug}/versionen/{version}/aendern", post(releases::change_send)),
        show(SignedIn, "/verfahren/{slug}/rueckmeldungen", get(releases::feedback)),
        send(SignedIn, "/verfahren/{slug}/rueckmeldungen", post(releases::feedback_send)),
        show(SignedIn, "/bestandteile", get(releases::components)),
    ]
}

fn json() -> Vec<Route> {
    use Audience::{Involved, Public, SignedIn, Task};
    let api = |method, audience, path, handler| route(method, audience, Kind::Api, path, handler);
    vec![
        api(Method::GET, Public, "/api/openapi.json", get(api::openapi::document)),
        api(Method::GET, Public, "/api/v1/verfahren", get(api::catalogue::list)),
        api(Method::GET, Public, "/api/v1/verfahren/{slug}", get(api::catalogue::show)),
        api(Method::GET, SignedIn, "/api/v1/requests", get(api::requests::list)),
        api(Method::POST, SignedIn, "/api/v1/requests", post(api::requests::start)),
        api(Method::GET, Involved, "/api/v1/requests/{ref}", get(api::requests::show)),
        api(Method::GET, Involved, "/api/v1/requests/{ref}/events", get(live::events)),
        api(Method::PUT, Involved, "/api/v1/requests/{ref}/areas", put(api::antrag::areas)),
        api(Method::PUT, Involved, "/api/v1/requests/{ref}/target", put(api::antrag::target)),
        api(Method::PUT, Involved, "/api/v1/requests/{ref}/values", put(api::antrag::values)),
        api(Method::POST, Involved, "/api/v1/requests/{ref}/values/check", post(api::antrag::check)),
        api(Method::POST, Involved, "/api/v1/requests/{ref}/submit", post(api::antrag::submit)),
        api(Method::POST, Involved, "/api/v1/requests/{ref}/withdraw", post(api::antrag::withdraw)),
        api(Method::POST, Involved, "/api/v1/requests/{ref}/take", post(api::decisions::take)),
        api(Method::POST, Involved, "/api/v1/requests/{ref}/decide", post(api::decisions::decide)),
        api(Method::POST, Involved, "/api/v1/requests/{ref}/acceptance", post(api::decisions::acceptance)),
        api(Method::POST, Involved, "/api/v1/requests/{ref}/activation", post(api::decisions::activation)),
        api(Method::POST, Involved, "/api/v1/requests/{ref}/test-again", post(api::decisions::test_again)),
        api(Method::GET, Involved, "/api/v1/requests/{ref}/updates", get(api::changes::updates)),
        api(Method::GET, Involved, "/api/v1/requests/{ref}/change", get(api::changes::show)),
        api(Method::POST, Involved, "/api/v1/requests/{ref}/change", post(api::changes::start)),
        api(Method::POST, Involved, "/api/v1/requests/{ref}/change/test", post(api::changes::test)),
        api(Method::POST, Involved, "/api/v1/requests/{ref}/change/discard", post(api::changes::discard)),
        api(Method::GET, Involved, "/api/v1/requests/{ref}/rollback", get(api::changes::earlier)),
        api(Method::POST, Involved, "/api/v1/requests/{ref}/rollback", post(api::changes::rollback)),
        api(Method::POST, Involved, "/api/v1/requests/{ref}/suspend", post(api::changes::suspend)),
        api(Method::POST, Involved, "/api/v1/requests/{ref}/resume", post(api::changes::resume)),
        api(Method::POST, Involved, "/api/v1/requests/{ref}/remove", post(api::decisions::remove)),
        api(Method::GET, SignedIn, "/api/v1/installations", get(api::operations::installations)),
        api(Method::GET, Involved, "/api/v1/operations/{ref}", get(api::operations::show)),
        api(Method::GET, Involved, "/api/v1/operations/{ref}/events", get(live::events)),
        api(Method::POST, Involved, "/api/v1/operations/{ref}/retry", post(api::operations::retry)),
        api(Method::POST, Involved, "/api/v1/operations/{ref}/cancel", post(api::operations::cancel)),
        api(Method::POST, Involved, "/api/v1/operations/{ref}/abandon", post(api::operations::abandon)),
        api(Method::GET, Task, "/api/v1/audit", get(api::operations::audit)),
    ]
}

fn json_packages() -> Vec<Route> {
    use Audience::{Involved, Public, SignedIn, Task};
    let api = |method, audience, path, handler| route(method, audience, Kind::Api, path, handler);
    let version = "/api/v1/verfahren/{slug}/versions/{version}";
    vec![
        api(Method::GET, Task, "/api/v1/packages", get(api::packages::list)).for_keys(),
        api(Method::POST, Task, "/api/v1/packages", post(api::packages::upload)).for_keys().for_uploads(),
        api(Method::GET, Involved, "/api/v1/packages/{ref}", get(api::packages::show)).for_keys(),
        api(Method::POST, Involved, "/api/v1/packages/{ref}/submit", post(api::packages::submit)).for_keys(),
        api(Method::POST, Involved, "/api/v1/packages/{ref}/discard", post(api::packages::discard)).for_keys(),
        api(Method::GET, Involved, "/api/v1/packages/{ref}/trials", get(api::trials::list)).for_keys(),
        api(Method::POST, Involved, "/api/v1/packages/{ref}/trials", post(api::trials::start)).for_keys(),
        api(Method::GET, Involved, "/api/v1/packages/{ref}/trials/{trial}", get(api::trials::show)).for_keys(),
        api(Method::POST, Involved, "/api/v1/packages/{ref}/trials/{trial}/cancel", post(api::trials::cancel))
            .for_keys(),
        api(Method::POST, Involved, "/api/v1/packages/{ref}/messages", post(api::packages::message)),
        api(Method::POST, Involved, "/api/v1/packages/{ref}/take", post(api::packages::take)),
        api(Method::POST, Involved, "/api/v1/packages/{ref}/decide", post(api::packages::decide)),
        api(Method::GET, Public, version, get(api::releases::show)),
        api(Method::POST, Task, "/api/v1/verfahren/{slug}/versions/{version}/end", post(api::releases::end)),
        api(Method::POST, Task, "/api/v1/verfahren/{slug}/versions/{version}/limit", post(api::releases::limit)),
        api(Method::GET, SignedIn, "/api/v1/verfahren/{slug}/feedback", get(api::feedback::list)),
        api(Method::POST, SignedIn, "/api/v1/verfahren/{slug}/feedback", post(api::feedback::give)),
        api(Method::POST, Task, "/api/v1/verfahren/{slug}/feedback/{id}/answer", post(api::feedback::answer)),
        api(Method::GET, SignedIn, "/api/v1/components", get(api::components::list)),
    ]
}

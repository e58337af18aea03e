//! Every page renders from a full model: in both languages, the same bytes twice, nothing unescaped, every field labelled,
//! no inline script or style, the document well nested.
#![cfg(feature = "ssr")]

mod common;

use common::{assets, changes, frame, packages, samples, stranger, targets, trials};
use portal_app::pages;
use portal_app::pages::packages as publishing;
use portal_model::{
    Lang, PortalError,
    installation::InstallationState,
    operation::OperationState,
    pages::{
        case::LiesWithWhom,
        change::GoingBack,
        request::{Signing, ValuesPurpose},
    },
    request::RequestState,
    submission::SubmissionState,
    verfahren::ReleaseState,
};

const PACKAGE: &str = "/pakete/PA-7K3M-Q2XD";
const TRIAL: &str = "/pakete/PA-7K3M-Q2XD/probelaeufe/BE-7K3M-Q2XD";
const TARGET: &str = "/rechenzentren/probelaeufe/00000000-0000-0000-0000-000000000000";
const TARGETS: &str = "/rechenzentren/zielumgebungen/00000000-0000-0000-0000-000000000000";
const VERSION: &str = "/verfahren/hundesteuer/versionen/2.4.0";

/// Name of a page and its HTML.
type Rendered = (&'static str, String);

/// Every page from samples with `x` in every text.
fn all(lang: Lang, x: &str) -> Vec<Rendered> {
    let assets = &assets();
    let f = |path: &str| frame(lang, path, x);
    let case = "/nachnutzungen/NA-7K3M-Q2XD";
    vec![
        ("home", pages::home(&f("/"), assets, &samples::home(x))),
        ("home-stranger", pages::home(&stranger(lang, "/"), assets, &samples::home(x))),
        ("catalogue", pages::catalogue(&f("/verfahren?q=steuer"), assets, &samples::catalogue(x))),
        ("catalogue-empty", pages::catalogue(&f("/verfahren"), assets, &Default::default())),
        ("verfahren", pages::verfahren(&f("/verfahren/hundesteuer"), assets, &samples::verfahren(x))),
        ("start", pages::start_request(&f("/verfahren/hundesteuer/nachnutzen"), assets, &samples::start(x))),
        ("tasks", pages::task_list(&f(&format!("{case}/antrag")), assets, &samples::task_list(x))),
        ("areas", pages::areas(&f(case), assets, &samples::areas(x))),
        ("values", pages::values(&f(case), assets, &samples::values(x, ValuesPurpose::Request))),
        ("values-correction", pages::values(&f(case), assets, &samples::values(x, ValuesPurpose::Correction))),
        ("values-change", pages::values(&f(case), assets, &samples::values(x, ValuesPurpose::Change))),
        ("target", pages::target(&f(case), assets, &samples::target(x))),
        ("summary", pages::summary(&f(case), assets, &samples::summary(x, false))),
        ("summary-complete", pages::summary(&f(case), assets, &samples::summary(x, true))),
        ("case", pages::case(&f(case), assets, &samples::case(x))),
        ("withdraw", pages::withdraw(&f(case), assets, &samples::withdraw(x))),
        ("review", pages::review(&f(case), assets, &samples::review(x, RequestState::InReview, false))),
        ("review-take", pages::review(&f(case), assets, &samples::review(x, RequestState::Submitted, false))),
        ("review-part", pages::review(&f(case), assets, &samples::review(x, RequestState::InReview, true))),
        ("requests", pages::request_list(&f("/nachnutzungen"), assets, &samples::request_list(x))),
        ("work-list", pages::work_list(&f("/arbeitsvorrat"), assets, &samples::work_list(x))),
        ("acceptance", pages::acceptance(&f(case), assets, &samples::acceptance(x))),
        ("activation", pages::activation(&f(case), assets, &samples::activation(x, false))),
        ("activation-outdated", pages::activation(&f(case), assets, &samples::outdated_activation(x, true))),
        ("activation-request", pages::activation(&f(case), assets, &samples::activation(x, true))),
        ("installations", pages::installations(&f("/unsere-verfahren"), assets, &samples::installations(x))),
        ("change-start", pages::start_change(&f(case), assets, &changes::start(x, true))),
        ("change-start-none", pages::start_change(&f(case), assets, &changes::start(x, false))),
        ("change", pages::change(&f(case), assets, &changes::change(x, false, false))),
        ("change-open", pages::change(&f(case), assets, &changes::change(x, true, false))),
        ("change-asks", pages::change(&f(case), assets, &changes::change(x, true, true))),
        ("change-same", pages::change(&f(case), assets, &changes::same(x))),
        ("change-discard", pages::discard_change(&f(case), assets, &changes::discard(x))),
        ("rollback", pages::rollback(&f(case), assets, &changes::rollback(x, GoingBack::Safe, true))),
        ("rollback-data", pages::rollback(&f(case), assets, &changes::rollback(x, GoingBack::Restore, true))),
        ("rollback-nothing", pages::rollback(&f(case), assets, &changes::rollback(x, GoingBack::Safe, false))),
        ("suspend", pages::suspend(&f(case), assets, &changes::suspend(x, false))),
        ("resume", pages::suspend(&f(case), assets, &changes::suspend(x, true))),
        ("remove", pages::remove(&f(case), assets, &samples::remove(x))),
        ("operation", pages::operation(&f("/bereitstellungen/BE-4H8T-W9RN"), assets, &samples::operation(x))),
        ("operation-runs", pages::operation(&f("/bereitstellungen/BE-4H8T-W9RN"), assets, &samples::running(x))),
        ("audit", pages::audit(&f("/protokoll"), assets, &samples::audit(x))),
        ("data-centres", pages::data_centres(&f("/rechenzentren"), assets, &samples::data_centres(x))),
        ("sign-in", pages::sign_in(&stranger(lang, "/anmelden"), assets, &samples::sign_in(x))),
        ("unsent", pages::unsent(&stranger(lang, &format!("{case}/abnahme")), assets, &samples::unsent(x))),
        ("packages", publishing::list(&f("/pakete"), assets, &packages::list(x, false))),
        ("packages-curator", publishing::list(&f("/pakete"), assets, &packages::list(x, true))),
        ("packages-empty", publishing::list(&f("/pakete"), assets, &Default::default())),
        ("upload", publishing::upload(&f("/pakete/hochladen"), assets, &packages::upload(x, false))),
        ("upload-refused", publishing::upload(&f("/pakete/hochladen"), assets, &packages::upload(x, true))),
        ("package", publishing::show(&f(PACKAGE), assets, &packages::package(x, SubmissionState::InReview))),
        ("package-draft", publishing::show(&f(PACKAGE), assets, &packages::package(x, SubmissionState::Draft))),
        ("package-waits", publishing::show(&f(PACKAGE), assets, &packages::package(x, SubmissionState::Submitted))),
        ("package-back", publishing::show(&f(PACKAGE), assets, &packages::package(x, SubmissionState::Returned))),
        ("package-released", publishing::show(&f(PACKAGE), assets, &packages::package(x, SubmissionState::Released))),
        ("package-declined", publishing::show(&f(PACKAGE), assets, &packages::package(x, SubmissionState::Declined))),
        ("discard", publishing::discard(&f(PACKAGE), assets, &packages::package(x, SubmissionState::Draft))),
        ("preview", publishing::preview(&f(PACKAGE), assets, &packages::preview(x))),
        ("difference", publishing::difference(&f(PACKAGE), assets, &packages::pa(), &packages::difference(x))),
        ("difference-none", publishing::difference(&f(PACKAGE), assets, &packages::pa(), &Default::default())),
        ("trial", pages::trials::trial(&f(TRIAL), assets, &trials::trial(x, true))),
        ("trial-operator", pages::trials::trial(&f(TRIAL), assets, &trials::trial(x, false))),
        ("trial-cancel", pages::trials::cancel(&f(TRIAL), assets, &trials::trial(x, true))),
        ("trial-give-up", pages::trials::give_up(&f(TRIAL), assets, &trials::trial(x, false), x, &[])),
        ("trial-target", pages::trials::target(&f(TARGET), assets, &trials::target(x, true))),
        ("trial-target-none", pages::trials::target(&f(TARGET), assets, &trials::target(x, false))),
        ("target-plan", pages::targets::plan(&f(TARGETS), assets, &targets::plan(x))),
        ("target-registration", pages::targets::registration(&f(TARGETS), assets, &targets::registration(x, true))),
        (
            "target-registration-new",
            pages::targets::registration(&f(TARGETS), assets, &targets::registration(x, false)),
        ),
        ("target-operated", pages::targets::show(&f(TARGETS), assets, &targets::show(x, true))),
        ("target-operated-empty", pages::targets::show(&f(TARGETS), assets, &targets::show(x, false))),
        ("target-settings", pages::targets::settings(&f(TARGETS), assets, &targets::settings(x))),
        ("target-credential", pages::targets::credential(&f(TARGETS), assets, &targets::credential(x))),
        ("target-maintenance", pages::targets::maintenance(&f(TARGETS), assets, &targets::maintenance(x, true))),
        ("target-maintenance-none", pages::targets::maintenance(&f(TARGETS), assets, &targets::maintenance(x, false))),
        ("evidence", pages::targets::evidence(&f(TARGETS), assets, &targets::evidence(x, true))),
        ("evidence-none", pages::targets::evidence(&f(TARGETS), assets, &targets::evidence(x, false))),
        ("version", publishing::version(&f(VERSION), assets, &packages::version(x, ReleaseState::Published))),
        (
            "version-unsafe",
            publishing::version(&stranger(lang, VERSION), assets, &packages::version(x, ReleaseState::Unsafe)),
        ),
        ("releases", publishing::releases(&f(VERSION), assets, &packages::releases(x))),
        ("release-end", publishing::release_end(&f(VERSION), assets, &packages::release_end(x, false))),
        ("release-confirm", publishing::release_end(&f(VERSION), assets, &packages::release_end(x, true))),
        ("keys", publishing::keys(&f("/zugangsschluessel"), assets, &packages::keys(x, false))),
        ("keys-fresh", publishing::keys(&f("/zugangsschluessel"), assets, &packages::keys(x, true))),
        ("keys-empty", publishing::keys(&f("/zugangsschluessel"), assets, &Default::default())),
        ("revoke", publishing::revoke(&f("/zugangsschluessel"), assets, publishing::Revoked::Token("7", x))),
        ("revoke-public", publishing::revoke(&f("/zugangsschluessel"), assets, publishing::Revoked::Public("7", x))),
        ("feedback", publishing::feedback(&f(VERSION), assets, &packages::feedback(x))),
        ("components", publishing::components(&f("/bestandteile"), assets, &packages::components(x))),
        ("components-empty", publishing::components(&f("/bestandteile"), assets, &Default::default())),
        ("api", pages::api(&f("/api"), assets, &samples::api(x))),
        ("imprint", pages::imprint(&f("/impressum"), assets)),
        ("privacy", pages::privacy(&f("/datenschutz"), assets)),
        ("accessibility", pages::accessibility(&f("/barrierefreiheit"), assets)),
        ("easy-language", pages::easy_language(&f("/leichte-sprache"), assets)),
        ("not-found", pages::error(&stranger(lang, &format!("/nix{x}")), assets, &PortalError::NotFound, None)),
        ("internal", pages::error(&f("/"), assets, &PortalError::Internal, Some(&format!("01J8{x}")))),
        ("rule", pages::error(&f(case), assets, &PortalError::Rule { rule: format!("neu{x}") }, None)),
        ("case-live", pages::case_live(&f(case), &samples::case(x))),
        ("operation-live", pages::operation_live(&f(case), &samples::operation(x))),
    ]
}

#[test]
fn every_page_renders_in_both_languages_and_the_same_bytes_twice() {
    for lang in [Lang::De, Lang::En] {
        for ((name, first), (_, second)) in all(lang, "").into_iter().zip(all(lang, "")) {
            assert_eq!(first, second, "{name}");
            if !name.ends_with("-live") {
                assert!(first.starts_with(&format!("<!DOCTYPE html><html lang=\"{}\">", lang.tag())), "{name}");
                assert!(first.ends_with("</body></html>"), "{name}");
                assert_eq!(first.matches("<h1").count(), 1, "{name}");
            }
        }
    }
}

#[test]
fn texts_of_strangers_never_become_markup() {
    for payload in ["\"><script>alert(1)</script>", "</textarea><script>", "</title><script>", "'onload='x"] {
        for lang in [Lang::De, Lang::En] {
            for (name, html) in all(lang, payload) {
                assert!(!html.contains("<script>"), "{name}: {payload}");
                assert!(!html.contains("</textarea><script"), "{name}: {payload}");
                assert_eq!(html.matches("</title>").count(), usize::from(!name.ends_with("-live")), "{name}");
                for (tag, attributes) in tags(&html) {
                    assert!(
                        attributes.iter().all(|(n, _)| !n.starts_with("on")),
                        "{name}: <{tag}> has an event attribute"
                    );
                }
            }
        }
    }
}

#[test]
fn links_lead_to_the_portal_or_to_web_addresses() {
    for (name, html) in all(Lang::De, "") {
        for (_, attributes) in tags(&html) {
            for (attribute, value) in attributes {
                if attribute == "href" || attribute == "action" || attribute == "src" {
                    let fits = value.starts_with('/') || value.starts_with('#') || value.starts_with("https://");
                    assert!(fits, "{name}: {attribute}={value}");
                }
            }
        }
    }
}

#[test]
fn english_pages_link_to_english_pages() {
    for (name, html) in all(Lang::En, "") {
        for (tag, attributes) in tags(&html) {
            let get = |wanted: &str| attributes.iter().find(|(n, _)| n == wanted).map(|(_, v)| v.as_str());
            let target = get("href").or(get("action")).unwrap_or_default();
            // The API is the same in both languages.
            let one_for_both = target.starts_with("/assets/") || target.starts_with("/api/");
            let outside = !target.starts_with('/') || one_for_both || get("hreflang").is_some();
            assert!(outside || target == "/en" || target.starts_with("/en/"), "{name}: <{tag}> {target}");
        }
    }
}

#[test]
fn no_inline_script_and_no_inline_style() {
    for (name, html) in all(Lang::De, "") {
        for (tag, attributes) in tags(&html) {
            assert!(tag != "style", "{name}");
            assert!(attributes.iter().all(|(n, _)| n != "style" && !n.starts_with("on")), "{name}: <{tag}>");
            if tag == "script" {
                assert!(attributes.iter().any(|(n, v)| n == "src" && v == "/assets/islands.js"), "{name}");
            }
        }
    }
}

#[test]
fn every_control_has_a_name_for_screen_readers_and_ids_are_unique() {
    for (name, html) in all(Lang::De, "") {
        let tags = tags(&html);
        let labels: Vec<&str> = tags
            .iter()
            .filter(|(tag, _)| tag == "label")
            .flat_map(|(_, attributes)| attributes.iter().filter(|(n, _)| n == "for").map(|(_, v)| v.as_str()))
            .collect();
        let mut ids: Vec<&str> = tags
            .iter()
            .flat_map(|(_, attributes)| attributes.iter().filter(|(n, _)| n == "id").map(|(_, v)| v.as_str()))
            .collect();
        for (tag, attributes) in &tags {
            let get = |wanted: &str| attributes.iter().find(|(n, _)| n == wanted).map(|(_, v)| v.as_str());
            if matches!(tag.as_str(), "input" | "select" | "textarea") && get("type") != Some("hidden") {
                let labelled = get("aria-label").is_some() || get("id").is_some_and(|id| labels.contains(&id));
                assert!(labelled, "{name}: <{tag}> {attributes:?}");
            }
            for wanted in ["aria-describedby", "aria-labelledby", "for"] {
                for id in get(wanted).unwrap_or_default().split_whitespace() {
                    assert!(ids.contains(&id), "{name}: {wanted}={id} leads nowhere");
                }
            }
            if let Some(anchor) = get("href").and_then(|h| h.strip_prefix('#')) {
                assert!(ids.contains(&anchor), "{name}: #{anchor} leads nowhere");
            }
        }
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        if !name.starts_with("sign-in") {
            assert_eq!(ids.len(), count, "{name}: an id stands twice");
        }
    }
}

#[test]
fn forms_of_cases_carry_the_version_that_the_person_saw() {
    for (name, html) in all(Lang::De, "") {
        for form in html.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap_or_default();
            // A message, calling a trial off and giving its target up are about nothing that could have changed.
            let free = ["/nachricht\"", "/abbrechen\"", "/aufgeben\""].iter().any(|end| form.contains(end));
            let of_package = form.contains("action=\"/pakete/PA-") && !free;
            if of_package || form.contains("action=\"/nachnutzungen/") && form.contains("method=\"post\"") {
                assert!(form.contains("name=\"lock\" value=\"7\""), "{name}: {form}");
            }
        }
    }
}

#[test]
fn pages_with_errors_say_so_in_the_title_and_lead_to_the_fields() {
    for (name, html) in all(Lang::De, "") {
        let has_summary = html.contains("portal-error-summary");
        if !name.ends_with("-live") && name != "sign-in" {
            assert_eq!(has_summary, html.contains("<title>Fehler: "), "{name}");
        }
    }
    let html = &all(Lang::De, "").into_iter().find(|(n, _)| *n == "values").unwrap().1;
    assert!(html.contains("href=\"#w-steuersatz\"") && html.contains("href=\"#g-010575727013-steuersatz\""));
}

fn page(lang: Lang, wanted: &str) -> String {
    all(lang, "").into_iter().find(|(name, _)| *name == wanted).map(|(_, html)| html).unwrap_or_default()
}

#[test]
fn what_was_typed_to_confirm_a_removal_stays() {
    let html = page(Lang::De, "remove");
    assert!(html.contains("value=\"NA-7K3M\""));
    assert!(html.contains("Zur Bestätigung: <span class=\"portal-nowrap\">NA-7K3M-Q2XD</span>."));
}

#[test]
fn the_history_says_which_operation_came_how_far() {
    let html = page(Lang::De, "case");
    for part in [
        "Einrichtung in der Testumgebung: Fertig",
        "Einrichtung in der Testumgebung: „Automatische Tests“ erledigt",
        "Einrichtung in der Testumgebung: Eingriff nötig (Warten, bis alles läuft)",
        "href=\"/bereitstellungen/BE-4H8T-W9RN\"",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert!(!html.contains("Stand geändert"));
}

#[test]
fn the_history_says_what_was_decided() {
    let html = page(Lang::De, "case");
    assert!(html.contains("Für das Land über die Freischaltung entschieden: Nein"));
    assert!(html.contains("Für die Verwaltung über die Freischaltung entschieden: Ja"));
}

#[test]
fn an_activation_says_which_approval_is_missing() {
    let html = page(Lang::De, "case");
    assert!(html.contains("Es fehlt noch die Zustimmung des Landes"), "one is given");
    assert!(!html.contains("Wartet auf zwei Zustimmungen"));
    let mut model = samples::case("");
    model.activation.iter_mut().for_each(|a| a.approvals.clear());
    let html = pages::case(&frame(Lang::De, "/", ""), &assets(), &model);
    assert!(html.contains("Wartet auf zwei Zustimmungen"));
}

#[test]
fn what_would_be_refused_is_not_offered() {
    let mut model = samples::activation("", false);
    let html = |m: &_| pages::activation(&frame(Lang::De, "/", ""), &assets(), m);
    let yes = "value=\"zustimmen\"";
    assert!(html(&model).contains(yes) && !html(&model).contains("zurückgezogen"));
    model.head.stopped = Some("release_withdrawn".into());
    assert!(html(&model).contains("Diese Version ist zurückgezogen") && !html(&model).contains(yes));
    assert!(html(&model).contains("value=\"ablehnen\""), "a no is still possible");
    let mut model = samples::summary("", true);
    let html = |m: &_| pages::summary(&frame(Lang::De, "/", ""), &assets(), m);
    assert!(html(&model).contains("Antrag einreichen"));
    model.head.stopped = Some("release_unsafe".into());
    assert!(html(&model).contains("als unsicher zurückgezogen") && !html(&model).contains("Antrag einreichen"));
}

#[test]
fn a_case_says_who_could_sign_and_when_nobody_is_left() {
    let mut model = samples::case("");
    let html = |m: &_| pages::case(&frame(Lang::De, "/", ""), &assets(), m);
    let nobody = "Niemand kann für die Verwaltung zustimmen";
    assert!(html(&model).contains("Kann für die Verwaltung zustimmen") && !html(&model).contains(nobody));
    let took_part = |names: &[&str]| {
        Some(Signing { took_part: names.iter().map(|n| (*n).to_owned()).collect(), ..Signing::default() })
    };
    for (names, said) in [
        (&["Eins"][..], "Zeichnungsberechtigt ist nur Eins."),
        (&["Eins", "Zwei"], "Zeichnungsberechtigt sind: Eins, Zwei."),
        (&[], "ist niemand als zeichnungsberechtigt eingetragen"),
    ] {
        model.head.signing = took_part(names);
        let html = html(&model);
        assert!(html.contains(nobody) && html.contains(said) && html.contains("href=\"/impressum\""), "{said}");
        assert!(!html.contains("Kann für die Verwaltung zustimmen"));
    }
    model.head.stopped = Some("release_withdrawn".into());
    assert!(!html(&model).contains(nobody), "where nothing goes live, nobody needs to sign");
    model.head.signing = None;
    model.head.stopped = None;
    assert!(!html(&model).contains(nobody));
    let mut model = samples::task_list("");
    let html = |m: &_| pages::task_list(&frame(Lang::De, "/", ""), &assets(), m);
    assert!(html(&model).contains("Sie sind die einzige Person"));
    model.head.signs = false;
    assert!(!html(&model).contains("Sie sind die einzige Person"));
}

#[test]
fn what_is_stuck_or_declined_does_not_look_like_going_well() {
    let html = |m: &_| pages::case(&frame(Lang::De, "/", ""), &assets(), m);
    let mut model = samples::case("");
    model.installation = Some(InstallationState::InTest);
    model.operations[0].state = OperationState::Stuck;
    let note =
        |html: &str| html.split("portal-stepper__note\">").nth(1).map(|s| s.split('<').next().unwrap().to_owned());
    assert_eq!(note(&html(&model)).as_deref(), Some("Eingriff nötig"));
    model.operations[0].state = OperationState::Running;
    assert_eq!(note(&html(&model)).as_deref(), Some("Wird getestet"));
    model.installation = None;
    model.head.state = RequestState::Declined;
    model.lies_with.whom = LiesWithWhom::Nobody;
    assert!(!html(&model).contains("portal-status--done"));
    model.installation = Some(InstallationState::Live);
    assert!(html(&model).contains("portal-status--done"));
}

#[test]
fn topics_are_english_on_english_pages() {
    let mut model = samples::home("");
    model.topics[0].value = "Steuern & Zoll".into();
    let html = pages::home(&frame(Lang::En, "/", ""), &assets(), &model);
    assert!(html.contains("Taxes &amp; customs") && !html.contains("Steuern &amp; Zoll</a>"), "{html}");
    assert!(html.contains("thema=Steuern"), "the address keeps the stored name");
}

#[test]
fn a_limited_version_says_for_whom_it_is() {
    assert!(page(Lang::De, "version").contains("nur für Bayern, 2\u{a0}Verwaltungen (Pilot)"));
    assert!(page(Lang::En, "version").contains("for Bayern, 2\u{a0}administrations (pilot) only"));
    assert!(page(Lang::De, "verfahren").contains("nur für Bayern, 1\u{a0}Verwaltung (Pilot)"));
}

#[test]
fn a_vendor_sees_wishes_and_what_became_of_packages() {
    let html = page(Lang::De, "home");
    for part in ["noch nicht beantwortet", "In Prüfung", "Nicht freigegeben in den letzten 30 Tagen"] {
        assert!(html.contains(part), "{part}");
    }
    assert!(html.contains("6\u{a0}Sachen liegen bei Ihnen."), "two cases, a package, a wish, two pieces of evidence");
    assert!(html.contains("C5-Testat") && html.contains("abgelaufen"));
}

#[test]
fn keys_lie_below_the_packages() {
    assert!(page(Lang::De, "keys").contains("href=\"/pakete\" aria-current=\"true\""));
}

#[test]
fn tests_have_the_titles_of_the_release() {
    assert!(page(Lang::De, "case").contains("Das Formular ist erreichbar."));
    assert!(page(Lang::En, "case").contains("Das Formular ist erreichbar. (en)"));
}

#[test]
fn the_summary_names_fields_as_people_know_them() {
    let html = page(Lang::De, "summary");
    for part in [
        "href=\"/nachnutzungen/NA-7K3M-Q2XD/antrag/werte#w-kasse-iban\">IBAN: Bitte",
        "href=\"/nachnutzungen/NA-7K3M-Q2XD/antrag/werte#g-010575727055-satz\">Panker: Satz: Bitte",
        "href=\"/nachnutzungen/NA-7K3M-Q2XD/antrag/werte\">Angaben zum Verfahren: Bitte",
    ] {
        assert!(html.contains(part), "{part}");
    }
}

#[test]
fn what_concerns_the_whole_form_gives_the_summary_its_heading() {
    let summary = |error: PortalError, lang| {
        let mut model = samples::review("", RequestState::InReview, false);
        model.errors = error.in_form().unwrap();
        let html = pages::review(&frame(lang, "/", ""), &assets(), &model);
        assert!(html.contains("Bitte den Steuersatz begründen.</textarea>"), "what was entered is kept");
        html.split("id=\"fehler\"").nth(1).unwrap().split("</div>").next().unwrap().to_owned()
    };
    let rule = || PortalError::Rule { rule: "no_target".into() };
    assert!(summary(rule(), Lang::De).contains(">Eine Voraussetzung fehlt</h2>"));
    assert!(summary(rule(), Lang::De).contains("Kein zugelassenes Rechenzentrum"));
    assert!(summary(PortalError::Conflict, Lang::De).contains("Ihre Eingaben stehen noch hier"));
    assert!(summary(PortalError::Conflict, Lang::En).contains("Your entries are still here"));
    assert!(summary(PortalError::WrongState, Lang::De).contains(">Dieser Schritt ist jetzt nicht möglich</h2>"));
}

#[test]
fn a_form_without_a_session_can_be_sent_again() {
    let html = page(Lang::En, "unsent");
    assert!(html.contains("action=\"/en/nachnutzungen/NA-7K3M-Q2XD/abnahme\""));
    assert!(html.contains("name=\"bemerkung\" value=\"Stimmt.\n\nGeprüft.\""));
    assert!(html.contains("href=\"/en/anmelden?next=%2Fnachnutzungen%2FNA-7K3M-Q2XD%2Fabnahme\" target=\"_blank\""));
    assert!(html.contains("kontakt – e mail: amt@example.de"));
}

#[test]
fn lists_say_why_they_are_empty() {
    let mut model = portal_model::pages::request::RequestListPage::default();
    let html = |m: &_| pages::request_list(&frame(Lang::De, "/nachnutzungen", ""), &assets(), m);
    assert!(html(&model).contains("Noch keine Nachnutzung") && !html(&model).contains("zurücksetzen"));
    model.q = "xyz".into();
    assert!(html(&model).contains("Nichts gefunden") && html(&model).contains("Suche und Filter zurücksetzen"));
}

#[test]
fn secrets_never_come_back() {
    let mut model = samples::values("", ValuesPurpose::Request);
    for group in &mut model.form.groups {
        for field in &mut group.fields {
            if matches!(field.kind, portal_model::form::FieldKind::Secret { .. }) {
                field.value = "streng-geheim".into();
            }
        }
    }
    let html = pages::values(&frame(Lang::De, "/", ""), &assets(), &model);
    assert!(!html.contains("streng-geheim"));
}

#[test]
fn a_text_area_keeps_what_was_entered() {
    let mut model = samples::review("", RequestState::InReview, false);
    model.note = "\nerste Zeile\n<b>& \"zweite\"".into();
    let html = pages::review(&frame(Lang::De, "/", ""), &assets(), &model);
    assert!(html.contains(">\n\nerste Zeile\n&lt;b&gt;&amp; &quot;zweite&quot;</textarea>"));
}

#[test]
fn whoever_took_part_gets_no_form_to_decide_with() {
    let mut model = packages::package("", SubmissionState::InReview);
    let decide = "action=\"/pakete/PA-7K3M-Q2XD/entscheidung\"";
    assert!(publishing::show(&frame(Lang::De, PACKAGE, ""), &assets(), &model).contains(decide));
    model.took_part = true;
    let html = publishing::show(&frame(Lang::De, PACKAGE, ""), &assets(), &model);
    assert!(!html.contains(decide) && html.contains("Vier-Augen-Prinzip"));
}

#[test]
fn findings_are_grouped_the_gravest_first_with_file_and_place() {
    let html = publishing::upload(&frame(Lang::De, "/", ""), &assets(), &packages::upload("", true));
    let at = |text: &str| html.find(text).unwrap_or_else(|| panic!("{text} is missing"));
    assert!(at("2\u{a0}Fehler") < at("1\u{a0}Warnung") && at("1\u{a0}Warnung") < at("1\u{a0}Hinweis"));
    for part in
        ["verfahren.yaml", "tests[0]", "Der Schlüssel „job“ fehlt.", "schluessel-fehlt", "ganzes Paket", "frueher"]
    {
        at(part);
    }
}

#[test]
fn ending_for_good_says_whom_it_concerns_and_that_it_stays() {
    let html = publishing::release_end(&frame(Lang::De, VERSION, ""), &assets(), &packages::release_end("", true));
    for part in [
        "15\u{a0}Installationen haben diese Version, davon 12 in Betrieb.",
        "Danach wird Version 2.3.0 angeboten.",
        "Das lässt sich nicht rückgängig machen",
        "value=\"ja\"",
    ] {
        assert!(html.contains(part), "{part}");
    }
    let mut model = packages::release_end("", true);
    model.state = "deprecated".into();
    let html = publishing::release_end(&frame(Lang::De, VERSION, ""), &assets(), &model);
    assert!(!html.contains("Das lässt sich nicht rückgängig machen"));
    (model.is_offered, model.offered_after) = (false, Some("2.6.0".into()));
    let html = publishing::release_end(&frame(Lang::De, VERSION, ""), &assets(), &model);
    assert!(html.contains("Angeboten wird weiterhin Version 2.6.0."));
    (model.is_offered, model.offered_after) = (true, None);
    let html = publishing::release_end(&frame(Lang::De, VERSION, ""), &assets(), &model);
    assert!(html.contains("Danach wird keine Version mehr angeboten"));
}

#[test]
fn simulated_is_said_wherever_a_simulated_data_centre_shows() {
    for (name, html) in all(Lang::De, "") {
        if ["target", "case", "operation", "data-centres"].contains(&name) {
            assert!(html.matches("simuliert").count() >= 2, "{name}");
        }
    }
}

#[test]
fn every_action_of_the_record_has_a_text() {
    for action in portal_core::authz::Action::ALL {
        assert!(portal_app::i18n::action::is_known(action.word()), "{action}");
    }
}

/// Writes the pages where a person can look at them: set `PORTAL_PAGES` to a folder.
#[test]
fn pages_can_be_looked_at() {
    let Ok(folder) = std::env::var("PORTAL_PAGES") else { return };
    for lang in [Lang::De, Lang::En] {
        for (name, html) in all(lang, "") {
            std::fs::write(format!("{folder}/{}-{name}.html", lang.tag()), html).unwrap();
        }
    }
}

/// Start tags with their attributes, as a browser would read them.
fn tags(html: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let end = rest.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(rest.len());
        let tag = rest[..end].to_ascii_lowercase();
        rest = &rest[end..];
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if rest.is_empty() || rest.starts_with('>') {
                break;
            }
            let end = rest.find(|c: char| c.is_whitespace() || c == '=' || c == '>').unwrap_or(rest.len());
            let name = rest[..end].to_ascii_lowercase();
            rest = &rest[end..];
            let mut value = "";
            if let Some(after) = rest.strip_prefix("=\"") {
                let end = after.find('"').unwrap_or(after.len());
                value = &after[..end];
                rest = &after[(end + 1).min(after.len())..];
            }
            attributes.push((name, value.to_owned()));
        }
        found.push((tag, attributes));
    }
    found
}

/// Whoever waits for an activation learns why it does not go on, and the way on is a plain form.
#[test]
fn a_test_that_is_too_old_is_said_and_can_be_repeated() {
    let html = page(Lang::De, "activation-outdated");
    assert!(html.contains("Der Test ist älter als 30 Tage"), "{html}");
    assert!(html.contains("name=\"aktion\" value=\"erneut-testen\""), "{html}");
    assert!(!html.contains("value=\"zustimmen\"") && !html.contains("value=\"beantragen\""), "{html}");
    // A no need not wait for the new test.
    assert!(html.contains("value=\"ablehnen\""), "{html}");
    assert!(page(Lang::En, "activation-outdated").contains("The test is older than 30 days"));
    let frame = frame(Lang::De, "/nachnutzungen/NA-7K3M-Q2XD/freischaltung", "");
    let others = pages::activation(&frame, &assets(), &samples::outdated_activation("", false));
    assert!(
        others.contains("Der Test ist älter als 30 Tage") && !others.contains("value=\"erneut-testen\""),
        "{others}"
    );
}

/// A vendor learns what fails how often, in words and not by Verwaltung.
#[test]
fn causes_of_failures_stand_beside_their_number() {
    let html = page(Lang::De, "releases");
    let table =
        html.split("id=\"ursachen-titel\"").nth(1).and_then(|rest| rest.split("</section>").next()).unwrap_or_default();
    for part in ["Die Kasse antwortet", "Test nicht bestanden", "Einrichten gescheitert", ">3<", ">1<"] {
        assert!(table.contains(part), "{part} in {table}");
    }
    assert!(!table.contains("Stadt Plön"), "{table}");
}

/// What curators read of a trial names when and where, and says what it is not worth.
#[test]
fn a_package_says_what_came_of_its_trial() {
    let mut model = packages::package("", SubmissionState::InReview);
    model.trials.rows.retain(|row| row.result == Some(portal_model::trial::TrialResult::Passed));
    for lang in [Lang::De, Lang::En] {
        let html = publishing::show(&frame(lang, PACKAGE, ""), &assets(), &model);
        assert!(html.contains(&trials::said(lang)), "{lang:?}");
    }
    // Of an earlier content nothing is said, though it stands in the list.
    model.trials.rows.retain(|row| row.earlier_content);
    let html = publishing::show(&frame(Lang::De, PACKAGE, ""), &assets(), &model);
    assert!(!html.contains(&trials::said(Lang::De)) && html.contains("mit einem früheren Inhalt"));
}

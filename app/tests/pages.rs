//! Every page renders from a full model: in both languages, the same bytes twice, nothing unescaped, every field labelled,
//! no inline script or style, the document well nested.
#![cfg(feature = "ssr")]

mod common;

use common::{assets, frame, samples, stranger};
use portal_app::pages;
use portal_model::{Lang, PortalError, request::RequestState};

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
        ("values", pages::values(&f(case), assets, &samples::values(x))),
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
        ("activation-request", pages::activation(&f(case), assets, &samples::activation(x, true))),
        ("installations", pages::installations(&f("/unsere-verfahren"), assets, &samples::installations(x))),
        ("remove", pages::remove(&f(case), assets, &samples::remove(x))),
        ("operation", pages::operation(&f("/bereitstellungen/BE-4H8T-W9RN"), assets, &samples::operation(x))),
        ("audit", pages::audit(&f("/protokoll"), assets, &samples::audit(x))),
        ("data-centres", pages::data_centres(&f("/rechenzentren"), assets, &samples::data_centres(x))),
        ("sign-in", pages::sign_in(&stranger(lang, "/anmelden"), assets, &samples::sign_in(x))),
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
            if form.contains("action=\"/nachnutzungen/") && form.contains("method=\"post\"") {
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

#[test]
fn secrets_never_come_back() {
    let mut model = samples::values("");
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

//! `server/packages/FORMAT.md` explains every rule, and nothing that is none.

use portal_model::Lang;
use portal_model::finding::{Finding, Rule, Severity, advice, text};
use std::path::Path;

const BEGIN: &str = "<!-- rules: written from the table -->\n";
const END: &str = "<!-- end of rules -->";

/// The part of the document that is written from the table of rules.
fn rules() -> String {
    let mut out = String::new();
    for rule in Rule::ALL {
        let finding = Finding::new(*rule, "", "");
        let grade = match rule.severity() {
            Severity::Fehler => "Fehler, prevents publishing",
            Severity::Warnung => "Warnung",
            Severity::Hinweis => "Hinweis",
        };
        let (en, mend) = (text(Lang::En, &finding), advice(Lang::En, &finding));
        let (de, mend_de) = (text(Lang::De, &finding), advice(Lang::De, &finding));
        let id = rule.id();
        out.push_str(&format!("\n### {id}\n\n{grade}. {en} *{mend}*\n\n{de} *{mend_de}*\n"));
    }
    out
}

/// `PORTAL_WRITE_SNAPSHOTS=1` writes the part anew.
#[test]
fn every_rule_is_explained_under_its_anchor() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packages/FORMAT.md");
    let document = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = document.split_once(BEGIN).unwrap();
    let (written, after) = rest.split_once(END).unwrap();
    if std::env::var_os("PORTAL_WRITE_SNAPSHOTS").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{}\n{END}{after}", rules())).unwrap();
        return;
    }
    let anchors: Vec<&str> = written.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let ids: Vec<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
    assert_eq!(anchors, ids, "write it anew with PORTAL_WRITE_SNAPSHOTS=1");
    assert_eq!(written.trim(), rules().trim(), "write it anew with PORTAL_WRITE_SNAPSHOTS=1");
}

#[test]
fn links_to_the_format_lead_somewhere() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packages");
    let format = std::fs::read_to_string(folder.join("FORMAT.md")).unwrap();
    let anchor = |heading: &str| {
        let plain = heading.trim_start_matches('#').trim().to_lowercase();
        plain
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
            .collect::<String>()
            .replace(' ', "-")
    };
    let anchors: Vec<String> = format.lines().filter(|line| line.starts_with('#')).map(anchor).collect();
    let chart = std::fs::read_to_string(folder.join("CHART.md")).unwrap();
    let links: Vec<&str> =
        chart.split("FORMAT.md#").skip(1).map(|rest| rest.split([')', ' ']).next().unwrap()).collect();
    assert!(links.len() > 10);
    for link in links {
        assert!(anchors.iter().any(|anchor| anchor == link), "{link}");
    }
}

//! The sixteen Verfahren of the demonstration.

use crate::*;
use portal_core::config::FormScope;
use portal_core::package::admission;
use portal_model::Lang;
use portal_model::ars::Ars;
use portal_model::data_centre::TargetKind;
use portal_model::finding::Severity;
use portal_model::organisation::MunicipalityKind;
use portal_model::verfahren::Provisioning;

#[test]
fn demonstration_packages_are_clean() {
    let all = demo();
    let slugs: std::collections::BTreeSet<&str> = all.iter().map(|(slug, _, _)| slug.as_str()).collect();
    assert_eq!((slugs.len(), all.len()), (16, 19));
    for (slug, version, files) in &all {
        let loaded = Loaded::from_files((files.clone(), vec![]));
        let findings: Vec<String> = loaded.findings.iter().map(|f| format!("{f:?}")).collect();
        assert_eq!(findings, Vec::<String>::new(), "{slug} {version}");
        let package = loaded.into_package().unwrap();
        assert_eq!(package.id.split_once('/').unwrap().1, slug);
        assert_eq!(package.version.to_string(), *version);
        assert_eq!(package.facts.licence, "EUPL-1.2");
        assert!(package.facts.source.starts_with("https://opencode.example/"));
        assert!(!package.test_jobs.is_empty());
        let noted: Vec<Finding> = lint(&package).into_iter().filter(|f| f.severity != Severity::Hinweis).collect();
        assert_eq!(noted, vec![], "{slug} {version}");

        let values = good_values(&package);
        for stage in Stage::ALL {
            let rendered = render_with(&package, &values, *stage);
            assert_eq!(admission::check(&rendered, "amt-luetjenburg-fund", &target()), vec![], "{slug} {version}");
            let deployed = package.facts.provisioning == Provisioning::Deploy;
            assert_eq!(rendered.objects.is_empty(), !deployed);
            assert_eq!(rendered.endpoints.is_empty(), !deployed);
            for object in rendered.objects.iter().chain(&rendered.tests) {
                let metadata = &object.value["metadata"];
                assert_eq!(metadata["namespace"], "ozg-demo");
                assert_eq!(metadata["labels"]["ozg-portal/stage"], stage.word());
                assert_eq!(metadata["labels"]["ozg-portal/release"], package.short_digest());
                assert!(object.name().starts_with("amt-luetjenburg-fund"));
            }
            assert_eq!(failed_checks(&rendered), Vec::<String>::new(), "{slug} {version}");
        }
    }
}

/// Sample values fit every schema, also its patterns, and survive the form in both languages.
#[test]
fn samples_fit_and_come_back_from_the_form() {
    for (slug, version, _) in demo() {
        let schema = package(&slug, &version).schema;
        let values = sample_values(&schema);
        assert_eq!(schema.validate(&values, Part::All), vec![], "{slug} {version}");
        let rows = values.get(config::GEMEINDEN).and_then(Value::as_object).into_iter().flatten();
        let gemeinden: Vec<Ars> = rows.map(|(ars, _)| Ars::parse(ars).unwrap()).collect();
        for lang in [Lang::De, Lang::En] {
            let scope = FormScope { part: Part::All, gemeinden: &gemeinden, lang };
            let pairs = config::to_form(&values, &schema, lang);
            assert_eq!(config::from_form(&pairs, &schema, scope).values, values, "{slug} {version}");
        }
    }
}

#[test]
fn demonstration_has_its_special_cases() {
    assert_eq!(package("kurabgabe", "1.0.0").facts.target_kinds, [TargetKind::Vm]);
    assert_eq!(package("osterfeuer", "1.0.0").facts.laender[0].key(), "01");
    assert_eq!(package("wohngeld", "1.0.0").facts.provisioning, Provisioning::Connected);
    assert_eq!(package("unterhaltsvorschuss", "1.0.0").facts.protection.word(), "hoch");
    assert_eq!(package("unterhaltsvorschuss", "1.0.0").facts.audience, [MunicipalityKind::Kreis]);
    assert!(package("fundsachen", "1.0.1").facts.security_fix);
    let (old, new) = (package("gewerbe", "1.0.0"), package("gewerbe", "1.1.0"));
    assert!(new.upgrade_from.as_ref().unwrap().matches(&old.version));
    assert!(!new.upgrade_from.as_ref().unwrap().matches(&new.version));
    let before = good_values(&old);
    let after = new.schema.upgrade(&old.schema, &before);
    assert_eq!(new.schema.validate(&after, Part::All), vec![]);
    assert_eq!(new.schema.changed_paths(&before, &after), ["erinnerung_tage"]);
}

#[test]
fn a_wrong_value_fails_the_packages_own_test() {
    let package = package("zweitwohnungssteuer", "1.0.0");
    let mut values = good_values(&package);
    config::set(&mut values, "glaeubiger_id", package.schema.defaults()["glaeubiger_id"].clone());
    assert_eq!(package.schema.validate(&values, Part::All), vec![], "the schema alone does not notice");
    let failed = failed_checks(&render_with(&package, &values, Stage::Test));
    assert_eq!(failed.len(), 1);
    assert!(failed[0].starts_with("wert:GLAEUBIGER_ID=~"));
}

#[test]
fn values_per_gemeinde_reach_the_installation() {
    let package = package("hundesteuer", "1.0.0");
    let mut values = good_values(&package);
    config::set(&mut values, "gemeinden.010575727004.satz_erster_hund", json!(42.5));
    let rendered = render_with(&package, &values, Stage::Test);
    let config = rendered.objects.iter().find(|o| o.kind() == "ConfigMap").unwrap();
    let map: Value = serde_json::from_str(config.value["data"]["GEMEINDEN"].as_str().unwrap()).unwrap();
    assert_eq!(map["010575727004"]["satz_erster_hund"], 42.5);
    assert_eq!(map["010575727007"]["satz_erster_hund"], 60);
}

/// Packages that run the image of the repository (`server/verfahren`) name one digest of it, in manifests and bills of
/// materials alike; `.ci/image.sh` puts another one into copies.
#[test]
fn the_image_of_the_repository_has_one_digest() {
    const NAME: &str = "demo.invalid/ozg/verfahren";
    let mut digests = std::collections::BTreeSet::new();
    let mut with = std::collections::BTreeSet::new();
    for (slug, version, files) in demo() {
        let mut listed = Vec::new();
        for path in files.paths() {
            let text = String::from_utf8_lossy(files.get(path).unwrap_or_default());
            let reference = format!("{NAME}@sha256:");
            listed.extend(text.split(&reference).skip(1).map(|rest| rest[..64].to_owned()));
        }
        if listed.is_empty() {
            continue;
        }
        let sbom: Value = serde_json::from_slice(files.get("sbom.cdx.json").unwrap()).unwrap();
        let component = sbom["components"].as_array().unwrap().iter().find(|c| c["name"] == NAME);
        listed.push(component.unwrap()["hashes"][0]["content"].as_str().unwrap().to_owned());
        digests.extend(listed);
        with.insert(format!("{slug} {version}"));
    }
    assert_eq!(digests.len(), 1, "{digests:?}");
    assert_eq!(with.len(), 12, "{with:?}");
}

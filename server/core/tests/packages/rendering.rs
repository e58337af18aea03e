//! Archives, names and secrets of rendered packages.

use crate::*;
use portal_core::package::sample_secrets;
use portal_model::finding::Rule;

#[test]
fn archives_are_deterministic_and_equal_the_directory() {
    for (slug, version, files) in demo() {
        let tgz = files.to_tgz(Vec::new()).unwrap();
        assert_eq!(tgz, files.to_tgz(Vec::new()).unwrap());
        let from_archive = Package::from_tgz(tgz.as_slice()).into_package().unwrap();
        assert_eq!(from_archive, package(&slug, &version), "{slug} {version}");
    }
    let mut changed = files("fundsachen", "1.0.0");
    changed.insert("CHANGELOG.md", "# 1.0.0\n");
    assert_ne!(changed.digest(), files("fundsachen", "1.0.0").digest());
}

#[test]
fn runs_have_jobs_of_their_own() {
    let package = package("fundsachen", "1.0.0");
    let values = good_values(&package);
    let (secrets, target) = (sample_secrets(), target());
    let input = RenderInput {
        instance: "a",
        namespace: "n",
        stage: Stage::Test,
        values: &values,
        secrets: &secrets,
        target: &target,
        run: Some("r7"),
    };
    let names: Vec<String> = render(&package, &input).unwrap().tests.iter().map(|t| t.name().to_owned()).collect();
    assert_eq!(names, ["a-werte-r7", "a-dienste-r7"]);
    for bad in ["", "Gross", "x_y", "1a", "-a", &"a".repeat(41)] {
        let found = render(&package, &RenderInput { instance: bad, ..input }).unwrap_err();
        assert!(found.iter().any(|f| f.is(Rule::InstanceName)), "{bad}");
    }
    let none = |_: &str| None;
    let found = render(&package, &RenderInput { secrets: &none, ..input }).unwrap_err();
    assert!(found.iter().any(|f| f.is(Rule::SecretMissing) && f.file == "manifests/11-geheim.yaml"));
    let hostless = TargetFacts::default();
    let found = render(&package, &RenderInput { target: &hostless, ..input }).unwrap_err();
    assert!(found.iter().any(|f| f.is(Rule::TargetFactMissing)));
}

#[test]
fn no_secret_shows_in_debug_output() {
    let package = package("fundsachen", "1.0.0");
    let rendered = render_with(&package, &good_values(&package), Stage::Production);
    assert!(!format!("{rendered:?}").contains("ein-geheimnis"));
    let mut decoded = config::Decoded::default();
    decoded.secrets.insert("datenbank.kennwort".into(), "ein-geheimnis".to_owned().into());
    assert!(!format!("{decoded:?}").contains("ein-geheimnis"), "{decoded:?}");
    let target = portal_core::use_cases::NewTarget {
        data_centre: "rz".into(),
        kind: portal_model::data_centre::TargetKind::Kubernetes,
        stage: Stage::Test,
        namespace: "ns".into(),
        endpoint: String::new(),
        only_for: None,
        domain: String::new(),
        ingress_class: String::new(),
        storage_class: String::new(),
        tls_secret: String::new(),
        capacity: 1,
        credential: "ein-geheimnis".into(),
    };
    assert!(!format!("{target:?}").contains("ein-geheimnis"), "{target:?}");
    let with_secret = rendered.objects.iter().filter(|o| o.value.to_string().contains("ein-geheimnis"));
    assert!(with_secret.clone().count() == 1 && with_secret.clone().all(|o| o.kind() == "Secret"));
}

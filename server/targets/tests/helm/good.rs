//! Charts as vendors write them.

use crate::{chart, helm, limits, packages, render};
use portal_core::package::{
    Object, Package, RenderInput, Rendered, TargetFacts, lint_with, render_with, sample_values,
};
use portal_model::data_centre::Stage;
use portal_model::finding::{Finding, Rule};
use portal_targets::helm::Helm;
use serde_json::{Value, json};

fn package(slug: &str) -> Package {
    Package::from_dir(&packages().join(slug).join("1.0.0")).into_package().unwrap()
}

async fn rendered(helm: &Helm, package: &Package, change: impl FnOnce(&mut Value)) -> Result<Rendered, Vec<Finding>> {
    let mut values = sample_values(&package.schema);
    change(&mut values);
    let target = TargetFacts { host: Some("amt.example".into()), ..TargetFacts::default() };
    let secrets = |_: &str| Some("geheimes-kennwort-mit-\"-und-: #".to_owned().into());
    let input = RenderInput {
        instance: "amt",
        namespace: "n",
        stage: Stage::Test,
        values: &values,
        secrets: &secrets,
        target: &target,
        run: Some("r1"),
    };
    render_with(package, &input, helm).await
}

fn names(objects: &[Object]) -> Vec<String> {
    objects.iter().map(|o| format!("{}/{}", o.kind(), o.name())).collect()
}

fn find<'a>(rendered: &'a Rendered, kind: &str, name: &str) -> &'a Value {
    &rendered.objects.iter().find(|o| (o.kind(), o.name()) == (kind, name)).unwrap().value
}

#[tokio::test]
async fn both_packages_can_be_published() {
    let Some(helm) = helm(limits()).await else { return };
    for (slug, notes) in [("terminbuchung", 0), ("sitzungsdienst", 1)] {
        let findings = lint_with(&package(slug), &helm).await;
        let errors: Vec<&Finding> = findings.iter().filter(|f| f.is_error()).collect();
        assert!(errors.is_empty(), "{slug}: {errors:#?}");
        assert_eq!(findings.iter().filter(|f| f.is(Rule::ChartHookObject)).count(), notes, "{slug}: {findings:#?}");
    }
}

#[tokio::test]
async fn a_chart_becomes_objects_hooks_and_tests() {
    let Some(helm) = helm(limits()).await else { return };
    let package = package("terminbuchung");
    let one = rendered(&helm, &package, |_| {}).await.unwrap();
    assert_eq!(names(&one.before), ["Job/amt-vorpruefung-r1", "Job/amt-umzug-r1"]);
    assert_eq!(names(&one.after), ["Job/amt-aufwaermen-r1"]);
    assert_eq!(names(&one.tests), ["Job/amt-werte-r1", "Job/amt-dienste-r1"]);
    let objects = names(&one.objects);
    for wanted in ["Deployment/amt-web", "Deployment/amt-versand", "Deployment/amt-speicher", "Ingress/amt-web"] {
        assert!(objects.iter().any(|o| o == wanted), "{wanted}: {objects:?}");
    }
    assert!(!objects.iter().any(|o| o.starts_with("PodDisruptionBudget")), "switched off by a value");
    let map = find(&one, "ConfigMap", "amt-werte");
    assert_eq!(map["data"]["STANDORT_2"], "Bürgerbüro \"Mitte\": 1. Stock");
    assert_eq!(map["data"]["texte.json"], "{\"begruessung\": \"Guten Tag\"}\n");
    assert_eq!(map["metadata"]["labels"]["app.kubernetes.io/managed-by"], "ozg-portal");
    let files: Vec<&str> = one.objects.iter().map(|o| o.file.as_str()).collect();
    assert!(files.contains(&"chart/charts/zwischenspeicher/templates/speicher.yaml"), "{files:?}");

    let two = rendered(&helm, &package, |values| values["hochverfuegbar"] = json!(true)).await.unwrap();
    assert_eq!(find(&two, "Deployment", "amt-web")["spec"]["replicas"], 2);
    find(&two, "PodDisruptionBudget", "amt-web");
}

#[tokio::test]
async fn a_packed_dependency_and_tests_of_both_kinds_work() {
    let Some(helm) = helm(limits()).await else { return };
    let package = package("sitzungsdienst");
    let one = rendered(&helm, &package, |_| {}).await.unwrap();
    assert_eq!(names(&one.before), ["Job/amt-schema-r1"]);
    assert_eq!(names(&one.tests), ["Job/amt-werte-r1", "Job/amt-anmeldung-r1"]);
    assert!(one.before[0].value["spec"].get("ttlSecondsAfterFinished").is_none());
    // The secret passed through JSON, YAML and a template, and is still the same.
    assert_eq!(find(&one, "Secret", "amt-db")["stringData"]["passwort"], "geheimes-kennwort-mit-\"-und-: #");
    find(&one, "StatefulSet", "amt-db");
    let nightly = rendered(&helm, &package, |values| values["nachtlauf"] = json!(true)).await.unwrap();
    find(&nightly, "CronJob", "amt-nachtlauf");
    // The chart's own schema wants a name: an empty one is refused by both schemas, here by ours.
    assert!(rendered(&helm, &package, |values| values["gremium"] = json!("")).await.is_err());
}

#[tokio::test]
async fn every_chart_is_told_the_same() {
    let Some(helm) = helm(limits()).await else { return };
    let text = "v: {{ .Capabilities.KubeVersion.Version }}\nr: {{ .Release.Name }}/{{ .Release.Namespace }} {{ .Release.IsInstall }}\nx: {{ .Values.x }}";
    let files = chart(&[("templates/a.yaml", text), ("templates/NOTES.txt", "notes"), ("crds/a.yaml", "crd: 1")]);
    let text = render(&helm, &files, "{\"x\": 1.5}").await.unwrap();
    assert!(text.contains("v: v1.31.0\nr: muster/ns true\nx: 1.5"), "{text}");
    assert!(!text.contains("notes") && !text.contains("crd"), "{text}");
}

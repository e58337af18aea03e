//! Packages with a Helm chart, as far as that goes without helm: reading, and what is made of helm's answer. Helm itself is
//! tested in `server/targets/tests/helm`.

use crate::*;
use async_trait::async_trait;
use portal_core::package::{lint_with, render_with, sample_secrets};
use portal_core::ports::{ChartError, ChartInput, ChartRenderer, NoCharts};
use portal_model::finding::{Rule, Severity};
use std::sync::atomic::{AtomicUsize, Ordering};
use zeroize::Zeroizing;

fn chart_files(slug: &str) -> Files {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testing/packages").join(slug).join("1.0.0");
    let (files, findings) = Files::from_dir(&folder);
    assert_eq!(findings, vec![], "{slug}");
    files
}

fn chart_package(slug: &str) -> Package {
    Loaded::from_files((chart_files(slug), vec![])).into_package().unwrap()
}

fn read(files: Files) -> Vec<Finding> {
    Loaded::from_files((files, vec![])).findings
}

/// Helm that says what it was told to, one answer after the other; the last one again and again.
struct Canned(Vec<Result<String, ChartError>>, AtomicUsize);

impl Canned {
    fn new(answers: &[Result<&str, ChartError>]) -> Self {
        Self(answers.iter().cloned().map(|a| a.map(str::to_owned)).collect(), AtomicUsize::new(0))
    }
}

#[async_trait]
impl ChartRenderer for Canned {
    async fn render(&self, input: &ChartInput<'_>) -> Result<Zeroizing<String>, ChartError> {
        let n = self.1.fetch_add(1, Ordering::SeqCst).min(self.0.len() - 1);
        // Stands in for `.Release.Name`.
        self.0[n].clone().map(|text| Zeroizing::new(text.replace("RELEASE", input.instance)))
    }
}

#[test]
fn good_charts_are_read_without_a_word() {
    for slug in ["terminbuchung", "sitzungsdienst"] {
        let files = chart_files(slug);
        assert_eq!(read(files.clone()), vec![], "{slug}");
        let package = chart_package(slug);
        assert!(package.manifests.is_empty());
        let again = Package::from_tgz(files.to_tgz(Vec::new()).unwrap().as_slice()).into_package().unwrap();
        assert_eq!(again, package, "{slug} as an archive");
    }
    let chart = chart_package("sitzungsdienst").chart.unwrap();
    assert!(chart.files.get("charts/datenbank/templates/datenbank.yaml").is_some(), "the archive is unpacked");
    assert!(chart.files.paths().all(|p| !p.ends_with(".tgz")));
}

#[test]
fn broken_charts_are_findings() {
    const CHART: &str = "chart/Chart.yaml";
    const VALUES: &str = "chart-values.yaml";
    let text = |files: &Files, path: &str| String::from_utf8(files.get(path).unwrap().to_vec()).unwrap();
    let edits: &[(&str, &str, &str, Rule, &str)] = &[
        (CHART, "version: 3.1.4", "", Rule::ChartMalformed, CHART),
        (CHART, "apiVersion: v2", "apiVersion: v3", Rule::ChartMalformed, CHART),
        (CHART, "type: application", "type: library", Rule::ChartMalformed, CHART),
        (CHART, "name: terminbuchung", "name: a/b", Rule::ChartMalformed, CHART),
        (CHART, "version: ~2.0", "version: ^3", Rule::ChartDependencyMissing, CHART),
        (CHART, "name: zwischenspeicher", "name: anderer", Rule::ChartDependencyMissing, CHART),
        (CHART, "dependencies:", "dependencies: [", Rule::YamlUnreadable, CHART),
        (VALUES, "$value: behoerde", "$value: beherde", Rule::PlaceholderPath, VALUES),
        (VALUES, "$secret: versand", "$value: versand", Rule::PlaceholderSecret, VALUES),
        (VALUES, "$secret: versand_schluessel", "$secret: behoerde", Rule::PlaceholderNotSecret, VALUES),
        (VALUES, "$target: host", "$target: node", Rule::PlaceholderStage, VALUES),
        (
            "chart/templates/secret.yaml",
            "type: Opaque",
            "{{ lookup \"v1\" }}",
            Rule::ChartLookup,
            "chart/templates/secret.yaml",
        ),
        ("chart/templates/pdb.yaml", "minAvailable", "{{ now }}", Rule::ChartClock, "chart/templates/pdb.yaml"),
        ("verfahren.yaml", "provisioning: deploy", "provisioning: connected", Rule::ManifestsForbidden, "chart/"),
    ];
    for (file, from, to, rule, at) in edits {
        let mut files = chart_files("terminbuchung");
        let before = text(&files, file);
        assert!(before.contains(from), "{file}: {from}");
        files.insert(*file, before.replacen(from, to, 1));
        let findings = read(files);
        assert!(findings.iter().any(|f| f.is(*rule) && f.file == *at), "{from} -> {to}: {findings:?}");
    }
    let added: &[(&str, &[u8], Rule)] = &[
        ("manifests/a.yaml", b"kind: A", Rule::ChartAndManifests),
        ("chart/crds/a.yaml", b"kind: A", Rule::ChartCrds),
        ("chart/charts/zwischenspeicher/crds/a.yaml", b"kind: A", Rule::ChartCrds),
        ("chart/charts/leer/values.yaml", b"a: 1", Rule::FileMissing),
        ("chart/charts/kaputt-1.0.0.tgz", b"nothing", Rule::ArchiveUnreadable),
    ];
    for (path, content, rule) in added {
        let mut files = chart_files("terminbuchung");
        files.insert(*path, *content);
        let findings = read(files);
        assert!(findings.iter().any(|f| f.is(*rule)), "{path}: {findings:?}");
    }
    for (path, rule) in [(CHART, Rule::FileMissing), (VALUES, Rule::FileMissing)] {
        let mut files = chart_files("terminbuchung");
        assert!(files.remove(path), "{path}");
        assert!(read(files).iter().any(|f| f.is(rule) && f.file == path), "{path}");
    }
    let mut files = chart_files("terminbuchung");
    for path in files.clone().paths().filter(|p| p.starts_with("chart/")) {
        assert!(files.remove(path), "{path}");
    }
    assert!(read(files).iter().any(|f| f.is(Rule::FileMissing) && f.file == CHART), "values without a chart");
}

/// What is in a vendored archive is held to the same limits, and links in it lead nowhere.
#[test]
fn archives_in_charts_are_no_way_around() {
    let with = |inner: Vec<u8>| {
        let mut files = chart_files("terminbuchung");
        files.insert("chart/charts/x-1.0.0.tgz", inner);
        read(files)
    };
    let mut builder = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    let mut header = tar::Header::new_ustar();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    builder.append_link(&mut header, "x/templates/a.yaml", "/etc/passwd").unwrap();
    let findings = with(builder.into_inner().unwrap().finish().unwrap());
    assert!(findings.iter().any(|f| f.is(Rule::NotAFile) && f.file == "chart/charts/x-1.0.0.tgz"), "{findings:?}");

    let mut bomb = Files::default();
    for i in 0..7 {
        bomb.insert(format!("x/f{i}"), vec![0u8; 8 << 20]);
    }
    let bomb = bomb.to_tgz(Vec::new()).unwrap();
    let mut files = chart_files("terminbuchung");
    files.insert("chart/charts/a-1.0.0.tgz", bomb.clone());
    files.insert("chart/charts/b-1.0.0.tgz", bomb);
    let findings = read(files);
    let refused = [Rule::FileTwice, Rule::ArchiveTooLarge, Rule::ArchiveRatio];
    assert!(findings.iter().any(|f| refused.iter().any(|rule| f.is(*rule))), "{findings:?}");

    let mut nested = Files::default().to_tgz(Vec::new()).unwrap();
    for _ in 0..6 {
        let mut outer = Files::default();
        outer.insert("x/charts/x-1.0.0.tgz", nested);
        nested = outer.to_tgz(Vec::new()).unwrap();
    }
    assert!(with(nested).iter().any(|f| f.is(Rule::ChartNested) || f.is(Rule::PathTooDeep)));
}

#[tokio::test]
async fn what_helm_answers_becomes_findings() {
    let package = chart_package("terminbuchung");
    let cases = [
        (Err(ChartError::Unavailable), Rule::ChartHelmMissing, "chart/"),
        (Err(ChartError::NotIsolated), Rule::ChartNotIsolated, "chart/"),
        (
            Err(ChartError::Template { file: "templates/pdb.yaml".into(), line: 3 }),
            Rule::ChartTemplate,
            "chart/templates/pdb.yaml",
        ),
        (
            Err(ChartError::Template { file: "templates/pdb.yaml".into(), line: 0 }),
            Rule::ChartTemplateFile,
            "chart/templates/pdb.yaml",
        ),
        (Err(ChartError::Schema), Rule::ChartSchema, "chart/"),
        (Err(ChartError::Refused), Rule::ChartRefused, "chart/"),
        (Err(ChartError::TooSlow(10)), Rule::ChartTooSlow, "chart/"),
        (Err(ChartError::TooHungry), Rule::ChartTooHungry, "chart/"),
        (Err(ChartError::TooMuch(10)), Rule::ChartTooMuch, "chart/"),
        (Err(ChartError::Broken("x".into())), Rule::ChartHelmFailed, "chart/"),
        (
            Ok("---\n# Source: terminbuchung/templates/pdb.yaml\na: [\n"),
            Rule::YamlUnreadable,
            "chart/templates/pdb.yaml",
        ),
        (Ok("---\n# Source: terminbuchung/../../etc/passwd\na: [\n"), Rule::YamlUnreadable, "chart/"),
        (Ok(""), Rule::ChartEmpty, "chart/"),
        (Ok("kind: CustomResourceDefinition\napiVersion: a/v1\nmetadata: {name: RELEASE-a}"), Rule::Kind, "chart/"),
        (Ok("kind: ConfigMap\napiVersion: v1\nmetadata: {name: anders}"), Rule::Name, "chart/"),
    ];
    for (answer, rule, file) in cases {
        let findings = lint_with(&package, &Canned::new(std::slice::from_ref(&answer))).await;
        assert!(findings.iter().any(|f| f.is(rule) && f.file == file && f.is_error()), "{answer:?}: {findings:?}");
    }
    let many = "---\na: 1\n".repeat(201);
    assert!(lint_with(&package, &Canned::new(&[Ok(&many)])).await.iter().any(|f| f.is(Rule::ChartObjects)));
    // A look at the text alone never publishes a package with a chart.
    assert!(lint_with(&package, &NoCharts).await.iter().any(|f| f.is(Rule::ChartHelmMissing)));
    let mut manifests = lint_with(&super::package("fundsachen", "1.0.0"), &NoCharts).await;
    manifests.retain(|f| f.severity != Severity::Hinweis);
    assert_eq!(manifests, vec![], "manifests need no helm");
}

#[tokio::test]
async fn chance_is_found_where_it_is() {
    let map = |data: &str| {
        format!(
            "---\n# Source: terminbuchung/templates/secret.yaml\nkind: Secret\nmetadata: {{name: RELEASE-a}}\ndata: {{fest: YQ==, zufall: {data}}}\n"
        )
    };
    let (one, other) = (map("YWJj"), map("ZGVm"));
    let findings = lint_with(&chart_package("terminbuchung"), &Canned::new(&[Ok(&one), Ok(&other)])).await;
    let chance: Vec<&Finding> = findings.iter().filter(|f| f.is(Rule::ChartNotDeterministic)).collect();
    assert_eq!((chance[0].file.as_str(), chance[0].key.as_str()), ("chart/templates/secret.yaml", "data.zufall"));
    assert!(!format!("{findings:?}").contains("YWJj") && !format!("{findings:?}").contains("ZGVm"), "values stay out");
}

#[tokio::test]
async fn names_must_fit_behind_the_longest_instance() {
    let job = "kind: Job\napiVersion: batch/v1\nmetadata: {name: RELEASE-terminbuchung-web-test, annotations: {helm.sh/hook: test}}\nspec: {}";
    let findings = lint_with(&chart_package("terminbuchung"), &Canned::new(&[Ok(job)])).await;
    assert!(findings.iter().any(|f| f.is(Rule::ChartNameLong)), "{findings:?}");
    assert!(findings.iter().any(|f| f.is(Rule::TestJobMissing)) && findings.iter().any(|f| f.is(Rule::TestUndeclared)));
}

#[tokio::test]
async fn a_run_has_hooks_of_its_own_and_everything_is_marked() {
    let package = chart_package("sitzungsdienst");
    let hook = |name: &str, hook: &str| {
        format!(
            "---\nkind: Job\napiVersion: batch/v1\nmetadata:\n  name: RELEASE-{name}\n  annotations: {{helm.sh/hook: '{hook}'}}\n"
        )
    };
    let text = format!(
        "kind: ConfigMap\napiVersion: v1\nmetadata: {{name: RELEASE-a, namespace: anderswo, labels: {{app.kubernetes.io/managed-by: Helm}}}}\n{}{}{}",
        hook("vor", "pre-install,pre-upgrade"),
        hook("nach", "post-install,post-upgrade"),
        hook("anmeldung", "test"),
    );
    let mut values = sample_values(&package.schema);
    config::set(&mut values, "anmeldung.aussteller", "https://anmeldung.example/".into());
    let (secrets, target) = (sample_secrets(), target());
    let input = RenderInput {
        instance: "amt",
        namespace: "n",
        stage: Stage::Test,
        values: &values,
        secrets: &secrets,
        target: &target,
        run: Some("r1"),
    };
    let rendered = render_with(&package, &input, &Canned::new(&[Ok(&text)])).await.unwrap();
    let names = |objects: &[Object]| objects.iter().map(|o| o.name().to_owned()).collect::<Vec<_>>();
    assert_eq!(
        (names(&rendered.before), names(&rendered.after)),
        (vec!["amt-vor-r1".into()], vec!["amt-nach-r1".into()])
    );
    assert_eq!(names(&rendered.tests), ["amt-werte-r1", "amt-anmeldung-r1"], "in the order of verfahren.yaml");
    for (object, _) in rendered.all() {
        let metadata = &object.value["metadata"];
        assert_eq!(metadata["namespace"], "n", "{object:?}");
        assert_eq!(metadata["labels"]["app.kubernetes.io/managed-by"], "ozg-portal", "{object:?}");
        assert_eq!(metadata["labels"]["ozg-portal/instance"], "amt", "{object:?}");
        assert!(metadata.get("annotations").is_none(), "{object:?}");
    }
    let unfit = RenderInput { values: &json!({}), ..input };
    let findings = render_with(&package, &unfit, &Canned::new(&[Ok(&text)])).await.unwrap_err();
    assert!(findings.iter().all(|f| f.is(Rule::ValuesInvalid)), "{findings:?}");
    assert!(render(&package, &input).is_err(), "never without its chart");
}

//! Charts that try what they should not, or just go wrong.

use crate::{chart, helm, limits, packages, program, render};
use portal_core::package::{Files, Loaded, RenderInput, TargetFacts, lint_with, render_with, sample_values};
use portal_core::ports::ChartError;
use portal_model::data_centre::Stage;
use portal_model::finding::Rule;
use portal_targets::helm::{ChartMode, Helm, Limits};
use serde_json::json;
use std::net::TcpListener;
use std::time::Duration;

fn at(file: &str, line: u32) -> ChartError {
    ChartError::Template { file: file.to_owned(), line }
}

/// Loops without end, but without need of memory.
const ENDLESS: &str = "{{ range $i := untilStep 0 9999 1 }}{{ range $j := untilStep 0 9999 1 }}{{ range $k := untilStep 0 9999 1 \
                       }}{{ end }}{{ end }}{{ end }}";

/// Programs whose command line names this file's marker.
fn running(marker: &str) -> usize {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let commands = processes.filter_map(|p| std::fs::read(p.path().join("cmdline")).ok());
    commands.filter(|c| String::from_utf8_lossy(c).contains(marker)).count()
}

#[tokio::test]
async fn an_endless_template_is_ended_with_all_its_processes() {
    let Some(helm) = helm(Limits { deadline: Duration::from_secs(2), ..limits() }).await else { return };
    let marker = format!("endlos-{}", std::process::id());
    let files = chart(&[("templates/a.yaml", ENDLESS)]);
    let input = portal_core::ports::ChartInput {
        files: &files,
        values: "{}".to_owned().into(),
        instance: &marker,
        namespace: "ns",
        kube_version: "1.31.0",
    };
    let error = portal_core::ports::ChartRenderer::render(&helm, &input).await.unwrap_err();
    assert!(matches!(error, ChartError::TooSlow(2) | ChartError::TooHungry), "{error:?}");
    // The kernel takes its time to clear away what was ended, but it does.
    while running(&marker) > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_memory_bomb_is_ended() {
    let Some(helm) = helm(limits()).await else { return };
    let bomb = "{{- $s := repeat 100000000 \"abcdefgh\" -}}{{- $t := printf \"%s%s\" $s $s -}}a: {{ len $t }}";
    assert_eq!(render(&helm, &chart(&[("templates/a.yaml", bomb)]), "{}").await, Err(ChartError::TooHungry));
    let list = "a: {{ len (until 2000000000) }}";
    assert_eq!(render(&helm, &chart(&[("templates/a.yaml", list)]), "{}").await, Err(ChartError::TooHungry));
}

#[tokio::test]
async fn giant_output_is_cut_off_while_it_comes() {
    let Some(helm) = helm(Limits { output: 100_000, ..limits() }).await else { return };
    let giant = "{{ range until 3000 }}\nk{{ . }}: \"{{ repeat 100 \"x\" }}\"{{ end }}";
    assert_eq!(render(&helm, &chart(&[("templates/a.yaml", giant)]), "{}").await, Err(ChartError::TooMuch(100_000)));
}

#[tokio::test]
async fn no_cluster_no_names_no_files_no_environment() {
    let Some(helm) = helm(limits()).await else { return };
    let text = "l: {{ lookup \"v1\" \"Secret\" \"ns\" \"\" | toJson }}\nh: [{{ getHostByName \"localhost\" }}]\n\
                f: [{{ .Files.Get \"../../../../../../etc/passwd\" }}{{ .Files.Get \"/etc/passwd\" }}]\n\
                g: [{{ range $path, $_ := .Files.Glob \"/etc/*\" }}{{ $path }}{{ end }}]";
    let text = render(&helm, &chart(&[("templates/a.yaml", text)]), "{}").await.unwrap();
    assert!(text.contains("l: {}\nh: []\nf: []\ng: []"), "{text}");
    let environment = chart(&[("templates/a.yaml", "a: {{ env \"HOME\" }}")]);
    assert_eq!(render(&helm, &environment, "{}").await, Err(at("templates/a.yaml", 1)));
}

/// A schema may name an address, which helm would ask: the one way in which rendering reaches the network.
#[tokio::test]
async fn nothing_reaches_the_network() {
    let Some(helm) = helm(limits()).await else { return };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let schema = format!("{{\"properties\": {{\"x\": {{\"$ref\": \"http://{address}/schema.json\"}}}}}}");
    let files = chart(&[("templates/a.yaml", "a: 1"), ("values.schema.json", &schema)]);
    assert!(render(&helm, &files, "{\"x\": 1}").await.is_err());
    assert_eq!(listener.accept().map_err(|e| e.kind()).unwrap_err(), std::io::ErrorKind::WouldBlock, "somebody called");

    // That this would have been noticed shows a helm that is not isolated.
    let open = Helm::with_limits(program().as_deref(), ChartMode::Unisolated, limits()).await;
    assert!(open.status().to_string().contains("isolated: no network"), "isolation is used wherever it is possible");
}

#[tokio::test]
async fn what_helm_complains_about_holds_no_value() {
    let Some(helm) = helm(limits()).await else { return };
    let cases = [
        ("{{ required (printf \"fehlt %s\" .Values.s) nil }}", at("templates/a.yaml", 1)),
        ("a: 1\nb: {{ fail .Values.s }}", at("templates/a.yaml", 2)),
        ("a: {{ tpl (printf \"{{ %s }}\" .Values.s) . }}", at("templates/a.yaml", 1)),
        ("a: {{ index .Values.s \"x\" }}", at("templates/a.yaml", 1)),
        ("a: b\n c: [{{ .Values.s }}", at("templates/a.yaml", 0)),
        ("a: {{ nirgends }}", at("templates/a.yaml", 1)),
        ("a: {{ include \"x\" . }}", at("templates/_h.tpl", 2)),
    ];
    for (text, expected) in cases {
        let helper = "{{ define \"x\" }}\n{{ index .Values.s \"x\" }}{{ end }}";
        let files = chart(&[("templates/a.yaml", text), ("templates/_h.tpl", helper)]);
        let error = render(&helm, &files, "{\"s\": \"GEHEIM GEHEIM\"}").await.unwrap_err();
        assert_eq!(error, expected, "{text}");
        assert!(!format!("{error:?} {error}").contains("GEHEIM"));
    }
    let schema = "{\"type\": \"object\", \"properties\": {\"s\": {\"enum\": [1]}}}";
    let files = chart(&[("templates/a.yaml", "a: 1"), ("values.schema.json", schema)]);
    assert_eq!(render(&helm, &files, "{\"s\": \"GEHEIM\"}").await, Err(ChartError::Schema));
    let needy = "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies: [{name: x, version: 1.0.0}]\n";
    let refused = render(&helm, &chart(&[("Chart.yaml", needy)]), "{}").await;
    assert_eq!(refused, Err(ChartError::Refused), "nothing is downloaded");
    let newer = "apiVersion: v2\nname: web\nversion: 1.0.0\nkubeVersion: '>= 9.0.0'\n";
    assert_eq!(render(&helm, &chart(&[("Chart.yaml", newer)]), "{}").await, Err(ChartError::Refused));
}

/// A good package with one template more.
fn with(path: &str, text: &str) -> Files {
    let (mut files, _) = Files::from_dir(&packages().join("terminbuchung/1.0.0"));
    files.insert(path, text);
    files
}

async fn lint(helm: &Helm, files: Files) -> Vec<portal_model::finding::Finding> {
    let loaded = Loaded::from_files((files, vec![]));
    let mut findings = loaded.findings;
    if let Some(package) = loaded.package {
        findings.extend(lint_with(&package, helm).await);
    }
    findings
}

#[tokio::test]
async fn chance_time_and_generated_keys_are_findings() {
    let Some(helm) = helm(limits()).await else { return };
    for value in [
        "randAlphaNum 20",
        "now | unixEpoch",
        "(genSelfSignedCert \"a\" nil nil 1).Cert",
        "uuidv4",
        "htpasswd \"a\" \"b\"",
    ] {
        let text = format!(
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{{{ .Release.Name }}}}-zufall\nstringData:\n  fest: a\n  wert: {{{{ {value} | quote }}}}\n"
        );
        // Seconds must pass for a clock that counts them to show: the finding of the text is enough there.
        let findings = lint(&helm, with("chart/templates/zufall.yaml", &text)).await;
        let found = findings.iter().any(|f| {
            let chance = f.is(Rule::ChartNotDeterministic) && f.key == "stringData.wert";
            f.file == "chart/templates/zufall.yaml" && (chance || f.is(Rule::ChartClock))
        });
        assert!(found, "{value}: {findings:#?}");
    }
}

#[tokio::test]
async fn what_a_chart_makes_is_held_against_admission() {
    let Some(helm) = helm(limits()).await else { return };
    let hook = |kind: &str, hook: &str| {
        format!(
            "apiVersion: v1\nkind: {kind}\nmetadata:\n  name: {{{{ .Release.Name }}}}-x\n  annotations: {{helm.sh/hook: {hook}}}\n"
        )
    };
    let object =
        |kind: &str| format!("apiVersion: v1\nkind: {kind}\nmetadata: {{name: \"{{{{ .Release.Name }}}}-x\"}}\n");
    let cases = [
        (object("Pod"), Rule::Kind),
        (object("CustomResourceDefinition"), Rule::Kind),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fremd}\n".to_owned(), Rule::Name),
        (hook("Pod", "test"), Rule::ChartTestPod),
        (hook("Job", "pre-delete"), Rule::ChartHook),
        (hook("Deployment", "post-install"), Rule::ChartHookKind),
        ("a: b\n c: d".to_owned(), Rule::ChartTemplateFile),
        ("a: &a [1]\nb: *c\n".to_owned(), Rule::ChartTemplateFile),
    ];
    for (text, rule) in cases {
        let findings = lint(&helm, with("chart/templates/x.yaml", &text)).await;
        assert!(findings.iter().any(|f| f.is(rule) && f.file == "chart/templates/x.yaml"), "{text}: {findings:#?}");
    }
}

/// A chart that does not quote lets a value become YAML. What comes of it still has to pass admission.
#[tokio::test]
async fn a_value_that_becomes_yaml_gets_no_further() {
    let Some(helm) = helm(limits()).await else { return };
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-x\ndata:\n  a: {{ .Values.behoerde.name }}\n";
    let package = Loaded::from_files((with("chart/templates/x.yaml", text), vec![])).into_package().unwrap();
    let mut values = sample_values(&package.schema);
    values["behoerde"] = json!("x\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: fremd}");
    let target = TargetFacts { host: Some("amt.example".into()), ..TargetFacts::default() };
    let secrets = portal_core::package::sample_secrets();
    let input = RenderInput {
        instance: "amt",
        namespace: "n",
        stage: Stage::Test,
        values: &values,
        secrets: &secrets,
        target: &target,
        run: None,
    };
    let rendered = render_with(&package, &input, &helm).await.unwrap();
    let findings = portal_core::package::admission::check(&rendered, "amt", &target);
    assert!(findings.iter().any(|f| f.is(Rule::Kind) && f.is_error()), "{findings:#?}");
}

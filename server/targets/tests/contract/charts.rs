//! A Nachnutzung of packages with a Helm chart, from publishing to removal, on the simulated data centre and on a real API
//! server. Their hooks are real Jobs. Without `PORTAL_TEST_HELM` these tests say so and do nothing.

use crate::lab::{Lab, Setting};
use portal_core::package::Files;
use portal_model::data_centre::Stage;
use portal_model::installation::InstallationState as I;
use portal_model::operation::FailureCause;
use portal_model::reference::Reference;
use portal_targets::helm::{ChartMode, Helm};
use portal_targets::simulator::ledger::EffectVerb;
use portal_testing::TestApp;
use std::{path::PathBuf, sync::Arc};

/// The app with helm; `None` without one.
async fn with_helm(mut app: TestApp) -> Option<TestApp> {
    let program = PathBuf::from(std::env::var_os("PORTAL_TEST_HELM").filter(|path| !path.is_empty())?);
    // Isolation is another test's subject.
    let helm = Helm::start(Some(&program), ChartMode::Unisolated).await;
    app.portal = app.portal.with_charts(Arc::new(helm));
    Some(app)
}

fn package(verfahren: &str) -> Files {
    portal_testing::app::chart_package(verfahren)
}

/// The failure of the newest operation of a case.
async fn failure(app: &TestApp, r: &Reference) -> Option<(FailureCause, String)> {
    let clerk = app.ctx(app.people.clerk).await;
    let case = app.portal.case_page(&clerk, r).await.expect("a case");
    let mut found = None;
    for row in &case.operations {
        let page = app.portal.operation_page(&clerk, &row.reference).await.expect("an operation");
        found = found.or(page.failure.map(|f| (f.cause, f.detail)));
    }
    found
}

/// From publishing to removal.
async fn walk(app: &TestApp, verfahren: &str) {
    app.publish_files(verfahren, &package(verfahren)).await;
    let r = app.accepted(verfahren).await;
    app.run_until_idle().await;
    let clerk = app.ctx(app.people.clerk).await;
    let state = async || app.portal.case_page(&clerk, &r).await.expect("a case").installation;
    assert_eq!(failure(app, &r).await, None, "{verfahren}");
    assert_eq!(state().await, Some(I::InAcceptance), "{verfahren}");
    app.approved(&r).await;
    app.run_until_idle().await;
    assert_eq!(failure(app, &r).await, None, "{verfahren}");
    assert_eq!(state().await, Some(I::Live), "{verfahren}");
    let signatory = app.ctx(app.people.signatory).await;
    let lock = app.lock(&signatory, &r).await;
    app.portal.installation_remove(&signatory, &r, lock, r.as_str()).await.expect("removal");
    app.run_until_idle().await;
    assert_eq!(state().await, Some(I::Removed), "{verfahren}");
}

fn without_helm() {
    println!("skipped: PORTAL_TEST_HELM is not set");
}

#[tokio::test(flavor = "multi_thread")]
async fn simulated_nachnutzung_of_charts() {
    for verfahren in ["terminbuchung", "sitzungsdienst"] {
        let Some(app) = with_helm(TestApp::start().await).await else { return without_helm() };
        walk(&app, verfahren).await;
        // Values, then the Jobs by weight, then workloads, then the last Job; before all tests.
        let created: Vec<(String, String)> =
            app.effects().into_iter().filter(|e| e.verb == EffectVerb::Create).map(|e| (e.kind, e.name)).collect();
        let order: &[(&str, &str)] = match verfahren {
            "terminbuchung" => &[
                ("ConfigMap", "-werte"),
                ("Job", "-vorpruefung-r"),
                ("Job", "-umzug-r"),
                ("Deployment", "-web"),
                ("Job", "-aufwaermen-r"),
                ("Job", "-dienste-r"),
            ],
            _ => &[
                ("Secret", "-db"),
                ("Job", "-schema-r"),
                ("StatefulSet", "-db"),
                ("Job", "-werte-r"),
                ("Job", "-anmeldung-r"),
            ],
        };
        let at = |(kind, part): &(&str, &str)| created.iter().position(|(k, name)| k == kind && name.contains(part));
        let places: Vec<Option<usize>> = order.iter().map(at).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{order:?}: {created:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn real_nachnutzung_of_charts() {
    for verfahren in ["terminbuchung", "sitzungsdienst"] {
        let (Some(test), Some(production)) = (Lab::real(Setting::default()).await, Lab::real(Setting::default()).await)
        else {
            println!("skipped: PORTAL_TEST_KUBECONFIG is not set");
            return;
        };
        let place = |stage, lab: &Lab| (stage, lab.place.target.namespace.clone(), lab.place.credential.to_string());
        let app = TestApp::on_cluster(&[place(Stage::Test, &test), place(Stage::Production, &production)]).await;
        let Some(app) = with_helm(app).await else { return without_helm() };
        walk(&app, verfahren).await;
        for lab in [test, production] {
            let left = lab.live("batch/v1", "jobs").await;
            assert_eq!(left["items"].as_array().map(Vec::len), Some(0), "{verfahren}: removal leaves no Job");
            lab.close().await;
        }
    }
}

/// A Job that fails before the workloads: nothing of them is there, and the page shows the end of its log.
#[tokio::test(flavor = "multi_thread")]
async fn simulated_failing_hook_stops_the_operation() {
    let Some(app) = with_helm(TestApp::start().await).await else { return without_helm() };
    let mut files = package("terminbuchung");
    let path = "chart/templates/hooks/umzug.yaml";
    let text = String::from_utf8(files.get(path).expect("the hook").to_vec()).expect("UTF-8");
    files.insert(path, text.replace("^.{12,}$", "^nie$").replace("\"backoff\" 2", "\"backoff\" 0"));
    app.publish_files("terminbuchung", &files).await;
    let r = app.accepted("terminbuchung").await;
    app.run_until_idle().await;
    let (cause, detail) = failure(&app, &r).await.expect("a failure");
    assert_eq!(cause, FailureCause::HookFailed);
    assert!(detail.contains("-umzug-") && detail.contains("VERSAND_SCHLUESSEL"), "{detail}");
    assert!(!detail.contains("geheimes-kennwort"), "{detail}");
    assert!(app.effects().iter().all(|e| e.kind != "Deployment"), "{:?}", app.effects());
}

/// A server without helm says so, when publishing and when setting up.
#[tokio::test]
async fn without_helm_charts_are_refused_clearly() {
    use portal_core::use_cases::PublishError;
    let app = TestApp::start().await;
    let tgz = std::io::Cursor::new(package("terminbuchung").to_tgz(Vec::new()).expect("an archive"));
    let refused = app.portal.release_publish(&app.portal.system(), "demo-foerde", "terminbuchung", Box::new(tgz)).await;
    let Err(PublishError::Findings(findings)) = refused else { panic!("published without helm") };
    assert!(findings[0].is(portal_model::finding::Rule::ChartHelmMissing), "{findings:?}");

    let Some(mut app) = with_helm(app).await else { return without_helm() };
    app.publish_files("terminbuchung", &package("terminbuchung")).await;
    let r = app.accepted("terminbuchung").await;
    app.portal = app.portal.with_charts(Arc::new(portal_core::ports::NoCharts));
    app.run_until_idle().await;
    assert_eq!(failure(&app, &r).await.expect("a failure").0, FailureCause::ChartsUnavailable);
}

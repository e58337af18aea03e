//! Every way in which a target refuses becomes the right cause, and no cause tells a secret.

use std::sync::Arc;
use std::time::Duration;

use portal_core::ports::{Place, Target as _, TargetError};
use portal_model::operation::FailureCause;
use portal_targets::simulator::RuleConfig;
use portal_targets::simulator::faults::FaultAction;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::lab::{Lab, Setting, all_rules};
use crate::objects::{INSTANCE, config_map, deployment, labels, secret};

crate::contract! {
    a_full_set_of_rights_misses_nothing;
    missing_rights_are_named with creating_no_secrets;
    a_missing_right_is_named_when_it_is_needed with creating_no_secrets;
    a_list_that_is_forbidden_is_no_empty_inventory with listing_no_secrets;
    a_wrong_token_is_unauthorised;
    a_missing_namespace_is_told_by_the_check;
    a_missing_namespace_is_told_by_a_create;
    a_server_that_is_not_there_is_unreachable;
    a_server_that_does_not_answer_in_time_is_unreachable;
    an_exhausted_quota_is_told with one_deployment;
    an_unknown_field_is_invalid;
    a_bad_value_is_invalid;
    an_immutable_field_is_invalid;
    a_kind_that_is_not_allowed_is_not_even_sent;
    a_broken_secret_is_refused_without_its_value;
    an_object_for_another_namespace_is_refused;
}

fn creating_no_secrets() -> Setting {
    Setting { rules: Some(without("secrets", "create")), ..Setting::default() }
}

fn listing_no_secrets() -> Setting {
    Setting { rules: Some(without("secrets", "list")), ..Setting::default() }
}

fn one_deployment() -> Setting {
    Setting { quota: [("count/deployments.apps".to_owned(), "1".to_owned())].into(), rules: None }
}

/// All rights but one.
fn without(resource: &str, verb: &str) -> Vec<RuleConfig> {
    let mut rules = all_rules();
    for rule in &mut rules {
        rule.resources.retain(|known| known != resource);
    }
    let mut rest = RuleConfig { groups: vec![String::new()], resources: vec![resource.to_owned()], verbs: Vec::new() };
    rest.verbs = rules[0].verbs.iter().filter(|known| *known != verb).cloned().collect();
    rules.push(rest);
    rules
}

fn cause<T>(result: Result<T, TargetError>) -> FailureCause {
    result.err().expect("a failure").cause
}

/// The place with one value of its kubeconfig replaced.
pub fn changed(place: &Place, pointer: &str, value: &str) -> Place {
    let minimal = portal_targets::kubernetes::kubeconfig::minimise(&place.credential).expect("kubeconfig");
    let mut config: Value = serde_json::from_str(&minimal.kubeconfig).expect("JSON");
    *config.pointer_mut(pointer).expect("field") = json!(value);
    Place { credential: Arc::new(Zeroizing::new(config.to_string())), ..place.clone() }
}

async fn a_full_set_of_rights_misses_nothing(lab: &Lab) {
    let report = lab.target.check(&lab.place).await.unwrap();
    assert_eq!(report.missing, Vec::<String>::new());
    assert!(report.version.starts_with("v1."), "{}", report.version);
}

async fn missing_rights_are_named(lab: &Lab) {
    let report = lab.target.check(&lab.place).await.unwrap();
    assert_eq!(report.missing, ["create secrets"]);
}

async fn a_missing_right_is_named_when_it_is_needed(lab: &Lab) {
    let error = lab.apply(&secret("a", json!({}))).await.unwrap_err();
    assert_eq!((error.cause, error.detail.as_str()), (FailureCause::PermissionMissing, "create secrets"));
}

async fn a_list_that_is_forbidden_is_no_empty_inventory(lab: &Lab) {
    let error = lab.target.inventory(&lab.place, INSTANCE).await.unwrap_err();
    assert_eq!((error.cause, error.detail.as_str()), (FailureCause::PermissionMissing, "list secrets"));
}

async fn a_wrong_token_is_unauthorised(lab: &Lab) {
    let place = changed(&lab.place, "/users/0/user/token", "wrong");
    assert_eq!(cause(lab.target.check(&place).await), FailureCause::Unauthorised);
    assert_eq!(cause(lab.target.read(&place, &config_map("a", json!({}))).await), FailureCause::Unauthorised);
}

async fn a_missing_namespace_is_told_by_the_check(lab: &Lab) {
    let mut place = lab.admin.clone();
    place.target.namespace = "not-there".to_owned();
    assert_eq!(cause(lab.target.check(&place).await), FailureCause::NamespaceMissing);
}

async fn a_missing_namespace_is_told_by_a_create(lab: &Lab) {
    let mut place = lab.admin.clone();
    place.target.namespace = "not-there".to_owned();
    let created = lab.target.apply(&place, &config_map("a", json!({})), None).await;
    assert_eq!(cause(created), FailureCause::NamespaceMissing);
}

async fn a_server_that_is_not_there_is_unreachable(lab: &Lab) {
    // Bound and dropped: a port where nobody listens.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let place = changed(&lab.place, "/clusters/0/cluster/server", &format!("http://127.0.0.1:{port}"));
    assert_eq!(cause(lab.target.check(&place).await), FailureCause::Unreachable);
}

async fn a_server_that_does_not_answer_in_time_is_unreachable(lab: &Lab) {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("http://{}", silent.local_addr().unwrap());
    let mut place = changed(&lab.place, "/clusters/0/cluster/server", &server);
    place.deadline = Duration::from_millis(200);
    assert_eq!(cause(lab.target.check(&place).await), FailureCause::Unreachable);
    drop(silent);
}

async fn an_exhausted_quota_is_told(lab: &Lab) {
    lab.apply(&deployment("a", "", &[])).await.unwrap();
    let error = lab.apply(&deployment("b", "", &[])).await.unwrap_err();
    assert_eq!(error.cause, FailureCause::QuotaExceeded);
    assert!(error.detail.contains("count/deployments.apps"), "{error}");
}

async fn an_unknown_field_is_invalid(lab: &Lab) {
    let mut object = config_map("a", json!({"n": "1"}));
    lab.apply(&object).await.unwrap();
    object["date"] = json!({"n": "1"});
    assert_eq!(cause(lab.apply(&object).await), FailureCause::Invalid);
}

async fn a_bad_value_is_invalid(lab: &Lab) {
    let mut object = deployment("a", "", &[]);
    object["spec"]["replicas"] = json!(-1);
    let error = lab.apply(&object).await.unwrap_err();
    assert_eq!(error.cause, FailureCause::Invalid);
    assert!(error.detail.contains("spec.replicas"), "{error}");
}

async fn an_immutable_field_is_invalid(lab: &Lab) {
    let mut object = deployment("a", "", &[]);
    lab.apply(&object).await.unwrap();
    object["spec"]["selector"]["matchLabels"]["app"] = json!("b");
    object["spec"]["template"]["metadata"]["labels"]["app"] = json!("b");
    assert_eq!(cause(lab.apply(&object).await), FailureCause::Invalid);
}

async fn a_kind_that_is_not_allowed_is_not_even_sent(lab: &Lab) {
    let object = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
        "metadata": {"name": "a", "labels": labels()}});
    assert_eq!(cause(lab.target.apply(&lab.admin, &object, None).await), FailureCause::PackageRefused);
    let (status, _) = lab.others.get(&lab.path("rbac.authorization.k8s.io/v1", "roles/a")).await;
    assert_eq!(status, 404);
}

async fn a_broken_secret_is_refused_without_its_value(lab: &Lab) {
    let mut object = secret("a", json!({}));
    object["data"] = json!({"KENNWORT": "hunter2!"});
    let error = lab.apply(&object).await.unwrap_err();
    assert_eq!(error.cause, FailureCause::Invalid);
    assert!(!error.detail.contains("hunter2"), "{error}");
    let mut object = secret("b", json!({}));
    object["type"] = json!("kubernetes.io/dockerconfigjson");
    object["stringData"] = json!({".dockerconfigjson": "hunter2"});
    let error = lab.apply(&object).await.unwrap_err();
    assert_eq!(error.cause, FailureCause::Invalid);
    assert!(!error.detail.contains("hunter2"), "{error}");
}

async fn an_object_for_another_namespace_is_refused(lab: &Lab) {
    let mut object = config_map("a", json!({}));
    object["metadata"]["namespace"] = json!("kube-system");
    assert_eq!(cause(lab.target.apply(&lab.admin, &object, None).await), FailureCause::PackageRefused);
}

/// What a real API server does only under load.
#[tokio::test]
async fn a_busy_server_throttles() {
    let lab = Lab::simulated(Setting::default()).await;
    let simulator = lab.simulator().expect("the simulator");
    for (name, code, expected) in [
        ("a", 429, FailureCause::Throttled),
        ("b", 503, FailureCause::Unreachable),
        ("c", 500, FailureCause::Unreachable),
    ] {
        simulator.add_fault(lab.fault(name, FaultAction::Status { code, retry_after: None }));
        assert_eq!(cause(lab.apply(&config_map(name, json!({}))).await), expected, "{code}");
    }
}

/// The connection breaks after the effect: the next attempt finds it done and does nothing twice.
#[tokio::test]
async fn a_lost_answer_is_found_out() {
    let lab = Lab::simulated(Setting::default()).await;
    let simulator = lab.simulator().expect("the simulator");
    let mut fault = lab.fault("a", FaultAction::DropAfter);
    fault.method = Some("POST".to_owned());
    fault.count = Some(1);
    simulator.add_fault(fault);
    let object = config_map("a", json!({"n": "1"}));
    assert_eq!(cause(lab.apply(&object).await), FailureCause::Unreachable);
    assert_eq!(lab.apply(&object).await, Ok(portal_core::ports::Applied::Unchanged));
    let created = simulator.ledger("c").iter().filter(|effect| effect.name == "a" && effect.changed).count();
    assert_eq!(created, 1);
}

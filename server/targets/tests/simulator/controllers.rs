//! What the cluster does by itself: rollouts, jobs, claims, garbage.

use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, Event, PersistentVolumeClaim, Pod, Secret, Service};
use kube::ResourceExt;
use kube::api::{Api, DeleteParams, ListParams, LogParams, PropagationPolicy};
use serde_json::{Value, json};

use crate::common::{DataCentre, apply, config_map, deployment, status};

fn job(name: &str, pod: Value) -> Job {
    let mut pod = pod;
    if pod.get("restartPolicy").is_none() {
        pod["restartPolicy"] = json!("Never");
    }
    serde_json::from_value(json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name},
        "spec": {"backoffLimit": 0, "template": {"spec": pod}},
    }))
    .expect("job")
}

fn checker(args: &[&str]) -> Value {
    json!({"containers": [{
        "name": "pruefung", "image": "registry.example/pruefung@sha256:00", "args": args,
        "envFrom": [{"configMapRef": {"name": "werte"}}],
        "env": [{"name": "KENNWORT", "valueFrom": {"secretKeyRef": {"name": "geheim", "key": "kennwort"}}}],
    }]})
}

async fn values(centre: &DataCentre, rate: &str) {
    apply(&centre.api(), &config_map("werte", json!({"STEUERSATZ": rate}))).await.expect("values");
    let secret: Secret = serde_json::from_value(json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "geheim"}, "stringData": {"kennwort": "kurz"}}))
    .expect("secret");
    apply(&centre.api(), &secret).await.expect("secret");
}

async fn pod_of(centre: &DataCentre, selector: &str) -> Pod {
    let pods = centre.api::<Pod>().list(&ListParams::default().labels(selector)).await.expect("pods");
    pods.items.into_iter().next().expect("a pod")
}

async fn condition(api: &Api<Job>, name: &str) -> (Option<String>, i32, i32) {
    let status = api.get(name).await.expect("job").status.expect("status");
    let last = status.conditions.as_deref().and_then(<[_]>::last).map(|condition| condition.type_.clone());
    (last, status.succeeded.unwrap_or(0), status.failed.unwrap_or(0))
}

#[tokio::test]
async fn a_job_passes_or_fails_by_the_configured_value() {
    let centre = DataCentre::start().await;
    let jobs = centre.api::<Job>();
    values(&centre, "120,00").await;
    apply(&jobs, &job("gut", checker(&["wert:STEUERSATZ=~^[0-9]+,[0-9]{2}$"]))).await.expect("job");
    centre.step(6);
    assert_eq!(condition(&jobs, "gut").await, (Some("Complete".to_owned()), 1, 0));
    let pod = pod_of(&centre, "job-name=gut").await;
    let log = centre.api::<Pod>().logs(&pod.name_any(), &LogParams::default()).await.expect("log");
    assert_eq!(log, "ok     wert STEUERSATZ\n");

    values(&centre, "viel").await;
    let args = ["wert:STEUERSATZ=~^[0-9]+$", "wert:KENNWORT=~^.{12,}$", "dienst:web:80"];
    apply(&jobs, &job("schlecht", checker(&args))).await.expect("job");
    centre.step(6);
    assert_eq!(condition(&jobs, "schlecht").await, (Some("Failed".to_owned()), 0, 1));
    let pod = pod_of(&centre, "batch.kubernetes.io/job-name=schlecht").await;
    let log = centre.api::<Pod>().logs(&pod.name_any(), &LogParams::default()).await.expect("log");
    assert_eq!(
        log,
        "FEHLER wert STEUERSATZ: „viel“ passt nicht zu ^[0-9]+$\nFEHLER wert KENNWORT: „(geheim)“ passt nicht zu ^.{12,}$\n\
         FEHLER dienst web:80: Dienst nicht gefunden\n"
    );
    let tail = LogParams { tail_lines: Some(1), ..LogParams::default() };
    let last = centre.api::<Pod>().logs(&pod.name_any(), &tail).await.expect("log");
    assert_eq!(last, "FEHLER dienst web:80: Dienst nicht gefunden\n");
    let ended = pod.status.expect("status").container_statuses.expect("containers")[0].state.clone().expect("state");
    assert_eq!(ended.terminated.expect("ended").exit_code, 1);
}

#[tokio::test]
async fn a_job_is_tried_again_up_to_its_limit() {
    let centre = DataCentre::start().await;
    let jobs = centre.api::<Job>();
    values(&centre, "viel").await;
    let mut never = job("nie", checker(&["wert:STEUERSATZ=~^[0-9]+$"]));
    never.spec.as_mut().expect("spec").backoff_limit = Some(2);
    apply(&jobs, &never).await.expect("job");
    centre.step(40);
    assert_eq!(condition(&jobs, "nie").await, (Some("Failed".to_owned()), 0, 3));

    let mut pod = checker(&["wert:STEUERSATZ=~^[0-9]+$"]);
    pod["restartPolicy"] = json!("OnFailure");
    let mut later = job("spaeter", pod);
    later.spec.as_mut().expect("spec").backoff_limit = Some(6);
    apply(&jobs, &later).await.expect("job");
    centre.step(6);
    values(&centre, "12").await;
    centre.step(20);
    assert_eq!(condition(&jobs, "spaeter").await, (Some("Complete".to_owned()), 1, 0));
    // A Job's template can't be changed.
    let changed = job("nie", checker(&["wert:STEUERSATZ=~."]));
    let refused = status(apply(&jobs, &changed).await.expect_err("immutable"));
    assert!(refused.code == 422 && refused.message.contains("field is immutable"), "{}", refused.message);
}

#[tokio::test]
async fn a_deployment_becomes_available_and_rolls_over() {
    let centre = DataCentre::start().await;
    let api = centre.api::<Deployment>();
    apply(&api, &deployment("app", 2, json!({}))).await.expect("created");
    assert!(api.get("app").await.expect("app").status.is_none());
    centre.step(1);
    let early = api.get("app").await.expect("app").status.expect("status");
    assert_eq!((early.observed_generation, early.available_replicas), (Some(1), None));
    centre.step(6);
    let ready = api.get("app").await.expect("app").status.expect("status");
    assert_eq!((ready.replicas, ready.updated_replicas, ready.available_replicas), (Some(2), Some(2), Some(2)));
    assert!(ready.conditions.expect("conditions").iter().any(|c| c.type_ == "Available" && c.status == "True"));

    apply(&api, &deployment("app", 2, json!({"image": "registry.example/neu@sha256:11"}))).await.expect("updated");
    for _ in 0..12 {
        centre.step(1);
        let now = api.get("app").await.expect("app").status.expect("status");
        assert!(now.available_replicas >= Some(2), "a rolling update keeps what is available: {now:?}");
    }
    let done = api.get("app").await.expect("app").status.expect("status");
    assert_eq!((done.observed_generation, done.replicas, done.updated_replicas), (Some(2), Some(2), Some(2)));
    let sets = centre.api::<ReplicaSet>().list(&ListParams::default()).await.expect("sets");
    let mut sizes: Vec<_> = sets.iter().map(|set| set.spec.as_ref().and_then(|spec| spec.replicas)).collect();
    sizes.sort();
    assert_eq!(sizes, [Some(0), Some(2)]);
}

#[tokio::test]
async fn a_wrong_value_crashes_a_container_until_it_is_corrected() {
    let centre = DataCentre::start().await;
    let api = centre.api::<Deployment>();
    let container = json!({"args": ["wert:ORT=~^P"], "env": [
        {"name": "ORT", "valueFrom": {"configMapKeyRef": {"name": "werte", "key": "ORT"}}}]});
    apply(&api, &deployment("app", 1, container)).await.expect("created");
    centre.step(4);
    let waiting = |pod: &Pod| {
        let statuses = pod.status.as_ref().and_then(|status| status.container_statuses.clone()).expect("containers");
        let reason = statuses[0]
            .state
            .as_ref()
            .and_then(|state| state.waiting.as_ref())
            .and_then(|waiting| waiting.reason.clone());
        (reason, statuses[0].restart_count)
    };
    assert_eq!(waiting(&pod_of(&centre, "app=app").await).0.as_deref(), Some("CreateContainerConfigError"));

    apply(&centre.api(), &config_map("werte", json!({"ORT": "Kiel"}))).await.expect("values");
    centre.step(12);
    let (reason, restarts) = waiting(&pod_of(&centre, "app=app").await);
    assert_eq!(reason.as_deref(), Some("CrashLoopBackOff"));
    assert!(restarts >= 2, "{restarts}");
    let name = pod_of(&centre, "app=app").await.name_any();
    let previous = LogParams { previous: true, ..LogParams::default() };
    let log = centre.api::<Pod>().logs(&name, &previous).await.expect("log");
    assert_eq!(log, "FEHLER wert ORT: „Kiel“ passt nicht zu ^P\n");
    let events = centre.api::<Event>().list(&ListParams::default().fields("reason=BackOff")).await.expect("events");
    assert_eq!(events.items.len(), 1);

    apply(&centre.api(), &config_map("werte", json!({"ORT": "Plön"}))).await.expect("values");
    centre.step(20);
    assert_eq!(api.get("app").await.expect("app").status.expect("status").available_replicas, Some(1));
}

#[tokio::test]
async fn a_service_counts_only_with_a_ready_pod_behind_it() {
    let centre = DataCentre::start().await;
    values(&centre, "1").await;
    let service: Service = serde_json::from_value(json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
        "spec": {"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80}]}}))
    .expect("service");
    apply(&centre.api(), &service).await.expect("service");
    let jobs = centre.api::<Job>();
    apply(&jobs, &job("zu-frueh", checker(&["dienst:web:80"]))).await.expect("job");
    centre.step(6);
    assert_eq!(condition(&jobs, "zu-frueh").await.0.as_deref(), Some("Failed"));
    apply(&centre.api(), &deployment("web", 1, json!({}))).await.expect("deployment");
    centre.step(6);
    apply(&jobs, &job("bereit", checker(&["dienst:web:http"]))).await.expect("job");
    centre.step(6);
    assert_eq!(condition(&jobs, "bereit").await.0.as_deref(), Some("Complete"));
}

#[tokio::test]
async fn a_stateful_set_gets_claims_and_rolls_in_order() {
    let centre = DataCentre::start().await;
    let api = centre.api::<StatefulSet>();
    let set = |image: &str| -> StatefulSet {
        serde_json::from_value(json!({
            "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "daten"},
            "spec": {
                "replicas": 2, "serviceName": "daten", "selector": {"matchLabels": {"app": "daten"}},
                "template": {"metadata": {"labels": {"app": "daten"}}, "spec": {"containers": [
                    {"name": "db", "image": image, "volumeMounts": [{"name": "platz", "mountPath": "/daten"}]}],
                    "volumes": [{"name": "platz", "emptyDir": {}}]}},
                "volumeClaimTemplates": [{"metadata": {"name": "ablage"}, "spec": {
                    "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}],
            },
        }))
        .expect("set")
    };
    apply(&api, &set("a@sha256:00")).await.expect("created");
    centre.step(2);
    assert_eq!(centre.api::<Pod>().list(&ListParams::default()).await.expect("pods").items.len(), 1);
    centre.step(10);
    let status = api.get("daten").await.expect("set").status.expect("status");
    assert_eq!((status.ready_replicas, status.updated_replicas), (Some(2), Some(2)));
    let claims = centre.api::<PersistentVolumeClaim>();
    let claim = claims.get("ablage-daten-1").await.expect("claim");
    assert_eq!(claim.status.expect("status").phase.as_deref(), Some("Bound"));

    apply(&api, &set("b@sha256:11")).await.expect("updated");
    centre.step(20);
    let status = api.get("daten").await.expect("set").status.expect("status");
    assert_eq!((status.updated_replicas, status.observed_generation), (Some(2), Some(2)));
    assert_eq!(status.current_revision, status.update_revision);

    // A claim in use waits for its pod.
    claims.delete("ablage-daten-0", &DeleteParams::default()).await.expect("marked");
    centre.step(1);
    assert!(claims.get("ablage-daten-0").await.expect("still there").metadata.deletion_timestamp.is_some());
    api.delete("daten", &DeleteParams::default()).await.expect("deleted");
    centre.step(4);
    assert!(claims.get_opt("ablage-daten-0").await.expect("answer").is_none());
    assert!(claims.get_opt("ablage-daten-1").await.expect("answer").is_some(), "claims outlive their set");
}

#[tokio::test]
async fn dependents_follow_their_owner_in_each_way() {
    let centre = DataCentre::start().await;
    let api = centre.api::<Deployment>();
    let count = async || {
        let sets = centre.api::<ReplicaSet>().list(&ListParams::default()).await.expect("sets").items.len();
        (sets, centre.api::<Pod>().list(&ListParams::default()).await.expect("pods").items.len())
    };
    let make = async || {
        apply(&api, &deployment("app", 1, json!({}))).await.expect("created");
        centre.step(5);
    };
    make().await;
    assert_eq!(count().await, (1, 1));
    let foreground =
        DeleteParams { propagation_policy: Some(PropagationPolicy::Foreground), ..DeleteParams::default() };
    api.delete("app", &foreground).await.expect("marked");
    assert!(api.get("app").await.expect("waits").metadata.deletion_timestamp.is_some());
    centre.step(4);
    assert!(api.get_opt("app").await.expect("answer").is_none());
    assert_eq!(count().await, (0, 0));

    make().await;
    api.delete("app", &DeleteParams::default()).await.expect("deleted");
    assert!(api.get_opt("app").await.expect("answer").is_none());
    centre.step(3);
    assert_eq!(count().await, (0, 0));

    make().await;
    let orphan = DeleteParams { propagation_policy: Some(PropagationPolicy::Orphan), ..DeleteParams::default() };
    api.delete("app", &orphan).await.expect("deleted");
    centre.step(3);
    assert_eq!(count().await, (1, 1));

    // An owner that a client set works the same.
    let owner = apply(&centre.api(), &config_map("besitzer", json!({}))).await.expect("owner");
    let mut child = config_map("kind", json!({}));
    child.metadata.owner_references = Some(vec![kube::Resource::controller_owner_ref(&owner, &()).expect("reference")]);
    apply(&centre.api(), &child).await.expect("child");
    centre.api::<ConfigMap>().delete("besitzer", &DeleteParams::default()).await.expect("deleted");
    centre.step(1);
    assert!(centre.api::<ConfigMap>().get_opt("kind").await.expect("answer").is_none());
}

#[tokio::test]
async fn a_deleted_job_leaves_its_pods_unless_told_otherwise() {
    let centre = DataCentre::start().await;
    let jobs = centre.api::<Job>();
    values(&centre, "1").await;
    for (params, left) in [(DeleteParams::default(), 1), (DeleteParams::background(), 0)] {
        apply(&jobs, &job("probe", checker(&[]))).await.expect("job");
        centre.step(6);
        jobs.delete("probe", &params).await.expect("deleted");
        centre.step(3);
        let pods = centre.api::<Pod>().list(&ListParams::default()).await.expect("pods");
        assert_eq!(pods.items.len(), left);
        centre.api::<Pod>().delete_collection(&DeleteParams::default(), &ListParams::default()).await.expect("cleared");
        centre.step(1);
    }
}

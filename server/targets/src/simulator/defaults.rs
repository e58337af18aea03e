//! What Kubernetes fills in when a field is left out.

use serde_json::{Value, json};

use super::canonical::number;
use super::kinds::Kind;
use super::object::{self, child, text};

/// Fills in the defaults of an object that is about to be stored.
pub(super) fn fill(kind: &Kind, object: &mut Value) {
    match kind.kind {
        "Deployment" => {
            let spec = child(object, "spec");
            set(spec, "replicas", json!(1));
            set(spec, "revisionHistoryLimit", json!(10));
            set(spec, "progressDeadlineSeconds", json!(600));
            let strategy = child(spec, "strategy");
            set(strategy, "type", json!("RollingUpdate"));
            if text(strategy, "/type") == Some("RollingUpdate") {
                let rolling = child(strategy, "rollingUpdate");
                set(rolling, "maxUnavailable", json!("25%"));
                set(rolling, "maxSurge", json!("25%"));
            }
            template(child(spec, "template"), Some("Always"));
        }
        "StatefulSet" => {
            let spec = child(object, "spec");
            set(spec, "replicas", json!(1));
            set(spec, "revisionHistoryLimit", json!(10));
            set(spec, "podManagementPolicy", json!("OrderedReady"));
            let strategy = child(spec, "updateStrategy");
            set(strategy, "type", json!("RollingUpdate"));
            if text(strategy, "/type") == Some("RollingUpdate") {
                set(child(strategy, "rollingUpdate"), "partition", json!(0));
            }
            set(spec, "persistentVolumeClaimRetentionPolicy", json!({"whenDeleted": "Retain", "whenScaled": "Retain"}));
            for claim in items(spec, "volumeClaimTemplates") {
                set(child(claim, "spec"), "volumeMode", json!("Filesystem"));
            }
            template(child(spec, "template"), Some("Always"));
        }
        "Job" => job(child(object, "spec")),
        "CronJob" => {
            let spec = child(object, "spec");
            set(spec, "concurrencyPolicy", json!("Allow"));
            set(spec, "suspend", json!(false));
            set(spec, "successfulJobsHistoryLimit", json!(3));
            set(spec, "failedJobsHistoryLimit", json!(1));
            template(child(child(child(spec, "jobTemplate"), "spec"), "template"), None);
        }
        "Service" => service(object),
        "Secret" => set(object, "type", json!("Opaque")),
        "PersistentVolumeClaim" => {
            let spec = child(object, "spec");
            set(spec, "volumeMode", json!("Filesystem"));
            set(spec, "storageClassName", json!("standard"));
            let metadata = child(object, "metadata");
            if metadata.get("deletionTimestamp").is_none() {
                add_finalizer(metadata, "kubernetes.io/pvc-protection");
            }
            set(child(object, "status"), "phase", json!("Pending"));
        }
        "NetworkPolicy" => {
            let spec = child(object, "spec");
            let types = if spec.get("egress").is_some() { json!(["Ingress", "Egress"]) } else { json!(["Ingress"]) };
            set(spec, "policyTypes", types);
            for direction in ["ingress", "egress"] {
                for rule in items(spec, direction) {
                    items(rule, "ports").iter_mut().for_each(|port| set(port, "protocol", json!("TCP")));
                }
            }
        }
        _ => {}
    }
}

fn set(target: &mut Value, key: &str, value: Value) {
    if target.get(key).is_none_or(Value::is_null) {
        target[key] = value;
    }
}

fn items<'a>(target: &'a mut Value, key: &str) -> &'a mut [Value] {
    target.get_mut(key).and_then(Value::as_array_mut).map_or(&mut [], Vec::as_mut_slice)
}

fn add_finalizer(metadata: &mut Value, name: &str) {
    match metadata.get_mut("finalizers").and_then(Value::as_array_mut) {
        Some(finalizers) if finalizers.iter().any(|item| item == name) => {}
        Some(finalizers) => finalizers.push(json!(name)),
        None => metadata["finalizers"] = json!([name]),
    }
}

fn job(spec: &mut Value) {
    set(spec, "backoffLimit", json!(6));
    set(spec, "completionMode", json!("NonIndexed"));
    set(spec, "suspend", json!(false));
    set(spec, "podReplacementPolicy", json!("TerminatingOrFailed"));
    set(spec, "manualSelector", json!(false));
    if spec.get("completions").is_none() && spec.get("parallelism").is_none() {
        set(spec, "completions", json!(1));
    }
    set(spec, "parallelism", json!(1));
    template(child(spec, "template"), None);
}

/// What a Job gets at its creation, because it needs its own uid for it.
pub(super) fn job_selector(object: &mut Value) {
    let (uid, name) = (object::uid(object).to_owned(), object::name(object).to_owned());
    let spec = child(object, "spec");
    if spec.get("manualSelector") == Some(&json!(true)) {
        return;
    }
    spec["selector"] = json!({"matchLabels": {"batch.kubernetes.io/controller-uid": uid}});
    let labels = child(child(child(spec, "template"), "metadata"), "labels");
    for (key, value) in [("controller-uid", &uid), ("job-name", &name)] {
        labels[key] = json!(value);
        labels[format!("batch.kubernetes.io/{key}")] = json!(value);
    }
}

fn service(object: &mut Value) {
    let address = number(&format!("{}/{}", object::namespace(object), object::name(object)));
    let spec = child(object, "spec");
    set(spec, "type", json!("ClusterIP"));
    set(spec, "sessionAffinity", json!("None"));
    set(spec, "internalTrafficPolicy", json!("Cluster"));
    set(spec, "ipFamilies", json!(["IPv4"]));
    set(spec, "ipFamilyPolicy", json!("SingleStack"));
    if text(spec, "/type") != Some("ExternalName") {
        let ip = format!("10.96.{}.{}", (address >> 8) % 256, address % 254 + 1);
        set(spec, "clusterIP", json!(ip));
        let ip = spec["clusterIP"].clone();
        set(spec, "clusterIPs", json!([ip]));
    }
    for port in items(spec, "ports") {
        set(port, "protocol", json!("TCP"));
        let number = port["port"].clone();
        set(port, "targetPort", number);
    }
    set(child(object, "status"), "loadBalancer", json!({}));
}

fn template(template: &mut Value, restart_policy: Option<&str>) {
    let spec = child(template, "spec");
    if let Some(policy) = restart_policy {
        set(spec, "restartPolicy", json!(policy));
    }
    set(spec, "dnsPolicy", json!("ClusterFirst"));
    set(spec, "terminationGracePeriodSeconds", json!(30));
    set(spec, "schedulerName", json!("default-scheduler"));
    set(spec, "securityContext", json!({}));
    if let Some(account) = spec.get("serviceAccountName").cloned() {
        set(spec, "serviceAccount", account);
    }
    for list in ["initContainers", "containers"] {
        items(spec, list).iter_mut().for_each(container);
    }
    for volume in items(spec, "volumes") {
        for source in ["configMap", "secret", "projected", "downwardAPI"] {
            if let Some(source) = volume.get_mut(source) {
                set(source, "defaultMode", json!(420));
            }
        }
    }
}

fn container(container: &mut Value) {
    set(container, "terminationMessagePath", json!("/dev/termination-log"));
    set(container, "terminationMessagePolicy", json!("File"));
    let image = text(container, "/image").unwrap_or_default();
    let last = image.rsplit('/').next().unwrap_or_default();
    let always = !image.contains('@') && (!last.contains(':') || last.ends_with(":latest"));
    set(container, "imagePullPolicy", json!(if always { "Always" } else { "IfNotPresent" }));
    let resources = child(container, "resources");
    if let Some(limits) = resources.get("limits").and_then(Value::as_object).cloned() {
        let requests = child(resources, "requests");
        limits.into_iter().for_each(|(key, value)| set(requests, &key, value));
    }
    items(container, "ports").iter_mut().for_each(|port| set(port, "protocol", json!("TCP")));
    for variable in items(container, "env") {
        if let Some(field) = variable.pointer_mut("/valueFrom/fieldRef") {
            set(field, "apiVersion", json!("v1"));
        }
    }
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        let Some(probe) = container.get_mut(probe) else { continue };
        for (key, value) in
            [("timeoutSeconds", 1), ("periodSeconds", 10), ("successThreshold", 1), ("failureThreshold", 3)]
        {
            set(probe, key, json!(value));
        }
        if let Some(request) = probe.get_mut("httpGet") {
            set(request, "scheme", json!("HTTP"));
            set(request, "path", json!("/"));
        }
    }
}

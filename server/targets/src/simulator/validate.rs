//! What Kubernetes refuses with 422: missing and malformed fields, and changes of what may not change.

use serde_json::Value;

use super::error::{ApiError, ApiResult};
use super::kinds::Kind;
use super::object::{self, list, text};
use super::selectors::LabelSelector;

type Causes = Vec<(String, &'static str, String)>;

fn required(causes: &mut Causes, field: &str, why: &str) {
    let why = if why.is_empty() { "Required value".to_owned() } else { format!("Required value: {why}") };
    causes.push((field.to_owned(), "FieldValueRequired", why));
}

fn invalid(causes: &mut Causes, field: &str, value: &Value, why: &str) {
    causes.push((field.to_owned(), "FieldValueInvalid", format!("Invalid value: {value}: {why}")));
}

/// Checks an object that is about to be stored; `old` is what it replaces.
pub(super) fn check(kind: &Kind, object: &Value, old: Option<&Value>) -> ApiResult<()> {
    let mut causes = Vec::new();
    metadata(kind, object, &mut causes);
    match kind.kind {
        "Deployment" | "StatefulSet" => workload(object, &mut causes),
        "Job" => pod_template(&object["spec"]["template"], "spec.template", true, &[], &mut causes),
        "CronJob" => {
            if text(object, "/spec/schedule")
                .is_none_or(|schedule| schedule.split_whitespace().count() < 5 && !schedule.starts_with('@'))
            {
                invalid(&mut causes, "spec.schedule", &object["spec"]["schedule"], "expected exactly 5 fields");
            }
            let template = &object["spec"]["jobTemplate"]["spec"]["template"];
            pod_template(template, "spec.jobTemplate.spec.template", true, &[], &mut causes);
        }
        "Service" => service(object, &mut causes),
        "PersistentVolumeClaim" => {
            if list(object, "/spec/accessModes").is_empty() {
                required(&mut causes, "spec.accessModes", "at least 1 access mode is required");
            }
            if text(object, "/spec/resources/requests/storage").and_then(super::quantity::parse).is_none() {
                required(&mut causes, "spec.resources[storage]", "");
            }
        }
        "ConfigMap" | "Secret" => {
            if kind.kind == "Secret" {
                secret(object, &mut causes);
            }
            for data in ["data", "binaryData"] {
                for key in object.get(data).and_then(Value::as_object).into_iter().flat_map(|map| map.keys()) {
                    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
                    if key.is_empty() || key.len() > 253 || !key.chars().all(good) {
                        invalid(
                            &mut causes,
                            &format!("{data}[{key}]"),
                            &Value::from(key.as_str()),
                            "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
                        );
                    }
                }
            }
        }
        "Ingress" => ingress(object, &mut causes),
        _ => {}
    }
    if let Some(old) = old {
        immutable(kind, object, old, &mut causes);
    }
    if causes.is_empty() { Ok(()) } else { Err(ApiError::invalid(kind, object::name(object), &causes)) }
}

/// What some types of Secret must contain.
fn secret(object: &Value, causes: &mut Causes) {
    use base64::Engine as _;
    let content = |key: &str| {
        let encoded = object.get("data")?.get(key)?.as_str()?;
        base64::engine::general_purpose::STANDARD.decode(encoded).ok()
    };
    match text(object, "/type") {
        Some("kubernetes.io/dockerconfigjson") => match content(".dockerconfigjson") {
            None => required(causes, "data[.dockerconfigjson]", ""),
            Some(bytes) if serde_json::from_slice::<Value>(&bytes).is_err() => {
                invalid(causes, "data[.dockerconfigjson]", &Value::from("<secret contents redacted>"), "not JSON");
            }
            Some(_) => {}
        },
        Some("kubernetes.io/tls") => {
            for key in ["tls.crt", "tls.key"] {
                if content(key).is_none() {
                    required(causes, &format!("data[{key}]"), "");
                }
            }
        }
        _ => {}
    }
}

fn metadata(kind: &Kind, object: &Value, causes: &mut Causes) {
    let name = object::name(object);
    let label = kind.kind == "Service";
    if name.is_empty() {
        required(causes, "metadata.name", "name or generateName is required");
    } else if !is_dns_name(name, label) {
        let why = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
        invalid(causes, "metadata.name", &Value::from(name), why);
    }
    for (key, value) in object::labels(object).into_iter().flatten() {
        let value = value.as_str().unwrap_or_default();
        let edge = |c: char| c.is_ascii_alphanumeric();
        let inside = |c: char| edge(c) || matches!(c, '-' | '_' | '.');
        let good = value.is_empty()
            || (value.len() <= 63 && value.chars().all(inside) && value.starts_with(edge) && value.ends_with(edge));
        if !good {
            let why = format!(
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.' (label {key})"
            );
            invalid(causes, "metadata.labels", &Value::from(value), &why);
        }
    }
}

/// An RFC 1123 label, or a subdomain of labels.
fn is_dns_name(name: &str, label: bool) -> bool {
    let part = |part: &str| {
        let edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        !part.is_empty() && part.chars().all(|c| edge(c) || c == '-') && part.starts_with(edge) && part.ends_with(edge)
    };
    if label { name.len() <= 63 && part(name) } else { name.len() <= 253 && name.split('.').all(part) }
}

fn workload(object: &Value, causes: &mut Causes) {
    let selector = &object["spec"]["selector"];
    let template = &object["spec"]["template"];
    match LabelSelector::of_object(Some(selector)) {
        Some(parsed) if !parsed.is_empty() => {
            if !parsed.matches(object::labels(template)) {
                let labels = &template["metadata"]["labels"];
                invalid(causes, "spec.template.metadata.labels", labels, "`selector` does not match template `labels`");
            }
        }
        _ => required(causes, "spec.selector", ""),
    }
    if object::number(object, "/spec/replicas").is_some_and(|replicas| replicas < 0) {
        invalid(causes, "spec.replicas", &object["spec"]["replicas"], "must be greater than or equal to 0");
    }
    // The volumes of a StatefulSet's claims are known to its pods by the names of the claims.
    let claims = list(object, "/spec/volumeClaimTemplates");
    let claims: Vec<&str> = claims.iter().filter_map(|claim| text(claim, "/metadata/name")).collect();
    pod_template(template, "spec.template", false, &claims, causes);
}

fn pod_template(template: &Value, path: &str, job: bool, claims: &[&str], causes: &mut Causes) {
    let spec = &template["spec"];
    if job && !matches!(text(spec, "/restartPolicy"), Some("Never" | "OnFailure")) {
        let value = spec["restartPolicy"].clone();
        let message = format!("Unsupported value: {value}: supported values: \"OnFailure\", \"Never\"");
        causes.push((format!("{path}.spec.restartPolicy"), "FieldValueNotSupported", message));
    }
    if !job && text(spec, "/restartPolicy").is_some_and(|policy| policy != "Always") {
        let message = format!("Unsupported value: {}: supported values: \"Always\"", spec["restartPolicy"]);
        causes.push((format!("{path}.spec.restartPolicy"), "FieldValueNotSupported", message));
    }
    if list(spec, "/containers").is_empty() {
        required(causes, &format!("{path}.spec.containers"), "");
    }
    let volumes = list(spec, "/volumes").iter().filter_map(|volume| text(volume, "/name"));
    let volumes: Vec<&str> = volumes.chain(claims.iter().copied()).collect();
    let mut names: Vec<&str> = Vec::new();
    for part in ["initContainers", "containers"] {
        for (index, container) in list(spec, &format!("/{part}")).iter().enumerate() {
            let path = format!("{path}.spec.{part}[{index}]");
            match text(container, "/name") {
                None | Some("") => required(causes, &format!("{path}.name"), ""),
                Some(name) if names.contains(&name) => {
                    causes.push((format!("{path}.name"), "FieldValueDuplicate", format!("Duplicate value: {name:?}")));
                }
                Some(name) => {
                    names.push(name);
                    if !is_dns_name(name, true) {
                        invalid(
                            causes,
                            &format!("{path}.name"),
                            &container["name"],
                            "a lowercase RFC 1123 label is required",
                        );
                    }
                }
            }
            if text(container, "/image").is_none_or(str::is_empty) {
                required(causes, &format!("{path}.image"), "");
            }
            for (at, mount) in list(container, "/volumeMounts").iter().enumerate() {
                if !text(mount, "/name").is_some_and(|name| volumes.contains(&name)) {
                    let field = format!("{path}.volumeMounts[{at}].name");
                    causes.push((field, "FieldValueNotFound", format!("Not found: {}", mount["name"])));
                }
            }
            resources(container, &path, causes);
        }
    }
}

fn resources(container: &Value, path: &str, causes: &mut Causes) {
    let resources = &container["resources"];
    for part in ["limits", "requests"] {
        for (name, value) in resources[part].as_object().into_iter().flatten() {
            let quantity = value.as_str().and_then(super::quantity::parse);
            if quantity.is_none_or(|quantity| quantity < 0) {
                invalid(causes, &format!("{path}.resources.{part}[{name}]"), value, "must be a non-negative quantity");
            }
        }
    }
    for (name, request) in resources["requests"].as_object().into_iter().flatten() {
        let parse = |value: &Value| value.as_str().and_then(super::quantity::parse);
        if let (Some(request_value), Some(limit)) = (parse(request), resources["limits"].get(name).and_then(parse))
            && request_value > limit
        {
            let why = format!("must be less than or equal to {name} limit of {}", resources["limits"][name]);
            invalid(causes, &format!("{path}.resources.requests"), request, &why);
        }
    }
}

fn service(object: &Value, causes: &mut Causes) {
    let ports = list(object, "/spec/ports");
    let headless = text(object, "/spec/clusterIP") == Some("None");
    if ports.is_empty() && text(object, "/spec/type") != Some("ExternalName") && !headless {
        required(causes, "spec.ports", "");
    }
    for (index, port) in ports.iter().enumerate() {
        if !object::number(port, "/port").is_some_and(|number| (1..=65_535).contains(&number)) {
            invalid(
                causes,
                &format!("spec.ports[{index}].port"),
                &port["port"],
                "must be between 1 and 65535, inclusive",
            );
        }
        if ports.len() > 1 && text(port, "/name").is_none() {
            required(causes, &format!("spec.ports[{index}].name"), "");
        }
    }
}

fn ingress(object: &Value, causes: &mut Causes) {
    if list(object, "/spec/rules").is_empty() && object.pointer("/spec/defaultBackend").is_none() {
        invalid(causes, "spec", &Value::from("{}"), "either `defaultBackend` or `rules` must be specified");
    }
    for (at, rule) in list(object, "/spec/rules").iter().enumerate() {
        for (index, path) in list(rule, "/http/paths").iter().enumerate() {
            if text(path, "/pathType").is_none_or(str::is_empty) {
                required(
                    causes,
                    &format!("spec.rules[{at}].http.paths[{index}].pathType"),
                    "pathType must be specified",
                );
            }
        }
    }
}

fn immutable(kind: &Kind, object: &Value, old: &Value, causes: &mut Causes) {
    let fields: &[&str] = match kind.kind {
        "Deployment" => &["/spec/selector"],
        "Job" => &["/spec/template", "/spec/selector", "/spec/completions", "/spec/completionMode"],
        "Secret" => &["/type"],
        "ConfigMap" => &[],
        "StatefulSet" => {
            &["/spec/selector", "/spec/serviceName", "/spec/volumeClaimTemplates", "/spec/podManagementPolicy"]
        }
        "PersistentVolumeClaim" => {
            &["/spec/accessModes", "/spec/storageClassName", "/spec/volumeMode", "/spec/volumeName", "/spec/selector"]
        }
        _ => return,
    };
    for pointer in fields {
        // An unset field may be filled once (a claim gets its volume), a set one never changes.
        let (before, after) = (old.pointer(pointer), object.pointer(pointer));
        if before != after && (before.is_some() || kind.kind != "PersistentVolumeClaim") {
            let field = pointer.trim_start_matches('/').replace('/', ".");
            invalid(causes, &field, after.unwrap_or(&Value::Null), "field is immutable");
        }
    }
    if old.get("immutable") == Some(&Value::Bool(true)) {
        for field in ["data", "binaryData", "immutable"] {
            if old.get(field) != object.get(field) {
                causes.push((
                    field.to_owned(),
                    "FieldValueForbidden",
                    "Forbidden: field is immutable when `immutable` is set".to_owned(),
                ));
            }
        }
    }
    if kind.kind == "PersistentVolumeClaim" {
        let size = |value: &Value| text(value, "/spec/resources/requests/storage").and_then(super::quantity::parse);
        if size(object) < size(old) {
            causes.push((
                "spec.resources.requests.storage".to_owned(),
                "FieldValueForbidden",
                "Forbidden: field can not be less than status.capacity".to_owned(),
            ));
        }
    }
}

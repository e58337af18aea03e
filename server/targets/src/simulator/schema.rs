//! How server-side apply merges each field: which lists have keys, which are sets, which maps are one value.
//!
//! Taken from the `x-kubernetes-list-type`, `x-kubernetes-list-map-keys` and `x-kubernetes-map-type` marks of the
//! Kubernetes OpenAPI document for the kinds of this simulator. Whatever isn't listed is a granular map or an atomic
//! list, which are Kubernetes' own defaults.

/// How the values of two writers come together at a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// Maps merge key by key, lists are replaced.
    Default,
    /// The whole map or list is one value.
    Atomic,
    /// A list whose items are found again by these keys.
    Keyed(&'static [&'static str]),
    /// A list of different scalars.
    Set,
}

const POD: &[(&str, Rule)] = &[
    ("containers", Rule::Keyed(&["name"])),
    ("initContainers", Rule::Keyed(&["name"])),
    ("ephemeralContainers", Rule::Keyed(&["name"])),
    ("volumes", Rule::Keyed(&["name"])),
    ("imagePullSecrets", Rule::Keyed(&["name"])),
    ("hostAliases", Rule::Keyed(&["ip"])),
    ("topologySpreadConstraints", Rule::Keyed(&["topologyKey", "whenUnsatisfiable"])),
    ("resourceClaims", Rule::Keyed(&["name"])),
    ("schedulingGates", Rule::Keyed(&["name"])),
    ("nodeSelector", Rule::Atomic),
    ("topologySpreadConstraints[].labelSelector", Rule::Atomic),
];

const CONTAINER: &[(&str, Rule)] = &[
    ("env", Rule::Keyed(&["name"])),
    ("env[].valueFrom.configMapKeyRef", Rule::Atomic),
    ("env[].valueFrom.secretKeyRef", Rule::Atomic),
    ("env[].valueFrom.fieldRef", Rule::Atomic),
    ("env[].valueFrom.resourceFieldRef", Rule::Atomic),
    ("ports", Rule::Keyed(&["containerPort", "protocol"])),
    ("volumeMounts", Rule::Keyed(&["mountPath"])),
    ("volumeDevices", Rule::Keyed(&["devicePath"])),
    ("resources.claims", Rule::Keyed(&["name"])),
];

const METADATA: &[(&str, Rule)] = &[("ownerReferences", Rule::Keyed(&["uid"])), ("finalizers", Rule::Set)];

const OTHER: &[(&str, &str, Rule)] = &[
    ("Deployment", "spec.selector", Rule::Atomic),
    ("Deployment", "status.conditions", Rule::Keyed(&["type"])),
    ("ReplicaSet", "spec.selector", Rule::Atomic),
    ("StatefulSet", "spec.selector", Rule::Atomic),
    ("StatefulSet", "status.conditions", Rule::Keyed(&["type"])),
    ("Job", "spec.selector", Rule::Atomic),
    ("CronJob", "spec.jobTemplate.spec.selector", Rule::Atomic),
    ("Service", "spec.ports", Rule::Keyed(&["port", "protocol"])),
    ("Service", "spec.selector", Rule::Atomic),
    ("PersistentVolumeClaim", "spec.selector", Rule::Atomic),
    ("PersistentVolumeClaim", "spec.dataSource", Rule::Atomic),
    ("PersistentVolumeClaim", "status.conditions", Rule::Keyed(&["type"])),
    ("ServiceAccount", "secrets", Rule::Keyed(&["name"])),
    ("Ingress", "spec.defaultBackend.resource", Rule::Atomic),
    ("NetworkPolicy", "spec.podSelector", Rule::Atomic),
    ("PodDisruptionBudget", "spec.selector", Rule::Atomic),
];

/// The rule at a path of field names; items of lists don't count, they are written as `name[]`.
pub(super) fn rule(kind: &str, path: &str) -> Rule {
    for (of, at, rule) in OTHER {
        if *of == kind && *at == path {
            return *rule;
        }
    }
    let Some((metadata, spec)) = pod_template(kind, path) else {
        return path.strip_prefix("metadata.").map_or(Rule::Default, |rest| find(METADATA, rest));
    };
    if let Some(rest) = metadata {
        return find(METADATA, rest);
    }
    let Some(spec) = spec else { return Rule::Default };
    for containers in ["containers[].", "initContainers[].", "ephemeralContainers[]."] {
        if let Some(rest) = spec.strip_prefix(containers) {
            return find(CONTAINER, rest);
        }
    }
    find(POD, spec)
}

fn find(table: &[(&str, Rule)], path: &str) -> Rule {
    table.iter().find(|(at, _)| *at == path).map_or(Rule::Default, |(_, rule)| *rule)
}

/// The path inside a pod template: below its metadata, or below its spec.
fn pod_template<'a>(kind: &str, path: &'a str) -> Option<(Option<&'a str>, Option<&'a str>)> {
    let inside = match kind {
        "Pod" => return path.strip_prefix("spec.").map(|rest| (None, Some(rest))),
        "Deployment" | "StatefulSet" | "ReplicaSet" | "Job" => path.strip_prefix("spec.template.")?,
        "CronJob" => path.strip_prefix("spec.jobTemplate.spec.template.")?,
        _ => return None,
    };
    Some((inside.strip_prefix("metadata."), inside.strip_prefix("spec.")))
}

/// The path of a field below `path`.
pub(super) fn field_path(path: &str, field: &str) -> String {
    if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") }
}

/// The path of the items of the list at `path`.
pub(super) fn item_path(path: &str) -> String {
    format!("{path}[]")
}

/// Value of a key that may be left out.
pub(super) fn default_key(key: &str) -> Option<&'static str> {
    (key == "protocol").then_some("TCP")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_rules_inside_pod_templates() {
        assert_eq!(rule("Deployment", "spec.template.spec.containers"), Rule::Keyed(&["name"]));
        assert_eq!(rule("CronJob", "spec.jobTemplate.spec.template.spec.containers[].env"), Rule::Keyed(&["name"]));
        assert_eq!(rule("Pod", "spec.initContainers[].ports"), Rule::Keyed(&["containerPort", "protocol"]));
        assert_eq!(rule("Job", "spec.template.spec.containers[].args"), Rule::Default);
        assert_eq!(rule("ConfigMap", "metadata.finalizers"), Rule::Set);
        assert_eq!(rule("Service", "spec.selector"), Rule::Atomic);
    }
}

//! The kinds that a package may contain, with where they live in the API.

use portal_core::ports::TargetError;
use portal_model::operation::FailureCause;
use serde_json::Value;

/// One kind.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Kind {
    /// API group, empty for core.
    pub group: &'static str,
    /// Version inside the group.
    pub version: &'static str,
    /// Kind.
    pub kind: &'static str,
    /// Plural as in the URL and in roles.
    pub plural: &'static str,
}

impl Kind {
    /// `apps/v1` or `v1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.to_owned() } else { format!("{}/{}", self.group, self.version) }
    }

    /// `/apis/apps/v1` or `/api/v1`.
    pub fn root(&self) -> String {
        let prefix = if self.group.is_empty() { "/api" } else { "/apis" };
        format!("{prefix}/{}", self.api_version())
    }

    /// `deployments.apps` or `secrets`, as in messages and reports.
    pub fn qualified(&self) -> String {
        if self.group.is_empty() { self.plural.to_owned() } else { format!("{}.{}", self.plural, self.group) }
    }
}

const fn kind(group: &'static str, kind: &'static str, plural: &'static str) -> Kind {
    Kind { group, version: "v1", kind, plural }
}

/// Jobs, which tests are.
pub(super) static JOB: Kind = kind("batch", "Job", "jobs");
/// Pods are read, never written.
pub(super) static POD: Kind = kind("", "Pod", "pods");

/// Services, which checks ask.
pub(super) static SERVICE: Kind = kind("", "Service", "services");

/// Every kind that is applied, counted and deleted.
pub(super) static KINDS: [Kind; 12] = [
    kind("", "ServiceAccount", "serviceaccounts"),
    kind("networking.k8s.io", "NetworkPolicy", "networkpolicies"),
    kind("", "ConfigMap", "configmaps"),
    kind("", "Secret", "secrets"),
    kind("", "PersistentVolumeClaim", "persistentvolumeclaims"),
    kind("", "Service", "services"),
    kind("apps", "StatefulSet", "statefulsets"),
    kind("apps", "Deployment", "deployments"),
    kind("batch", "Job", "jobs"),
    kind("batch", "CronJob", "cronjobs"),
    kind("policy", "PodDisruptionBudget", "poddisruptionbudgets"),
    kind("networking.k8s.io", "Ingress", "ingresses"),
];

/// Finds a kind; others are refused, whatever the credential may do.
pub(super) fn find(api_version: &str, name: &str) -> Result<&'static Kind, TargetError> {
    KINDS.iter().find(|kind| kind.kind == name && kind.api_version() == api_version).ok_or_else(|| {
        TargetError::new(FailureCause::PackageRefused, format!("kind {name} ({api_version}) is not allowed"))
    })
}

/// Kind and name of an object that is to be applied.
pub(super) fn identify(object: &Value) -> Result<(&'static Kind, &str), TargetError> {
    let text = |pointer| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let kind = find(text("/apiVersion"), text("/kind"))?;
    let name = text("/metadata/name");
    if !is_name(name) {
        return Err(TargetError::new(FailureCause::Invalid, format!("{} without a valid name", kind.kind)));
    }
    Ok((kind, name))
}

/// Whether a text is safe in a URL's path as a name (RFC 1123 subdomain).
pub(super) fn is_name(text: &str) -> bool {
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    (1..=253).contains(&text.len()) && text.chars().all(fine) && text.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// Whether a text is a label value that needs no escaping in a selector.
pub(super) fn is_label_value(text: &str) -> bool {
    (1..=63).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn knows_where_kinds_live() {
        assert_eq!(find("apps/v1", "Deployment").unwrap().root(), "/apis/apps/v1");
        assert_eq!(find("v1", "Secret").unwrap().root(), "/api/v1");
        assert_eq!(find("v1", "Pod").unwrap_err().cause, FailureCause::PackageRefused);
        assert_eq!(find("apps/v1beta1", "Deployment").unwrap_err().cause, FailureCause::PackageRefused);
    }

    #[test]
    fn refuses_names_that_would_leave_the_path() {
        for name in ["", "../x", "a/b", "a?b", "A", "a%2fb", "-a", ".."] {
            let object = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}});
            assert_eq!(identify(&object).unwrap_err().cause, FailureCause::Invalid, "{name}");
        }
    }
}

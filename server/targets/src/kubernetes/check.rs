//! Whether a target can be used.

use http::Method;
use portal_core::ports::{TargetError, TargetReport};
use portal_core::target_rights::{Permission, needed};
use portal_model::operation::FailureCause;
use serde_json::{Value, json};

use super::api::{Api, BodyKind};
use super::error::Subject;

/// Version, namespace, permissions.
pub(super) async fn check(api: &Api<'_>) -> Result<TargetReport, TargetError> {
    let answer = api.send(Method::GET, "/version", None, None).await;
    let version = answer.map_err(|problem| problem.into_error(&Subject::other("get", "version")))?;
    let version = version["gitVersion"].as_str().unwrap_or_default().to_owned();

    let path = format!("/api/v1/namespaces/{}", api.namespace());
    match api.send(Method::GET, &path, None, None).await {
        Ok(namespace) if namespace["metadata"].get("deletionTimestamp").is_some() => {
            return Err(TargetError::new(FailureCause::NamespaceMissing, "the namespace is being deleted"));
        }
        Ok(_) => {}
        // A credential limited to the namespace often can't read the namespace itself.
        Err(problem) if problem.code() == 403 => {}
        Err(problem) if problem.code() == 404 => {
            let detail = format!("namespace {}", api.namespace());
            return Err(TargetError::new(FailureCause::NamespaceMissing, detail));
        }
        Err(problem) => return Err(problem.into_error(&Subject::other("get", "namespaces"))),
    }

    let rules = rules_of(api).await?;
    let mut missing: Vec<Permission> =
        needed().into_iter().filter(|permission| !is_granted(&rules["status"]["resourceRules"], permission)).collect();
    // An authoriser that can't list its rules can still answer single questions.
    if rules["status"]["incomplete"] == true {
        let mut confirmed = Vec::new();
        for permission in missing {
            if !is_allowed(api, &permission).await? {
                confirmed.push(permission);
            }
        }
        missing = confirmed;
    }
    Ok(TargetReport { version, missing: missing.iter().map(Permission::text).collect() })
}

/// What the credential may do in the namespace.
pub(super) async fn rules_of(api: &Api<'_>) -> Result<Value, TargetError> {
    let review = json!({
        "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview",
        "spec": {"namespace": api.namespace()},
    });
    review_of(api, "selfsubjectrulesreviews", &review).await
}

/// Asks about oneself.
pub(super) async fn review_of(api: &Api<'_>, resource: &'static str, body: &Value) -> Result<Value, TargetError> {
    let path = format!("/apis/authorization.k8s.io/v1/{resource}");
    let answer = api.send(Method::POST, &path, Some((BodyKind::Json, body)), None).await;
    answer.map_err(|problem| problem.into_error(&Subject::other("create", resource)))
}

/// Rules for named objects only don't count: names are made later.
fn is_granted(rules: &Value, permission: &Permission) -> bool {
    let has = |rule: &Value, field: &str, wanted: &str| {
        let mut values = rule[field].as_array().into_iter().flatten();
        values.any(|value| value == "*" || value == wanted)
    };
    rules.as_array().into_iter().flatten().any(|rule| {
        rule["resourceNames"].as_array().is_none_or(Vec::is_empty)
            && has(rule, "verbs", permission.verb)
            && has(rule, "apiGroups", permission.group)
            && has(rule, "resources", permission.resource)
    })
}

async fn is_allowed(api: &Api<'_>, permission: &Permission) -> Result<bool, TargetError> {
    let (resource, subresource) = permission.resource.split_once('/').unwrap_or((permission.resource, ""));
    let review = json!({
        "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": {
            "namespace": api.namespace(), "verb": permission.verb, "group": permission.group,
            "resource": resource, "subresource": subresource,
        }},
    });
    Ok(review_of(api, "selfsubjectaccessreviews", &review).await?["status"]["allowed"] == true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::kinds::KINDS;
    use portal_core::target_rights::WRITING;

    #[test]
    fn every_kind_is_among_what_is_needed() {
        let needed = needed();
        for kind in &KINDS {
            let has = |verb| needed.contains(&Permission { verb, group: kind.group, resource: kind.plural });
            assert!(WRITING.iter().all(|verb| has(verb)), "{}", kind.plural);
        }
        let others = needed.iter().filter(|p| !KINDS.iter().any(|k| (k.group, k.plural) == (p.group, p.resource)));
        assert_eq!(others.map(Permission::text).collect::<Vec<_>>(), ["list pods", "get pods/log"]);
    }

    #[test]
    fn reads_rules() {
        let permission = Permission { verb: "create", group: "apps", resource: "deployments" };
        assert_eq!(permission.text(), "create deployments.apps");
        let rule = |verbs: &[&str], groups: &[&str], names: &[&str]| json!([{"verbs": verbs, "apiGroups": groups, "resources": ["deployments"], "resourceNames": names}]);
        assert!(is_granted(&rule(&["create"], &["apps"], &[]), &permission));
        assert!(is_granted(&rule(&["*"], &["*"], &[]), &permission));
        assert!(!is_granted(&rule(&["get"], &["apps"], &[]), &permission));
        assert!(!is_granted(&rule(&["create"], &[""], &[]), &permission));
        assert!(!is_granted(&rule(&["create"], &["apps"], &["one"]), &permission));
    }
}

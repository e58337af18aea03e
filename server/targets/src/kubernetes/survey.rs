//! A look at a cluster before it is used: what a credential may do, too little or too much, and what is there.

use http::Method;
use portal_core::ports::{Place, TargetError};
use portal_core::target_rights::{self, ASKED, EQUIVALENT, LOOKED_AT, Permission, WRITING};
use portal_model::operating::{Excess, NamespaceSurvey};
use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::api::Api;
use super::check::{check, review_of, rules_of};

/// What every account may ask about itself.
const HARMLESS_GROUPS: [&str; 2] = ["authorization.k8s.io", "authentication.k8s.io"];
/// Most lines of one list that are kept: a report is for people.
const MOST: usize = 50;

/// Version of the cluster and what was found in the place's namespace.
pub(super) async fn namespace(api: &Api<'_>) -> Result<(String, NamespaceSurvey), TargetError> {
    let report = check(api).await?;
    let rules = rules_of(api).await?;
    let found = NamespaceSurvey {
        namespace: api.namespace().to_owned(),
        missing: report.missing,
        excess: excess(&rules["status"]["resourceRules"]),
        quotas: quotas(api).await,
    };
    Ok((report.version, found))
}

/// What the credential may do beyond its namespaces, worst first. Who may do everything may do all the rest.
pub(super) async fn beyond(api: &Api<'_>) -> Result<Vec<Excess>, TargetError> {
    let probes = [
        (Excess::Everything, "*", "*", "*", ""),
        (Excess::AllSecrets, "get", "", "secrets", ""),
        (Excess::SystemSecrets, "get", "", "secrets", "kube-system"),
        (Excess::AllWorkloads, "create", "apps", "deployments", ""),
        (Excess::Nodes, "list", "", "nodes", ""),
        (Excess::Namespaces, "create", "", "namespaces", ""),
        (Excess::Roles, "create", "rbac.authorization.k8s.io", "clusterrolebindings", ""),
        (Excess::Impersonate, "impersonate", "", "users", ""),
    ];
    let mut found = Vec::new();
    for (excess, verb, group, resource, namespace) in probes {
        if excess == Excess::SystemSecrets && api.namespace() == namespace {
            continue;
        }
        let attributes = json!({ "namespace": namespace, "verb": verb, "group": group, "resource": resource });
        let review = json!({
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": { "resourceAttributes": attributes },
        });
        if review_of(api, "selfsubjectaccessreviews", &review).await?["status"]["allowed"] == true {
            found.push(excess);
            if excess == Excess::Everything {
                break;
            }
        }
    }
    Ok(found)
}

/// Names of what lies outside of namespaces; `None` if the credential may not read it, as it should be.
pub(super) async fn names(api: &Api<'_>, path: &str) -> Option<Vec<String>> {
    let list = api.send(Method::GET, path, None, None).await.ok()?;
    let names = list["items"].as_array()?.iter().filter_map(|o| o["metadata"]["name"].as_str());
    Some(names.map(str::to_owned).take(MOST).collect())
}

/// `kontingent: pods 3/20` for each limit; `None` if the credential may not read them.
async fn quotas(api: &Api<'_>) -> Option<Vec<String>> {
    let path = format!("/api/v1/namespaces/{}/{}", api.namespace(), LOOKED_AT.resource);
    let list = api.send(Method::GET, &path, None, None).await.ok()?;
    let mut lines = Vec::new();
    for quota in list["items"].as_array()? {
        let name = quota["metadata"]["name"].as_str().unwrap_or_default();
        let hard = quota["status"]["hard"].as_object().or_else(|| quota["spec"]["hard"].as_object());
        for (what, limit) in hard.into_iter().flatten() {
            let used = quota["status"]["used"][what].as_str().unwrap_or("0");
            lines.push(format!("{name}: {what} {used}/{}", limit.as_str().unwrap_or_default()));
        }
    }
    lines.truncate(MOST);
    Some(lines)
}

/// What the rules grant beyond what is needed, as `verbs resource.group`.
fn excess(rules: &Value) -> Vec<String> {
    let needed = target_rights::needed();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for rule in rules.as_array().into_iter().flatten() {
        let texts = |field: &str| rule[field].as_array().into_iter().flatten().filter_map(Value::as_str);
        for group in texts("apiGroups").filter(|group| !HARMLESS_GROUPS.contains(group)) {
            for resource in texts("resources") {
                for verb in texts("verbs").filter(|verb| !is_needed(&needed, group, resource, verb)) {
                    let verbs = found.entry(target_rights::qualified(group, resource)).or_default();
                    if !verbs.iter().any(|known| known == verb) {
                        verbs.push(verb.to_owned());
                    }
                }
            }
        }
    }
    found.into_iter().map(|(resource, verbs)| format!("{} {resource}", verbs.join(","))).take(MOST).collect()
}

/// Verbs that add no power to what is needed anyway count as needed.
fn is_needed(needed: &[Permission], group: &str, resource: &str, verb: &str) -> bool {
    let has = |verb: &str| {
        let more = ASKED.iter().chain([&LOOKED_AT]);
        more.into_iter().any(|p| (p.group, p.resource, p.verb) == (group, resource, verb))
            || needed.iter().any(|p| (p.group, p.resource, p.verb) == (group, resource, verb))
    };
    let writes = || WRITING.iter().all(|verb| has(verb));
    let reads = || has("list") && matches!(verb, "get" | "watch");
    has(verb) || (EQUIVALENT.contains(&verb) && writes()) || reads()
}

/// The same place in another namespace.
pub(super) fn moved(place: &Place, namespace: &str) -> Place {
    let mut place = place.clone();
    namespace.clone_into(&mut place.target.namespace);
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(groups: &[&str], resources: &[&str], verbs: &[&str]) -> Value {
        json!({ "apiGroups": groups, "resources": resources, "verbs": verbs })
    }

    #[test]
    fn the_printed_role_is_not_too_much() {
        assert_eq!(excess(&json!(target_rights::rules())), Vec::<String>::new());
        let same = rule(&["apps"], &["deployments"], &["watch", "update", "deletecollection", "get"]);
        let looks = rule(&[""], &["pods"], &["get", "list", "watch"]);
        let own = rule(&["authorization.k8s.io"], &["selfsubjectaccessreviews"], &["create"]);
        assert_eq!(excess(&json!([same, looks, own])), Vec::<String>::new());
    }

    #[test]
    fn too_much_is_named() {
        let rules = json!([
            rule(&["*"], &["*"], &["*"]),
            rule(&[""], &["pods", "pods/exec"], &["list", "create"]),
            rule(&[""], &["pods"], &["create", "delete"]),
            rule(&["rbac.authorization.k8s.io"], &["rolebindings"], &["create"]),
        ]);
        assert_eq!(
            excess(&rules),
            ["* *.*", "create,delete pods", "list,create pods/exec", "create rolebindings.rbac.authorization.k8s.io"]
        );
    }
}

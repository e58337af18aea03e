//! Bearer tokens and what their holders may do, in Kubernetes' words.

use base64::Engine as _;
use serde_json::{Value, json};

use super::config::{ClusterConfig, RuleConfig, TokenConfig};
use super::error::{ApiError, ApiResult};
use super::kinds::KINDS;

/// What a request wants to do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attributes<'a> {
    pub verb: &'a str,
    pub group: &'a str,
    /// Plural, with subresource if there is one (`pods/log`).
    pub resource: &'a str,
    /// Empty for requests across namespaces or outside of them.
    pub namespace: &'a str,
    pub name: &'a str,
}

/// The holder of the token in an `Authorization` header.
pub(super) fn authenticate<'a>(cluster: &'a ClusterConfig, header: Option<&str>) -> ApiResult<&'a TokenConfig> {
    let unauthorized = || ApiError::new(401, "Unauthorized", "Unauthorized");
    let header = header.ok_or_else(unauthorized)?;
    let token = match header.strip_prefix("Basic ") {
        Some(basic) => password(basic).ok_or_else(unauthorized)?,
        None => header.strip_prefix("Bearer ").ok_or_else(unauthorized)?.trim().to_owned(),
    };
    cluster.tokens.iter().find(|known| known.token == token).ok_or_else(unauthorized)
}

/// The password of `user:password`, whatever the user. kubectl sends no token without TLS, which this server does not have;
/// what stands in front of the host's name it does send.
fn password(basic: &str) -> Option<String> {
    let bytes = base64::engine::general_purpose::STANDARD.decode(basic.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    text.split_once(':').map(|(_, password)| password.to_owned())
}

/// The rules of a token; without configured ones, every verb on every modelled kind.
pub(super) fn rules(token: &TokenConfig) -> Vec<RuleConfig> {
    token.rules.clone().unwrap_or_else(|| {
        let mut rules: Vec<RuleConfig> = Vec::new();
        for kind in KINDS {
            let verbs: Vec<String> = kind.verbs().iter().map(|&verb| verb.to_owned()).collect();
            let mut resources = vec![kind.plural.to_owned()];
            if kind.kind == "Pod" {
                resources.push("pods/log".to_owned());
            }
            if kind.kind == "Service" {
                let (groups, resources) = (vec![String::new()], vec!["services/proxy".to_owned()]);
                rules.push(RuleConfig { groups, resources, verbs: vec!["get".to_owned(), "create".to_owned()] });
            }
            match rules.iter_mut().find(|rule| rule.groups[0] == kind.group && rule.verbs == verbs) {
                Some(rule) => rule.resources.append(&mut resources),
                None => rules.push(RuleConfig { groups: vec![kind.group.to_owned()], resources, verbs }),
            }
        }
        rules
    })
}

/// Whether a token may do this.
pub(super) fn is_allowed(token: &TokenConfig, wanted: Attributes<'_>) -> bool {
    let anywhere = token.namespaces.iter().any(|namespace| namespace == "*");
    let here = !wanted.namespace.is_empty() && token.namespaces.iter().any(|namespace| namespace == wanted.namespace);
    let any = |list: &[String], value: &str| list.iter().any(|item| item == "*" || item == value);
    (anywhere || here)
        && rules(token).iter().any(|rule| {
            any(&rule.groups, wanted.group) && any(&rule.resources, wanted.resource) && any(&rule.verbs, wanted.verb)
        })
}

/// Refuses what the token may not do.
pub(super) fn authorize(token: &TokenConfig, wanted: Attributes<'_>) -> ApiResult<()> {
    if is_allowed(token, wanted) {
        return Ok(());
    }
    let plural = wanted.resource.split('/').next().unwrap_or_default();
    let qualified = if wanted.group.is_empty() { plural.to_owned() } else { format!("{plural}.{}", wanted.group) };
    let object = if wanted.name.is_empty() { String::new() } else { format!(" {:?}", wanted.name) };
    let place = if wanted.namespace.is_empty() {
        "at the cluster scope".to_owned()
    } else {
        format!("in the namespace {:?}", wanted.namespace)
    };
    let mut error = ApiError::new(
        403,
        "Forbidden",
        format!(
            "{qualified}{object} is forbidden: User {:?} cannot {} resource {:?} in API group {:?} {place}",
            token.user(),
            wanted.verb,
            wanted.resource,
            wanted.group,
        ),
    );
    error.details = json!({"name": wanted.name, "group": wanted.group, "kind": plural});
    Err(error)
}

/// Answers a SelfSubjectAccessReview.
pub(super) fn access_review(token: &TokenConfig, review: &Value) -> Value {
    let attributes = &review["spec"]["resourceAttributes"];
    let get = |key: &str| attributes[key].as_str().unwrap_or_default();
    let resource = match get("subresource") {
        "" => get("resource").to_owned(),
        subresource => format!("{}/{subresource}", get("resource")),
    };
    let wanted = Attributes {
        verb: get("verb"),
        group: get("group"),
        resource: &resource,
        namespace: get("namespace"),
        name: get("name"),
    };
    let allowed = attributes.is_object() && is_allowed(token, wanted);
    json!({
        "kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1", "metadata": {},
        "spec": review["spec"], "status": {"allowed": allowed},
    })
}

/// Answers a SelfSubjectRulesReview.
pub(super) fn rules_review(token: &TokenConfig, review: &Value) -> Value {
    let namespace = review["spec"]["namespace"].as_str().unwrap_or_default();
    let mut found = vec![json!({
        "verbs": ["create"], "apiGroups": ["authorization.k8s.io"],
        "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
    })];
    if token.namespaces.iter().any(|allowed| allowed == "*" || allowed == namespace) {
        found.extend(
            rules(token)
                .iter()
                .map(|rule| json!({"verbs": rule.verbs, "apiGroups": rule.groups, "resources": rule.resources})),
        );
    }
    json!({
        "kind": "SelfSubjectRulesReview", "apiVersion": "authorization.k8s.io/v1", "metadata": {},
        "spec": review["spec"],
        "status": {
            "resourceRules": found, "incomplete": false,
            "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/api", "/api/*", "/apis", "/apis/*", "/version"]}],
        },
    })
}

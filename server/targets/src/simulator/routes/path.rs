//! The path below a cluster: discovery, reviews, resources.

use crate::simulator::kinds::{self, Kind};

/// What a path means.
#[derive(Debug, Clone, Copy)]
pub(super) enum Route<'a> {
    /// `/version`, `/api`, `/apis/...` without a resource.
    Discovery(&'a str),
    /// `/apis/authorization.k8s.io/v1/selfsubject...`.
    Review(&'a str),
    /// An object or a list.
    Resource(Resource<'a>),
    /// Nothing that this simulator models.
    Unknown(&'a str),
}

/// An object or a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Resource<'a> {
    pub kind: &'static Kind,
    /// For a Namespace, itself.
    pub namespace: Option<&'a str>,
    pub name: Option<&'a str>,
    pub subresource: Option<&'a str>,
}

impl<'a> Resource<'a> {
    /// Namespace under which the object is stored.
    pub fn store_namespace(&self) -> &'a str {
        if self.kind.namespaced { self.namespace.unwrap_or_default() } else { "" }
    }
}

/// Reads a path.
pub(super) fn parse(path: &str) -> Route<'_> {
    let path = path.trim_matches('/');
    let parts: Vec<&str> = path.split('/').collect();
    let (group, version, rest) = match parts.as_slice() {
        ["version" | "api" | "apis"] | ["api", "v1"] | ["apis", _] | ["apis", _, _] => return Route::Discovery(path),
        ["openapi", "v2"] => return Route::Discovery(path),
        ["healthz" | "livez" | "readyz"] => return Route::Discovery(path),
        ["apis", "authorization.k8s.io", "v1", kind @ ("selfsubjectaccessreviews" | "selfsubjectrulesreviews")] => {
            return Route::Review(kind);
        }
        ["api", "v1", rest @ ..] => ("", "v1", rest),
        ["apis", group, version, rest @ ..] => (*group, *version, rest),
        _ => return Route::Unknown(path),
    };
    let (rest, namespace) = match rest {
        ["namespaces", name] if group.is_empty() => {
            return Route::Resource(Resource {
                kind: &kinds::NAMESPACE,
                namespace: Some(name),
                name: Some(name),
                subresource: None,
            });
        }
        ["namespaces", namespace, rest @ ..] if !rest.is_empty() => (rest, Some(*namespace)),
        rest => (rest, None),
    };
    let (plural, name, subresource) = match rest {
        [plural] => (*plural, None, None),
        [plural, name] => (*plural, Some(*name), None),
        [plural, name, subresource] => (*plural, Some(*name), Some(*subresource)),
        ["services", name, "proxy", ..] => ("services", Some(*name), Some("proxy")),
        _ => return Route::Unknown(path),
    };
    match kinds::by_plural(group, version, plural) {
        // A name without its namespace means nothing.
        Some(kind) if name.is_none() || namespace.is_some() => {
            Route::Resource(Resource { kind, namespace, name, subresource })
        }
        _ => Route::Unknown(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_paths() {
        let Route::Resource(found) = parse("apis/apps/v1/namespaces/a/deployments/b") else { panic!("resource") };
        assert_eq!((found.kind.kind, found.namespace, found.name), ("Deployment", Some("a"), Some("b")));
        let Route::Resource(found) = parse("api/v1/namespaces/a/pods/b/log") else { panic!("resource") };
        assert_eq!((found.kind.kind, found.subresource), ("Pod", Some("log")));
        let Route::Resource(found) = parse("api/v1/configmaps") else { panic!("resource") };
        assert_eq!((found.kind.kind, found.namespace), ("ConfigMap", None));
        let Route::Resource(found) = parse("api/v1/namespaces/a") else { panic!("resource") };
        assert_eq!((found.kind.kind, found.name), ("Namespace", Some("a")));
        let Route::Resource(found) = parse("api/v1/namespaces") else { panic!("resource") };
        assert_eq!((found.kind.kind, found.name), ("Namespace", None));
        let Route::Resource(found) = parse("api/v1/namespaces/a/services/b:80/proxy/c/d") else { panic!("resource") };
        assert_eq!((found.name, found.subresource), (Some("b:80"), Some("proxy")));
        assert!(matches!(parse("api/v1/namespaces/a/pods/b/proxy/c"), Route::Unknown(_)));
        assert!(matches!(parse("apis/apps/v1"), Route::Discovery(_)));
        assert!(matches!(parse("api/v1/nodes"), Route::Unknown(_)));
        assert!(matches!(parse("metrics"), Route::Unknown(_)));
    }
}

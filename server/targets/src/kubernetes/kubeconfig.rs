//! What is kept of a kubeconfig that a data centre hands over.
//!
//! A kubeconfig can start programs, read files of the machine that uses it, switch off the check of certificates and
//! speak as somebody else. Of all that nothing gets into the portal: kept are the server, its CA, and the token or the
//! client certificate of the current context.

use kube::config::{AuthInfo, Cluster, Kubeconfig};
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

/// A kubeconfig with what is needed and nothing else.
pub struct Minimal {
    /// The kubeconfig, as JSON (which is YAML). A secret.
    pub kubeconfig: Zeroizing<String>,
    /// Address of the API server.
    pub server: String,
    /// Namespace of the context, if it names one.
    pub namespace: Option<String>,
}

/// Why a kubeconfig is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KubeconfigError {
    /// Neither YAML nor JSON of a kubeconfig. Says no more, because the text is a secret.
    #[error("not a kubeconfig")]
    Unreadable,
    /// `current-context`, its cluster or its user is missing.
    #[error("the {0} is missing")]
    Missing(&'static str),
    /// Starts a program or an outdated plugin to sign in.
    #[error("uses {0}, which would start a program; use a token of a ServiceAccount")]
    Plugin(&'static str),
    /// Names a file.
    #[error("names a file in {0}; embed it with `kubectl config view --raw --minify --flatten`")]
    File(&'static str),
    /// Speaks as somebody else, through a proxy, or with a password.
    #[error("uses {0}, which is not supported")]
    Unsupported(&'static str),
    /// Would send the credential to a server that nobody checked.
    #[error("the server {0} is not protected by TLS with a checked certificate")]
    Insecure(String),
}

/// Keeps what is needed of the current context and refuses what is dangerous.
///
/// # Errors
/// Says which part is missing or refused, never with a value of the credential.
pub fn minimise(text: &str) -> Result<Minimal, KubeconfigError> {
    let config = Kubeconfig::from_yaml(text).map_err(|_| KubeconfigError::Unreadable)?;
    let current = config.current_context.as_deref().filter(|name| !name.is_empty());
    let current = current.ok_or(KubeconfigError::Missing("current context"))?;
    let context = config.contexts.iter().find(|context| context.name == current);
    let context = context.and_then(|context| context.context.as_ref()).ok_or(KubeconfigError::Missing("context"))?;
    let cluster = config.clusters.iter().find(|cluster| cluster.name == context.cluster);
    let cluster = cluster.and_then(|cluster| cluster.cluster.as_ref()).ok_or(KubeconfigError::Missing("cluster"))?;
    let user = config.auth_infos.iter().find(|user| Some(&user.name) == context.user.as_ref());
    let user = user.and_then(|user| user.auth_info.as_ref()).ok_or(KubeconfigError::Missing("user"))?;

    let (server, cluster) = minimal_cluster(cluster)?;
    let user = minimal_user(user)?;
    let mut kept = json!({"cluster": "target", "user": "portal"});
    if let Some(namespace) = &context.namespace {
        kept["namespace"] = json!(namespace);
    }
    let document = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "target",
        "clusters": [{"name": "target", "cluster": cluster}],
        "users": [{"name": "portal", "user": user}],
        "contexts": [{"name": "target", "context": kept}],
    });
    Ok(Minimal { kubeconfig: Zeroizing::new(document.to_string()), server, namespace: context.namespace.clone() })
}

fn minimal_cluster(cluster: &Cluster) -> Result<(String, Value), KubeconfigError> {
    let server = cluster.server.clone().ok_or(KubeconfigError::Missing("server"))?;
    let uri: http::Uri = server.parse().map_err(|_| KubeconfigError::Missing("server"))?;
    if uri.authority().is_none_or(|authority| authority.as_str().contains('@')) || uri.query().is_some() {
        return Err(KubeconfigError::Unsupported("a server address with user or query"));
    }
    let local = is_loopback(&uri);
    match uri.scheme_str() {
        Some("https") => {}
        Some("http") if local => {}
        Some("http") => return Err(KubeconfigError::Insecure(server)),
        _ => return Err(KubeconfigError::Missing("server")),
    }
    if is_given(cluster.certificate_authority.as_ref()) {
        return Err(KubeconfigError::File("certificate-authority"));
    }
    if is_given(cluster.proxy_url.as_ref()) {
        return Err(KubeconfigError::Unsupported("proxy-url"));
    }
    let mut kept = Map::new();
    kept.insert("server".to_owned(), json!(server));
    if cluster.insecure_skip_tls_verify == Some(true) {
        if !local {
            return Err(KubeconfigError::Insecure(server));
        }
        kept.insert("insecure-skip-tls-verify".to_owned(), json!(true));
    }
    if let Some(data) = &cluster.certificate_authority_data {
        kept.insert("certificate-authority-data".to_owned(), json!(data));
    }
    if let Some(name) = &cluster.tls_server_name {
        kept.insert("tls-server-name".to_owned(), json!(name));
    }
    Ok((server, Value::Object(kept)))
}

fn minimal_user(user: &AuthInfo) -> Result<Value, KubeconfigError> {
    if user.exec.is_some() {
        return Err(KubeconfigError::Plugin("exec"));
    }
    if user.auth_provider.is_some() {
        return Err(KubeconfigError::Plugin("auth-provider"));
    }
    for (field, value) in [
        ("tokenFile", &user.token_file),
        ("client-certificate", &user.client_certificate),
        ("client-key", &user.client_key),
    ] {
        if is_given(value.as_ref()) {
            return Err(KubeconfigError::File(field));
        }
    }
    if user.impersonate.is_some() || user.impersonate_groups.is_some() || user.impersonate_uid.is_some() {
        return Err(KubeconfigError::Unsupported("impersonation"));
    }
    if user.username.is_some() || user.password.is_some() {
        return Err(KubeconfigError::Unsupported("a password"));
    }
    // Writing it out is the way to its secrets that needs no further dependency.
    let Ok(Value::Object(mut written)) = serde_json::to_value(user) else { return Err(KubeconfigError::Unreadable) };
    let mut take =
        |field: &str| written.remove(field).filter(|value| value.as_str().is_some_and(|text| !text.is_empty()));
    if let Some(token) = take("token") {
        return Ok(json!({"token": token}));
    }
    match (take("client-certificate-data"), take("client-key-data")) {
        (Some(certificate), Some(key)) => Ok(json!({"client-certificate-data": certificate, "client-key-data": key})),
        _ => Err(KubeconfigError::Missing("token or client certificate")),
    }
}

fn is_given(value: Option<&String>) -> bool {
    value.is_some_and(|value| !value.is_empty())
}

fn is_loopback(uri: &http::Uri) -> bool {
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(cluster: &str, user: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: a\npreferences: {{}}\nclusters:\n- name: c\n  cluster: \
             {{{cluster}}}\n- name: other\n  cluster: {{server: 'https://other'}}\nusers:\n- name: u\n  user: {{{user}}}\n\
             - name: o\n  user: {{token: other}}\ncontexts:\n- name: a\n  context: {{cluster: c, user: u, namespace: n}}\n"
        )
    }

    fn refusal(cluster: &str, user: &str) -> KubeconfigError {
        minimise(&config(cluster, user)).err().unwrap()
    }

    const SERVER: &str = "server: 'https://k.example:6443/clusters/a'";
    const TOKEN: &str = "token: geheim";

    #[test]
    fn keeps_only_the_current_context() {
        let minimal = minimise(&config(&format!("{SERVER}, certificate-authority-data: Q0E="), TOKEN)).unwrap();
        assert_eq!(minimal.server, "https://k.example:6443/clusters/a");
        assert_eq!(minimal.namespace.as_deref(), Some("n"));
        let kept: Value = serde_json::from_str(&minimal.kubeconfig).unwrap();
        assert_eq!(kept["users"], json!([{"name": "portal", "user": {"token": "geheim"}}]));
        let cluster = json!({"server": "https://k.example:6443/clusters/a", "certificate-authority-data": "Q0E="});
        assert_eq!(kept["clusters"], json!([{"name": "target", "cluster": cluster}]));
        assert!(!minimal.kubeconfig.contains("other"));
    }

    #[test]
    fn minimising_twice_changes_nothing() {
        let once = minimise(&config(SERVER, TOKEN)).unwrap();
        let twice = minimise(&once.kubeconfig).unwrap();
        assert_eq!(*once.kubeconfig, *twice.kubeconfig);
    }

    #[test]
    fn refuses_what_is_dangerous() {
        use KubeconfigError::{File, Insecure, Missing, Plugin, Unreadable, Unsupported};
        assert_eq!(refusal(SERVER, "exec: {apiVersion: v1, command: sh}"), Plugin("exec"));
        assert_eq!(refusal(SERVER, "auth-provider: {name: gcp, config: {}}"), Plugin("auth-provider"));
        assert_eq!(refusal(SERVER, "tokenFile: /etc/passwd"), File("tokenFile"));
        assert_eq!(refusal(SERVER, "client-certificate: a.crt, client-key: a.key"), File("client-certificate"));
        assert_eq!(refusal(&format!("{SERVER}, certificate-authority: ca.crt"), TOKEN), File("certificate-authority"));
        assert_eq!(refusal(SERVER, "token: a, as: admin"), Unsupported("impersonation"));
        assert_eq!(refusal(SERVER, "username: a, password: b"), Unsupported("a password"));
        assert_eq!(refusal(&format!("{SERVER}, proxy-url: 'http://p'"), TOKEN), Unsupported("proxy-url"));
        assert_eq!(refusal(SERVER, ""), Missing("token or client certificate"));
        let http = "http://k.example".to_owned();
        assert_eq!(refusal("server: 'http://k.example'", TOKEN), Insecure(http));
        let unchecked = format!("{SERVER}, insecure-skip-tls-verify: true");
        assert!(matches!(refusal(&unchecked, TOKEN), Insecure(_)));
        assert_eq!(minimise("token: geheim: x").err(), Some(Unreadable));
        assert_eq!(minimise("{}").err(), Some(Missing("current context")));
    }

    #[test]
    fn loopback_may_be_plain() {
        for server in ["http://127.0.0.1:8080/a", "http://[::1]:8080", "http://localhost:1"] {
            assert!(minimise(&config(&format!("server: '{server}'"), TOKEN)).is_ok(), "{server}");
        }
        assert!(minimise(&config("server: 'https://127.0.0.1', insecure-skip-tls-verify: true", TOKEN)).is_ok());
    }
}

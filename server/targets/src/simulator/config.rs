//! What a simulated data centre is configured with.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The whole simulator: one process, several clusters.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimulatorConfig {
    /// Directory of the state; one folder per cluster is made inside.
    pub state_dir: PathBuf,
    /// The clusters, each served below `/<name>`.
    pub clusters: Vec<ClusterConfig>,
    /// Simulated seconds (ticks of the controllers) per real second. 0: only `POST /_simulator/step` moves time.
    #[serde(default = "default_speed")]
    pub speed: f64,
    /// Decides uids, the names of pods and which requests a fault with a probability hits.
    #[serde(default)]
    pub seed: u64,
    /// How many changes a watch (or a list continued) may lie behind before it is answered with 410 Gone.
    #[serde(default = "default_watch_window")]
    pub watch_window: usize,
}

fn default_speed() -> f64 {
    10.0
}

fn default_watch_window() -> usize {
    10_000
}

impl SimulatorConfig {
    /// A configuration with the usual speed and window.
    pub fn new(state_dir: impl Into<PathBuf>, clusters: Vec<ClusterConfig>) -> Self {
        Self {
            state_dir: state_dir.into(),
            clusters,
            speed: default_speed(),
            seed: 0,
            watch_window: default_watch_window(),
        }
    }
}

/// One simulated cluster.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClusterConfig {
    /// Path prefix and name: small letters, digits and hyphens.
    pub name: String,
    /// What `/version` says before the suffix `-simuliert`, for example `v1.33.0`.
    #[serde(default = "default_version")]
    pub kubernetes_version: String,
    /// Who may speak to this cluster.
    #[serde(default)]
    pub tokens: Vec<TokenConfig>,
    /// The namespaces that the data centre provides. Namespaces can't be made over the API.
    #[serde(default)]
    pub namespaces: Vec<NamespaceConfig>,
    /// Closes every connection without an answer, as a network that is down would.
    #[serde(default)]
    pub unreachable: bool,
}

fn default_version() -> String {
    "v1.33.0".to_owned()
}

impl ClusterConfig {
    /// A reachable cluster without tokens and namespaces.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            kubernetes_version: default_version(),
            tokens: Vec::new(),
            namespaces: Vec::new(),
            unreachable: false,
        }
    }

    /// Adds a namespace with an optional quota (`requests.cpu` → `4`, `count/deployments.apps` → `10`, ...).
    #[must_use]
    pub fn namespace(mut self, name: impl Into<String>, quota: BTreeMap<String, String>) -> Self {
        self.namespaces.push(NamespaceConfig { name: name.into(), quota });
        self
    }

    /// Adds a token with full rights on the modelled kinds in these namespaces.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>, namespaces: &[&str]) -> Self {
        self.tokens.push(TokenConfig {
            token: token.into(),
            user: None,
            namespaces: namespaces.iter().map(|&name| name.to_owned()).collect(),
            rules: None,
        });
        self
    }
}

/// A namespace that the data centre provides.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamespaceConfig {
    /// Its name.
    pub name: String,
    /// Hard limits of its one ResourceQuota `kontingent`; empty: no quota.
    #[serde(default)]
    pub quota: BTreeMap<String, String>,
}

/// A bearer token and what its holder may do.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenConfig {
    /// The secret itself.
    pub token: String,
    /// User name in messages; without it a ServiceAccount `portal` of the first namespace.
    #[serde(default)]
    pub user: Option<String>,
    /// Namespaces in which the rules hold; `*` is every namespace and what lies outside of namespaces.
    pub namespaces: Vec<String>,
    /// Rules; without them every verb on every modelled kind.
    #[serde(default)]
    pub rules: Option<Vec<RuleConfig>>,
}

impl fmt::Debug for TokenConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Logs get the configuration; they must not get the token.
        f.debug_struct("TokenConfig")
            .field("user", &self.user())
            .field("namespaces", &self.namespaces)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

impl TokenConfig {
    /// The user name that messages and effects show.
    pub fn user(&self) -> String {
        self.user.clone().unwrap_or_else(|| {
            let namespace = self.namespaces.first().map_or("default", String::as_str);
            format!("system:serviceaccount:{namespace}:portal")
        })
    }
}

/// One rule as in a Role.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleConfig {
    /// API groups, `""` for the core group, `*` for all.
    pub groups: Vec<String>,
    /// Resources in plural, subresources as `pods/log`, `*` for all.
    pub resources: Vec<String>,
    /// Verbs: get, list, watch, create, update, patch, delete, deletecollection, `*`.
    pub verbs: Vec<String>,
}

/// A kubeconfig for one cluster of a simulator that listens at `address`.
pub fn kubeconfig(address: SocketAddr, cluster: &str, token: &str, namespace: &str) -> String {
    let quote = |text: &str| serde_json::Value::from(text).to_string();
    let (server, cluster) = (quote(&format!("http://{address}/{cluster}")), quote(cluster));
    let (token, namespace) = (quote(token), quote(namespace));
    format!(
        "apiVersion: v1\nkind: Config\nclusters:\n- name: {cluster}\n  cluster: {{server: {server}}}\nusers:\n- name: \
         portal\n  user: {{token: {token}}}\ncontexts:\n- name: {cluster}\n  context: {{cluster: {cluster}, user: portal, \
         namespace: {namespace}}}\ncurrent-context: {cluster}\n"
    )
}

//! The look at a target before it is registered, for people in a browser: addresses that they enter pass the guard of
//! calls to the outside.

use crate::{
    config::OutboundConfig,
    outbound::{Limits, Outbound},
};
use async_trait::async_trait;
use base64::Engine as _;
use portal_core::{
    guard::Policy,
    ports::{Access, Given, Place, TargetError, TargetProbe, Unusable},
};
use portal_model::{operating::Survey, operation::FailureCause};
use portal_targets::kubernetes::{
    KubernetesTarget,
    kubeconfig::{self, KubeconfigError},
};
use std::time::Duration;
use zeroize::Zeroizing;

/// Where API servers usually listen, besides 443.
const KUBERNETES_PORT: u16 = 6443;
/// How long a whole look may take: a person waits for it.
const PATIENCE: Duration = Duration::from_secs(25);

/// Looks at Kubernetes clusters.
pub struct Probe {
    outbound: Outbound,
    target: KubernetesTarget,
    /// Address of the simulated data centres of a demonstration, which listens on this machine.
    simulator: Option<String>,
}

impl Probe {
    /// With what the operator of the portal permits. A data centre is often reached by an address of a network that is
    /// opened, so addresses without a name are read too.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub fn new(config: &OutboundConfig, simulator: Option<String>) -> Result<Self, rustls::Error> {
        let strict = config.policy();
        let ports = strict.ports.iter().copied().chain([KUBERNETES_PORT]).collect();
        let policy = Policy { ports, literals: true, ..strict };
        let limits = Limits { deadline: Duration::from_secs(5), ..Limits::default() };
        Ok(Self { outbound: Outbound::new(policy, limits)?, target: KubernetesTarget::new(), simulator })
    }

    /// Whether an address lies in the simulation of this process.
    fn is_simulated(&self, server: &str) -> bool {
        let origin = |text: &str| {
            let uri: http::Uri = text.parse().ok()?;
            Some((uri.scheme()?.clone(), uri.authority()?.clone()))
        };
        let simulator = self.simulator.as_deref().and_then(origin);
        simulator.is_some() && simulator == origin(server)
    }
}

#[async_trait]
impl TargetProbe for Probe {
    fn minimise(&self, given: &Given) -> Result<Access, Unusable> {
        let text = match given {
            Given::Kubeconfig(text) => text.clone(),
            Given::Parts { server, ca, token } => of_parts(server, ca, token)?,
        };
        let minimal = kubeconfig::minimise(&text).map_err(refused)?;
        Ok(Access { kubeconfig: minimal.kubeconfig, server: minimal.server })
    }

    async fn admit(&self, server: &str) -> Result<(), Unusable> {
        if self.is_simulated(server) {
            return Ok(());
        }
        let checked = self.outbound.check(server).await;
        checked.map(drop).map_err(|error| Unusable { code: error.code(), what: String::new() })
    }

    async fn survey(&self, place: &Place, namespaces: &[String]) -> Result<Survey, TargetError> {
        let found = tokio::time::timeout(PATIENCE, self.target.survey(place, namespaces)).await;
        found.unwrap_or_else(|_| {
            let detail = format!("no complete answer within {} s", PATIENCE.as_secs());
            Err(TargetError::new(FailureCause::Unreachable, detail))
        })
    }
}

/// A kubeconfig of its parts, which is then read like any other.
fn of_parts(server: &str, ca: &str, token: &str) -> Result<Zeroizing<String>, Unusable> {
    let mut cluster = serde_json::json!({ "server": server });
    if !ca.is_empty() {
        cluster["certificate-authority-data"] = certificate(ca)?.into();
    }
    let config = serde_json::json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "target",
        "clusters": [{ "name": "target", "cluster": cluster }],
        "users": [{ "name": "portal", "user": { "token": token } }],
        "contexts": [{ "name": "target", "context": { "cluster": "target", "user": "portal" } }],
    });
    Ok(Zeroizing::new(config.to_string()))
}

/// A certificate in PEM as a kubeconfig holds it; what is in that form already stays.
fn certificate(text: &str) -> Result<String, Unusable> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    let engine = base64::engine::general_purpose::STANDARD;
    if text.contains(BEGIN) {
        return Ok(engine.encode(text));
    }
    let bare: String = text.split_whitespace().collect();
    let decoded = engine.decode(&bare).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    match decoded.is_some_and(|pem| pem.contains(BEGIN)) {
        true => Ok(bare),
        false => Err(Unusable { code: "kubeconfig_ca", what: String::new() }),
    }
}

fn refused(error: KubeconfigError) -> Unusable {
    let (code, what) = match error {
        KubeconfigError::Unreadable => ("kubeconfig_unreadable", ""),
        KubeconfigError::Missing(what) => ("kubeconfig_missing", what),
        KubeconfigError::Plugin(what) => ("kubeconfig_plugin", what),
        KubeconfigError::File(what) => ("kubeconfig_file", what),
        KubeconfigError::Unsupported(what) => ("kubeconfig_unsupported", what),
        KubeconfigError::Insecure(_) => ("kubeconfig_insecure", ""),
    };
    Unusable { code, what: what.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probe(simulator: Option<&str>) -> Probe {
        Probe::new(&OutboundConfig::default(), simulator.map(str::to_owned)).unwrap()
    }

    #[tokio::test]
    async fn only_the_simulation_of_a_demonstration_may_lie_on_this_machine() {
        let demo = probe(Some("http://127.0.0.1:4711"));
        assert_eq!(demo.admit("http://127.0.0.1:4711/rz").await, Ok(()));
        for server in [
            "http://127.0.0.1:4712/rz",
            "https://127.0.0.1:4711/rz",
            "http://127.0.0.1:47110/rz",
            "http://127.0.0.1:4711@evil.example/rz",
        ] {
            assert!(demo.admit(server).await.is_err(), "{server}");
        }
        let code = async |p: &Probe, server: &str| p.admit(server).await.err().map(|u| u.code);
        let plain = probe(None);
        assert_eq!(code(&plain, "http://127.0.0.1:4711/rz").await, Some("address_scheme"));
        assert_eq!(code(&plain, "https://127.0.0.1:6443").await, Some("address_network"));
        assert_eq!(code(&plain, "https://10.1.2.3:6443").await, Some("address_network"));
        assert_eq!(code(&plain, "https://169.254.169.254").await, Some("address_metadata"));
        assert_eq!(code(&plain, "https://8.8.8.8:22").await, Some("address_port"));
        let opened = OutboundConfig { networks: vec!["10.1.0.0/16".parse().unwrap()], ..OutboundConfig::default() };
        assert_eq!(Probe::new(&opened, None).unwrap().admit("https://10.1.2.3:6443").await, Ok(()));
    }

    #[test]
    fn parts_make_the_same_as_a_kubeconfig() {
        let parts = |ca: &str| Given::Parts {
            server: "https://k.example:6443".to_owned(),
            ca: ca.to_owned(),
            token: Zeroizing::new("geheim".to_owned()),
        };
        let pem = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";
        let access = probe(None).minimise(&parts(pem)).unwrap();
        assert_eq!(access.server, "https://k.example:6443");
        assert!(access.kubeconfig.contains("geheim"));
        let encoded = base64::engine::general_purpose::STANDARD.encode(pem);
        let same = probe(None).minimise(&parts(&encoded)).unwrap();
        assert_eq!(*same.kubeconfig, *access.kubeconfig);
        let code = |given: &Given| probe(None).minimise(given).err().map(|u| u.code);
        assert_eq!(code(&parts("kein Zertifikat")), Some("kubeconfig_ca"));
        assert_eq!(code(&Given::Kubeconfig(Zeroizing::new("{".to_owned()))), Some("kubeconfig_unreadable"));
        let insecure = Given::Parts {
            server: "http://k.example".to_owned(),
            ca: String::new(),
            token: Zeroizing::new("geheim".to_owned()),
        };
        assert_eq!(code(&insecure), Some("kubeconfig_insecure"));
    }
}

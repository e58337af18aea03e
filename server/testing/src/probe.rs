//! The look at targets with the real driver, without the guard of calls to the outside: simulated data centres of tests
//! listen on this machine.

use async_trait::async_trait;
use portal_core::ports::{Access, Given, Place, TargetError, TargetProbe, Unusable};
use portal_model::operating::Survey;
use portal_targets::kubernetes::{KubernetesTarget, kubeconfig};

/// A host that this probe never calls, as the guard would.
pub const FORBIDDEN_HOST: &str = "verboten.example";

/// Looks with the Kubernetes driver. Takes kubeconfigs only.
#[derive(Default)]
pub struct DriverProbe(KubernetesTarget);

#[async_trait]
impl TargetProbe for DriverProbe {
    fn minimise(&self, given: &Given) -> Result<Access, Unusable> {
        let Given::Kubeconfig(text) = given else {
            return Err(Unusable { code: "kubeconfig_unsupported", what: "parts".to_owned() });
        };
        let minimal = kubeconfig::minimise(text);
        let minimal = minimal.map_err(|e| Unusable { code: "kubeconfig_unreadable", what: e.to_string() })?;
        Ok(Access { kubeconfig: minimal.kubeconfig, server: minimal.server })
    }

    async fn admit(&self, server: &str) -> Result<(), Unusable> {
        let forbidden = server.contains(FORBIDDEN_HOST);
        if forbidden { Err(Unusable { code: "address_network", what: String::new() }) } else { Ok(()) }
    }

    async fn survey(&self, place: &Place, namespaces: &[String]) -> Result<Survey, TargetError> {
        self.0.survey(place, namespaces).await
    }
}

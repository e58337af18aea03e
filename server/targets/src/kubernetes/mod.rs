//! Kubernetes targets: a namespace that a data centre provides, with a credential limited to it.
//!
//! The driver speaks plain HTTP and JSON to the API server through kube's client (TLS, credentials, path prefix) with a
//! fixed table of kinds: no discovery, no generated types that would drop fields, no log lines with bodies. Every call
//! is bounded by the place's deadline; nothing is retried here, that is the engine's business.
//!
//! Subjects: [`kubeconfig`] what is kept of a credential · `kinds` the table · `api` one request · `error` what went
//! wrong · `write` read, create, apply, delete with the fence · `inventory` · `observe` readiness · `jobs` tests · `services` requests to a Service ·
//! `check` permissions.

mod api;
mod check;
mod clients;
mod error;
mod inventory;
mod jobs;
mod kinds;
pub mod kubeconfig;
mod observe;
mod pods;
mod prepare;
mod services;
mod survey;
mod write;

use async_trait::async_trait;
use portal_core::ports::{
    Applied, ObjectRef, Observation, Place, ServiceAnswer, ServiceRequest, Target, TargetError, TargetReport, TestState,
};
use portal_model::operating::Survey;
use portal_model::operation::FailureCause;
use serde_json::Value;

use self::api::Api;
use self::clients::Clients;

/// Field manager of everything that the portal writes.
pub const FIELD_MANAGER: &str = "ozg-portal";
/// Label with the installation's instance; with [`STAGE_LABEL`] it says whose an object is.
pub const INSTANCE_LABEL: &str = "ozg-portal/instance";
/// Label with the stage (`test` or `production`).
pub const STAGE_LABEL: &str = "ozg-portal/stage";

/// Makes ring the process's TLS provider. To be called once at start-up; further calls change nothing.
pub fn install_crypto() {
    // An error means that a provider is there already, which is all that is wanted.
    drop(rustls::crypto::ring::default_provider().install_default());
}

/// The [`Target`] of Kubernetes namespaces. Cheap to share; keeps one connection pool per credential.
#[derive(Default)]
pub struct KubernetesTarget {
    clients: Clients,
}

impl KubernetesTarget {
    /// A driver without connections; they are made when first needed.
    pub fn new() -> Self {
        install_crypto();
        Self::default()
    }

    /// Looks at a cluster before it is used: what the credential of `place` may do in these namespaces and beyond them,
    /// and what is there. The time of the look is the caller's to note.
    ///
    /// # Errors
    /// If the cluster cannot be reached, refuses the credential, or one of the namespaces does not exist.
    pub async fn survey(&self, place: &Place, namespaces: &[String]) -> Result<Survey, TargetError> {
        let mut found = Survey::default();
        for name in namespaces {
            let here = survey::moved(place, name);
            let (version, namespace) = self.within(&here, async |api| survey::namespace(&api).await).await?;
            found.version = version;
            found.namespaces.push(namespace);
        }
        found.beyond = self.within(place, async |api| survey::beyond(&api).await).await?;
        let classes = self.within(place, async |api| {
            let ingress = survey::names(&api, "/apis/networking.k8s.io/v1/ingressclasses").await;
            Ok((ingress, survey::names(&api, "/apis/storage.k8s.io/v1/storageclasses").await))
        });
        (found.ingress_classes, found.storage_classes) = classes.await?;
        Ok(found)
    }

    /// Runs one call within the place's deadline.
    async fn within<'a, T, F>(&'a self, place: &'a Place, call: impl FnOnce(Api<'a>) -> F) -> Result<T, TargetError>
    where
        F: Future<Output = Result<T, TargetError>>,
    {
        let work = async {
            let client = self.clients.get(&place.credential).await?;
            call(Api::new(client, place)?).await
        };
        tokio::time::timeout(place.deadline, work).await.unwrap_or_else(|_| {
            let seconds = place.deadline.as_secs_f32();
            Err(TargetError::new(FailureCause::Unreachable, format!("no answer within {seconds} s")))
        })
    }
}

#[async_trait]
impl Target for KubernetesTarget {
    async fn check(&self, place: &Place) -> Result<TargetReport, TargetError> {
        self.within(place, async |api| check::check(&api).await).await
    }

    async fn read(&self, place: &Place, object: &Value) -> Result<Option<ObjectRef>, TargetError> {
        self.within(place, async |api| write::read(&api, object).await).await
    }

    async fn apply(&self, place: &Place, object: &Value, seen: Option<&ObjectRef>) -> Result<Applied, TargetError> {
        self.within(place, async |api| match seen {
            None => write::create(&api, object).await,
            Some(seen) => write::update(&api, object, seen).await,
        })
        .await
    }

    async fn inventory(&self, place: &Place, instance: &str) -> Result<Vec<ObjectRef>, TargetError> {
        self.within(place, async |api| inventory::inventory(&api, instance).await).await
    }

    async fn delete(&self, place: &Place, seen: &ObjectRef) -> Result<(), TargetError> {
        self.within(place, async |api| write::delete(&api, seen).await).await
    }

    async fn observe(&self, place: &Place, objects: &[Value]) -> Result<Observation, TargetError> {
        self.within(place, async |api| observe::observe(&api, objects).await).await
    }

    async fn test_state(&self, place: &Place, job_name: &str) -> Result<TestState, TargetError> {
        self.within(place, async |api| jobs::test_state(&api, job_name).await).await
    }

    async fn ask(&self, place: &Place, request: &ServiceRequest) -> Result<ServiceAnswer, TargetError> {
        self.within(place, async |api| services::ask(&api, request).await).await
    }
}

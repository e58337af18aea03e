//! What the engine works with, made of the parts of this program: storage, catalogue, secrets, Kubernetes.

use async_trait::async_trait;
use portal_core::{
    Portal,
    engine::{EnginePorts, Packages, Places, PrepareInput, Prepared, SourceError, StoreReads},
    hosts::host_of,
    package::{Object, Package, RenderInput, TargetFacts, admission, render},
    ports::{Place, Store, TargetError},
};
use portal_model::{TargetId, finding::Finding, operation::FailureCause};
use portal_storage::Storage;
use portal_targets::kubernetes::KubernetesTarget;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use zeroize::Zeroizing;

/// Field under which the credential of a target is sealed.
const CREDENTIAL: &str = "credential";
/// Deadline of a place; the engine sets its own for each call.
const DEADLINE: Duration = Duration::from_secs(8);

/// The engine's ports on a portal and its database.
pub fn ports(portal: &Portal, storage: &Storage) -> EnginePorts {
    let sources = Arc::new(Sources { portal: portal.clone(), store: Arc::new(storage.clone()) });
    EnginePorts {
        journal: Arc::new(storage.clone()),
        reads: Arc::new(StoreReads(Arc::new(storage.clone()))),
        packages: sources.clone(),
        target: Arc::new(KubernetesTarget::new()),
        places: sources,
        clock: portal.clock().clone(),
    }
}

struct Sources {
    portal: Portal,
    store: Arc<dyn Store>,
}

fn fault(cause: FailureCause, detail: impl Into<String>) -> SourceError {
    TargetError::new(cause, detail).into()
}

impl Sources {
    async fn secrets(&self, object: uuid::Uuid) -> Result<BTreeMap<String, Zeroizing<String>>, SourceError> {
        let opened = self.portal.secrets_open(object).await;
        opened.map_err(|e| fault(FailureCause::CredentialUnreadable, crate::web::failure::chain(&e)))
    }
}

#[async_trait]
impl Places for Sources {
    async fn place(&self, target: TargetId) -> Result<Place, SourceError> {
        let known = self.store.target(target).await?;
        let target = known.ok_or_else(|| fault(FailureCause::Internal, "there is no such target"))?;
        let credential = self.secrets(target.id.0).await?.remove(CREDENTIAL);
        let credential = credential.ok_or_else(|| fault(FailureCause::CredentialUnreadable, "none is stored"))?;
        Ok(Place { target, credential: Arc::new(credential), deadline: DEADLINE })
    }
}

#[async_trait]
impl Packages for Sources {
    async fn prepare(&self, input: PrepareInput<'_>) -> Result<Prepared, SourceError> {
        let missing = |what: &str| fault(FailureCause::PackageRefused, format!("there is no {what}"));
        let content = input.input.content.as_ref().ok_or_else(|| missing("content"))?;
        let release = self.portal.catalogue().release(content.release).ok_or_else(|| missing("release"))?;
        let configuration = self.store.configuration(content.configuration).await?;
        let configuration = configuration.ok_or_else(|| missing("configuration"))?;
        let secrets = self.secrets(input.operation.request.0).await?;
        let facts = facts(&input);
        let values = RenderInput {
            instance: &input.input.instance,
            namespace: &input.target.namespace,
            stage: input.input.stage,
            values: &configuration.values,
            secrets: &|path: &str| secrets.get(path).cloned(),
            target: &facts,
            run: Some(input.run),
        };
        let (objects, tests) = admitted(&release.package, &values)?;
        Ok(Prepared {
            objects,
            tests,
            package_digest: release.package.digest.clone(),
            config_digest: configuration.digest,
        })
    }
}

fn facts(input: &PrepareInput<'_>) -> TargetFacts {
    let some = |text: &String| (!text.is_empty()).then(|| text.clone());
    TargetFacts {
        host: Some(host_of(&input.input.instance, input.target)),
        ingress_class: some(&input.target.ingress_class),
        storage_class: some(&input.target.storage_class),
        tls_secret: some(&input.target.tls_secret),
    }
}

type Objects = Vec<serde_json::Value>;

/// Rendered and, once more before anything is applied, admitted (R9).
fn admitted(package: &Package, input: &RenderInput<'_>) -> Result<(Objects, Objects), SourceError> {
    let refused = |findings: &[Finding]| {
        let first = findings.iter().find(|f| f.is_error()).or(findings.first());
        let detail = first.map(|f| format!("{} {} {}", f.rule, f.file, f.key)).unwrap_or_default();
        fault(FailureCause::PackageRefused, detail)
    };
    let rendered = render(package, input).map_err(|findings| refused(&findings))?;
    let findings = admission::check(&rendered, input.instance, input.target);
    if findings.iter().any(Finding::is_error) {
        return Err(refused(&findings));
    }
    let values = |objects: Vec<Object>| objects.into_iter().map(|o| o.value).collect();
    Ok((values(rendered.objects), values(rendered.tests)))
}

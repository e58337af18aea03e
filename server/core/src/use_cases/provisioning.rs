//! What the engine gets from the portal: rendered packages and opened targets.

use super::Portal;
use crate::{
    CoreError, config,
    engine::{Packages, Places, PrepareInput, Prepared, SourceError},
    hosts::host_of,
    package::{self, Object, Package, RenderInput, Rendered, TargetFacts},
    ports::{PackageStoreError, Place, StoreError, TargetError},
};
use async_trait::async_trait;
use portal_model::{
    TargetId, TrialId,
    data_centre::Target,
    finding,
    finding::Rule,
    operation::{FailureCause, OfCase, Subject},
    verfahren::ReleaseState,
};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use zeroize::Zeroizing;

/// Deadline of a call until the engine sets a shorter one.
const DEADLINE: Duration = Duration::from_secs(8);

#[async_trait]
impl Packages for Portal {
    async fn prepare(&self, input: PrepareInput<'_>) -> Result<Prepared, SourceError> {
        match input.operation.subject {
            Subject::Case(of) => self.prepare_release(&input, of).await,
            Subject::Trial(trial) => self.prepare_trial(&input, trial).await,
        }
    }
}

impl Portal {
    async fn prepare_release(&self, input: &PrepareInput<'_>, of: OfCase) -> Result<Prepared, SourceError> {
        let content = input.input.content.as_ref().ok_or_else(|| refused("nothing to set up".into()))?;
        let release = self.catalogue_now().await.map_err(unreadable)?.release(content.release);
        let release = release.ok_or_else(|| refused(format!("release {} is unknown", content.release)))?;
        // Withdrawn releases go on; one that is unsafe reaches no target any more, whoever accepted it before. Asked of
        // the database: this may be another process than the one that withdrew it.
        let stored = self.store().release(content.release).await?;
        if stored.is_none_or(|r| r.state == ReleaseState::Unsafe && !input.leaving) {
            return Err(refused("the release was withdrawn as unsafe".into()));
        }
        if release.release.digest != content.package_digest {
            return Err(refused("the package is not the one that was asked for".into()));
        }
        let package = self.package(&content.package_digest).await.map_err(unreadable)?;
        let configuration = self.store().configuration(content.configuration).await?;
        let configuration = configuration.ok_or_else(|| refused("the values are gone".into()))?;
        let secrets = self.secrets_open(of.request.0).await.map_err(unreadable)?;
        self.rendered(input, &package, &configuration.values, secrets, |_, _| ()).await
    }

    /// A package that is no release: its content as it was when the trial began, with sample values, and cut off from
    /// everything around it.
    async fn prepare_trial(&self, input: &PrepareInput<'_>, trial: TrialId) -> Result<Prepared, SourceError> {
        let tried = input.input.tried.as_ref().ok_or_else(|| refused("nothing to try".into()))?;
        let package = self.package(&tried.digest).await.map_err(unreadable)?;
        let values = package::sample_values(&package.schema);
        let secrets = self.secrets_open(trial.0).await.map_err(unreadable)?;
        let isolate = |render: &RenderInput<'_>, rendered: &mut Rendered| package::isolate(&package, render, rendered);
        let mut prepared = self.rendered(input, &package, &values, secrets, isolate).await?;
        // The policy of a trial lets nobody in, and the API server is no exception.
        prepared.checks.retain(|check| check.decl.kind == package::CheckKind::Workloads);
        Ok(prepared)
    }

    /// Renders and checks. What is checked at publishing with sample values is checked here with those that are applied
    /// (R9), after `change`.
    async fn rendered(
        &self,
        input: &PrepareInput<'_>,
        package: &Package,
        values: &Value,
        secrets: BTreeMap<String, Zeroizing<String>>,
        change: impl FnOnce(&RenderInput<'_>, &mut Rendered) + Send,
    ) -> Result<Prepared, SourceError> {
        let shared = package.schema.split(values).shared;
        let config_digest =
            config::config_digest(&shared).ok_or_else(|| refused("values have no canonical form".into()))?;
        let target = facts(&input.input.instance, input.target);
        let secret = |path: &str| secrets.get(path).cloned();
        let render = RenderInput {
            instance: &input.input.instance,
            namespace: &input.target.namespace,
            stage: input.input.stage,
            values,
            secrets: &secret,
            target: &target,
            run: Some(input.run),
        };
        let rendered = package::render_with(package, &render, self.charts.as_ref()).await;
        let mut rendered = rendered.map_err(|f| TargetError::new(cause(&f), first(&f)))?;
        change(&render, &mut rendered);
        package::mirror::apply(&mut rendered, &input.target.operating.mirrors);
        let mut findings = package::admission::check(&rendered, &input.input.instance, &target);
        findings.retain(finding::Finding::is_error);
        if !findings.is_empty() {
            return Err(refused(first(&findings)));
        }
        let leika = package.facts.leistungen.first().map(|leistung| leistung.leika.as_str()).unwrap_or_default();
        let values = |objects: Vec<Object>| objects.into_iter().map(|o| o.value).collect();
        Ok(Prepared {
            objects: values(rendered.objects),
            backup: rendered.backup.map(|o| o.value),
            restore: rendered.restore.map(|o| o.value),
            before: values(rendered.before),
            after: values(rendered.after),
            tests: values(rendered.tests),
            checks: package.checks.iter().map(|check| check.of_instance(&input.input.instance, leika)).collect(),
            package_digest: package.digest.clone(),
            config_digest,
            secrets: secrets.into_values().collect(),
        })
    }
}

fn refused(detail: String) -> SourceError {
    TargetError::new(FailureCause::PackageRefused, detail).into()
}

#[async_trait]
impl Places for Portal {
    async fn place(&self, target: TargetId) -> Result<Place, SourceError> {
        let target = self.store().target(target).await?;
        let target = target.ok_or_else(|| TargetError::new(FailureCause::Internal, "the target is gone"))?;
        let credential = self.credential_open(target.id).await.map_err(unreadable)?;
        let credential = credential.unwrap_or_else(|| Zeroizing::new(String::new()));
        Ok(Place { target, credential: Arc::new(credential), deadline: DEADLINE })
    }
}

fn facts(instance: &str, target: &Target) -> TargetFacts {
    let set = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    TargetFacts {
        host: Some(host_of(instance, target)),
        ingress_class: set(&target.ingress_class),
        storage_class: set(&target.storage_class),
        tls_secret: set(&target.tls_secret),
    }
}

/// The first finding by rule, file and key path; texts are made where it is shown.
fn first(findings: &[finding::Finding]) -> String {
    findings.first().map_or_else(String::new, |f| format!("{} {} {}", f.rule, f.file, f.key))
}

/// Whether the package is at fault, or this server.
fn cause(findings: &[finding::Finding]) -> FailureCause {
    let server = [Rule::ChartHelmMissing, Rule::ChartNotIsolated, Rule::ChartHelmFailed];
    match findings.first() {
        Some(f) if server.iter().any(|rule| f.is(*rule)) => FailureCause::ChartsUnavailable,
        _ => FailureCause::PackageRefused,
    }
}

fn unreadable(e: CoreError) -> SourceError {
    match e {
        CoreError::Secret(_) => TargetError::new(FailureCause::CredentialUnreadable, "sealed with another key").into(),
        CoreError::Store(e) => e.into(),
        // Like a database that cannot be reached: taken up again later.
        CoreError::Packages(PackageStoreError::Unavailable(detail)) => StoreError::Database(detail).into(),
        other => TargetError::new(FailureCause::Internal, other.to_string()).into(),
    }
}

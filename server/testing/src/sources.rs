//! Packages and places without a database: objects follow from the name of the instance and the digests alone.

use async_trait::async_trait;
use portal_core::{
    engine::{Packages, Places, PrepareInput, Prepared, SourceError},
    package::{CheckDecl, CheckKind},
    ports::{Place, TargetError},
};
use portal_model::{Bilingual, TargetId, data_centre::Target, operation::FailureCause};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// Renders a Service, a Deployment and two test Jobs.
#[derive(Debug, Default)]
pub struct FakePackages;

/// Digest of the values that a deployment had before an operation; with them a package has one more object.
pub const OLD_VALUES: &str = "old";

/// A secret value of every package. The cluster's test Jobs write it into their logs.
pub const SECRET: &str = "kennwort-der-kasse";

/// An object of an instance; its content follows from the configuration.
pub(crate) fn object(kind: &str, instance: &str, suffix: &str, content: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": kind,
        "metadata": { "name": format!("{instance}-{suffix}"), "labels": { "ozg-portal/instance": instance } },
        "spec": { "content": content },
    })
}

#[async_trait]
impl Packages for FakePackages {
    async fn prepare(&self, input: PrepareInput<'_>) -> Result<Prepared, SourceError> {
        let broken = || TargetError::new(FailureCause::PackageRefused, "nothing to set up");
        let content = input.input.content.as_ref().map(|c| (c.package_digest.clone(), c.config_digest.clone()));
        let tried = input.input.tried.as_ref().map(|t| (t.digest.clone(), "sample".to_owned()));
        let (package_digest, config_digest) = content.or(tried).ok_or_else(broken)?;
        let make = |kind: &str, suffix: &str| object(kind, &input.input.instance, suffix, &config_digest);
        let test = |suffix: &str| make("Job", &format!("{suffix}-{}", input.run));
        let mut objects = vec![make("ConfigMap", "values"), make("Service", "web"), make("Deployment", "web")];
        if config_digest == OLD_VALUES {
            objects.insert(0, make("ConfigMap", "legacy"));
        }
        let job = |name: &str| object("Job", &input.input.instance, &format!("{name}-{}", input.run), "data");
        Ok(Prepared {
            objects,
            backup: Some(job("save")),
            restore: Some(job("bring")),
            tests: vec![test("smoke"), test("payment")],
            package_digest,
            config_digest: config_digest.clone(),
            secrets: vec![SECRET.to_owned().into()],
            ..Prepared::default()
        })
    }
}

/// The same, with two Jobs before the workloads, one after them, and checks of the portal after the tests.
#[derive(Debug, Default)]
pub struct HookPackages;

#[async_trait]
impl Packages for HookPackages {
    async fn prepare(&self, input: PrepareInput<'_>) -> Result<Prepared, SourceError> {
        let job = |name: &str| object("Job", &input.input.instance, &format!("{name}-{}", input.run), "hook");
        let (before, after) = (vec![job("backup"), job("migrate")], vec![job("warm")]);
        let check = |kind: CheckKind, path: &str| {
            let (id, name) = (format!("{kind:?}").to_lowercase(), Bilingual::default());
            let decl = CheckDecl { id, name, kind, service: "web".to_owned(), port: 80, path: path.to_owned() };
            decl.of_instance(&input.input.instance, "99102013000000")
        };
        let checks = vec![
            check(CheckKind::Workloads, "/"),
            check(CheckKind::Page, "/seite"),
            check(CheckKind::Intake, "/antrag"),
        ];
        Ok(Prepared { before, after, checks, ..FakePackages.prepare(input).await? })
    }
}

/// Knows some targets; the credential is empty.
#[derive(Debug, Default)]
pub struct FakePlaces(pub Vec<Target>);

#[async_trait]
impl Places for FakePlaces {
    async fn place(&self, target: TargetId) -> Result<Place, SourceError> {
        let gone = || TargetError::new(FailureCause::Internal, "no such target");
        let target = self.0.iter().find(|t| t.id == target).cloned().ok_or_else(gone)?;
        Ok(Place { target, credential: Arc::default(), deadline: Duration::from_secs(8) })
    }
}
